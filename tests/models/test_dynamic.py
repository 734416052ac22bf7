# SPDX-License-Identifier: BSD-3-Clause
"""Networks with sizes known only while running: exported and compiled once, run at the smallest, the exported, several
and the largest sizes, against eager PyTorch. Portable files run on the official runtime too."""
import pytest

torch = pytest.importorskip("torch")

from common import run_wick, wick_package  # noqa: E402
from torch import nn  # noqa: E402
from torch.export import Dim, export  # noqa: E402

wick = wick_package()
FORMS = ["training", "core"]
TARGETS = ["wick", "portable"]


def exported(module, example, dynamic_shapes, form):
    program = export(module, example, dynamic_shapes=dynamic_shapes, strict=False)
    return program.run_decompositions() if form == "core" else program


def build(folder, module, example, dynamic_shapes, form="training", target="wick", *options):
    """Path of the compiled program."""
    torch.export.save(exported(module, example, dynamic_shapes, form), folder / "model.pt2")
    run_wick("compile", folder / "model.pt2", "-o", folder / "model.pte", "--target", target, *options)
    return folder / "model.pte"


def method_of(program):
    return wick.Runtime.get().load_program(program).load_method("forward")


def official_method_of(program):
    pytest.importorskip("executorch.runtime", reason="the official runtime is the peer")
    from executorch.runtime import Runtime
    return Runtime.get().load_program(str(program)).load_method("forward")


def as_list(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def compare(got, want):
    for g, w in zip(got, as_list(want), strict=True):
        if isinstance(w, torch.Tensor):
            torch.testing.assert_close(torch.as_tensor(g), w, rtol=1e-4, atol=1e-5)
        else:
            assert g == w


def check(folder, module, form, target, inputs, dynamic_shapes, official=True):
    """`inputs`: tuples of arguments; the first is the example of the export."""
    module = module.eval()
    program = build(folder, module, inputs[0], dynamic_shapes, form, target)
    method = method_of(program)
    for given in inputs:
        compare(method.execute(list(given)), module(*given))
    if target == "portable" and official:
        peer = official_method_of(program)
        for given in inputs:
            compare(peer.execute(list(given)), module(*given))


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def both(function):
    return pytest.mark.parametrize("form", FORMS)(pytest.mark.parametrize("target", TARGETS)(function))


BATCH = Dim("batch", min=1, max=8)


@both
def test_mlp_of_any_batch(form, target, tmp_path):
    mlp = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(-1))
    check(tmp_path, mlp, form, target, [(random(n, 6),) for n in (4, 1, 3, 8)], ({0: BATCH},))


@both
def test_convolution_of_any_batch(form, target, tmp_path):
    net = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 4, 1),
                        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5))
    check(tmp_path, net, form, target, [(random(n, 3, 16, 16),) for n in (4, 1, 3, 8)], ({0: BATCH},))


def test_arena_is_that_of_the_largest_size(tmp_path):
    net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3)).eval()
    arenas = []
    for shapes, count in [(({0: BATCH},), 4), (None, 8)]:
        program = build(tmp_path, net, (random(count, 6),), shapes)
        arenas.append(method_of(program).metadata.memory_planned_buffer_size(0))
    assert arenas[0] == arenas[1]


def test_sizes_out_of_range_are_refused(tmp_path):
    batch = Dim("batch", min=3, max=8)
    method = method_of(build(tmp_path, nn.Linear(6, 4), (random(4, 6),), ({0: batch},)))
    for count in (3, 8):
        method.execute([random(count, 6)])
    with pytest.raises(wick.RuntimeFailure, match="input has another shape"):
        method.execute([random(9, 6)])
    with pytest.raises(wick.RuntimeFailure, match="outside of the range of the export"):
        method.execute([random(2, 6)])
    with pytest.raises(wick.RuntimeFailure, match="outside of the range of the export"):
        method.execute([random(4, 5)])
    method.execute([random(5, 6)])


class Related(nn.Module):
    def forward(self, x, y, z):
        return x.reshape(-1) * 2 + y, x.sum() + z.sum()


def test_sizes_that_do_not_fit_each_other_are_refused(tmp_path):
    rows = Dim("rows", min=2, max=8)
    method = method_of(build(tmp_path, Related(), (random(4, 2), random(8), random(3)),
                             ({0: rows}, {0: 2 * rows}, {0: Dim("z", min=1, max=5)})))
    compare(method.execute([random(3, 2), random(6), random(5)]), Related()(random(3, 2), random(6), random(5)))
    with pytest.raises(wick.RuntimeFailure, match="does not fit the other inputs"):
        method.execute([random(3, 2), random(8), random(5)])


def test_unbounded_size_is_refused_with_a_way_out(tmp_path):
    torch.export.save(exported(nn.Linear(6, 4), (random(4, 6),), ({0: Dim("batch")},), "training"), tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0 and "which nothing bounds" in done.stderr and "max=" in done.stderr


class Attention(nn.Module):
    def __init__(self, fused):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(8, 8) for _ in range(3))
        self.norm, self.mlp = nn.LayerNorm(8), nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.fused = fused

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (f(x).view(batch, length, 2, 4).transpose(1, 2) for f in (self.q, self.k, self.v))
        y = nn.functional.scaled_dot_product_attention(q, k, v) if self.fused else \
            (q @ k.transpose(-1, -2) / 2).softmax(-1) @ v
        x = x + y.transpose(1, 2).reshape(batch, length, width)
        return x + self.mlp(self.norm(x))


@pytest.mark.parametrize("fused", [False, True])
@both
def test_transformer_block_of_any_batch_and_length(form, target, fused, tmp_path):
    shapes = ({0: Dim("batch", min=1, max=4), 1: Dim("length", min=2, max=16)},)
    check(tmp_path, Attention(fused), form, target, [(random(b, t, 8),) for b, t in ((2, 6), (1, 2), (4, 16), (3, 5))], shapes)


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 3, 2, 1), nn.Conv2d(4, 4, 3, padding="same")
        self.pool, self.head = nn.MaxPool2d(2), nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.pool(self.second(self.first(x)).relu()).mean((2, 3)))


@both
def test_image_of_any_height_and_width(form, target, tmp_path):
    shapes = ({2: Dim("height", min=8, max=32), 3: Dim("width", min=8, max=32)},)
    check(tmp_path, Image(), form, target, [(random(1, 3, h, w),) for h, w in ((16, 12), (8, 8), (32, 32), (9, 31))], shapes)


class Shapes(nn.Module):
    def forward(self, x, y):
        n = x.shape[0]
        views = x.view(n * 2, -1)[:n + 1], x.expand(3, -1, -1), x[1:], x.narrow(0, 1, n - 1), torch.stack([x, x], 1)
        made = torch.cat([x, y], 0), torch.arange(n), torch.zeros(torch.sym_max(n, 4), n // 2)
        return (*views, *made, x * n, x * (n / 2), n * 3)


@both
def test_related_sizes(form, target, tmp_path):
    rows = Dim("rows", min=4, max=8)
    inputs = [(random(n, 4), random(2 * n, 4)) for n in (6, 4, 7, 8)]
    check(tmp_path, Shapes(), form, target, inputs, ({0: rows}, {0: 2 * rows}), official=False)


class Item(nn.Module):
    def forward(self, x, k):
        n = k.item()
        torch._check(n >= 1)
        torch._check(n <= 8)
        return x[:, :n] * 2, torch.zeros(n)


class Found(nn.Module):
    def forward(self, x):
        return torch.nonzero(x), x[x > 0], torch.masked_select(x, x > 0) * 2


@both
def test_size_from_a_tensor(form, target, tmp_path):
    check(tmp_path, Item(), form, target, [(random(3, 8), torch.tensor(k)) for k in (3, 1, 8)], None)


@both
def test_sizes_that_depend_on_data(form, target, tmp_path):
    inputs = [(random(3, 4),), (torch.zeros(3, 4),), (torch.ones(3, 4),)]
    check(tmp_path, Found(), form, target, inputs, None, official=False)  # nonzero is wrong there


def test_max_size_bounds_what_the_export_left_open(tmp_path):
    net = nn.Linear(6, 4).eval()
    torch.export.save(exported(net, (random(4, 6),), ({0: Dim("batch")},), "training"), tmp_path / "m.pt2")
    refused = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False).stderr
    symbol = refused.split("--max-size ")[1].split("=")[0]
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", "--max-size", f"{symbol}=16")
    compare(method_of(tmp_path / "m.pte").execute([random(16, 6)]), net(random(16, 6)))
    wrong = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", "--max-size", "x=16", check=False)
    assert wrong.returncode != 0 and f"it has: {symbol}" in wrong.stderr


class Numbers(nn.Module):
    def forward(self, x, n: int, m: int):
        torch._check(n >= 1)
        torch._check(n <= 8)
        return x[:, :n] * m, torch.zeros(n), x.roll(m, 0), n * 3 + m, x / m


@pytest.mark.parametrize("target", TARGETS)
def test_numbers_that_change(target, tmp_path):
    inputs = [(random(3, 8), n, m) for n, m in ((5, 7), (2, -2), (7, 1), (3, 1000))]  # guards: n != 1, n != 8
    shapes = (None, Dim.DYNAMIC, Dim.DYNAMIC)
    check(tmp_path, Numbers(), "training", target, inputs, shapes, official=False)
    if target == "portable":
        peer = official_method_of(tmp_path / "model.pte")
        for x, n, m in inputs:
            compare(peer.execute([x, torch.tensor(n), torch.tensor(m)]), Numbers()(x, n, m))


class Flat(nn.Module):
    def forward(self, x):
        return torch.roll(x, 3), torch.take(x, torch.tensor([0, 3])), x.flatten().sort()[0]


def test_flattened_sizes(tmp_path):
    check(tmp_path, Flat(), "training", "wick", [(random(n, 3),) for n in (4, 2, 6)], ({0: Dim("n", min=2, max=6)},))


class Rewritten(nn.Module):
    """Operators that the compiler rewrites, with both sizes of x unknown."""
    def forward(self, x, y):
        cube = x.unsqueeze(1) * y
        flat = x.flatten()
        return (nn.functional.group_norm(cube, 1), nn.functional.instance_norm(cube), torch.einsum("ijk,ilk->jl", cube, cube),
                torch.addbmm(torch.zeros(1), cube, cube.transpose(1, 2)), torch.block_diag(x, y), torch.diff(x, dim=0, prepend=x[:1]),
                torch.diff(x, n=0, append=x), torch.linalg.cross(x[:, :3], y[:1, :3], dim=1), torch.trapezoid(x, dim=1),
                torch.isin(x, y), torch.quantile(x, 0.3), nn.functional.cosine_similarity(x, y[:1]),
                nn.functional.adaptive_avg_pool2d(cube, (None, 2)), *torch.broadcast_tensors(x, y[0]), torch.tensor_split(flat, 2)[0],
                torch.masked_select(x, x > 0), torch.inverse(x @ x.t() + 9 * torch.eye(x.shape[0])))


class Transformed(nn.Module):
    def forward(self, x):
        half = torch.fft.rfft(x)
        frames = torch.stft(x, 8, 4, window=torch.hann_window(8), center=False, return_complex=True)
        return half.real, torch.fft.irfft(half), torch.fft.fft2(x).imag, torch.fft.fftshift(x, 1), frames.abs()


def test_rewrites_of_dynamic_sizes(tmp_path):
    shapes = ({0: Dim("n", min=2, max=6), 1: Dim("m", min=4, max=8)}, {0: Dim("k", min=2, max=5), 1: Dim("m", min=4, max=8)})
    inputs = [(random(n, m), random(k, m)) for n, m, k in ((4, 5, 3), (2, 4, 2), (6, 8, 5), (3, 8, 2))]
    check(tmp_path, Rewritten(), "training", "wick", inputs, shapes)


def test_transforms_of_dynamic_sizes(tmp_path):
    half = Dim("half", min=8, max=16)
    inputs = [(random(n, m),) for n, m in ((3, 20), (1, 16), (4, 32), (2, 22))]
    check(tmp_path, Transformed(), "training", "wick", inputs, ({0: BATCH, 1: 2 * half},))


def test_causal_attention_of_dynamic_length(tmp_path):
    class Causal(nn.Module):
        def forward(self, x):
            return nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)

    shapes = ({0: BATCH, 1: Dim("length", min=2, max=9)},)
    check(tmp_path, Causal(), "training", "portable", [(random(n, t, 4),) for n, t in ((2, 5), (1, 2), (8, 9))], shapes)


def test_images_of_dynamic_size_grow_by_a_factor(tmp_path):
    class Larger(nn.Module):
        def forward(self, x):
            return [nn.functional.interpolate(x, scale_factor=factor, mode=mode) for factor, mode in ((3, "bicubic"), (1.5, "bilinear"), (0.5, "nearest"))]

    shapes = ({0: BATCH, 2: Dim("high", min=4, max=9), 3: Dim("wide", min=4, max=9)},)
    inputs = [(random(n, 3, h, w),) for n, h, w in ((2, 6, 8), (1, 4, 4), (8, 9, 9), (3, 7, 5))]
    check(tmp_path, Larger(), "training", "wick", inputs, shapes)
