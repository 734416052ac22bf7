# SPDX-License-Identifier: BSD-3-Clause
"""Models in int8 for tests and benchmarks: compiled with float or int8 doors, run on real numbers, measured against float."""
import json

import numpy
from common import model_file, run_wick

CLEAR_MARGIN = 0.1  # between float's two best classes, above which int8 has to agree
DOORS = {"float": (), "int8": ("--io", "int8", "--layout", "nhwc")}
# Output SQNR in dB that the README promises.
SQNR_BARS_DB = {"ad": 32, "ds_cnn": 26, "kws": 35, "resnet8": 24, "sww": 50, "vww": 33}


def without_softmax(name, path):
    """Saves the model's archive without the softmax at its end, which hides small differences; gives the module, or None."""
    import torch

    module = torch.export.load(str(model_file(name, "pt2"))).module(check_guards=False)
    softmax = next((node for node in module.graph.nodes if "softmax" in str(node.target)), None)
    if softmax is None:
        return None
    softmax.replace_all_uses_with(softmax.args[0])
    module.graph.erase_node(softmax)
    module.recompile()
    sample = torch.from_numpy(numpy.load(model_file(name, "calibration.npy"))[:1])
    torch.export.save(torch.export.export(module, (sample,)), str(path))
    return module


def compile_int8(name, program, doors="float", *options, source=None):
    """Quantizes with the model's calibration data; gives the JSON report. source: another archive of it."""
    return json.loads(run_wick("compile", source or model_file(name, "pt2"), "--target", "cortex-m55", "--quantize", "int8", "--calibration",
                               model_file(name, "calibration.npy"), *DOORS[doors], "-o", program, "--json", *options).stdout)


def run_program(program, inputs, folder):
    numpy.save(folder / "x.npy", inputs)
    run_wick("run", program, "--input", folder / "x.npy", "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


def run_real(program, report, inputs, folder):
    """Outputs in real numbers; int8 doors take NHWC steps and give steps."""
    ends = report["quantization"]["inputs"][0], report["quantization"]["outputs"][0]
    if ends[0]["type"] != "int8":
        return run_program(program, inputs, folder).astype(numpy.float64)
    steps = numpy.clip(numpy.rint(inputs / ends[0]["scale"]) + ends[0]["zero_point"], -128, 127).astype(numpy.int8)
    if steps.ndim == 4:
        steps = numpy.ascontiguousarray(steps.transpose(0, 2, 3, 1))
    outputs = run_program(program, steps, folder).astype(numpy.float64)
    return (outputs - ends[1]["zero_point"]) * ends[1]["scale"]


def sqnr_db(reference, outputs):
    """Signal to quantization noise over all elements: 10 log10(sum(float^2) / sum((float - int8)^2))."""
    reference = reference.astype(numpy.float64)
    noise = ((reference - outputs.reshape(reference.shape)) ** 2).sum()
    return 10 * numpy.log10((reference**2).sum() / max(noise, 1e-300))


def clear_agreement(reference, outputs):
    """Cases with float's class, and cases, of those where float is clear about it."""
    ordered = numpy.sort(reference, axis=-1)
    clear = ordered[:, -1] - ordered[:, -2] > CLEAR_MARGIN
    return int(((outputs.argmax(-1) == reference.argmax(-1)) & clear).sum()), int(clear.sum())
