// SPDX-License-Identifier: BSD-3-Clause
// Pass functionalize: an in-place operator becomes the functional one, and what was read of the
// overwritten tensor afterwards is read of its result.
//
// Before  %y = aten::relu_(%x)          %v = aten::view(%x, [4]); %y = aten::relu_(%v); use(%x)
// After   %y = aten::relu(%x)           %v = aten::view(%x, [4]); %y = aten::relu(%v); %x2 =
// aten::view(%y, [2, 2]); use(%x2)
//
// In eager PyTorch a view shares the memory of its base, so the write shows in the base and in all
// its views. The base is made again from the result by the views undone in turn: a new shape or
// order of dimensions back, a slice or select put between what is around it; where that cannot be,
// by putting each element where it came from (index_put). The other views are made again from that
// base. An input or a buffer that is written is noted with what it holds in the end (`write %y to
// %x`). A write into an expanded tensor or into a parameter is refused by name: nothing is dropped
// in silence; embedding_renorm_ of a parameter is left out where only embeddings read it.
#include "compiler/passes/aliases.h"
#include "compiler/passes/build.h"
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/part.h"

#include "base/assert.h"

#include <string.h>

// Notes that what the model leaves in an input or a buffer is what lies there when it ends: a slot
// of the outputs, which the writes go on to replace.
static wick_status note_write(const wick_pass_context *context, wick_ir_graph *graph,
                              const wick_ir_node *node, wick_ir_value *root)
{
    if (node->output_count > 0 && wick_ir_renormed_parameter(graph, node->outputs[0]) == root) {
        return WICK_OK;
    }
    if (root->kind == WICK_IR_PARAMETER || root->kind == WICK_IR_SCRATCH) {
        return wick_ir_node_error(
            context->diag, node, WICK_NOT_SUPPORTED,
            "changes the parameter '%s' in place; keep what changes in a buffer (register_buffer)",
            root->qualified_name ? root->qualified_name : root->name);
    }
    for (uint32_t i = 0; i < graph->written_count; i++) {
        if (graph->written[i] == root) {
            return WICK_OK;
        }
    }
    if (root->kind != WICK_IR_RESULT) {
        root->is_state = root->kind != WICK_IR_INPUT;
        wick_ir_add_write(graph, root, root);
    }
    return WICK_OK;
}

typedef struct use_search {
    const wick_ir_value *value;
    bool is_found;
} use_search;

static void match_slot(void *context, wick_ir_value **slot)
{
    use_search *search = context;
    search->is_found = search->is_found || *slot == search->value;
}

static bool is_used_after(const wick_ir_graph *graph, const wick_ir_node *node,
                          const wick_ir_value *value)
{
    use_search search = {value, false};
    for (wick_ir_node *later = node->next; later != NULL && !search.is_found; later = later->next) {
        wick_ir_node_each_value(later, match_slot, &search);
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        match_slot(&search, &graph->outputs[i]);
    }
    return search.is_found;
}

// A view, not a copy: a later write to it shows in `changed`.
static wick_ir_value *view_again(const wick_builder *builder, const char *op_name,
                                 const wick_ir_type *type, wick_ir_value *changed,
                                 const int64_t *numbers)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(changed),
                                wick_ir_arg_ints(builder->graph, numbers, type->rank)};
    return wick_build(builder, op_name, type, args, 2);
}

// The base with `changed` in the place of a slice or select; NULL for any other part. State and
// inputs are changed by index: that can be done in their memory.
static wick_ir_value *replace_part(const wick_builder *builder, const wick_ir_node *node,
                                   wick_ir_value *changed)
{
    wick_ir_value *base = wick_argument_tensor_at(node, 0);
    wick_part part;
    if (wick_node_is(node, "aten::diagonal") && !builder->context->target->portable_operators) {
        const wick_ir_arg args[] = {wick_ir_arg_value(base), wick_ir_arg_value(changed),
                                    node->args[1], node->args[2], node->args[3]};
        return wick_build(builder, "aten::diagonal_scatter", &base->type, args, 5);
    }
    const bool is_part =
        wick_node_is(node, "aten::select.int") || wick_node_is(node, "aten::slice.Tensor");
    if (!is_part || !wick_part_of(node, &base->type, &changed->type, &part)) {
        return NULL;
    }
    const int64_t count = part.end - part.start;
    if (base->kind == WICK_IR_RESULT || !wick_ir_type_is_static(&base->type) ||
        !wick_ir_type_is_static(&changed->type) || count == base->type.sizes[part.dim]) {
        return wick_build_with_part(builder, base, changed, &part);
    }
    wick_ir_value *values = changed->type.rank == base->type.rank
                                ? changed
                                : wick_build_unsqueeze(builder, changed, part.dim);
    return wick_build_put(builder, base, part.dim, wick_build_range(builder, part.start, 1, count),
                          values);
}

// A value with the elements and the shape of `view`'s base, from a new value of `view`; NULL if
// that cannot be.
static wick_ir_value *undo_view(const wick_builder *builder, const wick_ir_value *view,
                                wick_ir_value *changed)
{
    const wick_ir_node *node = view->producer;
    const wick_ir_type *base = &wick_argument_tensor_at(node, 0)->type;
    int64_t forward[WICK_MAX_RANK];
    int64_t back[WICK_MAX_RANK];
    if (base->dtype != view->type.dtype) { // the same bits in another type
        return NULL;
    }
    switch (wick_alias_of(node)) {
    case WICK_ALIAS_SAME:
        return changed;
    case WICK_ALIAS_SHAPE:
        return view_again(builder, "aten::view", base, changed, base->sizes);
    case WICK_ALIAS_ORDER:
        if (!wick_permutation_of(node, forward)) {
            return NULL;
        }
        for (uint32_t i = 0; i < base->rank; i++) {
            back[forward[i]] = i;
        }
        return view_again(builder, "aten::permute", base, changed, back);
    case WICK_ALIAS_PART:
        return replace_part(builder, node, changed);
    case WICK_ALIAS_NONE:
        break;
    }
    return NULL;
}

// The view `node` again, of another base.
static wick_ir_value *redo_view(const wick_builder *builder, const wick_ir_value *view,
                                wick_ir_value *base)
{
    const wick_ir_node *node = view->producer;
    wick_ir_node *made = wick_ir_node_create(builder->graph, builder->before, node->op, NULL, node);
    wick_ir_value *result = NULL;
    memcpy(made->args, node->args, node->op->parameter_count * sizeof *made->args);
    made->args[0] = wick_ir_arg_value(base);
    for (uint32_t i = 0; i < node->output_count; i++) {
        wick_ir_value *output = wick_ir_node_add_output(
            builder->graph, made, node->outputs[i]->name, &node->outputs[i]->type);
        output->index = node->outputs[i]->index; // what wick_aliases_settle found
        result = node->outputs[i] == view ? output : result;
    }
    return result;
}

enum { MAX_CHAIN = 64 };

typedef struct mutation {
    const wick_builder *builder; // puts nodes behind the operator
    wick_ir_node *node;
    wick_ir_value *target; // the overwritten value
    wick_ir_value *root;
    wick_ir_value *new_root; // made at first need
} mutation;

static wick_status refuse(const mutation *m, const char *why)
{
    return wick_ir_node_error(
        m->builder->context->diag, m->node, WICK_NOT_SUPPORTED,
        "overwrites '%s', which %s '%s': write into a copy (.clone()) or build the "
        "new tensor with torch.cat or torch.where",
        m->target->name, why, m->root->name);
}

static bool has_repeated(wick_arena *arena, const int64_t *positions, size_t count, size_t limit)
{
    bool *seen = wick_arena_alloc(arena, limit + 1, sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        if (seen[positions[i]]) {
            return true;
        }
        seen[positions[i]] = true;
    }
    return false;
}

// The root with each element of the target where it came from.
static wick_status scatter_into_root(mutation *m)
{
    const wick_builder *builder = m->builder;
    wick_ir_graph *graph = builder->graph;
    const int64_t *positions = wick_alias_positions(builder->context, graph, m->target);
    const int64_t count = (int64_t)wick_ir_type_count(&m->target->type);
    const int64_t all = (int64_t)wick_ir_type_count(&m->root->type);
    if (positions == NULL) {
        return refuse(m, "is a scattered part of");
    }
    if (has_repeated(graph->arena, positions, (size_t)count, (size_t)all)) {
        return refuse(m, "has several elements at one place of");
    }
    wick_ir_value *flat = wick_build_view(builder, m->root, 1, &all);
    wick_ir_value *values = wick_build_view(builder, m->node->outputs[0], 1, &count);
    wick_ir_value *indices = wick_build_positions(builder, positions, count);
    m->new_root = wick_build_view(builder, wick_build_put(builder, flat, 0, indices, values),
                                  m->root->type.rank, m->root->type.sizes);
    return WICK_OK;
}

static wick_status make_root(mutation *m)
{
    wick_ir_value *changed = m->node->outputs[0];
    for (wick_ir_value *view = m->target; view != m->root; view = wick_alias_base(view)) {
        changed = undo_view(m->builder, view, changed);
        if (changed == NULL) {
            return scatter_into_root(m);
        }
    }
    m->new_root = changed;
    return WICK_OK;
}

// The views from the root to `value`, made again from the new root.
static wick_status remake(mutation *m, wick_ir_value *value, wick_ir_value **out)
{
    wick_ir_value *chain[MAX_CHAIN];
    uint32_t length = 0;
    for (wick_ir_value *view = value; view != m->root; view = wick_alias_base(view)) {
        if (length == MAX_CHAIN) {
            return refuse(m, "is at the end of a long chain of views of");
        }
        chain[length++] = view;
    }
    *out = m->new_root;
    while (length-- > 0) {
        *out = redo_view(m->builder, chain[length], *out);
    }
    return WICK_OK;
}

static bool surely_shares(const mutation *m, const wick_ir_value *value)
{
    for (; value != m->root; value = wick_alias_base(value)) {
        if (wick_alias_is_open(value->producer)) {
            return false;
        }
    }
    return true;
}

// Replaces the later uses of one value that shares the overwritten memory.
static wick_status update_alias(mutation *m, wick_ir_value *value)
{
    wick_ir_graph *graph = m->builder->graph;
    wick_ir_value *to = m->node->outputs[0];
    if (value == to || !is_used_after(graph, m->node, value)) {
        return WICK_OK;
    }
    wick_ir_node *behind = m->builder->before; // uses start here; new nodes go before it
    if (value != m->target && !(surely_shares(m, value) && surely_shares(m, m->target))) {
        return refuse(m, "may or may not share the memory of");
    }
    if (value != m->target) {
        WICK_TRY(m->new_root != NULL ? WICK_OK : make_root(m));
        WICK_TRY(remake(m, value, &to));
    }
    wick_ir_replace_uses_from(graph, behind, value, to);
    return WICK_OK;
}

static bool is_whole(const mutation *m)
{
    for (const wick_ir_value *view = m->target; view != m->root; view = wick_alias_base(view)) {
        if (wick_alias_of(view->producer) == WICK_ALIAS_PART) {
            return false;
        }
    }
    return true;
}

// Where a part was put into a new root, the result is read from there again: both go on sharing
// their elements, and a later write to one shows in the other.
static wick_status share_result(mutation *m)
{
    wick_ir_value *again;
    if (m->new_root == NULL || is_whole(m)) {
        return WICK_OK;
    }
    WICK_TRY(remake(m, m->target, &again));
    wick_ir_replace_uses_from(m->builder->graph, m->builder->before, m->node->outputs[0], again);
    return WICK_OK;
}

// Whether a later node writes to memory of the same root. A part of the old root would miss this
// write.
static bool is_written_again(const mutation *m)
{
    for (const wick_ir_node *node = m->node->next; node != NULL; node = node->next) {
        wick_ir_value *target = node->in_place ? wick_argument_tensor_at(node, 0) : NULL;
        if (target != NULL && wick_alias_root(target) == m->root) {
            return true;
        }
    }
    return false;
}

static wick_status update_aliases(mutation *m)
{
    const bool is_last = !is_written_again(m);
    WICK_TRY(update_alias(m, m->root));
    for (wick_ir_node *before = m->builder->graph->first; before != m->node;
         before = before->next) {
        for (uint32_t i = 0; i < before->output_count; i++) {
            wick_ir_value *value = before->outputs[i];
            // Results of one split do not overlap.
            const bool is_other_part =
                is_last && before == m->target->producer && value != m->target;
            if (value != m->root && !is_other_part && wick_alias_root(value) == m->root) {
                WICK_TRY(update_alias(m, value));
            }
        }
    }
    return share_result(m);
}

// From behind `node` on, its result stands for what the memory of `target` holds.
static wick_status overwrite(const wick_pass_context *context, wick_ir_graph *graph,
                             wick_ir_node *node, wick_ir_value *target)
{
    wick_ir_value *root = wick_alias_root(target);
    WICK_TRY(note_write(context, graph, node, root));
    const wick_builder builder = {context, graph, node, node->next, NULL};
    mutation m = {&builder, node, target, root, NULL};
    return update_aliases(&m);
}

static wick_status functionalize_node(const wick_pass_context *context, wick_ir_graph *graph,
                                      wick_ir_node *node)
{
    wick_ir_value *target = wick_argument_tensor_at(node, 0);
    node->in_place = false;
    if (target == NULL || node->output_count == 0) {
        return WICK_OK;
    }
    if (wick_alias_of(node) !=
        WICK_ALIAS_NONE) { // detach_, squeeze_, dropout_ in eval mode: no element changes
        wick_ir_replace_uses_from(graph, node->next, target, node->outputs[0]);
        return WICK_OK;
    }
    const wick_ir_type *result = &node->outputs[0]->type;
    if (result->dtype != target->type.dtype || !wick_same_sizes(result, &target->type)) {
        return wick_ir_node_error(context->diag, node, WICK_INVALID_PROGRAM,
                                  "writes a result of another type over '%s'", target->name);
    }
    return overwrite(context, graph, node, target);
}

// A batch norm in training mode writes its running statistics, whatever its schema says.
static wick_status functionalize_statistics(const wick_pass_context *context, wick_ir_graph *graph,
                                            wick_ir_node *node)
{
    static const char *const names[] = {"running_mean", "running_var"};
    const wick_builder builder = {context, graph, node, node->next, NULL};
    wick_ir_node *made = wick_build_functional_norm(&builder);
    for (uint32_t i = 0; i < 2; i++) {
        const wick_ir_arg changed[] = {wick_ir_arg_value(made->outputs[3 + i])};
        wick_ir_node *copy =
            wick_build_node(&builder, "aten::clone", &changed->value->type, changed, 1);
        WICK_TRY(overwrite(context, graph, copy, wick_argument_tensor(node, names[i])));
    }
    return WICK_OK;
}

// A target that holds in the end what it held before need not be written.
static void drop_idle_writes(wick_ir_graph *graph)
{
    const uint32_t returned = wick_ir_returned_count(graph);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < graph->written_count; i++) {
        wick_ir_value *target = graph->written[i];
        if (graph->outputs[returned + i] == target) {
            target->is_state = false;
            continue;
        }
        graph->outputs[returned + kept] = graph->outputs[returned + i];
        graph->written[kept++] = target;
    }
    graph->output_count = returned + kept;
    graph->written_count = kept;
}

wick_status wick_pass_functionalize(const wick_pass_context *context, wick_ir_graph *graph)
{
    WICK_TRY(wick_aliases_settle(context, graph));
    wick_ir_node *next;
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        if (node->in_place) {
            WICK_TRY(functionalize_node(context, graph, node));
        }
        next = node->next;
        if (wick_norm_changes_statistics(node)) {
            WICK_TRY(functionalize_statistics(context, graph, node));
            next = node->next;
            wick_ir_node_remove(graph, node);
        }
    }
    drop_idle_writes(graph);
    return WICK_OK;
}
