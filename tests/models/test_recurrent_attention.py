# SPDX-License-Identifier: BSD-3-Clause
"""Recurrent networks and attention, as exported and as core ATen, on Wick's operators and on official ones: eager's values."""
import re
import warnings

import numpy
import pytest
import torch
from common import run_wick
from torch import nn

warnings.filterwarnings("ignore")
RTOL, ATOL = 1e-3, 1e-4


class Call(nn.Module):
    """A function of modules and inputs."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)


def values(*shape, seed=3):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    return [tensor for item in result if item is not None for tensor in flat(item)]


def run(program, inputs, count, folder):
    arguments = []
    for i, tensor in enumerate(inputs):
        numpy.save(folder / f"x{i}.npy", numpy.ascontiguousarray(tensor.numpy()))
        arguments += ["--input", folder / f"x{i}.npy"]
    for i in range(count):
        arguments += ["--output", folder / f"y{i}.npy"]
    run_wick("run", program, *arguments)
    return [numpy.load(folder / f"y{i}.npy") for i in range(count)]


def check(exported, target, inputs, wanted, folder):
    torch.export.save(exported, folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "--target", target, "-o", folder / "m.pte")
    found = run(folder / "m.pte", flat(inputs), len(wanted), folder)
    for i, (have, want) in enumerate(zip(found, wanted, strict=True)):
        assert have.shape == tuple(want.shape), f"output {i}"
        numpy.testing.assert_allclose(have, want.numpy(), rtol=RTOL, atol=ATOL, err_msg=f"{target}: output {i}")


def seeded(make):
    torch.manual_seed(5)
    return make().eval()


X = values(5, 2, 4)
RECURRENT = {
    "lstm": (lambda: nn.LSTM(4, 8), (X,)),
    "lstm_two_layers_both_ways": (lambda: nn.LSTM(4, 6, 2, bidirectional=True, batch_first=True, dropout=0.3), (values(2, 5, 4),)),
    "lstm_projected": (lambda: nn.LSTM(4, 8, 2, proj_size=3, bidirectional=True), (X,)),
    "lstm_without_bias": (lambda: nn.LSTM(4, 8, bias=False), (X,)),
    "lstm_with_state": (lambda: nn.LSTM(4, 3, 2), (X, (values(2, 2, 3), values(2, 2, 3, seed=4)))),
    "lstm_unbatched": (lambda: nn.LSTM(4, 8), (values(6, 4),)),
    "gru": (lambda: nn.GRU(4, 8), (X,)),
    "gru_two_layers_both_ways": (lambda: nn.GRU(4, 5, 2, bidirectional=True, batch_first=True, bias=False), (values(2, 5, 4),)),
    "gru_with_state": (lambda: nn.GRU(4, 3), (X, values(1, 2, 3))),
    "rnn": (lambda: nn.RNN(4, 7), (X,)),
    "rnn_relu_both_ways": (lambda: nn.RNN(4, 6, 2, nonlinearity="relu", bidirectional=True), (X,)),
    "lstm_cell": (lambda: nn.LSTMCell(4, 8), (X[0],)),
    "lstm_cell_with_state": (lambda: nn.LSTMCell(4, 3), (X[0], (values(2, 3), values(2, 3, seed=4)))),
    "gru_cell": (lambda: nn.GRUCell(4, 8, bias=False), (X[0], values(2, 8))),
    "rnn_cell": (lambda: nn.RNNCell(4, 8), (X[0],)),
    "rnn_cell_relu_unbatched": (lambda: nn.RNNCell(4, 8, nonlinearity="relu"), (X[0, 0],)),
    "last_output_of_lstm": (lambda: Call(lambda l, h, x: h(l(x)[0][:, -1]), nn.LSTM(4, 8, batch_first=True), nn.Linear(8, 3)), (values(2, 6, 4),)),
}


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_network_equals_eager(name, tmp_path):
    make, inputs = RECURRENT[name]
    module = seeded(make)
    with torch.no_grad():
        wanted = flat(module(*inputs))
        exported = torch.export.export(module, inputs)
    check(exported, "wick", inputs, wanted, tmp_path)
    check(exported, "portable", inputs, wanted, tmp_path)


def instructions(program):
    """The operators that a program calls, in order."""
    return re.findall(r"^ +\d+ +(\w+::[\w.]+)\(", run_wick("inspect", program).stdout, re.MULTILINE)


def compiled_for_wick(module, inputs, folder):
    torch.export.save(torch.export.export(module.eval(), inputs), folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "--target", "wick", "-o", folder / "m.pte")
    return folder / "m.pte"


def test_lstm_of_16_steps_is_one_instruction_and_small(tmp_path):
    program = compiled_for_wick(nn.LSTM(4, 8), (values(16, 1, 4),), tmp_path)
    assert instructions(program) == ["wick::lstm.out"]
    assert program.stat().st_size < 6 * 1024


def test_each_layer_and_direction_is_one_instruction(tmp_path):
    program = compiled_for_wick(nn.GRU(4, 8, 2, bidirectional=True), (values(16, 1, 4),), tmp_path)
    assert instructions(program).count("wick::gru.out") == 4
    assert set(instructions(program)) == {"wick::gru.out", "aten::cat.out"}


@pytest.mark.parametrize("name", ["gru", "lstm_projected", "rnn", "gru_cell"])
def test_recurrent_network_as_core_aten_equals_eager(name, tmp_path):
    make, inputs = RECURRENT[name]
    module = seeded(make) if name != "lstm_projected" else seeded(lambda: nn.LSTM(4, 8, proj_size=3))
    with torch.no_grad():
        wanted = flat(module(*inputs))
        exported = torch.export.export(module, inputs).run_decompositions()
    check(exported, "wick", inputs, wanted, tmp_path)


def test_packed_sequence_is_refused_by_name(tmp_path):
    packed = lambda l, x: l(nn.utils.rnn.pack_padded_sequence(x, torch.tensor([5, 3])))[1][0]  # noqa: E731
    try:
        exported = torch.export.export(Call(packed, nn.LSTM(4, 8)), (X,))
    except Exception as error:
        pytest.skip(f"torch.export refuses it first: {type(error).__name__}")
    torch.export.save(exported, tmp_path / "m.pt2")
    done = run_wick("compile", tmp_path / "m.pt2", "-o", tmp_path / "m.pte", check=False)
    assert done.returncode != 0 and "packed sequences" in done.stderr


F = nn.functional
Q, K, V = values(2, 4, 5, 8), values(2, 4, 6, 8, seed=4), values(2, 4, 6, 3, seed=5)
BOOLS = torch.rand(5, 6, generator=torch.Generator().manual_seed(1)) > 0.4
BOOLS[2] = False
SEQUENCE = values(2, 5, 8)
CAUSAL = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)


def attention(**options):
    return lambda: Call(lambda q, k, v, *mask: F.scaled_dot_product_attention(q, k, v, *mask, **options))


def multihead(*arguments, **options):
    return lambda: Call(lambda m, x, *rest: flat(m(x, x, x, *rest, **options)), nn.MultiheadAttention(8, 2, *arguments, batch_first=True))


ATTENTION = {
    "sdpa": (attention(), (Q, K, V)),
    "sdpa_of_matrices": (attention(scale=0.5), (Q[0, 0], K[0, 0], V[0, 0])),
    "sdpa_causal": (attention(is_causal=True), (Q, K, V)),
    "sdpa_bool_mask": (attention(), (Q, K, V, BOOLS)),
    "sdpa_float_mask": (attention(), (Q, K, V, torch.where(BOOLS, 0.5, float("-inf")))),
    "sdpa_mask_of_batch": (attention(), (Q, K, V, BOOLS.expand(2, 1, 5, 6).clone())),
    "sdpa_grouped": (attention(enable_gqa=True), (Q, K[:, :2].clone(), V[:, :2].clone())),
    "flash": (lambda: Call(lambda q, k: torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, k)[0]), (Q, K)),
    "math_with_weights": (lambda: Call(lambda q, k: torch.ops.aten._scaled_dot_product_attention_math(q, k, k)), (Q, K)),
    "safe_softmax": (lambda: Call(lambda x: torch.ops.aten._safe_softmax(x, -1)), (torch.where(BOOLS, 1.5, float("-inf")),)),
    "multihead": (multihead(need_weights=False), (SEQUENCE,)),
    "multihead_with_weights": (multihead(), (SEQUENCE,)),
    "multihead_weights_of_heads": (multihead(average_attn_weights=False), (SEQUENCE,)),
}
ATTENTION_AS_CORE = ["multihead_with_weights"]


@pytest.mark.parametrize("name", ATTENTION)
def test_attention_equals_eager(name, tmp_path):
    make, inputs = ATTENTION[name]
    module = seeded(make)
    with torch.no_grad():
        wanted = flat(module(*inputs))
        exported = torch.export.export(module, inputs)
    check(exported, "wick", inputs, wanted, tmp_path)
    check(exported, "portable", inputs, wanted, tmp_path)


@pytest.mark.parametrize("name", ATTENTION_AS_CORE)
def test_attention_as_core_aten_equals_eager(name, tmp_path):
    make, inputs = ATTENTION[name]
    module = seeded(make)
    with torch.no_grad():
        wanted = flat(module(*inputs))
        exported = torch.export.export(module, inputs).run_decompositions()
    check(exported, "wick", inputs, wanted, tmp_path)


def test_attention_is_one_instruction(tmp_path):
    program = compiled_for_wick(attention()(), (Q, K, V, BOOLS), tmp_path)
    assert instructions(program) == ["wick::sdpa.out"]
