// SPDX-License-Identifier: BSD-3-Clause
// Promises of the layers with weights. Arguments are those of the out variant: input, weight, ..
#include "compiler/contract/contract.h"

#include "ops/op.h"

static uint64_t elements(const wick_tensor *tensor)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        count *= (uint64_t)tensor->sizes[i];
    }
    return count;
}

static uint64_t elements_of(const wick_call *call, uint32_t arg)
{
    return elements(wick_call_tensor(call, arg));
}

// Elements of a weight behind each index of its first dimension.
static uint64_t filter_size(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const weight = wick_call_tensor(call, arg);
    return weight->sizes[0] == 0 ? 0 : elements(weight) / (uint64_t)weight->sizes[0];
}

static uint64_t result_size(const wick_call *call)
{
    return elements_of(call, call->arg_count - 1);
}

void wick_contract_convolution(const wick_call *call, const void *block, wick_contract *out)
{
    enum { TRANSPOSED = 6 };
    (void)block;
    const bool is_transposed = wick_call_bool(call, TRANSPOSED);
    out->macs = (is_transposed ? elements_of(call, 0) : result_size(call)) * filter_size(call, 1);
}

void wick_contract_linear(const wick_call *call, const void *block, wick_contract *out)
{
    (void)block;
    out->macs = result_size(call) * filter_size(call, 1);
}

static uint64_t matmul_macs(const wick_call *call, uint32_t left_arg)
{
    const wick_tensor *const left = wick_call_tensor(call, left_arg);
    return result_size(call) * (uint64_t)left->sizes[left->rank - 1];
}

void wick_contract_matmul(const wick_call *call, const void *block, wick_contract *out)
{
    (void)block;
    out->macs = matmul_macs(call, 0);
}

void wick_contract_addmm(const wick_call *call, const void *block, wick_contract *out)
{
    (void)block;
    out->macs = matmul_macs(call, 1);
}

// Weight [1, height, width, channels] or [height, width, channels]: all of it behind each pixel.
void wick_contract_depthwise_conv2d(const wick_call *call, const void *block, wick_contract *out)
{
    (void)block;
    const wick_tensor *const weight = wick_call_tensor(call, 1);
    const uint64_t channels = (uint64_t)weight->sizes[weight->rank - 1];
    out->macs = channels == 0 ? 0 : result_size(call) * (elements(weight) / channels);
}

// Weight [out, height, width, in]: each input meets each tap of each filter.
void wick_contract_transpose_conv2d(const wick_call *call, const void *block, wick_contract *out)
{
    (void)block;
    const wick_tensor *const weight = wick_call_tensor(call, 1);
    const uint64_t depth = (uint64_t)weight->sizes[weight->rank - 1];
    out->macs = depth == 0 ? 0 : elements_of(call, 0) * (elements(weight) / depth);
}
