// SPDX-License-Identifier: BSD-3-Clause
#include "ops/recurrent.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/layout.h"

enum { INPUT, HIDDEN, WEIGHT_INPUT, WEIGHT_HIDDEN, BIAS_INPUT, BIAS_HIDDEN, BATCH_FIRST, REVERSE };
enum { GRU_OUT = REVERSE + 1 };
enum { RNN_RELU = REVERSE + 1, RNN_OUT };
enum { LSTM_CELL = REVERSE + 1, LSTM_PROJECTION, LSTM_OUT };

// An operator of the family. Its outs are output, last_hidden and for lstm last_cell.
typedef struct form {
    uint32_t out;
    int32_t gates;
    bool has_cell;
} form;

static const form lstm = {LSTM_OUT, 4, true};
static const form gru = {GRU_OUT, 3, false};
static const form rnn = {RNN_OUT, 1, false};

static const wick_tensor *projection_of(const wick_call *call, const form *f)
{
    return f->has_cell ? wick_call_optional_tensor(call, LSTM_PROJECTION) : 0;
}

// An optional tensor of these sizes (a negative one: any), contiguous, with the input's dtype.
static wick_status check_tensor(const wick_call *call, uint32_t arg, uint32_t rank,
                                const int64_t *sizes)
{
    if (wick_call_is_none(call, arg)) {
        return WICK_OK;
    }
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    WICK_TRY(wick_call_same_dtype(call, arg, INPUT));
    bool fits = tensor->rank == rank;
    for (uint32_t i = 0; fits && i < rank; i++) {
        fits = sizes[i] < 0 || tensor->sizes[i] == sizes[i];
    }
    if (!fits) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("shape does not fit the other tensors"));
    }
    return wick_tensor_is_row_major(tensor) ? WICK_OK
                                            : wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                                             WICK_TEXT("tensor is not contiguous"));
}

static wick_status check_weights(const wick_call *call, const form *f,
                                 const wick_recurrent_params *p)
{
    const int64_t rows = (int64_t)f->gates * p->units;
    const int64_t input[] = {rows, p->inputs};
    const int64_t hidden[] = {rows, p->state};
    const int64_t projection[] = {p->state, p->units};
    WICK_TRY(check_tensor(call, WEIGHT_INPUT, 2, input));
    WICK_TRY(check_tensor(call, WEIGHT_HIDDEN, 2, hidden));
    WICK_TRY(check_tensor(call, BIAS_INPUT, 1, &rows));
    WICK_TRY(check_tensor(call, BIAS_HIDDEN, 1, &rows));
    return f->has_cell ? check_tensor(call, LSTM_PROJECTION, 2, projection) : WICK_OK;
}

static wick_status check_states(const wick_call *call, const form *f,
                                const wick_recurrent_params *p)
{
    const int64_t hidden[] = {1, p->batch, p->state};
    const int64_t cell[] = {1, p->batch, p->units};
    WICK_TRY(check_tensor(call, HIDDEN, 3, hidden));
    return f->has_cell ? check_tensor(call, LSTM_CELL, 3, cell) : WICK_OK;
}

// Sizes of the problem from input and weights.
static wick_status read_sizes(const wick_call *call, const form *f, wick_recurrent_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const hidden = wick_call_tensor(call, WEIGHT_HIDDEN);
    const int64_t any[] = {-1, -1, -1};
    WICK_TRY(wick_call_real_dtype(call, INPUT));
    WICK_TRY(check_tensor(call, INPUT, 3, any));
    WICK_TRY(check_tensor(call, WEIGHT_HIDDEN, 2, any));
    const bool batch_first = wick_call_bool(call, BATCH_FIRST);
    *p = (wick_recurrent_params){
        .steps = input->sizes[batch_first ? 1 : 0],
        .batch = input->sizes[batch_first ? 0 : 1],
        .inputs = input->sizes[2],
        .units = hidden->sizes[0] / f->gates,
        .state = hidden->sizes[1],
        .dtype = input->dtype,
        .is_reversed = wick_call_bool(call, REVERSE),
    };
    if (p->steps == 0 || p->units == 0 || (!projection_of(call, f) && p->state != p->units)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, p->steps == 0 ? INPUT : WEIGHT_HIDDEN,
                              WICK_TEXT("no steps, no units, or a state of another size"));
    }
    return WICK_OK;
}

static void set_strides(const wick_call *call, wick_recurrent_params *p)
{
    const bool batch_first = wick_call_bool(call, BATCH_FIRST);
    p->in_step = batch_first ? p->inputs : p->batch * p->inputs;
    p->in_batch = batch_first ? p->steps * p->inputs : p->inputs;
    p->out_step = batch_first ? p->state : p->batch * p->state;
    p->out_batch = batch_first ? p->steps * p->state : p->state;
}

static wick_status resize_out(const wick_call *call, uint32_t arg, int32_t a, int32_t b, int32_t c)
{
    const int32_t sizes[] = {a, b, c};
    WICK_TRY(wick_call_same_dtype(call, arg, INPUT));
    WICK_TRY(wick_call_resize(call, arg, 3, sizes));
    return wick_tensor_is_row_major(wick_call_tensor(call, arg))
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                WICK_TEXT("tensor is not contiguous"));
}

static wick_status resize_outs(const wick_call *call, const form *f, const wick_recurrent_params *p)
{
    const bool batch_first = wick_call_bool(call, BATCH_FIRST);
    WICK_TRY(resize_out(call, f->out, batch_first ? p->batch : p->steps,
                        batch_first ? p->steps : p->batch, p->state));
    WICK_TRY(resize_out(call, f->out + 1, 1, p->batch, p->state));
    return f->has_cell ? resize_out(call, f->out + 2, 1, p->batch, p->units) : WICK_OK;
}

static wick_status prepare(const wick_call *call, const form *f, wick_recurrent_params *p)
{
    WICK_TRY(read_sizes(call, f, p));
    WICK_TRY(check_weights(call, f, p));
    WICK_TRY(check_states(call, f, p));
    WICK_TRY(resize_outs(call, f, p));
    set_strides(call, p); // products that the tensors' own counts bound
    return WICK_OK;
}

wick_status wick_lstm_prepare(const wick_call *call, void *block)
{
    return prepare(call, &lstm, block);
}

wick_status wick_gru_prepare(const wick_call *call, void *block)
{
    return prepare(call, &gru, block);
}

wick_status wick_rnn_prepare(const wick_call *call, void *block)
{
    wick_recurrent_params *const p = block;
    WICK_TRY(prepare(call, &rnn, p));
    p->is_relu = wick_call_bool(call, RNN_RELU);
    return WICK_OK;
}

static const void *optional_data(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    return tensor ? tensor->data : 0;
}

static wick_recurrent_data data_of(const wick_call *call, uint32_t out)
{
    return (wick_recurrent_data){
        .input = wick_call_tensor(call, INPUT)->data,
        .hidden = optional_data(call, HIDDEN),
        .weight_input = wick_call_tensor(call, WEIGHT_INPUT)->data,
        .weight_hidden = wick_call_tensor(call, WEIGHT_HIDDEN)->data,
        .bias_input = optional_data(call, BIAS_INPUT),
        .bias_hidden = optional_data(call, BIAS_HIDDEN),
        .output = wick_call_tensor(call, out)->data,
        .last_hidden = wick_call_tensor(call, out + 1)->data,
    };
}

wick_status wick_lstm_run(const wick_call *call, const void *block)
{
    wick_recurrent_data data = data_of(call, LSTM_OUT);
    data.cell = optional_data(call, LSTM_CELL);
    data.projection = optional_data(call, LSTM_PROJECTION);
    data.last_cell = wick_call_tensor(call, LSTM_OUT + 2)->data;
    wick_lstm(block, &data);
    return WICK_OK;
}

wick_status wick_gru_run(const wick_call *call, const void *block)
{
    const wick_recurrent_data data = data_of(call, GRU_OUT);
    wick_gru(block, &data);
    return WICK_OK;
}

wick_status wick_rnn_run(const wick_call *call, const void *block)
{
    const wick_recurrent_data data = data_of(call, RNN_OUT);
    wick_rnn(block, &data);
    return WICK_OK;
}
