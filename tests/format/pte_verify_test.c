// SPDX-License-Identifier: BSD-3-Clause
#include "base/bytes.h"
#include "compiler/support/arena.h"
#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "support/files.h"
#include "support/sample_program.h"
#include "wick/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static wick_status open_bytes(const void *bytes, size_t size_bytes, wick_failure *failure)
{
    wick_program program;
    void *copy = test_copy(bytes, size_bytes);
    *failure = WICK_FAILURE_NONE;
    const wick_status status = wick_program_open(&program, copy, size_bytes, failure);
    free(copy);
    return status;
}

static wick_status open_sample(const sample_knobs *knobs, wick_failure *failure)
{
    size_t size_bytes;
    wick_arena *arena = wick_arena_create();
    const uint8_t *bytes = sample_program(arena, knobs, &size_bytes);
    const wick_status status = open_bytes(bytes, size_bytes, failure);
    wick_arena_destroy(arena);
    return status;
}

static void test_schema_slots_are_consecutive(void **state)
{
    (void)state;
    uint32_t expected = 0;
#define WICK_PTE_UNION(id, count)                    expected = 0;
#define WICK_PTE_MEMBER(id, code)                    assert_int_equal(++expected, code);
#define WICK_PTE_TABLE(id)                           expected = 0;
#define WICK_PTE_FIELD(id, slot, kind, arg, present) assert_int_equal(expected++, slot);
#include "format/pte_schema.def"
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER
    assert_int_equal(wick_pte_union_rows[WICK_PTE_UNION_VALUE],
                     WICK_PTE_MEMBER_OPTIONAL_TENSOR_LIST - WICK_PTE_UNION_VALUE);
    assert_int_equal(wick_pte_union_rows[WICK_PTE_UNION_INSTRUCTION],
                     WICK_PTE_MEMBER_FREE_CALL - WICK_PTE_UNION_INSTRUCTION);
}

static void test_open_sample_succeeds(void **state)
{
    (void)state;
    wick_failure failure;
    sample_knobs knobs = sample_defaults();
    assert_int_equal(open_sample(&knobs, &failure), WICK_OK);
    knobs.at[SAMPLE_HEADER_BYTES] = 24;
    assert_int_equal(open_sample(&knobs, &failure), WICK_OK);
    knobs.at[SAMPLE_DYNAMISM] = 1;
    knobs.at[SAMPLE_HAS_MOVE] = 1;
    knobs.at[SAMPLE_HAS_DELEGATE] = 1;
    assert_int_equal(open_sample(&knobs, &failure), WICK_OK);
}

typedef struct turned {
    enum sample_knob knob;
    int64_t value;
    wick_status status;
    const char *text;
} turned;

static const turned turned_knobs[] = {
    {SAMPLE_VERSION, 1, WICK_NOT_SUPPORTED, "program version is not 0"},
    {SAMPLE_HEADER_BYTES, 23, WICK_INVALID_PROGRAM, "extended header does not fit"},
    {SAMPLE_DTYPE, 8, WICK_NOT_SUPPORTED, "unknown element type"},
    {SAMPLE_DTYPE, 255, WICK_NOT_SUPPORTED, "unknown element type"},
    {SAMPLE_DTYPE, 7, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_SIZE_0, -1, WICK_INVALID_PROGRAM, "size negative or too large"},
    {SAMPLE_SIZE_0, INT32_MAX, WICK_INVALID_PROGRAM, "size negative or too large"},
    {SAMPLE_SIZE_1, 6, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_DIM_0, 1, WICK_INVALID_PROGRAM, "dim_order is not a permutation"},
    {SAMPLE_DIM_1, 2, WICK_INVALID_PROGRAM, "dim_order is not a permutation"},
    {SAMPLE_DIM_1, 255, WICK_INVALID_PROGRAM, "dim_order is not a permutation"},
    {SAMPLE_RANK, 17, WICK_INVALID_PROGRAM, "rank above 16 or not dim_order's"},
    {SAMPLE_STORAGE_OFFSET, 1, WICK_NOT_SUPPORTED, "unusual storage, layout or device"},
    {SAMPLE_LAYOUT, 1, WICK_NOT_SUPPORTED, "unusual storage, layout or device"},
    {SAMPLE_DYNAMISM, 2, WICK_NOT_SUPPORTED, "unusual storage, layout or device"},
    {SAMPLE_X_PLANNED, 2, WICK_INVALID_PROGRAM, "tensor in no memory of the plan"},
    {SAMPLE_X_CONSTANT, 2, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_X_CONSTANT, 1, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_LOCATION, 1, WICK_NOT_SUPPORTED, "tensor data in another file (.ptd)"},
    {SAMPLE_DEVICE, 1, WICK_NOT_SUPPORTED, "unusual storage, layout or device"},
    {SAMPLE_MUTABLE_SEGMENT, 1, WICK_NOT_SUPPORTED, "unusual storage, layout or device"},
    {SAMPLE_MEMORY_ID, -1, WICK_INVALID_PROGRAM, "tensor in no memory of the plan"},
    {SAMPLE_Y_OFFSET, 52, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_Y_OFFSET, -4, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_Y_OFFSET, 33, WICK_INVALID_PROGRAM, "misaligned tensor"},
    {SAMPLE_Y_OFFSET_HIGH, 1, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_ARENA_BYTES, 71, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_ARENA_BYTES, -1, WICK_INVALID_PROGRAM, "size negative or too large"},
    {SAMPLE_CONSTANT_INDEX, 2, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_CONSTANT_OFFSET, 4, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_CONSTANT_OFFSET, -8, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_CONSTANT_SEGMENT, 2, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_SEGMENT_OFFSET, 2, WICK_INVALID_PROGRAM, "misaligned tensor"},
    {SAMPLE_SEGMENT_OFFSET, 13, WICK_INVALID_PROGRAM, "segment outside of the file"},
    {SAMPLE_SEGMENT_OFFSET, -1, WICK_INVALID_PROGRAM, "segment outside of the file"},
    {SAMPLE_SEGMENT_BYTES, 25, WICK_INVALID_PROGRAM, "segment outside of the file"},
    {SAMPLE_SEGMENT_BYTES, 11, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_STATE_INDEX, 2, WICK_INVALID_PROGRAM, "tensor outside of its memory or data"},
    {SAMPLE_INT_ITEM, 0, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_INT_ITEM, 12, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_INT_ITEM, -1, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_INT_ITEM, 0x100000003, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_TENSOR_ITEM, -1, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_TENSOR_ITEM, 3, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_OPTIONAL_ITEM, -2, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_INPUT, 12, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_OUTPUT, -1, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_OPERATOR, 1, WICK_INVALID_PROGRAM, "call of what the plan lacks"},
    {SAMPLE_OPERATOR, -1, WICK_INVALID_PROGRAM, "call of what the plan lacks"},
    {SAMPLE_ARG, 12, WICK_INVALID_PROGRAM, "index of no value of the right type"},
    {SAMPLE_CONDITION, 3, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_CONDITION, 0, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_DESTINATION, 7, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_DESTINATION, -1, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_FREE, 12, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_MOVE_FROM, 3, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_MOVE_TO, 99, WICK_INVALID_PROGRAM, "move, jump or free of a wrong value"},
    {SAMPLE_DELEGATE, 1, WICK_INVALID_PROGRAM, "call of what the plan lacks"},
    {SAMPLE_DELEGATE_BLOB, 2, WICK_INVALID_PROGRAM, "delegate without data"},
    {SAMPLE_NAMED_SEGMENT, 2, WICK_INVALID_PROGRAM, "named data without a segment"},
    {SAMPLE_CHAINS, 0, WICK_NOT_SUPPORTED, "a plan must have one chain"},
    {SAMPLE_CHAINS, 2, WICK_NOT_SUPPORTED, "a plan must have one chain"},
    {SAMPLE_VALUE_TYPE, 12, WICK_INVALID_PROGRAM, "unknown value or instruction"},
    {SAMPLE_INSTRUCTION_TYPE, 6, WICK_INVALID_PROGRAM, "unknown value or instruction"},
};

static void test_open_turned_knob_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof turned_knobs / sizeof turned_knobs[0]; i++) {
        const turned *row = &turned_knobs[i];
        wick_failure failure;
        sample_knobs knobs = sample_defaults();
        knobs.at[SAMPLE_HAS_MOVE] = 1;
        knobs.at[SAMPLE_HAS_DELEGATE] = 1;
        knobs.at[row->knob] = row->value;
        const wick_status status = open_sample(&knobs, &failure);
        if (status != row->status || strcmp(failure.text, row->text) != 0) {
            print_message("row %zu: status %d, \"%s\", expected %d, \"%s\"\n", i, (int)status,
                          failure.text, (int)row->status, row->text);
        }
        assert_int_equal(status, row->status);
        assert_string_equal(failure.text, row->text);
    }
}

static void refer(uint8_t *bytes, const uint8_t *at, const uint8_t *target)
{
    const uint32_t distance = (uint32_t)(target - at);
    memcpy(bytes + (at - bytes), &distance, sizeof distance);
}

// Tensors of one shape share its vector, and are then not checked again. A reference that reaches
// it only by a distance of 2^32 less is another one, where pointers have 64 bits.
static void test_open_reference_around_32_bits_is_refused(void **state)
{
    (void)state;
    enum { FIRST = 1, SECOND = 2, LATER = 8 };
    wick_failure failure;
    size_t size_bytes;
    const sample_knobs knobs = sample_defaults();
    wick_arena *arena = wick_arena_create();
    uint8_t *bytes = sample_program(arena, &knobs, &size_bytes);
    const uint8_t *root = bytes + wick_load_u32(bytes);
    const uint8_t *plan = wick_fb_table_at(wick_fb_items(root, WICK_PTE_PROGRAM_EXECUTION_PLAN), 0);
    const wick_fb_vector values = wick_fb_items(plan, WICK_PTE_PLAN_VALUES);
    uint32_t type;
    const uint8_t *first = wick_fb_table_at(values, LATER);
    const uint8_t *second = wick_fb_table_at(values, FIRST);
    const uint8_t *shape = wick_fb_table(wick_fb_union(first, &type), WICK_PTE_TENSOR_SIZES);
    const uint8_t *field = wick_fb_field(wick_fb_union(second, &type), WICK_PTE_TENSOR_SIZES);
    refer(bytes, values.items + 4 * (size_t)FIRST, first);
    refer(bytes, values.items + 4 * (size_t)SECOND, second);
    assert_int_equal(open_bytes(bytes, size_bytes, &failure), WICK_OK);
    assert_true(shape < field);
    refer(bytes, field, shape);
    assert_int_equal(open_bytes(bytes, size_bytes, &failure), WICK_INVALID_PROGRAM);
    assert_string_equal(failure.text, "reference out of bounds");
    wick_arena_destroy(arena);
}

static void test_open_misaligned_bytes_is_refused(void **state)
{
    (void)state;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    uint8_t *bytes =
        test_copy("0123456789012345678901234567890123456789012345678901234567890123", 64);
    assert_int_equal(wick_program_open(&program, bytes + 8, 56, &failure), WICK_INVALID_ARGUMENT);
    free(bytes);
}

// Every prefix is refused without a read outside of it.
static void test_open_truncated_is_refused(void **state)
{
    (void)state;
    size_t size_bytes;
    wick_failure failure;
    wick_arena *arena = wick_arena_create();
    const sample_knobs knobs = sample_defaults();
    const uint8_t *bytes = sample_program(arena, &knobs, &size_bytes);
    for (size_t length = 0; length < size_bytes; length++) {
        assert_int_not_equal(open_bytes(bytes, length, &failure), WICK_OK);
    }
    wick_arena_destroy(arena);
}

// Every byte replaced by a few others: whatever comes of it, no read lies outside and no text is
// missing.
static void test_open_flipped_bytes_never_crash(void **state)
{
    (void)state;
    static const uint8_t patterns[] = {0x01, 0x80, 0xff, 0x7f, 0x04};
    size_t size_bytes;
    wick_arena *arena = wick_arena_create();
    const sample_knobs knobs = sample_defaults();
    uint8_t *bytes = sample_program(arena, &knobs, &size_bytes);
    uint32_t refused = 0;
    for (size_t i = 0; i < size_bytes * sizeof patterns; i++) {
        wick_failure failure;
        uint8_t *byte = &bytes[i / sizeof patterns];
        const uint8_t before = *byte;
        *byte ^= patterns[i % sizeof patterns];
        if (open_bytes(bytes, size_bytes, &failure) != WICK_OK) {
            assert_non_null(failure.text);
            refused++;
        }
        *byte = before;
    }
    assert_true(refused > size_bytes);
    wick_arena_destroy(arena);
}

static void test_open_official_files_succeeds(void **state)
{
    (void)state;
    static const char *const names[] = {"AddModel.pte", "HelloExecuTorch.pte",
                                        "KeywordSpotting.pte",
                                        "ModuleLinear-no-constant-segment.pte", "apple_add.pte"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size_bytes;
        wick_failure failure = WICK_FAILURE_NONE;
        wick_program program;
        void *bytes = test_read_official(names[i], &size_bytes);
        if (bytes == 0) {
            skip();
        }
        assert_int_equal(wick_program_open(&program, bytes, size_bytes, &failure), WICK_OK);
        assert_int_equal(wick_program_method_count(&program), 1);
        assert_string_equal(wick_program_method_name(&program, 0), "forward");
        free(bytes);
    }
}

static void test_open_bundled_program_is_refused(void **state)
{
    (void)state;
    size_t size_bytes;
    wick_failure failure;
    void *bytes = test_read_official("bundled_program.bpte", &size_bytes);
    if (bytes == 0) {
        skip();
    }
    assert_int_equal(open_bytes(bytes, size_bytes, &failure), WICK_INVALID_PROGRAM);
    assert_string_equal(failure.text, "not an ET12 program");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_slots_are_consecutive),
        cmocka_unit_test(test_open_sample_succeeds),
        cmocka_unit_test(test_open_turned_knob_is_refused_by_name),
        cmocka_unit_test(test_open_reference_around_32_bits_is_refused),
        cmocka_unit_test(test_open_misaligned_bytes_is_refused),
        cmocka_unit_test(test_open_truncated_is_refused),
        cmocka_unit_test(test_open_flipped_bytes_never_crash),
        cmocka_unit_test(test_open_official_files_succeeds),
        cmocka_unit_test(test_open_bundled_program_is_refused),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
