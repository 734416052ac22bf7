# SPDX-License-Identifier: BSD-3-Clause
"""What a model asserts of sizes, numbers and tensors, and what its export guards: where eager PyTorch (the exported
program) raises, the run ends with an error that names it, and else the results are equal."""
import pytest

torch = pytest.importorskip("torch")

from common import run_wick, wick_package  # noqa: E402
from torch import nn  # noqa: E402
from torch.export import Dim, export  # noqa: E402

wick = wick_package()
FORMS = ["training", "core"]
AUTO = Dim.DYNAMIC


def exported(module, example, shapes, form):
    program = export(module, example, dynamic_shapes=shapes, strict=False)
    return program.run_decompositions() if form == "core" else program


def bounds(program):
    """--max-size for what the export left open."""
    open_ones = [str(s) for s, r in program.range_constraints.items() if s.is_Symbol and str(s)[0] == "s" and r.upper > 1 << 30]
    return ["--max-size", ",".join(f"{s}=20" for s in open_ones)] if open_ones else []


def compiled(folder, program, *options):
    torch.export.save(program, folder / "model.pt2")
    run_wick("compile", folder / "model.pt2", "-o", folder / "model.pte", *bounds(program), *options)
    return folder / "model.pte"


def method_of(path):
    return wick.Runtime.get().load_program(path).load_method("forward")


def outcome(call):
    """Results, or the exception."""
    try:
        result = call()
        return list(result) if isinstance(result, (tuple, list)) else [result]
    except Exception as error:  # noqa: BLE001
        return error


def check(folder, module, form, shapes, good, bad):
    """`bad`: arguments that eager refuses, and what our error says of them."""
    program = exported(module.eval(), good[0], shapes, form)
    method = method_of(compiled(folder, program))
    eager = program.module()
    for args in good:
        got = method.execute(list(args))
        for g, w in zip(got, outcome(lambda: eager(*args)), strict=True):
            torch.testing.assert_close(torch.as_tensor(g), w)
    for args, text in bad:
        assert isinstance(outcome(lambda: eager(*args)), Exception), f"eager takes {text}"
        with pytest.raises(wick.RuntimeFailure) as failure:
            method.execute(list(args))
        assert text in str(failure.value)
    for g, w in zip(method.execute(list(good[0])), outcome(lambda: eager(*good[0])), strict=True):
        torch.testing.assert_close(torch.as_tensor(g), w)  # a refused call leaves nothing behind


both = pytest.mark.parametrize("form", FORMS)


class Item(nn.Module):
    def forward(self, x, n):
        k = n.item()
        torch._check(k >= 2)
        torch._check(k <= 8)
        torch._check(k != 5)
        return x[:k] * 2


@both
def test_number_out_of_a_tensor(form, tmp_path):
    x = torch.randn(9)
    bad = [((x, torch.tensor(1)), "u0 >= 2"), ((x, torch.tensor(9)), "u0 <= 8"), ((x, torch.tensor(5)), "Ne(u0, 5)")]
    check(tmp_path, Item(), form, None, [(x, torch.tensor(4)), (x, torch.tensor(8))],
          [(args, f"{text} on node") for args, text in bad])
    with pytest.raises(wick.RuntimeFailure, match=r"test_assertions.py:\d+: k = n.item\(\)"):
        method_of(tmp_path / "model.pte").execute([x, torch.tensor(9)])


class Tensors(nn.Module):
    def forward(self, x, f):
        v = f.item()
        torch._check(v > 0.5)
        torch._assert_async(x.sum() > 0, "the sum is positive")
        torch._assert_async(x[0])
        return x * v


@both
def test_reals_and_tensors(form, tmp_path):
    x, f = torch.ones(4), torch.tensor(0.75)
    zero = torch.tensor([0.0, 1, 1, 1])
    bad = [((x, torch.tensor(0.5)), "0.5 < zuf0"), ((-x, f), "the sum is positive (node '")]
    if form == "training":  # run_decompositions() drops an assertion without a message
        bad.append(((zero, f), "Expected Tensor with single nonzero value, but got zero"))
    check(tmp_path, Tensors(), form, None, [(x, f), (x * 3, f)], bad)


class Together(nn.Module):
    def forward(self, x, n):
        a, b = n[0].item(), n[1].item()
        torch._check((a > 1) | (b > 1))
        torch._check((a < 5) & (b < 5))
        return x * a + b


@both
def test_and_or(form, tmp_path):
    x = torch.randn(3)
    bad = [((x, torch.tensor([1, 1])), "Runtime assertion"), ((x, torch.tensor([5, 2])), "Runtime assertion")]
    check(tmp_path, Together(), form, None, [(x, torch.tensor([2, 1])), (x, torch.tensor([0, 4]))], bad)


class Guarded(nn.Module):
    def forward(self, d, y):
        x = d["Key"][0]
        torch._check(x.shape[0] > y.shape[0])
        torch._check(y.shape[1] != 5)
        if x.shape[0] / 3 > 2.5:  # taken by the export
            return x.view(x.shape[0] // 2, 2).sum(1), y * 2
        return x, y


@both
def test_guards_of_sizes(form, tmp_path):
    def call(x, y, width=3):
        return {"Key": [torch.randn(x)]}, torch.randn(y, width)

    shapes = {"d": {"Key": [{0: AUTO}]}, "y": {0: AUTO, 1: AUTO}}
    good = [call(8, 3), call(12, 11), call(20, 4, 8)]
    bad = [(call(8, 8), "d['Key'][0].size()[0] > y.size()[0]"), (call(8, 3, 5), "y.size()[1] != 5"),
           (call(9, 3), "d['Key'][0].size()[0]"), (call(6, 3), "(d['Key'][0].size()[0] / 3) > 2.5")]
    program = exported(Guarded(), good[0], shapes, form)
    method = method_of(compiled(tmp_path, program))
    for d, y in good:
        for g, w in zip(method.execute([d["Key"][0], y]), Guarded()(d, y), strict=True):
            torch.testing.assert_close(torch.as_tensor(g), w)
    for (d, y), text in bad:
        assert isinstance(outcome(lambda d=d, y=y: program.module()(d, y)), Exception)
        with pytest.raises(wick.RuntimeFailure) as failure:
            method.execute([d["Key"][0], y])
        assert text in str(failure.value)


class Count(nn.Module):
    def forward(self, x, n: int):
        torch._check(n <= 6)
        torch._check(n >= 3)
        return x[:n] * 2


class Rows(nn.Module):
    def forward(self, x, n: int):
        return x.reshape(n, 2) * 2


@both
def test_numbers_as_inputs(form, tmp_path):
    x = torch.randn(9)
    bad = [((x, 2), "input 'n' is below 3"), ((x, 7), "input 'n' is above 6"),
           ((torch.randn(4), 5), "n >= 0 and n <= x.size()[0]")]
    check(tmp_path, Count(), form, ({0: AUTO}, AUTO), [(x, 4), (x, 3), (torch.randn(6), 6)], bad)


@both
def test_number_that_sizes_tell(form, tmp_path):
    check(tmp_path, Rows(), form, ({0: AUTO}, AUTO), [(torch.randn(8), 4), (torch.randn(12), 6)],
          [((torch.randn(12), 5), "input 'n' does not fit the sizes of the other inputs")])


def test_what_always_holds_is_not_asked(tmp_path):
    class Holds(nn.Module):
        def forward(self, x):
            torch._check(x.shape[0] >= 2)
            torch._check(2 * x.shape[0] > x.shape[0])
            y = torch.nonzero(x)
            torch._check(y.shape[0] >= 0)
            return x * 2, y

    program = exported(Holds(), (torch.randn(4),), ({0: Dim("s", min=2, max=8)},), "training")
    torch.export.save(program, tmp_path / "m.pt2")
    run = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", "--dump-after=legalize")
    assert "check_sizes" in run.stdout and run.stdout.count("aten::_assert") <= 1  # nonzero finds 8 rows at most


def test_official_operators_ask_nothing(tmp_path):
    program = exported(Item(), (torch.randn(9), torch.tensor(4)), None, "core")
    path = compiled(tmp_path, program, "--target", "portable")
    assert method_of(path).execute([torch.ones(9), torch.tensor(5)])[0].shape == (5,)


def test_assertion_in_a_branch(tmp_path):
    class Branch(nn.Module):
        def forward(self, p, x):
            def yes(x):
                torch._assert_async(x.sum() > 0, "positive in the branch")
                return x + 1
            return torch.cond(p, yes, lambda x: x - 1, (x,))

    x = torch.ones(3)
    try:
        program = exported(Branch(), (torch.tensor(True), x), None, "training")
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"torch.export does not capture it: {error}")
    method = method_of(compiled(tmp_path, program))
    assert method.execute([torch.tensor(False), -x])[0].tolist() == [-2, -2, -2]
    with pytest.raises(wick.RuntimeFailure, match="positive in the branch"):
        method.execute([torch.tensor(True), -x])


def test_unreadable_guard_is_a_warning(tmp_path):
    """The archive's guards changed to a function that no reader knows."""
    import zipfile
    program = exported(Count(), (torch.randn(9), 4), ({0: AUTO}, AUTO), "core")
    torch.export.save(program, tmp_path / "m.pt2")
    with zipfile.ZipFile(tmp_path / "m.pt2") as old, zipfile.ZipFile(tmp_path / "n.pt2", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"L['n'] <= 6", b"f(L['n'])<6") if name.endswith(".json") else data)
    run = run_wick("compile", tmp_path / "n.pt2", "-o", tmp_path / "n.pte", *bounds(program))
    assert "warning" in run.stderr and "'f(n)<6', which Wick cannot read" in run.stderr
