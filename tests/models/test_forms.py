# SPDX-License-Identifier: BSD-3-Clause
"""Programs of every age: constants inline in the flatbuffer, no extended header, the short header of 0.x files."""
import json
import struct

import numpy
import pytest
from common import compile_model, model_file, official_file, run_wick

MODELS = ("digits", "kws", "ad")


def with_inline_constants(program_bytes):
    """The same program in the form that exporters wrote before constants had a segment: no header, no segments."""
    from executorch.exir._serialize._flatbuffer_program import _program_to_flatbuffer
    from executorch.exir._serialize._program import deserialize_pte_binary

    program = deserialize_pte_binary(program_bytes).program
    assert len(program.constant_buffer) > 1
    return bytes(_program_to_flatbuffer(program, constant_tensor_alignment=16).data)


def with_short_header(program_bytes):
    """The extended header as it was before 1.0: 24 bytes, without the size of the segments."""
    assert program_bytes[8:12] == b"eh00" and struct.unpack_from("<I", program_bytes, 12)[0] == 32
    return program_bytes[:12] + struct.pack("<I", 24) + program_bytes[16:32] + bytes(8) + program_bytes[40:]


def expect_outputs(name, program, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.load(model_file(name, "test_inputs.npy"))[:4])
    numpy.save(tmp_path / "y.npy", numpy.load(model_file(name, "test_outputs.npy"))[:4])
    run_wick("run", program, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")


@pytest.mark.parametrize("change", [with_inline_constants, with_short_header])
@pytest.mark.parametrize("name", MODELS)
def test_old_forms_run(name, change, tmp_path):
    compile_model(model_file(name, "pt2"), tmp_path / "new.pte")
    old = change((tmp_path / "new.pte").read_bytes())
    (tmp_path / "old.pte").write_bytes(old)
    if change is with_inline_constants:
        assert b"eh00" not in old[:64]
    expect_outputs(name, tmp_path / "old.pte", tmp_path)


@pytest.mark.parametrize("name", ("AddModel.pte", "HelloExecuTorch.pte", "apple_add.pte", "ModuleLinear-no-constant-segment.pte",
                                  "KeywordSpotting.pte"))
def test_official_files_verify(name):
    assert "verified" in run_wick("verify", official_file(name)).stdout


def test_official_keyword_spotter_names_the_words(tmp_path):
    """A file of the official exporter for Cortex-M, in int8 operators of that processor's library."""
    classes = ["silence", "unknown", "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
    spoken = json.loads(model_file("kws", "words.json").read_text())
    numpy.save(tmp_path / "x.npy", numpy.load(model_file("kws", "test_inputs.npy"))[:len(spoken)])
    run_wick("run", official_file("KeywordSpotting.pte"), "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy")
    logits = numpy.load(tmp_path / "y.npy")
    assert [classes[k] for k in logits.argmax(axis=1)] == spoken
    assert logits[spoken.index("yes"), classes.index("yes")] == pytest.approx(8.949, abs=5e-4)


def test_missing_operators_are_named(tmp_path):
    known = official_file("AddModel.pte").read_bytes()
    assert known.count(b"aten::add\0") == 1
    (tmp_path / "unknown.pte").write_bytes(known.replace(b"aten::add\0", b"aten::odd\0"))
    done = run_wick("verify", tmp_path / "unknown.pte", check=False)
    assert done.returncode == 1 and "aten::odd" in done.stderr and "OPERATOR_MISSING" in done.stderr
