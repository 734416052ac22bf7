// SPDX-License-Identifier: BSD-3-Clause
// Philox4x32-10 against the known answers of Random123 (kat_vectors), and how its words are drawn.
#include "kernels/random/random.h"
#include "wick/tensor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct answer {
    uint32_t counter[4], key[2], out[4];
} answer;

static const answer answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void test_philox_gives_known_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        uint32_t out[4];
        wick_philox4x32(answers[i].counter, answers[i].key, out);
        assert_memory_equal(out, answers[i].out, sizeof out);
    }
}

static void test_words_come_block_by_block(void **state)
{
    (void)state;
    wick_random random = {0, 0};
    wick_draws draws = wick_draws_begin(&random);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(wick_draw_word(&draws), answers[0].out[i]);
    }
    wick_draw_word(&draws);
    assert_int_equal(random.block, 2);
    draws = wick_draws_begin(&random); // what is left of a block is not drawn
    wick_draw_word(&draws);
    assert_int_equal(random.block, 3);
}

static void test_a_permutation_holds_each_number_once(void **state)
{
    (void)state;
    wick_random random = {7, 0};
    wick_draws draws = wick_draws_begin(&random);
    int64_t numbers[100];
    uint8_t seen[100] = {0};
    wick_random_permutation(&draws, WICK_INT64, 100, numbers);
    for (size_t i = 0; i < 100; i++) {
        assert_in_range(numbers[i], 0, 99);
        assert_int_equal(seen[numbers[i]]++, 0);
    }
}

static void test_weights_that_give_no_choice_are_refused(void **state)
{
    (void)state;
    static const float wrong[][3] = {{0, 0, 0}, {1, -1, 1}, {1, __builtin_inff(), 1}};
    wick_random random = {7, 0};
    wick_draws draws = wick_draws_begin(&random);
    int64_t out[2];
    for (size_t i = 0; i < 3; i++) {
        assert_false(wick_random_choose(&draws, wrong[i], WICK_FLOAT32, 3, true, 1, out));
    }
    static const float one[3] = {0, 1, 0};
    assert_false(wick_random_choose(&draws, one, WICK_FLOAT32, 3, false, 2, out));
    assert_true(wick_random_choose(&draws, one, WICK_FLOAT32, 3, true, 2, out));
    assert_int_equal(out[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_gives_known_answers),
        cmocka_unit_test(test_words_come_block_by_block),
        cmocka_unit_test(test_a_permutation_holds_each_number_once),
        cmocka_unit_test(test_weights_that_give_no_choice_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
