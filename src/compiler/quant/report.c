// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/report.h"

#include "compiler/support/text.h"

#include <math.h>
#include <string.h>

// ---- making

static double own_sqnr(const wick_quant_model *model, const wick_quant_tensor *tensor)
{
    enum { CHUNK = 1024 };
    float rounded[CHUNK];
    const float *real = wick_quant_real(tensor);
    const size_t count = tensor->count * (tensor->stride > 0 ? model->samples : 1);
    double signal = 0;
    double noise = 0;
    for (size_t i = 0; i < count; i += CHUNK) {
        const size_t here = count - i < CHUNK ? count - i : CHUNK;
        wick_quant_round(&tensor->params, real + i, rounded, here);
        wick_quant_add_error(real + i, rounded, here, &signal, &noise);
    }
    return wick_quant_sqnr(signal, noise);
}

static wick_quant_line make_line(const wick_quant_model *model, const wick_quant_tensor *tensor)
{
    const wick_ir_value *value = tensor->value;
    const bool is_result = value->kind == WICK_IR_RESULT;
    const size_t count = tensor->count * (tensor->stride > 0 ? model->samples : 1);
    return (wick_quant_line){.name = is_result ? value->producer->name : value->name,
                             .what = is_result                      ? value->producer->op->name
                                     : value->kind == WICK_IR_INPUT ? "input"
                                                                    : "constant",
                             .low = (double)tensor->low,
                             .high = (double)tensor->high,
                             .params = tensor->params,
                             .clipped = count > 0
                                            ? (double)wick_quant_clipped(
                                                  &tensor->params, wick_quant_real(tensor), count) /
                                                  (double)count
                                            : 0,
                             .own_sqnr = own_sqnr(model, tensor),
                             .sqnr = wick_quant_sqnr(tensor->signal, tensor->noise)};
}

typedef struct line_task {
    const wick_quant_model *model;
    const wick_quant_tensor **tensors; // of the lines
    wick_quant_line *lines;
} line_task;

static void make_line_of(void *context, uint32_t worker, uint32_t line)
{
    (void)worker;
    const line_task *task = context;
    task->lines[line] = make_line(task->model, task->tensors[line]);
}

// Sources first, then results in order of execution.
static void make_lines(const wick_quant_model *model, wick_quant_report *report)
{
    line_task task = {
        model, wick_arena_alloc(model->arena, model->tensor_count, sizeof *task.tensors), NULL};
    for (uint32_t i = model->tensor_count; i-- > 0;) {
        const wick_quant_tensor *tensor = &model->tensors[i];
        if (tensor->is_quantized && tensor->value->kind != WICK_IR_RESULT) {
            task.tensors[report->line_count++] = tensor;
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_quant_tensor *tensor =
            wick_quant_tensor_of(model, model->nodes[i].node->outputs[0]);
        report->layer_count += model->nodes[i].is_active && model->nodes[i].layer != NULL;
        if (tensor->is_quantized) {
            task.tensors[report->line_count++] = tensor;
        }
    }
    report->lines = wick_arena_alloc(model->arena, report->line_count, sizeof *report->lines);
    task.lines = report->lines;
    wick_parallel(model->workers, report->line_count, make_line_of, &task);
}

static void list_float_nodes(const wick_quant_model *model, wick_quant_report *report)
{
    report->float_nodes =
        wick_arena_alloc(model->arena, model->node_count, sizeof *report->float_nodes);
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_quant_node *node = &model->nodes[i];
        const wick_ir_type *type = &node->node->outputs[0]->type;
        if (!node->is_active && type->kind == WICK_VALUE_TENSOR && type->dtype == WICK_FLOAT32) {
            report->float_nodes[report->float_count++] =
                wick_arena_format(model->arena, "%s (%s)", node->node->name, node->node->op->name);
        }
    }
}

static const char *why_wide(const wick_quant_model *model, const wick_quant_node *node)
{
    const wick_quant_node *wanted_by = node->result->wide_for;
    return node->kept_int16 && node->why != NULL ? node->why
           : node->kept_int16                    ? "all are"
           : wanted_by != node && wanted_by != NULL
               ? wick_arena_format(model->arena, "'%s' reads or makes its result",
                                   wanted_by->node->name)
               : "its result is int16";
}

static void list_wide_nodes(const wick_quant_model *model, wick_quant_report *report)
{
    report->wide_nodes =
        wick_arena_alloc(model->arena, model->node_count, sizeof *report->wide_nodes);
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_quant_node *node = &model->nodes[i];
        if (node->is_wide) {
            report->wide_nodes[report->wide_count++] = (wick_quant_wide_node){
                node->node->name, node->node->op->name, why_wide(model, node)};
        }
    }
}

static wick_quant_door *make_doors(const wick_quant_model *model, wick_ir_value *const *values,
                                   uint32_t count)
{
    wick_quant_door *doors = wick_arena_alloc(model->arena, count, sizeof *doors);
    for (uint32_t i = 0; i < count; i++) {
        const wick_quant_tensor *tensor = wick_quant_tensor_of(model, values[i]);
        doors[i] = (wick_quant_door){values[i]->name, model->int8_io && tensor->is_quantized,
                                     tensor->leaves_narrow ? tensor->narrow : tensor->params};
    }
    return doors;
}

const wick_quant_report *wick_quant_report_make(const wick_quant_model *model,
                                                const wick_quant_trial *trial, uint32_t equalized,
                                                const char *scheme)
{
    wick_quant_report *report = wick_arena_alloc(model->arena, 1, sizeof *report);
    report->scheme = scheme;
    report->observer = wick_observer_name(trial->observer);
    report->samples = model->samples;
    report->equalized = equalized;
    report->input_count = model->graph->input_count;
    report->output_count = model->graph->output_count;
    report->inputs = make_doors(model, model->graph->inputs, report->input_count);
    report->outputs = make_doors(model, model->graph->outputs, report->output_count);
    report->agreement = wick_quant_agree(model);
    report->has_labels = model->calibration.labels != NULL;
    make_lines(model, report);
    list_float_nodes(model, report);
    list_wide_nodes(model, report);
    return report;
}

// ---- text

static const char *type_name(const wick_quant_line *line)
{
    return line->params.is_wide ? "int16" : "int8";
}

static void add_exceptions(wick_text *text, const wick_quant_report *report)
{
    for (uint32_t i = 0; i < report->wide_count; i++) {
        const wick_quant_wide_node *node = &report->wide_nodes[i];
        wick_text_format(text, "  int16: %s (%s): %s\n", node->name, node->what, node->why);
    }
    for (uint32_t i = 0; i < report->float_count; i++) {
        wick_text_format(text, "  stays float: %s\n", report->float_nodes[i]);
    }
}

// "41.2", or "exact".
static const char *decibels(wick_arena *arena, double sqnr)
{
    return isinf(sqnr) ? "exact" : wick_arena_format(arena, "%.1f", sqnr);
}

static void add_doors(wick_text *text, const char *what, const wick_quant_door *doors,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (doors[i].is_int8) {
            wick_text_format(text, "  %s %-16s i8, scale %.9g, zero point %d\n", what,
                             doors[i].name, doors[i].params.scale, doors[i].params.zero_point);
        }
    }
}

static void add_agreement(wick_text *text, const wick_quant_report *report)
{
    const wick_quant_agreement *agreement = &report->agreement;
    wick_text_format(text, "  outputs against float   %s dB\n",
                     decibels(text->arena, wick_quant_sqnr(agreement->signal, agreement->noise)));
    if (agreement->cases > 0) {
        wick_text_format(text, "  same largest element    %u of %u\n", agreement->same,
                         agreement->cases);
    }
    if (report->has_labels && agreement->cases > 0) {
        wick_text_format(text, "  accuracy by labels      float %.2f %%, quantized %.2f %%\n",
                         100.0 * agreement->float_right / agreement->cases,
                         100.0 * agreement->right / agreement->cases);
    }
}

const char *wick_quant_report_text(wick_arena *arena, const wick_quant_report *report)
{
    wick_text text = {.arena = arena};
    wick_text_format(&text, "quantized to %s: %u layers with weights, observer %s, %u samples\n",
                     report->scheme, report->layer_count, report->observer, report->samples);
    add_agreement(&text, report);
    wick_text_format(&text, "  channels equalized in   %u sets of tensors\n", report->equalized);
    add_doors(&text, "input ", report->inputs, report->input_count);
    add_doors(&text, "output", report->outputs, report->output_count);
    wick_text_format(&text, "  %-24s %-28s %-5s %10s %10s %12s %5s %8s %7s %7s\n", "tensor",
                     "made by", "type", "smallest", "largest", "scale", "zero", "clipped", "own dB",
                     "dB");
    for (uint32_t i = 0; i < report->line_count; i++) {
        const wick_quant_line *line = &report->lines[i];
        wick_text_format(&text, "  %-24s %-28s %-5s %10.4g %10.4g %12.6g %5d %7.3f%% %7s %7s\n",
                         line->name, line->what, type_name(line), line->low, line->high,
                         line->params.scale, line->params.zero_point, 100 * line->clipped,
                         decibels(arena, line->own_sqnr), decibels(arena, line->sqnr));
    }
    add_exceptions(&text, report);
    return wick_text_string(&text);
}

// ---- JSON

static json_t *decibels_json(double sqnr)
{
    return isinf(sqnr) ? json_null() : json_real(sqnr);
}

static json_t *doors_json(const wick_quant_door *doors, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_t *door = json_pack("{s:s, s:s}", "name", doors[i].name, "type",
                                 doors[i].is_int8 ? "int8" : "unchanged");
        if (doors[i].is_int8) {
            json_object_set_new(door, "scale", json_real(doors[i].params.scale));
            json_object_set_new(door, "zero_point", json_integer(doors[i].params.zero_point));
        }
        json_array_append_new(list, door);
    }
    return list;
}

static json_t *lines_json(const wick_quant_report *report)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->line_count; i++) {
        const wick_quant_line *line = &report->lines[i];
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:f, s:f, s:f, s:i, s:f, s:o, s:o}", "name", line->name,
                      "made_by", line->what, "type", type_name(line), "smallest", line->low,
                      "largest", line->high, "scale", line->params.scale, "zero_point",
                      (int)line->params.zero_point, "clipped", line->clipped, "own_sqnr_db",
                      decibels_json(line->own_sqnr), "sqnr_db", decibels_json(line->sqnr)));
    }
    return list;
}

static json_t *wide_nodes_json(const wick_quant_report *report)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->wide_count; i++) {
        const wick_quant_wide_node *node = &report->wide_nodes[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", node->name, "operator",
                                              node->what, "why", node->why));
    }
    return list;
}

json_t *wick_quant_report_json(const wick_quant_report *report)
{
    const wick_quant_agreement *agreement = &report->agreement;
    json_t *floats = json_array();
    for (uint32_t i = 0; i < report->float_count; i++) {
        json_array_append_new(floats, json_string(report->float_nodes[i]));
    }
    json_t *object = json_pack(
        "{s:s, s:s, s:i, s:i, s:i, s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "scheme",
        report->scheme, "observer", report->observer, "samples", (int)report->samples, "layers",
        (int)report->layer_count, "equalized_sets", (int)report->equalized, "output_sqnr_db",
        decibels_json(wick_quant_sqnr(agreement->signal, agreement->noise)), "cases",
        (int)agreement->cases, "same_largest", (int)agreement->same, "inputs",
        doors_json(report->inputs, report->input_count), "outputs",
        doors_json(report->outputs, report->output_count), "tensors", lines_json(report), "int16",
        wide_nodes_json(report), "stays_float", floats);
    if (report->has_labels && agreement->cases > 0) {
        json_object_set_new(object, "float_accuracy",
                            json_real((double)agreement->float_right / agreement->cases));
        json_object_set_new(object, "accuracy",
                            json_real((double)agreement->right / agreement->cases));
    }
    return object;
}

// ---- HTML

// Bars of the noise of each tensor: of its own rounding, and of all up to it.
static void add_plot(wick_text *text, const wick_quant_report *report)
{
    enum { ROW = 18, LEFT = 220, SCALE = 8, LIMIT = 70 };
    wick_text_format(text,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                     "font-family=\"sans-serif\" font-size=\"11\">\n",
                     LEFT + LIMIT * SCALE + 60, (report->line_count + 1) * ROW);
    for (uint32_t i = 0; i < report->line_count; i++) {
        const wick_quant_line *line = &report->lines[i];
        const double own = fmax(0, fmin(line->own_sqnr, LIMIT));
        const double all = fmax(0, fmin(line->sqnr, LIMIT));
        const uint32_t y = i * ROW;
        wick_text_format(text, "<text x=\"0\" y=\"%u\">", y + 12);
        wick_text_add_escaped(text, line->name);
        wick_text_format(text,
                         "</text><rect x=\"%d\" y=\"%u\" width=\"%.0f\" height=\"6\" "
                         "fill=\"#9ecae1\"/><rect x=\"%d\" y=\"%u\" width=\"%.0f\" height=\"6\" "
                         "fill=\"#3182bd\"/><text x=\"%.0f\" y=\"%u\">%s dB</text>\n",
                         LEFT, y + 2, own * SCALE, LEFT, y + 9, all * SCALE,
                         LEFT + fmax(own, all) * SCALE + 4, y + 13,
                         decibels(text->arena, line->sqnr));
    }
    wick_text_format(text, "</svg>\n");
}

static void add_table(wick_text *text, const wick_quant_report *report)
{
    wick_text_format(
        text,
        "<table><tr><th>tensor</th><th>made by</th><th>type</th><th>smallest</th><th>largest</th>"
        "<th>scale</th><th>zero point</th><th>clipped</th><th>own dB</th><th>dB</th>"
        "</tr>\n");
    for (uint32_t i = 0; i < report->line_count; i++) {
        const wick_quant_line *line = &report->lines[i];
        wick_text_format(text, "<tr><td>");
        wick_text_add_escaped(text, line->name);
        wick_text_format(text, "</td><td>");
        wick_text_add_escaped(text, line->what);
        wick_text_format(
            text,
            "</td><td>%s</td><td>%.6g</td><td>%.6g</td><td>%.9g</td><td>%d</td><td>%.4f %%</td>"
            "<td>%s</td><td>%s</td></tr>\n",
            type_name(line), line->low, line->high, line->params.scale, line->params.zero_point,
            100 * line->clipped, decibels(text->arena, line->own_sqnr),
            decibels(text->arena, line->sqnr));
    }
    wick_text_format(text, "</table>\n");
}

const char *wick_quant_report_html(wick_arena *arena, const wick_quant_report *report,
                                   const char *source)
{
    wick_text text = {.arena = arena};
    wick_text summary = {.arena = arena};
    wick_text_format(&text,
                     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>");
    wick_text_add_escaped(&text, source);
    wick_text_format(&text, ": quantized</title><style>body{font-family:sans-serif}"
                            "td,th{padding:1px 8px;text-align:right;font-size:12px}"
                            "td:first-child,td:nth-child(2){text-align:left}</style></head>"
                            "<body>\n<h1>");
    wick_text_add_escaped(&text, source);
    wick_text_format(&text, "</h1>\n<pre>");
    add_agreement(&summary, report);
    add_doors(&summary, "input ", report->inputs, report->input_count);
    add_doors(&summary, "output", report->outputs, report->output_count);
    add_exceptions(&summary, report);
    wick_text_add_escaped(&text, wick_text_string(&summary));
    wick_text_format(&text, "</pre>\n<p>Signal to noise of each quantized tensor over the "
                            "calibration, in dB: light, of rounding this tensor alone; dark, with "
                            "all that came before.</p>\n");
    add_plot(&text, report);
    add_table(&text, report);
    wick_text_format(&text, "</body></html>\n");
    return wick_text_string(&text);
}
