# SPDX-License-Identifier: BSD-3-Clause
"""Every network of the zoo compiles from what torch.export.save wrote and equals eager, as exported and after run_decompositions()."""
import os

import numpy
import pytest
import torch
from common import run_wick
from torch.utils._pytree import tree_leaves

transformers = pytest.importorskip("transformers", reason="the zoo takes networks of the package transformers")
from zoo.models import MODELS  # noqa: E402
from zoo.nets import NETS  # noqa: E402

RTOL, ATOL = 1e-3, 1e-4
ZOO = {**{f"nets/{name}": build for name, build in NETS.items()}, **{f"transformers/{name}": build for name, build in MODELS.items()}}


def run_program(exported, inputs, expected, folder, *options):
    """Compiles an exported program and compares what it computes with `expected`."""
    torch.export.save(exported, folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "-o", folder / "m.pte", *options)
    arguments = []
    for flag, tensors in (("--input", inputs), ("--expect", expected)):
        for index, tensor in enumerate(tensors):
            path = folder / f"{flag[2:]}{index}.npy"
            numpy.save(path, tensor.detach().contiguous().numpy())
            arguments += [flag, path]
    run_wick("run", folder / "m.pte", *arguments, "--rtol", RTOL, "--atol", ATOL)


@pytest.mark.parametrize("form", ["training", "core"] if os.environ.get("WICK_TEST_ALL") else ["training"])
@pytest.mark.parametrize("name", ZOO)
def test_network_equals_eager(name, form, tmp_path):
    torch.manual_seed(0)
    module, inputs = ZOO[name]()
    module = module.eval()
    with torch.no_grad():
        expected = tree_leaves(module(*[x.clone() for x in inputs]))
        exported = torch.export.export(module, inputs)
        if form == "core":
            exported = exported.run_decompositions()
    run_program(exported, inputs, expected, tmp_path)
