// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/plan.h"

#include "base/failure.h"
#include "ops/op.h"

wick_plan wick_plan_view(const uint8_t *table)
{
    enum { FIRST = WICK_PTE_PLAN_VALUES, LAST = WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES };
    _Static_assert(offsetof(wick_plan, arenas) - offsetof(wick_plan, values) ==
                       (LAST - FIRST) * sizeof(wick_fb_vector),
                   "a member for each slot");
    wick_plan plan;
    wick_fb_vector *vector = &plan.values;
    const wick_fb_layout layout = wick_fb_layout_of(table);
    plan.table = table;
    for (uint32_t slot = FIRST; slot <= LAST; slot++) {
        *vector++ = wick_fb_vector_at(wick_fb_find(layout, slot));
    }
    plan.instructions =
        wick_fb_items(wick_fb_table_at(plan.chains, 0), WICK_PTE_CHAIN_INSTRUCTIONS);
    return plan;
}

static bool is_same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

wick_status wick_plan_find(const wick_program *program, const char *name, wick_plan *plan,
                           wick_failure *failure)
{
    const wick_fb_vector plans =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
    for (uint32_t i = 0; i < wick_fb_count(plans); i++) {
        const uint8_t *table = wick_fb_table_at(plans, i);
        if (is_same(name, wick_fb_string(table, WICK_PTE_PLAN_NAME))) {
            *plan = wick_plan_view(table);
            return WICK_OK;
        }
    }
    return wick_failure_set(failure, WICK_NOT_FOUND, WICK_NOWHERE,
                            WICK_TEXT("no method of this name"));
}

wick_status wick_plan_operator(const wick_plan *plan, const wick_operators *operators,
                               uint32_t index, const wick_operator **row, wick_failure *failure)
{
    const uint8_t *table = wick_fb_table_at(plan->operators, index);
    const wick_fb_vector text = wick_fb_items(table, WICK_PTE_OPERATOR_NAME);
    const wick_fb_vector overload = wick_fb_items(table, WICK_PTE_OPERATOR_OVERLOAD);
    const wick_operator_name name = {(const char *)text.items, (const char *)overload.items,
                                     wick_fb_count(text), wick_fb_count(overload)};
    // The compiler's table of a model has the model's order.
    *row = wick_operators_match(operators, &name, index);
    if (*row != 0) {
        return WICK_OK;
    }
    wick_failure_name(failure, name.text);
    return wick_failure_set(failure, WICK_OPERATOR_MISSING, index,
                            WICK_TEXT("operator is not in the table"));
}

wick_status wick_plan_refuse_delegate(const wick_plan *plan, const uint8_t *call,
                                      wick_failure *failure)
{
    const wick_fb_vector delegates = wick_fb_items(plan->table, WICK_PTE_PLAN_DELEGATES);
    const uint32_t index = wick_fb_u32(call, WICK_PTE_DELEGATE_CALL_DELEGATE);
    wick_failure_name(failure,
                      wick_fb_string(wick_fb_table_at(delegates, index), WICK_PTE_DELEGATE_ID));
    return wick_failure_set(failure, WICK_NOT_SUPPORTED, index, WICK_TEXT("no such backend"));
}

uint32_t wick_plan_arena_count(const wick_plan *plan)
{
    return wick_fb_count(plan->arenas) > 0 ? wick_fb_count(plan->arenas) - 1 : 0;
}

size_t wick_plan_arena_bytes(const wick_plan *plan, uint32_t index)
{
    return (size_t)wick_load_u64(plan->arenas.items + 8 * ((size_t)index + 1));
}
