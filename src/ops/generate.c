// SPDX-License-Identifier: BSD-3-Clause
#include "ops/generate.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "kernels/elementwise/convert.h"
#include "ops/layout.h"

#include <string.h>

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// Gives the out the sizes of the first argument.
static wick_status resize_to_list(const wick_call *call, uint32_t out_arg, void *block)
{
    const uint32_t rank = wick_call_list_count(call, 0);
    int32_t sizes[WICK_MAX_RANK];
    *(wick_generate_block *)block = (wick_generate_block){.out_arg = out_arg};
    if (rank > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("more than 16 dimensions"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        WICK_TRY(wick_call_int32_at(call, 0, i, &sizes[i]));
    }
    return wick_call_resize(call, out_arg, rank, sizes);
}

// PyTorch leaves the bytes open; zeros make every run alike.
wick_status wick_empty_prepare(const wick_call *call, void *block)
{
    return resize_to_list(call, 2, block);
}

wick_status wick_empty_dim_order_prepare(const wick_call *call, void *block)
{
    return resize_to_list(call, 2, block);
}

wick_status wick_constant_prepare(const wick_call *call, void *block)
{
    return resize_to_list(call, 1, block);
}

static const wick_tensor *out_of(const wick_call *call, const void *block)
{
    return wick_call_tensor(call, ((const wick_generate_block *)block)->out_arg);
}

wick_status wick_zeros_run(const wick_call *call, const void *block)
{
    const wick_tensor *out = out_of(call, block);
    memset(out->data, 0, wick_tensor_size_bytes(out));
    return WICK_OK;
}

// The number 1 in a type, in the first bytes of `element`.
static void make_one(uint32_t dtype, uint64_t *element)
{
    const double number = 1;
    const wick_elements one = {dtype, 1, 1};
    *element = 0;
    if (dtype == WICK_COMPLEX64) {
        const float real = 1;
        memcpy(element, &real, sizeof real);
    } else {
        wick_write_f64(&one, &number, element);
    }
}

wick_status wick_ones_run(const wick_call *call, const void *block)
{
    const wick_tensor *out = out_of(call, block);
    uint64_t element;
    make_one(out->dtype, &element);
    wick_fill(wick_dtype_size_bytes(out->dtype), &element, wick_tensor_count(out), out->data);
    return WICK_OK;
}

// An int argument as size.
static wick_status read_size(const wick_call *call, uint32_t arg, int32_t *out)
{
    const int64_t size = wick_call_int(call, arg);
    if (size < 0 || size > INT32_MAX) {
        return refuse(call, arg, WICK_TEXT("size out of range"));
    }
    *out = (int32_t)size;
    return WICK_OK;
}

wick_status wick_eye_prepare(const wick_call *call, void *block)
{
    enum { ROWS, COLUMNS, OUT };
    int32_t sizes[2];
    *(wick_generate_block *)block = (wick_generate_block){.out_arg = OUT};
    WICK_TRY(read_size(call, ROWS, &sizes[0]));
    WICK_TRY(read_size(call, COLUMNS, &sizes[1]));
    return wick_call_resize(call, OUT, 2, sizes);
}

wick_status wick_eye_run(const wick_call *call, const void *block)
{
    const wick_tensor *out = out_of(call, block);
    const uint32_t element_bytes = wick_dtype_size_bytes(out->dtype);
    const int32_t count = out->sizes[0] < out->sizes[1] ? out->sizes[0] : out->sizes[1];
    int32_t strides[WICK_MAX_RANK];
    uint64_t element;
    wick_tensor_strides(out, strides);
    make_one(out->dtype, &element);
    WICK_TRY(wick_zeros_run(call, block));
    for (int32_t i = 0; i < count; i++) {
        const size_t at = (size_t)i * ((size_t)strides[0] + (size_t)strides[1]);
        memcpy((uint8_t *)out->data + at * element_bytes, &element, element_bytes);
    }
    return WICK_OK;
}

wick_status wick_linspace_prepare(const wick_call *call, void *block)
{
    enum { START, END, STEPS, OUT };
    wick_generate_block *b = block;
    *b = (wick_generate_block){.out_arg = OUT};
    WICK_TRY(read_size(call, STEPS, &b->count));
    const bool is_real = wick_dtype_is_float(wick_call_tensor(call, OUT)->dtype);
    b->start = is_real ? wick_call_real(call, START) : (double)wick_call_scalar_int(call, START);
    b->end = is_real ? wick_call_real(call, END) : (double)wick_call_scalar_int(call, END);
    return wick_call_resize(call, OUT, 1, &b->count);
}

// From both ends, as PyTorch does, so that the last element is `end`.
static double linspace_at(const wick_generate_block *b, uint32_t dtype, int32_t i)
{
    const int32_t last = b->count - 1;
    const bool is_first_half = i < b->count / 2;
    if (dtype == WICK_FLOAT64 || !wick_dtype_is_float(dtype)) {
        const double step = (b->end - b->start) / last;
        return is_first_half ? b->start + step * i : b->end - step * (last - i);
    }
    const float start = (float)b->start;
    const float end = (float)b->end;
    const float step = (end - start) / (float)last;
    return is_first_half ? (double)(start + step * (float)i)
                         : (double)(end - step * (float)(last - i));
}

wick_status wick_linspace_run(const wick_call *call, const void *block)
{
    const wick_generate_block *b = block;
    const wick_tensor *out = out_of(call, block);
    const wick_elements one = {out->dtype, 1, 1};
    const size_t element_bytes = wick_dtype_size_bytes(out->dtype);
    for (int32_t i = 0; i < b->count; i++) {
        const double value = b->count == 1 ? b->start : linspace_at(b, out->dtype, i);
        wick_write_f64(&one, &value, (uint8_t *)out->data + (size_t)i * element_bytes);
    }
    return WICK_OK;
}

// Columns [*first, *end) of a row that lie in the triangle.
static void row_bounds(const wick_generate_block *b, int32_t row, bool is_upper, int32_t *first,
                       int32_t *end)
{
    const int64_t border = (int64_t)row + b->offset + (is_upper ? 0 : 1);
    const int32_t inside = border < 0 ? 0 : border > b->columns ? b->columns : (int32_t)border;
    *first = is_upper ? inside : 0;
    *end = is_upper ? b->columns : inside;
}

static wick_status prepare_triangle(const wick_call *call, bool is_upper, wick_generate_block *b)
{
    enum { ROWS, COLUMNS, OFFSET, OUT };
    int32_t rows = 0;
    const int64_t offset = wick_call_int(call, OFFSET);
    *b = (wick_generate_block){.out_arg = OUT};
    WICK_TRY(read_size(call, ROWS, &rows));
    WICK_TRY(read_size(call, COLUMNS, &b->columns));
    b->offset = offset > INT32_MAX / 2    ? INT32_MAX / 2
                : offset < -INT32_MAX / 2 ? -INT32_MAX / 2
                                          : (int32_t)offset;
    const uint32_t dtype = wick_call_tensor(call, OUT)->dtype;
    if (dtype != WICK_INT64 && dtype != WICK_INT32) {
        return wick_call_fail(call, WICK_INVALID_TYPE, OUT, WICK_TEXT("neither int64 nor int32"));
    }
    if ((int64_t)rows * b->columns > INT32_MAX / 2) {
        return refuse(call, ROWS, WICK_TEXT("size out of range"));
    }
    int32_t count = 0;
    for (int32_t row = 0; row < rows && b->columns > 0; row++) {
        int32_t first;
        int32_t end;
        row_bounds(b, row, is_upper, &first, &end);
        count += end - first;
    }
    b->count = count;
    b->start = rows;
    const int32_t sizes[2] = {2, count};
    return wick_call_resize(call, OUT, 2, sizes);
}

static wick_status run_triangle(const wick_call *call, const wick_generate_block *b, bool is_upper)
{
    const wick_tensor *out = out_of(call, b);
    const wick_elements one = {out->dtype, 1, 1};
    const size_t element_bytes = wick_dtype_size_bytes(out->dtype);
    int32_t strides[WICK_MAX_RANK];
    size_t at = 0;
    wick_tensor_strides(out, strides);
    for (int32_t row = 0; row < (int32_t)b->start && b->columns > 0; row++) {
        int32_t first;
        int32_t end;
        row_bounds(b, row, is_upper, &first, &end);
        for (int64_t column = first; column < end; column++, at += (size_t)strides[1]) {
            const int64_t place = row;
            wick_write_i64(&one, &place, (uint8_t *)out->data + at * element_bytes);
            wick_write_i64(&one, &column,
                           (uint8_t *)out->data + (at + (size_t)strides[0]) * element_bytes);
        }
    }
    return WICK_OK;
}

wick_status wick_tril_indices_prepare(const wick_call *call, void *block)
{
    return prepare_triangle(call, false, block);
}

wick_status wick_tril_indices_run(const wick_call *call, const void *block)
{
    return run_triangle(call, block, false);
}

wick_status wick_triu_indices_prepare(const wick_call *call, void *block)
{
    return prepare_triangle(call, true, block);
}

wick_status wick_triu_indices_run(const wick_call *call, const void *block)
{
    return run_triangle(call, block, true);
}
