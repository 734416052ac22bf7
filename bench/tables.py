# SPDX-License-Identifier: BSD-3-Clause
"""Figures of the trained networks beside the official ExecuTorch wheel, as tables in Markdown.

compile  time of one `wick compile` process, and of the official exporter in a warm Python
size     .pte bytes and planned arena
host     one inference on this machine as a ratio to the official runtime, measured in turn in one process
device   the runtime alone, and open + init + one inference in QEMU (instructions, not cycles)
int8     quantization: accuracy and time beside the official quantizers, memory

Bars (what the project promises) are printed beside the figures; a missed one ends with exit code 1.
"""
import json
import statistics
import subprocess
import sys

import numpy
import quantized
import torch
from measure import ROOT, WORK, archive, bar, missed, present, qemu, seconds, table, wick

COMPILE_BAR_MS = 100
METADATA_BAR_BYTES = 3 * 1024
INIT_BAR_INSTRUCTIONS = 60_000


def ours(name):
    path = WORK / f"{name}.pte"
    return path, json.loads(wick("compile", archive(name), "-o", path, "--json"))


def official(name, fold=False):
    from executorch.exir import ExecutorchBackendConfig, to_edge

    path = WORK / f"{name}.official{'.folded' if fold else ''}.pte"
    if not path.exists():
        config = ExecutorchBackendConfig(do_quant_fusion_and_const_prop=fold)
        path.write_bytes(to_edge(torch.export.load(archive(name))).to_executorch(config).buffer)
    return path


def arena(path):
    methods = json.loads(wick("inspect", path, "--json"))["methods"]
    return sum(sum(method["arena_bytes"]) for method in methods)


def compile_times():
    from executorch.exir import to_edge

    rows = []
    for name in present():
        times = [seconds(lambda: ours(name)) for _ in range(11)]
        peer = seconds(lambda: to_edge(torch.export.load(archive(name))).to_executorch())
        median = statistics.median(times) * 1e3
        rows.append((name, f"{bar(median, COMPILE_BAR_MS, f'{name}: compile ms'):.1f} ms", f"{peer * 1e3:.0f} ms"))
    table(f"Compile (bar {COMPILE_BAR_MS} ms)", ("model", "wick, whole process", "official, without imports"), rows)


def sizes():
    rows = []
    for name in present():
        path, report = ours(name)
        arena_bytes = sum(m["arena_bytes"] for m in report["memories"])
        bound = sum(m["lower_bound_bytes"] for m in report["memories"])
        peers = [official(name), official(name, True)]
        bar(arena_bytes, min(map(arena, peers)), f"{name}: arena against the official plan")
        bar(arena_bytes, bound, f"{name}: arena against its bound")
        rows.append((name, path.stat().st_size, *(p.stat().st_size for p in peers), arena_bytes, bound, *map(arena, peers)))
    table("Bytes", ("model", ".pte", "official", "official, folded", "arena", "lower bound", "official", "official, folded"), rows)


def load_official(name, inputs):
    """The faster of the official programs that runs, and which: the folded one of some models fails in the official runtime."""
    from executorch.extension.pybindings.portable_lib import _load_for_executorch

    for fold in (True, False):
        module = _load_for_executorch(str(official(name, fold)))
        try:
            module.forward(inputs)
            return module, "folded" if fold else "default (folded fails there)"
        except RuntimeError:
            continue
    return None, "fails: 0x12"


def host_speed():
    import wick as package

    rows = []
    for name in present():
        path, _ = ours(name)
        x = numpy.load(archive(name).with_suffix(".test_inputs.npy"))[:1]
        method = package.Runtime.get().load_program(path).load_method("forward")
        tensor = (torch.from_numpy(x),)
        module, peer = load_official(name, tensor)
        run_ours, run_theirs = lambda: method.execute([x]), lambda: module.forward(tensor)
        run_ours()
        if module is None:
            rows.append((name, f"{min(seconds(run_ours) for _ in range(50)) * 1e3:.2f} ms", "-", peer, "-"))
            continue
        run_theirs()
        pairs = [(min(seconds(run_ours) for _ in range(5)), min(seconds(run_theirs) for _ in range(5))) for _ in range(15)]
        ratio = statistics.median(b / a for a, b in pairs)
        rows.append((name, f"{min(a for a, _ in pairs) * 1e3:.2f} ms", f"{min(b for _, b in pairs) * 1e3:.2f} ms", peer, f"{ratio:.2f}x"))
    table("One inference on this machine, one thread", ("model", "wick", "official runtime", "its program", "times faster"), rows)


def device():
    print(subprocess.run([str(ROOT / "scripts/size_runtime")], check=True, capture_output=True, text=True).stdout)
    rows = []
    for name in present():
        path, report = ours(name)
        for board in ("mps3-an547", "mps2-an386"):
            run = qemu(path, board, archive(name).with_suffix(".test_inputs.npy"))
            start = run["open_instructions"] + run["init_instructions"]
            if name == "kws":
                bar(run["metadata_bytes"], METADATA_BAR_BYTES, f"kws on {board}: metadata bytes")
                bar(start, INIT_BAR_INSTRUCTIONS, f"kws on {board}: open + init instructions")
            execute = run["execute_instructions"][0]
            rows.append((name, run["cpu"], f"{run['flash_bytes']:,}", f"{run['metadata_bytes']:,}", f"{run['arena_bytes']:,}",
                         f"{start:,}", f"{execute:,}", f"{execute / max(1, report['macs']):.2f}"))
    table("On a microcontroller, float32 (instructions under QEMU, not cycles)",
          ("model", "core", "code", "metadata", "arena", "open + init", "inference", "per MAC"), rows)


def main():
    tables = {"compile": compile_times, "size": sizes, "host": host_speed, "device": device, "int8": quantized.tables}
    wanted = sys.argv[1:] or list(tables)
    unknown = [name for name in wanted if name not in tables]
    if unknown:
        print(f"bench: no table '{unknown[0]}'; there are: {', '.join(tables)}", file=sys.stderr)
        return 2
    WORK.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        tables[name]()
    for line in missed:
        print(f"bar missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
