// SPDX-License-Identifier: BSD-3-Clause
// Fully connected layer on 8-bit activations and 4-bit weights (kernels/quant/weights.h), as
// linear_s8.h has it.
//
// Groups  1: linear_s8 on the unpacked weights. More: the sum of each group of a row is multiplied
//         with its factor, these products are added in 64 bits, divided by 2^15, halves up, and
//         taken modulo 2^32; then the bias. A factor is the group's scale by the largest of its
//         row, in units of 2^-15.
// Memory  as linear_s8.h, residual and is_backward too.
#ifndef WICK_KERNELS_QUANT_LINEAR_S8_W4_H
#define WICK_KERNELS_QUANT_LINEAR_S8_W4_H

#include "kernels/quant/linear_s8.h"

// `weight` of the data is packed; factors [cols, groups], NULL for one group.
void wick_linear_s8_w4(const wick_quant_linear_params *params, const wick_quant_linear_data *data,
                       int32_t groups, const int32_t *factors);

#endif
