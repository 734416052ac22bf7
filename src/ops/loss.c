// SPDX-License-Identifier: BSD-3-Clause
#include "ops/loss.h"

#include "base/failure.h"
#include "kernels/loss/loss.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/lines.h"
#include "ops/promote.h"

#include <string.h>

enum { SELF, TARGET };

// Where the arguments of a loss stand; 0: it has none such.
typedef struct layout {
    uint32_t weight, positive, reduction, p, q, full, out;
} layout;

static const layout plain = {.reduction = 2, .out = 3};
static const layout smooth = {.reduction = 2, .p = 3, .out = 4}; // kl_div too: a bool is 0 or 1
static const layout binary = {.weight = 2, .reduction = 3, .out = 4};
static const layout logits = {.weight = 2, .positive = 3, .reduction = 4, .out = 5};
static const layout hinge = {.p = 2, .reduction = 3, .out = 4};
static const layout ranking = {.weight = 2, .p = 3, .reduction = 4, .out = 5};
static const layout poisson = {.p = 2, .full = 3, .q = 4, .reduction = 5, .out = 6};

static wick_status read_reduction(const wick_call *call, uint32_t arg, uint8_t *out)
{
    const int64_t reduction = wick_call_int(call, arg);
    if (reduction < WICK_LOSS_NONE || reduction > WICK_LOSS_SUM) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("reduction is not 0, 1 or 2"));
    }
    *out = (uint8_t)reduction;
    return WICK_OK;
}

// A shape that grows as tensors are broadcast into it.
typedef struct shape {
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
} shape;

static wick_status broadcast(const wick_call *call, uint32_t arg, shape *s)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    if (!tensor) {
        return WICK_OK;
    }
    shape grown = *s;
    grown.rank = s->rank > tensor->rank ? s->rank : tensor->rank;
    for (uint32_t i = 0; i < grown.rank; i++) { // from the end
        const int32_t a = i < s->rank ? s->sizes[s->rank - 1 - i] : 1;
        const int32_t b = i < tensor->rank ? tensor->sizes[tensor->rank - 1 - i] : 1;
        if (a != b && a != 1 && b != 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  WICK_TEXT("shapes cannot be broadcast"));
        }
        grown.sizes[grown.rank - 1 - i] = a == 1 ? b : a;
    }
    *s = grown;
    return WICK_OK;
}

static __attribute__((noinline)) wick_status find_shape(const wick_call *call, uint32_t weight, uint32_t positive, shape *s)
{
    *s = (shape){0};
    WICK_TRY(broadcast(call, SELF, s));
    WICK_TRY(broadcast(call, TARGET, s));
    if (weight != 0) {
        WICK_TRY(broadcast(call, weight, s));
    }
    return positive != 0 ? broadcast(call, positive, s) : WICK_OK;
}

static wick_status check_types(const wick_call *call, const layout *l)
{
    wick_promotion promotion = WICK_PROMOTION_NONE;
    const uint32_t tensors[] = {SELF, TARGET, l->weight, l->positive};
    for (uint32_t i = 0; i < 4; i++) {
        const wick_tensor *const tensor = wick_call_optional_tensor(call, tensors[i]);
        if (tensor && (i < 2 || tensors[i] != 0)) {
            wick_promotion_add_tensor(&promotion, tensor);
        }
        if (tensor && ((tensor->dtype == WICK_FLOAT64 && WICK_HAS_FLOAT64 == 0) ||
                       tensor->dtype == WICK_COMPLEX64)) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, tensors[i], WICK_TEXT("losses of f64"));
        }
    }
    const uint32_t dtype = wick_promotion_result(&promotion);
    WICK_TRY(wick_call_real_or_f64(call, l->out));
    return wick_call_out_dtype(call, l->out, wick_dtype_is_float(dtype) ? dtype : WICK_FLOAT32);
}

// Integers whose products eager wraps, where float would hold them.
static int32_t small_bits(const wick_call *call)
{
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    const uint32_t dtype = wick_promote_types(self, wick_call_tensor(call, TARGET)->dtype);
    return dtype == WICK_INT8 ? -8 : dtype == WICK_UINT8 ? 8 : dtype == WICK_INT16 ? -16 : 0;
}

static wick_status prepare(const wick_call *call, const layout *l, wick_loss_block *b)
{
    shape s;
    *b = (wick_loss_block){.weight = (uint8_t)l->weight,
                           .positive = (uint8_t)l->positive,
                           .out = (uint8_t)l->out,
                           .p = l->p ? (float)wick_call_real(call, l->p) : 0,
                           .q = l->q ? (float)wick_call_real(call, l->q) : 0,
                           .is_full = l->full && wick_call_bool(call, l->full)};
    WICK_TRY(check_types(call, l));
    WICK_TRY(read_reduction(call, l->reduction, &b->reduction));
    WICK_TRY(find_shape(call, l->weight, l->positive, &s));
    return wick_call_resize(call, l->out, b->reduction == WICK_LOSS_NONE ? s.rank : 0, s.sizes);
}

// Strides of a tensor in the shape that it is broadcast to.
static __attribute__((noinline)) void set_strides(const wick_tensor *tensor, const shape *s, int32_t *strides)
{
    int32_t own[WICK_MAX_RANK];
    wick_tensor_strides(tensor, own);
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t d = s->rank - tensor->rank + i;
        strides[d] = tensor->sizes[i] == 1 ? 0 : own[i];
    }
}

static __attribute__((noinline)) wick_status set_tensors(const wick_call *call, const wick_loss_block *b,
                                                         wick_loss_params *p)
{
    const uint32_t tensors[WICK_LOSS_TENSORS] = {SELF, TARGET, b->weight, b->positive};
    shape s;
    WICK_TRY(find_shape(call, b->weight, b->positive, &s));
    p->rank = s.rank;
    memcpy(p->sizes, s.sizes, sizeof s.sizes);
    for (uint32_t k = 0; k < WICK_LOSS_TENSORS; k++) {
        const wick_tensor *const tensor = wick_call_optional_tensor(call, tensors[k]);
        if (tensor && (k < 2 || tensors[k] != 0)) {
            set_strides(tensor, &s, p->strides[k]);
            p->dtypes[k] = tensor->dtype;
            p->data[k] = tensor->data;
        }
    }
    return WICK_OK;
}

static wick_status run(const wick_call *call, const wick_loss_block *b, const layout *l,
                       wick_loss_kernel *kernel)
{
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    wick_loss_params p = {.reduction = b->reduction,
                          .p = b->p,
                          .q = b->q,
                          .is_full = b->is_full != 0,
                          .out_dtype = out->dtype,
                          .bits = small_bits(call)};
    if (WICK_HAS_FLOAT64 != 0) {
        p.p_f64 = l->p ? wick_call_real(call, l->p) : 0;
        p.q_f64 = l->q ? wick_call_real(call, l->q) : 0;
    }
    WICK_TRY(set_tensors(call, b, &p));
    if (b->reduction == WICK_LOSS_NONE) {
        wick_tensor_strides(out, p.strides[WICK_LOSS_TENSORS]);
    }
    kernel(&p, out->data);
    return WICK_OK;
}

static uint32_t out_dtype(const wick_call *call, const wick_loss_block *b)
{
    return wick_call_tensor(call, b->out)->dtype;
}

wick_status wick_plain_loss_prepare(const wick_call *call, void *block)
{
    return prepare(call, &plain, block);
}

wick_status wick_mse_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &plain, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_square));
}

wick_status wick_l1_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &plain, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_absolute));
}

wick_status wick_soft_margin_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &plain, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_soft_margin));
}

static wick_status require(const wick_call *call, bool holds, uint32_t arg, const char *text)
{
    return holds ? WICK_OK : wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

wick_status wick_smooth_loss_prepare(const wick_call *call, void *block)
{
    WICK_TRY(prepare(call, &smooth, block));
    return require(call, ((wick_loss_block *)block)->p >= 0, smooth.p,
                   WICK_TEXT("beta is negative"));
}

wick_status wick_smooth_l1_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &smooth, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_smooth));
}

wick_status wick_huber_loss_prepare(const wick_call *call, void *block)
{
    WICK_TRY(prepare(call, &smooth, block));
    return require(call, ((wick_loss_block *)block)->p > 0, smooth.p,
                   WICK_TEXT("delta is not above 0"));
}

wick_status wick_huber_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &smooth, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_huber));
}

wick_status wick_binary_cross_entropy_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const target = wick_call_tensor(call, TARGET);
    WICK_TRY(prepare(call, &binary, block));
    const bool fits = self->rank == target->rank &&
                      memcmp(self->sizes, target->sizes, self->rank * sizeof self->sizes[0]) == 0;
    return require(call, fits, TARGET, WICK_TEXT("shape differs from that of the input"));
}

wick_status wick_binary_cross_entropy_run(const wick_call *call, const void *block)
{
    return run(call, block, &binary, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_binary));
}

wick_status wick_binary_logits_prepare(const wick_call *call, void *block)
{
    return prepare(call, &logits, block);
}

wick_status wick_binary_logits_run(const wick_call *call, const void *block)
{
    return run(call, block, &logits,
               WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_binary_logits));
}

wick_status wick_kl_div_run(const wick_call *call, const void *block)
{
    return run(call, block, &smooth, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_divergence));
}

wick_status wick_hinge_embedding_loss_prepare(const wick_call *call, void *block)
{
    return prepare(call, &hinge, block);
}

wick_status wick_hinge_embedding_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &hinge,
               WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_hinge_embedding));
}

wick_status wick_margin_ranking_loss_prepare(const wick_call *call, void *block)
{
    return prepare(call, &ranking, block);
}

wick_status wick_margin_ranking_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &ranking,
               WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_margin_ranking));
}

wick_status wick_poisson_nll_loss_prepare(const wick_call *call, void *block)
{
    return prepare(call, &poisson, block);
}

wick_status wick_poisson_nll_loss_run(const wick_call *call, const void *block)
{
    return run(call, block, &poisson, WICK_KERNEL_FOR(out_dtype(call, block), wick_loss_poisson));
}
