// SPDX-License-Identifier: BSD-3-Clause
#include "ops/sort.h"

#include "base/failure.h"
#include "kernels/element/key.h"
#include "kernels/scan/scan.h"
#include "kernels/sort/sort.h"
#include "ops/check.h"
#include "ops/lines.h"

enum { SELF };
enum { SORT_DIM = 1, SORT_DESCENDING, SORT_VALUES, SORT_INDICES };
enum { STABLE_DIM = 2, STABLE_DESCENDING, STABLE_VALUES, STABLE_INDICES };
enum { TOPK_K = 1, TOPK_DIM, TOPK_LARGEST, TOPK_SORTED, TOPK_VALUES, TOPK_INDICES };
enum { KTH_K = 1, KTH_DIM, KTH_KEEPDIM, KTH_VALUES, KTH_INDICES };
enum { CHOICE_DIM = 1, CHOICE_KEEPDIM, CHOICE_VALUES, CHOICE_INDICES };
enum { MEDIAN_OUT = 1 };
enum { MODE_ORDER = 1, MODE_DIM, MODE_KEEPDIM, MODE_VALUES, MODE_INDICES };

// The values have the type of the input, the indices are int64.
static wick_status check_outs(const wick_call *call, uint32_t values)
{
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, values, SELF));
    return wick_call_out_dtype(call, values + 1, WICK_INT64);
}

static wick_status prepare_sort(const wick_call *call, uint32_t dim, uint32_t values,
                                wick_sort_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *b = (wick_sort_block){.descending = wick_call_bool(call, dim + 1)};
    WICK_TRY(check_outs(call, values));
    WICK_TRY(wick_call_line_dim(call, dim, &b->dim));
    WICK_TRY(wick_call_resize(call, values, self->rank, self->sizes));
    return wick_call_resize(call, values + 1, self->rank, self->sizes);
}

static void run_lines(const wick_call *call, wick_lines *lines, uint32_t out, uint32_t index,
                      void (*kernel)(const wick_lines *, const void *, void *, int64_t *))
{
    kernel(lines, wick_call_tensor(call, SELF)->data, out ? wick_call_tensor(call, out)->data : 0,
           index ? wick_call_tensor(call, index)->data : 0);
}

static wick_status run_sort(const wick_call *call, const wick_sort_block *b, uint32_t out,
                            uint32_t index)
{
    wick_lines lines;
    wick_call_lines(call, b->dim, out, index, &lines);
    lines.flag = b->descending;
    run_lines(call, &lines, out, index, wick_sort);
    return WICK_OK;
}

wick_status wick_sort_prepare(const wick_call *call, void *block)
{
    return prepare_sort(call, SORT_DIM, SORT_VALUES, block);
}

wick_status wick_sort_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, SORT_VALUES, SORT_INDICES);
}

wick_status wick_sort_stable_prepare(const wick_call *call, void *block)
{
    return prepare_sort(call, STABLE_DIM, STABLE_VALUES, block);
}

wick_status wick_sort_stable_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, STABLE_VALUES, STABLE_INDICES);
}

wick_status wick_argsort_prepare(const wick_call *call, void *block)
{
    wick_sort_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *b = (wick_sort_block){.descending = wick_call_bool(call, STABLE_DESCENDING)};
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_out_dtype(call, STABLE_VALUES, WICK_INT64));
    WICK_TRY(wick_call_line_dim(call, STABLE_DIM, &b->dim));
    return wick_call_resize(call, STABLE_VALUES, self->rank, self->sizes);
}

wick_status wick_argsort_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, 0, STABLE_VALUES);
}

// Elements along a dimension of the input.
static int32_t line_size(const wick_call *call, uint32_t dim)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    return self->rank == 0 ? 1 : self->sizes[dim];
}

static wick_status read_k(const wick_call *call, uint32_t arg, int32_t minimum, wick_sort_block *b)
{
    const int64_t k = wick_call_int(call, arg);
    if (k < minimum || k > line_size(call, b->dim)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("k is not within the dimension"));
    }
    b->number = (int32_t)k;
    return WICK_OK;
}

wick_status wick_topk_prepare(const wick_call *call, void *block)
{
    wick_sort_block *const b = block;
    *b = (wick_sort_block){.descending = wick_call_bool(call, TOPK_LARGEST)};
    WICK_TRY(check_outs(call, TOPK_VALUES));
    WICK_TRY(wick_call_line_dim(call, TOPK_DIM, &b->dim));
    WICK_TRY(read_k(call, TOPK_K, 0, b));
    WICK_TRY(wick_call_resize_line(call, TOPK_VALUES, b->dim, b->number));
    return wick_call_resize_line(call, TOPK_INDICES, b->dim, b->number);
}

wick_status wick_topk_run(const wick_call *call, const void *block)
{
    const wick_sort_block *const b = block;
    wick_lines lines;
    wick_call_lines(call, b->dim, TOPK_VALUES, TOPK_INDICES, &lines);
    lines.flag = b->descending;
    if (lines.rank == 0 || b->number > 0) {
        lines.lengths[1] = b->number;
    }
    run_lines(call, &lines, TOPK_VALUES, TOPK_INDICES, wick_topk);
    return WICK_OK;
}

static wick_status resize_choice(const wick_call *call, uint32_t dim, bool keepdim, uint32_t values)
{
    WICK_TRY(wick_call_resize_choice(call, values, dim, keepdim));
    return wick_call_resize_choice(call, values + 1, dim, keepdim);
}

static wick_status run_choice(const wick_call *call, uint32_t dim, uint32_t values,
                              wick_lines options,
                              void (*kernel)(const wick_lines *, const void *, void *, int64_t *))
{
    wick_lines lines;
    wick_call_lines(call, dim, values, values + 1, &lines);
    lines.flag = options.flag;
    lines.number = options.number;
    lines.skips_nan = options.skips_nan;
    lines.beside = options.beside;
    run_lines(call, &lines, values, values + 1, kernel);
    return WICK_OK;
}

wick_status wick_kthvalue_prepare(const wick_call *call, void *block)
{
    wick_sort_block *const b = block;
    *b = (wick_sort_block){0};
    WICK_TRY(check_outs(call, KTH_VALUES));
    WICK_TRY(wick_call_line_dim(call, KTH_DIM, &b->dim));
    WICK_TRY(wick_call_line_not_empty(call, b->dim));
    WICK_TRY(read_k(call, KTH_K, 1, b));
    return resize_choice(call, b->dim, wick_call_bool(call, KTH_KEEPDIM), KTH_VALUES);
}

wick_status wick_kthvalue_run(const wick_call *call, const void *block)
{
    const wick_sort_block *const b = block;
    return run_choice(call, b->dim, KTH_VALUES, (wick_lines){.number = b->number - 1}, wick_kth);
}

wick_status wick_choice_prepare(const wick_call *call, void *block)
{
    wick_sort_block *const b = block;
    *b = (wick_sort_block){0};
    WICK_TRY(check_outs(call, CHOICE_VALUES));
    WICK_TRY(wick_call_line_dim(call, CHOICE_DIM, &b->dim));
    WICK_TRY(wick_call_line_not_empty(call, b->dim));
    return resize_choice(call, b->dim, wick_call_bool(call, CHOICE_KEEPDIM), CHOICE_VALUES);
}

wick_status wick_median_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.number = -1}, wick_kth);
}

wick_status wick_nanmedian_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.number = -1, .skips_nan = true}, wick_kth);
}

wick_status wick_max_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES, (wick_lines){0},
                      wick_line_extreme);
}

wick_status wick_min_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.flag = true}, wick_line_extreme);
}

wick_status wick_median_prepare(const wick_call *call, void *block)
{
    *(wick_sort_block *)block = (wick_sort_block){0};
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, MEDIAN_OUT, SELF));
    return wick_call_resize(call, MEDIAN_OUT, 0, 0);
}

// NaN converted as eager's processors do it: the smallest of 32 and 64 bits, 0 of fewer.
static void store_no_median(const wick_tensor *out)
{
    const float nan = __builtin_nanf("");
    uint64_t bits = 0;
    if (wick_element_is_real(out->dtype)) {
        wick_element_store_real(out->data, 0, out->dtype, nan);
        return;
    }
    bits = out->dtype == WICK_INT32 ? 1ull << 31 : out->dtype == WICK_INT64 ? 1ull << 63 : 0;
    bits = out->dtype == WICK_FLOAT64 ? 0x7ff8000000000000ull : bits;
    bits = out->dtype == WICK_BOOL ? 1 : bits;
    memcpy(out->data, &bits, wick_dtype_size_bytes(out->dtype)); // little-endian
}

static wick_status run_median(const wick_call *call, bool skips_nan)
{
    wick_lines lines;
    wick_call_one_line(call, &lines);
    lines.number = -1;
    lines.skips_nan = skips_nan;
    if (lines.lengths[0] == 0) {
        store_no_median(wick_call_tensor(call, MEDIAN_OUT));
        return WICK_OK;
    }
    run_lines(call, &lines, MEDIAN_OUT, 0, wick_kth);
    return WICK_OK;
}

wick_status wick_median_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_median(call, false);
}

wick_status wick_nanmedian_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_median(call, true);
}

wick_status wick_mode_prepare(const wick_call *call, void *block)
{
    wick_sort_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const order = wick_call_tensor(call, MODE_ORDER);
    *b = (wick_sort_block){0};
    WICK_TRY(check_outs(call, MODE_VALUES));
    if (order->dtype != WICK_INT64 || order->rank != self->rank ||
        memcmp(order->sizes, self->sizes, self->rank * sizeof self->sizes[0]) != 0 ||
        !wick_tensor_same_order(order, self)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MODE_ORDER,
                              WICK_TEXT("indices are not those of a sort"));
    }
    WICK_TRY(wick_call_line_dim(call, MODE_DIM, &b->dim));
    WICK_TRY(wick_call_line_not_empty(call, b->dim));
    return resize_choice(call, b->dim, wick_call_bool(call, MODE_KEEPDIM), MODE_VALUES);
}

wick_status wick_mode_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, MODE_VALUES,
                      (wick_lines){.beside = wick_call_tensor(call, MODE_ORDER)->data},
                      wick_mode_of_sorted);
}
