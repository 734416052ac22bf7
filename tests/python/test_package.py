# SPDX-License-Identifier: BSD-3-Clause
"""The Python package: compile, save, load, run; numpy and torch inputs; errors as exceptions."""
import ctypes
import io
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "examples" / "digits"
os.environ.setdefault("WICK_LIBRARY", str(ROOT / os.environ.get("WICK_BUILD", "build") / "python" / "libwick.so"))
sys.path.insert(0, str(ROOT / "python"))

if not pathlib.Path(os.environ["WICK_LIBRARY"]).exists():
    pytest.skip("libwick.so is not built", allow_module_level=True)

import wick  # noqa: E402


@pytest.fixture(scope="module")
def digits():
    return wick.compile(DIGITS / "digits.pt2")


@pytest.fixture(scope="module")
def cases():
    return np.load(DIGITS / "digits.test_inputs.npy"), np.load(DIGITS / "digits.test_outputs.npy")


def load(program):
    return wick.Runtime.get().load_program(program.buffer).load_method("forward")


def test_compiled_archive_gives_eager_outputs(digits, cases):
    inputs, outputs = cases
    method = load(digits)
    for x, y in zip(inputs[:20], outputs[:20]):
        (got,) = method.execute([x[np.newaxis]])
        assert got.dtype == np.float32 and got.shape == (1, 10)
        np.testing.assert_allclose(got[0], y, rtol=1e-4, atol=1e-5)


def test_outputs_stay_when_the_method_runs_again(digits, cases):
    inputs, _ = cases
    method = load(digits)
    first = method.execute([inputs[:1]])[0]
    kept = first.copy()
    second = method.execute([inputs[1:2]])[0]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, kept)


def test_two_methods_of_one_program_are_apart(digits, cases):
    inputs, outputs = cases
    program = wick.Runtime.get().load_program(digits.buffer)
    a, b = program.load_method("forward"), program.load_method("forward")
    a.set_input(0, inputs[:1])
    b.execute([inputs[1:2]])
    np.testing.assert_allclose(a.execute([inputs[:1]])[0][0], outputs[0], rtol=1e-4, atol=1e-5)


def test_metadata_tells_shapes_and_memory(digits):
    meta = load(digits).metadata
    assert (meta.name(), meta.num_inputs(), meta.num_outputs()) == ("forward", 1, 1)
    assert meta.input_tensor_meta(0).sizes() == (1, 1, 8, 8) and meta.input_tensor_meta(0).dtype() == np.float32
    assert meta.output_tensor_meta(0).sizes() == (1, 10) and meta.output_tensor_meta(0).nbytes() == 40
    assert meta.num_memory_planned_buffers() == 1
    assert meta.memory_planned_buffer_size(0) == digits.report_data()["memories"][0]["arena_bytes"] > 0
    assert 0 < meta.metadata_bytes() < 10000
    with pytest.raises(IndexError):
        meta.memory_planned_buffer_size(1)


def test_program_comes_from_path_bytes_and_file(digits, cases, tmp_path):
    inputs, outputs = cases
    digits.save(tmp_path / "digits.pte")
    with open(tmp_path / "other.pte", "wb") as out:
        digits.write_to_file(out)
    for source in (tmp_path / "digits.pte", str(tmp_path / "other.pte"), digits.buffer, io.BytesIO(digits.buffer)):
        program = wick.Runtime.get().load_program(source)
        assert program.method_names == {"forward"}
        np.testing.assert_allclose(program.load_method("forward").execute([inputs[:1]])[0][0], outputs[0], rtol=1e-4, atol=1e-5)


def test_report_names_operators_and_memory(digits):
    assert "aten::convolution" in digits.report()
    assert isinstance(digits.report_data(), dict) and digits.report_data()
    assert "wick_op_convolution_out" in digits.operators_c


def test_targets_are_listed_and_taken():
    assert {"portable", "cortex-m55", "cortex-m0"} <= set(wick.targets())
    assert "cortex-m55" in wick.compile(DIGITS / "digits.pt2", target="cortex-m55").report()


def test_unknown_target_is_an_error_that_lists_the_known():
    with pytest.raises(wick.CompileError) as caught:
        wick.compile(DIGITS / "digits.pt2", target="cortex-m99")
    assert "cortex-m55" in caught.value.message and caught.value.status != 0


def test_bytes_that_are_no_archive_are_an_error():
    with pytest.raises(wick.CompileError) as caught:
        wick.compile(b"not a zip")
    assert caught.value.message and isinstance(caught.value, wick.WickError)


def test_bytes_that_are_no_program_are_an_error(digits):
    for damaged in (b"", b"nothing", digits.buffer[:100], bytes(64)):
        with pytest.raises(wick.RuntimeFailure) as caught:
            wick.Runtime.get().load_program(damaged)
        assert caught.value.status_name in ("INVALID_PROGRAM", "INVALID_ARGUMENT")


def test_wrong_inputs_are_refused(digits, cases):
    inputs, _ = cases
    method = load(digits)
    with pytest.raises(ValueError):
        method.execute([])
    with pytest.raises(IndexError):
        method.set_input(1, inputs[:1])
    with pytest.raises(wick.RuntimeFailure) as shape:
        method.execute([inputs[:2]])
    assert shape.value.status_name == "INVALID_ARGUMENT"
    with pytest.raises(wick.RuntimeFailure) as dtype:
        method.execute([inputs[:1].astype(np.float64)])
    assert dtype.value.status_name in ("INVALID_ARGUMENT", "INVALID_TYPE")
    with pytest.raises(wick.RuntimeFailure):
        method.execute([inputs[0, 0]])
    with pytest.raises(TypeError):
        method.execute([np.array(["text"])])


def test_unknown_method_is_named(digits):
    with pytest.raises(wick.RuntimeFailure) as caught:
        wick.Runtime.get().load_program(digits.buffer).load_method("backward")
    assert caught.value.status_name == "NOT_FOUND" and "backward" in caught.value.message


def test_strided_inputs_are_read_right(digits, cases):
    inputs, outputs = cases
    turned = np.asfortranarray(inputs[:1].transpose(0, 1, 3, 2)).transpose(0, 1, 3, 2)
    np.testing.assert_allclose(load(digits).execute([turned])[0][0], outputs[0], rtol=1e-4, atol=1e-5)


def test_import_leaves_torch_alone():
    code = "import sys, wick; assert 'torch' not in sys.modules; wick.compile(sys.argv[1]); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, str(DIGITS / "digits.pt2")], check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "python")})


def test_structs_have_the_size_of_the_c_ones(tmp_path):
    """The ctypes mirrors against the compiler's own view of the headers."""
    from wick import _library as mirror

    names = {"wick_failure": mirror.Failure, "wick_tensor": mirror.Tensor, "wick_value": mirror.Value, "wick_program": mirror.ProgramStruct,
             "wick_requirements": mirror.Requirements, "wick_memory": mirror.Memory, "wick_operators": mirror.Operators,
             "wick_compile_options": mirror.CompileOptions}
    source = tmp_path / "sizes.c"
    source.write_text('#include "wick/compiler.h"\n#include "wick/wick.h"\n#include <stdio.h>\nint main(void){'
                      + "".join(f'printf("%zu\\n", sizeof({name}));' for name in names) + "}")
    subprocess.run(["cc", "-std=c11", f"-I{ROOT / 'include'}", source, "-o", tmp_path / "sizes"], check=True)
    sizes = subprocess.run([tmp_path / "sizes"], check=True, capture_output=True, text=True).stdout.split()
    assert [int(size) for size in sizes] == [ctypes.sizeof(struct) for struct in names.values()]


class TestTorch:
    torch = pytest.importorskip("torch")

    def module(self):
        torch = self.torch
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Conv2d(2, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(64, 5))

    def test_module_compiles_and_equals_eager(self):
        module, x = self.module(), self.torch.randn(1, 2, 6, 6)
        (got,) = load(wick.compile(module, (x,))).execute([x])
        np.testing.assert_allclose(got, module.eval()(x).detach().numpy(), rtol=1e-4, atol=1e-5)

    def test_steps_of_executorch_give_the_same_bytes(self, tmp_path):
        module, x = self.module().eval(), self.torch.randn(1, 2, 6, 6)
        exported = self.torch.export.export(module, (x,))
        program = wick.to_edge(exported).to_executorch()
        program.save(tmp_path / "model.pte")
        assert (tmp_path / "model.pte").read_bytes() == wick.compile(exported).buffer

    def test_module_needs_example_inputs(self):
        with pytest.raises(TypeError):
            wick.compile(self.module())
        with pytest.raises(TypeError):
            wick.compile(42)

    def test_channels_last_input_is_read_right(self):
        module, x = self.module(), self.torch.randn(1, 2, 6, 6)
        method = load(wick.compile(module, (x,)))
        expected = method.execute([x])[0]
        np.testing.assert_array_equal(method.execute([x.to(memory_format=self.torch.channels_last)])[0], expected)

    def test_several_inputs_and_outputs(self):
        torch = self.torch

        class Two(torch.nn.Module):
            def forward(self, a, b):
                return a + b, (a * b).sum(dim=1)

        a, b = torch.randn(2, 3), torch.randn(2, 3)
        got = load(wick.compile(Two(), (a, b))).execute([a, b.numpy()])
        for g, want in zip(got, Two()(a, b)):
            np.testing.assert_allclose(g, want.numpy(), rtol=1e-5, atol=1e-6)

    def test_target_chooses_the_operators(self):
        module, x = self.torch.nn.Hardswish(), self.torch.randn(2, 3)
        assert b"hardswish" not in wick.compile(module, (x,), target="portable").buffer  # no official runtime has it
        assert b"hardswish" in wick.compile(module, (x,)).buffer

    def test_unsupported_operator_names_itself(self):
        torch = self.torch

        class Odd(torch.nn.Module):
            def forward(self, x):
                return torch.linalg.eigvals(x)

        with pytest.raises(wick.CompileError) as caught:
            wick.compile(Odd(), (torch.eye(3),))
        assert "linalg_eigvals" in caught.value.message


def test_quantized_archive_keeps_the_digits(cases):
    inputs, outputs = cases
    samples = np.load(DIGITS / "digits.calibration.npy")
    program = wick.compile(DIGITS / "digits.pt2", quantize="int8", calibration=samples, labels=np.zeros(len(samples), np.int64), max_drop=100)
    report = program.report_data()["quantization"]
    assert report["samples"] == len(samples) and "accuracy" in report and program.quantize_html.startswith("<!DOCTYPE html>")
    method = load(program)
    same = [method.execute([x[np.newaxis]])[0].argmax() == y.argmax() for x, y in zip(inputs[:60], outputs[:60])]
    assert sum(same) >= 59


def test_quantization_takes_a_path_and_names(cases):
    program = wick.compile(DIGITS / "digits.pt2", quantize="int8", calibration=DIGITS / "digits.calibration.npy", io="int8", keep_float=["linear"], keep_int16=["conv2d_1"])
    report = program.report_data()["quantization"]
    assert report["inputs"][0]["type"] == "int8" and report["int16"][-1]["why"] != ""
    assert any(tensor["type"] == "int16" for tensor in report["tensors"])
    with pytest.raises(wick.CompileError, match="expected one of minmax"):
        wick.compile(DIGITS / "digits.pt2", quantize="int8", calibration=DIGITS / "digits.calibration.npy", observer="best")


def test_external_data_and_shared_state():
    program = ROOT / "tests" / "fuzz" / "seeds" / "external.pte"
    x = np.linspace(-1, 1, 32, dtype=np.float32).reshape(1, 2, 4, 4)
    with pytest.raises(wick.RuntimeFailure, match="ptd"):
        wick.Runtime.get().load_program(program)
    found, = wick.Runtime.get().load_program(program, [program.with_suffix(".ptd")]).load_method("forward").execute([x])
    assert found.shape == (1, 4) and abs(found.sum() - 1) < 1e-5
    mutable = wick.Runtime.get().load_program(program.with_name("mutable.pte"))
    with pytest.raises(ValueError, match="other memories"):  # all in one memory, so nothing to share
        mutable.load_method("forward", state_of=mutable.load_method("forward"))


@pytest.mark.parametrize("struct, name", [
    ("ProgramStruct", b"wick_program"), ("Requirements", b"wick_requirements"), ("Memory", b"wick_memory"), ("Tensor", b"wick_tensor"),
    ("Failure", b"wick_failure"), ("Data", b"wick_data"), ("CompileOptions", b"wick_compile_options")])
def test_structs_have_the_size_of_those_in_c(struct, name):
    from wick import _library

    assert ctypes.sizeof(getattr(_library, struct)) == _library.lib.wick_python_struct_bytes(name)
