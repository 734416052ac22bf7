// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/pool/walk.h"

#include <stdbool.h>

#include "kernels/element/in_f32.h"

#include "kernels/pool/avg_pool2d_body.h"

// Cuts a window [*start, *start + kernel) to the input and returns its extent with padding.
static int64_t clip(int32_t *start, int32_t *end, int32_t size, int32_t kernel, int32_t padding)
{
    *end = *start + kernel;
    *end = *end < size + padding ? *end : size + padding;
    const int64_t padded = (int64_t)*end - *start;
    *start = *start > 0 ? *start : 0;
    *end = *end < size ? *end : size;
    return padded;
}

void wick_pool_fixed_bounds(const wick_pool2d_params *p, int32_t y, int32_t x, wick_pool_window *w)
{
    w->y0 = y * p->stride_height - p->padding_height;
    w->x0 = x * p->stride_width - p->padding_width;
    const int64_t height = clip(&w->y0, &w->y1, p->in_height, p->kernel_height, p->padding_height);
    const int64_t width = clip(&w->x0, &w->x1, p->in_width, p->kernel_width, p->padding_width);
    if (p->divisor != 0) {
        w->size = p->divisor;
    } else if (p->counts_padding) {
        w->size = height * width;
    } else {
        w->size = (int64_t)(w->y1 - w->y0) * (w->x1 - w->x0);
    }
}

static void adaptive_range(int32_t i, int32_t out, int32_t in, int32_t *start, int32_t *end)
{
    *start = (int32_t)((int64_t)i * in / out);
    *end = (int32_t)((((int64_t)i + 1) * in + out - 1) / out);
}

void wick_pool_adaptive_bounds(const wick_pool2d_params *p, int32_t y, int32_t x,
                               wick_pool_window *w)
{
    adaptive_range(y, p->out_height, p->in_height, &w->y0, &w->y1);
    adaptive_range(x, p->out_width, p->in_width, &w->x0, &w->x1);
    w->size = (int64_t)(w->y1 - w->y0) * (w->x1 - w->x0);
}

static void visit_half(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    const tensors *const t = context;
    const float mean = is_empty(w) ? 0 : sum_real(w, t->input, p->dtype) / (float)w->size;
    wick_element_store_real(t->out, w->out, p->dtype, mean);
}

static void visit_integer(const wick_pool2d_params *p, const wick_pool_window *w,
                          const void *context)
{
    const tensors *const t = context;
    uint64_t sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        for (int32_t x = w->x0; x < w->x1; x++) {
            const ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)x * w->col_step;
            sum += (uint64_t)wick_element_integer(t->input, at, p->dtype);
        }
    }
    int64_t mean = 0;
    if (!is_empty(w)) { // the sum divided by -1 could overflow
        mean = w->size == -1 ? (int64_t)(0 - sum) : (int64_t)sum / w->size;
    }
    wick_element_store_integer(t->out, w->out, p->dtype, mean);
}

static wick_pool_visit *visit_of(uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        return visit_widest;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        return visit_half;
    }
    return visit_integer;
}

void wick_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors t = {input, out};
    wick_pool_walk(params, wick_pool_fixed_bounds, visit_of(params->dtype), &t);
}

void wick_adaptive_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors t = {input, out};
    wick_pool_walk(params, wick_pool_adaptive_bounds, visit_of(params->dtype), &t);
}
