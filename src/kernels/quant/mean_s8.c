// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/mean_s8.h"

#include "kernels/quant/step.h"

static inline __attribute__((always_inline)) int32_t sum_of(const wick_mean_s8_params *p,
                                                            const wick_quant_loops *reduced,
                                                            const void *input, ptrdiff_t first,
                                                            bool is_wide)
{
    int32_t sum = 0;
    wick_quant_run run;
    if (!wick_quant_run_first(reduced, &run)) {
        return 0;
    }
    do {
        ptrdiff_t at = first + run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            sum += wick_step_at(input, at, is_wide) - p->zero_point;
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(reduced, &run));
    return sum;
}

static inline __attribute__((always_inline)) void fill(const wick_mean_s8_params *p,
                                                       const wick_mean_s8_loops *loops,
                                                       const void *input, void *out, bool is_wide)
{
    wick_quant_run run;
    if (!wick_quant_run_first(&loops->kept, &run)) {
        return;
    }
    do {
        ptrdiff_t at = run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            const int32_t sum = sum_of(p, &loops->reduced, input, at, is_wide);
            const int32_t steps = wick_requantize(sum, p->scale.multiplier, p->scale.shift);
            wick_step_store(out, run.out + i, wick_quant_clamp(steps, &p->range), is_wide);
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(&loops->kept, &run));
}

void wick_mean_s8(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                  const int8_t *input, int8_t *out)
{
    fill(params, loops, input, out, false);
}

void wick_mean_s16(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                   const int16_t *input, int16_t *out)
{
    fill(params, loops, input, out, true);
}
