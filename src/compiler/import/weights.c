// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/weights.h"

#include <inttypes.h>
#include <string.h>

enum { ALIGNMENT = 16, BUDGET_FACTOR = 16, BUDGET_FLOOR_BYTES = 1 << 22 };

typedef struct storage {
    const uint8_t *bytes;
    size_t size_bytes;
} storage;

static const struct {
    const char *folder;
    const char *config_suffix;
} sources[] = {
    [WICK_STATE_DICT] = {"data/weights/", "_weights_config.json"},
    [WICK_CONSTANTS] = {"data/constants/", "_constants_config.json"},
};

static wick_status open_config(const wick_import *import, wick_weights_source source,
                               const wick_json **out)
{
    const wick_archive *archive = import->archive;
    const char *folder = sources[source].folder;
    const char *name = wick_arena_format(import->arena, "%s%s%s", folder, archive->model,
                                         sources[source].config_suffix);
    const wick_json *root = NULL;
    if (!wick_archive_has(archive, name) &&
        wick_archive_has(archive,
                         wick_arena_format(import->arena, "%s%s.pt", folder, archive->model))) {
        return wick_diag_error(
            import->diag, WICK_NOT_SUPPORTED, archive->path,
            "pickle-only weights (%s%s.pt), as an older torch wrote them: save with torch 2.13's "
            "torch.export.save(torch.export.load(\"old.pt2\"), \"new.pt2\")",
            folder, archive->model);
    }
    WICK_TRY(wick_archive_json(archive, name, &root));
    return wick_json_member(root, "config", WICK_JSON_OBJECT, import->diag, out);
}

wick_status wick_weights_open(const wick_import *import, wick_weights *out)
{
    *out = (wick_weights){.import = import};
    out->storages = wick_map_create(import->arena);
    out->copies = wick_map_create(import->arena);
    out->budget_bytes = BUDGET_FLOOR_BYTES + BUDGET_FACTOR * import->archive->size_bytes;
    WICK_TRY(open_config(import, WICK_STATE_DICT, &out->config[WICK_STATE_DICT]));
    return open_config(import, WICK_CONSTANTS, &out->config[WICK_CONSTANTS]);
}

static wick_status read_storage(wick_weights *weights, const char *member, const storage **out)
{
    storage *found = wick_map_get(weights->storages, member);
    if (!found) {
        found = wick_arena_alloc(weights->import->arena, 1, sizeof *found);
        WICK_TRY(
            wick_archive_read(weights->import->archive, member, &found->bytes, &found->size_bytes));
        wick_map_put(weights->storages, member, found);
    }
    *out = found;
    return WICK_OK;
}

// Equal texts mean equal bytes.
static const char *layout_key(wick_arena *arena, const char *member, const wick_strided *view)
{
    char *key = wick_arena_format(arena, "%s %u %" PRId64, member, view->dtype, view->offset_elems);
    for (uint32_t k = 0; k < view->rank; k++) {
        key = wick_arena_format(arena, "%s %" PRId64 "/%" PRId64, key, view->sizes[k],
                                view->strides[k]);
    }
    return key;
}

static bool is_dense(const wick_strided *view)
{
    int64_t expected = 1;
    for (uint32_t k = view->rank; k-- > 0;) {
        if (view->sizes[k] != 1 && view->strides[k] != expected) {
            return false;
        }
        expected *= view->sizes[k];
    }
    return true;
}

static wick_status copy_dense(wick_weights *weights, const char *what, const wick_strided *view,
                              size_t size_bytes, const storage *from, uint8_t **out)
{
    const wick_import *import = weights->import;
    if (size_bytes > weights->budget_bytes) {
        return wick_diag_error(
            import->diag, WICK_OUT_OF_RESOURCES, import->archive->path,
            "%s is an expanded view of %zu bytes, far more than the archive holds; make it "
            "contiguous before the export",
            what, size_bytes);
    }
    weights->budget_bytes -= size_bytes;
    *out = wick_arena_alloc(import->arena, size_bytes, 1);
    wick_strided_copy(view, from->bytes, *out);
    return WICK_OK;
}

// Dense data of a view that fits its storage: in place where it can be, else a copy, made once for
// each layout.
static wick_status dense_data(wick_weights *weights, const char *what, const char *member,
                              const wick_strided *view, const storage *from, const uint8_t **out)
{
    size_t size_bytes = 0;
    if (!wick_strided_size_bytes(view, &size_bytes)) {
        return WICK_INTERNAL; // the description was checked when it was read
    }
    const size_t offset = (size_t)view->offset_elems * wick_dtype_size_bytes(view->dtype);
    if (size_bytes == 0 || (is_dense(view) && offset % ALIGNMENT == 0)) {
        *out = from->bytes + (size_bytes == 0 ? 0 : offset);
        return WICK_OK;
    }
    const char *key = layout_key(weights->import->arena, member, view);
    uint8_t *dense = wick_map_get(weights->copies, key);
    if (!dense) {
        WICK_TRY(copy_dense(weights, what, view, size_bytes, from, &dense));
        wick_map_put(weights->copies, key, dense);
    }
    *out = dense;
    return WICK_OK;
}

static wick_status refuse_pickle(const wick_import *import, const char *what, const char *member)
{
    return wick_diag_error(
        import->diag, WICK_NOT_SUPPORTED, import->archive->path,
        "%s: pickle-only weights (%s), as tensor subclasses are saved: save with torch 2.13's "
        "torch.export.save after turning them into plain tensors",
        what, member);
}

// Member and description of a payload.
static wick_status read_payload(const wick_import *import, const char *folder, const char *what,
                                const wick_json *payload, const char **member,
                                wick_tensor_meta *meta)
{
    const char *path = NULL;
    bool pickled = false;
    const wick_json *json = NULL;
    WICK_TRY(wick_json_get_string(payload, "path_name", import->diag, &path));
    WICK_TRY(wick_json_get_bool(payload, "use_pickle", import->diag, &pickled));
    *member = wick_arena_format(import->arena, "%s%s", folder, path);
    if (pickled) {
        return refuse_pickle(import, what, *member);
    }
    WICK_TRY(wick_json_member(payload, "tensor_meta", WICK_JSON_OBJECT, import->diag, &json));
    WICK_TRY(wick_import_tensor_meta(import, what, json, meta));
    if (meta->is_symbolic) {
        return wick_json_error(json, import->diag, WICK_INVALID_PROGRAM,
                               "a stored tensor with symbolic sizes");
    }
    return WICK_OK;
}

wick_status wick_weights_find(wick_weights *weights, wick_weights_source source, const char *name,
                              const char *what, wick_tensor_meta *meta, const uint8_t **data)
{
    const wick_import *import = weights->import;
    const wick_json *payload = wick_json_find(weights->config[source], name);
    const char *member = NULL;
    const storage *from = NULL;
    if (!payload) {
        return wick_json_error(weights->config[source], import->diag, WICK_INVALID_PROGRAM,
                               "does not list %s", what);
    }
    WICK_TRY(read_payload(import, sources[source].folder, what, payload, &member, meta));
    WICK_TRY(read_storage(weights, member, &from));
    if (!wick_strided_fits(&meta->view, from->size_bytes)) {
        return wick_json_error(payload, import->diag, WICK_INVALID_PROGRAM,
                               "%s reaches outside of its storage '%s' of %zu bytes", what, member,
                               from->size_bytes);
    }
    return dense_data(weights, what, member, &meta->view, from, data);
}
