# SPDX-License-Identifier: BSD-3-Clause
"""Every row of ops.def against eager PyTorch, on the samples of torch's op_db (see op_samples.py).

WICK_TEST_ALL=1 takes every sample instead of a few for each operator and dtype; `-k add_out` takes one row.
The library comes from build/tests (cmake -DWICK_TESTS=ON); WICK_BUILD or WICK_OP_TEST_LIBRARY name another.
"""
import os
import warnings

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")
warnings.filterwarnings("ignore")
torch.set_num_threads(1)  # the samples are small

import op_driver  # noqa: E402
import op_samples  # noqa: E402

ROWS = op_driver.rows()
# op_db knows the operators of PyTorch; the others have tests of their own: test_cortex_m_*.py, test_quantize.py,
# test_quant_*.py, test_prim.py; test_random.py for those that draw random numbers.
SAMPLED = [row for row in ROWS if not ROWS[row].name.startswith(("cortex_m::", "quantized_decomposed::", "wick::"))
           or row in op_samples.spatial_samples.VEC]
# Nor does it know those of ATen whose result is open: test_movement_rows.py.
OPEN = {"empty_out", "empty_dim_order_out"}
IN_PLACE = {"copy_in_place", "index_put_in_place"}  # the driver reads back what they write
SAMPLED = [row for row in SAMPLED if row not in op_samples.spatial_samples.COMPLEX and row not in OPEN
           and (row in IN_PLACE or not set(ROWS[row].signature) & set("NVW"))]
# Operators of PyTorch without an out variant have a name of our own.
SAMPLED += [row for row in op_samples.OWN_NAMES if row in ROWS]
ALL = bool(os.environ.get("WICK_TEST_ALL"))
CAP = 10**6 if ALL else 6
LARGEST = None if ALL else 20_000  # elements of a tensor

# (rtol, atol) of float32. Elementwise results are one correctly rounded step or a short polynomial away from eager's.
TOLERANCE = (1e-5, 1e-5)
# Sums of products of values up to 9: eager's blocked order of summation differs from ours, and the error grows with the
# terms, not with the sum.
TOLERANCES = dict.fromkeys(["convolution_out", "convolution_backward_out", "conv_tbc_out", "linear_out", "addmm_out", "mm_out", "bmm_out"], (1e-4, 1e-3))
TOLERANCES.update({"sum_out": (1e-5, 1e-4), "mean_out": (1e-5, 2e-5), "mean_dtype_out": (1e-5, 2e-5)})
CASTS = {"to_copy_out", "to_dim_order_copy_out"}
# Eager's gelu gives NaN at +infinity, where x * P(X < x) is +infinity. Its geqrf leaves a column with NaN or infinities as it is,
# ours spreads NaN; products of reflections keep an infinity in another order of summation.
FINITE_ONLY = {"gelu_out", "geqrf_out", "linalg_householder_product_out"}
# Of NaN eager's recurrences give what stood in a register before.
FINITE_ONLY |= {row for row in ROWS if "_polynomial_" in row}
# Recurrences and series whose terms are larger than their sum.
TOLERANCES.update(dict.fromkeys([row for row in ROWS if "_polynomial_" in row], (1e-4, 1e-3)))
TOLERANCES.update(dict.fromkeys(["special_hermite_polynomial_h_out", "special_hermite_polynomial_he_out"], (1e-4, 10.0)))  # terms up to 1e9
# Beside these results stand statistics; of a mean eager makes NaN where an infinity is followed by another element.
STATISTICS = {"var_mean_out", "std_mean_out", "layer_norm_out", "group_norm_out", "batch_norm_no_stats_out"}
# Shapes that follow from the data: `run` finds them, and refuses an out of another size.
SHAPED_BY_DATA = {"bincount_out", "nonzero_out", "unique_consecutive_out"}
# Eager names any of several equal elements: ours is the first.
ANY_OF_EQUALS = {"sort_out", "topk_out", "kthvalue_out", "median_dim_out", "nanmedian_dim_out"}
# Rows that refuse float64 by name, everywhere.
WITHOUT_DOUBLE = set("""searchsorted_out searchsorted_scalar_out bucketize_out bucketize_scalar_out histc_out nll_loss_out nll_loss_forward_out
    nll_loss2d_out nll_loss2d_forward_out nll_loss_nd_out embedding_bag_out linalg_lu_factor_ex_out linalg_lu_solve_out
    linalg_solve_triangular_out geqrf_out linalg_householder_product_out linalg_cholesky_ex_out""".split())
# Of float64: what is computed in float is further away.
DOUBLE = (1e-9, 1e-9)
DOUBLES = {"special_airy_ai_out": (1e-6, 1e-6)}  # of -1e6 the phase is near 1e9, where its last bit is 1e-7
# Half precision: one rounding of a float32 result.
HALF = {torch.float16: (2e-3, 1e-4), torch.bfloat16: (1.6e-2, 1e-3)}


def _bounds(row, dtype):
    rtol, atol = TOLERANCES.get(row.id, TOLERANCE)
    if dtype in HALF:
        return max(rtol, HALF[dtype][0]), max(atol, HALF[dtype][1])
    return DOUBLES.get(row.id, DOUBLE) if dtype == torch.float64 else (rtol, atol)


def _as_list(result):
    return [r for r in (result if isinstance(result, (tuple, list)) else [result])]


def _is_defined_cast(source, dtype):
    """Whether each value of a cast has an integer to become: others are undefined in C, and vary with eager's version."""
    if dtype.is_floating_point or dtype == torch.bool or not source.is_floating_point():
        return True
    low, high = float(torch.iinfo(dtype).min), float(torch.iinfo(dtype).max)
    return bool((source.isfinite() & (source.double() > low - 1) & (source.double() < high + 1)).all())


def _eager(row, sample, widen=False):
    """Eager's outputs, dense; None when eager refuses the call. `widen` computes half precision in float32."""
    function = op_samples.functional(row)
    if "W" in row.signature:
        sample = op_samples.copied(sample)
    if widen:
        sample = op_samples._map_tensors(sample, sample.kind, lambda t: t.float() if t.dtype in HALF else t)
    try:
        outputs = _as_list(function(*sample.args, **sample.kwargs))
    except (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError):
        return None
    if not all(isinstance(o, torch.Tensor) and o.dtype in op_driver.DTYPE_CODES for o in outputs):
        return None
    if sample.kind == "special" and row.id in FINITE_ONLY:
        return None
    if row.id == "gcd_out":  # of the least integer, which has no magnitude, eager's has the sign of the last step of its loop
        outputs = [o.abs() if o.dtype != torch.bool else o for o in outputs]
    if row.id in CASTS and not _is_defined_cast(sample.args[0], outputs[0].dtype):
        return None
    return [o if op_driver.is_dense(o) else o.contiguous() for o in outputs]


def _close(row, got, want):
    if got.shape != want.shape:
        return False
    if want.dtype.is_complex:
        got, want = torch.view_as_real(got), torch.view_as_real(want)
    if not want.dtype.is_floating_point:
        return torch.equal(got, want)
    rtol, atol = _bounds(row, want.dtype)
    return torch.allclose(got.double(), want.double(), rtol=rtol, atol=atol, equal_nan=True)


def _is_same_choice(row, sample, got, expected):
    """For operators that may name any of several equal elements: the values are eager's, and the indices lead to them."""
    source, dim = sample.args[0], op_samples.argument(row, sample, "dim")
    if not torch.equal(got[-1] * 0, expected[-1] * 0) or not all(_close(row, g, e) for g, e in zip(got[:-1], expected[:-1])):
        return False
    values = expected[0] if len(expected) > 1 else source.gather(dim, expected[0]) if source.dim() else source
    keeps = values.dim() == source.dim()
    indices = got[-1] if keeps else got[-1].unsqueeze(dim)
    if source.dim() == 0:
        return bool((indices == 0).all())
    if source.numel() == 0:
        return True
    found = source.gather(dim, indices)
    is_distinct = all(len(set(line.tolist())) == line.numel() for line in indices.movedim(dim, -1).reshape(-1, indices.size(dim)))
    return is_distinct and _close(row, found if keeps else found.squeeze(dim), values)


def _matches(row, sample, got, expected):
    """Each output equals eager's, or (half precision) eager's float32 result rounded once."""
    if sample.kind == "special" and row.id in STATISTICS:
        got, expected = got[:1], expected[:1]
    if row.id in ANY_OF_EQUALS and _is_same_choice(row, sample, got, expected):
        return True
    if all(_close(row, g, e) for g, e in zip(got, expected)):
        return True
    if not any(e.dtype in HALF for e in expected):
        return False
    wide = _eager(row, sample, widen=True)
    return wide is not None and all(_close(row, g, w.to(e.dtype)) for g, w, e in zip(got, wide, expected))


def _describe(sample):
    def one(x):
        if isinstance(x, torch.Tensor):
            return f"{str(x.dtype)[6:]}{list(x.shape)}" + ("" if x.is_contiguous() else f"/{op_driver.dim_order(x)}")
        return repr(x) if not isinstance(x, (list, tuple)) else "[" + ", ".join(map(one, x)) + "]"
    return f"{sample.kind} ({', '.join(map(one, sample.args))} {sample.kwargs or ''})"


def _difference(got, expected):
    for index, (g, e) in enumerate(zip(got, expected)):
        if g.shape != e.shape or not torch.equal(g, e):
            at = [i for i, (a, b) in enumerate(zip(g.flatten().tolist(), e.flatten().tolist())) if a != b and (a == a or b == b)][:6] if g.shape == e.shape else []
            shown = lambda t: [t.flatten()[i].item() for i in at] or t.flatten()[:8].tolist()  # noqa: E731
            return f"output {index} at {at}: got {shown(g)}, eager {shown(e)}"
    return "equal"


def _is_double(sample, expected):
    """Whether a tensor of the call has type float64."""
    tensors = op_samples.tensors(sample) + list(expected)
    return any(t.dtype == torch.float64 for t in tensors)


def _check(lib, row, sample, mode, expected):
    """What is wrong with one call; None if nothing."""
    values = op_samples.arguments(row, sample, expected)
    try:
        outcome = op_driver.call(lib, row, values, expected, mode)
    except AssertionError as error:
        return str(error)
    if outcome.status == op_driver.NOT_SUPPORTED and row.id in WITHOUT_DOUBLE and _is_double(sample, expected):
        return None
    if mode == "wrong":
        is_late = op_samples.depends_on_data(row, sample)
        is_in_time = outcome.is_prepared == is_late or row.id in SHAPED_BY_DATA
        return None if outcome.status != 0 and is_in_time else "took an out tensor of a wrong size"
    if mode == "short":
        want = op_driver.OUT_OF_RESOURCES
        return None if outcome.status == want else f"capacity exceeded: status {outcome.status:#x}, expected {want:#x}"
    if outcome.status != 0:
        return f"status {outcome.status:#x}: {outcome.text}"
    if mode == "dynamic" and outcome.sizes != [list(e.shape) for e in expected]:
        return f"shape rule gives {outcome.sizes}, eager {[list(e.shape) for e in expected]}"
    if not _matches(row, sample, outcome.outputs, expected):
        return _difference(outcome.outputs, expected)
    return None


def _modes(row, kind, expected):
    yield "static"
    if "W" in row.signature:  # the out is an argument
        return
    yield "dynamic"
    if kind == "op_db" and any(e.dim() > 0 for e in expected):
        yield "wrong"
    if kind == "op_db" and any(e.numel() > 0 for e in expected):
        yield "short"


def _run(lib, row, dtype, counts, failures):
    """All samples of a row for one dtype."""
    torch.manual_seed(0)
    for sample in op_samples.samples(row, dtype, CAP, LARGEST):
        expected = _eager(row, sample)
        if expected is None:
            continue
        counts[sample.kind] = counts.get(sample.kind, 0) + 1
        for mode in _modes(row, sample.kind, expected):
            if problem := _check(lib, row, sample, mode, expected):
                failures.append(f"{str(dtype)[6:]} {mode} {_describe(sample)}: {problem}")


@pytest.mark.parametrize("row_id", [row for row in SAMPLED if not ROWS[row].is_random])
def test_operator_equals_eager(lib, row_id, op_coverage):
    row, failures = ROWS[row_id], []
    coverage = op_coverage.setdefault(row.name, {})
    for dtype in op_samples.ROW_DTYPES.get(row_id, op_samples.DTYPES):
        counts = {}
        _run(lib, row, dtype, counts, failures)
        if counts:
            coverage[str(dtype)[6:]] = counts
    assert coverage, f"op_db gave no sample for {row.name}"
    if failures:
        shown = "\n".join(failures[:8])
        pytest.fail(f"{row.name}: {len(failures)} calls differ from eager PyTorch\n{shown}", pytrace=False)


@pytest.mark.parametrize("row_id", list(ROWS))
def test_signature_fits_schema(row_id):
    """The signature letters follow from the schema."""
    letters = {"Tensor": "T", "Optional[Tensor]": "t", "List[Tensor]": "L", "List[Optional[Tensor]]": "K", "number": "S",
               "Optional[number]": "s", "int": "I", "Optional[int]": "i", "List[int]": "A", "Optional[List[int]]": "a",
               "float": "D", "Optional[float]": "d", "List[float]": "F", "Optional[List[float]]": "f", "bool": "B",
               "Optional[bool]": "b", "Optional[Generator]": "i", "List[bool]": "G", "str": "C", "Optional[str]": "c"}
    row = ROWS[row_id]
    written = {"Tensor": "W", "List[Tensor]": "P"}
    got = "".join("O" if a.is_out and str(a.type) == "Tensor" else (written if a.alias_info and a.alias_info.is_write else
                  letters)[str(a.type)] for a in row.parsed.arguments)
    if not any(a.is_out for a in row.parsed.arguments) and "W" not in got:
        got += "".join("V" if str(r.type) == "Tensor" else "N" for r in row.parsed.returns)
    assert got == row.signature.split("|")[-1]


@pytest.mark.parametrize("row_id", [r for r in ROWS if ROWS[r].name.startswith("aten::")])
def test_schema_is_that_of_pytorch(row_id):
    """The schema is the one that PyTorch publishes for the out variant."""
    base, _, overload = ROWS[row_id].name.removeprefix("aten::").partition(".")
    assert getattr(getattr(torch.ops.aten, base), overload or "default")._schema == ROWS[row_id].parsed
