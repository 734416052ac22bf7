// SPDX-License-Identifier: BSD-3-Clause
#include "ops/index_source.h"

#include "base/failure.h"

static bool find_kind(uint32_t dtype, uint8_t *kind)
{
    static const struct {
        uint8_t dtype;
        uint8_t kind;
    } kinds[] = {{WICK_INT64, WICK_INDEX_INT64},
                 {WICK_INT32, WICK_INDEX_INT32},
                 {WICK_INT16, WICK_INDEX_INT16},
                 {WICK_INT8, WICK_INDEX_INT8},
                 {WICK_UINT8, WICK_INDEX_UINT8}};
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].dtype == dtype) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

wick_status wick_index_integers(const wick_call *call, uint32_t arg, const wick_tensor *index,
                                uint32_t rank, const int32_t *sizes, wick_index_source *source)
{
    wick_view view = wick_view_of(index);
    *source = (wick_index_source){.data = index->data, .wraps = 1};
    if (!find_kind(index->dtype, &source->kind)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, arg, WICK_TEXT("index is no integer"));
    }
    if (rank > WICK_WALK_RANK || !wick_view_expand(&view, rank, sizes)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("index does not have the shape of the positions"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        source->of.integers.strides[i] = view.strides[i];
    }
    return WICK_OK;
}

// Adds the loop of a mask's next dimension, joined with the one before where that steps alike.
static bool add_loop(wick_index_source *source, int32_t size, int32_t stride, int32_t step)
{
    const uint32_t last = source->rank - 1u;
    if (size == 1) {
        return true;
    }
    if (source->rank != 0 && source->of.mask.strides[last] == stride * size &&
        source->of.mask.steps[last] == step * size) {
        source->of.mask.sizes[last] *= size;
        source->of.mask.strides[last] = stride;
        source->of.mask.steps[last] = step;
        return true;
    }
    if (source->rank == WICK_INDEX_MASK_RANK) {
        return false;
    }
    source->of.mask.sizes[source->rank] = size;
    source->of.mask.strides[source->rank] = stride;
    source->of.mask.steps[source->rank] = step;
    source->rank++;
    return true;
}

wick_status wick_index_mask(const wick_call *call, uint32_t arg, const wick_tensor *mask,
                            const int32_t *steps, wick_index_source *source)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(mask, strides);
    *source = (wick_index_source){.data = mask->data, .kind = WICK_INDEX_MASK};
    for (uint32_t i = 0; i < mask->rank; i++) {
        if (!add_loop(source, mask->sizes[i], strides[i], steps[i])) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                  WICK_TEXT("a mask of more than 3 dimensions out of order"));
        }
    }
    return WICK_OK;
}

wick_status wick_index_mask_count(const wick_call *call, uint32_t arg, const wick_tensor *mask,
                                  int32_t *count)
{
    wick_index_source source;
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(mask, strides);
    WICK_TRY(wick_index_mask(call, arg, mask, strides, &source));
    *count = wick_tensor_count(mask) == 0 ? 0 : (int32_t)wick_index_count(&source);
    return WICK_OK;
}
