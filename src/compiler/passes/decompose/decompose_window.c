// SPDX-License-Identifier: BSD-3-Clause
// Windows of signal processing have a fixed length: they become constants.
//
//   w[n] = a0 - a1 cos(2 pi n / m) + a2 cos(4 pi n / m), m = length (periodic) or length - 1
// Source: torch.hann_window, hamming_window, blackman_window, bartlett_window.
#include "compiler/passes/decompose/decompose.h"

#include <math.h>
#include <string.h>

typedef struct window {
    int64_t length;
    double steps; // that one period has
    double a0, a1, a2;
    bool is_triangle; // bartlett
} window;

static double window_at(const window *w, int64_t n)
{
    const double turn = 2.0 * 3.14159265358979323846 * (double)n / w->steps;
    if (w->is_triangle) {
        return 1.0 - fabs(2.0 * (double)n / w->steps - 1.0);
    }
    return w->a0 - w->a1 * cos(turn) + w->a2 * cos(2.0 * turn);
}

static window window_of(const wick_ir_node *node)
{
    const int64_t length = node->outputs[0]->type.sizes[0];
    const bool is_periodic = wick_argument_bool(node, "periodic", true);
    window w = {.length = length, .steps = (double)(is_periodic ? length : length - 1)};
    double alpha = 0.54;
    double beta = 0.46;
    const wick_ir_arg *given = wick_argument(node, "alpha");
    if (given != NULL) {
        wick_argument_number(given, &alpha);
    }
    given = wick_argument(node, "beta");
    if (given != NULL) {
        wick_argument_number(given, &beta);
    }
    w.is_triangle = strncmp(node->op->name, "aten::bartlett", 14) == 0;
    const bool is_blackman = strncmp(node->op->name, "aten::blackman", 14) == 0;
    const bool is_hamming = strncmp(node->op->name, "aten::hamming", 13) == 0;
    w.a0 = is_blackman ? 0.42 : is_hamming ? alpha : 0.5;
    w.a1 = is_hamming ? beta : 0.5;
    w.a2 = is_blackman ? 0.08 : 0.0;
    return w;
}

wick_status wick_rewrite_window(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    if (type->dtype != WICK_FLOAT32 || type->rank != 1 || !wick_ir_type_is_static(type)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "a window is a float32 vector of fixed length here");
    }
    const window w = window_of(node);
    float *data = wick_arena_alloc(builder->graph->arena, (size_t)w.length + 1, sizeof *data);
    for (int64_t n = 0; n < w.length; n++) {
        data[n] = w.length == 1 ? 1.0f : (float)window_at(&w, n);
    }
    wick_replace(builder, 0, wick_ir_constant_create(builder->graph, "window", type, data));
    return WICK_OK;
}
