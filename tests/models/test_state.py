# SPDX-License-Identifier: BSD-3-Clause
"""State that outlives a call: buffers with values to start from, caches, counters, and inputs that the model writes. Several
steps of one life of the program are held against the same module in eager PyTorch."""
import pytest
import torch
from programs import check_module
from torch import nn


def values(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 4 - 2


def case(name, module, *shapes, steps=3):
    inputs = [tuple(values(*shape, seed=7 * k + i) for i, shape in enumerate(shapes)) for k in range(steps)]
    return pytest.param(module, inputs, id=name)


class Stateful(nn.Module):
    """A module of one function and its buffers, by name."""

    def __init__(self, function, **buffers):
        super().__init__()
        self.function = function
        for name, value in buffers.items():
            self.register_buffer(name, value, persistent=not name.startswith("t_"))

    def forward(self, *inputs):
        return self.function(self, *inputs)


def count(m, x):
    m.n.add_(1)
    return x * m.n


def decay(m, x):
    m.mean.mul_(0.9).add_(x, alpha=0.1)
    return x - m.mean


def old_value_returned(m, x):
    old = m.last.clone()
    m.last.copy_(x)
    return old


def old_and_new(m, x):
    before = m.a + 0
    m.a.add_(x)
    return before, m.a * 1, m.a + before


def swap(m, x):
    a = m.a.clone()
    m.a.copy_(m.b + x)
    m.b.copy_(a)
    return m.a - m.b


def rotate_three(m, x):
    a, b, c = m.a.clone(), m.b.clone(), m.c.clone()
    m.a.copy_(b)
    m.b.copy_(c)
    m.c.copy_(a)
    return m.a + x


def shift_register(m, x):
    m.t_line[:-1] = m.t_line[1:].clone()
    m.t_line[-1] = x
    return m.t_line.sum(0)


def ring_by_slice(m, x):
    m.cache[:, 1:3] = x
    m.cache[0] += 1
    return m.cache.sum(1)


def through_view(m, x):
    m.grid.view(-1)[2:4].mul_(x)
    m.grid.t()[1].add_(1)
    return m.grid * 1


def returns_state(m, x):
    m.a.add_(x)
    return m.a


def two_buffers_one_value(m, x):
    y = x * 2
    m.a.copy_(y)
    m.b.copy_(y)
    return y


def written_twice(m, x):
    m.a.add_(x)
    y = m.a * 3
    m.a.sub_(y)
    return m.a + y


def filled(m, x):
    m.a.zero_()
    m.b.fill_(2.5)
    return m.a + m.b + x


def input_written(m, x):
    x.mul_(2)
    return x + 1


def input_part_written(m, x, y):
    x[1:].copy_(y)
    return x.sum() + m.a


def input_and_buffer(m, x, y):
    m.a.add_(y)
    x.add_(m.a)
    return x * m.a


def two_inputs_swapped(m, x, y):
    t = x.clone()
    x.copy_(y)
    y.copy_(t)
    return x - y


START = torch.tensor([[1.0, -2.0, 3.0], [0.5, 7.0, -1.0]])
CASES = [
    case("count", Stateful(count, n=torch.tensor(3.0)), (2, 3)),
    case("count_int", Stateful(count, n=torch.tensor(5)), (2, 3)),
    case("decay", Stateful(decay, mean=START.clone()), (2, 3)),
    case("old_value_returned", Stateful(old_value_returned, last=START.clone()), (2, 3)),
    case("old_and_new", Stateful(old_and_new, a=START.clone()), (2, 3)),
    case("swap", Stateful(swap, a=START.clone(), b=-START), (2, 3)),
    case("rotate_three", Stateful(rotate_three, a=START.clone(), b=-START, c=START * 2), (2, 3), steps=5),
    case("returns_state", Stateful(returns_state, a=START.clone()), (2, 3)),
    case("two_buffers_one_value", Stateful(two_buffers_one_value, a=START.clone(), b=START * 3), (2, 3)),
    case("written_twice", Stateful(written_twice, a=START.clone()), (2, 3)),
    case("filled", Stateful(filled, a=START.clone(), b=START * 3), (2, 3)),
    case("input_written", Stateful(input_written), (2, 3)),
    case("input_part_written", Stateful(input_part_written, a=torch.tensor(2.0)), (3, 2), (2, 2)),
    case("input_and_buffer", Stateful(input_and_buffer, a=START.clone()), (2, 3), (2, 3)),
    case("two_inputs_swapped", Stateful(two_inputs_swapped), (2, 3), (2, 3)),
]

# As core ATen these need operators (eq, where) that have no row yet.
TRAINING_ONLY = [
    case("shift_register", Stateful(shift_register, t_line=torch.arange(12.0).reshape(4, 3)), (3,), steps=6),
    case("ring_by_slice", Stateful(ring_by_slice, cache=torch.arange(10.0).reshape(2, 5)), (2, 2)),
    case("through_view", Stateful(through_view, grid=torch.arange(6.0).reshape(2, 3)), (2,)),
]


@pytest.mark.parametrize("module, steps", CASES)
def test_steps_equal_eager(module, steps, tmp_path):
    check_module(module, steps, tmp_path)


@pytest.mark.parametrize("module, steps", TRAINING_ONLY)
def test_steps_of_training_form_equal_eager(module, steps, tmp_path):
    check_module(module, steps, tmp_path, forms=("training",))
