// SPDX-License-Identifier: BSD-3-Clause
#include "ops/masked.h"

#include "base/failure.h"
#include "kernels/index/mask.h"
#include "ops/view.h"

enum { SELF, MASK, SELECT_OUT, SOURCE = 2, SCATTER_OUT = 3 };

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// The shape that both views broadcast to, as sizes of `a`.
static bool broadcast(const wick_view *b, wick_view *a)
{
    if (a->rank < b->rank) {
        for (uint32_t lead = b->rank - a->rank; lead > 0; lead--) {
            wick_view_insert(a, 0, 1, 0);
        }
    }
    for (uint32_t i = 0; i < b->rank; i++) {
        int32_t *size = &a->sizes[a->rank - b->rank + i];
        if (*size != b->sizes[i] && *size != 1 && b->sizes[i] != 1) {
            return false;
        }
        *size = *size == 1 ? b->sizes[i] : *size;
    }
    return true;
}

// Self and mask broadcast to one shape, for a walk over a tensor of self's elements.
static wick_status shape_of(const wick_call *call, wick_view *shape)
{
    const wick_tensor *mask = wick_call_tensor(call, MASK);
    const wick_view other = wick_view_of(mask);
    *shape = wick_view_of(wick_call_tensor(call, SELF));
    if (mask->dtype != WICK_BOOL && mask->dtype != WICK_UINT8) {
        return wick_call_fail(call, WICK_INVALID_TYPE, MASK, WICK_TEXT("mask is not bool"));
    }
    return broadcast(&other, shape)
               ? WICK_OK
               : refuse(call, MASK, WICK_TEXT("mask and self do not broadcast to one shape"));
}

// Operand 0: `data` expanded to the shape, 1: the mask.
static wick_status plan_walk(const wick_call *call, const wick_tensor *data, wick_walk *walk)
{
    wick_view shape;
    WICK_TRY(shape_of(call, &shape));
    wick_view from = wick_view_of(data);
    wick_view mask = wick_view_of(wick_call_tensor(call, MASK));
    if (!wick_view_expand(&from, shape.rank, shape.sizes) ||
        !wick_view_expand(&mask, shape.rank, shape.sizes)) {
        return refuse(call, MASK, WICK_TEXT("mask and self do not broadcast to one shape"));
    }
    return wick_view_walk_as_it_is(call, SELF, &from, &mask, walk);
}

wick_status wick_masked_select_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, SELECT_OUT);
    wick_walk walk;
    *(wick_masked_block *)block = (wick_masked_block){.out_arg = SELECT_OUT};
    WICK_TRY(wick_view_check_type(call, SELECT_OUT, self, out));
    if (out->rank != 1) {
        return refuse(call, SELECT_OUT, WICK_TEXT("out has not one dimension"));
    }
    return plan_walk(call, self, &walk);
}

wick_status wick_masked_select_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const void *mask = wick_call_tensor(call, MASK)->data;
    wick_mask_plan plan = {.element_bytes = wick_dtype_size_bytes(self->dtype)};
    (void)block;
    WICK_TRY(plan_walk(call, self, &plan.walk));
    plan.most = wick_mask_count(&plan.walk, mask);
    const int32_t count = (int32_t)plan.most;
    WICK_TRY(wick_call_resize(call, SELECT_OUT, 1, &count));
    wick_mask_select(&plan, self->data, mask, wick_call_tensor(call, SELECT_OUT)->data);
    return WICK_OK;
}

// The elements of source in the order of their indices.
static wick_status plan_source(const wick_call *call, wick_walk *walk)
{
    const wick_view source = wick_view_of(wick_call_tensor(call, SOURCE));
    return wick_view_walk_as_it_is(call, SOURCE, &source, &source, walk);
}

wick_status wick_masked_scatter_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    wick_view shape;
    wick_walk walk;
    *(wick_masked_block *)block = (wick_masked_block){.out_arg = SCATTER_OUT};
    WICK_TRY(wick_view_check_type(call, SCATTER_OUT, self, wick_call_tensor(call, SCATTER_OUT)));
    WICK_TRY(wick_view_check_type(call, SOURCE, self, wick_call_tensor(call, SOURCE)));
    WICK_TRY(plan_source(call, &walk));
    WICK_TRY(shape_of(call, &shape));
    WICK_TRY(wick_call_resize(call, SCATTER_OUT, shape.rank, shape.sizes));
    WICK_TRY(plan_walk(call, self, &walk));
    return plan_walk(call, wick_call_tensor(call, SCATTER_OUT), &walk);
}

static wick_status copy_self(const wick_call *call)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, SCATTER_OUT);
    const wick_view to = wick_view_of(out);
    wick_view from = wick_view_of(self);
    return wick_view_expand(&from, to.rank, to.sizes)
               ? wick_view_copy(call, SELF, self, &from, out, &to)
               : refuse(call, SELF, WICK_TEXT("self does not broadcast to out"));
}

wick_status wick_masked_scatter_run(const wick_call *call, const void *block)
{
    const wick_tensor *out = wick_call_tensor(call, SCATTER_OUT);
    const wick_tensor *source = wick_call_tensor(call, SOURCE);
    wick_mask_plan plan = {.element_bytes = wick_dtype_size_bytes(out->dtype),
                           .most = (uint32_t)wick_tensor_count(source)};
    wick_walk from;
    (void)block;
    WICK_TRY(copy_self(call));
    WICK_TRY(plan_source(call, &from));
    WICK_TRY(plan_walk(call, out, &plan.walk));
    return wick_mask_scatter(&plan, &from, source->data, wick_call_tensor(call, MASK)->data,
                             out->data)
               ? WICK_OK
               : refuse(call, SOURCE, WICK_TEXT("source has fewer elements than mask picks"));
}

enum { DIAGONAL = 1, TRIANGLE_OUT = 2 };

static wick_status plan_triangle(const wick_call *call, wick_walk *walk)
{
    const wick_view from = wick_view_of(wick_call_tensor(call, SELF));
    const wick_view to = wick_view_of(wick_call_tensor(call, TRIANGLE_OUT));
    return wick_view_walk_as_it_is(call, SELF, &from, &to, walk);
}

wick_status wick_triangle_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const int64_t diagonal = wick_call_int(call, DIAGONAL);
    wick_masked_block *b = block;
    wick_walk walk;
    b->out_arg = TRIANGLE_OUT;
    b->diagonal = diagonal > INT32_MAX    ? INT32_MAX
                  : diagonal < -INT32_MAX ? -INT32_MAX
                                          : (int32_t)diagonal;
    if (self->rank < 2) {
        return refuse(call, SELF, WICK_TEXT("fewer than 2 dimensions"));
    }
    WICK_TRY(wick_view_check_type(call, TRIANGLE_OUT, self, wick_call_tensor(call, TRIANGLE_OUT)));
    WICK_TRY(wick_call_resize(call, TRIANGLE_OUT, self->rank, self->sizes));
    return plan_triangle(call, &walk);
}

static wick_status run_triangle(const wick_call *call, const wick_masked_block *b, bool is_upper)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    wick_triangle plan = {.element_bytes = wick_dtype_size_bytes(self->dtype),
                          .diagonal = b->diagonal,
                          .is_upper = is_upper};
    WICK_TRY(plan_triangle(call, &plan.walk));
    wick_copy_triangle(&plan, self->data, wick_call_tensor(call, TRIANGLE_OUT)->data);
    return WICK_OK;
}

wick_status wick_tril_run(const wick_call *call, const void *block)
{
    return run_triangle(call, block, false);
}

wick_status wick_triu_run(const wick_call *call, const void *block)
{
    return run_triangle(call, block, true);
}
