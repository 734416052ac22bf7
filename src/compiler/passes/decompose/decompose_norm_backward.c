// SPDX-License-Identifier: BSD-3-Clause
// Gradients of layer norm, group norm and batch norm, and of embeddings. The statistics of a group
// of elements are known; with x' = (x - mean) * rstd and g = gradient * weight
//
//   gradient of the input   (g - mean(g) - x' * mean(g * x')) * rstd, means over the group
//   gradient of the weight  sum of gradient * x' over the elements that share it
//   gradient of the bias    sum of gradient over them
//
// Computed in float (float64 for float64), rounded once.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

typedef struct norm_gradient {
    // Tensors that broadcast to the shape of the input.
    wick_ir_value *gradient, *input, *mean, *rstd;
    wick_ir_value *weight; // may be NULL
    // Dimensions of a group, and those in which elements share a parameter.
    int64_t group[WICK_MAX_RANK], shared[WICK_MAX_RANK];
    uint32_t group_count, shared_count;
} norm_gradient;

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

static wick_ir_value *wide(const wick_builder *builder, wick_ir_value *value)
{
    const bool is_wide = value == NULL || value->type.dtype == WICK_FLOAT64;
    return is_wide ? value : wick_build_cast(builder, value, WICK_FLOAT32);
}

// Sum or mean over dimensions, which stay with size 1.
static wick_ir_value *reduced(const wick_builder *builder, const char *op_name,
                              wick_ir_value *value, const int64_t *dims, uint32_t count)
{
    wick_ir_type type = value->type;
    for (uint32_t i = 0; i < count; i++) {
        type = wick_type_with_size(builder, &type, (uint32_t)dims[i], 1);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, dims, count),
                                wick_ir_arg_bool(true)};
    return count > 0 ? wick_build(builder, op_name, &type, args, 3) : value;
}

static wick_ir_value *product(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_binary(builder, "aten::mul.Tensor", a, b);
}

static wick_ir_value *difference(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    return wick_build_binary(builder, "aten::sub.Tensor", a, b);
}

// Which results the node has to give.
static bool is_wanted(const wick_builder *builder, uint32_t index)
{
    const wick_ir_arg *mask = wick_argument(builder->node, "output_mask");
    return index < builder->node->output_count &&
           (mask->kind != WICK_IR_BOOLS || (index < mask->count && mask->booleans[index]));
}

// Result `index`, in its declared shape and type.
static void give(const wick_builder *builder, uint32_t index, wick_ir_value *value)
{
    const wick_ir_type *type = &builder->node->outputs[index]->type;
    if (value->type.rank != type->rank || !wick_same_sizes(&value->type, type)) {
        value = wick_build_view(builder, value, type->rank, type->sizes);
    }
    wick_replace(builder, index, wick_build_cast(builder, value, type->dtype));
}

static void give_input_gradient(const wick_builder *builder, const norm_gradient *n,
                                wick_ir_value *unit)
{
    wick_ir_value *g = n->weight ? product(builder, n->gradient, n->weight) : n->gradient;
    wick_ir_value *along =
        reduced(builder, "aten::mean.dim", product(builder, g, unit), n->group, n->group_count);
    wick_ir_value *level = reduced(builder, "aten::mean.dim", g, n->group, n->group_count);
    wick_ir_value *rest =
        difference(builder, difference(builder, g, level), product(builder, unit, along));
    give(builder, 0, product(builder, rest, n->rstd));
}

static wick_status build_gradients(const wick_builder *builder, const norm_gradient *n)
{
    wick_ir_value *unit = product(builder, difference(builder, n->input, n->mean), n->rstd);
    if (is_wanted(builder, 0)) {
        give_input_gradient(builder, n, unit);
    }
    if (is_wanted(builder, 1)) {
        give(builder, 1,
             reduced(builder, "aten::sum.dim_IntList", product(builder, n->gradient, unit),
                     n->shared, n->shared_count));
    }
    if (is_wanted(builder, 2)) {
        give(builder, 2,
             reduced(builder, "aten::sum.dim_IntList", n->gradient, n->shared, n->shared_count));
    }
    return WICK_OK;
}

static norm_gradient read_tensors(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    return (norm_gradient){
        .gradient = wide(builder, wick_argument_tensor_at(node, 0)),
        .input = wide(builder, wick_argument_tensor(node, "input")),
        .weight = wide(builder, wick_argument_tensor(node, "weight")),
    };
}

wick_status wick_rewrite_layer_norm_backward(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *shape = wick_argument(node, "normalized_shape");
    const uint32_t rank = wick_argument_tensor(node, "input")->type.rank;
    if (shape->kind != WICK_IR_INTS || shape->count == 0 || shape->count > rank) {
        return refuse(builder, "the normalized shape is not that of the input's last dimensions");
    }
    norm_gradient n = read_tensors(builder);
    n.mean = wide(builder, wick_argument_tensor(node, "mean"));
    n.rstd = wide(builder, wick_argument_tensor(node, "rstd"));
    for (uint32_t d = 0; d < rank; d++) {
        if (d < rank - shape->count) {
            n.shared[n.shared_count++] = d;
        } else {
            n.group[n.group_count++] = d;
        }
    }
    return build_gradients(builder, &n);
}

static wick_ir_value *view4(const wick_builder *builder, wick_ir_value *value, int64_t a, int64_t b,
                            int64_t c, int64_t d)
{
    const int64_t sizes[] = {a, b, c, d};
    return value ? wick_build_view(builder, value, 4, sizes) : NULL;
}

// As [N, groups, channels of a group, area].
wick_status wick_rewrite_group_norm_backward(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const int64_t samples = wick_argument_int(node, "N", 0);
    const int64_t area = wick_argument_int(node, "HxW", 0);
    const int64_t groups = wick_argument_int(node, "group", 1);
    const wick_ir_type *input = &wick_argument_tensor(node, "input")->type;
    if (!wick_ir_type_is_static(input) || groups < 1 || input->rank < 2 ||
        input->sizes[1] % groups != 0) {
        return refuse(builder, "a dynamic shape, or channels that do not divide into the groups");
    }
    const int64_t each = input->sizes[1] / groups;
    norm_gradient n = read_tensors(builder);
    n.gradient = view4(builder, n.gradient, samples, groups, each, area);
    n.input = view4(builder, n.input, samples, groups, each, area);
    n.weight = view4(builder, n.weight, 1, groups, each, 1);
    n.mean =
        view4(builder, wide(builder, wick_argument_tensor(node, "mean")), samples, groups, 1, 1);
    n.rstd =
        view4(builder, wide(builder, wick_argument_tensor(node, "rstd")), samples, groups, 1, 1);
    n.group[0] = 2;
    n.group[1] = 3;
    n.shared[1] = 3;
    n.group_count = n.shared_count = 2;
    return build_gradients(builder, &n);
}

static wick_ir_value *filled(const wick_builder *builder, const wick_ir_type *type, double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank),
                                wick_number(type->dtype, number)};
    return wick_build(builder, "aten::full", type, args, 2);
}

// Zeros of `type`, to which `rows` are added at the indices.
static wick_ir_value *gathered(const wick_builder *builder, const wick_ir_type *type,
                               wick_ir_value *indices, wick_ir_value *rows)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(filled(builder, type, 0)), wick_ir_arg_int(0),
                                wick_ir_arg_value(indices), wick_ir_arg_value(rows),
                                wick_ir_arg_int(1)};
    return wick_build(builder, "aten::index_add", type, args, 5);
}

// Rows divided by how often their index occurs.
static wick_ir_value *divided(const wick_builder *builder, int64_t row_count,
                              wick_ir_value *indices, wick_ir_value *rows)
{
    const wick_ir_type all = wick_ir_type_tensor(rows->type.dtype, 1, &row_count);
    const wick_ir_type each = wick_ir_type_tensor(rows->type.dtype, 1, indices->type.sizes);
    wick_ir_value *counts = gathered(builder, &all, indices, filled(builder, &each, 1));
    const wick_ir_arg args[] = {wick_ir_arg_value(counts), wick_ir_arg_int(0),
                                wick_ir_arg_value(indices)};
    wick_ir_value *own = wick_build(builder, "aten::index_select", &each, args, 3);
    return wick_build_binary(builder, "aten::div.Tensor", rows,
                             wick_build_unsqueeze(builder, own, 1));
}

// Zeros in the rows of one index.
static wick_ir_value *without(const wick_builder *builder, int64_t index, wick_ir_value *indices,
                              wick_ir_value *rows)
{
    wick_ir_type type = indices->type;
    type.dtype = WICK_BOOL;
    const wick_ir_arg args[] = {wick_ir_arg_value(indices), wick_ir_arg_int(index)};
    wick_ir_value *is_index = wick_build(builder, "aten::eq.Scalar", &type, args, 2);
    const wick_ir_type point = wick_ir_type_tensor(rows->type.dtype, 0, NULL);
    const wick_ir_arg choice[] = {wick_ir_arg_value(wick_build_unsqueeze(builder, is_index, 1)),
                                  wick_ir_arg_value(filled(builder, &point, 0)),
                                  wick_ir_arg_value(rows)};
    return wick_build(builder, "aten::where.self", &rows->type, choice, 3);
}

wick_status wick_rewrite_embedding_backward(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *gradient = wick_argument_tensor_at(node, 0);
    wick_ir_value *indices = wick_argument_tensor(node, "indices");
    wick_ir_type type = node->outputs[0]->type;
    if (!wick_ir_type_is_static(&gradient->type) || !wick_ir_type_is_static(&indices->type) ||
        type.rank != 2) {
        return refuse(builder, "a dynamic shape, or a weight that is no matrix");
    }
    const int64_t padding = wick_argument_int(node, "padding_idx", -1);
    const int64_t count = (int64_t)wick_ir_type_count(&indices->type);
    const int64_t sizes[] = {count, type.sizes[1]};
    indices = wick_build_cast(builder, wick_build_view(builder, indices, 1, &count), WICK_INT64);
    wick_ir_value *rows = wide(builder, wick_build_view(builder, gradient, 2, sizes));
    if (wick_argument_bool(node, "scale_grad_by_freq", false)) {
        rows = divided(builder, type.sizes[0], indices, rows);
    }
    rows = padding >= 0 ? without(builder, padding, indices, rows) : rows;
    type.dtype = rows->type.dtype;
    give(builder, 0, gathered(builder, &type, indices, rows));
    return WICK_OK;
}
