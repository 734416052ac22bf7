# SPDX-License-Identifier: BSD-3-Clause
"""Rows of the namespace cortex_m against the official Python reference, bit for bit, on random calls.

WICK_TEST_ALL=1 takes ten times as many.
"""
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")
torch.set_num_threads(1)

import cortex_m_reference  # noqa: E402
import op_driver  # noqa: E402

cortex_m_reference.register()

CALLS = 1500 if os.environ.get("WICK_TEST_ALL") else 150
ROWS = op_driver.rows()
LAST = torch.channels_last
SCRATCH = torch.empty(0, dtype=torch.uint8)
NOT_SUPPORTED, INVALID_ARGUMENT = 0x10, 0x12


def spread(weight, dilation):
    """The kernel with zeros between its taps; height and width are dimensions 1 and 2."""
    sizes = [(k - 1) * d + 1 for k, d in zip(weight.shape[1:3], dilation)]
    out = torch.zeros(weight.shape[0], *sizes, weight.shape[3], dtype=weight.dtype)
    out[:, ::dilation[0], ::dilation[1]] = weight
    return out


def reference(row, arguments):
    name = row.functional.removeprefix("cortex_m::")
    if name in ("quantized_conv2d", "quantized_depthwise_conv2d"):  # PyTorch dilates no integer convolution
        arguments = [arguments[0], spread(arguments[1], arguments[5]), *arguments[2:5], [1, 1], *arguments[6:]]
    return getattr(torch.ops.cortex_m, name)(*arguments)


def check(lib, row_id, arguments, modes=("static", "dynamic")):
    """Our row gives the bits of the reference."""
    row = ROWS[row_id]
    expected = reference(row, arguments)
    for mode in modes:
        outcome = op_driver.call(lib, row, arguments, [expected], mode)
        assert outcome.status == 0, f"{outcome.text}: {arguments}"
        assert outcome.sizes[0] == list(expected.shape)
        if not torch.equal(outcome.outputs[0], expected):
            differ = (outcome.outputs[0] != expected).nonzero()
            at = tuple(differ[0])
            pytest.fail(f"{len(differ)} differ, first at {at}: {outcome.outputs[0][at]}, reference {expected[at]}; {arguments}",
                        pytrace=False)


def status(lib, row_id, arguments, expected):
    return op_driver.call(lib, ROWS[row_id], arguments, [expected]).status


def int8(*shape):
    """Random steps; some tensors hold nothing but the extremes."""
    if random.random() < 0.2:
        return torch.randint(0, 2, shape).mul(255).sub(128).to(torch.int8)
    return torch.randint(-128, 128, shape).to(torch.int8)


def scale():
    """Multiplier and shift: mostly as a layer has them, else any."""
    if random.random() < 0.8:
        return random.randrange(2**30, 2**31), random.randint(-14, -3)
    multiplier = random.choice([0, 1, 2**30, 2**31 - 1, random.randrange(2**31)])
    return multiplier, random.choice([0, 1, 31, -1, -31, -32, -40, random.randint(-31, 31)])


def scales(count):
    pairs = [scale() for _ in range(count)]
    return [torch.tensor([p[k] for p in pairs], dtype=torch.int32) for k in range(2)]


def bias(count):
    kind = random.random()
    if kind < 0.2:
        return None
    limit = 2**31 - 1 if kind < 0.3 else 2**15
    return torch.randint(-limit, limit, (count,)).to(torch.int32)


def clamps():
    if random.random() < 0.6:
        return -128, 127
    low = random.randint(-128, 127)
    return low, random.randint(low, 127)


def image(channels, smallest):
    height, width = (random.randint(s, s + 8) for s in smallest)
    x = int8(random.randint(1, 2), channels, height, width)
    return x.to(memory_format=LAST)


def spatial():
    """Kernel, stride, padding, dilation and the smallest input that holds the window."""
    kernel = [random.choice([1, 1, 2, 3, 5]) for _ in range(2)]
    stride = [random.randint(1, 3) for _ in range(2)]
    padding = [random.randint(0, 4) for _ in range(2)]
    dilation = [random.choice([1, 1, 1, 2, 3]) for _ in range(2)]
    smallest = [max(1, (k - 1) * d + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding)]
    return kernel, stride, padding, dilation, smallest


def zero_points():
    return random.randint(-128, 128), random.randint(-128, 127)


def conv_call():
    kernel, stride, padding, dilation, smallest = spatial()
    groups, depth, each = random.choice([1, 1, 2, 3]), random.choice([1, 2, 3, 8, 17]), random.choice([1, 2, 5])
    out = groups * each
    return (image(groups * depth, smallest), int8(out, *kernel, depth), bias(out), stride, padding, dilation, *zero_points(),
            *scales(out), *clamps(), SCRATCH)


def depthwise_call():
    kernel, stride, padding, dilation, smallest = spatial()
    channels, multiplier = random.choice([1, 2, 7, 15, 16, 17, 33]), random.choice([1, 1, 1, 2, 5])
    out = channels * multiplier
    return (image(channels, smallest), int8(1, *kernel, out), bias(out), stride, padding, dilation, multiplier,
            *zero_points(), *scales(out), *clamps(), SCRATCH)


def transpose_call():
    """The reference adds in float32, which is exact below 2^24."""
    kernel, stride, _, dilation, _ = spatial()
    padding = [random.randint(0, (k - 1) * d // 2) for k, d in zip(kernel, dilation)]
    output_padding = [random.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation)]
    depth, out = random.choice([1, 2, 3, 9]), random.choice([1, 2, 5])
    values = bias(out)
    if values is not None:
        values = values.clamp(-2**20, 2**20)
    return (image(depth, (1, 1)), int8(out, *kernel, depth), values, stride, padding, output_padding, dilation,
            *zero_points(), *scales(out), *clamps(), SCRATCH, SCRATCH)


def linear_call():
    depth, out = random.choice([1, 3, 16, 63, 257]), random.choice([1, 2, 12])
    rows = random.choice([[], [1], [4], [2, 3], [0]])
    multiplier, shift = scale()
    low, high = clamps()
    x, weight, values = int8(*rows, depth), int8(out, depth), bias(out)
    input_offset, filter_offset = random.randint(-128, 128), random.choice([0, 0, random.randint(-128, 128)])
    kernel_sum = None
    if random.random() < 0.3:
        total = (weight.int() + filter_offset).sum(1, keepdim=True).T.int() * input_offset
        kernel_sum, values = (total if values is None else total + values // 2), None
    return (x, weight, values, kernel_sum, input_offset, filter_offset, random.randint(-128, 127), [multiplier], [shift],
            high, low)


def real_values():
    shape = random.choice([[], [7], [2, 3], [1, 2, 3, 4], [0, 3]])
    x = torch.randn(shape) * random.choice([1.0, 100.0, 1e9])
    if x.numel() > 4:
        x.view(-1)[:4] = torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0])
    return x.to(memory_format=LAST) if x.dim() == 4 and random.random() < 0.5 else x


def type_call(x_of):
    dtype = random.choice([torch.int8, torch.int8, torch.uint8, torch.int16])
    info = torch.iinfo(dtype)
    low = random.choice([info.min, random.randint(info.min, info.max)])
    high = random.choice([info.max, random.randint(low, info.max)])
    factor = random.choice([0.5, 1.0, 0.1, 2.0**-12, random.uniform(1e-4, 10)])
    return x_of(dtype, factor), factor, random.randint(info.min, info.max), low, high, dtype


def quantize_call():
    def values(_, factor):
        x = real_values()
        # halves are where rounding shows
        return x if random.random() < 0.5 else torch.round(x.nan_to_num(0, 0, 0).clamp(-200, 200) * 2) / 2 * factor
    return type_call(values)


def dequantize_call():
    def values(dtype, _):
        info = torch.iinfo(dtype)
        return torch.randint(info.min, info.max + 1, random.choice([[], [9], [2, 3, 4, 5], [0]])).to(dtype)
    return type_call(values)


CASES = {"cortex_m_conv2d_out": conv_call, "cortex_m_depthwise_conv2d_out": depthwise_call,
         "cortex_m_transpose_conv2d_out": transpose_call, "cortex_m_linear_out": linear_call,
         "cortex_m_quantize_out": quantize_call, "cortex_m_dequantize_out": dequantize_call}


@pytest.mark.parametrize("row_id", CASES)
def test_operator_equals_reference(lib, row_id):
    random.seed(row_id)
    torch.manual_seed(1)
    for _ in range(CALLS):
        check(lib, row_id, CASES[row_id]())


def test_sums_past_int32_wrap_as_the_reference(lib):
    x = torch.full((1, 8, 3, 3), 127, dtype=torch.int8).to(memory_format=LAST)
    weight = torch.full((2, 3, 3, 8), 127, dtype=torch.int8)
    values = torch.tensor([2**31 - 1, -2**31], dtype=torch.int32)
    for shift in (-20, 0, 3):
        factors = torch.tensor([2**31 - 1, 2**30], dtype=torch.int32), torch.tensor([shift, shift], dtype=torch.int32)
        check(lib, "cortex_m_conv2d_out", (x, weight, values, [1, 1], [1, 1], [1, 1], 128, 127, *factors, -128, 127, SCRATCH))


def small_conv():
    """A valid call, each of whose arguments a test may spoil."""
    x = int8(1, 4, 5, 5).to(memory_format=LAST)
    return [x, int8(2, 3, 3, 4), None, [1, 1], [1, 1], [1, 1], 0, 0, torch.full((2,), 2**30, dtype=torch.int32),
            torch.full((2,), -8, dtype=torch.int32), -128, 127, SCRATCH]


@pytest.mark.parametrize("index, value, expected", [
    (0, torch.zeros(1, 4, 5, 5, dtype=torch.int8), NOT_SUPPORTED),  # contiguous, where that is not channels-last
    (0, torch.zeros(1, 4, 5, 5).to(memory_format=LAST), NOT_SUPPORTED),
    (1, torch.zeros(2, 3, 3, 3, dtype=torch.int8), INVALID_ARGUMENT),
    (2, torch.zeros(3, dtype=torch.int32), INVALID_ARGUMENT),
    (2, torch.zeros(2, dtype=torch.int64), INVALID_ARGUMENT),
    (3, [0, 1], INVALID_ARGUMENT),
    (6, 129, INVALID_ARGUMENT),
    (7, -129, INVALID_ARGUMENT),
    (8, torch.tensor([1, -1], dtype=torch.int32), INVALID_ARGUMENT),
    (9, torch.tensor([1, 32], dtype=torch.int32), INVALID_ARGUMENT),
    (9, torch.zeros(3, dtype=torch.int32), INVALID_ARGUMENT),
    (11, 128, INVALID_ARGUMENT),
])
def test_wrong_convolution_is_refused(lib, index, value, expected):
    call = small_conv()
    result = torch.ops.cortex_m.quantized_conv2d(*call)
    assert status(lib, "cortex_m_conv2d_out", call, result) == 0
    call[index] = value
    assert status(lib, "cortex_m_conv2d_out", call, result) == expected


def test_contiguous_images_of_one_channel_run(lib):
    call = list(small_conv())
    call[0], call[1] = int8(2, 1, 5, 5), int8(2, 3, 3, 1)
    check(lib, "cortex_m_conv2d_out", call)


def test_average_pooling_takes_the_newer_form(lib):
    """Exporters after 1.4.1 pass a ceil mode behind the padding."""
    older = [int8(1, 3, 6, 5).to(memory_format=LAST), [2, 2], [2, 2], [0, 0], 5, 2**30, -3, SCRATCH]
    expected = torch.ops.cortex_m.quantized_avg_pool2d(*older)
    newer = older[:4] + [False] + older[4:]
    outcome = op_driver.call(lib, ROWS["cortex_m_avg_pool2d_out"], newer, [expected])
    assert outcome.status == 0 and torch.equal(outcome.outputs[0], expected)
    newer[4] = True
    assert status(lib, "cortex_m_avg_pool2d_out", newer, expected) == NOT_SUPPORTED
