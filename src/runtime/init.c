// SPDX-License-Identifier: BSD-3-Clause
// Binds a method to memory: fills its values, resolves its operators and prepares its instructions.
#include "base/failure.h"
#include "ops/op.h"
#include "runtime/bind.h"
#include "runtime/call.h"

#include <string.h>

// A tensor's pointers are not const where others may write; constants are marked by their flag
// instead.
static void *without_const(const void *p)
{
    return (void *)(uintptr_t)p;
}

static wick_status check_memory(const wick_plan *plan, const wick_memory *memory,
                                wick_failure *failure)
{
    const uint32_t count = wick_plan_arena_count(plan);
    if (count > WICK_MAX_ARENAS) {
        return wick_failure_set(failure, WICK_NOT_SUPPORTED, count,
                                WICK_TEXT("more memories than WICK_MAX_ARENAS"));
    }
    bool is_aligned = (uintptr_t)memory->metadata % 8 == 0;
    for (uint32_t i = 0; i < count; i++) {
        if (memory->arena_bytes[i] < wick_plan_arena_bytes(plan, i)) {
            return wick_failure_set(failure, WICK_OUT_OF_MEMORY, i,
                                    WICK_TEXT("arena is too small"));
        }
        is_aligned = is_aligned && (uintptr_t)memory->arenas[i] % WICK_ARENA_ALIGNMENT == 0;
    }
    return is_aligned ? WICK_OK
                      : wick_failure_set(failure, WICK_INVALID_ARGUMENT, WICK_NOWHERE,
                                         WICK_TEXT("misaligned memory region"));
}

// Copies the sizes of a dynamic tensor to RAM, with the capacity behind them.
static wick_status move_sizes_to_ram(wick_binder *b, wick_tensor *tensor)
{
    size_t offset;
    WICK_TRY(wick_metadata_take(&b->metadata, tensor->rank + 1u, sizeof(int32_t), &offset));
    void *sizes = b->method->blocks + offset;
    const int32_t capacity = (int32_t)wick_tensor_count(tensor);
    memcpy(sizes, tensor->sizes, tensor->rank * sizeof capacity);
    memcpy(b->method->blocks + offset + tensor->rank * sizeof capacity, &capacity, sizeof capacity);
    tensor->sizes = sizes;
    tensor->flags |= WICK_TENSOR_DYNAMIC;
    b->method->is_dynamic = true;
    return WICK_OK;
}

// Binds a tensor that is planned or that has no data in the file; `index` is that of its initial
// state, 0 if it has none.
static void bind_planned(wick_binder *b, const uint8_t *allocation, uint32_t index, wick_tensor *tensor)
{
    tensor->data = allocation != 0 ? wick_bind_planned(b, wick_fb_follow(allocation)) : 0;
    if (tensor->data == 0 && wick_tensor_count(tensor) == 0) {
        tensor->data = b->method->values; // no byte of it is read, but it counts as bound
    } else if (index != 0) {
        memcpy(tensor->data, wick_pte_data_at(&b->initial_state, index),
               wick_tensor_size_bytes(tensor));
    }
    b->unbound_count += tensor->data == 0;
}

// Not inlined: its locals would lie on the stack while operators are prepared.
static __attribute__((noinline)) wick_status fill_tensor(wick_binder *b, const uint8_t *held,
                                                         wick_tensor *tensor)
{
    const wick_fb_layout layout = wick_fb_layout_of(held);
    const uint8_t *sizes = wick_fb_find(layout, WICK_PTE_TENSOR_SIZES);
    const uint8_t *order = wick_fb_find(layout, WICK_PTE_TENSOR_DIM_ORDER);
    const uint8_t *dtype = wick_fb_find(layout, WICK_PTE_TENSOR_SCALAR_TYPE);
    const uint8_t *data = wick_fb_find(layout, WICK_PTE_TENSOR_DATA_BUFFER_INDEX);
    const uint8_t *allocation = wick_fb_find(layout, WICK_PTE_TENSOR_ALLOCATION);
    const uint8_t *dynamism = wick_fb_find(layout, WICK_PTE_TENSOR_SHAPE_DYNAMISM);
    const uint32_t index = data != 0 ? wick_fb_word(data) : 0;
    wick_bind_shape(sizes, order, dtype, tensor);
    if (allocation == 0 && index != 0) {
        tensor->flags = WICK_TENSOR_CONSTANT;
        tensor->data = without_const(wick_pte_data_at(&b->constants, index));
    } else {
        bind_planned(b, allocation, index, tensor);
    }
    return dynamism != 0 && *dynamism != 0 ? move_sizes_to_ram(b, tensor) : WICK_OK;
}

static inline __attribute__((always_inline)) wick_status
fill_value(wick_binder *b, const uint8_t *reference, wick_value *value)
{
    // By type code of the schema; every table of the union has its content in slot 0.
    static const uint8_t kinds[] = {
        [WICK_PTE_TYPE_NONE] = WICK_VALUE_NONE,
        [WICK_PTE_TYPE_INT] = WICK_VALUE_INT,
        [WICK_PTE_TYPE_BOOL] = WICK_VALUE_BOOL,
        [WICK_PTE_TYPE_DOUBLE] = WICK_VALUE_REAL,
        [WICK_PTE_TYPE_TENSOR] = WICK_VALUE_TENSOR,
        [WICK_PTE_TYPE_STRING] = WICK_VALUE_STRING,
        [WICK_PTE_TYPE_INT_LIST] = WICK_VALUE_INT_LIST,
        [WICK_PTE_TYPE_DOUBLE_LIST] = WICK_VALUE_REAL_LIST,
        [WICK_PTE_TYPE_BOOL_LIST] = WICK_VALUE_BOOL_LIST,
        [WICK_PTE_TYPE_TENSOR_LIST] = WICK_VALUE_TENSOR_LIST,
        [WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST] = WICK_VALUE_TENSOR_LIST,
    };
    uint32_t type;
    const uint8_t *held = wick_fb_union_of(wick_fb_follow(reference), &type);
    value->kind = kinds[type];
    if (type == WICK_PTE_TYPE_TENSOR) {
        return fill_tensor(b, held, &value->tensor);
    }
    if (type >= WICK_PTE_TYPE_STRING) {
        const wick_fb_vector items = wick_fb_items(held, 0);
        value->list.count = wick_fb_count(items);
        value->list.items = items.items;
    } else if (type != WICK_PTE_TYPE_NONE) {
        b->has_numbers = true;
        // The bits of a double are those of its u64.
        value->integer.value = type == WICK_PTE_TYPE_BOOL
                                   ? wick_fb_u8(held, WICK_PTE_BOOL_VALUE) != 0
                                   : (int64_t)wick_fb_u64(held, WICK_PTE_INT_VALUE);
    }
    return WICK_OK;
}

wick_status wick_bind_value(wick_binder *b, const uint8_t *reference, wick_value *value)
{
    return fill_value(b, reference, value);
}

// Marks inputs without planned memory as constant, so that nothing writes what the caller lent.
// Until they are set they are bound to the values, so that only tensors that stay unbound for ever
// count as unbound in prepare.
static void mark_borrowed_inputs(const wick_binder *b)
{
    wick_method *method = b->method;
    uint32_t unbound_count = b->unbound_count;
    for (uint32_t i = 0; i < method->input_count; i++) {
        wick_value *input = wick_method_input_value(method, i);
        if (input->kind != WICK_VALUE_TENSOR) {
            method->input_is_set[i] = true; // could be set only to what it is
            continue;
        }
        if (input->tensor.data == 0) {
            input->tensor.data = method->values;
            input->tensor.flags |= WICK_TENSOR_CONSTANT;
            unbound_count--;
        }
        if ((input->tensor.flags & WICK_TENSOR_CONSTANT) != 0) {
            input->tensor.flags |= WICK_TENSOR_LENT; // one with a value in the program as well
        }
    }
    method->has_unbound = unbound_count > 0;
}

static void unbind_borrowed_inputs(wick_method *method)
{
    for (uint32_t i = 0; i < method->input_count; i++) {
        wick_value *input = wick_method_input_value(method, i);
        if (input->kind == WICK_VALUE_TENSOR && (input->tensor.flags & WICK_TENSOR_LENT) != 0) {
            input->tensor.data = 0;
        }
    }
}

// Gives a call its block, and prepares it unless it may read a number that is known only while
// running.
static wick_status bind_call(wick_binder *b, uint32_t index, const uint8_t *call)
{
    wick_method *method = b->method;
    wick_call arguments;
    const wick_operator *row = wick_method_read_call(method, call, b->metadata.failure, &arguments);
    size_t offset = 0;
    WICK_TRY(wick_metadata_take_bytes(&b->metadata, row->block_bytes, &offset));
    method->block_offsets[index] = (uint32_t)offset;
    if (b->has_numbers) {
        b->has_computed = b->has_computed || wick_operator_writes_number(row);
        method->is_dynamic = method->is_dynamic || b->has_computed;
    }
    return b->has_computed ? WICK_OK : wick_method_prepare_call(method, index, row, &arguments);
}

// Refuses a delegate; binds a kernel call.
static wick_status bind_instruction(wick_binder *b, uint32_t index)
{
    wick_method *method = b->method;
    uint32_t type;
    const uint8_t *call = wick_fb_union_of(wick_fb_table_at(b->plan->instructions, index), &type);
    switch (type) {
    case WICK_PTE_TYPE_KERNEL_CALL:
        return bind_call(b, index, call);
    case WICK_PTE_TYPE_MOVE_CALL:
        method->is_dynamic = true; // what an instruction finds in a value may change
        break;
    case WICK_PTE_TYPE_DELEGATE_CALL:
        return wick_plan_refuse_delegate(b->plan, call, b->metadata.failure);
    }
    return WICK_OK;
}

static void carve_fixed_parts(wick_method *method, const wick_metadata_parts *parts, void *metadata)
{
    uint8_t *base = metadata;
    void *operators = base + parts->operators;
    void *block_offsets = base + parts->block_offsets;
    method->values = metadata;
    method->blocks = base;
    method->operators = operators;
    method->block_offsets = block_offsets;
    method->input_is_set = base + parts->input_is_set;
    memset(method->input_is_set, 0, method->input_count);
}

static wick_status fill_values(wick_binder *b)
{
    const uint8_t *reference = b->plan->values.items;
    wick_value *value = b->method->values;
    const wick_value *const end = value + b->method->value_count;
    for (; value != end; value++, reference += 4) {
        WICK_TRY(fill_value(b, reference, value));
    }
    return WICK_OK;
}

static wick_status fill_all(wick_binder *b, const wick_operators *operators)
{
    wick_method *method = b->method;
    for (uint32_t i = 0; i < wick_fb_count(b->plan->operators); i++) {
        WICK_TRY(
            wick_plan_operator(b->plan, operators, i, &method->operators[i], b->metadata.failure));
    }
    WICK_TRY(method->program->bind == 0 ? fill_values(b) : method->program->bind(b));
    mark_borrowed_inputs(b);
    for (uint32_t i = 0; i < method->instruction_count; i++) {
        WICK_TRY(bind_instruction(b, i));
    }
    return WICK_OK;
}

wick_status wick_method_init(wick_method *method, const wick_program *program, const char *name,
                             const wick_operators *operators, const wick_memory *memory,
                             wick_failure *failure)
{
    wick_plan plan;
    wick_metadata_parts parts;
    wick_failure local = WICK_FAILURE_NONE;
    failure = failure != 0 ? failure : &local;
    WICK_TRY(wick_plan_find(program, name, &plan, failure));
    WICK_TRY(check_memory(&plan, memory, failure));
    wick_binder b;
    b.method = method;
    b.plan = &plan;
    b.memory = memory;
    b.metadata = (wick_metadata){0, memory->metadata_bytes, failure};
    b.constants = wick_pte_constants(program);
    b.initial_state = wick_pte_initial_state(program);
    b.unbound_count = 0;
    b.has_numbers = false;
    b.has_computed = false;
    // Each member by itself, which takes less time than to clear them first; those that lie in the
    // metadata region are set when it is carved.
    method->program = program;
    method->plan_offset = (uint32_t)(plan.table - program->bytes);
    method->value_count = wick_fb_count(plan.values);
    method->instruction_count = wick_fb_count(plan.instructions);
    method->input_count = wick_fb_count(plan.inputs);
    method->output_count = wick_fb_count(plan.outputs);
    method->is_dynamic = false;
    method->has_unbound = false;
    method->random = (wick_random){0, 0};
    WICK_TRY(wick_metadata_take_parts(&b.metadata, &plan, &parts));
    carve_fixed_parts(method, &parts, memory->metadata);
    WICK_TRY(fill_all(&b, operators));
    unbind_borrowed_inputs(method);
    return WICK_OK;
}
