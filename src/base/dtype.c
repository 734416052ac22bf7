// SPDX-License-Identifier: BSD-3-Clause
#include "wick/tensor.h"

uint32_t wick_dtype_size_bytes(uint32_t dtype)
{
    switch (dtype) {
#define WICK_DTYPE(name, code, bytes, text, serde) \
    case code:                                     \
        return bytes;
#include "wick/dtype.def"
#undef WICK_DTYPE
    }
    return 0;
}

size_t wick_tensor_count(const wick_tensor *tensor)
{
    size_t count = 1;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        count *= (size_t)tensor->sizes[i];
    }
    return count;
}

size_t wick_tensor_size_bytes(const wick_tensor *tensor)
{
    return wick_tensor_count(tensor) * wick_dtype_size_bytes(tensor->dtype);
}
