// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/copy/gather.h"

#include <stddef.h>
#include <string.h>

bool wick_gather_rows(const wick_gather *plan, const void *table, const void *indices, void *out)
{
    const size_t row_bytes = plan->row_bytes;
    uint8_t *to = out;
    for (uint32_t i = 0; i < plan->index_count; i++, to += row_bytes) {
        const int64_t index =
            plan->index_bytes == 8 ? ((const int64_t *)indices)[i] : ((const int32_t *)indices)[i];
        if (index < 0 || index >= plan->row_count) {
            return false;
        }
        if (row_bytes != 0) {
            // Not memcpy: a plan is not trusted to keep tensors apart.
            memmove(to, (const uint8_t *)table + (size_t)index * row_bytes, row_bytes);
        }
    }
    return true;
}
