// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_resize.h"

#include "base/failure.h"

enum { INPUT, BLOCK, OUT };

wick_status wick_resize_s8_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_resize_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_resize_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const int32_t in[4] = {b->batch, b->in_height, b->in_width, b->channels};
    const int32_t out[4] = {b->batch, b->out_height, b->out_width, b->channels};
    const uint64_t steps = (uint64_t)(uint32_t)b->out_height + (uint32_t)b->out_width;
    if ((uint64_t)wick_call_tensor(call, BLOCK)->sizes[0] !=
        words + steps * WICK_QUANT_WORDS(wick_resize_step)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    WICK_TRY(wick_call_resize(call, OUT, 4, out));
    WICK_TRY(wick_quant_sized(call, INPUT, 4, in));
    WICK_TRY(wick_quant_dense(call, INPUT, WICK_INT8));
    return wick_quant_dense(call, OUT, WICK_INT8);
}

static bool steps_are_valid(const wick_resize_step *steps, int32_t count, int32_t size)
{
    for (int32_t i = 0; i < count; i++) {
        if (steps[i].first < 0 || steps[i].first >= size || steps[i].second < 0 ||
            steps[i].second >= size || steps[i].share < 0 ||
            steps[i].share > 1 << WICK_RESIZE_SHARE_BITS) {
            return false;
        }
    }
    return true;
}

wick_status wick_resize_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_resize_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const after = b + 1;
    const wick_resize_step *const steps = after;
    if (!steps_are_valid(steps, b->out_height, b->in_height) ||
        !steps_are_valid(steps + b->out_height, b->out_width, b->in_width)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    wick_resize_s8(b, steps, wick_call_tensor(call, INPUT)->data,
                   wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
