# SPDX-License-Identifier: BSD-3-Clause
"""Programs of the official exporter with sizes and numbers known only while running, on our runtime, against eager."""
import pytest
import torch

pytest.importorskip("executorch.exir", reason="the official exporter makes the programs")
from executorch.exir import EdgeCompileConfig, ExecutorchBackendConfig, to_edge  # noqa: E402
from executorch.exir.passes import MemoryPlanningPass  # noqa: E402
from torch.export import Dim, export  # noqa: E402

from common import wick_package  # noqa: E402

wick = wick_package()


def official(module, example, dynamic_shapes, plan_inputs=True):
    program = to_edge(export(module, example, dynamic_shapes=dynamic_shapes, strict=False),
                      compile_config=EdgeCompileConfig(_check_ir_validity=False))
    config = ExecutorchBackendConfig(memory_planning_pass=MemoryPlanningPass(alloc_graph_input=plan_inputs))
    return program.to_executorch(config).buffer


class Views(torch.nn.Module):
    """sym_size, arithmetic on it, et_view."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(6, 4)

    def forward(self, x):
        y = self.linear(x.relu()).reshape(x.shape[0] * 2, 2)
        return y.reshape(x.shape[0], 4) + 1, y.relu().reshape(-1)


class ViewOfInput(torch.nn.Module):
    def forward(self, x):
        return x.reshape(x.shape[0] * 3, 2).relu()


class Numbers(torch.nn.Module):
    """Each operator on numbers that the exporter writes for sizes."""

    def forward(self, x):
        n = x.shape[0]
        return x * (n // 3) + n % 4 + n * 2 - 5, x + torch.sym_max(n, 4), x * (n / 2)


class Item(torch.nn.Module):
    def forward(self, x, k):
        n = k.item()
        torch._check(n >= 1)
        torch._check(n <= 8)
        return x * n


def check(module, program, *inputs):
    method = wick.Runtime.get().load_program(program).load_method("forward")
    for given in inputs:
        want = module(*given)
        got = method.execute(list(given))
        for g, w in zip(got, want if isinstance(want, tuple) else (want,), strict=True):
            torch.testing.assert_close(torch.from_numpy(g), w)


BATCH = {0: Dim("batch", min=2, max=8)}
ROWS = [torch.randn(n, 6, generator=torch.Generator().manual_seed(n)) for n in (2, 3, 5, 8, 2)]


@pytest.mark.parametrize("module", [Views(), ViewOfInput(), Numbers()], ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("plan_inputs", [True, False], ids=["copied", "borrowed"])
def test_dynamic_program_equals_eager(module, plan_inputs):
    program = official(module.eval(), (ROWS[2],), (BATCH,), plan_inputs)
    check(module, program, *[(x,) for x in ROWS])


def test_item_equals_eager():
    module = Item()
    program = official(module, (ROWS[0], torch.tensor(3)), None)
    check(module, program, *[(ROWS[0], torch.tensor(n)) for n in (1, 3, 8)])


def test_map_equals_eager():
    from torch._higher_order_ops.map import map as torch_map

    class Map(torch.nn.Module):
        def forward(self, x, y):
            return torch_map(lambda a, b: a + b, x, y)

    module, y = Map(), torch.randn(6)
    program = official(module, (ROWS[2], y), None)
    check(module, program, (ROWS[2], y), (ROWS[2] + 1, y))
