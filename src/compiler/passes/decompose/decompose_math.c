// SPDX-License-Identifier: BSD-3-Clause
// Elementwise functions written with a few others, in the order of operations of eager PyTorch.
#include "compiler/passes/decompose/decompose.h"
#include "ops/op.h"

#include <math.h>
#include <string.h>

static wick_ir_value *input_at(const wick_builder *builder, uint32_t index)
{
    return wick_argument_tensor_at(builder->node, index);
}

static const wick_ir_type *result_type(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

static wick_ir_type with_dtype(const wick_ir_type *type, uint8_t dtype)
{
    wick_ir_type out = *type;
    out.dtype = dtype;
    return out;
}

// op(x), of x's type.
static wick_ir_value *unary(const wick_builder *builder, const char *op_name, wick_ir_value *x)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(x)};
    return wick_build(builder, op_name, &x->type, args, 1);
}

// op(x, y), of the result's type.
static wick_ir_value *binary(const wick_builder *builder, const char *op_name, wick_ir_value *x,
                             wick_ir_value *y)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(x), wick_ir_arg_value(y)};
    return wick_build(builder, op_name, result_type(builder), args, 2);
}

// op(x, number), of x's type.
static wick_ir_value *with_number(const wick_builder *builder, const char *op_name,
                                  wick_ir_value *x, double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(x), wick_ir_arg_real(number)};
    return wick_build(builder, op_name, &x->type, args, 2);
}

// A comparison with a number.
static wick_ir_value *compared(const wick_builder *builder, const char *op_name, wick_ir_value *x,
                               wick_ir_arg number)
{
    const wick_ir_type type = with_dtype(&x->type, WICK_BOOL);
    const wick_ir_arg args[] = {wick_ir_arg_value(x), number};
    return wick_build(builder, op_name, &type, args, 2);
}

static wick_ir_value *is_nan(const wick_builder *builder, wick_ir_value *x)
{
    const wick_ir_type type = with_dtype(&x->type, WICK_BOOL);
    const wick_ir_arg args[] = {wick_ir_arg_value(x)};
    return wick_build(builder, "aten::isnan", &type, args, 1);
}

static wick_ir_value *where(const wick_builder *builder, wick_ir_value *mask, wick_ir_value *x,
                            wick_ir_value *y)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(mask), wick_ir_arg_value(x),
                                wick_ir_arg_value(y)};
    return wick_build(builder, "aten::where.self", result_type(builder), args, 3);
}

static wick_ir_value *point(const wick_builder *builder, wick_ir_arg number)
{
    const wick_ir_type type = wick_ir_type_tensor(result_type(builder)->dtype, 0, NULL);
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, NULL, 0), number};
    return wick_build(builder, "aten::full", &type, args, 2);
}

// An operand in the type of the result: what integers are computed in.
static wick_ir_value *real_input(const wick_builder *builder, uint32_t index)
{
    return wick_build_cast(builder, input_at(builder, index), result_type(builder)->dtype);
}

static double number_of(const wick_builder *builder, const char *name, double fallback)
{
    const wick_ir_arg *arg = wick_argument(builder->node, name);
    double value = fallback;
    return arg != NULL && wick_argument_number(arg, &value) ? value : fallback;
}

static wick_status done(const wick_builder *builder, wick_ir_value *value)
{
    wick_replace(builder, 0, value);
    return WICK_OK;
}

// The operator `detail` with the arguments in the same places.
wick_status wick_rewrite_same_places(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made = wick_build_node(builder, builder->detail, result_type(builder), NULL, 0);
    for (uint32_t i = 0; i < node->op->parameter_count && i < made->op->parameter_count; i++) {
        made->args[i] = node->args[i];
    }
    return done(builder, made->outputs[0]);
}

// x * pi / 180, or its inverse.
wick_status wick_rewrite_degrees(const wick_builder *builder)
{
    const double turn =
        strcmp(builder->detail, "rad") == 0 ? 0.017453292519943295 : 57.29577951308232;
    return done(builder, with_number(builder, "aten::mul.Scalar", real_input(builder, 0), turn));
}

static wick_ir_value *elu(const wick_builder *builder, double alpha, double scale, double inner)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(input_at(builder, 0)), wick_ir_arg_real(alpha),
                                wick_ir_arg_real(scale), wick_ir_arg_real(inner)};
    return wick_build(builder, "aten::elu", result_type(builder), args, 4);
}

wick_status wick_rewrite_celu(const wick_builder *builder)
{
    const double alpha = number_of(builder, "alpha", 1);
    return done(builder, elu(builder, alpha, 1, 1 / alpha));
}

wick_status wick_rewrite_selu(const wick_builder *builder)
{
    return done(builder, elu(builder, 1.6732632423543772848170429916717,
                             1.0507009873554804934193349852946, 1));
}

// x > 0 ? x : weight * x; a weight of one dimension lies along dimension 1 of x.
wick_status wick_rewrite_prelu(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *weight = input_at(builder, 1);
    if (weight->type.rank == 1 && x->type.rank != 1) {
        int64_t sizes[WICK_MAX_RANK];
        for (uint32_t i = 0; i < x->type.rank; i++) {
            sizes[i] = i == 1 ? weight->type.sizes[0] : 1;
        }
        weight = wick_build_view(builder, weight, x->type.rank, sizes);
    }
    wick_ir_value *mask = compared(builder, "aten::gt.Scalar", x, wick_ir_arg_int(0));
    return done(builder, where(builder, mask, x, binary(builder, "aten::mul.Tensor", weight, x)));
}

// min(x, 0) - log1p(exp(-|x|))
wick_status wick_rewrite_log_sigmoid(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    const wick_ir_arg bounds[] = {wick_ir_arg_value(x), wick_ir_arg_none(), wick_ir_arg_int(0)};
    wick_ir_value *low = wick_build(builder, "aten::clamp", &x->type, bounds, 3);
    wick_ir_value *e =
        unary(builder, "aten::exp", unary(builder, "aten::neg", unary(builder, "aten::abs", x)));
    return done(builder,
                binary(builder, "aten::sub.Tensor", low, unary(builder, "aten::log1p", e)));
}

// |x| < infinity; false for NaN.
static wick_ir_value *is_finite(const wick_builder *builder, wick_ir_value *x)
{
    return compared(builder, "aten::lt.Scalar", unary(builder, "aten::abs", x),
                    wick_ir_arg_real(INFINITY));
}

wick_status wick_rewrite_isfinite(const wick_builder *builder)
{
    return done(builder, is_finite(builder, input_at(builder, 0)));
}

// A real tensor: whether an element is NaN is 0 or above.
wick_status wick_rewrite_isreal(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *nan = is_nan(builder, x);
    return done(builder, compared(builder, "aten::ge.Scalar", nan, wick_ir_arg_int(0)));
}

// a == b, or |a - b| finite and at most atol + |rtol * b|, or both NaN where equal_nan says so.
wick_status wick_rewrite_isclose(const wick_builder *builder)
{
    wick_ir_value *given[] = {input_at(builder, 0), input_at(builder, 1)};
    const uint8_t dtype = given[0]->type.dtype;
    const bool is_whole = !wick_dtype_is_float(dtype);
    const wick_ir_type real = with_dtype(result_type(builder), is_whole ? WICK_FLOAT32 : dtype);
    wick_ir_value *a = wick_build_cast(builder, given[0], real.dtype);
    wick_ir_value *b = wick_build_cast(builder, given[1], real.dtype);
    wick_ir_value *close = binary(builder, "aten::eq.Tensor", given[0], given[1]);
    if (wick_argument_bool(builder->node, "equal_nan", false)) {
        close = binary(builder, "aten::logical_or", close,
                       binary(builder, "aten::logical_and",
                              compared(builder, "aten::ne.Tensor", a, wick_ir_arg_value(a)),
                              compared(builder, "aten::ne.Tensor", b, wick_ir_arg_value(b))));
    }
    wick_ir_value *share =
        with_number(builder, "aten::mul.Scalar", b, number_of(builder, "rtol", 1e-5));
    wick_ir_value *allowed =
        with_number(builder, "aten::add.Scalar", unary(builder, "aten::abs", share),
                    number_of(builder, "atol", 1e-8));
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_value(b)};
    wick_ir_value *rest =
        unary(builder, "aten::abs", wick_build(builder, "aten::sub.Tensor", &real, args, 2));
    wick_ir_value *within = binary(builder, "aten::logical_and", is_finite(builder, rest),
                                   binary(builder, "aten::le.Tensor", rest, allowed));
    return done(builder, binary(builder, "aten::logical_or", close, within));
}

// self * 2^other
wick_status wick_rewrite_ldexp(const wick_builder *builder)
{
    wick_ir_value *exponent = real_input(builder, 1);
    const wick_ir_arg args[] = {wick_ir_arg_real(2), wick_ir_arg_value(exponent)};
    wick_ir_value *power = wick_build(builder, "aten::pow.Scalar", &exponent->type, args, 2);
    return done(builder, binary(builder, "aten::mul.Tensor", input_at(builder, 0), power));
}

// pow in float64, whatever the types of the operands.
wick_status wick_rewrite_float_power(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_arg args[2];
    for (uint32_t i = 0; i < 2; i++) {
        wick_ir_value *tensor = wick_argument_tensor_at(node, i);
        args[i] = tensor != NULL ? wick_ir_arg_value(real_input(builder, i)) : node->args[i];
    }
    return done(builder, wick_build(builder, builder->detail, result_type(builder), args, 2));
}

// digamma; from n = 1 on (-1)^(n + 1) n! zeta(n + 1, x)
wick_status wick_rewrite_polygamma(const wick_builder *builder)
{
    const int64_t order = wick_argument_int(builder->node, "n", 0);
    wick_ir_value *x = real_input(builder, 1);
    if (order == 0) {
        return done(builder, unary(builder, "aten::digamma", x));
    }
    if (order < 0 || order > 30) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                                  "orders 0 to 30 are supported");
    }
    const wick_ir_arg args[] = {wick_ir_arg_real((double)order + 1), wick_ir_arg_value(x)};
    wick_ir_value *zeta = wick_build(builder, "aten::special_zeta.self_scalar", &x->type, args, 2);
    const double factor = tgamma((double)order + 1) * (order % 2 != 0 ? 1 : -1);
    return done(builder, with_number(builder, "aten::mul.Scalar", zeta, factor));
}

// erfc(-x / sqrt(2)) / 2
wick_status wick_rewrite_ndtr(const wick_builder *builder)
{
    wick_ir_value *t =
        with_number(builder, "aten::mul.Scalar", real_input(builder, 0), -0.70710678118654752440);
    return done(builder,
                with_number(builder, "aten::mul.Scalar", unary(builder, "aten::erfc", t), 0.5));
}

// 0, 0.5 or 1 times pi: the angle of a real number, NaN of NaN.
wick_status wick_rewrite_angle(const wick_builder *builder)
{
    wick_ir_value *x = real_input(builder, 0);
    wick_ir_value *mask = compared(builder, "aten::lt.Scalar", x, wick_ir_arg_int(0));
    wick_ir_value *turned =
        where(builder, mask, point(builder, wick_ir_arg_real(3.14159265358979323846)),
              point(builder, wick_ir_arg_real(0)));
    wick_ir_value *nan = is_nan(builder, x);
    return done(builder, where(builder, nan, x, turned));
}

// A mask and the numbers or tensors that it chooses from.
wick_status wick_rewrite_masked_fill(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {node->args[1], node->args[2], node->args[0]};
    return done(builder, wick_build(builder, "aten::where.self", result_type(builder), args, 3));
}

// The first half along a dimension times the sigmoid of the second.
wick_status wick_rewrite_glu(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(builder->node, "dim", -1), x->type.rank);
    const int64_t size = x->type.rank != 0 ? x->type.sizes[dim] : 0;
    if (size < 2 || size % 2 != 0) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                                  "halves a dimension of %lld", (long long)size);
    }
    wick_ir_value *first = wick_build_slice(builder, x, dim, 0, size / 2);
    wick_ir_value *second = wick_build_slice(builder, x, dim, size / 2, size);
    return done(builder, binary(builder, "aten::mul.Tensor", first,
                                unary(builder, "aten::sigmoid", second)));
}

// For target "portable", what the official runtime lacks.

wick_status wick_rewrite_exp2(const wick_builder *builder)
{
    const wick_ir_arg args[] = {wick_ir_arg_real(2), wick_ir_arg_value(real_input(builder, 0))};
    return done(builder, wick_build(builder, "aten::pow.Scalar", result_type(builder), args, 2));
}

wick_status wick_rewrite_frac(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    return done(builder, binary(builder, "aten::sub.Tensor", x, unary(builder, "aten::trunc", x)));
}

wick_status wick_rewrite_erfc(const wick_builder *builder)
{
    const wick_ir_arg args[] = {
        wick_ir_arg_value(unary(builder, "aten::erf", real_input(builder, 0))),
        wick_ir_arg_real(1)};
    return done(builder, wick_build(builder, "aten::rsub.Scalar", result_type(builder), args, 2));
}

static wick_status equals(const wick_builder *builder, double number)
{
    return done(builder, compared(builder, "aten::eq.Scalar", input_at(builder, 0),
                                  wick_ir_arg_real(number)));
}

wick_status wick_rewrite_isposinf(const wick_builder *builder)
{
    return equals(builder, (double)INFINITY);
}

wick_status wick_rewrite_isneginf(const wick_builder *builder)
{
    return equals(builder, -(double)INFINITY);
}

static wick_ir_value *log1p_exp(const wick_builder *builder, wick_ir_value *x)
{
    return unary(builder, "aten::log1p", unary(builder, "aten::exp", x));
}

// beta * x > threshold ? x : log1p(exp(beta * x)) / beta
wick_status wick_rewrite_softplus(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    const double beta = number_of(builder, "beta", 1);
    wick_ir_value *scaled = with_number(builder, "aten::mul.Scalar", x, beta);
    wick_ir_value *soft =
        with_number(builder, "aten::div.Scalar", log1p_exp(builder, scaled), beta);
    wick_ir_value *mask = compared(builder, "aten::gt.Scalar", scaled,
                                   wick_ir_arg_real(number_of(builder, "threshold", 20)));
    return done(builder, where(builder, mask, x, soft));
}

wick_status wick_rewrite_mish(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    return done(builder, binary(builder, "aten::mul.Tensor", x,
                                unary(builder, "aten::tanh", log1p_exp(builder, x))));
}

wick_status wick_rewrite_threshold(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *mask = compared(builder, "aten::le.Scalar", x, builder->node->args[1]);
    return done(builder, where(builder, mask, point(builder, builder->node->args[2]), x));
}

wick_status wick_rewrite_hardshrink(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *mask = compared(builder, "aten::le.Scalar", unary(builder, "aten::abs", x),
                                   builder->node->args[1]);
    return done(builder, where(builder, mask, point(builder, wick_ir_arg_int(0)), x));
}

// |x| <= lambd ? x * 0 : x - clamp(x, -lambd, lambd)
wick_status wick_rewrite_softshrink(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    const double bound = number_of(builder, "lambd", 0.5);
    const wick_ir_arg args[] = {wick_ir_arg_value(x), wick_ir_arg_real(-bound),
                                wick_ir_arg_real(bound)};
    wick_ir_value *inner = wick_build(builder, "aten::clamp", &x->type, args, 3);
    wick_ir_value *rest = binary(builder, "aten::sub.Tensor", x, inner);
    wick_ir_value *mask = compared(builder, "aten::le.Scalar", unary(builder, "aten::abs", x),
                                   wick_ir_arg_real(bound));
    return done(builder,
                where(builder, mask, with_number(builder, "aten::mul.Scalar", x, 0), rest));
}

bool wick_applies_to_whole_result(const wick_ir_node *node)
{
    return !wick_dtype_is_float(node->outputs[0]->type.dtype);
}

// Of integers, where the official kernel keeps the sign of x: x - floor(x / y) * y
wick_status wick_rewrite_remainder(const wick_builder *builder)
{
    const bool is_number = wick_argument_tensor_at(builder->node, 1) == NULL;
    const wick_ir_arg y = builder->node->args[1];
    const wick_ir_arg quotient[] = {wick_ir_arg_value(real_input(builder, 0)), y,
                                    wick_ir_arg_string("floor")};
    wick_ir_value *whole =
        wick_build(builder, is_number ? "aten::div.Scalar_mode" : "aten::div.Tensor_mode",
                   result_type(builder), quotient, 3);
    const wick_ir_arg product[] = {wick_ir_arg_value(whole), y};
    wick_ir_value *multiple =
        wick_build(builder, is_number ? "aten::mul.Scalar" : "aten::mul.Tensor",
                   result_type(builder), product, 2);
    return done(builder, binary(builder, "aten::sub.Tensor", input_at(builder, 0), multiple));
}

bool wick_applies_to_other_type(const wick_ir_node *node)
{
    const wick_ir_value *x = wick_argument_tensor_at(node, 0);
    return x != NULL && x->type.dtype != node->outputs[0]->type.dtype;
}

// The tensor is cast before a number of a higher kind is added.
wick_status wick_rewrite_cast_first(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {wick_ir_arg_value(real_input(builder, 0)), node->args[1],
                                node->args[2]};
    return done(builder, wick_build(builder, node->op->name, result_type(builder), args, 3));
}

wick_status wick_rewrite_hypot(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *y = input_at(builder, 1);
    wick_ir_value *squares =
        binary(builder, "aten::add.Tensor", binary(builder, "aten::mul.Tensor", x, x),
               binary(builder, "aten::mul.Tensor", y, y));
    return done(builder, unary(builder, "aten::sqrt", squares));
}

// self + value * a * b, or a / b.
wick_status wick_rewrite_addc(const wick_builder *builder)
{
    const bool is_quotient = wick_node_is(builder->node, "aten::addcdiv");
    const wick_ir_arg args[] = {
        wick_ir_arg_value(input_at(builder, 0)),
        wick_ir_arg_value(binary(builder, is_quotient ? "aten::div.Tensor" : "aten::mul.Tensor",
                                 input_at(builder, 1), input_at(builder, 2))),
        *wick_argument(builder->node, "value")};
    return done(builder, wick_build(builder, "aten::add.Tensor", result_type(builder), args, 3));
}

// self + weight * (end - self)
wick_status wick_rewrite_lerp(const wick_builder *builder)
{
    wick_ir_value *x = input_at(builder, 0);
    wick_ir_value *way = binary(builder, "aten::sub.Tensor", input_at(builder, 1), x);
    const wick_ir_arg args[] = {wick_ir_arg_value(way), builder->node->args[2]};
    const bool is_number = wick_argument_tensor_at(builder->node, 2) == NULL;
    wick_ir_value *part = wick_build(builder, is_number ? "aten::mul.Scalar" : "aten::mul.Tensor",
                                     result_type(builder), args, 2);
    return done(builder, binary(builder, "aten::add.Tensor", x, part));
}

// x * log(y), 0 where x is 0 and y no NaN.
wick_status wick_rewrite_xlogy(const wick_builder *builder)
{
    wick_ir_value *x = real_input(builder, 0);
    wick_ir_value *y = real_input(builder, 1);
    wick_ir_value *product = binary(
        builder, "aten::mul.Tensor", x,
        unary(builder,
              wick_node_is(builder->node, "aten::xlogy.Tensor") ? "aten::log" : "aten::log1p", y));
    wick_ir_value *mask = compared(builder, "aten::eq.Scalar", x, wick_ir_arg_int(0));
    wick_ir_value *chosen = where(builder, mask, point(builder, wick_ir_arg_int(0)), product);
    wick_ir_value *nan = is_nan(builder, y);
    return done(builder, where(builder, nan, y, chosen));
}

wick_status wick_rewrite_special_entr(const wick_builder *builder)
{
    wick_ir_value *x = real_input(builder, 0);
    wick_ir_value *value =
        unary(builder, "aten::neg",
              binary(builder, "aten::mul.Tensor", x, unary(builder, "aten::log", x)));
    wick_ir_value *zero = compared(builder, "aten::eq.Scalar", x, wick_ir_arg_int(0));
    value = where(builder, zero, point(builder, wick_ir_arg_int(0)), value);
    wick_ir_value *below = compared(builder, "aten::lt.Scalar", x, wick_ir_arg_int(0));
    return done(builder,
                where(builder, below, point(builder, wick_ir_arg_real(-(double)INFINITY)), value));
}
