# SPDX-License-Identifier: BSD-3-Clause
"""What docs/numerics.md says of the integer operators, in numpy's integers of 64 bits and Python's of any width.

A scale is (multiplier, shift), a range (offset, minimum, maximum), an operand (zero point, multiplier, shift). Images are
[batch, height, width, channels].
"""
import math

import numpy as np


def wrap(values):
    """Modulo 2^32, as int32."""
    return (values + 2**31) % 2**32 - 2**31


def requantize(values, multiplier, shift):
    """The two rounding steps; arrays broadcast."""
    values, multiplier, shift = np.broadcast_arrays(np.asarray(values, object), np.asarray(multiplier, object),
                                                    np.asarray(shift, object))
    out = np.empty(values.shape, np.int64)
    flat = out.reshape(-1)
    for i, (v, m, s) in enumerate(zip(values.ravel(), multiplier.ravel(), shift.ravel())):
        v, m, s = int(v), int(m), int(s)
        high = wrap((v * m * 2**max(s, 0) + 2**30) // 2**31)
        if s < 0:  # halves away from 0
            magnitude = (2 * abs(high) + 2**-s) // 2**(1 - s)
            high = magnitude if high >= 0 else -magnitude
        flat[i] = high
    return out


def clamp(steps, limits):
    offset, low, high = limits
    return np.minimum(np.maximum(wrap(steps + offset), low), high).astype(np.int8)


def add(a, b, first, second, out_scale, limits, sign=1):
    terms = [requantize((x.astype(np.int64) - z) * 2**20, m, s) for x, (z, m, s) in ((a, first), (b, second))]
    return clamp(requantize(wrap(terms[0] + sign * terms[1]), *out_scale), limits)


def mul(a, b, a_zero, b_zero, scale, limits):
    product = (a.astype(np.int64) - a_zero) * (b.astype(np.int64) - b_zero)
    return clamp(requantize(product, *scale), limits)


def div(a, b, a_zero, b_zero, scale, limits):
    """One rounding of the exact quotient, halves away from 0; x / 0 is 0."""
    a, b = np.broadcast_arrays(a, b)
    out = np.zeros(a.shape, np.int64)
    for i in np.ndindex(a.shape):
        over, under = (int(a[i]) - a_zero) * scale[0], (int(b[i]) - b_zero) * 2**(31 - scale[1])
        if under != 0:
            magnitude = (2 * abs(over) + abs(under)) // (2 * abs(under))
            out[i] = min(magnitude, 2**31 - 1) * (1 if (over < 0) == (under < 0) else -1)
    return clamp(out, limits)


def _layer_end(sums, bias, multipliers, shifts, limits, residual):
    out = clamp(requantize(wrap(sums + bias), multipliers, shifts), limits)
    if residual is None:
        return out
    other, first, second, scale, range_ = residual
    return add(out, other, first, second, scale, range_)


def linear(x, weight, offset, bias, multipliers, shifts, limits, residual=None):
    return _layer_end((x.astype(np.int64) + offset) @ weight.astype(np.int64).T, bias, multipliers, shifts, limits, residual)


def _padded(x, offset, extents, stride, padding):
    """Input moved by the offset, zeros around it: as far as the last window reaches."""
    spans = [(p, max(0, extents[i] - p - x.shape[1 + i])) for i, p in enumerate(padding)]
    moved = np.pad(x.astype(np.int64) + offset, [(0, 0), *spans, (0, 0)])
    return moved


def conv(x, weight, offset, bias, multipliers, shifts, limits, geometry, groups=1, residual=None):
    """weight [out, height, width, in / groups]; geometry: stride, padding before, dilation, out sizes."""
    stride, padding, dilation, sizes = geometry
    kernel, out_channels = weight.shape[1:3], weight.shape[0]
    extents = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(sizes, stride, kernel, dilation)]
    moved = _padded(x, offset, extents, stride, padding)
    sums = np.zeros((x.shape[0], *sizes, out_channels), np.int64)
    each, depth = out_channels // groups, weight.shape[3]
    for ky in range(kernel[0]):
        for kx in range(kernel[1]):
            y, c = ky * dilation[0], kx * dilation[1]
            part = moved[:, y:y + (sizes[0] - 1) * stride[0] + 1:stride[0], c:c + (sizes[1] - 1) * stride[1] + 1:stride[1]]
            for g in range(groups):
                sums[..., g * each:(g + 1) * each] += (part[..., g * depth:(g + 1) * depth]
                                                       @ weight[g * each:(g + 1) * each, ky, kx].astype(np.int64).T)
    return _layer_end(sums, bias, multipliers, shifts, limits, residual)


def depthwise(x, weight, *rest, **named):
    """weight [height, width, out]."""
    channels = x.shape[3]
    dense = weight.transpose(2, 0, 1)[..., None]
    return conv(x, dense, *rest, groups=channels, **named)


def transpose_conv(x, weight, offset, bias, multipliers, shifts, limits, geometry, residual=None):
    """Each input pixel scatters its products: out position = in * stride - padding + kernel * dilation."""
    stride, padding, dilation, sizes = geometry
    sums = np.zeros((x.shape[0], *sizes, weight.shape[0]), np.int64)
    for iy, ix in np.ndindex(x.shape[1:3]):
        for ky, kx in np.ndindex(weight.shape[1:3]):
            y, c = (i * s - p + k * d for i, s, p, k, d in zip((iy, ix), stride, padding, (ky, kx), dilation))
            if 0 <= y < sizes[0] and 0 <= c < sizes[1]:
                sums[:, y, c] += (x[:, iy, ix].astype(np.int64) + offset) @ weight[:, ky, kx].astype(np.int64).T
    return _layer_end(sums, bias, multipliers, shifts, limits, residual)


def quantize_multiplier(real):
    """A factor as multiplier and shift: TFLite's QuantizeMultiplier."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    fixed = round(fraction * 2**31)
    return (fixed // 2, shift + 1) if fixed == 2**31 else (fixed, shift)
