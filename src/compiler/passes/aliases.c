// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/aliases.h"

#include "base/bytes.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

enum {
    MOST_ELEMENTS = 1 << 20, // of tensors whose positions are listed
    MAY_VIEW = 0,            // value->index of what reshape and contiguous give
    IS_COPY = 1,
    IS_OPEN = 2,
};

typedef struct view_row {
    wick_rewrite *rewrite; // operators are told by what decompose makes of them
    wick_alias_kind kind;
} view_row;

static const view_row view_rows[] = {
    {wick_rewrite_identity, WICK_ALIAS_SAME},   {wick_rewrite_dropout, WICK_ALIAS_SAME},
    {wick_rewrite_view, WICK_ALIAS_SHAPE},      {wick_rewrite_permute, WICK_ALIAS_ORDER},
    {wick_rewrite_expand, WICK_ALIAS_PART},     {wick_rewrite_narrow, WICK_ALIAS_PART},
    {wick_rewrite_split, WICK_ALIAS_PART},      {wick_rewrite_unbind, WICK_ALIAS_PART},
    {wick_rewrite_split_at, WICK_ALIAS_PART},   {wick_rewrite_complex_part, WICK_ALIAS_PART},
    {wick_rewrite_as_strided, WICK_ALIAS_PART},
};

static bool may_copy(const wick_ir_node *node)
{
    static const char *const names[] = {"aten::reshape", "aten::reshape_as",
                                        "aten::flatten.using_ints", "aten::ravel",
                                        "aten::contiguous"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wick_node_is(node, names[i])) {
            return true;
        }
    }
    return false;
}

// A cast gives its input back where nothing changes; `lift_fresh` is how a tensor that the model's
// code spells out comes to be, at each call anew.
static wick_alias_kind kind_of_cast(const wick_ir_node *node)
{
    const wick_ir_type *self = &wick_argument_tensor_at(node, 0)->type;
    const wick_ir_type *result = &node->outputs[0]->type;
    const bool is_same = result->dtype == self->dtype &&
                         memcmp(result->dim_order, self->dim_order, self->rank) == 0 &&
                         !wick_argument_bool(node, "copy", false);
    return is_same ? WICK_ALIAS_SAME : WICK_ALIAS_NONE;
}

wick_alias_kind wick_alias_of(const wick_ir_node *node)
{
    const wick_composite *row = wick_composite_find(node->op);
    const wick_ir_value *self =
        node->op->parameter_count > 0 ? wick_argument_tensor_at(node, 0) : NULL;
    if (row == NULL || self == NULL || node->output_count == 0 ||
        wick_node_is(node, "aten::lift_fresh") ||
        (may_copy(node) && node->outputs[0]->index == IS_COPY)) {
        return WICK_ALIAS_NONE;
    }
    if (row->rewrite == wick_rewrite_dropout && wick_dropout_draws(node)) {
        return WICK_ALIAS_NONE;
    }
    if (row->rewrite == wick_rewrite_cast) {
        return kind_of_cast(node);
    }
    for (size_t i = 0; i < sizeof view_rows / sizeof view_rows[0]; i++) {
        if (view_rows[i].rewrite == row->rewrite) {
            return view_rows[i].kind;
        }
    }
    return node->op->is_view ? WICK_ALIAS_PART : WICK_ALIAS_NONE;
}

wick_ir_value *wick_alias_base(const wick_ir_value *value)
{
    return value->kind == WICK_IR_RESULT && wick_alias_of(value->producer) != WICK_ALIAS_NONE
               ? wick_argument_tensor_at(value->producer, 0)
               : NULL;
}

wick_ir_value *wick_alias_root(wick_ir_value *value)
{
    for (wick_ir_value *base = wick_alias_base(value); base != NULL; base = wick_alias_base(base)) {
        value = base;
    }
    return value;
}

// A graph of one node: the view, of the elements' numbers instead of the elements.
typedef struct numbering {
    wick_ir_graph *graph;
    bool is_possible;
} numbering;

static bool is_small(const wick_ir_type *type)
{
    return type->kind == WICK_VALUE_TENSOR && wick_ir_type_is_static(type) &&
           wick_ir_type_fits(type) && wick_ir_type_count(type) <= MOST_ELEMENTS;
}

static wick_ir_type type_of_numbers(const wick_ir_type *type)
{
    return wick_ir_type_tensor(WICK_INT64, type->rank, type->sizes);
}

static wick_ir_value *make_numbers(wick_ir_graph *graph, const wick_ir_type *like,
                                   const int64_t *numbers)
{
    const wick_ir_type type = type_of_numbers(like);
    const size_t count = wick_ir_type_count(&type);
    uint8_t *data = wick_arena_alloc(graph->arena, count + 1, sizeof(int64_t));
    for (size_t i = 0; i < count; i++) {
        wick_store_u64(data + i * sizeof(int64_t), (uint64_t)(numbers ? numbers[i] : (int64_t)i));
    }
    return wick_ir_constant_create(graph, "numbers", &type, data);
}

// Of the other arguments a view reads the shape only.
static void replace_argument(void *context, wick_ir_value **slot)
{
    numbering *n = context;
    n->is_possible = n->is_possible && is_small(&(*slot)->type);
    if (n->is_possible) {
        *slot = make_numbers(n->graph, &(*slot)->type, NULL);
    }
}

static const int64_t *read_numbers(wick_arena *arena, const wick_ir_value *value)
{
    const size_t count = wick_ir_type_count(&value->type);
    int64_t *numbers = wick_arena_alloc(arena, count + 1, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = wick_load_i64(value->data + i * sizeof *numbers);
    }
    return numbers;
}

// The numbers of the view's elements, from those of its base.
static const int64_t *number_view(const wick_pass_context *context, wick_ir_graph *graph,
                                  const wick_ir_value *view, const int64_t *base)
{
    const wick_ir_node *node = view->producer;
    numbering n = {wick_ir_graph_create(graph->arena, "numbers"), true};
    wick_diag unheard = {.arena = graph->arena};
    wick_pass_context quiet = *context;
    quiet.diag = &unheard;
    wick_ir_node *made = wick_ir_node_create(n.graph, NULL, node->op, NULL, node);
    memcpy(made->args, node->args, node->op->parameter_count * sizeof *made->args);
    made->args[0] = wick_ir_arg_none();
    wick_ir_node_each_value(made, replace_argument, &n);
    made->args[0] =
        wick_ir_arg_value(make_numbers(n.graph, &wick_argument_tensor_at(node, 0)->type, base));
    wick_ir_value *result = NULL;
    for (uint32_t i = 0; i < node->output_count; i++) {
        const wick_ir_type type = type_of_numbers(&node->outputs[i]->type);
        wick_ir_value *output = wick_ir_node_add_output(n.graph, made, "view", &type);
        result = node->outputs[i] == view ? output : result;
    }
    n.graph->outputs = &result;
    n.graph->output_count = 1;
    if (!n.is_possible || wick_pass_decompose(&quiet, n.graph) != WICK_OK ||
        wick_pass_fold_constants(&quiet, n.graph) != WICK_OK) {
        return NULL;
    }
    return wick_ir_value_is_constant(result) ? read_numbers(graph->arena, result) : NULL;
}

const int64_t *wick_alias_positions(const wick_pass_context *context, wick_ir_graph *graph,
                                    wick_ir_value *view)
{
    wick_ir_value *base = wick_alias_base(view);
    if (!is_small(&view->type)) {
        return NULL;
    }
    if (base == NULL) {
        const size_t count = wick_ir_type_count(&view->type);
        int64_t *own = wick_arena_alloc(graph->arena, count + 1, sizeof *own);
        for (size_t i = 0; i < count; i++) {
            own[i] = (int64_t)i;
        }
        return own;
    }
    if (base->type.dtype != view->type.dtype) {
        return NULL; // other elements: the bits of the base in another type
    }
    const int64_t *numbers = wick_alias_positions(context, graph, base);
    return numbers != NULL ? number_view(context, graph, view, numbers) : NULL;
}

// Where element `number` of a dense tensor lies in its memory.
static int64_t place_of(const wick_ir_type *type, int64_t number)
{
    int64_t index[WICK_MAX_RANK];
    for (uint32_t i = type->rank; i-- > 0;) {
        index[i] = number % type->sizes[i];
        number /= type->sizes[i];
    }
    int64_t place = 0;
    for (uint32_t i = 0; i < type->rank; i++) {
        const uint32_t dim = type->dim_order[i];
        place = place * type->sizes[dim] + index[dim];
    }
    return place;
}

// The strides of a view without elements or with positions; dimensions of size 1 have none.
static void find_strides(const wick_ir_type *type, const wick_ir_type *root,
                         const int64_t *positions, int64_t *strides)
{
    size_t step = 1;
    for (uint32_t i = type->rank; i-- > 0;) {
        strides[i] =
            type->sizes[i] > 1 ? place_of(root, positions[step]) - place_of(root, positions[0]) : 0;
        step *= (size_t)type->sizes[i];
    }
}

// Whether a view has the strides of a contiguous tensor.
static bool is_contiguous(const wick_ir_type *type, const int64_t *strides)
{
    int64_t expected = 1;
    for (uint32_t i = type->rank; i-- > 0;) {
        if (type->sizes[i] != 1 && strides[i] != expected) {
            return false;
        }
        expected *= type->sizes[i];
    }
    return true;
}

// Whether some strides give the elements of `from` in the shape of `to`: each run of dimensions
// that lie one in the other is cut anew. Source: computeStride of aten/src/ATen/TensorUtils.cpp.
static bool is_viewable(const wick_ir_type *from, const int64_t *strides, const wick_ir_type *to)
{
    uint32_t left = to->rank;
    int64_t run = 1;     // elements of the run
    int64_t covered = 1; // of them by dimensions of `to`
    int64_t step = 0;    // stride of the run's innermost dimension
    for (uint32_t i = from->rank; i-- > 0;) {
        step = run == 1 && from->sizes[i] != 1 ? strides[i] : step;
        run *= from->sizes[i];
        const bool ends =
            i == 0 || (run != 1 && from->sizes[i - 1] != 1 && strides[i - 1] != run * step);
        if (!ends) {
            continue;
        }
        while (left > 0 && (covered < run || to->sizes[left - 1] == 1)) {
            covered *= to->sizes[--left];
        }
        if (covered != run) {
            return false;
        }
        run = covered = 1;
    }
    return true;
}

static bool is_in_order(const wick_ir_type *type)
{
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->dim_order[i] != i) {
            return false;
        }
    }
    return true;
}

static uint32_t settle(const wick_pass_context *context, wick_ir_graph *graph,
                       const wick_ir_node *node)
{
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_value *root = wick_alias_root(self);
    const wick_ir_type *result = &node->outputs[0]->type;
    if (!is_small(&self->type) || !is_small(&root->type) || !is_small(result)) {
        return IS_OPEN;
    }
    if (wick_ir_type_count(&self->type) == 0) {
        return MAY_VIEW;
    }
    const int64_t *positions = wick_alias_positions(context, graph, self);
    if (positions == NULL) {
        return IS_OPEN;
    }
    int64_t strides[WICK_MAX_RANK];
    find_strides(&self->type, &root->type, positions, strides);
    if (wick_node_is(node, "aten::contiguous")) {
        const bool is_last = memcmp(result->dim_order, self->type.dim_order, self->type.rank) != 0;
        return !is_last && is_contiguous(&self->type, strides) ? MAY_VIEW : IS_COPY;
    }
    return is_viewable(&self->type, strides, result) ? MAY_VIEW : IS_COPY;
}

// as_strided speaks of the memory below, whatever view it is called on: lets it be called on the
// root.
static wick_status settle_as_strided(const wick_pass_context *context, wick_ir_graph *graph,
                                     wick_ir_node *node)
{
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_value *root = wick_alias_root(self);
    const int32_t offset = wick_ir_op_parameter(node->op, "storage_offset");
    const int64_t *positions = NULL;
    if (root == self && is_in_order(&root->type)) {
        return WICK_OK;
    }
    if (is_in_order(&root->type) && is_small(&root->type) && offset >= 0 &&
        wick_ir_type_count(&self->type) > 0) {
        positions = wick_alias_positions(context, graph, self);
    }
    if (positions == NULL) {
        return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                  "looks at the memory below '%s', and where that lies is not "
                                  "known; use views with a shape (slice, transpose, unfold)",
                                  self->name);
    }
    node->args[0] = wick_ir_arg_value(root);
    if (node->args[offset].kind == WICK_IR_NONE) {
        node->args[offset] = wick_ir_arg_int(positions[0]);
    }
    return WICK_OK;
}

wick_status wick_aliases_settle(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool has_writes = false;
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        value->index = MAY_VIEW;
        has_writes = has_writes || (value->producer != NULL && value->producer->in_place);
    }
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        const bool is_whole = node->output_count == 1 && node->op->parameter_count > 0 &&
                              wick_argument_tensor_at(node, 0) != NULL;
        if (is_whole && has_writes && may_copy(node)) {
            node->outputs[0]->index = settle(context, graph, node);
        } else if (is_whole && wick_node_is(node, "aten::as_strided")) {
            WICK_TRY(settle_as_strided(context, graph, node));
        }
    }
    return WICK_OK;
}

bool wick_alias_is_open(const wick_ir_node *node)
{
    return may_copy(node) && node->outputs[0]->index == IS_OPEN;
}
