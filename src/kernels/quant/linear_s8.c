// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/linear_s8.h"

#include "kernels/quant/dot_s8.h"

#include <stddef.h>

// weight_offset * sum of (input + input_offset): what the offset of the weights adds to each
// column.
static uint32_t weight_offset_share(const wick_quant_linear_params *p, const int8_t *input)
{
    uint32_t sum = 0;
    for (int32_t k = 0; p->weight_offset != 0 && k < p->depth; k++) {
        sum += (uint32_t)(input[k] + p->input_offset);
    }
    return sum * (uint32_t)p->weight_offset;
}

// Columns first .. first + count of one row from their sums.
static void store(const wick_quant_linear_params *p, const wick_quant_linear_data *data,
                  const uint32_t *sums, int32_t first, int32_t count, int8_t *out)
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

static void linear_row(const wick_quant_linear_params *p, const wick_quant_linear_data *data,
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
        store(p, data, sums, c, count, out);
        weight += (ptrdiff_t)count * p->depth;
        c += count;
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
