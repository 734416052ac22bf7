// SPDX-License-Identifier: BSD-3-Clause
// Columns added up to an image, for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

// Element of the columns for a channel, kernel position and window.
static ptrdiff_t column_element(const wick_columns_params *p, const int32_t channel[2],
                                const int32_t k[2], const int32_t window[2])
{
    const ptrdiff_t row = ((ptrdiff_t)channel[1] * p->kernel[0] + k[0]) * p->kernel[1] + k[1];
    return (ptrdiff_t)channel[0] * p->strides[0] + row * p->strides[1] +
           ((ptrdiff_t)window[0] * p->windows[1] + window[1]) * p->strides[2];
}

// The window that meets position `at` with kernel position k, or -1.
static int32_t window_at(const wick_columns_params *p, uint32_t axis, int32_t at, int32_t k)
{
    const int32_t first = at + p->padding[axis] - k * p->dilation[axis];
    if (first < 0 || first % p->stride[axis] != 0) {
        return -1;
    }
    const int32_t window = first / p->stride[axis];
    return window < p->windows[axis] ? window : -1;
}

typedef struct sum {
    NUMBER real;
    uint64_t integer;
} sum;

static void add(const wick_columns_params *p, const void *columns, ptrdiff_t from, sum *total)
{
    if (IS_REAL(p->dtype)) {
        total->real += REAL_OF(columns, from, p->dtype);
    } else {
        total->integer += (uint64_t)INTEGER_OF(columns, from, p->dtype);
    }
}

static sum sum_of(const wick_columns_params *p, const void *columns, const int32_t at[5])
{
    sum total = {0, 0};
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    for (int32_t i = 0; i < kernel; i++) {
        const int32_t k[2] = {i / p->kernel[1], i % p->kernel[1]};
        const int32_t window[2] = {window_at(p, 0, at[WICK_SPACE_HEIGHT], k[0]),
                                   window_at(p, 1, at[WICK_SPACE_WIDTH], k[1])};
        if (window[0] >= 0 && window[1] >= 0) {
            add(p, columns, column_element(p, at, k, window), &total);
        }
    }
    return total;
}

void KERNEL(wick_columns_to_image)(const wick_columns_params *params, const void *columns,
                                   void *image)
{
    const wick_columns_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->image)) {
        return;
    }
    do {
        const sum total = sum_of(p, columns, at.at);
        const ptrdiff_t to = wick_space_offset(&p->image, &at);
        if (IS_REAL(p->dtype)) {
            STORE_REAL(image, to, p->dtype, total.real);
        } else {
            wick_element_store_integer(image, to, p->dtype, (int64_t)total.integer);
        }
    } while (wick_space_next(&p->image, &at));
}
