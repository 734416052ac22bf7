// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/resize.h"

#include <math.h>

// Input positions from one output position to the next.
static float position_step(const wick_quant_resize_axis *axis)
{
    if (!axis->is_nearest && axis->align_corners) {
        return axis->out > 1 ? (float)(axis->in - 1) / (float)(axis->out - 1) : 0;
    }
    return axis->scale > 0 ? (float)(1.0 / axis->scale) : (float)axis->in / (float)axis->out;
}

static int32_t inside(const wick_quant_resize_axis *axis, float position)
{
    return position < (float)axis->in ? (int32_t)position : axis->in - 1;
}

void wick_quant_resize_steps(const wick_quant_resize_axis *axis, wick_resize_step *steps)
{
    const float step = position_step(axis);
    for (int32_t i = 0; i < axis->out; i++) {
        if (axis->is_nearest) {
            const int32_t at = inside(axis, floorf((float)i * step));
            steps[i] = (wick_resize_step){at, at, 0};
            continue;
        }
        const float moved = axis->align_corners ? (float)i * step : ((float)i + 0.5f) * step - 0.5f;
        const float position = moved > 0 ? moved : 0;
        const int32_t first = inside(axis, position);
        const float share = fminf(position - (float)first, 1);
        steps[i] = (wick_resize_step){first, first + 1 < axis->in ? first + 1 : first,
                                      (int32_t)lrintf(ldexpf(share, WICK_RESIZE_SHARE_BITS))};
    }
}
