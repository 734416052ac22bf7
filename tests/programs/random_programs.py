# SPDX-License-Identifier: BSD-3-Clause
"""Random small programs: a seed gives a module and its inputs.

A program is a list of steps; each applies one operation to tensors made before. Steps are chosen while eager PyTorch runs them, so
that shapes fit; a step that eager refuses is left out. Comparisons and choices take integers only: a float on the edge might fall
either way.
"""
import random

import torch
from torch._higher_order_ops.map import map as torch_map
from torch._higher_order_ops.while_loop import while_loop
from torch.nn import functional as F

MAX_ELEMENTS = 4096
FLOATS = (torch.float32,)


def _pick(rng, env, want):
    found = [i for i, x in enumerate(env) if want(x)]
    return rng.choice(found) if found else None


def is_float(x):
    return x.dtype in FLOATS


def is_integer(x):
    return x.dtype in (torch.int64, torch.int32)


def is_bool(x):
    return x.dtype == torch.bool


def has_dims(x, low=1, high=8):
    return low <= x.dim() <= high


def _dim(rng, x):
    return rng.randrange(-x.dim(), x.dim())


# Each maker takes (random generator, environment) and gives (function, indices of its operands), or None.
MAKERS = []


def maker(function):
    MAKERS.append(function)
    return function


# More makers, of wide programs (WICK_WIDE=1).
WIDE = []


def wide_maker(function):
    WIDE.append(function)
    return function


@maker
def unary(rng, env):
    i = _pick(rng, env, is_float)
    return i is not None and (rng.choice([
        torch.relu, torch.sigmoid, torch.tanh, F.gelu, F.silu, F.hardswish, torch.sin, torch.cos, torch.neg, torch.abs, torch.exp, F.elu,
        torch.atan, torch.erf, F.softplus, F.mish, lambda x: torch.rsqrt(x * x + 1), lambda x: torch.log(x.abs() + 1),
        lambda x: torch.sqrt(x.abs() + 0.5), lambda x: x.clamp(-1, 1), lambda x: F.leaky_relu(x, 0.2), lambda x: F.hardtanh(x, -0.5, 2)]), [i])


@maker
def integer_unary(rng, env):
    i = _pick(rng, env, is_integer)
    return i is not None and (rng.choice([torch.abs, torch.neg, torch.sign, lambda x: x % 5, lambda x: x // 3, lambda x: x.clamp(-4, 9),
                                          lambda x: x & 6, lambda x: x.bitwise_not(), lambda x: x.float() * 0.25,
                                          lambda x: x.to(torch.int32), lambda x: x.to(torch.int64)]), [i])


@maker
def scalar(rng, env):
    i = _pick(rng, env, is_float)
    number = rng.choice([2, 0.5, -1.25, 3])
    return i is not None and (rng.choice([lambda x: x + number, lambda x: x * number, lambda x: number - x, lambda x: x / number,
                                          lambda x: torch.pow(x.abs() + 0.5, number), lambda x: torch.add(x, number, alpha=2)]), [i])


@maker
def binary(rng, env):
    i, k = _pick(rng, env, is_float), _pick(rng, env, is_float)
    return i is not None and (rng.choice([torch.add, torch.sub, torch.mul, torch.maximum, torch.minimum, lambda a, b: a / (b.abs() + 1),
                                          torch.atan2, lambda a, b: torch.lerp(a, b, 0.3)]), [i, k])


@maker
def integer_binary(rng, env):
    i, k = _pick(rng, env, is_integer), _pick(rng, env, is_integer)
    return i is not None and (rng.choice([torch.add, torch.sub, torch.mul, torch.maximum, torch.bitwise_xor, torch.eq, torch.lt, torch.ge,
                                          lambda a, b: torch.remainder(a, b.abs() + 1), lambda a, b: torch.floor_divide(a, b.abs() + 1)]), [i, k])


@maker
def logic(rng, env):
    i, k = _pick(rng, env, is_bool), _pick(rng, env, is_bool)
    return i is not None and (rng.choice([torch.logical_and, torch.logical_or, torch.logical_xor, lambda a, b: a & ~b]), [i, k])


@maker
def choose(rng, env):
    c, i, k = _pick(rng, env, is_bool), _pick(rng, env, is_float), _pick(rng, env, is_float)
    if c is None or i is None:
        return None
    return (torch.where, [c, i, k]) if rng.random() < 0.6 else (lambda m, x: x.masked_fill(m, -1.5), [c, i])


@maker
def reduce_float(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and has_dims(x) and x.numel())
    if i is None:
        return None
    d, keep = _dim(rng, env[i]), rng.random() < 0.5
    return rng.choice([lambda x: x.sum(d, keep), lambda x: x.mean(d, keep), lambda x: x.amax(d, keep), lambda x: x.amin(d, keep),
                       lambda x: x.sum(), lambda x: x.softmax(d), lambda x: x.log_softmax(d), lambda x: x.cumsum(d),
                       lambda x: x.max(d, keep)[0], lambda x: x.var(d, correction=0, keepdim=keep), lambda x: x.sort(d)[0],
                       lambda x: torch.logsumexp(x, d, keep), lambda x: F.normalize(x, dim=d), lambda x: x.prod(d, keep)]), [i]


@maker
def reduce_integer(rng, env):
    i = _pick(rng, env, lambda x: is_integer(x) and has_dims(x) and x.numel())
    if i is None:
        return None
    d, keep = _dim(rng, env[i]), rng.random() < 0.5
    return rng.choice([lambda x: x.sum(d, keep), lambda x: x.amax(d, keep), lambda x: x.cumsum(d), lambda x: torch.sort(x, dim=d, stable=True)[1],
                       lambda x: (x > 2).any(d, keep), lambda x: (x > -3).all(d, keep), lambda x: x.prod(d, keep)]), [i]


@maker
def views(rng, env):
    i = _pick(rng, env, lambda x: has_dims(x))
    if i is None:
        return None
    x = env[i]
    d, e = _dim(rng, x), _dim(rng, x)
    order = rng.sample(range(x.dim()), x.dim())
    size = x.shape[d]
    start, step = rng.randrange(size + 1), rng.choice([1, 1, 2])
    return rng.choice([lambda t: t.transpose(d, e), lambda t: t.permute(order), lambda t: t.reshape(-1), lambda t: t.unsqueeze(d),
                       lambda t: t.flip(d), lambda t: t.roll(1, d), lambda t: t.narrow(d, 0, max(1, size // 2)),
                       lambda t: t.index_select(d, torch.tensor([size - 1, 0])), lambda t: t.select(d, size // 2),
                       lambda t: torch.cat([t, t], d), lambda t: torch.stack([t, t], d), lambda t: t.chunk(2, d)[0],
                       lambda t: t.repeat_interleave(2, d), lambda t: t.unsqueeze(0).expand(2, *t.shape), lambda t: t.split(2, d)[-1],
                       lambda t: t.movedim(d, e), lambda t: t.unflatten(d, (1, -1)), lambda t: t.flatten(),
                       lambda t: torch.ops.aten.slice(t, d, start, size, step), lambda t: t.unbind(d)[0], lambda t: t.contiguous()]), [i]


@maker
def pads(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and has_dims(x, 1, 4) and x.numel())
    return i is not None and (rng.choice([lambda x: F.pad(x, (1, 2)), lambda x: F.pad(x, (0, 1), value=0.5), lambda x: F.pad(x, (-1, 1)),
                                          lambda x: torch.tril(x.reshape(1, -1)), lambda x: x.reshape(-1)[:4].diag_embed()]), [i])


@maker
def gather(rng, env):
    i = _pick(rng, env, lambda x: has_dims(x) and x.numel())
    if i is None:
        return None
    x = env[i]
    d = _dim(rng, x)
    index = torch.randint(0, x.shape[d], x.shape, generator=torch.Generator().manual_seed(rng.randrange(1000)))
    rows = torch.randint(0, x.shape[0], (3,), generator=torch.Generator().manual_seed(rng.randrange(1000)))
    return rng.choice([lambda t: t.gather(d, index), lambda t: t[rows], lambda t: torch.zeros_like(t).scatter_add(d, index, t),
                       lambda t: t.clone().index_put((rows,), t[0]), lambda t: torch.take_along_dim(t, index, d)]), [i]


@maker
def products(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and has_dims(x, 2, 4) and x.numel())
    if i is None:
        return None
    x, generator = env[i], torch.Generator().manual_seed(rng.randrange(1000))
    weight, bias = torch.randn(5, x.shape[-1], generator=generator) * 0.3, torch.randn(5, generator=generator)
    return rng.choice([lambda t: F.linear(t, weight, bias), lambda t: t @ weight.t(), lambda t: t @ t.transpose(-1, -2) * 0.1,
                       lambda t: F.layer_norm(t, t.shape[-1:]), lambda t: F.rms_norm(t, t.shape[-1:], eps=1e-5)]), [i]


@maker
def convolutions(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and x.dim() == 4 and min(x.shape) >= 1 and min(x.shape[2:]) >= 3)
    if i is None:
        return None
    x, generator = env[i], torch.Generator().manual_seed(rng.randrange(1000))
    weight = torch.randn(4, x.shape[1], 3, 3, generator=generator) * 0.2
    return rng.choice([lambda t: F.conv2d(t, weight, padding=1), lambda t: F.conv2d(t, weight, stride=2), lambda t: F.max_pool2d(t, 2),
                       lambda t: F.avg_pool2d(t, 3, 1, 1), lambda t: F.adaptive_avg_pool2d(t, (2, 1)),
                       lambda t: F.interpolate(t, scale_factor=2), lambda t: F.interpolate(t, size=(4, 5), mode="bilinear"),
                       lambda t: F.group_norm(t, 1), lambda t: F.conv_transpose2d(t, weight.transpose(0, 1), stride=2)]), [i]


@maker
def make_image(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and x.numel() >= 36 and x.numel() % 12 == 0 and x.dim() != 4)
    return i is not None and (lambda x: x.reshape(1, 3, 4, -1), [i])


@maker
def in_place(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and has_dims(x) and x.shape[0] >= 2)

    def write(x):
        y = x.clone()
        y[0].add_(1)
        y[1:].mul_(0.5)
        return y

    def fill(x):
        y = x * 1
        y.select(0, 1).fill_(2.5)
        y.relu_()
        return y

    return i is not None and (rng.choice([write, fill]), [i])


@wide_maker
def in_place_on_views(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and x.dim() >= 2 and min(x.shape) >= 2)
    if i is None:
        return None
    d, size = _dim(rng, env[i]), rng.choice([1, 2])

    def transposed(x):
        y = x.clone()
        y.transpose(0, 1)[0].mul_(2)
        y.narrow(d, 0, size).add_(0.5)
        return y

    def overlapped(x):
        y = x + 0
        z = y.unsqueeze(0)
        z[0, 0].copy_(y[1])
        y.clamp_(-1, 1)
        return z.squeeze(0)

    return rng.choice([transposed, overlapped]), [i]


@wide_maker
def indices(rng, env):
    i = _pick(rng, env, lambda x: (is_float(x) or is_integer(x)) and has_dims(x, 1, 4))
    if i is None:
        return None
    d, x = _dim(rng, env[i]), env[i]
    other = x.shape[d]
    return rng.choice([lambda t: t.topk(1, d)[0], lambda t: t.kthvalue(1, d)[0], lambda t: t.cummax(d)[0], lambda t: torch.diff(t, dim=d),
                       lambda t: t.tensor_split(2, d)[0], lambda t: t.tile(2), lambda t: torch.rot90(t.reshape(1, -1)), lambda t: t.unfold(d, min(2, other), 1),
                       lambda t: torch.meshgrid(t.flatten()[:3], t.flatten()[:2], indexing="ij")[0], lambda t: t.flatten()[:4].cumsum(0),
                       lambda t: t.index_fill(d, torch.tensor([0]), 3), lambda t: torch.block_diag(t.reshape(1, -1)[:, :3], t.reshape(-1, 1)[:2])]), [i]


@wide_maker
def einsums(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and x.dim() in (2, 3) and x.numel() <= 256)
    if i is None:
        return None
    text = rng.choice(["ij,kj->ik", "ij,ij->i", "ij,ij->j", "ij->ji"] if env[i].dim() == 2 else ["bij,bkj->bik", "bij,bij->b", "bij->ib", "bij,cij->bc"])
    return (lambda x: torch.einsum(text, *[x * 0.5] * (text.count(",") + 1))), [i]


@wide_maker
def other_types(rng, env):
    i = _pick(rng, env, is_float)
    dtype = rng.choice([torch.float16, torch.bfloat16, torch.float64])
    return i is not None and (rng.choice([lambda x: (x.to(dtype) * 2).float(), lambda x: x.to(dtype).neg().to(torch.float32),
                                          lambda x: (x.clamp(-9, 9) * 4).to(torch.int8).to(torch.int16).float(),
                                          lambda x: (x.abs().clamp(0, 9) * 8).to(torch.uint8).float()]), [i])


@wide_maker
def branches(rng, env):
    i = _pick(rng, env, lambda x: is_float(x) and has_dims(x) and x.numel())
    bound = rng.choice([-1.0, 0.0, 1.0])
    choices = [lambda x: torch.cond(x.sum() > bound, lambda x: x * 2 + 1, lambda x: torch.relu(x) - 1, (x,)),
               lambda x: torch.cond(x.flatten()[0] > bound, lambda x: x.sin(), lambda x: torch.cond(x.sum() > 3, torch.cos, torch.neg, (x,)), (x,)),
               lambda x: while_loop(lambda n, x: n < 3, lambda n, x: (n + 1, x * 0.5 + n), (torch.zeros((), dtype=torch.int64), x))[1],
               lambda x: torch_map(lambda row: torch.tanh(row) + 1, x)]
    # Seldom: torch traces each body for seconds.
    return i is not None and rng.random() < 0.15 and (rng.choice(choices), [i])


def _shapes(rng):
    rank = rng.choice([1, 2, 2, 3, 3, 4, 4])
    return [rng.choice([1, 2, 3, 4, 6]) for _ in range(rank)]


class Program(torch.nn.Module):
    """The steps of a seed."""

    def __init__(self, steps, outputs, counts=False):
        super().__init__()
        self.steps, self.outputs, self.counts = steps, outputs, counts

        if counts:
            self.register_buffer("calls", torch.zeros(1))

    def forward(self, *inputs):
        env = list(inputs)
        if self.counts:
            self.calls.add_(1)
            env[0] = env[0] + self.calls.to(env[0].dtype)
        for function, operands in self.steps:
            env.append(function(*[env[i] for i in operands]))
        return tuple(env[i] for i in self.outputs)


def _input(rng, generator, wide):
    shape = _shapes(rng)
    if rng.random() < 0.65:
        made = torch.randn(shape, generator=generator)
        return made.to(memory_format=torch.channels_last) if wide and len(shape) == 4 and rng.random() < 0.3 else made
    return torch.randint(-9, 10, shape, generator=generator)


def _fits(value, env):
    return (isinstance(value, torch.Tensor) and 0 < value.numel() <= MAX_ELEMENTS and value.dim() <= 6
            and (not value.is_floating_point() or (bool(value.isfinite().all()) and float(value.abs().max()) < 1e4))
            and (not is_integer(value) or int(value.abs().max()) < 2**40))


def build(seed, length=8, wide=False):
    """(module, inputs) of a seed. Wide programs have control flow, buffers, channels-last inputs, writes into views of views."""
    makers = MAKERS + WIDE if wide else MAKERS
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    inputs = [_input(rng, generator, wide) for _ in range(rng.choice([1, 2, 2, 3]))]
    env, steps = [x.clone() for x in inputs], []
    counts = wide and rng.random() < 0.15
    if counts:
        env[0] = env[0] + 1
    for _ in range(6 * length):
        if len(steps) == length:
            break
        chosen = rng.choice(makers)(rng, env)
        if not chosen:
            continue
        function, operands = chosen
        try:
            value = function(*[env[i] for i in operands])
        except (RuntimeError, IndexError, ValueError):
            continue
        if _fits(value, env):
            steps.append((function, operands))
            env.append(value)
    used = {i for _, operands in steps for i in operands}
    outputs = [i for i in range(len(inputs), len(env)) if i not in used]
    return Program(steps, outputs, counts), tuple(inputs)


def dynamic_sizes(seed, inputs):
    """Ranges for the first dimension of each input, where the export finds it free; every third program has them."""
    if seed % 3:
        return None
    return (tuple({0: torch.export.Dim.AUTO(min=max(1, x.shape[0] // 2), max=2 * x.shape[0])} if x.dim() and x.shape[0] > 1 else None for x in inputs),)


def other_inputs(exported, inputs):
    """Inputs at the smallest and at the largest sizes of an export, of the elements of its example."""
    names = exported.graph_signature.user_inputs
    shapes = [node.meta["val"].shape for node in exported.graph.nodes if node.op == "placeholder" and node.name in names]
    symbols = {symbol for shape in shapes for size in shape if isinstance(size, torch.SymInt) for symbol in size.node.expr.free_symbols}
    for end in ("lower", "upper") if symbols else ():
        at = {symbol: int(getattr(exported.range_constraints[symbol], end)) for symbol in symbols}
        resized = []
        for x, shape in zip(inputs, shapes):
            for dim, size in enumerate(shape):
                if isinstance(size, torch.SymInt):
                    x = x.index_select(dim, torch.arange(int(size.node.expr.subs(at))) % x.shape[dim])
            resized.append(x)
        yield tuple(resized)
