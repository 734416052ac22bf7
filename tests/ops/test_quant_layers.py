# SPDX-License-Identifier: BSD-3-Clause
"""wick::conv2d_s8 and its like, of 8 and 16 bits, against their definition (quant_emulation.py), bit for bit, on random calls.

WICK_TEST_ALL=1 takes ten times as many.
"""
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="the driver of the operator tests passes tensors of PyTorch")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import quant_emulation as emulation  # noqa: E402

CALLS = 1500 if os.environ.get("WICK_TEST_ALL") else 150
INVALID_ARGUMENT, INVALID_PROGRAM, NOT_SUPPORTED = 0x12, 0x23, 0x10


def conv_words(x, groups, out_shape, kernel, geometry, offset, limits, residual, arrays, is_transposed=False):
    stride, padding, dilation, _ = geometry
    axes = [calls.axis_words(x.shape[1 + i], out_shape[1 + i], kernel[i], stride[i], padding[i], dilation[i], is_transposed)
            for i in range(2)]
    return calls.words([x.shape[0], groups, x.shape[3], out_shape[3]], *axes, offset, limits,
                       random.randint(0, 1), calls.residual_words(residual), *arrays)


def forward_sizes(x, kernel, stride, padding, dilation):
    """Sizes whose last window starts somewhere between the first and the end of the input."""
    return [random.randint(1, max(1, (x.shape[1 + i] + padding[i]) // stride[i])) for i in range(2)]


def image(channels, dtype):
    return calls.steps((random.choice([0, 1, 1, 2]), random.randint(1, 9), random.randint(1, 9), channels), dtype)


def conv_call(dtype):
    kernel, stride, padding, dilation = calls.spatial()
    groups, depth, each = random.choice([1, 1, 2, 3]), random.choice([1, 2, 3, 8, 17]), random.choice([1, 2, 5])
    x, weight = image(groups * depth, dtype), calls.int8(groups * each, *kernel, depth)
    return finish("conv2d", emulation.conv, x, weight, groups, groups * each, kernel, stride, padding, dilation)


def depthwise_call(dtype):
    kernel, stride, padding, dilation = calls.spatial()
    channels, multiplier = random.choice([1, 2, 7, 15, 16, 17, 33]), random.choice([1, 1, 1, 2, 5])
    x, weight = image(channels, dtype), calls.int8(*kernel, channels * multiplier)
    return finish("depthwise_conv2d", emulation.depthwise, x, weight, channels, channels * multiplier, kernel, stride,
                  padding, dilation)


def transpose_call(dtype):
    kernel, stride, padding, dilation = calls.spatial()
    depth, out = random.choice([1, 2, 3, 9]), random.choice([1, 2, 5])
    x, weight = image(depth, dtype), calls.int8(out, *kernel, depth)
    return finish("transpose_conv2d", emulation.transpose_conv, x, weight, 1, out, kernel, stride, padding, dilation)


def row(name, x):
    return f"{name}_s{8 * x.itemsize}_out"


def finish(name, function, x, weight, groups, channels, kernel, stride, padding, dilation):
    is_transposed = function is emulation.transpose_conv
    sizes = forward_sizes(x, kernel, stride, padding, dilation)
    if is_transposed:
        sizes = [random.randint(0, x.shape[1 + i] * stride[i] + kernel[i]) for i in range(2)]
    geometry = (stride, padding, dilation, sizes)
    shape = (x.shape[0], *sizes, channels)
    offset, limits, residual = calls.input_offset(x.dtype), calls.limits(x.dtype), calls.residual_of(shape, x.dtype)
    arrays = (calls.bias(channels), *calls.scales(channels, x.dtype))
    block = conv_words(x, groups, shape, kernel, geometry, offset, limits, residual, arrays, is_transposed)
    named = {"groups": groups} if function is emulation.conv else {}
    expected = function(x, weight, offset, *arrays, limits, geometry, residual=residual, **named)
    if function is emulation.depthwise and random.random() < 0.5:
        weight = weight[None]
    return row(name, x), [x, weight, None if residual is None else residual[0], block], expected


def linear_call(dtype):
    depth, cols = random.choice([1, 3, 16, 63, 257, 1000]), random.choice([1, 2, 12])
    rows = random.choice([[], [1], [4], [2, 3], [1, 2, 3], [0]])
    x, weight = calls.steps((*rows, depth), dtype), calls.int8(cols, depth)
    shape = (*rows, cols)
    offset, limits, residual = calls.input_offset(x.dtype), calls.limits(x.dtype), calls.residual_of(shape, x.dtype)
    arrays = (calls.bias(cols), *calls.scales(cols, x.dtype))
    block = calls.words([int(np.prod(rows)), depth, cols], offset, limits, random.randint(0, 1),
                        calls.residual_words(residual), *arrays)
    expected = emulation.linear(x, weight, offset, *arrays, limits, residual)
    return row("linear", x), [x, weight, None if residual is None else residual[0], block], expected


@pytest.mark.parametrize("dtype", [np.int8, np.int16])
@pytest.mark.parametrize("make", [conv_call, depthwise_call, transpose_call, linear_call])
def test_operator_equals_definition(lib, make, dtype):
    random.seed(make.__name__)
    np.random.seed(1)
    for i in range(CALLS):
        calls.check(lib, *make(dtype), mode="static" if i % 4 else "dynamic")


def test_sums_past_int32_wrap(lib):
    x, weight = np.full((1, 3, 3, 8), 127, np.int8), np.full((2, 3, 3, 8), 127, np.int8)
    geometry = ([1, 1], [1, 1], [1, 1], [3, 3])
    for shift in (-20, 0, 3):
        arrays = (np.array([2**31 - 1, -2**31]), np.array([2**31 - 1, 2**30]), np.array([shift, shift]))
        block = conv_words(x, 1, (1, 3, 3, 2), [3, 3], geometry, 128, (127, -128, 127), None, arrays)
        expected = emulation.conv(x, weight, 128, *arrays, (127, -128, 127), geometry)
        calls.check(lib, "conv2d_s8_out", [x, weight, None, block], expected)


@pytest.mark.parametrize("dtype", [np.int8, np.int16])
@pytest.mark.parametrize("make", [conv_call, depthwise_call, transpose_call, linear_call])
def test_hostile_blocks_never_leave_the_tensors(lib, make, dtype):
    random.seed(make.__name__)
    np.random.seed(2)
    refused = sum(calls.spoil(lib, *make(dtype), position=3) for _ in range(CALLS // 2))
    assert refused > CALLS // 2


def test_wrong_calls_are_refused(lib):
    random.seed(3)
    row_id, arguments, expected = linear_call(np.int8)
    while expected.size == 0 or arguments[2] is None or arguments[0].ndim != 2:
        row_id, arguments, expected = linear_call(np.int8)
    x, weight, residual, block = arguments

    def status(*given, expected=expected):
        return calls.run(lib, row_id, list(given), [expected]).status

    assert status(*arguments) == 0
    assert status(x, weight, residual, block.tensor) == INVALID_PROGRAM  # planned memory: it could change
    assert status(x, weight, residual, op_driver.Lent(block.tensor)) == INVALID_PROGRAM
    assert status(x, weight, residual, op_driver.Constant(block.tensor[:-1])) == INVALID_PROGRAM
    assert status(x, weight, residual, op_driver.Constant(block.tensor[:3])) == INVALID_PROGRAM
    assert status(x, weight, residual, op_driver.Constant(block.tensor.short())) == INVALID_PROGRAM
    assert status(x.astype(np.int16), weight, residual, block) == NOT_SUPPORTED
    assert status(x, weight.astype(np.uint8), residual, block) == NOT_SUPPORTED
    assert status(x, weight, residual[:, :-1], block) == INVALID_ARGUMENT
    assert status(x, weight[:, :-1], residual, block) == INVALID_ARGUMENT
    assert status(*arguments, expected=expected.astype(np.int32)) == NOT_SUPPORTED
