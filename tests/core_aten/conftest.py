# SPDX-License-Identifier: BSD-3-Clause
"""The coverage table: operators whose samples all equal eager, of all that have samples, by class of element type."""
import pytest

_TABLE = {}


@pytest.fixture(scope="session")
def coverage_table():
    return _TABLE


def pytest_terminal_summary(terminalreporter):
    if not _TABLE:
        return
    terminalreporter.section("coverage of core ATen and the official libraries through the compiler")
    for kind, rows in _TABLE.items():
        whole = sum(equal == total for equal, total in rows.values())
        samples, fit = sum(total for _, total in rows.values()), sum(equal for equal, _ in rows.values())
        terminalreporter.write_line(f"{kind:8s} {whole} of {len(rows)} operators equal eager on all samples; {fit} of {samples} samples")
