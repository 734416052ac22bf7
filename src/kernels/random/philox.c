// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/random/philox.h"

enum { ROUNDS = 10 };

#define MULTIPLIER_0 0xd2511f53u
#define MULTIPLIER_2 0xcd9e8d57u
#define WEYL_0       0x9e3779b9u // golden ratio
#define WEYL_1       0xbb67ae85u // square root of 3, less 1

void wick_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t low = key[0], high = key[1];
    for (int i = 0; i < ROUNDS; i++) {
        const uint64_t first = (uint64_t)MULTIPLIER_0 * a;
        const uint64_t second = (uint64_t)MULTIPLIER_2 * c;
        a = (uint32_t)(second >> 32) ^ b ^ low;
        b = (uint32_t)second;
        c = (uint32_t)(first >> 32) ^ d ^ high;
        d = (uint32_t)first;
        low += WEYL_0;
        high += WEYL_1;
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
}

uint32_t wick_draw_word(wick_draws *draws)
{
    if (draws->left == 0) {
        wick_random *const state = draws->state;
        const uint32_t counter[] = {(uint32_t)state->block, (uint32_t)(state->block >> 32), 0, 0};
        const uint32_t key[] = {(uint32_t)state->seed, (uint32_t)(state->seed >> 32)};
        wick_philox4x32(counter, key, draws->words);
        state->block++;
        draws->left = 4;
    }
    return draws->words[4 - draws->left--];
}

uint64_t wick_draw_long(wick_draws *draws)
{
    const uint64_t low = wick_draw_word(draws);
    return low | (uint64_t)wick_draw_word(draws) << 32;
}

float wick_draw_uniform(wick_draws *draws)
{
    return (float)(wick_draw_word(draws) >> 8) * 0x1p-24f;
}
