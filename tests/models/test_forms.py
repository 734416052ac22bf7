# SPDX-License-Identifier: BSD-3-Clause
"""Programs of every age: constants inline in the flatbuffer, no extended header, the short header of 0.x files."""
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


@pytest.mark.parametrize("name", ("AddModel.pte", "HelloExecuTorch.pte", "apple_add.pte", "ModuleLinear-no-constant-segment.pte"))
def test_official_files_verify(name):
    assert "verified" in run_wick("verify", official_file(name)).stdout


def test_missing_operators_are_named():
    done = run_wick("verify", official_file("KeywordSpotting.pte"), check=False)
    assert done.returncode == 1 and "cortex_m::" in done.stderr and "OPERATOR_MISSING" in done.stderr
