// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quantile.h"

#include "base/failure.h"
#include "kernels/element/element.h"
#include "kernels/sort/quantile.h"
#include "ops/check.h"
#include "ops/lines.h"
#include "ops/scalar.h"

enum { SELF, RANKS, DIM, KEEPDIM, INTERPOLATION, IGNORE_NAN, OUT };

static wick_status read_interpolation(const wick_call *call, uint32_t *out)
{
    static const char *const names[] = {
        [WICK_INTERPOLATION_LINEAR] = "linear",   [WICK_INTERPOLATION_LOWER] = "lower",
        [WICK_INTERPOLATION_HIGHER] = "higher",   [WICK_INTERPOLATION_MIDPOINT] = "midpoint",
        [WICK_INTERPOLATION_NEAREST] = "nearest",
    };
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wick_call_is_text(call, INTERPOLATION, names[i])) {
            *out = i;
            return WICK_OK;
        }
    }
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, INTERPOLATION,
                          WICK_TEXT("no such interpolation"));
}

// The numbers stand first, then what is left of the input.
static wick_status resize(const wick_call *call, uint32_t dim)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const ranks = wick_call_tensor(call, RANKS);
    int32_t sizes[WICK_MAX_RANK + 1];
    uint32_t rank = 0;
    if (ranks->rank == 1) {
        sizes[rank++] = ranks->sizes[0];
    }
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d != dim || wick_call_bool(call, KEEPDIM)) {
            sizes[rank++] = d == dim ? 1 : self->sizes[d];
        }
    }
    return rank > WICK_MAX_RANK
               ? wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF, WICK_TEXT("too many dimensions"))
               : wick_call_resize(call, OUT, rank, sizes);
}

wick_status wick_quantile_prepare(const wick_call *call, void *block)
{
    wick_quantile_block *const b = block;
    WICK_TRY(wick_call_real_dtype(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, RANKS, SELF));
    WICK_TRY(wick_call_same_dtype(call, OUT, SELF));
    if (wick_call_tensor(call, RANKS)->rank > 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, RANKS,
                              WICK_TEXT("q is neither a number nor a vector"));
    }
    WICK_TRY(read_interpolation(call, &b->interpolation));
    WICK_TRY(wick_call_line_dim(call, DIM, &b->dim));
    WICK_TRY(wick_call_line_not_empty(call, b->dim));
    return resize(call, b->dim);
}

// The out without its first dimension, as the lines see it.
static void add_out(wick_lines *lines, const wick_call *call, uint32_t dim)
{
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const uint32_t lead = wick_call_tensor(call, RANKS)->rank;
    int32_t strides[WICK_MAX_RANK];
    uint32_t at = lead;
    wick_tensor_strides(out, strides);
    lines->lengths[1] = lead != 0 ? out->sizes[0] : 1;
    lines->steps[1] = lead != 0 ? strides[0] : 0;
    for (uint32_t d = 0, i = 0; d < self->rank; d++) {
        if (d != dim) {
            lines->strides[1][i++] = strides[at];
        }
        at += d != dim || wick_call_bool(call, KEEPDIM);
    }
}

wick_status wick_quantile_run(const wick_call *call, const void *block)
{
    const wick_quantile_block *const b = block;
    const wick_tensor *const ranks = wick_call_tensor(call, RANKS);
    wick_lines lines;
    for (size_t i = 0; i < wick_tensor_count(ranks); i++) {
        const float q = wick_element_real(ranks->data, (ptrdiff_t)i, ranks->dtype);
        if (q < 0 || q > 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, RANKS,
                                  WICK_TEXT("q is not between 0 and 1"));
        }
    }
    wick_call_lines(call, b->dim, 0, 0, &lines);
    add_out(&lines, call, b->dim);
    lines.number = (int32_t)b->interpolation;
    lines.skips_nan = wick_call_bool(call, IGNORE_NAN);
    lines.beside = ranks->data;
    lines.beside_dtype = ranks->dtype;
    wick_quantile_of_sorted(&lines, wick_call_tensor(call, SELF)->data,
                            wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
