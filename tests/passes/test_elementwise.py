# SPDX-License-Identifier: BSD-3-Clause
"""Elementwise operators in small modules, compiled by the command, give what eager PyTorch gives.

As test_semantics.py, in groups of functions: OFFICIAL ones compile for target portable too and run on the official runtime,
WICK_ONLY ones for a target with Wick's runtime.
"""
import pytest
import torch
from common import run_wick
from test_semantics import Module, check_compiled
from torch.nn import functional as F

X = torch.tensor([[0.3, -0.7, 2.5, -3.25], [1.0, 0.0, -0.5, 0.9]])
Y = torch.tensor([[1.5, 0.25, -2.0, 3.0], [-1.0, 2.0, 0.5, -0.75]])
I = torch.tensor([[5, -7, 12, 3], [0, 1, -8, 6]], dtype=torch.int32)
J = torch.tensor([[2, 3, -5, 1], [4, 1, 3, 2]], dtype=torch.int32)
B = torch.tensor([[True, False, True, True], [False, False, True, False]])
SPECIAL = torch.tensor([0.0, -0.0, float("nan"), float("inf"), float("-inf"), 1.5, -2.5, 7.0])


def group(name, function, *inputs):
    return pytest.param(Module(function), inputs, id=name)


OFFICIAL = [
    group("comparisons", lambda x, y: (x == y, x != y, x < y, x <= y, x > y, x >= y, x == 0.3, x != 1, x < 0.9, x <= 1, x > 0, x >= 2.5), X, Y),
    group("comparison_names", lambda x, y: (torch.greater(x, y), torch.greater_equal(x, 1), torch.less(x, y), torch.less_equal(x, 1), torch.not_equal(x, y)), X, Y),
    group("comparisons_of_special", lambda x: (x == -x, x < 1.5, x >= -2.5, torch.isnan(x), torch.isinf(x), torch.isfinite(x), torch.isposinf(x), torch.isneginf(x), torch.isreal(x)), SPECIAL),
    group("comparisons_of_integers", lambda x, y: (x == y, x != 3, x < 2.5, x >= y, torch.isfinite(x), torch.isnan(x)), I, J),
    group("logic", lambda x, y, b: (torch.logical_and(x, y), torch.logical_or(x, b), torch.logical_xor(b, y), torch.logical_not(x), ~b, b & b, b | (x > 0), b ^ (y > 0)), X, Y, B),
    group("bits", lambda x, y: (x & y, x | 6, x ^ y, ~x, x << 2, x >> y.abs(), 3 & x, torch.bitwise_left_shift(x, y.abs())), I, J),
    group("remainders", lambda x, y: (x % y, torch.fmod(x, y), x % 2, torch.fmod(x, -1.5), x // y, torch.floor_divide(x, 2), 5 % y, torch.div(x, 2, rounding_mode="trunc")), X, Y),
    group("remainders_of_integers", lambda x, y: (x % y, torch.fmod(x, y), x % 3, x // y, x // 2, x % 2.5, torch.div(x, y, rounding_mode="floor")), I, J),
    group("powers", lambda x, y: (x**1.5, x.abs() ** y, 2**x, x**-1, x**0, x**4, x.square(), x.abs() ** 0.5), X, Y),
    group("powers_of_integers", lambda x, y: (x**2, x**4, x ** y.abs(), 2.0**x, x**0.5), I, J),
    group("exponentials", lambda x: (torch.exp(x), torch.expm1(x), torch.exp2(x), torch.log(x.abs()), torch.log2(x.abs()), torch.log10(x.abs()), torch.log1p(x.abs()), torch.sqrt(x.abs()), torch.rsqrt(x.abs() + 1)), X),
    group("trigonometry", lambda x: (torch.sin(x), torch.cos(x), torch.tan(x), torch.asin(x / 4), torch.acos(x / 4), torch.atan(x), torch.arctan(x), torch.arcsin(x / 4)), X),
    group("hyperbolic", lambda x: (torch.sinh(x), torch.cosh(x), torch.tanh(x), torch.asinh(x), torch.acosh(x.abs() + 1), torch.atanh(x / 4), torch.arccosh(x.abs() + 2)), X),
    group("angles", lambda x, y: (torch.atan2(x, y), torch.arctan2(x, y), torch.deg2rad(x), torch.rad2deg(x), torch.angle(x), torch.hypot(x, y)), X, Y),
    group("functions_of_integers", lambda x: (torch.exp(x), torch.sin(x), torch.sqrt(x.abs()), torch.deg2rad(x), torch.erf(x), torch.sigmoid(x), torch.log1p(x.abs()), torch.logit(x)), I),
    group("parts", lambda x: (torch.abs(x), torch.absolute(x), torch.neg(x), torch.negative(x), torch.sign(x), torch.sgn(x), torch.ceil(x), torch.floor(x), torch.trunc(x), torch.fix(x), torch.frac(x), torch.positive(x), torch.conj_physical(x)), X),
    group("parts_of_integers", lambda x: (torch.abs(x), torch.sign(x), torch.ceil(x), torch.floor(x), -x, x.square(), torch.clamp(x, 0, 3)), I),
    group("rounds", lambda x: (torch.round(x * 3), torch.reciprocal(x), 1 - x, 2.5 - x, torch.rsub(x, x * 2, alpha=2)), X),
    group("masks", lambda x, y, b: (torch.where(b, x, y), torch.where(b, x, 1.5), torch.where(b, 2.0, y), torch.where(x > 0, 1.0, 0.0), x.masked_fill(b, -1.0), x.masked_fill(y > 0, torch.tensor(3.0)), torch.where(b[0], x, y[:, :1])), X, Y, B),
    group("masks_of_integers", lambda x, y, b: (torch.where(b, x, y), x.masked_fill(b, 7), torch.where(b, x, 2), torch.where(b, 1, 0)), I, J, B),
    group("clamps", lambda x, y: (torch.clamp(x, y - 1, y + 1), torch.clamp(x, min=y), torch.clamp(x, max=y), x.clamp_min(0.1), x.clamp_max(0.5), x.clamp_min(y), x.clamp_max(y), torch.clip(x, -1, 1), torch.clip(x, y - 1)), X, Y),
    group("extremes", lambda x, y: (torch.max(x, y), torch.min(x, y), torch.maximum(x, y), torch.minimum(x, y)), X, Y),
    group("elu_family", lambda x: (F.elu(x), F.elu(x, 0.5), F.celu(x, 1.5), F.selu(x), F.leaky_relu(x, 0.2), F.rrelu(x), F.relu6(x), F.hardtanh(x, -0.5, 2)), X),
    group("prelu", lambda x, y: (F.prelu(x, torch.tensor([0.25])), F.prelu(x, torch.tensor([0.1, 0.2, 0.3, 0.4])), F.prelu(y, torch.tensor([-0.5]))), X, Y),
    group("smooth_activations", lambda x: (F.softplus(x), F.softplus(x, 2, 1), F.mish(x), F.logsigmoid(x), F.softsign(x), F.tanhshrink(x), F.silu(x), F.gelu(x), F.hardswish(x), F.hardsigmoid(x)), X),
    group("shrinks", lambda x: (F.hardshrink(x), F.softshrink(x), F.threshold(x, 0.1, -2.0), F.hardshrink(x, 1)), X),
    group("glu", lambda x: (F.glu(x), F.glu(x, 0)), X),
    group("mixtures", lambda x, y, b: (torch.lerp(x, y, 0.3), torch.lerp(x, y, y.abs() / 3), torch.addcmul(x, x, y, value=0.5), torch.addcdiv(x, y, x.abs() + 1, value=2), torch.xlogy(x, y.abs()), torch.isclose(x, y), torch.isclose(x, x + 1e-7, equal_nan=True)), X, Y, B),
    group("special", lambda x: (torch.special.expit(x), torch.special.erf(x), torch.special.erfc(x), torch.special.log1p(x.abs()), torch.special.expm1(x), torch.special.exp2(x), torch.special.entr(x.abs()), torch.special.xlog1py(x, x.abs()), torch.special.logit(x.abs() / 4)), X),
    group("types_meet", lambda x, i, b: (x + i, i * 2.5, i / 2, b + i, x * b, x > i, torch.where(b, x, i), x.half() + i, i + 1.5), X, I, B),
    group("bool_arithmetic", lambda b: (b + b, b * b, b + 1, b.float() - 1, b == True, b * 2.5), B),  # noqa: E712
]

WICK_ONLY = [
    group("fractions", lambda x: (torch.nan_to_num(x), torch.nan_to_num(x, 1.0, 2.0, 3.0), torch.signbit(x), torch.copysign(torch.ones(8), x), torch.heaviside(x, x), torch.nextafter(x, x + 1)), SPECIAL),
    group("extremes_without_nan", lambda x, y: (torch.fmax(x, y), torch.fmin(x, y)), SPECIAL, SPECIAL.flip(0)),
    group("logarithms_of_sums", lambda x, y: (torch.logaddexp(x, y), torch.logaddexp2(x, y), torch.ldexp(x, y), torch.sinc(x), torch.round(x, decimals=1), torch.copysign(x, -1.0)), X, Y),
    group("divisors", lambda x, y: (torch.gcd(x, y), torch.lcm(x, y), torch.heaviside(x, y)), I, J),
    group("gamma", lambda x: (torch.lgamma(x), torch.digamma(x), torch.polygamma(1, x.abs() + 0.1), torch.polygamma(2, x.abs() + 0.1), torch.erfinv(x / 4), torch.special.gammaln(x), torch.special.psi(x), torch.special.zeta(x.abs() + 1.5, x.abs() + 0.5)), X),
    group("bessel", lambda x: (torch.i0(x), torch.special.i0e(x), torch.special.i1(x), torch.special.i1e(x)), X),
    group("normal", lambda x: (torch.special.ndtr(x), torch.special.log_ndtr(x), torch.special.ndtri(x.abs() / 4), torch.special.erfcx(x)), X),
]


DOUBLE = [
    group("double", lambda x, y, b: (x + y, x * 0.1, x / y, x % y, x**3.3, torch.where(b, x, y), torch.clamp(x, -0.1, 0.7), x > y, torch.exp(x), torch.sin(x * 1e5), torch.log1p(x.abs()), torch.erf(x), torch.atan2(x, y), torch.round(x, decimals=2), torch.float_power(x.abs(), y), F.elu(x), torch.sigmoid(x), -x, x.to(torch.float32) + 1), X.double() * 1.1, Y.double() * 0.7, B),
]


def check(module, inputs, targets, folder):
    wanted = list(module(*inputs))
    exported = torch.export.export(module, inputs)
    for target in targets:
        check_compiled(exported, target, inputs, wanted, folder)
    check_compiled(exported.run_decompositions(), targets[0], inputs, wanted, folder)


@pytest.mark.parametrize("module, inputs", OFFICIAL)
def test_official_operators_equal_eager(module, inputs, tmp_path):
    check(module, inputs, ["portable", "cortex-m55"], tmp_path)


@pytest.mark.parametrize("module, inputs", DOUBLE)
def test_double_equals_eager(module, inputs, tmp_path):
    check(module, inputs, ["wick"], tmp_path)


@pytest.mark.parametrize("function", [lambda x: x * 2, lambda x: x.sum(0), lambda x: x @ x.T, lambda x: x.softmax(-1)])
def test_double_is_refused_for_a_microcontroller(function, tmp_path):
    torch.export.save(torch.export.export(Module(function), (X.double(),)), tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "--target", "cortex-m4f", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0
    assert "no arithmetic on float64 on 'cortex-m4f'" in done.stderr


@pytest.mark.parametrize("module, inputs", WICK_ONLY)
def test_other_operators_equal_eager(module, inputs, tmp_path):
    check(module, inputs, ["cortex-m55"], tmp_path)
