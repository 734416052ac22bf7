// SPDX-License-Identifier: BSD-3-Clause
// Means of windows for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

typedef struct tensors {
    const void *input;
    void *out;
} tensors;

static inline __attribute__((always_inline)) NUMBER
sum_real(const wick_pool_window *w, const void *input, const uint32_t dtype)
{
    NUMBER sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
        NUMBER row = 0;
        for (int32_t x = w->x0; x < w->x1; x++) {
            row += LOAD(input, at, dtype);
            at += w->col_step;
        }
        sum += row;
    }
    return sum;
}

// A window that lies in the padding alone (ceil mode) has mean 0.
static bool is_empty(const wick_pool_window *w)
{
    return w->y0 >= w->y1 || w->x0 >= w->x1;
}

static void visit_widest(const wick_pool2d_params *p, const wick_pool_window *w,
                         const void *context)
{
    (void)p;
    const tensors *const t = context;
    ((NUMBER *)t->out)[w->out] = is_empty(w) ? 0 : sum_real(w, t->input, WIDEST) / (NUMBER)w->size;
}
