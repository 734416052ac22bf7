// SPDX-License-Identifier: BSD-3-Clause
#include "host_method.h"

wick_status wick_host_method_init(wick_job *job, const char *path, const wick_program *program,
                                  const char *name, wick_requirements *need, wick_method *method)
{
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_method_requirements(program, name, &wick_operators_all, need, &failure) != WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    wick_memory memory = {.metadata = wick_arena_alloc(job->arena, 1, need->metadata_bytes),
                          .metadata_bytes = need->metadata_bytes};
    for (uint32_t i = 0; i < need->arena_count; i++) {
        memory.arenas[i] = wick_arena_alloc(job->arena, 1, need->arena_bytes[i]);
        memory.arena_bytes[i] = need->arena_bytes[i];
    }
    if (wick_method_init(method, program, name, &wick_operators_all, &memory, &failure) !=
        WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    return WICK_OK;
}
