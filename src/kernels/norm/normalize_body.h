// SPDX-License-Identifier: BSD-3-Clause
// Normalization for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

enum { CHUNK = 64 }; // elements of one partial sum

typedef struct group {
    const wick_normalize_params *p;
    const wick_normalize_data *data;
    ptrdiff_t in, out; // first elements
    int32_t parameter; // of the first element
    NUMBER mean;       // 0 until it is known
    NUMBER rstd;
} group;

// Sum over a run of elements of x - mean (`is_square`: of its square).
static void add_run(const group *g, ptrdiff_t at, bool is_square, KERNEL(wick_exact_sum) * total)
{
    const wick_normalize_params *const p = g->p;
    const wick_nest_dim run = p->dims[p->kept + p->inner - 1];
    for (int32_t k = 0; k < run.size; k += CHUNK) {
        const int32_t end = run.size - k < CHUNK ? run.size : k + CHUNK;
        NUMBER part = 0;
        for (int32_t i = k; i < end; i++) {
            const NUMBER x = LOAD(g->data->input, at, p->dtype) - g->mean;
            part += is_square ? x * x : x;
            at += run.in;
        }
        KERNEL(wick_exact_add)(total, part);
    }
}

static NUMBER sum(const group *g, bool is_square)
{
    const wick_normalize_params *const p = g->p;
    KERNEL(wick_exact_sum) total = {0, 0};
    wick_nest_position at = {.in = g->in};
    do {
        add_run(g, at.in, is_square, &total);
    } while (wick_nest_next(&at, p->dims + p->kept, p->inner - 1));
    return total.sum;
}

static void find_statistics(group *g, NUMBER count)
{
    g->mean = g->p->is_rms ? 0 : sum(g, false) / count;
    g->rstd = 1 / FN(sqrt)(sum(g, true) / count + g->p->KERNEL(epsilon));
}

static NUMBER parameter(const group *g, const void *data, int32_t index, NUMBER otherwise)
{
    return data ? LOAD(data, index, g->p->param_dtype) : otherwise;
}

// Writes a run of elements, the first of which is number `i` of the group.
static void write_run(const group *g, const wick_nest_position *at, int64_t i)
{
    const wick_normalize_params *const p = g->p;
    const wick_nest_dim run = p->dims[p->kept + p->inner - 1];
    ptrdiff_t in = at->in;
    ptrdiff_t out = at->out;
    for (int32_t k = 0; k < run.size; k++, i++) {
        const int32_t index = g->parameter + (int32_t)(p->repeat == 1 ? i : i / p->repeat);
        const NUMBER x = (LOAD(g->data->input, in, p->dtype) - g->mean) * g->rstd;
        STORE(g->data->out, out, p->dtype,
              x * parameter(g, g->data->weight, index, 1) + parameter(g, g->data->bias, index, 0));
        in += run.in;
        out += run.out;
    }
}

static void write_group(const group *g)
{
    const wick_normalize_params *const p = g->p;
    wick_nest_position at = {.in = g->in, .out = g->out};
    int64_t i = 0;
    do {
        write_run(g, &at, i);
        i += p->dims[p->kept + p->inner - 1].size;
    } while (wick_nest_next(&at, p->dims + p->kept, p->inner - 1));
}

static void store_statistics(const group *g, ptrdiff_t row)
{
    if (g->data->mean) {
        STORE(g->data->mean, row, g->p->statistic_dtype, g->mean);
    }
    if (g->data->rstd) {
        STORE(g->data->rstd, row, g->p->statistic_dtype, g->rstd);
    }
}

void KERNEL(wick_normalize)(const wick_normalize_params *params, const wick_normalize_data *data)
{
    const wick_normalize_params *const p = params;
    const size_t count = wick_nest_count(p->dims + p->kept, p->inner);
    if (wick_nest_count(p->dims, p->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    ptrdiff_t row = 0;
    do {
        group g = {p, data, at.in, at.out, (int32_t)(row % p->period) * p->step, 0, 0};
        g.mean = g.rstd = NOT_A_NUMBER;
        if (count > 0) {
            g.mean = 0;
            find_statistics(&g, (NUMBER)count);
            write_group(&g);
        }
        store_statistics(&g, row++);
    } while (wick_nest_next(&at, p->dims, p->kept));
}
