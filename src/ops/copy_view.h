// SPDX-License-Identifier: BSD-3-Clause
// More operators whose out holds elements of self elsewhere: each prepare states where the elements
// of out lie in self as a view; the run halves are those of ops/copy.h, but for roll.
#ifndef WICK_OPS_COPY_VIEW_H
#define WICK_OPS_COPY_VIEW_H

#include "ops/copy.h"

wick_status wick_as_strided_copy_prepare(const wick_call *call, void *block);
wick_status wick_diagonal_copy_prepare(const wick_call *call, void *block);
wick_status wick_flip_prepare(const wick_call *call, void *block);
wick_status wick_narrow_copy_prepare(const wick_call *call, void *block);
wick_status wick_unfold_copy_prepare(const wick_call *call, void *block);
wick_status wick_repeat_prepare(const wick_call *call, void *block);
wick_status wick_pixel_shuffle_prepare(const wick_call *call, void *block);
wick_status wick_pixel_unshuffle_prepare(const wick_call *call, void *block);
wick_status wick_view_dtype_copy_prepare(const wick_call *call, void *block);

#endif
