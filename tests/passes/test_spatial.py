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
# Core ATen has other operators in their place.
TRAINING = [
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
