// SPDX-License-Identifier: BSD-3-Clause
// Losses: a term for each element of tensors that are broadcast together, as it is, averaged or
// summed up.
//
// Shapes  sizes[rank]; strides of x, t, w, v (0 where broadcast) and of out.
// Types   x, t, w, v any; out f32, f16, bf16; of the forms on f64, f64.
// Result  terms in float; sums carry their rounding error; rounded once. The mean of nothing is
//         NaN.
#ifndef WICK_KERNELS_LOSS_LOSS_H
#define WICK_KERNELS_LOSS_LOSS_H

#include "wick/tensor.h"

enum { WICK_LOSS_TENSORS = 4 };

typedef enum wick_loss_reduction {
    WICK_LOSS_NONE,
    WICK_LOSS_MEAN,
    WICK_LOSS_SUM,
} wick_loss_reduction;

typedef struct wick_loss_params {
    uint32_t rank;
    uint32_t reduction;
    float p, q;
    bool is_full;                      // v stands for a flag: any number but 1
    uint8_t dtypes[WICK_LOSS_TENSORS]; // of x, t, w, v
    uint8_t out_dtype;
    int32_t bits; // of small integers that x and t are: wraps; negative: signed; else 0
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[WICK_LOSS_TENSORS + 1][WICK_MAX_RANK];
    const void *data[WICK_LOSS_TENSORS]; // w, v: NULL for 1
    double p_f64, q_f64;                 // of the forms on f64
} wick_loss_params;

typedef void wick_loss_kernel(const wick_loss_params *params, void *out);

// Each, and in float64 with the suffix _f64.
#define WICK_LOSS(name, term)          \
    wick_loss_kernel wick_loss_##name; \
    wick_loss_kernel wick_loss_##name##_f64;
#include "kernels/loss/loss.def"
#undef WICK_LOSS

#endif
