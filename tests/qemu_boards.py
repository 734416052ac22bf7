# SPDX-License-Identifier: BSD-3-Clause
"""The emulated boards of the device tests, and the target of each one's core."""
import os

TARGETS = {"mps3-an547": "cortex-m55", "mps2-an505": "cortex-m33", "mps2-an500": "cortex-m7", "mps2-an386": "cortex-m4f",
           "mps2-an385": "cortex-m3", "microbit": "cortex-m0"}
ALL = bool(os.environ.get("WICK_TEST_ALL"))
# Those whose libraries `make test` builds, a minute each: with vectors, with the instructions of a DSP, with neither.
INTERPRETED = list(TARGETS) if ALL else ["mps3-an547", "mps2-an386", "microbit"]
