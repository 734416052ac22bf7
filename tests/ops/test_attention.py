# SPDX-License-Identifier: BSD-3-Clause
"""wick::sdpa against eager PyTorch (the mathematical form, in float32 for half types), and what it refuses."""
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import op_driver  # noqa: E402

ROW = op_driver.rows()["sdpa_out"]
BOUNDS = {torch.float32: (1e-5, 1e-5), torch.float16: (5e-3, 2e-3), torch.bfloat16: (4e-2, 2e-2)}
INF = float("inf")


def values(*shape):
    return torch.randn(shape)


def random_mask(*shape):
    return torch.rand(shape) > 0.4


def float_mask(*shape):
    return torch.randn(shape).masked_fill(torch.rand(shape) > 0.7, -INF)


def eager(q, k, v, mask=None, is_causal=False, scale=None, gqa=False):
    wide = [t.float() for t in (q, k, v)]
    if mask is not None: # this form adds a mask of bool as 0 and 1
        mask = torch.where(mask, 0.0, -INF) if mask.dtype == torch.bool else mask.float()
    found = torch.ops.aten._scaled_dot_product_attention_math(*wide, mask, 0.0, is_causal, scale=scale, enable_gqa=gqa)[0]
    return [found.to(q.dtype).contiguous()]


# name: (query, key, value, mask, is_causal, scale, enable_gqa)
CASES = {
    "matrices": lambda: (values(5, 8), values(7, 8), values(7, 3), None, False, None, False),
    "heads": lambda: (values(2, 3, 5, 8), values(2, 3, 7, 8), values(2, 3, 7, 9), None, False, None, False),
    "many_columns": lambda: (values(1, 4, 5), values(1, 6, 5), values(1, 6, 70), None, False, 0.3, False),
    "many_keys": lambda: (values(2, 3, 16), values(2, 301, 16) * 3, values(2, 301, 4), None, False, 1.0, False),
    "causal": lambda: (values(2, 5, 8), values(2, 5, 8), values(2, 5, 8), None, True, None, False),
    "causal_wide": lambda: (values(2, 3, 8), values(2, 6, 8), values(2, 6, 8), None, True, None, False),
    "causal_tall": lambda: (values(2, 6, 8), values(2, 3, 8), values(2, 3, 8), None, True, None, False),
    "bool_mask": lambda: (values(2, 2, 5, 4), values(2, 2, 6, 4), values(2, 2, 6, 4), random_mask(5, 6), False, None, False),
    "bool_mask_of_keys": lambda: (values(2, 2, 5, 4), values(2, 2, 6, 4), values(2, 2, 6, 4), random_mask(2, 1, 1, 6), False, None, False),
    "mask_of_rows": lambda: (values(2, 5, 4), values(2, 6, 4), values(2, 6, 4), float_mask(2, 5, 1), False, None, False),
    "float_mask": lambda: (values(2, 2, 5, 4), values(2, 2, 6, 4), values(2, 2, 6, 4), float_mask(2, 1, 5, 6), False, None, False),
    "masked_rows": lambda: (values(2, 3, 4), values(2, 3, 4), values(2, 3, 4), torch.tensor([[True, False, True], [False] * 3, [True] * 3]), False, None, False),
    "masked_rows_float": lambda: (values(2, 3, 4), values(2, 3, 4), values(2, 3, 4), torch.tensor([[0.0, 1, 2], [-INF] * 3, [-INF, 0, 0]]), False, None, False),
    "broadcast_heads": lambda: (values(2, 3, 5, 4), values(1, 1, 6, 4), values(2, 1, 6, 4), None, False, None, False),
    "fewer_dimensions": lambda: (values(2, 3, 5, 4), values(3, 6, 4), values(6, 4), None, False, None, False),
    "grouped": lambda: (values(2, 6, 5, 4), values(2, 2, 7, 4), values(2, 2, 7, 3), None, False, None, True),
    "grouped_masked": lambda: (values(2, 6, 5, 4), values(2, 3, 7, 4), values(2, 3, 7, 3), random_mask(5, 7), False, None, True),
    "no_rows": lambda: (values(2, 0, 4), values(2, 6, 4), values(2, 6, 4), None, False, None, False),
    "no_keys": lambda: (values(2, 3, 4), values(2, 0, 4), values(2, 0, 4), torch.zeros(3, 0, dtype=torch.bool), False, None, False),
    "no_batch": lambda: (values(0, 3, 4), values(0, 5, 4), values(0, 5, 4), None, False, None, False),
    "large_scores": lambda: (values(2, 5, 8) * 100, values(2, 9, 8) * 100, values(2, 9, 8), None, False, None, False),
}


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("name", CASES)
def test_attention_equals_eager(lib, name, dtype):
    torch.manual_seed(2)
    arguments = [a.to(dtype) if isinstance(a, torch.Tensor) and a.dtype == torch.float32 else a for a in CASES[name]()]
    wanted = eager(*arguments)
    rtol, atol = BOUNDS[dtype]
    for mode in ("static", "dynamic"):
        outcome = op_driver.call(lib, ROW, arguments, wanted, mode)
        assert outcome.status == 0, outcome.text
        torch.testing.assert_close(outcome.outputs[0], wanted[0], rtol=rtol, atol=atol, equal_nan=True)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("value", [float("nan"), INF, -INF])
def test_special_values_equal_eager(lib, place, value):
    torch.manual_seed(2)
    arguments = list(CASES["heads"]())
    arguments[place][1, 2, 1, 3] = value
    wanted = eager(*arguments)
    outcome = op_driver.call(lib, ROW, arguments, wanted)
    torch.testing.assert_close(outcome.outputs[0], wanted[0], rtol=1e-5, atol=1e-5, equal_nan=True)


WRONG = {
    "vector": (0, values(8)),
    "depth": (1, values(2, 3, 7, 9)),
    "keys": (2, values(2, 3, 6, 9)),
    "heads": (1, values(2, 2, 7, 8)),
    "type": (1, values(2, 3, 7, 8).half()),
    "mask_of_ints": (3, torch.zeros(5, 7, dtype=torch.int32)),
    "mask_of_other_size": (3, torch.zeros(5, 6)),
    "mask_of_other_batch": (3, torch.zeros(3, 1, 5, 7)),
    "key_not_contiguous": (1, values(2, 7, 8, 3).permute(0, 3, 1, 2)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_refused(lib, name):
    arguments = list(CASES["heads"]())
    wanted = eager(*arguments)
    place, tensor = WRONG[name]
    arguments[place] = tensor
    outcome = op_driver.call(lib, ROW, arguments, wanted)
    assert outcome.status != 0 and not outcome.is_prepared
