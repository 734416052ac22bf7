// SPDX-License-Identifier: BSD-3-Clause
// Type promotion as torch.result_type: tensors with dimensions outrank 0-dim tensors, which outrank
// scalars, unless the lower one is of a higher category (bool, integer, floating point).
#ifndef WICK_OPS_PROMOTE_H
#define WICK_OPS_PROMOTE_H

#include "ops/op.h"

#define WICK_DTYPE_UNKNOWN 0xffu

// Smallest type that holds both; WICK_DTYPE_UNKNOWN if PyTorch defines none.
uint32_t wick_promote_types(uint32_t a, uint32_t b);

// Types seen so far, by rank of their bearer.
typedef struct wick_promotion {
    uint32_t dimensioned;
    uint32_t zero_dim;
    uint32_t scalar;
} wick_promotion;

#define WICK_PROMOTION_NONE \
    ((wick_promotion){WICK_DTYPE_UNKNOWN, WICK_DTYPE_UNKNOWN, WICK_DTYPE_UNKNOWN})

void wick_promotion_add_tensor(wick_promotion *promotion, const wick_tensor *tensor);
// A Tensor or Scalar argument; None adds nothing.
void wick_promotion_add(wick_promotion *promotion, const wick_call *call, uint32_t arg);
uint32_t wick_promotion_result(const wick_promotion *promotion);

bool wick_dtype_is_integer(uint32_t dtype); // bool is not one
// Whether a result of type `from` may be stored in an out tensor of type `to`.
bool wick_dtype_can_cast(uint32_t from, uint32_t to);

#endif
