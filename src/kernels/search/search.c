// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/search/search.h"

#include "kernels/element/key.h"

// Where element i of the sorted sequence lies.
static ptrdiff_t place(const wick_line *line, int32_t i)
{
    const ptrdiff_t at = wick_line_at(line, 0, i);
    return line->lines->order ? wick_line_at(line, 0, (int32_t)line->lines->order[at]) : at;
}

static bool is_integer(uint32_t dtype)
{
    return !wick_element_is_real(dtype);
}

// Whether the value goes behind element i of the sequence.
static bool is_behind(const wick_line *line, int32_t i, ptrdiff_t value)
{
    const wick_lines *const l = line->lines;
    const ptrdiff_t at = place(line, i);
    if (is_integer(l->in_dtype) && is_integer(l->beside_dtype)) {
        const int64_t element = wick_element_integer(line->in, at, l->in_dtype);
        const int64_t x = wick_element_integer(l->beside, value, l->beside_dtype);
        return l->flag ? element <= x : element < x;
    }
    const float element = wick_element_real(line->in, at, l->in_dtype);
    const float x = wick_element_real(l->beside, value, l->beside_dtype);
    return l->flag ? !(element > x) : !(element >= x);
}

static void search_line(const wick_line *line)
{
    for (int32_t i = 0; i < line->lines->lengths[1]; i++) {
        const ptrdiff_t value = wick_line_at(line, 1, i);
        int32_t begin = 0;
        int32_t end = line->lines->lengths[0];
        while (begin < end) {
            const int32_t middle = begin + (end - begin) / 2;
            if (is_behind(line, middle, value)) {
                begin = middle + 1;
            } else {
                end = middle;
            }
        }
        wick_element_store_integer(line->out, wick_line_at(line, 2, i), line->lines->out_dtype,
                                   begin);
    }
}

static int64_t key_at(const wick_line *line, int32_t i)
{
    return wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

static bool is_in(const wick_line *line, int64_t key)
{
    int32_t begin = 0;
    int32_t end = line->lines->lengths[0];
    while (begin < end) {
        const int32_t middle = begin + (end - begin) / 2;
        if (key_at(line, middle) < key) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin < line->lines->lengths[0] && key_at(line, begin) == key &&
           !wick_key_is_nan(key, line->lines->in_dtype);
}

static void is_in_line(const wick_line *line)
{
    const wick_lines *const l = line->lines;
    for (int32_t i = 0; i < l->lengths[1]; i++) {
        const int64_t key = wick_element_key(l->beside, wick_line_at(line, 1, i), l->beside_dtype);
        ((uint8_t *)line->out)[wick_line_at(line, 2, i)] = is_in(line, key) != l->flag;
    }
}

void wick_search(const wick_lines *lines, const void *sequence, void *out)
{
    wick_lines_each(lines, sequence, out, 0, search_line);
}

void wick_is_in(const wick_lines *lines, const void *sequence, void *out)
{
    wick_lines_each(lines, sequence, out, 0, is_in_line);
}
