// SPDX-License-Identifier: BSD-3-Clause
// Where each out starts follows from the sizes of those before it, so that `run` needs no list.
#include "ops/split.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/view.h"

enum { SELF, SIZE, DIM, SPLIT_OUT };
enum { UNBIND_DIM = 1, UNBIND_OUT = 2 };

static wick_status refuse_count(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                          WICK_TEXT("the parts do not fill the dimension, or are not as many as "
                                    "the outs"));
}

static wick_status find_dim(const wick_call *call, uint32_t arg, wick_split_block *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    if (self->rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("no dimension to split"));
    }
    return wick_call_dim(call, arg, wick_call_int(call, arg), self->rank, &block->dim);
}

// Gives out `k` the sizes of self with `size` in the place of dim.
static wick_status resize_part(const wick_call *call, const wick_split_block *block, uint32_t k,
                               int32_t size)
{
    wick_view part = wick_view_of(wick_call_tensor(call, SELF));
    part.sizes[block->dim] = size;
    if (block->removes_dim) {
        wick_view_remove(&part, block->dim);
    }
    WICK_TRY(wick_view_check_type(call, block->out_arg, wick_call_tensor(call, SELF),
                                  wick_call_tensor_at(call, block->out_arg, k)));
    return wick_call_resize_at(call, block->out_arg, k, part.rank, part.sizes);
}

// Copies, or only checks, one part.
static wick_status part(const wick_call *call, const wick_split_block *block, uint32_t k,
                        int32_t start, bool runs)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor_at(call, block->out_arg, k);
    const wick_view to = wick_view_of(out);
    wick_view from = wick_view_of(self);
    const int32_t size = block->removes_dim ? 1 : to.sizes[block->dim];
    if (size > from.sizes[block->dim] - start) { // a tensor that stands twice among the outs
        return refuse_count(call, block->out_arg);
    }
    wick_view_slice(&from, block->dim, start, size, 1);
    if (block->removes_dim) {
        wick_view_remove(&from, block->dim);
    }
    if (runs) {
        return wick_view_copy(call, block->out_arg, self, &from, out, &to);
    }
    wick_walk walk;
    return wick_view_walk(call, block->out_arg, &from, &to, &walk);
}

static wick_status each_part(const wick_call *call, const wick_split_block *block, bool runs)
{
    int32_t start = 0;
    for (uint32_t k = 0; k < wick_call_list_count(call, block->out_arg); k++) {
        WICK_TRY(part(call, block, k, start, runs));
        start += block->removes_dim
                     ? 1
                     : wick_call_tensor_at(call, block->out_arg, k)->sizes[block->dim];
    }
    return WICK_OK;
}

wick_status wick_split_copy_prepare(const wick_call *call, void *block)
{
    wick_split_block *b = block;
    *b = (wick_split_block){.out_arg = SPLIT_OUT};
    WICK_TRY(find_dim(call, DIM, b));
    const int32_t size = wick_call_tensor(call, SELF)->sizes[b->dim];
    const int64_t step = wick_call_int(call, SIZE);
    const uint32_t count = wick_call_list_count(call, SPLIT_OUT);
    if (step < 0 || (step == 0 && size != 0) || count == 0 ||
        (size == 0 ? count != 1 : (size - 1) / step + 1 != count)) {
        return refuse_count(call, SIZE);
    }
    for (uint32_t k = 0; k < count; k++) {
        const int64_t rest = size - (int64_t)k * (step < size ? step : size);
        WICK_TRY(resize_part(call, b, k, (int32_t)(step < rest ? step : rest)));
    }
    return each_part(call, b, false);
}

wick_status wick_split_with_sizes_copy_prepare(const wick_call *call, void *block)
{
    wick_split_block *b = block;
    *b = (wick_split_block){.out_arg = SPLIT_OUT};
    WICK_TRY(find_dim(call, DIM, b));
    const uint32_t count = wick_call_list_count(call, SPLIT_OUT);
    int64_t rest = wick_call_tensor(call, SELF)->sizes[b->dim];
    bool fits = count == wick_call_list_count(call, SIZE);
    for (uint32_t k = 0; k < count && fits; k++) {
        int32_t size;
        WICK_TRY(wick_call_int32_at(call, SIZE, k, &size));
        fits = size >= 0 && size <= rest;
        rest -= size;
        WICK_TRY(fits ? resize_part(call, b, k, size) : WICK_OK);
    }
    return fits && rest == 0 ? each_part(call, b, false) : refuse_count(call, SIZE);
}

wick_status wick_unbind_copy_prepare(const wick_call *call, void *block)
{
    wick_split_block *b = block;
    *b = (wick_split_block){.out_arg = UNBIND_OUT, .removes_dim = 1};
    WICK_TRY(find_dim(call, UNBIND_DIM, b));
    const uint32_t count = wick_call_list_count(call, UNBIND_OUT);
    if (count != (uint32_t)wick_call_tensor(call, SELF)->sizes[b->dim]) {
        return refuse_count(call, UNBIND_DIM);
    }
    for (uint32_t k = 0; k < count; k++) {
        WICK_TRY(resize_part(call, b, k, 1));
    }
    return each_part(call, b, false);
}

wick_status wick_split_run(const wick_call *call, const void *block)
{
    return each_part(call, block, true);
}
