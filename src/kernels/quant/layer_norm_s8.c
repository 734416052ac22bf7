// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/layer_norm_s8.h"

enum { ROW_BITS = 22, ROOT_BITS = 61, LIMIT = 1 << 24 };

// Bit after bit, from the highest; value below 2^62.
static uint32_t square_root(uint64_t value)
{
    uint64_t rest = value;
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 60; bit != 0; bit >>= 2) {
        const uint64_t trial = root + bit;
        root >>= 1;
        if (rest >= trial) {
            rest -= trial;
            root += bit;
        }
    }
    return (uint32_t)root;
}

wick_quant_root wick_quant_inverse_root(uint64_t value)
{
    wick_quant_root out = {0, 0};
    if (value == 0) {
        return out;
    }
    while (value >> 60 == 0) {
        value <<= 2;
        out.exponent++;
    }
    out.multiplier = (uint32_t)((UINT64_C(1) << ROOT_BITS) / square_root(value));
    return out;
}

// Sum and inverse root of one row.
typedef struct moments {
    int32_t sum;
    wick_quant_root root;
} moments;

static moments measure(const wick_layer_norm_s8_params *p, const int8_t *input)
{
    int32_t sum = 0;
    uint32_t squares = 0;
    for (int32_t i = 0; i < p->depth; i++) {
        sum += input[i];
        squares += (uint32_t)(input[i] * input[i]);
    }
    const uint64_t epsilon = (uint64_t)(uint32_t)p->epsilon[1] << 32 | (uint32_t)p->epsilon[0];
    // n * squares is never below sum^2.
    const uint64_t spread = (uint64_t)(uint32_t)p->depth * squares - (uint64_t)((int64_t)sum * sum);
    return (moments){sum, wick_quant_inverse_root(spread + epsilon)};
}

static int32_t normalized(const wick_layer_norm_s8_params *p, const moments *m, int8_t value)
{
    const int64_t distance = (int64_t)p->depth * value - m->sum;
    const int32_t right = ROOT_BITS - ROW_BITS - m->root.exponent; // in [9, 39]
    return (int32_t)((distance * m->root.multiplier + (INT64_C(1) << (right - 1))) >> right);
}

static int32_t limited(int64_t steps)
{
    return steps > LIMIT ? LIMIT : steps < -LIMIT ? -LIMIT : (int32_t)steps;
}

void wick_layer_norm_s8(const wick_layer_norm_s8_params *params, const int32_t *weights,
                        const int8_t *input, int8_t *out)
{
    const wick_layer_norm_s8_params *const p = params;
    const int32_t right = ROW_BITS + p->fraction_bits;
    for (int32_t r = 0; r < p->rows; r++) {
        const moments m = measure(p, input);
        for (int32_t i = 0; i < p->depth; i++) {
            const int64_t scaled = (int64_t)normalized(p, &m, input[i]) * weights[i] +
                                   (int64_t)weights[p->depth + i] * (1 << ROW_BITS);
            const int64_t steps = (scaled + (INT64_C(1) << (right - 1))) >> right;
            out[i] = wick_quant_narrow(limited(steps), &p->range);
        }
        input += p->depth;
        out += p->depth;
    }
}
