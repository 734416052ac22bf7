// SPDX-License-Identifier: BSD-3-Clause
// The schema parser, and every row of the operator tables against it.
#include "compiler/ir/schema.h"
#include "ops/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

static wick_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = wick_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wick_arena_destroy(arena);
    return 0;
}

static const wick_schema *parse(const char *text)
{
    const wick_schema *schema = wick_schema_parse(arena, text);
    if (!schema) {
        fail_msg("does not parse: %s", text);
    }
    return schema;
}

static const wick_ir_arg *default_of(const char *parameter)
{
    const wick_schema *schema = parse(wick_arena_format(arena, "(%s) -> Tensor", parameter));
    assert_int_equal(schema->parameter_count, 1);
    assert_true(schema->parameters[0].has_default);
    return &schema->parameters[0].default_arg;
}

static void test_schema_splits_parameters(void **state)
{
    (void)state;
    const wick_schema *schema =
        parse("(Tensor(a) self, int[2] stride=1, *, Scalar alpha=1, Tensor(b!) out) -> Tensor(b!)");
    assert_int_equal(schema->parameter_count, 4);
    assert_int_equal(schema->out_count, 1);
    assert_int_equal(schema->return_count, 1);
    assert_string_equal(schema->parameters[0].type, "Tensor");
    assert_string_equal(schema->parameters[1].type, "int[2]");
    assert_string_equal(schema->parameters[1].name, "stride");
    assert_false(schema->parameters[1].keyword_only);
    assert_true(schema->parameters[2].keyword_only);
    assert_false(schema->parameters[0].has_default);
}

static void test_schema_counts_returns(void **state)
{
    (void)state;
    assert_int_equal(parse("(Tensor self) -> (Tensor values, Tensor indices)")->return_count, 2);
    assert_int_equal(parse("(Tensor(a -> *) self, int n) -> Tensor(a)[]")->return_count, 0);
    assert_int_equal(parse("(Tensor self) -> ()")->return_count, 0);
    assert_int_equal(parse("(Tensor self, int dim) -> SymInt")->return_count, 1);
    assert_int_equal(parse("(Tensor(a!) self) -> Tensor(a!)")->out_count, 0);
}

static void test_schema_reads_defaults(void **state)
{
    (void)state;
    assert_int_equal(default_of("Tensor? bias=None")->kind, WICK_IR_NONE);
    assert_int_equal(default_of("int dim=-1")->integer, -1);
    assert_int_equal(default_of("Scalar alpha=1")->kind, WICK_IR_INT);
    assert_true(default_of("float eps=1e-05")->real == 1e-05);
    assert_true(default_of("float p=1")->real == 1.0);
    assert_true(default_of("Scalar slope=0.01")->real == 0.01);
    assert_true(default_of("bool flag=True")->boolean);
    assert_int_equal(default_of("bool flag=False")->kind, WICK_IR_BOOL);
    assert_string_equal(default_of("str approximate='none'")->string, "none");
    assert_string_equal(default_of("str mode=\"linear\"")->string, "linear");
    assert_int_equal(default_of("ScalarType dtype=long")->kind, WICK_IR_DTYPE);
    assert_int_equal(default_of("ScalarType dtype=long")->integer, WICK_INT64);
    assert_int_equal(default_of("ScalarType dtype=float")->integer, WICK_FLOAT32);
    assert_int_equal(default_of("int reduction=Mean")->integer, 1);
    assert_int_equal(default_of("MemoryFormat memory_format=contiguous_format")->kind,
                     WICK_IR_IGNORED);
}

static void test_schema_reads_list_defaults(void **state)
{
    (void)state;
    const wick_ir_arg *stride = default_of("int[2] stride=3");
    assert_int_equal(stride->count, 2); // one number stands for all
    assert_int_equal(stride->list.ints[1], 3);
    const wick_ir_arg *dims = default_of("int[] dims=[0, -2]");
    assert_int_equal(dims->count, 2);
    assert_int_equal(dims->list.ints[1], -2);
    assert_int_equal(default_of("int[1] dim=[]")->count, 0);
    assert_int_equal(default_of("int[1]? dim=None")->kind, WICK_IR_NONE);
    assert_true(default_of("float[] scales=[0.5, 1]")->reals[1] == 1.0);
    assert_true(default_of("bool[2] mask=[True, False]")->booleans[0]);
}

static void test_schema_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "(Tensor self)",
        "(Tensor self -> Tensor",
        "(Widget self) -> Tensor",
        "(Tensor) -> Tensor",
        "(int x=) -> Tensor",
        "(int x=Median) -> Tensor",
        "(str s='open) -> Tensor",
        "(int[ x) -> Tensor",
        "(int[2] x=[True]) -> Tensor",
        "(int[99] x=1) -> Tensor",
        "(Tensor self) -> Widget",
        "(Tensor self) -> Tensor, Tensor",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (wick_schema_parse(arena, texts[i])) {
            fail_msg("parses, and should not: '%s'", texts[i]);
        }
    }
}

// The letter that a signature has for a parameter of this type.
static char letter(const wick_ir_parameter *parameter, bool is_out)
{
    wick_schema_type type;
    assert_true(wick_schema_type_parse(parameter->type, &type));
    if (parameter->is_written) {
        return type.is_list ? 'P' : is_out ? 'O' : 'W';
    }
    if (type.is_list && type.base == WICK_SCHEMA_TENSOR) {
        return type.item_optional ? 'K' : 'L';
    }
    if (type.is_list) {
        const char upper = type.base == WICK_SCHEMA_FLOAT  ? 'F'
                           : type.base == WICK_SCHEMA_BOOL ? 'G'
                                                           : 'A';
        return type.optional ? (char)(upper - 'A' + 'a') : upper;
    }
    static const char required[] = {
        [WICK_SCHEMA_TENSOR] = 'T', [WICK_SCHEMA_SCALAR] = 'S', [WICK_SCHEMA_INT] = 'I',
        [WICK_SCHEMA_FLOAT] = 'D',  [WICK_SCHEMA_BOOL] = 'B',   [WICK_SCHEMA_STRING] = 'C',
        [WICK_SCHEMA_DTYPE] = 'I',  [WICK_SCHEMA_IGNORED] = 'I'};
    const char upper = required[type.base];
    return type.optional ? (char)(upper - 'A' + 'a') : upper;
}

// Whether a signature is that of its schema; only it knows what an operator without an out returns:
// a number (N) or a view (V).
static bool agrees(const char *signature, const char *expected, const wick_schema *schema)
{
    for (; *expected != 0; signature++, expected++) {
        if (*signature != *expected) {
            return false;
        }
    }
    const bool returns =
        schema->out_count == 0 && schema->return_count == 1 && !schema->parameters[0].is_written;
    return returns ? strcmp(signature, "N") == 0 || strcmp(signature, "V") == 0 : *signature == 0;
}

static void test_signatures_agree_with_schemas(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *schema;
        const char *signature;
    } rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {name, schema, signature},
#include "ops/ops.def"
#undef WICK_OP
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const wick_schema *schema = parse(rows[i].schema);
        char *expected = wick_arena_alloc(arena, schema->parameter_count + 1, 1);
        for (uint32_t k = 0; k < schema->parameter_count; k++) {
            const bool is_out = k + schema->out_count >= schema->parameter_count;
            expected[k] = letter(&schema->parameters[k], is_out);
        }
        const char *last = strrchr(rows[i].signature, '|'); // the last form is the schema's
        if (!agrees(last != NULL ? last + 1 : rows[i].signature, expected, schema)) {
            fail_msg("%s: the signature is %s, its schema says %s", rows[i].name, rows[i].signature,
                     expected);
        }
    }
}

static void test_functional_schemas_belong_to_rows(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *schema;
    } rows[] = {
#define WICK_FUNCTIONAL(name, schema) {name, schema},
#include "compiler/ir/functional.def"
#undef WICK_FUNCTIONAL
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const wick_ir_op *op = wick_ir_op_find(rows[i].name);
        if (!op || op->row < 0) {
            fail_msg("%s of functional.def is no row of ops.def", rows[i].name);
        }
        assert_int_equal(op->parameter_count, parse(rows[i].schema)->parameter_count);
        assert_true(wick_ir_op_parameter(op, "dtype") >= 0);
    }
}

static void test_every_operator_has_one_name(void **state)
{
    (void)state;
    uint32_t count = 0;
    const wick_ir_op *ops = wick_ir_op_all(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (wick_ir_op_find(ops[i].name) != &ops[i]) {
            fail_msg("%s stands in the tables twice", ops[i].name);
        }
        for (uint32_t k = 0; k < ops[i].parameter_count; k++) {
            assert_int_equal(wick_ir_op_parameter(&ops[i], ops[i].parameters[k].name), k);
        }
    }
}

static void test_in_place_names_find_the_functional_operator(void **state)
{
    (void)state;
    const wick_ir_op *add = wick_ir_op_find("aten::add.Tensor");
    assert_non_null(add);
    assert_ptr_equal(wick_ir_op_find("aten::add_.Tensor"), add);
    assert_true(wick_ir_op_is_in_place("aten::add_.Tensor"));
    assert_false(wick_ir_op_is_in_place("aten::add.Tensor"));
    assert_ptr_equal(wick_ir_op_find("aten::relu_"), wick_ir_op_find("aten::relu"));
    assert_null(wick_ir_op_find("aten::relu__"));
    assert_null(wick_ir_op_find("aten::_"));
    assert_null(wick_ir_op_find("aten::add_.Nothing"));
    assert_false(wick_ir_op_is_in_place("aten::frobnicate_"));
    assert_null(wick_ir_op_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_splits_parameters),
        cmocka_unit_test(test_schema_counts_returns),
        cmocka_unit_test(test_schema_reads_defaults),
        cmocka_unit_test(test_schema_reads_list_defaults),
        cmocka_unit_test(test_schema_refuses_what_it_does_not_know),
        cmocka_unit_test(test_signatures_agree_with_schemas),
        cmocka_unit_test(test_functional_schemas_belong_to_rows),
        cmocka_unit_test(test_every_operator_has_one_name),
        cmocka_unit_test(test_in_place_names_find_the_functional_operator),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
