// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quantized_sum.h"

#include "base/failure.h"
#include "ops/op.h"
#include "ops/quant/quantize.h"

// Each operand: tensor, scale, zero point, least and greatest integer; of the result the tensor is
// last.
enum { A, B = 5, RESULT = 10, OUT = 14 };
enum { CHUNK = 32 };

static wick_status check_operands(const wick_call *call)
{
    const wick_tensor *const a = wick_call_tensor(call, A);
    const wick_tensor *const b = wick_call_tensor(call, B);
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    if ((a->dtype != WICK_INT8 && a->dtype != WICK_UINT8) || b->dtype != a->dtype ||
        out->dtype != a->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, A,
                              WICK_TEXT("types are not i8 throughout, or u8"));
    }
    bool is_same = a->rank == b->rank;
    for (uint32_t i = 0; is_same && i < a->rank; i++) {
        is_same = a->sizes[i] == b->sizes[i];
    }
    if (!is_same) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, B, WICK_TEXT("shapes differ"));
    }
    WICK_TRY(wick_call_resize(call, OUT, a->rank, a->sizes));
    if (!wick_tensor_same_order(a, b) || !wick_tensor_same_order(a, out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, B,
                              WICK_TEXT("operands and out differ in dim order"));
    }
    return WICK_OK;
}

// Scale and zero point at argument `scale` and behind it. The count is that of a chunk.
static wick_status read_scale(const wick_call *call, uint32_t scale, uint32_t dtype,
                              bool is_inverse, wick_quantize_params *p)
{
    const double factor = wick_call_real(call, scale);
    const int64_t zero_point = wick_call_int(call, scale + 1);
    WICK_TRY(wick_quantize_check_scale(call, scale, factor));
    WICK_TRY(wick_quantize_check_zero_point(call, scale + 1, dtype, zero_point));
    *p = (wick_quantize_params){CHUNK, (uint8_t)dtype, 0, (int32_t)zero_point, 0, 0};
    p->factor = is_inverse ? 1.0f / (float)factor : (float)factor;
    return WICK_OK;
}

static wick_status read_bounds(const wick_call *call, uint32_t dtype, wick_quantize_params *p)
{
    const int64_t least = wick_call_int(call, RESULT + 2);
    const int64_t most = wick_call_int(call, RESULT + 3);
    const int64_t lowest = dtype == WICK_INT8 ? INT8_MIN : 0;
    if (least < lowest || most > lowest + UINT8_MAX || least > most) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, RESULT + 2,
                              WICK_TEXT("bounds are none of the integer's type"));
    }
    p->minimum = (int32_t)least;
    p->maximum = (int32_t)most;
    return WICK_OK;
}

wick_status wick_quantized_sum_prepare(const wick_call *call, void *block)
{
    wick_quantized_sum_block *const s = block;
    const uint32_t dtype = wick_call_tensor(call, A)->dtype;
    WICK_TRY(check_operands(call));
    WICK_TRY(read_scale(call, A + 1, dtype, false, &s->a));
    WICK_TRY(read_scale(call, B + 1, dtype, false, &s->b));
    WICK_TRY(read_scale(call, RESULT, dtype, true, &s->out));
    return read_bounds(call, dtype, &s->out);
}

wick_status wick_quantized_sum_run(const wick_call *call, const void *block)
{
    wick_quantized_sum_block s = *(const wick_quantized_sum_block *)block;
    const uint8_t *const a = wick_call_tensor(call, A)->data;
    const uint8_t *const b = wick_call_tensor(call, B)->data;
    uint8_t *const out = wick_call_tensor(call, OUT)->data;
    const size_t count = wick_tensor_count(wick_call_tensor(call, OUT));
    for (size_t i = 0; i < count; i += CHUNK) {
        float sums[CHUNK], others[CHUNK];
        const uint32_t some = count - i < CHUNK ? (uint32_t)(count - i) : CHUNK;
        s.a.count = s.b.count = s.out.count = some;
        wick_dequantize_f32(&s.a, a + i, sums);
        wick_dequantize_f32(&s.b, b + i, others);
        for (uint32_t k = 0; k < some; k++) {
            sums[k] += others[k];
        }
        wick_quantize_f32(&s.out, sums, out + i);
    }
    return WICK_OK;
}
