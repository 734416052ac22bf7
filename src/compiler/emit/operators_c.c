// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/operators_c.h"

#include "compiler/emit/rows.h"
#include "compiler/support/text.h"
#include "format/flatbuffer.h"
#include "format/pte_read.h"
#include "format/pte_schema.h"

#include <string.h>

static uint32_t find_row(const char *name)
{
    uint32_t row = 0;
    while (row < wick_emit_row_count && strcmp(wick_emit_rows[row].name, name) != 0) {
        row++;
    }
    return row;
}

static const char *operator_name(wick_arena *arena, const uint8_t *table)
{
    const char *name = wick_fb_string(table, WICK_PTE_OPERATOR_NAME);
    const char *overload = wick_fb_string(table, WICK_PTE_OPERATOR_OVERLOAD);
    return *overload == '\0' ? name : wick_arena_format(arena, "%s.%s", name, overload);
}

// The C name of a row in the form that tensors of `rank` dimensions need.
static const char *row_id(uint32_t row, uint32_t rank)
{
    for (uint32_t i = 0; i < wick_emit_wide_row_count; i++) {
        const wick_emit_wide_row *wide = &wick_emit_wide_rows[i];
        if (rank > wide->rank && strcmp(wide->name, wick_emit_rows[row].name) == 0) {
            return wide->id;
        }
    }
    return wick_emit_rows[row].id;
}

// Dimensions of the largest tensor of a method.
static uint32_t highest_rank(const uint8_t *plan)
{
    uint32_t rank = 0;
    const wick_fb_vector values = wick_fb_items(plan, WICK_PTE_PLAN_VALUES);
    for (uint32_t i = 0; i < wick_fb_count(values); i++) {
        uint32_t type;
        const uint8_t *tensor = wick_fb_union(wick_fb_table_at(values, i), &type);
        if (type == WICK_PTE_TYPE_TENSOR) {
            const uint32_t own = wick_fb_count(wick_fb_items(tensor, WICK_PTE_TENSOR_SIZES));
            rank = own > rank ? own : rank;
        }
    }
    return rank;
}

// Marks the rows that one method calls.
static wick_status mark_rows(wick_arena *arena, const char *path, const uint8_t *plan,
                             wick_diag *diag, bool *used)
{
    const wick_fb_vector operators = wick_fb_items(plan, WICK_PTE_PLAN_OPERATORS);
    for (uint32_t i = 0; i < wick_fb_count(operators); i++) {
        const char *name = operator_name(arena, wick_fb_table_at(operators, i));
        const uint32_t row = find_row(name);
        if (row == wick_emit_row_count) {
            return wick_diag_error(diag, WICK_OPERATOR_MISSING, path,
                                   "there is no operator '%s'; see docs/operators.md", name);
        }
        used[row] = true;
    }
    return WICK_OK;
}

static const char *table_text(wick_arena *arena, const bool *used, uint32_t rank)
{
    wick_text text = {.arena = arena};
    wick_text rows = {.arena = arena};
    uint32_t count = 0;
    wick_text_format(&text, "// Made by wick: the operators that one program calls.\n"
                            "#include \"wick/operator.h\"\n\n");
    for (uint32_t row = 0; row < wick_emit_row_count; row++) {
        if (used[row]) {
            const char *id = row_id(row, rank);
            wick_text_format(&text, "extern const wick_operator wick_op_%s;\n", id);
            wick_text_format(&rows, "    &wick_op_%s, // %s\n", id, wick_emit_rows[row].name);
            count++;
        }
    }
    wick_text_format(&text, "extern const wick_operators wick_operators_model;\n\n");
    if (count == 0) { // C has no empty array
        wick_text_format(&text, "const wick_operators wick_operators_model = {0, 0};\n");
    } else {
        wick_text_format(&text, "static const wick_operator *const rows[] = {\n%s};\n\n",
                         wick_text_string(&rows));
        wick_text_format(&text, "const wick_operators wick_operators_model = {rows, %u};\n", count);
    }
    return wick_text_string(&text);
}

wick_status wick_emit_operators_c(wick_arena *arena, const char *path, const wick_program *program,
                                  wick_diag *diag, const char **out)
{
    bool *used = wick_arena_alloc(arena, wick_emit_row_count, sizeof *used);
    uint32_t rank = 0;
    const wick_fb_vector plans =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
    for (uint32_t i = 0; i < wick_fb_count(plans); i++) {
        const uint8_t *plan = wick_fb_table_at(plans, i);
        const uint32_t own = highest_rank(plan);
        rank = own > rank ? own : rank;
        WICK_TRY(mark_rows(arena, path, plan, diag, used));
    }
    *out = table_text(arena, used, rank);
    return WICK_OK;
}
