// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/archive.h"

#include "compiler/support/text.h"

#include <string.h>

static const char models_folder[] = "models/";
static const char models_suffix[] = ".json";

typedef struct file_kind {
    size_t offset;
    const char *magic;
    size_t length;
    const char *hint;
} file_kind;

// What people hand over instead, by its first bytes.
static const file_kind file_kinds[] = {
    {4, "ET12", 4, "this is a .pte program, which is compiled already: `wick run` runs it"},
    {4, "ET00", 4, "this is a .pte program, which is compiled already: `wick run` runs it"},
    {4, "TFL3", 4, "this is a TensorFlow Lite model; Wick reads what torch.export.save writes"},
    {0, "\x80\x02", 2,
     "this looks like a pickle (torch.save of old); save with torch.export.save(ep, "
     "\"model.pt2\")"},
    {0, "\x80\x03", 2, "this looks like a pickle; save with torch.export.save(ep, \"model.pt2\")"},
    {0, "\x80\x04", 2, "this looks like a pickle; save with torch.export.save(ep, \"model.pt2\")"},
    {0, "\x08", 1, "this looks like an ONNX model; Wick reads what torch.export.save writes"},
    {0, "\x93NUMPY", 6, "this is a NumPy array, not a model"},
    {0, "{", 1, "this looks like JSON; Wick reads the archive that torch.export.save writes"},
    {0, "version https://git-lfs", 23, "this is a Git LFS pointer: run `git lfs pull`"},
};

// Members at the top level that tell other ZIPs of PyTorch apart.
static const struct {
    const char *member; // in the top folder, or at the root
    const char *hint;
} other_zips[] = {
    {"serialized_exported_program.json",
     "this is a .pt2 of an older torch, with pickled weights; with torch 2.13, save it again: "
     "torch.export.save(torch.export.load(\"old.pt2\"), \"new.pt2\")"},
    {"constants.pkl",
     "this is a TorchScript file; export the model with torch.export.export, then save it with "
     "torch.export.save"},
    {"data.pkl",
     "this is a torch.save file (weights without the graph); load it into its module, then use "
     "torch.export.export and torch.export.save"},
};

static wick_status not_a_zip(const char *path, const uint8_t *bytes, size_t size_bytes,
                             wick_diag *diag)
{
    if (size_bytes == 0) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, path, "the file is empty");
    }
    wick_text first = {.arena = diag->arena};
    for (size_t k = 0; k < size_bytes && k < 8; k++) {
        wick_text_format(&first, "%s%02x", k ? " " : "", bytes[k]);
    }
    const char *hint = "expected an archive that torch.export.save wrote";
    for (size_t k = 0; k < sizeof file_kinds / sizeof *file_kinds; k++) {
        const file_kind *kind = &file_kinds[k];
        if (size_bytes >= kind->offset + kind->length &&
            memcmp(bytes + kind->offset, kind->magic, kind->length) == 0) {
            hint = kind->hint;
            break;
        }
    }
    return wick_diag_error(diag, WICK_INVALID_PROGRAM, path,
                           "not a ZIP archive (it starts with %s): %s", wick_text_string(&first),
                           hint);
}

static bool ends_with(const char *text, const char *suffix)
{
    const size_t length = strlen(text);
    const size_t wanted = strlen(suffix);
    return length >= wanted && strcmp(text + length - wanted, suffix) == 0;
}

// Whether the member is `name` at the root or in a top folder.
static bool is_top_member(const char *member, const char *name)
{
    const char *slash = strchr(member, '/');
    return strcmp(member, name) == 0 || (slash && strcmp(slash + 1, name) == 0);
}

// The top folder is the one that holds archive_format.
static const char *find_folder(const wick_archive *archive)
{
    static const char name[] = "archive_format";
    for (uint32_t k = 0; k < wick_zip_count(archive->zip); k++) {
        const char *member = wick_zip_name(archive->zip, k);
        if (is_top_member(member, name)) {
            return wick_arena_copy_string(archive->arena, member, strlen(member) - strlen(name));
        }
    }
    return NULL;
}

static wick_status no_folder(const wick_archive *archive)
{
    for (size_t row = 0; row < sizeof other_zips / sizeof *other_zips; row++) {
        for (uint32_t k = 0; k < wick_zip_count(archive->zip); k++) {
            if (is_top_member(wick_zip_name(archive->zip, k), other_zips[row].member)) {
                return wick_diag_error(archive->diag, WICK_NOT_SUPPORTED, archive->path, "%s",
                                       other_zips[row].hint);
            }
        }
    }
    return wick_diag_error(
        archive->diag, WICK_INVALID_PROGRAM, archive->path,
        "a ZIP archive without 'archive_format': not written by torch.export.save");
}

static const char *full_name(const wick_archive *archive, const char *name)
{
    return wick_arena_format(archive->arena, "%s%s", archive->folder, name);
}

bool wick_archive_has(const wick_archive *archive, const char *name)
{
    uint32_t index = 0;
    return wick_zip_find(archive->zip, full_name(archive, name), &index);
}

static wick_status read_member(const wick_archive *archive, const char *name, uint8_t **out,
                               size_t *size_bytes)
{
    uint32_t index = 0;
    if (!wick_zip_find(archive->zip, full_name(archive, name), &index)) {
        return wick_diag_error(archive->diag, WICK_INVALID_PROGRAM, archive->path,
                               "the archive has no member '%s'", name);
    }
    return wick_zip_read(archive->zip, index, archive->arena, archive->diag, out, size_bytes);
}

wick_status wick_archive_read(const wick_archive *archive, const char *name, const uint8_t **out,
                              size_t *size_bytes)
{
    uint8_t *bytes = NULL;
    WICK_TRY(read_member(archive, name, &bytes, size_bytes));
    *out = bytes;
    return WICK_OK;
}

// A document in memory takes some twenty times its text: a packed one that is far larger than the
// archive is no model.
static bool is_bomb(const wick_archive *archive, const char *name)
{
    const size_t floor_bytes = (size_t)1 << 22;
    uint32_t index = 0;
    return wick_zip_find(archive->zip, full_name(archive, name), &index) &&
           wick_zip_size_bytes(archive->zip, index) / 64 > floor_bytes / 64 + archive->size_bytes;
}

wick_status wick_archive_json(const wick_archive *archive, const char *name, const wick_json **out)
{
    const uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    if (is_bomb(archive, name)) {
        return wick_diag_error(archive->diag, WICK_OUT_OF_RESOURCES, archive->path,
                               "%s unpacks to far more than the archive (%zu bytes)", name,
                               archive->size_bytes);
    }
    WICK_TRY(wick_archive_read(archive, name, &bytes, &size_bytes));
    const char *where = wick_arena_format(archive->arena, "%s: %s", archive->path, name);
    return wick_json_parse(archive->arena, bytes, size_bytes, where, archive->diag, out);
}

// A small text member must read `expected`; it may be absent if `optional`.
static wick_status expect_text(const wick_archive *archive, const char *name, const char *expected,
                               bool optional)
{
    const uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    if (optional && !wick_archive_has(archive, name)) {
        return WICK_OK;
    }
    WICK_TRY(wick_archive_read(archive, name, &bytes, &size_bytes));
    if (size_bytes == strlen(expected) && memcmp(bytes, expected, size_bytes) == 0) {
        return WICK_OK;
    }
    const int shown = size_bytes < 32 ? (int)size_bytes : 32;
    return wick_diag_error(archive->diag, WICK_NOT_SUPPORTED, archive->path,
                           "%s is '%.*s', expected '%s'", name, shown, (const char *)bytes,
                           expected);
}

// "models/<name>.json" gives the name, other members NULL.
static const char *model_name(const wick_archive *archive, uint32_t index)
{
    const char *member = wick_zip_name(archive->zip, index);
    const size_t folder = strlen(archive->folder);
    if (strncmp(member, archive->folder, folder) != 0) {
        return NULL;
    }
    member += folder;
    const size_t prefix = sizeof models_folder - 1;
    if (strncmp(member, models_folder, prefix) != 0 || !ends_with(member + prefix, models_suffix)) {
        return NULL;
    }
    member += prefix;
    return wick_arena_copy_string(archive->arena, member,
                                  strlen(member) - (sizeof models_suffix - 1));
}

static wick_status choose_model(wick_archive *archive, const char *wanted)
{
    wick_text names = {.arena = archive->arena};
    uint32_t count = 0;
    const char *only = NULL;
    for (uint32_t k = 0; k < wick_zip_count(archive->zip); k++) {
        const char *name = model_name(archive, k);
        if (!name) {
            continue;
        }
        wick_text_format(&names, "%s%s", count++ ? ", " : "", name);
        only = name;
        if (strcmp(name, wanted ? wanted : "model") == 0) {
            archive->model = name;
        }
    }
    if (!archive->model && !wanted && count == 1) {
        archive->model = only;
    }
    if (archive->model) {
        return WICK_OK;
    }
    if (count == 0) {
        return wick_diag_error(
            archive->diag, WICK_NOT_FOUND, archive->path,
            "the archive holds no exported program (an AOTInductor package?); save one with "
            "torch.export.save");
    }
    return wick_diag_error(archive->diag, WICK_NOT_FOUND, archive->path,
                           "the archive has no model '%s'; it has: %s", wanted ? wanted : "model",
                           wick_text_string(&names));
}

static wick_status check_archive(wick_archive *archive, const char *model)
{
    archive->folder = find_folder(archive);
    if (!archive->folder) {
        return no_folder(archive);
    }
    WICK_TRY(expect_text(archive, "archive_format", "pt2", false));
    WICK_TRY(expect_text(archive, "byteorder", "little", true));
    return choose_model(archive, model);
}

wick_status wick_archive_open(wick_arena *arena, const void *bytes, size_t size_bytes,
                              const char *path, const char *model, wick_diag *diag,
                              wick_archive *out)
{
    *out = (wick_archive){.arena = arena, .diag = diag, .path = path, .size_bytes = size_bytes};
    if (size_bytes < 2 || memcmp(bytes, "PK", 2) != 0) {
        return not_a_zip(path, bytes, size_bytes, diag);
    }
    WICK_TRY(wick_zip_open(arena, bytes, size_bytes, path, diag, &out->zip));
    const wick_status status = check_archive(out, model);
    if (status != WICK_OK) {
        wick_archive_close(out);
    }
    return status;
}

void wick_archive_close(wick_archive *archive)
{
    wick_zip_close(archive->zip);
    archive->zip = NULL;
}
