// SPDX-License-Identifier: BSD-3-Clause
// aten::upsample_*: see resample.def.
#ifndef WICK_OPS_RESAMPLE_H
#define WICK_OPS_RESAMPLE_H

#include "kernels/resample/resample.h"
#include "wick/operator.h"

typedef wick_resample_params wick_resample_block;

#define WICK_RESAMPLE(name, spatial, filter, has_align_corners)            \
    wick_status wick_##name##_prepare(const wick_call *call, void *block); \
    wick_status wick_##name##_vec_prepare(const wick_call *call, void *block);
#include "ops/resample.def"
#undef WICK_RESAMPLE

wick_status wick_resample_nearest_run(const wick_call *call, const void *block);
wick_status wick_resample_smooth_run(const wick_call *call, const void *block);
wick_status wick_resample_antialiased_run(const wick_call *call, const void *block);

#endif
