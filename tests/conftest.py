# SPDX-License-Identifier: BSD-3-Clause
"""What all Python tests share: two habits of torch that make up two thirds of the time of a run_decompositions. It lists its
composite operators afresh, though the list does not change while tests run; and it makes the type of an annotation,
Callable[...], twelve thousand times."""
import functools

try:
    import torch._export.utils as export_utils
    import torch._ops as torch_operators
except ImportError:  # tests that need torch skip themselves
    pass
else:
    export_utils._materialize_cpp_cia_ops = functools.lru_cache(export_utils._materialize_cpp_cia_ops)

    class AnyCallable:
        def __class_getitem__(cls, _):
            return cls

    torch_operators.Callable = AnyCallable
