// SPDX-License-Identifier: BSD-3-Clause
// nll_loss, cross entropy: losses of classes.
#include "kernels/loss/class_loss.h"
#include "base/failure.h"
#include "kernels/loss/loss.h"
#include "ops/check.h"
#include "ops/lines.h"
#include "ops/loss.h"

#include <string.h>

enum { SELF, TARGET, WEIGHT, REDUCTION, IGNORED };
enum { NLL_OUT = 5, NLL_TOTAL };
enum { CLASS_SMOOTHING = 5, CLASS_OUT };

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// The sizes of the input, of dimensions other than that of the classes.
static uint32_t position_sizes(const wick_tensor *self, uint32_t class_dim, int32_t *sizes)
{
    uint32_t rank = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d != class_dim) {
            sizes[rank++] = self->sizes[d];
        }
    }
    return rank;
}

static wick_status check_target(const wick_call *call, const wick_class_loss_block *b,
                                uint32_t rank, const int32_t *sizes)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const target = wick_call_tensor(call, TARGET);
    const int32_t *const wanted = b->has_shares ? self->sizes : sizes;
    const uint32_t wanted_rank = b->has_shares ? self->rank : rank;
    if (target->rank != wanted_rank ||
        memcmp(target->sizes, wanted, wanted_rank * sizeof wanted[0]) != 0) {
        return refuse(call, TARGET, WICK_TEXT("shape does not go with that of the input"));
    }
    if (b->has_shares) {
        return wick_call_real_dtype(call, TARGET);
    }
    const bool is_index = target->dtype == WICK_INT64 || target->dtype == WICK_UINT8;
    return is_index ? WICK_OK : refuse(call, TARGET, WICK_TEXT("classes are neither i64 nor u8"));
}

static wick_status check_weight(const wick_call *call, const wick_class_loss_block *b)
{
    const wick_tensor *const weight = wick_call_optional_tensor(call, WEIGHT);
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (!weight) {
        return WICK_OK;
    }
    if (weight->rank != 1 || weight->sizes[0] != self->sizes[b->class_dim]) {
        return refuse(call, WEIGHT, WICK_TEXT("not a weight for each class"));
    }
    return wick_call_same_dtype(call, WEIGHT, SELF);
}

static wick_status prepare(const wick_call *call, wick_class_loss_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const int64_t reduction = wick_call_int(call, REDUCTION);
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(wick_call_real_dtype(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, b->out, SELF));
    if (self->rank == 0) {
        return refuse(call, SELF, WICK_TEXT("no dimension of classes"));
    }
    if (reduction < WICK_LOSS_NONE || reduction > WICK_LOSS_SUM) {
        return refuse(call, REDUCTION, WICK_TEXT("reduction is not 0, 1 or 2"));
    }
    b->class_dim = self->rank > 1;
    const uint32_t rank = position_sizes(self, b->class_dim, sizes);
    WICK_TRY(check_target(call, b, rank, sizes));
    WICK_TRY(check_weight(call, b));
    return wick_call_resize(call, b->out, reduction == WICK_LOSS_NONE ? rank : 0, sizes);
}

wick_status wick_nll_loss_prepare(const wick_call *call, void *block)
{
    *(wick_class_loss_block *)block = (wick_class_loss_block){.out = NLL_OUT};
    return prepare(call, block);
}

wick_status wick_nll_loss_forward_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_nll_loss_prepare(call, block));
    ((wick_class_loss_block *)block)->has_total = true;
    WICK_TRY(wick_call_same_dtype(call, NLL_TOTAL, SELF));
    return wick_call_resize(call, NLL_TOTAL, 0, 0);
}

wick_status wick_class_loss_prepare(const wick_call *call, void *block)
{
    wick_class_loss_block *const b = block;
    *b = (wick_class_loss_block){.out = CLASS_OUT,
                                 .smoothing = (float)wick_call_real(call, CLASS_SMOOTHING),
                                 .has_shares =
                                     wick_dtype_is_float(wick_call_tensor(call, TARGET)->dtype)};
    if (!(b->smoothing >= 0 && b->smoothing <= 1)) {
        return refuse(call, CLASS_SMOOTHING, WICK_TEXT("smoothing is not between 0 and 1"));
    }
    return prepare(call, b);
}

static __attribute__((noinline)) void set_dims(const wick_call *call, const wick_class_loss_block *b,
                     wick_class_loss_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const target = wick_call_tensor(call, TARGET);
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    int32_t in[WICK_MAX_RANK];
    int32_t to[WICK_MAX_RANK];
    int32_t results[WICK_MAX_RANK] = {0};
    wick_tensor_strides(self, in);
    wick_tensor_strides(target, to);
    if (p->reduction == WICK_LOSS_NONE) {
        wick_tensor_strides(out, results);
    }
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d == b->class_dim) {
            continue;
        }
        const int32_t step = to[b->has_shares ? d : p->rank]; // class indices lack the dimension
        p->dims[p->rank] = (wick_nest_dim){self->sizes[d], in[d], step};
        p->outs[p->rank] = (wick_nest_dim){self->sizes[d], 0, results[p->rank]};
        p->rank++;
    }
    p->classes = self->sizes[b->class_dim];
    p->class_strides[0] = in[b->class_dim];
    p->class_strides[1] = b->has_shares ? to[b->class_dim] : 0;
}

wick_status wick_class_loss_run(const wick_call *call, const void *block)
{
    const wick_class_loss_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const target = wick_call_tensor(call, TARGET);
    const wick_tensor *const weight = wick_call_optional_tensor(call, WEIGHT);
    wick_class_loss_params p = {.reduction = (uint32_t)wick_call_int(call, REDUCTION),
                                .dtype = self->dtype,
                                .target_dtype = target->dtype,
                                .weight_dtype = weight ? weight->dtype : 0,
                                .out_dtype = wick_call_tensor(call, b->out)->dtype,
                                .ignored = wick_call_int(call, IGNORED),
                                .smoothing = b->smoothing};
    set_dims(call, b, &p);
    const bool fits = wick_class_loss(&p, self->data, target->data, weight ? weight->data : 0,
                                      wick_call_tensor(call, b->out)->data,
                                      b->has_total ? wick_call_tensor(call, NLL_TOTAL)->data : 0);
    return fits ? WICK_OK : refuse(call, TARGET, WICK_TEXT("target is no class"));
}
