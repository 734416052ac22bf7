# SPDX-License-Identifier: BSD-3-Clause
"""A quantized graph for the portable target, pairs and all, gives the same bits on the official runtime as on ours."""
import numpy
import pytest
import torch
from common import model_file, run_wick

CASES = 20


@pytest.mark.parametrize("io", ["float", "int8"])
def test_official_runtime_gives_the_same_bits(io, tmp_path):
    pytest.importorskip("executorch.runtime", reason="the official runtime is the peer")
    import executorch.kernels.quantized  # noqa: F401 (registers the operators)
    from executorch.runtime import Runtime

    program = tmp_path / "digits.pte"
    run_wick("compile", model_file("digits", "pt2"), "--target", "portable", "--quantize", "int8", "--io", io,
             "--calibration", model_file("digits", "calibration.npy"), "-o", program)
    x = numpy.load(model_file("digits", "test_inputs.npy"))[:CASES]
    x = x if io == "float" else (x * 255 - 128).round().astype(numpy.int8)
    numpy.save(tmp_path / "x.npy", x)
    run_wick("run", program, "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy")
    method = Runtime.get().load_program(str(program)).load_method("forward")
    official = numpy.stack([method.execute([torch.tensor(case[None])])[0].numpy()[0] for case in x])
    numpy.testing.assert_array_equal(numpy.load(tmp_path / "y.npy"), official)
