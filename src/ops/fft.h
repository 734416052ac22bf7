// SPDX-License-Identifier: BSD-3-Clause
// aten::_fft_r2c, aten::_fft_c2c, aten::_fft_c2r: float32 and complex64.
#ifndef WICK_OPS_FFT_H
#define WICK_OPS_FFT_H

#include "kernels/fft/fft.h"
#include "wick/operator.h"

typedef struct wick_fft_block {
    float scale;
    int32_t length; // c2r: of the result's line
    uint8_t count;  // of dimensions
    uint8_t is_inverse;
    uint8_t is_onesided;
    uint8_t dims[WICK_MAX_RANK]; // in the order of their transforms
} wick_fft_block;

wick_status wick_fft_r2c_prepare(const wick_call *call, void *block);
wick_status wick_fft_r2c_run(const wick_call *call, const void *block);
wick_status wick_fft_c2c_prepare(const wick_call *call, void *block);
wick_status wick_fft_c2c_run(const wick_call *call, const void *block);
wick_status wick_fft_c2r_prepare(const wick_call *call, void *block);
wick_status wick_fft_c2r_run(const wick_call *call, const void *block);

#endif
