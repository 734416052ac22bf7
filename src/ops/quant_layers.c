// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant_layers.h"

#include "base/failure.h"
#include "kernels/quant/conv2d_s16.h"
#include "kernels/quant/linear_s8_w4.h"

enum { INPUT, WEIGHT, RESIDUAL, BLOCK, OUT };
enum { PER_CHANNEL = 3 }; // words behind the struct for each out channel: bias, multiplier, shift

enum { MOST_WIDE_PRODUCTS = 1 << 22 }; // of a sum of 16-bit activations

// What the rows differ in.
typedef struct layer_kind {
    uint8_t dtype; // of activations
    bool is_transposed;
} layer_kind;

// What follows the struct of a block.
typedef struct channel_arrays {
    const int32_t *bias, *multipliers, *shifts;
} channel_arrays;

static channel_arrays arrays_of(const int32_t *after, int32_t channels)
{
    return (channel_arrays){after, after + channels, after + 2 * (ptrdiff_t)channels};
}

static bool has_channel_arrays(const wick_call *call, size_t words, int32_t channels)
{
    return (uint64_t)wick_call_tensor(call, BLOCK)->sizes[0] ==
           words + PER_CHANNEL * (uint64_t)(uint32_t)channels;
}

// What run checks because it costs a loop: scales are read where they are used.
static wick_status check_scales(const wick_call *call, const channel_arrays *arrays,
                                int32_t channels, int32_t most_shift)
{
    for (int32_t c = 0; c < channels; c++) {
        if (arrays->multipliers[c] < 0 || arrays->shifts[c] > most_shift) {
            return wick_call_fail(call, WICK_INVALID_PROGRAM, BLOCK,
                                  WICK_TEXT("multiplier below 0 or shift too large"));
        }
    }
    return WICK_OK;
}

// Types; out and residual have one shape.
static wick_status check_tensors(const wick_call *call, uint32_t dtype, uint32_t weight_dtype)
{
    WICK_TRY(wick_quant_dense(call, INPUT, dtype));
    WICK_TRY(wick_quant_dense(call, WEIGHT, weight_dtype));
    WICK_TRY(wick_quant_dense(call, OUT, dtype));
    if (wick_call_is_none(call, RESIDUAL)) {
        return WICK_OK;
    }
    return wick_quant_shaped(call, RESIDUAL, dtype, wick_call_tensor(call, OUT));
}

static bool params_are_valid(const wick_conv2d_s8_block *b, bool has_residual, layer_kind kind)
{
    const wick_quant_conv_params *const p = &b->params;
    return p->batch >= 0 && p->groups >= 1 && p->in_channels >= 1 && p->out_channels >= 1 &&
           wick_quant_axis_is_valid(&p->height, kind.is_transposed) &&
           wick_quant_axis_is_valid(&p->width, kind.is_transposed) &&
           wick_quant_offset_fits(p->input_offset, kind.dtype) &&
           wick_quant_range_fits(&p->range, kind.dtype) &&
           (!has_residual || wick_quant_residual_fits(&b->residual, kind.dtype));
}

// Checks everything but the weight; NULL after a failure.
static const wick_conv2d_s8_block *check_conv(const wick_call *call, layer_kind kind)
{
    const size_t words = WICK_QUANT_WORDS(wick_conv2d_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_conv2d_s8_block *const b = held;
    if (b == 0) {
        return 0;
    }
    const wick_quant_conv_params *const p = &b->params;
    if (!params_are_valid(b, !wick_call_is_none(call, RESIDUAL), kind) ||
        !has_channel_arrays(call, words, p->out_channels)) {
        (void)wick_quant_wrong_block(call, BLOCK);
        return 0;
    }
    const int32_t in[4] = {p->batch, p->height.in, p->width.in, p->in_channels};
    const int32_t out[4] = {p->batch, p->height.out, p->width.out, p->out_channels};
    const bool fits = wick_call_resize(call, OUT, 4, out) == WICK_OK &&
                      wick_quant_sized(call, INPUT, 4, in) == WICK_OK &&
                      check_tensors(call, kind.dtype, WICK_INT8) == WICK_OK;
    return fits ? b : 0;
}

// Weight [out, height, width, in / groups].
static wick_status prepare_dense(const wick_call *call, void *block, layer_kind kind)
{
    const wick_conv2d_s8_block *const b = check_conv(call, kind);
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const wick_quant_conv_params *const p = &b->params;
    int32_t sizes[4] = {p->out_channels, p->height.kernel, p->width.kernel, p->in_channels};
    if (p->groups != 1) {
        sizes[3] = p->in_channels / p->groups;
        if (kind.is_transposed || (int64_t)sizes[3] * p->groups != p->in_channels ||
            p->out_channels % p->groups != 0) {
            return wick_quant_wrong_block(call, BLOCK);
        }
    }
    if (kind.dtype == WICK_INT16 && (uint64_t)(uint32_t)sizes[1] * (uint32_t)sizes[2] >
                                        MOST_WIDE_PRODUCTS / (uint32_t)sizes[3]) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return wick_quant_sized(call, WEIGHT, 4, sizes);
}

wick_status wick_conv2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, block, (layer_kind){WICK_INT8, false});
}

wick_status wick_transpose_conv2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, block, (layer_kind){WICK_INT8, true});
}

wick_status wick_conv2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, block, (layer_kind){WICK_INT16, false});
}

wick_status wick_transpose_conv2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, block, (layer_kind){WICK_INT16, true});
}

// Weight [height, width, out], or that with a 1 in front.
static wick_status prepare_depthwise(const wick_call *call, void *block, uint8_t dtype)
{
    const wick_conv2d_s8_block *const b = check_conv(call, (layer_kind){dtype, false});
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const wick_quant_conv_params *const p = &b->params;
    if (p->groups != p->in_channels ||
        (p->out_channels != p->in_channels && p->out_channels % p->in_channels != 0)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const int32_t sizes[4] = {1, p->height.kernel, p->width.kernel, p->out_channels};
    const uint32_t front = wick_call_tensor(call, WEIGHT)->rank == 3 ? 1 : 0;
    if (dtype == WICK_INT16 && (int64_t)p->height.kernel * p->width.kernel > MOST_WIDE_PRODUCTS) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return wick_quant_sized(call, WEIGHT, 4 - front, sizes + front);
}

wick_status wick_depthwise_conv2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_depthwise(call, block, WICK_INT8);
}

wick_status wick_depthwise_conv2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_depthwise(call, block, WICK_INT16);
}

// Input [.., depth], out [.., cols], as many rows in both.
static wick_status check_linear_shapes(const wick_call *call, const wick_linear_s8_block *b,
                                       uint32_t dtype, bool is_packed)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    if (input->rank < 1) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const uint32_t last = input->rank - 1u;
    int32_t sizes[WICK_MAX_RANK];
    uint64_t rows = 1;
    for (uint32_t i = 0; i < last; i++) {
        sizes[i] = input->sizes[i];
        rows *= rows <= INT32_MAX ? (uint32_t)sizes[i] : 0;
    }
    sizes[last] = b->cols;
    if (rows != (uint64_t)b->rows || input->sizes[last] != b->depth) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const int32_t weight[2] = {b->cols, is_packed ? b->depth / 2 + b->depth % 2 : b->depth};
    WICK_TRY(wick_call_resize(call, OUT, input->rank, sizes));
    WICK_TRY(wick_quant_sized(call, WEIGHT, 2, weight));
    return check_tensors(call, dtype, is_packed ? WICK_UINT8 : WICK_INT8);
}

static wick_status prepare_linear(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_linear_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_linear_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (b->rows < 0 || b->depth < 0 || b->cols < 0 || !has_channel_arrays(call, words, b->cols) ||
        (dtype == WICK_INT16 && (b->depth < 1 || b->depth > MOST_WIDE_PRODUCTS)) ||
        !wick_quant_offset_fits(b->input_offset, dtype) ||
        !wick_quant_range_fits(&b->range, dtype) ||
        (!wick_call_is_none(call, RESIDUAL) && !wick_quant_residual_fits(&b->residual, dtype))) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return check_linear_shapes(call, b, dtype, false);
}

wick_status wick_linear_s8_prepare(const wick_call *call, void *block)
{
    return prepare_linear(call, block, WICK_INT8);
}

wick_status wick_linear_s16_prepare(const wick_call *call, void *block)
{
    return prepare_linear(call, block, WICK_INT16);
}

static bool w4_block_is_valid(const wick_call *call, const wick_linear_s8_w4_block *b)
{
    const wick_linear_s8_block *const l = &b->layer;
    if (l->rows < 0 || l->depth < 1 || l->cols < 0 || b->groups < 1 || l->depth % b->groups != 0) {
        return false;
    }
    const uint64_t factors = b->groups > 1 ? (uint64_t)(uint32_t)b->groups : 0;
    return (uint64_t)wick_call_tensor(call, BLOCK)->sizes[0] ==
               WICK_QUANT_WORDS(wick_linear_s8_w4_block) +
                   (PER_CHANNEL + factors) * (uint32_t)l->cols &&
           wick_quant_offset_fits(l->input_offset, WICK_INT8) &&
           wick_quant_range_fits(&l->range, WICK_INT8) &&
           (wick_call_is_none(call, RESIDUAL) || wick_quant_residual_fits(&l->residual, WICK_INT8));
}

wick_status wick_linear_s8_w4_prepare(const wick_call *call, void *block)
{
    const void *const held =
        wick_quant_block(call, BLOCK, WICK_QUANT_WORDS(wick_linear_s8_w4_block));
    const wick_linear_s8_w4_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    return w4_block_is_valid(call, b) ? check_linear_shapes(call, &b->layer, WICK_INT8, true)
                                      : wick_quant_wrong_block(call, BLOCK);
}

typedef void conv_kernel(const wick_quant_conv_params *params, const wick_quant_conv_data *data);

static wick_status run_conv(const wick_call *call, conv_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->params.out_channels);
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    WICK_TRY(check_scales(call, &arrays, b->params.out_channels, WICK_QUANT_SHIFT_MAX));
    const wick_quant_conv_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                       .weight = wick_call_tensor(call, WEIGHT)->data,
                                       .bias = arrays.bias,
                                       .multipliers = arrays.multipliers,
                                       .shifts = arrays.shifts,
                                       .residual = residual ? residual->data : 0,
                                       .sum = &b->residual,
                                       .out = wick_call_tensor(call, OUT)->data};
    kernel(&b->params, &data);
    return WICK_OK;
}

wick_status wick_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_conv2d_s8);
}

wick_status wick_depthwise_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_depthwise_conv2d_s8);
}

wick_status wick_transpose_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_transpose_conv2d_s8);
}

static wick_quant_linear_params linear_params(const wick_linear_s8_block *b)
{
    return (wick_quant_linear_params){.rows = b->rows,
                                      .depth = b->depth,
                                      .cols = b->cols,
                                      .input_offset = b->input_offset,
                                      .scale_step = 1,
                                      .range = b->range,
                                      .is_backward = b->is_backward};
}

static wick_quant_linear_data linear_data(const wick_call *call, const channel_arrays *arrays,
                                          const wick_quant_residual *sum)
{
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    return (wick_quant_linear_data){.input = wick_call_tensor(call, INPUT)->data,
                                    .weight = wick_call_tensor(call, WEIGHT)->data,
                                    .bias = arrays->bias,
                                    .multipliers = arrays->multipliers,
                                    .shifts = arrays->shifts,
                                    .residual = residual ? residual->data : 0,
                                    .sum = sum,
                                    .out = wick_call_tensor(call, OUT)->data};
}

wick_status wick_linear_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->cols);
    WICK_TRY(check_scales(call, &arrays, b->cols, WICK_QUANT_SHIFT_MAX));
    const wick_quant_linear_params params = linear_params(b);
    const wick_quant_linear_data data = linear_data(call, &arrays, &b->residual);
    wick_linear_s8(&params, &data);
    return WICK_OK;
}

wick_status wick_linear_s8_w4_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_w4_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->layer.cols);
    WICK_TRY(check_scales(call, &arrays, b->layer.cols, WICK_QUANT_SHIFT_MAX));
    const wick_quant_linear_params params = linear_params(&b->layer);
    const wick_quant_linear_data data = linear_data(call, &arrays, &b->layer.residual);
    wick_linear_s8_w4(&params, &data, b->groups, arrays.shifts + b->layer.cols);
    return WICK_OK;
}

typedef void wide_kernel(const wick_quant_conv_params *params,
                         const wick_quant_conv_s16_data *data);

// `after` is what follows the struct of the block, to which `sum` belongs.
static wick_status run_wide(const wick_call *call, wide_kernel *kernel,
                            const wick_quant_conv_params *params, const wick_quant_residual *sum,
                            const void *after)
{
    const channel_arrays arrays = arrays_of(after, params->out_channels);
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    WICK_TRY(check_scales(call, &arrays, params->out_channels, WICK_QUANT_WIDE_SHIFT_MAX));
    const wick_quant_conv_s16_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                           .weight = wick_call_tensor(call, WEIGHT)->data,
                                           .bias = arrays.bias,
                                           .multipliers = arrays.multipliers,
                                           .shifts = arrays.shifts,
                                           .residual = residual ? residual->data : 0,
                                           .sum = sum,
                                           .out = wick_call_tensor(call, OUT)->data};
    kernel(params, &data);
    return WICK_OK;
}

static wick_status run_wide_conv(const wick_call *call, wide_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    return run_wide(call, kernel, &b->params, &b->residual, b + 1);
}

wick_status wick_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_conv2d_s16);
}

wick_status wick_depthwise_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_depthwise_conv2d_s16);
}

wick_status wick_transpose_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_transpose_conv2d_s16);
}

// A linear layer is a convolution of one tap over a column of pixels.
wick_status wick_linear_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_axis one = {1, 1, 1, 1, 0, 1, 1, 1};
    wick_quant_conv_params params = {.batch = 1,
                                     .groups = 1,
                                     .in_channels = b->depth,
                                     .out_channels = b->cols,
                                     .height = one,
                                     .width = one,
                                     .input_offset = b->input_offset,
                                     .range = b->range,
                                     .is_backward = b->is_backward};
    params.height.in = b->rows;
    params.height.out = b->rows;
    return run_wide(call, wick_conv2d_s16, &params, &b->residual, b + 1);
}
