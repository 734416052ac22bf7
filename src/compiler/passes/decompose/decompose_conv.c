// SPDX-License-Identifier: BSD-3-Clause
// Convolutions of training IR: all become aten::convolution on batched input.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

enum { MAX_SPATIAL = 3 };

typedef struct convolution {
    wick_ir_value *input;
    uint32_t spatial; // dimensions besides batch and channel
    int64_t stride[MAX_SPATIAL];
    int64_t padding[MAX_SPATIAL];
    int64_t dilation[MAX_SPATIAL];
    int64_t output_padding[MAX_SPATIAL];
    bool transposed;
} convolution;

// Batched or not.
static bool has_rank(const wick_ir_value *input, uint32_t spatial)
{
    return input != NULL && (input->type.rank == spatial + 1 || input->type.rank == spatial + 2);
}

static wick_status read_arguments(const wick_builder *builder, convolution *out)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *weight = wick_argument_tensor(node, "weight");
    out->input = wick_argument_tensor(node, "input");
    out->spatial = weight != NULL ? weight->type.rank - 2u : 0;
    if (out->spatial < 1 || out->spatial > MAX_SPATIAL || !has_rank(out->input, out->spatial) ||
        node->outputs[0]->type.rank != out->input->type.rank ||
        !wick_argument_ints(node, "stride", out->spatial, out->stride) ||
        !wick_argument_ints(node, "dilation", out->spatial, out->dilation)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_ARGUMENT,
                                  "the ranks of input, weight, stride and dilation do not agree");
    }
    return WICK_OK;
}

static void build_convolution(const wick_builder *builder, const convolution *conv)
{
    wick_ir_graph *graph = builder->graph;
    const wick_ir_node *node = builder->node;
    const uint32_t spatial = conv->spatial;
    const bool is_batched = conv->input->type.rank == spatial + 2;
    const wick_ir_type *result = &node->outputs[0]->type;
    wick_ir_type type = *result;
    if (!is_batched) {
        int64_t sizes[WICK_MAX_RANK] = {1};
        memcpy(sizes + 1, result->sizes, result->rank * sizeof sizes[0]);
        type = wick_ir_type_tensor(result->dtype, result->rank + 1u, sizes);
    }
    wick_ir_value *input = is_batched ? conv->input : wick_build_unsqueeze(builder, conv->input, 0);
    const wick_ir_arg args[] = {wick_ir_arg_value(input),
                                *wick_argument(node, "weight"),
                                *wick_argument(node, "bias"),
                                wick_ir_arg_ints(graph, conv->stride, spatial),
                                wick_ir_arg_ints(graph, conv->padding, spatial),
                                wick_ir_arg_ints(graph, conv->dilation, spatial),
                                wick_ir_arg_bool(conv->transposed),
                                wick_ir_arg_ints(graph, conv->output_padding, spatial),
                                *wick_argument(node, "groups")};
    wick_ir_value *output =
        wick_build(builder, "aten::convolution", &type, args, sizeof args / sizeof args[0]);
    wick_replace(builder, 0, wick_build_view(builder, output, result->rank, result->sizes));
}

wick_status wick_rewrite_conv(const wick_builder *builder)
{
    convolution conv = {0};
    WICK_TRY(read_arguments(builder, &conv));
    if (!wick_argument_ints(builder->node, "padding", conv.spatial, conv.padding)) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "padding has not one entry for each of %u dimensions",
                                  conv.spatial);
    }
    build_convolution(builder, &conv);
    return WICK_OK;
}

// The even part of 'same' padding is the convolution's; what an even kernel needs more on the right
// is padded before.
static void pad_same(const wick_builder *builder, convolution *conv)
{
    const wick_ir_value *weight = wick_argument_tensor(builder->node, "weight");
    int64_t pad[2 * MAX_SPATIAL] = {0}; // last dimension first
    wick_ir_type type = conv->input->type;
    bool is_even = true;
    for (uint32_t i = 0; i < conv->spatial; i++) {
        const int64_t total = conv->dilation[i] * (weight->type.sizes[2 + i] - 1);
        const int64_t rest = total % 2;
        conv->padding[i] = total / 2;
        pad[2 * (conv->spatial - 1 - i) + 1] = rest;
        int64_t *size = &type.sizes[type.rank - conv->spatial + i];
        *size = wick_size_add(builder->graph->sizes, *size, rest);
        is_even = is_even && rest == 0;
    }
    if (!is_even) {
        const wick_ir_arg args[] = {wick_ir_arg_value(conv->input),
                                    wick_ir_arg_ints(builder->graph, pad, 2 * conv->spatial),
                                    wick_number(type.dtype, 0)};
        conv->input = wick_build(builder, "aten::constant_pad_nd", &type, args, 3);
    }
}

wick_status wick_rewrite_conv_same(const wick_builder *builder)
{
    convolution conv = {0};
    const wick_ir_arg *padding = wick_argument(builder->node, "padding");
    WICK_TRY(read_arguments(builder, &conv));
    if (padding->kind == WICK_IR_STRING && strcmp(padding->string, "same") == 0) {
        pad_same(builder, &conv);
    } else if (padding->kind != WICK_IR_STRING || strcmp(padding->string, "valid") != 0) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "padding is neither 'same' nor 'valid'");
    }
    build_convolution(builder, &conv);
    return WICK_OK;
}

wick_status wick_rewrite_conv_transpose(const wick_builder *builder)
{
    convolution conv = {.transposed = true};
    WICK_TRY(read_arguments(builder, &conv));
    if (!wick_argument_ints(builder->node, "padding", conv.spatial, conv.padding) ||
        !wick_argument_ints(builder->node, "output_padding", conv.spatial, conv.output_padding)) {
        return wick_ir_node_error(
            builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
            "padding or output_padding has not one entry for each of %u dimensions", conv.spatial);
    }
    build_convolution(builder, &conv);
    return WICK_OK;
}

// Without the flags of cuDNN.
wick_status wick_rewrite_convolution_flags(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_replace(builder, 0,
                 wick_build(builder, "aten::convolution", &node->outputs[0]->type, node->args, 9));
    return WICK_OK;
}
