// SPDX-License-Identifier: BSD-3-Clause
// Choice by rank without memory: the key of the answer is found from its highest bits down, four
// at a time, by counting the elements that share what is known of it.
#include "kernels/element/key.h"
#include "kernels/sort/sort.h"

enum { DIGIT_BITS = 4, DIGITS = 1 << DIGIT_BITS };

// The key of element i, as an unsigned number in the same order.
static uint64_t key_of(const wick_line *line, int32_t i)
{
    const int64_t key = wick_element_key(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
    return (uint64_t)key ^ 1ull << 63;
}

static bool is_nan(const wick_line *line, int32_t i)
{
    return wick_key_is_nan((int64_t)(key_of(line, i) ^ 1ull << 63), line->lines->in_dtype);
}

// How many of the known high bits and of the next digit the line has.
static void count_digits(const wick_line *line, uint64_t known, uint32_t shift,
                         int32_t counts[DIGITS])
{
    memset(counts, 0, DIGITS * sizeof counts[0]);
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const uint64_t key = key_of(line, i) >> shift;
        if (key >> DIGIT_BITS == known) {
            counts[key & (DIGITS - 1)]++;
        }
    }
}

static uint64_t key_of_rank(const wick_line *line, int32_t rank)
{
    int32_t counts[DIGITS];
    uint64_t known = 0;
    for (uint32_t shift = 64; shift > 0;) {
        shift -= DIGIT_BITS;
        count_digits(line, known, shift, counts);
        uint32_t digit = 0;
        while (digit + 1 < DIGITS && rank >= counts[digit]) {
            rank -= counts[digit++];
        }
        known = known << DIGIT_BITS | digit;
    }
    return known;
}

static int32_t count_nans(const wick_line *line)
{
    int32_t count = 0;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        count += is_nan(line, i);
    }
    return count;
}

static int32_t rank_of(const wick_line *line)
{
    const int32_t size = wick_line_size(line);
    if (line->lines->number >= 0) {
        return (int32_t)line->lines->number;
    }
    const int32_t nans = count_nans(line);
    if (nans == size || (nans > 0 && !line->lines->skips_nan)) {
        return size - 1;
    }
    return (size - nans - 1) / 2;
}

static void kth_line(const wick_line *line)
{
    const uint64_t key = key_of_rank(line, rank_of(line));
    int32_t i = 0;
    while (i + 1 < wick_line_size(line) && key_of(line, i) != key) {
        i++;
    }
    wick_element_move(line->in, wick_line_at(line, 0, i), line->out, line->at[1],
                      line->lines->in_dtype);
    if (line->indices) {
        line->indices[line->at[2]] = i;
    }
}

void wick_kth(const wick_lines *lines, const void *in, void *out, int64_t *indices)
{
    wick_lines_each(lines, in, out, indices, kth_line);
}
