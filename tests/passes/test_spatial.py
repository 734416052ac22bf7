# SPDX-License-Identifier: BSD-3-Clause
"""Spatial and spectral modules compiled by the command give what eager PyTorch gives: as training IR and as core ATen."""
import pytest
import torch
from common import run_wick
from test_semantics import case, check_compiled, randomized, values
from torch import nn
from torch.nn import functional as F

VOLUME = values(2, 4, 5, 6, 7)
WICK = [
    case("conv3d", lambda c, x: c(x), (VOLUME,), nn.Conv3d(4, 6, (2, 3, 2), stride=(1, 2, 1), padding=1, dilation=(2, 1, 1), groups=2)),
    case("conv3d_same", lambda c, x: c(x), (VOLUME,), nn.Conv3d(4, 3, (2, 3, 4), padding="same")),
    case("conv3d_unbatched", lambda c, x: c(x), (values(4, 5, 6, 7),), nn.Conv3d(4, 3, 2)),
    case("conv_transpose3d", lambda c, x: c(x), (VOLUME,), nn.ConvTranspose3d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)),
    case("conv3d_batch_norm", lambda c, b, x: b(c(x)), (VOLUME,), nn.Conv3d(4, 3, 2), nn.BatchNorm3d(3)),
    case("max_pool3d", lambda x: F.max_pool3d(x, 2, 2, 1, ceil_mode=True), (VOLUME,)),
    case("max_pool3d_indices", lambda x: F.max_pool3d(x, 2, return_indices=True), (VOLUME,)),
    case("max_pool1d_indices", lambda x: F.max_pool1d(x, 3, 2, 1, return_indices=True), (values(2, 3, 9),)),
    case("avg_pool3d", lambda x: F.avg_pool3d(x, (2, 3, 2), padding=(1, 1, 0), count_include_pad=False), (VOLUME,)),
    case("avg_pool3d_divisor", lambda x: F.avg_pool3d(x, 2, divisor_override=3), (values(4, 5, 6, 7),)),
    case("adaptive_avg_pool3d", lambda x: F.adaptive_avg_pool3d(x, (2, None, 3)), (VOLUME,)),
    case("adaptive_max_pool1d", lambda x: F.adaptive_max_pool1d(x, 4, return_indices=True), (values(3, 9),)),
    case("adaptive_max_pool2d", lambda x: F.adaptive_max_pool2d(x, (3, 4)), (values(2, 3, 7, 6),)),
    case("adaptive_max_pool3d", lambda x: F.adaptive_max_pool3d(x, 2, return_indices=True), (VOLUME,)),
]
SIGNAL, IMAGE = values(2, 64), values(2, 3, 6, 8)
WINDOW = torch.hann_window(16)
WICK += [
    case(f"interpolate_{mode}_{name}", lambda x, mode=mode, kwargs=kwargs: F.interpolate(x, mode=mode, **kwargs), (x,))
    for mode, x in (("nearest", IMAGE), ("nearest-exact", IMAGE), ("bilinear", IMAGE), ("bicubic", IMAGE), ("area", IMAGE),
                    ("linear", SIGNAL[None]), ("trilinear", VOLUME), ("nearest", VOLUME))
    for name, kwargs in (("size", dict(size=(9, 5)[:x.dim() - 2] if x.dim() < 5 else (3, 9, 4))), ("scale", dict(scale_factor=1.7)))
]
WICK += [
    case("interpolate_antialias", lambda x: F.interpolate(x, size=(3, 4), mode="bilinear", antialias=True), (IMAGE,)),
    case("interpolate_bicubic_antialias", lambda x: F.interpolate(x, size=(3, 11), mode="bicubic", antialias=True), (IMAGE,)),
    case("interpolate_corners", lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True), (IMAGE,)),
    case("interpolate_recompute", lambda x: F.interpolate(x, scale_factor=1.7, mode="bicubic", recompute_scale_factor=True), (IMAGE,)),
    case("grid_sample", lambda x, g: F.grid_sample(x, g, mode="bicubic", padding_mode="reflection", align_corners=False), (IMAGE, values(2, 4, 5, 2) / 2)),
    case("grid_sample_3d", lambda x, g: F.grid_sample(x, g, padding_mode="border", align_corners=True), (VOLUME, values(2, 2, 3, 4, 3) / 2)),
    case("unfold", lambda x: F.unfold(x, (2, 3), padding=1, stride=2), (IMAGE,)),
    case("fold", lambda x: F.fold(x, (4, 5), (2, 2)), (values(2, 12, 12),)),
    case("rfft", lambda x: torch.view_as_real(torch.fft.rfft(x)), (SIGNAL,)),
    case("rfft_resized", lambda x: torch.view_as_real(torch.fft.rfft(x, n=70, dim=0, norm="ortho")), (SIGNAL,)),
    case("irfft", lambda x: torch.fft.irfft(torch.fft.rfft(x) * 2, n=60), (SIGNAL,)),
    case("irfft2", lambda x: torch.fft.irfft2(torch.fft.rfft2(x)), (IMAGE,)),
    case("fft", lambda x: torch.fft.fft(x).abs(), (values(3, 17),)),
    case("fftn", lambda x: torch.fft.ifftn(torch.fft.fftn(x)).abs(), (values(3, 5, 8),)),
    case("hfft", lambda x: torch.fft.hfft(torch.fft.ihfft(x)), (SIGNAL,)),
    case("complex_arithmetic", lambda x: (lambda c: torch.view_as_real(c * c.conj() + c / (c.abs() + 1) - 2 * c))(torch.fft.fft(x)), (values(2, 5),)),
    case("complex_parts", lambda x, y: (lambda c: (c.real, c.imag))(torch.complex(x, y).exp() * 0.5), (values(2, 5), values(2, 5, seed=4))),
    case("complex_numbers", lambda x, y: (lambda c: torch.view_as_real(torch.where(x > 0, c * (1 + 2j) - 3j, 2j) ** 2 + torch.full((5,), 1 - 1j)))(torch.complex(x, y)),
         (values(2, 5), values(2, 5, seed=4))),
    case("complex_reductions", lambda x, y: (lambda c: (c.sum().real, c.mean(1).imag, c.var(0), c.std(1), torch.view_as_real(c.prod(1)),
                                                        torch.view_as_real(c.cumsum(0)), (c != 0).any(), c.to(torch.bool).all(1)))(torch.complex(x, y)),
         (values(2, 5), values(2, 5, seed=4))),
    case("complex_products", lambda x, y: (lambda c: torch.view_as_real(F.linear(c @ c.mT, c.mT, c[0]) @ c.mT + torch.addmm(c[0, :2], c, c.mH, beta=2j)))(
         torch.complex(x, y)), (values(2, 5), values(2, 5, seed=4))),
    case("complex_batches", lambda x, y: torch.view_as_real(torch.complex(x, y) @ torch.complex(y, x).mT), (values(3, 2, 5), values(3, 2, 5, seed=4))),
    case("complex_functions", lambda x, y: (lambda c: torch.view_as_real(c.sin() + c.tanh() / c.sqrt() - c.log() * c.acos() + c.sigmoid() ** c + (-c).reciprocal()))(
         torch.complex(x, y)), (values(2, 5), values(2, 5, seed=4))),
    case("polar", lambda x, y: torch.view_as_real(torch.polar(x, y)), (values(2, 5), values(2, 5, seed=4))),
]
# Core ATen has other operators in their place.
TRAINING = [
    case("ifft", lambda x: torch.view_as_real(torch.fft.ifft(x, norm="forward").resolve_conj()), (values(3, 12),)),
    case("fftshift", lambda x: torch.fft.ifftshift(torch.fft.fftshift(torch.fft.fft2(x)), dim=-1).abs(), (values(3, 5, 7),)),
    case("complex_conv", lambda x, y: (lambda c: torch.view_as_real(F.conv1d(c, c[:4, :2, :3], c[0, :, 0], padding=1, groups=2)))(torch.complex(x, y)),
         (values(4, 4, 9), values(4, 4, 9, seed=4))),
    case("complex_conv_transpose", lambda x, y: (lambda c: torch.view_as_real(F.conv_transpose2d(c, c[:, :3, :2], stride=2)))(torch.complex(x, y)),
         (values(4, 4, 9, 5), values(4, 4, 9, 5, seed=4))),
    case("stft", lambda x: torch.stft(x, 16, 4, window=WINDOW, pad_mode="constant", return_complex=True).abs(), (SIGNAL,)),
    case("stft_plain", lambda x: torch.view_as_real(torch.stft(x, 20, 8, 16, window=WINDOW, center=False, normalized=True, return_complex=True)), (SIGNAL[0],)),
    case("istft", lambda x: torch.istft(torch.stft(x, 16, 4, window=WINDOW, pad_mode="constant", return_complex=True), 16, 4, window=WINDOW), (SIGNAL,)),
    case("max_unpool1d", lambda x: F.max_unpool1d(*F.max_pool1d(x, 2, return_indices=True), 2), (values(2, 3, 8),)),
    case("max_unpool2d", lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2), (values(2, 3, 8, 6),)),
    case("max_unpool3d", lambda x: F.max_unpool3d(*F.max_pool3d(x, 2, return_indices=True), 2), (values(2, 3, 4, 8, 6),)),
]
WICK += [
    case("fractional_max_pool2d", lambda x, r: F.fractional_max_pool2d(x, 3, (4, 5), _random_samples=r), (values(2, 3, 9, 11), torch.rand(2, 3, 2))),
]


def equals_eager(module, inputs, folder, core):
    module = randomized(module).eval()
    wanted = module(*[x.clone() for x in inputs])
    wanted = list(wanted) if isinstance(wanted, (tuple, list)) else [wanted]
    exported = torch.export.export(module, inputs)
    check_compiled(exported, "wick", inputs, wanted, folder)
    if core:
        check_compiled(exported.run_decompositions(), "wick", inputs, wanted, folder)


@pytest.mark.parametrize("module, inputs", WICK)
def test_compiled_equals_eager(module, inputs, tmp_path):
    equals_eager(module, inputs, tmp_path, core=True)


@pytest.mark.parametrize("module, inputs", TRAINING)
def test_training_form_equals_eager(module, inputs, tmp_path):
    equals_eager(module, inputs, tmp_path, core=False)


def test_portable_refuses_volumes(tmp_path):
    torch.export.save(torch.export.export(nn.Conv3d(1, 1, 2), (values(1, 1, 4, 4, 4),)), tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "--target", "portable", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0 and "official operators only" in done.stderr


def test_only_volumes_link_the_wide_convolution(tmp_path):
    for name, conv, x in (("2d", nn.Conv2d(1, 1, 2), values(1, 1, 4, 4)), ("3d", nn.Conv3d(1, 1, 2), values(1, 1, 4, 4, 4))):
        torch.export.save(torch.export.export(conv, (x,)), tmp_path / "m.pt2")
        table = tmp_path / f"{name}.c"
        run_wick("compile", tmp_path / "m.pt2", "--target", "wick", "-o", tmp_path / "m.pte", "--operators-c", table)
        assert ("wick_op_convolution3d_out" in table.read_text()) == (name == "3d")
        assert ("wick_op_convolution_out" in table.read_text()) == (name == "2d")
