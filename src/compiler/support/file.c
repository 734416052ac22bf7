// SPDX-License-Identifier: BSD-3-Clause
#define _POSIX_C_SOURCE \
    200809L // open, fstat; asked of the C library, so it stands before every include
#include "compiler/support/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ_BYTES = 1 << 16, TEMPORARY_NAMES = 100 };

typedef struct reader {
    wick_arena *arena;
    const char *path;
    size_t limit_bytes;
    wick_diag *diag;
    uint8_t *bytes;
    size_t used;
} reader;

static wick_status read_failed(wick_diag *diag, const char *path)
{
    const wick_status status = errno == ENOENT ? WICK_NOT_FOUND : WICK_ACCESS_FAILED;
    return wick_diag_error(diag, status, path, "cannot read: %s", strerror(errno));
}

static wick_status too_large(const reader *to)
{
    return wick_diag_error(to->diag, WICK_OUT_OF_RESOURCES, to->path,
                           "larger than the limit of %zu bytes", to->limit_bytes);
}

// Reads to the end; a pipe has no size, so the buffer grows while there is more.
static wick_status read_all(reader *to, int file, size_t expected)
{
    size_t capacity = expected + 1;
    to->bytes = wick_arena_alloc(to->arena, capacity, 1);
    for (;;) {
        const ssize_t got = read(file, to->bytes + to->used, capacity - to->used);
        if (got < 0 && errno != EINTR) {
            return read_failed(to->diag, to->path);
        }
        if (got == 0) {
            to->bytes[to->used] = 0;
            return WICK_OK;
        }
        to->used += got > 0 ? (size_t)got : 0;
        if (to->used > to->limit_bytes) {
            return too_large(to);
        }
        if (to->used == capacity) {
            capacity *= 2;
            uint8_t *grown = wick_arena_alloc(to->arena, capacity, 1);
            memcpy(grown, to->bytes, to->used);
            to->bytes = grown;
        }
    }
}

static wick_status read_open(reader *to, int file)
{
    struct stat info;
    if (fstat(file, &info) != 0) {
        return read_failed(to->diag, to->path);
    }
    if (S_ISDIR(info.st_mode)) {
        return wick_diag_error(to->diag, WICK_ACCESS_FAILED, to->path,
                               "is a folder, expected a file");
    }
    size_t expected = FIRST_READ_BYTES;
    if (S_ISREG(info.st_mode)) {
        if ((uintmax_t)info.st_size > to->limit_bytes) {
            return too_large(to);
        }
        expected = (size_t)info.st_size;
    }
    return read_all(to, file, expected);
}

wick_status wick_file_read(wick_arena *arena, const char *path, size_t limit_bytes, wick_diag *diag,
                           uint8_t **out, size_t *size_bytes)
{
    reader to = {.arena = arena, .path = path, .limit_bytes = limit_bytes, .diag = diag};
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return read_failed(diag, path);
    }
    const wick_status status = read_open(&to, file);
    close(file);
    *out = to.bytes;
    *size_bytes = to.used;
    return status;
}

// 0, or the error number.
static int write_all(int file, const uint8_t *bytes, size_t size_bytes)
{
    while (size_bytes > 0) {
        const ssize_t put = write(file, bytes, size_bytes);
        if (put < 0 && errno != EINTR) {
            return errno;
        }
        if (put > 0) {
            bytes += put;
            size_bytes -= (size_t)put;
        }
    }
    return 0;
}

static int write_and_close(int file, const void *bytes, size_t size_bytes)
{
    const int problem = write_all(file, bytes, size_bytes);
    const int close_problem = close(file) == 0 ? 0 : errno;
    return problem ? problem : close_problem;
}

static int write_in_place(const char *path, const void *bytes, size_t size_bytes)
{
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    return file < 0 ? errno : write_and_close(file, bytes, size_bytes);
}

// A new file beside `path`; -1 with errno on failure.
static int open_temporary(wick_arena *arena, const char *path, const char **name)
{
    int file = -1;
    for (int i = 0; i < TEMPORARY_NAMES; i++) {
        *name = wick_arena_format(arena, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        file = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST) {
            break;
        }
    }
    return file;
}

static int write_by_rename(wick_arena *arena, const char *path, const void *bytes,
                           size_t size_bytes)
{
    const char *temporary = NULL;
    const int file = open_temporary(arena, path, &temporary);
    if (file < 0) {
        return errno;
    }
    int problem = write_and_close(file, bytes, size_bytes);
    if (problem == 0 && rename(temporary, path) != 0) {
        problem = errno;
    }
    if (problem != 0) {
        unlink(temporary);
    }
    return problem;
}

wick_status wick_file_write(const char *path, const void *bytes, size_t size_bytes, wick_diag *diag)
{
    struct stat info;
    const bool special = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    const int problem = special ? write_in_place(path, bytes, size_bytes)
                                : write_by_rename(diag->arena, path, bytes, size_bytes);
    if (problem != 0) {
        return wick_diag_error(diag, WICK_ACCESS_FAILED, path, "cannot write: %s",
                               strerror(problem));
    }
    return WICK_OK;
}
