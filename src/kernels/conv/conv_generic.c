// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/conv.h"
#include "kernels/conv/window.h"

#include "kernels/element/in_f32.h"

#include "kernels/conv/conv_generic_body.h"

void wick_conv_half(const wick_conv_params *params, const wick_conv_data *data)
{
    run_all(params, data, false);
}

void wick_conv_integer(const wick_conv_params *params, const wick_conv_data *data)
{
    run_all(params, data, true);
}
