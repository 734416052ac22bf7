// SPDX-License-Identifier: BSD-3-Clause
// Scratch memory of CMSIS-NN's kernels, which the official operators for Cortex-M expect as a
// tensor of exactly this size. It depends on the instructions that the kernels are compiled for.
// Source: Source/*/arm_*_get_buffer_sizes_s8.c of CMSIS-NN at dbf45dbf, which ExecuTorch 1.4.1
// uses, compiled by gcc; tests/quant/test_official.py compares with the exporter's own bindings.
#ifndef WICK_COMPILER_PASSES_CMSIS_NN_SCRATCH_H
#define WICK_COMPILER_PASSES_CMSIS_NN_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

typedef enum wick_cmsis_nn_set {
    WICK_CMSIS_NN_SCALAR,
    WICK_CMSIS_NN_DSP, // 16-bit pairs: Cortex-M4, M7, M33
    WICK_CMSIS_NN_MVE, // vectors: Cortex-M55, M85
} wick_cmsis_nn_set;

// One axis of a convolution.
typedef struct wick_cmsis_nn_axis {
    int32_t in, out, kernel;
    int32_t stride, padding, dilation;
} wick_cmsis_nn_axis;

typedef struct wick_cmsis_nn_conv {
    int32_t batch;
    int32_t in_channels, out_channels;
    int32_t filter_channels; // in channels that one out channel reads; depthwise: unused
    wick_cmsis_nn_axis height, width;
} wick_cmsis_nn_conv;

// Of a target's core, "cortex-m55".
wick_cmsis_nn_set wick_cmsis_nn_set_of(const char *core);

// In bytes.
int64_t wick_cmsis_nn_conv_scratch(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv);
int64_t wick_cmsis_nn_depthwise_scratch(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv);
int64_t wick_cmsis_nn_transpose_scratch(const wick_cmsis_nn_conv *conv, wick_cmsis_nn_set set,
                                        int64_t *reversed_weight_bytes);
int64_t wick_cmsis_nn_matmul_scratch(wick_cmsis_nn_set set, int64_t cols);
int64_t wick_cmsis_nn_avg_pool_scratch(wick_cmsis_nn_set set, int64_t channels);

// Whether the kernel that would be chosen for a transposed convolution writes the right rows: the
// one that is not a convolution of reversed weights starts at a wrong row where it pads the height
// and strides over it. (Neither writes what it should where a stride is above the kernel's size.)
bool wick_cmsis_nn_pads_rows(const wick_cmsis_nn_conv *conv);
// Whether the kernel for images of one row would be chosen and would refuse the convolution, or
// compute it wrongly: with vectors it knows paddings that are alike at both ends only. The same
// bytes as an image of one column go another way.
bool wick_cmsis_nn_refuses_row(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv);

#endif
