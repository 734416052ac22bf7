# SPDX-License-Identifier: BSD-3-Clause
"""Samples of the spatial operators that op_db does not lead to: gradients, and overloads that no entry calls."""
import torch
from torch.testing import make_tensor

aten = torch.ops.aten

# op_db entries of a row, where the row's own name does not lead to them (see op_samples.py).
ENTRIES = {
    "max_pool3d_out": ["nn.functional.max_pool3d"],
    "fractional_max_pool2d_out": ["nn.functional.fractional_max_pool2d"],
    "fractional_max_pool3d_out": ["nn.functional.fractional_max_pool3d"],
    "max_unpool2d_out": ["nn.functional.max_unpool2d", "nn.functional.max_unpool1d"],
    "adaptive_max_pool2d_out": ["nn.functional.adaptive_max_pool2d", "nn.functional.adaptive_max_pool1d"],
    "max_pool2d_backward_out": ["max_pool2d_with_indices_backward"],
    "grid_sampler_2d_out": ["nn.functional.grid_sample", "grid_sampler_2d"],
    "grid_sampler_3d_out": ["nn.functional.grid_sample", "grid_sampler_3d"],
    "im2col_out": ["nn.functional.unfold"],
}
UPSAMPLED = ("upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d", "upsample_nearest_exact1d",
             "upsample_nearest_exact2d", "upsample_nearest_exact3d", "upsample_linear1d", "upsample_bilinear2d",
             "upsample_trilinear3d", "upsample_bicubic2d", "upsample_bilinear2d_aa", "upsample_bicubic2d_aa")
# Rows of overloads that PyTorch gives no out variant.
VEC = {f"{name}_vec_out" for name in UPSAMPLED}
ENTRIES.update({f"{name}{end}": ["nn.functional.interpolate", "_upsample_bilinear2d_aa"] for name in UPSAMPLED
                for end in ("_out", "_vec_out")})
# Rows with tests of their own, on complex tensors.
COMPLEX = {"fft_r2c_out", "fft_c2c_out", "fft_c2r_out", "polar_out", "complex_out", "view_as_real_copy_out", "view_as_complex_copy_out"}


def forms(name, args):
    """A resampling as the overload with lists: of scales where all are given, else of sizes."""
    base = name.partition(".")[0]
    if "upsample_" not in base or name.endswith("vec"):
        return
    spatial = len(args[1])
    align = args[2:3] if "nearest" not in base else ()
    scales = [*args[2 + len(align):], *[None] * spatial][:spatial]
    if None in scales:
        yield f"{base}.vec", (args[0], list(args[1]), *align, None), {}
    else:
        yield f"{base}.vec", (args[0], None, *align, list(scales)), {}


def _tensor(dtype, *shape):
    return make_tensor(shape, dtype=dtype, device="cpu", low=-9, high=9)


def _convolution_backward(dtype):
    if not dtype.is_floating_point:
        return
    for spatial, transposed, groups, stride, padding, dilation in (
            (1, False, 1, 2, 1, 1), (1, True, 2, 2, 1, 1), (2, False, 2, [1, 2], [1, 0], [1, 2]), (2, False, 4, 1, 1, 1),
            (2, True, 1, [2, 1], 1, 1), (3, False, 1, 2, 1, 1), (3, True, 2, 1, 0, 2)):
        lists = [x if isinstance(x, list) else [x] * spatial for x in (stride, padding, dilation)]
        x = _tensor(dtype, 2, 4, *(7, 6, 5)[:spatial])
        weight = _tensor(dtype, 4, 4 if transposed else 4 // groups, *(3, 2, 2)[:spatial])
        window = (*lists, transposed, [0] * spatial, groups)
        gradient = _tensor(dtype, *aten.convolution(x, weight, None, *window).shape)
        yield gradient, x, weight, [4 * groups if transposed else 4], *window, [True] * 3


def _conv_tbc(dtype):
    if dtype.is_floating_point:
        for time, pad in ((7, 0), (5, 2), (3, 1)):
            yield _tensor(dtype, time, 2, 3), _tensor(dtype, 3, 3, 4), _tensor(dtype, 4), pad


def _max_backward(forward, spatial):
    def made(dtype):
        if not dtype.is_floating_point:
            return
        for batch in ((2,), ()):
            x = _tensor(dtype, *batch, 3, *(9, 8, 7)[:spatial])
            window = ([3] * spatial, [2] * spatial, [1] * spatial, [1] * spatial, True)
            result, indices = forward(x, *window)
            yield _tensor(dtype, *result.shape), x, *window, indices
    return made


def _avg_backward(forward, spatial):
    def made(dtype):
        if not dtype.is_floating_point:
            return
        for batch in ((2,), ()):
            for ceil_mode, counts, divisor in ((False, True, None), (True, False, None), (True, True, 3)):
                x = _tensor(dtype, *batch, 3, *(9, 8, 7)[:spatial])
                window = ([3] * spatial, [2] * spatial, [1] * spatial, ceil_mode, counts, divisor)
                yield _tensor(dtype, *forward(x, *window).shape), x, *window
    return made


def _adaptive_backward(forward, spatial):
    def made(dtype):
        if not dtype.is_floating_point:
            return
        for batch, size in (((2,), 3), ((), 4), ((1,), 11)):
            x = _tensor(dtype, *batch, 3, *(9, 8, 7)[:spatial])
            yield _tensor(dtype, *forward(x, [size] * spatial).shape), x
    return made


def _upsample_aa(dtype):
    if dtype.is_floating_point:
        for size, scales in (((3, 4), (None, None)), ((40, 9), (None, None)), ((5, 7), (0.51, 0.72)), ((12, 13), (1.3, 1.4))):
            for align in (False, True):
                yield _tensor(dtype, 2, 3, 10, 19 if size[0] == 3 else 10), list(size), align, *scales


def _upsample_aa_vec(dtype):
    for x, size, align, *scales in _upsample_aa(dtype):
        yield (x, None, align, scales) if scales[0] else (x, size, align, None)


def _affine_grid(dtype):
    if dtype.is_floating_point:
        for size in ((2, 3, 4, 5), (1, 2, 1, 6), (2, 1, 3, 4, 5)):
            for align in (False, True):
                yield _tensor(dtype, size[0], len(size) - 2, len(size) - 1), list(size), align


def _col2im(dtype):
    if dtype.is_floating_point:
        for batch, kernel, dilation, padding, stride in (((2,), 3, 1, 1, 2), ((), [2, 3], [2, 1], 0, 1), ((1,), 2, 1, 1, [2, 3])):
            window = [x if isinstance(x, list) else [x, x] for x in (kernel, dilation, padding, stride)]
            columns = aten.im2col(torch.zeros(*batch, 3, 8, 9, dtype=dtype), *window)
            yield _tensor(dtype, *columns.shape), [8, 9], *window


# Samples of a row by dtype: arguments of its functional.
MADE = {
    "convolution_backward_out": _convolution_backward,
    "conv_tbc_out": _conv_tbc,
    "upsample_bilinear2d_aa_out": _upsample_aa,
    "upsample_bicubic2d_aa_out": _upsample_aa,
    "upsample_bilinear2d_aa_vec_out": _upsample_aa_vec,
    "upsample_bicubic2d_aa_vec_out": _upsample_aa_vec,
    "affine_grid_out": _affine_grid,
    "col2im_out": _col2im,
    "max_pool2d_backward_out": _max_backward(aten.max_pool2d_with_indices, 2),
    "max_pool3d_backward_out": _max_backward(aten.max_pool3d_with_indices, 3),
    "avg_pool2d_backward_out": _avg_backward(aten.avg_pool2d, 2),
    "avg_pool3d_backward_out": _avg_backward(aten.avg_pool3d, 3),
    "adaptive_avg_pool2d_backward_out": _adaptive_backward(aten._adaptive_avg_pool2d, 2),
    "adaptive_avg_pool3d_backward_out": _adaptive_backward(aten._adaptive_avg_pool3d, 3),
}
