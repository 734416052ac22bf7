// SPDX-License-Identifier: BSD-3-Clause
// Programs that have tensors outside. The verifier lets such tensors pass where the program has a
// `bind`; here they are held against what lies under their names, and bound when a method is
// initialized, before its instructions are prepared.
#include "base/failure.h"
#include "format/data_file.h"
#include "format/fb_checked.h"
#include "format/pte_verify.h"
#include "runtime/bind.h"

#include <string.h>

static bool is_external(const uint8_t *tensor)
{
    const uint8_t *extra = wick_fb_table(tensor, WICK_PTE_TENSOR_EXTRA);
    return extra != 0 && wick_fb_u8(extra, WICK_PTE_EXTRA_LOCATION) != 0;
}

static bool find(const wick_program *program, const uint8_t *tensor, wick_datum *datum)
{
    const uint8_t *extra = wick_fb_table(tensor, WICK_PTE_TENSOR_EXTRA);
    const wick_fb_vector name = wick_fb_items(extra, WICK_PTE_EXTRA_FULLY_QUALIFIED_NAME);
    return wick_data_find(program->data, name.items, wick_fb_count(name), datum);
}

// Type and shape of a tensor that is outside.
static void read_shape(const uint8_t *held, wick_tensor *tensor)
{
    const wick_fb_layout layout = wick_fb_layout_of(held);
    tensor->kind = WICK_VALUE_TENSOR;
    wick_bind_shape(wick_fb_find(layout, WICK_PTE_TENSOR_SIZES),
                    wick_fb_find(layout, WICK_PTE_TENSOR_DIM_ORDER),
                    wick_fb_find(layout, WICK_PTE_TENSOR_SCALAR_TYPE), tensor);
}

// Whether type, sizes and dim order are the same.
static bool has_layout(const wick_tensor *tensor, const wick_datum *datum)
{
    if (datum->dtype != tensor->dtype || datum->rank != tensor->rank ||
        datum->order_count != tensor->rank ||
        memcmp(datum->dim_order, tensor->dim_order, tensor->rank) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < tensor->rank; i++) {
        if ((int32_t)wick_fb_load(datum->sizes + 4 * (size_t)i, 4) != tensor->sizes[i]) {
            return false;
        }
    }
    return true;
}

// Why the data is not that of the tensor; NULL if it is.
static const char *refusal(const wick_tensor *tensor, const wick_datum *datum)
{
    const size_t size_bytes = wick_tensor_size_bytes(tensor);
    if (datum->has_layout && !has_layout(tensor, datum)) {
        return WICK_TEXT("external data of another type, shape or dim order");
    }
    if (datum->size_bytes < size_bytes || (!datum->has_layout && datum->size_bytes != size_bytes)) {
        return WICK_TEXT("external data of another size");
    }
    return size_bytes != 0 && (uintptr_t)datum->bytes % wick_dtype_size_bytes(tensor->dtype) != 0
               ? WICK_TEXT("misaligned external data")
               : 0;
}

static wick_status check_tensor(const wick_program *program, const uint8_t *held,
                                wick_failure *failure)
{
    const uint32_t at = (uint32_t)(held - program->bytes);
    wick_tensor tensor;
    wick_datum datum;
    if (wick_fb_u8(held, WICK_PTE_TENSOR_SHAPE_DYNAMISM) != 0) {
        return wick_failure_set(failure, WICK_NOT_SUPPORTED, at,
                                WICK_TEXT("external data of a dynamic shape"));
    }
    if (!find(program, held, &datum)) {
        return wick_failure_set(failure, WICK_NOT_FOUND, at,
                                WICK_TEXT("no external data of this name"));
    }
    read_shape(held, &tensor);
    const char *reason = refusal(&tensor, &datum);
    return reason == 0 ? WICK_OK
                       : wick_failure_set(failure, WICK_INVALID_EXTERNAL_DATA, at, reason);
}

static wick_status check_plan(const wick_program *program, const uint8_t *table,
                              wick_failure *failure)
{
    const wick_plan plan = wick_plan_view(table);
    for (uint32_t i = 0; i < wick_fb_count(plan.values); i++) {
        const uint8_t *held;
        if (wick_plan_value(&plan, i, &held) == WICK_PTE_TYPE_TENSOR && is_external(held)) {
            WICK_TRY(check_tensor(program, held, failure));
        }
    }
    return WICK_OK;
}

static void bind_tensor(const wick_binder *b, const uint8_t *held, wick_tensor *tensor)
{
    const uint8_t *allocation = wick_fb_table(held, WICK_PTE_TENSOR_ALLOCATION);
    wick_datum datum;
    (void)find(b->method->program, held, &datum); // there when the program was opened
    read_shape(held, tensor);
    if (allocation != 0) { // state starts with it
        tensor->data = wick_bind_planned(b, allocation);
        memcpy(tensor->data, datum.bytes, wick_tensor_size_bytes(tensor));
    } else {
        tensor->flags = WICK_TENSOR_CONSTANT;
        tensor->data = (void *)(uintptr_t)datum.bytes;
    }
}

static wick_status bind_values(wick_binder *b)
{
    for (uint32_t i = 0; i < b->method->value_count; i++) {
        const uint8_t *held;
        wick_value *value = &b->method->values[i];
        if (wick_plan_value(b->plan, i, &held) == WICK_PTE_TYPE_TENSOR && is_external(held)) {
            bind_tensor(b, held, &value->tensor);
        } else {
            WICK_TRY(wick_bind_value(b, b->plan->values.items + 4 * (size_t)i, value));
        }
    }
    return WICK_OK;
}

wick_status wick_program_open_with_data(wick_program *program, const void *bytes, size_t size_bytes,
                                        const wick_data *data, wick_failure *failure)
{
    program->data = data;
    program->bind = data != 0 ? bind_values : 0;
    WICK_TRY(wick_pte_verify(bytes, size_bytes, program, failure));
    const wick_fb_vector plans =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
    for (uint32_t i = 0; data != 0 && i < wick_fb_count(plans); i++) {
        WICK_TRY(check_plan(program, wick_fb_table_at(plans, i), failure));
    }
    return WICK_OK;
}
