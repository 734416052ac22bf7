// SPDX-License-Identifier: BSD-3-Clause
// Weights and weighted sums for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

// The kernel of cubic convolution for |x| <= 1, and for 1 < |x| < 2.
static NUMBER cubic_near(NUMBER x, NUMBER a)
{
    return ((a + 2) * x - (a + 3)) * x * x + 1;
}

static NUMBER cubic_far(NUMBER x, NUMBER a)
{
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

void KERNEL(wick_taps_cubic_weights)(NUMBER t, NUMBER weight[WICK_TAPS_MAX])
{
    const NUMBER a = -(NUMBER)0.75;
    weight[0] = cubic_far(t + 1, a);
    weight[1] = cubic_near(t, a);
    weight[2] = cubic_near(1 - t, a);
    weight[3] = cubic_far(2 - t, a);
}

static NUMBER row_sum(const wick_space *in, const void *data, ptrdiff_t row, uint32_t dtype,
                      const KERNEL(wick_taps) * columns)
{
    NUMBER sum = 0;
    for (int32_t i = 0; i < columns->count; i++) {
        if (columns->at[i] >= 0) {
            const ptrdiff_t at = row + (ptrdiff_t)columns->at[i] * in->strides[WICK_SPACE_WIDTH];
            sum += LOAD(data, at, dtype) * columns->weight[i];
        }
    }
    return sum;
}

NUMBER KERNEL(wick_taps_sum)(const wick_space *in, const void *data, ptrdiff_t plane,
                             uint32_t dtype, const KERNEL(wick_taps) axes[3])
{
    NUMBER total = 0;
    for (int32_t z = 0; z < axes[0].count; z++) {
        NUMBER sum = 0;
        for (int32_t y = 0; axes[0].at[z] >= 0 && y < axes[1].count; y++) {
            if (axes[1].at[y] >= 0) {
                const ptrdiff_t row = plane +
                                      (ptrdiff_t)axes[0].at[z] * in->strides[WICK_SPACE_DEPTH] +
                                      (ptrdiff_t)axes[1].at[y] * in->strides[WICK_SPACE_HEIGHT];
                sum += row_sum(in, data, row, dtype, &axes[2]) * axes[1].weight[y];
            }
        }
        total += sum * axes[0].weight[z];
    }
    return total;
}
