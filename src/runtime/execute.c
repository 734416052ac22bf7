// SPDX-License-Identifier: BSD-3-Clause
#include "base/failure.h"
#include "ops/op.h"
#include "runtime/call.h"

// Adds where it happened to a failure of this call.
static wick_status locate(wick_status status, uint32_t position, const char *name,
                          wick_failure *failure)
{
    if (status != WICK_OK && failure->operator_name == 0) {
        failure->status = status;
        failure->instruction = position;
        failure->operator_name = name;
    }
    return status;
}

static bool is_bound(const wick_method *method, const wick_value *value)
{
    if (value->kind == WICK_VALUE_TENSOR) {
        return value->tensor.data != 0;
    }
    if (value->kind != WICK_VALUE_TENSOR_LIST) {
        return true;
    }
    for (uint32_t k = 0; k < value->list.count; k++) {
        const int32_t item = wick_load_i32(value->list.items + 4 * (size_t)k);
        if (item >= 0 && method->values[item].tensor.data == 0) {
            return false;
        }
    }
    return true;
}

static wick_status prepare(const wick_method *method, const wick_operator *row,
                           const wick_call *call, void *block)
{
    const char *form = method->has_unbound ? wick_operator_form(row, call->arg_count) : "";
    for (uint32_t i = 0; method->has_unbound && i < call->arg_count; i++) {
        const bool becomes_bound = *form == 'V';
        form += *form != 0 && *form != '|';
        if (!becomes_bound && !is_bound(method, wick_call_value(call, i))) {
            return wick_call_fail(call, WICK_INVALID_STATE, i, WICK_TEXT("tensor has no memory"));
        }
    }
    return wick_operator_prepare(row, call, block);
}

wick_status wick_method_prepare_call(const wick_method *method, uint32_t position,
                                     const wick_operator *row, const wick_call *arguments)
{
    void *block = method->blocks + method->block_offsets[position];
    return locate(prepare(method, row, arguments, block), position, row->name, arguments->failure);
}

static wick_status run_kernel(wick_method *method, uint32_t position, const uint8_t *call,
                              wick_failure *failure)
{
    wick_call arguments;
    const wick_operator *row = wick_method_read_call(method, call, failure, &arguments);
    arguments.random = &method->random;
    const void *block = method->blocks + method->block_offsets[position];
    if (method->is_dynamic) {
        WICK_TRY(wick_method_prepare_call(method, position, row, &arguments));
    }
    return locate(row->run(&arguments, block), position, row->name, failure);
}

// True iff all elements are, as on the official runtime.
static wick_status read_condition(const wick_value *value, wick_failure *failure, bool *out)
{
    if (value->kind != WICK_VALUE_TENSOR) { // a Bool, unless an operator wrote another number
        *out = value->integer.value != 0;
        return WICK_OK;
    }
    const uint8_t *items = value->tensor.data;
    const size_t count = wick_tensor_count(&value->tensor);
    if (items == 0) {
        return wick_failure_set(failure, WICK_INVALID_STATE, WICK_NOWHERE,
                                WICK_TEXT("condition has no memory"));
    }
    *out = true;
    for (size_t i = 0; i < count; i++) {
        *out = *out && items[i] != 0;
    }
    return WICK_OK;
}

static wick_status run_jump(const wick_method *method, const uint8_t *call, uint32_t *position,
                            wick_failure *failure)
{
    bool condition = true;
    const uint32_t index = wick_fb_u32(call, WICK_PTE_JUMP_FALSE_CALL_CONDITION);
    WICK_TRY(read_condition(&method->values[index], failure, &condition));
    if (!condition) {
        *position = wick_fb_u32(call, WICK_PTE_JUMP_FALSE_CALL_DESTINATION);
    }
    return WICK_OK;
}

static wick_status step(wick_method *method, const wick_plan *plan, uint32_t *position,
                        wick_failure *failure)
{
    const uint8_t *call;
    const uint32_t at = *position;
    *position = at + 1;
    switch (wick_plan_instruction(plan, at, &call)) {
    case WICK_PTE_TYPE_KERNEL_CALL:
        return run_kernel(method, at, call, failure);
    case WICK_PTE_TYPE_JUMP_FALSE_CALL:
        return run_jump(method, call, position, failure);
    case WICK_PTE_TYPE_MOVE_CALL:
        method->values[wick_fb_u32(call, WICK_PTE_MOVE_CALL_TO)] =
            method->values[wick_fb_u32(call, WICK_PTE_MOVE_CALL_FROM)];
        break;
    }
    return WICK_OK; // a free has nothing to do: planned memory lives as long as the method
}

void wick_method_seed(wick_method *method, uint64_t seed)
{
    method->random = (wick_random){seed, 0};
}

wick_status wick_method_begin(wick_method *method, wick_failure *failure)
{
    for (uint32_t i = 0; i < method->input_count; i++) {
        if (!method->input_is_set[i]) {
            return wick_failure_set(failure, WICK_INVALID_STATE, i, WICK_TEXT("input is not set"));
        }
    }
    for (uint32_t i = 0; i < method->input_count; i++) {
        const wick_value *input = wick_method_input_value(method, i);
        // Planned memory of an input may serve other tensors from here on.
        method->input_is_set[i] =
            input->kind != WICK_VALUE_TENSOR || (input->tensor.flags & WICK_TENSOR_CONSTANT) != 0;
    }
    return WICK_OK;
}

wick_status wick_method_step(wick_method *method, uint32_t *position, wick_failure *failure)
{
    wick_failure local = WICK_FAILURE_NONE;
    const wick_plan plan = wick_method_plan(method);
    return *position < method->instruction_count
               ? step(method, &plan, position, failure != 0 ? failure : &local)
               : WICK_END_OF_METHOD;
}

wick_status wick_method_execute(wick_method *method, wick_failure *failure)
{
    wick_failure local = WICK_FAILURE_NONE;
    const wick_plan plan = wick_method_plan(method);
    WICK_TRY(wick_method_begin(method, failure));
    for (uint32_t position = 0; position < method->instruction_count;) {
        WICK_TRY(step(method, &plan, &position, failure != 0 ? failure : &local));
    }
    return WICK_OK;
}
