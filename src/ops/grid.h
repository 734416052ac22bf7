// SPDX-License-Identifier: BSD-3-Clause
// aten::grid_sampler_2d, aten::grid_sampler_3d, aten::affine_grid_generator.
#ifndef WICK_OPS_GRID_H
#define WICK_OPS_GRID_H

#include "kernels/resample/grid.h"
#include "wick/operator.h"

typedef wick_grid_params wick_grid_block;

wick_status wick_grid_sampler_2d_prepare(const wick_call *call, void *block);
wick_status wick_grid_sampler_3d_prepare(const wick_call *call, void *block);
wick_status wick_grid_sampler_run(const wick_call *call, const void *block);
wick_status wick_affine_grid_prepare(const wick_call *call, void *block);
wick_status wick_affine_grid_run(const wick_call *call, const void *block);

#endif
