// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/strided.h"

#include "base/checked.h"

#include <string.h>

bool wick_strided_size_bytes(const wick_strided *view, size_t *out)
{
    size_t bytes = wick_dtype_size_bytes(view->dtype);
    bool empty = false;
    for (uint32_t k = 0; k < view->rank; k++) {
        if (view->sizes[k] < 0) {
            return false;
        }
        if (view->sizes[k] == 0) {
            empty =
                true; // the other sizes still have to be sane: passes multiply them in any order
        } else if (!wick_checked_multiply(bytes, (size_t)view->sizes[k], &bytes) ||
                   bytes > WICK_STRIDED_MAX_BYTES) {
            return false;
        }
    }
    *out = empty ? 0 : bytes;
    return true;
}

bool wick_strided_fits(const wick_strided *view, size_t storage_bytes)
{
    if (view->offset_elems < 0) {
        return false;
    }
    size_t last = (size_t)view->offset_elems;
    for (uint32_t k = 0; k < view->rank; k++) {
        size_t reach = 0;
        if (view->sizes[k] == 0) {
            return true;
        }
        if (view->strides[k] < 0 ||
            !wick_checked_multiply((size_t)view->sizes[k] - 1, (size_t)view->strides[k], &reach) ||
            !wick_checked_add(last, reach, &last)) {
            return false;
        }
    }
    return last < storage_bytes / wick_dtype_size_bytes(view->dtype);
}

// A dimension of size 1 is never stepped over: its stride may be any number.
static int64_t step(const wick_strided *view, uint32_t k)
{
    return view->sizes[k] == 1 ? 0 : view->strides[k];
}

// Number of trailing dimensions that lie densely in storage, and how many elements they span.
static uint32_t dense_tail(const wick_strided *view, int64_t *span)
{
    *span = 1;
    uint32_t k = view->rank;
    while (k > 0 && (view->sizes[k - 1] == 1 || view->strides[k - 1] == *span)) {
        *span *= view->sizes[--k];
    }
    return view->rank - k;
}

void wick_strided_copy(const wick_strided *view, const uint8_t *storage, uint8_t *dense)
{
    size_t left = 0;
    if (!wick_strided_size_bytes(view, &left) || left == 0) {
        return;
    }
    const size_t item = wick_dtype_size_bytes(view->dtype);
    int64_t span = 1;
    const uint32_t outer = view->rank - dense_tail(view, &span);
    const size_t run = (size_t)span * item;
    int64_t index[WICK_MAX_RANK] = {0};
    int64_t at = view->offset_elems;
    for (; left > 0; left -= run, dense += run) {
        memcpy(dense, storage + (size_t)at * item, run);
        for (uint32_t k = outer; k-- > 0;) {
            at += step(view, k);
            if (++index[k] < view->sizes[k]) {
                break;
            }
            at -= step(view, k) * view->sizes[k];
            index[k] = 0;
        }
    }
}
