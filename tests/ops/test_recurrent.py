# SPDX-License-Identifier: BSD-3-Clause
"""wick::lstm, wick::gru and wick::rnn against eager PyTorch, and what they refuse."""
import itertools

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the reference of the operator tests")

import op_driver  # noqa: E402

ROWS = op_driver.rows()
STEPS, BATCH, INPUTS, UNITS = 3, 2, 5, 6
GATES = {"lstm_out": 4, "gru_out": 3, "rnn_out": 1}
BOUNDS = {torch.float32: (1e-5, 1e-5), torch.float16: (5e-3, 2e-3), torch.bfloat16: (4e-2, 2e-2)}


def values(*shape, dtype=torch.float32):
    return (torch.randn(shape) / 2).to(dtype)


def arguments(row, dtype=torch.float32, batch_first=False, reverse=False, biases=True, state=True, extra=None, batch=BATCH):
    """The inputs of a call by name, in the order of the schema."""
    rows, out = GATES[row] * UNITS, extra if extra and row == "lstm_out" else UNITS
    made = {
        "input": values(*((batch, STEPS) if batch_first else (STEPS, batch)), INPUTS, dtype=dtype),
        "hidden": values(1, batch, out, dtype=dtype) if state else None,
        "weight_input": values(rows, INPUTS, dtype=dtype), "weight_hidden": values(rows, out, dtype=dtype),
        "bias_input": values(rows, dtype=dtype) if biases else None, "bias_hidden": values(rows, dtype=dtype) if biases else None,
        "batch_first": batch_first, "reverse": reverse,
    }
    if row == "lstm_out":
        made["cell"] = values(1, batch, UNITS, dtype=dtype) if state else None
        made["weight_projection"] = values(out, UNITS, dtype=dtype) if extra else None
    elif row == "rnn_out":
        made["relu"] = bool(extra)
    return made


def eager(row, a):
    """Eager's network of one layer, in float32, on the sequence turned round where the call goes from its end."""
    time = 1 if a["batch_first"] else 0
    wide = {k: v.float() if isinstance(v, torch.Tensor) else v for k, v in a.items()}
    x = wide["input"].flip(time) if a["reverse"] else wide["input"]
    batch = x.shape[1 - time]
    biased = wide["bias_input"] is not None
    params = [wide[k] for k in ("weight_input", "weight_hidden", "bias_input", "bias_hidden", "weight_projection") if wide.get(k) is not None]
    hidden = wide["hidden"] if wide["hidden"] is not None else torch.zeros(1, batch, wide["weight_hidden"].shape[1])
    options = (params, biased, 1, 0.0, False, False, bool(a["batch_first"]))
    if row == "lstm_out":
        cell = wide["cell"] if wide["cell"] is not None else torch.zeros(1, batch, UNITS)
        results = torch.ops.aten.lstm.input(x, [hidden, cell], *options)
    elif row == "gru_out":
        results = torch.ops.aten.gru.input(x, hidden, *options)
    else:
        results = (torch.ops.aten.rnn_relu if a["relu"] else torch.ops.aten.rnn_tanh).input(x, hidden, *options)
    y = results[0].flip(time) if a["reverse"] else results[0]
    return [r.to(a["input"].dtype).contiguous() for r in (y, *results[1:])]


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("row", GATES)
def test_layer_equals_eager(lib, row, dtype):
    torch.manual_seed(1)
    rtol, atol = BOUNDS[dtype]
    for batch_first, reverse, biases, state, extra in itertools.product((False, True), repeat=5):
        extra = 4 if extra and row == "lstm_out" else extra
        if row == "gru_out" and extra:
            continue
        a = arguments(row, dtype, batch_first, reverse, biases, state, extra)
        wanted = eager(row, a)
        for mode in ("static", "dynamic"):
            outcome = op_driver.call(lib, ROWS[row], list(a.values()), wanted, mode)
            assert outcome.status == 0, outcome.text
            for got, want in zip(outcome.outputs, wanted, strict=True):
                torch.testing.assert_close(got, want, rtol=rtol, atol=atol)


@pytest.mark.parametrize("row", GATES)
def test_empty_batch_gives_empty_outs(lib, row):
    a = arguments(row, batch=0)
    count = 3 if row == "lstm_out" else 2
    wanted = [torch.zeros(STEPS, 0, UNITS)] + [torch.zeros(1, 0, UNITS)] * (count - 1)
    assert op_driver.call(lib, ROWS[row], list(a.values()), wanted).status == 0


@pytest.mark.parametrize("row", GATES)
def test_nan_stays(lib, row):
    a = arguments(row)
    a["input"][1, 0, 2] = float("nan")
    wanted = eager(row, a)
    outcome = op_driver.call(lib, ROWS[row], list(a.values()), wanted)
    assert torch.equal(outcome.outputs[0].isnan(), wanted[0].isnan()) and wanted[0].isnan().any()


@pytest.mark.parametrize("row", GATES)
def test_tensors_that_do_not_fit_are_refused(lib, row):
    a = arguments(row)
    wanted = eager(row, a)
    wrong = {
        "input": [torch.zeros(STEPS, BATCH), torch.zeros(0, BATCH, INPUTS), torch.zeros(STEPS, BATCH, INPUTS + 1)],
        "hidden": [torch.zeros(1, BATCH, UNITS + 1), torch.zeros(BATCH, UNITS), torch.zeros(2, BATCH, UNITS)],
        "weight_input": [torch.zeros(1, INPUTS), torch.zeros(GATES[row] * UNITS)],
        "weight_hidden": [torch.zeros(GATES[row] * UNITS, UNITS + 1), torch.zeros(0, UNITS), torch.zeros(0, 0)],
        "bias_input": [torch.zeros(UNITS - 1), torch.zeros(1, GATES[row] * UNITS), torch.zeros(GATES[row] * UNITS, dtype=torch.float16)],
    }
    if row == "lstm_out":
        wrong["cell"] = [torch.zeros(1, BATCH, UNITS + 1)]
        wrong["weight_projection"] = [torch.zeros(UNITS, UNITS - 1), torch.zeros(UNITS - 1, UNITS)]
    for name, tensors in wrong.items():
        for tensor in tensors:
            outcome = op_driver.call(lib, ROWS[row], list({**a, name: tensor}.values()), wanted)
            assert outcome.status != 0 and not outcome.is_prepared, f"{name} {list(tensor.shape)}"
    assert op_driver.call(lib, ROWS[row], list(a.values()), wanted, "wrong").status != 0
