// SPDX-License-Identifier: BSD-3-Clause
#include "ops/unique.h"

#include "base/failure.h"
#include "kernels/sort/unique.h"
#include "ops/check.h"
#include "ops/lines.h"

#include <string.h>

enum { SELF };
enum { RUNS_INVERSE = 1, RUNS_COUNTS, RUNS_DIM, RUNS_OUT };
enum { SORTED_ORDER = 1, SORTED_INVERSE, SORTED_COUNTS, SORTED_OUT };

// Outs: the values, then int64 inverse and counts; their ranks are known, the sizes are not.
static wick_status check_outs(const wick_call *call, uint32_t out, uint32_t rank,
                              uint32_t inverse_rank)
{
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, out, SELF));
    WICK_TRY(wick_call_out_dtype(call, out + 1, WICK_INT64));
    WICK_TRY(wick_call_out_dtype(call, out + 2, WICK_INT64));
    if (wick_call_tensor(call, out)->rank != rank || wick_call_tensor(call, out + 2)->rank != 1 ||
        wick_call_tensor(call, out + 1)->rank != inverse_rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, out,
                              WICK_TEXT("out has not the rank of the result"));
    }
    return WICK_OK;
}

wick_status wick_unique_consecutive_prepare(const wick_call *call, void *block)
{
    wick_unique_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    uint32_t dim = 0;
    b->dim = -1;
    if (!wick_call_is_none(call, RUNS_DIM)) {
        WICK_TRY(wick_call_line_dim(call, RUNS_DIM, &dim));
        // Eager takes dimension 0 of a vector, but not -1, for none.
        const bool is_whole =
            self->rank == 0 || (self->rank == 1 && wick_call_int(call, RUNS_DIM) == 0);
        b->dim = is_whole ? -1 : (int32_t)dim;
    }
    const bool has_inverse = wick_call_bool(call, RUNS_INVERSE);
    return check_outs(call, RUNS_OUT, b->dim < 0 ? 1 : self->rank,
                      b->dim < 0 && has_inverse ? self->rank : 1);
}

static __attribute__((noinline)) void set_params(const wick_tensor *self, int32_t dim, wick_unique_params *p)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, strides);
    *p = (wick_unique_params){.dtype = self->dtype};
    for (uint32_t d = 0; d < self->rank; d++) {
        const wick_nest_dim own = {self->sizes[d], strides[d], 0};
        if (dim < 0 || d == (uint32_t)dim) {
            p->places[p->place_rank++] = own;
        } else {
            p->dims[p->inner++] = own;
        }
    }
}

// How the slices lie in the result.
static __attribute__((noinline)) void set_result(const wick_tensor *out, int32_t dim, wick_unique_params *p)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(out, strides);
    p->out_step = strides[dim < 0 ? 0 : dim];
    for (uint32_t d = 0, i = 0; d < out->rank && dim >= 0; d++) {
        if (d != (uint32_t)dim) {
            p->dims[i++].out = strides[d];
        }
    }
}

typedef struct results {
    uint32_t out;
    int32_t dim;
    bool has_inverse, has_counts;
} results;

static __attribute__((noinline)) wick_status resize(const wick_call *call, const results *r, int32_t groups)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK] = {groups};
    const int32_t none = 0;
    const int32_t slices = r->dim >= 0 ? self->sizes[r->dim] : 0;
    if (r->dim >= 0) {
        memcpy(sizes, self->sizes, self->rank * sizeof sizes[0]);
        sizes[r->dim] = groups;
    }
    WICK_TRY(wick_call_resize(call, r->out, r->dim < 0 ? 1 : self->rank, sizes));
    if (!r->has_inverse) {
        WICK_TRY(wick_call_resize(call, r->out + 1, 1, &none));
    } else if (r->dim >= 0) {
        WICK_TRY(wick_call_resize(call, r->out + 1, 1, &slices));
    } else {
        WICK_TRY(wick_call_resize(call, r->out + 1, self->rank, self->sizes));
    }
    return wick_call_resize(call, r->out + 2, 1, r->has_counts ? &groups : &none);
}

static wick_status run(const wick_call *call, const results *r, const int64_t *order)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    wick_unique_params p;
    set_params(self, r->dim, &p);
    WICK_TRY(resize(call, r, wick_count_unique(&p, self->data)));
    set_result(wick_call_tensor(call, r->out), r->dim, &p);
    wick_unique(&p, self->data, order, wick_call_tensor(call, r->out)->data,
                r->has_inverse ? wick_call_tensor(call, r->out + 1)->data : 0,
                r->has_counts ? wick_call_tensor(call, r->out + 2)->data : 0);
    return WICK_OK;
}

wick_status wick_unique_consecutive_run(const wick_call *call, const void *block)
{
    const int32_t dim = ((const wick_unique_block *)block)->dim;
    // Along a dimension eager gives both, asked or not.
    const results r = {RUNS_OUT, dim, dim >= 0 || wick_call_bool(call, RUNS_INVERSE),
                       dim >= 0 || wick_call_bool(call, RUNS_COUNTS)};
    return run(call, &r, 0);
}

wick_status wick_unique_of_sorted_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const order = wick_call_tensor(call, SORTED_ORDER);
    (void)block;
    if (self->rank != 1 || order->rank != 1 || order->dtype != WICK_INT64 ||
        order->sizes[0] != self->sizes[0]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER,
                              WICK_TEXT("not a sorted vector and its indices"));
    }
    return check_outs(call, SORTED_OUT, 1, 1);
}

wick_status wick_unique_of_sorted_run(const wick_call *call, const void *block)
{
    const wick_tensor *const order = wick_call_tensor(call, SORTED_ORDER);
    const results r = {SORTED_OUT, -1, wick_call_bool(call, SORTED_INVERSE),
                       wick_call_bool(call, SORTED_COUNTS)};
    (void)block;
    for (int32_t i = 0; i < order->sizes[0]; i++) { // indices are data
        const int64_t index = ((const int64_t *)order->data)[i];
        if (index < 0 || index >= order->sizes[0]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER,
                                  WICK_TEXT("index out of range"));
        }
    }
    return run(call, &r, order->data);
}

enum { SLICES_DIM = 1, SLICES_OUT };

wick_status wick_slice_order_prepare(const wick_call *call, void *block)
{
    wick_unique_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    uint32_t dim = 0;
    WICK_TRY(wick_call_ordered(call, SELF));
    WICK_TRY(wick_call_line_dim(call, SLICES_DIM, &dim));
    WICK_TRY(wick_call_out_dtype(call, SLICES_OUT, WICK_INT64));
    if (self->rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF, WICK_TEXT("no dimension"));
    }
    b->dim = (int32_t)dim;
    return wick_call_resize(call, SLICES_OUT, 1, &self->sizes[dim]);
}

wick_status wick_slice_order_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    wick_unique_params p;
    set_params(self, ((const wick_unique_block *)block)->dim, &p);
    wick_sort_slices(&p, self->data, wick_call_tensor(call, SLICES_OUT)->data);
    return WICK_OK;
}
