// SPDX-License-Identifier: BSD-3-Clause
#include "ops/random.h"

#include "base/failure.h"
#include "kernels/element/element.h"
#include "kernels/random/random.h"
#include "ops/check.h"
#include "ops/layout.h"

#include <string.h>

static wick_status fail(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// Starts to draw from the method's state; the compiler, which has none, does not run these.
static wick_status begin(const wick_call *call, wick_draws *draws)
{
    if (call->random == 0) {
        return wick_call_fail(call, WICK_INVALID_STATE, 0,
                              WICK_TEXT("there is no random state to draw from"));
    }
    *draws = wick_draws_begin(call->random);
    return WICK_OK;
}

// The out takes the sizes of an int[] argument.
static wick_status resize_by_list(const wick_call *call, uint32_t size, uint32_t out)
{
    int32_t sizes[WICK_MAX_RANK] = {0};
    const uint32_t rank = wick_call_list_count(call, size);
    if (rank > WICK_MAX_RANK) {
        return fail(call, size, WICK_TEXT("more dimensions than a tensor can have"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        WICK_TRY(wick_call_int32_at(call, size, i, &sizes[i]));
        if (sizes[i] < 0) {
            return fail(call, size, WICK_TEXT("size below zero"));
        }
    }
    return wick_call_resize(call, out, rank, sizes);
}

// self and an out of its shape, dense in the same order.
static wick_status resize_as(const wick_call *call, uint32_t self, uint32_t out)
{
    const wick_tensor *const tensor = wick_call_tensor(call, self);
    WICK_TRY(wick_call_resize(call, out, tensor->rank, tensor->sizes));
    return wick_tensor_same_order(tensor, wick_call_tensor(call, out))
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, out,
                                WICK_TEXT("out has another order of dimensions"));
}

enum { RAND_SIZE, RAND_OUT };
enum { LIKE_SELF, LIKE_MEMORY_FORMAT, LIKE_OUT };

wick_status wick_rand_prepare(const wick_call *call, void *block)
{
    *(wick_random_block *)block = (wick_random_block){.out = RAND_OUT};
    WICK_TRY(wick_call_real_dtype(call, RAND_OUT));
    return resize_by_list(call, RAND_SIZE, RAND_OUT);
}

wick_status wick_rand_like_prepare(const wick_call *call, void *block)
{
    *(wick_random_block *)block = (wick_random_block){.out = LIKE_OUT};
    WICK_TRY(wick_call_real_dtype(call, LIKE_OUT));
    return resize_as(call, LIKE_SELF, LIKE_OUT);
}

static wick_status fill(const wick_call *call, const wick_random_block *b,
                        void (*kernel)(wick_draws *, uint32_t, size_t, void *))
{
    wick_draws draws;
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    WICK_TRY(begin(call, &draws));
    kernel(&draws, out->dtype, wick_tensor_count(out), out->data);
    return WICK_OK;
}

wick_status wick_rand_run(const wick_call *call, const void *block)
{
    return fill(call, block, wick_random_uniform);
}

wick_status wick_randn_run(const wick_call *call, const void *block)
{
    return fill(call, block, wick_random_normal);
}

// An int that a device computes with, or bool.
static wick_status check_flags(const wick_call *call, uint32_t out)
{
    return wick_call_tensor(call, out)->dtype == WICK_BOOL ? WICK_OK
                                                           : wick_call_number_dtype(call, out);
}

// Arguments low and high stand behind each other.
static wick_status read_range(const wick_call *call, uint32_t low_arg, uint32_t out,
                              wick_random_block *b)
{
    const int64_t low = wick_call_int(call, low_arg);
    const int64_t high = wick_call_int(call, low_arg + 1);
    if (low >= high) {
        return fail(call, low_arg + 1, WICK_TEXT("high is not above low"));
    }
    *b = (wick_random_block){.low = low, .range = (uint64_t)high - (uint64_t)low, .out = out};
    return check_flags(call, out);
}

enum { RANDINT_LOW, RANDINT_HIGH, RANDINT_SIZE, RANDINT_OUT };

wick_status wick_randint_prepare(const wick_call *call, void *block)
{
    WICK_TRY(read_range(call, RANDINT_LOW, RANDINT_OUT, block));
    return resize_by_list(call, RANDINT_SIZE, RANDINT_OUT);
}

enum { RANDINT_LIKE_SELF, RANDINT_LIKE_LOW, RANDINT_LIKE_OUT = 4 };

wick_status wick_randint_like_prepare(const wick_call *call, void *block)
{
    WICK_TRY(read_range(call, RANDINT_LIKE_LOW, RANDINT_LIKE_OUT, block));
    return resize_as(call, RANDINT_LIKE_SELF, RANDINT_LIKE_OUT);
}

wick_status wick_randint_run(const wick_call *call, const void *block)
{
    const wick_random_block *const b = block;
    wick_draws draws;
    const wick_tensor *const out = wick_call_tensor(call, b->out);
    WICK_TRY(begin(call, &draws));
    wick_random_integers(&draws, b->low, b->range, out->dtype, wick_tensor_count(out), out->data);
    return WICK_OK;
}

enum { RANDPERM_N, RANDPERM_OUT };

wick_status wick_randperm_prepare(const wick_call *call, void *block)
{
    *(wick_random_block *)block = (wick_random_block){.rows = 0};
    const int64_t n = wick_call_int(call, RANDPERM_N);
    if (n < 0 || n > INT32_MAX) {
        return fail(call, RANDPERM_N, WICK_TEXT("n is below 0 or above 2147483647"));
    }
    const int32_t size = (int32_t)n;
    WICK_TRY(wick_call_number_dtype(call, RANDPERM_OUT));
    return wick_call_resize(call, RANDPERM_OUT, 1, &size);
}

wick_status wick_randperm_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_draws draws;
    const wick_tensor *const out = wick_call_tensor(call, RANDPERM_OUT);
    WICK_TRY(begin(call, &draws));
    wick_random_permutation(&draws, out->dtype, wick_tensor_count(out), out->data);
    return WICK_OK;
}

// exponential and bernoulli: self, number, generator, out
enum { SELF, NUMBER, GENERATOR, OUT };
enum { BERNOULLI_OUT = 2 };

wick_status wick_exponential_prepare(const wick_call *call, void *block)
{
    const float rate = (float)wick_call_real(call, NUMBER);
    *(wick_random_block *)block = (wick_random_block){.p = rate};
    if (!(rate > 0)) {
        return fail(call, NUMBER, WICK_TEXT("lambd is not above 0"));
    }
    WICK_TRY(wick_call_real_dtype(call, OUT));
    return resize_as(call, SELF, OUT);
}

wick_status wick_exponential_run(const wick_call *call, const void *block)
{
    const wick_random_block *const b = block;
    wick_draws draws;
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    WICK_TRY(begin(call, &draws));
    wick_random_exponential(&draws, b->p, out->dtype, wick_tensor_count(out), out->data);
    return WICK_OK;
}

wick_status wick_bernoulli_prepare(const wick_call *call, void *block)
{
    *(wick_random_block *)block = (wick_random_block){.rows = 0};
    WICK_TRY(wick_call_real_dtype(call, SELF));
    WICK_TRY(check_flags(call, BERNOULLI_OUT));
    return resize_as(call, SELF, BERNOULLI_OUT);
}

wick_status wick_bernoulli_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_draws draws;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const out = wick_call_tensor(call, BERNOULLI_OUT);
    WICK_TRY(begin(call, &draws));
    if (!wick_random_bernoulli(&draws, self->data, self->dtype, out->dtype, wick_tensor_count(out),
                               out->data)) {
        return fail(call, SELF, WICK_TEXT("probability outside of [0, 1]"));
    }
    return WICK_OK;
}

static wick_status check_probability(const wick_call *call, uint32_t arg, float *out)
{
    *out = (float)wick_call_real(call, arg);
    return *out >= 0 && *out <= 1 ? WICK_OK
                                  : fail(call, arg, WICK_TEXT("probability outside of [0, 1]"));
}

wick_status wick_bernoulli_p_prepare(const wick_call *call, void *block)
{
    wick_random_block *const b = block;
    *b = (wick_random_block){.rows = 0};
    WICK_TRY(check_probability(call, NUMBER, &b->p));
    WICK_TRY(check_flags(call, OUT));
    return resize_as(call, SELF, OUT);
}

wick_status wick_bernoulli_p_run(const wick_call *call, const void *block)
{
    const wick_random_block *const b = block;
    wick_draws draws;
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    WICK_TRY(begin(call, &draws));
    wick_random_coins(&draws, b->p, out->dtype, wick_tensor_count(out), out->data);
    return WICK_OK;
}

enum { DROPOUT_INPUT, DROPOUT_P, DROPOUT_TRAIN, DROPOUT_OUT, DROPOUT_MASK };

wick_status wick_native_dropout_prepare(const wick_call *call, void *block)
{
    wick_random_block *const b = block;
    *b = (wick_random_block){.is_training = wick_call_is_none(call, DROPOUT_TRAIN) ||
                                            wick_call_bool(call, DROPOUT_TRAIN)};
    WICK_TRY(check_probability(call, DROPOUT_P, &b->p));
    WICK_TRY(wick_call_real_dtype(call, DROPOUT_INPUT));
    WICK_TRY(wick_call_same_dtype(call, DROPOUT_OUT, DROPOUT_INPUT));
    if (wick_call_tensor(call, DROPOUT_MASK)->dtype != WICK_BOOL) {
        return fail(call, DROPOUT_MASK, WICK_TEXT("mask is not of type bool"));
    }
    WICK_TRY(resize_as(call, DROPOUT_INPUT, DROPOUT_OUT));
    return resize_as(call, DROPOUT_INPUT, DROPOUT_MASK);
}

wick_status wick_native_dropout_run(const wick_call *call, const void *block)
{
    const wick_random_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, DROPOUT_INPUT);
    void *const out = wick_call_tensor(call, DROPOUT_OUT)->data;
    void *const mask = wick_call_tensor(call, DROPOUT_MASK)->data;
    const size_t count = wick_tensor_count(input);
    wick_draws draws;
    if (!b->is_training) {
        memcpy(out, input->data, wick_tensor_size_bytes(input));
        memset(mask, 1, count);
        return WICK_OK;
    }
    WICK_TRY(begin(call, &draws));
    wick_random_dropout(&draws, b->p, input->dtype, count, input->data, out, mask);
    return WICK_OK;
}

enum { CHOOSE_SELF, CHOOSE_COUNT, CHOOSE_REPLACES, CHOOSE_GENERATOR, CHOOSE_OUT };

wick_status wick_multinomial_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, CHOOSE_SELF);
    const int64_t count = wick_call_int(call, CHOOSE_COUNT);
    WICK_TRY(wick_call_real_dtype(call, CHOOSE_SELF));
    if (self->rank < 1 || self->rank > 2 || !wick_tensor_is_row_major(self)) {
        return fail(call, CHOOSE_SELF, WICK_TEXT("self is no contiguous vector or matrix"));
    }
    const int32_t width = self->sizes[self->rank - 1];
    if (count < 1 || count > INT32_MAX || width == 0 ||
        (count > width && !wick_call_bool(call, CHOOSE_REPLACES))) {
        return fail(call, CHOOSE_COUNT, WICK_TEXT("num_samples is below 1 or above what there is"));
    }
    const int32_t rows = self->rank == 2 ? self->sizes[0] : 1;
    const int32_t sizes[] = {rows, (int32_t)count};
    *(wick_random_block *)block = (wick_random_block){.rows = (uint32_t)rows};
    if (wick_call_tensor(call, CHOOSE_OUT)->dtype != WICK_INT64) {
        return fail(call, CHOOSE_OUT, WICK_TEXT("out is not of type i64"));
    }
    WICK_TRY(wick_call_resize(call, CHOOSE_OUT, self->rank, sizes + (2 - self->rank)));
    return wick_tensor_is_row_major(wick_call_tensor(call, CHOOSE_OUT))
               ? WICK_OK
               : fail(call, CHOOSE_OUT, WICK_TEXT("tensor is not contiguous"));
}

wick_status wick_multinomial_run(const wick_call *call, const void *block)
{
    const wick_random_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, CHOOSE_SELF);
    const wick_tensor *const out = wick_call_tensor(call, CHOOSE_OUT);
    const int32_t width = self->sizes[self->rank - 1];
    const size_t count = (size_t)out->sizes[out->rank - 1];
    const bool replaces = wick_call_bool(call, CHOOSE_REPLACES);
    wick_draws draws;
    WICK_TRY(begin(call, &draws));
    for (uint32_t row = 0; row < b->rows; row++) {
        const void *const weights =
            wick_element_at(self->data, (ptrdiff_t)row * width, self->dtype);
        if (!wick_random_choose(&draws, weights, self->dtype, width, replaces, count,
                                (int64_t *)out->data + row * count)) {
            return fail(call, CHOOSE_SELF,
                        WICK_TEXT("weights are negative, not finite, or too few are above 0"));
        }
    }
    return WICK_OK;
}
