# SPDX-License-Identifier: BSD-3-Clause
"""Weights of 4, 8 and 16 bits beside float32 or dynamically quantized activations, and linear_s8_w4: against their
definition bit for bit, against eager PyTorch and torchao within float32's error."""
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import quant_emulation as emulation  # noqa: E402
from torch.ao.quantization.fx import _decomposed  # noqa: E402, F401

CALLS = 600 if os.environ.get("WICK_TEST_ALL") else 60
INVALID_ARGUMENT, INVALID_PROGRAM, NOT_SUPPORTED = 0x12, 0x23, 0x10
TOKEN, AFFINE, SYMMETRIC, FLOORED, TENSOR = range(5)
SMALLEST = {TOKEN: 2**-23, AFFINE: 2**-126, FLOORED: 2**-23, TENSOR: 2**-12} # scales
F32 = np.float32


def packed(weight):
    """Two values of 4 bits in a byte, the first in the low half."""
    if weight.shape[1] % 2:
        weight = np.pad(weight, [(0, 0), (0, 1)])
    half = weight.astype(np.uint8) & 15
    return half[:, ::2] | half[:, 1::2] << 4


def parts():
    """Input, weights of 4 or 8 bits, their scales, bias, groups."""
    groups, size = random.choice([(1, 1), (1, 7), (1, 300), (2, 32), (3, 5), (4, 128), (2, 129)])
    bits, cols, depth = random.choice([4, 8]), random.choice([1, 3, 17]), groups * size
    x = (np.random.randn(*random.choice([[], [1], [4], [2, 3], [0]]), depth) * 10 ** random.uniform(-3, 3)).astype(F32)
    weight = np.random.randint(-2**(bits - 1), 2**(bits - 1), (cols, depth)).astype(np.int8)
    scales = (np.random.rand(cols, groups) * 0.1).astype(F32)
    bias = random.choice([None, np.random.randn(cols).astype(F32)])
    return bits, x, weight, scales[:, 0].copy() if groups == 1 and random.random() < 0.5 else scales, bias, groups


def found_scale(row, scheme, whole):
    """Scale (float32), zero point and quantized row."""
    seen = whole if scheme == TENSOR else row
    low, high = F32(min(seen.min(), 0)), F32(max(seen.max(), 0))
    if scheme == SYMMETRIC:
        scale = max(F32(max(-low, high) / F32(127.5)), F32(2**-23))
        zero = 0
    else:
        scale = max(F32((high - low) / F32(255)), F32(SMALLEST[scheme]))
        below, above = F32(low / scale), F32(high / scale)
        zero = (F32(-128) - below if F32(-128) + below + (F32(127) + above) > 0 else F32(127) - above) if scheme == TOKEN \
            else F32(-128) - np.rint(below)
        zero = int(np.rint(np.clip(zero, -128, 127)))
    if scheme == TOKEN:
        steps = np.rint(row.astype(np.float64) * (1.0 / np.float64(scale)) + zero)
    else:
        steps = np.rint(row * F32(F32(1) / scale)) + F32(zero)
    return scale, zero, np.clip(steps, -128, 127).astype(np.int64)


def dynamic(x, weight, scales, bias, groups, scheme):
    depth, size = x.shape[-1], x.shape[-1] // groups
    scales = scales.reshape(len(weight), groups)
    out = np.zeros((x.size // depth, len(weight)), F32)
    for at, row in enumerate(x.reshape(-1, depth)):
        scale, zero, q = found_scale(row, scheme, x)
        for g in range(groups):
            for k in range(g * size, (g + 1) * size, 128):
                end = min(k + 128, (g + 1) * size)
                out[at] += ((q[k:end] - zero) @ weight[:, k:end].astype(np.int64).T).astype(F32) * scales[:, g]
        out[at] *= scale
        out[at] += 0 if bias is None else bias
    return out.reshape(*x.shape[:-1], len(weight))


def weight_only(x, weight, scales, bias, groups):
    depth, size = x.shape[-1], x.shape[-1] // groups
    scales = None if scales is None else scales.reshape(len(weight), groups)
    rows, weight = x.reshape(-1, depth), weight.astype(F32)
    out = np.zeros((len(rows), len(weight)), F32)
    for g in range(groups):
        total = np.zeros_like(out)
        for k in range(g * size, (g + 1) * size, 32):
            part = np.zeros_like(out)
            for i in range(k, min(k + 32, (g + 1) * size)):
                part += rows[:, i:i + 1] * weight[None, :, i]
            total += part
        out += total if scales is None else total * scales[None, :, g]
    out = out if bias is None else out + bias
    return out.reshape(*x.shape[:-1], len(weight))


def name(base, bits):
    return f"{base}{'' if base.endswith('_s8') and bits == 8 else f'_w{bits}'}_out"


@pytest.mark.parametrize("scheme", [TOKEN, AFFINE, SYMMETRIC, FLOORED, TENSOR])
def test_dynamic_linear_equals_definition(lib, scheme):
    random.seed(scheme)
    np.random.seed(scheme)
    for _ in range(CALLS):
        bits, x, weight, scales, bias, groups = parts()
        expected = dynamic(x, weight, scales, bias, groups, scheme)
        held = weight if bits == 8 else packed(weight)
        calls.check(lib, name("linear_dynamic_s8", bits), [x, held, scales, bias, scheme], expected)


def test_weight_only_linear_equals_definition(lib):
    random.seed(4)
    np.random.seed(4)
    for _ in range(CALLS):
        bits, x, weight, scales, bias, groups = parts()
        held = weight if bits == 8 else packed(weight)
        calls.check(lib, name("linear_f32", bits), [x, held, scales, bias], weight_only(x, weight, scales, bias, groups))
        for dtype in (torch.float16, torch.bfloat16):
            half = torch.randn(weight.shape).to(dtype)
            expected = torch.from_numpy(weight_only(x, half.float().numpy(), None, bias, 1))
            given = [torch.from_numpy(x), half, None if bias is None else torch.from_numpy(bias)]
            outcome = op_driver.call(lib, calls.ROWS["linear_f32_f16_out"], given, [expected], "dynamic")
            assert outcome.status == 0 and torch.equal(outcome.outputs[0], expected), outcome.text


def test_embedding_equals_definition(lib):
    random.seed(5)
    np.random.seed(5)
    for _ in range(CALLS):
        bits, _, weight, scales, _, groups = parts()
        indices = np.random.randint(0, len(weight), random.choice([(), (3,), (2, 0), (2, 3)])).astype(random.choice([np.int32, np.int64]))
        real = weight.astype(F32) * np.repeat(scales.reshape(len(weight), groups), weight.shape[1] // groups, 1)
        held = weight if bits == 8 else packed(weight)
        calls.check(lib, name("embedding", bits), [held, scales, indices], real[indices])
        half = torch.randn(weight.shape).half()
        given = [half, torch.from_numpy(np.array(indices))]
        outcome = op_driver.call(lib, calls.ROWS["embedding_f16_out"], given, [half.float()[given[1].long()]])
        assert outcome.status == 0 and torch.equal(outcome.outputs[0], half.float()[given[1].long()])
    wrong = np.array([0, len(weight)])
    outcome = calls.run(lib, name("embedding", bits), [held, scales, wrong], [real[[0, 0]]])
    assert outcome.status == INVALID_ARGUMENT and "range" in outcome.text


def test_token_scheme_is_that_of_quantized_decomposed(lib):
    """Through torch's own operators; the rest of the difference is the order of float32 sums."""
    random.seed(6)
    np.random.seed(6)
    library = torch.ops.quantized_decomposed
    for _ in range(CALLS):
        bits, x, weight, scales, bias, groups = parts()
        if not x.size:
            continue
        t = torch.from_numpy(x)
        scale, zero = library.choose_qparams_per_token_asymmetric(t, torch.int8)
        q = library.quantize_per_token(t, scale, zero, -128, 127, torch.int8)
        real = torch.from_numpy(weight).double() * torch.from_numpy(scales).double().reshape(len(weight), groups).repeat_interleave(
            x.shape[-1] // groups, 1)
        exact = torch.nn.functional.linear((q - zero).double() * scale, real, None if bias is None else torch.from_numpy(bias).double())
        held = weight if bits == 8 else packed(weight)
        outcome = calls.run(lib, name("linear_dynamic_s8", bits), [x, held, scales, bias, TOKEN], [exact.float().numpy()])
        size = (np.abs(x).max() * np.abs(real.numpy()).sum(1).max()) + 1
        assert np.abs(outcome.outputs[0].numpy() - exact.numpy()).max() < 2e-6 * size


@pytest.mark.parametrize("kind", ["8da4w", "8da8w", "w8", "w4"])
def test_layers_of_torchao(lib, kind):
    quantization = pytest.importorskip("torchao.quantization", reason="torchao is absent")
    from torchao.quantization.granularity import PerAxis, PerGroup
    torch.manual_seed(7)
    configs = {
        "8da4w": lambda: quantization.Int8DynamicActivationIntxWeightConfig(weight_dtype=torch.int4, weight_granularity=PerGroup(32)),
        "8da8w": quantization.Int8DynamicActivationInt8WeightConfig,
        "w8": lambda: quantization.IntxWeightOnlyConfig(weight_dtype=torch.int8, granularity=PerAxis(0)),
        "w4": lambda: quantization.IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerGroup(32)),
    }
    model = torch.nn.Sequential(torch.nn.Linear(128, 24)).eval()
    quantization.quantize_(model, configs[kind]())
    layer = model[0].weight
    weight, scales = layer.qdata.numpy(), layer.scale.float().numpy().reshape(24, -1)
    for size in (0.01, 1.0, 30.0):
        x = torch.randn(6, 128) * size
        with torch.no_grad():
            expected = model(x).numpy()
        bias = model[0].bias.detach().numpy()
        held = packed(weight) if kind in ("8da4w", "w4") else weight
        row = {"8da4w": "linear_dynamic_s8_w4_out", "8da8w": "linear_dynamic_s8_out", "w8": "linear_f32_w8_out",
               "w4": "linear_f32_w4_out"}[kind]
        scheme = {"8da4w": [AFFINE], "8da8w": [SYMMETRIC]}.get(kind, [])
        outcome = calls.run(lib, row, [x.numpy(), held, scales, bias, *scheme], [expected])
        assert outcome.status == 0, outcome.text
        assert np.abs(outcome.outputs[0].numpy() - expected).max() < 2e-6 * size * 128


def test_values_that_are_not_finite_are_refused(lib):
    for bad in (np.nan, np.inf, -np.inf):
        x = np.zeros((2, 4), F32)
        x[1, 2] = bad
        outcome = calls.run(lib, "linear_dynamic_s8_out", [x, calls.int8(3, 4), np.ones(3, F32), None, TOKEN], [np.zeros((2, 3), F32)])
        assert outcome.status == INVALID_ARGUMENT and "finite" in outcome.text


def test_wrong_calls_are_refused(lib):
    x, weight, scales = np.zeros((2, 6), F32), calls.int8(3, 6), np.ones((3, 2), F32)
    out = np.zeros((2, 3), F32)

    def status(*given, row="linear_dynamic_s8_out"):
        return calls.run(lib, row, list(given), [out]).status

    assert status(x, weight, scales, None, TOKEN) == 0
    assert status(x, weight, scales, None, 5) == INVALID_ARGUMENT
    assert status(x, weight, scales, None, -1) == INVALID_ARGUMENT
    assert status(x, weight[:, :5], scales, None, TOKEN) == INVALID_ARGUMENT
    assert status(x, weight, np.ones((3, 4), F32), None, TOKEN) == INVALID_ARGUMENT
    assert status(x, weight, np.ones((3, 0), F32), None, TOKEN) == INVALID_ARGUMENT
    assert status(x, weight, np.ones(2, F32), None, TOKEN) == INVALID_ARGUMENT
    assert status(x, weight, scales.astype(np.float64), None, TOKEN) == NOT_SUPPORTED
    assert status(x, weight, scales, np.ones(4, F32), TOKEN) == INVALID_ARGUMENT
    assert status(x.astype(np.float64), weight, scales, None, TOKEN) == NOT_SUPPORTED
    assert status(x, weight.view(np.uint8), scales, None, TOKEN) == NOT_SUPPORTED
    assert status(x, weight.view(np.uint8), scales, None, TOKEN, row="linear_dynamic_s8_w4_out") == INVALID_ARGUMENT
    assert status(x, packed(weight), scales, None, TOKEN, row="linear_dynamic_s8_w4_out") == 0
    assert status(np.zeros((2, 0), F32), calls.int8(3, 0), scales, None, TOKEN) == INVALID_ARGUMENT


def linear_w4_call():
    groups, size = random.choice([(1, 1), (1, 7), (1, 300), (2, 32), (3, 5), (4, 64)])
    cols, depth = random.choice([1, 2, 12]), groups * size
    rows = random.choice([[], [1], [4], [2, 3], [0]])
    x, weight = calls.int8(*rows, depth), np.random.randint(-8, 8, (cols, depth)).astype(np.int8)
    offset, limits, residual = calls.input_offset(), calls.limits(), calls.residual_of((*rows, cols))
    arrays = (calls.bias(cols), *calls.scales(cols))
    factors = np.random.randint(0, 2**15 + 1, (cols, groups)) if groups > 1 else np.zeros((0, 0), int)
    block = calls.words([int(np.prod(rows)), depth, cols], offset, limits, random.randint(0, 1), calls.residual_words(residual),
                        groups, *arrays, factors)
    expected = emulation.linear_w4(x, weight, offset, factors, *arrays, limits, residual)
    return "linear_s8_w4_out", [x, packed(weight), None if residual is None else residual[0], block], expected


def test_int8_by_int4_equals_definition(lib):
    random.seed(8)
    np.random.seed(8)
    for _ in range(3 * CALLS):
        calls.check(lib, *linear_w4_call())


def test_hostile_blocks_never_leave_the_tensors(lib):
    random.seed(9)
    np.random.seed(9)
    assert sum(calls.spoil(lib, *linear_w4_call(), position=3) for _ in range(CALLS)) > CALLS
