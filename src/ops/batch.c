// SPDX-License-Identifier: BSD-3-Clause
#include "ops/batch.h"

#include "kernels/element/element.h"

int32_t wick_size_from_end(const wick_tensor *tensor, uint32_t back)
{
    return back <= tensor->rank ? tensor->sizes[tensor->rank - back] : 1;
}

const void *wick_matrix_of(const wick_tensor *tensor, const wick_tensor *out, uint32_t index)
{
    ptrdiff_t stride = (ptrdiff_t)wick_size_from_end(tensor, 2) * wick_size_from_end(tensor, 1);
    ptrdiff_t at = 0;
    for (uint32_t back = 3; back <= out->rank && back <= tensor->rank; back++) {
        const uint32_t size = (uint32_t)wick_size_from_end(out, back);
        const uint32_t own = (uint32_t)wick_size_from_end(tensor, back);
        at += (ptrdiff_t)(index % size / (size / own)) * stride;
        index /= size;
        stride *= (ptrdiff_t)own;
    }
    return wick_element_at(tensor->data, at, tensor->dtype);
}

uint32_t wick_matrix_count(const wick_tensor *tensor)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i + 2 < tensor->rank; i++) {
        count *= (uint32_t)tensor->sizes[i];
    }
    return count;
}
