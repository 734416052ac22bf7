// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/loss/class_loss.h"

#include "kernels/element/element.h"
#include "kernels/loss/loss.h"
#include "kernels/math/sum.h"

typedef struct place {
    const wick_class_loss_params *p;
    const void *input, *target, *weight;
    ptrdiff_t in, to; // of the input and target
} place;

static float weight_of(const place *at, int32_t c)
{
    return at->weight ? wick_element_real(at->weight, c, at->p->weight_dtype) : 1;
}

static float loss_of(const place *at, int32_t c)
{
    const ptrdiff_t index = at->in + (ptrdiff_t)c * at->p->class_strides[0];
    const float loss = -wick_element_load(at->input, index, at->p->dtype);
    return at->weight ? loss * weight_of(at, c) : loss;
}

static float share(const place *at, int32_t c)
{
    const wick_class_loss_params *const p = at->p;
    const float t =
        wick_element_real(at->target, at->to + (ptrdiff_t)c * p->class_strides[1], p->target_dtype);
    return p->smoothing > 0 ? t * (1 - p->smoothing) + p->smoothing / (float)p->classes : t;
}

static float loss_of_shares(const place *at)
{
    wick_exact_sum total = {0, 0};
    for (int32_t c = 0; c < at->p->classes; c++) {
        wick_exact_add(&total, loss_of(at, c) * share(at, c));
    }
    return total.sum;
}

static float loss_of_class(const place *at, int32_t y)
{
    const wick_class_loss_params *const p = at->p;
    wick_exact_sum all = {0, 0};
    if (p->smoothing == 0) {
        return loss_of(at, y);
    }
    for (int32_t c = 0; c < p->classes; c++) {
        wick_exact_add(&all, loss_of(at, c));
    }
    return (1 - p->smoothing) * loss_of(at, y) + p->smoothing / (float)p->classes * all.sum;
}

// Loss of a position and the weight that it counts with; false if the target is no class.
static bool find_loss(const place *at, float *loss, float *weight)
{
    const wick_class_loss_params *const p = at->p;
    *loss = *weight = 0;
    if (wick_element_is_real(p->target_dtype)) {
        *loss = loss_of_shares(at);
        *weight = 1;
        return true;
    }
    const int64_t y = wick_element_integer(at->target, at->to, p->target_dtype);
    if (y == p->ignored) {
        return true;
    }
    if (y < 0 || y >= p->classes) {
        return false;
    }
    *loss = loss_of_class(at, (int32_t)y);
    *weight = weight_of(at, (int32_t)y);
    return true;
}

static void store_sums(const wick_class_loss_params *p, float loss, float weight, void *out,
                       void *total)
{
    if (p->reduction != WICK_LOSS_NONE) {
        wick_element_store(out, 0, p->out_dtype,
                           p->reduction == WICK_LOSS_MEAN ? loss / weight : loss);
    }
    if (total) {
        const bool is_summed = p->reduction != WICK_LOSS_NONE || p->rank == 0;
        wick_element_store(total, 0, p->out_dtype, is_summed ? weight : 0);
    }
}

bool wick_class_loss(const wick_class_loss_params *params, const void *input, const void *target,
                     const void *weight, void *out, void *total)
{
    const wick_class_loss_params *const p = params;
    wick_exact_sum losses = {0, 0};
    wick_exact_sum weights = {0, 0};
    wick_nest_position in = {0};
    wick_nest_position to = {0};
    bool more = wick_nest_count(p->dims, p->rank) > 0;
    while (more) {
        const place at = {p, input, target, weight, in.in, in.out};
        float loss;
        float counted;
        if (!find_loss(&at, &loss, &counted)) {
            return false;
        }
        if (p->reduction == WICK_LOSS_NONE) {
            wick_element_store(out, to.out, p->out_dtype, loss);
        }
        wick_exact_add(&losses, loss);
        wick_exact_add(&weights, counted);
        more = wick_nest_next(&in, p->dims, p->rank);
        wick_nest_next(&to, p->outs, p->rank);
    }
    store_sums(p, losses.sum, weights.sum, out, total);
    return true;
}
