// SPDX-License-Identifier: BSD-3-Clause
// Strided copies of every element size against a plain loop over indices, fills and row gathers,
// with guard bytes.
#include "kernels/copy/copy.h"
#include "kernels/copy/gather.h"
#include "wick/tensor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { A = 3, B = 4, C = 5, COUNT = A * B * C };

// [A, B, C] read with its dimensions in another order, written densely.
static const wick_walk walks[] = {
    {1, {COUNT}, {{1}, {1}}},
    {2, {A * B, C}, {{C, 1}, {C, 1}}},
    {3, {C, B, A}, {{1, C, B *C}, {A * B, A, 1}}},
    {3, {B, A, C}, {{C, B *C, 1}, {A * C, C, 1}}},
    {2, {A * B, C}, {{C, 0}, {C, 1}}},
    {2, {A * B, C}, {{-C, 1}, {C, 1}}},
};

static size_t start_of(const wick_walk *walk)
{
    return walk->strides[0][0] < 0 ? (size_t) - (walk->strides[0][0] * (walk->sizes[0] - 1)) : 0;
}

// Copies element by element, straight from the definition.
static void expect(const wick_walk *walk, size_t size, const uint8_t *from, uint8_t *to)
{
    int32_t total = 1;
    for (uint32_t d = 0; d < walk->rank; d++) {
        total *= walk->sizes[d];
    }
    for (int32_t i = 0; i < total; i++) {
        int32_t rest = i;
        ptrdiff_t source = 0;
        ptrdiff_t target = 0;
        for (uint32_t d = walk->rank; d-- > 0;) {
            source += rest % walk->sizes[d] * walk->strides[0][d];
            target += rest % walk->sizes[d] * walk->strides[1][d];
            rest /= walk->sizes[d];
        }
        memcpy(to + target * (ptrdiff_t)size, from + source * (ptrdiff_t)size, size);
    }
}

static void test_copy_every_size_and_order_equals_definition(void **state)
{
    (void)state;
    uint64_t from[COUNT];
    uint64_t to[COUNT + 1];
    uint64_t expected[COUNT + 1];
    for (size_t i = 0; i < sizeof from; i++) {
        ((uint8_t *)from)[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (size_t size = 1; size <= 8; size *= 2) {
        for (size_t w = 0; w < sizeof walks / sizeof walks[0]; w++) {
            memset(to, 0xa5, sizeof to);
            memset(expected, 0xa5, sizeof expected);
            const uint8_t *first = (const uint8_t *)from + start_of(&walks[w]) * size;
            wick_copy_strided(&walks[w], (uint32_t)size, first, to);
            expect(&walks[w], size, first, (uint8_t *)expected);
            assert_memory_equal(to, expected, sizeof to);
        }
    }
}

static void test_copy_converted_transposes_and_converts(void **state)
{
    (void)state;
    int16_t from[COUNT];
    double to[COUNT + 1];
    for (int i = 0; i < COUNT; i++) {
        from[i] = (int16_t)(i - 30);
    }
    to[COUNT] = 7.0;
    wick_copy_converted(&walks[2], (wick_conversion){WICK_INT16, WICK_FLOAT64}, from, to);
    for (int a = 0; a < A; a++) {
        for (int b = 0; b < B; b++) {
            for (int c = 0; c < C; c++) {
                assert_true(to[(c * B + b) * A + a] == (double)from[(a * B + b) * C + c]);
            }
        }
    }
    assert_true(to[COUNT] == 7.0);
}

static void test_fill_every_size(void **state)
{
    (void)state;
    const uint64_t pattern = 0x0123456789abcdefu;
    for (uint32_t size = 1; size <= 8; size *= 2) {
        uint64_t to[4];
        memset(to, 0xa5, sizeof to);
        wick_fill(size, &pattern, 3, to);
        for (uint32_t i = 0; i < 3; i++) {
            assert_memory_equal((uint8_t *)to + i * size, &pattern, size);
        }
        assert_int_equal(((uint8_t *)to)[3 * size], 0xa5);
    }
}

static void test_gather_stops_at_a_wrong_index(void **state)
{
    (void)state;
    const uint8_t table[] = {1, 2, 3, 4, 5, 6};
    const int32_t good[] = {2, 0};
    const int64_t wrong[] = {1, 3};
    const int64_t negative[] = {-1};
    uint8_t out[4];
    assert_true(wick_gather_rows(&(wick_gather){3, 2, 2, 4}, table, good, out));
    assert_memory_equal(out, ((uint8_t[]){5, 6, 1, 2}), 4);
    assert_false(wick_gather_rows(&(wick_gather){3, 2, 2, 8}, table, wrong, out));
    assert_false(wick_gather_rows(&(wick_gather){3, 2, 1, 8}, table, negative, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_every_size_and_order_equals_definition),
        cmocka_unit_test(test_copy_converted_transposes_and_converts),
        cmocka_unit_test(test_fill_every_size),
        cmocka_unit_test(test_gather_stops_at_a_wrong_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
