// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/spatial/space.h"

bool wick_space_next(const wick_space *space, wick_space_position *position)
{
    for (uint32_t d = 5; d-- > 0;) {
        position->at[d]++;
        if (position->at[d] < space->sizes[d]) {
            return true;
        }
        position->at[d] = 0;
    }
    return false;
}

bool wick_space_is_empty(const wick_space *space)
{
    return wick_space_count(space) == 0;
}

size_t wick_space_count(const wick_space *space)
{
    size_t count = 1;
    for (uint32_t d = 0; d < 5; d++) {
        count *= (size_t)space->sizes[d];
    }
    return count;
}

ptrdiff_t wick_space_offset(const wick_space *space, const wick_space_position *position)
{
    ptrdiff_t offset = 0;
    for (uint32_t d = 0; d < 5; d++) {
        offset += (ptrdiff_t)position->at[d] * space->strides[d];
    }
    return offset;
}
