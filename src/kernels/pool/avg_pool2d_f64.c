// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/pool/walk.h"

#include <stdbool.h>

#include "kernels/element/in_f64.h"

#include "kernels/pool/avg_pool2d_body.h"

void wick_avg_pool2d_f64(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors t = {input, out};
    wick_pool_walk(params, wick_pool_fixed_bounds, visit_widest, &t);
}

void wick_adaptive_avg_pool2d_f64(const wick_pool2d_params *params, const void *input, void *out)
{
    const tensors t = {input, out};
    wick_pool_walk(params, wick_pool_adaptive_bounds, visit_widest, &t);
}
