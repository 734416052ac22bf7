# SPDX-License-Identifier: BSD-3-Clause
"""State that outlives a call: buffers with values to start from, caches, counters, and inputs that the model writes. Several
steps of one life of the program are held against the same module in eager PyTorch."""
import numpy
import pytest
import torch
from common import compile_model, run_wick
from programs import check_module, export, run_steps
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


def kv_cache(m, k, v, q, pos):
    m.k[:, :, pos] = k
    m.v[:, :, pos] = v
    weights = torch.softmax(q @ m.k.transpose(-1, -2), -1)
    return weights @ m.v


def kv_cache_at_end(m, k):
    """The oldest row goes, a new one comes: written through a slice."""
    m.k[:, :-1] = m.k[:, 1:].clone()
    m.k[:, -1:] = k
    return m.k.sum(1)


def row_written(m, x):
    m.k[1].copy_(x)
    m.k[0] += m.k[1]
    return m.k.sum(0)


def every_other(m, x):
    m.k[:, ::2] += x
    m.k[::2].mul_(2)
    return m.k * 1


def diagonal_written(m, x):
    m.k.diagonal().copy_(x)
    m.k.t()[0].add_(1)
    return m.k * 1


def strided_written(m, x):
    torch.as_strided(m.k, (2, 3), (1, 3)).mul_(x)
    return m.k * 1


def masked(m, x):
    m.k.masked_fill_(x > 0, 7.0)
    return m.k + x


def parts_written(m, x):
    for i, part in enumerate(m.k.split(2, 1)):
        part.add_(x[:, i:i + 1])
    a, b = m.k.unbind(0)
    a.mul_(b)
    return m.k * 1


def reshaped_copy(m, x):
    """reshape of a transposed tensor is a copy, of a contiguous one a view."""
    m.k.t().reshape(-1).add_(100)
    m.k.reshape(-1)[1:3].add_(x)
    m.k[:, :2].flatten().add_(50)
    m.k[0].contiguous().add_(1)
    m.k.t().contiguous().add_(10)
    return m.k * 1


def literal_is_fresh(m, x):
    t = torch.tensor([1.0, 2.0])
    t.add_(x)
    m.k.add_(t.sum())
    return t, m.k * 1


def batch_norm_in_training(m, x):
    y = nn.functional.batch_norm(x, m.mean, m.variance, training=True)
    return nn.functional.batch_norm(y * 2, m.mean, m.variance, training=True, momentum=0.3), m.mean + 1


def attribute_kept(m, x):
    m.plain.add_(x)
    return m.plain * 2


START = torch.tensor([[1.0, -2.0, 3.0], [0.5, 7.0, -1.0]])
POSITIONS = [torch.tensor([2 * k, (2 * k + 1) % 8]) for k in range(4)]
CACHE = pytest.param(
    Stateful(kv_cache, k=torch.zeros(1, 2, 8, 4), v=torch.ones(1, 2, 8, 4)),
    [(values(1, 2, 2, 4, seed=k), values(1, 2, 2, 4, seed=k + 9), values(1, 2, 1, 4, seed=k + 19), POSITIONS[k]) for k in range(4)],
    id="kv_cache")
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
    case("shift_register", Stateful(shift_register, t_line=torch.arange(12.0).reshape(4, 3)), (3,), steps=6),
    case("ring_by_slice", Stateful(ring_by_slice, cache=torch.arange(10.0).reshape(2, 5)), (2, 2)),
    case("through_view", Stateful(through_view, grid=torch.arange(6.0).reshape(2, 3)), (2,)),
    case("row_written", Stateful(row_written, k=torch.arange(6.0).reshape(2, 3)), (3,)),
    case("masked", Stateful(masked, k=torch.arange(6.0).reshape(2, 3)), (2, 3)),
    case("parts_written", Stateful(parts_written, k=torch.arange(10.0).reshape(2, 5)), (2, 3)),
    case("reshaped_copy", Stateful(reshaped_copy, k=torch.arange(6.0).reshape(2, 3)), (2,)),
    case("literal_is_fresh", Stateful(literal_is_fresh, k=torch.arange(6.0).reshape(2, 3)), (2,)),
    case("batch_norm_in_training", Stateful(batch_norm_in_training, mean=torch.zeros(3), variance=torch.ones(3)), (4, 3, 2)),
    case("kv_cache_at_end", Stateful(kv_cache_at_end, k=torch.arange(12.0).reshape(1, 4, 3)), (1, 1, 3), steps=6),
    CACHE,
]


@pytest.mark.parametrize("module, steps", CASES)
def test_steps_equal_eager(module, steps, tmp_path):
    check_module(module, steps, tmp_path)


SCATTERED = {"every_other": ((3, 5), (3, 3)), "diagonal_written": ((3, 3), (3,)), "strided_written": ((3, 4), (2, 3))}


@pytest.mark.parametrize("name", SCATTERED)
def test_scattered_part_equals_eager(name, tmp_path):
    """As core ATen these are slice_scatter, diagonal_scatter and as_strided_scatter, of which target portable has the first only."""
    buffer, shape = SCATTERED[name]
    module = Stateful(globals()[name], k=torch.arange(float(numpy.prod(buffer))).reshape(buffer))
    steps = [(values(*shape, seed=k),) for k in range(3)]
    check_module(module, steps, tmp_path, forms=("training",))
    check_module(module, steps, tmp_path, targets=("wick",), forms=("core",))


@pytest.mark.parametrize("target", ("wick", "portable"))
def test_cache_is_written_in_place(target, tmp_path):
    """Neither the cache nor a part of it is copied."""
    module, steps = CACHE.values
    torch.export.save(export(module, steps[0])["training"], tmp_path / "m.pt2")
    compile_model(tmp_path / "m.pt2", tmp_path / "m.pte", "--target", target)
    text = run_wick("inspect", tmp_path / "m.pte").stdout
    assert text.count("aten::index_put_(") == 2 and "aten::copy_" not in text and "index_put.out" not in text


def test_life_starts_anew_with_each_method(tmp_path):
    """Two runs of the command are two lives."""
    module, steps = Stateful(count, n=torch.tensor(3.0)), [(torch.ones(2, 3),)] * 2
    torch.export.save(export(module, steps[0])["training"], tmp_path / "m.pt2")
    compile_model(tmp_path / "m.pt2", tmp_path / "m.pte")
    first = run_steps(tmp_path / "m.pte", steps, tmp_path)[0]
    assert first[0].max() == 4 and first[1].max() == 5
    assert (run_steps(tmp_path / "m.pte", steps, tmp_path)[0] == first).all()


def test_quantization_of_state_is_refused(tmp_path):
    module, steps = Stateful(decay, mean=START.clone()), [(torch.ones(2, 3),)]
    torch.export.save(export(module, steps[0])["training"], tmp_path / "m.pt2")
    numpy.save(tmp_path / "x.npy", numpy.ones((4, 2, 3), numpy.float32))
    done = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", "--quantize", "int8", "--calibration",
                    tmp_path / "x.npy", check=False)
    assert done.returncode == 1 and "models without state only" in done.stderr
