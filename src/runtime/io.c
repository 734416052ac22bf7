// SPDX-License-Identifier: BSD-3-Clause
// Inputs and outputs of a method.
#include "base/failure.h"
#include "ops/op.h"
#include "runtime/call.h"

#include <string.h>

static uint32_t value_index(const wick_method *method, uint32_t list_slot, uint32_t index)
{
    const uint8_t *plan = method->program->bytes + method->plan_offset;
    return wick_fb_word(wick_fb_items(plan, list_slot).items + 4 * (size_t)index);
}

wick_value *wick_method_input_value(const wick_method *method, uint32_t index)
{
    return &method->values[value_index(method, WICK_PTE_PLAN_INPUTS, index)];
}

const wick_value *wick_method_input(const wick_method *method, uint32_t index)
{
    return wick_method_input_value(method, index);
}

const wick_value *wick_method_output_value(const wick_method *method, uint32_t index)
{
    return &method->values[value_index(method, WICK_PTE_PLAN_OUTPUTS, index)];
}

const wick_tensor *wick_method_output(const wick_method *method, uint32_t index)
{
    const wick_value *value = wick_method_output_value(method, index);
    return value->kind == WICK_VALUE_TENSOR ? &value->tensor : 0;
}

static wick_status fail(wick_failure *failure, uint32_t index, const char *text)
{
    return wick_failure_set(failure, WICK_INVALID_ARGUMENT, index, text);
}

static wick_status check_input(const wick_method *method, uint32_t index, uint32_t kind,
                               wick_failure *failure)
{
    if (index >= method->input_count) {
        return fail(failure, index, WICK_TEXT("no such input"));
    }
    if (wick_method_input_value(method, index)->kind != kind) {
        return fail(failure, index, WICK_TEXT("input is of another kind"));
    }
    return WICK_OK;
}

// Sizes that the program declares for a tensor input: the bounds of a dynamic one.
static wick_fb_vector declared_sizes(const wick_method *method, uint32_t index)
{
    const uint8_t *held;
    const wick_plan plan = wick_method_plan(method);
    (void)wick_plan_value(&plan, value_index(method, WICK_PTE_PLAN_INPUTS, index), &held);
    return wick_fb_items(held, WICK_PTE_TENSOR_SIZES);
}

static bool takes_shape(const wick_tensor *own, wick_fb_vector declared, const wick_tensor *given)
{
    const bool is_dynamic = (own->flags & WICK_TENSOR_DYNAMIC) != 0;
    if (given->rank != own->rank || given->rank != wick_fb_count(declared)) {
        return false;
    }
    for (uint32_t i = 0; i < given->rank; i++) {
        const int32_t size = (int32_t)wick_fb_word(declared.items + 4 * (size_t)i);
        if (given->sizes[i] != size &&
            (!is_dynamic || given->sizes[i] > size || given->sizes[i] < 0)) {
            return false;
        }
    }
    // After a move the tensor may be another than the one declared.
    return is_dynamic ? wick_tensor_count(given) <= (size_t)own->sizes[own->rank]
                      : wick_tensor_count(given) == wick_tensor_count(own);
}

static wick_status check_tensor(const wick_method *method, uint32_t index, const wick_tensor *given,
                                wick_failure *failure)
{
    WICK_TRY(check_input(method, index, WICK_VALUE_TENSOR, failure));
    const wick_tensor *own = &wick_method_input_value(method, index)->tensor;
    if (given->dtype != own->dtype) {
        return fail(failure, index, WICK_TEXT("input has another element type"));
    }
    if (!takes_shape(own, declared_sizes(method, index), given)) {
        return fail(failure, index, WICK_TEXT("input has another shape"));
    }
    wick_tensor expected = *own;
    expected.sizes = given->sizes;
    if (given->dim_order != 0 && !wick_tensor_same_order(&expected, given)) {
        return fail(failure, index, WICK_TEXT("input has another dim order"));
    }
    const uint32_t item_bytes = wick_dtype_size_bytes(own->dtype);
    if (given->data == 0 || (uintptr_t)given->data % item_bytes != 0) {
        return fail(failure, index, WICK_TEXT("input data is NULL or misaligned"));
    }
    return WICK_OK;
}

wick_status wick_method_set_input_tensor(wick_method *method, uint32_t index,
                                         const wick_tensor *tensor, wick_failure *failure)
{
    WICK_TRY(check_tensor(method, index, tensor, failure));
    wick_tensor *own = &wick_method_input_value(method, index)->tensor;
    if ((own->flags & WICK_TENSOR_DYNAMIC) != 0 && own->rank != 0) {
        // These sizes lie in the method's own memory: see wick/tensor.h. Rank 0 has none.
        memcpy((void *)(uintptr_t)own->sizes, tensor->sizes, own->rank * sizeof *own->sizes);
    }
    if ((own->flags & WICK_TENSOR_CONSTANT) != 0) {
        own->data = tensor->data;
    } else if (own->data != tensor->data) {
        // An output that is fed back may overlap the input's planned memory.
        memmove(own->data, tensor->data, wick_tensor_size_bytes(tensor));
    }
    method->input_is_set[index] = true;
    return WICK_OK;
}

wick_status wick_method_set_input(wick_method *method, uint32_t index, const void *data,
                                  size_t size_bytes, wick_failure *failure)
{
    WICK_TRY(check_input(method, index, WICK_VALUE_TENSOR, failure));
    const void *sizes = declared_sizes(method, index).items;
    wick_tensor tensor = wick_method_input_value(method, index)->tensor;
    tensor.sizes = sizes;
    tensor.data = (void *)(uintptr_t)data;
    if (wick_tensor_size_bytes(&tensor) != size_bytes) {
        return fail(failure, index, WICK_TEXT("input has another size"));
    }
    return wick_method_set_input_tensor(method, index, &tensor, failure);
}

static wick_status fail_value(wick_failure *failure, uint32_t index)
{
    return fail(failure, index, WICK_TEXT("a scalar input must equal the exported value"));
}

wick_status wick_method_set_input_int(wick_method *method, uint32_t index, int64_t value,
                                      wick_failure *failure)
{
    WICK_TRY(check_input(method, index, WICK_VALUE_INT, failure));
    return wick_method_input_value(method, index)->integer.value == value
               ? WICK_OK
               : fail_value(failure, index);
}

wick_status wick_method_set_input_bool(wick_method *method, uint32_t index, bool value,
                                       wick_failure *failure)
{
    WICK_TRY(check_input(method, index, WICK_VALUE_BOOL, failure));
    return wick_method_input_value(method, index)->integer.value == value
               ? WICK_OK
               : fail_value(failure, index);
}

wick_status wick_method_set_input_real(wick_method *method, uint32_t index, double value,
                                       wick_failure *failure)
{
    WICK_TRY(check_input(method, index, WICK_VALUE_REAL, failure));
    const double exported = wick_method_input_value(method, index)->real.value;
    const double distance = value < exported ? exported - value : value - exported;
    const double magnitude = exported < 0 ? -exported : exported;
    // Tolerances of the official runtime. Infinities and NaN compare by their bits.
    const bool is_close = distance <= 1e-4 * magnitude + 1e-5;
    return is_close || memcmp(&exported, &value, sizeof value) == 0 ? WICK_OK
                                                                    : fail_value(failure, index);
}
