// SPDX-License-Identifier: BSD-3-Clause
// Body of wick_unary_run_* for one compute type; included by unary.c with NUMBER, NAMED(stem) and
// its dtype COMPUTE.

void NAMED(wick_unary_run)(const wick_unary *plan, NAMED(wick_unary_operation) * operation,
                           const NUMBER *p, const void *in, void *out)
{
    if (plan->in_dtype == COMPUTE && plan->out_dtype == COMPUTE) {
        operation(p, plan->count, (const NUMBER *)in, (NUMBER *)out);
        return;
    }
    const uint32_t in_bytes = wick_dtype_size_bytes(plan->in_dtype);
    const uint32_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    NUMBER numbers[WICK_CHUNK_BYTES / sizeof(NUMBER)];
    uint32_t count = WICK_CHUNK_BYTES / sizeof(NUMBER);
    for (uint32_t start = 0; start < plan->count; start += count) {
        count = plan->count - start < count ? plan->count - start : count;
        const wick_elements from = {plan->in_dtype, 1, count};
        const wick_elements to = {plan->out_dtype, 1, count};
        NAMED(wick_read)(&from, (const uint8_t *)in + (size_t)start * in_bytes, numbers);
        operation(p, count, numbers, numbers);
        if (plan->out_dtype != plan->common_dtype) {
            NAMED(wick_round)(plan->common_dtype, count, numbers);
        }
        NAMED(wick_write)(&to, numbers, (uint8_t *)out + (size_t)start * out_bytes);
    }
}
