# SPDX-License-Identifier: BSD-3-Clause
"""Wick takes PyTorch models from torch.export to the smallest device.

    program = wick.compile(module, example_inputs, target="cortex-m55")
    program.save("model.pte")
    outputs = wick.Runtime.get().load_program("model.pte").load_method("forward").execute([x])

Importing this package does not import torch; numpy arrays go in and come out.
"""
from wick._errors import CompileError, RuntimeFailure, WickError
from wick._compile import EdgeProgram, ExecutorchProgram, compile, targets, to_edge
from wick._runtime import Method, MethodMeta, Program, Runtime, TensorInfo

__all__ = ["CompileError", "EdgeProgram", "ExecutorchProgram", "Method", "MethodMeta", "Program", "Runtime", "RuntimeFailure",
           "TensorInfo", "WickError", "compile", "targets", "to_edge"]
__version__ = "0.1.0"
