// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/sort/quantile.h"
#include "kernels/element/key.h"
#include "kernels/math/rounding.h"

static float element(const wick_line *line, int32_t i)
{
    return wick_element_load(line->in, wick_line_at(line, 0, i), line->lines->in_dtype);
}

// Sorted elements before the first NaN.
static int32_t count_numbers(const wick_line *line)
{
    int32_t count = wick_line_size(line);
    while (count > 0 && element(line, count - 1) != element(line, count - 1)) {
        count--;
    }
    return count;
}

static float between(float a, float b, float weight)
{
    return weight < 0.5f ? a + weight * (b - a) : b - (b - a) * (1 - weight);
}

static float quantile(const wick_line *line, int32_t count, float q)
{
    const float rank = q * (float)(count - 1);
    const float floor = wick_floor_f32(rank);
    const int32_t below = (int32_t)floor;
    const int32_t above = rank > floor ? below + 1 : below;
    switch ((wick_interpolation)line->lines->number) {
    case WICK_INTERPOLATION_LOWER:
        return element(line, below);
    case WICK_INTERPOLATION_HIGHER:
        return element(line, above);
    case WICK_INTERPOLATION_NEAREST:
        return element(line, (int32_t)wick_rint_f32(rank));
    case WICK_INTERPOLATION_MIDPOINT:
        return between(element(line, below), element(line, above), 0.5f);
    case WICK_INTERPOLATION_LINEAR:
        break;
    }
    return between(element(line, below), element(line, above), rank - floor);
}

static void quantile_line(const wick_line *line)
{
    const wick_lines *const l = line->lines;
    const int32_t numbers = count_numbers(line);
    const bool is_unknown = numbers == 0 || (numbers < wick_line_size(line) && !l->skips_nan);
    for (int32_t i = 0; i < l->lengths[1]; i++) {
        const float q = wick_element_load(l->beside, i, l->beside_dtype);
        wick_element_store(line->out, wick_line_at(line, 1, i), l->out_dtype,
                           is_unknown || q != q ? __builtin_nanf("") : quantile(line, numbers, q));
    }
}

void wick_quantile_of_sorted(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, quantile_line);
}
