// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/figures/figures.h"

#include "compiler/contract/contract.h"
#include "compiler/emit/rows.h"
#include "compiler/passes/evaluate.h"
#include "kernels/quant/dot_s8.h"
#include "kernels/quant/taps.h"
#include "ops/op.h"
#include "ops/quant/quant_layers.h"

#include <string.h>

enum { INPUT, WEIGHT, RESIDUAL, BLOCK }; // of an integer layer
enum { GROUPS = 8 };                     // of aten::convolution
// Channels or filters that the kernels take at a time.
enum { DEPTHWISE_BLOCK = 16, COLUMNS = WICK_DOT_COLUMNS };

static uint64_t elements(const wick_ir_value *value)
{
    return value->type.kind == WICK_VALUE_TENSOR ? wick_ir_type_count(&value->type) : 0;
}

static void count_read(void *context, wick_ir_value **slot)
{
    uint64_t *const read = context;
    *read += wick_ir_value_is_constant(*slot) ? 0 : elements(*slot);
}

// Taps of all positions along an axis that meet the input.
static uint64_t count_taps(const wick_quant_axis *axis, bool is_transposed)
{
    uint64_t count = 0;
    for (int32_t i = 0; i < axis->out; i++) {
        count += (uint32_t)(is_transposed ? wick_quant_taps_transposed(axis, i).count
                                          : wick_quant_taps_forward(axis, i).count);
    }
    return count;
}

// Products and starts of `filters` that meet a window of `products` each `starts` times over all
// windows, `at_a_time` of them together and the rest alone or, in a depthwise layer, as one block.
static void count_filters(uint64_t filters, uint64_t at_a_time, uint64_t products, uint64_t starts,
                          wick_work *out)
{
    const uint64_t rest = filters % at_a_time;
    out->units[WICK_WORK_MACS] += (filters - rest) * products;
    out->units[WICK_WORK_SINGLES] += rest * products;
    const uint64_t blocks = at_a_time == COLUMNS ? rest : rest > 0;
    out->units[WICK_WORK_RUNS] += (filters / at_a_time + blocks) * starts;
}

static void count_convolution(const wick_quant_conv_params *p, const char *name, wick_work *out)
{
    const bool is_transposed = strcmp(name, "wick::transpose_conv2d_s8.out") == 0;
    const bool is_depthwise = strcmp(name, "wick::depthwise_conv2d_s8.out") == 0;
    const bool is_one_run =
        p->groups == 1 && p->width.in_step == 1 && p->width.kernel_step == 1 && !is_depthwise;
    const uint64_t batch = (uint32_t)p->batch;
    const uint64_t rows = batch * count_taps(&p->height, is_transposed);
    const uint64_t taps = rows * count_taps(&p->width, is_transposed);
    const uint64_t depth = (uint32_t)(p->in_channels / p->groups);
    const uint64_t starts = is_one_run ? rows * (uint32_t)p->width.out : taps;
    out->units[WICK_WORK_POSITIONS] = batch * (uint32_t)p->height.out * (uint32_t)p->width.out;
    if (is_depthwise) {
        const bool is_one_to_one = p->out_channels == p->in_channels;
        count_filters((uint32_t)p->out_channels, is_one_to_one ? DEPTHWISE_BLOCK : 1, taps, starts,
                      out);
        return;
    }
    for (int32_t g = 0; g < p->groups; g++) {
        count_filters((uint32_t)(p->out_channels / p->groups), COLUMNS, taps * depth, starts, out);
    }
}

static bool is_layer(const char *name)
{
    return strcmp(name, "wick::conv2d_s8.out") == 0 ||
           strcmp(name, "wick::depthwise_conv2d_s8.out") == 0 ||
           strcmp(name, "wick::transpose_conv2d_s8.out") == 0;
}

static void count_layer(const wick_call *call, const char *name, wick_work *out)
{
    const void *const block = wick_call_tensor(call, BLOCK)->data;
    const bool is_linear = strcmp(name, "wick::linear_s8.out") == 0;
    if (is_linear) {
        const wick_linear_s8_block *const b = block;
        const uint64_t rows = (uint32_t)b->rows;
        out->units[WICK_WORK_POSITIONS] = rows;
        count_filters((uint32_t)b->cols, COLUMNS, rows * (uint32_t)b->depth, rows, out);
    } else {
        const wick_conv2d_s8_block *const b = block;
        count_convolution(&b->params, name, out);
    }
    if (!wick_call_is_none(call, RESIDUAL)) {
        out->units[WICK_WORK_SUMS] = out->units[WICK_WORK_OUTPUTS];
    }
}

// Depthwise products count as single; a window of more than one tap starts once for each row of it.
static void count_float_convolution(const wick_call *call, uint64_t macs, wick_work *out)
{
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const bool is_grouped = wick_call_int(call, GROUPS) > 1;
    const uint64_t columns = (uint64_t)weight->sizes[weight->rank - 1];
    uint64_t taps = 1;
    for (uint32_t i = 2; i < weight->rank; i++) {
        taps *= (uint64_t)weight->sizes[i];
    }
    out->units[WICK_WORK_MACS] = is_grouped ? 0 : macs;
    out->units[WICK_WORK_SINGLES] = is_grouped ? macs : 0;
    out->units[WICK_WORK_POSITIONS] = out->units[WICK_WORK_RUNS];
    out->units[WICK_WORK_RUNS] = taps > 1 ? macs / columns : 0;
}

wick_status wick_work_of(wick_arena *arena, const wick_ir_node *node, wick_work *out)
{
    wick_contract contract;
    wick_evaluation *prepared;
    const char *reason;
    *out = (wick_work){.units[WICK_WORK_CALLS] = 1};
    WICK_TRY(wick_contract_of(arena, node, &contract));
    WICK_TRY(wick_evaluate_prepare(arena, node, &prepared, &reason));
    wick_ir_node_each_value((wick_ir_node *)(uintptr_t)node, count_read,
                            &out->units[WICK_WORK_RUNS]);
    for (uint32_t i = 0; i < node->output_count; i++) {
        out->units[WICK_WORK_OUTPUTS] += elements(node->outputs[i]);
    }
    out->units[WICK_WORK_MACS] = contract.macs;
    const char *name = wick_emit_rows[node->op->row].name;
    const wick_call *call = wick_evaluation_call(prepared);
    if (is_layer(name) || strcmp(name, "wick::linear_s8.out") == 0) {
        out->units[WICK_WORK_MACS] = 0;
        out->units[WICK_WORK_RUNS] = 0;
        count_layer(call, name, out);
    } else if (strcmp(name, "aten::convolution.out") == 0) {
        count_float_convolution(call, contract.macs, out);
    }
    return WICK_OK;
}
