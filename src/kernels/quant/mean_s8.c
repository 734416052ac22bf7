// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/mean_s8.h"

static int32_t sum_of(const wick_mean_s8_params *p, const wick_quant_loops *reduced,
                      const int8_t *input)
{
    int32_t sum = 0;
    wick_quant_run run;
    if (!wick_quant_run_first(reduced, &run)) {
        return 0;
    }
    do {
        const int8_t *at = input + run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            sum += *at - p->zero_point;
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(reduced, &run));
    return sum;
}

void wick_mean_s8(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                  const int8_t *input, int8_t *out)
{
    wick_quant_run run;
    if (!wick_quant_run_first(&loops->kept, &run)) {
        return;
    }
    do {
        const int8_t *at = input + run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            const int32_t sum = sum_of(params, &loops->reduced, at);
            const int32_t steps =
                wick_requantize(sum, params->scale.multiplier, params->scale.shift);
            out[run.out + i] = wick_quant_narrow(steps, &params->range);
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(&loops->kept, &run));
}
