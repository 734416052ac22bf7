# SPDX-License-Identifier: BSD-3-Clause
"""The trained models quantized from their calibration data: what is lost against eager PyTorch in float, and in what time."""
import json

import numpy
import pytest
from common import MODELS, SHARED_MODELS, compile_model, model_file, run_wick

SQNR_BARS_DB = {"ad": 32, "ds_cnn": 26, "kws": 35, "resnet8": 24, "sww": 50, "vww": 33}
CLEAR_MARGIN = 0.1


def quantize(name, output, *options):
    calibration = model_file(name, "calibration.npy")
    return compile_model(model_file(name, "pt2"), output, "--quantize", "int8", "--calibration", calibration, *options)


def sqnr_db(reference, outputs):
    reference = reference.astype(numpy.float64)
    return 10 * numpy.log10((reference**2).sum() / max(((reference - outputs) ** 2).sum(), 1e-300))


def run(program, inputs, folder):
    run_wick("run", program, "--input", inputs, "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


def check_classes(reference, outputs):
    ordered = numpy.sort(reference, axis=-1)
    clear = ordered[:, -1] - ordered[:, -2] > CLEAR_MARGIN
    wrong = clear & (outputs.argmax(-1) != reference.argmax(-1))
    assert not wrong.any(), f"cases {numpy.nonzero(wrong)[0]} have another class than in float"


@pytest.mark.parametrize("name", SHARED_MODELS)
def test_outputs_stay_near_float(name, tmp_path):
    quantize(name, tmp_path / "q.pte")
    outputs = run(tmp_path / "q.pte", model_file(name, "test_inputs.npy"), tmp_path)
    reference = numpy.load(model_file(name, "test_outputs.npy"))
    assert sqnr_db(reference, outputs) >= SQNR_BARS_DB[name]
    if name not in ("ad", "kws"):  # ad has no classes, kws its words
        check_classes(reference, outputs)


@pytest.mark.parametrize("name", SHARED_MODELS)
def test_int8_doors_have_the_scales_of_the_report(name, tmp_path):
    report = quantize(name, tmp_path / "q.pte", "--io", "int8")
    (source,), (sink,) = report["quantization"]["inputs"], report["quantization"]["outputs"]
    x = numpy.load(model_file(name, "test_inputs.npy"))
    steps = numpy.rint(x / source["scale"]) + source["zero_point"]
    numpy.save(tmp_path / "x.npy", numpy.clip(steps, -128, 127).astype(numpy.int8))
    outputs = run(tmp_path / "q.pte", tmp_path / "x.npy", tmp_path)
    assert outputs.dtype == numpy.int8
    real = (outputs.astype(numpy.float64) - sink["zero_point"]) * sink["scale"]
    assert sqnr_db(numpy.load(model_file(name, "test_outputs.npy")), real) >= SQNR_BARS_DB[name]


def test_keyword_spotter_hears_all_ten_words(tmp_path):
    words = json.loads(model_file("kws", "words.json").read_text())
    classes = ["silence", "unknown", "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
    quantize("kws", tmp_path / "q.pte")
    outputs = run(tmp_path / "q.pte", model_file("kws", "test_inputs.npy"), tmp_path)
    assert [classes[i] for i in outputs[: len(words)].argmax(-1)] == words


def test_digits_keep_their_accuracy(tmp_path):
    report = quantize("digits", tmp_path / "q.pte")
    assert report["quantization"]["output_sqnr_db"] > 25
    outputs = run(tmp_path / "q.pte", model_file("digits", "test_inputs.npy"), tmp_path)
    labels = numpy.load(model_file("digits", "test_labels.npy"))
    float_right = (numpy.load(model_file("digits", "test_outputs.npy")).argmax(-1) == labels).mean()
    assert (outputs.argmax(-1) == labels).mean() >= float_right - 0.003


def test_same_model_and_data_give_the_same_bytes(tmp_path):
    for name in ("a.pte", "b.pte"):
        quantize("digits", tmp_path / name, "--io", "int8")
    assert (tmp_path / "a.pte").read_bytes() == (tmp_path / "b.pte").read_bytes()
