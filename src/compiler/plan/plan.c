// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/plan/plan.h"

#include "ops/op.h"

#include <string.h>

#define PLAN_NO_STORAGE UINT32_MAX

enum {
    PLAN_DEFAULT_ALIGNMENT = 16,
    PLAN_NAMED_AT_PEAK = 8, // tensors that an error names
};

// What the planner knows of a storage besides its buffer.
typedef struct plan_storage_facts {
    bool holds_input;
    bool holds_output;
    uint32_t accesses;  // reads and writes of one inference: what a fast memory would save
    uint32_t uses_left; // of all values that it holds, graph outputs included
} plan_storage_facts;

typedef struct planner {
    wick_arena *arena;
    wick_ir_graph *graph;
    const wick_target *target;
    wick_diag *diag;
    wick_memory_plan *plan;
    plan_storage_facts *facts;   // one for each storage
    bool *is_output;             // one for each value
    uint32_t instruction;        // the one that is visited
    uint32_t *place_of;          // one for each storage: scratch, its place in a set
    wick_plan_overlap *overlaps; // scratch: of a set
} planner;

static uint32_t plan_storage_of(const wick_memory_plan *plan, const wick_ir_value *value)
{
    return plan->storage_of[value->index];
}

static uint32_t plan_count_nodes(const wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        count++;
    }
    return count;
}

static void plan_number_values(planner *p)
{
    uint32_t count = 0;
    for (wick_ir_value *value = p->graph->values; value != NULL; value = value->next) {
        value->index = count++;
    }
    p->plan->value_count = count;
    const size_t capacity = (size_t)count + plan_count_nodes(p->graph); // constants may come
    p->plan->storage_of = wick_arena_alloc(p->arena, capacity, sizeof *p->plan->storage_of);
    memset(p->plan->storage_of, 0xff, capacity * sizeof *p->plan->storage_of);
    p->plan->storages = wick_arena_alloc(p->arena, count, sizeof *p->plan->storages);
    p->facts = wick_arena_alloc(p->arena, count, sizeof *p->facts);
    p->is_output = wick_arena_alloc(p->arena, count, sizeof *p->is_output);
    for (uint32_t i = 0; i < p->graph->output_count; i++) {
        p->is_output[p->graph->outputs[i]->index] = true;
    }
}

static void plan_add_storage(planner *p, const wick_ir_value *value)
{
    if (value->type.kind != WICK_VALUE_TENSOR) {
        return;
    }
    uint32_t storage = p->plan->storage_count++;
    p->plan->storages[storage].buffer = (wick_plan_buffer){
        .name = value->name,
        .size_bytes = wick_ir_type_size_bytes(&value->type),
        .first = p->instruction,
        .last = p->instruction,
    };
    p->plan->storage_of[value->index] = storage;
    p->facts[storage].holds_output = p->is_output[value->index];
    p->facts[storage].uses_left = value->use_count;
}

// The dimensions from the outermost in memory to the innermost, those of size 1 left out, which may
// stand anywhere: how many, and which.
static uint32_t plan_memory_order(const wick_ir_type *type, uint32_t dims[WICK_MAX_RANK])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->sizes[type->dim_order[i]] != 1) {
            dims[count++] = type->dim_order[i];
        }
    }
    return count;
}

static bool plan_is_row_major(const wick_ir_type *type)
{
    uint32_t dims[WICK_MAX_RANK];
    const uint32_t count = plan_memory_order(type, dims);
    for (uint32_t i = 1; i < count; i++) {
        if (dims[i] < dims[i - 1]) {
            return false;
        }
    }
    return true;
}

// Whether the elements of two tensors of the same sizes lie in the same places.
static bool plan_same_order(const wick_ir_type *a, const wick_ir_type *b)
{
    uint32_t dims_a[WICK_MAX_RANK];
    uint32_t dims_b[WICK_MAX_RANK];
    const uint32_t count = plan_memory_order(a, dims_a);
    return count == plan_memory_order(b, dims_b) &&
           memcmp(dims_a, dims_b, count * sizeof dims_a[0]) == 0;
}

static bool plan_same_bytes(const wick_ir_type *a, const wick_ir_type *b)
{
    if (a->dtype != b->dtype || wick_ir_type_count(a) != wick_ir_type_count(b) ||
        !wick_ir_type_is_static(a) || !wick_ir_type_is_static(b)) {
        return false;
    }
    if (plan_is_row_major(a) && plan_is_row_major(b)) {
        return true;
    }
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0 &&
           plan_same_order(a, b);
}

static bool plan_is_permutation(const wick_ir_node *node)
{
    return strcmp(node->op->name, "aten::permute_copy") == 0 &&
           node->args[1].kind == WICK_IR_INTS && node->args[1].count == node->outputs[0]->type.rank;
}

// Whether a permutation gives the dimensions other names and numbers, and moves no element: its
// result lies in the dim order that its input had, as [n, h, w, c] and [n, c, h, w]{0, 2, 3, 1} do.
static bool plan_only_renames(const wick_ir_node *node)
{
    const wick_ir_type *self = &node->args[0].value->type;
    wick_ir_type renamed = node->outputs[0]->type;
    if (renamed.dtype != self->dtype || renamed.rank != self->rank ||
        !wick_ir_type_is_static(self) || !wick_ir_type_is_static(&renamed)) {
        return false;
    }
    for (uint32_t i = 0; i < renamed.rank; i++) {
        const int64_t dim = node->args[1].list.ints[node->outputs[0]->type.dim_order[i]];
        renamed.dim_order[i] = (uint8_t)(dim < 0 ? dim + renamed.rank : dim);
        renamed.sizes[i] = self->sizes[i];
    }
    return plan_same_order(&renamed, self);
}

// Whether the node may be one that the plan leaves out.
static bool plan_is_view(const wick_ir_node *node)
{
    return node->output_count == 1 && node->args[0].kind == WICK_IR_VALUE &&
           ((node->op->traits & WICK_OP_VIEW) != 0 || plan_is_permutation(node));
}

// The value whose storage the node's result may share, NULL if it must be a copy.
static const wick_ir_value *plan_viewed(const wick_ir_node *node)
{
    if (!plan_is_view(node)) {
        return NULL;
    }
    const wick_ir_value *self = node->args[0].value;
    const bool shares = plan_is_permutation(node)
                            ? plan_only_renames(node)
                            : plan_same_bytes(&self->type, &node->outputs[0]->type);
    return shares ? self : NULL;
}

// Puts `result` into a storage where that is invisible from outside: an output never shares with an
// input or with another output.
static bool plan_share(planner *p, const wick_ir_value *result, uint32_t storage)
{
    plan_storage_facts *facts = &p->facts[storage];
    bool is_output = p->is_output[result->index];
    if (is_output && (facts->holds_input || facts->holds_output)) {
        return false;
    }
    facts->holds_output = facts->holds_output || is_output;
    facts->uses_left += result->use_count;
    p->plan->storage_of[result->index] = storage;
    return true;
}

static bool plan_elide(planner *p, const wick_ir_node *node)
{
    const wick_ir_value *self = plan_viewed(node);
    uint32_t storage = self != NULL ? plan_storage_of(p->plan, self) : PLAN_NO_STORAGE;
    if (storage == PLAN_NO_STORAGE || !plan_share(p, node->outputs[0], storage)) {
        return false;
    }
    p->facts[storage].uses_left--; // by the view itself
    return true;
}

// A search for the storage that an elementwise node may overwrite with its result.
typedef struct plan_overwrite {
    const planner *p;
    const wick_ir_type *result;
    uint32_t candidate;
    bool is_safe; // what the node reads of the candidate lies where the result will
} plan_overwrite;

static bool plan_same_places(const wick_ir_type *a, const wick_ir_type *b)
{
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0 &&
           plan_same_bytes(a, b);
}

static void plan_find_candidate(void *context, wick_ir_value **slot)
{
    plan_overwrite *search = context;
    uint32_t storage = plan_storage_of(search->p->plan, *slot);
    bool is_free = storage != PLAN_NO_STORAGE && search->p->facts[storage].uses_left == 0;
    if (is_free && search->candidate == PLAN_NO_STORAGE &&
        plan_same_places(&(*slot)->type, search->result)) {
        search->candidate = storage;
    }
}

typedef struct plan_slot_count {
    const planner *p;
    uint32_t storage;
    uint32_t count;
} plan_slot_count;

static void plan_count_slot(void *context, wick_ir_value **slot)
{
    plan_slot_count *search = context;
    search->count += plan_storage_of(search->p->plan, *slot) == search->storage;
}

// How many arguments of the node lie in a storage.
static uint32_t plan_count_slots(const planner *p, const wick_ir_node *node, uint32_t storage)
{
    plan_slot_count search = {p, storage, 0};
    wick_ir_node_each_value((wick_ir_node *)(uintptr_t)node, plan_count_slot, &search);
    return search.count;
}

static void plan_check_candidate(void *context, wick_ir_value **slot)
{
    plan_overwrite *search = context;
    if (plan_storage_of(search->p->plan, *slot) == search->candidate) {
        search->is_safe = search->is_safe && plan_same_places(&(*slot)->type, search->result);
    }
}

// Lets an elementwise node write over an operand that nothing reads any more: element i of the
// result depends on element i of the operand alone.
static bool plan_in_place(planner *p, wick_ir_node *node)
{
    if ((node->op->traits & WICK_OP_ELEMENTWISE) == 0 || node->output_count != 1) {
        return false;
    }
    plan_overwrite search = {p, &node->outputs[0]->type, PLAN_NO_STORAGE, true};
    wick_ir_node_each_value(node, plan_find_candidate, &search);
    if (search.candidate == PLAN_NO_STORAGE) {
        return false;
    }
    wick_ir_node_each_value(node, plan_check_candidate, &search);
    return search.is_safe && plan_share(p, node->outputs[0], search.candidate);
}

// What the contract says of a storage that is dead after the node: true if every argument that lies
// there may be overlapped. *distance suffices for all of them.
static bool plan_may_overlap(const planner *p, const wick_ir_node *node,
                             const wick_contract *contract, uint32_t storage, wick_overlap *promise)
{
    uint32_t found = 0;
    *promise = (wick_overlap){.may_coincide = true};
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const wick_overlap *overlap = &contract->overlaps[i];
        const wick_ir_arg *arg = &node->args[overlap->arg];
        if (arg->kind != WICK_IR_VALUE || plan_storage_of(p->plan, arg->value) != storage) {
            continue;
        }
        found++;
        promise->may_coincide = promise->may_coincide && overlap->may_coincide;
        wick_distance *const needed = &promise->distance;
        const wick_distance *const given = &overlap->distance;
        needed->forward_bytes = needed->forward_bytes > given->forward_bytes ? needed->forward_bytes
                                                                             : given->forward_bytes;
        needed->backward_bytes = needed->backward_bytes > given->backward_bytes
                                     ? needed->backward_bytes
                                     : given->backward_bytes;
    }
    return found != 0 && found == plan_count_slots(p, node, storage);
}

// The storage of an argument that nothing reads any more.
static uint32_t plan_dead_storage(const planner *p, const wick_ir_arg *arg)
{
    const uint32_t storage =
        arg->kind == WICK_IR_VALUE ? plan_storage_of(p->plan, arg->value) : PLAN_NO_STORAGE;
    const bool is_dead = storage != PLAN_NO_STORAGE && p->facts[storage].uses_left == 0;
    return is_dead ? storage : PLAN_NO_STORAGE;
}

// Lets a node write exactly over an argument where its contract allows it.
static bool plan_coincide(planner *p, const wick_ir_node *node, const wick_contract *contract)
{
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const wick_ir_arg *arg = &node->args[contract->overlaps[i].arg];
        const uint32_t storage = plan_dead_storage(p, arg);
        wick_overlap promise;
        if (storage != PLAN_NO_STORAGE &&
            wick_ir_type_size_bytes(&arg->value->type) ==
                wick_ir_type_size_bytes(&node->outputs[0]->type) &&
            plan_may_overlap(p, node, contract, storage, &promise) && promise.may_coincide &&
            plan_share(p, node->outputs[0], storage)) {
            return true;
        }
    }
    return false;
}

// Notes what may overlap the node's first result, which has a storage of its own.
static void plan_note_reuse(planner *p, const wick_ir_node *node, const wick_contract *contract)
{
    uint32_t noted = PLAN_NO_STORAGE;
    for (uint32_t i = 0; i < contract->overlap_count; i++) {
        const uint32_t storage = plan_dead_storage(p, &node->args[contract->overlaps[i].arg]);
        wick_overlap promise;
        if (storage == PLAN_NO_STORAGE || storage == noted ||
            !plan_may_overlap(p, node, contract, storage, &promise)) {
            continue;
        }
        if (noted != PLAN_NO_STORAGE || contract->order_arg == 0) { // one order for all of them
            promise.distance.backward_bytes = WICK_DISTANCE_NONE;
        }
        noted = storage;
        p->plan->reuses[p->plan->reuse_count++] = (wick_plan_reuse){
            .node = node,
            .instruction = p->instruction,
            .input = storage,
            .out = plan_storage_of(p->plan, node->outputs[0]),
            .distance = promise.distance,
        };
    }
}

// Keeps the notes whose two storages meet at that instruction only.
static void plan_keep_reuses(wick_memory_plan *plan)
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

static void plan_touch(void *context, wick_ir_value **slot)
{
    planner *p = context;
    uint32_t storage = plan_storage_of(p->plan, *slot);
    if (storage != PLAN_NO_STORAGE) {
        p->plan->storages[storage].buffer.last = p->instruction;
        p->facts[storage].accesses++;
    }
}

static void plan_read(void *context, wick_ir_value **slot)
{
    planner *p = context;
    uint32_t storage = plan_storage_of(p->plan, *slot);
    plan_touch(p, slot);
    if (storage != PLAN_NO_STORAGE) {
        p->facts[storage].uses_left--;
    }
}

// Memory that the visited node alone uses.
static void plan_add_scratch(void *context, wick_ir_value **slot)
{
    planner *p = context;
    if ((*slot)->kind == WICK_IR_SCRATCH && plan_storage_of(p->plan, *slot) == PLAN_NO_STORAGE) {
        plan_add_storage(p, *slot);
    }
}

// Storages and their lifetimes: inputs from before the first instruction to their last use, results
// from the instruction that writes them, outputs to the end.
static void plan_lifetimes(planner *p)
{
    for (uint32_t i = 0; i < p->graph->input_count; i++) {
        const wick_ir_value *input = p->graph->inputs[i];
        plan_add_storage(p, input);
        if (plan_storage_of(p->plan, input) != PLAN_NO_STORAGE) {
            p->facts[plan_storage_of(p->plan, input)].holds_input = true;
        }
    }
    for (wick_ir_node *node = p->graph->first; node != NULL; node = node->next) {
        if (plan_elide(p, node)) {
            continue;
        }
        wick_ir_node_each_value(node, plan_add_scratch, p);
        wick_ir_node_each_value(node, plan_read, p);
        wick_contract contract;
        if (wick_contract_of(p->arena, node, &contract) != WICK_OK) {
            contract.overlap_count = 0; // what legalize let pass is prepared without failure
        }
        bool is_in_place = plan_in_place(p, node) || plan_coincide(p, node, &contract);
        for (uint32_t i = 0; i < node->output_count; i++) {
            if (!is_in_place) {
                plan_add_storage(p, node->outputs[i]);
            }
            wick_ir_value *result = node->outputs[i];
            plan_touch(p, &result);
        }
        if (!is_in_place) {
            plan_note_reuse(p, node, &contract);
        }
        p->instruction++;
    }
    p->plan->instruction_count = p->instruction;
    for (uint32_t i = 0; i < p->plan->storage_count; i++) {
        if (p->facts[i].holds_output && p->instruction > 0) {
            p->plan->storages[i].buffer.last = p->instruction - 1;
        }
    }
    plan_keep_reuses(p->plan);
}

// Storages that still need a memory.
typedef struct plan_set {
    uint32_t *storages;
    uint32_t count;
    wick_plan_buffer *buffers; // scratch for placement, as many
} plan_set;

static void plan_add_overlap(planner *p, wick_plan_problem *problem, uint32_t upper, uint32_t lower,
                             int64_t distance_bytes)
{
    if (distance_bytes != WICK_DISTANCE_NONE) {
        const size_t distance = distance_bytes > 0 ? (size_t)distance_bytes : 0;
        p->overlaps[problem->overlap_count++] =
            (wick_plan_overlap){p->place_of[upper], p->place_of[lower], distance};
    }
}

static wick_plan_result plan_try(planner *p, const plan_set *set)
{
    wick_plan_problem problem = {
        .buffers = set->buffers,
        .count = set->count,
        .overlaps = p->overlaps,
        .alignment =
            p->target->alignment_bytes ? p->target->alignment_bytes : PLAN_DEFAULT_ALIGNMENT,
    };
    memset(p->place_of, 0xff, p->plan->storage_count * sizeof *p->place_of);
    for (uint32_t i = 0; i < set->count; i++) {
        set->buffers[i] = p->plan->storages[set->storages[i]].buffer;
        p->place_of[set->storages[i]] = i;
    }
    for (uint32_t i = 0; i < p->plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &p->plan->reuses[i];
        if (p->place_of[reuse->input] != UINT32_MAX && p->place_of[reuse->out] != UINT32_MAX) {
            plan_add_overlap(p, &problem, reuse->input, reuse->out, reuse->distance.forward_bytes);
            plan_add_overlap(p, &problem, reuse->out, reuse->input, reuse->distance.backward_bytes);
        }
    }
    return wick_plan_place(p->arena, &problem);
}

static bool plan_fits(const wick_target_memory *memory, const wick_plan_result *result)
{
    return memory->size_bytes == 0 || result->arena_bytes <= memory->size_bytes;
}

static void plan_commit(planner *p, const plan_set *set, uint32_t memory, wick_plan_result result)
{
    for (uint32_t i = 0; i < set->count; i++) {
        wick_plan_storage *storage = &p->plan->storages[set->storages[i]];
        storage->buffer = set->buffers[i];
        storage->memory_id = memory + 1;
    }
    p->plan->memories[memory] = result;
}

// Busy storages first; among equals the small ones, of which more fit.
static bool plan_deserves_more(const planner *p, uint32_t a, uint32_t b)
{
    if (p->facts[a].accesses != p->facts[b].accesses) {
        return p->facts[a].accesses > p->facts[b].accesses;
    }
    size_t size_a = p->plan->storages[a].buffer.size_bytes;
    size_t size_b = p->plan->storages[b].buffer.size_bytes;
    return size_a != size_b ? size_a < size_b : a < b;
}

static plan_set plan_set_create(planner *p, uint32_t capacity)
{
    return (plan_set){
        .storages = wick_arena_alloc(p->arena, capacity, sizeof(uint32_t)),
        .buffers = wick_arena_alloc(p->arena, capacity, sizeof(wick_plan_buffer)),
    };
}

static plan_set plan_all_by_merit(planner *p)
{
    plan_set set = plan_set_create(p, p->plan->storage_count);
    for (uint32_t i = 0; i < p->plan->storage_count; i++) {
        uint32_t k = set.count++;
        for (; k > 0 && plan_deserves_more(p, i, set.storages[k - 1]); k--) {
            set.storages[k] = set.storages[k - 1];
        }
        set.storages[k] = i;
    }
    return set;
}

// Moves into `memory` what fits of `rest`, by merit; `rest` keeps the others.
static void plan_fill(planner *p, uint32_t memory, plan_set *rest)
{
    plan_set chosen = plan_set_create(p, rest->count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rest->count; i++) {
        chosen.storages[chosen.count++] = rest->storages[i];
        wick_plan_result result = plan_try(p, &chosen);
        if (plan_fits(&p->target->memories[memory], &result)) {
            plan_commit(p, &chosen, memory, result);
            continue;
        }
        chosen.count--;
        rest->storages[kept++] = rest->storages[i];
    }
    rest->count = kept;
}

static const wick_ir_node *plan_node_at(const wick_ir_graph *graph, const wick_memory_plan *plan,
                                        uint32_t instruction)
{
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_plan_is_elided(plan, node)) {
            continue;
        }
        if (instruction-- == 0) {
            return node;
        }
    }
    return NULL;
}

static bool plan_is_alive(const wick_plan_buffer *buffer, uint32_t instruction)
{
    return buffer->first <= instruction && instruction <= buffer->last && buffer->size_bytes != 0;
}

// "conv2d 25600, relu 25600 and 3 more": what is alive at the peak, the largest first.
static const char *plan_names_at(planner *p, const plan_set *set, uint32_t instruction)
{
    const char *text = "";
    uint32_t named = 0;
    bool *seen = wick_arena_alloc(p->arena, set->count, sizeof *seen);
    for (;; named++) {
        uint32_t largest = UINT32_MAX;
        for (uint32_t i = 0; i < set->count; i++) {
            if (!seen[i] && plan_is_alive(&set->buffers[i], instruction) &&
                (largest == UINT32_MAX ||
                 set->buffers[i].size_bytes > set->buffers[largest].size_bytes)) {
                largest = i;
            }
        }
        if (largest == UINT32_MAX) {
            break;
        }
        seen[largest] = true;
        if (named < PLAN_NAMED_AT_PEAK) {
            text = wick_arena_format(p->arena, "%s%s'%s' %zu", text, named ? ", " : "",
                                     set->buffers[largest].name, set->buffers[largest].size_bytes);
        }
    }
    return named <= PLAN_NAMED_AT_PEAK
               ? text
               : wick_arena_format(p->arena, "%s and %u more", text, named - PLAN_NAMED_AT_PEAK);
}

static wick_status plan_is_too_large(planner *p, const plan_set *set, uint32_t memory,
                                     const wick_plan_result *result)
{
    const wick_target_memory *room = &p->target->memories[memory];
    const wick_ir_node *node = plan_node_at(p->graph, p->plan, result->peak_instruction);
    return wick_diag_error(
        p->diag, WICK_OUT_OF_RESOURCES, node ? wick_ir_node_where(p->arena, node) : NULL,
        "memory '%s' of target '%s' has %llu bytes, the tensors%s need %zu (no placement needs "
        "less than %zu); "
        "alive at this peak, in bytes: %s; choose a target with more memory or make these tensors "
        "smaller",
        room->name, p->target->name, (unsigned long long)room->size_bytes,
        p->target->memory_count > 1 ? " left for it" : "", result->arena_bytes,
        result->lower_bound_bytes, plan_names_at(p, set, result->peak_instruction));
}

static void plan_order_memories(const wick_target *target, uint32_t *order)
{
    for (uint32_t i = 0; i < target->memory_count; i++) {
        uint32_t k = i;
        for (;
             k > 0 && target->memories[order[k - 1]].access_cost > target->memories[i].access_cost;
             k--) {
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
}

// The cheapest memory takes all if it can; else what fits by merit, and the next one gets the rest.
static wick_status plan_assign_memories(planner *p)
{
    uint32_t order[WICK_MAX_ARENAS] = {0};
    plan_order_memories(p->target, order);
    plan_set rest = plan_all_by_merit(p);
    for (uint32_t i = 0; i < p->target->memory_count; i++) {
        const wick_target_memory *memory = &p->target->memories[order[i]];
        wick_plan_result result = plan_try(p, &rest);
        if (plan_fits(memory, &result)) {
            plan_commit(p, &rest, order[i], result);
            return WICK_OK;
        }
        if (i + 1 == p->target->memory_count) {
            return plan_is_too_large(p, &rest, order[i], &result);
        }
        plan_fill(p, order[i], &rest);
    }
    return wick_diag_error(p->diag, WICK_INVALID_ARGUMENT, p->target->name,
                           "the target describes no memory");
}

// The node's constant with the word that asks for backward computation.
static void plan_turn_backward(planner *p, wick_ir_node *node)
{
    wick_contract contract;
    if (wick_contract_of(p->arena, node, &contract) != WICK_OK) {
        return;
    }
    wick_ir_arg *arg = &node->args[contract.order_arg];
    const size_t bytes = wick_ir_type_size_bytes(&arg->value->type);
    uint8_t *data = wick_arena_alloc(p->graph->arena, bytes, 1);
    memcpy(data, arg->value->data, bytes);
    wick_store_u32(data + 4 * (size_t)contract.order_word, 1);
    wick_ir_value *turned =
        wick_ir_constant_create(p->graph, arg->value->name, &arg->value->type, data);
    turned->index = p->plan->value_count++;
    arg->value = turned;
}

static bool plan_lie_over(const wick_plan_storage *a, const wick_plan_storage *b)
{
    return a->memory_id == b->memory_id &&
           a->buffer.offset_bytes < b->buffer.offset_bytes + b->buffer.size_bytes &&
           b->buffer.offset_bytes < a->buffer.offset_bytes + a->buffer.size_bytes;
}

// Says of each possible overlap whether it came about, and sets the order of computation.
static void plan_settle_reuses(planner *p)
{
    wick_plan_reuse *reuse = p->plan->reuses;
    for (wick_ir_node *node = p->graph->first; node != NULL; node = node->next) {
        for (; reuse < p->plan->reuses + p->plan->reuse_count && reuse->node == node; reuse++) {
            const wick_plan_storage *input = &p->plan->storages[reuse->input];
            const wick_plan_storage *out = &p->plan->storages[reuse->out];
            reuse->overlaps = plan_lie_over(input, out);
            reuse->is_backward = reuse->overlaps && (int64_t)input->buffer.offset_bytes <
                                                        (int64_t)out->buffer.offset_bytes +
                                                            reuse->distance.forward_bytes;
            if (reuse->is_backward) {
                plan_turn_backward(p, node);
            }
        }
    }
}

bool wick_plan_is_elided(const wick_memory_plan *plan, const wick_ir_node *node)
{
    if (!plan_is_view(node)) {
        return false;
    }
    uint32_t storage = plan_storage_of(plan, node->outputs[0]);
    return storage != PLAN_NO_STORAGE && storage == plan_storage_of(plan, node->args[0].value);
}

wick_status wick_plan_memory(wick_arena *arena, wick_ir_graph *graph, const wick_target *target,
                             wick_diag *diag, wick_memory_plan **out)
{
    wick_memory_plan *plan = wick_arena_alloc(arena, 1, sizeof *plan);
    planner p = {.arena = arena, .graph = graph, .target = target, .diag = diag, .plan = plan};
    plan->memory_count = target->memory_count;
    wick_ir_count_uses(graph);
    plan_number_values(&p);
    plan->reuses = wick_arena_alloc(arena, (size_t)plan_count_nodes(graph) * WICK_CONTRACT_OVERLAPS,
                                    sizeof *plan->reuses);
    plan_lifetimes(&p);
    p.place_of = wick_arena_alloc(arena, plan->storage_count, sizeof *p.place_of);
    p.overlaps = wick_arena_alloc(arena, 2 * (size_t)plan->reuse_count, sizeof *p.overlaps);
    WICK_TRY(plan_assign_memories(&p));
    plan_settle_reuses(&p);
    *out = plan;
    return WICK_OK;
}
