// SPDX-License-Identifier: BSD-3-Clause
// What a node's operator promises: overlap, order of computation, workspace, arithmetic.
#ifndef WICK_COMPILER_CONTRACT_CONTRACT_H
#define WICK_COMPILER_CONTRACT_CONTRACT_H

#include "compiler/contract/distance.h"
#include "compiler/ir/ir.h"
#include "wick/operator.h"

enum { WICK_CONTRACT_OVERLAPS = 2 };

// The first result may lie over argument `arg`, which must have no later use: exactly over it, if
// may_coincide, or at the distance. Where several arguments share one storage, all must allow it.
typedef struct wick_overlap {
    uint32_t arg; // of the node
    bool may_coincide;
    wick_distance distance;
} wick_overlap;

typedef struct wick_contract {
    uint32_t overlap_count;
    wick_overlap overlaps[WICK_CONTRACT_OVERLAPS];
    // Computes backward where word `order_word` of its constant int32 argument `order_arg` is 1;
    // order_arg 0: computes forward only.
    uint32_t order_arg;
    uint32_t order_word;
    size_t workspace_bytes;
    uint64_t macs; // multiply-accumulates: weights met by each output
} wick_contract;

// The promise of one prepared call; `out` comes with zeros.
typedef void wick_contract_function(const wick_call *call, const void *block, wick_contract *out);

// Prepares the node and asks its row of contract.def. A node of symbolic shape promises no overlap.
// Errors  those of the operator's prepare.
wick_status wick_contract_of(wick_arena *arena, const wick_ir_node *node, wick_contract *out);

// The functions behind the rows: layers.c, quant.c.
wick_contract_function wick_contract_convolution;
wick_contract_function wick_contract_linear;
wick_contract_function wick_contract_addmm;
wick_contract_function wick_contract_matmul;
wick_contract_function wick_contract_depthwise_conv2d;
wick_contract_function wick_contract_transpose_conv2d;
wick_contract_function wick_contract_conv2d_s8;
wick_contract_function wick_contract_depthwise_conv2d_s8;
wick_contract_function wick_contract_transpose_conv2d_s8;
wick_contract_function wick_contract_linear_s8;
wick_contract_function wick_contract_add_s8;
wick_contract_function wick_contract_product_s8;
wick_contract_function wick_contract_pool2d_s8;
wick_contract_function wick_contract_softmax_s8;
wick_contract_function wick_contract_matmul_s8;
wick_contract_function wick_contract_conversion;

#endif
