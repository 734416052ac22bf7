# SPDX-License-Identifier: BSD-3-Clause
"""Trained networks compiled with and without the pass simplify_channels give the same bits, and the person detector
loses the half that is dead."""
import int8
import numpy as np
import pytest
from common import SHARED_MODELS, compile_model, model_file, run_wick

TARGET = ("--target", "cortex-m55")


@pytest.fixture(scope="module")
def logits_of_vww(tmp_path_factory):
    """The person detector without its softmax, which would hide small differences."""
    pytest.importorskip("torch")
    path = tmp_path_factory.mktemp("vww") / "logits.pt2"
    int8.without_softmax("vww", path)
    return path


def both(source, name, folder):
    """Reports and programs with and without the pass."""
    quantize = ("--quantize", "int8", "--calibration", model_file(name, "calibration.npy"))
    with_pass = compile_model(source, folder / "with.pte", *TARGET, *quantize)
    without = compile_model(source, folder / "without.pte", *TARGET, *quantize, "--skip-pass", "simplify_channels")
    return with_pass, without


def hard_inputs(name):
    """What was measured, all steps at one end, both in turn, and noise over and beyond the range."""
    measured = np.concatenate([np.load(model_file(name, f"{kind}.npy")) for kind in ("calibration", "test_inputs")])
    shape = measured.shape[1:]
    low, high = measured.min(), measured.max()
    far = 10 * (high - low)
    steps = np.indices(shape).sum(axis=0)
    rng = np.random.default_rng(4)
    made = [np.full(shape, value) for value in (low - far, low, high, high + far)]
    made += [np.where(steps % period == 0, low - far, high + far) for period in (2, 3, 7)]
    made += [rng.uniform(low - span, high + span, shape) for span in (0, 0.1 * far, far) for _ in range(12)]
    made += [rng.choice([low - far, high + far], shape) for _ in range(12)]
    return np.concatenate([measured, np.array(made, measured.dtype)]).astype(measured.dtype)


def outputs_of(program, inputs, folder):
    np.save(folder / "x.npy", inputs)
    run_wick("run", program, "--input", folder / "x.npy", "--output", folder / "y.npy")
    return np.load(folder / "y.npy")


def check_same_bits(name, folder):
    inputs = hard_inputs(name)
    simplified = outputs_of(folder / "with.pte", inputs, folder)
    whole = outputs_of(folder / "without.pte", inputs, folder)
    assert len(np.unique(whole, axis=0)) > 10  # the inputs reach the outputs
    assert simplified.tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", SHARED_MODELS)
def test_simplified_models_give_the_same_bits(name, tmp_path):
    both(model_file(name, "pt2"), name, tmp_path)
    check_same_bits(name, tmp_path)


def test_vww_loses_half_of_its_work(logits_of_vww, tmp_path):
    simplified, whole = both(logits_of_vww, "vww", tmp_path)
    assert whole["macs"] == 7489664
    assert simplified["macs"] <= 3800000
    total = simplified["remarks"][-1]
    assert total.startswith("all layers: 7,489,664 -> ")
    weights = int(total.split(", ")[-1].split(" -> ")[1].split()[0].replace(",", ""))
    assert weights <= 31 * 1024
    check_same_bits("vww", tmp_path)


def test_each_smaller_layer_has_a_line_of_proof(tmp_path):
    report, _ = both(model_file("vww", "pt2"), "vww", tmp_path)
    lines = [line for line in report["remarks"] if " constant (channel " in line]
    assert len(lines) > 10
    assert all(": sums in [" in line and "] give " in line and " MACs" in line for line in lines)
