// SPDX-License-Identifier: BSD-3-Clause
// aten::searchsorted, bucketize, nonzero, histc, bincount; wick::isin_sorted.
#ifndef WICK_OPS_SEARCH_H
#define WICK_OPS_SEARCH_H

#include "wick/operator.h"

typedef struct wick_search_block {
    uint32_t right; // or inverted
} wick_search_block;

wick_status wick_searchsorted_prepare(const wick_call *call, void *block);
wick_status wick_searchsorted_run(const wick_call *call, const void *block);
wick_status wick_bucketize_prepare(const wick_call *call, void *block);
wick_status wick_bucketize_run(const wick_call *call, const void *block);
wick_status wick_isin_prepare(const wick_call *call, void *block);
wick_status wick_isin_run(const wick_call *call, const void *block);
// The sizes of these results depend on the data: `run` finds them.
wick_status wick_nonzero_prepare(const wick_call *call, void *block);
wick_status wick_nonzero_run(const wick_call *call, const void *block);
wick_status wick_nonzero_static_prepare(const wick_call *call, void *block);
wick_status wick_nonzero_static_run(const wick_call *call, const void *block);
wick_status wick_bincount_prepare(const wick_call *call, void *block);
wick_status wick_bincount_run(const wick_call *call, const void *block);
wick_status wick_histc_prepare(const wick_call *call, void *block);
wick_status wick_histc_run(const wick_call *call, const void *block);

#endif
