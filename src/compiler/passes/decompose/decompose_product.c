// SPDX-License-Identifier: BSD-3-Clause
// Products of matrices and vectors in all their names: mm, bmm and addmm on views of their
// operands.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_status refuse(const wick_builder *builder, const char *what)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              what);
}

static int64_t product(const wick_builder *builder, const int64_t *sizes, uint32_t count)
{
    return wick_size_product(builder->graph->sizes, sizes, count);
}

static wick_ir_value *view_2d(const wick_builder *builder, wick_ir_value *value, int64_t rows,
                              int64_t cols)
{
    const int64_t sizes[] = {rows, cols};
    return wick_build_view(builder, value, 2, sizes);
}

static wick_ir_value *view_as_result(const wick_builder *builder, wick_ir_value *value)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    return wick_build_view(builder, value, type->rank, type->sizes);
}

static wick_ir_value *build_mm(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    const int64_t sizes[] = {a->type.sizes[0], b->type.sizes[1]};
    const wick_ir_type type = wick_ir_type_tensor((wick_dtype)a->type.dtype, 2, sizes);
    return wick_build_product(builder, "aten::mm", &type, a, b);
}

// addmm(self, a, b) with the node's own beta and alpha.
static wick_ir_value *build_addmm(const wick_builder *builder, wick_ir_value *self,
                                  wick_ir_value *a, wick_ir_value *b)
{
    const uint8_t dtype = builder->node->outputs[0]->type.dtype;
    const int64_t sizes[] = {a->type.sizes[0], b->type.sizes[1]};
    const wick_ir_type type = wick_ir_type_tensor((wick_dtype)dtype, 2, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_cast(builder, self, dtype)),
                                wick_ir_arg_value(wick_build_cast(builder, a, dtype)),
                                wick_ir_arg_value(wick_build_cast(builder, b, dtype)),
                                *wick_argument(builder->node, "beta"),
                                *wick_argument(builder->node, "alpha")};
    return wick_build(builder, "aten::addmm", &type, args, 5);
}

static bool has_ranks(const wick_builder *builder, uint32_t first, uint32_t second, uint32_t third)
{
    const uint32_t ranks[] = {first, second, third};
    for (uint32_t i = 0; i < 3; i++) {
        const wick_ir_value *value = wick_argument_tensor_at(builder->node, i);
        if (value->type.rank != ranks[i] && (i > 0 || value->type.rank > first)) {
            return false;
        }
    }
    return true;
}

// addbmm: the sum over the batch is a sum over a longer depth.
wick_status wick_rewrite_addbmm(const wick_builder *builder)
{
    static const int64_t batch_inside[] = {1, 0, 2};
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 1);
    wick_ir_value *b = wick_argument_tensor_at(builder->node, 2);
    if (!has_ranks(builder, 2, 3, 3)) {
        return refuse(builder, "its operands have other numbers of dimensions");
    }
    const int64_t depth = product(builder, b->type.sizes, 2);
    a = view_2d(builder, wick_build_permute(builder, a, batch_inside), a->type.sizes[1], depth);
    b = view_2d(builder, b, depth, b->type.sizes[2]);
    wick_replace(builder, 0, build_addmm(builder, wick_argument_tensor_at(builder->node, 0), a, b));
    return WICK_OK;
}

wick_status wick_rewrite_addmv(const wick_builder *builder)
{
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *vector = wick_argument_tensor_at(builder->node, 2);
    if (!has_ranks(builder, 1, 2, 1)) {
        return refuse(builder, "its operands have other numbers of dimensions");
    }
    self = self->type.rank == 1 ? wick_build_unsqueeze(builder, self, 1) : self;
    wick_ir_value *result = build_addmm(builder, self, wick_argument_tensor_at(builder->node, 1),
                                        wick_build_unsqueeze(builder, vector, 1));
    wick_replace(builder, 0, view_as_result(builder, result));
    return WICK_OK;
}

wick_status wick_rewrite_addr(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 1);
    wick_ir_value *b = wick_argument_tensor_at(builder->node, 2);
    if (!has_ranks(builder, 2, 1, 1)) {
        return refuse(builder, "its operands have other numbers of dimensions");
    }
    wick_replace(builder, 0,
                 build_addmm(builder, wick_argument_tensor_at(builder->node, 0),
                             wick_build_unsqueeze(builder, a, 1),
                             wick_build_unsqueeze(builder, b, 0)));
    return WICK_OK;
}

// baddbmm for official operators.
wick_status wick_rewrite_baddbmm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    double beta = 1;
    double alpha = 1;
    wick_argument_number(wick_argument(node, "beta"), &beta);
    wick_argument_number(wick_argument(node, "alpha"), &alpha);
    wick_ir_value *result =
        wick_build_product(builder, "aten::bmm", type, wick_argument_tensor_at(node, 1),
                           wick_argument_tensor_at(node, 2));
    if (alpha != 1) {
        result = wick_build_scalar(builder, "aten::mul.Scalar", result, alpha);
    }
    if (beta != 0) {
        wick_ir_value *self = wick_argument_tensor_at(node, 0);
        self = beta == 1 ? self : wick_build_scalar(builder, "aten::mul.Scalar", self, beta);
        result = wick_build_binary(builder, "aten::add.Tensor", result, self);
    }
    wick_replace(builder, 0, result);
    return WICK_OK;
}

wick_status wick_rewrite_outer(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *b = wick_argument_tensor_at(builder->node, 1);
    if (a->type.rank != 1 || b->type.rank != 1) {
        return refuse(builder, "its operands are no vectors");
    }
    wick_replace(builder, 0,
                 wick_build_product(builder, "aten::mul.Tensor", &builder->node->outputs[0]->type,
                                    wick_build_unsqueeze(builder, a, 1),
                                    wick_build_unsqueeze(builder, b, 0)));
    return WICK_OK;
}

// Sum over the last dimensions of both.
wick_status wick_rewrite_inner(const wick_builder *builder)
{
    static const int64_t swapped[] = {1, 0};
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *b = wick_argument_tensor_at(builder->node, 1);
    if (a->type.rank == 0 || b->type.rank == 0) {
        wick_replace(builder, 0, wick_build_product(builder, "aten::mul.Tensor", type, a, b));
        return WICK_OK;
    }
    const int64_t depth = a->type.sizes[a->type.rank - 1];
    a = view_2d(builder, a, product(builder, a->type.sizes, a->type.rank - 1u), depth);
    b = view_2d(builder, b, product(builder, b->type.sizes, b->type.rank - 1u), depth);
    wick_replace(
        builder, 0,
        view_as_result(builder, build_mm(builder, a, wick_build_permute(builder, b, swapped))));
    return WICK_OK;
}

// kron: each dimension of `value` beside one of size 1, behind it or before it.
static wick_ir_value *interleave(const wick_builder *builder, wick_ir_value *value, uint32_t rank,
                                 bool is_first)
{
    int64_t sizes[WICK_MAX_RANK];
    const uint32_t missing = rank - value->type.rank;
    for (uint32_t i = 0; i < rank; i++) {
        const int64_t size = i < missing ? 1 : value->type.sizes[i - missing];
        sizes[2 * i] = is_first ? size : 1;
        sizes[2 * i + 1] = is_first ? 1 : size;
    }
    return wick_build_view(builder, value, 2 * rank, sizes);
}

wick_status wick_rewrite_kron(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *b = wick_argument_tensor_at(builder->node, 1);
    const uint32_t rank = a->type.rank > b->type.rank ? a->type.rank : b->type.rank;
    if (2 * rank > WICK_MAX_RANK) {
        return refuse(builder, "kron of more than 8 dimensions");
    }
    a = interleave(builder, a, rank, true);
    b = interleave(builder, b, rank, false);
    wick_ir_type type = wick_ir_type_tensor((wick_dtype)builder->node->outputs[0]->type.dtype,
                                            2 * rank, a->type.sizes);
    for (uint32_t i = 0; i < rank; i++) {
        type.sizes[2 * i + 1] = b->type.sizes[2 * i + 1];
    }
    wick_ir_value *result = wick_build_product(builder, "aten::mul.Tensor", &type, a, b);
    wick_replace(builder, 0, view_as_result(builder, result));
    return WICK_OK;
}

// A matrix of the free dimensions by those of argument `name`, or the other way round; false if the
// list does not fit.
static bool fold_dims(const wick_builder *builder, wick_ir_value *value, const char *name,
                      bool free_first, wick_ir_value **out)
{
    const wick_ir_arg *list = wick_argument(builder->node, name);
    const uint32_t rank = value->type.rank;
    int64_t dims[WICK_MAX_RANK];
    uint32_t summed = 0;
    if (list->kind != WICK_IR_INTS || list->count > rank) {
        return false;
    }
    const uint32_t free_count = rank - list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        const uint32_t dim = wick_wrap_dim(list->list.ints[i], rank);
        dims[(free_first ? free_count : 0) + i] = dim;
        summed |= 1u << dim;
    }
    uint32_t at = free_first ? 0 : list->count;
    for (uint32_t i = 0; i < rank && at < rank; i++) {
        if ((summed >> i & 1) == 0) {
            dims[at++] = i;
        }
    }
    if (at != (free_first ? free_count : rank)) {
        return false; // a dimension is named twice
    }
    value = wick_build_permute(builder, value, dims);
    const uint32_t rows = free_first ? free_count : list->count;
    *out = view_2d(builder, value, product(builder, value->type.sizes, rows),
                   product(builder, value->type.sizes + rows, rank - rows));
    return true;
}

wick_status wick_rewrite_tensordot(const wick_builder *builder)
{
    wick_ir_value *a;
    wick_ir_value *b;
    if (!fold_dims(builder, wick_argument_tensor_at(builder->node, 0), "dims_self", true, &a) ||
        !fold_dims(builder, wick_argument_tensor_at(builder->node, 1), "dims_other", false, &b) ||
        a->type.sizes[1] != b->type.sizes[0]) {
        return refuse(builder, "the dimensions to sum over do not fit each other");
    }
    wick_replace(builder, 0, view_as_result(builder, build_mm(builder, a, b)));
    return WICK_OK;
}

// chain_matmul and multi_dot, from the left; the first may be a row, the last a column.
wick_status wick_rewrite_chain(const wick_builder *builder)
{
    const wick_ir_arg *list = &builder->node->args[0];
    wick_ir_value *result = NULL;
    if (list->kind != WICK_IR_VALUES || list->count == 0) {
        return refuse(builder, "there are no matrices");
    }
    for (uint32_t i = 0; i < list->count; i++) {
        wick_ir_value *next = list->list.values[i];
        if (next == NULL || next->type.kind != WICK_VALUE_TENSOR || next->type.rank < 1 ||
            next->type.rank > 2) {
            return refuse(builder, "an operand is neither matrix nor vector");
        }
        next = next->type.rank == 2 ? next : wick_build_unsqueeze(builder, next, i == 0 ? 0 : 1);
        result = result == NULL ? next : build_mm(builder, result, next);
    }
    wick_replace(builder, 0, view_as_result(builder, result));
    return WICK_OK;
}

// bilinear: x1 W x2 for each output feature, as one mm and one bmm.
wick_status wick_rewrite_bilinear(const wick_builder *builder)
{
    static const int64_t outputs_inside[] = {1, 0, 2};
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *x1 = wick_argument_tensor(node, "input1");
    wick_ir_value *x2 = wick_argument_tensor(node, "input2");
    wick_ir_value *weight = wick_argument_tensor(node, "weight");
    wick_ir_value *bias = wick_argument_tensor(node, "bias");
    if (weight->type.rank != 3 || x1->type.rank == 0 || x2->type.rank != x1->type.rank) {
        return refuse(builder, "its operands have other numbers of dimensions");
    }
    const int64_t rows = product(builder, x1->type.sizes, x1->type.rank - 1u);
    const int64_t outs = weight->type.sizes[0], first = weight->type.sizes[1],
                  second = weight->type.sizes[2];
    wick_ir_value *matrix =
        view_2d(builder, wick_build_permute(builder, weight, outputs_inside), first, outs * second);
    wick_ir_value *half = build_mm(builder, view_2d(builder, x1, rows, first), matrix);
    const int64_t half_sizes[] = {rows, outs, second};
    const int64_t x2_sizes[] = {rows, second, 1};
    const int64_t sizes[] = {rows, outs, 1};
    const wick_ir_type product_type = wick_ir_type_tensor((wick_dtype)type->dtype, 3, sizes);
    wick_ir_value *result = wick_build_product(builder, "aten::bmm", &product_type,
                                               wick_build_view(builder, half, 3, half_sizes),
                                               wick_build_view(builder, x2, 3, x2_sizes));
    result = view_as_result(builder, result);
    wick_replace(builder, 0,
                 bias == NULL ? result
                              : wick_build_binary(builder, "aten::add.Tensor", result, bias));
    return WICK_OK;
}

// Operand `index` of _trilinear with dimensions of 1 where its list says.
static wick_ir_value *expand_operand(const wick_builder *builder, uint32_t index, const char *name)
{
    wick_ir_value *value = wick_argument_tensor_at(builder->node, index);
    const wick_ir_arg *list = wick_argument(builder->node, name);
    for (uint32_t i = 0; list->kind == WICK_IR_INTS && i < list->count; i++) {
        const int64_t dim = list->list.ints[i];
        if (dim >= 0 && dim <= value->type.rank && value->type.rank < WICK_MAX_RANK) {
            value = wick_build_unsqueeze(builder, value, (uint32_t)dim);
        }
    }
    return value;
}

static wick_ir_value *multiply(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    wick_ir_type type = a->type;
    for (uint32_t i = 0; i < type.rank; i++) {
        type.sizes[i] = type.sizes[i] == 1 ? b->type.sizes[i] : type.sizes[i];
    }
    return wick_build_product(builder, "aten::mul.Tensor", &type, a, b);
}

// sum over sumdim of i1 * i2 * i3, each with new dimensions of size 1.
wick_status wick_rewrite_trilinear(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = expand_operand(builder, 0, "expand1");
    wick_ir_value *b = expand_operand(builder, 1, "expand2");
    wick_ir_value *c = expand_operand(builder, 2, "expand3");
    if (a->type.rank != b->type.rank || a->type.rank != c->type.rank) {
        return refuse(builder, "its operands have other numbers of dimensions");
    }
    wick_ir_value *result = multiply(builder, multiply(builder, a, b), c);
    const wick_ir_arg args[] = {wick_ir_arg_value(result), *wick_argument(node, "sumdim")};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::sum.dim_IntList", &node->outputs[0]->type, args, 2));
    return WICK_OK;
}

static wick_ir_value *build_identity(const wick_builder *builder, const wick_ir_type *like)
{
    const int64_t size = like->sizes[like->rank - 1];
    const int64_t sizes[] = {size, size};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
    float *data = wick_arena_alloc(builder->graph->arena, 1, wick_ir_type_size_bytes(&type));
    for (int64_t i = 0; i < size * size; i++) {
        data[i] = i / size == i % size ? 1.0f : 0.0f;
    }
    wick_ir_value *constant = wick_ir_constant_create(builder->graph, "identity", &type, data);
    return wick_build_expand(builder, wick_build_cast(builder, constant, like->dtype), like->rank,
                             like->sizes);
}

// By squaring.
wick_status wick_rewrite_matrix_power(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *base = wick_argument_tensor_at(node, 0);
    int64_t n = wick_argument_int(node, "n", 0);
    if (type->rank < 2 || !wick_ir_type_fits(type) || n == INT64_MIN) {
        return refuse(builder, "its operand is no square matrix");
    }
    if (n < 0) {
        base = wick_build_unary(builder, "aten::linalg_inv", base);
        n = -n;
    }
    wick_ir_value *result = NULL;
    for (; n > 0; n >>= 1) {
        if ((n & 1) != 0) {
            result =
                result == NULL ? base : wick_build_binary(builder, "aten::matmul", result, base);
        }
        base = n > 1 ? wick_build_binary(builder, "aten::matmul", base, base) : base;
    }
    wick_replace(builder, 0, result != NULL ? result : build_identity(builder, type));
    return WICK_OK;
}

// v * (g / norm of v over all dimensions but one).
wick_status wick_rewrite_weight_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *v = wick_argument_tensor(node, "v");
    wick_ir_value *g = wick_argument_tensor(node, "g");
    const int64_t kept = wick_argument_int(node, "dim", 0);
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    wick_ir_type type = v->type;
    for (uint32_t i = 0; i < v->type.rank; i++) {
        if (kept == -1 || i != wick_wrap_dim(kept, v->type.rank)) {
            dims[count++] = i;
            type = wick_type_with_size(builder, &type, i, 1);
        }
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(v), wick_ir_arg_int(2),
                                wick_ir_arg_ints(builder->graph, dims, count),
                                wick_ir_arg_bool(true)};
    wick_ir_value *norm = wick_build(builder, "aten::linalg_vector_norm", &type, args, 4);
    wick_ir_value *factor = wick_build_product(builder, "aten::div.Tensor", &type, g, norm);
    wick_replace(builder, 0, wick_build_binary(builder, "aten::mul.Tensor", v, factor));
    return WICK_OK;
}
