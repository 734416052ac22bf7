// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/random/random.h"

#include "kernels/element/element.h"
#include "kernels/math/math.h"

static uint32_t mantissa_bits(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 ? 11 : dtype == WICK_BFLOAT16 ? 8 : 24;
}

void wick_random_uniform(wick_draws *draws, uint32_t dtype, size_t count, void *out)
{
    const uint32_t bits = mantissa_bits(dtype);
    const float step = 1.0f / (float)(1u << bits);
    for (size_t i = 0; i < count; i++) {
        wick_element_store(out, (ptrdiff_t)i, dtype,
                           (float)(wick_draw_word(draws) >> (32 - bits)) * step);
    }
}

// In [-1, 1).
static float draw_signed(wick_draws *draws)
{
    return 2 * wick_draw_uniform(draws) - 1;
}

static void draw_normals(wick_draws *draws, float pair[2])
{
    float x, y, square;
    do {
        x = draw_signed(draws);
        y = draw_signed(draws);
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const float factor = wick_sqrt_f32(-2 * wick_log_f32(square) / square);
    pair[0] = x * factor;
    pair[1] = y * factor;
}

void wick_random_normal(wick_draws *draws, uint32_t dtype, size_t count, void *out)
{
    float pair[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        if (i % 2 == 0) {
            draw_normals(draws, pair);
        }
        wick_element_store(out, (ptrdiff_t)i, dtype, pair[i % 2]);
    }
}

void wick_random_exponential(wick_draws *draws, float rate, uint32_t dtype, size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        const float u = wick_draw_uniform(draws);
        wick_element_store(out, (ptrdiff_t)i, dtype, -wick_log_f32(1 - u) / rate);
    }
}

static uint64_t draw_below(wick_draws *draws, uint64_t range)
{
    if (range != 0 && range <= (uint64_t)1 << 32) {
        return wick_draw_word(draws) * range >> 32;
    }
    const uint64_t number = wick_draw_long(draws);
    return range == 0 ? number : number % range;
}

void wick_random_integers(wick_draws *draws, int64_t low, uint64_t range, uint32_t dtype,
                          size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t number = (int64_t)((uint64_t)low + draw_below(draws, range));
        if (wick_element_is_real(dtype)) {
            wick_element_store_real(out, (ptrdiff_t)i, dtype, (float)number);
        } else {
            wick_element_store_integer(out, (ptrdiff_t)i, dtype, number);
        }
    }
}

static void store_flag(void *out, size_t index, uint32_t dtype, bool flag)
{
    if (wick_element_is_real(dtype)) {
        wick_element_store_real(out, (ptrdiff_t)index, dtype, flag ? 1.0f : 0.0f);
    } else {
        wick_element_store_integer(out, (ptrdiff_t)index, dtype, flag);
    }
}

bool wick_random_bernoulli(wick_draws *draws, const void *p, uint32_t p_dtype, uint32_t dtype,
                           size_t count, void *out)
{
    bool is_sound = true;
    for (size_t i = 0; i < count; i++) {
        const float chance = wick_element_load(p, (ptrdiff_t)i, p_dtype);
        is_sound = is_sound && chance >= 0 && chance <= 1;
        store_flag(out, i, dtype, wick_draw_uniform(draws) < chance);
    }
    return is_sound;
}

void wick_random_coins(wick_draws *draws, float p, uint32_t dtype, size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        store_flag(out, i, dtype, wick_draw_uniform(draws) < p);
    }
}

void wick_random_dropout(wick_draws *draws, float p, uint32_t dtype, size_t count, const void *in,
                         void *out, uint8_t *mask)
{
    const float scale = p == 1 ? 0 : 1 / (1 - p);
    for (size_t i = 0; i < count; i++) {
        const bool is_kept = wick_draw_uniform(draws) < 1 - p;
        const float value = wick_element_load(in, (ptrdiff_t)i, dtype);
        mask[i] = is_kept;
        wick_element_store(out, (ptrdiff_t)i, dtype, value * (is_kept ? scale : 0));
    }
}

static void swap(void *out, uint32_t dtype, size_t a, size_t b)
{
    if (wick_element_is_real(dtype)) {
        const float kept = wick_element_real(out, (ptrdiff_t)a, dtype);
        wick_element_store_real(out, (ptrdiff_t)a, dtype,
                                wick_element_real(out, (ptrdiff_t)b, dtype));
        wick_element_store_real(out, (ptrdiff_t)b, dtype, kept);
    } else {
        const int64_t kept = wick_element_integer(out, (ptrdiff_t)a, dtype);
        wick_element_store_integer(out, (ptrdiff_t)a, dtype,
                                   wick_element_integer(out, (ptrdiff_t)b, dtype));
        wick_element_store_integer(out, (ptrdiff_t)b, dtype, kept);
    }
}

void wick_random_permutation(wick_draws *draws, uint32_t dtype, size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        if (wick_element_is_real(dtype)) {
            wick_element_store_real(out, (ptrdiff_t)i, dtype, (float)i);
        } else {
            wick_element_store_integer(out, (ptrdiff_t)i, dtype, (int64_t)i);
        }
    }
    for (size_t i = count; i > 1; i--) {
        swap(out, dtype, i - 1, (size_t)(wick_draw_long(draws) % i));
    }
}

static bool is_chosen(const int64_t *chosen, size_t count, int64_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (chosen[i] == index) {
            return true;
        }
    }
    return false;
}

// Weight `index`, 0 if it was chosen before.
static float weight_at(const void *weights, uint32_t dtype, int32_t index, const int64_t *chosen,
                       size_t count)
{
    return is_chosen(chosen, count, index) ? 0 : wick_element_load(weights, index, dtype);
}

static bool are_weights(const void *weights, uint32_t dtype, int32_t width)
{
    float total = 0;
    for (int32_t i = 0; i < width; i++) {
        const float weight = wick_element_load(weights, i, dtype);
        if (!(weight >= 0)) {
            return false;
        }
        total += weight;
    }
    return total < __builtin_inff();
}

// The last index whose weight is above 0, at the latest.
static int64_t choose_one(wick_draws *draws, const void *weights, uint32_t dtype, int32_t width,
                          const int64_t *chosen, size_t count)
{
    float total = 0;
    for (int32_t i = 0; i < width; i++) {
        total += weight_at(weights, dtype, i, chosen, count);
    }
    float rest = wick_draw_uniform(draws) * total;
    int64_t found = -1;
    for (int32_t i = 0; i < width; i++) {
        const float weight = weight_at(weights, dtype, i, chosen, count);
        if (weight > 0) {
            found = i;
            if (rest < weight) {
                break;
            }
            rest -= weight;
        }
    }
    return found;
}

bool wick_random_choose(wick_draws *draws, const void *weights, uint32_t dtype, int32_t width,
                        bool replaces, size_t count, int64_t *out)
{
    if (!are_weights(weights, dtype, width)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = choose_one(draws, weights, dtype, width, out, replaces ? 0 : i);
        if (out[i] < 0) {
            return false;
        }
    }
    return true;
}
