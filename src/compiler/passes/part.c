// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/part.h"

static int64_t clamp_index(int64_t index, int64_t size)
{
    const int64_t wrapped = index < 0 ? index + size : index;
    return wrapped < 0 ? 0 : wrapped > size ? size : wrapped;
}

bool wick_part_of(const wick_ir_node *node, const wick_ir_type *base, const wick_ir_type *part,
                  wick_part *out)
{
    if (base->rank == 0) {
        return false;
    }
    out->dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), base->rank);
    const int64_t size = base->sizes[out->dim];
    if (wick_argument(node, "index") != NULL) {
        out->start = clamp_index(wick_argument_int(node, "index", 0), size);
        out->end = out->start + 1;
        return out->start < size && part->rank + 1 == base->rank;
    }
    out->start = clamp_index(wick_argument_int(node, "start", 0), size);
    out->end = clamp_index(wick_argument_int(node, "end", size), size);
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
