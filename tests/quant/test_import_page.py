# SPDX-License-Identifier: BSD-3-Clause
"""The examples of docs/quantization-import.md run, and give the operators and sizes that the page states."""
import re

import pytest
from common import ROOT, compile_model
from pt2e_check import save
from pt2e_models import Module, image, quantized_in_place, torch
from torch import nn
from torchao.quantization import Int8DynamicActivationInt8WeightConfig, Int8WeightOnlyConfig, IntxWeightOnlyConfig, PerGroup

PAGE = (ROOT / "docs/quantization-import.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("example, file, operators", [
    (EXAMPLES[0], "model.pt2", {"wick::conv2d_s8", "wick::linear_s8"}),
    (EXAMPLES[1], "layers.pt2", {"wick::linear_dynamic_s8_w4"}),
], ids=["pt2e", "quantize_"])
def test_example_compiles_to_its_operators(example, file, operators, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(ROOT / "docs/quantization-import.md"), "exec"), {})
    report = compile_model(tmp_path / file, tmp_path / "m.pte", "--target", "cortex-m55")
    assert operators <= set(report["operators"])


def bytes_of(config, folder):
    module = Module(lambda a, b, x: b(torch.relu(a(x))), nn.Linear(64, 48), nn.Linear(48, 32, bias=False))
    module = quantized_in_place(module, config) if config else module
    source = save(torch.export.export(module, (image(3, 64),)), folder / "m.pt2")
    return compile_model(source, folder / "m.pte", "--target", "cortex-m55")["constant_bytes"]


@pytest.mark.parametrize("row, config", [
    ("none: float", None),
    ("`Int8WeightOnlyConfig`", Int8WeightOnlyConfig()),
    ("`IntxWeightOnlyConfig`", IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerGroup(16))),
    ("the same, int5 to int8", IntxWeightOnlyConfig(weight_dtype=torch.int8, granularity=PerGroup(16))),
    ("`Int8DynamicActivationInt8WeightConfig`", Int8DynamicActivationInt8WeightConfig()),
])
def test_bytes_are_those_of_the_page(row, config, tmp_path):
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {row}"))
    assert int(re.search(r"\| ([\d,]+)[^|]*\|$", line)[1].replace(",", "")) == bytes_of(config, tmp_path)
