// SPDX-License-Identifier: BSD-3-Clause
// Operators on complex tensors: rows of their own, so that the rows for real numbers stay small.
// Conjugates are computed where PyTorch has lazy views: functionalization keeps them from being
// written.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/complex_pairs.h"

#include <string.h>

static wick_status refuse(const wick_builder *builder, const char *what)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              what);
}

static const wick_ir_type *result_type(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

static wick_status give(const wick_builder *builder, wick_ir_value *value)
{
    wick_replace(builder, 0, value);
    return WICK_OK;
}

static wick_ir_value *unary(const wick_builder *builder, const char *name, const wick_ir_type *type,
                            wick_ir_value *value)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, name, type, args, 1);
}

static wick_status rewrite_unary(const wick_builder *builder)
{
    return give(builder, unary(builder, builder->detail, result_type(builder),
                               wick_argument_tensor_at(builder->node, 0)));
}

// A number as a tensor without dimensions; a tensor of real type as float32.
static wick_ir_value *operand(const wick_builder *builder, const wick_ir_arg *arg)
{
    double number = 0;
    if (arg->kind == WICK_IR_VALUE && arg->value->type.kind == WICK_VALUE_TENSOR) {
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

wick_ir_value *wick_build_complex(const wick_builder *builder, const wick_ir_arg *arg)
{
    wick_ir_value *value = operand(builder, arg);
    if (value == NULL || value->type.dtype == WICK_COMPLEX64) {
        return value;
    }
    wick_ir_type type = value->type;
    type.dtype = WICK_COMPLEX64;
    return unary(builder, "wick::complex_of_real", &type, value);
}

// self op (alpha * other)
static wick_status build_binary(const wick_builder *builder, wick_ir_value *self,
                                wick_ir_value *other, wick_ir_value **out)
{
    const wick_ir_arg *alpha = wick_argument(builder->node, "alpha");
    double factor = 1;
    if (alpha != NULL && (!wick_argument_number(alpha, &factor) || factor != 1)) {
        wick_ir_value *scale = operand(builder, alpha);
        if (scale == NULL) {
            return refuse(builder, "alpha is no number");
        }
        wick_ir_type type = other->type;
        type.dtype = WICK_COMPLEX64;
        other = wick_build_product(builder, "wick::complex_mul", &type, other, scale);
    }
    *out = wick_build_product(builder, builder->detail, result_type(builder), self, other);
    return WICK_OK;
}

static wick_status rewrite_operands(const wick_builder *builder, uint32_t first)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = operand(builder, &node->args[first]);
    wick_ir_value *other = operand(builder, &node->args[1 - first]);
    wick_ir_value *result = NULL;
    if (self == NULL || other == NULL) {
        return refuse(builder, "a complex operand is no tensor and no number");
    }
    WICK_TRY(build_binary(builder, self, other, &result));
    return give(builder, result);
}

static wick_status rewrite_binary(const wick_builder *builder)
{
    return rewrite_operands(builder, 0);
}

static wick_status rewrite_reversed(const wick_builder *builder)
{
    return rewrite_operands(builder, 1);
}

// Powers that eager PyTorch does not compute by logarithms: of 0 they are numbers.
static wick_status rewrite_power(const wick_builder *builder)
{
    double exponent = 0;
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    if (!wick_argument_number(&builder->node->args[1], &exponent) ||
        self->type.dtype != WICK_COMPLEX64 || (exponent != 0 && exponent != 2)) {
        return rewrite_binary(builder);
    }
    if (exponent == 2) {
        return give(builder, wick_build_binary(builder, "wick::complex_mul", self, self));
    }
    return give(builder, wick_build_scalar(builder, "aten::full_like", self, 1));
}

static wick_status rewrite_reciprocal(const wick_builder *builder)
{
    const wick_ir_arg one = wick_ir_arg_int(1);
    return give(builder, wick_build_product(builder, "wick::complex_div", result_type(builder),
                                            operand(builder, &one),
                                            wick_argument_tensor_at(builder->node, 0)));
}

// A cast of real numbers to complex ones, or of complex ones to their real part or to bool.
static wick_status rewrite_cast(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    const wick_ir_arg *self = &builder->node->args[0];
    if (type->dtype == WICK_COMPLEX64) {
        return give(builder, wick_build_complex(builder, self));
    }
    if (type->dtype == WICK_BOOL) {
        return give(builder, unary(builder, "wick::complex_is_true", type, self->value));
    }
    wick_ir_type real = self->value->type;
    real.dtype = WICK_FLOAT32;
    return give(builder, wick_build_cast(builder, unary(builder, "aten::real", &real, self->value),
                                         type->dtype));
}

// The detail names the argument that is the number.
static wick_status rewrite_full(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    wick_ir_value *number =
        wick_build_complex(builder, wick_argument(builder->node, builder->detail));
    if (number == NULL) {
        return refuse(builder, "the value is no number");
    }
    return give(builder, wick_build_expand(builder, number, type->rank, type->sizes));
}

// Part "real" or "imag" of the tensor, padded with that of the number.
static wick_ir_arg padded_part(const wick_builder *builder, const char *name, float number)
{
    wick_ir_type own = wick_argument_tensor_at(builder->node, 0)->type;
    wick_ir_type type = *result_type(builder);
    own.dtype = type.dtype = WICK_FLOAT32;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(unary(builder, name, &own, wick_argument_tensor_at(builder->node, 0))),
        builder->node->args[1], wick_ir_arg_real((double)number)};
    return wick_ir_arg_value(wick_build(builder, "aten::constant_pad_nd", &type, args, 3));
}

static wick_status rewrite_pad(const wick_builder *builder)
{
    const wick_ir_value *number = wick_argument_tensor(builder->node, builder->detail);
    float parts[2];
    if (number == NULL || number->data == NULL || number->type.dtype != WICK_COMPLEX64 ||
        number->type.rank != 0) {
        return refuse(builder, "the value is no constant");
    }
    memcpy(parts, number->data, sizeof parts);
    const wick_ir_arg args[] = {padded_part(builder, "aten::real", parts[0]),
                                padded_part(builder, "aten::imag", parts[1])};
    return give(builder, wick_build(builder, "aten::complex", result_type(builder), args, 2));
}

static wick_status rewrite_masked_fill(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *value = wick_build_complex(builder, &node->args[2]);
    if (value == NULL) {
        return refuse(builder, "the value is no number");
    }
    const wick_ir_arg args[] = {node->args[1], wick_ir_arg_value(value), node->args[0]};
    return give(builder, wick_build(builder, "aten::where.self", result_type(builder), args, 3));
}

// The same operator on whether elements are not 0.
static wick_status rewrite_truth(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_type type = self->type;
    type.dtype = WICK_BOOL;
    wick_ir_value *truth = unary(builder, "wick::complex_is_true", &type, self);
    wick_ir_node *made = wick_build_node(builder, node->op->name, result_type(builder), node->args,
                                         node->op->parameter_count);
    made->args[0] = wick_ir_arg_value(truth);
    return give(builder, made->outputs[0]);
}

// The transposed conjugate, of real matrices too.
wick_status wick_rewrite_adjoint(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    if (self->type.dtype == WICK_COMPLEX64) {
        self = wick_build_unary(builder, "wick::complex_conj", self);
    }
    return give(builder, unary(builder, "aten::mT", result_type(builder), self));
}

// Whether the imaginary part is 0.
static wick_status rewrite_isreal(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    wick_ir_type real = self->type;
    real.dtype = WICK_FLOAT32;
    const wick_ir_arg args[] = {wick_ir_arg_value(unary(builder, "aten::imag", &real, self)),
                                wick_ir_arg_real(0)};
    return give(builder, wick_build(builder, "aten::eq.Scalar", result_type(builder), args, 2));
}

// The same operator on magnitudes; its result is real.
static wick_status rewrite_of_magnitudes(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_type real = self->type;
    real.dtype = WICK_FLOAT32;
    if (result_type(builder)->dtype != WICK_FLOAT32) {
        return refuse(builder, "a norm of complex numbers as other than float32");
    }
    wick_ir_value *magnitudes = unary(builder, "wick::complex_abs", &real, self);
    wick_ir_node *made = wick_build_node(builder, node->op->name, result_type(builder), node->args,
                                         node->op->parameter_count);
    made->args[0] = wick_ir_arg_value(magnitudes);
    made->args[4] = wick_ir_arg_none(); // dtype
    return give(builder, made->outputs[0]);
}

static wick_status rewrite_silu(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    return give(builder,
                wick_build_binary(builder, "wick::complex_mul", self,
                                  wick_build_unary(builder, "wick::complex_sigmoid", self)));
}

static wick_ir_value *times(const wick_builder *builder, wick_ir_value *value, double number)
{
    const wick_ir_arg factor = wick_ir_arg_real(number);
    return wick_build_binary(builder, "wick::complex_mul", value, operand(builder, &factor));
}

static wick_status rewrite_exp2(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    return give(builder, wick_build_unary(builder, "wick::complex_exp",
                                          times(builder, self, 0.693147180559945309417)));
}

// sin(pi x) / (pi x), of 0 1.
static wick_status rewrite_sinc(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *turns = times(builder, self, 3.14159265358979323846);
    wick_ir_value *quotient =
        wick_build_binary(builder, "wick::complex_div",
                          wick_build_unary(builder, "wick::complex_sin", turns), turns);
    wick_ir_type mask = self->type;
    mask.dtype = WICK_BOOL;
    const wick_ir_arg zero = wick_ir_arg_real(0);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build_product(builder, "wick::complex_eq", &mask, self,
                                             operand(builder, &zero))),
        wick_ir_arg_value(wick_build_scalar(builder, "aten::full_like", self, 1)),
        wick_ir_arg_value(quotient)};
    return give(builder, wick_build(builder, "aten::where.self", &self->type, args, 3));
}

static const wick_composite forms[] = {
#define WICK_COMPLEX_FORM(name, rewrite, detail) {name, rewrite, detail},
#include "compiler/passes/complex_forms.def"
#undef WICK_COMPLEX_FORM
};

static bool is_complex_value(const wick_ir_value *value)
{
    return value->type.kind == WICK_VALUE_TENSOR && value->type.dtype == WICK_COMPLEX64;
}

static bool is_complex(const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        if (node->args[i].kind == WICK_IR_VALUE && is_complex_value(node->args[i].value)) {
            return true;
        }
    }
    return node->output_count > 0 && is_complex_value(node->outputs[0]);
}

// Complex results that a row gives as it stands: filled with a real number.
static bool is_row(const wick_ir_node *node, const wick_composite *form)
{
    double number = 0;
    const bool is_filled = form->rewrite == rewrite_full || form->rewrite == rewrite_pad;
    return is_filled && wick_argument_number(wick_argument(node, form->detail), &number);
}

const wick_composite *wick_complex_form(const wick_ir_node *node)
{
    for (size_t i = 0; is_complex(node) && i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].name, node->op->name) == 0) {
            return is_row(node, &forms[i]) ? NULL : &forms[i];
        }
    }
    return NULL;
}
