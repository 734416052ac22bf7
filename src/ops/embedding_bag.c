// SPDX-License-Identifier: BSD-3-Clause
// The outs behind the first serve the gradient; which shapes they have differs between PyTorch's
// fake and real kernels. They are filled where they have room for what belongs there, else with
// zeros.
#include "ops/embedding_bag.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/layout.h"

#include <string.h>

enum {
    WEIGHT,
    INDICES,
    OFFSETS,
    MODE = 4,
    SCALES = 6,
    INCLUDE_LAST,
    PADDING,
    OUT,
    BAG_OF_INDEX,
    BAG_SIZES,
    LARGEST,
};

static wick_status check_types(const wick_call *call)
{
    const wick_tensor *scales = wick_call_optional_tensor(call, SCALES);
    const wick_tensor *indices = wick_call_tensor(call, INDICES);
    WICK_TRY(wick_call_real_dtype(call, WEIGHT));
    WICK_TRY(wick_call_same_dtype(call, OUT, WEIGHT));
    WICK_TRY(wick_call_same_dtype(call, OFFSETS, INDICES));
    if (indices->dtype != WICK_INT32 && indices->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_TYPE, INDICES,
                              WICK_TEXT("indices are neither int32 nor int64"));
    }
    if (scales != 0) {
        WICK_TRY(wick_call_same_dtype(call, SCALES, WEIGHT));
    }
    for (uint32_t arg = BAG_OF_INDEX; arg <= LARGEST; arg++) {
        WICK_TRY(wick_call_same_dtype(call, arg, INDICES));
    }
    return WICK_OK;
}

static wick_status check_shapes(const wick_call *call)
{
    static const uint8_t args[] = {WEIGHT, INDICES, OFFSETS, OUT, BAG_OF_INDEX, BAG_SIZES, LARGEST};
    const wick_tensor *scales = wick_call_optional_tensor(call, SCALES);
    const wick_tensor *indices = wick_call_tensor(call, INDICES);
    if (wick_call_tensor(call, WEIGHT)->rank != 2 || indices->rank != 1 ||
        wick_call_tensor(call, OFFSETS)->rank != 1 ||
        (scales != 0 && (scales->rank != 1 || scales->sizes[0] != indices->sizes[0]))) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("expected a matrix, and indices, offsets and weights of "
                                        "samples of one dimension"));
    }
    for (uint32_t i = 0; i < sizeof args; i++) {
        if (!wick_tensor_is_row_major(wick_call_tensor(call, args[i]))) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, args[i], WICK_TEXT("not contiguous"));
        }
    }
    return WICK_OK;
}

// An out of the gradient: a dynamic one takes the sizes, a static one has its own.
static wick_status resize_auxiliary(const wick_call *call, uint32_t arg, uint32_t rank,
                                    const int32_t *sizes)
{
    const bool is_dynamic = (wick_call_tensor(call, arg)->flags & WICK_TENSOR_DYNAMIC) != 0;
    return is_dynamic && wick_call_tensor(call, arg)->rank == rank
               ? wick_call_resize(call, arg, rank, sizes)
               : WICK_OK;
}

static wick_status resize(const wick_call *call, const wick_bag *plan)
{
    const int32_t out[] = {(int32_t)plan->bags, (int32_t)plan->columns};
    const bool is_plain_sum = plan->mode == WICK_BAG_SUM && plan->padding < 0;
    const int32_t indices[] = {is_plain_sum ? 0 : (int32_t)plan->index_count}; // as eager
    WICK_TRY(wick_call_resize(call, OUT, 2, out));
    WICK_TRY(resize_auxiliary(call, BAG_OF_INDEX, 1, indices));
    WICK_TRY(resize_auxiliary(call, BAG_SIZES, 1, out));
    return resize_auxiliary(call, LARGEST, plan->mode == WICK_BAG_MAX ? 2 : 1, out);
}

wick_status wick_embedding_bag_prepare(const wick_call *call, void *block)
{
    wick_bag *plan = &((wick_embedding_bag_block *)block)->plan;
    WICK_TRY(check_types(call));
    WICK_TRY(check_shapes(call));
    const wick_tensor *weight = wick_call_tensor(call, WEIGHT);
    const int64_t mode = wick_call_int(call, MODE);
    int64_t padding = wick_call_int(call, PADDING);
    const int32_t offset_count = wick_call_tensor(call, OFFSETS)->sizes[0];
    const int32_t bags = offset_count - wick_call_bool(call, INCLUDE_LAST);
    padding += padding < -1 ? weight->sizes[0] : 0;
    if (mode < WICK_BAG_SUM || mode > WICK_BAG_MAX || bags < 0 || padding < -1 ||
        padding >= INT32_MAX || (mode != WICK_BAG_SUM && !wick_call_is_none(call, SCALES))) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MODE,
                              WICK_TEXT("mode, padding_idx, the number of offsets, or weights of "
                                        "samples where rows are not summed"));
    }
    *plan = (wick_bag){
        .rows = (uint32_t)weight->sizes[0],
        .columns = (uint32_t)weight->sizes[1],
        .index_count = (uint32_t)wick_call_tensor(call, INDICES)->sizes[0],
        .bags = (uint32_t)bags,
        .offset_count = (uint32_t)offset_count,
        .padding = (int32_t)padding,
        .mode = (uint8_t)mode,
        .dtype = weight->dtype,
        .index_dtype = wick_call_tensor(call, INDICES)->dtype,
    };
    return resize(call, plan);
}

// The out's memory if it has `count` elements; else NULL, and it is cleared.
static void *auxiliary(const wick_call *call, uint32_t arg, size_t count)
{
    const wick_tensor *tensor = wick_call_tensor(call, arg);
    memset(tensor->data, 0, wick_tensor_size_bytes(tensor));
    return wick_tensor_count(tensor) == count ? tensor->data : 0;
}

// Of means, eager gives the sizes of the bags a second time.
static void repeat_sizes(const wick_call *call, const void *sizes)
{
    const wick_tensor *to = wick_call_tensor(call, LARGEST);
    const size_t size_bytes = wick_tensor_size_bytes(to);
    if (sizes != 0 && size_bytes == wick_tensor_size_bytes(wick_call_tensor(call, BAG_SIZES))) {
        memcpy(to->data, sizes, size_bytes);
    }
}

wick_status wick_embedding_bag_run(const wick_call *call, const void *block)
{
    const wick_bag *plan = &((const wick_embedding_bag_block *)block)->plan;
    const wick_tensor *scales = wick_call_optional_tensor(call, SCALES);
    const bool is_counted = plan->mode != WICK_BAG_SUM; // as eager, which needs no count for sums
    const wick_bag_data data = {
        .weight = wick_call_tensor(call, WEIGHT)->data,
        .indices = wick_call_tensor(call, INDICES)->data,
        .offsets = wick_call_tensor(call, OFFSETS)->data,
        .scales = scales != 0 ? scales->data : 0,
        .out = wick_call_tensor(call, OUT)->data,
        .bag_of_index = auxiliary(call, BAG_OF_INDEX, plan->index_count),
        .bag_sizes = is_counted ? auxiliary(call, BAG_SIZES, plan->bags)
                                : auxiliary(call, BAG_SIZES, SIZE_MAX),
        .largest = plan->mode == WICK_BAG_MAX
                       ? auxiliary(call, LARGEST, (size_t)plan->bags * plan->columns)
                       : auxiliary(call, LARGEST, SIZE_MAX),
    };
    if (!wick_embedding_bag(plan, &data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES,
                              WICK_TEXT("index or offset out of range"));
    }
    if (plan->mode == WICK_BAG_MEAN) {
        repeat_sizes(call, data.bag_sizes);
    }
    return WICK_OK;
}
