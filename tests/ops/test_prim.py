# SPDX-License-Identifier: BSD-3-Clause
"""Rows that compute with the numbers of a running program, against Python's own operators."""
import ctypes
import itertools
import math
import operator
import struct

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import op_driver  # noqa: E402

ROWS = op_driver.rows()
INVALID_ARGUMENT, INVALID_PROGRAM, INVALID_TYPE = 0x12, 0x23, 0x13
INTS = [0, 1, -1, 2, -2, 3, 7, -7, 8, 1023, -1024, 2**31, -2**31, 2**53 + 1, 2**62, 2**63 - 1, -2**63]
REALS = [0.0, 0.5, -0.5, 1.0, 1.5, -1.5, 2.5, 0.1, 3.7, -3.7, 1e-300, 1e17, -1e17, 4503599627370497.5, 1e300, math.inf,
         -math.inf, math.nan]
BOOLS = [False, True]


def promoting(choose):
    """torch.sym_max and sym_min: a float as soon as one of the two is."""
    return lambda a, b: float(choose(a, b)) if isinstance(a, float) or isinstance(b, float) else int(choose(a, b))


BINARY = {
    "prim_add": operator.add, "prim_sub": operator.sub, "prim_mul": operator.mul, "prim_floordiv": operator.floordiv,
    "prim_truediv": operator.truediv, "prim_eq": operator.eq, "prim_gt": operator.gt, "prim_lt": operator.lt,
    "prim_ge": operator.ge, "prim_le": operator.le, "prim_sym_max": promoting(max), "prim_sym_min": promoting(min),
}
UNARY = {
    "prim_neg": operator.neg, "prim_ceil": math.ceil, "prim_round": round, "prim_trunc": math.trunc,
    "prim_sym_float": float, "prim_sym_int": int, "prim_sym_not": operator.not_,
}


def reference(function, *arguments):
    """Python's result; None where it raises or leaves 64 bits."""
    try:
        result = function(*arguments)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return result if isinstance(result, float) or -2**63 <= result < 2**63 else None


def same(got, want):
    return type(got) is type(want) and (got == want or (got != got and want != want))


def check(lib, row_id, function, *arguments):
    outcome = op_driver.call_for_number(lib, ROWS[row_id], arguments)
    want = reference(function, *arguments)
    if want is None:
        assert outcome.status == INVALID_ARGUMENT, (row_id, arguments, outcome)
    else:
        assert outcome.status == 0 and same(outcome.value, want), (row_id, arguments, outcome, want)


@pytest.mark.parametrize("row_id", BINARY)
def test_binary_equals_python(lib, row_id):
    for a, b in itertools.product(INTS + REALS, repeat=2):
        mixes = isinstance(a, float) != isinstance(b, float) and max(abs(a), abs(b)) > 2**53
        if mixes or (row_id == "prim_truediv" and max(abs(a), abs(b)) > 2**53):
            continue  # Python compares and divides ints above 53 bits exactly
        check(lib, row_id, BINARY[row_id], a, b)


@pytest.mark.parametrize("row_id", ["prim_add", "prim_mul", "prim_eq", "prim_lt", "prim_sym_max"])
def test_bools_count_as_ints(lib, row_id):
    for a, b in itertools.product(BOOLS + [0, 1, 0.5], repeat=2):
        check(lib, row_id, BINARY[row_id], a, b)


@pytest.mark.parametrize("row_id", UNARY)
def test_unary_equals_python(lib, row_id):
    for a in INTS + REALS:
        check(lib, row_id, UNARY[row_id], a)


@pytest.mark.parametrize("row_id, function", [("prim_mod", operator.mod), ("prim_mod_int", operator.mod),
                                              ("prim_floordiv_int", operator.floordiv)])
def test_integer_rows_equal_python(lib, row_id, function):
    for a, b in itertools.product(INTS, repeat=2):
        check(lib, row_id, function, a, b)
    assert op_driver.call_for_number(lib, ROWS[row_id], (1.5, 2)).status == INVALID_PROGRAM


def test_ite_takes_kind_and_value(lib):
    for condition, a, b in itertools.product([True, False, 0, 3], [7, 1.5, True], [0, -0.5, False]):
        outcome = op_driver.call_for_number(lib, ROWS["prim_sym_ite"], (condition, a, b))
        assert outcome.status == 0 and same(outcome.value, a if condition else b)


def test_sizes(lib):
    x = torch.zeros(2, 0, 5)
    for dim in range(-3, 3):
        assert op_driver.call_for_number(lib, ROWS["sym_size_int"], (x, dim)).value == x.size(dim)
    for dim in (-4, 3, 2**40):
        assert op_driver.call_for_number(lib, ROWS["sym_size_int"], (x, dim)).status == INVALID_ARGUMENT
    assert op_driver.call_for_number(lib, ROWS["sym_size_int"], (torch.tensor(1.0), 0)).status == INVALID_ARGUMENT
    for shape in [(), (0,), (3, 4), (2, 0, 5)]:
        assert op_driver.call_for_number(lib, ROWS["sym_numel"], (torch.zeros(shape),)).value == math.prod(shape)


@pytest.mark.parametrize("dtype", [dtype for dtype in op_driver.DTYPE_CODES if not dtype.is_complex])
def test_local_scalar_equals_item(lib, dtype):
    values = [0, 1, -1, 100, -100, 300, 1.5, -2.25, math.inf, math.nan]
    if not dtype.is_floating_point:
        values = [v for v in values if v == v and abs(v) <= 100 and v == int(v) and (dtype.is_signed or v >= 0)]
        values += [] if dtype == torch.bool else [torch.iinfo(dtype).min, torch.iinfo(dtype).max]
    for value, shape in itertools.product(values, [(), (1,), (1, 1)]):
        x = torch.tensor(value).to(dtype).reshape(shape) if dtype == torch.bool else torch.tensor(
            value, dtype=dtype).reshape(shape)
        outcome = op_driver.call_for_number(lib, ROWS["local_scalar_dense"], (x,))
        assert outcome.status == 0 and same(outcome.value, x.item()), (x, outcome)


def test_local_scalar_refuses_other_counts(lib):
    for shape in [(0,), (2,), (1, 3)]:
        outcome = op_driver.call_for_number(lib, ROWS["local_scalar_dense"], (torch.zeros(shape),))
        assert outcome.status == INVALID_ARGUMENT


class Written:
    """One call of a row whose first or last argument is a tensor that it writes."""

    def __init__(self, lib, row_id, tensor, capacity=None, sizes=None):
        self.lib, self.row, self.made = lib, ROWS[row_id], op_driver._Call()
        room = tensor.numel() if capacity is None else capacity
        self.sizes = (ctypes.c_int32 * (tensor.dim() + 1))(*(sizes or tensor.shape), room)
        self.buffer = op_driver._Buffer(b"\0" * max(1, room) * tensor.element_size())
        flags = 0 if capacity is None else op_driver.DYNAMIC
        self.index = self.made.tensor(tensor, self.buffer, self.sizes, flags)

    def run(self, args):
        result = op_driver._Result()
        self.values = (op_driver._Value * len(self.made.values))(*self.made.values)
        packed = self.made.raw(struct.pack(f"<{len(args)}i", *args))
        self.lib.wick_test_call(self.row.name.encode(), self.values, len(self.values), packed, len(args),
                                ctypes.byref(result))
        return result.status


def copy_row(lib, to, index, row, capacity=None, sizes=None):
    call = Written(lib, "et_copy_index", to, capacity, sizes)
    args = [call.index, call.made.input(row), call.made.add(kind=op_driver.KIND_INT, integer=index)]
    status = call.run(args)
    return status, list(call.sizes), call.buffer.read()


def test_copy_index_writes_one_row(lib):
    row = torch.arange(6.0).reshape(2, 3)
    status, sizes, data = copy_row(lib, torch.zeros(4, 2, 3), 2, row)
    assert status == 0 and torch.equal(torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(4, 2, 3)[2], row)
    assert not any(data[:48]) and not any(data[72:])


def test_copy_index_grows_a_dynamic_tensor(lib):
    row = torch.ones(3)
    assert copy_row(lib, torch.zeros(0, 5), 0, row, 12, [4, 5])[:2] == (0, [1, 3, 12])  # the first row starts it anew
    assert copy_row(lib, torch.zeros(2, 3), 2, row, 12)[:2] == (0, [3, 3, 12])
    assert copy_row(lib, torch.zeros(3, 3), 1, row, 12)[:2] == (0, [3, 3, 12])
    assert copy_row(lib, torch.zeros(4, 3), 4, row, 12)[0] == op_driver.OUT_OF_RESOURCES


def test_copy_index_refuses(lib):
    to, row = torch.zeros(4, 3), torch.ones(3)
    for index in (-1, 4, 2**31, 2**62):
        assert copy_row(lib, to, index, row)[0] == INVALID_ARGUMENT
    assert copy_row(lib, to, 1, torch.ones(2))[0] == INVALID_ARGUMENT
    assert copy_row(lib, to, 0, torch.ones(2))[0] == INVALID_ARGUMENT
    assert copy_row(lib, to, 0, torch.ones(1, 3))[0] == INVALID_ARGUMENT
    assert copy_row(lib, to, 0, torch.ones(3, dtype=torch.int32))[0] == INVALID_TYPE


def view(lib, x, size, out, capacity=None, flags=0):
    call = Written(lib, "et_view", out, capacity)
    self_index = call.made.input(x, flags)
    status = call.run([self_index, call.made.ints(size), call.index])
    return status, list(call.sizes), call.values[call.index], call.values[self_index]


def test_view_takes_memory_and_shape_of_self(lib):
    x = torch.arange(6.0)
    for size, want in [([2, 3], [2, 3]), ([-1, 2], [3, 2]), ([6, -1], [6, 1])]:
        status, sizes, out, self = view(lib, x, size, torch.zeros(9, 9), capacity=81)
        assert (status, sizes, out.data) == (0, want + [6], self.data)  # no more than self has room for
    status, _, out, self = view(lib, x, [2, 3], torch.zeros(2, 3), flags=op_driver.CONSTANT)
    assert status == 0 and out.data == self.data and out.flags == op_driver.CONSTANT


def test_view_refuses(lib):
    x = torch.arange(6.0)
    for size in ([2, 2], [-1, -1], [-1, 4], [0, -1], [-2, 3], [2**31, 1], [2**40, 2**40]):
        assert view(lib, x, size, torch.zeros(9, 9), capacity=81)[0] == INVALID_ARGUMENT
    assert view(lib, torch.zeros(0), [0, -1], torch.zeros(9, 9), capacity=81)[0] == INVALID_ARGUMENT
    assert view(lib, x, [6], torch.zeros(9, 9), capacity=81)[0] == INVALID_ARGUMENT
    assert view(lib, x, [2, 3], torch.zeros(3, 2))[0] == INVALID_ARGUMENT
    assert view(lib, x, [2, 3], torch.zeros(9, 9), capacity=5)[0] == op_driver.OUT_OF_RESOURCES
    assert view(lib, x, [2, 3], torch.zeros(2, 3, dtype=torch.int32))[0] == INVALID_TYPE
