// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/keep_float.h"

#include <math.h>
#include <string.h>

enum { NAME_LIMIT = 64, NEAR_NAMES = 5, RANKING_SAMPLES = 8 };

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

wick_status wick_quant_keep_named(wick_quant_model *model, const char *const *names, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        bool found = false;
        for (uint32_t i = 0; i < model->node_count; i++) {
            if (strcmp(model->nodes[i].node->name, names[k]) == 0) {
                model->nodes[i].kept_float = true;
                found = true;
            }
        }
        if (!found) {
            return wick_diag_error(model->context->diag, WICK_NOT_FOUND, NULL,
                                   "--keep-float: no node is named '%s'; near it are %s", names[k],
                                   near_names(model, names[k]));
        }
    }
    return WICK_OK;
}

// Noise of the outputs with one more node in float, on few samples, weights rounded plainly.
static wick_status noise_without(wick_quant_model *model, wick_quant_node *node,
                                 const wick_quant_trial *trial, double *noise)
{
    const wick_quant_trial rough = {trial->observer, {false, true}};
    node->kept_float = true;
    wick_quant_select(model);
    const wick_status status = wick_quant_try(model, &rough);
    node->kept_float = false;
    *noise = wick_quant_agree(model).noise;
    return status;
}

// The layer without which the outputs are nearest to float; NULL if none is quantized.
static wick_status find_costliest(wick_quant_model *model, const wick_quant_trial *trial,
                                  wick_quant_node **out)
{
    const uint32_t samples = model->samples;
    double least = HUGE_VAL;
    wick_status status = WICK_OK;
    *out = NULL;
    model->samples = samples < RANKING_SAMPLES ? samples : RANKING_SAMPLES;
    for (uint32_t i = 0; i < model->node_count && status == WICK_OK; i++) {
        wick_quant_node *node = &model->nodes[i];
        double noise = 0;
        if (node->layer == NULL || node->kept_float) {
            continue;
        }
        status = noise_without(model, node, trial, &noise);
        if (*out == NULL || noise < least) {
            least = noise;
            *out = node;
        }
    }
    model->samples = samples;
    return status;
}

wick_status wick_quant_keep_within(wick_quant_model *model, const wick_quant_trial *trial,
                                   double max_drop)
{
    for (;;) {
        wick_quant_node *costliest;
        const wick_quant_agreement agreement = wick_quant_agree(model);
        const double drop = wick_quant_drop(model, &agreement);
        if (drop <= max_drop) {
            return WICK_OK;
        }
        WICK_TRY(find_costliest(model, trial, &costliest));
        if (costliest == NULL) {
            return wick_diag_error(
                model->context->diag, WICK_NOT_SUPPORTED, NULL,
                "--max-drop %g: %g points are lost even with every layer in float", max_drop, drop);
        }
        costliest->kept_float = true;
        wick_diag_note(model->context->diag, WICK_NOTE, costliest->node->name,
                       "stays float: %.2f points would be lost, %.2f may be", drop, max_drop);
        wick_quant_select(model);
        WICK_TRY(wick_quant_try(model, trial));
    }
}
