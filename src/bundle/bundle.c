// SPDX-License-Identifier: BSD-3-Clause
// Opening checks every table of the file once; the other functions walk the same tables again and
// may rely on it.
#include "wick/bundle.h"

#include "base/failure.h"
#include "format/bundle.h"
#include "format/fb_checked.h"
#include "kernels/elementwise/convert.h"

#include <string.h>

// Slot of a field: its row counts from that of its table.
#define SLOT(table, field) (WICK_BUNDLE_ROW_##table##_##field - WICK_BUNDLE_##table - 1)

enum { TYPE_TENSOR = 1, TYPE_INT, TYPE_BOOL, TYPE_DOUBLE, MAX_ELEMENT_BYTES = 8 };

typedef wick_fb_checked buffer;

// A value of a test case: its type code, and the table of it.
typedef struct held {
    uint32_t type;
    size_t table;
} held;

static wick_status fail_at(wick_failure *failure, size_t at)
{
    return wick_failure_set(failure, WICK_INVALID_PROGRAM, (uint32_t)at,
                            WICK_TEXT("bundle has a part outside of the file or of a wrong size"));
}

// The vector in a slot; false if it lies outside.
static bool vector_in(const buffer *b, size_t table, uint32_t slot, uint32_t item_bytes,
                      wick_fb_range *out)
{
    size_t field;
    return wick_fb_checked_field(b, table, slot, 4, &field) &&
           wick_fb_checked_vector(b, field, item_bytes, out);
}

static bool table_at(const buffer *b, wick_fb_range tables, uint32_t index, size_t *table)
{
    return wick_fb_checked_table(b, tables.first + 4 * (size_t)index, table);
}

static uint64_t scalar_in(const buffer *b, size_t table, uint32_t slot, uint32_t bytes)
{
    size_t field;
    return wick_fb_checked_field(b, table, slot, bytes, &field) && field != 0
               ? wick_fb_load(b->bytes + field, bytes)
               : 0;
}

static bool held_at(const buffer *b, wick_fb_range values, uint32_t index, held *out)
{
    size_t value;
    size_t field;
    if (!table_at(b, values, index, &value) ||
        !wick_fb_checked_field(b, value, SLOT(VALUE, VALUE), 4, &field) || field == 0) {
        return false;
    }
    out->type = (uint32_t)scalar_in(b, value, SLOT(VALUE, TYPE), 1);
    return out->type >= TYPE_TENSOR && out->type <= TYPE_DOUBLE &&
           wick_fb_checked_table(b, field, &out->table);
}

// A tensor of the file: sizes and dim order of one length, and data of the bytes that they say.
static bool tensor_in(const buffer *b, size_t table, wick_tensor *tensor)
{
    wick_fb_range sizes;
    wick_fb_range order;
    wick_fb_range data;
    *tensor = (wick_tensor){.kind = WICK_VALUE_TENSOR};
    tensor->dtype = (uint8_t)scalar_in(b, table, SLOT(TENSOR, SCALAR_TYPE), 1);
    uint64_t size_bytes = wick_dtype_size_bytes(tensor->dtype);
    if (size_bytes == 0 || !vector_in(b, table, SLOT(TENSOR, SIZES), 4, &sizes) ||
        !vector_in(b, table, SLOT(TENSOR, DIM_ORDER), 1, &order) ||
        !vector_in(b, table, SLOT(TENSOR, DATA), 1, &data) || sizes.count > WICK_MAX_RANK ||
        sizes.count != order.count || sizes.first % 4 != 0 || data.first % MAX_ELEMENT_BYTES != 0) {
        return false;
    }
    const void *first_size = b->bytes + sizes.first;
    tensor->rank = (uint8_t)sizes.count;
    tensor->sizes = first_size;
    tensor->dim_order = b->bytes + order.first;
    tensor->data = (void *)(uintptr_t)(b->bytes + data.first);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < sizes.count; i++) {
        if (tensor->sizes[i] < 0 || size_bytes > INT32_MAX || tensor->dim_order[i] >= sizes.count) {
            return false;
        }
        size_bytes *= (uint32_t)tensor->sizes[i];
        seen |= 1u << tensor->dim_order[i];
    }
    return size_bytes == data.count && seen == (1u << sizes.count) - 1;
}

// Vectors may be shared: `budget` keeps time linear in the file.
static bool values_are_sound(const buffer *b, wick_fb_range values, size_t *budget)
{
    if (values.count > *budget) {
        return false;
    }
    *budget -= values.count;
    for (uint32_t i = 0; i < values.count; i++) {
        held value;
        wick_tensor tensor;
        if (!held_at(b, values, i, &value) ||
            (value.type == TYPE_TENSOR && !tensor_in(b, value.table, &tensor))) {
            return false;
        }
    }
    return true;
}

static bool case_is_sound(const buffer *b, size_t table, size_t *budget)
{
    wick_fb_range inputs;
    wick_fb_range outputs;
    return vector_in(b, table, SLOT(CASE, INPUTS), 4, &inputs) &&
           vector_in(b, table, SLOT(CASE, OUTPUTS), 4, &outputs) &&
           values_are_sound(b, inputs, budget) && values_are_sound(b, outputs, budget);
}

// A suite with a name that ends in a zero, and its cases.
static bool suite_is_sound(const buffer *b, size_t table, size_t *budget)
{
    wick_fb_range name;
    wick_fb_range cases;
    if (!vector_in(b, table, SLOT(SUITE, METHOD), 1, &name) || name.first == 0 ||
        !wick_fb_has(b, name.first, name.count + 1ull) || b->bytes[name.first + name.count] != 0 ||
        !vector_in(b, table, SLOT(SUITE, CASES), 4, &cases)) {
        return false;
    }
    for (uint32_t i = 0; i < cases.count; i++) {
        size_t test;
        if (*budget == 0 || !table_at(b, cases, i, &test) || !case_is_sound(b, test, budget)) {
            return false;
        }
        --*budget;
    }
    return true;
}

static bool suites_of(const buffer *b, size_t *root, wick_fb_range *suites)
{
    return wick_fb_checked_table(b, 0, root) &&
           vector_in(b, *root, SLOT(BUNDLE, SUITES), 4, suites);
}

wick_status wick_bundle_open(wick_bundle *bundle, const void *bytes, size_t size_bytes,
                             wick_failure *failure)
{
    enum { REFERENCE_BYTES = 4 }; // that each case or value takes at least
    const buffer b = {bytes, size_bytes};
    size_t root;
    wick_fb_range suites;
    wick_fb_range program;
    if ((uintptr_t)bytes % WICK_BUNDLE_ALIGNMENT != 0) {
        return wick_failure_set(failure, WICK_INVALID_ARGUMENT, WICK_NOWHERE,
                                WICK_TEXT("bundle is not aligned to WICK_BUNDLE_ALIGNMENT"));
    }
    if (size_bytes < 8 || size_bytes > UINT32_MAX || memcmp(b.bytes + 4, "BP08", 4) != 0 ||
        !suites_of(&b, &root, &suites) ||
        !vector_in(&b, root, SLOT(BUNDLE, PROGRAM), 1, &program) ||
        program.first % WICK_PROGRAM_ALIGNMENT != 0) {
        return fail_at(failure, 4);
    }
    size_t budget = size_bytes / REFERENCE_BYTES;
    for (uint32_t i = 0; i < suites.count; i++) {
        size_t suite;
        if (!table_at(&b, suites, i, &suite) || !suite_is_sound(&b, suite, &budget)) {
            return fail_at(failure, suites.first + 4 * (size_t)i);
        }
    }
    *bundle = (wick_bundle){b.bytes, size_bytes, b.bytes + program.first, program.count};
    return WICK_OK;
}

// The cases of a method in an opened bundle.
static wick_fb_range cases_of(const buffer *b, const char *method)
{
    size_t root;
    wick_fb_range suites = {0, 0};
    wick_fb_range found = {0, 0};
    suites_of(b, &root, &suites);
    for (uint32_t i = 0; i < suites.count; i++) {
        size_t suite;
        wick_fb_range name;
        table_at(b, suites, i, &suite);
        vector_in(b, suite, SLOT(SUITE, METHOD), 1, &name);
        const char *own = (const char *)b->bytes + name.first;
        uint32_t k = 0;
        while (own[k] != 0 && own[k] == method[k]) {
            k++;
        }
        if (own[k] == method[k]) {
            vector_in(b, suite, SLOT(SUITE, CASES), 4, &found);
        }
    }
    return found;
}

uint32_t wick_bundle_case_count(const wick_bundle *bundle, const char *method)
{
    const buffer b = {bundle->bytes, bundle->size_bytes};
    return cases_of(&b, method).count;
}

static double real_in(const buffer *b, size_t table)
{
    const uint64_t bits = scalar_in(b, table, SLOT(DOUBLE, VALUE), 8);
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static wick_status set_input(const buffer *b, const held *value, wick_method *method,
                             uint32_t index, wick_failure *failure)
{
    wick_tensor tensor;
    switch (value->type) {
    case TYPE_TENSOR:
        tensor_in(b, value->table, &tensor);
        return wick_method_set_input_tensor(method, index, &tensor, failure);
    case TYPE_INT:
        return wick_method_set_input_int(
            method, index, (int64_t)scalar_in(b, value->table, SLOT(INT, VALUE), 8), failure);
    case TYPE_BOOL:
        return wick_method_set_input_bool(
            method, index, scalar_in(b, value->table, SLOT(BOOL, VALUE), 1) != 0, failure);
    }
    return wick_method_set_input_real(method, index, real_in(b, value->table), failure);
}

typedef struct tolerance {
    double rtol;
    double atol;
} tolerance;

static double magnitude(double x)
{
    return x < 0 ? -x : x;
}

static void compare_reals(double got, double expected, const tolerance *allowed,
                          wick_bundle_result *result)
{
    const double difference = magnitude(got - expected);
    const bool are_nan = got != got && expected != expected;
    const bool is_near =
        got == expected || difference <= allowed->atol + allowed->rtol * magnitude(expected);
    result->differing += !(are_nan || is_near);
    if (difference == difference && got != expected && difference > result->largest_difference) {
        result->largest_difference = difference;
    }
}

static bool is_real(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

static void compare_data(const wick_tensor *got, const wick_tensor *expected,
                         const tolerance *allowed, wick_bundle_result *result)
{
    const uint32_t bytes = wick_dtype_size_bytes(expected->dtype);
    const size_t count = wick_tensor_count(expected);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *a = (const uint8_t *)got->data + i * bytes;
        const uint8_t *b = (const uint8_t *)expected->data + i * bytes;
        if (!is_real(expected->dtype)) {
            result->differing += memcmp(a, b, bytes) != 0;
            continue;
        }
        const wick_elements one = {expected->dtype, 1, 1};
        double reals[2];
        wick_read_f64(&one, a, &reals[0]);
        wick_read_f64(&one, b, &reals[1]);
        compare_reals(reals[0], reals[1], allowed, result);
    }
}

static bool has_form(const wick_tensor *got, const wick_tensor *expected)
{
    bool is_same = got->dtype == expected->dtype && got->rank == expected->rank;
    for (uint32_t i = 0; is_same && i < expected->rank; i++) {
        is_same =
            got->sizes[i] == expected->sizes[i] && got->dim_order[i] == expected->dim_order[i];
    }
    return is_same;
}

// False if the output is of another kind, type or shape than the case expects.
static bool compare_output(const buffer *b, const held *value, const wick_value *got,
                           const tolerance *allowed, wick_bundle_result *result)
{
    wick_tensor expected;
    switch (value->type) {
    case TYPE_TENSOR:
        tensor_in(b, value->table, &expected);
        if (got->kind != WICK_VALUE_TENSOR || !has_form(&got->tensor, &expected)) {
            return false;
        }
        compare_data(&got->tensor, &expected, allowed, result);
        return true;
    case TYPE_DOUBLE:
        compare_reals(got->real.value, real_in(b, value->table), allowed, result);
        return got->kind == WICK_VALUE_REAL;
    }
    const bool is_int = value->type == TYPE_INT;
    const uint32_t slot = is_int ? SLOT(INT, VALUE) : SLOT(BOOL, VALUE);
    const uint64_t number = scalar_in(b, value->table, slot, is_int ? 8 : 1);
    result->differing += (uint64_t)got->integer.value != number;
    return got->kind == (is_int ? WICK_VALUE_INT : WICK_VALUE_BOOL);
}

static wick_status compare_outputs(const buffer *b, wick_fb_range outputs,
                                   const wick_method *method, const tolerance *allowed,
                                   wick_bundle_result *result, wick_failure *failure)
{
    for (uint32_t i = 0; i < outputs.count; i++) {
        held value;
        held_at(b, outputs, i, &value);
        const wick_value *got = wick_method_output_value(method, i);
        if (!compare_output(b, &value, got, allowed, result)) {
            return wick_failure_set(failure, WICK_INVALID_ARGUMENT, i,
                                    WICK_TEXT("output has another type or shape than the case"));
        }
    }
    result->outputs = outputs.count;
    return WICK_OK;
}

wick_status wick_bundle_check(const wick_bundle *bundle, const char *name, uint32_t index,
                              wick_method *method, double rtol, double atol,
                              wick_bundle_result *result, wick_failure *failure)
{
    const buffer b = {bundle->bytes, bundle->size_bytes};
    const wick_fb_range cases = cases_of(&b, name);
    const tolerance allowed = {rtol, atol};
    wick_fb_range inputs = {0, 0};
    wick_fb_range outputs = {0, 0};
    size_t table;
    *result = (wick_bundle_result){0};
    if (index >= cases.count) {
        return wick_failure_set(failure, WICK_NOT_FOUND, index, WICK_TEXT("no such test case"));
    }
    table_at(&b, cases, index, &table);
    vector_in(&b, table, SLOT(CASE, INPUTS), 4, &inputs);
    vector_in(&b, table, SLOT(CASE, OUTPUTS), 4, &outputs);
    if (inputs.count != method->input_count || outputs.count > method->output_count) {
        return wick_failure_set(failure, WICK_INVALID_ARGUMENT, inputs.count,
                                WICK_TEXT("test case has other inputs or outputs than the method"));
    }
    for (uint32_t i = 0; i < inputs.count; i++) {
        held value;
        held_at(&b, inputs, i, &value);
        WICK_TRY(set_input(&b, &value, method, i, failure));
    }
    WICK_TRY(wick_method_execute(method, failure));
    return compare_outputs(&b, outputs, method, &allowed, result, failure);
}
