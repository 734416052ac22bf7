// SPDX-License-Identifier: BSD-3-Clause
#include "arrays.h"

#include "base/bytes.h"
#include "base/half.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

// Where contiguous element `index` lies in the tensor's memory, in elements.
static size_t memory_index(const wick_tensor *tensor, size_t index)
{
    size_t coordinates[WICK_MAX_RANK];
    size_t at = 0;
    for (uint32_t i = tensor->rank; i-- > 0;) {
        coordinates[i] = index % (size_t)tensor->sizes[i];
        index /= (size_t)tensor->sizes[i];
    }
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t dim = tensor->dim_order[i];
        at = at * (size_t)tensor->sizes[dim] + coordinates[dim];
    }
    return at;
}

void wick_array_to_memory(const wick_tensor *tensor, const uint8_t *array, uint8_t *memory)
{
    const size_t count = wick_tensor_count(tensor);
    const size_t size_bytes = wick_dtype_size_bytes(tensor->dtype);
    for (size_t i = 0; i < count; i++) {
        memcpy(memory + memory_index(tensor, i) * size_bytes, array + i * size_bytes, size_bytes);
    }
}

void wick_array_from_memory(const wick_tensor *tensor, const uint8_t *memory, uint8_t *array)
{
    const size_t count = wick_tensor_count(tensor);
    const size_t size_bytes = wick_dtype_size_bytes(tensor->dtype);
    for (size_t i = 0; i < count; i++) {
        memcpy(array + i * size_bytes, memory + memory_index(tensor, i) * size_bytes, size_bytes);
    }
}

const char *wick_array_shape(wick_arena *arena, uint32_t dtype, uint32_t rank, const int64_t *sizes)
{
    const char *text = wick_arena_format(arena, "%s[", wick_dtype_name(dtype));
    for (uint32_t i = 0; i < rank; i++) {
        text = wick_arena_format(arena, "%s%s%" PRId64, text, i ? ", " : "", sizes[i]);
    }
    return wick_arena_format(arena, "%s]", text);
}

double wick_array_element(const wick_npy *array, size_t index)
{
    const uint8_t *p = array->data + index * wick_dtype_size_bytes(array->dtype);
    switch ((wick_dtype)array->dtype) {
    case WICK_UINT8:
    case WICK_BOOL:
        return *p;
    case WICK_INT8:
        return (int8_t)*p;
    case WICK_INT16:
        return (int16_t)wick_load_u16(p);
    case WICK_UINT16:
        return wick_load_u16(p);
    case WICK_INT32:
        return wick_load_i32(p);
    case WICK_INT64:
        return (double)wick_load_i64(p);
    case WICK_FLOAT16:
        return (double)wick_f32_from_f16(wick_load_u16(p));
    case WICK_BFLOAT16:
        return (double)wick_f32_from_bf16(wick_load_u16(p));
    case WICK_FLOAT32: {
        float value;
        memcpy(&value, p, sizeof value);
        return (double)value;
    }
    case WICK_FLOAT64:
        return wick_load_f64(p);
    case WICK_COMPLEX64: // no single number
        break;
    }
    return (double)NAN;
}

size_t wick_array_count(const wick_npy *array)
{
    return array->size_bytes / wick_dtype_size_bytes(array->dtype);
}

// agree.
wick_comparison wick_array_compare(const wick_npy *found, const wick_npy *expected, double rtol,
                                   double atol)
{
    wick_comparison result = {0};
    const size_t count = wick_array_count(found);
    for (size_t i = 0; i < count; i++) {
        const double a = wick_array_element(found, i);
        const double b = wick_array_element(expected, i);
        const double difference = a == b || (isnan(a) && isnan(b)) ? 0 : fabs(a - b);
        if (!(difference <= result.largest_difference)) {
            result.largest_difference = difference;
        }
        if (difference <= atol + rtol * fabs(b)) {
            continue;
        }
        if (result.mismatches++ == 0) {
            result.first_index = i;
            result.found = a;
            result.expected = b;
        }
    }
    return result;
}

size_t wick_array_largest(const wick_npy *array, size_t start, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        if (wick_array_element(array, start + i) > wick_array_element(array, start + best)) {
            best = i;
        }
    }
    return best;
}
