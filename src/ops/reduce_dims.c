// SPDX-License-Identifier: BSD-3-Clause
#include "ops/reduce_dims.h"

#include "base/failure.h"
#include "ops/check.h"

enum { SELF };

uint32_t wick_reduce_all_dims(const wick_tensor *tensor)
{
    return (1u << tensor->rank) - 1;
}

static wick_status add_dim(const wick_call *call, uint32_t arg, int64_t dim, uint32_t *mask)
{
    uint32_t wrapped = 0;
    WICK_TRY(wick_call_dim(call, arg, dim, wick_call_tensor(call, SELF)->rank, &wrapped));
    if ((*mask >> wrapped & 1u) != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, WICK_TEXT("dimension given twice"));
    }
    *mask |= 1u << wrapped;
    return WICK_OK;
}

wick_status wick_reduce_read_dims(const wick_call *call, uint32_t arg, uint32_t *mask)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const uint32_t kind = wick_call_value(call, arg)->kind;
    *mask = 0;
    if (kind == WICK_VALUE_NONE ||
        (kind == WICK_VALUE_INT_LIST && wick_call_list_count(call, arg) == 0)) {
        *mask = wick_reduce_all_dims(self);
        return WICK_OK;
    }
    if (kind == WICK_VALUE_INT) {
        WICK_TRY(add_dim(call, arg, wick_call_int(call, arg), mask));
    } else {
        for (uint32_t k = 0; k < wick_call_list_count(call, arg); k++) {
            WICK_TRY(add_dim(call, arg, wick_call_int_at(call, arg, k), mask));
        }
    }
    *mask &= wick_reduce_all_dims(self); // rank 0 has none
    return WICK_OK;
}

wick_status wick_reduce_resize(const wick_call *call, const wick_reduce_block *b, uint32_t out)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    uint32_t rank = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        const bool is_reduced = (b->mask >> d & 1u) != 0;
        if (!is_reduced) {
            sizes[rank++] = self->sizes[d];
        } else if (b->keepdim) {
            sizes[rank++] = 1;
        }
    }
    return wick_call_resize(call, out, rank, sizes);
}

// Strides of out for each dimension of self; 0 for those that are reduced.
static void out_strides(const wick_tensor *self, const wick_tensor *out, const wick_reduce_block *b,
                        int32_t *strides)
{
    int32_t own[WICK_MAX_RANK];
    wick_tensor_strides(out, own);
    uint32_t at = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        const bool is_reduced = (b->mask >> d & 1u) != 0;
        strides[d] = is_reduced ? 0 : own[at];
        at += !is_reduced || b->keepdim;
    }
}

void wick_reduce_loops(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                       wick_reduce_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const result = wick_call_tensor(call, out);
    int32_t in[WICK_MAX_RANK];
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, in);
    out_strides(self, result, b, strides);
    p->in_dtype = self->dtype;
    p->out_dtype = result->dtype;
    p->kept = wick_strides_nest(self, in, strides, ~b->mask, p->dims);
    p->reduced = wick_strides_nest(self, in, strides, b->mask, p->dims + p->kept);
    if (p->reduced == 0) {
        p->dims[p->kept] = (wick_nest_dim){1, 0, 0};
        p->reduced = 1;
    }
}
