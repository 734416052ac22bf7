// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/resize_s8.h"

#include <stddef.h>

enum { ONE = 1 << WICK_RESIZE_SHARE_BITS };

// Between two elements, in units of 2^-11.
static int32_t between(const int8_t *first, const int8_t *second, ptrdiff_t at, int32_t share)
{
    return first[at] * (ONE - share) + second[at] * share;
}

static void resize_row(const wick_resize_s8_params *p, const wick_resize_step *cols,
                       const int8_t *rows[2], int32_t share, int8_t *out)
{
    const int32_t half = 1 << (2 * WICK_RESIZE_SHARE_BITS - 1);
    for (int32_t x = 0; x < p->out_width; x++) {
        const ptrdiff_t left = (ptrdiff_t)cols[x].first * p->channels;
        const ptrdiff_t right = (ptrdiff_t)cols[x].second * p->channels;
        for (int32_t c = 0; c < p->channels; c++) {
            const int32_t upper = between(rows[0] + left, rows[0] + right, c, cols[x].share);
            const int32_t lower = between(rows[1] + left, rows[1] + right, c, cols[x].share);
            const int32_t sum = upper * (ONE - share) + lower * share;
            *out++ = (int8_t)((sum + half) >> (2 * WICK_RESIZE_SHARE_BITS));
        }
    }
}

void wick_resize_s8(const wick_resize_s8_params *params, const wick_resize_step *steps,
                    const int8_t *input, int8_t *out)
{
    const wick_resize_s8_params *const p = params;
    const ptrdiff_t in_row = (ptrdiff_t)p->in_width * p->channels;
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t y = 0; y < p->out_height; y++) {
            const int8_t *rows[2] = {input + steps[y].first * in_row,
                                     input + steps[y].second * in_row};
            resize_row(p, steps + p->out_height, rows, steps[y].share, out);
            out += (ptrdiff_t)p->out_width * p->channels;
        }
        input += p->in_height * in_row;
    }
}
