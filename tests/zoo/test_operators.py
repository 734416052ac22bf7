# SPDX-License-Identifier: BSD-3-Clause
"""Operators that networks of users hold, one by one: as exported and after run_decompositions(), against eager."""
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
    "polynomials": (lambda x, n: (torch.special.chebyshev_polynomial_t(x, 3), torch.special.chebyshev_polynomial_w(x, n),
                                  torch.special.hermite_polynomial_he(0.5, n), torch.special.legendre_polynomial_p(x, 4)),
                    floats(5), torch.arange(5)),
    "bessel": (lambda x: (torch.special.modified_bessel_i0(x), torch.special.modified_bessel_i1(x), torch.special.bessel_j1(x),
                          torch.special.scaled_modified_bessel_k0(x.abs()), torch.special.airy_ai(x)), 4 * floats(9)),
    "incomplete_gamma": (lambda a, x: (torch.special.gammainc(a, x), torch.special.gammaincc(a, x), torch.igamma(30 * a, 30 * x)),
                         floats(9).abs(), floats(9, seed=1).abs()),
    "matrix_power": (lambda x: torch.linalg.matrix_power(x, -2), positive(3)),
}


def export(function, inputs, form):
    exported = torch.export.export(Of(function), inputs)
    return exported.run_decompositions() if form == "core" else exported


@pytest.mark.parametrize("form", ["training", "core"])
@pytest.mark.parametrize("name", CASES)
def test_operator_equals_eager(name, form, tmp_path):
    function, *inputs = CASES[name]
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
