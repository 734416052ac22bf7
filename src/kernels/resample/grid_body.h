// SPDX-License-Identifier: BSD-3-Clause
// Sampling by grids for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

static NUMBER unnormalized(const wick_grid_params *p, NUMBER x, int32_t size)
{
    return p->align_corners ? (x + 1) / 2 * (NUMBER)(size - 1) : ((x + 1) * (NUMBER)size - 1) / 2;
}

// NaN goes to the end, as PyTorch's minimum of a maximum does.
static NUMBER clipped(NUMBER x, int32_t size)
{
    const NUMBER above = x < 0 ? 0 : x;
    const NUMBER last = (NUMBER)(size - 1);
    return above < last ? above : last;
}

// Mirrored at low / 2 and high / 2 until it lies between.
static NUMBER reflected(NUMBER x, int32_t low, int32_t high)
{
    if (low == high) {
        return 0;
    }
    const NUMBER minimum = (NUMBER)low / 2;
    const NUMBER span = (NUMBER)(high - low) / 2;
    const NUMBER distance = x < minimum ? minimum - x : x - minimum;
    const NUMBER extra = FN(fmod)(distance, span);
    const NUMBER flips = FN(floor)(distance / span);
    return FN(fmod)(flips, 2) == 0 ? extra + minimum : span - extra + minimum;
}

static NUMBER padded(const wick_grid_params *p, NUMBER x, int32_t size)
{
    switch ((wick_grid_padding)p->padding) {
    case WICK_GRID_ZEROS:
        break;
    case WICK_GRID_BORDER:
        return clipped(x, size);
    case WICK_GRID_REFLECTION:
        return clipped(p->align_corners ? reflected(x, 0, 2 * (size - 1))
                                        : reflected(x, -1, 2 * size - 1),
                       size);
    }
    return x;
}

// A whole number as position; -1 if it lies outside, or is none.
static int32_t position(NUMBER x, int32_t size)
{
    return x >= 0 && x < (NUMBER)size ? (int32_t)x : -1;
}

static KERNEL(wick_taps) cubic_taps(const wick_grid_params *p, NUMBER x, int32_t size)
{
    const NUMBER below = FN(floor)(x);
    KERNEL(wick_taps) taps = {.count = 4};
    KERNEL(wick_taps_cubic_weights)(x - below, taps.weight);
    for (int32_t k = 0; k < 4; k++) {
        taps.at[k] = position(FN(trunc)(padded(p, below + (NUMBER)(k - 1), size)), size);
    }
    return taps;
}

static KERNEL(wick_taps) taps_of(const wick_grid_params *p, NUMBER coordinate, uint32_t axis)
{
    const int32_t size = p->in.sizes[2 + axis];
    const NUMBER raw = unnormalized(p, coordinate, size);
    if (p->mode == WICK_GRID_CUBIC) {
        return cubic_taps(p, raw, size);
    }
    const NUMBER x = padded(p, raw, size);
    if (p->mode == WICK_GRID_NEAREST) {
        return KERNEL(wick_taps_single)(position(FN(rint)(x), size));
    }
    const NUMBER below = FN(floor)(x);
    return (KERNEL(wick_taps)){
        2, {position(below, size), position(below + 1, size)}, {below + 1 - x, x - below}};
}

// The element of the grid's first coordinate for a place of the result.
static ptrdiff_t grid_element(const wick_grid_params *p, const int32_t at[5])
{
    return (ptrdiff_t)at[0] * p->grid_strides[0] + (ptrdiff_t)at[2] * p->grid_strides[1] +
           (ptrdiff_t)at[3] * p->grid_strides[2] + (ptrdiff_t)at[4] * p->grid_strides[3];
}

static void sample_channels(const wick_grid_params *p, const void *input, void *out,
                            const wick_space_position *at, const KERNEL(wick_taps) axes[3])
{
    wick_space_position place = *at;
    for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
        place.at[WICK_SPACE_CHANNELS] = c;
        const ptrdiff_t plane = wick_space_plane(&p->in, at->at[0], c);
        STORE(out, wick_space_offset(&p->out, &place), p->dtype,
              KERNEL(wick_taps_sum)(&p->in, input, plane, p->dtype, axes));
    }
}

void KERNEL(wick_grid_sample)(const wick_grid_params *params, const void *input, const void *grid,
                              void *out)
{
    const wick_grid_params *const p = params;
    wick_space places = p->out;
    places.sizes[WICK_SPACE_CHANNELS] = 1;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        KERNEL(wick_taps) axes[3] = {KERNEL(wick_taps_single)(0)};
        ptrdiff_t element = grid_element(p, at.at);
        for (uint32_t axis = 3; axis-- > 3u - p->axes;) {
            axes[axis] = taps_of(p, LOAD(grid, element, p->dtype), axis);
            element += p->grid_strides[4];
        }
        sample_channels(p, input, out, &at, axes);
    } while (wick_space_next(&places, &at));
}

// Place i of an axis from -1 to 1: corners are the centers of the outer pixels, or their edges.
static NUMBER base_coordinate(const wick_grid_params *p, uint32_t axis, int32_t i)
{
    const int32_t size = p->in.sizes[2 + axis];
    if (size <= 1) {
        return 0;
    }
    const NUMBER step = 2 / (NUMBER)(size - 1);
    const NUMBER x = i < size / 2 ? -1 + step * (NUMBER)i : 1 - step * (NUMBER)(size - 1 - i);
    return p->align_corners ? x : x * (NUMBER)(size - 1) / (NUMBER)size;
}

static NUMBER affine_coordinate(const wick_grid_params *p, const void *theta, const int32_t at[5],
                                int32_t row)
{
    ptrdiff_t element = ((ptrdiff_t)at[0] * p->axes + row) * (p->axes + 1);
    NUMBER sum = 0;
    for (uint32_t axis = 3; axis-- > 3u - p->axes;) {
        sum += REAL_OF(theta, element, p->dtype) * base_coordinate(p, axis, at[2 + axis]);
        element++;
    }
    return sum + REAL_OF(theta, element, p->dtype);
}

void KERNEL(wick_grid_affine)(const wick_grid_params *params, const void *theta, void *out)
{
    const wick_grid_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->in)) {
        return;
    }
    do {
        ptrdiff_t element = grid_element(p, at.at);
        for (int32_t row = 0; row < p->axes; row++) {
            STORE_REAL(out, element, p->dtype, affine_coordinate(p, theta, at.at, row));
            element += p->grid_strides[4];
        }
    } while (wick_space_next(&p->in, &at));
}
