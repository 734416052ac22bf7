// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/tables.h"

#include "kernels/quant/elementwise_s16.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// The exponential is taken of what is not positive, so that it never overflows.
static double logistic(double x)
{
    const double e = exp(-fabs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

#define WICK_QUANT_FUNCTION(name, operator_name, value)          \
    static double function_##name(double x, const void *context) \
    {                                                            \
        (void)context;                                           \
        return value;                                            \
    }
#include "compiler/quant_blocks/functions.def"
#undef WICK_QUANT_FUNCTION

typedef struct row {
    const char *operator_name;
    wick_quant_function *function;
} row;

static const row rows[] = {
#define WICK_QUANT_FUNCTION(name, operator_name, value) {operator_name, function_##name},
#include "compiler/quant_blocks/functions.def"
#undef WICK_QUANT_FUNCTION
};

wick_quant_function *wick_quant_function_of(const char *operator_name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].operator_name, operator_name) == 0) {
            return rows[i].function;
        }
    }
    return NULL;
}

static bool is_scale(double scale)
{
    return isfinite(scale) && scale > 0;
}

// Rounded and clamped to [-1 - most, most].
static int32_t nearest(double steps, int32_t zero_point, int32_t most)
{
    const double rounded = isnan(steps) ? zero_point : round(steps);
    return rounded >= most ? most : rounded > -1 - most ? (int32_t)rounded : -1 - most;
}

bool wick_quant_table_fill(const wick_quant_params *in, const wick_quant_params *out,
                           wick_quant_function *function, const void *context, int8_t table[256])
{
    if (!is_scale(in->scale) || !is_scale(out->scale)) {
        return false;
    }
    for (int32_t q = INT8_MIN; q <= INT8_MAX; q++) {
        const double y = function((q - in->zero_point) * in->scale, context);
        table[q - INT8_MIN] =
            (int8_t)nearest(y / out->scale + out->zero_point, out->zero_point, INT8_MAX);
    }
    return true;
}

bool wick_quant_table_s16_fill(double in_scale, double out_scale, wick_quant_function *function,
                               const void *context, int16_t *table)
{
    if (!is_scale(in_scale) || !is_scale(out_scale)) {
        return false;
    }
    for (int32_t i = 0; i < WICK_TABLE_S16_ENTRIES; i++) {
        const double y = function((i - 256) * 128 * in_scale, context);
        table[i] = (int16_t)nearest(y / out_scale, 0, INT16_MAX);
    }
    return true;
}

static double itself(double x, const void *context)
{
    (void)context;
    return x;
}

bool wick_quant_table_rescale(const wick_quant_params *in, const wick_quant_params *out,
                              int8_t table[256])
{
    return wick_quant_table_fill(in, out, itself, NULL, table);
}
