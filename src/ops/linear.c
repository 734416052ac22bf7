// SPDX-License-Identifier: BSD-3-Clause
#include "ops/linear.h"

#include "base/failure.h"
#include "kernels/element/element.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/layout.h"

#include <string.h>

// linear: arguments
enum { INPUT, WEIGHT, BIAS, LINEAR_OUT };

static wick_status check_linear_dtypes(const wick_call *call)
{
    WICK_TRY(wick_call_number_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, WEIGHT, INPUT));
    WICK_TRY(wick_call_same_dtype(call, LINEAR_OUT, INPUT));
    return wick_call_is_none(call, BIAS) ? WICK_OK : wick_call_same_dtype(call, BIAS, INPUT);
}

// Weight [out, in] or [in]; bias broadcasts to the result: [out], or [] or [1].
static wick_status check_linear_shapes(const wick_call *call)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    if (weight->rank < 1 || weight->rank > 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight has not 1 or 2 dimensions"));
    }
    if (input->rank < 1 || input->sizes[input->rank - 1] != weight->sizes[weight->rank - 1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("last dimension of input is not that of weight"));
    }
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    const int32_t out_features = weight->rank == 2 ? weight->sizes[0] : 1;
    const bool fits = !bias || bias->rank == 0 ||
                      (bias->rank == 1 && weight->rank == 2 &&
                       (bias->sizes[0] == out_features || bias->sizes[0] == 1));
    if (!fits) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BIAS,
                              WICK_TEXT("bias has not one element for each out feature"));
    }
    return WICK_OK;
}

wick_status wick_linear_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_linear_dtypes(call));
    WICK_TRY(check_linear_shapes(call));
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const uint32_t leading = input->rank - 1u;
    int32_t sizes[WICK_MAX_RANK] = {0};
    uint32_t rows = 1;
    for (uint32_t i = 0; i < leading; i++) {
        sizes[i] = input->sizes[i];
        rows *= (uint32_t)input->sizes[i];
    }
    const int32_t out_features = weight->rank == 2 ? weight->sizes[0] : 1;
    sizes[leading] = out_features;
    WICK_TRY(wick_call_resize(call, LINEAR_OUT, weight->rank == 2 ? input->rank : leading, sizes));
    const wick_tensor *const out = wick_call_tensor(call, LINEAR_OUT);
    *(wick_linear_block *)block = (wick_linear_block){
        .rows = (int32_t)rows,
        .in_features = weight->sizes[weight->rank - 1],
        .out_features = out_features,
        .dtype = input->dtype,
        .is_dense = wick_tensor_is_row_major(input) && wick_tensor_is_row_major(out),
    };
    return WICK_OK;
}

static void set_weight_strides(const wick_tensor *weight, const wick_linear_block *b,
                               wick_gemm_params *p)
{
    int32_t strides[2] = {0, 0};
    wick_tensor_strides(weight, strides);
    p->rhs_col = weight->rank == 2 ? strides[0] : b->in_features;
    p->rhs_depth = strides[weight->rank - 1];
}

static wick_gemm_data linear_data(const wick_call *call)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS);
    return (wick_gemm_data){wick_call_tensor(call, INPUT)->data,
                            wick_call_tensor(call, WEIGHT)->data, bias ? bias->data : 0,
                            wick_call_tensor(call, LINEAR_OUT)->data};
}

// Loops over the rows of any dim order, and the strides within a row. Kept apart to keep the stack
// of the loop itself low.
static __attribute__((noinline)) uint32_t linear_nest(const wick_call *call, wick_gemm_params *p,
                                                      wick_nest_dim *dims)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, LINEAR_OUT);
    const uint32_t last = input->rank - 1u;
    int32_t in_strides[WICK_MAX_RANK];
    int32_t out_strides[WICK_MAX_RANK] = {0};
    wick_tensor_strides(input, in_strides);
    wick_tensor_strides(out, out_strides);
    p->lhs_depth = in_strides[last];
    p->out_col = out->rank > last ? out_strides[last] : 1;
    return wick_strides_nest(input, in_strides, out_strides, (1u << last) - 1, dims);
}

// The product by the kernel for its type. Factors of float64 are those of the call, which the
// plan holds in float.
static void multiply(const wick_gemm_params *p, const wick_gemm_data *data, uint32_t dtype,
                     const double *factors_f64)
{
    static void (*const gemm_f64)(const wick_gemm_params *, const wick_gemm_data *, double,
                                  double) = WICK_IN_FLOAT64(wick_gemm_f64);
    if (WICK_HAS_FLOAT64 != 0 && dtype == WICK_FLOAT64) {
        gemm_f64(p, data, factors_f64[0], factors_f64[1]);
    } else {
        wick_gemm(p, data, dtype);
    }
}

static const double no_factors[2] = {1, 1};

static void linear_rows(const wick_call *call, wick_gemm_params *p, uint32_t dtype)
{
    wick_nest_dim dims[WICK_MAX_RANK];
    const uint32_t count = linear_nest(call, p, dims);
    const wick_gemm_data all = linear_data(call);
    wick_nest_position at = {0};
    p->rows = 1;
    do {
        wick_gemm_data data = all;
        data.lhs = wick_element_at(all.lhs, at.in, dtype);
        data.out = (uint8_t *)all.out + at.out * (ptrdiff_t)wick_dtype_size_bytes(dtype);
        multiply(p, &data, dtype, no_factors);
    } while (wick_nest_next(&at, dims, count));
}

wick_status wick_linear_run(const wick_call *call, const void *block)
{
    const wick_linear_block *const b = block;
    if (b->rows == 0 || b->out_features == 0) {
        return WICK_OK;
    }
    wick_gemm_params p = {
        .rows = b->rows,
        .depth = b->in_features,
        .cols = b->out_features,
        .lhs_row = b->in_features,
        .lhs_depth = 1,
        .bias_col =
            wick_call_is_none(call, BIAS) || wick_tensor_count(wick_call_tensor(call, BIAS)) == 1
                ? 0
                : 1,
        .out_row = b->out_features,
        .out_col = 1,
        .alpha = 1,
        .beta = 1,
        .integer_alpha = 1,
        .integer_beta = 1,
    };
    set_weight_strides(wick_call_tensor(call, WEIGHT), b, &p);
    if (b->is_dense) {
        const wick_gemm_data data = linear_data(call);
        multiply(&p, &data, b->dtype, no_factors);
    } else {
        linear_rows(call, &p, b->dtype);
    }
    return WICK_OK;
}

// The last two dimensions of the arguments lhs, rhs and out.
typedef struct matrices {
    uint32_t lhs, rhs, out;
} matrices;

static wick_status check_product(const wick_call *call, matrices args, uint32_t rank)
{
    const wick_tensor *const lhs = wick_call_tensor(call, args.lhs);
    const wick_tensor *const rhs = wick_call_tensor(call, args.rhs);
    if (lhs->rank != rank || rhs->rank != rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, lhs->rank != rank ? args.lhs : args.rhs,
                              rank == 2 ? WICK_TEXT("matrix has not 2 dimensions")
                                        : WICK_TEXT("batch of matrices has not 3 dimensions"));
    }
    if (lhs->sizes[rank - 1] != rhs->sizes[rank - 2] ||
        (rank == 3 && lhs->sizes[0] != rhs->sizes[0])) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, args.rhs,
                              WICK_TEXT("shape of the second matrix does not match the first"));
    }
    WICK_TRY(wick_call_number_or_f64(call, args.lhs));
    WICK_TRY(wick_call_same_dtype(call, args.rhs, args.lhs));
    return wick_call_same_dtype(call, args.out, args.lhs);
}

// Fills a block for rank 2 or 3.
static wick_status prepare_product(const wick_call *call, matrices args, uint32_t rank,
                                   wick_matmul_block *b)
{
    WICK_TRY(check_product(call, args, rank));
    const wick_tensor *const lhs = wick_call_tensor(call, args.lhs);
    const wick_tensor *const rhs = wick_call_tensor(call, args.rhs);
    const int32_t sizes[3] = {lhs->sizes[0], lhs->sizes[rank - 2], rhs->sizes[rank - 1]};
    WICK_TRY(wick_call_resize(call, args.out, rank, sizes + (3 - rank)));
    int32_t lhs_strides[3], rhs_strides[3], out_strides[3];
    wick_tensor_strides(lhs, lhs_strides);
    wick_tensor_strides(rhs, rhs_strides);
    wick_tensor_strides(wick_call_tensor(call, args.out), out_strides);
    *b = (wick_matmul_block){
        .gemm = {.rows = sizes[1],
                 .depth = lhs->sizes[rank - 1],
                 .cols = sizes[2],
                 .lhs_row = lhs_strides[rank - 2],
                 .lhs_depth = lhs_strides[rank - 1],
                 .rhs_depth = rhs_strides[rank - 2],
                 .rhs_col = rhs_strides[rank - 1],
                 .out_row = out_strides[rank - 2],
                 .out_col = out_strides[rank - 1],
                 .alpha = 1,
                 .integer_alpha = 1},
        .batch = rank == 3 ? sizes[0] : 1,
        .lhs_step = lhs_strides[0],
        .rhs_step = rhs_strides[0],
        .out_step = out_strides[0],
        .dtype = lhs->dtype,
    };
    return WICK_OK;
}

static void run_product(const wick_call *call, matrices args, const wick_matmul_block *b,
                        const void *bias, const double *factors_f64)
{
    const wick_gemm_data all = {wick_call_tensor(call, args.lhs)->data,
                                wick_call_tensor(call, args.rhs)->data, 0,
                                wick_call_tensor(call, args.out)->data};
    const ptrdiff_t bytes = (ptrdiff_t)wick_dtype_size_bytes(b->dtype);
    for (int32_t i = 0; i < b->batch; i++) {
        const wick_gemm_data data = {
            .lhs = (const uint8_t *)all.lhs + (ptrdiff_t)i * b->lhs_step * bytes,
            .rhs = (const uint8_t *)all.rhs + (ptrdiff_t)i * b->rhs_step * bytes,
            .bias = bias ? (const uint8_t *)bias + (ptrdiff_t)i * b->bias_step * bytes : 0,
            .out = (uint8_t *)all.out + (ptrdiff_t)i * b->out_step * bytes,
        };
        multiply(&b->gemm, &data, b->dtype, factors_f64);
    }
}

static const matrices mm_args = {0, 1, 2};
static const matrices addmm_args = {1, 2, 5};
enum { ADDMM_SELF = 0, ADDMM_BETA = 3, ADDMM_ALPHA = 4 };

wick_status wick_mm_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, mm_args, 2, block);
}

wick_status wick_mm_run(const wick_call *call, const void *block)
{
    run_product(call, mm_args, block, 0, no_factors);
    return WICK_OK;
}

wick_status wick_bmm_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, mm_args, 3, block);
}

wick_status wick_bmm_run(const wick_call *call, const void *block)
{
    run_product(call, mm_args, block, 0, no_factors);
    return WICK_OK;
}

// Strides of self broadcast to [batch, rows, cols], or to [rows, cols] for rank 2.
static wick_status set_bias_strides(const wick_call *call, uint32_t rank, wick_matmul_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, ADDMM_SELF);
    const int32_t sizes[3] = {b->batch, b->gemm.rows, b->gemm.cols};
    int32_t strides[3] = {0, 0, 0};
    int32_t own[3] = {0, 0, 0};
    if (self->rank > rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, ADDMM_SELF,
                              WICK_TEXT("self has more dimensions than the product"));
    }
    wick_tensor_strides(self, own);
    for (uint32_t i = 0; i < self->rank; i++) {
        const uint32_t d = 3u - self->rank + i;
        if (self->sizes[i] != 1 && self->sizes[i] != sizes[d]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, ADDMM_SELF,
                                  WICK_TEXT("self does not broadcast to the shape of the product"));
        }
        strides[d] = self->sizes[i] == 1 ? 0 : own[i];
    }
    b->bias_step = strides[0];
    b->gemm.bias_row = strides[1];
    b->gemm.bias_col = strides[2];
    return WICK_OK;
}

// Of integer matrices eager refuses real factors in addmm, and truncates them in baddbmm.
static wick_status prepare_sum(const wick_call *call, uint32_t rank, wick_matmul_block *b)
{
    WICK_TRY(prepare_product(call, addmm_args, rank, b));
    WICK_TRY(wick_call_same_dtype(call, ADDMM_SELF, addmm_args.lhs));
    WICK_TRY(set_bias_strides(call, rank, b));
    const bool is_real = wick_dtype_is_float(b->dtype);
    if (!is_real && rank == 2 &&
        (wick_call_is_real(call, ADDMM_BETA) || wick_call_is_real(call, ADDMM_ALPHA))) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, ADDMM_ALPHA,
                              WICK_TEXT("alpha and beta must be integers for integer matrices"));
    }
    b->gemm.alpha = (float)wick_call_real(call, ADDMM_ALPHA);
    b->gemm.beta = (float)wick_call_real(call, ADDMM_BETA);
    b->gemm.integer_alpha = wick_call_scalar_int(call, ADDMM_ALPHA);
    b->gemm.integer_beta = wick_call_scalar_int(call, ADDMM_BETA);
    return WICK_OK;
}

wick_status wick_addmm_prepare(const wick_call *call, void *block)
{
    return prepare_sum(call, 2, block);
}

wick_status wick_baddbmm_prepare(const wick_call *call, void *block)
{
    return prepare_sum(call, 3, block);
}

wick_status wick_addmm_run(const wick_call *call, const void *block)
{
    const wick_matmul_block *const b = block;
    // A factor of 0 leaves self out, NaN included.
    const bool reads_self =
        wick_dtype_is_float(b->dtype) ? b->gemm.beta != 0 : b->gemm.integer_beta != 0;
    double factors[2] = {0, 0};
    if (WICK_HAS_FLOAT64 != 0) {
        factors[0] = wick_call_real(call, ADDMM_ALPHA);
        factors[1] = wick_call_real(call, ADDMM_BETA);
    }
    run_product(call, addmm_args, b, reads_self ? wick_call_tensor(call, ADDMM_SELF)->data : 0,
                factors);
    return WICK_OK;
}
