// SPDX-License-Identifier: BSD-3-Clause
#include "cases.h"

#include <string.h>

enum { GUARD_BYTES = 64 }; // painted behind an arena

wick_status wick_qemu_fail(wick_qemu_cases *cases, wick_status status, const char *text)
{
    if (cases->failure.status == WICK_OK) {
        cases->failure.status = status;
        cases->failure.text = text;
    }
    return status;
}

wick_status wick_qemu_take(wick_qemu_cases *cases, size_t size_bytes, void **out)
{
    size_t rounded = (size_bytes + 15) & ~(size_t)15;
    if (rounded > (size_t)(wick_qemu_free_end - cases->free)) {
        wick_qemu_print_number("wanted_bytes", size_bytes);
        return wick_qemu_fail(cases, WICK_OUT_OF_MEMORY, "the board's data memory is too small");
    }
    *out = cases->free;
    cases->free += rounded;
    return WICK_OK;
}

wick_status wick_qemu_take_arena(wick_qemu_cases *cases, size_t size_bytes, void **out)
{
    if (cases->arena_count == WICK_QEMU_MAX_ARENAS) {
        return wick_qemu_fail(cases, WICK_NOT_SUPPORTED, "too many arenas");
    }
    WICK_TRY(wick_qemu_take(cases, size_bytes + GUARD_BYTES, out));
    cases->arenas[cases->arena_count++] = (wick_qemu_arena){*out, size_bytes, 0};
    return WICK_OK;
}

wick_status wick_qemu_measure(wick_qemu_cases *cases, wick_status (*phase)(wick_qemu_cases *),
                              const char *ticks_key, const char *stack_key)
{
    wick_qemu_stack_paint();
    uint64_t start = wick_qemu_clock_ticks();
    wick_status status = phase(cases);
    uint64_t end = wick_qemu_clock_ticks();
    wick_qemu_print_number(ticks_key, end - start);
    wick_qemu_print_number(stack_key, wick_qemu_stack_used_bytes());
    return status;
}

wick_status wick_qemu_write_output(wick_qemu_cases *cases, const void *data, uint32_t size_bytes)
{
    if (cases->output_file >= 0 &&
        wick_qemu_file_write(cases->output_file, data, size_bytes) != 0) {
        return wick_qemu_fail(cases, WICK_ACCESS_FAILED, "cannot write the output file");
    }
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

static void wick_qemu_parse_word(wick_qemu_cases *cases, const char *word)
{
    const char *rest = NULL;
    if ((rest = wick_qemu_after(word, "first=")) != NULL) {
        cases->first_case = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "count=")) != NULL) {
        cases->case_count = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "paint=")) != NULL) {
        cases->paints = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "steps=")) != NULL) {
        cases->steps = wick_qemu_parse_number(rest);
    } else if ((rest = wick_qemu_after(word, "output=")) != NULL) {
        cases->output_path = rest;
    } else if ((rest = wick_qemu_after(word, "input=")) != NULL &&
               cases->file_count < WICK_QEMU_MAX_ENDS) {
        cases->input_paths[cases->file_count++] = rest;
    }
}

static void wick_qemu_parse(wick_qemu_cases *cases, char *line)
{
    while (*line != 0) {
        char *end = line;
        while (*end != 0 && *end != ' ') {
            end++;
        }
        char *next = *end == 0 ? end : end + 1;
        *end = 0;
        wick_qemu_parse_word(cases, line);
        line = next;
    }
}

static wick_status wick_qemu_open_files(wick_qemu_cases *cases)
{
    for (uint32_t i = 0; i < cases->file_count; i++) {
        WICK_TRY(wick_qemu_take(cases, cases->input_bytes[i], &cases->input_buffers[i]));
        cases->input_files[i] = wick_qemu_file_open(cases->input_paths[i], WICK_QEMU_READ);
        if (cases->input_files[i] < 0) {
            return wick_qemu_fail(cases, WICK_ACCESS_FAILED, "cannot open an input file");
        }
    }
    cases->output_file =
        cases->output_path == NULL ? -1 : wick_qemu_file_open(cases->output_path, WICK_QEMU_WRITE);
    return WICK_OK;
}

// Bytes of input `index` in case `number`, from the image or from its file.
static wick_status wick_qemu_load_input(wick_qemu_cases *cases, uint32_t index, uint32_t number,
                                        const void **data)
{
    uint32_t size_bytes = cases->input_bytes[index];
    uint32_t offset = number * size_bytes;
    if (wick_qemu_input_count > 0) {
        const wick_qemu_image *image = &wick_qemu_inputs[index];
        if (offset + size_bytes > image->size_bytes) {
            return wick_qemu_fail(cases, WICK_NOT_FOUND, "the embedded inputs hold fewer cases");
        }
        *data = (const uint8_t *)image->bytes + offset;
        return WICK_OK;
    }
    void *buffer = cases->input_buffers[index];
    if (wick_qemu_file_read_at(cases->input_files[index], offset, buffer, size_bytes) != 0) {
        return wick_qemu_fail(cases, WICK_NOT_FOUND, "the input file holds fewer cases");
    }
    *data = buffer;
    return WICK_OK;
}

// Cases that the first input holds from `first_case` on.
static uint32_t wick_qemu_count_cases(wick_qemu_cases *cases)
{
    if (cases->input_count == 0 || cases->input_bytes[0] == 0) {
        return 1;
    }
    uint32_t size_bytes = wick_qemu_input_count > 0
                              ? wick_qemu_inputs[0].size_bytes
                              : (uint32_t)wick_qemu_file_length(cases->input_files[0]);
    return size_bytes / cases->input_bytes[0] - cases->first_case;
}

// Case after case another pattern, so that a byte written with one is seen with the next.
static uint8_t wick_qemu_pattern(uint32_t number)
{
    return (uint8_t)(number % 2 == 0 ? 0x5A : 0xA5);
}

static void wick_qemu_paint_arenas(wick_qemu_cases *cases, uint32_t number)
{
    for (uint32_t i = 0; cases->paints && i < cases->arena_count; i++) {
        memset(cases->arenas[i].bytes, wick_qemu_pattern(number),
               cases->arenas[i].size_bytes + GUARD_BYTES);
    }
}

// How far the paint of each arena is gone.
static void wick_qemu_read_paint(wick_qemu_cases *cases, uint32_t number)
{
    for (uint32_t i = 0; cases->paints && i < cases->arena_count; i++) {
        wick_qemu_arena *arena = &cases->arenas[i];
        size_t used_bytes = arena->size_bytes + GUARD_BYTES;
        while (used_bytes > arena->used_bytes &&
               arena->bytes[used_bytes - 1] == wick_qemu_pattern(number)) {
            used_bytes--;
        }
        arena->used_bytes = used_bytes;
    }
}

static wick_status wick_qemu_run_case(wick_qemu_cases *cases, uint32_t number)
{
    wick_qemu_paint_arenas(cases, number);
    for (uint32_t i = 0; i < cases->input_count; i++) {
        const void *data = NULL;
        WICK_TRY(wick_qemu_load_input(cases, i, number, &data));
        WICK_TRY(wick_qemu_subject_set_input(cases, i, data));
    }
    WICK_TRY(wick_qemu_measure(cases, wick_qemu_subject_execute, "execute_ticks",
                               "execute_stack_bytes"));
    wick_qemu_read_paint(cases, number);
    return wick_qemu_subject_write_outputs(cases);
}

static wick_status wick_qemu_run_cases(wick_qemu_cases *cases)
{
    uint32_t sources = wick_qemu_input_count > 0 ? wick_qemu_input_count : cases->file_count;
    if (sources != cases->input_count) {
        return wick_qemu_fail(cases, WICK_INVALID_ARGUMENT,
                              "the model has another number of inputs");
    }
    WICK_TRY(wick_qemu_open_files(cases));
    if (cases->case_count == 0) {
        cases->case_count = wick_qemu_count_cases(cases);
    }
    for (uint32_t i = 0; i < cases->case_count; i++) {
        WICK_TRY(wick_qemu_run_case(cases, cases->first_case + i));
    }
    if (cases->output_file >= 0) {
        wick_qemu_file_close(cases->output_file); // flushes what the host still holds
    }
    return WICK_OK;
}

static void wick_qemu_print_sizes(const wick_qemu_cases *cases)
{
    for (uint32_t i = 0; i < cases->arena_count; i++) {
        wick_qemu_print_number("arena_bytes", cases->arenas[i].size_bytes);
        if (cases->paints) {
            wick_qemu_print_number("arena_used_bytes", cases->arenas[i].used_bytes);
        }
    }
    size_t data = (size_t)(wick_qemu_data_end - wick_qemu_data_start);
    wick_qemu_print_number("code_bytes",
                           (size_t)(wick_qemu_code_end - wick_qemu_code_start) + data);
    wick_qemu_print_number("data_bytes", data);
    wick_qemu_print_number("bss_bytes", (size_t)(wick_qemu_bss_end - wick_qemu_bss_start));
}

static wick_status wick_qemu_all(wick_qemu_cases *cases)
{
    WICK_TRY(wick_qemu_subject_open(cases));
    WICK_TRY(wick_qemu_run_cases(cases));
    wick_qemu_print_sizes(cases);
    return WICK_OK;
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
    static wick_qemu_cases cases; // static: the stack figures are those of the library alone
    cases.failure = WICK_FAILURE_NONE;
    cases.free = wick_qemu_free_start;
    wick_qemu_command_line(line, sizeof line);
    wick_qemu_parse(&cases, line);
    wick_qemu_clock_start();
    wick_status status = wick_qemu_all(&cases);
    if (status != WICK_OK) {
        wick_qemu_print_failure(&cases.failure, status);
        return 1;
    }
    wick_qemu_print("done\n");
    return 0;
}
