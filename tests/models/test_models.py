# SPDX-License-Identifier: BSD-3-Clause
"""The trained networks: outputs of eager PyTorch, arenas at the lower bound, and interchange with the official runtime."""
import copy
import functools

import numpy
import pytest
import torch
from common import MODELS, compile_model, model_file, run_wick

RTOL, ATOL = 1e-4, 1e-5
CASES = 16


def load_cases(name):
    inputs = numpy.load(model_file(name, "test_inputs.npy"))[:CASES]
    outputs = numpy.load(model_file(name, "test_outputs.npy"))[:CASES]
    return inputs, outputs


@functools.lru_cache(maxsize=None)
def edge_program(name):
    from executorch.exir import to_edge

    return to_edge(torch.export.load(model_file(name, "pt2")))


@functools.lru_cache(maxsize=None)
def official_program(name, fold_constants):
    """The official exporter's .pte of a model, as bytes."""
    from executorch.exir import ExecutorchBackendConfig

    config = ExecutorchBackendConfig(do_quant_fusion_and_const_prop=fold_constants)
    return bytes(copy.deepcopy(edge_program(name)).to_executorch(config).buffer)


def run_official(program_bytes, inputs):
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    module = _load_for_executorch_from_buffer(program_bytes, program_verification=Verification.InternalConsistency)
    return numpy.concatenate([module.forward((torch.from_numpy(x[None].copy()),))[0].numpy() for x in inputs])


@pytest.mark.parametrize("name", MODELS)
def test_host_outputs_equal_eager(name, tmp_path):
    program = tmp_path / f"{name}.pte"
    inputs, outputs = load_cases(name)
    numpy.save(tmp_path / "x.npy", inputs)
    numpy.save(tmp_path / "y.npy", outputs)
    compile_model(model_file(name, "pt2"), program)
    run_wick("run", program, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy", "--rtol", RTOL, "--atol", ATOL)


@pytest.mark.parametrize("name", MODELS)
def test_official_runtime_runs_ours(name, tmp_path):
    program = tmp_path / f"{name}.pte"
    inputs, outputs = load_cases(name)
    compile_model(model_file(name, "pt2"), program, "--target", "portable")
    numpy.testing.assert_allclose(run_official(program.read_bytes(), inputs), outputs, rtol=RTOL, atol=ATOL)


@pytest.mark.parametrize("fold_constants", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_our_runtime_runs_the_official_program(name, fold_constants, tmp_path):
    program = tmp_path / f"{name}.pte"
    inputs, outputs = load_cases(name)
    program.write_bytes(official_program(name, fold_constants))
    numpy.save(tmp_path / "x.npy", inputs)
    numpy.save(tmp_path / "y.npy", outputs)
    run_wick("run", program, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy", "--rtol", RTOL, "--atol", ATOL)


@pytest.mark.parametrize("name", MODELS)
def test_arena_equals_the_bound_and_is_never_above_the_official_plan(name, tmp_path):
    report = compile_model(model_file(name, "pt2"), tmp_path / f"{name}.pte")
    ours = sum(memory["arena_bytes"] for memory in report["memories"])
    assert ours == sum(memory["lower_bound_bytes"] for memory in report["memories"])
    for fold_constants in (False, True):
        assert ours <= official_arena(official_program(name, fold_constants), tmp_path)


def official_arena(program_bytes, tmp_path):
    import json

    path = tmp_path / "official.pte"
    path.write_bytes(program_bytes)
    methods = json.loads(run_wick("verify", path, "--json").stdout)["methods"]
    return sum(sum(method["arena_bytes"]) for method in methods)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_archive_gives_the_same_bytes(name, tmp_path):
    for copy in ("a.pte", "b.pte"):
        compile_model(model_file(name, "pt2"), tmp_path / copy)
    assert (tmp_path / "a.pte").read_bytes() == (tmp_path / "b.pte").read_bytes()


@pytest.mark.parametrize("name", ("kws", "resnet8"))
def test_core_aten_archives_give_the_same_outputs(name, tmp_path):
    inputs, outputs = load_cases(name)
    exported = torch.export.load(model_file(name, "pt2")).run_decompositions()
    torch.export.save(exported, tmp_path / "core.pt2")
    numpy.save(tmp_path / "x.npy", inputs)
    numpy.save(tmp_path / "y.npy", outputs)
    compile_model(tmp_path / "core.pt2", tmp_path / "core.pte")
    run_wick("run", tmp_path / "core.pte", "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")
