// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/gemm/gemm.h"

#include "kernels/element/in_f64.h"

#include "kernels/gemm/gemm_body.h"

void wick_gemm_f64(const wick_gemm_params *params, const wick_gemm_data *data, double alpha,
                   double beta)
{
    product(params, data, WICK_FLOAT64, alpha, beta);
}
