// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/index/index.h"

#include "kernels/copy/copy.h"
#include "kernels/elementwise/convert.h"

// Where a mask stands.
typedef struct mask_cursor {
    int32_t index[WICK_INDEX_MASK_RANK];
    int32_t at;     // in the mask
    int32_t offset; // in the operand
} mask_cursor;

int64_t wick_index_read(uint32_t kind, const void *data, int32_t at)
{
    switch (kind) {
    case WICK_INDEX_INT64:
        return ((const int64_t *)data)[at];
    case WICK_INDEX_INT32:
        return ((const int32_t *)data)[at];
    case WICK_INDEX_INT16:
        return ((const int16_t *)data)[at];
    case WICK_INDEX_INT8:
        return ((const int8_t *)data)[at];
    default:
        return ((const uint8_t *)data)[at];
    }
}

// One element further; false behind the last.
static bool mask_step(const wick_index_source *source, mask_cursor *cursor)
{
    for (uint32_t d = source->rank; d-- > 0;) {
        cursor->at += source->of.mask.strides[d];
        cursor->offset += source->of.mask.steps[d];
        if (++cursor->index[d] < source->of.mask.sizes[d]) {
            return true;
        }
        cursor->at -= source->of.mask.strides[d] * source->of.mask.sizes[d];
        cursor->offset -= source->of.mask.steps[d] * source->of.mask.sizes[d];
        cursor->index[d] = 0;
    }
    return false;
}

// To the first true element at the cursor or behind it.
static bool mask_settle(const wick_index_source *source, mask_cursor *cursor)
{
    while (((const uint8_t *)source->data)[cursor->at] == 0) {
        if (!mask_step(source, cursor)) {
            return false;
        }
    }
    return true;
}

uint32_t wick_index_count(const wick_index_source *mask)
{
    mask_cursor cursor = {{0}, 0, 0};
    uint32_t count = 0;
    do {
        count += ((const uint8_t *)mask->data)[cursor.at] != 0;
    } while (mask_step(mask, &cursor));
    return count;
}

// A mask with a single true element serves every position.
static void mask_next(const wick_index_source *source, bool restart, mask_cursor *cursor)
{
    const mask_cursor start = {{0}, 0, 0};
    const mask_cursor before = *cursor;
    if (restart) {
        *cursor = start;
    } else if (!mask_step(source, cursor)) {
        *cursor = before;
        return;
    }
    if (!mask_settle(source, cursor)) {
        *cursor = before;
    }
}

// The offset of an integer source at a position; false if it lies outside.
static bool integer_offset(const wick_index_source *source, const wick_cursor *position,
                           uint32_t rank, int32_t *offset)
{
    int32_t at = 0;
    for (uint32_t d = 0; d < rank; d++) {
        at += position->index[d] * source->of.integers.strides[d];
    }
    const int64_t extent = source->of.integers.extent;
    int64_t index = wick_index_read(source->kind, source->data, at);
    if (index < 0 && source->wraps) {
        index += extent;
    }
    if (index < 0 || index >= extent) {
        return false;
    }
    *offset += (int32_t)index * source->of.integers.step;
    return true;
}

typedef struct index_walk {
    const wick_index_plan *plan;
    const wick_index_source *sources;
    wick_cursor position;
    mask_cursor masks[WICK_INDEX_SOURCES];
} index_walk;

// Offsets of both operands at the position; false for an index outside.
static bool offsets_at(index_walk *walk, int32_t offsets[2])
{
    const wick_index_plan *plan = walk->plan;
    const uint32_t rank = plan->positions.rank;
    int32_t added = 0;
    for (uint32_t k = 0; k < plan->source_count; k++) {
        const wick_index_source *source = &walk->sources[k];
        if (source->kind == WICK_INDEX_MASK) {
            mask_next(source, walk->position.index[rank - 1] == 0, &walk->masks[k]);
            added += walk->masks[k].offset;
        } else if (!integer_offset(source, &walk->position, rank, &added)) {
            return false;
        }
    }
    offsets[0] = walk->position.offsets[0] + (plan->operand == 0 ? added : 0);
    offsets[1] = walk->position.offsets[1] + (plan->operand == 1 ? added : 0);
    return true;
}

static bool is_empty(const wick_walk *walk)
{
    for (uint32_t d = 0; d < walk->rank; d++) {
        if (walk->sizes[d] == 0) {
            return true;
        }
    }
    return walk->rank == 0;
}

static void copy_block(const wick_walk *inner, uint32_t element_bytes, const uint8_t *from,
                       uint8_t *to)
{
    if (inner->rank == 1 && inner->sizes[0] == 1 && element_bytes == 4) {
        *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
    } else {
        wick_copy_strided(inner, element_bytes, from, to);
    }
}

bool wick_index_copy(const wick_index_plan *plan, const wick_index_source *sources,
                     uint32_t element_bytes, const void *from, void *to)
{
    index_walk walk = {.plan = plan, .sources = sources};
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    if (is_empty(&plan->positions) || is_empty(&plan->inner)) {
        return true;
    }
    do {
        int32_t offsets[2];
        if (!offsets_at(&walk, offsets)) {
            return false;
        }
        copy_block(&plan->inner, element_bytes, (const uint8_t *)from + offsets[0] * size,
                   (uint8_t *)to + offsets[1] * size);
    } while (wick_walk_next(&plan->positions, 0, &walk.position));
    return true;
}

static double combine_reals(const wick_combining *how, double a, double b)
{
    switch (how->combination) {
    case WICK_COMBINE_ADD:
    case WICK_COMBINE_ADD_SCALED: // scaled by now
        return a + b;
    case WICK_COMBINE_MULTIPLY:
        return a * b;
    case WICK_COMBINE_MINIMUM:
        return a != a || a < b ? a : b;
    case WICK_COMBINE_MAXIMUM:
        return a != a || a > b ? a : b;
    }
    return a;
}

static int64_t combine_integers(const wick_combining *how, int64_t a, int64_t b)
{
    switch (how->combination) {
    case WICK_COMBINE_ADD:
        return (int64_t)((uint64_t)a + (uint64_t)b);
    case WICK_COMBINE_MULTIPLY:
        return (int64_t)((uint64_t)a * (uint64_t)b);
    case WICK_COMBINE_MINIMUM:
        return a < b ? a : b;
    case WICK_COMBINE_MAXIMUM:
        return a > b ? a : b;
    case WICK_COMBINE_ADD_SCALED:
        return (int64_t)((uint64_t)a + (uint64_t)how->integer_scale * (uint64_t)b);
    }
    return a;
}

static bool is_real(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

// Rounding a sum or product of two floats in double first changes nothing: 53 >= 2 * 24 + 2.
static void combine_element(const wick_combining *how, const void *from, void *to)
{
    const wick_elements one = {how->dtype, 1, 1};
    if (is_real(how->dtype)) {
        double a;
        double b;
        wick_read_f64(&one, to, &a);
        wick_read_f64(&one, from, &b);
        if (how->combination == WICK_COMBINE_ADD_SCALED) { // the product is rounded by itself
            b *= how->scale;
            wick_round_f64(how->dtype, 1, &b);
        }
        const double result = combine_reals(how, a, b);
        wick_write_f64(&one, &result, to);
        return;
    }
    int64_t a;
    int64_t b;
    wick_read_i64(&one, to, &a);
    wick_read_i64(&one, from, &b);
    const int64_t result = combine_integers(how, a, b);
    wick_write_i64(&one, &result, to);
}

static void combine_block(const wick_walk *inner, const wick_combining *how, const uint8_t *from,
                          uint8_t *to)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(how->dtype);
    wick_cursor cursor = {0};
    do {
        combine_element(how, from + cursor.offsets[0] * size, to + cursor.offsets[1] * size);
    } while (wick_walk_next(inner, 0, &cursor));
}

bool wick_index_combine(const wick_index_plan *plan, const wick_index_source *sources,
                        const wick_combining *how, const void *from, void *to)
{
    index_walk walk = {.plan = plan, .sources = sources};
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(how->dtype);
    if (is_empty(&plan->positions) || is_empty(&plan->inner)) {
        return true;
    }
    do {
        int32_t offsets[2];
        if (!offsets_at(&walk, offsets)) {
            return false;
        }
        combine_block(&plan->inner, how, (const uint8_t *)from + offsets[0] * size,
                      (uint8_t *)to + offsets[1] * size);
    } while (wick_walk_next(&plan->positions, 0, &walk.position));
    return true;
}
