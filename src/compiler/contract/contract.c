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
    if (!wick_evaluate_is_static(node)) {
        out->overlap_count = 0;
    }
    return WICK_OK;
}
