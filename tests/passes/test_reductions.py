# SPDX-License-Identifier: BSD-3-Clause
"""Reductions, sorts, norms and losses under all their names give what eager PyTorch gives: as exported and as core ATen."""
import pytest
import torch
from test_semantics import Module, check_compiled, values
from torch import nn
from torch.nn import functional as F

LABELS = torch.tensor([[0, 2, 1], [3, -100, 2]])
PROBABILITIES = torch.rand(2, 4, 3, generator=torch.Generator().manual_seed(1))
SIGNS = torch.tensor([[1.0, -1, 1], [-1, -1, 1]])
HOLES = torch.tensor([[1.0, float("nan"), 3, -2], [4, 5, 0.5, -1], [2, 2.5, 7, 8]])


def case(name, function, *inputs, portable=False, core=True):
    """`portable`: also for the official runtime; `core`: also as core ATen, whose operators all have a row."""
    return pytest.param(function, inputs, portable, core, id=name)


def gradients_of_layer_norm(x, gradient):
    _, mean, rstd = torch.native_layer_norm(x, [4, 3], None, None, 1e-5)
    call = torch.ops.aten.native_layer_norm_backward
    weight = torch.arange(12.0).reshape(4, 3)
    return (*call(gradient, x, [4, 3], mean, rstd, weight, weight, [True, True, True]), call(gradient, x, [4, 3], mean, rstd, None, None, [True, False, False])[0])


def gradients_of_group_norm(x, gradient):
    _, mean, rstd = torch.native_group_norm(x, None, None, 2, 4, 3, 2, 1e-5)
    call = torch.ops.aten.native_group_norm_backward
    return call(gradient, x, mean, rstd, torch.arange(4.0), 2, 4, 3, 2, [True, True, True])


def gradient_of_embedding(gradient, indices):
    call = torch.ops.aten.embedding_dense_backward
    return call(gradient, indices, 6, -1, False), call(gradient, indices, 6, 1, False), call(gradient, indices, 6, 0, True)


X, Y = values(2, 4, 3), values(2, 4, 3, seed=4)
CASES = [
    case("layer_norm", lambda x: (F.layer_norm(x, [3]), F.layer_norm(x, [4, 3], torch.ones(4, 3) * 2, torch.ones(4, 3))), X, portable=True),
    case("group_norm", lambda x: F.group_norm(x, 2, torch.arange(4.0), torch.ones(4)), X, portable=True),
    case("instance_norm", lambda x: (F.instance_norm(x), F.instance_norm(x, torch.zeros(4), torch.ones(4) * 2, use_input_stats=False)), X, portable=True, core=False),
    case("sum_to_size", lambda x: (x.sum_to_size(4, 1), x.sum_to_size(x.size(0), 1, 3), x.long().sum_to_size(1), x.sum_to_size(x.size())), X),
    case("gradients_of_layer_norm", gradients_of_layer_norm, X, Y, portable=True),
    case("gradients_of_group_norm", gradients_of_group_norm, X, Y, portable=True),
    case("gradient_of_embedding", gradient_of_embedding, values(2, 3, 5), torch.tensor([[1, 0, 3], [1, 2, 1]])),
    case("rms_norm", lambda x: (F.rms_norm(x, [3]), F.rms_norm(x, [4, 3], torch.ones(4, 3) * 2, 1e-3)), X, portable=True),
    case("batch_norm_without_statistics", lambda x: F.batch_norm(x, None, None, training=True), X, portable=True),
    case("variances", lambda x: (x.var(), x.std(), x.var(1), x.std(1, keepdim=True), x.var((0, 2), unbiased=False), x.std(1, correction=0)), X, portable=True),
    case("variances_with_means", lambda x: (*torch.var_mean(x), *torch.var_mean(x, 1), *torch.std_mean(x), *torch.std_mean(x, (0, 1))), X, portable=True),
    case("any_and_all", lambda x: (x.any(), x.any(1), x.all(), x.all(1, keepdim=True), (x > -2).all((0, 2))), (X > 1).float(), portable=True),
    case("extremes", lambda x: (x.max(), x.min(), *x.max(1), *x.min(2, keepdim=True), *torch.aminmax(x), *torch.aminmax(x, dim=1), x.argmin(0)), X, portable=True),
    case("larger", lambda x, y: (torch.max(x, y), torch.min(x, y)), X, Y, portable=True),
    case("products", lambda x: (x.prod(), x.prod(1), x.cumsum(1), x.to(torch.int32).prod(2), x.to(torch.int8).cumsum(0)), X, portable=True),
    case("scans", lambda x: (x.cumprod(1), *x.cummax(2), *x.cummin(0), x.logcumsumexp(1)), X),
    case("sums", lambda x: (x.nansum(1), x.nanmean(1), x.logsumexp(0), torch.count_nonzero(x), torch.count_nonzero(x, 1)), HOLES),
    case("sorts", lambda x: (*x.sort(), *x.sort(1, True), x.argsort(0), *x.sort(stable=True, dim=1), torch.msort(x), *x.topk(2, 1), *x.topk(2, 1, largest=False)), X),
    case("sorts_of_integers", lambda x: (*x.sort(stable=True), x.argsort(stable=True, descending=True)), torch.tensor([[3, 1, 3, 2], [0, 0, 5, -1]])),
    case("choices", lambda x: (*x.kthvalue(2, 1), x.median(), *x.median(1), x.nanmedian(), *x.nanmedian(1)), HOLES),
    case("mode", lambda x: (*x.mode(1), *x.mode(0, keepdim=True)), torch.tensor([[3, 1, 3, 1], [0, 0, 5, -1]])),
    case("quantiles", lambda x: (x.quantile(0.3), x.quantile(0.7, 1), x.quantile(torch.tensor([0.0, 0.4, 1.0]), 1, keepdim=True), x.nanquantile(0.4, 1), x.nanquantile(0.5)), HOLES, core=False),
    case("quantiles_interpolated", lambda x: [x.quantile(0.4, 1, interpolation=i) for i in ("lower", "higher", "nearest", "midpoint")], X, core=False),
    case("vector_norms", lambda x: (x.norm(), x.norm(dim=1), torch.linalg.norm(x, dim=1), torch.linalg.vector_norm(x, 1, 1), torch.linalg.vector_norm(x, float("inf")), F.normalize(x)), X, portable=True),
    case("norms_of_other_orders", lambda x: (x.norm(3), torch.linalg.vector_norm(x, 0, 1), torch.linalg.norm(x[0], "fro"), torch.linalg.vector_norm(x, 0.5, 2)), X),
    case("renorm", lambda x: x.renorm(2, 1, 1.5), X),
    case("distances", lambda x, y: (torch.cdist(x, y), torch.cdist(x, y, 1.0), F.pdist(x[0]), torch.dist(x, y)), X, Y),
    case("pairs", lambda x, y: (F.pairwise_distance(x, y), F.cosine_similarity(x, y), F.cosine_similarity(x, y[:1], dim=2)), X, Y),
    case("cross", lambda x, y: (torch.linalg.cross(x, y), torch.cross(x, y, dim=2)), X, Y, portable=True, core=False),
    case("differences", lambda x: (x.diff(), x.diff(2, 1), x.diff(dim=0, prepend=x[:1])), X, portable=True),
    case("trapezoids", lambda x: (torch.trapezoid(x), torch.trapezoid(x, dx=0.5, dim=1), torch.cumulative_trapezoid(x), torch.trapezoid(x, torch.tensor([0.0, 1, 3]))), X, portable=True),
    case("searches", lambda x: (torch.searchsorted(torch.tensor([-1.0, 0, 1]), x), torch.bucketize(x, torch.tensor([-1.0, 0, 1]), right=True, out_int32=True)), X),
    case("isin", lambda x: (torch.isin(x, torch.tensor([1, 5])), torch.isin(x, 3), torch.isin(x, torch.tensor([1, 2]), invert=True)), torch.tensor([[3, 1, 3, 2], [0, 0, 5, -1]])),
    case("histogram", lambda x: (torch.histc(x, 5), torch.histc(x, 4, -2, 2)), X),
    case("softmaxes", lambda x: (F.softmax(x, 1), F.softmin(x, 2), F.log_softmax(x, 0), F.softmax(x.half(), 1, dtype=torch.float32)), X),
    case("losses", lambda x, y: (F.mse_loss(x, y), F.l1_loss(x, y, reduction="sum"), F.smooth_l1_loss(x, y, reduction="none"), F.huber_loss(x, y), F.soft_margin_loss(x, y.sign())), X, Y),
    case("losses_of_probabilities", lambda x, y: (F.binary_cross_entropy(x, y), F.binary_cross_entropy_with_logits(x, y, pos_weight=torch.ones(3) * 2), F.kl_div(x.log(), y), F.kl_div(x, y, log_target=True, reduction="sum"), F.poisson_nll_loss(x, y)), PROBABILITIES, PROBABILITIES.flip(0)),
    case("losses_of_classes", lambda x, t: (F.cross_entropy(x, t), F.cross_entropy(x, t, torch.arange(1.0, 5), reduction="none"), F.cross_entropy(x, t, label_smoothing=0.2), F.nll_loss(x, t, reduction="sum")), X, LABELS, core=False),
    case("losses_of_class_probabilities", lambda x, t: (F.cross_entropy(x, t), F.cross_entropy(x, t, label_smoothing=0.1, weight=torch.arange(4.0))), X, PROBABILITIES),
    case("losses_of_pairs", lambda x, y, s: (F.hinge_embedding_loss(x[:, 0], s), F.margin_ranking_loss(x[:, 0], y[:, 1], s), F.triplet_margin_loss(x, y, -x), F.triplet_margin_loss(x, y, -x, swap=True, p=1.0, reduction="none")), X, Y, SIGNS),
]


def listed(outputs):
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


@pytest.mark.parametrize("function, inputs, portable, core", CASES)
def test_reductions_equal_eager(function, inputs, portable, core, tmp_path):
    module = Module(function).eval()
    wanted = listed(module(*[x.clone() for x in inputs]))
    exported = torch.export.export(module, inputs)
    check_compiled(exported, "cortex-m55", inputs, wanted, tmp_path)
    if core:
        check_compiled(exported.run_decompositions(), "cortex-m55", inputs, wanted, tmp_path)
    if portable:
        check_compiled(exported, "portable", inputs, wanted, tmp_path)


class Training(nn.Module):
    """Batch norm by the statistics of the batch, functional: the running ones are results."""

    def forward(self, x, mean, variance):
        result = torch.ops.aten._native_batch_norm_legit_functional(x, None, None, mean, variance, True, 0.1, 1e-5)
        return result[0], result[3], result[4]


def test_batch_norm_in_training_gives_the_running_statistics(tmp_path):
    inputs = (X, torch.zeros(4), torch.ones(4))
    wanted = listed(Training()(*inputs))
    check_compiled(torch.export.export(Training(), inputs), "cortex-m55", inputs, wanted, tmp_path)
