// SPDX-License-Identifier: BSD-3-Clause
// Pools in up to three dimensions for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

// Positions start, start + dilation, .. below end of the input.
typedef struct range {
    int32_t start, end;
    int32_t padded; // extent with padding
} range;

typedef struct window {
    range axis[3];
    int64_t size;         // divisor of a mean
    ptrdiff_t plane;      // element of the input at depth, row and column 0
    ptrdiff_t out, index; // elements
} window;

static range fixed_range(const wick_pool3d_params *p, uint32_t axis, int32_t i)
{
    const int32_t size = p->in.sizes[2 + axis];
    const int32_t dilation = p->dilation[axis];
    range r = {.start = i * p->stride[axis] - p->padding[axis]};
    r.end = r.start + (p->kernel[axis] - 1) * dilation + 1;
    r.end = r.end < size + p->padding[axis] ? r.end : size + p->padding[axis];
    r.padded = r.end - r.start;
    r.end = r.end < size ? r.end : size;
    if (r.start < 0) {
        r.start += (-r.start + dilation - 1) / dilation * dilation;
    }
    return r;
}

static range adaptive_range(const wick_pool3d_params *p, uint32_t axis, int32_t i)
{
    const int64_t in = p->in.sizes[2 + axis];
    const int64_t out = p->out.sizes[2 + axis];
    range r = {.start = (int32_t)(i * in / out),
               .end = (int32_t)(((int64_t)(i + 1) * in + out - 1) / out)};
    r.padded = r.end - r.start;
    return r;
}

// Windows are alpha apart on average; the last one ends with the input.
static range fractional_range(const wick_pool3d_params *p, uint32_t axis, int32_t i, NUMBER sample)
{
    const int32_t room = p->in.sizes[2 + axis] - p->kernel[axis];
    const int32_t out = p->out.sizes[2 + axis];
    range r = {.start = room};
    if (i < out - 1) {
        const NUMBER alpha = (NUMBER)room / (NUMBER)(out - 1);
        const NUMBER start = ((NUMBER)i + sample) * alpha;
        const bool is_small = start > -(NUMBER)0x1p30 && start < (NUMBER)0x1p30;
        r.start = is_small ? (int32_t)start - (int32_t)(sample * alpha) : 0;
        r.start = r.start < 0 ? 0 : r.start; // rounding, or a sample outside of [0, 1)
        r.start = r.start > room ? room : r.start;
    }
    r.end = r.start + p->kernel[axis];
    r.padded = p->kernel[axis];
    return r;
}

// The random number of an axis: three are in the order of the axes, two the other way round.
static NUMBER sample_of(const wick_pool3d_params *p, const wick_pool3d_data *data,
                        const wick_space_position *at, uint32_t axis)
{
    const uint32_t place = p->axes == 3 ? axis : 2 - axis;
    const ptrdiff_t channel = (ptrdiff_t)at->at[0] * p->in.sizes[WICK_SPACE_CHANNELS] + at->at[1];
    return place < p->axes ? REAL_OF(data->samples, channel * p->axes + (ptrdiff_t)place, p->dtype)
                           : 0;
}

static range range_of(const wick_pool3d_params *p, const wick_pool3d_data *data,
                      const wick_space_position *at, uint32_t axis)
{
    const int32_t i = at->at[2 + axis];
    switch ((wick_pool_windows)p->windows) {
    case WICK_POOL_FIXED:
        break;
    case WICK_POOL_ADAPTIVE:
        return adaptive_range(p, axis, i);
    case WICK_POOL_FRACTIONAL:
        return fractional_range(p, axis, i, sample_of(p, data, at, axis));
    }
    return fixed_range(p, axis, i);
}

static window window_of(const wick_pool3d_params *p, const wick_pool3d_data *data,
                        const wick_space_position *at)
{
    window w = {.size = 1,
                .plane = wick_space_plane(&p->in, at->at[0], at->at[1]),
                .out = wick_space_offset(&p->out, at),
                .index = wick_space_offset(&p->index, at)};
    for (uint32_t axis = 0; axis < 3; axis++) {
        const range r = range_of(p, data, at, axis);
        const int32_t inside = r.end > r.start ? r.end - r.start : 0;
        w.axis[axis] = r;
        w.size *= p->counts_padding ? r.padded : inside;
    }
    w.size = p->divisor != 0 ? p->divisor : w.size;
    return w;
}

// The first position of a window; false if there is none.
static bool first_position(const window *w, int32_t at[3])
{
    bool is_some = true;
    for (uint32_t axis = 0; axis < 3; axis++) {
        at[axis] = w->axis[axis].start;
        is_some = is_some && at[axis] < w->axis[axis].end;
    }
    return is_some;
}

static bool next_position(const wick_pool3d_params *p, const window *w, int32_t at[3])
{
    for (uint32_t axis = 3; axis-- > 0;) {
        at[axis] += p->dilation[axis];
        if (at[axis] < w->axis[axis].end) {
            return true;
        }
        at[axis] = w->axis[axis].start;
    }
    return false;
}

static ptrdiff_t element_of(const wick_pool3d_params *p, const window *w, const int32_t at[3])
{
    ptrdiff_t element = w->plane;
    for (uint32_t axis = 0; axis < 3; axis++) {
        element += (ptrdiff_t)at[axis] * p->in.strides[2 + axis];
    }
    return element;
}

static int64_t index_of(const wick_pool3d_params *p, const int32_t at[3])
{
    return ((int64_t)at[0] * p->in.sizes[WICK_SPACE_HEIGHT] + at[1]) *
               p->in.sizes[WICK_SPACE_WIDTH] +
           at[2];
}

static void max_real(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data)
{
    int32_t at[3];
    NUMBER best = -INFINITE;
    bool goes_on = first_position(w, at);
    int64_t index = index_of(p, at);
    while (goes_on) {
        const NUMBER value = LOAD(data->input, element_of(p, w, at), p->dtype);
        if (value > best || value != value) {
            best = value;
            index = index_of(p, at);
        }
        goes_on = next_position(p, w, at);
    }
    data->indices[w->index] = index;
    STORE(data->out, w->out, p->dtype, best);
}

static void max_integer(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data)
{
    int32_t at[3];
    int64_t best = INT64_MIN;
    bool goes_on = first_position(w, at);
    int64_t index = index_of(p, at);
    while (goes_on) {
        const int64_t value = INTEGER_OF(data->input, element_of(p, w, at), p->dtype);
        if (value > best) {
            best = value;
            index = index_of(p, at);
        }
        goes_on = next_position(p, w, at);
    }
    data->indices[w->index] = index;
    wick_element_store_integer(data->out, w->out, p->dtype, best);
}

// A window that lies in the padding alone (ceil mode) has mean 0.
static void mean_real(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data)
{
    int32_t at[3];
    NUMBER sum = 0;
    bool goes_on = first_position(w, at);
    const bool is_empty = !goes_on;
    while (goes_on) {
        sum += LOAD(data->input, element_of(p, w, at), p->dtype);
        goes_on = next_position(p, w, at);
    }
    STORE(data->out, w->out, p->dtype, is_empty ? 0 : sum / (NUMBER)w->size);
}

static void mean_integer(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data)
{
    int32_t at[3];
    uint64_t sum = 0;
    bool goes_on = first_position(w, at);
    const bool is_empty = !goes_on;
    while (goes_on) {
        sum += (uint64_t)INTEGER_OF(data->input, element_of(p, w, at), p->dtype);
        goes_on = next_position(p, w, at);
    }
    int64_t mean = 0;
    if (!is_empty) { // the sum divided by -1 could overflow
        mean = w->size == -1 ? (int64_t)(0 - sum) : (int64_t)sum / w->size;
    }
    wick_element_store_integer(data->out, w->out, p->dtype, mean);
}

typedef void visit(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data);

static void visit_all(const wick_pool3d_params *p, const wick_pool3d_data *data, visit *each)
{
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const window w = window_of(p, data, &at);
        each(p, &w, data);
    } while (wick_space_next(&p->out, &at));
}

void KERNEL(wick_max_pool3d)(const wick_pool3d_params *params, const wick_pool3d_data *data)
{
    visit_all(params, data, IS_REAL(params->dtype) ? max_real : max_integer);
}

void KERNEL(wick_avg_pool3d)(const wick_pool3d_params *params, const wick_pool3d_data *data)
{
    visit_all(params, data, IS_REAL(params->dtype) ? mean_real : mean_integer);
}

static NUMBER rounded(NUMBER value, uint32_t dtype)
{
    uint64_t element;
    STORE(&element, 0, dtype, value);
    return LOAD(&element, 0, dtype);
}

// One element's share of the gradient; each step rounds to the type, as PyTorch's do.
static NUMBER share_of(const wick_pool3d_params *p, const window *w, const void *gradient)
{
    const NUMBER value = REAL_OF(gradient, w->out, p->dtype);
    if (p->windows == WICK_POOL_FIXED) {
        return rounded(value / (NUMBER)w->size, p->dtype);
    }
    NUMBER part = value;
    for (uint32_t axis = 0; axis < 3; axis++) {
        part = rounded(part / (NUMBER)w->axis[axis].padded, p->dtype);
    }
    return part;
}

static void spread_mean(const wick_pool3d_params *p, const window *w, const wick_pool3d_data *data)
{
    int32_t at[3];
    bool goes_on = first_position(w, at);
    const NUMBER part = share_of(p, w, data->input);
    while (goes_on) {
        const ptrdiff_t to = element_of(p, w, at);
        STORE_REAL(data->out, to, p->dtype, REAL_OF(data->out, to, p->dtype) + part);
        goes_on = next_position(p, w, at);
    }
}

void KERNEL(wick_avg_pool3d_gradient)(const wick_pool3d_params *params,
                                      const wick_pool3d_data *data)
{
    memset(data->out, 0, wick_space_count(&params->in) * wick_dtype_size_bytes(params->dtype));
    visit_all(params, data, spread_mean);
}

// Element `index` of the channel of a position.
static ptrdiff_t indexed_element(const wick_pool3d_params *p, const wick_space_position *at,
                                 int64_t index)
{
    const int32_t width = p->in.sizes[WICK_SPACE_WIDTH];
    const int32_t height = p->in.sizes[WICK_SPACE_HEIGHT];
    const int32_t place = (int32_t)index;
    return wick_space_plane(&p->in, at->at[0], at->at[1]) +
           (ptrdiff_t)(place % width) * p->in.strides[WICK_SPACE_WIDTH] +
           (ptrdiff_t)(place / width % height) * p->in.strides[WICK_SPACE_HEIGHT] +
           (ptrdiff_t)(place / width / height) * p->in.strides[WICK_SPACE_DEPTH];
}

static void put(const wick_pool3d_params *p, const wick_pool3d_data *data, ptrdiff_t from,
                ptrdiff_t to, bool is_sum)
{
    if (is_sum) {
        STORE_REAL(data->out, to, p->dtype,
                   REAL_OF(data->out, to, p->dtype) + REAL_OF(data->input, from, p->dtype));
        return;
    }
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    memcpy((uint8_t *)data->out + to * (ptrdiff_t)bytes,
           wick_element_at(data->input, from, p->dtype), bytes);
}

bool KERNEL(wick_max_unpool3d)(const wick_pool3d_params *params, const wick_pool3d_data *data,
                               bool is_sum)
{
    const wick_pool3d_params *const p = params;
    const int32_t *const sizes = p->in.sizes;
    const int64_t volume = (int64_t)sizes[2] * sizes[3] * sizes[4];
    wick_space_position at = {{0}};
    memset(data->out, 0, wick_space_count(&p->in) * wick_dtype_size_bytes(p->dtype));
    if (wick_space_is_empty(&p->out)) {
        return true;
    }
    do {
        const int64_t index = data->indices[wick_space_offset(&p->index, &at)];
        if (index < 0 || index >= volume) {
            return false;
        }
        put(p, data, wick_space_offset(&p->out, &at), indexed_element(p, &at, index), is_sum);
    } while (wick_space_next(&p->out, &at));
    return true;
}
