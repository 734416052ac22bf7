// SPDX-License-Identifier: BSD-3-Clause
// Quantization as PyTorch's tools write it, in the terms of quantized_decomposed::{quantize,
// dequantize}_per_{tensor,channel}, whose numbers are the same: round(x * (1 / scale)) +
// zero_point, clamped; (q - zero_point) * scale.
//
// torchao's affine operators give one scale to each block of a tensor. Blocks are made the rows of
// a matrix, and each row a channel:
//
// Before  %f = torchao::dequantize_affine(%w, [1, 32], %s, %z, i8, -8, 7)    %w [4, 64]
// After   %r = aten::view_copy(%w, [8, 32])    %t = aten::view_copy(%s, [8])
//         %g = quantized_decomposed::dequantize_per_channel(%r, %t, %u, 0, -8, 7, i8)
//         %f = aten::view_copy(%g, [4, 64])
#include "compiler/passes/constant.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

// How a tensor falls into blocks. Dimensions of size 1 are left out.
typedef struct block_map {
    int64_t sizes[WICK_MAX_RANK]; // of the tensor, each dimension split in two: blocks, and within
    int64_t dims[WICK_MAX_RANK];  // permutation that puts all of the former first
    uint32_t rank;
    int64_t blocks, elements; // how many, and how many values each has
    int32_t axis; // of the tensor, whose every index is a block; -1 if blocks lie otherwise
} block_map;

static wick_status fail(const wick_builder *builder, wick_status status, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, status, "%s", text);
}

static void add_dimension(block_map *map, bool *is_block, int64_t size, bool of_blocks)
{
    if (size != 1) {
        is_block[map->rank] = of_blocks;
        map->sizes[map->rank++] = size;
    }
}

static void order_dimensions(block_map *map, const bool *is_block)
{
    uint32_t at = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < map->rank; i++) {
            if (is_block[i] == (pass == 0)) {
                map->dims[at++] = i;
            }
        }
    }
}

static wick_status map_blocks(const wick_builder *builder, const wick_ir_type *type, block_map *map)
{
    const wick_ir_arg *sizes = wick_argument(builder->node, "block_size");
    bool is_block[WICK_MAX_RANK];
    uint32_t split = 0;
    *map = (block_map){.blocks = 1, .elements = 1, .axis = -1};
    if (sizes->kind != WICK_IR_INTS || sizes->count != type->rank ||
        !wick_ir_type_is_static(type) || type->rank > WICK_MAX_RANK / 2 ||
        !wick_ir_type_fits(type)) {
        return fail(builder, WICK_NOT_SUPPORTED,
                    "argument 'block_size' is not one number for each dimension, 8 at most");
    }
    for (uint32_t i = 0; i < type->rank; i++) {
        const int64_t within = sizes->list.ints[i];
        if (within < 1 || type->sizes[i] < 1 || type->sizes[i] % within != 0) {
            return fail(builder, WICK_INVALID_ARGUMENT,
                        "argument 'block_size' does not divide the sizes of the input");
        }
        const int64_t blocks = type->sizes[i] / within;
        add_dimension(map, is_block, blocks, true);
        add_dimension(map, is_block, within, false);
        map->blocks *= blocks;
        map->elements *= within;
        map->axis = blocks > 1 && within == 1 ? (int32_t)i : map->axis;
        split += blocks > 1;
    }
    map->axis = split == 1 ? map->axis : -1;
    order_dimensions(map, is_block);
    return WICK_OK;
}

static bool is_sorted(const block_map *map)
{
    for (uint32_t i = 0; i < map->rank; i++) {
        if (map->dims[i] != i) {
            return false;
        }
    }
    return true;
}

// Blocks as the rows of a matrix.
static wick_ir_value *to_rows(const wick_builder *builder, const block_map *map,
                              wick_ir_value *value)
{
    const int64_t rows[] = {map->blocks, map->elements};
    if (!is_sorted(map)) {
        value = wick_build_view(builder, value, map->rank, map->sizes);
        value = wick_build_permute(builder, value, map->dims);
    }
    return wick_build_view(builder, value, 2, rows);
}

// And back to a tensor of these sizes.
static wick_ir_value *from_rows(const wick_builder *builder, const block_map *map,
                                wick_ir_value *value, const wick_ir_type *type)
{
    int64_t sizes[WICK_MAX_RANK];
    int64_t inverse[WICK_MAX_RANK];
    for (uint32_t i = 0; i < map->rank; i++) {
        sizes[i] = map->sizes[map->dims[i]];
        inverse[map->dims[i]] = i;
    }
    if (!is_sorted(map)) {
        value = wick_build_view(builder, value, map->rank, sizes);
        value = wick_build_permute(builder, value, inverse);
    }
    return wick_build_view(builder, value, type->rank, type->sizes);
}

static bool is_full(const wick_ir_value *value, int64_t count)
{
    return value != NULL && wick_ir_type_is_static(&value->type) &&
           wick_ir_type_fits(&value->type) && (int64_t)wick_ir_type_count(&value->type) == count;
}

// Argument `name` as a vector of `count` with this type; fails if it has another count.
static wick_status vector_of(const wick_builder *builder, const char *name, int64_t count,
                             uint8_t dtype, wick_ir_arg *out)
{
    wick_ir_value *value = wick_argument_tensor(builder->node, name);
    if (!is_full(value, count)) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "argument '%s' does not hold %lld values", name,
                                  (long long)count);
    }
    value = wick_build_view(builder, value, 1, &count);
    *out = wick_ir_arg_value(wick_build_cast(builder, value, dtype));
    return WICK_OK;
}

// The bounds of the integers: arguments, or those of the type where they are None.
static wick_status read_bounds(const wick_builder *builder, uint8_t dtype, int64_t *bounds)
{
    static const char *const names[] = {"quant_min", "quant_max"};
    const int64_t full = dtype == WICK_UINT8 || dtype == WICK_INT8 ? UINT8_MAX
                         : dtype == WICK_INT16                     ? UINT16_MAX
                         : dtype == WICK_INT32                     ? UINT32_MAX
                                                                   : 0;
    bounds[0] = dtype == WICK_UINT8 ? 0 : -(full / 2) - 1;
    bounds[1] = bounds[0] + full;
    for (int i = 0; i < 2; i++) {
        const wick_ir_arg *arg = wick_argument(builder->node, names[i]);
        double number = 0;
        if (arg->kind == WICK_IR_NONE) {
            continue;
        }
        if (!wick_argument_number(arg, &number) || !(number >= INT32_MIN && number <= INT32_MAX) ||
            number != (double)(int64_t)number) {
            return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                      "argument '%s' is no integer of 32 bits", names[i]);
        }
        bounds[i] = (int64_t)number;
    }
    return full != 0 && bounds[0] < bounds[1]
               ? WICK_OK
               : fail(builder, WICK_INVALID_ARGUMENT,
                      "arguments 'quant_min' and 'quant_max' are no range of i8, u8, i16 or i32");
}

static wick_ir_arg dtype_arg(uint8_t dtype)
{
    return (wick_ir_arg){.kind = WICK_IR_DTYPE, .integer = dtype};
}

// (input, scales, zero_points, axis, quant_min, quant_max, dtype) of a per-channel operator.
typedef struct channels {
    wick_ir_value *input;
    wick_ir_arg scales, zero_points;
    int64_t axis;
    int64_t bounds[2];
    uint8_t dtype; // of the integers
} channels;

static wick_ir_value *build_channels(const wick_builder *builder, const char *op_name,
                                     const channels *c, uint8_t result_dtype)
{
    wick_ir_type type = c->input->type;
    type.dtype = result_dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(c->input),
                                c->scales,
                                c->zero_points,
                                wick_ir_arg_int(c->axis),
                                wick_ir_arg_int(c->bounds[0]),
                                wick_ir_arg_int(c->bounds[1]),
                                dtype_arg(c->dtype)};
    return wick_build(builder, op_name, &type, args, 7);
}

// A tensor of zeros where quantize has None: its row takes no None.
static wick_ir_arg no_zero_points(const wick_builder *builder, int64_t count, bool is_quantize)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT64, 1, &count);
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, &count, 1), wick_ir_arg_int(0)};
    return is_quantize ? wick_ir_arg_value(wick_build(builder, "aten::full", &type, args, 2))
                       : wick_ir_arg_none();
}

static wick_status read_parameters(const wick_builder *builder, int64_t count, bool is_quantize,
                                   const char *const names[2], channels *c)
{
    const wick_ir_value *zero_point = wick_argument_tensor(builder->node, names[1]);
    WICK_TRY(vector_of(builder, names[0], count, WICK_FLOAT32, &c->scales));
    if (zero_point == NULL || is_full(zero_point, 0)) {
        c->zero_points = no_zero_points(builder, count, is_quantize);
        return WICK_OK;
    }
    return vector_of(builder, names[1], count, WICK_INT64, &c->zero_points);
}

// torchao::quantize_affine, dequantize_affine: detail names the per-channel operator.
wick_status wick_rewrite_affine(const wick_builder *builder)
{
    static const char *const names[] = {"scale", "zero_point"};
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const bool is_quantize = type->dtype != WICK_FLOAT32;
    channels c = {.dtype = is_quantize ? type->dtype : input->type.dtype};
    block_map map;
    if (!wick_same_sizes(&input->type, type) ||
        (is_quantize && input->type.dtype != WICK_FLOAT32)) {
        return fail(builder, WICK_NOT_SUPPORTED, "only float32 is quantized and dequantized to");
    }
    WICK_TRY(map_blocks(builder, &input->type, &map));
    WICK_TRY(read_bounds(builder, c.dtype, c.bounds));
    WICK_TRY(read_parameters(builder, map.blocks, is_quantize, names, &c));
    const bool is_axis = map.axis >= 0;
    c.input = is_axis ? input : to_rows(builder, &map, input);
    c.axis = is_axis ? map.axis : 0;
    wick_ir_value *result = build_channels(builder, builder->detail, &c, type->dtype);
    wick_replace(builder, 0, is_axis ? result : from_rows(builder, &map, result, type));
    return WICK_OK;
}

// quantized_decomposed::{quantize,dequantize}_per_channel_group: groups lie along the last
// dimension of a matrix.
wick_status wick_rewrite_channel_group(const wick_builder *builder)
{
    static const char *const names[] = {"scales", "zero_points"};
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const bool is_quantize = type->dtype != WICK_FLOAT32;
    channels c = {.dtype = is_quantize ? type->dtype : input->type.dtype};
    const int64_t depth = input->type.rank == 2 ? input->type.sizes[1] : 0;
    int64_t group = wick_argument_int(node, "group_size", 0);
    const wick_ir_value *scales = wick_argument_tensor(node, "scales");
    if (scales != NULL && scales->type.rank > 0 && scales->type.sizes[scales->type.rank - 1] == 1 &&
        group > depth) {
        group = depth; // as eager PyTorch: one group for a shorter row
    }
    if (depth < 1 || group < 1 || depth % group != 0 || input->type.sizes[0] < 1 ||
        !wick_ir_type_is_static(&input->type) || !wick_same_sizes(&input->type, type)) {
        return fail(builder, WICK_INVALID_ARGUMENT,
                    "argument 'group_size' does not divide the rows of a matrix");
    }
    const int64_t rows[] = {input->type.sizes[0] * (depth / group), group};
    WICK_TRY(read_bounds(builder, c.dtype, c.bounds));
    WICK_TRY(read_parameters(builder, rows[0], is_quantize, names, &c));
    c.input = wick_build_view(builder, input, 2, rows);
    wick_ir_value *result = build_channels(builder, builder->detail, &c, type->dtype);
    wick_replace(builder, 0, wick_build_view(builder, result, type->rank, type->sizes));
    return WICK_OK;
}

static wick_ir_value *apply(const wick_builder *builder, const char *op_name, wick_ir_value *value)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, op_name, &value->type, args, 1);
}

static wick_ir_value *combine(const wick_builder *builder, const char *op_name,
                              wick_ir_value *value, wick_ir_arg other)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), other};
    return wick_build(builder, op_name, &value->type, args, 2);
}

static wick_ir_value *divide(const wick_builder *builder, wick_ir_value *value, double divisor)
{
    return combine(builder, "aten::div.Scalar", value, wick_ir_arg_real(divisor));
}

static wick_ir_value *clamp(const wick_builder *builder, wick_ir_value *value, wick_ir_arg minimum,
                            wick_ir_arg maximum)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), minimum, maximum};
    return wick_build(builder, "aten::clamp", &value->type, args, 3);
}

// Least or greatest value of each row of a matrix.
static wick_ir_value *reduce_rows(const wick_builder *builder, const char *op_name,
                                  wick_ir_value *rows)
{
    static const int64_t last[] = {1};
    const wick_ir_type type = wick_ir_type_tensor(rows->type.dtype, 1, rows->type.sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(rows), wick_ir_arg_ints(builder->graph, last, 1)};
    return wick_build(builder, op_name, &type, args, 2);
}

// What choose_qparams_affine computes with.
typedef struct chooser {
    wick_ir_value *low, *high; // of each block, 0 included
    int64_t bounds[2];
    double smallest;
} chooser;

static wick_ir_value *at_least(const wick_builder *builder, const chooser *c, wick_ir_value *scale)
{
    return clamp(builder, scale, wick_ir_arg_real(c->smallest), wick_ir_arg_none());
}

static wick_ir_value *constant_zero_point(const wick_builder *builder, const chooser *c,
                                          const wick_ir_value *like)
{
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, like->type.sizes, like->type.rank),
                                wick_ir_arg_real((double)((c->bounds[0] + c->bounds[1] + 1) / 2))};
    return wick_build(builder, "aten::full", &like->type, args, 2);
}

static void choose_symmetric(const wick_builder *builder, const chooser *c, wick_ir_value **found)
{
    const double half = (double)(c->bounds[1] - c->bounds[0]) / 2;
    wick_ir_value *negative = apply(builder, "aten::neg", c->low);
    wick_ir_value *greatest =
        combine(builder, "aten::maximum", negative, wick_ir_arg_value(c->high));
    found[0] = at_least(builder, c, divide(builder, greatest, half));
    found[1] = constant_zero_point(builder, c, found[0]);
}

static void choose_unclipped(const wick_builder *builder, const chooser *c, wick_ir_value **found)
{
    wick_ir_value *low = divide(builder, c->low, (double)c->bounds[0]);
    wick_ir_value *high = divide(builder, c->high, (double)c->bounds[1]);
    wick_ir_value *wider = combine(builder, "aten::maximum", low, wick_ir_arg_value(high));
    found[0] = at_least(builder, c, wider);
    found[1] = constant_zero_point(builder, c, found[0]);
}

static void choose_asymmetric(const wick_builder *builder, const chooser *c, wick_ir_value **found)
{
    const wick_ir_arg minimum = wick_ir_arg_real((double)c->bounds[0]);
    const wick_ir_arg maximum = wick_ir_arg_real((double)c->bounds[1]);
    wick_ir_value *width = combine(builder, "aten::sub.Tensor", c->high, wick_ir_arg_value(c->low));
    found[0] = at_least(builder, c, divide(builder, width, (double)(c->bounds[1] - c->bounds[0])));
    wick_ir_value *steps =
        combine(builder, "aten::div.Tensor", c->low, wick_ir_arg_value(found[0]));
    wick_ir_value *zero_point =
        combine(builder, "aten::rsub.Scalar", apply(builder, "aten::round", steps), minimum);
    found[1] = clamp(builder, zero_point, minimum, maximum);
}

static const struct {
    const char *name;
    void (*choose)(const wick_builder *builder, const chooser *c, wick_ir_value **found);
} mappings[] = {
    {"SYMMETRIC", choose_symmetric},
    {"SYMMETRIC_NO_CLIPPING_ERR", choose_unclipped},
    {"ASYMMETRIC", choose_asymmetric},
};

static wick_status choose(const wick_builder *builder, const chooser *c, wick_ir_value **found)
{
    const wick_ir_arg *mapping = wick_argument(builder->node, "mapping_type");
    for (size_t i = 0; i < sizeof mappings / sizeof mappings[0]; i++) {
        if (mapping->kind == WICK_IR_STRING && strcmp(mapping->string, mappings[i].name) == 0) {
            mappings[i].choose(builder, c, found);
            return WICK_OK;
        }
    }
    return fail(builder, WICK_NOT_SUPPORTED,
                "argument 'mapping_type' is none of SYMMETRIC, SYMMETRIC_NO_CLIPPING_ERR, "
                "ASYMMETRIC");
}

// torchao::choose_qparams_affine: the least and greatest value of each block give its scale.
wick_status wick_rewrite_choose_affine(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *target = wick_argument(node, "target_dtype");
    const wick_ir_arg *eps = wick_argument(node, "eps");
    chooser c = {.smallest = 0x1p-126}; // the least normal float32
    block_map map;
    wick_ir_value *found[2];
    if (input->type.dtype != WICK_FLOAT32 || target->kind != WICK_IR_DTYPE ||
        node->output_count != 2 ||
        (eps->kind != WICK_IR_NONE && !wick_argument_number(eps, &c.smallest))) {
        return fail(builder, WICK_NOT_SUPPORTED, "scales are chosen for float32 only");
    }
    WICK_TRY(map_blocks(builder, &input->type, &map));
    WICK_TRY(read_bounds(builder, (uint8_t)target->integer, c.bounds));
    wick_ir_value *rows = to_rows(builder, &map, input);
    c.low = clamp(builder, reduce_rows(builder, "aten::amin", rows), wick_ir_arg_none(),
                  wick_ir_arg_real(0));
    c.high = clamp(builder, reduce_rows(builder, "aten::amax", rows), wick_ir_arg_real(0),
                   wick_ir_arg_none());
    WICK_TRY(choose(builder, &c, found));
    for (uint32_t i = 0; i < 2; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        if (!is_full(node->outputs[i], map.blocks)) {
            return fail(builder, WICK_INVALID_PROGRAM, "the results do not have a value a block");
        }
        found[i] = wick_build_cast(builder, found[i], type->dtype);
        wick_replace(builder, i, wick_build_view(builder, found[i], type->rank, type->sizes));
    }
    return WICK_OK;
}

// The number that a constant of one element holds.
static bool constant_number(const wick_ir_value *value, double *out)
{
    if (!is_full(value, 1) || !wick_ir_value_is_constant(value) || value->type.dtype == WICK_BOOL) {
        return false;
    }
    *out = wick_element_get(value->type.dtype, value->data, 0);
    return true;
}

static bool fits_int64(double number)
{
    return number >= -0x1p53 && number <= 0x1p53 && number == (double)(int64_t)number;
}

// .tensor2, whose quant_min and quant_max are tensors: detail names the form with numbers.
wick_status wick_rewrite_tensor_bounds(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    double low = 0;
    double high = 0;
    if (!constant_number(wick_argument_tensor(node, "quant_min"), &low) ||
        !constant_number(wick_argument_tensor(node, "quant_max"), &high) || !fits_int64(low) ||
        !fits_int64(high)) {
        return fail(builder, WICK_NOT_SUPPORTED,
                    "arguments 'quant_min' and 'quant_max' are no constant integers");
    }
    const wick_ir_arg args[] = {node->args[0],
                                node->args[1],
                                node->args[2],
                                wick_ir_arg_int((int64_t)low),
                                wick_ir_arg_int((int64_t)high),
                                *wick_argument(node, "dtype")};
    wick_replace(builder, 0,
                 wick_build(builder, builder->detail, &node->outputs[0]->type, args, 6));
    return WICK_OK;
}

// int8 x int8 -> int32, which a product of int32 gives as well.
wick_status wick_rewrite_int_mm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const uint8_t dtype = node->outputs[0]->type.dtype;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build_cast(builder, wick_argument_tensor_at(node, 0), dtype)),
        wick_ir_arg_value(wick_build_cast(builder, wick_argument_tensor_at(node, 1), dtype))};
    wick_replace(builder, 0, wick_build(builder, "aten::mm", &node->outputs[0]->type, args, 2));
    return WICK_OK;
}

// Whether argument `name` is a tensor of none of these types.
static bool is_other(const wick_ir_node *node, const char *name, uint8_t one, uint8_t other)
{
    const wick_ir_value *value = wick_argument_tensor(node, name);
    return value != NULL && value->type.kind == WICK_VALUE_TENSOR && value->type.dtype != one &&
           value->type.dtype != other;
}

bool wick_applies_to_scale_types(const wick_ir_node *node)
{
    const uint8_t wide = strstr(node->op->name, "per_channel") ? WICK_FLOAT32 : WICK_FLOAT64;
    return is_other(node, "scales", WICK_FLOAT32, wide) ||
           is_other(node, "scale", WICK_FLOAT32, wide) ||
           is_other(node, "zero_points", WICK_INT64, WICK_INT64) ||
           is_other(node, "zero_point", WICK_INT64, WICK_INT64);
}

// Scales become float32, zero points int64: what the rows take.
wick_status wick_rewrite_scale_types(const wick_builder *builder)
{
    enum { SCALE = 1, ZERO_POINT, MAX_ARGS = 8 };
    const wick_ir_node *node = builder->node;
    const uint32_t count = node->op->parameter_count;
    const bool is_wide = strstr(node->op->name, "per_channel") == NULL;
    wick_ir_value *scale = wick_argument_tensor_at(node, SCALE);
    wick_ir_value *zero_point = wick_argument_tensor_at(node, ZERO_POINT);
    wick_ir_arg args[MAX_ARGS];
    memcpy(args, node->args, count * sizeof args[0]);
    if (scale != NULL && !(is_wide && scale->type.dtype == WICK_FLOAT64)) {
        args[SCALE] = wick_ir_arg_value(wick_build_cast(builder, scale, WICK_FLOAT32));
    }
    if (zero_point != NULL) {
        args[ZERO_POINT] = wick_ir_arg_value(wick_build_cast(builder, zero_point, WICK_INT64));
    }
    wick_replace(builder, 0,
                 wick_build(builder, node->op->name, &node->outputs[0]->type, args, count));
    return WICK_OK;
}

bool wick_applies_to_constant_scale(const wick_ir_node *node)
{
    double scale = 0;
    double zero_point = 0;
    return constant_number(wick_argument_tensor(node, "scale"), &scale) &&
           constant_number(wick_argument_tensor(node, "zero_point"), &zero_point) &&
           fits_int64(zero_point);
}

// quantize_per_tensor.tensor(x, constant, constant, ..): the numbers themselves, so that passes see
// a static scale.
wick_status wick_rewrite_constant_scale(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    double scale = 0;
    double zero_point = 0;
    wick_ir_arg args[8];
    if (!constant_number(wick_argument_tensor(node, "scale"), &scale) ||
        !constant_number(wick_argument_tensor(node, "zero_point"), &zero_point)) {
        return fail(builder, WICK_INTERNAL, "the scale is no constant");
    }
    memcpy(args, node->args, node->op->parameter_count * sizeof args[0]);
    args[1] = wick_ir_arg_real(scale);
    args[2] = wick_ir_arg_int((int64_t)zero_point);
    const char *name = wick_arena_format(builder->graph->arena, "%.*s",
                                         (int)(strstr(node->op->name, ".tensor") - node->op->name),
                                         node->op->name);
    wick_replace(
        builder, 0,
        wick_build(builder, name, &node->outputs[0]->type, args, node->op->parameter_count));
    return WICK_OK;
}
