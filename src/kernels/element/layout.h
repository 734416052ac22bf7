// SPDX-License-Identifier: BSD-3-Clause
// Memory order of a dense four-dimensional tensor in one byte: two bits name the dimension at each
// place, the outermost in the lowest bits. Contiguous [n, c, h, w] is WICK_LAYOUT_NCHW;
// channels-last is 0 | 2 << 2 | 3 << 4 | 1 << 6.
#ifndef WICK_KERNELS_ELEMENT_LAYOUT_H
#define WICK_KERNELS_ELEMENT_LAYOUT_H

#include <stdint.h>

#define WICK_LAYOUT_NCHW 0xe4u

// Strides in elements of each dimension. Products are modulo 2^32: a
// tensor that overflows has no elements.
static inline void wick_layout_strides(uint32_t order, const int32_t sizes[4], int32_t strides[4])
{
    uint32_t stride = 1;
    for (uint32_t place = 4; place-- > 0;) {
        const uint32_t dim = order >> (2 * place) & 3u;
        strides[dim] = (int32_t)stride;
        stride *= (uint32_t)sizes[dim];
    }
}

#endif
