// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/softmax.h"

#include <math.h>

enum { MOST_BITS = 23, SUM_BITS = 31, UNIT_BITS = 16, LARGEST_SIZE = 1 << 24 };

static bool is_scale(double scale)
{
    return isfinite(scale) && scale > 0;
}

bool wick_quant_exponentials_of(double scale, int32_t size, wick_quant_exponentials *out)
{
    *out = (wick_quant_exponentials){.one_bits = MOST_BITS};
    if (!is_scale(scale) || size < 1 || size > LARGEST_SIZE) {
        return false;
    }
    while (size > (int64_t)1 << (SUM_BITS - out->one_bits)) {
        out->one_bits--;
    }
    for (int32_t d = 0; d < 256; d++) {
        out->table[d] = (int32_t)rint(ldexp(exp(-d * scale), out->one_bits));
        out->count = out->table[d] != 0 ? d + 1 : out->count;
    }
    return true;
}

bool wick_quant_log_softmax_scale(double in_scale, const wick_quant_params *out, int32_t one_bits,
                                  wick_log_softmax_scale *scale)
{
    const double ln2 = 0.69314718055994530942;
    if (!is_scale(in_scale) || !is_scale(out->scale)) {
        return false;
    }
    const double step = rint(ldexp(in_scale / out->scale, UNIT_BITS));
    const double log_step = rint(ldexp(ln2 / out->scale, UNIT_BITS));
    if (!(step <= INT32_MAX) || !(log_step <= INT32_MAX)) {
        return false;
    }
    *scale = (wick_log_softmax_scale){.one_bits = one_bits,
                                      .step = (int32_t)step,
                                      .log_step = (int32_t)log_step,
                                      .range = {out->zero_point, INT8_MIN, INT8_MAX}};
    return true;
}
