// SPDX-License-Identifier: BSD-3-Clause
// A bundled program (.bpte) that is part of the image: each case is checked on the board, one method
// after the other.
#include "program.h"

#include "wick/bundle.h"

#include <string.h>

// Made for each model by ports/qemu/run.
extern const wick_qemu_image wick_qemu_model;
extern const double wick_qemu_tolerances[2]; // relative, absolute

typedef struct wick_qemu_bundle_run {
    wick_bundle bundle;
    uint32_t method; // that is bound
    uint32_t number; // of the case in it that comes next
    uint8_t *free;   // the board's memory before any method took some
    wick_bundle_result result;
} wick_qemu_bundle_run;

static wick_qemu_bundle_run wick_qemu_bundled;

static wick_status wick_qemu_open_bundle(wick_qemu_cases *cases)
{
    return wick_bundle_open(&wick_qemu_bundled.bundle, wick_qemu_model.bytes,
                            wick_qemu_model.size_bytes, &cases->failure);
}

static const char *wick_qemu_method_name(uint32_t index)
{
    return wick_program_method_name(&wick_qemu_interpreter.program, index);
}

static uint32_t wick_qemu_cases_of(uint32_t method)
{
    return wick_bundle_case_count(&wick_qemu_bundled.bundle, wick_qemu_method_name(method));
}

// Binds a method in the memory of the one before.
static wick_status wick_qemu_bind_method(wick_qemu_cases *cases, uint32_t method)
{
    cases->free = wick_qemu_bundled.free;
    cases->arena_count = 0;
    wick_qemu_bundled.method = method;
    wick_qemu_bundled.number = 0;
    return wick_qemu_program_bind(cases, wick_qemu_method_name(method));
}

wick_status wick_qemu_subject_open(wick_qemu_cases *cases)
{
    wick_qemu_bundle_run *run = &wick_qemu_bundled;
    uint32_t total = 0;
    run->free = cases->free;
    WICK_TRY(wick_qemu_measure(cases, wick_qemu_open_bundle, "bundle_ticks", "bundle_stack_bytes"));
    wick_qemu_interpreter.bytes = run->bundle.program;
    wick_qemu_interpreter.size_bytes = run->bundle.program_bytes;
    WICK_TRY(wick_qemu_program_open(cases));
    for (uint32_t i = wick_program_method_count(&wick_qemu_interpreter.program); i-- > 0;) {
        total += wick_qemu_cases_of(i);
        run->method = wick_qemu_cases_of(i) != 0 ? i : run->method;
    }
    if (total == 0) {
        return wick_qemu_fail(cases, WICK_NOT_FOUND, "the bundle has no cases");
    }
    cases->first_case = 0;
    cases->case_count = total;
    wick_qemu_print_number("model_bytes", run->bundle.program_bytes);
    return wick_qemu_bind_method(cases, run->method);
}

wick_status wick_qemu_subject_set_input(wick_qemu_cases *cases, uint32_t index, const void *data)
{
    (void)index;
    (void)data;
    return wick_qemu_fail(cases, WICK_NOT_SUPPORTED, "a bundle has its own inputs");
}

// Feeds, runs and compares.
wick_status wick_qemu_subject_execute(wick_qemu_cases *cases)
{
    wick_qemu_bundle_run *run = &wick_qemu_bundled;
    return wick_bundle_check(&run->bundle, wick_qemu_interpreter.name, run->number,
                             &wick_qemu_interpreter.method, wick_qemu_tolerances[0],
                             wick_qemu_tolerances[1], &run->result, &cases->failure);
}

// What the check said; then the next case, maybe of another method.
wick_status wick_qemu_subject_write_outputs(wick_qemu_cases *cases)
{
    wick_qemu_bundle_run *run = &wick_qemu_bundled;
    uint64_t bits;
    memcpy(&bits, &run->result.largest_difference, sizeof bits);
    wick_qemu_print("case_method ");
    wick_qemu_print(wick_qemu_interpreter.name);
    wick_qemu_print("\n");
    wick_qemu_print_number("case_differing", run->result.differing);
    wick_qemu_print_number("case_difference_bits", bits);
    if (++run->number < wick_qemu_cases_of(run->method)) {
        return WICK_OK;
    }
    const uint32_t count = wick_program_method_count(&wick_qemu_interpreter.program);
    uint32_t next = run->method + 1;
    while (next < count && wick_qemu_cases_of(next) == 0) {
        next++;
    }
    return next < count ? wick_qemu_bind_method(cases, next) : WICK_OK;
}
