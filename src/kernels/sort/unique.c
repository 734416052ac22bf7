// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/sort/unique.h"

#include "kernels/element/key.h"

static bool are_equal(const wick_unique_params *p, const void *in, ptrdiff_t a, ptrdiff_t b)
{
    wick_nest_position at = {0};
    if (wick_nest_count(p->dims, p->inner) == 0) {
        return true;
    }
    do {
        const int64_t key = wick_element_key(in, a + at.in, p->dtype);
        if (key != wick_element_key(in, b + at.in, p->dtype) || wick_key_is_nan(key, p->dtype)) {
            return false;
        }
    } while (wick_nest_next(&at, p->dims, p->inner));
    return true;
}

int32_t wick_count_unique(const wick_unique_params *params, const void *in)
{
    const wick_unique_params *const p = params;
    wick_nest_position at = {0};
    int32_t groups = 0;
    ptrdiff_t last = 0;
    if (wick_nest_count(p->places, p->place_rank) == 0) {
        return 0;
    }
    do {
        groups += groups == 0 || !are_equal(p, in, last, at.in);
        last = at.in;
    } while (wick_nest_next(&at, p->places, p->place_rank));
    return groups;
}

static void copy_slice(const wick_unique_params *p, const void *in, ptrdiff_t from, void *out,
                       ptrdiff_t to)
{
    wick_nest_position at = {0};
    if (wick_nest_count(p->dims, p->inner) == 0) {
        return;
    }
    do {
        wick_element_move(in, from + at.in, out, to + at.out, p->dtype);
    } while (wick_nest_next(&at, p->dims, p->inner));
}

void wick_unique(const wick_unique_params *params, const void *in, const int64_t *order, void *out,
                 int64_t *inverse, int64_t *counts)
{
    const wick_unique_params *const p = params;
    wick_nest_position at = {0};
    int32_t group = -1;
    ptrdiff_t last = 0;
    ptrdiff_t i = 0;
    if (wick_nest_count(p->places, p->place_rank) == 0) {
        return;
    }
    do {
        if (group < 0 || !are_equal(p, in, last, at.in)) {
            group++;
            copy_slice(p, in, at.in, out, (ptrdiff_t)group * p->out_step);
            if (counts) {
                counts[group] = 0;
            }
        }
        if (counts) {
            counts[group]++;
        }
        if (inverse) {
            inverse[order ? order[i] : i] = group;
        }
        last = at.in;
        i++;
    } while (wick_nest_next(&at, p->places, p->place_rank));
}
