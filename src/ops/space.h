// SPDX-License-Identifier: BSD-3-Clause
// Tensors with one to three spatial dimensions as spaces (kernels/spatial/space.h).
#ifndef WICK_OPS_SPACE_H
#define WICK_OPS_SPACE_H

#include "kernels/spatial/space.h"
#include "ops/op.h"

// The space of a tensor of rank spatial + 1 (no batch) or spatial + 2.
void wick_tensor_space(const wick_tensor *tensor, uint32_t spatial, wick_space *space);

// The same for an argument: INVALID_ARGUMENT if the rank is another, or a spatial dimension is
// empty.
wick_status wick_call_space(const wick_call *call, uint32_t arg, uint32_t spatial,
                            wick_space *space);

// Gives an out tensor the sizes [batch, channels, spatial..] (`sizes` as of a space), without batch
// where `is_batched` is false, and reads its space.
wick_status wick_call_resize_space(const wick_call *call, uint32_t arg, uint32_t spatial,
                                   bool is_batched, const int32_t sizes[5], wick_space *space);

// int[spatial] into the last places of three; the others get `fill`. See wick_call_sizes.
wick_status wick_call_spatial(const wick_call *call, uint32_t arg, uint32_t spatial,
                              int32_t minimum, int32_t fill, int32_t out[3]);

#endif
