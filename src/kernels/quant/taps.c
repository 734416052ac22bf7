// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/taps.h"

// The smallest k >= 1 with k * dilation a multiple of stride is stride / gcd(stride, dilation).
static int32_t common_divisor(int32_t a, int32_t b)
{
    while (b != 0) {
        const int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

void wick_quant_axis_set_steps(wick_quant_axis *axis, bool is_transposed)
{
    const int32_t divisor = common_divisor(axis->stride, axis->dilation);
    axis->kernel_step = is_transposed ? axis->stride / divisor : 1;
    axis->in_step = is_transposed ? -(axis->dilation / divisor) : axis->dilation;
}

// How many taps from `taps` on stay inside kernel and input.
static int32_t count_taps(const wick_quant_axis *axis, const wick_quant_taps *taps)
{
    int32_t count = 0;
    int32_t in = taps->in;
    for (int32_t kernel = taps->kernel; kernel < axis->kernel && in >= 0 && in < axis->in;
         kernel += axis->kernel_step) {
        in += axis->in_step;
        count++;
    }
    return count;
}

wick_quant_taps wick_quant_taps_forward(const wick_quant_axis *axis, int32_t out)
{
    wick_quant_taps taps = {.in = out * axis->stride - axis->padding};
    while (taps.in < 0 && taps.kernel < axis->kernel) {
        taps.in += axis->dilation;
        taps.kernel++;
    }
    taps.count = count_taps(axis, &taps);
    return taps;
}

wick_quant_taps wick_quant_taps_transposed(const wick_quant_axis *axis, int32_t out)
{
    wick_quant_taps taps = {0};
    // Input position times stride; falls with each tap.
    int32_t scaled = out + axis->padding;
    for (; taps.kernel < axis->kernel && scaled >= 0; taps.kernel++) {
        taps.in = scaled / axis->stride;
        if (taps.in < axis->in && taps.in * axis->stride == scaled) {
            taps.count = count_taps(axis, &taps);
            break;
        }
        scaled -= axis->dilation;
    }
    return taps;
}
