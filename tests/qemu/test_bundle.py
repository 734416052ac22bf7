# SPDX-License-Identifier: BSD-3-Clause
"""Bundled programs on emulated boards: each case is checked there."""
import json
import subprocess

import numpy
import pytest
import torch
from common import ROOT, model_file, run_wick


def run(bundle, board, *options):
    return subprocess.run([ROOT / "ports/qemu/run", bundle, "--board", board, *map(str, options)], capture_output=True, text=True)


def bundled(folder, program, inputs, expected, method="forward"):
    numpy.save(folder / "x.npy", inputs)
    numpy.save(folder / "y.npy", expected)
    path = folder / f"{method}.bpte"
    run_wick("bundle", program, "-o", path, "--method", method, "--input", folder / "x.npy", "--expect", folder / "y.npy")
    return path


@pytest.mark.parametrize("board", ["mps2-an386", "microbit"])
def test_cases_are_checked_on_the_board(board, tmp_path):
    run_wick("compile", model_file("digits", "pt2"), "-o", tmp_path / "d.pte")
    inputs, outputs = (numpy.load(model_file("digits", f"test_{which}.npy"))[:3].copy() for which in ("inputs", "outputs"))
    done = run(bundled(tmp_path, tmp_path / "d.pte", inputs, outputs), board, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert [case["differing"] for case in summary["checked"]] == [0, 0, 0] and 0 < summary["max_difference"] < 1e-4
    outputs[1, 4] += 1
    done = run(bundled(tmp_path, tmp_path / "d.pte", inputs, outputs), board, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert [case["differing"] for case in json.loads(done.stdout)["checked"]] == [0, 1, 0]


class Scale(torch.nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return torch.relu(x * self.factor)


def test_methods_one_after_the_other(tmp_path):
    x = numpy.linspace(-1, 1, 6, dtype=numpy.float32).reshape(1, 6)
    for name, factor in (("double", 2), ("half", 0.5)):
        torch.export.save(torch.export.export(Scale(factor), (torch.zeros(1, 6),)), tmp_path / f"{name}.pt2")
        run_wick("compile", tmp_path / f"{name}.pt2", "-o", tmp_path / f"{name}.pte")
    run_wick("merge", *(f"{name}={tmp_path / name}.pte" for name in ("double", "half")), "-o", tmp_path / "m.pte")
    texts = [json.loads(run_wick("text", bundled(tmp_path, tmp_path / "m.pte", numpy.repeat(x, count, 0), numpy.repeat(y, count, 0), name)).stdout)
             for name, y, count in (("double", numpy.maximum(2 * x, 0), 2), ("half", numpy.maximum(x / 2, 0), 1))]
    suites, = (key for key, value in texts[0].items() if isinstance(value, list))
    texts[0][suites] += texts[1][suites]
    (tmp_path / "m.json").write_text(json.dumps(texts[0]))
    run_wick("text", tmp_path / "m.json", "-o", tmp_path / "m.bpte")
    done = run(tmp_path / "m.bpte", "mps2-an386", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [case["method"] for case in json.loads(done.stdout)["checked"]] == ["double", "double", "half"]


def test_options_of_programs_are_refused(tmp_path):
    (tmp_path / "x.bpte").write_bytes(b"\0\0\0\0BP08")
    done = run(tmp_path / "x.bpte", "mps2-an386", "--expect", "y.npy")
    assert done.returncode == 2 and "--expect is for a .pte" in done.stderr
