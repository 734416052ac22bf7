# SPDX-License-Identifier: BSD-3-Clause
"""Convolutions of random geometry, order and type against eager PyTorch: far more shapes than op_db has.

WICK_TEST_ALL=1 takes ten times as many; the seed stands in the name of the test.
"""
import os
import random
import warnings

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")
warnings.filterwarnings("ignore")

import op_driver  # noqa: E402
import op_samples  # noqa: E402

CASES = 1000 if os.environ.get("WICK_TEST_ALL") else 100
# (rtol, atol): half precision is one rounding of sums up to about 50.
TOLERANCES = {torch.float32: (1e-5, 1e-4), torch.float16: (2e-3, 3e-2), torch.int64: (0, 0)}


def _tensor(rng, shape, dtype, order):
    made = (torch.randn(shape) * (5 if dtype == torch.int64 else 1)).to(dtype)
    if len(shape) == 4 and rng.random() < order:
        made = made.contiguous(memory_format=torch.channels_last)
    return made


def _arguments(rng):
    """Arguments of aten::convolution; eager may refuse them."""
    spatial, is_transposed, groups = rng.choice([1, 2]), rng.random() < 0.5, rng.choice([1, 1, 2, 3])
    channels_in, channels_out = groups * rng.randint(1, 5), groups * rng.randint(1, 5)

    def numbers(low, high):
        return [rng.randint(low, high) for _ in range(spatial)]

    kernel, stride, dilation, padding = numbers(1, 4), numbers(1, 3), numbers(1, 2), numbers(0, 3)
    output_padding = [rng.randint(0, max(s, d) - 1) if is_transposed else 0 for s, d in zip(stride, dilation)]
    dtype = rng.choice([torch.float32] * 4 + [torch.float16, torch.int64])
    weight = (channels_in, channels_out // groups) if is_transposed else (channels_out, channels_in // groups)
    return (_tensor(rng, (rng.randint(1, 2), channels_in, *numbers(1, 14)), dtype, 0.4),
            _tensor(rng, (*weight, *kernel), dtype, 0.3),
            _tensor(rng, (channels_out,), dtype, 0) if rng.random() < 0.5 else None,
            stride, padding, dilation, is_transposed, output_padding, groups)


def _eager(arguments):
    try:
        result = torch.ops.aten.convolution.default(*arguments)
    except RuntimeError:
        return None
    return result if op_driver.is_dense(result) else result.contiguous()


@pytest.mark.parametrize("seed", range(3))
def test_random_convolutions_equal_eager(seed):
    lib, row, rng, compared = op_driver.library(), op_driver.rows()["convolution_out"], random.Random(seed), 0
    torch.manual_seed(seed)
    for _ in range(CASES):
        arguments = _arguments(rng)
        expected = _eager(arguments)
        if expected is None:
            continue
        values = op_samples.arguments(row, op_samples.Sample(arguments, {}, "op_db"), [expected])
        outcome = op_driver.call(lib, row, values, [expected], "static")
        shown = [list(a.shape) if isinstance(a, torch.Tensor) else a for a in arguments]
        assert outcome.status == 0, f"{shown}: {outcome.text}"
        rtol, atol = TOLERANCES[expected.dtype]
        torch.testing.assert_close(outcome.outputs[0], expected, rtol=rtol, atol=atol, msg=lambda m: f"{shown}: {m}")
        compared += 1
    assert compared > CASES // 2
