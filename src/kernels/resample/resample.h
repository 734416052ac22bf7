// SPDX-License-Identifier: BSD-3-Clause
// Images and volumes of another size, as PyTorch's interpolate: each axis has its positions and
// weights, which the filter gives while running; an output is the weighted sum over all axes.
//
// Shapes  in and out are spaces with as many batches and channels; no spatial size of in is 0.
// Range   scale: input positions for each output position, as area_pixel_compute_scale gives it.
// Memory  none; out must not overlap the input.
// Result  nearest: exact, any dtype. Else f32, f16, bf16: weights and sums in float, rounded once.
#ifndef WICK_KERNELS_RESAMPLE_RESAMPLE_H
#define WICK_KERNELS_RESAMPLE_RESAMPLE_H

#include "kernels/spatial/space.h"

typedef enum wick_filter {
    WICK_FILTER_NEAREST,       // floor(i * scale)
    WICK_FILTER_NEAREST_EXACT, // floor((i + 1/2) * scale)
    WICK_FILTER_LINEAR,
    WICK_FILTER_CUBIC,
    WICK_FILTER_LINEAR_AA, // antialiased: as wide as the scale where the result is smaller
    WICK_FILTER_CUBIC_AA,
} wick_filter;

typedef struct wick_resample_params {
    wick_space in, out;
    float scale[3]; // depth, height, width
    uint8_t filter; // wick_filter
    uint8_t dtype;
    uint8_t align_corners;
} wick_resample_params;

// The same with scales in float64, for the forms of that name.
typedef struct wick_resample_params_f64 {
    wick_space in, out;
    double scale[3];
    uint8_t filter, dtype;
    uint8_t align_corners;
} wick_resample_params_f64;

void wick_resample_nearest(const wick_resample_params *params, const void *input, void *out);
// Linear and cubic.
void wick_resample_smooth(const wick_resample_params *params, const void *input, void *out);
// Antialiased; depth 1.
void wick_resample_antialiased(const wick_resample_params *params, const void *input, void *out);

// The same on f64.
void wick_resample_smooth_f64(const wick_resample_params_f64 *params, const void *input, void *out);
void wick_resample_antialiased_f64(const wick_resample_params_f64 *params, const void *input,
                                   void *out);

#endif
