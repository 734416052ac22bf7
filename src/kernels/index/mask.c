// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/index/mask.h"

#include <string.h>

static bool is_empty(const wick_walk *walk)
{
    for (uint32_t d = 0; d < walk->rank; d++) {
        if (walk->sizes[d] == 0) {
            return true;
        }
    }
    return false;
}

static void copy_element(uint32_t element_bytes, const uint8_t *from, uint8_t *to)
{
    switch (element_bytes) {
    case 1:
        *to = *from;
        break;
    case 2:
        memmove(to, from, 2);
        break;
    case 4:
        memmove(to, from, 4);
        break;
    default:
        memmove(to, from, 8);
        break;
    }
}

uint32_t wick_mask_count(const wick_walk *walk, const void *mask)
{
    uint32_t count = 0;
    wick_cursor cursor = {0};
    if (is_empty(walk)) {
        return 0;
    }
    do {
        count += ((const uint8_t *)mask)[cursor.offsets[1]] != 0;
    } while (wick_walk_next(walk, 0, &cursor));
    return count;
}

void wick_mask_select(const wick_mask_plan *plan, const void *data, const void *mask, void *out)
{
    const ptrdiff_t size = (ptrdiff_t)plan->element_bytes;
    uint8_t *to = out;
    uint32_t left = plan->most;
    wick_cursor cursor = {0};
    if (is_empty(&plan->walk)) {
        return;
    }
    do {
        if (((const uint8_t *)mask)[cursor.offsets[1]] != 0 && left > 0) {
            copy_element(plan->element_bytes, (const uint8_t *)data + cursor.offsets[0] * size, to);
            to += size;
            left--;
        }
    } while (wick_walk_next(&plan->walk, 0, &cursor));
}

bool wick_mask_scatter(const wick_mask_plan *plan, const wick_walk *source, const void *from,
                       const void *mask, void *data)
{
    const ptrdiff_t size = (ptrdiff_t)plan->element_bytes;
    uint32_t left = plan->most;
    wick_cursor cursor = {0};
    wick_cursor next = {0};
    if (is_empty(&plan->walk)) {
        return true;
    }
    do {
        if (((const uint8_t *)mask)[cursor.offsets[1]] != 0) {
            if (left-- == 0) {
                return false;
            }
            copy_element(plan->element_bytes, (const uint8_t *)from + next.offsets[0] * size,
                         (uint8_t *)data + cursor.offsets[0] * size);
            wick_walk_next(source, 0, &next);
        }
    } while (wick_walk_next(&plan->walk, 0, &cursor));
    return true;
}

void wick_copy_triangle(const wick_triangle *plan, const void *from, void *to)
{
    static const uint8_t zero[8];
    const ptrdiff_t size = (ptrdiff_t)plan->element_bytes;
    const uint32_t column = plan->walk.rank - 1;
    wick_cursor cursor = {0};
    if (is_empty(&plan->walk)) {
        return;
    }
    do {
        const int64_t place = (int64_t)cursor.index[column] - cursor.index[column - 1];
        const bool keeps = plan->is_upper ? place >= plan->diagonal : place <= plan->diagonal;
        copy_element(plan->element_bytes,
                     keeps ? (const uint8_t *)from + cursor.offsets[0] * size : zero,
                     (uint8_t *)to + cursor.offsets[1] * size);
    } while (wick_walk_next(&plan->walk, 0, &cursor));
}
