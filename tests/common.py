# SPDX-License-Identifier: BSD-3-Clause
"""What the Python tests share: where the repository, the command and the trained models are."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("WICK_SHARED", ROOT.parent / "shared"))
WICK = pathlib.Path(os.environ.get("WICK", ROOT / "build" / "wick"))
SHARED_MODELS = ("ad", "ds_cnn", "kws", "resnet8", "sww", "vww")
MODELS = SHARED_MODELS + ("digits",)


def model_file(name, suffix):
    """Path of NAME.SUFFIX: digits from examples/, the others from the shared models; skips where they are absent."""
    folder = ROOT / "examples" / "digits" if name == "digits" else SHARED / "models"
    path = folder / f"{name}.{suffix}"
    if not path.exists():
        pytest.skip(f"{path.name} is absent: the trained models are not beside this checkout")
    return path


def official_file(name):
    path = SHARED / "official" / name
    if not path.exists():
        pytest.skip(f"{name} is absent: the official files are not beside this checkout")
    return path


def run_wick(*arguments, check=True):
    """Runs the command; with `check`, fails the test showing what it printed."""
    done = subprocess.run([str(WICK), *map(str, arguments)], capture_output=True, text=True, errors="replace", timeout=300)
    if check:
        assert done.returncode == 0, f"wick {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}"
    return done


def compile_model(source, output, *options):
    """Compiles to `output` and returns the JSON report."""
    return json.loads(run_wick("compile", source, "-o", output, "--json", *options).stdout)


def wick_package():
    """The Python package on the library of the build folder; skips where that is not built."""
    os.environ.setdefault("WICK_LIBRARY", str(ROOT / os.environ.get("WICK_BUILD", "build") / "python" / "libwick.so"))
    if not pathlib.Path(os.environ["WICK_LIBRARY"]).exists():
        pytest.skip("libwick.so is not built", allow_module_level=True)
    if str(ROOT / "python") not in sys.path:
        sys.path.insert(0, str(ROOT / "python"))
    import wick
    return wick
