// SPDX-License-Identifier: BSD-3-Clause
// The rows for one, two and three dimensions differ in the length of `padding` only.
#include "ops/border_pad.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/view.h"

enum { SELF, PADDING, OUT };

static wick_status refuse(const wick_call *call)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, PADDING,
                          WICK_TEXT("the padding does not fit the tensor"));
}

// Size of dimension `dim` of out, with `before` and `after` put at its ends.
static wick_status pad_dim(const wick_call *call, wick_border *plan, uint32_t dim, int32_t after,
                           int32_t *out)
{
    const int64_t size = plan->sizes[dim];
    const int64_t before = plan->before[dim];
    const int64_t padded = size + before + after;
    const bool reflects = plan->rule == WICK_BORDER_REFLECT;
    if (padded < 1 || padded > INT32_MAX || size == 0 ||
        (reflects && (before >= size || after >= size))) {
        return refuse(call);
    }
    *out = (int32_t)padded;
    return WICK_OK;
}

static wick_status prepare(const wick_call *call, wick_border_rule rule, wick_border *plan)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const uint32_t pairs = wick_call_list_count(call, PADDING) / 2;
    wick_view from = wick_view_of(self);
    *plan = (wick_border){.element_bytes = wick_dtype_size_bytes(self->dtype), .rule = rule};
    if (wick_call_list_count(call, PADDING) % 2 != 0 || pairs > self->rank || pairs == 0 ||
        self->rank > WICK_WALK_RANK) {
        return refuse(call);
    }
    for (uint32_t i = 0; i < self->rank; i++) {
        plan->sizes[i] = self->sizes[i];
    }
    for (uint32_t k = 0; k < pairs; k++) { // the last dimension has the first pair
        const uint32_t dim = self->rank - 1 - k;
        int32_t after;
        WICK_TRY(wick_call_int32_at(call, PADDING, 2 * k, &plan->before[dim]));
        WICK_TRY(wick_call_int32_at(call, PADDING, 2 * k + 1, &after));
        WICK_TRY(pad_dim(call, plan, dim, after, &from.sizes[dim]));
    }
    WICK_TRY(wick_view_check_type(call, OUT, self, wick_call_tensor(call, OUT)));
    WICK_TRY(wick_call_resize(call, OUT, from.rank, from.sizes));
    const wick_view to = wick_view_of(wick_call_tensor(call, OUT));
    return wick_view_walk_as_it_is(call, SELF, &from, &to, &plan->out);
}

wick_status wick_reflection_pad_prepare(const wick_call *call, void *block)
{
    return prepare(call, WICK_BORDER_REFLECT, block);
}

wick_status wick_replication_pad_prepare(const wick_call *call, void *block)
{
    return prepare(call, WICK_BORDER_REPLICATE, block);
}

wick_status wick_border_pad_run(const wick_call *call, const void *block)
{
    const wick_tensor *out = wick_call_tensor(call, OUT);
    if (wick_tensor_count(out) != 0) {
        wick_copy_border(block, wick_call_tensor(call, SELF)->data, out->data);
    }
    return WICK_OK;
}
