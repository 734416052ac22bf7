# SPDX-License-Identifier: BSD-3-Clause
"""Recurrent networks and attention on an emulated Cortex-M board equal eager."""
import shutil
import subprocess

import numpy
import pytest
import torch
from common import ROOT, run_wick
from zoo.nets import NETS

pytestmark = pytest.mark.skipif(not shutil.which("qemu-system-arm") or not shutil.which("arm-none-eabi-gcc"),
                                reason="needs qemu-system-arm and arm-none-eabi-gcc")


@pytest.mark.parametrize("name", ["lstm", "transformer_encoder"])
def test_network_on_board_equals_eager(name, tmp_path):
    module, (x,) = NETS[name]()
    module.eval()
    with torch.no_grad():
        torch.export.save(torch.export.export(module, (x,)), tmp_path / "m.pt2")
        numpy.save(tmp_path / "y.npy", module(x).numpy()[None])
    numpy.save(tmp_path / "x.npy", x.numpy()[None])
    run_wick("compile", tmp_path / "m.pt2", "--target", "cortex-m55", "-o", tmp_path / "m.pte")
    done = subprocess.run([ROOT / "ports/qemu/run", tmp_path / "m.pte", "--board", "mps3-an547", "--input", tmp_path / "x.npy",
                           "--expect", tmp_path / "y.npy", "--rtol", "1e-3", "--atol", "1e-4"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
