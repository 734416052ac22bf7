// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/quantized/layer_sums.h"

// Work up to which every position is looked at: taps of one axis, additions for one out channel.
enum { MAX_TAPS = 1 << 20, MAX_ADDITIONS = 1 << 18 };

// The different taps along one axis; positions in the input do not count.
static uint32_t list_taps(const wick_quant_layer *layer, const wick_quant_axis *axis,
                          wick_quant_taps *list)
{
    uint32_t count = 0;
    for (int32_t out = 0; out < axis->out; out++) {
        const wick_quant_taps taps = layer->kind == WICK_QUANT_TRANSPOSED
                                         ? wick_quant_taps_transposed(axis, out)
                                         : wick_quant_taps_forward(axis, out);
        uint32_t i = 0;
        while (i < count && (list[i].kernel != taps.kernel || list[i].count != taps.count)) {
            i++;
        }
        if (i == count) {
            list[count++] = taps;
        }
    }
    return count;
}

bool wick_layer_sums_create(wick_arena *arena, const wick_quant_layer *layer, wick_layer_sums *out)
{
    const wick_quant_axis *height = &layer->params.height;
    const wick_quant_axis *width = &layer->params.width;
    if ((int64_t)height->out * height->kernel > MAX_TAPS ||
        (int64_t)width->out * width->kernel > MAX_TAPS) {
        return false;
    }
    *out = (wick_layer_sums){.layer = *layer};
    out->rows = wick_arena_alloc(arena, (size_t)height->out, sizeof *out->rows);
    out->columns = wick_arena_alloc(arena, (size_t)width->out, sizeof *out->columns);
    out->row_count = list_taps(layer, height, out->rows);
    out->column_count = list_taps(layer, width, out->columns);
    const size_t taps = (size_t)wick_quant_layer_taps(layer);
    out->taps = wick_arena_alloc(arena, taps, sizeof *out->taps);
    return taps <= MAX_ADDITIONS / out->row_count / out->column_count;
}

// The sum of sums->taps that a position sees.
static wick_interval position_sum(const wick_layer_sums *sums, wick_quant_taps rows,
                                  wick_quant_taps columns)
{
    const wick_quant_axis *height = &sums->layer.params.height;
    const wick_quant_axis *width = &sums->layer.params.width;
    wick_interval total = {0, 0};
    for (int32_t y = 0; y < rows.count; y++) {
        const int32_t row = rows.kernel + y * height->kernel_step;
        for (int32_t x = 0; x < columns.count; x++) {
            const int32_t column = columns.kernel + x * width->kernel_step;
            const wick_interval *tap = &sums->taps[row * width->kernel + column];
            total.low += tap->low;
            total.high += tap->high;
        }
    }
    return total;
}

// The interval around the sums of all positions.
static wick_interval all_positions(const wick_layer_sums *sums)
{
    wick_interval hull = position_sum(sums, sums->rows[0], sums->columns[0]);
    for (uint32_t y = 0; y < sums->row_count; y++) {
        for (uint32_t x = 0; x < sums->column_count; x++) {
            wick_interval_extend(&hull, position_sum(sums, sums->rows[y], sums->columns[x]));
        }
    }
    return hull;
}

static int64_t weight_of(const wick_layer_sums *sums, int32_t out_channel, int32_t tap, int32_t i)
{
    return sums->layer.weight[wick_quant_layer_weight_at(&sums->layer, out_channel, tap, i)];
}

// What a tap adds, over all its in channels.
static wick_interval tap_range(const wick_layer_sums *sums, int32_t out_channel, int32_t tap,
                               const wick_interval *inputs)
{
    const wick_quant_layer *layer = &sums->layer;
    const int64_t offset = layer->params.input_offset;
    const int32_t depth = wick_quant_layer_depth(layer);
    const wick_interval *input = inputs + wick_quant_layer_in_channel(layer, out_channel, 0);
    wick_interval total = {0, 0};
    for (int32_t i = 0; i < depth; i++) {
        const int64_t weight = weight_of(sums, out_channel, tap, i);
        const int64_t low = (input[i].low + offset) * weight;
        const int64_t high = (input[i].high + offset) * weight;
        total.low += weight < 0 ? high : low;
        total.high += weight < 0 ? low : high;
    }
    return total;
}

wick_interval wick_layer_sums_range(const wick_layer_sums *sums, int32_t out_channel,
                                    const wick_interval *inputs)
{
    const int64_t bias = sums->layer.bias[out_channel];
    const int32_t taps = wick_quant_layer_taps(&sums->layer);
    for (int32_t tap = 0; tap < taps; tap++) {
        sums->taps[tap] = tap_range(sums, out_channel, tap, inputs);
    }
    const wick_interval hull = all_positions(sums);
    return (wick_interval){hull.low + bias, hull.high + bias};
}

bool wick_layer_sums_share(const wick_layer_sums *sums, int32_t out_channel, int32_t i,
                           int32_t value, int64_t *out)
{
    const int64_t factor = (int64_t)value + sums->layer.params.input_offset;
    const int32_t taps = wick_quant_layer_taps(&sums->layer);
    for (int32_t tap = 0; tap < taps; tap++) {
        const int64_t product = factor * weight_of(sums, out_channel, tap, i);
        sums->taps[tap] = wick_interval_of(product);
    }
    const wick_interval hull = all_positions(sums);
    *out = hull.low;
    return wick_interval_is_one(hull);
}

bool wick_layer_sums_ignores(const wick_layer_sums *sums, int32_t out_channel, int32_t i)
{
    const int32_t taps = wick_quant_layer_taps(&sums->layer);
    int32_t tap = 0;
    while (tap < taps && weight_of(sums, out_channel, tap, i) == 0) {
        tap++;
    }
    return tap == taps;
}
