# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of dtypes, memory orders, ranks and wrong arguments that torch's op_db does not try, against eager PyTorch."""
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import op_driver  # noqa: E402
import op_samples  # noqa: E402
from test_op_db import _check, _eager  # noqa: E402

ROWS = op_driver.rows()
DTYPES = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32,
          torch.bool]
# No arithmetic on float64.
BINARY = ["add_out", "sub_out", "mul_out", "div_out", "div_mode_out", "minimum_out", "maximum_out"]
INVALID_ARGUMENT, INVALID_TYPE = 0x12, 0x13


def _make(dtype, shape, low=-9, high=9):
    """A tensor with its dimensions in some order in memory."""
    order = random.sample(range(len(shape)), len(shape))
    low = 0 if dtype in (torch.uint8, torch.bool) else low
    made = torch.testing.make_tensor([shape[d] for d in order], dtype=dtype, device="cpu", low=low, high=high)
    return made.permute([order.index(d) for d in range(len(shape))])


def _shapes(rank):
    """Two shapes that broadcast."""
    full = [random.choice([1, 2, 3, 5]) for _ in range(rank)]
    first = [s if random.random() < 0.7 else 1 for s in full]
    second = [s if random.random() < 0.7 else 1 for s in full][random.randint(0, rank):]
    return first, second


def _problems(lib, row_id, calls):
    """What differs from eager, over (args, kwargs); at least one call must be one that eager takes."""
    row, problems, taken = ROWS[row_id], [], 0
    for args, kwargs in calls:
        sample = op_samples.Sample(args, kwargs, "op_db")
        expected = _eager(row, sample)
        if expected is None or (expected[0].dtype == torch.float64 and row_id in BINARY):
            continue
        taken += 1
        for mode in ("static", "dynamic"):
            if problem := _check(lib, row, sample, mode, expected):
                shown = [(a.dtype, tuple(a.shape), a.stride()) if isinstance(a, torch.Tensor) else a for a in args]
                problems.append(f"{mode} {shown} {kwargs}: {problem}")
    assert taken > 0
    return problems


def _hold(problems):
    assert not problems, f"{len(problems)} differ\n" + "\n".join(problems[:6])


@pytest.mark.parametrize("row_id", BINARY)
def test_binary_pairs_of_types_equal_eager(lib, row_id):  # noqa: F811
    random.seed(1)
    torch.manual_seed(1)
    calls = []
    for a in DTYPES:
        for b in DTYPES + [torch.float64]:
            for rank in (0, 1, 3, 5):
                first, second = _shapes(rank)
                low = 1 if row_id.startswith("div") else -9
                args = (_make(a, first), _make(b, [] if b == torch.float64 else second, low))
                for mode in (["floor", "trunc", None] if row_id == "div_mode_out" else [""]):
                    calls.append((args, {} if mode == "" else {"rounding_mode": mode}))
    _hold(_problems(lib, row_id, calls))


@pytest.mark.parametrize("row_id", ["add_scalar_out", "sub_scalar_out", "mul_scalar_out", "div_scalar_out"])
def test_binary_scalars_equal_eager(lib, row_id):  # noqa: F811
    random.seed(2)
    calls = [((_make(dtype, [3, 37]), scalar), {}) for dtype in DTYPES for scalar in (2, -3, 2.5, True, 300, 70000)]
    if row_id.startswith(("add", "sub")):
        calls += [((_make(dtype, [40]), 3), {"alpha": alpha}) for dtype in DTYPES for alpha in (2, -1, 0.5, 0, True)]
    _hold(_problems(lib, row_id, calls))


def test_binary_many_dimensions_equal_eager(lib):  # noqa: F811
    random.seed(3)
    calls = []
    for rank in range(6, 17):
        shape = [random.choice([1, 1, 2]) for _ in range(rank)]
        args = tuple(torch.randn([s if random.random() < 0.8 else 1 for s in shape]) for _ in range(2))
        calls.append((args, {}))
    problems = _problems(lib, "add_out", calls)
    _hold([p for p in problems if "cannot be merged" not in p])
    assert len(problems) < len(calls)


def test_casts_between_all_types_equal_eager(lib):  # noqa: F811
    random.seed(4)
    every = DTYPES + [torch.float64, torch.uint16]
    calls = []
    for source in every:
        for target in every:
            low = 0 if torch.uint16 in (source, target) else -100
            low = 0 if target == torch.uint8 and source.is_floating_point else low
            tensor = (torch.rand(5, 9) * 200 + low).to(source)
            calls.append(((tensor,), {"dtype": target}))
    row, problems = ROWS["to_copy_out"], []
    for args, kwargs in calls:
        sample = op_samples.Sample(args, kwargs, "op_db")
        if problem := _check(lib, row, sample, "static", _eager(row, sample)):
            problems.append(f"{args[0].dtype} {kwargs}: {problem}")
    _hold(problems)


def test_integers_narrow_by_wrapping(lib):  # noqa: F811
    values = torch.tensor([0, 127, 128, 255, 256, -1, -129, 2**31, 2**40 + 7, -(2**63)])
    calls = [((values,), {"dtype": dtype}) for dtype in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.bool)]
    _hold(_problems(lib, "to_copy_out", calls))


def test_copies_between_memory_orders_equal_eager(lib):  # noqa: F811
    random.seed(5)
    for row_id, arguments in {
        "permute_copy_out": [([2, 0, 3, 1],), ([-1, 1, 0, 2],)],
        "transpose_copy_out": [(0, -1), (1, 2)],
        "slice_copy_out": [(1, 1, 2**63 - 1, 2), (-1, None, None, 3), (0, -100, 100, 2**62), (2, 3, 1)],
        "select_copy_out": [(1, -1), (3, 2)],
        "unsqueeze_copy_out": [(-1,), (2,)],
        "expand_copy_out": [([2, -1, 4, 5, 6],)],
        "view_copy_out": [([-1, 6],), ([360],), ([3, 4, 30],)],
        "constant_pad_nd_out": [([1, 2], 7), ([-1, 1, 0, -2, 1, 0], 0), ([0, 0, 0, 0, -1, -2], 1)],
        "clone_out": [()],
    }.items():
        for dtype in DTYPES + [torch.float64]:
            for _ in range(3):
                _hold(_problems(lib, row_id, [((_make(dtype, [3, 4, 5, 6]), *a), {}) for a in arguments]))


def test_cat_of_mixed_types_and_orders_equals_eager(lib):  # noqa: F811
    random.seed(6)
    calls = []
    for _ in range(60):
        dim = random.randint(-3, 2)
        shapes = [[2, 3, 4] for _ in range(random.randint(1, 4))]
        for shape in shapes:
            shape[dim] = random.randint(0, 5)
        parts = [_make(random.choice(DTYPES), shape) for shape in shapes]
        parts.insert(random.randint(0, len(parts)), torch.empty(0))
        calls.append(((parts, dim), {}))
    _hold(_problems(lib, "cat_out", calls))


def test_embedding_of_all_types_equals_eager(lib):  # noqa: F811
    calls = [((_make(dtype, [7, 5]).contiguous(), torch.randint(0, 7, (2, 3), dtype=index)), {})
             for dtype in DTYPES for index in (torch.int32, torch.int64)]
    _hold(_problems(lib, "embedding_out", calls))


X = torch.zeros(2, 3)
HUGE, I64_MIN = 2**62, -(2**63)


@pytest.mark.parametrize("row_id, arguments, out, status, text", [
    ("div_mode_out", (torch.ones(3, dtype=torch.int32), torch.tensor([1, 0, 1]), "floor"),
     torch.zeros(3, dtype=torch.int64), INVALID_ARGUMENT, "division by zero"),
    ("div_mode_out", (X, X, "up"), X, INVALID_ARGUMENT, "rounding_mode"),
    ("sub_out", (X.bool(), X.bool(), 1), X.bool(), INVALID_TYPE, "bool"),
    ("add_out", (X, torch.zeros(4), 1), X, INVALID_ARGUMENT, "broadcast"),
    ("add_out", (X.int(), X.int(), 0.5), X.int(), INVALID_ARGUMENT, "alpha"),
    ("mul_out", (X, X), X.int(), INVALID_TYPE, "cannot hold"),
    ("mul_out", (X.int().to(torch.uint16), X.int().to(torch.uint16)), X.int().to(torch.uint16), op_driver.NOT_SUPPORTED, "uint16"),
    ("clamp_out", (X, None, None), X, INVALID_ARGUMENT, "None"),
    ("clamp_out", (X.char(), 300, None), X.char(), INVALID_ARGUMENT, "fit"),
    ("gelu_out", (X, "tan"), X, INVALID_ARGUMENT, "approximate"),
    ("silu_out", (X.int(),), X.int(), INVALID_TYPE, "floating point"),
    ("relu_out", (X.t(),), torch.zeros(3, 2), op_driver.NOT_SUPPORTED, "dim order"),
    ("permute_copy_out", (X, [0, 0]), X, INVALID_ARGUMENT, "once"),
    ("permute_copy_out", (X, [0]), X, INVALID_ARGUMENT, "once"),
    ("permute_copy_out", (X, [0, 2]), X, INVALID_ARGUMENT, "out of range"),
    ("transpose_copy_out", (X, HUGE, 0), X, INVALID_ARGUMENT, "out of range"),
    ("view_copy_out", (X, [-1, -1]), X, INVALID_ARGUMENT, "size"),
    ("view_copy_out", (X, [HUGE, 4]), X, INVALID_ARGUMENT, "out of range"),
    ("view_copy_out", (X, [2**31 - 1] * 3), X, INVALID_ARGUMENT, "size"),
    ("view_copy_out", (X, [1] * 17), X, op_driver.NOT_SUPPORTED, "16"),
    ("view_copy_out", (X[:0], [0, -1]), X[:0], INVALID_ARGUMENT, "size"),
    ("expand_copy_out", (X, [4, 3], False), X, INVALID_ARGUMENT, "expand"),
    ("expand_copy_out", (X, [3], False), X, INVALID_ARGUMENT, "rank"),
    ("slice_copy_out", (X, 0, 0, 2, 0), X, INVALID_ARGUMENT, "step"),
    ("slice_copy_out", (X, 0, 0, 2, I64_MIN), X, INVALID_ARGUMENT, "step"),
    ("slice_copy_out", (X, 5, 0, 2, 1), X, INVALID_ARGUMENT, "out of range"),
    ("select_copy_out", (X, 0, I64_MIN), X[0], INVALID_ARGUMENT, "index"),
    ("select_copy_out", (X, 0, 2), X[0], INVALID_ARGUMENT, "index"),
    ("cat_out", ([], 0), X, INVALID_ARGUMENT, "no tensors"),
    ("cat_out", ([X, torch.zeros(2, 3, 1)], 0), X, INVALID_ARGUMENT, "rank"),
    ("cat_out", ([X, torch.zeros(2, 4)], 0), X, INVALID_ARGUMENT, "size"),
    ("cat_out", ([torch.tensor(1.0)], 0), X[0], INVALID_ARGUMENT, "dimensions"),
    ("constant_pad_nd_out", (X, [1], 0), X, INVALID_ARGUMENT, "pair"),
    ("constant_pad_nd_out", (X, [-4, 0], 0), X, INVALID_ARGUMENT, "out of range"),
    ("constant_pad_nd_out", (X, [2**31 - 1, 2**31 - 1], 0), X, INVALID_ARGUMENT, "out of range"),
    ("constant_pad_nd_out", (X, [HUGE, 0], 0), X, INVALID_ARGUMENT, "out of range"),
    ("embedding_out", (X, torch.tensor([0, 2]), -1, False, False), X, INVALID_ARGUMENT, "index out of range"),
    ("embedding_out", (X, torch.tensor([-1, 0]), -1, False, False), X, INVALID_ARGUMENT, "index out of range"),
    ("embedding_out", (X, X, -1, False, False), X, INVALID_TYPE, "indices"),
    ("full_out", ([2, HUGE], 0), X, INVALID_ARGUMENT, "out of range"),
    ("full_out", ([2, 3], 300), X.char(), INVALID_ARGUMENT, "fit"),
    ("arange_start_out", (0, 5, 0), X[0], INVALID_ARGUMENT, "step"),
    ("arange_start_out", (0, float("nan"), 1), X[0], INVALID_ARGUMENT, "range"),
    ("arange_start_out", (I64_MIN, 2**63 - 1, 1), X[0].long(), INVALID_ARGUMENT, "range"),
    ("arange_start_out", (5, 0, 1), X[0], INVALID_ARGUMENT, "range"),
])
def test_wrong_call_is_refused(lib, row_id, arguments, out, status, text):  # noqa: F811
    outcome = op_driver.call(lib, ROWS[row_id], arguments, [out])
    assert (outcome.status, text in outcome.text) == (status, True), outcome.text
