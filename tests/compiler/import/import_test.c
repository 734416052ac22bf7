// SPDX-License-Identifier: BSD-3-Clause
// The demo's archive becomes a graph; other files are refused by what they are. Archives of every
// kind are made and compared by test_import.py, which needs PyTorch.
#include "compiler/fixture.h"
#include "compiler/import/import.h"
#include "compiler/import/target.h"
#include "compiler/support/file.h"

static const char digits_path[] = WICK_SOURCE_DIR "/examples/digits/digits.pt2";

static void read_digits(fixture *f, uint8_t **bytes, size_t *size_bytes)
{
    if (wick_file_read(f->arena, digits_path, SIZE_MAX, &f->diag, bytes, size_bytes) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
}

static void test_digits_has_its_signature(void **state)
{
    fixture *f = *state;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    wick_ir_graph *graph = NULL;
    read_digits(f, &bytes, &size_bytes);
    const wick_status status =
        wick_import_pt2(f->arena, bytes, size_bytes, "digits.pt2", NULL, &f->diag, &graph);
    if (status != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    assert_string_equal(graph->name, "forward");
    assert_int_equal(graph->input_count, 1);
    assert_int_equal(graph->output_count, 1);
    assert_int_equal(graph->inputs[0]->type.rank, 4);
    assert_int_equal(graph->outputs[0]->type.sizes[1], 10);
    assert_non_null(graph->first->stack_trace);
    assert_int_equal(graph->input_spec[0], '[');
}

static void test_digits_sample_inputs_have_the_input_type(void **state)
{
    fixture *f = *state;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    wick_ir_graph *graph = NULL;
    wick_ir_value **samples = NULL;
    uint32_t count = 0;
    read_digits(f, &bytes, &size_bytes);
    assert_int_equal(wick_import_pt2(f->arena, bytes, size_bytes, "d", NULL, &f->diag, &graph),
                     WICK_OK);
    assert_int_equal(wick_import_sample_inputs(f->arena, bytes, size_bytes, "d", NULL, &f->diag,
                                               &samples, &count),
                     WICK_OK);
    assert_int_equal(count, 1);
    assert_true(wick_ir_type_equal(&samples[0]->type, &graph->inputs[0]->type));
    assert_non_null(samples[0]->data);
}

static void test_unknown_model_lists_the_known(void **state)
{
    fixture *f = *state;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    wick_ir_graph *graph = NULL;
    read_digits(f, &bytes, &size_bytes);
    assert_int_equal(wick_import_pt2(f->arena, bytes, size_bytes, "d", "other", &f->diag, &graph),
                     WICK_NOT_FOUND);
    assert_null(graph);
    assert_non_null(strstr(wick_diag_text(&f->diag), "no model 'other'; it has: model"));
}

static void test_truncated_archive_is_refused(void **state)
{
    fixture *f = *state;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    wick_ir_graph *graph = NULL;
    read_digits(f, &bytes, &size_bytes);
    for (size_t length = 0; length < size_bytes; length += 1 + size_bytes / 61) {
        f->diag = (wick_diag){.arena = f->arena};
        assert_int_equal(wick_import_pt2(f->arena, bytes, length, "d", NULL, &f->diag, &graph),
                         WICK_INVALID_PROGRAM);
        assert_non_null(f->diag.first);
    }
}

static void test_other_files_are_named(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *bytes;
        size_t size_bytes;
        const char *text;
    } cases[] = {
        {"", 0, "the file is empty"},
        {"hello", 5, "starts with 68 65 6c 6c 6f"},
        {"\x1c\0\0\0ET12....", 12, "this is a .pte program"},
        {"\x80\x02}q\0.", 6, "looks like a pickle"},
        {"\x1c\0\0\0TFL3....", 12, "TensorFlow Lite"},
        {"\x08\x07\x12\x07pytorch", 11, "ONNX"},
        {"version https://git-lfs.github.com/spec/v1", 42, "git lfs pull"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        wick_ir_graph *graph = NULL;
        f->diag = (wick_diag){.arena = f->arena};
        assert_int_equal(wick_import_pt2(f->arena, cases[k].bytes, cases[k].size_bytes, "x", NULL,
                                         &f->diag, &graph),
                         WICK_INVALID_PROGRAM);
        if (!strstr(wick_diag_text(&f->diag), cases[k].text)) {
            fail_msg("expected '%s' in: %s", cases[k].text, wick_diag_text(&f->diag));
        }
    }
}

static void test_targets_become_operator_names(void **state)
{
    fixture *f = *state;
    static const char *const names[][2] = {
        {"torch.ops.aten.conv2d.default", "aten::conv2d"},
        {"torch.ops.aten.add.Tensor", "aten::add.Tensor"},
        {"torch.ops.quantized_decomposed.quantize_per_tensor.default",
         "quantized_decomposed::quantize_per_tensor"},
        {"torch.ops.higher_order.cond", "higher_order::cond"},
        {"_operator.mul", "executorch_prim::mul.Scalar"},
        {"torch.sym_max", "executorch_prim::sym_max.Scalar"},
        {"nothing", "nothing"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        assert_string_equal(wick_import_operator_name(f->arena, names[k][0]), names[k][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_digits_has_its_signature, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_digits_sample_inputs_have_the_input_type, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_model_lists_the_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_truncated_archive_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_files_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_targets_become_operator_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
