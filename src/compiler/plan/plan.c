// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/plan/plan.h"

#include "base/bytes.h"
#include "compiler/plan/order.h"
#include "compiler/plan/planner.h"
#include "ops/op.h"

#include <string.h>

enum {
    VARIANTS = 4, // slices in their whole or copied, pieces of joins in their whole or copied
    DEFAULT_ALIGNMENT = 16,
};

static uint32_t storage_of(const wick_memory_plan *plan, const wick_ir_value *value)
{
    return plan->storage_of[value->index];
}

static uint32_t count_nodes(const wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        count++;
    }
    return count;
}

static uint32_t number_values(const wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        value->index = count++;
    }
    return count;
}

static void allocate(wick_planner *p, uint32_t value_count)
{
    wick_memory_plan *plan = p->plan;
    const uint32_t node_count = count_nodes(p->graph);
    const size_t capacity = (size_t)value_count + node_count; // constants may come
    plan->value_count = value_count;
    plan->storage_of = wick_arena_alloc(p->arena, capacity, sizeof *plan->storage_of);
    memset(plan->storage_of, 0xff, capacity * sizeof *plan->storage_of);
    plan->offset_of = wick_arena_alloc(p->arena, capacity, sizeof *plan->offset_of);
    plan->is_elided = wick_arena_alloc(p->arena, capacity, sizeof *plan->is_elided);
    plan->storages = wick_arena_alloc(p->arena, value_count, sizeof *plan->storages);
    plan->reuses = wick_arena_alloc(p->arena, (size_t)node_count * WICK_CONTRACT_OVERLAPS,
                                    sizeof *plan->reuses);
    p->facts = wick_arena_alloc(p->arena, value_count, sizeof *p->facts);
    p->home = wick_arena_alloc(p->arena, value_count, sizeof *p->home);
    p->is_output = wick_arena_alloc(p->arena, value_count, sizeof *p->is_output);
    for (uint32_t i = 0; i < p->graph->output_count; i++) {
        p->is_output[p->graph->outputs[i]->index] = true;
    }
}

static void put(wick_planner *p, const wick_ir_value *value, uint32_t storage, size_t offset)
{
    p->plan->storage_of[value->index] = storage;
    p->plan->offset_of[value->index] = offset;
    p->facts[storage].uses_left += value->use_count;
}

static void add_storage(wick_planner *p, const wick_ir_value *value)
{
    if (value->type.kind != WICK_VALUE_TENSOR) {
        return;
    }
    const wick_plan_part root = wick_plan_home_of(p, value);
    uint32_t *storage = &p->plan->storage_of[root.whole->index];
    if (*storage == WICK_PLAN_NO_STORAGE) {
        *storage = p->plan->storage_count++;
        p->plan->storages[*storage].buffer = (wick_plan_buffer){
            .name = root.whole->name,
            .size_bytes = wick_plan_bytes_of(root.whole),
            .first = p->instruction,
            .last = p->instruction,
        };
        p->facts[*storage].holds_output = p->is_output[root.whole->index];
    }
    put(p, value, *storage, root.offset_bytes);
}

// The result of a node that writes over its first argument is that argument.
static void put_written(wick_planner *p, const wick_ir_node *node)
{
    const wick_ir_value *self = node->args[0].value;
    const wick_ir_value *result = node->outputs[0];
    const uint32_t storage = storage_of(p->plan, self);
    put(p, result, storage, p->plan->offset_of[self->index]);
    p->facts[storage].holds_output = p->facts[storage].holds_output || p->is_output[result->index];
}

// Puts `result` into a storage where that is invisible from outside: an output never shares with an
// input or with another output.
static bool share(wick_planner *p, const wick_ir_value *result, uint32_t storage, size_t offset)
{
    wick_plan_facts *facts = &p->facts[storage];
    bool is_output = p->is_output[result->index];
    if (is_output && (facts->holds_input || facts->holds_output || facts->lives_on)) {
        return false;
    }
    facts->holds_output = facts->holds_output || is_output;
    put(p, result, storage, offset);
    return true;
}

// A view or a slice needs no instruction where its result lies in its argument.
static bool elide_part(wick_planner *p, const wick_ir_node *node)
{
    size_t offset = 0;
    const bool is_part = wick_plan_is_view(node) ||
                         (p->uses_parts && p->home[node->outputs[0]->index].whole == NULL &&
                          wick_plan_is_part(node, &offset));
    if (!is_part) {
        return false;
    }
    const wick_ir_value *self = node->args[0].value;
    const uint32_t storage = storage_of(p->plan, self);
    if (storage == WICK_PLAN_NO_STORAGE ||
        !share(p, node->outputs[0], storage, p->plan->offset_of[self->index] + offset)) {
        return false;
    }
    p->facts[storage].uses_left--; // by the view itself
    return true;
}

// A join needs no instruction where its pieces were written into it.
static bool elide_join(wick_planner *p, const wick_ir_node *node)
{
    if (!p->uses_joins || !wick_plan_is_join(node) || node->args[0].count == 0) {
        return false;
    }
    const wick_ir_value *const whole = node->outputs[0];
    const wick_plan_part root = wick_plan_home_of(p, whole);
    const uint32_t storage = storage_of(p->plan, root.whole);
    size_t offset = root.offset_bytes;
    for (uint32_t i = 0; i < node->args[0].count; i++) {
        const wick_ir_value *item = node->args[0].list.values[i];
        if (storage == WICK_PLAN_NO_STORAGE || storage_of(p->plan, item) != storage ||
            p->plan->offset_of[item->index] != offset) {
            return false;
        }
        offset += wick_plan_bytes_of(item);
    }
    p->facts[storage].uses_left -= node->args[0].count;
    put(p, whole, storage, root.offset_bytes);
    return true;
}

// A write whose content was computed where it belongs.
static bool elide_write(wick_planner *p, const wick_ir_node *node)
{
    enum { SELF, CONTENT };
    if (!wick_ir_op_writes(node->op) || strcmp(node->op->name, "wick::copy_") != 0) {
        return false;
    }
    const wick_ir_value *self = node->args[SELF].value;
    const wick_ir_value *content = node->args[CONTENT].value;
    const uint32_t storage = storage_of(p->plan, self);
    const size_t offset = p->plan->offset_of[self->index];
    if (storage == WICK_PLAN_NO_STORAGE || storage_of(p->plan, content) != storage ||
        p->plan->offset_of[content->index] != offset ||
        !wick_plan_same_bytes(&self->type, &content->type)) {
        return false;
    }
    p->facts[storage].uses_left -= 2;
    put_written(p, node);
    return true;
}

static bool elide(wick_planner *p, const wick_ir_node *node)
{
    if (wick_plan_is_room(node) || elide_write(p, node)) {
        if (wick_plan_is_room(node)) {
            add_storage(p, node->outputs[0]);
        }
        p->plan->is_elided[node->outputs[0]->index] = true;
        return true;
    }
    if (node->output_count != 1 || node->outputs[0]->type.kind != WICK_VALUE_TENSOR ||
        (!elide_part(p, node) && !elide_join(p, node))) {
        return false;
    }
    p->plan->is_elided[node->outputs[0]->index] = true;
    return true;
}

// A search for the operand that an elementwise node may overwrite with its result.
typedef struct overwrite {
    const wick_planner *p;
    const wick_ir_type *result;
    const wick_ir_value *candidate;
    bool is_safe; // what the node reads of the candidate lies where the result will
} overwrite;

static void find_candidate(void *context, wick_ir_value **slot)
{
    overwrite *search = context;
    const uint32_t storage = storage_of(search->p->plan, *slot);
    const bool is_free =
        storage != WICK_PLAN_NO_STORAGE && search->p->facts[storage].uses_left == 0;
    if (is_free && search->candidate == NULL &&
        wick_plan_same_places(&(*slot)->type, search->result)) {
        search->candidate = *slot;
    }
}

static void check_candidate(void *context, wick_ir_value **slot)
{
    overwrite *search = context;
    const wick_memory_plan *plan = search->p->plan;
    const wick_ir_value *const candidate = search->candidate;
    if (storage_of(plan, *slot) != storage_of(plan, candidate)) {
        return;
    }
    const size_t low = plan->offset_of[candidate->index];
    const size_t start = plan->offset_of[(*slot)->index];
    const bool lies_apart =
        start + wick_plan_bytes_of(*slot) <= low || low + wick_plan_bytes_of(candidate) <= start;
    search->is_safe =
        search->is_safe &&
        (lies_apart || (start == low && wick_plan_same_places(&(*slot)->type, search->result)));
}

// Lets an elementwise node write over an operand that nothing reads any more: element i of the
// result depends on element i of the operand alone.
static bool write_in_place(wick_planner *p, wick_ir_node *node)
{
    if ((node->op->traits & WICK_OP_ELEMENTWISE) == 0 || node->output_count != 1 ||
        p->home[node->outputs[0]->index].whole != NULL) {
        return false;
    }
    overwrite search = {p, &node->outputs[0]->type, NULL, true};
    wick_ir_node_each_value(node, find_candidate, &search);
    if (search.candidate == NULL) {
        return false;
    }
    wick_ir_node_each_value(node, check_candidate, &search);
    return search.is_safe && share(p, node->outputs[0], storage_of(p->plan, search.candidate),
                                   p->plan->offset_of[search.candidate->index]);
}

typedef struct slot_count {
    const wick_planner *p;
    uint32_t storage;
    uint32_t count;
} slot_count;

static void count_slot(void *context, wick_ir_value **slot)
{
    slot_count *search = context;
    search->count += storage_of(search->p->plan, *slot) == search->storage;
}

// How many arguments of the node lie in a storage.
static uint32_t count_slots(const wick_planner *p, wick_ir_node *node, uint32_t storage)
{
    slot_count search = {p, storage, 0};
    wick_ir_node_each_value(node, count_slot, &search);
    return search.count;
}

// The storage of an argument that nothing reads any more.
static uint32_t dead_storage(const wick_planner *p, const wick_ir_arg *arg)
{
    const uint32_t storage =
        arg->kind == WICK_IR_VALUE ? storage_of(p->plan, arg->value) : WICK_PLAN_NO_STORAGE;
    const bool is_dead = storage != WICK_PLAN_NO_STORAGE && p->facts[storage].uses_left == 0;
    return is_dead ? storage : WICK_PLAN_NO_STORAGE;
}

// Lets a node write exactly over an argument where its contract allows it and nothing else that the
// node reads lies in that storage.
static bool coincide(wick_planner *p, wick_ir_node *node, const wick_contract *contract)
{
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const wick_ir_value *const result = node->outputs[0];
        const wick_ir_arg *arg = &node->args[contract->overlaps[i].arg];
        const uint32_t storage = dead_storage(p, arg);
        if (contract->overlaps[i].may_coincide && storage != WICK_PLAN_NO_STORAGE &&
            wick_plan_bytes_of(arg->value) == wick_plan_bytes_of(result) &&
            count_slots(p, node, storage) == 1 && p->home[result->index].whole == NULL &&
            share(p, result, storage, p->plan->offset_of[arg->value->index])) {
            return true;
        }
    }
    return false;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// A distance between values as one between their storages.
static int64_t between_storages(int64_t distance, size_t upper_offset, size_t lower_offset)
{
    if (distance == WICK_DISTANCE_NONE) {
        return distance;
    }
    return larger(0, distance + (int64_t)lower_offset - (int64_t)upper_offset);
}

// What the contract says of a storage that is dead after the node: true if every argument that lies
// there may be overlapped. The distance suffices for all of them.
static bool may_overlap(const wick_planner *p, wick_ir_node *node, const wick_contract *contract,
                        wick_plan_reuse *reuse)
{
    uint32_t found = 0;
    const size_t out = p->plan->offset_of[node->outputs[0]->index];
    reuse->distance = (wick_distance){0, 0};
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const wick_overlap *overlap = &contract->overlaps[i];
        const wick_ir_arg *arg = &node->args[overlap->arg];
        if (arg->kind != WICK_IR_VALUE || storage_of(p->plan, arg->value) != reuse->input) {
            continue;
        }
        found++;
        const size_t input = p->plan->offset_of[arg->value->index];
        const int64_t forward = between_storages(overlap->distance.forward_bytes, input, out);
        const int64_t backward = between_storages(overlap->distance.backward_bytes, out, input);
        reuse->distance.forward_bytes = larger(reuse->distance.forward_bytes, forward);
        reuse->distance.backward_bytes = larger(reuse->distance.backward_bytes, backward);
    }
    return found != 0 && found == count_slots(p, node, reuse->input);
}

// Notes what may overlap the node's first result, whose storage begins here.
static void note_reuse(wick_planner *p, wick_ir_node *node, const wick_contract *contract)
{
    const uint32_t out =
        node->output_count > 0 ? storage_of(p->plan, node->outputs[0]) : WICK_PLAN_NO_STORAGE;
    if (out == WICK_PLAN_NO_STORAGE || p->facts[out].lives_on || p->facts[out].holds_input) {
        return; // something lay there before
    }
    uint32_t noted = WICK_PLAN_NO_STORAGE;
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        wick_plan_reuse reuse = {
            .node = node,
            .instruction = p->instruction,
            .input = dead_storage(p, &node->args[contract->overlaps[i].arg]),
            .out = out,
        };
        if (reuse.input == WICK_PLAN_NO_STORAGE || reuse.input == noted ||
            !may_overlap(p, node, contract, &reuse)) {
            continue;
        }
        if (noted != WICK_PLAN_NO_STORAGE || contract->order_arg == 0) { // one order for all
            reuse.distance.backward_bytes = WICK_DISTANCE_NONE;
        }
        noted = reuse.input;
        p->plan->reuses[p->plan->reuse_count++] = reuse;
    }
}

// Keeps the notes whose two storages meet at that instruction only.
static void keep_reuses(wick_memory_plan *plan)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &plan->reuses[i];
        if (plan->storages[reuse->input].buffer.last == reuse->instruction &&
            plan->storages[reuse->out].buffer.first == reuse->instruction &&
            reuse->input != reuse->out) {
            plan->reuses[kept++] = *reuse;
        }
    }
    plan->reuse_count = kept;
}

static void touch(void *context, wick_ir_value **slot)
{
    wick_planner *p = context;
    const uint32_t storage = storage_of(p->plan, *slot);
    if (storage != WICK_PLAN_NO_STORAGE) {
        p->plan->storages[storage].buffer.last = p->instruction;
        p->facts[storage].traffic_bytes += wick_plan_bytes_of(*slot);
    }
}

static void read_value(void *context, wick_ir_value **slot)
{
    wick_planner *p = context;
    const uint32_t storage = storage_of(p->plan, *slot);
    touch(p, slot);
    if (storage != WICK_PLAN_NO_STORAGE) {
        p->facts[storage].uses_left--;
    }
}

// A value that must still be there, though nothing reads it now.
static void keep_value(void *context, wick_ir_value **slot)
{
    wick_planner *p = context;
    const uint32_t storage = storage_of(p->plan, *slot);
    if (storage != WICK_PLAN_NO_STORAGE) {
        p->plan->storages[storage].buffer.last = p->instruction;
        p->facts[storage].uses_left--;
    }
}

// Labels take no instruction. A jump back keeps what is read behind its label: nothing else may lie
// there before it. Any path is a part of the list, apart from these ways back, so that what is
// sound for the list is sound for each path.
static void add_jump(wick_planner *p, wick_ir_node *node)
{
    if (strcmp(node->op->name, "wick::label") != 0) {
        wick_ir_node_each_value(node, keep_value, p);
        p->instruction++;
    }
}

static void add_inputs(wick_planner *p)
{
    for (uint32_t i = 0; i < p->graph->input_count; i++) {
        const wick_ir_value *input = p->graph->inputs[i];
        add_storage(p, input);
        if (storage_of(p->plan, input) != WICK_PLAN_NO_STORAGE) {
            p->facts[storage_of(p->plan, input)].holds_input = true;
        }
    }
}

// State is read before it is written, for ever.
static void add_state(wick_planner *p)
{
    for (const wick_ir_value *value = p->graph->values; value != NULL; value = value->next) {
        if (value->is_state) {
            add_storage(p, value);
            p->facts[storage_of(p->plan, value)].lives_on = true;
            p->facts[storage_of(p->plan, value)].uses_left++;
        }
    }
}

// Memory that the visited node alone uses.
static void add_scratch(void *context, wick_ir_value **slot)
{
    wick_planner *p = context;
    if ((*slot)->kind == WICK_IR_SCRATCH && storage_of(p->plan, *slot) == WICK_PLAN_NO_STORAGE) {
        add_storage(p, *slot);
    }
}

bool wick_plan_is_elided(const wick_memory_plan *plan, const wick_ir_node *node)
{
    return node->output_count == 1 && plan->is_elided[node->outputs[0]->index];
}

// Whether a constant may live in RAM: a block is trusted because nobody can write it.
static bool may_move(const wick_planner *p, const wick_ir_node *node, uint32_t arg)
{
    const bool is_value = node->args[arg].kind == WICK_IR_VALUE;
    const wick_ir_value *value = is_value ? node->args[arg].value : NULL;
    return is_value && wick_ir_value_is_constant(value) && !p->is_output[value->index] &&
           value->type.kind == WICK_VALUE_TENSOR &&
           strcmp(node->op->parameters[arg].name, "block") != 0;
}

// Reads of the node's constants, each a storage that lives for ever.
static void add_constants(wick_planner *p, const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        if (!may_move(p, node, i)) {
            continue;
        }
        const wick_ir_value *value = node->args[i].value;
        if (storage_of(p->plan, value) == WICK_PLAN_NO_STORAGE) {
            add_storage(p, value);
        }
        const uint32_t storage = storage_of(p->plan, value);
        p->facts[storage].is_constant = true;
        p->facts[storage].traffic_bytes += wick_plan_bytes_of(value);
        p->plan->storages[storage].buffer.first = 0;
        p->plan->storages[storage].buffer.last = p->plan->instruction_count - 1;
    }
}

// Constants that are read where reading costs more than in some memory.
static void find_constants(wick_planner *p)
{
    for (const wick_ir_node *node = p->graph->first; node != NULL; node = node->next) {
        if (!wick_plan_is_elided(p->plan, node)) {
            add_constants(p, node);
        }
    }
}

// What stayed in the program has no storage.
static void drop_constants(wick_planner *p)
{
    for (const wick_ir_value *value = p->graph->values; value != NULL; value = value->next) {
        uint32_t *storage = &p->plan->storage_of[value->index];
        if (*storage != WICK_PLAN_NO_STORAGE && p->plan->storages[*storage].memory_id == 0) {
            *storage = WICK_PLAN_NO_STORAGE;
        }
    }
}

static void add_instruction(wick_planner *p, wick_ir_node *node, const wick_contract *contract)
{
    wick_ir_node_each_value(node, add_scratch, p);
    wick_ir_node_each_value(node, read_value, p);
    const bool writes = wick_ir_op_writes(node->op);
    if (writes) {
        put_written(p, node);
    }
    const bool is_in_place = writes || write_in_place(p, node) || coincide(p, node, contract);
    for (uint32_t i = 0; i < node->output_count; i++) {
        if (!is_in_place) {
            add_storage(p, node->outputs[i]);
        }
        wick_ir_value *result = node->outputs[i];
        touch(p, &result);
    }
    if (!is_in_place) {
        note_reuse(p, node, contract);
    }
    p->instruction++;
}

// Storages and their lifetimes: inputs from before the first instruction to their last use, results
// from the instruction that writes them, outputs to the end.
static void find_lifetimes(wick_planner *p)
{
    const wick_contract *contract = p->contracts;
    add_inputs(p);
    add_state(p);
    for (wick_ir_node *node = p->graph->first; node != NULL; node = node->next, contract++) {
        if (wick_plan_is_jump(node)) {
            add_jump(p, node);
        } else if (!elide(p, node)) {
            add_instruction(p, node, contract);
        }
    }
    p->plan->instruction_count = p->instruction;
    for (uint32_t i = 0; i < p->plan->storage_count; i++) {
        if ((p->facts[i].holds_output || p->facts[i].lives_on) && p->instruction > 0) {
            p->plan->storages[i].buffer.last = p->instruction - 1;
        }
    }
    keep_reuses(p->plan);
}

// The node's constant with the word that asks for backward computation.
static void turn_backward(wick_planner *p, wick_ir_node *node, const wick_contract *contract)
{
    wick_ir_arg *arg = &node->args[contract->order_arg];
    const size_t bytes = wick_plan_bytes_of(arg->value);
    uint8_t *data = wick_arena_alloc(p->graph->arena, bytes, 1);
    memcpy(data, arg->value->data, bytes);
    wick_store_u32(data + 4 * (size_t)contract->order_word, 1);
    wick_ir_value *turned =
        wick_ir_constant_create(p->graph, arg->value->name, &arg->value->type, data);
    turned->index = p->plan->value_count++;
    arg->value = turned;
}

size_t wick_plan_shared_bytes(const wick_memory_plan *plan, const wick_plan_reuse *reuse)
{
    const wick_plan_storage *a = &plan->storages[reuse->input];
    const wick_plan_storage *b = &plan->storages[reuse->out];
    const size_t a_end = a->buffer.offset_bytes + a->buffer.size_bytes;
    const size_t b_end = b->buffer.offset_bytes + b->buffer.size_bytes;
    const size_t low = a->buffer.offset_bytes > b->buffer.offset_bytes ? a->buffer.offset_bytes
                                                                       : b->buffer.offset_bytes;
    const size_t high = a_end < b_end ? a_end : b_end;
    return a->memory_id == b->memory_id && low < high ? high - low : 0;
}

// Says of each possible overlap whether it came about, and sets the order of computation.
static void settle_reuses(wick_planner *p)
{
    wick_plan_reuse *reuse = p->plan->reuses;
    const wick_plan_reuse *const end = reuse + p->plan->reuse_count;
    const wick_contract *contract = p->contracts;
    for (wick_ir_node *node = p->graph->first; node != NULL; node = node->next, contract++) {
        for (; reuse < end && reuse->node == node; reuse++) {
            const wick_plan_storage *input = &p->plan->storages[reuse->input];
            const wick_plan_storage *out = &p->plan->storages[reuse->out];
            reuse->overlaps = wick_plan_shared_bytes(p->plan, reuse) != 0;
            reuse->is_backward =
                reuse->overlaps &&
                (reuse->distance.forward_bytes == WICK_DISTANCE_NONE ||
                 (int64_t)input->buffer.offset_bytes <
                     (int64_t)out->buffer.offset_bytes + reuse->distance.forward_bytes);
            if (reuse->is_backward) {
                turn_backward(p, node, contract);
            }
        }
    }
}

// Another runtime's kernels promise nothing.
static const wick_contract *ask_contracts(wick_arena *arena, const wick_ir_graph *graph,
                                          const wick_target *target)
{
    wick_contract *contracts = wick_arena_alloc(arena, count_nodes(graph), sizeof *contracts);
    wick_contract *contract = contracts;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next, contract++) {
        if (wick_contract_of(arena, node, contract) != WICK_OK || target->portable_operators) {
            contract->overlap_count = 0;
        }
    }
    return contracts;
}

// Bytes moved, weighted by the cost of each memory; then the bytes that are taken.
static bool is_better(const wick_planner *a, const wick_planner *b)
{
    if ((a->failure == NULL) != (b->failure == NULL)) {
        return a->failure == NULL;
    }
    uint64_t cost[2] = {0, 0};
    size_t bytes[2] = {0, 0};
    const wick_planner *const both[2] = {a, b};
    const bool has_costs = a->plan->memory_count > 1 || a->target->constant_access_cost != 0;
    for (uint32_t k = 0; k < 2; k++) {
        cost[k] = both[k]->plan->constant_traffic_bytes * both[k]->target->constant_access_cost;
        for (uint32_t i = 0; i < both[k]->plan->memory_count; i++) {
            cost[k] += both[k]->plan->traffic_bytes[i] * both[k]->target->memories[i].access_cost;
            bytes[k] += both[k]->plan->memories[i].arena_bytes;
        }
    }
    return cost[0] != cost[1] && has_costs ? cost[0] < cost[1] : bytes[0] < bytes[1];
}

static bool has_any(const wick_ir_graph *graph, bool joins)
{
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        size_t offset;
        if (joins ? wick_plan_is_join(node) : wick_plan_is_part(node, &offset)) {
            return true;
        }
    }
    return false;
}

// The target's alignment; a target for bytes may still meet a graph with floats.
static size_t find_alignment(const wick_ir_graph *graph, const wick_target *target)
{
    size_t alignment = target->alignment_bytes != 0 ? target->alignment_bytes : DEFAULT_ALIGNMENT;
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        const size_t width =
            value->type.kind == WICK_VALUE_TENSOR && !wick_ir_value_is_constant(value)
                ? wick_dtype_size_bytes(value->type.dtype)
                : 0;
        alignment = width > alignment ? width : alignment;
    }
    return alignment;
}

// Makes one plan and keeps it if it is the best so far.
static void try_variant(const wick_planner *common, uint32_t value_count, uint32_t variant,
                        wick_planner *best)
{
    wick_planner p = *common;
    p.plan = wick_arena_alloc(p.arena, 1, sizeof *p.plan);
    p.plan->memory_count = p.target->memory_count;
    p.uses_joins = (variant & 1) == 0;
    p.uses_parts = (variant & 2) == 0;
    allocate(&p, value_count);
    wick_plan_find_homes(&p);
    find_lifetimes(&p);
    if (p.target->constant_access_cost != 0 && p.plan->instruction_count != 0) {
        find_constants(&p);
    }
    p.place_of = wick_arena_alloc(p.arena, p.plan->storage_count, sizeof *p.place_of);
    p.overlaps = wick_arena_alloc(p.arena, 2 * (size_t)p.plan->reuse_count, sizeof *p.overlaps);
    if (wick_plan_assign(&p)) {
        drop_constants(&p);
    }
    if (best->plan == NULL || is_better(&p, best)) {
        *best = p;
    }
}

// The best plan for the order that the graph has.
static wick_planner plan_in_order(const wick_planner *common, uint32_t value_count)
{
    wick_planner best = {.plan = NULL};
    const bool has_joins = has_any(common->graph, true);
    const bool has_parts = has_any(common->graph, false);
    for (uint32_t variant = 0; variant < VARIANTS; variant++) {
        const bool is_new = ((variant & 1) == 0 || has_joins) && ((variant & 2) == 0 || has_parts);
        if (is_new) {
            try_variant(common, value_count, variant, &best);
        }
    }
    return best;
}

wick_status wick_plan_memory(wick_arena *arena, wick_ir_graph *graph, const wick_target *target,
                             wick_diag *diag, wick_memory_plan **out)
{
    wick_ir_count_uses(graph);
    const uint32_t value_count = number_values(graph);
    wick_planner common = {.arena = arena,
                           .graph = graph,
                           .target = target,
                           .alignment = find_alignment(graph, target),
                           .contracts = ask_contracts(arena, graph, target)};
    wick_planner best = plan_in_order(&common, value_count);
    const wick_plan_order given = wick_plan_order_of(arena, graph);
    wick_plan_order order;
    if (wick_plan_order_find(arena, graph, common.contracts, &order)) {
        wick_plan_order_apply(graph, &order);
        common.contracts = ask_contracts(arena, graph, target);
        const wick_planner other = plan_in_order(&common, value_count);
        if (is_better(&other, &best)) {
            best = other;
        } else {
            wick_plan_order_apply(graph, &given);
        }
    }
    if (best.failure != NULL) {
        return wick_diag_error(diag, WICK_OUT_OF_RESOURCES, best.failure_where, "%s", best.failure);
    }
    settle_reuses(&best);
    *out = best.plan;
    return WICK_OK;
}
