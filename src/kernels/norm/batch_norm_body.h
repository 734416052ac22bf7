// SPDX-License-Identifier: BSD-3-Clause
// Batch normalization for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

typedef struct affine {
    NUMBER scale, shift;
} affine;

static affine channel_affine(const wick_batch_norm_params *p, const wick_batch_norm_data *data,
                             int32_t c)
{
    const uint32_t dtype = p->param_dtype;
    const NUMBER weight = data->weight ? REAL_OF(data->weight, c, dtype) : 1;
    const NUMBER bias = data->bias ? REAL_OF(data->bias, c, dtype) : 0;
    const NUMBER mean = REAL_OF(data->mean, c, dtype);
    const NUMBER variance = REAL_OF(data->variance, c, dtype);
    const NUMBER scale = 1 / FN(sqrt)(variance + p->KERNEL(epsilon)) * weight;
    return (affine){scale, bias - mean * scale};
}

static void run_row(const wick_batch_norm_params *p, const wick_batch_norm_data *data,
                    const wick_nest_position *at, affine f)
{
    // The channel is alone where an input has no other dimension.
    const wick_nest_dim row = p->rank > 1 ? p->dims[p->rank - 1] : (wick_nest_dim){1, 1, 1};
    ptrdiff_t in = at->in;
    ptrdiff_t out = at->out;
    for (int32_t i = 0; i < row.size; i++) {
        STORE(data->out, out, p->dtype, LOAD(data->input, in, p->dtype) * f.scale + f.shift);
        in += row.in;
        out += row.out;
    }
}

void KERNEL(wick_batch_norm)(const wick_batch_norm_params *params, const wick_batch_norm_data *data)
{
    const wick_batch_norm_params *const p = params;
    if (wick_nest_count(p->dims, p->rank) == 0) {
        return;
    }
    const uint32_t outer = p->rank > 1 ? p->rank - 2 : 0; // dimensions between channel and row
    for (int32_t c = 0; c < p->dims[0].size; c++) {
        const affine f = channel_affine(p, data, c);
        wick_nest_position at = {.in = (ptrdiff_t)c * p->dims[0].in,
                                 .out = (ptrdiff_t)c * p->dims[0].out};
        do {
            run_row(p, data, &at, f);
        } while (wick_nest_next(&at, p->dims + 1, outer));
    }
}
