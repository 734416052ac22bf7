// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/copy/border.h"

#include <stddef.h>
#include <string.h>

// Index in self of index `at` in out.
static int32_t source_index(const wick_border *plan, uint32_t d, int32_t at)
{
    const int32_t last = plan->sizes[d] - 1;
    const int32_t index = at - plan->before[d];
    if (plan->rule == WICK_BORDER_REFLECT) {
        const int32_t inside = index < 0 ? -index : index;
        return inside > last ? 2 * last - inside : inside;
    }
    return index < 0 ? 0 : index > last ? last : index;
}

void wick_copy_border(const wick_border *plan, const void *from, void *to)
{
    const wick_walk *out = &plan->out;
    const uint32_t last = out->rank - 1;
    const size_t size = plan->element_bytes;
    wick_cursor cursor = {0};
    do {
        int32_t row = 0;
        for (uint32_t d = 0; d < last; d++) {
            row += source_index(plan, d, cursor.index[d]) * out->strides[0][d];
        }
        for (int32_t i = 0; i < out->sizes[last]; i++) {
            const int32_t at = row + source_index(plan, last, i) * out->strides[0][last];
            const int32_t place = cursor.offsets[1] + i * out->strides[1][last];
            memmove((uint8_t *)to + (size_t)place * size, (const uint8_t *)from + (size_t)at * size,
                    size);
        }
    } while (wick_walk_next(out, 1, &cursor));
}
