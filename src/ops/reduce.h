// SPDX-License-Identifier: BSD-3-Clause
// aten::sum, mean, amax, amin, aminmax, max, min, argmax, argmin.
#ifndef WICK_OPS_REDUCE_H
#define WICK_OPS_REDUCE_H

#include "wick/operator.h"

typedef struct wick_reduce_block {
    uint32_t mask;    // bit d: dimension d is reduced
    uint32_t keepdim; // reduced dimensions stay with size 1
} wick_reduce_block;

wick_status wick_sum_prepare(const wick_call *call, void *block);
wick_status wick_sum_run(const wick_call *call, const void *block);
wick_status wick_mean_prepare(const wick_call *call, void *block);
wick_status wick_mean_all_prepare(const wick_call *call, void *block);
wick_status wick_mean_run(const wick_call *call, const void *block);
wick_status wick_extreme_prepare(const wick_call *call, void *block);
wick_status wick_amax_run(const wick_call *call, const void *block);
wick_status wick_amin_run(const wick_call *call, const void *block);
wick_status wick_argmax_prepare(const wick_call *call, void *block);
wick_status wick_argmax_run(const wick_call *call, const void *block);
wick_status wick_argmin_run(const wick_call *call, const void *block);
wick_status wick_max_all_prepare(const wick_call *call, void *block);
wick_status wick_max_all_run(const wick_call *call, const void *block);
wick_status wick_min_all_run(const wick_call *call, const void *block);
wick_status wick_aminmax_prepare(const wick_call *call, void *block);
wick_status wick_aminmax_run(const wick_call *call, const void *block);

#endif
