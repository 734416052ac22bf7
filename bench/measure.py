# SPDX-License-Identifier: BSD-3-Clause
"""What the tables share: the models, the command, bars, tables in Markdown."""
import json
import subprocess
import time

from common import MODELS, ROOT, SHARED, WICK

WORK = ROOT / "build" / "bench"
missed = []


def archive(name):
    folder = ROOT / "examples" / "digits" if name == "digits" else SHARED / "models"
    return folder / f"{name}.pt2"


def present():
    return [name for name in MODELS if archive(name).exists()]


def bar(figure, limit, what):
    """The figure; above the limit it is noted as missed."""
    if figure > limit:
        missed.append(f"{what}: {figure} > {limit}")
    return figure


def floor(figure, limit, what):
    """The figure; below the limit it is noted as missed."""
    if figure < limit:
        missed.append(f"{what}: {figure:.2f} < {limit}")
    return figure


def wick(*arguments):
    return subprocess.run([str(WICK), *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def qemu(path, board, inputs):
    """Figures of one inference on an emulated board."""
    command = [str(ROOT / "ports/qemu/run"), str(path), "--board", board, "--input", str(inputs), "--cases", "0:1", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def table(title, header, rows):
    print(f"\n## {title}\n\n| {' | '.join(header)} |\n|{' --- |' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
