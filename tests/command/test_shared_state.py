# SPDX-License-Identifier: BSD-3-Clause
"""Methods of one model that change the same buffers, in one file: what one leaves, the other finds."""
import json

import numpy
import pytest
import torch
from common import run_wick
from torch import nn

FAILED = 1


class Model(nn.Module):
    """A cache with a counter before it, so that something lies around what moves."""

    def __init__(self, start=2.0):
        super().__init__()
        self.register_buffer("count", torch.tensor([start]))
        self.register_buffer("cache", torch.arange(12, dtype=torch.float32).reshape(4, 3))
        self.scale = nn.Parameter(torch.tensor([2.0, 3.0, 4.0]))

    def store(self, x):
        self.cache[1:3] = x * self.scale
        self.count.add_(1)
        return torch.relu(x).sum() + self.count

    def add(self, x):
        self.cache.add_(x)
        return torch.softmax(self.cache * self.scale, 0)

    def read(self):
        return self.cache * 1.5, self.count + 0

    def other(self, x):
        self.cache.mul_(x)
        return self.cache + 1


STORE, ADD = torch.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]]), torch.tensor([0.25, 0.5, -0.5])


class Entry(nn.Module):
    def __init__(self, model, name):
        super().__init__()
        for buffer, value in model.named_buffers():
            self.register_buffer(buffer, value.clone())
        self.scale = model.scale
        self.run = getattr(Model, name)

    def forward(self, *inputs):
        return self.run(self, *inputs)


def compiled(folder, name, inputs, *options, start=2.0):
    path = folder / f"{name}.pt2"
    torch.export.save(torch.export.export(Entry(Model(start), name), inputs), path)
    run_wick("compile", path, "-o", path.with_suffix(".pte"), *options)
    return f"{name}={path.with_suffix('.pte')}"


@pytest.fixture(scope="module", params=["wick", "portable"])
def merged(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    target = ("--target", request.param)
    files = [compiled(folder, "store", (STORE,), *target), compiled(folder, "add", (ADD,), *target),
             compiled(folder, "read", (), *target, "--state", "cache", "--state", "count")]
    done = run_wick("merge", *files, "--share-state", "-o", folder / "m.pte")
    assert "2 states in memory 2 of all methods" in done.stdout
    return folder / "m.pte", request.param


def wanted():
    model = Model()
    with torch.no_grad():
        return [model.store(STORE), model.add(ADD), *model.read()]


def save(folder, name, value):
    numpy.save(folder / f"{name}.npy", value.detach().numpy())
    return folder / f"{name}.npy"


def test_methods_share_what_they_write(merged, tmp_path):
    program, _ = merged
    stored, added, cache, count = wanted()
    run_wick("run", program, "--method", "store", "--input", save(tmp_path, "x", STORE), "--expect", save(tmp_path, "a", stored),
             "--then", "add", "--input", save(tmp_path, "d", ADD), "--expect", save(tmp_path, "b", added),
             "--then", "read", "--expect", save(tmp_path, "c", cache), "--expect", save(tmp_path, "n", count))
    methods = json.loads(run_wick("verify", program, "--json").stdout)["methods"]
    state = {method["arena_bytes"][1] for method in methods}
    assert len(state) == 1 and 12 * 4 + 4 <= state.pop() <= 12 * 4 + 16


def test_initial_values_are_kept(merged, tmp_path):
    program, _ = merged
    cache, count = Model().read()
    run_wick("run", program, "--method", "read", "--expect", save(tmp_path, "c", cache), "--expect", save(tmp_path, "n", count))


def test_official_runtime_shares_them_too(merged):
    from executorch.runtime import Runtime

    program, target = merged
    if target != "portable":
        pytest.skip("official operators only")
    stored, added, cache, count = wanted()
    loaded = Runtime.get().load_program(program)
    store, add, read = [loaded.load_method(name) for name in ("store", "add", "read")]
    torch.testing.assert_close(store.execute([STORE])[0], stored)
    torch.testing.assert_close(add.execute([ADD])[0], added)
    for found, value in zip(read.execute([]), (cache, count)):
        torch.testing.assert_close(found, value)


def test_official_shared_state_runs_here(tmp_path):
    from executorch.exir import ExecutorchBackendConfig, to_edge
    from executorch.exir.passes import MemoryPlanningPass
    from executorch.exir.passes.init_mutable_pass import InitializedMutableBufferPass

    entries = {"add": torch.export.export(Entry(Model(), "add"), (ADD,)), "other": torch.export.export(Entry(Model(), "other"), (ADD,))}
    config = ExecutorchBackendConfig(memory_planning_pass=MemoryPlanningPass(share_mutable_buffers=True), emit_mutable_buffer_names=True,
                                     passes=[InitializedMutableBufferPass(["cache", "count"])])
    (tmp_path / "o.pte").write_bytes(bytes(to_edge(entries).to_executorch(config).buffer))
    model = Model()
    with torch.no_grad():
        first, second = model.add(ADD), model.other(ADD)
    run_wick("run", tmp_path / "o.pte", "--method", "add", "--input", save(tmp_path, "d", ADD), "--expect", save(tmp_path, "a", first),
             "--then", "other", "--input", save(tmp_path, "e", ADD), "--expect", save(tmp_path, "b", second))


def test_state_that_differs_is_refused(tmp_path):
    store = compiled(tmp_path, "store", (STORE,))
    (tmp_path / "b").mkdir()
    other = compiled(tmp_path / "b", "store", (STORE,), start=5.0).replace("store=", "again=")
    done = run_wick("merge", store, other, "--share-state", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode == FAILED and "state 'count' has another initial value in method 'again' than in 'store'" in done.stderr
    assert not (tmp_path / "m.pte").exists()


def test_nothing_to_share_is_an_error(tmp_path):
    read = compiled(tmp_path, "read", ())
    done = run_wick("merge", read, read.replace("read=", "again="), "--share-state", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode == FAILED and "no method has state" in done.stderr
    done = run_wick("compile", tmp_path / "read.pt2", "-o", tmp_path / "x.pte", "--state", "cash", check=False)
    assert done.returncode == FAILED and "no buffer named 'cash'" in done.stderr


def test_without_the_option_each_has_its_own(tmp_path):
    files = [compiled(tmp_path, "add", (ADD,)), compiled(tmp_path, "other", (ADD,))]
    run_wick("merge", *files, "-o", tmp_path / "m.pte")
    with torch.no_grad():
        other = Model().other(ADD)
    run_wick("run", tmp_path / "m.pte", "--method", "add", "--input", save(tmp_path, "d", ADD), "--output", tmp_path / "y.npy",
             "--then", "other", "--input", tmp_path / "d.npy", "--expect", save(tmp_path, "b", other))
