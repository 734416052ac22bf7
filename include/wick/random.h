// SPDX-License-Identifier: BSD-3-Clause
// State of the random generator of a method: Philox4x32-10 (Salmon et al. 2011), a function of seed
// and counter. docs/random.md says which operator draws what.
#ifndef WICK_RANDOM_H
#define WICK_RANDOM_H

#include <stdint.h>

typedef struct wick_random {
    uint64_t seed;
    uint64_t block; // the next block of four words
} wick_random;

#endif
