// SPDX-License-Identifier: BSD-3-Clause
// wick::matmul_s8: its operands and its result lie in any order of three dimensions, the official
// operator's in one.
#include "compiler/passes/official/official_operators.h"
#include "ops/quant/quant_matmul.h"

// Three dimensions as they lie in memory: which dimension comes first, .., last.
typedef struct order {
    int64_t dims[3];
    bool is_plain;    // 0, 1, 2
    bool is_repeated; // dimension 0 is one element for all, of a batch above 1
} order;

// The order of dense strides; false if they are those of no dense tensor.
static bool order_of(const int64_t sizes[3], const int32_t strides[3], order *out)
{
    int64_t step = 1;
    *out = (order){.is_plain = true, .is_repeated = sizes[0] > 1 && strides[0] == 0};
    bool used[3] = {out->is_repeated, false, false};
    uint32_t at = 3;
    for (uint32_t i = 0; i < 3; i++) { // the innermost first; sizes of 1 have any stride
        uint32_t next = 3;
        for (uint32_t d = 3; d-- > 0 && next == 3;) {
            next = !used[d] && (sizes[d] == 1 || strides[d] == step) ? d : 3;
        }
        if (next == 3) {
            break;
        }
        used[next] = true;
        out->dims[--at] = next;
        step *= sizes[next];
    }
    if (out->is_repeated) {
        out->dims[--at] = 0;
    }
    for (uint32_t i = 0; i < 3; i++) {
        out->is_plain = out->is_plain && out->dims[i] == i;
    }
    return at == 0;
}

static wick_ir_value *transposed(const wick_builder *builder, wick_ir_value *value,
                                 const int64_t dims[3])
{
    const int64_t *sizes = value->type.sizes;
    const wick_ir_type type = wick_ir_type_tensor(
        WICK_INT8, 3, (int64_t[]){sizes[dims[0]], sizes[dims[1]], sizes[dims[2]]});
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, dims, 3)};
    return wick_build(builder, "cortex_m::transpose", &type, args, 2);
}

// A constant has no memory that a view could share.
static wick_ir_value *viewed(const wick_builder *builder, wick_ir_value *value,
                             const int64_t sizes[3])
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 3, sizes);
    return wick_ir_value_is_constant(value)
               ? wick_ir_constant_create(builder->graph, value->name, &type, value->data)
               : wick_build_view(builder, value, 3, sizes);
}

// The operand as [batch, rows or cols, depth]; NULL if its strides are those of no dense tensor.
static wick_ir_value *arranged(const wick_builder *builder, wick_ir_value *value,
                               const int64_t sizes[3], const int32_t strides[3])
{
    order in;
    int64_t back[3] = {0};
    int64_t stored[3];
    if (!order_of(sizes, strides, &in)) {
        return NULL;
    }
    for (uint32_t i = 0; i < 3; i++) {
        stored[i] = in.is_repeated && in.dims[i] == 0 ? 1 : sizes[in.dims[i]];
        back[in.dims[i]] = i;
    }
    value = viewed(builder, value, stored);
    if (!in.is_plain) {
        value = transposed(builder, value, back);
    }
    return wick_build_expand(builder, value, 3, sizes);
}

wick_status wick_official_matmul(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    const wick_matmul_s8_block *b = (const void *)wick_argument_tensor(node, "block")->data;
    const wick_ir_type *wanted = &node->outputs[0]->type;
    const int64_t lhs_sizes[3] = {b->batch, b->rows, b->depth};
    const int64_t rhs_sizes[3] = {b->batch, b->cols, b->depth};
    const int64_t out_sizes[3] = {b->batch, b->rows, b->cols};
    wick_ir_value *lhs =
        arranged(builder, wick_argument_tensor_at(node, 0), lhs_sizes, b->lhs_strides);
    wick_ir_value *rhs =
        arranged(builder, wick_argument_tensor_at(node, 1), rhs_sizes, b->rhs_strides);
    wick_ir_value *scratch;
    order out_order;
    if (lhs == NULL || rhs == NULL || !order_of(out_sizes, b->out_strides, &out_order)) {
        return wick_official_refuse(official, "an operand of a matrix product is not dense");
    }
    WICK_TRY(wick_official_scratch(official, wick_cmsis_nn_matmul_scratch(official->set, b->cols),
                                   &scratch));
    const wick_quant_scale scale = wick_official_scale(b->scale);
    const wick_ir_arg args[] = {wick_ir_arg_value(lhs),           wick_ir_arg_int(b->lhs_offset),
                                wick_ir_arg_value(rhs),           wick_ir_arg_int(b->rhs_offset),
                                wick_ir_arg_int(b->range.offset), wick_ir_arg_int(scale.multiplier),
                                wick_ir_arg_int(scale.shift),     wick_ir_arg_value(scratch)};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 3, out_sizes);
    wick_ir_value *out = wick_build(builder, "cortex_m::quantized_batch_matmul", &type, args,
                                    sizeof args / sizeof args[0]);
    out = wick_official_clamped(builder, out, &b->range);
    if (!out_order.is_plain) {
        out = transposed(builder, out, out_order.dims);
    }
    wick_replace(builder, 0, wick_build_view(builder, out, wanted->rank, wanted->sizes));
    return WICK_OK;
}
