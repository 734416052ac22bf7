// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/plan/picture.h"

#include "compiler/support/text.h"

enum {
    PICTURE_WIDTH = 960,
    PICTURE_HEIGHT = 360, // of one memory
    PICTURE_MARGIN = 80,  // left: addresses; right and below: names and time
    PICTURE_STEP = PICTURE_HEIGHT + 2 * 48,
    PICTURE_GOLDEN_ANGLE = 137, // degrees between the hues of neighbours: no two look alike
    PICTURE_NAMED_WIDTH = 40,   // rectangles below this are too narrow for a name
    PICTURE_NAMED_HEIGHT = 14,
};

// From instructions and bytes to the plane.
typedef struct picture_scale {
    double per_instruction;
    double per_byte;
    double bottom; // y of address 0
} picture_scale;

static void draw_storage(wick_text *text, const picture_scale *scale,
                         const wick_plan_buffer *buffer, uint32_t number)
{
    const double x = PICTURE_MARGIN + buffer->first * scale->per_instruction;
    const double width = (buffer->last - buffer->first + 1) * scale->per_instruction;
    const double height = (double)buffer->size_bytes * scale->per_byte;
    const double y = scale->bottom - (double)buffer->offset_bytes * scale->per_byte - height;
    wick_text_format(text,
                     "<g><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                     "fill=\"hsl(%u,60%%,72%%)\" stroke=\"#333\" stroke-width=\"0.5\"/>",
                     x, y, width, height, number * PICTURE_GOLDEN_ANGLE % 360);
    wick_text_format(text, "<title>");
    wick_text_add_escaped(text, buffer->name);
    wick_text_format(text, ": %zu bytes at %zu, instructions %u to %u</title>", buffer->size_bytes,
                     buffer->offset_bytes, buffer->first, buffer->last);
    if (width >= PICTURE_NAMED_WIDTH && height >= PICTURE_NAMED_HEIGHT) {
        wick_text_format(text, "<text x=\"%.1f\" y=\"%.1f\">", x + 3, y + 11);
        wick_text_add_escaped(text, buffer->name);
        wick_text_format(text, "</text>");
    }
    wick_text_format(text, "</g>\n");
}

// Where a result lies over its input while it is computed.
static void draw_reuse(wick_text *text, const picture_scale *scale, const wick_memory_plan *plan,
                       const wick_plan_reuse *reuse)
{
    const wick_plan_buffer *input = &plan->storages[reuse->input].buffer;
    const wick_plan_buffer *out = &plan->storages[reuse->out].buffer;
    const size_t low =
        input->offset_bytes > out->offset_bytes ? input->offset_bytes : out->offset_bytes;
    const size_t bytes = wick_plan_shared_bytes(plan, reuse);
    wick_text_format(text,
                     "<g><path d=\"M%.1f %.1fh%.1fv%.1fh-%.1fz\" fill=\"#000\" opacity=\"0.4\"/>",
                     PICTURE_MARGIN + reuse->instruction * scale->per_instruction,
                     scale->bottom - (double)low * scale->per_byte, scale->per_instruction,
                     -(double)bytes * scale->per_byte, scale->per_instruction);
    wick_text_format(text, "<title>");
    wick_text_add_escaped(text, out->name);
    wick_text_format(text, " over ");
    wick_text_add_escaped(text, input->name);
    wick_text_format(text, ": %zu bytes, computed %s</title></g>\n", bytes,
                     reuse->is_backward ? "backward" : "forward");
}

static void draw_axes(wick_text *text, const picture_scale *scale, const wick_memory_plan *plan,
                      uint32_t memory)
{
    const wick_plan_result *result = &plan->memories[memory];
    const double top = scale->bottom - (double)result->arena_bytes * scale->per_byte;
    const double bound = scale->bottom - (double)result->lower_bound_bytes * scale->per_byte;
    wick_text_format(text, "<text x=\"4\" y=\"%.1f\">0</text><text x=\"4\" y=\"%.1f\">%zu</text>\n",
                     scale->bottom, top + 10, result->arena_bytes);
    wick_text_format(text,
                     "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#c00\" "
                     "stroke-dasharray=\"4\"/>\n",
                     PICTURE_MARGIN, PICTURE_MARGIN + PICTURE_WIDTH, bound, bound);
    wick_text_format(text,
                     "<text x=\"%d\" y=\"%.1f\">memory %u: %zu bytes, lower bound %zu (red), peak "
                     "at instruction %u of %u</text>\n",
                     PICTURE_MARGIN, scale->bottom + 16, memory + 1, result->arena_bytes,
                     result->lower_bound_bytes, result->peak_instruction, plan->instruction_count);
}

static void draw_memory(wick_text *text, const wick_memory_plan *plan, uint32_t memory)
{
    const size_t arena_bytes = plan->memories[memory].arena_bytes;
    const uint32_t instructions = plan->instruction_count ? plan->instruction_count : 1;
    const picture_scale scale = {
        .per_instruction = (double)PICTURE_WIDTH / instructions,
        .per_byte = arena_bytes ? (double)PICTURE_HEIGHT / (double)arena_bytes : 0,
        .bottom = 24 + PICTURE_HEIGHT + (double)memory * PICTURE_STEP,
    };
    for (uint32_t i = 0; i < plan->storage_count; i++) {
        if (plan->storages[i].memory_id == memory + 1) {
            draw_storage(text, &scale, &plan->storages[i].buffer, i);
        }
    }
    for (uint32_t i = 0; i < plan->reuse_count; i++) {
        const wick_plan_reuse *reuse = &plan->reuses[i];
        if (reuse->overlaps && plan->storages[reuse->out].memory_id == memory + 1) {
            draw_reuse(text, &scale, plan, reuse);
        }
    }
    draw_axes(text, &scale, plan, memory);
}

const char *wick_plan_svg(wick_arena *arena, const wick_memory_plan *plan)
{
    wick_text text = {.arena = arena};
    wick_text_format(&text,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                     "font-family=\"sans-serif\" font-size=\"10\">\n",
                     PICTURE_WIDTH + 2 * PICTURE_MARGIN, plan->memory_count * PICTURE_STEP);
    for (uint32_t memory = 0; memory < plan->memory_count; memory++) {
        draw_memory(&text, plan, memory);
    }
    wick_text_format(&text, "</svg>\n");
    return wick_text_string(&text);
}
