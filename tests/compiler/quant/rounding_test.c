// SPDX-License-Identifier: BSD-3-Clause
// Rounding of weights: what the layer's inputs show makes the result better, and odd weights and
// inputs keep scales and steps in their range.
#include "compiler/fixture.h"
#include "compiler/quant/rounding.h"

#include <math.h>

enum { ROWS = 6, DEPTH = 24, SAMPLES = 200 };

typedef struct layer {
    float weights[ROWS * DEPTH];
    float inputs[SAMPLES * DEPTH];
    float least[ROWS];
    float scales[ROWS];
    int8_t steps[ROWS * DEPTH];
} layer;

static float next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / (1 << 23) - 1;
}

// Inputs that follow four hidden causes: each tells much of the others.
static void fill(layer *l)
{
    uint32_t seed = 7;
    float mix[4 * DEPTH];
    memset(l, 0, sizeof *l);
    for (size_t i = 0; i < 4 * DEPTH; i++) {
        mix[i] = next_random(&seed);
    }
    for (size_t i = 0; i < ROWS * DEPTH; i++) {
        l->weights[i] = next_random(&seed);
    }
    for (size_t s = 0; s < SAMPLES; s++) {
        for (size_t c = 0; c < 4; c++) {
            const float cause = next_random(&seed);
            for (size_t k = 0; k < DEPTH; k++) {
                l->inputs[s * DEPTH + k] += cause * mix[c * DEPTH + k];
            }
        }
    }
}

static void round_layer(fixture *f, layer *l, uint32_t samples)
{
    static float inputs[SAMPLES * DEPTH];
    memcpy(inputs, l->inputs, sizeof inputs);
    const wick_rounding_input input = {.rows = ROWS,
                                       .depth = DEPTH,
                                       .weights = l->weights,
                                       .inputs = inputs,
                                       .samples = samples,
                                       .least_scales = l->least};
    const wick_rounding out = {l->scales, l->steps};
    wick_round_weights(f->arena, &input, &out);
}

static double result_error(const layer *l)
{
    double error = 0;
    for (size_t s = 0; s < SAMPLES; s++) {
        for (size_t r = 0; r < ROWS; r++) {
            double miss = 0;
            for (size_t k = 0; k < DEPTH; k++) {
                const size_t at = r * DEPTH + k;
                miss += (double)((l->weights[at] - l->scales[r] * l->steps[at]) *
                                 l->inputs[s * DEPTH + k]);
            }
            error += miss * miss;
        }
    }
    return error;
}

static void check_in_range(const layer *l)
{
    for (size_t i = 0; i < ROWS * DEPTH; i++) {
        assert_true(l->steps[i] >= -127);
    }
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(isfinite(l->scales[r]) && l->scales[r] > 0);
    }
}

static void test_inputs_make_the_result_better(void **state)
{
    static layer plain, seen;
    fill(&plain);
    fill(&seen);
    round_layer(*state, &plain, 0);
    round_layer(*state, &seen, SAMPLES);
    check_in_range(&plain);
    check_in_range(&seen);
    assert_true(result_error(&seen) < result_error(&plain) / 4);
}

static void test_plain_rounding_is_to_the_nearest_step(void **state)
{
    static layer l;
    fill(&l);
    round_layer(*state, &l, 0);
    for (size_t i = 0; i < ROWS * DEPTH; i++) {
        const float exact = l.weights[i] / l.scales[i / DEPTH];
        assert_true(fabsf(exact - (float)l.steps[i]) <= 0.5001f || fabsf(exact) > 127);
    }
}

static void test_zero_weights_and_inputs_give_usable_scales(void **state)
{
    static layer l;
    fill(&l);
    memset(l.weights, 0, DEPTH * sizeof *l.weights); // one row of zeros
    round_layer(*state, &l, SAMPLES);
    check_in_range(&l);
    memset(l.inputs, 0, sizeof l.inputs);
    round_layer(*state, &l, SAMPLES);
    check_in_range(&l);
    memset(l.weights, 0, sizeof l.weights);
    round_layer(*state, &l, 1);
    check_in_range(&l);
    assert_true(l.scales[0] == 1);
}

static void test_extreme_weights_stay_in_range(void **state)
{
    static layer l;
    fill(&l);
    for (size_t i = 0; i < ROWS * DEPTH; i++) {
        l.weights[i] *= i % 2 ? 3e38f : 1e-38f;
    }
    round_layer(*state, &l, SAMPLES);
    check_in_range(&l);
}

static void test_no_scale_is_below_the_least(void **state)
{
    static layer l;
    fill(&l);
    for (size_t r = 0; r < ROWS; r++) {
        l.least[r] = r % 2 ? 0.5f : 0;
    }
    round_layer(*state, &l, SAMPLES);
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(r % 2 ? l.scales[r] == 0.5f : l.scales[r] < 0.5f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_inputs_make_the_result_better, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_plain_rounding_is_to_the_nearest_step, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_zero_weights_and_inputs_give_usable_scales, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_extreme_weights_stay_in_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_scale_is_below_the_least, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
