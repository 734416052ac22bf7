# SPDX-License-Identifier: BSD-3-Clause
"""Files of the official exporter for Cortex-M, made here from small networks of random weights and from the trained
models: outputs of `wick run` equal those of the lowered graph, run in Python through the exporter's reference operators,
to the last bit."""
import pytest

torch = pytest.importorskip("torch")

import cortex_m_reference  # noqa: E402
import numpy  # noqa: E402
from common import model_file, run_wick  # noqa: E402
from cortex_m_export import export, inputs  # noqa: E402
from cortex_m_nets import NETS  # noqa: E402

cortex_m_reference.register()

CASES = 4
# Operators whose presence in the file each network is for.
WANTED = {"residual": {"quantized_conv2d", "quantized_add", "quantized_mul", "quantized_max_pool2d", "quantized_avg_pool2d",
                       "quantized_linear", "softmax"},
          "separable": {"pad", "quantized_depthwise_conv2d", "quantized_activation"},
          "upsampling": {"quantized_transpose_conv2d", "quantized_add"},
          "attention": {"quantized_batch_matmul", "transpose", "softmax", "quantized_linear"},
          "mobile": {"quantized_conv2d", "quantized_depthwise_conv2d", "quantized_add", "softmax"}}
TRAINED = ("ad", "ds_cnn", "resnet8", "vww")


def check_outputs(folder, module, program, cases):
    (folder / "net.pte").write_bytes(program)
    for x in cases:
        numpy.save(folder / "x.npy", x.contiguous().numpy())
        numpy.save(folder / "y.npy", module(x).detach().contiguous().numpy())
        run_wick("run", folder / "net.pte", "--input", folder / "x.npy", "--expect", folder / "y.npy", "--rtol", 0,
                 "--atol", 0)


@pytest.mark.parametrize("core", ["M4", "M55"])
@pytest.mark.parametrize("name", NETS)
def test_wick_runs_exported_file_exactly(name, core, tmp_path):
    torch.manual_seed(3)
    make, shape = NETS[name]
    samples = [inputs(shape) for _ in range(4)]
    module, program = export(torch.export.export(make().eval(), (samples[0],)), samples, core)
    for operator in WANTED[name]:
        assert f"cortex_m::{operator}".encode() in program, operator
    # Beyond what was calibrated too.
    check_outputs(tmp_path, module, program, [inputs(shape) * (1 + case) for case in range(CASES)])


@pytest.mark.parametrize("name", TRAINED)
def test_wick_runs_exported_trained_model_exactly(name, tmp_path):
    def load(suffix, count):
        tensors = torch.from_numpy(numpy.load(model_file(name, suffix))[:count]).split(1)
        return [x.contiguous(memory_format=torch.channels_last if x.ndim == 4 else torch.contiguous_format) for x in tensors]

    samples = load("calibration.npy", 8)
    module, program = export(torch.export.load(model_file(name, "pt2")), samples, "M55")
    assert b"cortex_m::quantized_" in program
    check_outputs(tmp_path, module, program, load("test_inputs.npy", 3))
