# SPDX-License-Identifier: BSD-3-Clause
"""Graphs that PyTorch's tools have quantized compile and run as the eager converted module does, their scales kept.

A value that lies on the border of two steps may fall to either side: where its sums are added in another order, one step
of the output is allowed on a small share. WICK_TEST_ALL=1 takes every layer to every quantizer.
"""
import os

import pytest
from pt2e_check import check_module, last_step, stays_float
from pt2e_models import NETS, QUANTIZERS, Constants, Module, image, quantized, torch

ALL = bool(os.environ.get("WICK_TEST_ALL"))
STATIC = [name for name in QUANTIZERS if "dynamic" not in name]
LAYERS = [name for name in NETS if name != "whole"]


# Quantizing it takes the tool a quarter of a minute.
@pytest.mark.parametrize("quantizer", STATIC if ALL else ["xnnpack_channel", "cortex_m", "ethos_u_int16"])
def test_network_of_all_layers_equals_eager(quantizer, tmp_path):
    module, inputs = quantized("whole", quantizer)
    check_module(module, inputs, tmp_path, 1 / 256, targets=("portable",))
    check_module(module, inputs, tmp_path, 1 / 256, targets=("cortex-m55",), share=0.5) # of ten


# Steps that one step of a value in between may make at the output, and the share of outputs that may differ: averages of
# few integers lie on borders often, and integers round halves away from zero where PyTorch rounds them to even.
LOOSE = {"depthwise": (3, 0.05), "pools": (1, 1.0)}
# Operators that a quantizer leaves in float, by what the compiler says.
FLOAT = {
    ("pools", "xnnpack"): ["aten::_adaptive_avg_pool2d", "aten::avg_pool2d", "aten::view_copy"],
    ("depthwise", "xnnpack"): ["aten::hardtanh"],
    ("softmax", "xnnpack"): ["aten::_softmax"],
    ("transposed", "xnnpack_qat"): ["aten::convolution"], # a scale for each in channel
    ("hardswish", "xnnpack"): ["aten::hardswish"],
}
# Operators that run where all layers are quantized, beside conversions and those that move elements.
INTEGER = {
    "conv_bn_relu": {"conv2d_s8"},
    "residual": {"add_s8", "conv2d_s8"},
    "depthwise": {"depthwise_conv2d_s8", "linear_s8"},
    "mlp": {"linear_s8"},
    "tokens": {"linear_s8"},
    "pools": {"avg_pool2d_s8", "conv2d_s8", "max_pool2d_s8"},
    "cat": {"linear_s8"},
    "softmax": {"linear_s8"},
    "hardswish": {"conv2d_s8"},
    "transposed": {"conv2d_s8", "transpose_conv2d_s8"},
    "shared": {"conv2d_s8", "linear_s8"},
    "mul": {"linear_s8", "mul_s8", "table_s8"},
}
MOVES = {"aten::amax", "aten::cat", "aten::hardtanh", "aten::permute_copy", "aten::view_copy", "dim_order_ops::_to_dim_order_copy",
         "quantized_decomposed::quantize_per_tensor", "quantized_decomposed::dequantize_per_tensor"}


def check_integers(net, quantizer, folder, report):
    """What runs, and what the compiler says stays float."""
    used = set(report["operators"])
    float_operators = FLOAT.get((net, quantizer), FLOAT.get((net, quantizer.partition("_")[0]), []))
    assert stays_float(folder / "training.pt2", folder / "m.pte", "cortex-m55") == float_operators
    assert {name for name in used if name.startswith("aten::")} - MOVES <= set(float_operators)
    integer = {name.removeprefix("wick::") for name in used if name.startswith("wick::")}
    if quantizer == "ethos_u_int16":
        assert all(name.endswith("_s16") for name in integer)
        integer = {name.replace("_s16", "_s8") for name in integer}
    assert INTEGER[net] - ({"avg_pool2d_s8", "transpose_conv2d_s8"} if float_operators else set()) <= integer


@pytest.mark.parametrize("net, quantizer", [
    (net, quantizer) for quantizer in STATIC for net in LAYERS
    if ALL or (quantizer, net) in [("xnnpack_qat", "residual"), ("xnnpack_channel", "softmax"), ("xnnpack_tensor", "cat"), ("cortex_m", "pools"), ("cortex_m", "hardswish"), ("ethos_u", "mul"), ("ethos_u_int16", "shared")]])
def test_layer_runs_on_integers_as_eager(net, quantizer, tmp_path):
    module, inputs = quantized(net, quantizer)
    steps, share = LOOSE.get(net, (1, 0.05))
    if quantizer == "ethos_u_int16":  # tables are straight between entries, factors have 16 bits
        steps, share = 2, 0.4
    check_module(module, inputs, tmp_path, last_step(module), targets=("portable",), share=share)
    report = check_module(module, inputs, tmp_path, steps * last_step(module), targets=("cortex-m55",), forms=("training",), share=share)
    check_integers(net, quantizer, tmp_path, report)


@pytest.mark.parametrize("net", ["mlp", "tokens"])
@pytest.mark.parametrize("quantizer", ["xnnpack_dynamic", "xnnpack_dynamic_tensor"])
def test_dynamic_equals_eager(net, quantizer, tmp_path):
    module, inputs = quantized(net, quantizer)
    report = check_module(module, inputs, tmp_path, 0)
    assert report["operators"]["wick::linear_dynamic_s8"] == 2


Q = torch.ops.quantized_decomposed
WEIGHT = torch.randint(-127, 128, (6, 3, 3, 3), generator=torch.Generator().manual_seed(2)).to(torch.int8)
SCALES = torch.linspace(0.01, 0.02, 6)


def convolve_integers(weight, scales, bias, x):
    """int8 in, int8 out, bias int32: as converters write it that quantize a program's door too."""
    x = Q.dequantize_per_tensor(x, 0.05, 3, -128, 127, torch.int8)
    w = Q.dequantize_per_channel(weight, scales, None, 0, -127, 127, torch.int8)
    b = Q.dequantize_per_channel(bias, scales * 0.05, torch.zeros(6, dtype=torch.int32), 0, -2**31, 2**31 - 1, torch.int32)
    return Q.quantize_per_tensor(torch.nn.functional.conv2d(x, w, b), 0.1, -5, -128, 127, torch.int8)


def integers(*shape, dtype=torch.int8):
    info = torch.iinfo(dtype)
    return torch.randint(info.min, info.max + 1, shape, generator=torch.Generator().manual_seed(4)).to(dtype)


def of_tensor(form):
    """quantize and dequantize per tensor by one of the overloads whose scale is a tensor."""
    bounds = (torch.tensor(-128), torch.tensor(127)) if form == "tensor2" else ()

    def function(scale, zero_point, *rest):
        *limits, x = rest
        low, high = limits or (-128, 127)
        q = getattr(Q.quantize_per_tensor, form)(x, scale, zero_point, low, high, torch.int8)
        return getattr(Q.dequantize_per_tensor, form)(q, scale, zero_point, low, high, torch.int8)

    return Constants(function, torch.tensor([0.03]), torch.tensor([7], dtype=torch.int32), *bounds)


def tokens(x):
    scales, zero_points = Q.choose_qparams_per_token_asymmetric(x, torch.int8)
    q = Q.quantize_per_token(x, scales, zero_points, -128, 127, torch.int8)
    return Q.dequantize_per_token(q, scales, zero_points, -128, 127, torch.int8, torch.float32)


def groups(weight, scales, zero_points, x):
    w = Q.dequantize_per_channel_group(weight, scales, zero_points, -8, 7, torch.int8, 8, torch.float32)
    return x @ w.t()


def fake(x):
    x = torch.fake_quantize_per_tensor_affine(x, 0.05, 3, 0, 255)
    return torch.fake_quantize_per_channel_affine(x, torch.tensor([0.1, 0.2, 0.3]), torch.zeros(3, dtype=torch.int32), 1, -127, 127)


def channels(axis):
    def function(weight, scales, zero_points, x):
        return x + Q.dequantize_per_channel(weight, scales, zero_points, axis, -128, 127, torch.int8)

    return Constants(function, integers(4, 6), torch.rand(4 if axis == 0 else 6) + 0.1, torch.arange(4 if axis == 0 else 6))


OVERLOADS = {
    "integer_doors": (Constants(convolve_integers, WEIGHT, SCALES, integers(6, dtype=torch.int32) // 2**16), (integers(1, 3, 8, 8),)),
    "per_tensor_tensor": (of_tensor("tensor"), (image(3, 5),)),
    "per_tensor_tensor2": (of_tensor("tensor2"), (image(3, 5),)),
    "per_token": (Module(tokens), (image(3, 5, 8),)),
    "per_token_zero": (Module(tokens), (image(3, 8) * torch.tensor([[0.0], [1.0], [1e-9]]),)),
    "per_channel_group": (Constants(groups, integers(4, 16).clamp(-8, 7), torch.rand(4, 2) + 0.1, torch.zeros(4, 2, dtype=torch.int32)), (image(3, 16),)),
    "per_channel_axis_0": (channels(0), (image(4, 6),)),
    "per_channel_axis_1": (channels(1), (image(4, 6),)),
    "per_channel_axis_negative": (channels(-1), (image(4, 6),)),
    "fake_quantize": (Module(fake), (image(2, 3, 4, 4),)),
    "convert_element_type": (Module(lambda x: Q.convert_element_type.no_fuse(x, torch.int32)), (image(3, 4) * 10,)),
}


@pytest.mark.parametrize("name", OVERLOADS)
def test_overload_equals_eager(name, tmp_path):
    module, inputs = OVERLOADS[name]
    forms = ("training",) if name == "fake_quantize" else ("training", "core") # core has a form for training of it
    check_module(module, inputs, tmp_path, 0, forms=forms)
