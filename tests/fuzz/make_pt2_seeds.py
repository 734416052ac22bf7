# SPDX-License-Identifier: BSD-3-Clause
"""Makes tests/fuzz/seeds/*.pt2: small archives with control flow, state, dynamic sizes and guards.

They are kept in the repository, so that fuzzing needs no PyTorch. Run by hand in .venv when the set should grow.
"""
import pathlib

import torch
from torch import nn
from torch._higher_order_ops.map import map as torch_map
from torch._higher_order_ops.scan import scan
from torch._higher_order_ops.while_loop import while_loop
from torch.export import Dim, export

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"


class Cond(nn.Module):
    """Branches in a branch, a constant that both take."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([2.0, -1.0, 0.5]))

    def forward(self, x):
        def inner(x):
            return torch.cond(x.max() > 2, lambda x: x - self.scale, lambda x: x / 2, (x,))
        return torch.cond(x.sum() > 0, inner, lambda x: x * self.scale, (x,))


class While(nn.Module):
    def forward(self, x):
        return while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 1.5 + i), (torch.tensor(0), x))


class Scan(nn.Module):
    def forward(self, x):
        return scan(lambda c, x: (c + x, c * x), torch.zeros(2), x)


class Map(nn.Module):
    def forward(self, x):
        return torch_map(lambda x: torch.relu(x).sum() + x, x)


class Cache(nn.Module):
    """Written in place, in a part, at a place that an input says, and read through a view."""

    def __init__(self):
        super().__init__()
        self.register_buffer("cache", torch.zeros(4, 2))
        self.register_buffer("count", torch.tensor([1]))

    def forward(self, x, at):
        self.cache[at] = x
        self.cache[1:3].mul_(2)
        self.count.add_(1)
        return self.cache.view(-1)[::2] * self.count


class Swap(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("a", torch.arange(3.0))
        self.register_buffer("b", torch.ones(3))

    def forward(self, x):
        old = self.a.clone()
        self.a.copy_(self.b)
        self.b.copy_(old + x)
        x.mul_(2)
        return self.a - self.b


class Dynamic(nn.Module):
    def forward(self, x):
        y = torch.cat([x, x[:, :1]], 1)
        return torch.softmax(y.reshape(-1, 2) @ y.reshape(-1, 2).t(), -1).sum(0) + x.shape[0]


class Guarded(nn.Module):
    """Relations of sizes that torch keeps as guards, in Python, and numbers that are asserted."""

    def forward(self, x, y):
        k = y.max().item()
        torch._check(k >= 0)
        torch._check(k < 9)
        if x.shape[0] % 2 == 0 and x.shape[0] * x.shape[1] > 6 and x.shape[0] // 3 != 4:
            x = x * 2
        return x + k


def make(name, module, inputs, dynamic_shapes=None):
    torch.export.save(export(module.eval(), inputs, dynamic_shapes=dynamic_shapes), SEEDS / f"{name}.pt2")


def main():
    torch.manual_seed(0)
    make("cond", Cond(), (torch.randn(3),))
    make("while", While(), (torch.randn(2),))
    make("scan", Scan(), (torch.randn(3, 2),))
    make("map", Map(), (torch.randn(3, 2),))
    make("cache", Cache(), (torch.randn(1, 2), torch.tensor([2])))
    make("swap", Swap(), (torch.randn(3),))
    make("dynamic", Dynamic(), (torch.randn(4, 3),), ({0: Dim("n", min=2, max=8)},))
    make("guarded", Guarded(), (torch.randn(4, 3), torch.tensor([2])), ({0: Dim.DYNAMIC(max=12), 1: Dim.DYNAMIC(max=5)}, None))


if __name__ == "__main__":
    main()
