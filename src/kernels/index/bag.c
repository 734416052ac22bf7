// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/index/bag.h"

#include "kernels/element/element.h"

typedef struct range {
    uint32_t first;
    uint32_t end;
} range;

// Indices of a bag; false if the offsets do not ascend within the indices.
static bool bag_range(const wick_bag *plan, const wick_bag_data *data, uint32_t bag, range *out)
{
    const int64_t first = wick_element_integer(data->offsets, bag, plan->index_dtype);
    const int64_t end = bag + 1 < plan->offset_count
                            ? wick_element_integer(data->offsets, bag + 1, plan->index_dtype)
                            : plan->index_count;
    *out = (range){(uint32_t)first, (uint32_t)end};
    return first >= 0 && first <= end && end <= plan->index_count;
}

static bool indices_are_inside(const wick_bag *plan, const wick_bag_data *data, range r)
{
    for (uint32_t i = r.first; i < r.end; i++) {
        const int64_t index = wick_element_integer(data->indices, i, plan->index_dtype);
        if (index < 0 || index >= plan->rows) {
            return false;
        }
    }
    return true;
}

static void store_index(const wick_bag *plan, void *data, size_t at, int64_t value)
{
    if (data != 0) {
        wick_element_store_integer(data, (ptrdiff_t)at, plan->index_dtype, value);
    }
}

// One column of a bag.
typedef struct column {
    float sum;
    float largest;
    int64_t largest_index;
    uint32_t count;
} column;

static column reduce_column(const wick_bag *plan, const wick_bag_data *data, range r, uint32_t k)
{
    column c = {0};
    for (uint32_t i = r.first; i < r.end; i++) {
        const int64_t index = wick_element_integer(data->indices, i, plan->index_dtype);
        if (index == plan->padding) {
            continue;
        }
        const ptrdiff_t at = (ptrdiff_t)(index * plan->columns + k);
        const float scale =
            data->scales != 0 ? wick_element_load(data->scales, i, plan->dtype) : 1.0f;
        const float value = wick_element_load(data->weight, at, plan->dtype) * scale;
        if (c.count == 0 || value > c.largest || value != value) {
            c.largest = value;
            c.largest_index = index;
        }
        c.sum += value;
        c.count++;
    }
    return c;
}

static float column_result(const wick_bag *plan, const column *c)
{
    switch ((wick_bag_mode)plan->mode) {
    case WICK_BAG_MEAN:
        return c->count != 0 ? c->sum / (float)c->count : 0.0f;
    case WICK_BAG_MAX:
        return c->largest;
    case WICK_BAG_SUM:
        break;
    }
    return c->sum;
}

static void reduce_bag(const wick_bag *plan, const wick_bag_data *data, uint32_t bag, range r)
{
    uint32_t count = 0;
    for (uint32_t i = r.first; i < r.end; i++) {
        count += wick_element_integer(data->indices, i, plan->index_dtype) != plan->padding;
        store_index(plan, data->bag_of_index, i, bag);
    }
    store_index(plan, data->bag_sizes, bag, count);
    for (uint32_t k = 0; k < plan->columns; k++) {
        const size_t at = (size_t)bag * plan->columns + k;
        const column c = reduce_column(plan, data, r, k);
        wick_element_store(data->out, (ptrdiff_t)at, plan->dtype, column_result(plan, &c));
        store_index(plan, data->largest, at, c.largest_index);
    }
}

bool wick_embedding_bag(const wick_bag *plan, const wick_bag_data *data)
{
    for (uint32_t bag = 0; bag < plan->bags; bag++) {
        range r;
        if (!bag_range(plan, data, bag, &r) || !indices_are_inside(plan, data, r)) {
            return false;
        }
        reduce_bag(plan, data, bag, r);
    }
    return true;
}
