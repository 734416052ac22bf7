// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant_elementwise.h"

#include "base/failure.h"

enum { INPUT, TABLE, TABLE_OUT };
enum { SELF = 0, OTHER, BLOCK, OUT };
enum { QUOTIENT_LEAST_SHIFT = -33, QUOTIENT_MOST_SHIFT = 30 };

wick_status wick_table_s8_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const table = wick_call_tensor(call, TABLE);
    *(wick_quant_nothing *)block = 0;
    WICK_TRY(wick_call_resize(call, TABLE_OUT, input->rank, input->sizes));
    const wick_tensor *const out = wick_call_tensor(call, TABLE_OUT);
    if (input->dtype != WICK_INT8 || out->dtype != WICK_INT8 || table->dtype != WICK_INT8) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INPUT, WICK_TEXT("dtype is not i8"));
    }
    if (!wick_tensor_same_order(input, out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, TABLE_OUT,
                              WICK_TEXT("input and out differ in dim order"));
    }
    if (wick_tensor_count(table) != 256) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, TABLE,
                              WICK_TEXT("table has not 256 entries"));
    }
    return WICK_OK;
}

wick_status wick_table_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    wick_lookup_s8(wick_tensor_count(input), wick_call_tensor(call, TABLE)->data, input->data,
                   wick_call_tensor(call, TABLE_OUT)->data);
    return WICK_OK;
}

static wick_quant_loops loops_behind(const void *after, int32_t count)
{
    return (wick_quant_loops){after, (uint32_t)count};
}

// Tensors and loops; `words` are those of the struct before the loops.
static wick_status check_loops(const wick_call *call, size_t words, const wick_quant_loops *loops)
{
    WICK_TRY(wick_quant_dense(call, SELF, WICK_INT8));
    WICK_TRY(wick_quant_dense(call, OTHER, WICK_INT8));
    WICK_TRY(wick_quant_dense(call, OUT, WICK_INT8));
    const wick_quant_counts counts = {wick_tensor_count(wick_call_tensor(call, SELF)),
                                      wick_tensor_count(wick_call_tensor(call, OTHER)),
                                      wick_tensor_count(wick_call_tensor(call, OUT))};
    const size_t held = (size_t)wick_call_tensor(call, BLOCK)->sizes[0];
    if (loops->count > WICK_QUANT_LOOPS_MAX ||
        held != words + loops->count * WICK_QUANT_WORDS(wick_quant_loop) ||
        !wick_quant_loops_are_valid(loops, &counts)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return WICK_OK;
}

wick_status wick_add_s8_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_add_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_add_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (!wick_quant_residual_is_valid(&b->params.sum)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    return check_loops(call, words, &loops);
}

static wick_status prepare_product(const wick_call *call, void *block, bool is_quotient)
{
    const size_t words = WICK_QUANT_WORDS(wick_mul_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_mul_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const wick_mul_s8_params *const p = &b->params;
    const int32_t shift = p->scale.shift;
    if (!wick_quant_is_offset(p->a_zero_point) || !wick_quant_is_offset(p->b_zero_point) ||
        !wick_quant_range_is_valid(&p->range) ||
        !wick_quant_scale_is_valid(p->scale.multiplier, shift) ||
        (is_quotient && (shift < QUOTIENT_LEAST_SHIFT || shift > QUOTIENT_MOST_SHIFT))) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    return check_loops(call, words, &loops);
}

wick_status wick_mul_s8_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, block, false);
}

wick_status wick_div_s8_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, block, true);
}

static wick_quant_pair pair_of(const wick_call *call)
{
    return (wick_quant_pair){wick_call_tensor(call, SELF)->data,
                             wick_call_tensor(call, OTHER)->data,
                             wick_call_tensor(call, OUT)->data};
}

wick_status wick_add_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_add_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_add_s8(&b->params, &loops, &data);
    return WICK_OK;
}

wick_status wick_mul_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_mul_s8(&b->params, &loops, &data);
    return WICK_OK;
}

wick_status wick_div_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_div_s8(&b->params, &loops, &data);
    return WICK_OK;
}
