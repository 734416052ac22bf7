// SPDX-License-Identifier: BSD-3-Clause
// Hostile and wrong arguments of convolution, products, pools, reductions, softmax and batch norm:
// `prepare` refuses each with a status and a text, and writes nothing beyond its block.
#include "ops/table.h"

#include "ops/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_VALUES = 64, BLOCK_BYTES = 256 };

// Values of one call and the memory that they point to.
typedef struct call_builder {
    wick_value values[MAX_VALUES];
    int32_t sizes[MAX_VALUES][4];
    int64_t lists[MAX_VALUES][4];
    int32_t args[16];
    uint32_t value_count, arg_count;
} call_builder;

static const uint8_t order[4] = {0, 1, 2, 3};

static int32_t add_value(call_builder *b, wick_value value)
{
    assert_true(b->value_count < MAX_VALUES);
    b->values[b->value_count] = value;
    return (int32_t)b->value_count++;
}

static void arg(call_builder *b, wick_value value)
{
    b->args[b->arg_count++] = add_value(b, value);
}

static void arg_none(call_builder *b)
{
    arg(b, (wick_value){.kind = WICK_VALUE_NONE});
}

static void arg_int(call_builder *b, wick_value_kind kind, int64_t value)
{
    arg(b, (wick_value){.integer = {(uint8_t)kind, value}});
}

// A tensor whose data is never touched: a refused call does not run.
static void arg_tensor(call_builder *b, wick_dtype dtype, const char *sizes)
{
    int32_t *const out = b->sizes[b->arg_count];
    uint32_t rank = 0;
    for (char *end; *sizes != 0; sizes = *end == ',' ? end + 1 : end) {
        out[rank++] = (int32_t)strtol(sizes, &end, 10);
    }
    arg(b, (wick_value){.tensor = {.kind = WICK_VALUE_TENSOR,
                                   .dtype = (uint8_t)dtype,
                                   .rank = (uint8_t)rank,
                                   .dim_order = order,
                                   .sizes = out}});
}

static void arg_list(call_builder *b, const char *items)
{
    int64_t *const indices = b->lists[b->arg_count];
    uint32_t count = 0;
    for (char *end; *items != 0; items = *end == ',' ? end + 1 : end) {
        const int64_t item = strtoll(items, &end, 10);
        indices[count++] = add_value(b, (wick_value){.integer = {WICK_VALUE_INT, item}});
    }
    arg(b, (wick_value){.list = {WICK_VALUE_INT_LIST, count, (const uint8_t *)indices}});
}

// Builds a call from text, one word an argument: f[2,3] i64[1] tensors, (1,1) lists, numbers, T F,
// -.
static void build(call_builder *b, const char *text)
{
    char copy[256];
    assert_true(strlen(text) < sizeof copy);
    strcpy(copy, text);
    memset(b, 0, sizeof *b);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        word[strcspn(word, "])")] = 0;
        if (word[0] == '(') {
            arg_list(b, word + 1);
        } else if (strncmp(word, "f[", 2) == 0) {
            arg_tensor(b, WICK_FLOAT32, word + 2);
        } else if (strncmp(word, "h[", 2) == 0) {
            arg_tensor(b, WICK_FLOAT16, word + 2);
        } else if (strncmp(word, "d[", 2) == 0) {
            arg_tensor(b, WICK_FLOAT64, word + 2);
        } else if (strncmp(word, "i[", 2) == 0) {
            arg_tensor(b, WICK_INT64, word + 2);
        } else if (strcmp(word, "-") == 0) {
            arg_none(b);
        } else if (word[0] == 'T' || word[0] == 'F') {
            arg_int(b, WICK_VALUE_BOOL, word[0] == 'T');
        } else {
            arg_int(b, WICK_VALUE_INT, strtoll(word, NULL, 10));
        }
    }
}

static wick_status prepare(const wick_operator *row, const char *text, wick_failure *failure)
{
    call_builder builder;
    build(&builder, text);
    uint64_t block[BLOCK_BYTES / 8 + 1];
    memset(block, 0x5a, sizeof block);
    assert_true(row->block_bytes <= BLOCK_BYTES);
    *failure = WICK_FAILURE_NONE;
    const wick_call call = {builder.values, (const uint8_t *)builder.args, builder.arg_count,
                            failure, NULL};
    const wick_status status = wick_operator_prepare(row, &call, block);
    const uint8_t *const bytes = (const uint8_t *)block;
    for (size_t i = row->block_bytes; i < sizeof block; i++) {
        assert_int_equal(bytes[i], 0x5a);
    }
    return status;
}

static void accepts(const wick_operator *row, const char *text)
{
    wick_failure failure;
    if (prepare(row, text, &failure) != WICK_OK) {
        fail_msg("%s: %s refused: %s", row->name, text, failure.text);
    }
}

static void refuses(const wick_operator *row, const char *text, wick_status want)
{
    wick_failure failure;
    const wick_status status = prepare(row, text, &failure);
    if (status != want) {
        fail_msg("%s: %s gives %s, expected %s", row->name, text, wick_status_name(status),
                 wick_status_name(want));
    }
    assert_int_equal(failure.status, want);
    assert_true(failure.text != NULL && strlen(failure.text) > 8);
}

static void refuses_all(const wick_operator *row, const char *const *calls)
{
    for (; *calls != NULL; calls++) {
        refuses(row, *calls, WICK_INVALID_ARGUMENT);
    }
}

static void test_convolution_wrong_arguments_are_refused(void **state)
{
    (void)state;
    static const char *const calls[] = {
        "f[1,2,5,5] f[4,2,3,3] f[4] (0,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]",  // stride 0
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (0,1) F (0,0) 1 f[1,4,3,3]",  // dilation 0
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (-1,0) (1,1) F (0,0) 1 f[1,4,3,3]", // negative padding
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 0 f[1,4,3,3]",  // no group
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) -9223372036854775808 f[1,4,3,3]",
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 3 f[1,4,3,3]", // channels of groups
        "f[1,3,5,5] f[4,1,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 3 f[1,4,3,3]", // 4 % 3
        "f[1,2,5,5] f[4,2,3,3] f[3] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]", // bias
        "f[1,2,5,5] f[4,2,3,3] h[4] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]", // dtype of bias
        "f[1,2,5,5] h[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]", // dtype of weight
        "f[1,2,5,5] f[4,2,6,3] f[4] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]", // kernel above input
        "f[1,2,5,5] f[4,2,0,3] f[4] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,6,3]", // empty kernel
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (2147483647,0) (1,1) F (0,0) 1 f[1,4,3,3]", // huge
                                                                                      // padding
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (4294967296,0) (1,1) F (0,0) 1 f[1,4,3,3]", // not 0
                                                                                      // modulo 2^32
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (2147483647,1) F (0,0) 1 f[1,4,3,3]", // huge
                                                                                      // dilation
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,3]",        // long list
        "f[1,2,5,5] f[4,2,3,3] f[4] () (0,0) (1,1) F (0,0) 1 f[1,4,3,3]",             // empty list
        "f[1,2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 1 f[1,4,3,4]",          // wrong out
        "f[2,5,5] f[4,2,3,3] f[4] (1,1) (0,0) (1,1) F (0,0) 1 f[4,3,3]",              // no batch
        "f[5] f[5] - (1) (0) (1) F (0) 1 f[5]",                                       // rank 1
        "f[1,2,5,5] f[2,4,3,3] - (1,1) (0,0) (1,1) T (1,0) 1 f[1,4,8,7]", // output padding
        "f[1,2,5,5] f[2,4,3,3] - (1,1) (9,0) (1,1) T (0,0) 1 f[1,4,1,7]", // negative result
        "f[1,2,5,5] f[2,4,3,3] - (2147483647,1) (0,0) (1,1) T (0,0) 1 f[1,4,1,7]", // huge result
        "f[1,2,5,5] f[2,4,3,3] - (1,1) (0,0) (1,1) T (0,0) 2147483647 f[1,4,1,7]", // huge groups
        NULL,
    };
    accepts(&wick_op_convolution_out, "f[1,2,5,5] f[4,2,3,3] f[4] (1) (0) (1) F (0) 1 f[1,4,3,3]");
    accepts(&wick_op_convolution_out, "f[0,2,5] f[4,2,3] - (2) (1) (1) F (0) 1 f[0,4,3]");
    accepts(&wick_op_convolution_out,
            "f[1,2,5,5] f[2,4,3,3] - (2,2) (0,0) (1,1) T (1,1) 1 f[1,4,12,12]");
    refuses_all(&wick_op_convolution_out, calls);
    accepts(&wick_op_convolution_out, "d[1,2,5] d[4,2,3] - (1) (0) (1) F (0) 1 d[1,4,3]");
    refuses(&wick_op_convolution_out, "d[1,2,5] f[4,2,3] - (1) (0) (1) F (0) 1 d[1,4,3]",
            WICK_INVALID_ARGUMENT);
    refuses(&wick_op_convolution_out, "f[1,2,5,5] - - (1) (0) (1) F (0) 1 f[1,4,3]",
            WICK_INVALID_PROGRAM);
}

static void test_products_of_wrong_shapes_are_refused(void **state)
{
    (void)state;
    static const char *const linear[] = {"f[2,3] f[4,5] - f[2,4]",
                                         "f[2,3] f[4,3] f[5] f[2,4]",
                                         "f[] f[4,3] - f[4]",
                                         "f[2,3] f[4,3] - f[4,2]",
                                         "f[2,3] h[4,3] - f[2,4]",
                                         "f[2,3] f[1,4,3] - f[2,4]",
                                         NULL};
    static const char *const mm[] = {"f[2,3] f[4,3] f[2,3]", "f[2,3] f[3,4] f[2,5]",
                                     "f[2,3] i[3,4] f[2,4]", "f[1,2,3] f[3,4] f[2,4]", NULL};
    static const char *const bmm[] = {"f[2,2,3] f[3,3,4] f[2,2,4]", "f[2,3] f[3,4] f[2,4]", NULL};
    static const char *const addmm[] = {"f[3] f[2,3] f[3,4] 1 1 f[2,4]",
                                        "f[1,1,4] f[2,3] f[3,4] 1 1 f[2,4]",
                                        "h[4] f[2,3] f[3,4] 1 1 f[2,4]", NULL};
    accepts(&wick_op_linear_out, "f[2,3] f[4,3] f[4] f[2,4]");
    accepts(&wick_op_addmm_out, "f[] f[2,3] f[3,4] 1 1 f[2,4]");
    refuses_all(&wick_op_linear_out, linear);
    refuses_all(&wick_op_mm_out, mm);
    refuses_all(&wick_op_bmm_out, bmm);
    refuses_all(&wick_op_addmm_out, addmm);
}

static void test_pool_wrong_windows_are_refused(void **state)
{
    (void)state;
    static const char *const max[] = {
        "f[1,5,5] (0,2) (1,1) (0,0) (1,1) F f[1,4,4] i[1,4,4]",  // kernel 0
        "f[1,5,5] (2,2) (0,1) (0,0) (1,1) F f[1,4,4] i[1,4,4]",  // stride 0
        "f[1,5,5] (2,2) (1,1) (2,0) (1,1) F f[1,8,4] i[1,8,4]",  // padding above half
        "f[1,5,5] (2,2) (1,1) (-1,0) (1,1) F f[1,4,4] i[1,4,4]", // negative padding
        "f[1,5,5] (2,2) (1,1) (0,0) (0,1) F f[1,4,4] i[1,4,4]",  // dilation 0
        "f[1,5,5] (6,2) (1,1) (0,0) (1,1) F f[1,0,4] i[1,0,4]",  // window above input
        "f[1,5,5] (2147483647,2) (1,1) (1073741823,0) (1,1) F f[1,4,4] i[1,4,4]",
        "f[1,5,5] (2,2) (1,1) (0,0) (2147483647,1) F f[1,4,4] i[1,4,4]", // huge dilation
        "f[1,5,5] (2,2) (2147483647,1) (0,0) (1,1) T f[1,1,4] i[1,1,4]", // huge stride
        "f[1,5,5] (2,2) (1,1) (0,0) (1,1) F f[1,4,4] f[1,4,4]",          // indices of f32
        "f[1,5,5] (2,2) (1,1) (0,0) (1,1) F f[1,4,4] i[1,4,3]",
        "f[5,5] (2,2) (1,1) (0,0) (1,1) F f[4,4] i[4,4]",
        "f[0,5,5] (2,2) (1,1) (0,0) (1,1) F f[0,4,4] i[0,4,4]",
        NULL,
    };
    static const char *const avg[] = {
        "f[1,5,5] (2,2) (1,1) (0,0) F T 0 f[1,4,4]", // divisor 0
        "f[1,5,5] (2,2) (1,1) (0,0) F T 4294967296 f[1,4,4]",
        "f[1,5,5] (2,2,2) (1,1) (0,0) F T - f[1,4,4]",
        NULL,
    };
    accepts(&wick_op_max_pool2d_out, "f[1,5,5] (2,2) () (0,0) (1,1) F f[1,2,2] i[1,2,2]");
    accepts(&wick_op_max_pool2d_out, "f[1,5,5] (2,2) () (0,0) (1,1) T f[1,3,3] i[1,3,3]");
    accepts(&wick_op_avg_pool2d_out, "f[0,1,5,5] (2) (1) (1) F T - f[0,1,6,6]");
    refuses_all(&wick_op_max_pool2d_out, max);
    refuses_all(&wick_op_avg_pool2d_out, avg);
    refuses(&wick_op_adaptive_avg_pool2d_out, "f[1,5,5] (-1,2) f[1,1,2]", WICK_INVALID_ARGUMENT);
}

static void test_reductions_wrong_dims_are_refused(void **state)
{
    (void)state;
    static const char *const sum[] = {"f[2,3] (0,0) F - f[3]",
                                      "f[2,3] (-3) F - f[3]",
                                      "f[2,3] (0,-2) F - f[3]",
                                      "f[2,3] (0) F - i[3]",
                                      "i[2,3] (0) F 6 i[3]",
                                      "f[2,3] (0) T - f[3]",
                                      NULL};
    accepts(&wick_op_sum_out, "i[2,3] (0) F 6 f[3]");
    accepts(&wick_op_sum_out, "f[2,3] - F - f[]");
    refuses_all(&wick_op_sum_out, sum);
    refuses(&wick_op_mean_out, "i[2,3] (0) F - i[3]", WICK_INVALID_ARGUMENT);
    refuses(&wick_op_amax_out, "f[0,3] (0) F f[3]", WICK_INVALID_ARGUMENT);
    accepts(&wick_op_amax_out, "f[0,3] (1) F f[0]");
    refuses(&wick_op_argmax_out, "f[2,3] 2 F i[2]", WICK_INVALID_ARGUMENT);
    refuses(&wick_op_argmax_out, "f[2,3] 1 F f[2]", WICK_INVALID_ARGUMENT);
    refuses(&wick_op_softmax_out, "f[2,3] 2 F f[2,3]", WICK_INVALID_ARGUMENT);
    refuses(&wick_op_softmax_out, "f[2,3] 1 T f[2,3]", WICK_INVALID_ARGUMENT);
    refuses(&wick_op_softmax_out, "i[2,3] 1 F i[2,3]", WICK_NOT_SUPPORTED);
}

static void test_batch_norm_wrong_parameters_are_refused(void **state)
{
    (void)state;
    static const char *const calls[] = {"f[2,3] f[2] - f[3] f[3] 1 1 f[2,3] f[0] f[0]",
                                        "f[2,3] - - f[3] f[1,3] 1 1 f[2,3] f[0] f[0]",
                                        "f[3] - - f[3] f[3] 1 1 f[3] f[0] f[0]",
                                        "f[2,3] - - h[3] h[3] 1 1 f[2,3] f[0] f[0]",
                                        "f[2,3] - - f[3] f[3] 1 1 f[2,3] f[1] f[0]",
                                        NULL};
    accepts(&wick_op_batch_norm_out, "h[2,3] - f[3] f[3] f[3] 1 1 h[2,3] f[0] f[0]");
    refuses_all(&wick_op_batch_norm_out, calls);
}

// Metadata of a whole method must fit in a few kilobytes.
static void test_blocks_are_small(void **state)
{
    (void)state;
    assert_true(wick_op_convolution_out.block_bytes <= 96);
    assert_true(wick_op_max_pool2d_out.block_bytes <= 96);
    assert_true(wick_op_linear_out.block_bytes <= 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convolution_wrong_arguments_are_refused),
        cmocka_unit_test(test_products_of_wrong_shapes_are_refused),
        cmocka_unit_test(test_pool_wrong_windows_are_refused),
        cmocka_unit_test(test_reductions_wrong_dims_are_refused),
        cmocka_unit_test(test_batch_norm_wrong_parameters_are_refused),
        cmocka_unit_test(test_blocks_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
