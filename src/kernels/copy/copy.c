// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/copy/copy.h"

#include "kernels/elementwise/convert.h"

#include <string.h>

// The two innermost loops; strides in elements.
typedef struct plane {
    int32_t sizes[2];
    ptrdiff_t from_strides[2];
    ptrdiff_t to_strides[2];
} plane;

#define STORAGE     uint8_t
#define NAMED(stem) stem##_8
#include "kernels/copy/copy_body.h"
#undef STORAGE
#undef NAMED

#define STORAGE     uint16_t
#define NAMED(stem) stem##_16
#include "kernels/copy/copy_body.h"
#undef STORAGE
#undef NAMED

#define STORAGE     uint32_t
#define NAMED(stem) stem##_32
#include "kernels/copy/copy_body.h"
#undef STORAGE
#undef NAMED

#define STORAGE     uint64_t
#define NAMED(stem) stem##_64
#include "kernels/copy/copy_body.h"

static void copy_rows(const plane *rows, uint32_t element_bytes, const uint8_t *from, uint8_t *to)
{
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        // Not memcpy: a plan is not trusted to keep tensors apart.
        memmove(to + i * rows->to_strides[0] * size, from + i * rows->from_strides[0] * size,
                (size_t)rows->sizes[1] * element_bytes);
    }
}

static void copy_plane(const plane *rows, uint32_t element_bytes, const void *from, void *to)
{
    if (rows->from_strides[1] == 1 && rows->to_strides[1] == 1) {
        copy_rows(rows, element_bytes, from, to);
        return;
    }
    switch (element_bytes) {
    case 1:
        copy_plane_8(rows, from, to);
        break;
    case 2:
        copy_plane_16(rows, from, to);
        break;
    case 4:
        copy_plane_32(rows, from, to);
        break;
    case 8:
        copy_plane_64(rows, from, to);
        break;
    }
}

void wick_copy_strided(const wick_walk *walk, uint32_t element_bytes, const void *from, void *to)
{
    const uint32_t last = walk->rank - 1;
    plane inner = {
        {1, walk->sizes[last]}, {0, walk->strides[0][last]}, {0, walk->strides[1][last]}};
    if (last > 0) {
        inner.sizes[0] = walk->sizes[last - 1];
        inner.from_strides[0] = walk->strides[0][last - 1];
        inner.to_strides[0] = walk->strides[1][last - 1];
    }
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    wick_cursor cursor = {0};
    do {
        copy_plane(&inner, element_bytes, (const uint8_t *)from + cursor.offsets[0] * size,
                   (uint8_t *)to + cursor.offsets[1] * size);
    } while (wick_walk_next(walk, last > 0 ? 2 : 1, &cursor));
}

// What to convert through: int64 between integers, double where one side has it, else float.
static uint32_t way_of(uint32_t from_dtype, uint32_t to_dtype)
{
    if (from_dtype == WICK_FLOAT64 || to_dtype == WICK_FLOAT64) {
        return WICK_FLOAT64;
    }
    const bool is_real = from_dtype == WICK_FLOAT32 || from_dtype == WICK_FLOAT16 ||
                         from_dtype == WICK_BFLOAT16 || to_dtype == WICK_FLOAT32 ||
                         to_dtype == WICK_FLOAT16 || to_dtype == WICK_BFLOAT16;
    return is_real ? WICK_FLOAT32 : WICK_INT64;
}

#define CHUNK (WICK_CHUNK_BYTES / 8)

static void convert_chunk(const wick_elements *from, const void *source, const wick_elements *to,
                          void *target)
{
    union {
        int64_t i64[CHUNK];
        float f32[CHUNK];
        double f64[CHUNK];
    } numbers;
    switch (way_of(from->dtype, to->dtype)) {
    case WICK_INT64:
        wick_read_i64(from, source, numbers.i64);
        wick_write_i64(to, numbers.i64, target);
        break;
    case WICK_FLOAT32:
        wick_read_f32(from, source, numbers.f32);
        wick_write_f32(to, numbers.f32, target);
        break;
    case WICK_FLOAT64:
        wick_read_f64(from, source, numbers.f64);
        wick_write_f64(to, numbers.f64, target);
        break;
    }
}

void wick_copy_converted(const wick_walk *walk, wick_conversion dtypes, const void *from, void *to)
{
    const uint32_t last = walk->rank - 1;
    const int32_t count = walk->sizes[last];
    const ptrdiff_t from_bytes = (ptrdiff_t)wick_dtype_size_bytes(dtypes.from_dtype);
    const ptrdiff_t to_bytes = (ptrdiff_t)wick_dtype_size_bytes(dtypes.to_dtype);
    wick_elements source = {dtypes.from_dtype, walk->strides[0][last], 0};
    wick_elements target = {dtypes.to_dtype, walk->strides[1][last], 0};
    wick_cursor cursor = {0};
    do {
        for (int32_t i = 0; i < count; i += CHUNK) {
            source.count = count - i < CHUNK ? (uint32_t)(count - i) : CHUNK;
            target.count = source.count;
            const ptrdiff_t from_index = cursor.offsets[0] + (ptrdiff_t)i * source.stride;
            const ptrdiff_t to_index = cursor.offsets[1] + (ptrdiff_t)i * target.stride;
            convert_chunk(&source, (const uint8_t *)from + from_index * from_bytes, &target,
                          (uint8_t *)to + to_index * to_bytes);
        }
    } while (wick_walk_next(walk, 1, &cursor));
}

void wick_fill(uint32_t element_bytes, const void *pattern, size_t count, void *to)
{
    switch (element_bytes) {
    case 1:
        fill_8(pattern, count, to);
        break;
    case 2:
        fill_16(pattern, count, to);
        break;
    case 4:
        fill_32(pattern, count, to);
        break;
    case 8:
        fill_64(pattern, count, to);
        break;
    }
}
