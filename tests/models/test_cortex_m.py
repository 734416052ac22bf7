# SPDX-License-Identifier: BSD-3-Clause
"""Files of the official exporter for Cortex-M, made here from small networks of random weights and from the trained
models: outputs of `wick run` equal those of the lowered graph, run in Python through the exporter's reference operators,
to the last bit."""
import pytest

torch = pytest.importorskip("torch")

import cortex_m_reference  # noqa: E402
import numpy  # noqa: E402
from common import model_file, run_wick  # noqa: E402

cortex_m_reference.register()

CASES = 4
nn = torch.nn


class Residual(nn.Module):
    """Sum, product by channel, maximum, mean, softmax."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.gate = nn.Parameter(torch.rand(1, 8, 1, 1))
        self.last = nn.Linear(8, 5)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = nn.functional.max_pool2d(x + self.second(x), 2)
        x = nn.functional.avg_pool2d(x * self.gate, 4)
        return torch.softmax(self.last(torch.flatten(x, 1)), 1)


class Separable(nn.Module):
    """Asymmetric padding, depthwise convolution, table lookup."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, (4, 3), stride=2)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.point = nn.Conv2d(8, 6, 1)
        self.last = nn.Linear(6 * 6 * 4, 4)

    def forward(self, x):
        x = torch.relu(self.first(nn.functional.pad(x, (1, 0, 1, 1))))
        x = torch.sigmoid(self.point(torch.tanh(self.depthwise(x))))
        return self.last(torch.flatten(x, 1))


class Upsampling(nn.Module):
    """Transposed convolution."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 6, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(6, 2, 4, stride=2, padding=1)

    def forward(self, x):
        return self.up(torch.relu(self.down(x))) + x


class Attention(nn.Module):
    """A batched product of activations, transpose, softmax, linear layers."""

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(12, 8), nn.Linear(12, 8)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        weights = torch.softmax(torch.bmm(self.query(x), self.key(x).permute(0, 2, 1)), 2)
        return self.last(weights)


class Mobile(nn.Module):
    """Inverted residuals: pointwise, depthwise with stride, pointwise, sum."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.blocks = nn.ModuleList(self.block(8, 8, 1) for _ in range(2))
        self.down = self.block(8, 16, 2)
        self.last = nn.Linear(16, 7)

    @staticmethod
    def block(channels, out_channels, stride):
        wide = 3 * channels
        return nn.Sequential(nn.Conv2d(channels, wide, 1), nn.BatchNorm2d(wide), nn.ReLU(),
                             nn.Conv2d(wide, wide, 3, stride=stride, padding=1, groups=wide), nn.BatchNorm2d(wide), nn.ReLU(),
                             nn.Conv2d(wide, out_channels, 1), nn.BatchNorm2d(out_channels))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        x = nn.functional.adaptive_avg_pool2d(self.down(x), 1)
        return torch.softmax(self.last(torch.flatten(x, 1)), 1)


NETS = {"residual": (Residual, (1, 3, 8, 8)), "separable": (Separable, (1, 1, 12, 8)),
        "upsampling": (Upsampling, (1, 2, 8, 6)), "attention": (Attention, (2, 6, 12)), "mobile": (Mobile, (1, 3, 24, 16))}
# Operators whose presence in the file each network is for.
WANTED = {"residual": {"quantized_conv2d", "quantized_add", "quantized_mul", "quantized_max_pool2d", "quantized_avg_pool2d",
                       "quantized_linear", "softmax"},
          "separable": {"pad", "quantized_depthwise_conv2d", "quantized_activation"},
          "upsampling": {"quantized_transpose_conv2d", "quantized_add"},
          "attention": {"quantized_batch_matmul", "transpose", "softmax", "quantized_linear"},
          "mobile": {"quantized_conv2d", "quantized_depthwise_conv2d", "quantized_add", "softmax"}}
TRAINED = ("ad", "ds_cnn", "resnet8", "vww")


def inputs(shape):
    tensor = torch.randn(shape)
    return tensor.to(memory_format=torch.channels_last) if len(shape) == 4 else tensor


def export(program, samples, core):
    """The program quantized on samples and lowered, which Python can run, and its .pte."""
    from executorch.backends.cortex_m.passes.cortex_m_pass_manager import CortexMPassManager
    from executorch.backends.cortex_m.quantizer.quantizer import CortexMQuantizer
    from executorch.backends.cortex_m.target_config import CortexM, CortexMTargetConfig
    from executorch.exir import EdgeCompileConfig, to_edge
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    aten = torch.ops.aten
    prepared = prepare_pt2e(program.module(check_guards=False), CortexMQuantizer())
    for sample in samples:
        prepared(sample)
    quantized = torch.export.export(convert_pt2e(prepared), (samples[0],))
    config = EdgeCompileConfig(preserve_ops=[aten.linear.default, aten.silu.default], _check_ir_validity=False,
                               _core_aten_ops_exception_list=[aten.max_pool2d.default])
    edge = to_edge(quantized, compile_config=config)
    target = CortexMTargetConfig(cpu=CortexM[core])
    lowered = CortexMPassManager(edge.exported_program(), target_config=target).transform()
    edge._edge_programs["forward"] = lowered
    module = lowered.module()
    return module, edge.to_executorch().buffer


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
