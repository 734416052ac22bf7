# SPDX-License-Identifier: BSD-3-Clause
"""Operators of the namespace wick that have an equal in the official Cortex-M library: the same numbers through the official
Python reference give the same bits, also where a layer and a sum are one call here and two there."""
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch runs the official reference")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import test_cortex_m_layers as official  # noqa: E402  (registers the reference; skips where the wheel is absent)

cortex_m = torch.ops.cortex_m
CALLS = 60


def nhwc(image):
    return image.permute(0, 2, 3, 1).contiguous().numpy()


def residual_for(result):
    """A residual for int8 [.., channels] in memory, its words, and what the official sum makes of both."""
    other = torch.from_numpy(calls.int8(*result.shape))
    first, second, scale, limits = calls.operand(), calls.operand(), calls.scale(), calls.limits()
    offset, low, high = limits
    total = cortex_m.quantized_add(result, *first, other, *second, offset, *scale, low, high)
    return other.numpy(), [*first, *second, *scale, *limits], total


def spatial_axes(x, expected, kernel, stride, padding, dilation, is_transposed):
    return [calls.axis_words(x.shape[2 + i], expected.shape[2 + i], kernel[i], stride[i], padding[i], dilation[i], is_transposed)
            for i in range(2)]


def compare_layer(lib, row_id, x, weight, head, result):
    """`head`: the words before the residual, and the arrays behind it."""
    before, arrays = head
    block = calls.words(*before, [0] * 11, *arrays)
    calls.check(lib, row_id, [x, weight, None, block], result.numpy())
    other, words, total = residual_for(result)
    calls.check(lib, row_id, [x, weight, other, calls.words(*before, words, *arrays)], total.numpy())


def compare_conv(lib, row_id, make, reference):
    call = make()
    x, weight, bias, stride, padding = call[:5]
    is_transposed = row_id.startswith("transpose")
    dilation = call[6] if is_transposed else call[5]
    in_zero, out_zero, multipliers, shifts, low, high = call[len(call) - (8 if is_transposed else 7):][:6]
    expected = reference(call)
    is_depthwise = row_id.startswith("depthwise")
    kernel, channels = weight.shape[1:3], expected.shape[1]
    groups = x.shape[1] if is_depthwise else x.shape[1] // weight.shape[3]
    axes = spatial_axes(x, expected, kernel, stride, padding, dilation, is_transposed)
    before = [[x.shape[0], groups, x.shape[1], channels], *axes, in_zero, [out_zero, low, high], random.randint(0, 1)]
    arrays = [np.zeros(channels, int) if bias is None else bias.numpy(), multipliers.numpy(), shifts.numpy()]
    compare_layer(lib, row_id, nhwc(x), weight.numpy(), (before, arrays), torch.from_numpy(nhwc(expected)))


@pytest.mark.parametrize("row_id, make", [("conv2d_s8_out", official.conv_call), ("depthwise_conv2d_s8_out", official.depthwise_call),
                                          ("transpose_conv2d_s8_out", official.transpose_call)])
def test_convolutions(lib, row_id, make):
    random.seed(row_id)
    torch.manual_seed(1)
    np.random.seed(1)
    row = op_driver.rows()["cortex_m_" + row_id.replace("_s8", "")]
    for _ in range(CALLS):
        compare_conv(lib, row_id, make, lambda call: official.reference(row, call))


def test_linear(lib):
    random.seed(2)
    torch.manual_seed(2)
    np.random.seed(2)
    for _ in range(CALLS):
        call = list(official.linear_call())
        x, weight, bias = call[:3]
        call[3], call[5] = None, 0  # no kernel sum, symmetric weights
        expected = cortex_m.quantized_linear(*call)
        in_offset, _, out_offset, (multiplier,), (shift,), high, low = call[4:]
        cols, depth = weight.shape
        rows = int(np.prod(x.shape[:-1]))
        before = [[rows, depth, cols], in_offset, [out_offset, low, high], random.randint(0, 1)]
        arrays = [np.zeros(cols, int) if bias is None else bias.numpy(), [multiplier] * cols, [shift] * cols]
        compare_layer(lib, "linear_s8_out", x.numpy(), weight.numpy(), (before, arrays), expected)


def test_elementwise(lib):
    random.seed(3)
    np.random.seed(3)
    for _ in range(CALLS):
        a, b, table = (torch.from_numpy(calls.int8(3, 5)) for _ in range(3))
        first, second, scale, (offset, low, high) = calls.operand(), calls.operand(), calls.scale(), calls.limits()
        total = cortex_m.quantized_add(a, *first, b, *second, offset, *scale, low, high)
        block = calls.words(first, second, scale, offset, low, high, 1, [1, 15, 1, 1])
        calls.check(lib, "add_s8_out", [a.numpy(), b.numpy(), block], total.numpy())
        product = cortex_m.quantized_mul(a, first[0], b, second[0], offset, *scale)
        block = calls.words(first[0], second[0], scale, offset, -128, 127, [1, 15, 1, 1])
        calls.check(lib, "mul_s8_out", [a.numpy(), b.numpy(), block], product.numpy())
        if hasattr(cortex_m, "quantized_activation"):
            table = torch.from_numpy(calls.int8(256))
            calls.check(lib, "table_s8_out", [a.numpy(), table.numpy()], cortex_m.quantized_activation(a, table).numpy())


def test_max_pool_and_matmul(lib):
    random.seed(4)
    np.random.seed(4)
    for _ in range(CALLS):
        kernel, stride = ([random.randint(1, 3) for _ in range(2)] for _ in range(2))
        padding = [random.randint(0, k // 2) for k in kernel]
        x = torch.from_numpy(calls.int8(1, 3, random.randint(3, 8), random.randint(3, 8))).to(memory_format=torch.channels_last)
        _, low, high = calls.limits()
        expected = cortex_m.quantized_max_pool2d(x, kernel, stride, padding, [1, 1], False, 0, 0, low, high)
        axes = spatial_axes(x, expected, kernel, stride, padding, [1, 1], False)
        block = calls.words(1, 3, *axes, [0] * 5, [0, low, high], random.randint(0, 1), 0)
        calls.check(lib, "max_pool2d_s8_out", [nhwc(x), block], nhwc(expected))
        batch, rows, cols, depth = (random.choice([1, 2, 5]) for _ in range(4))
        lhs, rhs = calls.int8(batch, rows, depth), calls.int8(batch, cols, depth)
        a_zero, b_zero, offset, scale = random.randint(-127, 128), random.randint(-127, 128), random.randint(-128, 127), calls.scale()
        # its zero points are offsets
        product = cortex_m.quantized_batch_matmul(torch.from_numpy(lhs), a_zero, torch.from_numpy(rhs), b_zero, offset, *scale,
                                                  official.SCRATCH)
        strides = [[rows * depth, depth, 1], [cols * depth, depth, 1], [rows * cols, cols, 1]]
        block = calls.words(batch, rows, cols, depth, *strides, a_zero, b_zero, scale, offset, -128, 127)
        calls.check(lib, "matmul_s8_out", [lhs, rhs, block], product.numpy())
