// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/control.h"
#include "compiler/passes/explain.h"
#include "compiler/passes/pass.h"

#include <string.h>

const wick_pass wick_passes[] = {
#define WICK_PASS(name, description) {#name, description, wick_pass_##name},
#include "compiler/passes/passes.def"
#undef WICK_PASS
};

const uint32_t wick_pass_count = sizeof wick_passes / sizeof wick_passes[0];

typedef struct body_run {
    const wick_pass *pass;
    const wick_pass_context *context;
} body_run;

static wick_status run_on_body(void *context, wick_ir_graph *body)
{
    const body_run *run = context;
    return wick_pass_run(run->pass, run->context, body);
}

// These know bodies, or look at what the caller of the program sees.
static bool is_for_whole_graph(const wick_pass *pass)
{
    return strcmp(pass->name, "quantize") == 0 || strcmp(pass->name, "nhwc_doors") == 0 ||
           strcmp(pass->name, "flatten") == 0;
}

// Recursion is bounded by how deep the archive nests bodies.
wick_status wick_pass_run(const wick_pass *pass, const wick_pass_context *context,
                          wick_ir_graph *graph)
{
    body_run run = {pass, context};
    const wick_explain_picture *before = wick_explain_before(context->explain, graph);
    wick_status status = pass->run(context, graph);
    wick_explain_after(context->explain, before, graph);
    if (is_for_whole_graph(pass)) {
        return status;
    }
    for (const wick_ir_node *node = graph->first; node != NULL && status == WICK_OK;
         node = node->next) {
        if (wick_control_of(node->op) != NULL) {
            wick_control_each_body(node, run_on_body, &run, &status);
        }
    }
    return status;
}
