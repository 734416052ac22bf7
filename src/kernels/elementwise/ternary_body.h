// SPDX-License-Identifier: BSD-3-Clause
// Body of wick_ternary_run_* for one compute type; included by ternary.c with NUMBER, NAMED(stem)
// and its dtype COMPUTE. What bind_operand of binary_body.h says of types holds here.

// Points operand k of a row at `from`, or at its elements converted in `buffer`.
static void NAMED(bind_third)(const wick_ternary *plan, uint32_t k, const void *from,
                              NUMBER *buffer, NAMED(wick_row3) * row)
{
    const wick_elements elements = {plan->dtypes[k], plan->strides[k][plan->rank - 1], row->count};
    row->operands[k] = (const NUMBER *)from;
    row->strides[k] = elements.stride;
    if (elements.dtype == COMPUTE && plan->common_dtype == COMPUTE) {
        return;
    }
    NAMED(wick_read)(&elements, from, buffer);
    row->operands[k] = buffer;
    row->strides[k] = 1;
    if (elements.dtype != plan->common_dtype && elements.dtype != WICK_BOOL) {
        NAMED(wick_round)(plan->common_dtype, row->count, buffer);
    }
}

// Computes row->count elements into `out`.
static __attribute__((noinline)) void NAMED(run_third)(const wick_ternary *plan, NAMED(wick_ternary_operation) * operation,
                             const NUMBER *p, const void *const pieces[3], NAMED(wick_row3) * row,
                             void *out)
{
    NUMBER buffers[3][WICK_CHUNK_BYTES / sizeof(NUMBER)];
    for (uint32_t k = 0; k < 3; k++) {
        NAMED(bind_third)(plan, k, pieces[k], buffers[k], row);
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        NAMED(wick_round)(plan->common_dtype, row->count, buffers[0]);
    }
    NAMED(wick_write)(&to, buffers[0], out);
}

void NAMED(wick_ternary_run)(const wick_ternary *plan, NAMED(wick_ternary_operation) * operation,
                             const NUMBER *p, const wick_ternary_data *data)
{
    const uint32_t last = plan->rank - 1;
    const uint32_t row_count = (uint32_t)plan->sizes[last];
    const uint32_t chunk = WICK_CHUNK_BYTES / sizeof(NUMBER);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    cursor at = {0};
    do {
        for (uint32_t start = 0; start < row_count; start += chunk) {
            NAMED(wick_row3) row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[3];
            for (uint32_t k = 0; k < 3; k++) {
                const int32_t step = plan->strides[k][last] * (int32_t)start;
                pieces[k] = element(plan, data, k, at.offsets[k] + step);
            }
            NAMED(run_third)(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
        }
    } while (next_row(plan, &at));
}
