// SPDX-License-Identifier: BSD-3-Clause
// Running a model on cases: command line, inputs and outputs, memory, measurements. The model is a
// subject: a program in the interpreter (interpreter.c) or emitted C (emitted.c).
//
// Inputs come from tables embedded in the image, or from host files named on the command line:
//   first=0 count=2 paint=1 input=input0.bin output=output.bin
// An input file holds the raw bytes of all cases (count=0 runs as many as it holds); the output
// file takes all outputs of each case, one after the other. paint=1 measures how much of its arenas
// the model uses; what it keeps there from one run to the next is lost. steps=1 measures each
// instruction of a program by itself.
#ifndef WICK_QEMU_CASES_H
#define WICK_QEMU_CASES_H

#include "port.h"

#include "wick/status.h"

enum {
    WICK_QEMU_MAX_ENDS = 16, // inputs, and outputs
    WICK_QEMU_MAX_ARENAS = 8,
};

typedef struct wick_qemu_image {
    const void *bytes;
    uint32_t size_bytes;
} wick_qemu_image;

// Made for each model by ports/qemu/run.
extern const wick_qemu_image wick_qemu_inputs[]; // embedded inputs, in order
extern const uint32_t wick_qemu_input_count;     // 0: inputs come from files

// Memory of the model, and a few bytes behind it that nothing should write.
typedef struct wick_qemu_arena {
    uint8_t *bytes;
    size_t size_bytes;
    size_t used_bytes; // most of all cases
} wick_qemu_arena;

typedef struct wick_qemu_cases {
    wick_failure failure;
    uint32_t first_case;
    uint32_t case_count;
    uint32_t paints;
    uint32_t steps;
    uint32_t file_count;
    const char *input_paths[WICK_QEMU_MAX_ENDS];
    int32_t input_files[WICK_QEMU_MAX_ENDS];
    void *input_buffers[WICK_QEMU_MAX_ENDS];
    uint32_t input_bytes[WICK_QEMU_MAX_ENDS]; // of one case
    uint32_t input_count;
    const char *output_path;
    int32_t output_file;
    wick_qemu_arena arenas[WICK_QEMU_MAX_ARENAS];
    uint32_t arena_count;
    uint8_t *free; // rest of the data memory
} wick_qemu_cases;

// A subject: `open` prepares the model, says how large its inputs are and takes its arenas; then,
// for each case, `set_input` gets each input, `execute` is measured and `write_outputs` writes
// them.
wick_status wick_qemu_subject_open(wick_qemu_cases *cases);
wick_status wick_qemu_subject_set_input(wick_qemu_cases *cases, uint32_t index, const void *data);
wick_status wick_qemu_subject_execute(wick_qemu_cases *cases);
wick_status wick_qemu_subject_write_outputs(wick_qemu_cases *cases);

// What subjects use.
wick_status wick_qemu_fail(wick_qemu_cases *cases, wick_status status, const char *text);
wick_status wick_qemu_take(wick_qemu_cases *cases, size_t size_bytes, void **out);
wick_status wick_qemu_take_arena(wick_qemu_cases *cases, size_t size_bytes, void **out);
// Runs a phase on a painted stack and prints its ticks and stack.
wick_status wick_qemu_measure(wick_qemu_cases *cases, wick_status (*phase)(wick_qemu_cases *),
                              const char *ticks_key, const char *stack_key);
wick_status wick_qemu_write_output(wick_qemu_cases *cases, const void *data, uint32_t size_bytes);

#endif
