// SPDX-License-Identifier: BSD-3-Clause
// A graph as text: every pass, in order, ends with a well-formed graph or with a status and a
// message; as it is, for a portable target, and quantized. The corpus are the cases of
// tests/passes.
#include "compiler/ir/text.h"
#include "compiler/passes/pass.h"
#include "compiler/quant/quantize.h"
#include "compiler/support/npy.h"
#include "fuzz/subject.h"

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

enum { SAMPLES = 3, VALUE_LIMIT = 1 << 14 };

// A .npy of SAMPLES samples of an input: values of every size. False for what is too large.
static bool make_samples(wick_arena *arena, const wick_ir_type *type, wick_array_file *out)
{
    wick_npy array = {.dtype = type->dtype, .rank = type->rank + 1u};
    if (type->kind != WICK_VALUE_TENSOR || type->rank >= WICK_MAX_RANK ||
        !wick_ir_type_fits(type) || wick_ir_type_count(type) > VALUE_LIMIT) {
        return false;
    }
    array.sizes[0] = SAMPLES;
    memcpy(array.sizes + 1, type->sizes, type->rank * sizeof *type->sizes);
    array.size_bytes = SAMPLES * wick_ir_type_size_bytes(type);
    uint8_t *data = wick_arena_alloc(arena, array.size_bytes, 1);
    for (size_t i = 0; type->dtype == WICK_FLOAT32 && i < array.size_bytes / sizeof(float); i++) {
        const float value = (float)(int32_t)(i * 2654435761u) * (i % 97 == 0 ? 1e20f : 1e-9f);
        memcpy(data + i * sizeof value, &value, sizeof value);
    }
    array.data = data;
    *out = (wick_array_file){.name = "samples.npy"};
    out->bytes = wick_npy_write(arena, &array, &out->size_bytes);
    return true;
}

// Whether the graph is small enough to be run here, and its inputs can be made up.
static bool can_quantize(wick_arena *arena, const wick_ir_graph *graph,
                         wick_compile_options *options)
{
    wick_array_file *files = wick_arena_alloc(arena, graph->input_count, sizeof *files);
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        if (!wick_ir_type_fits(&value->type) || wick_ir_type_count(&value->type) > VALUE_LIMIT) {
            return false;
        }
    }
    for (uint32_t i = 0; i < graph->input_count; i++) {
        if (!make_samples(arena, &graph->inputs[i]->type, &files[i])) {
            return false;
        }
    }
    options->calibration = files;
    options->calibration_count = graph->input_count;
    return true;
}

static void run_passes(wick_arena *arena, const char *text, bool portable,
                       wick_compile_options *options)
{
    wick_diag diag = {.arena = arena};
    wick_ir_graph *graph = NULL;
    wick_quantization quantization;
    if (wick_ir_parse(arena, text, &diag, &graph) != WICK_OK ||
        wick_ir_verify(graph, &diag) != WICK_OK) {
        return;
    }
    const wick_target target = {.name = "test", .portable_operators = portable};
    wick_pass_context context = {.target = &target, .diag = &diag};
    if (options != NULL) {
        if (!can_quantize(arena, graph, options)) {
            return;
        }
        expect(wick_quantization_open(options, &diag, &quantization) == WICK_OK);
        context.quantization = &quantization;
    }
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        if (wick_pass_run(&wick_passes[i], &context, graph) != WICK_OK) {
            expect(diag.first != NULL);
            return;
        }
        expect(wick_ir_verify(graph, &diag) == WICK_OK);
    }
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    if (arena == NULL) {
        return;
    }
    const char *text = wick_arena_copy_string(arena, (const char *)bytes, size_bytes);
    const char *in = strstr(text, "--- in\n");
    in = in != NULL ? in + strlen("--- in\n") : text;
    const char *end = strstr(in, "\n--- ");
    in = wick_arena_copy_string(arena, in, end != NULL ? (size_t)(end - in) : strlen(in));
    wick_compile_options floats = {.quantize = "int8", .is_bounded = true, .max_drop = 10};
    wick_compile_options wide = {.quantize = "int16", .io = "int8"};
    wick_compile_options integers = {.quantize = "int8", .io = "int8", .observer = "entropy"};
    run_passes(arena, in, false, NULL);
    run_passes(arena, in, true, NULL);
    run_passes(arena, in, false, &floats);
    run_passes(arena, in, false, &integers);
    run_passes(arena, in, false, &wide);
    wick_arena_destroy(arena);
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

// Writes another number in place of one, as wide as it is: dimensions, sizes, paddings, counts.
static size_t mutate(uint8_t *bytes, size_t size_bytes, size_t max_size, uint32_t seed)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "2",
                                          "3",
                                          "7",
                                          "16",
                                          "255",
                                          "65536",
                                          "2147483647",
                                          "4294967296",
                                          "9223372036854775807",
                                          "-9223372036854775808"};
    wick_fuzz_random random = {seed};
    const char *number = numbers[wick_fuzz_below(&random, sizeof numbers / sizeof numbers[0])];
    const size_t length = strlen(number);
    const size_t from = wick_fuzz_below(&random, (uint32_t)size_bytes);
    for (size_t at = from; at < size_bytes; at++) {
        if (!is_digit(bytes[at]) || (at > 0 && (is_digit(bytes[at - 1]) || bytes[at - 1] == '_'))) {
            continue;
        }
        size_t end = at;
        while (end < size_bytes && is_digit(bytes[end])) {
            end++;
        }
        if (size_bytes - (end - at) + length > max_size) {
            return size_bytes;
        }
        memmove(bytes + at + length, bytes + end, size_bytes - end);
        memcpy(bytes + at, number, length);
        return size_bytes - (end - at) + length;
    }
    return size_bytes;
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, mutate};
