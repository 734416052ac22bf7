# SPDX-License-Identifier: BSD-3-Clause
"""One ATen call as a program: writes it as a graph in text form, compiles it with all passes, runs it.

Tensors become inputs of the graph, everything else stands in the call."""
import ctypes
import math
import os
import struct

import numpy
import torch
from common import ROOT
from torch.utils._pytree import tree_leaves

BUILD = ROOT / os.environ.get("WICK_BUILD", "build")
os.environ.setdefault("WICK_LIBRARY", str(BUILD / "python" / "libwick.so"))
DTYPES = {torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.float64: "f64", torch.int8: "i8", torch.uint8: "u8",
          torch.int16: "i16", torch.int32: "i32", torch.int64: "i64", torch.bool: "bool", torch.uint16: "u16", torch.complex64: "c64"}
CODES = {torch.uint8: 0, torch.int8: 1, torch.int16: 2, torch.int32: 3, torch.int64: 4, torch.float16: 5, torch.float32: 6, torch.float64: 7,
         torch.complex64: 9, torch.bool: 11, torch.bfloat16: 15, torch.uint16: 27}


class Refused(Exception):
    """The compiler or the runtime refuses the call."""


class _Program(ctypes.Structure):
    _fields_ = [("arena", ctypes.c_void_p), ("bytes", ctypes.c_void_p), ("size_bytes", ctypes.c_size_t), ("messages", ctypes.c_char_p)]


def _load():
    lib = ctypes.CDLL(str(BUILD / "tests" / "libwick_graph_test.so"))
    lib.wick_test_compile.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(_Program)]
    return lib


_lib = None


def compile_text(text, target="wick"):
    """The .pte of a graph in text form; Refused with the compiler's messages."""
    global _lib
    _lib = _lib or _load()
    program = _Program()
    status = _lib.wick_test_compile(text.encode(), target.encode(), ctypes.byref(program))
    data = ctypes.string_at(program.bytes, program.size_bytes) if status == 0 else b""
    messages = program.messages.decode("utf-8", "replace")
    _lib.wick_test_release(ctypes.byref(program))
    if status:
        raise Refused(messages.strip() or f"status {status}")
    return data


def _order(tensor):
    """Dim order of a dense tensor; None where it is contiguous."""
    if tensor.is_contiguous():
        return None
    return sorted(range(tensor.dim()), key=lambda d: -tensor.stride(d))


def _type(tensor):
    order = _order(tensor)
    return f"{DTYPES[tensor.dtype]}[{', '.join(map(str, tensor.shape))}]" + (f"{{{', '.join(map(str, order))}}}" if order else "")


def _real(value):
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = repr(value)
    return text if any(c in text for c in ".en") else text + ".0"


def _argument(value, names):
    if isinstance(value, torch.Tensor):
        return names[id(value)]
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_argument(x, names) for x in value) + "]"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, torch.dtype):
        return DTYPES[value]
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, complex):
        return names.setdefault(("number", value.real, value.imag), f"%c{len(names)}")
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (torch.memory_format, torch.layout, torch.device)):
        return "code(0)"
    return str(int(value))


def _complex_constants(names):
    """Complex Scalars are constants without dimensions, as the importer makes them; their bits are written as a number."""
    for key, name in names.items():
        if isinstance(key, tuple):
            bits = struct.unpack("<q", struct.pack("<2f", *key[1:]))[0]
            yield f"  {name} = constant : c64[] = {{{bits}}}"


def graph_text(overload, args, kwargs, outputs):
    """The call as a graph; and the tensors that are its inputs, in order. Outputs of None are not returned."""
    name = overload._schema.name + (f".{overload._schema.overload_name}" if overload._schema.overload_name else "")
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
    inputs = list({id(x): x for x in tensors}.values())
    names = {id(x): f"%x{i}" for i, x in enumerate(inputs)}
    # Other spellings of the default of a schema: what torch.export leaves out.
    given = [_argument(x, names) for x in args]
    given += [f"{key}={_argument(value, names)}" for key, value in kwargs.items() if key not in ("layout", "device", "pin_memory", "memory_format", "generator")]
    results = [f"%y{i}" for i in range(len(outputs))]
    lines = [f"  %x{i} = input : {_type(x)}" for i, x in enumerate(inputs)] + list(_complex_constants(names))
    lines.append(f"  {', '.join(results)} = {name}({', '.join(given)}) : {', '.join('f32[0]' if y is None else _type(y) for y in outputs)}")
    returned = [name for name, y in zip(results, outputs) if y is not None]
    return "\n".join(['graph "forward" {', *lines, f"  return {', '.join(returned)}", "}", ""]), inputs


def _bytes(tensor):
    order = _order(tensor)
    flat = (tensor.permute(order) if order else tensor).contiguous()
    return flat.as_strided((flat.numel(),), (1,)).view(torch.uint8) if flat.numel() else torch.empty(0, dtype=torch.uint8)


def run(data, inputs):
    """Outputs of a program as torch tensors."""
    from wick import Runtime
    from wick import _library as c

    method = Runtime.get().load_program(data).load_method("forward")
    kept = []
    for index, tensor in enumerate(inputs):
        array = numpy.frombuffer(_bytes(tensor).numpy().tobytes() or b"\0" * 8, dtype=numpy.uint8)
        aligned = numpy.empty(len(array) + 16, dtype=numpy.uint8)
        start = -aligned.ctypes.data % 16
        aligned[start:start + len(array)] = array
        sizes = (ctypes.c_int32 * max(1, tensor.dim()))(*tensor.shape)
        order = (ctypes.c_uint8 * max(1, tensor.dim()))(*(_order(tensor) or range(tensor.dim())))
        struct = c.Tensor(c.KIND_TENSOR, CODES[tensor.dtype], tensor.dim(), 0, order, aligned.ctypes.data + start, sizes)
        kept.append((aligned, sizes, order))
        failure = c.Failure(0, c.NOWHERE, c.NOWHERE, None, None)
        if c.lib.wick_method_set_input_tensor(method._method, index, ctypes.byref(struct), ctypes.byref(failure)):
            raise Refused(f"input {index}: {failure.text}")
    failure = c.Failure(0, c.NOWHERE, c.NOWHERE, None, None)
    if c.lib.wick_method_execute(method._method, ctypes.byref(failure)):
        raise Refused(f"execute: {failure.operator_name} {failure.text}")
    back = {code: dtype for dtype, code in CODES.items()}
    found = []
    for index in range(method._need.output_count):
        value = c.lib.wick_method_output_value(method._method, index).contents
        if value.kind != c.KIND_TENSOR:
            found.append(torch.tensor(value.real.value if value.kind == c.KIND_REAL else value.integer.value))
            continue
        tensor = value.tensor
        order = [tensor.dim_order[i] for i in range(tensor.rank)]
        shape = [tensor.sizes[d] for d in order]
        size_bytes = c.lib.wick_tensor_size_bytes(ctypes.byref(tensor))
        raw = bytearray(ctypes.string_at(tensor.data, size_bytes)) if size_bytes else None
        flat = torch.frombuffer(raw, dtype=back[tensor.dtype]) if raw else torch.empty(0, dtype=back[tensor.dtype])
        found.append(flat.reshape(shape).permute([order.index(d) for d in range(tensor.rank)]))
    return found
