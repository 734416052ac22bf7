// SPDX-License-Identifier: BSD-3-Clause
// The inner loop of convolution and matrix product: runs of outputs
// gain a weighted sum of runs of inputs.
//
//   out[c][i * out_stride] += sum over t < taps.count of
//       weights[c][taps.weight[t]] * taps.x[t][c * x_channel_stride + i * x_stride]
//
// Four taps at once save the load and store of `out`, two channels at once share the inputs.
// Result  the taps' products are summed before they are added to out.
// Memory  out must not overlap an input.
#ifndef WICK_KERNELS_GEMM_ACCUMULATE_F32_H
#define WICK_KERNELS_GEMM_ACCUMULATE_F32_H

#include <stddef.h>
#include <stdint.h>

enum { WICK_TAPS = 4 };

typedef struct wick_taps_f32 {
    const float *x[WICK_TAPS];
    ptrdiff_t weight[WICK_TAPS]; // index within a channel's weights
    uint32_t count;
} wick_taps_f32;

typedef struct wick_columns_f32 {
    float *out;
    const float *weights;
    ptrdiff_t out_channel_stride; // elements
    ptrdiff_t weight_channel_stride;
    ptrdiff_t x_channel_stride; // 0: all channels see the same inputs
    ptrdiff_t x_stride, out_stride;
    uint32_t channels;
    uint32_t count; // outputs of one run
} wick_columns_f32;

void wick_accumulate_f32(const wick_columns_f32 *columns, const wick_taps_f32 *taps);

// Adds a tap; runs the four of them when full.
static inline void wick_taps_push(wick_taps_f32 *taps, const wick_columns_f32 *columns,
                                  const float *x, ptrdiff_t weight)
{
    taps->x[taps->count] = x;
    taps->weight[taps->count] = weight;
    taps->count++;
    if (taps->count == WICK_TAPS) {
        wick_accumulate_f32(columns, taps);
        taps->count = 0;
    }
}

// Runs what is left.
static inline void wick_taps_flush(wick_taps_f32 *taps, const wick_columns_f32 *columns)
{
    if (taps->count != 0) {
        wick_accumulate_f32(columns, taps);
        taps->count = 0;
    }
}

#endif
