// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/part.h"

#include "base/bytes.h"

int64_t wick_clamp_index(int64_t index, int64_t size)
{
    const int64_t wrapped = index < 0 ? index + size : index;
    return wrapped < 0 ? 0 : wrapped > size ? size : wrapped;
}

// Whether an argument is a number that is known only while running.
static bool is_symbolic(const wick_ir_node *node, const char *name)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL && arg->kind == WICK_IR_VALUE;
}

bool wick_part_of(const wick_ir_node *node, const wick_ir_type *base, const wick_ir_type *part,
                  wick_part *out)
{
    if (base->rank == 0 || is_symbolic(node, "index") || is_symbolic(node, "start") ||
        is_symbolic(node, "end") || is_symbolic(node, "step")) {
        return false;
    }
    out->dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), base->rank);
    const int64_t size = base->sizes[out->dim];
    if (wick_argument(node, "index") != NULL) {
        out->start = wick_clamp_index(wick_argument_int(node, "index", 0), size);
        out->end = out->start + 1;
        return out->start < size && part->rank + 1 == base->rank;
    }
    out->start = wick_clamp_index(wick_argument_int(node, "start", 0), size);
    out->end = wick_clamp_index(wick_argument_int(node, "end", size), size);
    return wick_argument_int(node, "step", 1) == 1 && part->rank == base->rank &&
           part->sizes[out->dim] == out->end - out->start;
}

wick_ir_value *wick_build_with_part(const wick_builder *builder, wick_ir_value *base,
                                    wick_ir_value *changed, const wick_part *part)
{
    wick_ir_value **pieces = wick_arena_alloc(builder->graph->arena, 3, sizeof *pieces);
    const int64_t size = base->type.sizes[part->dim];
    uint32_t count = 0;
    if (part->start > 0) {
        pieces[count++] = wick_build_slice(builder, base, part->dim, 0, part->start);
    }
    pieces[count++] = changed->type.rank == base->type.rank
                          ? changed
                          : wick_build_unsqueeze(builder, changed, part->dim);
    if (part->end < size) {
        pieces[count++] = wick_build_slice(builder, base, part->dim, part->end, size);
    }
    const wick_ir_arg args[] = {
        {.kind = WICK_IR_VALUES, .count = count, .list = {.values = pieces}},
        wick_ir_arg_int(part->dim)};
    return wick_build(builder, "aten::cat", &base->type, args, 2);
}

wick_ir_value *wick_build_positions(const wick_builder *builder, const int64_t *positions,
                                    int64_t count)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT64, 1, &count);
    uint8_t *data = wick_arena_alloc(builder->graph->arena, (size_t)count + 1, sizeof *positions);
    for (int64_t i = 0; i < count; i++) {
        wick_store_u64(data + (size_t)i * sizeof *positions, (uint64_t)positions[i]);
    }
    return wick_ir_constant_create(builder->graph, "positions", &type, data);
}

wick_ir_value *wick_build_put(const wick_builder *builder, wick_ir_value *base, uint32_t dim,
                              wick_ir_value *indices, wick_ir_value *values)
{
    wick_ir_value **items = wick_arena_alloc(builder->graph->arena, dim + 1u, sizeof *items);
    items[dim] = indices;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(base),
        {.kind = WICK_IR_VALUES, .count = dim + 1, .list = {.values = items}},
        wick_ir_arg_value(values)};
    return wick_build(builder, "aten::index_put", &base->type, args, 3);
}

wick_ir_value *wick_build_range(const wick_builder *builder, int64_t start, int64_t step,
                                int64_t count)
{
    int64_t *positions = wick_arena_alloc(builder->graph->arena, (size_t)count + 1, sizeof count);
    for (int64_t i = 0; i < count; i++) {
        positions[i] = start + i * step;
    }
    return wick_build_positions(builder, positions, count);
}
