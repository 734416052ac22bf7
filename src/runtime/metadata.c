// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/metadata.h"

#include "base/checked.h"
#include "base/failure.h"

wick_status wick_metadata_refuse(const wick_metadata *metadata)
{
    return wick_failure_set(metadata->failure, WICK_OUT_OF_MEMORY, WICK_NOWHERE,
                            WICK_TEXT("metadata region is too small"));
}

wick_status wick_metadata_take(wick_metadata *metadata, size_t count, size_t item_bytes,
                               size_t *offset)
{
    size_t size_bytes;
    return wick_checked_multiply(count, item_bytes, &size_bytes) && size_bytes <= SIZE_MAX / 2
               ? wick_metadata_take_bytes(metadata, size_bytes, offset)
               : wick_metadata_refuse(metadata);
}

wick_status wick_metadata_take_parts(wick_metadata *metadata, const wick_plan *plan,
                                     wick_metadata_parts *parts)
{
    size_t values;
    WICK_TRY(
        wick_metadata_take(metadata, wick_fb_count(plan->values), sizeof(wick_value), &values));
    WICK_TRY(wick_metadata_take(metadata, wick_fb_count(plan->operators), sizeof(wick_operator *),
                                &parts->operators));
    WICK_TRY(wick_metadata_take(metadata, wick_fb_count(plan->instructions), sizeof(uint32_t),
                                &parts->block_offsets));
    return wick_metadata_take(metadata, wick_fb_count(plan->inputs), 1, &parts->input_is_set);
}
