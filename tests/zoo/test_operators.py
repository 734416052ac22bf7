# SPDX-License-Identifier: BSD-3-Clause
"""Operators that networks of users hold, one by one: as exported and after run_decompositions(), against eager."""
import os

import numpy
import pytest
import torch
from common import run_wick
from torch import nn
from torch.nn import functional as F
from torch.utils._pytree import tree_leaves
from zoo.test_zoo import run_program


class Of(nn.Module):
    """A module of one function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        result = self.function(*inputs)
        return tuple(result) if isinstance(result, tuple) else result


def floats(*shape, seed=5):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def positive(size):
    x = floats(size, size)
    return x @ x.mT + torch.eye(size)


CASES = {
    "inv": (torch.linalg.inv, positive(4)),
    "inv_ex": (torch.linalg.inv_ex, positive(4)),
    "solve": (torch.linalg.solve, positive(4), floats(4, 2)),
    "cholesky_upper": (lambda x: torch.linalg.cholesky(x, upper=True), positive(4)),
    "lu_factor": (torch.linalg.lu_factor, floats(3, 3)),
    "qr": (torch.linalg.qr, floats(2, 5, 3)),
    "qr_wide": (torch.linalg.qr, floats(3, 5)),
    "qr_complete": (lambda x: torch.linalg.qr(x, mode="complete"), floats(5, 3)),
    "qr_r": (lambda x: torch.linalg.qr(x, mode="r")[1], floats(4, 4)),
    "qr_of_zeros": (torch.linalg.qr, torch.zeros(3, 2)),
    "geqrf": (torch.geqrf, floats(4, 3)),
    "householder_product": (torch.linalg.householder_product, floats(2, 5, 4), floats(2, 2)),
    "matrix_exp": (torch.matrix_exp, 3 * floats(2, 4, 4)),
    "matrix_exp_of_zeros": (torch.linalg.matrix_exp, torch.zeros(3, 3)),
    "pinv": (torch.linalg.pinv, floats(5, 3)),
    "pinv_of_rank_1": (torch.linalg.pinv, torch.outer(floats(4), floats(3, seed=2))),
    "pinv_tolerances": (lambda x: torch.linalg.pinv(x, atol=0.8, rtol=0.1), floats(2, 3, 4)),
    "pinverse": (torch.pinverse, floats(3, 5)),
    "argwhere": (lambda x: torch.argwhere(x > 0), floats(3, 4)),
    "where_true": (lambda x: torch.where(x > 0), floats(3, 4)),
    "where_true_first_only": (lambda x: torch.where(x > 0)[0], floats(3, 4)),
    "where_true_never": (lambda x: torch.where(x > 9), floats(2, 3, 4)),
    "where_true_of_a_number": (lambda x: torch.where(x > -9), floats()),
    "write_where_true": (lambda x: x.clone().index_put_(torch.where(x > 0), torch.zeros(())), floats(3, 4)),
    "nonzero_as_tuple": (lambda x: torch.nonzero(x > 0, as_tuple=True), floats(3, 4)),
    **{f"nonzero_static_{size}": (lambda x, size=size: torch.nonzero_static(x > 0, size=size, fill_value=7), floats(3, 4)) for size in (0, 3, 20)},
    "logdet": (torch.logdet, positive(4)),
    "vecdot": (lambda x, y: torch.linalg.vecdot(x, y, dim=1), floats(2, 3, 4), floats(3, 4, seed=2)),
    "gradient": (torch.gradient, floats(4, 5)),
    "gradient_spacing": (lambda x: torch.gradient(x, spacing=0.5, dim=1, edge_order=2), floats(3, 4)),
    "gradient_spacings": (lambda x: torch.gradient(x, spacing=[0.5, 2.0], dim=[2, 0]), floats(2, 3, 4)),
    "gradient_of_integers": (lambda x: torch.gradient(x, dim=0), torch.tensor([1, 4, 9, 16])),
    "triplet_margin_loss_spread": (lambda a, b: F.triplet_margin_loss(a, b, a.roll(1, 0), swap=True, reduction="none"), floats(4, 3), floats(1, 3)),
    "fake_quantize": (lambda x: torch.fake_quantize_per_tensor_affine(x, 0.1, 3, 0, 20), floats(3, 4)),
    "fake_quantize_mask": (lambda x: torch.ops.aten.fake_quantize_per_tensor_affine_cachemask(x, 0.1, 3, 0, 20), floats(3, 4)),
    "fake_quantize_tensors": (lambda x, s, z: torch.fake_quantize_per_tensor_affine(x, s, z, -8, 7), floats(3, 4), torch.tensor([0.1]), torch.tensor([1], dtype=torch.int32)),
    **{f"fake_quantize_enabled_{on}": (lambda x, s, z, e: torch.ops.aten._fake_quantize_per_tensor_affine_cachemask_tensor_qparams(x, s, z, e, -8, 7),
                                       floats(3, 4), torch.tensor([0.1]), torch.tensor([1]), torch.tensor([on])) for on in (0, 1)},
    "fake_quantize_channels": (lambda x, s, z: torch.ops.aten.fake_quantize_per_channel_affine_cachemask(x, s, z, 1, -8, 7),
                               floats(3, 4), torch.tensor([0.1, 0.2, 0.05, 1.0]), torch.tensor([1, 0, -2, 3], dtype=torch.int32)),
    **{f"cosine_embedding_loss_{reduction}": (lambda a, b, t, reduction=reduction: F.cosine_embedding_loss(a, b, t, 0.2, reduction=reduction),
                                              floats(6, 5), floats(6, 5, seed=3), torch.tensor([1, -1, 1, 1, -1, -1]))
       for reduction in ("none", "mean", "sum")},
    "cosine_embedding_loss_of_vectors": (lambda a, b, t: F.cosine_embedding_loss(a, b, t), floats(5), floats(5, seed=2), torch.tensor(-1)),
    "matrix_power": (lambda x: torch.linalg.matrix_power(x, -2), positive(3)),
}

# Of these the form after run_decompositions() runs under WICK_TEST_ALL=1 alone.
MORE = {
    "polynomials": (lambda x, n: (torch.special.chebyshev_polynomial_t(x, 3), torch.special.chebyshev_polynomial_w(x, n),
                                  torch.special.hermite_polynomial_he(0.5, n), torch.special.legendre_polynomial_p(x, 4)),
                    floats(5), torch.arange(5)),
    "bessel": (lambda x: (torch.special.modified_bessel_i0(x), torch.special.modified_bessel_i1(x), torch.special.bessel_j1(x),
                          torch.special.scaled_modified_bessel_k0(x.abs()), torch.special.airy_ai(x)), 4 * floats(9)),
    "incomplete_gamma": (lambda a, x: (torch.special.gammainc(a, x), torch.special.gammaincc(a, x), torch.igamma(30 * a, 30 * x)),
                         floats(9).abs(), floats(9, seed=1).abs()),
    "multi_margin_loss": (lambda x, t, w: (F.multi_margin_loss(x, t, 1, 0.7, w), F.multi_margin_loss(x, t, 2, 1.5, reduction="none"),
                                           F.multi_margin_loss(x[0], t[0])), floats(4, 5), torch.tensor([1, 0, 4, 4]), floats(5, seed=2).abs()),
    "multilabel_margin_loss": (lambda x, t: (F.multilabel_margin_loss(x, t), F.multilabel_margin_loss(x, t, reduction="none"),
                                             F.multilabel_margin_loss(x[0], t[0])),
                               floats(3, 4), torch.tensor([[3, 0, -1, 1], [-1, 2, 2, 0], [1, 2, 0, 3]])),
    "circular_pad_that_cuts": (lambda x: F.pad(x, (-1, 2, 1, -2), "circular"), floats(1, 2, 4, 4)),
    "frexp": (torch.frexp, torch.tensor([0.0, -1.0, 3e-39, 1.5e38, -0.75, float("inf")])),
    "mvlgamma": (lambda x: (torch.mvlgamma(x, 3), torch.special.multigammaln(x, 1)), 2 + floats(5).abs()),
    "vander": (lambda x: (torch.vander(x, 3), torch.vander(x, increasing=True), torch.linalg.vander(x.reshape(2, 2), N=4)), floats(4)),
    **{f"gradient_of_points_{order}": (lambda x, a, b, order=order: torch.gradient(x, spacing=[a, b], edge_order=order),
                                       floats(3, 4), torch.tensor([0.0, 1, 4]), torch.tensor([0.0, -1, 2, 2.5])) for order in (1, 2)},
    "histogram": (lambda x, w: (*torch.histogram(x, 5), *torch.histogram(x, 4, range=(-1.0, 1.0), weight=w, density=True)), floats(20), floats(20).abs()),
    "histogram_of_edges": (torch.histogram, torch.tensor([0.0, 1, 1, 2, 2.5, 3, 9]), torch.tensor([0.0, 1, 2.5, 3])),
    "matrix_norm": (lambda x: tuple(torch.linalg.matrix_norm(x, order, dim=dim, keepdim=dim == (2, 0)) for dim in ((-2, -1), (2, 0))
                                    for order in ("fro", "nuc", 1, -1, 2, -2, float("inf"), -float("inf"))), floats(2, 3, 4)),
    "norm_of_matrices": (lambda x: (torch.linalg.norm(x, 1), torch.linalg.norm(x, "nuc"), torch.linalg.norm(x, 2, dim=(0, 1)), torch.norm(x, "nuc")),
                         floats(3, 4)),
    "cond": (lambda x: tuple(torch.linalg.cond(x, p) for p in (None, -2, 1, float("inf"), "fro", "nuc")), positive(4)),
    "matrix_rank": (lambda x: (torch.linalg.matrix_rank(x), torch.linalg.matrix_rank(x, atol=1.0), torch.linalg.matrix_rank(x, rtol=0.9),
                               torch.linalg.matrix_rank(x @ x.mT, hermitian=True), torch.linalg.matrix_rank(x, torch.tensor(0.5))), floats(2, 3, 4)),
    "rank_of_rank_1": (torch.linalg.matrix_rank, torch.outer(floats(4), floats(3, seed=2))),
    "lu": (torch.linalg.lu, floats(2, 4, 3)),
    "lu_wide": (torch.linalg.lu, floats(3, 5)),
    "lu_unpack": (lambda x: torch.lu_unpack(*torch.linalg.lu_factor(x)), floats(2, 3, 3)),
    "lu_solve": (lambda x, b: torch.lu_solve(b, *torch.linalg.lu_factor(x)), positive(3), floats(3, 2)),
    "lu_with_info": (torch._lu_with_info, floats(3, 3)),
    "ormqr": (lambda a, t, c: (torch.ormqr(a, t, c), torch.ormqr(a, t, c, transpose=True), torch.ormqr(a, t, c.mT, left=False)),
              floats(5, 3), floats(3), floats(5, 2)),
    "tensorinv": (lambda x: torch.linalg.tensorinv(x.reshape(2, 3, 6)), floats(6, 6)),
    "tensorsolve": (lambda a, b: (torch.linalg.tensorsolve(a, b), torch.linalg.tensorsolve(a.movedim(2, 0), b, dims=(0,))), floats(2, 3, 6), floats(2, 3)),
    "unique_dim": (lambda x: (*torch.unique(x, dim=0, return_inverse=True, return_counts=True), torch.unique(x, dim=1)),
                   torch.tensor([[1.0, 2], [0, 3], [1, 2], [-1, 5], [0, 2], [0, 3]])),
    "unique_consecutive_dim": (lambda x: torch.unique_consecutive(x, dim=1, return_counts=True), torch.tensor([[1, 1, 2, 2, 1], [0, 0, 0, 0, 0]])),
    "of_complex_numbers": (lambda p: (lambda z: (torch.isreal(z), torch.linalg.vector_norm(z, 3), torch.linalg.vector_norm(z, dim=0),
                                                 torch.view_as_real(F.silu(z)), torch.view_as_real(torch.exp2(z)), torch.view_as_real(torch.sinc(z)),
                                                 torch.dist(z, 2 * z)))(torch.view_as_complex(p)),
                           torch.tensor([[[0.0, 0], [1.5, 0]], [[-0.5, 0.25], [0, 1]]])),
    "linear_cross_entropy": (lambda x, w, t: (F.linear_cross_entropy(x, w, t), F.linear_cross_entropy(x, w, t, reduction="none", ignore_index=2)),
                             floats(4, 3), floats(5, 3, seed=2), torch.tensor([1, 4, 2, 0])),
    "logdet": (lambda x: (torch.logdet(x), torch.logdet(-x).isnan()), positive(3)),
    "svd_rebuilt": (lambda x: (lambda u, s, vh: (u @ u.mT, s, u[..., :, :3] * s[..., None, :] @ vh[..., :3, :]))(*torch.linalg.svd(x)), floats(2, 3, 5)),
    "svd_of_tall": (lambda x: (lambda u, s, vh: (u.mT @ u, u[:, :2] * s @ vh, vh @ vh.mT))(*torch.linalg.svd(x)), floats(5, 2)),
    "einsum_diagonal": (lambda x: (torch.einsum("ii->i", x), torch.einsum("iij,ji->j", x.unsqueeze(2).expand(3, 3, 2), x[:2])), floats(3, 3)),
}


class Looked(nn.Module):
    """Embeddings whose rows have a largest norm: eager writes the shorter rows back."""

    def __init__(self):
        super().__init__()
        self.one = nn.Embedding(6, 4, max_norm=1.0)
        self.bag = nn.EmbeddingBag(6, 4, max_norm=0.5, norm_type=1.0, mode="sum")

    def forward(self, x):
        return self.one(x), self.bag(x)


@pytest.mark.parametrize("form", ["training", "core"])
def test_rows_of_a_largest_norm(form, tmp_path):
    inputs = (torch.tensor([[1, 2, 2], [5, 1, 0]]),)
    torch.manual_seed(0)
    module = Looked().eval()
    exported = torch.export.export(module, inputs)
    exported = exported.run_decompositions() if form == "core" else exported
    run_program(exported, inputs, module(*inputs), tmp_path)


def test_parameter_that_is_read_beside_is_refused(tmp_path):
    class Beside(Looked):
        def forward(self, x):
            return self.one(x) @ self.one.weight.T

    torch.export.save(torch.export.export(Beside().eval(), (torch.tensor([1, 2]),)), tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode == 1 and "changes the parameter 'one.weight'" in done.stderr


def export(function, inputs, form):
    exported = torch.export.export(Of(function), inputs)
    return exported.run_decompositions() if form == "core" else exported


@pytest.mark.parametrize("form", ["training", "core"])
@pytest.mark.parametrize("name", [*CASES, *MORE])
def test_operator_equals_eager(name, form, tmp_path):
    if form == "core" and name in MORE and not os.environ.get("WICK_TEST_ALL"):
        pytest.skip("WICK_TEST_ALL=1 runs it")
    if form == "core" and name == "multilabel_margin_loss":
        pytest.skip("PyTorch's own decomposition gives another loss than eager")
    function, *inputs = {**CASES, **MORE}[name]
    expected = tree_leaves(Of(function)(*inputs))
    run_program(export(function, tuple(inputs), form), inputs, expected, tmp_path)


@pytest.mark.parametrize("form", ["training", "core"])
@pytest.mark.parametrize("function", [torch.linalg.inv, torch.linalg.cholesky, lambda x: torch.linalg.solve(x, x)], ids=["inv", "cholesky", "solve"])
def test_matrix_without_result_fails_as_in_eager(function, form, tmp_path):
    torch.export.save(export(function, (positive(3),), form), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte")
    numpy.save(tmp_path / "x.npy", numpy.zeros((3, 3), numpy.float32))
    assert run_wick("run", tmp_path / "m.pte", "--input", tmp_path / "x.npy", check=False).returncode == 1


@pytest.mark.parametrize("ends", [[2, 2, 7], [0, 3, 6]])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int32])
def test_rows_times_the_matrix_of_their_group(dtype, ends, tmp_path):
    pytest.importorskip("transformers.integrations.moe")
    rows, weight = (9 * floats(7, 4)).to(dtype), (9 * floats(3, 5, 4)).to(dtype)
    inputs = (rows, weight, torch.tensor(ends, dtype=torch.int32))
    function = Of(lambda x, w, o: torch.ops.transformers.grouped_mm_fallback(x, w.transpose(1, 2), o))
    run_program(torch.export.export(function, inputs), inputs, [function(*inputs)], tmp_path)
