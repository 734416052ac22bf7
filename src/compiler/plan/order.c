// SPDX-License-Identifier: BSD-3-Clause
// A step runs one node that is not a view; views run as soon as they can and take no memory. What a
// step needs follows from the set of steps already done: the bytes of all tensors that are alive
// plus those of its results, less what these may share with an input that dies.
//
// Search. A state is a set of steps done. States are visited in the order of the largest need on
// the way there, so that the first visit of a set is the best one and the first visit of the full
// set is an optimal order (Dijkstra's algorithm on the maximum). A step that raises neither the
// need nor what stays alive is taken at once: putting it later is never better.
#include "compiler/plan/order.h"

#include "compiler/plan/alias.h"
#include "ops/op.h"

#include <string.h>

#define NO_ROOT UINT32_MAX

enum {
    MOST_STATES = 20000,
    MOST_STEPS = 512,
    WORD_BITS = 64,
};

// A tensor with its views.
typedef struct root {
    size_t bytes;
    uint32_t uses; // by steps, and 1 more for an output
} root;

typedef struct step {
    wick_ir_node *node;
    const wick_contract *contract;
    uint32_t *reads; // roots, each once
    uint32_t read_count;
    uint32_t *results; // roots
    uint32_t result_count;
    size_t result_bytes;
} step;

typedef struct state {
    uint64_t *done; // bit for each step
    uint32_t count; // steps done
    uint32_t last;  // the step that led here
    uint32_t from;  // the state before, NO_ROOT for the first
    size_t alive;   // bytes
    size_t peak;    // largest need so far
} state;

typedef struct orderer {
    wick_arena *arena;
    const wick_ir_graph *graph;
    uint32_t *root_of; // by value
    root *roots;
    uint32_t root_count;
    step *steps;
    uint32_t step_count;
    uint32_t words; // of a set
    state *states;
    uint32_t state_count;
    uint32_t *heap; // states to visit, best first
    uint32_t heap_count;
    uint32_t *table; // hash of sets: state + 1
    uint32_t table_size;
    uint32_t *uses_left; // scratch: by root, in the state that is looked at
    bool is_fixed;       // results that no root stands for, or writes over what others read
} orderer;

wick_plan_order wick_plan_order_of(wick_arena *arena, const wick_ir_graph *graph)
{
    wick_plan_order order = {NULL, 0};
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        order.count++;
    }
    order.nodes = wick_arena_alloc(arena, order.count, sizeof(wick_ir_node *));
    uint32_t i = 0;
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        order.nodes[i++] = node;
    }
    return order;
}

void wick_plan_order_apply(wick_ir_graph *graph, const wick_plan_order *order)
{
    graph->first = graph->last = NULL;
    for (uint32_t i = 0; i < order->count; i++) {
        wick_ir_node *node = order->nodes[i];
        node->previous = graph->last;
        node->next = NULL;
        if (graph->last != NULL) {
            graph->last->next = node;
        } else {
            graph->first = node;
        }
        graph->last = node;
    }
}

static uint32_t add_root(orderer *o, const wick_ir_value *value)
{
    if (value->type.kind != WICK_VALUE_TENSOR || wick_ir_value_is_constant(value)) {
        return NO_ROOT;
    }
    o->roots[o->root_count].bytes = wick_ir_type_size_bytes(&value->type);
    o->root_of[value->index] = o->root_count;
    return o->root_count++;
}

static bool reads_root(const step *s, uint32_t wanted)
{
    for (uint32_t i = 0; i < s->read_count; i++) {
        if (s->reads[i] == wanted) {
            return true;
        }
    }
    return false;
}

typedef struct reader {
    orderer *o;
    step *s;
    uint32_t count;
} reader;

static void count_read(void *context, wick_ir_value **slot)
{
    reader *r = context;
    (void)slot;
    r->count++;
}

static void note_read(void *context, wick_ir_value **slot)
{
    reader *r = context;
    const uint32_t read = r->o->root_of[(*slot)->index];
    if (read != NO_ROOT && !reads_root(r->s, read)) {
        r->s->reads[r->s->read_count++] = read;
        r->o->roots[read].uses++;
    }
}

static void add_step(orderer *o, wick_ir_node *node, const wick_contract *contract)
{
    step *s = &o->steps[o->step_count++];
    reader r = {o, s, 0};
    wick_ir_node_each_value(node, count_read, &r);
    s->node = node;
    s->contract = contract;
    o->is_fixed = o->is_fixed || wick_ir_op_writes(node->op) || node->op->row < 0;
    s->reads = wick_arena_alloc(o->arena, r.count, sizeof *s->reads);
    s->results = wick_arena_alloc(o->arena, node->output_count, sizeof *s->results);
    wick_ir_node_each_value(node, note_read, &r);
    for (uint32_t i = 0; i < node->output_count; i++) {
        const uint32_t result = add_root(o, node->outputs[i]);
        o->is_fixed = o->is_fixed || result == NO_ROOT;
        if (result != NO_ROOT) {
            s->results[s->result_count++] = result;
            s->result_bytes += o->roots[result].bytes;
        }
    }
}

static void collect(orderer *o, const wick_contract *contracts)
{
    for (uint32_t i = 0; i < o->graph->input_count; i++) {
        add_root(o, o->graph->inputs[i]);
    }
    for (wick_ir_node *node = o->graph->first; node != NULL; node = node->next, contracts++) {
        if (wick_plan_is_view(node)) {
            o->root_of[node->outputs[0]->index] = o->root_of[node->args[0].value->index];
        } else {
            add_step(o, node, contracts);
        }
    }
    for (uint32_t i = 0; i < o->graph->output_count; i++) {
        const uint32_t output = o->root_of[o->graph->outputs[i]->index];
        if (output != NO_ROOT) {
            o->roots[output].uses++;
        }
    }
}

static bool is_done(const uint64_t *done, uint32_t i)
{
    return (done[i / WORD_BITS] >> (i % WORD_BITS) & 1) != 0;
}

// Uses that remain in a state, and which roots exist: UINT32_MAX marks one that does not yet.
static void look_at(const orderer *o, const uint64_t *done)
{
    for (uint32_t i = 0; i < o->root_count; i++) {
        o->uses_left[i] = o->roots[i].uses;
    }
    for (uint32_t i = 0; i < o->step_count; i++) {
        const step *s = &o->steps[i];
        for (uint32_t k = 0; k < s->result_count && !is_done(done, i); k++) {
            o->uses_left[s->results[k]] = UINT32_MAX;
        }
        for (uint32_t k = 0; k < s->read_count && is_done(done, i); k++) {
            o->uses_left[s->reads[k]]--;
        }
    }
}

static bool is_ready(const orderer *o, const step *s)
{
    for (uint32_t i = 0; i < s->read_count; i++) {
        if (o->uses_left[s->reads[i]] == UINT32_MAX) {
            return false;
        }
    }
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Bytes that the result shares with an input at a distance: what lies above it of the two.
static size_t shared_at(int64_t distance, size_t upper, size_t lower)
{
    const bool is_near = distance >= 0 && (uint64_t)distance < lower;
    return is_near ? smaller(upper, lower - (size_t)distance) : 0;
}

// What the step's result may share with one of its arguments, which dies.
static size_t shared_with(const step *s, const wick_ir_value *value, size_t bytes)
{
    const size_t result = s->result_bytes;
    const bool is_elementwise = (s->node->op->traits & WICK_OP_ELEMENTWISE) != 0;
    size_t shared = is_elementwise && bytes == result ? bytes : 0;
    for (uint32_t i = 0; i < s->contract->overlap_count; i++) {
        const wick_overlap *overlap = &s->contract->overlaps[i];
        if (s->node->args[overlap->arg].value != value) {
            continue;
        }
        const size_t forward = shared_at(overlap->distance.forward_bytes, bytes, result);
        const size_t backward = s->contract->order_arg == 0
                                    ? 0
                                    : shared_at(overlap->distance.backward_bytes, result, bytes);
        const size_t best = forward > backward ? forward : backward;
        shared = overlap->may_coincide && bytes == result ? bytes : best > shared ? best : shared;
    }
    return shared;
}

typedef struct sharing {
    const orderer *o;
    const step *s;
    size_t shared;
} sharing;

static void find_shared(void *context, wick_ir_value **slot)
{
    sharing *f = context;
    const uint32_t read = f->o->root_of[(*slot)->index];
    if (read != NO_ROOT && f->o->uses_left[read] == 1 && f->s->node->output_count == 1) {
        const size_t shared = shared_with(f->s, *slot, f->o->roots[read].bytes);
        f->shared = shared > f->shared ? shared : f->shared;
    }
}

// Bytes alive while the step runs, and after it. uses_left is that of the state before.
static size_t need_of(const orderer *o, const step *s, size_t alive, size_t *after)
{
    sharing f = {o, s, 0};
    wick_ir_node_each_value(s->node, find_shared, &f);
    *after = alive + s->result_bytes;
    for (uint32_t i = 0; i < s->read_count; i++) {
        *after -= o->uses_left[s->reads[i]] == 1 ? o->roots[s->reads[i]].bytes : 0;
    }
    for (uint32_t i = 0; i < s->result_count; i++) {
        const root *result = &o->roots[s->results[i]];
        *after -= result->uses == 0 ? result->bytes : 0; // read by nobody
    }
    return alive + s->result_bytes - f.shared;
}

static size_t bytes_at_start(const orderer *o)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < o->graph->input_count; i++) {
        const uint32_t input = o->root_of[o->graph->inputs[i]->index];
        bytes += input != NO_ROOT ? o->roots[input].bytes : 0;
    }
    return bytes;
}

// Which state is to be visited first: the lower peak, then the one that has come further, then the
// older one.
static bool goes_first(const orderer *o, uint32_t a, uint32_t b)
{
    const state *x = &o->states[a];
    const state *y = &o->states[b];
    if (x->peak != y->peak) {
        return x->peak < y->peak;
    }
    return x->count != y->count ? x->count > y->count : a < b;
}

static void heap_push(orderer *o, uint32_t added)
{
    uint32_t at = o->heap_count++;
    for (; at > 0 && goes_first(o, added, o->heap[(at - 1) / 2]); at = (at - 1) / 2) {
        o->heap[at] = o->heap[(at - 1) / 2];
    }
    o->heap[at] = added;
}

static uint32_t heap_pop(orderer *o)
{
    const uint32_t first = o->heap[0];
    const uint32_t moving = o->heap[--o->heap_count];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= o->heap_count) {
            break;
        }
        if (child + 1 < o->heap_count && goes_first(o, o->heap[child + 1], o->heap[child])) {
            child++;
        }
        if (!goes_first(o, o->heap[child], moving)) {
            break;
        }
        o->heap[at] = o->heap[child];
        at = child;
    }
    o->heap[at] = moving;
    return first;
}

// The slot of a set in the table: its state, or where it would stand.
static uint32_t *slot_of(orderer *o, const uint64_t *done)
{
    uint64_t hash = 14695981039346656037u;
    for (uint32_t i = 0; i < o->words; i++) {
        hash = (hash ^ done[i]) * 1099511628211u;
        hash ^= hash >> 29;
    }
    for (uint32_t at = (uint32_t)(hash % o->table_size);; at = (at + 1) % o->table_size) {
        const uint32_t held = o->table[at];
        if (held == 0 || memcmp(o->states[held - 1].done, done, o->words * sizeof *done) == 0) {
            return &o->table[at];
        }
    }
}

// The state after a step, unless its set was reached as well before.
static void go(orderer *o, uint32_t from, uint32_t next, size_t need, size_t after)
{
    const state *before = &o->states[from];
    state *reached = &o->states[o->state_count];
    reached->done = wick_arena_alloc(o->arena, o->words, sizeof *reached->done);
    memcpy(reached->done, before->done, o->words * sizeof *reached->done);
    reached->done[next / WORD_BITS] |= UINT64_C(1) << (next % WORD_BITS);
    reached->count = before->count + 1;
    reached->last = next;
    reached->from = from;
    reached->alive = after;
    reached->peak = need > before->peak ? need : before->peak;
    uint32_t *slot = slot_of(o, reached->done);
    if (*slot != 0 && o->states[*slot - 1].peak <= reached->peak) {
        return;
    }
    *slot = o->state_count + 1;
    heap_push(o, o->state_count++);
}

// A step that may be taken at once, NO_ROOT if there is none.
static uint32_t free_step(const orderer *o, const state *at)
{
    for (uint32_t i = 0; i < o->step_count; i++) {
        size_t after;
        if (!is_done(at->done, i) && is_ready(o, &o->steps[i]) &&
            need_of(o, &o->steps[i], at->alive, &after) <= at->peak && after <= at->alive) {
            return i;
        }
    }
    return NO_ROOT;
}

static void expand(orderer *o, uint32_t visited)
{
    look_at(o, o->states[visited].done);
    const uint32_t only = free_step(o, &o->states[visited]);
    for (uint32_t i = 0; i < o->step_count && o->state_count < MOST_STATES; i++) {
        const bool is_next = only == NO_ROOT
                                 ? !is_done(o->states[visited].done, i) && is_ready(o, &o->steps[i])
                                 : i == only;
        if (is_next) {
            size_t after;
            const size_t need = need_of(o, &o->steps[i], o->states[visited].alive, &after);
            go(o, visited, i, need, after);
        }
    }
}

// The full set with the lowest peak; NO_ROOT if the budget was spent.
static uint32_t search(orderer *o)
{
    o->states = wick_arena_alloc(o->arena, MOST_STATES + 1, sizeof *o->states);
    o->heap = wick_arena_alloc(o->arena, MOST_STATES + 1, sizeof *o->heap);
    o->table_size = 2 * MOST_STATES + 1;
    o->table = wick_arena_alloc(o->arena, o->table_size, sizeof *o->table);
    o->states[0].done = wick_arena_alloc(o->arena, o->words, sizeof(uint64_t));
    o->states[0].from = NO_ROOT;
    o->states[0].alive = bytes_at_start(o);
    o->state_count = 1;
    heap_push(o, 0);
    while (o->heap_count > 0 && o->state_count < MOST_STATES) {
        const uint32_t visited = heap_pop(o);
        if (o->states[visited].count == o->step_count) {
            return visited;
        }
        expand(o, visited);
    }
    return NO_ROOT;
}

// The peak of an order of steps; NULL: that of the graph.
static size_t peak_of(const orderer *o, const uint32_t *steps)
{
    uint64_t *done = wick_arena_alloc(o->arena, o->words, sizeof *done);
    size_t alive = bytes_at_start(o);
    size_t peak = 0;
    for (uint32_t i = 0; i < o->step_count; i++) {
        const uint32_t next = steps != NULL ? steps[i] : i;
        look_at(o, done);
        size_t after;
        const size_t need = need_of(o, &o->steps[next], alive, &after);
        peak = need > peak ? need : peak;
        alive = after;
        done[next / WORD_BITS] |= UINT64_C(1) << (next % WORD_BITS);
    }
    return peak;
}

// The next step of the greedy order: what raises the peak least, then leaves least alive.
static uint32_t greedy_step(const orderer *o, const uint64_t *done, size_t alive, size_t peak)
{
    uint32_t best = NO_ROOT;
    size_t best_peak = 0;
    size_t best_after = 0;
    for (uint32_t i = 0; i < o->step_count; i++) {
        if (is_done(done, i) || !is_ready(o, &o->steps[i])) {
            continue;
        }
        size_t after;
        const size_t need = need_of(o, &o->steps[i], alive, &after);
        const size_t raised = need > peak ? need : peak;
        if (best == NO_ROOT || raised < best_peak || (raised == best_peak && after < best_after)) {
            best = i;
            best_peak = raised;
            best_after = after;
        }
    }
    return best;
}

static void order_greedily(const orderer *o, uint32_t *steps)
{
    uint64_t *done = wick_arena_alloc(o->arena, o->words, sizeof *done);
    size_t alive = bytes_at_start(o);
    size_t peak = 0;
    for (uint32_t i = 0; i < o->step_count; i++) {
        look_at(o, done);
        const uint32_t next = greedy_step(o, done, alive, peak);
        const size_t need = need_of(o, &o->steps[next], alive, &alive);
        peak = need > peak ? need : peak;
        steps[i] = next;
        done[next / WORD_BITS] |= UINT64_C(1) << (next % WORD_BITS);
    }
}

// Whether some state of the graph's order leaves a choice.
static bool has_choice(const orderer *o)
{
    uint64_t *done = wick_arena_alloc(o->arena, o->words, sizeof *done);
    for (uint32_t i = 0; i < o->step_count; i++) {
        look_at(o, done);
        for (uint32_t k = i + 1; k < o->step_count; k++) {
            if (is_ready(o, &o->steps[k])) {
                return true;
            }
        }
        done[i / WORD_BITS] |= UINT64_C(1) << (i % WORD_BITS);
    }
    return false;
}

// Whether the step or view may run after those that are marked.
typedef struct readiness {
    const bool *is_there; // by value
    bool is_ready;
} readiness;

static void check_there(void *context, wick_ir_value **slot)
{
    readiness *r = context;
    const bool comes_later = (*slot)->kind == WICK_IR_RESULT && !r->is_there[(*slot)->index];
    r->is_ready = r->is_ready && !comes_later;
}

typedef struct listing {
    const orderer *o;
    wick_plan_order *order;
    bool *is_there;
} listing;

static void list_node(listing *l, wick_ir_node *node)
{
    l->order->nodes[l->order->count++] = node;
    for (uint32_t i = 0; i < node->output_count; i++) {
        l->is_there[node->outputs[i]->index] = true;
    }
}

// Views follow as soon as what they show is there; a view of a view stands behind it in the graph.
static void list_views(listing *l)
{
    for (wick_ir_node *node = l->o->graph->first; node != NULL; node = node->next) {
        if (!wick_plan_is_view(node) || l->is_there[node->outputs[0]->index]) {
            continue;
        }
        readiness r = {l->is_there, true};
        wick_ir_node_each_value(node, check_there, &r);
        if (r.is_ready) {
            list_node(l, node);
        }
    }
}

static void list_all(const orderer *o, const uint32_t *steps, uint32_t value_count,
                     uint32_t node_count, wick_plan_order *out)
{
    listing l = {o, out, wick_arena_alloc(o->arena, value_count, sizeof(bool))};
    *out = (wick_plan_order){wick_arena_alloc(o->arena, node_count, sizeof(wick_ir_node *)), 0};
    list_views(&l);
    for (uint32_t i = 0; i < o->step_count; i++) {
        list_node(&l, o->steps[steps[i]].node);
        list_views(&l);
    }
}

static uint32_t count_values(const wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        count = value->index >= count ? value->index + 1 : count;
    }
    return count;
}

bool wick_plan_order_find(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_contract *contracts, wick_plan_order *out)
{
    orderer o = {.arena = arena, .graph = graph};
    const uint32_t value_count = count_values(graph);
    const uint32_t node_count = wick_plan_order_of(arena, graph).count;
    o.root_of = wick_arena_alloc(arena, value_count, sizeof *o.root_of);
    memset(o.root_of, 0xff, value_count * sizeof *o.root_of);
    o.roots = wick_arena_alloc(arena, value_count, sizeof *o.roots);
    o.steps = wick_arena_alloc(arena, node_count, sizeof *o.steps);
    collect(&o, contracts);
    o.words = o.step_count / WORD_BITS + 1;
    o.uses_left = wick_arena_alloc(arena, o.root_count, sizeof *o.uses_left);
    if (o.step_count > MOST_STEPS || o.is_fixed || !has_choice(&o)) {
        return false;
    }
    uint32_t *steps = wick_arena_alloc(arena, o.step_count, sizeof *steps);
    uint32_t found = search(&o);
    if (found == NO_ROOT) {
        order_greedily(&o, steps);
    }
    for (; found != NO_ROOT && o.states[found].from != NO_ROOT; found = o.states[found].from) {
        steps[o.states[found].count - 1] = o.states[found].last;
    }
    if (peak_of(&o, steps) >= peak_of(&o, NULL)) {
        return false;
    }
    list_all(&o, steps, value_count, node_count, out);
    return out->count == node_count;
}
