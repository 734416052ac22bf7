// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/pool_s8.h"

#include "kernels/math/rounding.h"
#include "kernels/pool/walk.h"

typedef struct max_call {
    const wick_max_pool2d_s8_params *params;
    const int8_t *input;
    int8_t *out;
} max_call;

typedef struct avg_call {
    const wick_avg_pool2d_s8_params *params;
    const int8_t *input;
    int8_t *out;
} avg_call;

static const int8_t *row_of(const int8_t *input, const wick_pool_window *w, int32_t y)
{
    return input + w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
}

static void visit_max(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    (void)p;
    const max_call *const call = context;
    int8_t best = INT8_MIN;
    for (int32_t y = w->y0; y < w->y1; y++) {
        const int8_t *at = row_of(call->input, w, y);
        for (int32_t x = w->x0; x < w->x1; x++) {
            best = *at > best ? *at : best;
            at += w->col_step;
        }
    }
    best = best < call->params->min ? call->params->min : best;
    call->out[w->out] = best > call->params->max ? call->params->max : best;
}

static void visit_avg(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    (void)p;
    const avg_call *const call = context;
    const float scale = call->params->scale;
    const int32_t zero_point = call->params->zero_point;
    float sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        const int8_t *at = row_of(call->input, w, y);
        for (int32_t x = w->x0; x < w->x1; x++) {
            sum += (float)(*at - zero_point) * scale;
            at += w->col_step;
        }
    }
    const float steps = wick_rint_f32(sum / (float)w->size / scale) + (float)zero_point;
    call->out[w->out] = (int8_t)(steps < INT8_MIN ? INT8_MIN : steps > INT8_MAX ? INT8_MAX : steps);
}

void wick_max_pool2d_s8(const wick_max_pool2d_s8_params *params, const int8_t *input, int8_t *out)
{
    const max_call call = {params, input, out};
    wick_pool_walk(&params->window, wick_pool_fixed_bounds, visit_max, &call);
}

void wick_avg_pool2d_s8(const wick_avg_pool2d_s8_params *params, const int8_t *input, int8_t *out)
{
    const avg_call call = {params, input, out};
    wick_pool_walk(&params->window, wick_pool_fixed_bounds, visit_avg, &call);
}
