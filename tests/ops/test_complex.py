# SPDX-License-Identifier: BSD-3-Clause
"""Transforms and complex arithmetic against eager PyTorch: the calls that op_db's entries make, and made ones."""
import contextlib
import itertools

import op_driver
import op_samples
import pytest
import torch
from torch.testing import make_tensor

aten = torch.ops.aten
ROWS = op_driver.rows()


def agrees(lib, row_id, arguments, expected, scale=1.0):
    """Whether static and dynamic calls give eager's result."""
    for mode in ("static", "dynamic"):
        outcome = op_driver.call(lib, ROWS[row_id], arguments, [expected], mode)
        assert outcome.status == 0, outcome.text
        assert outcome.sizes == [list(expected.shape)]
        torch.testing.assert_close(outcome.outputs[0], expected, rtol=2e-5, atol=2e-5 * scale, equal_nan=True)
    short = op_driver.call(lib, ROWS[row_id], arguments, [expected], "short")
    assert short.status == op_driver.OUT_OF_RESOURCES or expected.numel() == 0


def recorded(name, entries, dtypes):
    """Calls of an ATen operator that op_db's entries make."""
    for op in op_samples.op_db:
        if op.name not in entries:
            continue
        for dtype in op.supported_dtypes("cpu") & set(dtypes):
            recorder = op_samples._Recorder(name)
            for sample in op.sample_inputs("cpu", dtype):
                with contextlib.suppress(RuntimeError), recorder:
                    op(sample.input, *sample.args, **sample.kwargs)
            yield from recorder.calls


FFTS = [op.name for op in op_samples.op_db if op.name.startswith("fft.")] + ["stft", "istft"]


@pytest.mark.parametrize("kind, dtype", [("r2c", torch.float32), ("c2c", torch.complex64), ("c2r", torch.complex64)])
def test_transforms_of_op_db(lib, kind, dtype):
    function, count = getattr(aten, f"_fft_{kind}"), 0
    for args, kwargs in recorded(f"_fft_{kind}", FFTS, (torch.float32, torch.complex64)):
        expected = function(*args, **kwargs)
        if args[0].dtype != dtype or expected.numel() == 0 or (kind == "c2r" and len(args[1]) > 1) or kwargs:
            continue  # several dimensions to real: the compiler makes a node for each
        agrees(lib, f"fft_{kind}_out", list(args), expected.contiguous(), scale=float(expected.abs().max()) + 1)
        count += 1
    assert count > 10


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17, 25, 30, 31, 34, 64, 97, 100, 101, 120, 121, 169, 255, 400, 512, 1000])
def test_transforms_of_any_length(lib, n):
    real = make_tensor((2, n, 3), dtype=torch.float32, device="cpu", low=-1, high=1)
    half = make_tensor((2, n // 2 + 1, 3), dtype=torch.complex64, device="cpu", low=-1, high=1)
    whole = make_tensor((2, n, 3), dtype=torch.complex64, device="cpu", low=-1, high=1)
    for norm in range(3):
        for flag in (True, False):
            agrees(lib, "fft_r2c_out", [real, [1], norm, flag], aten._fft_r2c(real, [1], norm, flag), n ** 0.5)
            agrees(lib, "fft_c2c_out", [whole, [1], norm, flag], aten._fft_c2c(whole, [1], norm, flag), n ** 0.5)
        agrees(lib, "fft_c2r_out", [half, [1], norm, n], aten._fft_c2r(half, [1], norm, n), n ** 0.5)


def test_transforms_of_several_dimensions(lib):
    x = make_tensor((17, 12, 10), dtype=torch.float32, device="cpu", low=-1, high=1)
    c = torch.complex(x, x.flip(0)).contiguous()
    for dims in ([1, 2], [2, 1], [0, 1, 2], [1, 0]):
        agrees(lib, "fft_c2c_out", [c, dims, 0, True], aten._fft_c2c(c, dims, 0, True).contiguous(), 100)
    for dims in ([1, 2], [2, 1], [0, 1, 2]):
        outcome = op_driver.call(lib, ROWS["fft_r2c_out"], [x, dims, 1, True], [aten._fft_r2c(x, dims, 1, True).contiguous()])
        assert (outcome.status == op_driver.NOT_SUPPORTED) == (0 in dims)  # 17 in place
        if 0 not in dims:
            agrees(lib, "fft_r2c_out", [x, dims, 1, True], aten._fft_r2c(x, dims, 1, True).contiguous(), 10)


SPECIAL = torch.tensor([0.0, -0.0, 1.5, float("inf"), float("-inf"), float("nan")])


def operands():
    a = make_tensor((2, 3, 4), dtype=torch.complex64, device="cpu", low=-4, high=4)
    yield a, make_tensor((3, 1), dtype=torch.complex64, device="cpu", low=-4, high=4)
    yield a, make_tensor((4,), dtype=torch.float32, device="cpu", low=1, high=4)
    yield make_tensor((3, 1), dtype=torch.float32, device="cpu", low=-4, high=4), a
    yield a, torch.tensor(2 - 1j)
    yield a[:0], a[:0]


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow", "eq", "ne", "logical_and", "logical_or", "logical_xor"])
def test_arithmetic(lib, name):
    for a, b in operands():
        if name == "eq":
            b = torch.where(torch.rand(b.shape) < 0.5, a[tuple(slice(0, s) for s in b.shape)] if a.dim() == b.dim() else b, b)
        expected = getattr(torch, name)(a, b)
        scale = 20 if name != "pow" else 20 + float(expected.abs().max()) if expected.numel() else 1
        agrees(lib, f"complex_{name}_out", [a, b], expected, scale)


ONE = """exp abs angle conj sgn expm1 log log2 log10 log1p sqrt rsqrt sigmoid sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh
logical_not isnan isinf isfinite""".split()
EXACT = ("abs", "conj", "logical_not", "isnan", "isinf", "isfinite")  # of infinities and NaN too


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one(lib, name):
    a = make_tensor((2, 3, 4), dtype=torch.complex64, device="cpu", low=-4, high=4)
    parts = [0.0, -0.0, 1.5, -2.0] if name not in ("rsqrt", "log", "log2", "log10") else [0.25, -0.5, 1.5, -2.0]
    finite = torch.tensor([complex(*p) for p in itertools.product(parts, repeat=2)])
    special = torch.tensor([complex(*p) for p in itertools.product(SPECIAL.tolist(), repeat=2)])
    for x in (a, finite, a[:0], a[0, 0, 0]) + ((special,) if name in EXACT else ()):
        # One at a time: PyTorch's vectorized functions have other signs on their branch cuts than its scalar ones.
        each = [getattr(torch, name)(y).resolve_conj() for y in x.flatten()] or [getattr(torch, name)(x).flatten()]
        agrees(lib, f"complex_{name}_out", [x], torch.stack(each).reshape(x.shape), 50)


def test_products_along_a_dimension(lib):
    a = make_tensor((2, 3, 4), dtype=torch.complex64, device="cpu", low=-2, high=2)
    for x, dim in ((a, 0), (a, -1), (a[:, :0], 1), (a[0, 0, 0], 0), (a[:0], 1)):
        for keepdim in (False, True):
            agrees(lib, "complex_prod_out", [x, dim, keepdim], torch.prod(x, dim, keepdim), 8)


@pytest.mark.parametrize("row, arguments, out", [
    ("complex_prod_out", [torch.ones(2, 3, dtype=torch.complex64), 2, False], torch.ones(2, dtype=torch.complex64)),
    ("complex_add_out", [torch.ones(2, 3, dtype=torch.complex64), torch.ones(2, dtype=torch.complex64)], torch.ones(2, 3, dtype=torch.complex64)),
    ("complex_eq_out", [torch.ones(2, dtype=torch.complex64), torch.ones(2)], torch.ones(2, dtype=torch.complex64)),
    ("complex_sin_out", [torch.ones(2, dtype=torch.float64)], torch.ones(2, dtype=torch.complex64)),
])
def test_wrong_calls_are_refused(lib, row, arguments, out):
    assert op_driver.call(lib, ROWS[row], arguments, [out]).status != 0


def test_made_of_parts(lib):
    a = make_tensor((2, 3), dtype=torch.float32, device="cpu", low=0, high=4)
    b = make_tensor((3,), dtype=torch.float32, device="cpu", low=-9, high=9)
    agrees(lib, "complex_out", [a, b], torch.complex(a, b.expand(2, 3)))
    agrees(lib, "polar_out", [a, b], torch.polar(a, b.expand(2, 3)), 4)
    agrees(lib, "complex_of_real_out", [a], a.to(torch.complex64))
    pairs = torch.view_as_real(torch.polar(a, a))
    agrees(lib, "view_as_complex_copy_out", [pairs], torch.view_as_complex(pairs))
    agrees(lib, "view_as_real_copy_out", [torch.polar(a, a)], pairs)
