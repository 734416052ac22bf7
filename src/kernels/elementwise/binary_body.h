// SPDX-License-Identifier: BSD-3-Clause
// Body of wick_binary_run_* for one compute type; included by binary.c with NUMBER, NAMED(stem) and
// its dtype COMPUTE.

// Points row operand k at elements of the compute type: where they lie if they are of it, else
// converted in `buffer`. A float beside half types stays as it is (PyTorch does not round a scalar
// first); an integer of a wider type wraps.
static void NAMED(bind_operand)(const wick_binary *plan, uint32_t k, const void *data,
                                NUMBER *buffer, NAMED(wick_row) * row)
{
    const uint32_t compute = COMPUTE;
    const uint32_t dtype = plan->dtypes[k];
    const int32_t stride = plan->walk.strides[k][plan->walk.rank - 1];
    row->operands[k] = (const NUMBER *)data;
    row->strides[k] = stride;
    if (dtype != compute || plan->rounds_float ||
        (compute == WICK_INT64 && plan->common_dtype != compute)) {
        const wick_elements elements = {dtype, stride, row->count};
        NAMED(wick_read)(&elements, data, buffer);
        row->operands[k] = buffer;
        row->strides[k] = 1;
        if (dtype != plan->common_dtype) {
            NAMED(wick_round)(plan->common_dtype, row->count, buffer);
        }
    }
}

// Element `index` of operand k.
static const void *NAMED(element)(const wick_binary *plan, const wick_binary_data *data, uint32_t k,
                                  int32_t index)
{
    const ptrdiff_t size = (ptrdiff_t)wick_dtype_size_bytes(plan->dtypes[k]);
    return (const uint8_t *)data->operands[k] + index * size;
}

// Computes row->count elements of a row from `start` on into `out`.
static void NAMED(run_piece)(const wick_binary *plan, NAMED(wick_binary_operation) * operation,
                             const NUMBER *p, const void *const pieces[2], NAMED(wick_row) * row,
                             void *out)
{
    NUMBER buffers[2][WICK_CHUNK_BYTES / sizeof(NUMBER)];
    NAMED(bind_operand)(plan, 0, pieces[0], buffers[0], row);
    NAMED(bind_operand)(plan, 1, pieces[1], buffers[1], row);
    row->out = (NUMBER *)out;
    if (plan->out_dtype == COMPUTE && plan->common_dtype == COMPUTE) {
        operation(p, row);
        return;
    }
    const wick_elements to = {plan->out_dtype, 1, row->count};
    row->out = buffers[0];
    operation(p, row);
    if (plan->out_dtype != plan->common_dtype) {
        NAMED(wick_round)(plan->common_dtype, row->count, buffers[0]);
    }
    NAMED(wick_write)(&to, buffers[0], out);
}

void NAMED(wick_binary_run)(const wick_binary *plan, NAMED(wick_binary_operation) * operation,
                            const NUMBER *p, const wick_binary_data *data)
{
    const wick_walk *walk = &plan->walk;
    const uint32_t row_count = (uint32_t)walk->sizes[walk->rank - 1];
    const bool direct = plan->dtypes[0] == COMPUTE && plan->dtypes[1] == COMPUTE &&
                        plan->out_dtype == COMPUTE && plan->common_dtype == COMPUTE;
    const uint32_t chunk = direct ? row_count : WICK_CHUNK_BYTES / sizeof(NUMBER);
    const size_t out_bytes = wick_dtype_size_bytes(plan->out_dtype);
    uint8_t *out = data->out;
    wick_cursor cursor = {0};
    do {
        for (uint32_t start = 0; start < row_count;) {
            NAMED(wick_row) row = {.count = row_count - start < chunk ? row_count - start : chunk};
            const void *pieces[2];
            for (uint32_t k = 0; k < 2; k++) {
                const int32_t step = walk->strides[k][walk->rank - 1];
                pieces[k] =
                    NAMED(element)(plan, data, k, cursor.offsets[k] + step * (int32_t)start);
            }
            NAMED(run_piece)(plan, operation, p, pieces, &row, out);
            out += row.count * out_bytes;
            start += row.count;
        }
    } while (wick_walk_next(walk, 1, &cursor));
}
