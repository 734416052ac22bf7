// SPDX-License-Identifier: BSD-3-Clause
// Runs a model that is part of the image on cases, and prints what it took as "key number" lines
// for ports/qemu/run.
//
// Inputs come from tables embedded in the image, or from host files named on the command line:
//   first=0 count=2 input=input0.bin output=output.bin
// An input file holds the raw bytes of all cases (count=0 runs as many as it holds); the output
// file takes all outputs of each case, one after the other.
#include "port.h"

#include "wick/wick.h"

#include <string.h>

#define WICK_QEMU_MAX_INPUTS 16

typedef struct wick_qemu_image {
    const void *bytes;
    uint32_t size_bytes;
} wick_qemu_image;

// Made for each model by ports/qemu/run.
extern const wick_qemu_image wick_qemu_model;
extern const wick_operators wick_operators_model;
extern const wick_qemu_image wick_qemu_inputs[]; // embedded inputs, in order
extern const uint32_t wick_qemu_input_count;     // 0: inputs come from files

typedef struct wick_qemu_run {
    wick_program program;
    wick_method method;
    wick_requirements need;
    wick_memory memory;
    wick_failure failure;
    uint32_t first_case;
    uint32_t case_count;
    uint32_t file_count;
    const char *input_paths[WICK_QEMU_MAX_INPUTS];
    int32_t input_files[WICK_QEMU_MAX_INPUTS];
    void *input_buffers[WICK_QEMU_MAX_INPUTS];
    const char *output_path;
    int32_t output_file;
    uint8_t *free; // rest of the data memory
} wick_qemu_run;

static wick_status wick_qemu_fail(wick_qemu_run *run, wick_status status, const char *text)
{
    if (run->failure.status == WICK_OK) {
        run->failure.status = status;
        run->failure.text = text;
    }
    return status;
}

static wick_status wick_qemu_take(wick_qemu_run *run, size_t size_bytes, void **out)
{
    size_t rounded = (size_bytes + 15) & ~(size_t)15;
    if (rounded > (size_t)(wick_qemu_free_end - run->free)) {
        wick_qemu_print_number("wanted_bytes", size_bytes);
        return wick_qemu_fail(run, WICK_OUT_OF_MEMORY, "the board's data memory is too small");
    }
    *out = run->free;
    run->free += rounded;
    return WICK_OK;
}

static uint32_t wick_qemu_parse_number(const char *digits)
{
    uint32_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        number = number * 10 + (uint32_t)(*digits - '0');
    }
    return number;
}

// Text after `key` if the word starts with it, else NULL.
static const char *wick_qemu_after(const char *word, const char *key)
{
    size_t length = strlen(key);
    return strncmp(word, key, length) == 0 ? word + length : NULL;
}

static void wick_qemu_parse_word(wick_qemu_run *run, const char *word)
{
    const char *rest = NULL;
    if ((rest = wick_qemu_after(word, "first=")) != NULL) {
        run->first_case = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "count=")) != NULL) {
        run->case_count = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "output=")) != NULL) {
        run->output_path = rest;
    } else if ((rest = wick_qemu_after(word, "input=")) != NULL &&
               run->file_count < WICK_QEMU_MAX_INPUTS) {
        run->input_paths[run->file_count++] = rest;
    }
}

static void wick_qemu_parse(wick_qemu_run *run, char *line)
{
    while (*line != 0) {
        char *end = line;
        while (*end != 0 && *end != ' ') {
            end++;
        }
        char *next = *end == 0 ? end : end + 1;
        *end = 0;
        wick_qemu_parse_word(run, line);
        line = next;
    }
}

static wick_status wick_qemu_open(wick_qemu_run *run)
{
    return wick_program_open(&run->program, wick_qemu_model.bytes, wick_qemu_model.size_bytes,
                             &run->failure);
}

static wick_status wick_qemu_require(wick_qemu_run *run)
{
    return wick_method_requirements(&run->program, wick_program_method_name(&run->program, 0),
                                    &wick_operators_model, &run->need, &run->failure);
}

static wick_status wick_qemu_reserve(wick_qemu_run *run)
{
    run->memory.metadata_bytes = run->need.metadata_bytes;
    WICK_TRY(wick_qemu_take(run, run->need.metadata_bytes, &run->memory.metadata));
    for (uint32_t i = 0; i < run->need.arena_count; i++) {
        run->memory.arena_bytes[i] = run->need.arena_bytes[i];
        WICK_TRY(wick_qemu_take(run, run->need.arena_bytes[i], &run->memory.arenas[i]));
    }
    return WICK_OK;
}

static wick_status wick_qemu_init(wick_qemu_run *run)
{
    return wick_method_init(&run->method, &run->program, wick_program_method_name(&run->program, 0),
                            &wick_operators_model, &run->memory, &run->failure);
}

static wick_status wick_qemu_execute(wick_qemu_run *run)
{
    return wick_method_execute(&run->method, &run->failure);
}

// Runs a phase on a painted stack and prints its ticks and stack.
static wick_status wick_qemu_measure(wick_qemu_run *run, wick_status (*phase)(wick_qemu_run *),
                                     const char *ticks_key, const char *stack_key)
{
    wick_qemu_stack_paint();
    uint64_t start = wick_qemu_clock_ticks();
    wick_status status = phase(run);
    uint64_t end = wick_qemu_clock_ticks();
    wick_qemu_print_number(ticks_key, end - start);
    wick_qemu_print_number(stack_key, wick_qemu_stack_used_bytes());
    return status;
}

static wick_status wick_qemu_input_bytes(wick_qemu_run *run, uint32_t index, uint32_t *size_bytes)
{
    const wick_value *value = wick_method_input(&run->method, index);
    if (value->kind != WICK_VALUE_TENSOR) {
        return wick_qemu_fail(run, WICK_NOT_SUPPORTED, "an input is not a tensor");
    }
    *size_bytes = (uint32_t)wick_tensor_size_bytes(&value->tensor);
    return WICK_OK;
}

static wick_status wick_qemu_open_files(wick_qemu_run *run)
{
    for (uint32_t i = 0; i < run->file_count; i++) {
        uint32_t size_bytes = 0;
        WICK_TRY(wick_qemu_input_bytes(run, i, &size_bytes));
        WICK_TRY(wick_qemu_take(run, size_bytes, &run->input_buffers[i]));
        run->input_files[i] = wick_qemu_file_open(run->input_paths[i], WICK_QEMU_READ);
        if (run->input_files[i] < 0) {
            return wick_qemu_fail(run, WICK_ACCESS_FAILED, "cannot open an input file");
        }
    }
    run->output_file =
        run->output_path == NULL ? -1 : wick_qemu_file_open(run->output_path, WICK_QEMU_WRITE);
    return WICK_OK;
}

// Bytes of input `index` in case `number`, from the image or from its file.
static wick_status wick_qemu_load_input(wick_qemu_run *run, uint32_t index, uint32_t number,
                                        const void **data, uint32_t *size_bytes)
{
    WICK_TRY(wick_qemu_input_bytes(run, index, size_bytes));
    uint32_t offset = number * *size_bytes;
    if (wick_qemu_input_count > 0) {
        const wick_qemu_image *image = &wick_qemu_inputs[index];
        if (offset + *size_bytes > image->size_bytes) {
            return wick_qemu_fail(run, WICK_NOT_FOUND, "the embedded inputs hold fewer cases");
        }
        *data = (const uint8_t *)image->bytes + offset;
        return WICK_OK;
    }
    void *buffer = run->input_buffers[index];
    if (wick_qemu_file_read_at(run->input_files[index], offset, buffer, *size_bytes) != 0) {
        return wick_qemu_fail(run, WICK_NOT_FOUND, "the input file holds fewer cases");
    }
    *data = buffer;
    return WICK_OK;
}

static wick_status wick_qemu_set_inputs(wick_qemu_run *run, uint32_t number)
{
    for (uint32_t i = 0; i < run->need.input_count; i++) {
        const void *data = NULL;
        uint32_t size_bytes = 0;
        WICK_TRY(wick_qemu_load_input(run, i, number, &data, &size_bytes));
        WICK_TRY(wick_method_set_input(&run->method, i, data, size_bytes, &run->failure));
    }
    return WICK_OK;
}

static wick_status wick_qemu_write_outputs(wick_qemu_run *run)
{
    for (uint32_t i = 0; i < run->need.output_count; i++) {
        const wick_tensor *tensor = wick_method_output(&run->method, i);
        if (tensor == NULL) {
            return wick_qemu_fail(run, WICK_NOT_SUPPORTED, "an output is not a tensor");
        }
        if (run->output_file >= 0 &&
            wick_qemu_file_write(run->output_file, tensor->data,
                                 (uint32_t)wick_tensor_size_bytes(tensor)) != 0) {
            return wick_qemu_fail(run, WICK_ACCESS_FAILED, "cannot write the output file");
        }
    }
    return WICK_OK;
}

// Cases that the first input holds from `first_case` on.
static uint32_t wick_qemu_count_cases(wick_qemu_run *run)
{
    uint32_t case_bytes = 0;
    if (wick_qemu_input_bytes(run, 0, &case_bytes) != WICK_OK || case_bytes == 0) {
        return 1;
    }
    uint32_t size_bytes = wick_qemu_input_count > 0
                              ? wick_qemu_inputs[0].size_bytes
                              : (uint32_t)wick_qemu_file_length(run->input_files[0]);
    return size_bytes / case_bytes - run->first_case;
}

static wick_status wick_qemu_run_cases(wick_qemu_run *run)
{
    uint32_t sources = wick_qemu_input_count > 0 ? wick_qemu_input_count : run->file_count;
    if (sources != run->need.input_count) {
        return wick_qemu_fail(run, WICK_INVALID_ARGUMENT, "the model has another number of inputs");
    }
    WICK_TRY(wick_qemu_open_files(run));
    if (run->case_count == 0) {
        run->case_count = wick_qemu_count_cases(run);
    }
    for (uint32_t i = 0; i < run->case_count; i++) {
        WICK_TRY(wick_qemu_set_inputs(run, run->first_case + i));
        WICK_TRY(wick_qemu_measure(run, wick_qemu_execute, "execute_ticks", "execute_stack_bytes"));
        WICK_TRY(wick_qemu_write_outputs(run));
    }
    if (run->output_file >= 0) {
        wick_qemu_file_close(run->output_file); // flushes what the host still holds
    }
    return WICK_OK;
}

static void wick_qemu_print_sizes(const wick_qemu_run *run)
{
    wick_qemu_print_number("metadata_bytes", run->need.metadata_bytes);
    for (uint32_t i = 0; i < run->need.arena_count; i++) {
        wick_qemu_print_number("arena_bytes", run->need.arena_bytes[i]);
    }
    for (uint32_t i = 0; i < run->need.input_count; i++) {
        const wick_value *value = wick_method_input(&run->method, i);
        if (value->kind == WICK_VALUE_TENSOR) {
            wick_qemu_print_number("input_bytes", wick_tensor_size_bytes(&value->tensor));
        }
    }
    for (uint32_t i = 0; i < run->need.output_count; i++) {
        const wick_tensor *tensor = wick_method_output(&run->method, i);
        if (tensor != NULL) {
            wick_qemu_print_number("output_dtype", tensor->dtype);
            wick_qemu_print_number("output_bytes", wick_tensor_size_bytes(tensor));
        }
    }
    size_t data = (size_t)(wick_qemu_data_end - wick_qemu_data_start);
    wick_qemu_print_number("model_bytes", wick_qemu_model.size_bytes);
    wick_qemu_print_number("code_bytes",
                           (size_t)(wick_qemu_code_end - wick_qemu_code_start) + data);
    wick_qemu_print_number("data_bytes", data);
    wick_qemu_print_number("bss_bytes", (size_t)(wick_qemu_bss_end - wick_qemu_bss_start));
}

static wick_status wick_qemu_all(wick_qemu_run *run)
{
    WICK_TRY(wick_qemu_measure(run, wick_qemu_open, "open_ticks", "open_stack_bytes"));
    WICK_TRY(wick_qemu_measure(run, wick_qemu_require, "requirements_ticks",
                               "requirements_stack_bytes"));
    WICK_TRY(wick_qemu_reserve(run));
    WICK_TRY(wick_qemu_measure(run, wick_qemu_init, "init_ticks", "init_stack_bytes"));
    wick_qemu_print_sizes(run);
    return wick_qemu_run_cases(run);
}

static void wick_qemu_print_failure(const wick_failure *failure, wick_status status)
{
    wick_qemu_print_number("failure_status", (uint64_t)status);
    if (failure->instruction != WICK_NOWHERE) {
        wick_qemu_print_number("failure_instruction", failure->instruction);
    }
    if (failure->detail != WICK_NOWHERE) {
        wick_qemu_print_number("failure_detail", failure->detail);
    }
    wick_qemu_print("failure_text ");
    wick_qemu_print(failure->text != NULL ? failure->text : "");
    wick_qemu_print(" ");
    wick_qemu_print(failure->operator_name != NULL ? failure->operator_name : "");
    wick_qemu_print("\n");
}

int32_t wick_qemu_main(void)
{
    static char line[512];
    static wick_qemu_run run; // static: the stack figures are those of the library alone
    run.failure = WICK_FAILURE_NONE;
    run.free = wick_qemu_free_start;
    wick_qemu_command_line(line, sizeof line);
    wick_qemu_parse(&run, line);
    wick_qemu_clock_start();
    wick_status status = wick_qemu_all(&run);
    if (status != WICK_OK) {
        wick_qemu_print_failure(&run.failure, status);
        return 1;
    }
    wick_qemu_print("done\n");
    return 0;
}
