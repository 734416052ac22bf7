// SPDX-License-Identifier: BSD-3-Clause
// Operators on complex tensors: rows of their own, so that the rows for real numbers stay small.
// Conjugates are computed where PyTorch has lazy views: functionalization keeps them from being
// written.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_ir_value *unary(const wick_builder *builder, const char *name, const wick_ir_type *type,
                            wick_ir_value *value)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, name, type, args, 1);
}

static wick_status rewrite_unary(const wick_builder *builder)
{
    wick_replace(builder, 0,
                 unary(builder, builder->detail, &builder->node->outputs[0]->type,
                       wick_argument_tensor_at(builder->node, 0)));
    return WICK_OK;
}

// A number as a tensor without dimensions; a tensor of real type as float32.
static wick_ir_value *operand(const wick_builder *builder, const wick_ir_arg *arg)
{
    double number = 0;
    if (arg->kind == WICK_IR_VALUE) {
        return arg->value->type.dtype == WICK_COMPLEX64
                   ? arg->value
                   : wick_build_cast(builder, arg->value, WICK_FLOAT32);
    }
    if (!wick_argument_number(arg, &number)) {
        return NULL;
    }
    const wick_ir_type point = wick_ir_type_tensor(WICK_FLOAT32, 0, NULL);
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, NULL, 0),
                                wick_ir_arg_real(number)};
    return wick_build(builder, "aten::full", &point, args, 2);
}

static wick_status rewrite_binary(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = operand(builder, &node->args[0]);
    wick_ir_value *other = operand(builder, &node->args[1]);
    const wick_ir_arg *alpha = wick_argument(node, "alpha");
    double factor = 1;
    if (self == NULL || other == NULL || (alpha != NULL && !wick_argument_number(alpha, &factor))) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "a complex operand is no tensor and no real number");
    }
    if (factor != 1) {
        wick_ir_type type = other->type;
        type.dtype = WICK_COMPLEX64;
        const wick_ir_arg args[] = {wick_ir_arg_value(other),
                                    wick_ir_arg_value(operand(builder, alpha))};
        other = wick_build(builder, "wick::complex_mul", &type, args, 2);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(self), wick_ir_arg_value(other)};
    wick_replace(builder, 0,
                 wick_build(builder, builder->detail, &node->outputs[0]->type, args, 2));
    return WICK_OK;
}

static wick_status rewrite_negative(const wick_builder *builder)
{
    const wick_ir_arg minus = wick_ir_arg_int(-1);
    const wick_ir_arg args[] = {builder->node->args[0],
                                wick_ir_arg_value(operand(builder, &minus))};
    wick_replace(
        builder, 0,
        wick_build(builder, "wick::complex_mul", &builder->node->outputs[0]->type, args, 2));
    return WICK_OK;
}

// Part 0 (real) or 1 (imaginary) of the pairs.
static wick_status rewrite_part(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    wick_ir_type pairs = self->type;
    if (pairs.rank >= WICK_MAX_RANK) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                                  "a complex tensor of 16 dimensions");
    }
    pairs = wick_ir_type_tensor(WICK_FLOAT32, pairs.rank, pairs.sizes);
    pairs.dim_order[pairs.rank] = pairs.rank;
    pairs.sizes[pairs.rank] = 2;
    pairs.rank++;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(unary(builder, "aten::view_as_real_copy", &pairs, self)),
        wick_ir_arg_int(pairs.rank - 1), wick_ir_arg_int(builder->detail[0] == '1')};
    wick_replace(
        builder, 0,
        wick_build(builder, "aten::select_copy.int", &builder->node->outputs[0]->type, args, 3));
    return WICK_OK;
}

// A cast of real numbers to complex ones.
static wick_status rewrite_cast(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    if (type->dtype != WICK_COMPLEX64) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                                  "a cast of complex numbers to real ones; take their real part");
    }
    if (self->type.dtype != WICK_COMPLEX64) {
        self = unary(builder, "wick::complex_of_real", type,
                     wick_build_cast(builder, self, WICK_FLOAT32));
    }
    wick_replace(builder, 0, self);
    return WICK_OK;
}

static const wick_composite forms[] = {
    {"aten::add.Tensor", rewrite_binary, "wick::complex_add"},
    {"aten::add.Scalar", rewrite_binary, "wick::complex_add"},
    {"aten::sub.Tensor", rewrite_binary, "wick::complex_sub"},
    {"aten::sub.Scalar", rewrite_binary, "wick::complex_sub"},
    {"aten::mul.Tensor", rewrite_binary, "wick::complex_mul"},
    {"aten::mul.Scalar", rewrite_binary, "wick::complex_mul"},
    {"aten::div.Tensor", rewrite_binary, "wick::complex_div"},
    {"aten::div.Scalar", rewrite_binary, "wick::complex_div"},
    {"aten::abs", rewrite_unary, "wick::complex_abs"},
    {"aten::angle", rewrite_unary, "wick::complex_angle"},
    {"aten::exp", rewrite_unary, "wick::complex_exp"},
    {"aten::conj", rewrite_unary, "wick::complex_conj"},
    {"aten::_conj", rewrite_unary, "wick::complex_conj"},
    {"aten::conj_physical", rewrite_unary, "wick::complex_conj"},
    {"aten::_conj_physical", rewrite_unary, "wick::complex_conj"},
    {"aten::neg", rewrite_negative, NULL},
    {"aten::real", rewrite_part, "0"},
    {"aten::imag", rewrite_part, "1"},
    {"aten::view_as_real", rewrite_unary, "aten::view_as_real_copy"},
    {"aten::view_as_complex", rewrite_unary, "aten::view_as_complex_copy"},
    {"aten::_to_copy", rewrite_cast, NULL},
    {"aten::to.dtype", rewrite_cast, NULL},
    {"aten::to.dtype_layout", rewrite_cast, NULL},
};

static bool is_complex(const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        if (node->args[i].kind == WICK_IR_VALUE &&
            node->args[i].value->type.dtype == WICK_COMPLEX64) {
            return true;
        }
    }
    return node->output_count > 0 && node->outputs[0]->type.dtype == WICK_COMPLEX64;
}

const wick_composite *wick_complex_form(const wick_ir_node *node)
{
    for (size_t i = 0; is_complex(node) && i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].name, node->op->name) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}
