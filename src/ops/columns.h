// SPDX-License-Identifier: BSD-3-Clause
// aten::im2col, aten::col2im: torch.nn.Unfold and Fold.
#ifndef WICK_OPS_COLUMNS_H
#define WICK_OPS_COLUMNS_H

#include "kernels/conv/columns.h"
#include "wick/operator.h"

typedef wick_columns_params wick_columns_block;

wick_status wick_im2col_prepare(const wick_call *call, void *block);
wick_status wick_im2col_run(const wick_call *call, const void *block);
wick_status wick_col2im_prepare(const wick_call *call, void *block);
wick_status wick_col2im_run(const wick_call *call, const void *block);

#endif
