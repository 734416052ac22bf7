// SPDX-License-Identifier: BSD-3-Clause
// Pass fold_batch_norm: batch norm with constant statistics scales and shifts each channel; the
// convolution, linear, addmm or mm before it takes over both.
//
// Before  %c = aten::convolution(%x, %w, %b, ..)    %y, %_, %_ =
// aten::_native_batch_norm_legit_no_training(%c, ..) After   %y = aten::convolution(%x, %w2, %b2,
// ..)  with w2 = w * scale, b2 = (b - mean) * scale + beta,
//         scale = gamma / sqrt(var + eps)
// Holds   constant weights and statistics; %c has no other use; the channels of both are the same.
// Result  computed in double and rounded once to the weight's type: closer to the exact result than
// the two steps were,
//         not the same bits. Weights that would overflow their type are left alone.
#include "compiler/passes/build.h"
#include "compiler/passes/constant.h"
#include "compiler/passes/explain.h"

#include <math.h>

// Where the weight and bias of an operator are, and which weight dimension counts output channels.
typedef struct host_row {
    const char *op_name;
    const char *weight;
    const char *bias;
    uint32_t channel_dim;
} host_row;

static const host_row hosts[] = {
    {"aten::convolution", "weight", "bias", 0}, // transposed: 1, within a group
    {"aten::linear", "weight", "bias", 0},
    {"aten::addmm", "mat2", "self", 1},
    {"aten::mm", "mat2", NULL, 1},
};

typedef struct fold {
    wick_ir_node *host;
    const host_row *row;
    wick_ir_node *norm;
    wick_ir_value *weight;
    wick_ir_value *bias; // NULL if there is none
    uint32_t channel_dim;
    uint32_t channels;
    uint32_t
        groups; // of a transposed convolution, whose weight counts channels within a group; else 1
    double *scale;
    double *shift;
} fold;

static const host_row *find_host(const wick_ir_node *node)
{
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        if (wick_node_is(node, hosts[i].op_name)) {
            return &hosts[i];
        }
    }
    return NULL;
}

// A constant vector of this many elements, or, where allowed, none.
static bool is_vector(const wick_ir_value *value, uint32_t count, bool may_lack)
{
    if (value == NULL) {
        return may_lack;
    }
    return wick_ir_value_is_constant(value) && value->type.rank == 1 &&
           value->type.sizes[0] == count;
}

static bool norm_is_constant(const wick_ir_node *norm, uint32_t channels)
{
    return is_vector(wick_argument_tensor(norm, "weight"), channels, true) &&
           is_vector(wick_argument_tensor(norm, "bias"), channels, true) &&
           is_vector(wick_argument_tensor(norm, "running_mean"), channels, false) &&
           is_vector(wick_argument_tensor(norm, "running_var"), channels, false) &&
           norm->outputs[1]->use_count == 0 && norm->outputs[2]->use_count == 0;
}

// addmm(b, x, w) with factors other than 1 is not one to scale.
static bool has_unit_factors(const wick_ir_node *host)
{
    double alpha = 1;
    double beta = 1;
    wick_argument_number(wick_argument(host, "alpha"), &alpha);
    wick_argument_number(wick_argument(host, "beta"), &beta);
    return alpha == 1 && beta == 1;
}

static bool find_channels(fold *f)
{
    const wick_ir_type *weight = &f->weight->type;
    const wick_ir_type *result = &f->host->outputs[0]->type;
    const bool is_transposed = wick_argument_bool(f->host, "transposed", false);
    const int64_t groups = is_transposed ? wick_argument_int(f->host, "groups", 1) : 1;
    const bool is_matrix = f->row != &hosts[0];
    if (weight->rank < 2 || result->rank < 2 || (is_matrix && result->rank != 2)) {
        return false; // of a linear on more dimensions, batch norm takes another one as channel
    }
    f->channel_dim = is_transposed ? 1 : f->row->channel_dim;
    if (groups < 1 || groups > weight->sizes[0] || weight->sizes[0] % groups != 0 ||
        result->sizes[1] > UINT32_MAX ||
        weight->sizes[f->channel_dim] * groups != result->sizes[1]) {
        return false;
    }
    f->groups = (uint32_t)groups;
    f->channels = (uint32_t)result->sizes[1];
    return true;
}

// Why the norm cannot go into what gives its input; NULL if it can.
static const char *match(wick_ir_node *norm, fold *f)
{
    wick_ir_value *input = wick_argument_tensor(norm, "input");
    if (input == NULL || input->kind != WICK_IR_RESULT) {
        return "nothing computes its input";
    }
    f->norm = norm;
    f->host = input->producer;
    f->row = find_host(f->host);
    if (f->row == NULL || !has_unit_factors(f->host) ||
        !wick_ir_type_equal(&input->type, &norm->outputs[0]->type)) {
        return "what computes its input is no layer that scales by channel";
    }
    if (input->use_count != 1) {
        return "its input is read by others, too";
    }
    f->weight = wick_argument_tensor(f->host, f->row->weight);
    f->bias = f->row->bias != NULL ? wick_argument_tensor(f->host, f->row->bias) : NULL;
    if (f->weight == NULL || !wick_ir_value_is_constant(f->weight) ||
        f->weight->type.dtype != input->type.dtype) {
        return "the weight of the layer before it is no constant of its type";
    }
    if (!find_channels(f)) {
        return "its channels are not those of the layer before it";
    }
    return !norm_is_constant(norm, f->channels) || !is_vector(f->bias, f->channels, true)
               ? "its statistics, or the bias of the layer before it, are no constants"
               : NULL;
}

static double element_or(const wick_ir_value *value, size_t index, double fallback)
{
    return value != NULL ? wick_element_get(value->type.dtype, value->data, index) : fallback;
}

static void compute_scale(wick_arena *arena, fold *f)
{
    const wick_ir_value *gamma = wick_argument_tensor(f->norm, "weight");
    const wick_ir_value *beta = wick_argument_tensor(f->norm, "bias");
    const wick_ir_value *mean = wick_argument_tensor(f->norm, "running_mean");
    const wick_ir_value *variance = wick_argument_tensor(f->norm, "running_var");
    double epsilon = 0;
    wick_argument_number(wick_argument(f->norm, "eps"), &epsilon);
    f->scale = wick_arena_alloc(arena, f->channels, sizeof *f->scale);
    f->shift = wick_arena_alloc(arena, f->channels, sizeof *f->shift);
    for (uint32_t c = 0; c < f->channels; c++) {
        f->scale[c] = element_or(gamma, c, 1) / sqrt(element_or(variance, c, 0) + epsilon);
        f->shift[c] = (element_or(f->bias, c, 0) - element_or(mean, c, 0)) * f->scale[c] +
                      element_or(beta, c, 0);
    }
}

// Output channel of weight element `index`.
static uint32_t channel_of(const fold *f, size_t index)
{
    const wick_ir_type *type = &f->weight->type;
    size_t inner = 1;
    for (uint32_t i = f->channel_dim + 1; i < type->rank; i++) {
        inner *= (size_t)type->sizes[i];
    }
    const size_t within = (size_t)type->sizes[f->channel_dim];
    const size_t channel = index / inner % within;
    if (f->groups == 1) {
        return (uint32_t)channel;
    }
    const size_t input_channel = index / inner / within; // weight is [in, out / groups, ..]
    return (uint32_t)(input_channel / ((size_t)type->sizes[0] / f->groups) * within + channel);
}

static wick_ir_value *make_weight(wick_ir_graph *graph, const fold *f)
{
    const wick_ir_type *type = &f->weight->type;
    const size_t count = wick_ir_type_count(type);
    uint8_t *data = wick_arena_alloc(graph->arena, count, wick_dtype_size_bytes(type->dtype));
    for (size_t i = 0; i < count; i++) {
        const double value = wick_element_get(type->dtype, f->weight->data, i);
        wick_element_set(type->dtype, data, i, value * f->scale[channel_of(f, i)]);
    }
    return wick_ir_constant_create(graph, f->weight->name, type, data);
}

static wick_ir_value *make_bias(wick_ir_graph *graph, const fold *f)
{
    const int64_t sizes = f->channels;
    const wick_ir_type type = wick_ir_type_tensor(f->weight->type.dtype, 1, &sizes);
    uint8_t *data = wick_arena_alloc(graph->arena, f->channels, wick_dtype_size_bytes(type.dtype));
    for (uint32_t c = 0; c < f->channels; c++) {
        wick_element_set(type.dtype, data, c, f->shift[c]);
    }
    const char *hint =
        f->bias != NULL ? f->bias->name : wick_arena_format(graph->arena, "%s_bias", f->host->name);
    return wick_ir_constant_create(graph, hint, &type, data);
}

static void replace_host(const wick_pass_context *context, wick_ir_graph *graph, const fold *f,
                         wick_ir_value *weight, wick_ir_value *bias)
{
    const wick_builder builder = {context, graph, f->norm, f->norm, NULL};
    const bool is_mm = f->row->bias == NULL;
    wick_ir_node *host = f->host;
    if (is_mm) { // mm has no place for a bias
        const wick_ir_arg args[] = {wick_ir_arg_value(bias), host->args[0],
                                    wick_ir_arg_value(weight)};
        host = wick_build_node(&builder, "aten::addmm", &f->host->outputs[0]->type, args, 3);
    } else {
        host->args[wick_ir_op_parameter(host->op, f->row->weight)] = wick_ir_arg_value(weight);
        host->args[wick_ir_op_parameter(host->op, f->row->bias)] = wick_ir_arg_value(bias);
    }
    wick_replace(&builder, 0, host->outputs[0]);
    if (is_mm) {
        wick_ir_node_remove(graph, f->host);
    }
}

static bool fold_norm(const wick_pass_context *context, wick_ir_graph *graph, wick_ir_node *norm)
{
    fold f = {0};
    const char *reason = match(norm, &f);
    if (reason != NULL) {
        wick_explain_left(context, graph, norm, "%s", reason);
        return false;
    }
    compute_scale(graph->arena, &f);
    wick_ir_value *weight = make_weight(graph, &f);
    wick_ir_value *bias = make_bias(graph, &f);
    if (!wick_constant_is_finite(weight) || !wick_constant_is_finite(bias)) {
        wick_explain_left(context, graph, norm, "scaled weights would not be finite");
        return false;
    }
    wick_explain_done(context, graph, norm, "folded into '%s' (%s)", f.host->name,
                      f.host->op->name);
    replace_host(context, graph, &f, weight, bias);
    return true;
}

wick_status wick_pass_fold_batch_norm(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_ir_node *next = NULL;
    wick_ir_count_uses(graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        next = node->next;
        if (wick_node_is(node, "aten::_native_batch_norm_legit_no_training") &&
            fold_norm(context, graph, node)) {
            wick_ir_node_remove(graph, node);
            wick_ir_count_uses(graph);
        }
    }
    return WICK_OK;
}
