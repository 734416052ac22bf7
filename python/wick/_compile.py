# SPDX-License-Identifier: BSD-3-Clause
"""The compiler: a module or an exported program in, a .pte program out."""
import ctypes
import io
import json
import os
import pathlib

import numpy

from wick._errors import CompileError
from wick._library import OK, ArrayFile, CompileOptions, ConstantMethod, byref, lib, status_name


class ExecutorchProgram:
    """A compiled program: bytes for a device, and what they will take there."""

    def __init__(self, buffer, report, report_json, operators_c, quantize_html, messages):
        self.buffer = buffer
        self.quantize_html = quantize_html  # what quantization cost, as an HTML page; "" without quantize
        self.messages = messages  # warnings and notes of the compiler, a line each
        self.operators_c = operators_c  # C source of the operator table that this model needs
        self._report = report
        self._report_json = report_json

    def save(self, path):
        """Writes the .pte file."""
        pathlib.Path(path).write_bytes(self.buffer)

    def write_to_file(self, open_file):
        open_file.write(self.buffer)

    def report(self):
        """Text: size, memory by arena with its proven lower bound, operators."""
        return self._report

    def report_data(self):
        """The report as Python values."""
        return json.loads(self._report_json)


class EdgeProgram:
    """An exported program on its way to a device; `to_executorch` compiles it."""

    def __init__(self, archive, name, target):
        self._archive = archive
        self._name = name
        self._target = target

    def to_executorch(self, target=None, **quantization):
        """Takes the keywords of `wick.compile`."""
        return _compile_archive(self._archive, self._name, target or self._target, **quantization)


def _decode(text):
    return text.decode("utf-8", "replace") if text else ""


def _result(compilation):
    """The finished compilation as Python values, copied out of the library's memory."""
    size = ctypes.c_size_t()
    data = lib.wick_compilation_program(compilation, byref(size))
    return ExecutorchProgram(ctypes.string_at(data, size.value), _decode(lib.wick_compilation_report(compilation)),
                             _decode(lib.wick_compilation_report_json(compilation)), _decode(lib.wick_compilation_operators_c(compilation)),
                             _decode(lib.wick_compilation_quantize_html(compilation)), _decode(lib.wick_compilation_messages(compilation)))


def _encode(text):
    return text.encode() if text else None


def _array_file(array, name):
    """A .npy in memory: of an array or torch tensor, or the bytes of a file."""
    if isinstance(array, (str, os.PathLike)):
        data, name = pathlib.Path(array).read_bytes(), os.fspath(array)
    else:
        buffer = io.BytesIO()
        numpy.save(buffer, numpy.asarray(array, order="C"))  # a number stays one of no dimension
        data = buffer.getvalue()
    return ArrayFile(name=name.encode(), bytes=data, size_bytes=len(data))


def _names(names):
    return (ctypes.c_char_p * len(names))(*map(str.encode, names)), len(names)


def _quantize(options, quantize=None, calibration=(), labels=None, observer=None, io=None, keep_float=(), keep_int16=(), max_drop=None):
    options.quantize, options.observer, options.io = _encode(quantize), _encode(observer), _encode(io)
    arrays = calibration if isinstance(calibration, (list, tuple)) else [calibration]
    files = [_array_file(array, f"calibration {i}") for i, array in enumerate(arrays)]
    options.calibration, options.calibration_count = (ArrayFile * len(files))(*files), len(files)
    if labels is not None:
        options.labels = _array_file(labels, "labels")
    options.keep_float, options.keep_float_count = _names(keep_float)
    options.keep_int16, options.keep_int16_count = _names(keep_int16)
    options.is_bounded, options.max_drop = max_drop is not None, max_drop or 0


def _constant_methods(options, methods):
    given = []
    for name, value in methods.items():
        method = ConstantMethod(name=name.encode(), is_text=isinstance(value, str))
        if isinstance(value, (bool, int, float, str)):
            method.value = str(value).lower().encode() if isinstance(value, bool) else str(value).encode()
        else:
            method.tensor = _array_file(value, name)
        given.append(method)
    options.constant_methods, options.constant_method_count = (ConstantMethod * len(given))(*given), len(given)


def _compile_archive(archive, name, target, explain=False, constant_methods=None, state=(), **quantization):
    options = CompileOptions(target=_encode(target), source_name=name.encode(), explain=explain)
    _constant_methods(options, constant_methods or {})
    options.state, options.state_count = _names(state)
    _quantize(options, **quantization)
    compilation = ctypes.c_void_p()
    status = lib.wick_compile(archive, len(archive), byref(options), byref(compilation))
    try:
        if status != OK:
            messages = _decode(lib.wick_compilation_messages(compilation)) if compilation else "not enough memory"
            raise CompileError(status, status_name(status), messages.strip())
        return _result(compilation)
    finally:
        if compilation:
            lib.wick_compilation_destroy(compilation)


def _export(model, example_inputs):
    """The exported program of a torch module, or the program that was given."""
    import torch  # only here: a .pt2 file needs no torch

    if isinstance(model, torch.nn.Module):
        if example_inputs is None:
            raise TypeError("a torch module needs example_inputs, a tuple of tensors")
        return torch.export.export(model.eval(), tuple(example_inputs))
    if hasattr(model, "graph_signature"):
        return model
    raise TypeError(f"expected a torch module, an exported program or the path of a .pt2 file, not {type(model).__name__}")


def _archive(model, example_inputs):
    """(.pt2 bytes, name for messages) of anything that can be compiled."""
    if isinstance(model, (str, os.PathLike)):
        return pathlib.Path(model).read_bytes(), os.fspath(model)
    if isinstance(model, (bytes, bytearray)):
        return bytes(model), "archive"
    import torch

    buffer = io.BytesIO()
    torch.export.save(_export(model, example_inputs), buffer)
    return buffer.getvalue(), type(model).__name__


def compile(model, example_inputs=None, target=None, **quantization):  # noqa: A001 (the name users expect)
    """Compiles a torch module (with example inputs), an exported program, or a .pt2 file or its bytes.

    `target` names a device ("cortex-m55", see `targets()`) or is the path of a description; None: any processor with Wick's
    runtime ("wick"); "portable": any ExecuTorch runtime.

    `quantize="int8"` quantizes after training. With it: `calibration`, an array (or path of a .npy) for each input, the
    first axis counts samples; `labels`, the samples' classes; `observer`; `io`, "int8" or "float"; `keep_float` and
    `keep_int16`, names of nodes; `max_drop`, percentage points that may be lost. `quantize="int16"` gives every layer
    activations of 16 bits. See docs/quantization.md.

    `constant_methods={"name": value}` adds methods that return a bool, a number, a string or an array; `state` names buffers that
    are state though this method only reads them.

    `explain=True` records what each pass did to which node, and what it left and why: `report_data()["explain"]`.
    """
    return _compile_archive(*_archive(model, example_inputs), target, **quantization)


def to_edge(exported_program, target=None):
    """First step of the ExecuTorch workflow: `to_edge(torch.export.export(..)).to_executorch().save(path)`."""
    return EdgeProgram(*_archive(exported_program, None), target)


def targets():
    """Names of the device descriptions that come with Wick."""
    names, found = lib.wick_compiler_targets(), []
    while names[len(found)]:
        found.append(names[len(found)].decode())
    return found
