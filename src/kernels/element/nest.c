// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/nest.h"

bool wick_nest_next(wick_nest_position *position, const wick_nest_dim *dims, uint32_t count)
{
    for (uint32_t d = count; d-- > 0;) {
        position->in += dims[d].in;
        position->out += dims[d].out;
        position->counter[d]++;
        if (position->counter[d] < dims[d].size) {
            return true;
        }
        position->in -= (ptrdiff_t)dims[d].in * dims[d].size;
        position->out -= (ptrdiff_t)dims[d].out * dims[d].size;
        position->counter[d] = 0;
    }
    return false;
}

size_t wick_nest_count(const wick_nest_dim *dims, uint32_t count)
{
    size_t product = 1;
    for (uint32_t d = 0; d < count; d++) {
        product *= (size_t)dims[d].size;
    }
    return product;
}
