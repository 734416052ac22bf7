// SPDX-License-Identifier: BSD-3-Clause
// Pass move_permutes: a permutation sinks below operators that do not care for the order of
// dimensions, until it meets its inverse, a layer that takes it into its weights, or the graph's
// door.
//
// Before  %n = permute(%c, [0, 3, 1, 2])    %t = wick::table_s8(%n, ..)
//         %i = permute(%t, [0, 2, 3, 1])    %d = wick::conv2d_s8(%i, ..)
// After   %t = wick::table_s8(%c, ..)    %d = wick::conv2d_s8(%t, ..)
// Holds   nothing: without integer operators no permutation moves.
// Keeps   every value; the number of permutations does not grow.
//
// The official product of matrices takes no strides, so that its operands stay as they are.
// A view sinks below elementwise operators as well, so that it does not part two permutations.
#include "compiler/passes/build.h"
#include "compiler/passes/explain.h"
#include "compiler/passes/matmul_strides.h"
#include "compiler/passes/quantized/quant_loops.h"

#include <string.h>

enum { MAX_SWEEPS = 16, MAX_OPERANDS = 64 };

typedef enum move_kind {
    UNARY,  // operand 0; out has its shape
    DOOR,   // the same, of any type
    BINARY, // operands 0 and 1, with a block of loops or none
    JOIN,   // a list of operands, argument "dim"
    PAD,    // operand 0, argument "pad", last dimension first
    PART,   // operand 0, argument "dim"; out keeps the rank
} move_kind;

static const struct move_row {
    const char *op_name;
    move_kind kind;
} move_rows[] = {
    {"quantized_decomposed::quantize_per_tensor", DOOR},
    {"wick::table_s8", UNARY},
    {"wick::table_s16", UNARY},
    {"wick::rescale", UNARY},
    {"wick::add_s16", BINARY},
    {"wick::mul_s16", BINARY},
    {"wick::add_s8", BINARY},
    {"wick::mul_s8", BINARY},
    {"wick::div_s8", BINARY},
    {"aten::minimum", BINARY},
    {"aten::maximum", BINARY},
    {"aten::cat", JOIN},
    {"aten::constant_pad_nd", PAD},
    {"aten::slice_copy.Tensor", PART},
};

static const struct move_row *row_of(const wick_ir_node *node)
{
    for (size_t i = 0; i < sizeof move_rows / sizeof move_rows[0]; i++) {
        if (wick_node_is(node, move_rows[i].op_name)) {
            return &move_rows[i];
        }
    }
    return NULL;
}

// A node whose operands all come through the same permutation, or the same view.
typedef struct mover {
    wick_builder builder;
    move_kind kind;
    const char *through;     // name of the operator that the operands come through
    const wick_ir_node *via; // of the first operand
    wick_ir_value *sources[MAX_OPERANDS];
    uint32_t count;
    bool broadcasts;             // an operand has not the shape of the result
    int64_t dims[WICK_MAX_RANK]; // of a permutation
} mover;

static uint32_t operand_count(const wick_ir_node *node, move_kind kind)
{
    return kind == JOIN ? node->args[0].count : kind == BINARY ? 2 : 1;
}

static wick_ir_value *operand_at(const wick_ir_node *node, move_kind kind, uint32_t index)
{
    if (kind == JOIN) {
        return node->args[0].kind == WICK_IR_VALUES ? node->args[0].list.values[index] : NULL;
    }
    return wick_argument_tensor_at(node, index);
}

static bool is_movable(const wick_ir_value *value, move_kind kind)
{
    return value != NULL && value->type.kind == WICK_VALUE_TENSOR &&
           (value->type.dtype == WICK_INT8 || value->type.dtype == WICK_INT16 || kind == DOOR) &&
           wick_ir_type_is_static(&value->type);
}

// All operands are results of `through` with equal arguments and equal shapes after it, but that a
// join's operands may differ in size.
static bool read_operands(mover *m)
{
    const wick_ir_node *node = m->builder.node;
    const wick_ir_type *out = &node->outputs[0]->type;
    m->count = operand_count(node, m->kind);
    m->via = NULL;
    m->broadcasts = false;
    if (m->count == 0 || m->count > MAX_OPERANDS) {
        return false;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        const wick_ir_value *operand = operand_at(node, m->kind, i);
        const wick_ir_node *via =
            is_movable(operand, m->kind) ? wick_producer_if(operand, m->through) : NULL;
        if (via == NULL || (i > 0 && !wick_ir_arg_equal(&via->args[1], &m->via->args[1]))) {
            return false;
        }
        m->via = via;
        m->sources[i] = wick_argument_tensor_at(via, 0);
        m->broadcasts = m->broadcasts || !wick_same_sizes(&operand->type, out);
    }
    return true;
}

// Dimension `dim` of the permuted tensor in the source.
static int64_t source_dim(const mover *m, int64_t dim, uint32_t rank)
{
    return m->dims[wick_wrap_dim(dim, rank)];
}

// The list `pad` for the source: [before, after] of the last dimension first, as long as the rank.
static wick_ir_arg source_pad(const mover *m, const wick_ir_arg *pad, uint32_t rank)
{
    int64_t widths[2 * WICK_MAX_RANK] = {0};
    for (uint32_t i = 0; i + 1 < pad->count && i / 2 < rank; i += 2) {
        const int64_t dim = m->dims[rank - 1 - i / 2];
        const size_t at = 2 * (size_t)(rank - 1 - dim);
        widths[at] = pad->list.ints[i];
        widths[at + 1] = pad->list.ints[i + 1];
    }
    return wick_ir_arg_ints(m->builder.graph, widths, 2 * rank);
}

static void set_list(const mover *m, wick_ir_node *moved)
{
    wick_ir_value **list =
        wick_arena_alloc(m->builder.graph->arena, m->count, sizeof(wick_ir_value *));
    memcpy(list, m->sources, m->count * sizeof *list);
    moved->args[0].list.values = list;
}

// Arguments of the node on the sources.
static void set_arguments(const mover *m, wick_ir_node *moved)
{
    const wick_ir_node *node = m->builder.node;
    const uint32_t rank = node->outputs[0]->type.rank;
    const int32_t dim = wick_ir_op_parameter(node->op, "dim");
    if (m->kind == JOIN) {
        set_list(m, moved);
    } else {
        for (uint32_t i = 0; i < m->count; i++) {
            moved->args[i] = wick_ir_arg_value(m->sources[i]);
        }
    }
    if (m->kind == JOIN || m->kind == PART) {
        moved->args[dim] = wick_ir_arg_int(source_dim(m, node->args[dim].integer, rank));
    } else if (m->kind == PAD) {
        const int32_t pad = wick_ir_op_parameter(node->op, "pad");
        moved->args[pad] = source_pad(m, &node->args[pad], rank);
    } else if (m->kind == BINARY && wick_argument_tensor(node, "block") != NULL) {
        const wick_ir_type *types[] = {&m->sources[0]->type, &m->sources[1]->type,
                                       &moved->outputs[0]->type};
        moved->args[2] = wick_ir_arg_value(wick_rebuild_loops_block(&m->builder, types));
    }
}

static wick_ir_value *build_moved(const mover *m, const wick_ir_type *type)
{
    const wick_ir_node *node = m->builder.node;
    wick_ir_node *moved =
        wick_build_node(&m->builder, node->op->name, type, node->args, node->op->parameter_count);
    set_arguments(m, moved);
    return moved->outputs[0];
}

// Broadcasting in another order of dimensions: ranks must be equal, so that they pair up.
static bool ranks_agree(const mover *m, uint32_t rank)
{
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->sources[i]->type.rank != rank) {
            return false;
        }
    }
    return true;
}

// No block, or one that this pass can read.
static bool has_block(const mover *m)
{
    const wick_ir_node *node = m->builder.node;
    return m->kind != BINARY || wick_ir_op_parameter(node->op, "block") < 0 ||
           wick_loops_block_is_constant(node);
}

static bool sink_permute(mover *m)
{
    const wick_ir_type *out = &m->builder.node->outputs[0]->type;
    m->through = "aten::permute_copy";
    if (!has_block(m) || !read_operands(m) || !ranks_agree(m, out->rank) ||
        !wick_argument_dims(m->via, out->rank, m->dims)) {
        return false;
    }
    wick_ir_type type = *out;
    for (uint32_t i = 0; i < out->rank; i++) {
        type.sizes[m->dims[i]] = out->sizes[i];
    }
    wick_ir_value *moved = build_moved(m, &type);
    wick_replace(&m->builder, 0, wick_build_permute(&m->builder, moved, m->dims));
    return true;
}

static bool sink_view(mover *m)
{
    const wick_ir_type *out = &m->builder.node->outputs[0]->type;
    m->through = "aten::view_copy";
    if ((m->kind != UNARY && m->kind != BINARY) || !has_block(m) || !read_operands(m) ||
        m->broadcasts) {
        return false;
    }
    for (uint32_t i = 1; i < m->count; i++) {
        if (!wick_same_sizes(&m->sources[i]->type, &m->sources[0]->type)) {
            return false;
        }
    }
    wick_ir_type type = m->sources[0]->type;
    type.dtype = out->dtype; // a rescaling changes it
    wick_ir_value *moved = build_moved(m, &type);
    wick_replace(&m->builder, 0, wick_build_view(&m->builder, moved, out->rank, out->sizes));
    return true;
}

// The dimension of `source` that is dimension `dim` of a view of it, where the view does nothing
// but put in or leave out dimensions of size 1; -1 if it does more.
static int32_t same_dim(const wick_ir_type *source, const wick_ir_type *view, uint32_t dim)
{
    int32_t found = -1;
    uint32_t i = 0;
    uint32_t j = 0;
    while (i < source->rank || j < view->rank) {
        const int64_t from = i < source->rank ? source->sizes[i] : 1;
        const int64_t to = j < view->rank ? view->sizes[j] : 1;
        if (i < source->rank && j < view->rank && from == to) {
            found = j == dim ? (int32_t)i : found;
            i++;
            j++;
        } else if (i < source->rank && from == 1) {
            i++;
        } else if (j < view->rank && to == 1) {
            j++;
        } else {
            return -1;
        }
    }
    return found;
}

// Whether two operands of a join along `dim` agree in all else.
static bool can_join(const wick_ir_type *a, const wick_ir_type *b, uint32_t dim)
{
    for (uint32_t i = 0; i < a->rank; i++) {
        if (i != dim && a->sizes[i] != b->sizes[i]) {
            return false;
        }
    }
    return a->rank == b->rank;
}

// The sources of a join of views, and the dimension to join them along; -1 if there is none.
static int32_t read_viewed_join(mover *m)
{
    const wick_ir_node *node = m->builder.node;
    const uint32_t dim =
        wick_wrap_dim(wick_argument_int(node, "dim", 0), node->outputs[0]->type.rank);
    int32_t source_dim = -1;
    m->count = operand_count(node, m->kind);
    for (uint32_t i = 0; i < m->count && m->count <= MAX_OPERANDS; i++) {
        const wick_ir_value *operand = operand_at(node, m->kind, i);
        const wick_ir_node *via =
            is_movable(operand, m->kind) ? wick_producer_if(operand, "aten::view_copy") : NULL;
        m->sources[i] = via != NULL ? wick_argument_tensor_at(via, 0) : NULL;
        const int32_t found =
            m->sources[i] != NULL ? same_dim(&m->sources[i]->type, &operand->type, dim) : -1;
        if (found < 0 ||
            (i > 0 && (found != source_dim ||
                       !can_join(&m->sources[0]->type, &m->sources[i]->type, (uint32_t)found)))) {
            return -1;
        }
        source_dim = found;
    }
    return m->count <= MAX_OPERANDS ? source_dim : -1;
}

// cat(view(a), view(b)) joins a and b, and is viewed then.
static bool sink_joined_view(mover *m)
{
    const wick_ir_node *node = m->builder.node;
    const wick_ir_type *out = &node->outputs[0]->type;
    const int32_t dim = m->kind == JOIN ? read_viewed_join(m) : -1;
    if (dim < 0) {
        return false;
    }
    wick_ir_type type = m->sources[0]->type;
    for (uint32_t i = 1; i < m->count; i++) {
        type.sizes[dim] += m->sources[i]->type.sizes[dim];
    }
    if (wick_ir_type_count(&type) != wick_ir_type_count(out)) {
        return false;
    }
    wick_ir_node *joined =
        wick_build_node(&m->builder, node->op->name, &type, node->args, node->op->parameter_count);
    set_list(m, joined);
    joined->args[wick_ir_op_parameter(node->op, "dim")] = wick_ir_arg_int(dim);
    wick_replace(&m->builder, 0,
                 wick_build_view(&m->builder, joined->outputs[0], out->rank, out->sizes));
    return true;
}

// How many leading dimensions the permutation leaves alone, if those behind them are what the view
// joins to `depth`; -1 if it does not.
static int32_t kept_dimensions(const wick_ir_type *permuted, const wick_ir_type *source,
                               const int64_t *dims, int64_t depth)
{
    int64_t behind = 1;
    uint32_t split = permuted->rank;
    while (split > 0 && behind < depth) {
        behind *= permuted->sizes[--split];
    }
    for (uint32_t i = 0; i < permuted->rank; i++) {
        if ((i < split && dims[i] != i) || permuted->sizes[i] != source->sizes[dims[i]]) {
            return -1;
        }
    }
    return behind == depth ? (int32_t)split : -1;
}

// For each element of the permuted dimensions from `split` on, in order, where it lies in the
// source.
static void list_positions(const wick_ir_type *source, const int64_t *dims, uint32_t split,
                           size_t *positions)
{
    size_t steps[WICK_MAX_RANK];
    size_t step = 1;
    size_t count = 1;
    for (uint32_t i = source->rank; i-- > split;) {
        steps[i] = step;
        step *= (size_t)source->sizes[i];
    }
    positions[0] = 0;
    for (uint32_t i = split; i < source->rank; i++) { // dimension after dimension, outermost first
        const size_t size = (size_t)source->sizes[dims[i]];
        for (size_t k = count; k-- > 0;) {
            const size_t base = positions[k];
            for (size_t j = size; j-- > 0;) {
                positions[k * size + j] = base + j * steps[dims[i]];
            }
        }
        count *= size;
    }
}

static wick_ir_value *reorder_weight(wick_ir_graph *graph, const wick_ir_value *weight,
                                     const size_t *positions)
{
    const size_t rows = (size_t)weight->type.sizes[0];
    const size_t depth = (size_t)weight->type.sizes[1];
    uint8_t *data = wick_arena_alloc(graph->arena, rows, depth);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < depth; j++) {
            data[i * depth + positions[j]] = weight->data[i * depth + j];
        }
    }
    return wick_ir_constant_create(graph, "weight", &weight->type, data);
}

static bool is_kernel(const wick_ir_value *weight)
{
    return weight != NULL && wick_ir_value_is_constant(weight) && weight->type.rank == 2 &&
           weight->type.dtype == WICK_INT8;
}

// linear(view(permute(x))) reads x in its own order with its weights reordered.
static bool take_into_weight(const wick_builder *builder)
{
    wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_value *weight = wick_argument_tensor_at(node, 1);
    const wick_ir_node *view = wick_producer_if(input, "aten::view_copy");
    const wick_ir_value *permuted = view != NULL ? wick_argument_tensor_at(view, 0) : NULL;
    const wick_ir_node *permute = wick_producer_if(permuted, "aten::permute_copy");
    int64_t dims[WICK_MAX_RANK];
    if (permute == NULL || !is_movable(input, UNARY) || !is_kernel(weight) ||
        !wick_argument_dims(permute, permuted->type.rank, dims)) {
        return false;
    }
    wick_ir_value *source = wick_argument_tensor_at(permute, 0);
    const int64_t depth = weight->type.sizes[1];
    const int32_t split = source->type.rank == permuted->type.rank
                              ? kept_dimensions(&permuted->type, &source->type, dims, depth)
                              : -1;
    if (split < 0) {
        return false;
    }
    size_t *positions = wick_arena_alloc(builder->graph->arena, (size_t)depth, sizeof *positions);
    list_positions(&source->type, dims, (uint32_t)split, positions);
    node->args[0] =
        wick_ir_arg_value(wick_build_view(builder, source, input->type.rank, input->type.sizes));
    node->args[1] = wick_ir_arg_value(reorder_weight(builder->graph, weight, positions));
    return true;
}

static bool sweep(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool has_changed = false;
    wick_ir_node *next = NULL;
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        const struct move_row *row = row_of(node);
        const wick_builder builder = {context, graph, node, node, NULL};
        next = node->next;
        if (row != NULL) {
            mover m = {.builder = builder, .kind = row->kind};
            if (sink_permute(&m) || sink_view(&m) || sink_joined_view(&m)) {
                wick_ir_node_remove(graph, node);
                has_changed = true;
            }
        } else if (wick_node_is(node, "wick::linear_s8") ||
                   wick_node_is(node, "wick::linear_s16")) {
            has_changed = take_into_weight(&builder) || has_changed;
        } else if (wick_node_is(node, "wick::matmul_s8") && !context->official_operators) {
            has_changed = wick_take_into_matmul(&builder) || has_changed;
        }
    }
    return has_changed;
}

static void tell_left(const wick_pass_context *context, const wick_ir_graph *graph)
{
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_node_is(node, "aten::permute_copy") &&
            (node->outputs[0]->type.dtype == WICK_INT8 ||
             node->outputs[0]->type.dtype == WICK_INT16)) {
            wick_explain_left(context, graph, node, "what reads this permutation needs its order");
        }
    }
}

wick_status wick_pass_move_permutes(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool has_changed = !context->target->portable_operators;
    for (uint32_t i = 0; i < MAX_SWEEPS && has_changed; i++) {
        has_changed = sweep(context, graph);
        WICK_TRY(wick_pass_remove_identities(context, graph));
        WICK_TRY(wick_pass_eliminate_common(context, graph));
        WICK_TRY(wick_pass_eliminate_dead(context, graph));
    }
    if (!context->target->portable_operators) {
        tell_left(context, graph);
    }
    return WICK_OK;
}
