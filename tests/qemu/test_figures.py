# SPDX-License-Identifier: BSD-3-Clause
"""What `wick compile --report` says of a core before flashing, against QEMU and the linker."""
import json
import os
import shutil
import subprocess

import numpy
import pytest
import quant_networks
from common import MODELS, ROOT, compile_model, model_file
from qemu_boards import ALL, INTERPRETED, TARGETS

EMIT_TEXT = ROOT / os.environ.get("WICK_BUILD", "build") / "tests" / "wick_emit_text"
# Largest relative error of a prediction.
CODE, INT8_INSTRUCTIONS, FLOAT_INSTRUCTIONS = 0.05, 0.15, 0.25
SOME = [("kws", "mps2-an386"), ("kws", "microbit"), ("resnet8", "mps3-an547"), ("digits", "mps2-an386"), ("ad", "microbit"),
        ("sww", "mps3-an547")]
EACH = [(name, board) for name in MODELS for board in TARGETS]


def code_is_measured():
    """Whether code.def knows every operator: else it is older than the device library, and so are its bytes."""
    rows = (ROOT / "src/ops/ops.def").read_text().count("\nWICK_OP(")
    return (ROOT / "src/compiler/figures/code.def").read_text().count("\nWICK_CODE_REACH(") >= rows


stale = pytest.mark.skipif(not code_is_measured(), reason="code.def is older than ops.def: scripts/measure_figures renews it")
needs_devices = pytest.mark.skipif(not shutil.which("qemu-system-arm") or not shutil.which("arm-none-eabi-gcc"),
                                reason="needs qemu-system-arm and arm-none-eabi-gcc")
pytestmark = [stale, needs_devices]


def run(program, board, inputs):
    done = subprocess.run([ROOT / "ports/qemu/run", program, "--board", board, "--input", inputs, "--cases", "0:1", "--json"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(report, summary, tolerance):
    core = report["core"]
    assert core["code_is_complete"]
    code = sum(summary["flash_parts"].get(part, 0) for part in ("runtime", "ops", "kernels", "base", "libc, libgcc"))
    predicted = core["runtime_code_bytes"] + core["operators_code_bytes"]
    instructions = summary["execute_instructions"][0]
    print(f"\ncode {predicted} B, linker {code} B; instructions {core['instructions']:,}, QEMU {instructions:,}; "
          f"stack {core['init_stack_bytes']}, {core['execute_stack_bytes']} B, QEMU {summary['stack_init_bytes']}, {summary['stack_execute_bytes']} B")
    assert abs(predicted - code) <= CODE * code
    assert abs(core["instructions"] - instructions) <= tolerance * instructions
    assert max(summary["stack_open_bytes"], summary["stack_init_bytes"]) <= core["init_stack_bytes"]
    assert summary["stack_execute_bytes"] <= core["execute_stack_bytes"]
    assert sum(layer["instructions"] for layer in core["layers"]) == core["instructions"]


@pytest.mark.parametrize("form", ["float", "int8"])
@pytest.mark.parametrize("name,board", EACH if ALL else SOME)
def test_figures_of_models(name, board, form, tmp_path):
    inputs = model_file(name, "test_inputs.npy")
    calibration = inputs if name == "digits" else model_file(name, "calibration.npy")
    options = ["--quantize", "int8", "--calibration", calibration] if form == "int8" else []
    report = compile_model(model_file(name, "pt2"), tmp_path / "model.pte", "--target", TARGETS[board], *options)
    summary = run(tmp_path / "model.pte", board, inputs)
    assert summary["metadata_bytes"] == report["metadata_bytes_32_bit"]
    assert summary["arenas"] == [memory["arena_bytes"] for memory in report["memories"]]
    check(report, summary, INT8_INSTRUCTIONS if form == "int8" else FLOAT_INSTRUCTIONS)


@pytest.mark.parametrize("board", INTERPRETED)
@pytest.mark.parametrize("seed", [101, 102])
def test_instructions_of_networks_that_were_not_measured(seed, board, tmp_path):
    """The cost of integer layers was fitted to others."""
    if not EMIT_TEXT.exists():
        pytest.skip(f"{EMIT_TEXT} is absent: build with -DWICK_TESTS=ON")
    net = quant_networks.random_network(seed)
    (tmp_path / "net.txt").write_text(net.text())
    done = subprocess.run([EMIT_TEXT, tmp_path / "net.txt", tmp_path / "net.pte", TARGETS[board]], check=True, capture_output=True, text=True)
    numpy.save(tmp_path / "x.npy", numpy.random.default_rng(seed).integers(-128, 128, (1, *net.input_shape)).astype(numpy.int8))
    core = json.loads(done.stdout)["core"]
    measured = run(tmp_path / "net.pte", board, tmp_path / "x.npy")["execute_instructions"][0]
    print(f"\npredicted {core['instructions']:,}, QEMU {measured:,}")
    assert abs(core["instructions"] - measured) <= INT8_INSTRUCTIONS * measured


def test_portable_programs_have_no_figures_of_a_core(tmp_path):
    assert compile_model(model_file("digits", "pt2"), tmp_path / "model.pte")["core"] is None
