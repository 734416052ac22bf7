# SPDX-License-Identifier: BSD-3-Clause
"""Makes tests/fuzz/seeds/*.pte, and .ptd for one, with the official exporter: small programs with each kind of value and instruction.

They are kept in the repository, so that fuzzing needs no PyTorch. Run by hand in .venv when the set should grow.
"""
import pathlib
import tempfile

import torch
from executorch.exir import EdgeCompileConfig, ExecutorchBackendConfig, to_edge
from executorch.exir.passes import MemoryPlanningPass
from executorch.exir.passes.init_mutable_pass import InitializedMutableBufferPass
from torch import nn
from torch.export import Dim, export

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, padding=1)
        self.norm = nn.BatchNorm2d(3)
        self.linear = nn.Linear(12, 4)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.norm(self.conv(x))), 2)
        return torch.softmax(self.linear(x.flatten(1)), -1)


class Cond(nn.Module):
    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda v: v + 1, lambda v: v * 2, (x,))


class Cat(nn.Module):
    def forward(self, x, y):
        return nn.functional.pad(torch.cat([x, y], 1), (1, 1)).transpose(0, 1), x.mean(), y[:, 1:2]


class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 4)

    def forward(self, index):
        return self.embedding(index).sum(1)


class Dynamic(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)

    def forward(self, x):
        return torch.tanh(self.linear(x)) + 1


class Mutable(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("state", torch.tensor([1.0, 2.0, 3.0]))

    def forward(self, x):
        self.state.add_(x)
        return self.state * 2


def make(name, module, inputs, dynamic_shapes=None, **config):
    program = export(module.eval(), inputs, dynamic_shapes=dynamic_shapes)
    edge = to_edge(program, compile_config=EdgeCompileConfig(_check_ir_validity=False))
    emitted = edge.to_executorch(ExecutorchBackendConfig(**config))
    (SEEDS / f"{name}.pte").write_bytes(emitted.buffer)
    if config.get("external_constants"):
        with tempfile.TemporaryDirectory() as folder:
            emitted.write_tensor_data_to_file(folder)
            (data,) = pathlib.Path(folder).glob("*.ptd")
            (SEEDS / f"{name}.ptd").write_bytes(data.read_bytes())


def main():
    torch.manual_seed(0)
    SEEDS.mkdir(exist_ok=True)
    make("conv", Conv(), (torch.randn(1, 2, 4, 4),))
    make("cond", Cond(), (torch.randn(3),))
    make("cat", Cat(), (torch.randn(2, 3), torch.randn(2, 2)))
    make("embedding", Embedding(), (torch.tensor([[1, 2, 6]]),))
    make("dynamic", Dynamic(), (torch.randn(4, 3),), ({0: Dim("n", min=1, max=8)},))
    make("mutable", Mutable(), (torch.randn(3),), passes=[InitializedMutableBufferPass(["state"])])
    make("unplanned", Dynamic(), (torch.randn(4, 3),), memory_planning_pass=MemoryPlanningPass(alloc_graph_input=False))
    make("external", Conv(), (torch.randn(1, 2, 4, 4),), external_constants=True)


if __name__ == "__main__":
    main()
