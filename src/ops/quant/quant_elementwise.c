// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_elementwise.h"

#include "base/failure.h"

enum { INPUT, TABLE, TABLE_OUT };
enum { SELF = 0, OTHER, BLOCK, OUT };
enum { QUOTIENT_LEAST_SHIFT = -33, QUOTIENT_MOST_SHIFT = 30 };

// Input, and out like it in memory; both are i8 or i16.
static wick_status check_alike(const wick_call *call)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    WICK_TRY(wick_call_resize(call, TABLE_OUT, input->rank, input->sizes));
    const wick_tensor *const out = wick_call_tensor(call, TABLE_OUT);
    if ((input->dtype != WICK_INT8 && input->dtype != WICK_INT16) ||
        (out->dtype != WICK_INT8 && out->dtype != WICK_INT16)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INPUT, WICK_TEXT("dtype is not i8 or i16"));
    }
    if (!wick_tensor_same_order(input, out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, TABLE_OUT,
                              WICK_TEXT("input and out differ in dim order"));
    }
    return WICK_OK;
}

static wick_status prepare_table(const wick_call *call, void *block, uint32_t dtype, size_t entries)
{
    const wick_tensor *const table = wick_call_tensor(call, TABLE);
    *(wick_quant_nothing *)block = 0;
    WICK_TRY(check_alike(call));
    if (wick_call_tensor(call, INPUT)->dtype != dtype || table->dtype != dtype ||
        wick_call_tensor(call, TABLE_OUT)->dtype != dtype) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, TABLE,
                              WICK_TEXT("input, table and out are not of one dtype"));
    }
    if (wick_tensor_count(table) != entries) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, TABLE,
                              WICK_TEXT("table has not 256 entries, or 513 of 16 bits"));
    }
    return WICK_OK;
}

wick_status wick_table_s8_prepare(const wick_call *call, void *block)
{
    return prepare_table(call, block, WICK_INT8, 256);
}

wick_status wick_table_s16_prepare(const wick_call *call, void *block)
{
    return prepare_table(call, block, WICK_INT16, WICK_TABLE_S16_ENTRIES);
}

wick_status wick_rescale_prepare(const wick_call *call, void *block)
{
    const void *const held = wick_quant_block(call, TABLE, WICK_QUANT_WORDS(wick_rescale_block));
    const wick_rescale_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    WICK_TRY(check_alike(call));
    if (!wick_quant_offset_fits(b->zero_point, WICK_INT16) ||
        !wick_quant_scale_is_valid(b->scale.multiplier, b->scale.shift) ||
        !wick_quant_range_fits(&b->range, wick_call_tensor(call, TABLE_OUT)->dtype)) {
        return wick_quant_wrong_block(call, TABLE);
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

wick_status wick_table_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    wick_lookup_s16(wick_tensor_count(input), wick_call_tensor(call, TABLE)->data, input->data,
                    wick_call_tensor(call, TABLE_OUT)->data);
    return WICK_OK;
}

wick_status wick_rescale_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, TABLE_OUT);
    const wick_rescale_ends ends = {input->data, out->data, input->dtype == WICK_INT16,
                                    out->dtype == WICK_INT16};
    wick_rescale(wick_call_tensor(call, TABLE)->data, wick_tensor_count(input), &ends);
    return WICK_OK;
}

static wick_quant_loops loops_behind(const void *after, int32_t count)
{
    return (wick_quant_loops){after, (uint32_t)count};
}

// Tensors and loops; `words` are those of the struct before the loops.
static wick_status check_loops(const wick_call *call, size_t words, const wick_quant_loops *loops,
                               uint32_t dtype)
{
    WICK_TRY(wick_quant_dense(call, SELF, dtype));
    WICK_TRY(wick_quant_dense(call, OTHER, dtype));
    WICK_TRY(wick_quant_dense(call, OUT, dtype));
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

static wick_status prepare_sum(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_add_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_add_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (!wick_quant_residual_fits(&b->params.sum, dtype)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    return check_loops(call, words, &loops, dtype);
}

wick_status wick_add_s8_prepare(const wick_call *call, void *block)
{
    return prepare_sum(call, block, WICK_INT8);
}

wick_status wick_add_s16_prepare(const wick_call *call, void *block)
{
    return prepare_sum(call, block, WICK_INT16);
}

static bool zero_point_fits(int32_t zero_point, uint32_t dtype)
{
    return dtype == WICK_INT16 ? zero_point == 0 : wick_quant_offset_fits(zero_point, dtype);
}

static wick_status prepare_product(const wick_call *call, void *block, uint32_t dtype,
                                   bool is_quotient)
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
    if (!zero_point_fits(p->a_zero_point, dtype) || !zero_point_fits(p->b_zero_point, dtype) ||
        !wick_quant_range_fits(&p->range, dtype) ||
        !wick_quant_scale_is_valid(p->scale.multiplier, shift) ||
        (is_quotient && (shift < QUOTIENT_LEAST_SHIFT || shift > QUOTIENT_MOST_SHIFT))) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    return check_loops(call, words, &loops, dtype);
}

wick_status wick_mul_s8_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, block, WICK_INT8, false);
}

wick_status wick_div_s8_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, block, WICK_INT8, true);
}

wick_status wick_mul_s16_prepare(const wick_call *call, void *block)
{
    return prepare_product(call, block, WICK_INT16, false);
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

static wick_quant_pair_s16 wide_pair_of(const wick_call *call)
{
    return (wick_quant_pair_s16){wick_call_tensor(call, SELF)->data,
                                 wick_call_tensor(call, OTHER)->data,
                                 wick_call_tensor(call, OUT)->data};
}

wick_status wick_add_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_add_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair_s16 data = wide_pair_of(call);
    wick_add_s16(&b->params, &loops, &data);
    return WICK_OK;
}

wick_status wick_mul_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair_s16 data = wide_pair_of(call);
    wick_mul_s16(&b->params, &loops, &data);
    return WICK_OK;
}
