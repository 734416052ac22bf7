// SPDX-License-Identifier: BSD-3-Clause
// Convolutions of up to three dimensions, and gradients, for one type of arithmetic; included with
// the parameters of kernels/element/in_f32.h. The transpose in its gathering form: output y takes
// input i by kernel position k if y = i * stride - padding + k * dilation.

#define WICK_INLINE static inline __attribute__((always_inline))

typedef union sum {
    NUMBER real;
    uint64_t integer; // modulo 2^64
} sum;

// Elements that one kernel position of one output meets in the first channel of the group.
typedef struct tap {
    ptrdiff_t input, weight;
} tap;

// One output: its group's channels and its place.
typedef struct output {
    int32_t at[3];
    int32_t channels;                // of the input, in the group
    int32_t input_step, weight_step; // from one of them to the next
    tap first;
} output;

// The input position that kernel position k of output `at` reads, or -1.
static int32_t position(const wick_conv3d_params *p, uint32_t axis, int32_t at, int32_t k)
{
    int32_t i = at * p->stride[axis] - p->padding[axis] + k * p->dilation[axis];
    if (p->is_transposed) {
        i = at + p->padding[axis] - k * p->dilation[axis];
        if (i < 0 || i % p->stride[axis] != 0) {
            return -1;
        }
        i /= p->stride[axis];
    }
    return i < p->in.sizes[2 + axis] ? i : -1;
}

WICK_INLINE void add_channels(const output *o, const wick_conv_data *data, const tap *first,
                              sum *total, const uint32_t dtype, const bool is_integer)
{
    tap t = *first;
    NUMBER part = 0;
    for (int32_t c = 0; c < o->channels; c++) {
        if (is_integer) {
            total->integer += (uint64_t)INTEGER_OF(data->input, t.input, dtype) *
                              (uint64_t)INTEGER_OF(data->weight, t.weight, dtype);
        } else {
            part += LOAD(data->input, t.input, dtype) * LOAD(data->weight, t.weight, dtype);
        }
        t.input += o->input_step;
        t.weight += o->weight_step;
    }
    if (!is_integer) {
        total->real += part;
    }
}

// All kernel positions, by number; divisions are few beside the channels.
WICK_INLINE void add_window(const wick_conv3d_params *p, const output *o,
                            const wick_conv_data *data, sum *total, const uint32_t dtype,
                            const bool is_integer)
{
    const int32_t *const kernel = p->weight.sizes + 2;
    const int32_t count = kernel[0] * kernel[1] * kernel[2];
    for (int32_t i = 0; i < count; i++) {
        const int32_t k[3] = {i / kernel[2] / kernel[1], i / kernel[2] % kernel[1], i % kernel[2]};
        tap t = o->first;
        bool is_inside = true;
        for (uint32_t axis = 0; axis < 3; axis++) {
            const int32_t at = position(p, axis, o->at[axis], k[axis]);
            is_inside = is_inside && at >= 0;
            t.input += (ptrdiff_t)at * p->in.strides[2 + axis];
            t.weight += (ptrdiff_t)k[axis] * p->weight.strides[2 + axis];
        }
        if (is_inside) {
            add_channels(o, data, &t, total, dtype, is_integer);
        }
    }
}

static output output_of(const wick_conv3d_params *p, const int32_t at[5])
{
    const int32_t in_channels = p->in.sizes[1] / p->groups;
    const int32_t out_channels = p->out.sizes[1] / p->groups;
    const int32_t group = at[1] / out_channels;
    output o = {.at = {at[2], at[3], at[4]},
                .channels = in_channels,
                .input_step = p->in.strides[1],
                .weight_step = p->weight.strides[p->is_transposed ? 0 : 1]};
    o.first.input = wick_space_plane(&p->in, at[0], group * in_channels);
    o.first.weight = p->is_transposed
                         ? wick_space_plane(&p->weight, group * in_channels, at[1] % out_channels)
                         : wick_space_plane(&p->weight, at[1], 0);
    return o;
}

WICK_INLINE void run_all(const wick_conv3d_params *p, const wick_conv_data *data,
                         const uint32_t dtype, const bool is_integer)
{
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const output o = output_of(p, at.at);
        const ptrdiff_t to = wick_space_offset(&p->out, &at);
        const int32_t c = at.at[1];
        sum total = {.integer = 0};
        if (is_integer) {
            total.integer = data->bias ? (uint64_t)INTEGER_OF(data->bias, c, dtype) : 0;
            add_window(p, &o, data, &total, dtype, is_integer);
            wick_element_store_integer(data->out, to, dtype, (int64_t)total.integer);
        } else {
            total.real = data->bias ? LOAD(data->bias, c, dtype) : 0;
            add_window(p, &o, data, &total, dtype, is_integer);
            STORE(data->out, to, dtype, total.real);
        }
    } while (wick_space_next(&p->out, &at));
}

void KERNEL(wick_conv3d)(const wick_conv3d_params *params, const wick_conv_data *data)
{
    if (params->dtype == WIDEST) {
        run_all(params, data, WIDEST, false);
    } else {
        run_all(params, data, params->dtype, !IS_REAL(params->dtype));
    }
}

// Sum over batch and outputs of one element of the weight: kernel position k, input channel
// `channel` counted through all groups, output channel `at[0]`.
static NUMBER weight_element(const wick_conv3d_params *p, const wick_conv_data *data,
                             const int32_t at[5], int32_t channel)
{
    const int32_t *const sizes = p->out.sizes;
    NUMBER total = 0;
    for (int32_t n = 0; n < sizes[0]; n++) {
        wick_space plane = p->out;
        plane.sizes[0] = plane.sizes[1] = 1;
        const ptrdiff_t from = wick_space_plane(&p->out, n, at[0]);
        wick_space_position y = {{0}};
        NUMBER part = 0;
        do {
            ptrdiff_t input = wick_space_plane(&p->in, n, channel);
            bool is_inside = true;
            for (uint32_t axis = 0; axis < 3; axis++) {
                const int32_t i = position(p, axis, y.at[2 + axis], at[2 + axis]);
                is_inside = is_inside && i >= 0;
                input += (ptrdiff_t)i * p->in.strides[2 + axis];
            }
            if (is_inside) {
                part += REAL_OF(data->input, input, p->dtype) *
                        REAL_OF(data->weight, from + wick_space_offset(&plane, &y), p->dtype);
            }
        } while (wick_space_next(&plane, &y));
        total += part;
    }
    return total;
}

void KERNEL(wick_conv3d_weight_gradient)(const wick_conv3d_params *params,
                                         const wick_conv_data *data)
{
    const wick_conv3d_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->weight)) {
        return;
    }
    const int32_t group_out = p->weight.sizes[0] / p->groups;
    const bool has_outputs = !wick_space_is_empty(&p->out);
    do {
        const int32_t channel = at.at[0] / group_out * p->weight.sizes[1] + at.at[1];
        const NUMBER total = has_outputs ? weight_element(p, data, at.at, channel) : 0;
        STORE_REAL(data->out, wick_space_offset(&p->weight, &at), p->dtype, total);
    } while (wick_space_next(&p->weight, &at));
}

void KERNEL(wick_conv3d_bias_gradient)(const wick_conv3d_params *params, const void *gradient,
                                       void *out)
{
    const wick_space *const space = &params->out;
    wick_space one = *space;
    one.sizes[WICK_SPACE_CHANNELS] = 1;
    const bool is_empty = wick_space_is_empty(&one);
    for (int32_t c = 0; c < space->sizes[WICK_SPACE_CHANNELS]; c++) {
        wick_space_position at = {{0}};
        NUMBER total = 0;
        bool goes_on = !is_empty;
        while (goes_on) {
            const ptrdiff_t from = wick_space_plane(space, 0, c) + wick_space_offset(&one, &at);
            total += REAL_OF(gradient, from, params->dtype);
            goes_on = wick_space_next(&one, &at);
        }
        STORE_REAL(out, c, params->dtype, total);
    }
}
