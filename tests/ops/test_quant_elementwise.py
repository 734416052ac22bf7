# SPDX-License-Identifier: BSD-3-Clause
"""wick::add_s8, mul_s8, div_s8, table_s8, their like of 16 bits and wick::rescale against their definition, broadcasting included, bit for bit."""
import os
import random

import pytest

torch = pytest.importorskip("torch", reason="the driver of the operator tests passes tensors of PyTorch")

import numpy as np  # noqa: E402
import op_driver  # noqa: E402
import quant_calls as calls  # noqa: E402
import quant_emulation as emulation  # noqa: E402

CALLS = 2000 if os.environ.get("WICK_TEST_ALL") else 200
INVALID_ARGUMENT, INVALID_PROGRAM, NOT_SUPPORTED = 0x12, 0x23, 0x10


def shapes():
    """Two shapes that broadcast."""
    full = [random.choice([0, 1, 2, 3, 5, 16]) if random.random() < 0.1 else random.choice([1, 2, 3, 5, 16])
            for _ in range(random.randint(0, 4))]
    pair = [[1 if random.random() < 0.3 else size for size in full] for _ in range(2)]
    return [tuple(shape[random.randint(0, len(shape)):] if random.random() < 0.2 and shape else shape) for shape in pair]


def loop_words(a, b):
    """A loop for each dimension of the result, with the steps of the operands: 0 where one is repeated."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    steps = []
    for x in (a, b):
        sizes = [1] * (len(shape) - x.ndim) + list(x.shape)
        dense = [int(np.prod(sizes[i + 1:])) for i in range(len(sizes))]
        steps.append([0 if size == 1 else step for size, step in zip(sizes, dense)])
    if a.shape == b.shape and random.random() < 0.5:
        return [1, int(np.prod(shape)), 1, 1]
    return [len(shape)] + [word for loop in zip(shape, *steps) for word in loop]


def add_call(dtype=np.int8):
    a, b = (calls.steps(shape, dtype) for shape in shapes())
    first, second, scale, limits = calls.operand(dtype), calls.operand(dtype), calls.scale(), calls.limits(dtype)
    sign = random.choice([1, -1])
    block = calls.words(first, second, scale, limits, sign, loop_words(a, b))
    return f"add_s{8 * a.itemsize}_out", [a, b, block], emulation.add(a, b, first, second, scale, limits, sign)


def product(name, function, scale, dtype):
    a, b = (calls.steps(shape, dtype) for shape in shapes())
    zeros, limits = (calls.zero_point(dtype), calls.zero_point(dtype)), calls.limits(dtype)
    block = calls.words(zeros, scale, limits, loop_words(a, b))
    return f"{name}_s{8 * a.itemsize}_out", [a, b, block], function(a, b, *zeros, scale, limits)


def mul_call(dtype=np.int8):
    return product("mul", emulation.mul, calls.scale(), dtype)


def div_call():
    scale = (random.choice([0, 1, 2**30, 2**31 - 1, random.randrange(2**30, 2**31)]), random.choice([-33, 30, random.randint(-4, 8)]))
    return product("div", emulation.div, scale, np.int8)


def add_wide_call():
    return add_call(np.int16)


def mul_wide_call():
    return mul_call(np.int16)


def rescale_call():
    given, wanted = (random.choice([np.int8, np.int16]) for _ in range(2))
    x = calls.steps(random.choice([(), (3,), (2, 0), (4, 5, 3)]), given)
    zero_point, scale, limits = random.randint(-2**15, 2**15 - 1), calls.scale(), calls.limits(wanted)
    expected = emulation.clamp(emulation.requantize(x.astype(np.int64) - zero_point, *scale), limits, wanted)
    return "rescale_out", [x, calls.words(zero_point, scale, limits)], expected


MAKERS = [add_call, mul_call, div_call, add_wide_call, mul_wide_call, rescale_call]


@pytest.mark.parametrize("make", MAKERS)
def test_operator_equals_definition(lib, make):
    random.seed(make.__name__)
    np.random.seed(1)
    for _ in range(CALLS):
        calls.check(lib, *make())


def test_every_pair_of_steps(lib):
    """All 65,536 pairs of a sum, a product and a quotient of scales as layers have them."""
    a, b = (x.reshape(-1) for x in np.meshgrid(*[np.arange(-128, 128, dtype=np.int8)] * 2))
    first, second = (3, *emulation.quantize_multiplier(0.5)), (-128, *emulation.quantize_multiplier(0.031 / 0.1))
    scale, limits = emulation.quantize_multiplier(0.1 / (0.07 * 2**20)), (-7, -128, 127)
    for sign in (1, -1):
        block = calls.words(first, second, scale, limits, sign, loop_words(a, b))
        calls.check(lib, "add_s8_out", [a, b, block], emulation.add(a, b, first, second, scale, limits, sign))
    for row_id, function, real in (("mul_s8_out", emulation.mul, 0.01), ("div_s8_out", emulation.div, 12.5)):
        scale = emulation.quantize_multiplier(real)
        block = calls.words(4, -9, scale, limits, loop_words(a, b))
        calls.check(lib, row_id, [a, b, block], function(a, b, 4, -9, scale, limits))


def test_table(lib):
    np.random.seed(1)
    for shape in ([], [1], [256], [0, 3], [2, 3, 4, 5]):
        x, table = calls.int8(*shape), calls.int8(256)
        for mode in ("static", "dynamic"):
            calls.check(lib, "table_s8_out", [x, table], table[x.astype(int) + 128], mode)
    x = torch.from_numpy(calls.int8(2, 3, 4, 5)).to(memory_format=torch.channels_last)
    table = torch.from_numpy(calls.int8(256))
    expected = table[x.long() + 128].contiguous(memory_format=torch.channels_last)
    outcome = op_driver.call(lib, calls.ROWS["table_s8_out"], [x, table], [expected])
    assert outcome.status == 0 and torch.equal(outcome.outputs[0], expected)
    assert calls.run(lib, "table_s8_out", [calls.int8(4), calls.int8(255)], [calls.int8(4)]).status == INVALID_ARGUMENT
    assert calls.run(lib, "table_s8_out", [calls.int8(4), np.zeros(256)], [calls.int8(4)]).status == NOT_SUPPORTED


@pytest.mark.parametrize("make", MAKERS)
def test_hostile_blocks_never_leave_the_tensors(lib, make):
    random.seed(make.__name__)
    np.random.seed(2)
    position = 1 if make is rescale_call else 2
    refused = sum(calls.spoil(lib, *make(), position=position) for _ in range(CALLS))
    assert refused > CALLS


def test_wide_table(lib):
    np.random.seed(1)
    for shape in ([], [1], [0, 3], [40, 4, 5]):
        x, table = calls.steps(shape, np.int16), calls.steps((513,), np.int16)
        calls.check(lib, "table_s16_out", [x, table], emulation.table_s16(x, table))
    every = np.arange(-2**15, 2**15).astype(np.int16)
    calls.check(lib, "table_s16_out", [every, table], emulation.table_s16(every, table))
    assert calls.run(lib, "table_s16_out", [x, table[1:]], [x]).status == INVALID_ARGUMENT
    assert calls.run(lib, "table_s16_out", [x, calls.int8(513)], [x]).status == NOT_SUPPORTED


def test_wrong_calls_are_refused(lib):
    a, b = calls.int8(2, 3), calls.int8(2, 3)
    block = calls.words(calls.operand(), calls.operand(), calls.scale(), calls.limits(), 1, [1, 6, 1, 1])

    def status(*given):
        return calls.run(lib, "add_s8_out", list(given), [a]).status

    assert status(a, b, block) == 0
    assert status(a, b, block.tensor) == INVALID_PROGRAM
    assert status(a, b, op_driver.Constant(block.tensor[:-1])) == INVALID_PROGRAM
    assert status(a[:1], b, block) == INVALID_PROGRAM
    assert status(a, b[:1], block) == INVALID_PROGRAM
    assert status(a.astype(np.int16), b, block) == NOT_SUPPORTED
