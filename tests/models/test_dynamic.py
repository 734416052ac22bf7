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
