// SPDX-License-Identifier: BSD-3-Clause
// Where what is written to memory is that memory with some elements put in, they are put in there:
//
// Before  %a = aten::index_put(%m, ..)     wick::copy_(%m, %a)
// After   %a = wick::index_put_(%m, ..)    wick::copy_(%m, %a)     the planner elides the copy
//
// What must hold: no node between the two reads what lay in %m before, but through %a; and the
// operator takes neither indices nor values from there. A cache grows by its new rows alone.
#include "compiler/passes/explain.h"
#include "compiler/passes/flatten.h"

enum { MOST_PUTS = 64 };

// Whether the value is the result of `node`, or a view of it.
static bool comes_from(wick_ir_value *value, const wick_ir_node *node)
{
    while (value->kind == WICK_IR_RESULT && value->producer != node &&
           wick_flatten_may_share(value->producer)) {
        value = wick_argument_tensor_at(value->producer, 0);
    }
    return value->kind == WICK_IR_RESULT && value->producer == node;
}

// A search for what reads the old content of a memory.
typedef struct old_reads {
    const wick_ir_value *memory;
    const wick_ir_node *node; // what comes from here is new
    uint32_t count;
} old_reads;

static void count_old(void *context, wick_ir_value **slot)
{
    old_reads *reads = context;
    reads->count += wick_flatten_source(*slot) == reads->memory && !comes_from(*slot, reads->node);
}

static uint32_t count_old_reads(wick_ir_node *reader, const wick_ir_value *memory,
                                const wick_ir_node *node)
{
    old_reads reads = {memory, node, 0};
    wick_ir_node_each_value(reader, count_old, &reads);
    return reads.count;
}

// Why the elements are put into a copy; NULL if the memory itself may take them.
static const char *refusal(wick_ir_node *put, const wick_ir_node *write,
                           const wick_ir_value *memory)
{
    if (put->region != write->region) {
        return "the memory is written in another branch";
    }
    if (count_old_reads(put, memory, put) != 1) {
        return "its indices or values lie in the memory that it writes";
    }
    for (wick_ir_node *node = put->next; node != write; node = node->next) {
        if (count_old_reads(node, memory, put) != 0) {
            return "what lay in the memory before is still read after it";
        }
    }
    return NULL;
}

static bool is_put(const wick_ir_node *node)
{
    return wick_node_is(node, "aten::index_put");
}

// How many operators, one on the result of the other, put elements into the memory, and which: the
// last first.
static uint32_t find_puts(const wick_ir_node *write, wick_ir_node *found[MOST_PUTS])
{
    uint32_t count = 0;
    wick_ir_value *content = write->args[1].value;
    while (content->kind == WICK_IR_RESULT && count < MOST_PUTS &&
           (is_put(content->producer) || wick_flatten_may_share(content->producer))) {
        found[count] = content->producer;
        count += is_put(content->producer);
        content = wick_argument_tensor_at(content->producer, 0);
    }
    return count;
}

// The official operator takes one list of indices and values of the full shape: the values get that
// shape if they have its elements. False where it has no form for the node.
static bool fits_official(const wick_builder *builder, wick_ir_node *node)
{
    const wick_ir_arg *indices = &node->args[1];
    wick_ir_value *values = node->args[2].value;
    wick_ir_type wanted = node->outputs[0]->type;
    uint32_t lists = 0;
    for (uint32_t i = 0; i < indices->count && i < wanted.rank; i++) {
        const wick_ir_value *list = indices->list.values[i];
        if (list != NULL) {
            lists++;
            if (list->type.rank != 1 || list->type.dtype != WICK_INT64) {
                return false;
            }
            wanted.sizes[i] = list->type.sizes[0];
        }
    }
    if (lists != 1 || !wick_ir_type_is_static(&wanted) || !wick_ir_type_is_static(&values->type) ||
        wick_ir_type_count(&wanted) != wick_ir_type_count(&values->type)) {
        return false;
    }
    node->args[2].value = wick_build_view(builder, values, wanted.rank, wanted.sizes);
    if (node->args[2].value != values) {
        node->args[2].value->producer->region = node->region;
    }
    return true;
}

static void put_in_place(const wick_pass_context *context, wick_ir_graph *graph,
                         const wick_ir_node *write)
{
    const wick_ir_value *memory = write->args[0].value;
    wick_ir_node *found[MOST_PUTS];
    uint32_t count = find_puts(write, found);
    while (count-- > 0) {
        wick_ir_node *node = found[count];
        const wick_builder builder = {context, graph, node, node, NULL};
        if (wick_flatten_source(wick_argument_tensor_at(node, 0)) != memory) {
            continue;
        }
        const char *reason = refusal(node, write, memory);
        if (reason == NULL && context->target->portable_operators &&
            !fits_official(&builder, node)) {
            reason = "the official operator has no such form";
        }
        if (reason == NULL) {
            node->op = wick_ir_op_find("wick::index_put_");
        } else {
            wick_explain_left(context, graph, node, "writes a copy of '%s': %s", memory->name,
                              reason);
        }
    }
}

void wick_flatten_in_place(const wick_pass_context *context, wick_ir_graph *graph)
{
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_node_is(node, "wick::copy_")) {
            put_in_place(context, graph, node);
        }
    }
}
