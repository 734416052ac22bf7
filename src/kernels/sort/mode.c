// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/key.h"
#include "kernels/sort/sort.h"

static int64_t key_of(const wick_line *line, int32_t i)
{
    return wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

// Sorted values stand in runs of equals; a NaN equals nothing, and each is a run of its own.
static void mode_line(const wick_line *line)
{
    int32_t best = 0;
    int32_t best_count = 0;
    int32_t begin = 0;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const int64_t key = key_of(line, i);
        if (key != key_of(line, begin) || wick_key_is_nan(key, line->lines->in_dtype)) {
            begin = i;
        }
        if (i - begin + 1 > best_count) {
            best_count = i - begin + 1;
            best = i;
        }
    }
    wick_element_move(line->in, wick_line_at(line, 0, best), line->out, line->at[1],
                      line->lines->in_dtype);
    line->indices[line->at[2]] =
        ((const int64_t *)line->lines->beside)[wick_line_at(line, 0, best)];
}

void wick_mode_of_sorted(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, mode_line);
}
