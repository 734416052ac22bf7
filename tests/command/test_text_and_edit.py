# SPDX-License-Identifier: BSD-3-Clause
"""wick text, edit and diff: files as JSON and back, changed programs that still run, differences by line."""
import json
import pathlib

import numpy
import pytest
import torch
from common import ROOT, model_file, official_file, run_wick

FAILED, USAGE, MISMATCH = 1, 2, 3
OFFICIAL = ["AddModel.pte", "HelloExecuTorch.pte", "KeywordSpotting.pte", "ModuleLinear-no-constant-segment.pte", "apple_add.pte",
            "bundled_program.bpte"]
SEEDS = sorted((ROOT / "tests" / "fuzz" / "seeds").glob("*.pte"))


class Scale(torch.nn.Module):
    def __init__(self, seed):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(64, generator=torch.Generator().manual_seed(seed)))

    def forward(self, x):
        return x * self.weight


@pytest.fixture(scope="module")
def two_methods(tmp_path_factory):
    """An official program of two methods with a weight each."""
    from executorch.exir import to_edge

    example = (torch.ones(64),)
    exported = {"forward": torch.export.export(Scale(1), example), "other": torch.export.export(Scale(2), example)}
    path = tmp_path_factory.mktemp("two") / "two.pte"
    path.write_bytes(bytes(to_edge(exported).to_executorch().buffer))
    return path


def run_official(path, inputs, method="forward"):
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    data = path.read_bytes()
    return _load_for_executorch_from_buffer(data, program_verification=Verification.InternalConsistency).run_method(method, inputs)[0]


def round_trip(path, folder):
    run_wick("text", path, "-o", folder / "a.json")
    run_wick("text", folder / "a.json", "-o", folder / "b.bin")
    run_wick("text", folder / "b.bin", "-o", folder / "b.json")
    assert (folder / "a.json").read_text() == (folder / "b.json").read_text()
    return json.loads((folder / "a.json").read_text())


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_file_comes_back(name, tmp_path):
    round_trip(official_file(name), tmp_path)


@pytest.mark.parametrize("path", SEEDS, ids=[path.stem for path in SEEDS])
def test_program_comes_back(path, tmp_path):
    assert round_trip(path, tmp_path)["root_type"] == "Program"


def test_text_agrees_with_the_official_reader(two_methods, tmp_path):
    from executorch.exir._serialize._program import deserialize_pte_binary

    text = round_trip(two_methods, tmp_path)
    program = deserialize_pte_binary(two_methods.read_bytes()).program
    assert [plan["name"] for plan in text["execution_plan"]] == [plan.name for plan in program.execution_plan]
    for ours, theirs in zip(text["execution_plan"], program.execution_plan):
        assert len(ours["values"]) == len(theirs.values) and ours["inputs"] == theirs.inputs
        assert [o["name"] for o in ours["operators"]] == [o.name for o in theirs.operators]


def test_rebuilt_program_runs_on_both_runtimes(two_methods, tmp_path):
    run_wick("text", two_methods, "-o", tmp_path / "a.json")
    run_wick("text", tmp_path / "a.json", "-o", tmp_path / "b.pte")
    x = torch.arange(64, dtype=torch.float32)
    for method, seed in (("forward", 1), ("other", 2)):
        wanted = (x * Scale(seed).weight).detach()
        torch.testing.assert_close(run_official(tmp_path / "b.pte", (x,), method), wanted)
        numpy.save(tmp_path / "x.npy", x.numpy())
        numpy.save(tmp_path / "y.npy", wanted.numpy())
        run_wick("run", tmp_path / "b.pte", "--method", method, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")


def test_text_of_external_data(tmp_path):
    from executorch.extension.flat_tensor.serialize.flat_tensor_schema import TensorLayout  # noqa: F401  the wheel has the format
    from executorch.exir import ExecutorchBackendConfig, to_edge

    config = ExecutorchBackendConfig(external_constants=True)
    program = to_edge(torch.export.export(Scale(1), (torch.ones(64),))).to_executorch(config)
    program.write_tensor_data_to_file(str(tmp_path))
    (ptd,) = pathlib.Path(tmp_path).glob("*.ptd")
    text = round_trip(ptd, tmp_path)
    assert text["root_type"] == "FlatTensor" and text["named_data"][0]["key"] == "weight"


@pytest.mark.parametrize("change, message", [
    (lambda p: p["execution_plan"][0].update(nmae="x"), "no member 'nmae'"),
    (lambda p: p.update(version=-1), "version: expected an unsigned integer of 32 bits"),
    (lambda p: p["execution_plan"][0]["values"][0].update(val_type="Tensors"), "values[0].val_type"),
    (lambda p: p["segment_data"].append("?"), "segment_data[1]: expected base64"),
    (lambda p: p["execution_plan"][0].update(inputs=[999]), "INVALID_PROGRAM"),
    (lambda p: p.update(root_type="Model"), "root_type"),
])
def test_wrong_text_names_its_place(two_methods, change, message, tmp_path):
    run_wick("text", two_methods, "-o", tmp_path / "a.json")
    program = json.loads((tmp_path / "a.json").read_text())
    change(program)
    (tmp_path / "a.json").write_text(json.dumps(program))
    done = run_wick("text", tmp_path / "a.json", "-o", tmp_path / "b.pte", check=False)
    assert done.returncode == FAILED and message in done.stderr
    assert not (tmp_path / "b.pte").exists()


def test_damaged_file_is_an_error(tmp_path):
    data = bytearray(SEEDS[0].read_bytes())
    data[0:4] = (len(data) + 8).to_bytes(4, "little")
    (tmp_path / "bad.pte").write_bytes(data)
    done = run_wick("text", tmp_path / "bad.pte", check=False)
    assert done.returncode == FAILED and "outside of the file" in done.stderr


def test_rename(two_methods, tmp_path):
    run_wick("edit", two_methods, "--rename", "other=decode", "-o", tmp_path / "new.pte")
    x = torch.ones(64)
    torch.testing.assert_close(run_official(tmp_path / "new.pte", (x,), "decode"), Scale(2).weight.detach())
    done = run_wick("edit", two_methods, "--rename", "other=forward", "-o", tmp_path / "x.pte", check=False)
    assert done.returncode == FAILED and "already" in done.stderr and not (tmp_path / "x.pte").exists()


def test_drop_takes_the_constants_along(two_methods, tmp_path):
    run_wick("edit", two_methods, "--drop", "forward", "-o", tmp_path / "small.pte")
    kept = json.loads(run_wick("inspect", tmp_path / "small.pte", "--json").stdout)
    before = json.loads(run_wick("inspect", two_methods, "--json").stdout)
    assert [method["name"] for method in kept["methods"]] == ["other"]
    assert kept["segment_bytes"] == before["segment_bytes"] - 64 * 4
    x = torch.ones(64)
    torch.testing.assert_close(run_official(tmp_path / "small.pte", (x,), "other"), Scale(2).weight.detach())


@pytest.mark.parametrize("edit, message", [(("--drop", "absent"), "the methods are: forward, other"), (("--rename", "other"), "OLD=NEW")])
def test_wrong_edit(two_methods, edit, message, tmp_path):
    done = run_wick("edit", two_methods, *edit, "-o", tmp_path / "x.pte", check=False)
    assert done.returncode == FAILED and message in done.stderr and not (tmp_path / "x.pte").exists()


def test_the_only_method_stays(tmp_path):
    run_wick("compile", model_file("digits", "pt2"), "-o", tmp_path / "a.pte")
    done = run_wick("edit", tmp_path / "a.pte", "--drop", "forward", "-o", tmp_path / "b.pte", check=False)
    assert done.returncode == FAILED and "only method" in done.stderr


def test_strip_debug(tmp_path):
    from executorch.exir import ExecutorchBackendConfig, to_edge

    program = to_edge(torch.export.export(Scale(1), (torch.ones(64),))).to_executorch(ExecutorchBackendConfig(emit_stacktrace=True))
    (tmp_path / "debug.pte").write_bytes(bytes(program.buffer))
    run_wick("edit", tmp_path / "debug.pte", "--strip-debug", "-o", tmp_path / "plain.pte")
    assert (tmp_path / "plain.pte").stat().st_size < (tmp_path / "debug.pte").stat().st_size
    assert "Scale" not in run_wick("text", tmp_path / "plain.pte").stdout


def test_diff_shows_what_changed(two_methods, tmp_path):
    assert run_wick("diff", two_methods, two_methods).stdout.endswith("0 differences\n")
    run_wick("edit", two_methods, "--drop", "other", "-o", tmp_path / "one.pte")
    done = run_wick("diff", two_methods, tmp_path / "one.pte", check=False)
    assert done.returncode == MISMATCH and "- method other" in done.stdout and "1 differences" in done.stdout
    run_wick("edit", two_methods, "--drop", "forward", "--rename", "other=forward", "-o", tmp_path / "two.pte")
    done = run_wick("diff", tmp_path / "one.pte", tmp_path / "two.pte", check=False)
    assert done.returncode == MISMATCH
    assert sum(line.startswith("  - aten::mul") for line in done.stdout.splitlines()) == 1  # another weight: its hash
    assert sum(line.startswith("  + aten::mul") for line in done.stdout.splitlines()) == 1


def test_usage():
    assert run_wick("text", check=False).returncode == USAGE
    assert run_wick("edit", "x.pte", check=False).returncode == USAGE
    assert run_wick("diff", "x.pte", check=False).returncode == USAGE


def compile_scale(seed, path, *options):
    torch.export.save(torch.export.export(Scale(seed), (torch.ones(64),)), path.with_suffix(".pt2"))
    run_wick("compile", path.with_suffix(".pt2"), "-o", path, *options)
    return path


def test_merged_methods_share_equal_constants(two_methods, tmp_path):
    one = compile_scale(1, tmp_path / "one.pte", "--target", "portable")
    same = compile_scale(1, tmp_path / "same.pte", "--target", "portable")
    run_wick("merge", two_methods, f"third={one}", f"fourth={same}", "-o", tmp_path / "all.pte")
    kept = json.loads(run_wick("inspect", tmp_path / "all.pte", "--json").stdout)
    assert [method["name"] for method in kept["methods"]] == ["forward", "other", "third", "fourth"]
    assert kept["segment_bytes"] == 2 * 64 * 4  # two weights, each used twice
    x = torch.arange(64, dtype=torch.float32)
    numpy.save(tmp_path / "x.npy", x.numpy())
    for method, seed in (("forward", 1), ("other", 2), ("third", 1), ("fourth", 1)):
        wanted = (x * Scale(seed).weight).detach()
        torch.testing.assert_close(run_official(tmp_path / "all.pte", (x,), method), wanted)
        numpy.save(tmp_path / "y.npy", wanted.numpy())
        run_wick("run", tmp_path / "all.pte", "--method", method, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")


def test_merge_takes_old_files_and_delegates_along(two_methods, tmp_path):
    run_wick("merge", two_methods, f"old={official_file('ModuleLinear-no-constant-segment.pte')}", "-o", tmp_path / "all.pte")
    run_wick("edit", tmp_path / "all.pte", "--drop", "forward", "--drop", "other", "--rename", "old=forward", "-o", tmp_path / "old.pte")
    done = run_wick("diff", official_file("ModuleLinear-no-constant-segment.pte"), tmp_path / "old.pte", check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("  -", "  +"))]
    assert all("#" in line for line in lines if line.startswith("  +")), done.stdout  # only that the constants have hashes now


def test_merge_of_one_name_is_refused(two_methods, tmp_path):
    done = run_wick("merge", two_methods, two_methods, "-o", tmp_path / "x.pte", check=False)
    assert done.returncode == FAILED and "'forward'" in done.stderr and not (tmp_path / "x.pte").exists()
    done = run_wick("merge", two_methods, f"name={two_methods}", "-o", tmp_path / "x.pte", check=False)
    assert done.returncode == FAILED and "2 methods" in done.stderr


@pytest.fixture(scope="module")
def external(tmp_path_factory):
    """An official program whose weight lies in a .ptd."""
    from executorch.exir import ExecutorchBackendConfig, to_edge

    folder = tmp_path_factory.mktemp("external")
    program = to_edge(torch.export.export(Scale(1), (torch.ones(64),))).to_executorch(ExecutorchBackendConfig(external_constants=True))
    (folder / "model.pte").write_bytes(bytes(program.buffer))
    program.write_tensor_data_to_file(str(folder))
    (ptd,) = folder.glob("*.ptd")
    return folder / "model.pte", ptd


def test_link_makes_an_official_program_whole(external, tmp_path):
    run_wick("link", *external, "-o", tmp_path / "whole.pte")
    x = torch.arange(64, dtype=torch.float32)
    numpy.save(tmp_path / "x.npy", x.numpy())
    numpy.save(tmp_path / "y.npy", (x * Scale(1).weight).detach().numpy())
    run_wick("run", tmp_path / "whole.pte", "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")


def test_split_and_link_give_the_program_back(tmp_path):
    whole = tmp_path / "digits.pte"
    run_wick("compile", model_file("digits", "pt2"), "--target", "portable", "-o", whole)
    run_wick("split", whole, "-o", tmp_path / "small.pte", "--data", tmp_path / "w.ptd")
    assert (tmp_path / "small.pte").stat().st_size < whole.stat().st_size / 4
    run_wick("link", tmp_path / "small.pte", tmp_path / "w.ptd", "-o", tmp_path / "again.pte")
    assert run_wick("diff", whole, tmp_path / "again.pte").stdout.endswith("0 differences\n")


def test_official_runtime_takes_what_split_made(tmp_path):
    from executorch.extension.pybindings.portable_lib import _load_for_executorch

    one = compile_scale(1, tmp_path / "one.pte", "--target", "portable")
    run_wick("split", one, "-o", tmp_path / "small.pte", "--data", tmp_path / "w.ptd")
    x = torch.arange(64, dtype=torch.float32)
    module = _load_for_executorch(str(tmp_path / "small.pte"), data_path=str(tmp_path / "w.ptd"))
    torch.testing.assert_close(module.forward((x,))[0], (x * Scale(1).weight).detach())


def test_data_that_does_not_fit_is_refused(external, tmp_path):
    run_wick("text", external[1], "-o", tmp_path / "d.json")
    for change, message in ((lambda e: e.update(key="other"), "nothing named 'weight'"),
                            (lambda e: e["tensor_layout"].update(sizes=[32, 2]), "another type, shape")):
        data = json.loads((tmp_path / "d.json").read_text())
        change(data["named_data"][0])
        (tmp_path / "e.json").write_text(json.dumps(data))
        run_wick("text", tmp_path / "e.json", "-o", tmp_path / "e.ptd")
        done = run_wick("link", external[0], tmp_path / "e.ptd", "-o", tmp_path / "x.pte", check=False)
        assert done.returncode == FAILED and message in done.stderr and not (tmp_path / "x.pte").exists()
