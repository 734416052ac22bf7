// SPDX-License-Identifier: BSD-3-Clause
// Promises of the integer operators wick::*_s8 and *_s16, whose numbers stand in a constant block.
#include "compiler/contract/contract.h"

#include "ops/op.h"
#include "ops/quant/quant_elementwise.h"
#include "ops/quant/quant_layers.h"
#include "ops/quant/quant_matmul.h"
#include "ops/quant/quant_reduce.h"

#include <stddef.h>

enum { INPUT, WEIGHT, RESIDUAL, BLOCK }; // of a layer
enum { SELF, OTHER, OPERANDS_BLOCK };    // of elementwise arithmetic and products of matrices
enum { POOLED, POOL_BLOCK };

static const void *block_of(const wick_call *call, uint32_t arg)
{
    return wick_call_tensor(call, arg)->data;
}

// Distances of elements of the call's first argument, 8 or 16 bits wide.
static wick_distance in_bytes(const wick_call *call, wick_distance elements)
{
    const int64_t width = wick_dtype_size_bytes(wick_call_tensor(call, INPUT)->dtype);
    return (wick_distance){elements.forward_bytes * width, elements.backward_bytes * width};
}

// Input at the distance, residual exactly over the result: it is read as the result is written.
// Backward, the channels of a pixel still rise: what lies not exactly there must lie a pixel apart.
static void state_layer(const wick_call *call, wick_distance elements, int64_t channels,
                        wick_contract *out)
{
    const wick_distance distance = in_bytes(call, elements);
    const int64_t pixel_bytes = in_bytes(call, (wick_distance){0, channels}).backward_bytes;
    out->overlaps[out->overlap_count++] = (wick_overlap){.arg = INPUT, .distance = distance};
    if (!wick_call_is_none(call, RESIDUAL)) {
        out->overlaps[out->overlap_count++] =
            (wick_overlap){.arg = RESIDUAL, .may_coincide = true, .distance = {0, pixel_bytes}};
    }
    out->order_arg = BLOCK;
}

static void state_convolution(const wick_call *call, wick_window_kind kind, wick_contract *out)
{
    const wick_conv2d_s8_block *const b = block_of(call, BLOCK);
    state_layer(call, wick_distance_windows(&b->params, kind), b->params.out_channels, out);
    out->order_word = offsetof(wick_conv2d_s8_block, params.is_backward) / sizeof(int32_t);
}

static uint64_t macs_at(const wick_quant_conv_params *p, int32_t height, int32_t width)
{
    const uint64_t positions = (uint64_t)p->batch * (uint64_t)height * (uint64_t)width;
    const uint64_t taps = (uint64_t)p->height.kernel * (uint64_t)p->width.kernel;
    return positions * taps * (uint64_t)p->out_channels * (uint64_t)(p->in_channels / p->groups);
}

void wick_contract_conv2d_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_quant_conv_params *const p = block_of(call, BLOCK);
    (void)block;
    out->macs = macs_at(p, p->height.out, p->width.out);
    state_convolution(call, WICK_WINDOW_DENSE, out);
}

void wick_contract_depthwise_conv2d_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_quant_conv_params *const p = block_of(call, BLOCK);
    (void)block;
    out->macs = macs_at(p, p->height.out, p->width.out);
    state_convolution(call, WICK_WINDOW_DEPTHWISE, out);
}

// Each input meets each tap of each filter.
void wick_contract_transpose_conv2d_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_quant_conv_params *const p = block_of(call, BLOCK);
    (void)block;
    out->macs = macs_at(p, p->height.in, p->width.in);
    state_convolution(call, WICK_WINDOW_TRANSPOSED, out);
}

void wick_contract_linear_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_linear_s8_block *const b = block_of(call, BLOCK);
    (void)block;
    out->macs = (uint64_t)b->rows * (uint64_t)b->depth * (uint64_t)b->cols;
    state_layer(call, wick_distance_rows(b->rows, b->depth, b->cols), b->cols, out);
    out->order_word = offsetof(wick_linear_s8_block, is_backward) / sizeof(int32_t);
}

// Whether an operand steps through the loops as the result does.
static bool steps_as_result(const int32_t *loops, int32_t count, uint32_t operand)
{
    int64_t step = 1;
    for (int32_t k = count - 1; k >= 0; k--) {
        const int32_t *const loop = loops + 3 * (ptrdiff_t)k; // count, a_step, b_step
        if (loop[0] > 1 && loop[1 + operand] != step) {
            return false;
        }
        step *= loop[0];
    }
    return true;
}

static void state_operands(const void *loops, int32_t count, wick_contract *out)
{
    for (uint32_t operand = SELF; operand <= OTHER; operand++) {
        if (steps_as_result(loops, count, operand)) {
            out->overlaps[out->overlap_count++] = (wick_overlap){
                .arg = operand, .may_coincide = true, .distance = wick_distance_elements(1, 1, 1)};
        }
    }
}

void wick_contract_add_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_add_s8_block *const b = block_of(call, OPERANDS_BLOCK);
    (void)block;
    state_operands(b + 1, b->loop_count, out);
}

void wick_contract_product_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_mul_s8_block *const b = block_of(call, OPERANDS_BLOCK);
    (void)block;
    state_operands(b + 1, b->loop_count, out);
}

void wick_contract_pool2d_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_pool2d_s8_block *const b = block_of(call, POOL_BLOCK);
    (void)block;
    out->overlaps[out->overlap_count++] =
        (wick_overlap){.arg = POOLED, .distance = in_bytes(call, wick_distance_pool(b))};
    out->order_arg = POOL_BLOCK;
    out->order_word = offsetof(wick_pool2d_s8_block, is_backward) / sizeof(int32_t);
}

// A row is measured before its first element is written; each is read once more as it is.
void wick_contract_softmax_s8(const wick_call *call, const void *block, wick_contract *out)
{
    (void)call;
    (void)block;
    out->overlaps[out->overlap_count++] = (wick_overlap){
        .arg = SELF, .may_coincide = true, .distance = {WICK_DISTANCE_NONE, WICK_DISTANCE_NONE}};
}

void wick_contract_matmul_s8(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_matmul_s8_block *const b = block_of(call, OPERANDS_BLOCK);
    (void)block;
    out->macs = (uint64_t)b->batch * (uint64_t)b->rows * (uint64_t)b->cols * (uint64_t)b->depth;
}

// Between float32 and integers, element by element in the order of memory.
void wick_contract_conversion(const wick_call *call, const void *block, wick_contract *out)
{
    const wick_tensor *const input = wick_call_tensor(call, SELF);
    const wick_tensor *const result = wick_call_tensor(call, call->arg_count - 1);
    (void)block;
    out->overlaps[out->overlap_count++] =
        (wick_overlap){.arg = SELF,
                       .may_coincide = input->dtype == result->dtype,
                       .distance = wick_distance_elements((int64_t)wick_tensor_count(input),
                                                          wick_dtype_size_bytes(input->dtype),
                                                          wick_dtype_size_bytes(result->dtype))};
}
