# SPDX-License-Identifier: BSD-3-Clause
"""`wick compile --constant-method`: what the official exporter calls constant_methods, for both runtimes."""
import numpy
import pytest
import torch
from common import run_wick, wick_package

FAILED, USAGE = 1, 2
TABLE = numpy.arange(6, dtype=numpy.int16).reshape(2, 3)
METHODS = {"length": 128, "small": -(2**63), "rate": 0.5, "one": 1.0, "yes": True, "no": False, "label": "keyword v2",
           "table": torch.from_numpy(TABLE.copy())}


class Relu(torch.nn.Module):
    def forward(self, x):
        return torch.relu(x)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("constant")
    torch.export.save(torch.export.export(Relu(), (torch.ones(3),)), folder / "m.pt2")
    numpy.save(folder / "t.npy", TABLE)
    values = {name: str(value).lower() if isinstance(value, bool) else value for name, value in METHODS.items()}
    values["table"] = folder / "t.npy"
    options = [part for name, value in values.items() for part in ("--constant-method", f"{name}={value}")]
    run_wick("compile", folder / "m.pt2", "-o", folder / "m.pte", "--target", "portable", *options)
    return folder / "m.pte"


def equal(found, value):
    if isinstance(value, torch.Tensor):
        return numpy.array_equal(numpy.asarray(found), value.numpy())
    return type(found) is type(value) and found == value


@pytest.mark.parametrize("name", METHODS)
def test_official_runtime_reads_it(program, name):
    from executorch.runtime import Runtime

    found, = Runtime.get().load_program(program).load_method(name).execute([])
    assert equal(found, METHODS[name])


@pytest.mark.parametrize("name", METHODS)
def test_package_reads_it(program, name):
    found, = wick_package().Runtime.get().load_program(program).load_method(name).execute()
    assert equal(found, METHODS[name])


def test_run_prints_it(program, tmp_path):
    assert run_wick("run", program, "--method", "length").stdout == "output 0: i64[]\n  128\n"
    assert run_wick("run", program, "--method", "rate").stdout == "output 0: f64[]\n  0.5\n"
    assert run_wick("run", program, "--method", "label").stdout == "output 0: string\n  keyword v2\n"
    run_wick("run", program, "--method", "yes", "--output", tmp_path / "y.npy")
    assert numpy.load(tmp_path / "y.npy").dtype == bool and numpy.load(tmp_path / "y.npy")
    assert "output 0 is a string" in run_wick("run", program, "--method", "label", "--output", tmp_path / "s.npy", check=False).stderr


def test_same_values_as_the_official_exporter(program):
    from executorch.exir import to_edge
    from executorch.exir._serialize._program import deserialize_pte_binary

    edge = to_edge(torch.export.export(Relu(), (torch.ones(3),)), constant_methods=METHODS)
    plans = [{plan.name: plan for plan in deserialize_pte_binary(data).program.execution_plan[1:]}
             for data in (bytes(edge.to_executorch().buffer), program.read_bytes())]
    assert list(plans[0]) == list(plans[1]) == list(METHODS)
    for name in METHODS:
        a, b = (plan[name] for plan in plans)
        if name != "table":
            assert a.values == b.values
        assert (a.inputs, a.outputs, a.operators, a.container_meta_type) == (b.inputs, b.outputs, b.operators, b.container_meta_type)


def test_official_constant_methods_run_here(tmp_path):
    from executorch.exir import to_edge

    program = to_edge(torch.export.export(Relu(), (torch.ones(3),)), constant_methods=METHODS).to_executorch()
    for name, value in METHODS.items():
        found, = wick_package().Runtime.get().load_program(bytes(program.buffer)).load_method(name).execute()
        assert equal(found, value)


def test_package_writes_them():
    wick = wick_package()
    values = {**METHODS, "digits": "12", "table": TABLE, "point": numpy.float32(2.5)}
    program = wick.compile(Relu(), (torch.ones(3),), constant_methods=values)
    loaded = wick.Runtime.get().load_program(program.buffer)
    for name, value in {**METHODS, "digits": "12"}.items():
        assert equal(loaded.load_method(name).execute()[0], value)
    point, = loaded.load_method("point").execute()
    assert point.shape == () and point == 2.5


@pytest.mark.parametrize("option, code, message", [
    ("length", USAGE, "expected NAME=VALUE"), ("=3", FAILED, "no name"), ("forward=3", FAILED, "the name of another method"),
    ("t=absent.npy", FAILED, "absent.npy")])
def test_wrong_use(program, option, code, message, tmp_path):
    done = run_wick("compile", program.with_name("m.pt2"), "-o", tmp_path / "x.pte", "--constant-method", option, check=False)
    assert done.returncode == code and message in done.stderr and not (tmp_path / "x.pte").exists()
