// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/unary.h"

#include "kernels/math/math.h"

#define WICK_UNARY(name, type, expression)                                           \
    void wick_##name##_##type(const wick_number_##type *p, uint32_t count,           \
                              const wick_number_##type *in, wick_number_##type *out) \
    {                                                                                \
        (void)p;                                                                     \
        for (uint32_t i = 0; i < count; i++) {                                       \
            const wick_number_##type x = in[i];                                      \
            out[i] = expression;                                                     \
        }                                                                            \
    }
#include "kernels/elementwise/unary.def"
#undef WICK_UNARY

#define NUMBER      float
#define COMPUTE     WICK_FLOAT32
#define NAMED(stem) stem##_f32
#include "kernels/elementwise/unary_body.h"
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      int64_t
#define COMPUTE     WICK_INT64
#define NAMED(stem) stem##_i64
#include "kernels/elementwise/unary_body.h"
