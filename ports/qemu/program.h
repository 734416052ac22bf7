// SPDX-License-Identifier: BSD-3-Clause
// A program in flash and its method, measured step by step: what the interpreter and test cases in a
// bundle have in common.
#ifndef WICK_QEMU_PROGRAM_H
#define WICK_QEMU_PROGRAM_H

#include "cases.h"

#include "wick/wick.h"

typedef struct wick_qemu_run {
    const void *bytes;
    size_t size_bytes;
    const char *name; // of the method
    wick_program program;
    wick_method method;
    wick_requirements need;
    wick_memory memory;
    uint32_t position; // of the instruction that comes next
} wick_qemu_run;

extern wick_qemu_run wick_qemu_interpreter; // the one that runs

// Opens the bytes of wick_qemu_interpreter, and binds the method `name` (NULL: the first) to memory
// of the board. Both print what they took.
wick_status wick_qemu_program_open(wick_qemu_cases *cases);
wick_status wick_qemu_program_bind(wick_qemu_cases *cases, const char *name);

#endif
