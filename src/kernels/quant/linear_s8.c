// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/linear_s8.h"

#include "kernels/quant/dot_s8.h"

#include <stddef.h>

static void linear_row(const wick_quant_linear_params *p, const wick_quant_linear_data *data,
                       const int8_t *input, int8_t *out)
{
    const wick_quant_offsets offsets = {p->input_offset, p->weight_offset};
    const int8_t *weight = data->weight;
    for (int32_t c = 0; c < p->cols; c++) {
        const uint32_t bias = data->bias ? (uint32_t)data->bias[c] : 0u;
        const uint32_t sum = wick_dot_s8(bias, input, weight, p->depth, offsets);
        const int32_t steps = wick_requantize((int32_t)sum, p->scale.multiplier, p->scale.shift);
        out[c] = wick_quant_narrow(steps, &p->range);
        weight += p->depth;
    }
}

void wick_linear_s8(const wick_quant_linear_params *params, const wick_quant_linear_data *data)
{
    const wick_quant_linear_params *const p = params;
    const ptrdiff_t start = p->is_backward ? p->rows - 1 : 0;
    const ptrdiff_t step = p->is_backward ? -1 : 1;
    const int8_t *input = data->input + start * p->depth;
    int8_t *out = data->out + start * p->cols;
    for (int32_t r = 0; r < p->rows; r++) {
        linear_row(p, data, input, out);
        input += step * p->depth;
        out += step * p->cols;
    }
}
