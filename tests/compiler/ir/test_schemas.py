# SPDX-License-Identifier: BSD-3-Clause
"""Every schema in the operator tables is the one that PyTorch publishes."""
import pathlib
import re

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("executorch.exir")  # registers dim_order_ops
pytest.importorskip("transformers.integrations.moe")  # registers grouped_mm_fallback
pytest.importorskip("torch.nn.modules.linear_cross_entropy")  # registers torch_nn

import cortex_m_reference  # noqa: E402

cortex_m_reference.register()

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Which of a row's strings are the operator's name and its schema.
TABLES = {
    "src/ops/ops.def": (1, 2),
    "src/compiler/ir/composite.def": (0, 1),
    "src/compiler/ir/functional.def": (0, 1),
}


def rows():
    for table, (name, schema) in TABLES.items():
        for line in (ROOT / table).read_text().splitlines():
            if re.match(r"WICK_[A-Z]+\(", line):
                strings = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
                if strings[name].startswith(("wick::", "_operator::")):  # published here alone; functions of Python
                    continue
                yield pytest.param(strings[name], strings[schema], id=f"{table}:{strings[name]}")


def published():
    schemas = {}
    for schema in torch._C._jit_get_all_schemas():
        name = schema.name + ("." + schema.overload_name if schema.overload_name else "")
        schemas[name] = str(schema)[len(name):]
    return schemas


PUBLISHED = published()
# Operators that only the emitter of ExecuTorch writes, and its runtime knows.
EMITTED = {"executorch_prim::floordiv.int", "executorch_prim::mod.int", "executorch_prim::et_copy_index.tensor",
           "executorch_prim::et_view.default"}
# Operators of ExecuTorch's main branch that the wheel lacks.
YOUNGER = {"cortex_m::quantized_div", "cortex_m::quantized_div.out"}


def normal(schema):
    """Without aliasing, and with SymInt as the int that it is in an archive."""
    text = schema.replace("SymInt", "int").replace(" ", "").replace('"', "'")
    return re.sub(r"\([a-z](->\*)?!?\)", "", text)


@pytest.mark.parametrize("name, schema", list(rows()))
def test_schema_is_the_published_one(name, schema):
    if name in EMITTED - PUBLISHED.keys():
        pytest.skip("has no published schema")
    twin = re.sub(r"(\.|$)", r"_\1", name, count=1)
    if name not in PUBLISHED and twin in PUBLISHED:  # the functional form of what PyTorch has in place only
        assert normal(schema) == normal(PUBLISHED[twin])
        return
    if name in YOUNGER - PUBLISHED.keys():
        pytest.skip("younger than this wheel")
    assert name in PUBLISHED
    assert normal(schema) == normal(PUBLISHED[name])
