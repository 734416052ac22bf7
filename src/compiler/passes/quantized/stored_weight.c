// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/quantized/stored_weight.h"

#include "compiler/passes/constant.h"

#include <math.h>

#define NAMESPACE "quantized_decomposed::"

static bool is_constant_of(const wick_ir_value *value, int64_t count)
{
    return value != NULL && wick_ir_value_is_constant(value) && value->data != NULL &&
           value->type.kind == WICK_VALUE_TENSOR && wick_ir_type_is_static(&value->type) &&
           (int64_t)wick_ir_type_count(&value->type) == count;
}

bool wick_is_one(const wick_ir_node *node, const char *name)
{
    double number = 1;
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg == NULL || (wick_argument_number(arg, &number) && number == 1);
}

static bool is_matrix_turn(const wick_ir_node *node)
{
    int64_t dims[2];
    if (node->outputs[0]->type.rank != 2) {
        return false;
    }
    return wick_node_is(node, "aten::t_copy") ||
           (wick_node_is(node, "aten::transpose_copy.int") &&
            wick_wrap_dim(wick_argument_int(node, "dim0", 0), 2) !=
                wick_wrap_dim(wick_argument_int(node, "dim1", 0), 2)) ||
           (wick_node_is(node, "aten::permute_copy") && wick_argument_dims(node, 2, dims) &&
            dims[0] == 1);
}

// Steps back over views and transpositions of a matrix. A view between two transpositions is none
// that this follows.
static const wick_ir_value *source_of(const wick_ir_value *value, bool *is_turned)
{
    bool has_view = false;
    *is_turned = false;
    while (value->kind == WICK_IR_RESULT) {
        const wick_ir_node *node = value->producer;
        const bool is_view = wick_node_is(node, "aten::view_copy");
        if (!is_view && (has_view || !is_matrix_turn(node))) {
            break;
        }
        has_view = has_view || is_view;
        *is_turned = *is_turned != !is_view;
        value = wick_argument_tensor_at(node, 0);
    }
    return value;
}

// Scales along one axis of the integers: of rows as they lie, or of the columns of a transposed
// matrix.
static bool read_channels(const wick_ir_node *node, bool is_turned, wick_stored_weight *out)
{
    const wick_ir_type *type = &out->integers->type;
    const int64_t count = out->rows * out->depth;
    const int64_t axis = wick_argument_int(node, "axis", 0);
    const int64_t channels = axis >= 0 && axis < type->rank ? type->sizes[axis] : 0;
    out->scales = wick_argument_tensor(node, "scales");
    out->zero_points = wick_argument_tensor(node, "zero_points");
    if (channels < 1 || !is_constant_of(out->scales, channels) ||
        (out->zero_points != NULL && !is_constant_of(out->zero_points, channels))) {
        return false;
    }
    if (is_turned) {
        return type->rank == 2 && axis == 1 && channels == out->rows;
    }
    out->groups = channels / out->rows;
    return axis == 0 && channels % out->rows == 0 && count % channels == 0 &&
           out->depth % out->groups == 0;
}

static bool read_tensor(const wick_ir_node *node, wick_stored_weight *out)
{
    return wick_argument_number(wick_argument(node, "scale"), &out->scale) &&
           wick_argument_int(node, "zero_point", 1) == 0;
}

static const wick_ir_value *before_cast(const wick_ir_value *value)
{
    const wick_ir_node *cast = wick_producer_if(value, "aten::_to_copy");
    return cast != NULL ? wick_argument_tensor_at(cast, 0) : value;
}

// Whether `value` has one element for each row of the last dimension of `of`.
static bool is_each_row(const wick_ir_value *value, const wick_ir_type *of)
{
    const uint32_t last = of->rank - 1u;
    if (of->rank == 0 || of->sizes[last] < 1 || value == NULL || value->type.rank != of->rank ||
        value->type.sizes[last] != 1) {
        return false;
    }
    return is_constant_of(value, (int64_t)wick_ir_type_count(of) / of->sizes[last]);
}

// mul(sub(cast(integers), zero points), scales): dequantize_affine as core ATen has it.
static bool read_product(const wick_ir_node *node, wick_stored_weight *out)
{
    const wick_ir_value *scales = wick_argument_tensor_at(node, 1);
    const wick_ir_value *steps = wick_argument_tensor_at(node, 0);
    const wick_ir_node *difference = wick_producer_if(steps, "aten::sub.Tensor");
    if (difference != NULL) {
        out->zero_points = before_cast(wick_argument_tensor_at(difference, 1));
        steps = wick_argument_tensor_at(difference, 0);
    }
    const wick_ir_node *cast = wick_producer_if(steps, "aten::_to_copy");
    const wick_ir_type *type = &node->outputs[0]->type;
    out->integers = cast != NULL ? wick_argument_tensor_at(cast, 0) : NULL;
    out->scales = scales;
    if (!is_constant_of(out->integers, out->rows * out->depth) ||
        out->integers->type.dtype != WICK_INT8 || !wick_same_sizes(&out->integers->type, type) ||
        !is_each_row(scales, type) || out->is_transposed ||
        (out->zero_points != NULL && !is_each_row(out->zero_points, type)) ||
        (difference != NULL && !wick_is_one(difference, "alpha"))) {
        return false;
    }
    const int64_t size = type->sizes[type->rank - 1];
    out->groups = out->depth / size;
    return out->depth % size == 0;
}

bool wick_stored_weight_read(const wick_ir_value *value, bool is_transposed,
                             wick_stored_weight *out)
{
    bool is_turned;
    if (value == NULL || value->type.rank != 2 || !wick_ir_type_is_static(&value->type) ||
        !wick_ir_type_fits(&value->type) || wick_ir_type_count(&value->type) == 0) {
        return false;
    }
    *out = (wick_stored_weight){
        .rows = value->type.sizes[is_transposed ? 1 : 0],
        .depth = value->type.sizes[is_transposed ? 0 : 1],
        .groups = 1,
        .scale = 1,
    };
    const wick_ir_value *source = source_of(value, &is_turned);
    const wick_ir_node *node = source->kind == WICK_IR_RESULT ? source->producer : NULL;
    out->is_transposed = is_transposed != is_turned;
    if (node != NULL && wick_node_is(node, "aten::mul.Tensor")) {
        return read_product(node, out);
    }
    const wick_ir_value *steps = node != NULL ? wick_argument_tensor_at(node, 0) : NULL;
    const bool is_channel = node != NULL && wick_node_is(node, NAMESPACE "dequantize_per_channel");
    out->integers = steps;
    if (steps != NULL && !is_channel) { // one scale: turned before it is as turned behind it
        out->integers = source_of(steps, &is_turned);
        out->is_transposed = out->is_transposed != is_turned;
    }
    if (!is_constant_of(out->integers, out->rows * out->depth) ||
        out->integers->type.dtype != WICK_INT8) {
        return false;
    }
    if (is_channel) {
        return read_channels(node, out->is_transposed, out);
    }
    return wick_node_is(node, "aten::_to_copy") ||
           (wick_node_is(node, NAMESPACE "dequantize_per_tensor") && read_tensor(node, out));
}

bool wick_stored_weight_of_affine(const wick_ir_node *node, wick_stored_weight *out)
{
    const wick_ir_arg *block = wick_argument(node, "block_size");
    const wick_ir_value *integers = wick_argument_tensor_at(node, 0);
    if (!wick_node_is(node, "torchao::dequantize_affine") || integers == NULL ||
        integers->type.rank != 2 || integers->type.dtype != WICK_INT8 ||
        node->outputs[0]->type.dtype != WICK_FLOAT32 || block->kind != WICK_IR_INTS ||
        block->count != 2 || block->list.ints[0] != 1 || block->list.ints[1] < 1) {
        return false;
    }
    *out = (wick_stored_weight){
        .integers = integers,
        .rows = integers->type.sizes[0],
        .depth = integers->type.sizes[1],
        .scales = wick_argument_tensor(node, "scale"),
        .zero_points = wick_argument_tensor(node, "zero_point"),
    };
    if (out->depth < 1 || out->depth % block->list.ints[1] != 0) {
        return false;
    }
    out->groups = out->depth / block->list.ints[1];
    if (is_constant_of(out->zero_points, 0)) {
        out->zero_points = NULL;
    }
    return is_constant_of(integers, out->rows * out->depth) &&
           is_constant_of(out->scales, out->rows * out->groups) &&
           (out->zero_points == NULL || is_constant_of(out->zero_points, out->rows * out->groups));
}

// Element (row, k), its zero point taken off; NAN if it then fits no int8.
static double element(const wick_stored_weight *w, int64_t row, int64_t k)
{
    const size_t at = (size_t)(w->is_transposed ? k * w->rows + row : row * w->depth + k);
    const size_t group = (size_t)(row * w->groups + k / (w->depth / w->groups));
    const double zero = w->zero_points == NULL ? 0
                                               : wick_element_get(w->zero_points->type.dtype,
                                                                  w->zero_points->data, group);
    const double value = (double)((const int8_t *)w->integers->data)[at] - zero;
    return value >= INT8_MIN && value <= INT8_MAX ? value : (double)NAN;
}

static bool fill(const wick_stored_weight *w, int8_t *rows, bool *is_narrow)
{
    *is_narrow = true;
    for (int64_t row = 0; row < w->rows; row++) {
        for (int64_t k = 0; k < w->depth; k++) {
            const double value = element(w, row, k);
            if (isnan(value)) {
                return false;
            }
            *is_narrow = *is_narrow && value >= -8 && value <= 7;
            rows[row * w->depth + k] = (int8_t)value;
        }
    }
    return true;
}

// Two in a byte, the first in its low half.
static const uint8_t *pack(wick_arena *arena, const wick_stored_weight *w, const int8_t *rows)
{
    const int64_t row_bytes = (w->depth + 1) / 2;
    uint8_t *packed = wick_arena_alloc(arena, (size_t)w->rows, (size_t)row_bytes);
    for (int64_t row = 0; row < w->rows; row++) {
        for (int64_t k = 0; k < w->depth; k++) {
            const uint32_t half = (uint32_t)rows[row * w->depth + k] & 0xf;
            packed[row * row_bytes + k / 2] |= (uint8_t)(half << (k % 2 * 4));
        }
    }
    return packed;
}

static double scale_at(const wick_stored_weight *w, size_t index)
{
    return w->scales == NULL ? w->scale
                             : wick_element_get(w->scales->type.dtype, w->scales->data, index);
}

// Above 0 and finite, as everywhere: what has none is left to those who refuse it by name.
static bool are_scales(const wick_stored_weight *w)
{
    const size_t count = (size_t)(w->rows * w->groups);
    for (size_t i = 0; i < count; i++) {
        const double scale = scale_at(w, i);
        if (!(scale >= 0x1p-126 && scale <= 0x1p126)) {
            return false;
        }
    }
    return true;
}

static wick_ir_value *build_scales(const wick_builder *builder, const wick_stored_weight *w)
{
    const int64_t sizes[] = {w->rows, w->groups};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, w->groups == 1 ? 1 : 2, sizes);
    const size_t count = (size_t)(w->rows * w->groups);
    float *scales = wick_arena_alloc(builder->graph->arena, count, sizeof *scales);
    for (size_t i = 0; i < count; i++) {
        scales[i] = (float)scale_at(w, i);
    }
    return wick_ir_constant_create(builder->graph, "scales", &type, scales);
}

bool wick_stored_weight_build(const wick_builder *builder, const wick_stored_weight *weight,
                              wick_ir_arg *args, bool *is_narrow)
{
    wick_arena *arena = builder->graph->arena;
    int8_t *rows = wick_arena_alloc(arena, (size_t)weight->rows, (size_t)weight->depth);
    if (!are_scales(weight) || !fill(weight, rows, is_narrow)) {
        return false;
    }
    args[1] = wick_ir_arg_value(build_scales(builder, weight));
    const int64_t sizes[] = {weight->rows, *is_narrow ? (weight->depth + 1) / 2 : weight->depth};
    const wick_ir_type type = wick_ir_type_tensor(*is_narrow ? WICK_UINT8 : WICK_INT8, 2, sizes);
    const void *data = *is_narrow ? (const void *)pack(arena, weight, rows) : rows;
    args[0] = wick_ir_arg_value(wick_ir_constant_create(builder->graph, "weight", &type, data));
    return true;
}
