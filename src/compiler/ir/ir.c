// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/ir.h"

#include "base/checked.h"

#include <string.h>

wick_ir_graph *wick_ir_graph_create(wick_arena *arena, const char *name)
{
    wick_ir_graph *graph = wick_arena_alloc(arena, 1, sizeof *graph);
    graph->arena = arena;
    graph->name = wick_arena_copy_string(arena, name, strlen(name));
    graph->names = wick_map_create(arena);
    graph->sizes = wick_sizes_create(arena);
    graph->input_spec = "";
    graph->output_spec = "";
    graph->next_number = 1;
    return graph;
}

static const char *unique_name(wick_ir_graph *graph, const char *hint)
{
    if (!wick_map_get(graph->names, hint)) {
        return wick_arena_copy_string(graph->arena, hint, strlen(hint));
    }
    for (;;) {
        const char *name = wick_arena_format(graph->arena, "%s_%u", hint, graph->next_number++);
        if (!wick_map_get(graph->names, name)) {
            return name;
        }
    }
}

wick_ir_value *wick_ir_value_create(wick_ir_graph *graph, const char *hint, wick_ir_value_kind kind,
                                    const wick_ir_type *type)
{
    wick_ir_value *value = wick_arena_alloc(graph->arena, 1, sizeof *value);
    value->name = unique_name(graph, hint);
    value->kind = kind;
    value->type = *type;
    value->type.symbols = graph->sizes;
    value->next = graph->values;
    graph->values = value;
    wick_map_put(graph->names, value->name, value);
    return value;
}

wick_ir_value *wick_ir_constant_create(wick_ir_graph *graph, const char *hint,
                                       const wick_ir_type *type, const void *data)
{
    wick_ir_value *value = wick_ir_value_create(graph, hint, WICK_IR_CONSTANT, type);
    value->data = data;
    return value;
}

// "add" of "aten::add.Tensor".
static const char *short_name(wick_arena *arena, const wick_ir_op *op)
{
    const char *space = strstr(op->name, "::");
    const char *base = space ? space + 2 : op->name;
    return wick_arena_copy_string(arena, base, strcspn(base, "."));
}

static void link_before(wick_ir_graph *graph, wick_ir_node *node, wick_ir_node *before)
{
    node->next = before;
    node->previous = before ? before->previous : graph->last;
    if (node->previous) {
        node->previous->next = node;
    } else {
        graph->first = node;
    }
    if (before) {
        before->previous = node;
    } else {
        graph->last = node;
    }
}

// The list with one more value behind it.
static wick_ir_value **append(wick_arena *arena, wick_ir_value *const *list, uint32_t count,
                              wick_ir_value *value)
{
    wick_ir_value **longer = wick_arena_alloc(arena, (size_t)count + 1, sizeof(wick_ir_value *));
    if (count > 0) {
        memcpy(longer, list, count * sizeof(wick_ir_value *));
    }
    longer[count] = value;
    return longer;
}

wick_ir_value *wick_ir_node_add_output(wick_ir_graph *graph, wick_ir_node *node, const char *hint,
                                       const wick_ir_type *type)
{
    wick_ir_value *value = wick_ir_value_create(graph, hint, WICK_IR_RESULT, type);
    value->producer = node;
    node->outputs = append(graph->arena, node->outputs, node->output_count++, value);
    return value;
}

wick_ir_node *wick_ir_node_create(wick_ir_graph *graph, wick_ir_node *before, const wick_ir_op *op,
                                  const wick_ir_type *type, const wick_ir_node *like)
{
    wick_ir_node *node = wick_arena_alloc(graph->arena, 1, sizeof *node);
    node->op = op;
    node->args = wick_arena_alloc(graph->arena, op->parameter_count, sizeof *node->args);
    for (uint32_t i = 0; i < op->parameter_count; i++) {
        node->args[i] = op->parameters[i].default_arg; // None where there is no default
    }
    node->name = like ? like->name : short_name(graph->arena, op);
    node->stack_trace = like ? like->stack_trace : NULL;
    link_before(graph, node, before);
    if (type) {
        const wick_ir_value *output = wick_ir_node_add_output(graph, node, node->name, type);
        node->name = like ? like->name : output->name;
    }
    return node;
}

void wick_ir_node_remove(wick_ir_graph *graph, wick_ir_node *node)
{
    if (node->previous) {
        node->previous->next = node->next;
    } else {
        graph->first = node->next;
    }
    if (node->next) {
        node->next->previous = node->previous;
    } else {
        graph->last = node->previous;
    }
    node->previous = NULL;
    node->next = NULL;
}

wick_ir_arg wick_ir_arg_value(wick_ir_value *value)
{
    return (wick_ir_arg){.kind = WICK_IR_VALUE, .value = value};
}

wick_ir_arg wick_ir_arg_int(int64_t value)
{
    return (wick_ir_arg){.kind = WICK_IR_INT, .integer = value};
}

wick_ir_arg wick_ir_arg_real(double value)
{
    return (wick_ir_arg){.kind = WICK_IR_REAL, .real = value};
}

wick_ir_arg wick_ir_arg_bool(bool value)
{
    return (wick_ir_arg){.kind = WICK_IR_BOOL, .boolean = value};
}

wick_ir_arg wick_ir_arg_none(void)
{
    return (wick_ir_arg){.kind = WICK_IR_NONE};
}

wick_ir_arg wick_ir_arg_string(const char *text)
{
    return (wick_ir_arg){.kind = WICK_IR_STRING, .string = text};
}

wick_ir_arg wick_ir_arg_ints(wick_ir_graph *graph, const int64_t *ints, uint32_t count)
{
    int64_t *copy = wick_arena_alloc(graph->arena, count, sizeof *copy);
    if (count > 0) {
        memcpy(copy, ints, count * sizeof *copy);
    }
    return (wick_ir_arg){.kind = WICK_IR_INTS, .count = count, .list = {.ints = copy}};
}

// Value of an item of a list, NULL where it has none.
static wick_ir_value *item_value(const wick_ir_arg *arg, uint32_t i)
{
    return arg->list.values ? arg->list.values[i] : NULL;
}

static bool items_equal(const wick_ir_arg *a, const wick_ir_arg *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        wick_ir_value *value = item_value(a, i);
        if (value != item_value(b, i) ||
            (a->kind == WICK_IR_INTS && !value && a->list.ints[i] != b->list.ints[i])) {
            return false;
        }
    }
    return true;
}

bool wick_ir_arg_equal(const wick_ir_arg *a, const wick_ir_arg *b)
{
    if (a->kind != b->kind || a->count != b->count) {
        return false;
    }
    switch (a->kind) {
    case WICK_IR_NONE:
        return true;
    case WICK_IR_VALUE:
        return a->value == b->value;
    case WICK_IR_INT:
    case WICK_IR_DTYPE:
    case WICK_IR_IGNORED:
        return a->integer == b->integer;
    case WICK_IR_REAL: // by bits: 0.0 and -0.0 differ
        return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    case WICK_IR_BOOL:
        return a->boolean == b->boolean;
    case WICK_IR_GRAPH:
        return a->graph == b->graph;
    case WICK_IR_STRING:
        return strcmp(a->string, b->string) == 0;
    case WICK_IR_REALS:
        return a->count == 0 || memcmp(a->reals, b->reals, a->count * sizeof *a->reals) == 0;
    case WICK_IR_BOOLS:
        return a->count == 0 ||
               memcmp(a->booleans, b->booleans, a->count * sizeof *a->booleans) == 0;
    case WICK_IR_VALUES:
    case WICK_IR_INTS:
        return items_equal(a, b);
    }
    return false;
}

wick_ir_type wick_ir_type_tensor(wick_dtype dtype, uint32_t rank, const int64_t *sizes)
{
    wick_ir_type type = {.kind = WICK_VALUE_TENSOR, .dtype = (uint8_t)dtype, .rank = (uint8_t)rank};
    for (uint32_t i = 0; i < rank; i++) {
        type.sizes[i] = sizes[i];
        type.dim_order[i] = (uint8_t)i;
    }
    return type;
}

int64_t wick_ir_type_bound(const wick_ir_type *type, uint32_t i)
{
    if (!wick_size_is_symbolic(type->sizes[i])) {
        return type->sizes[i];
    }
    const int64_t bound = type->symbols != NULL ? wick_size_maximum(type->symbols, type->sizes[i])
                                                : WICK_SIZE_UNBOUNDED;
    return bound < 0 ? 0 : bound;
}

size_t wick_ir_type_count(const wick_ir_type *type)
{
    size_t count = 1;
    for (uint32_t i = 0; i < type->rank; i++) {
        count *= (size_t)wick_ir_type_bound(type, i);
    }
    return count;
}

size_t wick_ir_type_size_bytes(const wick_ir_type *type)
{
    return wick_ir_type_count(type) * wick_dtype_size_bytes(type->dtype);
}

bool wick_ir_type_fits(const wick_ir_type *type)
{
    // A size of 0 does not excuse the others: strides are products of them.
    size_t bytes = sizeof(uint64_t);
    for (uint32_t i = 0; i < type->rank; i++) {
        const int64_t bound = wick_ir_type_bound(type, i);
        if (bound < 0 || (uint64_t)bound > SIZE_MAX / 2) {
            return false;
        }
        const size_t size = bound == 0 ? 1 : (size_t)bound;
        if (!wick_checked_multiply(bytes, size, &bytes) || bytes > SIZE_MAX / 2) {
            return false;
        }
    }
    return true;
}

bool wick_ir_type_equal(const wick_ir_type *a, const wick_ir_type *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind != WICK_VALUE_TENSOR) {
        return a->sizes[0] == b->sizes[0];
    }
    if (a->dtype != b->dtype || a->rank != b->rank ||
        memcmp(a->dim_order, b->dim_order, a->rank) != 0) {
        return false;
    }
    return memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0;
}

bool wick_ir_type_is_static(const wick_ir_type *type)
{
    const uint32_t count = type->kind == WICK_VALUE_TENSOR ? type->rank : 1;
    for (uint32_t i = 0; i < count; i++) {
        if (wick_size_is_symbolic(type->sizes[i])) {
            return false;
        }
    }
    return true;
}

bool wick_ir_value_is_constant(const wick_ir_value *value)
{
    return value->data != NULL && !value->is_state;
}

uint32_t wick_ir_returned_count(const wick_ir_graph *graph)
{
    return graph->output_count - graph->written_count;
}

void wick_ir_add_write(wick_ir_graph *graph, wick_ir_value *target, wick_ir_value *content)
{
    graph->outputs = append(graph->arena, graph->outputs, graph->output_count++, content);
    graph->written = append(graph->arena, graph->written, graph->written_count++, target);
}

void wick_ir_node_each_value(wick_ir_node *node, void (*visit)(void *context, wick_ir_value **slot),
                             void *context)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        wick_ir_arg *arg = &node->args[i];
        if (arg->kind == WICK_IR_VALUE) {
            visit(context, &arg->value);
        }
        const bool is_list = arg->kind == WICK_IR_VALUES || arg->kind == WICK_IR_INTS;
        for (uint32_t k = 0; is_list && arg->list.values && k < arg->count; k++) {
            if (arg->list.values[k]) {
                visit(context, &arg->list.values[k]);
            }
        }
    }
}

typedef struct replacement {
    wick_ir_value *from;
    wick_ir_value *to;
} replacement;

static void replace_slot(void *context, wick_ir_value **slot)
{
    const replacement *wanted = context;
    if (*slot == wanted->from) {
        *slot = wanted->to;
    }
}

void wick_ir_replace_uses_from(wick_ir_graph *graph, wick_ir_node *first, wick_ir_value *from,
                               wick_ir_value *to)
{
    replacement wanted = {from, to};
    for (wick_ir_node *node = first; node; node = node->next) {
        wick_ir_node_each_value(node, replace_slot, &wanted);
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        replace_slot(&wanted, &graph->outputs[i]);
    }
}

void wick_ir_replace_uses(wick_ir_graph *graph, wick_ir_value *from, wick_ir_value *to)
{
    wick_ir_replace_uses_from(graph, graph->first, from, to);
}

static void count_slot(void *context, wick_ir_value **slot)
{
    (void)context;
    (*slot)->use_count++;
}

static bool is_same_tensor(const wick_ir_node *node)
{
    return strcmp(node->op->name, "aten::detach") == 0 || strcmp(node->op->name, "aten::alias") == 0;
}

static bool is_embedding(const wick_ir_node *node)
{
    return strncmp(node->op->name, "aten::embedding", 15) == 0 ||
           strncmp(node->op->name, "aten::_embedding_bag", 20) == 0;
}

// What a tensor was before detach, alias and embedding_renorm.
static const wick_ir_value *origin_of(const wick_ir_value *value)
{
    while (value != NULL && value->kind == WICK_IR_RESULT &&
           (is_same_tensor(value->producer) ||
            strcmp(value->producer->op->name, "aten::embedding_renorm") == 0)) {
        const wick_ir_arg *first = &value->producer->args[0];
        value = first->kind == WICK_IR_VALUE ? first->value : NULL;
    }
    return value;
}

typedef struct origin_search {
    const wick_ir_value *origin;
    bool is_read;
} origin_search;

static void match_origin(void *context, wick_ir_value **slot)
{
    origin_search *search = context;
    search->is_read = search->is_read || origin_of(*slot) == search->origin;
}

const wick_ir_value *wick_ir_renormed_parameter(const wick_ir_graph *graph,
                                                const wick_ir_value *content)
{
    const wick_ir_value *parameter = origin_of(content);
    if (parameter == NULL || parameter == content || parameter->kind != WICK_IR_PARAMETER) {
        return NULL;
    }
    for (wick_ir_node *node = graph->first; node; node = node->next) {
        origin_search search = {parameter, false};
        wick_ir_node_each_value(node, match_origin, &search);
        if (search.is_read && !is_same_tensor(node) && !is_embedding(node)) {
            return NULL;
        }
    }
    return parameter;
}

void wick_ir_count_uses(wick_ir_graph *graph)
{
    for (wick_ir_value *value = graph->values; value; value = value->next) {
        value->use_count = 0;
    }
    for (wick_ir_node *node = graph->first; node; node = node->next) {
        wick_ir_node_each_value(node, count_slot, NULL);
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        graph->outputs[i]->use_count++;
    }
    for (uint32_t i = 0; i < graph->written_count; i++) {
        graph->written[i]->use_count++;
    }
}
