# SPDX-License-Identifier: BSD-3-Clause
"""wick::matmul_s8, layer_norm_s8 and resize_s8 against their definition, bit for bit, and near eager PyTorch."""
import ctypes
import math
import os
import pathlib
import random

import pytest

torch = pytest.importorskip("torch", reason="the driver of the operator tests passes tensors of PyTorch")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import quant_emulation as emulation  # noqa: E402

CALLS = 1500 if os.environ.get("WICK_TEST_ALL") else 150
INVALID_PROGRAM, NOT_SUPPORTED = 0x23, 0x10


@pytest.fixture(scope="session")
def blocks():
    """The compiler's functions that make blocks."""
    root = pathlib.Path(__file__).resolve().parents[2]
    lib = ctypes.CDLL(str(root / os.environ.get("WICK_BUILD", "build") / "tests/libwick_quant_test.so"))
    lib.wick_quant_layer_norm_from_real.restype = ctypes.c_bool
    return lib


def laid_out(shape):
    """Strides of a dense tensor whose dimensions lie in a random order, and that order."""
    order = random.sample(range(len(shape)), len(shape))
    strides = [0] * len(shape)
    step = 1
    for d in reversed(order):
        strides[d], step = step, step * shape[d]
    return strides, order


def matmul_call():
    batch, rows, cols = (random.choice([1, 2, 3, 5]) if random.random() < 0.97 else 0 for _ in range(3))
    depth = random.choice([0, 1, 2, 16, 33])
    shapes = (batch, rows, depth), (batch, cols, depth), (batch, rows, cols)
    layouts = [laid_out(shape) for shape in shapes]
    lhs, rhs = calls.int8(*shapes[0]), calls.int8(*shapes[1])
    offsets = random.randint(-128, 128), random.randint(-128, 128)
    scale, limits = calls.scale(), calls.limits()
    block = calls.words(batch, rows, cols, depth, *[strides for strides, _ in layouts], offsets, scale, limits)
    expected = emulation.matmul(lhs, rhs, *offsets, scale, limits)
    memory = [x.transpose(order).reshape(-1) for x, (_, order) in zip((lhs, rhs, expected), layouts)]
    return "matmul_s8_out", [memory[0], memory[1], block], memory[2]


def layer_norm_call():
    depth = random.choice([1, 2, 3, 16, 64, 300])
    x = calls.int8(*random.choice([[], [1], [3], [2, 2], [0]]), depth)
    if random.random() < 0.1:
        x = np.full_like(x, 7)  # no spread
    bits, limits = random.choice([0, 7, 20, 22, 40]), calls.limits()
    weights = np.random.randint(-2**random.randint(1, 30), 2**random.randint(1, 30), (2, depth))
    epsilon = random.choice([0, 1, 1000, random.randrange(2**40), 2**61 - 1])
    block = calls.words(x.size // depth, depth, epsilon % 2**32, epsilon >> 32, bits, limits, weights)
    return "layer_norm_s8_out", [x, block], emulation.layer_norm(x, weights[0], weights[1], epsilon, bits, limits)


def resize_call():
    x = calls.int8(random.choice([0, 1, 2]), random.randint(1, 7), random.randint(1, 7), random.choice([1, 3, 16]))
    steps = [[(random.randrange(size), random.randrange(size), random.choice([0, 2048, random.randint(0, 2048)]))
              for _ in range(random.randint(0, 9))] for size in x.shape[1:3]]
    block = calls.words(x.shape[0], x.shape[3], x.shape[1], x.shape[2], len(steps[0]), len(steps[1]), *steps[0], *steps[1])
    return "resize_s8_out", [x, block], emulation.resize(x, *steps)


MAKERS = [matmul_call, layer_norm_call, resize_call]


@pytest.mark.parametrize("make", MAKERS)
def test_operator_equals_definition(lib, make):
    random.seed(make.__name__)
    np.random.seed(1)
    for _ in range(CALLS):
        calls.check(lib, *make())


@pytest.mark.parametrize("make", MAKERS)
def test_hostile_blocks_never_leave_the_tensors(lib, make):
    random.seed(make.__name__)
    np.random.seed(2)
    refused = 0
    for _ in range(CALLS):
        row_id, arguments, expected = make()
        refused += calls.spoil(lib, row_id, arguments, expected, position=len(arguments) - 1)
    assert refused > CALLS


@pytest.mark.parametrize("make", MAKERS)
def test_wrong_calls_are_refused(lib, make):
    random.seed(make.__name__)
    row_id, (*given, block), expected = make()
    while expected.size < 2:
        row_id, (*given, block), expected = make()
    assert calls.run(lib, row_id, [*given, block.tensor], [expected]).status == INVALID_PROGRAM
    assert calls.run(lib, row_id, [*given, op_driver.Constant(block.tensor[:4])], [expected]).status == INVALID_PROGRAM
    assert calls.run(lib, row_id, [given[0].astype(np.uint8), *given[1:], block], [expected]).status == NOT_SUPPORTED


class LayerNorm(ctypes.Structure):
    _fields_ = [("in_scale", ctypes.c_double), ("out_scale", ctypes.c_double), ("out_zero", ctypes.c_int32),
                ("epsilon", ctypes.c_double), ("weight", ctypes.c_void_p), ("bias", ctypes.c_void_p)]


def layer_norm_block(blocks, x, real, weight, bias):
    params, weights = (ctypes.c_int32 * 8)(*x.shape), (ctypes.c_int32 * (2 * x.shape[1]))()
    real.weight, real.bias = (None if v is None else v.ctypes.data for v in (weight, bias))
    done = blocks.wick_quant_layer_norm_from_real(ctypes.byref(real), params, weights)
    return calls.words([v % 2**32 for v in (*params, *weights)]) if done else None


def test_layer_norm_is_within_a_step_of_eager(lib, blocks):
    np.random.seed(5)
    for depth in (3, 64, 512):
        for scale, epsilon in ((0.05, 1e-5), (0.001, 1e-5), (1.0, 1e-12)):
            x = calls.int8(20, depth)
            weight, bias = np.random.randn(2, depth).astype(np.float32)
            for pair in ((weight, bias), (None, None)):
                real = LayerNorm(scale, 0.04, 3, epsilon)
                block = layer_norm_block(blocks, x, real, *pair)
                got = calls.run(lib, "layer_norm_s8_out", [x, block], [x]).outputs[0].numpy()
                given = [None if v is None else torch.from_numpy(v).double() for v in pair]
                exact = torch.layer_norm((torch.from_numpy(x).double() - 9) * scale, (depth,), *given, epsilon)
                assert np.abs((exact / 0.04 + 3).clamp(-128, 127).numpy() - got).max() < 0.51
    x, weight = calls.int8(2, 4), np.array([1, 2, 3, math.inf], np.float32)
    for real, w in ((LayerNorm(0, 1, 0, 0), None), (LayerNorm(1, 0, 0, 0), None), (LayerNorm(1, 1, 0, math.nan), None),
                    (LayerNorm(1e-9, 1, 0, 1e9), None), (LayerNorm(1, 1, 0, 0), weight), (LayerNorm(1, 1e-12, 0, 0), None)):
        assert layer_norm_block(blocks, x, real, w, None) is None


class ResizeAxis(ctypes.Structure):
    _fields_ = [("size", ctypes.c_int32), ("out", ctypes.c_int32), ("scale", ctypes.c_double), ("is_nearest", ctypes.c_bool),
                ("align_corners", ctypes.c_bool)]


def resized(lib, blocks, x, sizes, factors, is_nearest, align_corners):
    steps = []
    for size, out, factor in zip(x.shape[1:3], sizes, factors):
        held = (ctypes.c_int32 * (3 * out))()
        blocks.wick_quant_resize_steps(ctypes.byref(ResizeAxis(size, out, factor, is_nearest, align_corners)), held)
        steps.append(list(held))
    expected = np.empty((x.shape[0], *sizes, x.shape[3]), np.int8)
    block = calls.words(x.shape[0], x.shape[3], x.shape[1], x.shape[2], *sizes, *steps)
    outcome = calls.run(lib, "resize_s8_out", [x, block], [expected])
    assert outcome.status == 0, outcome.text
    return outcome.outputs[0].numpy()


def test_resize_is_that_of_eager(lib, blocks):
    """Nearest: the same element. Bilinear: within a step of the exact value."""
    random.seed(6)
    np.random.seed(6)
    for _ in range(200):
        x = calls.int8(1, random.randint(1, 9), random.randint(1, 9), 3)
        real = torch.from_numpy(x).permute(0, 3, 1, 2).double()
        by_factor = random.random() < 0.5
        factors = [random.choice([2.0, 0.5, 1.5, 3.0, 0.7]) for _ in range(2)]
        sizes = [max(1, math.floor(s * f)) for s, f in zip(x.shape[1:3], factors)] if by_factor else [random.randint(1, 20) for _ in "hw"]
        if by_factor and any(math.floor(s * f) < 1 for s, f in zip(x.shape[1:3], factors)):
            continue
        size = {"scale_factor": factors} if by_factor else {"size": sizes}
        given = factors if by_factor else [0, 0]
        nearest = torch.nn.functional.interpolate(real.float(), **size, mode="nearest").permute(0, 2, 3, 1)
        assert np.array_equal(resized(lib, blocks, x, sizes, given, True, False), nearest.numpy())
        for align in (False, True):
            linear = torch.nn.functional.interpolate(real, **size, mode="bilinear", align_corners=align).permute(0, 2, 3, 1)
            assert np.abs(resized(lib, blocks, x, sizes, given, False, align) - linear.numpy()).max() < 0.75
