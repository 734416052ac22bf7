// SPDX-License-Identifier: BSD-3-Clause
// Fourier transforms of training IR become one transform for each step that _fft_r2c, _fft_c2c and
// _fft_c2r take; sums in another order than eager's.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

// Normalizations of ATen: none, by the root of the count, by the count.
enum { BY_NONE, BY_ROOT, BY_COUNT };

typedef struct fourier {
    wick_ir_value *value;
    uint32_t count;
    int64_t dims[WICK_MAX_RANK];
    int64_t sizes[WICK_MAX_RANK]; // asked for; below 1: as it is
    bool is_inverse;
    int64_t normalization;
} fourier;

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

static wick_ir_type with_size(const wick_ir_type *type, uint8_t dtype, int64_t dim, int64_t size)
{
    wick_ir_type made = *type;
    made.dtype = dtype;
    made.sizes[dim] = size;
    return made;
}

// Cuts dimension `dim` to `size`, or pads it with zeros behind.
static wick_ir_value *resized(const wick_builder *builder, wick_ir_value *value, int64_t dim,
                              int64_t size)
{
    const int64_t own = value->type.sizes[dim];
    if (size <= own) {
        return wick_build_slice(builder, value, (uint32_t)dim, 0, size);
    }
    int64_t pad[2 * WICK_MAX_RANK] = {0}; // last dimension first
    const uint32_t count = 2 * (value->type.rank - (uint32_t)dim);
    pad[count - 1] = size - own;
    const wick_ir_type type = with_size(&value->type, value->type.dtype, dim, size);
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, pad, count), wick_ir_arg_real(0)};
    return wick_build(builder, "aten::constant_pad_nd", &type, args, 3);
}

// size // 2 + 1: how many values a line of real ones has.
static int64_t half_of(const wick_builder *builder, int64_t size)
{
    wick_sizes *sizes = builder->graph->sizes;
    return wick_size_add(sizes, wick_size_floor_divide(sizes, size, 2), 1);
}

static wick_ir_value *unary(const wick_builder *builder, const char *name, uint8_t dtype,
                            wick_ir_value *value)
{
    wick_ir_type type = value->type;
    type.dtype = dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, name, &type, args, 1);
}

static wick_ir_value *conjugate(const wick_builder *builder, wick_ir_value *value)
{
    return unary(builder, "wick::complex_conj", WICK_COMPLEX64, value);
}

// The first `count` dims of `f` as an argument.
static wick_ir_arg dims_arg(const wick_builder *builder, const fourier *f, uint32_t first,
                            uint32_t count)
{
    return wick_ir_arg_ints(builder->graph, f->dims + first, count);
}

static void c2c(const wick_builder *builder, fourier *f, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const wick_ir_arg args[] = {wick_ir_arg_value(f->value), dims_arg(builder, f, i, 1),
                                    wick_ir_arg_int(f->normalization),
                                    wick_ir_arg_bool(!f->is_inverse)};
        f->value = wick_build(builder, "aten::_fft_c2c", &f->value->type, args, 4);
    }
}

// The last dimension from real to complex, which is a forward transform.
static void r2c(const wick_builder *builder, fourier *f, bool is_onesided)
{
    const int64_t dim = f->dims[f->count - 1];
    const int64_t size = f->value->type.sizes[dim];
    const wick_ir_type type = with_size(&f->value->type, WICK_COMPLEX64, dim,
                                        is_onesided ? half_of(builder, size) : size);
    const wick_ir_arg args[] = {wick_ir_arg_value(f->value), dims_arg(builder, f, f->count - 1, 1),
                                wick_ir_arg_int(f->normalization), wick_ir_arg_bool(is_onesided)};
    f->value = wick_build(builder, "aten::_fft_r2c", &type, args, 4);
}

static void c2r(const wick_builder *builder, fourier *f, int64_t size)
{
    const int64_t dim = f->dims[f->count - 1];
    const wick_ir_type type = with_size(&f->value->type, WICK_FLOAT32, dim, size);
    const wick_ir_arg args[] = {wick_ir_arg_value(f->value), dims_arg(builder, f, f->count - 1, 1),
                                wick_ir_arg_int(f->normalization), wick_ir_arg_int(size)};
    f->value = wick_build(builder, "aten::_fft_c2r", &type, args, 4);
}

static wick_status read_norm(const wick_builder *builder, fourier *f)
{
    const wick_ir_arg *norm = wick_argument(builder->node, "norm");
    const char *text = norm->kind == WICK_IR_STRING ? norm->string : "backward";
    f->normalization = f->is_inverse ? BY_COUNT : BY_NONE;
    if (strcmp(text, "ortho") == 0) {
        f->normalization = BY_ROOT;
    } else if (strcmp(text, "forward") == 0) {
        f->normalization = f->is_inverse ? BY_NONE : BY_COUNT;
    } else if (strcmp(text, "backward") != 0) {
        return refuse(builder, "norm is none of backward, ortho and forward");
    }
    return WICK_OK;
}

// n and dim, or s and dim: all dimensions, or the last ones, where dim is None.
static wick_status read_dims(const wick_builder *builder, fourier *f)
{
    const wick_ir_node *node = builder->node;
    const uint32_t rank = f->value->type.rank;
    const wick_ir_arg *dim = wick_argument(node, "dim");
    const wick_ir_arg *n = wick_argument(node, "n");
    const wick_ir_arg *size = n != NULL ? n : wick_argument(node, "s");
    const bool has_size = size != NULL && size->kind != WICK_IR_NONE;
    f->count = dim->kind == WICK_IR_INTS                ? dim->count
               : dim->kind == WICK_IR_INT               ? 1
               : has_size && size->kind == WICK_IR_INTS ? size->count
                                                        : rank;
    if (f->count < 1 || f->count > rank) {
        return refuse(builder, "transform of no dimension, or of more than there are");
    }
    for (uint32_t i = 0; i < f->count; i++) {
        f->dims[i] = rank - f->count + i;
        f->sizes[i] = 0;
    }
    if (dim->kind != WICK_IR_NONE && !wick_argument_ints(node, "dim", f->count, f->dims)) {
        return refuse(builder, "dim is not constant");
    }
    if (has_size && !wick_argument_ints(node, n != NULL ? "n" : "s", f->count, f->sizes)) {
        return refuse(builder, "the size of the transform is not constant");
    }
    for (uint32_t i = 0; i < f->count; i++) {
        f->dims[i] = wick_wrap_dim(f->dims[i], rank);
        if (f->sizes[i] > 0 && wick_size_is_symbolic(f->value->type.sizes[f->dims[i]])) {
            return refuse(builder, "cuts or pads a dimension that is known only while running to "
                                   "the size of the transform; do it before");
        }
    }
    return WICK_OK;
}

static wick_status read_transform(const wick_builder *builder, fourier *f)
{
    f->value = wick_argument_tensor_at(builder->node, 0);
    if (f->value->type.dtype != WICK_COMPLEX64) {
        f->value = wick_build_cast(builder, f->value, WICK_FLOAT32);
    }
    f->is_inverse = builder->detail != NULL && strcmp(builder->detail, "inverse") == 0;
    WICK_TRY(read_dims(builder, f));
    return read_norm(builder, f);
}

static void resize_all(const wick_builder *builder, fourier *f, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (f->sizes[i] > 0) {
            f->value = resized(builder, f->value, f->dims[i], f->sizes[i]);
        }
    }
}

static wick_status finish(const wick_builder *builder, const fourier *f)
{
    wick_replace(builder, 0, f->value);
    return WICK_OK;
}

// fft, ifft and their forms of several dimensions, of real or complex input.
wick_status wick_rewrite_fft(const wick_builder *builder)
{
    fourier f;
    WICK_TRY(read_transform(builder, &f));
    resize_all(builder, &f, f.count);
    if (f.value->type.dtype == WICK_COMPLEX64) {
        c2c(builder, &f, f.count);
        return finish(builder, &f);
    }
    r2c(builder, &f, false);
    if (f.is_inverse) { // of a real line: the conjugate of the forward one
        f.value = conjugate(builder, f.value);
    }
    c2c(builder, &f, f.count - 1);
    return finish(builder, &f);
}

// rfft; with "inverse" ihfft, its conjugate.
wick_status wick_rewrite_rfft(const wick_builder *builder)
{
    fourier f;
    WICK_TRY(read_transform(builder, &f));
    resize_all(builder, &f, f.count);
    r2c(builder, &f, true);
    if (f.is_inverse) {
        f.value = conjugate(builder, f.value);
    }
    c2c(builder, &f, f.count - 1);
    return finish(builder, &f);
}

// irfft; without "inverse" hfft, which is that of the conjugate.
wick_status wick_rewrite_irfft(const wick_builder *builder)
{
    fourier f;
    WICK_TRY(read_transform(builder, &f));
    const uint32_t last = f.count - 1;
    if (f.value->type.dtype != WICK_COMPLEX64) {
        f.value = unary(builder, "wick::complex_of_real", WICK_COMPLEX64, f.value);
    }
    const int64_t own = f.value->type.sizes[f.dims[last]];
    wick_sizes *sizes = builder->graph->sizes;
    const int64_t size = f.sizes[last] > 0
                             ? f.sizes[last]
                             : wick_size_multiply(sizes, wick_size_subtract(sizes, own, 1), 2);
    if (size < 1) {
        return refuse(builder, "transform to no element");
    }
    resize_all(builder, &f, last);
    f.value = resized(builder, f.value, f.dims[last], half_of(builder, size));
    c2c(builder, &f, last);
    if (!f.is_inverse) {
        f.value = conjugate(builder, f.value);
    }
    c2r(builder, &f, size);
    return finish(builder, &f);
}

// _fft_c2r of several dimensions: the others before.
bool wick_applies_to_several_dims(const wick_ir_node *node)
{
    const wick_ir_arg *dim = wick_argument(node, "dim");
    return dim->kind == WICK_IR_INTS && dim->count > 1;
}

wick_status wick_rewrite_c2r(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    fourier f = {.value = wick_argument_tensor_at(node, 0), .is_inverse = true};
    f.count = wick_argument(node, "dim")->count;
    f.normalization = wick_argument_int(node, "normalization", 0);
    if (f.count > f.value->type.rank || !wick_argument_ints(node, "dim", f.count, f.dims)) {
        return refuse(builder, "dim is not constant");
    }
    for (uint32_t i = 0; i < f.count; i++) {
        f.dims[i] = wick_wrap_dim(f.dims[i], f.value->type.rank);
    }
    c2c(builder, &f, f.count - 1);
    c2r(builder, &f, node->outputs[0]->type.sizes[f.dims[f.count - 1]]);
    return finish(builder, &f);
}

// fftshift: the second part before the first; `ifftshift` rounds the other way.
wick_status wick_rewrite_fftshift(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    fourier f = {.value = wick_argument_tensor_at(node, 0)};
    WICK_TRY(read_dims(builder, &f));
    const bool is_inverse = builder->detail != NULL;
    for (uint32_t i = 0; i < f.count; i++) {
        const uint32_t dim = (uint32_t)f.dims[i];
        const int64_t size = f.value->type.sizes[dim];
        const int64_t half = wick_size_floor_divide(builder->graph->sizes, size, 2);
        const int64_t cut =
            is_inverse ? half : wick_size_subtract(builder->graph->sizes, size, half);
        if (cut == 0 || cut == size) {
            continue;
        }
        wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, 2, sizeof(*parts));
        parts[0] = wick_build_slice(builder, f.value, dim, cut, size);
        parts[1] = wick_build_slice(builder, f.value, dim, 0, cut);
        const wick_ir_arg args[] = {{.kind = WICK_IR_VALUES, .count = 2, .list = {NULL, parts}},
                                    wick_ir_arg_int(dim)};
        f.value = wick_build(builder, "aten::cat", &f.value->type, args, 2);
    }
    return finish(builder, &f);
}
