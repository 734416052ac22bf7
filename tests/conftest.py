# SPDX-License-Identifier: BSD-3-Clause
"""What all Python tests share: torch lists its composite operators afresh at each run_decompositions, half of the time
that takes for a small program. The list does not change while tests run."""
import functools

try:
    import torch._export.utils as export_utils
except ImportError:  # tests that need torch skip themselves
    pass
else:
    export_utils._materialize_cpp_cia_ops = functools.lru_cache(export_utils._materialize_cpp_cia_ops)
