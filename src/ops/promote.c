// SPDX-License-Identifier: BSD-3-Clause
#include "ops/promote.h"

enum { CATEGORY_NONE, CATEGORY_BOOL, CATEGORY_INTEGER, CATEGORY_REAL, CATEGORY_COMPLEX };

static int category(uint32_t dtype)
{
    if (dtype == WICK_DTYPE_UNKNOWN) {
        return CATEGORY_NONE;
    }
    if (wick_dtype_is_float(dtype)) {
        return CATEGORY_REAL;
    }
    if (dtype == WICK_COMPLEX64) {
        return CATEGORY_COMPLEX;
    }
    return dtype == WICK_BOOL ? CATEGORY_BOOL : CATEGORY_INTEGER;
}

bool wick_dtype_is_integer(uint32_t dtype)
{
    return category(dtype) == CATEGORY_INTEGER;
}

bool wick_dtype_can_cast(uint32_t from, uint32_t to)
{
    return category(to) >= category(from);
}

static uint32_t promote_reals(uint32_t a, uint32_t b)
{
    const uint32_t size_a = wick_dtype_size_bytes(a);
    const uint32_t size_b = wick_dtype_size_bytes(b);
    if (size_a == size_b) { // binary16 and bfloat16: neither holds the other
        return WICK_FLOAT32;
    }
    return size_a > size_b ? a : b;
}

static uint32_t promote_integers(uint32_t a, uint32_t b)
{
    if (a == WICK_UINT16 || b == WICK_UINT16) {
        return WICK_DTYPE_UNKNOWN;
    }
    const uint32_t size_a = wick_dtype_size_bytes(a);
    const uint32_t size_b = wick_dtype_size_bytes(b);
    if (size_a == size_b) { // uint8 and int8
        return WICK_INT16;
    }
    return size_a > size_b ? a : b;
}

uint32_t wick_promote_types(uint32_t a, uint32_t b)
{
    if (a == b || category(b) == CATEGORY_NONE) {
        return a;
    }
    if (category(a) != category(b)) {
        return category(a) > category(b) ? a : b;
    }
    return category(a) == CATEGORY_REAL ? promote_reals(a, b) : promote_integers(a, b);
}

void wick_promotion_add_tensor(wick_promotion *promotion, const wick_tensor *tensor)
{
    uint32_t *type = tensor->rank > 0 ? &promotion->dimensioned : &promotion->zero_dim;
    *type = *type == WICK_DTYPE_UNKNOWN ? tensor->dtype : wick_promote_types(*type, tensor->dtype);
}

static uint32_t scalar_dtype(const wick_value *value)
{
    if (value->kind == WICK_VALUE_REAL) {
        return WICK_FLOAT32;
    }
    return value->kind == WICK_VALUE_BOOL ? WICK_BOOL : WICK_INT64;
}

void wick_promotion_add(wick_promotion *promotion, const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    if (value->kind == WICK_VALUE_TENSOR) {
        wick_promotion_add_tensor(promotion, &value->tensor);
    } else if (value->kind != WICK_VALUE_NONE) {
        promotion->scalar = wick_promote_types(scalar_dtype(value), promotion->scalar);
    }
}

// The higher-ranking type, unless the lower-ranking one is of a higher category.
static uint32_t outrank(uint32_t higher, uint32_t lower)
{
    return category(lower) > category(higher) ? lower : higher;
}

uint32_t wick_promotion_result(const wick_promotion *promotion)
{
    const uint32_t low = outrank(promotion->zero_dim, promotion->scalar);
    const uint32_t result = outrank(promotion->dimensioned, low);
    return category(result) == CATEGORY_COMPLEX ? WICK_DTYPE_UNKNOWN : result; // not computed with
}
