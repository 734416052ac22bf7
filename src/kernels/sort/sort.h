// SPDX-License-Identifier: BSD-3-Clause
// Sorting and choosing along lines (kernels/line), of any type.
//
// Order   that of wick_element_key: NaN is the greatest, -0 equals 0.
// Memory  none but the outs; indices of a sort are ordered in place, 32 bits of each the buffer of
//         the other 32. A line has fewer than 2^31 elements.
// Time    sort: n log n. topk: n log k. kth: 16 passes at most over a line of 64-bit elements.
#ifndef WICK_KERNELS_SORT_SORT_H
#define WICK_KERNELS_SORT_SORT_H

#include "kernels/line/lines.h"

// Stable. `flag`: descending. `out` may be NULL: indices only. Lines of all operands are equally
// long.
void wick_sort(const wick_lines *lines, const void *in, void *out, int64_t *indices);

// The lengths[1] first of the sorted line (`flag`: of the line sorted in descending order), sorted;
// equals in order of their indices. lengths[1] <= lengths[0].
void wick_topk(const wick_lines *lines, const void *in, void *out, int64_t *indices);

// Element `number` (from 0) of the sorted line, and the first index where it stands. A line of
// which a median is asked (`number` < 0) gives element (n - 1) / 2: NaN if one is in the line, or
// with `skips_nan` of the n that are no NaN. Lines are not empty. `indices` may be NULL.
void wick_kth(const wick_lines *lines, const void *in, void *out, int64_t *indices);

// The value that occurs most often, the smallest of such, and the last index where it stands, of
// lines that wick_sort has sorted: `in` values, `beside` int64 indices.
void wick_mode_of_sorted(const wick_lines *lines, const void *in, void *out, int64_t *indices);

#endif
