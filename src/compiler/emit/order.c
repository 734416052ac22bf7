// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/order.h"

#include <stdlib.h>
#include <string.h>

typedef struct order_entry {
    const wick_pte_value *value;
    uint32_t index;
} order_entry;

static int order_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

// Constants before planned tensors: both have fields that the others lack.
static int order_tensors(const wick_pte_tensor *a, const wick_pte_tensor *b)
{
    int order = order_numbers(a->memory_id != 0, b->memory_id != 0);
    order = order != 0 ? order : order_numbers(a->is_dynamic, b->is_dynamic);
    order = order != 0 ? order : order_numbers(a->rank, b->rank);
    for (uint32_t i = 0; order == 0 && i < a->rank; i++) {
        order = order_numbers(a->sizes[i], b->sizes[i]);
    }
    return order != 0 || a->rank == 0 ? order : memcmp(a->dim_order, b->dim_order, a->rank);
}

static int order_entries(const void *left, const void *right)
{
    const order_entry *a = left;
    const order_entry *b = right;
    int order = order_numbers(a->value->type, b->value->type);
    if (order == 0 && a->value->type == WICK_PTE_TYPE_TENSOR) {
        order = order_tensors(&a->value->tensor, &b->value->tensor);
    }
    return order != 0 ? order : order_numbers(a->index, b->index);
}

static const int32_t *order_indices(wick_arena *arena, const int32_t *items, uint32_t count,
                                    const uint32_t *moved)
{
    int32_t *out = wick_arena_alloc(arena, count, sizeof *out);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = (int32_t)moved[items[i]];
    }
    return out;
}

// A value with the items of its list renumbered, if they are value indices.
static wick_pte_value order_value(wick_arena *arena, const wick_pte_value *value,
                                  const uint32_t *moved)
{
    wick_pte_value out = *value;
    const bool refers = value->type == WICK_PTE_TYPE_INT_LIST ||
                        value->type == WICK_PTE_TYPE_TENSOR_LIST ||
                        value->type == WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST;
    if (refers && value->list.integers != NULL) {
        int64_t *items = wick_arena_alloc(arena, value->list.count, sizeof *items);
        for (uint32_t i = 0; i < value->list.count; i++) {
            const int64_t index = value->list.integers[i];
            items[i] = index < 0 ? index : moved[index];
        }
        out.list.integers = items;
    }
    return out;
}

void wick_emit_order_values(wick_arena *arena, wick_pte_method *method)
{
    const uint32_t count = method->value_count;
    order_entry *entries = wick_arena_alloc(arena, count, sizeof *entries);
    uint32_t *moved = wick_arena_alloc(arena, count, sizeof *moved);
    wick_pte_value *values = wick_arena_alloc(arena, count, sizeof *values);
    wick_pte_call *calls = wick_arena_alloc(arena, method->call_count, sizeof *calls);
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (order_entry){&method->values[i], i};
    }
    if (count > 0) {
        qsort(entries, count, sizeof *entries, order_entries);
    }
    for (uint32_t i = 0; i < count; i++) {
        moved[entries[i].index] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        values[i] = order_value(arena, entries[i].value, moved);
    }
    for (uint32_t i = 0; i < method->call_count; i++) {
        calls[i] = method->calls[i];
        calls[i].args = order_indices(arena, calls[i].args, calls[i].arg_count, moved);
    }
    method->inputs = order_indices(arena, method->inputs, method->input_count, moved);
    method->outputs = order_indices(arena, method->outputs, method->output_count, moved);
    method->values = values;
    method->calls = calls;
}
