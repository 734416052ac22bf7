// SPDX-License-Identifier: BSD-3-Clause
// Tables and factors of the softmax operators (ops/quant/quant_reduce.h).
#ifndef WICK_COMPILER_QUANT_BLOCKS_SOFTMAX_H
#define WICK_COMPILER_QUANT_BLOCKS_SOFTMAX_H

#include "compiler/quant_blocks/scale.h"
#include "kernels/quant/softmax_table_s8.h"

typedef struct wick_quant_exponentials {
    int32_t one_bits; // the exponential of 0 is 2^one_bits
    int32_t count;    // up to the last that is not 0
    int32_t table[256];
} wick_quant_exponentials;

// Exponentials of the distances 0 to 255 steps of `scale`, for rows of `size` elements: 2^23 for
// one, fewer bits where a sum would leave 2^31. False if the scale is not above 0 and finite, or
// size is outside [1, 2^24].
bool wick_quant_exponentials_of(double scale, int32_t size, wick_quant_exponentials *out);

// Factors of a log-softmax whose result has scale and zero point `out`; range: all of int8. False
// if a scale is not above 0 and finite or too small against the other (a factor of 2^15 and above).
bool wick_quant_log_softmax_scale(double in_scale, const wick_quant_params *out, int32_t one_bits,
                                  wick_log_softmax_scale *scale);

#endif
