// SPDX-License-Identifier: BSD-3-Clause
// Pass quantize: reads the calibration, runs the float graph over it, brings channels to one range,
// chooses scales and weights in a quantized run and writes them (insert.h shows before and after).
#include "compiler/quant/quantize.h"
#include "compiler/ir/control.h"

#include "compiler/passes/pass.h"
#include "compiler/quant/equalize.h"
#include "compiler/quant/insert.h"
#include "compiler/quant/keep.h"
#include "compiler/quant/report.h"

#include <string.h>

// How far activations are equalized at the cost of weights, which are rounded with more care.
#define STRENGTH 0.7f

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
    if (strcmp(options->quantize, "int8") != 0 && strcmp(options->quantize, "int16") != 0) {
        return wick_diag_error(diag, WICK_NOT_FOUND, NULL,
                               "--quantize: found '%s', expected int8 or int16", options->quantize);
    }
    if (options->io != NULL && strcmp(options->io, "int8") != 0 &&
        strcmp(options->io, "float") != 0) {
        return wick_diag_error(diag, WICK_NOT_FOUND, NULL,
                               "--io: found '%s', expected int8 or float", options->io);
    }
    return options->observer != NULL ? choose_observer(options->observer, diag, &observer)
                                     : WICK_OK;
}

static bool is_int8(const char *io)
{
    return io != NULL && strcmp(io, "int8") == 0;
}

// Marks the nodes whose precision the user has chosen.
static wick_status keep_named(wick_quant_model *model, const wick_compile_options *options)
{
    const bool is_int16 = strcmp(options->quantize, "int16") == 0;
    if (model->context->official_operators && (is_int16 || options->keep_int16_count > 0)) {
        return wick_diag_error(model->context->diag, WICK_NOT_SUPPORTED, NULL,
                               "%s: the official operators have none of 16 bits; use --ops wick",
                               is_int16 ? "--quantize int16" : "--keep-int16");
    }
    for (uint32_t i = 0; i < model->node_count && is_int16; i++) {
        model->nodes[i].kept_int16 = model->nodes[i].row != NULL;
    }
    WICK_TRY(wick_quant_keep_named(model, WICK_QUANT_KEEP_INT16, options->keep_int16,
                                   options->keep_int16_count));
    return wick_quant_keep_named(model, WICK_QUANT_KEEP_FLOAT, options->keep_float,
                                 options->keep_float_count);
}

// Runs the float graph and quantizes it as `trial` says, within the bounds asked for.
static wick_status quantize(wick_quant_model *model, const wick_compile_options *options,
                            const wick_quant_trial *trial, uint32_t *sets)
{
    WICK_TRY(keep_named(model, options));
    wick_quant_select(model);
    wick_quant_tell_not_wide(model);
    WICK_TRY(wick_quant_run_real(model));
    wick_equalizer_apply(wick_equalizer_create(model, sets), STRENGTH);
    WICK_TRY(wick_quant_try(model, trial));
    return options->is_bounded ? wick_quant_keep_within(model, trial, options->max_drop) : WICK_OK;
}

wick_status wick_pass_quantize(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_quantization *quantization = context->quantization;
    if (quantization == NULL) {
        return WICK_OK;
    }
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_control_of(node->op) != NULL) {
            return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                      "--quantize takes models without control flow only; quantize "
                                      "with PyTorch's own tools instead (prepare_pt2e)");
        }
    }
    if (graph->written_count != 0) {
        return wick_diag_error(context->diag, WICK_NOT_SUPPORTED, graph->written[0]->name,
                               "is written by the model, and --quantize takes models without state "
                               "only; quantize with PyTorch's own tools instead (prepare_pt2e)");
    }
    const wick_compile_options *options = quantization->options;
    wick_quant_trial trial = {WICK_OBSERVER_MSE, {.by_inputs = true, .correct_bias = true}};
    wick_calibration calibration;
    wick_quant_model model;
    uint32_t sets;
    if (options->observer != NULL) {
        WICK_TRY(choose_observer(options->observer, context->diag, &trial.observer));
    }
    WICK_TRY(wick_calibration_read(graph, options, context->diag, &calibration));
    WICK_TRY(wick_quant_model_create(context, graph, &calibration, is_int8(options->io), &model));
    WICK_TRY(quantize(&model, options, &trial, &sets));
    quantization->report = wick_quant_report_make(&model, &trial, sets, options->quantize);
    wick_quant_insert(&model);
    return WICK_OK;
}
