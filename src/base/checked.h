// SPDX-License-Identifier: BSD-3-Clause
// Size arithmetic on numbers that come from outside: each returns false, leaving *out alone, when
// the result does not fit.
#ifndef WICK_BASE_CHECKED_H
#define WICK_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool wick_checked_add(size_t a, size_t b, size_t *out)
{
    if (b > SIZE_MAX - a) {
        return false;
    }
    *out = a + b;
    return true;
}

static inline bool wick_checked_multiply(size_t a, size_t b, size_t *out)
{
    if (a != 0 && b > SIZE_MAX / a) {
        return false;
    }
    *out = a * b;
    return true;
}

// Rounds up to a multiple of `alignment`, a power of two.
static inline bool wick_checked_align(size_t a, size_t alignment, size_t *out)
{
    if (!wick_checked_add(a, alignment - 1, out)) {
        return false;
    }
    *out &= ~(alignment - 1);
    return true;
}

#endif
