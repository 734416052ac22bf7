// SPDX-License-Identifier: BSD-3-Clause
// frexp, the multivariate gamma function, powers of a vector, and gradients on a grid.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

#include <math.h>

static wick_ir_value *scaled(const wick_builder *builder, wick_ir_value *value, double factor)
{
    return wick_build_scalar(builder, "aten::mul.Scalar", value, factor);
}

wick_status wick_rewrite_frexp(const wick_builder *builder)
{
    wick_ir_value *x = wick_argument_tensor_at(builder->node, 0);
    wick_ir_type whole = x->type;
    whole.dtype = WICK_INT32;
    const wick_ir_arg args[] = {wick_ir_arg_value(x)};
    wick_replace(builder, 0, wick_build_unary(builder, "wick::mantissa", x));
    wick_replace(builder, 1, wick_build(builder, "wick::exponent", &whole, args, 1));
    return WICK_OK;
}

// Sum of lgamma(x - j / 2) for j below p, and p (p - 1) / 4 log(pi).
wick_status wick_rewrite_mvlgamma(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    const int64_t p = wick_argument_int(builder->node, "p", 1);
    if (p < 1 || p > 1000 || type->rank + 1u > WICK_MAX_RANK) {
        return wick_build_refuse(builder, "p is not between 1 and 1000");
    }
    wick_ir_value *x =
        wick_build_cast(builder, wick_argument_tensor_at(builder->node, 0), type->dtype);
    wick_ir_value *steps = scaled(builder, wick_build_arange(builder, type->dtype, p), -0.5);
    x = wick_build_broadcast(builder, "aten::add.Tensor",
                             wick_build_unsqueeze(builder, x, type->rank), steps);
    x = wick_build_reduction(builder, "aten::sum.dim_IntList",
                             wick_build_unary(builder, "aten::lgamma", x), type->rank, false);
    const double constant = (double)p * (double)(p - 1) / 4 * log(3.14159265358979323846);
    wick_replace(builder, 0, wick_build_scalar(builder, "aten::add.Scalar", x, constant));
    return WICK_OK;
}

static wick_ir_value *joined(const wick_builder *builder, const wick_ir_type *type,
                             wick_ir_value *const *parts, uint32_t count, uint32_t dim)
{
    wick_ir_value **list = wick_arena_alloc(builder->graph->arena, count, sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = parts[i];
    }
    const wick_ir_arg args[] = {{.kind = WICK_IR_VALUES, .count = count, .list = {.values = list}},
                                wick_ir_arg_int(dim)};
    return wick_build(builder, "aten::cat", type, args, 2);
}

// Powers 0, 1, .. along a new last dimension; torch.vander turns them round.
wick_status wick_rewrite_vander(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const uint32_t last = type->rank - 1u;
    const int64_t count = type->sizes[last];
    wick_ir_value *x = wick_build_cast(builder, wick_argument_tensor_at(node, 0), type->dtype);
    if (x->type.rank + 1u < type->rank) { // a number is a vector of one
        x = wick_build_unsqueeze(builder, x, 0);
    }
    const wick_ir_type first = wick_type_with_size(builder, type, last, 1);
    const wick_ir_type rest = wick_type_with_size(builder, type, last, count - 1);
    if (wick_size_is_symbolic(count) || count < 1) {
        return wick_build_refuse(builder, "how many powers is not fixed, or none");
    }
    wick_ir_value *powers = wick_build_full(builder, &first, 1);
    if (count > 1) {
        x = wick_build_expand(builder, wick_build_unsqueeze(builder, x, last), rest.rank,
                              rest.sizes);
        const wick_ir_arg along[] = {wick_ir_arg_value(x), wick_ir_arg_int(last)};
        wick_ir_value *parts[] = {powers, wick_build(builder, "aten::cumprod", &rest, along, 2)};
        powers = joined(builder, type, parts, 2, last);
    }
    if (wick_argument(node, "increasing") != NULL &&
        !wick_argument_bool(node, "increasing", false)) {
        const int64_t dims[] = {last};
        const wick_ir_arg turned[] = {wick_ir_arg_value(powers),
                                      wick_ir_arg_ints(builder->graph, dims, 1)};
        powers = wick_build(builder, "aten::flip", type, turned, 2);
    }
    wick_replace(builder, 0, powers);
    return WICK_OK;
}

// One dimension of a gradient: its size and where its points are, [size, 1, ..].
typedef struct axis {
    uint32_t dim;
    int64_t size;
    wick_ir_value *points;
} axis;

static wick_ir_value *part(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                           int64_t first, int64_t count)
{
    return wick_build_slice(builder, value, dim, first, first + count);
}

static wick_ir_value *times(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_broadcast(builder, "aten::mul.Tensor", a, b);
}

static wick_ir_value *over(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_broadcast(builder, "aten::div.Tensor", a, b);
}

static wick_ir_value *sum(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_broadcast(builder, "aten::add.Tensor", a, b);
}

static wick_ir_value *less(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_broadcast(builder, "aten::sub.Tensor", a, b);
}

// Distance of the points `first` and `steps` further, for `count` of them.
static wick_ir_value *distance(const wick_builder *builder, const axis *a, int64_t first,
                               int64_t steps, int64_t count)
{
    return less(builder, part(builder, a->points, 0, first + steps, count),
                part(builder, a->points, 0, first, count));
}

// The rise from each of `count` points to the next, over their distance.
static wick_ir_value *slope(const wick_builder *builder, wick_ir_value *x, const axis *a,
                            int64_t first, int64_t count)
{
    wick_ir_value *rise = less(builder, part(builder, x, a->dim, first + 1, count),
                               part(builder, x, a->dim, first, count));
    return over(builder, rise, distance(builder, a, first, 1, count));
}

// The slope at the end of a parabola through three points from `first` on.
static wick_ir_value *parabola(const wick_builder *builder, wick_ir_value *x, const axis *a,
                               int64_t first, bool is_end)
{
    wick_ir_value *left = slope(builder, x, a, first, 1);
    wick_ir_value *right = slope(builder, x, a, first + 1, 1);
    wick_ir_value *own = distance(builder, a, is_end ? first + 1 : first, 1, 1);
    wick_ir_value *change = times(builder, less(builder, right, left),
                                  over(builder, own, distance(builder, a, first, 2, 1)));
    return is_end ? sum(builder, right, change) : less(builder, left, change);
}

// Between the ends: the slopes on both sides, each weighted with the width of the other.
static wick_ir_value *inner(const wick_builder *builder, wick_ir_value *x, const axis *a)
{
    const int64_t count = a->size - 2;
    wick_ir_value *before = distance(builder, a, 0, 1, count);
    wick_ir_value *after = distance(builder, a, 1, 1, count);
    wick_ir_value *weighted = sum(builder, times(builder, slope(builder, x, a, 0, count), after),
                                  times(builder, slope(builder, x, a, 1, count), before));
    return over(builder, weighted, sum(builder, before, after));
}

static wick_ir_value *gradient_along(const wick_builder *builder, wick_ir_value *x, const axis *a,
                                     bool is_second_order)
{
    const int64_t n = a->size;
    wick_ir_value *parts[3];
    uint32_t count = 0;
    parts[count++] =
        is_second_order ? parabola(builder, x, a, 0, false) : slope(builder, x, a, 0, 1);
    if (n > 2) {
        parts[count++] = inner(builder, x, a);
    }
    parts[count++] =
        is_second_order ? parabola(builder, x, a, n - 3, true) : slope(builder, x, a, n - 2, 1);
    return joined(builder, &x->type, parts, count, a->dim);
}

static bool read_axis(const wick_builder *builder, const wick_ir_value *x, uint32_t index,
                      axis *out)
{
    const wick_ir_arg *dim = wick_argument(builder->node, "dim");
    const wick_ir_arg *spacing = wick_argument(builder->node, "spacing");
    const int64_t given = dim->kind == WICK_IR_INT                          ? dim->integer
                          : dim->kind == WICK_IR_INTS && index < dim->count ? dim->list.ints[index]
                                                                            : index;
    *out = (axis){.dim = wick_wrap_dim(given, x->type.rank)};
    out->size = x->type.sizes[out->dim];
    wick_ir_value *points = spacing->kind == WICK_IR_VALUES && index < spacing->count
                                ? spacing->list.values[index]
                                : NULL;
    const int64_t sizes[WICK_MAX_RANK] = {out->size, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    if (points == NULL || points->type.rank != 1 || points->type.sizes[0] != out->size) {
        return false;
    }
    points = wick_build_cast(builder, points, builder->node->outputs[index]->type.dtype);
    out->points = wick_build_view(builder, points, x->type.rank - out->dim, sizes);
    return true;
}

// aten::gradient with the points of each dimension; decompose_difference.c has those with numbers.
wick_status wick_rewrite_gradient_of_points(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const int64_t order = wick_argument_int(node, "edge_order", 1);
    wick_ir_value *x = wick_argument_tensor_at(node, 0);
    for (uint32_t i = 0; i < node->output_count; i++) {
        axis a = {0};
        if (x->type.rank == 0 || !read_axis(builder, x, i, &a) || wick_size_is_symbolic(a.size) ||
            a.size < order + 1) {
            return wick_build_refuse(builder, "a dimension of no fixed size or too few points");
        }
        wick_ir_value *real = wick_build_cast(builder, x, node->outputs[i]->type.dtype);
        wick_replace(builder, i, gradient_along(builder, real, &a, order == 2));
    }
    return WICK_OK;
}
