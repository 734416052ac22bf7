# SPDX-License-Identifier: BSD-3-Clause
"""Runs one row of ops.def on PyTorch tensors, through the C function of op_test_library.c.

`rows()` reads the table, `arguments()` brings a functional call into the order of the row's out variant, `call()` builds
the values as they stand in a .pte and runs the operator.
"""
import ctypes
import os
import pathlib
import re
import struct
from collections import namedtuple

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUARD_BYTES = 64
KIND_NONE, KIND_INT, KIND_BOOL, KIND_REAL, KIND_STRING, KIND_TENSOR = range(6)
KIND_INT_LIST, KIND_REAL_LIST, KIND_BOOL_LIST, KIND_TENSOR_LIST = range(6, 10)
CONSTANT, DYNAMIC, LENT = 1, 2, 4
NOT_SUPPORTED, OUT_OF_RESOURCES = 0x10, 0x25
DTYPE_CODES = {
    torch.uint8: 0, torch.int8: 1, torch.int16: 2, torch.int32: 3, torch.int64: 4, torch.float16: 5, torch.float32: 6,
    torch.float64: 7, torch.complex64: 9, torch.bool: 11, torch.bfloat16: 15, torch.uint16: 27,
}

ALL_CODES = {**DTYPE_CODES, torch.complex64: 9}  # complex: test_complex.py

Row = namedtuple("Row", "id functional name schema signature parsed is_random")


def rows():
    """Every row of src/ops/ops.def, by id."""
    pattern = re.compile(r'WICK_OP\((\w+), "([^"]+)", "([^"]+)", "([^"]*)", "([\w|]+)"')
    found = {}
    for line in (ROOT / "src/ops/ops.def").read_text().splitlines():
        if match := pattern.match(line):
            row = match.groups()
            found[row[0]] = Row(*row, torch._C.parse_schema(row[2].removesuffix(".default") + row[3]), "WICK_OP_RANDOM" in line)
    return found


class _Value(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int32), ("dtype", ctypes.c_int32), ("rank", ctypes.c_int32), ("flags", ctypes.c_int32),
                ("integer", ctypes.c_int64), ("real", ctypes.c_double), ("items", ctypes.c_void_p), ("count", ctypes.c_uint64),
                ("data", ctypes.c_void_p), ("dim_order", ctypes.c_void_p), ("sizes", ctypes.c_void_p)]


class _Result(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("is_prepared", ctypes.c_int32), ("detail", ctypes.c_uint32),
                ("text", ctypes.c_char * 116)]


def library():
    """The built op_test library: WICK_OP_TEST_LIBRARY, or the one in the build folder WICK_BUILD (default build)."""
    path = os.environ.get("WICK_OP_TEST_LIBRARY")
    if not path:
        path = ROOT / os.environ.get("WICK_BUILD", "build") / "tests" / "libwick_op_test.so"
    lib = ctypes.CDLL(str(path))
    lib.wick_test_call.argtypes = [ctypes.c_char_p, ctypes.POINTER(_Value), ctypes.c_uint32, ctypes.c_void_p,
                                   ctypes.c_uint32, ctypes.POINTER(_Result)]
    return lib


def dim_order(tensor):
    """Dim order of a dense tensor; natural where sizes of 1 leave a choice."""
    if tensor.is_contiguous():
        return list(range(tensor.dim()))
    if tensor.dim() == 4 and tensor.is_contiguous(memory_format=torch.channels_last):
        return [0, 2, 3, 1]
    if tensor.dim() == 5 and tensor.is_contiguous(memory_format=torch.channels_last_3d):
        return [0, 2, 3, 4, 1]
    return sorted(range(tensor.dim()), key=lambda d: -tensor.stride(d))


def is_dense(tensor):
    """Whether the elements fill their memory without gaps or overlap, so that a .pte can hold the tensor."""
    expected = 1
    for stride, size in sorted((st, sz) for st, sz in zip(tensor.stride(), tensor.shape) if sz != 1):
        if stride != expected:
            return tensor.numel() == 0
        expected *= size
    return True


def _bytes_of(tensor):
    flat = tensor.permute(dim_order(tensor)).reshape(-1)
    dense = torch.empty(flat.shape, dtype=flat.dtype).copy_(flat)  # contiguous() leaves odd strides of size 1 alone
    return dense.view(torch.uint8).numpy().tobytes() if dense.numel() else b""


def _tensor_of(data, like, sizes):
    flat = torch.frombuffer(bytearray(data), dtype=like.dtype) if data else torch.empty(0, dtype=like.dtype)
    order = dim_order(like)
    inverse = [order.index(d) for d in range(len(order))]
    return flat.reshape([sizes[d] for d in order]).permute(inverse)


Constant = namedtuple("Constant", "tensor")  # an input whose bytes lie in the program
Lent = namedtuple("Lent", "tensor")  # an input whose bytes are the caller's


class _Buffer:
    """Bytes of a tensor between two guards."""

    def __init__(self, content):
        self.content = content
        self.memory = ctypes.create_string_buffer(b"\xa5" * GUARD_BYTES + content + b"\xa5" * GUARD_BYTES,
                                                  len(content) + 2 * GUARD_BYTES)

    @property
    def address(self):
        return ctypes.addressof(self.memory) + GUARD_BYTES

    def read(self):
        raw = self.memory.raw
        guards = raw[:GUARD_BYTES] + raw[GUARD_BYTES + len(self.content):]
        assert guards == b"\xa5" * 2 * GUARD_BYTES, "wrote outside of the tensor"
        return raw[GUARD_BYTES:GUARD_BYTES + len(self.content)]


class _Call:
    """The values and argument indices of one KernelCall."""

    def __init__(self):
        self.values = []
        self.keep = []
        self.inputs = []
        self.in_place = []  # (buffer, sizes, value)

    def add(self, **fields):
        self.values.append(_Value(**fields))
        return len(self.values) - 1

    def raw(self, data):
        buffer = ctypes.create_string_buffer(data, len(data) + 1)
        self.keep.append(buffer)
        return ctypes.addressof(buffer)

    def tensor(self, tensor, buffer, sizes, flags=0):
        self.keep.append(buffer)
        return self.add(kind=KIND_TENSOR, dtype=ALL_CODES[tensor.dtype], rank=tensor.dim(), flags=flags,
                        data=buffer.address, dim_order=self.raw(bytes(dim_order(tensor))),
                        sizes=ctypes.addressof(sizes))

    def input(self, tensor, flags=0):
        buffer = _Buffer(_bytes_of(tensor))
        self.inputs.append(buffer)
        sizes = (ctypes.c_int32 * (tensor.dim() + 1))(*tensor.shape)
        self.keep.append(sizes)
        return self.tensor(tensor, buffer, sizes, flags)

    def written(self, tensor):
        """A tensor that the operator writes in place."""
        buffer = _Buffer(_bytes_of(tensor))
        sizes = (ctypes.c_int32 * (tensor.dim() + 1))(*tensor.shape)
        self.keep.append(sizes)
        self.in_place.append((buffer, sizes, self.tensor(tensor, buffer, sizes)))
        return self.in_place[-1][2]

    def ints(self, items):
        """An int[]: int64 indices of integer values."""
        indices = [self.add(kind=KIND_INT, integer=int(item)) for item in items]
        return self.add(kind=KIND_INT_LIST, items=self.raw(struct.pack(f"<{len(indices)}q", *indices)), count=len(indices))

    def tensors(self, items):
        indices = [-1 if item is None else self.input(item) for item in items]
        return self.add(kind=KIND_TENSOR_LIST, items=self.raw(struct.pack(f"<{len(indices)}i", *indices)), count=len(indices))

    def outs(self, indices):
        return self.add(kind=KIND_TENSOR_LIST, items=self.raw(struct.pack(f"<{len(indices)}i", *indices)), count=len(indices))

    def argument(self, letter, value):
        """Value index of an argument whose signature letter is `letter`."""
        if value is None or isinstance(value, (torch.memory_format, torch.layout, torch.device)):
            return self.add(kind=KIND_NONE)
        if isinstance(value, Constant):
            return self.input(value.tensor, CONSTANT)
        if isinstance(value, Lent):
            return self.input(value.tensor, CONSTANT | LENT)
        if letter in "Tt":
            return self.input(value)
        if letter in "LK":
            return self.tensors(value)
        if letter in "Ff":
            return self.add(kind=KIND_REAL_LIST, items=self.raw(struct.pack(f"<{len(value)}d", *value)), count=len(value))
        if letter == "G":
            return self.add(kind=KIND_BOOL_LIST, items=self.raw(bytes(map(bool, value))), count=len(value))
        if letter == "W":
            return self.written(value)
        if letter in "Aa":
            return self.ints(value if isinstance(value, (list, tuple)) else [value])
        if letter in "Cc":
            return self.add(kind=KIND_STRING, items=self.raw(value.encode()), count=len(value))
        if letter in "Dd" or isinstance(value, float):
            return self.add(kind=KIND_REAL, real=float(value))
        if isinstance(value, bool):
            return self.add(kind=KIND_BOOL, integer=int(value))
        if isinstance(value, torch.dtype):
            return self.add(kind=KIND_INT, integer=DTYPE_CODES[value])
        return self.add(kind=KIND_INT, integer=int(value))


Outcome = namedtuple("Outcome", "status text is_prepared outputs sizes")


def _out_sizes(tensor, mode):
    """Sizes given to an out tensor before the call; the entry after the last is the capacity in elements."""
    rank, count = tensor.dim(), tensor.numel()
    if mode == "static":
        return list(tensor.shape) + [0]
    if mode == "dynamic":
        return [0] * rank + [count]
    if mode == "short":
        return [0] * rank + [count - 1]
    return [size + 1 for size in tensor.shape] + [0]  # "wrong"


ScalarOutcome = namedtuple("ScalarOutcome", "status text value")


def call_for_number(lib, row, arguments):
    """Runs a row that writes a number (letter N): status, text, and the number with the type that it was given."""
    made = _Call()
    assert row.signature[-1] == "N" and len(arguments) == len(row.signature) - 1
    args = [made.argument(letter, value) for letter, value in zip(row.signature, arguments)]
    args.append(made.add(kind=KIND_INT, integer=0))
    result = _Result()
    values = (_Value * len(made.values))(*made.values)
    found = lib.wick_test_call(row.name.encode(), values, len(values), made.raw(struct.pack(f"<{len(args)}i", *args)),
                               len(args), ctypes.byref(result))
    assert found == 0, f"the table has no row {row.name}"
    out = values[args[-1]]
    number = out.real if out.kind == KIND_REAL else bool(out.integer) if out.kind == KIND_BOOL else out.integer
    return ScalarOutcome(result.status, result.text.decode(), number)


def call(lib, row, arguments, expected, mode="static"):
    """Runs `row`. `arguments`: values of the inputs in schema order; `expected`: eager's outputs, which give dtype, dim
    order and size of the outs. Modes: static, dynamic (sizes found by the operator), wrong (static outs of another
    size) and short (a dynamic out whose capacity is one element too small)."""
    made = _Call()
    forms = [form.rstrip("OP") for form in row.signature.split("|")]
    letters = next(form for form in forms if len(form) == len(arguments))
    args = [made.argument(letter, value) for letter, value in zip(letters, arguments, strict=True)]
    outs, sizes = [buffer for buffer, _, _ in made.in_place], [given for _, given, _ in made.in_place]
    for tensor in expected[len(outs):]:
        given = _out_sizes(tensor, mode)
        sizes.append((ctypes.c_int32 * len(given))(*given))
        room = max(1, tensor.numel()) * tensor.element_size() if mode != "wrong" else 4096
        outs.append(_Buffer(b"\xcd" * room))
        flags = DYNAMIC if mode in ("dynamic", "short") else 0
        args.append(made.tensor(tensor, outs[-1], sizes[-1], flags))
    returned = args[len(letters):] or [value for _, _, value in made.in_place]
    as_list = made.outs(returned)
    if row.signature.endswith("P"):
        args[len(letters):] = [as_list, as_list]
    else:
        args.append(as_list if len(returned) > 1 else returned[0])
    result = _Result()
    values = (_Value * len(made.values))(*made.values)
    found = lib.wick_test_call(row.name.encode(), values, len(values), made.raw(struct.pack(f"<{len(args)}i", *args)),
                               len(args), ctypes.byref(result))
    assert found == 0, f"the table has no row {row.name}"
    for buffer in made.inputs:
        assert buffer.read() == buffer.content, "wrote into an input"
    shapes = [list(size)[:tensor.dim()] for size, tensor in zip(sizes, expected)]
    outputs = []
    for buffer, tensor in zip(outs, expected):
        data = buffer.read()
        if mode in ("static", "dynamic"):
            outputs.append(_tensor_of(data[:tensor.numel() * tensor.element_size()], tensor, tensor.shape))
    return Outcome(result.status, result.text.decode(), bool(result.is_prepared), outputs, shapes)
