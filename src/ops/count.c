// SPDX-License-Identifier: BSD-3-Clause
// nonzero, bincount, histc: counts and positions by the values of elements.
#include "base/failure.h"
#include "kernels/element/element.h"
#include "kernels/search/search.h"
#include "ops/check.h"
#include "ops/layout.h"
#include "ops/lines.h"
#include "ops/search.h"

enum { SELF };
enum { NONZERO_OUT = 1 };
enum { STATIC_ROWS = 1, STATIC_FILL, STATIC_OUT };
enum { BIN_WEIGHTS = 1, BIN_MINIMUM, BIN_OUT };
enum { HISTC_BINS = 1, HISTC_LOW, HISTC_HIGH, HISTC_OUT };

// A row of coordinates for each element that is not 0; how many there are, `run` will see.
wick_status wick_nonzero_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const out = wick_call_tensor(call, NONZERO_OUT);
    (void)block;
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_out_dtype(call, NONZERO_OUT, WICK_INT64));
    const bool is_static = (out->flags & WICK_TENSOR_DYNAMIC) == 0;
    if (out->rank != 2 || (is_static && out->sizes[1] != self->rank)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, NONZERO_OUT,
                              WICK_TEXT("out has not a column for each dimension"));
    }
    return WICK_OK;
}

static int32_t count_found(const wick_tensor *self)
{
    return wick_count_nonzero(self->data, (int32_t)wick_tensor_count(self), self->dtype);
}

// Writes the first coordinates, as many as `out` has rows.
static void write_coordinates(const wick_tensor *self, const wick_tensor *out)
{
    wick_nonzero_params p = {.rank = self->rank, .dtype = self->dtype, .rows = out->sizes[0]};
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, strides);
    for (uint32_t d = 0; d < self->rank; d++) {
        p.dims[d] = (wick_nest_dim){self->sizes[d], strides[d], 0};
    }
    wick_tensor_strides(out, p.out_strides);
    wick_nonzero(&p, self->data, out->data);
}

wick_status wick_nonzero_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const int32_t sizes[2] = {count_found(self), self->rank};
    (void)block;
    WICK_TRY(wick_call_resize(call, NONZERO_OUT, 2, sizes));
    write_coordinates(self, wick_call_tensor(call, NONZERO_OUT));
    return WICK_OK;
}

wick_status wick_nonzero_static_prepare(const wick_call *call, void *block)
{
    const int64_t rows = wick_call_int(call, STATIC_ROWS);
    (void)block;
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_out_dtype(call, STATIC_OUT, WICK_INT64));
    if (rows < 0 || rows > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, STATIC_ROWS,
                              WICK_TEXT("number of rows out of range"));
    }
    const int32_t sizes[2] = {(int32_t)rows, wick_call_tensor(call, SELF)->rank};
    return wick_call_resize(call, STATIC_OUT, 2, sizes);
}

// A row for each element that is not 0, and rows of fill behind them.
wick_status wick_nonzero_static_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const out = wick_call_tensor(call, STATIC_OUT);
    const int64_t fill = wick_call_int(call, STATIC_FILL);
    int64_t *const data = out->data;
    const size_t count = wick_tensor_count(out);
    (void)block;
    for (size_t i = 0; i < count; i++) {
        data[i] = fill;
    }
    write_coordinates(self, out);
    return WICK_OK;
}

static wick_status check_integers(const wick_call *call)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const bool is_integer = !wick_dtype_is_float(self->dtype) && self->dtype != WICK_BOOL;
    return self->rank == 1 && is_integer ? WICK_OK
                                         : wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                                                          WICK_TEXT("not a vector of integers"));
}

wick_status wick_bincount_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const weights = wick_call_optional_tensor(call, BIN_WEIGHTS);
    const int64_t minimum = wick_call_int(call, BIN_MINIMUM);
    (void)block;
    WICK_TRY(check_integers(call));
    if (weights && (weights->rank != 1 || weights->sizes[0] != self->sizes[0])) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BIN_WEIGHTS,
                              WICK_TEXT("not a weight for each element"));
    }
    if (weights && weights->dtype == WICK_FLOAT64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, BIN_WEIGHTS, WICK_TEXT("weights of f64"));
    }
    if (minimum < 0 || minimum > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BIN_MINIMUM,
                              WICK_TEXT("number of bins out of range"));
    }
    const uint32_t sums = weights && weights->dtype == WICK_FLOAT32 ? WICK_FLOAT32 : WICK_FLOAT64;
    // Eager looks at no weights of nothing.
    WICK_TRY(wick_call_out_dtype(call, BIN_OUT, weights && self->sizes[0] > 0 ? sums : WICK_INT64));
    const wick_tensor *const out = wick_call_tensor(call, BIN_OUT);
    if (out->rank != 1 || ((out->flags & WICK_TENSOR_DYNAMIC) == 0 && out->sizes[0] < minimum)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BIN_OUT,
                              WICK_TEXT("out has not the shape of the result"));
    }
    return WICK_OK;
}

// Bins that the elements ask for.
static wick_status find_bins(const wick_call *call, int32_t *bins)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int64_t needed = wick_call_int(call, BIN_MINIMUM);
    for (int32_t i = 0; i < self->sizes[0]; i++) {
        const int64_t value = wick_element_integer(self->data, i, self->dtype);
        if (value < 0 || value >= INT32_MAX) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                                  WICK_TEXT("element is negative, or too large"));
        }
        needed = value >= needed ? value + 1 : needed;
    }
    *bins = (int32_t)needed;
    return WICK_OK;
}

wick_status wick_bincount_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const weights = wick_call_optional_tensor(call, BIN_WEIGHTS);
    wick_histogram_params p = {.count = self->sizes[0],
                               .dtype = self->dtype,
                               .weight_dtype = weights ? weights->dtype : 0};
    (void)block;
    WICK_TRY(find_bins(call, &p.bins));
    WICK_TRY(wick_call_resize(call, BIN_OUT, 1, &p.bins));
    wick_bincount(&p, self->data, weights && p.count > 0 ? weights->data : 0,
                  wick_call_tensor(call, BIN_OUT)->data);
    return WICK_OK;
}

wick_status wick_histc_prepare(const wick_call *call, void *block)
{
    const int64_t bins = wick_call_int(call, HISTC_BINS);
    (void)block;
    WICK_TRY(wick_call_real_dtype(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, HISTC_OUT, SELF));
    if (bins < 1 || bins > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, HISTC_BINS, WICK_TEXT("number of bins"));
    }
    const double low = wick_call_real(call, HISTC_LOW);
    const double high = wick_call_real(call, HISTC_HIGH);
    if (!(low <= high && high - low < 0x1p127)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, HISTC_HIGH,
                              WICK_TEXT("not an end of a finite range"));
    }
    const int32_t size = (int32_t)bins;
    return wick_call_resize(call, HISTC_OUT, 1, &size);
}

wick_status wick_histc_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    wick_histogram_params p = {.count = (int32_t)wick_tensor_count(self),
                               .bins = (int32_t)wick_call_int(call, HISTC_BINS),
                               .dtype = self->dtype,
                               .low = (float)wick_call_real(call, HISTC_LOW),
                               .high = (float)wick_call_real(call, HISTC_HIGH)};
    (void)block;
    if (p.low == p.high && p.count > 0) {
        wick_histogram_range(&p, self->data, &p.low, &p.high);
    }
    if (p.low == p.high) {
        p.low -= 1;
        p.high += 1;
    }
    if (!(p.high - p.low < __builtin_inff())) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("range of the elements is not finite"));
    }
    wick_histogram(&p, self->data, wick_call_tensor(call, HISTC_OUT)->data);
    return WICK_OK;
}
