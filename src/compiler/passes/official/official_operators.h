// SPDX-License-Identifier: BSD-3-Clause
// What the rewrites of the pass official_operators share. An image is an int8 tensor with the sizes
// [batch, channels, height, width] and the channels innermost in memory, as the official operators
// take it; it has the bytes of the tensor [batch, height, width, channels] that ours take, so that
// going from one to the other is a permutation which the memory plan leaves out.
#ifndef WICK_COMPILER_PASSES_OFFICIAL_OPERATORS_H
#define WICK_COMPILER_PASSES_OFFICIAL_OPERATORS_H

#include "compiler/passes/build.h"
#include "compiler/passes/official/cmsis_nn_scratch.h"
#include "ops/quant/quant_block.h"

typedef struct wick_official {
    wick_builder builder; // node: the one to replace, before which new ones go
    wick_cmsis_nn_set set;
} wick_official;

// Replaces the uses of the node's result, or leaves the node where it may stay as it is.
// Errors  NOT_SUPPORTED if neither can be.
typedef wick_status wick_officialize(const wick_official *official);

#define WICK_OFFICIAL(name, rewrite) wick_officialize rewrite;
#include "compiler/passes/official/official_operators.def"
#undef WICK_OFFICIAL

// An error that names the node and says how to go on.
wick_status wick_official_refuse(const wick_official *official, const char *reason);

// [batch, height, width, channels] as image.
wick_ir_value *wick_official_image(const wick_builder *builder, wick_ir_value *value);
// And back; `like` is the type that the result must have, of as many elements.
wick_ir_value *wick_official_from_image(const wick_builder *builder, wick_ir_value *image,
                                        const wick_ir_type *like);
wick_ir_type wick_official_image_type(int64_t batch, int64_t channels, int64_t height,
                                      int64_t width);
// A permutation whose result has the type's dim order.
wick_ir_value *wick_official_permute_to(const wick_builder *builder, wick_ir_value *value,
                                        const int64_t *dims, const wick_ir_type *type);

// A tensor of constants; the data are copied.
wick_ir_value *wick_official_constant(const wick_builder *builder, const char *hint,
                                      const wick_ir_type *type, const void *data);
// One i32 for each channel.
wick_ir_value *wick_official_channels(const wick_builder *builder, const char *hint,
                                      const int32_t *data, int64_t count);
// CMSIS-NN shifts by less than 32: what is less than any step becomes 0.
wick_quant_scale wick_official_scale(wick_quant_scale scale);
// One multiplier and one shift for each channel, as two arguments.
void wick_official_scales(const wick_builder *builder, const int32_t *multipliers,
                          const int32_t *shifts, int64_t count, wick_ir_arg args[2]);
// Memory for the node that takes it. Errors  NOT_SUPPORTED if size_bytes is above INT32_MAX.
wick_status wick_official_scratch(const wick_official *official, int64_t size_bytes,
                                  wick_ir_value **out);

// The sum of two int8 values of one shape, or one of a single element for each channel.
wick_ir_value *wick_official_sum(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b,
                                 const wick_quant_residual *sum);

// The int8 value within the bounds of `range`.
wick_ir_value *wick_official_clamped(const wick_builder *builder, wick_ir_value *value,
                                     const wick_quant_range *range);

#endif
