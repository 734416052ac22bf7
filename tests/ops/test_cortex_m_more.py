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


def test_transpose_equals_reference():
    for rank in range(1, 5):
        for _ in range(CALLS // 3):
            order = random.sample(range(rank), rank)
            layout = random.choice(["contiguous", "channels_last"]) if rank == 4 else "contiguous"
            check("cortex_m_transpose_out", [int8(*[random.randint(0, 5) for _ in range(rank)], order=layout), order])


@pytest.mark.parametrize("row_id", ["cortex_m_minimum_out", "cortex_m_maximum_out"])
def test_minimum_and_maximum_equal_reference(row_id):
    for other in [(2, 3, 4, 5), (1,), (), (3, 1, 5), (2, 1, 1, 1)]:
        check(row_id, [int8(2, 3, 4, 5), int8(*other)])
    check(row_id, [int8(2, 3, 4, 5, order="channels_last"), int8(2, 3, 4, 5, order="channels_last")])


def operands():
    """Two tensors of one shape, or one of them with an element for each channel."""
    shape = [random.choice([1, 1, 2, 3, 7]) for _ in range(random.randint(1, 4))]
    kind = random.choice(["same", "channels_last", "self", "other"])
    if kind == "same":
        return int8(*shape), int8(*shape)
    batch, channels, height, width = (random.choice([1, 2, 3, 16]) for _ in range(4))
    full = int8(batch, channels, height, width, order="channels_last")
    if kind == "channels_last":
        return full, int8(batch, channels, height, width, order="channels_last")
    small = int8(1, channels, 1, 1)
    return (small, full) if kind == "self" else (full, small)


def expected_order(a, b, result):
    """The memory order of what the exporter declares: that of the larger operand."""
    larger = a if a.numel() > b.numel() else b
    return torch.empty_like(larger).copy_(result)


def test_add_equals_reference():
    for _ in range(5 * CALLS):
        a, b = operands()
        low, high = random.choice([(-128, 127), (-128, 127), (0, 127), (-20, 30), (5, -5)])
        arguments = [a, random.randint(-128, 127), *scale(-6, 1), b, random.randint(-128, 127), *scale(-6, 1),
                     random.randint(-128, 127), *scale(-20, -10), low, high]
        check("cortex_m_add_out", arguments, expected_order(a, b, reference(ROWS["cortex_m_add_out"], arguments)))


def test_mul_equals_reference():
    for _ in range(5 * CALLS):
        a, b = operands()
        arguments = [a, random.randint(-128, 127), b, random.randint(-128, 127), random.randint(-128, 127), *scale(-12, 2)]
        check("cortex_m_mul_out", arguments, expected_order(a, b, reference(ROWS["cortex_m_mul_out"], arguments)))


def test_mul_of_all_pairs_equals_reference():
    a = torch.arange(-128, 128, dtype=torch.int8).repeat(256)
    b = a.view(256, 256).T.flatten().contiguous()
    for zeros in [(0, 0, 0), (-128, 127, 3)]:
        for factor in SCALES:
            check("cortex_m_mul_out", [a, zeros[0], b, zeros[1], zeros[2], *factor])


@pytest.mark.parametrize("row_id, tail", [("cortex_m_add_out", [0, 1 << 30, -20, -128, 127]), ("cortex_m_mul_out", [0, 1 << 30, 0])])
def test_sum_and_product_refuse_other_broadcasting(row_id, tail):
    each = [0, 1 << 30, 0] if row_id == "cortex_m_add_out" else [0]
    for shape in [(1,), (1, 1, 4, 5), (2, 3, 1, 1), (3, 4, 5)]:
        arguments = [int8(2, 3, 4, 5, order="channels_last"), *each, int8(*shape), *each, *tail]
        refuses(row_id, arguments, int8(2, 3, 4, 5), op_driver.NOT_SUPPORTED)


def quotient(a, a_zero, b, b_zero, offset, factor):
    """What cortex_m::quantized_div computes; the operator is younger than the wheel."""
    x, y = (t.float() - zero for t, zero in ((a, a_zero), (b, b_zero)))
    steps = torch.round(torch.where(y != 0, x / y, 0.0) * factor) + offset
    info = torch.iinfo(a.dtype)
    return steps.clamp(info.min, info.max).to(a.dtype)


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16])
def test_div_equals_its_definition(dtype):
    info = torch.iinfo(dtype)
    for _ in range(CALLS):
        shape = [random.randint(1, 6) for _ in range(random.randint(1, 4))]
        a, b = (torch.randint(info.min, info.max + 1, shape, dtype=dtype) for _ in range(2))
        zeros = [random.choice([0, info.min, info.max, random.randint(-128, 127)]) for _ in range(3)]
        arguments = [a, zeros[0], b, zeros[1], zeros[2], random.choice([1.0, 0.5, 13.7, 1e-3, 1e30])]
        check("cortex_m_div_out", arguments, quotient(*arguments))
    for factor in (float("inf"), float("nan")):
        refuses("cortex_m_div_out", [a, 0, b, 0, 0, factor], a)


def test_activation_equals_reference():
    every = torch.arange(-128, 128, dtype=torch.int8)
    for _ in range(CALLS // 3):
        check("cortex_m_activation_out", [every.view(4, 2, 8, 4), int8(256)])
        check("cortex_m_activation_out", [int8(2, 3, 4, 5, order="channels_last"), int8(256)])
    refuses("cortex_m_activation_out", [every, int8(255)], every)


def softmax(tensor, dim, zero, multiplier, shift):
    return [tensor, dim, zero, -128, multiplier, shift, -100]


def check_softmax(tensor, dim, zero, multiplier, shift):
    """Equal bits, but for a step where the probability lies on the border of two: the exponentials of the two libraries
    differ in their last bits. Returns how many elements that concerned."""
    arguments = [tensor, dim, zero, -128, multiplier, shift, -100]
    row = ROWS["cortex_m_softmax_out"]
    expected = torch.empty_like(tensor).copy_(reference(row, arguments))
    outcome = op_driver.call(LIB, row, arguments, [expected])
    assert outcome.status == 0, outcome.text
    differs = outcome.outputs[0] != expected
    steps = 256 * torch.softmax((tensor.double() - zero) * (multiplier * 2.0 ** (shift - 31 - 26)), dim)
    is_border = (steps - steps.floor() - 0.5).abs() < 1e-5
    assert not (differs & ~is_border).any(), arguments[1:]
    assert ((outcome.outputs[0].int() - expected.int()).abs() <= 1).all(), arguments[1:]
    return int(differs.sum())


@pytest.mark.parametrize("order", ["contiguous", "channels_last"])
def test_softmax_equals_reference(order):
    for _ in range(5 * CALLS):
        tensor = int8(*[random.choice([1, 2, 5, 10]) for _ in range(4)], order=order)
        assert check_softmax(tensor, random.randint(-4, 3), random.randint(-128, 127), *scale(15, 25)) == 0


def test_softmax_of_every_difference_equals_reference():
    """Rows of two elements whose difference takes every value that int8 allows."""
    high = torch.full((256,), 127, dtype=torch.int8)
    pairs = torch.stack([high, torch.arange(-128, 128, dtype=torch.int8)], 1)
    count = 0
    for shift in range(8, 31):
        for multiplier in [1 << 30, (1 << 31) - 1, 0x5A827999, 0x66666666]:
            count += check_softmax(pairs, 1, 0, multiplier, shift)
    assert count <= 30  # of 47104; scales below 2^-8 that are powers of two give many a border


@pytest.mark.parametrize("size", [10, 12, 35, 100, 512, 1000])
def test_softmax_of_rows_equals_reference(size):
    count = 0
    for shift in range(14, 26):
        count += check_softmax(int8(40, size), 1, 5, random.randrange(1 << 30, 1 << 31), shift)
    assert count <= 2
    assert check_softmax(torch.zeros(3, size, dtype=torch.int8), 1, 5, 1 << 30, 20) == 0


def test_batch_matmul_equals_reference():
    """The reference sums in float32, which is exact up to 258 products."""
    scratch = torch.zeros(0, dtype=torch.uint8)
    for _ in range(5 * CALLS):
        batch, rows, cols = (random.randint(1, 5) for _ in range(3))
        depth = random.choice([0, 1, 2, 7, 64, 258])
        check("cortex_m_batch_matmul_out", [int8(batch, rows, depth), random.randint(-127, 128), int8(batch, cols, depth),
                                            random.randint(-127, 128), random.randint(-128, 127), *scale(-14, 0), scratch])
