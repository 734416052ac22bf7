# SPDX-License-Identifier: BSD-3-Clause
"""Small modules, one for each operator of the official portable library that a model can reach: name, function, inputs.

A case's inputs are made from shapes: float32 normal numbers; "i" and "b" before a shape make int64 and bool, "p" numbers
above 0.5, "u" numbers in (-1, 1)."""
import torch
from torch.nn import functional as F

IMAGE = (2, 3, 8, 6)


def make(spec, generator):
    if isinstance(spec, torch.Tensor):
        return spec
    kind, shape = (spec[0], spec[1:]) if spec and isinstance(spec[0], str) else ("f", spec)
    if kind == "i":
        return torch.randint(-9, 10, shape, generator=generator)
    x = torch.randn(shape, generator=generator)
    return {"f": x, "b": x > 0, "p": x.abs() + 0.5, "u": x.tanh() * 0.9}[kind]


class Case(torch.nn.Module):
    def __init__(self, function, specs, seed):
        super().__init__()
        self.function = function
        generator = torch.Generator().manual_seed(seed)
        self.inputs = tuple(make(spec, generator) for spec in specs)

    def forward(self, *inputs):
        return self.function(*inputs)


class Layer(torch.nn.Module):
    """A case with parameters."""

    def __init__(self, layer, specs, seed):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.layer = layer.eval()
        for tensor in [*layer.parameters(), *layer.buffers()]:
            if tensor.is_floating_point():
                tensor.data = torch.rand(tensor.shape, generator=generator) * 0.8 + 0.1
        self.inputs = tuple(make(spec, generator) for spec in specs)

    def forward(self, *inputs):
        return self.layer(*inputs)


PAIR = ((2, 3, 4), (3, 1))


def each(names):
    """One function that gives the results of several."""
    functions = [getattr(torch, name) for name in names.split()]
    return lambda *inputs: tuple(function(*inputs) for function in functions)


# name: (function, inputs)
CASES = {
    "unary_exact": (each("abs ceil floor isinf isnan logical_not neg reciprocal relu round sign trunc"), [IMAGE]),
    "unary_curves": (each("asin atan asinh cos cosh erf exp expm1 sigmoid sin sinh tan tanh"), [("u", *IMAGE)]),
    "unary_roots": (each("acosh log log10 log1p log2 rsqrt sqrt"), [torch.linspace(1.01, 5, 288).reshape(IMAGE)]),
    "unary_inside": (each("acos atanh"), [("u", *IMAGE)]), "logit": (torch.logit, [torch.linspace(0.05, 0.95, 24).reshape(2, 3, 4)]),
    "arithmetic": (each("add sub mul div maximum minimum"), PAIR), "comparisons": (each("eq ne lt le gt ge"), PAIR),
    "logic": (each("logical_and logical_or logical_xor"), PAIR), "division": (each("atan2 floor_divide fmod remainder"), PAIR),
    "bitwise": (each("bitwise_and bitwise_or bitwise_xor"), [("i", 2, 3, 4), ("i", 3, 1)]),
    "bitwise_not": (torch.bitwise_not, [("i", 2, 3)]),
    "shifts": (lambda x: (torch.bitwise_left_shift(x + 20, 2), torch.bitwise_right_shift(x + 20, 1)), [("i", 2, 3)]),
    "scalars": (lambda x: (x + 2, x - 3, x * 0.5, x / 4, 1.5 - x, x > 0.1, x <= 0.2, x == 0, x != 1, x >= 0, x < 1), [IMAGE]),
    "remainder_scalar": (lambda x: (x % 3, torch.fmod(x, 2)), [(2, 3)]),
    "remainder_whole": (lambda x: (x % 3, torch.fmod(x, 4), x // 3), [("i", 2, 3)]),
    "add_alpha": (lambda a, b: (torch.add(a, b, alpha=2), torch.sub(a, b, alpha=3)), PAIR),
    "div_mode": (lambda a, b: (torch.div(a, b, rounding_mode="floor"), torch.div(a, 0.7, rounding_mode="trunc")), PAIR),
    "pow": (lambda a, b: (a ** b, a ** 2, a ** 0.5, 2 ** b), [("p", 2, 3), (2, 3)]),
    "add_int_float": (lambda a, b: a + b, [("i", 2, 3), (2, 3)]),
    "clamp": (lambda x: (x.clamp(-0.5, 0.5), x.clamp(min=0.1)), [IMAGE]),
    "clamp_tensor": (lambda x, a: torch.clamp(x, a, a + 1), [(2, 3), (3,)]),
    "where": (lambda c, a, b: torch.where(c, a, b), [("b", 2, 3), (2, 3), (3,)]),
    "elu": (F.elu, [IMAGE]), "gelu": (lambda x: (F.gelu(x), F.gelu(x, approximate="tanh")), [IMAGE]),
    "hardtanh": (F.hardtanh, [IMAGE]), "leaky_relu": (F.leaky_relu, [IMAGE]), "glu": (lambda x: F.glu(x, 1), [(2, 6, 4)]),
    "silu": (F.silu, [IMAGE]), "hardswish": (F.hardswish, [IMAGE]), "softplus": (F.softplus, [(2, 3)]), "mish": (F.mish, [(2, 3)]),
    # reductions
    "sum": (lambda x: (x.sum(), x.sum(1), x.sum((0, 2), keepdim=True)), [IMAGE]),
    "mean": (lambda x: (x.mean(), x.mean(-1), x.mean((2, 3))), [IMAGE]),
    "amax": (lambda x: (x.amax(1), x.amin((0, 2))), [IMAGE]), "max": (lambda x: (*x.max(1), x.max()), [(2, 3, 4)]),
    "min": (lambda x: (*x.min(1), x.min()), [(2, 3, 4)]), "argmax": (lambda x: (x.argmax(1), x.argmin(), x.argmax(-1, True)), [(2, 3, 4)]),
    "any": (lambda x: (x.any(), x.any(1), x.any((0, 1))), [("b", 2, 3)]), "all": (lambda x: (x.all(), x.all(1)), [("b", 2, 3)]),
    "prod": (lambda x: (x.prod(), x.prod(1)), [(2, 3)]), "cumsum": (lambda x: x.cumsum(1), [(2, 3, 4)]),
    "var": (lambda x: (x.var(1), x.var((0, 1), correction=0), x.std(1)), [(4, 3, 5)]), "var_mean": (lambda x: torch.var_mean(x, 1), [(4, 3)]),
    "norm": (lambda x: (x.norm(dim=1), x.norm(1, dim=0)), [(3, 4)]),
    "topk": (lambda x: tuple(x.topk(2, 1)), [(3, 5)]), "softmax": (lambda x: (x.softmax(1), x.log_softmax(-1)), [(2, 3, 4)]),
    "logsumexp": (lambda x: x.logsumexp(1), [(2, 3)]),
    # shapes and moves
    "cat": (lambda a, b: torch.cat([a, b, a], 1), [(2, 3), (2, 2)]), "stack": (lambda a, b: torch.stack([a, b], 1), [(2, 3), (2, 3)]),
    "split": (lambda x: (*x.split(2, 1), *x.split([1, 4], 1), *x.unbind(0)), [(2, 5)]), "chunk": (lambda x: x.chunk(3, -1), [(2, 7)]),
    "permute": (lambda x: (x.permute(2, 0, 1), x.transpose(0, 1)), [(2, 3, 4)]), "t": (torch.t, [(2, 3)]),
    "expand": (lambda x: x.expand(2, 3, 4), [(3, 1)]), "repeat": (lambda x: x.repeat(2, 1, 3), [(2, 3)]),
    "repeat_interleave": (lambda x: x.repeat_interleave(2, 0), [(2, 3)]),
    "squeeze": (lambda x: (x.squeeze(1), x.squeeze((0, 1)), x.unsqueeze(-1)), [(1, 1, 3)]), "flip": (lambda x: x.flip(0, 2), [(2, 3, 4)]),
    "roll": (lambda x: x.roll(1, 0), [(3, 4)]), "slice": (lambda x: (x[:, 1:3], x[::2], x[-1], x.narrow(1, 0, 2)), [(3, 4)]),
    "select_scatter": (lambda x, y: (torch.select_scatter(x, y, 0, 1), torch.slice_scatter(x, x[:1] + 1, 0, 1, 2)), [(3, 4), (4,)]),
    "diagonal": (lambda x: (x.diagonal() + 0, x.tril()), [(3, 4)]), "unfold": (lambda x: x.unfold(1, 3, 2) * 1, [(2, 7)]),
    "as_strided": (lambda x: torch.as_strided(x, (2, 2), (1, 2)) + 0, [(3, 4)]), "view": (lambda x: x.reshape(4, 3) * 2, [(2, 6)]),
    "pad": (lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), [IMAGE]), "pad_reflect": (lambda x: F.pad(x, (1, 2, 1, 1), "reflect"), [IMAGE]),
    "pad_replicate": (lambda x: F.pad(x, (1, 2, 1, 1), "replicate"), [IMAGE]),
    "pixel_shuffle": (lambda x: F.pixel_shuffle(x, 2), [(1, 8, 2, 3)]), "pixel_unshuffle": (lambda x: F.pixel_unshuffle(x, 2), [(1, 2, 4, 6)]),
    "casts": (lambda x: (x.to(torch.float16).float(), x.int(), x > 0, x.double(), x.bool()), [(2, 3)]), "clone": (lambda x: x.clone() + 1, [IMAGE]),
    # indices
    "index": (lambda x, i: (x[i], x[:, i], x[i, i]), [(4, 4), torch.tensor([2, 0, -1])]),
    "index_put": (lambda x, i: x.index_put((i,), torch.ones(3, 4)), [(4, 4), torch.tensor([2, 0, 3])]),
    "index_select": (lambda x, i: x.index_select(1, i), [(3, 4), torch.tensor([2, 0])]),
    "gather": (lambda x, i: x.gather(1, i), [(2, 3), torch.tensor([[0, 2], [1, 1]])]),
    "scatter": (lambda x, i: (x.scatter(1, i, x + 1), x.scatter(1, i, 0.5), x.scatter_add(1, i, x)), [(2, 3), torch.tensor([[0, 2], [1, 0]])]),
    "masked_fill": (lambda x, m: x.masked_fill(m, -1.5), [(2, 3), ("b", 2, 3)]),
    "masked_scatter": (lambda x, m, s: x.masked_scatter(m, s), [(2, 3), ("b", 2, 3), (8,)]),
    "embedding": (lambda w, i: F.embedding(i, w), [(5, 4), torch.tensor([[0, 4], [2, 2]])]),
    # made
    "full": (lambda x: (torch.full((2, 3), 1.5) + x, torch.zeros_like(x), torch.ones(2, 3) * x, torch.full_like(x, 7)), [(2, 3)]),
    "arange": (lambda x: (torch.arange(4) + x, torch.arange(1, 9, 2) * x), [(4,)]), "scalar_tensor": (lambda x: x + torch.scalar_tensor(2.5), [(2,)]),
    "fill": (lambda x: (torch.fill(x, 2.0), x.clone().fill_(3.0)), [(2, 3)]),
    # layers
    "mm": (torch.mm, [(3, 4), (4, 5)]), "bmm": (torch.bmm, [(2, 3, 4), (2, 4, 5)]), "matmul": (torch.matmul, [(2, 1, 3, 4), (5, 4, 2)]),
    "addmm": (torch.addmm, [(3,), (2, 4), (4, 3)]), "cdist": (torch.cdist, [(3, 4), (2, 4)]), "pdist": (F.pdist, [(4, 3)]),
    "avg_pool2d": (lambda x: (F.avg_pool2d(x, 2), F.avg_pool2d(x, 3, 2, 1, True, False)), [IMAGE]),
    "max_pool2d": (lambda x: (*F.max_pool2d(x, 2, return_indices=True), F.max_pool2d(x, 3, 2, 1)), [IMAGE]),
    "adaptive_avg_pool2d": (lambda x: (F.adaptive_avg_pool2d(x, (3, 2)), F.adaptive_avg_pool2d(x, 1)), [IMAGE]),
    "upsample_nearest": (lambda x: F.interpolate(x, scale_factor=2), [IMAGE]),
    "upsample_bilinear": (lambda x: F.interpolate(x, (5, 9), mode="bilinear"), [IMAGE]),
    "upsample_antialias": (lambda x: F.interpolate(x, (5, 4), mode="bilinear", antialias=True), [IMAGE]),
    "grid_sample": (lambda x, g: F.grid_sample(x, g, align_corners=False), [IMAGE, ("u", 2, 4, 5, 2)]),
    "attention": (F.scaled_dot_product_attention, [(1, 2, 4, 8), (1, 2, 6, 8), (1, 2, 6, 8)]),
}
LAYERS = {
    "conv1d": (lambda: torch.nn.Conv1d(3, 4, 3, padding=1), [(2, 3, 8)]),
    "conv2d": (lambda: torch.nn.Conv2d(3, 4, 3, 2, 1), [IMAGE]), "conv2d_groups": (lambda: torch.nn.Conv2d(3, 6, 3, groups=3, dilation=2), [IMAGE]),
    "conv_transpose2d": (lambda: torch.nn.ConvTranspose2d(3, 4, 3, 2, 1, 1), [IMAGE]),
    "linear": (lambda: torch.nn.Linear(6, 5), [(2, 3, 6)]), "batch_norm": (lambda: torch.nn.BatchNorm2d(3), [IMAGE]),
    "layer_norm": (lambda: torch.nn.LayerNorm(6), [(2, 3, 6)]), "group_norm": (lambda: torch.nn.GroupNorm(2, 4), [(2, 4, 5)]),
    "instance_norm": (lambda: torch.nn.InstanceNorm2d(3), [IMAGE]), "prelu": (lambda: torch.nn.PReLU(3), [IMAGE]),
    "embedding_layer": (lambda: torch.nn.Embedding(7, 4), [torch.tensor([[1, 6, 0]])]), "lstm": (lambda: torch.nn.LSTM(4, 3, batch_first=True), [(1, 5, 4)]),
    "dropout": (lambda: torch.nn.Dropout(0.5), [(2, 3)]), "max_pool1d": (lambda: torch.nn.MaxPool1d(2), [(2, 3, 8)]),
}

def module(name):
    if name in LAYERS:
        layer, specs = LAYERS[name]
        return Layer(layer(), specs, len(name)).eval()
    return Case(*CASES[name], len(name)).eval()


NAMES = [*CASES, *LAYERS]
# Cases with an image, also run channels-last; and cases whose first sizes of 2 are a batch.
IMAGES = [name for name, (_, specs) in {**CASES, **LAYERS}.items() if any(isinstance(s, tuple) and s[-4:] == IMAGE for s in specs)]
BATCHED = ("unary_exact scalars clamp gelu silu sum mean amax max any softmax topk cumsum permute slice pad casts masked_fill max_pool2d "
           "adaptive_avg_pool2d upsample_nearest bmm conv2d linear batch_norm layer_norm").split()
