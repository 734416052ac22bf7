#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef struct wick_walk {
    uint32_t rank;
    int32_t sizes[8];
    int32_t strides[2][8];
} wick_walk;
typedef struct wick_binary {
    wick_walk walk;
    uint8_t dtypes[2];
    uint8_t common_dtype;
    uint8_t out_dtype;
    bool rounds_float;
} wick_binary;
typedef union wick_number {
    float real;
    int64_t integer;
    double wide;
} wick_number;
typedef struct wick_binary_block {
    wick_binary plan;
    uint32_t other_count;
    uint8_t args[2];
    uint8_t out_arg;
    uint8_t rounding;
    wick_number other;
    wick_number scale;
} wick_binary_block;
typedef enum wick_status {
    WICK_OK = 0x00,
    WICK_INTERNAL = 0x01,
    WICK_INVALID_STATE = 0x02,
    WICK_END_OF_METHOD = 0x03,
    WICK_NOT_SUPPORTED = 0x10,
    WICK_NOT_IMPLEMENTED = 0x11,
    WICK_INVALID_ARGUMENT = 0x12,
    WICK_INVALID_TYPE = 0x13,
    WICK_OPERATOR_MISSING = 0x14,
    WICK_NOT_FOUND = 0x20,
    WICK_OUT_OF_MEMORY = 0x21,
    WICK_ACCESS_FAILED = 0x22,
    WICK_INVALID_PROGRAM = 0x23,
    WICK_INVALID_EXTERNAL_DATA = 0x24,
    WICK_OUT_OF_RESOURCES = 0x25,
} wick_status;
typedef struct wick_tensor {
    uint8_t kind;
    uint8_t dtype;
    uint8_t rank;
    uint8_t flags;
    const uint8_t *dim_order;
    void *data;
    const int32_t *sizes;
} wick_tensor;
typedef union wick_value {
    uint8_t kind;
    wick_tensor tensor;
    struct {
        uint8_t kind;
        int64_t value;
    } integer;
    struct {
        uint8_t kind;
        double value;
    } real;
    struct {
        uint8_t kind;
        uint32_t count;
        const uint8_t *items;
    } list;
} wick_value;
typedef struct wick_failure {
    wick_status status;
    uint32_t instruction;
    uint32_t detail;
    const char *operator_name;
    const char *text;
} wick_failure;
typedef struct wick_call {
    wick_value *values;
    const uint8_t *args;
    uint32_t arg_count;
    wick_failure *failure;
} wick_call;
typedef struct wick_row_f32 {
    uint32_t count;
    int32_t strides[2];
    const float *operands[2];
    float *out;
} wick_row_f32;
typedef void wick_binary_operation_f32(const float *p, const wick_row_f32 *row);
typedef float wick_number_f32;
static inline void each_add_scaled_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a + p[0] * b;
    }
}

static void wick_add_scaled_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_add_scaled_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_add_scaled_f32(p, row, 1, 0);
    } else {
        each_add_scaled_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_add_f32(const wick_number_f32 *p, const wick_row_f32 *row, ptrdiff_t step_a,
                                ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a + b;
    }
}

static void wick_add_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_add_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_add_f32(p, row, 1, 0);
    } else {
        each_add_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_sub_f32(const wick_number_f32 *p, const wick_row_f32 *row, ptrdiff_t step_a,
                                ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a - b;
    }
}

static void wick_sub_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_sub_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_sub_f32(p, row, 1, 0);
    } else {
        each_sub_f32(p, row, row->strides[0], row->strides[1]);
    }
}

typedef struct wick_row_f64 {
    uint32_t count;
    int32_t strides[2];
    const double *operands[2];
    double *out;
} wick_row_f64;
typedef void wick_binary_operation_f64(const double *p, const wick_row_f64 *row);
typedef struct wick_row_i64 {
    uint32_t count;
    int32_t strides[2];
    const int64_t *operands[2];
    int64_t *out;
} wick_row_i64;
typedef void wick_binary_operation_i64(const int64_t *p, const wick_row_i64 *row);
typedef struct wick_binary_data {
    const void *operands[2];
    void *out;
} wick_binary_data;
static inline __attribute__((always_inline)) uint32_t wick_load_aligned_u32(const uint8_t *p)
{
    uint32_t value;
    __builtin_memcpy(&value, __builtin_assume_aligned(p, 4), sizeof value);
    return value;
}

static inline __attribute__((always_inline)) wick_value *wick_call_value(const wick_call *call,
                                                                         uint32_t arg)
{
    return &call->values[wick_load_aligned_u32(call->args + 4 * (size_t)arg)];
}

static inline __attribute__((always_inline)) wick_tensor *wick_call_tensor(const wick_call *call,
                                                                           uint32_t arg)
{
    return &wick_call_value(call, arg)->tensor;
}

typedef enum wick_value_kind {
    WICK_VALUE_NONE,
    WICK_VALUE_INT,
    WICK_VALUE_BOOL,
    WICK_VALUE_REAL,
    WICK_VALUE_STRING,
    WICK_VALUE_TENSOR,
    WICK_VALUE_INT_LIST,
    WICK_VALUE_REAL_LIST,
    WICK_VALUE_BOOL_LIST,
    WICK_VALUE_TENSOR_LIST,
} wick_value_kind;
static inline const wick_tensor *wick_call_optional_tensor(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    return value->kind == WICK_VALUE_TENSOR ? &value->tensor : 0;
}

static wick_binary_data operands(const wick_call *call, const wick_binary_block *block)
{
    wick_binary_data data = {.out = wick_call_tensor(call, block->out_arg)->data};
    for (uint32_t k = 0; k < 2; k++) {
        const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
        data.operands[k] = tensor != 0 ? tensor->data : (const void *)&block->other;
    }
    return data;
}

enum { WICK_HAS_FLOAT64 = 0, WICK_WIDE_PARAMETERS = 2 };
typedef enum wick_dtype {
    WICK_UINT8 = 0,
    WICK_INT8 = 1,
    WICK_INT16 = 2,
    WICK_INT32 = 3,
    WICK_INT64 = 4,
    WICK_FLOAT16 = 5,
    WICK_FLOAT32 = 6,
    WICK_FLOAT64 = 7,
    WICK_COMPLEX64 = 9,
    WICK_BOOL = 11,
    WICK_BFLOAT16 = 15,
    WICK_UINT16 = 27,
} wick_dtype;
static uint32_t wick_dtype_size_bytes(uint32_t dtype)
{
    switch (dtype) {
    case 0:
        return 1;
    case 1:
        return 1;
    case 2:
        return 2;
    case 3:
        return 4;
    case 4:
        return 8;
    case 5:
        return 2;
    case 6:
        return 4;
    case 7:
        return 8;
    case 9:
        return 8;
    case 11:
        return 1;
    case 15:
        return 2;
    case 27:
        return 2;
    }
    return 0;
}

typedef struct wick_cursor {
    int32_t index[8];
    int32_t offsets[2];
} wick_cursor;
static const void *element_f64(const wick_binary *plan, const wick_binary_data *data, uint32_t k,
                               int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

typedef struct wick_elements {
    uint32_t dtype;
    int32_t stride;
    uint32_t count;
} wick_elements;
typedef union wick_float_bits {
    float value;
    uint32_t bits;
} wick_float_bits;
static float wick_f32_from_f16(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 0x1fu;
    uint32_t mantissa = half & 0x3ffu;
    wick_float_bits out = {.bits = sign};
    if (exponent == 0x1f) {
        out.bits |= 0x7f800000u | mantissa << 13 | (mantissa != 0 ? 0x400000u : 0);
    } else if (exponent != 0) {
        out.bits |= (exponent + 112) << 23 | mantissa << 13;
    } else {
        out.value = (float)mantissa * 0x1p-24f;
        out.bits |= sign;
    }
    return out.value;
}

static float wick_f32_from_bf16(uint16_t bits)
{
    const wick_float_bits out = {.bits = (uint32_t)bits << 16};
    return out.value;
}

static void wick_read_f64(const wick_elements *elements, const void *data, double *numbers)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_INT8: {
        const int8_t *from = (const int8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_INT16: {
        const int16_t *from = (const int16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_UINT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_INT32: {
        const int32_t *from = (const int32_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_INT64: {
        const int64_t *from = (const int64_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_BOOL: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_FLOAT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)wick_f32_from_f16(*from);
        }
        break;
    }
    case WICK_BFLOAT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)wick_f32_from_bf16(*from);
        }
        break;
    }
    case WICK_FLOAT32: {
        const float *from = (const float *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    case WICK_FLOAT64: {
        const double *from = (const double *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (double)(*from);
        }
        break;
    }
    }
}

static int64_t whole_f64(double value)
{
    if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
        return (int64_t)value;
    }
    return value < 0.0 ? INT64_MIN : value > 0.0 ? INT64_MAX : 0;
}

static uint32_t shift_right_rounded(uint32_t value, uint32_t shift)
{
    const uint32_t half = 1u << (shift - 1);
    const uint32_t rest = value & ((1u << shift) - 1);
    const uint32_t kept = value >> shift;
    return kept + (rest > half || (rest == half && (kept & 1u)));
}

static uint16_t wick_f16_from_f32(float value)
{
    const wick_float_bits in = {value};
    const uint32_t sign = in.bits >> 16 & 0x8000u;
    const uint32_t magnitude = in.bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return (uint16_t)(sign | 0x7e00u | (magnitude >> 13 & 0x1ffu));
    }
    if (magnitude >= 0x47800000u) {
        return (uint16_t)(sign | 0x7c00u);
    }
    if (magnitude >= 0x38800000u) {
        return (uint16_t)(sign | shift_right_rounded(magnitude - 0x38000000u, 13));
    }
    const uint32_t exponent = magnitude >> 23;
    if (exponent < 102) {
        return (uint16_t)sign;
    }
    const uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    return (uint16_t)(sign | shift_right_rounded(mantissa, 126 - exponent));
}

static uint16_t wick_bf16_from_f32(float value)
{
    const wick_float_bits in = {value};
    if ((in.bits & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)(in.bits >> 16 | 0x40u);
    }
    return (uint16_t)((in.bits + 0x7fffu + (in.bits >> 16 & 1u)) >> 16);
}

static void wick_write_f64(const wick_elements *elements, const double *numbers, void *data)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_INT8: {
        int8_t *to = (int8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int8_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_INT16: {
        int16_t *to = (int16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int16_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_UINT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_INT32: {
        int32_t *to = (int32_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int32_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_INT64: {
        int64_t *to = (int64_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int64_t)whole_f64(numbers[i]);
        }
        break;
    }
    case WICK_BOOL: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)((numbers[i]) != 0);
        }
        break;
    }
    case WICK_FLOAT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)wick_f16_from_f32((float)(numbers[i]));
        }
        break;
    }
    case WICK_BFLOAT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)wick_bf16_from_f32((float)(numbers[i]));
        }
        break;
    }
    case WICK_FLOAT32: {
        float *to = (float *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (float)(numbers[i]);
        }
        break;
    }
    case WICK_FLOAT64: {
        double *to = (double *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (double)(numbers[i]);
        }
        break;
    }
    }
}

static void wick_round_f64(uint32_t dtype, uint32_t count, double *numbers)
{
    const wick_elements one = {dtype, 1, 1};
    union {
        uint64_t widest;
        uint8_t bytes[8];
    } storage;
    for (uint32_t i = 0; i < count; i++) {
        wick_write_f64(&one, &numbers[i], storage.bytes);
        wick_read_f64(&one, storage.bytes, &numbers[i]);
    }
}

static void bind_operand_f64(const wick_binary *plan, uint32_t k, const void *data, double *buffer,
                             wick_row_f64 *row)
{
    const uint32_t compute = WICK_FLOAT64;
    const uint32_t dtype = plan->dtypes[k];
    const int32_t stride = plan->walk.strides[k][plan->walk.rank - 1];
    row->operands[k] = (const double *)data;
    row->strides[k] = stride;
    if (dtype != compute || plan->rounds_float ||
        (compute == WICK_INT64 && plan->common_dtype != compute)) {
        const wick_elements elements = {dtype, stride, row->count};
        wick_read_f64(&elements, data, buffer);
        row->operands[k] = buffer;
        row->strides[k] = 1;
        if (dtype != plan->common_dtype) {
            wick_round_f64(plan->common_dtype, row->count, buffer);
        }
    }
}

static void run_piece_f64(const wick_binary *plan, wick_binary_operation_f64 *operation,
                          const double *p, const void *const pieces[2], wick_row_f64 *row,
                          void *out)
{
    double buffers[2][128 / sizeof(double)];
    bind_operand_f64(plan, 0, pieces[0], buffers[0], row);
    bind_operand_f64(plan, 1, pieces[1], buffers[1], row);
    row->out = (double *)out;
    if (plan->out_dtype == WICK_FLOAT64 && plan->common_dtype == WICK_FLOAT64) {
        operation(p, row);
        return;
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_f64(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_f64(&to, buffers[0], out);
}

static inline bool wick_walk_next(const wick_walk *walk, uint32_t inner, wick_cursor *cursor)
{
    for (uint32_t d = walk->rank - inner; d-- > 0;) {
        cursor->offsets[0] += walk->strides[0][d];
        cursor->offsets[1] += walk->strides[1][d];
        if (++cursor->index[d] < walk->sizes[d]) {
            return true;
        }
        cursor->offsets[0] -= walk->strides[0][d] * walk->sizes[d];
        cursor->offsets[1] -= walk->strides[1][d] * walk->sizes[d];
        cursor->index[d] = 0;
    }
    return false;
}

static void wick_binary_run_f64(const wick_binary *plan, wick_binary_operation_f64 *operation,
                                const double *p, const wick_binary_data *data)
{
    const wick_walk *walk = &plan->walk;
    const uint32_t row_count = (uint32_t)walk->sizes[walk->rank - 1];
    const bool direct = plan->dtypes[0] == WICK_FLOAT64 && plan->dtypes[1] == WICK_FLOAT64 &&
                        plan->out_dtype == WICK_FLOAT64 && plan->common_dtype == WICK_FLOAT64;
    const uint32_t chunk = direct ? row_count : 128 / sizeof(double);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    wick_cursor cursor = {0};
    do {
        for (uint32_t start = 0; start < row_count;) {
            wick_row_f64 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[2];
            for (uint32_t k = 0; k < 2; k++) {
                const int32_t step = walk->strides[k][walk->rank - 1];
                pieces[k] = element_f64(plan, data, k, cursor.offsets[k] + step * (int32_t)start);
            }
            run_piece_f64(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
            start += row.count;
        }
    } while (wick_walk_next(walk, 1, &cursor));
}

static bool wick_dtype_is_float(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

static const void *element_f32(const wick_binary *plan, const wick_binary_data *data, uint32_t k,
                               int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

static void wick_read_f32(const wick_elements *elements, const void *data, float *numbers)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_INT8: {
        const int8_t *from = (const int8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_INT16: {
        const int16_t *from = (const int16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_UINT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_INT32: {
        const int32_t *from = (const int32_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_INT64: {
        const int64_t *from = (const int64_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_BOOL: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_FLOAT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)wick_f32_from_f16(*from);
        }
        break;
    }
    case WICK_BFLOAT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)wick_f32_from_bf16(*from);
        }
        break;
    }
    case WICK_FLOAT32: {
        const float *from = (const float *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    case WICK_FLOAT64: {
        const double *from = (const double *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (float)(*from);
        }
        break;
    }
    }
}

static int64_t whole_f32(float value)
{
    if (value >= -9223372036854775808.0f && value < 9223372036854775808.0f) {
        return (int64_t)value;
    }
    return value < 0.0f ? INT64_MIN : value > 0.0f ? INT64_MAX : 0;
}

static void wick_write_f32(const wick_elements *elements, const float *numbers, void *data)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_INT8: {
        int8_t *to = (int8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int8_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_INT16: {
        int16_t *to = (int16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int16_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_UINT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_INT32: {
        int32_t *to = (int32_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int32_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_INT64: {
        int64_t *to = (int64_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int64_t)whole_f32(numbers[i]);
        }
        break;
    }
    case WICK_BOOL: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)((numbers[i]) != 0);
        }
        break;
    }
    case WICK_FLOAT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)wick_f16_from_f32((float)(numbers[i]));
        }
        break;
    }
    case WICK_BFLOAT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)wick_bf16_from_f32((float)(numbers[i]));
        }
        break;
    }
    case WICK_FLOAT32: {
        float *to = (float *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (float)(numbers[i]);
        }
        break;
    }
    case WICK_FLOAT64: {
        double *to = (double *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (double)(numbers[i]);
        }
        break;
    }
    }
}

static void wick_round_f32(uint32_t dtype, uint32_t count, float *numbers)
{
    const wick_elements one = {dtype, 1, 1};
    union {
        uint64_t widest;
        uint8_t bytes[8];
    } storage;
    for (uint32_t i = 0; i < count; i++) {
        wick_write_f32(&one, &numbers[i], storage.bytes);
        wick_read_f32(&one, storage.bytes, &numbers[i]);
    }
}

static void bind_operand_f32(const wick_binary *plan, uint32_t k, const void *data, float *buffer,
                             wick_row_f32 *row)
{
    const uint32_t compute = WICK_FLOAT32;
    const uint32_t dtype = plan->dtypes[k];
    const int32_t stride = plan->walk.strides[k][plan->walk.rank - 1];
    row->operands[k] = (const float *)data;
    row->strides[k] = stride;
    if (dtype != compute || plan->rounds_float ||
        (compute == WICK_INT64 && plan->common_dtype != compute)) {
        const wick_elements elements = {dtype, stride, row->count};
        wick_read_f32(&elements, data, buffer);
        row->operands[k] = buffer;
        row->strides[k] = 1;
        if (dtype != plan->common_dtype) {
            wick_round_f32(plan->common_dtype, row->count, buffer);
        }
    }
}

static void run_piece_f32(const wick_binary *plan, wick_binary_operation_f32 *operation,
                          const float *p, const void *const pieces[2], wick_row_f32 *row, void *out)
{
    float buffers[2][128 / sizeof(float)];
    bind_operand_f32(plan, 0, pieces[0], buffers[0], row);
    bind_operand_f32(plan, 1, pieces[1], buffers[1], row);
    row->out = (float *)out;
    if (plan->out_dtype == WICK_FLOAT32 && plan->common_dtype == WICK_FLOAT32) {
        operation(p, row);
        return;
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_f32(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_f32(&to, buffers[0], out);
}

static void wick_binary_run_f32(const wick_binary *plan, wick_binary_operation_f32 *operation,
                                const float *p, const wick_binary_data *data)
{
    const wick_walk *walk = &plan->walk;
    const uint32_t row_count = (uint32_t)walk->sizes[walk->rank - 1];
    const bool direct = plan->dtypes[0] == WICK_FLOAT32 && plan->dtypes[1] == WICK_FLOAT32 &&
                        plan->out_dtype == WICK_FLOAT32 && plan->common_dtype == WICK_FLOAT32;
    const uint32_t chunk = direct ? row_count : 128 / sizeof(float);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    wick_cursor cursor = {0};
    do {
        for (uint32_t start = 0; start < row_count;) {
            wick_row_f32 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[2];
            for (uint32_t k = 0; k < 2; k++) {
                const int32_t step = walk->strides[k][walk->rank - 1];
                pieces[k] = element_f32(plan, data, k, cursor.offsets[k] + step * (int32_t)start);
            }
            run_piece_f32(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
            start += row.count;
        }
    } while (wick_walk_next(walk, 1, &cursor));
}

static const void *element_i64(const wick_binary *plan, const wick_binary_data *data, uint32_t k,
                               int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

static void wick_read_i64(const wick_elements *elements, const void *data, int64_t *numbers)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_INT8: {
        const int8_t *from = (const int8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_INT16: {
        const int16_t *from = (const int16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_UINT16: {
        const uint16_t *from = (const uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_INT32: {
        const int32_t *from = (const int32_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_INT64: {
        const int64_t *from = (const int64_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    case WICK_BOOL: {
        const uint8_t *from = (const uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, from += stride) {
            numbers[i] = (int64_t)(*from);
        }
        break;
    }
    }
}

static void wick_write_i64(const wick_elements *elements, const int64_t *numbers, void *data)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
    case WICK_UINT8: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)(numbers[i]);
        }
        break;
    }
    case WICK_INT8: {
        int8_t *to = (int8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int8_t)(numbers[i]);
        }
        break;
    }
    case WICK_INT16: {
        int16_t *to = (int16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int16_t)(numbers[i]);
        }
        break;
    }
    case WICK_UINT16: {
        uint16_t *to = (uint16_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint16_t)(numbers[i]);
        }
        break;
    }
    case WICK_INT32: {
        int32_t *to = (int32_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int32_t)(numbers[i]);
        }
        break;
    }
    case WICK_INT64: {
        int64_t *to = (int64_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (int64_t)(numbers[i]);
        }
        break;
    }
    case WICK_BOOL: {
        uint8_t *to = (uint8_t *)data;
        for (uint32_t i = 0; i < count; i++, to += stride) {
            *to = (uint8_t)((numbers[i]) != 0);
        }
        break;
    }
    }
}

static void wick_round_i64(uint32_t dtype, uint32_t count, int64_t *numbers)
{
    const wick_elements one = {dtype, 1, 1};
    union {
        uint64_t widest;
        uint8_t bytes[8];
    } storage;
    for (uint32_t i = 0; i < count; i++) {
        wick_write_i64(&one, &numbers[i], storage.bytes);
        wick_read_i64(&one, storage.bytes, &numbers[i]);
    }
}

static void bind_operand_i64(const wick_binary *plan, uint32_t k, const void *data, int64_t *buffer,
                             wick_row_i64 *row)
{
    const uint32_t compute = WICK_INT64;
    const uint32_t dtype = plan->dtypes[k];
    const int32_t stride = plan->walk.strides[k][plan->walk.rank - 1];
    row->operands[k] = (const int64_t *)data;
    row->strides[k] = stride;
    if (dtype != compute || plan->rounds_float ||
        (compute == WICK_INT64 && plan->common_dtype != compute)) {
        const wick_elements elements = {dtype, stride, row->count};
        wick_read_i64(&elements, data, buffer);
        row->operands[k] = buffer;
        row->strides[k] = 1;
        if (dtype != plan->common_dtype) {
            wick_round_i64(plan->common_dtype, row->count, buffer);
        }
    }
}

static void run_piece_i64(const wick_binary *plan, wick_binary_operation_i64 *operation,
                          const int64_t *p, const void *const pieces[2], wick_row_i64 *row,
                          void *out)
{
    int64_t buffers[2][128 / sizeof(int64_t)];
    bind_operand_i64(plan, 0, pieces[0], buffers[0], row);
    bind_operand_i64(plan, 1, pieces[1], buffers[1], row);
    row->out = (int64_t *)out;
    if (plan->out_dtype == WICK_INT64 && plan->common_dtype == WICK_INT64) {
        operation(p, row);
        return;
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_i64(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_i64(&to, buffers[0], out);
}

static void wick_binary_run_i64(const wick_binary *plan, wick_binary_operation_i64 *operation,
                                const int64_t *p, const wick_binary_data *data)
{
    const wick_walk *walk = &plan->walk;
    const uint32_t row_count = (uint32_t)walk->sizes[walk->rank - 1];
    const bool direct = plan->dtypes[0] == WICK_INT64 && plan->dtypes[1] == WICK_INT64 &&
                        plan->out_dtype == WICK_INT64 && plan->common_dtype == WICK_INT64;
    const uint32_t chunk = direct ? row_count : 128 / sizeof(int64_t);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    wick_cursor cursor = {0};
    do {
        for (uint32_t start = 0; start < row_count;) {
            wick_row_i64 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[2];
            for (uint32_t k = 0; k < 2; k++) {
                const int32_t step = walk->strides[k][walk->rank - 1];
                pieces[k] = element_i64(plan, data, k, cursor.offsets[k] + step * (int32_t)start);
            }
            run_piece_i64(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
            start += row.count;
        }
    } while (wick_walk_next(walk, 1, &cursor));
}

static wick_status run_any_ops_binary(const wick_call *call, const wick_binary_block *block,
                                      wick_binary_operation_f32 *real,
                                      wick_binary_operation_f64 *wide,
                                      wick_binary_operation_i64 *integer)
{
    if (block->plan.walk.rank == 0) {
        return WICK_OK;
    }
    const wick_binary_data data = operands(call, block);
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        wick_binary_run_f64(&block->plan, wide, &block->scale.wide, &data);
    } else if (wick_dtype_is_float(block->plan.common_dtype)) {
        wick_binary_run_f32(&block->plan, real, &block->scale.real, &data);
    } else {
        wick_binary_run_i64(&block->plan, integer, &block->scale.integer, &data);
    }
    return WICK_OK;
}

typedef int64_t wick_number_i64;
static inline int64_t wick_sum_i64(int64_t a, int64_t scale, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)scale * (uint64_t)b);
}

static inline void each_add_scaled_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_sum_i64(a, p[0], b);
    }
}

static void wick_add_scaled_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_add_scaled_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_add_scaled_i64(p, row, 1, 0);
    } else {
        each_add_scaled_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_add_run(const wick_call *call, const void *block)
{
    const wick_binary_block *b = block;
    wick_binary_operation_f32 *real = wick_add_scaled_f32;
    if (b->scale.real == 1.0f) {
        real = wick_add_f32;
    } else if (b->scale.real == -1.0f) {
        real = wick_sub_f32;
    }
    return run_any_ops_binary(call, b, real, 0, wick_add_scaled_i64);
}

static inline void each_mul_f32(const wick_number_f32 *p, const wick_row_f32 *row, ptrdiff_t step_a,
                                ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a * b;
    }
}

static void wick_mul_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_mul_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_mul_f32(p, row, 1, 0);
    } else {
        each_mul_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_product_i64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

static inline void each_mul_i64(const wick_number_i64 *p, const wick_row_i64 *row, ptrdiff_t step_a,
                                ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_product_i64(a, b);
    }
}

static void wick_mul_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_mul_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_mul_i64(p, row, 1, 0);
    } else {
        each_mul_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_mul_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_mul_f32, 0, wick_mul_i64);
}

enum { ROUND_NONE, ROUND_TRUNC, ROUND_FLOOR };
static inline void each_div_f32(const wick_number_f32 *p, const wick_row_f32 *row, ptrdiff_t step_a,
                                ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a / b;
    }
}

static void wick_div_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_div_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_div_f32(p, row, 1, 0);
    } else {
        each_div_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static bool wick_holds_zero(uint32_t dtype, uint32_t common, uint32_t count, const void *data)
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

static wick_status wick_failure_set(wick_failure *failure, wick_status status, uint32_t detail,
                                    const char *text)
{
    if (failure != 0 && failure->status == WICK_OK) {
        failure->status = status;
        failure->detail = detail;
        failure->text = text;
    }
    return status;
}

static wick_status wick_call_fail(const wick_call *call, wick_status status, uint32_t arg,
                                  const char *text)
{
    return wick_failure_set(call->failure, status, arg, text);
}

static wick_status check_divisors(const wick_call *call, const wick_binary_block *block)
{
    if (block->plan.walk.rank != 0 && !wick_dtype_is_float(block->plan.common_dtype) &&
        wick_holds_zero(block->plan.dtypes[1], block->plan.common_dtype, block->other_count,
                        operands(call, block).operands[1])) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, "");
    }
    return WICK_OK;
}

typedef union float_bits {
    float value;
    uint32_t bits;
} float_bits;
typedef struct significand_kernels_math_rounding {
    uint32_t value;
    int32_t exponent;
} significand_kernels_math_rounding;
static significand_kernels_math_rounding split_kernels_math_rounding(uint32_t magnitude)
{
    significand_kernels_math_rounding out = {(magnitude & 0x7fffffu) | 0x800000u,
                                             (int32_t)(magnitude >> 23)};
    if (out.exponent == 0) {
        out.value = magnitude;
        out.exponent = 1;
        for (; out.value < 0x800000u; out.value <<= 1) {
            out.exponent--;
        }
    }
    return out;
}

static float wick_fmod_f32(float a, float b)
{
    float_bits u = {.value = a};
    const float_bits v = {.value = b};
    const uint32_t sign = u.bits & 0x80000000u;
    const uint32_t dividend = u.bits & 0x7fffffffu;
    const uint32_t divisor = v.bits & 0x7fffffffu;
    if (dividend >= 0x7f800000u || divisor > 0x7f800000u || divisor == 0) {
        u.bits = 0x7fc00000u;
        return u.value;
    }
    if (dividend < divisor) {
        return a;
    }
    significand_kernels_math_rounding rest = split_kernels_math_rounding(dividend);
    const significand_kernels_math_rounding by = split_kernels_math_rounding(divisor);
    for (;;) {
        rest.value -= rest.value >= by.value ? by.value : 0;
        if (rest.exponent == by.exponent || rest.value == 0) {
            break;
        }
        rest.value <<= 1;
        rest.exponent--;
    }
    if (rest.value == 0) {
        u.bits = sign;
        return u.value;
    }
    for (; rest.value < 0x800000u; rest.value <<= 1) {
        rest.exponent--;
    }
    if (rest.exponent > 0) {
        u.bits = sign | (uint32_t)rest.exponent << 23 | (rest.value & 0x7fffffu);
    } else {
        u.bits = sign | rest.value >> (1 - rest.exponent);
    }
    return u.value;
}

static float wick_trunc_f32(float x)
{
    float_bits u = {.value = x};
    const uint32_t exponent = u.bits >> 23 & 0xffu;
    if (exponent >= 127 + 23) {
        return x;
    }
    u.bits &= exponent < 127 ? 0x80000000u : ~(0x7fffffu >> (exponent - 127));
    return u.value;
}

static float wick_floor_f32(float x)
{
    const float whole = wick_trunc_f32(x);
    return whole > x ? whole - 1.0f : whole;
}

static inline float wick_quotient_floor_f32(float a, float b)
{
    const float plain = a / b;
    if (b == 0.0f) {
        return plain;
    }
    const float rest = wick_fmod_f32(a, b);
    float quotient = (a - rest) / b;
    if (rest != 0.0f && (b < 0.0f) != (rest < 0.0f)) {
        quotient -= 1.0f;
    }
    if (quotient == 0.0f) {
        return plain < 0.0f || 1.0f / plain < 0.0f ? -0.0f : 0.0f;
    }
    const float whole = wick_floor_f32(quotient);
    return quotient - whole > 0.5f ? whole + 1.0f : whole;
}

static inline void each_div_floor_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_quotient_floor_f32(a, b);
    }
}

static void wick_div_floor_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_div_floor_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_div_floor_f32(p, row, 1, 0);
    } else {
        each_div_floor_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_quotient_trunc_i64(int64_t a, int64_t b)
{
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static inline int64_t wick_quotient_floor_i64(int64_t a, int64_t b)
{
    const int64_t quotient = wick_quotient_trunc_i64(a, b);
    return b != -1 && (a < 0) != (b < 0) && a % b != 0 ? quotient - 1 : quotient;
}

static inline void each_div_floor_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_quotient_floor_i64(a, b);
    }
}

static void wick_div_floor_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_div_floor_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_div_floor_i64(p, row, 1, 0);
    } else {
        each_div_floor_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_div_trunc_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_trunc_f32(a / b);
    }
}

static void wick_div_trunc_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_div_trunc_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_div_trunc_f32(p, row, 1, 0);
    } else {
        each_div_trunc_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_div_trunc_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_quotient_trunc_i64(a, b);
    }
}

static void wick_div_trunc_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_div_trunc_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_div_trunc_i64(p, row, 1, 0);
    } else {
        each_div_trunc_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_div_run(const wick_call *call, const void *block)
{
    const wick_binary_block *b = block;
    if (b->rounding == ROUND_NONE) {
        return run_any_ops_binary(call, b, wick_div_f32, 0, 0);
    }
    do {
        wick_status wick_try_status = (check_divisors(call, b));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    if (b->rounding == ROUND_FLOOR) {
        return run_any_ops_binary(call, b, wick_div_floor_f32, 0, wick_div_floor_i64);
    }
    return run_any_ops_binary(call, b, wick_div_trunc_f32, 0, wick_div_trunc_i64);
}

static inline float wick_smaller_f32(float a, float b)
{
    return b < a || b != b ? b : a;
}

static inline void each_minimum_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_smaller_f32(a, b);
    }
}

static void wick_minimum_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_minimum_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_minimum_f32(p, row, 1, 0);
    } else {
        each_minimum_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_smaller_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline void each_minimum_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_smaller_i64(a, b);
    }
}

static void wick_minimum_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_minimum_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_minimum_i64(p, row, 1, 0);
    } else {
        each_minimum_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_minimum_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_minimum_f32, 0, wick_minimum_i64);
}

static inline float wick_larger_f32(float a, float b)
{
    return b > a || b != b ? b : a;
}

static inline void each_maximum_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_larger_f32(a, b);
    }
}

static void wick_maximum_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_maximum_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_maximum_f32(p, row, 1, 0);
    } else {
        each_maximum_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_larger_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline void each_maximum_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_larger_i64(a, b);
    }
}

static void wick_maximum_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_maximum_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_maximum_i64(p, row, 1, 0);
    } else {
        each_maximum_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_maximum_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_maximum_f32, 0, wick_maximum_i64);
}

static inline void each_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                  ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a == b ? 1.0f : 0.0f;
    }
}

static void wick_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_equal_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_equal_f32(p, row, 1, 0);
    } else {
        each_equal_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                  ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a == b;
    }
}

static void wick_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_equal_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_equal_i64(p, row, 1, 0);
    } else {
        each_equal_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_eq_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_equal_f32, 0, wick_equal_i64);
}

static inline void each_unequal_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a != b ? 1.0f : 0.0f;
    }
}

static void wick_unequal_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_unequal_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_unequal_f32(p, row, 1, 0);
    } else {
        each_unequal_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_unequal_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a != b;
    }
}

static void wick_unequal_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_unequal_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_unequal_i64(p, row, 1, 0);
    } else {
        each_unequal_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_ne_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_unequal_f32, 0, wick_unequal_i64);
}

static inline void each_less_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                 ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a < b ? 1.0f : 0.0f;
    }
}

static void wick_less_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_less_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_less_f32(p, row, 1, 0);
    } else {
        each_less_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_less_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                 ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a < b;
    }
}

static void wick_less_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_less_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_less_i64(p, row, 1, 0);
    } else {
        each_less_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_lt_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_less_f32, 0, wick_less_i64);
}

static inline void each_less_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a <= b ? 1.0f : 0.0f;
    }
}

static void wick_less_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_less_equal_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_less_equal_f32(p, row, 1, 0);
    } else {
        each_less_equal_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_less_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a <= b;
    }
}

static void wick_less_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_less_equal_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_less_equal_i64(p, row, 1, 0);
    } else {
        each_less_equal_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_le_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_less_equal_f32, 0, wick_less_equal_i64);
}

static inline void each_greater_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a > b ? 1.0f : 0.0f;
    }
}

static void wick_greater_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_greater_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_greater_f32(p, row, 1, 0);
    } else {
        each_greater_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_greater_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a > b;
    }
}

static void wick_greater_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_greater_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_greater_i64(p, row, 1, 0);
    } else {
        each_greater_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_gt_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_greater_f32, 0, wick_greater_i64);
}

static inline void each_greater_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                          ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a >= b ? 1.0f : 0.0f;
    }
}

static void wick_greater_equal_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_greater_equal_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_greater_equal_f32(p, row, 1, 0);
    } else {
        each_greater_equal_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_greater_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                          ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a >= b;
    }
}

static void wick_greater_equal_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_greater_equal_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_greater_equal_i64(p, row, 1, 0);
    } else {
        each_greater_equal_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_ge_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_greater_equal_f32, 0, wick_greater_equal_i64);
}

static inline void each_logical_and_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a != 0.0f && b != 0.0f ? 1.0f : 0.0f;
    }
}

static void wick_logical_and_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_and_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_and_f32(p, row, 1, 0);
    } else {
        each_logical_and_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_logical_and_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a != 0 && b != 0;
    }
}

static void wick_logical_and_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_and_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_and_i64(p, row, 1, 0);
    } else {
        each_logical_and_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_logical_and_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_logical_and_f32, 0, wick_logical_and_i64);
}

static inline void each_logical_or_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a != 0.0f || b != 0.0f ? 1.0f : 0.0f;
    }
}

static void wick_logical_or_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_or_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_or_f32(p, row, 1, 0);
    } else {
        each_logical_or_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_logical_or_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a != 0 || b != 0;
    }
}

static void wick_logical_or_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_or_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_or_i64(p, row, 1, 0);
    } else {
        each_logical_or_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_logical_or_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_logical_or_f32, 0, wick_logical_or_i64);
}

static inline void each_logical_xor_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = (a != 0.0f) != (b != 0.0f) ? 1.0f : 0.0f;
    }
}

static void wick_logical_xor_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_xor_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_xor_f32(p, row, 1, 0);
    } else {
        each_logical_xor_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_logical_xor_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = (a != 0) != (b != 0);
    }
}

static void wick_logical_xor_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logical_xor_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logical_xor_i64(p, row, 1, 0);
    } else {
        each_logical_xor_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_logical_xor_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_logical_xor_f32, 0, wick_logical_xor_i64);
}

static inline void each_bitwise_and_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a & b;
    }
}

static void wick_bitwise_and_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_bitwise_and_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_bitwise_and_i64(p, row, 1, 0);
    } else {
        each_bitwise_and_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_bitwise_and_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_bitwise_and_i64);
}

static inline void each_bitwise_or_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a | b;
    }
}

static void wick_bitwise_or_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_bitwise_or_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_bitwise_or_i64(p, row, 1, 0);
    } else {
        each_bitwise_or_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_bitwise_or_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_bitwise_or_i64);
}

static inline void each_bitwise_xor_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a ^ b;
    }
}

static void wick_bitwise_xor_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_bitwise_xor_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_bitwise_xor_i64(p, row, 1, 0);
    } else {
        each_bitwise_xor_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_bitwise_xor_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_bitwise_xor_i64);
}

static inline int64_t wick_shift_left_i64(int64_t a, int64_t b, int64_t bits)
{
    return b < 0 || b >= bits ? 0 : (int64_t)((uint64_t)a << b);
}

static inline void each_shift_left_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                            ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_shift_left_i64(a, b, p[0]);
    }
}

static void wick_shift_left_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_shift_left_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_shift_left_each_i64(p, row, 1, 0);
    } else {
        each_shift_left_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_shift_left_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_shift_left_each_i64);
}

static inline int64_t wick_shift_right_i64(int64_t a, int64_t b, int64_t bits)
{
    const int64_t by = b < 0 || b >= bits ? 63 : b;
    return a < 0 ? ~(~a >> by) : a >> by;
}

static inline void each_shift_right_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                             ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_shift_right_i64(a, b, p[0]);
    }
}

static void wick_shift_right_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_shift_right_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_shift_right_each_i64(p, row, 1, 0);
    } else {
        each_shift_right_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_shift_right_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_shift_right_each_i64);
}

static inline void each_fmod_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_fmod_f32(a, b);
    }
}

static void wick_fmod_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_fmod_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_fmod_each_f32(p, row, 1, 0);
    } else {
        each_fmod_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_rest_i64(int64_t a, int64_t b)
{
    return b == -1 ? 0 : a % b;
}

static inline void each_fmod_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_rest_i64(a, b);
    }
}

static void wick_fmod_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_fmod_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_fmod_each_i64(p, row, 1, 0);
    } else {
        each_fmod_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_fmod_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (check_divisors(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return run_any_ops_binary(call, block, wick_fmod_each_f32, 0, wick_fmod_each_i64);
}

static inline float wick_remainder_f32(float a, float b)
{
    const float rest = wick_fmod_f32(a, b);
    return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

static inline void each_remainder_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                           ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_remainder_f32(a, b);
    }
}

static void wick_remainder_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_remainder_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_remainder_each_f32(p, row, 1, 0);
    } else {
        each_remainder_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_remainder_i64(int64_t a, int64_t b)
{
    const int64_t rest = wick_rest_i64(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static inline void each_remainder_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                           ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_remainder_i64(a, b);
    }
}

static void wick_remainder_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_remainder_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_remainder_each_i64(p, row, 1, 0);
    } else {
        each_remainder_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_remainder_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (check_divisors(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return run_any_ops_binary(call, block, wick_remainder_each_f32, 0, wick_remainder_each_i64);
}

typedef union wick_f32_bits {
    float value;
    uint32_t bits;
} wick_f32_bits;
static inline float wick_f32_from_bits(uint32_t bits)
{
    const wick_f32_bits out = {.bits = bits};
    return out.value;
}

static inline float wick_infinity_f32(void)
{
    return wick_f32_from_bits(0x7f800000u);
}

static inline uint32_t wick_bits_of_f32(float value)
{
    const wick_f32_bits in = {.value = value};
    return in.bits;
}

static inline float wick_nan_f32(void)
{
    return wick_f32_from_bits(0x7fc00000u);
}

static float wick_sqrt_f32(float x)
{
    uint32_t bits = wick_bits_of_f32(x);
    if ((bits & 0x7fffffffu) == 0 || bits == 0x7f800000u || x != x) {
        return x;
    }
    if (bits >> 31 != 0) {
        return wick_nan_f32();
    }
    int32_t exponent = -127;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+24f);
        exponent -= 24;
    }
    exponent += (int32_t)(bits >> 23);
    uint32_t rest = (bits & 0x7fffffu) | 0x800000u;
    if (exponent % 2 != 0) {
        rest <<= 1;
        exponent -= 1;
    }
    rest <<= 1;
    uint32_t root = 0;
    uint32_t taken = 0;
    for (uint32_t digit = 0x1000000u; digit != 0; digit >>= 1) {
        const uint32_t trial = taken + digit;
        if (trial <= rest) {
            taken = trial + digit;
            rest -= trial;
            root += digit;
        }
        rest <<= 1;
    }
    root += root & 1u;
    return wick_f32_from_bits((root >> 1) + ((uint32_t)(exponent / 2 + 126) << 23));
}

static inline float wick_magnitude_f32(float x)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) & 0x7fffffffu);
}

static float wick_rint_f32(float x)
{
    const float whole = wick_trunc_f32(x);
    const float rest = whole > x ? whole - x : x - whole;
    const bool is_odd = wick_trunc_f32(0.5f * whole) != 0.5f * whole;
    float_bits u = {.value = whole};
    if (rest > 0.5f || (rest == 0.5f && is_odd)) {
        u.value = x < 0 ? whole - 1.0f : whole + 1.0f;
    }
    const float_bits sign = {.value = x};
    u.bits |= sign.bits & 0x80000000u;
    return u.value;
}

static float power_of_special(float x, float y)
{
    if (x == 1.0f) {
        return 1.0f;
    }
    return (x > 1.0f) == (y > 0.0f) ? wick_infinity_f32() : 0.0f;
}

typedef struct pair_kernels_math_power {
    float high;
    float low;
} pair_kernels_math_power;
static float head(float x)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) & 0xfffff000u);
}

static pair_kernels_math_power product_kernels_math_power(float a, float b)
{
    const float high = a * b;
    const float a1 = head(a);
    const float b1 = head(b);
    const float a2 = a - a1;
    const float b2 = b - b1;
    return (pair_kernels_math_power){high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2};
}

static inline float wick_power_of_two_f32(int32_t n)
{
    return wick_f32_from_bits((uint32_t)(n + 127) << 23);
}

static inline float wick_scale_f32(float value, int32_t n)
{
    const int32_t half = n / 2;
    return value * wick_power_of_two_f32(half) * wick_power_of_two_f32(n - half);
}

static inline float wick_polynomial_f32(const float *c, uint32_t count, float x)
{
    float sum = c[0];
    for (uint32_t i = 1; i < count; i++) {
        sum = sum * x + c[i];
    }
    return sum;
}

static float wick_exp2_f32(float x)
{
    static const float c[] = {0x1.00f12ap-16f, 0x1.445e6cp-13f, 0x1.5d8724p-10f, 0x1.3b29f0p-7f,
                              0x1.c6b08ep-5f,  0x1.ebfbe0p-3f,  0x1.62e43p-1f};
    if (!(x < 128.0f)) {
        return x + wick_infinity_f32();
    }
    if (x < -151.0f) {
        return 0.0f;
    }
    const int32_t n = (int32_t)(x + (x < 0.0f ? -0.5f : 0.5f));
    const float f = x - (float)n;
    return wick_scale_f32(1.0f + f * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), f), n);
}

static float exp2_product(float y, pair_kernels_math_power l)
{
    const pair_kernels_math_power p = product_kernels_math_power(y, l.high);
    if (!(p.high < 129.0f)) {
        return wick_infinity_f32();
    }
    if (p.high < -152.0f) {
        return 0.0f;
    }
    const float n = wick_rint_f32(p.high);
    const float f = (p.high - n) + (p.low + y * l.low);
    return wick_scale_f32(wick_exp2_f32(f), (int32_t)n);
}

static pair_kernels_math_power sum_kernels_math_power(float a, float b)
{
    const float high = a + b;
    return (pair_kernels_math_power){high, b - (high - a)};
}

static pair_kernels_math_power log2_near(float m, float centre)
{
    const float above = m - centre;
    const float below = m + centre;
    const float below_rest = m - (below - centre);
    const float s = above / below;
    const pair_kernels_math_power back = product_kernels_math_power(s, below);
    const float s_rest = ((above - back.high) - back.low - s * below_rest) / below;
    const float z = s * s;
    const float p = ((0x1.a61762p-2f * z + 0x1.2776c6p-1f) * z + 0x1.ec709ep-1f) * z;
    pair_kernels_math_power out = product_kernels_math_power(s, 0x1.715476p+1f);
    out.low += s * 0x1.4ae0c0p-25f + s_rest * 0x1.715476p+1f + s * p;
    return sum_kernels_math_power(out.high, out.low);
}

static pair_kernels_math_power log2_pair(float x)
{
    static const struct {
        float centre;
        float high;
        float low;
    } rows[] = {
        {0.75f, -0x1.a9p-2f, 0x1.a39fbep-20f},
        {0.875f, -0x1.8a9p-3f, 0x1.9fd502p-17f},
        {1.0f, 0.0f, 0.0f},
        {1.125f, 0x1.5cp-3f, 0x1.a39fbep-19f},
        {1.25f, 0x1.49a8p-2f, -0x1.ed0cbap-20f},
        {1.375f, 0x1.d678p-2f, -0x1.60fe68p-17f},
    };
    uint32_t bits = wick_bits_of_f32(x);
    int32_t exponent = 0;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+23f);
        exponent = -23;
    }
    const uint32_t offset = bits - 0x3f3504f3u;
    exponent += (int32_t)(offset & 0xff800000u) / 0x800000;
    const float m = wick_f32_from_bits((offset & 0x7fffffu) + 0x3f3504f3u);
    const uint32_t row = (uint32_t)(m * 8.0f - 5.5f);
    const pair_kernels_math_power rest = log2_near(m, rows[row].centre);
    const pair_kernels_math_power whole =
        sum_kernels_math_power((float)exponent + rows[row].high, rest.high);
    return sum_kernels_math_power(whole.high, whole.low + (rest.low + rows[row].low));
}

static bool is_odd_kernels_math_power(float y)
{
    return wick_magnitude_f32(y) < 0x1p+24f && wick_rint_f32(y) == y &&
           wick_rint_f32(0.5f * y) != 0.5f * y;
}

static float wick_pow_f32(float x, float y)
{
    const float base = wick_magnitude_f32(x);
    const bool is_negative = wick_bits_of_f32(x) >> 31 != 0;
    if (x == 1.0f || y == 0.0f) {
        return 1.0f;
    }
    if (x != x || y != y) {
        return x + y;
    }
    if (is_negative && base < wick_infinity_f32() && base > 0.0f && wick_rint_f32(y) != y) {
        return wick_nan_f32();
    }
    float value;
    if (base == 0.0f || base == wick_infinity_f32() || base == 1.0f ||
        wick_magnitude_f32(y) == wick_infinity_f32()) {
        value = power_of_special(base, y);
    } else {
        const float clipped = y > 0x1p+40f ? 0x1p+40f : y < -0x1p+40f ? -0x1p+40f : y;
        value = exp2_product(clipped, log2_pair(base));
    }
    return is_negative && is_odd_kernels_math_power(y) ? -value : value;
}

static inline float wick_power_f32(float a, float b)
{
    if (b == 2.0f) {
        return a * a;
    }
    if (b == 0.5f) {
        return a == -wick_infinity_f32() ? wick_infinity_f32() : wick_sqrt_f32(a);
    }
    return b == -1.0f ? 1.0f / a : wick_pow_f32(a, b);
}

static inline void each_power_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_power_f32(a, b);
    }
}

static void wick_power_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_power_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_power_each_f32(p, row, 1, 0);
    } else {
        each_power_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline int64_t wick_power_i64(int64_t a, int64_t b)
{
    if (b < 0) {
        const int64_t unit = a == 1 || a == -1 ? a : 0;
        return b % 2 == 0 ? unit * unit : unit;
    }
    uint64_t result = 1;
    for (uint64_t base = (uint64_t)a; b != 0; b >>= 1, base *= base) {
        result *= (b & 1) != 0 ? base : 1;
    }
    return (int64_t)result;
}

static inline void each_power_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_power_i64(a, b);
    }
}

static void wick_power_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_power_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_power_each_i64(p, row, 1, 0);
    } else {
        each_power_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_pow_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_power_each_f32, 0, wick_power_each_i64);
}

static float arc_tangent_kernels_math_trigonometric(float x, float turn, float turn_rest)
{
    static const float c[] = {-0x1.f2594ep-5f, 0x1.b202c0p-4f, -0x1.23b6c4p-3f, 0x1.9991aep-3f,
                              -0x1.55554ap-2f};
    const float z = x * x;
    return turn +
           (x + (x * (z * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), z)) + turn_rest));
}

static inline float wick_with_sign_f32(float x, float from)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) | (wick_bits_of_f32(from) & 0x80000000u));
}

static float wick_atan_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    float value = 0.0f;
    if (a < 0x1.a8279ap-2f) {
        return a < 0x1p-12f ? x : arc_tangent_kernels_math_trigonometric(x, 0.0f, 0.0f);
    }
    if (a < 0x1.3504f4p+1f) {
        value = arc_tangent_kernels_math_trigonometric((a - 1.0f) / (a + 1.0f), 0x1.921fb6p-1f,
                                                       -0x1.777a5cp-26f);
    } else {
        value = arc_tangent_kernels_math_trigonometric(-1.0f / a, 0x1.921fb6p+0f, -0x1.777a5cp-25f);
    }
    return x != x ? x : wick_with_sign_f32(value, x);
}

static float wick_atan2_f32(float y, float x)
{
    const float pi = 0x1.921fb6p+1f;
    const float up = wick_magnitude_f32(y);
    const float along = wick_magnitude_f32(x);
    if (x != x || y != y) {
        return x + y;
    }
    float value = wick_atan_f32(up / along);
    if (up == along) {
        value = up == 0.0f ? 0.0f : 0.25f * pi;
    }
    if (wick_bits_of_f32(x) >> 31 != 0) {
        value = pi - (value - -0x1.777a5cp-24f);
    }
    return wick_with_sign_f32(value, y);
}

static inline void each_atan2_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_atan2_f32(a, b);
    }
}

static void wick_atan2_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_atan2_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_atan2_each_f32(p, row, 1, 0);
    } else {
        each_atan2_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_atan2_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_atan2_each_f32, 0, 0);
}

static inline float wick_hypot_f32(float a, float b)
{
    const float x = wick_magnitude_f32(a);
    const float y = wick_magnitude_f32(b);
    const float larger = x > y ? x : y;
    const float smaller = x > y ? y : x;
    if (x == wick_infinity_f32() || y == wick_infinity_f32()) {
        return wick_infinity_f32();
    }
    if (x != x || y != y || larger == 0.0f) {
        return x + y;
    }
    const float ratio = smaller / larger;
    return larger * wick_sqrt_f32(1.0f + ratio * ratio);
}

static inline void each_hypot_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                       ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_hypot_f32(a, b);
    }
}

static void wick_hypot_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_hypot_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_hypot_each_f32(p, row, 1, 0);
    } else {
        each_hypot_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_hypot_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_hypot_each_f32, 0, 0);
}

static inline int is_log_special(uint32_t bits)
{
    return bits - 1u >= 0x7f800000u - 1u;
}

static float log_special(float x)
{
    const uint32_t bits = wick_bits_of_f32(x);
    if ((bits & 0x7fffffffu) == 0) {
        return -wick_infinity_f32();
    }
    return bits == 0x7f800000u || x != x ? x : wick_nan_f32();
}

typedef struct log_parts {
    float count;
    float r;
    float tail;
} log_parts;
static inline log_parts split_log(float x)
{
    uint32_t bits = wick_bits_of_f32(x);
    int32_t exponent = 0;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+23f);
        exponent = -23;
    }
    const uint32_t offset = bits - 0x3f3504f3u;
    const int32_t shift = (int32_t)(offset & 0xff800000u) / 0x800000;
    exponent += shift;
    const float r = wick_f32_from_bits((offset & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
    float p = 0x1.14573ep-4f;
    p = p * r + -0x1.de3bf8p-4f;
    p = p * r + 0x1.e6f08cp-4f;
    p = p * r + -0x1.fc220ep-4f;
    p = p * r + 0x1.233766p-3f;
    p = p * r + -0x1.555c4ep-3f;
    p = p * r + 0x1.99a4b6p-3f;
    p = p * r + -0x1.000006p-2f;
    p = p * r + 0x1.555548p-2f;
    return (log_parts){(float)exponent, r, p * (r * r * r)};
}

static float wick_log_f32(float x)
{
    if (is_log_special(wick_bits_of_f32(x))) {
        return log_special(x);
    }
    const log_parts parts = split_log(x);
    const float square = parts.r * parts.r;
    const float tail = parts.tail + parts.count * -0x1.bd0106p-13f - 0.5f * square;
    return (tail + parts.r) + parts.count * 0x1.63p-1f;
}

static float wick_log1p_f32(float x)
{
    const float u = 1.0f + x;
    if (is_log_special(wick_bits_of_f32(u))) {
        return log_special(u);
    }
    const float rest = u > 2.0f ? 1.0f - (u - x) : x - (u - 1.0f);
    return x == 0.0f ? x : wick_log_f32(u) + rest / u;
}

static inline float exp_rest(float x, int32_t *n, float *r)
{
    *n = (int32_t)(x * 0x1.715476p+0f + (x < 0.0f ? -0.5f : 0.5f));
    const float count = (float)*n;
    *r = (x - count * 0x1.63p-1f) - count * -0x1.bd0106p-13f;
    float p = 0x1.a1b760p-13f;
    p = p * *r + 0x1.6d98bep-10f;
    p = p * *r + 0x1.11107ep-7f;
    p = p * *r + 0x1.55547ep-5f;
    p = p * *r + 0x1.555556p-3f;
    p = p * *r + 0.5f;
    return p * (*r * *r);
}

static float wick_exp_f32(float x)
{
    if (!(x <= 0x1.62e42ep+6f)) {
        return x + wick_infinity_f32();
    }
    if (x < -104.0f) {
        return 0.0f;
    }
    int32_t n;
    float r;
    const float rest = exp_rest(x, &n, &r);
    return wick_scale_f32((rest + r) + 1.0f, n);
}

static inline float wick_logaddexp_f32(float a, float b)
{
    if (a == b && wick_magnitude_f32(a) == wick_infinity_f32()) {
        return a;
    }
    return wick_larger_f32(a, b) + wick_log1p_f32(wick_exp_f32(-wick_magnitude_f32(a - b)));
}

static inline void each_logaddexp_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                           ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_logaddexp_f32(a, b);
    }
}

static void wick_logaddexp_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logaddexp_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logaddexp_each_f32(p, row, 1, 0);
    } else {
        each_logaddexp_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_logaddexp_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_logaddexp_each_f32, 0, 0);
}

static inline float wick_logaddexp2_f32(float a, float b)
{
    if (a == b && wick_magnitude_f32(a) == wick_infinity_f32()) {
        return a;
    }
    const float rest = wick_log1p_f32(wick_exp2_f32(-wick_magnitude_f32(a - b)));
    return wick_larger_f32(a, b) + rest * 1.44269504088896340736f;
}

static inline void each_logaddexp2_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                            ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_logaddexp2_f32(a, b);
    }
}

static void wick_logaddexp2_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_logaddexp2_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_logaddexp2_each_f32(p, row, 1, 0);
    } else {
        each_logaddexp2_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_logaddexp2_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_logaddexp2_each_f32, 0, 0);
}

static inline float wick_nextafter_f32(float a, float b)
{
    if (a != a || b != b) {
        return a + b;
    }
    if (a == b) {
        return b;
    }
    if (a == 0.0f) {
        return wick_with_sign_f32(0x1p-149f, b);
    }
    const uint32_t bits = wick_bits_of_f32(a);
    return wick_f32_from_bits((a < b) == (a > 0.0f) ? bits + 1 : bits - 1);
}

static inline void each_nextafter_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                           ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_nextafter_f32(a, b);
    }
}

static void wick_nextafter_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_nextafter_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_nextafter_each_f32(p, row, 1, 0);
    } else {
        each_nextafter_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_nextafter_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_nextafter_each_f32, 0, 0);
}

static inline void each_xlogy_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                  ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = b != b ? b : a == 0.0f ? 0.0f : a * wick_log_f32(b);
    }
}

static void wick_xlogy_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_xlogy_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_xlogy_f32(p, row, 1, 0);
    } else {
        each_xlogy_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_xlogy_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_xlogy_f32, 0, 0);
}

static inline void each_xlog1py_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                    ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = b != b ? b : a == 0.0f ? 0.0f : a * wick_log1p_f32(b);
    }
}

static void wick_xlog1py_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_xlog1py_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_xlog1py_f32(p, row, 1, 0);
    } else {
        each_xlog1py_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_xlog1py_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_xlog1py_f32, 0, 0);
}

static float wick_zeta_f32(float x, float q)
{
    static const float divisors[] = {12.0f,         -720.0f,     30240.0f,
                                     -1209600.0f,   47900160.0f, -1.8924375803183791606e9f,
                                     7.47242496e10f};
    if (x == 1.0f) {
        return wick_infinity_f32();
    }
    if (x < 1.0f) {
        return wick_nan_f32();
    }
    if (q <= 0.0f) {
        if (q == wick_floor_f32(q)) {
            return wick_infinity_f32();
        }
        if (x != wick_floor_f32(x)) {
            return wick_nan_f32();
        }
    }
    float sum = wick_pow_f32(q, -x);
    float at = q;
    float term = 0.0f;
    for (uint32_t i = 0; i < 9 || at <= 9.0f; i++) {
        at += 1.0f;
        term = wick_pow_f32(at, -x);
        sum += term;
        if (wick_magnitude_f32(term) < 0x1p-24f * wick_magnitude_f32(sum)) {
            return sum;
        }
    }
    sum += term * at / (x - 1.0f) - 0.5f * term;
    float factor = 1.0f;
    for (uint32_t i = 0; i < sizeof divisors / sizeof divisors[0]; i++) {
        const float step = 2.0f * (float)i;
        factor *= x + step;
        term /= at;
        const float correction = factor * term / divisors[i];
        sum += correction;
        if (wick_magnitude_f32(correction) < 0x1p-24f * wick_magnitude_f32(sum)) {
            return sum;
        }
        factor *= x + step + 1.0f;
        term /= at;
    }
    return sum;
}

static inline void each_zeta_each_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_zeta_f32(a, b);
    }
}

static void wick_zeta_each_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_zeta_each_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_zeta_each_f32(p, row, 1, 0);
    } else {
        each_zeta_each_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_zeta_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_zeta_each_f32, 0, 0);
}

static inline void each_copysign_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                     ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_with_sign_f32(wick_magnitude_f32(a), b);
    }
}

static void wick_copysign_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_copysign_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_copysign_f32(p, row, 1, 0);
    } else {
        each_copysign_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_copysign_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_copysign_f32, 0, 0);
}

static inline void each_heaviside_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a == 0.0f ? b : a > 0.0f ? 1.0f : 0.0f;
    }
}

static void wick_heaviside_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_heaviside_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_heaviside_f32(p, row, 1, 0);
    } else {
        each_heaviside_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static inline void each_heaviside_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                      ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = a == 0 ? b : a > 0;
    }
}

static void wick_heaviside_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_heaviside_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_heaviside_i64(p, row, 1, 0);
    } else {
        each_heaviside_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_heaviside_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_heaviside_f32, 0, wick_heaviside_i64);
}

static inline void each_fmax_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                 ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a != a ? b : b > a ? b : a;
    }
}

static void wick_fmax_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_fmax_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_fmax_f32(p, row, 1, 0);
    } else {
        each_fmax_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_fmax_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_fmax_f32, 0, wick_maximum_i64);
}

static inline void each_fmin_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                 ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = a != a ? b : b < a ? b : a;
    }
}

static void wick_fmin_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_fmin_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_fmin_f32(p, row, 1, 0);
    } else {
        each_fmin_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_fmin_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_fmin_f32, 0, wick_minimum_i64);
}

static inline int64_t wick_magnitude_i64(int64_t a)
{
    return a < 0 ? (int64_t)(0 - (uint64_t)a) : a;
}

static inline int64_t wick_gcd_i64(int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)wick_magnitude_i64(a);
    uint64_t y = (uint64_t)wick_magnitude_i64(b);
    while (y != 0) {
        const uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return (int64_t)x;
}

static inline void each_gcd_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                     ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_gcd_i64(a, b);
    }
}

static void wick_gcd_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_gcd_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_gcd_each_i64(p, row, 1, 0);
    } else {
        each_gcd_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_gcd_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_gcd_each_i64);
}

static inline int64_t wick_lcm_i64(int64_t a, int64_t b)
{
    const int64_t divisor = wick_gcd_i64(a, b);
    return divisor == 0 ? 0 : wick_magnitude_i64(wick_product_i64(a / divisor, b));
}

static inline void each_lcm_each_i64(const wick_number_i64 *p, const wick_row_i64 *row,
                                     ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_i64 *from_a = row->operands[0];
    const wick_number_i64 *from_b = row->operands[1];
    wick_number_i64 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = from_a[i * step_a];
        const wick_number_i64 b = from_b[i * step_b];
        out[i] = wick_lcm_i64(a, b);
    }
}

static void wick_lcm_each_i64(const wick_number_i64 *p, const wick_row_i64 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_lcm_each_i64(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_lcm_each_i64(p, row, 1, 0);
    } else {
        each_lcm_each_i64(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_lcm_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, 0, 0, wick_lcm_each_i64);
}

static inline float wick_lerp_f32(float a, float b, float weight)
{
    return wick_magnitude_f32(weight) < 0.5f ? a + weight * (b - a) : b - (b - a) * (1.0f - weight);
}

static inline void each_lerp_scalar_f32(const wick_number_f32 *p, const wick_row_f32 *row,
                                        ptrdiff_t step_a, ptrdiff_t step_b)
{
    (void)p;
    const wick_number_f32 *from_a = row->operands[0];
    const wick_number_f32 *from_b = row->operands[1];
    wick_number_f32 *out = row->out;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = from_a[i * step_a];
        const wick_number_f32 b = from_b[i * step_b];
        out[i] = wick_lerp_f32(a, b, p[0]);
    }
}

static void wick_lerp_scalar_f32(const wick_number_f32 *p, const wick_row_f32 *row)
{
    if (row->strides[0] == 1 && row->strides[1] == 1) {
        each_lerp_scalar_f32(p, row, 1, 1);
    } else if (row->strides[0] == 1 && row->strides[1] == 0) {
        each_lerp_scalar_f32(p, row, 1, 0);
    } else {
        each_lerp_scalar_f32(p, row, row->strides[0], row->strides[1]);
    }
}

static wick_status wick_lerp_scalar_run(const wick_call *call, const void *block)
{
    return run_any_ops_binary(call, block, wick_lerp_scalar_f32, 0, 0);
}

typedef struct wick_ternary {
    uint32_t rank;
    int32_t sizes[8];
    int32_t strides[3][8];
    uint8_t dtypes[3];
    uint8_t common_dtype;
    uint8_t out_dtype;
} wick_ternary;
typedef struct wick_ternary_block {
    wick_ternary plan;
    uint8_t args[3];
    uint8_t out_arg;
    wick_number numbers[3];
    wick_number parameter;
} wick_ternary_block;
typedef struct wick_row3_f32 {
    uint32_t count;
    int32_t strides[3];
    const float *operands[3];
    float *out;
} wick_row3_f32;
typedef void wick_ternary_operation_f32(const float *p, const wick_row3_f32 *row);
typedef struct wick_row3_f64 {
    uint32_t count;
    int32_t strides[3];
    const double *operands[3];
    double *out;
} wick_row3_f64;
typedef void wick_ternary_operation_f64(const double *p, const wick_row3_f64 *row);
typedef struct wick_row3_i64 {
    uint32_t count;
    int32_t strides[3];
    const int64_t *operands[3];
    int64_t *out;
} wick_row3_i64;
typedef void wick_ternary_operation_i64(const int64_t *p, const wick_row3_i64 *row);
typedef struct wick_ternary_data {
    const void *operands[3];
    void *out;
} wick_ternary_data;
typedef struct cursor {
    int32_t index[8];
    int32_t offsets[3];
} cursor;
static const void *element_kernels_elementwise_ternary(const wick_ternary *plan,
                                                       const wick_ternary_data *data, uint32_t k,
                                                       int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

static void bind_third_f64(const wick_ternary *plan, uint32_t k, const void *from, double *buffer,
                           wick_row3_f64 *row)
{
    const wick_elements elements = {plan->dtypes[k], plan->strides[k][plan->rank - 1], row->count};
    row->operands[k] = (const double *)from;
    row->strides[k] = elements.stride;
    if (elements.dtype == WICK_FLOAT64 && plan->common_dtype == WICK_FLOAT64) {
        return;
    }
    wick_read_f64(&elements, from, buffer);
    row->operands[k] = buffer;
    row->strides[k] = 1;
    if (elements.dtype != plan->common_dtype && elements.dtype != WICK_BOOL) {
        wick_round_f64(plan->common_dtype, row->count, buffer);
    }
}

static void run_third_f64(const wick_ternary *plan, wick_ternary_operation_f64 *operation,
                          const double *p, const void *const pieces[3], wick_row3_f64 *row,
                          void *out)
{
    double buffers[3][128 / sizeof(double)];
    for (uint32_t k = 0; k < 3; k++) {
        bind_third_f64(plan, k, pieces[k], buffers[k], row);
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_f64(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_f64(&to, buffers[0], out);
}

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

static void wick_ternary_run_f64(const wick_ternary *plan, wick_ternary_operation_f64 *operation,
                                 const double *p, const wick_ternary_data *data)
{
    const uint32_t last = plan->rank - 1;
    const uint32_t row_count = (uint32_t)plan->sizes[last];
    const uint32_t chunk = 128 / sizeof(double);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    cursor at = {0};
    do {
        for (uint32_t start = 0; start < row_count; start += chunk) {
            wick_row3_f64 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[3];
            for (uint32_t k = 0; k < 3; k++) {
                const int32_t step = plan->strides[k][last] * (int32_t)start;
                pieces[k] =
                    element_kernels_elementwise_ternary(plan, data, k, at.offsets[k] + step);
            }
            run_third_f64(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
        }
    } while (next_row(plan, &at));
}

static void bind_third_f32(const wick_ternary *plan, uint32_t k, const void *from, float *buffer,
                           wick_row3_f32 *row)
{
    const wick_elements elements = {plan->dtypes[k], plan->strides[k][plan->rank - 1], row->count};
    row->operands[k] = (const float *)from;
    row->strides[k] = elements.stride;
    if (elements.dtype == WICK_FLOAT32 && plan->common_dtype == WICK_FLOAT32) {
        return;
    }
    wick_read_f32(&elements, from, buffer);
    row->operands[k] = buffer;
    row->strides[k] = 1;
    if (elements.dtype != plan->common_dtype && elements.dtype != WICK_BOOL) {
        wick_round_f32(plan->common_dtype, row->count, buffer);
    }
}

static void run_third_f32(const wick_ternary *plan, wick_ternary_operation_f32 *operation,
                          const float *p, const void *const pieces[3], wick_row3_f32 *row,
                          void *out)
{
    float buffers[3][128 / sizeof(float)];
    for (uint32_t k = 0; k < 3; k++) {
        bind_third_f32(plan, k, pieces[k], buffers[k], row);
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_f32(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_f32(&to, buffers[0], out);
}

static void wick_ternary_run_f32(const wick_ternary *plan, wick_ternary_operation_f32 *operation,
                                 const float *p, const wick_ternary_data *data)
{
    const uint32_t last = plan->rank - 1;
    const uint32_t row_count = (uint32_t)plan->sizes[last];
    const uint32_t chunk = 128 / sizeof(float);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    cursor at = {0};
    do {
        for (uint32_t start = 0; start < row_count; start += chunk) {
            wick_row3_f32 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[3];
            for (uint32_t k = 0; k < 3; k++) {
                const int32_t step = plan->strides[k][last] * (int32_t)start;
                pieces[k] =
                    element_kernels_elementwise_ternary(plan, data, k, at.offsets[k] + step);
            }
            run_third_f32(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
        }
    } while (next_row(plan, &at));
}

static void bind_third_i64(const wick_ternary *plan, uint32_t k, const void *from, int64_t *buffer,
                           wick_row3_i64 *row)
{
    const wick_elements elements = {plan->dtypes[k], plan->strides[k][plan->rank - 1], row->count};
    row->operands[k] = (const int64_t *)from;
    row->strides[k] = elements.stride;
    if (elements.dtype == WICK_INT64 && plan->common_dtype == WICK_INT64) {
        return;
    }
    wick_read_i64(&elements, from, buffer);
    row->operands[k] = buffer;
    row->strides[k] = 1;
    if (elements.dtype != plan->common_dtype && elements.dtype != WICK_BOOL) {
        wick_round_i64(plan->common_dtype, row->count, buffer);
    }
}

static void run_third_i64(const wick_ternary *plan, wick_ternary_operation_i64 *operation,
                          const int64_t *p, const void *const pieces[3], wick_row3_i64 *row,
                          void *out)
{
    int64_t buffers[3][128 / sizeof(int64_t)];
    for (uint32_t k = 0; k < 3; k++) {
        bind_third_i64(plan, k, pieces[k], buffers[k], row);
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        wick_round_i64(plan->common_dtype, row->count, buffers[0]);
    }
    wick_write_i64(&to, buffers[0], out);
}

static void wick_ternary_run_i64(const wick_ternary *plan, wick_ternary_operation_i64 *operation,
                                 const int64_t *p, const wick_ternary_data *data)
{
    const uint32_t last = plan->rank - 1;
    const uint32_t row_count = (uint32_t)plan->sizes[last];
    const uint32_t chunk = 128 / sizeof(int64_t);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    cursor at = {0};
    do {
        for (uint32_t start = 0; start < row_count; start += chunk) {
            wick_row3_i64 row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[3];
            for (uint32_t k = 0; k < 3; k++) {
                const int32_t step = plan->strides[k][last] * (int32_t)start;
                pieces[k] =
                    element_kernels_elementwise_ternary(plan, data, k, at.offsets[k] + step);
            }
            run_third_i64(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
        }
    } while (next_row(plan, &at));
}

static wick_status run_any_ops_ternary(const wick_call *call, const wick_ternary_block *block,
                                       wick_ternary_operation_f32 *real,
                                       wick_ternary_operation_f64 *wide,
                                       wick_ternary_operation_i64 *integer)
{
    wick_ternary_data data = {.out = wick_call_tensor(call, block->out_arg)->data};
    for (uint32_t k = 0; k < 3; k++) {
        const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
        data.operands[k] = tensor != 0 ? tensor->data : (const void *)&block->numbers[k];
    }
    if (block->plan.rank == 0) {
        return WICK_OK;
    }
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        wick_ternary_run_f64(&block->plan, wide, &block->parameter.wide, &data);
    } else if (wick_dtype_is_float(block->plan.common_dtype)) {
        wick_ternary_run_f32(&block->plan, real, &block->parameter.real, &data);
    } else {
        wick_ternary_run_i64(&block->plan, integer, &block->parameter.integer, &data);
    }
    return WICK_OK;
}

static void wick_where_f32(const wick_number_f32 *p, const wick_row3_f32 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = row->operands[0][i * row->strides[0]];
        const wick_number_f32 b = row->operands[1][i * row->strides[1]];
        const wick_number_f32 c = row->operands[2][i * row->strides[2]];
        row->out[i] = a != 0.0f ? b : c;
    }
}

static void wick_where_i64(const wick_number_i64 *p, const wick_row3_i64 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = row->operands[0][i * row->strides[0]];
        const wick_number_i64 b = row->operands[1][i * row->strides[1]];
        const wick_number_i64 c = row->operands[2][i * row->strides[2]];
        row->out[i] = a != 0 ? b : c;
    }
}

static wick_status wick_where_run(const wick_call *call, const void *block)
{
    return run_any_ops_ternary(call, block, wick_where_f32, 0, wick_where_i64);
}

static void wick_clamp_each_f32(const wick_number_f32 *p, const wick_row3_f32 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = row->operands[0][i * row->strides[0]];
        const wick_number_f32 b = row->operands[1][i * row->strides[1]];
        const wick_number_f32 c = row->operands[2][i * row->strides[2]];
        row->out[i] = a != a ? a : wick_smaller_f32(wick_larger_f32(a, b), c);
    }
}

static void wick_clamp_each_i64(const wick_number_i64 *p, const wick_row3_i64 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = row->operands[0][i * row->strides[0]];
        const wick_number_i64 b = row->operands[1][i * row->strides[1]];
        const wick_number_i64 c = row->operands[2][i * row->strides[2]];
        row->out[i] = wick_smaller_i64(wick_larger_i64(a, b), c);
    }
}

static wick_status wick_clamp_tensor_run(const wick_call *call, const void *block)
{
    return run_any_ops_ternary(call, block, wick_clamp_each_f32, 0, wick_clamp_each_i64);
}

static void wick_lerp_each_f32(const wick_number_f32 *p, const wick_row3_f32 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = row->operands[0][i * row->strides[0]];
        const wick_number_f32 b = row->operands[1][i * row->strides[1]];
        const wick_number_f32 c = row->operands[2][i * row->strides[2]];
        row->out[i] = wick_lerp_f32(a, b, c);
    }
}

static wick_status wick_lerp_run(const wick_call *call, const void *block)
{
    return run_any_ops_ternary(call, block, wick_lerp_each_f32, 0, 0);
}

static void wick_addcmul_f32(const wick_number_f32 *p, const wick_row3_f32 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = row->operands[0][i * row->strides[0]];
        const wick_number_f32 b = row->operands[1][i * row->strides[1]];
        const wick_number_f32 c = row->operands[2][i * row->strides[2]];
        row->out[i] = a + p[0] * b * c;
    }
}

static void wick_addcmul_i64(const wick_number_i64 *p, const wick_row3_i64 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_i64 a = row->operands[0][i * row->strides[0]];
        const wick_number_i64 b = row->operands[1][i * row->strides[1]];
        const wick_number_i64 c = row->operands[2][i * row->strides[2]];
        row->out[i] = wick_sum_i64(a, wick_product_i64(p[0], b), c);
    }
}

static wick_status wick_addcmul_run(const wick_call *call, const void *block)
{
    return run_any_ops_ternary(call, block, wick_addcmul_f32, 0, wick_addcmul_i64);
}

static void wick_addcdiv_f32(const wick_number_f32 *p, const wick_row3_f32 *row)
{
    (void)p;
    for (ptrdiff_t i = 0, count = (ptrdiff_t)row->count; i < count; i++) {
        const wick_number_f32 a = row->operands[0][i * row->strides[0]];
        const wick_number_f32 b = row->operands[1][i * row->strides[1]];
        const wick_number_f32 c = row->operands[2][i * row->strides[2]];
        row->out[i] = a + p[0] * b / c;
    }
}

static wick_status wick_addcdiv_run(const wick_call *call, const void *block)
{
    return run_any_ops_ternary(call, block, wick_addcdiv_f32, 0, 0);
}

typedef struct wick_unary {
    uint32_t count;
    uint8_t in_dtype;
    uint8_t common_dtype;
    uint8_t out_dtype;
} wick_unary;
typedef struct wick_unary_block {
    wick_unary plan;
    union {
        float real[4];
        int64_t integer[2];
        double wide[WICK_WIDE_PARAMETERS];
    } parameters;
} wick_unary_block;
typedef void wick_unary_operation_f32(const float *p, uint32_t count, const float *in, float *out);
typedef void wick_unary_operation_f64(const double *p, uint32_t count, const double *in,
                                      double *out);
typedef void wick_unary_operation_i64(const int64_t *p, uint32_t count, const int64_t *in,
                                      int64_t *out);
static void wick_unary_run_f64(const wick_unary *plan, wick_unary_operation_f64 *operation,
                               const double *p, const void *in, void *out)
{
    if (plan->in_dtype == WICK_FLOAT64 && plan->out_dtype == WICK_FLOAT64) {
        operation(p, plan->count, (const double *)in, (double *)out);
        return;
    }
    const uint32_t in_bytes = wick_dtype_size_bytes(plan->in_dtype);
    const uint32_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    double numbers[128 / sizeof(double)];
    uint32_t count = 128 / sizeof(double);
    for (uint32_t start = 0; start < plan->count; start += count) {
        count = plan->count - start < count ? plan->count - start : count;
        const wick_elements from = {plan->in_dtype, 1, count};
        const wick_elements to = {plan->out_dtype, 1, count};
        wick_read_f64(&from, (const uint8_t *)in + (size_t)start * in_bytes, numbers);
        operation(p, count, numbers, numbers);
        if (plan->out_dtype != plan->common_dtype) {
            wick_round_f64(plan->common_dtype, count, numbers);
        }
        wick_write_f64(&to, numbers, (uint8_t *)out + (size_t)start * out_bytes);
    }
}

static void wick_unary_run_f32(const wick_unary *plan, wick_unary_operation_f32 *operation,
                               const float *p, const void *in, void *out)
{
    if (plan->in_dtype == WICK_FLOAT32 && plan->out_dtype == WICK_FLOAT32) {
        operation(p, plan->count, (const float *)in, (float *)out);
        return;
    }
    const uint32_t in_bytes = wick_dtype_size_bytes(plan->in_dtype);
    const uint32_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    float numbers[128 / sizeof(float)];
    uint32_t count = 128 / sizeof(float);
    for (uint32_t start = 0; start < plan->count; start += count) {
        count = plan->count - start < count ? plan->count - start : count;
        const wick_elements from = {plan->in_dtype, 1, count};
        const wick_elements to = {plan->out_dtype, 1, count};
        wick_read_f32(&from, (const uint8_t *)in + (size_t)start * in_bytes, numbers);
        operation(p, count, numbers, numbers);
        if (plan->out_dtype != plan->common_dtype) {
            wick_round_f32(plan->common_dtype, count, numbers);
        }
        wick_write_f32(&to, numbers, (uint8_t *)out + (size_t)start * out_bytes);
    }
}

static void wick_unary_run_i64(const wick_unary *plan, wick_unary_operation_i64 *operation,
                               const int64_t *p, const void *in, void *out)
{
    if (plan->in_dtype == WICK_INT64 && plan->out_dtype == WICK_INT64) {
        operation(p, plan->count, (const int64_t *)in, (int64_t *)out);
        return;
    }
    const uint32_t in_bytes = wick_dtype_size_bytes(plan->in_dtype);
    const uint32_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    int64_t numbers[128 / sizeof(int64_t)];
    uint32_t count = 128 / sizeof(int64_t);
    for (uint32_t start = 0; start < plan->count; start += count) {
        count = plan->count - start < count ? plan->count - start : count;
        const wick_elements from = {plan->in_dtype, 1, count};
        const wick_elements to = {plan->out_dtype, 1, count};
        wick_read_i64(&from, (const uint8_t *)in + (size_t)start * in_bytes, numbers);
        operation(p, count, numbers, numbers);
        if (plan->out_dtype != plan->common_dtype) {
            wick_round_i64(plan->common_dtype, count, numbers);
        }
        wick_write_i64(&to, numbers, (uint8_t *)out + (size_t)start * out_bytes);
    }
}

static wick_status run_any_ops_unary(const wick_call *call, const wick_unary_block *block,
                                     uint32_t out_arg, wick_unary_operation_f32 *real,
                                     wick_unary_operation_f64 *wide,
                                     wick_unary_operation_i64 *integer)
{
    const void *in = wick_call_tensor(call, 0)->data;
    void *out = wick_call_tensor(call, out_arg)->data;
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        wick_unary_run_f64(&block->plan, wide, block->parameters.wide, in, out);
    } else if (wick_dtype_is_float(block->plan.common_dtype)) {
        wick_unary_run_f32(&block->plan, real, block->parameters.real, in, out);
    } else {
        wick_unary_run_i64(&block->plan, integer, block->parameters.integer, in, out);
    }
    return WICK_OK;
}

static void wick_relu_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x < 0.0f ? 0.0f : x;
    }
}

static void wick_clamp_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                           wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = wick_smaller_i64(wick_larger_i64(x, p[0]), p[1]);
    }
}

static wick_status wick_relu_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_relu_f32, 0, wick_clamp_i64);
}

static void wick_clamp_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                           wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_smaller_f32(wick_larger_f32(x, p[0]), p[1]);
    }
}

static wick_status wick_clamp_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 3, wick_clamp_f32, 0, wick_clamp_i64);
}

static void wick_sigmoid_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                             wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = 1.0f / (1.0f + wick_exp_f32(-x));
    }
}

static wick_status wick_sigmoid_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sigmoid_f32, 0, 0);
}

static float wick_tanh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 0.625f) {
        const float z = x * x;
        float p = -0x1.76abf6p-8f;
        p = p * z + 0x1.5256cep-6f;
        p = p * z + -0x1.b84448p-5f;
        p = p * z + 0x1.110768p-3f;
        p = p * z + -0x1.555534p-2f;
        return a < 0x1p-12f ? x : x + x * (z * p);
    }
    if (a > 9.1f) {
        return wick_with_sign_f32(1.0f, x);
    }
    return wick_with_sign_f32(1.0f - 2.0f / (wick_exp_f32(2.0f * a) + 1.0f), x);
}

static void wick_tanh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_tanh_f32(x);
    }
}

static wick_status wick_tanh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_tanh_each_f32, 0, 0);
}

static void wick_gelu_tanh_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = 0.5f * x *
                 (1.0f + wick_tanh_f32(0.79788456080286535588f * (x + 0.044715f * (x * x * x))));
    }
}

static float wick_erf_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 0x1.d8p-1f) {
        const float z = x * x;
        float p = 0x1.603ab6p-14f;
        p = p * z + -0x1.ab48dcp-11f;
        p = p * z + 0x1.54e650p-8f;
        p = p * z + -0x1.b811c2p-6f;
        p = p * z + 0x1.ce2e30p-4f;
        p = p * z + -0x1.812744p-2f;
        p = p * z + 0x1.06eba8p-3f;
        return x + x * p;
    }
    if (a >= 4.0f) {
        return wick_with_sign_f32(1.0f, x);
    }
    float q = -0x1.d6075cp-22f;
    q = q * a + -0x1.03a29ap-16f;
    q = q * a + 0x1.a73278p-12f;
    q = q * a + -0x1.0b23f8p-8f;
    q = q * a + 0x1.98a2fep-6f;
    q = q * a + -0x1.baa7acp-4f;
    q = q * a + -0x1.4459ecp-1f;
    q = q * a + -0x1.2123dep+0f;
    q = q * a + 0x1.57f136p-13f;
    return wick_with_sign_f32(1.0f - wick_exp_f32(q), x);
}

static void wick_gelu_erf_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x * 0.5f * (1.0f + wick_erf_f32(x * 0.70710678118654752440f));
    }
}

static wick_status wick_gelu_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    if (b->parameters.integer[0] != 0) {
        return run_any_ops_unary(call, b, 2, wick_gelu_tanh_f32, 0, 0);
    }
    return run_any_ops_unary(call, b, 2, wick_gelu_erf_f32, 0, 0);
}

static void wick_leaky_relu_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x > 0.0f ? x : x * p[0];
    }
}

static wick_status wick_leaky_relu_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 2, wick_leaky_relu_f32, 0, 0);
}

static void wick_hardswish_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x * wick_smaller_f32(wick_larger_f32(x + 3.0f, 0.0f), 6.0f) / 6.0f;
    }
}

static wick_status wick_hardswish_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_hardswish_f32, 0, 0);
}

static void wick_hardsigmoid_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_smaller_f32(wick_larger_f32(x + 3.0f, 0.0f), 6.0f) / 6.0f;
    }
}

static wick_status wick_hardsigmoid_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_hardsigmoid_f32, 0, 0);
}

static void wick_silu_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x / (1.0f + wick_exp_f32(-x));
    }
}

static wick_status wick_silu_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_silu_f32, 0, 0);
}

static void wick_exp_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_exp_f32(x);
    }
}

static wick_status wick_exp_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_exp_each_f32, 0, 0);
}

static void wick_reciprocal_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = 1.0f / x;
    }
}

static wick_status wick_reciprocal_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_reciprocal_f32, 0, 0);
}

static void wick_round_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_rint_f32(x);
    }
}

static wick_status wick_round_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_round_each_f32, 0, wick_clamp_i64);
}

static void wick_log_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_log_f32(x);
    }
}

static wick_status wick_log_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_log_each_f32, 0, 0);
}

static inline float log_of_base(float x, float factor, float factor_rest, const float count[2])
{
    if (is_log_special(wick_bits_of_f32(x))) {
        return log_special(x);
    }
    const log_parts parts = split_log(x);
    const float rest = parts.tail - 0.5f * (parts.r * parts.r);
    const float high = wick_f32_from_bits(wick_bits_of_f32(parts.r) & 0xfffff000u);
    const float low = (parts.r - high) + rest;
    const float tail = (high + low) * factor_rest + low * factor + parts.count * count[1];
    return (tail + high * factor) + parts.count * count[0];
}

static float wick_log2_f32(float x)
{
    static const float count[] = {1.0f, 0.0f};
    return log_of_base(x, 0x1.716p+0f, -0x1.7135a8p-13f, count);
}

static void wick_log2_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_log2_f32(x);
    }
}

static wick_status wick_log2_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_log2_each_f32, 0, 0);
}

static float wick_log10_f32(float x)
{
    static const float count[] = {0x1.344p-2f, 0x1.3509f8p-18f};
    return log_of_base(x, 0x1.bccp-2f, -0x1.09d5b2p-15f, count);
}

static void wick_log10_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_log10_f32(x);
    }
}

static wick_status wick_log10_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_log10_each_f32, 0, 0);
}

static void wick_log1p_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_log1p_f32(x);
    }
}

static wick_status wick_log1p_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_log1p_each_f32, 0, 0);
}

static float wick_expm1_f32(float x)
{
    if (!(x <= 88.0f)) {
        return wick_exp_f32(x) - 1.0f;
    }
    if (x < -18.0f) {
        return -1.0f;
    }
    int32_t n;
    float r;
    const float rest = exp_rest(x, &n, &r);
    if (n == 0) {
        return rest == 0.0f ? x : rest + r;
    }
    const float power = wick_power_of_two_f32(n);
    return n > 24 ? (rest + r + 1.0f) * power : (rest + r) * power + (power - 1.0f);
}

static void wick_expm1_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_expm1_f32(x);
    }
}

static wick_status wick_expm1_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_expm1_each_f32, 0, 0);
}

static void wick_exp2_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_exp2_f32(x);
    }
}

static wick_status wick_exp2_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_exp2_each_f32, 0, 0);
}

typedef struct angle_kernels_math_trigonometric {
    uint32_t quarter;
    float rest;
} angle_kernels_math_trigonometric;
static uint32_t two_over_pi_kernels_math_trigonometric(uint32_t at)
{
    static const uint32_t words[] = {0,           0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                     0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
    const uint32_t word = at / 32;
    const uint64_t pair = (uint64_t)words[word] << 32 | words[word + 1];
    return (uint32_t)(pair << at % 32 >> 32);
}

static float radians(uint64_t left)
{
    if (left == 0) {
        return 0.0f;
    }
    int32_t exponent = -31;
    for (; left >> 56 == 0; left <<= 8) {
        exponent -= 8;
    }
    for (; left >> 63 == 0; left <<= 1) {
        exponent--;
    }
    const uint64_t product = (left >> 32) * 0xc90fdaa2u;
    return (float)(uint32_t)(product >> 32) * wick_power_of_two_f32(exponent);
}

static angle_kernels_math_trigonometric reduce_kernels_math_trigonometric(float x)
{
    const uint32_t bits = wick_bits_of_f32(x) & 0x7fffffffu;
    const uint64_t significand = (bits & 0x7fffffu) | 0x800000u;
    const uint32_t at = (bits >> 23) - 120;
    const uint64_t product = (two_over_pi_kernels_math_trigonometric(at) * significand << 32) +
                             two_over_pi_kernels_math_trigonometric(at + 32) * significand +
                             (two_over_pi_kernels_math_trigonometric(at + 64) * significand >> 32);
    const uint64_t fraction = product << 2;
    const uint32_t quarter = (uint32_t)(product >> 62);
    if (fraction >> 63 != 0) {
        return (angle_kernels_math_trigonometric){quarter + 1, -radians(0 - fraction)};
    }
    return (angle_kernels_math_trigonometric){quarter, radians(fraction)};
}

static float cosine_kernels_math_trigonometric(float x)
{
    static const float c[] = {-0x1.2429fcp-22f, 0x1.a0111cp-16f, -0x1.6c16b8p-10f, 0x1.555556p-5f};
    const float z = x * x;
    const float half = 0.5f * z;
    const float one = 1.0f - half;
    return one +
           ((1.0f - one - half) + z * z * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), z));
}

static float sine_kernels_math_trigonometric(float x)
{
    static const float c[] = {0x1.6cd732p-19f, -0x1.a00f98p-13f, 0x1.111108p-7f, -0x1.555556p-3f};
    const float z = x * x;
    return x + x * (z * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), z));
}

static float sine_of_kernels_math_trigonometric(float x, uint32_t turn)
{
    const float magnitude = wick_magnitude_f32(x);
    angle_kernels_math_trigonometric a = {0, magnitude};
    if (!(magnitude < wick_infinity_f32())) {
        return wick_nan_f32();
    }
    if (magnitude > 0x1.921fb6p-1f) {
        a = reduce_kernels_math_trigonometric(magnitude);
    }
    a.quarter += turn;
    const float value = (a.quarter & 1u) != 0 ? cosine_kernels_math_trigonometric(a.rest)
                                              : sine_kernels_math_trigonometric(a.rest);
    return (a.quarter & 2u) != 0 ? -value : value;
}

static float wick_sin_f32(float x)
{
    const float value = sine_of_kernels_math_trigonometric(x, 0);
    return wick_f32_from_bits(wick_bits_of_f32(value) ^ (wick_bits_of_f32(x) & 0x80000000u));
}

static void wick_sin_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_sin_f32(x);
    }
}

static wick_status wick_sin_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sin_each_f32, 0, 0);
}

static float wick_cos_f32(float x)
{
    return sine_of_kernels_math_trigonometric(x, 1);
}

static void wick_cos_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_cos_f32(x);
    }
}

static wick_status wick_cos_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_cos_each_f32, 0, 0);
}

static float wick_tan_f32(float x)
{
    const float magnitude = wick_magnitude_f32(x);
    angle_kernels_math_trigonometric a = {0, magnitude};
    if (!(magnitude < wick_infinity_f32())) {
        return wick_nan_f32();
    }
    if (magnitude > 0x1.921fb6p-1f) {
        a = reduce_kernels_math_trigonometric(magnitude);
    } else if (magnitude < 0x1p-12f) {
        return x;
    }
    const float s = sine_kernels_math_trigonometric(a.rest);
    const float c = cosine_kernels_math_trigonometric(a.rest);
    const float value = (a.quarter & 1u) != 0 ? -c / s : s / c;
    return wick_f32_from_bits(wick_bits_of_f32(value) ^ (wick_bits_of_f32(x) & 0x80000000u));
}

static void wick_tan_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_tan_f32(x);
    }
}

static wick_status wick_tan_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_tan_each_f32, 0, 0);
}

static float arc_sine(float x)
{
    static const float c[] = {0x1.33bbe8p-5f, 0x1.d7f1e4p-7f, 0x1.04a65cp-5f,
                              0x1.6cac3cp-5f, 0x1.33388ep-4f, 0x1.55554cp-3f};
    const float z = x * x;
    return x + x * (z * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), z));
}

static float wick_asin_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a <= 0.5f) {
        return arc_sine(x);
    }
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    const float root = wick_sqrt_f32((1.0f - a) * 0.5f);
    return wick_with_sign_f32(0x1.921fb6p+0f - (2.0f * arc_sine(root) - -0x1.777a5cp-25f), x);
}

static void wick_asin_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_asin_f32(x);
    }
}

static wick_status wick_asin_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_asin_each_f32, 0, 0);
}

static float wick_acos_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a <= 0.5f) {
        return 0x1.921fb6p+0f - (arc_sine(x) - -0x1.777a5cp-25f);
    }
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    const float value = 2.0f * arc_sine(wick_sqrt_f32((1.0f - a) * 0.5f));
    return x < 0.0f ? 0x1.921fb6p+1f - (value - -0x1.777a5cp-24f) : value;
}

static void wick_acos_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_acos_f32(x);
    }
}

static wick_status wick_acos_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_acos_each_f32, 0, 0);
}

static void wick_atan_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_atan_f32(x);
    }
}

static wick_status wick_atan_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_atan_each_f32, 0, 0);
}

static float wick_sinh_f32(float x)
{
    static const float c[] = {0x1.7a267ep-19f, 0x1.9ffe12p-13f, 0x1.111136p-7f, 0x1.555556p-3f};
    const float a = wick_magnitude_f32(x);
    if (a < 1.0f) {
        const float z = x * x;
        return x + x * (z * wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), z));
    }
    if (a < 88.0f) {
        const float e = wick_exp_f32(a);
        return wick_with_sign_f32(0.5f * (e - 1.0f / e), x);
    }
    const float root = wick_exp_f32(0.5f * a);
    return x != x ? x : wick_with_sign_f32(0.5f * root * root, x);
}

static void wick_sinh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_sinh_f32(x);
    }
}

static wick_status wick_sinh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sinh_each_f32, 0, 0);
}

static float wick_cosh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 88.0f) {
        const float e = wick_exp_f32(a);
        return 0.5f * (e + 1.0f / e);
    }
    const float root = wick_exp_f32(0.5f * a);
    return 0.5f * root * root;
}

static void wick_cosh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_cosh_f32(x);
    }
}

static wick_status wick_cosh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_cosh_each_f32, 0, 0);
}

static float wick_asinh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 0x1p-12f || x != x) {
        return x;
    }
    float value;
    if (a < 0x1p+12f) {
        const float square = a * a;
        value = wick_log1p_f32(a + square / (1.0f + wick_sqrt_f32(1.0f + square)));
    } else {
        value = wick_log_f32(a) + 0x1.62e43p-1f;
    }
    return wick_with_sign_f32(value, x);
}

static void wick_asinh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_asinh_f32(x);
    }
}

static wick_status wick_asinh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_asinh_each_f32, 0, 0);
}

static float wick_acosh_f32(float x)
{
    if (!(x >= 1.0f)) {
        return wick_nan_f32();
    }
    const float above = x - 1.0f;
    if (x < 0x1p+12f) {
        return wick_log1p_f32(above + wick_sqrt_f32(2.0f * above + above * above));
    }
    return wick_log_f32(x) + 0x1.62e43p-1f;
}

static void wick_acosh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_acosh_f32(x);
    }
}

static wick_status wick_acosh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_acosh_each_f32, 0, 0);
}

static float wick_atanh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    if (a < 0x1p-12f) {
        return x;
    }
    const float twice = a + a;
    const float inner = a < 0.5f ? twice + twice * a / (1.0f - a) : twice / (1.0f - a);
    return wick_with_sign_f32(0.5f * wick_log1p_f32(inner), x);
}

static void wick_atanh_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_atanh_f32(x);
    }
}

static wick_status wick_atanh_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_atanh_each_f32, 0, 0);
}

static void wick_erf_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_erf_f32(x);
    }
}

static wick_status wick_erf_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_erf_each_f32, 0, 0);
}

static float exp_of_minus_square(float x)
{
    const float head = wick_f32_from_bits(wick_bits_of_f32(x) & 0xfffff000u);
    return wick_exp_f32(-head * head) * wick_exp_f32(-(x - head) * (x + head));
}

static float wick_erfc_f32(float x);

static float wick_erfcx_f32(float x)
{
    static const float near[] = {0x1.1529a2p-11f, 0x1.2f929cp-10f, 0x1.df42aep-12f, -0x1.bda398p-9f,
                                 -0x1.33baacp-7f, -0x1.e0668ep-9f, 0x1.7d5bcap-5f,  0x1.aadce0p-4f,
                                 -0x1.137c7p-1f,  0x1.9b5f3ap-2f};
    static const float far[] = {-0x1.9305a4p-11f, 0x1.09664p-8f,  -0x1.a5008cp-7f, 0x1.0069f8p-5f,
                                -0x1.027d1cp-4f,  0x1.be5016p-4f, -0x1.506668p-3f, 0x1.bff01ap-3f,
                                -0x1.094922p-2f,  0x1.18932cp-3f};
    if (x < 0.45f) {
        return wick_exp_f32(x * x) * wick_erfc_f32(x);
    }
    if (x < 2.0f) {
        return wick_polynomial_f32(near, sizeof(near) / sizeof((near)[0]), (x - 1.1f) / (x + 1.1f));
    }
    if (x < 10.3f) {
        return wick_polynomial_f32(far, sizeof(far) / sizeof((far)[0]), (x - 4.0f) / (x + 4.0f));
    }
    const float z = 1.0f / x;
    return 0x1.20dd76p-1f * z * (1.0f - 0.5f * z * z * (1.0f - 1.5f * z * z));
}

static float wick_erfc_f32(float x)
{
    if (x < 0.5f) {
        return 1.0f - wick_erf_f32(x);
    }
    if (!(x < 10.3f)) {
        return x != x ? x : 0.0f;
    }
    return exp_of_minus_square(x) * wick_erfcx_f32(x);
}

static void wick_erfc_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_erfc_f32(x);
    }
}

static wick_status wick_erfc_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_erfc_each_f32, 0, 0);
}

static float wick_erfinv_f32(float x)
{
    static const float near[] = {
        -0x1.2e1290p-27f, 0x1.8f1f8cp-26f,  0x1.f48d82p-22f, -0x1.d0c15ep-19f, -0x1.4d160ep-18f,
        0x1.c9e6c4p-13f,  -0x1.486616p-10f, -0x1.11c4ecp-8f, 0x1.f91e8ap-3f,   0x1.805c5ep+0f};
    static const float far[] = {-0x1.2541fap-13f, 0x1.1c0266p-14f, 0x1.4b6e72p-10f,
                                -0x1.dd40bep-9f,  0x1.7ab81ap-8f,  -0x1.f41282p-8f,
                                0x1.3518e4p-7f,   0x1.006dbep+0f,  0x1.6a9efep+1f};
    const float a = wick_magnitude_f32(x);
    if (!(a < 1.0f)) {
        return a == 1.0f ? wick_with_sign_f32(wick_infinity_f32(), x) : wick_nan_f32();
    }
    const float w = a < 0.5f ? -wick_log1p_f32(-x * x) : -wick_log_f32((1.0f - a) * (1.0f + a));
    if (w < 5.0f) {
        return x * wick_polynomial_f32(near, sizeof(near) / sizeof((near)[0]), w - 2.5f);
    }
    return x * wick_polynomial_f32(far, sizeof(far) / sizeof((far)[0]), wick_sqrt_f32(w) - 3.0f);
}

static void wick_erfinv_each_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_erfinv_f32(x);
    }
}

static wick_status wick_erfinv_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_erfinv_each_f32, 0, 0);
}

static float log_gamma_quotient(float x)
{
    static const float c[] = {-0x1.90248p-10f, 0x1.40e914p-9f, -0x1.986828p-9f, 0x1.5cfdep-8f,
                              -0x1.353706p-7f, 0x1.1362ccp-6f, -0x1.00799ep-5f, 0x1.01af04p-4f,
                              -0x1.2aed06p-3f, 0x1.eeb95cp-2f};
    return wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), x);
}

static float log_gamma_positive_kernels_math_gamma(float x)
{
    if (x < 1.0f) {
        return x * (x - 1.0f) * log_gamma_quotient(x - 0.5f) - wick_log_f32(x);
    }
    if (x < 8.0f) {
        float product = 1.0f;
        for (; x > 2.0f; product *= x) {
            x -= 1.0f;
        }
        return (x - 1.0f) * (x - 2.0f) * log_gamma_quotient(x - 1.5f) + wick_log_f32(product);
    }
    const float z = 1.0f / x;
    const float rest = z * (0x1.555556p-4f + z * z * (-0x1.6c16c2p-9f + z * z * 0x1.a01a02p-11f));
    return (x - 0.5f) * (wick_log_f32(x) - 1.0f) + (0x1.acfe39p-2f + rest);
}

static float wick_sin_pi_f32(float x)
{
    const float magnitude = wick_magnitude_f32(x);
    if (!(magnitude < 0x1p+23f)) {
        return x - x;
    }
    const int32_t halves = (int32_t)(2.0f * magnitude + 0.5f);
    const float rest = (magnitude - 0.5f * (float)halves) * 0x1.921fb6p+1f;
    const float value = (halves & 1) != 0 ? cosine_kernels_math_trigonometric(rest)
                                          : sine_kernels_math_trigonometric(rest);
    return ((halves & 2) != 0) != (x < 0.0f) ? -value : value;
}

static float wick_lgamma_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a == wick_infinity_f32()) {
        return a;
    }
    if (x > 0.0f || x != x) {
        return x != x ? x : log_gamma_positive_kernels_math_gamma(x);
    }
    const float sine = wick_magnitude_f32(wick_sin_pi_f32(x));
    if (sine == 0.0f) {
        return wick_infinity_f32();
    }
    if (a < 0x1p-20f) {
        return -wick_log_f32(a);
    }
    return wick_log_f32(0x1.921fb6p+1f / (sine * a)) - log_gamma_positive_kernels_math_gamma(a);
}

static void wick_lgamma_each_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_lgamma_f32(x);
    }
}

static wick_status wick_lgamma_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_lgamma_each_f32, 0, 0);
}

static float wick_digamma_f32(float x)
{
    if (x == 0.0f) {
        return wick_with_sign_f32(wick_infinity_f32(), -x);
    }
    float sum = 0.0f;
    if (x < 0.0f) {
        const float sine = wick_sin_pi_f32(x);
        if (sine == 0.0f || x != x) {
            return wick_nan_f32();
        }
        sum = -0x1.921fb6p+1f * wick_sin_pi_f32(x - wick_trunc_f32(x) + 0.5f) /
              wick_sin_pi_f32(x - wick_trunc_f32(x));
        x = 1.0f - x;
    }
    for (; x < 10.0f; x += 1.0f) {
        sum -= 1.0f / x;
    }
    if (x == wick_infinity_f32()) {
        return sum + x;
    }
    const float z = 1.0f / (x * x);
    const float rest =
        z * (0x1.555556p-4f - z * (0x1.111112p-7f - z * (0x1.041042p-8f - z * 0x1.111112p-8f)));
    return sum + (wick_log_f32(x) - 0.5f / x - rest);
}

static void wick_digamma_each_f32(const wick_number_f32 *p, uint32_t count,
                                  const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_digamma_f32(x);
    }
}

static wick_status wick_digamma_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_digamma_each_f32, 0, 0);
}

static float near_i0(float a)
{
    static const float c[] = {0x1.9fd6dp-15f, 0x1.497762p-11f, 0x1.036b08p-7f,
                              0x1.233caap-4f, 0x1.c71d1ep-2f,  0x1.c71c6ap+0f,
                              0x1.0p+2f,      0x1.0p+2f,       0x1.0p+0f};
    return wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), a * a * 0.0625f);
}

static float grown_kernels_math_bessel(float value, float a)
{
    const float root = wick_exp_f32(0.5f * a);
    return value * root * root;
}

static float far_i0(float a)
{
    static const float c[] = {0x1.32083cp-9f, -0x1.26ccc6p-7f,  0x1.a2f90cp-7f, -0x1.1181aap-7f,
                              0x1.697ce6p-9f, -0x1.09b798p-13f, 0x1.bba45p-12f, 0x1.ce411p-10f,
                              0x1.987f4p-7f,  0x1.988454p-2f};
    return wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), 4.0f / a) / wick_sqrt_f32(a);
}

static float wick_i0_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return a <= 4.0f ? near_i0(a) : grown_kernels_math_bessel(far_i0(a), a);
}

static void wick_i0_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                             wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_i0_f32(x);
    }
}

static wick_status wick_i0_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_i0_each_f32, 0, 0);
}

static void wick_sqrt_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_sqrt_f32(x);
    }
}

static wick_status wick_sqrt_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sqrt_each_f32, 0, 0);
}

static void wick_rsqrt_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                           wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = 1.0f / wick_sqrt_f32(x);
    }
}

static wick_status wick_rsqrt_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_rsqrt_f32, 0, 0);
}

static void wick_sinc_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x == 0.0f ? 1.0f : wick_sin_pi_f32(x) / (x * 3.14159265358979323846f);
    }
}

static wick_status wick_sinc_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sinc_f32, 0, 0);
}

static void wick_erfcx_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_erfcx_f32(x);
    }
}

static wick_status wick_erfcx_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_erfcx_each_f32, 0, 0);
}

static float wick_i0e_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return a <= 4.0f ? near_i0(a) * wick_exp_f32(-a) : far_i0(a);
}

static void wick_i0e_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_i0e_f32(x);
    }
}

static wick_status wick_i0e_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_i0e_each_f32, 0, 0);
}

static float signed_as(float value, float x)
{
    return x < 0.0f ? -value : value;
}

static float near_i1(float a)
{
    static const float c[] = {0x1.6bbdc2p-19f, 0x1.4ae9eep-15f, 0x1.285556p-11f,
                              0x1.8454bcp-8f,  0x1.6c1712p-5f,  0x1.c71c6ep-3f,
                              0x1.555556p-1f,  0x1.0p+0f,       0x1.0p-1f};
    return wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), a * a * 0.0625f) * a;
}

static float far_i1(float a)
{
    static const float c[] = {-0x1.5b438ap-9f, 0x1.54c14ap-7f,  -0x1.f1ddep-7f,   0x1.54b268p-7f,
                              -0x1.ed58ap-9f,  0x1.69ea9ep-12f, -0x1.525206p-11f, -0x1.7ff62ep-9f,
                              -0x1.32621ap-5f, 0x1.988452p-2f};
    return wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), 4.0f / a) / wick_sqrt_f32(a);
}

static float wick_i1_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return signed_as(a <= 4.0f ? near_i1(a) : grown_kernels_math_bessel(far_i1(a), a), x);
}

static void wick_i1_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                             wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_i1_f32(x);
    }
}

static wick_status wick_i1_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_i1_each_f32, 0, 0);
}

static float wick_i1e_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return signed_as(a <= 4.0f ? near_i1(a) * wick_exp_f32(-a) : far_i1(a), x);
}

static void wick_i1e_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_i1e_f32(x);
    }
}

static wick_status wick_i1e_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_i1e_each_f32, 0, 0);
}

static float lower_tail(float p)
{
    static const float near[] = {-0x1.02a8eep+1f, 0x1.8a0250p+2f, -0x1.04267ap+3f, 0x1.83463p+2f,
                                 -0x1.5def98p+1f, 0x1.59787p-1f,  0x1.474dd2p-2f,  0x1.d3326cp-1f};
    static const float far[] = {0x1.5a9014p+6f, -0x1.895d62p+6f, 0x1.834c14p+5f, -0x1.b20a84p+3f,
                                0x1.23c424p+1f, 0x1.810494p-3f,  0x1.d59994p-1f};
    const float y = wick_sqrt_f32(-2.0f * wick_log_f32(p));
    const float z = 1.0f / y;
    const float rest = y < 4.5f ? wick_polynomial_f32(near, sizeof(near) / sizeof((near)[0]), z)
                                : wick_polynomial_f32(far, sizeof(far) / sizeof((far)[0]), z);
    return z * (wick_log_f32(y) + rest) - y;
}

static float wick_ndtri_f32(float p)
{
    if (!(p > 0.0f && p < 1.0f)) {
        return p == 0.0f ? -wick_infinity_f32() : p == 1.0f ? wick_infinity_f32() : wick_nan_f32();
    }
    if (p < 0.125f) {
        return lower_tail(p);
    }
    if (p > 0.875f) {
        return -lower_tail(1.0f - p);
    }
    return 0x1.6a09e6p+0f * wick_erfinv_f32(2.0f * p - 1.0f);
}

static void wick_ndtri_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_ndtri_f32(x);
    }
}

static wick_status wick_ndtri_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_ndtri_each_f32, 0, 0);
}

static float wick_log_ndtr_f32(float x)
{
    const float t = x * 0x1.6a09e6p-1f;
    if (x < -1.0f) {
        return x == -wick_infinity_f32() ? x : wick_log_f32(0.5f * wick_erfcx_f32(-t)) - t * t;
    }
    return wick_log1p_f32(-0.5f * wick_erfc_f32(t));
}

static void wick_log_ndtr_each_f32(const wick_number_f32 *p, uint32_t count,
                                   const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_log_ndtr_f32(x);
    }
}

static wick_status wick_log_ndtr_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_log_ndtr_each_f32, 0, 0);
}

static void wick_entr_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x > 0.0f    ? -x * wick_log_f32(x)
                 : x == 0.0f ? 0.0f
                 : x < 0.0f  ? -wick_infinity_f32()
                             : x;
    }
}

static wick_status wick_entr_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_entr_f32, 0, 0);
}

static inline float wick_logit_f32(float x, float low, float high)
{
    const float z = x < low ? low : x > high ? high : x;
    return wick_log_f32(z / (1.0f - z));
}

static void wick_logit_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_logit_f32(x, p[0], p[1]);
    }
}

static wick_status wick_logit_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 2, wick_logit_each_f32, 0, 0);
}

static void wick_ceil_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = -wick_floor_f32(-x);
    }
}

static wick_status wick_ceil_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_ceil_f32, 0, wick_clamp_i64);
}

static void wick_floor_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_floor_f32(x);
    }
}

static wick_status wick_floor_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_floor_each_f32, 0, wick_clamp_i64);
}

static void wick_trunc_each_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_trunc_f32(x);
    }
}

static wick_status wick_trunc_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_trunc_each_f32, 0, wick_clamp_i64);
}

static void wick_negate_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                            wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = -x;
    }
}

static void wick_negate_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                            wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = wick_sum_i64(0, -1, x);
    }
}

static wick_status wick_neg_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_negate_f32, 0, wick_negate_i64);
}

static void wick_abs_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                         wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_magnitude_f32(x);
    }
}

static void wick_abs_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                         wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = wick_magnitude_i64(x);
    }
}

static wick_status wick_abs_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_abs_f32, 0, wick_abs_i64);
}

static void wick_sign_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f;
    }
}

static void wick_sign_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                          wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = (x > 0) - (x < 0);
    }
}

static wick_status wick_sign_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sign_f32, 0, wick_sign_i64);
}

static void wick_frac_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x - wick_trunc_f32(x);
    }
}

static wick_status wick_frac_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_frac_f32, 0, 0);
}

static void wick_round_down_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_rint_f32(x / p[0]) * p[0];
    }
}

static void wick_round_up_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_rint_f32(x * p[0]) / p[0];
    }
}

static wick_status wick_round_decimals_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    const bool is_wide = WICK_HAS_FLOAT64 && b->plan.common_dtype == WICK_FLOAT64;
    if (is_wide ? b->parameters.wide[1] != 0.0 : b->parameters.real[1] != 0.0f) {
        return run_any_ops_unary(call, b, 2, wick_round_down_f32, 0, 0);
    }
    return run_any_ops_unary(call, b, 2, wick_round_up_f32, 0, 0);
}

static void wick_is_nan_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                            wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x != x ? 1.0f : 0.0f;
    }
}

static void wick_never_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                           wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = 0 * x;
    }
}

static wick_status wick_isnan_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_is_nan_f32, 0, wick_never_i64);
}

static void wick_is_infinite_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_magnitude_f32(x) == wick_infinity_f32() ? 1.0f : 0.0f;
    }
}

static wick_status wick_isinf_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_is_infinite_f32, 0, wick_never_i64);
}

static void wick_is_plus_infinity_f32(const wick_number_f32 *p, uint32_t count,
                                      const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x == wick_infinity_f32() ? 1.0f : 0.0f;
    }
}

static wick_status wick_isposinf_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_is_plus_infinity_f32, 0, wick_never_i64);
}

static void wick_is_minus_infinity_f32(const wick_number_f32 *p, uint32_t count,
                                       const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x == -wick_infinity_f32() ? 1.0f : 0.0f;
    }
}

static wick_status wick_isneginf_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_is_minus_infinity_f32, 0, wick_never_i64);
}

static inline int wick_has_sign_f32(float x)
{
    return (int)(wick_bits_of_f32(x) >> 31);
}

static void wick_sign_is_set_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = wick_has_sign_f32(x) ? 1.0f : 0.0f;
    }
}

static void wick_sign_is_set_i64(const wick_number_i64 *p, uint32_t count,
                                 const wick_number_i64 *in, wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = x < 0;
    }
}

static wick_status wick_signbit_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_sign_is_set_f32, 0, wick_sign_is_set_i64);
}

static void wick_logical_not_f32(const wick_number_f32 *p, uint32_t count,
                                 const wick_number_f32 *in, wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x == 0.0f ? 1.0f : 0.0f;
    }
}

static void wick_logical_not_i64(const wick_number_i64 *p, uint32_t count,
                                 const wick_number_i64 *in, wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = x == 0;
    }
}

static wick_status wick_logical_not_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_logical_not_f32, 0, wick_logical_not_i64);
}

static void wick_bitwise_not_i64(const wick_number_i64 *p, uint32_t count,
                                 const wick_number_i64 *in, wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = ~x;
    }
}

static wick_status wick_bitwise_not_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    const bool is_bool = b->plan.common_dtype == WICK_BOOL;
    return run_any_ops_unary(call, b, 1, 0, 0,
                             is_bool ? wick_logical_not_i64 : wick_bitwise_not_i64);
}

static void wick_elu_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                         wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x <= 0.0f ? wick_expm1_f32(x * p[2]) * p[0] : x * p[1];
    }
}

static wick_status wick_elu_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 4, wick_elu_f32, 0, 0);
}

static void wick_softplus_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                              wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x * p[0] > p[1] ? x : wick_log1p_f32(wick_exp_f32(x * p[0])) / p[0];
    }
}

static wick_status wick_softplus_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 3, wick_softplus_f32, 0, 0);
}

static void wick_threshold_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                               wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x <= p[0] ? p[1] : x;
    }
}

static void wick_threshold_i64(const wick_number_i64 *p, uint32_t count, const wick_number_i64 *in,
                               wick_number_i64 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_i64 x = in[i];
        out[i] = x <= p[0] ? p[1] : x;
    }
}

static wick_status wick_threshold_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 3, wick_threshold_f32, 0, wick_threshold_i64);
}

static void wick_hardshrink_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x >= -p[0] && x <= p[0] ? 0.0f : x;
    }
}

static wick_status wick_hardshrink_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 2, wick_hardshrink_f32, 0, 0);
}

static void wick_softshrink_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x > p[0] ? x - p[0] : x < -p[0] ? x + p[0] : x * 0.0f;
    }
}

static wick_status wick_softshrink_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 2, wick_softshrink_f32, 0, 0);
}

static void wick_mish_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                          wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x * wick_tanh_f32(wick_log1p_f32(wick_exp_f32(x)));
    }
}

static wick_status wick_mish_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 1, wick_mish_f32, 0, 0);
}

static void wick_nan_to_num_f32(const wick_number_f32 *p, uint32_t count, const wick_number_f32 *in,
                                wick_number_f32 *out)
{
    (void)p;
    for (uint32_t i = 0; i < count; i++) {
        const wick_number_f32 x = in[i];
        out[i] = x != x                      ? p[0]
                 : x == wick_infinity_f32()  ? p[1]
                 : x == -wick_infinity_f32() ? p[2]
                                             : x;
    }
}

static wick_status wick_nan_to_num_run(const wick_call *call, const void *block)
{
    return run_any_ops_unary(call, block, 4, wick_nan_to_num_f32, 0, wick_clamp_i64);
}

typedef struct wick_conv_params {
    int32_t batch, groups;
    int32_t in_channels, in_height, in_width;
    int32_t out_channels, out_height, out_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t padding_height, padding_width;
    int32_t dilation_height, dilation_width;
    uint8_t in_order, weight_order, out_order;
    uint8_t dtype;
    uint8_t is_transposed;
    uint8_t is_deep;
} wick_conv_params;
typedef wick_conv_params wick_convolution_block;
enum {
    INPUT_ops_conv,
    WEIGHT_ops_conv,
    BIAS_ops_conv,
    STRIDE_ops_conv,
    PADDING_ops_conv,
    DILATION_ops_conv,
    TRANSPOSED_ops_conv,
    OUTPUT_PADDING_ops_conv,
    GROUPS_ops_conv,
    OUT_ops_conv
};
typedef struct wick_conv_data {
    const void *input;
    const void *weight;
    const void *bias;
    void *out;
} wick_conv_data;
typedef struct wick_conv_axis {
    int32_t in, out, kernel, stride, padding, dilation;
} wick_conv_axis;
typedef struct wick_conv_strides {
    int32_t in[4], weight[4], out[4];
} wick_conv_strides;
typedef struct plane_kernels_conv_conv_f32 {
    wick_conv_axis height, width;
    const float *input;
    const float *weight;
    float *out;
    int32_t in_channels;
    int32_t out_channels;
    wick_conv_strides strides;
    ptrdiff_t in_step, weight_step, out_step;
} plane_kernels_conv_conv_f32;
static inline wick_conv_axis wick_conv_height(const wick_conv_params *p)
{
    return (wick_conv_axis){p->in_height,     p->out_height,     p->kernel_height,
                            p->stride_height, p->padding_height, p->dilation_height};
}

static inline wick_conv_axis wick_conv_width(const wick_conv_params *p)
{
    return (wick_conv_axis){p->in_width,     p->out_width,     p->kernel_width,
                            p->stride_width, p->padding_width, p->dilation_width};
}

static inline void wick_layout_strides(uint32_t order, const int32_t sizes[4], int32_t strides[4])
{
    uint32_t stride = 1;
    for (uint32_t place = 4; place-- > 0;) {
        const uint32_t dim = order >> (2 * place) & 3u;
        strides[dim] = (int32_t)stride;
        stride *= (uint32_t)sizes[dim];
    }
}

static wick_conv_strides wick_conv_strides_of(const wick_conv_params *params)
{
    const wick_conv_params *const p = params;
    const int32_t in_group = p->in_channels / p->groups;
    const int32_t out_group = p->out_channels / p->groups;
    const int32_t in[4] = {p->batch, p->in_channels, p->in_height, p->in_width};
    const int32_t out[4] = {p->batch, p->out_channels, p->out_height, p->out_width};
    const int32_t weight[4] = {p->is_transposed ? p->in_channels : p->out_channels,
                               p->is_transposed ? out_group : in_group, p->kernel_height,
                               p->kernel_width};
    wick_conv_strides s;
    wick_layout_strides(p->in_order, in, s.in);
    wick_layout_strides(p->out_order, out, s.out);
    wick_layout_strides(p->weight_order, weight, s.weight);
    if (p->is_transposed) {
        const int32_t step = s.weight[0];
        s.weight[0] = s.weight[1];
        s.weight[1] = step;
    }
    return s;
}

static void flatten(plane_kernels_conv_conv_f32 *g)
{
    const bool is_pointwise = g->height.kernel == 1 && g->width.kernel == 1 &&
                              g->height.stride == 1 && g->width.stride == 1 &&
                              g->height.padding == 0 && g->width.padding == 0;
    const bool rows_join = g->strides.in[2] == g->width.in * g->strides.in[3] &&
                           g->strides.out[2] == g->width.out * g->strides.out[3];
    if (is_pointwise && rows_join) {
        g->width.in *= g->height.in;
        g->width.out *= g->height.out;
        g->height.in = 1;
        g->height.out = 1;
    }
}

static void fill_with_bias(const plane_kernels_conv_conv_f32 *g, const wick_conv_params *p,
                           const float *bias)
{
    const int32_t *const stride = g->strides.out;
    const bool rows_join = stride[2] == g->width.out * stride[3];
    const int32_t rows = rows_join ? 1 : g->height.out;
    const int32_t count = rows_join ? g->height.out * g->width.out : g->width.out;
    for (int32_t c = 0; c < p->out_channels; c++) {
        const float value = bias ? bias[c] : 0;
        for (int32_t y = 0; y < rows; y++) {
            float *out = g->out + (ptrdiff_t)c * stride[1] + (ptrdiff_t)y * stride[2];
            for (int32_t x = 0; x < count; x++) {
                *out = value;
                out += stride[3];
            }
        }
    }
}

typedef struct wick_histogram_params {
    int32_t count, bins;
    uint8_t dtype, weight_dtype;
    float low, high;
} wick_histogram_params;
static int64_t integer_from_real(float value)
{
    if (value >= 0x1p63f) {
        return INT64_MAX;
    }
    return value >= -0x1p63f ? (int64_t)value : INT64_MIN;
}

static float wick_element_real(const void *data, ptrdiff_t index, uint32_t dtype);

static int64_t wick_element_integer(const void *data, ptrdiff_t index, uint32_t dtype)
{
    switch (dtype) {
    case WICK_INT64:
        return ((const int64_t *)data)[index];
    case WICK_INT32:
        return ((const int32_t *)data)[index];
    case WICK_INT16:
        return ((const int16_t *)data)[index];
    case WICK_INT8:
        return ((const int8_t *)data)[index];
    case WICK_UINT8:
    case WICK_BOOL:
        return ((const uint8_t *)data)[index];
    case WICK_UINT16:
        return ((const uint16_t *)data)[index];
    }
    return integer_from_real(wick_element_real(data, index, dtype));
}

static float wick_element_real(const void *data, ptrdiff_t index, uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        return ((const float *)data)[index];
    case WICK_FLOAT16:
        return wick_f32_from_f16(((const uint16_t *)data)[index]);
    case WICK_BFLOAT16:
        return wick_f32_from_bf16(((const uint16_t *)data)[index]);
    }
    return (float)wick_element_integer(data, index, dtype);
}

static void wick_range_kernels_search_count(const wick_histogram_params *params, const void *in,
                                            float *low, float *high)
{
    *low = *high = wick_element_real(in, 0, params->dtype);
    for (int32_t i = 1; i < params->count; i++) {
        const float x = wick_element_real(in, i, params->dtype);
        *low = x < *low || x != x ? x : *low;
        *high = x > *high || x != x ? x : *high;
    }
}

static wick_range_kernels_search_count inputs_inside(const wick_conv_axis *a, int32_t k)
{
    const int32_t shift = a->padding - k * a->dilation;
    const int32_t last = a->out - 1 + shift;
    wick_range_kernels_search_count r = {shift > 0 ? (shift + a->stride - 1) / a->stride : 0,
                                         last >= 0 ? last / a->stride + 1 : 0};
    r.end = r.end < a->in ? r.end : a->in;
    return r;
}

typedef struct wick_columns_f32 {
    float *out;
    const float *weights;
    ptrdiff_t out_channel_stride;
    ptrdiff_t weight_channel_stride;
    ptrdiff_t x_channel_stride;
    ptrdiff_t x_stride, out_stride;
    uint32_t channels;
    uint32_t count;
} wick_columns_f32;
enum { WICK_TAPS = 4 };
typedef struct wick_taps_f32 {
    const float *x[WICK_TAPS];
    ptrdiff_t weight[WICK_TAPS];
    uint32_t count;
} wick_taps_f32;
static void add_1x1(const wick_columns_f32 *columns, const float *x, float weight,
                    float *restrict out)
{
    for (uint32_t i = columns->count; i > 0; i--) {
        *out += *x * weight;
        x += columns->x_stride;
        out += columns->out_stride;
    }
}

static void add_single_taps(const wick_columns_f32 *columns, const wick_taps_f32 *taps)
{
    for (uint32_t channel = 0; channel < columns->channels; channel++) {
        const float *const weights = columns->weights + channel * columns->weight_channel_stride;
        float *const out = columns->out + channel * columns->out_channel_stride;
        for (uint32_t t = 0; t < taps->count; t++) {
            add_1x1(columns, taps->x[t] + channel * columns->x_channel_stride,
                    weights[taps->weight[t]], out);
        }
    }
}

static inline __attribute__((always_inline)) void add_4x2(const wick_columns_f32 *columns,
                                                          const wick_taps_f32 *taps,
                                                          uint32_t channel, const ptrdiff_t stride,
                                                          const ptrdiff_t step)
{
    const float *const v = columns->weights + channel * columns->weight_channel_stride;
    const float *const w = v + columns->weight_channel_stride;
    const float v0 = v[taps->weight[0]], v1 = v[taps->weight[1]];
    const float v2 = v[taps->weight[2]], v3 = v[taps->weight[3]];
    const float w0 = w[taps->weight[0]], w1 = w[taps->weight[1]];
    const float w2 = w[taps->weight[2]], w3 = w[taps->weight[3]];
    const float *x0 = taps->x[0], *x1 = taps->x[1], *x2 = taps->x[2], *x3 = taps->x[3];
    float *restrict a = columns->out + channel * columns->out_channel_stride;
    float *restrict b = a + columns->out_channel_stride;
    for (uint32_t i = columns->count; i > 0; i--) {
        const float y0 = *x0, y1 = *x1, y2 = *x2, y3 = *x3;
        *a += y0 * v0 + y1 * v1 + y2 * v2 + y3 * v3;
        *b += y0 * w0 + y1 * w1 + y2 * w2 + y3 * w3;
        x0 += stride;
        x1 += stride;
        x2 += stride;
        x3 += stride;
        a += step;
        b += step;
    }
}

static inline __attribute__((always_inline)) void add_4x1(const wick_columns_f32 *columns,
                                                          const wick_taps_f32 *taps,
                                                          uint32_t channel, const ptrdiff_t stride,
                                                          const ptrdiff_t step)
{
    const float *const v = columns->weights + channel * columns->weight_channel_stride;
    const float v0 = v[taps->weight[0]], v1 = v[taps->weight[1]];
    const float v2 = v[taps->weight[2]], v3 = v[taps->weight[3]];
    const ptrdiff_t offset = channel * columns->x_channel_stride;
    const float *x0 = taps->x[0] + offset, *x1 = taps->x[1] + offset;
    const float *x2 = taps->x[2] + offset, *x3 = taps->x[3] + offset;
    float *restrict a = columns->out + channel * columns->out_channel_stride;
    for (uint32_t i = columns->count; i > 0; i--) {
        *a += *x0 * v0 + *x1 * v1 + *x2 * v2 + *x3 * v3;
        x0 += stride;
        x1 += stride;
        x2 += stride;
        x3 += stride;
        a += step;
    }
}

static inline __attribute__((always_inline)) void add_four_taps(const wick_columns_f32 *columns,
                                                                const wick_taps_f32 *taps,
                                                                const ptrdiff_t stride,
                                                                const ptrdiff_t step)
{
    uint32_t channel = 0;
    if (columns->x_channel_stride == 0) {
        for (; channel + 1 < columns->channels; channel += 2) {
            add_4x2(columns, taps, channel, stride, step);
        }
    }
    for (; channel < columns->channels; channel++) {
        add_4x1(columns, taps, channel, stride, step);
    }
}

static void wick_accumulate_f32(const wick_columns_f32 *columns, const wick_taps_f32 *taps)
{
    if (taps->count < WICK_TAPS) {
        add_single_taps(columns, taps);
    } else if (columns->x_stride == 1 && columns->out_stride == 1) {
        add_four_taps(columns, taps, 1, 1);
    } else {
        add_four_taps(columns, taps, columns->x_stride, columns->out_stride);
    }
}

static inline void wick_taps_push(wick_taps_f32 *taps, const wick_columns_f32 *columns,
                                  const float *x, ptrdiff_t weight)
{
    taps->x[taps->count] = x;
    taps->weight[taps->count] = weight;
    taps->count++;
    if (taps->count == WICK_TAPS) {
        wick_accumulate_f32(columns, taps);
        taps->count = 0;
    }
}

static inline void wick_taps_flush(wick_taps_f32 *taps, const wick_columns_f32 *columns)
{
    if (taps->count != 0) {
        wick_accumulate_f32(columns, taps);
        taps->count = 0;
    }
}

static void scatter_row(const plane_kernels_conv_conv_f32 *g, int32_t y, int32_t ky, int32_t kx)
{
    const wick_conv_strides *const s = &g->strides;
    const wick_range_kernels_search_count xs = inputs_inside(&g->width, kx);
    if (xs.start >= xs.end) {
        return;
    }
    const int32_t out_y = y * g->height.stride - g->height.padding + ky * g->height.dilation;
    const int32_t out_x = xs.start * g->width.stride - g->width.padding + kx * g->width.dilation;
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)out_y * s->out[2] + (ptrdiff_t)out_x * s->out[3],
        .weights = g->weight + (ptrdiff_t)ky * s->weight[2] + (ptrdiff_t)kx * s->weight[3],
        .out_channel_stride = g->out_step,
        .weight_channel_stride = g->weight_step,
        .x_channel_stride = g->in_step,
        .x_stride = s->in[3],
        .out_stride = (ptrdiff_t)g->width.stride * s->out[3],
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)(xs.end - xs.start),
    };
    const float *x = g->input + (ptrdiff_t)y * s->in[2] + (ptrdiff_t)xs.start * s->in[3];
    wick_taps_f32 taps = {.count = 0};
    for (int32_t c = 0; c < g->in_channels; c++) {
        wick_taps_push(&taps, &columns, x, (ptrdiff_t)c * s->weight[1]);
        x += s->in[1];
    }
    wick_taps_flush(&taps, &columns);
}

static __attribute__((noinline)) void scatter_plane(const plane_kernels_conv_conv_f32 *g)
{
    for (int32_t ky = 0; ky < g->height.kernel; ky++) {
        const wick_range_kernels_search_count rows = inputs_inside(&g->height, ky);
        for (int32_t kx = 0; kx < g->width.kernel; kx++) {
            for (int32_t y = rows.start; y < rows.end; y++) {
                scatter_row(g, y, ky, kx);
            }
        }
    }
}

typedef struct wick_range_kernels_conv_conv {
    int32_t start, end;
} wick_range_kernels_conv_conv;
static inline wick_range_kernels_conv_conv wick_conv_whole_outputs(const wick_conv_axis *a)
{
    wick_range_kernels_conv_conv r = {(a->padding + a->stride - 1) / a->stride, 0};
    const int32_t last = a->in - 1 + a->padding - (a->kernel - 1) * a->dilation;
    if (last >= 0) {
        r.end = last / a->stride + 1;
    }
    r.end = r.end < a->out ? r.end : a->out;
    r.start = r.start < r.end ? r.start : r.end;
    return r;
}

static wick_range_kernels_search_count outputs_from(int32_t start,
                                                    wick_range_kernels_search_count whole)
{
    const bool is_whole = start >= whole.start && start < whole.end;
    return (wick_range_kernels_search_count){start, is_whole ? whole.end : start + 1};
}

enum {
    COLUMN_BLOCK_kernels_conv_conv_f32 = 256,
    VECTOR = 8,
};
typedef struct view_kernels_conv_conv_f32 {
    wick_range_kernels_search_count ky, kx;
    ptrdiff_t first;
} view_kernels_conv_conv_f32;
static inline wick_range_kernels_conv_conv wick_conv_taps_inside(const wick_conv_axis *a,
                                                                 int32_t first)
{
    wick_range_kernels_conv_conv r = {0, 0};
    if (first < 0) {
        r.start = (-first + a->dilation - 1) / a->dilation;
    }
    if (first < a->in) {
        r.end = (a->in - 1 - first) / a->dilation + 1;
    }
    r.end = r.end < a->kernel ? r.end : a->kernel;
    return r;
}

static bool is_whole_3x3(const plane_kernels_conv_conv_f32 *g, const view_kernels_conv_conv_f32 *v)
{
    return v->ky.end - v->ky.start == 3 && v->kx.end - v->kx.start == 3 && g->height.kernel == 3 &&
           g->width.kernel == 3 && g->width.dilation * g->strides.in[3] == 1 &&
           g->strides.weight[2] == 3 && g->strides.weight[3] == 1;
}

static inline __attribute__((always_inline)) void
add_channel(const wick_columns_f32 *columns, const float *w, const float *const x[3],
            float *restrict out, const ptrdiff_t stride, const ptrdiff_t step)
{
    const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4];
    const float w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const float *a = x[0], *b = x[1], *c = x[2];
    for (uint32_t i = columns->count; i > 0; i--) {
        *out += (a[0] * w0 + a[1] * w1 + a[2] * w2) + (b[0] * w3 + b[1] * w4 + b[2] * w5) +
                (c[0] * w6 + c[1] * w7 + c[2] * w8);
        a += stride;
        b += stride;
        c += stride;
        out += step;
    }
}

static void wick_window_3x3_f32(const wick_columns_f32 *columns, const float *x,
                                ptrdiff_t x_row_stride)
{
    for (uint32_t channel = 0; channel < columns->channels; channel++) {
        const float *const first = x + channel * columns->x_channel_stride;
        const float *const rows[3] = {first, first + x_row_stride, first + 2 * x_row_stride};
        const float *const w = columns->weights + channel * columns->weight_channel_stride;
        float *const out = columns->out + channel * columns->out_channel_stride;
        if (columns->x_stride == 1 && columns->out_stride == 1) {
            add_channel(columns, w, rows, out, 1, 1);
        } else {
            add_channel(columns, w, rows, out, columns->x_stride, columns->out_stride);
        }
    }
}

static void add_taps_kernels_conv_conv_f32(const plane_kernels_conv_conv_f32 *g,
                                           const view_kernels_conv_conv_f32 *v,
                                           const wick_columns_f32 *columns)
{
    wick_taps_f32 taps = {.count = 0};
    const int32_t *const in = g->strides.in;
    const int32_t *const w = g->strides.weight;
    const ptrdiff_t row = (ptrdiff_t)g->height.dilation * in[2];
    const ptrdiff_t column = (ptrdiff_t)g->width.dilation * in[3];
    for (int32_t c = 0; c < g->in_channels; c++) {
        for (int32_t k = v->ky.start; k < v->ky.end; k++) {
            const ptrdiff_t at = v->first + (ptrdiff_t)c * in[1] + k * row;
            const ptrdiff_t weight = (ptrdiff_t)c * w[1] + (ptrdiff_t)k * w[2];
            for (int32_t j = v->kx.start; j < v->kx.end; j++) {
                wick_taps_push(&taps, columns, g->input + at + j * column,
                               weight + (ptrdiff_t)j * w[3]);
            }
        }
    }
    wick_taps_flush(&taps, columns);
}

static void add_run_kernels_conv_conv_f32(const plane_kernels_conv_conv_f32 *g, int32_t y,
                                          int32_t x, int32_t count, bool is_down)
{
    const int32_t *const in = g->strides.in;
    const int32_t *const out = g->strides.out;
    const int32_t in_y = y * g->height.stride - g->height.padding;
    const int32_t in_x = x * g->width.stride - g->width.padding;
    const view_kernels_conv_conv_f32 v = {.ky = wick_conv_taps_inside(&g->height, in_y),
                                          .kx = wick_conv_taps_inside(&g->width, in_x),
                                          .first =
                                              (ptrdiff_t)in_y * in[2] + (ptrdiff_t)in_x * in[3]};
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)y * out[2] + (ptrdiff_t)x * out[3],
        .weights = g->weight,
        .out_channel_stride = g->out_step,
        .weight_channel_stride = g->weight_step,
        .x_channel_stride = g->in_step,
        .x_stride =
            is_down ? (ptrdiff_t)g->height.stride * in[2] : (ptrdiff_t)g->width.stride * in[3],
        .out_stride = is_down ? out[2] : out[3],
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)count,
    };
    if (g->in_step != 0 && is_whole_3x3(g, &v)) {
        wick_window_3x3_f32(&columns, g->input + v.first, (ptrdiff_t)g->height.dilation * in[2]);
    } else {
        add_taps_kernels_conv_conv_f32(g, &v, &columns);
    }
}

static void add_rectangle(const plane_kernels_conv_conv_f32 *g,
                          wick_range_kernels_search_count rows,
                          wick_range_kernels_search_count columns)
{
    const int32_t height = rows.end - rows.start;
    const int32_t width = columns.end - columns.start;
    if (width < VECTOR && width < height) {
        for (int32_t x = columns.start; x < columns.end; x++) {
            add_run_kernels_conv_conv_f32(g, rows.start, x, height, true);
        }
        return;
    }
    for (int32_t y = rows.start; y < rows.end; y++) {
        for (int32_t x = columns.start; x < columns.end; x += COLUMN_BLOCK_kernels_conv_conv_f32) {
            const int32_t rest = columns.end - x;
            add_run_kernels_conv_conv_f32(g, y, x,
                                          rest < COLUMN_BLOCK_kernels_conv_conv_f32
                                              ? rest
                                              : COLUMN_BLOCK_kernels_conv_conv_f32,
                                          false);
        }
    }
}

static __attribute__((noinline)) void run_plane(const plane_kernels_conv_conv_f32 *g)
{
    const wick_range_kernels_search_count whole_rows = wick_conv_whole_outputs(&g->height);
    const wick_range_kernels_search_count whole_columns = wick_conv_whole_outputs(&g->width);
    wick_range_kernels_search_count rows = {0, 0};
    for (int32_t y = 0; y < g->height.out; y = rows.end) {
        rows = outputs_from(y, whole_rows);
        wick_range_kernels_search_count columns = {0, 0};
        for (int32_t x = 0; x < g->width.out; x = columns.end) {
            columns = outputs_from(x, whole_columns);
            add_rectangle(g, rows, columns);
        }
    }
}

static void run_image(plane_kernels_conv_conv_f32 *g, const wick_conv_params *p)
{
    const int32_t within = p->out_channels / p->groups;
    const wick_conv_strides *const s = &g->strides;
    const bool is_depthwise = g->in_channels == 1 && p->groups > 1;
    g->out_channels = is_depthwise ? p->groups : within;
    g->in_step = is_depthwise ? s->in[1] : 0;
    const ptrdiff_t group_weights = p->is_transposed ? (ptrdiff_t)g->in_channels * s->weight[1]
                                                     : (ptrdiff_t)within * s->weight[0];
    g->weight_step = is_depthwise ? group_weights : s->weight[0];
    g->out_step = (ptrdiff_t)s->out[1] * (is_depthwise ? within : 1);
    const int32_t planes = is_depthwise ? within : p->groups;
    const int32_t step = is_depthwise ? 1 : within;
    for (int32_t i = 0; i < planes; i++) {
        if (p->is_transposed) {
            scatter_plane(g);
        } else {
            run_plane(g);
        }
        g->input += is_depthwise ? 0 : (ptrdiff_t)g->in_channels * s->in[1];
        g->weight += is_depthwise ? s->weight[0] : group_weights;
        g->out += (ptrdiff_t)step * s->out[1];
    }
}

static void wick_conv_f32(const wick_conv_params *params, const wick_conv_data *data)
{
    const wick_conv_params *const p = params;
    plane_kernels_conv_conv_f32 g = {.height = wick_conv_height(p),
                                     .width = wick_conv_width(p),
                                     .strides = wick_conv_strides_of(p),
                                     .in_channels = p->in_channels / p->groups};
    flatten(&g);
    for (int32_t n = 0; n < p->batch; n++) {
        g.input = (const float *)data->input + (ptrdiff_t)n * g.strides.in[0];
        g.weight = data->weight;
        g.out = (float *)data->out + (ptrdiff_t)n * g.strides.out[0];
        fill_with_bias(&g, p, data->bias);
        run_image(&g, p);
    }
}

typedef struct geometry {
    wick_conv_strides strides;
    int32_t in_channels, out_channels;
} geometry;
typedef struct window_kernels_conv_conv_generic {
    int32_t y, x;
    ptrdiff_t input, weight;
} window_kernels_conv_conv_generic;
typedef union sum_kernels_conv_conv_generic {
    float real;
    uint64_t integer;
} sum_kernels_conv_conv_generic;
static int32_t position_kernels_conv_conv_generic(const wick_conv_params *p, int32_t first,
                                                  int32_t k_offset, int32_t stride, int32_t size)
{
    int32_t at = first + k_offset;
    if (p->is_transposed) {
        at = first - k_offset;
        if (at < 0 || at % stride != 0) {
            return -1;
        }
        at /= stride;
    }
    return at < size ? at : -1;
}

static inline __attribute__((always_inline)) void
add_channels_kernels_conv_conv_generic(const wick_conv_params *p, const geometry *g,
                                       const wick_conv_data *data,
                                       const window_kernels_conv_conv_generic *at,
                                       sum_kernels_conv_conv_generic *total, const bool is_integer)
{
    ptrdiff_t x = at->input;
    ptrdiff_t w = at->weight;
    float part = 0;
    for (int32_t c = 0; c < g->in_channels; c++) {
        if (is_integer) {
            total->integer += (uint64_t)wick_element_integer(data->input, x, p->dtype) *
                              (uint64_t)wick_element_integer(data->weight, w, p->dtype);
        } else {
            part += wick_element_real(data->input, x, p->dtype) *
                    wick_element_real(data->weight, w, p->dtype);
        }
        x += g->strides.in[1];
        w += g->strides.weight[1];
    }
    if (!is_integer) {
        total->real += part;
    }
}

static inline __attribute__((always_inline)) void
add_window_kernels_conv_conv_generic(const wick_conv_params *p, const geometry *g,
                                     const wick_conv_data *data,
                                     const window_kernels_conv_conv_generic *first,
                                     sum_kernels_conv_conv_generic *total, const bool is_integer)
{
    for (int32_t ky = 0; ky < p->kernel_height; ky++) {
        const int32_t y = position_kernels_conv_conv_generic(p, first->y, ky * p->dilation_height,
                                                             p->stride_height, p->in_height);
        if (y < 0) {
            continue;
        }
        for (int32_t kx = 0; kx < p->kernel_width; kx++) {
            const int32_t x = position_kernels_conv_conv_generic(
                p, first->x, kx * p->dilation_width, p->stride_width, p->in_width);
            if (x < 0) {
                continue;
            }
            const window_kernels_conv_conv_generic at = {
                .input = first->input + (ptrdiff_t)y * g->strides.in[2] +
                         (ptrdiff_t)x * g->strides.in[3],
                .weight = first->weight + (ptrdiff_t)ky * g->strides.weight[2] +
                          (ptrdiff_t)kx * g->strides.weight[3]};
            add_channels_kernels_conv_conv_generic(p, g, data, &at, total, is_integer);
        }
    }
}

static void wick_element_store_integer(void *data, ptrdiff_t index, uint32_t dtype, int64_t value)
{
    switch (dtype) {
    case WICK_INT64:
        ((int64_t *)data)[index] = value;
        break;
    case WICK_INT32:
        ((int32_t *)data)[index] = (int32_t)value;
        break;
    case WICK_INT16:
    case WICK_UINT16:
        ((uint16_t *)data)[index] = (uint16_t)value;
        break;
    case WICK_INT8:
    case WICK_UINT8:
        ((uint8_t *)data)[index] = (uint8_t)value;
        break;
    case WICK_BOOL:
        ((uint8_t *)data)[index] = value != 0;
        break;
    }
}

static void wick_element_store_real(void *data, ptrdiff_t index, uint32_t dtype, float value)
{
    switch (dtype) {
    case WICK_FLOAT32:
        ((float *)data)[index] = value;
        break;
    case WICK_FLOAT16:
        ((uint16_t *)data)[index] = wick_f16_from_f32(value);
        break;
    case WICK_BFLOAT16:
        ((uint16_t *)data)[index] = wick_bf16_from_f32(value);
        break;
    }
}

static inline __attribute__((always_inline)) void
run_output(const wick_conv_params *p, const geometry *g, const wick_conv_data *data,
           const int32_t at[4], const bool is_integer)
{
    const int32_t group = at[1] / g->out_channels;
    const int32_t within = at[1] % g->out_channels;
    window_kernels_conv_conv_generic first = {
        .y = at[2] * p->stride_height - p->padding_height,
        .x = at[3] * p->stride_width - p->padding_width,
        .input = (ptrdiff_t)at[0] * g->strides.in[0] +
                 (ptrdiff_t)group * g->in_channels * g->strides.in[1],
        .weight = (ptrdiff_t)at[1] * g->strides.weight[0],
    };
    if (p->is_transposed) {
        first.y = at[2] + p->padding_height;
        first.x = at[3] + p->padding_width;
        first.weight = (ptrdiff_t)within * g->strides.weight[0] +
                       (ptrdiff_t)group * g->in_channels * g->strides.weight[1];
    }
    sum_kernels_conv_conv_generic total = {.integer = 0};
    const ptrdiff_t out =
        (ptrdiff_t)at[0] * g->strides.out[0] + (ptrdiff_t)at[1] * g->strides.out[1] +
        (ptrdiff_t)at[2] * g->strides.out[2] + (ptrdiff_t)at[3] * g->strides.out[3];
    if (is_integer) {
        add_window_kernels_conv_conv_generic(p, g, data, &first, &total, is_integer);
        total.integer +=
            data->bias ? (uint64_t)wick_element_integer(data->bias, at[1], p->dtype) : 0;
        wick_element_store_integer(data->out, out, p->dtype, (int64_t)total.integer);
        return;
    }
    total.real = data->bias ? wick_element_real(data->bias, at[1], p->dtype) : 0;
    add_window_kernels_conv_conv_generic(p, g, data, &first, &total, is_integer);
    wick_element_store_real(data->out, out, p->dtype, total.real);
}

static inline __attribute__((always_inline)) void
run_all_kernels_conv_conv_generic(const wick_conv_params *p, const wick_conv_data *data,
                                  const bool is_integer)
{
    const geometry g = {.strides = wick_conv_strides_of(p),
                        .in_channels = p->in_channels / p->groups,
                        .out_channels = p->out_channels / p->groups};
    const int32_t pixels = p->out_height * p->out_width;
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t c = 0; c < p->out_channels; c++) {
            for (int32_t i = 0; i < pixels; i++) {
                const int32_t at[4] = {n, c, i / p->out_width, i % p->out_width};
                run_output(p, &g, data, at, is_integer);
            }
        }
    }
}

static void wick_conv_half(const wick_conv_params *params, const wick_conv_data *data)
{
    run_all_kernels_conv_conv_generic(params, data, false);
}

static void wick_conv_integer(const wick_conv_params *params, const wick_conv_data *data)
{
    run_all_kernels_conv_conv_generic(params, data, true);
}

static void wick_conv(const wick_conv_params *params, const wick_conv_data *data)
{
    switch (params->dtype) {
    case WICK_FLOAT32:
        wick_conv_f32(params, data);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_conv_half(params, data);
        break;
    default:
        wick_conv_integer(params, data);
    }
}

static wick_status wick_convolution_run(const wick_call *call, const void *block)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS_ops_conv);
    const wick_conv_data data = {.input = wick_call_tensor(call, INPUT_ops_conv)->data,
                                 .weight = wick_call_tensor(call, WEIGHT_ops_conv)->data,
                                 .bias = bias ? bias->data : 0,
                                 .out = wick_call_tensor(call, OUT_ops_conv)->data};
    wick_conv(block, &data);
    return WICK_OK;
}

typedef struct wick_space {
    int32_t sizes[5];
    int32_t strides[5];
} wick_space;
typedef struct wick_conv3d_params {
    wick_space in, weight, out;
    int32_t stride[3], padding[3], dilation[3];
    int32_t groups;
    uint8_t dtype;
    uint8_t is_transposed;
} wick_conv3d_params;
typedef struct wick_convolution_backward_block {
    wick_conv3d_params params;
    uint8_t mask[3];
} wick_convolution_backward_block;
enum {
    GRADIENT_ops_conv3d,
    BACK_INPUT,
    BACK_WEIGHT,
    BIAS_SIZES,
    BACK_STRIDE,
    BACK_OUTPUT_PADDING = 8
};
static void wick_tensor_strides(const wick_tensor *tensor, int32_t *strides)
{
    int32_t stride = 1;
    for (uint32_t i = tensor->rank; i-- > 0;) {
        const uint32_t dim = tensor->dim_order[i];
        strides[dim] = stride;
        stride *= tensor->sizes[dim] > 0 ? tensor->sizes[dim] : 1;
    }
}

static void wick_tensor_space(const wick_tensor *tensor, uint32_t spatial, wick_space *space)
{
    int32_t strides[16];
    wick_tensor_strides(tensor, strides);
    *space = (wick_space){{1, 1, 1, 1, 1}, {0}};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t from_end = tensor->rank - 1 - i;
        const uint32_t place = from_end < spatial ? 4 - from_end : 1 + spatial - from_end;
        space->sizes[place] = tensor->sizes[i];
        space->strides[place] = strides[i];
    }
}

enum { BACK_GROUPS = 9, MASK_ops_conv3d, GRADIENTS };
typedef struct wick_space_position {
    int32_t at[5];
} wick_space_position;
static size_t wick_space_count(const wick_space *space)
{
    size_t count = 1;
    for (uint32_t d = 0; d < 5; d++) {
        count *= (size_t)space->sizes[d];
    }
    return count;
}

static bool wick_space_is_empty(const wick_space *space)
{
    return wick_space_count(space) == 0;
}

typedef struct tap {
    ptrdiff_t input, weight;
} tap;
typedef struct output {
    int32_t at[3];
    int32_t channels;
    int32_t input_step, weight_step;
    tap first;
} output;
enum {
    WICK_SPACE_BATCH,
    WICK_SPACE_CHANNELS,
    WICK_SPACE_DEPTH,
    WICK_SPACE_HEIGHT,
    WICK_SPACE_WIDTH
};
static inline ptrdiff_t wick_space_plane(const wick_space *space, int32_t batch, int32_t channel)
{
    return (ptrdiff_t)batch * space->strides[WICK_SPACE_BATCH] +
           (ptrdiff_t)channel * space->strides[WICK_SPACE_CHANNELS];
}

static output output_of(const wick_conv3d_params *p, const int32_t at[5])
{
    const int32_t in_channels = p->in.sizes[1] / p->groups;
    const int32_t out_channels = p->out.sizes[1] / p->groups;
    const int32_t group = at[1] / out_channels;
    output o = {.at = {at[2], at[3], at[4]},
                .channels = in_channels,
                .input_step = p->in.strides[1],
                .weight_step = p->weight.strides[p->is_transposed ? 0 : 1]};
    o.first.input = wick_space_plane(&p->in, at[0], group * in_channels);
    o.first.weight = p->is_transposed
                         ? wick_space_plane(&p->weight, group * in_channels, at[1] % out_channels)
                         : wick_space_plane(&p->weight, at[1], 0);
    return o;
}

static ptrdiff_t wick_space_offset(const wick_space *space, const wick_space_position *position)
{
    ptrdiff_t offset = 0;
    for (uint32_t d = 0; d < 5; d++) {
        offset += (ptrdiff_t)position->at[d] * space->strides[d];
    }
    return offset;
}

typedef union sum_kernels_conv_conv3d {
    float real;
    uint64_t integer;
} sum_kernels_conv_conv3d;
static int32_t position_kernels_conv_conv3d(const wick_conv3d_params *p, uint32_t axis, int32_t at,
                                            int32_t k)
{
    int32_t i = at * p->stride[axis] - p->padding[axis] + k * p->dilation[axis];
    if (p->is_transposed) {
        i = at + p->padding[axis] - k * p->dilation[axis];
        if (i < 0 || i % p->stride[axis] != 0) {
            return -1;
        }
        i /= p->stride[axis];
    }
    return i < p->in.sizes[2 + axis] ? i : -1;
}

static inline float wick_element_load(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return dtype == WICK_FLOAT32 ? ((const float *)data)[index]
                                 : wick_element_real(data, index, dtype);
}

static inline __attribute__((always_inline)) void
add_channels_kernels_conv_conv3d(const output *o, const wick_conv_data *data, const tap *first,
                                 sum_kernels_conv_conv3d *total, const uint32_t dtype,
                                 const bool is_integer)
{
    tap t = *first;
    float part = 0;
    for (int32_t c = 0; c < o->channels; c++) {
        if (is_integer) {
            total->integer += (uint64_t)wick_element_integer(data->input, t.input, dtype) *
                              (uint64_t)wick_element_integer(data->weight, t.weight, dtype);
        } else {
            part += wick_element_load(data->input, t.input, dtype) *
                    wick_element_load(data->weight, t.weight, dtype);
        }
        t.input += o->input_step;
        t.weight += o->weight_step;
    }
    if (!is_integer) {
        total->real += part;
    }
}

static inline __attribute__((always_inline)) void
add_window_kernels_conv_conv3d(const wick_conv3d_params *p, const output *o,
                               const wick_conv_data *data, sum_kernels_conv_conv3d *total,
                               const uint32_t dtype, const bool is_integer)
{
    const int32_t *const kernel = p->weight.sizes + 2;
    const int32_t count = kernel[0] * kernel[1] * kernel[2];
    for (int32_t i = 0; i < count; i++) {
        const int32_t k[3] = {i / kernel[2] / kernel[1], i / kernel[2] % kernel[1], i % kernel[2]};
        tap t = o->first;
        bool is_inside = true;
        for (uint32_t axis = 0; axis < 3; axis++) {
            const int32_t at = position_kernels_conv_conv3d(p, axis, o->at[axis], k[axis]);
            is_inside = is_inside && at >= 0;
            t.input += (ptrdiff_t)at * p->in.strides[2 + axis];
            t.weight += (ptrdiff_t)k[axis] * p->weight.strides[2 + axis];
        }
        if (is_inside) {
            add_channels_kernels_conv_conv3d(o, data, &t, total, dtype, is_integer);
        }
    }
}

static inline void wick_element_store(void *data, ptrdiff_t index, uint32_t dtype, float value)
{
    if (dtype == WICK_FLOAT32) {
        ((float *)data)[index] = value;
    } else {
        wick_element_store_real(data, index, dtype, value);
    }
}

static bool wick_space_next(const wick_space *space, wick_space_position *position)
{
    for (uint32_t d = 5; d-- > 0;) {
        position->at[d]++;
        if (position->at[d] < space->sizes[d]) {
            return true;
        }
        position->at[d] = 0;
    }
    return false;
}

static inline __attribute__((always_inline)) void
run_all_kernels_conv_conv3d(const wick_conv3d_params *p, const wick_conv_data *data,
                            const uint32_t dtype, const bool is_integer)
{
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const output o = output_of(p, at.at);
        const ptrdiff_t to = wick_space_offset(&p->out, &at);
        const int32_t c = at.at[1];
        sum_kernels_conv_conv3d total = {.integer = 0};
        if (is_integer) {
            total.integer = data->bias ? (uint64_t)wick_element_integer(data->bias, c, dtype) : 0;
            add_window_kernels_conv_conv3d(p, &o, data, &total, dtype, is_integer);
            wick_element_store_integer(data->out, to, dtype, (int64_t)total.integer);
        } else {
            total.real = data->bias ? wick_element_load(data->bias, c, dtype) : 0;
            add_window_kernels_conv_conv3d(p, &o, data, &total, dtype, is_integer);
            wick_element_store(data->out, to, dtype, total.real);
        }
    } while (wick_space_next(&p->out, &at));
}

static inline bool wick_element_is_real(uint32_t dtype)
{
    return dtype == WICK_FLOAT32 || dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16;
}

static void wick_conv3d(const wick_conv3d_params *params, const wick_conv_data *data)
{
    if (params->dtype == WICK_FLOAT32) {
        run_all_kernels_conv_conv3d(params, data, WICK_FLOAT32, false);
    } else {
        run_all_kernels_conv_conv3d(params, data, params->dtype,
                                    !wick_element_is_real(params->dtype));
    }
}

static void input_gradient(const wick_call *call, const wick_convolution_backward_block *b,
                           uint32_t spatial)
{
    wick_conv3d_params p = b->params;
    p.is_transposed = !p.is_transposed;
    p.in = b->params.out;
    wick_tensor_space(wick_call_tensor(call, GRADIENTS), spatial, &p.out);
    const wick_conv_data data = {.input = wick_call_tensor(call, GRADIENT_ops_conv3d)->data,
                                 .weight = wick_call_tensor(call, BACK_WEIGHT)->data,
                                 .out = wick_call_tensor(call, GRADIENTS)->data};
    wick_conv3d(&p, &data);
}

static float weight_element(const wick_conv3d_params *p, const wick_conv_data *data,
                            const int32_t at[5], int32_t channel)
{
    const int32_t *const sizes = p->out.sizes;
    float total = 0;
    for (int32_t n = 0; n < sizes[0]; n++) {
        wick_space plane = p->out;
        plane.sizes[0] = plane.sizes[1] = 1;
        const ptrdiff_t from = wick_space_plane(&p->out, n, at[0]);
        wick_space_position y = {{0}};
        float part = 0;
        do {
            ptrdiff_t input = wick_space_plane(&p->in, n, channel);
            bool is_inside = true;
            for (uint32_t axis = 0; axis < 3; axis++) {
                const int32_t i =
                    position_kernels_conv_conv3d(p, axis, y.at[2 + axis], at[2 + axis]);
                is_inside = is_inside && i >= 0;
                input += (ptrdiff_t)i * p->in.strides[2 + axis];
            }
            if (is_inside) {
                part +=
                    wick_element_real(data->input, input, p->dtype) *
                    wick_element_real(data->weight, from + wick_space_offset(&plane, &y), p->dtype);
            }
        } while (wick_space_next(&plane, &y));
        total += part;
    }
    return total;
}

static void wick_conv3d_weight_gradient(const wick_conv3d_params *params,
                                        const wick_conv_data *data)
{
    const wick_conv3d_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->weight)) {
        return;
    }
    const int32_t group_out = p->weight.sizes[0] / p->groups;
    const bool has_outputs = !wick_space_is_empty(&p->out);
    do {
        const int32_t channel = at.at[0] / group_out * p->weight.sizes[1] + at.at[1];
        const float total = has_outputs ? weight_element(p, data, at.at, channel) : 0;
        wick_element_store_real(data->out, wick_space_offset(&p->weight, &at), p->dtype, total);
    } while (wick_space_next(&p->weight, &at));
}

static void weight_gradient(const wick_call *call, const wick_convolution_backward_block *b,
                            uint32_t spatial)
{
    wick_conv3d_params p = b->params;
    wick_tensor_space(wick_call_tensor(call, GRADIENTS + 1), spatial, &p.weight);
    wick_conv_data data = {.input = wick_call_tensor(call, BACK_INPUT)->data,
                           .weight = wick_call_tensor(call, GRADIENT_ops_conv3d)->data,
                           .out = wick_call_tensor(call, GRADIENTS + 1)->data};
    if (p.is_transposed) {
        p.in = b->params.out;
        p.out = b->params.in;
        p.is_transposed = 0;
        data.input = wick_call_tensor(call, GRADIENT_ops_conv3d)->data;
        data.weight = wick_call_tensor(call, BACK_INPUT)->data;
    }
    wick_conv3d_weight_gradient(&p, &data);
}

static void wick_conv3d_bias_gradient(const wick_conv3d_params *params, const void *gradient,
                                      void *out)
{
    const wick_space *const space = &params->out;
    wick_space one = *space;
    one.sizes[WICK_SPACE_CHANNELS] = 1;
    const bool is_empty = wick_space_is_empty(&one);
    for (int32_t c = 0; c < space->sizes[WICK_SPACE_CHANNELS]; c++) {
        wick_space_position at = {{0}};
        float total = 0;
        bool goes_on = !is_empty;
        while (goes_on) {
            const ptrdiff_t from = wick_space_plane(space, 0, c) + wick_space_offset(&one, &at);
            total += wick_element_real(gradient, from, params->dtype);
            goes_on = wick_space_next(&one, &at);
        }
        wick_element_store_real(out, c, params->dtype, total);
    }
}

static wick_status wick_convolution_backward_run(const wick_call *call, const void *block)
{
    const wick_convolution_backward_block *const b = block;
    const uint32_t spatial = wick_call_tensor(call, BACK_WEIGHT)->rank - 2u;
    if (b->mask[0] != 0) {
        input_gradient(call, b, spatial);
    }
    if (b->mask[1] != 0) {
        weight_gradient(call, b, spatial);
    }
    if (b->mask[2] != 0) {
        wick_conv3d_bias_gradient(&b->params, wick_call_tensor(call, GRADIENT_ops_conv3d)->data,
                                  wick_call_tensor(call, GRADIENTS + 2)->data);
    }
    return WICK_OK;
}

typedef wick_conv3d_params wick_conv_tbc_block;
enum { TBC_SELF, TBC_WEIGHT, TBC_BIAS, TBC_PAD, TBC_OUT };
static wick_status wick_conv_tbc_run(const wick_call *call, const void *block)
{
    const wick_conv_data data = {.input = wick_call_tensor(call, TBC_SELF)->data,
                                 .weight = wick_call_tensor(call, TBC_WEIGHT)->data,
                                 .bias = wick_call_tensor(call, TBC_BIAS)->data,
                                 .out = wick_call_tensor(call, TBC_OUT)->data};
    wick_conv3d(block, &data);
    return WICK_OK;
}

typedef struct wick_linear_block {
    int32_t rows, in_features, out_features;
    uint8_t dtype;
    bool is_dense;
} wick_linear_block;
typedef struct wick_gemm_params {
    int32_t rows, depth, cols;
    int32_t lhs_row, lhs_depth;
    int32_t rhs_depth, rhs_col;
    int32_t bias_row, bias_col;
    int32_t out_row, out_col;
    float alpha, beta;
    int64_t integer_alpha, integer_beta;
} wick_gemm_params;
static inline __attribute__((always_inline)) bool wick_call_is_none(const wick_call *call,
                                                                    uint32_t arg)
{
    return wick_call_value(call, arg)->kind == WICK_VALUE_NONE;
}

enum { INPUT_ops_linear, WEIGHT_ops_linear, BIAS_ops_linear, LINEAR_OUT };
static size_t wick_tensor_count(const wick_tensor *tensor)
{
    size_t count = 1;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        count *= (size_t)tensor->sizes[i];
    }
    return count;
}

static void set_weight_strides(const wick_tensor *weight, const wick_linear_block *b,
                               wick_gemm_params *p)
{
    int32_t strides[2] = {0, 0};
    wick_tensor_strides(weight, strides);
    p->rhs_col = weight->rank == 2 ? strides[0] : b->in_features;
    p->rhs_depth = strides[weight->rank - 1];
}

typedef struct wick_gemm_data {
    const void *lhs;
    const void *rhs;
    const void *bias;
    void *out;
} wick_gemm_data;
static wick_gemm_data linear_data_ops_linear(const wick_call *call)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS_ops_linear);
    return (wick_gemm_data){wick_call_tensor(call, INPUT_ops_linear)->data,
                            wick_call_tensor(call, WEIGHT_ops_linear)->data, bias ? bias->data : 0,
                            wick_call_tensor(call, LINEAR_OUT)->data};
}

enum {
    CHUNK_kernels_gemm_gemm_f32 = 512,
    COLUMN_BLOCK_kernels_gemm_gemm_f32 = 256,
};
static void product_by_rows(const wick_gemm_params *p, const wick_gemm_data *data, int32_t col,
                            int32_t count)
{
    float *const out = (float *)data->out + col;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t i = 0; i < count; i++) {
            out[(ptrdiff_t)row * p->out_row + i] = 0;
        }
    }
    const wick_columns_f32 columns = {.out = out,
                                      .weights = data->lhs,
                                      .out_channel_stride = p->out_row,
                                      .weight_channel_stride = p->lhs_row,
                                      .x_stride = 1,
                                      .out_stride = 1,
                                      .channels = (uint32_t)p->rows,
                                      .count = (uint32_t)count};
    wick_taps_f32 taps = {.count = 0};
    for (int32_t k = 0; k < p->depth; k++) {
        wick_taps_push(&taps, &columns,
                       (const float *)data->rhs + (ptrdiff_t)k * p->rhs_depth + col,
                       (ptrdiff_t)k * p->lhs_depth);
    }
    wick_taps_flush(&taps, &columns);
}

static float combine(const wick_gemm_params *p, const float *bias, ptrdiff_t index, float sum)
{
    sum = p->alpha == 1 ? sum : p->alpha * sum;
    if (!bias) {
        return sum;
    }
    return sum + (p->beta == 1 ? bias[index] : p->beta * bias[index]);
}

static void add_bias(const wick_gemm_params *p, const wick_gemm_data *data)
{
    for (int32_t row = 0; row < p->rows; row++) {
        float *const out = (float *)data->out + (ptrdiff_t)row * p->out_row;
        const ptrdiff_t bias_row = (ptrdiff_t)row * p->bias_row;
        for (int32_t col = 0; col < p->cols; col++) {
            const ptrdiff_t i = (ptrdiff_t)col * p->out_col;
            out[i] = combine(p, data->bias, bias_row + (ptrdiff_t)col * p->bias_col, out[i]);
        }
    }
}

static __attribute__((noinline)) void gemm_by_rows(const wick_gemm_params *p,
                                                   const wick_gemm_data *data)
{
    for (int32_t col = 0; col < p->cols; col += COLUMN_BLOCK_kernels_gemm_gemm_f32) {
        const int32_t rest = p->cols - col;
        product_by_rows(
            p, data, col,
            rest < COLUMN_BLOCK_kernels_gemm_gemm_f32 ? rest : COLUMN_BLOCK_kernels_gemm_gemm_f32);
    }
    if (data->bias || p->alpha != 1) {
        add_bias(p, data);
    }
}

enum { WICK_DOTS = 4 };
enum { OUTPUTS = WICK_DOTS };
static void wick_add_dots_f32(const float *x, const float *const weights[WICK_DOTS], int32_t depth,
                              float sums[WICK_DOTS])
{
    const float *u = weights[0], *v = weights[1], *w = weights[2], *z = weights[3];
    float a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    float b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
    float d0 = 0, d1 = 0, d2 = 0, d3 = 0;
    int32_t k = depth;
    for (; k >= 4; k -= 4) {
        const float x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        a0 += x0 * u[0];
        a1 += x1 * u[1];
        a2 += x2 * u[2];
        a3 += x3 * u[3];
        b0 += x0 * v[0];
        b1 += x1 * v[1];
        b2 += x2 * v[2];
        b3 += x3 * v[3];
        c0 += x0 * w[0];
        c1 += x1 * w[1];
        c2 += x2 * w[2];
        c3 += x3 * w[3];
        d0 += x0 * z[0];
        d1 += x1 * z[1];
        d2 += x2 * z[2];
        d3 += x3 * z[3];
        x += 4;
        u += 4;
        v += 4;
        w += 4;
        z += 4;
    }
    for (; k > 0; k--) {
        a0 += *x * *u++;
        b0 += *x * *v++;
        c0 += *x * *w++;
        d0 += *x++ * *z++;
    }
    sums[0] += (a0 + a1) + (a2 + a3);
    sums[1] += (b0 + b1) + (b2 + b3);
    sums[2] += (c0 + c1) + (c2 + c3);
    sums[3] += (d0 + d1) + (d2 + d3);
}

static void product_by_dots(const wick_gemm_params *p, const wick_gemm_data *data, int32_t row)
{
    const float *const x = (const float *)data->lhs + (ptrdiff_t)row * p->lhs_row;
    float *const out = (float *)data->out + (ptrdiff_t)row * p->out_row;
    for (int32_t col = 0; col < p->cols; col += OUTPUTS) {
        const int32_t count = p->cols - col < OUTPUTS ? p->cols - col : OUTPUTS;
        const float *weights[OUTPUTS];
        float sums[OUTPUTS] = {0};
        for (int32_t i = 0; i < OUTPUTS; i++) {
            weights[i] = (const float *)data->rhs +
                         (ptrdiff_t)(col + (i < count ? i : count - 1)) * p->rhs_col;
        }
        for (int32_t k = 0; k < p->depth; k += CHUNK_kernels_gemm_gemm_f32) {
            const int32_t rest = p->depth - k;
            wick_add_dots_f32(
                x + k, weights,
                rest < CHUNK_kernels_gemm_gemm_f32 ? rest : CHUNK_kernels_gemm_gemm_f32, sums);
            for (int32_t i = 0; i < OUTPUTS; i++) {
                weights[i] += CHUNK_kernels_gemm_gemm_f32;
            }
        }
        for (int32_t i = 0; i < count; i++) {
            out[(ptrdiff_t)(col + i) * p->out_col] =
                combine(p, data->bias,
                        (ptrdiff_t)row * p->bias_row + (ptrdiff_t)(col + i) * p->bias_col, sums[i]);
        }
    }
}

static void product_strided(const wick_gemm_params *p, const wick_gemm_data *data, int32_t row,
                            int32_t col)
{
    const float *x = (const float *)data->lhs + (ptrdiff_t)row * p->lhs_row;
    const float *w = (const float *)data->rhs + (ptrdiff_t)col * p->rhs_col;
    float sum = 0;
    for (int32_t k = 0; k < p->depth; k += CHUNK_kernels_gemm_gemm_f32) {
        const int32_t end =
            p->depth - k < CHUNK_kernels_gemm_gemm_f32 ? p->depth : k + CHUNK_kernels_gemm_gemm_f32;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            part += *x * *w;
            x += p->lhs_depth;
            w += p->rhs_depth;
        }
        sum += part;
    }
    const ptrdiff_t bias = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
    ((float *)data->out)[(ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col] =
        combine(p, data->bias, bias, sum);
}

static void wick_gemm_f32(const wick_gemm_params *params, const wick_gemm_data *data)
{
    if (params->rhs_col == 1 && params->out_col == 1 && params->cols > 1) {
        gemm_by_rows(params, data);
        return;
    }
    const bool by_dots = params->lhs_depth == 1 && params->rhs_depth == 1;
    for (int32_t row = 0; row < params->rows; row++) {
        if (by_dots) {
            product_by_dots(params, data, row);
            continue;
        }
        for (int32_t col = 0; col < params->cols; col++) {
            product_strided(params, data, row, col);
        }
    }
}

static inline const void *wick_element_at(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return (const uint8_t *)data + index * (ptrdiff_t)wick_dtype_size_bytes(dtype);
}

enum { CHUNK_kernels_gemm_gemm_generic = 512 };
static float dot_half(const wick_gemm_params *p, const void *x, const void *w, uint32_t dtype)
{
    float sum = 0;
    for (int32_t k = 0; k < p->depth; k += CHUNK_kernels_gemm_gemm_generic) {
        const int32_t end = p->depth - k < CHUNK_kernels_gemm_gemm_generic
                                ? p->depth
                                : k + CHUNK_kernels_gemm_gemm_generic;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            part += wick_element_real(x, (ptrdiff_t)i * p->lhs_depth, dtype) *
                    wick_element_real(w, (ptrdiff_t)i * p->rhs_depth, dtype);
        }
        sum += part;
    }
    return sum;
}

static void wick_gemm_half(const wick_gemm_params *params, const wick_gemm_data *data,
                           uint32_t dtype)
{
    const wick_gemm_params *const p = params;
    for (int32_t row = 0; row < p->rows; row++) {
        const void *const x = wick_element_at(data->lhs, (ptrdiff_t)row * p->lhs_row, dtype);
        for (int32_t col = 0; col < p->cols; col++) {
            const void *const w = wick_element_at(data->rhs, (ptrdiff_t)col * p->rhs_col, dtype);
            float sum = p->alpha * dot_half(p, x, w, dtype);
            if (data->bias) {
                const ptrdiff_t i = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
                sum += p->beta * wick_element_real(data->bias, i, dtype);
            }
            wick_element_store_real(
                data->out, (ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col, dtype, sum);
        }
    }
}

static uint64_t dot_integer(const wick_gemm_params *p, const void *x, const void *w, uint32_t dtype)
{
    uint64_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++) {
        sum += (uint64_t)wick_element_integer(x, (ptrdiff_t)k * p->lhs_depth, dtype) *
               (uint64_t)wick_element_integer(w, (ptrdiff_t)k * p->rhs_depth, dtype);
    }
    return sum;
}

static void wick_gemm_integer(const wick_gemm_params *params, const wick_gemm_data *data,
                              uint32_t dtype)
{
    const wick_gemm_params *const p = params;
    for (int32_t row = 0; row < p->rows; row++) {
        const void *const x = wick_element_at(data->lhs, (ptrdiff_t)row * p->lhs_row, dtype);
        for (int32_t col = 0; col < p->cols; col++) {
            const void *const w = wick_element_at(data->rhs, (ptrdiff_t)col * p->rhs_col, dtype);
            uint64_t sum = (uint64_t)p->integer_alpha * dot_integer(p, x, w, dtype);
            if (data->bias) {
                const ptrdiff_t i = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
                sum += (uint64_t)p->integer_beta *
                       (uint64_t)wick_element_integer(data->bias, i, dtype);
            }
            wick_element_store_integer(data->out,
                                       (ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col,
                                       dtype, (int64_t)sum);
        }
    }
}

static void wick_gemm(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        wick_gemm_f32(params, data);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_gemm_half(params, data, dtype);
        break;
    default:
        wick_gemm_integer(params, data, dtype);
    }
}

typedef struct wick_nest_dim {
    int32_t size;
    int32_t in, out;
} wick_nest_dim;
static uint32_t wick_strides_nest(const wick_tensor *in, const int32_t *in_strides,
                                  const int32_t *out_strides, uint32_t mask, wick_nest_dim *dims)
{
    uint32_t count = 0;
    for (uint32_t d = 0; d < in->rank; d++) {
        if ((mask >> d & 1u) == 0 || in->sizes[d] == 1) {
            continue;
        }
        const wick_nest_dim dim = {in->sizes[d], in_strides[d], out_strides[d]};
        wick_nest_dim *const last = count > 0 ? &dims[count - 1] : 0;
        if (last && last->in == dim.in * dim.size && last->out == dim.out * dim.size) {
            *last = (wick_nest_dim){last->size * dim.size, dim.in, dim.out};
        } else {
            dims[count++] = dim;
        }
    }
    return count;
}

static __attribute__((noinline)) uint32_t linear_nest(const wick_call *call, wick_gemm_params *p,
                                                      wick_nest_dim *dims)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_linear);
    const wick_tensor *const out = wick_call_tensor(call, LINEAR_OUT);
    const uint32_t last = input->rank - 1u;
    int32_t in_strides[16];
    int32_t out_strides[16] = {0};
    wick_tensor_strides(input, in_strides);
    wick_tensor_strides(out, out_strides);
    p->lhs_depth = in_strides[last];
    p->out_col = out->rank > last ? out_strides[last] : 1;
    return wick_strides_nest(input, in_strides, out_strides, (1u << last) - 1, dims);
}

typedef struct wick_nest_position {
    ptrdiff_t in, out;
    int32_t counter[16];
} wick_nest_position;
static bool wick_nest_next(wick_nest_position *position, const wick_nest_dim *dims, uint32_t count)
{
    for (uint32_t d = count; d-- > 0;) {
        position->in += dims[d].in;
        position->out += dims[d].out;
        position->counter[d]++;
        if (position->counter[d] < dims[d].size) {
            return true;
        }
        position->in -= (ptrdiff_t)dims[d].in * dims[d].size;
        position->out -= (ptrdiff_t)dims[d].out * dims[d].size;
        position->counter[d] = 0;
    }
    return false;
}

static void linear_rows(const wick_call *call, wick_gemm_params *p, uint32_t dtype)
{
    wick_nest_dim dims[16];
    const uint32_t count = linear_nest(call, p, dims);
    const wick_gemm_data all = linear_data_ops_linear(call);
    wick_nest_position at = {0};
    p->rows = 1;
    do {
        wick_gemm_data data = all;
        data.lhs = wick_element_at(all.lhs, at.in, dtype);
        data.out = (uint8_t *)all.out + at.out * (ptrdiff_t)wick_dtype_size_bytes(dtype);
        wick_gemm(p, &data, dtype);
    } while (wick_nest_next(&at, dims, count));
}

static wick_status wick_linear_run(const wick_call *call, const void *block)
{
    const wick_linear_block *const b = block;
    if (b->rows == 0 || b->out_features == 0) {
        return WICK_OK;
    }
    wick_gemm_params p = {
        .rows = b->rows,
        .depth = b->in_features,
        .cols = b->out_features,
        .lhs_row = b->in_features,
        .lhs_depth = 1,
        .bias_col = wick_call_is_none(call, BIAS_ops_linear) ||
                            wick_tensor_count(wick_call_tensor(call, BIAS_ops_linear)) == 1
                        ? 0
                        : 1,
        .out_row = b->out_features,
        .out_col = 1,
        .alpha = 1,
        .beta = 1,
        .integer_alpha = 1,
        .integer_beta = 1,
    };
    set_weight_strides(wick_call_tensor(call, WEIGHT_ops_linear), b, &p);
    if (b->is_dense) {
        const wick_gemm_data data = linear_data_ops_linear(call);
        wick_gemm(&p, &data, b->dtype);
    } else {
        linear_rows(call, &p, b->dtype);
    }
    return WICK_OK;
}

typedef struct wick_matmul_block {
    wick_gemm_params gemm;
    int32_t batch;
    int32_t lhs_step, rhs_step, out_step;
    uint32_t dtype;
} wick_matmul_block;
typedef struct matrices {
    uint32_t lhs, rhs, out;
} matrices;
static void run_product(const wick_call *call, matrices args, const wick_matmul_block *b,
                        const void *bias)
{
    const wick_gemm_data all = {wick_call_tensor(call, args.lhs)->data,
                                wick_call_tensor(call, args.rhs)->data, bias,
                                wick_call_tensor(call, args.out)->data};
    const ptrdiff_t bytes = (ptrdiff_t)wick_dtype_size_bytes(b->dtype);
    for (int32_t i = 0; i < b->batch; i++) {
        const wick_gemm_data data = {
            .lhs = (const uint8_t *)all.lhs + (ptrdiff_t)i * b->lhs_step * bytes,
            .rhs = (const uint8_t *)all.rhs + (ptrdiff_t)i * b->rhs_step * bytes,
            .bias = all.bias,
            .out = (uint8_t *)all.out + (ptrdiff_t)i * b->out_step * bytes,
        };
        wick_gemm(&b->gemm, &data, b->dtype);
    }
}

static const matrices addmm_args = {1, 2, 5};

enum { ADDMM_SELF = 0, ADDMM_BETA = 3, ADDMM_ALPHA = 4 };
static wick_status wick_addmm_run(const wick_call *call, const void *block)
{
    const wick_matmul_block *const b = block;
    const bool reads_self =
        wick_dtype_is_float(b->dtype) ? b->gemm.beta != 0 : b->gemm.integer_beta != 0;
    run_product(call, addmm_args, b, reads_self ? wick_call_tensor(call, ADDMM_SELF)->data : 0);
    return WICK_OK;
}

static const matrices mm_args = {0, 1, 2};

static wick_status wick_mm_run(const wick_call *call, const void *block)
{
    run_product(call, mm_args, block, 0);
    return WICK_OK;
}

static wick_status wick_bmm_run(const wick_call *call, const void *block)
{
    run_product(call, mm_args, block, 0);
    return WICK_OK;
}

typedef struct wick_batch_norm_block {
    float epsilon;
} wick_batch_norm_block;
enum {
    INPUT_ops_batch_norm,
    WEIGHT_ops_batch_norm,
    BIAS_ops_batch_norm,
    MEAN,
    VARIANCE,
    MOMENTUM,
    EPSILON,
    OUT_ops_batch_norm,
    SAVED_MEAN,
    SAVED_INVERSE
};
typedef struct wick_batch_norm_params {
    uint32_t rank;
    uint8_t dtype, param_dtype;
    float epsilon;
    wick_nest_dim dims[16];
} wick_batch_norm_params;
static uint32_t wick_tensor_nest(const wick_tensor *in, const wick_tensor *out, uint32_t mask,
                                 wick_nest_dim *dims)
{
    int32_t in_strides[16];
    int32_t out_strides[16] = {0};
    wick_tensor_strides(in, in_strides);
    wick_tensor_strides(out, out_strides);
    return wick_strides_nest(in, in_strides, out_strides, mask, dims);
}

typedef struct wick_batch_norm_data {
    const void *input;
    const void *weight;
    const void *bias;
    const void *mean;
    const void *variance;
    void *out;
} wick_batch_norm_data;
static const void *optional_data_ops_batch_norm(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    return tensor ? tensor->data : 0;
}

static size_t wick_nest_count(const wick_nest_dim *dims, uint32_t count)
{
    size_t product = 1;
    for (uint32_t d = 0; d < count; d++) {
        product *= (size_t)dims[d].size;
    }
    return product;
}

typedef struct affine {
    float scale, shift;
} affine;
static affine channel_affine(const wick_batch_norm_params *p, const wick_batch_norm_data *data,
                             int32_t c)
{
    const uint32_t dtype = p->param_dtype;
    const float weight = data->weight ? wick_element_real(data->weight, c, dtype) : 1;
    const float bias = data->bias ? wick_element_real(data->bias, c, dtype) : 0;
    const float mean = wick_element_real(data->mean, c, dtype);
    const float variance = wick_element_real(data->variance, c, dtype);
    const float scale = 1 / wick_sqrt_f32(variance + p->epsilon) * weight;
    return (affine){scale, bias - mean * scale};
}

static void run_row(const wick_batch_norm_params *p, const wick_batch_norm_data *data,
                    const wick_nest_position *at, affine f)
{
    const wick_nest_dim row = p->rank > 1 ? p->dims[p->rank - 1] : (wick_nest_dim){1, 1, 1};
    ptrdiff_t in = at->in;
    ptrdiff_t out = at->out;
    for (int32_t i = 0; i < row.size; i++) {
        wick_element_store(data->out, out, p->dtype,
                           wick_element_load(data->input, in, p->dtype) * f.scale + f.shift);
        in += row.in;
        out += row.out;
    }
}

static void wick_batch_norm(const wick_batch_norm_params *params, const wick_batch_norm_data *data)
{
    const wick_batch_norm_params *const p = params;
    if (wick_nest_count(p->dims, p->rank) == 0) {
        return;
    }
    const uint32_t outer = p->rank > 1 ? p->rank - 2 : 0;
    for (int32_t c = 0; c < p->dims[0].size; c++) {
        const affine f = channel_affine(p, data, c);
        wick_nest_position at = {.in = (ptrdiff_t)c * p->dims[0].in,
                                 .out = (ptrdiff_t)c * p->dims[0].out};
        do {
            run_row(p, data, &at, f);
        } while (wick_nest_next(&at, p->dims + 1, outer));
    }
}

static wick_status wick_batch_norm_run(const wick_call *call, const void *block)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_batch_norm);
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_batch_norm);
    wick_batch_norm_params p = {.dtype = input->dtype,
                                .param_dtype = wick_call_tensor(call, MEAN)->dtype,
                                .epsilon = ((const wick_batch_norm_block *)block)->epsilon};
    p.dims[0] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(input, out, 2u, p.dims);
    p.rank = 1 + wick_tensor_nest(input, out, ~2u, p.dims + 1);
    const wick_batch_norm_data data = {input->data,
                                       optional_data_ops_batch_norm(call, WEIGHT_ops_batch_norm),
                                       optional_data_ops_batch_norm(call, BIAS_ops_batch_norm),
                                       wick_call_tensor(call, MEAN)->data,
                                       wick_call_tensor(call, VARIANCE)->data,
                                       out->data};
    wick_batch_norm(&p, &data);
    return WICK_OK;
}

typedef struct wick_sort_block {
    uint32_t dim;
    int32_t number;
    uint8_t descending;
    uint8_t reserved[3];
} wick_sort_block;
enum { WICK_LINE_OPERANDS = 3 };
typedef struct wick_lines {
    uint32_t rank;
    uint8_t in_dtype, out_dtype;
    bool flag;
    bool skips_nan;
    int32_t number;
    uint8_t beside_dtype;
    const void *beside;
    const int64_t *order;
    int32_t sizes[16];
    int32_t strides[WICK_LINE_OPERANDS][16];
    int32_t lengths[WICK_LINE_OPERANDS];
    int32_t steps[WICK_LINE_OPERANDS];
} wick_lines;
enum { SELF_ops_lines };
static void wick_lines_add(wick_lines *lines, uint32_t k, const wick_tensor *tensor,
                           const wick_tensor *like, uint32_t dim)
{
    int32_t strides[16];
    const bool has_dim = tensor->rank == like->rank && like->rank > 0;
    uint32_t at = 0;
    wick_tensor_strides(tensor, strides);
    lines->lengths[k] = has_dim ? tensor->sizes[dim] : 1;
    lines->steps[k] = has_dim ? strides[dim] : 0;
    for (uint32_t d = 0, i = 0; d < like->rank; d++) {
        if (d != dim) {
            lines->strides[k][i++] = strides[at];
        }
        at += d != dim || has_dim;
    }
}

static void wick_call_lines(const wick_call *call, uint32_t dim, uint32_t out, uint32_t index,
                            wick_lines *lines)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_lines);
    *lines = (wick_lines){.in_dtype = self->dtype, .out_dtype = self->dtype};
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d != dim) {
            lines->sizes[lines->rank++] = self->sizes[d];
        }
    }
    wick_lines_add(lines, 0, self, self, dim);
    if (out != 0) {
        wick_lines_add(lines, 1, wick_call_tensor(call, out), self, dim);
        lines->out_dtype = wick_call_tensor(call, out)->dtype;
    }
    if (index != 0) {
        wick_lines_add(lines, 2, wick_call_tensor(call, index), self, dim);
    }
}

enum { SELF_ops_sort };
static void run_lines(const wick_call *call, wick_lines *lines, uint32_t out, uint32_t index,
                      void (*kernel)(const wick_lines *, const void *, void *, int64_t *))
{
    kernel(lines, wick_call_tensor(call, SELF_ops_sort)->data,
           out ? wick_call_tensor(call, out)->data : 0,
           index ? wick_call_tensor(call, index)->data : 0);
}

typedef struct wick_line {
    const wick_lines *lines;
    const void *in;
    void *out;
    int64_t *indices;
    ptrdiff_t at[WICK_LINE_OPERANDS];
} wick_line;
typedef void wick_line_visit(const wick_line *line);
static bool is_empty_kernels_line_lines(const wick_lines *lines)
{
    for (uint32_t d = 0; d < lines->rank; d++) {
        if (lines->sizes[d] == 0) {
            return true;
        }
    }
    return false;
}

static void move_kernels_line_lines(wick_line *line, uint32_t dim, int32_t count)
{
    for (uint32_t k = 0; k < WICK_LINE_OPERANDS; k++) {
        line->at[k] += (ptrdiff_t)count * line->lines->strides[k][dim];
    }
}

static bool next_kernels_line_lines(wick_line *line, int32_t *counter)
{
    const wick_lines *const lines = line->lines;
    for (uint32_t d = lines->rank; d-- > 0;) {
        move_kernels_line_lines(line, d, 1);
        if (++counter[d] < lines->sizes[d]) {
            return true;
        }
        move_kernels_line_lines(line, d, -lines->sizes[d]);
        counter[d] = 0;
    }
    return false;
}

static void wick_lines_each(const wick_lines *lines, const void *in, void *out, int64_t *indices,
                            wick_line_visit *visit)
{
    wick_line line = {lines, in, out, indices, {0}};
    int32_t counter[16] = {0};
    if (is_empty_kernels_line_lines(lines)) {
        return;
    }
    do {
        visit(&line);
    } while (next_kernels_line_lines(&line, counter));
}

static inline int32_t wick_line_size(const wick_line *line)
{
    return line->lines->lengths[0];
}

typedef struct sorting {
    const wick_line *line;
    uint32_t from;
} sorting;
static int32_t least_kernels_sort_sort(int64_t a, int32_t b)
{
    return a < b ? (int32_t)a : b;
}

enum { SHORT_RUN = 8 };
static inline int64_t wick_key_of_real(uint64_t value, uint32_t bits, uint64_t infinity)
{
    const uint64_t sign = 1ull << (bits - 1);
    const uint64_t magnitude = value & (sign - 1);
    if (magnitude > infinity) {
        return INT64_MAX;
    }
    return (value & sign) != 0 ? -(int64_t)magnitude : (int64_t)magnitude;
}

static inline int64_t wick_element_key(const void *data, ptrdiff_t index, uint32_t dtype)
{
    uint64_t wide;
    uint32_t word;
    switch (dtype) {
    case WICK_FLOAT32:
        memcpy(&word, (const float *)data + index, sizeof word);
        return wick_key_of_real(word, 32, 0x7f800000u);
    case WICK_FLOAT16:
        return wick_key_of_real(((const uint16_t *)data)[index], 16, 0x7c00u);
    case WICK_BFLOAT16:
        return wick_key_of_real(((const uint16_t *)data)[index], 16, 0x7f80u);
    case WICK_FLOAT64:
        memcpy(&wide, (const double *)data + index, sizeof wide);
        return wick_key_of_real(wide, 64, 0x7ff0000000000000ull);
    }
    return wick_element_integer(data, index, dtype);
}

static inline ptrdiff_t wick_line_at(const wick_line *line, uint32_t operand, int32_t i)
{
    return line->at[operand] + (ptrdiff_t)i * line->lines->steps[operand];
}

static bool overtakes(const sorting *s, int32_t a, int32_t b)
{
    const wick_line *const line = s->line;
    const uint32_t dtype = line->lines->in_dtype;
    const int64_t first = wick_element_key(line->in, wick_line_at(line, 0, a), dtype);
    const int64_t second = wick_element_key(line->in, wick_line_at(line, 0, b), dtype);
    return line->lines->flag ? second > first : second < first;
}

static uint64_t *word(const sorting *s, int32_t i)
{
    return (uint64_t *)s->line->indices + wick_line_at(s->line, 2, i);
}

static int32_t half(const sorting *s, int32_t i)
{
    return (int32_t)(uint32_t)(*word(s, i) >> s->from);
}

static void set_half(const sorting *s, uint32_t shift, int32_t i, int32_t value)
{
    uint64_t *const w = word(s, i);
    *w = (*w & ~(0xffffffffull << shift)) | (uint64_t)(uint32_t)value << shift;
}

static void insertion_sort(const sorting *s, int32_t begin, int32_t end)
{
    for (int32_t i = begin; i < end; i++) {
        int32_t at = i;
        for (; at > begin && overtakes(s, half(s, at - 1), i); at--) {
            set_half(s, s->from, at, half(s, at - 1));
        }
        set_half(s, s->from, at, i);
    }
}

static void merge(const sorting *s, int32_t begin, int32_t middle, int32_t end)
{
    int32_t left = begin;
    int32_t right = middle;
    for (int32_t i = begin; i < end; i++) {
        const bool takes_right =
            right < end && (left == middle || overtakes(s, half(s, left), half(s, right)));
        set_half(s, 32 - s->from, i, half(s, takes_right ? right : left));
        left += !takes_right;
        right += takes_right;
    }
}

static void sort_indices(sorting *s, int32_t size)
{
    for (int32_t i = 0; i < size; i += least_kernels_sort_sort(SHORT_RUN, size - i)) {
        insertion_sort(s, i, least_kernels_sort_sort((int64_t)i + SHORT_RUN, size));
    }
    for (int64_t run = SHORT_RUN; run < size; run *= 2) {
        for (int64_t i = 0; i < size; i += 2 * run) {
            merge(s, (int32_t)i, least_kernels_sort_sort(i + run, size),
                  least_kernels_sort_sort(i + 2 * run, size));
        }
        s->from = 32 - s->from;
    }
}

static inline void wick_element_move(const void *in, ptrdiff_t from, void *out, ptrdiff_t to,
                                     uint32_t dtype)
{
    const uint32_t bytes = wick_dtype_size_bytes(dtype);
    memcpy((uint8_t *)out + to * (ptrdiff_t)bytes, wick_element_at(in, from, dtype), bytes);
}

static void sort_line(const wick_line *line)
{
    const int32_t size = wick_line_size(line);
    sorting s = {line, 0};
    sort_indices(&s, size);
    for (int32_t i = 0; i < size; i++) {
        const int32_t index = half(&s, i);
        *word(&s, i) = (uint64_t)index;
        if (line->out) {
            wick_element_move(line->in, wick_line_at(line, 0, index), line->out,
                              wick_line_at(line, 1, i), line->lines->in_dtype);
        }
    }
}

static void wick_sort(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, sort_line);
}

static wick_status run_sort(const wick_call *call, const wick_sort_block *b, uint32_t out,
                            uint32_t index)
{
    wick_lines lines;
    wick_call_lines(call, b->dim, out, index, &lines);
    lines.flag = b->descending;
    run_lines(call, &lines, out, index, wick_sort);
    return WICK_OK;
}

enum { SORT_DIM = 1, SORT_DESCENDING, SORT_VALUES, SORT_INDICES };
static wick_status wick_sort_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, SORT_VALUES, SORT_INDICES);
}

enum { STABLE_DIM = 2, STABLE_DESCENDING, STABLE_VALUES, STABLE_INDICES };
static wick_status wick_sort_stable_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, STABLE_VALUES, STABLE_INDICES);
}

static wick_status wick_argsort_run(const wick_call *call, const void *block)
{
    return run_sort(call, block, 0, STABLE_VALUES);
}

enum { TOPK_K = 1, TOPK_DIM, TOPK_LARGEST, TOPK_SORTED, TOPK_VALUES, TOPK_INDICES };
static int64_t *index_at(const wick_line *line, int32_t i)
{
    return &line->indices[wick_line_at(line, 2, i)];
}

static int64_t key_of_kernels_sort_topk(const wick_line *line, int64_t index)
{
    return wick_element_key(line->in, wick_line_at(line, 0, (int32_t)index), line->lines->in_dtype);
}

static bool is_worse(const wick_line *line, int64_t a, int64_t b)
{
    const int64_t first = key_of_kernels_sort_topk(line, a);
    const int64_t second = key_of_kernels_sort_topk(line, b);
    if (first == second) {
        return a > b;
    }
    return line->lines->flag ? first < second : first > second;
}

static void sink(const wick_line *line, int32_t at, int32_t size, int64_t index)
{
    for (;;) {
        const int64_t first = 2 * (int64_t)at + 1;
        if (first >= size) {
            break;
        }
        int32_t child = (int32_t)first;
        if (child + 1 < size &&
            is_worse(line, *index_at(line, child + 1), *index_at(line, child))) {
            child++;
        }
        if (!is_worse(line, *index_at(line, child), index)) {
            break;
        }
        *index_at(line, at) = *index_at(line, child);
        at = child;
    }
    *index_at(line, at) = index;
}

static void choose_kernels_sort_topk(const wick_line *line, int32_t k)
{
    for (int32_t i = 0; i < k; i++) {
        *index_at(line, i) = i;
    }
    for (int32_t i = k / 2; i-- > 0;) {
        sink(line, i, k, *index_at(line, i));
    }
    for (int32_t i = k; i < wick_line_size(line); i++) {
        if (is_worse(line, *index_at(line, 0), i)) {
            sink(line, 0, k, i);
        }
    }
    for (int32_t last = k - 1; last > 0; last--) {
        const int64_t moved = *index_at(line, last);
        *index_at(line, last) = *index_at(line, 0);
        sink(line, 0, last, moved);
    }
}

static void topk_line(const wick_line *line)
{
    const int32_t k = line->lines->lengths[1];
    if (k == 0) {
        return;
    }
    choose_kernels_sort_topk(line, k);
    for (int32_t i = 0; i < k; i++) {
        wick_element_move(line->in, wick_line_at(line, 0, (int32_t)*index_at(line, i)), line->out,
                          wick_line_at(line, 1, i), line->lines->in_dtype);
    }
}

static void wick_topk(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, topk_line);
}

static wick_status wick_topk_run(const wick_call *call, const void *block)
{
    const wick_sort_block *const b = block;
    wick_lines lines;
    wick_call_lines(call, b->dim, TOPK_VALUES, TOPK_INDICES, &lines);
    lines.flag = b->descending;
    if (lines.rank == 0 || b->number > 0) {
        lines.lengths[1] = b->number;
    }
    run_lines(call, &lines, TOPK_VALUES, TOPK_INDICES, wick_topk);
    return WICK_OK;
}

static wick_status run_choice(const wick_call *call, uint32_t dim, uint32_t values,
                              wick_lines options,
                              void (*kernel)(const wick_lines *, const void *, void *, int64_t *))
{
    wick_lines lines;
    wick_call_lines(call, dim, values, values + 1, &lines);
    lines.flag = options.flag;
    lines.number = options.number;
    lines.skips_nan = options.skips_nan;
    lines.beside = options.beside;
    run_lines(call, &lines, values, values + 1, kernel);
    return WICK_OK;
}

enum { KTH_K = 1, KTH_DIM, KTH_KEEPDIM, KTH_VALUES, KTH_INDICES };
enum { DIGIT_BITS = 4, DIGITS = 1 << DIGIT_BITS };
static uint64_t key_of_kernels_sort_kth(const wick_line *line, int32_t i)
{
    const int64_t key = wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
    return (uint64_t)key ^ 1ull << 63;
}

static void count_digits(const wick_line *line, uint64_t known, uint32_t shift,
                         int32_t counts[DIGITS])
{
    memset(counts, 0, DIGITS * sizeof counts[0]);
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const uint64_t key = key_of_kernels_sort_kth(line, i) >> shift;
        if (key >> DIGIT_BITS == known) {
            counts[key & (DIGITS - 1)]++;
        }
    }
}

static uint64_t key_of_rank(const wick_line *line, int32_t rank)
{
    int32_t counts[DIGITS];
    uint64_t known = 0;
    for (uint32_t shift = 64; shift > 0;) {
        shift -= DIGIT_BITS;
        count_digits(line, known, shift, counts);
        uint32_t digit = 0;
        while (digit + 1 < DIGITS && rank >= counts[digit]) {
            rank -= counts[digit++];
        }
        known = known << DIGIT_BITS | digit;
    }
    return known;
}

static inline bool wick_key_is_nan(int64_t key, uint32_t dtype)
{
    return key == INT64_MAX && (wick_element_is_real(dtype) || dtype == WICK_FLOAT64);
}

static bool is_nan(const wick_line *line, int32_t i)
{
    return wick_key_is_nan((int64_t)(key_of_kernels_sort_kth(line, i) ^ 1ull << 63),
                           line->lines->in_dtype);
}

static int32_t count_nans(const wick_line *line)
{
    int32_t count = 0;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        count += is_nan(line, i);
    }
    return count;
}

static int32_t rank_of(const wick_line *line)
{
    const int32_t size = wick_line_size(line);
    if (line->lines->number >= 0) {
        return (int32_t)line->lines->number;
    }
    const int32_t nans = count_nans(line);
    if (nans == size || (nans > 0 && !line->lines->skips_nan)) {
        return size - 1;
    }
    return (size - nans - 1) / 2;
}

static void kth_line(const wick_line *line)
{
    const uint64_t key = key_of_rank(line, rank_of(line));
    int32_t i = 0;
    while (i + 1 < wick_line_size(line) && key_of_kernels_sort_kth(line, i) != key) {
        i++;
    }
    wick_element_move(line->in, wick_line_at(line, 0, i), line->out, line->at[1],
                      line->lines->in_dtype);
    if (line->indices) {
        line->indices[line->at[2]] = i;
    }
}

static void wick_kth(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, kth_line);
}

static wick_status wick_kthvalue_run(const wick_call *call, const void *block)
{
    const wick_sort_block *const b = block;
    return run_choice(call, b->dim, KTH_VALUES, (wick_lines){.number = b->number - 1}, wick_kth);
}

enum { CHOICE_DIM = 1, CHOICE_KEEPDIM, CHOICE_VALUES, CHOICE_INDICES };
static int64_t merit(const wick_line *line, int32_t i)
{
    const wick_lines *const l = line->lines;
    const int64_t key = wick_element_key(line->in, wick_line_at(line, 0, i), l->in_dtype);
    return l->flag && !wick_key_is_nan(key, l->in_dtype) ? ~key : key;
}

static void put_kernels_scan_extreme(const wick_line *line, int32_t from, int32_t to)
{
    wick_element_move(line->in, wick_line_at(line, 0, from), line->out, wick_line_at(line, 1, to),
                      line->lines->in_dtype);
    line->indices[wick_line_at(line, 2, to)] = from;
}

static void extreme_line(const wick_line *line)
{
    int32_t best = 0;
    int64_t most = merit(line, 0);
    for (int32_t i = 1; i < wick_line_size(line); i++) {
        const int64_t value = merit(line, i);
        if (value > most) {
            most = value;
            best = i;
        }
    }
    put_kernels_scan_extreme(line, best, 0);
}

static void wick_line_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, extreme_line);
}

static wick_status wick_max_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES, (wick_lines){0},
                      wick_line_extreme);
}

static wick_status wick_min_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.flag = true}, wick_line_extreme);
}

static wick_status wick_median_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.number = -1}, wick_kth);
}

static wick_status wick_nanmedian_dim_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, CHOICE_VALUES,
                      (wick_lines){.number = -1, .skips_nan = true}, wick_kth);
}

static void wick_call_one_line(const wick_call *call, wick_lines *lines)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_lines);
    *lines = (wick_lines){.in_dtype = self->dtype,
                          .out_dtype = self->dtype,
                          .lengths = {(int32_t)wick_tensor_count(self), 1, 1},
                          .steps = {1, 1, 1}};
}

static void store_no_median(const wick_tensor *out)
{
    const float nan = __builtin_nanf("");
    uint64_t bits = 0;
    if (wick_element_is_real(out->dtype)) {
        wick_element_store_real(out->data, 0, out->dtype, nan);
        return;
    }
    bits = out->dtype == WICK_INT32 ? 1ull << 31 : out->dtype == WICK_INT64 ? 1ull << 63 : 0;
    bits = out->dtype == WICK_FLOAT64 ? 0x7ff8000000000000ull : bits;
    bits = out->dtype == WICK_BOOL ? 1 : bits;
    memcpy(out->data, &bits, wick_dtype_size_bytes(out->dtype));
}

enum { MEDIAN_OUT = 1 };
static wick_status run_median(const wick_call *call, bool skips_nan)
{
    wick_lines lines;
    wick_call_one_line(call, &lines);
    lines.number = -1;
    lines.skips_nan = skips_nan;
    if (lines.lengths[0] == 0) {
        store_no_median(wick_call_tensor(call, MEDIAN_OUT));
        return WICK_OK;
    }
    run_lines(call, &lines, MEDIAN_OUT, 0, wick_kth);
    return WICK_OK;
}

static wick_status wick_median_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_median(call, false);
}

static wick_status wick_nanmedian_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_median(call, true);
}

typedef struct wick_scan_block {
    uint32_t dim;
} wick_scan_block;
enum { SELF_ops_scan, DIM_ops_scan };
static wick_status run_ops_scan(const wick_call *call, const wick_scan_block *b, uint32_t out,
                                void (*kernel)(const wick_lines *, const void *, void *))
{
    wick_lines lines;
    wick_call_lines(call, b->dim, out, 0, &lines);
    kernel(&lines, wick_call_tensor(call, SELF_ops_scan)->data, wick_call_tensor(call, out)->data);
    return WICK_OK;
}

enum { DTYPE = 2, OUT_ops_scan };
typedef struct wick_exact_sum {
    float sum, carry;
} wick_exact_sum;
static void integer_line(const wick_line *line, bool is_product)
{
    const wick_lines *const l = line->lines;
    uint64_t total = is_product;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const uint64_t value =
            (uint64_t)wick_element_integer(line->in, wick_line_at(line, 0, i), l->in_dtype);
        total = is_product ? total * value : total + value;
        wick_element_store_integer(line->out, wick_line_at(line, 1, i), l->out_dtype,
                                   (int64_t)total);
    }
}

static inline void wick_exact_add(wick_exact_sum *total, float value)
{
    const float y = value - total->carry;
    const float t = total->sum + y;
    total->carry = t - total->sum - y;
    if (total->carry != total->carry) {
        total->carry = 0;
    }
    total->sum = t;
}

static float wick_element_rounded(float value, uint32_t dtype)
{
    uint16_t bits[1];
    if (dtype == WICK_FLOAT32) {
        return value;
    }
    wick_element_store_real(bits, 0, dtype, value);
    return wick_element_real(bits, 0, dtype);
}

static float converted(const wick_line *line, int32_t i)
{
    const wick_lines *const l = line->lines;
    const float value = wick_element_load(line->in, wick_line_at(line, 0, i), l->in_dtype);
    return l->in_dtype == l->out_dtype ? value : wick_element_rounded(value, l->out_dtype);
}

static void store_kernels_scan_sum(const wick_line *line, int32_t i, float value)
{
    wick_element_store(line->out, wick_line_at(line, 1, i), line->lines->out_dtype, value);
}

static void sum_line(const wick_line *line)
{
    wick_exact_sum total = {0, 0};
    if (!wick_element_is_real(line->lines->out_dtype)) {
        integer_line(line, false);
        return;
    }
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        wick_exact_add(&total, converted(line, i));
        store_kernels_scan_sum(line, i, total.sum);
    }
}

static void wick_scan_sum(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, sum_line);
}

static wick_status wick_cumsum_run(const wick_call *call, const void *block)
{
    return run_ops_scan(call, block, OUT_ops_scan, wick_scan_sum);
}

static void product_line(const wick_line *line)
{
    float total = 1;
    if (!wick_element_is_real(line->lines->out_dtype)) {
        integer_line(line, true);
        return;
    }
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        total *= converted(line, i);
        store_kernels_scan_sum(line, i, total);
    }
}

static void wick_scan_product(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, product_line);
}

static wick_status wick_cumprod_run(const wick_call *call, const void *block)
{
    return run_ops_scan(call, block, OUT_ops_scan, wick_scan_product);
}

enum { PLAIN_OUT = 2 };
static void log_sum_line(const wick_line *line)
{
    float max = -__builtin_inff();
    wick_exact_sum total = {0, 0};
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const float x = converted(line, i);
        if (!(x <= max)) {
            const float factor = max == x || total.sum == 0 ? 0 : wick_exp_f32(max - x);
            total = (wick_exact_sum){total.sum * factor, total.carry * factor};
            max = x;
        }
        wick_exact_add(&total, x == max ? 1 : wick_exp_f32(x - max));
        store_kernels_scan_sum(line, i,
                               max == -__builtin_inff() ? max : max + wick_log_f32(total.sum));
    }
}

static void wick_scan_log_sum(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, log_sum_line);
}

static wick_status wick_logcumsumexp_run(const wick_call *call, const void *block)
{
    return run_ops_scan(call, block, PLAIN_OUT, wick_scan_log_sum);
}

enum { VALUES_ops_scan = 2, INDICES_ops_scan };
static void running_extreme_line(const wick_line *line)
{
    int32_t best = 0;
    int64_t most = INT64_MIN;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const int64_t value = merit(line, i);
        if (value >= most) {
            most = value;
            best = i;
        }
        put_kernels_scan_extreme(line, best, i);
    }
}

static void wick_scan_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, running_extreme_line);
}

static wick_status run_extreme_ops_scan(const wick_call *call, const wick_scan_block *b,
                                        bool is_minimum)
{
    wick_lines lines;
    wick_call_lines(call, b->dim, VALUES_ops_scan, INDICES_ops_scan, &lines);
    lines.flag = is_minimum;
    wick_scan_extreme(&lines, wick_call_tensor(call, SELF_ops_scan)->data,
                      wick_call_tensor(call, VALUES_ops_scan)->data,
                      wick_call_tensor(call, INDICES_ops_scan)->data);
    return WICK_OK;
}

static wick_status wick_cummax_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_scan(call, block, false);
}

static wick_status wick_cummin_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_scan(call, block, true);
}

enum { MODE_ORDER = 1, MODE_DIM, MODE_KEEPDIM, MODE_VALUES, MODE_INDICES };
static int64_t key_of_kernels_sort_mode(const wick_line *line, int32_t i)
{
    return wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

static void mode_line(const wick_line *line)
{
    int32_t best = 0;
    int32_t best_count = 0;
    int32_t begin = 0;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const int64_t key = key_of_kernels_sort_mode(line, i);
        if (key != key_of_kernels_sort_mode(line, begin) ||
            wick_key_is_nan(key, line->lines->in_dtype)) {
            begin = i;
        }
        if (i - begin + 1 > best_count) {
            best_count = i - begin + 1;
            best = i;
        }
    }
    wick_element_move(line->in, wick_line_at(line, 0, best), line->out, line->at[1],
                      line->lines->in_dtype);
    line->indices[line->at[2]] =
        ((const int64_t *)line->lines->beside)[wick_line_at(line, 0, best)];
}

static void wick_mode_of_sorted(const wick_lines *lines, const void *in, void *out,
                                int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, mode_line);
}

static wick_status wick_mode_run(const wick_call *call, const void *block)
{
    return run_choice(call, ((const wick_sort_block *)block)->dim, MODE_VALUES,
                      (wick_lines){.beside = wick_call_tensor(call, MODE_ORDER)->data},
                      wick_mode_of_sorted);
}

typedef struct wick_reduce_block {
    uint32_t mask;
    uint32_t keepdim;
} wick_reduce_block;
typedef struct wick_fold_block {
    wick_reduce_block reduce;
    uint32_t out;
    float number;
} wick_fold_block;
typedef struct wick_reduce_params {
    uint32_t kept, reduced;
    uint8_t in_dtype, out_dtype;
    bool is_mean;
    bool is_minimum;
    bool is_root;
    float number;
    wick_nest_dim dims[16 + 1];
} wick_reduce_params;
enum { SELF_ops_reduce_dims };
static void out_strides(const wick_tensor *self, const wick_tensor *out, const wick_reduce_block *b,
                        int32_t *strides)
{
    int32_t own[16];
    wick_tensor_strides(out, own);
    uint32_t at = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        const bool is_reduced = (b->mask >> d & 1u) != 0;
        strides[d] = is_reduced ? 0 : own[at];
        at += !is_reduced || b->keepdim;
    }
}

static void wick_reduce_loops(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                              wick_reduce_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_reduce_dims);
    const wick_tensor *const result = wick_call_tensor(call, out);
    int32_t in[16];
    int32_t strides[16];
    wick_tensor_strides(self, in);
    out_strides(self, result, b, strides);
    p->in_dtype = self->dtype;
    p->out_dtype = result->dtype;
    p->kept = wick_strides_nest(self, in, strides, ~b->mask, p->dims);
    p->reduced = wick_strides_nest(self, in, strides, b->mask, p->dims + p->kept);
    if (p->reduced == 0) {
        p->dims[p->kept] = (wick_nest_dim){1, 0, 0};
        p->reduced = 1;
    }
}

enum { SELF_ops_fold, DIM_ops_fold, KEEPDIM_ops_fold };
static wick_status run_ops_fold(const wick_call *call, const wick_fold_block *b,
                                wick_reduce_params p,
                                void (*kernel)(const wick_reduce_params *, const void *, void *))
{
    p.number = b->number;
    wick_reduce_loops(call, &b->reduce, b->out, &p);
    kernel(&p, wick_call_tensor(call, SELF_ops_fold)->data, wick_call_tensor(call, b->out)->data);
    return WICK_OK;
}

typedef void wick_fold_visit(const wick_reduce_params *params, const void *input, ptrdiff_t first,
                             void *out, ptrdiff_t at);
static void wick_fold_each(const wick_reduce_params *params, const void *input, void *out,
                           wick_fold_visit *visit)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        visit(params, input, at.in, out, at.out);
    } while (wick_nest_next(&at, params->dims, params->kept));
}

typedef struct wick_fold_row {
    const void *input;
    ptrdiff_t at;
    int32_t stride, count;
    const wick_reduce_params *params;
} wick_fold_row;
typedef void wick_fold_add(void *state, const wick_fold_row *row);
static void wick_fold_rows(const wick_reduce_params *params, const void *input, ptrdiff_t first,
                           wick_fold_add *add, void *state)
{
    const wick_nest_dim *const dims = params->dims + params->kept;
    const wick_nest_dim last = dims[params->reduced - 1];
    if (wick_nest_count(dims, params->reduced) == 0) {
        return;
    }
    wick_nest_position at = {.in = first};
    do {
        const wick_fold_row row = {input, at.in, last.in, last.size, params};
        add(state, &row);
    } while (wick_nest_next(&at, dims, params->reduced - 1));
}

static int64_t count(const wick_reduce_params *p, const void *input, ptrdiff_t first);

static void count_row(void *state, const wick_fold_row *row)
{
    int64_t *const count = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        *count += wick_element_key(row->input, at, row->params->in_dtype) != 0;
        at += row->stride;
    }
}

static int64_t count(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    int64_t found = 0;
    wick_fold_rows(p, input, first, count_row, &found);
    return found;
}

static void visit_any(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                      ptrdiff_t at)
{
    ((uint8_t *)out)[at] = count(p, input, first) != 0;
}

static void wick_fold_any(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_any);
}

static wick_status wick_any_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_any);
}

static void visit_all_kernels_reduce_logic(const wick_reduce_params *p, const void *input,
                                           ptrdiff_t first, void *out, ptrdiff_t at)
{
    const size_t elements = wick_nest_count(p->dims + p->kept, p->reduced);
    ((uint8_t *)out)[at] = count(p, input, first) == (int64_t)elements;
}

static void wick_fold_all(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_all_kernels_reduce_logic);
}

static wick_status wick_all_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_all);
}

static void visit_count(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                        ptrdiff_t at)
{
    ((int64_t *)out)[at] = count(p, input, first);
}

static void wick_fold_count(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_count);
}

static wick_status wick_count_nonzero_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_count);
}

static void multiply_reals(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    float *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float value = wick_element_load(row->input, at, p->in_dtype);
        *product *= p->in_dtype == p->out_dtype ? value : wick_element_rounded(value, p->out_dtype);
        at += row->stride;
    }
}

static void multiply_integers(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    uint64_t *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        *product *= p->out_dtype == WICK_BOOL
                        ? wick_element_real(row->input, at, p->in_dtype) != 0
                        : (uint64_t)wick_element_integer(row->input, at, p->in_dtype);
        at += row->stride;
    }
}

static void visit_kernels_reduce_product(const wick_reduce_params *p, const void *input,
                                         ptrdiff_t first, void *out, ptrdiff_t at)
{
    float real = 1;
    uint64_t integer = 1;
    if (wick_element_is_real(p->out_dtype)) {
        wick_fold_rows(p, input, first, multiply_reals, &real);
        wick_element_store_real(out, at, p->out_dtype, real);
    } else {
        wick_fold_rows(p, input, first, multiply_integers, &integer);
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)integer);
    }
}

static void wick_fold_product(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_kernels_reduce_product);
}

static wick_status wick_prod_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_product);
}

static void store_empty(const wick_reduce_params *p, void *out, ptrdiff_t at)
{
    if (wick_element_is_real(p->out_dtype)) {
        wick_element_store_real(out, at, p->out_dtype, p->is_mean ? __builtin_nanf("") : 0);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, 0);
    }
}

enum { CHUNK_kernels_reduce_sum = 128 };
static float sum_run_f32(const float *x, ptrdiff_t stride, int32_t count)
{
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int32_t i = count;
    for (; i >= 4; i -= 4) {
        s0 += x[0];
        s1 += x[stride];
        s2 += x[2 * stride];
        s3 += x[3 * stride];
        x += 4 * stride;
    }
    for (; i > 0; i--) {
        s0 += *x;
        x += stride;
    }
    return (s0 + s1) + (s2 + s3);
}

static float sum_run_any(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                         ptrdiff_t stride, int32_t count)
{
    float sum = 0;
    for (int32_t i = 0; i < count; i++) {
        const float value = wick_element_real(input, at, p->in_dtype);
        sum += p->in_dtype == p->out_dtype ? value : wick_element_rounded(value, p->out_dtype);
        at += stride;
    }
    return sum;
}

static void add_row(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                    wick_exact_sum *total)
{
    const wick_nest_dim row = p->dims[p->kept + p->reduced - 1];
    const bool is_plain = p->in_dtype == WICK_FLOAT32 && p->out_dtype == WICK_FLOAT32;
    for (int32_t i = 0; i < row.size; i += CHUNK_kernels_reduce_sum) {
        const int32_t count =
            row.size - i < CHUNK_kernels_reduce_sum ? row.size - i : CHUNK_kernels_reduce_sum;
        const float part = is_plain ? sum_run_f32((const float *)input + at, row.in, count)
                                    : sum_run_any(p, input, at, row.in, count);
        wick_exact_add(total, part);
        at += (ptrdiff_t)count * row.in;
    }
}

static float sum_real_kernels_reduce_sum(const wick_reduce_params *p, const void *input,
                                         ptrdiff_t first)
{
    wick_exact_sum total = {0, 0};
    wick_nest_position at = {.in = first};
    do {
        add_row(p, input, at.in, &total);
    } while (wick_nest_next(&at, p->dims + p->kept, p->reduced - 1));
    return total.sum;
}

static int64_t sum_integer(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    uint64_t total = 0;
    wick_nest_position at = {.in = first};
    do {
        if (p->out_dtype == WICK_BOOL) {
            total |= wick_element_real(input, at.in, p->in_dtype) != 0;
        } else {
            total += (uint64_t)wick_element_integer(input, at.in, p->in_dtype);
        }
    } while (wick_nest_next(&at, p->dims + p->kept, p->reduced));
    return (int64_t)total;
}

static void wick_reduce_sum(const wick_reduce_params *params, const void *input, void *out)
{
    const wick_reduce_params *const p = params;
    const size_t count = wick_nest_count(p->dims + p->kept, p->reduced);
    if (wick_nest_count(p->dims, p->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        if (count == 0) {
            store_empty(p, out, at.out);
        } else if (wick_element_is_real(p->out_dtype)) {
            const float sum = sum_real_kernels_reduce_sum(p, input, at.in);
            wick_element_store_real(out, at.out, p->out_dtype,
                                    p->is_mean ? sum / (float)count : sum);
        } else {
            wick_element_store_integer(out, at.out, p->out_dtype, sum_integer(p, input, at.in));
        }
    } while (wick_nest_next(&at, p->dims, p->kept));
}

typedef struct present {
    wick_exact_sum total;
    uint64_t integers;
    int64_t count;
} present;
static void add_present(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    present *const s = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, p->in_dtype);
        if (x == x && !wick_element_is_real(p->out_dtype)) {
            s->integers += (uint64_t)wick_element_integer(row->input, at, p->in_dtype);
        } else if (x == x) {
            wick_exact_add(&s->total,
                           p->in_dtype == p->out_dtype ? x : wick_element_rounded(x, p->out_dtype));
            s->count++;
        }
        at += row->stride;
    }
}

static void visit_nansum(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                         ptrdiff_t at)
{
    present s = {{0, 0}, 0, 0};
    wick_fold_rows(p, input, first, add_present, &s);
    if (wick_element_is_real(p->out_dtype)) {
        wick_element_store_real(out, at, p->out_dtype,
                                p->is_mean ? s.total.sum / (float)s.count : s.total.sum);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)s.integers);
    }
}

static void wick_fold_nansum(const wick_reduce_params *params, const void *input, void *out)
{
    if (!wick_element_is_real(params->in_dtype)) {
        wick_reduce_sum(params, input, out);
        return;
    }
    wick_fold_each(params, input, out, visit_nansum);
}

static wick_status wick_nansum_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_nansum);
}

static wick_status wick_nanmean_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){.is_mean = true}, wick_fold_nansum);
}

typedef struct exponentials {
    float max;
    wick_exact_sum total;
} exponentials;
static void find_max(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, row->params->in_dtype);
        e->max = x > e->max ? x : e->max;
        at += row->stride;
    }
}

static void add_exponentials(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, row->params->in_dtype);
        wick_exact_add(&e->total, wick_exp_f32(x - e->max));
        at += row->stride;
    }
}

static void visit_log_sum(const wick_reduce_params *p, const void *input, ptrdiff_t first,
                          void *out, ptrdiff_t at)
{
    exponentials e = {-__builtin_inff(), {0, 0}};
    wick_fold_rows(p, input, first, find_max, &e);
    e.max = e.max == __builtin_inff() || e.max == -__builtin_inff() ? 0 : e.max;
    wick_fold_rows(p, input, first, add_exponentials, &e);
    wick_element_store_real(out, at, p->out_dtype, e.max + wick_log_f32(e.total.sum));
}

static void wick_fold_log_sum(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_log_sum);
}

static wick_status wick_logsumexp_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_log_sum);
}

typedef struct wick_norm {
    float order;
    wick_exact_sum total;
} wick_norm;
static inline wick_norm wick_norm_start(float order)
{
    return (wick_norm){order, {order == -__builtin_inff() ? __builtin_inff() : 0, 0}};
}

static inline float wick_norm_term(float magnitude, float order)
{
    if (order == 2) {
        return magnitude * magnitude;
    }
    if (order == 1) {
        return magnitude;
    }
    return order == 0 ? magnitude != 0 : wick_exp_f32(order * wick_log_f32(magnitude));
}

static inline void wick_norm_add(wick_norm *norm, float x)
{
    const float magnitude = x < 0 ? -x : x;
    const float best = norm->total.sum;
    if (norm->order == __builtin_inff()) {
        norm->total.sum = magnitude > best || magnitude != magnitude ? magnitude : best;
    } else if (norm->order == -__builtin_inff()) {
        norm->total.sum = magnitude < best || magnitude != magnitude ? magnitude : best;
    } else {
        wick_exact_add(&norm->total, wick_norm_term(magnitude, norm->order));
    }
}

static void add_terms(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, p->in_dtype);
        wick_norm_add(state,
                      p->in_dtype == p->out_dtype ? x : wick_element_rounded(x, p->out_dtype));
        at += row->stride;
    }
}

static inline float wick_norm_root(const wick_norm *norm)
{
    const float total = norm->total.sum;
    const float order = norm->order;
    if (order == 2) {
        return wick_sqrt_f32(total);
    }
    const bool is_itself =
        order == 0 || order == 1 || order == __builtin_inff() || order == -__builtin_inff();
    return is_itself ? total : wick_exp_f32(wick_log_f32(total) / order);
}

static void visit_norm(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                       ptrdiff_t at)
{
    wick_norm norm = wick_norm_start(p->number);
    wick_fold_rows(p, input, first, add_terms, &norm);
    wick_element_store_real(out, at, p->out_dtype, wick_norm_root(&norm));
}

static void wick_fold_norm(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_norm);
}

static wick_status wick_vector_norm_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_norm);
}

typedef struct moments_kernels_reduce_moments {
    float mean;
    wick_exact_sum sum, squares;
} moments_kernels_reduce_moments;
static void add_values(void *state, const wick_fold_row *row)
{
    moments_kernels_reduce_moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        wick_exact_add(&m->sum, wick_element_load(row->input, at, row->params->in_dtype));
        at += row->stride;
    }
}

static void add_differences(void *state, const wick_fold_row *row)
{
    moments_kernels_reduce_moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float d = wick_element_load(row->input, at, row->params->in_dtype) - m->mean;
        wick_exact_add(&m->sum, d);
        wick_exact_add(&m->squares, d * d);
        at += row->stride;
    }
}

static void visit_variance(const wick_reduce_params *p, const void *input, ptrdiff_t first,
                           void *out, ptrdiff_t at)
{
    const float count = (float)wick_nest_count(p->dims + p->kept, p->reduced);
    const float divisor = count > p->number ? count - p->number : 0;
    moments_kernels_reduce_moments m = {0};
    wick_fold_rows(p, input, first, add_values, &m);
    m.mean = m.sum.sum / count;
    m.sum = (wick_exact_sum){0, 0};
    wick_fold_rows(p, input, first, add_differences, &m);
    const float squares = m.squares.sum - m.sum.sum * m.sum.sum / count;
    const float variance = (squares < 0 ? 0 : squares) / divisor;
    wick_element_store_real(out, at, p->out_dtype, p->is_root ? wick_sqrt_f32(variance) : variance);
}

static void wick_fold_variance(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_variance);
}

static wick_status wick_var_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){0}, wick_fold_variance);
}

enum { VAR_CORRECTION = 2, VAR_KEEPDIM, VAR_OUT, VAR_MEAN_OUT };
static wick_status run_mean_ops_fold(const wick_call *call, const void *block)
{
    wick_fold_block b = *(const wick_fold_block *)block;
    b.out = VAR_MEAN_OUT;
    return run_ops_fold(call, &b, (wick_reduce_params){.is_mean = true}, wick_reduce_sum);
}

static wick_status wick_var_mean_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (wick_var_run(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return run_mean_ops_fold(call, block);
}

static wick_status wick_std_run(const wick_call *call, const void *block)
{
    return run_ops_fold(call, block, (wick_reduce_params){.is_root = true}, wick_fold_variance);
}

static wick_status wick_std_mean_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (wick_std_run(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return run_mean_ops_fold(call, block);
}

enum { MAX_OUT_ops_reduce = 3 };
typedef struct best {
    ptrdiff_t at;
    int64_t index;
} best;
static inline __attribute__((always_inline)) best find_real(const wick_reduce_params *p,
                                                            const void *input, ptrdiff_t first,
                                                            const uint32_t dtype,
                                                            const bool is_minimum)
{
    best found = {first, 0};
    float value = wick_element_load(input, first, dtype);
    wick_nest_position at = {.in = first};
    for (int64_t i = 1; wick_nest_next(&at, p->dims + p->kept, p->reduced); i++) {
        const float other = wick_element_load(input, at.in, dtype);
        const bool is_better = is_minimum ? other < value : other > value;
        if (is_better || (other != other && value == value)) {
            value = other;
            found.at = at.in;
            found.index = i;
        }
    }
    return found;
}

static best find_f32(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    return p->is_minimum ? find_real(p, input, first, WICK_FLOAT32, true)
                         : find_real(p, input, first, WICK_FLOAT32, false);
}

static best find_half(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    return find_real(p, input, first, p->in_dtype, p->is_minimum);
}

static best find_integer(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    best found = {first, 0};
    int64_t value = wick_element_integer(input, first, p->in_dtype);
    wick_nest_position at = {.in = first};
    for (int64_t i = 1; wick_nest_next(&at, p->dims + p->kept, p->reduced); i++) {
        const int64_t other = wick_element_integer(input, at.in, p->in_dtype);
        if (p->is_minimum ? other < value : other > value) {
            value = other;
            found.at = at.in;
            found.index = i;
        }
    }
    return found;
}

static best find(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    if (p->in_dtype == WICK_FLOAT32) {
        return find_f32(p, input, first);
    }
    return wick_element_is_real(p->in_dtype) ? find_half(p, input, first)
                                             : find_integer(p, input, first);
}

static void wick_reduce_argmax(const wick_reduce_params *params, const void *input, int64_t *out)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        out[at.out] = find(params, input, at.in).index;
    } while (wick_nest_next(&at, params->dims, params->kept));
}

enum { SELF_ops_reduce, DIM_ops_reduce, KEEPDIM_ops_reduce };
static wick_status run_argument(const wick_call *call, const void *block, bool is_minimum)
{
    wick_reduce_params p = {.is_minimum = is_minimum};
    wick_reduce_loops(call, block, MAX_OUT_ops_reduce, &p);
    wick_reduce_argmax(&p, wick_call_tensor(call, SELF_ops_reduce)->data,
                       wick_call_tensor(call, MAX_OUT_ops_reduce)->data);
    return WICK_OK;
}

static wick_status wick_argmin_run(const wick_call *call, const void *block)
{
    return run_argument(call, block, true);
}

static void wick_reduce_extreme(const wick_reduce_params *params, const void *input, void *out)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    const uint32_t bytes = wick_dtype_size_bytes(params->in_dtype);
    wick_nest_position at = {0};
    do {
        const best found = find(params, input, at.in);
        memcpy((uint8_t *)out + at.out * (ptrdiff_t)bytes,
               wick_element_at(input, found.at, params->in_dtype), bytes);
    } while (wick_nest_next(&at, params->dims, params->kept));
}

static wick_status run_extreme_ops_reduce(const wick_call *call, const wick_reduce_block *b,
                                          uint32_t out, bool is_minimum)
{
    wick_reduce_params p = {.is_minimum = is_minimum};
    wick_reduce_loops(call, b, out, &p);
    wick_reduce_extreme(&p, wick_call_tensor(call, SELF_ops_reduce)->data,
                        wick_call_tensor(call, out)->data);
    return WICK_OK;
}

enum { ALL_OUT_ops_reduce = 1 };
static wick_status wick_max_all_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_reduce(call, block, ALL_OUT_ops_reduce, false);
}

static wick_status wick_min_all_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_reduce(call, block, ALL_OUT_ops_reduce, true);
}

static wick_status wick_aminmax_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status =
            (run_extreme_ops_reduce(call, block, MAX_OUT_ops_reduce, true));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return run_extreme_ops_reduce(call, block, MAX_OUT_ops_reduce + 1, false);
}

typedef struct wick_norm_block {
    int32_t groups;
    uint32_t inner;
    float epsilon;
    uint32_t training;
} wick_norm_block;
typedef struct wick_normalize_params {
    uint32_t kept, inner;
    int32_t period, step, repeat;
    uint8_t dtype, param_dtype, statistic_dtype;
    bool is_rms;
    float epsilon;
    wick_nest_dim dims[16 + 2];
} wick_normalize_params;
enum { INPUT_ops_norm };
static uint32_t parameter_dtype(const wick_call *call, uint32_t weight, uint32_t bias)
{
    const wick_tensor *const w = wick_call_optional_tensor(call, weight);
    const wick_tensor *const b = bias ? wick_call_optional_tensor(call, bias) : 0;
    return w ? w->dtype : b ? b->dtype : wick_call_tensor(call, INPUT_ops_norm)->dtype;
}

static wick_normalize_params start_params(const wick_call *call, const wick_norm_block *b,
                                          uint32_t weight, uint32_t bias, uint32_t statistic)
{
    return (wick_normalize_params){
        .period = 1,
        .repeat = 1,
        .dtype = wick_call_tensor(call, INPUT_ops_norm)->dtype,
        .param_dtype = (uint8_t)parameter_dtype(call, weight, bias),
        .statistic_dtype = wick_call_tensor(call, statistic)->dtype,
        .epsilon = b->epsilon,
    };
}

enum {
    LAYER_SHAPE = 1,
    LAYER_WEIGHT,
    LAYER_BIAS,
    LAYER_EPSILON,
    LAYER_OUT,
    LAYER_MEAN,
    LAYER_RSTD
};
static void add_inner(wick_normalize_params *p, const wick_tensor *input, const wick_tensor *out,
                      uint32_t mask)
{
    p->inner += wick_tensor_nest(input, out, mask, p->dims + p->kept + p->inner);
    if (p->inner == 0) {
        p->dims[p->kept] = (wick_nest_dim){1, 0, 0};
        p->inner = 1;
    }
}

static void set_layer_dims(const wick_call *call, const wick_norm_block *b, uint32_t out,
                           wick_normalize_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_norm);
    const wick_tensor *const result = wick_call_tensor(call, out);
    const uint32_t outer = (1u << (input->rank - b->inner)) - 1;
    p->kept = wick_tensor_nest(input, result, outer, p->dims);
    add_inner(p, input, result, ~outer);
}

typedef struct wick_normalize_data {
    const void *input;
    const void *weight;
    const void *bias;
    void *out;
    void *mean;
    void *rstd;
} wick_normalize_data;
static void *data_or_null(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = arg ? wick_call_optional_tensor(call, arg) : 0;
    return tensor ? tensor->data : 0;
}

static float parameter(const group *g, const void *data, int32_t index, float otherwise)
{
    return data ? wick_element_load(data, index, g->p->param_dtype) : otherwise;
}

typedef struct group {
    const wick_normalize_params *p;
    const wick_normalize_data *data;
    ptrdiff_t in, out;
    int32_t parameter;
    float mean;
    float rstd;
} group;
enum { CHUNK_kernels_norm_normalize = 64 };
static void add_run_kernels_norm_normalize(const group *g, ptrdiff_t at, bool is_square,
                                           wick_exact_sum *total)
{
    const wick_normalize_params *const p = g->p;
    const wick_nest_dim run = p->dims[p->kept + p->inner - 1];
    for (int32_t k = 0; k < run.size; k += CHUNK_kernels_norm_normalize) {
        const int32_t end = run.size - k < CHUNK_kernels_norm_normalize
                                ? run.size
                                : k + CHUNK_kernels_norm_normalize;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            const float x = wick_element_load(g->data->input, at, p->dtype) - g->mean;
            part += is_square ? x * x : x;
            at += run.in;
        }
        wick_exact_add(total, part);
    }
}

static float sum_kernels_norm_normalize(const group *g, bool is_square)
{
    const wick_normalize_params *const p = g->p;
    wick_exact_sum total = {0, 0};
    wick_nest_position at = {.in = g->in};
    do {
        add_run_kernels_norm_normalize(g, at.in, is_square, &total);
    } while (wick_nest_next(&at, p->dims + p->kept, p->inner - 1));
    return total.sum;
}

static void find_statistics(group *g, float count)
{
    g->mean = g->p->is_rms ? 0 : sum_kernels_norm_normalize(g, false) / count;
    g->rstd = 1 / wick_sqrt_f32(sum_kernels_norm_normalize(g, true) / count + g->p->epsilon);
}

static void write_run(const group *g, const wick_nest_position *at, int64_t i)
{
    const wick_normalize_params *const p = g->p;
    const wick_nest_dim run = p->dims[p->kept + p->inner - 1];
    ptrdiff_t in = at->in;
    ptrdiff_t out = at->out;
    for (int32_t k = 0; k < run.size; k++, i++) {
        const int32_t index = g->parameter + (int32_t)(p->repeat == 1 ? i : i / p->repeat);
        const float x = (wick_element_load(g->data->input, in, p->dtype) - g->mean) * g->rstd;
        wick_element_store(g->data->out, out, p->dtype,
                           x * parameter(g, g->data->weight, index, 1) +
                               parameter(g, g->data->bias, index, 0));
        in += run.in;
        out += run.out;
    }
}

static void write_group(const group *g)
{
    const wick_normalize_params *const p = g->p;
    wick_nest_position at = {.in = g->in, .out = g->out};
    int64_t i = 0;
    do {
        write_run(g, &at, i);
        i += p->dims[p->kept + p->inner - 1].size;
    } while (wick_nest_next(&at, p->dims + p->kept, p->inner - 1));
}

static void store_statistics(const group *g, ptrdiff_t row)
{
    if (g->data->mean) {
        wick_element_store(g->data->mean, row, g->p->statistic_dtype, g->mean);
    }
    if (g->data->rstd) {
        wick_element_store(g->data->rstd, row, g->p->statistic_dtype, g->rstd);
    }
}

static void wick_normalize(const wick_normalize_params *params, const wick_normalize_data *data)
{
    const wick_normalize_params *const p = params;
    const size_t count = wick_nest_count(p->dims + p->kept, p->inner);
    if (wick_nest_count(p->dims, p->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    ptrdiff_t row = 0;
    do {
        group g = {p, data, at.in, at.out, (int32_t)(row % p->period) * p->step, 0, 0};
        g.mean = g.rstd = __builtin_nanf("");
        if (count > 0) {
            g.mean = 0;
            find_statistics(&g, (float)count);
            write_group(&g);
        }
        store_statistics(&g, row++);
    } while (wick_nest_next(&at, p->dims, p->kept));
}

static wick_status wick_layer_norm_run(const wick_call *call, const void *block)
{
    wick_normalize_params p = start_params(call, block, LAYER_WEIGHT, LAYER_BIAS, LAYER_MEAN);
    set_layer_dims(call, block, LAYER_OUT, &p);
    const wick_normalize_data data = {wick_call_tensor(call, INPUT_ops_norm)->data,
                                      data_or_null(call, LAYER_WEIGHT),
                                      data_or_null(call, LAYER_BIAS),
                                      wick_call_tensor(call, LAYER_OUT)->data,
                                      wick_call_tensor(call, LAYER_MEAN)->data,
                                      wick_call_tensor(call, LAYER_RSTD)->data};
    wick_normalize(&p, &data);
    return WICK_OK;
}

enum { GROUP_WEIGHT = 1, GROUP_BIAS, GROUP_N, GROUP_C, GROUP_AREA, GROUP_GROUPS, GROUP_EPSILON };
enum { GROUP_OUT = GROUP_EPSILON + 1, GROUP_MEAN, GROUP_RSTD };
static inline int64_t wick_call_int(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->integer.value;
}

static wick_status wick_group_norm_run(const wick_call *call, const void *block)
{
    const wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_norm);
    const wick_tensor *const out = wick_call_tensor(call, GROUP_OUT);
    const int32_t channels = input->sizes[1] / b->groups;
    int32_t in_strides[16];
    int32_t out_strides[16];
    wick_tensor_strides(input, in_strides);
    wick_tensor_strides(out, out_strides);
    wick_normalize_params p = start_params(call, b, GROUP_WEIGHT, GROUP_BIAS, GROUP_MEAN);
    p.kept = 2;
    p.dims[0] = (wick_nest_dim){input->sizes[0], in_strides[0], out_strides[0]};
    p.dims[1] = (wick_nest_dim){b->groups, channels * in_strides[1], channels * out_strides[1]};
    p.dims[2] = (wick_nest_dim){channels, in_strides[1], out_strides[1]};
    p.inner = 1;
    add_inner(&p, input, out, ~3u);
    p.period = b->groups;
    p.step = channels;
    p.repeat = (int32_t)wick_call_int(call, GROUP_AREA);
    p.repeat = p.repeat > 0 ? p.repeat : 1;
    const wick_normalize_data data = {input->data,
                                      data_or_null(call, GROUP_WEIGHT),
                                      data_or_null(call, GROUP_BIAS),
                                      out->data,
                                      wick_call_tensor(call, GROUP_MEAN)->data,
                                      wick_call_tensor(call, GROUP_RSTD)->data};
    wick_normalize(&p, &data);
    return WICK_OK;
}

enum { BATCH_WEIGHT = 1, BATCH_BIAS, BATCH_TRAINING, BATCH_MOMENTUM, BATCH_EPSILON };
enum { BATCH_OUT = BATCH_EPSILON + 1, BATCH_MEAN, BATCH_RSTD };
static wick_status wick_batch_norm_no_stats_run(const wick_call *call, const void *block)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_norm);
    const wick_tensor *const out = wick_call_tensor(call, BATCH_OUT);
    wick_normalize_params p = start_params(call, block, BATCH_WEIGHT, BATCH_BIAS, BATCH_MEAN);
    p.kept = wick_tensor_nest(input, out, 2u, p.dims);
    add_inner(&p, input, out, ~2u);
    p.period = input->sizes[1] > 0 ? input->sizes[1] : 1;
    p.step = 1;
    p.repeat = INT32_MAX;
    const wick_normalize_data data = {input->data,
                                      data_or_null(call, BATCH_WEIGHT),
                                      data_or_null(call, BATCH_BIAS),
                                      out->data,
                                      wick_call_tensor(call, BATCH_MEAN)->data,
                                      wick_call_tensor(call, BATCH_RSTD)->data};
    wick_normalize(&p, &data);
    return WICK_OK;
}

typedef struct wick_distance_block {
    float order;
} wick_distance_block;
enum { X1, X2, CDIST_ORDER, CDIST_MODE, CDIST_OUT };
typedef struct wick_distance_params {
    uint32_t batches;
    uint8_t dtype;
    float order;
    bool leaves_out_nan;
    int32_t rows[2], depth;
    int32_t row_strides[2], steps[2];
    int32_t out_strides[2];
    wick_nest_dim dims[16];
    wick_nest_dim outs[16];
} wick_distance_params;
static int32_t batch_size(const wick_tensor *tensor, uint32_t from_end)
{
    return from_end < tensor->rank ? tensor->sizes[tensor->rank - 1 - from_end] : 1;
}

static void set_operand(const wick_tensor *tensor, const int32_t *strides, uint32_t k,
                        wick_distance_params *p)
{
    p->rows[k] = batch_size(tensor, 1);
    p->row_strides[k] = strides[tensor->rank - 2];
    p->steps[k] = strides[tensor->rank - 1];
}

static int32_t batch_stride(const wick_tensor *tensor, const int32_t *strides, uint32_t from_end)
{
    return batch_size(tensor, from_end) == 1 ? 0 : strides[tensor->rank - 1 - from_end];
}

typedef struct pair_kernels_distance_distance {
    const void *x1, *x2;
    ptrdiff_t at1, at2;
} pair_kernels_distance_distance;
static float distance(const wick_distance_params *p, const pair_kernels_distance_distance *rows)
{
    wick_norm norm = wick_norm_start(p->order);
    float unknown = 0;
    for (int32_t i = 0; i < p->depth; i++) {
        const ptrdiff_t at1 = rows->at1 + (ptrdiff_t)i * p->steps[0];
        const ptrdiff_t at2 = rows->at2 + (ptrdiff_t)i * p->steps[1];
        const float d =
            wick_element_load(rows->x1, at1, p->dtype) - wick_element_load(rows->x2, at2, p->dtype);
        if (d == d || !p->leaves_out_nan) {
            wick_norm_add(&norm, d);
        }
        unknown = d != d && p->order == 0 ? d : unknown;
    }
    return wick_norm_root(&norm) + unknown;
}

static void run_batch(const wick_distance_params *p, const pair_kernels_distance_distance *first,
                      void *out, ptrdiff_t at)
{
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = 0; k < p->rows[1]; k++) {
            pair_kernels_distance_distance rows = *first;
            rows.at1 += (ptrdiff_t)i * p->row_strides[0];
            rows.at2 += (ptrdiff_t)k * p->row_strides[1];
            wick_element_store(
                out, at + (ptrdiff_t)i * p->out_strides[0] + (ptrdiff_t)k * p->out_strides[1],
                p->dtype, distance(p, &rows));
        }
    }
}

static void wick_distances(const wick_distance_params *params, const void *x1, const void *x2,
                           void *out)
{
    const wick_distance_params *const p = params;
    if (wick_nest_count(p->dims, p->batches) == 0) {
        return;
    }
    wick_nest_position in = {0};
    wick_nest_position to = {0};
    do {
        const pair_kernels_distance_distance first = {x1, x2, in.in, in.out};
        run_batch(p, &first, out, to.out);
        wick_nest_next(&to, p->outs, p->batches);
    } while (wick_nest_next(&in, p->dims, p->batches));
}

static wick_status wick_cdist_run(const wick_call *call, const void *block)
{
    const wick_tensor *const x1 = wick_call_tensor(call, X1);
    const wick_tensor *const x2 = wick_call_tensor(call, X2);
    const wick_tensor *const out = wick_call_tensor(call, CDIST_OUT);
    int32_t strides[3][16];
    wick_distance_params p = {.dtype = x1->dtype,
                              .order = ((const wick_distance_block *)block)->order,
                              .depth = x1->sizes[x1->rank - 1],
                              .batches = (uint32_t)out->rank - 2};
    p.leaves_out_nan = p.order == __builtin_inff();
    wick_tensor_strides(x1, strides[0]);
    wick_tensor_strides(x2, strides[1]);
    wick_tensor_strides(out, strides[2]);
    set_operand(x1, strides[0], 0, &p);
    set_operand(x2, strides[1], 1, &p);
    p.out_strides[0] = strides[2][out->rank - 2];
    p.out_strides[1] = strides[2][out->rank - 1];
    for (uint32_t i = 0; i < p.batches; i++) {
        const uint32_t from_end = out->rank - 1 - i;
        p.dims[i] = (wick_nest_dim){out->sizes[i], batch_stride(x1, strides[0], from_end),
                                    batch_stride(x2, strides[1], from_end)};
        p.outs[i] = (wick_nest_dim){out->sizes[i], 0, strides[2][i]};
    }
    wick_distances(&p, x1->data, x2->data, out->data);
    return WICK_OK;
}

static void wick_own_distances(const wick_distance_params *params, const void *x1, void *out)
{
    const wick_distance_params *const p = params;
    ptrdiff_t at = 0;
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = i + 1; k < p->rows[0]; k++) {
            const pair_kernels_distance_distance rows = {x1, x1, (ptrdiff_t)i * p->row_strides[0],
                                                         (ptrdiff_t)k * p->row_strides[0]};
            wick_element_store(out, at++, p->dtype, distance(p, &rows));
        }
    }
}

enum { PDIST_ORDER = 1, PDIST_OUT };
static wick_status wick_pdist_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, X1);
    int32_t strides[16];
    wick_distance_params p = {.dtype = self->dtype,
                              .order = ((const wick_distance_block *)block)->order,
                              .depth = self->sizes[1]};
    wick_tensor_strides(self, strides);
    set_operand(self, strides, 0, &p);
    p.steps[1] = p.steps[0];
    wick_own_distances(&p, self->data, wick_call_tensor(call, PDIST_OUT)->data);
    return WICK_OK;
}

typedef struct wick_search_block {
    uint32_t right;
} wick_search_block;
enum {
    SORTED_SEQUENCE,
    SORTED_SELF,
    SORTED_INT32,
    SORTED_RIGHT,
    SORTED_SIDE,
    SORTED_ORDER_ops_search
};
typedef struct search {
    uint32_t sequence, values, out;
} search;
static const wick_tensor *values_of(const wick_call *call, const search *s)
{
    return wick_call_optional_tensor(call, s->values);
}

static uint32_t last_dim(const wick_tensor *tensor)
{
    return tensor->rank > 0 ? tensor->rank - 1u : 0;
}

static void set_lines(const wick_call *call, const search *s, wick_lines *lines)
{
    const wick_tensor *const sequence = wick_call_tensor(call, s->sequence);
    const wick_tensor *const values = values_of(call, s);
    const wick_tensor *const out = wick_call_tensor(call, s->out);
    *lines = (wick_lines){.in_dtype = sequence->dtype, .out_dtype = out->dtype};
    lines->rank = last_dim(out);
    memcpy(lines->sizes, out->sizes, lines->rank * sizeof lines->sizes[0]);
    wick_lines_add(lines, 2, out, out, last_dim(out));
    if (sequence->rank > 1) {
        wick_lines_add(lines, 0, sequence, sequence, last_dim(sequence));
    } else {
        lines->lengths[0] = sequence->sizes[0];
        lines->steps[0] = 1;
    }
    lines->lengths[1] = 1;
    if (values) {
        wick_lines_add(lines, 1, values, values, last_dim(values));
        lines->beside = values->data;
        lines->beside_dtype = values->dtype;
    }
}

enum { SORTED_OUT_ops_search = SORTED_ORDER_ops_search + 1 };
static const search sorted = {SORTED_SEQUENCE, SORTED_SELF, SORTED_OUT_ops_search};

static wick_status check_order(const wick_call *call, const wick_tensor *order, int32_t size)
{
    for (size_t i = 0; i < wick_tensor_count(order); i++) {
        const int64_t index = ((const int64_t *)order->data)[i];
        if (index < 0 || index >= size) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER_ops_search, "");
        }
    }
    return WICK_OK;
}

static inline bool wick_call_is_real(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->kind == WICK_VALUE_REAL;
}

static double wick_call_real(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    return value->kind == WICK_VALUE_REAL ? value->real.value : (double)value->integer.value;
}

static int64_t wick_call_scalar_int(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    if (value->kind != WICK_VALUE_REAL) {
        return value->integer.value;
    }
    const double real = value->real.value;
    if (real >= 0x1p63) {
        return INT64_MAX;
    }
    if (real < -0x1p63) {
        return INT64_MIN;
    }
    return real == real ? (int64_t)real : 0;
}

static int64_t largest_ops_scalar(uint32_t dtype)
{
    const uint32_t bits = 8 * wick_dtype_size_bytes(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16;
    return (int64_t)(UINT64_MAX >> (64 - bits + (is_unsigned ? 0 : 1)));
}

static wick_status wick_call_integer(const wick_call *call, uint32_t arg, uint32_t dtype,
                                     int64_t *out)
{
    const int64_t value = wick_call_scalar_int(call, arg);
    const int64_t bound = largest_ops_scalar(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16;
    const int64_t lowest = is_unsigned ? -bound : -bound - 1;
    const bool is_nan = wick_call_is_real(call, arg) && !(wick_call_real(call, arg) >= -0x1p+63 &&
                                                          wick_call_real(call, arg) < 0x1p+63);
    if (value < lowest || value > bound || is_nan) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
    }
    *out = is_unsigned ? value & bound : value;
    return WICK_OK;
}

static wick_status wick_call_element(const wick_call *call, uint32_t arg, uint32_t dtype,
                                     uint8_t element[8])
{
    const wick_elements one = {dtype, 1, 1};
    if (dtype == WICK_BOOL || wick_dtype_is_float(dtype)) {
        const double value = wick_call_real(call, arg);
        wick_write_f64(&one, &value, element);
        return WICK_OK;
    }
    int64_t value;
    do {
        wick_status wick_try_status = (wick_call_integer(call, arg, dtype, &value));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_write_i64(&one, &value, element);
    return WICK_OK;
}

static ptrdiff_t place_kernels_search_search(const wick_line *line, int32_t i)
{
    const ptrdiff_t at = wick_line_at(line, 0, i);
    return line->lines->order ? wick_line_at(line, 0, (int32_t)line->lines->order[at]) : at;
}

static bool is_integer(uint32_t dtype)
{
    return !wick_element_is_real(dtype);
}

static bool is_behind(const wick_line *line, int32_t i, ptrdiff_t value)
{
    const wick_lines *const l = line->lines;
    const ptrdiff_t at = place_kernels_search_search(line, i);
    if (is_integer(l->in_dtype) && is_integer(l->beside_dtype)) {
        const int64_t element = wick_element_integer(line->in, at, l->in_dtype);
        const int64_t x = wick_element_integer(l->beside, value, l->beside_dtype);
        return l->flag ? element <= x : element < x;
    }
    const float element = wick_element_real(line->in, at, l->in_dtype);
    const float x = wick_element_real(l->beside, value, l->beside_dtype);
    return l->flag ? !(element > x) : !(element >= x);
}

static void search_line(const wick_line *line)
{
    for (int32_t i = 0; i < line->lines->lengths[1]; i++) {
        const ptrdiff_t value = wick_line_at(line, 1, i);
        int32_t begin = 0;
        int32_t end = line->lines->lengths[0];
        while (begin < end) {
            const int32_t middle = begin + (end - begin) / 2;
            if (is_behind(line, middle, value)) {
                begin = middle + 1;
            } else {
                end = middle;
            }
        }
        wick_element_store_integer(line->out, wick_line_at(line, 2, i), line->lines->out_dtype,
                                   begin);
    }
}

static void wick_search(const wick_lines *lines, const void *sequence, void *out)
{
    wick_lines_each(lines, sequence, out, 0, search_line);
}

static wick_status run_ops_search(const wick_call *call, const search *s,
                                  const wick_search_block *b, wick_lines *lines)
{
    uint64_t scalar[1];
    if (!lines->beside) {
        const bool is_real = wick_call_is_real(call, s->values);
        lines->beside_dtype = is_real ? WICK_FLOAT32 : WICK_INT64;
        do {
            wick_status wick_try_status =
                (wick_call_element(call, s->values, lines->beside_dtype, (uint8_t *)scalar));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        lines->beside = scalar;
    }
    lines->flag = b->right;
    wick_search(lines, wick_call_tensor(call, s->sequence)->data,
                wick_call_tensor(call, s->out)->data);
    return WICK_OK;
}

static wick_status wick_searchsorted_run(const wick_call *call, const void *block)
{
    const wick_tensor *const order = wick_call_optional_tensor(call, SORTED_ORDER_ops_search);
    wick_lines lines;
    set_lines(call, &sorted, &lines);
    if (order) {
        do {
            wick_status wick_try_status = (check_order(call, order, lines.lengths[0]));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        lines.order = order->data;
    }
    return run_ops_search(call, &sorted, block, &lines);
}

enum { BUCKET_SELF, BUCKET_BOUNDARIES, BUCKET_INT32, BUCKET_RIGHT, BUCKET_OUT };
static const search bucket = {BUCKET_BOUNDARIES, BUCKET_SELF, BUCKET_OUT};

static wick_status wick_bucketize_run(const wick_call *call, const void *block)
{
    wick_lines lines;
    set_lines(call, &bucket, &lines);
    return run_ops_search(call, &bucket, block, &lines);
}

enum { SELF_ops_count };
enum { NONZERO_OUT = 1 };
typedef struct wick_nonzero_params {
    uint32_t rank;
    uint8_t dtype;
    int32_t out_strides[2];
    wick_nest_dim dims[16];
} wick_nonzero_params;
static int32_t wick_count_nonzero(const void *data, int32_t count, uint32_t dtype)
{
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++) {
        found += wick_element_key(data, i, dtype) != 0;
    }
    return found;
}

enum {
    WICK_TENSOR_CONSTANT = 1,
    WICK_TENSOR_DYNAMIC = 2,
    WICK_TENSOR_LENT = 4,
};
static bool has_sizes(const wick_tensor *tensor, uint32_t rank, const int32_t *sizes)
{
    return tensor->rank == rank && (rank == 0 || tensor->sizes == sizes ||
                                    memcmp(tensor->sizes, sizes, rank * sizeof *sizes) == 0);
}

static bool fits(const int32_t *sizes, uint32_t rank, int32_t capacity)
{
    uint32_t count = 1;
    bool is_empty = false;
    for (uint32_t i = 0; i < rank; i++) {
        const uint32_t size = sizes[i] > 0 ? (uint32_t)sizes[i] : 1;
        if (sizes[i] < 0 || count > INT32_MAX / size) {
            return false;
        }
        count *= size;
        is_empty = is_empty || sizes[i] == 0;
    }
    return is_empty || count <= (uint32_t)capacity;
}

static wick_status resize_dynamic(const wick_call *call, uint32_t arg, const wick_tensor *tensor,
                                  const int32_t *sizes)
{
    if (!fits(sizes, tensor->rank, tensor->sizes[tensor->rank])) {
        return wick_call_fail(call, WICK_OUT_OF_RESOURCES, arg, "");
    }
    if (tensor->rank != 0) {
        memcpy((void *)(uintptr_t)tensor->sizes, sizes, tensor->rank * sizeof *sizes);
    }
    return WICK_OK;
}

static wick_status resize_ops_op(const wick_call *call, uint32_t arg, const wick_tensor *tensor,
                                 uint32_t rank, const int32_t *sizes)
{
    const bool is_dynamic = (tensor->flags & WICK_TENSOR_DYNAMIC) != 0;
    if (!is_dynamic && has_sizes(tensor, rank, sizes)) {
        return WICK_OK;
    }
    if (tensor->rank != rank || !is_dynamic) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
    }
    return resize_dynamic(call, arg, tensor, sizes);
}

static wick_status wick_call_resize(const wick_call *call, uint32_t arg, uint32_t rank,
                                    const int32_t *sizes)
{
    return resize_ops_op(call, arg, wick_call_tensor(call, arg), rank, sizes);
}

static void wick_nonzero(const wick_nonzero_params *params, const void *in, int64_t *out)
{
    const wick_nonzero_params *const p = params;
    wick_nest_position at = {0};
    ptrdiff_t row = 0;
    if (wick_nest_count(p->dims, p->rank) == 0) {
        return;
    }
    do {
        if (wick_element_key(in, at.in, p->dtype) == 0) {
            continue;
        }
        for (uint32_t d = 0; d < p->rank; d++) {
            out[row + (ptrdiff_t)d * p->out_strides[1]] = at.counter[d];
        }
        row += p->out_strides[0];
    } while (wick_nest_next(&at, p->dims, p->rank));
}

static wick_status wick_nonzero_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_count);
    const wick_tensor *const out = wick_call_tensor(call, NONZERO_OUT);
    wick_nonzero_params p = {.rank = self->rank, .dtype = self->dtype};
    int32_t strides[16];
    (void)block;
    const int32_t count = (int32_t)wick_tensor_count(self);
    const int32_t sizes[2] = {wick_count_nonzero(self->data, count, self->dtype), self->rank};
    do {
        wick_status wick_try_status = (wick_call_resize(call, NONZERO_OUT, 2, sizes));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_tensor_strides(self, strides);
    for (uint32_t d = 0; d < self->rank; d++) {
        p.dims[d] = (wick_nest_dim){self->sizes[d], strides[d], 0};
    }
    wick_tensor_strides(out, p.out_strides);
    wick_nonzero(&p, self->data, out->data);
    return WICK_OK;
}

enum { BIN_WEIGHTS = 1, BIN_MINIMUM, BIN_OUT };
static wick_status find_bins(const wick_call *call, int32_t *bins)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_count);
    int64_t needed = wick_call_int(call, BIN_MINIMUM);
    for (int32_t i = 0; i < self->sizes[0]; i++) {
        const int64_t value = wick_element_integer(self->data, i, self->dtype);
        if (value < 0 || value >= INT32_MAX) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF_ops_count, "");
        }
        needed = value >= needed ? value + 1 : needed;
    }
    *bins = (int32_t)needed;
    return WICK_OK;
}

static void wick_bincount(const wick_histogram_params *params, const void *in, const void *weights,
                          void *out)
{
    const wick_histogram_params *const p = params;
    const bool is_float = weights && p->weight_dtype == WICK_FLOAT32;
    memset(out, 0, (size_t)p->bins * (is_float ? sizeof(float) : sizeof(int64_t)));
    for (int32_t i = 0; i < p->count; i++) {
        const ptrdiff_t bin = (ptrdiff_t)wick_element_integer(in, i, p->dtype);
        if (!weights) {
            ((int64_t *)out)[bin]++;
        } else if (is_float) {
            ((float *)out)[bin] += ((const float *)weights)[i];
        } else if (wick_element_is_real(p->weight_dtype)) {
            ((double *)out)[bin] += (double)wick_element_real(weights, i, p->weight_dtype);
        } else {
            ((double *)out)[bin] += (double)wick_element_integer(weights, i, p->weight_dtype);
        }
    }
}

static wick_status wick_bincount_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_count);
    const wick_tensor *const weights = wick_call_optional_tensor(call, BIN_WEIGHTS);
    wick_histogram_params p = {.count = self->sizes[0],
                               .dtype = self->dtype,
                               .weight_dtype = weights ? weights->dtype : 0};
    (void)block;
    do {
        wick_status wick_try_status = (find_bins(call, &p.bins));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    do {
        wick_status wick_try_status = (wick_call_resize(call, BIN_OUT, 1, &p.bins));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_bincount(&p, self->data, weights && p.count > 0 ? weights->data : 0,
                  wick_call_tensor(call, BIN_OUT)->data);
    return WICK_OK;
}

enum { HISTC_BINS = 1, HISTC_LOW, HISTC_HIGH, HISTC_OUT };
static void wick_histogram(const wick_histogram_params *params, const void *in, void *out)
{
    const wick_histogram_params *const p = params;
    memset(out, 0, (size_t)p->bins * wick_dtype_size_bytes(p->dtype));
    for (int32_t i = 0; i < p->count; i++) {
        const float x = wick_element_real(in, i, p->dtype);
        if (!(x >= p->low && x <= p->high)) {
            continue;
        }
        const int32_t bin = (int32_t)((x - p->low) * (float)p->bins / (p->high - p->low));
        const int32_t at = bin < p->bins ? bin : p->bins - 1;
        wick_element_store_real(out, at, p->dtype, wick_element_real(out, at, p->dtype) + 1);
    }
}

static wick_status wick_histc_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_count);
    wick_histogram_params p = {.count = (int32_t)wick_tensor_count(self),
                               .bins = (int32_t)wick_call_int(call, HISTC_BINS),
                               .dtype = self->dtype,
                               .low = (float)wick_call_real(call, HISTC_LOW),
                               .high = (float)wick_call_real(call, HISTC_HIGH)};
    (void)block;
    if (p.low == p.high && p.count > 0) {
        wick_range_kernels_search_count(&p, self->data, &p.low, &p.high);
    }
    if (p.low == p.high) {
        p.low -= 1;
        p.high += 1;
    }
    if (!(p.high - p.low < __builtin_inff())) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF_ops_count, "");
    }
    wick_histogram(&p, self->data, wick_call_tensor(call, HISTC_OUT)->data);
    return WICK_OK;
}

enum { ISIN_ELEMENTS, ISIN_SORTED, ISIN_INVERT, ISIN_OUT };
static const search isin = {ISIN_SORTED, ISIN_ELEMENTS, ISIN_OUT};

static int64_t key_at(const wick_line *line, int32_t i)
{
    return wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

static bool is_in(const wick_line *line, int64_t key)
{
    int32_t begin = 0;
    int32_t end = line->lines->lengths[0];
    while (begin < end) {
        const int32_t middle = begin + (end - begin) / 2;
        if (key_at(line, middle) < key) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin < line->lines->lengths[0] && key_at(line, begin) == key &&
           !wick_key_is_nan(key, line->lines->in_dtype);
}

static void is_in_line(const wick_line *line)
{
    const wick_lines *const l = line->lines;
    for (int32_t i = 0; i < l->lengths[1]; i++) {
        const int64_t key = wick_element_key(l->beside, wick_line_at(line, 1, i), l->beside_dtype);
        ((uint8_t *)line->out)[wick_line_at(line, 2, i)] = is_in(line, key) != l->flag;
    }
}

static void wick_is_in(const wick_lines *lines, const void *sequence, void *out)
{
    wick_lines_each(lines, sequence, out, 0, is_in_line);
}

static wick_status wick_isin_run(const wick_call *call, const void *block)
{
    wick_lines lines;
    set_lines(call, &isin, &lines);
    lines.flag = ((const wick_search_block *)block)->right;
    wick_is_in(&lines, wick_call_tensor(call, ISIN_SORTED)->data,
               wick_call_tensor(call, ISIN_OUT)->data);
    return WICK_OK;
}

enum { RMS_SHAPE = 1, RMS_WEIGHT, RMS_EPSILON, RMS_OUT, RMS_RSTD };
static wick_status wick_rms_norm_run(const wick_call *call, const void *block)
{
    wick_normalize_params p = start_params(call, block, RMS_WEIGHT, 0, RMS_RSTD);
    p.is_rms = true;
    set_layer_dims(call, block, RMS_OUT, &p);
    const wick_normalize_data data = {wick_call_tensor(call, INPUT_ops_norm)->data,
                                      data_or_null(call, RMS_WEIGHT),
                                      0,
                                      wick_call_tensor(call, RMS_OUT)->data,
                                      0,
                                      wick_call_tensor(call, RMS_RSTD)->data};
    wick_normalize(&p, &data);
    return WICK_OK;
}

typedef struct wick_loss_block {
    float p, q;
    uint8_t reduction;
    uint8_t weight, positive;
    uint8_t out;
    uint32_t is_full;
} wick_loss_block;
enum { WICK_LOSS_TENSORS = 4 };
typedef struct wick_loss_params {
    uint32_t rank;
    uint32_t reduction;
    float p, q;
    bool is_full;
    uint8_t dtypes[WICK_LOSS_TENSORS];
    uint8_t out_dtype;
    int32_t bits;
    int32_t sizes[16];
    int32_t strides[WICK_LOSS_TENSORS + 1][16];
    const void *data[WICK_LOSS_TENSORS];
} wick_loss_params;
enum { SELF_ops_loss, TARGET_ops_loss };
enum { CATEGORY_NONE, CATEGORY_BOOL, CATEGORY_INTEGER, CATEGORY_REAL };
static int category(uint32_t dtype)
{
    if (dtype == 0xffu) {
        return CATEGORY_NONE;
    }
    if (wick_dtype_is_float(dtype)) {
        return CATEGORY_REAL;
    }
    return dtype == WICK_BOOL ? CATEGORY_BOOL : CATEGORY_INTEGER;
}

static uint32_t promote_reals(uint32_t a, uint32_t b)
{
    const uint32_t size_a = wick_dtype_size_bytes(a);
    const uint32_t size_b = wick_dtype_size_bytes(b);
    if (size_a == size_b) {
        return WICK_FLOAT32;
    }
    return size_a > size_b ? a : b;
}

static uint32_t promote_integers(uint32_t a, uint32_t b)
{
    if (a == WICK_UINT16 || b == WICK_UINT16) {
        return 0xffu;
    }
    const uint32_t size_a = wick_dtype_size_bytes(a);
    const uint32_t size_b = wick_dtype_size_bytes(b);
    if (size_a == size_b) {
        return WICK_INT16;
    }
    return size_a > size_b ? a : b;
}

static uint32_t wick_promote_types(uint32_t a, uint32_t b)
{
    if (a == b || category(b) == CATEGORY_NONE) {
        return a;
    }
    if (category(a) != category(b)) {
        return category(a) > category(b) ? a : b;
    }
    return category(a) == CATEGORY_REAL ? promote_reals(a, b) : promote_integers(a, b);
}

static int32_t small_bits(const wick_call *call)
{
    const uint32_t self = wick_call_tensor(call, SELF_ops_loss)->dtype;
    const uint32_t dtype = wick_promote_types(self, wick_call_tensor(call, TARGET_ops_loss)->dtype);
    return dtype == WICK_INT8 ? -8 : dtype == WICK_UINT8 ? 8 : dtype == WICK_INT16 ? -16 : 0;
}

typedef struct shape {
    uint32_t rank;
    int32_t sizes[16];
} shape;
static wick_status broadcast_ops_loss(const wick_call *call, uint32_t arg, shape *s)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    if (!tensor) {
        return WICK_OK;
    }
    shape grown = *s;
    grown.rank = s->rank > tensor->rank ? s->rank : tensor->rank;
    for (uint32_t i = 0; i < grown.rank; i++) {
        const int32_t a = i < s->rank ? s->sizes[s->rank - 1 - i] : 1;
        const int32_t b = i < tensor->rank ? tensor->sizes[tensor->rank - 1 - i] : 1;
        if (a != b && a != 1 && b != 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
        }
        grown.sizes[grown.rank - 1 - i] = a == 1 ? b : a;
    }
    *s = grown;
    return WICK_OK;
}

static wick_status find_shape(const wick_call *call, uint32_t weight, uint32_t positive, shape *s)
{
    *s = (shape){0};
    do {
        wick_status wick_try_status = (broadcast_ops_loss(call, SELF_ops_loss, s));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    do {
        wick_status wick_try_status = (broadcast_ops_loss(call, TARGET_ops_loss, s));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    if (weight != 0) {
        do {
            wick_status wick_try_status = (broadcast_ops_loss(call, weight, s));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    }
    return positive != 0 ? broadcast_ops_loss(call, positive, s) : WICK_OK;
}

static void set_strides_ops_loss(const wick_tensor *tensor, const shape *s, int32_t *strides)
{
    int32_t own[16];
    wick_tensor_strides(tensor, own);
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t d = s->rank - tensor->rank + i;
        strides[d] = tensor->sizes[i] == 1 ? 0 : own[i];
    }
}

typedef enum wick_loss_reduction {
    WICK_LOSS_NONE,
    WICK_LOSS_MEAN,
    WICK_LOSS_SUM,
} wick_loss_reduction;
static wick_status run_ops_loss(const wick_call *call, const wick_loss_block *b,
                                void (*kernel)(const wick_loss_params *, void *))
{
    const uint32_t tensors[WICK_LOSS_TENSORS] = {SELF_ops_loss, TARGET_ops_loss, b->weight,
                                                 b->positive};
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    wick_loss_params p = {.reduction = b->reduction,
                          .p = b->p,
                          .q = b->q,
                          .is_full = b->is_full != 0,
                          .out_dtype = out->dtype,
                          .bits = small_bits(call)};
    shape s;
    do {
        wick_status wick_try_status = (find_shape(call, b->weight, b->positive, &s));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    p.rank = s.rank;
    memcpy(p.sizes, s.sizes, sizeof s.sizes);
    for (uint32_t k = 0; k < WICK_LOSS_TENSORS; k++) {
        const wick_tensor *const tensor = wick_call_optional_tensor(call, tensors[k]);
        if (tensor && (k < 2 || tensors[k] != 0)) {
            set_strides_ops_loss(tensor, &s, p.strides[k]);
            p.dtypes[k] = tensor->dtype;
            p.data[k] = tensor->data;
        }
    }
    if (b->reduction == WICK_LOSS_NONE) {
        wick_tensor_strides(out, p.strides[WICK_LOSS_TENSORS]);
    }
    kernel(&p, out->data);
    return WICK_OK;
}

typedef struct terms {
    float x, t, w, v, p, q;
    int32_t bits;
} terms;
typedef float term(const terms *a);
static size_t count_elements(const wick_loss_params *p)
{
    size_t count = 1;
    for (uint32_t d = 0; d < p->rank; d++) {
        count *= (size_t)p->sizes[d];
    }
    return count;
}

static void move_kernels_loss_loss(const wick_loss_params *p, uint32_t dim, int32_t count,
                                   ptrdiff_t *at)
{
    for (uint32_t k = 0; k <= WICK_LOSS_TENSORS; k++) {
        at[k] += (ptrdiff_t)count * p->strides[k][dim];
    }
}

static bool next_kernels_loss_loss(const wick_loss_params *p, int32_t *counter, ptrdiff_t *at)
{
    for (uint32_t d = p->rank; d-- > 0;) {
        move_kernels_loss_loss(p, d, 1, at);
        if (++counter[d] < p->sizes[d]) {
            return true;
        }
        move_kernels_loss_loss(p, d, -p->sizes[d], at);
        counter[d] = 0;
    }
    return false;
}

static float load_kernels_loss_loss(const wick_loss_params *p, uint32_t k, const ptrdiff_t *at)
{
    return p->data[k] ? wick_element_load(p->data[k], at[k], p->dtypes[k]) : 1;
}

static void run_kernels_loss_loss(const wick_loss_params *p, void *out, term *term_of)
{
    const size_t count = count_elements(p);
    ptrdiff_t at[WICK_LOSS_TENSORS + 1] = {0};
    int32_t counter[16] = {0};
    wick_exact_sum total = {0, 0};
    for (bool more = count > 0; more; more = next_kernels_loss_loss(p, counter, at)) {
        const terms a = {load_kernels_loss_loss(p, 0, at),
                         load_kernels_loss_loss(p, 1, at),
                         load_kernels_loss_loss(p, 2, at),
                         p->is_full ? 0 : load_kernels_loss_loss(p, 3, at),
                         p->p,
                         p->q,
                         p->bits};
        const float value = term_of(&a);
        if (p->reduction == WICK_LOSS_NONE) {
            wick_element_store(out, at[WICK_LOSS_TENSORS], p->out_dtype, value);
        } else {
            wick_exact_add(&total, value);
        }
    }
    if (p->reduction != WICK_LOSS_NONE) {
        const bool is_mean = p->reduction == WICK_LOSS_MEAN;
        wick_element_store(out, 0, p->out_dtype, is_mean ? total.sum / (float)count : total.sum);
    }
}

static float square_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return (x - t) * (x - t);
}

static void wick_loss_square(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, square_term);
}

static wick_status wick_mse_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_square);
}

static float magnitude_kernels_loss_loss(float x)
{
    return x < 0 ? -x : x;
}

static float smooth_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return magnitude_kernels_loss_loss(x - t) < p ? 0.5f * (x - t) * (x - t) / p
                                                  : magnitude_kernels_loss_loss(x - t) - 0.5f * p;
}

static void wick_loss_smooth(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, smooth_term);
}

static wick_status wick_smooth_l1_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_smooth);
}

static float huber_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return magnitude_kernels_loss_loss(x - t) <= p
               ? 0.5f * (x - t) * (x - t)
               : p * (magnitude_kernels_loss_loss(x - t) - 0.5f * p);
}

static void wick_loss_huber(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, huber_term);
}

static wick_status wick_huber_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_huber);
}

static float log_of_1_plus(float x)
{
    const float sum = 1 + x;
    if (sum == 1 || sum - 1 == sum) {
        return sum == 1 ? x : wick_log_f32(sum);
    }
    return wick_log_f32(sum) * (x / (sum - 1));
}

static float soft_margin_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return log_of_1_plus(wick_exp_f32(-x * t));
}

static void wick_loss_soft_margin(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, soft_margin_term);
}

static wick_status wick_soft_margin_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_soft_margin);
}

static float at_least(float x, float low)
{
    return x < low ? low : x;
}

static float binary_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return w * ((t - 1) * at_least(log_of_1_plus(-x), -100) - t * at_least(wick_log_f32(x), -100));
}

static void wick_loss_binary(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, binary_term);
}

static wick_status wick_binary_cross_entropy_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_binary);
}

static float binary_logits_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return w * ((1 - t) * x + (v != 1 ? (v - 1) * t + 1 : 1) *
                                  (log_of_1_plus(wick_exp_f32(-magnitude_kernels_loss_loss(x))) +
                                   at_least(-x, 0)));
}

static void wick_loss_binary_logits(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, binary_logits_term);
}

static wick_status wick_binary_logits_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_binary_logits);
}

typedef struct wick_class_loss_block {
    uint32_t class_dim;
    uint32_t out;
    float smoothing;
    uint8_t has_shares;
    uint8_t has_total;
} wick_class_loss_block;
enum { SELF_ops_class_loss, TARGET_ops_class_loss, WEIGHT_ops_class_loss, REDUCTION, IGNORED };
typedef struct wick_class_loss_params {
    uint32_t rank, reduction;
    uint8_t dtype, target_dtype, weight_dtype, out_dtype;
    int32_t classes, class_strides[2];
    int64_t ignored;
    float smoothing;
    wick_nest_dim dims[16];
    wick_nest_dim outs[16];
} wick_class_loss_params;
static void set_dims(const wick_call *call, const wick_class_loss_block *b,
                     wick_class_loss_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_class_loss);
    const wick_tensor *const target = wick_call_tensor(call, TARGET_ops_class_loss);
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    int32_t in[16];
    int32_t to[16];
    int32_t results[16] = {0};
    wick_tensor_strides(self, in);
    wick_tensor_strides(target, to);
    if (p->reduction == WICK_LOSS_NONE) {
        wick_tensor_strides(out, results);
    }
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d == b->class_dim) {
            continue;
        }
        const int32_t step = to[b->has_shares ? d : p->rank];
        p->dims[p->rank] = (wick_nest_dim){self->sizes[d], in[d], step};
        p->outs[p->rank] = (wick_nest_dim){self->sizes[d], 0, results[p->rank]};
        p->rank++;
    }
    p->classes = self->sizes[b->class_dim];
    p->class_strides[0] = in[b->class_dim];
    p->class_strides[1] = b->has_shares ? to[b->class_dim] : 0;
}

typedef struct place_kernels_loss_class_loss {
    const wick_class_loss_params *p;
    const void *input, *target, *weight;
    ptrdiff_t in, to;
} place_kernels_loss_class_loss;
static float weight_of_kernels_loss_class_loss(const place_kernels_loss_class_loss *at, int32_t c)
{
    return at->weight ? wick_element_real(at->weight, c, at->p->weight_dtype) : 1;
}

static float loss_of(const place_kernels_loss_class_loss *at, int32_t c)
{
    const ptrdiff_t index = at->in + (ptrdiff_t)c * at->p->class_strides[0];
    const float loss = -wick_element_load(at->input, index, at->p->dtype);
    return at->weight ? loss * weight_of_kernels_loss_class_loss(at, c) : loss;
}

static float share(const place_kernels_loss_class_loss *at, int32_t c)
{
    const wick_class_loss_params *const p = at->p;
    const float t =
        wick_element_real(at->target, at->to + (ptrdiff_t)c * p->class_strides[1], p->target_dtype);
    return p->smoothing > 0 ? t * (1 - p->smoothing) + p->smoothing / (float)p->classes : t;
}

static float loss_of_shares(const place_kernels_loss_class_loss *at)
{
    wick_exact_sum total = {0, 0};
    for (int32_t c = 0; c < at->p->classes; c++) {
        wick_exact_add(&total, loss_of(at, c) * share(at, c));
    }
    return total.sum;
}

static float loss_of_class(const place_kernels_loss_class_loss *at, int32_t y)
{
    const wick_class_loss_params *const p = at->p;
    wick_exact_sum all = {0, 0};
    if (p->smoothing == 0) {
        return loss_of(at, y);
    }
    for (int32_t c = 0; c < p->classes; c++) {
        wick_exact_add(&all, loss_of(at, c));
    }
    return (1 - p->smoothing) * loss_of(at, y) + p->smoothing / (float)p->classes * all.sum;
}

static bool find_loss(const place_kernels_loss_class_loss *at, float *loss, float *weight)
{
    const wick_class_loss_params *const p = at->p;
    *loss = *weight = 0;
    if (wick_element_is_real(p->target_dtype)) {
        *loss = loss_of_shares(at);
        *weight = 1;
        return true;
    }
    const int64_t y = wick_element_integer(at->target, at->to, p->target_dtype);
    if (y == p->ignored) {
        return true;
    }
    if (y < 0 || y >= p->classes) {
        return false;
    }
    *loss = loss_of_class(at, (int32_t)y);
    *weight = weight_of_kernels_loss_class_loss(at, (int32_t)y);
    return true;
}

static void store_sums(const wick_class_loss_params *p, float loss, float weight, void *out,
                       void *total)
{
    if (p->reduction != WICK_LOSS_NONE) {
        wick_element_store(out, 0, p->out_dtype,
                           p->reduction == WICK_LOSS_MEAN ? loss / weight : loss);
    }
    if (total) {
        const bool is_summed = p->reduction != WICK_LOSS_NONE || p->rank == 0;
        wick_element_store(total, 0, p->out_dtype, is_summed ? weight : 0);
    }
}

static bool wick_class_loss(const wick_class_loss_params *params, const void *input,
                            const void *target, const void *weight, void *out, void *total)
{
    const wick_class_loss_params *const p = params;
    wick_exact_sum losses = {0, 0};
    wick_exact_sum weights = {0, 0};
    wick_nest_position in = {0};
    wick_nest_position to = {0};
    bool more = wick_nest_count(p->dims, p->rank) > 0;
    while (more) {
        const place_kernels_loss_class_loss at = {p, input, target, weight, in.in, in.out};
        float loss;
        float counted;
        if (!find_loss(&at, &loss, &counted)) {
            return false;
        }
        if (p->reduction == WICK_LOSS_NONE) {
            wick_element_store(out, to.out, p->out_dtype, loss);
        }
        wick_exact_add(&losses, loss);
        wick_exact_add(&weights, counted);
        more = wick_nest_next(&in, p->dims, p->rank);
        wick_nest_next(&to, p->outs, p->rank);
    }
    store_sums(p, losses.sum, weights.sum, out, total);
    return true;
}

enum { NLL_OUT = 5, NLL_TOTAL };
static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

static wick_status wick_class_loss_run(const wick_call *call, const void *block)
{
    const wick_class_loss_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_class_loss);
    const wick_tensor *const target = wick_call_tensor(call, TARGET_ops_class_loss);
    const wick_tensor *const weight = wick_call_optional_tensor(call, WEIGHT_ops_class_loss);
    wick_class_loss_params p = {.reduction = (uint32_t)wick_call_int(call, REDUCTION),
                                .dtype = self->dtype,
                                .target_dtype = target->dtype,
                                .weight_dtype = weight ? weight->dtype : 0,
                                .out_dtype = wick_call_tensor(call, b->out)->dtype,
                                .ignored = wick_call_int(call, IGNORED),
                                .smoothing = b->smoothing};
    set_dims(call, b, &p);
    const bool fits = wick_class_loss(&p, self->data, target->data, weight ? weight->data : 0,
                                      wick_call_tensor(call, b->out)->data,
                                      b->has_total ? wick_call_tensor(call, NLL_TOTAL)->data : 0);
    return fits ? WICK_OK : refuse(call, TARGET_ops_class_loss, "");
}

static float absolute_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return magnitude_kernels_loss_loss(x - t);
}

static void wick_loss_absolute(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, absolute_term);
}

static wick_status wick_l1_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_absolute);
}

static float x_log_y(float x, float y)
{
    return x == 0 && y == y ? 0 : x * wick_log_f32(y);
}

static float divergence_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return p != 0 ? wick_exp_f32(t) * (t - x) : x_log_y(t, t) - t * x;
}

static void wick_loss_divergence(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, divergence_term);
}

static wick_status wick_kl_div_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_divergence);
}

static float hinge_embedding_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return (t != 1 ? at_least(p - x, 0) : 0) + (t != -1 ? x : 0);
}

static void wick_loss_hinge_embedding(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, hinge_embedding_term);
}

static wick_status wick_hinge_embedding_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_hinge_embedding);
}

static float wrapped(int32_t bits, float x)
{
    if (bits == 0) {
        return x;
    }
    const uint32_t size = 1u << (bits < 0 ? -bits : bits);
    const uint32_t rest = (uint32_t)(int32_t)x & (size - 1);
    return bits < 0 && rest >= size / 2 ? (float)rest - (float)size : (float)rest;
}

static float margin_ranking_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return at_least(p + wrapped(bits, -w * wrapped(bits, x - t)), 0);
}

static void wick_loss_margin_ranking(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, margin_ranking_term);
}

static wick_status wick_margin_ranking_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_margin_ranking);
}

static float stirling(float t)
{
    return t * wick_log_f32(t) - t + 0.5f * wick_log_f32(6.2831853f * t);
}

static float poisson_term(const terms *a)
{
    const float x = a->x, t = a->t, w = a->w, v = a->v;
    const float p = a->p, q = a->q;
    const int32_t bits = a->bits;
    (void)w, (void)v, (void)p, (void)q, (void)bits;
    return (p != 0 ? wick_exp_f32(x) - wrapped(bits, t * x) : x - t * wick_log_f32(x + q)) +
           (v != 1 && t > 1 ? stirling(t) : 0);
}

static void wick_loss_poisson(const wick_loss_params *params, void *out)
{
    run_kernels_loss_loss(params, out, poisson_term);
}

static wick_status wick_poisson_nll_loss_run(const wick_call *call, const void *block)
{
    return run_ops_loss(call, block, wick_loss_poisson);
}

typedef struct wick_quantile_block {
    uint32_t dim;
    uint32_t interpolation;
} wick_quantile_block;
enum {
    SELF_ops_quantile,
    RANKS,
    DIM_ops_quantile,
    KEEPDIM_ops_quantile,
    INTERPOLATION,
    IGNORE_NAN,
    OUT_ops_quantile
};
static inline bool wick_call_bool(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->integer.value != 0;
}

static void add_out(wick_lines *lines, const wick_call *call, uint32_t dim)
{
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_quantile);
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_quantile);
    const uint32_t lead = wick_call_tensor(call, RANKS)->rank;
    int32_t strides[16];
    uint32_t at = lead;
    wick_tensor_strides(out, strides);
    lines->lengths[1] = lead != 0 ? out->sizes[0] : 1;
    lines->steps[1] = lead != 0 ? strides[0] : 0;
    for (uint32_t d = 0, i = 0; d < self->rank; d++) {
        if (d != dim) {
            lines->strides[1][i++] = strides[at];
        }
        at += d != dim || wick_call_bool(call, KEEPDIM_ops_quantile);
    }
}

static float element_kernels_sort_quantile(const wick_line *line, int32_t i)
{
    return wick_element_load(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

static int32_t count_numbers(const wick_line *line)
{
    int32_t count = wick_line_size(line);
    while (count > 0 && element_kernels_sort_quantile(line, count - 1) !=
                            element_kernels_sort_quantile(line, count - 1)) {
        count--;
    }
    return count;
}

typedef enum wick_interpolation {
    WICK_INTERPOLATION_LINEAR,
    WICK_INTERPOLATION_LOWER,
    WICK_INTERPOLATION_HIGHER,
    WICK_INTERPOLATION_MIDPOINT,
    WICK_INTERPOLATION_NEAREST,
} wick_interpolation;
static float between_kernels_sort_quantile(float a, float b, float weight)
{
    return weight < 0.5f ? a + weight * (b - a) : b - (b - a) * (1 - weight);
}

static float quantile(const wick_line *line, int32_t count, float q)
{
    const float rank = q * (float)(count - 1);
    const float floor = wick_floor_f32(rank);
    const int32_t below = (int32_t)floor;
    const int32_t above = rank > floor ? below + 1 : below;
    switch ((wick_interpolation)line->lines->number) {
    case WICK_INTERPOLATION_LOWER:
        return element_kernels_sort_quantile(line, below);
    case WICK_INTERPOLATION_HIGHER:
        return element_kernels_sort_quantile(line, above);
    case WICK_INTERPOLATION_NEAREST:
        return element_kernels_sort_quantile(line, (int32_t)wick_rint_f32(rank));
    case WICK_INTERPOLATION_MIDPOINT:
        return between_kernels_sort_quantile(element_kernels_sort_quantile(line, below),
                                             element_kernels_sort_quantile(line, above), 0.5f);
    case WICK_INTERPOLATION_LINEAR:
        break;
    }
    return between_kernels_sort_quantile(element_kernels_sort_quantile(line, below),
                                         element_kernels_sort_quantile(line, above), rank - floor);
}

static void quantile_line(const wick_line *line)
{
    const wick_lines *const l = line->lines;
    const int32_t numbers = count_numbers(line);
    const bool is_unknown = numbers == 0 || (numbers < wick_line_size(line) && !l->skips_nan);
    for (int32_t i = 0; i < l->lengths[1]; i++) {
        const float q = wick_element_load(l->beside, i, l->beside_dtype);
        wick_element_store(line->out, wick_line_at(line, 1, i), l->out_dtype,
                           is_unknown || q != q ? __builtin_nanf("") : quantile(line, numbers, q));
    }
}

static void wick_quantile_of_sorted(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, quantile_line);
}

static wick_status wick_quantile_run(const wick_call *call, const void *block)
{
    const wick_quantile_block *const b = block;
    const wick_tensor *const ranks = wick_call_tensor(call, RANKS);
    wick_lines lines;
    for (size_t i = 0; i < wick_tensor_count(ranks); i++) {
        const float q = wick_element_real(ranks->data, (ptrdiff_t)i, ranks->dtype);
        if (q < 0 || q > 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, RANKS, "");
        }
    }
    wick_call_lines(call, b->dim, 0, 0, &lines);
    add_out(&lines, call, b->dim);
    lines.number = (int32_t)b->interpolation;
    lines.skips_nan = wick_call_bool(call, IGNORE_NAN);
    lines.beside = ranks->data;
    lines.beside_dtype = ranks->dtype;
    wick_quantile_of_sorted(&lines, wick_call_tensor(call, SELF_ops_quantile)->data,
                            wick_call_tensor(call, OUT_ops_quantile)->data);
    return WICK_OK;
}

typedef struct wick_unique_block {
    int32_t dim;
} wick_unique_block;
typedef struct results {
    uint32_t out;
    int32_t dim;
    bool has_inverse, has_counts;
} results;
enum { RUNS_INVERSE = 1, RUNS_COUNTS, RUNS_DIM, RUNS_OUT };
enum { SELF_ops_unique };
typedef struct wick_unique_params {
    uint8_t dtype;
    uint32_t place_rank, inner;
    wick_nest_dim places[16];
    wick_nest_dim dims[16];
    int32_t out_step;
} wick_unique_params;
static void set_params(const wick_tensor *self, int32_t dim, wick_unique_params *p)
{
    int32_t strides[16];
    wick_tensor_strides(self, strides);
    *p = (wick_unique_params){.dtype = self->dtype};
    for (uint32_t d = 0; d < self->rank; d++) {
        const wick_nest_dim own = {self->sizes[d], strides[d], 0};
        if (dim < 0 || d == (uint32_t)dim) {
            p->places[p->place_rank++] = own;
        } else {
            p->dims[p->inner++] = own;
        }
    }
}

static wick_status resize_ops_unique(const wick_call *call, const results *r, int32_t groups)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_unique);
    int32_t sizes[16] = {groups};
    const int32_t none = 0;
    const int32_t slices = r->dim >= 0 ? self->sizes[r->dim] : 0;
    if (r->dim >= 0) {
        memcpy(sizes, self->sizes, self->rank * sizeof sizes[0]);
        sizes[r->dim] = groups;
    }
    do {
        wick_status wick_try_status =
            (wick_call_resize(call, r->out, r->dim < 0 ? 1 : self->rank, sizes));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    if (!r->has_inverse) {
        do {
            wick_status wick_try_status = (wick_call_resize(call, r->out + 1, 1, &none));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    } else if (r->dim >= 0) {
        do {
            wick_status wick_try_status = (wick_call_resize(call, r->out + 1, 1, &slices));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    } else {
        do {
            wick_status wick_try_status =
                (wick_call_resize(call, r->out + 1, self->rank, self->sizes));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    }
    return wick_call_resize(call, r->out + 2, 1, r->has_counts ? &groups : &none);
}

static bool are_equal(const wick_unique_params *p, const void *in, ptrdiff_t a, ptrdiff_t b)
{
    wick_nest_position at = {0};
    if (wick_nest_count(p->dims, p->inner) == 0) {
        return true;
    }
    do {
        const int64_t key = wick_element_key(in, a + at.in, p->dtype);
        if (key != wick_element_key(in, b + at.in, p->dtype) || wick_key_is_nan(key, p->dtype)) {
            return false;
        }
    } while (wick_nest_next(&at, p->dims, p->inner));
    return true;
}

static int32_t wick_count_unique(const wick_unique_params *params, const void *in)
{
    const wick_unique_params *const p = params;
    wick_nest_position at = {0};
    int32_t groups = 0;
    ptrdiff_t last = 0;
    if (wick_nest_count(p->places, p->place_rank) == 0) {
        return 0;
    }
    do {
        groups += groups == 0 || !are_equal(p, in, last, at.in);
        last = at.in;
    } while (wick_nest_next(&at, p->places, p->place_rank));
    return groups;
}

static void set_result(const wick_tensor *out, int32_t dim, wick_unique_params *p)
{
    int32_t strides[16];
    wick_tensor_strides(out, strides);
    p->out_step = strides[dim < 0 ? 0 : dim];
    for (uint32_t d = 0, i = 0; d < out->rank && dim >= 0; d++) {
        if (d != (uint32_t)dim) {
            p->dims[i++].out = strides[d];
        }
    }
}

static void copy_slice(const wick_unique_params *p, const void *in, ptrdiff_t from, void *out,
                       ptrdiff_t to)
{
    wick_nest_position at = {0};
    if (wick_nest_count(p->dims, p->inner) == 0) {
        return;
    }
    do {
        wick_element_move(in, from + at.in, out, to + at.out, p->dtype);
    } while (wick_nest_next(&at, p->dims, p->inner));
}

static void wick_unique(const wick_unique_params *params, const void *in, const int64_t *order,
                        void *out, int64_t *inverse, int64_t *counts)
{
    const wick_unique_params *const p = params;
    wick_nest_position at = {0};
    int32_t group = -1;
    ptrdiff_t last = 0;
    ptrdiff_t i = 0;
    if (wick_nest_count(p->places, p->place_rank) == 0) {
        return;
    }
    do {
        if (group < 0 || !are_equal(p, in, last, at.in)) {
            group++;
            copy_slice(p, in, at.in, out, (ptrdiff_t)group * p->out_step);
            if (counts) {
                counts[group] = 0;
            }
        }
        if (counts) {
            counts[group]++;
        }
        if (inverse) {
            inverse[order ? order[i] : i] = group;
        }
        last = at.in;
        i++;
    } while (wick_nest_next(&at, p->places, p->place_rank));
}

static wick_status run_ops_unique(const wick_call *call, const results *r, const int64_t *order)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_unique);
    wick_unique_params p;
    set_params(self, r->dim, &p);
    do {
        wick_status wick_try_status =
            (resize_ops_unique(call, r, wick_count_unique(&p, self->data)));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    set_result(wick_call_tensor(call, r->out), r->dim, &p);
    wick_unique(&p, self->data, order, wick_call_tensor(call, r->out)->data,
                r->has_inverse ? wick_call_tensor(call, r->out + 1)->data : 0,
                r->has_counts ? wick_call_tensor(call, r->out + 2)->data : 0);
    return WICK_OK;
}

static wick_status wick_unique_consecutive_run(const wick_call *call, const void *block)
{
    const int32_t dim = ((const wick_unique_block *)block)->dim;
    const results r = {RUNS_OUT, dim, dim >= 0 || wick_call_bool(call, RUNS_INVERSE),
                       dim >= 0 || wick_call_bool(call, RUNS_COUNTS)};
    return run_ops_unique(call, &r, 0);
}

enum { SORTED_ORDER_ops_unique = 1, SORTED_INVERSE, SORTED_COUNTS, SORTED_OUT_ops_unique };
static wick_status wick_unique_of_sorted_run(const wick_call *call, const void *block)
{
    const wick_tensor *const order = wick_call_tensor(call, SORTED_ORDER_ops_unique);
    const results r = {SORTED_OUT_ops_unique, -1, wick_call_bool(call, SORTED_INVERSE),
                       wick_call_bool(call, SORTED_COUNTS)};
    (void)block;
    for (int32_t i = 0; i < order->sizes[0]; i++) {
        const int64_t index = ((const int64_t *)order->data)[i];
        if (index < 0 || index >= order->sizes[0]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER_ops_unique, "");
        }
    }
    return run_ops_unique(call, &r, order->data);
}

typedef struct wick_softmax_block {
    uint32_t dim;
} wick_softmax_block;
typedef struct wick_softmax_params {
    uint32_t kept;
    uint8_t in_dtype, out_dtype;
    wick_nest_dim dims[16];
} wick_softmax_params;
enum { SELF_ops_softmax, DIM_ops_softmax, HALF_TO_FLOAT, OUT_ops_softmax };
static void run_ops_softmax(const wick_call *call, const wick_softmax_block *b,
                            void (*kernel)(const wick_softmax_params *, const void *, void *))
{
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_softmax);
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_softmax);
    wick_softmax_params p = {.in_dtype = self->dtype, .out_dtype = out->dtype};
    const uint32_t all = (1u << self->rank) - 1;
    p.kept = wick_tensor_nest(self, out, all & ~(1u << b->dim), p.dims);
    p.dims[p.kept] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(self, out, all & (1u << b->dim), p.dims + p.kept);
    kernel(&p, self->data, out->data);
}

typedef struct row_kernels_softmax_softmax {
    const wick_softmax_params *p;
    const void *input;
    void *out;
    ptrdiff_t in_at, out_at;
    wick_nest_dim dim;
} row_kernels_softmax_softmax;
static void for_each_row(const wick_softmax_params *p, const void *input, void *out,
                         void (*visit)(const row_kernels_softmax_softmax *))
{
    if (wick_nest_count(p->dims, p->kept + 1) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        const row_kernels_softmax_softmax r = {p, input, out, at.in, at.out, p->dims[p->kept]};
        visit(&r);
    } while (wick_nest_next(&at, p->dims, p->kept));
}

static float load_kernels_softmax_softmax(const row_kernels_softmax_softmax *r, int32_t i)
{
    return wick_element_load(r->input, r->in_at + (ptrdiff_t)i * r->dim.in, r->p->in_dtype);
}

static float maximum_kernels_softmax_softmax(const row_kernels_softmax_softmax *r)
{
    float best = load_kernels_softmax_softmax(r, 0);
    for (int32_t i = 1; i < r->dim.size; i++) {
        const float value = load_kernels_softmax_softmax(r, i);
        if (!(value <= best) && best == best) {
            best = value;
        }
    }
    return best;
}

enum { CHUNK_kernels_softmax_softmax = 32 };
static void store_kernels_softmax_softmax(const row_kernels_softmax_softmax *r, int32_t i,
                                          float value)
{
    wick_element_store(r->out, r->out_at + (ptrdiff_t)i * r->dim.out, r->p->out_dtype, value);
}

static float sum_of_exponentials_kernels_softmax_softmax(const row_kernels_softmax_softmax *r,
                                                         float max, bool keeps)
{
    float sum = 0;
    for (int32_t k = 0; k < r->dim.size; k += CHUNK_kernels_softmax_softmax) {
        const int32_t end = r->dim.size - k < CHUNK_kernels_softmax_softmax
                                ? r->dim.size
                                : k + CHUNK_kernels_softmax_softmax;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            const float e = wick_exp_f32(load_kernels_softmax_softmax(r, i) - max);
            part += e;
            if (keeps) {
                store_kernels_softmax_softmax(r, i, e);
            }
        }
        sum += part;
    }
    return sum;
}

static void softmax_row_kernels_softmax_softmax(const row_kernels_softmax_softmax *r)
{
    const float max = maximum_kernels_softmax_softmax(r);
    const bool keeps = r->p->out_dtype == WICK_FLOAT32;
    const float sum = sum_of_exponentials_kernels_softmax_softmax(r, max, keeps);
    for (int32_t i = 0; i < r->dim.size; i++) {
        const float e = keeps ? ((const float *)r->out)[r->out_at + (ptrdiff_t)i * r->dim.out]
                              : wick_exp_f32(load_kernels_softmax_softmax(r, i) - max);
        store_kernels_softmax_softmax(r, i, e / sum);
    }
}

static void wick_softmax(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, softmax_row_kernels_softmax_softmax);
}

static wick_status wick_softmax_run(const wick_call *call, const void *block)
{
    run_ops_softmax(call, block, wick_softmax);
    return WICK_OK;
}

static void log_softmax_row(const row_kernels_softmax_softmax *r)
{
    const float max = maximum_kernels_softmax_softmax(r);
    const float log_sum = wick_log_f32(sum_of_exponentials_kernels_softmax_softmax(r, max, false));
    for (int32_t i = 0; i < r->dim.size; i++) {
        store_kernels_softmax_softmax(r, i, load_kernels_softmax_softmax(r, i) - max - log_sum);
    }
}

static void wick_log_softmax(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, log_softmax_row);
}

static wick_status wick_log_softmax_run(const wick_call *call, const void *block)
{
    run_ops_softmax(call, block, wick_log_softmax);
    return WICK_OK;
}

static wick_status run_sum(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                           bool is_mean)
{
    wick_reduce_params p = {.is_mean = is_mean};
    wick_reduce_loops(call, b, out, &p);
    wick_reduce_sum(&p, wick_call_tensor(call, SELF_ops_reduce)->data,
                    wick_call_tensor(call, out)->data);
    return WICK_OK;
}

enum { SUM_DTYPE = 3, SUM_OUT };
static wick_status wick_sum_run(const wick_call *call, const void *block)
{
    return run_sum(call, block, SUM_OUT, false);
}

enum { MEAN_ALL_DTYPE = 1, MEAN_ALL_OUT };
static wick_status wick_mean_run(const wick_call *call, const void *block)
{
    const bool is_all = wick_call_value(call, MEAN_ALL_OUT)->kind == WICK_VALUE_TENSOR;
    return run_sum(call, block, is_all ? MEAN_ALL_OUT : SUM_OUT, true);
}

static wick_status wick_amax_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_reduce(call, block, MAX_OUT_ops_reduce, false);
}

static wick_status wick_amin_run(const wick_call *call, const void *block)
{
    return run_extreme_ops_reduce(call, block, MAX_OUT_ops_reduce, true);
}

static wick_status wick_argmax_run(const wick_call *call, const void *block)
{
    return run_argument(call, block, false);
}

typedef struct wick_pool2d_params {
    int32_t batch, channels;
    int32_t in_height, in_width;
    int32_t out_height, out_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t padding_height, padding_width;
    int32_t dilation_height, dilation_width;
    int32_t divisor;
    uint8_t in_order, out_order, index_order;
    uint8_t dtype;
    uint8_t counts_padding;
} wick_pool2d_params;
typedef wick_pool2d_params wick_pool2d_block;
typedef struct tensors_kernels_pool_max_pool2d {
    const void *input;
    void *out;
    int64_t *indices;
} tensors_kernels_pool_max_pool2d;
typedef struct wick_pool_window {
    int32_t y0, y1, x0, x1;
    int64_t size;
    ptrdiff_t plane;
    int32_t row_step, col_step;
    ptrdiff_t out, index;
} wick_pool_window;
typedef void wick_pool_bounds(const wick_pool2d_params *params, int32_t y, int32_t x,
                              wick_pool_window *window);
typedef void wick_pool_visit(const wick_pool2d_params *params, const wick_pool_window *window,
                             const void *context);
typedef struct strides {
    int32_t in[4], out[4], index[4];
} strides;
static ptrdiff_t offset(const int32_t stride[4], int32_t n, int32_t y, int32_t x)
{
    return (ptrdiff_t)n * stride[0] + (ptrdiff_t)y * stride[2] + (ptrdiff_t)x * stride[3];
}

static void wick_pool_walk(const wick_pool2d_params *params, wick_pool_bounds *bounds,
                           wick_pool_visit *visit, const void *context)
{
    const wick_pool2d_params *const p = params;
    const int32_t in[4] = {p->batch, p->channels, p->in_height, p->in_width};
    const int32_t out[4] = {p->batch, p->channels, p->out_height, p->out_width};
    strides s;
    wick_layout_strides(p->in_order, in, s.in);
    wick_layout_strides(p->out_order, out, s.out);
    wick_layout_strides(p->index_order, out, s.index);
    const int32_t pixels = p->out_height * p->out_width;
    wick_pool_window window = {.row_step = s.in[2], .col_step = s.in[3]};
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t i = 0; i < pixels; i++) {
            const int32_t y = i / p->out_width;
            const int32_t x = i % p->out_width;
            bounds(p, y, x, &window);
            window.plane = (ptrdiff_t)n * s.in[0];
            window.out = offset(s.out, n, y, x);
            window.index = offset(s.index, n, y, x);
            for (int32_t c = 0; c < p->channels; c++) {
                visit(p, &window, context);
                window.plane += s.in[1];
                window.out += s.out[1];
                window.index += s.index[1];
            }
        }
    }
}

static void dilated_range(int32_t start, int32_t extent, int32_t dilation, int32_t size,
                          int32_t out[2])
{
    const int32_t end = start + extent;
    out[0] = start < 0 ? start + (-start + dilation - 1) / dilation * dilation : start;
    out[1] = end < size ? end : size;
}

static void bounds(const wick_pool2d_params *p, int32_t y, int32_t x, wick_pool_window *w)
{
    int32_t range[2];
    dilated_range(y * p->stride_height - p->padding_height,
                  (p->kernel_height - 1) * p->dilation_height + 1, p->dilation_height, p->in_height,
                  range);
    w->y0 = range[0];
    w->y1 = range[1];
    dilated_range(x * p->stride_width - p->padding_width,
                  (p->kernel_width - 1) * p->dilation_width + 1, p->dilation_width, p->in_width,
                  range);
    w->x0 = range[0];
    w->x1 = range[1];
}

static inline __attribute__((always_inline)) float
max_real_kernels_pool_max_pool2d(const wick_pool2d_params *p, const wick_pool_window *w,
                                 const tensors_kernels_pool_max_pool2d *t, const uint32_t dtype)
{
    float best = -__builtin_inff();
    int32_t index = w->y0 * p->in_width + w->x0;
    const ptrdiff_t step = (ptrdiff_t)p->dilation_width * w->col_step;
    for (int32_t y = w->y0; y < w->y1; y += p->dilation_height) {
        ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
        for (int32_t x = w->x0; x < w->x1; x += p->dilation_width) {
            const float value = wick_element_load(t->input, at, dtype);
            if (value > best || value != value) {
                best = value;
                index = y * p->in_width + x;
            }
            at += step;
        }
    }
    t->indices[w->index] = index;
    return best;
}

static void visit_f32_kernels_pool_max_pool2d(const wick_pool2d_params *p,
                                              const wick_pool_window *w, const void *context)
{
    const tensors_kernels_pool_max_pool2d *const t = context;
    ((float *)t->out)[w->out] = max_real_kernels_pool_max_pool2d(p, w, t, WICK_FLOAT32);
}

static void visit_half_kernels_pool_max_pool2d(const wick_pool2d_params *p,
                                               const wick_pool_window *w, const void *context)
{
    const tensors_kernels_pool_max_pool2d *const t = context;
    wick_element_store_real(t->out, w->out, p->dtype,
                            max_real_kernels_pool_max_pool2d(p, w, t, p->dtype));
}

static void visit_integer_kernels_pool_max_pool2d(const wick_pool2d_params *p,
                                                  const wick_pool_window *w, const void *context)
{
    const tensors_kernels_pool_max_pool2d *const t = context;
    int64_t best = INT64_MIN;
    int32_t index = w->y0 * p->in_width + w->x0;
    for (int32_t y = w->y0; y < w->y1; y += p->dilation_height) {
        for (int32_t x = w->x0; x < w->x1; x += p->dilation_width) {
            const ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)x * w->col_step;
            const int64_t value = wick_element_integer(t->input, at, p->dtype);
            if (value > best) {
                best = value;
                index = y * p->in_width + x;
            }
        }
    }
    t->indices[w->index] = index;
    wick_element_store_integer(t->out, w->out, p->dtype, best);
}

static void wick_max_pool2d(const wick_pool2d_params *params, const void *input, void *out,
                            int64_t *indices)
{
    const tensors_kernels_pool_max_pool2d t = {input, out, indices};
    switch (params->dtype) {
    case WICK_FLOAT32:
        wick_pool_walk(params, bounds, visit_f32_kernels_pool_max_pool2d, &t);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_pool_walk(params, bounds, visit_half_kernels_pool_max_pool2d, &t);
        break;
    default:
        wick_pool_walk(params, bounds, visit_integer_kernels_pool_max_pool2d, &t);
    }
}

enum { SELF_ops_pool, KERNEL_ops_pool, STRIDE_ops_pool, PADDING_ops_pool };
enum { MAX_DILATION_ops_pool = 4, MAX_CEIL_ops_pool, MAX_OUT_ops_pool, MAX_INDICES_ops_pool };
static wick_status wick_max_pool2d_run(const wick_call *call, const void *block)
{
    wick_max_pool2d(block, wick_call_tensor(call, SELF_ops_pool)->data,
                    wick_call_tensor(call, MAX_OUT_ops_pool)->data,
                    wick_call_tensor(call, MAX_INDICES_ops_pool)->data);
    return WICK_OK;
}

typedef struct tensors_kernels_pool_avg_pool2d {
    const void *input;
    void *out;
} tensors_kernels_pool_avg_pool2d;
static int64_t clip(int32_t *start, int32_t *end, int32_t size, int32_t kernel, int32_t padding)
{
    *end = *start + kernel;
    *end = *end < size + padding ? *end : size + padding;
    const int64_t padded = (int64_t)*end - *start;
    *start = *start > 0 ? *start : 0;
    *end = *end < size ? *end : size;
    return padded;
}

static void wick_pool_fixed_bounds(const wick_pool2d_params *p, int32_t y, int32_t x,
                                   wick_pool_window *w)
{
    w->y0 = y * p->stride_height - p->padding_height;
    w->x0 = x * p->stride_width - p->padding_width;
    const int64_t height = clip(&w->y0, &w->y1, p->in_height, p->kernel_height, p->padding_height);
    const int64_t width = clip(&w->x0, &w->x1, p->in_width, p->kernel_width, p->padding_width);
    if (p->divisor != 0) {
        w->size = p->divisor;
    } else if (p->counts_padding) {
        w->size = height * width;
    } else {
        w->size = (int64_t)(w->y1 - w->y0) * (w->x1 - w->x0);
    }
}

static bool is_empty_kernels_pool_avg_pool2d(const wick_pool_window *w)
{
    return w->y0 >= w->y1 || w->x0 >= w->x1;
}

static inline __attribute__((always_inline)) float
sum_real_kernels_pool_avg_pool2d(const wick_pool_window *w, const void *input, const uint32_t dtype)
{
    float sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
        float row = 0;
        for (int32_t x = w->x0; x < w->x1; x++) {
            row += wick_element_load(input, at, dtype);
            at += w->col_step;
        }
        sum += row;
    }
    return sum;
}

static void visit_f32_kernels_pool_avg_pool2d(const wick_pool2d_params *p,
                                              const wick_pool_window *w, const void *context)
{
    (void)p;
    const tensors_kernels_pool_avg_pool2d *const t = context;
    ((float *)t->out)[w->out] =
        is_empty_kernels_pool_avg_pool2d(w)
            ? 0
            : sum_real_kernels_pool_avg_pool2d(w, t->input, WICK_FLOAT32) / (float)w->size;
}

static void visit_half_kernels_pool_avg_pool2d(const wick_pool2d_params *p,
                                               const wick_pool_window *w, const void *context)
{
    const tensors_kernels_pool_avg_pool2d *const t = context;
    const float mean =
        is_empty_kernels_pool_avg_pool2d(w)
            ? 0
            : sum_real_kernels_pool_avg_pool2d(w, t->input, p->dtype) / (float)w->size;
    wick_element_store_real(t->out, w->out, p->dtype, mean);
}

static void visit_integer_kernels_pool_avg_pool2d(const wick_pool2d_params *p,
                                                  const wick_pool_window *w, const void *context)
{
    const tensors_kernels_pool_avg_pool2d *const t = context;
    uint64_t sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        for (int32_t x = w->x0; x < w->x1; x++) {
            const ptrdiff_t at = w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)x * w->col_step;
            sum += (uint64_t)wick_element_integer(t->input, at, p->dtype);
        }
    }
    int64_t mean = 0;
    if (!is_empty_kernels_pool_avg_pool2d(w)) {
        mean = w->size == -1 ? (int64_t)(0 - sum) : (int64_t)sum / w->size;
    }
    wick_element_store_integer(t->out, w->out, p->dtype, mean);
}

static wick_pool_visit *visit_of(uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        return visit_f32_kernels_pool_avg_pool2d;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        return visit_half_kernels_pool_avg_pool2d;
    }
    return visit_integer_kernels_pool_avg_pool2d;
}

static void wick_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors_kernels_pool_avg_pool2d t = {input, out};
    wick_pool_walk(params, wick_pool_fixed_bounds, visit_of(params->dtype), &t);
}

enum { AVG_CEIL_ops_pool = 4, AVG_COUNTS_PADDING_ops_pool, AVG_DIVISOR_ops_pool, AVG_OUT_ops_pool };
static wick_status wick_avg_pool2d_run(const wick_call *call, const void *block)
{
    wick_avg_pool2d(block, wick_call_tensor(call, SELF_ops_pool)->data,
                    wick_call_tensor(call, AVG_OUT_ops_pool)->data);
    return WICK_OK;
}

static void adaptive_range_kernels_pool_avg_pool2d(int32_t i, int32_t out, int32_t in,
                                                   int32_t *start, int32_t *end)
{
    *start = (int32_t)((int64_t)i * in / out);
    *end = (int32_t)((((int64_t)i + 1) * in + out - 1) / out);
}

static void adaptive_bounds(const wick_pool2d_params *p, int32_t y, int32_t x, wick_pool_window *w)
{
    adaptive_range_kernels_pool_avg_pool2d(y, p->out_height, p->in_height, &w->y0, &w->y1);
    adaptive_range_kernels_pool_avg_pool2d(x, p->out_width, p->in_width, &w->x0, &w->x1);
    w->size = (int64_t)(w->y1 - w->y0) * (w->x1 - w->x0);
}

static void wick_adaptive_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors_kernels_pool_avg_pool2d t = {input, out};
    wick_pool_walk(params, adaptive_bounds, visit_of(params->dtype), &t);
}

enum { ADAPTIVE_SIZE_ops_pool = 1, ADAPTIVE_OUT_ops_pool };
static wick_status wick_adaptive_avg_pool2d_run(const wick_call *call, const void *block)
{
    wick_adaptive_avg_pool2d(block, wick_call_tensor(call, SELF_ops_pool)->data,
                             wick_call_tensor(call, ADAPTIVE_OUT_ops_pool)->data);
    return WICK_OK;
}

typedef struct wick_resample_params {
    wick_space in, out;
    float scale[3];
    uint8_t filter;
    uint8_t dtype;
    uint8_t align_corners;
} wick_resample_params;
typedef wick_resample_params wick_resample_block;
enum { WICK_TAPS_MAX = 4 };
typedef struct wick_taps {
    int32_t count;
    int32_t at[WICK_TAPS_MAX];
    float weight[WICK_TAPS_MAX];
} wick_taps;
typedef void visit_kernels_resample_resample(const wick_resample_params *p, const void *input,
                                             void *out, const wick_taps axes[3], ptrdiff_t from,
                                             ptrdiff_t to);
static inline wick_taps wick_taps_single(int32_t at)
{
    return (wick_taps){1, {at}, {1}};
}

typedef enum wick_filter {
    WICK_FILTER_NEAREST,
    WICK_FILTER_NEAREST_EXACT,
    WICK_FILTER_LINEAR,
    WICK_FILTER_CUBIC,
    WICK_FILTER_LINEAR_AA,
    WICK_FILTER_CUBIC_AA,
} wick_filter;
static int32_t at_most(float value, int32_t limit)
{
    return value < (float)limit ? (int32_t)value : limit;
}

static wick_taps nearest_taps(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const float shift = p->filter == WICK_FILTER_NEAREST_EXACT ? 0.5f : 0;
    return wick_taps_single(
        at_most(((float)i + shift) * p->scale[axis], p->in.sizes[2 + axis] - 1));
}

static float source_position(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    return p->align_corners ? p->scale[axis] * (float)i : p->scale[axis] * ((float)i + 0.5f) - 0.5f;
}

static wick_taps linear_taps(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const float x = source_position(p, axis, i);
    const float inside = x > 0 ? x : 0;
    const int32_t first = at_most(inside, last);
    float t = inside - (float)first;
    t = t < 1 ? t : 1;
    return (wick_taps){2, {first, first < last ? first + 1 : last}, {1 - t, t}};
}

static float cubic_far(float x, float a)
{
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

static float cubic_near(float x, float a)
{
    return ((a + 2) * x - (a + 3)) * x * x + 1;
}

static void wick_taps_cubic_weights(float t, float weight[WICK_TAPS_MAX])
{
    const float a = -0.75f;
    weight[0] = cubic_far(t + 1, a);
    weight[1] = cubic_near(t, a);
    weight[2] = cubic_near(1 - t, a);
    weight[3] = cubic_far(2 - t, a);
}

static wick_taps cubic_taps_kernels_resample_resample(const wick_resample_params *p, uint32_t axis,
                                                      int32_t i)
{
    const int32_t last = p->in.sizes[2 + axis] - 1;
    const float x = source_position(p, axis, i);
    const float below = wick_floor_f32(x);
    wick_taps taps = {.count = 4};
    wick_taps_cubic_weights(x - below, taps.weight);
    for (int32_t k = 0; k < 4; k++) {
        const float at = below + (float)(k - 1);
        taps.at[k] = at > 0 ? at_most(at, last) : 0;
    }
    return taps;
}

static wick_taps taps_of_kernels_resample_resample(const wick_resample_params *p, uint32_t axis,
                                                   int32_t i)
{
    if (p->in.sizes[2 + axis] == 1 && p->out.sizes[2 + axis] == 1) {
        return wick_taps_single(0);
    }
    switch ((wick_filter)p->filter) {
    case WICK_FILTER_NEAREST:
    case WICK_FILTER_NEAREST_EXACT:
        return nearest_taps(p, axis, i);
    case WICK_FILTER_LINEAR:
        return linear_taps(p, axis, i);
    case WICK_FILTER_CUBIC:
    case WICK_FILTER_LINEAR_AA:
    case WICK_FILTER_CUBIC_AA:
        break;
    }
    return cubic_taps_kernels_resample_resample(p, axis, i);
}

static void visit_channels(const wick_resample_params *p, const void *input, void *out,
                           const wick_taps axes[3], const wick_space_position *at,
                           visit_kernels_resample_resample *each)
{
    const ptrdiff_t place = wick_space_offset(&p->out, at);
    for (int32_t n = 0; n < p->out.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
            each(p, input, out, axes, wick_space_plane(&p->in, n, c),
                 wick_space_plane(&p->out, n, c) + place);
        }
    }
}

static void visit_all_kernels_resample_resample(const wick_resample_params *p, const void *input,
                                                void *out, visit_kernels_resample_resample *each)
{
    wick_space places = p->out;
    places.sizes[WICK_SPACE_BATCH] = places.sizes[WICK_SPACE_CHANNELS] = 1;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const wick_taps axes[3] = {taps_of_kernels_resample_resample(p, 0, at.at[2]),
                                   taps_of_kernels_resample_resample(p, 1, at.at[3]),
                                   taps_of_kernels_resample_resample(p, 2, at.at[4])};
        visit_channels(p, input, out, axes, &at, each);
    } while (wick_space_next(&places, &at));
}

static void copy_element(const wick_resample_params *p, const void *input, void *out,
                         const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to)
{
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    for (uint32_t axis = 0; axis < 3; axis++) {
        from += (ptrdiff_t)axes[axis].at[0] * p->in.strides[2 + axis];
    }
    memcpy((uint8_t *)out + to * (ptrdiff_t)bytes, wick_element_at(input, from, p->dtype), bytes);
}

static void wick_resample_nearest(const wick_resample_params *params, const void *input, void *out)
{
    visit_all_kernels_resample_resample(params, input, out, copy_element);
}

enum { SELF_ops_resample, SIZE_ops_resample, ALIGN_ops_resample };
static void *out_data(const wick_call *call)
{
    return wick_call_tensor(call, call->arg_count - 1)->data;
}

static wick_status wick_resample_nearest_run(const wick_call *call, const void *block)
{
    wick_resample_nearest(block, wick_call_tensor(call, SELF_ops_resample)->data, out_data(call));
    return WICK_OK;
}

static float row_sum_kernels_resample_taps(const wick_space *in, const void *data, ptrdiff_t row,
                                           uint32_t dtype, const wick_taps *columns)
{
    float sum = 0;
    for (int32_t i = 0; i < columns->count; i++) {
        if (columns->at[i] >= 0) {
            const ptrdiff_t at = row + (ptrdiff_t)columns->at[i] * in->strides[WICK_SPACE_WIDTH];
            sum += wick_element_load(data, at, dtype) * columns->weight[i];
        }
    }
    return sum;
}

static float wick_taps_sum(const wick_space *in, const void *data, ptrdiff_t plane, uint32_t dtype,
                           const wick_taps axes[3])
{
    float total = 0;
    for (int32_t z = 0; z < axes[0].count; z++) {
        float sum = 0;
        for (int32_t y = 0; axes[0].at[z] >= 0 && y < axes[1].count; y++) {
            if (axes[1].at[y] >= 0) {
                const ptrdiff_t row = plane +
                                      (ptrdiff_t)axes[0].at[z] * in->strides[WICK_SPACE_DEPTH] +
                                      (ptrdiff_t)axes[1].at[y] * in->strides[WICK_SPACE_HEIGHT];
                sum += row_sum_kernels_resample_taps(in, data, row, dtype, &axes[2]) *
                       axes[1].weight[y];
            }
        }
        total += sum * axes[0].weight[z];
    }
    return total;
}

static void sum_element(const wick_resample_params *p, const void *input, void *out,
                        const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to)
{
    wick_element_store(out, to, p->dtype, wick_taps_sum(&p->in, input, from, p->dtype, axes));
}

static void wick_resample_smooth(const wick_resample_params *params, const void *input, void *out)
{
    visit_all_kernels_resample_resample(params, input, out, sum_element);
}

static wick_status wick_resample_smooth_run(const wick_call *call, const void *block)
{
    wick_resample_smooth(block, wick_call_tensor(call, SELF_ops_resample)->data, out_data(call));
    return WICK_OK;
}

enum { KEPT = 12 };
typedef struct span {
    int32_t first, count;
    float center, inverse;
    float total;
    float kept[KEPT];
} span;
static int32_t clamped_kernels_resample_antialias(float x, int32_t size)
{
    if (!(x > 0)) {
        return 0;
    }
    return x < (float)size ? (int32_t)x : size;
}

static float linear_filter(float x)
{
    const float distance = x < 0 ? -x : x;
    return distance < 1 ? 1 - distance : 0;
}

static float cubic_filter(float x)
{
    const float a = -0.5f;
    const float d = x < 0 ? -x : x;
    if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

static float raw_weight(const wick_resample_params *p, const span *s, int32_t i)
{
    const float x = ((float)(i + s->first) - s->center + 0.5f) * s->inverse;
    return p->filter == WICK_FILTER_LINEAR_AA ? linear_filter(x) : cubic_filter(x);
}

static span span_of(const wick_resample_params *p, uint32_t axis, int32_t i)
{
    const float scale = p->scale[axis];
    const float half = p->filter == WICK_FILTER_LINEAR_AA ? 1 : 2;
    const float support = scale >= 1 ? half * scale : half;
    const int32_t size = p->in.sizes[2 + axis];
    if (size == p->out.sizes[2 + axis]) {
        return (span){.first = i, .count = 1, .total = 1, .kept = {1}};
    }
    span s = {.center = scale * ((float)i + 0.5f), .inverse = scale >= 1 ? 1 / scale : 1};
    s.first = clamped_kernels_resample_antialias(s.center - support + 0.5f, size);
    s.count = clamped_kernels_resample_antialias(s.center + support + 0.5f, size) - s.first;
    for (int32_t k = 0; k < s.count; k++) {
        s.total += raw_weight(p, &s, k);
    }
    s.total = s.total != 0 ? s.total : 1;
    for (int32_t k = 0; k < s.count && k < KEPT; k++) {
        s.kept[k] = raw_weight(p, &s, k) / s.total;
    }
    return s;
}

static float weight(const wick_resample_params *p, const span *s, int32_t k)
{
    return k < KEPT ? s->kept[k] : raw_weight(p, s, k) / s->total;
}

static float sum_span(const wick_resample_params *p, const void *input, ptrdiff_t plane,
                      const span *rows, const span *columns)
{
    float total = 0;
    for (int32_t y = 0; y < rows->count; y++) {
        ptrdiff_t at = plane + (ptrdiff_t)(rows->first + y) * p->in.strides[WICK_SPACE_HEIGHT] +
                       (ptrdiff_t)columns->first * p->in.strides[WICK_SPACE_WIDTH];
        float sum = 0;
        for (int32_t x = 0; x < columns->count; x++) {
            sum += wick_element_load(input, at, p->dtype) * weight(p, columns, x);
            at += p->in.strides[WICK_SPACE_WIDTH];
        }
        total += sum * weight(p, rows, y);
    }
    return total;
}

static void resample_place(const wick_resample_params *p, const void *input, void *out,
                           ptrdiff_t place, const span *rows, const span *columns)
{
    for (int32_t n = 0; n < p->out.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
            const float sum = sum_span(p, input, wick_space_plane(&p->in, n, c), rows, columns);
            wick_element_store(out, wick_space_plane(&p->out, n, c) + place, p->dtype, sum);
        }
    }
}

static void wick_resample_antialiased(const wick_resample_params *params, const void *input,
                                      void *out)
{
    const wick_space *const to = &params->out;
    for (int32_t y = 0; y < to->sizes[WICK_SPACE_HEIGHT]; y++) {
        const span rows = span_of(params, 1, y);
        for (int32_t x = 0; x < to->sizes[WICK_SPACE_WIDTH]; x++) {
            const span columns = span_of(params, 2, x);
            const ptrdiff_t place = (ptrdiff_t)y * to->strides[WICK_SPACE_HEIGHT] +
                                    (ptrdiff_t)x * to->strides[WICK_SPACE_WIDTH];
            resample_place(params, input, out, place, &rows, &columns);
        }
    }
}

static wick_status wick_resample_antialiased_run(const wick_call *call, const void *block)
{
    wick_resample_antialiased(block, wick_call_tensor(call, SELF_ops_resample)->data,
                              out_data(call));
    return WICK_OK;
}

typedef struct wick_grid_params {
    wick_space in, out;
    int32_t grid_strides[5];
    uint8_t axes;
    uint8_t mode, padding;
    uint8_t align_corners;
    uint8_t dtype;
} wick_grid_params;
typedef wick_grid_params wick_grid_block;
static ptrdiff_t grid_element(const wick_grid_params *p, const int32_t at[5])
{
    return (ptrdiff_t)at[0] * p->grid_strides[0] + (ptrdiff_t)at[2] * p->grid_strides[1] +
           (ptrdiff_t)at[3] * p->grid_strides[2] + (ptrdiff_t)at[4] * p->grid_strides[3];
}

static float unnormalized(const wick_grid_params *p, float x, int32_t size)
{
    return p->align_corners ? (x + 1) / 2 * (float)(size - 1) : ((x + 1) * (float)size - 1) / 2;
}

typedef enum wick_grid_mode {
    WICK_GRID_LINEAR,
    WICK_GRID_NEAREST,
    WICK_GRID_CUBIC,
} wick_grid_mode;
static int32_t position_kernels_resample_grid(float x, int32_t size)
{
    return x >= 0 && x < (float)size ? (int32_t)x : -1;
}

typedef enum wick_grid_padding {
    WICK_GRID_ZEROS,
    WICK_GRID_BORDER,
    WICK_GRID_REFLECTION,
} wick_grid_padding;
static float clipped(float x, int32_t size)
{
    const float above = x < 0 ? 0 : x;
    const float last = (float)(size - 1);
    return above < last ? above : last;
}

static float reflected(float x, int32_t low, int32_t high)
{
    if (low == high) {
        return 0;
    }
    const float minimum = (float)low / 2;
    const float span = (float)(high - low) / 2;
    const float distance = x < minimum ? minimum - x : x - minimum;
    const float extra = wick_fmod_f32(distance, span);
    const float flips = wick_floor_f32(distance / span);
    return wick_fmod_f32(flips, 2) == 0 ? extra + minimum : span - extra + minimum;
}

static float padded(const wick_grid_params *p, float x, int32_t size)
{
    switch ((wick_grid_padding)p->padding) {
    case WICK_GRID_ZEROS:
        break;
    case WICK_GRID_BORDER:
        return clipped(x, size);
    case WICK_GRID_REFLECTION:
        return clipped(p->align_corners ? reflected(x, 0, 2 * (size - 1))
                                        : reflected(x, -1, 2 * size - 1),
                       size);
    }
    return x;
}

static wick_taps cubic_taps_kernels_resample_grid(const wick_grid_params *p, float x, int32_t size)
{
    const float below = wick_floor_f32(x);
    wick_taps taps = {.count = 4};
    wick_taps_cubic_weights(x - below, taps.weight);
    for (int32_t k = 0; k < 4; k++) {
        taps.at[k] = position_kernels_resample_grid(
            wick_trunc_f32(padded(p, below + (float)(k - 1), size)), size);
    }
    return taps;
}

static wick_taps taps_of_kernels_resample_grid(const wick_grid_params *p, float coordinate,
                                               uint32_t axis)
{
    const int32_t size = p->in.sizes[2 + axis];
    const float raw = unnormalized(p, coordinate, size);
    if (p->mode == WICK_GRID_CUBIC) {
        return cubic_taps_kernels_resample_grid(p, raw, size);
    }
    const float x = padded(p, raw, size);
    if (p->mode == WICK_GRID_NEAREST) {
        return wick_taps_single(position_kernels_resample_grid(wick_rint_f32(x), size));
    }
    const float below = wick_floor_f32(x);
    return (wick_taps){2,
                       {position_kernels_resample_grid(below, size),
                        position_kernels_resample_grid(below + 1, size)},
                       {below + 1 - x, x - below}};
}

static void sample_channels(const wick_grid_params *p, const void *input, void *out,
                            const wick_space_position *at, const wick_taps axes[3])
{
    wick_space_position place = *at;
    for (int32_t c = 0; c < p->out.sizes[WICK_SPACE_CHANNELS]; c++) {
        place.at[WICK_SPACE_CHANNELS] = c;
        const ptrdiff_t plane = wick_space_plane(&p->in, at->at[0], c);
        wick_element_store(out, wick_space_offset(&p->out, &place), p->dtype,
                           wick_taps_sum(&p->in, input, plane, p->dtype, axes));
    }
}

static void wick_grid_sample(const wick_grid_params *params, const void *input, const void *grid,
                             void *out)
{
    const wick_grid_params *const p = params;
    wick_space places = p->out;
    places.sizes[WICK_SPACE_CHANNELS] = 1;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        wick_taps axes[3] = {wick_taps_single(0)};
        ptrdiff_t element = grid_element(p, at.at);
        for (uint32_t axis = 3; axis-- > 3u - p->axes;) {
            axes[axis] =
                taps_of_kernels_resample_grid(p, wick_element_load(grid, element, p->dtype), axis);
            element += p->grid_strides[4];
        }
        sample_channels(p, input, out, &at, axes);
    } while (wick_space_next(&places, &at));
}

enum { INPUT_ops_grid, GRID, MODE, PADDING_ops_grid, ALIGN_ops_grid, OUT_ops_grid };
static wick_status wick_grid_sampler_run(const wick_call *call, const void *block)
{
    wick_grid_sample(block, wick_call_tensor(call, INPUT_ops_grid)->data,
                     wick_call_tensor(call, GRID)->data,
                     wick_call_tensor(call, OUT_ops_grid)->data);
    return WICK_OK;
}

static float base_coordinate(const wick_grid_params *p, uint32_t axis, int32_t i)
{
    const int32_t size = p->in.sizes[2 + axis];
    if (size <= 1) {
        return 0;
    }
    const float step = 2 / (float)(size - 1);
    const float x = i < size / 2 ? -1 + step * (float)i : 1 - step * (float)(size - 1 - i);
    return p->align_corners ? x : x * (float)(size - 1) / (float)size;
}

static float affine_coordinate(const wick_grid_params *p, const void *theta, const int32_t at[5],
                               int32_t row)
{
    ptrdiff_t element = ((ptrdiff_t)at[0] * p->axes + row) * (p->axes + 1);
    float sum = 0;
    for (uint32_t axis = 3; axis-- > 3u - p->axes;) {
        sum += wick_element_real(theta, element, p->dtype) * base_coordinate(p, axis, at[2 + axis]);
        element++;
    }
    return sum + wick_element_real(theta, element, p->dtype);
}

static void wick_grid_affine(const wick_grid_params *params, const void *theta, void *out)
{
    const wick_grid_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->in)) {
        return;
    }
    do {
        ptrdiff_t element = grid_element(p, at.at);
        for (int32_t row = 0; row < p->axes; row++) {
            wick_element_store_real(out, element, p->dtype,
                                    affine_coordinate(p, theta, at.at, row));
            element += p->grid_strides[4];
        }
    } while (wick_space_next(&p->in, &at));
}

enum { THETA, SIZE_ops_grid, AFFINE_ALIGN, AFFINE_OUT };
static wick_status wick_affine_grid_run(const wick_call *call, const void *block)
{
    wick_grid_affine(block, wick_call_tensor(call, THETA)->data,
                     wick_call_tensor(call, AFFINE_OUT)->data);
    return WICK_OK;
}

typedef struct wick_columns_params {
    wick_space image;
    int32_t strides[3];
    int32_t kernel[2], stride[2], padding[2], dilation[2];
    int32_t windows[2];
    uint8_t dtype;
} wick_columns_params;
typedef wick_columns_params wick_columns_block;
static int32_t position_kernels_conv_columns(const wick_columns_params *p, uint32_t axis,
                                             int32_t window, int32_t k)
{
    const int32_t at = window * p->stride[axis] - p->padding[axis] + k * p->dilation[axis];
    return at >= 0 && at < p->image.sizes[WICK_SPACE_HEIGHT + axis] ? at : -1;
}

static ptrdiff_t column_element(const wick_columns_params *p, const int32_t channel[2],
                                const int32_t k[2], const int32_t window[2])
{
    const ptrdiff_t row = ((ptrdiff_t)channel[1] * p->kernel[0] + k[0]) * p->kernel[1] + k[1];
    return (ptrdiff_t)channel[0] * p->strides[0] + row * p->strides[1] +
           ((ptrdiff_t)window[0] * p->windows[1] + window[1]) * p->strides[2];
}

static void copy_window_row(const wick_columns_params *p, const int32_t channel[2],
                            const int32_t k[2], int32_t y, const void *image, void *columns)
{
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    const int32_t row = position_kernels_conv_columns(p, 0, y, k[0]);
    for (int32_t x = 0; x < p->windows[1]; x++) {
        const int32_t window[2] = {y, x};
        const int32_t column = position_kernels_conv_columns(p, 1, x, k[1]);
        uint8_t *const to =
            (uint8_t *)columns + column_element(p, channel, k, window) * (ptrdiff_t)bytes;
        if (row < 0 || column < 0) {
            memset(to, 0, bytes);
            continue;
        }
        const ptrdiff_t from = wick_space_plane(&p->image, channel[0], channel[1]) +
                               (ptrdiff_t)row * p->image.strides[WICK_SPACE_HEIGHT] +
                               (ptrdiff_t)column * p->image.strides[WICK_SPACE_WIDTH];
        memcpy(to, wick_element_at(image, from, p->dtype), bytes);
    }
}

static void wick_columns_of_image(const wick_columns_params *params, const void *image,
                                  void *columns)
{
    const wick_columns_params *const p = params;
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    for (int32_t n = 0; n < p->image.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t row = 0; row < p->image.sizes[WICK_SPACE_CHANNELS] * kernel; row++) {
            const int32_t channel[2] = {n, row / kernel};
            const int32_t k[2] = {row % kernel / p->kernel[1], row % p->kernel[1]};
            for (int32_t y = 0; y < p->windows[0]; y++) {
                copy_window_row(p, channel, k, y, image, columns);
            }
        }
    }
}

enum { SELF_ops_columns, TO_KERNEL, TO_OUT = 5 };
static wick_status wick_im2col_run(const wick_call *call, const void *block)
{
    wick_columns_of_image(block, wick_call_tensor(call, SELF_ops_columns)->data,
                          wick_call_tensor(call, TO_OUT)->data);
    return WICK_OK;
}

typedef struct sum_kernels_conv_columns {
    float real;
    uint64_t integer;
} sum_kernels_conv_columns;
static int32_t window_at(const wick_columns_params *p, uint32_t axis, int32_t at, int32_t k)
{
    const int32_t first = at + p->padding[axis] - k * p->dilation[axis];
    if (first < 0 || first % p->stride[axis] != 0) {
        return -1;
    }
    const int32_t window = first / p->stride[axis];
    return window < p->windows[axis] ? window : -1;
}

static void add(const wick_columns_params *p, const void *columns, ptrdiff_t from,
                sum_kernels_conv_columns *total)
{
    if (wick_element_is_real(p->dtype)) {
        total->real += wick_element_real(columns, from, p->dtype);
    } else {
        total->integer += (uint64_t)wick_element_integer(columns, from, p->dtype);
    }
}

static sum_kernels_conv_columns
sum_of_kernels_conv_columns(const wick_columns_params *p, const void *columns, const int32_t at[5])
{
    sum_kernels_conv_columns total = {0, 0};
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    for (int32_t i = 0; i < kernel; i++) {
        const int32_t k[2] = {i / p->kernel[1], i % p->kernel[1]};
        const int32_t window[2] = {window_at(p, 0, at[WICK_SPACE_HEIGHT], k[0]),
                                   window_at(p, 1, at[WICK_SPACE_WIDTH], k[1])};
        if (window[0] >= 0 && window[1] >= 0) {
            add(p, columns, column_element(p, at, k, window), &total);
        }
    }
    return total;
}

static void wick_columns_to_image(const wick_columns_params *params, const void *columns,
                                  void *image)
{
    const wick_columns_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->image)) {
        return;
    }
    do {
        const sum_kernels_conv_columns total = sum_of_kernels_conv_columns(p, columns, at.at);
        const ptrdiff_t to = wick_space_offset(&p->image, &at);
        if (wick_element_is_real(p->dtype)) {
            wick_element_store_real(image, to, p->dtype, total.real);
        } else {
            wick_element_store_integer(image, to, p->dtype, (int64_t)total.integer);
        }
    } while (wick_space_next(&p->image, &at));
}

enum { FROM_SIZE = 1, FROM_KERNEL, FROM_OUT = 6 };
static wick_status wick_col2im_run(const wick_call *call, const void *block)
{
    wick_columns_to_image(block, wick_call_tensor(call, SELF_ops_columns)->data,
                          wick_call_tensor(call, FROM_OUT)->data);
    return WICK_OK;
}

typedef struct wick_fft_block {
    float scale;
    int32_t length;
    uint8_t count;
    uint8_t is_inverse;
    uint8_t is_onesided;
    uint8_t dims[16];
} wick_fft_block;
enum { SELF_ops_fft, DIM_ops_fft, NORMALIZATION, ONESIDED, OUT_ops_fft };
typedef struct wick_fft_line {
    int32_t n;
    bool is_inverse;
    float scale;
    ptrdiff_t from_step, to_step;
} wick_fft_line;
typedef void transform_ops_fft(const wick_fft_line *line, const float *from, float *to);
typedef struct pass {
    const wick_tensor *from, *to;
    uint32_t from_floats, to_floats;
    wick_fft_line line;
    transform_ops_fft *run;
} pass;
typedef struct place_kernels_fft_fft {
    ptrdiff_t step, im;
} place_kernels_fft_fft;
static place_kernels_fft_fft complex_place(ptrdiff_t step)
{
    return (place_kernels_fft_fft){2 * step, 1};
}

typedef enum kind {
    COMPLEX,
    REAL,
    HALF,
    MIRROR,
} kind;
typedef struct source_kernels_fft_fft {
    kind kind;
    const float *data;
    place_kernels_fft_fft at;
    float scale;
    int32_t n;
    bool is_inverse;
} source_kernels_fft_fft;
enum { LARGEST_FACTOR = 13, FACTORS_MAX = 31 };
typedef struct factors {
    int32_t count;
    int32_t rest;
    uint8_t factor[FACTORS_MAX];
} factors;
typedef struct wick_complex {
    float re, im;
} wick_complex;
static void put_kernels_fft_fft(float *line, place_kernels_fft_fft p, int32_t j, wick_complex value)
{
    float *const at = line + j * p.step;
    at[0] = value.re;
    at[p.im] = value.im;
}

static wick_complex first_octant(float x)
{
    const float s = x * x;
    const float sine =
        x +
        x * s * (-1.6666667e-1f + s * (8.3333333e-3f + s * (-1.9841270e-4f + s * 2.7557319e-6f)));
    const float cosine =
        1 + s * (-0.5f + s * (4.1666667e-2f + s * (-1.3888889e-3f + s * 2.4801587e-5f)));
    return (wick_complex){cosine, sine};
}

static wick_complex wick_fft_root(int32_t k, int32_t n)
{
    const int64_t eighths = (int64_t)k * 8;
    const int32_t octant = (int32_t)(eighths / n);
    const int32_t rest = (int32_t)(eighths % n);
    const float quarter_pi = 0.78539816f;
    const int32_t place_kernels_fft_fft = (octant & 1) != 0 ? n - rest : rest;
    const wick_complex c = first_octant(quarter_pi * ((float)place_kernels_fft_fft / (float)n));
    const bool is_swapped = ((octant + 1) & 2) != 0;
    wick_complex root = {is_swapped ? c.im : c.re, is_swapped ? c.re : c.im};
    root.re = octant >= 2 && octant <= 5 ? -root.re : root.re;
    root.im = octant >= 4 ? -root.im : root.im;
    return root;
}

static wick_complex conjugate(wick_complex a)
{
    return (wick_complex){a.re, -a.im};
}

static wick_complex root_of(int32_t k, int32_t n, bool is_inverse)
{
    const wick_complex root = wick_fft_root(k, n);
    return is_inverse ? root : conjugate(root);
}

static wick_complex sum_kernels_fft_fft(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re + b.re, a.im + b.im};
}

static wick_complex product_kernels_fft_fft(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static wick_complex get(const float *line, place_kernels_fft_fft p, int32_t j)
{
    const float *const at = line + j * p.step;
    return (wick_complex){at[0], at[p.im]};
}

static wick_complex half_element(const source_kernels_fft_fft *s, int32_t j)
{
    wick_complex value = get(s->data, s->at, j);
    if (j == 0 || 2 * j == s->n) {
        value.im = 0;
    }
    return value;
}

static wick_complex difference(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re - b.re, a.im - b.im};
}

static wick_complex scaled(wick_complex a, float factor)
{
    return (wick_complex){a.re * factor, a.im * factor};
}

static __attribute__((noinline)) wick_complex load_kernels_fft_fft(const source_kernels_fft_fft *s,
                                                                   int32_t j)
{
    wick_complex value = {0, 0};
    switch (s->kind) {
    case COMPLEX:
        value = get(s->data, s->at, j);
        break;
    case REAL:
        value.re = s->data[j * s->at.step];
        break;
    case HALF: {
        const wick_complex a = half_element(s, j);
        const wick_complex b = conjugate(half_element(s, s->n / 2 - j));
        const wick_complex odd =
            product_kernels_fft_fft(difference(a, b), root_of(j, s->n, s->is_inverse));
        value = sum_kernels_fft_fft(sum_kernels_fft_fft(a, b), (wick_complex){-odd.im, odd.re});
        break;
    }
    case MIRROR:
        value = j <= s->n / 2 ? half_element(s, j) : conjugate(half_element(s, s->n - j));
        break;
    }
    return scaled(value, s->scale);
}

static __attribute__((noinline)) wick_complex
direct(const source_kernels_fft_fft *s, const factors *f, int32_t n, int32_t first, int32_t k)
{
    const int32_t step = n / f->rest;
    wick_complex total = {0, 0};
    for (int32_t j = 0; j < f->rest; j++) {
        const int32_t turn = (int32_t)((int64_t)j * k % f->rest);
        const wick_complex w = root_of(turn, f->rest, s->is_inverse);
        total = sum_kernels_fft_fft(
            total, product_kernels_fft_fft(load_kernels_fft_fft(s, first + j * step), w));
    }
    return total;
}

static __attribute__((noinline)) void r2c_directly(const source_kernels_fft_fft *s, float *to,
                                                   place_kernels_fft_fft at)
{
    const factors whole = {.rest = s->n};
    for (int32_t k = 0; k <= s->n / 2; k++) {
        put_kernels_fft_fft(to, at, k, direct(s, &whole, s->n, 0, k));
    }
}

static factors factors_of(int32_t n)
{
    static const uint8_t primes[] = {2, 3, 5, 7, 11, LARGEST_FACTOR};
    factors f = {.rest = n};
    for (uint32_t i = 0; i < sizeof primes; i++) {
        while (f.rest % primes[i] == 0) {
            f.factor[f.count++] = primes[i];
            f.rest /= primes[i];
        }
    }
    return f;
}

static int32_t reversed(const factors *f, int32_t n, int32_t q)
{
    int32_t span = n / f->rest;
    int32_t step = 1;
    int32_t element = 0;
    for (int32_t s = f->count; s-- > 0;) {
        span /= f->factor[s];
        element += q / span * step;
        q %= span;
        step *= f->factor[s];
    }
    return element;
}

static __attribute__((noinline)) void permute_line(const source_kernels_fft_fft *s,
                                                   const factors *f, int32_t n, float *line,
                                                   place_kernels_fft_fft at)
{
    for (int32_t q = 0; q < n; q++) {
        int32_t other = reversed(f, n, q);
        while (other > q) {
            other = reversed(f, n, other);
        }
        if (other < q) {
            continue;
        }
        const wick_complex first = load_kernels_fft_fft(s, q);
        int32_t to = q;
        for (int32_t from = reversed(f, n, q); from != q; from = reversed(f, n, from)) {
            put_kernels_fft_fft(line, at, to, load_kernels_fft_fft(s, from));
            to = from;
        }
        put_kernels_fft_fft(line, at, to, first);
    }
}

static __attribute__((noinline)) void load_line(const source_kernels_fft_fft *s, const factors *f,
                                                int32_t n, float *to, place_kernels_fft_fft at)
{
    const int32_t blocks = n / f->rest;
    for (int32_t q = 0; q < blocks; q++) {
        const int32_t first = reversed(f, n, q);
        for (int32_t k = 0; k < f->rest; k++) {
            const wick_complex value =
                f->rest == 1 ? load_kernels_fft_fft(s, first) : direct(s, f, n, first, k);
            put_kernels_fft_fft(to, at, q * f->rest + k, value);
        }
    }
}

typedef struct stage {
    int32_t n, size, factor;
    bool is_inverse;
} stage;
static void butterfly_of_two(const stage *s, float *line, place_kernels_fft_fft at, int32_t first,
                             wick_complex w)
{
    const wick_complex a = get(line, at, first);
    const wick_complex b = product_kernels_fft_fft(get(line, at, first + s->size), w);
    put_kernels_fft_fft(line, at, first, sum_kernels_fft_fft(a, b));
    put_kernels_fft_fft(line, at, first + s->size, difference(a, b));
}

static __attribute__((noinline)) void butterfly(const stage *s, float *line,
                                                place_kernels_fft_fft at, int32_t first,
                                                const wick_complex *twiddles,
                                                const wick_complex *roots)
{
    wick_complex terms[LARGEST_FACTOR];
    for (int32_t i = 0; i < s->factor; i++) {
        terms[i] = product_kernels_fft_fft(get(line, at, first + i * s->size), twiddles[i]);
    }
    for (int32_t k = 0; k < s->factor; k++) {
        wick_complex total = terms[0];
        int32_t turn = 0;
        for (int32_t i = 1; i < s->factor; i++) {
            turn += k;
            turn -= turn >= s->factor ? s->factor : 0;
            total = sum_kernels_fft_fft(total, product_kernels_fft_fft(terms[i], roots[turn]));
        }
        put_kernels_fft_fft(line, at, first + k * s->size, total);
    }
}

static __attribute__((noinline)) void run_stage(const stage *s, float *line,
                                                place_kernels_fft_fft at)
{
    const int32_t block = s->size * s->factor;
    wick_complex twiddles[LARGEST_FACTOR] = {{1, 0}};
    wick_complex roots[LARGEST_FACTOR];
    for (int32_t i = 0; i < s->factor; i++) {
        roots[i] = root_of(i, s->factor, s->is_inverse);
    }
    for (int32_t j = 0; j < s->size; j++) {
        for (int32_t i = 1; i < s->factor; i++) {
            twiddles[i] = root_of((int32_t)((int64_t)i * j % block), block, s->is_inverse);
        }
        for (int32_t first = j; first < s->n; first += block) {
            if (s->factor == 2) {
                butterfly_of_two(s, line, at, first, twiddles[1]);
            } else {
                butterfly(s, line, at, first, twiddles, roots);
            }
        }
    }
}

static __attribute__((noinline)) void transform_kernels_fft_fft(const source_kernels_fft_fft *s,
                                                                int32_t n, float *to,
                                                                place_kernels_fft_fft at)
{
    const factors f = factors_of(n);
    if (s->data == to) {
        permute_line(s, &f, n, to, at);
    } else {
        load_line(s, &f, n, to, at);
    }
    int32_t size = f.rest;
    for (int32_t i = 0; i < f.count; i++) {
        const stage next = {n, size, f.factor[i], s->is_inverse};
        run_stage(&next, to, at);
        size *= f.factor[i];
    }
}

static __attribute__((noinline)) void unpack(const wick_fft_line *line, float *to,
                                             place_kernels_fft_fft at)
{
    const int32_t half = line->n / 2;
    const wick_complex first = get(to, at, 0);
    put_kernels_fft_fft(to, at, 0, (wick_complex){first.re + first.im, 0});
    put_kernels_fft_fft(to, at, half, (wick_complex){first.re - first.im, 0});
    for (int32_t k = 1; k <= half - k; k++) {
        const wick_complex a = get(to, at, k);
        const wick_complex b = conjugate(get(to, at, half - k));
        const wick_complex even = scaled(sum_kernels_fft_fft(a, b), 0.5f);
        const wick_complex turned =
            product_kernels_fft_fft(difference(a, b), root_of(k, line->n, line->is_inverse));
        const wick_complex odd = {0.5f * turned.im, -0.5f * turned.re};
        put_kernels_fft_fft(to, at, k, sum_kernels_fft_fft(even, odd));
        put_kernels_fft_fft(to, at, half - k, conjugate(difference(even, odd)));
    }
}

static void wick_fft_r2c(const wick_fft_line *line, const float *from, float *to)
{
    const place_kernels_fft_fft at = complex_place(line->to_step);
    source_kernels_fft_fft s = {REAL,        from,    {line->from_step, 0},
                                line->scale, line->n, line->is_inverse};
    if (line->n % 2 != 0) {
        r2c_directly(&s, to, at);
        return;
    }
    s.kind = COMPLEX;
    s.at = (place_kernels_fft_fft){2 * line->from_step, line->from_step};
    transform_kernels_fft_fft(&s, line->n / 2, to, at);
    unpack(line, to, at);
}

static void wick_fft_mirror(int32_t n, ptrdiff_t step, float *line)
{
    const place_kernels_fft_fft at = complex_place(step);
    for (int32_t k = n / 2 + 1; k < n; k++) {
        put_kernels_fft_fft(line, at, k, conjugate(get(line, at, n - k)));
    }
}

static void r2c_whole(const wick_fft_line *line, const float *from, float *to)
{
    wick_fft_r2c(line, from, to);
    wick_fft_mirror(line->n, line->to_step, to);
}

static bool has_lines(const wick_tensor *tensor, uint32_t dim)
{
    for (uint32_t d = 0; d < tensor->rank; d++) {
        if (d != dim && tensor->sizes[d] == 0) {
            return false;
        }
    }
    return true;
}

static void run_pass(const pass *given, uint32_t dim)
{
    pass p = *given;
    int32_t from_strides[16], to_strides[16];
    wick_nest_dim nest[16];
    wick_nest_position at = {0};
    if (!has_lines(p.to, dim)) {
        return;
    }
    wick_tensor_strides(p.from, from_strides);
    wick_tensor_strides(p.to, to_strides);
    const uint32_t loops = wick_strides_nest(p.from, from_strides, to_strides, ~(1u << dim), nest);
    p.line.from_step = from_strides[dim];
    p.line.to_step = to_strides[dim];
    do {
        p.run(&p.line, (const float *)p.from->data + at.in * (ptrdiff_t)p.from_floats,
              (float *)p.to->data + at.out * (ptrdiff_t)p.to_floats);
    } while (wick_nest_next(&at, nest, loops));
}

static void wick_fft_c2c(const wick_fft_line *line, const float *from, float *to)
{
    const source_kernels_fft_fft s = {COMPLEX,     from,    complex_place(line->from_step),
                                      line->scale, line->n, line->is_inverse};
    transform_kernels_fft_fft(&s, line->n, to, complex_place(line->to_step));
}

static void run_in_place(const wick_call *call, const wick_fft_block *b, uint32_t first)
{
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_fft);
    for (uint32_t i = first; i < b->count; i++) {
        const pass p = {
            out, out, 2, 2, {out->sizes[b->dims[i]], b->is_inverse != 0, 1, 0, 0}, wick_fft_c2c};
        run_pass(&p, b->dims[i]);
    }
}

static wick_status wick_fft_r2c_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_fft);
    const pass p = {self,
                    wick_call_tensor(call, OUT_ops_fft),
                    1,
                    2,
                    {self->sizes[b->dims[0]], false, b->scale, 0, 0},
                    b->is_onesided ? wick_fft_r2c : r2c_whole};
    run_pass(&p, b->dims[0]);
    run_in_place(call, b, 1);
    return WICK_OK;
}

static wick_status wick_fft_c2c_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_fft);
    const pass p = {self,
                    wick_call_tensor(call, OUT_ops_fft),
                    2,
                    2,
                    {self->sizes[b->dims[0]], b->is_inverse != 0, b->scale, 0, 0},
                    wick_fft_c2c};
    run_pass(&p, b->dims[0]);
    run_in_place(call, b, 1);
    return WICK_OK;
}

static void wick_fft_c2r(const wick_fft_line *line, const float *from, float *to)
{
    source_kernels_fft_fft s = {HALF,        from,    complex_place(line->from_step),
                                line->scale, line->n, line->is_inverse};
    if (line->n % 2 == 0) {
        transform_kernels_fft_fft(&s, line->n / 2, to,
                                  (place_kernels_fft_fft){2 * line->to_step, line->to_step});
        return;
    }
    const factors whole = {.rest = line->n};
    s.kind = MIRROR;
    for (int32_t k = 0; k < line->n; k++) {
        to[k * line->to_step] = direct(&s, &whole, line->n, 0, k).re;
    }
}

static wick_status wick_fft_c2r_run(const wick_call *call, const void *block)
{
    const wick_fft_block *const b = block;
    const pass p = {wick_call_tensor(call, SELF_ops_fft),
                    wick_call_tensor(call, OUT_ops_fft),
                    2,
                    1,
                    {b->length, true, b->scale, 0, 0},
                    wick_fft_c2r};
    run_pass(&p, b->dims[0]);
    return WICK_OK;
}

typedef struct wick_complex_plan {
    uint8_t rank;
    uint8_t is_complex[3];
    int32_t sizes[16];
    int32_t strides[3][16];
} wick_complex_plan;
typedef wick_complex_plan wick_complex_block;
typedef wick_complex wick_complex_function(wick_complex a, wick_complex b);
static wick_complex load_kernels_complex_complex(const float *data, ptrdiff_t at, bool is_complex)
{
    return is_complex ? (wick_complex){data[2 * at], data[2 * at + 1]}
                      : (wick_complex){data[at], 0};
}

static bool next_kernels_complex_complex(const wick_complex_plan *p, int32_t *counters,
                                         ptrdiff_t at[3])
{
    for (uint32_t d = p->rank; d-- > 0;) {
        counters[d]++;
        const bool goes_on = counters[d] < p->sizes[d];
        for (uint32_t k = 0; k < 3; k++) {
            at[k] += (ptrdiff_t)p->strides[k][d] * (goes_on ? 1 : 1 - p->sizes[d]);
        }
        if (goes_on) {
            return true;
        }
        counters[d] = 0;
    }
    return false;
}

static void wick_complex_run(const wick_complex_plan *plan, wick_complex_function *function,
                             const float *a, const float *b, float *out)
{
    int32_t counters[16] = {0};
    ptrdiff_t at[3] = {0};
    for (uint32_t d = 0; d < plan->rank; d++) {
        if (plan->sizes[d] == 0) {
            return;
        }
    }
    do {
        const wick_complex none = {0, 0};
        const wick_complex result = function(
            load_kernels_complex_complex(a, at[0], plan->is_complex[0] != 0),
            b != 0 ? load_kernels_complex_complex(b, at[1], plan->is_complex[1] != 0) : none);
        if (plan->is_complex[2] != 0) {
            out[2 * at[2]] = result.re;
            out[2 * at[2] + 1] = result.im;
        } else {
            out[at[2]] = result.re;
        }
    } while (next_kernels_complex_complex(plan, counters, at));
}

enum { SELF_ops_complex, OTHER_ops_complex };
static wick_status run_binary(const wick_call *call, const void *block,
                              wick_complex_function *function)
{
    wick_complex_run(block, function, wick_call_tensor(call, SELF_ops_complex)->data,
                     wick_call_tensor(call, OTHER_ops_complex)->data,
                     wick_call_tensor(call, 2)->data);
    return WICK_OK;
}

static wick_complex wick_complex_polar(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * wick_cos_f32(b.re), a.re * wick_sin_f32(b.re)};
}

static wick_status wick_complex_polar_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_polar);
}

static wick_complex wick_complex_of_parts(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re, b.re};
}

static wick_status wick_complex_of_parts_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_of_parts);
}

typedef uint32_t wick_complex_nothing;
enum { SELF_ops_complex_view, OUT_ops_complex_view };
static size_t wick_tensor_size_bytes(const wick_tensor *tensor)
{
    return wick_tensor_count(tensor) * wick_dtype_size_bytes(tensor->dtype);
}

static wick_status wick_complex_view_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const self = wick_call_tensor(call, SELF_ops_complex_view);
    memcpy(wick_call_tensor(call, OUT_ops_complex_view)->data, self->data,
           wick_tensor_size_bytes(self));
    return WICK_OK;
}

static wick_complex wick_complex_add(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re + b.re, a.im + b.im};
}

static wick_status wick_complex_add_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_add);
}

static wick_complex wick_complex_sub(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re - b.re, a.im - b.im};
}

static wick_status wick_complex_sub_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_sub);
}

static wick_complex wick_complex_mul(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static wick_status wick_complex_mul_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_mul);
}

static float magnitude_kernels_complex_complex(float x)
{
    return x < 0 ? -x : x;
}

static wick_complex wick_complex_div(wick_complex a, wick_complex b)
{
    const float x = magnitude_kernels_complex_complex(b.re);
    const float y = magnitude_kernels_complex_complex(b.im);
    if (x == 0 && y == 0) {
        return (wick_complex){a.re / x, a.im / y};
    }
    if (x >= y) {
        const float ratio = b.im / b.re;
        const float scale = 1 / (b.re + b.im * ratio);
        return (wick_complex){(a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale};
    }
    const float ratio = b.re / b.im;
    const float scale = 1 / (b.re * ratio + b.im);
    return (wick_complex){(a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale};
}

static wick_status wick_complex_div_run(const wick_call *call, const void *block)
{
    return run_binary(call, block, wick_complex_div);
}

static wick_status run_unary(const wick_call *call, const void *block,
                             wick_complex_function *function)
{
    wick_complex_run(block, function, wick_call_tensor(call, SELF_ops_complex)->data, 0,
                     wick_call_tensor(call, 1)->data);
    return WICK_OK;
}

static wick_complex wick_complex_conj(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){a.re, -a.im};
}

static wick_status wick_complex_conj_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_conj);
}

static wick_complex wick_complex_exp(wick_complex a, wick_complex b)
{
    (void)b;
    const float length = wick_exp_f32(a.re);
    if (a.im == 0) {
        return (wick_complex){length, a.im};
    }
    return (wick_complex){length * wick_cos_f32(a.im), length * wick_sin_f32(a.im)};
}

static wick_status wick_complex_exp_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_exp);
}

static wick_complex wick_complex_abs(wick_complex a, wick_complex b)
{
    (void)b;
    const float infinity = __builtin_inff();
    const float x = magnitude_kernels_complex_complex(a.re);
    const float y = magnitude_kernels_complex_complex(a.im);
    if (x == infinity || y == infinity) {
        return (wick_complex){infinity, 0};
    }
    const float large = x > y ? x : y;
    if (large == 0 || x != x || y != y) {
        return (wick_complex){x + y, 0};
    }
    const float ratio = (x > y ? y : x) / large;
    return (wick_complex){large * wick_sqrt_f32(1 + ratio * ratio), 0};
}

static wick_status wick_complex_abs_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_abs);
}

static wick_complex wick_complex_angle(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){wick_atan2_f32(a.im, a.re), 0};
}

static wick_status wick_complex_angle_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_angle);
}

static wick_complex wick_complex_same(wick_complex a, wick_complex b)
{
    (void)b;
    return a;
}

static wick_status wick_complex_same_run(const wick_call *call, const void *block)
{
    return run_unary(call, block, wick_complex_same);
}

typedef struct wick_pool3d_params {
    wick_space in, out, index;
    int32_t kernel[3], stride[3], padding[3], dilation[3];
    int32_t divisor;
    uint8_t windows;
    uint8_t dtype;
    uint8_t counts_padding;
    uint8_t axes;
} wick_pool3d_params;
typedef wick_pool3d_params wick_pool3d_block;
typedef struct wick_pool3d_data {
    const void *input;
    const void *samples;
    void *out;
    int64_t *indices;
} wick_pool3d_data;
enum { SELF_ops_pool3d, KERNEL_ops_pool3d, STRIDE_ops_pool3d, PADDING_ops_pool3d };
static wick_pool3d_data data_of_ops_pool3d(const wick_call *call, uint32_t out, bool has_indices)
{
    return (wick_pool3d_data){.input = wick_call_tensor(call, SELF_ops_pool3d)->data,
                              .out = wick_call_tensor(call, out)->data,
                              .indices = has_indices ? wick_call_tensor(call, out + 1)->data : 0};
}

enum {
    MAX_DILATION_ops_pool3d = 4,
    MAX_CEIL_ops_pool3d,
    MAX_OUT_ops_pool3d,
    MAX_INDICES_ops_pool3d
};
typedef struct range {
    int32_t start, end;
    int32_t padded;
} range;
typedef struct window_kernels_pool_pool3d {
    range axis[3];
    int64_t size;
    ptrdiff_t plane;
    ptrdiff_t out, index;
} window_kernels_pool_pool3d;
typedef void visit_kernels_pool_pool3d(const wick_pool3d_params *p,
                                       const window_kernels_pool_pool3d *w,
                                       const wick_pool3d_data *data);
typedef enum wick_pool_windows {
    WICK_POOL_FIXED,
    WICK_POOL_ADAPTIVE,
    WICK_POOL_FRACTIONAL,
} wick_pool_windows;
static range adaptive_range_kernels_pool_pool3d(const wick_pool3d_params *p, uint32_t axis,
                                                int32_t i)
{
    const int64_t in = p->in.sizes[2 + axis];
    const int64_t out = p->out.sizes[2 + axis];
    range r = {.start = (int32_t)(i * in / out),
               .end = (int32_t)(((int64_t)(i + 1) * in + out - 1) / out)};
    r.padded = r.end - r.start;
    return r;
}

static range fractional_range(const wick_pool3d_params *p, uint32_t axis, int32_t i, float sample)
{
    const int32_t room = p->in.sizes[2 + axis] - p->kernel[axis];
    const int32_t out = p->out.sizes[2 + axis];
    range r = {.start = room};
    if (i < out - 1) {
        const float alpha = (float)room / (float)(out - 1);
        const float start = ((float)i + sample) * alpha;
        const bool is_small = start > -0x1p30f && start < 0x1p30f;
        r.start = is_small ? (int32_t)start - (int32_t)(sample * alpha) : 0;
        r.start = r.start < 0 ? 0 : r.start;
        r.start = r.start > room ? room : r.start;
    }
    r.end = r.start + p->kernel[axis];
    r.padded = p->kernel[axis];
    return r;
}

static float sample_of(const wick_pool3d_params *p, const wick_pool3d_data *data,
                       const wick_space_position *at, uint32_t axis)
{
    const uint32_t place = p->axes == 3 ? axis : 2 - axis;
    const ptrdiff_t channel = (ptrdiff_t)at->at[0] * p->in.sizes[WICK_SPACE_CHANNELS] + at->at[1];
    return place < p->axes
               ? wick_element_real(data->samples, channel * p->axes + (ptrdiff_t)place, p->dtype)
               : 0;
}

static range fixed_range(const wick_pool3d_params *p, uint32_t axis, int32_t i)
{
    const int32_t size = p->in.sizes[2 + axis];
    const int32_t dilation = p->dilation[axis];
    range r = {.start = i * p->stride[axis] - p->padding[axis]};
    r.end = r.start + (p->kernel[axis] - 1) * dilation + 1;
    r.end = r.end < size + p->padding[axis] ? r.end : size + p->padding[axis];
    r.padded = r.end - r.start;
    r.end = r.end < size ? r.end : size;
    if (r.start < 0) {
        r.start += (-r.start + dilation - 1) / dilation * dilation;
    }
    return r;
}

static range range_of(const wick_pool3d_params *p, const wick_pool3d_data *data,
                      const wick_space_position *at, uint32_t axis)
{
    const int32_t i = at->at[2 + axis];
    switch ((wick_pool_windows)p->windows) {
    case WICK_POOL_FIXED:
        break;
    case WICK_POOL_ADAPTIVE:
        return adaptive_range_kernels_pool_pool3d(p, axis, i);
    case WICK_POOL_FRACTIONAL:
        return fractional_range(p, axis, i, sample_of(p, data, at, axis));
    }
    return fixed_range(p, axis, i);
}

static window_kernels_pool_pool3d
window_of(const wick_pool3d_params *p, const wick_pool3d_data *data, const wick_space_position *at)
{
    window_kernels_pool_pool3d w = {.size = 1,
                                    .plane = wick_space_plane(&p->in, at->at[0], at->at[1]),
                                    .out = wick_space_offset(&p->out, at),
                                    .index = wick_space_offset(&p->index, at)};
    for (uint32_t axis = 0; axis < 3; axis++) {
        const range r = range_of(p, data, at, axis);
        const int32_t inside = r.end > r.start ? r.end - r.start : 0;
        w.axis[axis] = r;
        w.size *= p->counts_padding ? r.padded : inside;
    }
    w.size = p->divisor != 0 ? p->divisor : w.size;
    return w;
}

static void visit_all_kernels_pool_pool3d(const wick_pool3d_params *p, const wick_pool3d_data *data,
                                          visit_kernels_pool_pool3d *each)
{
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->out)) {
        return;
    }
    do {
        const window_kernels_pool_pool3d w = window_of(p, data, &at);
        each(p, &w, data);
    } while (wick_space_next(&p->out, &at));
}

static bool first_position(const window_kernels_pool_pool3d *w, int32_t at[3])
{
    bool is_some = true;
    for (uint32_t axis = 0; axis < 3; axis++) {
        at[axis] = w->axis[axis].start;
        is_some = is_some && at[axis] < w->axis[axis].end;
    }
    return is_some;
}

static int64_t index_of(const wick_pool3d_params *p, const int32_t at[3])
{
    return ((int64_t)at[0] * p->in.sizes[WICK_SPACE_HEIGHT] + at[1]) *
               p->in.sizes[WICK_SPACE_WIDTH] +
           at[2];
}

static ptrdiff_t element_of(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                            const int32_t at[3])
{
    ptrdiff_t element = w->plane;
    for (uint32_t axis = 0; axis < 3; axis++) {
        element += (ptrdiff_t)at[axis] * p->in.strides[2 + axis];
    }
    return element;
}

static bool next_position(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                          int32_t at[3])
{
    for (uint32_t axis = 3; axis-- > 0;) {
        at[axis] += p->dilation[axis];
        if (at[axis] < w->axis[axis].end) {
            return true;
        }
        at[axis] = w->axis[axis].start;
    }
    return false;
}

static void max_real_kernels_pool_pool3d(const wick_pool3d_params *p,
                                         const window_kernels_pool_pool3d *w,
                                         const wick_pool3d_data *data)
{
    int32_t at[3];
    float best = -__builtin_inff();
    bool goes_on = first_position(w, at);
    int64_t index = index_of(p, at);
    while (goes_on) {
        const float value = wick_element_load(data->input, element_of(p, w, at), p->dtype);
        if (value > best || value != value) {
            best = value;
            index = index_of(p, at);
        }
        goes_on = next_position(p, w, at);
    }
    data->indices[w->index] = index;
    wick_element_store(data->out, w->out, p->dtype, best);
}

static void max_integer(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                        const wick_pool3d_data *data)
{
    int32_t at[3];
    int64_t best = INT64_MIN;
    bool goes_on = first_position(w, at);
    int64_t index = index_of(p, at);
    while (goes_on) {
        const int64_t value = wick_element_integer(data->input, element_of(p, w, at), p->dtype);
        if (value > best) {
            best = value;
            index = index_of(p, at);
        }
        goes_on = next_position(p, w, at);
    }
    data->indices[w->index] = index;
    wick_element_store_integer(data->out, w->out, p->dtype, best);
}

static void wick_max_pool3d(const wick_pool3d_params *params, const wick_pool3d_data *data)
{
    visit_all_kernels_pool_pool3d(params, data,
                                  wick_element_is_real(params->dtype) ? max_real_kernels_pool_pool3d
                                                                      : max_integer);
}

static wick_status wick_max_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of_ops_pool3d(call, MAX_OUT_ops_pool3d, true);
    wick_max_pool3d(block, &data);
    return WICK_OK;
}

enum {
    AVG_CEIL_ops_pool3d = 4,
    AVG_COUNTS_PADDING_ops_pool3d,
    AVG_DIVISOR_ops_pool3d,
    AVG_OUT_ops_pool3d
};
static void mean_real(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                      const wick_pool3d_data *data)
{
    int32_t at[3];
    float sum = 0;
    bool goes_on = first_position(w, at);
    const bool is_empty = !goes_on;
    while (goes_on) {
        sum += wick_element_load(data->input, element_of(p, w, at), p->dtype);
        goes_on = next_position(p, w, at);
    }
    wick_element_store(data->out, w->out, p->dtype, is_empty ? 0 : sum / (float)w->size);
}

static void mean_integer(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                         const wick_pool3d_data *data)
{
    int32_t at[3];
    uint64_t sum = 0;
    bool goes_on = first_position(w, at);
    const bool is_empty = !goes_on;
    while (goes_on) {
        sum += (uint64_t)wick_element_integer(data->input, element_of(p, w, at), p->dtype);
        goes_on = next_position(p, w, at);
    }
    int64_t mean = 0;
    if (!is_empty) {
        mean = w->size == -1 ? (int64_t)(0 - sum) : (int64_t)sum / w->size;
    }
    wick_element_store_integer(data->out, w->out, p->dtype, mean);
}

static void wick_avg_pool3d(const wick_pool3d_params *params, const wick_pool3d_data *data)
{
    visit_all_kernels_pool_pool3d(params, data,
                                  wick_element_is_real(params->dtype) ? mean_real : mean_integer);
}

static wick_status wick_avg_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of_ops_pool3d(call, AVG_OUT_ops_pool3d, false);
    wick_avg_pool3d(block, &data);
    return WICK_OK;
}

enum { ADAPTIVE_SIZE_ops_pool3d = 1, ADAPTIVE_OUT_ops_pool3d, ADAPTIVE_INDICES };
static wick_status wick_adaptive_avg_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of_ops_pool3d(call, ADAPTIVE_OUT_ops_pool3d, false);
    wick_avg_pool3d(block, &data);
    return WICK_OK;
}

static wick_status wick_adaptive_max_pool_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of_ops_pool3d(call, ADAPTIVE_OUT_ops_pool3d, true);
    wick_max_pool3d(block, &data);
    return WICK_OK;
}

enum { FRACTIONAL_SIZE = 2, SAMPLES, FRACTIONAL_OUT, FRACTIONAL_INDICES };
static wick_status wick_fractional_max_pool_run(const wick_call *call, const void *block)
{
    wick_pool3d_data data = data_of_ops_pool3d(call, FRACTIONAL_OUT, true);
    data.samples = wick_call_tensor(call, SAMPLES)->data;
    wick_max_pool3d(block, &data);
    return WICK_OK;
}

static void put_kernels_pool_pool3d(const wick_pool3d_params *p, const wick_pool3d_data *data,
                                    ptrdiff_t from, ptrdiff_t to, bool is_sum)
{
    if (is_sum) {
        wick_element_store_real(data->out, to, p->dtype,
                                wick_element_real(data->out, to, p->dtype) +
                                    wick_element_real(data->input, from, p->dtype));
        return;
    }
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    memcpy((uint8_t *)data->out + to * (ptrdiff_t)bytes,
           wick_element_at(data->input, from, p->dtype), bytes);
}

static ptrdiff_t indexed_element(const wick_pool3d_params *p, const wick_space_position *at,
                                 int64_t index)
{
    const int32_t width = p->in.sizes[WICK_SPACE_WIDTH];
    const int32_t height = p->in.sizes[WICK_SPACE_HEIGHT];
    const int32_t place = (int32_t)index;
    return wick_space_plane(&p->in, at->at[0], at->at[1]) +
           (ptrdiff_t)(place % width) * p->in.strides[WICK_SPACE_WIDTH] +
           (ptrdiff_t)(place / width % height) * p->in.strides[WICK_SPACE_HEIGHT] +
           (ptrdiff_t)(place / width / height) * p->in.strides[WICK_SPACE_DEPTH];
}

static bool wick_max_unpool3d(const wick_pool3d_params *params, const wick_pool3d_data *data,
                              bool is_sum)
{
    const wick_pool3d_params *const p = params;
    const int32_t *const sizes = p->in.sizes;
    const int64_t volume = (int64_t)sizes[2] * sizes[3] * sizes[4];
    wick_space_position at = {{0}};
    memset(data->out, 0, wick_space_count(&p->in) * wick_dtype_size_bytes(p->dtype));
    if (wick_space_is_empty(&p->out)) {
        return true;
    }
    do {
        const int64_t index = data->indices[wick_space_offset(&p->index, &at)];
        if (index < 0 || index >= volume) {
            return false;
        }
        put_kernels_pool_pool3d(p, data, wick_space_offset(&p->out, &at),
                                indexed_element(p, &at, index), is_sum);
    } while (wick_space_next(&p->out, &at));
    return true;
}

static wick_status run_indexed(const wick_call *call, const void *block, uint32_t indices,
                               uint32_t out, bool is_sum)
{
    const wick_pool3d_data data = {.input = wick_call_tensor(call, 0)->data,
                                   .indices = wick_call_tensor(call, indices)->data,
                                   .out = wick_call_tensor(call, out)->data};
    return wick_max_unpool3d(block, &data, is_sum)
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, indices, "");
}

enum { UNPOOL_INDICES = 1, UNPOOL_SIZE, UNPOOL2D_OUT, UNPOOL3D_OUT = 5 };
static wick_status wick_max_unpool2d_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, UNPOOL_INDICES, UNPOOL2D_OUT, false);
}

static wick_status wick_max_unpool3d_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, UNPOOL_INDICES, UNPOOL3D_OUT, false);
}

enum {
    MAX_DILATION_ops_pool_backward = 5,
    MAX_CEIL_ops_pool_backward,
    MAX_INDICES_ops_pool_backward,
    MAX_OUT_ops_pool_backward
};
static wick_status wick_max_pool2d_backward_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, MAX_INDICES_ops_pool_backward, MAX_OUT_ops_pool_backward, true);
}

enum {
    GRADIENT_ops_pool_backward,
    SELF_ops_pool_backward,
    KERNEL_ops_pool_backward,
    STRIDE_ops_pool_backward,
    PADDING_ops_pool_backward
};
static float rounded(float value, uint32_t dtype)
{
    uint64_t element;
    wick_element_store(&element, 0, dtype, value);
    return wick_element_load(&element, 0, dtype);
}

static float share_of(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                      const void *gradient)
{
    const float value = wick_element_real(gradient, w->out, p->dtype);
    if (p->windows == WICK_POOL_FIXED) {
        return rounded(value / (float)w->size, p->dtype);
    }
    float part = value;
    for (uint32_t axis = 0; axis < 3; axis++) {
        part = rounded(part / (float)w->axis[axis].padded, p->dtype);
    }
    return part;
}

static void spread_mean(const wick_pool3d_params *p, const window_kernels_pool_pool3d *w,
                        const wick_pool3d_data *data)
{
    int32_t at[3];
    bool goes_on = first_position(w, at);
    const float part = share_of(p, w, data->input);
    while (goes_on) {
        const ptrdiff_t to = element_of(p, w, at);
        wick_element_store_real(data->out, to, p->dtype,
                                wick_element_real(data->out, to, p->dtype) + part);
        goes_on = next_position(p, w, at);
    }
}

static void wick_avg_pool3d_gradient(const wick_pool3d_params *params, const wick_pool3d_data *data)
{
    memset(data->out, 0, wick_space_count(&params->in) * wick_dtype_size_bytes(params->dtype));
    visit_all_kernels_pool_pool3d(params, data, spread_mean);
}

static wick_status run_mean_ops_pool_backward(const wick_call *call, const void *block,
                                              uint32_t out)
{
    const wick_pool3d_data data = {.input =
                                       wick_call_tensor(call, GRADIENT_ops_pool_backward)->data,
                                   .out = wick_call_tensor(call, out)->data};
    wick_avg_pool3d_gradient(block, &data);
    return WICK_OK;
}

enum {
    AVG_CEIL_ops_pool_backward = 5,
    AVG_COUNTS_PADDING_ops_pool_backward,
    AVG_DIVISOR_ops_pool_backward,
    AVG_OUT_ops_pool_backward
};
static wick_status wick_avg_pool2d_backward_run(const wick_call *call, const void *block)
{
    return run_mean_ops_pool_backward(call, block, AVG_OUT_ops_pool_backward);
}

enum { ADAPTIVE_OUT_ops_pool_backward = 2 };
static wick_status wick_adaptive_avg_pool_backward_run(const wick_call *call, const void *block)
{
    return run_mean_ops_pool_backward(call, block, ADAPTIVE_OUT_ops_pool_backward);
}

typedef struct wick_copy_block {
    wick_walk walk;
    int32_t from_offset;
    uint8_t from_dtype;
    uint8_t to_dtype;
    uint8_t from_arg;
    uint8_t out_arg;
} wick_copy_block;
typedef struct plane_kernels_copy_copy {
    int32_t sizes[2];
    ptrdiff_t from_strides[2];
    ptrdiff_t to_strides[2];
} plane_kernels_copy_copy;
static void copy_rows(const plane_kernels_copy_copy *rows, uint32_t element_bytes,
                      const uint8_t *from, uint8_t *to)
{
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        memmove(to + i * rows->to_strides[0] * size, from + i * rows->from_strides[0] * size,
                (size_t)rows->sizes[1] * element_bytes);
    }
}

static void copy_plane_8(const plane_kernels_copy_copy *rows, const void *from, void *to)
{
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        const uint8_t *source = (const uint8_t *)from + i * rows->from_strides[0];
        uint8_t *target = (uint8_t *)to + i * rows->to_strides[0];
        for (int32_t j = 0; j < rows->sizes[1]; j++) {
            target[j * rows->to_strides[1]] = source[j * rows->from_strides[1]];
        }
    }
}

static void copy_plane_16(const plane_kernels_copy_copy *rows, const void *from, void *to)
{
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        const uint16_t *source = (const uint16_t *)from + i * rows->from_strides[0];
        uint16_t *target = (uint16_t *)to + i * rows->to_strides[0];
        for (int32_t j = 0; j < rows->sizes[1]; j++) {
            target[j * rows->to_strides[1]] = source[j * rows->from_strides[1]];
        }
    }
}

static void copy_plane_32(const plane_kernels_copy_copy *rows, const void *from, void *to)
{
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        const uint32_t *source = (const uint32_t *)from + i * rows->from_strides[0];
        uint32_t *target = (uint32_t *)to + i * rows->to_strides[0];
        for (int32_t j = 0; j < rows->sizes[1]; j++) {
            target[j * rows->to_strides[1]] = source[j * rows->from_strides[1]];
        }
    }
}

static void copy_plane_64(const plane_kernels_copy_copy *rows, const void *from, void *to)
{
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        const uint64_t *source = (const uint64_t *)from + i * rows->from_strides[0];
        uint64_t *target = (uint64_t *)to + i * rows->to_strides[0];
        for (int32_t j = 0; j < rows->sizes[1]; j++) {
            target[j * rows->to_strides[1]] = source[j * rows->from_strides[1]];
        }
    }
}

static void copy_plane(const plane_kernels_copy_copy *rows, uint32_t element_bytes,
                       const void *from, void *to)
{
    if (rows->from_strides[1] == 1 && rows->to_strides[1] == 1) {
        copy_rows(rows, element_bytes, from, to);
        return;
    }
    switch (element_bytes) {
    case 1:
        copy_plane_8(rows, from, to);
        break;
    case 2:
        copy_plane_16(rows, from, to);
        break;
    case 4:
        copy_plane_32(rows, from, to);
        break;
    case 8:
        copy_plane_64(rows, from, to);
        break;
    }
}

static void wick_copy_strided(const wick_walk *walk, uint32_t element_bytes, const void *from,
                              void *to)
{
    const uint32_t last = walk->rank - 1;
    plane_kernels_copy_copy inner = {
        {1, walk->sizes[last]}, {0, walk->strides[0][last]}, {0, walk->strides[1][last]}};
    if (last > 0) {
        inner.sizes[0] = walk->sizes[last - 1];
        inner.from_strides[0] = walk->strides[0][last - 1];
        inner.to_strides[0] = walk->strides[1][last - 1];
    }
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    wick_cursor cursor = {0};
    do {
        copy_plane(&inner, element_bytes, (const uint8_t *)from + cursor.offsets[0] * size,
                   (uint8_t *)to + cursor.offsets[1] * size);
    } while (wick_walk_next(walk, last > 0 ? 2 : 1, &cursor));
}

static const void *source_ops_copy(const wick_call *call, const wick_copy_block *block)
{
    const size_t element_bytes = wick_dtype_size_bytes(block->from_dtype);
    return (const uint8_t *)wick_call_tensor(call, block->from_arg)->data +
           (size_t)block->from_offset * element_bytes;
}

static wick_status wick_copy_run(const wick_call *call, const void *block)
{
    const wick_copy_block *b = block;
    if (b->walk.rank != 0) {
        wick_copy_strided(&b->walk, wick_dtype_size_bytes(b->from_dtype), source_ops_copy(call, b),
                          wick_call_tensor(call, b->out_arg)->data);
    }
    return WICK_OK;
}

typedef struct wick_conversion {
    uint32_t from_dtype;
    uint32_t to_dtype;
} wick_conversion;
static uint32_t way_of(uint32_t from_dtype, uint32_t to_dtype)
{
    if (from_dtype == WICK_FLOAT64 || to_dtype == WICK_FLOAT64) {
        return WICK_FLOAT64;
    }
    const bool is_real = from_dtype == WICK_FLOAT32 || from_dtype == WICK_FLOAT16 ||
                         from_dtype == WICK_BFLOAT16 || to_dtype == WICK_FLOAT32 ||
                         to_dtype == WICK_FLOAT16 || to_dtype == WICK_BFLOAT16;
    return is_real ? WICK_FLOAT32 : WICK_INT64;
}

static void convert_chunk(const wick_elements *from, const void *source, const wick_elements *to,
                          void *target)
{
    union {
        int64_t i64[(128 / 8)];
        float f32[(128 / 8)];
        double f64[(128 / 8)];
    } numbers;
    switch (way_of(from->dtype, to->dtype)) {
    case WICK_INT64:
        wick_read_i64(from, source, numbers.i64);
        wick_write_i64(to, numbers.i64, target);
        break;
    case WICK_FLOAT32:
        wick_read_f32(from, source, numbers.f32);
        wick_write_f32(to, numbers.f32, target);
        break;
    case WICK_FLOAT64:
        wick_read_f64(from, source, numbers.f64);
        wick_write_f64(to, numbers.f64, target);
        break;
    }
}

static void wick_copy_converted(const wick_walk *walk, wick_conversion dtypes, const void *from,
                                void *to)
{
    const uint32_t last = walk->rank - 1;
    const int32_t count = walk->sizes[last];
    const ptrdiff_t from_bytes = (ptrdiff_t)wick_dtype_size_bytes(dtypes.from_dtype);
    const ptrdiff_t to_bytes = (ptrdiff_t)wick_dtype_size_bytes(dtypes.to_dtype);
    wick_elements source = {dtypes.from_dtype, walk->strides[0][last], 0};
    wick_elements target = {dtypes.to_dtype, walk->strides[1][last], 0};
    wick_cursor cursor = {0};
    do {
        for (int32_t i = 0; i < count; i += (128 / 8)) {
            source.count = count - i < (128 / 8) ? (uint32_t)(count - i) : (128 / 8);
            target.count = source.count;
            const ptrdiff_t from_index = cursor.offsets[0] + (ptrdiff_t)i * source.stride;
            const ptrdiff_t to_index = cursor.offsets[1] + (ptrdiff_t)i * target.stride;
            convert_chunk(&source, (const uint8_t *)from + from_index * from_bytes, &target,
                          (uint8_t *)to + to_index * to_bytes);
        }
    } while (wick_walk_next(walk, 1, &cursor));
}

static wick_status wick_convert_run(const wick_call *call, const void *block)
{
    const wick_copy_block *b = block;
    if (b->from_dtype == b->to_dtype) {
        return wick_copy_run(call, block);
    }
    if (b->walk.rank != 0) {
        wick_copy_converted(&b->walk, (wick_conversion){b->from_dtype, b->to_dtype},
                            source_ops_copy(call, b), wick_call_tensor(call, b->out_arg)->data);
    }
    return WICK_OK;
}

typedef struct wick_split_block {
    uint32_t dim;
    uint32_t out_arg;
    uint32_t removes_dim;
} wick_split_block;
static inline uint32_t wick_call_list_count(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->list.count;
}

enum { SELF_ops_split, SIZE_ops_split, DIM_ops_split, SPLIT_OUT };
static inline wick_tensor *wick_call_tensor_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    return &call->values[wick_load_aligned_u32(items + 4 * (size_t)k)].tensor;
}

typedef struct wick_view {
    uint32_t rank;
    int32_t offset;
    int32_t sizes[16];
    int32_t strides[16];
} wick_view;
static wick_view wick_view_of(const wick_tensor *tensor)
{
    wick_view view = {.rank = tensor->rank};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        view.sizes[i] = tensor->sizes[i];
    }
    wick_tensor_strides(tensor, view.strides);
    return view;
}

static wick_status refuse_count(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
}

static void wick_view_slice(wick_view *view, uint32_t dim, int32_t start, int32_t count,
                            int32_t step)
{
    view->offset += count > 0 ? start * view->strides[dim] : 0;
    view->sizes[dim] = count;
    view->strides[dim] *= count > 1 ? step : 1;
}

static void wick_view_remove(wick_view *view, uint32_t dim)
{
    view->rank--;
    for (uint32_t i = dim; i < view->rank; i++) {
        view->sizes[i] = view->sizes[i + 1];
        view->strides[i] = view->strides[i + 1];
    }
}

static uint32_t magnitude_ops_view(int32_t stride)
{
    return stride < 0 ? 0u - (uint32_t)stride : (uint32_t)stride;
}

static uint32_t memory_order(const wick_view *to, uint8_t order[16])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < to->rank; i++) {
        if (to->sizes[i] == 1) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 &&
               magnitude_ops_view(to->strides[order[at - 1]]) < magnitude_ops_view(to->strides[i]);
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)i;
    }
    return count;
}

static bool is_empty_ops_view(const wick_view *view)
{
    for (uint32_t i = 0; i < view->rank; i++) {
        if (view->sizes[i] == 0) {
            return true;
        }
    }
    return false;
}

static bool merges_ops_view(const wick_walk *walk, int32_t size, int32_t from, int32_t to)
{
    return walk->rank != 0 && walk->strides[0][walk->rank - 1] == from * size &&
           walk->strides[1][walk->rank - 1] == to * size;
}

static wick_status wick_view_walk(const wick_call *call, uint32_t arg, const wick_view *from,
                                  const wick_view *to, wick_walk *walk)
{
    uint8_t order[16];
    const uint32_t count = memory_order(to, order);
    *walk = (wick_walk){0};
    if (is_empty_ops_view(to)) {
        return WICK_OK;
    }
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t d = order[k];
        const int32_t size = to->sizes[d];
        if (merges_ops_view(walk, size, from->strides[d], to->strides[d])) {
            walk->sizes[walk->rank - 1] *= size;
        } else if (walk->rank == 8) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, "");
        } else {
            walk->sizes[walk->rank++] = size;
        }
        walk->strides[0][walk->rank - 1] = from->strides[d];
        walk->strides[1][walk->rank - 1] = to->strides[d];
    }
    if (walk->rank == 0) {
        *walk = (wick_walk){1, {1}, {{1}, {1}}};
    }
    return WICK_OK;
}

static wick_status wick_view_copy(const wick_call *call, uint32_t arg, const wick_tensor *source,
                                  const wick_view *from, const wick_tensor *target,
                                  const wick_view *to)
{
    wick_walk walk;
    do {
        wick_status wick_try_status = (wick_view_walk(call, arg, from, to, &walk));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    if (walk.rank == 0) {
        return WICK_OK;
    }
    const ptrdiff_t from_bytes = (ptrdiff_t)wick_dtype_size_bytes(source->dtype);
    const ptrdiff_t to_bytes = (ptrdiff_t)wick_dtype_size_bytes(target->dtype);
    const uint8_t *first = (const uint8_t *)source->data + from->offset * from_bytes;
    uint8_t *out = (uint8_t *)target->data + to->offset * to_bytes;
    if (source->dtype == target->dtype) {
        wick_copy_strided(&walk, (uint32_t)to_bytes, first, out);
    } else {
        wick_copy_converted(&walk, (wick_conversion){source->dtype, target->dtype}, first, out);
    }
    return WICK_OK;
}

static wick_status part(const wick_call *call, const wick_split_block *block, uint32_t k,
                        int32_t start, bool runs)
{
    const wick_tensor *self = wick_call_tensor(call, SELF_ops_split);
    const wick_tensor *out = wick_call_tensor_at(call, block->out_arg, k);
    const wick_view to = wick_view_of(out);
    wick_view from = wick_view_of(self);
    const int32_t size = block->removes_dim ? 1 : to.sizes[block->dim];
    if (size > from.sizes[block->dim] - start) {
        return refuse_count(call, block->out_arg);
    }
    wick_view_slice(&from, block->dim, start, size, 1);
    if (block->removes_dim) {
        wick_view_remove(&from, block->dim);
    }
    if (runs) {
        return wick_view_copy(call, block->out_arg, self, &from, out, &to);
    }
    wick_walk walk;
    return wick_view_walk(call, block->out_arg, &from, &to, &walk);
}

static wick_status each_part(const wick_call *call, const wick_split_block *block, bool runs)
{
    int32_t start = 0;
    for (uint32_t k = 0; k < wick_call_list_count(call, block->out_arg); k++) {
        do {
            wick_status wick_try_status = (part(call, block, k, start, runs));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        start += block->removes_dim
                     ? 1
                     : wick_call_tensor_at(call, block->out_arg, k)->sizes[block->dim];
    }
    return WICK_OK;
}

static wick_status wick_split_run(const wick_call *call, const void *block)
{
    return each_part(call, block, true);
}

typedef struct wick_index_block {
    uint32_t out_arg;
} wick_index_block;
typedef struct selection {
    uint32_t rank;
    int32_t sizes[8];
    uint32_t indexed;
    bool has_mask;
} selection;
typedef struct wick_index_plan {
    wick_walk positions;
    wick_walk inner;
    uint32_t operand;
    uint32_t source_count;
} wick_index_plan;
enum {
    SELF_ops_index,
    INDICES_ops_index,
    OUT_ops_index,
    VALUES_ops_index = 2,
    ACCUMULATE = 3,
    PUT_OUT = 4
};
static inline uint32_t wick_load_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline int32_t wick_load_i32(const uint8_t *p)
{
    return (int32_t)wick_load_u32(p);
}

static inline const wick_tensor *wick_call_optional_tensor_at(const wick_call *call, uint32_t arg,
                                                              uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    const int32_t index = wick_load_i32(items + 4 * (size_t)k);
    return index < 0 ? 0 : &call->values[index].tensor;
}

static bool is_mask(const wick_tensor *tensor)
{
    return tensor->dtype == WICK_BOOL || tensor->dtype == WICK_UINT8;
}

static uint32_t width_of(const wick_tensor *index)
{
    return index != 0 && is_mask(index) ? index->rank : 1;
}

static wick_status refuse_shape(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
}

static wick_status broadcast_ops_index(const wick_call *call, uint32_t rank, const int32_t *sizes,
                                       selection *s)
{
    if (rank > 8) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES_ops_index, "");
    }
    while (s->rank < rank) {
        memmove(s->sizes + 1, s->sizes, s->rank * sizeof s->sizes[0]);
        s->sizes[0] = 1;
        s->rank++;
    }
    for (uint32_t i = 0; i < rank; i++) {
        int32_t *size = &s->sizes[s->rank - rank + i];
        if (*size != sizes[i] && *size != 1 && sizes[i] != 1) {
            return refuse_shape(call, INDICES_ops_index);
        }
        *size = *size == 1 ? sizes[i] : *size;
    }
    return WICK_OK;
}

static wick_status check_mask_ops_index(const wick_call *call, const wick_tensor *mask,
                                        uint32_t dim)
{
    const wick_tensor *self = wick_call_tensor(call, SELF_ops_index);
    return memcmp(mask->sizes, self->sizes + dim, mask->rank * sizeof *mask->sizes) == 0
               ? WICK_OK
               : refuse_shape(call, INDICES_ops_index);
}

enum { WICK_INDEX_SOURCES = 8, WICK_INDEX_MASK_RANK = 3 };
typedef struct wick_index_source {
    const void *data;
    uint8_t kind;
    uint8_t wraps;
    uint8_t rank;
    union {
        struct {
            int32_t extent;
            int32_t step;
            int32_t strides[8];
        } integers;
        struct {
            int32_t sizes[WICK_INDEX_MASK_RANK];
            int32_t strides[WICK_INDEX_MASK_RANK];
            int32_t steps[WICK_INDEX_MASK_RANK];
        } mask;
    } of;
} wick_index_source;
typedef enum wick_index_kind {
    WICK_INDEX_INT64,
    WICK_INDEX_INT32,
    WICK_INDEX_INT16,
    WICK_INDEX_INT8,
    WICK_INDEX_UINT8,
    WICK_INDEX_MASK,
} wick_index_kind;
static bool add_loop_ops_index_source(wick_index_source *source, int32_t size, int32_t stride,
                                      int32_t step)
{
    const uint32_t last = source->rank - 1u;
    if (size == 1) {
        return true;
    }
    if (source->rank != 0 && source->of.mask.strides[last] == stride * size &&
        source->of.mask.steps[last] == step * size) {
        source->of.mask.sizes[last] *= size;
        source->of.mask.strides[last] = stride;
        source->of.mask.steps[last] = step;
        return true;
    }
    if (source->rank == WICK_INDEX_MASK_RANK) {
        return false;
    }
    source->of.mask.sizes[source->rank] = size;
    source->of.mask.strides[source->rank] = stride;
    source->of.mask.steps[source->rank] = step;
    source->rank++;
    return true;
}

static wick_status wick_index_mask(const wick_call *call, uint32_t arg, const wick_tensor *mask,
                                   const int32_t *steps, wick_index_source *source)
{
    int32_t strides[16];
    wick_tensor_strides(mask, strides);
    *source = (wick_index_source){.data = mask->data, .kind = WICK_INDEX_MASK};
    for (uint32_t i = 0; i < mask->rank; i++) {
        if (!add_loop_ops_index_source(source, mask->sizes[i], strides[i], steps[i])) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, "");
        }
    }
    return WICK_OK;
}

typedef struct mask_cursor {
    int32_t index[WICK_INDEX_MASK_RANK];
    int32_t at;
    int32_t offset;
} mask_cursor;
static bool mask_step(const wick_index_source *source, mask_cursor *cursor)
{
    for (uint32_t d = source->rank; d-- > 0;) {
        cursor->at += source->of.mask.strides[d];
        cursor->offset += source->of.mask.steps[d];
        if (++cursor->index[d] < source->of.mask.sizes[d]) {
            return true;
        }
        cursor->at -= source->of.mask.strides[d] * source->of.mask.sizes[d];
        cursor->offset -= source->of.mask.steps[d] * source->of.mask.sizes[d];
        cursor->index[d] = 0;
    }
    return false;
}

static uint32_t wick_index_count(const wick_index_source *mask)
{
    mask_cursor cursor = {{0}, 0, 0};
    uint32_t count = 0;
    do {
        count += ((const uint8_t *)mask->data)[cursor.at] != 0;
    } while (mask_step(mask, &cursor));
    return count;
}

static wick_status wick_index_mask_count(const wick_call *call, uint32_t arg,
                                         const wick_tensor *mask, int32_t *count)
{
    wick_index_source source;
    int32_t strides[16];
    wick_tensor_strides(mask, strides);
    do {
        wick_status wick_try_status = (wick_index_mask(call, arg, mask, strides, &source));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    *count = wick_tensor_count(mask) == 0 ? 0 : (int32_t)wick_index_count(&source);
    return WICK_OK;
}

static wick_status add_index(const wick_call *call, const wick_tensor *index, uint32_t dim,
                             bool counts, selection *s)
{
    const bool is_int = index->dtype == WICK_INT64 || index->dtype == WICK_INT32;
    s->indexed |= ((1u << width_of(index)) - 1) << dim;
    if (!is_mask(index)) {
        return is_int ? broadcast_ops_index(call, index->rank, index->sizes, s)
                      : wick_call_fail(call, WICK_INVALID_TYPE, INDICES_ops_index, "");
    }
    if (index->rank == 0) {
        return WICK_OK;
    }
    int32_t count = 1;
    s->has_mask = true;
    do {
        wick_status wick_try_status = (check_mask_ops_index(call, index, dim));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    if (counts) {
        do {
            wick_status wick_try_status =
                (wick_index_mask_count(call, INDICES_ops_index, index, &count));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    }
    return broadcast_ops_index(call, 1, &count, s);
}

static wick_status select(const wick_call *call, bool counts, selection *s)
{
    const uint32_t rank = wick_call_tensor(call, SELF_ops_index)->rank;
    uint32_t dim = 0;
    *s = (selection){0};
    for (uint32_t k = 0; k < wick_call_list_count(call, INDICES_ops_index); k++) {
        const wick_tensor *index = wick_call_optional_tensor_at(call, INDICES_ops_index, k);
        if (width_of(index) > rank - dim) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES_ops_index, "");
        }
        if (index != 0) {
            do {
                wick_status wick_try_status = (add_index(call, index, dim, counts, s));
                if (wick_try_status != WICK_OK) {
                    return wick_try_status;
                }
            } while (0);
        }
        dim += width_of(index);
    }
    return WICK_OK;
}

static wick_view kept_of(const wick_tensor *self, const selection *s)
{
    wick_view kept = wick_view_of(self);
    for (uint32_t d = self->rank; d-- > 0;) {
        if ((s->indexed >> d & 1u) != 0) {
            wick_view_remove(&kept, d);
        }
    }
    return kept;
}

static uint32_t place_of(const selection *s)
{
    uint32_t first = 0;
    while (s->indexed != 0 && (s->indexed >> first & 1u) == 0) {
        first++;
    }
    const uint32_t ones = s->indexed >> first;
    return (ones & (ones + 1)) == 0 ? first : 0;
}

static wick_status result_sizes(const wick_call *call, const selection *s, uint32_t *rank,
                                int32_t sizes[16])
{
    const wick_view kept = kept_of(wick_call_tensor(call, SELF_ops_index), s);
    const uint32_t place = place_of(s);
    if (kept.rank + s->rank > 16) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES_ops_index, "");
    }
    *rank = kept.rank + s->rank;
    memcpy(sizes, kept.sizes, place * sizeof *sizes);
    memcpy(sizes + place, s->sizes, s->rank * sizeof *sizes);
    memcpy(sizes + place + s->rank, kept.sizes + place, (kept.rank - place) * sizeof *sizes);
    return WICK_OK;
}

static wick_status resize_out_ops_index(const wick_call *call, const selection *s)
{
    uint32_t rank;
    int32_t sizes[16];
    do {
        wick_status wick_try_status = (result_sizes(call, s, &rank, sizes));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return wick_call_resize(call, OUT_ops_index, rank, sizes);
}

static wick_status plan_loops_ops_index(const wick_call *call, const selection *s,
                                        const wick_tensor *pointed, const wick_view *dense,
                                        wick_index_plan *plan)
{
    const uint32_t place = place_of(s);
    const wick_view kept = kept_of(pointed, s);
    wick_view rest = *dense;
    plan->positions = (wick_walk){.rank = s->rank};
    for (uint32_t i = 0; i < s->rank; i++) {
        plan->positions.sizes[i] = s->sizes[i];
        plan->positions.strides[1][i] = dense->strides[place + i];
        wick_view_remove(&rest, place);
    }
    if (s->rank == 0) {
        plan->positions = (wick_walk){1, {1}, {{0}, {0}}};
    }
    return wick_view_walk(call, INDICES_ops_index, &kept, &rest, &plan->inner);
}

static wick_status plan_tensor(const wick_call *call, const selection *s, wick_index_plan *plan)
{
    const wick_view out = wick_view_of(wick_call_tensor(call, OUT_ops_index));
    plan->operand = 0;
    return plan_loops_ops_index(call, s, wick_call_tensor(call, SELF_ops_index), &out, plan);
}

static bool find_kind(uint32_t dtype, uint8_t *kind)
{
    static const struct {
        uint8_t dtype;
        uint8_t kind;
    } kinds[] = {{WICK_INT64, WICK_INDEX_INT64},
                 {WICK_INT32, WICK_INDEX_INT32},
                 {WICK_INT16, WICK_INDEX_INT16},
                 {WICK_INT8, WICK_INDEX_INT8},
                 {WICK_UINT8, WICK_INDEX_UINT8}};
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].dtype == dtype) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static void wick_view_insert(wick_view *view, uint32_t dim, int32_t size, int32_t stride)
{
    for (uint32_t i = view->rank; i > dim; i--) {
        view->sizes[i] = view->sizes[i - 1];
        view->strides[i] = view->strides[i - 1];
    }
    view->rank++;
    view->sizes[dim] = size;
    view->strides[dim] = stride;
}

static bool wick_view_expand(wick_view *view, uint32_t rank, const int32_t *sizes)
{
    if (rank < view->rank || rank > 16) {
        return false;
    }
    while (view->rank < rank) {
        wick_view_insert(view, 0, 1, 0);
    }
    for (uint32_t i = 0; i < rank; i++) {
        if (view->sizes[i] != sizes[i] && view->sizes[i] != 1) {
            return false;
        }
        view->strides[i] = view->sizes[i] == 1 ? 0 : view->strides[i];
        view->sizes[i] = sizes[i];
    }
    return true;
}

static wick_status wick_index_integers(const wick_call *call, uint32_t arg,
                                       const wick_tensor *index, uint32_t rank,
                                       const int32_t *sizes, wick_index_source *source)
{
    wick_view view = wick_view_of(index);
    *source = (wick_index_source){.data = index->data, .wraps = 1};
    if (!find_kind(index->dtype, &source->kind)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, arg, "");
    }
    if (rank > 8 || !wick_view_expand(&view, rank, sizes)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
    }
    for (uint32_t i = 0; i < rank; i++) {
        source->of.integers.strides[i] = view.strides[i];
    }
    return WICK_OK;
}

static wick_status find_sources(const wick_call *call, const selection *s,
                                const wick_tensor *pointed, wick_index_source *sources,
                                uint32_t *count)
{
    int32_t strides[16];
    uint32_t dim = 0;
    wick_tensor_strides(pointed, strides);
    for (uint32_t k = 0; k < wick_call_list_count(call, INDICES_ops_index); k++) {
        const wick_tensor *index = wick_call_optional_tensor_at(call, INDICES_ops_index, k);
        const uint32_t width = width_of(index);
        if (index != 0 && width != 0) {
            if (*count == WICK_INDEX_SOURCES) {
                return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES_ops_index, "");
            }
            wick_index_source *source = &sources[(*count)++];
            if (is_mask(index)) {
                do {
                    wick_status wick_try_status =
                        (wick_index_mask(call, INDICES_ops_index, index, strides + dim, source));
                    if (wick_try_status != WICK_OK) {
                        return wick_try_status;
                    }
                } while (0);
            } else {
                do {
                    wick_status wick_try_status = (wick_index_integers(
                        call, INDICES_ops_index, index, s->rank, s->sizes, source));
                    if (wick_try_status != WICK_OK) {
                        return wick_try_status;
                    }
                } while (0);
                source->of.integers.extent = pointed->sizes[dim];
                source->of.integers.step = strides[dim];
            }
        }
        dim += width;
    }
    return WICK_OK;
}

typedef enum wick_combination {
    WICK_COMBINE_ADD,
    WICK_COMBINE_MULTIPLY,
    WICK_COMBINE_MINIMUM,
    WICK_COMBINE_MAXIMUM,
    WICK_COMBINE_ADD_SCALED,
} wick_combination;
typedef struct wick_combining {
    uint32_t dtype;
    wick_combination combination;
    double scale;
    int64_t integer_scale;
} wick_combining;
typedef struct index_walk {
    const wick_index_plan *plan;
    const wick_index_source *sources;
    wick_cursor position;
    mask_cursor masks[WICK_INDEX_SOURCES];
} index_walk;
static bool is_empty_kernels_index_index(const wick_walk *walk)
{
    for (uint32_t d = 0; d < walk->rank; d++) {
        if (walk->sizes[d] == 0) {
            return true;
        }
    }
    return walk->rank == 0;
}

static bool mask_settle(const wick_index_source *source, mask_cursor *cursor)
{
    while (((const uint8_t *)source->data)[cursor->at] == 0) {
        if (!mask_step(source, cursor)) {
            return false;
        }
    }
    return true;
}

static void mask_next(const wick_index_source *source, bool restart, mask_cursor *cursor)
{
    const mask_cursor start = {{0}, 0, 0};
    const mask_cursor before = *cursor;
    if (restart) {
        *cursor = start;
    } else if (!mask_step(source, cursor)) {
        *cursor = before;
        return;
    }
    if (!mask_settle(source, cursor)) {
        *cursor = before;
    }
}

static int64_t wick_index_read(uint32_t kind, const void *data, int32_t at)
{
    switch (kind) {
    case WICK_INDEX_INT64:
        return ((const int64_t *)data)[at];
    case WICK_INDEX_INT32:
        return ((const int32_t *)data)[at];
    case WICK_INDEX_INT16:
        return ((const int16_t *)data)[at];
    case WICK_INDEX_INT8:
        return ((const int8_t *)data)[at];
    default:
        return ((const uint8_t *)data)[at];
    }
}

static bool integer_offset(const wick_index_source *source, const wick_cursor *position,
                           uint32_t rank, int32_t *offset)
{
    int32_t at = 0;
    for (uint32_t d = 0; d < rank; d++) {
        at += position->index[d] * source->of.integers.strides[d];
    }
    const int64_t extent = source->of.integers.extent;
    int64_t index = wick_index_read(source->kind, source->data, at);
    if (index < 0 && source->wraps) {
        index += extent;
    }
    if (index < 0 || index >= extent) {
        return false;
    }
    *offset += (int32_t)index * source->of.integers.step;
    return true;
}

static bool offsets_at(index_walk *walk, int32_t offsets[2])
{
    const wick_index_plan *plan = walk->plan;
    const uint32_t rank = plan->positions.rank;
    int32_t added = 0;
    for (uint32_t k = 0; k < plan->source_count; k++) {
        const wick_index_source *source = &walk->sources[k];
        if (source->kind == WICK_INDEX_MASK) {
            mask_next(source, walk->position.index[rank - 1] == 0, &walk->masks[k]);
            added += walk->masks[k].offset;
        } else if (!integer_offset(source, &walk->position, rank, &added)) {
            return false;
        }
    }
    offsets[0] = walk->position.offsets[0] + (plan->operand == 0 ? added : 0);
    offsets[1] = walk->position.offsets[1] + (plan->operand == 1 ? added : 0);
    return true;
}

static bool is_real(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

static double combine_reals(const wick_combining *how, double a, double b)
{
    switch (how->combination) {
    case WICK_COMBINE_ADD:
    case WICK_COMBINE_ADD_SCALED:
        return a + b;
    case WICK_COMBINE_MULTIPLY:
        return a * b;
    case WICK_COMBINE_MINIMUM:
        return a != a || a < b ? a : b;
    case WICK_COMBINE_MAXIMUM:
        return a != a || a > b ? a : b;
    }
    return a;
}

static int64_t combine_integers(const wick_combining *how, int64_t a, int64_t b)
{
    switch (how->combination) {
    case WICK_COMBINE_ADD:
        return (int64_t)((uint64_t)a + (uint64_t)b);
    case WICK_COMBINE_MULTIPLY:
        return (int64_t)((uint64_t)a * (uint64_t)b);
    case WICK_COMBINE_MINIMUM:
        return a < b ? a : b;
    case WICK_COMBINE_MAXIMUM:
        return a > b ? a : b;
    case WICK_COMBINE_ADD_SCALED:
        return (int64_t)((uint64_t)a + (uint64_t)how->integer_scale * (uint64_t)b);
    }
    return a;
}

static void combine_element(const wick_combining *how, const void *from, void *to)
{
    const wick_elements one = {how->dtype, 1, 1};
    if (is_real(how->dtype)) {
        double a;
        double b;
        wick_read_f64(&one, to, &a);
        wick_read_f64(&one, from, &b);
        if (how->combination == WICK_COMBINE_ADD_SCALED) {
            b *= how->scale;
            wick_round_f64(how->dtype, 1, &b);
        }
        const double result = combine_reals(how, a, b);
        wick_write_f64(&one, &result, to);
        return;
    }
    int64_t a;
    int64_t b;
    wick_read_i64(&one, to, &a);
    wick_read_i64(&one, from, &b);
    const int64_t result = combine_integers(how, a, b);
    wick_write_i64(&one, &result, to);
}

static void combine_block(const wick_walk *inner, const wick_combining *how, const uint8_t *from,
                          uint8_t *to)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(how->dtype);
    wick_cursor cursor = {0};
    do {
        combine_element(how, from + cursor.offsets[0] * size, to + cursor.offsets[1] * size);
    } while (wick_walk_next(inner, 0, &cursor));
}

static bool wick_index_combine(const wick_index_plan *plan, const wick_index_source *sources,
                               const wick_combining *how, const void *from, void *to)
{
    index_walk walk = {.plan = plan, .sources = sources};
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(how->dtype);
    if (is_empty_kernels_index_index(&plan->positions) ||
        is_empty_kernels_index_index(&plan->inner)) {
        return true;
    }
    do {
        int32_t offsets[2];
        if (!offsets_at(&walk, offsets)) {
            return false;
        }
        combine_block(&plan->inner, how, (const uint8_t *)from + offsets[0] * size,
                      (uint8_t *)to + offsets[1] * size);
    } while (wick_walk_next(&plan->positions, 0, &walk.position));
    return true;
}

static void copy_block(const wick_walk *inner, uint32_t element_bytes, const uint8_t *from,
                       uint8_t *to)
{
    if (inner->rank == 1 && inner->sizes[0] == 1 && element_bytes == 4) {
        *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
    } else {
        wick_copy_strided(inner, element_bytes, from, to);
    }
}

static bool wick_index_copy(const wick_index_plan *plan, const wick_index_source *sources,
                            uint32_t element_bytes, const void *from, void *to)
{
    index_walk walk = {.plan = plan, .sources = sources};
    const ptrdiff_t size = (ptrdiff_t)element_bytes;
    if (is_empty_kernels_index_index(&plan->positions) ||
        is_empty_kernels_index_index(&plan->inner)) {
        return true;
    }
    do {
        int32_t offsets[2];
        if (!offsets_at(&walk, offsets)) {
            return false;
        }
        copy_block(&plan->inner, element_bytes, (const uint8_t *)from + offsets[0] * size,
                   (uint8_t *)to + offsets[1] * size);
    } while (wick_walk_next(&plan->positions, 0, &walk.position));
    return true;
}

static wick_status refuse_index(const wick_call *call)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES_ops_index, "");
}

static __attribute__((noinline)) wick_status
move_ops_index(const wick_call *call, const selection *s, const wick_tensor *pointed,
               wick_index_plan *plan, bool accumulates, const void *from, void *to)
{
    wick_index_source sources[WICK_INDEX_SOURCES];
    plan->source_count = 0;
    do {
        wick_status wick_try_status =
            (find_sources(call, s, pointed, sources, &plan->source_count));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    const wick_combining adding = {.dtype = pointed->dtype, .combination = WICK_COMBINE_ADD};
    const bool is_inside =
        accumulates
            ? wick_index_combine(plan, sources, &adding, from, to)
            : wick_index_copy(plan, sources, wick_dtype_size_bytes(pointed->dtype), from, to);
    return is_inside ? WICK_OK : refuse_index(call);
}

static wick_status wick_index_tensor_run(const wick_call *call, const void *block)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *self = wick_call_tensor(call, SELF_ops_index);
    (void)block;
    do {
        wick_status wick_try_status = (select(call, true, &s));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    do {
        wick_status wick_try_status = (s.has_mask ? resize_out_ops_index(call, &s) : WICK_OK);
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    do {
        wick_status wick_try_status = (plan_tensor(call, &s, &plan));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return move_ops_index(call, &s, self, &plan, false, self->data,
                          wick_call_tensor(call, OUT_ops_index)->data);
}

static wick_status values_view(const wick_call *call, const selection *s, wick_view *view)
{
    uint32_t rank;
    int32_t sizes[16];
    *view = wick_view_of(wick_call_tensor(call, VALUES_ops_index));
    do {
        wick_status wick_try_status = (result_sizes(call, s, &rank, sizes));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    while (view->rank > rank && view->sizes[0] == 1) {
        wick_view_remove(view, 0);
    }
    return wick_view_expand(view, rank, sizes)
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, VALUES_ops_index, "");
}

static void swap_operands(wick_walk *walk)
{
    for (uint32_t d = 0; d < 8; d++) {
        const int32_t stride = walk->strides[0][d];
        walk->strides[0][d] = walk->strides[1][d];
        walk->strides[1][d] = stride;
    }
}

static wick_status plan_put(const wick_call *call, const selection *s, const wick_tensor *out,
                            wick_index_plan *plan)
{
    wick_view values;
    do {
        wick_status wick_try_status = (values_view(call, s, &values));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    plan->operand = 1;
    do {
        wick_status wick_try_status = (plan_loops_ops_index(call, s, out, &values, plan));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    swap_operands(&plan->positions);
    swap_operands(&plan->inner);
    return WICK_OK;
}

static wick_status wick_index_put_in_place_run(const wick_call *call, const void *block)
{
    selection s;
    wick_index_plan plan;
    const wick_tensor *out = wick_call_tensor(call, ((const wick_index_block *)block)->out_arg);
    do {
        wick_status wick_try_status = (select(call, true, &s));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    do {
        wick_status wick_try_status = (plan_put(call, &s, out, &plan));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return move_ops_index(call, &s, out, &plan, wick_call_bool(call, ACCUMULATE),
                          wick_call_tensor(call, VALUES_ops_index)->data, out->data);
}

static wick_status wick_index_put_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF_ops_index);
    const wick_tensor *out = wick_call_tensor(call, PUT_OUT);
    const wick_view from = wick_view_of(self);
    const wick_view to = wick_view_of(out);
    do {
        wick_status wick_try_status = (wick_view_copy(call, PUT_OUT, self, &from, out, &to));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return wick_index_put_in_place_run(call, block);
}

typedef struct wick_cat_block {
    uint32_t dim;
} wick_cat_block;
typedef struct wick_layout {
    uint32_t rank;
    int32_t sizes[16];
    int32_t strides[2][16];
} wick_layout;
enum { FROM_ops_join, TO_ops_join };
static bool is_empty_ops_layout(const wick_layout *layout)
{
    for (uint32_t i = 0; i < layout->rank; i++) {
        if (layout->sizes[i] == 0) {
            return true;
        }
    }
    return false;
}

static bool merges_ops_layout(const wick_layout *layout, uint32_t d, const wick_walk *walk)
{
    if (walk->rank == 0) {
        return false;
    }
    const uint32_t last = walk->rank - 1;
    for (uint32_t k = 0; k < 2; k++) {
        if (walk->strides[k][last] != layout->strides[k][d] * layout->sizes[d]) {
            return false;
        }
    }
    return true;
}

static wick_status wick_layout_walk(const wick_call *call, uint32_t arg, const wick_layout *layout,
                                    const uint8_t *dim_order, wick_walk *walk)
{
    *walk = (wick_walk){0};
    if (is_empty_ops_layout(layout)) {
        return WICK_OK;
    }
    for (uint32_t i = 0; i < layout->rank; i++) {
        const uint32_t d = dim_order[i];
        if (layout->sizes[d] == 1) {
            continue;
        }
        if (merges_ops_layout(layout, d, walk)) {
            walk->sizes[walk->rank - 1] *= layout->sizes[d];
        } else if (walk->rank == 8) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, "");
        } else {
            walk->sizes[walk->rank++] = layout->sizes[d];
        }
        walk->strides[0][walk->rank - 1] = layout->strides[0][d];
        walk->strides[1][walk->rank - 1] = layout->strides[1][d];
    }
    if (walk->rank == 0) {
        *walk = (wick_walk){1, {1}, {{1}, {1}}};
    }
    return WICK_OK;
}

static wick_status part_walk(const wick_call *call, const wick_tensor *tensor, wick_walk *walk)
{
    const wick_tensor *out = wick_call_tensor(call, 2);
    wick_layout layout = {.rank = tensor->rank};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        layout.sizes[i] = tensor->sizes[i];
    }
    wick_tensor_strides(tensor, layout.strides[FROM_ops_join]);
    wick_tensor_strides(out, layout.strides[TO_ops_join]);
    return wick_layout_walk(call, 0, &layout, out->dim_order, walk);
}

static void copy_part(const wick_walk *walk, const wick_tensor *tensor, const wick_tensor *out,
                      uint8_t *to)
{
    if (tensor->dtype == out->dtype) {
        wick_copy_strided(walk, wick_dtype_size_bytes(out->dtype), tensor->data, to);
    } else {
        wick_copy_converted(walk, (wick_conversion){tensor->dtype, out->dtype}, tensor->data, to);
    }
}

static wick_status wick_cat_run(const wick_call *call, const void *block)
{
    const uint32_t dim = ((const wick_cat_block *)block)->dim;
    const wick_tensor *out = wick_call_tensor(call, 2);
    int32_t strides[16];
    wick_tensor_strides(out, strides);
    const size_t pitch_bytes = (size_t)strides[dim] * wick_dtype_size_bytes(out->dtype);
    uint8_t *to = out->data;
    for (uint32_t k = 0; k < wick_call_list_count(call, 0); k++) {
        const wick_tensor *tensor = wick_call_tensor_at(call, 0, k);
        if (wick_tensor_count(tensor) == 0) {
            continue;
        }
        wick_walk walk;
        do {
            wick_status wick_try_status = (part_walk(call, tensor, &walk));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        copy_part(&walk, tensor, out, to);
        to += (size_t)tensor->sizes[dim] * pitch_bytes;
    }
    return WICK_OK;
}

typedef struct wick_pad_block {
    uint8_t element[8];
    wick_walk walk;
    int32_t from_offset;
    int32_t to_offset;
    uint32_t fill_count;
    uint32_t out_arg;
} wick_pad_block;
enum { SELF_ops_pad, PAD, VALUE_ops_pad, OUT_ops_pad };
static void fill_8(const void *pattern, size_t count, void *to)
{
    const uint8_t value = *(const uint8_t *)pattern;
    uint8_t *target = (uint8_t *)to;
    for (size_t i = 0; i < count; i++) {
        target[i] = value;
    }
}

static void fill_16(const void *pattern, size_t count, void *to)
{
    const uint16_t value = *(const uint16_t *)pattern;
    uint16_t *target = (uint16_t *)to;
    for (size_t i = 0; i < count; i++) {
        target[i] = value;
    }
}

static void fill_32(const void *pattern, size_t count, void *to)
{
    const uint32_t value = *(const uint32_t *)pattern;
    uint32_t *target = (uint32_t *)to;
    for (size_t i = 0; i < count; i++) {
        target[i] = value;
    }
}

static void fill_64(const void *pattern, size_t count, void *to)
{
    const uint64_t value = *(const uint64_t *)pattern;
    uint64_t *target = (uint64_t *)to;
    for (size_t i = 0; i < count; i++) {
        target[i] = value;
    }
}

static void wick_fill(uint32_t element_bytes, const void *pattern, size_t count, void *to)
{
    switch (element_bytes) {
    case 1:
        fill_8(pattern, count, to);
        break;
    case 2:
        fill_16(pattern, count, to);
        break;
    case 4:
        fill_32(pattern, count, to);
        break;
    case 8:
        fill_64(pattern, count, to);
        break;
    }
}

static wick_status wick_pad_run(const wick_call *call, const void *block)
{
    const wick_pad_block *b = block;
    const wick_tensor *self = wick_call_tensor(call, SELF_ops_pad);
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    const uint32_t element_bytes = wick_dtype_size_bytes(out->dtype);
    wick_fill(element_bytes, b->element, b->fill_count, out->data);
    if (b->walk.rank != 0) {
        const uint8_t *from = self->data;
        uint8_t *to = out->data;
        wick_copy_strided(&b->walk, element_bytes, from + (size_t)b->from_offset * element_bytes,
                          to + (size_t)b->to_offset * element_bytes);
    }
    return WICK_OK;
}

typedef struct wick_gather {
    uint32_t row_count;
    uint32_t row_bytes;
    uint32_t index_count;
    uint32_t index_bytes;
} wick_gather;
typedef struct wick_embedding_block {
    wick_gather plan;
} wick_embedding_block;
static bool wick_gather_rows(const wick_gather *plan, const void *table, const void *indices,
                             void *out)
{
    const size_t row_bytes = plan->row_bytes;
    uint8_t *to = out;
    for (uint32_t i = 0; i < plan->index_count; i++, to += row_bytes) {
        const int64_t index =
            plan->index_bytes == 8 ? ((const int64_t *)indices)[i] : ((const int32_t *)indices)[i];
        if (index < 0 || index >= plan->row_count) {
            return false;
        }
        if (row_bytes != 0) {
            memmove(to, (const uint8_t *)table + (size_t)index * row_bytes, row_bytes);
        }
    }
    return true;
}

enum { WEIGHT_ops_embedding, INDICES_ops_embedding, OUT_ops_embedding = 5 };
static wick_status wick_embedding_run(const wick_call *call, const void *block)
{
    const wick_embedding_block *b = block;
    if (!wick_gather_rows(&b->plan, wick_call_tensor(call, WEIGHT_ops_embedding)->data,
                          wick_call_tensor(call, INDICES_ops_embedding)->data,
                          wick_call_tensor(call, OUT_ops_embedding)->data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES_ops_embedding, "");
    }
    return WICK_OK;
}

typedef struct wick_fill_block {
    uint8_t element[8];
    uint32_t count;
    uint32_t out_arg;
} wick_fill_block;
static wick_status wick_full_run(const wick_call *call, const void *block)
{
    const wick_fill_block *b = block;
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    wick_fill(wick_dtype_size_bytes(out->dtype), b->element, b->count, out->data);
    return WICK_OK;
}

typedef struct wick_arange_block {
    union {
        int64_t integer;
        double real;
    } start, step;
    uint32_t count;
    uint32_t out_arg;
} wick_arange_block;
static wick_status wick_arange_run(const wick_call *call, const void *block)
{
    const wick_arange_block *b = block;
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    const wick_elements one = {out->dtype, 1, 1};
    const size_t element_bytes = wick_dtype_size_bytes(out->dtype);
    const bool is_real = wick_dtype_is_float(out->dtype);
    for (uint32_t i = 0; i < b->count; i++) {
        uint8_t *to = (uint8_t *)out->data + i * element_bytes;
        if (is_real) {
            const double value = b->start.real + b->step.real * (double)i;
            wick_write_f64(&one, &value, to);
        } else {
            const int64_t value =
                (int64_t)((uint64_t)b->start.integer + (uint64_t)b->step.integer * i);
            wick_write_i64(&one, &value, to);
        }
    }
    return WICK_OK;
}

typedef uint8_t wick_prim_nothing;
static wick_status put_int(const wick_call *call, uint32_t arg, int64_t value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_INT;
    out->integer.value = value;
    return WICK_OK;
}

static wick_status wick_sym_size_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const int64_t dim = wick_call_int(call, 1);
    (void)block;
    return put_int(call, 2, self->sizes[dim < 0 ? dim + self->rank : dim]);
}

static wick_status wick_sym_numel_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_int(call, 1, (int64_t)wick_tensor_count(wick_call_tensor(call, 0)));
}

static double real_element(uint32_t dtype, const void *data)
{
    const uint8_t *bytes = data;
    if (dtype == WICK_FLOAT64) {
        double value;
        memcpy(&value, data, sizeof value);
        return value;
    }
    if (dtype == WICK_FLOAT32) {
        float value;
        memcpy(&value, data, sizeof value);
        return (double)value;
    }
    const uint16_t bits = (uint16_t)(bytes[0] | bytes[1] << 8);
    return (double)(dtype == WICK_FLOAT16 ? wick_f32_from_f16(bits) : wick_f32_from_bf16(bits));
}

static int64_t integer_element(uint32_t dtype, const void *data)
{
    const uint8_t *bytes = data;
    const uint32_t count = wick_dtype_size_bytes(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16 || dtype == WICK_BOOL;
    uint64_t bits = !is_unsigned && bytes[count - 1] >> 7 != 0 ? UINT64_MAX : 0;
    for (uint32_t i = count; i-- > 0;) {
        bits = bits << 8 | bytes[i];
    }
    return (int64_t)bits;
}

static wick_status wick_local_scalar_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    wick_value *out = wick_call_value(call, 1);
    (void)block;
    if (wick_dtype_is_float(self->dtype)) {
        out->kind = WICK_VALUE_REAL;
        out->real.value = real_element(self->dtype, self->data);
        return WICK_OK;
    }
    out->kind = self->dtype == WICK_BOOL ? WICK_VALUE_BOOL : WICK_VALUE_INT;
    out->integer.value = integer_element(self->dtype, self->data);
    return WICK_OK;
}

typedef bool integer_operation(int64_t a, int64_t b, int64_t *out);
typedef double real_operation(double a, double b);
static bool has_real(const wick_call *call)
{
    return wick_call_is_real(call, 0) || wick_call_is_real(call, 1);
}

static wick_status put_real(const wick_call *call, uint32_t arg, double value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_REAL;
    out->real.value = value;
    return WICK_OK;
}

static wick_status fail_overflow(const wick_call *call)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, "");
}

static wick_status arithmetic(const wick_call *call, integer_operation *integer,
                              real_operation *real)
{
    int64_t value;
    if (has_real(call)) {
        return put_real(call, 2, real(wick_call_real(call, 0), wick_call_real(call, 1)));
    }
    return integer(wick_call_int(call, 0), wick_call_int(call, 1), &value) ? put_int(call, 2, value)
                                                                           : fail_overflow(call);
}

static bool add_integers(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static double add_reals(double a, double b)
{
    return a + b;
}

static wick_status wick_prim_add_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, add_integers, add_reals);
}

static bool sub_integers(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_sub_overflow(a, b, out);
}

static double sub_reals(double a, double b)
{
    return a - b;
}

static wick_status wick_prim_sub_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, sub_integers, sub_reals);
}

static bool mul_integers(int64_t a, int64_t b, int64_t *out)
{
    const uint64_t product = (uint64_t)a * (uint64_t)b;
    *out = (int64_t)product;
    return a == 0 ||
           (!(a == -1 && b == INT64_MIN) && !(b == -1 && a == INT64_MIN) && *out / a == b);
}

static double mul_reals(double a, double b)
{
    return a * b;
}

static wick_status wick_prim_mul_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, mul_integers, mul_reals);
}

static wick_status refuse_zero(const wick_call *call)
{
    return wick_call_real(call, 1) != 0 ? WICK_OK
                                        : wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, "");
}

static bool floordiv_integers(int64_t a, int64_t b, int64_t *out)
{
    if (b == -1) {
        return sub_integers(0, a, out);
    }
    *out = a / b - (a % b != 0 && (a < 0) != (b < 0));
    return true;
}

static double magnitude_ops_prim(double x)
{
    return x < 0 ? -x : x;
}

static double rest_of(double a, double b)
{
    double rest = magnitude_ops_prim(a);
    const double least = magnitude_ops_prim(b);
    double step = least;
    while (step + step <= rest) {
        step += step;
    }
    for (; rest >= least; step *= 0.5) {
        rest -= rest >= step ? step : 0;
    }
    return rest;
}

static double floor_real(double x)
{
    if (magnitude_ops_prim(x) >= 0x1p52) {
        return x;
    }
    const double whole = (double)(int64_t)x;
    return whole > x ? whole - 1 : whole;
}

static double floordiv_reals(double a, double b)
{
    if (a - a != 0 || b != b) {
        return (a - a) * b;
    }
    const bool is_negative = (a < 0) != (b < 0);
    const double rest = rest_of(a, b);
    double quotient = rest == magnitude_ops_prim(a) ? 0 : (a - (a < 0 ? -rest : rest)) / b;
    quotient -= rest != 0 && is_negative ? 1 : 0;
    const double whole = floor_real(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}

static wick_status wick_prim_floordiv_run(const wick_call *call, const void *block)
{
    (void)block;
    do {
        wick_status wick_try_status = (refuse_zero(call));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return arithmetic(call, floordiv_integers, floordiv_reals);
}

static double truediv_reals(double a, double b)
{
    return a / b;
}

static wick_status wick_prim_truediv_run(const wick_call *call, const void *block)
{
    (void)block;
    do {
        wick_status wick_try_status = (refuse_zero(call));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return put_real(call, 2, truediv_reals(wick_call_real(call, 0), wick_call_real(call, 1)));
}

static bool mod_integers(int64_t a, int64_t b, int64_t *out)
{
    const int64_t rest = b == -1 ? 0 : a % b;
    *out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    return true;
}

static wick_status wick_prim_mod_run(const wick_call *call, const void *block)
{
    (void)block;
    do {
        wick_status wick_try_status = (refuse_zero(call));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return arithmetic(call, mod_integers, NULL);
}

static bool max_integers(int64_t a, int64_t b, int64_t *out)
{
    *out = a > b ? a : b;
    return true;
}

static double max_reals(double a, double b)
{
    return b > a ? b : a;
}

static wick_status wick_prim_max_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, max_integers, max_reals);
}

static bool min_integers(int64_t a, int64_t b, int64_t *out)
{
    *out = a < b ? a : b;
    return true;
}

static double min_reals(double a, double b)
{
    return b < a ? b : a;
}

static wick_status wick_prim_min_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, min_integers, min_reals);
}

static wick_status put_bool(const wick_call *call, uint32_t arg, bool value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_BOOL;
    out->integer.value = value;
    return WICK_OK;
}

typedef struct order {
    bool is_less;
    bool is_greater;
    bool is_equal;
} order;
static order compare(const wick_call *call)
{
    if (has_real(call)) {
        const double a = wick_call_real(call, 0);
        const double b = wick_call_real(call, 1);
        return (order){a<b, a> b, a == b};
    }
    const int64_t a = wick_call_int(call, 0);
    const int64_t b = wick_call_int(call, 1);
    return (order){a<b, a> b, a == b};
}

static wick_status wick_prim_eq_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_equal);
}

static wick_status wick_prim_gt_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_greater);
}

static wick_status wick_prim_lt_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_less);
}

static wick_status wick_prim_ge_run(const wick_call *call, const void *block)
{
    const order found = compare(call);
    (void)block;
    return put_bool(call, 2, found.is_greater || found.is_equal);
}

static wick_status wick_prim_le_run(const wick_call *call, const void *block)
{
    const order found = compare(call);
    (void)block;
    return put_bool(call, 2, found.is_less || found.is_equal);
}

static wick_status wick_prim_neg_run(const wick_call *call, const void *block)
{
    int64_t value;
    (void)block;
    if (wick_call_is_real(call, 0)) {
        return put_real(call, 1, -wick_call_real(call, 0));
    }
    return sub_integers(0, wick_call_int(call, 0), &value) ? put_int(call, 1, value)
                                                           : fail_overflow(call);
}

static wick_status round_with(const wick_call *call, int64_t (*choose)(double x, int64_t whole))
{
    if (!wick_call_is_real(call, 0)) {
        return put_int(call, 1, wick_call_int(call, 0));
    }
    const double x = wick_call_real(call, 0);
    if (!(x >= -0x1p63 && x < 0x1p63)) {
        return fail_overflow(call);
    }
    return put_int(call, 1, choose(x, (int64_t)x));
}

static int64_t choose_above(double x, int64_t whole)
{
    return whole + ((double)whole < x);
}

static wick_status wick_prim_ceil_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_above);
}

static int64_t choose_nearest(double x, int64_t whole)
{
    const double rest = magnitude_ops_prim(x - (double)whole);
    const bool goes_on = rest > 0.5 || (rest == 0.5 && whole % 2 != 0);
    return whole + (goes_on ? (x < 0 ? -1 : 1) : 0);
}

static wick_status wick_prim_round_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_nearest);
}

static int64_t choose_whole(double x, int64_t whole)
{
    (void)x;
    return whole;
}

static wick_status wick_prim_trunc_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_whole);
}

static wick_status wick_prim_float_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_real(call, 1, wick_call_real(call, 0));
}

static wick_status wick_prim_not_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 1, wick_call_real(call, 0) == 0);
}

static wick_status wick_prim_ite_run(const wick_call *call, const void *block)
{
    (void)block;
    *wick_call_value(call, 3) = *wick_call_value(call, wick_call_real(call, 0) != 0 ? 1 : 2);
    return WICK_OK;
}

typedef struct wick_copy_index_block {
    uint32_t row_bytes;
} wick_copy_index_block;
static wick_status wick_copy_index_run(const wick_call *call, const void *block)
{
    const wick_copy_index_block *b = block;
    uint8_t *to = wick_call_tensor(call, 0)->data;
    const uint8_t *from = wick_call_tensor(call, 1)->data;
    if (b->row_bytes != 0) {
        memmove(to + (size_t)wick_call_int(call, 2) * b->row_bytes, from, b->row_bytes);
    }
    return WICK_OK;
}

static inline int64_t wick_call_int_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    return call->values[wick_load_aligned_u32(items + 8 * (size_t)k)].integer.value;
}

static wick_status wick_check_sizes_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    (void)block;
    for (uint32_t i = 0; i < self->rank; i++) {
        if (self->sizes[i] < wick_call_int_at(call, 1, i) ||
            self->sizes[i] > wick_call_int_at(call, 2, i)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, i, "");
        }
    }
    return WICK_OK;
}

static wick_status wick_et_view_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_call_tensor(call, 2)->data = wick_call_tensor(call, 0)->data;
    return WICK_OK;
}

typedef struct wick_quant_scale {
    int32_t multiplier;
    int32_t shift;
} wick_quant_scale;
typedef struct wick_quant_operand {
    int32_t zero_point;
    wick_quant_scale scale;
} wick_quant_operand;
typedef struct wick_quant_range {
    int32_t offset, minimum, maximum;
} wick_quant_range;
typedef struct wick_quant_residual {
    wick_quant_operand a, b;
    wick_quant_scale out_scale;
    wick_quant_range range;
} wick_quant_residual;
typedef struct wick_add_s8_params {
    wick_quant_residual sum;
    int32_t b_sign;
} wick_add_s8_params;
typedef struct wick_quant_loop {
    int32_t count, a_step, b_step;
} wick_quant_loop;
typedef struct wick_cortex_m_add_block {
    wick_add_s8_params params;
    wick_quant_loop loops[2];
} wick_cortex_m_add_block;
typedef struct wick_quant_pair {
    const int8_t *a, *b;
    int8_t *out;
} wick_quant_pair;
enum { ADD_SELF, ADD_OTHER = 4, ADD_OFFSET = 8, ADD_MULTIPLIER, ADD_SHIFT, ADD_MIN, ADD_MAX };
enum { ADD_OUT = 13 };
typedef struct wick_quant_loops {
    const wick_quant_loop *loop;
    uint32_t count;
} wick_quant_loops;
enum { WICK_QUANT_LOOPS_MAX = 8 };
typedef struct wick_quant_run {
    wick_quant_loop loop;
    ptrdiff_t a, b, out;
    int32_t counter[WICK_QUANT_LOOPS_MAX];
} wick_quant_run;
typedef void visit_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data);
static bool wick_quant_run_first(const wick_quant_loops *loops, wick_quant_run *run)
{
    *run = (wick_quant_run){.loop = {1, 0, 0}};
    if (loops->count > 0) {
        run->loop = loops->loop[loops->count - 1];
    }
    for (uint32_t i = 0; i < loops->count; i++) {
        if (loops->loop[i].count == 0) {
            return false;
        }
    }
    return true;
}

static bool wick_quant_run_next(const wick_quant_loops *loops, wick_quant_run *run)
{
    run->out += run->loop.count;
    for (uint32_t i = loops->count > 0 ? loops->count - 1 : 0; i-- > 0;) {
        const wick_quant_loop *const loop = &loops->loop[i];
        run->a += loop->a_step;
        run->b += loop->b_step;
        if (++run->counter[i] < loop->count) {
            return true;
        }
        run->counter[i] = 0;
        run->a -= (ptrdiff_t)loop->count * loop->a_step;
        run->b -= (ptrdiff_t)loop->count * loop->b_step;
    }
    return false;
}

static void visit_all_kernels_quant_elementwise_s8(const void *params,
                                                   const wick_quant_loops *loops,
                                                   const wick_quant_pair *data, visit_run *visit)
{
    wick_quant_run run;
    if (!wick_quant_run_first(loops, &run)) {
        return;
    }
    do {
        const wick_quant_pair at = {data->a + run.a, data->b + run.b, data->out + run.out};
        visit(params, &run, &at);
    } while (wick_quant_run_next(loops, &run));
}

enum { WICK_QUANT_ADD_HEADROOM = 1 << 20 };
static inline int32_t wick_quant_high_multiply(int32_t value, int32_t multiplier, int32_t left)
{
    const uint64_t product = (uint64_t)((int64_t)value * multiplier) << left;
    return (int32_t)(uint32_t)((product + (UINT64_C(1) << 30)) >> 31);
}

static inline int32_t wick_quant_divide_by_power(int32_t value, int32_t right)
{
    const uint32_t mask = (UINT32_C(1) << right) - 1u;
    const uint32_t rest = (uint32_t)value & mask;
    const uint32_t half = (mask >> 1) + (value < 0 ? 1u : 0u);
    return (value >> right) + (rest > half ? 1 : 0);
}

static inline int32_t wick_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0) {
        return wick_quant_high_multiply(value, multiplier, shift);
    }
    if (shift < -31) {
        return 0;
    }
    return wick_quant_divide_by_power(wick_quant_high_multiply(value, multiplier, 0), -shift);
}

static inline int32_t wick_quant_term(const wick_quant_operand *operand, int32_t value)
{
    const int32_t shifted = (value - operand->zero_point) * WICK_QUANT_ADD_HEADROOM;
    return wick_requantize(shifted, operand->scale.multiplier, operand->scale.shift);
}

static inline int32_t wick_quant_clamp(int32_t value, const wick_quant_range *range)
{
    const int32_t moved = (int32_t)((uint32_t)value + (uint32_t)range->offset);
    const int32_t raised = moved < range->minimum ? range->minimum : moved;
    return raised > range->maximum ? range->maximum : raised;
}

static inline int8_t wick_quant_narrow(int32_t value, const wick_quant_range *range)
{
    return (int8_t)wick_quant_clamp(value, range);
}

static inline int8_t wick_quant_sum(const wick_quant_residual *r, uint32_t terms)
{
    const int32_t steps =
        wick_requantize((int32_t)terms, r->out_scale.multiplier, r->out_scale.shift);
    return wick_quant_narrow(steps, &r->range);
}

static void add_run_kernels_quant_elementwise_s8(const void *params, const wick_quant_run *run,
                                                 const wick_quant_pair *data)
{
    const wick_add_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const uint32_t second = (uint32_t)wick_quant_term(&p->sum.b, *b) * (uint32_t)p->b_sign;
        data->out[i] = wick_quant_sum(&p->sum, (uint32_t)wick_quant_term(&p->sum.a, *a) + second);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

static void wick_add_s8(const wick_add_s8_params *params, const wick_quant_loops *loops,
                        const wick_quant_pair *data)
{
    visit_all_kernels_quant_elementwise_s8(params, loops, data,
                                           add_run_kernels_quant_elementwise_s8);
}

static wick_status wick_cortex_m_add_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_add_block *const b = block;
    const wick_quant_pair data = {wick_call_tensor(call, ADD_SELF)->data,
                                  wick_call_tensor(call, ADD_OTHER)->data,
                                  wick_call_tensor(call, ADD_OUT)->data};
    wick_add_s8(&b->params, &(wick_quant_loops){b->loops, 2}, &data);
    return WICK_OK;
}

typedef struct wick_mul_s8_params {
    int32_t a_zero_point, b_zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_mul_s8_params;
typedef struct wick_cortex_m_mul_block {
    wick_mul_s8_params params;
    wick_quant_loop loops[2];
} wick_cortex_m_mul_block;
enum { MUL_SELF, MUL_SELF_ZERO, MUL_OTHER, MUL_OTHER_ZERO, MUL_OFFSET, MUL_MULTIPLIER };
enum { MUL_SHIFT = 6, MUL_OUT };
static void mul_run_kernels_quant_elementwise_s8(const void *params, const wick_quant_run *run,
                                                 const wick_quant_pair *data)
{
    const wick_mul_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const int32_t product = (*a - p->a_zero_point) * (*b - p->b_zero_point);
        const int32_t steps = wick_requantize(product, p->scale.multiplier, p->scale.shift);
        data->out[i] = wick_quant_narrow(steps, &p->range);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

static void wick_mul_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                        const wick_quant_pair *data)
{
    visit_all_kernels_quant_elementwise_s8(params, loops, data,
                                           mul_run_kernels_quant_elementwise_s8);
}

static wick_status wick_cortex_m_mul_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_mul_block *const b = block;
    const wick_quant_pair data = {wick_call_tensor(call, MUL_SELF)->data,
                                  wick_call_tensor(call, MUL_OTHER)->data,
                                  wick_call_tensor(call, MUL_OUT)->data};
    wick_mul_s8(&b->params, &(wick_quant_loops){b->loops, 2}, &data);
    return WICK_OK;
}

typedef struct wick_div_quant_params {
    uint32_t count;
    uint32_t dtype;
    int32_t a_zero_point, b_zero_point, offset;
    float scale;
} wick_div_quant_params;
typedef wick_div_quant_params wick_cortex_m_div_block;
static int32_t quotient(int32_t a, int32_t b, const wick_quant_scale *scale)
{
    if (b == 0) {
        return 0;
    }
    const uint64_t product = (uint64_t)(uint32_t)(a < 0 ? -a : a) * (uint32_t)scale->multiplier;
    const uint64_t halves = (product / (uint32_t)(b < 0 ? -b : b)) >> (30 - scale->shift);
    const uint64_t magnitude = (halves + 1) >> 1;
    const int32_t limited = magnitude > INT32_MAX ? INT32_MAX : (int32_t)magnitude;
    return (a < 0) != (b < 0) ? -limited : limited;
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static void wick_div_quant(const wick_div_quant_params *params, const void *a, const void *b,
                           void *out)
{
    const wick_div_quant_params *const p = params;
    const float low = p->dtype == WICK_INT8 ? INT8_MIN : INT16_MIN;
    const float high = p->dtype == WICK_INT8 ? INT8_MAX : INT16_MAX;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)p->count; i++) {
        const int32_t x = (int32_t)wick_element_integer(a, i, p->dtype) - p->a_zero_point;
        const int32_t y = (int32_t)wick_element_integer(b, i, p->dtype) - p->b_zero_point;
        const float quotient = y != 0 ? (float)x / (float)y : 0.0f;
        const float steps = wick_rint_f32(quotient * p->scale) + (float)p->offset;
        wick_element_store_integer(out, i, p->dtype, (int32_t)clamp(steps, low, high));
    }
}

enum { DIV_SCALE = 5, DIV_OUT };
static wick_status wick_cortex_m_div_run(const wick_call *call, const void *block)
{
    wick_div_quant(block, wick_call_tensor(call, MUL_SELF)->data,
                   wick_call_tensor(call, MUL_OTHER)->data, wick_call_tensor(call, DIV_OUT)->data);
    return WICK_OK;
}

typedef struct wick_cortex_m_activation_block {
    uint32_t count;
} wick_cortex_m_activation_block;
static void wick_lookup_s8(size_t count, const int8_t *table, const int8_t *input, int8_t *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = table[input[i] + 128];
    }
}

enum { ACTIVATION_INPUT, ACTIVATION_TABLE, ACTIVATION_OUT };
static wick_status wick_cortex_m_activation_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_activation_block *const b = block;
    wick_lookup_s8(b->count, wick_call_tensor(call, ACTIVATION_TABLE)->data,
                   wick_call_tensor(call, ACTIVATION_INPUT)->data,
                   wick_call_tensor(call, ACTIVATION_OUT)->data);
    return WICK_OK;
}

typedef struct wick_cortex_m_softmax_block {
    uint32_t dim;
    int32_t zero_point;
    float scale;
} wick_cortex_m_softmax_block;
enum {
    INPUT_ops_cortex_m_softmax,
    DIM_ops_cortex_m_softmax,
    IN_ZERO,
    OUT_ZERO,
    MULTIPLIER_ops_cortex_m_softmax,
    SHIFT_ops_cortex_m_softmax,
    DIFF_MIN,
    OUT_ops_cortex_m_softmax
};
typedef struct wick_softmax_s8_params {
    uint32_t kept;
    int32_t zero_point;
    float scale;
    wick_nest_dim dims[16];
} wick_softmax_s8_params;
typedef struct row_kernels_quant_softmax_s8 {
    const wick_softmax_s8_params *p;
    const int8_t *input;
    int8_t *out;
    wick_nest_dim dim;
} row_kernels_quant_softmax_s8;
static float real(const row_kernels_quant_softmax_s8 *r, int8_t value)
{
    return (float)(value - r->p->zero_point) * r->p->scale;
}

static int8_t maximum_kernels_quant_softmax_s8(const row_kernels_quant_softmax_s8 *r)
{
    int8_t best = INT8_MIN;
    for (int32_t i = 0; i < r->dim.size; i++) {
        const int8_t value = r->input[(ptrdiff_t)i * r->dim.in];
        best = value > best ? value : best;
    }
    return best;
}

enum { CHUNK_kernels_quant_softmax_s8 = 32, STEPS = 256 };
static float exponential_kernels_quant_softmax_s8(const row_kernels_quant_softmax_s8 *r, float max,
                                                  int32_t i)
{
    return wick_exp_f32(real(r, r->input[(ptrdiff_t)i * r->dim.in]) - max);
}

static float sum_of_exponentials_kernels_quant_softmax_s8(const row_kernels_quant_softmax_s8 *r,
                                                          float max)
{
    float sum = 0;
    for (int32_t k = 0; k < r->dim.size; k += CHUNK_kernels_quant_softmax_s8) {
        const int32_t end = r->dim.size - k < CHUNK_kernels_quant_softmax_s8
                                ? r->dim.size
                                : k + CHUNK_kernels_quant_softmax_s8;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            part += exponential_kernels_quant_softmax_s8(r, max, i);
        }
        sum += part;
    }
    return sum;
}

static void softmax_row_kernels_quant_softmax_s8(const row_kernels_quant_softmax_s8 *r)
{
    const float max = real(r, maximum_kernels_quant_softmax_s8(r));
    const float sum = sum_of_exponentials_kernels_quant_softmax_s8(r, max);
    for (int32_t i = 0; i < r->dim.size; i++) {
        const float steps =
            wick_rint_f32(exponential_kernels_quant_softmax_s8(r, max, i) / sum * STEPS) + INT8_MIN;
        r->out[(ptrdiff_t)i * r->dim.out] = (int8_t)(steps > INT8_MAX ? INT8_MAX : steps);
    }
}

static void wick_softmax_s8(const wick_softmax_s8_params *params, const int8_t *input, int8_t *out)
{
    if (wick_nest_count(params->dims, params->kept + 1) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        const row_kernels_quant_softmax_s8 r = {params, input + at.in, out + at.out,
                                                params->dims[params->kept]};
        softmax_row_kernels_quant_softmax_s8(&r);
    } while (wick_nest_next(&at, params->dims, params->kept));
}

static wick_status wick_cortex_m_softmax_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_softmax_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_cortex_m_softmax);
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_cortex_m_softmax);
    wick_softmax_s8_params p = {.zero_point = b->zero_point, .scale = b->scale};
    const uint32_t all = (1u << input->rank) - 1;
    p.kept = wick_tensor_nest(input, out, all & ~(1u << b->dim), p.dims);
    p.dims[p.kept] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(input, out, all & (1u << b->dim), p.dims + p.kept);
    wick_softmax_s8(&p, input->data, out->data);
    return WICK_OK;
}

typedef struct wick_batch_matmul_s8_params {
    int32_t batch, rows, cols, depth;
    int32_t lhs_strides[3], rhs_strides[3], out_strides[3];
    int32_t lhs_offset, rhs_offset;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_batch_matmul_s8_params;
typedef wick_batch_matmul_s8_params wick_cortex_m_batch_matmul_block;
static int32_t dot_kernels_quant_batch_matmul_s8(const wick_batch_matmul_s8_params *p,
                                                 const int8_t *lhs, const int8_t *rhs)
{
    int32_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++) {
        sum += (*lhs + p->lhs_offset) * (*rhs + p->rhs_offset);
        lhs += p->lhs_strides[2];
        rhs += p->rhs_strides[2];
    }
    return sum;
}

static void multiply_kernels_quant_batch_matmul_s8(const wick_batch_matmul_s8_params *p,
                                                   const int8_t *lhs, const int8_t *rhs,
                                                   int8_t *out)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const int8_t *const left = lhs + (ptrdiff_t)row * p->lhs_strides[1];
        int8_t *to = out + (ptrdiff_t)row * p->out_strides[1];
        for (int32_t col = 0; col < p->cols; col++) {
            const int32_t sum = dot_kernels_quant_batch_matmul_s8(
                p, left, rhs + (ptrdiff_t)col * p->rhs_strides[1]);
            const int32_t steps = wick_requantize(sum, p->scale.multiplier, p->scale.shift);
            *to = wick_quant_narrow(steps, &p->range);
            to += p->out_strides[2];
        }
    }
}

static void wick_batch_matmul_s8(const wick_batch_matmul_s8_params *params, const int8_t *lhs,
                                 const int8_t *rhs, int8_t *out)
{
    for (ptrdiff_t n = 0; n < params->batch; n++) {
        multiply_kernels_quant_batch_matmul_s8(params, lhs + n * params->lhs_strides[0],
                                               rhs + n * params->rhs_strides[0],
                                               out + n * params->out_strides[0]);
    }
}

enum {
    LHS,
    LHS_OFFSET,
    RHS,
    RHS_OFFSET,
    OFFSET,
    MULTIPLIER_ops_cortex_m_matmul,
    SHIFT_ops_cortex_m_matmul,
    SCRATCH,
    OUT_ops_cortex_m_matmul
};
static wick_status wick_cortex_m_batch_matmul_run(const wick_call *call, const void *block)
{
    wick_batch_matmul_s8(block, wick_call_tensor(call, LHS)->data,
                         wick_call_tensor(call, RHS)->data,
                         wick_call_tensor(call, OUT_ops_cortex_m_matmul)->data);
    return WICK_OK;
}

typedef struct wick_avg_pool2d_s8_params {
    wick_pool2d_params window;
    int32_t zero_point;
    float scale;
} wick_avg_pool2d_s8_params;
typedef wick_avg_pool2d_s8_params wick_cortex_m_avg_pool2d_block;
typedef struct avg_call {
    const wick_avg_pool2d_s8_params *params;
    const int8_t *input;
    int8_t *out;
} avg_call;
static const int8_t *row_of_kernels_quant_pool_s8(const int8_t *input, const wick_pool_window *w,
                                                  int32_t y)
{
    return input + w->plane + (ptrdiff_t)y * w->row_step + (ptrdiff_t)w->x0 * w->col_step;
}

static void visit_avg(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    (void)p;
    const avg_call *const call = context;
    const float scale = call->params->scale;
    const int32_t zero_point = call->params->zero_point;
    float sum = 0;
    for (int32_t y = w->y0; y < w->y1; y++) {
        const int8_t *at = row_of_kernels_quant_pool_s8(call->input, w, y);
        for (int32_t x = w->x0; x < w->x1; x++) {
            sum += (float)(*at - zero_point) * scale;
            at += w->col_step;
        }
    }
    const float steps = wick_rint_f32(sum / (float)w->size / scale) + (float)zero_point;
    call->out[w->out] = (int8_t)(steps < INT8_MIN ? INT8_MIN : steps > INT8_MAX ? INT8_MAX : steps);
}

static void wick_avg_pool2d_s8(const wick_avg_pool2d_s8_params *params, const int8_t *input,
                               int8_t *out)
{
    const avg_call call = {params, input, out};
    wick_pool_walk(&params->window, wick_pool_fixed_bounds, visit_avg, &call);
}

enum { INPUT_ops_cortex_m_pool };
enum { AVG_ZERO_POINT = 4, AVG_MULTIPLIER, AVG_SHIFT, AVG_SCRATCH, AVG_OUT_ops_cortex_m_pool };
enum { AVG_CEIL_ops_cortex_m_pool = 4 };
static uint32_t avg_shift(const wick_call *call)
{
    return wick_call_value(call, AVG_CEIL_ops_cortex_m_pool)->kind == WICK_VALUE_BOOL ? 1 : 0;
}

static wick_status wick_cortex_m_avg_pool2d_run(const wick_call *call, const void *block)
{
    wick_avg_pool2d_s8(block, wick_call_tensor(call, INPUT_ops_cortex_m_pool)->data,
                       wick_call_tensor(call, AVG_OUT_ops_cortex_m_pool + avg_shift(call))->data);
    return WICK_OK;
}

typedef struct wick_max_pool2d_s8_params {
    wick_pool2d_params window;
    int8_t min, max;
} wick_max_pool2d_s8_params;
typedef wick_max_pool2d_s8_params wick_cortex_m_max_pool2d_block;
typedef struct max_call {
    const wick_max_pool2d_s8_params *params;
    const int8_t *input;
    int8_t *out;
} max_call;
static void visit_max(const wick_pool2d_params *p, const wick_pool_window *w, const void *context)
{
    (void)p;
    const max_call *const call = context;
    int8_t best = INT8_MIN;
    for (int32_t y = w->y0; y < w->y1; y++) {
        const int8_t *at = row_of_kernels_quant_pool_s8(call->input, w, y);
        for (int32_t x = w->x0; x < w->x1; x++) {
            best = *at > best ? *at : best;
            at += w->col_step;
        }
    }
    best = best < call->params->min ? call->params->min : best;
    call->out[w->out] = best > call->params->max ? call->params->max : best;
}

static void wick_max_pool2d_s8(const wick_max_pool2d_s8_params *params, const int8_t *input,
                               int8_t *out)
{
    const max_call call = {params, input, out};
    wick_pool_walk(&params->window, wick_pool_fixed_bounds, visit_max, &call);
}

enum {
    MAX_DILATION_ops_cortex_m_pool = 4,
    MAX_CEIL_ops_cortex_m_pool,
    MAX_IN_ZERO,
    MAX_OUT_ZERO,
    MAX_LOW,
    MAX_HIGH,
    MAX_OUT_ops_cortex_m_pool
};
static wick_status wick_cortex_m_max_pool2d_run(const wick_call *call, const void *block)
{
    wick_max_pool2d_s8(block, wick_call_tensor(call, INPUT_ops_cortex_m_pool)->data,
                       wick_call_tensor(call, MAX_OUT_ops_cortex_m_pool)->data);
    return WICK_OK;
}

typedef struct wick_quantize_params {
    uint32_t count;
    uint8_t dtype;
    float factor;
    int32_t zero_point, minimum, maximum;
} wick_quantize_params;
typedef wick_quantize_params wick_cortex_m_quantize_block;
static inline int32_t quantize_one(const wick_quantize_params *p, float value)
{
    const float scaled = value * p->factor;
    if (scaled != scaled) {
        return 0;
    }
    const float low = scaled < -1048576.0f ? -1048576.0f : scaled;
    const float inside = low > 1048576.0f ? 1048576.0f : low;
    const float rounded = (inside + 12582912.0f) - 12582912.0f;
    const int32_t steps = (int32_t)rounded + p->zero_point;
    const int32_t raised = steps < p->minimum ? p->minimum : steps;
    return raised > p->maximum ? p->maximum : raised;
}

static inline int32_t quantize_wide(const wick_quantize_params *p, float value)
{
    const float scaled = value * p->factor;
    if (scaled > -1048576.0f && scaled < 1048576.0f) {
        return quantize_one(p, value);
    }
    if (scaled != scaled) {
        return 0;
    }
    const float whole = scaled < 0 ? -8388608.0f : 8388608.0f;
    const float rounded =
        scaled > -8388608.0f && scaled < 8388608.0f ? (scaled + whole) - whole : scaled;
    if (rounded >= 2147483648.0f || rounded < -2147483648.0f) {
        return rounded < 0 ? p->minimum : p->maximum;
    }
    const int32_t steps = (int32_t)rounded;
    const int32_t raised = steps < p->minimum ? p->minimum : steps;
    return raised > p->maximum ? p->maximum : raised;
}

static void wick_quantize_f32(const wick_quantize_params *params, const float *input, void *out)
{
    if (params->dtype == WICK_INT32) {
        int32_t *const wide = out;
        for (uint32_t i = 0; i < params->count; i++) {
            wide[i] = quantize_wide(params, input[i]);
        }
        return;
    }
    if (params->dtype == WICK_INT16) {
        int16_t *const words = out;
        for (uint32_t i = 0; i < params->count; i++) {
            words[i] = (int16_t)quantize_one(params, input[i]);
        }
        return;
    }
    uint8_t *const bytes = out;
    for (uint32_t i = 0; i < params->count; i++) {
        bytes[i] = (uint8_t)quantize_one(params, input[i]);
    }
}

enum { INPUT_ops_cortex_m_quantize, SCALE_ops_cortex_m_quantize, OUT_ops_cortex_m_quantize = 6 };
static wick_status wick_cortex_m_quantize_run(const wick_call *call, const void *block)
{
    wick_quantize_f32(block, wick_call_tensor(call, INPUT_ops_cortex_m_quantize)->data,
                      wick_call_tensor(call, OUT_ops_cortex_m_quantize)->data);
    return WICK_OK;
}

static void wick_dequantize_f32(const wick_quantize_params *params, const void *input, float *out)
{
    if (params->dtype == WICK_INT8) {
        do {
            const int8_t *const values = input;
            for (uint32_t i = 0; i < params->count; i++) {
                out[i] = (float)(values[i] - params->zero_point) * params->factor;
            }
        } while (0);
    } else if (params->dtype == WICK_UINT8) {
        do {
            const uint8_t *const values = input;
            for (uint32_t i = 0; i < params->count; i++) {
                out[i] = (float)(values[i] - params->zero_point) * params->factor;
            }
        } while (0);
    } else if (params->dtype == WICK_INT16) {
        do {
            const int16_t *const values = input;
            for (uint32_t i = 0; i < params->count; i++) {
                out[i] = (float)(values[i] - params->zero_point) * params->factor;
            }
        } while (0);
    } else {
        do {
            const int32_t *const values = input;
            for (uint32_t i = 0; i < params->count; i++) {
                out[i] = (float)(values[i] - params->zero_point) * params->factor;
            }
        } while (0);
    }
}

static wick_status wick_cortex_m_dequantize_run(const wick_call *call, const void *block)
{
    wick_dequantize_f32(block, wick_call_tensor(call, INPUT_ops_cortex_m_quantize)->data,
                        wick_call_tensor(call, OUT_ops_cortex_m_quantize)->data);
    return WICK_OK;
}

typedef struct wick_quant_linear_params {
    int32_t rows, depth, cols;
    int32_t input_offset, weight_offset;
    int32_t scale_step;
    wick_quant_range range;
    int32_t is_backward;
} wick_quant_linear_params;
typedef struct wick_cortex_m_linear_block {
    wick_quant_linear_params params;
    wick_quant_scale scale;
} wick_cortex_m_linear_block;
enum {
    INPUT_ops_cortex_m_linear,
    WEIGHT_ops_cortex_m_linear,
    BIAS_ops_cortex_m_linear,
    KERNEL_SUM,
    INPUT_OFFSET,
    WEIGHT_OFFSET,
    OUTPUT_OFFSET,
    MULTIPLIERS,
    SHIFTS,
    MAXIMUM,
    MINIMUM,
    OUT_ops_cortex_m_linear
};
typedef struct wick_quant_linear_data {
    const int8_t *input;
    const int8_t *weight;
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
    const int8_t *residual;
    const wick_quant_residual *sum;
    int8_t *out;
} wick_quant_linear_data;
static uint32_t weight_offset_share(const wick_quant_linear_params *p, const int8_t *input)
{
    uint32_t sum = 0;
    for (int32_t k = 0; p->weight_offset != 0 && k < p->depth; k++) {
        sum += (uint32_t)(input[k] + p->input_offset);
    }
    return sum * (uint32_t)p->weight_offset;
}

enum { WICK_DOT_COLUMNS = 4 };
typedef struct wick_quant_offsets {
    int32_t a, b;
} wick_quant_offsets;
static inline uint32_t wick_dot_s8(uint32_t sum, const int8_t *a, const int8_t *b, int32_t count,
                                   wick_quant_offsets offsets)
{
    for (int32_t i = 0; i < count; i++) {
        sum += (uint32_t)((a[i] + offsets.a) * (b[i] + offsets.b));
    }
    return sum;
}

static inline void wick_dot_columns_s8(uint32_t *sums, const int8_t *a, const int8_t *b,
                                       ptrdiff_t column, int32_t count, int32_t offset)
{
    const int8_t *const b1 = b + column;
    const int8_t *const b2 = b1 + column;
    const int8_t *const b3 = b2 + column;
    uint32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
    for (int32_t i = 0; i < count; i++) {
        const int32_t x = a[i] + offset;
        sum0 += (uint32_t)(x * b[i]);
        sum1 += (uint32_t)(x * b1[i]);
        sum2 += (uint32_t)(x * b2[i]);
        sum3 += (uint32_t)(x * b3[i]);
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

static inline int8_t wick_quant_finish(const wick_quant_residual *r, int8_t value, const int8_t *at)
{
    if (at == 0) {
        return value;
    }
    return wick_quant_sum(r, (uint32_t)wick_quant_term(&r->a, value) +
                                 (uint32_t)wick_quant_term(&r->b, *at));
}

static void store_kernels_quant_linear_s8(const wick_quant_linear_params *p,
                                          const wick_quant_linear_data *data, const uint32_t *sums,
                                          int32_t first, int32_t count, int8_t *out)
{
    const int8_t *residual = data->residual ? data->residual + (out - data->out) : 0;
    for (int32_t c = first; c < first + count; c++) {
        const int32_t scale = c * p->scale_step;
        const int32_t steps = wick_requantize((int32_t)sums[c - first], data->multipliers[scale],
                                              data->shifts[scale]);
        out[c] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &p->range),
                                   residual ? residual + c : 0);
    }
}

static void linear_row_kernels_quant_linear_s8(const wick_quant_linear_params *p,
                                               const wick_quant_linear_data *data,
                                               const int8_t *input, int8_t *out)
{
    const uint32_t share = weight_offset_share(p, input);
    const int8_t *weight = data->weight;
    uint32_t sums[WICK_DOT_COLUMNS];
    for (int32_t c = 0; c < p->cols;) {
        const int32_t count = p->cols - c < WICK_DOT_COLUMNS ? 1 : WICK_DOT_COLUMNS;
        for (int32_t j = 0; j < count; j++) {
            sums[j] = share + (data->bias ? (uint32_t)data->bias[c + j] : 0u);
        }
        if (count == 1) {
            const wick_quant_offsets offsets = {p->input_offset, 0};
            sums[0] = wick_dot_s8(sums[0], input, weight, p->depth, offsets);
        } else {
            wick_dot_columns_s8(sums, input, weight, p->depth, p->depth, p->input_offset);
        }
        store_kernels_quant_linear_s8(p, data, sums, c, count, out);
        weight += (ptrdiff_t)count * p->depth;
        c += count;
    }
}

static void wick_linear_s8(const wick_quant_linear_params *params,
                           const wick_quant_linear_data *data)
{
    const wick_quant_linear_params *const p = params;
    const ptrdiff_t start = p->is_backward ? p->rows - 1 : 0;
    const ptrdiff_t step = p->is_backward ? -1 : 1;
    const int8_t *input = data->input + start * p->depth;
    int8_t *out = data->out + start * p->cols;
    for (int32_t r = 0; r < p->rows; r++) {
        linear_row_kernels_quant_linear_s8(p, data, input, out);
        input += step * p->depth;
        out += step * p->cols;
    }
}

static wick_status wick_cortex_m_linear_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_linear_block *const b = block;
    const wick_tensor *const sum = wick_call_optional_tensor(call, KERNEL_SUM);
    const wick_tensor *const bias =
        sum ? sum : wick_call_optional_tensor(call, BIAS_ops_cortex_m_linear);
    const wick_quant_linear_data data = {
        .input = wick_call_tensor(call, INPUT_ops_cortex_m_linear)->data,
        .weight = wick_call_tensor(call, WEIGHT_ops_cortex_m_linear)->data,
        .bias = bias ? bias->data : 0,
        .multipliers = &b->scale.multiplier,
        .shifts = &b->scale.shift,
        .out = wick_call_tensor(call, OUT_ops_cortex_m_linear)->data};
    wick_linear_s8(&b->params, &data);
    return WICK_OK;
}

typedef struct wick_quant_axis {
    int32_t in, out, kernel;
    int32_t stride, padding, dilation;
    int32_t kernel_step, in_step;
} wick_quant_axis;
typedef struct wick_quant_conv_params {
    int32_t batch, groups, in_channels, out_channels;
    wick_quant_axis height, width;
    int32_t input_offset;
    wick_quant_range range;
    int32_t is_backward;
} wick_quant_conv_params;
typedef wick_quant_conv_params wick_cortex_m_conv_block;
typedef struct argument_numbers {
    uint8_t output_padding;
    uint8_t dilation;
    uint8_t input_offset;
    uint8_t multipliers;
    uint8_t out;
} argument_numbers;
typedef struct wick_quant_conv_data {
    const int8_t *input;
    const int8_t *weight;
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
    const int8_t *residual;
    const wick_quant_residual *sum;
    int8_t *out;
} wick_quant_conv_data;
typedef void kernel(const wick_quant_conv_params *params, const wick_quant_conv_data *data);
enum {
    INPUT_ops_cortex_m_conv,
    WEIGHT_ops_cortex_m_conv,
    BIAS_ops_cortex_m_conv,
    STRIDE_ops_cortex_m_conv,
    PADDING_ops_cortex_m_conv
};
enum { WICK_QUANT_SHIFT_MAX = 31 };
static inline bool wick_quant_scale_is_valid(int32_t multiplier, int32_t shift)
{
    return multiplier >= 0 && shift <= WICK_QUANT_SHIFT_MAX;
}

static wick_status run_ops_cortex_m_conv(const wick_call *call, const wick_cortex_m_conv_block *b,
                                         const argument_numbers *args, kernel *function)
{
    const wick_tensor *const bias = wick_call_optional_tensor(call, BIAS_ops_cortex_m_conv);
    const wick_quant_conv_data data = {
        .input = wick_call_tensor(call, INPUT_ops_cortex_m_conv)->data,
        .weight = wick_call_tensor(call, WEIGHT_ops_cortex_m_conv)->data,
        .bias = bias ? bias->data : 0,
        .multipliers = wick_call_tensor(call, args->multipliers)->data,
        .shifts = wick_call_tensor(call, args->multipliers + 1u)->data,
        .out = wick_call_tensor(call, args->out)->data,
    };
    for (int32_t c = 0; c < b->out_channels; c++) {
        if (!wick_quant_scale_is_valid(data.multipliers[c], data.shifts[c])) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, args->multipliers, "");
        }
    }
    function(b, &data);
    return WICK_OK;
}

static const argument_numbers conv_args = {0, 5, 6, 8, 13};

typedef struct wick_quant_taps {
    int32_t count;
    int32_t kernel, in;
} wick_quant_taps;
typedef wick_quant_taps taps_of_kernels_quant_conv2d_s8(const wick_quant_axis *axis, int32_t out);
static inline int32_t wick_quant_nth(int32_t i, int32_t count, int32_t is_backward)
{
    return is_backward ? count - 1 - i : i;
}

typedef struct position_kernels_quant_conv2d_s8 {
    wick_quant_taps y, x;
    const int8_t *input;
    ptrdiff_t input_row, input_tap;
    ptrdiff_t weight_row, weight_tap;
    ptrdiff_t weight_first;
    int32_t run_count, run_length;
    int32_t offset;
} position_kernels_quant_conv2d_s8;
static void set_position(const wick_quant_conv_params *p, const int8_t *image,
                         position_kernels_quant_conv2d_s8 *at)
{
    const int32_t depth = p->in_channels / p->groups;
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->in_channels;
    const bool is_one_run = p->groups == 1 && p->width.in_step == 1 && p->width.kernel_step == 1;
    at->input_row = p->height.in_step * row;
    at->input_tap = (ptrdiff_t)p->width.in_step * p->in_channels;
    at->weight_tap = (ptrdiff_t)p->width.kernel_step * depth;
    const ptrdiff_t weight_row = (ptrdiff_t)p->width.kernel * depth;
    at->weight_row = p->height.kernel_step * weight_row;
    if (at->y.count == 0 || at->x.count == 0) {
        at->y.count = 0;
        at->weight_first = 0;
        at->input = image;
        return;
    }
    at->weight_first = at->y.kernel * weight_row + (ptrdiff_t)at->x.kernel * depth;
    at->input = image + at->y.in * row + (ptrdiff_t)at->x.in * p->in_channels;
    at->run_count = is_one_run ? 1 : at->x.count;
    at->run_length = is_one_run ? at->x.count * depth : depth;
    at->offset = p->input_offset;
}

static inline __attribute__((always_inline)) void
add_taps_kernels_quant_conv2d_s8(const position_kernels_quant_conv2d_s8 *at, const int8_t *filter,
                                 ptrdiff_t filter_size, int32_t count, uint32_t *sums)
{
    const int8_t *input_row = at->input;
    const int8_t *weight_row = filter + at->weight_first;
    for (int32_t y = 0; y < at->y.count; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < at->run_count; x++) {
            if (count == 1) {
                const wick_quant_offsets offsets = {at->offset, 0};
                sums[0] = wick_dot_s8(sums[0], input, weight, at->run_length, offsets);
            } else {
                wick_dot_columns_s8(sums, input, weight, filter_size, at->run_length, at->offset);
            }
            input += at->input_tap;
            weight += at->weight_tap;
        }
        input_row += at->input_row;
        weight_row += at->weight_row;
    }
}

static void store_kernels_quant_conv2d_s8(const wick_quant_conv_params *p,
                                          const wick_quant_conv_data *data, const uint32_t *sums,
                                          int32_t first, int32_t count, int8_t *out)
{
    const int8_t *residual = data->residual ? data->residual + (out - data->out) : 0;
    for (int32_t c = first; c < first + count; c++) {
        const int32_t steps =
            wick_requantize((int32_t)sums[c - first], data->multipliers[c], data->shifts[c]);
        out[c] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &p->range),
                                   residual ? residual + c : 0);
    }
}

static void convolve_group(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                           const position_kernels_quant_conv2d_s8 *at, int32_t first, int32_t end,
                           int8_t *out)
{
    const ptrdiff_t filter_size =
        (ptrdiff_t)p->height.kernel * p->width.kernel * (p->in_channels / p->groups);
    const int8_t *filter = data->weight + first * filter_size;
    uint32_t sums[WICK_DOT_COLUMNS];
    for (int32_t c = first; c < end;) {
        const int32_t count = end - c < WICK_DOT_COLUMNS ? 1 : WICK_DOT_COLUMNS;
        for (int32_t j = 0; j < count; j++) {
            sums[j] = data->bias ? (uint32_t)data->bias[c + j] : 0u;
        }
        if (count == 1) {
            add_taps_kernels_quant_conv2d_s8(at, filter, filter_size, 1, sums);
        } else {
            add_taps_kernels_quant_conv2d_s8(at, filter, filter_size, WICK_DOT_COLUMNS, sums);
        }
        store_kernels_quant_conv2d_s8(p, data, sums, c, count, out);
        filter += count * filter_size;
        c += count;
    }
}

static void convolve_position_kernels_quant_conv2d_s8(const wick_quant_conv_params *p,
                                                      const wick_quant_conv_data *data,
                                                      position_kernels_quant_conv2d_s8 *at,
                                                      int8_t *out)
{
    const int32_t depth = p->in_channels / p->groups;
    const int32_t group_size = p->out_channels / p->groups;
    for (int32_t g = 0; g < p->groups; g++) {
        convolve_group(p, data, at, g * group_size, (g + 1) * group_size, out);
        at->input += depth;
    }
}

static void convolve_kernels_quant_conv2d_s8(const wick_quant_conv_params *p,
                                             const wick_quant_conv_data *data,
                                             taps_of_kernels_quant_conv2d_s8 *taps)
{
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    int8_t *out = data->out + (p->is_backward ? last * p->out_channels : 0);
    for (int32_t n = 0; n < p->batch; n++) {
        const int8_t *image =
            data->input + wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            const wick_quant_taps rows =
                taps(&p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                const int32_t x = wick_quant_nth(k, p->width.out, p->is_backward);
                position_kernels_quant_conv2d_s8 at = {.y = rows, .x = taps(&p->width, x)};
                set_position(p, image, &at);
                convolve_position_kernels_quant_conv2d_s8(p, data, &at, out);
                out += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}

static int32_t count_taps(const wick_quant_axis *axis, const wick_quant_taps *taps)
{
    int32_t count = 0;
    int32_t in = taps->in;
    for (int32_t kernel = taps->kernel; kernel < axis->kernel && in >= 0 && in < axis->in;
         kernel += axis->kernel_step) {
        in += axis->in_step;
        count++;
    }
    return count;
}

static wick_quant_taps wick_quant_taps_forward(const wick_quant_axis *axis, int32_t out)
{
    wick_quant_taps taps = {.in = out * axis->stride - axis->padding};
    while (taps.in < 0 && taps.kernel < axis->kernel) {
        taps.in += axis->dilation;
        taps.kernel++;
    }
    taps.count = count_taps(axis, &taps);
    return taps;
}

static void wick_conv2d_s8(const wick_quant_conv_params *params, const wick_quant_conv_data *data)
{
    convolve_kernels_quant_conv2d_s8(params, data, wick_quant_taps_forward);
}

static wick_status wick_cortex_m_conv2d_run(const wick_call *call, const void *block)
{
    return run_ops_cortex_m_conv(call, block, &conv_args, wick_conv2d_s8);
}

static const argument_numbers depthwise_args = {0, 5, 7, 9, 14};

typedef struct window_kernels_quant_depthwise_conv2d_s8 {
    const int8_t *input;
    const int8_t *weight;
    int32_t rows, taps;
    ptrdiff_t input_row, input_tap;
    ptrdiff_t weight_row, weight_tap;
    int32_t offset;
} window_kernels_quant_depthwise_conv2d_s8;
static void set_window(const wick_quant_conv_params *p, wick_quant_taps y, wick_quant_taps x,
                       const int8_t *image, const int8_t *weight,
                       window_kernels_quant_depthwise_conv2d_s8 *w)
{
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->in_channels;
    const ptrdiff_t weight_row = (ptrdiff_t)p->width.kernel * p->out_channels;
    *w = (window_kernels_quant_depthwise_conv2d_s8){.input = image,
                                                    .weight = weight,
                                                    .input_row = p->height.in_step * row,
                                                    .input_tap = (ptrdiff_t)p->width.in_step *
                                                                 p->in_channels,
                                                    .weight_row = weight_row,
                                                    .weight_tap = p->out_channels,
                                                    .offset = p->input_offset};
    if (y.count > 0 && x.count > 0) {
        w->rows = y.count;
        w->taps = x.count;
        w->input += y.in * row + (ptrdiff_t)x.in * p->in_channels;
        w->weight += y.kernel * weight_row + (ptrdiff_t)x.kernel * p->out_channels;
    }
}

enum { BLOCK_kernels_quant_depthwise_conv2d_s8 = 16 };
static inline void add_tap(uint32_t *sums, const int8_t *input, const int8_t *weight, int32_t count,
                           int32_t offset)
{
    for (int32_t c = 0; c < count; c++) {
        sums[c] += (uint32_t)((input[c] + offset) * weight[c]);
    }
}

static void
add_window_kernels_quant_depthwise_conv2d_s8(const window_kernels_quant_depthwise_conv2d_s8 *w,
                                             uint32_t *sums, int32_t channel, int32_t count)
{
    const int8_t *input_row = w->input + channel;
    const int8_t *weight_row = w->weight + channel;
    for (int32_t y = 0; y < w->rows; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < w->taps; x++) {
            if (count == BLOCK_kernels_quant_depthwise_conv2d_s8) {
                add_tap(sums, input, weight, BLOCK_kernels_quant_depthwise_conv2d_s8, w->offset);
            } else {
                add_tap(sums, input, weight, count, w->offset);
            }
            input += w->input_tap;
            weight += w->weight_tap;
        }
        input_row += w->input_row;
        weight_row += w->weight_row;
    }
}

static void store_kernels_quant_depthwise_conv2d_s8(const wick_quant_conv_params *p,
                                                    const wick_quant_conv_data *data,
                                                    const uint32_t *sums, int32_t channel,
                                                    int32_t count, int8_t *out)
{
    const int8_t *residual = data->residual ? data->residual + (out - data->out) : 0;
    for (int32_t i = 0; i < count; i++) {
        const int32_t c = channel + i;
        const uint32_t sum = sums[i] + (data->bias ? (uint32_t)data->bias[c] : 0u);
        const int32_t steps = wick_requantize((int32_t)sum, data->multipliers[c], data->shifts[c]);
        out[c] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &p->range),
                                   residual ? residual + c : 0);
    }
}

static void one_to_one(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                       const window_kernels_quant_depthwise_conv2d_s8 *w, int8_t *out)
{
    for (int32_t c = 0; c < p->out_channels; c += BLOCK_kernels_quant_depthwise_conv2d_s8) {
        const int32_t left = p->out_channels - c;
        const int32_t count = left < BLOCK_kernels_quant_depthwise_conv2d_s8
                                  ? left
                                  : BLOCK_kernels_quant_depthwise_conv2d_s8;
        uint32_t sums[BLOCK_kernels_quant_depthwise_conv2d_s8] = {0};
        add_window_kernels_quant_depthwise_conv2d_s8(w, sums, c, count);
        store_kernels_quant_depthwise_conv2d_s8(p, data, sums, c, count, out);
    }
}

static uint32_t channel_sum(const window_kernels_quant_depthwise_conv2d_s8 *w, int32_t in_channel,
                            int32_t out_channel)
{
    uint32_t sum = 0;
    const int8_t *input_row = w->input + in_channel;
    const int8_t *weight_row = w->weight + out_channel;
    for (int32_t y = 0; y < w->rows; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < w->taps; x++) {
            sum += (uint32_t)((*input + w->offset) * *weight);
            input += w->input_tap;
            weight += w->weight_tap;
        }
        input_row += w->input_row;
        weight_row += w->weight_row;
    }
    return sum;
}

static void one_to_many(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                        const window_kernels_quant_depthwise_conv2d_s8 *w, int8_t *out)
{
    const int32_t multiplier = p->out_channels / p->in_channels;
    int32_t channel = 0;
    for (int32_t i = 0; i < p->in_channels; i++) {
        for (int32_t j = 0; j < multiplier; j++, channel++) {
            const uint32_t sum = channel_sum(w, i, channel);
            store_kernels_quant_depthwise_conv2d_s8(p, data, &sum, channel, 1, out);
        }
    }
}

static void convolve_position_kernels_quant_depthwise_conv2d_s8(
    const wick_quant_conv_params *p, const wick_quant_conv_data *data,
    const window_kernels_quant_depthwise_conv2d_s8 *w, int8_t *out)
{
    if (p->out_channels == p->in_channels) {
        one_to_one(p, data, w, out);
    } else {
        one_to_many(p, data, w, out);
    }
}

static void wick_depthwise_conv2d_s8(const wick_quant_conv_params *p,
                                     const wick_quant_conv_data *data)
{
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    int8_t *out = data->out + (p->is_backward ? last * p->out_channels : 0);
    for (int32_t n = 0; n < p->batch; n++) {
        const int8_t *image =
            data->input + wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            const wick_quant_taps rows = wick_quant_taps_forward(
                &p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                const int32_t x = wick_quant_nth(k, p->width.out, p->is_backward);
                window_kernels_quant_depthwise_conv2d_s8 w;
                set_window(p, rows, wick_quant_taps_forward(&p->width, x), image, data->weight, &w);
                convolve_position_kernels_quant_depthwise_conv2d_s8(p, data, &w, out);
                out += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}

static wick_status wick_cortex_m_depthwise_conv2d_run(const wick_call *call, const void *block)
{
    return run_ops_cortex_m_conv(call, block, &depthwise_args, wick_depthwise_conv2d_s8);
}

static const argument_numbers transpose_args = {5, 6, 7, 9, 15};

static wick_quant_taps wick_quant_taps_transposed(const wick_quant_axis *axis, int32_t out)
{
    wick_quant_taps taps = {0};
    int32_t scaled = out + axis->padding;
    for (; taps.kernel < axis->kernel && scaled >= 0; taps.kernel++) {
        taps.in = scaled / axis->stride;
        if (taps.in < axis->in && taps.in * axis->stride == scaled) {
            taps.count = count_taps(axis, &taps);
            break;
        }
        scaled -= axis->dilation;
    }
    return taps;
}

static void wick_transpose_conv2d_s8(const wick_quant_conv_params *params,
                                     const wick_quant_conv_data *data)
{
    convolve_kernels_quant_conv2d_s8(params, data, wick_quant_taps_transposed);
}

static wick_status wick_cortex_m_transpose_conv2d_run(const wick_call *call, const void *block)
{
    return run_ops_cortex_m_conv(call, block, &transpose_args, wick_transpose_conv2d_s8);
}

typedef wick_quantize_params wick_quantize_block;
enum { INPUT_ops_quantize, SCALE_ops_quantize, ZERO_POINT_ops_quantize };
enum {
    QUANTIZE_OUT_ops_quantize = 6,
    DEQUANTIZE_OUT_DTYPE_ops_quantize = 6,
    DEQUANTIZE_OUT_ops_quantize = 7
};
static wick_status wick_quantize_run(const wick_call *call, const void *block)
{
    wick_quantize_f32(block, wick_call_tensor(call, INPUT_ops_quantize)->data,
                      wick_call_tensor(call, QUANTIZE_OUT_ops_quantize)->data);
    return WICK_OK;
}

static wick_status wick_dequantize_run(const wick_call *call, const void *block)
{
    wick_dequantize_f32(block, wick_call_tensor(call, INPUT_ops_quantize)->data,
                        wick_call_tensor(call, DEQUANTIZE_OUT_ops_quantize)->data);
    return WICK_OK;
}

typedef struct wick_quantize_channels {
    uint32_t outer, channels, inner;
    wick_quantize_params each;
} wick_quantize_channels;
typedef struct wick_quantize_channels_block {
    wick_quantize_channels plan;
} wick_quantize_channels_block;
enum { SCALES_ops_quantize = 1, ZERO_POINTS, AXIS };
static const int64_t *zero_points_of(const wick_call *call)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, ZERO_POINTS);
    return tensor ? tensor->data : 0;
}

static wick_status wick_quantize_check_scale(const wick_call *call, uint32_t arg, double scale)
{
    if (scale >= 0x1p-126 && scale <= 0x1p126) {
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
}

static void zero_point_bounds(uint32_t dtype, int64_t bounds[2])
{
    bounds[0] = dtype == WICK_INT32 ? 0 : INT16_MIN;
    bounds[1] = dtype == WICK_INT32 ? 0 : UINT16_MAX;
}

static wick_status wick_quantize_check_zero_point(const wick_call *call, uint32_t arg,
                                                  uint32_t dtype, int64_t zero_point)
{
    int64_t bounds[2];
    zero_point_bounds(dtype, bounds);
    if (zero_point >= bounds[0] && zero_point <= bounds[1]) {
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, "");
}

static wick_status check_values_ops_quantize(const wick_call *call,
                                             const wick_quantize_channels *plan)
{
    const float *const scales = wick_call_tensor(call, SCALES_ops_quantize)->data;
    const int64_t *const zero_points = zero_points_of(call);
    for (uint32_t c = 0; c < plan->channels; c++) {
        do {
            wick_status wick_try_status =
                (wick_quantize_check_scale(call, SCALES_ops_quantize, (double)scales[c]));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        if (zero_points) {
            do {
                wick_status wick_try_status = (wick_quantize_check_zero_point(
                    call, ZERO_POINTS, plan->each.dtype, zero_points[c]));
                if (wick_try_status != WICK_OK) {
                    return wick_try_status;
                }
            } while (0);
        }
    }
    return WICK_OK;
}

static uint32_t element_bytes(uint8_t dtype)
{
    return dtype == WICK_INT32 ? 4 : dtype == WICK_INT16 ? 2 : 1;
}

static void wick_quantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                       const int64_t *zero_points, const float *input, void *out)
{
    wick_quantize_params row = plan->each;
    const uint32_t step = plan->inner * element_bytes(row.dtype);
    uint8_t *bytes = out;
    row.count = plan->inner;
    for (uint32_t o = 0; o < plan->outer; o++) {
        for (uint32_t c = 0; c < plan->channels; c++) {
            row.factor = 1.0f / scales[c];
            row.zero_point = zero_points ? (int32_t)zero_points[c] : 0;
            wick_quantize_f32(&row, input, bytes);
            input += plan->inner;
            bytes += step;
        }
    }
}

static wick_status wick_quantize_channels_run(const wick_call *call, const void *block)
{
    const wick_quantize_channels *const plan = &((const wick_quantize_channels_block *)block)->plan;
    do {
        wick_status wick_try_status = (check_values_ops_quantize(call, plan));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_quantize_channels_f32(plan, wick_call_tensor(call, SCALES_ops_quantize)->data,
                               zero_points_of(call),
                               wick_call_tensor(call, INPUT_ops_quantize)->data,
                               wick_call_tensor(call, QUANTIZE_OUT_ops_quantize + 1)->data);
    return WICK_OK;
}

static void wick_dequantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                         const int64_t *zero_points, const void *input, float *out)
{
    wick_quantize_params row = plan->each;
    const uint32_t step = plan->inner * element_bytes(row.dtype);
    const uint8_t *bytes = input;
    row.count = plan->inner;
    for (uint32_t o = 0; o < plan->outer; o++) {
        for (uint32_t c = 0; c < plan->channels; c++) {
            row.factor = scales[c];
            row.zero_point = zero_points ? (int32_t)zero_points[c] : 0;
            wick_dequantize_f32(&row, bytes, out);
            bytes += step;
            out += plan->inner;
        }
    }
}

static wick_status wick_dequantize_channels_run(const wick_call *call, const void *block)
{
    const wick_quantize_channels *const plan = &((const wick_quantize_channels_block *)block)->plan;
    do {
        wick_status wick_try_status = (check_values_ops_quantize(call, plan));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_dequantize_channels_f32(plan, wick_call_tensor(call, SCALES_ops_quantize)->data,
                                 zero_points_of(call),
                                 wick_call_tensor(call, INPUT_ops_quantize)->data,
                                 wick_call_tensor(call, DEQUANTIZE_OUT_ops_quantize + 1)->data);
    return WICK_OK;
}

typedef uint8_t wick_quant_nothing;
typedef void conv_kernel(const wick_quant_conv_params *params, const wick_quant_conv_data *data);
typedef struct wick_conv2d_s8_block {
    wick_quant_conv_params params;
    wick_quant_residual residual;
} wick_conv2d_s8_block;
enum {
    INPUT_ops_quant_layers,
    WEIGHT_ops_quant_layers,
    RESIDUAL,
    BLOCK_ops_quant_layers,
    OUT_ops_quant_layers
};
typedef struct channel_arrays {
    const int32_t *bias, *multipliers, *shifts;
    const int32_t *end;
} channel_arrays;
enum { PER_CHANNEL = 3 };
static channel_arrays arrays_of(const int32_t *after, int32_t channels)
{
    return (channel_arrays){after, after + channels, after + 2 * (ptrdiff_t)channels,
                            after + PER_CHANNEL * (ptrdiff_t)channels};
}

static wick_status check_scales_ops_quant_layers(const wick_call *call,
                                                 const channel_arrays *arrays, int32_t channels,
                                                 int32_t most_shift)
{
    for (int32_t c = 0; c < channels; c++) {
        if (arrays->multipliers[c] < 0 || arrays->shifts[c] > most_shift) {
            return wick_call_fail(call, WICK_INVALID_PROGRAM, BLOCK_ops_quant_layers, "");
        }
    }
    return WICK_OK;
}

static const void *weight_of_ops_quant_layers(const wick_call *call, const int32_t *end)
{
    const wick_tensor *const weight = wick_call_optional_tensor(call, WEIGHT_ops_quant_layers);
    return weight != 0 ? weight->data : end;
}

static wick_status run_conv(const wick_call *call, conv_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_layers)->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->params.out_channels);
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    do {
        wick_status wick_try_status = (check_scales_ops_quant_layers(
            call, &arrays, b->params.out_channels, WICK_QUANT_SHIFT_MAX));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    const wick_quant_conv_data data = {.input =
                                           wick_call_tensor(call, INPUT_ops_quant_layers)->data,
                                       .weight = weight_of_ops_quant_layers(call, arrays.end),
                                       .bias = arrays.bias,
                                       .multipliers = arrays.multipliers,
                                       .shifts = arrays.shifts,
                                       .residual = residual ? residual->data : 0,
                                       .sum = &b->residual,
                                       .out = wick_call_tensor(call, OUT_ops_quant_layers)->data};
    kernel(&b->params, &data);
    return WICK_OK;
}

static wick_status wick_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_conv2d_s8);
}

static wick_status wick_depthwise_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_depthwise_conv2d_s8);
}

static wick_status wick_transpose_conv2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_conv(call, wick_transpose_conv2d_s8);
}

typedef struct wick_linear_s8_block {
    int32_t rows, depth, cols;
    int32_t input_offset;
    wick_quant_range range;
    int32_t is_backward;
    wick_quant_residual residual;
} wick_linear_s8_block;
static wick_quant_linear_params linear_params(const wick_linear_s8_block *b)
{
    return (wick_quant_linear_params){.rows = b->rows,
                                      .depth = b->depth,
                                      .cols = b->cols,
                                      .input_offset = b->input_offset,
                                      .scale_step = 1,
                                      .range = b->range,
                                      .is_backward = b->is_backward};
}

static wick_quant_linear_data linear_data_ops_quant_layers(const wick_call *call,
                                                           const channel_arrays *arrays,
                                                           const wick_quant_residual *sum)
{
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    return (wick_quant_linear_data){.input = wick_call_tensor(call, INPUT_ops_quant_layers)->data,
                                    .weight = weight_of_ops_quant_layers(call, arrays->end),
                                    .bias = arrays->bias,
                                    .multipliers = arrays->multipliers,
                                    .shifts = arrays->shifts,
                                    .residual = residual ? residual->data : 0,
                                    .sum = sum,
                                    .out = wick_call_tensor(call, OUT_ops_quant_layers)->data};
}

static wick_status wick_linear_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_layers)->data;
    const void *const after = b + 1;
    const channel_arrays arrays = arrays_of(after, b->cols);
    do {
        wick_status wick_try_status =
            (check_scales_ops_quant_layers(call, &arrays, b->cols, WICK_QUANT_SHIFT_MAX));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    const wick_quant_linear_params params = linear_params(b);
    const wick_quant_linear_data data = linear_data_ops_quant_layers(call, &arrays, &b->residual);
    wick_linear_s8(&params, &data);
    return WICK_OK;
}

enum { INPUT_ops_quant_elementwise, TABLE, TABLE_OUT };
static wick_status wick_table_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_quant_elementwise);
    wick_lookup_s8(wick_tensor_count(input), wick_call_tensor(call, TABLE)->data, input->data,
                   wick_call_tensor(call, TABLE_OUT)->data);
    return WICK_OK;
}

typedef struct wick_add_s8_block {
    wick_add_s8_params params;
    int32_t loop_count;
} wick_add_s8_block;
enum {
    SELF_ops_quant_elementwise = 0,
    OTHER_ops_quant_elementwise,
    BLOCK_ops_quant_elementwise,
    OUT_ops_quant_elementwise
};
static wick_quant_loops loops_behind(const void *after, int32_t count)
{
    return (wick_quant_loops){after, (uint32_t)count};
}

static wick_quant_pair pair_of(const wick_call *call)
{
    return (wick_quant_pair){wick_call_tensor(call, SELF_ops_quant_elementwise)->data,
                             wick_call_tensor(call, OTHER_ops_quant_elementwise)->data,
                             wick_call_tensor(call, OUT_ops_quant_elementwise)->data};
}

static wick_status wick_add_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_add_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_elementwise)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_add_s8(&b->params, &loops, &data);
    return WICK_OK;
}

typedef struct wick_mul_s8_block {
    wick_mul_s8_params params;
    int32_t loop_count;
} wick_mul_s8_block;
static wick_status wick_mul_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_elementwise)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_mul_s8(&b->params, &loops, &data);
    return WICK_OK;
}

static void div_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data)
{
    const wick_mul_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const int32_t steps = quotient(*a - p->a_zero_point, *b - p->b_zero_point, &p->scale);
        data->out[i] = wick_quant_narrow(steps, &p->range);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

static void wick_div_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                        const wick_quant_pair *data)
{
    visit_all_kernels_quant_elementwise_s8(params, loops, data, div_run);
}

static wick_status wick_div_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_elementwise)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair data = pair_of(call);
    wick_div_s8(&b->params, &loops, &data);
    return WICK_OK;
}

typedef struct wick_pool2d_nhwc_params {
    int32_t batch, channels;
    wick_quant_axis height, width;
    int32_t counted_low[2], counted_high[2];
    int32_t zero_point;
    wick_quant_range range;
    int32_t is_backward;
    int32_t scale_count;
} wick_pool2d_nhwc_params;
typedef wick_pool2d_nhwc_params wick_pool2d_s8_block;
enum { INPUT_ops_quant_reduce, BLOCK_ops_quant_reduce, OUT_ops_quant_reduce };
static wick_status wick_quant_wrong_block(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_PROGRAM, arg, "");
}

static const wick_quant_scale *checked_scales(const wick_call *call, const wick_pool2d_s8_block *p)
{
    const void *const after = p + 1;
    const wick_quant_scale *const scales = after;
    for (int32_t i = 0; i < p->scale_count; i++) {
        if (!wick_quant_scale_is_valid(scales[i].multiplier, scales[i].shift)) {
            (void)wick_quant_wrong_block(call, BLOCK_ops_quant_reduce);
            return 0;
        }
    }
    return scales;
}

typedef struct window_kernels_quant_pool2d_nhwc_s8 {
    const wick_pool2d_nhwc_params *p;
    const wick_quant_scale *scales;
    const void *input;
    void *out;
    ptrdiff_t first;
    ptrdiff_t place;
    int32_t rows, cols;
    ptrdiff_t row_step, col_step;
    int32_t y, x;
} window_kernels_quant_pool2d_nhwc_s8;
typedef void fill_position(const window_kernels_quant_pool2d_nhwc_s8 *w);
static void pool_position(window_kernels_quant_pool2d_nhwc_s8 *w, ptrdiff_t image,
                          fill_position *fill)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    const wick_quant_taps rows = wick_quant_taps_forward(&p->height, w->y);
    const wick_quant_taps cols = wick_quant_taps_forward(&p->width, w->x);
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->channels;
    const bool sees_any = rows.count > 0 && cols.count > 0;
    w->rows = sees_any ? rows.count : 0;
    w->cols = sees_any ? cols.count : 0;
    w->row_step = p->height.in_step * row;
    w->col_step = (ptrdiff_t)p->width.in_step * p->channels;
    w->first = image + rows.in * row + (ptrdiff_t)cols.in * p->channels;
    fill(w);
}

static void pool(window_kernels_quant_pool2d_nhwc_s8 *w, fill_position *fill)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    w->place = p->is_backward ? last * p->channels : 0;
    for (int32_t n = 0; n < p->batch; n++) {
        const ptrdiff_t image = wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            w->y = wick_quant_nth(i, p->height.out, p->is_backward);
            for (int32_t k = 0; k < p->width.out; k++) {
                w->x = wick_quant_nth(k, p->width.out, p->is_backward);
                pool_position(w, image, fill);
                w->place += p->is_backward ? -p->channels : p->channels;
            }
        }
    }
}

static int32_t counted(const wick_pool2d_nhwc_params *p, const wick_quant_axis *axis, int32_t which,
                       int32_t out)
{
    const int32_t start = out * axis->stride - axis->padding;
    const int32_t end = start + axis->kernel;
    const int32_t low = start > p->counted_low[which] ? start : p->counted_low[which];
    const int32_t high = end < p->counted_high[which] ? end : p->counted_high[which];
    return high > low ? high - low : 0;
}

static const wick_quant_scale *
scale_of_kernels_quant_pool2d_nhwc_s8(const window_kernels_quant_pool2d_nhwc_s8 *w)
{
    const wick_pool2d_nhwc_params *const p = w->p;
    if (p->scale_count == 1) {
        return w->scales;
    }
    const int32_t count = counted(p, &p->height, 0, w->y) * counted(p, &p->width, 1, w->x);
    return w->scales + (count > 0 ? count - 1 : 0);
}

static inline __attribute__((always_inline)) int32_t wick_step_at(const void *steps, ptrdiff_t i,
                                                                  bool is_wide)
{
    return is_wide ? ((const int16_t *)steps)[i] : ((const int8_t *)steps)[i];
}

static inline __attribute__((always_inline)) void wick_step_store(void *steps, ptrdiff_t i,
                                                                  int32_t value, bool is_wide)
{
    if (is_wide) {
        ((int16_t *)steps)[i] = (int16_t)value;
    } else {
        ((int8_t *)steps)[i] = (int8_t)value;
    }
}

static inline __attribute__((always_inline)) void
fill_mean(const window_kernels_quant_pool2d_nhwc_s8 *w, bool is_wide)
{
    const wick_quant_scale scale = *scale_of_kernels_quant_pool2d_nhwc_s8(w);
    const int32_t zeros = w->rows * w->cols * w->p->zero_point;
    for (int32_t c = 0; c < w->p->channels; c++) {
        int32_t sum = -zeros;
        for (int32_t y = 0; y < w->rows; y++) {
            ptrdiff_t at = w->first + c + y * w->row_step;
            for (int32_t x = 0; x < w->cols; x++) {
                sum += wick_step_at(w->input, at, is_wide);
                at += w->col_step;
            }
        }
        const int32_t steps = wick_requantize(sum, scale.multiplier, scale.shift);
        wick_step_store(w->out, w->place + c, wick_quant_clamp(steps, &w->p->range), is_wide);
    }
}

static void fill_mean_s8(const window_kernels_quant_pool2d_nhwc_s8 *w)
{
    fill_mean(w, false);
}

static void wick_pool2d_mean_nhwc_s8(const wick_pool2d_nhwc_params *params,
                                     const wick_quant_scale *scales, const int8_t *input,
                                     int8_t *out)
{
    window_kernels_quant_pool2d_nhwc_s8 w = {
        .p = params, .scales = scales, .input = input, .out = out};
    pool(&w, fill_mean_s8);
}

static wick_status wick_avg_pool2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_pool2d_s8_block *const p = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const wick_quant_scale *const scales = checked_scales(call, p);
    if (scales == 0) {
        return WICK_INVALID_PROGRAM;
    }
    wick_pool2d_mean_nhwc_s8(p, scales, wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                             wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

static inline __attribute__((always_inline)) void
fill_max(const window_kernels_quant_pool2d_nhwc_s8 *w, bool is_wide)
{
    const wick_quant_range limits = {0, w->p->range.minimum, w->p->range.maximum};
    for (int32_t c = 0; c < w->p->channels; c++) {
        int32_t best = is_wide ? INT16_MIN : INT8_MIN;
        for (int32_t y = 0; y < w->rows; y++) {
            ptrdiff_t at = w->first + c + y * w->row_step;
            for (int32_t x = 0; x < w->cols; x++) {
                const int32_t value = wick_step_at(w->input, at, is_wide);
                best = value > best ? value : best;
                at += w->col_step;
            }
        }
        wick_step_store(w->out, w->place + c, wick_quant_clamp(best, &limits), is_wide);
    }
}

static void fill_max_s8(const window_kernels_quant_pool2d_nhwc_s8 *w)
{
    fill_max(w, false);
}

static void wick_pool2d_max_nhwc_s8(const wick_pool2d_nhwc_params *params, const int8_t *input,
                                    int8_t *out)
{
    window_kernels_quant_pool2d_nhwc_s8 w = {.p = params, .input = input, .out = out};
    pool(&w, fill_max_s8);
}

static wick_status wick_max_pool2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_pool2d_max_nhwc_s8(wick_call_tensor(call, BLOCK_ops_quant_reduce)->data,
                            wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                            wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

typedef struct wick_mean_s8_params {
    int32_t zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_mean_s8_params;
typedef struct wick_mean_s8_block {
    wick_mean_s8_params params;
    int32_t kept_count, reduced_count;
} wick_mean_s8_block;
typedef struct wick_mean_s8_loops {
    wick_quant_loops kept, reduced;
} wick_mean_s8_loops;
static wick_mean_s8_loops loops_of(const wick_mean_s8_block *b)
{
    const void *const after = b + 1;
    const wick_quant_loop *const loops = after;
    return (wick_mean_s8_loops){{loops, (uint32_t)b->kept_count},
                                {loops + b->kept_count, (uint32_t)b->reduced_count}};
}

static inline __attribute__((always_inline)) int32_t
sum_of_kernels_quant_mean_s8(const wick_mean_s8_params *p, const wick_quant_loops *reduced,
                             const void *input, ptrdiff_t first, bool is_wide)
{
    int32_t sum = 0;
    wick_quant_run run;
    if (!wick_quant_run_first(reduced, &run)) {
        return 0;
    }
    do {
        ptrdiff_t at = first + run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            sum += wick_step_at(input, at, is_wide) - p->zero_point;
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(reduced, &run));
    return sum;
}

static inline __attribute__((always_inline)) void fill(const wick_mean_s8_params *p,
                                                       const wick_mean_s8_loops *loops,
                                                       const void *input, void *out, bool is_wide)
{
    wick_quant_run run;
    if (!wick_quant_run_first(&loops->kept, &run)) {
        return;
    }
    do {
        ptrdiff_t at = run.a;
        for (int32_t i = 0; i < run.loop.count; i++) {
            const int32_t sum =
                sum_of_kernels_quant_mean_s8(p, &loops->reduced, input, at, is_wide);
            const int32_t steps = wick_requantize(sum, p->scale.multiplier, p->scale.shift);
            wick_step_store(out, run.out + i, wick_quant_clamp(steps, &p->range), is_wide);
            at += run.loop.a_step;
        }
    } while (wick_quant_run_next(&loops->kept, &run));
}

static void wick_mean_s8(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                         const int8_t *input, int8_t *out)
{
    fill(params, loops, input, out, false);
}

static wick_status wick_mean_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mean_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const wick_mean_s8_loops loops = loops_of(b);
    wick_mean_s8(&b->params, &loops, wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                 wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

typedef struct wick_softmax_shape {
    int32_t outer, size, inner;
    int32_t table_count;
    int32_t one;
} wick_softmax_shape;
typedef wick_softmax_shape wick_softmax_s8_block;
typedef struct row_kernels_quant_softmax_table_s8 {
    const wick_softmax_shape *shape;
    const int32_t *table;
    const int8_t *input;
    int8_t *out;
    ptrdiff_t step;
    int32_t maximum;
    uint32_t sum;
} row_kernels_quant_softmax_table_s8;
typedef struct wick_log_softmax_scale {
    int32_t one_bits;
    int32_t step;
    int32_t log_step;
    wick_quant_range range;
} wick_log_softmax_scale;
typedef void fill_row(const row_kernels_quant_softmax_table_s8 *r,
                      const wick_log_softmax_scale *scale);
static uint32_t
exponential_kernels_quant_softmax_table_s8(const row_kernels_quant_softmax_table_s8 *r,
                                           int32_t distance)
{
    return distance < r->shape->table_count ? (uint32_t)r->table[distance] : 0u;
}

static void measure_kernels_quant_softmax_table_s8(row_kernels_quant_softmax_table_s8 *r)
{
    r->maximum = INT8_MIN;
    for (int32_t i = 0; i < r->shape->size; i++) {
        const int8_t value = r->input[i * r->step];
        r->maximum = value > r->maximum ? value : r->maximum;
    }
    r->sum = 0;
    for (int32_t i = 0; i < r->shape->size; i++) {
        r->sum += exponential_kernels_quant_softmax_table_s8(r, r->maximum - r->input[i * r->step]);
    }
    r->sum += r->sum == 0;
}

static void visit_rows(row_kernels_quant_softmax_table_s8 *r, const wick_log_softmax_scale *scale,
                       fill_row *fill)
{
    const wick_softmax_shape *const s = r->shape;
    const int8_t *input = r->input;
    int8_t *out = r->out;
    const int32_t outer = s->size > 0 ? s->outer : 0;
    r->step = s->inner;
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < s->inner; i++) {
            r->input = input + i;
            r->out = out + i;
            measure_kernels_quant_softmax_table_s8(r);
            fill(r, scale);
        }
        input += (ptrdiff_t)s->size * s->inner;
        out += (ptrdiff_t)s->size * s->inner;
    }
}

static void fill_softmax(const row_kernels_quant_softmax_table_s8 *r,
                         const wick_log_softmax_scale *scale)
{
    static const wick_quant_range range = {INT8_MIN, INT8_MIN, INT8_MAX};
    (void)scale;
    for (int32_t i = 0; i < r->shape->size; i++) {
        const uint32_t t =
            exponential_kernels_quant_softmax_table_s8(r, r->maximum - r->input[i * r->step]);
        const uint32_t steps = ((uint32_t)r->shape->one * t + r->sum / 2) / r->sum;
        r->out[i * r->step] = wick_quant_narrow((int32_t)steps, &range);
    }
}

static void wick_softmax_table_s8(const wick_softmax_shape *shape, const int32_t *table,
                                  const int8_t *input, int8_t *out)
{
    row_kernels_quant_softmax_table_s8 r = {
        .shape = shape, .table = table, .input = input, .out = out};
    visit_rows(&r, 0, fill_softmax);
}

static wick_status wick_softmax_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_softmax_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const void *const table = b + 1;
    wick_softmax_table_s8(b, table, wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                          wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

typedef struct wick_log_softmax_s8_block {
    wick_softmax_shape shape;
    wick_log_softmax_scale scale;
} wick_log_softmax_s8_block;
enum { FRACTION_BITS = 16 };
static int32_t wick_log2_u32(uint32_t value)
{
    if (value == 0) {
        return 0;
    }
    int32_t whole = 31;
    while (value >> 31 == 0) {
        value <<= 1;
        whole--;
    }
    int32_t fraction = 0;
    for (int32_t i = 0; i < FRACTION_BITS; i++) {
        const uint64_t square = (uint64_t)value * value;
        const uint32_t is_two = (uint32_t)(square >> 63);
        value = (uint32_t)(square >> (31 + is_two));
        fraction = fraction << 1 | (int32_t)is_two;
    }
    return whole << FRACTION_BITS | fraction;
}

static void fill_log_softmax(const row_kernels_quant_softmax_table_s8 *r,
                             const wick_log_softmax_scale *scale)
{
    const int32_t log_sum = wick_log2_u32(r->sum) - (scale->one_bits << FRACTION_BITS);
    const int64_t base = (int64_t)log_sum * scale->log_step;
    for (int32_t i = 0; i < r->shape->size; i++) {
        const int64_t distance = r->maximum - r->input[i * r->step];
        const int64_t steps = base + distance * scale->step * (1 << FRACTION_BITS);
        const int32_t rounded = (int32_t)((steps + (INT64_C(1) << 31)) >> 32);
        r->out[i * r->step] = wick_quant_narrow(-rounded, &scale->range);
    }
}

static void wick_log_softmax_table_s8(const wick_softmax_shape *shape,
                                      const wick_log_softmax_scale *scale, const int32_t *table,
                                      const int8_t *input, int8_t *out)
{
    row_kernels_quant_softmax_table_s8 r = {
        .shape = shape, .table = table, .input = input, .out = out};
    visit_rows(&r, scale, fill_log_softmax);
}

static wick_status wick_log_softmax_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_log_softmax_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const void *const table = b + 1;
    wick_log_softmax_table_s8(&b->shape, &b->scale, table,
                              wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                              wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

typedef wick_batch_matmul_s8_params wick_matmul_s8_block;
enum {
    SELF_ops_quant_matmul,
    OTHER_ops_quant_matmul,
    BLOCK_ops_quant_matmul,
    OUT_ops_quant_matmul
};
static wick_status wick_matmul_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_matmul_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_matmul)->data;
    const bool is_empty = wick_tensor_count(wick_call_tensor(call, OUT_ops_quant_matmul)) == 0;
    if (!is_empty) {
        wick_batch_matmul_s8(b, wick_call_tensor(call, SELF_ops_quant_matmul)->data,
                             wick_call_tensor(call, OTHER_ops_quant_matmul)->data,
                             wick_call_tensor(call, OUT_ops_quant_matmul)->data);
    }
    return WICK_OK;
}

typedef struct wick_layer_norm_s8_params {
    int32_t rows, depth;
    int32_t epsilon[2];
    int32_t fraction_bits;
    wick_quant_range range;
} wick_layer_norm_s8_params;
typedef wick_layer_norm_s8_params wick_layer_norm_s8_block;
enum { INPUT_ops_quant_matmul = 0, NORM_BLOCK, NORM_OUT_ops_quant_matmul };
enum { ROW_BITS = 22, ROOT_BITS = 61, LIMIT = 1 << 24 };
typedef struct wick_quant_root {
    uint32_t multiplier;
    int32_t exponent;
} wick_quant_root;
typedef struct moments_kernels_quant_layer_norm_s8 {
    int32_t sum;
    wick_quant_root root;
} moments_kernels_quant_layer_norm_s8;
static uint32_t square_root(uint64_t value)
{
    uint64_t rest = value;
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 60; bit != 0; bit >>= 2) {
        const uint64_t trial = root + bit;
        root >>= 1;
        if (rest >= trial) {
            rest -= trial;
            root += bit;
        }
    }
    return (uint32_t)root;
}

static wick_quant_root wick_quant_inverse_root(uint64_t value)
{
    wick_quant_root out = {0, 0};
    if (value == 0) {
        return out;
    }
    while (value >> 60 == 0) {
        value <<= 2;
        out.exponent++;
    }
    out.multiplier = (uint32_t)((UINT64_C(1) << ROOT_BITS) / square_root(value));
    return out;
}

static moments_kernels_quant_layer_norm_s8
measure_kernels_quant_layer_norm_s8(const wick_layer_norm_s8_params *p, const int8_t *input)
{
    int32_t sum = 0;
    uint32_t squares = 0;
    for (int32_t i = 0; i < p->depth; i++) {
        sum += input[i];
        squares += (uint32_t)(input[i] * input[i]);
    }
    const uint64_t epsilon = (uint64_t)(uint32_t)p->epsilon[1] << 32 | (uint32_t)p->epsilon[0];
    const uint64_t spread = (uint64_t)(uint32_t)p->depth * squares - (uint64_t)((int64_t)sum * sum);
    return (moments_kernels_quant_layer_norm_s8){sum, wick_quant_inverse_root(spread + epsilon)};
}

static int32_t normalized(const wick_layer_norm_s8_params *p,
                          const moments_kernels_quant_layer_norm_s8 *m, int8_t value)
{
    const int64_t distance = (int64_t)p->depth * value - m->sum;
    const int32_t right = ROOT_BITS - ROW_BITS - m->root.exponent;
    return (int32_t)((distance * m->root.multiplier + (INT64_C(1) << (right - 1))) >> right);
}

static int32_t limited(int64_t steps)
{
    return steps > LIMIT ? LIMIT : steps < -LIMIT ? -LIMIT : (int32_t)steps;
}

static void wick_layer_norm_s8(const wick_layer_norm_s8_params *params, const int32_t *weights,
                               const int8_t *input, int8_t *out)
{
    const wick_layer_norm_s8_params *const p = params;
    const int32_t right = ROW_BITS + p->fraction_bits;
    for (int32_t r = 0; r < p->rows; r++) {
        const moments_kernels_quant_layer_norm_s8 m = measure_kernels_quant_layer_norm_s8(p, input);
        for (int32_t i = 0; i < p->depth; i++) {
            const int64_t scaled = (int64_t)normalized(p, &m, input[i]) * weights[i] +
                                   (int64_t)weights[p->depth + i] * (1 << ROW_BITS);
            const int64_t steps = (scaled + (INT64_C(1) << (right - 1))) >> right;
            out[i] = wick_quant_narrow(limited(steps), &p->range);
        }
        input += p->depth;
        out += p->depth;
    }
}

static wick_status wick_layer_norm_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_layer_norm_s8_block *const b = wick_call_tensor(call, NORM_BLOCK)->data;
    const void *const after = b + 1;
    wick_layer_norm_s8(b, after, wick_call_tensor(call, INPUT_ops_quant_matmul)->data,
                       wick_call_tensor(call, NORM_OUT_ops_quant_matmul)->data);
    return WICK_OK;
}

typedef struct wick_resize_s8_params {
    int32_t batch, channels;
    int32_t in_height, in_width, out_height, out_width;
} wick_resize_s8_params;
typedef wick_resize_s8_params wick_resize_s8_block;
enum { INPUT_ops_quant_resize, BLOCK_ops_quant_resize, OUT_ops_quant_resize };
typedef struct wick_resize_step {
    int32_t first, second, share;
} wick_resize_step;
enum { WICK_RESIZE_SHARE_BITS = 11 };
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

enum { ONE = 1 << WICK_RESIZE_SHARE_BITS };
static int32_t between_kernels_quant_resize_s8(const int8_t *first, const int8_t *second,
                                               ptrdiff_t at, int32_t share)
{
    return first[at] * (ONE - share) + second[at] * share;
}

static void resize_row(const wick_resize_s8_params *p, const wick_resize_step *cols,
                       const int8_t *rows[2], int32_t share, int8_t *out)
{
    const int32_t half = 1 << (2 * WICK_RESIZE_SHARE_BITS - 1);
    for (int32_t x = 0; x < p->out_width; x++) {
        const ptrdiff_t left = (ptrdiff_t)cols[x].first * p->channels;
        const ptrdiff_t right = (ptrdiff_t)cols[x].second * p->channels;
        for (int32_t c = 0; c < p->channels; c++) {
            const int32_t upper =
                between_kernels_quant_resize_s8(rows[0] + left, rows[0] + right, c, cols[x].share);
            const int32_t lower =
                between_kernels_quant_resize_s8(rows[1] + left, rows[1] + right, c, cols[x].share);
            const int32_t sum = upper * (ONE - share) + lower * share;
            *out++ = (int8_t)((sum + half) >> (2 * WICK_RESIZE_SHARE_BITS));
        }
    }
}

static void wick_resize_s8(const wick_resize_s8_params *params, const wick_resize_step *steps,
                           const int8_t *input, int8_t *out)
{
    const wick_resize_s8_params *const p = params;
    const ptrdiff_t in_row = (ptrdiff_t)p->in_width * p->channels;
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t y = 0; y < p->out_height; y++) {
            const int8_t *rows[2] = {input + steps[y].first * in_row,
                                     input + steps[y].second * in_row};
            resize_row(p, steps + p->out_height, rows, steps[y].share, out);
            out += (ptrdiff_t)p->out_width * p->channels;
        }
        input += p->in_height * in_row;
    }
}

static wick_status wick_resize_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_resize_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_resize)->data;
    const void *const after = b + 1;
    const wick_resize_step *const steps = after;
    if (!steps_are_valid(steps, b->out_height, b->in_height) ||
        !steps_are_valid(steps + b->out_height, b->out_width, b->in_width)) {
        return wick_quant_wrong_block(call, BLOCK_ops_quant_resize);
    }
    wick_resize_s8(b, steps, wick_call_tensor(call, INPUT_ops_quant_resize)->data,
                   wick_call_tensor(call, OUT_ops_quant_resize)->data);
    return WICK_OK;
}

enum {
    INPUT_ops_quantize_dynamic,
    SCALE_ops_quantize_dynamic,
    ZERO_POINT_ops_quantize_dynamic,
    QUANT_MIN
};
static double scale_at_ops_quantize_dynamic(const wick_tensor *scales, uint32_t index)
{
    return scales->dtype == WICK_FLOAT64 ? ((const double *)scales->data)[index]
                                         : (double)((const float *)scales->data)[index];
}

static int64_t zero_point_at(const wick_call *call, uint32_t index)
{
    return ((const int64_t *)wick_call_tensor(call, ZERO_POINT_ops_quantize_dynamic)->data)[index];
}

static wick_status check_value(const wick_call *call, uint32_t dtype, uint32_t index)
{
    do {
        wick_status wick_try_status = (wick_quantize_check_scale(
            call, SCALE_ops_quantize_dynamic,
            scale_at_ops_quantize_dynamic(wick_call_tensor(call, SCALE_ops_quantize_dynamic),
                                          index)));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    return wick_quantize_check_zero_point(call, ZERO_POINT_ops_quantize_dynamic, dtype,
                                          zero_point_at(call, index));
}

enum {
    QUANTIZE_OUT_ops_quantize_dynamic = 6,
    DEQUANTIZE_OUT_DTYPE_ops_quantize_dynamic = 6,
    DEQUANTIZE_OUT_ops_quantize_dynamic = 7
};
static wick_status wick_quantize_tensor_run(const wick_call *call, const void *block)
{
    wick_quantize_params params = *(const wick_quantize_block *)block;
    do {
        wick_status wick_try_status = (check_value(call, params.dtype, 0));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    params.factor = (float)(1.0 / scale_at_ops_quantize_dynamic(
                                      wick_call_tensor(call, SCALE_ops_quantize_dynamic), 0));
    params.zero_point = (int32_t)zero_point_at(call, 0);
    wick_quantize_f32(&params, wick_call_tensor(call, INPUT_ops_quantize_dynamic)->data,
                      wick_call_tensor(call, QUANTIZE_OUT_ops_quantize_dynamic)->data);
    return WICK_OK;
}

static wick_status wick_dequantize_tensor_run(const wick_call *call, const void *block)
{
    wick_quantize_params params = *(const wick_quantize_block *)block;
    do {
        wick_status wick_try_status = (check_value(call, params.dtype, 0));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    params.factor =
        (float)scale_at_ops_quantize_dynamic(wick_call_tensor(call, SCALE_ops_quantize_dynamic), 0);
    params.zero_point = (int32_t)zero_point_at(call, 0);
    wick_dequantize_f32(&params, wick_call_tensor(call, INPUT_ops_quantize_dynamic)->data,
                        wick_call_tensor(call, DEQUANTIZE_OUT_ops_quantize_dynamic)->data);
    return WICK_OK;
}

typedef struct wick_choose_block {
    uint32_t rows, depth;
    int32_t minimum, maximum;
    float smallest;
} wick_choose_block;
typedef struct wick_quantize_range {
    float low, high;
} wick_quantize_range;
static bool wick_find_range_f32(uint32_t depth, const float *input, wick_quantize_range *range)
{
    bool is_finite = true;
    *range = (wick_quantize_range){0, 0};
    for (uint32_t i = 0; i < depth; i++) {
        const float value = input[i];
        is_finite = is_finite && value >= -0x1.fffffep127f && value <= 0x1.fffffep127f;
        range->low = value < range->low ? value : range->low;
        range->high = value > range->high ? value : range->high;
    }
    return is_finite;
}

static wick_status find_range(const wick_call *call, const wick_choose_block *b, uint32_t row,
                              wick_quantize_range *range)
{
    const float *const input = wick_call_tensor(call, INPUT_ops_quantize_dynamic)->data;
    if (!wick_find_range_f32(b->depth, input + (size_t)row * b->depth, range)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT_ops_quantize_dynamic, "");
    }
    return WICK_OK;
}

typedef struct wick_found_scale {
    double scale;
    int64_t zero_point;
} wick_found_scale;
static void put_found(const wick_call *call, uint32_t first, uint32_t row, wick_found_scale found)
{
    ((double *)wick_call_tensor(call, first)->data)[row] = found.scale;
    ((int64_t *)wick_call_tensor(call, first + 1)->data)[row] = found.zero_point;
}

enum { CHOOSE_MIN = 1, CHOOSE_MAX, CHOOSE_EPS, CHOOSE_DTYPE, CHOOSE_SCALE, CHOOSE_ZERO_POINT };
static float clamped_kernels_quant_quantize_dynamic(float value, float low, float high)
{
    const float raised = value < low ? low : value;
    return raised > high ? high : raised;
}

static float scale_of_kernels_quant_quantize_dynamic(wick_quantize_range range, float steps,
                                                     float smallest)
{
    return clamped_kernels_quant_quantize_dynamic((range.high - range.low) / steps, smallest,
                                                  0x1.fffffep127f);
}

static wick_found_scale wick_choose_scale(wick_quantize_range range, float smallest,
                                          int32_t minimum, int32_t maximum)
{
    const float scale =
        scale_of_kernels_quant_quantize_dynamic(range, (float)(maximum - minimum), smallest);
    const float zero_point = (float)minimum - wick_rint_f32(range.low / scale);
    return (wick_found_scale){(double)scale, (int64_t)clamped_kernels_quant_quantize_dynamic(
                                                 zero_point, (float)minimum, (float)maximum)};
}

static wick_status wick_choose_qparams_run(const wick_call *call, const void *block)
{
    const wick_choose_block *const b = block;
    wick_quantize_range range;
    do {
        wick_status wick_try_status = (find_range(call, b, 0, &range));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    put_found(call, CHOOSE_SCALE, 0, wick_choose_scale(range, b->smallest, b->minimum, b->maximum));
    return WICK_OK;
}

enum { TOKEN_DTYPE = 1, TOKEN_SCALE, TOKEN_ZERO_POINT };
static wick_found_scale wick_choose_scale_of_token(wick_quantize_range range)
{
    const float scale = scale_of_kernels_quant_quantize_dynamic(range, 255.0f, 0x1p-23f);
    const float low = range.low / scale;
    const float high = range.high / scale;
    const bool is_from_low = (-128.0f + low) + (127.0f + high) > 0;
    const float zero_point = is_from_low ? -128.0f - low : 127.0f - high;
    return (wick_found_scale){
        (double)scale, (int64_t)wick_rint_f32(
                           clamped_kernels_quant_quantize_dynamic(zero_point, -128.0f, 127.0f))};
}

static wick_status wick_choose_tokens_run(const wick_call *call, const void *block)
{
    const wick_choose_block *const b = block;
    for (uint32_t row = 0; row < b->rows; row++) {
        wick_quantize_range range;
        do {
            wick_status wick_try_status = (find_range(call, b, row, &range));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
        put_found(call, TOKEN_SCALE, row, wick_choose_scale_of_token(range));
    }
    return WICK_OK;
}

typedef struct wick_quantize_tokens {
    uint32_t rows, depth;
    uint8_t dtype;
    bool is_wide;
    int32_t minimum, maximum;
} wick_quantize_tokens;
typedef wick_quantize_tokens wick_quantize_tokens_block;
static wick_status check_values_ops_quantize_dynamic(const wick_call *call,
                                                     const wick_quantize_tokens *plan)
{
    for (uint32_t row = 0; row < plan->rows; row++) {
        do {
            wick_status wick_try_status = (check_value(call, plan->dtype, row));
            if (wick_try_status != WICK_OK) {
                return wick_try_status;
            }
        } while (0);
    }
    return WICK_OK;
}

static double step_of(const wick_quantize_tokens *plan, const void *scales, uint32_t row)
{
    return plan->is_wide ? ((const double *)scales)[row] : (double)((const float *)scales)[row];
}

static double in_steps(bool is_wide, float value, double inverse, int64_t zero_point)
{
    if (is_wide) {
        return (double)value * inverse + (double)zero_point;
    }
    const float scaled = value * (float)inverse;
    return (double)(scaled + (float)zero_point);
}

static void store_kernels_quant_quantize_dynamic(uint8_t dtype, void *out, uint32_t index,
                                                 int32_t value)
{
    if (dtype == WICK_INT32) {
        ((int32_t *)out)[index] = value;
    } else if (dtype == WICK_INT16) {
        ((int16_t *)out)[index] = (int16_t)value;
    } else {
        ((uint8_t *)out)[index] = (uint8_t)value;
    }
}

static int32_t nearest(const wick_quantize_tokens *plan, double value)
{
    if (!(value > plan->minimum)) {
        return plan->minimum;
    }
    if (value >= plan->maximum) {
        return plan->maximum;
    }
    const double rounder = 0x1.8p52;
    return (int32_t)((value + rounder) - rounder);
}

static void wick_quantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                                     const int64_t *zero_points, const float *input, void *out)
{
    uint32_t at = 0;
    for (uint32_t row = 0; row < plan->rows; row++) {
        const double scale = step_of(plan, scales, row);
        const double inverse = plan->is_wide ? 1.0 / scale : (double)(1.0f / (float)scale);
        for (uint32_t i = 0; i < plan->depth; i++, at++) {
            const double steps = in_steps(plan->is_wide, input[at], inverse, zero_points[row]);
            store_kernels_quant_quantize_dynamic(plan->dtype, out, at, nearest(plan, steps));
        }
    }
}

static wick_status wick_quantize_tokens_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (check_values_ops_quantize_dynamic(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_quantize_tokens_f32(block, wick_call_tensor(call, SCALE_ops_quantize_dynamic)->data,
                             wick_call_tensor(call, ZERO_POINT_ops_quantize_dynamic)->data,
                             wick_call_tensor(call, INPUT_ops_quantize_dynamic)->data,
                             wick_call_tensor(call, QUANTIZE_OUT_ops_quantize_dynamic)->data);
    return WICK_OK;
}

static int32_t load_kernels_quant_quantize_dynamic(uint8_t dtype, const void *input, uint32_t index)
{
    if (dtype == WICK_INT32) {
        return ((const int32_t *)input)[index];
    }
    if (dtype == WICK_INT16) {
        return ((const int16_t *)input)[index];
    }
    return dtype == WICK_INT8 ? ((const int8_t *)input)[index] : ((const uint8_t *)input)[index];
}

static void wick_dequantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                                       const int64_t *zero_points, const void *input, float *out)
{
    uint32_t at = 0;
    for (uint32_t row = 0; row < plan->rows; row++) {
        const double scale = step_of(plan, scales, row);
        for (uint32_t i = 0; i < plan->depth; i++, at++) {
            const int64_t steps =
                load_kernels_quant_quantize_dynamic(plan->dtype, input, at) - zero_points[row];
            out[at] = plan->is_wide ? (float)((double)steps * scale) : (float)steps * (float)scale;
        }
    }
}

static wick_status wick_dequantize_tokens_run(const wick_call *call, const void *block)
{
    do {
        wick_status wick_try_status = (check_values_ops_quantize_dynamic(call, block));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    wick_dequantize_tokens_f32(block, wick_call_tensor(call, SCALE_ops_quantize_dynamic)->data,
                               wick_call_tensor(call, ZERO_POINT_ops_quantize_dynamic)->data,
                               wick_call_tensor(call, INPUT_ops_quantize_dynamic)->data,
                               wick_call_tensor(call, DEQUANTIZE_OUT_ops_quantize_dynamic)->data);
    return WICK_OK;
}

typedef struct wick_quant_conv_s16_data {
    const int16_t *input;
    const int8_t *weight;
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
    const int16_t *residual;
    const wick_quant_residual *sum;
    int16_t *out;
} wick_quant_conv_s16_data;
typedef void wide_kernel(const wick_quant_conv_params *params,
                         const wick_quant_conv_s16_data *data);
enum { WICK_QUANT_WIDE_SHIFT_MAX = 7 };
static wick_status run_wide(const wick_call *call, wide_kernel *kernel,
                            const wick_quant_conv_params *params, const wick_quant_residual *sum,
                            const void *after)
{
    const channel_arrays arrays = arrays_of(after, params->out_channels);
    const wick_tensor *const residual = wick_call_optional_tensor(call, RESIDUAL);
    do {
        wick_status wick_try_status = (check_scales_ops_quant_layers(
            call, &arrays, params->out_channels, WICK_QUANT_WIDE_SHIFT_MAX));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    const wick_quant_conv_s16_data data = {
        .input = wick_call_tensor(call, INPUT_ops_quant_layers)->data,
        .weight = weight_of_ops_quant_layers(call, arrays.end),
        .bias = arrays.bias,
        .multipliers = arrays.multipliers,
        .shifts = arrays.shifts,
        .residual = residual ? residual->data : 0,
        .sum = sum,
        .out = wick_call_tensor(call, OUT_ops_quant_layers)->data};
    kernel(params, &data);
    return WICK_OK;
}

static wick_status run_wide_conv(const wick_call *call, wide_kernel *kernel)
{
    const wick_conv2d_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_layers)->data;
    return run_wide(call, kernel, &b->params, &b->residual, b + 1);
}

typedef wick_quant_taps taps_of_kernels_quant_conv2d_s16(const wick_quant_axis *axis, int32_t out);
typedef struct layer_kernels_quant_conv2d_s16 {
    const wick_quant_conv_params *p;
    const wick_quant_conv_s16_data *data;
    taps_of_kernels_quant_conv2d_s16 *taps;
    bool is_depthwise;
} layer_kernels_quant_conv2d_s16;
typedef struct position_kernels_quant_conv2d_s16 {
    wick_quant_taps y, x;
    const int16_t *image;
} position_kernels_quant_conv2d_s16;
static inline int32_t wick_requantize_wide(int64_t sum, int32_t multiplier, int32_t shift)
{
    const int32_t most = 0x7fff;
    const int32_t reduced = multiplier < most << 16 ? (multiplier + (1 << 15)) >> 16 : most;
    const int32_t right = 15 - (shift < -31 ? -31 : shift);
    const int64_t steps = (sum * reduced + (INT64_C(1) << (right - 1))) >> right;
    const int64_t limited = steps < INT32_MIN ? INT32_MIN : steps;
    return (int32_t)(limited > INT32_MAX ? INT32_MAX : limited);
}

enum { CHUNK_kernels_quant_conv2d_s16 = 128 };
static int64_t dot_kernels_quant_conv2d_s16(const int16_t *input, const int8_t *weight,
                                            int32_t count, int32_t offset)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < count; k += CHUNK_kernels_quant_conv2d_s16) {
        const int32_t end =
            count - k < CHUNK_kernels_quant_conv2d_s16 ? count : k + CHUNK_kernels_quant_conv2d_s16;
        int32_t part = 0;
        for (int32_t i = k; i < end; i++) {
            part += (input[i] + offset) * weight[i];
        }
        sum += part;
    }
    return sum;
}

static int64_t filter_sum(const layer_kernels_quant_conv2d_s16 *l,
                          const position_kernels_quant_conv2d_s16 *at, int32_t channel)
{
    const wick_quant_conv_params *const p = l->p;
    const int32_t depth = l->is_depthwise ? 1 : p->in_channels / p->groups;
    const int32_t group = channel / (p->out_channels / p->groups);
    const ptrdiff_t tap = l->is_depthwise ? p->out_channels : depth;
    const ptrdiff_t filter =
        l->is_depthwise ? 1 : (ptrdiff_t)p->height.kernel * p->width.kernel * depth;
    const int8_t *const weight = l->data->weight + channel * filter;
    int64_t sum = l->data->bias[channel];
    for (int32_t i = 0; i < at->y.count; i++) {
        const ptrdiff_t in_row = (ptrdiff_t)(at->y.in + i * p->height.in_step) * p->width.in;
        const ptrdiff_t row =
            (ptrdiff_t)(at->y.kernel + i * p->height.kernel_step) * p->width.kernel;
        for (int32_t k = 0; k < at->x.count; k++) {
            const ptrdiff_t pixel = in_row + at->x.in + k * p->width.in_step;
            const ptrdiff_t place = row + at->x.kernel + k * p->width.kernel_step;
            sum += dot_kernels_quant_conv2d_s16(at->image + pixel * p->in_channels + group * depth,
                                                weight + place * tap, depth, p->input_offset);
        }
    }
    return sum;
}

static inline int16_t wick_quant_sum_s16(const wick_quant_residual *r, uint32_t terms)
{
    const int32_t steps =
        wick_requantize((int32_t)terms, r->out_scale.multiplier, r->out_scale.shift);
    return (int16_t)wick_quant_clamp(steps, &r->range);
}

enum { WICK_QUANT_ADD_S16_HEADROOM = 1 << 15, WICK_TABLE_S16_ENTRIES = 513 };
static inline uint32_t wick_quant_term_s16(const wick_quant_operand *operand, int16_t value)
{
    return (uint32_t)wick_requantize(value * WICK_QUANT_ADD_S16_HEADROOM, operand->scale.multiplier,
                                     operand->scale.shift);
}

static void convolve_position_kernels_quant_conv2d_s16(const layer_kernels_quant_conv2d_s16 *l,
                                                       const position_kernels_quant_conv2d_s16 *at,
                                                       ptrdiff_t first)
{
    const wick_quant_conv_s16_data *const data = l->data;
    for (int32_t c = 0; c < l->p->out_channels; c++) {
        const int32_t steps =
            wick_requantize_wide(filter_sum(l, at, c), data->multipliers[c], data->shifts[c]);
        int16_t value = (int16_t)wick_quant_clamp(steps, &l->p->range);
        if (data->residual != 0) {
            value = wick_quant_sum_s16(
                data->sum, wick_quant_term_s16(&data->sum->a, value) +
                               wick_quant_term_s16(&data->sum->b, data->residual[first + c]));
        }
        data->out[first + c] = value;
    }
}

static void convolve_kernels_quant_conv2d_s16(const layer_kernels_quant_conv2d_s16 *l)
{
    const wick_quant_conv_params *const p = l->p;
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    ptrdiff_t first = p->is_backward ? last * p->out_channels : 0;
    for (int32_t n = 0; n < p->batch; n++) {
        position_kernels_quant_conv2d_s16 at = {
            .image = l->data->input + wick_quant_nth(n, p->batch, p->is_backward) * image_size};
        for (int32_t i = 0; i < p->height.out; i++) {
            at.y = l->taps(&p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                at.x = l->taps(&p->width, wick_quant_nth(k, p->width.out, p->is_backward));
                convolve_position_kernels_quant_conv2d_s16(l, &at, first);
                first += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}

static void wick_conv2d_s16(const wick_quant_conv_params *params,
                            const wick_quant_conv_s16_data *data)
{
    const layer_kernels_quant_conv2d_s16 l = {params, data, wick_quant_taps_forward, false};
    convolve_kernels_quant_conv2d_s16(&l);
}

static wick_status wick_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_conv2d_s16);
}

static void wick_depthwise_conv2d_s16(const wick_quant_conv_params *params,
                                      const wick_quant_conv_s16_data *data)
{
    const layer_kernels_quant_conv2d_s16 l = {params, data, wick_quant_taps_forward, true};
    convolve_kernels_quant_conv2d_s16(&l);
}

static wick_status wick_depthwise_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_depthwise_conv2d_s16);
}

static void wick_transpose_conv2d_s16(const wick_quant_conv_params *params,
                                      const wick_quant_conv_s16_data *data)
{
    const layer_kernels_quant_conv2d_s16 l = {params, data, wick_quant_taps_transposed, false};
    convolve_kernels_quant_conv2d_s16(&l);
}

static wick_status wick_transpose_conv2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    return run_wide_conv(call, wick_transpose_conv2d_s16);
}

static wick_status wick_linear_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_layers)->data;
    const wick_quant_axis one = {1, 1, 1, 1, 0, 1, 1, 1};
    wick_quant_conv_params params = {.batch = 1,
                                     .groups = 1,
                                     .in_channels = b->depth,
                                     .out_channels = b->cols,
                                     .height = one,
                                     .width = one,
                                     .input_offset = b->input_offset,
                                     .range = b->range,
                                     .is_backward = b->is_backward};
    params.height.in = b->rows;
    params.height.out = b->rows;
    return run_wide(call, wick_conv2d_s16, &params, &b->residual, b + 1);
}

typedef struct wick_quant_pair_s16 {
    const int16_t *a, *b;
    int16_t *out;
} wick_quant_pair_s16;
static wick_quant_pair_s16 wide_pair_of(const wick_call *call)
{
    return (wick_quant_pair_s16){wick_call_tensor(call, SELF_ops_quant_elementwise)->data,
                                 wick_call_tensor(call, OTHER_ops_quant_elementwise)->data,
                                 wick_call_tensor(call, OUT_ops_quant_elementwise)->data};
}

static void add_run_kernels_quant_elementwise_s16(const wick_add_s8_params *p,
                                                  const wick_quant_loop *loop,
                                                  const wick_quant_pair_s16 *data)
{
    const int16_t *a = data->a;
    const int16_t *b = data->b;
    for (int32_t i = 0; i < loop->count; i++) {
        const uint32_t second = wick_quant_term_s16(&p->sum.b, *b) * (uint32_t)p->b_sign;
        data->out[i] = wick_quant_sum_s16(&p->sum, wick_quant_term_s16(&p->sum.a, *a) + second);
        a += loop->a_step;
        b += loop->b_step;
    }
}

static void wick_add_s16(const wick_add_s8_params *params, const wick_quant_loops *loops,
                         const wick_quant_pair_s16 *data)
{
    wick_quant_run run;
    bool has_more = wick_quant_run_first(loops, &run);
    while (has_more) {
        const wick_quant_pair_s16 at = {data->a + run.a, data->b + run.b, data->out + run.out};
        add_run_kernels_quant_elementwise_s16(params, &run.loop, &at);
        has_more = wick_quant_run_next(loops, &run);
    }
}

static wick_status wick_add_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_add_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_elementwise)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair_s16 data = wide_pair_of(call);
    wick_add_s16(&b->params, &loops, &data);
    return WICK_OK;
}

static void mul_run_kernels_quant_elementwise_s16(const wick_mul_s8_params *p,
                                                  const wick_quant_loop *loop,
                                                  const wick_quant_pair_s16 *data)
{
    const int16_t *a = data->a;
    const int16_t *b = data->b;
    for (int32_t i = 0; i < loop->count; i++) {
        const int32_t steps = wick_requantize(*a * *b, p->scale.multiplier, p->scale.shift);
        data->out[i] = (int16_t)wick_quant_clamp(steps, &p->range);
        a += loop->a_step;
        b += loop->b_step;
    }
}

static void wick_mul_s16(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                         const wick_quant_pair_s16 *data)
{
    wick_quant_run run;
    bool has_more = wick_quant_run_first(loops, &run);
    while (has_more) {
        const wick_quant_pair_s16 at = {data->a + run.a, data->b + run.b, data->out + run.out};
        mul_run_kernels_quant_elementwise_s16(params, &run.loop, &at);
        has_more = wick_quant_run_next(loops, &run);
    }
}

static wick_status wick_mul_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mul_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_elementwise)->data;
    const wick_quant_loops loops = loops_behind(b + 1, b->loop_count);
    const wick_quant_pair_s16 data = wide_pair_of(call);
    wick_mul_s16(&b->params, &loops, &data);
    return WICK_OK;
}

enum { PART_BITS = 7, MIDDLE = 256 };
static void wick_lookup_s16(size_t count, const int16_t *table, const int16_t *input, int16_t *out)
{
    for (size_t i = 0; i < count; i++) {
        const int16_t *const at = table + MIDDLE + (input[i] >> PART_BITS);
        const int32_t part = input[i] & ((1 << PART_BITS) - 1);
        const int32_t step = ((at[1] - at[0]) * part + (1 << (PART_BITS - 1))) >> PART_BITS;
        out[i] = (int16_t)(at[0] + step);
    }
}

static wick_status wick_table_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_quant_elementwise);
    wick_lookup_s16(wick_tensor_count(input), wick_call_tensor(call, TABLE)->data, input->data,
                    wick_call_tensor(call, TABLE_OUT)->data);
    return WICK_OK;
}

typedef struct wick_rescale_ends {
    const void *input;
    void *out;
    bool is_wide_input, is_wide_out;
} wick_rescale_ends;
typedef struct wick_rescale_params {
    int32_t zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_rescale_params;
static void wick_rescale(const wick_rescale_params *params, size_t count,
                         const wick_rescale_ends *ends)
{
    const wick_quant_scale scale = params->scale;
    const int8_t *const bytes = ends->input;
    const int16_t *const words = ends->input;
    int8_t *const out_bytes = ends->out;
    int16_t *const out_words = ends->out;
    for (size_t i = 0; i < count; i++) {
        const int32_t value = (ends->is_wide_input ? words[i] : bytes[i]) - params->zero_point;
        const int32_t steps = wick_requantize(value, scale.multiplier, scale.shift);
        const int32_t result = wick_quant_clamp(steps, &params->range);
        if (ends->is_wide_out) {
            out_words[i] = (int16_t)result;
        } else {
            out_bytes[i] = (int8_t)result;
        }
    }
}

static wick_status wick_rescale_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT_ops_quant_elementwise);
    const wick_tensor *const out = wick_call_tensor(call, TABLE_OUT);
    const wick_rescale_ends ends = {input->data, out->data, input->dtype == WICK_INT16,
                                    out->dtype == WICK_INT16};
    wick_rescale(wick_call_tensor(call, TABLE)->data, wick_tensor_count(input), &ends);
    return WICK_OK;
}

static void fill_mean_s16(const window_kernels_quant_pool2d_nhwc_s8 *w)
{
    fill_mean(w, true);
}

static void wick_pool2d_mean_nhwc_s16(const wick_pool2d_nhwc_params *params,
                                      const wick_quant_scale *scales, const int16_t *input,
                                      int16_t *out)
{
    window_kernels_quant_pool2d_nhwc_s8 w = {
        .p = params, .scales = scales, .input = input, .out = out};
    pool(&w, fill_mean_s16);
}

static wick_status wick_avg_pool2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_pool2d_s8_block *const p = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const wick_quant_scale *const scales = checked_scales(call, p);
    if (scales == 0) {
        return WICK_INVALID_PROGRAM;
    }
    wick_pool2d_mean_nhwc_s16(p, scales, wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                              wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

static void fill_max_s16(const window_kernels_quant_pool2d_nhwc_s8 *w)
{
    fill_max(w, true);
}

static void wick_pool2d_max_nhwc_s16(const wick_pool2d_nhwc_params *params, const int16_t *input,
                                     int16_t *out)
{
    window_kernels_quant_pool2d_nhwc_s8 w = {.p = params, .input = input, .out = out};
    pool(&w, fill_max_s16);
}

static wick_status wick_max_pool2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_pool2d_max_nhwc_s16(wick_call_tensor(call, BLOCK_ops_quant_reduce)->data,
                             wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                             wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

static void wick_mean_s16(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                          const int16_t *input, int16_t *out)
{
    fill(params, loops, input, out, true);
}

static wick_status wick_mean_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mean_s8_block *const b = wick_call_tensor(call, BLOCK_ops_quant_reduce)->data;
    const wick_mean_s8_loops loops = loops_of(b);
    wick_mean_s16(&b->params, &loops, wick_call_tensor(call, INPUT_ops_quant_reduce)->data,
                  wick_call_tensor(call, OUT_ops_quant_reduce)->data);
    return WICK_OK;
}

typedef struct wick_linear_s8_w4_block {
    wick_linear_s8_block layer;
    int32_t groups;
} wick_linear_s8_w4_block;
typedef struct wick_weight_shape {
    int32_t rows, depth;
    int32_t groups;
    int32_t format;
} wick_weight_shape;
typedef struct layer_kernels_quant_linear_s8_w4 {
    const wick_quant_linear_params *p;
    const wick_quant_linear_data *data;
    wick_weight_shape weight;
    const int32_t *factors;
} layer_kernels_quant_linear_s8_w4;
typedef enum wick_weight_format {
    WICK_WEIGHT_I8,
    WICK_WEIGHT_I4,
    WICK_WEIGHT_F16,
    WICK_WEIGHT_BF16,
} wick_weight_format;
static size_t wick_weight_row_bytes(const wick_weight_shape *shape)
{
    const size_t depth = (size_t)shape->depth;
    return shape->format == WICK_WEIGHT_I8   ? depth
           : shape->format == WICK_WEIGHT_I4 ? (depth + 1) / 2
                                             : 2 * depth;
}

enum { BLOCK_kernels_quant_linear_s8_w4 = 64 };
static int8_t nibble(const uint8_t *row, int32_t i)
{
    const uint32_t half = (uint32_t)row[i / 2] >> (i % 2 * 4) & 15u;
    return (int8_t)((int32_t)(half ^ 8u) - 8);
}

static void wick_weights_to_s8(const wick_weight_shape *shape, const void *row, int32_t first,
                               int32_t count, int8_t *out)
{
    const int8_t *const bytes = row;
    for (int32_t i = 0; i < count; i++) {
        out[i] = shape->format == WICK_WEIGHT_I4 ? nibble(row, first + i) : bytes[first + i];
    }
}

static uint32_t part_sum(const layer_kernels_quant_linear_s8_w4 *l, const uint8_t *weight,
                         const int8_t *input, int32_t first, int32_t end)
{
    uint32_t sum = 0;
    for (int32_t k = first; k < end; k += BLOCK_kernels_quant_linear_s8_w4) {
        int8_t values[BLOCK_kernels_quant_linear_s8_w4];
        const int32_t count =
            end - k < BLOCK_kernels_quant_linear_s8_w4 ? end - k : BLOCK_kernels_quant_linear_s8_w4;
        wick_weights_to_s8(&l->weight, weight, k, count, values);
        sum =
            wick_dot_s8(sum, input + k, values, count, (wick_quant_offsets){l->p->input_offset, 0});
    }
    return sum;
}

static uint32_t row_sum_kernels_quant_linear_s8_w4(const layer_kernels_quant_linear_s8_w4 *l,
                                                   int32_t col, const uint8_t *weight,
                                                   const int8_t *input)
{
    const int32_t groups = l->weight.groups;
    const int32_t size = l->p->depth / groups;
    if (groups == 1) {
        return part_sum(l, weight, input, 0, size);
    }
    const int32_t *const factors = l->factors + (ptrdiff_t)col * groups;
    uint64_t sum = UINT64_C(1) << 14;
    for (int32_t g = 0; g < groups; g++) {
        const int32_t part = (int32_t)part_sum(l, weight, input, g * size, (g + 1) * size);
        sum += (uint64_t)((int64_t)part * factors[g]);
    }
    return (uint32_t)(sum >> 15);
}

static void linear_row_kernels_quant_linear_s8_w4(const layer_kernels_quant_linear_s8_w4 *l,
                                                  ptrdiff_t row)
{
    const wick_quant_linear_data *const data = l->data;
    const int8_t *const input = data->input + row * l->p->depth;
    const size_t row_bytes = wick_weight_row_bytes(&l->weight);
    const void *const packed = data->weight;
    const uint8_t *weight = packed;
    for (int32_t c = 0; c < l->p->cols; c++) {
        const ptrdiff_t at = row * l->p->cols + c;
        const uint32_t sum =
            (uint32_t)data->bias[c] + row_sum_kernels_quant_linear_s8_w4(l, c, weight, input);
        const int32_t steps = wick_requantize((int32_t)sum, data->multipliers[c], data->shifts[c]);
        data->out[at] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &l->p->range),
                                          data->residual ? data->residual + at : 0);
        weight += row_bytes;
    }
}

static void wick_linear_s8_w4(const wick_quant_linear_params *params,
                              const wick_quant_linear_data *data, int32_t groups,
                              const int32_t *factors)
{
    const layer_kernels_quant_linear_s8_w4 l = {
        params, data, {params->cols, params->depth, groups, WICK_WEIGHT_I4}, factors};
    for (int32_t r = 0; r < params->rows; r++) {
        linear_row_kernels_quant_linear_s8_w4(&l, params->is_backward ? params->rows - 1 - r : r);
    }
}

static wick_status wick_linear_s8_w4_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_linear_s8_w4_block *const b = wick_call_tensor(call, BLOCK_ops_quant_layers)->data;
    const void *const after = b + 1;
    channel_arrays arrays = arrays_of(after, b->layer.cols);
    const int32_t *const factors = arrays.end;
    arrays.end += b->groups > 1 ? (ptrdiff_t)b->groups * b->layer.cols : 0;
    do {
        wick_status wick_try_status =
            (check_scales_ops_quant_layers(call, &arrays, b->layer.cols, WICK_QUANT_SHIFT_MAX));
        if (wick_try_status != WICK_OK) {
            return wick_try_status;
        }
    } while (0);
    const wick_quant_linear_params params = linear_params(&b->layer);
    const wick_quant_linear_data data =
        linear_data_ops_quant_layers(call, &arrays, &b->layer.residual);
    wick_linear_s8_w4(&params, &data, b->groups, factors);
    return WICK_OK;
}

typedef struct wick_linear_weights_params {
    int32_t rows;
    int32_t scheme;
    wick_weight_shape weight;
} wick_linear_weights_params;
typedef wick_linear_weights_params wick_linear_weights_block;
typedef struct wick_linear_weights_data {
    const float *input;
    const void *weight;
    const float *scales;
    const float *bias;
    float *out;
} wick_linear_weights_data;
enum {
    INPUT_ops_quant_weights,
    WEIGHT_ops_quant_weights,
    SCALES_ops_quant_weights,
    BIAS_ops_quant_weights,
    F32_OUT
};
static wick_linear_weights_data linear_data_ops_quant_weights(const wick_call *call,
                                                              const wick_tensor *scales,
                                                              const wick_tensor *bias, uint32_t out)
{
    return (wick_linear_weights_data){
        .input = wick_call_tensor(call, INPUT_ops_quant_weights)->data,
        .weight = wick_call_tensor(call, WEIGHT_ops_quant_weights)->data,
        .scales = scales ? scales->data : 0,
        .bias = bias ? bias->data : 0,
        .out = wick_call_tensor(call, out)->data};
}

enum { SCHEME = 4, DYNAMIC_OUT };
typedef enum wick_dynamic_scheme {
    WICK_DYNAMIC_TOKEN,
    WICK_DYNAMIC_AFFINE,
    WICK_DYNAMIC_SYMMETRIC,
    WICK_DYNAMIC_FLOORED,
    WICK_DYNAMIC_TENSOR,
} wick_dynamic_scheme;
typedef struct row_scale {
    wick_dynamic_scheme scheme;
    float scale;
    int32_t zero_point;
} row_scale;
static row_scale choose_kernels_quant_linear_weights(wick_dynamic_scheme scheme,
                                                     wick_quantize_range range)
{
    if (scheme == WICK_DYNAMIC_SYMMETRIC) {
        const float most = -range.low > range.high ? -range.low : range.high;
        const float scale = most / 127.5f;
        return (row_scale){scheme, scale < 0x1p-23f ? 0x1p-23f : scale, 0};
    }
    const float smallest = scheme == WICK_DYNAMIC_TENSOR    ? 0x1p-12f
                           : scheme == WICK_DYNAMIC_FLOORED ? 0x1p-23f
                                                            : 0x1p-126f;
    const wick_found_scale found = scheme == WICK_DYNAMIC_TOKEN
                                       ? wick_choose_scale_of_token(range)
                                       : wick_choose_scale(range, smallest, -128, 127);
    return (row_scale){scheme, (float)found.scale, (int32_t)found.zero_point};
}

enum { TERMS = 32, BLOCK_kernels_quant_linear_weights = 128 };
typedef struct quantized {
    int32_t first, count;
    int32_t zero_point;
    int8_t steps[BLOCK_kernels_quant_linear_weights];
} quantized;
static int32_t least_kernels_quant_linear_weights(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void quantize(const row_scale *s, int32_t count, const float *input, int8_t *out)
{
    if (s->scheme == WICK_DYNAMIC_TOKEN) {
        const wick_quantize_tokens plan = {1, (uint32_t)count, WICK_INT8, true, -128, 127};
        const double scale = (double)s->scale;
        const int64_t zero_point = s->zero_point;
        wick_quantize_tokens_f32(&plan, &scale, &zero_point, input, out);
        return;
    }
    const float inverse = 1.0f / s->scale;
    for (int32_t i = 0; i < count; i++) {
        const float steps = wick_rint_f32(input[i] * inverse) + (float)s->zero_point;
        out[i] = (int8_t)(steps >= 127.0f ? 127 : steps > -128.0f ? (int32_t)steps : -128);
    }
}

static int32_t dot_kernels_quant_linear_weights(const quantized *block, const int8_t *weight)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < block->count; i++) {
        sum += (block->steps[i] - block->zero_point) * weight[i];
    }
    return sum;
}

static float scale_at_kernels_quant_linear_weights(const wick_linear_weights_data *data,
                                                   const wick_weight_shape *w, int32_t col,
                                                   int32_t group)
{
    return data->scales ? data->scales[(ptrdiff_t)col * w->groups + group] : 1.0f;
}

static void add_block(const wick_weight_shape *w, const wick_linear_weights_data *data,
                      const quantized *block, float *out)
{
    const size_t row_bytes = wick_weight_row_bytes(w);
    const int32_t group = block->first / (w->depth / w->groups);
    for (int32_t col = 0; col < w->rows; col++) {
        int8_t values[BLOCK_kernels_quant_linear_weights];
        wick_weights_to_s8(w, (const uint8_t *)data->weight + (size_t)col * row_bytes, block->first,
                           block->count, values);
        out[col] += (float)dot_kernels_quant_linear_weights(block, values) *
                    scale_at_kernels_quant_linear_weights(data, w, col, group);
    }
}

static void linear_row_kernels_quant_linear_weights(const wick_linear_weights_params *p,
                                                    const wick_linear_weights_data *data,
                                                    wick_quantize_range range)
{
    const wick_weight_shape *const w = &p->weight;
    const float *const input = data->input;
    float *const out = data->out;
    const int32_t size = w->depth / w->groups;
    const row_scale s = choose_kernels_quant_linear_weights((wick_dynamic_scheme)p->scheme, range);
    for (int32_t col = 0; col < w->rows; col++) {
        out[col] = 0;
    }
    quantized block = {.zero_point = s.zero_point};
    for (; block.first < w->depth; block.first += block.count) {
        block.count = least_kernels_quant_linear_weights(BLOCK_kernels_quant_linear_weights,
                                                         size - block.first % size);
        quantize(&s, block.count, input + block.first, block.steps);
        add_block(w, data, &block, out);
    }
    for (int32_t col = 0; col < w->rows; col++) {
        const float scaled = out[col] * s.scale;
        out[col] = data->bias ? scaled + data->bias[col] : scaled;
    }
}

static bool wick_linear_dynamic_s8(const wick_linear_weights_params *params,
                                   const wick_linear_weights_data *data)
{
    const uint32_t depth = (uint32_t)params->weight.depth;
    const uint32_t rows = (uint32_t)params->rows;
    const bool is_tensor = params->scheme == WICK_DYNAMIC_TENSOR;
    wick_linear_weights_data at = *data;
    wick_quantize_range range;
    if (is_tensor && !wick_find_range_f32(rows * depth, data->input, &range)) {
        return false;
    }
    for (uint32_t row = 0; row < rows; row++) {
        if (!is_tensor && !wick_find_range_f32(depth, at.input, &range)) {
            return false;
        }
        linear_row_kernels_quant_linear_weights(params, &at, range);
        at.input += depth;
        at.out += params->weight.rows;
    }
    return true;
}

static wick_status wick_linear_dynamic_s8_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data = linear_data_ops_quant_weights(
        call, wick_call_tensor(call, SCALES_ops_quant_weights),
        wick_call_optional_tensor(call, BIAS_ops_quant_weights), DYNAMIC_OUT);
    if (!wick_linear_dynamic_s8(block, &data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT_ops_quant_weights, "");
    }
    return WICK_OK;
}

static void wick_weights_to_f32(const wick_weight_shape *shape, const void *row, int32_t first,
                                int32_t count, float *out)
{
    const int8_t *const bytes = row;
    const uint16_t *const halves = row;
    switch ((wick_weight_format)shape->format) {
    case WICK_WEIGHT_I8:
        for (int32_t i = 0; i < count; i++) {
            out[i] = bytes[first + i];
        }
        break;
    case WICK_WEIGHT_I4:
        for (int32_t i = 0; i < count; i++) {
            out[i] = nibble(row, first + i);
        }
        break;
    case WICK_WEIGHT_F16:
        for (int32_t i = 0; i < count; i++) {
            out[i] = wick_f32_from_f16(halves[first + i]);
        }
        break;
    case WICK_WEIGHT_BF16:
        for (int32_t i = 0; i < count; i++) {
            out[i] = wick_f32_from_bf16(halves[first + i]);
        }
        break;
    }
}

static float group_sum(const wick_weight_shape *w, const void *weight, const float *input,
                       int32_t first, int32_t end)
{
    float sum = 0;
    for (int32_t k = first; k < end; k += TERMS) {
        float values[TERMS];
        const int32_t count = least_kernels_quant_linear_weights(TERMS, end - k);
        float part = 0;
        wick_weights_to_f32(w, weight, k, count, values);
        for (int32_t i = 0; i < count; i++) {
            part += input[k + i] * values[i];
        }
        sum += part;
    }
    return sum;
}

static void wick_linear_f32_weights(const wick_linear_weights_params *params,
                                    const wick_linear_weights_data *data)
{
    const wick_weight_shape *const w = &params->weight;
    const size_t row_bytes = wick_weight_row_bytes(w);
    const int32_t size = w->depth / w->groups;
    for (int32_t col = 0; col < w->rows; col++) {
        const uint8_t *const weight = (const uint8_t *)data->weight + (size_t)col * row_bytes;
        for (int32_t row = 0; row < params->rows; row++) {
            const float *const input = data->input + (ptrdiff_t)row * w->depth;
            float sum = 0;
            for (int32_t g = 0; g < w->groups; g++) {
                sum += group_sum(w, weight, input, g * size, (g + 1) * size) *
                       scale_at_kernels_quant_linear_weights(data, w, col, g);
            }
            data->out[(ptrdiff_t)row * w->rows + col] = data->bias ? sum + data->bias[col] : sum;
        }
    }
}

static wick_status wick_linear_f32_weights_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data = linear_data_ops_quant_weights(
        call, wick_call_tensor(call, SCALES_ops_quant_weights),
        wick_call_optional_tensor(call, BIAS_ops_quant_weights), F32_OUT);
    wick_linear_f32_weights(block, &data);
    return WICK_OK;
}

enum { F16_BIAS = 2, F16_OUT };
static wick_status wick_linear_f32_f16_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data =
        linear_data_ops_quant_weights(call, 0, wick_call_optional_tensor(call, F16_BIAS), F16_OUT);
    wick_linear_f32_weights(block, &data);
    return WICK_OK;
}

typedef wick_weight_shape wick_embedding_weights_block;
typedef struct wick_embedding_indices {
    const void *data;
    size_t count;
    bool is_wide;
} wick_embedding_indices;
static bool wick_embedding_weights(const wick_weight_shape *shape, const void *weight,
                                   const float *scales, const wick_embedding_indices *indices,
                                   float *out)
{
    const int64_t *const wide = indices->data;
    const int32_t *const narrow = indices->data;
    const int32_t size = shape->depth / shape->groups;
    for (size_t i = 0; i < indices->count; i++) {
        const int64_t index = indices->is_wide ? wide[i] : narrow[i];
        if (index < 0 || index >= shape->rows) {
            return false;
        }
        const uint8_t *const row =
            (const uint8_t *)weight + (size_t)index * wick_weight_row_bytes(shape);
        wick_weights_to_f32(shape, row, 0, shape->depth, out);
        for (int32_t k = 0; scales != 0 && k < shape->depth; k++) {
            out[k] *= scales[(ptrdiff_t)index * shape->groups + k / size];
        }
        out += shape->depth;
    }
    return true;
}

enum { ROWS, ROW_SCALES, INDICES_ops_quant_weights, EMBEDDING_OUT };
static wick_status look_up(const wick_call *call, const wick_weight_shape *w, const void *scales,
                           uint32_t indices_arg)
{
    const wick_tensor *const indices = wick_call_tensor(call, indices_arg);
    const wick_embedding_indices given = {indices->data, wick_tensor_count(indices),
                                          indices->dtype == WICK_INT64};
    if (!wick_embedding_weights(w, wick_call_tensor(call, ROWS)->data, scales, &given,
                                wick_call_tensor(call, indices_arg + 1)->data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, indices_arg, "");
    }
    return WICK_OK;
}

static wick_status wick_embedding_weights_run(const wick_call *call, const void *block)
{
    return look_up(call, block, wick_call_tensor(call, ROW_SCALES)->data,
                   INDICES_ops_quant_weights);
}

enum { F16_INDICES = 1, F16_EMBEDDING_OUT };
static wick_status wick_embedding_f16_run(const wick_call *call, const void *block)
{
    return look_up(call, block, 0, F16_INDICES);
}

typedef struct wick_recurrent_params {
    int32_t steps, batch;
    int32_t inputs, units, state;
    int32_t in_step, in_batch;
    int32_t out_step, out_batch;
    uint32_t dtype;
    bool is_reversed;
    bool is_relu;
} wick_recurrent_params;
typedef wick_recurrent_params wick_recurrent_block;
typedef struct wick_recurrent_data {
    const void *input, *hidden, *cell;
    const void *weight_input, *weight_hidden;
    const void *bias_input, *bias_hidden;
    const void *projection;
    void *output, *last_hidden, *last_cell;
} wick_recurrent_data;
enum {
    INPUT_ops_recurrent,
    HIDDEN,
    WEIGHT_INPUT,
    WEIGHT_HIDDEN,
    BIAS_INPUT,
    BIAS_HIDDEN,
    BATCH_FIRST,
    REVERSE
};
static const void *optional_data_ops_recurrent(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    return tensor ? tensor->data : 0;
}

static wick_recurrent_data data_of_ops_recurrent(const wick_call *call, uint32_t out)
{
    return (wick_recurrent_data){
        .input = wick_call_tensor(call, INPUT_ops_recurrent)->data,
        .hidden = optional_data_ops_recurrent(call, HIDDEN),
        .weight_input = wick_call_tensor(call, WEIGHT_INPUT)->data,
        .weight_hidden = wick_call_tensor(call, WEIGHT_HIDDEN)->data,
        .bias_input = optional_data_ops_recurrent(call, BIAS_INPUT),
        .bias_hidden = optional_data_ops_recurrent(call, BIAS_HIDDEN),
        .output = wick_call_tensor(call, out)->data,
        .last_hidden = wick_call_tensor(call, out + 1)->data,
    };
}

enum { LSTM_CELL = REVERSE + 1, LSTM_PROJECTION, LSTM_OUT };
typedef struct step {
    const void *x, *h;
    void *out, *cell;
} step;
typedef void step_function(const wick_recurrent_params *, const wick_recurrent_data *,
                           const step *);
static const void *row_of_kernels_recurrent_recurrent(const void *states, int32_t index,
                                                      int32_t width, uint32_t dtype)
{
    return states ? wick_element_at(states, (ptrdiff_t)index * width, dtype) : 0;
}

static void start_cell(const wick_recurrent_params *p, const wick_recurrent_data *data,
                       int32_t sequence, void *cell)
{
    const size_t bytes = (size_t)p->units * wick_dtype_size_bytes(p->dtype);
    const void *const given =
        row_of_kernels_recurrent_recurrent(data->cell, sequence, p->units, p->dtype);
    if (given) {
        memcpy(cell, given, bytes);
    } else {
        memset(cell, 0, bytes);
    }
}

static inline __attribute__((always_inline)) void run_sequence(const wick_recurrent_params *p,
                                                               const wick_recurrent_data *data,
                                                               int32_t sequence,
                                                               step_function *function)
{
    step at = {.h = row_of_kernels_recurrent_recurrent(data->hidden, sequence, p->state, p->dtype),
               .cell = (void *)(uintptr_t)row_of_kernels_recurrent_recurrent(
                   data->last_cell, sequence, p->units, p->dtype)};
    if (at.cell) {
        start_cell(p, data, sequence, at.cell);
    }
    for (int32_t k = 0; k < p->steps; k++) {
        const ptrdiff_t t = p->is_reversed ? p->steps - 1 - k : k;
        at.x = wick_element_at(data->input, t * p->in_step + (ptrdiff_t)sequence * p->in_batch,
                               p->dtype);
        at.out = (void *)(uintptr_t)wick_element_at(
            data->output, t * p->out_step + (ptrdiff_t)sequence * p->out_batch, p->dtype);
        function(p, data, &at);
        at.h = at.out;
    }
    void *const last = (void *)(uintptr_t)row_of_kernels_recurrent_recurrent(
        data->last_hidden, sequence, p->state, p->dtype);
    memcpy(last, at.h, (size_t)p->state * wick_dtype_size_bytes(p->dtype));
}

static inline __attribute__((always_inline)) void
run_kernels_recurrent_recurrent(const wick_recurrent_params *p, const wick_recurrent_data *data,
                                step_function *function)
{
    for (int32_t i = 0; i < p->batch; i++) {
        run_sequence(p, data, i, function);
    }
}

enum { GATES = WICK_DOTS };
static void add_dots_half(const void *x, const void *const weights[GATES], int32_t depth,
                          uint32_t dtype, float sums[GATES])
{
    for (int32_t i = 0; i < GATES; i++) {
        for (int32_t k = 0; k < depth; k++) {
            sums[i] += wick_element_real(x, k, dtype) * wick_element_real(weights[i], k, dtype);
        }
    }
}

static void multiply_kernels_recurrent_recurrent(const void *weight, const void *bias,
                                                 const void *x, int32_t depth, uint32_t dtype,
                                                 const int32_t rows[GATES], float sums[GATES])
{
    const void *weights[GATES];
    for (int32_t i = 0; i < GATES; i++) {
        weights[i] = wick_element_at(weight, (ptrdiff_t)rows[i] * depth, dtype);
        sums[i] = bias ? wick_element_load(bias, rows[i], dtype) : 0;
    }
    if (x && dtype == WICK_FLOAT32) {
        const float *const reals[GATES] = {weights[0], weights[1], weights[2], weights[3]};
        wick_add_dots_f32(x, reals, depth, sums);
    } else if (x) {
        add_dots_half(x, weights, depth, dtype, sums);
    }
}

static void multiply_both(const wick_recurrent_params *p, const wick_recurrent_data *data,
                          const step *at, const int32_t rows[GATES], float from_x[GATES],
                          float from_h[GATES])
{
    multiply_kernels_recurrent_recurrent(data->weight_input, data->bias_input, at->x, p->inputs,
                                         p->dtype, rows, from_x);
    multiply_kernels_recurrent_recurrent(data->weight_hidden, data->bias_hidden, at->h, p->state,
                                         p->dtype, rows, from_h);
}

static float sigmoid(float x)
{
    return 1.0f / (1.0f + wick_exp_f32(-x));
}

static void project(const wick_recurrent_params *p, const void *projection, int32_t unit,
                    float value, void *out)
{
    for (int32_t i = 0; i < p->state; i++) {
        const float weight =
            wick_element_load(projection, (ptrdiff_t)i * p->units + unit, p->dtype);
        const float sum = unit == 0 ? 0 : wick_element_load(out, i, p->dtype);
        wick_element_store(out, i, p->dtype, sum + weight * value);
    }
}

static void lstm_step(const wick_recurrent_params *p, const wick_recurrent_data *data,
                      const step *at)
{
    for (int32_t j = 0; j < p->units; j++) {
        const int32_t rows[GATES] = {j, p->units + j, 2 * p->units + j, 3 * p->units + j};
        float x[GATES], h[GATES];
        multiply_both(p, data, at, rows, x, h);
        const float kept = sigmoid(x[1] + h[1]) * wick_element_load(at->cell, j, p->dtype);
        const float cell = kept + sigmoid(x[0] + h[0]) * wick_tanh_f32(x[2] + h[2]);
        wick_element_store(at->cell, j, p->dtype, cell);
        const float value = sigmoid(x[3] + h[3]) * wick_tanh_f32(cell);
        if (data->projection) {
            project(p, data->projection, j, value, at->out);
        } else {
            wick_element_store(at->out, j, p->dtype, value);
        }
    }
}

static void wick_lstm(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run_kernels_recurrent_recurrent(params, data, lstm_step);
}

static wick_status wick_lstm_run(const wick_call *call, const void *block)
{
    wick_recurrent_data data = data_of_ops_recurrent(call, LSTM_OUT);
    data.cell = optional_data_ops_recurrent(call, LSTM_CELL);
    data.projection = optional_data_ops_recurrent(call, LSTM_PROJECTION);
    data.last_cell = wick_call_tensor(call, LSTM_OUT + 2)->data;
    wick_lstm(block, &data);
    return WICK_OK;
}

enum { GRU_OUT = REVERSE + 1 };
static void gru_step(const wick_recurrent_params *p, const wick_recurrent_data *data,
                     const step *at)
{
    for (int32_t j = 0; j < p->units; j++) {
        const int32_t rows[GATES] = {j, p->units + j, 2 * p->units + j, 2 * p->units + j};
        float x[GATES], h[GATES];
        multiply_both(p, data, at, rows, x, h);
        const float fresh = wick_tanh_f32(x[2] + sigmoid(x[0] + h[0]) * h[2]);
        const float before = at->h ? wick_element_load(at->h, j, p->dtype) : 0;
        wick_element_store(at->out, j, p->dtype, (before - fresh) * sigmoid(x[1] + h[1]) + fresh);
    }
}

static void wick_gru(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run_kernels_recurrent_recurrent(params, data, gru_step);
}

static wick_status wick_gru_run(const wick_call *call, const void *block)
{
    const wick_recurrent_data data = data_of_ops_recurrent(call, GRU_OUT);
    wick_gru(block, &data);
    return WICK_OK;
}

enum { RNN_RELU = REVERSE + 1, RNN_OUT };
static void rnn_step(const wick_recurrent_params *p, const wick_recurrent_data *data,
                     const step *at)
{
    for (int32_t j = 0; j < p->units; j += GATES) {
        const int32_t last = p->units - 1;
        int32_t rows[GATES];
        float x[GATES], h[GATES];
        for (int32_t i = 0; i < GATES; i++) {
            rows[i] = j + i < last ? j + i : last;
        }
        multiply_both(p, data, at, rows, x, h);
        for (int32_t i = 0; i < GATES && j + i < p->units; i++) {
            const float sum = x[i] + h[i];
            const float rectified = sum < 0 ? 0 : sum;
            wick_element_store(at->out, j + i, p->dtype,
                               p->is_relu ? rectified : wick_tanh_f32(sum));
        }
    }
}

static void wick_rnn(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run_kernels_recurrent_recurrent(params, data, rnn_step);
}

static wick_status wick_rnn_run(const wick_call *call, const void *block)
{
    const wick_recurrent_data data = data_of_ops_recurrent(call, RNN_OUT);
    wick_rnn(block, &data);
    return WICK_OK;
}

typedef struct wick_attention_params {
    int32_t rows, keys, depth, cols;
    int32_t mask_row, mask_key;
    float scale;
    uint8_t dtype, mask_dtype;
    bool is_causal;
} wick_attention_params;
typedef struct wick_attention_block {
    wick_attention_params params;
    uint32_t batch;
} wick_attention_block;
enum {
    QUERY,
    KEY,
    VALUE_ops_attention,
    MASK_ops_attention,
    IS_CAUSAL,
    SCALE_ops_attention,
    ENABLE_GQA,
    OUT_ops_attention
};
typedef struct wick_attention_data {
    const void *query, *key, *value, *mask;
    void *out;
} wick_attention_data;
static int32_t size_from_end(const wick_tensor *tensor, uint32_t back)
{
    return back <= tensor->rank ? tensor->sizes[tensor->rank - back] : 1;
}

static const void *matrix_at(const wick_tensor *tensor, const wick_tensor *out, uint32_t index)
{
    ptrdiff_t stride = (ptrdiff_t)size_from_end(tensor, 2) * size_from_end(tensor, 1);
    ptrdiff_t at = 0;
    for (uint32_t back = 3; back <= out->rank && back <= tensor->rank; back++) {
        const uint32_t size = (uint32_t)size_from_end(out, back);
        const uint32_t own = (uint32_t)size_from_end(tensor, back);
        at += (ptrdiff_t)(index % size / (size / own)) * stride;
        index /= size;
        stride *= (ptrdiff_t)own;
    }
    return wick_element_at(tensor->data, at, tensor->dtype);
}

typedef struct row_sums {
    float largest, total;
    float *columns;
    int32_t count;
} row_sums;
enum {
    KEYS = WICK_DOTS,
    COLUMNS = 32,
};
static void score_f32(const wick_attention_params *p, const float *query, const float *key,
                      int32_t count, float scores[KEYS])
{
    const float *keys[KEYS];
    for (int32_t i = 0; i < KEYS; i++) {
        keys[i] = key + (ptrdiff_t)(i < count ? i : count - 1) * p->depth;
    }
    wick_add_dots_f32(query, keys, p->depth, scores);
}

static void score_half(const wick_attention_params *p, const void *query, const void *key,
                       int32_t count, float scores[KEYS])
{
    for (int32_t i = 0; i < count; i++) {
        for (int32_t k = 0; k < p->depth; k++) {
            scores[i] += wick_element_real(query, k, p->dtype) *
                         wick_element_real(key, (ptrdiff_t)i * p->depth + k, p->dtype);
        }
    }
}

static void rescale(row_sums *sums, float score)
{
    const float factor = wick_exp_f32(sums->largest - score);
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] *= factor;
    }
    sums->total *= factor;
    sums->largest = score;
}

static void add_key(const wick_attention_params *p, row_sums *sums, float score, const void *value,
                    int32_t first)
{
    if (score == -__builtin_inff()) {
        return;
    }
    if (score > sums->largest) {
        rescale(sums, score);
    }
    const float weight = wick_exp_f32(score - sums->largest);
    sums->total += weight;
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] += weight * wick_element_load(value, first + i, p->dtype);
    }
}

static float masked(const wick_attention_params *p, const void *mask, int32_t row, int32_t key,
                    float product)
{
    const float score = p->scale * product;
    if (p->is_causal && key > row) {
        return -__builtin_inff();
    }
    if (!mask) {
        return score;
    }
    const ptrdiff_t at = (ptrdiff_t)row * p->mask_row + (ptrdiff_t)key * p->mask_key;
    if (p->mask_dtype == WICK_BOOL) {
        return ((const uint8_t *)mask)[at] != 0 ? score : -__builtin_inff();
    }
    return score + wick_element_load(mask, at, p->mask_dtype);
}

static void add_keys(const wick_attention_params *p, const wick_attention_data *data, int32_t row,
                     int32_t first, row_sums *sums)
{
    const void *const query = wick_element_at(data->query, (ptrdiff_t)row * p->depth, p->dtype);
    const int32_t end = p->is_causal && row < p->keys - 1 ? row + 1 : p->keys;
    for (int32_t at = 0; at < end; at += KEYS) {
        const int32_t count = end - at < KEYS ? end - at : KEYS;
        const void *const key = wick_element_at(data->key, (ptrdiff_t)at * p->depth, p->dtype);
        float scores[KEYS] = {0};
        if (p->dtype == WICK_FLOAT32) {
            score_f32(p, query, key, count, scores);
        } else {
            score_half(p, query, key, count, scores);
        }
        for (int32_t i = 0; i < count; i++) {
            const ptrdiff_t value = (ptrdiff_t)(at + i) * p->cols;
            add_key(p, sums, masked(p, data->mask, row, at + i, scores[i]),
                    wick_element_at(data->value, value, p->dtype), first);
        }
    }
}

static void attend(const wick_attention_params *p, const wick_attention_data *data, int32_t row,
                   int32_t first, row_sums *sums)
{
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] = 0;
    }
    add_keys(p, data, row, first, sums);
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] = sums->total == 0 ? 0 : sums->columns[i] / sums->total;
    }
}

static void attend_half(const wick_attention_params *p, const wick_attention_data *data,
                        int32_t row)
{
    float columns[COLUMNS];
    for (int32_t first = 0; first < p->cols; first += COLUMNS) {
        const int32_t rest = p->cols - first;
        row_sums sums = {-__builtin_inff(), 0, columns, rest < COLUMNS ? rest : COLUMNS};
        attend(p, data, row, first, &sums);
        for (int32_t i = 0; i < sums.count; i++) {
            wick_element_store_real(data->out, (ptrdiff_t)row * p->cols + first + i, p->dtype,
                                    columns[i]);
        }
    }
}

static void wick_attention(const wick_attention_params *params, const wick_attention_data *data)
{
    for (int32_t row = 0; row < params->rows; row++) {
        if (params->dtype == WICK_FLOAT32) {
            float *const out = (float *)data->out + (ptrdiff_t)row * params->cols;
            row_sums sums = {-__builtin_inff(), 0, out, params->cols};
            attend(params, data, row, 0, &sums);
        } else {
            attend_half(params, data, row);
        }
    }
}

static wick_status wick_sdpa_run(const wick_call *call, const void *block)
{
    const wick_attention_block *const b = block;
    const wick_tensor *const out = wick_call_tensor(call, OUT_ops_attention);
    const wick_tensor *const mask = wick_call_optional_tensor(call, MASK_ops_attention);
    for (uint32_t i = 0; i < b->batch; i++) {
        const wick_attention_data data = {
            .query = matrix_at(wick_call_tensor(call, QUERY), out, i),
            .key = matrix_at(wick_call_tensor(call, KEY), out, i),
            .value = matrix_at(wick_call_tensor(call, VALUE_ops_attention), out, i),
            .mask = mask ? matrix_at(mask, out, i) : 0,
            .out = (void *)(uintptr_t)matrix_at(out, out, i),
        };
        wick_attention(&b->params, &data);
    }
    return WICK_OK;
}

typedef wick_status run(const wick_call *, const void *);
extern run *const runs[];
run *const runs[] = {
    wick_add_run,
    wick_add_run,
    wick_add_run,
    wick_add_run,
    wick_mul_run,
    wick_mul_run,
    wick_div_run,
    wick_div_run,
    wick_div_run,
    wick_div_run,
    wick_minimum_run,
    wick_maximum_run,
    wick_eq_run,
    wick_eq_run,
    wick_ne_run,
    wick_ne_run,
    wick_lt_run,
    wick_lt_run,
    wick_le_run,
    wick_le_run,
    wick_gt_run,
    wick_gt_run,
    wick_ge_run,
    wick_ge_run,
    wick_logical_and_run,
    wick_logical_or_run,
    wick_logical_xor_run,
    wick_bitwise_and_run,
    wick_bitwise_and_run,
    wick_bitwise_or_run,
    wick_bitwise_or_run,
    wick_bitwise_xor_run,
    wick_bitwise_xor_run,
    wick_shift_left_run,
    wick_shift_left_run,
    wick_shift_right_run,
    wick_shift_right_run,
    wick_fmod_run,
    wick_fmod_run,
    wick_remainder_run,
    wick_remainder_run,
    wick_pow_run,
    wick_pow_run,
    wick_pow_run,
    wick_add_run,
    wick_div_run,
    wick_atan2_run,
    wick_hypot_run,
    wick_logaddexp_run,
    wick_logaddexp2_run,
    wick_nextafter_run,
    wick_xlogy_run,
    wick_xlog1py_run,
    wick_zeta_run,
    wick_zeta_run,
    wick_xlogy_run,
    wick_xlogy_run,
    wick_copysign_run,
    wick_copysign_run,
    wick_heaviside_run,
    wick_fmax_run,
    wick_fmin_run,
    wick_gcd_run,
    wick_lcm_run,
    wick_lerp_scalar_run,
    wick_where_run,
    wick_where_run,
    wick_where_run,
    wick_clamp_tensor_run,
    wick_lerp_run,
    wick_addcmul_run,
    wick_addcdiv_run,
    wick_relu_run,
    wick_clamp_run,
    wick_clamp_run,
    wick_sigmoid_run,
    wick_tanh_run,
    wick_gelu_run,
    wick_leaky_relu_run,
    wick_hardswish_run,
    wick_hardsigmoid_run,
    wick_silu_run,
    wick_exp_run,
    wick_reciprocal_run,
    wick_round_run,
    wick_log_run,
    wick_log2_run,
    wick_log10_run,
    wick_log1p_run,
    wick_expm1_run,
    wick_exp2_run,
    wick_sin_run,
    wick_cos_run,
    wick_tan_run,
    wick_asin_run,
    wick_acos_run,
    wick_atan_run,
    wick_sinh_run,
    wick_cosh_run,
    wick_asinh_run,
    wick_acosh_run,
    wick_atanh_run,
    wick_erf_run,
    wick_erfc_run,
    wick_erfinv_run,
    wick_lgamma_run,
    wick_digamma_run,
    wick_i0_run,
    wick_sqrt_run,
    wick_rsqrt_run,
    wick_sinc_run,
    wick_erfcx_run,
    wick_i0e_run,
    wick_i1_run,
    wick_i1e_run,
    wick_ndtri_run,
    wick_log_ndtr_run,
    wick_entr_run,
    wick_logit_run,
    wick_ceil_run,
    wick_floor_run,
    wick_trunc_run,
    wick_neg_run,
    wick_abs_run,
    wick_sign_run,
    wick_frac_run,
    wick_round_decimals_run,
    wick_isnan_run,
    wick_isinf_run,
    wick_isposinf_run,
    wick_isneginf_run,
    wick_signbit_run,
    wick_logical_not_run,
    wick_bitwise_not_run,
    wick_elu_run,
    wick_softplus_run,
    wick_threshold_run,
    wick_hardshrink_run,
    wick_softshrink_run,
    wick_mish_run,
    wick_nan_to_num_run,
    wick_convolution_run,
    wick_convolution_backward_run,
    wick_conv_tbc_run,
    wick_linear_run,
    wick_addmm_run,
    wick_mm_run,
    wick_bmm_run,
    wick_batch_norm_run,
    wick_sort_run,
    wick_sort_stable_run,
    wick_argsort_run,
    wick_topk_run,
    wick_kthvalue_run,
    wick_max_dim_run,
    wick_min_dim_run,
    wick_median_dim_run,
    wick_nanmedian_dim_run,
    wick_median_run,
    wick_nanmedian_run,
    wick_cumsum_run,
    wick_cumprod_run,
    wick_logcumsumexp_run,
    wick_cummax_run,
    wick_cummin_run,
    wick_mode_run,
    wick_any_run,
    wick_any_run,
    wick_any_run,
    wick_all_run,
    wick_all_run,
    wick_all_run,
    wick_count_nonzero_run,
    wick_count_nonzero_run,
    wick_prod_run,
    wick_prod_run,
    wick_nansum_run,
    wick_nanmean_run,
    wick_logsumexp_run,
    wick_vector_norm_run,
    wick_var_run,
    wick_var_run,
    wick_var_mean_run,
    wick_std_run,
    wick_std_run,
    wick_std_mean_run,
    wick_argmin_run,
    wick_max_all_run,
    wick_min_all_run,
    wick_aminmax_run,
    wick_layer_norm_run,
    wick_group_norm_run,
    wick_batch_norm_no_stats_run,
    wick_cdist_run,
    wick_pdist_run,
    wick_searchsorted_run,
    wick_searchsorted_run,
    wick_bucketize_run,
    wick_bucketize_run,
    wick_nonzero_run,
    wick_bincount_run,
    wick_histc_run,
    wick_isin_run,
    wick_rms_norm_run,
    wick_mse_loss_run,
    wick_smooth_l1_loss_run,
    wick_huber_loss_run,
    wick_soft_margin_loss_run,
    wick_binary_cross_entropy_run,
    wick_binary_logits_run,
    wick_class_loss_run,
    wick_class_loss_run,
    wick_class_loss_run,
    wick_class_loss_run,
    wick_l1_loss_run,
    wick_kl_div_run,
    wick_hinge_embedding_loss_run,
    wick_margin_ranking_loss_run,
    wick_poisson_nll_loss_run,
    wick_class_loss_run,
    wick_class_loss_run,
    wick_quantile_run,
    wick_unique_consecutive_run,
    wick_unique_of_sorted_run,
    wick_softmax_run,
    wick_log_softmax_run,
    wick_sum_run,
    wick_mean_run,
    wick_mean_run,
    wick_amax_run,
    wick_amin_run,
    wick_argmax_run,
    wick_max_pool2d_run,
    wick_avg_pool2d_run,
    wick_adaptive_avg_pool2d_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_nearest_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_smooth_run,
    wick_resample_antialiased_run,
    wick_resample_antialiased_run,
    wick_resample_antialiased_run,
    wick_resample_antialiased_run,
    wick_grid_sampler_run,
    wick_grid_sampler_run,
    wick_affine_grid_run,
    wick_im2col_run,
    wick_col2im_run,
    wick_fft_r2c_run,
    wick_fft_c2c_run,
    wick_fft_c2r_run,
    wick_complex_polar_run,
    wick_complex_of_parts_run,
    wick_complex_view_run,
    wick_complex_view_run,
    wick_complex_add_run,
    wick_complex_sub_run,
    wick_complex_mul_run,
    wick_complex_div_run,
    wick_complex_conj_run,
    wick_complex_exp_run,
    wick_complex_abs_run,
    wick_complex_angle_run,
    wick_complex_same_run,
    wick_max_pool3d_run,
    wick_avg_pool3d_run,
    wick_adaptive_avg_pool3d_run,
    wick_adaptive_max_pool_run,
    wick_adaptive_max_pool_run,
    wick_fractional_max_pool_run,
    wick_fractional_max_pool_run,
    wick_max_unpool2d_run,
    wick_max_unpool3d_run,
    wick_max_pool2d_backward_run,
    wick_max_pool2d_backward_run,
    wick_avg_pool2d_backward_run,
    wick_avg_pool2d_backward_run,
    wick_adaptive_avg_pool_backward_run,
    wick_adaptive_avg_pool_backward_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_convert_run,
    wick_copy_run,
    wick_copy_run,
    wick_copy_run,
    wick_convert_run,
    wick_copy_run,
    wick_copy_run,
    wick_convert_run,
    wick_split_run,
    wick_split_run,
    wick_split_run,
    wick_index_tensor_run,
    wick_index_put_run,
    wick_index_put_in_place_run,
    wick_cat_run,
    wick_pad_run,
    wick_embedding_run,
    wick_full_run,
    wick_full_run,
    wick_full_run,
    wick_arange_run,
    wick_arange_run,
    wick_sym_size_run,
    wick_sym_numel_run,
    wick_local_scalar_run,
    wick_prim_add_run,
    wick_prim_sub_run,
    wick_prim_mul_run,
    wick_prim_floordiv_run,
    wick_prim_truediv_run,
    wick_prim_mod_run,
    wick_prim_floordiv_run,
    wick_prim_mod_run,
    wick_prim_max_run,
    wick_prim_min_run,
    wick_prim_eq_run,
    wick_prim_gt_run,
    wick_prim_lt_run,
    wick_prim_ge_run,
    wick_prim_le_run,
    wick_prim_neg_run,
    wick_prim_ceil_run,
    wick_prim_round_run,
    wick_prim_trunc_run,
    wick_prim_float_run,
    wick_prim_trunc_run,
    wick_prim_not_run,
    wick_prim_ite_run,
    wick_copy_index_run,
    wick_check_sizes_run,
    wick_et_view_run,
    wick_pad_run,
    wick_copy_run,
    wick_minimum_run,
    wick_maximum_run,
    wick_cortex_m_add_run,
    wick_cortex_m_mul_run,
    wick_cortex_m_div_run,
    wick_cortex_m_activation_run,
    wick_cortex_m_softmax_run,
    wick_cortex_m_batch_matmul_run,
    wick_cortex_m_avg_pool2d_run,
    wick_cortex_m_max_pool2d_run,
    wick_cortex_m_quantize_run,
    wick_cortex_m_dequantize_run,
    wick_cortex_m_linear_run,
    wick_cortex_m_conv2d_run,
    wick_cortex_m_depthwise_conv2d_run,
    wick_cortex_m_transpose_conv2d_run,
    wick_quantize_run,
    wick_dequantize_run,
    wick_quantize_channels_run,
    wick_dequantize_channels_run,
    wick_conv2d_s8_run,
    wick_depthwise_conv2d_s8_run,
    wick_transpose_conv2d_s8_run,
    wick_linear_s8_run,
    wick_table_s8_run,
    wick_add_s8_run,
    wick_mul_s8_run,
    wick_div_s8_run,
    wick_avg_pool2d_s8_run,
    wick_max_pool2d_s8_run,
    wick_mean_s8_run,
    wick_softmax_s8_run,
    wick_log_softmax_s8_run,
    wick_matmul_s8_run,
    wick_layer_norm_s8_run,
    wick_resize_s8_run,
    wick_quantize_tensor_run,
    wick_dequantize_tensor_run,
    wick_choose_qparams_run,
    wick_choose_tokens_run,
    wick_quantize_tokens_run,
    wick_dequantize_tokens_run,
    wick_conv2d_s16_run,
    wick_depthwise_conv2d_s16_run,
    wick_transpose_conv2d_s16_run,
    wick_linear_s16_run,
    wick_add_s16_run,
    wick_mul_s16_run,
    wick_table_s16_run,
    wick_rescale_run,
    wick_avg_pool2d_s16_run,
    wick_max_pool2d_s16_run,
    wick_mean_s16_run,
    wick_linear_s8_w4_run,
    wick_linear_dynamic_s8_run,
    wick_linear_dynamic_s8_run,
    wick_linear_f32_weights_run,
    wick_linear_f32_weights_run,
    wick_linear_f32_f16_run,
    wick_embedding_weights_run,
    wick_embedding_weights_run,
    wick_embedding_f16_run,
    wick_lstm_run,
    wick_gru_run,
    wick_rnn_run,
    wick_sdpa_run,
};
