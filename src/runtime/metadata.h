// SPDX-License-Identifier: BSD-3-Clause
// Carves the metadata region: wick_value of each value | operator pointers | block offsets | one
// byte for each input, then, in the order met, sizes of dynamic tensors and prepared blocks. Each
// part is 8-aligned.
#ifndef WICK_RUNTIME_METADATA_H
#define WICK_RUNTIME_METADATA_H

#include "runtime/plan.h"

typedef struct wick_metadata {
    size_t used;
    size_t size_bytes;
    wick_failure *failure;
} wick_metadata;

// Where the fixed parts start; values start at 0.
typedef struct wick_metadata_parts {
    size_t operators;
    size_t block_offsets;
    size_t input_is_set;
} wick_metadata_parts;

// Takes the next bytes, of a size far below SIZE_MAX; OUT_OF_MEMORY if the region is short.
wick_status wick_metadata_refuse(const wick_metadata *metadata);
static inline wick_status wick_metadata_take_bytes(wick_metadata *metadata, size_t size_bytes,
                                                   size_t *offset)
{
    const size_t taken = (size_bytes + 7) & ~(size_t)7;
    if (taken > metadata->size_bytes - metadata->used) {
        return wick_metadata_refuse(metadata);
    }
    *offset = metadata->used;
    metadata->used += taken;
    return WICK_OK;
}

// The same for count * item_bytes, whatever they are.
wick_status wick_metadata_take(wick_metadata *metadata, size_t count, size_t item_bytes,
                               size_t *offset);
wick_status wick_metadata_take_parts(wick_metadata *metadata, const wick_plan *plan,
                                     wick_metadata_parts *parts);

#endif
