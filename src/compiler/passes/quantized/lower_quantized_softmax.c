// SPDX-License-Identifier: BSD-3-Clause
// Softmax and its logarithm along one dimension.
#include "compiler/passes/quantized/lower_quantized.h"
#include "compiler/quant_blocks/softmax.h"
#include "ops/quant/quant_reduce.h"

#include <math.h>
#include <string.h>

static const char *const not_quantized = "its input is not quantized to int8 per tensor";

// Steps that make 1: all of int8, so that 0 and 1 are steps, or what the official library takes.
enum { WHOLE_RANGE = 255, OFFICIAL = 256 };

typedef struct softmax {
    wick_quantized input;
    wick_softmax_shape shape;
    wick_quant_exponentials *exponentials;
} softmax;

static bool read_softmax(wick_lowering *lowering, softmax *s)
{
    const wick_ir_node *node = lowering->builder.node;
    if (!wick_quantized_read_s8(wick_argument_tensor_at(node, 0), &s->input) ||
        s->input.value->type.rank == 0) {
        lowering->reason = not_quantized;
        return false;
    }
    const wick_ir_type *in = &s->input.value->type;
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", -1), in->rank);
    if (wick_ir_type_count(in) > INT32_MAX || !wick_same_sizes(in, &node->outputs[0]->type)) {
        lowering->reason = "it has too many elements";
        return false;
    }
    s->shape = (wick_softmax_shape){1, (int32_t)in->sizes[dim], 1, 0, WHOLE_RANGE};
    for (uint32_t i = 0; i < in->rank; i++) {
        s->shape.outer *= i < dim ? (int32_t)in->sizes[i] : 1;
        s->shape.inner *= i > dim ? (int32_t)in->sizes[i] : 1;
    }
    s->exponentials = wick_arena_alloc(lowering->builder.graph->arena, 1, sizeof *s->exponentials);
    lowering->reason = "its scale or the length of its rows is out of range";
    const bool is_done =
        wick_quant_exponentials_of(s->input.steps.scale, s->shape.size, s->exponentials);
    s->shape.table_count = s->exponentials->count;
    return is_done;
}

// The struct of a block, then the table of exponentials.
static wick_ir_value *build_softmax(const wick_lowering *lowering, const char *op_name,
                                    const softmax *s, const void *head, size_t head_bytes)
{
    const size_t tail_bytes = (size_t)s->shape.table_count * sizeof(int32_t);
    uint8_t *block = wick_arena_alloc(lowering->builder.graph->arena, 1, head_bytes + tail_bytes);
    memcpy(block, head, head_bytes);
    memcpy(block + head_bytes, s->exponentials->table, tail_bytes);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(s->input.value),
        wick_ir_arg_value(wick_lower_constant(&lowering->builder, "block", WICK_INT32,
                                              (head_bytes + tail_bytes) / sizeof(int32_t), block))};
    return wick_build(&lowering->builder, op_name, &s->input.value->type, args, 2);
}

wick_ir_value *wick_lower_softmax(wick_lowering *lowering)
{
    softmax s;
    if (!read_softmax(lowering, &s)) {
        return NULL;
    }
    const bool is_official = lowering->builder.context->official_operators ||
                             fabs(OFFICIAL * lowering->out.scale - 1) < 1e-6;
    s.shape.one = is_official ? OFFICIAL : WHOLE_RANGE;
    const wick_steps steps = {1.0 / s.shape.one, INT8_MIN, INT8_MIN, INT8_MAX};
    if (lowering->out.scale < 0.99 * steps.scale) {
        return wick_lower_refuse(lowering,
                                 "its result has finer steps than int8 has between 0 and 1");
    }
    wick_steps bounded = lowering->out;
    bounded.minimum = lowering->range.minimum;
    bounded.maximum = lowering->range.maximum;
    const wick_quantized result = {
        build_softmax(lowering, "wick::softmax_s8", &s, &s.shape, sizeof s.shape), steps};
    return wick_lower_rescale(&lowering->builder, &result, &bounded, WICK_INT8);
}

wick_ir_value *wick_lower_log_softmax(wick_lowering *lowering)
{
    softmax s;
    wick_log_softmax_s8_block head = {0};
    const wick_quant_params out = {lowering->out.scale, lowering->out.zero_point};
    if (!read_softmax(lowering, &s)) {
        return NULL;
    }
    head.shape = s.shape;
    if (!wick_quant_log_softmax_scale(s.input.steps.scale, &out, s.exponentials->one_bits,
                                      &head.scale)) {
        return wick_lower_refuse(lowering, "its scales differ by too much");
    }
    head.scale.range = lowering->range;
    return build_softmax(lowering, "wick::log_softmax_s8", &s, &head, sizeof head);
}
