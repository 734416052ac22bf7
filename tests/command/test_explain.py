# SPDX-License-Identifier: BSD-3-Clause
"""`wick compile --explain` says what became of each node, and why another one stayed."""
import json

import pytest
import torch
from common import compile_model, run_wick
from torch import nn
from torch.nn import functional as F


class Norms(nn.Module):
    """One batch norm that folds, and one whose input has another reader."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 1)
        self.folded, self.kept = nn.BatchNorm2d(2), nn.BatchNorm2d(2)

    def forward(self, x):
        x = self.folded(self.a(F.pad(x, (1, 1, 1, 1))))
        y = self.b(F.pad(x, (1, 0, 0, 0)))
        return self.kept(y) + y, torch.relu(x) + torch.relu(x)


class Branches(nn.Module):
    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda x: x + x.sum(), lambda x: x * x.sum(), (x,))


def archive(path, module, *inputs):
    torch.export.save(torch.export.export(module.eval(), inputs), path)
    return path


@pytest.fixture(scope="module")
def norms(tmp_path_factory):
    return archive(tmp_path_factory.mktemp("explain") / "norms.pt2", Norms(), torch.zeros(1, 1, 8, 8))


def of_node(explain, node, name):
    return [event for event in explain["events"] if event["node"] == node and event["pass"] == name]


def test_passes_say_what_they_did_and_why_not(norms, tmp_path):
    explain = compile_model(norms, tmp_path / "n.pte", "--explain")["explain"]
    became, = of_node(explain, "conv2d", "decompose")
    assert became["kind"] == "became" and became["from"] == {"aten::conv2d": 1} and became["to"] == {"aten::convolution": 1}
    folded, = of_node(explain, "batch_norm", "fold_batch_norm")
    assert folded["kind"] == "done" and folded["text"] == "folded into 'conv2d' (aten::convolution)"
    kept, = of_node(explain, "batch_norm_1", "fold_batch_norm")
    assert kept["kind"] == "left" and "read by others" in kept["text"]
    assert "test_explain.py:" in kept["where"] and "self.kept(y)" in kept["where"]
    pad, = of_node(explain, "pad", "fold_pad")
    assert pad["kind"] == "done"
    uneven, = of_node(explain, "pad_1", "fold_pad")
    assert uneven["kind"] == "left" and "both sides" in uneven["text"]
    same, = of_node(explain, "relu_1", "eliminate_common")
    assert same["text"] == "computes the same as 'relu' (aten::relu)"
    assert {"node": "conv2d", "operator": "aten::convolution.out", "has_instruction": True} in explain["operators"]


def test_text_is_the_same_each_time(norms, tmp_path):
    first = run_wick("compile", norms, "-o", tmp_path / "n.pte", "--explain").stdout
    assert first == run_wick("compile", norms, "-o", tmp_path / "n.pte", "--explain").stdout
    assert "fold_batch_norm: folds batch norm" in first and "left: its input is read by others, too   at test_explain.py:" in first
    assert "explain" not in json.loads(run_wick("compile", norms, "-o", tmp_path / "n.pte", "--json").stdout)


def test_bodies_of_control_flow_are_named(tmp_path):
    source = archive(tmp_path / "b.pt2", Branches(), torch.ones(3))
    explain = compile_model(source, tmp_path / "b.pte", "--explain")["explain"]
    sums = [event["graph"] for event in explain["events"] if event["pass"] == "decompose" and "aten::sum" in event["from"]]
    assert len(sums) == len(set(sums)) == 3 and "forward" in sums
    flat = [event for event in explain["events"] if event["pass"] == "flatten"]
    assert any(event["kind"] == "added" for event in flat) and flat[0]["graph"] == "forward"


def test_explanation_ends_where_compilation_does(norms, tmp_path):
    text = run_wick("compile", norms, "--stop-after", "fold_batch_norm", "--explain").stdout
    assert "fold_batch_norm: " in text and "eliminate_common: " not in text and "operators: " not in text
