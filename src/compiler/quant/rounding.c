// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/rounding.h"

#include <math.h>
#include <string.h>

#define ROUNDER 12582912.0f
// Of more inputs a covariance takes too long: weights then go to their nearest step.
enum { LIMIT = 127, SCALES_TRIED = 40, DEPTH_LIMIT = 2048, SAMPLES = 8 };
#define DAMPING 0.01f // of the mean variance, added to each: what the samples do not show

typedef struct problem {
    const wick_rounding_input *input;
    uint32_t *order;  // of the inputs, the least varying first
    float *variances; // of the inputs
    float *factor;    // [depth, depth], upper triangular: U
} problem;

static inline float round_to_step(float value)
{
    const float rounded = (value + ROUNDER) - ROUNDER; // past 2^22 whatever it gives is clamped
    return rounded < -LIMIT ? -LIMIT : rounded > LIMIT ? LIMIT : rounded;
}

// Subtracts the mean of each input: the bias takes that part of the error.
static void centre(const wick_rounding_input *input, float *variances)
{
    const uint32_t depth = input->depth;
    memset(variances, 0, depth * sizeof *variances);
    for (uint32_t s = 0; s < input->samples; s++) {
        for (uint32_t k = 0; k < depth; k++) {
            variances[k] += input->inputs[(size_t)s * depth + k];
        }
    }
    for (uint32_t s = 0; s < input->samples; s++) {
        float *row = input->inputs + (size_t)s * depth;
        for (uint32_t k = 0; k < depth; k++) {
            row[k] -= variances[k] / (float)input->samples;
        }
    }
    memset(variances, 0, depth * sizeof *variances);
    for (uint32_t s = 0; s < input->samples; s++) {
        const float *row = input->inputs + (size_t)s * depth;
        for (uint32_t k = 0; k < depth; k++) {
            variances[k] += row[k] * row[k] / (float)input->samples;
        }
    }
}

// Adds DAMPING of their mean, so that none is 0.
static float damp(float *variances, uint32_t depth)
{
    float sum = 0;
    for (uint32_t k = 0; k < depth; k++) {
        sum += variances[k];
    }
    const float more = sum > 0 ? DAMPING * sum / (float)depth : 1;
    for (uint32_t k = 0; k < depth; k++) {
        variances[k] += more;
    }
    return more;
}

static void sift_down(uint32_t *order, const float *keys, uint32_t at, uint32_t count)
{
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && keys[order[child + 1]] > keys[order[child]];
        if (keys[order[at]] >= keys[order[child]]) {
            return;
        }
        const uint32_t moved = order[at];
        order[at] = order[child];
        order[child] = moved;
    }
}

static void sort_ascending(uint32_t *order, const float *keys, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (uint32_t i = count / 2; i-- > 0;) {
        sift_down(order, keys, i, count);
    }
    for (uint32_t end = count; end-- > 1;) {
        const uint32_t top = order[0];
        order[0] = order[end];
        order[end] = top;
        sift_down(order, keys, 0, end);
    }
}

// H += x x' in the upper triangle, SAMPLES of them at a time: H is too large to be read for each.
static void add_products(float *restrict h, const float *restrict x, uint32_t depth)
{
    const float *restrict y = x + 4 * (size_t)depth;
    const size_t d = depth;
    for (size_t i = 0; i < d; i++) {
        const float x0 = x[i], x1 = x[d + i], x2 = x[2 * d + i], x3 = x[3 * d + i];
        const float y0 = y[i], y1 = y[d + i], y2 = y[2 * d + i], y3 = y[3 * d + i];
        float *restrict row = h + i * d;
        for (size_t j = i; j < d; j++) {
            const float sum = row[j] + (x0 * x[j] + x1 * x[d + j] + x2 * x[2 * d + j] +
                                        x3 * x[3 * d + j]);
            row[j] = sum + (y0 * y[j] + y1 * y[d + j] + y2 * y[2 * d + j] + y3 * y[3 * d + j]);
        }
    }
}

// Covariance of the inputs in `order`.
static void fill_covariance(wick_arena *scratch, const problem *p)
{
    const wick_rounding_input *input = p->input;
    const uint32_t depth = input->depth;
    float *some = wick_arena_alloc(scratch, SAMPLES * (size_t)depth, sizeof *some);
    const float share = 1 / sqrtf((float)input->samples);
    for (uint32_t s = 0; s < input->samples; s += SAMPLES) {
        memset(some, 0, SAMPLES * (size_t)depth * sizeof *some);
        for (uint32_t i = 0; i < SAMPLES && s + i < input->samples; i++) {
            const float *row = input->inputs + (size_t)(s + i) * depth;
            for (uint32_t k = 0; k < depth; k++) {
                some[(size_t)i * depth + k] = row[p->order[k]] * share;
            }
        }
        add_products(p->factor, some, depth);
    }
}

// H = U'U in place of H's upper triangle.
static void factorize(float *h, uint32_t depth, float least)
{
    for (uint32_t k = 0; k < depth; k++) {
        float *restrict pivot = h + (size_t)k * depth;
        const float root = sqrtf(pivot[k] > least ? pivot[k] : least);
        for (uint32_t j = k; j < depth; j++) {
            pivot[j] /= root;
        }
        pivot[k] = root;
        for (uint32_t i = k + 1; i < depth; i++) {
            float *restrict row = h + (size_t)i * depth;
            const float factor = pivot[i];
            for (uint32_t j = i; j < depth; j++) {
                row[j] -= factor * pivot[j];
            }
        }
    }
}

// The scale under which the nearest steps miss the weights least, each error weighed by the
// variance of its input.
static float find_scale(const float *weights, const float *variances, uint32_t depth)
{
    float largest = 0;
    for (uint32_t k = 0; k < depth; k++) {
        largest = fmaxf(largest, fabsf(weights[k]));
    }
    float best_scale = largest / LIMIT;
    float best = INFINITY;
    for (uint32_t t = 0; t < SCALES_TRIED && best_scale > 0; t++) {
        const float scale = largest / LIMIT * (1 - 0.01f * (float)t);
        float error = 0;
        for (uint32_t k = 0; k < depth; k++) {
            const float miss = weights[k] - scale * round_to_step(weights[k] / scale);
            error += miss * miss * (variances ? variances[k] : 1);
        }
        if (error < best) {
            best = error;
            best_scale = scale;
        }
    }
    return best_scale;
}

static void find_scales(const problem *p, const wick_rounding *out)
{
    const wick_rounding_input *input = p->input;
    float largest = 0;
    for (uint32_t r = 0; r < input->rows; r++) {
        out->scales[r] =
            fmaxf(find_scale(input->weights + (size_t)r * input->depth, p->variances, input->depth),
                  input->least_scales[r]);
        largest = fmaxf(largest, out->scales[r]);
    }
    for (uint32_t r = 0; r < input->rows; r++) { // of weights that are all 0, any scale will do
        if (!(out->scales[r] > 0x1p-100f)) {
            out->scales[r] = largest > 0x1p-100f ? largest : 1;
        }
    }
}

// Rounds each weight to its nearest step.
static void round_plainly(const wick_rounding_input *input, const wick_rounding *out)
{
    for (uint32_t r = 0; r < input->rows; r++) {
        for (uint32_t k = 0; k < input->depth; k++) {
            const size_t at = (size_t)r * input->depth + k;
            out->steps[at] = (int8_t)round_to_step(input->weights[at] / out->scales[r]);
        }
    }
}

// All rows at once: `errors` is [depth, rows].
static void round_with_errors(wick_arena *scratch, const problem *p, const wick_rounding *out)
{
    const uint32_t rows = p->input->rows;
    const uint32_t depth = p->input->depth;
    float *errors = wick_arena_alloc(scratch, (size_t)depth * rows, sizeof *errors);
    float *restrict wanted = wick_arena_alloc(scratch, rows, sizeof *wanted);
    for (uint32_t k = depth; k-- > 0;) {
        const float *factors = p->factor + (size_t)k * depth;
        for (uint32_t r = 0; r < rows; r++) {
            wanted[r] = p->input->weights[(size_t)r * depth + p->order[k]];
        }
        for (uint32_t j = k + 1; j < depth; j++) {
            const float part = factors[j] / factors[k];
            const float *restrict error = errors + (size_t)j * rows;
            for (uint32_t r = 0; r < rows; r++) {
                wanted[r] += part * error[r];
            }
        }
        for (uint32_t r = 0; r < rows; r++) {
            const size_t at = (size_t)r * depth + p->order[k];
            const float step = round_to_step(wanted[r] / out->scales[r]);
            out->steps[at] = (int8_t)step;
            errors[(size_t)k * rows + r] = p->input->weights[at] - step * out->scales[r];
        }
    }
}

void wick_round_weights(wick_arena *scratch, const wick_rounding_input *input,
                        const wick_rounding *out)
{
    problem p = {.input = input};
    const uint32_t depth = input->depth;
    if (input->samples == 0) {
        find_scales(&p, out);
        round_plainly(input, out);
        return;
    }
    p.variances = wick_arena_alloc(scratch, depth, sizeof *p.variances);
    centre(input, p.variances);
    if (depth > DEPTH_LIMIT) {
        damp(p.variances, depth);
        find_scales(&p, out);
        round_plainly(input, out);
        return;
    }
    p.order = wick_arena_alloc(scratch, depth, sizeof *p.order);
    p.factor = wick_arena_alloc(scratch, (size_t)depth * depth, sizeof *p.factor);
    sort_ascending(p.order, p.variances, depth);
    const float more = damp(p.variances, depth);
    fill_covariance(scratch, &p);
    for (uint32_t k = 0; k < depth; k++) {
        p.factor[(size_t)k * depth + k] += more;
    }
    factorize(p.factor, depth, more / 16);
    find_scales(&p, out);
    round_with_errors(scratch, &p, out);
}
