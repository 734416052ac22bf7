# SPDX-License-Identifier: BSD-3-Clause
"""Operators of the Cortex-M exporter that are neither layers nor quantization, against their Python reference: equal bits
over random shapes, memory orders, zero points and scales."""
import random

import pytest

torch = pytest.importorskip("torch")

import cortex_m_reference  # noqa: E402
import op_driver  # noqa: E402

cortex_m_reference.register()

ROWS = op_driver.rows()
LIB = op_driver.library()
INVALID_ARGUMENT = 0x12
CALLS = 60
SCALES = [(1 << 30, 0), ((1 << 31) - 1, 0), (1 << 30, -31), (1 << 30, 5), (0x5A827999, -7)]


def int8(*shape, order="contiguous"):
    """Random values, the extremes among them; `order` is the one of the memory."""
    tensor = torch.randint(-128, 128, shape, dtype=torch.int8)
    tensor[torch.rand(shape) < 0.1] = -128
    tensor[torch.rand(shape) < 0.1] = 127
    return tensor.to(memory_format=torch.channels_last) if order == "channels_last" else tensor


def scale(low=-10, high=1):
    if random.random() < 0.2:
        return random.choice(SCALES)
    return random.randrange(1 << 30, 1 << 31), random.randint(low, high)


def reference(row, arguments):
    base = row.functional.partition("::")[2]
    return getattr(torch.ops.cortex_m, base)(*arguments)


def check(row_id, arguments, expected=None):
    """One call, with static and with dynamic out."""
    row = ROWS[row_id]
    expected = reference(row, arguments) if expected is None else expected
    if not op_driver.is_dense(expected):
        expected = expected.contiguous()
    for mode in ("static", "dynamic"):
        outcome = op_driver.call(LIB, row, arguments, [expected], mode)
        assert outcome.status == 0, f"{outcome.text}: {arguments[1:]}"
        assert outcome.sizes == [list(expected.shape)]
        assert torch.equal(outcome.outputs[0], expected), f"{[a.shape if hasattr(a, 'shape') else a for a in arguments]}"


def refuses(row_id, arguments, out, status=INVALID_ARGUMENT):
    outcome = op_driver.call(LIB, ROWS[row_id], arguments, [out])
    assert not outcome.is_prepared and outcome.status == status, outcome.text


@pytest.fixture(autouse=True)
def seed():
    random.seed(1)
    torch.manual_seed(1)


@pytest.mark.parametrize("order", ["contiguous", "channels_last"])
def test_pad_equals_reference(order):
    for _ in range(CALLS):
        shape = [random.choice([1, 1, 2, 3, 5]) for _ in range(4)]
        pads = [[random.randint(0, 3) for _ in range(4)] for _ in range(2)]
        check("cortex_m_pad_out", [int8(*shape, order=order), *pads, random.choice([-128, 0, 7, 127])])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_pad_of_fewer_dimensions_takes_the_last_pads(rank):
    for _ in range(CALLS // 3):
        pads = [[random.randint(0, 3) for _ in range(4)] for _ in range(2)]
        check("cortex_m_pad_out", [int8(*[random.randint(1, 4) for _ in range(rank)]), *pads, -5])


def window():
    """Kernel, stride, padding and a shape that they fit."""
    kernel = [random.randint(1, 4) for _ in range(2)]
    stride = [random.randint(1, 3) for _ in range(2)]
    padding = [random.randint(0, k // 2) for k in kernel]
    shape = [random.randint(1, 2), random.choice([1, 2, 5, 16])] + [random.randint(k, k + 6) for k in kernel]
    return shape, kernel, stride, padding


@pytest.mark.parametrize("order", ["contiguous", "channels_last"])
def test_avg_pool_equals_reference(order):
    scratch = torch.zeros(0, dtype=torch.uint8)
    for _ in range(5 * CALLS):
        shape, *lists = window()
        check("cortex_m_avg_pool2d_out",
              [int8(*shape, order=order), *lists, random.randint(-128, 127), *scale(), scratch])


def test_avg_pool_of_large_windows_equals_reference():
    """The windows of a network's end: every element of a plane."""
    scratch = torch.zeros(0, dtype=torch.uint8)
    for height, width in [(25, 5), (7, 7), (16, 16), (31, 9)]:
        for _ in range(CALLS):
            arguments = [int8(1, 8, height, width, order="channels_last"), [height, width], [1, 1], [0, 0]]
            check("cortex_m_avg_pool2d_out", [*arguments, random.randint(-128, 127), *scale(), scratch])


def test_avg_pool_refuses_a_scale_that_is_no_scale():
    scratch = torch.zeros(0, dtype=torch.uint8)
    for multiplier, shift in [(0, 0), (-5, 0), (1 << 31, 0), (1 << 30, 32), (1 << 30, -65)]:
        arguments = [int8(1, 1, 2, 2), [2, 2], [1, 1], [0, 0], 0, multiplier, shift, scratch]
        refuses("cortex_m_avg_pool2d_out", arguments, int8(1, 1, 1, 1))


@pytest.mark.parametrize("order", ["contiguous", "channels_last"])
def test_max_pool_equals_reference(order):
    for _ in range(CALLS):
        shape, *lists = window()
        zero = random.randint(-128, 127)
        low, high = random.choice([(-128, 127), (zero, 127), (-20, 30)])
        arguments = [int8(*shape, order=order), *lists, [1, 1], False, zero, zero, low, high]
        check("cortex_m_max_pool2d_out", arguments)
