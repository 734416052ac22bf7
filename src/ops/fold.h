// SPDX-License-Identifier: BSD-3-Clause
// aten::any, all, count_nonzero, prod, nansum, nanmean, logsumexp, linalg_vector_norm, var, std and
// both with the mean.
#ifndef WICK_OPS_FOLD_H
#define WICK_OPS_FOLD_H

#include "ops/reduce.h"

typedef struct wick_fold_block {
    wick_reduce_block reduce;
    uint32_t out; // argument: overloads differ in where it stands
    float number; // order of a norm, correction of a variance
} wick_fold_block;

wick_status wick_any_prepare(const wick_call *call, void *block);
wick_status wick_any_all_prepare(const wick_call *call, void *block);
wick_status wick_any_run(const wick_call *call, const void *block);
wick_status wick_all_run(const wick_call *call, const void *block);
wick_status wick_count_nonzero_prepare(const wick_call *call, void *block);
wick_status wick_count_nonzero_run(const wick_call *call, const void *block);
wick_status wick_prod_prepare(const wick_call *call, void *block);
wick_status wick_prod_all_prepare(const wick_call *call, void *block);
wick_status wick_prod_run(const wick_call *call, const void *block);
wick_status wick_nansum_prepare(const wick_call *call, void *block);
wick_status wick_nansum_run(const wick_call *call, const void *block);
wick_status wick_nanmean_prepare(const wick_call *call, void *block);
wick_status wick_nanmean_run(const wick_call *call, const void *block);
wick_status wick_logsumexp_prepare(const wick_call *call, void *block);
wick_status wick_logsumexp_run(const wick_call *call, const void *block);
wick_status wick_vector_norm_prepare(const wick_call *call, void *block);
wick_status wick_vector_norm_run(const wick_call *call, const void *block);
wick_status wick_var_prepare(const wick_call *call, void *block);
wick_status wick_var_mean_prepare(const wick_call *call, void *block);
wick_status wick_var_run(const wick_call *call, const void *block);
wick_status wick_std_run(const wick_call *call, const void *block);
wick_status wick_var_mean_run(const wick_call *call, const void *block);
wick_status wick_std_mean_run(const wick_call *call, const void *block);

#endif
