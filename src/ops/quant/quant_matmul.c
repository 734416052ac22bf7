// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_matmul.h"

#include "base/failure.h"

enum { SELF, OTHER, BLOCK, OUT };
enum { INPUT = 0, NORM_BLOCK, NORM_OUT };
enum { MOST_DEPTH = 32767, MOST_NORM_DEPTH = 1 << 16, MOST_FRACTION = 40 };

// Whether three loops of these sizes and strides stay inside a tensor of `count` elements.
static bool stays_inside(const int32_t sizes[3], const int32_t strides[3], size_t count)
{
    wick_quant_loop loops[3];
    uint64_t product;
    for (uint32_t i = 0; i < 3; i++) {
        loops[i] = (wick_quant_loop){sizes[i], strides[i], 0};
    }
    const wick_quant_loops all = {loops, 3};
    return wick_quant_loops_product(&all, &product) &&
           (product == 0 || wick_quant_loops_stay_below(&all, false, count));
}

static bool matmul_is_valid(const wick_call *call, const wick_matmul_s8_block *b)
{
    const int32_t lhs[3] = {b->batch, b->rows, b->depth};
    const int32_t rhs[3] = {b->batch, b->cols, b->depth};
    const int32_t out[3] = {b->batch, b->rows, b->cols};
    const size_t out_count = wick_tensor_count(wick_call_tensor(call, OUT));
    const uint64_t rows = (uint64_t)(uint32_t)b->batch * (uint32_t)b->rows;
    return b->depth <= MOST_DEPTH && wick_quant_offset_fits(b->lhs_offset, WICK_INT8) &&
           wick_quant_offset_fits(b->rhs_offset, WICK_INT8) &&
           wick_quant_range_fits(&b->range, WICK_INT8) &&
           wick_quant_scale_is_valid(b->scale.multiplier, b->scale.shift) &&
           stays_inside(lhs, b->lhs_strides, wick_tensor_count(wick_call_tensor(call, SELF))) &&
           stays_inside(rhs, b->rhs_strides, wick_tensor_count(wick_call_tensor(call, OTHER))) &&
           stays_inside(out, b->out_strides, out_count) && rows <= INT32_MAX &&
           rows * (uint32_t)b->cols == out_count;
}

wick_status wick_matmul_s8_prepare(const wick_call *call, void *block)
{
    const void *const held = wick_quant_block(call, BLOCK, WICK_QUANT_WORDS(wick_matmul_s8_block));
    *(wick_quant_nothing *)block = 0;
    if (held == 0) {
        return call->failure->status;
    }
    WICK_TRY(wick_quant_dense(call, SELF, WICK_INT8));
    WICK_TRY(wick_quant_dense(call, OTHER, WICK_INT8));
    WICK_TRY(wick_quant_dense(call, OUT, WICK_INT8));
    return matmul_is_valid(call, held) ? WICK_OK : wick_quant_wrong_block(call, BLOCK);
}

wick_status wick_matmul_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_matmul_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const bool is_empty = wick_tensor_count(wick_call_tensor(call, OUT)) == 0;
    if (!is_empty) { // else its loops may be countless
        wick_batch_matmul_s8(b, wick_call_tensor(call, SELF)->data,
                             wick_call_tensor(call, OTHER)->data,
                             wick_call_tensor(call, OUT)->data);
    }
    return WICK_OK;
}

wick_status wick_layer_norm_s8_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_layer_norm_s8_block);
    const void *const held = wick_quant_block(call, NORM_BLOCK, words);
    const wick_layer_norm_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    WICK_TRY(wick_call_resize(call, NORM_OUT, input->rank, input->sizes));
    WICK_TRY(wick_quant_dense(call, INPUT, WICK_INT8));
    WICK_TRY(wick_quant_dense(call, NORM_OUT, WICK_INT8));
    if (b->rows < 0 || b->depth < 1 || b->depth > MOST_NORM_DEPTH || b->fraction_bits < 0 ||
        b->fraction_bits > MOST_FRACTION || b->epsilon[1] < 0 || b->epsilon[1] >= 1 << 29 ||
        !wick_quant_range_fits(&b->range, WICK_INT8) ||
        (uint64_t)(uint32_t)b->rows * (uint32_t)b->depth != wick_tensor_count(input) ||
        (uint64_t)wick_call_tensor(call, NORM_BLOCK)->sizes[0] !=
            words + 2 * (uint64_t)(uint32_t)b->depth) {
        return wick_quant_wrong_block(call, NORM_BLOCK);
    }
    return WICK_OK;
}

wick_status wick_layer_norm_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_layer_norm_s8_block *const b = wick_call_tensor(call, NORM_BLOCK)->data;
    const void *const after = b + 1;
    wick_layer_norm_s8(b, after, wick_call_tensor(call, INPUT)->data,
                       wick_call_tensor(call, NORM_OUT)->data);
    return WICK_OK;
}
