// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/elementwise/convert.h"

#include "base/half.h"

// A real as int64: truncated; saturated where it does not fit.
static int64_t whole_f32(float value)
{
    if (value >= -9223372036854775808.0f && value < 9223372036854775808.0f) {
        return (int64_t)value;
    }
    return value < 0.0f ? INT64_MIN : value > 0.0f ? INT64_MAX : 0;
}

static int64_t whole_f64(double value)
{
    if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
        return (int64_t)value;
    }
    return value < 0.0 ? INT64_MIN : value > 0.0 ? INT64_MAX : 0;
}

#define READ_PLAIN(v) (v)
#define READ_F16(v)   wick_f32_from_f16(v)
#define READ_BF16(v)  wick_f32_from_bf16(v)

#define WRITE_REAL(v)    (v)
#define WRITE_INTEGER(v) WHOLE(v)
#define WRITE_BOOLEAN(v) ((v) != 0)
#define WRITE_F16(v)     wick_f16_from_f32((float)(v))
#define WRITE_BF16(v)    wick_bf16_from_f32((float)(v))

#define NUMBER      int64_t
#define NAMED(stem) stem##_i64
#define WHOLE(v)    (v)
#define ELEMENTS    "kernels/elementwise/integer.def"
#include "kernels/elementwise/convert_body.h"
#undef NUMBER
#undef NAMED
#undef WHOLE
#undef ELEMENTS

#define ELEMENTS    "kernels/elementwise/element.def"
#define NUMBER      float
#define NAMED(stem) stem##_f32
#define WHOLE(v)    whole_f32(v)
#include "kernels/elementwise/convert_body.h"
#undef NUMBER
#undef NAMED
#undef WHOLE

#define NUMBER      double
#define NAMED(stem) stem##_f64
#define WHOLE(v)    whole_f64(v)
#include "kernels/elementwise/convert_body.h"
