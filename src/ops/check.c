// SPDX-License-Identifier: BSD-3-Clause
#include "ops/check.h"

#include "base/failure.h"

wick_status wick_call_sizes(const wick_call *call, uint32_t arg, uint32_t count, int32_t minimum,
                            int32_t *out)
{
    const wick_value *const list = wick_call_value(call, arg);
    const uint32_t given = list->list.count;
    if (given != count && given != 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("list has the wrong number of items"));
    }
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t index = wick_load_aligned_u32(list->list.items + (given == 1 ? 0 : 8 * k));
        const int64_t item = call->values[index].integer.value;
        if (item < minimum) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  minimum > 0 ? WICK_TEXT("item must be above zero")
                                              : WICK_TEXT("item must not be negative"));
        }
        if (item > INT32_MAX) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  WICK_TEXT("item above 2147483647"));
        }
        out[k] = (int32_t)item;
    }
    return WICK_OK;
}

wick_status wick_call_same_dtype(const wick_call *call, uint32_t arg, uint32_t other)
{
    if (wick_call_tensor(call, arg)->dtype != wick_call_tensor(call, other)->dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("dtype differs from that of the input"));
    }
    return WICK_OK;
}

wick_status wick_call_real_dtype(const wick_call *call, uint32_t arg)
{
    switch (wick_call_tensor(call, arg)->dtype) {
    case WICK_FLOAT32:
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                          WICK_TEXT("dtype is none of f32, f16, bf16"));
}

wick_status wick_call_number_dtype(const wick_call *call, uint32_t arg)
{
    switch (wick_call_tensor(call, arg)->dtype) {
    case WICK_FLOAT32:
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
    case WICK_INT64:
    case WICK_INT32:
    case WICK_INT16:
    case WICK_INT8:
    case WICK_UINT8:
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                          WICK_TEXT("dtype is none of f32, f16, bf16, i64, i32, i16, i8, u8"));
}

uint8_t wick_tensor_layout(const wick_tensor *tensor, const uint8_t *dims)
{
    // Dimensions that the tensor lacks go outermost: they have size 1,
    // so their place does not matter.
    uint32_t order = 0;
    uint32_t present = 0;
    for (uint32_t i = tensor->rank; i-- > 0;) {
        const uint32_t dim = dims[tensor->dim_order[i]];
        order = order << 2 | dim;
        present |= 1u << dim;
    }
    for (uint32_t dim = 4; present != 0xf && dim-- > 0;) {
        if ((present >> dim & 1u) == 0) {
            order = order << 2 | dim;
            present |= 1u << dim;
        }
    }
    return (uint8_t)order;
}

uint32_t wick_strides_nest(const wick_tensor *in, const int32_t *in_strides,
                           const int32_t *out_strides, uint32_t mask, wick_nest_dim *dims)
{
    uint32_t count = 0;
    for (uint32_t d = 0; d < in->rank; d++) {
        if ((mask >> d & 1u) == 0 || in->sizes[d] == 1) {
            continue;
        }
        const wick_nest_dim dim = {in->sizes[d], in_strides[d], out_strides[d]};
        wick_nest_dim *const last = count > 0 ? &dims[count - 1] : 0;
        if (last && last->in == dim.in * dim.size && last->out == dim.out * dim.size) {
            *last = (wick_nest_dim){last->size * dim.size, dim.in, dim.out};
        } else {
            dims[count++] = dim;
        }
    }
    return count;
}

uint32_t wick_tensor_nest(const wick_tensor *in, const wick_tensor *out, uint32_t mask,
                          wick_nest_dim *dims)
{
    int32_t in_strides[WICK_MAX_RANK];
    int32_t out_strides[WICK_MAX_RANK] = {0}; // out may have a lower rank
    wick_tensor_strides(in, in_strides);
    wick_tensor_strides(out, out_strides);
    return wick_strides_nest(in, in_strides, out_strides, mask, dims);
}
