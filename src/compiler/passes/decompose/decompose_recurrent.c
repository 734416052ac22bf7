// SPDX-License-Identifier: BSD-3-Clause
// Recurrent networks: one operator of Wick for each layer and direction, with the weights as the
// archive has them; the directions of a layer are joined by cat. Targets with official operators
// unroll these in turn (unroll_recurrent.c).
//
// Before  %y, %h, %c = aten::lstm.input(%x, [%h0, %c0], [%wi, %wh, %bi, %bh], ..)
// After   %y, %h, %c = wick::lstm(%x, %h0, %wi, %wh, %bi, %bh, ..)
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

enum { MAX_STATES = 2, MAX_WEIGHTS = 5 };

// The arguments of a network or cell, under one name for all forms.
typedef struct network {
    const char *op_name;
    bool is_relu, has_projection;
    bool batch_first, has_biases;
    uint32_t directions, layers;
    uint32_t states;                  // 2: hidden and cell
    wick_ir_value *given[MAX_STATES]; // NULL: zeros
    wick_ir_value *const *weights;    // of all layers and directions
    uint32_t weights_each;
} network;

// What one layer and direction gives.
typedef struct pass_result {
    wick_ir_value *output;
    wick_ir_value *last[MAX_STATES];
} pass_result;

static wick_status refuse(const wick_builder *builder, const char *what)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT, "%s",
                              what);
}

// Whether a value is made of zeros: the initial state where the user gave none.
static bool is_zeros(const wick_ir_value *value)
{
    const wick_ir_node *fill = wick_producer_if(value, "aten::full");
    double number = 1;
    return wick_producer_if(value, "aten::zeros") != NULL ||
           (fill != NULL && wick_argument_number(wick_argument(fill, "fill_value"), &number) &&
            number == 0);
}

static void read_states(const wick_ir_node *node, network *n)
{
    const wick_ir_arg *hx = wick_argument(node, "hx");
    n->states = hx->kind == WICK_IR_VALUES ? hx->count : 1;
    for (uint32_t i = 0; i < n->states && i < MAX_STATES; i++) {
        wick_ir_value *state = hx->kind == WICK_IR_VALUES  ? hx->list.values[i]
                               : hx->kind == WICK_IR_VALUE ? hx->value
                                                           : NULL;
        n->given[i] = state == NULL || is_zeros(state) ? NULL : state;
    }
}

static bool has_weights(const network *n, const wick_ir_arg *params)
{
    for (uint32_t i = 0; params->kind == WICK_IR_VALUES && i < params->count; i++) {
        if (params->list.values[i] == NULL ||
            params->list.values[i]->type.kind != WICK_VALUE_TENSOR) {
            return false;
        }
    }
    return params->kind == WICK_IR_VALUES && params->count > 0 &&
           params->count == n->layers * n->directions * n->weights_each;
}

static wick_status read_network(const wick_builder *builder, network *n)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *params = wick_argument(node, "params");
    const bool is_lstm = strcmp(builder->detail, "wick::lstm") == 0;
    *n = (network){
        .op_name = builder->detail,
        .is_relu = strstr(node->op->name, "relu") != NULL,
        .batch_first = wick_argument_bool(node, "batch_first", false),
        .has_biases = wick_argument_bool(node, "has_biases", true),
        .directions = wick_argument_bool(node, "bidirectional", false) ? 2 : 1,
        .layers = (uint32_t)wick_argument_int(node, "num_layers", 1),
    };
    read_states(node, n);
    if (n->states != (is_lstm ? 2u : 1u) || n->layers == 0 || n->layers > 4096 ||
        node->output_count != n->states + 1) {
        return refuse(builder, "its states or results are not those of such a network");
    }
    n->weights_each = n->has_biases ? 4 : 2;
    if (is_lstm && params->kind == WICK_IR_VALUES &&
        params->count == n->layers * n->directions * (n->weights_each + 1)) {
        n->has_projection = true;
        n->weights_each++;
    }
    if (!has_weights(n, params)) {
        return refuse(builder, "'params' has not the weights of all layers and directions");
    }
    n->weights = params->list.values;
    return WICK_OK;
}

static wick_ir_arg value_or_none(wick_ir_value *value)
{
    return value != NULL ? wick_ir_arg_value(value) : wick_ir_arg_none();
}

// The operator, with results of the types given. `weights` as in `params`.
static pass_result build_operator(const wick_builder *builder, const network *n,
                                  wick_ir_value *input, wick_ir_value *const *states,
                                  wick_ir_value *const *weights, bool is_reversed,
                                  const wick_ir_type *types)
{
    wick_ir_node *made = wick_build_node(builder, n->op_name, &types[0], NULL, 0);
    const wick_ir_arg head[] = {
        wick_ir_arg_value(input),
        value_or_none(states[0]),
        wick_ir_arg_value(weights[0]),
        wick_ir_arg_value(weights[1]),
        value_or_none(n->has_biases ? weights[2] : NULL),
        value_or_none(n->has_biases ? weights[3] : NULL),
        wick_ir_arg_bool(n->batch_first),
        wick_ir_arg_bool(is_reversed),
    };
    memcpy(made->args, head, sizeof head);
    wick_ir_arg *rest = made->args + sizeof head / sizeof head[0];
    if (n->states == 2) {
        rest[0] = value_or_none(states[1]);
        rest[1] = value_or_none(n->has_projection ? weights[n->weights_each - 1] : NULL);
    } else if (strcmp(n->op_name, "wick::rnn") == 0) {
        rest[0] = wick_ir_arg_bool(n->is_relu);
    }
    pass_result result = {made->outputs[0], {NULL, NULL}};
    for (uint32_t i = 0; i < n->states; i++) {
        result.last[i] =
            wick_ir_node_add_output(builder->graph, made, made->outputs[0]->name, &types[1 + i]);
    }
    return result;
}

// One layer in one direction; `at` counts them as the states do.
static pass_result build_direction(const wick_builder *builder, const network *n,
                                   wick_ir_value *input, uint32_t at)
{
    wick_ir_value *const *outputs = builder->node->outputs;
    wick_ir_type types[1 + MAX_STATES];
    wick_ir_value *states[MAX_STATES] = {NULL, NULL};
    for (uint32_t i = 0; i < n->states; i++) {
        types[1 + i] = outputs[1 + i]->type;
        types[1 + i].sizes[0] = 1;
        if (n->given[i] != NULL) {
            states[i] = wick_build_slice(builder, n->given[i], 0, at, at + 1);
        }
    }
    types[0] = outputs[0]->type;
    types[0].sizes[2] = outputs[1]->type.sizes[2];
    return build_operator(builder, n, input, states, n->weights + (size_t)at * n->weights_each,
                          at % n->directions == 1, types);
}

static wick_ir_value *build_cat(const wick_builder *builder, wick_ir_value *const *parts,
                                uint32_t count, uint32_t dim, const wick_ir_type *type)
{
    if (count == 1) {
        return parts[0];
    }
    wick_ir_value **items = wick_arena_alloc(builder->graph->arena, count, sizeof *items);
    memcpy(items, parts, count * sizeof *items);
    const wick_ir_arg args[] = {{.kind = WICK_IR_VALUES, .count = count, .list = {.values = items}},
                                wick_ir_arg_int(dim)};
    return wick_build(builder, "aten::cat", type, args, 2);
}

// Between layers in training.
static wick_ir_value *build_dropout(const wick_builder *builder, wick_ir_value *value)
{
    double p = 0;
    wick_argument_number(wick_argument(builder->node, "dropout"), &p);
    if (!wick_argument_bool(builder->node, "train", false) || p == 0) {
        return value;
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_real(p),
                                wick_ir_arg_bool(true)};
    return wick_build(builder, "aten::dropout", &value->type, args, 3);
}

static wick_status check_types(const wick_builder *builder, const network *n)
{
    const wick_ir_node *node = builder->node;
    for (uint32_t i = 0; i <= n->states; i++) {
        if (node->outputs[i]->type.kind != WICK_VALUE_TENSOR || node->outputs[i]->type.rank != 3) {
            return refuse(builder, "a result has not three dimensions");
        }
    }
    for (uint32_t i = 0; i < n->states; i++) {
        const wick_ir_value *given = n->given[i];
        if (given != NULL && (given->type.kind != WICK_VALUE_TENSOR || given->type.rank != 3 ||
                              given->type.sizes[0] != (int64_t)n->layers * n->directions)) {
            return refuse(builder, "a state of hx has not an entry for each layer and direction");
        }
    }
    return WICK_OK;
}

wick_status wick_rewrite_recurrent(const wick_builder *builder)
{
    network n;
    WICK_TRY(read_network(builder, &n));
    WICK_TRY(check_types(builder, &n));
    wick_ir_value *const *outputs = builder->node->outputs;
    const uint32_t count = n.layers * n.directions;
    wick_ir_value **last = wick_arena_alloc(builder->graph->arena, 2 * (size_t)count, sizeof *last);
    wick_ir_value *current = wick_argument_tensor(builder->node, "input");
    for (uint32_t layer = 0; layer < n.layers; layer++) {
        wick_ir_value *parts[2];
        for (uint32_t d = 0; d < n.directions; d++) {
            const uint32_t at = layer * n.directions + d;
            const pass_result result = build_direction(builder, &n, current, at);
            parts[d] = result.output;
            last[at] = result.last[0];
            last[count + at] = result.last[1];
        }
        current = build_cat(builder, parts, n.directions, 2, &outputs[0]->type);
        current = layer + 1 < n.layers ? build_dropout(builder, current) : current;
    }
    wick_replace(builder, 0, current);
    for (uint32_t i = 0; i < n.states; i++) {
        wick_replace(builder, 1 + i,
                     build_cat(builder, last + (size_t)i * count, count, 0, &outputs[1 + i]->type));
    }
    return WICK_OK;
}

// [batch, ..] as [1, batch, ..]; NULL stays.
static wick_ir_value *with_step(const wick_builder *builder, wick_ir_value *value)
{
    return value != NULL ? wick_build_unsqueeze(builder, value, 0) : NULL;
}

// A type with a dimension of 1 in front.
static wick_ir_type type_with_step(const wick_ir_type *type)
{
    wick_ir_type made = *type;
    made.rank = 3;
    made.sizes[0] = 1;
    for (uint8_t i = 0; i < 3; i++) {
        made.dim_order[i] = i;
        made.sizes[i] = i == 0 ? 1 : type->sizes[i - 1];
    }
    return made;
}

// A cell is a sequence of one step.
wick_status wick_rewrite_recurrent_cell(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *weights[MAX_WEIGHTS] = {
        wick_argument_tensor(node, "w_ih"), wick_argument_tensor(node, "w_hh"),
        wick_argument_tensor(node, "b_ih"), wick_argument_tensor(node, "b_hh")};
    network n = {.op_name = builder->detail,
                 .is_relu = strstr(node->op->name, "relu") != NULL,
                 .has_biases = weights[2] != NULL && weights[3] != NULL};
    read_states(node, &n);
    wick_ir_value *input = wick_argument_tensor(node, "input");
    if (n.states != (strcmp(n.op_name, "wick::lstm") == 0 ? 2u : 1u) || input->type.rank != 2 ||
        node->outputs[0]->type.rank != 2 || node->output_count != n.states ||
        (weights[2] == NULL) != (weights[3] == NULL)) {
        return refuse(builder, "its input, states or biases are not those of a cell");
    }
    wick_ir_type types[1 + MAX_STATES];
    wick_ir_value *states[MAX_STATES] = {NULL, NULL};
    types[0] = type_with_step(&node->outputs[0]->type);
    for (uint32_t i = 0; i < n.states; i++) {
        types[1 + i] = types[0];
        states[i] = with_step(builder, n.given[i]);
    }
    const pass_result result =
        build_operator(builder, &n, with_step(builder, input), states, weights, false, types);
    for (uint32_t i = 0; i < n.states; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        wick_ir_value *value = i == 0 ? result.output : result.last[i];
        wick_replace(builder, i, wick_build_view(builder, value, 2, type->sizes));
    }
    return WICK_OK;
}

wick_status wick_rewrite_packed_sequence(const wick_builder *builder)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED,
                              "packed sequences are not supported: give the network padded "
                              "tensors, and mask its output with torch.where");
}
