// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/types.h"

#include <inttypes.h>
#include <string.h>

typedef struct serde_dtype {
    int64_t code;
    const char *name;
    int32_t dtype; // -1: Wick has no such type
} serde_dtype;

static const serde_dtype serde_dtypes[] = {
#define WICK_DTYPE(name, code, bytes, text, serde) {serde, text, code},
#include "wick/dtype.def"
#undef WICK_DTYPE
    {9, "complex32", -1},        {10, "complex64", -1},      {11, "complex128", -1},
    {29, "float8_e4m3fn", -1},   {30, "float8_e5m2", -1},    {31, "float8_e4m3fnuz", -1},
    {32, "float8_e5m2fnuz", -1}, {33, "float8_e8m0fnu", -1}, {34, "uint32", -1},
    {35, "uint64", -1},
};

enum { LAYOUT_STRIDED = 7 };

static const serde_dtype *find_dtype(int64_t code)
{
    for (size_t k = 0; k < sizeof serde_dtypes / sizeof *serde_dtypes; k++) {
        if (serde_dtypes[k].code == code) {
            return &serde_dtypes[k];
        }
    }
    return NULL;
}

bool wick_dtype_from_serde(int64_t code, uint32_t *out)
{
    const serde_dtype *row = find_dtype(code);
    if (!row || row->dtype < 0) {
        return false;
    }
    *out = (uint32_t)row->dtype;
    return true;
}

const char *wick_serde_dtype_name(int64_t code)
{
    const serde_dtype *row = find_dtype(code);
    return row ? row->name : "unknown";
}

// Of a size without a hint (it depends on data): any number does, as no shape rule reads it.
enum { NO_HINT = 1 };

// The example of the export tells the hint of a symbol.
static void note_hint(const wick_import *import, int64_t size, int64_t hint)
{
    wick_ir_symbol *symbol = wick_size_symbol(import->graph->sizes, size);
    if (symbol != NULL) {
        symbol->hint = hint;
    }
}

wick_status wick_import_sym_int(const wick_import *import, const wick_json *json, int64_t *size,
                                int64_t *hint)
{
    const wick_json *payload = NULL;
    const char *text = NULL;
    WICK_TRY(wick_import_union(import, json, &payload));
    if (strcmp(payload->key, "as_int") == 0) {
        *size = *hint = payload->integer;
        return wick_json_expect(payload, WICK_JSON_INT, import->diag);
    }
    if (strcmp(payload->key, "as_expr") != 0) {
        return wick_json_error(payload, import->diag, WICK_INVALID_PROGRAM,
                               "expected as_int or as_expr");
    }
    WICK_TRY(wick_json_get_string(payload, "expr_str", import->diag, &text));
    if (!wick_size_parse_sympy(import->graph->sizes, text, size)) {
        return wick_json_error(payload, import->diag, WICK_INVALID_PROGRAM,
                               "the size '%s' is no expression", text);
    }
    const wick_json *given = wick_json_find(payload, "hint");
    const wick_json *number = given ? wick_json_find(given, "as_int") : NULL;
    const bool has_hint = number && number->kind == WICK_JSON_INT;
    *hint = has_hint ? number->integer : NO_HINT;
    if (has_hint) {
        note_hint(import, *size, *hint);
    }
    return WICK_OK;
}

static wick_status read_dtype(const wick_import *import, const char *what, const wick_json *json,
                              uint32_t *out)
{
    int64_t code = 0;
    WICK_TRY(wick_json_get_int(json, "dtype", import->diag, &code));
    if (!wick_dtype_from_serde(code, out)) {
        return wick_diag_error(import->diag, WICK_NOT_SUPPORTED, import->archive->path,
                               "%s has dtype %s (serde code %" PRId64 "), which Wick does not have",
                               what, wick_serde_dtype_name(code), code);
    }
    return WICK_OK;
}

static wick_status read_layout(const wick_import *import, const char *what, const wick_json *json)
{
    int64_t layout = 0;
    WICK_TRY(wick_json_get_int(json, "layout", import->diag, &layout));
    if (layout != LAYOUT_STRIDED) {
        return wick_diag_error(
            import->diag, WICK_NOT_SUPPORTED, import->archive->path,
            "%s is sparse (layout code %" PRId64 "); only dense tensors are read", what, layout);
    }
    return WICK_OK;
}

static wick_status read_sizes(const wick_import *import, const char *what, const wick_json *json,
                              wick_tensor_meta *out)
{
    const wick_json *sizes = NULL;
    const wick_json *strides = NULL;
    WICK_TRY(wick_json_member(json, "sizes", WICK_JSON_ARRAY, import->diag, &sizes));
    WICK_TRY(wick_json_member(json, "strides", WICK_JSON_ARRAY, import->diag, &strides));
    if (sizes->count != strides->count) {
        return wick_json_error(json, import->diag, WICK_INVALID_PROGRAM, "%u sizes but %u strides",
                               sizes->count, strides->count);
    }
    if (sizes->count > WICK_MAX_RANK) {
        return wick_diag_error(import->diag, WICK_NOT_SUPPORTED, import->archive->path,
                               "%s has %u dimensions; at most %d are supported", what, sizes->count,
                               WICK_MAX_RANK);
    }
    out->view.rank = sizes->count;
    for (uint32_t k = 0; k < sizes->count; k++) {
        int64_t ignored = 0;
        WICK_TRY(
            wick_import_sym_int(import, &sizes->items[k], &out->sizes[k], &out->view.sizes[k]));
        WICK_TRY(wick_import_sym_int(import, &strides->items[k], &ignored, &out->view.strides[k]));
        out->is_symbolic |= wick_size_is_symbolic(out->sizes[k]);
    }
    return WICK_OK;
}

static bool sizes_fit(const wick_strided *view)
{
    size_t bytes = 0;
    for (uint32_t k = 0; k < view->rank; k++) {
        if (view->sizes[k] > INT32_MAX) { // a .pte holds sizes of 32 bits
            return false;
        }
    }
    return wick_strided_size_bytes(view, &bytes);
}

wick_status wick_import_tensor_meta(const wick_import *import, const char *what,
                                    const wick_json *json, wick_tensor_meta *out)
{
    const wick_json *offset = NULL;
    int64_t ignored = 0;
    *out = (wick_tensor_meta){0};
    WICK_TRY(wick_json_expect(json, WICK_JSON_OBJECT, import->diag));
    WICK_TRY(read_dtype(import, what, json, &out->view.dtype));
    WICK_TRY(read_layout(import, what, json));
    WICK_TRY(read_sizes(import, what, json, out));
    WICK_TRY(wick_json_member(json, "storage_offset", WICK_JSON_OBJECT, import->diag, &offset));
    WICK_TRY(wick_import_sym_int(import, offset, &ignored, &out->view.offset_elems));
    if (!sizes_fit(&out->view)) {
        return wick_diag_error(import->diag, WICK_NOT_SUPPORTED, import->archive->path,
                               "%s has a negative size, or is too large", what);
    }
    return WICK_OK;
}

wick_ir_type wick_import_tensor_type(const wick_import *import, const wick_tensor_meta *meta)
{
    wick_ir_type type =
        wick_ir_type_tensor((wick_dtype)meta->view.dtype, meta->view.rank, meta->sizes);
    type.symbols = import->graph->sizes;
    return type;
}

// Whether strides are those of a dense tensor in `order`; a dimension of size 1 may have any.
static bool strides_follow(const wick_strided *view, const uint8_t *order)
{
    int64_t expected = 1;
    for (uint32_t k = view->rank; k-- > 0;) {
        const uint8_t dimension = order[k];
        if (view->sizes[dimension] != 1 && view->strides[dimension] != expected) {
            return false;
        }
        expected *= view->sizes[dimension];
    }
    return true;
}

// Dimensions by falling stride; equal ones keep their order.
static void order_by_stride(const wick_strided *view, uint8_t *order)
{
    for (uint32_t k = 0; k < view->rank; k++) {
        uint32_t at = k;
        for (; at > 0 && view->strides[order[at - 1]] < view->strides[k]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)k;
    }
}

void wick_import_keep_order(const wick_tensor_meta *meta, wick_ir_type *type)
{
    uint8_t order[WICK_MAX_RANK];
    order_by_stride(&meta->view, order);
    if (!strides_follow(&meta->view, type->dim_order) && strides_follow(&meta->view, order)) {
        memcpy(type->dim_order, order, type->rank);
    }
}

void wick_import_settle_order(wick_ir_type *type)
{
    static const uint8_t channels_last[][5] = {{0, 2, 3, 1}, {0, 2, 3, 4, 1}};
    const uint32_t rank = type->rank;
    if (rank >= 4 && rank <= 5 && memcmp(type->dim_order, channels_last[rank - 4], rank) == 0) {
        return;
    }
    for (uint32_t k = 0; k < rank; k++) {
        type->dim_order[k] = (uint8_t)k;
    }
}
