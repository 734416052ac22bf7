// SPDX-License-Identifier: BSD-3-Clause
#include "ops/space.h"

#include "base/failure.h"
#include "ops/check.h"

void wick_tensor_space(const wick_tensor *tensor, uint32_t spatial, wick_space *space)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(tensor, strides);
    *space = (wick_space){{1, 1, 1, 1, 1}, {0}};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t from_end = tensor->rank - 1 - i;
        const uint32_t place = from_end < spatial ? 4 - from_end : 1 + spatial - from_end;
        space->sizes[place] = tensor->sizes[i];
        space->strides[place] = strides[i];
    }
}

wick_status wick_call_space(const wick_call *call, uint32_t arg, uint32_t spatial,
                            wick_space *space)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    if (tensor->rank != spatial + 1 && tensor->rank != spatial + 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("tensor has not the dimensions of an image, with or "
                                        "without a batch"));
    }
    wick_tensor_space(tensor, spatial, space);
    for (uint32_t d = WICK_SPACE_DEPTH; d <= WICK_SPACE_WIDTH; d++) {
        if (space->sizes[d] == 0) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  WICK_TEXT("a spatial dimension is empty"));
        }
    }
    return WICK_OK;
}

wick_status wick_call_resize_space(const wick_call *call, uint32_t arg, uint32_t spatial,
                                   bool is_batched, const int32_t sizes[5], wick_space *space)
{
    int32_t list[5];
    uint32_t rank = 0;
    if (is_batched) {
        list[rank++] = sizes[WICK_SPACE_BATCH];
    }
    list[rank++] = sizes[WICK_SPACE_CHANNELS];
    for (uint32_t i = 0; i < spatial; i++) {
        list[rank++] = sizes[5 - spatial + i];
    }
    WICK_TRY(wick_call_resize(call, arg, rank, list));
    wick_tensor_space(wick_call_tensor(call, arg), spatial, space);
    return WICK_OK;
}

wick_status wick_call_spatial(const wick_call *call, uint32_t arg, uint32_t spatial,
                              int32_t minimum, int32_t fill, int32_t out[3])
{
    for (uint32_t i = 0; i + spatial < 3; i++) {
        out[i] = fill;
    }
    return wick_call_sizes(call, arg, spatial, minimum, out + 3 - spatial);
}
