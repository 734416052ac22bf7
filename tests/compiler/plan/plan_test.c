// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/plan/picture.h"
#include "compiler/plan/plan.h"

#include "compiler/graph_build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

static wick_memory_plan *plan_of(graph_build *b)
{
    wick_memory_plan *plan = NULL;
    assert_int_equal(wick_plan_memory(b->arena, b->graph, &b->target, &b->diag, &plan), WICK_OK);
    return plan;
}

static uint32_t storage_of(const wick_memory_plan *plan, const wick_ir_value *value)
{
    return plan->storage_of[value->index];
}

static const wick_plan_buffer *buffer_of(const wick_memory_plan *plan, const wick_ir_value *value)
{
    return &plan->storages[storage_of(plan, value)].buffer;
}

static void test_plan_chain_takes_turns_in_two_places(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *values[4];
    wick_ir_value *last = x;
    for (uint32_t i = 0; i < 4; i++) {
        values[i] = last = graph_softmax(&b, last);
    }
    graph_output(&b, last);
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(plan->instruction_count, 4);
    assert_int_equal(plan->memories[0].arena_bytes, 128);
    assert_int_equal(plan->memories[0].lower_bound_bytes, 128);
    assert_int_equal(buffer_of(plan, x)->first, 0);
    assert_int_equal(buffer_of(plan, x)->last, 0);
    assert_int_equal(buffer_of(plan, values[1])->first, 1);
    assert_int_equal(buffer_of(plan, values[1])->last, 2);
    assert_int_equal(buffer_of(plan, last)->last, 3);
    wick_arena_destroy(b.arena);
}

static void test_plan_view_shares_and_prolongs_its_source(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(2, 6));
    wick_ir_value *y = graph_relu(&b, x);
    wick_ir_value *v = graph_view(&b, y, 3, 4);
    wick_ir_value *z = graph_relu(&b, v);
    wick_ir_value *w = graph_add(&b, z, v);
    graph_output(&b, w);
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(plan->instruction_count, 3);
    assert_int_equal(storage_of(plan, y), storage_of(plan, v));
    assert_true(wick_plan_is_elided(plan, v->producer));
    assert_false(wick_plan_is_elided(plan, z->producer));
    assert_int_equal(buffer_of(plan, v)->first, 0);
    assert_int_equal(buffer_of(plan, v)->last, 2);
    wick_arena_destroy(b.arena);
}

// An output never shares with an input or with another output; an intermediate shares with both.
static void test_plan_output_shares_only_with_intermediates(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(2, 6));
    wick_ir_value *of_input = graph_view(&b, x, 3, 4);
    wick_ir_value *inside = graph_view(&b, x, 4, 3);
    wick_ir_value *y = graph_softmax(&b, inside);
    wick_ir_value *first = graph_view(&b, y, 12, 1);
    wick_ir_value *second = graph_view(&b, y, 1, 12);
    graph_output(&b, of_input);
    graph_output(&b, first);
    graph_output(&b, second);
    wick_memory_plan *plan = plan_of(&b);
    assert_int_not_equal(storage_of(plan, of_input), storage_of(plan, x));
    assert_int_equal(storage_of(plan, inside), storage_of(plan, x));
    assert_int_equal(storage_of(plan, first), storage_of(plan, y));
    assert_int_not_equal(storage_of(plan, second), storage_of(plan, y));
    wick_arena_destroy(b.arena);
}

static void test_plan_elementwise_writes_over_a_dead_operand(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_softmax(&b, x);
    wick_ir_value *z = graph_relu(&b, y);
    wick_ir_value *w = graph_add(&b, z, z);
    graph_output(&b, w);
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(storage_of(plan, z), storage_of(plan, y));
    assert_int_equal(storage_of(plan, w), storage_of(plan, y));
    assert_int_equal(plan->instruction_count, 3);
    assert_false(wick_plan_is_elided(plan, z->producer));
    assert_int_equal(buffer_of(plan, y)->last, 2);
    assert_non_null(strstr(wick_plan_print(b.arena, b.graph, plan), "_softmax = relu = add"));
    wick_arena_destroy(b.arena);
}

static void test_plan_elementwise_spares_an_operand_that_is_read_later(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_softmax(&b, x);
    wick_ir_value *z = graph_relu(&b, y);
    wick_ir_value *v = graph_view(&b, y, 2, 8);
    graph_output(&b, graph_softmax(&b, v));
    graph_output(&b, graph_softmax(&b, z));
    wick_memory_plan *plan = plan_of(&b);
    assert_int_not_equal(storage_of(plan, z), storage_of(plan, y));
    wick_arena_destroy(b.arena);
}

// y + its transpose-like view: element i of the result reads other elements of the same storage.
static void test_plan_elementwise_spares_an_operand_that_it_reads_elsewhere(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 1));
    wick_ir_value *y = graph_softmax(&b, x);
    wick_ir_value *row = graph_view(&b, y, 1, 4);
    wick_ir_node *sum = graph_node(&b, "aten::add.Tensor", y, graph_f32(4, 4));
    sum->args[1] = wick_ir_arg_value(row);
    wick_ir_value *mixed = graph_add(&b, row, row); // row is dead after this: may be overwritten
    mixed->type = graph_f32(1, 4);
    graph_output(&b, graph_softmax(&b, sum->outputs[0]));
    graph_output(&b, graph_softmax(&b, mixed));
    wick_memory_plan *plan = plan_of(&b);
    assert_int_not_equal(storage_of(plan, sum->outputs[0]), storage_of(plan, y));
    assert_int_equal(storage_of(plan, mixed), storage_of(plan, row));

    graph_build c = graph_begin();
    x = graph_input(&c, "x", graph_f32(4, 4));
    y = graph_softmax(&c, x);
    wick_ir_value *other = graph_view(&c, y, 16, 1);
    wick_ir_node *both = graph_node(&c, "aten::add.Tensor", y, graph_f32(4, 4));
    both->args[1] = wick_ir_arg_value(other); // not the places of y
    graph_output(&c, graph_softmax(&c, both->outputs[0]));
    plan = plan_of(&c);
    assert_int_not_equal(storage_of(plan, both->outputs[0]), storage_of(plan, y));
    wick_arena_destroy(c.arena);
    wick_arena_destroy(b.arena);
}

static void test_plan_view_of_other_dim_order_is_a_copy(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(2, 6));
    wick_ir_value *y = graph_relu(&b, x);
    y->type.dim_order[0] = 1;
    y->type.dim_order[1] = 0;
    wick_ir_value *v = graph_view(&b, y, 3, 4);
    graph_output(&b, graph_relu(&b, v));
    wick_memory_plan *plan = plan_of(&b);
    assert_int_not_equal(storage_of(plan, v), storage_of(plan, y));
    wick_arena_destroy(b.arena);
}

static void test_plan_input_that_is_output_lives_to_the_end(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_softmax(&b, graph_softmax(&b, graph_softmax(&b, x)));
    graph_output(&b, x);
    graph_output(&b, y);
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(buffer_of(plan, x)->last, 2);
    assert_int_equal(plan->memories[0].arena_bytes, 192);
    wick_arena_destroy(b.arena);
}

static wick_ir_value *chain_of(graph_build *b)
{
    wick_ir_value *x = graph_input(b, "pixels", graph_f32(10, 10));
    wick_ir_value *y = graph_softmax(b, graph_softmax(b, x));
    graph_output(b, y);
    return y;
}

static void test_plan_too_large_names_the_peak(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    chain_of(&b);
    b.target.memories[0].size_bytes = 799;
    wick_memory_plan *plan = NULL;
    assert_int_equal(wick_plan_memory(b.arena, b.graph, &b.target, &b.diag, &plan),
                     WICK_OUT_OF_RESOURCES);
    const char *text = wick_diag_text(&b.diag);
    assert_non_null(strstr(text, "'sram' of target 'test' has 799 bytes"));
    assert_non_null(strstr(text, "need 800"));
    assert_non_null(strstr(text, "'pixels' 400"));
    wick_arena_destroy(b.arena);
}

static void test_plan_two_memories_fill_the_cheap_one_first(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    chain_of(&b);
    b.target.memory_count = 2;
    b.target.memories[0] = (wick_target_memory){"slow", 0, 5};
    b.target.memories[1] = (wick_target_memory){"fast", 400, 1};
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(plan->memories[1].arena_bytes, 400);
    assert_int_equal(plan->memories[0].arena_bytes, 400);
    assert_int_equal(plan->traffic_bytes[1], 800); // either the middle, or both ends in turn
    assert_int_equal(plan->traffic_bytes[0], 800);
    wick_arena_destroy(b.arena);
}

static void test_plan_print_draws_lifetimes_and_bound(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    chain_of(&b);
    const char *text = wick_plan_print(b.arena, b.graph, plan_of(&b));
    assert_non_null(strstr(text, "memory 1: 800 bytes, lower bound 800, gap 0 (proven optimal)"));
    assert_non_null(strstr(text, "400  #.  pixels"));
    assert_non_null(strstr(text, "400  .#  _softmax"));
    wick_arena_destroy(b.arena);
}

static wick_ir_value *graph_slice(graph_build *b, wick_ir_value *self, int64_t start, int64_t end)
{
    wick_ir_node *node = graph_node(
        b, "aten::slice_copy.Tensor", self,
        graph_f32(end - (start < 0 ? start + self->type.sizes[0] : start), self->type.sizes[1]));
    node->args[1] = wick_ir_arg_int(0);
    node->args[2] = wick_ir_arg_int(start);
    node->args[3] = wick_ir_arg_int(end);
    return node->outputs[0];
}

static wick_ir_value *graph_cat(graph_build *b, wick_ir_value *first, wick_ir_value *second)
{
    const int64_t rows = first->type.sizes[0] + second->type.sizes[0];
    wick_ir_node *node = graph_node(b, "aten::cat", first, graph_f32(rows, first->type.sizes[1]));
    wick_ir_value **items = wick_arena_alloc(b->arena, 2, sizeof *items);
    items[0] = first;
    items[1] = second;
    node->args[0] = (wick_ir_arg){.kind = WICK_IR_VALUES, .count = 2, .list = {.values = items}};
    node->args[1] = wick_ir_arg_int(0);
    return node->outputs[0];
}

static void test_plan_slices_lie_in_their_whole(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_softmax(&b, graph_input(&b, "x", graph_f32(8, 4)));
    wick_ir_value *top = graph_slice(&b, x, 0, 2);
    wick_ir_value *rest = graph_slice(&b, x, -6, 8);
    graph_output(&b, graph_softmax(&b, top));
    graph_output(&b, graph_softmax(&b, rest));
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(plan->instruction_count, 3);
    assert_int_equal(storage_of(plan, top), storage_of(plan, x));
    assert_int_equal(storage_of(plan, rest), storage_of(plan, x));
    assert_int_equal(plan->offset_of[top->index], 0);
    assert_int_equal(plan->offset_of[rest->index], 32);
    assert_true(wick_plan_is_elided(plan, top->producer));
    wick_arena_destroy(b.arena);
}

// The slice is read long after all else of its whole is dead, across a peak.
static void test_plan_slice_is_copied_where_the_whole_would_cost_more(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_softmax(&b, graph_input(&b, "x", graph_f32(8, 4)));
    wick_ir_value *top = graph_slice(&b, x, 0, 1);
    wick_ir_value *large = graph_input(&b, "large", graph_f32(8, 100));
    wick_ir_value *y = graph_softmax(&b, graph_softmax(&b, large));
    graph_output(&b, graph_softmax(&b, y));
    graph_output(&b, graph_softmax(&b, top));
    wick_memory_plan *plan = plan_of(&b);
    assert_false(wick_plan_is_elided(plan, top->producer));
    wick_arena_destroy(b.arena);
}

static void test_plan_slice_of_inner_rows_is_a_copy(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_softmax(&b, graph_input(&b, "x", graph_f32(8, 4)));
    wick_ir_node *node = graph_node(&b, "aten::slice_copy.Tensor", x, graph_f32(8, 2));
    node->args[1] = wick_ir_arg_int(1);
    node->args[2] = wick_ir_arg_int(0);
    node->args[3] = wick_ir_arg_int(2);
    graph_output(&b, graph_softmax(&b, node->outputs[0]));
    assert_false(wick_plan_is_elided(plan_of(&b), node));
    wick_arena_destroy(b.arena);
}

static void test_plan_join_is_written_by_its_pieces(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *left = graph_softmax(&b, x);
    wick_ir_value *right = graph_view(&b, graph_softmax(&b, graph_view(&b, x, 2, 8)), 4, 4);
    wick_ir_value *inner = graph_cat(&b, left, right);
    wick_ir_value *more = graph_softmax(&b, x);
    wick_ir_value *outer = graph_cat(&b, more, inner);
    graph_output(&b, graph_softmax(&b, outer));
    wick_memory_plan *plan = plan_of(&b);
    assert_int_equal(plan->instruction_count, 4);
    assert_int_equal(storage_of(plan, left), storage_of(plan, outer));
    assert_int_equal(plan->offset_of[more->index], 0);
    assert_int_equal(plan->offset_of[left->index], 64);
    assert_int_equal(plan->offset_of[right->index], 128);
    assert_int_equal(plan->offset_of[inner->index], 64);
    assert_int_equal(buffer_of(plan, outer)->size_bytes, 192);
    wick_arena_destroy(b.arena);
}

// One piece twice, an input, or an output of the graph: the join stays a copy.
static void test_plan_join_of_what_must_stay_elsewhere_is_a_copy(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    wick_ir_value *y = graph_softmax(&b, x);
    wick_ir_value *z = graph_softmax(&b, y);
    wick_ir_value *twice = graph_cat(&b, y, y);
    wick_ir_value *with_input = graph_cat(&b, y, x);
    wick_ir_value *with_output = graph_cat(&b, y, z);
    graph_output(&b, z);
    graph_output(&b, graph_softmax(&b, twice));
    graph_output(&b, graph_softmax(&b, with_input));
    graph_output(&b, graph_softmax(&b, with_output));
    wick_memory_plan *plan = plan_of(&b);
    assert_false(wick_plan_is_elided(plan, twice->producer));
    assert_false(wick_plan_is_elided(plan, with_input->producer));
    assert_false(wick_plan_is_elided(plan, with_output->producer));
    wick_arena_destroy(b.arena);
}

static uint32_t occurrences(const char *text, const char *part)
{
    uint32_t count = 0;
    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part)) {
        count++;
    }
    return count;
}

static void test_plan_svg_draws_each_storage(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "a<b&c", graph_f32(10, 10));
    graph_output(&b, graph_softmax(&b, graph_softmax(&b, x)));
    const wick_memory_plan *plan = plan_of(&b);
    const char *svg = wick_plan_svg(b.arena, plan);
    assert_int_equal(occurrences(svg, "<rect "), plan->storage_count);
    assert_non_null(strstr(svg, "<title>a&lt;b&amp;c: 400 bytes at "));
    assert_non_null(strstr(svg, "memory 1: 800 bytes, lower bound 800"));
    assert_string_equal(svg + strlen(svg) - strlen("</svg>\n"), "</svg>\n");
    wick_arena_destroy(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_chain_takes_turns_in_two_places),
        cmocka_unit_test(test_plan_view_shares_and_prolongs_its_source),
        cmocka_unit_test(test_plan_output_shares_only_with_intermediates),
        cmocka_unit_test(test_plan_elementwise_writes_over_a_dead_operand),
        cmocka_unit_test(test_plan_elementwise_spares_an_operand_that_is_read_later),
        cmocka_unit_test(test_plan_elementwise_spares_an_operand_that_it_reads_elsewhere),
        cmocka_unit_test(test_plan_view_of_other_dim_order_is_a_copy),
        cmocka_unit_test(test_plan_input_that_is_output_lives_to_the_end),
        cmocka_unit_test(test_plan_too_large_names_the_peak),
        cmocka_unit_test(test_plan_two_memories_fill_the_cheap_one_first),
        cmocka_unit_test(test_plan_slices_lie_in_their_whole),
        cmocka_unit_test(test_plan_slice_is_copied_where_the_whole_would_cost_more),
        cmocka_unit_test(test_plan_slice_of_inner_rows_is_a_copy),
        cmocka_unit_test(test_plan_join_is_written_by_its_pieces),
        cmocka_unit_test(test_plan_join_of_what_must_stay_elsewhere_is_a_copy),
        cmocka_unit_test(test_plan_svg_draws_each_storage),
        cmocka_unit_test(test_plan_print_draws_lifetimes_and_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
