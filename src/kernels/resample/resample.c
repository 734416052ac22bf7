// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/resample.h"

#include "kernels/element/element.h"
#include "kernels/math/rounding.h"
#include "kernels/resample/taps.h"

#include <string.h>

static int32_t at_most(float value, int32_t limit)
{
    return value < (float)limit ? (int32_t)value : limit;
}

static wick_taps nearest_taps(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const float shift = p->filter == WICK_FILTER_NEAREST_EXACT ? 0.5f : 0;
    return wick_taps_single(
        at_most(((float)i + shift) * p->scale[axis], p->in.sizes[2 + axis] - 1));
}

static float source_position(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    return p->align_corners ? p->scale[axis] * (float)i : p->scale[axis] * ((float)i + 0.5f) - 0.5f;
}

static wick_taps linear_taps(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const float x = source_position(p, axis, i);
    const float inside = x > 0 ? x : 0;
    const int32_t first = at_most(inside, last);
    float t = inside - (float)first;
    t = t < 1 ? t : 1;
    return (wick_taps){2, {first, first < last ? first + 1 : last}, {1 - t, t}};
}

static wick_taps cubic_taps(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const float x = source_position(p, axis, i);
    const float below = wick_floor_f32(x);
    wick_taps taps = {.count = 4};
    wick_taps_cubic_weights(x - below, taps.weight);
    for (int32_t k = 0; k < 4; k++) {
        const float at = below + (float)(k - 1);
        taps.at[k] = at > 0 ? at_most(at, last) : 0;
    }
    return taps;
}

static wick_taps taps_of(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    if (p->in.sizes[2 + axis] == 1 && p->out.sizes[2 + axis] == 1) {
        return wick_taps_single(0);
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
typedef void visit(const wick_resample_params *p, const void *input, void *out,
                   const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to);

static void visit_channels(const wick_resample_params *p, const void *input, void *out,
                           const wick_taps axes[3], const wick_space_position *at, visit *each)
{
    const ptrdiff_t place = wick_space_offset(&p->out, at);
    for (int32_t n = 0; n < p->out.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
            each(p, input, out, axes, wick_space_plane(&p->in, n, c),
                 wick_space_plane(&p->out, n, c) + place);
        }
    }
}

static void visit_all(const wick_resample_params *p, const void *input, void *out, visit *each)
{
    wick_space places = p->out;
    places.sizes[WICK_SPACE_BATCH] = places.sizes[WICK_SPACE_CHANNELS] = 1;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const wick_taps axes[3] = {taps_of(p, 0, at.at[2]), taps_of(p, 1, at.at[3]),
                                   taps_of(p, 2, at.at[4])};
        visit_channels(p, input, out, axes, &at, each);
    } while (wick_space_next(&places, &at));
}

static void copy_element(const wick_resample_params *p, const void *input, void *out,
                         const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to)
{
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    for (uint32_t axis = 0; axis < 3; axis++) {
        from += (ptrdiff_t)axes[axis].at[0] * p->in.strides[2 + axis];
    }
    memcpy((uint8_t *)out + to * (ptrdiff_t)bytes, wick_element_at(input, from, p->dtype), bytes);
}

static void sum_element(const wick_resample_params *p, const void *input, void *out,
                        const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to)
{
    wick_element_store(out, to, p->dtype, wick_taps_sum(&p->in, input, from, p->dtype, axes));
}

void wick_resample_nearest(const wick_resample_params *params, const void *input, void *out)
{
    visit_all(params, input, out, copy_element);
}

void wick_resample_smooth(const wick_resample_params *params, const void *input, void *out)
{
    visit_all(params, input, out, sum_element);
}
