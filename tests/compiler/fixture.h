// SPDX-License-Identifier: BSD-3-Clause
// An arena and diagnostics as cmocka state of a test.
#ifndef WICK_TESTS_COMPILER_FIXTURE_H
#define WICK_TESTS_COMPILER_FIXTURE_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

typedef struct fixture {
    wick_arena *arena;
    wick_diag diag;
} fixture;

static int set_up(void **state)
{
    static fixture shared;
    shared = (fixture){.arena = wick_arena_create()};
    shared.diag.arena = shared.arena;
    *state = &shared;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    wick_arena_destroy(f->arena);
    return 0;
}

#endif
