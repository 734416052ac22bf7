// SPDX-License-Identifier: BSD-3-Clause
// Heap sort of slices by their elements, the first one first: no memory but that of the order.
#include "kernels/element/key.h"
#include "kernels/sort/unique.h"

static bool is_before(const wick_unique_params *p, const void *in, int64_t a, int64_t b)
{
    wick_nest_position at = {0};
    const ptrdiff_t step = p->places[0].in;
    if (wick_nest_count(p->dims, p->inner) == 0) {
        return false;
    }
    do {
        const int64_t left = wick_element_key(in, (ptrdiff_t)a * step + at.in, p->dtype);
        const int64_t right = wick_element_key(in, (ptrdiff_t)b * step + at.in, p->dtype);
        if (left != right) {
            return left < right;
        }
    } while (wick_nest_next(&at, p->dims, p->inner));
    return false;
}

// Lets order[root] sink in the heap of the first `count`.
static void sink(const wick_unique_params *p, const void *in, int32_t root, int32_t count,
                 int64_t *order)
{
    const int64_t moved = order[root];
    int32_t child = root;
    while (root < count / 2) {
        child = 2 * root + 1;
        if (child + 1 < count && is_before(p, in, order[child], order[child + 1])) {
            child++;
        }
        if (!is_before(p, in, moved, order[child])) {
            break;
        }
        order[root] = order[child];
        root = child;
    }
    order[root] = moved;
}

void wick_sort_slices(const wick_unique_params *params, const void *in, int64_t *order)
{
    const int32_t count = params->places[0].size;
    for (int32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (int32_t root = count / 2; root-- > 0;) {
        sink(params, in, root, count, order);
    }
    for (int32_t end = count; end-- > 1;) {
        const int64_t last = order[end];
        order[end] = order[0];
        order[0] = last;
        sink(params, in, 0, end, order);
    }
}
