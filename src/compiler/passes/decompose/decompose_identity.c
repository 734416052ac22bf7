// SPDX-License-Identifier: BSD-3-Clause
// Operators that give back their input: casts to the type at hand, aliases of any kind.
#include "compiler/passes/decompose/decompose.h"

wick_status wick_rewrite_identity(const wick_builder *builder)
{
    wick_replace(builder, 0, wick_argument_tensor_at(builder->node, 0));
    return WICK_OK;
}

wick_status wick_rewrite_cast(const wick_builder *builder)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    wick_replace(builder, 0,
                 wick_build_cast(builder, input, builder->node->outputs[0]->type.dtype));
    return WICK_OK;
}

// copy(self, src) and fill(self, value): the second argument in the type and shape of self.
wick_status wick_rewrite_copy(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *value =
        wick_build_cast(builder, wick_argument_tensor_at(builder->node, 1), type->dtype);
    wick_replace(builder, 0, wick_build_expand(builder, value, type->rank, type->sizes));
    return WICK_OK;
}

// Assertions on what the types say already.
wick_status wick_rewrite_drop(const wick_builder *builder)
{
    (void)builder;
    return WICK_OK;
}
