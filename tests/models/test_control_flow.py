# SPDX-License-Identifier: BSD-3-Clause
"""cond, while_loop, map and scan: nested, several in one graph, with weights inside and state outside, on inputs that take every
path, against eager PyTorch."""
import pytest
import torch
from programs import check_module
from torch import nn
from torch._higher_order_ops.map import map as torch_map
from torch._higher_order_ops.scan import scan
from torch._higher_order_ops.while_loop import while_loop


def values(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 4 - 2


class Module(nn.Module):
    """A module of one function, with layers and buffers by name."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            if isinstance(part, nn.Module):
                setattr(self, name, part)
            else:
                self.register_buffer(name, part)

    def forward(self, *inputs):
        return self.function(self, *inputs)


def layer(rows, columns, seed=1):
    made = nn.Linear(columns, rows)
    made.weight.data = values(rows, columns, seed=seed)
    made.bias.data = values(rows, seed=seed + 1)
    return made


def one_cond(m, x):
    return torch.cond(x.sum() > 0, lambda x: x + 1, lambda x: x * 2, (x,))


def two_conds(m, x):
    a = torch.cond(x.sum() > 0, lambda x: x + 1, lambda x: x * 2, (x,))
    b = torch.cond(x[0, 0] > 0, lambda x, a: a - x, lambda x, a: a * x, (x, a))
    return a, b, a + b


def cond_of_several(m, x):
    a, b = torch.cond(x.sum() > 0, lambda x: (x + 1, x * 2), lambda x: (x - 1, torch.relu(x)), (x,))
    return a * b


def cond_in_cond(m, x):
    def inner(x):
        return torch.cond(x[0, 0] > 0, lambda x: x * 3, lambda x: x - 3, (x,))

    return torch.cond(x.sum() > 0, lambda x: inner(x) + 1, lambda x: inner(x * 2), (x,))


def cond_with_layers(m, x):
    return torch.cond(x.sum() > 0, lambda x: torch.relu(m.a(x)), lambda x: m.b(m.a(x)), (x,))


def cond_of_operand(m, x):
    return torch.cond(x.sum() > 0, lambda x: x.clone(), lambda x: x.t().clone().t() + 0, (x,))


def cond_writes_inside(m, x):
    def grown(x):
        y = x * 2
        y[0].add_(1)
        y.relu_()
        return y

    return torch.cond(x.sum() > 0, grown, lambda x: x - 1, (x,))


def many_conds(m, x):
    for i in range(4):
        x = torch.cond(x[0, i % 3] > 0, lambda x: torch.tanh(x) + x, lambda x: x * 0.5 + 1, (x,))
    return x


def loop(m, x):
    def going(i, x):
        return i < 5

    def body(i, x):
        return i + 1, x * 1.5 + i

    return while_loop(going, body, (torch.tensor(0), x))


def loop_on_data(m, x):
    return while_loop(lambda x: x.abs().sum() < 100, lambda x: (x * 2 + 1,), (x,))


def loop_that_never_runs(m, x):
    return while_loop(lambda i, x: i > 5, lambda i, x: (i + 1, x + 1), (torch.tensor(0), x))


def loop_swaps(m, x, y):
    def body(i, a, b, c):
        return i + 1, b.clone(), c.clone(), a + b

    return while_loop(lambda i, a, b, c: i < 4, body, (torch.tensor(0), x, y, x * y))


def loop_with_captured(m, x, y):
    z = y * 2
    before = torch.tanh(y)
    i, r = while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, torch.relu(m.a(x)) + z), (torch.tensor(0), x))
    return r + before, z


def cond_in_loop(m, x):
    def body(i, x):
        x = torch.cond(x.sum() > 0, lambda x: x - 1.25, lambda x: x * -2 + 0.5, (x,))
        return i + 1, torch.cond(x[0, 0] > 0, lambda x: x + 0.5, lambda x: x * 1.5, (x,))

    return while_loop(lambda i, x: i < 6, body, (torch.zeros((), dtype=torch.int64), x))[1]


def loop_in_loop(m, x):
    def inner(x):
        return while_loop(lambda k, x: k < 3, lambda k, x: (k + 1, x + k), (torch.zeros((), dtype=torch.int64), x))[1]

    return while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, inner(x) * 0.5), (torch.zeros((), dtype=torch.int64), x))[1]


def loop_in_cond(m, x):
    def long(x):
        return while_loop(lambda i, x: i < 4, lambda i, x: (i + 1, x * 1.1 + i), (torch.zeros((), dtype=torch.int64), x))[1]

    y = torch.cond(x.sum() > 0, long, lambda x: x - 1, (x,))
    return torch.cond(x.sum() > 1, lambda y: y.clone(), lambda y: long(y), (y,))


def two_loops(m, x):
    a = while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (torch.zeros((), dtype=torch.int64), x))[1]
    b = while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, x + a), (torch.zeros((), dtype=torch.int64), x))[1]
    return a + b, a * 1


def mapped(m, xs, y):
    return torch_map(lambda x, y: torch.relu(x * y) + 1, xs, y)


def mapped_layer(m, xs):
    return torch_map(lambda x: torch.tanh(m.a(x)), xs)


def mapped_cond(m, xs):
    return torch_map(lambda x: torch.cond(x.sum() > 0, lambda x: x + 1, lambda x: x * 2, (x,)), xs)


def summed(m, init, xs):
    return scan(lambda c, x: (c + x, c * x), init, xs, dim=0)


def recurrent(m, h, xs):
    def step(h, x):
        h = torch.tanh(m.a(h) + m.b(x))
        return h, h * 2

    return scan(step, h, xs, dim=0)


def fibonacci(m, a, b, xs):
    def step(carry, x):
        a, b = carry
        return (b.clone(), a + b + x), (a * 1, x * 2)

    return scan(step, (a, b), xs, dim=0)


def counted(m, x):
    m.calls.add_(1)
    return torch.cond(m.calls[0] > 2, lambda x: x * 2, lambda x: x - 1, (x,))


def kept_by_loop(m, x):
    h = while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, torch.tanh(h + x)), (torch.tensor(0), m.h.clone()))[1]
    m.h.copy_(h)
    return h * 2


def kept_by_branch(m, x):
    new = torch.cond(x.sum() > 0, lambda h, x: h + x, lambda h, x: h * 0.5, (m.h, x))
    old = m.h * 1
    m.h.copy_(new)
    return old, m.h + 1


def kept_by_scan(m, xs):
    h, ys = scan(lambda h, x: (h * 0.5 + x, h - x), m.h.clone(), xs, dim=0)
    m.h.copy_(h)
    return ys


def case(name, module, *shapes, steps=4, stance="force_eager"):
    """Steps with inputs of both signs, so that each branch is taken."""
    inputs = [tuple(values(*shape, seed=11 * k + i) + (1 if k % 2 else -1) for i, shape in enumerate(shapes)) for k in range(steps)]
    return pytest.param(module, inputs, stance, id=name)


START = torch.tensor([[1.0, -2.0, 3.0], [0.5, 7.0, -1.0]])
CASES = [
    case("one_cond", Module(one_cond), (2, 3)),
    case("two_conds", Module(two_conds), (2, 3), steps=6),
    case("cond_of_several", Module(cond_of_several), (2, 3)),
    case("cond_in_cond", Module(cond_in_cond), (2, 3), steps=6),
    case("cond_with_layers", Module(cond_with_layers, a=layer(3, 3), b=layer(3, 3, seed=5)), (2, 3)),
    case("cond_of_operand", Module(cond_of_operand), (2, 3)),
    case("cond_writes_inside", Module(cond_writes_inside), (2, 3)),
    case("many_conds", Module(many_conds), (2, 3), steps=6),
    case("loop", Module(loop), (2, 3)),
    case("loop_on_data", Module(loop_on_data), (2, 3)),
    case("loop_that_never_runs", Module(loop_that_never_runs), (2, 3)),
    case("loop_swaps", Module(loop_swaps), (2, 3), (2, 3)),
    case("loop_with_captured", Module(loop_with_captured, a=layer(3, 3)), (2, 3), (2, 3)),
    case("cond_in_loop", Module(cond_in_loop), (2, 3)),
    case("loop_in_loop", Module(loop_in_loop), (2, 3)),
    case("loop_in_cond", Module(loop_in_cond), (2, 3)),
    case("two_loops", Module(two_loops), (2, 3)),
    case("mapped", Module(mapped), (4, 2, 3), (3,)),
    case("mapped_layer", Module(mapped_layer, a=layer(2, 3)), (4, 2, 3)),
    case("mapped_cond", Module(mapped_cond), (4, 3)),
    case("summed", Module(summed), (3,), (5, 3)),
    case("recurrent", Module(recurrent, a=layer(3, 3), b=layer(3, 2, seed=5)), (1, 3), (5, 1, 2)),
    case("fibonacci", Module(fibonacci), (3,), (3,), (4, 3), stance="default"),  # uncompiled, torch does not unpack the carry
    case("counted", Module(counted, calls=torch.zeros(1)), (2, 3)),
    case("kept_by_loop", Module(kept_by_loop, h=START.clone()), (2, 3)),
    case("kept_by_branch", Module(kept_by_branch, h=START.clone()), (2, 3)),
    case("kept_by_scan", Module(kept_by_scan, h=START[0].clone()), (4, 3)),
]


@pytest.mark.parametrize("module, steps, stance", CASES)
def test_paths_equal_eager(module, steps, stance, tmp_path):
    check_module(module, steps, tmp_path, stance=stance)
