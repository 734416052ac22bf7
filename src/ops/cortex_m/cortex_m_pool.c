// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_pool.h"

#include "base/failure.h"
#include "ops/cortex_m/cortex_m.h"
#include "ops/pool.h"

enum { INPUT };
enum { MAX_DILATION = 4, MAX_CEIL, MAX_IN_ZERO, MAX_OUT_ZERO, MAX_LOW, MAX_HIGH, MAX_OUT };
enum { AVG_CEIL = 4 }; // of the newer form, where the others come one later
enum { AVG_ZERO_POINT = 4, AVG_MULTIPLIER, AVG_SHIFT, AVG_SCRATCH, AVG_OUT };

static const int32_t no_dilation[2] = {1, 1};

// What the exporter refuses as well.
static wick_status refuse_others(const wick_call *call)
{
    for (uint32_t k = 0; k < wick_call_list_count(call, MAX_DILATION); k++) {
        if (wick_call_int_at(call, MAX_DILATION, k) != 1) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, MAX_DILATION,
                                  WICK_TEXT("dilation is not 1"));
        }
    }
    if (wick_call_bool(call, MAX_CEIL)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, MAX_CEIL, WICK_TEXT("ceil mode"));
    }
    if (wick_call_int(call, MAX_IN_ZERO) != wick_call_int(call, MAX_OUT_ZERO)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, MAX_OUT_ZERO,
                              WICK_TEXT("zero points of input and output differ"));
    }
    return WICK_OK;
}

wick_status wick_cortex_m_max_pool2d_prepare(const wick_call *call, void *block)
{
    wick_max_pool2d_s8_params *const p = block;
    int32_t min;
    int32_t max;
    *p = (wick_max_pool2d_s8_params){.min = 0};
    WICK_TRY(wick_cortex_m_int8(call, INPUT));
    WICK_TRY(wick_cortex_m_int8(call, MAX_OUT));
    WICK_TRY(refuse_others(call));
    WICK_TRY(wick_cortex_m_int(call, MAX_LOW, INT8_MIN, INT8_MAX, &min));
    WICK_TRY(wick_cortex_m_int(call, MAX_HIGH, INT8_MIN, INT8_MAX, &max));
    p->min = (int8_t)min;
    p->max = (int8_t)max;
    return wick_pool2d_plan(call, no_dilation, MAX_OUT, &p->window);
}

wick_status wick_cortex_m_max_pool2d_run(const wick_call *call, const void *block)
{
    wick_max_pool2d_s8(block, wick_call_tensor(call, INPUT)->data,
                       wick_call_tensor(call, MAX_OUT)->data);
    return WICK_OK;
}

// Arguments before those that AVG_* count from: the newer form has one more, a ceil mode.
static uint32_t avg_shift(const wick_call *call)
{
    return wick_call_value(call, AVG_CEIL)->kind == WICK_VALUE_BOOL ? 1 : 0;
}

wick_status wick_cortex_m_avg_pool2d_prepare(const wick_call *call, void *block)
{
    wick_avg_pool2d_s8_params *const p = block;
    double scale;
    const uint32_t more = avg_shift(call);
    if (more != 0 && wick_call_bool(call, AVG_CEIL)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, AVG_CEIL, WICK_TEXT("ceil mode"));
    }
    *p = (wick_avg_pool2d_s8_params){.scale = 0};
    WICK_TRY(wick_cortex_m_int8(call, INPUT));
    WICK_TRY(wick_cortex_m_int8(call, AVG_OUT + more));
    WICK_TRY(wick_cortex_m_int(call, AVG_ZERO_POINT + more, INT8_MIN, INT8_MAX, &p->zero_point));
    WICK_TRY(wick_cortex_m_real_scale(call, AVG_MULTIPLIER + more, AVG_SHIFT + more, &scale));
    p->scale = (float)scale;
    return wick_pool2d_plan(call, no_dilation, AVG_OUT + more, &p->window);
}

wick_status wick_cortex_m_avg_pool2d_run(const wick_call *call, const void *block)
{
    wick_avg_pool2d_s8(block, wick_call_tensor(call, INPUT)->data,
                       wick_call_tensor(call, AVG_OUT + avg_shift(call))->data);
    return WICK_OK;
}
