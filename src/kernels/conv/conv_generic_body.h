// SPDX-License-Identifier: BSD-3-Clause
// Convolutions for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h. One output at a time, through strides: any order of dimensions, any
// type, and the transpose in its gathering form, where output y takes input i by kernel row k if y
// = i * stride - padding + k * dilation. For the types without a kernel of their own.

#define WICK_INLINE static inline __attribute__((always_inline))

typedef struct geometry {
    wick_conv_strides strides;
    int32_t in_channels, out_channels; // of a group
} geometry;

// Where one output looks: its window on the input, and the elements of the first tap.
typedef struct window {
    int32_t y, x;
    ptrdiff_t input, weight;
} window;

typedef union sum {
    NUMBER real;
    uint64_t integer; // modulo 2^64
} sum;

// The input position that kernel position k reads, or -1.
static int32_t position(const wick_conv_params *p, int32_t first, int32_t k_offset, int32_t stride,
                        int32_t size)
{
    int32_t at = first + k_offset;
    if (p->is_transposed) {
        at = first - k_offset;
        if (at < 0 || at % stride != 0) {
            return -1;
        }
        at /= stride;
    }
    return at < size ? at : -1;
}

// Products of one tap over the input channels of the group.
WICK_INLINE void add_channels(const wick_conv_params *p, const geometry *g,
                              const wick_conv_data *data, const window *at, sum *total,
                              const bool is_integer)
{
    ptrdiff_t x = at->input;
    ptrdiff_t w = at->weight;
    NUMBER part = 0;
    for (int32_t c = 0; c < g->in_channels; c++) {
        if (is_integer) {
            total->integer += (uint64_t)INTEGER_OF(data->input, x, p->dtype) *
                              (uint64_t)INTEGER_OF(data->weight, w, p->dtype);
        } else {
            part += REAL_OF(data->input, x, p->dtype) * REAL_OF(data->weight, w, p->dtype);
        }
        x += g->strides.in[1];
        w += g->strides.weight[1];
    }
    if (!is_integer) {
        total->real += part;
    }
}

WICK_INLINE void add_window(const wick_conv_params *p, const geometry *g,
                            const wick_conv_data *data, const window *first, sum *total,
                            const bool is_integer)
{
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t y =
            position(p, first->y, ky * p->dilation_height, p->stride_height, p->in_height);
        if (y < 0) {
            continue;
        }
        for (int32_t kx = 0; kx < p->kernel_width; kx++) {
            const int32_t x =
                position(p, first->x, kx * p->dilation_width, p->stride_width, p->in_width);
            if (x < 0) {
                continue;
            }
            const window at = {.input = first->input + (ptrdiff_t)y * g->strides.in[2] +
                                        (ptrdiff_t)x * g->strides.in[3],
                               .weight = first->weight + (ptrdiff_t)ky * g->strides.weight[2] +
                                         (ptrdiff_t)kx * g->strides.weight[3]};
            add_channels(p, g, data, &at, total, is_integer);
        }
    }
}

WICK_INLINE void run_output(const wick_conv_params *p, const geometry *g,
                            const wick_conv_data *data, const int32_t at[4], const bool is_integer)
{
    const int32_t group = at[1] / g->out_channels;
    const int32_t within = at[1] % g->out_channels;
    window first = {
        .y = at[2] * p->stride_height - p->padding_height,
        .x = at[3] * p->stride_width - p->padding_width,
        .input = (ptrdiff_t)at[0] * g->strides.in[0] +
                 (ptrdiff_t)group * g->in_channels * g->strides.in[1],
        .weight = (ptrdiff_t)at[1] * g->strides.weight[0],
    };
    if (p->is_transposed) {
        first.y = at[2] + p->padding_height;
        first.x = at[3] + p->padding_width;
        first.weight = (ptrdiff_t)within * g->strides.weight[0] +
                       (ptrdiff_t)group * g->in_channels * g->strides.weight[1];
    }
    sum total = {.integer = 0};
    const ptrdiff_t out =
        (ptrdiff_t)at[0] * g->strides.out[0] + (ptrdiff_t)at[1] * g->strides.out[1] +
        (ptrdiff_t)at[2] * g->strides.out[2] + (ptrdiff_t)at[3] * g->strides.out[3];
    if (is_integer) {
        add_window(p, g, data, &first, &total, is_integer);
        total.integer += data->bias ? (uint64_t)INTEGER_OF(data->bias, at[1], p->dtype) : 0;
        wick_element_store_integer(data->out, out, p->dtype, (int64_t)total.integer);
        return;
    }
    total.real = data->bias ? REAL_OF(data->bias, at[1], p->dtype) : 0;
    add_window(p, g, data, &first, &total, is_integer);
    STORE_REAL(data->out, out, p->dtype, total.real);
}

WICK_INLINE void run_all(const wick_conv_params *p, const wick_conv_data *data,
                         const bool is_integer)
{
    const geometry g = {.strides = wick_conv_strides_of(p),
                        .in_channels = p->in_channels / p->groups,
                        .out_channels = p->out_channels / p->groups};
    const int32_t pixels = p->out_height * p->out_width;
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t c = 0; c < p->out_channels; c++) {
            for (int32_t i = 0; i < pixels; i++) {
                const int32_t at[4] = {n, c, i / p->out_width, i % p->out_width};
                run_output(p, &g, data, at, is_integer);
            }
        }
    }
}
