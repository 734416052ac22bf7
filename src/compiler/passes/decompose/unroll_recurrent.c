// SPDX-License-Identifier: BSD-3-Clause
// wick::lstm, wick::gru and wick::rnn for a target with official operators: step after step, with
// linear for the gates. What the input gives to the gates is computed for all steps at once.
//
// Before  %y, %h = wick::rnn(%x, %h0, %wi, %wh, %bi, %bh, false, false, false)
// After   %g = aten::linear(%x, %wi, %bi)    then for each step t
//         %r = aten::linear(%h_before, %wh, %bh)    %h_t = aten::tanh(%g[t] + %r)
// Keeps   values but for the order of sums.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

typedef struct unrolling {
    const wick_builder *builder;
    wick_ir_value *weight_hidden, *bias_hidden, *projection;
    uint8_t dtype;
    int64_t batch, units, state, gates;
    bool is_relu;
} unrolling;

static wick_ir_type matrix_type(const unrolling *u, int64_t cols)
{
    const int64_t sizes[] = {u->batch, cols};
    return wick_ir_type_tensor(u->dtype, 2, sizes);
}

// Gate `index` of [batch, gates * units].
static wick_ir_value *gate(const unrolling *u, wick_ir_value *gates, int64_t index)
{
    return wick_build_slice(u->builder, gates, 1, index * u->units, (index + 1) * u->units);
}

static wick_ir_value *zeros(const unrolling *u, int64_t cols)
{
    const wick_ir_type type = matrix_type(u, cols);
    const wick_ir_arg args[] = {wick_ir_arg_ints(u->builder->graph, type.sizes, 2),
                                wick_number(u->dtype, 0)};
    return wick_build(u->builder, "aten::full", &type, args, 2);
}

static wick_ir_value *lstm_step(const unrolling *u, wick_ir_value *x, wick_ir_value *h,
                                wick_ir_value **cell)
{
    wick_ir_value *sums =
        wick_build_binary(u->builder, "aten::add.Tensor", x,
                          wick_build_linear(u->builder, h, u->weight_hidden, u->bias_hidden));
    wick_ir_value *in = wick_build_unary(u->builder, "aten::sigmoid", gate(u, sums, 0));
    wick_ir_value *kept = wick_build_unary(u->builder, "aten::sigmoid", gate(u, sums, 1));
    wick_ir_value *fresh = wick_build_unary(u->builder, "aten::tanh", gate(u, sums, 2));
    wick_ir_value *out = wick_build_unary(u->builder, "aten::sigmoid", gate(u, sums, 3));
    *cell = wick_build_binary(u->builder, "aten::add.Tensor",
                              wick_build_binary(u->builder, "aten::mul.Tensor", kept, *cell),
                              wick_build_binary(u->builder, "aten::mul.Tensor", in, fresh));
    wick_ir_value *value = wick_build_binary(u->builder, "aten::mul.Tensor", out,
                                             wick_build_unary(u->builder, "aten::tanh", *cell));
    return u->projection != NULL ? wick_build_linear(u->builder, value, u->projection, NULL)
                                 : value;
}

static wick_ir_value *gru_step(const unrolling *u, wick_ir_value *x, wick_ir_value *h)
{
    wick_ir_value *from_h = wick_build_linear(u->builder, h, u->weight_hidden, u->bias_hidden);
    wick_ir_value *sums[2];
    for (int64_t i = 0; i < 2; i++) {
        sums[i] = wick_build_unary(
            u->builder, "aten::sigmoid",
            wick_build_binary(u->builder, "aten::add.Tensor", gate(u, x, i), gate(u, from_h, i)));
    }
    wick_ir_value *reset =
        wick_build_binary(u->builder, "aten::mul.Tensor", sums[0], gate(u, from_h, 2));
    wick_ir_value *fresh =
        wick_build_unary(u->builder, "aten::tanh",
                         wick_build_binary(u->builder, "aten::add.Tensor", gate(u, x, 2), reset));
    wick_ir_value *change =
        wick_build_binary(u->builder, "aten::mul.Tensor",
                          wick_build_binary(u->builder, "aten::sub.Tensor", h, fresh), sums[1]);
    return wick_build_binary(u->builder, "aten::add.Tensor", change, fresh);
}

static wick_ir_value *rnn_step(const unrolling *u, wick_ir_value *x, wick_ir_value *h)
{
    wick_ir_value *sum =
        wick_build_binary(u->builder, "aten::add.Tensor", x,
                          wick_build_linear(u->builder, h, u->weight_hidden, u->bias_hidden));
    return wick_build_unary(u->builder, u->is_relu ? "aten::relu" : "aten::tanh", sum);
}

// A state [1, batch, ..] as matrix, or zeros.
static wick_ir_value *start_state(const unrolling *u, const char *name, int64_t cols)
{
    wick_ir_value *given = wick_argument_tensor(u->builder->node, name);
    const int64_t sizes[] = {u->batch, cols};
    return given != NULL ? wick_build_view(u->builder, given, 2, sizes) : zeros(u, cols);
}

static wick_ir_value *select_step(const unrolling *u, wick_ir_value *value, uint32_t dim, int64_t t)
{
    const wick_ir_type type = matrix_type(u, value->type.sizes[2]);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(dim), wick_ir_arg_int(t)};
    return wick_build(u->builder, "aten::select_copy.int", &type, args, 3);
}

static void replace_states(const unrolling *u, wick_ir_value *h, wick_ir_value *cell)
{
    wick_replace(u->builder, 1, wick_build_unsqueeze(u->builder, h, 0));
    if (cell != NULL) {
        wick_replace(u->builder, 2, wick_build_unsqueeze(u->builder, cell, 0));
    }
}

static void unroll(const unrolling *u, uint32_t dim, int64_t steps)
{
    const wick_builder *builder = u->builder;
    const wick_ir_node *node = builder->node;
    const bool is_reversed = wick_argument_bool(node, "reverse", false);
    wick_ir_value *x = wick_build_linear(u->builder, wick_argument_tensor(node, "input"),
                                         wick_argument_tensor(node, "weight_input"),
                                         wick_argument_tensor(node, "bias_input"));
    wick_ir_value *h = start_state(u, "hidden", u->state);
    wick_ir_value *cell = u->gates == 4 ? start_state(u, "cell", u->units) : NULL;
    wick_ir_value **outputs =
        wick_arena_alloc(builder->graph->arena, (size_t)steps, sizeof *outputs);
    for (int64_t k = 0; k < steps; k++) {
        const int64_t t = is_reversed ? steps - 1 - k : k;
        wick_ir_value *part = select_step(u, x, dim, t);
        h = u->gates == 4   ? lstm_step(u, part, h, &cell)
            : u->gates == 3 ? gru_step(u, part, h)
                            : rnn_step(u, part, h);
        outputs[t] = wick_build_unsqueeze(builder, h, dim);
    }
    const wick_ir_arg args[] = {
        {.kind = WICK_IR_VALUES, .count = (uint32_t)steps, .list = {.values = outputs}},
        wick_ir_arg_int(dim)};
    wick_replace(builder, 0, wick_build(builder, "aten::cat", &node->outputs[0]->type, args, 2));
    replace_states(u, h, cell);
}

wick_status wick_rewrite_unrolled(const wick_builder *builder)
{
    enum { MOST_STEPS = 65536 };
    const wick_ir_node *node = builder->node;
    const wick_ir_type *input = &wick_argument_tensor(node, "input")->type;
    const wick_ir_type *hidden = &wick_argument_tensor(node, "weight_hidden")->type;
    const wick_ir_type *state = &node->outputs[1]->type;
    const uint32_t dim = wick_argument_bool(node, "batch_first", false) ? 1 : 0;
    unrolling u = {
        .builder = builder,
        .weight_hidden = wick_argument_tensor(node, "weight_hidden"),
        .bias_hidden = wick_argument_tensor(node, "bias_hidden"),
        .projection = wick_argument_tensor(node, "weight_projection"),
        .dtype = input->dtype,
        .gates = wick_node_is(node, "wick::lstm")  ? 4
                 : wick_node_is(node, "wick::gru") ? 3
                                                   : 1,
        .is_relu = wick_argument_bool(node, "relu", false),
    };
    if (input->rank != 3 || hidden->rank != 2 || !wick_ir_type_is_static(input) ||
        input->sizes[dim] < 1 || input->sizes[dim] > MOST_STEPS) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "official operators can only unroll a recurrent network of a "
                                  "fixed number of steps; export it without dynamic_shapes, or "
                                  "choose a target with Wick's runtime");
    }
    u.batch = state->sizes[1];
    u.state = state->sizes[2];
    u.units = hidden->sizes[0] / u.gates;
    unroll(&u, dim, input->sizes[dim]);
    return WICK_OK;
}
