# SPDX-License-Identifier: BSD-3-Clause
"""What a program may take and return beside tensors: numbers, None, nests of them, constants, inputs and views of inputs."""
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from common import run_wick, wick_package  # noqa: E402
from torch import nn  # noqa: E402
from torch.export import Dim, export  # noqa: E402

wick = wick_package()


class Results(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function
        self.register_buffer("b", torch.arange(3.0))
        self.c = torch.ones(2)

    def forward(self, x, n=None, f=None, flag=None, none=None):
        return self.function(self, x, n, f, flag)


CASES = {
    "sizes": lambda self, x, *_: (x.shape[0], x.shape[0] * 2 + 1, x.numel(), x * 1),
    "arithmetic": lambda self, x, *_: (x.shape[0] // 2, x.shape[0] % 3, -x.shape[0], x.shape[0] ** 2, x * 1),
    "reals": lambda self, x, *_: (x.shape[0] / 2, x.shape[0] * 0.5, x * (x.shape[0] / 4)),
    "numbers_only": lambda self, x, *_: (x.shape[0] + 1,),
    "none": lambda self, x, *_: (None, x * 1, None),
    "nested": lambda self, x, *_: {"a": [x * 1, (x + 1, None)], "b": {"c": x.shape[0], "d": 3}},
    "constants": lambda self, x, *_: (self.b, self.c, 7, 2.5, True, x * 1),
    "an_input": lambda self, x, *_: x,
    "inputs": lambda self, x, *_: (x, x, x * 1),
    "twice": lambda self, x, *_: [x * 2] * 2,
    "views": lambda self, x, *_: (x.view(-1, 1), x.unsqueeze(0), x.t()),
    "fixed": lambda self, x, n, f, flag: (x * n + f, n, f, flag, n * 2, f * 2),
}


@pytest.fixture(scope="module", params=CASES)
def program(request):
    args = (torch.randn(6), *((4, 2.5, True, None) if request.param == "fixed" else ()))
    shapes = ({0: Dim("s", max=16)}, *([None] * 4 if request.param == "fixed" else ()))
    return export(Results(CASES[request.param]), args, dynamic_shapes=shapes, strict=False), args


def same(got, want):
    for g, w in zip(got, torch.utils._pytree.tree_leaves(want, is_leaf=lambda v: v is None), strict=True):
        if isinstance(w, torch.Tensor):
            torch.testing.assert_close(torch.as_tensor(g), w)
        else:
            assert type(g) is type(w) and g == w


@pytest.mark.parametrize("form, target", [("training", "wick"), ("core", "portable")])
def test_equals_eager(program, form, target, tmp_path):
    exported, args = program
    torch.export.save(exported.run_decompositions() if form == "core" else exported, tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", "--target", target)
    method = wick.Runtime.get().load_program(tmp_path / "m.pte").load_method("forward")
    for x in (args[0], torch.randn(16)):
        same(method.execute([x, *args[1:]]), exported.module()(x, *args[1:]))
    np.save(tmp_path / "x.npy", args[0].numpy())
    shown = run_wick("run", tmp_path / "m.pte", "--input", tmp_path / "x.npy").stdout
    assert shown.count("output ") == len(method.execute(list(args)))
    if target == "portable":
        peer = pytest.importorskip("executorch.runtime").Runtime.get()
        official = peer.load_program(str(tmp_path / "m.pte")).load_method("forward")
        same(official.execute(list(args)), exported.module()(*args))


def test_fixed_numbers_take_no_other(tmp_path):
    args = (torch.randn(6), 4, 2.5, True, None)
    torch.export.save(export(Results(CASES["fixed"]), args, strict=False), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte")
    method = wick.Runtime.get().load_program(tmp_path / "m.pte").load_method("forward")
    for index, value in ((1, 5), (2, 2.0), (3, False)):
        with pytest.raises(wick.RuntimeFailure, match="must equal the exported value"):
            method.execute([value if i == index else a for i, a in enumerate(args)])
    with pytest.raises(TypeError, match="is None in the export"):
        method.execute([*args[:4], 1])


def test_text_is_refused(tmp_path):
    torch.export.save(export(Results(lambda self, x, *_: (x * 1, "text")), (torch.randn(2),), strict=False), tmp_path / "m.pt2")
    refused = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False)
    assert refused.returncode != 0 and "take and return tensors, numbers and None" in refused.stderr
