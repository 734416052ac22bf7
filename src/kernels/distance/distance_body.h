// SPDX-License-Identifier: BSD-3-Clause
// Distances for one type of arithmetic; included with the parameters of kernels/element/in_f32.h.

typedef struct pair {
    const void *x1, *x2;
    ptrdiff_t at1, at2; // first elements of the rows
} pair;

static NUMBER distance(const wick_distance_params *p, const pair *rows)
{
    KERNEL(wick_norm) norm = KERNEL(wick_norm_start)(p->KERNEL(order));
    NUMBER unknown = 0; // a NaN, if there is one: order 0 would count it
    for (int32_t i = 0; i < p->depth; i++) {
        const ptrdiff_t at1 = rows->at1 + (ptrdiff_t)i * p->steps[0];
        const ptrdiff_t at2 = rows->at2 + (ptrdiff_t)i * p->steps[1];
        const NUMBER d = LOAD(rows->x1, at1, p->dtype) - LOAD(rows->x2, at2, p->dtype);
        if (d == d || !p->leaves_out_nan) {
            KERNEL(wick_norm_add)(&norm, d);
        }
        unknown = d != d && p->KERNEL(order) == 0 ? d : unknown;
    }
    return KERNEL(wick_norm_root)(&norm) + unknown;
}

static void run_batch(const wick_distance_params *p, const pair *first, void *out, ptrdiff_t at)
{
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = 0; k < p->rows[1]; k++) {
            pair rows = *first;
            rows.at1 += (ptrdiff_t)i * p->row_strides[0];
            rows.at2 += (ptrdiff_t)k * p->row_strides[1];
            STORE(out, at + (ptrdiff_t)i * p->out_strides[0] + (ptrdiff_t)k * p->out_strides[1],
                  p->dtype, distance(p, &rows));
        }
    }
}

void KERNEL(wick_distances)(const wick_distance_params *params, const void *x1, const void *x2,
                            void *out)
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

void KERNEL(wick_own_distances)(const wick_distance_params *params, const void *x1, void *out)
{
    const wick_distance_params *const p = params;
    ptrdiff_t at = 0;
    for (int32_t i = 0; i < p->rows[0]; i++) {
        for (int32_t k = i + 1; k < p->rows[0]; k++) {
            const pair rows = {x1, x1, (ptrdiff_t)i * p->row_strides[0],
                               (ptrdiff_t)k * p->row_strides[0]};
            STORE(out, at++, p->dtype, distance(p, &rows));
        }
    }
}
