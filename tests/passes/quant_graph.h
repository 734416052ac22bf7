// SPDX-License-Identifier: BSD-3-Clause
// Random graphs of integer operators, and what they compute: with channels that are dead,
// saturated, unread or equal, borders, residuals, concatenations, views and slices.
#ifndef WICK_TESTS_PASSES_QUANT_GRAPH_H
#define WICK_TESTS_PASSES_QUANT_GRAPH_H

#include "compiler/ir/ir.h"
#include "compiler/passes/evaluate.h"
#include "ops/quant/quant_elementwise.h"
#include "ops/quant/quant_layers.h"
#include "ops/quant/quant_reduce.h"
#include "ops/quant/quant_resize.h"

#include <string.h>

enum { MOST_VALUES = 32 };

typedef struct quant_graph {
    wick_arena *arena;
    wick_ir_graph *graph;
    uint64_t state;                   // of the random numbers
    wick_ir_value *live[MOST_VALUES]; // int8 images and rows so far
    uint32_t live_count;
} quant_graph;

static inline uint32_t quant_random(quant_graph *g)
{
    g->state = g->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(g->state >> 33);
}

// In [low, high].
static inline int32_t quant_between(quant_graph *g, int32_t low, int32_t high)
{
    return low + (int32_t)(quant_random(g) % (uint32_t)(high - low + 1));
}

static inline bool quant_one_in(quant_graph *g, uint32_t n)
{
    return quant_random(g) % n == 0;
}

static inline wick_ir_type quant_type(wick_dtype dtype, uint32_t rank, const int64_t *sizes)
{
    return wick_ir_type_tensor(dtype, rank, sizes);
}

static inline quant_graph quant_begin(wick_arena *arena, uint64_t seed)
{
    quant_graph g = {.arena = arena, .state = seed * 2 + 1};
    g.graph = wick_ir_graph_create(arena, "forward");
    g.graph->inputs = wick_arena_alloc(arena, MOST_VALUES, sizeof(wick_ir_value *));
    g.graph->outputs = wick_arena_alloc(arena, MOST_VALUES, sizeof(wick_ir_value *));
    for (int i = 0; i < 4; i++) {
        quant_random(&g);
    }
    return g;
}

static inline wick_ir_value *quant_input(quant_graph *g, const int64_t *sizes)
{
    const wick_ir_type type = quant_type(WICK_INT8, 4, sizes);
    wick_ir_value *value = wick_ir_value_create(g->graph, "x", WICK_IR_INPUT, &type);
    g->graph->inputs[g->graph->input_count++] = value;
    g->live[g->live_count++] = value;
    return value;
}

static inline wick_ir_value *quant_push(quant_graph *g, wick_ir_value *value)
{
    g->live[g->live_count++] = value;
    return value;
}

static inline wick_ir_node *quant_node(quant_graph *g, const char *op, wick_ir_value *self,
                                       const wick_ir_type *type)
{
    wick_ir_node *node = wick_ir_node_create(g->graph, NULL, wick_ir_op_find(op), type, NULL);
    node->args[0] = wick_ir_arg_value(self);
    return node;
}

static inline wick_quant_range quant_range(quant_graph *g)
{
    wick_quant_range range = {quant_between(g, -128, 127), -128, 127};
    if (quant_one_in(g, 2)) { // a fused ReLU
        range.minimum = range.offset;
    }
    if (quant_one_in(g, 8)) { // and another bound
        range.maximum = quant_between(g, range.minimum, 127);
    }
    return range;
}

static inline wick_quant_scale quant_scale(quant_graph *g, int32_t low, int32_t high)
{
    return (wick_quant_scale){quant_between(g, 1 << 30, INT32_MAX), quant_between(g, low, high)};
}

static inline wick_quant_residual quant_residual(quant_graph *g)
{
    const wick_quant_operand a = {quant_between(g, -128, 127), quant_scale(g, -3, 0)};
    const wick_quant_operand b = {quant_between(g, -128, 127), quant_scale(g, -3, 0)};
    return (wick_quant_residual){a, b, quant_scale(g, -21, -18), quant_range(g)};
}

// Weights of `rows` runs of `row` elements; in some all of a run or of a column is 0.
static inline wick_ir_value *quant_weight(quant_graph *g, uint32_t rank, const int64_t *sizes)
{
    const wick_ir_type type = quant_type(WICK_INT8, rank, sizes);
    const size_t count = wick_ir_type_count(&type);
    const size_t column_count = (size_t)sizes[rank - 1];
    const size_t row_length = count / (size_t)sizes[0];
    int8_t *data = wick_arena_alloc(g->arena, count, 1);
    const uint32_t dead_rows = quant_random(g) & quant_random(g);
    const uint32_t dead_columns = quant_random(g) & quant_random(g) & quant_random(g);
    for (size_t i = 0; i < count; i++) {
        const bool is_dead = (dead_rows >> (i / row_length % 32) & 1) ||
                             (dead_columns >> (i % column_count % 32) & 1);
        data[i] = (int8_t)(is_dead ? 0 : quant_between(g, -128, 127));
    }
    return wick_ir_constant_create(g->graph, "w", &type, data);
}

// A struct, then biases, multipliers and shifts of `channels`.
static inline wick_ir_value *quant_block(quant_graph *g, const void *head, size_t head_bytes,
                                         int32_t channels)
{
    const size_t head_words = head_bytes / sizeof(int32_t);
    const int64_t count = (int64_t)head_words + 3 * (int64_t)channels;
    const wick_ir_type type = quant_type(WICK_INT32, 1, &count);
    int32_t *words = wick_arena_alloc(g->arena, (size_t)count, sizeof *words);
    memcpy(words, head, head_bytes);
    int32_t *arrays = words + head_words;
    for (int32_t c = 0; c < channels; c++) {
        const wick_quant_scale scale = quant_scale(g, -12, -4);
        const bool is_far = quant_one_in(g, 4);
        const bool is_extreme = quant_one_in(g, 24);
        arrays[c] = is_far ? quant_between(g, -2000000, 2000000) : quant_between(g, -3000, 3000);
        arrays[c] = is_extreme ? (quant_one_in(g, 2) ? INT32_MIN : INT32_MAX) : arrays[c];
        arrays[channels + c] = quant_one_in(g, 16) ? 0 : scale.multiplier;
        arrays[2 * channels + c] = quant_one_in(g, 16) ? quant_between(g, -40, 8) : scale.shift;
    }
    return wick_ir_constant_create(g->graph, "block", &type, words);
}

static inline wick_quant_axis quant_axis(quant_graph *g, int64_t in, int32_t kernel)
{
    wick_quant_axis axis = {.in = (int32_t)in,
                            .kernel = kernel,
                            .stride = quant_between(g, 1, 2),
                            .dilation = quant_one_in(g, 6) ? 2 : 1};
    axis.padding = quant_between(g, 0, kernel / 2);
    const int32_t reach = (kernel - 1) * axis.dilation + 1;
    const int32_t behind = quant_one_in(g, 3) ? kernel / 2 : axis.padding;
    const int32_t room = axis.in + axis.padding + behind - reach;
    axis.out = room < 0 ? 1 : room / axis.stride + 1;
    wick_quant_axis_set_steps(&axis, false);
    return axis;
}

static inline wick_ir_value *quant_finish_layer(quant_graph *g, wick_ir_node *node,
                                                wick_ir_value *weight, wick_ir_value *residual,
                                                wick_ir_value *block)
{
    node->args[1] = wick_ir_arg_value(weight);
    node->args[2] = residual != NULL ? wick_ir_arg_value(residual) : wick_ir_arg_none();
    node->args[3] = wick_ir_arg_value(block);
    return quant_push(g, node->outputs[0]);
}

// A live value of this type, or NULL.
static inline wick_ir_value *quant_like(quant_graph *g, const wick_ir_type *type)
{
    const uint32_t first = quant_random(g) % g->live_count;
    for (uint32_t i = 0; i < g->live_count; i++) {
        wick_ir_value *value = g->live[(first + i) % g->live_count];
        if (wick_ir_type_equal(&value->type, type)) {
            return value;
        }
    }
    return NULL;
}

// Groups of a dense convolution: 1, or two where the channels are even.
static inline int32_t quant_groups(quant_graph *g, int64_t in_channels, int32_t *out_channels)
{
    if (in_channels % 2 != 0 || !quant_one_in(g, 3)) {
        return 1;
    }
    *out_channels += *out_channels % 2;
    return 2;
}

// Convolution, or a depthwise one. The result may have the sizes of a live value, to be added.
static inline wick_ir_value *quant_conv(quant_graph *g, wick_ir_value *x, bool is_depthwise)
{
    const int64_t *in = x->type.sizes;
    const int32_t kernel = quant_between(g, 1, 3);
    int32_t channels =
        is_depthwise ? (int32_t)in[3] * quant_between(g, 1, 2) : quant_between(g, 1, 9);
    const int32_t groups = is_depthwise ? (int32_t)in[3] : quant_groups(g, in[3], &channels);
    wick_conv2d_s8_block head = {
        .params = {.batch = (int32_t)in[0],
                   .groups = groups,
                   .in_channels = (int32_t)in[3],
                   .out_channels = channels,
                   .height = quant_axis(g, in[1], kernel),
                   .width = quant_axis(g, in[2], kernel),
                   .input_offset = quant_one_in(g, 2) ? 128 : quant_between(g, -127, 128),
                   .range = quant_range(g)}};
    const int64_t sizes[] = {in[0], head.params.height.out, head.params.width.out, channels};
    const wick_ir_type type = quant_type(WICK_INT8, 4, sizes);
    wick_ir_value *residual = quant_one_in(g, 2) ? quant_like(g, &type) : NULL;
    if (residual != NULL) {
        head.residual = quant_residual(g);
    }
    const int64_t dense[] = {channels, kernel, kernel, in[3] / groups};
    const int64_t depthwise[] = {kernel, kernel, channels};
    wick_ir_value *weight =
        is_depthwise ? quant_weight(g, 3, depthwise) : quant_weight(g, 4, dense);
    wick_ir_node *node =
        quant_node(g, is_depthwise ? "wick::depthwise_conv2d_s8" : "wick::conv2d_s8", x, &type);
    return quant_finish_layer(g, node, weight, residual,
                              quant_block(g, &head, sizeof head, channels));
}

static inline wick_ir_value *quant_linear(quant_graph *g, wick_ir_value *x)
{
    wick_ir_type type = x->type;
    const int64_t depth = type.sizes[type.rank - 1];
    const int32_t cols = quant_one_in(g, 3) ? (int32_t)depth : quant_between(g, 1, 9);
    type.sizes[type.rank - 1] = cols;
    wick_linear_s8_block head = {.rows = (int32_t)((int64_t)wick_ir_type_count(&x->type) / depth),
                                 .depth = (int32_t)depth,
                                 .cols = cols,
                                 .input_offset = quant_between(g, -127, 128),
                                 .range = quant_range(g)};
    wick_ir_value *residual = quant_one_in(g, 2) ? quant_like(g, &type) : NULL;
    if (residual != NULL) {
        head.residual = quant_residual(g);
    }
    const int64_t sizes[] = {cols, depth};
    wick_ir_value *weight = quant_weight(g, 2, sizes);
    wick_ir_node *node = quant_node(g, "wick::linear_s8", x, &type);
    return quant_finish_layer(g, node, weight, residual, quant_block(g, &head, sizeof head, cols));
}

// Every row and column of `x` between zeros, as a transposed convolution reads it.
static inline wick_ir_value *quant_transposed(quant_graph *g, wick_ir_value *x)
{
    const int64_t *in = x->type.sizes;
    const int32_t kernel = quant_between(g, 1, 3);
    const int32_t channels = quant_between(g, 1, 9);
    const int32_t padding = quant_between(g, 0, kernel - 1);
    wick_quant_axis axes[2];
    for (int i = 0; i < 2; i++) {
        axes[i] = (wick_quant_axis){.in = (int32_t)in[1 + i],
                                    .kernel = kernel,
                                    .stride = quant_between(g, 1, 2),
                                    .padding = padding,
                                    .dilation = 1};
        const int32_t out = (axes[i].in - 1) * axes[i].stride + kernel - 2 * padding;
        axes[i].out = out < 1 ? 1 : out;
        wick_quant_axis_set_steps(&axes[i], true);
    }
    const wick_conv2d_s8_block head = {.params = {.batch = (int32_t)in[0],
                                                  .groups = 1,
                                                  .in_channels = (int32_t)in[3],
                                                  .out_channels = channels,
                                                  .height = axes[0],
                                                  .width = axes[1],
                                                  .input_offset = quant_between(g, -127, 128),
                                                  .range = quant_range(g)}};
    const int64_t sizes[] = {in[0], axes[0].out, axes[1].out, channels};
    const wick_ir_type type = quant_type(WICK_INT8, 4, sizes);
    const int64_t dense[] = {channels, kernel, kernel, in[3]};
    wick_ir_value *weight = quant_weight(g, 4, dense);
    wick_ir_node *node = quant_node(g, "wick::transpose_conv2d_s8", x, &type);
    return quant_finish_layer(g, node, weight, NULL, quant_block(g, &head, sizeof head, channels));
}

// Sum, difference, product or quotient; `b` has the shape of `a`, or one pixel for all of its.
static inline wick_ir_value *quant_pair(quant_graph *g, wick_ir_value *a, wick_ir_value *b)
{
    static const char *const names[] = {"wick::add_s8", "wick::mul_s8", "wick::div_s8"};
    const uint32_t which = quant_random(g) % 3;
    const bool is_sum = which == 0;
    const int32_t channels = (int32_t)a->type.sizes[3];
    const int32_t elements = (int32_t)wick_ir_type_count(&a->type);
    const bool is_one_shape = wick_ir_type_equal(&a->type, &b->type);
    const wick_quant_loop loops[] = {{elements / channels, channels, is_one_shape ? channels : 0},
                                     {channels, 1, 1}};
    const wick_quant_loop single = {elements, 1, 1};
    const int32_t loop_count = is_one_shape && quant_one_in(g, 2) ? 1 : 2;
    const wick_add_s8_block sum = {{quant_residual(g), quant_one_in(g, 2) ? 1 : -1}, loop_count};
    const wick_mul_s8_block product = {{quant_between(g, -128, 127), quant_between(g, -128, 127),
                                        quant_scale(g, -18, 0), quant_range(g)},
                                       loop_count};
    const size_t head =
        is_sum ? WICK_QUANT_WORDS(wick_add_s8_block) : WICK_QUANT_WORDS(wick_mul_s8_block);
    const int64_t count = (int64_t)head + 3 * loop_count;
    const wick_ir_type type = quant_type(WICK_INT32, 1, &count);
    int32_t *words = wick_arena_alloc(g->arena, (size_t)count, sizeof *words);
    memcpy(words, is_sum ? (const void *)&sum : (const void *)&product, head * sizeof *words);
    memcpy(words + head, loop_count == 1 ? &single : loops, (size_t)loop_count * sizeof *loops);
    wick_ir_node *node = quant_node(g, names[which], a, &a->type);
    node->args[1] = wick_ir_arg_value(b);
    node->args[2] = wick_ir_arg_value(wick_ir_constant_create(g->graph, "block", &type, words));
    return quant_push(g, node->outputs[0]);
}

// A node of an operator on one operand: a struct, what lies behind it, and the sizes of the result.
static inline wick_ir_value *quant_unary(quant_graph *g, const char *op, wick_ir_value *x,
                                         const wick_ir_type *type, const int32_t *words,
                                         int64_t count)
{
    const wick_ir_type block = quant_type(WICK_INT32, 1, &count);
    int32_t *data = wick_arena_alloc(g->arena, (size_t)count, sizeof *data);
    memcpy(data, words, (size_t)count * sizeof *data);
    wick_ir_node *node = quant_node(g, op, x, type);
    node->args[1] = wick_ir_arg_value(wick_ir_constant_create(g->graph, "block", &block, data));
    return quant_push(g, node->outputs[0]);
}

// Maximum or mean of windows; the mean counts padding or has a scale for each count.
static inline wick_ir_value *quant_pool(quant_graph *g, wick_ir_value *x)
{
    enum { KERNEL = 3, SCALES = KERNEL * KERNEL };
    const int64_t *in = x->type.sizes;
    const bool is_max = quant_one_in(g, 2);
    wick_pool2d_s8_block head = {.batch = (int32_t)in[0],
                                 .channels = (int32_t)in[3],
                                 .height = quant_axis(g, in[1], KERNEL),
                                 .width = quant_axis(g, in[2], KERNEL),
                                 .counted_high = {(int32_t)in[1], (int32_t)in[2]},
                                 .zero_point = quant_between(g, -128, 127),
                                 .range = quant_range(g),
                                 .scale_count = is_max               ? 0
                                                : quant_one_in(g, 2) ? 1
                                                                     : SCALES};
    if (quant_one_in(g, 4)) { // windows in the padding alone
        head.height.padding = KERNEL;
    }
    head.height.dilation = head.height.in_step = 1;
    head.width.dilation = head.width.in_step = 1;
    enum { HEAD = WICK_QUANT_WORDS(wick_pool2d_s8_block) };
    int32_t words[HEAD + 2 * SCALES];
    memcpy(words, &head, sizeof head);
    for (int32_t i = 0; i < SCALES; i++) {
        const wick_quant_scale scale = quant_scale(g, -3, 0);
        words[HEAD + 2 * i] = scale.multiplier;
        words[HEAD + 2 * i + 1] = scale.shift;
    }
    wick_ir_type type = x->type;
    type.sizes[1] = head.height.out;
    type.sizes[2] = head.width.out;
    return quant_unary(g, is_max ? "wick::max_pool2d_s8" : "wick::avg_pool2d_s8", x, &type, words,
                       HEAD + 2 * (int64_t)head.scale_count);
}

// Another number of rows, between any two of the input.
static inline wick_ir_value *quant_resize(quant_graph *g, wick_ir_value *x)
{
    enum { HEAD = WICK_QUANT_WORDS(wick_resize_s8_block), MOST = 6 };
    const int64_t *in = x->type.sizes;
    const wick_resize_s8_block head = {.batch = (int32_t)in[0],
                                       .channels = (int32_t)in[3],
                                       .in_height = (int32_t)in[1],
                                       .in_width = (int32_t)in[2],
                                       .out_height = quant_between(g, 1, MOST),
                                       .out_width = quant_between(g, 1, MOST)};
    const int32_t steps = head.out_height + head.out_width;
    int32_t words[HEAD + 3 * 2 * MOST];
    memcpy(words, &head, sizeof head);
    for (int32_t i = 0; i < steps; i++) {
        const int32_t last = (i < head.out_height ? head.in_height : head.in_width) - 1;
        words[HEAD + 3 * i] = quant_between(g, 0, last);
        words[HEAD + 3 * i + 1] = quant_between(g, 0, last);
        words[HEAD + 3 * i + 2] = quant_between(g, 0, 1 << WICK_RESIZE_SHARE_BITS);
    }
    wick_ir_type type = x->type;
    type.sizes[1] = head.out_height;
    type.sizes[2] = head.out_width;
    return quant_unary(g, "wick::resize_s8", x, &type, words, HEAD + 3 * (int64_t)steps);
}

// Mean over height and width, whose sizes become 1.
static inline wick_ir_value *quant_mean(quant_graph *g, wick_ir_value *x)
{
    wick_ir_type type = x->type;
    const int32_t batch = (int32_t)type.sizes[0];
    const int32_t pixels = (int32_t)(type.sizes[1] * type.sizes[2]);
    const int32_t channels = (int32_t)type.sizes[3];
    const wick_mean_s8_block head = {
        {quant_between(g, -128, 127), quant_scale(g, -5, 0), quant_range(g)}, 2, 1};
    const wick_quant_loop loops[] = {
        {batch, pixels * channels, 0}, {channels, 1, 0}, {pixels, channels, 0}};
    enum { HEAD = WICK_QUANT_WORDS(wick_mean_s8_block) };
    int32_t words[HEAD + 3 * WICK_QUANT_WORDS(wick_quant_loop)];
    memcpy(words, &head, sizeof head);
    memcpy(words + HEAD, loops, sizeof loops);
    type.sizes[1] = type.sizes[2] = 1;
    return quant_unary(g, "wick::mean_s8", x, &type, words, sizeof words / sizeof words[0]);
}

// A table; some give few values.
static inline wick_ir_value *quant_table(quant_graph *g, wick_ir_value *x)
{
    const int64_t entries = 256;
    const wick_ir_type type = quant_type(WICK_INT8, 1, &entries);
    int8_t *data = wick_arena_alloc(g->arena, (size_t)entries, 1);
    const int32_t flat_up_to = quant_between(g, -128, 127);
    const int32_t low = quant_between(g, -128, 0);
    for (int32_t i = 0; i < entries; i++) {
        data[i] = (int8_t)(i - 128 < flat_up_to ? low : quant_between(g, low, 127));
    }
    wick_ir_node *node = quant_node(g, "wick::table_s8", x, &x->type);
    node->args[1] = wick_ir_arg_value(wick_ir_constant_create(g->graph, "table", &type, data));
    return quant_push(g, node->outputs[0]);
}

static inline wick_ir_value *quant_cat(quant_graph *g, wick_ir_value *a, wick_ir_value *b)
{
    wick_ir_type type = a->type;
    wick_ir_value **items = wick_arena_alloc(g->arena, 2, sizeof *items);
    items[0] = a;
    items[1] = b;
    type.sizes[3] += b->type.sizes[3];
    wick_ir_node *node = quant_node(g, "aten::cat", a, &type);
    node->args[0] = (wick_ir_arg){.kind = WICK_IR_VALUES, .count = 2, .list = {.values = items}};
    node->args[1] = wick_ir_arg_int(quant_one_in(g, 2) ? 3 : -1);
    return quant_push(g, node->outputs[0]);
}

// [n, h, w, c] to [n, h * w * c].
static inline wick_ir_value *quant_flatten(quant_graph *g, wick_ir_value *x)
{
    const int64_t *in = x->type.sizes;
    const int64_t sizes[] = {in[0], in[1] * in[2] * in[3]};
    const wick_ir_type type = quant_type(WICK_INT8, 2, sizes);
    wick_ir_node *node = quant_node(g, "aten::view_copy", x, &type);
    node->args[1] = wick_ir_arg_ints(g->graph, sizes, 2);
    return quant_push(g, node->outputs[0]);
}

static inline wick_ir_value *quant_slice(quant_graph *g, wick_ir_value *x)
{
    wick_ir_type type = x->type;
    const int32_t dim = quant_between(g, 1, 3);
    const int32_t size = (int32_t)type.sizes[dim];
    const int32_t start = quant_between(g, 0, size - 1);
    const int32_t end = quant_between(g, start + 1, size);
    type.sizes[dim] = end - start;
    wick_ir_node *node = quant_node(g, "aten::slice_copy.Tensor", x, &type);
    node->args[1] = wick_ir_arg_int(dim);
    node->args[2] = wick_ir_arg_int(start);
    node->args[3] = wick_ir_arg_int(end);
    return quant_push(g, node->outputs[0]);
}

static inline wick_ir_value *quant_pad(quant_graph *g, wick_ir_value *x)
{
    wick_ir_type type = x->type;
    const int64_t pad[] = {0, 0, 1, 0, 0, 1};
    type.sizes[2] += 1;
    type.sizes[1] += 1;
    wick_ir_node *node = quant_node(g, "aten::constant_pad_nd", x, &type);
    node->args[1] = wick_ir_arg_ints(g->graph, pad, 6);
    node->args[2] = wick_ir_arg_int(quant_between(g, -128, 127));
    return quant_push(g, node->outputs[0]);
}

static inline wick_ir_value *quant_any(quant_graph *g, uint32_t rank)
{
    const uint32_t first = quant_random(g);
    const uint32_t newest = g->live_count > 3 ? 3 : g->live_count;
    for (uint32_t i = 0; i < g->live_count; i++) {
        const uint32_t back = i < newest ? (first + i) % newest : i;
        wick_ir_value *value = g->live[g->live_count - 1 - back];
        if (value->type.rank == rank) {
            return value;
        }
    }
    return g->graph->inputs[0];
}

// Another live image of the same batch, height and width; `x` itself if there is none.
static inline wick_ir_value *quant_same_image(quant_graph *g, wick_ir_value *x)
{
    const uint32_t first = quant_random(g) % g->live_count;
    for (uint32_t i = 0; i < g->live_count; i++) {
        wick_ir_value *value = g->live[(first + i) % g->live_count];
        if (value->type.rank == 4 &&
            memcmp(value->type.sizes, x->type.sizes, 3 * sizeof(int64_t)) == 0) {
            return value;
        }
    }
    return x;
}

static inline void quant_output(quant_graph *g, wick_ir_value *value)
{
    for (uint32_t i = 0; i < g->graph->output_count; i++) {
        if (g->graph->outputs[i] == value) {
            return;
        }
    }
    g->graph->outputs[g->graph->output_count++] = value;
}

// Runs the graph: the bytes of output i in outputs[i]; `visit` sees each node's result, unless it
// is NULL. False if a node cannot be run.
typedef void quant_visit(void *context, const wick_ir_value *result);
static inline bool quant_run_visited(wick_arena *arena, wick_ir_graph *graph, int8_t *const *inputs,
                                     const uint8_t **outputs, quant_visit *visit, void *context)
{
    bool is_fine = true;
    for (uint32_t i = 0; i < graph->input_count; i++) {
        graph->inputs[i]->data = (const uint8_t *)inputs[i];
    }
    for (wick_ir_node *node = graph->first; node != NULL && is_fine; node = node->next) {
        const uint8_t *data = NULL;
        is_fine = wick_evaluate_node(arena, node, &data) == WICK_OK;
        node->outputs[0]->data = data;
        if (visit != NULL && is_fine) {
            visit(context, node->outputs[0]);
        }
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        outputs[i] = graph->outputs[i]->data;
    }
    for (uint32_t i = 0; i < graph->input_count; i++) {
        graph->inputs[i]->data = NULL;
    }
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        node->outputs[0]->data = NULL;
    }
    return is_fine;
}

static inline bool quant_run(wick_arena *arena, wick_ir_graph *graph, int8_t *const *inputs,
                             const uint8_t **outputs)
{
    return quant_run_visited(arena, graph, inputs, outputs, NULL, NULL);
}

#endif
