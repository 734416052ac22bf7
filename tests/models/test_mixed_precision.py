# SPDX-License-Identifier: BSD-3-Clause
"""Networks that int8 activations hurt: layers of int16 bring them back, and the integer program computes what the graph of
quantize/dequantize pairs says."""
import numpy
import pytest
from common import MODELS, compile_model, model_file, run_wick

torch = pytest.importorskip("torch")

SAMPLES, FEATURES, HIDDEN, CLASSES = 128, 8, 32, 6
HURTFUL = 300.0


class Gated(torch.nn.Module):
    """One feature of the product is far larger than the others, and says nothing."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(7)
        self.left, self.right = torch.nn.Linear(FEATURES, HIDDEN), torch.nn.Linear(FEATURES, HIDDEN)
        self.middle, self.last = torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
        with torch.no_grad():
            self.left.weight[0] *= HURTFUL
            self.middle.weight[:, 0] = 0

    def forward(self, x):
        return self.last(torch.relu(self.middle(self.left(x) * self.right(x))))


class Coarse(torch.nn.Module):
    """Weights of one input are so large that those of the others are next to nothing in 8 bits."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(11)
        self.first, self.last = torch.nn.Linear(FEATURES, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
        with torch.no_grad():
            self.first.weight[:, 0] *= HURTFUL

    def forward(self, x):
        return self.last(torch.tanh(self.first(x)))


class Image(torch.nn.Module):
    """Every kind of layer with an operator of 16 bits, behind and before int8."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.first = torch.nn.Conv2d(3, 8, 3, padding=1)
        self.depthwise = torch.nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.pointwise = torch.nn.Conv2d(8, 8, 1)
        self.last = torch.nn.Linear(16, 5)

    def forward(self, x):
        x = torch.relu(self.first(x))
        y = torch.nn.functional.max_pool2d(torch.relu(x + self.pointwise(self.depthwise(x))), 2)
        z = torch.cat([y, torch.sigmoid(y)], 1).mean((2, 3))
        return torch.tanh(self.last(z))


@pytest.fixture
def gated(tmp_path):
    inputs = numpy.random.default_rng(1).standard_normal((SAMPLES, 1, FEATURES)).astype(numpy.float32)
    return export(Gated(), inputs, tmp_path)


@pytest.fixture
def image(tmp_path):
    inputs = numpy.random.default_rng(2).standard_normal((32, 1, 3, 8, 8)).astype(numpy.float32)
    return export(Image(), inputs, tmp_path)


def export(module, inputs, folder):
    module = module.eval()
    cases = inputs.reshape(-1, *inputs.shape[2:])
    torch.export.save(torch.export.export(module, (torch.from_numpy(cases[:1]),)), folder / "m.pt2")
    numpy.save(folder / "x.npy", cases)
    with torch.no_grad():
        numpy.save(folder / "real.npy", module(torch.from_numpy(cases)).numpy())
    return folder


def quantize(folder, *options, scheme="int8"):
    return compile_model(folder / "m.pt2", folder / "q.pte", "--quantize", scheme, "--calibration", folder / "x.npy", *options)


def run(folder):
    run_wick("run", folder / "q.pte", "--input", folder / "x.npy", "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


def sqnr_db(folder):
    real = numpy.load(folder / "real.npy").astype(numpy.float64)
    return 10 * numpy.log10((real**2).sum() / ((real - run(folder)) ** 2).sum())


def keep(*names):
    return [word for name in names for word in ("--keep-int16", name)]


def wide(report):
    return {node["name"] for node in report["quantization"]["int16"]}


def test_named_layer_raises_the_signal(gated):
    plain = quantize(gated)
    before = sqnr_db(gated)
    assert not wide(plain) and {tensor["type"] for tensor in plain["quantization"]["tensors"]} == {"int8"}
    report = quantize(gated, *keep("mul", "linear_2"))
    after = sqnr_db(gated)
    assert after > before + 15, f"{before:.1f} dB with int8, {after:.1f} dB with int16"
    assert {"mul", "linear_2"} <= wide(report) and "linear_3" not in wide(report)
    types = {tensor["name"]: tensor["type"] for tensor in report["quantization"]["tensors"]}
    assert types["mul"] == types["relu"] == "int16" and types["linear_3"] == types["x"] == "int8"
    assert report["operators"]["wick::linear_s16"] == 3 and report["operators"]["wick::mul_s16"] == 1
    assert report["operators"]["wick::linear_s8"] == 1 and not report["quantization"]["stays_float"]


def test_bound_prefers_int16_to_float(gated):
    lost = quantize(gated)["quantization"]
    assert lost["same_largest"] < lost["cases"]
    report = quantize(gated, "--max-drop", "0")
    assert report["quantization"]["same_largest"] == report["quantization"]["cases"] == SAMPLES
    assert not report["quantization"]["stays_float"] and "aten::linear" not in report["operators"]
    assert any("points would be lost, 0.00 may be" in node["why"] for node in report["quantization"]["int16"])
    assert (run(gated).argmax(-1) == numpy.load(gated / "real.npy").argmax(-1)).mean() >= 0.99


def test_bound_takes_float_where_weights_are_too_coarse(tmp_path):
    inputs = numpy.random.default_rng(4).standard_normal((SAMPLES, 1, FEATURES)).astype(numpy.float32)
    inputs[..., 0] /= HURTFUL
    export(Coarse(), inputs, tmp_path)
    report = quantize(tmp_path, "--max-drop", "2")["quantization"]
    assert [name.split()[0] for name in report["stays_float"]] == ["linear"]
    assert report["same_largest"] >= 0.98 * SAMPLES


@pytest.mark.parametrize("scheme, options", [
    ("int16", ()), ("int8", keep("conv2d")), ("int8", keep("conv2d_1")), ("int8", keep("conv2d_2")), ("int8", keep("add")),
    ("int8", keep("max_pool2d")), ("int8", keep("cat")), ("int8", keep("mean")), ("int8", keep("conv2d", "linear"))])
def test_integers_compute_what_the_pairs_say(image, scheme, options):
    report = quantize(image, "--io", "int8", *options, scheme=scheme)
    assert not [name for name in report["operators"] if name.startswith("aten::") and name not in ("aten::cat", "aten::permute_copy")]
    assert any(name.endswith("_s16") for name in report["operators"])
    door, = report["quantization"]["inputs"]
    x = numpy.load(image / "x.npy")
    numpy.save(image / "x.npy", numpy.clip(numpy.rint(x / door["scale"]) + door["zero_point"], -128, 127).astype(numpy.int8))
    steps = run(image).astype(int)
    numpy.save(image / "x.npy", x)
    quantize(image, "--io", "int8", "--skip-pass", "lower_quantized", *options, scheme=scheme)
    numpy.save(image / "x.npy", numpy.clip(numpy.rint(x / door["scale"]) + door["zero_point"], -128, 127).astype(numpy.int8))
    pairs = run(image).astype(int)
    assert abs(steps - pairs).max() <= 1 and (steps != pairs).mean() < 0.15


@pytest.mark.parametrize("module, sizes", [
    (torch.nn.Linear(24, 12), (24,)), (torch.nn.Conv2d(4, 6, 3, padding=1), (4, 6, 6)), (torch.nn.Conv2d(4, 4, 3, groups=4), (4, 6, 6))])
def test_one_layer_of_16_bits_is_within_a_step(tmp_path, module, sizes):
    inputs = numpy.random.default_rng(5).standard_normal((32, 1, *sizes)).astype(numpy.float32)
    export(module, inputs, tmp_path)
    report = quantize(tmp_path, scheme="int16")
    integers = run(tmp_path)
    quantize(tmp_path, "--skip-pass", "lower_quantized", scheme="int16")
    apart = numpy.rint((integers - run(tmp_path)) / report["quantization"]["tensors"][-1]["scale"])
    assert abs(apart).max() <= 1 and (apart != 0).mean() < 0.15  # multipliers have 15 bits: docs/numerics.md


@pytest.mark.parametrize("name", [name for name in MODELS if name not in ("ad", "sww")])
def test_int16_models_are_nearer_to_float(name, tmp_path):
    calibration = model_file(name, "calibration.npy")
    found = {}
    for scheme in ("int8", "int16"):
        report = compile_model(model_file(name, "pt2"), tmp_path / "q.pte", "--quantize", scheme, "--calibration", calibration)
        run_wick("run", tmp_path / "q.pte", "--input", model_file(name, "test_inputs.npy"), "--output", tmp_path / "y.npy")
        real = numpy.load(model_file(name, "test_outputs.npy")).astype(numpy.float64)
        found[scheme] = 10 * numpy.log10((real**2).sum() / ((real - numpy.load(tmp_path / "y.npy")) ** 2).sum())
    assert found["int16"] > found["int8"] + 1, found
    assert not [operator for operator in report["operators"] if operator.endswith("_s8")]
