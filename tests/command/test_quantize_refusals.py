# SPDX-License-Identifier: BSD-3-Clause
"""Calibration files come from outside: each mistake is named with the file, what it holds and what was expected."""
import json

import numpy
import pytest
import torch
from common import model_file, run_wick

FAILED, USAGE = 1, 2


@pytest.fixture
def digits():
    return model_file("digits", "pt2")


@pytest.fixture
def samples():
    return numpy.load(model_file("digits", "calibration.npy"))[:32]


def compile_with(model, array, folder, *options, code=FAILED):
    path = array
    if isinstance(array, numpy.ndarray):
        path = folder / "c.npy"
        numpy.save(path, array)
    done = run_wick("compile", model, "-o", folder / "x.pte", "--quantize", "int8", "--calibration", path, *options, check=False)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    assert code == 0 or not (folder / "x.pte").exists()
    return done.stderr if code else done.stdout


def test_missing_file(digits, tmp_path):
    assert "absent.npy" in compile_with(digits, "absent.npy", tmp_path)


def test_no_calibration(digits, tmp_path):
    done = run_wick("compile", digits, "-o", tmp_path / "x.pte", "--quantize", "int8", check=False)
    assert done.returncode == FAILED and "found 0 arrays, expected one for each of the 1 inputs" in done.stderr


def test_too_many_arrays(digits, samples, tmp_path):
    numpy.save(tmp_path / "c.npy", samples)
    message = compile_with(digits, f"{tmp_path / 'c.npy'},{tmp_path / 'c.npy'}", tmp_path)
    assert "found 2 arrays, expected one for each of the 1 inputs" in message


@pytest.mark.parametrize("change, found", [
    (lambda x: x.astype(numpy.float64), "f64[32, 1, 8, 8]"),
    (lambda x: (x * 255).astype(numpy.uint8), "u8[32, 1, 8, 8]"),
    (lambda x: x[:, 0], "f32[32, 8, 8]"),
    (lambda x: x[..., :7], "f32[32, 1, 8, 7]"),
    (lambda x: x[:0], "f32[0, 1, 8, 8]"),
    (lambda x: x.reshape(-1), "f32[2048]"),
    (lambda x: x[0, 0, 0, 0], "f32[]"),
])
def test_wrong_type_or_shape(digits, samples, tmp_path, change, found):
    message = compile_with(digits, numpy.asarray(change(samples)), tmp_path)
    assert "c.npy" in message and f"found {found}, expected f32[N, 1, 8, 8]" in message


@pytest.mark.parametrize("value, word", [(numpy.nan, "NaN"), (numpy.inf, "an infinity"), (-numpy.inf, "an infinity")])
def test_what_is_not_finite(digits, samples, tmp_path, value, word):
    samples[17, 0, 3, 3] = value
    message = compile_with(digits, samples, tmp_path)
    assert "c.npy" in message and f"sample 17 holds {word}" in message


def test_truncated_file(digits, samples, tmp_path):
    numpy.save(tmp_path / "whole.npy", samples)
    data = (tmp_path / "whole.npy").read_bytes()
    (tmp_path / "short.npy").write_bytes(data[:-100])
    assert "short.npy" in compile_with(digits, tmp_path / "short.npy", tmp_path)


def test_text_file(digits, tmp_path):
    (tmp_path / "text.npy").write_text("no array at all")
    assert "text.npy" in compile_with(digits, tmp_path / "text.npy", tmp_path)


def test_values_that_overflow_inside_name_node_and_sample(digits, samples, tmp_path):
    message = compile_with(digits, samples * numpy.float32(3e38), tmp_path)
    assert "gives infinity or NaN on sample" in message and "node '" in message


@pytest.mark.parametrize("factor", [0, 1e-38, 1e-20, 1e20])
def test_absurd_magnitudes_compile_and_run(digits, samples, tmp_path, factor):
    """Values that are all 0, or of any magnitude that the float network itself survives."""
    array = (samples * numpy.float32(factor)).astype(numpy.float32)
    compile_with(digits, array, tmp_path, code=0)
    numpy.save(tmp_path / "one.npy", array[:1])
    run_wick("run", tmp_path / "x.pte", "--input", tmp_path / "one.npy", "--output", tmp_path / "y.npy")
    assert numpy.isfinite(numpy.load(tmp_path / "y.npy")).all()


def test_constant_samples_and_a_single_one_compile(digits, samples, tmp_path):
    compile_with(digits, numpy.full_like(samples, -3.5), tmp_path, code=0)
    compile_with(digits, samples[:1], tmp_path, code=0)


def test_unknown_node_is_refused_with_near_names(digits, samples, tmp_path):
    for option in ("--keep-float", "--keep-int16"):
        message = compile_with(digits, samples, tmp_path, option, "linaer")
        assert f"{option}: no node is named 'linaer'; near it are 'linear'" in message


@pytest.mark.parametrize("options", [("--keep-int16", "linear"), ("--quantize", "int16")])
def test_official_operators_have_no_16_bits(digits, samples, tmp_path, options):
    message = compile_with(digits, samples, tmp_path, "--target", "cortex-m55", "--ops", "official", *options)
    assert f"{' '.join(options[:1 if 'keep' in options[0] else 2])}: the official operators have none of 16 bits" in message


@pytest.mark.parametrize("option, value, expected", [
    ("--quantize", "int3", "expected int8 or int16"),
    ("--observer", "mean", "expected one of minmax, percentile, mse, entropy"),
    ("--io", "uint8", "expected int8 or float"),
])
def test_unknown_names(digits, samples, tmp_path, option, value, expected):
    assert expected in compile_with(digits, samples, tmp_path, option, value)


def test_labels_must_count_the_samples(digits, samples, tmp_path):
    numpy.save(tmp_path / "l.npy", numpy.zeros(31, numpy.int64))
    message = compile_with(digits, samples, tmp_path, "--labels", tmp_path / "l.npy")
    assert "l.npy" in message and "found i64[31], expected i64[32]" in message
    numpy.save(tmp_path / "l.npy", numpy.zeros(32, numpy.float32))
    assert "found f32[32]" in compile_with(digits, samples, tmp_path, "--labels", tmp_path / "l.npy")


@pytest.mark.parametrize("option, value", [
    ("--calibration", "x.npy"), ("--labels", "x.npy"), ("--io", "int8"), ("--observer", "mse"), ("--keep-float", "linear"), ("--keep-int16", "linear"),
    ("--max-drop", "1"), ("--quantize-html", "x.html")])
def test_options_without_quantize(digits, tmp_path, option, value):
    done = run_wick("compile", digits, "-o", tmp_path / "x.pte", option, value, check=False)
    assert done.returncode == USAGE and f"{option} is of use with --quantize int8 only" in done.stderr


@pytest.mark.parametrize("value", ["-1", "101", "much", ""])
def test_max_drop_is_a_percentage(digits, samples, tmp_path, value):
    compile_with(digits, samples, tmp_path, "--max-drop", value, code=USAGE)


def test_dynamic_shape_is_refused(samples, tmp_path):
    batch = torch.export.Dim("batch", min=2, max=64)
    program = torch.export.export(torch.nn.Linear(8, 4).eval(), (torch.zeros(4, 8),), dynamic_shapes={"input": {0: batch}})
    torch.export.save(program, tmp_path / "dynamic.pt2")
    message = compile_with(tmp_path / "dynamic.pt2", numpy.zeros((4, 8), numpy.float32), tmp_path)
    assert "dynamic shape" in message


def test_a_model_that_gives_infinity_is_named(tmp_path):
    class Inverse(torch.nn.Module):
        def forward(self, x):
            return torch.relu(1 / x)

    torch.export.save(torch.export.export(Inverse(), (torch.ones(1, 4),)), tmp_path / "inverse.pt2")
    array = numpy.ones((5, 4), numpy.float32)
    array[3, 2] = 0
    assert "gives infinity or NaN on sample 3" in compile_with(tmp_path / "inverse.pt2", array, tmp_path)


def test_infinite_weight_is_named(tmp_path):
    linear = torch.nn.Linear(4, 2).eval()
    with torch.no_grad():
        linear.weight[0, 0] = float("nan")
    torch.export.save(torch.export.export(linear, (torch.ones(1, 4),)), tmp_path / "nan.pt2")
    message = compile_with(tmp_path / "nan.pt2", numpy.ones((5, 4), numpy.float32), tmp_path)
    assert "weight" in message and "infinity or NaN" in message


def test_report_of_labels_and_page(digits, samples, tmp_path):
    labels = numpy.zeros(32, numpy.int64)
    numpy.save(tmp_path / "l.npy", labels)
    report = json.loads(compile_with(digits, samples, tmp_path, "--labels", tmp_path / "l.npy", "--json", "--quantize-html",
                                     tmp_path / "q.html", code=0))["quantization"]
    assert report["cases"] == 32 and 0 <= report["accuracy"] <= 1 and 0 <= report["float_accuracy"] <= 1
    assert report["samples"] == 32 and all(tensor["scale"] > 0 for tensor in report["tensors"])
    page = (tmp_path / "q.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and page.count("<rect") == 2 * len(report["tensors"])


def test_kept_node_stays_float(digits, samples, tmp_path):
    report = json.loads(compile_with(digits, samples, tmp_path, "--keep-float", "linear", "--json", code=0))
    assert any(name.startswith("linear ") for name in report["quantization"]["stays_float"])
    assert report["operators"]["aten::linear"] == 1


def test_activations_larger_than_memory_are_refused(tmp_path):
    class Huge(torch.nn.Module):
        def forward(self, x):
            return (x.expand(16384, 16384) * 2).amax((0, 1))

    torch.export.save(torch.export.export(Huge(), (torch.ones(1, 1),)), tmp_path / "huge.pt2")
    message = compile_with(tmp_path / "huge.pt2", numpy.ones((5, 1), numpy.float32), tmp_path)
    assert "the activations of one sample take more than 512 MiB" in message
