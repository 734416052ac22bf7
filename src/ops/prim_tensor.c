// SPDX-License-Identifier: BSD-3-Clause
// Numbers out of tensors, and tensors by number.
#include "base/failure.h"
#include "base/half.h"
#include "ops/prim.h"

#include <string.h>

wick_status wick_local_scalar_prepare(const wick_call *call, void *block)
{
    (void)block;
    return wick_tensor_count(wick_call_tensor(call, 0)) == 1
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, 0,
                                WICK_TEXT("self has not one element"));
}

static double real_element(uint32_t dtype, const void *data)
{
    const uint8_t *bytes = data;
    if (dtype == WICK_FLOAT64) {
        double value;
        memcpy(&value, data, sizeof value);
        return value;
    }
    if (dtype == WICK_FLOAT32) {
        float value;
        memcpy(&value, data, sizeof value);
        return (double)value;
    }
    const uint16_t bits = (uint16_t)(bytes[0] | bytes[1] << 8);
    return (double)(dtype == WICK_FLOAT16 ? wick_f32_from_f16(bits) : wick_f32_from_bf16(bits));
}

// Little-endian, of 1 to 8 bytes.
static int64_t integer_element(uint32_t dtype, const void *data)
{
    const uint8_t *bytes = data;
    const uint32_t count = wick_dtype_size_bytes(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16 || dtype == WICK_BOOL;
    uint64_t bits = !is_unsigned && bytes[count - 1] >> 7 != 0 ? UINT64_MAX : 0;
    for (uint32_t i = count; i-- > 0;) {
        bits = bits << 8 | bytes[i];
    }
    return (int64_t)bits;
}

wick_status wick_local_scalar_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    wick_value *out = wick_call_value(call, 1);
    (void)block;
    if (wick_dtype_is_float(self->dtype)) {
        out->kind = WICK_VALUE_REAL;
        out->real.value = real_element(self->dtype, self->data);
        return WICK_OK;
    }
    out->kind = self->dtype == WICK_BOOL ? WICK_VALUE_BOOL : WICK_VALUE_INT;
    out->integer.value = integer_element(self->dtype, self->data);
    return WICK_OK;
}

wick_status wick_assert_tensor_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const bool holds = wick_dtype_is_float(self->dtype)
                           ? real_element(self->dtype, self->data) != 0
                           : integer_element(self->dtype, self->data) != 0;
    const char *message = (const char *)wick_call_value(call, 1)->list.items; // ends with a 0
    (void)block;
    return holds ? WICK_OK
                 : wick_call_fail(call, WICK_INVALID_ARGUMENT, WICK_NOWHERE, message);
}

// et_copy_index(copy_to, copy_from, index): copy_to[index] = copy_from. A dynamic copy_to grows by
// the row; its row 0 starts it anew, with the shape of that row.
wick_status wick_copy_index_prepare(const wick_call *call, void *block)
{
    wick_copy_index_block *b = block;
    const wick_tensor *to = wick_call_tensor(call, 0);
    const wick_tensor *from = wick_call_tensor(call, 1);
    const int64_t index = wick_call_int(call, 2);
    int32_t sizes[WICK_MAX_RANK];
    if (to->dtype != from->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 1, WICK_TEXT("another element type"));
    }
    if (to->rank != from->rank + 1 || index < 0 || index >= INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, index < 0 ? 2 : 1,
                              WICK_TEXT("no row of copy_to"));
    }
    if (!wick_tensor_is_contiguous(to) || !wick_tensor_is_contiguous(from)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("unusual dim order"));
    }
    const bool is_dynamic = (to->flags & WICK_TENSOR_DYNAMIC) != 0;
    const bool grows = to->sizes[0] <= index || (is_dynamic && index == 0);
    sizes[0] = grows ? (int32_t)index + 1 : to->sizes[0];
    for (uint32_t i = 0; i < from->rank; i++) {
        if (index > 0 && to->sizes[i + 1] != from->sizes[i]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("another shape"));
        }
        sizes[i + 1] = from->sizes[i];
    }
    b->row_bytes = (uint32_t)wick_tensor_size_bytes(from);
    return wick_call_resize(call, 0, to->rank, sizes);
}

wick_status wick_copy_index_run(const wick_call *call, const void *block)
{
    const wick_copy_index_block *b = block;
    uint8_t *to = wick_call_tensor(call, 0)->data;
    const uint8_t *from = wick_call_tensor(call, 1)->data;
    if (b->row_bytes != 0) {
        memmove(to + (size_t)wick_call_int(call, 2) * b->row_bytes, from, b->row_bytes);
    }
    return WICK_OK;
}

// Sizes of a view from an int[], in which one -1 stands for what is left.
static wick_status view_sizes(const wick_call *call, int32_t *sizes)
{
    const uint32_t rank = wick_call_list_count(call, 1);
    const size_t count = wick_tensor_count(wick_call_tensor(call, 0));
    size_t product = 1;
    uint32_t open = rank;
    for (uint32_t i = 0; i < rank; i++) {
        const int64_t size = wick_call_int_at(call, 1, i);
        if (size == -1 && open == rank) {
            open = i;
            continue;
        }
        if (size < 0 || size > INT32_MAX || (size != 0 && product > INT32_MAX / (size_t)size)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("impossible size"));
        }
        sizes[i] = (int32_t)size;
        product *= (size_t)size;
    }
    if (open < rank && product != 0) {
        sizes[open] = (int32_t)(count / product);
        product *= count / product;
    }
    return product == count && (open == rank || product != 0 || count != 0)
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                                WICK_TEXT("the view has not as many elements as self"));
}

// What out may grow to is held by both memories from here on: after a move, other tensors may share
// its sizes.
static void limit_capacity(wick_tensor *out, const wick_tensor *self)
{
    int32_t *capacity = (int32_t *)(uintptr_t)out->sizes + out->rank; // in RAM: see wick/tensor.h
    const int32_t room = (self->flags & WICK_TENSOR_DYNAMIC) != 0
                             ? self->sizes[self->rank]
                             : (int32_t)wick_tensor_count(self);
    *capacity = *capacity < room ? *capacity : room;
}

// et_view(self, size, out): out becomes the memory of self under another shape.
wick_status wick_et_view_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    wick_tensor *out = wick_call_tensor(call, 2);
    int32_t sizes[WICK_MAX_RANK];
    const uint32_t lasting = WICK_TENSOR_CONSTANT | WICK_TENSOR_LENT;
    (void)block;
    if (out->dtype != self->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 2, WICK_TEXT("another element type"));
    }
    if (wick_call_list_count(call, 1) != out->rank || out->rank > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("out has another rank"));
    }
    WICK_TRY(view_sizes(call, sizes));
    WICK_TRY(wick_call_resize(call, 2, out->rank, sizes));
    if ((out->flags & WICK_TENSOR_DYNAMIC) != 0) {
        limit_capacity(out, self);
    }
    out->flags = (uint8_t)((out->flags & ~lasting) | (self->flags & lasting));
    out->data = self->data;
    return WICK_OK;
}

wick_status wick_et_view_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_call_tensor(call, 2)->data = wick_call_tensor(call, 0)->data;
    return WICK_OK;
}
