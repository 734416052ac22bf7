// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_structure.h"
#include "support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// Two values of one vtable, references to them at 0 and 4. Each holds a None:
//   8: vtable {8, 12, type at 8, value at 4} | 16: first | 28: None | 32: second | 44: None
static const uint8_t two_values[48] = {
    [0] = 16,  [4] = 28, [8] = 8,  [10] = 12, [12] = 8, [14] = 4, // references, vtable
    [16] = 8,  [20] = 8, [24] = 1,                                // first: back 8, on to 28, None
    [28] = 20,                                                    // None: back to 8
    [32] = 24, [36] = 8, [40] = 1, [44] = 36,                     // second, and another None
};

static wick_pte_walk walk_of(const uint8_t *bytes, uint32_t end, wick_failure *failure)
{
    wick_pte_walk walk;
    *failure = WICK_FAILURE_NONE;
    walk.code = 0;
    wick_pte_walk_start(&walk, bytes, end, failure);
    return walk;
}

static wick_status open_value(wick_pte_walk *walk, const uint8_t *reference, uint32_t *code)
{
    const wick_status status =
        wick_pte_open_union(walk, reference, WICK_PTE_VALUE, WICK_PTE_UNION_VALUE);
    *code = walk->code;
    return status;
}

static wick_status open_both(uint8_t *bytes, uint32_t end, wick_failure *failure)
{
    uint32_t code = 0;
    wick_pte_walk walk = walk_of(bytes, end, failure);
    assert_int_equal(open_value(&walk, bytes, &code), WICK_OK);
    assert_int_equal(code, WICK_PTE_TYPE_NONE);
    return open_value(&walk, bytes + 4, &code);
}

static void test_open_union_of_known_vtable_succeeds(void **state)
{
    (void)state;
    wick_failure failure;
    uint8_t *bytes = test_copy(two_values, sizeof two_values);
    assert_int_equal(open_both(bytes, sizeof two_values, &failure), WICK_OK);
    free(bytes);
}

// What is remembered of a vtable does not stand in for the checks of the next table.
static void test_open_union_of_known_vtable_is_checked(void **state)
{
    (void)state;
    wick_failure failure;
    uint8_t *bytes = test_copy(two_values, sizeof two_values);
    bytes[36] = 9;
    assert_int_equal(open_both(bytes, 48, &failure), WICK_INVALID_PROGRAM);
    assert_string_equal(failure.text, "reference out of bounds");
    bytes[40] = 12;
    assert_int_equal(open_both(bytes, 48, &failure), WICK_INVALID_PROGRAM);
    assert_string_equal(failure.text, "unknown value or instruction");
    free(bytes);
    for (uint32_t end = 36; end <= 40; end++) {
        bytes = test_copy(two_values, end);
        assert_int_equal(open_both(bytes, end, &failure), WICK_INVALID_PROGRAM);
        assert_string_equal(failure.text, "out of bounds or misaligned");
        free(bytes);
    }
}

// A table at 16 with one field, a vector of `count` items of which eight bytes are there.
static wick_status open_vector(uint32_t table_type, uint32_t count, wick_failure *failure)
{
    static const uint8_t table[40] = {
        [0] = 16, [8] = 6, [10] = 8, [12] = 4, [16] = 8, [20] = 8, [32] = 'a'};
    uint8_t *bytes = test_copy(table, sizeof table);
    memcpy(bytes + 28, &count, sizeof count);
    wick_pte_walk walk = walk_of(bytes, sizeof table, failure);
    const wick_status status = wick_pte_open_table(&walk, bytes, table_type);
    free(bytes);
    return status;
}

static void test_open_vector_of_hostile_count_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t type, count;
        const char *text;
    } rows[] = {
        {WICK_PTE_STRING, 7, NULL},
        {WICK_PTE_STRING, 0, "string without an end"},
        {WICK_PTE_STRING, 8, "string without an end"},
        {WICK_PTE_STRING, 9, "out of bounds or misaligned"},
        {WICK_PTE_STRING, UINT32_MAX, "out of bounds or misaligned"},
        {WICK_PTE_INT_LIST, 1, NULL},
        {WICK_PTE_INT_LIST, 2, "out of bounds or misaligned"},
        {WICK_PTE_INT_LIST, 0x20000001, "out of bounds or misaligned"},
        {WICK_PTE_TENSOR_LIST, 2, NULL},
        {WICK_PTE_TENSOR_LIST, 0x40000001, "out of bounds or misaligned"},
        {WICK_PTE_BOOL_LIST, 8, NULL},
        {WICK_PTE_BOOL_LIST, 9, "out of bounds or misaligned"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wick_failure failure;
        const wick_status status = open_vector(rows[i].type, rows[i].count, &failure);
        assert_int_equal(status, rows[i].text == NULL ? WICK_OK : WICK_INVALID_PROGRAM);
        if (rows[i].text != NULL) {
            assert_string_equal(failure.text, rows[i].text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_union_of_known_vtable_succeeds),
        cmocka_unit_test(test_open_union_of_known_vtable_is_checked),
        cmocka_unit_test(test_open_vector_of_hostile_count_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
