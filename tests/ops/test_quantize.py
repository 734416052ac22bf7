# SPDX-License-Identifier: BSD-3-Clause
"""Rows of the namespace quantized_decomposed against eager PyTorch, bit for bit, on random calls.

WICK_TEST_ALL=1 takes ten times as many.
"""
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")
torch.set_num_threads(1)

from torch.ao.quantization.fx import _decomposed  # noqa: E402, F401

import op_driver  # noqa: E402

CALLS = 3000 if os.environ.get("WICK_TEST_ALL") else 300
ROWS = op_driver.rows()
NOT_SUPPORTED, INVALID_ARGUMENT = 0x10, 0x12
NAN, INF = float("nan"), float("inf")


def reference(row, arguments):
    name, _, overload = row.functional.split("::")[1].partition(".")
    operator = getattr(getattr(torch.ops.quantized_decomposed, name), overload or "default")
    if "out_dtype" in row.schema:
        return operator(*arguments[:-1], out_dtype=arguments[-1])
    return operator(*arguments)


def dtype_and_bounds():
    dtype = random.choice([torch.int8, torch.int8, torch.uint8, torch.int16])
    info = torch.iinfo(dtype)
    low = random.choice([info.min, random.randint(info.min, info.max)])
    return dtype, low, random.choice([info.max, random.randint(low, info.max)])


def scale():
    return random.choice([0.5, 1.0, 0.1, 2.0**-12, random.uniform(1e-4, 10), 10 ** random.uniform(-30, 30)])


def reals(shape, factor):
    """Values of which many lie on the border of two steps."""
    x = torch.randn(shape) * random.choice([1.0, 100.0, 1e9]) * factor
    if random.random() < 0.5:
        x = torch.round(x.div(factor).clamp(-300, 300) * 2) / 2 * factor
    if x.numel() > 3 and random.random() < 0.3:
        x.view(-1)[:3] = torch.tensor([INF, -INF, -0.0])
    return x


def integers(shape, dtype):
    info = torch.iinfo(dtype)
    return torch.randint(info.min, info.max + 1, shape).to(dtype)


def shape_of():
    return random.choice([[], [7], [2, 3], [1, 2, 3, 4], [0, 3], [3, 4, 5]])


def laid_out(x):
    return x.to(memory_format=torch.channels_last) if x.dim() == 4 and random.random() < 0.5 else x


def quantize_call():
    (dtype, low, high), factor = dtype_and_bounds(), scale()
    zero_point = random.randint(torch.iinfo(dtype).min, torch.iinfo(dtype).max)
    return laid_out(reals(shape_of(), factor)), factor, zero_point, low, high, dtype


def dequantize_call():
    (dtype, low, high), factor = dtype_and_bounds(), scale()
    out = random.choice([None, torch.float32])
    if random.random() < 0.2:  # biases
        return integers(shape_of(), torch.int32), factor, 0, -2**31, 2**31 - 1, torch.int32, out
    zero_point = random.randint(torch.iinfo(dtype).min, torch.iinfo(dtype).max)
    return laid_out(integers(shape_of(), dtype)), factor, zero_point, low, high, dtype, out


def channels(dtype):
    shape = random.choice([[7], [2, 3], [5, 2, 3, 4], [0, 3], [3, 0], [3, 4, 5]])
    axis = random.randrange(len(shape))
    info = torch.iinfo(dtype)
    scales = torch.tensor([scale() for _ in range(shape[axis])], dtype=torch.float32)
    zero_points = torch.randint(info.min, info.max + 1, (shape[axis],))
    return shape, axis, scales, zero_points


def quantize_channels_call():
    dtype, low, high = dtype_and_bounds()
    shape, axis, scales, zero_points = channels(dtype)
    return reals(shape, scale()), scales, zero_points, axis, low, high, dtype


def dequantize_channels_call():
    dtype, low, high = dtype_and_bounds()
    shape, axis, scales, zero_points = channels(dtype)
    zero_points = random.choice([zero_points, None])
    if random.random() < 0.2:
        dtype, low, high, zero_points = torch.int32, -2**31, 2**31 - 1, random.choice([None, torch.zeros_like(scales).long()])
    return integers(shape, dtype), scales, zero_points, axis, low, high, dtype, random.choice([None, torch.float32])


def quantize_tensor_call():
    x, factor, zero_point, *rest = quantize_call()
    return x, torch.tensor([factor], dtype=random.choice([torch.float64, torch.float32])), torch.tensor([zero_point]), *rest


def dequantize_tensor_call():
    x, factor, zero_point, *rest = dequantize_call()
    return x, torch.tensor([factor], dtype=torch.float64), torch.tensor([zero_point]), *rest


def choose_call():
    dtype, low, high = dtype_and_bounds()
    x = reals(random.choice([[7], [2, 3], [1, 2, 3, 4], [3, 4, 5]]), scale()).clamp(-1e30, 1e30)
    x = x.abs() if random.random() < 0.3 else x
    return x, min(low, 0), max(high, 1), random.choice([1e-7, 2.0**-12, 1e-5]), dtype


def choose_tokens_call():
    x = reals(random.choice([[7], [2, 3], [1, 2, 3, 4], [3, 4, 5]]), scale()).clamp(-1e30, 1e30)
    return (x * random.choice([0, 1, 1, 1]) + random.choice([0, 0, 3]), torch.int8)


def tokens(dtype):
    shape = random.choice([[7], [2, 3], [5, 2, 3], [0, 3], [3, 0]])
    info = torch.iinfo(dtype)
    scales = torch.tensor([scale() for _ in range(torch.Size(shape[:-1]).numel())], dtype=random.choice([torch.float64, torch.float32]))
    return shape, scales.reshape(shape[:-1] + [1]), torch.randint(info.min, info.max + 1, shape[:-1] + [1])


def quantize_tokens_call():
    dtype, low, high = dtype_and_bounds()
    shape, scales, zero_points = tokens(dtype)
    return reals(shape, scale()), scales, zero_points, low, high, dtype


def dequantize_tokens_call():
    dtype, low, high = dtype_and_bounds()
    shape, scales, zero_points = tokens(dtype)
    return integers(shape, dtype), scales, zero_points, low, high, dtype, torch.float32


CASES = {"quantize_per_tensor_tensor_out": quantize_tensor_call,
         "dequantize_per_tensor_tensor_out": dequantize_tensor_call,
         "choose_qparams_tensor_out": choose_call, "choose_qparams_per_token_asymmetric_out": choose_tokens_call,
         "quantize_per_token_out": quantize_tokens_call, "dequantize_per_token_out": dequantize_tokens_call,
         "quantize_per_tensor_out": quantize_call, "dequantize_per_tensor_out": dequantize_call,
         "quantize_per_channel_out": quantize_channels_call, "dequantize_per_channel_out": dequantize_channels_call}


@pytest.mark.parametrize("row_id", CASES)
def test_operator_equals_eager(lib, row_id):
    random.seed(row_id)
    torch.manual_seed(1)
    for _ in range(CALLS):
        arguments = CASES[row_id]()
        expected = reference(ROWS[row_id], arguments)
        expected = list(expected) if isinstance(expected, tuple) else [expected]
        for mode in ("static", "dynamic"):
            outcome = op_driver.call(lib, ROWS[row_id], arguments, expected, mode)
            assert outcome.status == 0, f"{outcome.text}: {arguments}"
            assert all(map(torch.equal, outcome.outputs, expected)), f"{outcome.outputs}, eager {expected}; {arguments}"


def test_int32_saturates_and_nan_is_zero(lib):
    """Where eager converts what no int32 holds, which C leaves undefined."""
    x = torch.tensor([NAN, INF, -INF, 3e9, -3e9, 2.5, 8388606.5, -5000000.5, 1e9])
    expected = torch.tensor([0, 2**31 - 1, -2**31, 2**31 - 1, -2**31, 2, 8388606, -5000000, 10**9], dtype=torch.int32)
    call = (x, 1.0, 0, -2**31, 2**31 - 1, torch.int32)
    outcome = op_driver.call(lib, ROWS["quantize_per_tensor_out"], call, [expected])
    assert outcome.status == 0 and torch.equal(outcome.outputs[0], expected)


@pytest.mark.parametrize("bad", [0.0, -1.0, NAN, INF, -INF, 1e-40, 1e39])
def test_absurd_scales_are_refused(lib, bad):
    x, q = torch.zeros(2, 3), torch.zeros(2, 3, dtype=torch.int8)
    scales = torch.tensor([1.0, bad])
    calls = {"quantize_per_tensor_out": ((x, bad, 0, -128, 127, torch.int8), q),
             "dequantize_per_tensor_out": ((q, bad, 0, -128, 127, torch.int8, None), x),
             "quantize_per_channel_out": ((x, scales, torch.zeros(2).long(), 0, -128, 127, torch.int8), q),
             "dequantize_per_channel_out": ((q, scales, None, 0, -128, 127, torch.int8, None), x)}
    for row_id, (arguments, out) in calls.items():
        outcome = op_driver.call(lib, ROWS[row_id], arguments, [out])
        assert outcome.status == INVALID_ARGUMENT and "scale" in outcome.text, row_id


@pytest.mark.parametrize("index, value, expected", [
    (0, torch.zeros(2, 3), NOT_SUPPORTED),
    (1, torch.ones(3), INVALID_ARGUMENT),
    (1, torch.ones(2, dtype=torch.float64), NOT_SUPPORTED),
    (2, torch.tensor([0, 2**40]), INVALID_ARGUMENT),
    (2, torch.zeros(2, dtype=torch.int32), NOT_SUPPORTED),
    (3, 2, INVALID_ARGUMENT),
    (4, -129, INVALID_ARGUMENT),
    (5, 128, INVALID_ARGUMENT),
    (6, torch.int16, INVALID_ARGUMENT),
    (7, torch.float16, NOT_SUPPORTED),
])
def test_wrong_dequantize_is_refused(lib, index, value, expected):
    call = [torch.zeros(2, 3, dtype=torch.int8), torch.ones(2), torch.zeros(2).long(), 0, -128, 127, torch.int8, None]
    row, out = ROWS["dequantize_per_channel_out"], torch.zeros(2, 3)
    assert op_driver.call(lib, row, call, [out]).status == 0
    call[index] = value
    assert op_driver.call(lib, row, call, [out]).status == expected
