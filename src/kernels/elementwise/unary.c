// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/unary.h"

#include "kernels/math/math.h"

#define LOOP(name, type, expression)                                                 \
    void wick_##name##_##type(const wick_number_##type *p, uint32_t count,           \
                              const wick_number_##type *in, wick_number_##type *out) \
    {                                                                                \
        (void)p;                                                                     \
        for (uint32_t i = 0; i < count; i++) {                                       \
            const wick_number_##type x = in[i];                                      \
            out[i] = expression;                                                     \
        }                                                                            \
    }
#define WICK_UNARY(name, type, expression) LOOP(name, type, expression)
#define WICK_UNARY_REAL(name, expression)  LOOP(name, f32, expression)
#define FN(f)                              wick_##f##_f32
#define LIT(v)                             v##f
#include "kernels/elementwise/unary.def"
#undef WICK_UNARY
#undef WICK_UNARY_REAL
#undef FN
#undef LIT

#define WICK_UNARY(name, type, expression)
#define WICK_UNARY_REAL(name, expression) LOOP(name, f64, expression)
#define FN(f)                             wick_##f##_f64
#define LIT(v)                            v
#include "kernels/elementwise/unary.def"
#undef WICK_UNARY
#undef WICK_UNARY_REAL
#undef FN
#undef LIT

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
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      double
#define COMPUTE     WICK_FLOAT64
#define NAMED(stem) stem##_f64
#include "kernels/elementwise/unary_body.h"
