// SPDX-License-Identifier: BSD-3-Clause
// Losses. Of those that PyTorch gives no out variant, the row's name is wick::.
#ifndef WICK_OPS_LOSS_H
#define WICK_OPS_LOSS_H

#include "wick/operator.h"

typedef struct wick_loss_block {
    float p, q;
    uint8_t reduction;
    uint8_t weight, positive; // arguments w and v of the kernel, 0 if none
    uint8_t out;
    uint32_t is_full;
} wick_loss_block;

wick_status wick_plain_loss_prepare(const wick_call *call, void *block);
wick_status wick_mse_loss_run(const wick_call *call, const void *block);
wick_status wick_l1_loss_run(const wick_call *call, const void *block);
wick_status wick_soft_margin_loss_run(const wick_call *call, const void *block);
wick_status wick_smooth_loss_prepare(const wick_call *call, void *block);
wick_status wick_smooth_l1_loss_run(const wick_call *call, const void *block);
wick_status wick_huber_loss_prepare(const wick_call *call, void *block);
wick_status wick_huber_loss_run(const wick_call *call, const void *block);
wick_status wick_binary_cross_entropy_prepare(const wick_call *call, void *block);
wick_status wick_binary_cross_entropy_run(const wick_call *call, const void *block);
wick_status wick_binary_logits_prepare(const wick_call *call, void *block);
wick_status wick_binary_logits_run(const wick_call *call, const void *block);
wick_status wick_kl_div_run(const wick_call *call, const void *block);
wick_status wick_hinge_embedding_loss_prepare(const wick_call *call, void *block);
wick_status wick_hinge_embedding_loss_run(const wick_call *call, const void *block);
wick_status wick_margin_ranking_loss_prepare(const wick_call *call, void *block);
wick_status wick_margin_ranking_loss_run(const wick_call *call, const void *block);
wick_status wick_poisson_nll_loss_prepare(const wick_call *call, void *block);
wick_status wick_poisson_nll_loss_run(const wick_call *call, const void *block);

typedef struct wick_class_loss_block {
    uint32_t class_dim;
    uint32_t out;
    float smoothing;
    uint8_t has_shares; // targets are probabilities
    uint8_t has_total;  // a second out
} wick_class_loss_block;

// nll_loss and nll_loss2d, with the total weight and without; wick::class_loss with smoothing.
wick_status wick_nll_loss_prepare(const wick_call *call, void *block);
wick_status wick_nll_loss_forward_prepare(const wick_call *call, void *block);
wick_status wick_class_loss_prepare(const wick_call *call, void *block);
wick_status wick_class_loss_run(const wick_call *call, const void *block);

#endif
