# SPDX-License-Identifier: BSD-3-Clause
"""Random programs of views and in-place operators against eager PyTorch: buffers, inputs and intermediates, chains of views of views,
reads in between. Each seed is one program; `WICK_TEST_ALL=1` runs more of them."""
import os
import random

import pytest
import torch
from programs import check_program, eager_steps, export, written_inputs
from torch import nn

COUNT = 300 if os.environ.get("WICK_TEST_ALL") else 24


def dims(tensor, least=1):
    return [d for d in range(tensor.dim()) if tensor.shape[d] >= least]


def slice_of(rng, t):
    d = rng.choice(dims(t, 2))
    start = rng.randrange(t.shape[d] - 1)
    end = rng.randrange(start + 1, t.shape[d] + 1)
    return f".narrow({d}, {start}, {end - start})"


def index(rng, t):
    d = rng.choice(dims(t, 2))
    step = rng.choice([1, 1, 2])
    start = rng.randrange(t.shape[d] - 1)
    return "[" + ":, " * d + f"{start}::{step}]" if d else f"[{start}::{step}]"


def reshaped(rng, t):
    n = t.numel()
    cuts = [k for k in (1, 2, 3, 4, 6) if n % k == 0]
    k = rng.choice(cuts)
    return f".reshape({k}, {n // k})"


VIEWS = [
    (lambda rng, t: ".t()" if t.dim() == 2 else ".transpose(0, -1)", 1),
    (lambda rng, t: f".select({rng.choice(dims(t))}, {rng.randrange(-1, 1)})", 1),
    (slice_of, 2),
    (index, 2),
    (reshaped, 1),
    (lambda rng, t: ".flatten()", 1),
    (lambda rng, t: ".contiguous()", 1),
    (lambda rng, t: f".unsqueeze({rng.randrange(t.dim() + 1)})", 0),
    (lambda rng, t: f".chunk(2, {rng.choice(dims(t, 2))})[{rng.randrange(2)}]", 2),
    (lambda rng, t: f".unbind({rng.choice(dims(t))})[0]", 1),
    (lambda rng, t: ".detach()", 0),
    (lambda rng, t: ".clone()", 0),
    (lambda rng, t: ".squeeze()", 0),
]
WRITES = [
    ".add_({other})", ".mul_({other})", ".sub_(0.5)", ".mul_(2)", ".zero_()", ".fill_(1.25)", ".relu_()", ".copy_({other})",
    ".masked_fill_({other} > 0, 0.75)", ".clamp_(-1, 1)", ".neg_()",
]


class Program(nn.Module):
    """Lines of Python on names of tensors: t0 is a buffer, t1 an input, the rest views and results."""

    def __init__(self, lines, outputs):
        super().__init__()
        self.register_buffer("kept", torch.arange(24.0).reshape(4, 6) / 8 - 1)
        self.lines, self.outputs = lines, outputs

    def forward(self, x):
        names = {"t0": self.kept, "t1": x, "torch": torch}
        for line in self.lines:
            exec(line, names)
        return tuple(names[name] * 1 for name in self.outputs)


def other_for(names, rng, target):
    """A tensor that broadcasts to the target and is fresh, so that eager reads no half-written memory."""
    return f"(t2[:1, :1] + {rng.randrange(3)}).reshape(())" if rng.random() < 0.5 else f"(torch.ones({list(target.shape)}) * t2.sum())"


def make_program(seed):
    """Grows a program line by line, keeping what eager PyTorch accepts."""
    rng = random.Random(seed)
    lines = ["t2 = t0 * 0.5 + t1"]
    program = Program(lines, [])
    state = {"t0": program.kept.clone(), "t1": torch.ones(4, 6), "torch": torch}
    exec(lines[0], state)
    names = ["t0", "t1", "t2"]
    while len(lines) < 4 + seed % 9:
        target = rng.choice(names)
        tensor = state[target]
        if rng.random() < 0.45:
            line = target + rng.choice(WRITES).format(other=other_for(names, rng, tensor))
        else:
            view, least = rng.choice(VIEWS)
            if least and not dims(tensor, least):
                continue
            name = f"t{len(names)}"
            line = f"{name} = {target}{view(rng, tensor)}"
        try:
            exec(line, state)
        except (RuntimeError, IndexError):
            continue
        lines.append(line)
        if " = " in line and line.startswith("t"):
            names.append(line.split(" = ")[0]) if line.split(" = ")[0] not in names else None
    return lines, names


@pytest.mark.parametrize("seed", range(COUNT))
def test_random_program_equals_eager(seed, tmp_path):
    lines, names = make_program(seed)
    print(f"seed {seed}\n" + "\n".join(lines) + f"\nreturn {', '.join(names)}")
    module = Program(lines, names)
    steps = [(torch.rand(4, 6, generator=torch.Generator().manual_seed(10 * seed + k)) * 2 - 1,) for k in range(2)]
    exported = export(module, steps[0])
    wanted = eager_steps(module, steps, written_inputs(exported["core"]))
    form, target = [("training", "wick"), ("training", "portable"), ("core", "wick"), ("core", "portable")][seed % 4]
    if any("copy_((" in line for line in lines):
        form = "training"  # core ATen: torch's decomposition of copy_ forgets to broadcast
    check_program(exported[form], target, steps, wanted, tmp_path)
