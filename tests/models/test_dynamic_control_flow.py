# SPDX-License-Identifier: BSD-3-Clause
"""Control flow over sizes known only while running: bodies take and return tensors of dynamic shape, loops run over a dynamic
dimension, branches give other sizes, against eager PyTorch; portable files on the official runtime too."""
import os

import pytest

torch = pytest.importorskip("torch")

from models.test_dynamic import check, random  # noqa: E402
from torch import nn  # noqa: E402
from torch._higher_order_ops.map import map as torch_map  # noqa: E402
from torch._higher_order_ops.scan import scan  # noqa: E402
from torch._higher_order_ops.while_loop import while_loop  # noqa: E402
from torch.export import Dim  # noqa: E402

ALL = bool(os.environ.get("WICK_TEST_ALL"))


class Module(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function, self.layer = function, nn.Linear(3, 3)
        self.layer.weight.data, self.layer.bias.data = random(3, 3), random(3)

    def forward(self, *inputs):
        return self.function(self, *inputs)


def cond_of_rows(m, x):
    return torch.cond(x.sum() > 0, lambda x: m.layer(x) + 1, lambda x: x.reshape(-1).view(x.shape) * 2, (x,))


def cond_with_number(m, x):
    n = x.shape[0]
    return torch.cond(x.sum() > 0, lambda x: x + n, lambda x: torch.cond(x[0, 0] > 0, lambda x: x * n, lambda x: x - 1, (x,)), (x,))


def cond_on_size(m, x):
    return torch.cond(x.shape[0] > 4, lambda x: x + 1, lambda x: x * 2, (x,))


def loop_over_rows(m, x):
    return while_loop(lambda i, x: i < x.shape[0], lambda i, x: (i + 1, x * 1.5 + i), (torch.tensor(0), x))


def mapped_rows(m, x):
    return torch_map(lambda x: torch.relu(m.layer(x)) + 1, x) * x.shape[0]


def scanned_rows(m, h, x):
    return scan(lambda c, x: (torch.tanh(m.layer(c) + x), c * x.shape[0]), h, x, dim=0)


ROWS = Dim("rows", min=2, max=8)
STEPS = Dim("steps", min=2, max=6)
ONE = ({0: ROWS},)
MATRICES = [(random(n, 3) * sign,) for n, sign in ((4, 1), (2, -1), (5, 1), (8, -1))]
STACKS = [(random(n, 2, 3),) for n in (4, 2, 8)]
RUNS = [(random(n, 3), random(t, n, 3)) for n, t in ((3, 4), (2, 2), (8, 6), (2, 6))]
CASES = {
    "cond_of_rows": (cond_of_rows, MATRICES, ONE), "cond_with_number": (cond_with_number, MATRICES, ONE),
    "cond_on_size": (cond_on_size, MATRICES, ONE), "loop_over_rows": (loop_over_rows, MATRICES, ONE),
    "mapped_rows": (mapped_rows, STACKS, ONE), "scanned_rows": (scanned_rows, RUNS, ({0: ROWS}, {0: STEPS, 1: ROWS})),
}


@pytest.mark.parametrize("target", ["wick", "portable"] if ALL else ["portable"])
@pytest.mark.parametrize("form", ["training", "core"] if ALL else ["core"])
@pytest.mark.parametrize("name", CASES)
def test_control_flow_over_dynamic_sizes(name, form, target, tmp_path):
    function, inputs, shapes = CASES[name]
    check(tmp_path, Module(function), form, target, inputs, (shapes,))
