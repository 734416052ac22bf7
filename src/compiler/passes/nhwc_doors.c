// SPDX-License-Identifier: BSD-3-Clause
// Pass nhwc_doors: with --layout nhwc, images cross the graph's door as [batch, height, width,
// channels]: inputs and outputs of rank 4 change their sizes, and a permutation stands behind or
// before them. Passes that follow move it to where it cancels.
//
// Before  %x = input : f32[1, 3, 8, 9]    %q = quantize(%x)
// After   %x = input : f32[1, 8, 9, 3]    %p = aten::permute_copy(%x, [0, 3, 1, 2])
//         %q = quantize(%p)
// Holds   the tensor is contiguous: a channels-last one lies so in memory already, and stays.
#include "compiler/passes/build.h"

static const int64_t to_nhwc[] = {0, 2, 3, 1};
static const int64_t to_nchw[] = {0, 3, 1, 2};

static bool is_image(const wick_ir_type *type)
{
    const wick_ir_type contiguous = wick_ir_type_tensor(type->dtype, type->rank, type->sizes);
    return type->kind == WICK_VALUE_TENSOR && type->rank == 4 && wick_ir_type_is_static(type) &&
           wick_ir_type_equal(type, &contiguous);
}

static void turn_input(const wick_builder *builder, wick_ir_value *input)
{
    const int64_t *sizes = input->type.sizes;
    const int64_t turned[] = {sizes[0], sizes[2], sizes[3], sizes[1]};
    const wick_ir_type image = input->type;
    input->type = wick_ir_type_tensor(image.dtype, 4, turned);
    const wick_ir_arg args[] = {wick_ir_arg_value(input),
                                wick_ir_arg_ints(builder->graph, to_nchw, 4)};
    wick_ir_node *permute = wick_build_node(builder, "aten::permute_copy", &image, args, 2);
    wick_ir_replace_uses(builder->graph, input, permute->outputs[0]);
    permute->args[0] = wick_ir_arg_value(input); // its own use was replaced too
}

// Integers are turned rather than the reals that they stand for.
static wick_ir_value *turn_output(const wick_builder *builder, wick_ir_value *output)
{
    const wick_ir_node *node =
        wick_producer_if(output, "quantized_decomposed::dequantize_per_tensor");
    if (node == NULL) {
        return wick_build_permute(builder, output, to_nhwc);
    }
    wick_ir_value *turned = wick_build_permute(builder, wick_argument_tensor_at(node, 0), to_nhwc);
    wick_ir_type type = turned->type;
    type.dtype = output->type.dtype;
    wick_ir_node *copy =
        wick_build_node(builder, node->op->name, &type, node->args, node->op->parameter_count);
    copy->args[0] = wick_ir_arg_value(turned);
    return copy->outputs[0];
}

// What the model leaves in an input has the input's shape.
static bool is_written(const wick_ir_graph *graph, const wick_ir_value *input)
{
    for (uint32_t i = 0; i < graph->written_count; i++) {
        if (graph->written[i] == input) {
            return true;
        }
    }
    return false;
}

wick_status wick_pass_nhwc_doors(const wick_pass_context *context, wick_ir_graph *graph)
{
    const wick_builder front = {context, graph, NULL, graph->first, NULL};
    const wick_builder back = {context, graph, NULL, NULL, NULL};
    if (!context->nhwc_doors) {
        return WICK_OK;
    }
    for (uint32_t i = 0; i < graph->input_count; i++) {
        if (is_image(&graph->inputs[i]->type) && !is_written(graph, graph->inputs[i])) {
            turn_input(&front, graph->inputs[i]);
        }
    }
    for (uint32_t i = 0; i < wick_ir_returned_count(graph); i++) {
        if (is_image(&graph->outputs[i]->type)) {
            graph->outputs[i] = turn_output(&back, graph->outputs[i]);
        }
    }
    return WICK_OK;
}
