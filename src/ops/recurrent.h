// SPDX-License-Identifier: BSD-3-Clause
// wick::lstm, wick::gru, wick::rnn: one layer of a recurrent network in one direction over a whole
// sequence, with the weights as nn.LSTM, nn.GRU and nn.RNN hold them.
//
//   input [steps, batch, inputs], with batch_first [batch, steps, inputs]; hidden, cell [1, batch,
//   ..] or None for zeros; reverse: from the last step to the first. Outs: output likewise, then
//   the states after the last step, [1, batch, ..].
#ifndef WICK_OPS_RECURRENT_H
#define WICK_OPS_RECURRENT_H

#include "kernels/recurrent/recurrent.h"
#include "wick/operator.h"

typedef wick_recurrent_params wick_recurrent_block;

wick_status wick_lstm_prepare(const wick_call *call, void *block);
wick_status wick_lstm_run(const wick_call *call, const void *block);
wick_status wick_gru_prepare(const wick_call *call, void *block);
wick_status wick_gru_run(const wick_call *call, const void *block);
wick_status wick_rnn_prepare(const wick_call *call, void *block);
wick_status wick_rnn_run(const wick_call *call, const void *block);

#endif
