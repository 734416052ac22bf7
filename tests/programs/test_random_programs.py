# SPDX-License-Identifier: BSD-3-Clause
"""Random small programs equal eager: ours on our runtime, and where the official pipeline accepts a program, ours on the official
runtime and the official file on ours. WICK_TEST_ALL=1 runs 2,000; WICK_SEED=n starts elsewhere, WICK_WIDE=1 takes more
kinds of programs. A failure names its seed."""
import copy
import os

import numpy
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference")
torch.set_num_threads(1)

from common import ROOT  # noqa: E402
from programs.random_programs import build, dynamic_sizes, other_inputs  # noqa: E402

BUILD = ROOT / os.environ.get("WICK_BUILD", "build")
os.environ.setdefault("WICK_LIBRARY", str(BUILD / "python" / "libwick.so"))

COUNT = 2000 if os.environ.get("WICK_TEST_ALL") else 10
FIRST = int(os.environ.get("WICK_SEED", "1"))
BATCH = 10
WIDE = bool(os.environ.get("WICK_WIDE"))  # more operators, dynamic sizes, control flow, buffers
RTOL, ATOL = 1e-3, 1e-4
COUNTS = {"programs": 0, "at other sizes": 0, "ours on the official runtime": 0, "official on ours": 0, "refused for portable": 0}


def close(found, expected):
    if len(found) != len(expected):
        return False
    for have, want in zip(found, expected):
        have, want = numpy.asarray(have), want.numpy()
        if have.shape != want.shape or have.dtype != want.dtype:
            return False
        if not (numpy.allclose(have, want, rtol=RTOL, atol=ATOL, equal_nan=True) if want.dtype.kind == "f" else numpy.array_equal(have, want)):
            return False
    return True


def run_ours(program_bytes, inputs):
    import wick

    return wick.Runtime.get().load_program(program_bytes).load_method("forward").execute([x.numpy() for x in inputs])


def run_official(program_bytes, inputs):
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    return _load_for_executorch_from_buffer(program_bytes, program_verification=Verification.InternalConsistency).forward(inputs)


def official_program(exported):
    """The official file of a program; None where the official pipeline refuses it."""
    from executorch.exir import EdgeCompileConfig, to_edge

    try:
        return bytes(to_edge(exported, compile_config=EdgeCompileConfig(_check_ir_validity=False)).to_executorch().buffer)
    except Exception:  # noqa: BLE001 whatever it says, there is nothing to compare with
        return None


def trouble_with(seed):
    """What is wrong with the program of a seed; None if nothing is."""
    import wick

    module, inputs = build(seed, wide=WIDE)
    expected = copy.deepcopy(module)(*[x.clone() for x in inputs])
    exported = torch.export.export(module, inputs, dynamic_shapes=dynamic_sizes(seed, inputs) if WIDE else None)
    COUNTS["programs"] += 1
    for form in (exported, exported.run_decompositions()):
        program = wick.compile(form).buffer
        if not close(run_ours(program, inputs), expected):
            return "ours differs from eager"
        for others in other_inputs(exported, inputs) if WIDE else ():
            try:
                wanted = copy.deepcopy(exported).module()(*[x.clone() for x in others])
            except (AssertionError, RuntimeError, IndexError):
                continue  # a step, or a guard of the export, that fits the example alone
            COUNTS["at other sizes"] += 1
            if not close(run_ours(program, others), wanted):
                return "ours differs from eager at other sizes"
    official = official_program(exported)
    try:
        theirs = official and run_official(official, inputs)
    except RuntimeError:
        theirs = None
    if not theirs or not close([x.numpy() for x in theirs], expected):
        return None  # refused there, or one of its silent errors: nothing to interchange
    COUNTS["official on ours"] += 1
    if not close(run_ours(official, inputs), expected):
        return "the official file differs on our runtime"
    try:
        ours = wick.compile(exported, target="portable").buffer
    except wick.CompileError as refusal:
        COUNTS["refused for portable"] += 1
        return None if "official operators only" in refusal.message else refusal.message
    COUNTS["ours on the official runtime"] += 1
    if not close([x.numpy() for x in run_official(ours, inputs)], expected):
        return "our file differs on the official runtime"
    return None


@pytest.mark.parametrize("first", range(FIRST, FIRST + COUNT, BATCH))
def test_programs_equal_eager(first):
    troubles = []
    for seed in range(first, first + BATCH):
        try:
            trouble = trouble_with(seed)
        except Exception as error:  # noqa: BLE001 a refusal or a crash of any part is a finding
            trouble = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
        if trouble:
            troubles.append(f"seed {seed}: {trouble}")
    assert not troubles, "\n".join(troubles)


def test_interchange_was_tried():
    assert COUNTS["programs"] >= min(COUNT, BATCH)
    assert COUNTS["official on ours"] > COUNTS["programs"] // 4, COUNTS
    assert COUNTS["refused for portable"] <= COUNTS["official on ours"] // 2, COUNTS
    print(COUNTS)
