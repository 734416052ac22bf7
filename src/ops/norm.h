// SPDX-License-Identifier: BSD-3-Clause
// aten::native_layer_norm, native_group_norm, _native_batch_norm_legit.no_stats; wick::rms_norm.
#ifndef WICK_OPS_NORM_H
#define WICK_OPS_NORM_H

#include "wick/operator.h"

typedef struct wick_norm_block {
    int32_t groups; // of a group norm
    uint32_t inner; // dimensions at the end that are normalized
    float epsilon;
    uint32_t training; // of a batch norm
} wick_norm_block;

wick_status wick_layer_norm_prepare(const wick_call *call, void *block);
wick_status wick_layer_norm_run(const wick_call *call, const void *block);
wick_status wick_rms_norm_prepare(const wick_call *call, void *block);
wick_status wick_rms_norm_run(const wick_call *call, const void *block);
wick_status wick_group_norm_prepare(const wick_call *call, void *block);
wick_status wick_group_norm_run(const wick_call *call, const void *block);
wick_status wick_batch_norm_no_stats_prepare(const wick_call *call, void *block);
wick_status wick_batch_norm_no_stats_run(const wick_call *call, const void *block);

#endif
