// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/line/lines.h"

static bool is_empty(const wick_lines *lines)
{
    for (uint32_t d = 0; d < lines->rank; d++) {
        if (lines->sizes[d] == 0) {
            return true;
        }
    }
    return false;
}

static void move(wick_line *line, uint32_t dim, int32_t count)
{
    for (uint32_t k = 0; k < WICK_LINE_OPERANDS; k++) {
        line->at[k] += (ptrdiff_t)count * line->lines->strides[k][dim];
    }
}

// Steps to the next line; false after the last.
static bool next(wick_line *line, int32_t *counter)
{
    const wick_lines *const lines = line->lines;
    for (uint32_t d = lines->rank; d-- > 0;) {
        move(line, d, 1);
        if (++counter[d] < lines->sizes[d]) {
            return true;
        }
        move(line, d, -lines->sizes[d]);
        counter[d] = 0;
    }
    return false;
}

void wick_lines_each(const wick_lines *lines, const void *in, void *out, int64_t *indices,
                     wick_line_visit *visit)
{
    wick_line line = {lines, in, out, indices, {0}};
    int32_t counter[WICK_MAX_RANK] = {0};
    if (is_empty(lines)) {
        return;
    }
    do {
        visit(&line);
    } while (next(&line, counter));
}
