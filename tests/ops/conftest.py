# SPDX-License-Identifier: BSD-3-Clause
"""The library that runs operators, and how many samples each was tested on."""
import pytest

_COVERAGE = {}


@pytest.fixture(scope="session")
def lib():
    import op_driver  # imports PyTorch, without which its users skip

    return op_driver.library()


@pytest.fixture(scope="session")
def op_coverage():
    return _COVERAGE


def pytest_terminal_summary(terminalreporter):
    if not _COVERAGE:
        return
    from op_samples import KINDS as kinds
    terminalreporter.section("operators: samples (" + " / ".join(kinds) + ")")
    for name, dtypes in sorted(_COVERAGE.items()):
        cells = [f"{dtype} " + "/".join(str(counts.get(kind, 0)) for kind in kinds) for dtype, counts in dtypes.items()]
        terminalreporter.write_line(f"{name:52s} {'  '.join(cells)}")
    total = sum(sum(counts.values()) for dtypes in _COVERAGE.values() for counts in dtypes.values())
    terminalreporter.write_line(f"{len(_COVERAGE)} operators, {total} samples")
