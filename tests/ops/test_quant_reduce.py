# SPDX-License-Identifier: BSD-3-Clause
"""Pools, means and softmax of the namespace wick against their definition, bit for bit, and against eager PyTorch."""
import math
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="the driver of the operator tests passes tensors of PyTorch")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import quant_emulation as emulation  # noqa: E402

CALLS = 1500 if os.environ.get("WICK_TEST_ALL") else 150
INVALID_PROGRAM, NOT_SUPPORTED = 0x23, 0x10


def geometry(x, dilation):
    kernel, stride, padding, _ = calls.spatial()
    sizes = [random.randint(1, max(1, (x.shape[1 + i] + padding[i]) // stride[i])) for i in range(2)]
    axes = [calls.axis_words(x.shape[1 + i], sizes[i], kernel[i], stride[i], padding[i], dilation[i], False) for i in range(2)]
    return kernel, stride, padding, sizes, axes


def image(dtype):
    shape = random.choice([0, 1, 1, 2]), random.randint(1, 9), random.randint(1, 9), random.choice([1, 2, 5, 17])
    return calls.steps(shape, dtype)


def row(name, x):
    return f"{name}_s{8 * x.itemsize}_out"


def offset(dtype):
    return random.randint(np.iinfo(dtype).min, -np.iinfo(dtype).min)


def max_pool_call(dtype=np.int8):
    x, dilation = image(dtype), [random.choice([1, 1, 2]) for _ in range(2)]
    kernel, stride, padding, sizes, axes = geometry(x, dilation)
    _, low, high = calls.limits(dtype)
    block = calls.words(x.shape[0], x.shape[3], *axes, [0] * 5, [0, low, high], random.randint(0, 1), 0)
    return row("max_pool2d", x), [x, block], emulation.max_pool(x, kernel, stride, padding, dilation, sizes, low, high)


def avg_pool_call(dtype=np.int8):
    x = image(dtype)
    kernel, stride, padding, sizes, axes = geometry(x, [1, 1])
    zero_point, limits = offset(dtype), calls.limits(dtype)
    counted = [(-p, x.shape[1 + i] + p) if random.random() < 0.5 else (0, x.shape[1 + i]) for i, p in enumerate(padding)]
    scales = [calls.scale() for _ in range(random.choice([1, math.prod(kernel)]))]
    block = calls.words(x.shape[0], x.shape[3], *axes, [c[0] for c in counted], [c[1] for c in counted], zero_point, limits,
                        random.randint(0, 1), len(scales), scales)
    expected = emulation.avg_pool(x, kernel, stride, padding, sizes, counted, zero_point, scales, limits)
    return row("avg_pool2d", x), [x, block], expected


def mean_call(dtype=np.int8):
    x = calls.steps([random.choice([1, 2, 3, 7]) if random.random() < 0.95 else 0 for _ in range(random.randint(0, 4))], dtype)
    dims = [d for d in range(x.ndim) if random.random() < 0.5]
    kept = [d for d in range(x.ndim) if d not in dims]
    strides = [int(np.prod(x.shape[d + 1:])) for d in range(x.ndim)]
    zero_point, scale, limits = offset(dtype), calls.scale(), calls.limits(dtype)
    loops = [[x.shape[d], strides[d], 0] for d in kept + dims]
    block = calls.words(zero_point, scale, limits, len(kept), len(dims), *loops)
    return row("mean", x), [x, block], emulation.mean(x, tuple(dims), zero_point, scale, limits)


def softmax_parts():
    shape = [random.choice([1, 2, 3, 10, 33]) if random.random() < 0.95 else 0 for _ in range(random.randint(1, 4))]
    dim = random.randrange(len(shape))
    x, scale = calls.int8(*shape), 10 ** random.uniform(-4, 1)
    bits, table = emulation.exponentials(scale, max(1, shape[dim]))
    held = table[:max(d for d, t in enumerate(table) if t) + 1]
    outer, inner = (int(np.prod(part)) for part in (shape[:dim], shape[dim + 1:]))
    return x, dim, bits, table, [outer, shape[dim], inner, len(held), random.choice([255, 256])], held, scale


def softmax_call():
    x, dim, _, table, shape, held, _ = softmax_parts()
    return "softmax_s8_out", [x, calls.words(shape, held)], emulation.softmax(x, dim, table, shape[-1]) if x.size else x


def log_softmax_call():
    x, dim, bits, table, shape, held, scale = softmax_parts()
    out_scale = 10 ** random.uniform(-2, 0)
    factors, limits = (round(scale / out_scale * 2**16), round(math.log(2) / out_scale * 2**16)), calls.limits()
    expected = emulation.log_softmax(x, dim, table, bits, *factors, limits) if x.size else x
    return "log_softmax_s8_out", [x, calls.words(shape, bits, factors, limits, held)], expected


def wide_max_pool_call():
    return max_pool_call(np.int16)


def wide_avg_pool_call():
    return avg_pool_call(np.int16)


def wide_mean_call():
    return mean_call(np.int16)


MAKERS = [max_pool_call, avg_pool_call, mean_call, softmax_call, log_softmax_call, wide_max_pool_call, wide_avg_pool_call,
          wide_mean_call]


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
    refused = sum(calls.spoil(lib, *make(), position=1) for _ in range(CALLS))
    assert refused > CALLS


@pytest.mark.parametrize("make", MAKERS)
def test_wrong_calls_are_refused(lib, make):
    random.seed(make.__name__)
    np.random.seed(3)
    row_id, (x, block), expected = make()
    while expected.size < 2:
        row_id, (x, block), expected = make()
    assert calls.run(lib, row_id, [x, block.tensor], [expected]).status == INVALID_PROGRAM
    assert calls.run(lib, row_id, [x, op_driver.Constant(block.tensor[:3])], [expected]).status == INVALID_PROGRAM
    longer = op_driver.Constant(torch.cat([block.tensor, block.tensor[:1]]))
    if make not in (max_pool_call, wide_max_pool_call):
        assert calls.run(lib, row_id, [x, longer], [expected]).status == INVALID_PROGRAM
    assert calls.run(lib, row_id, [x.astype(np.uint8), block], [expected]).status == NOT_SUPPORTED
    assert calls.run(lib, row_id, [x, block], [expected.reshape(-1)[1:]]).status != 0


def test_softmax_is_within_a_step_of_eager(lib):
    """The exact value lies at most half a step and the table's error away."""
    np.random.seed(4)
    for scale in (0.01, 0.05, 0.13, 0.5):
        x = np.random.randint(-128, 128, (50, 12)).astype(np.int8)
        bits, table = emulation.exponentials(scale, 12)
        exact = torch.softmax(torch.from_numpy(x).double() * scale, 1).numpy()
        got = calls.run(lib, "softmax_s8_out", [x, calls.words([50, 12, 1, 256, 256], table)], [x]).outputs[0].numpy()
        assert np.abs(np.minimum(exact * 256 - 128, 127) - got).max() < 0.5001
        factors = round(scale / 0.1 * 2**16), round(math.log(2) / 0.1 * 2**16)
        block = calls.words([50, 12, 1, 256, 256], bits, factors, [127, -128, 127], table)
        got = calls.run(lib, "log_softmax_s8_out", [x, block], [x]).outputs[0].numpy()
        assert np.abs(np.maximum(np.log(exact) / 0.1 + 127, -128) - got).max() < 0.503
