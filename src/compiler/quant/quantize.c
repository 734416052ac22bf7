// SPDX-License-Identifier: BSD-3-Clause
// Pass quantize: reads the calibration, runs the float graph over it, tries quantized graphs and
// writes the one that changes the outputs least (insert.h shows before and after).
#include "compiler/quant/quantize.h"

#include "compiler/passes/pass.h"
#include "compiler/quant/insert.h"
#include "compiler/quant/model.h"
#include "compiler/quant/weights.h"

#include <math.h>
#include <string.h>

typedef struct trial {
    wick_observer observer;
    wick_quant_weight_options weights;
} trial;

static void choose_params(wick_quant_model *model, wick_quant_tensor *tensor,
                          wick_observer observer)
{
    const size_t copies = tensor->stride > 0 ? model->samples : 1;
    if (tensor->fixed != NULL) {
        tensor->params = tensor->fixed->params;
    } else if (tensor->shares != NULL) {
        tensor->params = tensor->shares->params;
    } else {
        const wick_quant_values values = {wick_quant_real(tensor), tensor->count * copies,
                                          tensor->low, tensor->high};
        tensor->params = wick_observe(observer, &values);
    }
}

// A tensor that no node makes: rounded where it is quantized, else as it is.
static void place_source(wick_quant_model *model, wick_quant_tensor *tensor, wick_observer observer)
{
    const size_t copies = tensor->stride > 0 ? model->samples : 1;
    if (!tensor->is_quantized) {
        tensor->quant = (uint8_t *)(uintptr_t)tensor->real;
        return;
    }
    choose_params(model, tensor, tensor->stride > 0 ? observer : WICK_OBSERVER_MINMAX);
    tensor->quant = NULL;
    wick_quant_make_room(model, tensor);
    wick_quant_round(&tensor->params, wick_quant_real(tensor), wick_quant_tried(tensor),
                     tensor->count * copies);
}

static wick_status try_layer(wick_quant_model *model, wick_quant_node *node,
                             const wick_quant_weight_options *options)
{
    wick_quant_layer *layer = node->layer;
    wick_quant_tensor *weight =
        wick_quant_tensor_of(model, node->node->args[layer->weight_arg].value);
    wick_quant_choose_weights(model, node, options);
    weight->quant = (uint8_t *)layer->rounded;
    WICK_TRY(wick_quant_run_node(model, node));
    weight->quant = (uint8_t *)(uintptr_t)weight->value->data;
    if (options->correct_bias) {
        wick_quant_correct_bias(model, node);
    }
    return WICK_OK;
}

static void add_error(const wick_quant_model *model, const wick_quant_tensor *tensor,
                      double *signal, double *noise)
{
    const float *real = wick_quant_real(tensor);
    const float *tried = (const float *)(const void *)tensor->quant;
    for (size_t i = 0; i < tensor->count * model->samples; i++) {
        const double miss = (double)real[i] - (double)tried[i];
        *signal += (double)real[i] * (double)real[i];
        *noise += miss * miss;
    }
}

// One quantized run from inputs to outputs; *sqnr of all outputs together.
static wick_status run_trial(wick_quant_model *model, const trial *options, double *sqnr)
{
    double signal = 0;
    double noise = 0;
    wick_quant_begin(model);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        if (model->tensors[i].value->kind != WICK_IR_RESULT && model->tensors[i].real != NULL) {
            place_source(model, &model->tensors[i], options->observer);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_quant_node *node = &model->nodes[i];
        wick_quant_tensor *out = wick_quant_tensor_of(model, node->node->outputs[0]);
        if (node->is_active && node->layer != NULL) {
            WICK_TRY(try_layer(model, node, &options->weights));
        } else {
            WICK_TRY(wick_quant_run_node(model, node));
        }
        if (out->is_quantized) {
            choose_params(model, out, options->observer);
            wick_quant_round(&out->params, wick_quant_tried(out), wick_quant_tried(out),
                             out->count * model->samples);
        }
        wick_quant_release(model, node);
    }
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        const wick_quant_tensor *out = wick_quant_tensor_of(model, model->graph->outputs[i]);
        if (out->value->type.kind == WICK_VALUE_TENSOR && out->value->type.dtype == WICK_FLOAT32 &&
            out->stride > 0) {
            add_error(model, out, &signal, &noise);
        }
    }
    *sqnr = 10 * log10(fmax(signal, 1e-300) / fmax(noise, 1e-300));
    return WICK_OK;
}

static wick_status choose_observer(const char *name, wick_diag *diag, wick_observer *out)
{
    const char *known = "";
    for (uint32_t i = 0; i < WICK_OBSERVER_COUNT; i++) {
        *out = (wick_observer)i;
        if (strcmp(wick_observer_name(*out), name) == 0) {
            return WICK_OK;
        }
        known = wick_arena_format(diag->arena, "%s%s%s", known, i ? ", " : "",
                                  wick_observer_name(*out));
    }
    return wick_diag_error(diag, WICK_NOT_FOUND, NULL, "--observer: found '%s', expected one of %s",
                           name, known);
}

wick_status wick_quantization_open(const wick_compile_options *options, wick_diag *diag,
                                   wick_quantization *out)
{
    wick_observer observer;
    *out = (wick_quantization){.options = options};
    if (strcmp(options->quantize, "int8") != 0) {
        return wick_diag_error(diag, WICK_NOT_FOUND, NULL, "--quantize: found '%s', expected int8",
                               options->quantize);
    }
    if (options->io != NULL && strcmp(options->io, "int8") != 0 &&
        strcmp(options->io, "float") != 0) {
        return wick_diag_error(diag, WICK_NOT_FOUND, NULL,
                               "--io: found '%s', expected int8 or float", options->io);
    }
    return options->observer != NULL ? choose_observer(options->observer, diag, &observer)
                                     : WICK_OK;
}

wick_status wick_pass_quantize(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_quantization *quantization = context->quantization;
    if (quantization == NULL) {
        return WICK_OK;
    }
    const wick_compile_options *options = quantization->options;
    wick_calibration calibration;
    wick_quant_model model;
    double sqnr;
    trial chosen = {WICK_OBSERVER_MSE, {true, true}};
    if (options->observer != NULL) {
        WICK_TRY(choose_observer(options->observer, context->diag, &chosen.observer));
    }
    WICK_TRY(wick_calibration_read(graph, options, context->diag, &calibration));
    WICK_TRY(wick_quant_model_create(context, graph, &calibration,
                                     options->io != NULL && strcmp(options->io, "int8") == 0,
                                     &model));
    wick_quant_select(&model);
    WICK_TRY(wick_quant_run_real(&model));
    WICK_TRY(run_trial(&model, &chosen, &sqnr));
    wick_quant_insert(&model);
    return WICK_OK;
}
