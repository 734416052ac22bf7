// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/constant.h"

#include "base/bytes.h"
#include "base/half.h"

#include <math.h>
#include <string.h>

static float load_f32(const uint8_t *at)
{
    const uint32_t bits = wick_load_u32(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double wick_element_get(uint8_t dtype, const uint8_t *data, size_t index)
{
    const uint8_t *at = data + index * wick_dtype_size_bytes(dtype);
    switch ((wick_dtype)dtype) {
    case WICK_UINT8:
    case WICK_BOOL:
        return at[0];
    case WICK_INT8:
        return (int8_t)at[0];
    case WICK_INT16:
        return (int16_t)wick_load_u16(at);
    case WICK_UINT16:
        return wick_load_u16(at);
    case WICK_INT32:
        return wick_load_i32(at);
    case WICK_INT64:
        return (double)wick_load_i64(at);
    case WICK_FLOAT16:
        return (double)wick_f32_from_f16(wick_load_u16(at));
    case WICK_BFLOAT16:
        return (double)wick_f32_from_bf16(wick_load_u16(at));
    case WICK_FLOAT32:
        return (double)load_f32(at);
    case WICK_FLOAT64:
        return wick_load_f64(at);
    case WICK_COMPLEX64: // no single number
        return (double)NAN;
    }
    return 0;
}

static void store_f32(uint8_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    wick_store_u32(at, bits);
}

static void store_f64(uint8_t *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    wick_store_u64(at, bits);
}

void wick_element_set(uint8_t dtype, uint8_t *data, size_t index, double value)
{
    uint8_t *at = data + index * wick_dtype_size_bytes(dtype);
    switch ((wick_dtype)dtype) {
    case WICK_UINT8:
    case WICK_BOOL:
    case WICK_INT8:
        at[0] = (uint8_t)(int64_t)value;
        return;
    case WICK_INT16:
    case WICK_UINT16:
        wick_store_u16(at, (uint16_t)(int64_t)value);
        return;
    case WICK_INT32:
        wick_store_u32(at, (uint32_t)(int64_t)value);
        return;
    case WICK_INT64:
        wick_store_u64(at, (uint64_t)(int64_t)value);
        return;
    case WICK_FLOAT16:
        wick_store_u16(at, wick_f16_from_f64(value));
        return;
    case WICK_BFLOAT16: // twice rounded: float keeps 16 bits more, so only a tie made by the first
                        // step differs
        wick_store_u16(at, wick_bf16_from_f32((float)value));
        return;
    case WICK_FLOAT32:
        store_f32(at, (float)value);
        return;
    case WICK_FLOAT64:
        store_f64(at, value);
        return;
    case WICK_COMPLEX64:
        store_f32(at, (float)value);
        store_f32(at + 4, 0);
        return;
    }
}

bool wick_constant_is_finite(const wick_ir_value *value)
{
    const size_t count = wick_ir_type_count(&value->type);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(wick_element_get(value->type.dtype, value->data, i))) {
            return false;
        }
    }
    return true;
}

bool wick_constant_is_all(const wick_ir_value *value, double number)
{
    const size_t count = wick_ir_type_count(&value->type);
    for (size_t i = 0; i < count; i++) {
        const double element = wick_element_get(value->type.dtype, value->data, i);
        if (element != number || signbit(element) != signbit(number)) {
            return false;
        }
    }
    return true;
}

// Where the element with contiguous number `index` lies in memory that is dense in the type's dim
// order.
static size_t position(const wick_ir_type *type, size_t index)
{
    size_t coordinates[WICK_MAX_RANK];
    for (uint32_t i = type->rank; i-- > 0;) {
        coordinates[i] = index % (size_t)type->sizes[i];
        index /= (size_t)type->sizes[i];
    }
    size_t at = 0;
    for (uint32_t i = 0; i < type->rank; i++) {
        const uint32_t dim = type->dim_order[i];
        at = at * (size_t)type->sizes[dim] + coordinates[dim];
    }
    return at;
}

void wick_constant_straighten(wick_ir_graph *graph, wick_ir_value *value)
{
    const wick_ir_type type =
        wick_ir_type_tensor(value->type.dtype, value->type.rank, value->type.sizes);
    if (wick_ir_type_equal(&type, &value->type)) {
        return;
    }
    const size_t count = wick_ir_type_count(&type);
    const size_t size_bytes = wick_dtype_size_bytes(type.dtype);
    uint8_t *data = wick_arena_alloc(graph->arena, count, size_bytes);
    for (size_t i = 0; i < count; i++) {
        memcpy(data + i * size_bytes, value->data + position(&value->type, i) * size_bytes,
               size_bytes);
    }
    value->type = type;
    value->data = data;
}
