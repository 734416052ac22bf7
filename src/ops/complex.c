// SPDX-License-Identifier: BSD-3-Clause
#include "ops/complex.h"

#include "base/failure.h"
#include "ops/lines.h"
#include "ops/op.h"

enum { SELF, OTHER };

static wick_status check_dtype(const wick_call *call, uint32_t arg, wick_complex_plan *p,
                               uint32_t place)
{
    const uint32_t dtype = wick_call_tensor(call, arg)->dtype;
    p->kinds[place] = dtype == WICK_COMPLEX64 ? WICK_COMPLEX_PAIR : WICK_COMPLEX_REAL;
    if (dtype != WICK_COMPLEX64 && dtype != WICK_FLOAT32) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("complex arithmetic on other types than f32 and c64"));
    }
    return WICK_OK;
}

static wick_status check_out(const wick_call *call, uint32_t arg, wick_complex_kind kind,
                             wick_complex_plan *p)
{
    static const uint8_t dtypes[] = {[WICK_COMPLEX_REAL] = WICK_FLOAT32,
                                     [WICK_COMPLEX_PAIR] = WICK_COMPLEX64,
                                     [WICK_COMPLEX_TRUTH] = WICK_BOOL};
    p->kinds[2] = (uint8_t)kind;
    if (wick_call_tensor(call, arg)->dtype != dtypes[kind]) {
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

static wick_status prepare_binary(const wick_call *call, wick_complex_kind out,
                                  wick_complex_plan *p)
{
    *p = (wick_complex_plan){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    WICK_TRY(check_dtype(call, OTHER, p, 1));
    WICK_TRY(check_out(call, 2, out, p));
    return plan_loops(call, wick_call_tensor(call, SELF), wick_call_tensor(call, OTHER), 2, p);
}

wick_status wick_complex_binary_prepare(const wick_call *call, void *block)
{
    return prepare_binary(call, WICK_COMPLEX_PAIR, block);
}

wick_status wick_complex_compare_prepare(const wick_call *call, void *block)
{
    return prepare_binary(call, WICK_COMPLEX_TRUTH, block);
}

wick_status wick_complex_parts_prepare(const wick_call *call, void *block)
{
    const wick_complex_block *const p = block;
    WICK_TRY(wick_complex_binary_prepare(call, block));
    if (p->kinds[0] != WICK_COMPLEX_REAL || p->kinds[1] != WICK_COMPLEX_REAL) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF, WICK_TEXT("parts are complex"));
    }
    return WICK_OK;
}

static wick_status prepare_unary(const wick_call *call, wick_complex_kind out, wick_complex_plan *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *p = (wick_complex_plan){0};
    WICK_TRY(check_dtype(call, SELF, p, 0));
    WICK_TRY(check_out(call, 1, out, p));
    return plan_loops(call, self, self, 1, p);
}

wick_status wick_complex_unary_prepare(const wick_call *call, void *block)
{
    return prepare_unary(call, WICK_COMPLEX_PAIR, block);
}

wick_status wick_complex_to_real_prepare(const wick_call *call, void *block)
{
    return prepare_unary(call, WICK_COMPLEX_REAL, block);
}

wick_status wick_complex_to_truth_prepare(const wick_call *call, void *block)
{
    return prepare_unary(call, WICK_COMPLEX_TRUTH, block);
}

// Operands are one or two, the result behind them.
static wick_status run(const wick_call *call, const void *block, uint32_t operands,
                       wick_complex_function *function)
{
    wick_complex_run(block, function, wick_call_tensor(call, SELF)->data,
                     operands == 2 ? wick_call_tensor(call, OTHER)->data : 0,
                     wick_call_tensor(call, operands)->data);
    return WICK_OK;
}

#define WICK_COMPLEX(id, operands)                                                \
    wick_status wick_complex_##id##_run(const wick_call *call, const void *block) \
    {                                                                             \
        return run(call, block, operands, wick_complex_##id);                     \
    }
#include "kernels/complex/complex.def"
#undef WICK_COMPLEX

// Argument numbers of wick::complex_prod.
enum { DIM = 1, KEEPDIM, PRODUCT };

// Loops over self; the product repeats along `dim`.
static void plan_products(const wick_call *call, uint32_t dim, wick_complex_plan *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t strides[WICK_MAX_RANK];
    uint32_t at = 0;
    p->rank = self->rank;
    set_strides(self, self->rank, p->strides[1]);
    wick_tensor_strides(wick_call_tensor(call, PRODUCT), strides);
    for (uint32_t d = 0; d < self->rank; d++) {
        p->sizes[d] = self->sizes[d];
        p->strides[0][d] = p->strides[2][d] = d == dim ? 0 : strides[at];
        at += d != dim || wick_call_bool(call, KEEPDIM);
    }
}

wick_status wick_complex_prod_prepare(const wick_call *call, void *block)
{
    wick_complex_block *const p = block;
    uint32_t dim = 0;
    *p = (wick_complex_block){0};
    WICK_TRY(check_dtype(call, SELF, p, 1));
    WICK_TRY(check_out(call, PRODUCT, WICK_COMPLEX_PAIR, p));
    p->kinds[0] = WICK_COMPLEX_PAIR;
    WICK_TRY(wick_call_line_dim(call, DIM, &dim));
    WICK_TRY(wick_call_resize_choice(call, PRODUCT, dim, wick_call_bool(call, KEEPDIM)));
    plan_products(call, dim, p);
    return WICK_OK;
}

wick_status wick_complex_prod_run(const wick_call *call, const void *block)
{
    const wick_tensor *const out = wick_call_tensor(call, PRODUCT);
    float *const data = out->data;
    for (size_t i = 0; i < wick_tensor_count(out); i++) {
        data[2 * i] = 1;
        data[2 * i + 1] = 0;
    }
    wick_complex_run(block, wick_complex_mul, data, wick_call_tensor(call, SELF)->data, data);
    return WICK_OK;
}
