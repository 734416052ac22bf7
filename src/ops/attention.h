// SPDX-License-Identifier: BSD-3-Clause
// wick::sdpa: scaled dot product attention over any leading dimensions, which broadcast.
//
//   query [.., rows, depth], key [.., keys, depth], value [.., keys, cols], attn_mask broadcast to
//   [.., rows, keys]. With enable_gqa the heads, the last leading dimension, of key and value may
//   be a whole part of those of query: neighbouring heads of query share them.
#ifndef WICK_OPS_ATTENTION_H
#define WICK_OPS_ATTENTION_H

#include "kernels/attention/attention.h"
#include "wick/operator.h"

typedef struct wick_attention_block {
    wick_attention_params params;
    uint32_t batch; // product of the leading dimensions of out
} wick_attention_block;

wick_status wick_sdpa_prepare(const wick_call *call, void *block);
wick_status wick_sdpa_run(const wick_call *call, const void *block);

#endif
