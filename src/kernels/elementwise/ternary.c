// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/ternary.h"

#include "kernels/elementwise/two_numbers.h"

#define LOOP(name, type, expression)                                                    \
    void wick_##name##_##type(const wick_number_##type *p, const wick_row3_##type *row) \
    {                                                                                   \
        (void)p;                                                                        \
        for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {          \
            const wick_number_##type a = row->operands[0][i * row->strides[0]];         \
            const wick_number_##type b = row->operands[1][i * row->strides[1]];         \
            const wick_number_##type c = row->operands[2][i * row->strides[2]];         \
            row->out[i] = expression;                                                   \
        }                                                                               \
    }
#define WICK_TERNARY(name, type, expression) LOOP(name, type, expression)
#define WICK_TERNARY_REAL(name, expression)  LOOP(name, f32, expression)
#define FN(f)                                wick_##f##_f32
#define LIT(v)                               v##f
#include "kernels/elementwise/ternary.def"
#undef WICK_TERNARY
#undef WICK_TERNARY_REAL
#undef FN
#undef LIT

#define WICK_TERNARY(name, type, expression)
#define WICK_TERNARY_REAL(name, expression) LOOP(name, f64, expression)
#define FN(f)                               wick_##f##_f64
#define LIT(v)                              v
#include "kernels/elementwise/ternary.def"
#undef WICK_TERNARY
#undef WICK_TERNARY_REAL
#undef FN
#undef LIT

typedef struct cursor {
    int32_t index[WICK_WALK_RANK];
    int32_t offsets[3]; // in elements
} cursor;

// Steps to the next row; false after the last.
static bool next_row(const wick_ternary *plan, cursor *at)
{
    for (uint32_t d = plan->rank - 1; d-- > 0;) {
        const bool is_within = ++at->index[d] < plan->sizes[d];
        for (uint32_t k = 0; k < 3; k++) {
            const int32_t back = is_within ? 0 : plan->strides[k][d] * plan->sizes[d];
            at->offsets[k] += plan->strides[k][d] - back;
        }
        if (is_within) {
            return true;
        }
        at->index[d] = 0;
    }
    return false;
}

// Element `index` of operand k.
static const void *element(const wick_ternary *plan, const wick_ternary_data *data, uint32_t k,
                           int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

#define NUMBER      float
#define COMPUTE     WICK_FLOAT32
#define NAMED(stem) stem##_f32
#include "kernels/elementwise/ternary_body.h"
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      int64_t
#define COMPUTE     WICK_INT64
#define NAMED(stem) stem##_i64
#include "kernels/elementwise/ternary_body.h"
#undef NUMBER
#undef COMPUTE
#undef NAMED

#define NUMBER      double
#define COMPUTE     WICK_FLOAT64
#define NAMED(stem) stem##_f64
#include "kernels/elementwise/ternary_body.h"
