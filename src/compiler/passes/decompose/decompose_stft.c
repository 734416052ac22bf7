// SPDX-License-Identifier: BSD-3-Clause
// Short-time Fourier transforms: windows as the columns of an image of height 1 (im2col), a
// transform along each column, and back by the sum of columns (col2im).
#include "compiler/passes/decompose/decompose.h"

typedef struct frames {
    int64_t batch, length; // signals, and samples of one
    int64_t size, hop;     // of a window
    int64_t count;         // windows
    bool is_batched;
    int64_t normalization; // of the forward transform
} frames;

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

static wick_status read_frames(const wick_builder *builder, frames *f)
{
    const wick_ir_node *node = builder->node;
    f->size = wick_argument_int(node, "n_fft", 0);
    f->hop = wick_argument_int(node, "hop_length", f->size / 4);
    f->normalization = wick_argument_bool(node, "normalized", false) ? 1 : 0;
    return f->size > 0 && f->size <= INT32_MAX && f->hop > 0 && f->hop <= INT32_MAX
               ? WICK_OK
               : refuse(builder, "n_fft or hop_length is not a positive constant");
}

// The window as long as the transform, zeros on both sides: [size]. NULL: all ones.
static wick_status read_window(const wick_builder *builder, const frames *f, wick_ir_value **out)
{
    wick_ir_value *window = wick_argument_tensor(builder->node, "window");
    const int64_t length = wick_argument_int(builder->node, "win_length", f->size);
    const int64_t left = (f->size - length) / 2;
    if (length < 1 || length > f->size) {
        return refuse(builder, "win_length is not between 1 and n_fft");
    }
    if (window == NULL && length != f->size) {
        return refuse(builder, "win_length below n_fft without a window; give torch.ones");
    }
    if (window != NULL && window->type.dtype != WICK_FLOAT32) {
        return refuse(builder, "the window is not float32");
    }
    if (window != NULL && length != f->size) {
        const int64_t pad[2] = {left, f->size - length - left};
        const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 1, &f->size);
        const wick_ir_arg args[] = {wick_ir_arg_value(window),
                                    wick_ir_arg_ints(builder->graph, pad, 2), wick_ir_arg_real(0)};
        window = wick_build(builder, "aten::constant_pad_nd", &type, args, 3);
    }
    *out = window;
    return WICK_OK;
}

// columns * window, along the rows.
static wick_ir_value *windowed(const wick_builder *builder, wick_ir_value *columns,
                               wick_ir_value *window)
{
    if (window == NULL) {
        return columns;
    }
    const int64_t sizes[3] = {1, window->type.sizes[0], 1};
    const wick_ir_arg args[] = {wick_ir_arg_value(columns),
                                wick_ir_arg_value(wick_build_view(builder, window, 3, sizes))};
    return wick_build(builder, "aten::mul.Tensor", &columns->type, args, 2);
}

static wick_ir_arg pair(const wick_builder *builder, int64_t first, int64_t second)
{
    const int64_t items[2] = {first, second};
    return wick_ir_arg_ints(builder->graph, items, 2);
}

static wick_ir_value *columns_of(const wick_builder *builder, const frames *f,
                                 wick_ir_value *signal)
{
    const int64_t image[4] = {f->batch, 1, 1, f->length};
    const int64_t sizes[3] = {f->batch, f->size, f->count};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 3, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_view(builder, signal, 4, image)),
                                pair(builder, 1, f->size), pair(builder, 1, 1), pair(builder, 0, 0),
                                pair(builder, 1, f->hop)};
    return wick_build(builder, "aten::im2col", &type, args, 5);
}

wick_status wick_rewrite_stft(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *signal = wick_argument_tensor_at(node, 0);
    wick_ir_value *window = NULL;
    frames f;
    if (signal->type.dtype != WICK_FLOAT32 || signal->type.rank < 1 || signal->type.rank > 2) {
        return refuse(builder, "stft of other than float32 signals, batched or not");
    }
    WICK_TRY(read_frames(builder, &f));
    WICK_TRY(read_window(builder, &f, &window));
    f.is_batched = signal->type.rank == 2;
    f.batch = f.is_batched ? signal->type.sizes[0] : 1;
    f.length = signal->type.sizes[signal->type.rank - 1];
    if (f.length < f.size) {
        return refuse(builder, "the signal is shorter than a window");
    }
    wick_sizes *all = builder->graph->sizes;
    f.count = wick_size_add(
        all, wick_size_floor_divide(all, wick_size_subtract(all, f.length, f.size), f.hop), 1);
    wick_ir_value *columns = windowed(builder, columns_of(builder, &f, signal), window);
    const bool is_onesided = wick_argument_bool(node, "onesided", true);
    const int64_t sizes[3] = {f.batch, is_onesided ? f.size / 2 + 1 : f.size, f.count};
    const int64_t dim = 1;
    const wick_ir_type type = wick_ir_type_tensor(WICK_COMPLEX64, 3, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(columns),
                                wick_ir_arg_ints(builder->graph, &dim, 1),
                                wick_ir_arg_int(f.normalization), wick_ir_arg_bool(is_onesided)};
    wick_ir_value *result = wick_build(builder, "aten::_fft_r2c", &type, args, 4);
    const int64_t first = f.is_batched ? 0 : 1;
    result = wick_build_view(builder, result, (uint32_t)(3 - first), sizes + first);
    if (node->outputs[0]->type.dtype != WICK_COMPLEX64) { // return_complex=False
        const wick_ir_arg one[] = {wick_ir_arg_value(result)};
        result = wick_build(builder, "aten::view_as_real_copy", &node->outputs[0]->type, one, 1);
    }
    wick_replace(builder, 0, result);
    return WICK_OK;
}

// Columns added up: [batch, length].
static wick_ir_value *overlapped(const wick_builder *builder, const frames *f, int64_t batch,
                                 wick_ir_value *columns)
{
    const int64_t image[4] = {batch, 1, 1, f->length};
    const int64_t sizes[2] = {batch, f->length};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 4, image);
    const wick_ir_arg args[] = {wick_ir_arg_value(columns), pair(builder, 1, f->length),
                                pair(builder, 1, f->size),  pair(builder, 1, 1),
                                pair(builder, 0, 0),        pair(builder, 1, f->hop)};
    return wick_build_view(builder, wick_build(builder, "aten::col2im", &type, args, 6), 2, sizes);
}

// What the windows add up to at each sample: the sum of their squares, [1, length].
static wick_ir_value *envelope(const wick_builder *builder, const frames *f, wick_ir_value *window)
{
    const int64_t sizes[3] = {1, f->size, f->count};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 3, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, sizes, 3), wick_ir_arg_real(1)};
    wick_ir_value *columns = wick_build(builder, "aten::full", &type, args, 2);
    columns = windowed(builder, windowed(builder, columns, window), window);
    return overlapped(builder, f, 1, columns);
}

// [batch, size / 2 + 1, count] to columns.
static wick_ir_value *inverse_columns(const wick_builder *builder, const frames *f,
                                      wick_ir_value *spectrum)
{
    const int64_t half[3] = {f->batch, f->size / 2 + 1, f->count};
    const int64_t sizes[3] = {f->batch, f->size, f->count};
    const int64_t dim = 1;
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 3, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_view(builder, spectrum, 3, half)),
                                wick_ir_arg_ints(builder->graph, &dim, 1),
                                wick_ir_arg_int(f->normalization == 1 ? 1 : 2),
                                wick_ir_arg_int(f->size)};
    return wick_build(builder, "aten::_fft_c2r", &type, args, 4);
}

wick_status wick_rewrite_istft(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *spectrum = wick_argument_tensor_at(node, 0);
    const wick_ir_type *result = &node->outputs[0]->type;
    wick_ir_value *window = NULL;
    frames f;
    WICK_TRY(read_frames(builder, &f));
    WICK_TRY(read_window(builder, &f, &window));
    const uint32_t rank = spectrum->type.rank;
    if (spectrum->type.dtype != WICK_COMPLEX64 || rank < 2 || rank > 3 ||
        result->dtype != WICK_FLOAT32 || spectrum->type.sizes[rank - 2] != f.size / 2 + 1) {
        return refuse(builder, "istft of other than onesided complex64 to a real signal");
    }
    f.batch = rank == 3 ? spectrum->type.sizes[0] : 1;
    f.count = spectrum->type.sizes[rank - 1];
    wick_sizes *all = builder->graph->sizes;
    f.length = wick_size_add(all, f.size,
                             wick_size_multiply(all, wick_size_subtract(all, f.count, 1), f.hop));
    const int64_t start = wick_argument_bool(node, "center", true) ? f.size / 2 : 0;
    const int64_t end = wick_size_add(all, start, result->sizes[result->rank - 1]);
    if (!wick_size_is_symbolic(end) && !wick_size_is_symbolic(f.length) && end > f.length) {
        return refuse(builder, "length goes beyond the last window");
    }
    wick_ir_value *columns = inverse_columns(builder, &f, wick_argument_tensor_at(node, 0));
    wick_ir_value *sum = overlapped(builder, &f, f.batch, windowed(builder, columns, window));
    sum = wick_build_slice(builder, sum, 1, start, end);
    wick_ir_value *squares =
        wick_build_slice(builder, envelope(builder, &f, window), 1, start, end);
    const wick_ir_arg args[] = {wick_ir_arg_value(sum), wick_ir_arg_value(squares)};
    sum = wick_build(builder, "aten::div.Tensor", &sum->type, args, 2);
    wick_replace(builder, 0, wick_build_view(builder, sum, result->rank, result->sizes));
    return WICK_OK;
}
