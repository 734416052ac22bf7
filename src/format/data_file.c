// SPDX-License-Identifier: BSD-3-Clause
// Opening checks each entry of a file once by reading it; a search reads them again with the same
// steps, which check what they follow.
#include "format/data_file.h"

#include "base/failure.h"
#include "format/fb_checked.h"
#include "format/flat_tensor.h"

#include <string.h>

// Slot of a field: its row counts from that of its table.
#define SLOT(table, field) (WICK_FLAT_ROW_##field - WICK_FLAT_##table - 1)

enum { SMALLEST_FILE = 8 + 40 };

// An entry of the file.
typedef struct entry {
    wick_fb_range key;
    wick_datum datum;
} entry;

static wick_fb_checked buffer_of(const wick_data *data)
{
    return (wick_fb_checked){data->bytes, data->flatbuffer_bytes};
}

// The vector in a slot; false if it lies outside.
static bool vector_in(const wick_fb_checked *b, size_t table, uint32_t slot, uint32_t item_bytes,
                      wick_fb_range *out)
{
    size_t field;
    return wick_fb_checked_field(b, table, slot, 4, &field) &&
           wick_fb_checked_vector(b, field, item_bytes, out);
}

static bool scalar_in(const wick_fb_checked *b, size_t table, uint32_t slot, uint32_t bytes,
                      uint64_t *out)
{
    size_t field;
    const bool is_inside = wick_fb_checked_field(b, table, slot, bytes, &field);
    *out = is_inside && field != 0 ? wick_fb_load(b->bytes + field, bytes) : 0;
    return is_inside;
}

static bool read_layout(const wick_fb_checked *b, size_t reference, wick_datum *out)
{
    size_t layout;
    uint64_t dtype;
    wick_fb_range sizes;
    wick_fb_range order;
    if (!wick_fb_checked_table(b, reference, &layout) ||
        !scalar_in(b, layout, SLOT(LAYOUT, LAYOUT_SCALAR_TYPE), 1, &dtype) ||
        !vector_in(b, layout, SLOT(LAYOUT, LAYOUT_SIZES), 4, &sizes) ||
        !vector_in(b, layout, SLOT(LAYOUT, LAYOUT_DIM_ORDER), 1, &order)) {
        return false;
    }
    out->has_layout = true;
    out->dtype = (uint8_t)dtype;
    out->rank = sizes.count;
    out->sizes = b->bytes + sizes.first;
    out->order_count = order.count;
    out->dim_order = b->bytes + order.first;
    return true;
}

static bool read_segment(const wick_data *data, wick_fb_range segments, uint64_t index,
                         wick_datum *out)
{
    const wick_fb_checked b = buffer_of(data);
    size_t segment;
    uint64_t offset;
    uint64_t size;
    if (index >= segments.count ||
        !wick_fb_checked_table(&b, segments.first + 4 * (size_t)index, &segment) ||
        !scalar_in(&b, segment, SLOT(SEGMENT, SEGMENT_OFFSET), 8, &offset) ||
        !scalar_in(&b, segment, SLOT(SEGMENT, SEGMENT_SIZE), 8, &size) ||
        offset > data->segment_data_bytes || size > data->segment_data_bytes - offset) {
        return false;
    }
    out->bytes = data->bytes + data->segment_base_offset + (size_t)offset;
    out->size_bytes = (size_t)size;
    return true;
}

static bool read_entry(const wick_data *data, wick_fb_range segments, size_t reference, entry *out)
{
    const wick_fb_checked b = buffer_of(data);
    size_t named;
    size_t layout;
    uint64_t index;
    out->datum.has_layout = false;
    return wick_fb_checked_table(&b, reference, &named) &&
           vector_in(&b, named, SLOT(NAMED_DATA, NAMED_DATA_KEY), 1, &out->key) &&
           scalar_in(&b, named, SLOT(NAMED_DATA, NAMED_DATA_SEGMENT_INDEX), 4, &index) &&
           wick_fb_checked_field(&b, named, SLOT(NAMED_DATA, NAMED_DATA_LAYOUT), 4, &layout) &&
           (layout == 0 || read_layout(&b, layout, &out->datum)) &&
           read_segment(data, segments, index, &out->datum);
}

static bool read_root(const wick_data *data, wick_fb_range *named, wick_fb_range *segments)
{
    const wick_fb_checked b = buffer_of(data);
    size_t root;
    return wick_fb_checked_table(&b, 0, &root) &&
           vector_in(&b, root, SLOT(FLAT_TENSOR, FLAT_TENSOR_NAMED_DATA), 4, named) &&
           vector_in(&b, root, SLOT(FLAT_TENSOR, FLAT_TENSOR_SEGMENTS), 4, segments);
}

static wick_status fail_at(wick_failure *failure, size_t at)
{
    return wick_failure_set(failure, WICK_INVALID_EXTERNAL_DATA, (uint32_t)at,
                            WICK_TEXT("external data has a part outside of the file"));
}

static bool read_header(wick_data *data, size_t size_bytes)
{
    const uint8_t *bytes = data->bytes;
    const uint64_t offset = wick_fb_load(bytes + 16, 8);
    const uint64_t flatbuffer = wick_fb_load(bytes + 24, 8);
    const uint64_t base = wick_fb_load(bytes + 32, 8);
    const uint64_t segments = wick_fb_load(bytes + 40, 8);
    if (offset > size_bytes || flatbuffer > size_bytes - offset || base > size_bytes ||
        segments > size_bytes - base) {
        return false;
    }
    data->flatbuffer_bytes = (size_t)(offset + flatbuffer);
    data->segment_base_offset = (size_t)base;
    data->segment_data_bytes = (size_t)segments;
    return true;
}

wick_status wick_data_open(wick_data *data, const void *bytes, size_t size_bytes,
                           wick_failure *failure)
{
    const uint8_t *file = bytes;
    wick_fb_range named;
    wick_fb_range segments;
    *data = (wick_data){.bytes = file};
    if (size_bytes < SMALLEST_FILE || memcmp(file + 4, "FT01", 4) != 0 ||
        memcmp(file + 8, "FH01", 4) != 0) {
        return wick_failure_set(failure, WICK_INVALID_EXTERNAL_DATA, 4,
                                WICK_TEXT("no external data (FT01)"));
    }
    if (!read_header(data, size_bytes) || !read_root(data, &named, &segments)) {
        return fail_at(failure, 8);
    }
    for (uint32_t i = 0; i < named.count; i++) {
        entry unused;
        const size_t reference = named.first + 4 * (size_t)i;
        if (!read_entry(data, segments, reference, &unused)) {
            return fail_at(failure, reference);
        }
    }
    return WICK_OK;
}

static bool find_in_file(const wick_data *data, const uint8_t *name, uint32_t length,
                         wick_datum *out)
{
    wick_fb_range named;
    wick_fb_range segments;
    entry found;
    if (!read_root(data, &named, &segments)) {
        return false;
    }
    for (uint32_t i = 0; i < named.count; i++) {
        if (read_entry(data, segments, named.first + 4 * (size_t)i, &found) &&
            found.key.count == length &&
            memcmp(data->bytes + found.key.first, name, length) == 0) {
            *out = found.datum;
            return true;
        }
    }
    return false;
}

static bool is_name(const char *text, const uint8_t *name, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] == 0 || (uint8_t)text[i] != name[i]) {
            return false;
        }
    }
    return text[length] == 0;
}

static bool find_in_regions(const wick_data *data, const uint8_t *name, uint32_t length,
                            wick_datum *out)
{
    for (uint32_t i = 0; i < data->region_count; i++) {
        const wick_data_region *region = &data->regions[i];
        if (is_name(region->name, name, length)) {
            *out = (wick_datum){.bytes = region->bytes, .size_bytes = region->size_bytes};
            return true;
        }
    }
    return false;
}

bool wick_data_find(const wick_data *data, const uint8_t *name, uint32_t length, wick_datum *out)
{
    for (; data != 0; data = data->next) {
        if (data->regions != 0 ? find_in_regions(data, name, length, out)
                               : find_in_file(data, name, length, out)) {
            return true;
        }
    }
    return false;
}
