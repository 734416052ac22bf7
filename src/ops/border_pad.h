// SPDX-License-Identifier: BSD-3-Clause
// Padding of the last dimensions with elements of the tensor itself.
#ifndef WICK_OPS_BORDER_PAD_H
#define WICK_OPS_BORDER_PAD_H

#include "kernels/copy/border.h"
#include "ops/op.h"

wick_status wick_reflection_pad_prepare(const wick_call *call, void *block);
wick_status wick_replication_pad_prepare(const wick_call *call, void *block);
wick_status wick_border_pad_run(const wick_call *call, const void *block);

#endif
