# SPDX-License-Identifier: BSD-3-Clause
"""What fails or is silently wrong in the official exporter and runtime 1.4.1 runs here and equals eager."""
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from zoo.test_zoo import run_program


class Of(nn.Module):
    """A module of one function and its parts."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function, self.parts = function, nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)


def floats(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(5))


def last(*shape):
    return floats(*shape).to(memory_format=torch.channels_last)


EDGES = torch.tensor([-1.0, -0.2, 0.1, 0.8, 2.0])
KINDS = {
    "avg_pool3d": (nn.AvgPool3d(2, 2, 1), floats(1, 2, 6, 6, 6)),
    "max_pool3d": (nn.MaxPool3d(3, 2), floats(1, 2, 7, 7, 7)),
    "embedding_bag": (nn.EmbeddingBag(10, 4, mode="max"), torch.tensor([[1, 2, 9], [0, 4, 4]])),
    "sort": (Of(lambda x: tuple(torch.sort(x, 1, descending=True))), floats(3, 8)),
    "argsort": (Of(lambda x: torch.argsort(x, 0)), floats(8, 3)),
    "scatter_reduce": (Of(lambda x, i: torch.zeros(4).scatter_reduce(0, i, x, "amax", include_self=False)), floats(6), torch.tensor([0, 1, 1, 3, 3, 0])),
    "local_response_norm": (nn.LocalResponseNorm(3), floats(1, 6, 4, 4)),
    "quantile": (Of(lambda x: torch.quantile(x, torch.tensor([0.1, 0.5, 0.9]), dim=1)), floats(3, 9)),
    "adaptive_max_pool2d": (nn.AdaptiveMaxPool2d((3, 2)), floats(1, 2, 7, 5)),
    "bucketize": (Of(lambda x: torch.bucketize(x, EDGES, right=True)), floats(3, 5)),
    "searchsorted": (Of(lambda x: torch.searchsorted(EDGES, x)), floats(3, 5)),
    "stft": (Of(lambda x: torch.view_as_real(torch.stft(x, 16, 8, window=torch.hann_window(16), return_complex=True))), floats(1, 64)),
    "rfft": (Of(lambda x: torch.fft.rfft(x).abs()), floats(2, 20)),
    "cumprod": (Of(lambda x: torch.cumprod(x, 1)), floats(2, 6)),
    "median": (Of(lambda x: tuple(torch.median(x, 1))), floats(3, 7)),
    "kthvalue": (Of(lambda x: tuple(torch.kthvalue(x, 3, dim=1))), floats(3, 7)),
    "histc": (Of(lambda x: torch.histc(x, 6, -2, 2)), floats(40)),
    "erfinv": (Of(lambda x: torch.erfinv(torch.tanh(x))), floats(20)),
    "unfold": (nn.Unfold(3, padding=1), floats(1, 2, 5, 5)),
    "fold": (nn.Fold((5, 5), 3), floats(1, 18, 9)),
    "interpolate_bicubic": (Of(lambda x: F.interpolate(x, scale_factor=1.5, mode="bicubic")), floats(1, 2, 6, 6)),
    "inverse": (Of(lambda x: torch.linalg.inv(x @ x.mT + 2 * torch.eye(4))), floats(2, 4, 4)),
    "conv3d": (nn.Conv3d(2, 3, 3, padding=1), floats(1, 2, 4, 5, 6)),
    "channels_last_topk": (Of(lambda x: tuple(torch.topk(x, 2, dim=1))), last(2, 5, 3, 4)),
    "channels_last_pad": (Of(lambda x: F.pad(x, (1, 2, 0, 1), value=3.0)), last(2, 3, 4, 5)),
    "channels_last_cat": (Of(lambda x, y: torch.cat([x, y], 1)), last(2, 3, 4, 5), last(2, 2, 4, 5)),
    "channels_last_pixel_unshuffle": (nn.PixelUnshuffle(2), last(1, 3, 4, 6)),
    "channels_last_slice_scatter": (Of(lambda x, y: torch.slice_scatter(x, y, 1, 1, 3)), last(2, 4, 3, 3), last(2, 2, 3, 3)),
    "channels_last_layer_norm": (nn.LayerNorm([4, 5]), last(2, 3, 4, 5)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kind_equals_eager(kind, tmp_path):
    module, *inputs = KINDS[kind]
    inputs = tuple(inputs)
    with torch.no_grad():
        expected = module.eval()(*[x.clone() for x in inputs])
        exported = torch.export.export(module, inputs)
    expected = list(expected) if isinstance(expected, (tuple, list)) else [expected]
    run_program(exported, inputs, expected, tmp_path)
