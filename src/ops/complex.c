// SPDX-License-Identifier: BSD-3-Clause
#include "ops/complex.h"

#include "base/failure.h"
#include "ops/op.h"

enum { SELF, OTHER };

static wick_status check_dtype(const wick_call *call, uint32_t arg, wick_complex_plan *p,
                               uint32_t place)
{
    const uint32_t dtype = wick_call_tensor(call, arg)->dtype;
    p->is_complex[place] = dtype == WICK_COMPLEX64;
    if (dtype != WICK_COMPLEX64 && dtype != WICK_FLOAT32) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("complex arithmetic on other types than f32 and c64"));
    }
    return WICK_OK;
}

static wick_status check_out(const wick_call *call, uint32_t arg, bool is_complex,
                             wick_complex_plan *p)
{
    p->is_complex[2] = is_complex;
    if (wick_call_tensor(call, arg)->dtype != (is_complex ? WICK_COMPLEX64 : WICK_FLOAT32)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("result is not of the type of the operation"));
    }
    return WICK_OK;
}

// Size of dimension d of a result of `rank` dimensions for a tensor that is broadcast to it.
static int32_t size_at(const wick_tensor *tensor, uint32_t rank, uint32_t d)
{
    return d + tensor->rank < rank ? 1 : tensor->sizes[d + tensor->rank - rank];
}

static void set_strides(const wick_tensor *tensor, uint32_t rank, int32_t *strides)
{
    int32_t own[WICK_MAX_RANK];
    wick_tensor_strides(tensor, own);
    for (uint32_t d = 0; d < rank; d++) {
        const bool repeats = size_at(tensor, rank, d) == 1;
        strides[d] = repeats ? 0 : own[d + tensor->rank - rank];
    }
}

// Operands `a` and `b` broadcast, which may be one; gives out its shape.
static wick_status plan_loops(const wick_call *call, const wick_tensor *a, const wick_tensor *b,
                              uint32_t out, wick_complex_plan *p)
{
    const uint32_t rank = a->rank > b->rank ? a->rank : b->rank;
    for (uint32_t d = 0; d < rank; d++) {
        const int32_t x = size_at(a, rank, d);
        const int32_t y = size_at(b, rank, d);
        if (x != y && x != 1 && y != 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, OTHER,
                                  WICK_TEXT("sizes that cannot be broadcast"));
        }
        p->sizes[d] = x == 1 ? y : x;
    }
    p->rank = (uint8_t)rank;
    WICK_TRY(wick_call_resize(call, out, rank, p->sizes));
    set_strides(a, rank, p->strides[0]);
    set_strides(b, rank, p->strides[1]);
    set_strides(wick_call_tensor(call, out), rank, p->strides[2]);
    return WICK_OK;
}

wick_status wick_complex_binary_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    *p = (wick_complex_block){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    WICK_TRY(check_dtype(call, OTHER, p, 1));
    WICK_TRY(check_out(call, 2, true, p));
    return plan_loops(call, wick_call_tensor(call, SELF), wick_call_tensor(call, OTHER), 2, p);
}

wick_status wick_complex_parts_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    WICK_TRY(wick_complex_binary_prepare(call, block));
    if (p->is_complex[0] || p->is_complex[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF, WICK_TEXT("parts are complex"));
    }
    return WICK_OK;
}

static wick_status prepare_unary(const wick_call *call, bool is_complex, wick_complex_plan *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(check_out(call, 1, is_complex, p));
    return plan_loops(call, self, self, 1, p);
}

wick_status wick_complex_unary_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    *p = (wick_complex_block){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    return prepare_unary(call, p->is_complex[0], p);
}

wick_status wick_complex_to_complex_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    *p = (wick_complex_block){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    return prepare_unary(call, true, p);
}

wick_status wick_complex_to_real_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    *p = (wick_complex_block){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    return prepare_unary(call, false, p);
}

static wick_status run_unary(const wick_call *call, const void *block,
                             wick_complex_function *function)
{
    wick_complex_run(block, function, wick_call_tensor(call, SELF)->data, 0,
                     wick_call_tensor(call, 1)->data);
    return WICK_OK;
}

static wick_status run_binary(const wick_call *call, const void *block,
                              wick_complex_function *function)
{
    wick_complex_run(block, function, wick_call_tensor(call, SELF)->data,
                     wick_call_tensor(call, OTHER)->data, wick_call_tensor(call, 2)->data);
    return WICK_OK;
}

wick_status wick_complex_add_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_add);
}

wick_status wick_complex_sub_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_sub);
}

wick_status wick_complex_mul_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_mul);
}

wick_status wick_complex_div_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_div);
}

wick_status wick_complex_polar_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_polar);
}

wick_status wick_complex_of_parts_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_of_parts);
}

wick_status wick_complex_same_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_same);
}

wick_status wick_complex_conj_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_conj);
}

wick_status wick_complex_exp_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_exp);
}

wick_status wick_complex_abs_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_abs);
}

wick_status wick_complex_angle_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_angle);
}
