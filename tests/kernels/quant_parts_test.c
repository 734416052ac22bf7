// SPDX-License-Identifier: BSD-3-Clause
// Parts of the integer kernels against their definition in docs/numerics.md: inverse square root,
// logarithm, the rounding of sums in 64 bits.
#include "kernels/quant/layer_norm_s8.h"
#include "kernels/quant/requantize.h"
#include "kernels/quant/softmax_table_s8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A sequence that covers all magnitudes.
static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const uint32_t bits = (uint32_t)(*state >> 58);
    return (*state >> 2) >> (bits < 62 ? bits : 61);
}

static void check_root(uint64_t value)
{
    const wick_quant_root found = wick_quant_inverse_root(value);
    const uint64_t scaled = value << (2 * found.exponent);
    assert_true(scaled >> 60 >= 1 && scaled >> 60 <= 3);
    uint64_t root = UINT64_C(1) << 30;
    for (uint64_t bit = UINT64_C(1) << 29; bit != 0; bit >>= 1) {
        root += (root + bit) * (root + bit) <= scaled ? bit : 0;
    }
    assert_true(root * root <= scaled && (root + 1) * (root + 1) > scaled);
    assert_int_equal(found.multiplier, (UINT64_C(1) << 61) / root);
}

static void test_inverse_root_equals_definition(void **state)
{
    (void)state;
    uint64_t sequence = 1;
    for (uint64_t value = 1; value < 2000; value++) {
        check_root(value);
        check_root((UINT64_C(1) << 62) - value);
        check_root(next(&sequence) % ((UINT64_C(1) << 62) - 1) + 1);
    }
    assert_int_equal(wick_quant_inverse_root(0).multiplier, 0);
}

static void test_logarithm_of_powers_is_exact_and_rises(void **state)
{
    (void)state;
    for (int32_t bit = 0; bit < 32; bit++) {
        assert_int_equal(wick_log2_u32(UINT32_C(1) << bit), bit << 16);
    }
    assert_int_equal(wick_log2_u32(3), 103872); // 1.58496 * 65536, cut
    assert_int_equal(wick_log2_u32(UINT32_MAX), (32 << 16) - 1);
    assert_int_equal(wick_log2_u32(0), 0);
    int32_t last = 0;
    for (uint32_t value = 1; value < 100000; value++) {
        const int32_t found = wick_log2_u32(value);
        assert_true(found >= last);
        last = found;
    }
}

static void test_sums_of_64_bits_round_once(void **state)
{
    (void)state;
    assert_int_equal(wick_requantize_wide(5, 1 << 30, -1), 1);   // 1.25
    assert_int_equal(wick_requantize_wide(6, 1 << 30, -1), 2);   // 1.5 up
    assert_int_equal(wick_requantize_wide(-6, 1 << 30, -1), -1); // -1.5 up
    assert_int_equal(wick_requantize_wide(3, INT32_MAX, 0), 3);
    assert_int_equal(wick_requantize_wide(1 << 20, 0x7fff8000, 0), 1048544); // 15 bits of it
    assert_int_equal(wick_requantize_wide(INT64_C(1) << 46, INT32_MAX, 7), INT32_MAX);
    assert_int_equal(wick_requantize_wide(-(INT64_C(1) << 46), INT32_MAX, 7), INT32_MIN);
    assert_int_equal(wick_requantize_wide(1 << 30, INT32_MAX, -40), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse_root_equals_definition),
        cmocka_unit_test(test_logarithm_of_powers_is_exact_and_rises),
        cmocka_unit_test(test_sums_of_64_bits_round_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
