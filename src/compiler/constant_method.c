// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/constant_method.h"

#include "compiler/support/npy.h"
#include "compiler/support/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_int(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return end != text && *end == 0 && errno == 0;
}

static wick_pte_value read_text(const char *text)
{
    int64_t integer;
    const char *end;
    const bool is_true = strcmp(text, "true") == 0;
    if (is_true || strcmp(text, "false") == 0) {
        return (wick_pte_value){.type = WICK_PTE_TYPE_BOOL, .integer = is_true};
    }
    if (read_int(text, &integer)) {
        return (wick_pte_value){.type = WICK_PTE_TYPE_INT, .integer = integer};
    }
    const double real = wick_text_to_real(text, &end);
    if (end != text && *end == 0) {
        return (wick_pte_value){.type = WICK_PTE_TYPE_DOUBLE, .real = real};
    }
    return (wick_pte_value){.type = WICK_PTE_TYPE_STRING, .string = text};
}

static wick_status read_tensor(wick_arena *arena, const wick_array_file *file, wick_diag *diag,
                               wick_emit_constant_method *out)
{
    wick_npy array;
    WICK_TRY(wick_npy_parse(arena, file->bytes, file->size_bytes, file->name, diag, &array));
    int64_t *sizes = wick_arena_alloc(arena, array.rank + 1u, sizeof *sizes);
    uint8_t *order = wick_arena_alloc(arena, array.rank + 1u, 1);
    for (uint32_t i = 0; i < array.rank; i++) {
        sizes[i] = array.sizes[i];
        order[i] = (uint8_t)i;
        if (sizes[i] > INT32_MAX) {
            return wick_diag_error(diag, WICK_NOT_SUPPORTED, file->name,
                                   "has a size above 2^31 - 1");
        }
    }
    out->value = (wick_pte_value){.type = WICK_PTE_TYPE_TENSOR};
    out->value.tensor.dtype = array.dtype;
    out->value.tensor.rank = (uint8_t)array.rank;
    out->value.tensor.sizes = sizes;
    out->value.tensor.dim_order = order;
    out->data = array.data;
    out->size_bytes = array.size_bytes;
    return WICK_OK;
}

static wick_status check_name(const wick_compile_options *options, uint32_t index,
                              const char *method, wick_diag *diag)
{
    const char *name = options->constant_methods[index].name;
    bool is_taken = strcmp(name, method) == 0;
    for (uint32_t i = 0; i < index; i++) {
        is_taken = is_taken || strcmp(options->constant_methods[i].name, name) == 0;
    }
    if (*name != 0 && !is_taken) {
        return WICK_OK;
    }
    return wick_diag_error(diag, WICK_INVALID_ARGUMENT, NULL,
                           "--constant-method: '%s' is %s", name,
                           is_taken ? "the name of another method" : "no name");
}

wick_status wick_constant_methods_read(wick_arena *arena, const wick_compile_options *options,
                                       const char *method, wick_diag *diag,
                                       wick_emit_constant_method **out)
{
    const uint32_t count = options->constant_method_count;
    *out = wick_arena_alloc(arena, count + 1u, sizeof **out);
    for (uint32_t i = 0; i < count; i++) {
        const wick_constant_method *given = &options->constant_methods[i];
        wick_emit_constant_method *made = &(*out)[i];
        WICK_TRY(check_name(options, i, method, diag));
        made->name = given->name;
        if (given->tensor.bytes != NULL) {
            WICK_TRY(read_tensor(arena, &given->tensor, diag, made));
        } else if (given->is_text) {
            made->value = (wick_pte_value){.type = WICK_PTE_TYPE_STRING, .string = given->value};
        } else {
            made->value = read_text(given->value);
        }
    }
    return WICK_OK;
}
