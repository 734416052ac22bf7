# SPDX-License-Identifier: BSD-3-Clause
"""Samples that are not held to eager, each with the reason."""
import math

RANDOM = {"rand", "randn", "randperm", "native_dropout"}
UNDEFINED = {"empty.memory_format", "empty_strided"}

# Where elements are equal, PyTorch leaves open whose index stands where: the values are compared, and that each index,
# used once in its line, leads to its value.
OPEN_ORDER = {"topk", "sort"}


def reason_of(name, dtype, args, kwargs):
    """Why a sample of an operator is not counted; None where it is."""
    if name in RANDOM:
        return "random numbers: held to their distribution in tests/ops"
    if name in UNDEFINED:
        return "the content of an empty tensor is undefined"
    if name == "native_layer_norm_backward" and math.prod(args[2]) == 1:
        return "normalized over one element, the input has no gradient: Wick gives 0, eager what its rounding leaves, times rstd"
    return None
