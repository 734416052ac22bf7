// SPDX-License-Identifier: BSD-3-Clause
#include "ops/conv3d.h"

#include "base/failure.h"
#include "ops/axis.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/space.h"

enum { INPUT, WEIGHT, BIAS, STRIDE, PADDING, DILATION, TRANSPOSED, OUTPUT_PADDING, GROUPS, OUT };

// Where the arguments of a window stand: stride, padding, dilation, transposed, output padding and
// groups follow each other.
static wick_status read_window(const wick_call *call, uint32_t first, uint32_t spatial,
                               wick_conv3d_params *p)
{
    WICK_TRY(wick_call_spatial(call, first, spatial, 1, 1, p->stride));
    WICK_TRY(wick_call_spatial(call, first + 1, spatial, 0, 0, p->padding));
    WICK_TRY(wick_call_spatial(call, first + 2, spatial, 1, 1, p->dilation));
    p->is_transposed = wick_call_bool(call, first + 3);
    p->groups = (int32_t)wick_call_int(call, first + 5);
    return WICK_OK;
}

// Sizes of the result from those of input and weight, into p->out.
static wick_status set_out_sizes(const wick_call *call, uint32_t output_padding_arg,
                                 uint32_t spatial, wick_conv3d_params *p)
{
    int32_t extra[3];
    WICK_TRY(wick_call_spatial(call, output_padding_arg, spatial, 0, 0, extra));
    for (uint32_t i = 0; i < 3; i++) {
        wick_axis axis = {.in = p->in.sizes[2 + i],
                          .kernel = p->weight.sizes[2 + i],
                          .stride = p->stride[i],
                          .padding = p->padding[i],
                          .dilation = p->dilation[i],
                          .output_padding = extra[i]};
        WICK_TRY(p->is_transposed ? wick_axis_transposed(call, &axis, output_padding_arg)
                                  : wick_axis_forward(call, &axis));
        p->out.sizes[2 + i] = axis.out;
    }
    return WICK_OK;
}

static wick_status prepare_deep(const wick_call *call, wick_convolution_block *block)
{
    wick_conv3d_params p = {0};
    *block = (wick_convolution_block){.dtype = wick_call_tensor(call, INPUT)->dtype,
                                      .is_transposed = wick_call_bool(call, TRANSPOSED),
                                      .is_deep = 1};
    WICK_TRY(wick_convolution_check_dtypes(call));
    WICK_TRY(wick_convolution_read_channels(call, block));
    wick_tensor_space(wick_call_tensor(call, INPUT), 3, &p.in);
    wick_tensor_space(wick_call_tensor(call, WEIGHT), 3, &p.weight);
    WICK_TRY(read_window(call, STRIDE, 3, &p));
    WICK_TRY(set_out_sizes(call, OUTPUT_PADDING, 3, &p));
    p.out.sizes[0] = block->batch;
    p.out.sizes[1] = block->out_channels;
    return wick_call_resize_space(call, OUT, 3, true, p.out.sizes, &p.out);
}

wick_status wick_convolution3d_prepare(const wick_call *call, void *block)
{
    const bool is_deep =
        wick_call_tensor(call, WEIGHT)->rank == 5 && wick_call_tensor(call, INPUT)->rank == 5;
    return is_deep ? prepare_deep(call, block) : wick_convolution_prepare(call, block);
}

wick_status wick_convolution3d_run(const wick_call *call, const void *block)
{
    const wick_convolution_block *const b = block;
    if (!b->is_deep) {
        return wick_convolution_run(call, block);
    }
    wick_conv3d_params p = {.dtype = b->dtype};
    WICK_TRY(read_window(call, STRIDE, 3, &p));
    wick_tensor_space(wick_call_tensor(call, INPUT), 3, &p.in);
    wick_tensor_space(wick_call_tensor(call, WEIGHT), 3, &p.weight);
    wick_tensor_space(wick_call_tensor(call, OUT), 3, &p.out);
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    const wick_conv_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                 .weight = wick_call_tensor(call, WEIGHT)->data,
                                 .bias = bias ? bias->data : 0,
                                 .out = wick_call_tensor(call, OUT)->data};
    wick_conv3d_kernel *const conv = WICK_KERNEL_FOR(p.dtype, wick_conv3d);
    conv(&p, &data);
    return WICK_OK;
}

enum { GRADIENT, BACK_INPUT, BACK_WEIGHT, BIAS_SIZES, BACK_STRIDE, BACK_OUTPUT_PADDING = 8 };
enum { BACK_GROUPS = 9, MASK, GRADIENTS };

static wick_status check_backward_tensors(const wick_call *call, uint32_t *spatial)
{
    const uint32_t rank = wick_call_tensor(call, BACK_WEIGHT)->rank;
    WICK_TRY(wick_call_real_or_f64(call, GRADIENT));
    for (uint32_t arg = GRADIENT; arg <= BACK_WEIGHT; arg++) {
        WICK_TRY(wick_call_same_dtype(call, arg, GRADIENT));
        if (wick_call_tensor(call, arg)->rank != rank || rank < 3 || rank > 5) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  WICK_TEXT("tensor has not 3 to 5 dimensions as the weight"));
        }
    }
    *spatial = rank - 2;
    return WICK_OK;
}

// Channels and the sizes of the gradient against those that the forward call gives.
static wick_status check_backward_sizes(const wick_call *call, uint32_t spatial,
                                        wick_conv3d_params *p)
{
    const int64_t groups = wick_call_int(call, BACK_GROUPS);
    const int32_t *const weight = p->weight.sizes;
    if (groups < 1 || groups > weight[0] || weight[0] % groups != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BACK_GROUPS,
                              WICK_TEXT("groups do not divide the channels of weight"));
    }
    const int64_t other = weight[1] * groups;
    const int64_t in = p->is_transposed ? weight[0] : other;
    const int64_t out = p->is_transposed ? other : weight[0];
    wick_conv3d_params expected = *p;
    WICK_TRY(set_out_sizes(call, BACK_OUTPUT_PADDING, spatial, &expected));
    bool fits = p->in.sizes[1] == in && p->out.sizes[1] == out && p->out.sizes[0] == p->in.sizes[0];
    for (uint32_t d = 2; d < 5; d++) {
        fits = fits && p->out.sizes[d] == expected.out.sizes[d];
    }
    return fits ? WICK_OK
                : wick_call_fail(call, WICK_INVALID_ARGUMENT, GRADIENT,
                                 WICK_TEXT("gradient has not the shape of the result"));
}

static wick_status resize_gradient(const wick_call *call, uint32_t index, bool is_wanted,
                                   uint32_t rank, const int32_t *sizes)
{
    if (!is_wanted) { // it stays as it is
        return WICK_OK;
    }
    WICK_TRY(wick_call_same_dtype(call, GRADIENTS + index, GRADIENT));
    return wick_call_resize(call, GRADIENTS + index, rank, sizes);
}

wick_status wick_convolution_backward_prepare(const wick_call *call, void *block)
{
    wick_convolution_backward_block *const b = block;
    *b = (wick_convolution_backward_block){.params.dtype = wick_call_tensor(call, 0)->dtype};
    uint32_t spatial = 0;
    WICK_TRY(check_backward_tensors(call, &spatial));
    wick_tensor_space(wick_call_tensor(call, GRADIENT), spatial, &b->params.out);
    wick_tensor_space(wick_call_tensor(call, BACK_INPUT), spatial, &b->params.in);
    wick_tensor_space(wick_call_tensor(call, BACK_WEIGHT), spatial, &b->params.weight);
    WICK_TRY(read_window(call, BACK_STRIDE, spatial, &b->params));
    WICK_TRY(check_backward_sizes(call, spatial, &b->params));
    const wick_value *const mask = wick_call_value(call, MASK);
    if (mask->list.count != 3) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MASK, WICK_TEXT("mask of three"));
    }
    for (uint32_t i = 0; i < 3; i++) {
        b->mask[i] = mask->list.items[i] != 0;
    }
    const wick_tensor *const input = wick_call_tensor(call, BACK_INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, BACK_WEIGHT);
    WICK_TRY(resize_gradient(call, 0, b->mask[0] != 0, input->rank, input->sizes));
    WICK_TRY(resize_gradient(call, 1, b->mask[1] != 0, weight->rank, weight->sizes));
    return resize_gradient(call, 2, b->mask[2] != 0, 1, &b->params.out.sizes[1]);
}

static void input_gradient(const wick_call *call, const wick_convolution_backward_block *b,
                           uint32_t spatial)
{
    wick_conv3d_params p = b->params;
    p.is_transposed = !p.is_transposed;
    p.in = b->params.out;
    wick_tensor_space(wick_call_tensor(call, GRADIENTS), spatial, &p.out);
    const wick_conv_data data = {.input = wick_call_tensor(call, GRADIENT)->data,
                                 .weight = wick_call_tensor(call, BACK_WEIGHT)->data,
                                 .out = wick_call_tensor(call, GRADIENTS)->data};
    wick_conv3d_kernel *const conv = WICK_KERNEL_FOR(p.dtype, wick_conv3d);
    conv(&p, &data);
}

static void weight_gradient(const wick_call *call, const wick_convolution_backward_block *b,
                            uint32_t spatial)
{
    wick_conv3d_params p = b->params;
    wick_tensor_space(wick_call_tensor(call, GRADIENTS + 1), spatial, &p.weight);
    wick_conv_data data = {.input = wick_call_tensor(call, BACK_INPUT)->data,
                           .weight = wick_call_tensor(call, GRADIENT)->data,
                           .out = wick_call_tensor(call, GRADIENTS + 1)->data};
    if (p.is_transposed) {
        p.in = b->params.out;
        p.out = b->params.in;
        p.is_transposed = 0;
        data.input = wick_call_tensor(call, GRADIENT)->data;
        data.weight = wick_call_tensor(call, BACK_INPUT)->data;
    }
    wick_conv3d_kernel *const conv = WICK_KERNEL_FOR(p.dtype, wick_conv3d_weight_gradient);
    conv(&p, &data);
}

wick_status wick_convolution_backward_run(const wick_call *call, const void *block)
{
    const wick_convolution_backward_block *const b = block;
    const uint32_t spatial = wick_call_tensor(call, BACK_WEIGHT)->rank - 2u;
    if (b->mask[0] != 0) {
        input_gradient(call, b, spatial);
    }
    if (b->mask[1] != 0) {
        weight_gradient(call, b, spatial);
    }
    if (b->mask[2] != 0) {
        void (*const sum)(const wick_conv3d_params *, const void *, void *) =
            WICK_KERNEL_FOR(b->params.dtype, wick_conv3d_bias_gradient);
        sum(&b->params, wick_call_tensor(call, GRADIENT)->data,
            wick_call_tensor(call, GRADIENTS + 2)->data);
    }
    return WICK_OK;
}

enum { TBC_SELF, TBC_WEIGHT, TBC_BIAS, TBC_PAD, TBC_OUT };

// Input [time, batch, in], weight [width, in, out], result [time, batch, out]: spaces whose width
// is the time.
static void set_tbc_space(const wick_tensor *tensor, const uint32_t dims[3], wick_space *space)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(tensor, strides);
    *space = (wick_space){{1, 1, 1, 1, 1}, {0}};
    static const uint32_t places[3] = {WICK_SPACE_BATCH, WICK_SPACE_CHANNELS, WICK_SPACE_WIDTH};
    for (uint32_t i = 0; i < 3; i++) {
        space->sizes[places[i]] = tensor->sizes[dims[i]];
        space->strides[places[i]] = strides[dims[i]];
    }
}

static wick_status check_tbc(const wick_call *call)
{
    const wick_tensor *const bias = wick_call_tensor(call, TBC_BIAS);
    const wick_tensor *const weight = wick_call_tensor(call, TBC_WEIGHT);
    const wick_tensor *const self = wick_call_tensor(call, TBC_SELF);
    WICK_TRY(wick_call_real_or_f64(call, TBC_SELF));
    WICK_TRY(wick_call_same_dtype(call, TBC_WEIGHT, TBC_SELF));
    WICK_TRY(wick_call_same_dtype(call, TBC_BIAS, TBC_SELF));
    WICK_TRY(wick_call_same_dtype(call, TBC_OUT, TBC_SELF));
    if (self->rank != 3 || weight->rank != 3 || bias->rank != 1 ||
        weight->sizes[1] != self->sizes[2] || bias->sizes[0] != weight->sizes[2]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, TBC_WEIGHT,
                              WICK_TEXT("channels of input, weight and bias do not agree"));
    }
    return WICK_OK;
}

wick_status wick_conv_tbc_prepare(const wick_call *call, void *block)
{
    static const uint32_t image[3] = {1, 2, 0};
    static const uint32_t kernel[3] = {2, 1, 0};
    wick_conv_tbc_block *const p = block;
    const wick_tensor *const self = wick_call_tensor(call, TBC_SELF);
    WICK_TRY(check_tbc(call));
    const int64_t pad = wick_call_int(call, TBC_PAD);
    if (pad < 0 || pad > INT32_MAX / 4) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, TBC_PAD, WICK_TEXT("padding"));
    }
    *p = (wick_conv_tbc_block){.stride = {1, 1, 1},
                               .dilation = {1, 1, 1},
                               .padding = {0, 0, (int32_t)pad},
                               .groups = 1,
                               .dtype = self->dtype};
    wick_axis axis = {.in = self->sizes[0],
                      .kernel = wick_call_tensor(call, TBC_WEIGHT)->sizes[0],
                      .stride = 1,
                      .padding = (int32_t)pad,
                      .dilation = 1};
    WICK_TRY(wick_axis_forward(call, &axis));
    const int32_t sizes[3] = {axis.out, self->sizes[1],
                              wick_call_tensor(call, TBC_WEIGHT)->sizes[2]};
    WICK_TRY(wick_call_resize(call, TBC_OUT, 3, sizes));
    set_tbc_space(self, image, &p->in);
    set_tbc_space(wick_call_tensor(call, TBC_WEIGHT), kernel, &p->weight);
    set_tbc_space(wick_call_tensor(call, TBC_OUT), image, &p->out);
    return WICK_OK;
}

wick_status wick_conv_tbc_run(const wick_call *call, const void *block)
{
    const wick_conv_data data = {.input = wick_call_tensor(call, TBC_SELF)->data,
                                 .weight = wick_call_tensor(call, TBC_WEIGHT)->data,
                                 .bias = wick_call_tensor(call, TBC_BIAS)->data,
                                 .out = wick_call_tensor(call, TBC_OUT)->data};
    const wick_conv_tbc_block *const p = block;
    wick_conv3d_kernel *const conv = WICK_KERNEL_FOR(p->dtype, wick_conv3d);
    conv(p, &data);
    return WICK_OK;
}
