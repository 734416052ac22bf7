// SPDX-License-Identifier: BSD-3-Clause
// A target file: a description within its bounds, or a status and a message. A graph is planned for
// what is accepted: it fits, or the failure has a message. The corpus are the files of targets/.
#include "compiler/graph_build.h"
#include "compiler/plan/plan.h"
#include "fuzz/subject.h"

#include <stdlib.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void plan_for(const wick_target *target)
{
    graph_build b = graph_begin();
    wick_memory_plan *plan = NULL;
    wick_ir_value *x = graph_softmax(&b, graph_input(&b, "x", graph_f32(10, 10)));
    graph_output(&b, graph_add(&b, graph_softmax(&b, x), graph_softmax(&b, x)));
    if (wick_plan_memory(b.arena, b.graph, target, &b.diag, &plan) != WICK_OK) {
        expect(b.diag.first != NULL);
    } else {
        for (uint32_t i = 0; i < target->memory_count; i++) {
            const uint64_t room = target->memories[i].size_bytes;
            expect(plan->memory_count == target->memory_count);
            expect(room == 0 || plan->memories[i].arena_bytes <= room);
        }
    }
    wick_arena_destroy(b.arena);
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_target target;
    if (wick_target_parse(arena, (const char *)bytes, size_bytes, "target.json", &diag, &target) !=
        WICK_OK) {
        expect(diag.first != NULL);
    } else {
        expect(target.memory_count > 0 && target.memory_count <= WICK_MAX_ARENAS);
        expect(target.alignment_bytes > 0 &&
               (target.alignment_bytes & (target.alignment_bytes - 1)) == 0);
        plan_for(&target);
    }
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, 0};
