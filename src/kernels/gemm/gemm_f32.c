// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/gemm/accumulate_f32.h"
#include "kernels/gemm/dots_f32.h"
#include "kernels/gemm/gemm.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CHUNK = 512,        // products in one partial sum
    COLUMN_BLOCK = 256, // outputs of a row kept in cache while depth passes
};

enum { OUTPUTS = WICK_DOTS }; // taken at once, so that an input is loaded once for them

// Four partial sums for each of four dot products that share x, so that a vectorising compiler
// takes them in one register.
void wick_add_dots_f32(const float *x, const float *const weights[WICK_DOTS], int32_t depth,
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

static float combine(const wick_gemm_params *p, const float *bias, ptrdiff_t index, float sum)
{
    sum = p->alpha == 1 ? sum : p->alpha * sum;
    if (!bias) {
        return sum;
    }
    return sum + (p->beta == 1 ? bias[index] : p->beta * bias[index]);
}

// rhs dense along depth: outputs four at a time. Where fewer are left, the last is computed again
// in the empty places.
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
        for (int32_t k = 0; k < p->depth; k += CHUNK) {
            const int32_t rest = p->depth - k;
            wick_add_dots_f32(x + k, weights, rest < CHUNK ? rest : CHUNK, sums);
            for (int32_t i = 0; i < OUTPUTS; i++) {
                weights[i] += CHUNK;
            }
        }
        for (int32_t i = 0; i < count; i++) {
            out[(ptrdiff_t)(col + i) * p->out_col] =
                combine(p, data->bias,
                        (ptrdiff_t)row * p->bias_row + (ptrdiff_t)(col + i) * p->bias_col, sums[i]);
        }
    }
}

// rhs dense along cols: all rows gain four rows of rhs at a time.
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

static void product_strided(const wick_gemm_params *p, const wick_gemm_data *data, int32_t row,
                            int32_t col)
{
    const float *x = (const float *)data->lhs + (ptrdiff_t)row * p->lhs_row;
    const float *w = (const float *)data->rhs + (ptrdiff_t)col * p->rhs_col;
    float sum = 0;
    for (int32_t k = 0; k < p->depth; k += CHUNK) {
        const int32_t end = p->depth - k < CHUNK ? p->depth : k + CHUNK;
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

// Its stack is kept apart from that of the other ways.
static __attribute__((noinline)) void gemm_by_rows(const wick_gemm_params *p,
                                                   const wick_gemm_data *data)
{
    for (int32_t col = 0; col < p->cols; col += COLUMN_BLOCK) {
        const int32_t rest = p->cols - col;
        product_by_rows(p, data, col, rest < COLUMN_BLOCK ? rest : COLUMN_BLOCK);
    }
    if (data->bias || p->alpha != 1) {
        add_bias(p, data);
    }
}

void wick_gemm_f32(const wick_gemm_params *params, const wick_gemm_data *data)
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
