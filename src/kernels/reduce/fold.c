// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/fold.h"

void wick_fold_rows(const wick_reduce_params *params, const void *input, ptrdiff_t first,
                    wick_fold_add *add, void *state)
{
    const wick_nest_dim *const dims = params->dims + params->kept;
    const wick_nest_dim last = dims[params->reduced - 1];
    if (wick_nest_count(dims, params->reduced) == 0) {
        return;
    }
    wick_nest_position at = {.in = first};
    do {
        const wick_fold_row row = {input, at.in, last.in, last.size, params};
        add(state, &row);
    } while (wick_nest_next(&at, dims, params->reduced - 1));
}

void wick_fold_each(const wick_reduce_params *params, const void *input, void *out,
                    wick_fold_visit *visit)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        visit(params, input, at.in, out, at.out);
    } while (wick_nest_next(&at, params->dims, params->kept));
}
