# SPDX-License-Identifier: BSD-3-Clause
"""Accuracy of `--quantize int8`, calibrated with the calibration data alone, on the test cases of the trained networks."""
import json

import int8
import numpy
import pytest
from common import MODELS, compile_model, model_file, run_wick

# In the order in which the models' scores come.
KWS_CLASSES = ["silence", "unknown", "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
DIGITS_POINTS = 0.3  # that int8 may lose


def outputs_of(name, doors, folder):
    program = folder / "model.pte"
    report = int8.compile_int8(name, program, doors)
    return int8.run_real(program, report, numpy.load(model_file(name, "test_inputs.npy")), folder)


@pytest.mark.parametrize("doors", int8.DOORS)
@pytest.mark.parametrize("name", int8.SQNR_BARS_DB)
def test_outputs_are_near_float(name, doors, tmp_path):
    reference = numpy.load(model_file(name, "test_outputs.npy"))
    outputs = outputs_of(name, doors, tmp_path)
    assert int8.sqnr_db(reference, outputs) >= int8.SQNR_BARS_DB[name]
    if name not in ("ad", "kws"):  # the one has no classes, the other has words
        same, clear = int8.clear_agreement(reference, outputs)
        assert same == clear


def test_keyword_spotter_names_all_words(tmp_path):
    words = json.loads(model_file("kws", "words.json").read_text())
    scores = outputs_of("kws", "float", tmp_path)[: len(words)]
    assert [KWS_CLASSES[c] for c in scores.argmax(1)] == words


def test_digits_lose_little(tmp_path):
    files = ["--input", model_file("digits", "test_inputs.npy"), "--labels", model_file("digits", "test_labels.npy"), "--json"]
    compile_model(model_file("digits", "pt2"), tmp_path / "float.pte")
    int8.compile_int8("digits", tmp_path / "int8.pte")
    real, steps = (json.loads(run_wick("run", tmp_path / f"{form}.pte", *files).stdout) for form in ("float", "int8"))
    assert 100 * (real["right"] - steps["right"]) / real["cases"] <= DIGITS_POINTS


@pytest.mark.parametrize("name", MODELS)
def test_the_same_calibration_gives_the_same_bytes(name, tmp_path):
    for program in ("a.pte", "b.pte"):
        int8.compile_int8(name, tmp_path / program)
    assert (tmp_path / "a.pte").read_bytes() == (tmp_path / "b.pte").read_bytes()
