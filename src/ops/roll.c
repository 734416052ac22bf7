// SPDX-License-Identifier: BSD-3-Clause
#include "ops/roll.h"

#include "base/failure.h"
#include "kernels/elementwise/convert.h"
#include "kernels/index/index.h"
#include "ops/index_source.h"
#include "ops/layout.h"
#include "ops/promote.h"
#include "ops/view.h"

enum { SELF, SHIFTS, DIMS, OUT };

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// Self and out; as vectors in the order of their indices where no dimension is named.
static wick_status views_of(const wick_call *call, wick_view *from, wick_view *to)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, OUT);
    *from = wick_view_of(self);
    *to = wick_view_of(out);
    if (wick_call_list_count(call, DIMS) != 0) {
        return WICK_OK;
    }
    if (!wick_tensor_is_row_major(self) || !wick_tensor_is_row_major(out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF,
                              WICK_TEXT("rolls all elements of a tensor that is not contiguous"));
    }
    *from = (wick_view){.rank = 1, .sizes = {(int32_t)wick_tensor_count(self)}, .strides = {1}};
    *to = *from;
    return WICK_OK;
}

// How far dimension `dim` of this size is shifted in all: in [0, size).
static int32_t shift_of(const wick_call *call, uint32_t dim, uint32_t rank, int32_t size)
{
    int64_t shift = 0;
    const uint32_t dims = wick_call_list_count(call, DIMS);
    for (uint32_t k = 0; k < wick_call_list_count(call, SHIFTS) && size > 0; k++) {
        int64_t named = dims != 0 ? wick_call_int_at(call, DIMS, k) : 0;
        named += named < 0 ? rank : 0;
        if (named == dim) {
            shift = (shift + wick_call_int_at(call, SHIFTS, k) % size + size) % size;
        }
    }
    return (int32_t)shift;
}

wick_status wick_roll_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const uint32_t dims = wick_call_list_count(call, DIMS);
    wick_view from;
    wick_view to;
    wick_walk walk;
    *(wick_roll_block *)block = (wick_roll_block){.out_arg = OUT};
    if (wick_call_list_count(call, SHIFTS) != (dims == 0 ? 1 : dims)) {
        return refuse(call, SHIFTS, WICK_TEXT("not one shift for each dimension"));
    }
    for (uint32_t k = 0; k < dims; k++) {
        uint32_t dim;
        WICK_TRY(wick_call_dim(call, DIMS, wick_call_int_at(call, DIMS, k), self->rank, &dim));
    }
    WICK_TRY(wick_view_check_type(call, OUT, self, wick_call_tensor(call, OUT)));
    WICK_TRY(wick_call_resize(call, OUT, self->rank, self->sizes));
    WICK_TRY(views_of(call, &from, &to));
    return wick_view_walk(call, SELF, &from, &to, &walk);
}

// Cuts dimension `dim` of both views: what moves behind the border, or to the front.
static void cut(wick_view *from, wick_view *to, uint32_t dim, int32_t shift, bool is_front)
{
    const int32_t size = from->sizes[dim];
    const int32_t count = is_front ? shift : size - shift;
    wick_view_slice(from, dim, is_front ? size - shift : 0, count, 1);
    wick_view_slice(to, dim, is_front ? 0 : shift, count, 1);
}

// Each shifted dimension has two parts: bit k of `parts` says which of them for the k-th.
static wick_status copy_parts(const wick_call *call, uint32_t parts, uint32_t *shifted)
{
    wick_view from;
    wick_view to;
    uint32_t count = 0;
    WICK_TRY(views_of(call, &from, &to));
    for (uint32_t d = 0; d < from.rank; d++) {
        const int32_t shift = shift_of(call, d, from.rank, from.sizes[d]);
        if (shift != 0) {
            cut(&from, &to, d, shift, (parts >> count & 1u) != 0);
            count++;
        }
    }
    *shifted = count;
    return wick_view_copy(call, SELF, wick_call_tensor(call, SELF), &from,
                          wick_call_tensor(call, OUT), &to);
}

wick_status wick_roll_run(const wick_call *call, const void *block)
{
    uint32_t shifted = 0;
    uint32_t parts = 0;
    (void)block;
    do {
        WICK_TRY(copy_parts(call, parts, &shifted));
    } while (++parts < 1u << shifted);
    return WICK_OK;
}

enum { TENSORS, STACK_DIM, STACK_OUT };

static wick_status check_stack_types(const wick_call *call)
{
    wick_promotion types = WICK_PROMOTION_NONE;
    const uint32_t out = wick_call_tensor(call, STACK_OUT)->dtype;
    bool is_one_type = true;
    for (uint32_t k = 0; k < wick_call_list_count(call, TENSORS); k++) {
        wick_promotion_add_tensor(&types, wick_call_tensor_at(call, TENSORS, k));
        is_one_type = is_one_type && wick_call_tensor_at(call, TENSORS, k)->dtype == out;
    }
    const uint32_t common = is_one_type ? out : wick_promotion_result(&types);
    return is_one_type || (common != WICK_DTYPE_UNKNOWN && wick_dtype_can_cast(common, out))
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_TYPE, STACK_OUT,
                                WICK_TEXT("out cannot hold the type of the result"));
}

static bool same_shape(const wick_tensor *a, const wick_tensor *b)
{
    bool same = a->rank == b->rank;
    for (uint32_t i = 0; same && i < a->rank; i++) {
        same = a->sizes[i] == b->sizes[i];
    }
    return same;
}

// Copies, or only checks, tensor k.
static wick_status stack_one(const wick_call *call, uint32_t dim, uint32_t k, bool runs)
{
    const wick_tensor *tensor = wick_call_tensor_at(call, TENSORS, k);
    const wick_tensor *out = wick_call_tensor(call, STACK_OUT);
    const wick_view from = wick_view_of(tensor);
    wick_view to = wick_view_of(out);
    wick_walk walk;
    wick_view_slice(&to, dim, (int32_t)k, 1, 1);
    wick_view_remove(&to, dim);
    if (!same_shape(tensor, wick_call_tensor_at(call, TENSORS, 0))) {
        return refuse(call, TENSORS, WICK_TEXT("tensors differ in shape"));
    }
    return runs ? wick_view_copy(call, TENSORS, tensor, &from, out, &to)
                : wick_view_walk(call, TENSORS, &from, &to, &walk);
}

static wick_status stack_all(const wick_call *call, uint32_t dim, bool runs)
{
    for (uint32_t k = 0; k < wick_call_list_count(call, TENSORS); k++) {
        WICK_TRY(stack_one(call, dim, k, runs));
    }
    return WICK_OK;
}

wick_status wick_stack_prepare(const wick_call *call, void *block)
{
    wick_roll_block *b = block;
    const uint32_t count = wick_call_list_count(call, TENSORS);
    b->out_arg = STACK_OUT;
    if (count == 0 || wick_call_tensor_at(call, TENSORS, 0)->rank == WICK_MAX_RANK) {
        return refuse(call, TENSORS, WICK_TEXT("no tensors, or more than 15 dimensions"));
    }
    wick_view shape = wick_view_of(wick_call_tensor_at(call, TENSORS, 0));
    WICK_TRY(
        wick_call_dim(call, STACK_DIM, wick_call_int(call, STACK_DIM), shape.rank + 1, &b->dim));
    WICK_TRY(check_stack_types(call));
    wick_view_insert(&shape, b->dim, (int32_t)count, 0);
    WICK_TRY(wick_call_resize(call, STACK_OUT, shape.rank, shape.sizes));
    return stack_all(call, b->dim, false);
}

wick_status wick_stack_run(const wick_call *call, const void *block)
{
    return stack_all(call, ((const wick_roll_block *)block)->dim, true);
}

enum { REPEATS, OUTPUT_SIZE, REPEAT_OUT };

static wick_status repeats_source(const wick_call *call, wick_index_source *source)
{
    const wick_tensor *repeats = wick_call_tensor(call, REPEATS);
    const int32_t count = (int32_t)wick_tensor_count(repeats);
    return wick_index_integers(call, REPEATS, repeats, 1, &count, source);
}

wick_status wick_repeat_interleave_prepare(const wick_call *call, void *block)
{
    const wick_tensor *repeats = wick_call_tensor(call, REPEATS);
    const wick_tensor *out = wick_call_tensor(call, REPEAT_OUT);
    wick_index_source source;
    *(wick_roll_block *)block = (wick_roll_block){.out_arg = REPEAT_OUT};
    if (repeats->rank != 1 || (repeats->dtype != WICK_INT64 && repeats->dtype != WICK_INT32) ||
        out->rank != 1) {
        return refuse(call, REPEATS, WICK_TEXT("repeats is no vector of int64 or int32"));
    }
    WICK_TRY(wick_view_check_type(call, REPEAT_OUT, repeats, out));
    return repeats_source(call, &source);
}

wick_status wick_repeat_interleave_run(const wick_call *call, const void *block)
{
    const int32_t count = wick_call_tensor(call, REPEATS)->sizes[0];
    const wick_tensor *out = wick_call_tensor(call, REPEAT_OUT);
    wick_index_source source;
    int64_t total = 0;
    (void)block;
    WICK_TRY(repeats_source(call, &source));
    for (int32_t i = 0; i < count; i++) {
        const int64_t times = wick_index_read(source.kind, source.data, i);
        if (times < 0 || times > INT32_MAX - total) {
            return refuse(call, REPEATS, WICK_TEXT("number of repeats out of range"));
        }
        total += times;
    }
    if (count != 0 && !wick_call_is_none(call, OUTPUT_SIZE) &&
        wick_call_int(call, OUTPUT_SIZE) != total) {
        return refuse(call, OUTPUT_SIZE, WICK_TEXT("output_size is not the sum of repeats"));
    }
    const int32_t size = (int32_t)total;
    WICK_TRY(wick_call_resize(call, REPEAT_OUT, 1, &size));
    const wick_elements one = {out->dtype, 1, 1};
    size_t at = 0; // below `size`, should out lie over repeats
    for (int64_t i = 0; i < count; i++) {
        int64_t times = wick_index_read(source.kind, source.data, (int32_t)i);
        for (; times > 0 && at < (size_t)size; times--, at++) {
            wick_write_i64(&one, &i, (uint8_t *)out->data + at * wick_dtype_size_bytes(out->dtype));
        }
    }
    return WICK_OK;
}
