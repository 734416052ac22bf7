// SPDX-License-Identifier: BSD-3-Clause
// The best k of a line: a heap of k indices in the out, its root the worst of them; each further
// element that beats the root takes its place. The heap is then sorted where it lies.
#include "kernels/element/key.h"
#include "kernels/sort/sort.h"

static int64_t *index_at(const wick_line *line, int32_t i)
{
    return &line->indices[wick_line_at(line, 2, i)];
}

static int64_t key_of(const wick_line *line, int64_t index)
{
    return wick_element_key(line->in, wick_line_at(line, 0, (int32_t)index), line->lines->in_dtype);
}

// Whether element a of the line comes behind element b in the order asked for.
static bool is_worse(const wick_line *line, int64_t a, int64_t b)
{
    const int64_t first = key_of(line, a);
    const int64_t second = key_of(line, b);
    if (first == second) {
        return a > b;
    }
    return line->lines->flag ? first < second : first > second;
}

// Lets `index` sink from place `at` of a heap of `size`, which is a heap below.
static void sink(const wick_line *line, int32_t at, int32_t size, int64_t index)
{
    for (;;) {
        const int64_t first = 2 * (int64_t)at + 1;
        if (first >= size) {
            break;
        }
        int32_t child = (int32_t)first;
        if (child + 1 < size &&
            is_worse(line, *index_at(line, child + 1), *index_at(line, child))) {
            child++;
        }
        if (!is_worse(line, *index_at(line, child), index)) {
            break;
        }
        *index_at(line, at) = *index_at(line, child);
        at = child;
    }
    *index_at(line, at) = index;
}

static void choose(const wick_line *line, int32_t k)
{
    for (int32_t i = 0; i < k; i++) {
        *index_at(line, i) = i;
    }
    for (int32_t i = k / 2; i-- > 0;) {
        sink(line, i, k, *index_at(line, i));
    }
    for (int32_t i = k; i < wick_line_size(line); i++) {
        if (is_worse(line, *index_at(line, 0), i)) {
            sink(line, 0, k, i);
        }
    }
    for (int32_t last = k - 1; last > 0; last--) {
        const int64_t moved = *index_at(line, last);
        *index_at(line, last) = *index_at(line, 0);
        sink(line, 0, last, moved);
    }
}

static void topk_line(const wick_line *line)
{
    const int32_t k = line->lines->lengths[1];
    if (k == 0) {
        return;
    }
    choose(line, k);
    for (int32_t i = 0; i < k; i++) {
        wick_element_move(line->in, wick_line_at(line, 0, (int32_t)*index_at(line, i)), line->out,
                          wick_line_at(line, 1, i), line->lines->in_dtype);
    }
}

void wick_topk(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, topk_line);
}
