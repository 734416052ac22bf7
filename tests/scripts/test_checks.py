# SPDX-License-Identifier: BSD-3-Clause
"""The checks of scripts/ pass on a good tree and fail on a bad one, naming the place."""
import pathlib
import shutil
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def tree(tmp_path):
    """A small repository: write(path, text) adds a file, run(script, ...) runs a copy of a check in it."""
    (tmp_path / "scripts").mkdir()

    class Tree:
        root = tmp_path

        def write(self, path, text):
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

        def run(self, script, *arguments):
            copy = tmp_path / "scripts" / script
            shutil.copy(SCRIPTS / script, copy)
            result = subprocess.run([copy, *arguments], capture_output=True, text=True)
            return result.returncode, result.stdout + result.stderr

    return Tree()


def test_layers_allow_what_the_table_has(tree):
    tree.write("src/base/bytes.h", "#include <stdint.h>\n")
    tree.write("src/kernels/copy/copy.c", '#include "base/bytes.h"\n#include <string.h>\n')
    assert tree.run("check_layers")[0] == 0


@pytest.mark.parametrize(
    "path, line, problem",
    [
        ("src/kernels/copy/copy.c", '#include "runtime/plan.h"', "src/kernels may not include src/runtime/plan.h"),
        ("src/runtime/run.c", '#  include "compiler/ir/ir.h"', "src/runtime may not include src/compiler/ir/ir.h"),
        ("src/compiler/support/a.c", '#include "compiler/ir/ir.h"', "src/compiler/support may not include"),
        ("src/base/log.c", "#include <stdio.h>", "a device folder may not include <stdio.h>"),
        ("src/backends/a/run/x.c", '#include "backends/b/blob.h"', "may not include src/backends/b/blob.h"),
    ],
)
def test_layers_refuse_other_arrows(tree, path, line, problem):
    for header in ("src/runtime/plan.h", "src/compiler/ir/ir.h", "src/backends/b/blob.h"):
        tree.write(header, "\n")
    tree.write(path, f"// first line\n{line}\n")
    status, text = tree.run("check_layers")
    assert status == 1
    assert f"{path}:2: " in text
    assert problem in text


def test_headers_that_lack_an_include_are_named(tree):
    tree.write("include/wick/good.h", "#include <stdint.h>\nstatic const int32_t wick_zero = 0;\n")
    assert tree.run("check_headers")[0] == 0
    tree.write("include/wick/bad.h", "int32_t wick_f(void);\n")
    status, text = tree.run("check_headers")
    assert status == 1
    assert "include/wick/bad.h as c11" in text


def build_libraries(tree, source):
    tree.write("a.c", source)
    tree.write("empty.c", "int wick_empty(void) { return 0; }\n")
    for name, unit in (("base", "empty"), ("kernels", "a"), ("ops", "empty"), ("runtime", "empty"), ("bundle", "empty")):
        subprocess.run(["cc", "-c", tree.root / f"{unit}.c", "-o", tree.root / "o.o"], check=True)
        (tree.root / "build").mkdir(exist_ok=True)
        subprocess.run(["ar", "rc", tree.root / "build" / f"libwick_{name}.a", tree.root / "o.o"], check=True)


@pytest.mark.parametrize(
    "source, problem",
    [
        ("int wick_f(int x) { return x; }\n", None),
        ("int f(int x) { return x; }\n", "libwick_kernels.a: 'f' lacks the prefix wick_"),
        ("double sqrt(double); double wick_f(double x) { return sqrt(x) + 1; }\n", "needs 'sqrt'"),
    ],
)
def test_symbols_are_checked(tree, source, problem):
    build_libraries(tree, source)
    status, text = tree.run("check_symbols")
    assert status == (1 if problem else 0), text
    assert problem is None or problem in text


def test_symbols_of_a_missing_build_are_an_error(tree):
    status, text = tree.run("check_symbols")
    assert status == 1
    assert "build first" in text


def test_shape_fails_on_a_long_function_without_reason(tree):
    body = "".join(f"    x += {i};\n" for i in range(130))
    tree.write("src/a.c", f"int wick_f(int x)\n{{\n{body}    return x;\n}}\n")
    status, text = tree.run("shape")
    assert status == 1
    assert "src/a.c: wick_f" in text


def test_shape_counts_repeated_windows(tree):
    body = "".join(f"    x += {i};\n" for i in range(9))
    for name in "ab":
        tree.write(f"src/{name}.c", f"int wick_{name}(int x)\n{{\n{body}    return x;\n}}\n")
    status, text = tree.run("shape")
    assert status == 1
    assert "FAILED  repeated lines" in text
    tree.write("src/b.c", "int wick_b(int x)\n{\n    return x;\n}\n")
    assert tree.run("shape")[0] == 0


def test_operators_page_out_of_date_is_found(tree):
    head = "// What this is.\n//\n// WICK_OP(..)\n\n"
    row = 'WICK_OP(a_out, "aten::a", "aten::a.out", "(Tensor self) -> Tensor", "T", WICK_OP_VIEW, p, r, b)\n'
    tree.write("src/ops/ops.def", head + "// a.c: views\n" + row)
    tree.write("src/compiler/ir/composite.def", 'WICK_COMPOSITE(b, "aten::b", "(int? x) -> Tensor", f, NULL)\n')
    tree.write("docs/operators.md", "old\n")
    assert tree.run("make_operators_page", "--check")[0] == 1
    assert tree.run("make_operators_page")[0] == 0
    assert tree.run("make_operators_page", "--check")[0] == 0
    page = (tree.root / "docs/operators.md").read_text()
    assert "### a.c: views" in page
    assert "| `aten::a` | `aten::a.out` | `(Tensor self) -> Tensor` | view |" in page
    assert "| `aten::b` | `(int? x) -> Tensor` |" in page
