// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_conv.h"

#include "base/failure.h"
#include "ops/axis.h"
#include "ops/check.h"
#include "ops/cortex_m/cortex_m.h"

enum { INPUT, WEIGHT, BIAS, STRIDE, PADDING };

// Where the schemas differ. Minimum and maximum follow the tables of scales.
typedef struct argument_numbers {
    uint8_t output_padding; // 0: none
    uint8_t dilation;
    uint8_t input_offset; // output_offset follows
    uint8_t multipliers;  // shifts, minimum, maximum follow
    uint8_t out;
} argument_numbers;

static const argument_numbers conv_args = {0, 5, 6, 8, 13};
static const argument_numbers depthwise_args = {0, 5, 7, 9, 14};
static const argument_numbers transpose_args = {5, 6, 7, 9, 15};
enum { DEPTH_MULTIPLIER = 6 };

// Input and weight; weights lie as their sizes say.
static wick_status check_tensors(const wick_call *call)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    WICK_TRY(wick_cortex_m_image(call, INPUT));
    WICK_TRY(wick_cortex_m_int8(call, WEIGHT));
    if (weight->rank != 4 || !wick_tensor_is_contiguous(weight)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight has not 4 contiguous dimensions"));
    }
    for (uint32_t i = 0; i < 4; i++) {
        if (weight->sizes[i] < 1 || (i > 0 && input->sizes[i] < 1)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT,
                                  weight->sizes[i] < 1 ? WEIGHT : INPUT,
                                  WICK_TEXT("tensor has a size of 0"));
        }
    }
    return WICK_OK;
}

static wick_status read_quantization(const wick_call *call, const argument_numbers *args,
                                     wick_cortex_m_conv_block *b)
{
    const uint32_t multipliers = args->multipliers;
    const wick_cortex_m_range_args range = {args->input_offset + 1u, multipliers + 2u,
                                            multipliers + 3u};
    WICK_TRY(wick_cortex_m_offset(call, args->input_offset, &b->input_offset));
    WICK_TRY(wick_cortex_m_range(call, range, &b->range));
    WICK_TRY(wick_cortex_m_per_channel(call, multipliers, b->out_channels));
    WICK_TRY(wick_cortex_m_per_channel(call, multipliers + 1, b->out_channels));
    if (wick_call_is_none(call, BIAS)) {
        return WICK_OK;
    }
    return wick_cortex_m_per_channel(call, BIAS, b->out_channels);
}

// One axis: sizes from input and weight, out from the rule of the operator.
static wick_status set_axis(const wick_call *call, const argument_numbers *args, wick_axis axis,
                            wick_quant_axis *out)
{
    const bool is_transposed = args->output_padding != 0;
    WICK_TRY(is_transposed ? wick_axis_transposed(call, &axis, args->output_padding)
                           : wick_axis_forward(call, &axis));
    *out = (wick_quant_axis){.in = axis.in,
                             .out = axis.out,
                             .kernel = axis.kernel,
                             .stride = axis.stride,
                             .padding = axis.padding,
                             .dilation = axis.dilation};
    wick_quant_axis_set_steps(out, is_transposed);
    return WICK_OK;
}

static wick_status read_axes(const wick_call *call, const argument_numbers *args,
                             wick_cortex_m_conv_block *b)
{
    int32_t stride[2], padding[2], dilation[2], output_padding[2] = {0};
    WICK_TRY(wick_call_sizes(call, STRIDE, 2, 1, stride));
    WICK_TRY(wick_call_sizes(call, PADDING, 2, 0, padding));
    WICK_TRY(wick_call_sizes(call, args->dilation, 2, 1, dilation));
    if (args->output_padding != 0) {
        WICK_TRY(wick_call_sizes(call, args->output_padding, 2, 0, output_padding));
    }
    for (uint32_t i = 0; i < 2; i++) {
        const wick_axis axis = {.in = wick_call_tensor(call, INPUT)->sizes[2 + i],
                                .kernel = wick_call_tensor(call, WEIGHT)->sizes[1 + i],
                                .stride = stride[i],
                                .padding = padding[i],
                                .dilation = dilation[i],
                                .output_padding = output_padding[i]};
        WICK_TRY(set_axis(call, args, axis, i == 0 ? &b->height : &b->width));
    }
    return WICK_OK;
}

// What follows once the channels are known.
static wick_status prepare_rest(const wick_call *call, const argument_numbers *args,
                                wick_cortex_m_conv_block *b)
{
    b->batch = wick_call_tensor(call, INPUT)->sizes[0];
    b->is_backward = 0;
    WICK_TRY(read_quantization(call, args, b));
    WICK_TRY(read_axes(call, args, b));
    const int32_t sizes[4] = {b->batch, b->out_channels, b->height.out, b->width.out};
    WICK_TRY(wick_call_resize(call, args->out, 4, sizes));
    return wick_cortex_m_image(call, args->out);
}

// Weight [out, height, width, in / groups]; a transposed one has a single group.
static wick_status prepare_dense(const wick_call *call, const argument_numbers *args,
                                 wick_cortex_m_conv_block *b)
{
    WICK_TRY(check_tensors(call));
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    b->in_channels = wick_call_tensor(call, INPUT)->sizes[1];
    b->out_channels = weight->sizes[0];
    b->groups = b->in_channels / weight->sizes[3];
    const bool is_whole =
        b->groups > 0 && b->in_channels % weight->sizes[3] == 0 && b->out_channels % b->groups == 0;
    if (!is_whole || (args->output_padding != 0 && b->groups != 1)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("channels of input do not match weight"));
    }
    return prepare_rest(call, args, b);
}

wick_status wick_cortex_m_conv2d_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, &conv_args, block);
}

wick_status wick_cortex_m_transpose_conv2d_prepare(const wick_call *call, void *block)
{
    return prepare_dense(call, &transpose_args, block);
}

// Weight [1, height, width, out].
wick_status wick_cortex_m_depthwise_conv2d_prepare(const wick_call *call, void *block)
{
    wick_cortex_m_conv_block *const b = block;
    WICK_TRY(check_tensors(call));
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    b->in_channels = wick_call_tensor(call, INPUT)->sizes[1];
    b->out_channels = weight->sizes[3];
    b->groups = b->in_channels;
    const int64_t multiplier = b->out_channels / b->in_channels;
    if (weight->sizes[0] != 1 || b->out_channels % b->in_channels != 0 ||
        wick_call_int(call, DEPTH_MULTIPLIER) != multiplier) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("channels of input do not match weight and multiplier"));
    }
    return prepare_rest(call, &depthwise_args, b);
}

typedef void kernel(const wick_quant_conv_params *params, const wick_quant_conv_data *data);

static wick_status run(const wick_call *call, const wick_cortex_m_conv_block *b,
                       const argument_numbers *args, kernel *function)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    const wick_quant_conv_data data = {
        .input = wick_call_tensor(call, INPUT)->data,
        .weight = wick_call_tensor(call, WEIGHT)->data,
        .bias = bias ? bias->data : 0,
        .multipliers = wick_call_tensor(call, args->multipliers)->data,
        .shifts = wick_call_tensor(call, args->multipliers + 1u)->data,
        .out = wick_call_tensor(call, args->out)->data,
    };
    for (int32_t c = 0; c < b->out_channels; c++) {
        if (!wick_quant_scale_is_valid(data.multipliers[c], data.shifts[c])) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, args->multipliers,
                                  WICK_TEXT("multiplier below 0 or shift above 31"));
        }
    }
    function(b, &data);
    return WICK_OK;
}

wick_status wick_cortex_m_conv2d_run(const wick_call *call, const void *block)
{
    return run(call, block, &conv_args, wick_conv2d_s8);
}

wick_status wick_cortex_m_depthwise_conv2d_run(const wick_call *call, const void *block)
{
    return run(call, block, &depthwise_args, wick_depthwise_conv2d_s8);
}

wick_status wick_cortex_m_transpose_conv2d_run(const wick_call *call, const void *block)
{
    return run(call, block, &transpose_args, wick_transpose_conv2d_s8);
}
