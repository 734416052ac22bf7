// SPDX-License-Identifier: BSD-3-Clause
// One C function for tests/ops/op_driver.py: builds the values of one call as the runtime would
// from a .pte, prepares the operator and runs it. Loaded by ctypes; the layouts below are mirrored
// there.
#include "ops/op.h"

#include <stdlib.h>
#include <string.h>

typedef struct wick_test_value {
    int32_t kind; // wick_value_kind
    int32_t dtype;
    int32_t rank;
    int32_t flags;
    int64_t integer;          // WICK_VALUE_INT, WICK_VALUE_BOOL
    double real;              // WICK_VALUE_REAL
    const void *items;        // lists and strings
    uint64_t count;           // of items
    void *data;               // tensors
    const uint8_t *dim_order; // tensors
    const int32_t *sizes;     // tensors; sizes[rank] is the capacity of a dynamic one
} wick_test_value;

typedef struct wick_test_result {
    int32_t status;
    int32_t is_prepared; // prepare succeeded
    uint32_t detail;
    char text[116];
} wick_test_result;

int wick_test_call(const char *name, wick_test_value *given, uint32_t value_count,
                   const uint8_t *args, uint32_t arg_count, wick_test_result *result);

static wick_value wick_test_convert(const wick_test_value *given)
{
    wick_value value;
    memset(&value, 0, sizeof value);
    switch ((wick_value_kind)given->kind) {
    case WICK_VALUE_NONE:
        break;
    case WICK_VALUE_INT:
    case WICK_VALUE_BOOL:
        value.integer.value = given->integer;
        break;
    case WICK_VALUE_REAL:
        value.real.value = given->real;
        break;
    case WICK_VALUE_TENSOR:
        value.tensor = (wick_tensor){.dtype = (uint8_t)given->dtype,
                                     .rank = (uint8_t)given->rank,
                                     .flags = (uint8_t)given->flags,
                                     .dim_order = given->dim_order,
                                     .data = given->data,
                                     .sizes = given->sizes};
        break;
    case WICK_VALUE_STRING:
    case WICK_VALUE_INT_LIST:
    case WICK_VALUE_REAL_LIST:
    case WICK_VALUE_BOOL_LIST:
    case WICK_VALUE_TENSOR_LIST:
        value.list.count = (uint32_t)given->count;
        value.list.items = given->items;
        break;
    }
    value.kind = (uint8_t)given->kind;
    return value;
}

static void wick_test_record(wick_test_result *result, wick_status status,
                             const wick_failure *failure)
{
    result->status = (int32_t)status;
    result->detail = failure->detail;
    const char *text = failure->text != NULL ? failure->text : "";
    strncpy(result->text, text, sizeof result->text - 1);
}

static wick_status wick_test_execute(const wick_operator *row, const wick_call *call, void *block,
                                     wick_test_result *result)
{
    WICK_TRY(wick_operator_prepare(row, call, block));
    result->is_prepared = 1;
    return row->run(call, block);
}

// What the call made of a value: scalars that it wrote, the place of a view.
static void wick_test_read(wick_test_value *given, const wick_value *value)
{
    given->kind = value->kind;
    if (value->kind == WICK_VALUE_REAL) {
        given->real = value->real.value;
    } else if (value->kind == WICK_VALUE_INT || value->kind == WICK_VALUE_BOOL) {
        given->integer = value->integer.value;
    } else if (value->kind == WICK_VALUE_TENSOR) {
        given->data = value->tensor.data;
        given->flags = value->tensor.flags;
    }
}

// Returns 0, or -1 if the table has no such row. `args` are int32 value indices, as in a
// KernelCall.
int wick_test_call(const char *name, wick_test_value *given, uint32_t value_count,
                   const uint8_t *args, uint32_t arg_count, wick_test_result *result)
{
    memset(result, 0, sizeof *result);
    const wick_operator *row = wick_operators_find(&wick_operators_all, name);
    if (row == NULL) {
        return -1;
    }
    wick_value *values = calloc(value_count + 1, sizeof *values);
    void *block = malloc(row->block_bytes + 8);
    memset(block, 0xA5, row->block_bytes + 8); // prepare must not rely on a cleared block
    for (uint32_t i = 0; i < value_count; i++) {
        values[i] = wick_test_convert(&given[i]);
    }
    wick_failure failure = WICK_FAILURE_NONE;
    wick_random random = {0, 0};
    const wick_call call = {.values = values,
                            .args = args,
                            .arg_count = arg_count,
                            .failure = &failure,
                            .random = &random};
    wick_status status = wick_test_execute(row, &call, block, result);
    wick_test_record(result, status, &failure);
    for (uint32_t i = 0; i < value_count; i++) {
        wick_test_read(&given[i], &values[i]);
    }
    free(block);
    free(values);
    return 0;
}
