# SPDX-License-Identifier: BSD-3-Clause
"""Every operator of the official portable and quantized libraries: a row for each name that the wheel registers; small
programs of the official exporter on our runtime, and ours for the target portable on theirs, both against eager."""
import functools
import os
import re
import warnings

import pytest
import torch

pytest.importorskip("executorch.exir", reason="the official exporter makes the programs")
import executorch.kernels.quantized  # noqa: E402, F401 (registers the operators)
import official_cases  # noqa: E402
from executorch.exir import EdgeCompileConfig, to_edge  # noqa: E402
from executorch.exir.error import InternalError  # noqa: E402
from executorch.extension.pybindings import _portable_lib  # noqa: E402
from torch.export import Dim, export  # noqa: E402

from common import ROOT, wick_package  # noqa: E402

wick = wick_package()
warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def some(names, every):
    """All names with WICK_TEST_ALL, else each `every`th: an export and a lowering take about a second."""
    return list(names) if os.environ.get("WICK_TEST_ALL") else list(names)[::every]


# Names without a row, and why.
NO_ROW = {}
# Cases that the official exporter does not take.
OFFICIAL_REFUSES = {}
# Cases that we refuse to compile for portable, by the name of an operator that the official runtime lacks.
PORTABLE_REFUSES = {"logsumexp": "aten::logsumexp", "upsample_antialias": "aten::_upsample_bilinear2d_aa"}


def test_every_registered_name_has_a_row():
    rows = set(re.findall(r'^WICK_OP\(\w+, "[^"]*", "([^"]*)"', (ROOT / "src/ops/ops.def").read_text(), re.MULTILINE))
    names = set(_portable_lib._get_operator_names())
    assert len(names) >= 259
    assert names - rows == NO_ROW.keys()


def compare(got, want):
    got = [torch.as_tensor(g) for g in got]
    want = torch.utils._pytree.tree_leaves(want)
    assert len(got) == len(want)
    for g, w in zip(got, want):
        torch.testing.assert_close(g, w, rtol=1e-4, atol=1e-5, equal_nan=True)


@functools.lru_cache(maxsize=2)
def exported(name):
    module = official_cases.module(name)
    return module, export(module, module.inputs, strict=False)


def official_program(program, skip_dim_order):
    config = EdgeCompileConfig(_check_ir_validity=False, _skip_dim_order=skip_dim_order)
    return to_edge(program, compile_config=config).to_executorch().buffer


def run_here(program, inputs):
    return wick.Runtime.get().load_program(program).load_method("forward").execute(list(inputs))


@pytest.mark.parametrize("name", some(official_cases.NAMES, 3))
def test_official_program_runs_here(name):
    if name in OFFICIAL_REFUSES:
        pytest.skip(OFFICIAL_REFUSES[name])
    module, program = exported(name)
    compare(run_here(official_program(program, len(name) % 2 == 0), module.inputs), module(*module.inputs))


@pytest.mark.parametrize("name", some(official_cases.NAMES, 3))
def test_our_program_runs_there(name, tmp_path):
    module, program = exported(name)
    if name in PORTABLE_REFUSES:
        with pytest.raises(wick.CompileError, match=PORTABLE_REFUSES[name]):
            wick.compile(program, target="portable")
        return
    path = tmp_path / "case.pte"
    wick.compile(program, target="portable").save(path)
    want = module(*module.inputs)
    compare(run_here(path.read_bytes(), module.inputs), want)
    got = _portable_lib._load_for_executorch(str(path)).run_method("forward", module.inputs)
    compare(got, want)


def channels_last(x):
    return x.to(memory_format=torch.channels_last) if x.dim() == 4 else x


@pytest.mark.parametrize("skip_dim_order", [False, True], ids=["dim_order", "memory_format"])
@pytest.mark.parametrize("name", some(official_cases.IMAGES, 4))
def test_official_program_with_channels_last_inputs_runs_here(name, skip_dim_order):
    module = official_cases.module(name)
    inputs = tuple(map(channels_last, module.inputs))
    try:
        program = official_program(export(module, inputs, strict=False), skip_dim_order)
    except InternalError as error:
        pytest.skip(f"the official exporter refuses it: {str(error).splitlines()[0]}")
    compare(run_here(program, inputs), module(*inputs))


@pytest.mark.parametrize("name", some(official_cases.BATCHED, 3))
def test_dynamic_batch_runs_both_ways(name, tmp_path):
    module = official_cases.module(name)
    shapes = [{0: Dim("batch", min=2, max=6)} if x.shape[0] == 2 else None for x in module.inputs]
    program = export(module, module.inputs, dynamic_shapes=(tuple(shapes),), strict=False)
    theirs = official_program(program, True)
    ours = wick.compile(program, target="portable")
    ours.save(tmp_path / "case.pte")
    ours = (tmp_path / "case.pte").read_bytes()
    peer = _portable_lib._load_for_executorch(str(tmp_path / "case.pte"))
    for batch in (2, 3, 6):
        inputs = tuple(torch.cat([x, x, x])[:batch] if x.shape[0] == 2 else x for x in module.inputs)
        want = module(*inputs)
        for got in (run_here(theirs, inputs), run_here(ours, inputs), peer.run_method("forward", inputs)):
            compare(got, want)
