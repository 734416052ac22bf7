// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/model.h"

#include "compiler/passes/quantized/lower_quantized.h"

#include <string.h>

// All float activations of all samples are kept; more samples than fit are left out.
#define ACTIVATION_LIMIT_BYTES ((size_t)1 << 29)

static const wick_quant_row rows[] = {
#define WICK_QUANT_OP(name, role, scale, zero_point) \
    {name, WICK_QUANT_##role, {scale, zero_point, false}},
#include "compiler/quant/patterns.def"
#undef WICK_QUANT_OP
};

const wick_quant_row *wick_quant_row_of(const wick_ir_op *op)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, op->name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

wick_quant_tensor *wick_quant_tensor_of(const wick_quant_model *model, const wick_ir_value *value)
{
    return &model->tensors[value->index];
}

const float *wick_quant_real(const wick_quant_tensor *tensor)
{
    return (const float *)(const void *)tensor->real;
}

float *wick_quant_tried(const wick_quant_tensor *tensor)
{
    return (float *)(void *)tensor->quant;
}

const float *wick_quant_left(const wick_quant_tensor *tensor)
{
    return (const float *)(const void *)(tensor->leaves_narrow ? tensor->narrow_quant
                                                               : tensor->quant);
}

// Weight or bias of a layer.
static bool is_parameter(const wick_quant_node *node, const wick_quant_tensor *tensor)
{
    const wick_quant_layer *layer = node->layer;
    const wick_ir_arg *args = node->node->args;
    return layer != NULL && tensor->stride == 0 &&
           (args[layer->weight_arg].value == tensor->value ||
            (layer->bias_arg != UINT32_MAX && args[layer->bias_arg].kind == WICK_IR_VALUE &&
             args[layer->bias_arg].value == tensor->value));
}

bool wick_quant_reads_rescaled(const wick_quant_node *reader, const wick_quant_tensor *tensor)
{
    return reader->is_active && tensor->is_quantized && tensor->is_wide != reader->is_wide &&
           !is_parameter(reader, tensor);
}

static bool reads_narrow(const wick_quant_node *reader, const wick_quant_tensor *tensor)
{
    return tensor->is_wide && wick_quant_reads_rescaled(reader, tensor);
}

float *wick_quant_tried_by(const wick_quant_node *reader, const wick_quant_tensor *tensor)
{
    return (float *)(void *)(reads_narrow(reader, tensor) ? tensor->narrow_quant : tensor->quant);
}

wick_quant_params wick_quant_params_for(const wick_quant_node *reader,
                                        const wick_quant_tensor *tensor)
{
    if (!wick_quant_reads_rescaled(reader, tensor)) {
        return tensor->params;
    }
    return tensor->is_wide ? tensor->narrow : wick_quant_widened(&tensor->params);
}

size_t wick_quant_weight_at(const wick_quant_layer *layer, uint32_t out, uint32_t k)
{
    if (layer->axis == 0) {
        return (size_t)out * layer->depth + k;
    }
    // [rows, outs, inner]: a matrix on the right (inner 1), or a transposed convolution
    return (k / layer->inner * layer->outs + out) * layer->inner + k % layer->inner;
}

// ---- creation

static bool is_f32(const wick_ir_value *value)
{
    return value != NULL && value->type.kind == WICK_VALUE_TENSOR &&
           value->type.dtype == WICK_FLOAT32;
}

static const wick_ir_value *constant_argument(const wick_ir_node *node, const char *name)
{
    const wick_ir_value *value = wick_argument_tensor(node, name);
    return is_f32(value) && value->data != NULL ? value : NULL;
}

// Which of the arguments hold weight and bias, by operator.
typedef struct layer_form {
    const char *name, *weight, *bias;
    uint32_t axis;
} layer_form;

static const layer_form layer_forms[] = {{"aten::convolution", "weight", "bias", 0},
                                         {"aten::linear", "weight", "bias", 0},
                                         {"aten::addmm", "mat2", "self", 1},
                                         {"aten::mm", "mat2", NULL, 1}};

static const layer_form *form_of(const wick_ir_node *node)
{
    const layer_form *form = layer_forms;
    while (!wick_node_is(node, form->name)) {
        form++;
    }
    return form;
}

// A bias is a constant vector with an entry for each output, or nothing.
static bool bias_fits(const wick_ir_node *node, const layer_form *form, int64_t outs)
{
    const wick_ir_value *bias = form->bias ? wick_argument_tensor(node, form->bias) : NULL;
    double alpha = 1;
    double beta = 1;
    wick_argument_number(wick_argument(node, "alpha"), &alpha);
    wick_argument_number(wick_argument(node, "beta"), &beta);
    return alpha == 1 && beta == 1 &&
           (bias == NULL || (constant_argument(node, form->bias) != NULL && bias->type.rank == 1 &&
                             bias->type.sizes[0] == outs));
}

// NULL where the weights are not constant or have a form that has no scale for each output.
static wick_quant_layer *make_layer(wick_arena *arena, const wick_ir_node *node)
{
    const layer_form *form = form_of(node);
    const wick_ir_value *weight = constant_argument(node, form->weight);
    const int64_t groups = wick_argument_int(node, "groups", 1);
    const bool is_transposed = wick_argument_bool(node, "transposed", false);
    if (weight == NULL || weight->type.rank < 2 || (is_transposed && groups != 1) || groups < 1) {
        return NULL;
    }
    wick_quant_layer *layer = wick_arena_alloc(arena, 1, sizeof *layer);
    layer->is_convolution = form == &layer_forms[0];
    layer->is_transposed = is_transposed;
    layer->axis = is_transposed ? 1 : form->axis;
    layer->outs = (uint32_t)weight->type.sizes[layer->axis];
    layer->groups = (uint32_t)groups;
    layer->weight_arg = (uint32_t)wick_ir_op_parameter(node->op, form->weight);
    layer->bias_arg =
        form->bias ? (uint32_t)wick_ir_op_parameter(node->op, form->bias) : UINT32_MAX;
    if (layer->outs == 0 || layer->outs % layer->groups != 0 ||
        !bias_fits(node, form, layer->outs)) {
        return NULL;
    }
    layer->depth = (uint32_t)(wick_ir_type_count(&weight->type) / layer->outs);
    layer->inner = 1;
    for (uint32_t i = layer->axis + 1; i < weight->type.rank; i++) {
        layer->inner *= (size_t)weight->type.sizes[i];
    }
    return layer->depth > 0 ? layer : NULL;
}

static wick_status add_tensor(wick_quant_model *model, wick_ir_value *value)
{
    wick_quant_tensor *tensor = &model->tensors[model->tensor_count];
    value->index = model->tensor_count++;
    tensor->value = value;
    if (value->type.kind != WICK_VALUE_TENSOR) {
        return WICK_OK;
    }
    if (!wick_ir_type_is_static(&value->type)) {
        return wick_diag_error(model->context->diag, WICK_NOT_SUPPORTED, value->name,
                               "has a dynamic shape; quantization takes fixed ones");
    }
    if (!wick_ir_type_fits(&value->type)) {
        return wick_diag_error(model->context->diag, WICK_NOT_SUPPORTED, value->name,
                               "is larger than any memory");
    }
    tensor->count = wick_ir_type_count(&value->type);
    tensor->stride = value->data != NULL ? 0 : wick_ir_type_size_bytes(&value->type);
    tensor->real = value->data;
    return WICK_OK;
}

// Those of a sample follow those of the sample before.
static bool draws_numbers(const wick_ir_node *node)
{
    return (node->op->traits & WICK_OP_RANDOM) != 0;
}

static wick_status prepare_node(wick_quant_model *model, wick_quant_node *node)
{
    const char *reason = NULL;
    const wick_ir_op *op = node->node->op;
    if (op->row < 0) {
        return wick_ir_node_error(model->context->diag, node->node, WICK_NOT_SUPPORTED,
                                  "no kernel of Wick runs this operator, so that it cannot be "
                                  "calibrated");
    }
    if (strncmp(op->name, "quantized_decomposed::", 22) == 0) {
        return wick_ir_node_error(model->context->diag, node->node, WICK_INVALID_ARGUMENT,
                                  "the model is quantized already; compile it without --quantize");
    }
    for (uint32_t i = 0; i < model->workers; i++) {
        const wick_status status =
            wick_evaluate_prepare(model->arena, node->node, &node->evaluations[i], &reason);
        if (status != WICK_OK) {
            return wick_ir_node_error(model->context->diag, node->node, status, "%s", reason);
        }
    }
    node->row = wick_quant_row_of(op);
    if (node->row != NULL && node->row->role == WICK_QUANT_LAYER) {
        node->layer = make_layer(model->arena, node->node);
    }
    return WICK_OK;
}

// Bytes of all activations of a sample; stops above the limit.
static size_t bytes_of_sample(const wick_quant_model *model)
{
    size_t total = 1;
    for (uint32_t i = 0; i < model->tensor_count && total <= ACTIVATION_LIMIT_BYTES; i++) {
        total += model->tensors[i].stride;
    }
    return total;
}

static wick_status choose_samples(wick_quant_model *model)
{
    const size_t fits = ACTIVATION_LIMIT_BYTES / bytes_of_sample(model);
    model->samples = model->calibration.samples;
    if (fits == 0) {
        return wick_diag_error(model->context->diag, WICK_NOT_SUPPORTED, "calibration",
                               "the activations of one sample take more than %zu MiB",
                               ACTIVATION_LIMIT_BYTES >> 20);
    }
    if (model->samples > fits) {
        model->samples = (uint32_t)fits;
        wick_diag_note(model->context->diag, WICK_WARNING, "calibration",
                       "the first %u of %u samples are used: more activations do not fit into "
                       "%zu MiB",
                       model->samples, model->calibration.samples, ACTIVATION_LIMIT_BYTES >> 20);
    }
    return WICK_OK;
}

static void add_memory(wick_quant_model *model)
{
    model->signals = wick_arena_alloc(model->arena, model->samples, sizeof *model->signals);
    model->noises = wick_arena_alloc(model->arena, model->samples, sizeof *model->noises);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        wick_quant_tensor *tensor = &model->tensors[i];
        if (tensor->stride > 0 && tensor->value->kind != WICK_IR_INPUT) {
            tensor->real = wick_arena_alloc(model->arena, model->samples, tensor->stride);
        }
    }
    for (uint32_t i = 0; i < model->graph->input_count; i++) {
        wick_quant_tensor *tensor = wick_quant_tensor_of(model, model->graph->inputs[i]);
        if (tensor->stride > 0) {
            tensor->real = model->calibration.inputs[i];
        }
    }
}

wick_status wick_quant_model_create(const wick_pass_context *context, wick_ir_graph *graph,
                                    const wick_calibration *calibration, bool int8_io,
                                    wick_quant_model *model)
{
    *model = (wick_quant_model){.context = context,
                                .graph = graph,
                                .arena = graph->arena,
                                .calibration = *calibration,
                                .workers = wick_parallel_workers(),
                                .int8_io = int8_io};
    uint32_t values = 0;
    uint32_t nodes = 0;
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        values++;
    }
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        nodes++;
    }
    model->tensors = wick_arena_alloc(graph->arena, values, sizeof *model->tensors);
    model->nodes = wick_arena_alloc(graph->arena, nodes, sizeof *model->nodes);
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        WICK_TRY(add_tensor(model, value));
    }
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (node->output_count == 0) {
            continue; // an assertion
        }
        wick_quant_node *item = &model->nodes[model->node_count++];
        item->node = node;
        for (uint32_t i = 0; i < node->output_count; i++) {
            wick_quant_tensor_of(model, node->outputs[i])->producer = item;
        }
        WICK_TRY(prepare_node(model, item));
    }
    WICK_TRY(choose_samples(model));
    add_memory(model);
    return WICK_OK;
}

// ---- roles

typedef struct slot_scan {
    wick_quant_model *model;
    const wick_quant_node *node;
    bool any;
} slot_scan;

static void scan_produced(void *context, wick_ir_value **slot)
{
    slot_scan *scan = context;
    scan->any = scan->any || wick_quant_tensor_of(scan->model, *slot)->is_quantized;
}

static void mark_wanted(void *context, wick_ir_value **slot)
{
    slot_scan *scan = context;
    wick_quant_tensor *tensor = wick_quant_tensor_of(scan->model, *slot);
    tensor->is_quantized =
        tensor->is_quantized || (is_f32(*slot) && !is_parameter(scan->node, tensor));
}

static void each_input(wick_quant_model *model, wick_quant_node *node,
                       void (*visit)(void *context, wick_ir_value **slot), slot_scan *scan)
{
    *scan = (slot_scan){.model = model, .node = node};
    wick_ir_node_each_value(node->node, visit, scan);
}

static bool is_output(const wick_ir_graph *graph, const wick_ir_value *value)
{
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (graph->outputs[i] == value) {
            return true;
        }
    }
    return false;
}

static bool clamps(const wick_ir_node *node)
{
    return wick_node_is(node, "aten::relu") || wick_node_is(node, "aten::hardtanh") ||
           wick_node_is(node, "aten::clamp");
}

// A clamp of what a float node alone makes for it is float too: its result is what is quantized.
static bool follows_float(const wick_quant_model *model, const wick_quant_node *node)
{
    const wick_ir_value *input = wick_argument_tensor_at(node->node, 0);
    if (!clamps(node->node) || input == NULL || input->use_count != 1) {
        return false;
    }
    const wick_quant_node *producer = wick_quant_tensor_of(model, input)->producer;
    const bool moves =
        producer != NULL && producer->row != NULL && producer->row->role == WICK_QUANT_SHARE;
    return producer != NULL && !moves && !producer->is_active;
}

// An operator whose results and arguments are all f32, but for results that nothing uses.
static bool is_candidate(const wick_quant_model *model, const wick_quant_node *node)
{
    if (node->row == NULL || node->kept_float || !is_f32(node->node->outputs[0]) ||
        follows_float(model, node)) {
        return false;
    }
    for (uint32_t i = 1; i < node->node->output_count; i++) {
        if (node->node->outputs[i]->use_count > 0) {
            return false;
        }
    }
    if (node->row->role == WICK_QUANT_LAYER && node->layer == NULL) {
        return false;
    }
    return node->row->role != WICK_QUANT_LAST || model->int8_io ||
           !is_output(model->graph, node->node->outputs[0]);
}

// A SHARE node is active when what it reads is made by an active node, or what it makes is wanted
// by one: it brings neither about.
static void activate(wick_quant_model *model)
{
    slot_scan scan;
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_quant_node *node = &model->nodes[i];
        const bool candidate = is_candidate(model, node);
        bool active = candidate;
        if (candidate && node->row->role == WICK_QUANT_SHARE) {
            each_input(model, node, scan_produced, &scan);
            active = scan.any;
        }
        node->is_active = active;
        for (uint32_t k = 0; k < node->node->output_count && active; k++) {
            wick_quant_tensor_of(model, node->node->outputs[k])->is_quantized = k == 0;
        }
    }
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        if (model->int8_io && is_f32(model->graph->outputs[i])) {
            wick_quant_tensor_of(model, model->graph->outputs[i])->is_quantized = true;
        }
    }
    for (uint32_t i = model->node_count; i-- > 0;) {
        wick_quant_node *node = &model->nodes[i];
        const bool wanted = wick_quant_tensor_of(model, node->node->outputs[0])->is_quantized;
        node->is_active = node->is_active || (wanted && is_candidate(model, node));
        if (node->is_active) {
            each_input(model, node, mark_wanted, &scan);
        }
    }
}

// A layer or sum that nothing but a clamp reads: the clamp's range is that of both.
static void find_fused(wick_quant_model *model, wick_quant_node *clamp)
{
    const wick_ir_value *input = wick_argument_tensor_at(clamp->node, 0);
    if (!clamp->is_active || !clamps(clamp->node) || input == NULL ||
        input->kind != WICK_IR_RESULT || input->use_count != 1) {
        return;
    }
    wick_quant_node *host = wick_quant_tensor_of(model, input)->producer;
    if (host != NULL && host->is_active &&
        (host->layer != NULL || wick_node_is(host->node, "aten::add.Tensor"))) {
        host->result = wick_quant_tensor_of(model, clamp->node->outputs[0]);
        wick_quant_tensor_of(model, input)->is_quantized = false;
    }
}

static void share_scales(wick_quant_model *model, wick_quant_node *node)
{
    wick_quant_tensor *out = wick_quant_tensor_of(model, node->node->outputs[0]);
    if (!node->is_active || node->result != out) {
        return;
    }
    if (node->row->role == WICK_QUANT_SHARE) {
        const wick_ir_value *input = wick_argument_tensor_at(node->node, 0);
        out->shares = input != NULL ? wick_quant_tensor_of(model, input) : NULL;
    }
    out->fixed = node->row->role == WICK_QUANT_LAST ? node->row : NULL;
}

// ---- widths

// The tensor whose parameters a tensor has.
static const wick_quant_tensor *root_of(const wick_quant_tensor *tensor)
{
    while (tensor->shares != NULL) {
        tensor = tensor->shares;
    }
    return tensor;
}

// int8 doors stay so, and an active node has to have an operator of 16 bits.
static bool may_be_wide(const wick_quant_model *model, const wick_quant_tensor *root)
{
    const wick_quant_node *producer = root->producer;
    const bool is_door = root->value->kind == WICK_IR_INPUT && model->int8_io;
    return root->is_quantized && !is_door && !model->context->official_operators &&
           (producer == NULL || !producer->is_active || wick_lower_takes_16_bits(producer->node));
}

// A tensor is wide with all that it comes from by moving elements.
static void want_wide(wick_quant_model *model, const wick_quant_node *node,
                      wick_quant_tensor *tensor)
{
    if (!may_be_wide(model, root_of(tensor)) || is_parameter(node, tensor)) {
        return;
    }
    for (; tensor != NULL && !tensor->is_wide; tensor = tensor->shares) {
        tensor->is_wide = true;
        tensor->wide_for = node;
    }
}

static void want_wide_slot(void *context, wick_ir_value **slot)
{
    const slot_scan *scan = context;
    want_wide(scan->model, scan->node, wick_quant_tensor_of(scan->model, *slot));
}

// What float reads stays as fine as what it is moved from.
static void want_as_root(wick_quant_model *model, wick_quant_tensor *tensor)
{
    const wick_quant_tensor *root = root_of(tensor);
    if (root->is_wide) {
        want_wide(model, root->wide_for, tensor);
    }
}

static void want_as_root_slot(void *context, wick_ir_value **slot)
{
    const slot_scan *scan = context;
    want_as_root(scan->model, wick_quant_tensor_of(scan->model, *slot));
}

// A constant costs nothing to have in 16 bits where a node of 16 bits reads it.
static void widen_constant(void *context, wick_ir_value **slot)
{
    const slot_scan *scan = context;
    if (wick_quant_tensor_of(scan->model, *slot)->value->data != NULL) {
        want_wide_slot(context, slot);
    }
}

static void narrow_slot(void *context, wick_ir_value **slot)
{
    const slot_scan *scan = context;
    wick_quant_tensor *tensor = wick_quant_tensor_of(scan->model, *slot);
    tensor->is_narrowed = tensor->is_narrowed || reads_narrow(scan->node, tensor);
}

static void widen_named(wick_quant_model *model)
{
    slot_scan scan;
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_quant_node *node = &model->nodes[i];
        if (node->kept_int16) {
            want_wide(model, node, node->result);
            each_input(model, node, want_wide_slot, &scan);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (!model->nodes[i].is_active) {
            each_input(model, &model->nodes[i], want_as_root_slot, &scan);
        }
    }
    for (uint32_t i = 0; i < model->graph->output_count && !model->int8_io; i++) {
        want_as_root(model, wick_quant_tensor_of(model, model->graph->outputs[i]));
    }
}

// Nodes have the width of their results.
static void choose_widths(wick_quant_model *model)
{
    slot_scan scan;
    widen_named(model);
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_quant_node *node = &model->nodes[i];
        node->is_wide = node->is_active && node->result->is_wide;
        if (node->is_wide) {
            each_input(model, node, widen_constant, &scan);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        each_input(model, &model->nodes[i], narrow_slot, &scan);
    }
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        wick_quant_tensor *tensor = wick_quant_tensor_of(model, model->graph->outputs[i]);
        tensor->leaves_narrow = model->int8_io && tensor->is_wide;
        tensor->is_narrowed = tensor->is_narrowed || tensor->leaves_narrow;
    }
}

void wick_quant_select(wick_quant_model *model)
{
    wick_ir_count_uses(model->graph);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        wick_quant_tensor *tensor = &model->tensors[i];
        tensor->is_quantized = false;
        tensor->is_wide = tensor->is_narrowed = tensor->leaves_narrow = false;
        tensor->wide_for = NULL;
        tensor->shares = NULL;
        tensor->fixed = NULL;
    }
    activate(model);
    for (uint32_t i = 0; i < model->node_count; i++) {
        model->nodes[i].result = wick_quant_tensor_of(model, model->nodes[i].node->outputs[0]);
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        find_fused(model, &model->nodes[i]);
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        share_scales(model, &model->nodes[i]);
    }
    choose_widths(model);
}

// ---- runs

// As many workers as so many elements are worth.
static uint32_t workers_for(const wick_quant_model *model, size_t elements)
{
    enum { WORTH_A_THREAD = 1 << 15 };
    return elements >= WORTH_A_THREAD ? model->workers : 1;
}

void wick_quant_each_sample(const wick_quant_model *model, const wick_quant_tensor *tensor,
                            wick_parallel_task *task, void *context)
{
    const uint32_t copies = tensor->stride > 0 ? model->samples : 1;
    wick_parallel(workers_for(model, tensor->count * copies), copies, task, context);
}

typedef struct node_run {
    const wick_quant_model *model;
    const wick_quant_node *node;
    bool is_quant;
    struct {
        wick_status status;
        uint32_t sample;
    } failures[WICK_MAX_WORKERS]; // the first of each worker
} node_run;

typedef struct run_place {
    const node_run *run;
    uint32_t sample;
} run_place;

static void *data_of(void *context, const wick_ir_value *value)
{
    const run_place *place = context;
    const node_run *run = place->run;
    const wick_quant_tensor *tensor = wick_quant_tensor_of(run->model, value);
    const uint8_t *base = !run->is_quant                    ? tensor->real
                          : reads_narrow(run->node, tensor) ? tensor->narrow_quant
                                                            : tensor->quant;
    return (void *)(uintptr_t)(base + place->sample * tensor->stride);
}

static void run_sample(void *context, uint32_t worker, uint32_t sample)
{
    node_run *run = context;
    run_place place = {run, sample};
    const wick_status status = wick_evaluate_run(run->node->evaluations[worker], data_of, &place);
    if (status != WICK_OK && run->failures[worker].status == WICK_OK) {
        run->failures[worker].status = status;
        run->failures[worker].sample = sample;
    }
}

static wick_status run_samples(wick_quant_model *model, wick_quant_node *node, bool is_quant)
{
    node_run run = {.model = model, .node = node, .is_quant = is_quant};
    uint32_t first = 0; // of the workers that failed, the one with the first sample
    const size_t elements =
        wick_quant_tensor_of(model, node->node->outputs[0])->count * model->samples;
    wick_parallel(draws_numbers(node->node) ? 1 : workers_for(model, elements), model->samples,
                  run_sample, &run);
    for (uint32_t i = 1; i < model->workers; i++) {
        const bool is_before = run.failures[first].status == WICK_OK ||
                               run.failures[i].sample < run.failures[first].sample;
        first = run.failures[i].status != WICK_OK && is_before ? i : first;
    }
    if (run.failures[first].status != WICK_OK) {
        return wick_ir_node_error(model->context->diag, node->node, run.failures[first].status,
                                  "fails on sample %u of the calibration",
                                  run.failures[first].sample);
    }
    return WICK_OK;
}

static wick_status find_bounds(wick_quant_model *model, const wick_ir_node *node,
                               wick_quant_tensor *tensor)
{
    const size_t count = tensor->stride > 0 ? tensor->count * model->samples : tensor->count;
    size_t where;
    if (!is_f32(tensor->value) ||
        wick_quant_bounds(wick_quant_real(tensor), count, &tensor->low, &tensor->high, &where)) {
        return WICK_OK;
    }
    if (node == NULL) {
        return wick_diag_error(model->context->diag, WICK_INVALID_ARGUMENT, tensor->value->name,
                               "holds infinity or NaN and cannot be quantized");
    }
    return wick_ir_node_error(model->context->diag, node, WICK_INVALID_ARGUMENT,
                              "gives infinity or NaN on sample %zu of the calibration",
                              where / tensor->count);
}

wick_status wick_quant_run_real(wick_quant_model *model)
{
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        if (model->tensors[i].value->kind != WICK_IR_RESULT && model->tensors[i].count > 0) {
            WICK_TRY(find_bounds(model, NULL, &model->tensors[i]));
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_ir_node *node = model->nodes[i].node;
        WICK_TRY(run_samples(model, &model->nodes[i], false));
        for (uint32_t k = 0; k < node->output_count; k++) {
            WICK_TRY(find_bounds(model, node, wick_quant_tensor_of(model, node->outputs[k])));
        }
    }
    return WICK_OK;
}

// Buffers that nothing reads any more, kept for the next tensor of about their size.
typedef struct wick_quant_buffer {
    struct wick_quant_buffer *next;
    size_t size_bytes;
} free_buffer;

static uint8_t *take_buffer(wick_quant_model *model, size_t size_bytes, size_t *given)
{
    free_buffer **best = NULL;
    for (free_buffer **link = &model->free_buffers; *link != NULL; link = &(*link)->next) {
        if ((*link)->size_bytes >= size_bytes &&
            (best == NULL || (*link)->size_bytes < (*best)->size_bytes)) {
            best = link;
        }
    }
    if (best == NULL) {
        *given = size_bytes > sizeof(free_buffer) ? size_bytes : sizeof(free_buffer);
        return wick_arena_alloc(model->arena, 1, *given);
    }
    free_buffer *taken = *best;
    *best = taken->next;
    *given = taken->size_bytes;
    return (uint8_t *)taken;
}

static void give_buffer(wick_quant_model *model, uint8_t **data, size_t *size_bytes)
{
    free_buffer *buffer = (free_buffer *)(void *)*data;
    if (*size_bytes == 0) {
        return;
    }
    buffer->next = model->free_buffers;
    buffer->size_bytes = *size_bytes;
    model->free_buffers = buffer;
    *data = NULL;
    *size_bytes = 0;
}

static void give_room(wick_quant_model *model, wick_quant_tensor *tensor)
{
    give_buffer(model, &tensor->quant, &tensor->quant_bytes);
    give_buffer(model, &tensor->narrow_quant, &tensor->narrow_bytes);
}

static void count_use(void *context, wick_ir_value **slot)
{
    wick_quant_tensor_of(context, *slot)->uses++;
}

void wick_quant_begin(wick_quant_model *model)
{
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        wick_quant_tensor *tensor = &model->tensors[i];
        give_room(model, tensor);
        tensor->uses = 0;
        tensor->quant = (uint8_t *)(uintptr_t)tensor->value->data;
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_ir_node_each_value(model->nodes[i].node, count_use, model);
    }
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        wick_quant_tensor_of(model, model->graph->outputs[i])->uses++;
    }
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        model->tensors[i].uses_left = model->tensors[i].uses;
    }
}

void wick_quant_make_room(wick_quant_model *model, wick_quant_tensor *tensor)
{
    if (tensor->value->type.kind != WICK_VALUE_TENSOR) {
        return;
    }
    const size_t copies = tensor->stride > 0 ? model->samples : 1;
    const size_t bytes = copies * wick_ir_type_size_bytes(&tensor->value->type);
    if (tensor->quant == NULL) {
        tensor->quant = take_buffer(model, bytes, &tensor->quant_bytes);
    }
    if (tensor->is_narrowed && tensor->narrow_quant == NULL) {
        tensor->narrow_quant = take_buffer(model, bytes, &tensor->narrow_bytes);
    }
}

wick_status wick_quant_run_node(wick_quant_model *model, wick_quant_node *node)
{
    for (uint32_t i = 0; i < node->node->output_count; i++) {
        wick_quant_make_room(model, wick_quant_tensor_of(model, node->node->outputs[i]));
    }
    return run_samples(model, node, true);
}

static void release_use(void *context, wick_ir_value **slot)
{
    wick_quant_tensor *tensor = wick_quant_tensor_of(context, *slot);
    if (--tensor->uses_left == 0) {
        give_room(context, tensor);
    }
}

void wick_quant_release(wick_quant_model *model, wick_quant_node *node)
{
    wick_ir_node_each_value(node->node, release_use, model);
    for (uint32_t i = 0; i < node->node->output_count; i++) {
        wick_quant_tensor *tensor = wick_quant_tensor_of(model, node->node->outputs[i]);
        if (tensor->uses_left == 0) {
            give_room(model, tensor);
        }
    }
}
