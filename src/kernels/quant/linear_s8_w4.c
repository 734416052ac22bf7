// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/linear_s8_w4.h"

#include "kernels/quant/dot_s8.h"
#include "kernels/quant/weights.h"

enum { BLOCK = 64 }; // weights that are unpacked at a time

typedef struct layer {
    const wick_quant_linear_params *p;
    const wick_quant_linear_data *data;
    wick_weight_shape weight;
    const int32_t *factors;
} layer;

// Products of elements first .. end - 1 of one row of weights.
static uint32_t part_sum(const layer *l, const uint8_t *weight, const int8_t *input, int32_t first,
                         int32_t end)
{
    uint32_t sum = 0;
    for (int32_t k = first; k < end; k += BLOCK) {
        int8_t values[BLOCK];
        const int32_t count = end - k < BLOCK ? end - k : BLOCK;
        wick_weights_to_s8(&l->weight, weight, k, count, values);
        sum =
            wick_dot_s8(sum, input + k, values, count, (wick_quant_offsets){l->p->input_offset, 0});
    }
    return sum;
}

static uint32_t row_sum(const layer *l, int32_t col, const uint8_t *weight, const int8_t *input)
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

static void linear_row(const layer *l, ptrdiff_t row)
{
    const wick_quant_linear_data *const data = l->data;
    const int8_t *const input = data->input + row * l->p->depth;
    const size_t row_bytes = wick_weight_row_bytes(&l->weight);
    const void *const packed = data->weight;
    const uint8_t *weight = packed;
    for (int32_t c = 0; c < l->p->cols; c++) {
        const ptrdiff_t at = row * l->p->cols + c;
        const uint32_t sum = (uint32_t)data->bias[c] + row_sum(l, c, weight, input);
        const int32_t steps = wick_requantize((int32_t)sum, data->multipliers[c], data->shifts[c]);
        data->out[at] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &l->p->range),
                                          data->residual ? data->residual + at : 0);
        weight += row_bytes;
    }
}

void wick_linear_s8_w4(const wick_quant_linear_params *params, const wick_quant_linear_data *data,
                       int32_t groups, const int32_t *factors)
{
    const layer l = {params, data, {params->cols, params->depth, groups, WICK_WEIGHT_I4}, factors};
    for (int32_t r = 0; r < params->rows; r++) {
        linear_row(&l, params->is_backward ? params->rows - 1 - r : r);
    }
}
