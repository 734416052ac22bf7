// SPDX-License-Identifier: BSD-3-Clause
// The whole pipeline in one function: compile().
#include "compiler/constant_method.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/operators_c.h"
#include "compiler/explanation.h"
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "compiler/passes/explain.h"
#include "compiler/passes/pass.h"
#include "compiler/plan/picture.h"
#include "compiler/plan/plan.h"
#include "compiler/quant/quantize.h"
#include "compiler/quant/report.h"
#include "compiler/report.h"
#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "compiler/support/text.h"
#include "compiler/target.h"
#include "wick/compiler.h"
#include "wick/wick.h"

#include <string.h>

enum { DUMP_DATA_LIMIT = 16 };

struct wick_compilation {
    wick_arena *arena;
    wick_diag diag;
    wick_text remarks; // of the passes
    wick_explain *explain; // NULL: not wanted
    const uint8_t *program;
    size_t program_bytes;
    const char *dump;
    const char *report;
    const char *report_json;
    const char *explanation;
    const char *operators_c;
    const char *plan_svg;
    const char *quantize_html;
    wick_quantization quantization;
};

typedef struct compile_input {
    const void *archive;
    size_t size_bytes;
    const wick_compile_options *options;
} compile_input;

static bool is_named(const char *option, const char *name)
{
    return option != NULL && strcmp(option, name) == 0;
}

static wick_status check_pass_name(wick_compilation *compilation, const char *option,
                                   const char *value)
{
    if (value == NULL || (is_named(option, "dump-after") && is_named(value, "all"))) {
        return WICK_OK;
    }
    const char *known = is_named(option, "dump-after") ? "all" : "";
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        if (strcmp(wick_passes[i].name, value) == 0) {
            return WICK_OK;
        }
        known = wick_arena_format(compilation->arena, "%s%s%s", known, *known ? ", " : "",
                                  wick_passes[i].name);
    }
    return wick_diag_error(&compilation->diag, WICK_NOT_FOUND, NULL,
                           "--%s: no pass is named '%s'; the passes are: %s", option, value, known);
}

static void dump_graph(wick_compilation *compilation, const wick_ir_graph *graph, const char *pass)
{
    const char *text = wick_ir_print(compilation->arena, graph, DUMP_DATA_LIMIT);
    compilation->dump =
        wick_arena_format(compilation->arena, "%s# after %s\n%s", compilation->dump, pass, text);
}

// Whether `ops` asks for the official operators for Cortex-M, which the target must be.
static wick_status check_ops(wick_compilation *compilation, const char *ops,
                             const wick_target *target)
{
    if (ops == NULL || strcmp(ops, "wick") == 0) {
        return WICK_OK;
    }
    if (strcmp(ops, "official") != 0) {
        return wick_diag_error(&compilation->diag, WICK_INVALID_ARGUMENT, NULL,
                               "--ops: is '%s', expected wick or official", ops);
    }
    if (strncmp(target->core, "cortex-m", strlen("cortex-m")) != 0) {
        return wick_diag_error(&compilation->diag, WICK_INVALID_ARGUMENT, NULL,
                               "--ops official: these are the operators for Cortex-M, the core of "
                               "target '%s' is '%s'; choose a target such as cortex-m55",
                               target->name, target->core);
    }
    return WICK_OK;
}

// Buffers of these names are state: another method of the model writes them.
static wick_status mark_state(wick_compilation *compilation, const wick_compile_options *options,
                              wick_ir_graph *graph)
{
    for (uint32_t i = 0; i < options->state_count; i++) {
        wick_ir_value *value = graph->values;
        while (value != NULL &&
               (value->kind != WICK_IR_BUFFER || !is_named(value->qualified_name, options->state[i]))) {
            value = value->next;
        }
        if (value == NULL) {
            return wick_diag_error(&compilation->diag, WICK_NOT_FOUND, NULL,
                                   "--state: the model has no buffer named '%s'",
                                   options->state[i]);
        }
        value->is_state = true;
    }
    return WICK_OK;
}

static wick_status check_layout(wick_compilation *compilation, const char *layout)
{
    if (layout == NULL || strcmp(layout, "nchw") == 0 || strcmp(layout, "nhwc") == 0) {
        return WICK_OK;
    }
    return wick_diag_error(&compilation->diag, WICK_INVALID_ARGUMENT, NULL,
                           "--layout: is '%s', expected nchw or nhwc", layout);
}

// Runs the passes in the order of passes.def; *stopped is set when --stop-after ended the
// compilation.
static wick_status run_passes(wick_compilation *compilation, const wick_target *target,
                              const wick_compile_options *options, wick_ir_graph *graph,
                              bool *stopped)
{
    wick_quantization *quantization = &compilation->quantization;
    wick_pass_context context = {.target = target,
                                 .diag = &compilation->diag,
                                 .remarks = &compilation->remarks,
                                 .explain = compilation->explain,
                                 .max_sizes = options->max_sizes,
                                 .nhwc_doors = is_named(options->layout, "nhwc"),
                                 .official_operators = is_named(options->ops, "official")};
    if (options->quantize != NULL) {
        WICK_TRY(wick_quantization_open(options, &compilation->diag, quantization));
        context.quantization = quantization;
    }
    for (uint32_t i = 0; i < wick_pass_count && !*stopped; i++) {
        const char *name = wick_passes[i].name;
        if (!is_named(options->skip_pass, name)) {
            wick_explain_start(compilation->explain, i);
            WICK_TRY(wick_pass_run(&wick_passes[i], &context, graph));
            WICK_TRY(compilation->diag.status); // of what a rewrite found wrong
            WICK_TRY(wick_ir_check_order(graph, name, &compilation->diag));
        }
        *stopped = is_named(options->stop_after, name);
        if (*stopped || is_named(options->dump_after, name) ||
            is_named(options->dump_after, "all")) {
            dump_graph(compilation, graph, name);
        }
#ifndef NDEBUG
        WICK_TRY(wick_ir_verify(graph, &compilation->diag));
#endif
    }
    return WICK_OK;
}

// What the runtime needs beside the arenas on a 32-bit core: a value takes 16 bytes there and an
// operator's pointer 4 (wick/tensor.h, src/runtime/metadata.c); all else has fixed widths. Each
// part is rounded up to 8.
static size_t metadata_on_32_bits(const wick_emit_result *emitted, size_t here)
{
    enum { VALUE_BYTES = 16, POINTER_BYTES = 4 };
    const size_t values = emitted->value_count * (sizeof(wick_value) - VALUE_BYTES);
    const size_t pointers_here = (emitted->operator_count * sizeof(void *) + 7) / 8 * 8;
    const size_t pointers_there = (emitted->operator_count * POINTER_BYTES + 7u) / 8 * 8;
    return here - values - (pointers_here - pointers_there);
}

// Opens what was just emitted, so that no program leaves that the runtime would refuse, and asks
// what it needs.
static wick_status check_emitted(wick_compilation *compilation, const char *source,
                                 const wick_emit_result *emitted, size_t *metadata_bytes)
{
    wick_program program;
    wick_requirements need;
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_program_open(&program, emitted->bytes, emitted->size_bytes, &failure) != WICK_OK ||
        wick_method_requirements(&program, wick_program_method_name(&program, 0),
                                 &wick_operators_all, &need, &failure) != WICK_OK) {
        return wick_diag_error(&compilation->diag, WICK_INTERNAL, source,
                               "the emitted program is refused: %s (at %u)", failure.text,
                               failure.detail);
    }
    *metadata_bytes = metadata_on_32_bits(emitted, need.metadata_bytes);
    return wick_emit_operators_c(compilation->arena, source, &program, &compilation->diag,
                                 &compilation->operators_c);
}

static wick_status compile(wick_compilation *compilation, const compile_input *input)
{
    const wick_compile_options *options = input->options;
    wick_arena *arena = compilation->arena;
    wick_diag *diag = &compilation->diag;
    const char *source = options->source_name ? options->source_name : "archive";
    wick_target target;
    wick_ir_graph *graph;
    wick_memory_plan *plan;
    wick_emit_result emitted;
    wick_emit_constant_method *constant_methods;
    size_t metadata_bytes = 0;
    bool stopped = false;

    WICK_TRY(check_pass_name(compilation, "dump-after", options->dump_after));
    WICK_TRY(check_pass_name(compilation, "stop-after", options->stop_after));
    WICK_TRY(check_pass_name(compilation, "skip-pass", options->skip_pass));
    WICK_TRY(wick_target_load(arena, options->target ? options->target : "wick", diag, &target));
    WICK_TRY(check_layout(compilation, options->layout));
    WICK_TRY(check_ops(compilation, options->ops, &target));
    WICK_TRY(wick_import_pt2(arena, input->archive, input->size_bytes, source, NULL, diag, &graph));
    WICK_TRY(mark_state(compilation, options, graph));
    WICK_TRY(wick_constant_methods_read(arena, options, graph->name, diag, &constant_methods));
    const wick_status passed = run_passes(compilation, &target, options, graph, &stopped);
    compilation->explanation = wick_explanation_text(arena, compilation->explain, NULL, NULL);
    WICK_TRY(passed);
    if (stopped) {
        return WICK_OK;
    }
    WICK_TRY(wick_plan_memory(arena, graph, &target, diag, &plan));
    WICK_TRY(wick_ir_check_order(graph, "plan", diag)); // the planner moves nodes
    WICK_TRY(wick_emit_program(arena, graph, plan, constant_methods, options->constant_method_count,
                               diag, &emitted));
    WICK_TRY(check_emitted(compilation, source, &emitted, &metadata_bytes));

    const wick_report_input figures = {source,         &target,
                                       graph,          plan,
                                       &emitted,       wick_text_string(&compilation->remarks),
                                       metadata_bytes, compilation->quantization.report,
                                       compilation->explain};
    compilation->report = wick_report_text(arena, &figures);
    compilation->report_json = wick_report_json(arena, &figures);
    compilation->explanation = wick_explanation_text(arena, compilation->explain, graph, plan);
    compilation->plan_svg = wick_plan_svg(arena, plan);
    if (figures.quantization != NULL) {
        compilation->quantize_html = wick_quant_report_html(arena, figures.quantization, source);
    }
    compilation->program = emitted.bytes;
    compilation->program_bytes = emitted.size_bytes;
    return WICK_OK;
}

wick_status wick_compile(const void *archive, size_t size_bytes,
                         const wick_compile_options *options, wick_compilation **out)
{
    static const wick_compile_options defaults = {0};
    wick_arena *arena = wick_arena_create();
    *out = NULL;
    if (arena == NULL) {
        return WICK_OUT_OF_MEMORY;
    }
    wick_compilation *compilation = wick_arena_alloc(arena, 1, sizeof *compilation);
    compilation->arena = arena;
    compilation->diag.arena = arena;
    compilation->remarks.arena = arena;
    compilation->dump = compilation->report = compilation->report_json = compilation->operators_c =
        "";
    compilation->plan_svg = compilation->quantize_html = compilation->explanation = "";
    *out = compilation;
    const compile_input input = {archive, size_bytes, options ? options : &defaults};
    if (input.options->explain) {
        compilation->explain = wick_arena_alloc(arena, 1, sizeof *compilation->explain);
        compilation->explain->arena = arena;
    }
    return compile(compilation, &input);
}

void wick_compilation_destroy(wick_compilation *compilation)
{
    if (compilation != NULL) {
        wick_arena_destroy(compilation->arena);
    }
}

const uint8_t *wick_compilation_program(const wick_compilation *compilation, size_t *size_bytes)
{
    *size_bytes = compilation->program_bytes;
    return compilation->program;
}

const char *wick_compilation_messages(const wick_compilation *compilation)
{
    return wick_diag_text(&compilation->diag);
}

const char *wick_compilation_report(const wick_compilation *compilation)
{
    return compilation->report;
}

const char *wick_compilation_report_json(const wick_compilation *compilation)
{
    return compilation->report_json;
}

const char *wick_compilation_explanation(const wick_compilation *compilation)
{
    return compilation->explanation;
}

const char *wick_compilation_dump(const wick_compilation *compilation)
{
    return compilation->dump;
}

const char *wick_compilation_operators_c(const wick_compilation *compilation)
{
    return compilation->operators_c;
}

const char *wick_compilation_plan_svg(const wick_compilation *compilation)
{
    return compilation->plan_svg;
}

const char *wick_compilation_quantize_html(const wick_compilation *compilation)
{
    return compilation->quantize_html;
}

const char *const *wick_compiler_targets(void)
{
    return wick_target_names();
}
