// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit_c/bound.h"

#include "base/bytes.h"
#include "format/pte_schema.h"
#include "ops/op.h"

#include <string.h>

static wick_status fail(const wick_emit_c_request *request, wick_diag *diag,
                        const wick_failure *failure)
{
    return wick_diag_error(diag, failure->status, request->path, "%s%s%s",
                           failure->operator_name ? failure->operator_name : "",
                           failure->operator_name ? ": " : "",
                           failure->text ? failure->text : "failed");
}

static wick_status refuse(const wick_emit_c_request *request, wick_diag *diag, const char *what,
                          uint32_t where)
{
    return wick_diag_error(diag, WICK_NOT_SUPPORTED, request->path,
                           "emit-c has no form for %s (at %u); run this program with the runtime",
                           what, where);
}

static wick_status check_instructions(const wick_emit_c_request *request, const wick_plan *plan,
                                      wick_diag *diag)
{
    for (uint32_t i = 0; i < wick_fb_count(plan->instructions); i++) {
        const uint8_t *call;
        const uint32_t type = wick_plan_instruction(plan, i, &call);
        if (type == WICK_PTE_TYPE_JUMP_FALSE_CALL || type == WICK_PTE_TYPE_MOVE_CALL) {
            return refuse(request, diag, "control flow: instruction", i);
        }
        if (type == WICK_PTE_TYPE_DELEGATE_CALL) {
            return refuse(request, diag, "delegates: instruction", i);
        }
    }
    return WICK_OK;
}

static wick_status check_values(const wick_emit_c_request *request, const wick_plan *plan,
                                wick_diag *diag)
{
    for (uint32_t i = 0; i < wick_fb_count(plan->values); i++) {
        const uint8_t *held;
        if (wick_plan_value(plan, i, &held) != WICK_PTE_TYPE_TENSOR) {
            continue;
        }
        if (wick_fb_u8(held, WICK_PTE_TENSOR_SHAPE_DYNAMISM) != 0) {
            return refuse(request, diag, "dynamic shapes: value", i);
        }
    }
    return WICK_OK;
}

static wick_status check_ends(const wick_emit_c_request *request, const wick_method *method,
                              wick_diag *diag)
{
    for (uint32_t i = 0; i < method->input_count; i++) {
        if (wick_method_input(method, i)->kind != WICK_VALUE_TENSOR) {
            return refuse(request, diag, "scalars: input", i);
        }
    }
    for (uint32_t i = 0; i < method->output_count; i++) {
        if (wick_method_output(method, i) == NULL) {
            return refuse(request, diag, "scalars: output", i);
        }
    }
    return WICK_OK;
}

static size_t aligned(size_t bytes)
{
    return (bytes + WICK_ARENA_ALIGNMENT - 1) / WICK_ARENA_ALIGNMENT * WICK_ARENA_ALIGNMENT;
}

static wick_status bind(wick_arena *arena, const wick_emit_c_request *request, wick_diag *diag,
                        wick_bound *bound)
{
    wick_requirements need;
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_method_requirements(request->program, request->method, &wick_operators_all, &need,
                                 &failure) != WICK_OK) {
        return fail(request, diag, &failure);
    }
    wick_memory memory = {.metadata = wick_arena_alloc(arena, 1, need.metadata_bytes),
                          .metadata_bytes = need.metadata_bytes};
    bound->arena_count = need.arena_count;
    for (uint32_t i = 0; i < need.arena_count; i++) {
        bound->arena_bytes[i] = need.arena_bytes[i];
        bound->arena_starts[i] = bound->memory_bytes;
        bound->memory_bytes += aligned(need.arena_bytes[i]);
    }
    bound->memory = wick_arena_alloc(arena, 1, bound->memory_bytes);
    for (uint32_t i = 0; i < need.arena_count; i++) {
        memory.arenas[i] = bound->memory + bound->arena_starts[i];
        memory.arena_bytes[i] = need.arena_bytes[i];
    }
    if (wick_method_init(&bound->method, request->program, request->method, &wick_operators_all,
                         &memory, &failure) != WICK_OK) {
        return fail(request, diag, &failure);
    }
    return WICK_OK;
}

uint32_t wick_bound_input(const wick_bound *bound, uint32_t index)
{
    return wick_load_u32(bound->plan.inputs.items + 4 * (size_t)index);
}

uint32_t wick_bound_output(const wick_bound *bound, uint32_t index)
{
    return wick_load_u32(bound->plan.outputs.items + 4 * (size_t)index);
}

static wick_place borrowed_place(const wick_bound *bound, uint32_t value)
{
    for (uint32_t i = 0; i < bound->method.input_count; i++) {
        if (wick_bound_input(bound, i) == value) {
            return (wick_place){WICK_PLACE_INPUT, i, 0};
        }
    }
    for (uint32_t i = 0; i < bound->method.output_count; i++) {
        if (wick_bound_output(bound, i) == value) {
            return (wick_place){WICK_PLACE_OUTPUT, i, 0};
        }
    }
    return (wick_place){WICK_PLACE_NOWHERE, 0, 0};
}

wick_place wick_bound_place(const wick_bound *bound, uint32_t value)
{
    const wick_tensor *tensor = &bound->method.values[value].tensor;
    const uint8_t *data = tensor->data;
    if (wick_tensor_size_bytes(tensor) == 0) {
        return (wick_place){WICK_PLACE_NOWHERE, 0, 0};
    }
    if (data == NULL) {
        return borrowed_place(bound, value);
    }
    if ((tensor->flags & WICK_TENSOR_CONSTANT) != 0) {
        return (wick_place){WICK_PLACE_CONSTANT, 0, 0};
    }
    const size_t at = (size_t)(data - bound->memory);
    uint32_t arena = bound->arena_count - 1;
    while (arena > 0 && at < bound->arena_starts[arena]) {
        arena--;
    }
    return (wick_place){WICK_PLACE_ARENA, at - bound->arena_starts[arena], arena};
}

// Which bytes of the arenas hold something: inputs, and what instructions wrote.
typedef struct written {
    const wick_bound *bound;
    bool *bytes;
} written;

static bool is_written(const written *w, uint32_t value)
{
    const wick_place place = wick_bound_place(w->bound, value);
    if (place.kind != WICK_PLACE_ARENA) {
        return true;
    }
    const size_t size_bytes = wick_tensor_size_bytes(&w->bound->method.values[value].tensor);
    const size_t start = w->bound->arena_starts[place.arena];
    return memchr(w->bytes + start + place.at, 0, size_bytes) == NULL;
}

static void write_tensor(const written *w, uint32_t value)
{
    const wick_place place = wick_bound_place(w->bound, value);
    if (place.kind == WICK_PLACE_ARENA) {
        memset(w->bytes + w->bound->arena_starts[place.arena] + place.at, 1,
               wick_tensor_size_bytes(&w->bound->method.values[value].tensor));
    }
}

static void write(const written *w, uint32_t value)
{
    const wick_value *held = &w->bound->method.values[value];
    if (held->kind == WICK_VALUE_TENSOR_LIST) {
        for (uint32_t i = 0; i < held->list.count; i++) {
            write_tensor(w, wick_load_u32(held->list.items + 4 * (size_t)i));
        }
        return;
    }
    write_tensor(w, value);
}

static bool reads_written(const written *w, uint32_t value)
{
    const wick_value *held = &w->bound->method.values[value];
    if (held->kind == WICK_VALUE_TENSOR) {
        return is_written(w, value);
    }
    bool all = true;
    for (uint32_t i = 0; held->kind == WICK_VALUE_TENSOR_LIST && i < held->list.count; i++) {
        const int32_t item = wick_load_i32(held->list.items + 4 * (size_t)i);
        all = all && (item < 0 || is_written(w, (uint32_t)item));
    }
    return all;
}

// Follows one call: false if it reads what nothing has written.
static bool follow_call(const written *w, const uint8_t *call)
{
    const wick_method *method = &w->bound->method;
    const wick_fb_vector args = wick_fb_items(call, WICK_PTE_KERNEL_CALL_ARGS);
    const wick_operator *op =
        method->operators[wick_fb_u32(call, WICK_PTE_KERNEL_CALL_OPERATOR)];
    const char *signature = wick_operator_form(op, wick_fb_count(args));
    uint32_t count = 0; // the outs are repeated behind the form's end
    while (count < wick_fb_count(args) && signature[count] != '\0' && signature[count] != '|') {
        count++;
    }
    const bool is_copy = strcmp(op->name, "aten::copy_") == 0; // writes all, whatever was there
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t value = wick_load_u32(args.items + 4 * (size_t)i);
        const bool is_read =
            signature[i] != 'O' && signature[i] != 'P' && !(signature[i] == 'W' && is_copy);
        if (is_read && !reads_written(w, value)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (signature[i] == 'O' || signature[i] == 'P' || signature[i] == 'W') {
            write(w, wick_load_u32(args.items + 4 * (size_t)i));
        }
    }
    return true;
}

bool wick_bound_is_state(const wick_bound *bound, uint32_t value)
{
    const uint8_t *held;
    return wick_plan_value(&bound->plan, value, &held) == WICK_PTE_TYPE_TENSOR &&
           wick_fb_table(held, WICK_PTE_TENSOR_ALLOCATION) != 0 &&
           wick_fb_u32(held, WICK_PTE_TENSOR_DATA_BUFFER_INDEX) != 0 &&
           wick_bound_place(bound, value).kind == WICK_PLACE_ARENA;
}

// A buffer that keeps its bytes from one run to the next, without a value to start from, looks like
// any planned tensor, but is read before it is written.
static wick_status check_state(wick_arena *arena, const wick_emit_c_request *request,
                               const wick_bound *bound, wick_diag *diag)
{
    const written w = {bound, wick_arena_alloc(arena, bound->memory_bytes + 1, sizeof *w.bytes)};
    for (uint32_t i = 0; i < bound->method.input_count; i++) {
        write(&w, wick_bound_input(bound, i));
    }
    for (uint32_t i = 0; i < bound->method.value_count; i++) {
        if (wick_bound_is_state(bound, i)) {
            write(&w, i);
        }
    }
    for (uint32_t i = 0; i < wick_fb_count(bound->plan.instructions); i++) {
        const uint8_t *call;
        const uint32_t type = wick_plan_instruction(&bound->plan, i, &call);
        if (type == WICK_PTE_TYPE_KERNEL_CALL && !follow_call(&w, call)) {
            return refuse(request, diag, "state without an initial value: instruction", i);
        }
    }
    return WICK_OK;
}

wick_status wick_bound_open(wick_arena *arena, const wick_emit_c_request *request, wick_diag *diag,
                            wick_bound *bound)
{
    wick_failure failure = WICK_FAILURE_NONE;
    *bound = (wick_bound){0};
    if (wick_plan_find(request->program, request->method, &bound->plan, &failure) != WICK_OK) {
        return wick_diag_error(diag, failure.status, request->path, "there is no method '%s'",
                               request->method);
    }
    WICK_TRY(check_instructions(request, &bound->plan, diag));
    WICK_TRY(check_values(request, &bound->plan, diag));
    WICK_TRY(bind(arena, request, diag, bound));
    WICK_TRY(check_ends(request, &bound->method, diag));
    return check_state(arena, request, bound, diag);
}
