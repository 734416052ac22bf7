// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/element.h"

#include "base/bytes.h"
#include "base/half.h"
#include "wick/tensor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// One element as an unsigned number of its width.
static uint64_t load_bits(const uint8_t *bytes, uint32_t size)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < size; i++) {
        bits |= (uint64_t)bytes[i] << 8 * i;
    }
    return bits;
}

static void store_bits(uint8_t *bytes, uint32_t size, uint64_t bits)
{
    for (uint32_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(bits >> 8 * i);
    }
}

typedef struct float_format {
    uint8_t dtype;
    int first_digits; // tried first where precision is full: shorter numbers come out short all the
                      // same
    double smallest_normal;
    uint64_t nan; // the quiet NaN that prints as "nan"
} float_format;

enum { FLOAT64_FORMAT = 3 };
static const float_format formats[] = {
    {WICK_FLOAT16, 3, 0x1p-14, 0x7e00},
    {WICK_BFLOAT16, 2, 0x1p-126, 0x7fc0},
    {WICK_FLOAT32, 6, 0x1p-126, 0x7fc00000},
    [FLOAT64_FORMAT] = {WICK_FLOAT64, 15, 0x1p-1022, 0x7ff8000000000000},
};

// NULL for integers and booleans.
static const float_format *find_format(uint32_t dtype)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i].dtype == dtype) {
            return &formats[i];
        }
    }
    return NULL;
}

static double real_from_bits(uint32_t dtype, uint64_t bits)
{
    if (dtype == WICK_FLOAT16) {
        return (double)wick_f32_from_f16((uint16_t)bits);
    }
    if (dtype == WICK_BFLOAT16) {
        return (double)wick_f32_from_bf16((uint16_t)bits);
    }
    if (dtype == WICK_FLOAT32) {
        const uint32_t narrow = (uint32_t)bits;
        float value;
        memcpy(&value, &narrow, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_from_real(uint32_t dtype, double value)
{
    if (dtype == WICK_FLOAT16) {
        return wick_f16_from_f64(value);
    }
    if (dtype == WICK_BFLOAT16) {
        return wick_bf16_from_f32((float)value);
    }
    if (dtype == WICK_FLOAT32) {
        const float narrow = (float)value;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        return bits;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// Shortest decimal whose bits are these; at most 17 digits are ever needed.
static void shortest(char *out, const float_format *format, uint64_t bits)
{
    const double value = real_from_bits(format->dtype, bits);
    const bool subnormal = value < format->smallest_normal && value > -format->smallest_normal;
    for (int digits = subnormal ? 1 : format->first_digits; digits <= 17; digits++) {
        const char *end = NULL;
        wick_text_from_real(out, value, digits);
        if (bits_from_real(format->dtype, wick_text_to_real(out, &end)) == bits) {
            return;
        }
    }
}

static void print_float(wick_text *text, const float_format *format, uint64_t bits)
{
    char number[WICK_REAL_CHARS];
    const double value = real_from_bits(format->dtype, bits);
    if (value == value) {
        shortest(number, format, bits);
        wick_text_add(text, number, strlen(number));
    } else if (bits == format->nan) {
        wick_text_add(text, "nan", 3);
    } else {
        wick_text_format(text, "nan(0x%" PRIx64 ")", bits);
    }
}

// Written with a sign; the bits of a complex number are written as int64.
static bool is_signed(uint32_t dtype)
{
    return wick_dtype_name(dtype)[0] == 'i' || dtype == WICK_COMPLEX64;
}

void wick_ir_element_print(wick_text *text, uint32_t dtype, const uint8_t *bytes)
{
    const uint32_t size = wick_dtype_size_bytes(dtype);
    const uint64_t bits = load_bits(bytes, size);
    const float_format *format = find_format(dtype);
    if (format) {
        print_float(text, format, bits);
    } else if (is_signed(dtype)) {
        const uint32_t unused = 64 - 8 * size;
        wick_text_format(text, "%" PRId64, (int64_t)(bits << unused) >> unused);
    } else {
        wick_text_format(text, "%" PRIu64, bits);
    }
}

static bool parse_float(const float_format *format, const char **at, uint64_t *bits)
{
    if (strncmp(*at, "nan(0x", 6) == 0) {
        char *end = NULL;
        *bits = strtoull(*at + 4, &end, 16);
        if (*end != ')') {
            return false;
        }
        *at = end + 1;
        return true;
    }
    const char *end = NULL;
    const double value = wick_text_to_real(*at, &end);
    if (end == *at) {
        return false;
    }
    *bits = value == value ? bits_from_real(format->dtype, value) : format->nan;
    *at = end;
    return true;
}

static bool parse_integer(uint32_t dtype, const char **at, uint64_t *bits)
{
    const uint32_t width = 8 * wick_dtype_size_bytes(dtype);
    const int64_t high = dtype == WICK_BOOL ? 1
                         : is_signed(dtype) ? (int64_t)(UINT64_MAX >> (65 - width))
                                            : (int64_t)(UINT64_MAX >> (64 - width));
    const int64_t low = is_signed(dtype) ? -high - 1 : 0;
    char *end = NULL;
    errno = 0;
    const int64_t value = strtoll(*at, &end, 10);
    if (end == *at || errno != 0 || value < low || value > high) {
        return false;
    }
    *bits = (uint64_t)value;
    *at = end;
    return true;
}

bool wick_ir_element_parse(uint32_t dtype, const char **at, uint8_t *bytes)
{
    const float_format *format = find_format(dtype);
    uint64_t bits = 0;
    if (format ? !parse_float(format, at, &bits) : !parse_integer(dtype, at, &bits)) {
        return false;
    }
    store_bits(bytes, wick_dtype_size_bytes(dtype), bits);
    return true;
}

void wick_ir_real_print(wick_text *text, double value)
{
    static const float_format *const float64 = &formats[FLOAT64_FORMAT];
    char number[WICK_REAL_CHARS];
    if (value != value) {
        wick_text_add(text, "nan", 3);
        return;
    }
    shortest(number, float64, bits_from_real(WICK_FLOAT64, value));
    wick_text_add(text, number, strlen(number));
    if (!strpbrk(number, ".enf")) {
        wick_text_add(text, ".0", 2);
    }
}
