// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/figures/figures.h"

#include "compiler/emit/rows.h"

#include <stdlib.h>
#include <string.h>

enum { CORE_COUNT = 6 };

static const char *const cores[CORE_COUNT] = {"cortex-m0", "cortex-m3",  "cortex-m4f",
                                              "cortex-m7", "cortex-m33", "cortex-m55"};

// Instructions for each unit of work of an operator on a core, and the deepest stack.
typedef struct cost {
    const char *operator_name;
    int32_t core;
    double units[WICK_WORK_UNIT_COUNT];
    uint32_t stack_bytes;
} cost;

static const cost costs[] = {
#define WICK_COST(name, core, calls, macs, singles, runs, outputs, positions, sums, stack) \
    {name, core, {calls, macs, singles, runs, outputs, positions, sums}, stack},
#define WICK_INIT_STACK(core, bytes)
#include "compiler/figures/cost.def"
#undef WICK_COST
#undef WICK_INIT_STACK
    {NULL, 0, {0}, 0},
};

static const uint32_t init_stack[CORE_COUNT] = {
#define WICK_COST(name, core, calls, macs, singles, runs, outputs, positions, sums, stack)
#define WICK_INIT_STACK(core, bytes) [core] = bytes,
#include "compiler/figures/cost.def"
#undef WICK_COST
#undef WICK_INIT_STACK
};

static const uint32_t sections[][CORE_COUNT] = {
#define WICK_CODE_SECTION(name, m0, m3, m4f, m7, m33, m55) {m0, m3, m4f, m7, m33, m55},
#define WICK_CODE_REACH(name, numbers)
#include "compiler/figures/code.def"
#undef WICK_CODE_SECTION
#undef WICK_CODE_REACH
};

// What an operator reaches; "" stands for the runtime alone.
typedef struct reach {
    const char *name;
    const char *numbers; // of sections, in decimal
} reach;

static const reach reaches[] = {
#define WICK_CODE_SECTION(name, m0, m3, m4f, m7, m33, m55)
#define WICK_CODE_REACH(name, numbers) {name, numbers},
#include "compiler/figures/code.def"
#undef WICK_CODE_SECTION
#undef WICK_CODE_REACH
};

int32_t wick_figures_core(const char *core)
{
    for (int32_t i = 0; i < CORE_COUNT; i++) {
        if (strcmp(cores[i], core) == 0) {
            return i;
        }
    }
    return -1;
}

static const cost *find_cost(int32_t core, const char *name)
{
    for (const cost *row = costs; row->operator_name != NULL; row++) {
        if (row->core == core && strcmp(row->operator_name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

bool wick_figures_instructions(int32_t core, const wick_ir_node *node, const wick_work *work,
                               uint64_t *out)
{
    const cost *row =
        node->op->row < 0 ? NULL : find_cost(core, wick_emit_rows[node->op->row].name);
    double sum = 0;
    for (int i = 0; row != NULL && i < WICK_WORK_UNIT_COUNT; i++) {
        sum += row->units[i] * (double)work->units[i];
    }
    *out = sum > 0 ? (uint64_t)sum : 0;
    return row != NULL;
}

wick_figures_stack wick_figures_stack_of(int32_t core, const bool *rows)
{
    wick_figures_stack stack = {.init_bytes = init_stack[core]};
    for (uint32_t i = 0; i < wick_emit_row_count; i++) {
        const cost *row = rows[i] ? find_cost(core, wick_emit_rows[i].name) : NULL;
        if (rows[i] && row == NULL) {
            stack.execute_bytes = UINT32_MAX;
            return stack;
        }
        if (row != NULL && row->stack_bytes > stack.execute_bytes) {
            stack.execute_bytes = row->stack_bytes;
        }
    }
    return stack;
}

static const reach *find_reach(const char *name)
{
    for (size_t i = 0; i < sizeof reaches / sizeof reaches[0]; i++) {
        if (strcmp(reaches[i].name, name) == 0) {
            return &reaches[i];
        }
    }
    return NULL;
}

static void mark(const reach *from, bool *is_reached)
{
    const char *at = from->numbers;
    while (*at != '\0') {
        char *end;
        is_reached[strtoul(at, &end, 10)] = true;
        at = *end == ' ' ? end + 1 : end;
    }
}

static uint32_t add_up(int32_t core, const bool *is_reached)
{
    uint32_t bytes = 0;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        bytes += is_reached[i] ? sections[i][core] : 0;
    }
    return bytes;
}

wick_figures_code wick_figures_code_of(wick_arena *arena, int32_t core, const bool *rows)
{
    wick_figures_code code = {.is_complete = true};
    bool *is_reached =
        wick_arena_alloc(arena, sizeof sections / sizeof sections[0], sizeof *is_reached);
    mark(find_reach(""), is_reached);
    code.runtime_bytes = add_up(core, is_reached);
    for (uint32_t i = 0; i < wick_emit_row_count; i++) {
        const reach *row = rows[i] ? find_reach(wick_emit_rows[i].name) : NULL;
        code.is_complete = code.is_complete && (!rows[i] || row != NULL);
        if (row != NULL) {
            mark(row, is_reached);
        }
    }
    code.operators_bytes = add_up(core, is_reached) - code.runtime_bytes;
    return code;
}
