// SPDX-License-Identifier: BSD-3-Clause
// Results that are computed where they are wanted: the pieces of a join in the whole, the content
// of a write in the memory that it is for.
#include "compiler/plan/planner.h"

#include "ops/op.h"

#include <string.h>

// The outermost join that a value is written into, and where; itself if none. A value is written
// into one join only and nodes are in order, so that this ends.
wick_plan_part wick_plan_home_of(const wick_planner *p, const wick_ir_value *value)
{
    wick_plan_part root = {value, 0};
    while (p->home[root.whole->index].whole != NULL) {
        const wick_plan_part *home = &p->home[root.whole->index];
        root = (wick_plan_part){home->whole, root.offset_bytes + home->offset_bytes};
    }
    return root;
}

// The value that is written where the piece of a join shall lie: views of it vanish. NULL if that
// must stay elsewhere: inputs, constants, outputs, and what another join has.
static const wick_ir_value *find_piece(const wick_planner *p, const wick_ir_value *item)
{
    for (;;) {
        if (item->kind != WICK_IR_RESULT || p->is_output[item->index] ||
            p->home[item->index].whole != NULL || wick_ir_op_writes(item->producer->op)) {
            return NULL;
        }
        if (!wick_plan_is_view(item->producer)) {
            return item;
        }
        item = item->producer->args[0].value;
    }
}

// Sends the pieces of a join home, all or none.
static void find_homes_of(wick_planner *p, const wick_ir_node *node)
{
    const wick_ir_arg *items = &node->args[0];
    const wick_ir_value *const whole = node->outputs[0];
    size_t offset = 0;
    uint32_t sent = 0;
    const wick_ir_value **pieces = wick_arena_alloc(p->arena, items->count, sizeof *pieces);
    for (; sent < items->count; sent++) {
        pieces[sent] = find_piece(p, items->list.values[sent]);
        if (pieces[sent] == NULL) {
            break;
        }
        p->home[pieces[sent]->index] = (wick_plan_part){whole, offset};
        offset += wick_plan_bytes_of(items->list.values[sent]);
    }
    if (sent == items->count && offset == wick_plan_bytes_of(whole) && sent != 0) {
        return;
    }
    for (uint32_t i = 0; i < sent; i++) {
        p->home[pieces[i]->index] = (wick_plan_part){NULL, 0};
    }
}

static void find_homes_of_joins(wick_planner *p)
{
    for (const wick_ir_node *node = p->graph->first; node != NULL && p->uses_joins;
         node = node->next) {
        if (wick_plan_is_join(node)) {
            find_homes_of(p, node);
        }
    }
}

bool wick_plan_is_room(const wick_ir_node *node)
{
    return strcmp(node->op->name, "wick::room") == 0;
}

bool wick_plan_is_jump(const wick_ir_node *node)
{
    return strcmp(node->op->name, "wick::jump") == 0 ||
           strcmp(node->op->name, "wick::label") == 0 ||
           strcmp(node->op->name, "wick::jump_false") == 0;
}

// The value in whose memory another lies, or may come to lie, as a view or a part.
static const wick_ir_value *memory_of(const wick_ir_value *value)
{
    size_t offset;
    while (value->kind == WICK_IR_RESULT &&
           (wick_plan_is_view(value->producer) || wick_plan_is_part(value->producer, &offset) ||
            wick_ir_op_writes(value->producer->op))) {
        value = value->producer->args[0].value;
    }
    return value;
}

// A search for arguments that lie in the memory of a value.
typedef struct memory_search {
    const wick_ir_value *memory;
    const wick_ir_type *result; // of an elementwise node; NULL for another
    uint32_t found;
    bool is_safe; // the node may write its result there
} memory_search;

bool wick_plan_same_places(const wick_ir_type *a, const wick_ir_type *b)
{
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0 &&
           (wick_plan_same_bytes(a, b) ||
            (a->dtype == b->dtype && memcmp(a->dim_order, b->dim_order, a->rank) == 0));
}

static void find_memory(void *context, wick_ir_value **slot)
{
    memory_search *search = context;
    if (memory_of(*slot) == search->memory) {
        search->found++;
        search->is_safe = search->is_safe && search->result != NULL &&
                          wick_plan_same_places(&(*slot)->type, search->result);
    }
}

static bool reads_memory(wick_ir_node *node, const wick_ir_value *memory)
{
    memory_search search = {memory, NULL, 0, true};
    wick_ir_node_each_value(node, find_memory, &search);
    return search.found != 0;
}

// Whether the node may write its result over `memory` while it reads what lies there: an
// elementwise one reads each element before it writes it, others promise it of one argument.
static bool may_write_over(wick_ir_node *node, const wick_contract *contract,
                           const wick_ir_value *memory)
{
    const bool is_elementwise =
        (node->op->traits & WICK_OP_ELEMENTWISE) != 0 && node->output_count == 1;
    memory_search search = {memory, is_elementwise ? &node->outputs[0]->type : NULL, 0, true};
    wick_ir_node_each_value(node, find_memory, &search);
    if (search.found == 0 || search.is_safe) {
        return true;
    }
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const wick_ir_arg *arg = &node->args[contract->overlaps[i].arg];
        if (contract->overlaps[i].may_coincide && arg->kind == WICK_IR_VALUE &&
            arg->value == memory && search.found == 1) {
            return true;
        }
    }
    return false;
}

static const wick_contract *contract_of(const wick_planner *p, const wick_ir_node *wanted)
{
    const wick_contract *contract = p->contracts;
    for (const wick_ir_node *node = p->graph->first; node != wanted; node = node->next) {
        contract++;
    }
    return contract;
}

// Lets the content of a write be computed where it belongs, if nothing reads what lies there once
// it is computed.
static void find_home_of_write(wick_planner *p, const wick_ir_node *write)
{
    enum { SELF, CONTENT };
    const wick_ir_value *self = write->args[SELF].value;
    const wick_ir_value *content = find_piece(p, write->args[CONTENT].value);
    const wick_ir_value *memory = memory_of(self);
    if (content == NULL || memory != self || content->producer->region != write->region ||
        wick_plan_is_join(content->producer) || wick_plan_is_room(content->producer) ||
        !wick_plan_same_bytes(&content->type, &self->type) ||
        !may_write_over(content->producer, contract_of(p, content->producer), memory)) {
        return;
    }
    for (wick_ir_node *node = content->producer->next; node != write; node = node->next) {
        if (reads_memory(node, memory)) {
            return;
        }
    }
    p->home[content->index] = (wick_plan_part){self, 0};
}

static void find_homes_of_writes(wick_planner *p)
{
    for (const wick_ir_node *node = p->graph->first; node != NULL; node = node->next) {
        if (strcmp(node->op->name, "wick::copy_") == 0) {
            find_home_of_write(p, node);
        }
    }
}

void wick_plan_find_homes(wick_planner *p)
{
    find_homes_of_joins(p);
    find_homes_of_writes(p);
}
