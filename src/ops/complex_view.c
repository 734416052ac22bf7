// SPDX-License-Identifier: BSD-3-Clause
// Complex numbers as pairs of real ones and back: the same bytes.
#include "base/failure.h"
#include "ops/complex.h"
#include "ops/layout.h"

#include <string.h>

enum { SELF, OUT };

static wick_status check(const wick_call *call, uint32_t from, uint32_t to)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (self->dtype != from || wick_call_tensor(call, OUT)->dtype != to) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF,
                              WICK_TEXT("pairs of other types than f32 and c64"));
    }
    if (!wick_tensor_is_row_major(self) || !wick_tensor_is_row_major(wick_call_tensor(call, OUT))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF,
                              WICK_TEXT("pairs of a tensor that is not contiguous"));
    }
    return WICK_OK;
}

wick_status wick_view_as_real_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    (void)block;
    WICK_TRY(check(call, WICK_COMPLEX64, WICK_FLOAT32));
    if (self->rank == WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF, WICK_TEXT("too many dimensions"));
    }
    for (uint32_t i = 0; i < self->rank; i++) {
        sizes[i] = self->sizes[i];
    }
    sizes[self->rank] = 2;
    return wick_call_resize(call, OUT, self->rank + 1u, sizes);
}

wick_status wick_view_as_complex_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    (void)block;
    WICK_TRY(check(call, WICK_FLOAT32, WICK_COMPLEX64));
    if (self->rank == 0 || self->sizes[self->rank - 1] != 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("the last dimension is not a pair"));
    }
    return wick_call_resize(call, OUT, self->rank - 1u, self->sizes);
}

wick_status wick_complex_view_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    memcpy(wick_call_tensor(call, OUT)->data, self->data, wick_tensor_size_bytes(self));
    return WICK_OK;
}
