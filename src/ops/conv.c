// SPDX-License-Identifier: BSD-3-Clause
#include "ops/conv.h"

#include "base/failure.h"
#include "ops/axis.h"
#include "ops/check.h"
#include "ops/float64.h"

enum { INPUT, WEIGHT, BIAS, STRIDE, PADDING, DILATION, TRANSPOSED, OUTPUT_PADDING, GROUPS, OUT };

static wick_status check_ranks(const wick_call *call, uint32_t *spatial)
{
    const uint32_t rank = wick_call_tensor(call, WEIGHT)->rank;
    if (rank != 3 && rank != 4) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight has not 3 or 4 dimensions"));
    }
    if (wick_call_tensor(call, INPUT)->rank != rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("input has not as many dimensions as weight"));
    }
    *spatial = rank - 2;
    return WICK_OK;
}

wick_status wick_convolution_check_dtypes(const wick_call *call)
{
    WICK_TRY(wick_call_number_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, WEIGHT, INPUT));
    WICK_TRY(wick_call_same_dtype(call, OUT, INPUT));
    return wick_call_is_none(call, BIAS) ? WICK_OK : wick_call_same_dtype(call, BIAS, INPUT);
}

wick_status wick_convolution_read_channels(const wick_call *call, wick_conv_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const int64_t groups = wick_call_int(call, GROUPS);
    if (groups < 1 || groups > weight->sizes[0]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, GROUPS,
                              WICK_TEXT("groups must be at least 1 and at most weight.size(0)"));
    }
    p->groups = (int32_t)groups;
    p->batch = input->sizes[0];
    p->in_channels = input->sizes[1];
    const int64_t other = (int64_t)weight->sizes[1] * groups;
    const int64_t expected = p->is_transposed ? weight->sizes[0] : other;
    const int64_t out_channels = p->is_transposed ? other : weight->sizes[0];
    if (p->in_channels != expected) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("channels of input do not match weight and groups"));
    }
    if (weight->sizes[0] % p->groups != 0 || out_channels > INT32_MAX || out_channels < 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("groups do not divide the channels of weight"));
    }
    p->out_channels = (int32_t)out_channels;
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    if (bias && (bias->rank != 1 || bias->sizes[0] != p->out_channels)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BIAS,
                              WICK_TEXT("bias has not one element for each out channel"));
    }
    return WICK_OK;
}

// Reads the spatial arguments into axes[2], height first.
static wick_status read_axes(const wick_call *call, uint32_t spatial, wick_axis *axes)
{
    int32_t stride[2], padding[2], dilation[2], output_padding[2];
    WICK_TRY(wick_call_sizes(call, STRIDE, spatial, 1, stride));
    WICK_TRY(wick_call_sizes(call, PADDING, spatial, 0, padding));
    WICK_TRY(wick_call_sizes(call, DILATION, spatial, 1, dilation));
    WICK_TRY(wick_call_sizes(call, OUTPUT_PADDING, spatial, 0, output_padding));
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const bool is_transposed = wick_call_bool(call, TRANSPOSED);
    axes[0] = (wick_axis){.in = 1, .kernel = 1, .stride = 1, .dilation = 1, .out = 1};
    for (uint32_t i = 0; i < spatial; i++) {
        wick_axis *const a = &axes[2 - spatial + i];
        *a = (wick_axis){.in = input->sizes[2 + i],
                         .kernel = weight->sizes[2 + i],
                         .stride = stride[i],
                         .padding = padding[i],
                         .dilation = dilation[i],
                         .output_padding = output_padding[i]};
        WICK_TRY(is_transposed ? wick_axis_transposed(call, a, OUTPUT_PADDING)
                               : wick_axis_forward(call, a));
    }
    return WICK_OK;
}

static void set_axes(wick_conv_params *p, const wick_axis *axes)
{
    p->in_height = axes[0].in;
    p->in_width = axes[1].in;
    p->out_height = axes[0].out;
    p->out_width = axes[1].out;
    p->kernel_height = axes[0].kernel;
    p->kernel_width = axes[1].kernel;
    p->stride_height = axes[0].stride;
    p->stride_width = axes[1].stride;
    p->padding_height = axes[0].padding;
    p->padding_width = axes[1].padding;
    p->dilation_height = axes[0].dilation;
    p->dilation_width = axes[1].dilation;
}

wick_status wick_convolution_prepare(const wick_call *call, void *block)
{
    static const uint8_t places[2][4] = {{0, 1, 3, 0}, {0, 1, 2, 3}};
    wick_convolution_block *const p = block;
    uint32_t spatial = 0;
    wick_axis axes[2];
    WICK_TRY(check_ranks(call, &spatial));
    WICK_TRY(wick_convolution_check_dtypes(call));
    *p = (wick_convolution_block){.dtype = wick_call_tensor(call, INPUT)->dtype,
                                  .is_transposed = wick_call_bool(call, TRANSPOSED)};
    WICK_TRY(wick_convolution_read_channels(call, p));
    WICK_TRY(read_axes(call, spatial, axes));
    set_axes(p, axes);
    const int32_t sizes[4] = {p->batch, p->out_channels, axes[2 - spatial].out, p->out_width};
    WICK_TRY(wick_call_resize(call, OUT, 2 + spatial, sizes));
    p->in_order = wick_tensor_layout(wick_call_tensor(call, INPUT), places[spatial - 1]);
    p->weight_order = wick_tensor_layout(wick_call_tensor(call, WEIGHT), places[spatial - 1]);
    p->out_order = wick_tensor_layout(wick_call_tensor(call, OUT), places[spatial - 1]);
    return WICK_OK;
}

wick_status wick_convolution_run(const wick_call *call, const void *block)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    const wick_conv_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                 .weight = wick_call_tensor(call, WEIGHT)->data,
                                 .bias = bias ? bias->data : 0,
                                 .out = wick_call_tensor(call, OUT)->data};
    const wick_convolution_block *const p = block;
    wick_conv_kernel *const conv = WICK_KERNEL_FOR(p->dtype, wick_conv);
    conv(p, &data);
    return WICK_OK;
}
