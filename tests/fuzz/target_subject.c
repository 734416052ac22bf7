// SPDX-License-Identifier: BSD-3-Clause
// A target file: a description within its bounds, or a status and a message. The corpus are the
// files of targets/.
#include "compiler/target.h"
#include "fuzz/subject.h"

#include <stdlib.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
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
    }
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, 0};
