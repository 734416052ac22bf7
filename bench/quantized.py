# SPDX-License-Identifier: BSD-3-Clause
"""int8 by `wick compile --quantize int8` beside the official XNNPACK and Cortex-M quantizers on the same calibration data.

Accuracy is the signal to quantization noise of all outputs of the 16 test cases against eager PyTorch in float32:
10 log10(sum(float^2) / sum((float - int8)^2)). The peers' figure is that of their converted graph in eager PyTorch.
"""
import json
import logging
import statistics
import warnings

import int8
import numpy
import torch
from measure import WORK, archive, bar, floor, present, qemu, seconds, table, wick

TIME_BAR_SECONDS = 1
START_BAR_INSTRUCTIONS = 20_000
METADATA_BAR_BYTES = 2048
ARENA_BARS = {"ad": 768, "ds_cnn": 8500, "resnet8": 32768, "sww": 3712, "vww": 36900}


def data(name, part):
    return archive(name).with_suffix(f".{part}.npy")


def compile_int8(name, doors="float"):
    path = WORK / f"{name}.int8.pte"
    return path, int8.compile_int8(name, path, doors)


def quantizers():
    import cortex_m_reference

    cortex_m_reference.register()
    from executorch.backends.cortex_m.quantizer.quantizer import CortexMQuantizer
    from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import XNNPACKQuantizer, get_symmetric_quantization_config

    yield "XNNPACK", XNNPACKQuantizer().set_global(get_symmetric_quantization_config(is_per_channel=True))
    yield "Cortex-M", CortexMQuantizer()


def peer_module(name, quantizer):
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    prepared = prepare_pt2e(torch.export.load(archive(name)).module(check_guards=False), quantizer)
    for sample in torch.from_numpy(numpy.load(data(name, "calibration"))).split(1):
        prepared(sample)
    return convert_pt2e(prepared)


def before_softmax(name):
    """SQNR of what goes into the softmax at the end, as text."""
    archive_path, program = WORK / f"{name}.logits.pt2", WORK / f"{name}.logits.pte"
    module = int8.without_softmax(name, archive_path)
    if module is None:
        return "-"
    samples = numpy.load(data(name, "test_inputs"))
    with torch.no_grad():
        reference = torch.cat([module(x) for x in torch.from_numpy(samples).split(1)]).numpy()
    report = int8.compile_int8(name, program, "int8", source=archive_path)
    return f"{int8.sqnr_db(reference, int8.run_real(program, report, samples, WORK)):.1f}"


def accuracy():
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    rows = []
    for name in [name for name in present() if name in int8.SQNR_BARS_DB]:
        reference = numpy.load(data(name, "test_outputs"))
        samples = numpy.load(data(name, "test_inputs"))
        inputs = torch.from_numpy(samples).split(1)
        peers = []
        for _, quantizer in quantizers():
            module = peer_module(name, quantizer)
            with torch.no_grad():
                peers.append(int8.sqnr_db(reference, torch.cat([module(x) for x in inputs]).numpy()))
        outputs = {doors: int8.run_real(*compile_int8(name, doors), samples, WORK) for doors in int8.DOORS}
        ours = [floor(int8.sqnr_db(reference, y), int8.SQNR_BARS_DB[name], f"{name}: SQNR in dB, {doors} doors")
                for doors, y in outputs.items()]
        same, clear = int8.clear_agreement(reference, outputs["int8"])
        rows.append((name, *(f"{db:.1f}" for db in ours), before_softmax(name), int8.SQNR_BARS_DB[name],
                     *(f"{db:.1f}" for db in peers), f"{same} of {clear}"))
    table("Output SQNR of int8 over 16 cases, dB",
          ("model", "wick, float doors", "int8 doors", "before softmax", "bar", "XNNPACK quantizer", "Cortex-M quantizer", "top-1 as float"), rows)


def digits_accuracy():
    def right(path):
        return json.loads(wick("run", path, "--input", data("digits", "test_inputs"), "--labels", data("digits", "test_labels"),
                               "--json"))["right"]

    wick("compile", archive("digits"), "-o", WORK / "digits.float.pte")
    cases = len(numpy.load(data("digits", "test_labels")))
    points = [100 * right(path) / cases for path in (WORK / "digits.float.pte", compile_int8("digits")[0])]
    bar(points[0] - points[1], 0.3, "digits: points lost to int8")
    table("Digits, accuracy on the held-out images", ("float", "int8"), [[f"{p:.2f} %" for p in points]])


def times():
    rows = []
    for name in present():
        ours = statistics.median(seconds(lambda: compile_int8(name)) for _ in range(5))
        bar(round(ours, 2), TIME_BAR_SECONDS, f"{name}: seconds to quantize and compile")
        peers = [f"{seconds(lambda: peer_module(name, quantizer)):.1f} s" for _, quantizer in quantizers()]
        rows.append((name, f"{ours:.2f} s", *peers))
    table(f"Quantize and compile (bar {TIME_BAR_SECONDS} s); the peers: export loaded to converted graph, without imports and lowering",
          ("model", "wick, whole process", "XNNPACK quantizer", "Cortex-M quantizer"), rows)


def memory():
    rows = []
    for name in present():
        path, report = compile_int8(name, "int8")
        arena = sum(m["arena_bytes"] for m in report["memories"])
        bound = sum(m["lower_bound_bytes"] for m in report["memories"])
        if name in ARENA_BARS:
            bar(arena, ARENA_BARS[name], f"{name}: int8 arena")
        rows.append((name, path.stat().st_size, arena, bound, ARENA_BARS.get(name, "-"), report["metadata_bytes_32_bit"],
                     f"{report['macs']:,}"))
    table("int8 in bytes, inputs and outputs included (int8, channels innermost)",
          ("model", ".pte", "arena", "lower bound", "bar", "metadata", "MACs"), rows)


def start():
    """What a device does before the first inference of kws."""
    path, _ = compile_int8("kws", "int8")
    sample, board = WORK / "kws.zeros.npy", "mps2-an386"
    numpy.save(sample, numpy.zeros((1, 49, 10, 1), numpy.int8))
    run = qemu(path, board, sample)
    total = run["open_instructions"] + run["init_instructions"]
    bar(run["metadata_bytes"], METADATA_BAR_BYTES, f"int8 kws on {board}: metadata bytes")
    bar(total, START_BAR_INSTRUCTIONS, f"int8 kws on {board}: open + init instructions")
    table(f"Start of int8 kws on {board}, instructions under QEMU (bar {START_BAR_INSTRUCTIONS:,})", ("open", "init", "both", "metadata"),
          [(f"{run['open_instructions']:,}", f"{run['init_instructions']:,}", f"{total:,}", run["metadata_bytes"])])


def tables():
    accuracy()
    digits_accuracy()
    times()
    memory()
    if "kws" in present():
        start()
