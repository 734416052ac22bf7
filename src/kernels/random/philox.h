// SPDX-License-Identifier: BSD-3-Clause
// Random words: Philox4x32-10, "Parallel random numbers: as easy as 1, 2, 3" (Salmon, Moraes, Dror
// and Shaw 2011). Block b of a seed is the function of counter {low b, high b, 0, 0} and key {low
// seed, high seed}.
//
// Result  exact: the known answers of Random123 are in tests/kernels/random_test.c.
#ifndef WICK_KERNELS_RANDOM_PHILOX_H
#define WICK_KERNELS_RANDOM_PHILOX_H

#include "wick/random.h"

void wick_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

// Words of one operator, in order. It starts at a new block and leaves the state at one.
typedef struct wick_draws {
    wick_random *state;
    uint32_t words[4];
    uint32_t left; // of words
} wick_draws;

static inline wick_draws wick_draws_begin(wick_random *state)
{
    return (wick_draws){.state = state};
}

uint32_t wick_draw_word(wick_draws *draws);
// Two words, the first one low.
uint64_t wick_draw_long(wick_draws *draws);
// In [0, 1): the upper 24 bits of a word.
float wick_draw_uniform(wick_draws *draws);

#endif
