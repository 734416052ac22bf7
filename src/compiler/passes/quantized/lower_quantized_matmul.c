// SPDX-License-Identifier: BSD-3-Clause
// Products of two activations: bmm, and mm without constant weights.
#include "compiler/passes/quantized/lower_quantized.h"
#include "compiler/quant_blocks/scale.h"
#include "ops/quant/quant_matmul.h"

#include <string.h>

enum { BATCH, ROWS, COLUMNS, DIMS };
enum { MAX_DEPTH = 32767 };

// A matrix in a batch: what it lies in, and the steps in elements of its three dimensions.
typedef struct matrix {
    wick_quantized data;
    int64_t sizes[DIMS];
    int64_t steps[DIMS];
} matrix;

// The operand, of rank 2 or 3. Where it is a permutation of two dimensions, what it was before.
static bool read_matrix(const wick_ir_value *value, matrix *out)
{
    static const int64_t swap[] = {0, 2, 1};
    int64_t dims[WICK_MAX_RANK] = {0, 1, 2};
    if (!wick_quantized_read_s8(value, &out->data)) {
        return false;
    }
    const wick_ir_type *type = &out->data.value->type;
    const uint32_t first = type->rank == 2 ? 1 : 0;
    if (type->rank < 2 || type->rank > DIMS || wick_ir_type_count(type) > INT32_MAX) {
        return false;
    }
    out->sizes[BATCH] = 1;
    memcpy(out->sizes + first, type->sizes, type->rank * sizeof type->sizes[0]);
    out->steps[BATCH] = out->sizes[ROWS] * out->sizes[COLUMNS];
    out->steps[ROWS] = out->sizes[COLUMNS];
    out->steps[COLUMNS] = 1;
    const wick_ir_node *permute = wick_producer_if(out->data.value, "aten::permute_copy");
    if (permute != NULL && wick_argument_dims(permute, type->rank, dims) &&
        (first == 1 || memcmp(dims, swap, sizeof swap) == 0)) {
        const bool is_swapped = first == 0 || dims[0] == 1;
        out->data.value = wick_argument_tensor_at(permute, 0);
        out->steps[ROWS] = is_swapped ? 1 : out->sizes[COLUMNS];
        out->steps[COLUMNS] = is_swapped ? out->sizes[ROWS] : 1;
    }
    return true;
}

static void set_steps(int32_t *out, const matrix *m, uint32_t row, uint32_t depth)
{
    out[0] = (int32_t)m->steps[BATCH];
    out[1] = (int32_t)m->steps[row];
    out[2] = (int32_t)m->steps[depth];
}

static bool shapes_agree(const matrix *a, const matrix *b, const wick_ir_type *out)
{
    const int64_t wanted[] = {a->sizes[BATCH], a->sizes[ROWS], b->sizes[COLUMNS]};
    const uint32_t first = out->rank == 2 ? 1 : 0;
    return out->rank >= 2 && out->rank <= DIMS && a->sizes[BATCH] == b->sizes[BATCH] &&
           a->sizes[COLUMNS] == b->sizes[ROWS] &&
           memcmp(out->sizes, wanted + first, out->rank * sizeof wanted[0]) == 0 &&
           wick_ir_type_count(out) <= INT32_MAX;
}

wick_ir_value *wick_lower_matmul(wick_lowering *lowering)
{
    matrix a;
    matrix b;
    const wick_ir_node *node = lowering->builder.node;
    wick_ir_type type = node->outputs[0]->type;
    type.dtype = WICK_INT8;
    if (!read_matrix(wick_argument_tensor_at(node, 0), &a) ||
        !read_matrix(wick_argument_tensor_at(node, 1), &b) || !shapes_agree(&a, &b, &type)) {
        return wick_lower_refuse(lowering, "an operand is not quantized to int8 per tensor");
    }
    wick_matmul_s8_block *block =
        wick_arena_alloc(lowering->builder.graph->arena, 1, sizeof *block);
    *block = (wick_matmul_s8_block){
        .batch = (int32_t)a.sizes[BATCH],
        .rows = (int32_t)a.sizes[ROWS],
        .cols = (int32_t)b.sizes[COLUMNS],
        .depth = (int32_t)a.sizes[COLUMNS],
        .out_strides = {(int32_t)(a.sizes[ROWS] * b.sizes[COLUMNS]), (int32_t)b.sizes[COLUMNS], 1},
        .lhs_offset = -a.data.steps.zero_point,
        .rhs_offset = -b.data.steps.zero_point,
        .range = lowering->range,
    };
    set_steps(block->lhs_strides, &a, ROWS, COLUMNS);
    set_steps(block->rhs_strides, &b, COLUMNS, ROWS);
    if (block->depth > MAX_DEPTH ||
        !wick_quant_product_scale(a.data.steps.scale, b.data.steps.scale, lowering->out.scale,
                                  &block->scale)) {
        return wick_lower_refuse(lowering, "its sums or scales do not fit 32 bits");
    }
    const wick_ir_arg args[] = {
        wick_ir_arg_value(a.data.value), wick_ir_arg_value(b.data.value),
        wick_ir_arg_value(wick_lower_constant(&lowering->builder, "block", WICK_INT32,
                                              sizeof *block / sizeof(int32_t), block))};
    return wick_build(&lowering->builder, "wick::matmul_s8", &type, args, 3);
}

// Constant weights make a linear layer.
wick_ir_value *wick_lower_mm(wick_lowering *lowering)
{
    wick_quantized_weight weight;
    if (wick_quantized_weight_read(wick_argument_tensor_at(lowering->builder.node, 1), &weight)) {
        return wick_lower_linear(lowering);
    }
    return lowering->dtype == WICK_INT8
               ? wick_lower_matmul(lowering)
               : wick_lower_refuse(lowering, "no integer operator of 16 bits does it");
}
