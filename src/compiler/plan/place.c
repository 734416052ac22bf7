// SPDX-License-Identifier: BSD-3-Clause
// Dynamic storage allocation: rectangles of fixed width (lifetime) and height (bytes) are stacked
// as low as possible.
//
// Bound. At each instruction the bytes alive are summed up. No placement is below the largest sum.
//
// Best fit. Buffers enter one by one, each into the tightest gap between those already placed that
// it meets in time, in five orders. Then each order is repaired: what sticks out above the bound
// enters earlier in the next round ("squeaky wheel"). Stops at the bound.
//
// Exact search. In some optimal placement every buffer rests on offset 0 or on a buffer below it.
// So it can be built by placing buffers in order of rising offset, each at the lowest offset that
// those already placed leave. Branch and bound over these sequences: a branch is cut when, at some
// instant, what is stacked plus what must still come reaches the best arena known. Ends with a
// proof or when its budget of work is spent.
#include "compiler/plan/place.h"

#include <string.h>

enum {
    PLACE_REPAIR_ROUNDS = 256,
    PLACE_EXACT_COUNT = 128,     // buffers; the depth of the search
    PLACE_EXACT_WORK = 1 << 26,  // budget of the search: about a tenth of a second
    PLACE_REPAIR_WORK = 1 << 25, // budget of the repair of one order
};

typedef struct place_item {
    uint32_t buffer; // index in the caller's array
    size_t size;     // aligned, > 0
    uint32_t first;
    uint32_t last;
    size_t offset;
} place_item;

typedef struct place {
    place_item *items;
    uint32_t count;
    size_t bound;
    uint32_t peak;
    uint32_t *order; // scratch: indices of items in the order of placement
    uint32_t *below; // scratch: indices of items placed and alive together with the one that enters
    size_t *best_offsets;
    size_t best_arena;
} place;

static bool place_meets(const place_item *a, const place_item *b)
{
    return a->first <= b->last && b->first <= a->last;
}

// The sum of sizes alive at one instruction is largest where some buffer begins.
static void place_find_bound(place *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t at = p->items[i].first;
        size_t alive = 0;
        for (uint32_t k = 0; k < p->count; k++) {
            alive += p->items[k].first <= at && at <= p->items[k].last ? p->items[k].size : 0;
        }
        if (alive > p->bound || (alive == p->bound && at < p->peak)) {
            p->bound = alive;
            p->peak = at;
        }
    }
}

// Buffers already placed that are alive together with `item`, by rising offset. Returns how many.
static uint32_t place_neighbours(place *p, uint32_t placed, const place_item *item)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < placed; i++) {
        uint32_t other = p->order[i];
        if (!place_meets(item, &p->items[other])) {
            continue;
        }
        uint32_t k = count++;
        for (; k > 0 && p->items[p->below[k - 1]].offset > p->items[other].offset; k--) {
            p->below[k] = p->below[k - 1];
        }
        p->below[k] = other;
    }
    return count;
}

// The tightest gap that holds the item, or the end of the stack.
static size_t place_best_gap(const place *p, uint32_t neighbours, const place_item *item)
{
    size_t end = 0;
    size_t best_offset = 0;
    size_t best_gap = SIZE_MAX;
    for (uint32_t i = 0; i < neighbours; i++) {
        const place_item *other = &p->items[p->below[i]];
        size_t gap = other->offset > end ? other->offset - end : 0;
        if (gap >= item->size && gap < best_gap) {
            best_gap = gap;
            best_offset = end;
        }
        size_t other_end = other->offset + other->size;
        end = other_end > end ? other_end : end;
    }
    return best_gap == SIZE_MAX ? end : best_offset;
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
        item->offset = place_best_gap(p, place_neighbours(p, i, item), item);
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
    size_t rounds = affordable < PLACE_REPAIR_ROUNDS ? affordable : PLACE_REPAIR_ROUNDS;
    if (rounds == 0) {
        return;
    }
    place_sort(p, key);
    place_in_order(p);
    for (size_t round = 0; round < rounds && p->best_arena > p->bound; round++) {
        if (!place_promote(p, p->bound)) {
            return;
        }
        place_in_order(p);
    }
}

static void place_heuristic(place *p)
{
    uint32_t key_count = sizeof place_keys / sizeof place_keys[0];
    for (uint32_t i = 0; i < key_count && p->best_arena > p->bound; i++) {
        place_sort(p, place_keys[i]);
        place_in_order(p);
    }
    for (uint32_t i = 0; i < key_count && p->best_arena > p->bound; i++) {
        place_repair(p, place_keys[i]);
    }
}

// State of the exact search. Instants are the beginnings of buffers: two buffers that meet, meet at
// one of them.
typedef struct place_search {
    place *p;
    uint32_t instant_count;
    uint32_t (*range)[2]; // [item] first and last instant at which it is alive
    size_t *height;       // [instant] where the stack ends
    size_t *waiting;      // [instant] bytes of unplaced items
    bool *is_placed;      // [item]
    size_t *saved;        // [depth, instant] heights to return to
    uint32_t *chosen;     // [depth] item placed at this depth
    size_t *floor;        // [depth] offset of the item placed before: offsets never fall
    size_t budget;        // steps
} place_search;

static size_t place_search_offset(const place_search *s, uint32_t item)
{
    size_t offset = 0;
    for (uint32_t t = s->range[item][0]; t <= s->range[item][1]; t++) {
        offset = s->height[t] > offset ? s->height[t] : offset;
    }
    return offset;
}

// Whether, with the items placed so far, every instant can stay below the best arena known.
static bool place_search_is_hopeful(const place_search *s, size_t floor)
{
    for (uint32_t t = 0; t < s->instant_count; t++) {
        size_t start = s->height[t] > floor ? s->height[t] : floor;
        if (s->waiting[t] != 0 && start + s->waiting[t] >= s->p->best_arena) {
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
        size_t offset = place_search_offset(s, i);
        size_t end = (offset > floor ? offset : floor) + s->p->items[i].size;
        ceiling = end < ceiling ? end : ceiling;
    }
    return ceiling;
}

static void place_search_put(place_search *s, uint32_t depth, uint32_t item, size_t offset)
{
    place_item *placed = &s->p->items[item];
    memcpy(s->saved + (size_t)depth * s->instant_count, s->height,
           s->instant_count * sizeof s->height[0]);
    for (uint32_t t = s->range[item][0]; t <= s->range[item][1]; t++) {
        s->height[t] = offset + placed->size;
        s->waiting[t] -= placed->size;
    }
    placed->offset = offset;
    s->is_placed[item] = true;
    s->chosen[depth] = item;
    s->floor[depth + 1] = offset;
}

static void place_search_take_back(place_search *s, uint32_t depth)
{
    uint32_t item = s->chosen[depth];
    memcpy(s->height, s->saved + (size_t)depth * s->instant_count,
           s->instant_count * sizeof s->height[0]);
    for (uint32_t t = s->range[item][0]; t <= s->range[item][1]; t++) {
        s->waiting[t] += s->p->items[item].size;
    }
    s->is_placed[item] = false;
}

// The next item after `after` that may be placed at this depth. Items are sorted by size, large
// first. Items on the same offset never meet, so their order does not matter: only rising indices
// are tried.
static bool place_search_next(const place_search *s, uint32_t depth, uint32_t after, uint32_t *item,
                              size_t *offset)
{
    size_t floor = s->floor[depth];
    size_t ceiling = place_search_ceiling(s, floor);
    for (uint32_t i = after; i < s->p->count; i++) {
        if (s->is_placed[i]) {
            continue;
        }
        size_t lowest = place_search_offset(s, i);
        bool is_ordered =
            lowest > floor || (lowest == floor && (depth == 0 || i > s->chosen[depth - 1]));
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

static bool place_exact(wick_arena *arena, place *p)
{
    place_search s = {.p = p};
    s.range = wick_arena_alloc(arena, p->count, sizeof *s.range);
    place_search_instants(arena, &s);
    s.height = wick_arena_alloc(arena, s.instant_count, sizeof *s.height);
    s.waiting = wick_arena_alloc(arena, s.instant_count, sizeof *s.waiting);
    s.is_placed = wick_arena_alloc(arena, p->count, sizeof *s.is_placed);
    s.saved = wick_arena_alloc(arena, (size_t)p->count * s.instant_count, sizeof *s.saved);
    s.chosen = wick_arena_alloc(arena, p->count, sizeof *s.chosen);
    s.floor = wick_arena_alloc(arena, (size_t)p->count + 1, sizeof *s.floor);
    size_t work = 0; // of one step: it looks at each item at each of its instants
    for (uint32_t i = 0; i < p->count; i++) {
        for (uint32_t t = s.range[i][0]; t <= s.range[i][1]; t++) {
            s.waiting[t] += p->items[i].size;
            work++;
        }
    }
    s.budget = PLACE_EXACT_WORK / work + 1;
    return place_search_run(&s);
}

// Items are the buffers with bytes, large ones first, so that the search meets them first.
static void place_collect(wick_arena *arena, place *p, const wick_plan_buffer *buffers,
                          uint32_t count, size_t alignment)
{
    place_item *unsorted = wick_arena_alloc(arena, count, sizeof *unsorted);
    for (uint32_t i = 0; i < count; i++) {
        size_t size = (buffers[i].size_bytes + alignment - 1) & ~(alignment - 1);
        if (size != 0) {
            unsorted[p->count++] = (place_item){i, size, buffers[i].first, buffers[i].last, 0};
        }
    }
    p->order = wick_arena_alloc(arena, count, sizeof *p->order);
    p->below = wick_arena_alloc(arena, count, sizeof *p->below);
    p->best_offsets = wick_arena_alloc(arena, count, sizeof *p->best_offsets);
    p->items = unsorted;
    place_sort(p, place_by_size);
    p->items = wick_arena_alloc(arena, count, sizeof *p->items);
    for (uint32_t i = 0; i < p->count; i++) {
        p->items[i] = unsorted[p->order[i]];
    }
}

wick_plan_result wick_plan_place(wick_arena *arena, wick_plan_buffer *buffers, uint32_t count,
                                 size_t alignment)
{
    place p = {.best_arena = SIZE_MAX};
    place_collect(arena, &p, buffers, count, alignment);
    for (uint32_t i = 0; i < count; i++) {
        buffers[i].offset_bytes = 0;
    }
    if (p.count == 0) {
        return (wick_plan_result){.proven_optimal = true};
    }
    place_find_bound(&p);
    place_heuristic(&p);
    bool proven = p.best_arena == p.bound;
    if (!proven && p.count <= PLACE_EXACT_COUNT) {
        proven = place_exact(arena, &p);
    }
    for (uint32_t i = 0; i < p.count; i++) {
        buffers[p.items[i].buffer].offset_bytes = p.best_offsets[i];
    }
    return (wick_plan_result){p.best_arena, p.bound, p.peak, proven};
}
