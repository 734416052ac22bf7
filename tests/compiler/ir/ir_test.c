// SPDX-License-Identifier: BSD-3-Clause
// Building and changing graphs, the verifier, and where a node came from.
#include "compiler/ir/ir.h"
#include "compiler/ir/text.h"
#include "compiler/support/fixture.h"

static wick_ir_graph *chain(void)
{
    wick_ir_graph *graph = NULL;
    const wick_status status = wick_ir_parse(arena,
                                             "graph \"g\" {\n"
                                             "  %x = input : f32[2, 3]\n"
                                             "  %w = constant : f32[3] = {1, 2, 3}\n"
                                             "  %a = aten::relu(%x) : f32[2, 3]\n"
                                             "  %b = aten::add.Tensor(%a, %w) : f32[2, 3]\n"
                                             "  %c = aten::cat([%a, %b], 1) : f32[2, 6]\n"
                                             "  return %c, %a\n}\n",
                                             &diag, &graph);
    assert_int_equal(status, WICK_OK);
    return graph;
}

static void assert_refused(const wick_ir_graph *graph, const char *message)
{
    diag = (wick_diag){.arena = arena};
    assert_int_equal(wick_ir_verify(graph, &diag), WICK_INTERNAL);
    if (!strstr(wick_diag_text(&diag), message)) {
        fail_msg("found '%s', expected '%s'", wick_diag_text(&diag), message);
    }
}

static void test_names_are_made_unique(void **state)
{
    (void)state;
    wick_ir_graph *graph = wick_ir_graph_create(arena, "g");
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 0, NULL);
    const wick_ir_op *relu = wick_ir_op_find("aten::relu");
    assert_string_equal(wick_ir_value_create(graph, "x", WICK_IR_INPUT, &type)->name, "x");
    assert_string_equal(wick_ir_value_create(graph, "x", WICK_IR_INPUT, &type)->name, "x_1");
    assert_string_equal(wick_ir_node_create(graph, NULL, relu, &type, NULL)->name, "relu");
    assert_string_equal(wick_ir_node_create(graph, NULL, relu, &type, NULL)->outputs[0]->name,
                        "relu_2");
}

static void test_node_create_inserts_and_fills_defaults(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    wick_ir_node *last = graph->last;
    last->stack_trace = "trace";
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 2, (int64_t[]){2, 3});
    wick_ir_node *node =
        wick_ir_node_create(graph, last, wick_ir_op_find("aten::hardtanh"), &type, last);
    node->args[0] = wick_ir_arg_value(graph->inputs[0]);
    assert_ptr_equal(last->previous, node);
    assert_ptr_equal(node->previous->next, node);
    assert_string_equal(node->stack_trace, "trace");
    assert_string_equal(node->name, "c");
    assert_int_equal(node->args[1].integer, -1);
    assert_ptr_equal(node->outputs[0]->producer, node);
    assert_int_equal(wick_ir_verify(graph, &diag), WICK_OK);
    wick_ir_node_remove(graph, graph->first);
    assert_null(graph->first->previous);
    wick_ir_node_remove(graph, graph->last);
    assert_ptr_equal(graph->last, node);
}

static void test_uses_are_counted_and_replaced(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    wick_ir_value *x = graph->inputs[0];
    wick_ir_value *a = graph->first->outputs[0];
    wick_ir_count_uses(graph);
    assert_int_equal(a->use_count, 3); // add, cat, output
    wick_ir_replace_uses(graph, a, x);
    wick_ir_count_uses(graph);
    assert_int_equal(a->use_count, 0);
    assert_int_equal(x->use_count, 4);
    assert_ptr_equal(graph->outputs[1], x);
}

static void test_types_compare_and_count(void **state)
{
    (void)state;
    wick_ir_type a = wick_ir_type_tensor(WICK_FLOAT32, 2, (int64_t[]){2, 3});
    wick_ir_type b = a;
    assert_true(wick_ir_type_equal(&a, &b));
    assert_int_equal(wick_ir_type_size_bytes(&a), 24);
    b.dim_order[0] = 1;
    b.dim_order[1] = 0;
    assert_false(wick_ir_type_equal(&a, &b));
    b = a;
    wick_sizes *sizes = wick_sizes_create(arena);
    b.sizes[1] = wick_size_of_symbol(sizes, "s0");
    b.symbols = sizes;
    wick_sizes_symbol(sizes, "s0")->maximum = 5;
    assert_int_equal(wick_ir_type_size_bytes(&b), 40);
    assert_false(wick_ir_type_equal(&a, &b));
    assert_false(wick_ir_type_is_static(&b));
    assert_true(wick_ir_type_is_static(&a));
    const wick_ir_type scalar = wick_ir_type_tensor(WICK_INT8, 0, NULL);
    assert_int_equal(wick_ir_type_count(&scalar), 1);
}

static void test_types_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const wick_ir_type negative = wick_ir_type_tensor(WICK_INT8, 1, (int64_t[]){-1});
    const wick_ir_type large = wick_ir_type_tensor(WICK_INT8, 2, (int64_t[]){INT32_MAX, INT64_MAX});
    const wick_ir_type hidden = wick_ir_type_tensor(WICK_INT8, 2, (int64_t[]){0, INT64_MAX});
    const wick_ir_type usual = wick_ir_type_tensor(WICK_INT8, 2, (int64_t[]){0, 1000000});
    assert_false(wick_ir_type_fits(&negative));
    assert_false(wick_ir_type_fits(&large));
    assert_false(wick_ir_type_fits(&hidden));
    assert_true(wick_ir_type_fits(&usual));
}

static void test_arguments_compare_by_content(void **state)
{
    (void)state;
    wick_ir_graph *graph = wick_ir_graph_create(arena, "g");
    const wick_ir_arg a = wick_ir_arg_ints(graph, (int64_t[]){1, 2}, 2);
    const wick_ir_arg b = wick_ir_arg_ints(graph, (int64_t[]){1, 2}, 2);
    const wick_ir_arg c = wick_ir_arg_ints(graph, (int64_t[]){1, 3}, 2);
    assert_true(wick_ir_arg_equal(&a, &b));
    assert_false(wick_ir_arg_equal(&a, &c));
    const wick_ir_arg plus = wick_ir_arg_real(0.0);
    const wick_ir_arg minus = wick_ir_arg_real(-0.0);
    const wick_ir_arg one = wick_ir_arg_int(1);
    const wick_ir_arg yes = wick_ir_arg_bool(true);
    assert_false(wick_ir_arg_equal(&plus, &minus));
    assert_false(wick_ir_arg_equal(&one, &yes));
}

static void test_verify_refuses_use_before_definition(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    graph->first->args[0] = wick_ir_arg_value(graph->last->outputs[0]);
    assert_refused(graph, "node 'a' (aten::relu): uses 'c', which is not defined before");
}

static void assert_out_of_order(wick_ir_graph *graph, const char *message)
{
    diag = (wick_diag){.arena = arena};
    assert_int_equal(wick_ir_check_order(graph, "made_up", &diag), WICK_INTERNAL);
    if (!strstr(wick_diag_text(&diag), message)) {
        fail_msg("found '%s', expected '%s'", wick_diag_text(&diag), message);
    }
}

static void test_check_order_names_pass_node_and_value(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    assert_int_equal(wick_ir_check_order(graph, "made_up", &diag), WICK_OK);
    wick_ir_node *relu = graph->first;
    wick_ir_value *input = relu->args[0].value;
    relu->args[0].value = graph->last->outputs[0]; // a later node's result, seen by the last check
    assert_out_of_order(graph, "after pass 'made_up' the node uses 'c', which is computed behind");
    relu->args[0].value = input;
    graph->outputs[1] = wick_ir_value_create(graph, "nowhere", WICK_IR_RESULT, &input->type);
    assert_out_of_order(graph, "returns 'nowhere', which no node computes");
    graph->outputs[1] = input;
    assert_int_equal(wick_ir_check_order(graph, "made_up", &diag), WICK_OK);
}

static void test_check_order_looks_into_bodies(void **state)
{
    (void)state;
    wick_ir_graph *graph = NULL;
    const char *text = "graph \"g\" {\n"
                       "  %p = input : bool\n"
                       "  %x = input : f32[2]\n"
                       "  %y = higher_order::cond(%p, graph \"t\" {\n"
                       "    %a = input : f32[2]\n"
                       "    %b = aten::relu(%a) : f32[2]\n"
                       "    %c = aten::neg(%b) : f32[2]\n"
                       "    return %c\n  }, graph \"f\" {\n"
                       "    %a = input : f32[2]\n"
                       "    return %a\n  }, [%x]) : f32[2]\n"
                       "  return %y\n}\n";
    assert_int_equal(wick_ir_parse(arena, text, &diag, &graph), WICK_OK);
    assert_int_equal(wick_ir_check_order(graph, "made_up", &diag), WICK_OK);
    wick_ir_node *relu = graph->first->args[1].graph->first;
    relu->args[0].value = relu->next->outputs[0];
    assert_out_of_order(graph, "the node uses 'c'");
}

static void test_verify_refuses_a_wrong_argument(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    graph->last->args[1] = wick_ir_arg_real(1.0);
    assert_refused(graph, "argument 'dim' does not fit its type int");
    graph->last->args[1] = wick_ir_arg_none();
    assert_refused(graph, "argument 'dim' does not fit its type int");
}

static void test_verify_refuses_other_broken_structure(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    graph->first->outputs[0]->producer = graph->last;
    assert_refused(graph, "value 'a' is a result that names another producer");
    graph = chain();
    graph->first->next->previous = NULL;
    assert_refused(graph, "is linked wrongly");
    graph = chain();
    graph->first->outputs[0]->name = "x";
    assert_refused(graph, "value 'x' is defined twice");
    graph = chain();
    graph->first->output_count = 0;
    assert_refused(graph, "has 0 results, the operator gives 1");
    graph = chain();
    graph->inputs[0]->type.dim_order[0] = 1;
    assert_refused(graph, "has a dim order that is no permutation");
    graph = chain();
    graph->inputs[0]->type.dtype = 99;
    assert_refused(graph, "has an unknown element type");
    graph = chain();
    wick_ir_node_remove(graph, graph->last);
    assert_refused(graph, "value 'c' is an output that nothing defines");
}

static const char *where_of(const char *trace)
{
    wick_ir_graph *graph = chain();
    graph->first->stack_trace = trace;
    return wick_ir_node_where(arena, graph->first);
}

static void test_where_names_the_line_of_the_user(void **state)
{
    (void)state;
    assert_string_equal(where_of(NULL), "node 'a' (aten::relu)");
    assert_string_equal(where_of("no frames"), "node 'a' (aten::relu)");
    assert_string_equal(
        where_of("File \"/home/u/model.py\", line 34, in forward\n"
                 "    return self.conv(x)\n"
                 "  File \"/v/site-packages/torch/nn/modules/conv.py\", line 5, in f\n"
                 "    return F.conv2d(x)\n"),
        "node 'a' (aten::relu) at model.py:34: return self.conv(x)");
    // Exporters strip the folders.
    assert_string_equal(where_of("File \"net.py\", line 8, in forward\n    x = self.body(x)\n"
                                 "  File \"block.py\", line 3, in forward\n    y = self.conv(x)\n"
                                 "  File \"container.py\", line 253, in forward\n    m(x)\n"
                                 "  File \"conv.py\", line 565, in forward\n    return g(x)\n"),
                        "node 'a' (aten::relu) at block.py:3: y = self.conv(x)");
    // Nothing but torch: the innermost frame.
    assert_string_equal(where_of("File \"container.py\", line 1, in a\n    m\n"
                                 "  File \"conv.py\", line 2, in b\n    n"),
                        "node 'a' (aten::relu) at conv.py:2: n");
    // Frames without their text, and with a broken head.
    assert_string_equal(where_of("File \"a.py\", line 1, in f\n  File \"b.py\", line 2, in g"),
                        "node 'a' (aten::relu) at b.py:2");
    assert_string_equal(where_of("File \"a.py\", line 1, in f\n  x\nFile \"b.py\" odd"),
                        "node 'a' (aten::relu) at a.py:1: x");
}

static void test_node_error_names_node_and_line(void **state)
{
    (void)state;
    wick_ir_graph *graph = chain();
    graph->first->stack_trace = "File \"m.py\", line 2, in forward\n    relu(x)\n";
    assert_int_equal(
        wick_ir_node_error(&diag, graph->first, WICK_NOT_SUPPORTED, "is %s", "unknown"),
        WICK_NOT_SUPPORTED);
    assert_string_equal(wick_diag_text(&diag),
                        "error: node 'a' (aten::relu) at m.py:2: relu(x): is unknown\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_names_are_made_unique),
        TEST(test_node_create_inserts_and_fills_defaults),
        TEST(test_uses_are_counted_and_replaced),
        TEST(test_types_compare_and_count),
        TEST(test_types_that_do_not_fit_are_refused),
        TEST(test_arguments_compare_by_content),
        TEST(test_verify_refuses_use_before_definition),
        TEST(test_check_order_names_pass_node_and_value),
        TEST(test_check_order_looks_into_bodies),
        TEST(test_verify_refuses_a_wrong_argument),
        TEST(test_verify_refuses_other_broken_structure),
        TEST(test_where_names_the_line_of_the_user),
        TEST(test_node_error_names_node_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
