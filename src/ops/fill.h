// SPDX-License-Identifier: BSD-3-Clause
// Operators that make a tensor from scalars: full, full_like, fill, scalar_tensor, arange.
#ifndef WICK_OPS_FILL_H
#define WICK_OPS_FILL_H

#include "ops/op.h"

typedef struct wick_fill_block {
    uint8_t element[8];
    uint32_t count;
    uint32_t out_arg;
} wick_fill_block;

typedef struct wick_arange_block {
    union {
        int64_t integer;
        double real;
    } start, step;
    uint32_t count;
    uint32_t out_arg;
} wick_arange_block;

wick_status wick_full_prepare(const wick_call *call, void *block);
wick_status wick_full_like_prepare(const wick_call *call, void *block);
wick_status wick_fill_prepare(const wick_call *call, void *block);
wick_status wick_scalar_tensor_prepare(const wick_call *call, void *block);
wick_status wick_arange_prepare(const wick_call *call, void *block);
wick_status wick_arange_start_prepare(const wick_call *call, void *block);

wick_status wick_full_run(const wick_call *call, const void *block);
wick_status wick_arange_run(const wick_call *call, const void *block);

#endif
