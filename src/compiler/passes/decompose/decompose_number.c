// SPDX-License-Identifier: BSD-3-Clause
// Assertions in the form of aten::_assert_scalar, and Python's operators on numbers that have no
// row, in terms of those that have one.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_ir_value *build_bool(const wick_builder *builder, const char *name,
                                 const wick_ir_arg *args, uint32_t count)
{
    wick_sizes *sizes = builder->graph->sizes;
    wick_ir_type type = {.kind = WICK_VALUE_BOOL, .dtype = WICK_BOOL, .symbols = sizes};
    // Known only while running: equal to itself, no more.
    type.sizes[0] = wick_size_opaque(
        sizes, wick_arena_format(builder->graph->arena, "bool%u", builder->graph->next_number++));
    return wick_build(builder, name, &type, args, count);
}

wick_status wick_rewrite_assert_async(const wick_builder *builder)
{
    const wick_ir_arg args[] = {
        builder->node->args[0],
        wick_ir_arg_string("Expected Tensor with single nonzero value, but got zero")};
    wick_build_node(builder, "aten::_assert_async.msg", NULL, args, 2);
    return WICK_OK;
}

static void assert_order(const wick_builder *builder, const char *name, const char *sign,
                         int64_t bound)
{
    const wick_ir_arg pair[] = {builder->node->args[0], wick_ir_arg_int(bound)};
    const wick_ir_arg args[] = {wick_ir_arg_value(build_bool(builder, name, pair, 2)),
                                wick_ir_arg_string(wick_arena_format(
                                    builder->graph->arena, "Invalid value range: expected %s %lld",
                                    sign, (long long)bound))};
    wick_build_node(builder, "aten::_assert_scalar", NULL, args, 2);
}

// sym_constrain_range(size, min, max); for a size, min is 0 at least.
wick_status wick_rewrite_constrain(const wick_builder *builder)
{
    const wick_ir_arg *low = wick_argument(builder->node, "min");
    const wick_ir_arg *high = wick_argument(builder->node, "max");
    const bool is_size = builder->detail != NULL;
    if (low->kind == WICK_IR_INT || is_size) {
        assert_order(builder, "executorch_prim::ge.Scalar", "at least",
                     low->kind == WICK_IR_INT ? low->integer : 0);
    }
    if (high->kind == WICK_IR_INT) {
        assert_order(builder, "executorch_prim::le.Scalar", "at most", high->integer);
    }
    return WICK_OK;
}

// `and`, `or`, `not` choose one of two.
wick_status wick_rewrite_choose(const wick_builder *builder)
{
    const wick_ir_arg *args = builder->node->args;
    const bool is_and = strcmp(builder->detail, "and") == 0;
    const bool is_not = strcmp(builder->detail, "not") == 0;
    const wick_ir_arg chosen[] = {args[0],
                                  is_not   ? wick_ir_arg_bool(false)
                                  : is_and ? args[1]
                                           : wick_ir_arg_bool(true),
                                  is_not   ? wick_ir_arg_bool(true)
                                  : is_and ? wick_ir_arg_bool(false)
                                           : args[1]};
    wick_replace(builder, 0, build_bool(builder, "executorch_prim::sym_ite.Scalar", chosen, 3));
    return WICK_OK;
}

wick_status wick_rewrite_ne(const wick_builder *builder)
{
    const wick_ir_arg equal[] = {wick_ir_arg_value(
        build_bool(builder, "executorch_prim::eq.Scalar", builder->node->args, 2))};
    wick_replace(builder, 0, build_bool(builder, "executorch_prim::sym_not.Scalar", equal, 1));
    return WICK_OK;
}
