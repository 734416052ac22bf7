# SPDX-License-Identifier: BSD-3-Clause
"""Bundled programs: ours are read by the official tools, the official ones are checked by ours, and a check can fail."""
import json

import numpy
import pytest
import torch
from common import model_file, official_file, run_wick

FAILED, USAGE, MISMATCH = 1, 2, 3


class Two(torch.nn.Module):
    def forward(self, x, n):
        return x.softmax(-1), n + 1


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    x, n = torch.randn(3, 2, 4), torch.arange(3 * 2).view(3, 2)
    torch.export.save(torch.export.export(Two(), (x[0], n[0])), folder / "two.pt2")
    run_wick("compile", folder / "two.pt2", "--target", "portable", "-o", folder / "two.pte")
    for name, array in (("x", x), ("n", n), ("y", x.softmax(-1)), ("m", n + 1)):
        numpy.save(folder / f"{name}.npy", array.numpy())
    run_wick("bundle", folder / "two.pte", "-o", folder / "two.bpte", "--input", folder / "x.npy", "--input", folder / "n.npy",
             "--expect", folder / "y.npy", "--expect", folder / "m.npy")
    return folder


def check(path, *options):
    done = run_wick("check", path, "--json", *options, check=False)
    return done.returncode, json.loads(done.stdout)["methods"] if done.stdout else done.stderr


def test_our_bundle_holds(two):
    code, methods = check(two / "two.bpte")
    assert code == 0 and methods == [{"name": "forward", "cases": 3, "differing": 0, "largest_difference": methods[0]["largest_difference"]}]
    assert 0 <= methods[0]["largest_difference"] < 1e-6


def test_official_tools_read_ours(two):
    from executorch.devtools.bundled_program.serialize import deserialize_from_flatbuffer_to_bundled_program

    bundle = deserialize_from_flatbuffer_to_bundled_program((two / "two.bpte").read_bytes())
    assert bytes(bundle.program) == (two / "two.pte").read_bytes()
    (suite,) = bundle.method_test_suites
    assert suite.method_name == "forward" and len(suite.test_cases) == 3
    x, n = numpy.load(two / "x.npy"), numpy.load(two / "n.npy")
    for index, case in enumerate(suite.test_cases):
        assert bytes(case.inputs[0].val.data) == x[index].tobytes() and case.inputs[0].val.sizes == [2, 4]
        assert bytes(case.inputs[1].val.data) == n[index].tobytes()
        assert bytes(case.expected_outputs[1].val.data) == (n[index] + 1).tobytes()


def test_our_check_runs_the_official_bundles(tmp_path):
    code, methods = check(official_file("bundled_program.bpte"))
    assert code == 0 and sum(method["cases"] for method in methods) > 0


def test_bundle_of_the_official_writer(tmp_path):
    from executorch.devtools import BundledProgram
    from executorch.devtools.bundled_program.config import MethodTestCase, MethodTestSuite
    from executorch.devtools.bundled_program.serialize import serialize_from_bundled_program_to_flatbuffer
    from executorch.exir import to_edge

    x, n = torch.randn(2, 4), torch.arange(2)
    module = Two()
    program = to_edge(torch.export.export(module, (x, n))).to_executorch()
    cases = [MethodTestCase(inputs=(x, n), expected_outputs=module(x, n)), MethodTestCase(inputs=(x, n), expected_outputs=module(x + 1, n))]
    wrong = [MethodTestCase(inputs=(x, n), expected_outputs=(module(x, n)[0], n))]
    for name, suite, differing in (("right", cases, 0), ("wrong", wrong, 1)):
        bundle = BundledProgram(program, [MethodTestSuite(method_name="forward", test_cases=suite)])
        (tmp_path / name).write_bytes(serialize_from_bundled_program_to_flatbuffer(bundle))
        code, methods = check(tmp_path / name)
        assert code == (MISMATCH if differing else 0) and methods[0]["differing"] == differing


def test_wrong_expectation_is_found(two, tmp_path):
    wrong = numpy.load(two / "m.npy")
    wrong[1, 0] += 1
    numpy.save(tmp_path / "m.npy", wrong)
    run_wick("bundle", two / "two.pte", "-o", tmp_path / "b.bpte", "--input", two / "x.npy", "--input", two / "n.npy", "--expect",
             two / "y.npy", "--expect", tmp_path / "m.npy")
    code, methods = check(tmp_path / "b.bpte")
    assert code == MISMATCH and methods[0]["differing"] == 1


def test_tolerances_count(tmp_path):
    program = tmp_path / "digits.pte"
    run_wick("compile", model_file("digits", "pt2"), "-o", program)
    outputs = numpy.load(model_file("digits", "test_outputs.npy"))[:4] + numpy.float32(0.01)
    numpy.save(tmp_path / "y.npy", outputs)
    numpy.save(tmp_path / "x.npy", numpy.load(model_file("digits", "test_inputs.npy"))[:4])
    run_wick("bundle", program, "-o", tmp_path / "d.bpte", "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")
    assert check(tmp_path / "d.bpte")[0] == MISMATCH
    assert check(tmp_path / "d.bpte", "--atol", "0.02")[0] == 0


def test_arrays_that_do_not_fit(two, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((3, 2, 5), numpy.float32))
    done = run_wick("bundle", two / "two.pte", "-o", tmp_path / "b.bpte", "--input", tmp_path / "x.npy", "--input", two / "n.npy", check=False)
    assert done.returncode == FAILED and "input 0 is f32[2, 4], the file holds f32[3, 2, 5]" in done.stderr
    assert not (tmp_path / "b.bpte").exists()
    done = run_wick("bundle", two / "two.pte", "-o", tmp_path / "b.bpte", "--input", two / "x.npy", check=False)
    assert done.returncode == FAILED and "2 inputs" in done.stderr


def test_damaged_bundle_is_an_error(two, tmp_path):
    data = bytearray((two / "two.bpte").read_bytes())
    for position in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[position] ^= 0x80
        (tmp_path / "bad.bpte").write_bytes(damaged)
        assert run_wick("check", tmp_path / "bad.bpte", check=False).returncode in (0, FAILED, MISMATCH)
    (tmp_path / "short.bpte").write_bytes(data[:100])
    assert run_wick("check", tmp_path / "short.bpte", check=False).returncode == FAILED
