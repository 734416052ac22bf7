// SPDX-License-Identifier: BSD-3-Clause
// Images and volumes sampled at the places that a grid names, and grids of affine maps.
//
// Shapes  in [batch, channels, ..], grid [batch, .., axes], its last dimension naming column, row
//         (and depth) from -1 to 1; out [batch, channels, ..] with the places of the grid.
// Memory  none; out must not overlap an input.
// Result  f32, f16, bf16: positions, weights and sums in float, rounded once.
#ifndef WICK_KERNELS_RESAMPLE_GRID_H
#define WICK_KERNELS_RESAMPLE_GRID_H

#include "kernels/spatial/space.h"

typedef enum wick_grid_mode {
    WICK_GRID_LINEAR,
    WICK_GRID_NEAREST,
    WICK_GRID_CUBIC, // of two axes
} wick_grid_mode;

typedef enum wick_grid_padding {
    WICK_GRID_ZEROS, // outside of the input
    WICK_GRID_BORDER,
    WICK_GRID_REFLECTION,
} wick_grid_padding;

typedef struct wick_grid_params {
    wick_space in, out;
    int32_t grid_strides[5]; // batch, depth, row, column, coordinate
    uint8_t axes;            // 2 or 3
    uint8_t mode, padding;
    uint8_t align_corners;
    uint8_t dtype;
} wick_grid_params;

void wick_grid_sample(const wick_grid_params *params, const void *input, const void *grid,
                      void *out);

// theta [batch, axes, axes + 1] dense, out as the grid above, in->sizes those of the image.
void wick_grid_affine(const wick_grid_params *params, const void *theta, void *out);

// The same on f64.
void wick_grid_sample_f64(const wick_grid_params *params, const void *input, const void *grid,
                          void *out);
void wick_grid_affine_f64(const wick_grid_params *params, const void *theta, void *out);

#endif
