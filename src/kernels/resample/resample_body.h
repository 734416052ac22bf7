// SPDX-License-Identifier: BSD-3-Clause
// Resampling between pixels for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

static int32_t at_most(NUMBER value, int32_t limit)
{
    return value < (NUMBER)limit ? (int32_t)value : limit;
}

static KERNEL(wick_taps)
    nearest_taps(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    const NUMBER shift = p->filter == WICK_FILTER_NEAREST_EXACT ? (NUMBER)0.5 : 0;
    return KERNEL(wick_taps_single)(
        at_most(((NUMBER)i + shift) * p->scale[axis], p->in.sizes[2 + axis] - 1));
}

static NUMBER source_position(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    return p->align_corners ? p->scale[axis] * (NUMBER)i
                            : p->scale[axis] * ((NUMBER)i + (NUMBER)0.5) - (NUMBER)0.5;
}

static KERNEL(wick_taps)
    linear_taps(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const NUMBER x = source_position(p, axis, i);
    const NUMBER inside = x > 0 ? x : 0;
    const int32_t first = at_most(inside, last);
    NUMBER t = inside - (NUMBER)first;
    t = t < 1 ? t : 1;
    return (KERNEL(wick_taps)){2, {first, first < last ? first + 1 : last}, {1 - t, t}};
}

static KERNEL(wick_taps)
    cubic_taps(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const NUMBER x = source_position(p, axis, i);
    const NUMBER below = FN(floor)(x);
    KERNEL(wick_taps) taps = {.count = 4};
    KERNEL(wick_taps_cubic_weights)(x - below, taps.weight);
    for (int32_t k = 0; k < 4; k++) {
        const NUMBER at = below + (NUMBER)(k - 1);
        taps.at[k] = at > 0 ? at_most(at, last) : 0;
    }
    return taps;
}

static KERNEL(wick_taps) taps_of(const KERNEL(wick_resample_params) * p, uint32_t axis, int32_t i)
{
    if (p->in.sizes[2 + axis] == 1 && p->out.sizes[2 + axis] == 1) {
        return KERNEL(wick_taps_single)(0);
    }
    switch ((wick_filter)p->filter) {
    case WICK_FILTER_NEAREST:
    case WICK_FILTER_NEAREST_EXACT:
        return nearest_taps(p, axis, i);
    case WICK_FILTER_LINEAR:
        return linear_taps(p, axis, i);
    case WICK_FILTER_CUBIC:
    case WICK_FILTER_LINEAR_AA:
    case WICK_FILTER_CUBIC_AA:
        break;
    }
    return cubic_taps(p, axis, i);
}

// All channels at one place: what it reads stands in `axes`.
typedef void visit(const KERNEL(wick_resample_params) * p, const void *input, void *out,
                   const KERNEL(wick_taps) axes[3], ptrdiff_t from, ptrdiff_t to);

static void visit_channels(const KERNEL(wick_resample_params) * p, const void *input, void *out,
                           const KERNEL(wick_taps) axes[3], const wick_space_position *at,
                           visit *each)
{
    const ptrdiff_t place = wick_space_offset(&p->out, at);
    for (int32_t n = 0; n < p->out.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
            each(p, input, out, axes, wick_space_plane(&p->in, n, c),
                 wick_space_plane(&p->out, n, c) + place);
        }
    }
}

static void visit_all(const KERNEL(wick_resample_params) * p, const void *input, void *out,
                      visit *each)
{
    wick_space places = p->out;
    places.sizes[WICK_SPACE_BATCH] = places.sizes[WICK_SPACE_CHANNELS] = 1;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const KERNEL(wick_taps)
            axes[3] = {taps_of(p, 0, at.at[2]), taps_of(p, 1, at.at[3]), taps_of(p, 2, at.at[4])};
        visit_channels(p, input, out, axes, &at, each);
    } while (wick_space_next(&places, &at));
}

static void sum_element(const KERNEL(wick_resample_params) * p, const void *input, void *out,
                        const KERNEL(wick_taps) axes[3], ptrdiff_t from, ptrdiff_t to)
{
    STORE(out, to, p->dtype, KERNEL(wick_taps_sum)(&p->in, input, from, p->dtype, axes));
}

void KERNEL(wick_resample_smooth)(const KERNEL(wick_resample_params) * params, const void *input,
                                  void *out)
{
    visit_all(params, input, out, sum_element);
}
