// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/operators_c.h"

#include "compiler/emit/rows.h"
#include "compiler/support/text.h"

const char *wick_emit_operators_c(wick_arena *arena, const wick_ir_graph *graph,
                                  const wick_memory_plan *plan)
{
    bool *used = wick_arena_alloc(arena, wick_emit_row_count, sizeof *used);
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (node->op->row >= 0 && !wick_plan_is_elided(plan, node)) {
            used[node->op->row] = true;
        }
    }
    wick_text text = {.arena = arena};
    wick_text rows = {.arena = arena};
    uint32_t count = 0;
    wick_text_format(&text,
                     "// Made by wick compile: the operators that method \"%s\" runs.\n"
                     "#include \"wick/operator.h\"\n\n",
                     graph->name);
    for (uint32_t row = 0; row < wick_emit_row_count; row++) {
        if (used[row]) {
            wick_text_format(&text, "extern const wick_operator wick_op_%s;\n",
                             wick_emit_rows[row].id);
            wick_text_format(&rows, "    &wick_op_%s, // %s\n", wick_emit_rows[row].id,
                             wick_emit_rows[row].name);
            count++;
        }
    }
    wick_text_format(&text, "extern const wick_operators wick_operators_model;\n\n");
    if (count == 0) { // C has no empty array
        wick_text_format(&text, "const wick_operators wick_operators_model = {0, 0};\n");
        return wick_text_string(&text);
    }
    wick_text_format(&text, "static const wick_operator *const rows[] = {\n%s};\n\n",
                     wick_text_string(&rows));
    wick_text_format(&text, "const wick_operators wick_operators_model = {rows, %u};\n", count);
    return wick_text_string(&text);
}
