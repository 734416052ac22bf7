// SPDX-License-Identifier: BSD-3-Clause
// What stands around a float operator of a quantized graph: steps, weights, bias; and whether it
// can mean anything.
#include "compiler/passes/constant.h"
#include "compiler/passes/quantized/lower_quantized.h"
#include "compiler/quant_blocks/scale.h"
#include "ops/op.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define NAMESPACE "quantized_decomposed::"

bool wick_is_step_dtype(uint8_t dtype)
{
    return dtype == WICK_INT8 || dtype == WICK_INT16;
}

bool wick_is_quantize(const wick_ir_node *node)
{
    return wick_node_is(node, NAMESPACE "quantize_per_tensor") &&
           wick_is_step_dtype(node->outputs[0]->type.dtype);
}

bool wick_is_dequantize(const wick_ir_node *node)
{
    return (node->op->traits & WICK_OP_DEQUANTIZE) != 0;
}

wick_steps wick_steps_of(const wick_ir_node *node)
{
    wick_steps steps = {0};
    wick_argument_number(wick_argument(node, "scale"), &steps.scale);
    steps.zero_point = (int32_t)wick_argument_int(node, "zero_point", 0);
    steps.minimum = (int32_t)wick_argument_int(node, "quant_min", 0);
    steps.maximum = (int32_t)wick_argument_int(node, "quant_max", 0);
    return steps;
}

bool wick_steps_equal(const wick_steps *a, const wick_steps *b)
{
    return a->scale == b->scale && a->zero_point == b->zero_point;
}

bool wick_quantized_read(const wick_ir_value *value, wick_quantized *out)
{
    const wick_ir_node *node = wick_producer_if(value, NAMESPACE "dequantize_per_tensor");
    if (node == NULL || value->type.dtype != WICK_FLOAT32) {
        return false;
    }
    *out = (wick_quantized){wick_argument_tensor_at(node, 0), wick_steps_of(node)};
    return out->value != NULL && wick_is_step_dtype(out->value->type.dtype) &&
           wick_ir_type_is_static(&out->value->type) &&
           wick_same_sizes(&out->value->type, &value->type);
}

bool wick_quantized_read_s8(const wick_ir_value *value, wick_quantized *out)
{
    return wick_quantized_read(value, out) && out->value->type.dtype == WICK_INT8;
}

static bool is_constant(const wick_ir_value *value)
{
    return value != NULL && wick_ir_value_is_constant(value);
}

// Whether zero points are absent or all 0.
static bool is_symmetric(const wick_ir_node *node)
{
    const wick_ir_value *points = wick_argument_tensor(node, "zero_points");
    return points == NULL || (is_constant(points) && (wick_constant_is_all(points, 0) ||
                                                      wick_ir_type_count(&points->type) == 0));
}

static bool read_per_tensor(const wick_ir_node *node, wick_quantized_weight *out)
{
    const wick_steps steps = wick_steps_of(node);
    out->scale = steps.scale;
    return steps.zero_point == 0;
}

static bool read_per_channel(const wick_ir_node *node, wick_quantized_weight *out)
{
    out->scales = wick_argument_tensor(node, "scales");
    out->axis = wick_wrap_dim(wick_argument_int(node, "axis", 0), out->value->type.rank);
    return is_constant(out->scales) && is_symmetric(node);
}

static bool read_weight(const wick_ir_value *value, uint8_t dtype, wick_quantized_weight *out)
{
    const wick_ir_node *tensor = wick_producer_if(value, NAMESPACE "dequantize_per_tensor");
    const wick_ir_node *channel = wick_producer_if(value, NAMESPACE "dequantize_per_channel");
    const wick_ir_node *node = tensor != NULL ? tensor : channel;
    *out = (wick_quantized_weight){0};
    if (node == NULL) {
        return false;
    }
    const wick_steps bounds = wick_steps_of(node);
    out->value = wick_argument_tensor_at(node, 0);
    out->has_4_bits = bounds.minimum >= -8 && bounds.maximum <= 7;
    return is_constant(out->value) && out->value->type.dtype == dtype &&
           (tensor != NULL ? read_per_tensor(node, out) : read_per_channel(node, out));
}

bool wick_quantized_weight_read(const wick_ir_value *value, wick_quantized_weight *out)
{
    return read_weight(value, WICK_INT8, out);
}

double wick_quantized_weight_scale(const wick_quantized_weight *weight, size_t index)
{
    return weight->scales == NULL
               ? weight->scale
               : wick_element_get(weight->scales->type.dtype, weight->scales->data, index);
}

const double *wick_quantized_bias_read(wick_arena *arena, const wick_ir_value *value, size_t count)
{
    wick_quantized_weight steps;
    double *reals = wick_arena_alloc(arena, count, sizeof *reals);
    const bool is_quantized = read_weight(value, WICK_INT32, &steps);
    const wick_ir_value *data = is_quantized ? steps.value : value;
    const bool has_scales =
        steps.scales == NULL || wick_ir_type_count(&steps.scales->type) == count;
    if (!is_constant(data) || wick_ir_type_count(&data->type) != count || !has_scales ||
        (!is_quantized && !wick_dtype_is_float(data->type.dtype))) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const double scale = is_quantized ? wick_quantized_weight_scale(&steps, i) : 1;
        reals[i] = wick_element_get(data->type.dtype, data->data, i) * scale;
    }
    return reals;
}

// As quantize does it: the reciprocal in double, the product in float32, halves to even.
double wick_step_of(const wick_steps *steps, double real)
{
    const float product = (float)real * (float)(1.0 / steps->scale);
    return (double)rintf(product) + steps->zero_point;
}

bool wick_scale_rounded_once(double factor, wick_quant_scale *out)
{
    const double multiplier = rint(factor * 2147483648.0);
    if (!(multiplier >= 0 && multiplier < 2147483648.0)) {
        return wick_quant_scale_from_real(factor, out);
    }
    *out = (wick_quant_scale){(int32_t)multiplier, 0};
    return true;
}

static bool is_usable_scale(double scale)
{
    return isfinite(scale) && scale >= (double)FLT_MIN && scale <= (double)FLT_MAX;
}

static wick_status check_scale(const wick_pass_context *context, const wick_ir_node *node,
                               double scale)
{
    return is_usable_scale(scale)
               ? WICK_OK
               : wick_ir_node_error(context->diag, node, WICK_INVALID_ARGUMENT,
                                    "scale %g is no step width: it must be positive, finite and "
                                    "a normal float32",
                                    scale);
}

static bool bounds_of(const wick_ir_node *node, int64_t *low, int64_t *high)
{
    *low = wick_argument_int(node, "quant_min", INT32_MIN);
    *high = wick_argument_int(node, "quant_max", INT32_MAX);
    return *low < *high && *low >= INT32_MIN && *high <= INT32_MAX;
}

static wick_status check_bounds(const wick_pass_context *context, const wick_ir_node *node)
{
    int64_t low;
    int64_t high;
    return bounds_of(node, &low, &high)
               ? WICK_OK
               : wick_ir_node_error(context->diag, node, WICK_INVALID_ARGUMENT,
                                    "steps from %lld to %lld are none", (long long)low,
                                    (long long)high);
}

static wick_status check_zero_point(const wick_pass_context *context, const wick_ir_node *node,
                                    double point)
{
    int64_t low;
    int64_t high;
    bounds_of(node, &low, &high);
    return point >= (double)low && point <= (double)high
               ? WICK_OK
               : wick_ir_node_error(context->diag, node, WICK_INVALID_ARGUMENT,
                                    "zero point %.0f lies outside of the steps %lld to %lld", point,
                                    (long long)low, (long long)high);
}

static wick_status check_per_tensor(const wick_pass_context *context, const wick_ir_node *node)
{
    double scale = 0;
    wick_argument_number(wick_argument(node, "scale"), &scale);
    WICK_TRY(check_scale(context, node, scale));
    WICK_TRY(check_bounds(context, node));
    return check_zero_point(context, node, (double)wick_argument_int(node, "zero_point", 0));
}

// A tensor of one number for each channel.
static wick_status check_channels(const wick_pass_context *context, const wick_ir_node *node,
                                  const char *name, int64_t channels)
{
    const wick_ir_value *numbers = wick_argument_tensor(node, name);
    if (numbers == NULL || (int64_t)wick_ir_type_count(&numbers->type) == channels) {
        return WICK_OK;
    }
    return wick_ir_node_error(context->diag, node, WICK_INVALID_ARGUMENT,
                              "%zu %s for %lld channels", wick_ir_type_count(&numbers->type), name,
                              (long long)channels);
}

typedef wick_status check_number(const wick_pass_context *context, const wick_ir_node *node,
                                 double number);

static wick_status check_each(const wick_pass_context *context, const wick_ir_node *node,
                              const char *name, check_number *check)
{
    const wick_ir_value *numbers = wick_argument_tensor(node, name);
    const size_t count = is_constant(numbers) ? wick_ir_type_count(&numbers->type) : 0;
    for (size_t i = 0; i < count; i++) {
        WICK_TRY(check(context, node, wick_element_get(numbers->type.dtype, numbers->data, i)));
    }
    return WICK_OK;
}

static wick_status check_per_channel(const wick_pass_context *context, const wick_ir_node *node)
{
    const wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const int64_t axis = wick_argument_int(node, "axis", 0);
    if (input == NULL) {
        return WICK_OK; // legalize says what it is
    }
    const wick_ir_type *type = &input->type;
    if (axis < -(int64_t)type->rank || axis >= type->rank) {
        return wick_ir_node_error(context->diag, node, WICK_INVALID_ARGUMENT,
                                  "axis %lld of a tensor of rank %u", (long long)axis, type->rank);
    }
    const int64_t channels = type->sizes[wick_wrap_dim(axis, type->rank)];
    WICK_TRY(check_bounds(context, node));
    WICK_TRY(check_channels(context, node, "scales", channels));
    WICK_TRY(check_channels(context, node, "zero_points", channels));
    WICK_TRY(check_each(context, node, "scales", check_scale));
    return check_each(context, node, "zero_points", check_zero_point);
}

wick_status wick_quantized_check(const wick_pass_context *context, const wick_ir_graph *graph)
{
    static const struct {
        const char *name;
        wick_status (*check)(const wick_pass_context *context, const wick_ir_node *node);
    } rows[] = {
        {NAMESPACE "quantize_per_tensor", check_per_tensor},
        {NAMESPACE "dequantize_per_tensor", check_per_tensor},
        {NAMESPACE "quantize_per_channel", check_per_channel},
        {NAMESPACE "dequantize_per_channel", check_per_channel},
    };
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            if (wick_node_is(node, rows[i].name)) {
                WICK_TRY(rows[i].check(context, node));
            }
        }
    }
    return WICK_OK;
}
