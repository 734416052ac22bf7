// SPDX-License-Identifier: BSD-3-Clause
// Pickles as Python writes them are read; broken ones, and those that would call something, are
// refused.
#include "compiler/fixture.h"
#include "compiler/import/pickle.h"

static wick_status read_bytes(fixture *f, const char *bytes, size_t size_bytes,
                              const wick_pickle_value **out)
{
    return wick_pickle_read(f->arena, (const uint8_t *)bytes, size_bytes, "x.pkl", &f->diag, out);
}

static const wick_pickle_value *read_good(fixture *f, const char *bytes, size_t size_bytes)
{
    const wick_pickle_value *value = NULL;
    if (read_bytes(f, bytes, size_bytes, &value) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    return value;
}

// pickle.dumps((1, -2, 300, 2**40, 1.5, True, None, "hi"), 2)
static void test_tuple_of_numbers(void **state)
{
    static const char bytes[] =
        "\x80\x02(K\x01J\xfe\xff\xff\xffM,\x01\x8a\x06\x00\x00\x00\x00\x00\x01G?\xf8\x00\x00"
        "\x00\x00\x00\x00\x88NX\x02\x00\x00\x00hiq\x00tq\x01.";
    const wick_pickle_value *tuple = read_good(*state, bytes, sizeof bytes - 1);
    assert_int_equal(tuple->kind, WICK_PICKLE_TUPLE);
    assert_int_equal(tuple->count, 8);
    assert_int_equal(tuple->items[0]->integer, 1);
    assert_int_equal(tuple->items[1]->integer, -2);
    assert_int_equal(tuple->items[2]->integer, 300);
    assert_true(tuple->items[3]->integer == INT64_C(1) << 40);
    assert_true(tuple->items[4]->real == 1.5);
    assert_int_equal(tuple->items[5]->kind, WICK_PICKLE_BOOL);
    assert_int_equal(tuple->items[6]->kind, WICK_PICKLE_NONE);
    assert_string_equal(tuple->items[7]->text, "hi");
}

// pickle.dumps([{"a": [], "b": ()}, -1 as LONG1], 2)
static void test_nested_containers(void **state)
{
    static const char bytes[] = "\x80\x02]q\x00(}q\x01(X\x01\x00\x00\x00"
                                "aq\x02]q\x03X\x01\x00\x00\x00"
                                "bq\x04)u\x8a\x01\xff"
                                "e.";
    const wick_pickle_value *list = read_good(*state, bytes, sizeof bytes - 1);
    assert_int_equal(list->kind, WICK_PICKLE_LIST);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->items[0]->kind, WICK_PICKLE_DICT);
    assert_int_equal(list->items[0]->count, 4);
    assert_string_equal(list->items[0]->items[2]->text, "b");
    assert_int_equal(list->items[1]->integer, -1);
}

// _rebuild_tensor_v2(('storage', FloatStorage, '0', 'cpu', 6), 2, (1, 3), (3, 1), False,
// OrderedDict())
static void test_tensor(void **state)
{
    static const char bytes[] = "\x80\x02"
                                "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage"
                                "ctorch\nFloatStorage\nX\x01\x00\x00\x00"
                                "0X\x03\x00\x00\x00"
                                "cpuK\x06tQK\x02K\x01K\x03\x86K\x03K\x01\x86\x89"
                                "ccollections\nOrderedDict\n)RtR.";
    const wick_pickle_value *tensor = read_good(*state, bytes, sizeof bytes - 1);
    assert_int_equal(tensor->kind, WICK_PICKLE_TENSOR);
    assert_string_equal(tensor->text, "0");
    assert_int_equal(tensor->view->dtype, WICK_FLOAT32);
    assert_int_equal(tensor->view->rank, 2);
    assert_int_equal(tensor->view->sizes[1], 3);
    assert_int_equal(tensor->view->strides[0], 3);
    assert_int_equal(tensor->view->offset_elems, 2);
}

static void expect_refused(fixture *f, const char *bytes, size_t size_bytes, wick_status status,
                           const char *text)
{
    const wick_pickle_value *value = NULL;
    f->diag = (wick_diag){.arena = f->arena};
    assert_int_equal(read_bytes(f, bytes, size_bytes, &value), status);
    if (!strstr(wick_diag_text(&f->diag), text)) {
        fail_msg("expected '%s' in: %s", text, wick_diag_text(&f->diag));
    }
}

static void test_call_of_a_stranger_is_refused_by_name(void **state)
{
    static const char bytes[] = "\x80\x02"
                                "cposix\nsystem\nX\x02\x00\x00\x00id\x85R.";
    expect_refused(*state, bytes, sizeof bytes - 1, WICK_NOT_SUPPORTED, "posix.system");
}

static void test_build_is_refused(void **state)
{
    expect_refused(*state, "\x80\x02}}b.", 6, WICK_NOT_SUPPORTED, "operation 0x62");
}

static void test_broken_stacks_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size_bytes;
        const char *text;
    } cases[] = {
        {"", 0, "without STOP"},
        {".", 1, "without operands"},
        {"t.", 2, "mark is missing"},
        {"\x85.", 2, "without operands"},
        {"(\x85.", 3, "without operands"},
        {"K", 1, "ends inside"},
        {"Na.", 3, "without a container"},
        {"}Nau.", 5, "without a container"},
        {"h\x05.", 3, "empty memo slot"},
        {"Nq\x05.", 4, "memo slot out of order"},
        {"X\xff\xff\xff\xffxx.", 8, "longer than the file"},
        {"\x8a\x09xxxxxxxxx.", 12, "more than 64 bits"},
        {"cnoend", 6, "name without end"},
        {"NQ.", 3, "not a storage"},
        {"N)R.", 4, "not a function"},
        {"\x80\x09N.", 4, "protocol"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        expect_refused(*state, cases[k].bytes, cases[k].size_bytes, WICK_INVALID_PROGRAM,
                       cases[k].text);
    }
}

static void test_list_in_itself_is_read(void **state)
{
    const wick_pickle_value *list = read_good(*state,
                                              "]q\x00h\x00"
                                              "a.",
                                              7);
    assert_ptr_equal(list->items[0], list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tuple_of_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nested_containers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tensor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_call_of_a_stranger_is_refused_by_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_build_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_broken_stacks_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list_in_itself_is_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
