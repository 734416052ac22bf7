// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/report.h"

#include "compiler/quant/report.h"

#include "compiler/emit/rows.h"
#include "compiler/explanation.h"
#include "compiler/figures/figures.h"
#include "compiler/support/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct operator_count {
    const char *name;
    uint32_t count;
} operator_count;

typedef struct layer {
    const wick_ir_node *node;
    wick_work work;
    uint64_t macs;
    uint64_t instructions;
    bool is_measured; // instructions are known
} layer;

typedef struct graph_figures {
    operator_count *operators;
    uint32_t operator_count;
    uint32_t views_elided;
    uint64_t macs;
    layer *layers;
    uint32_t layer_count;
    int32_t core; // column of the measured figures; -1: none
    uint64_t instructions;
    bool is_measured; // of all layers
    wick_figures_code code;
    wick_figures_stack stack;
} graph_figures;

static uint64_t count_macs(wick_arena *arena, const wick_ir_node *node)
{
    wick_contract contract;
    return wick_contract_of(arena, node, &contract) == WICK_OK ? contract.macs : 0;
}

static void count_operator(graph_figures *figures, const char *name)
{
    uint32_t i = 0;
    while (i < figures->operator_count && figures->operators[i].name != name) {
        i++;
    }
    figures->operator_count += i == figures->operator_count;
    figures->operators[i].name = name;
    figures->operators[i].count++;
}

static void add_layer(wick_arena *arena, const wick_ir_node *node, graph_figures *figures)
{
    layer *added = &figures->layers[figures->layer_count++];
    *added = (layer){.node = node, .macs = count_macs(arena, node)};
    figures->macs += added->macs;
    if (figures->core >= 0 && wick_work_of(arena, node, &added->work) == WICK_OK) {
        added->is_measured =
            wick_figures_instructions(figures->core, node, &added->work, &added->instructions);
    }
    figures->is_measured = figures->is_measured && added->is_measured;
    figures->instructions += added->instructions;
}

// Code and stack of the operators that the graph uses.
static void add_core(wick_arena *arena, graph_figures *figures)
{
    bool *rows = wick_arena_alloc(arena, wick_emit_row_count, sizeof *rows);
    for (uint32_t i = 0; i < figures->layer_count; i++) {
        if (figures->layers[i].node->op->row >= 0) {
            rows[figures->layers[i].node->op->row] = true;
        }
    }
    if (figures->core >= 0) {
        figures->code = wick_figures_code_of(arena, figures->core, rows);
        figures->stack = wick_figures_stack_of(figures->core, rows);
    }
}

static graph_figures count_graph(wick_arena *arena, const wick_report_input *input)
{
    graph_figures figures = {.core = wick_figures_core(input->target->core), .is_measured = true};
    figures.layers =
        wick_arena_alloc(arena, input->emitted->instruction_count + 1u, sizeof *figures.layers);
    figures.operators =
        wick_arena_alloc(arena, input->emitted->instruction_count + 1u, sizeof *figures.operators);
    for (const wick_ir_node *node = input->graph->first; node != NULL; node = node->next) {
        if (node->op->row < 0) {
            continue; // jumps, labels, rooms
        }
        if (wick_plan_is_elided(input->plan, node)) {
            figures.views_elided++;
            continue;
        }
        add_layer(arena, node, &figures);
        count_operator(&figures, node->op->name);
    }
    add_core(arena, &figures);
    return figures;
}

// What a memory moves in one inference, beside what first fit would.
static void add_traffic(wick_text *text, const wick_memory_plan *plan, uint32_t memory)
{
    wick_text_format(text, "    moves %" PRIu64 " B per inference", plan->traffic_bytes[memory]);
    if (plan->memory_count > 1 && plan->first_fit_is_possible) {
        wick_text_format(text, ", first fit %" PRIu64 " B", plan->first_fit_traffic_bytes[memory]);
    } else if (plan->memory_count > 1) {
        wick_text_format(text, ", first fit finds no place");
    }
    wick_text_format(text, "\n");
    if (plan->memories[memory].arena_bytes != 0) {
        wick_text_format(text, "    peak at instruction %u: %s\n",
                         plan->memories[memory].peak_instruction, plan->peak_names[memory]);
    }
}

static void add_memories(wick_text *text, const wick_report_input *input)
{
    for (uint32_t i = 0; i < input->plan->memory_count; i++) {
        const wick_plan_result *memory = &input->plan->memories[i];
        wick_text_format(text, "  arena %-2u %-12s %10zu B   lower bound %zu B, gap %zu B\n", i + 1,
                         input->target->memories[i].name, memory->arena_bytes,
                         memory->lower_bound_bytes,
                         memory->arena_bytes - memory->lower_bound_bytes);
        add_traffic(text, input->plan, i);
    }
    if (input->target->constant_access_cost != 0) {
        wick_text_format(text,
                         "  constants             %10zu B   copied to memory at init; %" PRIu64
                         " B read from the program per inference\n",
                         input->plan->copied_constant_bytes, input->plan->constant_traffic_bytes);
    }
}

// A layer by its result.
static const char *name_of(const wick_ir_node *node)
{
    return node->output_count > 0 ? node->outputs[0]->name : node->name;
}

// What a core takes, and of it each layer.
static void add_core_text(wick_text *text, const graph_figures *figures)
{
    const wick_figures_code *code = &figures->code;
    wick_text_format(text, "  code                  %10u B   runtime %u B, operators %u B%s\n",
                     code->runtime_bytes + code->operators_bytes, code->runtime_bytes,
                     code->operators_bytes,
                     code->is_complete ? "" : " without those that were not measured");
    if (figures->stack.execute_bytes != UINT32_MAX) {
        wick_text_format(
            text, "  stack                 %10u B   at most: init %u B, execute %u B\n",
            figures->stack.init_bytes > figures->stack.execute_bytes ? figures->stack.init_bytes
                                                                     : figures->stack.execute_bytes,
            figures->stack.init_bytes, figures->stack.execute_bytes);
    }
    wick_text_format(
        text, "  instructions executed %10" PRIu64 "     a run, predicted%s\n  layers\n",
        figures->instructions, figures->is_measured ? "" : " without those that were not measured");
    for (uint32_t i = 0; i < figures->layer_count; i++) {
        const layer *at = &figures->layers[i];
        wick_text_format(text, "    %3u %-34s %10" PRIu64 " MACs %11" PRIu64 " instructions  %s\n",
                         i, wick_emit_rows[at->node->op->row].name, at->macs, at->instructions,
                         name_of(at->node));
    }
}

const char *wick_report_text(wick_arena *arena, const wick_report_input *input)
{
    wick_text text = {.arena = arena};
    const graph_figures figures = count_graph(arena, input);
    const wick_emit_result *emitted = input->emitted;
    wick_text_format(&text, "%s for %s\n", input->source, input->target->name);
    wick_text_format(&text, "  program               %10zu B   graph %zu B, constants %zu B\n",
                     emitted->size_bytes, emitted->flatbuffer_bytes, emitted->constant_bytes);
    add_memories(&text, input);
    wick_text_format(&text, "  metadata              %10zu B   in RAM on a 32-bit core\n",
                     input->metadata_bytes);
    wick_text_format(&text, "  values                %10u\n  instructions          %10u\n",
                     emitted->value_count, emitted->instruction_count);
    wick_text_format(&text, "  views elided          %10u\n", figures.views_elided);
    wick_text_format(&text, "  multiply-accumulates  %10" PRIu64 "\n  operators\n", figures.macs);
    for (uint32_t i = 0; i < figures.operator_count; i++) {
        wick_text_format(&text, "    %6u x %s\n", figures.operators[i].count,
                         figures.operators[i].name);
    }
    if (figures.core >= 0) {
        add_core_text(&text, &figures);
    }
    if (input->remarks[0] != 0) {
        wick_text_format(&text, "\n%s", input->remarks);
    }
    if (input->quantization != NULL) {
        wick_text_format(&text, "\n%s", wick_quant_report_text(arena, input->quantization));
    }
    wick_text_format(&text, "\n%s", wick_plan_print(arena, input->graph, input->plan));
    return wick_text_string(&text);
}

static json_t *overlaps_json(const wick_memory_plan *plan)
{
    json_t *overlaps = json_array();
    for (uint32_t i = 0; i < plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &plan->reuses[i];
        if (reuse->overlaps) {
            json_array_append_new(overlaps,
                                  json_pack("{s:s, s:s, s:i, s:I, s:s}", "result",
                                            plan->storages[reuse->out].buffer.name, "input",
                                            plan->storages[reuse->input].buffer.name, "instruction",
                                            (int)reuse->instruction, "bytes",
                                            (json_int_t)wick_plan_shared_bytes(plan, reuse),
                                            "order", reuse->is_backward ? "backward" : "forward"));
        }
    }
    return overlaps;
}

static json_t *first_fit_json(const wick_memory_plan *plan, uint32_t memory)
{
    return plan->first_fit_is_possible
               ? json_integer((json_int_t)plan->first_fit_traffic_bytes[memory])
               : json_null();
}

static json_t *memories_json(const wick_report_input *input)
{
    json_t *memories = json_array();
    for (uint32_t i = 0; i < input->plan->memory_count; i++) {
        const wick_plan_result *memory = &input->plan->memories[i];
        json_array_append_new(memories,
                              json_pack("{s:i, s:s, s:I, s:I, s:I, s:o, s:s, s:b, s:i}", "id",
                                        (int)i + 1, "name", input->target->memories[i].name,
                                        "arena_bytes", (json_int_t)memory->arena_bytes,
                                        "lower_bound_bytes", (json_int_t)memory->lower_bound_bytes,
                                        "traffic_bytes", (json_int_t)input->plan->traffic_bytes[i],
                                        "first_fit_traffic_bytes", first_fit_json(input->plan, i),
                                        "peak", input->plan->peak_names[i], "proven_optimal",
                                        memory->proven_optimal, "peak_instruction",
                                        (int)memory->peak_instruction));
    }
    return memories;
}

static json_t *storages_json(const wick_report_input *input)
{
    json_t *storages = json_array();
    for (uint32_t i = 0; i < input->plan->storage_count; i++) {
        const wick_plan_storage *storage = &input->plan->storages[i];
        if (storage->memory_id == 0) {
            continue;
        }
        json_array_append_new(
            storages, json_pack("{s:s, s:i, s:I, s:I, s:i, s:i}", "name", storage->buffer.name,
                                "memory", (int)storage->memory_id, "offset_bytes",
                                (json_int_t)storage->buffer.offset_bytes, "size_bytes",
                                (json_int_t)storage->buffer.size_bytes, "first",
                                (int)storage->buffer.first, "last", (int)storage->buffer.last));
    }
    return storages;
}

static json_t *operators_json(const graph_figures *figures)
{
    json_t *operators = json_object();
    for (uint32_t i = 0; i < figures->operator_count; i++) {
        json_object_set_new(operators, figures->operators[i].name,
                            json_integer(figures->operators[i].count));
    }
    return operators;
}

static json_t *layers_json(const graph_figures *figures)
{
    json_t *layers = json_array();
    for (uint32_t i = 0; i < figures->layer_count; i++) {
        const layer *at = &figures->layers[i];
        json_t *work = json_array();
        for (int k = 0; k < WICK_WORK_UNIT_COUNT; k++) {
            json_array_append_new(work, json_integer((json_int_t)at->work.units[k]));
        }
        json_array_append_new(
            layers,
            json_pack("{s:s, s:s, s:I, s:o, s:o}", "operator",
                      wick_emit_rows[at->node->op->row].name, "name", name_of(at->node), "macs",
                      (json_int_t)at->macs, "work", work, "instructions",
                      at->is_measured ? json_integer((json_int_t)at->instructions) : json_null()));
    }
    return layers;
}

// Figures of the target's core; null where it was not measured.
static json_t *core_json(const graph_figures *figures)
{
    if (figures->core < 0) {
        return json_null();
    }
    const bool has_stack = figures->stack.execute_bytes != UINT32_MAX;
    return json_pack(
        "{s:I, s:I, s:b, s:I, s:o, s:o, s:o}", "runtime_code_bytes",
        (json_int_t)figures->code.runtime_bytes, "operators_code_bytes",
        (json_int_t)figures->code.operators_bytes, "code_is_complete", figures->code.is_complete,
        "init_stack_bytes", (json_int_t)figures->stack.init_bytes, "execute_stack_bytes",
        has_stack ? json_integer(figures->stack.execute_bytes) : json_null(), "instructions",
        figures->is_measured ? json_integer((json_int_t)figures->instructions) : json_null(),
        "layers", layers_json(figures));
}

static json_t *remarks_json(const wick_report_input *input)
{
    json_t *remarks = json_array();
    for (const char *line = input->remarks; *line != 0;) {
        const size_t length = strcspn(line, "\n");
        json_array_append_new(remarks, json_stringn(line, length));
        line += length + (line[length] != 0);
    }
    return remarks;
}

const char *wick_report_json(wick_arena *arena, const wick_report_input *input)
{
    const graph_figures figures = count_graph(arena, input);
    const wick_emit_result *emitted = input->emitted;
    json_t *report = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:I, s:o, s:o, s:o, s:o, s:o}", "source",
        input->source, "target", input->target->name, "program_bytes",
        (json_int_t)emitted->size_bytes, "flatbuffer_bytes", (json_int_t)emitted->flatbuffer_bytes,
        "constant_bytes", (json_int_t)emitted->constant_bytes, "metadata_bytes_32_bit",
        (json_int_t)input->metadata_bytes, "values", (int)emitted->value_count, "instructions",
        (int)emitted->instruction_count, "views_elided", (int)figures.views_elided, "macs",
        (json_int_t)figures.macs, "memories", memories_json(input), "storages",
        storages_json(input), "overlaps", overlaps_json(input->plan), "operators",
        operators_json(&figures), "remarks", remarks_json(input));
    json_object_set_new(report, "core", core_json(&figures));
    if (input->explain != NULL) {
        json_object_set_new(report, "explain",
                            wick_explanation_json(input->explain, input->graph, input->plan));
    }
    if (input->quantization != NULL) {
        json_object_set_new(report, "quantization", wick_quant_report_json(input->quantization));
    }
    char *dumped = json_dumps(report, JSON_INDENT(2) | JSON_SORT_KEYS);
    const char *text = wick_arena_format(arena, "%s\n", dumped ? dumped : "{}");
    free(dumped);
    json_decref(report);
    return text;
}
