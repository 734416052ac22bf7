// SPDX-License-Identifier: BSD-3-Clause
// The pass on small graphs: where pairs stand, which scales are shared, what stays float, what is
// refused; and that equalizing channels keeps what the graph computes in float.
#include "compiler/fixture.h"
#include "compiler/ir/text.h"
#include "compiler/passes/pass.h"
#include "compiler/quant/equalize.h"
#include "compiler/quant/quantize.h"
#include "compiler/quant/report.h"
#include "compiler/support/npy.h"

#include <math.h>

enum { SAMPLES = 6 };

// Two convolutions with a relu between, whose channels differ a hundredfold; pad and pool.
static const char image_graph[] =
    "graph \"forward\" {\n"
    "  %x = input : f32[1, 1, 2, 2]\n"
    "  %a = parameter \"a\" : f32[2, 1, 1, 1] = {0.01, 1.5}\n"
    "  %ab = parameter \"ab\" : f32[2] = {0.001, -0.1}\n"
    "  %b = parameter \"b\" : f32[2, 2, 1, 1] = {30.0, 0.25, -20.0, 0.5}\n"
    "  %c = aten::convolution(%x, %a, %ab, [1, 1], [0, 0], [1, 1], False, [0, 0], 1) : f32[1, 2, "
    "2, "
    "2]\n"
    "  %r = aten::relu(%c) : f32[1, 2, 2, 2]\n"
    "  %p = aten::constant_pad_nd(%r, [0, 1, 0, 1]) : f32[1, 2, 3, 3]\n"
    "  %d = aten::convolution(%p, %b, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1) : f32[1, 2, "
    "3, "
    "3]\n"
    "  %m = aten::avg_pool2d(%d, [3, 3]) : f32[1, 2, 1, 1]\n"
    "  %v = aten::view_copy(%m, [1, 2]) : f32[1, 2]\n"
    "  %s = aten::_softmax(%v, 1, False) : f32[1, 2]\n"
    "  return %s\n"
    "}\n";

static wick_ir_graph *parse(fixture *f, const char *text)
{
    wick_ir_graph *graph = NULL;
    if (wick_ir_parse(f->arena, text, &f->diag, &graph) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    return graph;
}

// A .npy of [SAMPLES, ...] for an input of the graph.
static wick_array_file samples_of(fixture *f, const wick_ir_graph *graph, uint32_t input)
{
    const wick_ir_type *type = &graph->inputs[input]->type;
    const size_t count = SAMPLES * wick_ir_type_count(type);
    float *data = wick_arena_alloc(f->arena, count, sizeof *data);
    for (size_t i = 0; i < count; i++) {
        data[i] = (float)((i * 37 + input * 11) % 64) / 16 - 1.5f;
    }
    wick_npy array = {.dtype = WICK_FLOAT32, .rank = type->rank, .data = (uint8_t *)data};
    memcpy(array.sizes, type->sizes, sizeof array.sizes);
    array.sizes[0] = SAMPLES * type->sizes[0];
    array.size_bytes = count * sizeof *data;
    wick_array_file file = {.name = "samples.npy"};
    file.bytes = wick_npy_write(f->arena, &array, &file.size_bytes);
    return file;
}

static wick_status quantize(fixture *f, wick_ir_graph *graph, wick_compile_options options,
                            wick_quantization *quantization)
{
    const wick_target target = {.name = "test"};
    wick_array_file *files = wick_arena_alloc(f->arena, graph->input_count, sizeof *files);
    for (uint32_t i = 0; i < graph->input_count; i++) {
        files[i] = samples_of(f, graph, i);
    }
    options.quantize = options.quantize != NULL ? options.quantize : "int8";
    options.calibration = files;
    options.calibration_count = graph->input_count;
    wick_compile_options *kept = wick_arena_alloc(f->arena, 1, sizeof *kept);
    *kept = options;
    const wick_status status = wick_quantization_open(kept, &f->diag, quantization);
    if (status != WICK_OK) {
        return status;
    }
    const wick_pass_context context = {
        .target = &target, .diag = &f->diag, .quantization = quantization};
    return wick_pass_quantize(&context, graph);
}

static const char *quantized_text(fixture *f, const char *text, wick_compile_options options)
{
    wick_quantization quantization;
    wick_ir_graph *graph = parse(f, text);
    if (quantize(f, graph, options, &quantization) != WICK_OK ||
        wick_ir_verify(graph, &f->diag) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    return wick_ir_print(f->arena, graph, 0);
}

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

static void test_pairs_stand_behind_the_relu_and_at_the_door(void **state)
{
    const char *text = quantized_text(*state, image_graph, (wick_compile_options){0});
    // x, relu, pad, second convolution, pool, view; the sum before the relu and softmax are not.
    assert_int_equal(count_of(text, "quantized_decomposed::quantize_per_tensor("), 6);
    assert_int_equal(count_of(text, "quantized_decomposed::dequantize_per_tensor("), 6);
    assert_int_equal(count_of(text, "quantized_decomposed::dequantize_per_channel("), 2);
    assert_non_null(strstr(text, "%r = aten::relu(%c)"));
    assert_non_null(strstr(text, "return %s"));
}

static void test_int8_doors_leave_no_pair_there(void **state)
{
    const char *text = quantized_text(*state, image_graph, (wick_compile_options){.io = "int8"});
    assert_non_null(strstr(text, "%x = input : i8[1, 1, 2, 2]"));
    assert_null(strstr(text, "::quantize_per_tensor(%x,"));
    assert_int_equal(count_of(text, "quantized_decomposed::quantize_per_tensor("), 6);
    assert_non_null(
        strstr(text, "quantize_per_tensor(%s, 0.00392156862745098, -128, -128, 127, i8)"));
}

// What moves elements has the scale of what it moves.
static void test_pad_and_view_share_the_scale_of_their_input(void **state)
{
    fixture *f = *state;
    wick_quantization quantization;
    wick_ir_graph *graph = parse(f, image_graph);
    assert_int_equal(quantize(f, graph, (wick_compile_options){0}, &quantization), WICK_OK);
    double scales[8] = {0};
    const char *const names[] = {"r", "p", "m", "v"};
    for (uint32_t i = 0; i < quantization.report->line_count; i++) {
        for (size_t k = 0; k < 4; k++) {
            if (strcmp(quantization.report->lines[i].name, names[k]) == 0) {
                scales[k] = quantization.report->lines[i].params.scale;
            }
        }
    }
    assert_true(scales[0] > 0 && scales[0] == scales[1]);
    assert_true(scales[2] > 0 && scales[2] == scales[3]);
    assert_int_equal(quantization.report->equalized, 1); // r and p
    assert_int_equal(quantization.report->float_count, 1);
    assert_true(wick_quant_sqnr(quantization.report->agreement.signal,
                                quantization.report->agreement.noise) > 25);
}

static void test_named_node_and_its_relu_stay_float(void **state)
{
    const char *const names[] = {"c"};
    const char *text = quantized_text(
        *state, image_graph, (wick_compile_options){.keep_float = names, .keep_float_count = 1});
    assert_non_null(strstr(text, "aten::convolution(%x, %a, %ab"));
    assert_int_equal(count_of(text, "quantized_decomposed::dequantize_per_channel("), 1);
    assert_non_null(strstr(text, "quantize_per_tensor(%r,"));
}

// The layer, the view and the pool that make what it reads, and nothing else.
static void test_named_node_has_16_bits_on_both_sides(void **state)
{
    const char *const names[] = {"v"};
    const char *text = quantized_text(
        *state, image_graph, (wick_compile_options){.keep_int16 = names, .keep_int16_count = 1});
    // m and v, which float reads; d for m.
    assert_int_equal(count_of(text, ", -32768, 32767, i16) : i16["), 3);
    assert_non_null(strstr(text, "quantize_per_tensor(%r,"));
    assert_int_equal(count_of(text, ", 0, -32768, 32767, i16) : i16["), 3);
}

static void test_what_both_widths_read_is_rescaled(void **state)
{
    const char *const names[] = {"c"};
    const char *text = quantized_text(
        *state, image_graph, (wick_compile_options){.keep_int16 = names, .keep_int16_count = 1});
    // x and relu are int16; the pad, which the second convolution reads, moves int8.
    assert_int_equal(count_of(text, ", -32768, 32767, i16) : i16["), 2);
    assert_non_null(strstr(text, ") : i8[1, 2, 3, 3] named \"p\""));
    assert_int_equal(count_of(text, "quantized_decomposed::quantize_per_tensor("), 7);
    assert_int_equal(count_of(text, "quantized_decomposed::dequantize_per_tensor("), 7);
}

static void test_doors_stay_int8_around_16_bits(void **state)
{
    const char *const names[] = {"c", "s"};
    const char *text = quantized_text(
        *state, image_graph,
        (wick_compile_options){.io = "int8", .keep_int16 = names, .keep_int16_count = 2});
    assert_non_null(strstr(text, "%x = input : i8[1, 1, 2, 2]"));
    assert_non_null(
        strstr(text, "quantize_per_tensor(%s, 0.00392156862745098, -128, -128, 127, i8)"));
    assert_int_equal(count_of(text, ": i16["), 5); // x rescaled, relu; d rescaled, m, v
}

static void test_all_of_16_bits(void **state)
{
    fixture *f = *state;
    wick_quantization quantization;
    wick_ir_graph *graph = parse(f, image_graph);
    const wick_compile_options wide = {.quantize = "int16"};
    assert_int_equal(quantize(f, graph, wide, &quantization), WICK_OK);
    const wick_quant_report *report = quantization.report;
    assert_int_equal(report->wide_count, 6); // all but the softmax
    assert_int_equal(count_of(wick_ir_print(f->arena, graph, 0), ": i8["), 2); // the weights
    for (uint32_t i = 0; i < report->line_count; i++) {
        assert_true(report->lines[i].params.is_wide && report->lines[i].params.zero_point == 0);
        assert_true(report->lines[i].own_sqnr > 70);
    }
}

static void test_bound_of_nothing_lost_is_kept(void **state)
{
    fixture *f = *state;
    wick_quantization quantization;
    wick_ir_graph *graph = parse(f, image_graph);
    const wick_compile_options bounded = {.is_bounded = true, .max_drop = 0};
    assert_int_equal(quantize(f, graph, bounded, &quantization), WICK_OK);
    assert_int_equal(quantization.report->agreement.same, quantization.report->agreement.cases);
    assert_int_equal(quantization.report->agreement.cases, SAMPLES);
}

static void test_two_inputs_and_a_constant_operand(void **state)
{
    const char *text = quantized_text(*state,
                                      "graph \"forward\" {\n"
                                      "  %x = input : f32[1, 3]\n"
                                      "  %y = input : f32[1, 3]\n"
                                      "  %k = constant : f32[3] = {1.0, -2.0, 0.5}\n"
                                      "  %a = aten::add.Tensor(%x, %y) : f32[1, 3]\n"
                                      "  %r = aten::relu(%a) : f32[1, 3]\n"
                                      "  %m = aten::mul.Tensor(%r, %k) : f32[1, 3]\n"
                                      "  return %m\n"
                                      "}\n",
                                      (wick_compile_options){0});
    assert_int_equal(count_of(text, "quantized_decomposed::quantize_per_tensor("), 4); // x y r m
    assert_int_equal(count_of(text, "quantized_decomposed::dequantize_per_tensor("), 5);
    assert_non_null(strstr(text, ": i8[3] = "));
}

static void test_unknown_operators_and_integers_stay_as_they_are(void **state)
{
    const char *text = quantized_text(*state,
                                      "graph \"forward\" {\n"
                                      "  %x = input : f32[1, 4]\n"
                                      "  %i = aten::argmax(%x, 1) : i64[1]\n"
                                      "  %g = aten::full_like(%x, 2.0) : f32[1, 4]\n"
                                      "  return %i, %g\n"
                                      "}\n",
                                      (wick_compile_options){0});
    assert_int_equal(count_of(text, "quantized_decomposed::"), 0);
}

static void test_quantized_graph_is_refused(void **state)
{
    fixture *f = *state;
    wick_quantization quantization;
    wick_ir_graph *graph = parse(
        f,
        "graph \"forward\" {\n"
        "  %x = input : f32[1, 4]\n"
        "  %q = quantized_decomposed::quantize_per_tensor(%x, 0.5, 0, -128, 127, i8) : i8[1, 4]\n"
        "  return %q\n"
        "}\n");
    assert_int_equal(quantize(f, graph, (wick_compile_options){0}, &quantization),
                     WICK_INVALID_ARGUMENT);
    assert_non_null(strstr(wick_diag_text(&f->diag), "quantized already"));
}

// Factors change weights and activations between, but neither the outputs nor the last sums.
static void test_equalized_channels_compute_the_same(void **state)
{
    fixture *f = *state;
    wick_ir_graph *graph = parse(f, image_graph);
    const wick_target target = {.name = "test"};
    const wick_pass_context context = {.target = &target, .diag = &f->diag};
    const wick_array_file file = samples_of(f, graph, 0);
    const wick_compile_options options = {.calibration = &file, .calibration_count = 1};
    wick_calibration calibration;
    wick_quant_model model;
    uint32_t sets;
    assert_int_equal(wick_calibration_read(graph, &options, &f->diag, &calibration), WICK_OK);
    assert_int_equal(wick_quant_model_create(&context, graph, &calibration, false, &model),
                     WICK_OK);
    wick_quant_select(&model);
    assert_int_equal(wick_quant_run_real(&model), WICK_OK);
    const wick_quant_tensor *sums =
        wick_quant_tensor_of(&model, graph->first->next->next->next->outputs[0]);
    const wick_quant_tensor *relu = wick_quant_tensor_of(&model, graph->first->next->outputs[0]);
    float before[SAMPLES * 18];
    float ranges[2] = {0};
    memcpy(before, sums->real, sizeof before);

    wick_equalizer_apply(wick_equalizer_create(&model, &sets), 1);
    assert_int_equal(sets, 1);
    for (size_t i = 0; i < SAMPLES * 8; i++) {
        ranges[i / 4 % 2] = fmaxf(ranges[i / 4 % 2], wick_quant_real(relu)[i]);
    }
    assert_true(ranges[0] > 0.03f * ranges[1]); // was a hundredth; eightfold at most

    float scaled[SAMPLES * 8];
    memcpy(scaled, relu->real, sizeof scaled);
    assert_int_equal(wick_quant_run_real(&model), WICK_OK); // with the new weights
    for (size_t i = 0; i < SAMPLES * 8; i++) {
        assert_true(fabsf(wick_quant_real(relu)[i] - scaled[i]) <= 1e-5f * ranges[1]);
    }
    for (size_t i = 0; i < SAMPLES * 18; i++) {
        assert_true(fabsf(wick_quant_real(sums)[i] - before[i]) <= 1e-5f);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_pairs_stand_behind_the_relu_and_at_the_door),
        TEST(test_int8_doors_leave_no_pair_there),
        TEST(test_pad_and_view_share_the_scale_of_their_input),
        TEST(test_named_node_and_its_relu_stay_float),
        TEST(test_named_node_has_16_bits_on_both_sides),
        TEST(test_what_both_widths_read_is_rescaled),
        TEST(test_doors_stay_int8_around_16_bits),
        TEST(test_all_of_16_bits),
        TEST(test_bound_of_nothing_lost_is_kept),
        TEST(test_two_inputs_and_a_constant_operand),
        TEST(test_unknown_operators_and_integers_stay_as_they_are),
        TEST(test_quantized_graph_is_refused),
        TEST(test_equalized_channels_compute_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
