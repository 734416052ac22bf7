// SPDX-License-Identifier: BSD-3-Clause
// run_program PROGRAM.pte IN.bin OUT.bin: all cases that IN.bin holds (of each case its inputs one
// behind the other) through the interpreter, outputs likewise. For processors that have an
// operating system but not the compiler's libraries.
#include "wick/wick.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct loaded {
    void *bytes;
    size_t size_bytes;
} loaded;

static loaded load(const char *path)
{
    loaded file = {0};
    FILE *from = fopen(path, "rb");
    if (from != NULL && fseek(from, 0, SEEK_END) == 0) {
        const long size = ftell(from);
        rewind(from);
        file.size_bytes = size > 0 ? (size_t)size : 0;
        file.bytes = aligned_alloc(16, (file.size_bytes + 31) / 16 * 16);
        if (file.bytes == NULL || fread(file.bytes, 1, file.size_bytes, from) != file.size_bytes) {
            file.size_bytes = 0;
        }
    }
    if (from != NULL) {
        fclose(from);
    }
    return file;
}

static wick_status bind(wick_program *program, wick_method *method, wick_requirements *need,
                        wick_failure *failure)
{
    const char *name = wick_program_method_name(program, 0);
    wick_memory memory = {0};
    WICK_TRY(wick_method_requirements(program, name, &wick_operators_all, need, failure));
    memory.metadata_bytes = need->metadata_bytes;
    memory.metadata = aligned_alloc(16, (need->metadata_bytes + 31) / 16 * 16);
    for (uint32_t i = 0; i < need->arena_count; i++) {
        memory.arena_bytes[i] = need->arena_bytes[i];
        memory.arenas[i] = aligned_alloc(16, (need->arena_bytes[i] + 31) / 16 * 16);
    }
    return wick_method_init(method, program, name, &wick_operators_all, &memory, failure);
}

static wick_status run_case(wick_method *method, const wick_requirements *need,
                            const uint8_t *input, FILE *to, wick_failure *failure)
{
    for (uint32_t i = 0; i < need->input_count; i++) {
        const size_t size_bytes = wick_tensor_size_bytes(&wick_method_input(method, i)->tensor);
        WICK_TRY(wick_method_set_input(method, i, input, size_bytes, failure));
        input += size_bytes;
    }
    WICK_TRY(wick_method_execute(method, failure));
    for (uint32_t i = 0; i < need->output_count; i++) {
        const wick_tensor *output = wick_method_output(method, i);
        const size_t size_bytes = wick_tensor_size_bytes(output);
        if (fwrite(output->data, 1, size_bytes, to) != size_bytes) {
            return WICK_ACCESS_FAILED;
        }
    }
    return WICK_OK;
}

static wick_status run(const loaded *file, const loaded *inputs, FILE *to, wick_failure *failure)
{
    wick_program program;
    wick_method method;
    wick_requirements need;
    size_t case_bytes = 0;
    WICK_TRY(wick_program_open(&program, file->bytes, file->size_bytes, failure));
    WICK_TRY(bind(&program, &method, &need, failure));
    for (uint32_t i = 0; i < need.input_count; i++) {
        case_bytes += wick_tensor_size_bytes(&wick_method_input(&method, i)->tensor);
    }
    for (size_t at = 0; case_bytes > 0 && at + case_bytes <= inputs->size_bytes; at += case_bytes) {
        WICK_TRY(run_case(&method, &need, (const uint8_t *)inputs->bytes + at, to, failure));
    }
    return WICK_OK;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    wick_failure failure = WICK_FAILURE_NONE;
    const loaded program = load(argv[1]);
    const loaded inputs = load(argv[2]);
    FILE *to = fopen(argv[3], "wb");
    const wick_status status =
        to != NULL ? run(&program, &inputs, to, &failure) : WICK_ACCESS_FAILED;
    if (status != WICK_OK) {
        fprintf(stderr, "status %#x: %s\n", (unsigned)status, failure.text ? failure.text : "");
    }
    return (to != NULL && fclose(to) != 0) || status != WICK_OK;
}
