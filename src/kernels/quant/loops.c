// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/loops.h"

bool wick_quant_run_first(const wick_quant_loops *loops, wick_quant_run *run)
{
    *run = (wick_quant_run){.loop = {1, 0, 0}};
    if (loops->count > 0) {
        run->loop = loops->loop[loops->count - 1];
    }
    for (uint32_t i = 0; i < loops->count; i++) {
        if (loops->loop[i].count == 0) {
            return false;
        }
    }
    return true;
}

bool wick_quant_run_next(const wick_quant_loops *loops, wick_quant_run *run)
{
    run->out += run->loop.count;
    for (uint32_t i = loops->count > 0 ? loops->count - 1 : 0; i-- > 0;) {
        const wick_quant_loop *const loop = &loops->loop[i];
        run->a += loop->a_step;
        run->b += loop->b_step;
        if (++run->counter[i] < loop->count) {
            return true;
        }
        run->counter[i] = 0;
        run->a -= (ptrdiff_t)loop->count * loop->a_step;
        run->b -= (ptrdiff_t)loop->count * loop->b_step;
    }
    return false;
}
