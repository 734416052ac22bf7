// SPDX-License-Identifier: BSD-3-Clause
// A .npy array, as calibration files and inputs are read: all its elements lie in memory, or there
// is a status and a message.
#include "compiler/support/npy.h"
#include "fuzz/subject.h"

#include <stdbool.h>
#include <stdlib.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_array(const wick_npy *array)
{
    uint64_t count = 1;
    uint32_t sum = 0;
    expect(array->rank <= WICK_MAX_RANK);
    for (uint32_t i = 0; i < array->rank; i++) {
        count *= (uint64_t)array->sizes[i];
    }
    expect(count * wick_dtype_size_bytes(array->dtype) == array->size_bytes);
    for (size_t i = 0; i < array->size_bytes; i++) {
        sum += array->data[i]; // a sanitizer looks on
    }
    expect(sum <= UINT32_MAX);
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_npy array;
    if (wick_npy_parse(arena, bytes, size_bytes, "x.npy", &diag, &array) != WICK_OK) {
        expect(diag.first != NULL);
    } else {
        check_array(&array);
    }
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, 0};
