# SPDX-License-Identifier: BSD-3-Clause
"""Small modules compiled by the command give what eager PyTorch gives: as exported (training IR) and as core ATen.

Each case is one module; the passes that it exercises are in its name. A case with `refused` must fail at compile time with
that message.
"""
import re

import numpy
import pytest
import torch
from common import ROOT, run_wick
from torch import nn
from torch.nn import functional as F


class Module(nn.Module):
    """A module of one expression."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)


def randomized(module):
    """Running statistics and affine parameters other than 0 and 1, so that folding them shows."""
    generator = torch.Generator().manual_seed(7)
    for name, tensor in list(module.named_parameters()) + list(module.named_buffers()):
        if tensor.is_floating_point():
            noise = torch.rand(tensor.shape, generator=generator)
            tensor.data.copy_(noise + 0.5 if "var" in name else noise * 2 - 1)
    return module


def values(*shape, dtype=torch.float32, seed=3):
    generator = torch.Generator().manual_seed(seed)
    if dtype.is_floating_point:
        return (torch.rand(shape, generator=generator) * 6 - 3).to(dtype)
    return torch.randint(-9, 9, shape, generator=generator).to(dtype)


SPECIAL = torch.tensor([0.0, -0.0, float("nan"), float("inf"), float("-inf"), 1.5, -2.5, 7.0])


def case(name, function, inputs, *parts):
    return pytest.param(Module(function, *parts), inputs, id=name)


def write_view(x):
    y = x * 2
    y.view(-1).relu_()
    return y + 1


def write_base(x):
    y = x * 2
    t = y.t()
    y.mul_(3)
    return t


def write_chain(x):
    y = x.clone()
    y.add_(1).mul_(2)
    y.t().sub_(0.5)
    return y, y.t()


def fill_then_add(x):
    y = torch.empty_like(x)
    y.zero_()
    y += x
    y.clamp_(min=-1)
    return y


def copy_into(x):
    y = torch.zeros(2, 3, 4)
    y.copy_(x)
    return y


def write_parts(x):
    y = torch.zeros(3, 4)
    y[:, 1:3] = x
    row = y[0]
    y[1] = 7.0
    y[:, 0] += y[:, 1]
    y.mul_(2)
    row.add_(1)
    return y, row


def write_chunk(x):
    a, b = (x * 2).chunk(2, 1)
    a.relu_()
    return a + b


CASES = [
    case("conv2d_batch_norm_relu", lambda c, b, x: F.relu_(b(c(x))), (values(1, 3, 8, 8),), nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)),
    case("conv2d_batch_norm_grouped", lambda c, b, x: b(c(x)), (values(2, 4, 7, 7),), nn.Conv2d(4, 6, 3, stride=2, padding=1, dilation=1, groups=2), nn.BatchNorm2d(6)),
    case("conv2d_batch_norm_depthwise", lambda c, b, x: b(c(x)), (values(1, 4, 9, 7),), nn.Conv2d(4, 8, (3, 2), padding=(1, 0), groups=4, bias=False), nn.BatchNorm2d(8)),
    case("conv2d_batch_norm_plain", lambda c, b, x: b(c(x)), (values(1, 2, 5, 5),), nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3, affine=False)),
    case("conv2d_batch_norm_used_twice", lambda c, b, x: (lambda y: b(y) + y)(c(x)), (values(1, 2, 5, 5),), nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3)),
    case("conv1d_batch_norm", lambda c, b, x: b(c(x)), (values(1, 3, 12),), nn.Conv1d(3, 4, 3, padding=2, dilation=2), nn.BatchNorm1d(4)),
    case("conv_transpose2d_batch_norm", lambda c, b, x: b(c(x)), (values(1, 4, 5, 5),), nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), nn.BatchNorm2d(6)),
    case("conv_transpose1d_batch_norm", lambda c, b, x: b(c(x)), (values(1, 2, 6),), nn.ConvTranspose1d(2, 3, 4, stride=2), nn.BatchNorm1d(3)),
    case("linear_batch_norm", lambda c, b, x: b(c(x)), (values(3, 5),), nn.Linear(5, 4), nn.BatchNorm1d(4)),
    case("linear_batch_norm_no_bias", lambda c, b, x: b(c(x)), (values(3, 5),), nn.Linear(5, 4, bias=False), nn.BatchNorm1d(4)),
    case("linear_batch_norm_3d", lambda c, b, x: b(c(x)), (values(2, 3, 5),), nn.Linear(5, 4), nn.BatchNorm1d(3)),
    case("batch_norm_alone", lambda b, x: b(x), (values(1, 3, 4, 4),), nn.BatchNorm2d(3)),
    case("batch_norm_before_conv", lambda b, c, x: c(b(x)), (values(1, 3, 6, 6),), nn.BatchNorm2d(3), nn.Conv2d(3, 2, 3, padding=1)),
    case("conv2d_same", lambda c, x: c(x), (values(1, 2, 7, 8),), nn.Conv2d(2, 3, (4, 3), padding="same")),
    case("conv2d_valid", lambda c, x: c(x), (values(1, 2, 7, 8),), nn.Conv2d(2, 3, 3, padding="valid")),
    case("conv2d_unbatched", lambda c, x: c(x), (values(2, 7, 8),), nn.Conv2d(2, 3, 3)),
    case("conv1d_unbatched", lambda c, x: c(x), (values(2, 9),), nn.Conv1d(2, 3, 3)),
    case("pad_conv2d", lambda c, x: c(F.pad(x, (1, 1, 2, 2))), (values(1, 2, 5, 5),), nn.Conv2d(2, 3, 3, padding=1)),
    case("pad_conv2d_asymmetric", lambda c, x: c(F.pad(x, (0, 1, 0, 1))), (values(1, 2, 6, 6),), nn.Conv2d(2, 3, 3, stride=2)),
    case("pad_conv2d_value", lambda c, x: c(F.pad(x, (1, 1, 1, 1), value=2.0)), (values(1, 2, 5, 5),), nn.Conv2d(2, 3, 3)),
    case("pad_conv1d", lambda c, x: c(F.pad(x, (2, 2))), (values(1, 2, 5),), nn.Conv1d(2, 3, 3)),
    case("pad_conv2d_used_twice", lambda c, x: (lambda p: (c(p), p))(F.pad(x, (1, 1, 1, 1))), (values(1, 2, 5, 5),), nn.Conv2d(2, 3, 3)),
    case("pad_avg_pool", lambda x: F.avg_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2), (values(1, 2, 7, 7),)),
    case("pad_avg_pool_not_counted", lambda x: F.avg_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2, count_include_pad=False), (values(1, 2, 7, 7),)),
    case("pad_negative", lambda x: F.pad(x, (-1, 1, 0, 2)), (values(1, 2, 5, 5),)),
    case("max_pool2d", lambda x: F.max_pool2d(x, 2), (values(1, 2, 7, 6),)),
    case("max_pool2d_unbatched", lambda x: F.max_pool2d(x, 3, 2, 1), (values(2, 7, 6),)),
    case("max_pool1d", lambda x: F.max_pool1d(x, 3, 2, 1), (values(1, 2, 9),)),
    case("max_pool_of_one", lambda x: F.max_pool2d(x, 1), (values(1, 2, 3, 3),)),
    case("avg_pool1d", lambda x: F.avg_pool1d(x, 2), (values(1, 2, 9),)),
    case("avg_pool2d_ceil", lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True), (values(1, 2, 6, 8),)),
    case("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, (3, 2)), (values(1, 2, 7, 6),)),
    case("adaptive_avg_pool2d_to_one", lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1), (values(2, 3, 5, 5),)),
    case("adaptive_avg_pool1d", lambda x: F.adaptive_avg_pool1d(x, 2), (values(1, 2, 7),)),
    case("linear_1d", lambda c, x: c(x), (values(5),), nn.Linear(5, 4)),
    case("linear_4d", lambda c, x: c(x), (values(2, 1, 3, 5),), nn.Linear(5, 4)),
    case("matmul_2d", lambda x, y: x @ y, (values(3, 4), values(4, 5))),
    case("matmul_nd_by_2d", lambda x, y: x @ y, (values(2, 3, 4), values(4, 5))),
    case("matmul_broadcast", lambda x, y: x @ y, (values(2, 1, 3, 4), values(5, 4, 2))),
    case("matmul_vectors", lambda x, y: x @ y, (values(4), values(4))),
    case("matmul_vector_left", lambda x, y: x @ y, (values(4), values(2, 4, 3))),
    case("matmul_vector_right", lambda x, y: x @ y, (values(2, 3, 4), values(4))),
    case("matmul_transposed", lambda x, y: x @ y.mT, (values(2, 3, 4), values(2, 5, 4))),
    case("dropouts", lambda d, a, x: a(d(x)) * 2, (values(3, 4),), nn.Dropout(0.5), nn.AlphaDropout(0.3)),
    case("views", lambda x: x.reshape(4, 6).unsqueeze(0).flatten().view(2, 12).squeeze(), (values(2, 3, 4),)),
    case("unflatten", lambda x: x.unflatten(1, (2, 3)).squeeze(0), (values(1, 6, 2),)),
    case("permutes", lambda x: x.permute(2, 0, 1).transpose(0, 2).movedim(0, -1).contiguous(), (values(2, 3, 4),)),
    case("permute_and_back", lambda x: torch.relu(x.permute(0, 2, 3, 1).permute(0, 3, 1, 2)), (values(1, 2, 3, 4),)),
    case("transposes", lambda x: (x.t(), x.T, x.swapaxes(0, 1) + 1), (values(2, 3),)),
    case("slices", lambda x: (x[:, 1:3], x[-1], x[:, ::2], x.narrow(1, -2, 1)), (values(3, 5),)),
    case("splits", lambda x: [y * 2 for y in x.chunk(3, 1)] + list(x.split([1, 4], 1)) + list(x.unbind(0)), (values(2, 5),)),
    case("expands", lambda x: (x.expand(3, -1, 4), x.expand_as(torch.zeros(2, 2, 4))), (values(2, 1),)),
    case("joins", lambda x, y: (torch.cat([x, y], 1), torch.stack([x, y], -1), torch.concat([x], 0)), (values(2, 3), values(2, 3, seed=4))),
    case("numbers", lambda x: (1 - x, x + 1, 2 * x, x / 4, -x, x - 3), (values(3, 2),)),
    case("numbers_on_integers", lambda x: (1 - x, x + 1, 2 * x, x / 4, -x, 2.5 - x, x * 1.0), (values(3, 2, dtype=torch.int32),)),
    case("numbers_on_bytes", lambda x: (5 - x, x + 1, 2.5 - x), (torch.tensor([0, 3, 200, 255], dtype=torch.uint8),)),
    case("neutral_numbers", lambda x: (x * 1, x + 0, x - 0, x / 1, x + 0.0), (SPECIAL,)),
    case("special_relus", lambda x: (F.relu(x), F.relu6(x), F.hardtanh(x), F.leaky_relu(x), x.clamp(-1, 2), x.clamp(min=0)), (SPECIAL,)),
    case("special_square_neg", lambda x: (x.square(), -x, torch.maximum(x, -x)), (SPECIAL,)),
    case("activations", lambda x: (F.silu(x), F.hardswish(x), F.hardsigmoid(x), F.gelu(x), F.gelu(x, approximate="tanh"), torch.sigmoid(x), torch.tanh(x)), (values(4, 5),)),
    case("in_place_activations", lambda x: F.silu(F.hardswish(F.relu6(x * 2, inplace=True), inplace=True), inplace=True), (values(4, 5),)),
    case("softmax", lambda x: (F.softmax(x, -1), F.log_softmax(x, 0), F.softmax(x.half(), 1, dtype=torch.float32)), (values(4, 5),)),
    case("reductions", lambda x: (x.sum(), x.mean(), x.mean((-1, -2)), x.sum(0, keepdim=True), x.amax(1), x.argmax(1)), (values(4, 5),)),
    case("reductions_of_integers", lambda x: (x.sum(), x.sum(1), x.amax(0)), (values(4, 5, dtype=torch.int32),)),
    case("casts", lambda x: (x.to(torch.float64).to(torch.float32), x.half().float(), x.to(torch.int32), x.type_as(torch.zeros(1, dtype=torch.float64))), (values(3, 2),)),
    case("fills", lambda x: (torch.zeros_like(x) + x, torch.ones(2, 3) * x, x.new_full((3,), 2.5), torch.arange(3) + x, torch.full((2, 1), 7) * x), (values(2, 3),)),
    case("constants", lambda x: x + torch.arange(0, 6, 2).float() * torch.tensor([1.0, -0.0, 2.0]), (values(2, 3),)),
    case("large_constant", lambda x: x + torch.zeros(300, 300), (values(1, 300),)),
    case("common", lambda x: torch.relu(x) + torch.relu(x) * torch.tanh(torch.relu(x)), (values(3,),)),
    case("dead", lambda x: (torch.tanh(x), x.sum())[0], (values(3,),)),
    case("outputs_repeated", lambda x: (lambda y: (y, y, x))(torch.relu(x)), (values(3,),)),
    case("output_is_view_of_input", lambda x: x.view(6), (values(2, 3),)),
    case("output_is_constant", lambda x: (x + 1, torch.full((2,), 3.0)), (values(2,),)),
    case("in_place_view", write_view, (values(2, 3),)),
    case("in_place_base", write_base, (values(2, 3),)),
    case("in_place_chain", write_chain, (values(2, 3),)),
    case("in_place_fill", fill_then_add, (values(2, 3),)),
    case("in_place_copy", copy_into, (values(3, 4),)),
    case("in_place_chunk", write_chunk, (values(3, 4),)),
    case("channels_last_input", lambda c, x: c(x) + 1, (values(1, 3, 6, 6).to(memory_format=torch.channels_last),), nn.Conv2d(3, 4, 3)),
    case("channels_last_weight", lambda c, x: c(x).contiguous(), (values(1, 3, 6, 6),), nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)),
    case("channels_last_inside", lambda c, x: c(x.to(memory_format=torch.channels_last)).flatten(1), (values(1, 3, 6, 6),), nn.Conv2d(3, 4, 3)),
    case("embedding", lambda e, x: e(x), (torch.tensor([[1, 0, 3], [2, 2, 4]]),), nn.Embedding(5, 3, padding_idx=0)),
    case("zero_sized", lambda x: torch.cat([x, x[:, :0]], 1).relu(), (values(2, 3),)),
    case("scalar_tensor_input", lambda x, y: x * y, (values(2, 3), torch.tensor(2.0))),
    case("powers", lambda x: (x**2, x**3, x**1), (values(2, 3),)),
]

# As core ATen these need operators (eq, where) that have no row yet.
TRAINING_ONLY = [
    case("in_place_parts", write_parts, (values(3, 2),)),
]

REFUSED = [
    pytest.param(Module(lambda x: torch.histc(x, 4)), (values(2, 5, dtype=torch.float64),), "argument 'self'", id="double"),
]


def run_compiled(program, inputs, output_count, folder):
    arguments = []
    for i, tensor in enumerate(inputs):
        numpy.save(folder / f"x{i}.npy", numpy.ascontiguousarray(tensor.numpy()))
        arguments += ["--input", folder / f"x{i}.npy"]
    for i in range(output_count):
        arguments += ["--output", folder / f"y{i}.npy"]
    run_wick("run", program, *arguments)
    return [numpy.load(folder / f"y{i}.npy") for i in range(output_count)]


def run_official(program_bytes, inputs):
    from executorch.extension.pybindings.portable_lib import Verification, _load_for_executorch_from_buffer

    module = _load_for_executorch_from_buffer(program_bytes, program_verification=Verification.InternalConsistency)
    return [output.numpy().copy() for output in module.forward(tuple(inputs))]


def check_compiled(exported, target, inputs, wanted, folder):
    torch.export.save(exported, folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "--target", target, "-o", folder / "m.pte")
    check_outputs(run_compiled(folder / "m.pte", inputs, len(wanted), folder), wanted, signs=True)
    if target == "portable": # its promise: the same file on the official runtime
        program_bytes = (folder / "m.pte").read_bytes() # borrowed by the module
        check_outputs(run_official(program_bytes, inputs), wanted, signs=False)


def check_outputs(found, wanted, signs):
    assert len(found) == len(wanted)
    for i, (have, want) in enumerate(zip(found, wanted)):
        want = want.detach().numpy()
        assert have.dtype == want.dtype and have.shape == want.shape, f"output {i}: {have.dtype}{have.shape}"
        numpy.testing.assert_allclose(have, want, rtol=1e-4, atol=1e-5, err_msg=f"output {i}")
        if signs and want.dtype.kind == "f":
            zeros = want == 0
            assert (numpy.signbit(have)[zeros] == numpy.signbit(want)[zeros]).all(), f"output {i}: sign of zero"


@pytest.mark.parametrize("module, inputs", TRAINING_ONLY)
def test_training_form_equals_eager(module, inputs, tmp_path):
    wanted = list(module(*[x.clone() for x in inputs]))
    check_compiled(torch.export.export(module, inputs), "portable", inputs, wanted, tmp_path)


@pytest.mark.parametrize("module, inputs", CASES)
def test_compiled_equals_eager(module, inputs, tmp_path):
    module = randomized(module).eval()
    wanted = module(*[x.clone() for x in inputs])
    wanted = list(wanted) if isinstance(wanted, (tuple, list)) else [wanted]
    exported = torch.export.export(module, inputs)
    check_compiled(exported, "portable", inputs, wanted, tmp_path)
    check_compiled(exported, "cortex-m55", inputs, wanted, tmp_path)
    check_compiled(exported.run_decompositions(), "portable", inputs, wanted, tmp_path)


@pytest.mark.parametrize("module, inputs, message", REFUSED)
def test_refused_by_name(module, inputs, message, tmp_path):
    torch.export.save(torch.export.export(module, inputs), tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0
    assert message in done.stderr


def test_page_lists_the_passes_in_order():
    rows = re.findall(r'WICK_PASS\((\w+), "(.*)"\)', (ROOT / "src/compiler/passes/passes.def").read_text())
    page = re.findall(r"^\| `(\w+)` \| (.*) \|$", (ROOT / "docs/passes.md").read_text(), re.MULTILINE)
    assert rows and rows == page
