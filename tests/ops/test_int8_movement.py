# SPDX-License-Identifier: BSD-3-Clause
"""Operators that move or compare elements, on int8 as a quantized graph has it: the bytes of eager PyTorch."""
import random

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import op_driver  # noqa: E402

ROWS = op_driver.rows()
aten = torch.ops.aten


def int8(*shape):
    return torch.randint(-128, 128, shape).to(torch.int8)


def shape():
    return [random.choice([1, 2, 3, 5]) for _ in range(random.randint(1, 4))]


def pair():
    sizes = shape()
    return int8(*sizes), int8(*[1 if random.random() < 0.3 else size for size in sizes])


def pad_call():
    x = int8(*shape())
    pad = [random.randint(0, 3) for _ in range(2 * random.randint(1, x.dim()))]
    return x, pad, random.randint(-128, 127)


def cat_call():
    sizes, dim = shape(), 0
    dim = random.randrange(len(sizes))
    parts = [sizes[:dim] + [random.randint(0, 4)] + sizes[dim + 1:] for _ in range(random.randint(1, 4))]
    return [int8(*part) for part in parts], dim


def argmax_call():
    x = int8(*shape())
    x = x // 64 if random.random() < 0.7 else x  # ties
    return x, random.choice([None, random.randrange(x.dim())]), random.random() < 0.5


def embedding_call():
    weight = int8(random.randint(1, 9), random.randint(1, 5))
    return weight, torch.randint(0, len(weight), (3, 4)), -1, False, False


def slice_call():
    x = int8(*shape())
    dim = random.randrange(x.dim())
    start = random.randint(0, x.shape[dim])
    return x, dim, start, random.randint(start, x.shape[dim]), random.randint(1, 2)


def view_call():
    x = int8(2, 3, 4)
    return x, random.choice([[24], [4, 6], [2, 12], [-1, 2]])


def permute_call():
    x = int8(*shape())
    return x, random.sample(range(x.dim()), x.dim())


def amax_call():
    x = int8(*shape())
    return x, random.sample(range(x.dim()), random.randint(1, x.dim())), random.random() < 0.5


CASES = {"constant_pad_nd_out": (aten.constant_pad_nd.default, pad_call), "cat_out": (aten.cat.default, cat_call),
         "minimum_out": (aten.minimum.default, pair), "maximum_out": (aten.maximum.default, pair),
         "argmax_out": (aten.argmax.default, argmax_call), "embedding_out": (aten.embedding.default, embedding_call),
         "slice_copy_out": (aten.slice_copy.Tensor, slice_call), "view_copy_out": (aten.view_copy.default, view_call),
         "permute_copy_out": (aten.permute_copy.default, permute_call), "amax_out": (aten.amax.default, amax_call)}


@pytest.mark.parametrize("row_id", CASES)
def test_int8_is_that_of_eager(lib, row_id):
    random.seed(row_id)
    torch.manual_seed(1)
    function, make = CASES[row_id]
    for _ in range(60):
        arguments = make()
        expected = function(*arguments).contiguous()
        if expected.dim() == 0 and row_id == "argmax_out" and arguments[2]:
            continue
        outcome = op_driver.call(lib, ROWS[row_id], arguments, [expected])
        assert outcome.status == 0, f"{outcome.text}: {arguments}"
        assert torch.equal(outcome.outputs[0], expected), arguments
