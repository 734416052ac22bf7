// SPDX-License-Identifier: BSD-3-Clause
// Running sums, products and extremes along lines (kernels/line), and the extreme of each line.
//
// Result  sums and products: in float, rounded to out_dtype where stored only; sums carry their
//         rounding error. Integers modulo 2^bits; each element is converted to out_dtype first.
//         extremes: exact. NaN wins, and the first stays; of equals the last is named by a running
//         extreme, the first by the extreme of a line.
#ifndef WICK_KERNELS_SCAN_SCAN_H
#define WICK_KERNELS_SCAN_SCAN_H

#include "kernels/line/lines.h"

void wick_scan_sum(const wick_lines *lines, const void *in, void *out);
void wick_scan_product(const wick_lines *lines, const void *in, void *out);
// log of the running sum of exponentials; real types.
void wick_scan_log_sum(const wick_lines *lines, const void *in, void *out);
// In float64, where in or out is f64.
void wick_scan_sum_f64(const wick_lines *lines, const void *in, void *out);
void wick_scan_product_f64(const wick_lines *lines, const void *in, void *out);
void wick_scan_log_sum_f64(const wick_lines *lines, const void *in, void *out);
// `flag`: minimum.
void wick_scan_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices);
// Lines of the outs have one element, those of the input at least one.
void wick_line_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices);

#endif
