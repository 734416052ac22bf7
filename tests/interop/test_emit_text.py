# SPDX-License-Identifier: BSD-3-Clause
"""Small graphs as text, emitted by us, run by the official runtime with its full verification, against eager PyTorch.

One case for each rule of the call convention: see docs/emission.md."""
import os
import subprocess

import pytest
import torch
from common import ROOT

TOOL = ROOT / os.environ.get("WICK_BUILD", "build") / "tests" / "wick_emit_text"


def emit(text, tmp_path, check=True):
    if not TOOL.exists():
        pytest.skip(f"{TOOL} is absent: build with -DWICK_TESTS=ON")
    source, program = tmp_path / "graph.txt", tmp_path / "graph.pte"
    source.write_text(text)
    done = subprocess.run([str(TOOL), str(source), str(program)], capture_output=True, text=True, timeout=60)
    if not check:
        return done
    assert done.returncode == 0, done.stderr
    return program.read_bytes()


def run_official(program, *inputs):
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    module = _load_for_executorch_from_buffer(program, program_verification=Verification.InternalConsistency)
    return module.forward(tuple(inputs))


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape) + sum(shape)))


F = torch.nn.functional
X, Y, IMAGE, WEIGHT = random(2, 3), random(2, 3), random(1, 3, 6, 6), random(4, 3, 3, 3)
ROWS = torch.tensor([2, 0, 1])

# name: (inputs with their types, body, outputs, eager results)
CASES = {
    "defaults_are_written_out": (
        {"x": X, "y": Y}, ["%z = aten::add.Tensor(%x, %y) : f32[2, 3]"], "%z", [X + Y]),
    "keyword_only_argument": (
        {"x": X, "y": Y}, ["%z = aten::add.Tensor(%x, %y, alpha=2) : f32[2, 3]"], "%z", [X + 2 * Y]),
    "real_scalar": (
        {"x": X}, ["%z = aten::mul.Scalar(%x, 0.5) : f32[2, 3]"], "%z", [X * 0.5]),
    "optional_scalar_is_none": (
        {"x": X}, ["%z = aten::clamp(%x, None, 0.25) : f32[2, 3]"], "%z", [X.clamp(max=0.25)]),
    "string": (
        {"x": X}, ['%z = aten::gelu(%x, approximate="tanh") : f32[2, 3]'], "%z", [F.gelu(X, approximate="tanh")]),
    "view_between_is_elided": (
        {"x": X},
        ["%a = aten::relu(%x) : f32[2, 3]", "%b = aten::view_copy(%a, [3, 2]) : f32[3, 2]", "%c = aten::relu(%b) : f32[3, 2]"],
        "%c", [X.relu().view(3, 2)]),
    "view_of_input_is_elided": (
        {"x": X}, ["%b = aten::view_copy(%x, [6]) : f32[6]", "%c = aten::relu(%b) : f32[6]"], "%c", [X.view(6).relu()]),
    "view_of_input_as_output": (
        {"x": X}, ["%b = aten::view_copy(%x, [3, 2]) : f32[3, 2]"], "%b", [X.view(3, 2)]),
    "two_views_as_outputs": (
        {"x": X},
        ["%a = aten::relu(%x) : f32[2, 3]", "%b = aten::view_copy(%a, [6]) : f32[6]", "%c = aten::unsqueeze_copy(%a, 0) : f32[1, 2, 3]"],
        "%b, %c", [X.relu().view(6), X.relu()[None]]),
    "input_as_output": (
        {"x": X, "y": Y}, ["%z = aten::relu(%x) : f32[2, 3]"], "%z, %y, %x", [X.relu(), Y, X]),
    "one_output_twice": (
        {"x": X}, ["%z = aten::relu(%x) : f32[2, 3]"], "%z, %z", [X.relu(), X.relu()]),
    "optional_tensor_is_none": (
        {"x": IMAGE, "w": WEIGHT},
        ["%z = aten::convolution(%x, %w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1) : f32[1, 4, 6, 6]"],
        "%z", [F.conv2d(IMAGE, WEIGHT, padding=1)]),
    "several_results": (
        {"x": IMAGE}, ["%v, %i = aten::max_pool2d_with_indices(%x, [2, 2], [2, 2]) : f32[1, 3, 3, 3], i64[1, 3, 3, 3]"],
        "%v, %i", list(F.max_pool2d(IMAGE, 2, return_indices=True))),
    "list_of_tensors": (
        {"x": X, "y": Y}, ["%z = aten::cat([%x, %y, %x], 1) : f32[2, 9]"], "%z", [torch.cat([X, Y, X], 1)]),
    "optional_dtype_is_none": (
        {"x": X}, ["%z = aten::mean.dim(%x, [1], True) : f32[2, 1]"], "%z", [X.mean(1, True)]),
    "one_number_for_a_list": (
        {"x": IMAGE}, ["%z = aten::avg_pool2d(%x, [3, 3], [3, 3]) : f32[1, 3, 2, 2]"], "%z", [F.avg_pool2d(IMAGE, 3)]),
    "dtype_comes_from_the_out": (
        {"x": X}, ["%z = aten::full([2, 2], 3, dtype=i64) : i64[2, 2]", "%y = aten::relu(%x) : f32[2, 3]"], "%z, %y",
        [torch.full((2, 2), 3), X.relu()]),
    "boolean": (
        {"x": X}, ["%z = aten::_softmax(%x, -1, False) : f32[2, 3]"], "%z", [X.softmax(-1)]),
    "integers_as_input": (
        {"w": random(5, 4), "i": ROWS}, ["%z = aten::embedding(%w, %i) : f32[3, 4]"], "%z", None),
    "rank_zero": (
        {"x": X}, ["%z = aten::mean(%x) : f32[]", "%y = aten::relu(%z) : f32[]"], "%y", [X.mean().relu()]),
}
CASES["integers_as_input"] = (*CASES["integers_as_input"][:3], [F.embedding(ROWS, CASES["integers_as_input"][0]["w"])])
DTYPES = {torch.float32: "f32", torch.int64: "i64"}


def graph_text(inputs, body, outputs):
    lines = [f"%{name} = input : {DTYPES[tensor.dtype]}[{', '.join(map(str, tensor.shape))}]" for name, tensor in inputs.items()]
    return 'graph "forward" {\n  ' + "\n  ".join([*lines, *body, f"return {outputs}"]) + "\n}\n"


@pytest.mark.parametrize("name", CASES)
def test_official_runtime_agrees_with_eager(name, tmp_path):
    inputs, body, outputs, expected = CASES[name]
    results = run_official(emit(graph_text(inputs, body, outputs), tmp_path), *inputs.values())
    assert len(results) == len(expected)
    for result, eager in zip(results, expected):
        assert result.shape == eager.shape and result.dtype == eager.dtype
        torch.testing.assert_close(result, eager, rtol=1e-5, atol=1e-6)


CONSTANTS = """graph "forward" {
  %x = input : f32[2, 2]
  %a = parameter "a" : f32[2, 2] = {1, 2, 3, 4}
  %b = parameter "b" : f32[4] = {1, 2, 3, 4}
  %c = parameter "c" : f32[0] = {}
  %y = aten::add.Tensor(%x, %a) : f32[2, 2]
  return %y, %a, %b, %c
}
"""


def test_constants_as_outputs_and_equal_bytes_once(tmp_path):
    program = emit(CONSTANTS, tmp_path)
    x = random(2, 2)
    y, a, b, c = run_official(program, x)
    torch.testing.assert_close(y, x + torch.tensor([[1.0, 2], [3, 4]]))
    assert a.tolist() == [[1, 2], [3, 4]] and b.tolist() == [1, 2, 3, 4] and c.shape == (0,)
    assert int.from_bytes(program[32:40], "little") == 16 + 1  # a and b are one; c has no bytes but a place


def test_unbounded_shape_is_refused_by_name(tmp_path):
    text = 'graph "forward" {\n  symbol s0 in [2, 9223372036854775807]\n  %x = input : f32[<s0>, 2]\n  return %x\n}\n'
    done = emit(text, tmp_path, check=False)
    assert done.returncode == 1
    assert "dimension 0 of 'x' is s0, which nothing bounds" in done.stderr
