// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/distance/distance.h"

#include "kernels/element/element.h"
#include "kernels/math/norm.h"

typedef struct pair {
    const void *x1, *x2;
    ptrdiff_t at1, at2; // first elements of the rows
} pair;

static float distance(const wick_distance_params *p, const pair *rows)
{
    wick_norm norm = wick_norm_start(p->order);
    float unknown = 0; // a NaN, if there is one: order 0 would count it
    for (int32_t i = 0; i < p->depth; i++) {
        const ptrdiff_t at1 = rows->at1 + (ptrdiff_t)i * p->steps[0];
        const ptrdiff_t at2 = rows->at2 + (ptrdiff_t)i * p->steps[1];
        const float d =
            wick_element_load(rows->x1, at1, p->dtype) - wick_element_load(rows->x2, at2, p->dtype);
        if (d == d || !p->leaves_out_nan) {
            wick_norm_add(&norm, d);
        }
        unknown = d != d && p->order == 0 ? d : unknown;
    }
    return wick_norm_root(&norm) + unknown;
}

static void run_batch(const wick_distance_params *p, const pair *first, void *out, ptrdiff_t at)
{
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = 0; k < p->rows[1]; k++) {
            pair rows = *first;
            rows.at1 += (ptrdiff_t)i * p->row_strides[0];
            rows.at2 += (ptrdiff_t)k * p->row_strides[1];
            wick_element_store(
                out, at + (ptrdiff_t)i * p->out_strides[0] + (ptrdiff_t)k * p->out_strides[1],
                p->dtype, distance(p, &rows));
        }
    }
}

void wick_distances(const wick_distance_params *params, const void *x1, const void *x2, void *out)
{
    const wick_distance_params *const p = params;
    if (wick_nest_count(p->dims, p->batches) == 0) {
        return;
    }
    wick_nest_position in = {0};
    wick_nest_position to = {0};
    do {
        const pair first = {x1, x2, in.in, in.out};
        run_batch(p, &first, out, to.out);
        wick_nest_next(&to, p->outs, p->batches);
    } while (wick_nest_next(&in, p->dims, p->batches));
}

void wick_own_distances(const wick_distance_params *params, const void *x1, void *out)
{
    const wick_distance_params *const p = params;
    ptrdiff_t at = 0;
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = i + 1; k < p->rows[0]; k++) {
            const pair rows = {x1, x1, (ptrdiff_t)i * p->row_strides[0],
                               (ptrdiff_t)k * p->row_strides[0]};
            wick_element_store(out, at++, p->dtype, distance(p, &rows));
        }
    }
}
