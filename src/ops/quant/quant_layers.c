// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_layers.h"

#include "base/checked.h"
#include "base/failure.h"
#include "kernels/quant/conv2d_s16.h"
#include "kernels/quant/linear_s8_w4.h"

#include <string.h>

// Arguments; a call of the short form has no weight and no residual.
enum { INPUT, WEIGHT, RESIDUAL, BLOCK, OUT };
enum { SHORT_BLOCK = 1, SHORT_OUT, SHORT_RESULT, SHORT_FORM };
enum { PER_CHANNEL = 3 }; // words behind the struct for each out channel: bias, multiplier, shift

enum { MOST_WIDE_PRODUCTS = 1 << 22 }; // of a sum of 16-bit activations

static inline __attribute__((always_inline)) bool is_short(const wick_call *call)
{
    return call->arg_count == SHORT_FORM;
}

static inline __attribute__((always_inline)) uint32_t block_arg(const wick_call *call)
{
    return is_short(call) ? SHORT_BLOCK : BLOCK;
}

static inline __attribute__((always_inline)) uint32_t out_arg(const wick_call *call)
{
    return is_short(call) ? SHORT_OUT : OUT;
}

// Weight or residual; NULL if the call has none.
static inline __attribute__((always_inline)) const wick_tensor *optional_arg(const wick_call *call,
                                                                             uint32_t arg)
{
    return is_short(call) ? 0 : wick_call_optional_tensor(call, arg);
}

// What the rows differ in.
typedef struct layer_kind {
    uint8_t dtype; // of activations
    bool is_transposed;
} layer_kind;

// What follows the struct of a block.
typedef struct channel_arrays {
    const int32_t *bias, *multipliers, *shifts;
    const int32_t *end; // where a weight in the block lies
} channel_arrays;

static channel_arrays arrays_of(const int32_t *after, int32_t channels)
{
    return (channel_arrays){after, after + channels, after + 2 * (ptrdiff_t)channels,
                            after + PER_CHANNEL * (ptrdiff_t)channels};
}

// Where the weight lies: in a tensor of its own, or else at the end of the block.
static const void *weight_of(const wick_call *call, const int32_t *end)
{
    const wick_tensor *const weight = optional_arg(call, WEIGHT);
    return weight != 0 ? weight->data : end;
}

// What a block and its weight must be.
typedef struct layer_shape {
    uint64_t words; // of the block, without a weight
    uint32_t weight_dtype;
    uint32_t rank; // of the weight
    int32_t sizes[4];
} layer_shape;

// A weight in the block starts at a word and ends it.
static bool is_whole_block(const wick_call *call, const layer_shape *shape)
{
    uint64_t words = shape->words;
    if (optional_arg(call, WEIGHT) == 0) {
        size_t bytes = 1;
        for (uint32_t i = 0; i < shape->rank; i++) {
            if (__builtin_mul_overflow(bytes, (uint32_t)shape->sizes[i], &bytes)) {
                return false;
            }
        }
        words += (uint64_t)(bytes / sizeof(int32_t)) + (bytes % sizeof(int32_t) != 0);
    }
    return (uint32_t)wick_call_tensor(call, block_arg(call))->sizes[0] == words;
}

static wick_status check_weight(const wick_call *call, const layer_shape *shape)
{
    if (!is_whole_block(call, shape)) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    if (optional_arg(call, WEIGHT) == 0) {
        return WICK_OK;
    }
    WICK_TRY(wick_quant_sized(call, WEIGHT, shape->rank, shape->sizes));
    return wick_quant_dense(call, WEIGHT, shape->weight_dtype);
}

// What run checks because it costs a loop: scales are read where they are used.
static wick_status check_scales(const wick_call *call, const channel_arrays *arrays,
                                int32_t channels, int32_t most_shift)
{
    for (int32_t c = 0; c < channels; c++) {
        if (arrays->multipliers[c] < 0 || arrays->shifts[c] > most_shift) {
            return wick_call_fail(call, WICK_INVALID_PROGRAM, block_arg(call),
                                  WICK_TEXT("multiplier below 0 or shift too large"));
        }
    }
    return WICK_OK;
}

// Types; out and residual have one shape.
static wick_status check_tensors(const wick_call *call, uint32_t dtype)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, out_arg(call));
    // Tensors of one rank share their dim order in most files.
    if (input->dtype != dtype || out->dtype != dtype || input->rank != out->rank ||
        input->dim_order != out->dim_order || !wick_tensor_is_contiguous(out)) {
        WICK_TRY(wick_quant_dense(call, out_arg(call), dtype));
        WICK_TRY(wick_quant_dense(call, INPUT, dtype));
    }
    if (optional_arg(call, RESIDUAL) == 0) {
        return WICK_OK;
    }
    return wick_quant_shaped(call, RESIDUAL, dtype, wick_call_tensor(call, out_arg(call)));
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

static bool is_image(const wick_tensor *tensor, const wick_quant_conv_params *p, int32_t height,
                     int32_t width, int32_t channels)
{
    const int32_t *const sizes = tensor->sizes;
    return tensor->rank == 4 && sizes[0] == p->batch && sizes[1] == height && sizes[2] == width &&
           sizes[3] == channels;
}

// Checks everything but the weight and the size of the block; NULL after a failure.
static const wick_conv2d_s8_block *check_conv(const wick_call *call, layer_kind kind)
{
    const size_t words = WICK_QUANT_WORDS(wick_conv2d_s8_block);
    const void *const held = wick_quant_block(call, block_arg(call), words);
    const wick_conv2d_s8_block *const b = held;
    if (b == 0) {
        return 0;
    }
    const wick_quant_conv_params *const p = &b->params;
    if (!params_are_valid(b, optional_arg(call, RESIDUAL) != 0, kind)) {
        (void)wick_quant_wrong_block(call, block_arg(call));
        return 0;
    }
    const int32_t out[4] = {p->batch, p->height.out, p->width.out, p->out_channels};
    if (!is_image(wick_call_tensor(call, INPUT), p, p->height.in, p->width.in, p->in_channels)) {
        (void)wick_quant_wrong_shape(call, INPUT);
        return 0;
    }
    const bool fits = (is_image(wick_call_tensor(call, out_arg(call)), p, out[1], out[2], out[3]) ||
                       wick_call_resize(call, out_arg(call), 4, out) == WICK_OK) &&
                      check_tensors(call, kind.dtype) == WICK_OK;
    return fits ? b : 0;
}

static uint64_t conv_words(const wick_quant_conv_params *p)
{
    return WICK_QUANT_WORDS(wick_conv2d_s8_block) +
           PER_CHANNEL * (uint64_t)(uint32_t)p->out_channels;
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
    layer_shape shape = {
        .words = conv_words(p),
        .weight_dtype = WICK_INT8,
        .rank = 4,
        .sizes = {p->out_channels, p->height.kernel, p->width.kernel, p->in_channels},
    };
    int32_t *const sizes = shape.sizes;
    if (p->groups != 1) {
        sizes[3] = p->in_channels / p->groups;
        if (kind.is_transposed || (int64_t)sizes[3] * p->groups != p->in_channels ||
            p->out_channels % p->groups != 0) {
            return wick_quant_wrong_block(call, block_arg(call));
        }
    }
    if (kind.dtype == WICK_INT16 && (uint64_t)(uint32_t)sizes[1] * (uint32_t)sizes[2] >
                                        MOST_WIDE_PRODUCTS / (uint32_t)sizes[3]) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    return check_weight(call, &shape);
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
        return wick_quant_wrong_block(call, block_arg(call));
    }
    const wick_tensor *const weight = optional_arg(call, WEIGHT);
    layer_shape shape = {
        .words = conv_words(p),
        .weight_dtype = WICK_INT8,
        .rank = 3,
        .sizes = {p->height.kernel, p->width.kernel, p->out_channels},
    };
    if (weight != 0 && weight->rank == 4) {
        shape = (layer_shape){
            shape.words, WICK_INT8, 4, {1, shape.sizes[0], shape.sizes[1], shape.sizes[2]}};
    }
    if (dtype == WICK_INT16 && (int64_t)p->height.kernel * p->width.kernel > MOST_WIDE_PRODUCTS) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    return check_weight(call, &shape);
}

wick_status wick_depthwise_conv2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_depthwise(call, block, WICK_INT8);
}

wick_status wick_depthwise_conv2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_depthwise(call, block, WICK_INT16);
}

// Gives the out the sizes of the input but for the last.
static wick_status resize_rows(const wick_call *call, int32_t cols)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    int32_t sizes[WICK_MAX_RANK];
    memcpy(sizes, input->sizes, input->rank * sizeof *sizes);
    sizes[input->rank - 1] = cols;
    return wick_call_resize(call, out_arg(call), input->rank, sizes);
}

// Input [.., depth], out [.., cols], as many rows in both.
static wick_status check_linear_shapes(const wick_call *call, const wick_linear_s8_block *b,
                                       uint32_t dtype, const layer_shape *shape)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    if (input->rank < 1) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    const wick_tensor *const out = wick_call_tensor(call, out_arg(call));
    const uint32_t last = input->rank - 1u;
    const bool same_rank = out->rank == input->rank;
    const int32_t *const sizes = input->sizes;
    const int32_t *const out_sizes = same_rank ? out->sizes : sizes;
    int32_t difference = out_sizes[last] ^ b->cols;
    uint32_t rows = 1; // elements of a tensor are below 2^31, also with sizes of 0 taken as 1
    for (uint32_t i = 0; i < last; i++) {
        rows *= (uint32_t)sizes[i];
        difference |= out_sizes[i] ^ sizes[i];
    }
    if (rows != (uint32_t)b->rows || sizes[last] != b->depth) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    if (!same_rank || difference != 0) {
        WICK_TRY(resize_rows(call, b->cols));
    }
    WICK_TRY(check_weight(call, shape));
    return check_tensors(call, dtype);
}

static wick_status prepare_linear(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_linear_s8_block);
    const void *const held = wick_quant_block(call, block_arg(call), words);
    const wick_linear_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (b->rows < 0 || b->depth < 0 || b->cols < 0 ||
        (dtype == WICK_INT16 && (b->depth < 1 || b->depth > MOST_WIDE_PRODUCTS)) ||
        !wick_quant_offset_fits(b->input_offset, dtype) ||
        !wick_quant_range_fits(&b->range, dtype) ||
        (optional_arg(call, RESIDUAL) != 0 && !wick_quant_residual_fits(&b->residual, dtype))) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    const layer_shape shape = {.words = words + PER_CHANNEL * (uint64_t)(uint32_t)b->cols,
                               .weight_dtype = WICK_INT8,
                               .rank = 2,
                               .sizes = {b->cols, b->depth}};
    return check_linear_shapes(call, b, dtype, &shape);
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
    return wick_quant_offset_fits(l->input_offset, WICK_INT8) &&
           wick_quant_range_fits(&l->range, WICK_INT8) &&
           (optional_arg(call, RESIDUAL) == 0 || wick_quant_residual_fits(&l->residual, WICK_INT8));
}

// Words of a block for each column.
static uint32_t w4_column_words(const wick_linear_s8_w4_block *b)
{
    return PER_CHANNEL + (b->groups > 1 ? (uint32_t)b->groups : 0);
}

wick_status wick_linear_s8_w4_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_linear_s8_w4_block);
    const void *const held = wick_quant_block(call, block_arg(call), words);
    const wick_linear_s8_w4_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (!w4_block_is_valid(call, b)) {
        return wick_quant_wrong_block(call, block_arg(call));
    }
    const wick_linear_s8_block *const l = &b->layer;
    const layer_shape shape = {.words = words + (uint64_t)w4_column_words(b) * (uint32_t)l->cols,
                               .weight_dtype = WICK_UINT8,
                               .rank = 2,
                               .sizes = {l->cols, l->depth / 2 + l->depth % 2}};
    return check_linear_shapes(call, l, WICK_INT8, &shape);
}

typedef void conv_kernel(const wick_quant_conv_params *params, const wick_quant_conv_data *data);

static wick_status run_conv(const wick_call *call, conv_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, block_arg(call))->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->params.out_channels);
    const wick_tensor *const residual = optional_arg(call, RESIDUAL);
    WICK_TRY(check_scales(call, &arrays, b->params.out_channels, WICK_QUANT_SHIFT_MAX));
    const wick_quant_conv_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                       .weight = weight_of(call, arrays.end),
                                       .bias = arrays.bias,
                                       .multipliers = arrays.multipliers,
                                       .shifts = arrays.shifts,
                                       .residual = residual ? residual->data : 0,
                                       .sum = &b->residual,
                                       .out = wick_call_tensor(call, out_arg(call))->data};
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
    const wick_tensor *const residual = optional_arg(call, RESIDUAL);
    return (wick_quant_linear_data){.input = wick_call_tensor(call, INPUT)->data,
                                    .weight = weight_of(call, arrays->end),
                                    .bias = arrays->bias,
                                    .multipliers = arrays->multipliers,
                                    .shifts = arrays->shifts,
                                    .residual = residual ? residual->data : 0,
                                    .sum = sum,
                                    .out = wick_call_tensor(call, out_arg(call))->data};
}

wick_status wick_linear_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_block *const b = wick_call_tensor(call, block_arg(call))->data;
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
    const wick_linear_s8_w4_block *const b = wick_call_tensor(call, block_arg(call))->data;
    const void *const after = b + 1;
    channel_arrays arrays = arrays_of(after, b->layer.cols);
    const int32_t *const factors = arrays.end;
    arrays.end += b->groups > 1 ? (ptrdiff_t)b->groups * b->layer.cols : 0;
    WICK_TRY(check_scales(call, &arrays, b->layer.cols, WICK_QUANT_SHIFT_MAX));
    const wick_quant_linear_params params = linear_params(&b->layer);
    const wick_quant_linear_data data = linear_data(call, &arrays, &b->layer.residual);
    wick_linear_s8_w4(&params, &data, b->groups, factors);
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
    const wick_tensor *const residual = optional_arg(call, RESIDUAL);
    WICK_TRY(check_scales(call, &arrays, params->out_channels, WICK_QUANT_WIDE_SHIFT_MAX));
    const wick_quant_conv_s16_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                           .weight = weight_of(call, arrays.end),
                                           .bias = arrays.bias,
                                           .multipliers = arrays.multipliers,
                                           .shifts = arrays.shifts,
                                           .residual = residual ? residual->data : 0,
                                           .sum = sum,
                                           .out = wick_call_tensor(call, out_arg(call))->data};
    kernel(params, &data);
    return WICK_OK;
}

static wick_status run_wide_conv(const wick_call *call, wide_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, block_arg(call))->data;
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
    const wick_linear_s8_block *const b = wick_call_tensor(call, block_arg(call))->data;
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
