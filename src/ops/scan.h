// SPDX-License-Identifier: BSD-3-Clause
// aten::cumsum, cumprod, logcumsumexp, cummax, cummin.
#ifndef WICK_OPS_SCAN_H
#define WICK_OPS_SCAN_H

#include "wick/operator.h"

typedef struct wick_scan_block {
    uint32_t dim;
} wick_scan_block;

wick_status wick_scan_prepare(const wick_call *call, void *block);
wick_status wick_cumsum_run(const wick_call *call, const void *block);
wick_status wick_cumprod_run(const wick_call *call, const void *block);
wick_status wick_logcumsumexp_prepare(const wick_call *call, void *block);
wick_status wick_logcumsumexp_run(const wick_call *call, const void *block);
wick_status wick_scan_extreme_prepare(const wick_call *call, void *block);
wick_status wick_cummax_run(const wick_call *call, const void *block);
wick_status wick_cummin_run(const wick_call *call, const void *block);

#endif
