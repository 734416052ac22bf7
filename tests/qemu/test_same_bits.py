# SPDX-License-Identifier: BSD-3-Clause
"""One int8 program gives the same bytes on every processor, from the interpreter and from emitted C, in the arenas that
its plan says and no byte more."""
import json
import os
import re
import shutil
import subprocess

import numpy
import pytest
import quant_networks
from common import MODELS, ROOT, model_file, official_file, run_wick
from qemu_boards import ALL, INTERPRETED, TARGETS

CASES = 16 if ALL else 2
HOSTS = {"x86-64": ("gcc", []), "aarch64": ("aarch64-linux-gnu-gcc", ["qemu-aarch64"])}
EMIT_TEXT = ROOT / os.environ.get("WICK_BUILD", "build") / "tests" / "wick_emit_text"
PROGRAMS = (*MODELS, "official", "layers", "memories", "operators")
# A fast memory too small for the first layers of resnet8, and a slow one.
TWO_MEMORIES = {"name": "two", "description": "fast and slow", "core": "any", "operators": "wick", "alignment_bytes": 16,
                "memories": [{"name": "fast", "size_bytes": 8192, "access_cost": 1}, {"name": "slow", "size_bytes": 262144, "access_cost": 4}]}

pytestmark = pytest.mark.skipif(not shutil.which("qemu-system-arm") or not shutil.which("arm-none-eabi-gcc"),
                                reason="needs qemu-system-arm and arm-none-eabi-gcc")


def quantized(name, path, *options):
    """The int8 program of a model, and its test inputs."""
    calibration = model_file(name, "test_inputs.npy" if name == "digits" else "calibration.npy")
    run_wick("compile", model_file(name, "pt2"), "--quantize", "int8", "--calibration", calibration, "-o", path, *options)
    return numpy.load(model_file(name, "test_inputs.npy"))


def memories(path):
    """Two arenas."""
    target = path.with_suffix(".json")
    target.write_text(json.dumps(TWO_MEMORIES))
    return quantized("resnet8", path, "--target", target)


def official(path):
    """The keyword spotter of the official Cortex-M exporter."""
    path.write_bytes(official_file("KeywordSpotting.pte").read_bytes())
    return numpy.load(model_file("kws", "test_inputs.npy")).reshape(-1, 1, 1, 49, 10)


def network(made, path):
    """Random weights, int8 inputs."""
    if not EMIT_TEXT.exists():
        pytest.skip(f"{EMIT_TEXT} is absent: build with -DWICK_TESTS=ON")
    shape = list(made.input_shape)
    text = path.with_suffix(".txt")
    text.write_text(made.text())
    subprocess.run([EMIT_TEXT, text, path], check=True, capture_output=True)
    return numpy.random.default_rng(5).integers(-128, 128, (CASES, *shape)).astype(numpy.int8)


def layers(path):
    return network(quant_networks.keyword_spotter(), path)


def operators(path):
    return network(quant_networks.operators(), path)


class Subject:
    """A program with its inputs and, for each case, the bytes of its output on this machine."""

    def __init__(self, name, folder):
        self.folder = folder
        self.program, self.inputs, self.outputs = (folder / part for part in ("program.pte", "x.npy", "y.npy"))
        other = {"official": official, "layers": layers, "memories": memories, "operators": operators}
        cases = other[name](self.program) if name in other else quantized(name, self.program)
        numpy.save(self.inputs, cases[:CASES])
        run_wick("run", self.program, "--input", self.inputs, "--output", self.outputs)
        self.expected = numpy.load(self.outputs).tobytes()
        assert len(self.expected) > 0
        cases[:CASES].tofile(folder / "x.bin")
        self.arenas = [memory for method in json.loads(run_wick("inspect", self.program, "--json").stdout)["methods"]
                       for memory in method["arena_bytes"]]


@pytest.fixture(scope="module")
def subjects(tmp_path_factory):
    made = {}

    def get(name):
        if name not in made:
            made[name] = Subject(name, tmp_path_factory.mktemp(name))
        return made[name]

    return get


@pytest.fixture(scope="module")
def aarch64_runner():
    """tests/qemu/run_program.c for AArch64, with every operator."""
    for tool in ("aarch64-linux-gnu-gcc", "qemu-aarch64", "cmake"):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    build = ROOT / "build" / "aarch64"
    subprocess.run(["cmake", "-S", ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DWICK_HOSTED=OFF", "-DCMAKE_SYSTEM_NAME=Linux",
                    "-DCMAKE_SYSTEM_PROCESSOR=aarch64", "-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc"], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", build, "--parallel", "2"], check=True, capture_output=True)
    program = build / "run_program"
    subprocess.run(["aarch64-linux-gnu-gcc", "-std=c11", "-O1", "-static", "-I", ROOT / "include", ROOT / "tests/qemu/run_program.c",
                    *(build / f"libwick_{part}.a" for part in ("runtime", "ops", "kernels", "base")), "-o", program], check=True)
    return program


@pytest.mark.parametrize("name", PROGRAMS)
def test_aarch64_interpreter(name, subjects, aarch64_runner):
    subject = subjects(name)
    subprocess.run(["qemu-aarch64", aarch64_runner, subject.program, "x.bin", "y.bin"], cwd=subject.folder, check=True)
    assert (subject.folder / "y.bin").read_bytes() == subject.expected


MAIN = """
#include "model.h"
#include <stdio.h>
int main(void)
{
    static %s in[MODEL_IN0_COUNT];
    static %s out[MODEL_OUT0_COUNT];
    FILE *from = fopen("x.bin", "rb");
    FILE *to = fopen("y.bin", "wb");
    while (from != NULL && to != NULL && fread(in, 1, MODEL_IN0_BYTES, from) == MODEL_IN0_BYTES) {
        if (model_run(in, out) != 0 || fwrite(out, 1, MODEL_OUT0_BYTES, to) != MODEL_OUT0_BYTES) {
            return 1;
        }
    }
    return to == NULL || fclose(to) != 0;
}
"""


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_emitted_c_on_hosts(name, host, subjects):
    subject = subjects(name)
    compiler, runner = HOSTS[host]
    for tool in (compiler, *runner):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    run_wick("emit-c", subject.program, "-o", subject.folder / "model.c")
    types = re.search(r"int model_run\(const (\w+) \*in0, (\w+) \*out0\);", (subject.folder / "model.h").read_text())
    (subject.folder / "main.c").write_text(MAIN % types.groups())
    program = subject.folder / f"model-{host}"
    places = ["-DMODEL_ARENA_2_PLACE=__attribute__((section(\".slow\")))"] if name == "memories" else []
    subprocess.run([compiler, "-std=c99", "-O2", "-static", *places, subject.folder / "main.c", subject.folder / "model.c", "-o", program], check=True)
    subprocess.run([*runner, program], cwd=subject.folder, check=True)
    assert (subject.folder / "y.bin").read_bytes() == subject.expected


@pytest.mark.parametrize("board, form", [(board, "interpreter") for board in INTERPRETED] + [(board, "emitted") for board in TARGETS])
@pytest.mark.parametrize("name", PROGRAMS)
def test_boards(name, board, form, subjects):
    subject = subjects(name)
    output = subject.folder / f"{board}-{form}.npy"
    options = ["--emit-c"] if form == "emitted" else []
    done = subprocess.run([ROOT / "ports/qemu/run", subject.program, "--board", board, "--input", subject.inputs, "--output", output,
                           "--paint", "--json", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert numpy.load(output).tobytes() == subject.expected
    summary = json.loads(done.stdout)
    # Painted memory: the plan's last byte was written, none behind it.
    assert summary["arenas"] == subject.arenas and summary["arenas_used"] == subject.arenas


def firmware(program, inputs):
    """Emitted C for Cortex-M4, -Os, linked with start-up and harness; one case."""
    done = subprocess.run([ROOT / "ports/qemu/run", program, "--board", "mps2-an386", "--input", inputs, "--cases", "0:1", "--emit-c", "--json"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    code = sum(size for part, size in summary["flash_parts"].items() if part != "weights")
    ram = sum(summary["arenas"] + summary["input_bytes"] + summary["output_bytes"])
    print(f"\nfirmware: code {code} B, weights {summary['flash_parts']['weights']} B, RAM {ram} B with the caller's input and output")
    return code, ram


def test_firmware_of_the_keyword_spotter_is_small(tmp_path):
    quantized("kws", tmp_path / "kws.pte", "--io", "int8")
    numpy.save(tmp_path / "x.npy", numpy.zeros((1, 1, 1, 49, 10), numpy.int8))
    code, ram = firmware(tmp_path / "kws.pte", tmp_path / "x.npy")
    assert code <= 14 * 1024 and ram <= 9.5 * 1024


def test_firmware_of_the_official_keyword_spotter_is_small(subjects):
    subject = subjects("official")
    assert firmware(subject.program, subject.inputs)[0] <= 14 * 1024


def test_interpreted_keyword_spotter_needs_little_metadata(tmp_path):
    report = json.loads(run_wick("compile", model_file("kws", "pt2"), "--quantize", "int8", "--calibration", model_file("kws", "calibration.npy"),
                                 "--target", "cortex-m4f", "-o", tmp_path / "kws.pte", "--json").stdout)
    assert report["metadata_bytes_32_bit"] <= 2048
