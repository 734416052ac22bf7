// SPDX-License-Identifier: BSD-3-Clause
// A tensor lives from the first instruction that names it to the last; inputs from the start,
// outputs to the end. A planned tensor that no instruction writes is a view: it prolongs the tensor
// last written at its place.
#include "program_plan.h"

#include "compiler/plan/plan.h"
#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "ops/op.h"

#include <stdbool.h>
#include <string.h>

typedef struct planned_tensor {
    uint32_t value;
    uint32_t memory_id; // 0: not planned
    size_t offset_bytes;
    size_t size_bytes;
    uint32_t first; // UINT32_MAX: never named
    uint32_t last;
    bool written;
    bool is_state; // holds something from init on
} planned_tensor;

typedef struct plan_reader {
    wick_fb_vector values;
    wick_fb_vector operators;
    wick_fb_vector instructions;
    planned_tensor *tensors; // one for each value, then those that stood in a value before another
    uint32_t tensor_count;
} plan_reader;

static void read_tensor(const uint8_t *value, planned_tensor *out)
{
    *out = (planned_tensor){.first = UINT32_MAX};
    if (wick_fb_u8(value, WICK_PTE_VALUE_TYPE) != WICK_PTE_TYPE_TENSOR) {
        return;
    }
    const uint8_t *tensor = wick_fb_table(value, WICK_PTE_VALUE_VALUE);
    const uint8_t *allocation = wick_fb_table(tensor, WICK_PTE_TENSOR_ALLOCATION);
    const wick_fb_vector sizes = wick_fb_items(tensor, WICK_PTE_TENSOR_SIZES);
    if (allocation == NULL) {
        return;
    }
    out->memory_id = wick_fb_u32(allocation, WICK_PTE_ALLOCATION_MEMORY_ID);
    const uint8_t *extra = wick_fb_table(tensor, WICK_PTE_TENSOR_EXTRA);
    out->is_state = wick_fb_u32(tensor, WICK_PTE_TENSOR_DATA_BUFFER_INDEX) != 0 ||
                    (extra != NULL && wick_fb_u8(extra, WICK_PTE_EXTRA_LOCATION) != 0);
    out->offset_bytes = wick_fb_u32(allocation, WICK_PTE_ALLOCATION_OFFSET_LOW);
    out->size_bytes = wick_dtype_size_bytes(wick_fb_u8(tensor, WICK_PTE_TENSOR_SCALAR_TYPE));
    for (uint32_t i = 0; i < wick_fb_count(sizes); i++) {
        out->size_bytes *= (size_t)wick_load_i32(sizes.items + 4 * (size_t)i);
    }
}

static void name_value(plan_reader *reader, uint32_t value, uint32_t instruction, bool writes)
{
    planned_tensor *tensor = &reader->tensors[value];
    if (writes && tensor->written && !tensor->is_state && tensor->last < instruction) {
        reader->tensors[reader->tensor_count++] = *tensor; // another tensor takes the same place
        tensor->first = UINT32_MAX;
    }
    if (tensor->first == UINT32_MAX) {
        tensor->first = instruction;
    }
    tensor->last = instruction > tensor->last ? instruction : tensor->last;
    tensor->written = tensor->written || writes;
}

static void name_all(plan_reader *reader, wick_fb_vector indices, uint32_t instruction, bool writes)
{
    for (uint32_t i = 0; i < wick_fb_count(indices); i++) {
        name_value(reader, wick_load_u32(indices.items + 4 * (size_t)i), instruction, writes);
    }
}

static void name_list(plan_reader *reader, uint32_t value, uint32_t instruction)
{
    const uint8_t *table = wick_fb_table_at(reader->values, value);
    const uint32_t type = wick_fb_u8(table, WICK_PTE_VALUE_TYPE);
    if (type != WICK_PTE_TYPE_TENSOR_LIST && type != WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST) {
        return;
    }
    const wick_fb_vector items =
        wick_fb_items(wick_fb_table(table, WICK_PTE_VALUE_VALUE), WICK_PTE_TENSOR_LIST_ITEMS);
    for (uint32_t i = 0; i < wick_fb_count(items); i++) {
        const int32_t item = wick_load_i32(items.items + 4 * (size_t)i);
        if (item >= 0) {
            name_value(reader, (uint32_t)item, instruction, false);
        }
    }
}

// Whether argument `index` is an out: by the signature where we have the operator, else the last
// one.
static bool is_out(const plan_reader *reader, const uint8_t *call, uint32_t index, uint32_t count)
{
    const uint8_t *row =
        wick_fb_table_at(reader->operators, wick_fb_u32(call, WICK_PTE_KERNEL_CALL_OPERATOR));
    char name[128];
    const char *base = wick_fb_string(row, WICK_PTE_OPERATOR_NAME);
    const char *overload = wick_fb_string(row, WICK_PTE_OPERATOR_OVERLOAD);
    if (strlen(base) + strlen(overload) + 2 > sizeof name) {
        return index + 1 == count;
    }
    strcpy(name, base);
    if (*overload != '\0') {
        strcat(strcat(name, "."), overload);
    }
    const wick_operator *found = wick_operators_find(&wick_operators_all, name);
    if (found == NULL) {
        return index + 1 == count;
    }
    const char *form = wick_operator_form(found, count);
    return index < strcspn(form, "|") && (form[index] == 'O' || form[index] == 'W');
}

static void read_call(plan_reader *reader, const uint8_t *call, uint32_t instruction)
{
    const wick_fb_vector args = wick_fb_items(call, WICK_PTE_KERNEL_CALL_ARGS);
    for (uint32_t i = 0; i < wick_fb_count(args); i++) {
        const uint32_t value = wick_load_u32(args.items + 4 * (size_t)i);
        name_value(reader, value, instruction, is_out(reader, call, i, wick_fb_count(args)));
        name_list(reader, value, instruction);
    }
}

static uint32_t count_arguments(const plan_reader *reader)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < wick_fb_count(reader->instructions); i++) {
        const uint8_t *instruction = wick_fb_table_at(reader->instructions, i);
        const uint8_t *body = wick_fb_table(instruction, WICK_PTE_INSTRUCTION_VALUE);
        const uint32_t type = wick_fb_u8(instruction, WICK_PTE_INSTRUCTION_TYPE);
        if (type == WICK_PTE_TYPE_KERNEL_CALL) {
            count += wick_fb_count(wick_fb_items(body, WICK_PTE_KERNEL_CALL_ARGS));
        } else if (type == WICK_PTE_TYPE_DELEGATE_CALL) {
            count += wick_fb_count(wick_fb_items(body, WICK_PTE_DELEGATE_CALL_ARGS));
        }
    }
    return count;
}

static void read_instructions(plan_reader *reader)
{
    for (uint32_t i = 0; i < wick_fb_count(reader->instructions); i++) {
        const uint8_t *instruction = wick_fb_table_at(reader->instructions, i);
        const uint8_t *body = wick_fb_table(instruction, WICK_PTE_INSTRUCTION_VALUE);
        const uint32_t type = wick_fb_u8(instruction, WICK_PTE_INSTRUCTION_TYPE);
        if (type == WICK_PTE_TYPE_KERNEL_CALL) {
            read_call(reader, body, i);
        } else if (type == WICK_PTE_TYPE_DELEGATE_CALL) {
            name_all(reader, wick_fb_items(body, WICK_PTE_DELEGATE_CALL_ARGS), i, true);
        }
    }
}

// The written tensor around the place of `view` that was begun last before it; NULL if there is
// none.
static planned_tensor *viewed(plan_reader *reader, const planned_tensor *view)
{
    planned_tensor *best = NULL;
    for (uint32_t i = 0; i < reader->tensor_count; i++) {
        planned_tensor *tensor = &reader->tensors[i];
        const bool is_around =
            tensor->memory_id == view->memory_id && tensor->offset_bytes <= view->offset_bytes &&
            view->offset_bytes + view->size_bytes <= tensor->offset_bytes + tensor->size_bytes;
        if (is_around && tensor->written && tensor->first <= view->first &&
            (best == NULL || tensor->first > best->first)) {
            best = tensor;
        }
    }
    return best;
}

static void merge_views(plan_reader *reader)
{
    for (uint32_t i = 0; i < reader->tensor_count; i++) {
        planned_tensor *view = &reader->tensors[i];
        if (view->memory_id == 0 || view->written || view->first == UINT32_MAX) {
            continue;
        }
        planned_tensor *base = viewed(reader, view);
        if (base != NULL) {
            base->last = view->last > base->last ? view->last : base->last;
            view->memory_id = 0;
        }
    }
}

static uint32_t collect(wick_arena *arena, const plan_reader *reader, wick_memory_plan *plan)
{
    uint32_t count = 0;
    plan->storages = wick_arena_alloc(arena, reader->tensor_count + 1u, sizeof *plan->storages);
    for (uint32_t i = 0; i < reader->tensor_count; i++) {
        const planned_tensor *tensor = &reader->tensors[i];
        if (tensor->memory_id == 0 || tensor->memory_id > WICK_MAX_ARENAS ||
            tensor->first == UINT32_MAX) {
            continue;
        }
        plan->storages[count++] = (wick_plan_storage){
            .buffer = {.name = wick_arena_format(arena, "%%%u", tensor->value),
                       .size_bytes = tensor->size_bytes,
                       .first = tensor->first,
                       .last = tensor->last,
                       .offset_bytes = tensor->offset_bytes},
            .memory_id = tensor->memory_id,
        };
    }
    return count;
}

// Results that lie over an argument, as the file has them.
static uint32_t find_overlaps(const wick_plan_buffer *buffers, uint32_t count,
                              wick_plan_overlap *overlaps)
{
    uint32_t found = 0;
    for (uint32_t a = 0; a < count; a++) {
        for (uint32_t b = 0; b < count; b++) {
            const wick_plan_buffer *upper = &buffers[a];
            const wick_plan_buffer *lower = &buffers[b];
            const bool is_higher = upper->offset_bytes > lower->offset_bytes ||
                                   (upper->offset_bytes == lower->offset_bytes && a > b);
            const size_t distance = upper->offset_bytes - lower->offset_bytes;
            const bool meet_once = upper->first == lower->last || lower->first == upper->last;
            if (is_higher && meet_once && distance < lower->size_bytes && found < count) {
                overlaps[found++] = (wick_plan_overlap){a, b, distance};
            }
        }
    }
    return found;
}

// The bound and the peak of one memory; the placement itself stays the file's.
static wick_plan_result bound_of(wick_arena *arena, const wick_memory_plan *plan,
                                 uint32_t memory_id, size_t size_bytes)
{
    wick_plan_buffer *copies = wick_arena_alloc(arena, plan->storage_count + 1u, sizeof *copies);
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->storage_count; i++) {
        if (plan->storages[i].memory_id == memory_id) {
            copies[count++] = plan->storages[i].buffer;
        }
    }
    wick_plan_overlap *overlaps = wick_arena_alloc(arena, count + 1u, sizeof *overlaps);
    const wick_plan_problem problem = {
        .buffers = copies,
        .count = count,
        .overlaps = overlaps,
        .overlap_count = find_overlaps(copies, count, overlaps),
        .alignment = WICK_ARENA_ALIGNMENT,
    };
    wick_plan_result result = wick_plan_place(arena, &problem);
    result.arena_bytes = size_bytes;
    if (result.lower_bound_bytes > size_bytes) { // a file that lets tensors lie over each other
        result.lower_bound_bytes = size_bytes;
    }
    result.proven_optimal = size_bytes == result.lower_bound_bytes;
    return result;
}

const char *wick_program_plan_text(wick_arena *arena, const uint8_t *plan)
{
    const wick_fb_vector chains = wick_fb_items(plan, WICK_PTE_PLAN_CHAINS);
    const wick_fb_vector sizes = wick_fb_items(plan, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    plan_reader reader = {
        .values = wick_fb_items(plan, WICK_PTE_PLAN_VALUES),
        .operators = wick_fb_items(plan, WICK_PTE_PLAN_OPERATORS),
        .instructions = wick_fb_items(wick_fb_table_at(chains, 0), WICK_PTE_CHAIN_INSTRUCTIONS),
    };
    const uint32_t last =
        wick_fb_count(reader.instructions) ? wick_fb_count(reader.instructions) - 1 : 0;
    reader.tensor_count = wick_fb_count(reader.values);
    reader.tensors = wick_arena_alloc(
        arena, (size_t)reader.tensor_count + count_arguments(&reader) + 1u, sizeof *reader.tensors);
    for (uint32_t i = 0; i < wick_fb_count(reader.values); i++) {
        read_tensor(wick_fb_table_at(reader.values, i), &reader.tensors[i]);
        reader.tensors[i].value = i;
        if (reader.tensors[i].is_state) {
            name_value(&reader, i, 0, true);
            name_value(&reader, i, last, true);
        }
    }
    name_all(&reader, wick_fb_items(plan, WICK_PTE_PLAN_INPUTS), 0, true);
    read_instructions(&reader);
    name_all(&reader, wick_fb_items(plan, WICK_PTE_PLAN_OUTPUTS), last, false);
    merge_views(&reader);

    wick_memory_plan drawn = {.instruction_count = wick_fb_count(reader.instructions)};
    drawn.storage_count = collect(arena, &reader, &drawn);
    for (uint32_t i = 1; i < wick_fb_count(sizes) && i <= WICK_MAX_ARENAS; i++) {
        drawn.memories[i - 1] =
            bound_of(arena, &drawn, i, (size_t)wick_load_u64(sizes.items + 8 * (size_t)i));
        drawn.memory_count = i;
    }
    return wick_plan_print(arena, NULL, &drawn);
}
