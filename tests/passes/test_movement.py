# SPDX-License-Identifier: BSD-3-Clause
"""Modules that move and index elements, compiled by the command, give what eager PyTorch gives: as exported (training IR) and
as core ATen. Operators with official rows also run on the official runtime (target portable)."""
import pytest
import torch
from test_semantics import Module, check_compiled, values
from torch.nn import functional as F

INDEX = torch.tensor([2, 0, -1, 1])


def case(name, function, *inputs, portable=False):
    return pytest.param(Module(function), inputs, portable, id=name)


CASES = [
    case("index_one", lambda x, i: x[i], values(5, 3), INDEX, portable=True),
    case("index_middle", lambda x, i: x[:, i], values(2, 4, 3), INDEX, portable=True),
    case("index_two", lambda x, i: x[i, :, i], values(4, 2, 4), INDEX),
    case("index_broadcast", lambda x, i: x[i[:, None], i[None]], values(4, 4), INDEX, portable=True),
    case("index_put", lambda x, i: x.clone().index_put((i,), torch.ones(3)), values(5, 3), INDEX, portable=True),
    case("index_put_accumulate", lambda x, i: x.clone().index_put((i,), x[:4], accumulate=True), values(5, 3), INDEX, portable=True),
    case("index_assign", lambda x, i: (lambda y: (y.__setitem__(i, 2.0), y)[1])(x * 1), values(5, 3), INDEX),
    case("index_after_pad", lambda x, i: F.pad(x, (1, 1))[i], values(5, 3), INDEX, portable=True),
    case("gather", lambda x, i: torch.gather(x, 1, i[None].abs()), values(3, 5), INDEX, portable=True),
    case("scatter", lambda x, i: x.scatter(0, i[None].abs(), 7.0), values(3, 5), INDEX, portable=True),
    case("scatter_src", lambda x, i: x.scatter(0, i[None].abs(), x * 2), values(3, 5), INDEX, portable=True),
    case("scatter_reduce_add", lambda x, i: x.scatter(0, i[None].abs(), x * 2, reduce="add"), values(3, 5), INDEX),
    case("scatter_reduce_multiply", lambda x, i: x.scatter(0, i[None].abs(), 3.0, reduce="multiply"), values(3, 5), INDEX),
    case("scatter_add", lambda x, i: x.scatter_add(0, i[None].abs(), x + 1), values(3, 5), INDEX, portable=True),
    case("scatter_reduce_mean", lambda x, i: (x.scatter_reduce(0, i[None].abs(), x + 1, "mean"),
                                              x.scatter_reduce(0, i[None].abs(), x + 1, "mean", include_self=False)), values(3, 5), INDEX),
    case("scatter_reduce_amax", lambda x, i: x.scatter_reduce(0, i[None].abs(), x + 1, "amax", include_self=False), values(3, 5), INDEX),
    case("index_select", lambda x, i: x.index_select(1, i.abs()), values(3, 5), INDEX, portable=True),
    case("index_add", lambda x, i: x.index_add(0, i.abs(), x[:4], alpha=2), values(5, 3), INDEX),
    case("index_copy", lambda x, i: x.index_copy(0, torch.tensor([1, 4]), x[:2]), values(5, 3), INDEX),
    case("index_fill", lambda x, i: x.index_fill(1, torch.tensor([0, 2]), 9.0), values(5, 3), INDEX),
    case("index_reduce_mean", lambda x, i: x.index_reduce(0, i.abs(), x[:4], "mean"), values(5, 3), INDEX),
    case("index_reduce_mean_alone", lambda x, i: x.index_reduce(0, i.abs(), x[:4], "mean", include_self=False), values(5, 3), INDEX),
    case("take", lambda x, i: x.take(i), values(3, 2), INDEX),
    case("put", lambda x, i: x.put(torch.tensor([[1, 4]]), torch.ones(1, 2)), values(3, 2), INDEX),
    case("take_along_dim", lambda x, i: torch.take_along_dim(x, i.abs()[None], 1), values(3, 5), INDEX),
    case("masked_scatter", lambda x: x.masked_scatter(x > 0, torch.arange(15.0)), values(3, 5), portable=True),
    case("one_hot", lambda i: F.one_hot(i.abs(), 5), INDEX),
    case("flips", lambda x: (x.flip(0, -1), x.fliplr(), x.flipud()), values(3, 2, 4), portable=True),
    case("rot90", lambda x: (x.rot90(), x.rot90(2), x.rot90(-1), x.rot90(1, (2, 0))), values(3, 2, 4), portable=True),
    case("roll", lambda x: (x.roll(2), x.roll((1, -1), (0, 2))), values(3, 2, 4), portable=True),
    case("movedim", lambda x: (x.movedim((0, 1), (2, 0)), x.moveaxis((0, 2), (1, 0))), values(3, 2, 4), portable=True),
    case("stacks", lambda x, y: (torch.hstack((x, y)), torch.vstack((x, y)), torch.dstack((x, y)), torch.column_stack((x, y)),
                                 torch.stack((x, y), 1)), values(3, 2), values(3, 2, seed=5), portable=True),
    case("stacks_of_vectors", lambda x, y: (torch.hstack((x, y)), torch.vstack((x, y)), torch.dstack((x, y)), torch.column_stack((x, y)),
                                            torch.stack((x, y), -1)), values(3), values(3, seed=5)),
    case("atleast", lambda x, y: (torch.atleast_3d(x), torch.atleast_3d(y), torch.atleast_2d(x)), values(3), values(3, 2)),
    case("splits", lambda x: (*x.tensor_split(3, 1), *x.tensor_split((1, 3), 1), *x.hsplit((2,)), *x.vsplit(3), *x.split((1, 3), 1)),
         values(3, 4)),
    case("repeats", lambda x: (x.repeat(2, 1, 3), x.tile(2), x.repeat_interleave(3), x.repeat_interleave(2, 1)), values(3, 2), portable=True),
    case("channel_shuffle", lambda x: F.channel_shuffle(x, 2), values(1, 4, 2, 3), portable=True),
    case("pixel_shuffle", lambda x: (F.pixel_shuffle(x, 2), F.pixel_unshuffle(x, 3)), values(1, 4, 6, 3), portable=True),
    case("meshgrid", lambda x, y: (*torch.meshgrid(x, y, indexing="ij"), *torch.meshgrid(x, y, indexing="xy")), values(3), values(2)),
    case("cartesian_prod", lambda x, y: torch.cartesian_prod(x, y, x), values(3), values(2)),
    case("block_diag", lambda x, y, z: torch.block_diag(x, y, z), values(3, 2), values(2), values(1, 1)),
    case("broadcast_tensors", lambda x, y: torch.broadcast_tensors(x, y), values(3, 1), values(2)),
    case("diagonals", lambda x: (x.diagonal(), torch.linalg.diagonal(x[None], offset=1), x.diag(1), x[0].diag(), torch.diag_embed(x), torch.diagflat(x, 1),
                                 x.diagonal_scatter(torch.ones(3))), values(3, 4)),
    case("diagonal_written", lambda x: (lambda y: (y.diagonal().fill_(2.0), y)[1])(x * 1), values(3, 4)),
    case("triangles", lambda x: (x.tril(), x.triu(1), x.tril(-1)), values(2, 3, 4)),
    case("triangle_indices", lambda x: (x, torch.tril_indices(3, 3), torch.triu_indices(3, 4, 1), torch.eye(3), torch.eye(2, 3),
                                        torch.linspace(0, 1, 7)), values(1)),
    case("pads", lambda x: (F.pad(x, (1, 2, 3, 1), mode="reflect"), F.pad(x, (1, 2, 3, 1), mode="replicate"),
                            F.pad(x, (1, 2), mode="constant", value=3.0)), values(1, 2, 4, 5), portable=True),
    case("pad_circular", lambda x: F.pad(x, (1, 2, 3, 1), mode="circular"), values(1, 2, 4, 5)),
    case("pad_reflect_1d_3d", lambda x, y: (F.pad(x, (1, 2), mode="reflect"), F.pad(y, (1, 1, 1, 0, 1, 1), mode="reflect")),
         values(1, 2, 5), values(1, 2, 3, 3, 4), portable=True),
    case("unfold", lambda x: x.unfold(1, 3, 2), values(2, 7), portable=True),
    case("as_strided", lambda x: x.as_strided((2, 3), (1, 2), 1), values(3, 4), portable=True),
    case("slice_scatter_steps", lambda x: x.slice_scatter(torch.zeros(2, 5), 0, 0, 4, 2), values(4, 5), portable=True),
    case("select_scatter", lambda x: x.select_scatter(torch.zeros(5), 0, 1), values(4, 5)),
    case("complex_pairs", lambda x: (torch.view_as_real(torch.complex(x, x + 1)), torch.complex(x, x * 2).imag,
                                     torch.view_as_real(torch.view_as_complex(torch.stack((x, x), -1)).roll(1, 0))), values(3, 4)),
    case("view_dtype", lambda x: (x.view(torch.int32), x.view(torch.int16), x.view(torch.uint8)), values(3, 4)),
    case("embedding", lambda w, i: F.embedding(i.abs(), w), values(5, 3), INDEX, portable=True),
    case("split_copy", lambda x: torch.split_copy(x, 2, 1), values(3, 5), portable=True),
    case("unbind_copy", lambda x: torch.unbind_copy(x, 1), values(3, 2)),
    case("split_with_sizes_copy", lambda x: torch.split_with_sizes_copy(x, [1, 3, 1], -1), values(3, 5)),
]


@pytest.mark.parametrize("module, inputs, portable", CASES)
def test_compiled_equals_eager(module, inputs, portable, tmp_path):
    wanted = module(*[x.clone() for x in inputs])
    wanted = [w.resolve_conj().contiguous() for w in (wanted if isinstance(wanted, (tuple, list)) else [wanted])]
    exported = torch.export.export(module, inputs)
    for program in (exported, exported.run_decompositions()):
        check_compiled(program, "portable" if portable else "cortex-m55", inputs, wanted, tmp_path)
