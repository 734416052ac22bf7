// SPDX-License-Identifier: BSD-3-Clause
// The index tensors are broadcast to one shape, the positions. These dimensions take the place of
// the indexed ones in the result; where the indexed ones are no neighbours, they come first.
// Source: aten/src/ATen/native/TensorAdvancedIndexing.cpp of PyTorch.
#include "ops/index.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "kernels/index/index.h"
#include "ops/index_source.h"
#include "ops/view.h"

#include <string.h>

enum { SELF, INDICES, OUT, VALUES = 2, ACCUMULATE = 3, PUT_OUT = 4 };

// What the indices select.
typedef struct selection {
    uint32_t rank; // of the positions
    int32_t sizes[WICK_WALK_RANK];
    uint32_t indexed; // bit d: dimension d of self has an index
    bool has_mask;
} selection;

static bool is_mask(const wick_tensor *tensor)
{
    return tensor->dtype == WICK_BOOL || tensor->dtype == WICK_UINT8;
}

static wick_status refuse_shape(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(
        call, WICK_INVALID_ARGUMENT, arg,
        WICK_TEXT("shapes of the indices do not fit together or do not fit self"));
}

// Broadcasts the positions with one more shape.
static wick_status broadcast(const wick_call *call, uint32_t rank, const int32_t *sizes,
                             selection *s)
{
    if (rank > WICK_WALK_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES,
                              WICK_TEXT("an index of more than 8 dimensions"));
    }
    while (s->rank < rank) {
        memmove(s->sizes + 1, s->sizes, s->rank * sizeof s->sizes[0]);
        s->sizes[0] = 1;
        s->rank++;
    }
    for (uint32_t i = 0; i < rank; i++) {
        int32_t *size = &s->sizes[s->rank - rank + i];
        if (*size != sizes[i] && *size != 1 && sizes[i] != 1) {
            return refuse_shape(call, INDICES);
        }
        *size = *size == 1 ? sizes[i] : *size;
    }
    return WICK_OK;
}

// Dimensions of self that an item of the list stands for.
static uint32_t width_of(const wick_tensor *index)
{
    return index != 0 && is_mask(index) ? index->rank : 1;
}

static wick_status check_mask(const wick_call *call, const wick_tensor *mask, uint32_t dim)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    return memcmp(mask->sizes, self->sizes + dim, mask->rank * sizeof *mask->sizes) == 0
               ? WICK_OK
               : refuse_shape(call, INDICES);
}

// Adds an index that begins at dimension `dim`. Masks are counted where `counts`; else they have
// one true element.
static wick_status add_index(const wick_call *call, const wick_tensor *index, uint32_t dim,
                             bool counts, selection *s)
{
    const bool is_int = index->dtype == WICK_INT64 || index->dtype == WICK_INT32;
    s->indexed |= ((1u << width_of(index)) - 1) << dim;
    if (!is_mask(index)) {
        return is_int ? broadcast(call, index->rank, index->sizes, s)
                      : wick_call_fail(call, WICK_INVALID_TYPE, INDICES,
                                       WICK_TEXT("an index is no int32, int64 or bool"));
    }
    if (index->rank == 0) { // stands for no dimension
        return WICK_OK;
    }
    int32_t count = 1;
    s->has_mask = true;
    WICK_TRY(check_mask(call, index, dim));
    if (counts) {
        WICK_TRY(wick_index_mask_count(call, INDICES, index, &count));
    }
    return broadcast(call, 1, &count, s);
}

static wick_status select(const wick_call *call, bool counts, selection *s)
{
    const uint32_t rank = wick_call_tensor(call, SELF)->rank;
    uint32_t dim = 0;
    *s = (selection){0};
    for (uint32_t k = 0; k < wick_call_list_count(call, INDICES); k++) {
        const wick_tensor *index = wick_call_optional_tensor_at(call, INDICES, k);
        if (width_of(index) > rank - dim) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES,
                                  WICK_TEXT("more indices than self has dimensions"));
        }
        if (index != 0) {
            WICK_TRY(add_index(call, index, dim, counts, s));
        }
        dim += width_of(index);
    }
    return WICK_OK;
}

// Where the positions stand among the dimensions of the result: behind the dimensions before the
// indexed ones, or first if the indexed ones are no neighbours.
static uint32_t place_of(const selection *s)
{
    uint32_t first = 0;
    while (s->indexed != 0 && (s->indexed >> first & 1u) == 0) {
        first++;
    }
    const uint32_t ones = s->indexed >> first;
    return (ones & (ones + 1)) == 0 ? first : 0;
}

// The dimensions of self that no index takes.
static wick_view kept_of(const wick_tensor *self, const selection *s)
{
    wick_view kept = wick_view_of(self);
    for (uint32_t d = self->rank; d-- > 0;) {
        if ((s->indexed >> d & 1u) != 0) {
            wick_view_remove(&kept, d);
        }
    }
    return kept;
}

static wick_status result_sizes(const wick_call *call, const selection *s, uint32_t *rank,
                                int32_t sizes[WICK_MAX_RANK])
{
    const wick_view kept = kept_of(wick_call_tensor(call, SELF), s);
    const uint32_t place = place_of(s);
    if (kept.rank + s->rank > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES,
                              WICK_TEXT("more than 16 dimensions"));
    }
    *rank = kept.rank + s->rank;
    memcpy(sizes, kept.sizes, place * sizeof *sizes);
    memcpy(sizes + place, s->sizes, s->rank * sizeof *sizes);
    memcpy(sizes + place + s->rank, kept.sizes + place, (kept.rank - place) * sizeof *sizes);
    return WICK_OK;
}

static void swap_operands(wick_walk *walk)
{
    for (uint32_t d = 0; d < WICK_WALK_RANK; d++) {
        const int32_t stride = walk->strides[0][d];
        walk->strides[0][d] = walk->strides[1][d];
        walk->strides[1][d] = stride;
    }
}

// The loops between `pointed`, a tensor of self's shape that the indices point into, and `dense`, a
// view of the result's shape.
static wick_status plan_loops(const wick_call *call, const selection *s, const wick_tensor *pointed,
                              const wick_view *dense, wick_index_plan *plan)
{
    const uint32_t place = place_of(s);
    const wick_view kept = kept_of(pointed, s);
    wick_view rest = *dense;
    plan->positions = (wick_walk){.rank = s->rank};
    for (uint32_t i = 0; i < s->rank; i++) {
        plan->positions.sizes[i] = s->sizes[i];
        plan->positions.strides[1][i] = dense->strides[place + i];
        wick_view_remove(&rest, place);
    }
    if (s->rank == 0) {
        plan->positions = (wick_walk){1, {1}, {{0}, {0}}};
    }
    return wick_view_walk(call, INDICES, &kept, &rest, &plan->inner);
}

static wick_status find_sources(const wick_call *call, const selection *s,
                                const wick_tensor *pointed, wick_index_source *sources,
                                uint32_t *count)
{
    int32_t strides[WICK_MAX_RANK];
    uint32_t dim = 0;
    wick_tensor_strides(pointed, strides);
    for (uint32_t k = 0; k < wick_call_list_count(call, INDICES); k++) {
        const wick_tensor *index = wick_call_optional_tensor_at(call, INDICES, k);
        const uint32_t width = width_of(index);
        if (index != 0 && width != 0) {
            if (*count == WICK_INDEX_SOURCES) {
                return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES,
                                      WICK_TEXT("more than 8 index tensors"));
            }
            wick_index_source *source = &sources[(*count)++];
            if (is_mask(index)) {
                WICK_TRY(wick_index_mask(call, INDICES, index, strides + dim, source));
            } else {
                WICK_TRY(wick_index_integers(call, INDICES, index, s->rank, s->sizes, source));
                source->of.integers.extent = pointed->sizes[dim];
                source->of.integers.step = strides[dim];
            }
        }
        dim += width;
    }
    return WICK_OK;
}

static __attribute__((noinline)) wick_status
check_sources(const wick_call *call, const selection *s, const wick_tensor *pointed)
{
    wick_index_source sources[WICK_INDEX_SOURCES];
    uint32_t count = 0;
    return find_sources(call, s, pointed, sources, &count);
}

static wick_status refuse_index(const wick_call *call)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES, WICK_TEXT("index out of range"));
}

// Moves, or adds where `accumulates`, along the plan's loops. Not inlined: the sources and the plan
// would make one large frame.
static __attribute__((noinline)) wick_status move(const wick_call *call, const selection *s,
                                                  const wick_tensor *pointed, wick_index_plan *plan,
                                                  bool accumulates, const void *from, void *to)
{
    wick_index_source sources[WICK_INDEX_SOURCES];
    plan->source_count = 0;
    WICK_TRY(find_sources(call, s, pointed, sources, &plan->source_count));
    const wick_combining adding = {.dtype = pointed->dtype, .combination = WICK_COMBINE_ADD};
    const bool is_inside =
        accumulates
            ? wick_index_combine(plan, sources, &adding, from, to)
            : wick_index_copy(plan, sources, wick_dtype_size_bytes(pointed->dtype), from, to);
    return is_inside ? WICK_OK : refuse_index(call);
}

// The out gets its shape as soon as it is known.
static wick_status resize_out(const wick_call *call, const selection *s)
{
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(result_sizes(call, s, &rank, sizes));
    return wick_call_resize(call, OUT, rank, sizes);
}

static wick_status plan_tensor(const wick_call *call, const selection *s, wick_index_plan *plan)
{
    const wick_view out = wick_view_of(wick_call_tensor(call, OUT));
    plan->operand = 0;
    return plan_loops(call, s, wick_call_tensor(call, SELF), &out, plan);
}

wick_status wick_index_tensor_prepare(const wick_call *call, void *block)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    ((wick_index_block *)block)->out_arg = OUT;
    WICK_TRY(wick_view_check_type(call, OUT, self, wick_call_tensor(call, OUT)));
    WICK_TRY(select(call, false, &s));
    WICK_TRY(check_sources(call, &s, self));
    if (s.has_mask) {
        uint32_t rank;
        int32_t sizes[WICK_MAX_RANK];
        WICK_TRY(result_sizes(call, &s, &rank, sizes));
        return rank == wick_call_tensor(call, OUT)->rank ? WICK_OK : refuse_shape(call, OUT);
    }
    WICK_TRY(resize_out(call, &s));
    return plan_tensor(call, &s, &plan);
}

wick_status wick_index_tensor_run(const wick_call *call, const void *block)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    (void)block;
    WICK_TRY(select(call, true, &s));
    WICK_TRY(s.has_mask ? resize_out(call, &s) : WICK_OK);
    WICK_TRY(plan_tensor(call, &s, &plan));
    return move(call, &s, self, &plan, false, self->data, wick_call_tensor(call, OUT)->data);
}

// The values, broadcast to the shape of the result.
static wick_status values_view(const wick_call *call, const selection *s, wick_view *view)
{
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
    *view = wick_view_of(wick_call_tensor(call, VALUES));
    WICK_TRY(result_sizes(call, s, &rank, sizes));
    while (view->rank > rank && view->sizes[0] == 1) {
        wick_view_remove(view, 0);
    }
    return wick_view_expand(view, rank, sizes)
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, VALUES,
                                WICK_TEXT("values do not broadcast to what the indices select"));
}

static wick_status plan_put(const wick_call *call, const selection *s, const wick_tensor *out,
                            wick_index_plan *plan)
{
    wick_view values;
    WICK_TRY(values_view(call, s, &values));
    plan->operand = 1;
    WICK_TRY(plan_loops(call, s, out, &values, plan));
    swap_operands(&plan->positions);
    swap_operands(&plan->inner);
    return WICK_OK;
}

static wick_status prepare_put(const wick_call *call, uint32_t out_arg)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    WICK_TRY(wick_view_check_type(call, out_arg, self, out));
    WICK_TRY(wick_view_check_type(call, VALUES, self, wick_call_tensor(call, VALUES)));
    if (self->dtype == WICK_COMPLEX64 && wick_call_bool(call, ACCUMULATE)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, ACCUMULATE,
                              WICK_TEXT("sums of complex numbers"));
    }
    WICK_TRY(wick_call_resize(call, out_arg, self->rank, self->sizes));
    WICK_TRY(select(call, false, &s));
    WICK_TRY(check_sources(call, &s, out));
    return s.has_mask ? WICK_OK : plan_put(call, &s, out, &plan);
}

wick_status wick_index_put_prepare(const wick_call *call, void *block)
{
    ((wick_index_block *)block)->out_arg = PUT_OUT;
    return prepare_put(call, PUT_OUT);
}

wick_status wick_index_put_in_place_prepare(const wick_call *call, void *block)
{
    ((wick_index_block *)block)->out_arg = SELF;
    return prepare_put(call, SELF);
}

wick_status wick_index_put_in_place_run(const wick_call *call, const void *block)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *out = wick_call_tensor(call, ((const wick_index_block *)block)->out_arg);
    WICK_TRY(select(call, true, &s));
    WICK_TRY(plan_put(call, &s, out, &plan));
    return move(call, &s, out, &plan, wick_call_bool(call, ACCUMULATE),
                wick_call_tensor(call, VALUES)->data, out->data);
}

wick_status wick_index_put_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, PUT_OUT);
    const wick_view from = wick_view_of(self);
    const wick_view to = wick_view_of(out);
    WICK_TRY(wick_view_copy(call, PUT_OUT, self, &from, out, &to));
    return wick_index_put_in_place_run(call, block);
}
