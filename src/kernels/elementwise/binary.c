// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/binary.h"

#include "kernels/elementwise/two_numbers.h"

// Three loops: dense operands, a repeated second one, anything else.
#define LOOP(name, type, expression)                                                      \
    static inline void each_##name##_##type(const wick_number_##type *p,                  \
                                            const wick_row_##type *row, ptrdiff_t step_a, \
                                            ptrdiff_t step_b)                             \
    {                                                                                     \
        (void)p;                                                                          \
        const wick_number_##type *from_a = row->operands[0];                              \
        const wick_number_##type *from_b = row->operands[1];                              \
        wick_number_##type *out = row->out;                                               \
        for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {            \
            const wick_number_##type a = from_a[i * step_a];                              \
            const wick_number_##type b = from_b[i * step_b];                              \
            out[i] = expression;                                                          \
        }                                                                                 \
    }                                                                                     \
    void wick_##name##_##type(const wick_number_##type *p, const wick_row_##type *row)    \
    {                                                                                     \
        if (row->strides[0] == 1 && row->strides[1] == 1) {                               \
            each_##name##_##type(p, row, 1, 1);                                           \
        } else if (row->strides[0] == 1 && row->strides[1] == 0) {                        \
            each_##name##_##type(p, row, 1, 0);                                           \
        } else {                                                                          \
            each_##name##_##type(p, row, row->strides[0], row->strides[1]);               \
        }                                                                                 \
    }
#define WICK_BINARY(name, type, expression) LOOP(name, type, expression)
#define WICK_BINARY_REAL(name, expression)  LOOP(name, f32, expression)
#define FN(f)                               wick_##f##_f32
#define LIT(v)                              v##f
#include "kernels/elementwise/binary.def"
#undef WICK_BINARY
#undef WICK_BINARY_REAL
#undef FN
#undef LIT

#define WICK_BINARY(name, type, expression)
#define WICK_BINARY_REAL(name, expression) LOOP(name, f64, expression)
#define FN(f)                              wick_##f##_f64
#define LIT(v)                             v
#include "kernels/elementwise/binary.def"
#undef WICK_BINARY
#undef WICK_BINARY_REAL
#undef FN
#undef LIT

#define NUMBER      float
#define COMPUTE     WICK_FLOAT32
#define NAMED(stem) stem##_f32
#include "kernels/elementwise/binary_body.h"
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      int64_t
#define COMPUTE     WICK_INT64
#define NAMED(stem) stem##_i64
#include "kernels/elementwise/binary_body.h"
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      double
#define COMPUTE     WICK_FLOAT64
#define NAMED(stem) stem##_f64
#include "kernels/elementwise/binary_body.h"

bool wick_holds_zero(uint32_t dtype, uint32_t common, uint32_t count, const void *data)
{
    const size_t size = wick_dtype_size_bytes(dtype);
    for (uint32_t i = 0; i < count; i++) {
        const wick_elements one = {dtype, 1, 1};
        int64_t value;
        wick_read_i64(&one, (const uint8_t *)data + i * size, &value);
        wick_round_i64(common, 1, &value);
        if (value == 0) {
            return true;
        }
    }
    return false;
}
