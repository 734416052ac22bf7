// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/contract/contract.h"

#include "compiler/passes/evaluate.h"

enum {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) row_##id,
#include "ops/ops.def"
#undef WICK_OP
    row_count
};

static wick_contract_function *const functions[row_count] = {
#define WICK_CONTRACT(id, function) [row_##id] = function,
#include "compiler/contract/contract.def"
#undef WICK_CONTRACT
};

static void find_symbolic(void *context, wick_ir_value **slot)
{
    bool *const is_static = context;
    *is_static = *is_static && wick_ir_type_is_static(&(*slot)->type);
}

static bool has_static_shapes(const wick_ir_node *node)
{
    bool is_static = true;
    wick_ir_node_each_value((wick_ir_node *)(uintptr_t)node, find_symbolic, &is_static);
    for (uint32_t i = 0; i < node->output_count; i++) {
        is_static = is_static && wick_ir_type_is_static(&node->outputs[i]->type);
    }
    return is_static;
}

wick_status wick_contract_of(wick_arena *arena, const wick_ir_node *node, wick_contract *out)
{
    *out = (wick_contract){0};
    if (node->op->row < 0 || functions[node->op->row] == NULL) {
        return WICK_OK;
    }
    wick_evaluation *prepared;
    const char *reason;
    WICK_TRY(wick_evaluate_prepare(arena, node, &prepared, &reason));
    functions[node->op->row](wick_evaluation_call(prepared), wick_evaluation_block(prepared), out);
    if (!has_static_shapes(node)) {
        out->overlap_count = 0;
    }
    return WICK_OK;
}
