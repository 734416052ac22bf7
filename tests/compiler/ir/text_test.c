// SPDX-License-Identifier: BSD-3-Clause
// The text form prints and parses back to the same; broken text is refused with its place.
#include "compiler/fixture.h"
#include "compiler/ir/text.h"
#include "compiler/support/file.h"

static wick_ir_graph *parse(fixture *f, const char *text)
{
    wick_ir_graph *graph = NULL;
    if (wick_ir_parse(f->arena, text, &f->diag, &graph) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    return graph;
}

static void assert_round_trip(fixture *f, const char *text)
{
    const wick_ir_graph *graph = parse(f, text);
    if (wick_ir_verify(graph, &f->diag) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&f->diag));
    }
    assert_string_equal(wick_ir_print(f->arena, graph, WICK_IR_TEXT_ALL_DATA), text);
}

static const char everything[] =
    "graph \"forward\" {\n"
    "  input_spec \"[1, {\\\"type\\\": \\\"tuple\\\"}]\"\n"
    "  output_spec \"a\\n\\x01\\\\b\"\n"
    "  symbol s0 in [2, 1024] hint 8\n"
    "  symbol \"s 1\" in [-9223372036854775808, 9223372036854775807]\n"
    "  %x = input : f32[1, 3, <s0>, 8]{0, 2, 3, 1}\n"
    "  %n = input : int<s0>\n"
    "  %fixed = input : real = {0.5}\n"
    "  %flag = input : bool = {1}\n"
    "  %nothing = input : none\n"
    "  %\"odd name\" = input : f32[1, 3, <2*s0 - 1>, 8]\n"
    "  %w = parameter \"conv.weight\" : f32[2, 1] = {0.5, -3.0000002}\n"
    "  %m = buffer \"bn.running_mean\" : f32[1] = {1e-45}\n"
    "  %t = buffer transient \"scratch\" : i64[] = {-9223372036854775808}\n"
    "  %e = constant : f32[0, 3] = {}\n"
    "  %h = constant : f16[4] = {1.25, -0, inf, nan}\n"
    "  %b = constant : bf16[3] = {1e+38, -inf, nan(0x7fc1)}\n"
    "  %d = constant : f64[3] = {0.1, nan, nan(0xfff8000000000001)}\n"
    "  %q = constant : i8[2] = {-128, 127}\n"
    "  %k = constant : bool[2] = {0, 1}\n"
    "  %u = constant : u16[1] = {65535}\n"
    "  %add = aten::add.Tensor(%x, %x) : f32[1, 3, <s0>, 8]\n"
    "  %add_1 = aten::add.Tensor(%add, %x, alpha=2.5) : f32[1, 3, <s0>, 8] at \"model.py\":34\n"
    "  %r = aten::relu_(%add_1) : f32[1, 3, <s0>, 8] named \"relu_\" activation \"relu6\"\n"
    "  %p, %i = aten::max_pool2d_with_indices(%r, [2, 2], ceil_mode=True) : f32[1, 3, 4, 4], "
    "i64[1, 3, 4, 4]\n"
    "  %c = aten::cat([%p, %p], -1) : f32[1, 3, 4, 8]\n"
    "  %g = aten::gelu(%c, approximate=\"tanh\") : f32[1, 3, 4, 8]\n"
    "  %f = aten::full([%n, <s0//2>], 1.0, dtype=f16, layout=code(7), pin_memory=False) : "
    "f16[<s0>, "
    "<s0//2>]\n"
    "  %v = aten::view_copy(%g, []) : f32[]\n"
    "  %clamp = aten::clamp(%v, max=6) : f32[]\n"
    "  return %clamp, %f, %i\n"
    "}\n";

static void test_text_of_everything_round_trips(void **state)
{
    assert_round_trip(*state, everything);
}

// The example of docs/ir.md: its first block of code.
static void test_text_of_the_documentation_round_trips(void **state)
{
    fixture *f = *state;
    uint8_t *page = NULL;
    size_t size = 0;
    assert_int_equal(
        wick_file_read(f->arena, WICK_SOURCE_DIR "/docs/ir.md", 1 << 20, &f->diag, &page, &size),
        WICK_OK);
    const char *start = strstr((const char *)page, "```\n");
    assert_non_null(start);
    const char *end = strstr(start + 4, "```");
    assert_non_null(end);
    assert_round_trip(f, wick_arena_copy_string(f->arena, start + 4, (size_t)(end - start - 4)));
}

static void test_text_of_an_empty_graph_round_trips(void **state)
{
    assert_round_trip(*state, "graph \"\" {\n  return\n}\n");
}

static void test_parse_fills_the_graph(void **state)
{
    const wick_ir_graph *graph = parse(*state, everything);
    assert_int_equal(graph->input_count, 6);
    assert_int_equal(graph->output_count, 3);
    const wick_ir_value *x = graph->inputs[0];
    assert_string_equal(x->name, "x");
    assert_int_equal(x->type.dim_order[1], 2);
    const wick_ir_symbol *symbol = wick_size_symbol(graph->sizes, x->type.sizes[2]);
    assert_non_null(symbol);
    assert_string_equal(symbol->name, "s0");
    assert_int_equal(symbol->hint, 8);
    assert_int_equal(wick_ir_type_bound(&x->type, 2), 1024);
    assert_false(wick_size_is_symbolic(x->type.sizes[1]));
    assert_string_equal(wick_sizes_symbols(graph->sizes)->next->name, "s 1");
    const wick_ir_node *relu = graph->first->next->next;
    assert_true(relu->in_place);
    assert_string_equal(relu->op->name, "aten::relu");
    assert_string_equal(relu->name, "relu_");
    assert_false(graph->first->in_place);
    const wick_ir_node *pool = relu->next;
    assert_int_equal(pool->args[3].count, 2); // padding: its default 0 stands for two
    assert_int_equal(pool->args[3].list.ints[1], 0);
}

static void test_print_limits_data(void **state)
{
    fixture *f = *state;
    const wick_ir_graph *graph = parse(f, "graph \"g\" {\n"
                                          "  %a = constant : i8[2] = {1, 2}\n"
                                          "  %b = constant : i8[3] = {1, 2, 3}\n"
                                          "  return\n}\n");
    assert_string_equal(wick_ir_print(f->arena, graph, 2), "graph \"g\" {\n"
                                                           "  %a = constant : i8[2] = {1, 2}\n"
                                                           "  %b = constant : i8[3] = {...}\n"
                                                           "  return\n}\n");
}

static void test_parse_skips_comments(void **state)
{
    fixture *f = *state;
    const wick_ir_graph *graph = parse(f, "# after functionalize\ngraph \"g\" { # head\n"
                                          "%x = input : i32[1] # in\nreturn %x } # end");
    assert_int_equal(graph->output_count, 1);
}

static const struct {
    const char *body; // of a graph with the input %x : f32[2]
    const char *message;
} broken[] = {
    {"", "expected a line of a graph"},
    {"%x = input : f32[1]", "line 2, column 1: expected a new name, found '%x = input : f32[1]'"},
    {"%y = aten::relu(%z) : f32[2]", "column 17: expected a value that is defined before"},
    {"%y = aten::relu(%y) : f32[2]", "column 17: expected a value that is defined before"},
    {"%y = aten::frobnicate(%x) : f32[2]", "no operator is named 'aten::frobnicate'"},
    {"%y = aten::relu() : f32[2]", "argument 'self' is missing"},
    {"%y = aten::relu(%x, %x) : f32[2]", "the operator takes no such argument here"},
    {"%y = aten::relu(%x, self=%x) : f32[2]", "the operator takes no such argument here"},
    {"%y = aten::relu(%x, other=%x) : f32[2]", "expected a parameter of the operator"},
    {"%y = aten::add.Tensor(%x, %x, 2) : f32[2]", "the operator takes no such argument here"},
    {"%y = aten::relu(%x)", "expected ':'"},
    {"%y = aten::relu(%x) : f33[2]", "expected a type such as f32[1, 8]"},
    {"%y = aten::relu(%x) : f32[-1]", "expected at most 16 sizes of at least 0"},
    {"%y = aten::relu(%x) : f32[4294967296, 4294967296]", "expected smaller sizes"},
    {"%y = aten::relu(%x) : f32[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "expected at most 16 sizes"},
    {"%y = aten::relu(%x) : f32[2]{1}", "expected a dimension before"},
    {"%y = aten::cat([%x, 2]) : f32[2]", "expected items of the type that the schema says"},
    {"%y, %y = aten::relu(%x) : f32[2], f32[2]", "expected different names"},
    {"%c = constant : i8[2] = {1}", "expected ','"},
    {"%c = constant : i8[2] = {1, 128}", "expected an element of the constant"},
    {"%c = constant : i8[2] = {...}", "expected an element of the constant"},
    {"%c = constant : i8[1000000] = {1}", "expected as many elements"},
    {"%c = constant \"abc : i8[1] = {1}", "expected the end of the string"},
    {"%c = constant \"\\q\" : i8[1] = {1}", "expected an escape"},
    {"symbol s0 in [99999999999999999999, 1]", "expected an integer of 64 bits"},
};

static void test_parse_of_broken_text_names_the_place(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        wick_diag diag = {.arena = f->arena};
        wick_ir_graph *graph = NULL;
        const char *text = wick_arena_format(f->arena, "graph \"g\" { %%x = input : f32[2]\n%s\n}",
                                             broken[i].body);
        assert_int_equal(wick_ir_parse(f->arena, text, &diag, &graph), WICK_INVALID_ARGUMENT);
        const char *message = wick_diag_text(&diag);
        if (!strstr(message, broken[i].message) || !strstr(message, "line ")) {
            fail_msg("of '%s': found '%s', expected '%s'", broken[i].body, message,
                     broken[i].message);
        }
    }
}

// Every prefix of the text, and the text with each byte replaced, is refused or parsed, never
// worse.
static void test_parse_of_damaged_text_returns(void **state)
{
    (void)state;
    static const char damage[] = "\"%[{0\x80";
    for (size_t i = 0; i < sizeof everything; i++) {
        for (size_t k = 0; k < sizeof damage; k++) { // the last is the zero: a prefix
            wick_arena *arena = wick_arena_create();
            wick_diag diag = {.arena = arena};
            wick_ir_graph *graph = NULL;
            char *text = wick_arena_copy_string(arena, everything, sizeof everything);
            text[i] = damage[k];
            if (wick_ir_parse(arena, text, &diag, &graph) != WICK_OK) {
                assert_non_null(diag.first);
            } else {
                wick_ir_verify(graph, &diag);
            }
            wick_arena_destroy(arena);
        }
    }
}

static uint32_t random_state = 20260501;

static uint32_t random_bits(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state ^ random_state >> 15;
}

// Random bit patterns of every type print and read back to the same bits.
static void test_constants_of_any_bits_round_trip(void **state)
{
    fixture *f = *state;
    static const uint8_t dtypes[] = {
#define WICK_DTYPE(name, code, bytes, text, serde) code,
#include "wick/dtype.def"
#undef WICK_DTYPE
    };
    enum { COUNT = 500 };
    for (size_t k = 0; k < sizeof dtypes; k++) {
        const wick_ir_type type = wick_ir_type_tensor(dtypes[k], 1, (int64_t[]){COUNT});
        const size_t size = wick_ir_type_size_bytes(&type);
        uint8_t *data = wick_arena_alloc(f->arena, size, 1);
        for (size_t i = 0; i < size; i++) {
            data[i] = (uint8_t)(dtypes[k] == WICK_BOOL ? random_bits() & 1 : random_bits());
        }
        wick_ir_graph *graph = wick_ir_graph_create(f->arena, "g");
        wick_ir_constant_create(graph, "c", &type, data);
        const char *text = wick_ir_print(f->arena, graph, WICK_IR_TEXT_ALL_DATA);
        const wick_ir_graph *again = parse(f, text);
        assert_memory_equal(again->values->data, data, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text_of_everything_round_trips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_of_the_documentation_round_trips, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_text_of_an_empty_graph_round_trips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parse_fills_the_graph, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_print_limits_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parse_skips_comments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parse_of_broken_text_names_the_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_parse_of_damaged_text_returns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constants_of_any_bits_round_trip, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
