// SPDX-License-Identifier: BSD-3-Clause
// Float buffers between guard bytes, filled from a fixed seed, for kernel tests. Each buffer has
// its exact size from malloc, so that a sanitizer sees reads outside of it too.
#ifndef WICK_TESTS_SUPPORT_GUARDED_H
#define WICK_TESTS_SUPPORT_GUARDED_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GUARD = 16 }; // floats on each side of an output

static inline float random_float(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float)(int32_t)(*state >> 8 & 0xffff) / 32768.0f - 1.0f;
}

// `count` values in [-1, 1); to be freed.
static inline float *random_floats(size_t count, uint32_t *state)
{
    float *values = malloc(count * sizeof *values + 1);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++) {
        values[i] = random_float(state);
    }
    return values;
}

// Space for `count` results between guards; to be freed by guarded_free.
static inline float *guarded_floats(size_t count)
{
    float *all = malloc((count + 2 * GUARD) * sizeof *all);
    assert_non_null(all);
    memset(all, 0xa5, (count + 2 * GUARD) * sizeof *all);
    return all + GUARD;
}

static inline void guarded_free(float *values, size_t count)
{
    uint8_t want[GUARD * sizeof(float)];
    memset(want, 0xa5, sizeof want);
    assert_memory_equal(values - GUARD, want, sizeof want);
    assert_memory_equal(values + count, want, sizeof want);
    free(values - GUARD);
}

// got equals want within `bound` times `magnitude` (sum of the magnitudes of what was added).
static inline void check_close(float got, double want, double magnitude, double bound)
{
    if (!(fabs((double)got - want) <= bound * magnitude + 1e-30)) {
        fail_msg("got %.9g, expected %.9g (magnitude %g)", (double)got, want, magnitude);
    }
}

#endif
