// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/emit.h"

#include "base/bytes.h"
#include "compiler/emit/operators_c.h"
#include "compiler/graph_build.h"
#include "wick/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

static wick_emit_result emit_of(graph_build *b)
{
    wick_memory_plan *plan;
    wick_emit_result result = {0};
    assert_int_equal(wick_plan_memory(b->arena, b->graph, &b->target, &b->diag, &plan), WICK_OK);
    assert_int_equal(wick_emit_pte(b->arena, b->graph, plan, &b->diag, &result), WICK_OK);
    return result;
}

static wick_ir_value *constant_of(graph_build *b, const char *name, float first)
{
    float *data = wick_arena_alloc(b->arena, 16, sizeof *data);
    const wick_ir_type type = graph_f32(4, 4);
    data[0] = first;
    return wick_ir_constant_create(b->graph, name, &type, data);
}

// The verifier of the runtime takes the file.
static void assert_opens(const wick_emit_result *result)
{
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    assert_int_equal(wick_program_open(&program, result->bytes, result->size_bytes, &failure),
                     WICK_OK);
    assert_int_equal(wick_program_method_count(&program), 1);
    assert_string_equal(wick_program_method_name(&program, 0), "forward");
    assert_int_equal(program.flatbuffer_bytes, result->flatbuffer_bytes);
}

static void test_emit_without_constants_has_no_header(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    graph_output(&b, graph_relu(&b, graph_input(&b, "x", graph_f32(4, 4))));
    wick_emit_result result = emit_of(&b);
    assert_memory_equal(result.bytes + 4, "ET12", 4);
    assert_memory_not_equal(result.bytes + 8, "eh00", 4);
    assert_int_equal(result.constant_bytes, 0);
    assert_int_equal(result.size_bytes, result.flatbuffer_bytes);
    assert_opens(&result);
    wick_arena_destroy(b.arena);
}

static void test_emit_header_points_to_aligned_constants(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    graph_output(&b, graph_add(&b, x, constant_of(&b, "w", 1.0f)));
    wick_emit_result result = emit_of(&b);
    assert_memory_equal(result.bytes + 8, "eh00", 4);
    assert_int_equal(wick_load_u32(result.bytes + 12), 32);
    assert_int_equal(wick_load_u64(result.bytes + 16), result.flatbuffer_bytes);
    uint64_t base = wick_load_u64(result.bytes + 24);
    assert_int_equal(base % 128, 0);
    assert_int_equal(wick_load_u64(result.bytes + 32), 64);
    assert_int_equal(result.size_bytes, base + 64);
    const float one = 1.0f;
    assert_memory_equal(result.bytes + base, &one, sizeof one);
    assert_opens(&result);
    wick_arena_destroy(b.arena);
}

static void test_emit_equal_constants_are_stored_once(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_add(&b, x, constant_of(&b, "a", 1.0f));
    wick_ir_value *z = graph_add(&b, y, constant_of(&b, "b", 1.0f));
    graph_output(&b, graph_add(&b, z, constant_of(&b, "c", 2.0f)));
    wick_emit_result result = emit_of(&b);
    assert_int_equal(result.constant_bytes, 2 * 64);
    assert_opens(&result);
    wick_arena_destroy(b.arena);
}

// x, two places of the chain (of which one is also the output), and nothing else.
static void test_emit_tensors_at_one_place_are_one_value(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *last = graph_input(&b, "x", graph_f32(4, 4));
    for (uint32_t i = 0; i < 6; i++) {
        last = graph_relu(&b, last);
    }
    graph_output(&b, last);
    wick_emit_result result = emit_of(&b);
    assert_int_equal(result.instruction_count, 6);
    assert_int_equal(result.operator_count, 1);
    assert_int_equal(result.value_count, 3);
    assert_opens(&result);
    wick_arena_destroy(b.arena);
}

static void test_emit_equal_scalars_are_one_value(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_input(&b, "y", graph_f32(4, 4));
    wick_ir_value *z = graph_input(&b, "z", graph_f32(4, 4));
    wick_ir_value *sum = graph_add(&b, x, y);
    graph_output(&b, sum);
    graph_output(&b, graph_add(&b, sum, z));
    wick_emit_result result = emit_of(&b);
    assert_int_equal(result.value_count, 3 + 1 + 2); // inputs, alpha=1 once, results
    assert_opens(&result);
    wick_arena_destroy(b.arena);
}

static void test_emit_twice_gives_same_bytes(void **state)
{
    (void)state;
    wick_emit_result results[2];
    graph_build builds[2];
    for (uint32_t i = 0; i < 2; i++) {
        builds[i] = graph_begin();
        graph_build *b = &builds[i];
        wick_ir_value *x = graph_input(b, "x", graph_f32(4, 4));
        wick_ir_value *y = graph_view(b, graph_add(b, x, constant_of(b, "w", 3.0f)), 2, 8);
        graph_output(b, graph_relu(b, y));
        graph_output(b, x);
        results[i] = emit_of(b);
    }
    assert_int_equal(results[0].size_bytes, results[1].size_bytes);
    assert_memory_equal(results[0].bytes, results[1].bytes, results[0].size_bytes);
    wick_arena_destroy(builds[0].arena);
    wick_arena_destroy(builds[1].arena);
}

static void test_emit_unbounded_dimension_is_refused_by_name(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_type type = graph_f32(4, 4);
    type.sizes[0] = wick_size_of_symbol(b.graph->sizes, "s77");
    graph_output(&b, graph_relu(&b, graph_input(&b, "tokens", type)));
    wick_memory_plan *plan;
    wick_emit_result result;
    assert_int_equal(wick_plan_memory(b.arena, b.graph, &b.target, &b.diag, &plan), WICK_OK);
    assert_int_equal(wick_emit_pte(b.arena, b.graph, plan, &b.diag, &result), WICK_NOT_SUPPORTED);
    assert_non_null(
        strstr(wick_diag_text(&b.diag), "dimension 0 of 'tokens' is s77, which nothing bounds"));
    wick_arena_destroy(b.arena);
}

static void test_emit_operators_c_names_only_what_runs(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    graph_output(&b, graph_relu(&b, graph_view(&b, graph_relu(&b, x), 2, 8)));
    const wick_emit_result emitted = emit_of(&b);
    wick_program program;
    const char *text;
    assert_int_equal(wick_program_open(&program, emitted.bytes, emitted.size_bytes, NULL), WICK_OK);
    assert_int_equal(wick_emit_operators_c(b.arena, "test", &program, &b.diag, &text), WICK_OK);
    assert_non_null(strstr(text, "extern const wick_operator wick_op_relu_out;"));
    assert_non_null(strstr(text, "wick_operators_model = {rows, 1};"));
    assert_null(strstr(text, "view_copy"));
    wick_arena_destroy(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emit_without_constants_has_no_header),
        cmocka_unit_test(test_emit_header_points_to_aligned_constants),
        cmocka_unit_test(test_emit_equal_constants_are_stored_once),
        cmocka_unit_test(test_emit_tensors_at_one_place_are_one_value),
        cmocka_unit_test(test_emit_equal_scalars_are_one_value),
        cmocka_unit_test(test_emit_twice_gives_same_bytes),
        cmocka_unit_test(test_emit_unbounded_dimension_is_refused_by_name),
        cmocka_unit_test(test_emit_operators_c_names_only_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
