# SPDX-License-Identifier: BSD-3-Clause
"""Archives as torch.export.save writes them: what is in them arrives in the graph, and what is not read is refused by name."""
import json
import re
import struct
import zipfile

import numpy
import pytest
import torch
from common import run_wick
from torch import nn

DTYPES = {torch.float32: "f32", torch.float64: "f64", torch.float16: "f16", torch.bfloat16: "bf16", torch.int64: "i64",
          torch.int32: "i32", torch.int16: "i16", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool"}
VALUE = re.compile(r'^  %(?P<name>\S+) = (?P<kind>input|parameter|buffer transient|buffer|constant)(?: "(?P<fqn>[^"]*)")?'
                   r' : (?P<type>\S.*?)(?: = \{(?P<data>.*)\})?$')
NODE = re.compile(r'^  (?P<outputs>%.*?) = (?P<op>\w+::[\w.]+)\((?P<args>.*)\) : (?P<type>.*?)(?: named "(?P<name>[^"]*)")?'
                  r'(?: at "(?P<file>[^"]*)":(?P<line>\d+))?$')


class Graph:
    """The text that `wick inspect` prints."""

    def __init__(self, text):
        self.text = text
        lines = text.splitlines()
        self.values = {m["name"]: m for m in map(VALUE.match, lines) if m}
        self.nodes = [m for m in map(NODE.match, lines) if m]
        self.outputs = re.search(r"^  return(.*)$", text, re.M)[1].replace("%", "").replace(" ", "").split(",")

    def by_fqn(self, fqn):
        return next(m for m in self.values.values() if m["fqn"] == fqn)

    def inputs(self):
        return [m for m in self.values.values() if m["kind"] == "input"]


def type_text(tensor):
    return f"{DTYPES[tensor.dtype]}[{', '.join(map(str, tensor.shape))}]"


def data_of(match):
    text = match["data"].strip()
    return [float(x) for x in text.split(",")] if text else []


def save(path, module, args, kwargs=None, core=False, **options):
    program = torch.export.export(module.eval(), args, kwargs, **options)
    if core:
        program = program.run_decompositions()
    torch.export.save(program, path)
    return program


def inspect(path):
    return Graph(run_wick("inspect", "--data", path).stdout)


def imported(tmp_path, module, args, kwargs=None, **options):
    save(tmp_path / "m.pt2", module, args, kwargs, **options)
    return inspect(tmp_path / "m.pt2")


def refused(path):
    done = run_wick("inspect", path, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def rewrite(source, target, change, packing=zipfile.ZIP_STORED, zip64=False):
    """Copies an archive with each member passed through change(name, bytes) -> bytes, or None to leave it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", packing) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                with new.open(name, "w", force_zip64=zip64) as member:
                    member.write(data)
    return target


def change_json(suffix, change):
    def apply(name, data):
        if not name.endswith(suffix):
            return data
        tree = json.loads(data)
        change(tree)
        return json.dumps(tree).encode()

    return apply


class Everything(nn.Module):
    """Tied, transposed and expanded weights, buffers of both kinds, a constant, and a no_grad region."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.b.weight = self.a.weight
        self.t = nn.Parameter(torch.arange(12.0).reshape(3, 4).t())
        storage = torch.arange(24.0)
        self.register_buffer("whole", storage)
        self.register_buffer("part", storage[4:16].reshape(3, 4).t())
        self.register_buffer("expanded", torch.tensor([[7.0], [8.0]]).expand(2, 4))
        self.register_buffer("empty", torch.zeros(0, 3))
        self.register_buffer("passing", torch.full((4,), 0.5), persistent=False)
        self.register_buffer("scalar", torch.tensor(3.0))
        self.fixed = torch.tensor([1.0, 2.0, 3.0, 4.0])

    def forward(self, x):
        y = self.b(torch.relu(self.a(x))) + self.passing * self.fixed + self.scalar
        with torch.no_grad():
            z = y * self.expanded
        return (y + z + self.part.sum() + self.whole.sum() + self.empty.sum()) @ self.t


@pytest.mark.parametrize("core", [False, True], ids=["training", "core"])
def test_stored_tensors_arrive_dense(tmp_path, core):
    module = Everything()
    graph = imported(tmp_path, module, (torch.randn(2, 4),), core=core)
    stored = dict(module.named_parameters(remove_duplicate=False)) | dict(module.named_buffers())
    for name, tensor in stored.items():
        match = graph.by_fqn(name)
        kind = "parameter" if isinstance(tensor, nn.Parameter) else "buffer transient" if name == "passing" else "buffer"
        assert match["kind"] == kind
        assert match["type"] == type_text(tensor)
        assert numpy.array_equal(numpy.float32(data_of(match)), tensor.detach().numpy().flatten()), name
    assert data_of(graph.by_fqn("fixed")) == [1, 2, 3, 4] and graph.by_fqn("fixed")["kind"] == "constant"


def test_nodes_keep_names_operators_and_lines(tmp_path):
    module = Everything()
    program = save(tmp_path / "m.pt2", module, (torch.randn(2, 4),))
    graph = inspect(tmp_path / "m.pt2")
    wanted = [n for n in program.graph.nodes if n.op == "call_function" and isinstance(n.target, torch._ops.OpOverload)]
    assert [n.name for n in wanted][0] == graph.nodes[0]["outputs"][1:]
    assert len(graph.nodes) == len(wanted) + 1  # the product of the no_grad region, inlined
    assert not [n for n in graph.nodes if "higher_order" in n["op"]]
    assert {n["file"] for n in graph.nodes} == {"test_import.py"}


def test_dtypes_of_weights(tmp_path):
    class Types(nn.Module):
        def __init__(self):
            super().__init__()
            for dtype, text in DTYPES.items():
                self.register_buffer("b_" + text, torch.tensor([0, 1, 1]).to(dtype))

        def forward(self, x):
            return sum(getattr(self, "b_" + text).to(torch.float32) + x for text in DTYPES.values())

    graph = imported(tmp_path, Types(), (torch.randn(3),))
    for text in DTYPES.values():
        assert graph.by_fqn("b_" + text)["type"] == f"{text}[3]"
        assert data_of(graph.by_fqn("b_" + text)) == [0, 1, 1]


class Nested(nn.Module):
    def forward(self, x, d, *, k=None, n=3, f=0.5, flag=True):
        return {"a": x * n + d["q"], "b": (x + f, [x, d["q"], None, 7])}


def test_fixed_scalars_stay_in_the_signature(tmp_path):
    q = torch.randn(2)
    graph = imported(tmp_path, Nested(), (torch.randn(2), {"q": q}), {"k": None, "n": 4, "f": 1.5, "flag": False})
    assert [(m["type"], m["data"]) for m in graph.inputs()] == [
        ("f32[2]", None), ("f32[2]", None), ("none", None), ("int", "4"), ("real", "1.5"), ("bool", "0")]
    x, d = graph.inputs()[0]["name"], graph.inputs()[1]["name"]
    assert graph.outputs[2:4] == [x, d] and len(graph.outputs) == 6
    assert graph.values[graph.outputs[4]]["type"] == "none" and graph.values[graph.outputs[5]]["data"] == "7"
    assert 'input_spec "[1, {' in graph.text and 'output_spec "[1, {' in graph.text


def test_sample_inputs_are_the_example(tmp_path):
    x, q = torch.arange(6.0).reshape(3, 2).t(), torch.randn(2, 3, dtype=torch.float64)
    save(tmp_path / "m.pt2", Nested(), (x, {"q": q}), {"k": None, "n": 4})
    run_wick("inspect", "--sample-inputs", tmp_path / "s", tmp_path / "m.pt2")
    assert numpy.array_equal(numpy.load(tmp_path / "s0.npy"), x.numpy())
    assert numpy.array_equal(numpy.load(tmp_path / "s1.npy"), q.numpy())


def test_channels_last_is_kept(tmp_path):
    x = torch.randn(2, 3, 8, 8).to(memory_format=torch.channels_last)
    graph = imported(tmp_path, nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last), (x,))
    assert graph.inputs()[0]["type"] == "f32[2, 3, 8, 8]{0, 2, 3, 1}"
    assert graph.by_fqn("weight")["type"] == "f32[4, 3, 3, 3]"
    assert [n["type"] for n in graph.nodes] == ["f32[2, 4, 6, 6]{0, 2, 3, 1}"]


def test_other_orders_are_kept_inside_only(tmp_path):
    class Turned(nn.Module):
        def forward(self, x):
            y = x.t() + 1
            return y, y * 2

    graph = imported(tmp_path, Turned(), (torch.randn(3, 2).t(),))
    assert graph.inputs()[0]["type"] == "f32[2, 3]"
    assert [n["type"] for n in graph.nodes] == ["f32[3, 2]"] * 3
    graph = imported(tmp_path, nn.Sequential(nn.Flatten(0, 1), nn.Unflatten(0, (2, 3)), Turned()), (torch.randn(2, 3),))
    assert [n["type"] for n in graph.nodes][-3:] == ["f32[3, 2]{1, 0}", "f32[3, 2]", "f32[3, 2]"]


def test_ambiguous_strides_stay_contiguous(tmp_path):
    graph = imported(tmp_path, nn.ReLU(), (torch.randn(1, 1, 4, 5),))
    assert graph.inputs()[0]["type"] == "f32[1, 1, 4, 5]"


def test_dynamic_sizes_carry_expression_and_hint(tmp_path):
    graph = imported(tmp_path, nn.Linear(4, 2), (torch.randn(3, 4),), dynamic_shapes=({0: torch.export.Dim("b", min=2, max=64)},))
    symbol = re.fullmatch(r"f32\[<(s\d+)>, 4\]", graph.inputs()[0]["type"])[1]
    assert re.search(rf"symbol {symbol} in \[2, 64\] hint 3", graph.text)


def test_lists_of_results_and_unused_ones(tmp_path):
    class Lists(nn.Module):
        def forward(self, x):
            a, b = x.chunk(2)
            c, d = torch.split(x, [1, 3])
            return a + b, d

    graph = imported(tmp_path, Lists(), (torch.randn(4, 2),))
    assert [len(n["outputs"].split(",")) for n in graph.nodes] == [2, 2, 1]


def test_assertions_leave_no_node(tmp_path):
    class Casts(nn.Module):
        def forward(self, x):
            return x.to(torch.float64).float()

    assert [n["op"] for n in imported(tmp_path, Casts(), (torch.randn(2),)).nodes] == ["aten::to.dtype", "aten::to.dtype"]


def test_graph_text_parses_what_was_imported_runs(tmp_path):
    """Strided and tied weights, a region without gradient and a channels-last input: the same numbers as eager."""
    torch.manual_seed(0)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
            self.t = nn.Parameter(torch.randn(5, 4).t())

        def forward(self, x):
            y = self.conv(x)
            with torch.no_grad():
                z = y.mean((2, 3))
            return y, z @ self.t

    module, x = Net().eval(), torch.randn(2, 3, 6, 6).to(memory_format=torch.channels_last)
    save(tmp_path / "m.pt2", module, (x,))
    run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte")
    numpy.save(tmp_path / "x.npy", x.numpy())
    done = run_wick("run", tmp_path / "m.pte", "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy", "--output", tmp_path / "z.npy")
    assert done.returncode == 0
    for name, wanted in zip("yz", module(x)):
        assert numpy.allclose(numpy.load(tmp_path / f"{name}.npy"), wanted.detach().numpy(), rtol=1e-4, atol=1e-5)


# What is refused.


def test_every_unsupported_operator_is_named_once(tmp_path):
    class Strange(nn.Module):
        def forward(self, x):
            return torch.linalg.eigvals(x) + torch.linalg.ldl_factor(x)[0].sum() + torch.linalg.ldl_factor(x)[0].mean() + torch.linalg.eig(x)[0].sum()

    save(tmp_path / "m.pt2", Strange(), (torch.randn(2, 2),))
    message = refused(tmp_path / "m.pt2")
    assert message.count("error:") == 3
    for operator in ("aten::linalg_eigvals", "aten::linalg_ldl_factor", "aten::linalg_eig"):
        assert message.count(f"({operator}) at test_import.py:") == 1
    assert "(used by 2 nodes)" in message and "run_decompositions()" in message and "torch.linalg.eigvals(x)" in message


def test_arithmetic_on_dynamic_sizes_becomes_an_expression(tmp_path):
    class Rows(nn.Module):
        def forward(self, x):
            return x.reshape(x.shape[0] * 4)

    graph = imported(tmp_path, Rows(), (torch.randn(3, 4),), dynamic_shapes=({0: torch.export.Dim("b")},))
    symbol = re.fullmatch(r"f32\[<(s\d+)>, 4\]", graph.inputs()[0]["type"])[1]
    assert f"[<4*{symbol}>]) : f32[<4*{symbol}>]" in graph.text


def test_autocast_asks_for_decompositions_which_then_work(tmp_path):
    class Mixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.Linear(4, 4)

        def forward(self, x):
            with torch.autocast("cpu", torch.bfloat16):
                y = self.l(x)
            return y.float()

    save(tmp_path / "m.pt2", Mixed(), (torch.randn(2, 4),))
    message = refused(tmp_path / "m.pt2")
    assert "run_decompositions()" in message and "y = self.l(x)" in message
    graph = imported(tmp_path, Mixed(), (torch.randn(2, 4),), core=True)
    assert "bf16[2, 4]" in {n["type"] for n in graph.nodes}


def test_complex_number_becomes_a_constant(tmp_path):
    class Numbers(nn.Module):
        def forward(self, x):
            return x + (1 + 2j), torch.where(x == 0, -1j, x)

    x = (torch.randn(2, dtype=torch.complex64),)
    for core in (False, True):
        graph = imported(tmp_path, Numbers(), x, core=core)
        assert graph.text.count(": c64[]") >= 2 and "aten::add.Tensor(%x, %complex)" in graph.text
    bits = struct.unpack("<q", struct.pack("<2f", 1, 2))[0]
    assert f"{{{bits}}}" in graph.text


def test_complex_number_without_a_part_is_refused(tmp_path):
    class Numbers(nn.Module):
        def forward(self, x):
            return x + (1 + 2j)

    save(tmp_path / "m.pt2", Numbers(), (torch.randn(2, dtype=torch.complex64),))

    def change(tree):
        del tree["graph_module"]["graph"]["nodes"][0]["inputs"][1]["arg"]["as_complex"]["imag"]

    assert "imag" in refused(rewrite(tmp_path / "m.pt2", tmp_path / "n.pt2", change_json("models/model.json", change)))


def test_complex_weight_is_refused_by_name(tmp_path):
    class Complex(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("phase", torch.tensor([1j, 2.0], dtype=torch.complex128))

        def forward(self, x):
            return self.phase * x

    save(tmp_path / "m.pt2", Complex(), (torch.randn(2),))
    message = refused(tmp_path / "m.pt2")
    assert "buffer 'phase'" in message and "complex128" in message


@pytest.fixture(scope="module")
def linear(tmp_path_factory):
    path = tmp_path_factory.mktemp("linear") / "linear.pt2"
    save(path, nn.Linear(3, 2), (torch.randn(1, 3),))
    return path


def set_config(name, value):
    def change(tree):
        tree["config"]["weight"][name] = value

    return change_json("weights_config.json", change)


def test_pickled_weight_is_named(linear, tmp_path):
    message = refused(rewrite(linear, tmp_path / "m.pt2", set_config("use_pickle", True)))
    assert "parameter 'weight'" in message and "pickle-only weights" in message and "torch.export.save" in message


def test_pickled_state_dict_of_older_torch(linear, tmp_path):
    def older(name, data):
        return None if name.endswith("weights_config.json") else data

    rewrite(linear, tmp_path / "m.pt2", older)
    with zipfile.ZipFile(tmp_path / "m.pt2", "a") as archive:
        archive.writestr("linear/data/weights/model.pt", b"")
    assert "pickle-only weights (data/weights/model.pt)" in refused(tmp_path / "m.pt2")


def test_oldest_form_is_recognized(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.pt2", "w") as archive:
        archive.writestr("serialized_exported_program.json", "{}")
        archive.writestr("version", "8.5")
    message = refused(tmp_path / "m.pt2")
    assert "older torch" in message and "torch.export.load" in message


def test_script_module_is_recognized(tmp_path):
    torch.jit.save(torch.jit.script(nn.Linear(1, 1)), tmp_path / "m.pt2")
    assert "TorchScript" in refused(tmp_path / "m.pt2")


@pytest.mark.parametrize("member, content, text", [
    ("archive_format", b"pt3", "archive_format is 'pt3', expected 'pt2'"),
    ("byteorder", b"big", "byteorder is 'big', expected 'little'"),
    ("models/model.json", b"{", "models/model.json: is not valid JSON"),
    ("models/model.json", b"[]", "expected an object, found an array"),
    ("data/weights/weight_0", b"1234567", "parameter 'weight' reaches outside of its storage 'data/weights/weight_0' of 7 bytes"),
])
def test_broken_members_are_named(linear, tmp_path, member, content, text):
    message = refused(rewrite(linear, tmp_path / "m.pt2", lambda name, data: content if name.endswith("/" + member) else data))
    assert text in message


def set_version(tree):
    tree["schema_version"]["major"] = 9


def use_before_definition(tree):
    tree["graph_module"]["graph"]["nodes"][0]["inputs"][0]["arg"] = {"as_tensor": {"name": "nowhere"}}


def wrong_kind(tree):
    tree["graph_module"]["graph"]["nodes"][0]["inputs"][0]["arg"] = {"as_string": "text"}


def unknown_argument(tree):
    tree["graph_module"]["graph"]["nodes"][0]["inputs"][0]["name"] = "fresh"


def missing_argument(tree):
    del tree["graph_module"]["graph"]["nodes"][0]["inputs"][0]


def other_shape(tree):
    tree["graph_module"]["graph"]["tensor_values"]["p_weight"]["sizes"][0] = {"as_int": 1}


def huge_size(tree):
    tree["graph_module"]["graph"]["tensor_values"]["linear"]["sizes"][0] = {"as_int": 1 << 40}


@pytest.mark.parametrize("change, text", [
    (set_version, "schema version 9 (torch 2.13"),
    (use_before_definition, "value 'nowhere' is used but not defined before"),
    (wrong_kind, "argument 'input' does not fit its type Tensor"),
    (unknown_argument, "argument 'fresh' is not in the schema of aten::linear"),
    (missing_argument, "argument 'input' is missing"),
    (other_shape, "parameter 'weight' has another shape or dtype in the graph than in the weights"),
    (huge_size, "value 'linear' has a negative size, or is too large"),
])
def test_broken_graphs_are_explained(linear, tmp_path, change, text):
    assert text in refused(rewrite(linear, tmp_path / "m.pt2", change_json("models/model.json", change)))


def test_members_of_a_newer_torch_are_skipped(linear, tmp_path):
    def newer(tree):
        tree["schema_version"]["minor"] += 50
        tree["novelty"] = {"deep": [1, 2]}
        tree["graph_module"]["graph"]["nodes"][0]["novelty"] = None

    assert inspect(rewrite(linear, tmp_path / "m.pt2", change_json("models/model.json", newer))).nodes


@pytest.mark.parametrize("how", [{"packing": zipfile.ZIP_DEFLATED}, {"zip64": True}], ids=["deflated", "zip64"])
def test_other_ways_to_pack_give_the_same_graph(linear, tmp_path, how):
    rewrite(linear, tmp_path / "m.pt2", lambda name, data: data, **how)
    assert inspect(tmp_path / "m.pt2").text == inspect(linear).text


def test_packed_bomb_is_refused_before_it_is_unpacked(linear, tmp_path):
    def zeros(name, data):
        return b"[" + b"0," * (8 << 20) + b"0]" if name.endswith("models/model.json") else data

    rewrite(linear, tmp_path / "m.pt2", zeros, packing=zipfile.ZIP_DEFLATED)
    assert "models/model.json unpacks to far more than the archive" in refused(tmp_path / "m.pt2")


def test_items_of_lists_in_older_files(tmp_path):
    class Halves(nn.Module):
        def forward(self, x):
            a, b = x.chunk(2)
            return a - b

    def add_getitem(tree):
        graph = tree["graph_module"]["graph"]
        chunk, difference = graph["nodes"]
        items = chunk["outputs"][0]["as_tensors"]
        getitem = {"target": "_operator.getitem", "metadata": {}, "outputs": [{"as_tensor": {"name": "second"}}], "inputs": [
            {"name": "a", "arg": {"as_tensors": items}, "kind": 1}, {"name": "b", "arg": {"as_int": 1}, "kind": 1}]}
        difference["inputs"][0]["arg"]["as_tensor"]["name"] = "second"
        graph["nodes"].insert(1, getitem)

    save(tmp_path / "m.pt2", Halves(), (torch.randn(4),))
    graph = inspect(rewrite(tmp_path / "m.pt2", tmp_path / "old.pt2", change_json("models/model.json", add_getitem)))
    assert graph.nodes[1]["args"] == "%getitem_1, %getitem_1"


def test_folder_and_model_may_have_any_name(tmp_path):
    program = torch.export.export(nn.Linear(2, 2).eval(), (torch.randn(1, 2),))
    torch.export.pt2_archive._package.package_pt2(str(tmp_path / "odd name.pt2"), exported_programs={"encoder": program})
    assert 'graph "encoder"' in inspect(tmp_path / "odd name.pt2").text


def test_models_to_choose_from_are_listed(tmp_path):
    program = torch.export.export(nn.Linear(2, 2).eval(), (torch.randn(1, 2),))
    torch.export.pt2_archive._package.package_pt2(str(tmp_path / "m.pt2"), exported_programs={"a": program, "b": program})
    assert "no model 'model'; it has: a, b" in refused(tmp_path / "m.pt2")
