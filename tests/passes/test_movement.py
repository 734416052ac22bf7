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
