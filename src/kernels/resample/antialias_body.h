// SPDX-License-Identifier: BSD-3-Clause
// Antialiased resampling for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h. Antialiased resampling: the filter spans as many inputs as an output
// stands for, so that its taps are not bounded. The first of them are kept, others are computed
// anew where they are used.

enum { KEPT = 12 };

typedef struct span {
    int32_t first, count;
    NUMBER center, inverse; // of the filter in input positions; inputs per unit of the filter
    NUMBER total;           // of all weights
    NUMBER kept[KEPT];      // weights divided by total
} span;

static NUMBER linear_filter(NUMBER x)
{
    const NUMBER distance = x < 0 ? -x : x;
    return distance < 1 ? 1 - distance : 0;
}

// Cubic convolution with A = -0.5, as Pillow has it.
static NUMBER cubic_filter(NUMBER x)
{
    const NUMBER a = -(NUMBER)0.5;
    const NUMBER d = x < 0 ? -x : x;
    if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

static NUMBER raw_weight(const KERNEL(wick_resample_params) * p, const span *s, int32_t i)
{
    const NUMBER x = ((NUMBER)(i + s->first) - s->center + (NUMBER)0.5) * s->inverse;
    return p->filter == WICK_FILTER_LINEAR_AA ? linear_filter(x) : cubic_filter(x);
}

static int32_t clamped(NUMBER x, int32_t size)
{
    if (!(x > 0)) {
        return 0;
    }
    return x < (NUMBER)size ? (int32_t)x : size;
}

static span span_of(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    const NUMBER scale = p->scale[axis];
    const NUMBER half = p->filter == WICK_FILTER_LINEAR_AA ? 1 : 2;
    const NUMBER support = scale >= 1 ? half * scale : half;
    const int32_t size = p->in.sizes[2 + axis];
    if (size == p->out.sizes[2 + axis]) { // nothing to resize
        return (span){.first = i, .count = 1, .total = 1, .kept = {1}};
    }
    span s = {.center = scale * ((NUMBER)i + (NUMBER)0.5), .inverse = scale >= 1 ? 1 / scale : 1};
    s.first = clamped(s.center - support + (NUMBER)0.5, size);
    s.count = clamped(s.center + support + (NUMBER)0.5, size) - s.first;
    for (int32_t k = 0; k < s.count; k++) {
        s.total += raw_weight(p, &s, k);
    }
    s.total = s.total != 0 ? s.total : 1;
    for (int32_t k = 0; k < s.count && k < KEPT; k++) {
        s.kept[k] = raw_weight(p, &s, k) / s.total;
    }
    return s;
}

static NUMBER weight(const KERNEL(wick_resample_params) * p, const span *s, int32_t k)
{
    return k < KEPT ? s->kept[k] : raw_weight(p, s, k) / s->total;
}

static NUMBER sum_span(const KERNEL(wick_resample_params) * p, const void *input, ptrdiff_t plane,
                       const span *rows, const span *columns)
{
    NUMBER total = 0;
    for (int32_t y = 0; y < rows->count; y++) {
        ptrdiff_t at = plane + (ptrdiff_t)(rows->first + y) * p->in.strides[WICK_SPACE_HEIGHT] +
                       (ptrdiff_t)columns->first * p->in.strides[WICK_SPACE_WIDTH];
        NUMBER sum = 0;
        for (int32_t x = 0; x < columns->count; x++) {
            sum += LOAD(input, at, p->dtype) * weight(p, columns, x);
            at += p->in.strides[WICK_SPACE_WIDTH];
        }
        total += sum * weight(p, rows, y);
    }
    return total;
}

// One place in all channels.
static void resample_place(const KERNEL(wick_resample_params) * p, const void *input, void *out,
                           ptrdiff_t place, const span *rows, const span *columns)
{
    for (int32_t n = 0; n < p->out.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
            const NUMBER sum = sum_span(p, input, wick_space_plane(&p->in, n, c), rows, columns);
            STORE(out, wick_space_plane(&p->out, n, c) + place, p->dtype, sum);
        }
    }
}

void KERNEL(wick_resample_antialiased)(const KERNEL(wick_resample_params) * params,
                                       const void *input, void *out)
{
    const wick_space *const to = &params->out;
    for (int32_t y = 0; y < to->sizes[WICK_SPACE_HEIGHT]; y++) {
        const span rows = span_of(params, 1, y);
        for (int32_t x = 0; x < to->sizes[WICK_SPACE_WIDTH]; x++) {
            const span columns = span_of(params, 2, x);
            const ptrdiff_t place = (ptrdiff_t)y * to->strides[WICK_SPACE_HEIGHT] +
                                    (ptrdiff_t)x * to->strides[WICK_SPACE_WIDTH];
            resample_place(params, input, out, place, &rows, &columns);
        }
    }
}
