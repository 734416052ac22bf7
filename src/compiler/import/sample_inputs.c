// SPDX-License-Identifier: BSD-3-Clause
// data/sample_inputs/<model>.pt: what torch.save wrote of ((args, ..), {kwargs}).
#include "compiler/import/archive.h"
#include "compiler/import/import.h"
#include "compiler/import/pickle.h"

#include "base/bytes.h"

#include <string.h>

enum {
    ALIGNMENT = 16,
    MAX_DEPTH = 64,
    MAX_VALUES = 1 << 16,
    BUDGET_FACTOR = 16,
    BUDGET_FLOOR_BYTES = 1 << 22
};

typedef struct samples {
    wick_arena *arena;
    wick_diag *diag;
    const char *where;
    wick_zip *zip;
    const char *folder; // of data.pkl inside the zip, with its slash
    wick_map *storages; // member -> sample_storage
    size_t budget_bytes;
    wick_ir_value **values;
    uint32_t count;
} samples;

typedef struct sample_storage {
    uint8_t *bytes;
    size_t size_bytes;
} sample_storage;

static wick_status broken(const samples *s, const char *what)
{
    return wick_diag_error(s->diag, WICK_INVALID_PROGRAM, s->where, "%s", what);
}

static wick_status read_member(const samples *s, const char *name, uint8_t **out,
                               size_t *size_bytes)
{
    uint32_t index = 0;
    if (!wick_zip_find(s->zip, wick_arena_format(s->arena, "%s%s", s->folder, name), &index)) {
        return wick_diag_error(s->diag, WICK_INVALID_PROGRAM, s->where, "has no member '%s'", name);
    }
    return wick_zip_read(s->zip, index, s->arena, s->diag, out, size_bytes);
}

static wick_status find_storage(samples *s, const char *key, const sample_storage **out)
{
    sample_storage *found = wick_map_get(s->storages, key);
    if (!found) {
        found = wick_arena_alloc(s->arena, 1, sizeof *found);
        WICK_TRY(read_member(s, wick_arena_format(s->arena, "data/%s", key), &found->bytes,
                             &found->size_bytes));
        wick_map_put(s->storages, key, found);
    }
    *out = found;
    return WICK_OK;
}

static wick_ir_value *add_value(samples *s, const wick_ir_type *type, const uint8_t *data)
{
    wick_ir_value *value = wick_arena_alloc(s->arena, 1, sizeof *value);
    value->name = wick_arena_format(s->arena, "input_%u", s->count);
    value->kind = WICK_IR_CONSTANT;
    value->type = *type;
    value->data = data;
    s->values[s->count++] = value;
    return value;
}

static wick_status add_tensor(samples *s, const wick_pickle_value *tensor)
{
    const wick_strided *view = tensor->view;
    const sample_storage *from = NULL;
    size_t size_bytes = 0;
    WICK_TRY(find_storage(s, tensor->text, &from));
    if (!wick_strided_size_bytes(view, &size_bytes) || !wick_strided_fits(view, from->size_bytes)) {
        return broken(s, "a tensor reaches outside of its storage");
    }
    if (size_bytes > s->budget_bytes) {
        return broken(s, "the tensors are far larger than the archive");
    }
    s->budget_bytes -= size_bytes;
    uint8_t *dense = wick_arena_alloc(s->arena, size_bytes, 1);
    wick_strided_copy(view, from->bytes, dense);
    const wick_ir_type type = wick_ir_type_tensor((wick_dtype)view->dtype, view->rank, view->sizes);
    add_value(s, &type, dense);
    return WICK_OK;
}

// A number as its 8 bytes.
static wick_status add_scalar(samples *s, wick_ir_type type, const wick_pickle_value *from)
{
    uint8_t *data = wick_arena_alloc(s->arena, 1, ALIGNMENT);
    uint64_t bits = (uint64_t)from->integer;
    if (type.kind == WICK_VALUE_REAL) {
        memcpy(&bits, &from->real, sizeof bits);
    }
    wick_store_u64(data, bits);
    add_value(s, &type, data);
    return WICK_OK;
}

static wick_status add_leaf(samples *s, const wick_pickle_value *leaf)
{
    static const wick_ir_type none = {.kind = WICK_VALUE_NONE};
    static const wick_ir_type boolean = {.kind = WICK_VALUE_BOOL, .dtype = WICK_BOOL};
    static const wick_ir_type integer = {.kind = WICK_VALUE_INT, .dtype = WICK_INT64};
    static const wick_ir_type real = {.kind = WICK_VALUE_REAL, .dtype = WICK_FLOAT64};
    switch (leaf->kind) {
    case WICK_PICKLE_NONE:
        return add_scalar(s, none, leaf);
    case WICK_PICKLE_BOOL:
        return add_scalar(s, boolean, leaf);
    case WICK_PICKLE_INT:
        return add_scalar(s, integer, leaf);
    case WICK_PICKLE_REAL:
        return add_scalar(s, real, leaf);
    case WICK_PICKLE_TENSOR:
        return add_tensor(s, leaf);
    case WICK_PICKLE_STRING:
    case WICK_PICKLE_TUPLE:
    case WICK_PICKLE_LIST:
    case WICK_PICKLE_DICT:
    case WICK_PICKLE_GLOBAL:
    case WICK_PICKLE_STORAGE:
        break;
    }
    return broken(s, "an input that is neither a tensor nor a number");
}

static bool is_container(const wick_pickle_value *value)
{
    return value->kind == WICK_PICKLE_TUPLE || value->kind == WICK_PICKLE_LIST ||
           value->kind == WICK_PICKLE_DICT;
}

typedef struct position {
    const wick_pickle_value *container;
    uint32_t next;
} position;

// Leaves in order, without recursion. A hostile file may nest containers in themselves: visits are
// counted.
static wick_status flatten(samples *s, const wick_pickle_value *root)
{
    position stack[MAX_DEPTH];
    uint32_t depth = 1;
    stack[0] = (position){root, 0};
    for (uint32_t visits = 0; depth > 0; visits++) {
        position *top = &stack[depth - 1];
        const uint32_t step = top->container->kind == WICK_PICKLE_DICT ? 2 : 1;
        if (visits >= MAX_VALUES) {
            return broken(s, "more values than a model has inputs");
        }
        if (top->next + step > top->container->count) {
            depth--;
            continue;
        }
        const wick_pickle_value *item =
            top->container->items[top->next + step - 1]; // of a pair, the value
        top->next += step;
        if (!is_container(item)) {
            WICK_TRY(add_leaf(s, item));
        } else if (depth == MAX_DEPTH) {
            return broken(s, "containers nested too deeply");
        } else {
            stack[depth++] = (position){item, 0};
        }
    }
    return WICK_OK;
}

// The top folder of a torch.save file is the one that holds data.pkl.
static wick_status find_folder(samples *s)
{
    static const char name[] = "data.pkl";
    for (uint32_t k = 0; k < wick_zip_count(s->zip); k++) {
        const char *member = wick_zip_name(s->zip, k);
        const size_t length = strlen(member);
        if (length >= sizeof name - 1 && strcmp(member + length - (sizeof name - 1), name) == 0) {
            s->folder = wick_arena_copy_string(s->arena, member, length - (sizeof name - 1));
            return WICK_OK;
        }
    }
    return broken(s, "is not a torch.save file: it has no data.pkl");
}

static wick_status read_values(samples *s)
{
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    const wick_pickle_value *root = NULL;
    WICK_TRY(find_folder(s));
    WICK_TRY(read_member(s, "data.pkl", &bytes, &size_bytes));
    WICK_TRY(wick_pickle_read(s->arena, bytes, size_bytes, s->where, s->diag, &root));
    if (root->kind == WICK_PICKLE_NONE) {
        return WICK_OK; // saved without example inputs
    }
    if (!is_container(root)) {
        return broken(s, "expected ((args, ..), {kwargs})");
    }
    s->values = wick_arena_alloc(s->arena, MAX_VALUES, sizeof(wick_ir_value *));
    return flatten(s, root);
}

static wick_status read_file(samples *s, const wick_archive *archive, const char *name)
{
    const uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    WICK_TRY(wick_archive_read(archive, name, &bytes, &size_bytes));
    if (size_bytes == 0) {
        return WICK_OK;
    }
    s->budget_bytes = BUDGET_FLOOR_BYTES + BUDGET_FACTOR * size_bytes;
    WICK_TRY(wick_zip_open(s->arena, bytes, size_bytes, s->where, s->diag, &s->zip));
    const wick_status status = read_values(s);
    wick_zip_close(s->zip);
    return status;
}

wick_status wick_import_sample_inputs(wick_arena *arena, const void *bytes, size_t size_bytes,
                                      const char *path, const char *model, wick_diag *diag,
                                      wick_ir_value ***out, uint32_t *count)
{
    wick_archive archive;
    wick_status status = WICK_OK;
    WICK_TRY(wick_archive_open(arena, bytes, size_bytes, path, model, diag, &archive));
    const char *name = wick_arena_format(arena, "data/sample_inputs/%s.pt", archive.model);
    samples s = {.arena = arena, .diag = diag, .storages = wick_map_create(arena)};
    s.where = wick_arena_format(arena, "%s: %s", path, name);
    if (wick_archive_has(&archive, name)) {
        status = read_file(&s, &archive, name);
    }
    wick_archive_close(&archive);
    *out = s.values;
    *count = status == WICK_OK ? s.count : 0;
    return status;
}
