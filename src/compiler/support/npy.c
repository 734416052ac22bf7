// SPDX-License-Identifier: BSD-3-Clause
// The header is the text of a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape':
// (3, 4), }
#include "compiler/support/npy.h"

#include "base/bytes.h"
#include "base/checked.h"
#include "compiler/support/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER_BYTES = 1 << 16, HEADER_ALIGNMENT = 64, DATA_ALIGNMENT = 16 };
static const char magic[] = "\x93NUMPY";

typedef struct parser {
    const char *at; // in a zero-terminated copy of the header
    const char *name;
    wick_diag *diag;
    bool has_descr;
    bool has_shape;
    bool has_order;
    wick_npy *out;
} parser;

// "f4" for float32: kind and bytes, as NumPy has it.
static void dtype_code(uint32_t dtype, char *out)
{
    const char *name = wick_dtype_name(dtype);
    out[0] = dtype == WICK_BFLOAT16 ? 'V' : name[0];
    out[1] = (char)('0' + wick_dtype_size_bytes(dtype));
    out[2] = 0;
}

static const uint8_t dtypes[] = {
#define WICK_DTYPE(name, code, bytes, text, serde) code,
#include "wick/dtype.def"
#undef WICK_DTYPE
};

static bool find_dtype(const char *code, uint8_t *out)
{
    for (size_t i = 0; i < sizeof dtypes; i++) {
        char known[3];
        dtype_code(dtypes[i], known);
        if (strcmp(known, code) == 0) {
            *out = dtypes[i];
            return true;
        }
    }
    return false;
}

static void skip_spaces(parser *from)
{
    from->at += strspn(from->at, " \t\r\n");
}

static bool take(parser *from, char c)
{
    skip_spaces(from);
    if (*from->at != c) {
        return false;
    }
    from->at++;
    return true;
}

static wick_status broken(const parser *from, const char *expected)
{
    return wick_diag_error(from->diag, WICK_INVALID_ARGUMENT, from->name,
                           "broken .npy header: expected %s, found '%.20s'", expected, from->at);
}

// A quoted word of at most `capacity` - 1 characters.
static wick_status parse_word(parser *from, char *out, size_t capacity)
{
    skip_spaces(from);
    const char quote = *from->at;
    if (quote != '\'' && quote != '"') {
        return broken(from, "a quoted word");
    }
    const char *start = from->at + 1;
    const char *end = strchr(start, quote);
    if (!end || (size_t)(end - start) >= capacity) {
        return broken(from, "a short quoted word");
    }
    memcpy(out, start, (size_t)(end - start));
    out[end - start] = 0;
    from->at = end + 1;
    return WICK_OK;
}

static wick_status parse_descr(parser *from)
{
    char descr[16] = "";
    if (*from->at == '[') {
        return wick_diag_error(from->diag, WICK_NOT_SUPPORTED, from->name,
                               "holds records; save one plain array");
    }
    WICK_TRY(parse_word(from, descr, sizeof descr));
    if (descr[0] == '>') {
        return wick_diag_error(from->diag, WICK_NOT_SUPPORTED, from->name,
                               "elements are big-endian ('%s'); save with "
                               "array.astype(array.dtype.newbyteorder('<'))",
                               descr);
    }
    const char *code = descr + (strchr("<>|=", descr[0]) ? 1 : 0);
    if (descr[0] == 0 || !find_dtype(code, &from->out->dtype)) {
        return wick_diag_error(
            from->diag, WICK_NOT_SUPPORTED, from->name,
            "elements are of type '%s'; expected f2, f4, f8, b1, u1, u2, i1, i2, "
            "i4, i8 or c8",
            descr);
    }
    from->has_descr = true;
    return WICK_OK;
}

static wick_status parse_order(parser *from)
{
    skip_spaces(from);
    if (strncmp(from->at, "True", 4) == 0) {
        return wick_diag_error(from->diag, WICK_NOT_SUPPORTED, from->name,
                               "is in Fortran order; save numpy.ascontiguousarray(array)");
    }
    if (strncmp(from->at, "False", 5) != 0) {
        return broken(from, "True or False");
    }
    from->at += 5;
    from->has_order = true;
    return WICK_OK;
}

static wick_status parse_shape(parser *from)
{
    wick_npy *out = from->out;
    if (!take(from, '(')) {
        return broken(from, "'('");
    }
    while (!take(from, ')')) {
        char *end = NULL;
        const long long size = strtoll(from->at, &end, 10);
        if (end == from->at || size < 0 || size == INT64_MAX) {
            return broken(from, "a size");
        }
        if (out->rank == WICK_MAX_RANK) {
            return wick_diag_error(from->diag, WICK_NOT_SUPPORTED, from->name,
                                   "has more than %d dimensions", WICK_MAX_RANK);
        }
        out->sizes[out->rank++] = size;
        from->at = end;
        if (!take(from, ',') && *from->at != ')') {
            return broken(from, "',' or ')'");
        }
    }
    from->has_shape = true;
    return WICK_OK;
}

static wick_status parse_member(parser *from)
{
    char key[32];
    WICK_TRY(parse_word(from, key, sizeof key));
    if (!take(from, ':')) {
        return broken(from, "':'");
    }
    skip_spaces(from);
    if (strcmp(key, "descr") == 0 && !from->has_descr) {
        return parse_descr(from);
    }
    if (strcmp(key, "fortran_order") == 0 && !from->has_order) {
        return parse_order(from);
    }
    if (strcmp(key, "shape") == 0 && !from->has_shape) {
        return parse_shape(from);
    }
    return broken(from, "one each of descr, fortran_order and shape");
}

static wick_status parse_dictionary(parser *from)
{
    if (!take(from, '{')) {
        return broken(from, "'{'");
    }
    while (!take(from, '}')) {
        WICK_TRY(parse_member(from));
        if (!take(from, ',') && *from->at != '}') {
            return broken(from, "',' or '}'");
        }
    }
    if (!from->has_descr || !from->has_order || !from->has_shape) {
        return broken(from, "descr, fortran_order and shape");
    }
    return WICK_OK;
}

// Position and length of the header's text.
static wick_status find_header(const uint8_t *bytes, size_t size_bytes, const char *name,
                               wick_diag *diag, size_t *start, size_t *length)
{
    const size_t magic_bytes = sizeof magic - 1;
    if (size_bytes < magic_bytes + 4 || memcmp(bytes, magic, magic_bytes) != 0) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name, "is not a .npy array");
    }
    const uint8_t version = bytes[magic_bytes];
    if (version < 1 || version > 3) {
        return wick_diag_error(diag, WICK_NOT_SUPPORTED, name,
                               "is .npy version %d; expected 1, 2 or 3", version);
    }
    *start = magic_bytes + (version == 1 ? 4 : 6);
    if (size_bytes < *start) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name, "ends within the .npy header");
    }
    *length = version == 1 ? wick_load_u16(bytes + magic_bytes + 2)
                           : wick_load_u32(bytes + magic_bytes + 2);
    if (*length > MAX_HEADER_BYTES || *length > size_bytes - *start) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name,
                               "claims a .npy header of %zu bytes, the file has %zu bytes", *length,
                               size_bytes);
    }
    return WICK_OK;
}

static wick_status count_bytes(const wick_npy *array, const char *name, wick_diag *diag,
                               size_t *out)
{
    size_t bytes = wick_dtype_size_bytes(array->dtype);
    bool empty = false;
    for (uint32_t i = 0; i < array->rank; i++) {
        empty = empty || array->sizes[i] == 0;
    }
    for (uint32_t i = 0; i < array->rank && !empty; i++) {
        if (!wick_checked_multiply(bytes, (size_t)array->sizes[i], &bytes)) {
            return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name,
                                   "the sizes of the .npy header are too large");
        }
    }
    *out = empty ? 0 : bytes;
    return WICK_OK;
}

wick_status wick_npy_parse(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                           const char *name, wick_diag *diag, wick_npy *out)
{
    size_t start = 0;
    size_t length = 0;
    WICK_TRY(find_header(bytes, size_bytes, name, diag, &start, &length));
    *out = (wick_npy){0};
    const char *header = wick_arena_copy_string(arena, (const char *)bytes + start, length);
    parser from = {.at = header, .name = name, .diag = diag, .out = out};
    WICK_TRY(parse_dictionary(&from));
    WICK_TRY(count_bytes(out, name, diag, &out->size_bytes));
    const size_t found = size_bytes - start - length;
    if (found != out->size_bytes) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name,
                               "holds %zu bytes of data, the header announces %zu", found,
                               out->size_bytes);
    }
    out->data = bytes + start + length;
    if ((uintptr_t)out->data % DATA_ALIGNMENT != 0) {
        uint8_t *copy = wick_arena_alloc(arena, found, 1);
        memcpy(copy, out->data, found);
        out->data = copy;
    }
    return WICK_OK;
}

static void put_dictionary(wick_text *text, const wick_npy *array)
{
    char code[3];
    dtype_code(array->dtype, code);
    wick_text_format(text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                     code[1] == '1' ? '|' : '<', code);
    for (uint32_t i = 0; i < array->rank; i++) {
        wick_text_format(text, "%s%lld", i > 0 ? ", " : "", (long long)array->sizes[i]);
    }
    wick_text_format(text, "%s), }", array->rank == 1 ? "," : "");
}

uint8_t *wick_npy_write(wick_arena *arena, const wick_npy *array, size_t *size_bytes)
{
    const size_t magic_bytes = sizeof magic - 1;
    const size_t prefix = magic_bytes + 4;
    wick_text header = {.arena = arena};
    put_dictionary(&header, array);
    while ((prefix + header.length + 1) % HEADER_ALIGNMENT != 0) {
        wick_text_add(&header, " ", 1);
    }
    wick_text_add(&header, "\n", 1);
    *size_bytes = prefix + header.length + array->size_bytes;
    uint8_t *bytes = wick_arena_alloc(arena, *size_bytes, 1);
    memcpy(bytes, magic, magic_bytes);
    bytes[magic_bytes] = 1;
    wick_store_u16(bytes + magic_bytes + 2, (uint16_t)header.length);
    memcpy(bytes + prefix, header.chars, header.length);
    if (array->size_bytes > 0) {
        memcpy(bytes + prefix + header.length, array->data, array->size_bytes);
    }
    return bytes;
}
