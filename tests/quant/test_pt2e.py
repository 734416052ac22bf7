# SPDX-License-Identifier: BSD-3-Clause
"""Graphs that PyTorch's tools have quantized compile and run as the eager converted module does, their scales kept.

A value that lies on the border of two steps may fall to either side: where its sums are added in another order, one step
of the output is allowed on a small share. WICK_TEST_ALL=1 takes every layer to every quantizer.
"""
import os

import numpy
import pytest
from common import compile_model, run_wick
from pt2e_models import NETS, QUANTIZERS, Module, image, quantized, torch

ALL = bool(os.environ.get("WICK_TEST_ALL"))
STATIC = [name for name in QUANTIZERS if "dynamic" not in name]
LAYERS = [name for name in NETS if name != "whole"]
BORDERLINE = 0.05 # share of the outputs


def save(exported, path):
    torch.export.save(exported, path)
    return path


def run_compiled(program, inputs, folder):
    arguments = []
    for i, x in enumerate(inputs):
        numpy.save(folder / f"x{i}.npy", numpy.ascontiguousarray(x.numpy()))
        arguments += ["--input", folder / f"x{i}.npy"]
    run_wick("run", program, *arguments, "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


def last_step(module):
    """Scale of the last dequantize of a graph: one step of the output where that is quantized."""
    scales = [node.args[1] for node in module.graph.nodes if "dequantize_per_tensor" in str(node.target)]
    return next((scale for scale in reversed(scales) if isinstance(scale, float)), 0.0)


def check(found, wanted, step):
    wanted = wanted.detach().numpy()
    assert found.dtype == wanted.dtype and found.shape == wanted.shape
    if found.dtype.kind != "f":
        found, wanted, step = found.astype(int), wanted.astype(int), 1
    difference = numpy.abs(found - wanted)
    tolerance = 1e-5 * max(1e-3, numpy.abs(wanted).max())
    beyond = (difference > tolerance + 0.1 * step).mean()
    assert difference.max() <= tolerance + 1.001 * step, f"{difference.max()} is beyond a step of {step}"
    assert beyond <= BORDERLINE, f"{beyond:.3f} of the outputs differ"


def check_module(module, inputs, folder, step, targets=("portable", "cortex-m55"), forms=("training", "core")):
    wanted = module(*inputs)
    exported = torch.export.export(module, inputs)
    for form in forms:
        source = save(exported.run_decompositions() if form == "core" else exported, folder / f"{form}.pt2")
        for target in targets:
            report = compile_model(source, folder / "m.pte", "--target", target)
            check(run_compiled(folder / "m.pte", inputs, folder), wanted, step)
    return report


# Looking for batch norms to train through takes the tool half a minute.
@pytest.mark.parametrize("quantizer", [name for name in STATIC if ALL or name != "xnnpack_qat"])
def test_network_of_all_layers_equals_eager(quantizer, tmp_path):
    module, inputs = quantized("whole", quantizer)
    check_module(module, inputs, tmp_path, 1 / 256)


@pytest.mark.parametrize("net, quantizer", [
    (net, quantizer) for quantizer in STATIC for net in LAYERS
    if ALL or (quantizer, net) in [("xnnpack_qat", "residual"), ("xnnpack_channel", "cat"), ("cortex_m", "shared"), ("ethos_u", "tokens"), ("ethos_u_int16", "mul")]])
def test_layer_equals_eager(net, quantizer, tmp_path):
    module, inputs = quantized(net, quantizer)
    check_module(module, inputs, tmp_path, last_step(module), targets=("cortex-m55",))


@pytest.mark.parametrize("net", ["mlp", "tokens"])
@pytest.mark.parametrize("quantizer", ["xnnpack_dynamic", "xnnpack_dynamic_tensor"])
def test_dynamic_equals_eager(net, quantizer, tmp_path):
    module, inputs = quantized(net, quantizer)
    check_module(module, inputs, tmp_path, 0)


Q = torch.ops.quantized_decomposed
WEIGHT = torch.randint(-127, 128, (6, 3, 3, 3), generator=torch.Generator().manual_seed(2)).to(torch.int8)
SCALES = torch.linspace(0.01, 0.02, 6)


class Constants(torch.nn.Module):
    """An expression over the inputs and constants that are buffers of the module."""

    def __init__(self, function, *constants):
        super().__init__()
        self.function = function
        for i, constant in enumerate(constants):
            self.register_buffer(f"constant{i}", constant)

    def forward(self, *inputs):
        return self.function(*self.buffers(), *inputs)


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
