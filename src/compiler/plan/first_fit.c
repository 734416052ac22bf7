// SPDX-License-Identifier: BSD-3-Clause
// What a planner would move that looks at no costs: storages in order of execution, each at the
// lowest free address of the cheapest memory that has room for it. The report compares with it.
#include "compiler/plan/planner.h"

#include <string.h>

typedef struct first_fit {
    wick_planner *p;
    uint32_t *memory_of; // by storage; UINT32_MAX: not yet placed
    size_t *offset_of;
} first_fit;

static size_t aligned_size(const wick_planner *p, uint32_t storage)
{
    const size_t bytes = p->plan->storages[storage].buffer.size_bytes;
    return (bytes + p->alignment - 1) & ~(p->alignment - 1);
}

static bool meet(const wick_plan_buffer *a, const wick_plan_buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

// The lowest offset in a memory at which a storage lies over no other that is alive with it.
static size_t lowest_free(const first_fit *f, uint32_t storage, uint32_t memory)
{
    const wick_plan_storage *storages = f->p->plan->storages;
    const size_t size = aligned_size(f->p, storage);
    size_t offset = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < f->p->plan->storage_count; i++) {
            const size_t end = f->offset_of[i] + aligned_size(f->p, i);
            if (f->memory_of[i] == memory && meet(&storages[i].buffer, &storages[storage].buffer) &&
                offset < end && f->offset_of[i] < offset + size) {
                offset = end;
                moved = true;
            }
        }
    }
    return offset;
}

static bool place(const first_fit *f, uint32_t storage, const uint32_t *memories)
{
    const wick_target *target = f->p->target;
    for (uint32_t i = 0; i < target->memory_count; i++) {
        const uint64_t room = target->memories[memories[i]].size_bytes;
        const size_t offset = lowest_free(f, storage, memories[i]);
        if (room == 0 || offset + aligned_size(f->p, storage) <= room) {
            f->memory_of[storage] = memories[i];
            f->offset_of[storage] = offset;
            return true;
        }
    }
    return false;
}

// Storages are numbered in order of execution.
void wick_plan_first_fit(wick_planner *p, const uint32_t *memories)
{
    const uint32_t count = p->plan->storage_count;
    const first_fit f = {p, wick_arena_alloc(p->arena, count, sizeof *f.memory_of),
                         wick_arena_alloc(p->arena, count, sizeof *f.offset_of)};
    memset(f.memory_of, 0xff, count * sizeof *f.memory_of);
    p->plan->first_fit_is_possible = true;
    for (uint32_t i = 0; i < count; i++) {
        if (p->facts[i].is_constant) {
            continue; // stays in the program
        }
        if (!place(&f, i, memories)) {
            p->plan->first_fit_is_possible = false;
            return;
        }
        p->plan->first_fit_traffic_bytes[f.memory_of[i]] += p->facts[i].traffic_bytes;
    }
}
