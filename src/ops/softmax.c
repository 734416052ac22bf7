// SPDX-License-Identifier: BSD-3-Clause
#include "ops/softmax.h"

#include "base/failure.h"
#include "kernels/softmax/softmax.h"
#include "ops/check.h"
#include "ops/float64.h"

enum { SELF, DIM, HALF_TO_FLOAT, OUT };

wick_status wick_softmax_prepare(const wick_call *call, void *block)
{
    wick_softmax_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_dim(call, DIM, wick_call_int(call, DIM), self->rank, &b->dim));
    const bool converts = wick_call_bool(call, HALF_TO_FLOAT);
    if (converts && self->dtype != WICK_FLOAT16) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, HALF_TO_FLOAT,
                              WICK_TEXT("half_to_float asks for an input of f16"));
    }
    if (wick_call_tensor(call, OUT)->dtype != (converts ? WICK_FLOAT32 : self->dtype)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, OUT,
                              WICK_TEXT("out has not the dtype of the result"));
    }
    return wick_call_resize(call, OUT, self->rank, self->sizes);
}

typedef void softmax_kernel(const wick_softmax_params *params, const void *input, void *out);

static wick_status run(const wick_call *call, const wick_softmax_block *b, softmax_kernel *kernel)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    wick_softmax_params p = {.in_dtype = self->dtype, .out_dtype = out->dtype};
    const uint32_t all = (1u << self->rank) - 1;
    p.kept = wick_tensor_nest(self, out, all & ~(1u << b->dim), p.dims);
    p.dims[p.kept] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(self, out, all & (1u << b->dim), p.dims + p.kept);
    kernel(&p, self->data, out->data);
    return WICK_OK;
}

wick_status wick_softmax_run(const wick_call *call, const void *block)
{
    const uint32_t dtype = wick_call_tensor(call, SELF)->dtype;
    return run(call, block, WICK_KERNEL_FOR(dtype, wick_softmax));
}

wick_status wick_log_softmax_run(const wick_call *call, const void *block)
{
    const uint32_t dtype = wick_call_tensor(call, SELF)->dtype;
    return run(call, block, WICK_KERNEL_FOR(dtype, wick_log_softmax));
}
