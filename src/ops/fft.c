// SPDX-License-Identifier: BSD-3-Clause
#include "ops/fft.h"

#include "base/failure.h"
#include "kernels/math/math.h"
#include "ops/check.h"

enum { SELF, DIM, NORMALIZATION, ONESIDED, OUT };
enum { FORWARD = 3, LAST_SIZE = 3 };

static wick_status check_dtypes(const wick_call *call, wick_dtype from, wick_dtype to)
{
    if (wick_call_tensor(call, SELF)->dtype != from) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF,
                              WICK_TEXT("a transform of other types than f32 and c64"));
    }
    if (wick_call_tensor(call, OUT)->dtype != to) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, OUT,
                              WICK_TEXT("result is not of the type of the transform"));
    }
    return WICK_OK;
}

// The dimensions, each once and not empty, the last of the list first.
static wick_status read_dims(const wick_call *call, wick_fft_block *b)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const uint32_t count = wick_call_list_count(call, DIM);
    uint32_t seen = 0;
    if (count < 1 || count > self->rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, DIM,
                              WICK_TEXT("no dimension, or more than the tensor has"));
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t dim = 0;
        WICK_TRY(
            wick_call_dim(call, DIM, wick_call_int_at(call, DIM, count - 1 - i), self->rank, &dim));
        if ((seen >> dim & 1u) != 0 || self->sizes[dim] < 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, DIM,
                                  WICK_TEXT("dimension is empty, or named twice"));
        }
        seen |= 1u << dim;
        b->dims[i] = (uint8_t)dim;
    }
    b->count = (uint8_t)count;
    return WICK_OK;
}

// A transform of a line that is its own source needs small prime factors: the dimension that has
// none goes first where the order is free.
static wick_status order_dims(const wick_call *call, wick_fft_block *b, bool is_free)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    for (uint32_t i = 1; i < b->count; i++) {
        const uint8_t dim = b->dims[i];
        if (wick_fft_is_small(self->sizes[dim])) {
            continue;
        }
        if (!is_free) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, DIM,
                                  WICK_TEXT("prime factors above 13 in more than one dimension of "
                                            "one call; transform one after the other"));
        }
        b->dims[i] = b->dims[0];
        b->dims[0] = dim;
        i = 0;
        is_free = false;
    }
    return WICK_OK;
}

static wick_status set_scale(const wick_call *call, double count, wick_fft_block *b)
{
    const int64_t normalization = wick_call_int(call, NORMALIZATION);
    if (normalization < 0 || normalization > 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, NORMALIZATION,
                              WICK_TEXT("no such normalization"));
    }
    b->scale = normalization == 0   ? 1
               : normalization == 1 ? 1 / wick_sqrt_f32((float)count)
                                    : (float)(1 / count);
    return WICK_OK;
}

static double signal_count(const wick_call *call, const wick_fft_block *b)
{
    double count = 1;
    for (uint32_t i = 0; i < b->count; i++) {
        count *= wick_call_tensor(call, SELF)->sizes[b->dims[i]];
    }
    return count;
}

// Gives out the sizes of self, with another one in dimension `dim`.
static wick_status resize(const wick_call *call, uint32_t dim, int32_t size)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    for (uint32_t i = 0; i < self->rank; i++) {
        sizes[i] = i == dim ? size : self->sizes[i];
    }
    return wick_call_resize(call, OUT, self->rank, sizes);
}

typedef void transform(const wick_fft_line *line, const float *from, float *to);

// One dimension: `floats` count the parts of an element of either side.
typedef struct pass {
    const wick_tensor *from, *to;
    uint32_t from_floats, to_floats;
    wick_fft_line line;
    transform *run;
} pass;

static bool has_lines(const wick_tensor *tensor, uint32_t dim)
{
    for (uint32_t d = 0; d < tensor->rank; d++) {
        if (d != dim && tensor->sizes[d] == 0) {
            return false;
        }
    }
    return true;
}

static void run_pass(const pass *given, uint32_t dim)
{
    pass p = *given;
    int32_t from_strides[WICK_MAX_RANK], to_strides[WICK_MAX_RANK];
    wick_nest_dim nest[WICK_MAX_RANK];
    wick_nest_position at = {0};
    if (!has_lines(p.to, dim)) {
        return;
    }
    wick_tensor_strides(p.from, from_strides);
    wick_tensor_strides(p.to, to_strides);
    const uint32_t loops = wick_strides_nest(p.from, from_strides, to_strides, ~(1u << dim), nest);
    p.line.from_step = from_strides[dim];
    p.line.to_step = to_strides[dim];
    do {
        p.run(&p.line, (const float *)p.from->data + at.in * (ptrdiff_t)p.from_floats,
              (float *)p.to->data + at.out * (ptrdiff_t)p.to_floats);
    } while (wick_nest_next(&at, nest, loops));
}

// The dimensions from number `first` on, in place in out.
static void run_in_place(const wick_call *call, const wick_fft_block *b, uint32_t first)
{
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    for (uint32_t i = first; i < b->count; i++) {
        const pass p = {
            out, out, 2, 2, {out->sizes[b->dims[i]], b->is_inverse != 0, 1, 0, 0}, wick_fft_c2c};
        run_pass(&p, b->dims[i]);
    }
}

wick_status wick_fft_c2c_prepare(const wick_call *call, void *block)
{
    wick_fft_block *const b = block;
    *b = (wick_fft_block){.is_inverse = !wick_call_bool(call, FORWARD)};
    WICK_TRY(check_dtypes(call, WICK_COMPLEX64, WICK_COMPLEX64));
    WICK_TRY(read_dims(call, b));
    WICK_TRY(order_dims(call, b, true));
    WICK_TRY(set_scale(call, signal_count(call, b), b));
    return resize(call, WICK_MAX_RANK, 0);
}

wick_status wick_fft_c2c_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const pass p = {self,
                    wick_call_tensor(call, OUT),
                    2,
                    2,
                    {self->sizes[b->dims[0]], b->is_inverse != 0, b->scale, 0, 0},
                    wick_fft_c2c};
    run_pass(&p, b->dims[0]);
    run_in_place(call, b, 1);
    return WICK_OK;
}

wick_status wick_fft_r2c_prepare(const wick_call *call, void *block)
{
    wick_fft_block *const b = block;
    *b = (wick_fft_block){.is_onesided = wick_call_bool(call, ONESIDED)};
    WICK_TRY(check_dtypes(call, WICK_FLOAT32, WICK_COMPLEX64));
    WICK_TRY(read_dims(call, b));
    WICK_TRY(order_dims(call, b, false));
    WICK_TRY(set_scale(call, signal_count(call, b), b));
    const int32_t size = wick_call_tensor(call, SELF)->sizes[b->dims[0]];
    return resize(call, b->dims[0], b->is_onesided ? size / 2 + 1 : size);
}

static void r2c_whole(const wick_fft_line *line, const float *from, float *to)
{
    wick_fft_r2c(line, from, to);
    wick_fft_mirror(line->n, line->to_step, to);
}

wick_status wick_fft_r2c_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const pass p = {self,
                    wick_call_tensor(call, OUT),
                    1,
                    2,
                    {self->sizes[b->dims[0]], false, b->scale, 0, 0},
                    b->is_onesided ? wick_fft_r2c : r2c_whole};
    run_pass(&p, b->dims[0]);
    run_in_place(call, b, 1);
    return WICK_OK;
}

wick_status wick_fft_c2r_prepare(const wick_call *call, void *block)
{
    wick_fft_block *const b = block;
    const int64_t size = wick_call_int(call, LAST_SIZE);
    *b = (wick_fft_block){.is_inverse = 1, .length = (int32_t)size};
    WICK_TRY(check_dtypes(call, WICK_COMPLEX64, WICK_FLOAT32));
    WICK_TRY(read_dims(call, b));
    if (b->count != 1) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, DIM,
                              WICK_TEXT("more than one dimension to real: transform the others "
                                        "before"));
    }
    if (size < 1 || size > INT32_MAX / 2 ||
        wick_call_tensor(call, SELF)->sizes[b->dims[0]] != (int32_t)size / 2 + 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, LAST_SIZE,
                              WICK_TEXT("input is not the half of a line of this size"));
    }
    WICK_TRY(set_scale(call, (double)size, b));
    return resize(call, b->dims[0], (int32_t)size);
}

wick_status wick_fft_c2r_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const pass p = {wick_call_tensor(call, SELF),
                    wick_call_tensor(call, OUT),
                    2,
                    1,
                    {b->length, true, b->scale, 0, 0},
                    wick_fft_c2r};
    run_pass(&p, b->dims[0]);
    return WICK_OK;
}
