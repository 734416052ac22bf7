// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/pool/walk.h"

#include "kernels/element/layout.h"

typedef struct strides {
    int32_t in[4], out[4], index[4];
} strides;

static ptrdiff_t offset(const int32_t stride[4], int32_t n, int32_t y, int32_t x)
{
    return (ptrdiff_t)n * stride[0] + (ptrdiff_t)y * stride[2] + (ptrdiff_t)x * stride[3];
}

void wick_pool_walk(const wick_pool2d_params *params, wick_pool_bounds *bounds,
                    wick_pool_visit *visit, const void *context)
{
    const wick_pool2d_params *const p = params;
    const int32_t in[4] = {p->batch, p->channels, p->in_height, p->in_width};
    const int32_t out[4] = {p->batch, p->channels, p->out_height, p->out_width};
    strides s;
    wick_layout_strides(p->in_order, in, s.in);
    wick_layout_strides(p->out_order, out, s.out);
    wick_layout_strides(p->index_order, out, s.index);
    const int32_t pixels = p->out_height * p->out_width;
    wick_pool_window window = {.row_step = s.in[2], .col_step = s.in[3]};
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t i = 0; i < pixels; i++) {
            const int32_t y = i / p->out_width;
            const int32_t x = i % p->out_width;
            bounds(p, y, x, &window);
            window.plane = (ptrdiff_t)n * s.in[0];
            window.out = offset(s.out, n, y, x);
            window.index = offset(s.index, n, y, x);
            for (int32_t c = 0; c < p->channels; c++) {
                visit(p, &window, context);
                window.plane += s.in[1];
                window.out += s.out[1];
                window.index += s.index[1];
            }
        }
    }
}
