// SPDX-License-Identifier: BSD-3-Clause
// Pass eliminate_common: of nodes with the same operator and arguments, and of constants with the
// same type and bytes, the first stands for all. No operator here has a side effect; those that
// draw random numbers stay.
//
// Before  %a = aten::relu(%x)    %b = aten::relu(%x)    %c = aten::add.Tensor(%a, %b)
// After   %a = aten::relu(%x)    %c = aten::add.Tensor(%a, %a)
#include "compiler/passes/build.h"
#include "compiler/passes/explain.h"

#include "ops/op.h"

#include <string.h>

typedef struct entry {
    void *object; // wick_ir_node or wick_ir_value
    struct entry *next;
} entry;

typedef struct table {
    wick_arena *arena;
    entry **buckets;
    size_t mask;
} table;

static table make_table(wick_arena *arena, size_t count)
{
    size_t size = 16;
    while (size < 2 * count) {
        size *= 2;
    }
    return (table){arena, wick_arena_alloc(arena, size, sizeof(entry *)), size - 1};
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) { // FNV-1a
        hash = (hash ^ at[i]) * 0x100000001b3u;
    }
    return hash;
}

// The first object of the bucket that equals `object`; `object` itself, now in the table, if there
// is none.
static void *find_or_add(table *t, uint64_t hash, void *object,
                         bool (*equal)(const void *a, const void *b))
{
    entry **bucket = &t->buckets[(hash ^ hash >> 32) & t->mask];
    for (const entry *at = *bucket; at != NULL; at = at->next) {
        if (equal(at->object, object)) {
            return at->object;
        }
    }
    entry *added = wick_arena_alloc(t->arena, 1, sizeof *added);
    *added = (entry){object, *bucket};
    *bucket = added;
    return object;
}

static uint64_t hash_constant(const wick_ir_value *value)
{
    const uint64_t hash =
        mix(0xcbf29ce484222325u, value->type.sizes, value->type.rank * sizeof value->type.sizes[0]);
    return mix(hash, value->data, wick_ir_type_size_bytes(&value->type));
}

static bool constants_equal(const void *left, const void *right)
{
    const wick_ir_value *a = left;
    const wick_ir_value *b = right;
    return wick_ir_type_equal(&a->type, &b->type) &&
           memcmp(a->data, b->data, wick_ir_type_size_bytes(&a->type)) == 0;
}

static void hash_slot(void *context, wick_ir_value **slot)
{
    uint64_t *hash = context;
    *hash = mix(*hash, slot, sizeof *slot);
}

static uint64_t hash_node(wick_ir_node *node)
{
    uint64_t hash = mix(0xcbf29ce484222325u, &node->op, sizeof node->op);
    wick_ir_node_each_value(node, hash_slot, &hash);
    return hash;
}

static bool nodes_equal(const void *left, const void *right)
{
    const wick_ir_node *a = left;
    const wick_ir_node *b = right;
    if (a->op != b->op || a->output_count != b->output_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->op->parameter_count; i++) {
        if (!wick_ir_arg_equal(&a->args[i], &b->args[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < a->output_count; i++) {
        if (!wick_ir_type_equal(&a->outputs[i]->type, &b->outputs[i]->type)) {
            return false;
        }
    }
    return true;
}

static void merge_constants(wick_ir_graph *graph)
{
    size_t count = 0;
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        count += wick_ir_value_is_constant(value);
    }
    table known = make_table(graph->arena, count);
    wick_ir_count_uses(graph);
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        if (!wick_ir_value_is_constant(value) || value->use_count == 0) {
            continue;
        }
        wick_ir_value *first = find_or_add(&known, hash_constant(value), value, constants_equal);
        if (first != value) {
            wick_ir_replace_uses(graph, value, first);
        }
    }
}

static void merge_nodes(const wick_pass_context *context, wick_ir_graph *graph)
{
    size_t count = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        count++;
    }
    table known = make_table(graph->arena, count);
    wick_ir_node *next = NULL;
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        next = node->next;
        const bool is_random = (node->op->traits & WICK_OP_RANDOM) != 0;
        const wick_ir_node *first =
            is_random ? node : find_or_add(&known, hash_node(node), node, nodes_equal);
        if (first == node) {
            continue;
        }
        wick_explain_done(context, graph, node, "computes the same as '%s' (%s)", first->name,
                          first->op->name);
        for (uint32_t i = 0; i < node->output_count; i++) {
            wick_ir_replace_uses(graph, node->outputs[i], first->outputs[i]);
        }
        wick_ir_node_remove(graph, node);
    }
}

wick_status wick_pass_eliminate_common(const wick_pass_context *context, wick_ir_graph *graph)
{
    merge_constants(graph);
    merge_nodes(context, graph);
    return WICK_OK;
}
