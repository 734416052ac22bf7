// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/keep.h"

#include <math.h>
#include <string.h>

enum { NAME_LIMIT = 64, NEAR_NAMES = 5, RANKING_SAMPLES = 8 };

// Float comes before int16 where it takes away this part of all noise, and int16 not this part of
// that: it is the weights of the layer that are too coarse then.
#define WORTH_FLOAT 0.5
#define WORTH_INT16 0.1

// Letters to change, add or take away between two names, both cut to NAME_LIMIT.
static uint32_t distance(const char *a, const char *b)
{
    uint32_t row[NAME_LIMIT + 1];
    const size_t length = strlen(b);
    const size_t width = length < NAME_LIMIT ? length : NAME_LIMIT;
    for (uint32_t j = 0; j <= width; j++) {
        row[j] = j;
    }
    for (uint32_t i = 0; a[i] != '\0' && i < NAME_LIMIT; i++) {
        uint32_t diagonal = row[0];
        row[0] = i + 1;
        for (uint32_t j = 0; j < width; j++) {
            const uint32_t changed = diagonal + (a[i] != b[j]);
            const uint32_t least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;
            diagonal = row[j + 1];
            row[j + 1] = changed < least ? changed : least;
        }
    }
    return row[width];
}

static const char *near_names(const wick_quant_model *model, const char *name)
{
    const char *list = "";
    bool *taken = wick_arena_alloc(model->arena, model->node_count, sizeof *taken);
    for (uint32_t n = 0; n < NEAR_NAMES && n < model->node_count; n++) {
        uint32_t best = 0;
        uint32_t least = UINT32_MAX;
        for (uint32_t i = 0; i < model->node_count; i++) {
            const uint32_t far = taken[i] ? UINT32_MAX : distance(name, model->nodes[i].node->name);
            best = far < least ? i : best;
            least = far < least ? far : least;
        }
        taken[best] = true;
        list = wick_arena_format(model->arena, "%s%s'%s'", list, n ? ", " : "",
                                 model->nodes[best].node->name);
    }
    return list;
}

wick_status wick_quant_keep_named(wick_quant_model *model, wick_quant_precision precision,
                                  const char *const *names, uint32_t count)
{
    const bool is_int16 = precision == WICK_QUANT_KEEP_INT16;
    for (uint32_t k = 0; k < count; k++) {
        bool found = false;
        for (uint32_t i = 0; i < model->node_count; i++) {
            wick_quant_node *node = &model->nodes[i];
            if (strcmp(node->node->name, names[k]) == 0) {
                node->kept_int16 = node->kept_int16 || is_int16;
                node->kept_float = node->kept_float || !is_int16;
                node->why = is_int16 ? "asked for" : node->why;
                found = true;
            }
        }
        if (!found) {
            return wick_diag_error(model->context->diag, WICK_NOT_FOUND, NULL,
                                   "--keep-%s: no node is named '%s'; near it are %s",
                                   is_int16 ? "int16" : "float", names[k],
                                   near_names(model, names[k]));
        }
    }
    return WICK_OK;
}

void wick_quant_tell_not_wide(const wick_quant_model *model)
{
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_quant_node *node = &model->nodes[i];
        if (node->why == NULL || node->kept_float || node->is_wide) {
            continue;
        }
        if (node->is_active) {
            wick_diag_note(model->context->diag, WICK_NOTE, node->node->name,
                           "stays int8: %s has no operator of 16 bits; what it reads is rescaled",
                           node->node->op->name);
        } else {
            wick_diag_note(model->context->diag, WICK_NOTE, node->node->name,
                           "stays float: quantization does not take %s here", node->node->op->name);
        }
    }
}

// A float layer is worth little between int8 tensors: they are int16 then, too.
static void mark(wick_quant_node *node, wick_quant_precision precision)
{
    node->kept_int16 = true;
    node->kept_float = precision == WICK_QUANT_KEEP_FLOAT;
}

// A layer, and the noise of the outputs once it has another precision.
typedef struct candidate {
    wick_quant_node *node; // NULL: there is none
    double noise;
} candidate;

// Noise of the outputs, on few samples, weights rounded plainly.
static wick_status rough_noise(wick_quant_model *model, const wick_quant_trial *trial,
                               double *noise)
{
    const wick_quant_trial rough = {trial->observer, {false, true}};
    const wick_status status = wick_quant_try(model, &rough);
    *noise = wick_quant_agree(model).noise;
    return status;
}

static wick_status try_precision(wick_quant_model *model, wick_quant_node *node,
                                 wick_quant_precision precision, const wick_quant_trial *trial,
                                 candidate *best)
{
    double noise = HUGE_VAL;
    wick_status status = WICK_OK;
    const bool was_int16 = node->kept_int16;
    mark(node, precision);
    wick_quant_select(model);
    const bool is_possible = precision == WICK_QUANT_KEEP_FLOAT || node->is_wide;
    if (is_possible) {
        status = rough_noise(model, trial, &noise);
    }
    node->kept_float = false;
    node->kept_int16 = was_int16;
    if (is_possible && (best->node == NULL || noise < best->noise)) {
        *best = (candidate){node, noise};
    }
    return status;
}

// The layer that with this precision brings the outputs nearest to float.
static wick_status find_best(wick_quant_model *model, wick_quant_precision precision,
                             const wick_quant_trial *trial, candidate *best)
{
    *best = (candidate){NULL, HUGE_VAL};
    for (uint32_t i = 0; i < model->node_count; i++) {
        wick_quant_node *node = &model->nodes[i];
        const bool has_it = node->kept_int16 && precision == WICK_QUANT_KEEP_INT16;
        if (node->layer != NULL && !node->kept_float && !has_it) {
            WICK_TRY(try_precision(model, node, precision, trial, best));
        }
    }
    return WICK_OK;
}

// The layer that gains most, and what it is to have; node NULL if none is quantized any more.
static wick_status find_costliest(wick_quant_model *model, const wick_quant_trial *trial,
                                  wick_quant_precision *precision, candidate *best)
{
    double before;
    candidate wide;
    wick_quant_select(model);
    WICK_TRY(rough_noise(model, trial, &before));
    WICK_TRY(find_best(model, WICK_QUANT_KEEP_INT16, trial, &wide));
    WICK_TRY(find_best(model, WICK_QUANT_KEEP_FLOAT, trial, best));
    const double gain = before - best->noise;
    const bool is_by_weights =
        gain > WORTH_FLOAT * before && before - wide.noise < WORTH_INT16 * gain;
    *precision = WICK_QUANT_KEEP_FLOAT;
    if (wide.node != NULL && !is_by_weights) {
        *precision = WICK_QUANT_KEEP_INT16;
        *best = wide;
    }
    return WICK_OK;
}

static wick_status rank(wick_quant_model *model, const wick_quant_trial *trial,
                        wick_quant_precision *precision, candidate *best)
{
    const uint32_t samples = model->samples;
    model->samples = samples < RANKING_SAMPLES ? samples : RANKING_SAMPLES;
    const wick_status status = find_costliest(model, trial, precision, best);
    model->samples = samples;
    return status;
}

static void keep(wick_quant_model *model, wick_quant_node *node, wick_quant_precision precision,
                 double drop, double max_drop)
{
    const bool is_int16 = precision == WICK_QUANT_KEEP_INT16;
    mark(node, precision);
    if (is_int16) {
        node->why = wick_arena_format(model->arena, "%.2f points would be lost, %.2f may be", drop,
                                      max_drop);
    }
    wick_diag_note(model->context->diag, WICK_NOTE, node->node->name,
                   "%s: %.2f points would be lost, %.2f may be",
                   is_int16 ? "becomes int16" : "stays float", drop, max_drop);
}

wick_status wick_quant_keep_within(wick_quant_model *model, const wick_quant_trial *trial,
                                   double max_drop)
{
    for (;;) {
        candidate costliest;
        wick_quant_precision precision;
        const wick_quant_agreement agreement = wick_quant_agree(model);
        const double drop = wick_quant_drop(model, &agreement);
        if (drop <= max_drop) {
            return WICK_OK;
        }
        WICK_TRY(rank(model, trial, &precision, &costliest));
        if (costliest.node == NULL) {
            return wick_diag_error(
                model->context->diag, WICK_NOT_SUPPORTED, NULL,
                "--max-drop %g: %g points are lost even with every layer in float", max_drop, drop);
        }
        keep(model, costliest.node, precision, drop, max_drop);
        wick_quant_select(model);
        WICK_TRY(wick_quant_try(model, trial));
    }
}
