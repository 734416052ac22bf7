# SPDX-License-Identifier: BSD-3-Clause
"""`wick run` takes a file of any shape within the bounds of a dynamic input, and several cases of the largest."""
import numpy
import pytest
import torch
from common import run_wick
from torch import nn

FAILED = 1


@pytest.fixture(scope="module")
def dynamic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dynamic")
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    batch = torch.export.Dim("batch", min=1, max=4)
    torch.export.save(torch.export.export(model, (torch.zeros(2, 3),), dynamic_shapes=({0: batch},)), folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "-o", folder / "m.pte")
    return model, folder / "m.pte"


@pytest.mark.parametrize("shape", [(1, 3), (3, 3), (4, 3), (8, 3), (2, 4, 3)])
def test_file_within_bounds_or_of_whole_cases_equals_eager(dynamic, shape, tmp_path):
    model, program = dynamic
    x = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    numpy.save(tmp_path / "x.npy", x.numpy())
    numpy.save(tmp_path / "y.npy", model(x).detach().numpy())
    run_wick("run", program, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")


def test_file_beyond_bounds_is_refused(dynamic, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((5, 3), numpy.float32))
    done = run_wick("run", dynamic[1], "--input", tmp_path / "x.npy", check=False)
    assert done.returncode == FAILED and "input 0 is f32[4, 3], but the file holds f32[5, 3]" in done.stderr
