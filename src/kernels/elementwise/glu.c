// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/glu.h"

#include "kernels/elementwise/convert.h"
#include "kernels/math/double.h"
#include "kernels/math/math.h"

enum { CHUNK = WICK_CHUNK_BYTES / sizeof(float) };

// `count` elements of the type, at least 1.
static void gate(uint32_t dtype, uint32_t count, const uint8_t *a, const uint8_t *b, uint8_t *out)
{
    const uint32_t element_bytes = wick_dtype_size_bytes(dtype);
    for (uint32_t i = 0; i < count; i += CHUNK) {
        const wick_elements some = {dtype, 1, count - i < CHUNK ? count - i : CHUNK};
        const size_t at = (size_t)i * element_bytes;
        float values[CHUNK], gates[CHUNK];
        wick_read_f32(&some, a + at, values);
        wick_read_f32(&some, b + at, gates);
        for (uint32_t k = 0; k < some.count; k++) {
            values[k] *= 1.0f / (1.0f + wick_exp_f32(-gates[k]));
        }
        wick_write_f32(&some, values, out + at);
    }
}

void wick_glu_f32(const wick_glu *plan, const void *in, void *out)
{
    const size_t half = (size_t)plan->count * wick_dtype_size_bytes(plan->dtype);
    const uint8_t *from = in;
    uint8_t *to = out;
    for (uint32_t i = 0; i < plan->outer; i++) {
        gate(plan->dtype, plan->count, from, from + half, to);
        from += 2 * half;
        to += half;
    }
}

void wick_glu_f64(const wick_glu *plan, const void *in, void *out)
{
    const double *from = in;
    double *to = out;
    for (uint32_t i = 0; i < plan->outer; i++) {
        for (uint32_t k = 0; k < plan->count; k++) {
            to[k] = from[k] * (1.0 / (1.0 + wick_exp_f64(-from[plan->count + k])));
        }
        from += 2 * (size_t)plan->count;
        to += plan->count;
    }
}
