// SPDX-License-Identifier: BSD-3-Clause
#include "host_method.h"

#include "format/pte_read.h"

#include <string.h>

wick_status wick_host_method_init_sharing(wick_job *job, const char *path,
                                          const wick_program *program, const char *name,
                                          uint32_t shared, wick_memory *memory,
                                          wick_requirements *need, wick_method *method)
{
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_method_requirements(program, name, &wick_operators_all, need, &failure) != WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    memory->metadata = wick_arena_alloc(job->arena, 1, need->metadata_bytes);
    memory->metadata_bytes = need->metadata_bytes;
    for (uint32_t i = 0; i < need->arena_count; i++) {
        if ((shared >> i & 1) == 0) {
            memory->arenas[i] = wick_arena_alloc(job->arena, 1, need->arena_bytes[i]);
            memory->arena_bytes[i] = need->arena_bytes[i];
        }
    }
    if (wick_method_init(method, program, name, &wick_operators_all, memory, &failure) != WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    return WICK_OK;
}

wick_status wick_host_method_init(wick_job *job, const char *path, const wick_program *program,
                                  const char *name, wick_requirements *need, wick_method *method)
{
    wick_memory memory = {.metadata = NULL};
    return wick_host_method_init_sharing(job, path, program, name, 0, &memory, need, method);
}

static const uint8_t *plan_named(const wick_program *program, const char *name)
{
    const wick_fb_vector plans =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
    for (uint32_t i = 0; i < wick_fb_count(plans); i++) {
        const uint8_t *plan = wick_fb_table_at(plans, i);
        if (strcmp(wick_fb_string(plan, WICK_PTE_PLAN_NAME), name) == 0) {
            return plan;
        }
    }
    return NULL;
}

// A tensor of state: its name, and its place as an ALLOCATION table. False for any other value.
static bool read_state(const uint8_t *plan, uint32_t index, const char **name,
                       const uint8_t **allocation)
{
    uint32_t type;
    const uint8_t *tensor = wick_fb_union(
        wick_fb_table_at(wick_fb_items(plan, WICK_PTE_PLAN_VALUES), index), &type);
    if (type != WICK_PTE_TYPE_TENSOR) {
        return false;
    }
    const uint8_t *extra = wick_fb_table(tensor, WICK_PTE_TENSOR_EXTRA);
    *allocation = wick_fb_table(tensor, WICK_PTE_TENSOR_ALLOCATION);
    *name = extra != NULL ? wick_fb_string(extra, WICK_PTE_EXTRA_FULLY_QUALIFIED_NAME) : "";
    return *allocation != NULL && **name != 0;
}

static bool is_same_place(const uint8_t *a, const uint8_t *b)
{
    return wick_fb_u32(a, WICK_PTE_ALLOCATION_MEMORY_ID) ==
               wick_fb_u32(b, WICK_PTE_ALLOCATION_MEMORY_ID) &&
           wick_fb_u32(a, WICK_PTE_ALLOCATION_OFFSET_LOW) ==
               wick_fb_u32(b, WICK_PTE_ALLOCATION_OFFSET_LOW) &&
           wick_fb_u32(a, WICK_PTE_ALLOCATION_OFFSET_HIGH) ==
               wick_fb_u32(b, WICK_PTE_ALLOCATION_OFFSET_HIGH);
}

static bool has_state(const uint8_t *plan, const char *wanted, const uint8_t *place)
{
    for (uint32_t i = 0; i < wick_fb_count(wick_fb_items(plan, WICK_PTE_PLAN_VALUES)); i++) {
        const char *name;
        const uint8_t *allocation;
        if (read_state(plan, i, &name, &allocation) && strcmp(name, wanted) == 0) {
            return is_same_place(allocation, place);
        }
    }
    return false;
}

// Memory 1 holds what methods compute with; a shared one has the same size in both.
static bool is_shareable(const uint8_t *plan, const uint8_t *other, uint32_t id)
{
    const wick_fb_vector sizes = wick_fb_items(plan, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    const wick_fb_vector others = wick_fb_items(other, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    return id > 1 && id < wick_fb_count(others) &&
           memcmp(sizes.items + 8 * (size_t)id, others.items + 8 * (size_t)id, 8) == 0;
}

uint32_t wick_host_shared_memories(const wick_program *program, const char *name, const char *other)
{
    uint32_t shared = 0;
    const uint8_t *plan = plan_named(program, name);
    const uint8_t *other_plan = plan_named(program, other);
    if (plan == NULL || other_plan == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < wick_fb_count(wick_fb_items(plan, WICK_PTE_PLAN_VALUES)); i++) {
        const char *state;
        const uint8_t *allocation;
        if (!read_state(plan, i, &state, &allocation)) {
            continue;
        }
        const uint32_t id = wick_fb_u32(allocation, WICK_PTE_ALLOCATION_MEMORY_ID);
        if (id <= WICK_MAX_ARENAS && is_shareable(plan, other_plan, id) &&
            has_state(other_plan, state, allocation)) {
            shared |= 1u << (id - 1);
        }
    }
    return shared;
}
