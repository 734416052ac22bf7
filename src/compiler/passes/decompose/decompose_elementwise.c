// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators written with others.
#include "compiler/passes/decompose/decompose.h"

static wick_ir_value *hardtanh(const wick_builder *builder, wick_ir_value *value, double minimum,
                               double maximum)
{
    const uint8_t dtype = value->type.dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_number(dtype, minimum),
                                wick_number(dtype, maximum)};
    return wick_build(builder, "aten::hardtanh", &value->type, args, 3);
}

static wick_ir_value *binary(const wick_builder *builder, const char *op_name, wick_ir_value *value,
                             wick_ir_arg other)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), other};
    return wick_build(builder, op_name, &builder->node->outputs[0]->type, args, 2);
}

wick_status wick_rewrite_relu6(const wick_builder *builder)
{
    wick_replace(builder, 0, hardtanh(builder, wick_argument_tensor_at(builder->node, 0), 0, 6));
    return WICK_OK;
}

wick_status wick_rewrite_square(const wick_builder *builder)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    wick_replace(builder, 0, binary(builder, "aten::mul.Tensor", input, wick_ir_arg_value(input)));
    return WICK_OK;
}

bool wick_applies_to_small_power(const wick_ir_node *node)
{
    double exponent = 0;
    return wick_argument_number(wick_argument(node, "exponent"), &exponent) &&
           (exponent == 1 || exponent == 2 || exponent == 3);
}

// x^1, x^2 and x^3, which eager PyTorch multiplies out as well.
wick_status wick_rewrite_power(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    wick_ir_value *power = wick_build_cast(builder, input, node->outputs[0]->type.dtype);
    const wick_ir_arg base = wick_ir_arg_value(power);
    double exponent = 0;
    wick_argument_number(wick_argument(node, "exponent"), &exponent);
    for (int i = 1; i < (int)exponent; i++) {
        power = binary(builder, "aten::mul.Tensor", power, base);
    }
    wick_replace(builder, 0, power);
    return WICK_OK;
}

// other - alpha * self.
wick_status wick_rewrite_rsub(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {node->args[1], node->args[0], *wick_argument(node, "alpha")};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::sub.Tensor", &node->outputs[0]->type, args, 3));
    return WICK_OK;
}

static wick_ir_value *hardsigmoid(const wick_builder *builder, wick_ir_value *input)
{
    wick_ir_value *shifted = binary(builder, "aten::add.Scalar", input, wick_ir_arg_real(3));
    return binary(builder, "aten::div.Scalar", hardtanh(builder, shifted, 0, 6),
                  wick_ir_arg_real(6));
}

// Within two roundings of the operator that it replaces, as are the next two.
wick_status wick_rewrite_hardsigmoid(const wick_builder *builder)
{
    wick_replace(builder, 0, hardsigmoid(builder, wick_argument_tensor_at(builder->node, 0)));
    return WICK_OK;
}

wick_status wick_rewrite_hardswish(const wick_builder *builder)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_arg factor = wick_ir_arg_value(hardsigmoid(builder, input));
    wick_replace(builder, 0, binary(builder, "aten::mul.Tensor", input, factor));
    return WICK_OK;
}

wick_status wick_rewrite_silu(const wick_builder *builder)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_arg args[] = {wick_ir_arg_value(input)};
    wick_ir_value *sigmoid = wick_build(builder, "aten::sigmoid", &input->type, args, 1);
    wick_replace(builder, 0,
                 binary(builder, "aten::mul.Tensor", input, wick_ir_arg_value(sigmoid)));
    return WICK_OK;
}
