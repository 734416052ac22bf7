// SPDX-License-Identifier: BSD-3-Clause
// Maxima of windows for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

typedef struct tensors {
    const void *input;
    void *out;
    int64_t *indices;
} tensors;

// First position at or above 0 of a window, and the end of it.
static void dilated_range(int32_t start, int32_t extent, int32_t dilation, int32_t size,
                          int32_t out[2])
{
    const int32_t end = start + extent;
    out[0] = start < 0 ? start + (-start + dilation - 1) / dilation * dilation : start;
    out[1] = end < size ? end : size;
}

static void bounds(const wick_pool2d_params *p, int32_t y, int32_t x, wick_pool_window *w)
{
    int32_t range[2];
    dilated_range(y * p->stride_height - p->padding_height,
                  (p->kernel_height - 1) * p->dilation_height + 1, p->dilation_height, p->in_height,
                  range);
    w->y0 = range[0];
    w->y1 = range[1];
    dilated_range(x * p->stride_width - p->padding_width,
                  (p->kernel_width - 1) * p->dilation_width + 1, p->dilation_width, p->in_width,
                  range);
    w->x0 = range[0];
    w->x1 = range[1];
}

static inline __attribute__((always_inline)) NUMBER max_real(const wick_pool2d_params *p,
                                                             const wick_pool_window *w,
                                                             const tensors *t, const uint32_t dtype)
{
    NUMBER best = -INFINITE;
    int32_t index = w->y0 * p->in_width + w->x0;
    const ptrdiff_t step = (ptrdiff_t)p->dilation_width * w->col_step;
    for (int32_t y = w->y0; y < w->y1; y += p->dilation_height) {
        ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
        for (int32_t x = w->x0; x < w->x1; x += p->dilation_width) {
            const NUMBER value = LOAD(t->input, at, dtype);
            if (value > best || value != value) {
                best = value;
                index = y * p->in_width + x;
            }
            at += step;
        }
    }
    t->indices[w->index] = index;
    return best;
}

static void visit_widest(const wick_pool2d_params *p, const wick_pool_window *w,
                         const void *context)
{
    const tensors *const t = context;
    ((NUMBER *)t->out)[w->out] = max_real(p, w, t, WIDEST);
}

static void visit_half(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    const tensors *const t = context;
    STORE_REAL(t->out, w->out, p->dtype, max_real(p, w, t, p->dtype));
}

static void visit_integer(const wick_pool2d_params *p, const wick_pool_window *w,
                          const void *context)
{
    const tensors *const t = context;
    int64_t best = INT64_MIN;
    int32_t index = w->y0 * p->in_width + w->x0;
    for (int32_t y = w->y0; y < w->y1; y += p->dilation_height) {
        for (int32_t x = w->x0; x < w->x1; x += p->dilation_width) {
            const ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)x * w->col_step;
            const int64_t value = INTEGER_OF(t->input, at, p->dtype);
            if (value > best) {
                best = value;
                index = y * p->in_width + x;
            }
        }
    }
    t->indices[w->index] = index;
    wick_element_store_integer(t->out, w->out, p->dtype, best);
}

void KERNEL(wick_max_pool2d)(const wick_pool2d_params *params, const void *input, void *out,
                             int64_t *indices)
{
    const tensors t = {input, out, indices};
    switch (params->dtype) {
    case WIDEST:
        wick_pool_walk(params, bounds, visit_widest, &t);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_pool_walk(params, bounds, visit_half, &t);
        break;
    default: // a type code, not an enumeration of ours
        wick_pool_walk(params, bounds, visit_integer, &t);
    }
}
