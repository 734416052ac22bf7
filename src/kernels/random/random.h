// SPDX-License-Identifier: BSD-3-Clause
// Random numbers in `count` elements, in order of memory.
//
// Result  the same for a state on every machine. One word for each element where no other number
//         stands beside a function. A real is computed in float and rounded to dtype (f32, f16,
//         bf16); uniform ones keep as many bits as dtype has, so that 1 is never reached.
// Memory  none; out may be the input.
#ifndef WICK_KERNELS_RANDOM_RANDOM_H
#define WICK_KERNELS_RANDOM_RANDOM_H

#include "kernels/random/philox.h"

#include <stdbool.h>
#include <stddef.h>

// In [0, 1).
void wick_random_uniform(wick_draws *draws, uint32_t dtype, size_t count, void *out);
// Mean 0, variance 1: Marsaglia's polar method, two words for each try at two numbers.
void wick_random_normal(wick_draws *draws, uint32_t dtype, size_t count, void *out);
// -log(1 - u) / rate.
void wick_random_exponential(wick_draws *draws, float rate, uint32_t dtype, size_t count,
                             void *out);
// low + floor(range * word / 2^32); a range above 2^32 takes two words, modulo. range 0 stands for
// 2^64. Any dtype of numbers.
void wick_random_integers(wick_draws *draws, int64_t low, uint64_t range, uint32_t dtype,
                          size_t count, void *out);
// 1 where u < p, else 0; p from a tensor of p_dtype. False if some p is outside [0, 1].
bool wick_random_bernoulli(wick_draws *draws, const void *p, uint32_t p_dtype, uint32_t dtype,
                           size_t count, void *out);
// The same with one p.
void wick_random_coins(wick_draws *draws, float p, uint32_t dtype, size_t count, void *out);
// out = u < 1 - p ? in / (1 - p) : 0, mask = that condition as bool; with p 1 all is 0.
void wick_random_dropout(wick_draws *draws, float p, uint32_t dtype, size_t count, const void *in,
                         void *out, uint8_t *mask);
// 0 .. count - 1 in a random order: Fisher and Yates from the end, two words for each step.
void wick_random_permutation(wick_draws *draws, uint32_t dtype, size_t count, void *out);
// `count` indices of a row of `weights`, each drawn with a probability in proportion, without
// repeating any unless `replaces`. False if weights are negative, not finite, or too few are above
// 0.
bool wick_random_choose(wick_draws *draws, const void *weights, uint32_t dtype, int32_t width,
                        bool replaces, size_t count, int64_t *out);

#endif
