// SPDX-License-Identifier: BSD-3-Clause
// Dynamic storage allocation: rectangles of fixed width (lifetime) and height (bytes) are stacked
// as low as possible. Two that meet in time lie apart: the upper one's offset is at least the lower
// one's plus a need, which is the lower one's size, or less where the two may overlap.
//
// Bound. At each instruction the bytes alive are summed up, less what may overlap there. No
// placement is below the largest sum.
//
// Best fit. Buffers enter one by one, each into the tightest gap between those already placed that
// it meets in time, in five orders. Then each order is repaired: what sticks out above the bound
// enters earlier in the next round ("squeaky wheel"). Stops at the bound.
//
// Exact search. In some optimal placement every buffer rests on offset 0 or, at its need, on a
// buffer that is not above it. So it can be built by placing buffers in order of rising offset,
// each at the lowest offset that those already placed leave. Branch and bound over these sequences:
// a branch is cut when, at some instant, what is stacked plus what must still come reaches the best
// arena known. Ends with a proof or when its budget of work is spent.
#include "compiler/plan/place.h"

#include <string.h>

enum {
    PLACE_REPAIR_ROUNDS = 256,
    PLACE_QUICK_ROUNDS = 4,      // where a placement is to fit, not to be the lowest
    PLACE_EXACT_COUNT = 128,     // buffers; the depth of the search
    PLACE_EXACT_WORK = 1 << 26,  // budget of the search: about a tenth of a second
    PLACE_REPAIR_WORK = 1 << 25, // budget of the repair of one order
};

#define PLACE_NOTHING UINT32_MAX

typedef struct place_item {
    uint32_t buffer; // index in the caller's array
    size_t size;     // aligned, > 0
    uint32_t first;
    uint32_t last;
    uint32_t pairs; // first of those in which it is the upper one
    bool is_paired; // in either direction
    size_t offset;
} place_item;

// Item `upper` may begin `need` bytes above the beginning of `lower`; need < size of lower.
typedef struct place_pair {
    uint32_t upper, lower;
    size_t need;
    size_t saved;  // bytes that the two can share at most, counted in one of two directions only
    uint32_t next; // of the same upper item
} place_pair;

// Offsets between which an item must not begin.
typedef struct place_gap {
    ptrdiff_t low, high;
} place_gap;

typedef struct place {
    place_item *items;
    uint32_t count;
    place_pair *pairs;
    uint32_t pair_count;
    size_t bound;
    size_t goal; // an arena that is low enough: the bound, or what the caller said
    bool is_quick;
    uint32_t peak;
    uint32_t *order;    // scratch: indices of items in the order of placement
    place_gap *blocked; // scratch: by the items placed and alive together with the one that enters
    size_t *best_offsets;
    size_t best_arena;
} place;

static bool place_meets(const place_item *a, const place_item *b)
{
    return a->first <= b->last && b->first <= a->last;
}

// How far above the beginning of `lower` the item `upper` must begin.
static size_t place_need(const place *p, uint32_t upper, uint32_t lower)
{
    for (uint32_t k = p->items[upper].pairs; k != PLACE_NOTHING; k = p->pairs[k].next) {
        if (p->pairs[k].lower == lower) {
            return p->pairs[k].need;
        }
    }
    return p->items[lower].size;
}

// The only instant of a pair.
static uint32_t place_pair_instant(const place *p, const place_pair *pair)
{
    const uint32_t a = p->items[pair->upper].first;
    const uint32_t b = p->items[pair->lower].first;
    return a > b ? a : b;
}

static size_t place_saved_at(const place *p, uint32_t at)
{
    size_t saved = 0;
    for (uint32_t k = 0; k < p->pair_count; k++) {
        saved += place_pair_instant(p, &p->pairs[k]) == at ? p->pairs[k].saved : 0;
    }
    return saved;
}

// The sum of sizes alive at one instruction is largest where some buffer begins: what ends there
// and overlaps one that begins leaves no more behind.
static void place_find_bound(place *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t at = p->items[i].first;
        size_t alive = 0;
        for (uint32_t k = 0; k < p->count; k++) {
            alive += p->items[k].first <= at && at <= p->items[k].last ? p->items[k].size : 0;
        }
        const size_t saved = place_saved_at(p, at);
        alive -= saved < alive ? saved : alive;
        if (alive > p->bound || (alive == p->bound && at < p->peak)) {
            p->bound = alive;
            p->peak = at;
        }
    }
}

// Where `item` must not begin because of those already placed that it meets, by rising low end.
// Returns how many.
static uint32_t place_find_blocked(place *p, uint32_t placed, uint32_t item)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < placed; i++) {
        const uint32_t other = p->order[i];
        if (!place_meets(&p->items[item], &p->items[other])) {
            continue;
        }
        const ptrdiff_t offset = (ptrdiff_t)p->items[other].offset;
        const place_gap gap = {offset - (ptrdiff_t)place_need(p, other, item),
                               offset + (ptrdiff_t)place_need(p, item, other)};
        uint32_t k = count++;
        for (; k > 0 && p->blocked[k - 1].low > gap.low; k--) {
            p->blocked[k] = p->blocked[k - 1];
        }
        p->blocked[k] = gap;
    }
    return count;
}

// The tightest gap that holds the item, or the end of the stack.
static size_t place_best_gap(const place *p, uint32_t blocked)
{
    ptrdiff_t end = 0;
    ptrdiff_t best_offset = 0;
    ptrdiff_t best_slack = PTRDIFF_MAX;
    for (uint32_t i = 0; i < blocked; i++) {
        const place_gap *gap = &p->blocked[i];
        const ptrdiff_t slack = gap->low - end;
        if (slack >= 0 && slack < best_slack) {
            best_slack = slack;
            best_offset = end;
        }
        end = gap->high > end ? gap->high : end;
    }
    return (size_t)(best_slack == PTRDIFF_MAX ? end : best_offset);
}

static void place_keep(place *p, size_t arena)
{
    p->best_arena = arena;
    for (uint32_t i = 0; i < p->count; i++) {
        p->best_offsets[i] = p->items[i].offset;
    }
}

// Places all items in p->order; keeps the result if it is the best so far. Returns the arena.
static size_t place_in_order(place *p)
{
    size_t arena = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        place_item *item = &p->items[p->order[i]];
        item->offset = place_best_gap(p, place_find_blocked(p, i, p->order[i]));
        size_t end = item->offset + item->size;
        arena = end > arena ? end : arena;
    }
    if (arena < p->best_arena) {
        place_keep(p, arena);
    }
    return arena;
}

// Keys of the five orders: larger enters earlier.
typedef double (*place_key)(const place_item *item);

static double place_by_size(const place_item *item)
{
    return (double)item->size;
}

static double place_by_length(const place_item *item)
{
    return (double)(item->last - item->first);
}

static double place_by_area(const place_item *item)
{
    return (double)item->size * ((double)(item->last - item->first) + 1.0);
}

static double place_by_start(const place_item *item)
{
    return -(double)item->first;
}

static double place_by_end(const place_item *item)
{
    return (double)item->last;
}

static const place_key place_keys[] = {place_by_size, place_by_area, place_by_length,
                                       place_by_start, place_by_end};

static bool place_goes_before(const place *p, place_key key, uint32_t a, uint32_t b)
{
    double key_a = key(&p->items[a]);
    double key_b = key(&p->items[b]);
    if (key_a > key_b || key_a < key_b) {
        return key_a > key_b;
    }
    return p->items[a].size != p->items[b].size ? p->items[a].size > p->items[b].size : a < b;
}

// Shell sort: no recursion, no callback with hidden state, the order is total so the result is
// unique.
static void place_sort(place *p, place_key key)
{
    for (uint32_t i = 0; i < p->count; i++) {
        p->order[i] = i;
    }
    for (uint32_t gap = p->count / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < p->count; i++) {
            uint32_t moving = p->order[i];
            uint32_t k = i;
            for (; k >= gap && place_goes_before(p, key, moving, p->order[k - gap]); k -= gap) {
                p->order[k] = p->order[k - gap];
            }
            p->order[k] = moving;
        }
    }
}

// Moves each item that ends above `limit` half way to the front. Returns false if there is none.
static bool place_promote(place *p, size_t limit)
{
    bool any = false;
    for (uint32_t i = 1; i < p->count; i++) {
        uint32_t moving = p->order[i];
        if (p->items[moving].offset + p->items[moving].size <= limit) {
            continue;
        }
        any = true;
        for (uint32_t k = i; k > i / 2; k--) {
            p->order[k] = p->order[k - 1];
        }
        p->order[i / 2] = moving;
    }
    return any;
}

// Rounds are limited by work, which is quadratic in the number of items.
static void place_repair(place *p, place_key key)
{
    size_t affordable = PLACE_REPAIR_WORK / ((size_t)p->count * p->count);
    const size_t most = p->is_quick ? PLACE_QUICK_ROUNDS : PLACE_REPAIR_ROUNDS;
    size_t rounds = affordable < most ? affordable : most;
    if (rounds == 0) {
        return;
    }
    place_sort(p, key);
    place_in_order(p);
    for (size_t round = 0; round < rounds && p->best_arena > p->goal; round++) {
        if (!place_promote(p, p->goal)) {
            return;
        }
        place_in_order(p);
    }
}

static void place_heuristic(place *p)
{
    uint32_t key_count = sizeof place_keys / sizeof place_keys[0];
    for (uint32_t i = 0; i < key_count && p->best_arena > p->goal; i++) {
        place_sort(p, place_keys[i]);
        place_in_order(p);
    }
    for (uint32_t i = 0; i < key_count && p->best_arena > p->goal; i++) {
        place_repair(p, place_keys[i]);
    }
}

// State of the exact search. Instants are the beginnings of buffers: two buffers that meet, meet at
// one of them.
typedef struct place_search {
    place *p;
    uint32_t instant_count;
    uint32_t (*range)[2];   // [item] first and last instant at which it is alive
    uint32_t *pair_instant; // [pair]
    size_t *height;         // [instant] where the stack ends
    size_t *waiting;        // [instant] bytes of unplaced items
    size_t *saved;          // [instant] of these, what may overlap each other or the stack
    size_t *lowest;         // [item] where an unplaced item may begin
    bool *is_placed;        // [item]
    size_t *old_height;     // [depth, instant] to return to
    size_t *old_lowest;     // [depth, item]
    uint32_t *chosen;       // [depth] item placed at this depth
    size_t *floor;          // [depth] offset of the item placed before: offsets never fall
    size_t budget;          // steps
} place_search;

// Whether, with the items placed so far, every instant can stay below the best arena known.
static bool place_search_is_hopeful(const place_search *s, size_t floor)
{
    for (uint32_t t = 0; t < s->instant_count; t++) {
        size_t start = s->height[t] > floor ? s->height[t] : floor;
        if (s->waiting[t] > s->saved[t] &&
            start + s->waiting[t] - s->saved[t] >= s->p->best_arena) {
            return false;
        }
    }
    return true;
}

// An item may come next only below this: else some other item would fit wholly underneath, which is
// never worse.
static size_t place_search_ceiling(const place_search *s, size_t floor)
{
    size_t ceiling = SIZE_MAX;
    for (uint32_t i = 0; i < s->p->count; i++) {
        if (s->is_placed[i]) {
            continue;
        }
        size_t end = (s->lowest[i] > floor ? s->lowest[i] : floor) + s->p->items[i].size;
        ceiling = end < ceiling ? end : ceiling;
    }
    return ceiling;
}

// A pair whose two items are placed saves nothing any more.
static void place_search_count_pairs(place_search *s, uint32_t item, bool is_placed)
{
    for (uint32_t k = 0; s->p->items[item].is_paired && k < s->p->pair_count; k++) {
        const place_pair *pair = &s->p->pairs[k];
        const uint32_t other = pair->upper == item ? pair->lower : pair->upper;
        if ((pair->upper == item || pair->lower == item) && s->is_placed[other]) {
            s->saved[s->pair_instant[k]] += is_placed ? -pair->saved : pair->saved;
        }
    }
}

static void place_search_put(place_search *s, uint32_t depth, uint32_t item, size_t offset)
{
    place_item *placed = &s->p->items[item];
    const size_t end = offset + placed->size;
    memcpy(s->old_height + (size_t)depth * s->instant_count, s->height,
           s->instant_count * sizeof s->height[0]);
    memcpy(s->old_lowest + (size_t)depth * s->p->count, s->lowest,
           s->p->count * sizeof s->lowest[0]);
    for (uint32_t t = s->range[item][0]; t <= s->range[item][1]; t++) {
        s->height[t] = s->height[t] > end ? s->height[t] : end;
        s->waiting[t] -= placed->size;
    }
    for (uint32_t i = 0; i < s->p->count; i++) {
        if (!s->is_placed[i] && place_meets(&s->p->items[i], placed)) {
            const size_t above = offset + place_need(s->p, i, item);
            s->lowest[i] = s->lowest[i] > above ? s->lowest[i] : above;
        }
    }
    place_search_count_pairs(s, item, true);
    placed->offset = offset;
    s->is_placed[item] = true;
    s->chosen[depth] = item;
    s->floor[depth + 1] = offset;
}

static void place_search_take_back(place_search *s, uint32_t depth)
{
    uint32_t item = s->chosen[depth];
    memcpy(s->height, s->old_height + (size_t)depth * s->instant_count,
           s->instant_count * sizeof s->height[0]);
    memcpy(s->lowest, s->old_lowest + (size_t)depth * s->p->count,
           s->p->count * sizeof s->lowest[0]);
    for (uint32_t t = s->range[item][0]; t <= s->range[item][1]; t++) {
        s->waiting[t] += s->p->items[item].size;
    }
    s->is_placed[item] = false;
    place_search_count_pairs(s, item, false);
}

// The next item after `after` that may be placed at this depth. Items are sorted by size, large
// first. Items on the same offset never meet, but for pairs, so their order does not matter: only
// rising indices are tried.
static bool place_search_next(const place_search *s, uint32_t depth, uint32_t after, uint32_t *item,
                              size_t *offset)
{
    size_t floor = s->floor[depth];
    size_t ceiling = place_search_ceiling(s, floor);
    for (uint32_t i = after; i < s->p->count; i++) {
        if (s->is_placed[i]) {
            continue;
        }
        const size_t lowest = s->lowest[i];
        bool is_ordered = lowest > floor ||
                          (lowest == floor &&
                           (depth == 0 || i > s->chosen[depth - 1] || s->p->items[i].is_paired));
        if (is_ordered && lowest < ceiling) {
            *item = i;
            *offset = lowest;
            return true;
        }
    }
    return false;
}

static void place_search_keep(place_search *s)
{
    size_t arena = 0;
    for (uint32_t i = 0; i < s->p->count; i++) {
        size_t end = s->p->items[i].offset + s->p->items[i].size;
        arena = end > arena ? end : arena;
    }
    if (arena < s->p->best_arena) {
        place_keep(s->p, arena);
    }
}

// Depth first, without recursion. Returns true if the space was exhausted or the bound was reached.
static bool place_search_run(place_search *s)
{
    uint32_t depth = 0;
    uint32_t after = 0; // first candidate to try at this depth
    while (s->p->best_arena > s->p->bound) {
        if (s->budget-- == 0) {
            return false;
        }
        uint32_t item = 0;
        size_t offset = 0;
        bool descends = depth < s->p->count && place_search_is_hopeful(s, s->floor[depth]) &&
                        place_search_next(s, depth, after, &item, &offset);
        if (descends) {
            place_search_put(s, depth++, item, offset);
            after = 0;
            continue;
        }
        if (depth == s->p->count) {
            place_search_keep(s);
        }
        if (depth == 0) {
            return true;
        }
        place_search_take_back(s, --depth);
        after = s->chosen[depth] + 1;
    }
    return true;
}

static void place_search_instants(wick_arena *arena, place_search *s)
{
    const place *p = s->p;
    uint32_t *instants = wick_arena_alloc(arena, p->count, sizeof *instants);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t at = p->items[i].first;
        uint32_t k = s->instant_count;
        for (; k > 0 && instants[k - 1] > at; k--) {
        }
        if (k > 0 && instants[k - 1] == at) {
            continue;
        }
        memmove(instants + k + 1, instants + k, (s->instant_count - k) * sizeof *instants);
        instants[k] = at;
        s->instant_count++;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t t = 0;
        for (; instants[t] < p->items[i].first; t++) {
        }
        s->range[i][0] = t;
        for (; t < s->instant_count && instants[t] <= p->items[i].last; t++) {
        }
        s->range[i][1] = t - 1;
    }
}

static void place_search_allocate(wick_arena *arena, place_search *s)
{
    const uint32_t count = s->p->count;
    s->height = wick_arena_alloc(arena, s->instant_count, sizeof *s->height);
    s->waiting = wick_arena_alloc(arena, s->instant_count, sizeof *s->waiting);
    s->saved = wick_arena_alloc(arena, s->instant_count, sizeof *s->saved);
    s->lowest = wick_arena_alloc(arena, count, sizeof *s->lowest);
    s->is_placed = wick_arena_alloc(arena, count, sizeof *s->is_placed);
    s->old_height = wick_arena_alloc(arena, (size_t)count * s->instant_count, sizeof(size_t));
    s->old_lowest = wick_arena_alloc(arena, (size_t)count * count, sizeof(size_t));
    s->chosen = wick_arena_alloc(arena, count, sizeof *s->chosen);
    s->floor = wick_arena_alloc(arena, (size_t)count + 1, sizeof *s->floor);
    s->pair_instant = wick_arena_alloc(arena, s->p->pair_count, sizeof *s->pair_instant);
}

static bool place_exact(wick_arena *arena, place *p)
{
    place_search s = {.p = p};
    s.range = wick_arena_alloc(arena, p->count, sizeof *s.range);
    place_search_instants(arena, &s);
    place_search_allocate(arena, &s);
    size_t work = p->count; // of one step: it looks at each item and at each of its instants
    for (uint32_t i = 0; i < p->count; i++) {
        for (uint32_t t = s.range[i][0]; t <= s.range[i][1]; t++) {
            s.waiting[t] += p->items[i].size;
            work++;
        }
    }
    for (uint32_t k = 0; k < p->pair_count; k++) { // they meet where the later one begins
        const uint32_t a = s.range[p->pairs[k].upper][0];
        const uint32_t b = s.range[p->pairs[k].lower][0];
        s.pair_instant[k] = a > b ? a : b;
        s.saved[s.pair_instant[k]] += p->pairs[k].saved;
    }
    s.budget = PLACE_EXACT_WORK / work + 1;
    return place_search_run(&s);
}

static size_t place_align(size_t bytes, size_t alignment)
{
    return (bytes + alignment - 1) & ~(alignment - 1);
}

// Items are the buffers with bytes, large ones first, so that the search meets them first.
static void place_collect(wick_arena *arena, place *p, const wick_plan_problem *problem)
{
    const wick_plan_buffer *buffers = problem->buffers;
    const uint32_t count = problem->count;
    place_item *unsorted = wick_arena_alloc(arena, count, sizeof *unsorted);
    for (uint32_t i = 0; i < count; i++) {
        const size_t size = place_align(buffers[i].size_bytes, problem->alignment);
        if (size != 0) {
            unsorted[p->count++] = (place_item){.buffer = i,
                                                .size = size,
                                                .first = buffers[i].first,
                                                .last = buffers[i].last,
                                                .pairs = PLACE_NOTHING};
        }
    }
    p->order = wick_arena_alloc(arena, count, sizeof *p->order);
    p->blocked = wick_arena_alloc(arena, count, sizeof *p->blocked);
    p->best_offsets = wick_arena_alloc(arena, count, sizeof *p->best_offsets);
    p->items = unsorted;
    place_sort(p, place_by_size);
    p->items = wick_arena_alloc(arena, count, sizeof *p->items);
    for (uint32_t i = 0; i < p->count; i++) {
        p->items[i] = unsorted[p->order[i]];
    }
}

static size_t place_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// What upper and lower share at most with upper's offset `need` above lower's.
static size_t place_shared(const place *p, const place_pair *pair)
{
    const size_t lower_size = p->items[pair->lower].size;
    return place_smaller(p->items[pair->upper].size, lower_size - pair->need);
}

// Adds what a pair saves; of two directions the one that saves more counts.
static void place_count_saved(place *p, uint32_t pair)
{
    place_pair *added = &p->pairs[pair];
    added->saved = place_shared(p, added);
    for (uint32_t k = 0; k < pair; k++) {
        place_pair *other = &p->pairs[k];
        if (other->upper == added->lower && other->lower == added->upper) {
            place_pair *loser = other->saved < added->saved ? other : added;
            loser->saved = 0;
        }
    }
}

static void place_collect_pairs(wick_arena *arena, place *p, const wick_plan_problem *problem)
{
    uint32_t *item_of = wick_arena_alloc(arena, problem->count, sizeof *item_of);
    memset(item_of, 0xff, problem->count * sizeof *item_of);
    for (uint32_t i = 0; i < p->count; i++) {
        item_of[p->items[i].buffer] = i;
    }
    p->pairs = wick_arena_alloc(arena, problem->overlap_count, sizeof *p->pairs);
    for (uint32_t k = 0; k < problem->overlap_count; k++) {
        const wick_plan_overlap *overlap = &problem->overlaps[k];
        const uint32_t upper = item_of[overlap->upper];
        const uint32_t lower = item_of[overlap->lower];
        const size_t need = place_align(overlap->distance_bytes, problem->alignment);
        if (upper == PLACE_NOTHING || lower == PLACE_NOTHING ||
            overlap->distance_bytes >= p->items[lower].size || need >= p->items[lower].size) {
            continue;
        }
        p->items[upper].is_paired = p->items[lower].is_paired = true;
        p->pairs[p->pair_count] = (place_pair){upper, lower, need, 0, p->items[upper].pairs};
        p->items[upper].pairs = p->pair_count;
        place_count_saved(p, p->pair_count++);
    }
}

wick_plan_result wick_plan_place(wick_arena *arena, const wick_plan_problem *problem)
{
    place p = {.best_arena = SIZE_MAX};
    place_collect(arena, &p, problem);
    place_collect_pairs(arena, &p, problem);
    for (uint32_t i = 0; i < problem->count; i++) {
        problem->buffers[i].offset_bytes = 0;
    }
    if (p.count == 0) {
        return (wick_plan_result){.proven_optimal = true};
    }
    place_find_bound(&p);
    p.is_quick = problem->enough_bytes != 0;
    p.goal = problem->enough_bytes > p.bound ? problem->enough_bytes : p.bound;
    if (p.is_quick && p.bound > problem->enough_bytes) {
        return (wick_plan_result){p.bound, p.bound, p.peak, false};
    }
    place_heuristic(&p);
    bool proven = p.best_arena == p.bound;
    if (!proven && p.count <= PLACE_EXACT_COUNT && !p.is_quick) {
        proven = place_exact(arena, &p);
    }
    for (uint32_t i = 0; i < p.count; i++) {
        problem->buffers[p.items[i].buffer].offset_bytes = p.best_offsets[i];
    }
    return (wick_plan_result){p.best_arena, p.bound, p.peak, proven};
}
