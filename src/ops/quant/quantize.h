// SPDX-License-Identifier: BSD-3-Clause
// quantized_decomposed::{quantize,dequantize}_per_{tensor,channel}: the pairs around a float
// operator by which a graph says that it is quantized.
#ifndef WICK_OPS_QUANTIZE_H
#define WICK_OPS_QUANTIZE_H

#include "kernels/quant/quantize.h"
#include "wick/operator.h"

typedef wick_quantize_params wick_quantize_block;

typedef struct wick_quantize_channels_block {
    wick_quantize_channels plan;
} wick_quantize_channels_block;

// Numbers of the arguments that are tensors: the float32 one, the integer one; and out.
typedef struct wick_quantize_ends {
    uint8_t real, integer, out;
} wick_quantize_ends;

// Of a call (Tensor input, float scale, int zero_point, int quant_min, int quant_max, ScalarType
// dtype, ..): checks all but the scale, sizes out, fills all but the factor.
wick_status wick_quantize_arguments(const wick_call *call, wick_quantize_ends ends,
                                    wick_quantize_params *params);

// The same but for scale and zero point: types, dim orders, and quant_min, quant_max and dtype from
// argument `first` on.
wick_status wick_quantize_common_arguments(const wick_call *call, wick_quantize_ends ends,
                                           uint32_t first, wick_quantize_params *p);
// INVALID_ARGUMENT unless the scale is above 0 and neither it nor its inverse infinite in float32.
wick_status wick_quantize_check_scale(const wick_call *call, uint32_t arg, double scale);
// INVALID_ARGUMENT unless the kernels reach that far with integers of this type.
wick_status wick_quantize_check_zero_point(const wick_call *call, uint32_t arg, uint32_t dtype,
                                           int64_t zero_point);
// NOT_SUPPORTED unless a ScalarType? argument is None or f32.
wick_status wick_quantize_check_out_dtype(const wick_call *call, uint32_t arg);

wick_status wick_quantize_prepare(const wick_call *call, void *block);
wick_status wick_dequantize_prepare(const wick_call *call, void *block);
wick_status wick_quantize_channels_prepare(const wick_call *call, void *block);
wick_status wick_dequantize_channels_prepare(const wick_call *call, void *block);

wick_status wick_quantize_run(const wick_call *call, const void *block);
wick_status wick_dequantize_run(const wick_call *call, const void *block);
wick_status wick_quantize_channels_run(const wick_call *call, const void *block);
wick_status wick_dequantize_channels_run(const wick_call *call, const void *block);

#endif
