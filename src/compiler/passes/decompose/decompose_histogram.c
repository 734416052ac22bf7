// SPDX-License-Identifier: BSD-3-Clause
// Histograms with their edges: the place of each element among the edges, its weight added there.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

// `count` + 1 edges from the least element to the greatest, half a unit wider where they are one.
static wick_ir_value *edges_of_data(const wick_builder *builder, wick_ir_value *x, int64_t count)
{
    wick_ir_value *low = wick_build_total(builder, "aten::amin", x);
    wick_ir_value *high = wick_build_total(builder, "aten::amax", x);
    wick_ir_value *is_one = wick_build_comparison(builder, "aten::eq.Tensor", low, high);
    low = wick_build_where(builder, is_one,
                           wick_build_scalar(builder, "aten::sub.Scalar", low, 0.5), low);
    high = wick_build_where(builder, is_one,
                            wick_build_scalar(builder, "aten::add.Scalar", high, 0.5), high);
    wick_ir_value *step =
        wick_build_scalar(builder, "aten::div.Scalar",
                          wick_build_binary(builder, "aten::sub.Tensor", high, low), (double)count);
    wick_ir_value *steps = wick_build_arange(builder, x->type.dtype, count + 1);
    wick_ir_value *up =
        wick_build_broadcast(builder, "aten::add.Tensor",
                             wick_build_broadcast(builder, "aten::mul.Tensor", steps, step), low);
    wick_ir_value *left = wick_build_scalar(builder, "aten::sub.Scalar", steps, (double)count);
    wick_ir_value *down =
        wick_build_broadcast(builder, "aten::add.Tensor",
                             wick_build_broadcast(builder, "aten::mul.Tensor", left, step), high);
    // As linspace: the upper half counts down from the end.
    wick_ir_value *is_lower =
        wick_build_compared(builder, "aten::lt.Scalar", steps, (double)((count + 1) / 2));
    return wick_build_where(builder, is_lower, up, down);
}

static wick_ir_value *edges_in_range(const wick_builder *builder, const double range[2],
                                     uint8_t dtype, int64_t count)
{
    const int64_t edges = count + 1;
    const wick_ir_type type = wick_ir_type_tensor(dtype, 1, &edges);
    const bool is_one = range[0] == range[1];
    const wick_ir_arg args[] = {wick_ir_arg_real(range[0] - (is_one ? 0.5 : 0)),
                                wick_ir_arg_real(range[1] + (is_one ? 0.5 : 0)),
                                wick_ir_arg_int(edges)};
    return wick_build(builder, "aten::linspace", &type, args, 3);
}

// What each bin holds: of an element on an edge the bin above it, on the last one the bin below.
static wick_ir_value *filled(const wick_builder *builder, wick_ir_value *x, wick_ir_value *edges,
                             wick_ir_value *weight)
{
    const int64_t bins = edges->type.sizes[0] - 1;
    wick_ir_type place = x->type;
    place.dtype = WICK_INT64;
    const wick_ir_arg search[] = {wick_ir_arg_value(edges), wick_ir_arg_value(x),
                                  wick_ir_arg_bool(false), wick_ir_arg_bool(true)};
    wick_ir_value *at = wick_build(builder, "aten::searchsorted.Tensor", &place, search, 4);
    at = wick_build_scalar(builder, "aten::sub.Scalar", at, 1);
    wick_ir_value *first = wick_build_select(builder, edges, 0, 0);
    wick_ir_value *last = wick_build_select(builder, edges, 0, bins);
    wick_ir_value *is_inside = wick_build_comparison(
        builder, "aten::logical_and", wick_build_comparison(builder, "aten::ge.Tensor", x, first),
        wick_build_comparison(builder, "aten::le.Tensor", x, last));
    const wick_ir_arg clamped[] = {wick_ir_arg_value(at), wick_ir_arg_int(0),
                                   wick_ir_arg_int(bins - 1)};
    at = wick_build(builder, "aten::clamp", &place, clamped, 3);
    weight = weight != NULL ? weight : wick_build_full(builder, &x->type, 1);
    const wick_ir_type type = wick_ir_type_tensor(x->type.dtype, 1, &bins);
    const wick_ir_arg added[] = {
        wick_ir_arg_value(wick_build_full(builder, &type, 0)), wick_ir_arg_int(0),
        wick_ir_arg_value(at),
        wick_ir_arg_value(wick_build_masked(
            builder, weight, wick_build_unary(builder, "aten::logical_not", is_inside), 0))};
    return wick_build(builder, "aten::scatter_add", &type, added, 4);
}

// Parts of the whole for each unit of width.
static wick_ir_value *density_of(const wick_builder *builder, wick_ir_value *counts,
                                 wick_ir_value *edges)
{
    const int64_t bins = counts->type.sizes[0];
    wick_ir_value *widths = wick_build_binary(builder, "aten::sub.Tensor",
                                              wick_build_slice(builder, edges, 0, 1, bins + 1),
                                              wick_build_slice(builder, edges, 0, 0, bins));
    wick_ir_value *whole = wick_build_total(builder, "aten::sum.dim_IntList", counts);
    counts = wick_build_broadcast(builder, "aten::div.Tensor", counts, whole);
    return wick_build_binary(builder, "aten::div.Tensor", counts, widths);
}

wick_status wick_rewrite_histogram(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *x = wick_build_flat(builder, wick_argument_tensor_at(node, 0));
    wick_ir_value *edges = wick_argument_tensor(node, "bins");
    wick_ir_value *weight = wick_argument_tensor(node, "weight");
    const wick_ir_arg *range = wick_argument(node, "range");
    const int64_t bins =
        edges != NULL ? edges->type.sizes[0] - 1 : wick_argument_int(node, "bins", 100);
    const bool has_range = range != NULL && range->kind == WICK_IR_REALS && range->count == 2;
    if (bins < 1 || bins > INT32_MAX || (edges != NULL && edges->type.rank != 1) ||
        (range != NULL && range->kind != WICK_IR_NONE && !has_range)) {
        return wick_build_refuse(builder, "no bins, or a range that is no pair of numbers");
    }
    static const double of_nothing[] = {0, 1};
    const bool is_empty = wick_ir_type_is_static(&x->type) && x->type.sizes[0] == 0;
    if (edges == NULL && is_empty && !has_range) {
        edges = edges_in_range(builder, of_nothing, x->type.dtype, bins);
    } else if (edges == NULL) {
        edges = has_range ? edges_in_range(builder, range->reals, x->type.dtype, bins)
                          : edges_of_data(builder, x, bins);
    }
    wick_ir_value *counts =
        filled(builder, x, edges, weight != NULL ? wick_build_flat(builder, weight) : NULL);
    if (wick_argument_bool(node, "density", false)) {
        counts = density_of(builder, counts, edges);
    }
    wick_replace(builder, 0, counts);
    wick_replace(builder, 1, edges);
    return WICK_OK;
}
