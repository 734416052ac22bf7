// SPDX-License-Identifier: BSD-3-Clause
// Which memory each storage goes to.
//
// What everything fits in goes to the cheapest memory. Otherwise memories are filled from the
// cheapest on: storages enter in several orders of merit, as long as they can be placed; what is
// left is for the next memory. The best of these assignments, by bytes moved times cost, is then
// improved by exchange: a storage of a dearer memory enters a cheaper one, and the least busy of
// those in its way leave.
//
// A constant may stay where the program lies: a level of its own behind the memories, without
// limit.
#include "compiler/plan/planner.h"

#include <string.h>

enum {
    NAMED_AT_PEAK = 8,       // tensors that an error names
    EXCHANGE_ROUNDS = 8,     // passes over all storages
    EXCHANGE_WORK = 1 << 26, // budget: squares of the storages that are placed on trial
};

// Storages to be placed in one memory.
typedef struct set {
    uint32_t *storages;
    uint32_t count;
    wick_plan_buffer *buffers; // scratch for placement, as many
} set;

// A memory for each storage, as index in the order of cost.
typedef struct assignment {
    uint8_t *level;
    uint64_t cost;
    bool is_possible;
} assignment;

typedef struct assigner {
    wick_planner *p;
    uint32_t memories[WICK_MAX_ARENAS]; // by rising cost
    set members;                        // scratch
    uint32_t *order;                    // scratch: storages by merit
    size_t work;                        // spent on trials
} assigner;

static const wick_plan_buffer *buffer_of(const assigner *a, uint32_t storage)
{
    return &a->p->plan->storages[storage].buffer;
}

static const wick_target_memory *memory_at(const assigner *a, uint32_t level)
{
    return &a->p->target->memories[a->memories[level]];
}

static void add_overlap(wick_planner *p, wick_plan_problem *problem, uint32_t upper, uint32_t lower,
                        int64_t distance_bytes)
{
    if (distance_bytes != WICK_DISTANCE_NONE) {
        p->overlaps[problem->overlap_count++] =
            (wick_plan_overlap){p->place_of[upper], p->place_of[lower], (size_t)distance_bytes};
    }
}

static wick_plan_problem problem_of(wick_planner *p, const set *members)
{
    wick_plan_problem problem = {
        .buffers = members->buffers,
        .count = members->count,
        .overlaps = p->overlaps,
        .alignment = p->alignment,
    };
    memset(p->place_of, 0xff, p->plan->storage_count * sizeof *p->place_of);
    for (uint32_t i = 0; i < members->count; i++) {
        members->buffers[i] = p->plan->storages[members->storages[i]].buffer;
        p->place_of[members->storages[i]] = i;
    }
    for (uint32_t i = 0; i < p->plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &p->plan->reuses[i];
        if (p->place_of[reuse->input] != UINT32_MAX && p->place_of[reuse->out] != UINT32_MAX) {
            add_overlap(p, &problem, reuse->input, reuse->out, reuse->distance.forward_bytes);
            add_overlap(p, &problem, reuse->out, reuse->input, reuse->distance.backward_bytes);
        }
    }
    return problem;
}

static bool fits(const wick_target_memory *memory, size_t bytes)
{
    return memory->size_bytes == 0 || bytes <= memory->size_bytes;
}

// Where a storage is that no memory took.
static uint32_t level_at_rest(const assigner *a, uint32_t storage)
{
    const uint32_t count = a->p->target->memory_count;
    return a->p->facts[storage].is_constant ? count : count - 1;
}

static uint32_t cost_at(const assigner *a, uint32_t level)
{
    return level < a->p->target->memory_count ? memory_at(a, level)->access_cost
                                              : a->p->target->constant_access_cost;
}

// Whether the storages can be placed in the memory; not finding out quickly is a no.
static bool fits_quickly(assigner *a, const set *members, uint32_t level)
{
    const wick_target_memory *memory = memory_at(a, level);
    if (memory->size_bytes == 0 || members->count == 0) {
        return true;
    }
    wick_plan_problem problem = problem_of(a->p, members);
    a->work += (size_t)members->count * members->count;
    problem.enough_bytes =
        memory->size_bytes < PTRDIFF_MAX ? (size_t)memory->size_bytes : PTRDIFF_MAX;
    return fits(memory, wick_plan_place(a->p->arena, &problem).arena_bytes);
}

static void collect(assigner *a, const assignment *plan, uint32_t level)
{
    a->members.count = 0;
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        if (plan->level[i] == level) {
            a->members.storages[a->members.count++] = i;
        }
    }
}

static bool level_fits(assigner *a, const assignment *plan, uint32_t level)
{
    collect(a, plan, level);
    return fits_quickly(a, &a->members, level);
}

// Merits: larger enters a cheap memory earlier.
typedef double merit(const assigner *a, uint32_t storage);

static double size_of(const assigner *a, uint32_t storage)
{
    return (double)buffer_of(a, storage)->size_bytes + 1.0;
}

static double by_traffic(const assigner *a, uint32_t storage)
{
    return (double)a->p->facts[storage].traffic_bytes;
}

static double by_density(const assigner *a, uint32_t storage)
{
    return by_traffic(a, storage) / size_of(a, storage);
}

static double by_area(const assigner *a, uint32_t storage)
{
    const wick_plan_buffer *buffer = buffer_of(a, storage);
    return by_density(a, storage) / ((double)(buffer->last - buffer->first) + 1.0);
}

static double by_size(const assigner *a, uint32_t storage)
{
    return size_of(a, storage);
}

static double by_smallness(const assigner *a, uint32_t storage)
{
    return -size_of(a, storage);
}

static merit *const merits[] = {by_area, by_density, by_traffic, by_smallness, by_size};

static void sort_by(assigner *a, merit *function)
{
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        uint32_t k = i;
        for (; k > 0 && function(a, i) > function(a, a->order[k - 1]); k--) {
            a->order[k] = a->order[k - 1];
        }
        a->order[k] = i;
    }
}

static uint64_t cost_of(const assigner *a, const assignment *plan)
{
    uint64_t cost = 0;
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        cost += a->p->facts[i].traffic_bytes * cost_at(a, plan->level[i]);
    }
    return cost;
}

static void judge(assigner *a, assignment *plan)
{
    plan->cost = cost_of(a, plan);
    plan->is_possible = level_fits(a, plan, a->p->target->memory_count - 1);
}

static void put_to_rest(const assigner *a, assignment *plan)
{
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        plan->level[i] = (uint8_t)level_at_rest(a, i);
    }
}

// Adds to a memory what fits of the storages at rest.
static void fill_level(assigner *a, assignment *plan, uint32_t level)
{
    set *chosen = &a->members;
    collect(a, plan, level);
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        const uint32_t storage = a->order[i];
        const uint32_t rest = level_at_rest(a, storage);
        if (plan->level[storage] != rest || level >= rest ||
            cost_at(a, level) >= cost_at(a, rest)) {
            continue;
        }
        chosen->storages[chosen->count++] = storage;
        if (fits_quickly(a, chosen, level)) {
            plan->level[storage] = (uint8_t)level;
        } else {
            chosen->count--;
        }
    }
}

// Fills the memories in the order of merit.
static void fill(assigner *a, assignment *plan)
{
    put_to_rest(a, plan);
    for (uint32_t level = 0; level < a->p->target->memory_count; level++) {
        fill_level(a, plan, level);
    }
    judge(a, plan);
}

static bool is_better(const assignment *a, const assignment *b)
{
    return a->is_possible != b->is_possible ? a->is_possible : a->cost < b->cost;
}

static void copy(const assigner *a, assignment *to, const assignment *from)
{
    memcpy(to->level, from->level, a->p->plan->storage_count);
    to->cost = from->cost;
    to->is_possible = from->is_possible;
}

// The storage at `level` that meets `entering` and moves the least, itself apart; UINT32_MAX if
// there is none.
static uint32_t least_busy(const assigner *a, const assignment *plan, uint32_t entering,
                           uint32_t level)
{
    const wick_plan_buffer *buffer = buffer_of(a, entering);
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        const wick_plan_buffer *other = buffer_of(a, i);
        const bool meets = other->first <= buffer->last && buffer->first <= other->last;
        if (plan->level[i] == level && i != entering && meets && other->size_bytes != 0 &&
            (least == UINT32_MAX ||
             a->p->facts[i].traffic_bytes < a->p->facts[least].traffic_bytes)) {
            least = i;
        }
    }
    return least;
}

// Lets a storage enter a cheaper memory; others leave it until it fits.
static void exchange(assigner *a, assignment *plan, uint32_t entering, uint32_t level)
{
    const uint32_t old = plan->level[entering];
    const uint32_t last = a->p->target->memory_count - 1;
    plan->is_possible = false;
    plan->level[entering] = (uint8_t)level;
    while (!level_fits(a, plan, level)) {
        const uint32_t leaving = least_busy(a, plan, entering, level);
        const uint32_t rest = leaving != UINT32_MAX ? level_at_rest(a, leaving) : level;
        if (rest == level) {
            return;
        }
        plan->level[leaving] = (uint8_t)(old <= last ? old : rest);
    }
    plan->cost = cost_of(a, plan);
    plan->is_possible = (old > last || level_fits(a, plan, old)) && level_fits(a, plan, last);
}

// Tries all exchanges of the best assignment. Returns whether one was better.
static bool improve(assigner *a, assignment *best, assignment *trial)
{
    bool any = false;
    for (uint32_t i = 0; i < a->p->plan->storage_count && a->work < EXCHANGE_WORK; i++) {
        for (uint32_t level = 0; level < best->level[i]; level++) {
            if (cost_at(a, level) >= cost_at(a, best->level[i])) {
                continue;
            }
            copy(a, trial, best);
            exchange(a, trial, i, level);
            if (is_better(trial, best)) {
                copy(a, best, trial);
                any = true;
            }
        }
    }
    return any;
}

static assignment assignment_create(const assigner *a)
{
    return (assignment){.level = wick_arena_alloc(a->p->arena, a->p->plan->storage_count, 1)};
}

static assignment find_best(assigner *a)
{
    assignment best = assignment_create(a);
    assignment trial = assignment_create(a);
    for (uint32_t i = 0; i < sizeof merits / sizeof merits[0]; i++) {
        sort_by(a, merits[i]);
        fill(a, &trial);
        if (i == 0 || is_better(&trial, &best)) {
            copy(a, &best, &trial);
        }
    }
    a->work = 0;
    for (uint32_t round = 0; round < EXCHANGE_ROUNDS; round++) {
        if (!improve(a, &best, &trial)) {
            break;
        }
    }
    return best;
}

static const wick_ir_node *node_at(const wick_ir_graph *graph, const wick_memory_plan *plan,
                                   uint32_t instruction)
{
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_plan_is_elided(plan, node) || strcmp(node->op->name, "wick::label") == 0) {
            continue;
        }
        if (instruction-- == 0) {
            return node;
        }
    }
    return NULL;
}

static bool is_alive(const wick_plan_buffer *buffer, uint32_t instruction)
{
    return buffer->first <= instruction && instruction <= buffer->last && buffer->size_bytes != 0;
}

// "conv2d 25600, relu 25600 and 3 more": what is alive at the peak, the largest first.
static const char *names_at(wick_arena *arena, const set *members, uint32_t instruction)
{
    const char *text = "";
    uint32_t named = 0;
    bool *seen = wick_arena_alloc(arena, members->count, sizeof *seen);
    for (;; named++) {
        uint32_t largest = UINT32_MAX;
        for (uint32_t i = 0; i < members->count; i++) {
            if (!seen[i] && is_alive(&members->buffers[i], instruction) &&
                (largest == UINT32_MAX ||
                 members->buffers[i].size_bytes > members->buffers[largest].size_bytes)) {
                largest = i;
            }
        }
        if (largest == UINT32_MAX) {
            break;
        }
        seen[largest] = true;
        if (named < NAMED_AT_PEAK) {
            text = wick_arena_format(arena, "%s%s'%s' %zu", text, named ? ", " : "",
                                     members->buffers[largest].name,
                                     members->buffers[largest].size_bytes);
        }
    }
    return named <= NAMED_AT_PEAK
               ? text
               : wick_arena_format(arena, "%s and %u more", text, named - NAMED_AT_PEAK);
}

static void fail(assigner *a, uint32_t level, const wick_plan_result *result)
{
    wick_planner *p = a->p;
    const wick_target_memory *room = memory_at(a, level);
    const wick_ir_node *node = node_at(p->graph, p->plan, result->peak_instruction);
    p->failure_where = node ? wick_ir_node_where(p->arena, node) : NULL;
    p->failure = wick_arena_format(
        p->arena,
        "memory '%s' of target '%s' has %llu bytes, the tensors%s need %zu (no placement needs "
        "less than %zu); alive at this peak, in bytes: %s; choose a target with more memory or "
        "make these tensors smaller",
        room->name, p->target->name, (unsigned long long)room->size_bytes,
        p->target->memory_count > 1 ? " left for it" : "", result->arena_bytes,
        result->lower_bound_bytes, names_at(p->arena, &a->members, result->peak_instruction));
}

// Places what a memory got, as low as it can. Returns false if it does not fit.
static bool commit(assigner *a, const assignment *plan, uint32_t level)
{
    wick_planner *p = a->p;
    collect(a, plan, level);
    const wick_plan_problem problem = problem_of(p, &a->members);
    wick_plan_result result = wick_plan_place(p->arena, &problem);
    const uint32_t memory = a->memories[level];
    if (!fits(memory_at(a, level), result.arena_bytes)) {
        fail(a, level, &result);
        return false;
    }
    p->plan->memories[memory] = result;
    p->plan->peak_names[memory] = names_at(p->arena, &a->members, result.peak_instruction);
    for (uint32_t i = 0; i < a->members.count; i++) {
        const uint32_t storage = a->members.storages[i];
        p->plan->storages[storage].buffer = a->members.buffers[i];
        p->plan->storages[storage].memory_id = memory + 1;
        p->plan->traffic_bytes[memory] += p->facts[storage].traffic_bytes;
        p->plan->copied_constant_bytes +=
            p->facts[storage].is_constant ? a->members.buffers[i].size_bytes : 0;
    }
    return true;
}

static void order_memories(const wick_target *target, uint32_t *order)
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

// Whether one memory takes everything.
static bool fits_one(assigner *a, assignment *plan, uint32_t level)
{
    put_to_rest(a, plan);
    for (uint32_t i = 0; i < a->p->plan->storage_count; i++) {
        plan->level[i] = a->p->facts[i].is_constant ? plan->level[i] : (uint8_t)level;
    }
    collect(a, plan, level);
    const wick_plan_problem problem = problem_of(a->p, &a->members);
    return fits(memory_at(a, level), wick_plan_place(a->p->arena, &problem).arena_bytes);
}

bool wick_plan_assign(wick_planner *p)
{
    const uint32_t count = p->plan->storage_count;
    assigner a = {.p = p};
    if (p->target->memory_count == 0) {
        p->failure = "the target describes no memory";
        p->failure_where = p->target->name;
        return false;
    }
    order_memories(p->target, a.memories);
    a.members.storages = wick_arena_alloc(p->arena, count, sizeof *a.members.storages);
    a.members.buffers = wick_arena_alloc(p->arena, count, sizeof *a.members.buffers);
    a.order = wick_arena_alloc(p->arena, count, sizeof *a.order);
    assignment plan = assignment_create(&a);
    const bool has_choice = p->target->memory_count > 1 || p->target->constant_access_cost != 0;
    put_to_rest(&a, &plan);
    if (has_choice && (p->target->constant_access_cost != 0 || !fits_one(&a, &plan, 0))) {
        plan = find_best(&a);
    }
    for (uint32_t level = 0; level < p->target->memory_count; level++) {
        if (!commit(&a, &plan, level)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const bool stays = p->facts[i].is_constant && p->plan->storages[i].memory_id == 0;
        p->plan->constant_traffic_bytes += stays ? p->facts[i].traffic_bytes : 0;
    }
    wick_plan_first_fit(p, a.memories);
    return true;
}
