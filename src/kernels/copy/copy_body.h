// SPDX-License-Identifier: BSD-3-Clause
// Loops over elements of one size; included by copy.c with STORAGE, an unsigned type of that size,
// and NAMED(stem).

static void NAMED(copy_plane)(const plane *rows, const void *from, void *to)
{
    for (int32_t i = 0; i < rows->sizes[0]; i++) {
        const STORAGE *source = (const STORAGE *)from + i * rows->from_strides[0];
        STORAGE *target = (STORAGE *)to + i * rows->to_strides[0];
        for (int32_t j = 0; j < rows->sizes[1]; j++) {
            target[j * rows->to_strides[1]] = source[j * rows->from_strides[1]];
        }
    }
}

static void NAMED(fill)(const void *pattern, size_t count, void *to)
{
    const STORAGE value = *(const STORAGE *)pattern;
    STORAGE *target = (STORAGE *)to;
    for (size_t i = 0; i < count; i++) {
        target[i] = value;
    }
}
