// SPDX-License-Identifier: BSD-3-Clause
// Composites that move elements: joins of several tensors, splits under other names, repeats,
// flips, and pads with a border.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
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

static wick_ir_arg list_of(const wick_builder *builder, wick_ir_value *const *values,
                           uint32_t count)
{
    wick_ir_value **copy = wick_arena_alloc(builder->graph->arena, count, sizeof *copy);
    memcpy(copy, values, count * sizeof *copy);
    return (wick_ir_arg){.kind = WICK_IR_VALUES, .count = count, .list = {.values = copy}};
}

static wick_ir_value *flip(const wick_builder *builder, wick_ir_value *value, const int64_t *dims,
                           uint32_t count)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, dims, count)};
    return wick_build(builder, "aten::flip", &value->type, args, 2);
}

static wick_ir_value *transpose(const wick_builder *builder, wick_ir_value *value, uint32_t a,
                                uint32_t b)
{
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i < value->type.rank; i++) {
        dims[i] = i == a ? b : i == b ? a : i;
    }
    return wick_build_permute(builder, value, dims);
}

// fliplr, flipud: the detail says along which dimension.
wick_status wick_rewrite_flip(const wick_builder *builder)
{
    const int64_t dim = builder->detail[0] - '0';
    return give(builder, flip(builder, wick_argument_tensor_at(builder->node, 0), &dim, 1));
}

bool wick_applies_to_flat_roll(const wick_ir_node *node)
{
    const wick_ir_arg *dims = wick_argument(node, "dims");
    return dims->kind == WICK_IR_INTS && dims->count == 0;
}

// Without dims all elements are rolled in a row, which the official kernel refuses.
wick_status wick_rewrite_flat_roll(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    const int64_t count = wick_size_product(builder->graph->sizes, type->sizes, type->rank);
    const int64_t dim = 0;
    wick_ir_value *value =
        wick_build_view(builder, wick_argument_tensor_at(builder->node, 0), 1, &count);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), *wick_argument(builder->node, "shifts"),
                                wick_ir_arg_ints(builder->graph, &dim, 1)};
    value = wick_build(builder, "aten::roll", &value->type, args, 3);
    return give(builder, wick_build_view(builder, value, type->rank, type->sizes));
}

wick_status wick_rewrite_rot90(const wick_builder *builder)
{
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    const int64_t turns = wick_argument_int(builder->node, "k", 1) % 4;
    int64_t dims[2];
    if (!wick_argument_ints(builder->node, "dims", 2, dims)) {
        return refuse(builder, "dims are not two");
    }
    const int64_t a = wick_wrap_dim(dims[0], value->type.rank);
    const int64_t b = wick_wrap_dim(dims[1], value->type.rank);
    const int64_t both[] = {a, b};
    switch (turns < 0 ? turns + 4 : turns) {
    case 1:
        value = transpose(builder, flip(builder, value, &b, 1), (uint32_t)a, (uint32_t)b);
        break;
    case 2:
        value = flip(builder, value, both, 2);
        break;
    case 3:
        value = transpose(builder, flip(builder, value, &a, 1), (uint32_t)a, (uint32_t)b);
        break;
    }
    return give(builder, value);
}

// A tensor with `rank` dimensions at least, as atleast_1d, 2d and 3d have it.
static wick_ir_value *at_least(const wick_builder *builder, wick_ir_value *value, uint32_t rank)
{
    if (value->type.rank == 0 && rank > 0) {
        value = wick_build_unsqueeze(builder, value, 0);
    }
    if (value->type.rank == 1 && rank > 1) {
        value = wick_build_unsqueeze(builder, value, 0);
    }
    if (value->type.rank == 2 && rank > 2) {
        value = wick_build_unsqueeze(builder, value, 2);
    }
    return value;
}

// A vector as column, else the tensor as matrix.
static wick_ir_value *column(const wick_builder *builder, wick_ir_value *value)
{
    value = at_least(builder, value, 1);
    return value->type.rank == 1 ? wick_build_unsqueeze(builder, value, 1) : value;
}

// hstack, vstack, dstack, column_stack: the detail's first letter.
wick_status wick_rewrite_stacked(const wick_builder *builder)
{
    const wick_ir_arg *tensors = wick_argument(builder->node, "tensors");
    const char kind = builder->detail[0];
    wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, tensors->count, sizeof *parts);
    for (uint32_t i = 0; i < tensors->count; i++) {
        wick_ir_value *value = tensors->list.values[i];
        parts[i] = kind == 'c'   ? column(builder, value)
                   : kind == 'h' ? at_least(builder, value, 1)
                   : kind == 'v' ? at_least(builder, value, 2)
                                 : at_least(builder, value, 3);
    }
    const int64_t dim = kind == 'v'   ? 0
                        : kind == 'd' ? 2
                        : kind == 'c' ? 1
                                      : parts[0]->type.rank > 1;
    const wick_ir_arg args[] = {list_of(builder, parts, tensors->count), wick_ir_arg_int(dim)};
    return give(builder, wick_build(builder, "aten::cat", result_type(builder), args, 2));
}

// Whether a number is above another; of sizes that change legalize knows more.
static bool is_above(int64_t a, int64_t b)
{
    return !wick_size_is_symbolic(a) && !wick_size_is_symbolic(b) && a > b;
}

// Splits by the types of the results along dimension `dim`.
static wick_status split_at(const wick_builder *builder, uint32_t dim)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    int64_t start = 0;
    for (uint32_t i = 0; i < node->output_count; i++) {
        const wick_ir_type *part = &node->outputs[i]->type;
        if (part->rank != input->type.rank || dim >= part->rank ||
            is_above(part->sizes[dim], input->type.sizes[dim])) {
            return refuse(builder, "the parts do not lie inside the tensor");
        }
        // Indices that go back or beyond the end give empty parts: the next start follows from the
        // sizes all the same where they are sorted.
        const int64_t end = wick_size_add(builder->graph->sizes, start, part->sizes[dim]);
        if (is_above(end, input->type.sizes[dim])) {
            return refuse(builder, "splits at indices that are not sorted");
        }
        wick_replace(builder, i, wick_build_slice(builder, input, dim, start, end));
        start = end;
    }
    return WICK_OK;
}

// hsplit, vsplit, dsplit: the detail's first letter; tensor_split: by its argument.
wick_status wick_rewrite_split_at(const wick_builder *builder)
{
    const uint32_t rank = wick_argument_tensor_at(builder->node, 0)->type.rank;
    const char kind = builder->detail[0];
    const uint32_t dim = kind == 'h'   ? rank > 1
                         : kind == 'v' ? 0
                         : kind == 'd'
                             ? 2
                             : wick_wrap_dim(wick_argument_int(builder->node, "dim", 0), rank);
    const wick_ir_arg *indices = wick_argument(builder->node, "indices");
    for (uint32_t i = 1; indices != NULL && indices->kind == WICK_IR_INTS && i < indices->count;
         i++) {
        const int64_t size = wick_argument_tensor_at(builder->node, 0)->type.sizes[dim];
        const int64_t before = indices->list.ints[i - 1];
        const int64_t at = indices->list.ints[i];
        if ((at < 0 ? at + size : at) < (before < 0 ? before + size : before)) {
            return refuse(builder, "splits at indices that are not sorted");
        }
    }
    return split_at(builder, dim);
}

wick_status wick_rewrite_tile(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = result_type(builder);
    const wick_ir_arg *dims = wick_argument(node, "dims");
    int64_t times[WICK_MAX_RANK];
    if (dims->kind != WICK_IR_INTS || dims->count > type->rank || dims->list.values != NULL) {
        return refuse(builder, "repeats that are not constant");
    }
    const uint32_t lead = type->rank - dims->count;
    for (uint32_t i = 0; i < type->rank; i++) {
        times[i] = i < lead ? 1 : dims->list.ints[i - lead];
    }
    const wick_ir_arg args[] = {node->args[0], wick_ir_arg_ints(builder->graph, times, type->rank)};
    return give(builder, wick_build(builder, "aten::repeat", type, args, 2));
}

// Self without a dim: all its elements in a row.
static wick_ir_value *flat_or_self(const wick_builder *builder, int64_t *dim)
{
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_arg *arg = wick_argument(builder->node, "dim");
    if (arg != NULL && arg->kind == WICK_IR_INT) {
        *dim = wick_wrap_dim(arg->integer, value->type.rank);
        return value;
    }
    const int64_t count =
        wick_size_product(builder->graph->sizes, value->type.sizes, value->type.rank);
    *dim = 0;
    return wick_build_view(builder, value, 1, &count);
}

// repeat_interleave by a number: a new dimension behind `dim`, expanded, and merged with it.
wick_status wick_rewrite_repeat_each(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    int64_t dim;
    wick_ir_value *value = flat_or_self(builder, &dim);
    if (value->type.rank == 0) {
        value = at_least(builder, value, 1);
    }
    const int64_t times = wick_argument_int(builder->node, "repeats", -1);
    if (times < 0 || value->type.rank == WICK_MAX_RANK) {
        return refuse(builder, "repeats that are not a constant");
    }
    int64_t sizes[WICK_MAX_RANK];
    const uint32_t rank = value->type.rank + 1u;
    value = wick_build_unsqueeze(builder, value, (uint32_t)dim + 1);
    memcpy(sizes, value->type.sizes, rank * sizeof *sizes);
    sizes[dim + 1] = times;
    value = wick_build_expand(builder, value, rank, sizes);
    return give(builder, wick_build_view(builder, value, type->rank, type->sizes));
}

// repeat_interleave by a tensor: index_select with each index as often as it says.
wick_status wick_rewrite_repeat_by(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    int64_t dim;
    wick_ir_value *value = flat_or_self(builder, &dim);
    wick_ir_value *repeats = wick_argument_tensor_at(builder->node, 1);
    const wick_ir_type index = wick_ir_type_tensor(repeats->type.dtype, 1, &type->sizes[dim]);
    const int64_t count = value->type.sizes[dim];
    repeats = wick_build_expand(builder, at_least(builder, repeats, 1), 1, &count);
    const wick_ir_arg by[] = {wick_ir_arg_value(repeats), wick_ir_arg_int(type->sizes[dim])};
    wick_ir_value *picked = wick_build(builder, "aten::repeat_interleave.Tensor", &index, by, 2);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(dim),
                                wick_ir_arg_value(picked)};
    return give(builder, wick_build(builder, "aten::index_select", type, args, 3));
}

// [n, g * c, ..] -> [n, c * g, ..]
wick_status wick_rewrite_channel_shuffle(const wick_builder *builder)
{
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_type *type = result_type(builder);
    const int64_t groups = wick_argument_int(builder->node, "groups", 0);
    if (type->rank < 3 || type->rank == WICK_MAX_RANK || groups <= 0 ||
        type->sizes[1] % groups != 0) {
        return refuse(builder, "groups do not divide the channels");
    }
    int64_t sizes[WICK_MAX_RANK] = {type->sizes[0], groups, type->sizes[1] / groups};
    memcpy(sizes + 3, type->sizes + 2, (type->rank - 2u) * sizeof *sizes);
    value = wick_build_view(builder, value, type->rank + 1u, sizes);
    value = transpose(builder, value, 1, 2);
    return give(builder, wick_build_view(builder, value, type->rank, type->sizes));
}

// meshgrid: each vector along a dimension of its own; with indexing 'xy' the first two trade
// places.
wick_status wick_rewrite_meshgrid(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *tensors = wick_argument(node, "tensors");
    const wick_ir_arg *indexing = wick_argument(node, "indexing");
    const bool swaps = indexing != NULL && indexing->kind == WICK_IR_STRING &&
                       strcmp(indexing->string, "xy") == 0 && tensors->count > 1;
    for (uint32_t i = 0; i < node->output_count && i < tensors->count; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        const uint32_t dim = swaps && i < 2 ? 1 - i : i;
        int64_t sizes[WICK_MAX_RANK];
        for (uint32_t d = 0; d < type->rank; d++) {
            sizes[d] = d == dim ? type->sizes[d] : 1;
        }
        wick_ir_value *value = wick_build_view(builder, tensors->list.values[i], type->rank, sizes);
        wick_replace(builder, i, wick_build_expand(builder, value, type->rank, type->sizes));
    }
    return WICK_OK;
}

// Every combination of one element of each vector: columns of the mesh, flattened.
wick_status wick_rewrite_cartesian_prod(const wick_builder *builder)
{
    const wick_ir_arg *tensors = wick_argument(builder->node, "tensors");
    const wick_ir_type *type = result_type(builder);
    wick_ir_value **columns =
        wick_arena_alloc(builder->graph->arena, tensors->count, sizeof *columns);
    int64_t mesh[WICK_MAX_RANK];
    if (tensors->count > WICK_MAX_RANK) {
        return refuse(builder, "more than 16 tensors");
    }
    for (uint32_t i = 0; i < tensors->count; i++) {
        const wick_ir_type *tensor = &tensors->list.values[i]->type;
        mesh[i] = wick_size_product(builder->graph->sizes, tensor->sizes, tensor->rank);
    }
    if (tensors->count == 1) {
        return give(builder, tensors->list.values[0]);
    }
    for (uint32_t i = 0; i < tensors->count; i++) {
        int64_t sizes[WICK_MAX_RANK];
        for (uint32_t d = 0; d < tensors->count; d++) {
            sizes[d] = d == i ? mesh[d] : 1;
        }
        const int64_t flat[] = {type->sizes[0], 1};
        wick_ir_value *value = tensors->list.values[i];
        value = wick_build_view(builder, value, tensors->count, sizes);
        value = wick_build_expand(builder, value, tensors->count, mesh);
        columns[i] = wick_build_view(builder, value, 2, flat);
    }
    const wick_ir_arg args[] = {list_of(builder, columns, tensors->count), wick_ir_arg_int(1)};
    return give(builder, wick_build(builder, "aten::cat", type, args, 2));
}

// Matrices along the diagonal: each padded to all columns, then joined.
wick_status wick_rewrite_block_diag(const wick_builder *builder)
{
    const wick_ir_arg *tensors = wick_argument(builder->node, "tensors");
    const wick_ir_type *type = result_type(builder);
    wick_ir_value **rows = wick_arena_alloc(builder->graph->arena, tensors->count, sizeof *rows);
    wick_sizes *all = builder->graph->sizes;
    int64_t before = 0;
    for (uint32_t i = 0; i < tensors->count; i++) {
        wick_ir_value *value = at_least(builder, tensors->list.values[i], 2);
        value = wick_build_cast(builder, value, type->dtype);
        const int64_t width = value->type.sizes[1];
        const int64_t behind = wick_size_add(all, before, width);
        const int64_t pad[] = {before, wick_size_subtract(all, type->sizes[1], behind)};
        const int64_t sizes[] = {value->type.sizes[0], type->sizes[1]};
        const wick_ir_type padded = wick_ir_type_tensor(type->dtype, 2, sizes);
        const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                    wick_ir_arg_ints(builder->graph, pad, 2),
                                    wick_number(type->dtype, 0)};
        rows[i] = wick_build(builder, "aten::constant_pad_nd", &padded, args, 3);
        before = behind;
    }
    const wick_ir_arg args[] = {list_of(builder, rows, tensors->count), wick_ir_arg_int(0)};
    return give(builder, wick_build(builder, "aten::cat", type, args, 2));
}

// Circular: along each dimension what lies at one end is put before the other.
wick_status wick_rewrite_circular_pad(const wick_builder *builder)
{
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_arg *pad = wick_argument(builder->node, "pad");
    if (pad->kind != WICK_IR_INTS || pad->count > 2u * value->type.rank || pad->count % 2 != 0) {
        return refuse(builder, "the pad does not fit the tensor");
    }
    for (uint32_t i = 0; i < pad->count; i += 2) {
        const uint32_t dim = value->type.rank - 1u - i / 2;
        wick_sizes *all = builder->graph->sizes;
        const int64_t before = pad->list.ints[i];
        const int64_t after = pad->list.ints[i + 1];
        if (wick_size_is_symbolic(before) || wick_size_is_symbolic(after)) {
            return refuse(builder, "a circular pad of a width known only while running");
        }
        if (before < -value->type.sizes[dim] || after < -value->type.sizes[dim]) {
            return refuse(builder, "the pad does not fit the tensor");
        }
        // What is cut off is no part of the circle.
        value = wick_build_slice(
            builder, value, dim, before < 0 ? -before : 0,
            after < 0 ? wick_size_add(all, value->type.sizes[dim], after) : value->type.sizes[dim]);
        const int64_t size = value->type.sizes[dim];
        if (before > size || after > size) {
            return refuse(builder, "the pad does not fit the tensor");
        }
        wick_ir_value *parts[3];
        uint32_t count = 0;
        if (before > 0) {
            parts[count++] =
                wick_build_slice(builder, value, dim, wick_size_subtract(all, size, before), size);
        }
        parts[count++] = value;
        if (after > 0) {
            parts[count++] = wick_build_slice(builder, value, dim, 0, after);
        }
        int64_t sizes[WICK_MAX_RANK];
        memcpy(sizes, value->type.sizes, value->type.rank * sizeof *sizes);
        sizes[dim] = wick_size_add(all, size, (before > 0 ? before : 0) + (after > 0 ? after : 0));
        const wick_ir_type joined = wick_ir_type_tensor(value->type.dtype, value->type.rank, sizes);
        const wick_ir_arg args[] = {list_of(builder, parts, count), wick_ir_arg_int(dim)};
        value = count == 1 ? parts[0] : wick_build(builder, "aten::cat", &joined, args, 2);
    }
    return give(builder, value);
}

// pad in a mode other than constant.
wick_status wick_rewrite_border_pad(const wick_builder *builder, const char *mode)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *pad = wick_argument(node, "pad");
    const bool reflects = strcmp(mode, "reflect") == 0;
    if (strcmp(mode, "circular") == 0) {
        return wick_rewrite_circular_pad(builder);
    }
    if ((!reflects && strcmp(mode, "replicate") != 0) || pad->kind != WICK_IR_INTS ||
        pad->count % 2 != 0 || pad->count == 0 || pad->count > 6) {
        return refuse(builder,
                      "pad is not of mode constant, reflect, replicate or circular over up "
                      "to three dimensions");
    }
    const char *name = wick_arena_format(builder->graph->arena, "aten::%s_pad%ud",
                                         reflects ? "reflection" : "replication", pad->count / 2);
    const wick_ir_arg args[] = {node->args[0], *pad};
    return give(builder, wick_build(builder, name, result_type(builder), args, 2));
}
