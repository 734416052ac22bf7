// SPDX-License-Identifier: BSD-3-Clause
// Rows of a matrix times the matrix of their group, as layers of experts compute them.
#ifndef WICK_OPS_GROUPED_MM_H
#define WICK_OPS_GROUPED_MM_H

#include "ops/linear.h"

wick_status wick_grouped_mm_prepare(const wick_call *call, void *block);
wick_status wick_grouped_mm_run(const wick_call *call, const void *block);

#endif
