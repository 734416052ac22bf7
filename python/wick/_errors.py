# SPDX-License-Identifier: BSD-3-Clause
"""Exceptions: each carries the status of the C library and its message."""


class WickError(RuntimeError):
    """Something failed. `status` is the number (that of ExecuTorch's error.h), `status_name` its name."""

    def __init__(self, status, status_name, message):
        super().__init__(f"{status_name}: {message}")
        self.status = status
        self.status_name = status_name
        self.message = message


class CompileError(WickError):
    """The compiler refused the model; `message` holds its lines, which name the node and the Python source."""


class RuntimeFailure(WickError):
    """A program could not be opened or run."""

    def __init__(self, status, status_name, message, instruction=None, operator=None):
        super().__init__(status, status_name, message)
        self.instruction = instruction
        self.operator = operator
