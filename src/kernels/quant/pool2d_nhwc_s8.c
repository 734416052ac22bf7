// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/pool2d_nhwc_s8.h"

#include "kernels/quant/step.h"

// What all channels of one output position share.
typedef struct window {
    const wick_pool2d_nhwc_params *p;
    const wick_quant_scale *scales;
    const void *input;
    void *out;
    ptrdiff_t first;    // element of the input at the first position that the window sees
    ptrdiff_t place;    // element of out
    int32_t rows, cols; // seen
    ptrdiff_t row_step, col_step;
    int32_t y, x; // output position
} window;

typedef void fill_position(const window *w);

static inline __attribute__((always_inline)) void fill_max(const window *w, bool is_wide)
{
    const wick_quant_range limits = {0, w->p->range.minimum, w->p->range.maximum};
    for (int32_t c = 0; c < w->p->channels; c++) {
        int32_t best = is_wide ? INT16_MIN : INT8_MIN;
        for (int32_t y = 0; y < w->rows; y++) {
            ptrdiff_t at = w->first + c + y * w->row_step;
            for (int32_t x = 0; x < w->cols; x++) {
                const int32_t value = wick_step_at(w->input, at, is_wide);
                best = value > best ? value : best;
                at += w->col_step;
            }
        }
        wick_step_store(w->out, w->place + c, wick_quant_clamp(best, &limits), is_wide);
    }
}

static void fill_max_s8(const window *w)
{
    fill_max(w, false);
}

static void fill_max_s16(const window *w)
{
    fill_max(w, true);
}

// Positions of one axis that count for the mean.
static int32_t counted(const wick_pool2d_nhwc_params *p, const wick_quant_axis *axis, int32_t which,
                       int32_t out)
{
    const int32_t start = out * axis->stride - axis->padding;
    const int32_t end = start + axis->kernel;
    const int32_t low = start > p->counted_low[which] ? start : p->counted_low[which];
    const int32_t high = end < p->counted_high[which] ? end : p->counted_high[which];
    return high > low ? high - low : 0;
}

static const wick_quant_scale *scale_of(const window *w)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    if (p->scale_count == 1) {
        return w->scales;
    }
    const int32_t count = counted(p, &p->height, 0, w->y) * counted(p, &p->width, 1, w->x);
    return w->scales + (count > 0 ? count - 1 : 0);
}

static inline __attribute__((always_inline)) void fill_mean(const window *w, bool is_wide)
{
    const wick_quant_scale scale = *scale_of(w);
    const int32_t zeros = w->rows * w->cols * w->p->zero_point;
    for (int32_t c = 0; c < w->p->channels; c++) {
        int32_t sum = -zeros;
        for (int32_t y = 0; y < w->rows; y++) {
            ptrdiff_t at = w->first + c + y * w->row_step;
            for (int32_t x = 0; x < w->cols; x++) {
                sum += wick_step_at(w->input, at, is_wide);
                at += w->col_step;
            }
        }
        const int32_t steps = wick_requantize(sum, scale.multiplier, scale.shift);
        wick_step_store(w->out, w->place + c, wick_quant_clamp(steps, &w->p->range), is_wide);
    }
}

static void fill_mean_s8(const window *w)
{
    fill_mean(w, false);
}

static void fill_mean_s16(const window *w)
{
    fill_mean(w, true);
}

static void pool_position(window *w, ptrdiff_t image, fill_position *fill)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    const wick_quant_taps rows = wick_quant_taps_forward(&p->height, w->y);
    const wick_quant_taps cols = wick_quant_taps_forward(&p->width, w->x);
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->channels;
    const bool sees_any = rows.count > 0 && cols.count > 0;
    w->rows = sees_any ? rows.count : 0;
    w->cols = sees_any ? cols.count : 0;
    w->row_step = p->height.in_step * row;
    w->col_step = (ptrdiff_t)p->width.in_step * p->channels;
    w->first = image + rows.in * row + (ptrdiff_t)cols.in * p->channels;
    fill(w);
}

static void pool(window *w, fill_position *fill)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    w->place = p->is_backward ? last * p->channels : 0;
    for (int32_t n = 0; n < p->batch; n++) {
        const ptrdiff_t image = wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            w->y = wick_quant_nth(i, p->height.out, p->is_backward);
            for (int32_t k = 0; k < p->width.out; k++) {
                w->x = wick_quant_nth(k, p->width.out, p->is_backward);
                pool_position(w, image, fill);
                w->place += p->is_backward ? -p->channels : p->channels;
            }
        }
    }
}

void wick_pool2d_max_nhwc_s8(const wick_pool2d_nhwc_params *params, const int8_t *input,
                             int8_t *out)
{
    window w = {.p = params, .input = input, .out = out};
    pool(&w, fill_max_s8);
}

void wick_pool2d_mean_nhwc_s8(const wick_pool2d_nhwc_params *params, const wick_quant_scale *scales,
                              const int8_t *input, int8_t *out)
{
    window w = {.p = params, .scales = scales, .input = input, .out = out};
    pool(&w, fill_mean_s8);
}

void wick_pool2d_max_nhwc_s16(const wick_pool2d_nhwc_params *params, const int16_t *input,
                              int16_t *out)
{
    window w = {.p = params, .input = input, .out = out};
    pool(&w, fill_max_s16);
}

void wick_pool2d_mean_nhwc_s16(const wick_pool2d_nhwc_params *params,
                               const wick_quant_scale *scales, const int16_t *input, int16_t *out)
{
    window w = {.p = params, .scales = scales, .input = input, .out = out};
    pool(&w, fill_mean_s16);
}
