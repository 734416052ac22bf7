// SPDX-License-Identifier: BSD-3-Clause
// aten::glu.
#ifndef WICK_OPS_GLU_H
#define WICK_OPS_GLU_H

#include "kernels/elementwise/glu.h"
#include "ops/op.h"

typedef wick_glu wick_glu_block;

wick_status wick_glu_prepare(const wick_call *call, void *block);
wick_status wick_glu_run(const wick_call *call, const void *block);

#endif
