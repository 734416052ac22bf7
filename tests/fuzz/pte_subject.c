// SPDX-License-Identifier: BSD-3-Clause
// A .pte: open, requirements, init in memory of exactly the size asked for, and some steps of
// execution. Tensors that it has outside are those of seeds/external.ptd. A .ptd: the data of
// seeds/external.pte.
#include "base/bytes.h"
#include "fuzz/subject.h"
#include "support/files.h"
#include "wick/wick.h"

enum {
    MAX_METHODS = 4,
    MAX_STEPS = 64,
    // Above these a method is not given memory, or not executed: a valid program may ask for any
    // amount of work.
    MAX_MEMORY_BYTES = 1 << 22,
    MAX_TENSOR_BYTES = 1 << 14,
};

static bool is_light(const wick_method *method)
{
    size_t total = 0;
    for (uint32_t i = 0; i < method->value_count; i++) {
        const wick_value *value = &method->values[i];
        total += value->kind == WICK_VALUE_TENSOR ? wick_tensor_size_bytes(&value->tensor) : 0;
        if (total > MAX_TENSOR_BYTES) {
            return false;
        }
    }
    return true;
}

static void execute(wick_method *method, void *zeros)
{
    wick_failure failure = WICK_FAILURE_NONE;
    uint32_t position = 0;
    for (uint32_t i = 0; i < method->input_count; i++) {
        const wick_value *input = wick_method_input(method, i);
        if (input->kind == WICK_VALUE_TENSOR) {
            (void)wick_method_set_input(method, i, zeros, wick_tensor_size_bytes(&input->tensor),
                                        0);
        }
    }
    wick_status status = wick_method_begin(method, &failure);
    for (uint32_t i = 0; i < MAX_STEPS && status == WICK_OK; i++) {
        status = wick_method_step(method, &position, &failure);
    }
    for (uint32_t i = 0; i < method->output_count; i++) {
        (void)wick_method_output(method, i);
    }
}

static void run_in_memory(const wick_program *program, const char *name, wick_memory *memory)
{
    wick_method method;
    wick_failure failure = WICK_FAILURE_NONE;
    const wick_status status =
        wick_method_init(&method, program, name, &wick_operators_all, memory, &failure);
    if (status != WICK_OK) {
        if (failure.text == 0) {
            abort(); // every refusal says why
        }
        return;
    }
    if (is_light(&method)) {
        void *zeros = calloc(1, MAX_TENSOR_BYTES);
        execute(&method, zeros);
        free(zeros);
    }
}

static void run_method(const wick_program *program, const char *name)
{
    wick_requirements need;
    wick_memory memory = {0};
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_method_requirements(program, name, &wick_operators_all, &need, &failure) != WICK_OK) {
        return;
    }
    size_t total = need.metadata_bytes;
    for (uint32_t i = 0; i < need.arena_count; i++) {
        total += need.arena_bytes[i] < MAX_MEMORY_BYTES ? need.arena_bytes[i] : MAX_MEMORY_BYTES;
    }
    if (total >= MAX_MEMORY_BYTES) {
        return;
    }
    memory.metadata = malloc(need.metadata_bytes);
    memory.metadata_bytes = need.metadata_bytes;
    for (uint32_t i = 0; i < need.arena_count; i++) {
        memory.arenas[i] = calloc(1, need.arena_bytes[i]);
        memory.arena_bytes[i] = need.arena_bytes[i];
    }
    run_in_memory(program, name, &memory);
    free(memory.metadata);
    for (uint32_t i = 0; i < need.arena_count; i++) {
        free(memory.arenas[i]);
    }
}

static void run_methods(const wick_program *program)
{
    const uint32_t count = wick_program_method_count(program);
    for (uint32_t i = 0; i < count && i < MAX_METHODS; i++) {
        run_method(program, wick_program_method_name(program, i));
    }
}

static void run_with_data(const uint8_t *pte, size_t pte_bytes, const uint8_t *ptd,
                          size_t ptd_bytes)
{
    wick_data data;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    if (wick_data_open(&data, ptd, ptd_bytes, &failure) == WICK_OK &&
        wick_program_open_with_data(&program, pte, pte_bytes, &data, &failure) == WICK_OK) {
        run_methods(&program);
    } else if (failure.text == 0) {
        abort();
    }
}

static const uint8_t *seed(const char *path, size_t *size_bytes)
{
    const uint8_t *bytes = test_read(path, size_bytes);
    if (bytes == 0) {
        abort();
    }
    return bytes;
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    static const uint8_t *pte, *ptd;
    static size_t pte_bytes, ptd_bytes;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    if (pte == 0) {
        pte = seed(WICK_SOURCE_DIR "/tests/fuzz/seeds/external.pte", &pte_bytes);
        ptd = seed(WICK_SOURCE_DIR "/tests/fuzz/seeds/external.ptd", &ptd_bytes);
    }
    if (size_bytes >= 8 && memcmp(bytes + 4, "FT01", 4) == 0) {
        run_with_data(pte, pte_bytes, bytes, size_bytes);
    } else if (wick_program_open(&program, bytes, size_bytes, &failure) == WICK_OK) {
        run_methods(&program);
    } else if (failure.text == 0) {
        abort();
    } else if (failure.status == WICK_NOT_SUPPORTED) {
        run_with_data(bytes, size_bytes, ptd, ptd_bytes);
    }
}

// Positions of 4-aligned words in the flatbuffer part.
static uint32_t some_word(const uint8_t *bytes, size_t size_bytes, wick_fuzz_random *random)
{
    size_t end = size_bytes;
    if (size_bytes > 40 && memcmp(bytes + 8, "eh00", 4) == 0 &&
        wick_load_u32(bytes + 16) < size_bytes) {
        end = wick_load_u32(bytes + 16);
    }
    return 4 * wick_fuzz_below(random, (uint32_t)(end / 4));
}

// Turns one reference to where another one leads, swaps two words, or gives one a number that may
// matter.
static size_t mutate(uint8_t *bytes, size_t size_bytes, size_t max_size, uint32_t seed)
{
    static const uint32_t numbers[] = {0,  1,  2,  3,  4,   5,          7,         11,
                                       12, 15, 16, 17, 255, 0x7fffffff, 0x80000000};
    wick_fuzz_random random = {seed};
    if (size_bytes < 64) {
        return size_bytes;
    }
    const uint32_t a = some_word(bytes, size_bytes, &random);
    const uint32_t b = some_word(bytes, size_bytes, &random);
    const uint32_t word_a = wick_load_u32(bytes + a);
    const uint32_t word_b = wick_load_u32(bytes + b);
    switch (wick_fuzz_below(&random, 4)) {
    case 0:
        wick_store_u32(bytes + a, b + word_b - a);
        break;
    case 1:
        wick_store_u32(bytes + a, word_b);
        wick_store_u32(bytes + b, word_a);
        break;
    case 2:
        wick_store_u32(bytes + a,
                       numbers[wick_fuzz_below(&random, sizeof numbers / sizeof numbers[0])]);
        break;
    case 3:
        wick_store_u16(bytes + a, (uint16_t)(2 * wick_fuzz_below(&random, 20))); // a vtable's entry
        break;
    }
    (void)max_size;
    return size_bytes;
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, mutate};
