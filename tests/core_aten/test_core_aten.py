# SPDX-License-Identifier: BSD-3-Clause
"""Every operator of core ATen and of the official libraries through the whole compiler, over the samples of torch's op_db.

Prints how many operators have all samples equal to eager, by class of element type. WICK_TEST_ALL=1 takes every sample;
WICK_TEST_CLASS=double,complex only those classes of calls.CLASSES."""
import os

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference")
torch.set_num_threads(1)

from core_aten import calls, graph_program  # noqa: E402
from core_aten.reasons import OPEN_ORDER, reason_of  # noqa: E402
from torch.utils._pytree import tree_leaves  # noqa: E402

ALL = bool(os.environ.get("WICK_TEST_ALL"))
CLASSES = {kind: calls.CLASSES[kind] for kind in os.environ.get("WICK_TEST_CLASS", ",".join(calls.CLASSES)).split(",")}
BOUNDS = {torch.float32: (1e-4, 1e-4), torch.float64: (1e-6, 1e-6), torch.float16: (4e-3, 1e-3), torch.bfloat16: (3.2e-2, 8e-3),
          torch.complex64: (1e-4, 1e-4)}
HALF = (torch.float16, torch.bfloat16)


# One class of element types at a time: its samples are recorded before its first test, and dropped behind its last.
QUICK = (torch.float32, torch.int64)
KINDS = {kind: kept for kind, dtypes in CLASSES.items() if (kept := [x for x in dtypes if ALL or "WICK_TEST_CLASS" in os.environ or x in QUICK])}


@pytest.fixture(scope="module")
def recorded(request):
    return calls.record(set(calls.wanted()), KINDS[request.param], 10**6 if ALL else 6, 10**6 if ALL else 4)


def _equal(found, expected):
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    if expected.dtype in BOUNDS:
        rtol, atol = BOUNDS[expected.dtype]
        wide = torch.complex128 if expected.dtype.is_complex else torch.float64
        return torch.allclose(found.to(wide), expected.to(wide), rtol=rtol, atol=atol, equal_nan=True)
    return torch.equal(found, expected)


def _widened(overload, args, kwargs):
    """Eager's results computed in float32, to be rounded once, and what it leaves in the tensors that it writes."""
    change = lambda x: x.float() if isinstance(x, torch.Tensor) and x.dtype in HALF else x  # noqa: E731
    results, written = _run_eager(overload, *torch.utils._pytree.tree_map(change, (args, kwargs)))
    return [x for x in results if isinstance(x, torch.Tensor)], written


def _is_same_choice(self, args, found, expected):
    """Whether values are equal and the indices, which may differ among equal elements, lead to them."""
    values, indices = found
    if not _equal(values, expected[0]) or indices.shape != values.shape or indices.dtype != torch.int64 or self.dim() == 0:
        return False
    dim = next((x for x in args if type(x) is int), -1)
    ordered = indices.sort(dim)[0]
    is_once = bool((ordered.diff(dim=dim) > 0).all()) and bool(((indices >= 0) & (indices < self.size(dim))).all())
    return is_once and _equal(self.gather(dim, indices), values)


def _run_eager(overload, args, kwargs):
    """What the call gives (None where an output mask leaves out a gradient), and what it leaves in the tensors that it writes."""
    args, kwargs = torch.utils._pytree.tree_map(lambda x: x.clone() if isinstance(x, torch.Tensor) else x, (args, kwargs))
    results = tree_leaves(overload(*args, **kwargs))
    written = [args[i] for i, a in enumerate(overload._schema.arguments) if a.alias_info and a.alias_info.is_write]
    return results, written


def _check(overload, args, kwargs):
    """None where the call equals eager, else what is wrong; "skip" where eager gives nothing to compare."""
    from wick import RuntimeFailure

    try:
        results, written = _run_eager(overload, args, kwargs)
    except Exception:
        return "skip"
    expected = [x for x in results if isinstance(x, torch.Tensor)]
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)] + expected
    if not expected or any(x.dtype not in graph_program.DTYPES for x in tensors):
        return "skip"
    expected = [x.contiguous() for x in expected]
    results = [x.contiguous() if isinstance(x, torch.Tensor) else None for x in results]
    args, kwargs = torch.utils._pytree.tree_map(lambda x: x.contiguous().resolve_conj() if isinstance(x, torch.Tensor) else x, (args, kwargs))
    try:
        text, inputs = graph_program.graph_text(overload, args, kwargs, results)
        found = graph_program.run(graph_program.compile_text(text), inputs)
    except (graph_program.Refused, RuntimeFailure) as refusal:
        return str(refusal).split("\n")[0][:200]
    if len(found) > len(expected):  # what was written stands first; tensors that keep what they hold are not written
        expected = written + expected
    if len(found) == len(expected) and all(map(_equal, found, expected)):
        return None
    name = calls.overload_name(overload)
    if name in OPEN_ORDER and _is_same_choice(args[0], args[2:] if name == "topk" else args[1:], found, expected):
        return None
    if any(x.dtype in HALF for x in expected):
        wide, written = _widened(overload, args, kwargs)
        wide = written + wide if len(found) > len(wide) else wide
        if all(_equal(f, w.to(e.dtype)) for f, w, e in zip(found, wide, expected)):
            return None
    return "differs: " + text.split("\n")[-4].strip()[:160]


def _count(recorded, name, overload, dtypes):
    """(equal, total, first trouble) over the samples of some element types."""
    equal, total, trouble = 0, 0, None
    for dtype in dtypes:
        for args, kwargs in recorded.get((name, dtype), {}).values():
            outcome = _check(overload, args, kwargs)
            if outcome == "skip" or (outcome and reason_of(name, dtype, args, kwargs)):
                continue
            total += 1
            equal += outcome is None
            trouble = trouble or outcome
    return equal, total, trouble


@pytest.mark.parametrize("name", calls.wanted())
@pytest.mark.parametrize("kind, recorded", [(kind, kind) for kind in KINDS], indirect=["recorded"], ids=list(KINDS), scope="module")
def test_operator_equals_eager_through_the_compiler(name, kind, recorded, coverage_table):
    overload = calls.wanted()[name]
    equal, total, trouble = _count(recorded, name, overload, KINDS[kind])
    if total:
        coverage_table.setdefault(kind, {})[name] = (equal, total)
    assert not trouble, f"aten::{name}, {kind}: {equal} of {total} equal; {trouble}"
