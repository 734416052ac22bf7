// SPDX-License-Identifier: BSD-3-Clause
// Files for tests, read into 16-aligned memory of exactly their size, so that a sanitizer sees a
// byte too far.
#ifndef WICK_TESTS_FILES_H
#define WICK_TESTS_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A copy that ends where its memory ends. Free it.
static inline void *test_copy(const void *bytes, size_t size_bytes)
{
    void *copy = 0;
    if (posix_memalign(&copy, 16, size_bytes > 0 ? size_bytes : 1) != 0) {
        abort();
    }
    if (size_bytes > 0) {
        memcpy(copy, bytes, size_bytes);
    }
    return copy;
}

// NULL if there is no such file.
static inline void *test_read(const char *path, size_t *size_bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == 0) {
        return 0;
    }
    static char buffer[1 << 24];
    *size_bytes = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    return test_copy(buffer, *size_bytes);
}

// A file of the folder shared/official beside the checkout, or of the one that WICK_SHARED names.
static inline void *test_read_official(const char *name, size_t *size_bytes)
{
    char path[4096];
    const char *shared = getenv("WICK_SHARED");
    if (shared != 0) {
        snprintf(path, sizeof path, "%s/official/%s", shared, name);
    } else {
        snprintf(path, sizeof path, "%s/../shared/official/%s", WICK_SOURCE_DIR, name);
    }
    void *bytes = test_read(path, size_bytes);
    if (bytes == 0) {
        printf("skipped: %s is absent\n", path);
    }
    return bytes;
}

#endif
