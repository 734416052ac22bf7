# SPDX-License-Identifier: BSD-3-Clause
"""The rows of the official quantized library beside the pairs: sums, embeddings and products of int8 weights, against the
exporter's Python reference where it has one, else against the formula in float64; and batch norm under its older name."""
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")
pytest.importorskip("executorch.exir", reason="the exporter's Python package has the reference")

import executorch.exir.passes._quant_patterns_and_replacements  # noqa: E402, F401 (registers the reference)
import op_driver  # noqa: E402

ROWS = op_driver.rows()
CALLS = 40
FLOATS = (torch.float32, torch.float16, torch.bfloat16)
BOUNDS = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 2e-2}


def run(lib, row_id, arguments, expected, mode="static"):
    return op_driver.call(lib, ROWS[row_id], list(arguments), [expected], mode)


def check(lib, row_id, arguments, expected, bound):
    for mode in ("static", "dynamic"):
        outcome = run(lib, row_id, arguments, expected, mode)
        assert outcome.status == 0, f"{outcome.text}: {arguments}"
        torch.testing.assert_close(outcome.outputs[0], expected, rtol=bound, atol=bound)


def grouped(rows, depth, dtype):
    """Scales and zero points of a table, for each row or for groups of it."""
    groups = random.choice([None] + [g for g in (1, 2, 4) if depth % g == 0 and depth // g > 1])
    shape = (rows,) if groups is None else (rows, groups)
    zero_points = random.choice([None, torch.randint(-4, 5, shape).to(dtype)])
    return (torch.rand(shape) + 0.1).to(dtype), zero_points


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_embedding_equals_reference(lib, bits):
    name = {8: "byte", 4: "4bit", 2: "2bit"}[bits]
    reference = getattr(torch.ops.quantized_decomposed, f"embedding_{name}")
    random.seed(bits)
    torch.manual_seed(bits)
    for _ in range(CALLS):
        rows, depth, dtype = random.randint(1, 7), random.choice([8, 16, 40, 72]), random.choice(FLOATS)
        weight = torch.randint(0, 256, (rows, depth * bits // 8)).to(torch.uint8)
        if bits == 8 and random.random() < 0.5:
            weight = weight.view(torch.int8)
        scales, zero_points = grouped(rows, depth, dtype)
        indices = torch.randint(0, rows, random.choice([(), (3,), (2, 2), (0,)]))
        arguments = [weight, scales, zero_points, -(1 << bits - 1), (1 << bits - 1) - 1, indices]
        if bits == 8:
            info = torch.iinfo(weight.dtype)
            arguments[3:5] = info.min, info.max
        wide = [a.float() if isinstance(a, torch.Tensor) and a.dtype == dtype else a for a in arguments]
        expected = reference.dtype(*wide, dtype=torch.float32)
        check(lib, f"embedding_{name}_out", arguments, expected.to(dtype), BOUNDS[dtype])
        out_dtype = random.choice(FLOATS)
        check(lib, f"embedding_{name}_dtype_out", [*arguments, out_dtype], expected.to(out_dtype), BOUNDS[out_dtype])
        arguments[5] = indices.int()
        check(lib, f"embedding_{name}_out", arguments, expected.to(dtype), BOUNDS[dtype])


def refused(lib, row_id, arguments, expected):
    return run(lib, row_id, arguments, expected).status != 0


def test_wrong_embedding_is_refused(lib):
    weight, scales, out = torch.zeros(3, 4, dtype=torch.uint8), torch.ones(3), torch.zeros(2, 8)
    given = [weight, scales, None, -8, 7, torch.tensor([0, 2])]
    assert not refused(lib, "embedding_4bit_out", given, out)
    for position, value in ((0, weight[0]), (0, weight.short()), (0, weight.to(torch.int8)), (1, torch.ones(2)), (1, torch.ones(3, 3)),
                            (1, torch.ones(3, 0)), (1, scales.double()), (2, torch.ones(2)), (2, torch.ones(3).half()), (3, -7), (4, 8),
                            (5, torch.tensor([0, 3])), (5, torch.tensor([-1, 0])), (5, torch.tensor([0.0, 1.0]))):
        assert refused(lib, "embedding_4bit_out", [value if i == position else a for i, a in enumerate(given)], out), (position, value)
    assert refused(lib, "embedding_4bit_out", given, out[:, :7])
    assert refused(lib, "embedding_4bit_dtype_out", [*given, torch.float16], out)


def dequantized(weight, scales, zero_points):
    """Int8 weights as float64: the rows have scales, or groups of dimension 1 do."""
    weight = weight.double()
    each = [t.double() if t is not None else torch.zeros_like(scales.double()) for t in (scales, zero_points)]
    if scales.dim() == 2:
        each = [t.repeat_interleave(weight.shape[1] // t.shape[1], 1) for t in each]
    else:
        each = [t[:, None] for t in each]
    return (weight - each[1]) * each[0]


@pytest.mark.parametrize("row_id", ["mixed_mm_out", "mixed_linear_out"])
def test_mixed_product_equals_formula(lib, row_id):
    random.seed(row_id)
    torch.manual_seed(3)
    for _ in range(CALLS):
        rows, cols, depth, dtype = random.randint(0, 4), random.randint(1, 5), random.choice([1, 8, 36, 80]), random.choice(FLOATS)
        x = torch.randn(rows, depth).to(dtype)
        is_linear = row_id == "mixed_linear_out"
        weight = torch.randint(-128, 128, (cols, depth) if is_linear else (depth, cols)).to(torch.int8)
        scales, zero_points = grouped(cols, depth, dtype) if is_linear else grouped(depth, 1, dtype)
        if not is_linear:
            scales, zero_points = scales.flatten(), zero_points if zero_points is None else zero_points.flatten()
        values = dequantized(weight, scales / 128, zero_points)
        arguments = [x, weight, (scales / 128).to(dtype), zero_points]
        expected = x.double() @ (values.T if is_linear else values)
        out_dtype = random.choice((dtype, torch.float32)) if is_linear else dtype
        if is_linear:
            arguments.append(random.choice([None, dtype]) if out_dtype == dtype else out_dtype)
        check(lib, row_id, arguments, expected.to(out_dtype), 10 * BOUNDS[dtype])


def test_wrong_mixed_product_is_refused(lib):
    x, weight, scales, out = torch.ones(2, 3), torch.ones(4, 3, dtype=torch.int8), torch.ones(4), torch.zeros(2, 4)
    given = [x, weight, scales, None, None]
    assert not refused(lib, "mixed_linear_out", given, out)
    for position, value in ((0, x[0]), (0, x[:, :2]), (0, x.half()), (0, x.double()), (1, weight.T.contiguous()), (1, weight.int()),
                            (2, torch.ones(3)), (2, torch.ones(4, 2)), (2, torch.ones(4, 0)), (3, torch.ones(3)), (4, torch.float16)):
        assert refused(lib, "mixed_linear_out", [value if i == position else a for i, a in enumerate(given)], out), (position, value)
    assert refused(lib, "mixed_mm_out", given[:4], out)


def test_sum_equals_formula(lib):
    random.seed(5)
    torch.manual_seed(5)
    for _ in range(CALLS):
        dtype = random.choice([torch.int8, torch.uint8])
        info = torch.iinfo(dtype)
        shape = random.choice([(), (7,), (2, 3), (1, 4, 3, 5), (0, 2), (3, 40)])
        a, b = (torch.randint(info.min, info.max + 1, shape).to(dtype) for _ in range(2))
        if len(shape) == 4:
            a, b = (t.to(memory_format=torch.channels_last) for t in (a, b))
        scales = [random.choice([0.5, 1.0, 0.1, random.uniform(1e-3, 2)]) for _ in range(3)]
        zeros = [random.randint(info.min, info.max) for _ in range(3)]
        low, high = random.choice([(info.min, info.max), (info.min + 3, info.max - 7)])
        real = [(t.int() - z).float() * torch.tensor(s).float() for t, z, s in zip((a, b), zeros, scales)]
        steps = ((real[0] + real[1]) * (1.0 / torch.tensor(scales[2]))).round() + zeros[2]
        given = [a, scales[0], zeros[0], info.min, info.max, b, scales[1], zeros[1], info.min, info.max, scales[2], zeros[2], low, high]
        check(lib, "quantized_add_out", given, steps.clamp(low, high).to(dtype), 0)


def test_wrong_sum_is_refused(lib):
    a = torch.ones(2, 3, dtype=torch.int8)
    given = [a, 1.0, 0, -128, 127, a, 1.0, 0, -128, 127, 1.0, 0, -128, 127]
    assert not refused(lib, "quantized_add_out", given, a)
    for position, value in ((0, a.int()), (0, a[0]), (5, a.to(torch.uint8)), (5, torch.ones(3, 2, dtype=torch.int8)), (1, 0.0), (6, float("nan")),
                            (10, float("inf")), (10, -1.0), (2, 2**40), (12, -129), (13, 128), (12, 127 + 1)):
        assert refused(lib, "quantized_add_out", [value if i == position else x for i, x in enumerate(given)], a), (position, value)
    assert refused(lib, "quantized_add_out", given, a.float())


def test_batch_norm_that_does_not_train(lib):
    x, mean, variance, weight = torch.randn(2, 3, 4, 5), torch.randn(3), torch.rand(3) + 0.5, torch.randn(3)
    expected, none = torch.nn.functional.batch_norm(x, mean, variance, weight, eps=1e-3), torch.zeros(0)
    arguments = [x, weight, None, mean, variance, False, 0.1, 1e-3]
    outcome = op_driver.call(lib, ROWS["batch_norm_legit_out"], arguments, [mean, variance, expected, none, none])
    assert outcome.status == 0, outcome.text
    torch.testing.assert_close(outcome.outputs[2], expected)
    arguments[5] = True
    assert op_driver.call(lib, ROWS["batch_norm_legit_out"], arguments, [mean, variance, expected, none, none]).status == 0x10
