// SPDX-License-Identifier: BSD-3-Clause
#include "ops/lines.h"

#include "base/failure.h"

#include <string.h>

enum { SELF };

wick_status wick_call_line_dim(const wick_call *call, uint32_t arg, uint32_t *dim)
{
    return wick_call_dim(call, arg, wick_call_int(call, arg), wick_call_tensor(call, SELF)->rank,
                         dim);
}

wick_status wick_call_resize_line(const wick_call *call, uint32_t out, uint32_t dim, int32_t size)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    if (self->rank != 0) {
        memcpy(sizes, self->sizes, self->rank * sizeof sizes[0]);
        sizes[dim] = size;
    }
    return wick_call_resize(call, out, self->rank, sizes);
}

wick_status wick_call_resize_choice(const wick_call *call, uint32_t out, uint32_t dim, bool keepdim)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    uint32_t rank = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d != dim || keepdim) {
            sizes[rank++] = d == dim ? 1 : self->sizes[d];
        }
    }
    return wick_call_resize(call, out, rank, sizes);
}

wick_status wick_call_line_not_empty(const wick_call *call, uint32_t dim)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (self->rank > 0 && self->sizes[dim] == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("nothing to choose along a dimension of size 0"));
    }
    return WICK_OK;
}

wick_status wick_call_out_dtype(const wick_call *call, uint32_t arg, uint32_t dtype)
{
    if (wick_call_tensor(call, arg)->dtype != dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("out has not the dtype of the result"));
    }
    return WICK_OK;
}

wick_status wick_call_ordered(const wick_call *call, uint32_t arg)
{
    if (wick_call_tensor(call, arg)->dtype == WICK_COMPLEX64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("complex numbers"));
    }
    return WICK_OK;
}

void wick_lines_add(wick_lines *lines, uint32_t k, const wick_tensor *tensor,
                    const wick_tensor *like, uint32_t dim)
{
    int32_t strides[WICK_MAX_RANK];
    const bool has_dim = tensor->rank == like->rank && like->rank > 0;
    uint32_t at = 0;
    wick_tensor_strides(tensor, strides);
    lines->lengths[k] = has_dim ? tensor->sizes[dim] : 1;
    lines->steps[k] = has_dim ? strides[dim] : 0;
    for (uint32_t d = 0, i = 0; d < like->rank; d++) {
        if (d != dim) {
            lines->strides[k][i++] = strides[at];
        }
        at += d != dim || has_dim;
    }
}

void wick_call_lines(const wick_call *call, uint32_t dim, uint32_t out, uint32_t index,
                     wick_lines *lines)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *lines = (wick_lines){.in_dtype = self->dtype, .out_dtype = self->dtype};
    for (uint32_t d = 0; d < self->rank; d++) {
        if (d != dim) {
            lines->sizes[lines->rank++] = self->sizes[d];
        }
    }
    wick_lines_add(lines, 0, self, self, dim);
    if (out != 0) {
        wick_lines_add(lines, 1, wick_call_tensor(call, out), self, dim);
        lines->out_dtype = wick_call_tensor(call, out)->dtype;
    }
    if (index != 0) {
        wick_lines_add(lines, 2, wick_call_tensor(call, index), self, dim);
    }
}

void wick_call_one_line(const wick_call *call, wick_lines *lines)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *lines = (wick_lines){.in_dtype = self->dtype,
                          .out_dtype = self->dtype,
                          .lengths = {(int32_t)wick_tensor_count(self), 1, 1},
                          .steps = {1, 1, 1}};
}
