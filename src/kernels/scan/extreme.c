// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/key.h"
#include "kernels/scan/scan.h"

// Greater is better: the key of element i, turned around for a minimum. NaN stays the greatest.
static int64_t merit(const wick_line *line, int32_t i)
{
    const wick_lines *const l = line->lines;
    const int64_t key = wick_element_key(line->in, wick_line_at(line, 0, i), l->in_dtype);
    return l->flag && !wick_key_is_nan(key, l->in_dtype) ? ~key : key;
}

static void put(const wick_line *line, int32_t from, int32_t to)
{
    wick_element_move(line->in, wick_line_at(line, 0, from), line->out, wick_line_at(line, 1, to),
                      line->lines->in_dtype);
    line->indices[wick_line_at(line, 2, to)] = from;
}

static void extreme_line(const wick_line *line)
{
    int32_t best = 0;
    int64_t most = merit(line, 0);
    for (int32_t i = 1; i < wick_line_size(line); i++) {
        const int64_t value = merit(line, i);
        if (value > most) {
            most = value;
            best = i;
        }
    }
    put(line, best, 0);
}

static void running_extreme_line(const wick_line *line)
{
    int32_t best = 0;
    int64_t most = INT64_MIN;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const int64_t value = merit(line, i);
        if (value >= most) {
            most = value;
            best = i;
        }
        put(line, best, i);
    }
}

void wick_scan_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, running_extreme_line);
}

void wick_line_extreme(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, extreme_line);
}
