// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_elementwise.h"

#include "base/failure.h"
#include "ops/cortex_m/cortex_m.h"

// Zero point, multiplier and shift follow each operand of a sum.
enum { ADD_SELF, ADD_OTHER = 4, ADD_OFFSET = 8, ADD_MULTIPLIER, ADD_SHIFT, ADD_MIN, ADD_MAX };
enum { ADD_OUT = 13 };
enum { MUL_SELF, MUL_SELF_ZERO, MUL_OTHER, MUL_OTHER_ZERO, MUL_OFFSET, MUL_MULTIPLIER };
enum { MUL_SHIFT = 6, MUL_OUT };
enum { DIV_SCALE = 5, DIV_OUT }; // the others as MUL_*
enum { ACTIVATION_INPUT, ACTIVATION_TABLE, ACTIVATION_OUT };
enum { CHANNELS = 1 }; // dimension

static bool have_one_shape(const wick_tensor *a, const wick_tensor *b)
{
    bool same = a->rank == b->rank;
    for (uint32_t i = 0; same && i < a->rank; i++) {
        same = a->sizes[i] == b->sizes[i];
    }
    return same;
}

// Gives out the shape of `self`; both have one order of memory.
static wick_status resize_like(const wick_call *call, const wick_tensor *self, uint32_t out)
{
    WICK_TRY(wick_call_resize(call, out, self->rank, self->sizes));
    if (!wick_tensor_same_order(self, wick_call_tensor(call, out))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, out,
                              WICK_TEXT("operands and out differ in dim order"));
    }
    return WICK_OK;
}

// Sets two loops: `count` rows of `row` elements; an operand's step is `row`, or 0 where each row
// meets the same elements.
static void set_loops(const wick_quant_loop *rows, int32_t row, wick_quant_loop loops[2])
{
    loops[0] = *rows;
    loops[1] = (wick_quant_loop){row, 1, 1};
}

static wick_status plan_one_shape(const wick_call *call, uint32_t other, uint32_t out)
{
    const wick_tensor *const a = wick_call_tensor(call, 0);
    WICK_TRY(resize_like(call, a, out));
    if (!wick_tensor_same_order(a, wick_call_tensor(call, other))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, other,
                              WICK_TEXT("operands and out differ in dim order"));
    }
    return WICK_OK;
}

// Whether `small` has an element for each channel of `large`, whose channels lie innermost.
static bool is_per_channel(const wick_tensor *small, const wick_tensor *large)
{
    if (small->rank != 4 || large->rank != 4 || small->sizes[CHANNELS] != large->sizes[CHANNELS] ||
        wick_tensor_count(small) != (size_t)small->sizes[CHANNELS]) {
        return false;
    }
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(large, strides);
    return strides[CHANNELS] == 1 || large->sizes[CHANNELS] == 1;
}

static wick_status plan_rows(const wick_call *call, uint32_t other, uint32_t out,
                             wick_quant_loop loops[2])
{
    const wick_tensor *const a = wick_call_tensor(call, 0);
    const wick_tensor *const b = wick_call_tensor(call, other);
    WICK_TRY(wick_cortex_m_int8(call, 0));
    WICK_TRY(wick_cortex_m_int8(call, other));
    WICK_TRY(wick_cortex_m_int8(call, out));
    if (have_one_shape(a, b)) {
        set_loops(&(wick_quant_loop){1, 0, 0}, (int32_t)wick_tensor_count(a), loops);
        return plan_one_shape(call, other, out);
    }
    const bool repeats_a = wick_tensor_count(a) <= wick_tensor_count(b);
    const wick_tensor *const large = repeats_a ? b : a;
    if (!is_per_channel(repeats_a ? a : b, large)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, other,
                              WICK_TEXT("operands differ in more than one element a channel"));
    }
    WICK_TRY(resize_like(call, large, out));
    const int32_t row = large->sizes[CHANNELS];
    const int32_t count = row == 0 ? 0 : (int32_t)(wick_tensor_count(large) / (size_t)row);
    set_loops(&(wick_quant_loop){count, repeats_a ? 0 : row, repeats_a ? row : 0}, row, loops);
    return WICK_OK;
}

static wick_status read_operand(const wick_call *call, uint32_t arg, wick_quant_operand *out)
{
    WICK_TRY(wick_cortex_m_offset(call, arg + 1, &out->zero_point));
    return wick_cortex_m_scale(call, arg + 2, arg + 3, &out->scale);
}

wick_status wick_cortex_m_add_prepare(const wick_call *call, void *block)
{
    static const wick_cortex_m_range_args range = {ADD_OFFSET, ADD_MIN, ADD_MAX};
    wick_cortex_m_add_block *const b = block;
    wick_quant_residual *const sum = &b->params.sum;
    b->params.b_sign = 1;
    WICK_TRY(read_operand(call, ADD_SELF, &sum->a));
    WICK_TRY(read_operand(call, ADD_OTHER, &sum->b));
    WICK_TRY(wick_cortex_m_scale(call, ADD_MULTIPLIER, ADD_SHIFT, &sum->out_scale));
    WICK_TRY(wick_cortex_m_range(call, range, &sum->range));
    return plan_rows(call, ADD_OTHER, ADD_OUT, b->loops);
}

wick_status wick_cortex_m_mul_prepare(const wick_call *call, void *block)
{
    wick_cortex_m_mul_block *const b = block;
    wick_mul_s8_params *const p = &b->params;
    p->range = (wick_quant_range){0, INT8_MIN, INT8_MAX};
    WICK_TRY(wick_cortex_m_offset(call, MUL_SELF_ZERO, &p->a_zero_point));
    WICK_TRY(wick_cortex_m_offset(call, MUL_OTHER_ZERO, &p->b_zero_point));
    WICK_TRY(wick_cortex_m_offset(call, MUL_OFFSET, &p->range.offset));
    WICK_TRY(wick_cortex_m_scale(call, MUL_MULTIPLIER, MUL_SHIFT, &p->scale));
    return plan_rows(call, MUL_OTHER, MUL_OUT, b->loops);
}

static wick_status check_quotient(const wick_call *call)
{
    const wick_tensor *const self = wick_call_tensor(call, MUL_SELF);
    const wick_tensor *const other = wick_call_tensor(call, MUL_OTHER);
    if (self->dtype != WICK_INT8 && self->dtype != WICK_INT16) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, MUL_SELF,
                              WICK_TEXT("dtype is neither i8 nor i16"));
    }
    if (other->dtype != self->dtype || wick_call_tensor(call, DIV_OUT)->dtype != self->dtype ||
        !have_one_shape(self, other)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MUL_OTHER,
                              WICK_TEXT("operands and out differ in dtype or shape"));
    }
    return WICK_OK;
}

wick_status wick_cortex_m_div_prepare(const wick_call *call, void *block)
{
    wick_div_quant_params *const p = block;
    WICK_TRY(check_quotient(call));
    p->dtype = wick_call_tensor(call, MUL_SELF)->dtype;
    p->scale = (float)wick_call_real(call, DIV_SCALE);
    if (!(p->scale - p->scale == 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, DIV_SCALE,
                              WICK_TEXT("scale is not finite"));
    }
    WICK_TRY(wick_cortex_m_int(call, MUL_SELF_ZERO, INT16_MIN, INT16_MAX, &p->a_zero_point));
    WICK_TRY(wick_cortex_m_int(call, MUL_OTHER_ZERO, INT16_MIN, INT16_MAX, &p->b_zero_point));
    WICK_TRY(wick_cortex_m_int(call, MUL_OFFSET, INT16_MIN, INT16_MAX, &p->offset));
    p->count = (uint32_t)wick_tensor_count(wick_call_tensor(call, MUL_SELF));
    return plan_one_shape(call, MUL_OTHER, DIV_OUT);
}

wick_status wick_cortex_m_activation_prepare(const wick_call *call, void *block)
{
    wick_cortex_m_activation_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, ACTIVATION_INPUT);
    for (uint32_t arg = ACTIVATION_INPUT; arg <= ACTIVATION_OUT; arg++) {
        WICK_TRY(wick_cortex_m_int8(call, arg));
    }
    if (wick_tensor_count(wick_call_tensor(call, ACTIVATION_TABLE)) != 256) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, ACTIVATION_TABLE,
                              WICK_TEXT("table has not 256 entries"));
    }
    b->count = (uint32_t)wick_tensor_count(input);
    return resize_like(call, input, ACTIVATION_OUT);
}

wick_status wick_cortex_m_add_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_add_block *const b = block;
    const wick_quant_pair data = {wick_call_tensor(call, ADD_SELF)->data,
                                  wick_call_tensor(call, ADD_OTHER)->data,
                                  wick_call_tensor(call, ADD_OUT)->data};
    wick_add_s8(&b->params, &(wick_quant_loops){b->loops, 2}, &data);
    return WICK_OK;
}

wick_status wick_cortex_m_mul_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_mul_block *const b = block;
    const wick_quant_pair data = {wick_call_tensor(call, MUL_SELF)->data,
                                  wick_call_tensor(call, MUL_OTHER)->data,
                                  wick_call_tensor(call, MUL_OUT)->data};
    wick_mul_s8(&b->params, &(wick_quant_loops){b->loops, 2}, &data);
    return WICK_OK;
}

wick_status wick_cortex_m_div_run(const wick_call *call, const void *block)
{
    wick_div_quant(block, wick_call_tensor(call, MUL_SELF)->data,
                   wick_call_tensor(call, MUL_OTHER)->data, wick_call_tensor(call, DIV_OUT)->data);
    return WICK_OK;
}

wick_status wick_cortex_m_activation_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_activation_block *const b = block;
    wick_lookup_s8(b->count, wick_call_tensor(call, ACTIVATION_TABLE)->data,
                   wick_call_tensor(call, ACTIVATION_INPUT)->data,
                   wick_call_tensor(call, ACTIVATION_OUT)->data);
    return WICK_OK;
}
