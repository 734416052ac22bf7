// SPDX-License-Identifier: BSD-3-Clause
// libzip does the format. What it leaves to its user is bounded here: how large a member may claim
// to be, and how much all reads may produce together (members may overlap in a hostile archive).
#include "compiler/support/zip.h"

#include "base/checked.h"
#include "compiler/support/map.h"

#include <zip.h>

#include <string.h>

enum { MAX_MEMBERS = 1 << 18, MAX_DEFLATE_RATIO = 1032, BUDGET_FACTOR = 4 };
static const uint64_t budget_floor_bytes = 64u << 20;

typedef struct member {
    const char *name;
    uint64_t size_bytes;
    uint64_t packed_bytes;
    uint16_t method;
    bool encrypted;
} member;

struct wick_zip {
    zip_t *archive;
    wick_arena *arena;
    const char *name;
    size_t archive_bytes;
    uint64_t budget_bytes;
    uint32_t count;
    member *members;
    wick_map *by_name; // to members
};

static wick_status open_failed(wick_diag *diag, const char *name, zip_error_t *problem)
{
    wick_diag_error(diag, WICK_INVALID_PROGRAM, name,
                    "is not a ZIP archive, or a truncated one: %s", zip_error_strerror(problem));
    zip_error_fini(problem);
    return WICK_INVALID_PROGRAM;
}

static wick_status open_archive(const void *bytes, size_t size_bytes, const char *name,
                                wick_diag *diag, zip_t **out)
{
    zip_error_t problem;
    zip_error_init(&problem);
    zip_source_t *source = zip_source_buffer_create(bytes, size_bytes, 0, &problem);
    if (!source) {
        return open_failed(diag, name, &problem);
    }
    *out = zip_open_from_source(source, ZIP_RDONLY, &problem);
    if (!*out) {
        zip_source_free(source);
        return open_failed(diag, name, &problem);
    }
    zip_error_fini(&problem);
    return WICK_OK;
}

static wick_status list_members(wick_zip *zip, wick_diag *diag)
{
    const zip_int64_t count = zip_get_num_entries(zip->archive, 0);
    if (count < 0 || count > MAX_MEMBERS) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, zip->name,
                               "has %lld members, at most %d are expected", (long long)count,
                               MAX_MEMBERS);
    }
    zip->members = wick_arena_alloc(zip->arena, (size_t)count, sizeof *zip->members);
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t info;
        if (zip_stat_index(zip->archive, (zip_uint64_t)i, 0, &info) != 0) {
            return wick_diag_error(diag, WICK_INVALID_PROGRAM, zip->name, "member %lld: %s",
                                   (long long)i, zip_strerror(zip->archive));
        }
        member *entry = &zip->members[zip->count++];
        entry->name = wick_arena_copy_string(zip->arena, info.name, strlen(info.name));
        entry->size_bytes = info.size;
        entry->packed_bytes = info.comp_size;
        entry->method = info.comp_method;
        entry->encrypted = info.encryption_method != ZIP_EM_NONE;
        if (!wick_map_get(zip->by_name, entry->name)) {
            wick_map_put(zip->by_name, entry->name, entry);
        }
    }
    return WICK_OK;
}

wick_status wick_zip_open(wick_arena *arena, const void *bytes, size_t size_bytes, const char *name,
                          wick_diag *diag, wick_zip **out)
{
    *out = NULL;
    if (size_bytes == 0) { // libzip takes it for an archive without members
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, name, "is empty");
    }
    zip_t *archive = NULL;
    WICK_TRY(open_archive(bytes, size_bytes, name, diag, &archive));
    wick_zip *zip = wick_arena_alloc(arena, 1, sizeof *zip);
    zip->archive = archive;
    zip->arena = arena;
    zip->name = name;
    zip->archive_bytes = size_bytes;
    zip->budget_bytes = budget_floor_bytes + (uint64_t)size_bytes * BUDGET_FACTOR;
    zip->by_name = wick_map_create(arena);
    const wick_status status = list_members(zip, diag);
    if (status != WICK_OK) {
        wick_zip_close(zip);
        return status;
    }
    *out = zip;
    return WICK_OK;
}

void wick_zip_close(wick_zip *zip)
{
    if (zip) {
        zip_discard(zip->archive);
    }
}

uint32_t wick_zip_count(const wick_zip *zip)
{
    return zip->count;
}

const char *wick_zip_name(const wick_zip *zip, uint32_t index)
{
    return zip->members[index].name;
}

size_t wick_zip_size_bytes(const wick_zip *zip, uint32_t index)
{
    return (size_t)zip->members[index].size_bytes;
}

bool wick_zip_find(const wick_zip *zip, const char *name, uint32_t *index)
{
    const member *found = wick_map_get(zip->by_name, name);
    if (found) {
        *index = (uint32_t)(found - zip->members);
    }
    return found != NULL;
}

static const char *member_where(wick_arena *arena, const wick_zip *zip, const member *entry)
{
    return wick_arena_format(arena, "%s: member '%s'", zip->name, entry->name);
}

// Whether the member may be read at all, before memory is taken for it.
static wick_status check_member(const wick_zip *zip, const member *entry, wick_diag *diag)
{
    const char *where = member_where(diag->arena, zip, entry);
    if (entry->encrypted) {
        return wick_diag_error(diag, WICK_NOT_SUPPORTED, where, "is encrypted");
    }
    if (entry->method != ZIP_CM_STORE && entry->method != ZIP_CM_DEFLATE) {
        return wick_diag_error(diag, WICK_NOT_SUPPORTED, where,
                               "is packed by method %u; expected stored (0) or deflate (8)",
                               (unsigned)entry->method);
    }
    const uint64_t ratio = entry->method == ZIP_CM_STORE ? 1 : MAX_DEFLATE_RATIO;
    if (entry->packed_bytes > zip->archive_bytes ||
        entry->size_bytes / ratio > entry->packed_bytes) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, where,
                               "claims %llu bytes, more than an archive of %zu bytes can hold",
                               (unsigned long long)entry->size_bytes, zip->archive_bytes);
    }
    if (entry->size_bytes > zip->budget_bytes) {
        return wick_diag_error(diag, WICK_OUT_OF_RESOURCES, where,
                               "the members unpack to far more than the archive (%zu bytes)",
                               zip->archive_bytes);
    }
    return WICK_OK;
}

// False on a read error, or if the member has not exactly this many bytes (the CRC is checked on
// reaching the end).
static bool read_exactly(zip_file_t *file, uint8_t *bytes, uint64_t size_bytes)
{
    uint8_t past_end;
    uint64_t used = 0;
    while (used < size_bytes) {
        const zip_int64_t got = zip_fread(file, bytes + used, size_bytes - used);
        if (got <= 0) {
            return false;
        }
        used += (uint64_t)got;
    }
    return zip_fread(file, &past_end, 1) == 0;
}

wick_status wick_zip_read(wick_zip *zip, uint32_t index, wick_arena *arena, wick_diag *diag,
                          uint8_t **out, size_t *size_bytes)
{
    const member *entry = &zip->members[index];
    WICK_TRY(check_member(zip, entry, diag));
    zip->budget_bytes -= entry->size_bytes;
    zip_file_t *file = zip_fopen_index(zip->archive, index, 0);
    if (!file) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, member_where(diag->arena, zip, entry),
                               "cannot be read: %s", zip_strerror(zip->archive));
    }
    uint8_t *bytes = wick_arena_alloc(arena, (size_t)entry->size_bytes + 1, 1);
    const bool complete = read_exactly(file, bytes, entry->size_bytes);
    zip_fclose(file);
    if (!complete) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, member_where(diag->arena, zip, entry),
                               "is truncated, or its checksum is wrong");
    }
    *out = bytes;
    *size_bytes = (size_t)entry->size_bytes;
    return WICK_OK;
}
