// SPDX-License-Identifier: BSD-3-Clause
// Tensors made from numbers alone: ones, zeros, unit matrices, even steps, indices of triangles.
#ifndef WICK_OPS_GENERATE_H
#define WICK_OPS_GENERATE_H

#include "ops/op.h"

typedef struct wick_generate_block {
    double start;
    double step;
    double end;
    int32_t count; // linspace: steps; triangles: elements
    int32_t columns;
    int32_t offset;
    uint32_t out_arg;
} wick_generate_block;

wick_status wick_empty_prepare(const wick_call *call, void *block); // (size, memory_format, out)
wick_status wick_empty_dim_order_prepare(const wick_call *call,
                                         void *block);                 // (size, dim_order, out)
wick_status wick_constant_prepare(const wick_call *call, void *block); // (size, out)
wick_status wick_zeros_run(const wick_call *call, const void *block);
wick_status wick_ones_run(const wick_call *call, const void *block);
wick_status wick_eye_prepare(const wick_call *call, void *block);
wick_status wick_eye_run(const wick_call *call, const void *block);
wick_status wick_linspace_prepare(const wick_call *call, void *block);
wick_status wick_linspace_run(const wick_call *call, const void *block);
wick_status wick_tril_indices_prepare(const wick_call *call, void *block);
wick_status wick_tril_indices_run(const wick_call *call, const void *block);
wick_status wick_triu_indices_prepare(const wick_call *call, void *block);
wick_status wick_triu_indices_run(const wick_call *call, const void *block);

#endif
