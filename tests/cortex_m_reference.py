# SPDX-License-Identifier: BSD-3-Clause
"""Registers torch.ops.cortex_m: the Python reference of the Cortex-M operators, from the executorch wheel."""
import importlib
import importlib.util
import sys
import unittest.mock

import pytest


def register():
    """Imports the operators and, as they need each other, the exporter's passes; skips where the wheel has none."""
    if importlib.util.find_spec("executorch") is None:
        pytest.skip("the executorch wheel is absent", allow_module_level=True)
    # The wheel's Arm folder imports it, for files of another processor alone.
    if "tosa_serializer" not in sys.modules and importlib.util.find_spec("tosa_serializer") is None:
        sys.modules["tosa_serializer"] = unittest.mock.MagicMock()
    importlib.import_module("executorch.backends.cortex_m.passes")  # first: it imports the operators itself
    importlib.import_module("executorch.backends.cortex_m.ops.operators")
