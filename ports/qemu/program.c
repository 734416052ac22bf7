// SPDX-License-Identifier: BSD-3-Clause
#include "program.h"

// Made for each model by ports/qemu/run.
extern const wick_operators wick_operators_model;

wick_qemu_run wick_qemu_interpreter;

static wick_status wick_qemu_open(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    return wick_program_open(&run->program, run->bytes, run->size_bytes, &cases->failure);
}

static wick_status wick_qemu_require(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    return wick_method_requirements(&run->program, run->name, &wick_operators_model, &run->need,
                                    &cases->failure);
}

static wick_status wick_qemu_reserve(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    run->memory.metadata_bytes = run->need.metadata_bytes;
    WICK_TRY(wick_qemu_take(cases, run->need.metadata_bytes, &run->memory.metadata));
    for (uint32_t i = 0; i < run->need.arena_count; i++) {
        run->memory.arena_bytes[i] = run->need.arena_bytes[i];
        WICK_TRY(wick_qemu_take_arena(cases, run->need.arena_bytes[i], &run->memory.arenas[i]));
    }
    return WICK_OK;
}

static wick_status wick_qemu_init(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    return wick_method_init(&run->method, &run->program, run->name, &wick_operators_model,
                            &run->memory, &cases->failure);
}

wick_status wick_qemu_program_open(wick_qemu_cases *cases)
{
    return wick_qemu_measure(cases, wick_qemu_open, "open_ticks", "open_stack_bytes");
}

wick_status wick_qemu_program_bind(wick_qemu_cases *cases, const char *name)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    run->name = name != NULL ? name : wick_program_method_name(&run->program, 0);
    WICK_TRY(wick_qemu_measure(cases, wick_qemu_require, "requirements_ticks",
                               "requirements_stack_bytes"));
    WICK_TRY(wick_qemu_reserve(cases));
    WICK_TRY(wick_qemu_measure(cases, wick_qemu_init, "init_ticks", "init_stack_bytes"));
    wick_qemu_print_number("metadata_bytes", run->need.metadata_bytes);
    return WICK_OK;
}
