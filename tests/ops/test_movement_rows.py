# SPDX-License-Identifier: BSD-3-Clause
"""What op_db does not ask of operators that move and index elements: indices out of range, results that are open."""
import pytest
import torch

import op_driver

ROWS = op_driver.rows()
INVALID_ARGUMENT, NOT_SUPPORTED = 0x12, 0x10
X = torch.arange(12.0).reshape(3, 4)


def indices(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


OUT_OF_RANGE = [
    ("gather_out", (X, 1, indices(0, 4)[None], False), X[:1, :2]), ("gather_out", (X, 1, indices(0, -1)[None], False), X[:1, :2]),
    ("scatter_src_out", (X, 0, indices(3)[None], X), X), ("scatter_value_out", (X, 0, indices(-1)[None], 1.0), X),
    ("scatter_add_out", (X, 1, indices(0, 9)[None], X), X), ("scatter_reduce_out", (X, 1, indices(0, 9)[None], X, "sum", True), X),
    ("index_select_out", (X, 0, indices(0, 3)), X[:2]), ("index_copy_out", (X, 0, indices(5), X[:1]), X),
    ("index_add_out", (X, 0, indices(-1), X[:1], 1), X), ("index_fill_scalar_out", (X, 0, indices(4), 1.0), X),
    ("index_tensor_out", (X, [indices(3)]), X[:1]), ("index_tensor_out", (X, [None, indices(-5)]), X[:, :1]),
    ("index_put_out", (X, [indices(7)], X[:1], False), X), ("index_put_out", (X, [indices(1 << 40)], X[:1], True), X),
]


@pytest.mark.parametrize("row, arguments, like", OUT_OF_RANGE, ids=lambda value: value if isinstance(value, str) else "")
def test_index_out_of_range_is_an_error(lib, row, arguments, like):
    outcome = op_driver.call(lib, ROWS[row], arguments, [like])
    assert outcome.status == INVALID_ARGUMENT and outcome.is_prepared and outcome.text == "index out of range"


@pytest.mark.parametrize("row, arguments", [("index_fill_scalar_out", (X, 0, indices(-1), 5.0)),
                                            ("index_tensor_out", (X, [indices(-1, -3)]))])
def test_negative_index_counts_from_the_end(lib, row, arguments):
    want = X.index_fill(0, indices(2), 5.0) if "fill" in row else X[[2, 0]]
    outcome = op_driver.call(lib, ROWS[row], arguments, [want])
    assert outcome.status == 0 and torch.equal(outcome.outputs[0], want)


@pytest.mark.parametrize("row, options", [("empty_out", (None,)), ("empty_dim_order_out", ([0, 1],))])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int8, torch.complex64])
def test_empty_is_zeros(lib, row, options, dtype):
    want = torch.zeros(2, 3, dtype=dtype)
    for mode in ("static", "dynamic"):
        outcome = op_driver.call(lib, ROWS[row], ([2, 3], *options), [want], mode)
        assert outcome.status == 0 and torch.equal(outcome.outputs[0], want)


def test_masks_that_disagree_are_refused_while_running(lib):
    masks = [torch.tensor([True, True, False]), torch.tensor([True, True, True, False])]
    outcome = op_driver.call(lib, ROWS["index_tensor_out"], (X, masks), [X[0, :2]], "dynamic")
    assert outcome.status == INVALID_ARGUMENT and outcome.is_prepared


def test_masked_scatter_with_too_few_elements_is_an_error(lib):
    outcome = op_driver.call(lib, ROWS["masked_scatter_out"], (X, X > 5, X[0, :3]), [X])
    assert outcome.status == INVALID_ARGUMENT


@pytest.mark.parametrize("row, arguments", [
    ("flip_out", ([0],)), ("roll_out", ([1], [0])), ("permute_copy_out", ([1, 0],)), ("repeat_out", ([2, 1],)),
    ("index_tensor_out", ([indices(1, 0)],)), ("gather_out", (1, indices(0, 1)[None], False)), ("tril_out", (0,)),
    ("clone_out", (None,)), ("constant_pad_nd_out", ([1, 1], 0)), ("reflection_pad1d_out", ([1, 1],))])
def test_complex_numbers_are_moved(lib, row, arguments):
    x = torch.complex(X, X + 20)
    functional = ROWS[row].functional.removeprefix("aten::").partition(".")
    want = getattr(getattr(torch.ops.aten, functional[0]), functional[2] or "default")
    want = want(x, *arguments[:-1]) if row in ("gather_out", "clone_out") else want(x, *arguments)
    outcome = op_driver.call(lib, ROWS[row], (x, *arguments), [want.contiguous()])
    assert outcome.status == 0 and torch.equal(torch.view_as_real(outcome.outputs[0]), torch.view_as_real(want.contiguous()))


@pytest.mark.parametrize("row_id", [r for r in ROWS if ROWS[r].name.startswith("aten::") and ROWS[r].signature.strip("ODSIBACasidcb") in ("T", "TT")])
def test_complex_numbers_are_moved_or_refused(lib, row_id):
    """No operator computes with them in silence."""
    row = ROWS[row_id]
    x = torch.complex(X, X + 20)
    defaults = {"S": 1, "I": 0, "A": [0], "B": False, "D": 1.0, "C": "none"}
    form = row.signature.split("|")[-1].rstrip("O")
    arguments = [x if letter == "T" else defaults.get(letter) for letter in form]
    base, _, overload = row.functional.removeprefix("aten::").partition(".")
    try:
        want = getattr(getattr(torch.ops.aten, base), overload or "default")(*arguments)
    except Exception:  # noqa: BLE001: eager refuses what it likes
        return
    if not isinstance(want, torch.Tensor) or want.dtype not in op_driver.DTYPE_CODES:
        return
    outcome = op_driver.call(lib, row, arguments, [want.contiguous()])
    if outcome.status == 0:
        close = torch.isclose(outcome.outputs[0], want.contiguous(), rtol=1e-4, atol=1e-4)
        assert close.all(), f"{row.name} computes wrongly with complex numbers"
