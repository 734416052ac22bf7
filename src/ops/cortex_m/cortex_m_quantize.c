// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_quantize.h"

#include "base/failure.h"
#include "ops/op.h"
#include "ops/quant/quantize.h"

enum { INPUT, SCALE, OUT = 6 };

wick_status wick_cortex_m_quantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_params *const p = block;
    const double scale = wick_call_real(call, SCALE);
    if (!(scale > 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SCALE,
                              WICK_TEXT("scale is not above 0"));
    }
    p->factor = (float)(1.0 / scale);
    return wick_quantize_arguments(call, (wick_quantize_ends){INPUT, OUT, OUT}, p);
}

wick_status wick_cortex_m_dequantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_params *const p = block;
    p->factor = (float)wick_call_real(call, SCALE);
    return wick_quantize_arguments(call, (wick_quantize_ends){OUT, INPUT, OUT}, p);
}

wick_status wick_cortex_m_quantize_run(const wick_call *call, const void *block)
{
    wick_quantize_f32(block, wick_call_tensor(call, INPUT)->data,
                      wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_cortex_m_dequantize_run(const wick_call *call, const void *block)
{
    wick_dequantize_f32(block, wick_call_tensor(call, INPUT)->data,
                        wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
