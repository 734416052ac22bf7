// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/key.h"
#include "kernels/search/search.h"

int32_t wick_count_nonzero(const void *data, int32_t count, uint32_t dtype)
{
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++) {
        found += wick_element_key(data, i, dtype) != 0;
    }
    return found;
}

void wick_nonzero(const wick_nonzero_params *params, const void *in, int64_t *out)
{
    const wick_nonzero_params *const p = params;
    wick_nest_position at = {0};
    int32_t left = p->rows;
    ptrdiff_t row = 0;
    if (wick_nest_count(p->dims, p->rank) == 0) {
        return;
    }
    do {
        if (wick_element_key(in, at.in, p->dtype) == 0 || left == 0) {
            continue;
        }
        left--;
        for (uint32_t d = 0; d < p->rank; d++) {
            out[row + (ptrdiff_t)d * p->out_strides[1]] = at.counter[d];
        }
        row += p->out_strides[0];
    } while (wick_nest_next(&at, p->dims, p->rank));
}

void wick_histogram_range(const wick_histogram_params *params, const void *in, float *low,
                          float *high)
{
    *low = *high = wick_element_real(in, 0, params->dtype);
    for (int32_t i = 1; i < params->count; i++) {
        const float x = wick_element_real(in, i, params->dtype);
        *low = x < *low || x != x ? x : *low;
        *high = x > *high || x != x ? x : *high;
    }
}

void wick_histogram(const wick_histogram_params *params, const void *in, void *out)
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

void wick_bincount(const wick_histogram_params *params, const void *in, const void *weights,
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
