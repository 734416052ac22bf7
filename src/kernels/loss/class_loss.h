// SPDX-License-Identifier: BSD-3-Clause
// Negative log likelihood of classes: targets are class indices, or probabilities of each class.
//
// Shapes  dims: the dimensions of the input without that of the classes, with the strides of input
//         and target; `outs` the same with the stride of out. Classes: `classes`, `class_strides`
//         of input and (probabilities) target. weight: one for each class, or NULL.
// Result  of a position with target y: (1 - s) w[y] (-x[y]) + s / classes * sum of w[c] (-x[c]),
//         s = smoothing; 0 where y is ignored. Of probabilities: sum of w[c] t[c] (-x[c]), t
//         smoothed. The mean is over the weights of the targets (`total`, 0 where nothing but
//         single losses are asked for), of probabilities over
//         the positions. Sums in float with compensation, rounded once.
#ifndef WICK_KERNELS_LOSS_CLASS_LOSS_H
#define WICK_KERNELS_LOSS_CLASS_LOSS_H

#include "kernels/element/nest.h"

typedef struct wick_class_loss_params {
    uint32_t rank, reduction; // wick_loss_reduction
    uint8_t dtype, target_dtype, weight_dtype, out_dtype;
    int32_t classes, class_strides[2];
    int64_t ignored;
    float smoothing;
    wick_nest_dim dims[WICK_MAX_RANK];
    wick_nest_dim outs[WICK_MAX_RANK];
} wick_class_loss_params;

// False if a target is no class; out is then undefined. `total` may be NULL.
bool wick_class_loss(const wick_class_loss_params *params, const void *input, const void *target,
                     const void *weight, void *out, void *total);

#endif
