// SPDX-License-Identifier: BSD-3-Clause
// aten::sort, argsort, msort, topk, kthvalue, median, nanmedian, max.dim, min.dim; wick::mode.
#ifndef WICK_OPS_SORT_H
#define WICK_OPS_SORT_H

#include "wick/operator.h"

typedef struct wick_sort_block {
    uint32_t dim;
    int32_t number;     // k
    uint8_t descending; // or largest
    uint8_t reserved[3];
} wick_sort_block;

wick_status wick_sort_prepare(const wick_call *call, void *block);
wick_status wick_sort_run(const wick_call *call, const void *block);
wick_status wick_sort_stable_prepare(const wick_call *call, void *block);
wick_status wick_sort_stable_run(const wick_call *call, const void *block);
wick_status wick_argsort_prepare(const wick_call *call, void *block);
wick_status wick_argsort_run(const wick_call *call, const void *block);
wick_status wick_topk_prepare(const wick_call *call, void *block);
wick_status wick_topk_run(const wick_call *call, const void *block);
wick_status wick_kthvalue_prepare(const wick_call *call, void *block);
wick_status wick_kthvalue_run(const wick_call *call, const void *block);
wick_status wick_choice_prepare(const wick_call *call, void *block);
wick_status wick_median_dim_run(const wick_call *call, const void *block);
wick_status wick_nanmedian_dim_run(const wick_call *call, const void *block);
wick_status wick_max_dim_run(const wick_call *call, const void *block);
wick_status wick_min_dim_run(const wick_call *call, const void *block);
wick_status wick_median_prepare(const wick_call *call, void *block);
wick_status wick_median_run(const wick_call *call, const void *block);
wick_status wick_nanmedian_run(const wick_call *call, const void *block);
wick_status wick_mode_prepare(const wick_call *call, void *block);
wick_status wick_mode_run(const wick_call *call, const void *block);

#endif
