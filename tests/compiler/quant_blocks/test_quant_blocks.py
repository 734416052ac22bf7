# SPDX-License-Identifier: BSD-3-Clause
"""Real scales as integers: against the definition in Python, and against the official exporter's own functions."""
import ctypes
import math
import os
import pathlib
import random
import sys

import pytest

np = pytest.importorskip("numpy")
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/ops"))
import quant_emulation as emulation  # noqa: E402

INF, NAN = float("inf"), float("nan")


class Scale(ctypes.Structure):
    _fields_ = [("multiplier", ctypes.c_int32), ("shift", ctypes.c_int32)]

    def pair(self):
        return self.multiplier, self.shift


class Params(ctypes.Structure):
    _fields_ = [("scale", ctypes.c_double), ("zero_point", ctypes.c_int32)]


class Exponentials(ctypes.Structure):
    _fields_ = [("one_bits", ctypes.c_int32), ("count", ctypes.c_int32), ("table", ctypes.c_int32 * 256)]


@pytest.fixture(scope="module")
def lib():
    path = ROOT / os.environ.get("WICK_BUILD", "build") / "tests/libwick_quant_test.so"
    lib = ctypes.CDLL(str(path))
    lib.wick_quant_scale_to_real.restype = ctypes.c_double
    lib.wick_quant_function_of.restype = ctypes.c_void_p
    for name in ("wick_quant_scale_from_real", "wick_quant_residual_from_real", "wick_quant_table_fill",
                 "wick_quant_product_scale", "wick_quant_quotient_scale", "wick_quant_exponentials_of", "wick_quant_table_s16_fill",
                 "wick_quant_residual_s16_from_real", "wick_quant_pack_w4", "wick_quant_group_factors"):
        getattr(lib, name).restype = ctypes.c_bool
    return lib


def scale_of(lib, real):
    out = Scale()
    return lib.wick_quant_scale_from_real(ctypes.c_double(real), ctypes.byref(out)), out


def factors():
    random.seed(1)
    yield from (1.0, 0.5, 2.0, 1 - 2**-33, 1 - 2**-32, 2.0**-31, 2.0**30, 0.1, 1 / 3)
    for _ in range(2000):
        yield 10 ** random.uniform(-12, 9)


def test_multiplier_and_shift_are_those_of_tflite(lib):
    for real in factors():
        ok, out = scale_of(lib, real)
        assert ok and out.pair() == emulation.quantize_multiplier(real), real
        assert abs(lib.wick_quant_scale_to_real(out) / real - 1) < 2**-31
    assert scale_of(lib, 0.0)[1].pair() == (0, 0)
    assert scale_of(lib, 1e-30)[1].pair() == (0, 0)


@pytest.mark.parametrize("bad", [INF, -INF, NAN, -1.0, 2.0**31, 1e300])
def test_absurd_factors_are_refused(lib, bad):
    assert not scale_of(lib, bad)[0]


@pytest.mark.parametrize("bad", [0.0, INF, NAN, -0.1])
def test_absurd_scales_are_refused(lib, bad):
    good, wrong, out = Params(0.1, 0), Params(bad, 0), Scale()
    residual, table = (ctypes.c_int32 * 11)(), (ctypes.c_int8 * 256)()
    for a, b, c in ((wrong, good, good), (good, wrong, good), (good, good, wrong)):
        assert not lib.wick_quant_residual_from_real(*map(ctypes.byref, (a, b, c)), residual)
        for name in ("wick_quant_product_scale", "wick_quant_quotient_scale"):
            assert not getattr(lib, name)(*[ctypes.c_double(p.scale) for p in (a, b, c)], ctypes.byref(out))
    for a, b in ((wrong, good), (good, wrong)):
        assert not lib.wick_quant_table_rescale(ctypes.byref(a), ctypes.byref(b), table)
    assert not lib.wick_quant_exponentials_of(ctypes.c_double(bad), 4, ctypes.byref(Exponentials()))


def test_sum_has_the_exporters_scales(lib):
    random.seed(2)
    for _ in range(200):
        a, b, c = (10 ** random.uniform(-4, 1) for _ in range(3))
        residual = (ctypes.c_int32 * 11)()
        params = [Params(s, z) for s, z in ((a, 5), (b, -7), (c, 11))]
        assert lib.wick_quant_residual_from_real(*map(ctypes.byref, params), residual)
        twice = 2 * max(a, b)
        expected = [5, *emulation.quantize_multiplier(a / twice), -7, *emulation.quantize_multiplier(b / twice),
                    *emulation.quantize_multiplier(twice / (c * (1 << 20))), 11, -128, 127]
        assert list(residual) == expected


def test_wide_sum_has_tflites_scales(lib):
    residual, out = (ctypes.c_int32 * 11)(), Params(0.001, 0)
    assert lib.wick_quant_residual_s16_from_real(ctypes.c_double(0.0002), ctypes.c_double(0.0007), ctypes.byref(out), residual)
    expected = [0, *emulation.quantize_multiplier(0.0002 / (2 * 0.0007)), 0, *emulation.quantize_multiplier(0.5),
                *emulation.quantize_multiplier(2 * 0.0007 / (0.001 * (1 << 15))), 0, -2**15, 2**15 - 1]
    assert list(residual) == expected


def test_wide_tables_are_within_two_steps_of_the_function(lib):
    for name, function, inp, out in (("sigmoid", lambda x: 1 / (1 + np.exp(-x)), 8 / 2**15, 1 / 2**15),
                                     ("tanh", np.tanh, 4 / 2**15, 1 / 2**15)):
        table = (ctypes.c_int16 * 513)()
        pointer = ctypes.c_void_p(lib.wick_quant_function_of(f"aten::{name}".encode()))
        scales = ctypes.c_double(inp), ctypes.c_double(out)
        assert lib.wick_quant_table_s16_fill(*scales, pointer, None, table)
        x = np.arange(-2**15, 2**15).astype(np.int16)
        got = emulation.table_s16(x, np.array(table))
        assert np.abs(got - np.clip(function(x * inp) / out, -2**15, 2**15 - 1)).max() < 2
        assert not lib.wick_quant_table_s16_fill(ctypes.c_double(0), scales[1], pointer, None, table)


def tables(lib, name, inp, out):
    table = (ctypes.c_int8 * 256)()
    function = lib.wick_quant_function_of(name.encode())
    assert function, name
    assert lib.wick_quant_table_fill(ctypes.byref(inp), ctypes.byref(out), ctypes.c_void_p(function), None, table)
    return np.array(table)


def test_tables_are_those_of_the_exporter(lib):
    torch = pytest.importorskip("torch")  # noqa: F841
    sys.path.insert(0, str(ROOT / "tests"))
    import cortex_m_reference
    cortex_m_reference.register()
    from executorch.backends.cortex_m.passes.passes_utils import build_activation_lut
    from executorch.exir.dialects._ops import ops as exir_ops
    random.seed(3)
    for name in ("sigmoid", "tanh", "silu"):
        target = getattr(exir_ops.edge.aten, name).default
        for _ in range(20):
            inp, out = (Params(10 ** random.uniform(-3, 0), random.randint(-128, 127)) for _ in range(2))
            expected = build_activation_lut(target, inp.scale, inp.zero_point, out.scale, out.zero_point)
            assert np.array_equal(tables(lib, f"aten::{name}", inp, out), expected.numpy()), name


def test_tables_are_within_half_a_step_of_eager(lib):
    torch = pytest.importorskip("torch")
    nn = torch.nn.functional
    functions = {"relu": nn.relu, "relu6": nn.relu6, "hardswish": nn.hardswish, "hardsigmoid": nn.hardsigmoid, "gelu": nn.gelu,
                 "erf": torch.erf, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
                 "reciprocal": torch.reciprocal, "abs": torch.abs, "neg": torch.neg, "sin": torch.sin, "cos": torch.cos,
                 "softplus": nn.softplus, "mish": nn.mish, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "silu": nn.silu}
    q = torch.arange(-128, 128, dtype=torch.float64)
    for name, function in functions.items():
        for inp, out in ((Params(0.05, 3), Params(0.04, -5)), (Params(0.5, -128), Params(0.3, 127))):
            real = function((q - inp.zero_point) * inp.scale) / out.scale + out.zero_point
            real = real.nan_to_num(out.zero_point, 1e9, -1e9).clamp(-128, 127).numpy()
            assert np.abs(tables(lib, f"aten::{name}", inp, out) - real).max() <= 0.5 + 1e-9, name
    assert not lib.wick_quant_function_of(b"aten::add")


def test_exponentials_are_those_of_the_definition(lib):
    random.seed(4)
    for _ in range(100):
        scale, size = 10 ** random.uniform(-5, 1), random.choice([1, 2, 3, 255, 256, 257, 1000, 2**20, 2**24])
        out = Exponentials()
        assert lib.wick_quant_exponentials_of(ctypes.c_double(scale), size, ctypes.byref(out))
        bits, table = emulation.exponentials(scale, size)
        assert out.one_bits == bits and list(out.table) == table and size * table[0] <= 2**31
        assert out.count == max(d for d, t in enumerate(table) if t) + 1
    for size in (0, -1, 2**24 + 1):
        assert not lib.wick_quant_exponentials_of(ctypes.c_double(0.1), size, ctypes.byref(Exponentials()))
    assert math.isclose(scale_of(lib, 0.1)[1].multiplier / 2**31 * 2.0**-3, 0.1, rel_tol=1e-9)


def test_weights_of_4_bits_are_packed(lib):
    np.random.seed(5)
    for rows, depth in ((1, 1), (3, 8), (2, 7)):
        weight = np.random.randint(-8, 8, (rows, depth)).astype(np.int8)
        packed = np.zeros((rows, (depth + 1) // 2), np.uint8)
        assert lib.wick_quant_pack_w4(rows, depth, ctypes.c_void_p(weight.ctypes.data), ctypes.c_void_p(packed.ctypes.data))
        for r, k in np.ndindex(rows, depth):
            half = int(packed[r, k // 2]) >> (4 * (k % 2)) & 15
            assert (half ^ 8) - 8 == weight[r, k]
        weight[-1, -1] = 8
        assert not lib.wick_quant_pack_w4(rows, depth, ctypes.c_void_p(weight.ctypes.data), ctypes.c_void_p(packed.ctypes.data))


def test_group_factors(lib):
    factors, row = (ctypes.c_int32 * 3)(), ctypes.c_double()
    assert lib.wick_quant_group_factors(3, (ctypes.c_float * 3)(0.5, 0.25, 0.1), ctypes.byref(row), factors)
    assert row.value == 0.5 and list(factors) == [2**15, 2**14, round(float(np.float32(0.1)) / 0.5 * 2**15)]
    for bad in (0.0, -1.0, NAN, INF):
        assert not lib.wick_quant_group_factors(2, (ctypes.c_float * 2)(1, bad), ctypes.byref(row), factors)
