# SPDX-License-Identifier: BSD-3-Clause
"""Matrix products under all their names, and linear algebra, compiled: what eager PyTorch gives, as exported and as core ATen."""
import numpy
import pytest
import torch
from common import run_wick
from torch import nn


class Call(nn.Module):
    def __init__(self, function, *parts):
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)


def values(*shape, dtype=torch.float32, seed=3):
    generator = torch.Generator().manual_seed(seed)
    if dtype.is_floating_point:
        return torch.randn(shape, generator=generator).to(dtype)
    return torch.randint(-9, 9, shape, generator=generator).to(dtype)


def definite(*shape):
    a = values(*shape)
    return a @ a.mT + torch.eye(shape[-1])


def ein(equation):
    return lambda *operands: torch.einsum(equation, *operands)


V3, V4 = values(3), values(4, seed=4)
A, B, C = values(2, 3), values(3, 4, seed=4), values(4, 5, seed=5)
BA, BB = values(2, 3, 4), values(2, 4, 5, seed=4)
INTS = {"dtype": torch.int32}
PRODUCTS = {
    "baddbmm": (lambda s, a, b: torch.baddbmm(s, a, b, beta=0.5, alpha=2), (values(3, 5), BA, BB)),
    "baddbmm_ints": (lambda s, a, b: torch.baddbmm(s, a, b, beta=2, alpha=3), (values(2, 3, 5, **INTS), values(2, 3, 4, **INTS), values(2, 4, 5, **INTS))),
    "baddbmm_nan_left_out": (lambda s, a, b: torch.baddbmm(s, a, b, beta=0), (torch.full((5,), float("nan")), BA, BB)),
    "addbmm": (lambda s, a, b: torch.addbmm(s, a, b, beta=0.5, alpha=2), (values(3, 5), BA, BB)),
    "addmv": (lambda s, a, b: torch.addmv(s, a, b, beta=0.5, alpha=2), (V3, B, V4)),
    "addmv_one": (lambda s, a, b: torch.addmv(s, a, b), (values(1), B, V4)),
    "addr": (lambda s, a, b: torch.addr(s, a, b, beta=0.5, alpha=2), (B, V3, V4)),
    "vdot": (torch.vdot, (V4, values(4))), "mv": (torch.mv, (B, V4)), "dot": (torch.dot, (V4, values(4))),
    "outer": (torch.outer, (V3, V4)), "outer_types": (torch.outer, (V3, values(4, **INTS))), "ger": (torch.ger, (V3, V4)),
    "inner": (torch.inner, (BA, values(5, 4))), "inner_vectors": (torch.inner, (V4, values(4))), "inner_number": (torch.inner, (BA, torch.tensor(2.0))),
    "kron": (torch.kron, (A, C)), "kron_ranks": (torch.kron, (V3, BA)), "kron_ints": (torch.kron, (values(2, 2, **INTS), values(3, **INTS))),
    "tensordot": (lambda a, b: torch.tensordot(a, b, 2), (values(2, 3, 4), values(3, 4, 5))),
    "tensordot_dims": (lambda a, b: torch.tensordot(a, b, ([0, 2], [2, 0])), (values(2, 3, 4), values(4, 5, 2))),
    "tensordot_none": (lambda a, b: torch.tensordot(a, b, 0), (A, V4)),
    "chain": (lambda a, b, c: torch.chain_matmul(a, b, c), (A, B, C)),
    "multi_dot": (lambda a, b, c: torch.linalg.multi_dot([a, b, c]), (A, B, C)),
    "multi_dot_vectors": (lambda a, b, c: torch.linalg.multi_dot([a, b, c]), (V3, B, V4)),
    "matrix_power": (lambda a: (torch.matrix_power(a, 5), torch.matrix_power(a, 1), torch.linalg.matrix_power(a, 0)), (values(2, 3, 3),)),
    "bilinear": (lambda m, a, b: m(a, b), (values(2, 5, 3), values(2, 5, 4)), nn.Bilinear(3, 4, 6)),
    "bilinear_no_bias": (lambda m, a, b: m(a, b), (values(2, 3), values(2, 4)), nn.Bilinear(3, 4, 6, bias=False)),
    "weight_norm": (lambda m, x: m(x), (values(2, 3),), nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))),
    "weight_norm_conv": (lambda m, x: m(x), (values(1, 3, 5, 5),), nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3), dim=1)),
    "spectral_norm": (lambda m, x: m(x), (values(2, 3),), nn.utils.parametrizations.spectral_norm(nn.Linear(3, 4))),
    "mm_empty": (torch.mm, (values(2, 0), values(0, 3))), "mm_empty_rows": (torch.mm, (values(0, 2), values(2, 3))),
    "matmul_vector_batch": (torch.matmul, (V4, BB)), "matmul_batch_vector": (torch.matmul, (BA, V4)),
    "matmul_broadcast": (torch.matmul, (values(2, 1, 3, 4), values(5, 4, 2))), "linear_vector": (lambda m, x: m(x), (V3,), nn.Linear(3, 4)),
    "linalg_matmul": (torch.linalg.matmul, (BA, BB)),
    "trace": (torch.trace, (B,)), "trace_tall": (torch.trace, (values(5, 3),)),
}
EINSUMS = {
    "ij,jk->ik": (A, B), "bij,bjk->bik": (BA, BB), "bij,jk": (BA, C), "i,j->ij": (V3, V4), "i,i->": (V4, values(4)), "ij->ji": (A,),
    "ij->": (A,), "bij->bj": (BA,), "bhid,bhjd->bhij": (values(2, 2, 3, 4), values(2, 2, 5, 4)), "...ij,...jk->...ik": (BA, BB),
    "bn,anm,bm->ba": (values(2, 3), values(5, 3, 4), values(2, 4)), "ij,ij->ij": (A, values(2, 3, seed=7)), "b...,b->b...": (BA, values(2)),
    "ij, kj -> ki": (A, values(5, 3)), "...,->...": (BA, torch.tensor(2.0)), "bc,bd->b": (A, values(2, 4)), "ab,bc,cd->ad": (A, B, C),
    "ii->i": (values(3, 3),), "bii->b": (values(2, 3, 3),), "bii,i->bi": (values(2, 3, 3), values(3)),
}


def check(exported, target, inputs, wanted, folder, rtol=1e-4, atol=1e-5):
    torch.export.save(exported, folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "--target", target, "-o", folder / "m.pte")
    arguments = []
    for i, tensor in enumerate(inputs):
        numpy.save(folder / f"x{i}.npy", numpy.ascontiguousarray(tensor.numpy()))
        arguments += ["--input", folder / f"x{i}.npy"]
    run_wick("run", folder / "m.pte", *arguments, *(a for i in range(len(wanted)) for a in ("--output", folder / f"y{i}.npy")))
    for i, want in enumerate(wanted):
        have = numpy.load(folder / f"y{i}.npy")
        assert have.shape == tuple(want.shape) and have.dtype == want.numpy().dtype, f"output {i}: {have.dtype}{have.shape}"
        numpy.testing.assert_allclose(have, want.numpy(), rtol=rtol, atol=atol, err_msg=f"{target}: output {i}")


def flat(result):
    return [result] if isinstance(result, torch.Tensor) else [t for item in result for t in flat(item)]


def compared(function, inputs, *parts):
    torch.manual_seed(1)
    module = Call(function, *parts).eval()
    with torch.no_grad():
        return torch.export.export(module, inputs), flat(module(*inputs))


@pytest.mark.parametrize("name", PRODUCTS)
def test_product_equals_eager(name, tmp_path):
    function, inputs, *parts = PRODUCTS[name]
    exported, wanted = compared(function, inputs, *parts)
    check(exported, "wick", inputs, wanted, tmp_path)
    if name not in NOT_PORTABLE:
        check(exported, "portable", inputs, wanted, tmp_path)
    if name not in NOT_CORE:
        check(exported.run_decompositions(), "wick", inputs, wanted, tmp_path)


NOT_PORTABLE = {"baddbmm_ints", "weight_norm", "weight_norm_conv"}
NOT_CORE = {"trace", "trace_tall", "matrix_power"}


@pytest.mark.parametrize("equation", EINSUMS)
def test_einsum_equals_eager(equation, tmp_path):
    inputs = EINSUMS[equation]
    exported, wanted = compared(ein(equation), inputs)
    check(exported, "wick", inputs, wanted, tmp_path)


S, D = values(2, 3, 3), definite(2, 4, 4)
LINALG = {
    "inv": (torch.linalg.inv, (S,)), "inverse": (torch.inverse, (S[0],)), "inv_ex": (lambda a: tuple(torch.linalg.inv_ex(a)), (S,)),
    "det": (torch.linalg.det, (S,)), "det_method": (lambda a: a.det(), (S[0],)), "slogdet": (lambda a: tuple(torch.linalg.slogdet(a)), (S,)),
    "det_singular": (torch.linalg.det, (torch.ones(3, 3),)),
    "solve": (torch.linalg.solve, (S, values(2, 3, 2))), "solve_vector": (torch.linalg.solve, (S[0], V3)),
    "solve_vectors": (torch.linalg.solve, (S, values(2, 3))), "solve_broadcast": (torch.linalg.solve, (S, values(3, 2))),
    "solve_right": (lambda a, b: torch.linalg.solve(a, b, left=False), (S, values(2, 5, 3))),
    "lu_factor": (lambda a: tuple(torch.linalg.lu_factor(a)), (S,)), "cholesky": (torch.linalg.cholesky, (D,)), "cholesky_upper": (lambda a: torch.linalg.cholesky(a, upper=True), (D,)),
    "cholesky_old": (torch.cholesky, (D[0],)), "cholesky_solve": (torch.cholesky_solve, (values(2, 4, 3), torch.linalg.cholesky(D))),
    "cholesky_inverse": (torch.cholesky_inverse, (torch.linalg.cholesky(D),)),
    "cholesky_solve_upper": (lambda b, l: torch.cholesky_solve(b, l, upper=True), (values(4, 3), torch.linalg.cholesky(D[0], upper=True))),
    "solve_triangular": (lambda a, b: torch.linalg.solve_triangular(a, b, upper=True), (D.triu(), values(2, 4, 3))),
    "solve_triangular_right": (lambda a, b: torch.linalg.solve_triangular(a, b, upper=False, left=False, unitriangular=True), (S.tril(), values(2, 5, 3))),
    "triangular_solve": (lambda b, a: tuple(torch.triangular_solve(b, a, upper=True, transpose=True)), (values(4, 3), D[0].triu())),
    "eigvalsh": (torch.linalg.eigvalsh, (D,)), "svdvals": (torch.linalg.svdvals, (values(2, 5, 3),)), "svdvals_wide": (torch.linalg.svdvals, (values(3, 5),)),
    "eigh": (lambda a: (lambda l, v: (l, v @ (l[..., None] * v.mT), v.mT @ v))(*torch.linalg.eigh(a)), (D,)),
    "svd": (lambda a: (lambda u, s, v: (s, u @ (s[..., None] * v), u.mT @ u))(*torch.linalg.svd(a, full_matrices=False)), (values(2, 5, 3),)),
    "svd_wide": (lambda a: (lambda u, s, v: (s, u @ (s[..., None] * v)))(*torch.linalg.svd(a, full_matrices=False)), (values(3, 5),)),
    "svd_of_lower_rank": (lambda a: (lambda u, s, v: (s, u @ (s[..., None] * v), u.mT @ u))(*torch.linalg.svd(a, full_matrices=False)), (torch.ones(4, 3),)),
    "svd_old": (lambda a: (lambda u, s, v: (s, u @ (s[..., None] * v.mT)))(*torch.svd(a)), (values(4, 3),)),
    "matrix_power_negative": (lambda a: torch.matrix_power(a, -2), (S,)),
}
LINALG_AS_CORE = ["det", "slogdet", "solve_triangular", "cholesky_inverse", "cholesky_solve", "eigvalsh", "eigh", "svd", "svdvals", "triangular_solve", "inv_ex"]


@pytest.mark.parametrize("name", LINALG)
def test_linear_algebra_equals_eager(name, tmp_path):
    function, inputs = LINALG[name]
    exported, wanted = compared(function, inputs)
    check(exported, "wick", inputs, wanted, tmp_path, rtol=1e-3, atol=1e-4)
    if name in LINALG_AS_CORE:
        check(exported.run_decompositions(), "wick", inputs, wanted, tmp_path, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("function", [torch.linalg.inv, torch.linalg.cholesky])
def test_matrix_without_a_result_fails_while_running(function, tmp_path):
    torch.export.save(torch.export.export(Call(function), (D,)), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "--target", "wick", "-o", tmp_path / "m.pte")
    numpy.save(tmp_path / "x.npy", numpy.zeros((2, 4, 4), dtype=numpy.float32))
    done = run_wick("run", tmp_path / "m.pte", "--input", tmp_path / "x.npy", check=False)
    assert done.returncode != 0 and ("singular" in done.stderr or "positive definite" in done.stderr)
