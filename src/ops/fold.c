// SPDX-License-Identifier: BSD-3-Clause
#include "ops/fold.h"

#include "base/failure.h"
#include "kernels/element/element.h"
#include "kernels/reduce/fold.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/lines.h"
#include "ops/reduce_dims.h"

enum { SELF, DIM, KEEPDIM };
enum { ANY_OUT = 3 };
enum { ALL_OUT = 1 };
enum { COUNT_OUT = 2 };
enum { PROD_DTYPE = 3, PROD_OUT };
enum { PROD_ALL_DTYPE = 1, PROD_ALL_OUT };
enum { NORM_ORDER = 1, NORM_DIM, NORM_KEEPDIM, NORM_DTYPE, NORM_OUT };
enum { VAR_CORRECTION = 2, VAR_KEEPDIM, VAR_OUT, VAR_MEAN_OUT };

// Dimensions, whether they stay (`keepdim` 0: they do not), and the shape of out.
static wick_status prepare(const wick_call *call, uint32_t dim, uint32_t keepdim, uint32_t out,
                           wick_fold_block *b)
{
    *b = (wick_fold_block){.out = out};
    b->reduce.keepdim = keepdim != 0 && wick_call_bool(call, keepdim);
    b->reduce.mask = wick_reduce_all_dims(wick_call_tensor(call, SELF));
    if (dim != 0) {
        WICK_TRY(wick_reduce_read_dims(call, dim, &b->reduce.mask));
    }
    return wick_reduce_resize(call, &b->reduce, out);
}

static wick_status run(const wick_call *call, const wick_fold_block *b, wick_reduce_params p,
                       wick_reduce_kernel *kernel)
{
    p.number = b->number;
    wick_reduce_loops(call, &b->reduce, b->out, &p);
    kernel(&p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, b->out)->data);
    return WICK_OK;
}

// f64 where input or out is.
static uint32_t widest(const wick_call *call, const wick_fold_block *b)
{
    return wick_call_widest(call, SELF, b->out);
}

// bool, but uint8 for uint8.
static wick_status check_logic_dtype(const wick_call *call, uint32_t out)
{
    const bool is_byte = wick_call_tensor(call, SELF)->dtype == WICK_UINT8;
    WICK_TRY(wick_call_ordered(call, SELF));
    return wick_call_out_dtype(call, out, is_byte ? WICK_UINT8 : WICK_BOOL);
}

wick_status wick_any_prepare(const wick_call *call, void *block)
{
    wick_fold_block *const b = block;
    const wick_value *const dims = wick_call_value(call, DIM);
    WICK_TRY(check_logic_dtype(call, ANY_OUT));
    if (dims->kind == WICK_VALUE_INT_LIST && dims->list.count == 0) { // none, unlike elsewhere
        *b = (wick_fold_block){.out = ANY_OUT};
        return wick_reduce_resize(call, &b->reduce, ANY_OUT);
    }
    return prepare(call, DIM, KEEPDIM, ANY_OUT, b);
}

wick_status wick_any_all_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_logic_dtype(call, ALL_OUT));
    return prepare(call, 0, 0, ALL_OUT, block);
}

wick_status wick_any_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0}, wick_fold_any);
}

wick_status wick_all_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0}, wick_fold_all);
}

wick_status wick_count_nonzero_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_out_dtype(call, COUNT_OUT, WICK_INT64));
    return prepare(call, DIM, 0, COUNT_OUT, block);
}

wick_status wick_count_nonzero_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0}, wick_fold_count);
}

static wick_status check_ordered(const wick_call *call, uint32_t out)
{
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_ordered(call, out));
    return wick_call_check_float64(call, SELF, out);
}

// The type asked for, else `other`.
static uint32_t dtype_or(const wick_call *call, uint32_t arg, uint32_t other)
{
    return wick_call_is_none(call, arg) ? other : (uint32_t)wick_call_int(call, arg);
}

// The type asked for, else int64 for integers and bool, else that of the input.
static wick_status check_sum_dtype(const wick_call *call, uint32_t arg, uint32_t out)
{
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    const uint32_t dtype = dtype_or(call, arg, wick_dtype_is_float(self) ? self : WICK_INT64);
    WICK_TRY(wick_call_out_dtype(call, out, dtype));
    return check_ordered(call, out);
}

wick_status wick_prod_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_sum_dtype(call, PROD_DTYPE, PROD_OUT));
    return prepare(call, DIM, KEEPDIM, PROD_OUT, block);
}

wick_status wick_prod_all_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_sum_dtype(call, PROD_ALL_DTYPE, PROD_ALL_OUT));
    return prepare(call, 0, 0, PROD_ALL_OUT, block);
}

wick_status wick_prod_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0},
               WICK_KERNEL_FOR(widest(call, block), wick_fold_product));
}

wick_status wick_nansum_prepare(const wick_call *call, void *block)
{
    return wick_prod_prepare(call, block);
}

wick_status wick_nansum_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0},
               WICK_KERNEL_FOR(widest(call, block), wick_fold_nansum));
}

wick_status wick_nanmean_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_prod_prepare(call, block));
    return wick_call_real_or_f64(call, PROD_OUT);
}

wick_status wick_nanmean_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){.is_mean = true},
               WICK_KERNEL_FOR(widest(call, block), wick_fold_nansum));
}

wick_status wick_logsumexp_prepare(const wick_call *call, void *block)
{
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    WICK_TRY(wick_call_out_dtype(call, ANY_OUT, wick_dtype_is_float(self) ? self : WICK_FLOAT32));
    WICK_TRY(check_ordered(call, ANY_OUT));
    return prepare(call, DIM, KEEPDIM, ANY_OUT, block);
}

wick_status wick_logsumexp_run(const wick_call *call, const void *block)
{
    return run(call, block, (wick_reduce_params){0},
               WICK_KERNEL_FOR(widest(call, block), wick_fold_log_sum));
}

// The greatest and the smallest of nothing are not defined.
static wick_status check_norm_has_elements(const wick_call *call, const wick_fold_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (b->number >= 0 && b->number != __builtin_inff()) {
        return WICK_OK;
    }
    for (uint32_t d = 0; d < self->rank; d++) {
        if ((b->reduce.mask >> d & 1u) != 0 && self->sizes[d] == 0) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                                  WICK_TEXT("norm of nothing, of an order without identity"));
        }
    }
    return WICK_OK;
}

wick_status wick_vector_norm_prepare(const wick_call *call, void *block)
{
    wick_fold_block *const b = block;
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_out_dtype(call, NORM_OUT, dtype_or(call, NORM_DTYPE, self)));
    WICK_TRY(wick_call_real_or_f64(call, NORM_OUT));
    WICK_TRY(prepare(call, NORM_DIM, NORM_KEEPDIM, NORM_OUT, b));
    b->number = (float)wick_call_real(call, NORM_ORDER);
    return check_norm_has_elements(call, b);
}

// The number of the block, as float64.
static double number_f64(const wick_call *call, uint32_t arg)
{
    if (WICK_HAS_FLOAT64 == 0) {
        return 0;
    }
    return wick_call_is_none(call, arg) ? 1 : wick_call_real(call, arg);
}

wick_status wick_vector_norm_run(const wick_call *call, const void *block)
{
    const wick_reduce_params p = {.number_f64 = number_f64(call, NORM_ORDER)};
    return run(call, block, p, WICK_KERNEL_FOR(widest(call, block), wick_fold_norm));
}

// `unbiased` of var.out is the correction as a bool.
wick_status wick_var_prepare(const wick_call *call, void *block)
{
    wick_fold_block *const b = block;
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, VAR_OUT, SELF));
    WICK_TRY(prepare(call, DIM, VAR_KEEPDIM, VAR_OUT, b));
    b->number =
        wick_call_is_none(call, VAR_CORRECTION) ? 1 : (float)wick_call_real(call, VAR_CORRECTION);
    return WICK_OK;
}

wick_status wick_var_mean_prepare(const wick_call *call, void *block)
{
    wick_fold_block *const b = block;
    WICK_TRY(wick_call_same_dtype(call, VAR_MEAN_OUT, SELF));
    WICK_TRY(wick_var_prepare(call, b));
    return wick_reduce_resize(call, &b->reduce, VAR_MEAN_OUT);
}

wick_status wick_var_run(const wick_call *call, const void *block)
{
    const wick_reduce_params p = {.number_f64 = number_f64(call, VAR_CORRECTION)};
    return run(call, block, p, WICK_KERNEL_FOR(widest(call, block), wick_fold_variance));
}

wick_status wick_std_run(const wick_call *call, const void *block)
{
    const wick_reduce_params p = {.is_root = true, .number_f64 = number_f64(call, VAR_CORRECTION)};
    return run(call, block, p, WICK_KERNEL_FOR(widest(call, block), wick_fold_variance));
}

static wick_status run_mean(const wick_call *call, const void *block)
{
    wick_fold_block b = *(const wick_fold_block *)block;
    b.out = VAR_MEAN_OUT;
    return run(call, &b, (wick_reduce_params){.is_mean = true},
               WICK_KERNEL_FOR(widest(call, &b), wick_reduce_sum));
}

wick_status wick_var_mean_run(const wick_call *call, const void *block)
{
    WICK_TRY(wick_var_run(call, block));
    return run_mean(call, block);
}

wick_status wick_std_mean_run(const wick_call *call, const void *block)
{
    WICK_TRY(wick_std_run(call, block));
    return run_mean(call, block);
}
