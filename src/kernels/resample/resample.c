// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/resample.h"
#include "kernels/resample/taps.h"

#include <string.h>

#include "kernels/element/in_f32.h"

#include "kernels/resample/resample_body.h"

static void copy_element(const wick_resample_params *p, const void *input, void *out,
                         const wick_taps axes[3], ptrdiff_t from, ptrdiff_t to)
{
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    for (uint32_t axis = 0; axis < 3; axis++) {
        from += (ptrdiff_t)axes[axis].at[0] * p->in.strides[2 + axis];
    }
    memcpy((uint8_t *)out + to * (ptrdiff_t)bytes, wick_element_at(input, from, p->dtype), bytes);
}

void wick_resample_nearest(const wick_resample_params *params, const void *input, void *out)
{
    visit_all(params, input, out, copy_element);
}
