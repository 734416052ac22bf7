// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/trial.h"

#include <math.h>
#include <string.h>

// Ranges of what is computed are made wider: later inputs exceed what a few samples showed, the
// fewer there were the more. Cross-validation over the calibration data of five networks asks for
// 0.15 to 0.25 after 24 samples.
#define HEADROOM         0.18
#define HEADROOM_SAMPLES 32.0

static double headroom(uint32_t samples)
{
    return 1 + HEADROOM * sqrt(HEADROOM_SAMPLES / samples);
}

static wick_quant_params widen(wick_quant_params params, uint32_t samples)
{
    const double factor = headroom(samples);
    const double low = params.scale * (INT8_MIN - params.zero_point);
    const double high = params.scale * (INT8_MAX - params.zero_point);
    return wick_quant_params_of(low * factor, high * factor);
}

static wick_quant_params choose_narrow(const wick_quant_model *model,
                                       const wick_quant_tensor *tensor, wick_observer observer)
{
    const size_t copies = tensor->stride > 0 ? model->samples : 1;
    if (tensor->fixed != NULL) {
        return tensor->fixed->params;
    }
    const wick_quant_values values = {wick_quant_real(tensor), tensor->count * copies, tensor->low,
                                      tensor->high};
    const bool is_constant = tensor->stride == 0;
    const wick_quant_params params =
        wick_observe(is_constant ? WICK_OBSERVER_MINMAX : observer, &values);
    return tensor->value->kind == WICK_IR_RESULT ? widen(params, model->samples) : params;
}

// All values fit: 16 bits resolve them well enough. A fixed range keeps its reach, with all steps.
static wick_quant_params choose_wide(const wick_quant_model *model, const wick_quant_tensor *tensor)
{
    if (tensor->fixed != NULL) {
        const wick_quant_params *fixed = &tensor->fixed->params;
        const int32_t up = -INT8_MIN - fixed->zero_point;
        const int32_t down = fixed->zero_point - INT8_MIN;
        return (wick_quant_params){fixed->scale * (up > down ? up : down) / -INT16_MIN, 0, true};
    }
    const double reach = fmax(-(double)tensor->low, (double)tensor->high);
    const bool is_computed = tensor->value->kind == WICK_IR_RESULT;
    return wick_quant_wide_params_of(is_computed ? reach * headroom(model->samples) : reach);
}

static void choose_params(const wick_quant_model *model, wick_quant_tensor *tensor,
                          wick_observer observer)
{
    if (tensor->fixed == NULL && tensor->shares != NULL) {
        const wick_quant_tensor *moved = tensor->shares;
        tensor->params = moved->is_wide == tensor->is_wide ? moved->params : moved->narrow;
    } else {
        tensor->params =
            tensor->is_wide ? choose_wide(model, tensor) : choose_narrow(model, tensor, observer);
    }
    if (tensor->is_narrowed) {
        tensor->narrow = choose_narrow(model, tensor, observer);
    }
}

typedef struct sample_task {
    const wick_quant_tensor *tensor;
    const float *values;    // to be rounded
    double *signal, *noise; // of each sample
} sample_task;

static void round_sample(void *context, uint32_t worker, uint32_t sample)
{
    (void)worker;
    const sample_task *task = context;
    const wick_quant_tensor *tensor = task->tensor;
    const size_t at = sample * tensor->count;
    float *tried = wick_quant_tried(tensor) + at;
    wick_quant_round(&tensor->params, task->values + at, tried, tensor->count);
    if (tensor->is_narrowed) {
        wick_quant_round(&tensor->narrow, tried, (float *)(void *)tensor->narrow_quant + at,
                         tensor->count);
    }
}

// Chooses the parameters of a tensor and rounds `values` to its steps, in both widths if both are
// read.
static void settle(const wick_quant_model *model, wick_quant_tensor *tensor, wick_observer observer,
                   const float *values)
{
    sample_task task = {.tensor = tensor, .values = values};
    choose_params(model, tensor, observer);
    wick_quant_each_sample(model, tensor, round_sample, &task);
}

static void measure_sample(void *context, uint32_t worker, uint32_t sample)
{
    (void)worker;
    const sample_task *task = context;
    const size_t at = sample * task->tensor->count;
    wick_quant_add_error(wick_quant_real(task->tensor) + at, wick_quant_left(task->tensor) + at,
                         task->tensor->count, &task->signal[sample], &task->noise[sample]);
}

static void measure(const wick_quant_model *model, wick_quant_tensor *tensor)
{
    sample_task task = {.tensor = tensor, .signal = model->signals, .noise = model->noises};
    tensor->signal = tensor->noise = 0;
    if (tensor->value->type.dtype != WICK_FLOAT32) {
        return;
    }
    const uint32_t copies = tensor->stride > 0 ? model->samples : 1;
    memset(task.signal, 0, copies * sizeof *task.signal);
    memset(task.noise, 0, copies * sizeof *task.noise);
    wick_quant_each_sample(model, tensor, measure_sample, &task);
    for (uint32_t i = 0; i < copies; i++) {
        tensor->signal += task.signal[i];
        tensor->noise += task.noise[i];
    }
}

// A tensor that no node makes: rounded where it is quantized, else as it is.
static void place_source(wick_quant_model *model, wick_quant_tensor *tensor, wick_observer observer)
{
    if (!tensor->is_quantized) {
        tensor->quant = (uint8_t *)(uintptr_t)tensor->real;
        return;
    }
    tensor->quant = NULL;
    wick_quant_make_room(model, tensor);
    settle(model, tensor, observer, wick_quant_real(tensor));
    measure(model, tensor);
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

static wick_status try_node(wick_quant_model *model, wick_quant_node *node,
                            const wick_quant_trial *trial)
{
    wick_quant_tensor *out = wick_quant_tensor_of(model, node->node->outputs[0]);
    if (node->is_active && node->layer != NULL) {
        WICK_TRY(try_layer(model, node, &trial->weights));
    } else {
        WICK_TRY(wick_quant_run_node(model, node));
    }
    if (out->is_quantized) {
        settle(model, out, trial->observer, wick_quant_tried(out));
    }
    measure(model, out);
    return WICK_OK;
}

wick_status wick_quant_try(wick_quant_model *model, const wick_quant_trial *trial)
{
    wick_quant_begin(model);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        wick_quant_tensor *tensor = &model->tensors[i];
        if (tensor->value->kind != WICK_IR_RESULT && tensor->real != NULL) {
            place_source(model, tensor, trial->observer);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        WICK_TRY(try_node(model, &model->nodes[i], trial));
        wick_quant_release(model, &model->nodes[i]);
    }
    return WICK_OK;
}

static bool is_float_output(const wick_quant_tensor *tensor)
{
    return tensor->value->type.kind == WICK_VALUE_TENSOR &&
           tensor->value->type.dtype == WICK_FLOAT32 && tensor->stride > 0;
}

static size_t largest(const float *row, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        best = row[i] > row[best] ? i : best;
    }
    return best;
}

static void count_cases(const wick_quant_model *model, const wick_quant_tensor *out,
                        wick_quant_agreement *agreement)
{
    const wick_ir_type *type = &out->value->type;
    const size_t width = type->rank > 0 ? (size_t)type->sizes[type->rank - 1] : 0;
    if (!is_float_output(out) || width < 2 || wick_quant_left(out) == NULL) {
        return;
    }
    const size_t rows = out->count / width * model->samples;
    const int64_t *labels = out->count == width ? model->calibration.labels : NULL;
    for (size_t r = 0; r < rows; r++) {
        const size_t real = largest(wick_quant_real(out) + r * width, width);
        const size_t tried = largest(wick_quant_left(out) + r * width, width);
        agreement->cases++;
        agreement->same += real == tried;
        agreement->float_right += labels != NULL && labels[r] == (int64_t)real;
        agreement->right += labels != NULL && labels[r] == (int64_t)tried;
    }
}

wick_quant_agreement wick_quant_agree(const wick_quant_model *model)
{
    wick_quant_agreement agreement = {0};
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        const wick_quant_tensor *out = wick_quant_tensor_of(model, model->graph->outputs[i]);
        if (is_float_output(out)) {
            agreement.signal += out->signal;
            agreement.noise += out->noise;
        }
    }
    if (model->graph->output_count > 0) {
        count_cases(model, wick_quant_tensor_of(model, model->graph->outputs[0]), &agreement);
    }
    return agreement;
}

double wick_quant_drop(const wick_quant_model *model, const wick_quant_agreement *agreement)
{
    if (agreement->cases == 0) {
        return 0;
    }
    const double lost = model->calibration.labels != NULL
                            ? (double)agreement->float_right - agreement->right
                            : (double)agreement->cases - agreement->same;
    return 100 * lost / agreement->cases;
}

double wick_quant_sqnr(double signal, double noise)
{
    return noise > 0 ? 10 * log10(signal / noise) : HUGE_VAL;
}
