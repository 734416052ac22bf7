// SPDX-License-Identifier: BSD-3-Clause
#include "ops/search.h"

#include "base/failure.h"
#include "kernels/search/search.h"
#include "ops/check.h"
#include "ops/lines.h"
#include "ops/scalar.h"

#include <string.h>

enum { SORTED_SEQUENCE, SORTED_SELF, SORTED_INT32, SORTED_RIGHT, SORTED_SIDE, SORTED_ORDER };
enum { SORTED_OUT = SORTED_ORDER + 1 };
enum { BUCKET_SELF, BUCKET_BOUNDARIES, BUCKET_INT32, BUCKET_RIGHT, BUCKET_OUT };
enum { ISIN_ELEMENTS, ISIN_SORTED, ISIN_INVERT, ISIN_OUT };

// A search: which arguments hold what.
typedef struct search {
    uint32_t sequence, values, out;
} search;

static const search sorted = {SORTED_SEQUENCE, SORTED_SELF, SORTED_OUT};
static const search bucket = {BUCKET_BOUNDARIES, BUCKET_SELF, BUCKET_OUT};

// The values: NULL if they are a Scalar.
static const wick_tensor *values_of(const wick_call *call, const search *s)
{
    return wick_call_optional_tensor(call, s->values);
}

static wick_status check_sequence(const wick_call *call, const search *s)
{
    const wick_tensor *const sequence = wick_call_tensor(call, s->sequence);
    const wick_tensor *const values = values_of(call, s);
    if (sequence->dtype == WICK_FLOAT64 ||
        (values && (values->dtype == WICK_FLOAT64 || values->dtype == WICK_COMPLEX64))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, s->sequence, WICK_TEXT("search in f64"));
    }
    bool fits = sequence->rank >= 1;
    if (fits && sequence->rank > 1) {
        fits = values && values->rank == sequence->rank &&
               memcmp(values->sizes, sequence->sizes,
                      (sequence->rank - 1) * sizeof sequence->sizes[0]) == 0;
    }
    return fits ? WICK_OK
                : wick_call_fail(call, WICK_INVALID_ARGUMENT, s->sequence,
                                 WICK_TEXT("no sequence for each row of values"));
}

static wick_status prepare(const wick_call *call, const search *s, bool is_int32)
{
    const wick_tensor *const values = values_of(call, s);
    WICK_TRY(wick_call_ordered(call, s->sequence));
    WICK_TRY(check_sequence(call, s));
    WICK_TRY(wick_call_out_dtype(call, s->out, is_int32 ? WICK_INT32 : WICK_INT64));
    return wick_call_resize(call, s->out, values ? values->rank : 0, values ? values->sizes : 0);
}

static wick_status check_sorter(const wick_call *call)
{
    const wick_tensor *const order = wick_call_optional_tensor(call, SORTED_ORDER);
    const wick_tensor *const sequence = wick_call_tensor(call, SORTED_SEQUENCE);
    const bool fits = !order || (order->dtype == WICK_INT64 && order->rank == sequence->rank &&
                                 memcmp(order->sizes, sequence->sizes,
                                        order->rank * sizeof order->sizes[0]) == 0 &&
                                 wick_tensor_same_order(order, sequence));
    return fits ? WICK_OK
                : wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER,
                                 WICK_TEXT("sorter is not like the sequence"));
}

wick_status wick_searchsorted_prepare(const wick_call *call, void *block)
{
    wick_search_block *const b = block;
    b->right = wick_call_bool(call, SORTED_RIGHT);
    if (!wick_call_is_none(call, SORTED_SIDE)) {
        const bool is_right = wick_call_is_text(call, SORTED_SIDE, "right");
        const bool is_left = wick_call_is_text(call, SORTED_SIDE, "left");
        if ((!is_right && !is_left) || (is_left && b->right)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_SIDE,
                                  WICK_TEXT("side is not left or right"));
        }
        b->right = is_right;
    }
    WICK_TRY(prepare(call, &sorted, wick_call_bool(call, SORTED_INT32)));
    return check_sorter(call);
}

// The dimension along which values are a line; rank 0 has one value.
static uint32_t last_dim(const wick_tensor *tensor)
{
    return tensor->rank > 0 ? tensor->rank - 1u : 0;
}

static void set_lines(const wick_call *call, const search *s, wick_lines *lines)
{
    const wick_tensor *const sequence = wick_call_tensor(call, s->sequence);
    const wick_tensor *const values = values_of(call, s);
    const wick_tensor *const out = wick_call_tensor(call, s->out);
    *lines = (wick_lines){.in_dtype = sequence->dtype, .out_dtype = out->dtype};
    lines->rank = last_dim(out);
    memcpy(lines->sizes, out->sizes, lines->rank * sizeof lines->sizes[0]);
    wick_lines_add(lines, 2, out, out, last_dim(out));
    if (sequence->rank > 1) {
        wick_lines_add(lines, 0, sequence, sequence, last_dim(sequence));
    } else { // one for all
        lines->lengths[0] = sequence->sizes[0];
        lines->steps[0] = 1;
    }
    lines->lengths[1] = 1;
    if (values) {
        wick_lines_add(lines, 1, values, values, last_dim(values));
        lines->beside = values->data;
        lines->beside_dtype = values->dtype;
    }
}

// Indices of a sorter are data: each must be within its sequence.
static wick_status check_order(const wick_call *call, const wick_tensor *order, int32_t size)
{
    for (size_t i = 0; i < wick_tensor_count(order); i++) {
        const int64_t index = ((const int64_t *)order->data)[i];
        if (index < 0 || index >= size) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SORTED_ORDER,
                                  WICK_TEXT("index of the sorter out of range"));
        }
    }
    return WICK_OK;
}

static wick_status run(const wick_call *call, const search *s, const wick_search_block *b,
                       wick_lines *lines)
{
    uint64_t scalar[1]; // a value that is a Scalar, as an element
    if (!lines->beside) {
        const bool is_real = wick_call_is_real(call, s->values);
        lines->beside_dtype = is_real ? WICK_FLOAT32 : WICK_INT64;
        WICK_TRY(wick_call_element(call, s->values, lines->beside_dtype, (uint8_t *)scalar));
        lines->beside = scalar;
    }
    lines->flag = b->right;
    wick_search(lines, wick_call_tensor(call, s->sequence)->data,
                wick_call_tensor(call, s->out)->data);
    return WICK_OK;
}

wick_status wick_searchsorted_run(const wick_call *call, const void *block)
{
    const wick_tensor *const order = wick_call_optional_tensor(call, SORTED_ORDER);
    wick_lines lines;
    set_lines(call, &sorted, &lines);
    if (order) {
        WICK_TRY(check_order(call, order, lines.lengths[0]));
        lines.order = order->data;
    }
    return run(call, &sorted, block, &lines);
}

wick_status wick_bucketize_prepare(const wick_call *call, void *block)
{
    ((wick_search_block *)block)->right = wick_call_bool(call, BUCKET_RIGHT);
    WICK_TRY(prepare(call, &bucket, wick_call_bool(call, BUCKET_INT32)));
    if (wick_call_tensor(call, BUCKET_BOUNDARIES)->rank != 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, BUCKET_BOUNDARIES,
                              WICK_TEXT("boundaries are not one-dimensional"));
    }
    return WICK_OK;
}

wick_status wick_bucketize_run(const wick_call *call, const void *block)
{
    wick_lines lines;
    set_lines(call, &bucket, &lines);
    return run(call, &bucket, block, &lines);
}

static const search isin = {ISIN_SORTED, ISIN_ELEMENTS, ISIN_OUT};

wick_status wick_isin_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const elements = wick_call_tensor(call, ISIN_ELEMENTS);
    ((wick_search_block *)block)->right = wick_call_bool(call, ISIN_INVERT);
    WICK_TRY(wick_call_ordered(call, ISIN_ELEMENTS));
    WICK_TRY(wick_call_same_dtype(call, ISIN_SORTED, ISIN_ELEMENTS));
    WICK_TRY(wick_call_out_dtype(call, ISIN_OUT, WICK_BOOL));
    if (wick_call_tensor(call, ISIN_SORTED)->rank != 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, ISIN_SORTED,
                              WICK_TEXT("sequence is not one-dimensional"));
    }
    return wick_call_resize(call, ISIN_OUT, elements->rank, elements->sizes);
}

wick_status wick_isin_run(const wick_call *call, const void *block)
{
    wick_lines lines;
    set_lines(call, &isin, &lines);
    lines.flag = ((const wick_search_block *)block)->right;
    wick_is_in(&lines, wick_call_tensor(call, ISIN_SORTED)->data,
               wick_call_tensor(call, ISIN_OUT)->data);
    return WICK_OK;
}
