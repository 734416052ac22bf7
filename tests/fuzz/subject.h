// SPDX-License-Identifier: BSD-3-Clause
// What is fuzzed: each kind of input defines one `wick_fuzz_subject` in <kind>_subject.c. Both
// drivers (libFuzzer's, and the deterministic mutate.c) take it from there.
#ifndef WICK_TESTS_FUZZ_SUBJECT_H
#define WICK_TESTS_FUZZ_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

typedef struct wick_fuzz_random {
    uint64_t state;
} wick_fuzz_random;

// Uniform in [0, bound); 0 if bound is 0.
static inline uint32_t wick_fuzz_below(wick_fuzz_random *random, uint32_t bound)
{
    // splitmix64
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return bound != 0 ? (uint32_t)((z >> 32) % bound) : 0;
}

typedef struct wick_fuzz_subject {
    // Feeds one input to the code under test. `bytes` is 16-aligned and ends where its memory ends.
    void (*run)(const uint8_t *bytes, size_t size_bytes);
    // One mutation that knows the format, in place: the new size, at most max_size. The same input
    // and seed give the same result. NULL if there is none.
    size_t (*mutate)(uint8_t *bytes, size_t size_bytes, size_t max_size, uint32_t seed);
} wick_fuzz_subject;

extern const wick_fuzz_subject wick_fuzz_the_subject;

#endif
