// SPDX-License-Identifier: BSD-3-Clause
// A contiguous part of one dimension, as slice with step 1 and select read and slice_scatter and
// select_scatter write it.
#ifndef WICK_COMPILER_PASSES_PART_H
#define WICK_COMPILER_PASSES_PART_H

#include "compiler/passes/build.h"

typedef struct wick_part {
    uint32_t dim;
    int64_t start;
    int64_t end; // exclusive
} wick_part;

// Where the arguments dim and index, or dim, start, end and step of a node point in `base`. False
// if the step is not 1 or `part` is not the type that lies there.
bool wick_part_of(const wick_ir_node *node, const wick_ir_type *base, const wick_ir_type *part,
                  wick_part *out);
// An index as Python has it: from the end if negative, no further than the ends.
int64_t wick_clamp_index(int64_t index, int64_t size);
// A tensor like `base` with `changed` in the place of the part: what is before, the part, what is
// behind.
wick_ir_value *wick_build_with_part(const wick_builder *builder, wick_ir_value *base,
                                    wick_ir_value *changed, const wick_part *part);
// A tensor like `base` with `values` where `indices` say along `dim`, by index_put.
wick_ir_value *wick_build_put(const wick_builder *builder, wick_ir_value *base, uint32_t dim,
                              wick_ir_value *indices, wick_ir_value *values);
// A constant of indices: `count` positions, or those from `start` on by `step`.
wick_ir_value *wick_build_positions(const wick_builder *builder, const int64_t *positions,
                                    int64_t count);
wick_ir_value *wick_build_range(const wick_builder *builder, int64_t start, int64_t step,
                                int64_t count);

#endif
