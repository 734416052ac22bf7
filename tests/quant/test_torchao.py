# SPDX-License-Identifier: BSD-3-Clause
"""Models on which torchao's quantize_ was called run as they do in eager PyTorch."""
import pytest
from common import compile_model, run_wick
from pt2e_check import check_module, save
from pt2e_models import Constants, Module, image, quantized_in_place, torch
from torch import nn
from torchao.quantization import (
    Int8DynamicActivationInt8WeightConfig,
    Int8DynamicActivationIntxWeightConfig,
    Int8WeightOnlyConfig,
    IntxWeightOnlyConfig,
    MappingType,
    PerAxis,
    PerGroup,
    quantize_,
)
from torchao.quantization.linear_quant_modules import Int8DynActInt4WeightQuantizer

A = torch.ops.torchao
Q = torch.ops.quantized_decomposed


def layers():
    torch.manual_seed(3)
    return Module(lambda a, b, x: b(torch.relu(a(x))), nn.Linear(64, 48), nn.Linear(48, 32, bias=False))


def words():
    torch.manual_seed(3)
    return Module(lambda e, a, x: a(e(x)), nn.Embedding(50, 64), nn.Linear(64, 10))


CONFIGS = {
    "int8": Int8WeightOnlyConfig(),
    "int8_groups": Int8WeightOnlyConfig(granularity=PerGroup(16)),
    "int8_dynamic": Int8DynamicActivationInt8WeightConfig(),
    "int4_groups": IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerGroup(16)),
    "int2_groups": IntxWeightOnlyConfig(weight_dtype=torch.int2, granularity=PerGroup(16)),
    "int4_channels": IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerAxis(0)),
    "int4_dynamic": Int8DynamicActivationIntxWeightConfig(weight_dtype=torch.int4, weight_granularity=PerGroup(16)),
    "int4_dynamic_asymmetric": Int8DynamicActivationIntxWeightConfig(
        weight_dtype=torch.int4, weight_granularity=PerGroup(16), weight_mapping_type=MappingType.ASYMMETRIC),
}


WEIGHTS = 64 * 48 + 48 * 32
# The operator of the linear layers, and bits of a weight: int4 less its zero point takes more than 4.
STORED = {
    "int8": ("wick::linear_f32_w8", 8),
    "int8_groups": ("wick::linear_f32_w8", 8),
    "int8_dynamic": ("wick::linear_dynamic_s8", 8),
    "int4_groups": ("wick::linear_f32_w4", 4),
    "int2_groups": ("wick::linear_f32_w4", 4),
    "int4_channels": ("wick::linear_f32_w4", 4),
    "int4_dynamic": ("wick::linear_dynamic_s8_w4", 4),
    "int4_dynamic_asymmetric": ("wick::linear_dynamic_s8", 8),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_linear_equals_eager(name, tmp_path):
    module = quantized_in_place(layers(), CONFIGS[name])
    shape = (2, 5, 64) if "dynamic" in name else (3, 64)
    check_module(module, (image(*shape),), tmp_path, 0)
    report = compile_model(tmp_path / "training.pt2", tmp_path / "m.pte", "--target", "cortex-m55")
    operator, bits = STORED[name]
    groups = WEIGHTS // 16 if "group" in name or "int4_dynamic" in name else 48 + 32
    assert report["operators"][operator] == 2
    assert not {"aten::linear", "aten::mm", "aten::addmm"} & set(report["operators"])
    assert report["constant_bytes"] <= WEIGHTS * bits // 8 + 4 * groups + 4 * 48 + 128 # scales, bias, rounding up


@pytest.mark.parametrize("bits", [8, 4])
def test_embedding_equals_eager(bits, tmp_path):
    config = IntxWeightOnlyConfig(weight_dtype=getattr(torch, f"int{bits}"), granularity=PerGroup(32))
    module = quantized_in_place(words(), config, lambda m, _: isinstance(m, nn.Embedding))
    report = check_module(module, (torch.tensor([[1, 0, 49], [7, 7, 3]]),), tmp_path, 0)
    assert f"wick::embedding_w{bits}" in report["operators"]
    assert report["constant_bytes"] <= 50 * 64 * bits // 8 + 4 * 100 + 4 * 64 * 10 + 4 * 10 + 64


def test_quantizer_of_large_models_equals_eager(tmp_path):
    torch.manual_seed(3)
    module = Int8DynActInt4WeightQuantizer(groupsize=32).quantize(Module(lambda a, x: torch.relu(a(x)), nn.Linear(64, 48, bias=False)))
    check_module(module, (image(2, 3, 64),), tmp_path, 0)
    report = compile_model(tmp_path / "training.pt2", tmp_path / "m.pte", "--target", "cortex-m55")
    assert set(report["operators"]) == {"aten::relu", "wick::linear_dynamic_s8_w4"}


def tokens_and_groups(weight, scales, x):
    found = Q.choose_qparams_per_token_asymmetric(x, torch.int8)
    x = Q.dequantize_per_token(Q.quantize_per_token(x, *found, -128, 127, torch.int8), *found, -128, 127, torch.int8, torch.float32)
    weight = Q.dequantize_per_channel_group(weight, scales, None, -8, 7, torch.int8, 8, torch.float32)
    return nn.functional.linear(x, weight)


def test_tokens_and_groups_equal_eager(tmp_path):
    weight = torch.randint(-8, 8, (6, 16), generator=torch.Generator().manual_seed(1)).to(torch.int8)
    module = Constants(tokens_and_groups, weight, torch.linspace(0.01, 0.02, 12).reshape(6, 2))
    report = check_module(module, (image(2, 3, 16),), tmp_path, 0)
    assert set(report["operators"]) == {"wick::linear_dynamic_s8_w4"}


def test_half_weights_equal_eager(tmp_path):
    module = Module(lambda a, x: a(x.half()).float(), nn.Linear(64, 10).half())
    with torch.no_grad():
        wanted = module(image(3, 64))
    check_module(module, (image(3, 64),), tmp_path, 2**-10 * float(wanted.abs().max()), share=1)


def affine(block, scales, *bounds):
    def function(scale, zero_point, x):
        q = A.quantize_affine(x, block, scale, zero_point, torch.int8, *bounds)
        return A.dequantize_affine(q, block, scale, zero_point, torch.int8, *bounds)

    return Constants(function, torch.rand(scales) + 0.02, torch.arange(torch.Size(scales).numel(), dtype=torch.int32).reshape(scales) % 5)


def chosen(mapping, block, *bounds):
    def function(x):
        scale, zero_point = A.choose_qparams_affine(x, mapping, block, torch.int8, *bounds, keepdim=True, zero_point_dtype=torch.int32)
        q = A.quantize_affine(x, block, scale, zero_point, torch.int8, *bounds)
        return A.dequantize_affine(q, block, scale, zero_point, torch.int8, *bounds)

    return Module(function)


BLOCKS = {
    "tensor": affine([4, 6], [1, 1]),
    "rows": affine([1, 6], [4, 1]),
    "columns": affine([4, 1], [1, 6]),
    "groups": affine([1, 3], [4, 2], -8, 7),
    "tiles": affine([2, 3], [2, 2]),
    "elements": affine([1, 1], [4, 6]),
    "symmetric": chosen("SYMMETRIC", [1, 6], -127, 127),
    "asymmetric": chosen("ASYMMETRIC", [1, 6]),
    "unclipped_tiles": chosen("SYMMETRIC_NO_CLIPPING_ERR", [2, 3], -8, 7),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_equal_eager(name, tmp_path):
    forms = ("training",) if name == "unclipped_tiles" else ("training", "core") # core chooses by comparisons
    check_module(BLOCKS[name], (image(4, 6),), tmp_path, 0, forms=forms)


def test_wrapped_weights_are_refused_with_advice(tmp_path):
    module = layers()
    quantize_(module, CONFIGS["int8"])
    source = save(torch.export.export(module, (image(3, 64),)), tmp_path / "m.pt2")
    done = run_wick("compile", source, "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0 and "unwrap_tensor_subclass" in done.stderr
