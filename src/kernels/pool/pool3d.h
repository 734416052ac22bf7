// SPDX-License-Identifier: BSD-3-Clause
// Pooling windows in up to three dimensions, fixed, adaptive or fractional, and their gradients.
// pool.h holds the ones of two dimensions that every vision model needs.
//
// Shapes  input and result are spaces with as many batches and channels; any may be empty, and a
//         window is empty where it lies in the padding alone.
// Range   stride, dilation >= 1; 0 <= padding <= kernel / 2; positions fit in int32. Checked
// before. Memory  none; out must not overlap an input. Result  maximum: exact; the first of equals,
// the last NaN; an index counts in the volume of its
//         channel. mean: float sums, rounded once; integers divide towards zero.
#ifndef WICK_KERNELS_POOL_POOL3D_H
#define WICK_KERNELS_POOL_POOL3D_H

#include "kernels/spatial/space.h"

typedef enum wick_pool_windows {
    WICK_POOL_FIXED,    // kernel, stride, padding, dilation
    WICK_POOL_ADAPTIVE, // window i of n over `size` inputs: from i * size / n, to (i + 1) * size /
                        // n rounded up
    WICK_POOL_FRACTIONAL, // of size `kernel`, at places that a random number of each channel gives
} wick_pool_windows;

typedef struct wick_pool3d_params {
    wick_space in, out, index;
    int32_t kernel[3], stride[3], padding[3], dilation[3];
    int32_t divisor; // mean: divides by this instead of the window's size; 0: not given
    uint8_t windows; // wick_pool_windows
    uint8_t dtype;
    uint8_t counts_padding; // mean: padding is part of the window's size
    uint8_t axes;           // fractional: random numbers of a channel, the last for the depth, ..
} wick_pool3d_params;

typedef struct wick_pool3d_data {
    const void *input;
    const void *samples; // fractional: [batch, channels, axes] of the dtype, dense
    void *out;
    int64_t *indices;
} wick_pool3d_data;

void wick_max_pool3d(const wick_pool3d_params *params, const wick_pool3d_data *data);
void wick_avg_pool3d(const wick_pool3d_params *params, const wick_pool3d_data *data);

// The gradient of the mean: data->input is that of the result, which params->out describes;
// data->out that of the input, params->in. Real types.
void wick_avg_pool3d_gradient(const wick_pool3d_params *params, const wick_pool3d_data *data);

// Adds each element of `input` (params->out) to that element of its channel in `out` (params->in)
// which params->index names, from 0 on: the gradient of the maximum. With `is_sum` false the last
// one stands there: the inverse of the maximum. False at the first index outside of the channel.
bool wick_max_unpool3d(const wick_pool3d_params *params, const wick_pool3d_data *data, bool is_sum);

// The same on f64.
void wick_max_pool3d_f64(const wick_pool3d_params *params, const wick_pool3d_data *data);
void wick_avg_pool3d_f64(const wick_pool3d_params *params, const wick_pool3d_data *data);
void wick_avg_pool3d_gradient_f64(const wick_pool3d_params *params, const wick_pool3d_data *data);
bool wick_max_unpool3d_f64(const wick_pool3d_params *params, const wick_pool3d_data *data,
                           bool is_sum);

#endif
