# SPDX-License-Identifier: BSD-3-Clause
"""Compiles an exported module and holds its results against the eager one's."""
import re

import numpy
import torch
from common import compile_model, run_wick

BORDERLINE = 0.05 # share of the outputs that may lie on the other side of a border


def save(exported, path):
    torch.export.save(exported, path)
    return path


def run_compiled(program, inputs, folder):
    arguments = []
    for i, x in enumerate(inputs):
        numpy.save(folder / f"x{i}.npy", numpy.ascontiguousarray(x.numpy()))
        arguments += ["--input", folder / f"x{i}.npy"]
    run_wick("run", program, *arguments, "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


def last_step(module):
    """Scale of the last dequantize of a graph: one step of the output where that is quantized."""
    scales = [node.args[1] for node in module.graph.nodes if "dequantize_per_tensor" in str(node.target)]
    return next((scale for scale in reversed(scales) if isinstance(scale, float)), 0.0)


def check(found, wanted, step, share=BORDERLINE):
    wanted = wanted.detach().numpy()
    assert found.dtype == wanted.dtype and found.shape == wanted.shape
    if found.dtype.kind != "f":
        found, wanted, step = found.astype(int), wanted.astype(int), 1
    difference = numpy.abs(found - wanted)
    tolerance = 1e-5 * max(1e-3, numpy.abs(wanted).max())
    beyond = (difference > tolerance + 0.1 * step).mean()
    assert difference.max() <= tolerance + 1.001 * step, f"{difference.max()} is beyond a step of {step}"
    assert beyond <= share, f"{beyond:.3f} of the outputs differ"


def check_module(module, inputs, folder, step, targets=("portable", "cortex-m55"), forms=("training", "core"), share=BORDERLINE):
    wanted = module(*inputs)
    exported = torch.export.export(module, inputs)
    for form in forms:
        source = save(exported.run_decompositions() if form == "core" else exported, folder / f"{form}.pt2")
        for target in targets:
            report = compile_model(source, folder / "m.pte", "--target", target)
            check(run_compiled(folder / "m.pte", inputs, folder), wanted, step, share)
    return report


def stays_float(source, program, target):
    """What the compiler says is not computed in integers: names of operators."""
    notes = run_wick("compile", source, "-o", program, "--target", target).stderr
    return sorted(re.findall(r"^note: node '\w+' \(([\w:.]+)\) at .*: stays float: ", notes, re.MULTILINE))
