// SPDX-License-Identifier: BSD-3-Clause
#include "ops/attention.h"

#include "base/failure.h"
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "ops/batch.h"
#include "ops/check.h"
#include "ops/layout.h"

enum { QUERY, KEY, VALUE, MASK, IS_CAUSAL, SCALE, ENABLE_GQA, OUT };

static wick_status fail(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

static wick_status check_operand(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    if (tensor->rank < 2) {
        return fail(call, arg, WICK_TEXT("tensor has fewer than 2 dimensions"));
    }
    return wick_tensor_is_row_major(tensor) ? WICK_OK
                                            : wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                                             WICK_TEXT("tensor is not contiguous"));
}

static wick_status check_types(const wick_call *call)
{
    WICK_TRY(wick_call_real_dtype(call, QUERY));
    WICK_TRY(wick_call_same_dtype(call, KEY, QUERY));
    WICK_TRY(wick_call_same_dtype(call, VALUE, QUERY));
    WICK_TRY(wick_call_same_dtype(call, OUT, QUERY));
    if (wick_call_is_none(call, MASK)) {
        return WICK_OK;
    }
    const uint8_t mask = wick_call_tensor(call, MASK)->dtype;
    if (mask != WICK_BOOL && !wick_element_is_real(mask)) {
        return fail(call, MASK, WICK_TEXT("mask is neither bool nor a float type"));
    }
    return wick_tensor_is_row_major(wick_call_tensor(call, MASK))
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, MASK,
                                WICK_TEXT("tensor is not contiguous"));
}

static wick_status check_matrices(const wick_call *call)
{
    const wick_tensor *const query = wick_call_tensor(call, QUERY);
    const wick_tensor *const key = wick_call_tensor(call, KEY);
    const wick_tensor *const value = wick_call_tensor(call, VALUE);
    for (uint32_t arg = QUERY; arg <= VALUE; arg++) {
        WICK_TRY(check_operand(call, arg));
    }
    if (wick_size_from_end(key, 1) != wick_size_from_end(query, 1)) {
        return fail(call, KEY, WICK_TEXT("key has not the depth of query"));
    }
    if (wick_size_from_end(key, 2) != wick_size_from_end(value, 2)) {
        return fail(call, VALUE, WICK_TEXT("value has not as many rows as key"));
    }
    return WICK_OK;
}

// Sizes of the out's leading dimensions, broadcast over the operands; `back` counts from the end.
static wick_status broadcast(const wick_call *call, uint32_t rank, int32_t *sizes)
{
    const bool groups = wick_call_bool(call, ENABLE_GQA);
    for (uint32_t back = 3; back <= rank; back++) {
        int32_t size = wick_size_from_end(wick_call_tensor(call, QUERY), back);
        for (uint32_t arg = KEY; arg <= MASK; arg++) {
            const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
            const int32_t own = tensor ? wick_size_from_end(tensor, back) : 1;
            const bool is_group = groups && back == 3 && arg != MASK && own > 0 && size % own == 0;
            if (own != size && own != 1 && size != 1 && !is_group) {
                return fail(call, arg, WICK_TEXT("leading dimensions do not broadcast"));
            }
            size = size == 1 ? own : size;
        }
        sizes[rank - back] = size;
    }
    return WICK_OK;
}

static uint32_t largest_rank(const wick_call *call)
{
    uint32_t rank = 0;
    for (uint32_t arg = QUERY; arg <= MASK; arg++) {
        const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
        rank = tensor && tensor->rank > rank ? tensor->rank : rank;
    }
    return rank;
}

static wick_status set_mask(const wick_call *call, wick_attention_params *p)
{
    const wick_tensor *const mask = wick_call_optional_tensor(call, MASK);
    if (!mask) {
        return WICK_OK;
    }
    const int32_t rows = wick_size_from_end(mask, 2);
    const int32_t keys = wick_size_from_end(mask, 1);
    if ((rows != 1 && rows != p->rows) || (keys != 1 && keys != p->keys)) {
        return fail(call, MASK, WICK_TEXT("mask does not broadcast to [rows, keys]"));
    }
    p->mask_dtype = mask->dtype;
    p->mask_row = rows == 1 ? 0 : keys;
    p->mask_key = keys == 1 ? 0 : 1;
    return WICK_OK;
}

wick_status wick_sdpa_prepare(const wick_call *call, void *block)
{
    wick_attention_block *const b = block;
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(check_types(call));
    WICK_TRY(check_matrices(call));
    const wick_tensor *const query = wick_call_tensor(call, QUERY);
    const uint32_t rank = largest_rank(call);
    const int32_t depth = wick_size_from_end(query, 1);
    *b = (wick_attention_block){
        .params = {.rows = wick_size_from_end(query, 2),
                   .keys = wick_size_from_end(wick_call_tensor(call, KEY), 2),
                   .depth = depth,
                   .cols = wick_size_from_end(wick_call_tensor(call, VALUE), 1),
                   .scale = wick_call_is_none(call, SCALE) ? 1 / wick_sqrt_f32((float)depth)
                                                           : (float)wick_call_real(call, SCALE),
                   .dtype = query->dtype,
                   .is_causal = wick_call_bool(call, IS_CAUSAL)},
    };
    WICK_TRY(set_mask(call, &b->params));
    WICK_TRY(broadcast(call, rank, sizes));
    sizes[rank - 2] = b->params.rows;
    sizes[rank - 1] = b->params.cols;
    WICK_TRY(wick_call_resize(call, OUT, rank, sizes));
    WICK_TRY(check_operand(call, OUT));
    b->batch = wick_matrix_count(wick_call_tensor(call, OUT));
    return WICK_OK;
}

wick_status wick_sdpa_run(const wick_call *call, const void *block)
{
    const wick_attention_block *const b = block;
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    const wick_tensor *const mask = wick_call_optional_tensor(call, MASK);
    for (uint32_t i = 0; i < b->batch; i++) {
        const wick_attention_data data = {
            .query = wick_matrix_of(wick_call_tensor(call, QUERY), out, i),
            .key = wick_matrix_of(wick_call_tensor(call, KEY), out, i),
            .value = wick_matrix_of(wick_call_tensor(call, VALUE), out, i),
            .mask = mask ? wick_matrix_of(mask, out, i) : 0,
            .out = (void *)(uintptr_t)wick_matrix_of(out, out, i),
        };
        wick_attention(&b->params, &data);
    }
    return WICK_OK;
}
