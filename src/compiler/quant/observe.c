// SPDX-License-Identifier: BSD-3-Clause
// Ranges are searched on a histogram between the smallest and largest value. Exact zeros are left
// out of it: they are a step in every range.
#include "compiler/quant/observe.h"

#include "kernels/quant/quantize.h"
#include "wick/tensor.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { BINS = 2048, STEPS = 256, LANES = 64, WIDENING = 128 };

// Below it a range holds nothing but zero.
#define LEAST_SCALE 0x1p-100

static const char *const names[] = {
#define WICK_OBSERVER(id, name, what) name,
#include "compiler/quant/observers.def"
#undef WICK_OBSERVER
};

const char *wick_observer_name(wick_observer observer)
{
    return names[observer];
}

// Lanes keep their own results, so that compilers make vectors of the loops.
bool wick_quant_bounds(const float *data, size_t count, float *low, float *high, size_t *where)
{
    float lows[LANES] = {0}, highs[LANES] = {0}, odd[LANES] = {0};
    for (uint32_t lane = 0; lane < LANES && count > 0; lane++) {
        lows[lane] = highs[lane] = data[0];
    }
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        for (uint32_t lane = 0; lane < LANES; lane++) {
            const float value = data[i + lane];
            lows[lane] = value < lows[lane] ? value : lows[lane];
            highs[lane] = value > highs[lane] ? value : highs[lane];
            odd[lane] += value - value; // NaN from the first value on that is not finite
        }
    }
    for (size_t i = whole; i < count; i++) {
        lows[0] = data[i] < lows[0] ? data[i] : lows[0];
        highs[0] = data[i] > highs[0] ? data[i] : highs[0];
        odd[0] += data[i] - data[i];
    }
    *low = lows[0];
    *high = highs[0];
    float sum = odd[0];
    for (uint32_t lane = 1; lane < LANES; lane++) {
        *low = lows[lane] < *low ? lows[lane] : *low;
        *high = highs[lane] > *high ? highs[lane] : *high;
        sum += odd[lane];
    }
    for (*where = 0; sum != 0 && *where < count; ++*where) {
        if (!isfinite(data[*where])) {
            return false;
        }
    }
    return true;
}

void wick_quant_add_error(const float *real, const float *tried, size_t count, double *signal,
                          double *noise)
{
    double signals[LANES] = {0}, noises[LANES] = {0};
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        for (uint32_t lane = 0; lane < LANES; lane++) {
            const double value = (double)real[i + lane];
            const double miss = value - (double)tried[i + lane];
            signals[lane] += value * value;
            noises[lane] += miss * miss;
        }
    }
    for (size_t i = whole; i < count; i++) {
        const double miss = (double)real[i] - (double)tried[i];
        signals[0] += (double)real[i] * (double)real[i];
        noises[0] += miss * miss;
    }
    for (uint32_t lane = 0; lane < LANES; lane++) {
        *signal += signals[lane];
        *noise += noises[lane];
    }
}

wick_quant_params wick_quant_params_of(double low, double high)
{
    const double bottom = low < 0 ? low : 0;
    const double top = high > 0 ? high : 0;
    const double scale = (top - bottom) / (STEPS - 1);
    if (!(scale >= LEAST_SCALE)) {
        return (wick_quant_params){1.0, 0, false};
    }
    const double zero_point = nearbyint(-128 - bottom / scale);
    return (wick_quant_params){(double)(float)scale, (int32_t)zero_point, false};
}

wick_quant_params wick_quant_wide_params_of(double reach)
{
    const double scale = reach / INT16_MAX;
    return (wick_quant_params){scale >= LEAST_SCALE ? (double)(float)scale : 1.0, 0, true};
}

// A step lies 255 from the zero point at most: times 128, within 16 bits.
wick_quant_params wick_quant_widened(const wick_quant_params *params)
{
    return (wick_quant_params){params->scale / WIDENING, 0, true};
}

// Values between `low` and `high` in bins of one width; how many, their sum and the sum of their
// squares up to a bin's lower edge.
typedef struct histogram {
    double low, high, width;
    double count[BINS];
    double counts_to[BINS + 1], sums_to[BINS + 1], squares_to[BINS + 1];
} histogram;

static void histogram_fill(histogram *h, const wick_quant_values *values)
{
    memset(h, 0, sizeof *h);
    h->low = values->low < 0 ? (double)values->low : 0;
    h->high = values->high > 0 ? (double)values->high : 0;
    h->width = (h->high - h->low) / BINS;
    const double inverse = 1 / h->width;
    for (size_t i = 0; i < values->count; i++) {
        const double value = (double)values->data[i];
        if (value != 0) {
            const int32_t bin = (int32_t)((value - h->low) * inverse);
            h->count[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin] += 1;
        }
    }
    for (uint32_t i = 0; i < BINS; i++) {
        const double middle = h->low + h->width * (i + 0.5);
        h->counts_to[i + 1] = h->counts_to[i] + h->count[i];
        h->sums_to[i + 1] = h->sums_to[i] + h->count[i] * middle;
        h->squares_to[i + 1] = h->squares_to[i] + h->count[i] * middle * middle;
    }
}

static double edge(const histogram *h, uint32_t bin)
{
    return h->low + h->width * bin;
}

// Squared error of the values in bins [first, last) when all become `to`.
static double clip_error(const histogram *h, uint32_t first, uint32_t last, double to)
{
    return h->squares_to[last] - h->squares_to[first] -
           2 * to * (h->sums_to[last] - h->sums_to[first]) +
           to * to * (h->counts_to[last] - h->counts_to[first]);
}

// Expected squared error of steps between the edges `first` and `last`.
static double range_error(const histogram *h, uint32_t first, uint32_t last)
{
    const double step = h->width * (last - first) / (STEPS - 1);
    return (h->counts_to[last] - h->counts_to[first]) * step * step / 12 +
           clip_error(h, 0, first, edge(h, first)) + clip_error(h, last, BINS, edge(h, last));
}

// Edges between which a range may start and end: zero stays inside.
static uint32_t zero_edge(const histogram *h)
{
    return (uint32_t)fmin(floor(-h->low / h->width), BINS - 1);
}

static wick_quant_params observe_mse(const histogram *h)
{
    enum { ROUNDS = 4 };
    const uint32_t zero = zero_edge(h);
    uint32_t first = 0;
    uint32_t last = BINS;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        double best = range_error(h, first, last);
        for (uint32_t end = zero + 1; end <= BINS; end++) {
            const double error = range_error(h, first, end);
            last = error < best ? end : last;
            best = fmin(error, best);
        }
        for (uint32_t start = 0; start <= zero; start++) {
            const double error = range_error(h, start, last);
            first = error < best ? start : first;
            best = fmin(error, best);
        }
    }
    return wick_quant_params_of(edge(h, first), edge(h, last));
}

static wick_quant_params observe_percentile(const histogram *h)
{
    const double tail = h->counts_to[BINS] / 10000;
    uint32_t first = 0;
    uint32_t last = BINS;
    while (first < BINS && h->counts_to[first + 1] <= tail) {
        first++;
    }
    while (last > first + 1 && h->counts_to[BINS] - h->counts_to[last - 1] <= tail) {
        last--;
    }
    return wick_quant_params_of(edge(h, first), edge(h, last));
}

// What is lost when the bins between two edges, with what lies outside added to the outermost,
// share one value in each step: sum p * log(p / q).
static double divergence(const histogram *h, uint32_t first, uint32_t last)
{
    const uint32_t bins = last - first;
    const double total = h->counts_to[BINS];
    double loss = 0;
    for (uint32_t step = 0; step < STEPS; step++) {
        const uint32_t from = first + step * bins / STEPS;
        const uint32_t to = first + (step + 1) * bins / STEPS;
        uint32_t used = 0;
        for (uint32_t i = from; i < to; i++) {
            used += h->count[i] > 0;
        }
        const double q = used ? (h->counts_to[to] - h->counts_to[from]) / used / total : 0;
        for (uint32_t i = from; i < to; i++) {
            const double outside = (i == first ? h->counts_to[first] : 0) +
                                   (i == last - 1 ? total - h->counts_to[last] : 0);
            const double p = (h->count[i] + outside) / total;
            loss += p > 0 ? p * log(p / fmax(q, 0.5 / total)) : 0;
        }
    }
    return loss;
}

static wick_quant_params observe_entropy(const histogram *h)
{
    const uint32_t zero = zero_edge(h);
    uint32_t first = 0;
    uint32_t last = BINS;
    double best = divergence(h, first, last);
    // Both ends move towards zero alike.
    for (uint32_t cut = 32; cut < BINS - STEPS; cut += 32) {
        const double part = (double)cut / BINS;
        const uint32_t start = (uint32_t)(zero * part);
        const uint32_t end = BINS - (uint32_t)((BINS - zero) * part);
        if (end - start < STEPS) {
            break;
        }
        const double loss = divergence(h, start, end);
        if (loss < best) {
            best = loss;
            first = start;
            last = end;
        }
    }
    return wick_quant_params_of(edge(h, first), edge(h, last));
}

wick_quant_params wick_observe(wick_observer observer, const wick_quant_values *values)
{
    histogram h;
    const wick_quant_params all = wick_quant_params_of((double)values->low, (double)values->high);
    if (observer == WICK_OBSERVER_MINMAX || (values->low == 0 && values->high == 0)) {
        return all;
    }
    histogram_fill(&h, values);
    switch (observer) {
    case WICK_OBSERVER_PERCENTILE:
        return observe_percentile(&h);
    case WICK_OBSERVER_MSE:
        return observe_mse(&h);
    case WICK_OBSERVER_ENTROPY:
        return observe_entropy(&h);
    case WICK_OBSERVER_MINMAX:
    case WICK_OBSERVER_COUNT:
        break;
    }
    return all;
}

// Bit for bit wick_quantize_f32 and back, as one loop that compilers make vectors of: steps of 16
// bits and their zero points are whole float32 values.
void wick_quant_round(const wick_quant_params *params, const float *in, float *out, size_t count)
{
    const float limit = 0x1p20f; // past it every value is clamped
    const float rounder = 0x1.8p23f;
    const float inverse = (float)(1 / params->scale);
    const float scale = (float)params->scale;
    const float zero_point = (float)params->zero_point;
    const float least = params->is_wide ? INT16_MIN : INT8_MIN;
    const float most = params->is_wide ? INT16_MAX : INT8_MAX;
    for (size_t i = 0; i < count; i++) {
        const float scaled = in[i] * inverse;
        const float raised = scaled > -limit ? scaled : -limit;
        const float inside = raised < limit ? raised : limit;
        const float steps = ((inside + rounder) - rounder) + zero_point;
        const float above = steps > least ? steps : least;
        const float step = above < most ? above : most;
        out[i] = (scaled == scaled ? step - zero_point : -zero_point) * scale;
    }
}

size_t wick_quant_clipped(const wick_quant_params *params, const float *data, size_t count)
{
    const double least = (params->is_wide ? INT16_MIN : INT8_MIN) - 0.5;
    const double most = (params->is_wide ? INT16_MAX : INT8_MAX) + 0.5;
    const float low = (float)(params->scale * (least - params->zero_point));
    const float high = (float)(params->scale * (most - params->zero_point));
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        clipped += data[i] < low || data[i] > high;
    }
    return clipped;
}
