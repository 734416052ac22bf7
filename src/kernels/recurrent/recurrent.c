// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/recurrent/recurrent.h"

#include "kernels/element/element.h"
#include "kernels/gemm/dots_f32.h"
#include "kernels/math/math.h"

#include <string.h>

enum { GATES = WICK_DOTS };

// One step of one sequence.
typedef struct step {
    const void *x, *h; // h NULL: zeros
    void *out, *cell;
} step;

static float sigmoid(float x)
{
    return 1.0f / (1.0f + wick_exp_f32(-x));
}

static void add_dots_half(const void *x, const void *const weights[GATES], int32_t depth,
                          uint32_t dtype, float sums[GATES])
{
    for (int32_t i = 0; i < GATES; i++) {
        for (int32_t k = 0; k < depth; k++) {
            sums[i] += wick_element_real(x, k, dtype) * wick_element_real(weights[i], k, dtype);
        }
    }
}

// sums = bias + weight * x in four rows.
static void multiply(const void *weight, const void *bias, const void *x, int32_t depth,
                     uint32_t dtype, const int32_t rows[GATES], float sums[GATES])
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

// What the input and what the state give to four rows of the gates.
static void multiply_both(const wick_recurrent_params *p, const wick_recurrent_data *data,
                          const step *at, const int32_t rows[GATES], float from_x[GATES],
                          float from_h[GATES])
{
    multiply(data->weight_input, data->bias_input, at->x, p->inputs, p->dtype, rows, from_x);
    multiply(data->weight_hidden, data->bias_hidden, at->h, p->state, p->dtype, rows, from_h);
}

// out += column `unit` of the projection, times `value`.
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
            const float rectified = sum < 0 ? 0 : sum; // NaN stays
            wick_element_store(at->out, j + i, p->dtype,
                               p->is_relu ? rectified : wick_tanh_f32(sum));
        }
    }
}

// Row `index` of a matrix of states, NULL if there is none.
static const void *row_of(const void *states, int32_t index, int32_t width, uint32_t dtype)
{
    return states ? wick_element_at(states, (ptrdiff_t)index * width, dtype) : 0;
}

static void start_cell(const wick_recurrent_params *p, const wick_recurrent_data *data,
                       int32_t sequence, void *cell)
{
    const size_t bytes = (size_t)p->units * wick_dtype_size_bytes(p->dtype);
    const void *const given = row_of(data->cell, sequence, p->units, p->dtype);
    if (given) {
        memcpy(cell, given, bytes);
    } else {
        memset(cell, 0, bytes);
    }
}

typedef void step_function(const wick_recurrent_params *, const wick_recurrent_data *,
                           const step *);

static inline __attribute__((always_inline)) void run_sequence(const wick_recurrent_params *p,
                                                               const wick_recurrent_data *data,
                                                               int32_t sequence,
                                                               step_function *function)
{
    step at = {.h = row_of(data->hidden, sequence, p->state, p->dtype),
               .cell = (void *)(uintptr_t)row_of(data->last_cell, sequence, p->units, p->dtype)};
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
    void *const last = (void *)(uintptr_t)row_of(data->last_hidden, sequence, p->state, p->dtype);
    memcpy(last, at.h, (size_t)p->state * wick_dtype_size_bytes(p->dtype));
}

static inline __attribute__((always_inline)) void
run(const wick_recurrent_params *p, const wick_recurrent_data *data, step_function *function)
{
    for (int32_t i = 0; i < p->batch; i++) {
        run_sequence(p, data, i, function);
    }
}

void wick_lstm(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run(params, data, lstm_step);
}

void wick_gru(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run(params, data, gru_step);
}

void wick_rnn(const wick_recurrent_params *params, const wick_recurrent_data *data)
{
    run(params, data, rnn_step);
}
