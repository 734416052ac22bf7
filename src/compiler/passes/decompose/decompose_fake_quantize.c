// SPDX-License-Identifier: BSD-3-Clause
// aten::fake_quantize_*: quantize, then dequantize. The forms of training give a mask beside it,
// which says where an element lay within the range:
//
// Before  %y, %m = aten::fake_quantize_per_tensor_affine_cachemask(%x, 0.5, 3, 0, 255)
// After   %q = quantized_decomposed::quantize_per_tensor(%x, 0.5, 3, 0, 255, u8)
//         %y = quantized_decomposed::dequantize_per_tensor(%q, 0.5, 3, 0, 255, u8)
//         %r = round(%x * 2) + 3    %m = logical_and(ge(%r, 0), le(%r, 255))
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

enum { MAX_ARGS = 8 };

// The narrowest integers that hold the range.
static uint8_t dtype_of_range(int64_t low, int64_t high)
{
    return low >= INT8_MIN && high <= INT8_MAX     ? WICK_INT8
           : low >= 0 && high <= UINT8_MAX         ? WICK_UINT8
           : low >= INT16_MIN && high <= INT16_MAX ? WICK_INT16
                                                   : WICK_INT32;
}

// The arguments of quantize and dequantize but their last, the integers.
static uint32_t read_arguments(const wick_ir_node *node, wick_ir_arg *args)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        if (&node->args[i] != wick_argument(node, "fake_quant_enabled")) {
            args[count++] = node->args[i];
        }
    }
    return count;
}

static wick_ir_value *quantized_and_back(const wick_builder *builder, int64_t low, int64_t high)
{
    wick_ir_arg args[MAX_ARGS];
    wick_arena *arena = builder->graph->arena;
    wick_ir_type type = builder->node->outputs[0]->type;
    const uint32_t count = read_arguments(builder->node, args);
    type.dtype = dtype_of_range(low, high);
    args[count] = (wick_ir_arg){.kind = WICK_IR_DTYPE, .integer = type.dtype};
    const char *name =
        wick_arena_format(arena, "quantized_decomposed::quantize_%s", builder->detail);
    args[0] = wick_ir_arg_value(wick_build(builder, name, &type, args, count + 1));
    name = wick_arena_format(arena, "quantized_decomposed::dequantize_%s", builder->detail);
    return wick_build(builder, name, &builder->node->outputs[0]->type, args, count + 1);
}

// A scale or zero point as a tensor that broadcasts against x: one number, or one for each channel.
static wick_ir_value *spread(const wick_builder *builder, const char *name, const wick_ir_type *x)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *value = wick_build_cast(builder, wick_argument_tensor(node, name), WICK_FLOAT32);
    if (wick_argument(node, "axis") == NULL || x->rank == 0) {
        return value;
    }
    int64_t sizes[WICK_MAX_RANK];
    const uint32_t axis = wick_wrap_dim(wick_argument_int(node, "axis", 0), x->rank);
    for (uint32_t d = 0; d < x->rank; d++) {
        sizes[d] = d == axis ? value->type.sizes[0] : 1;
    }
    return wick_build_view(builder, value, x->rank, sizes);
}

// round(x / scale) + zero_point, not clamped.
static wick_ir_value *steps(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *x = wick_build_cast(builder, wick_argument_tensor_at(node, 0), WICK_FLOAT32);
    double number = 0;
    if (wick_argument_number(wick_argument(node, "scale"), &number)) {
        x = wick_build_scalar(builder, "aten::mul.Scalar", x, (double)(1.0f / (float)number));
        x = wick_build_unary(builder, "aten::round", x);
        wick_argument_number(wick_argument(node, "zero_point"), &number);
        return wick_build_scalar(builder, "aten::add.Scalar", x, number);
    }
    wick_ir_value *inverse =
        wick_build_unary(builder, "aten::reciprocal", spread(builder, "scale", &x->type));
    x = wick_build_binary(builder, "aten::mul.Tensor", x, inverse);
    x = wick_build_unary(builder, "aten::round", x);
    return wick_build_binary(builder, "aten::add.Tensor", x,
                             spread(builder, "zero_point", &x->type));
}

static wick_ir_value *compared(const wick_builder *builder, const char *op_name,
                               wick_ir_value *value, int64_t number)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(number)};
    return wick_build(builder, op_name, &builder->node->outputs[1]->type, args, 2);
}

// What the forms with a mask give: where they are not enabled, x itself and a mask of true.
static void replace_with_mask(const wick_builder *builder, wick_ir_value *result, int64_t low,
                              int64_t high)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[1]->type;
    wick_ir_value *value = steps(builder);
    wick_ir_value *mask = wick_build_product(builder, "aten::logical_and", type,
                                             compared(builder, "aten::ge.Scalar", value, low),
                                             compared(builder, "aten::le.Scalar", value, high));
    if (wick_argument(node, "fake_quant_enabled") != NULL) {
        wick_ir_value *enabled =
            wick_build_cast(builder, wick_argument_tensor(node, "fake_quant_enabled"), WICK_BOOL);
        const wick_ir_arg args[] = {wick_ir_arg_value(enabled), wick_ir_arg_value(result),
                                    node->args[0]};
        result = wick_build(builder, "aten::where.self", &node->outputs[0]->type, args, 3);
        mask = wick_build_product(builder, "aten::logical_or", type, mask,
                                  wick_build_unary(builder, "aten::logical_not", enabled));
    }
    wick_replace(builder, 0, result);
    wick_replace(builder, 1, mask);
}

// `detail` names the granularity.
wick_status wick_rewrite_fake_quantize(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const int64_t low = wick_argument_int(node, "quant_min", 0);
    const int64_t high = wick_argument_int(node, "quant_max", 0);
    wick_ir_value *result = quantized_and_back(builder, low, high);
    if (node->output_count == 2) {
        replace_with_mask(builder, result, low, high);
    } else {
        wick_replace(builder, 0, result);
    }
    return WICK_OK;
}
