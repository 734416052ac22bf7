# SPDX-License-Identifier: BSD-3-Clause
"""Compiled models on QEMU's Cortex-M boards: outputs equal eager PyTorch's, and the figures of a run make sense."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from qemu_boards import INTERPRETED, TARGETS

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("WICK_SHARED", ROOT / ".." / "shared")) / "models"
WICK = ROOT / os.environ.get("WICK_BUILD", "build") / "wick"
SHARED_MODELS = ("ad", "ds_cnn", "kws", "resnet8", "sww", "vww")
RUNS = [(model, board) for board in ("mps3-an547", "mps2-an386") for model in ("digits", *SHARED_MODELS)]
RUNS += [(model, board) for board in ("mps2-an385", "microbit") for model in ("digits", "kws")]
RUNS += [("kws", "mps2-an500"), ("kws", "mps2-an505")]
RUNS = [(model, board) for model, board in RUNS if board in INTERPRETED]

pytestmark = pytest.mark.skipif(not shutil.which("qemu-system-arm") or not shutil.which("arm-none-eabi-gcc"),
                                reason="needs qemu-system-arm and arm-none-eabi-gcc")


def model_files(model):
    folder = ROOT / "examples" / "digits" if model == "digits" else SHARED
    if not (folder / f"{model}.pt2").exists():
        pytest.skip(f"{folder}/{model}.pt2 is absent")
    return [folder / f"{model}.{part}" for part in ("pt2", "test_inputs.npy", "test_outputs.npy")]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """compiled(model, board): path of the program for that board's core, compiled once, and its report beside it."""
    folder, made = tmp_path_factory.mktemp("programs"), {}

    def get(model, board):
        key = (model, TARGETS[board])
        if key not in made:
            made[key] = folder / f"{model}-{TARGETS[board]}.pte"
            done = subprocess.run([WICK, "compile", model_files(model)[0], "--target", TARGETS[board], "-o", made[key], "--json"],
                                  check=True, capture_output=True)
            made[key].with_suffix(".json").write_bytes(done.stdout)
        return made[key]

    return get


def run(program, board, *options):
    return subprocess.run([ROOT / "ports/qemu/run", program, "--board", board, *map(str, options)], capture_output=True, text=True)


@pytest.mark.parametrize("model,board", RUNS)
def test_model_on_board_equals_eager(compiled, model, board):
    _, inputs, outputs = model_files(model)
    done = run(compiled(model, board), board, "--input", inputs, "--expect", outputs, "--cases", "0:2",
               "--rtol", "1e-4", "--atol", "1e-5", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert summary["cases"] == 2 and summary["equal"]
    assert summary["flash_parts"]["kernels"] > 0
    # What the compiler promised before flashing is what the device asks for.
    report = json.loads(compiled(model, board).with_suffix(".json").read_text())
    assert summary["metadata_bytes"] == report["metadata_bytes_32_bit"]
    assert summary["arena_bytes"] == sum(memory["arena_bytes"] for memory in report["memories"])
    # Same shapes, same work: what a case costs depends on the data by little.
    first, second = summary["execute_instructions"]
    assert abs(first - second) < 0.02 * first
    print(f"\n{model} on {board}: {json.dumps(summary)}")


def test_instructions_repeat_exactly(compiled):
    _, inputs, _ = model_files("digits")
    options = ("--input", inputs, "--cases", "0:2", "--json")
    runs = [run(compiled("digits", "mps3-an547"), "mps3-an547", *options).stdout for _ in range(2)]
    assert runs[0] == runs[1] and json.loads(runs[0])["execute_instructions"][0] > 0


def test_embedded_inputs_give_the_same_outputs(compiled):
    _, inputs, outputs = model_files("digits")
    done = run(compiled("digits", "mps2-an386"), "mps2-an386", "--input", inputs, "--expect", outputs, "--cases", "3:5", "--embed")
    assert done.returncode == 0, done.stdout + done.stderr


def test_wrong_expectation_fails(compiled):
    _, inputs, _ = model_files("digits")
    done = run(compiled("digits", "mps3-an547"), "mps3-an547", "--input", inputs, "--expect", inputs, "--cases", "0:1")
    assert done.returncode == 1 and "DIFFERENT" in done.stdout


def test_too_few_cases_are_named(compiled):
    _, inputs, _ = model_files("digits")
    done = run(compiled("digits", "mps3-an547"), "mps3-an547", "--input", inputs, "--cases", "359:361")
    assert done.returncode == 1 and "fewer cases" in done.stderr


def test_wrong_use_is_refused(tmp_path):
    absent = run(tmp_path / "absent.pte", "mps3-an547", "--input", "x.npy")
    assert absent.returncode == 2 and "no such file" in absent.stderr
    text = tmp_path / "text.pte"
    text.write_text("this is no program at all")
    other = run(text, "mps3-an547", "--input", ROOT / "examples/digits/digits.test_inputs.npy")
    assert other.returncode == 1 and "INVALID_PROGRAM" in other.stderr
