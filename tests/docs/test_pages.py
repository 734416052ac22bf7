# SPDX-License-Identifier: BSD-3-Clause
"""Pages: links lead somewhere, C examples compile, and what a page says of the command is what the command does."""
import re
import subprocess

import pytest
from common import ROOT, run_wick

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("src/**/README.md"), *ROOT.glob("examples/**/*.md")])
WORDS = r"build/wick (\w[\w-]*)([^\n#|`]*)"


def pages(pattern):
    return [(page, match) for page in PAGES for match in re.findall(pattern, page.read_text(), re.S | re.M)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page, code", [(page, code) for page, code in pages(r"```c\n(.*?)```")
                                        if "#include" in code and not re.search(r'#include "(?!wick/)', code)])
def test_c_examples_compile(page, code, tmp_path):
    (tmp_path / "example.c").write_text("#include <string.h>\n" + code)
    done = subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT / 'include'}",
                           str(tmp_path / "example.c")], capture_output=True, text=True)
    assert done.returncode == 0, f"{page.name}\n{done.stderr}"


def test_commands_and_options_of_the_pages_exist():
    for page, (command, rest) in pages(WORDS):
        text = run_wick(command, "--help").stdout
        for option in re.findall(r"--[a-z][a-z-]+", rest):
            assert option in text, f"{page.name}: wick {command} {option}"


def test_the_target_of_the_page_compiles(tmp_path):
    target = re.search(r"```json\n(.*?)```", (ROOT / "docs/targets.md").read_text(), re.S)[1]
    (tmp_path / "board.json").write_text(target)
    run_wick("compile", ROOT / "examples/digits/digits.pt2", "--target", tmp_path / "board.json", "-o", tmp_path / "d.pte")
