// SPDX-License-Identifier: BSD-3-Clause
// quantized_decomposed::embedding_{byte,4bit,2bit}: rows of a table of integers, by index.
#ifndef WICK_OPS_QUANTIZED_TABLE_H
#define WICK_OPS_QUANTIZED_TABLE_H

#include "kernels/quant/grouped.h"
#include "wick/operator.h"

typedef struct wick_quantized_table_block {
    wick_grouped_table table;
    uint32_t out_arg;
} wick_quantized_table_block;

wick_status wick_embedding_byte_prepare(const wick_call *call, void *block);
wick_status wick_embedding_byte_dtype_prepare(const wick_call *call, void *block);
wick_status wick_embedding_4bit_prepare(const wick_call *call, void *block);
wick_status wick_embedding_4bit_dtype_prepare(const wick_call *call, void *block);
wick_status wick_embedding_2bit_prepare(const wick_call *call, void *block);
wick_status wick_embedding_2bit_dtype_prepare(const wick_call *call, void *block);

wick_status wick_quantized_table_run(const wick_call *call, const void *block);

#endif
