// SPDX-License-Identifier: BSD-3-Clause
// An arena and diagnostics for each test, and the check on what a diagnostic says.
#ifndef WICK_TESTS_SUPPORT_FIXTURE_H
#define WICK_TESTS_SUPPORT_FIXTURE_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

static wick_arena *arena;
static wick_diag diag;

static int set_up(void **state)
{
    (void)state;
    arena = wick_arena_create();
    diag = (wick_diag){.arena = arena};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wick_arena_destroy(arena);
    return 0;
}

static inline void assert_said(const char *message)
{
    if (!strstr(wick_diag_text(&diag), message)) {
        fail_msg("found '%s', expected '%s'", wick_diag_text(&diag), message);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
