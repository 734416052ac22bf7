// SPDX-License-Identifier: BSD-3-Clause
// The plan as text. Time runs to the right, one column for each instruction (or for several, when
// there are many).
#include "compiler/plan/plan.h"
#include "compiler/support/text.h"

enum { PRINT_COLUMNS = 96 };

typedef struct plan_scale {
    uint32_t instructions; // drawn: at least one, so that inputs show
    uint32_t step;         // instructions in a column
    uint32_t columns;
} plan_scale;

static plan_scale plan_scale_of(const wick_memory_plan *plan)
{
    plan_scale scale = {.instructions = plan->instruction_count ? plan->instruction_count : 1};
    scale.step = (scale.instructions + PRINT_COLUMNS - 1) / PRINT_COLUMNS;
    scale.columns = (scale.instructions + scale.step - 1) / scale.step;
    return scale;
}

static bool plan_precedes(const wick_plan_storage *a, const wick_plan_storage *b)
{
    if (a->buffer.offset_bytes != b->buffer.offset_bytes) {
        return a->buffer.offset_bytes < b->buffer.offset_bytes;
    }
    return a->buffer.first < b->buffer.first;
}

// Storages of one memory by offset, then by time.
static uint32_t plan_sorted(const wick_memory_plan *plan, uint32_t memory_id,
                            const wick_plan_storage **out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->storage_count; i++) {
        const wick_plan_storage *storage = &plan->storages[i];
        if (storage->memory_id != memory_id) {
            continue;
        }
        uint32_t k = count++;
        for (; k > 0 && plan_precedes(storage, out[k - 1]); k--) {
            out[k] = out[k - 1];
        }
        out[k] = storage;
    }
    return count;
}

static void plan_draw_bar(wick_text *text, const plan_scale *scale, const wick_plan_buffer *buffer)
{
    for (uint32_t column = 0; column < scale->columns; column++) {
        uint32_t begin = column * scale->step;
        uint32_t end = begin + scale->step - 1;
        bool alive = buffer->first <= end && begin <= buffer->last;
        wick_text_add(text, alive ? "#" : ".", 1);
    }
}

// The names of all values that share a storage: "conv2d = relu = flatten".
static void plan_draw_names(wick_text *text, const wick_ir_graph *graph,
                            const wick_memory_plan *plan, uint32_t storage)
{
    const char *first = plan->storages[storage].buffer.name;
    wick_text_format(text, "%s", first);
    for (const wick_ir_node *node = graph ? graph->first : NULL; node; node = node->next) {
        for (uint32_t i = 0; i < node->output_count; i++) {
            const wick_ir_value *value = node->outputs[i];
            if (plan->storage_of[value->index] == storage && value->name != first) {
                wick_text_format(text, " = %s", value->name);
            }
        }
    }
}

// "<- x", or "<- x backward": lies over x, from which it is computed.
static void plan_draw_reuse(wick_text *text, const wick_memory_plan *plan, uint32_t storage)
{
    for (uint32_t i = 0; i < plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &plan->reuses[i];
        if (reuse->out == storage && reuse->overlaps) {
            wick_text_format(text, " <- %s%s", plan->storages[reuse->input].buffer.name,
                             reuse->is_backward ? " backward" : "");
        }
    }
}

static void plan_draw_peak(wick_text *text, const plan_scale *scale, uint32_t peak)
{
    wick_text_format(text, "%10s  %10s  ", "", "");
    for (uint32_t column = 0; column < peak / scale->step; column++) {
        wick_text_add(text, " ", 1);
    }
    wick_text_format(text, "^ peak: instruction %u\n", peak);
}

static void plan_draw_memory(wick_text *text, const wick_ir_graph *graph,
                             const wick_memory_plan *plan, uint32_t memory)
{
    const wick_plan_result *result = &plan->memories[memory];
    const plan_scale scale = plan_scale_of(plan);
    const wick_plan_storage **sorted =
        wick_arena_alloc(text->arena, plan->storage_count, sizeof *sorted);
    uint32_t count = plan_sorted(plan, memory + 1, sorted);
    wick_text_format(text, "memory %u: %zu bytes, lower bound %zu, gap %zu%s\n", memory + 1,
                     result->arena_bytes, result->lower_bound_bytes,
                     result->arena_bytes - result->lower_bound_bytes,
                     result->proven_optimal ? " (proven optimal)" : "");
    wick_text_format(text, "%10s  %10s  alive during instructions 0 to %u", "offset", "bytes",
                     scale.instructions - 1);
    if (scale.step > 1) {
        wick_text_format(text, ", %u in each column", scale.step);
    }
    wick_text_add(text, "\n", 1);
    for (uint32_t i = 0; i < count; i++) {
        const wick_plan_buffer *buffer = &sorted[i]->buffer;
        wick_text_format(text, "%10zu  %10zu  ", buffer->offset_bytes, buffer->size_bytes);
        plan_draw_bar(text, &scale, buffer);
        wick_text_add(text, "  ", 2);
        plan_draw_names(text, graph, plan, (uint32_t)(sorted[i] - plan->storages));
        plan_draw_reuse(text, plan, (uint32_t)(sorted[i] - plan->storages));
        wick_text_add(text, "\n", 1);
    }
    if (result->lower_bound_bytes != 0) {
        plan_draw_peak(text, &scale, result->peak_instruction);
    }
}

const char *wick_plan_print(wick_arena *arena, const wick_ir_graph *graph,
                            const wick_memory_plan *plan)
{
    wick_text text = {.arena = arena};
    for (uint32_t memory = 0; memory < plan->memory_count; memory++) {
        plan_draw_memory(&text, graph, plan, memory);
    }
    return wick_text_string(&text);
}
