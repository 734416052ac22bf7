// SPDX-License-Identifier: BSD-3-Clause
#include "base/failure.h"
#include "runtime/metadata.h"
#include "wick/method.h"

static wick_status take_shapes(wick_metadata *metadata, const wick_plan *plan)
{
    for (uint32_t i = 0; i < wick_fb_count(plan->values); i++) {
        const uint8_t *held;
        size_t unused;
        if (wick_plan_value(plan, i, &held) == WICK_PTE_TYPE_TENSOR &&
            wick_fb_u8(held, WICK_PTE_TENSOR_SHAPE_DYNAMISM) != 0) {
            const size_t rank = wick_fb_count(wick_fb_items(held, WICK_PTE_TENSOR_SIZES));
            WICK_TRY(wick_metadata_take(metadata, rank + 1, sizeof(int32_t), &unused));
        }
    }
    return WICK_OK;
}

static wick_status take_blocks(wick_metadata *metadata, const wick_plan *plan,
                               const wick_operators *operators)
{
    for (uint32_t i = 0; i < wick_fb_count(plan->instructions); i++) {
        const uint8_t *call;
        const wick_operator *row;
        size_t unused;
        if (wick_plan_instruction(plan, i, &call) == WICK_PTE_TYPE_KERNEL_CALL) {
            const uint32_t index = wick_fb_u32(call, WICK_PTE_KERNEL_CALL_OPERATOR);
            WICK_TRY(wick_plan_operator(plan, operators, index, &row, metadata->failure));
            WICK_TRY(wick_metadata_take_bytes(metadata, row->block_bytes, &unused));
        }
    }
    return WICK_OK;
}

wick_status wick_method_requirements(const wick_program *program, const char *name,
                                     const wick_operators *operators, wick_requirements *need,
                                     wick_failure *failure)
{
    wick_plan plan;
    wick_metadata_parts parts;
    wick_metadata metadata = {.size_bytes = SIZE_MAX, .failure = failure};
    WICK_TRY(wick_plan_find(program, name, &plan, failure));
    WICK_TRY(wick_metadata_take_parts(&metadata, &plan, &parts));
    WICK_TRY(take_shapes(&metadata, &plan));
    WICK_TRY(take_blocks(&metadata, &plan, operators));
    *need = (wick_requirements){
        .metadata_bytes = metadata.used,
        .arena_count = wick_plan_arena_count(&plan),
        .input_count = wick_fb_count(plan.inputs),
        .output_count = wick_fb_count(plan.outputs),
    };
    if (need->arena_count > WICK_MAX_ARENAS) {
        return wick_failure_set(failure, WICK_NOT_SUPPORTED, need->arena_count,
                                WICK_TEXT("more memories than WICK_MAX_ARENAS"));
    }
    for (uint32_t i = 0; i < need->arena_count; i++) {
        need->arena_bytes[i] = wick_plan_arena_bytes(&plan, i);
    }
    return WICK_OK;
}
