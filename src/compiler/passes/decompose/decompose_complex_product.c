// SPDX-License-Identifier: BSD-3-Clause
// Products of complex matrices and convolutions are real ones of twice the depth and twice the
// columns: the pair (a, b) times the rows (re, im) and (-im, re) is a complex product.
//
// Before  %y = aten::mm(%a, %b) : c64[m, n]
// After   real product of f32[m, 2 k], the pairs of %a, and f32[2 k, 2 n], the pairs of %b and of
//         i %b by turns: the pairs of %y
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/complex_pairs.h"

#include <string.h>

static const wick_ir_type *result_type(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

static int64_t twice(const wick_builder *builder, int64_t size)
{
    return wick_size_multiply(builder->graph->sizes, size, 2);
}

// Pairs (-im, re): the last dimension of those of the conjugate, turned round.
static wick_ir_value *turned_pairs(const wick_builder *builder, wick_ir_value *value)
{
    wick_ir_value *pairs =
        wick_build_pairs(builder, wick_build_unary(builder, "wick::complex_conj", value));
    const int64_t last = value->type.rank;
    const wick_ir_arg args[] = {wick_ir_arg_value(pairs),
                                wick_ir_arg_ints(builder->graph, &last, 1)};
    return wick_build(builder, "aten::flip", &pairs->type, args, 2);
}

// The pairs of a value and of i times it, side by side in a new dimension `dim`.
static wick_ir_value *both_pairs(const wick_builder *builder, wick_ir_value *value, uint32_t dim)
{
    const wick_ir_arg arg = wick_ir_arg_value(value);
    value = wick_build_complex(builder, &arg);
    wick_ir_value *pairs[] = {wick_build_unsqueeze(builder, wick_build_pairs(builder, value), dim),
                              wick_build_unsqueeze(builder, turned_pairs(builder, value), dim)};
    wick_ir_value **items = wick_arena_alloc(builder->graph->arena, 2, sizeof *items);
    items[0] = pairs[0];
    items[1] = pairs[1];
    wick_ir_type type = pairs[0]->type;
    type.sizes[dim] = 2;
    const wick_ir_arg args[] = {{.kind = WICK_IR_VALUES, .count = 2, .list = {.values = items}},
                                wick_ir_arg_int(dim)};
    return wick_build(builder, "aten::cat", &type, args, 2);
}

static wick_status check_room(const wick_builder *builder, uint32_t rank, uint32_t more)
{
    return rank + more <= WICK_MAX_RANK
               ? WICK_OK
               : wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                                    "too many dimensions of complex numbers");
}

// mm and bmm.
wick_status wick_rewrite_complex_mm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *b = wick_argument_tensor_at(node, 1);
    const uint32_t rank = wick_node_is(node, "aten::mm") ? 2 : 3;
    if (a->type.rank != rank || b->type.rank != rank) {
        return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_ARGUMENT,
                                  "its operands have other numbers of dimensions");
    }
    wick_ir_type lhs = a->type;
    wick_ir_type rhs = b->type;
    wick_ir_type product = *result_type(builder);
    lhs.sizes[rank - 1] = twice(builder, lhs.sizes[rank - 1]);
    rhs.sizes[rank - 2] = twice(builder, rhs.sizes[rank - 2]);
    rhs.sizes[rank - 1] = twice(builder, rhs.sizes[rank - 1]);
    product.dtype = WICK_FLOAT32;
    product.sizes[rank - 1] = rhs.sizes[rank - 1];
    a = wick_build_view(builder, wick_build_pairs(builder, a), rank, lhs.sizes);
    b = wick_build_view(builder, both_pairs(builder, b, rank - 1), rank, rhs.sizes);
    wick_ir_value *result = wick_build_product(builder, node->op->name, &product, a, b);
    const wick_ir_type pairs = wick_pairs_type(result_type(builder));
    return wick_replace_by_pairs(builder,
                                 wick_build_view(builder, result, pairs.rank, pairs.sizes));
}

// number * value; the value itself where the number is 1.
static wick_ir_value *scaled(const wick_builder *builder, wick_ir_value *value,
                             const wick_ir_arg *number)
{
    double factor = 0;
    if (wick_argument_number(number, &factor) && factor == 1) {
        return value;
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value), *number};
    return wick_build(builder, "aten::mul.Scalar", &value->type, args, 2);
}

// addmm and baddbmm; the detail is the product. Where beta is 0, self counts for nothing, NaN too.
wick_status wick_rewrite_complex_addmm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *beta = wick_argument(node, "beta");
    double factor = 1;
    wick_ir_value *product =
        wick_build_product(builder, builder->detail, result_type(builder),
                           wick_argument_tensor_at(node, 1), wick_argument_tensor_at(node, 2));
    product = scaled(builder, product, wick_argument(node, "alpha"));
    if (!wick_argument_number(beta, &factor) || factor != 0) {
        wick_ir_value *self = scaled(builder, wick_build_complex(builder, &node->args[0]), beta);
        product =
            wick_build_product(builder, "aten::add.Tensor", result_type(builder), product, self);
    }
    wick_replace(builder, 0, product);
    return WICK_OK;
}

// input * weight^T + bias
wick_status wick_rewrite_complex_linear(const wick_builder *builder)
{
    static const int64_t transposed[] = {1, 0};
    const wick_ir_node *node = builder->node;
    wick_ir_value *weight = wick_argument_tensor_at(node, 1);
    wick_ir_value *bias = wick_argument_tensor_at(node, 2);
    weight = weight->type.rank == 2 ? wick_build_permute(builder, weight, transposed) : weight;
    wick_ir_value *result = wick_build_product(builder, "aten::matmul", result_type(builder),
                                               wick_argument_tensor_at(node, 0), weight);
    wick_replace(builder, 0,
                 bias == NULL ? result
                              : wick_build_binary(builder, "aten::add.Tensor", result, bias));
    return WICK_OK;
}

wick_status wick_rewrite_complex_vdot(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self =
        wick_build_unary(builder, "wick::complex_conj", wick_argument_tensor_at(node, 0));
    wick_replace(builder, 0,
                 wick_build_product(builder, "aten::dot", result_type(builder), self,
                                    wick_argument_tensor_at(node, 1)));
    return WICK_OK;
}

// [n, c, places..] as [n, 2 c, places..]: a real channel for each part.
static wick_ir_value *channels_of_pairs(const wick_builder *builder, wick_ir_value *value)
{
    wick_ir_value *pairs = wick_build_pairs(builder, value);
    const uint32_t rank = value->type.rank;
    int64_t dims[WICK_MAX_RANK];
    wick_ir_type type = value->type;
    for (uint32_t i = 0; i <= rank; i++) {
        dims[i] = i < 2 ? i : i == 2 ? rank : i - 1;
    }
    type.sizes[1] = twice(builder, type.sizes[1]);
    return wick_build_view(builder, wick_build_permute(builder, pairs, dims), rank, type.sizes);
}

// [n, 2 c, places..] back to the pairs of [n, c, places..].
static wick_ir_value *pairs_of_channels(const wick_builder *builder, wick_ir_value *value)
{
    const wick_ir_type *type = result_type(builder);
    int64_t sizes[WICK_MAX_RANK];
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i <= type->rank; i++) {
        sizes[i] = i < 2 ? type->sizes[i] : i == 2 ? 2 : type->sizes[i - 1];
        dims[i] = i < 2 ? i : i < type->rank ? i + 1 : 2;
    }
    return wick_build_permute(builder, wick_build_view(builder, value, type->rank + 1u, sizes),
                              dims);
}

// [out, in, places..], or [in, out, places..] of a transposed convolution, as twice as many of
// both.
static wick_ir_value *weights_of_pairs(const wick_builder *builder, wick_ir_value *weight,
                                       bool is_transposed)
{
    const uint32_t rank = weight->type.rank;
    wick_ir_value *both = both_pairs(builder, weight, 0); // [input, a, b, places.., output]
    const int64_t input = 0;
    const int64_t output = rank + 1;
    int64_t dims[WICK_MAX_RANK] = {1, is_transposed ? input : output, 2,
                                   is_transposed ? output : input};
    wick_ir_type type = weight->type;
    for (uint32_t i = 2; i < rank; i++) {
        dims[i + 2] = i + 1;
    }
    type.sizes[0] = twice(builder, type.sizes[0]);
    type.sizes[1] = twice(builder, type.sizes[1]);
    return wick_build_view(builder, wick_build_permute(builder, both, dims), rank, type.sizes);
}

wick_status wick_rewrite_complex_convolution(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    wick_ir_value *weight = wick_argument_tensor_at(node, 1);
    wick_ir_value *bias = wick_argument_tensor(node, "bias");
    if (input->type.rank < 3 || weight->type.rank != input->type.rank ||
        result_type(builder)->rank != input->type.rank) {
        return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_ARGUMENT,
                                  "its operands have other numbers of dimensions");
    }
    WICK_TRY(check_room(builder, input->type.rank, 2));
    wick_ir_type type = *result_type(builder);
    type.dtype = WICK_FLOAT32;
    type.sizes[1] = twice(builder, type.sizes[1]);
    wick_ir_arg *args =
        wick_arena_alloc(builder->graph->arena, node->op->parameter_count, sizeof *args);
    memcpy(args, node->args, node->op->parameter_count * sizeof *args);
    args[0] = wick_ir_arg_value(channels_of_pairs(builder, input));
    args[1] = wick_ir_arg_value(
        weights_of_pairs(builder, weight, wick_argument_bool(node, "transposed", false)));
    if (bias != NULL) {
        args[2] = wick_ir_arg_value(
            wick_build_view(builder, wick_build_pairs(builder, bias), 1, &type.sizes[1]));
    }
    return wick_replace_by_pairs(
        builder, pairs_of_channels(builder, wick_build(builder, "aten::convolution", &type, args,
                                                       node->op->parameter_count)));
}
