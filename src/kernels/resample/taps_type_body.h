// SPDX-License-Identifier: BSD-3-Clause
// What taps.h declares for one type of arithmetic; included with NUMBER and NAMED(name).

typedef struct NAMED(wick_taps) {
    int32_t count;
    int32_t at[WICK_TAPS_MAX]; // position on the axis; below 0: outside, adds nothing
    NUMBER weight[WICK_TAPS_MAX];
} NAMED(wick_taps);

// The one position of an axis of size 1.
static inline NAMED(wick_taps) NAMED(wick_taps_single)(int32_t at)
{
    return (NAMED(wick_taps)){1, {at}, {1}};
}

// Weights of the four positions from floor(x) - 1 on, for x - floor(x) = t: cubic convolution with
// A = -0.75 (PyTorch's get_cubic_upsample_coefficients).
void NAMED(wick_taps_cubic_weights)(NUMBER t, NUMBER weight[WICK_TAPS_MAX]);

// Sum over depth, rows and columns of weights times elements, from element `plane` of `data` on.
NUMBER NAMED(wick_taps_sum)(const wick_space *in, const void *data, ptrdiff_t plane, uint32_t dtype,
                            const NAMED(wick_taps) axes[3]);

#undef NUMBER
#undef NAMED
