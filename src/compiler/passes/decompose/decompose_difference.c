// SPDX-License-Identifier: BSD-3-Clause
// Differences of neighbours along a dimension, gradients and trapezoids.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"
#include "ops/op.h"

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

// left[i + 1] op left[i] along a dimension of at least one element.
static wick_ir_value *neighbours(const wick_builder *builder, const char *op_name,
                                 wick_ir_value *value, uint32_t dim)
{
    const int64_t size = value->type.sizes[dim];
    const int64_t last = wick_size_subtract(builder->graph->sizes, size, 1);
    wick_ir_value *first = wick_build_slice(builder, value, dim, 0, last);
    wick_ir_value *second = wick_build_slice(builder, value, dim, 1, size);
    return wick_build_binary(builder, op_name, second, first);
}

static wick_ir_value *joined(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b,
                             uint32_t dim)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    const int64_t size =
        wick_size_add(builder->graph->sizes, a->type.sizes[dim], b->type.sizes[dim]);
    const wick_ir_type type = wick_type_with_size(builder, &a->type, dim, size);
    wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, 2, sizeof *parts);
    parts[0] = a;
    parts[1] = b;
    const wick_ir_arg list = {.kind = WICK_IR_VALUES, .count = 2, .list = {.values = parts}};
    const wick_ir_arg args[] = {list, wick_ir_arg_int(dim)};
    return wick_build(builder, "aten::cat", &type, args, 2);
}

wick_status wick_rewrite_diff(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *value = wick_argument_tensor_at(node, 0);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", -1), value->type.rank);
    if (wick_argument_int(node, "n", 1) == 0) { // eager then leaves prepend and append out
        wick_replace(builder, 0, value);
        return WICK_OK;
    }
    if (value->type.dtype == WICK_BOOL || value->type.rank == 0) {
        return refuse(builder, "differences of bool, or of no dimension");
    }
    value = joined(builder, wick_argument_tensor(node, "prepend"), value, dim);
    value = joined(builder, value, wick_argument_tensor(node, "append"), dim);
    const int64_t times = wick_argument_int(node, "n", 1);
    for (int64_t i = 0; i < times && value->type.sizes[dim] > 0; i++) {
        value = neighbours(builder, "aten::sub.Tensor", value, dim);
    }
    wick_replace(builder, 0, value);
    return WICK_OK;
}

// value[start:end] along a dimension; negative numbers count from its end, which `end` 0 is.
static wick_ir_value *part(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                           int64_t start, int64_t end)
{
    wick_sizes *sizes = builder->graph->sizes;
    const int64_t size = value->type.sizes[dim];
    return wick_build_slice(builder, value, dim,
                            start < 0 ? wick_size_add(sizes, size, start) : start,
                            end <= 0 ? wick_size_add(sizes, size, end) : end);
}

// The slope at the first or the last element, from `order` elements beside it.
static wick_ir_value *slope_at_edge(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                                    int64_t order, bool is_last)
{
    static const double weights[2][3] = {{-1, 1}, {-1.5, 2, -0.5}};
    wick_ir_value *sum = NULL;
    for (int64_t i = 0; i <= order; i++) {
        wick_ir_value *term =
            is_last ? part(builder, value, dim, -i - 1, -i) : part(builder, value, dim, i, i + 1);
        const double weight = weights[order - 1][i];
        term = wick_build_scalar(builder, "aten::mul.Scalar", term, is_last ? -weight : weight);
        sum = sum == NULL ? term : wick_build_binary(builder, "aten::add.Tensor", sum, term);
    }
    return sum;
}

// Half the difference of both neighbours, at the edges what slope_at_edge gives.
static wick_ir_value *slopes(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                             int64_t order)
{
    wick_ir_value *first = slope_at_edge(builder, value, dim, order, false);
    wick_ir_value *last = slope_at_edge(builder, value, dim, order, true);
    if (value->type.sizes[dim] == 2) {
        return joined(builder, first, last, dim);
    }
    wick_ir_value *middle =
        wick_build_binary(builder, "aten::sub.Tensor", part(builder, value, dim, 2, 0),
                          part(builder, value, dim, 0, -2));
    middle = wick_build_scalar(builder, "aten::div.Scalar", middle, 2);
    return joined(builder, joined(builder, first, middle, dim), last, dim);
}

// Distance of neighbours for result `index`: of a list its item, else the same for all, or 1.
static double spacing_of(const wick_ir_node *node, uint32_t index)
{
    const wick_ir_arg *spacing = wick_argument(node, "spacing");
    double number = 1;
    if (spacing != NULL && index < spacing->count && spacing->kind == WICK_IR_REALS) {
        return spacing->reals[index];
    }
    if (spacing != NULL && index < spacing->count && spacing->kind == WICK_IR_INTS) {
        return (double)spacing->list.ints[index];
    }
    if (spacing != NULL) {
        wick_argument_number(spacing, &number);
    }
    return number;
}

// aten::gradient with a number as the spacing of each dimension: one result for each.
wick_status wick_rewrite_gradient(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *dims = wick_argument(node, "dim");
    const int64_t order = wick_argument_int(node, "edge_order", 1);
    for (uint32_t i = 0; i < node->output_count; i++) {
        const int64_t dim = dims->kind == WICK_IR_INT                       ? dims->integer
                            : dims->kind == WICK_IR_INTS && i < dims->count ? dims->list.ints[i]
                                                                            : i;
        wick_ir_value *value = wick_build_cast(builder, wick_argument_tensor_at(node, 0),
                                               node->outputs[i]->type.dtype);
        const uint32_t at = wick_wrap_dim(dim, value->type.rank);
        if (value->type.rank == 0 || !wick_dtype_is_float(value->type.dtype) || order < 1 ||
            order > 2 || wick_size_minimum(builder->graph->sizes, value->type.sizes[at]) <= order) {
            return refuse(builder, "a gradient along fewer elements than its edges need");
        }
        wick_replace(builder, i,
                     wick_build_scalar(builder, "aten::div.Scalar",
                                       slopes(builder, value, at, order), spacing_of(node, i)));
    }
    return WICK_OK;
}

// Widths of the trapezoids, in the shape of their heights.
static wick_ir_value *areas(const wick_builder *builder, wick_ir_value *heights, uint32_t dim)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *x = wick_argument_tensor(node, "x");
    double dx = 1;
    if (x == NULL) {
        wick_argument_number(wick_argument(node, "dx"), &dx);
        return wick_build_scalar(builder, "aten::mul.Scalar", heights, dx / 2);
    }
    int64_t sizes[WICK_MAX_RANK];
    const uint32_t own = x->type.rank == 1 ? 0 : dim;
    wick_ir_value *widths = neighbours(builder, "aten::sub.Tensor", x, own);
    if (x->type.rank == 1) { // one for all
        for (uint32_t d = 0; d < heights->type.rank; d++) {
            sizes[d] = d == dim ? widths->type.sizes[0] : 1;
        }
        widths = wick_build_view(builder, widths, heights->type.rank, sizes);
    }
    wick_ir_value *products =
        wick_build_product(builder, "aten::mul.Tensor", &heights->type, heights, widths);
    return wick_build_scalar(builder, "aten::div.Scalar", products, 2);
}

// `detail`: "aten::sum.dim_IntList" or "aten::cumsum".
wick_status wick_rewrite_trapezoid(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *y = wick_argument_tensor_at(node, 0);
    const wick_ir_value *x = wick_argument_tensor(node, "x");
    const int64_t dim = wick_wrap_dim(wick_argument_int(node, "dim", -1), y->type.rank);
    if (!wick_dtype_is_float(y->type.dtype) || y->type.rank == 0 || y->type.sizes[dim] == 0 ||
        (x != NULL && x->type.dtype != y->type.dtype) ||
        (x != NULL && x->type.rank != 1 && !wick_same_sizes(&x->type, &y->type))) {
        return refuse(builder, "trapezoids of an empty shape, of integers, or of "
                               "tensors of different shapes");
    }
    wick_ir_value *value =
        areas(builder, neighbours(builder, "aten::add.Tensor", y, (uint32_t)dim), (uint32_t)dim);
    const bool is_sum = builder->detail[6] == 's';
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                is_sum ? wick_ir_arg_ints(builder->graph, &dim, 1)
                                       : wick_ir_arg_int(dim)};
    wick_replace(builder, 0,
                 wick_build(builder, builder->detail, &node->outputs[0]->type, args, 2));
    return WICK_OK;
}

// The three elements along `dim`, moved up by `count`.
static wick_ir_value *rolled(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                             int64_t count)
{
    return joined(builder, wick_build_slice(builder, value, dim, count, 3),
                  wick_build_slice(builder, value, dim, 0, count), dim);
}

// The dimension that an argument names; else the first of three elements.
static uint32_t cross_dim(const wick_ir_node *node, const wick_ir_type *type)
{
    const wick_ir_arg *dim = wick_argument(node, "dim");
    if (dim->kind == WICK_IR_INT) {
        return wick_wrap_dim(dim->integer, type->rank);
    }
    uint32_t found = 0;
    while (found + 1 < type->rank && type->sizes[found] != 3) {
        found++;
    }
    return found;
}

// a x b = roll(a, 1) roll(b, 2) - roll(a, 2) roll(b, 1)
wick_status wick_rewrite_cross(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const uint32_t dim = cross_dim(node, type);
    if (type->rank == 0 || type->sizes[dim] != 3) {
        return refuse(builder, "a cross product along a dimension that has not 3 elements");
    }
    wick_ir_value *a = wick_build_cast(builder, wick_argument_tensor_at(node, 0), type->dtype);
    wick_ir_value *b = wick_build_cast(builder, wick_argument_tensor_at(node, 1), type->dtype);
    a = wick_build_expand(builder, a, type->rank, type->sizes);
    b = wick_build_expand(builder, b, type->rank, type->sizes);
    wick_ir_value *plus = wick_build_binary(builder, "aten::mul.Tensor", rolled(builder, a, dim, 1),
                                            rolled(builder, b, dim, 2));
    wick_ir_value *minus = wick_build_binary(
        builder, "aten::mul.Tensor", rolled(builder, a, dim, 2), rolled(builder, b, dim, 1));
    wick_replace(builder, 0, wick_build_binary(builder, "aten::sub.Tensor", plus, minus));
    return WICK_OK;
}
