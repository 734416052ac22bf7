# SPDX-License-Identifier: BSD-3-Clause
"""Programs with tensors outside, in a .ptd: the official exporter's and those of `wick split`, run as they are."""
import json
import pathlib

import numpy
import pytest
import torch
from common import model_file, run_wick
from torch import nn

FAILED = 1


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(8, 6), nn.Linear(6, 4)
        self.register_buffer("count", torch.tensor([3.0]))

    def forward(self, x):
        return self.b(torch.relu(self.a(x))) + self.count


class Counter(Net):
    def forward(self, x):
        self.count.add_(1)
        return super().forward(x)


def official(folder, module, x, **config):
    from executorch.exir import ExecutorchBackendConfig, to_edge

    program = to_edge(torch.export.export(module.eval(), (x,))).to_executorch(ExecutorchBackendConfig(**config))
    (folder / "m.pte").write_bytes(bytes(program.buffer))
    program.write_tensor_data_to_file(str(folder))
    (data,) = pathlib.Path(folder).glob("*.ptd")
    return folder / "m.pte", data


def run_equals(program, x, wanted, *options):
    folder = pathlib.Path(program).parent
    numpy.save(folder / "x.npy", x.numpy())
    numpy.save(folder / "y.npy", wanted.detach().numpy())
    run_wick("run", program, "--input", folder / "x.npy", "--expect", folder / "y.npy", *options)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    torch.manual_seed(4)
    module, x = Net(), torch.randn(2, 8)
    return *official(tmp_path_factory.mktemp("pair"), module, x, external_constants=True), x, module.eval()(x)


def test_official_pair_runs(pair):
    program, data, x, wanted = pair
    run_equals(program, x, wanted, "--data", data)
    assert "verified" in run_wick("verify", program, "--data", data).stdout
    shown = run_wick("inspect", program).stdout  # needs no data
    assert 'external "a.weight"' in shown and 'external "b.bias"' in shown


def test_without_data_it_is_refused(pair, tmp_path):
    program, data, _, _ = pair
    done = run_wick("verify", program, check=False)
    assert done.returncode == FAILED and ".ptd" in done.stderr
    done = run_wick("verify", program, "--data", program, check=False)
    assert done.returncode == FAILED and "no external data (FT01)" in done.stderr


@pytest.mark.parametrize("change, message", [
    (lambda e, _: e.update(key="a.weights"), "NOT_FOUND"),
    (lambda e, _: e["tensor_layout"].update(sizes=[8, 6]), "another type, shape or dim order"),
    (lambda e, _: e["tensor_layout"].update(scalar_type=3), "another type, shape or dim order"),
    (lambda e, _: e["tensor_layout"].update(dim_order=[1, 0]), "another type, shape or dim order"),
    (lambda e, other: e.update(segment_index=other.get("segment_index", 0)), "another size"),
    (lambda e, _: e.update(segment_index=99), "outside of the file"),
])
def test_data_that_does_not_fit(pair, change, message, tmp_path):
    program, data, _, _ = pair
    text = json.loads(run_wick("text", data).stdout)
    named = {entry["key"]: entry for entry in text["named_data"]}
    change(named["a.weight"], named["b.bias"])
    (tmp_path / "d.json").write_text(json.dumps(text))
    run_wick("text", tmp_path / "d.json", "-o", tmp_path / "d.ptd")
    done = run_wick("verify", program, "--data", tmp_path / "d.ptd", check=False)
    assert done.returncode == FAILED and message in done.stderr


def test_two_files(pair, tmp_path):
    program, data, x, wanted = pair
    text = json.loads(run_wick("text", data).stdout)
    for name in ("a", "b"):
        part = dict(text, named_data=[e for e in text["named_data"] if (e["key"][0] == "a") == (name == "a")])
        (tmp_path / f"{name}.json").write_text(json.dumps(part))
        run_wick("text", tmp_path / f"{name}.json", "-o", tmp_path / f"{name}.ptd")
    run_equals(program, x, wanted, "--data", tmp_path / "a.ptd", "--data", tmp_path / "b.ptd")
    assert run_wick("verify", program, "--data", tmp_path / "a.ptd", check=False).returncode == FAILED


def test_state_starts_with_what_the_file_holds(tmp_path):
    """As the official runtime takes it: a planned tensor that is external gets its initial value from the file."""
    module, x = Counter(), torch.randn(2, 8)
    torch.export.save(torch.export.export(module.eval(), (x,)), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte")
    text = json.loads(run_wick("text", tmp_path / "m.pte").stdout)
    state, = [v["val"] for v in text["execution_plan"][0]["values"] if v["val_type"] == "Tensor"
              and v["val"].get("data_buffer_idx") and v["val"].get("allocation_info")]
    state["extra_tensor_info"] = {"location": "EXTERNAL", "fully_qualified_name": "count"}
    if not isinstance(state.get("scalar_type"), str):
        state["extra_tensor_info"]["location"] = 1
    (tmp_path / "e.json").write_text(json.dumps(text))
    run_wick("text", tmp_path / "e.json", "-o", tmp_path / "e.pte")
    _, data = official(tmp_path, Net(), x, external_constants=True)
    wanted = module(x)  # from 3 to 4
    run_equals(tmp_path / "e.pte", x, wanted, "--data", data)


def test_split_programs_run(tmp_path):
    run_wick("compile", model_file("digits", "pt2"), "-o", tmp_path / "whole.pte")
    run_wick("split", tmp_path / "whole.pte", "-o", tmp_path / "s.pte", "--data", tmp_path / "s.ptd", "--smallest", "1")
    run_wick("run", tmp_path / "s.pte", "--data", tmp_path / "s.ptd", "--input", model_file("digits", "test_inputs.npy"),
             "--expect", model_file("digits", "test_outputs.npy"))


def test_split_int8_program_gives_the_same_bits(tmp_path):
    """Its constants hold the numbers that operators are prepared with."""
    inputs = model_file("digits", "test_inputs.npy")
    run_wick("compile", model_file("digits", "pt2"), "-o", tmp_path / "w.pte", "--quantize", "int8", "--calibration", inputs)
    run_wick("run", tmp_path / "w.pte", "--input", inputs, "-o", tmp_path / "y.npy")
    run_wick("split", tmp_path / "w.pte", "-o", tmp_path / "s.pte", "--data", tmp_path / "s.ptd", "--smallest", "1")
    run_wick("run", tmp_path / "s.pte", "--data", tmp_path / "s.ptd", "--input", inputs, "--expect", tmp_path / "y.npy",
             "--rtol", "0", "--atol", "0")


def test_bundle_of_a_program_with_data(pair, tmp_path):
    program, data, x, wanted = pair
    numpy.save(tmp_path / "x.npy", x.numpy())
    numpy.save(tmp_path / "y.npy", wanted.detach().numpy())
    run_wick("bundle", program, "--data", data, "-o", tmp_path / "m.bpte", "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy")
    assert "1 of 1 cases" in run_wick("check", tmp_path / "m.bpte", "--data", data).stdout
    assert run_wick("check", tmp_path / "m.bpte", check=False).returncode == FAILED


def test_several_methods_share_one_file(tmp_path):
    from executorch.exir import ExecutorchBackendConfig, to_edge

    module, x = Net().eval(), torch.randn(2, 8)
    other = nn.Sequential(module.a, nn.ReLU()).eval()
    methods = {"forward": torch.export.export(module, (x,)), "first": torch.export.export(other, (x,))}
    program = to_edge(methods).to_executorch(ExecutorchBackendConfig(external_constants=True))
    (tmp_path / "m.pte").write_bytes(bytes(program.buffer))
    program.write_tensor_data_to_file(str(tmp_path))
    (data,) = tmp_path.glob("*.ptd")
    for name, net in (("forward", module), ("first", other)):
        run_equals(tmp_path / "m.pte", x, net(x), "--method", name, "--data", data)


def test_training_with_mutable_weights_outside(tmp_path):
    """The official exporter's joint graph: the loss, and the gradient of each weight, which lie in the .ptd."""
    from executorch.exir import ExecutorchBackendConfig, to_edge
    from torch.export.experimental import _export_forward_backward

    class Training(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.loss = nn.Linear(8, 3), nn.CrossEntropyLoss()

        def forward(self, x, y):
            return self.loss(self.layer(x), y)

    module, x, y = Training(), torch.randn(2, 8), torch.tensor([0, 2])
    joint = _export_forward_backward(torch.export.export(module, (x, y)))
    program = to_edge(joint).to_executorch(ExecutorchBackendConfig(external_mutable_weights=True))
    (tmp_path / "m.pte").write_bytes(bytes(program.buffer))
    program.write_tensor_data_to_file(str(tmp_path))
    (data,) = tmp_path.glob("*.ptd")
    loss = module(x, y)
    loss.backward()
    wanted = [loss, module.layer.weight.grad, module.layer.bias.grad]
    options = ["--data", data, "--input", tmp_path / "x.npy", "--input", tmp_path / "y.npy"]
    numpy.save(tmp_path / "x.npy", x.numpy())
    numpy.save(tmp_path / "y.npy", y.numpy())
    for index, value in enumerate(wanted):
        numpy.save(tmp_path / f"{index}.npy", value.detach().numpy())
        options += ["--expect", tmp_path / f"{index}.npy"]
    run_wick("run", tmp_path / "m.pte", *options)
