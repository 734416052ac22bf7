// SPDX-License-Identifier: BSD-3-Clause
// wick::quantile_of_sorted: aten::quantile and nanquantile behind a sort.
#ifndef WICK_OPS_QUANTILE_H
#define WICK_OPS_QUANTILE_H

#include "wick/operator.h"

typedef struct wick_quantile_block {
    uint32_t dim;
    uint32_t interpolation;
} wick_quantile_block;

wick_status wick_quantile_prepare(const wick_call *call, void *block);
wick_status wick_quantile_run(const wick_call *call, const void *block);

#endif
