// SPDX-License-Identifier: BSD-3-Clause
#include "ops/scan.h"

#include "base/failure.h"
#include "kernels/scan/scan.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/lines.h"

enum { SELF, DIM };
enum { DTYPE = 2, OUT };
enum { PLAIN_OUT = 2 };
enum { VALUES = 2, INDICES };

static wick_status check_ordered(const wick_call *call, uint32_t out)
{
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_ordered(call, out));
    return wick_call_check_float64(call, SELF, out);
}

static wick_status prepare(const wick_call *call, uint32_t out, wick_scan_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(wick_call_line_dim(call, DIM, &b->dim));
    return wick_call_resize(call, out, self->rank, self->sizes);
}

wick_status wick_scan_prepare(const wick_call *call, void *block)
{
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    uint32_t dtype = wick_dtype_is_float(self) ? self : WICK_INT64;
    if (!wick_call_is_none(call, DTYPE)) {
        dtype = (uint32_t)wick_call_int(call, DTYPE);
    }
    WICK_TRY(wick_call_out_dtype(call, OUT, dtype));
    WICK_TRY(check_ordered(call, OUT));
    return prepare(call, OUT, block);
}

static wick_status run(const wick_call *call, const wick_scan_block *b, uint32_t out,
                       void (*kernel)(const wick_lines *, const void *, void *))
{
    wick_lines lines;
    wick_call_lines(call, b->dim, out, 0, &lines);
    kernel(&lines, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, out)->data);
    return WICK_OK;
}

wick_status wick_cumsum_run(const wick_call *call, const void *block)
{
    return run(call, block, OUT, WICK_KERNEL_FOR(wick_call_widest(call, SELF, OUT), wick_scan_sum));
}

wick_status wick_cumprod_run(const wick_call *call, const void *block)
{
    return run(call, block, OUT,
               WICK_KERNEL_FOR(wick_call_widest(call, SELF, OUT), wick_scan_product));
}

wick_status wick_logcumsumexp_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, PLAIN_OUT, SELF));
    return prepare(call, PLAIN_OUT, block);
}

wick_status wick_logcumsumexp_run(const wick_call *call, const void *block)
{
    return run(call, block, PLAIN_OUT,
               WICK_KERNEL_FOR(wick_call_widest(call, SELF, PLAIN_OUT), wick_scan_log_sum));
}

wick_status wick_scan_extreme_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, VALUES, SELF));
    WICK_TRY(wick_call_out_dtype(call, INDICES, WICK_INT64));
    WICK_TRY(prepare(call, VALUES, block));
    return wick_call_resize(call, INDICES, self->rank, self->sizes);
}

static wick_status run_extreme(const wick_call *call, const wick_scan_block *b, bool is_minimum)
{
    wick_lines lines;
    wick_call_lines(call, b->dim, VALUES, INDICES, &lines);
    lines.flag = is_minimum;
    wick_scan_extreme(&lines, wick_call_tensor(call, SELF)->data,
                      wick_call_tensor(call, VALUES)->data, wick_call_tensor(call, INDICES)->data);
    return WICK_OK;
}

wick_status wick_cummax_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, false);
}

wick_status wick_cummin_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, true);
}
