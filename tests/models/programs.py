# SPDX-License-Identifier: BSD-3-Clause
"""Compiles a module in both forms that torch.export gives, for both kinds of target, and runs it step by step beside eager
PyTorch: what a module keeps in its buffers from one call to the next shows in the steps that follow."""
import copy

import numpy
import pytest
import torch
from common import compile_model, run_wick
from torch.utils._pytree import tree_flatten

TARGETS = ("wick", "portable")


def eager_steps(module, steps, written, stance="force_eager"):
    """Outputs of each step, behind the inputs that the module writes. Control flow runs as it stands: by default eager compiles it."""
    module = copy.deepcopy(module)
    results = []
    for inputs in steps:
        inputs = [x.clone() for x in inputs]
        with torch.no_grad(), torch.compiler.set_stance(stance):
            outputs = tree_flatten(module(*inputs))[0]
        results.append([inputs[i] for i in written] + [x.detach().clone() for x in outputs])
    return results


def written_inputs(core):
    """Which inputs a program of core ATen writes, as torch.export says."""
    signature = core.graph_signature
    return [i for i, name in enumerate(signature.user_inputs) if name in signature.user_inputs_to_mutate.values()]


def export(module, inputs):
    """The module in training IR and as core ATen."""
    program = torch.export.export(copy.deepcopy(module).eval(), tuple(x.clone() for x in inputs))
    return {"training": program, "core": program.run_decompositions()}


def same(found, wanted, rtol=1e-4, atol=1e-5):
    found, wanted = numpy.asarray(found), wanted.numpy()
    assert found.shape == wanted.shape and found.dtype == wanted.dtype, (found.shape, found.dtype, wanted.shape, wanted.dtype)
    numpy.testing.assert_allclose(found.astype(numpy.float64), wanted.astype(numpy.float64), rtol=rtol, atol=atol)


def run_steps(program, steps, folder):
    """Outputs of each step of a compiled program on Wick's runtime, in one life of the method."""
    arguments = []
    for i in range(len(steps[0])):
        stacked = torch.stack([step[i] for step in steps]).numpy()
        numpy.save(folder / f"in{i}.npy", stacked if len(steps) > 1 else stacked[0])
        arguments += ["--input", folder / f"in{i}.npy"]
    found = []
    done = run_wick("run", program, *arguments, *(x for i in range(16) for x in ("--output", folder / f"out{i}.npy")))
    assert done.returncode == 0
    for path in sorted(folder.glob("out*.npy"), key=lambda p: int(p.stem[3:])):
        found.append(numpy.load(path))
        path.unlink()
    return found


def run_official(program_bytes, steps):
    """Outputs of each step on the official runtime, with its full verification."""
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    module = _load_for_executorch_from_buffer(program_bytes, program_verification=Verification.InternalConsistency)
    return [[x.clone() for x in module.forward([x.clone() for x in inputs])] for inputs in steps]


def check_program(exported, target, steps, wanted, folder, options=()):
    """Compiles and runs one exported program; gives its report."""
    torch.export.save(exported, folder / "m.pt2")
    report = compile_model(folder / "m.pt2", folder / "m.pte", "--target", target, *options)
    found = run_steps(folder / "m.pte", steps, folder)
    assert len(found) == len(wanted[0])
    for i, outputs in enumerate(zip(*wanted)):
        stacked = torch.stack(outputs) if len(steps) > 1 else outputs[0]
        same(found[i].reshape(stacked.shape), stacked)
    if target == "portable":
        pytest.importorskip("executorch.runtime", reason="the official runtime is the peer")
        for outputs, reference in zip(run_official((folder / "m.pte").read_bytes(), steps), wanted):
            assert len(outputs) == len(reference)
            for x, y in zip(outputs, reference):
                same(x.numpy(), y)
    return report


def check_module(module, steps, folder, targets=TARGETS, forms=("training", "core"), stance="force_eager"):
    exported = export(module, steps[0])
    wanted = eager_steps(module, steps, written_inputs(exported["core"]), stance)
    for form in forms:
        for target in targets:
            print(f"{form} for {target}")
            check_program(exported[form], target, steps, wanted, folder)
