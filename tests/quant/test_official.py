# SPDX-License-Identifier: BSD-3-Clause
"""Files of `--ops official`: what the official Cortex-M runtime would be given, run in Python through the exporter's
reference operators and by `wick run`, to the same bits; and the same bits as the file of Wick's own operators."""
import pytest

torch = pytest.importorskip("torch")

import numpy  # noqa: E402
import official_program  # noqa: E402
from common import compile_model, model_file, run_wick  # noqa: E402
from cortex_m_nets import NETS  # noqa: E402

nn = torch.nn
CASES = 3
CORES = {"M55": "cortex-m55", "M4": "cortex-m4f", "M0": "cortex-m0"}
# What a file must call, beside its doors.
TRAINED = {"ad": {"quantized_conv2d"}, "ds_cnn": {"quantized_conv2d", "quantized_depthwise_conv2d"},
           "kws": {"quantized_conv2d", "quantized_depthwise_conv2d", "quantized_linear"},
           "resnet8": {"quantized_conv2d", "quantized_add", "pad"}, "sww": {"quantized_depthwise_conv2d"},
           "vww": {"quantized_conv2d", "quantized_depthwise_conv2d", "pad"},
           "digits": {"quantized_conv2d", "quantized_max_pool2d"}}
# The softmax at the end of these stays float: PyTorch's exponential is not ours to the last bit.
FLOAT_END = {"ds_cnn", "resnet8", "sww", "vww", "residual", "mobile"}
# A softmax inside, in integers by ours and in float32 by the reference, may differ by a step: two of the result's here.
SOFTMAX_INSIDE = {"attention": ("--rtol", 0, "--atol", 0.0125)}
EXACT, ALMOST = ("--rtol", 0, "--atol", 0), ("--rtol", 2e-6, "--atol", 1e-8)


class Shapes(nn.Module):
    """What the official library lays out otherwise: asymmetric windows, groups, means, differences, bounds."""

    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=2)
        self.wide = nn.Conv2d(8, 16, (2, 3), padding=(0, 1), groups=8)
        self.last = nn.Linear(16, 6)

    def forward(self, x):
        x = torch.relu(self.grouped(nn.functional.pad(x, (0, 1, 1, 0))))
        y = nn.functional.relu6(self.wide(x))
        y = nn.functional.avg_pool2d(y, 2, stride=1) - nn.functional.max_pool2d(y, 2, stride=1)
        return self.last(y.mean((2, 3)) * 0.5)


class Rows(nn.Module):
    """Sounds: images of one row, strides, an end that no window reads."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(4, 8, 3, stride=2, padding=1)
        self.second = nn.Conv1d(8, 8, 4, stride=3)
        self.last = nn.Linear(8 * 5, 3)

    def forward(self, x):
        return self.last(torch.flatten(torch.relu(self.second(torch.relu(self.first(x)))), 1))


class Batch(nn.Module):
    """A depthwise layer of several images, which the official operator for one image cannot do."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, padding=1)
        self.depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6)

    def forward(self, x):
        return self.depthwise(torch.relu(self.first(x)))


class Kept(nn.Module):
    """Operators that the official library lacks: they stay float."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, padding=1)
        self.up = nn.ConvTranspose2d(6, 3, 3, stride=2, output_padding=1)

    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.relu(self.first(x)), 3, stride=2, ceil_mode=True)
        return nn.functional.hardswish(self.up(x)) / (torch.sigmoid(x.mean()) + 1)


OWN = {"shapes": (Shapes, (1, 4, 9, 8)), "rows": (Rows, (1, 4, 32)), "batch": (Batch, (2, 3, 6, 5))}
# Batches of one sample, so that a calibration array holds samples.
SMALL = {**{name: (make, (1, *shape[1:])) for name, (make, shape) in NETS.items()}, **OWN}


def compiled(source, calibration, folder, core, *options):
    output = folder / f"{core}{'-'.join(map(str, options))}.pte"
    compile_model(source, output, "--target", CORES[core], "--quantize", "int8", "--calibration", calibration, *options)
    return output


def outputs_of(path, core, cases):
    program = official_program.Program(path.read_bytes(), core)
    return [program(x)[0] for x in cases], program


def check_wick(path, folder, cases, wanted, tolerance):
    for x, y in zip(cases, wanted, strict=True):
        numpy.save(folder / "x.npy", x.numpy())
        numpy.save(folder / "y.npy", y.contiguous().numpy())
        run_wick("run", path, "--input", folder / "x.npy", "--expect", folder / "y.npy", *tolerance)


def check_operators(program):
    """All are of the official libraries: of Cortex-M, or of every ExecuTorch runtime."""
    from executorch.runtime import Runtime

    everywhere = set(Runtime.get().operator_registry.operator_names)
    for name, overload in program.operators:
        namespace, operator = name.split("::")
        if namespace == "cortex_m":
            assert hasattr(getattr(torch.ops.cortex_m, operator), overload), name
        else:
            assert f"{name}.{overload}" in everywhere, name


def check(name, source, calibration, cases, folder, core="M55"):
    """The official file in Python and on our runtime, and ours: one result."""
    tolerance = ALMOST if name in FLOAT_END else EXACT
    official = compiled(source, calibration, folder, core, "--ops", "official")
    wanted, program = outputs_of(official, core, cases)
    check_operators(program)
    check_wick(official, folder, cases, wanted, tolerance)
    own = compiled(source, calibration, folder, core)
    check_wick(own, folder, cases, wanted, SOFTMAX_INSIDE.get(name, tolerance))
    return program


# Cores differ in scratch memory and in how a linear layer is called.
@pytest.mark.parametrize("name, core", [(name, "M55") for name in TRAINED] + [("kws", "M4"), ("kws", "M0"), ("resnet8", "M4")])
def test_trained_model_as_official_file_keeps_bits(name, core, tmp_path):
    cases = torch.from_numpy(numpy.load(model_file(name, "test_inputs.npy"))[:CASES]).split(1)
    program = check(name, model_file(name, "pt2"), model_file(name, "calibration.npy"), cases, tmp_path, core)
    for operator in TRAINED[name]:
        assert program.counts()[f"cortex_m::{operator}"] > 0, operator


def export_small(make, shape, folder):
    torch.manual_seed(5)
    numpy.save(folder / "samples.npy", torch.randn(8 * shape[0], *shape[1:]).numpy())
    torch.export.save(torch.export.export(make().eval(), (torch.randn(shape),)), folder / "net.pt2")
    # Beyond what was calibrated too.
    return folder / "net.pt2", folder / "samples.npy", [torch.randn(shape) * (1 + case) for case in range(CASES)]


@pytest.mark.parametrize("core", ["M55", "M4"])
@pytest.mark.parametrize("name", SMALL)
def test_small_net_as_official_file_keeps_bits(name, core, tmp_path):
    source, samples, cases = export_small(*SMALL[name], tmp_path)
    program = check(name, source, samples, cases, tmp_path, core)
    assert any(key.startswith("cortex_m::quantized_") for key in program.counts())


@pytest.mark.parametrize("core", CORES)
def test_what_official_library_lacks_stays_float(core, tmp_path):
    source, samples, cases = export_small(Kept, (1, 3, 9, 9), tmp_path)
    official = compiled(source, samples, tmp_path, core, "--ops", "official")
    wanted, program = outputs_of(official, core, cases)
    check_operators(program)
    check_wick(official, tmp_path, cases, wanted, ALMOST)
    counts = program.counts()
    assert counts["cortex_m::quantized_conv2d"] == 1 and counts["cortex_m::quantized_transpose_conv2d"] == 0
    assert counts["aten::convolution"] == counts["aten::avg_pool2d"] == 1


def test_official_operators_need_a_cortex_m_target(tmp_path):
    source = export_small(Batch, (1, 3, 6, 5), tmp_path)[0]
    done = run_wick("compile", source, "-o", tmp_path / "net.pte", "--ops", "official", check=False)
    assert done.returncode != 0 and "choose a target such as cortex-m55" in done.stderr
    done = run_wick("compile", source, "-o", tmp_path / "net.pte", "--ops", "theirs", check=False)
    assert done.returncode != 0 and "expected wick or official" in done.stderr


@pytest.mark.parametrize("name", NETS)
def test_exporters_quantized_graph_gives_exporters_bits(name, tmp_path):
    """A graph that the exporter quantized, compiled by both: one result. (Its own files run here unchecked: they hold
    calls that CMSIS-NN gets wrong, docs/official-operators.md.)"""
    import cortex_m_export

    torch.manual_seed(3)
    make, shape = NETS[name]
    samples = [cortex_m_export.inputs(shape) for _ in range(4)]
    quantized = cortex_m_export.quantize(torch.export.export(make().eval(), (samples[0],)), samples)
    torch.export.save(quantized, tmp_path / "net.pt2")
    official = tmp_path / "net.pte"
    compile_model(tmp_path / "net.pt2", official, "--target", "cortex-m55", "--ops", "official")
    module, data = cortex_m_export.lower(quantized, "M55")
    ours, theirs = official_program.Program(official.read_bytes()), official_program.Program(data, is_checked=False)
    check_operators(ours)
    for x in samples:
        wanted = module(x)
        assert torch.equal(theirs(x)[0], wanted)
        assert torch.equal(ours(x)[0], wanted)
