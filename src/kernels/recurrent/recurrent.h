// SPDX-License-Identifier: BSD-3-Clause
// One layer of a recurrent network in one direction, over all steps of a sequence.
//
//   lstm  i, f, g, o = rows of W_i x + b_i + W_h h + b_h;  c' = s(f) c + s(i) tanh(g)
//         h' = s(o) tanh(c'), or with a projection W_p (s(o) tanh(c'))
//   gru   r, z, n likewise;  n' = tanh(n_x + s(r) n_h);  h' = (h - n') s(z) + n'
//   rnn   h' = tanh(W_i x + b_i + W_h h + b_h), or max(0, ..)
//
// Shapes  input [steps, batch, inputs], output [steps, batch, state] at the strides given, features
//         dense; hidden, last_hidden [batch, state], cell, last_cell [batch, units]; weights
//         [gates * units, inputs] and [gates * units, state], biases [gates * units] or NULL,
//         projection [state, units] or NULL, in which case state is units. Gates stand in PyTorch's
//         order. hidden and cell may be NULL: zeros. steps at least 1, batch may be 0.
// Memory  none: a step reads the state that the step before wrote to output. Outs overlap no input.
// Result  float arithmetic; states are rounded to dtype (f32, f16, bf16) after each step. A
//         projection is summed in the out's own type.
#ifndef WICK_KERNELS_RECURRENT_RECURRENT_H
#define WICK_KERNELS_RECURRENT_RECURRENT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_recurrent_params {
    int32_t steps, batch;
    int32_t inputs, units, state;
    int32_t in_step, in_batch; // strides in elements
    int32_t out_step, out_batch;
    uint32_t dtype;
    bool is_reversed; // from the last step to the first
    bool is_relu;     // rnn
} wick_recurrent_params;

typedef struct wick_recurrent_data {
    const void *input, *hidden, *cell;
    const void *weight_input, *weight_hidden;
    const void *bias_input, *bias_hidden;
    const void *projection;
    void *output, *last_hidden, *last_cell;
} wick_recurrent_data;

void wick_lstm(const wick_recurrent_params *params, const wick_recurrent_data *data);
void wick_gru(const wick_recurrent_params *params, const wick_recurrent_data *data);
void wick_rnn(const wick_recurrent_params *params, const wick_recurrent_data *data);

#endif
