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
    values, multiplier, shift = np.broadcast_arrays(*(np.asarray(x, np.int64) for x in (values, multiplier, shift)))
    left = np.maximum(shift, 0)
    if left.any():  # integers of any width
        high = np.asarray(wrap((values.astype(object) * multiplier * 2**left.astype(object) + 2**30) // 2**31)).astype(np.int64)
    else:
        high = wrap((values * multiplier + 2**30) // 2**31)
    right = np.minimum(np.maximum(-shift, 0), 40)  # nothing is left of an int32 from 33 on
    return np.where(right > 0, np.sign(high) * ((2 * np.abs(high) + 2**right) // 2**(right + 1)), high)  # halves away from 0


def requantize_wide(sums, multiplier, shift):
    """Of sums in 64 bits: a multiplier of 15 bits, one rounding, halves up, saturating to int32."""
    reduced = np.minimum((np.asarray(multiplier, np.int64) + 2**15) // 2**16, 2**15 - 1)
    right = 15 - np.maximum(np.asarray(shift, np.int64), -31)
    return np.clip((sums * reduced + 2**(right - 1)) >> right, -2**31, 2**31 - 1)


def clamp(steps, limits, dtype=np.int8):
    offset, low, high = limits
    return np.minimum(np.maximum(wrap(steps + offset), low), high).astype(dtype)


def add(a, b, first, second, out_scale, limits, sign=1):
    one = 2**20 if a.dtype == np.int8 else 2**15
    terms = [requantize((x.astype(np.int64) - z) * one, m, s) for x, (z, m, s) in ((a, first), (b, second))]
    return clamp(requantize(wrap(terms[0] + sign * terms[1]), *out_scale), limits, a.dtype)


def mul(a, b, a_zero, b_zero, scale, limits):
    product = (a.astype(np.int64) - a_zero) * (b.astype(np.int64) - b_zero)
    return clamp(requantize(product, *scale), limits, a.dtype)


def table_s16(x, table):
    """Entry i belongs to step (i - 256) * 128; between two, linear, halves up."""
    at, part = 256 + (x.astype(np.int64) >> 7), x.astype(np.int64) & 127
    table = table.astype(np.int64)
    return (table[at] + (((table[at + 1] - table[at]) * part + 64) >> 7)).astype(np.int16)


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


def _layer_end(sums, dtype, bias, multipliers, shifts, limits, residual):
    steps = (requantize(wrap(sums + bias), multipliers, shifts) if dtype == np.int8
             else requantize_wide(sums + bias, multipliers, shifts))
    out = clamp(steps, limits, dtype)
    if residual is None:
        return out
    other, first, second, scale, range_ = residual
    return add(out, other, first, second, scale, range_)


def linear(x, weight, offset, bias, multipliers, shifts, limits, residual=None):
    return _layer_end((x.astype(np.int64) + offset) @ weight.astype(np.int64).T, x.dtype, bias, multipliers, shifts, limits,
                      residual)


def linear_w4(x, weight, offset, factors, bias, multipliers, shifts, limits, residual=None):
    """weight unpacked; factors [cols, groups] in units of 2^-15, empty for one group."""
    moved, weight = x.astype(np.int64) + offset, weight.astype(np.int64)
    if not factors.size:
        return linear(x, weight, offset, bias, multipliers, shifts, limits, residual)
    groups, size = factors.shape[1], weight.shape[1] // factors.shape[1]
    total = sum((moved[..., g * size:(g + 1) * size] @ weight[:, g * size:(g + 1) * size].T) * factors[:, g] for g in range(groups))
    return _layer_end((total + 2**14) // 2**15, x.dtype, bias, multipliers, shifts, limits, residual)


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
    return _layer_end(sums, x.dtype, bias, multipliers, shifts, limits, residual)


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
    return _layer_end(sums, x.dtype, bias, multipliers, shifts, limits, residual)


def pool_windows(x, kernel, stride, padding, dilation, sizes):
    """(place of the output, rows and columns that its window sees, start) of each position."""
    for y, c in np.ndindex(*sizes):
        starts = [i * s - p for i, s, p in zip((y, c), stride, padding)]
        seen = [[at for at in range(b, b + k * d, d) if 0 <= at < x.shape[1 + i]]
                for i, (b, k, d) in enumerate(zip(starts, kernel, dilation))]
        yield (y, c), seen, starts


def max_pool(x, kernel, stride, padding, dilation, sizes, low, high):
    out = np.full((x.shape[0], *sizes, x.shape[3]), np.iinfo(x.dtype).min, x.dtype)
    for (y, c), (rows, cols), _ in pool_windows(x, kernel, stride, padding, dilation, sizes):
        if rows and cols:
            out[:, y, c] = x[:, rows][:, :, cols].max((1, 2))
    return np.clip(out, low, high)


def avg_pool(x, kernel, stride, padding, sizes, counted, zero_point, scales, limits):
    """`counted`: for rows and columns, which positions count. `scales`: one pair, or one for each count."""
    out = np.empty((x.shape[0], *sizes, x.shape[3]), x.dtype)
    for (y, c), (rows, cols), starts in pool_windows(x, kernel, stride, padding, [1, 1], sizes):
        count = math.prod(sum(low <= at < high for at in range(b, b + k)) for b, k, (low, high) in zip(starts, kernel, counted))
        sums = (x[:, rows][:, :, cols].astype(np.int64) - zero_point).sum((1, 2))
        out[:, y, c] = clamp(requantize(sums, *(scales[0] if len(scales) == 1 else scales[max(count, 1) - 1])), limits,
                             x.dtype)
    return out


def mean(x, dims, zero_point, scale, limits):
    return clamp(requantize((x.astype(np.int64) - zero_point).sum(dims), *scale), limits, x.dtype)


def exponentials(scale, size):
    bits = min(23, 31 - max(0, math.ceil(math.log2(size))))
    table = [round(math.ldexp(math.exp(-d * scale), bits)) for d in range(256)]
    return bits, table


def softmax(x, dim, table, one):
    """Probabilities in steps of 1/one from -128, halves up."""
    x = x.astype(np.int64)
    t = np.array(table)[x.max(dim, keepdims=True) - x]
    s = t.sum(dim, keepdims=True)
    return np.minimum((2 * one * t + s) // (2 * s) - 128, 127).astype(np.int8)


def log2_units(value):
    """log2 in units of 2^-16: each bit says whether the square of a mantissa of 32 bits, cut, is 2 or more."""
    whole = value.bit_length() - 1
    mantissa, out = value << (31 - whole), whole
    for _ in range(16):
        square = mantissa * mantissa
        bit = square >> 63
        mantissa, out = square >> (31 + bit), out * 2 + bit
    return out


def log_softmax(x, dim, table, bits, step, log_step, limits):
    x = np.moveaxis(x.astype(np.int64), dim, -1)
    out = np.empty(x.shape, np.int8)
    for at in np.ndindex(x.shape[:-1]):
        distances = x[at].max() - x[at]
        base = (log2_units(int(sum(table[d] for d in distances))) - bits * 2**16) * log_step
        steps = [-((base + int(d) * step * 2**16 + 2**31) >> 32) for d in distances]
        out[at] = clamp(np.array(steps), limits)
    return np.moveaxis(out, -1, dim)


def matmul(lhs, rhs, lhs_offset, rhs_offset, scale, limits):
    """lhs [batch, rows, depth], rhs [batch, cols, depth]."""
    sums = (lhs.astype(np.int64) + lhs_offset) @ (rhs.astype(np.int64) + rhs_offset).transpose(0, 2, 1)
    return clamp(requantize(sums, *scale), limits)


def inverse_root(value):
    """Multiplier and exponent e of 1 / sqrt(value) = multiplier * 2^(e - 61)."""
    if value == 0:
        return 0, 0
    exponent = 0
    while value * 4**(exponent + 1) < 2**62:
        exponent += 1
    return 2**61 // math.isqrt(value * 4**exponent), exponent


def layer_norm(x, gamma, beta, epsilon, bits, limits):
    rows = x.reshape(-1, len(gamma)).astype(np.int64)
    out = np.empty(rows.shape, np.int8)
    n = len(gamma)
    for at, row in enumerate(rows):
        total = int(row.sum())
        multiplier, exponent = inverse_root(n * int((row * row).sum()) - total**2 + epsilon)
        right = 39 - exponent
        steps = []
        for q, g, b in zip(row, gamma, beta):
            normal = ((n * int(q) - total) * multiplier + 2**(right - 1)) >> right
            scaled = normal * int(g) + int(b) * 2**22
            steps.append(max(-2**24, min(2**24, (scaled + 2**(21 + bits)) >> (22 + bits))))
        out[at] = clamp(np.array(steps), limits)
    return out.reshape(x.shape)


def resize(x, rows, cols):
    """rows, cols: (first, second, share of the second in 2^-11)."""
    (y0, y1, wy), (x0, x1, wx) = (np.array(steps, np.int64).reshape(-1, 3).T for steps in (rows, cols))
    x = x.astype(np.int64)
    wide = x[:, :, x0] * (2048 - wx)[:, None] + x[:, :, x1] * wx[:, None]
    both = wide[:, y0] * (2048 - wy)[:, None, None] + wide[:, y1] * wy[:, None, None]
    return ((both + 2**21) // 2**22).astype(np.int8)


def quantize_multiplier(real):
    """A factor as multiplier and shift: TFLite's QuantizeMultiplier."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    fixed = round(fraction * 2**31)
    return (fixed // 2, shift + 1) if fixed == 2**31 else (fixed, shift)
