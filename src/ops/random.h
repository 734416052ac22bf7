// SPDX-License-Identifier: BSD-3-Clause
// Operators that draw random numbers from the state of the method (docs/random.md).
#ifndef WICK_OPS_RANDOM_H
#define WICK_OPS_RANDOM_H

#include "wick/operator.h"

typedef struct wick_random_block {
    int64_t low;
    uint64_t range; // 0: 2^64
    float p;        // probability, or rate
    uint32_t out;   // argument
    uint32_t rows;
    bool is_training;
} wick_random_block;

wick_status wick_rand_prepare(const wick_call *call, void *block);
wick_status wick_rand_like_prepare(const wick_call *call, void *block);
wick_status wick_rand_run(const wick_call *call, const void *block);
wick_status wick_randn_run(const wick_call *call, const void *block);
wick_status wick_randint_prepare(const wick_call *call, void *block);
wick_status wick_randint_like_prepare(const wick_call *call, void *block);
wick_status wick_randint_run(const wick_call *call, const void *block);
wick_status wick_randperm_prepare(const wick_call *call, void *block);
wick_status wick_randperm_run(const wick_call *call, const void *block);
wick_status wick_exponential_prepare(const wick_call *call, void *block);
wick_status wick_exponential_run(const wick_call *call, const void *block);
wick_status wick_bernoulli_prepare(const wick_call *call, void *block);
wick_status wick_bernoulli_run(const wick_call *call, const void *block);
wick_status wick_bernoulli_p_prepare(const wick_call *call, void *block);
wick_status wick_bernoulli_p_run(const wick_call *call, const void *block);
wick_status wick_native_dropout_prepare(const wick_call *call, void *block);
wick_status wick_native_dropout_run(const wick_call *call, const void *block);
wick_status wick_multinomial_prepare(const wick_call *call, void *block);
wick_status wick_multinomial_run(const wick_call *call, const void *block);

#endif
