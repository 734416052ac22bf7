# SPDX-License-Identifier: BSD-3-Clause
"""Quantized graphs whose numbers mean nothing are refused when they are compiled, by node and Python line."""
import math

import pytest
from common import run_wick
from pt2e_check import save
from pt2e_models import Constants, image, torch

Q = torch.ops.quantized_decomposed
A = torch.ops.torchao
INT8 = torch.int8
SCALES = {"zero": 0.0, "negative": -1.0, "infinite": math.inf, "nan": math.nan, "subnormal": 1e-40}
WEIGHT = torch.arange(-12, 12, dtype=INT8).reshape(4, 6)


def quantize(scale, zero_point=0, low=-128, high=127):
    return Constants(lambda x: Q.quantize_per_tensor(x, scale, zero_point, low, high, INT8))


def dequantize(scale, zero_point=0, low=-128, high=127):
    return Constants(lambda w, x: x + Q.dequantize_per_tensor(w, scale, zero_point, low, high, INT8), WEIGHT)


def of_tensors(scale, zero_point=0):
    return Constants(lambda s, z, x: Q.quantize_per_tensor.tensor(x, s, z, -128, 127, INT8), torch.tensor([scale]), torch.tensor([zero_point]))


def channels(scale, zero_point=0, count=4, axis=0, low=-128, high=127):
    scales, points = torch.full((count,), 0.5), torch.zeros(count, dtype=torch.int64)
    scales[-1], points[-1] = scale, zero_point
    return Constants(lambda w, s, z, x: x + Q.dequantize_per_channel(w, s, z, axis, low, high, INT8), WEIGHT, scales, points)


def tokens(scale, zero_point=0, count=4):
    scales, points = torch.full((count, 1), 0.5, dtype=torch.float64), torch.zeros(count, 1, dtype=torch.int64)
    scales[-1], points[-1] = scale, zero_point
    return Constants(lambda s, z, x: Q.quantize_per_token(x, s, z, -128, 127, INT8), scales, points)


def groups(scale, size=3, count=(4, 2)):
    scales = torch.full(count, 0.5)
    scales[-1, -1] = scale
    return Constants(lambda w, s, x: x + Q.dequantize_per_channel_group(w, s, None, -8, 7, INT8, size, torch.float32), WEIGHT, scales)


def blocks(scale, size=(1, 3), count=(4, 2), low=-8, high=7):
    scales = torch.full(count, 0.5)
    scales[-1, -1] = scale
    return Constants(lambda w, s, x: x + A.dequantize_affine(w, size, s, None, INT8, low, high), WEIGHT, scales)


OPERATORS = {"quantize": quantize, "dequantize": dequantize, "of_tensors": of_tensors, "channels": channels, "tokens": tokens, "groups": groups, "blocks": blocks}


def refuse(module, folder, message):
    source = save(torch.export.export(module, (image(4, 6),)), folder / "m.pt2")
    for target in ("portable", "cortex-m55"):
        done = run_wick("compile", source, "-o", folder / "m.pte", "--target", target, check=False)
        assert done.returncode == 1, done.stderr
        assert "error: node '" in done.stderr and "pt2e_models.py" in done.stderr and message in done.stderr, done.stderr


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("operator", OPERATORS)
def test_scale_is_refused(operator, scale, tmp_path):
    refuse(OPERATORS[operator](SCALES[scale]), tmp_path, "scale")


@pytest.mark.parametrize("module, message", [
    pytest.param(quantize(0.5, 300), "zero point 300", id="zero_point"),
    pytest.param(dequantize(0.5, 2**40), "zero point", id="zero_point_wide"),
    pytest.param(of_tensors(0.5, 2**40), "zero point", id="zero_point_tensor"),
    pytest.param(channels(0.5, -129), "zero point -129", id="zero_point_channel"),
    pytest.param(tokens(0.5, 2**40), "zero point", id="zero_point_token"),
    pytest.param(quantize(0.5, 0, 127, -128), "127", id="bounds_reversed"),
    pytest.param(dequantize(0.5, 0, -129, 127), "quantization parameter out of range", id="bound_beyond_type"),
    pytest.param(channels(0.5, low=5, high=-5), "5", id="bounds_reversed_channels"),
    pytest.param(channels(0.5, count=3), "for 4 channels", id="scales_short"),
    pytest.param(channels(0.5, count=5), "for 4 channels", id="scales_long"),
    pytest.param(tokens(0.5, count=3), "as many scales", id="token_scales"),
])
def test_parameter_is_refused(module, message, tmp_path):
    refuse(module, tmp_path, message)
