// SPDX-License-Identifier: BSD-3-Clause
// Extremes for one type of arithmetic; included with the parameters of kernels/element/in_f32.h.

typedef struct best {
    ptrdiff_t at;  // element of the input
    int64_t index; // in logical order of the reduced dimensions
} best;

static inline __attribute__((always_inline)) best find_real(const wick_reduce_params *p,
                                                            const void *input, ptrdiff_t first,
                                                            const uint32_t dtype,
                                                            const bool is_minimum)
{
    best found = {first, 0};
    NUMBER value = LOAD(input, first, dtype);
    wick_nest_position at = {.in = first};
    for (int64_t i = 1; wick_nest_next(&at, p->dims + p->kept, p->reduced); i++) {
        const NUMBER other = LOAD(input, at.in, dtype);
        const bool is_better = is_minimum ? other < value : other > value;
        if (is_better || (other != other && value == value)) {
            value = other;
            found.at = at.in;
            found.index = i;
        }
    }
    return found;
}

static best find_widest(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    return p->is_minimum ? find_real(p, input, first, WIDEST, true)
                         : find_real(p, input, first, WIDEST, false);
}

static best find_half(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    return find_real(p, input, first, p->in_dtype, p->is_minimum);
}

static best find_integer(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    best found = {first, 0};
    int64_t value = INTEGER_OF(input, first, p->in_dtype);
    wick_nest_position at = {.in = first};
    for (int64_t i = 1; wick_nest_next(&at, p->dims + p->kept, p->reduced); i++) {
        const int64_t other = INTEGER_OF(input, at.in, p->in_dtype);
        if (p->is_minimum ? other < value : other > value) {
            value = other;
            found.at = at.in;
            found.index = i;
        }
    }
    return found;
}

static best find(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    if (p->in_dtype == WIDEST) {
        return find_widest(p, input, first);
    }
    return IS_REAL(p->in_dtype) ? find_half(p, input, first) : find_integer(p, input, first);
}

void KERNEL(wick_reduce_extreme)(const wick_reduce_params *params, const void *input, void *out)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    const uint32_t bytes = wick_dtype_size_bytes(params->in_dtype);
    wick_nest_position at = {0};
    do {
        const best found = find(params, input, at.in);
        memcpy((uint8_t *)out + at.out * (ptrdiff_t)bytes,
               wick_element_at(input, found.at, params->in_dtype), bytes);
    } while (wick_nest_next(&at, params->dims, params->kept));
}

void KERNEL(wick_reduce_argmax)(const wick_reduce_params *params, const void *input, int64_t *out)
{
    if (wick_nest_count(params->dims, params->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        out[at.out] = find(params, input, at.in).index;
    } while (wick_nest_next(&at, params->dims, params->kept));
}
