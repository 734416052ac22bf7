// SPDX-License-Identifier: BSD-3-Clause
// float32 matrix product against a sum in double, through each of its ways, and integers modulo
// their width.
#include "kernels/gemm/gemm.h"
#include "support/guarded.h"
#include "wick/tensor.h"

typedef enum way { WEIGHT_ROWS, DENSE, LHS_TURNED, OUT_TURNED } way;

static wick_gemm_params params_of(way w, int32_t rows, int32_t depth, int32_t cols)
{
    wick_gemm_params p = {.rows = rows,
                          .depth = depth,
                          .cols = cols,
                          .lhs_row = depth,
                          .lhs_depth = 1,
                          .rhs_depth = cols,
                          .rhs_col = 1,
                          .bias_col = 1,
                          .out_row = cols,
                          .out_col = 1,
                          .alpha = 1,
                          .beta = 1};
    if (w == WEIGHT_ROWS) {
        p.rhs_depth = 1;
        p.rhs_col = depth;
    } else if (w == LHS_TURNED) {
        p.lhs_row = 1;
        p.lhs_depth = rows;
    } else if (w == OUT_TURNED) {
        p.out_row = 1;
        p.out_col = rows;
    }
    return p;
}

static void check_product(const wick_gemm_params *p, bool has_bias)
{
    uint32_t state = 7;
    float *const lhs = random_floats((size_t)(p->rows * p->depth), &state);
    float *const rhs = random_floats((size_t)(p->depth * p->cols), &state);
    float *const bias = random_floats((size_t)p->cols, &state);
    const size_t count = (size_t)(p->rows * p->cols);
    float *const out = guarded_floats(count);
    const wick_gemm_data data = {lhs, rhs, has_bias ? bias : NULL, out};
    wick_gemm_f32(p, &data);
    for (int32_t i = 0; i < (int32_t)count; i++) {
        const int32_t row = i / p->cols, col = i % p->cols;
        double sum = 0, magnitude = 0;
        for (int32_t k = 0; k < p->depth; k++) {
            const double product = (double)lhs[row * p->lhs_row + k * p->lhs_depth] *
                                   (double)rhs[k * p->rhs_depth + col * p->rhs_col];
            sum += (double)p->alpha * product;
            magnitude += fabs((double)p->alpha * product);
        }
        const double added = has_bias ? (double)p->beta * (double)bias[col * p->bias_col] : 0;
        check_close(out[row * p->out_row + col * p->out_col], sum + added, magnitude + fabs(added),
                    64 * 0x1p-24);
    }
    guarded_free(out, count);
    free(lhs);
    free(rhs);
    free(bias);
}

static void test_gemm_all_ways_equal_direct_sum(void **state)
{
    (void)state;
    static const int32_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9};
    for (size_t i = 0; i < 9 * 9 * 9; i++) {
        const int32_t rows = sizes[i % 9], depth = sizes[i / 9 % 9], cols = sizes[i / 81];
        for (way w = WEIGHT_ROWS; w <= OUT_TURNED; w++) {
            const wick_gemm_params p = params_of(w, rows, depth, cols);
            check_product(&p, i % 2 == 0);
        }
    }
}

static void test_gemm_scales_product_and_bias(void **state)
{
    (void)state;
    for (way w = WEIGHT_ROWS; w <= OUT_TURNED; w++) {
        wick_gemm_params p = params_of(w, 3, 6, 5);
        p.alpha = 0.5f;
        p.beta = -2;
        check_product(&p, true);
        p.bias_col = 0;
        check_product(&p, true);
        check_product(&p, false);
    }
}

static void test_gemm_blocks_of_long_rows_and_depths_join(void **state)
{
    (void)state;
    const wick_gemm_params wide = params_of(DENSE, 2, 3, 515);
    check_product(&wide, true);
    for (way w = WEIGHT_ROWS; w <= OUT_TURNED; w++) {
        const wick_gemm_params deep = params_of(w, 2, 1031, 3);
        check_product(&deep, true);
    }
}

// A plain float sum of 4096 equal terms drifts by more than this.
static void test_gemm_long_sum_of_equals_is_accurate(void **state)
{
    (void)state;
    enum { DEPTH = 4096 };
    float lhs[DEPTH], rhs[DEPTH], out[1];
    for (int i = 0; i < DEPTH; i++) {
        lhs[i] = 0.1f;
        rhs[i] = 1;
    }
    for (way w = WEIGHT_ROWS; w <= OUT_TURNED; w++) {
        const wick_gemm_params p = params_of(w, 1, DEPTH, 1);
        const wick_gemm_data data = {lhs, rhs, NULL, out};
        wick_gemm_f32(&p, &data);
        check_close(out[0], DEPTH * (double)0.1f, DEPTH * 0.1, 1e-5);
    }
}

static void test_gemm_int8_wraps(void **state)
{
    (void)state;
    const int8_t lhs[2] = {100, 100}, rhs[2] = {2, 1}, bias[1] = {7};
    int8_t out[1];
    wick_gemm_params p = params_of(DENSE, 1, 2, 1);
    p.integer_alpha = 1;
    p.integer_beta = 3;
    const wick_gemm_data data = {lhs, rhs, bias, out};
    wick_gemm_integer(&p, &data, WICK_INT8);
    assert_int_equal(out[0], (300 + 21) - 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemm_all_ways_equal_direct_sum),
        cmocka_unit_test(test_gemm_scales_product_and_bias),
        cmocka_unit_test(test_gemm_blocks_of_long_rows_and_depths_join),
        cmocka_unit_test(test_gemm_long_sum_of_equals_is_accurate),
        cmocka_unit_test(test_gemm_int8_wraps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
