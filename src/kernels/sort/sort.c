// SPDX-License-Identifier: BSD-3-Clause
// Merge sort from the bottom, of indices. Each int64 of the out holds two 32-bit indices: runs are
// merged from one half of the words into the other, so that no buffer is needed.
#include "kernels/sort/sort.h"

#include "kernels/element/key.h"

enum { SHORT_RUN = 8 }; // elements that are sorted by insertion first

typedef struct sorting {
    const wick_line *line;
    uint32_t from; // bits to shift: the half that holds the runs
} sorting;

static uint64_t *word(const sorting *s, int32_t i)
{
    return (uint64_t *)s->line->indices + wick_line_at(s->line, 2, i);
}

static int32_t half(const sorting *s, int32_t i)
{
    return (int32_t)(uint32_t)(*word(s, i) >> s->from);
}

static void set_half(const sorting *s, uint32_t shift, int32_t i, int32_t value)
{
    uint64_t *const w = word(s, i);
    *w = (*w & ~(0xffffffffull << shift)) | (uint64_t)(uint32_t)value << shift;
}

// Whether element b of the line goes before element a that stands before it.
static bool overtakes(const sorting *s, int32_t a, int32_t b)
{
    const wick_line *const line = s->line;
    const uint32_t dtype = line->lines->in_dtype;
    const int64_t first = wick_element_key(line->in, wick_line_at(line, 0, a), dtype);
    const int64_t second = wick_element_key(line->in, wick_line_at(line, 0, b), dtype);
    return line->lines->flag ? second > first : second < first;
}

static void insertion_sort(const sorting *s, int32_t begin, int32_t end)
{
    for (int32_t i = begin; i < end; i++) {
        int32_t at = i;
        for (; at > begin && overtakes(s, half(s, at - 1), i); at--) {
            set_half(s, s->from, at, half(s, at - 1));
        }
        set_half(s, s->from, at, i);
    }
}

static void merge(const sorting *s, int32_t begin, int32_t middle, int32_t end)
{
    int32_t left = begin;
    int32_t right = middle;
    for (int32_t i = begin; i < end; i++) {
        const bool takes_right =
            right < end && (left == middle || overtakes(s, half(s, left), half(s, right)));
        set_half(s, 32 - s->from, i, half(s, takes_right ? right : left));
        left += !takes_right;
        right += takes_right;
    }
}

static int32_t least(int64_t a, int32_t b)
{
    return a < b ? (int32_t)a : b;
}

static void sort_indices(sorting *s, int32_t size)
{
    for (int32_t i = 0; i < size; i += least(SHORT_RUN, size - i)) {
        insertion_sort(s, i, least((int64_t)i + SHORT_RUN, size));
    }
    for (int64_t run = SHORT_RUN; run < size; run *= 2) {
        for (int64_t i = 0; i < size; i += 2 * run) {
            merge(s, (int32_t)i, least(i + run, size), least(i + 2 * run, size));
        }
        s->from = 32 - s->from;
    }
}

static void sort_line(const wick_line *line)
{
    const int32_t size = wick_line_size(line);
    sorting s = {line, 0};
    sort_indices(&s, size);
    for (int32_t i = 0; i < size; i++) {
        const int32_t index = half(&s, i);
        *word(&s, i) = (uint64_t)index;
        if (line->out) {
            wick_element_move(line->in, wick_line_at(line, 0, index), line->out,
                              wick_line_at(line, 1, i), line->lines->in_dtype);
        }
    }
}

void wick_sort(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, sort_line);
}
