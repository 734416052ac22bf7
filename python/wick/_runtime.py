# SPDX-License-Identifier: BSD-3-Clause
"""The runtime, in the manner of executorch.runtime: Runtime.get().load_program(..).load_method("forward").execute([..])."""
import ctypes
import os
import pathlib
import sys

import numpy as np

from wick._errors import RuntimeFailure
from wick._library import (
    KIND_BOOL, KIND_INT, KIND_REAL, KIND_STRING, KIND_TENSOR, NOWHERE, OK, Data, Failure, Memory, ProgramStruct, Requirements, Tensor, byref, lib,
    operators_all, status_name,
)

ALIGNMENT = 16
# ScalarType code -> numpy type; bfloat16 has none in numpy.
DTYPES = {0: np.uint8, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.int64, 5: np.float16, 6: np.float32, 7: np.float64, 11: np.bool_,
          27: np.uint16}
CODES = {np.dtype(dtype): code for code, dtype in DTYPES.items()}


def _check(status, failure, doing):
    if status == OK:
        return
    text = (failure.text or b"").decode()
    operator = (failure.operator_name or b"").decode() or None
    instruction = failure.instruction if failure.instruction != NOWHERE else None
    place = (f" at instruction {instruction}" if instruction is not None else "") + (f" ({operator})" if operator else "")
    detail = f" [{failure.detail}]" if failure.detail != NOWHERE else ""
    raise RuntimeFailure(status, status_name(status), f"{doing}{place}: {text}{detail}", instruction, operator)


def _new_failure():
    return Failure(0, NOWHERE, NOWHERE, None, None)


def _aligned(size_bytes):
    """Zeroed memory whose address is a multiple of ALIGNMENT."""
    raw = np.zeros(size_bytes + ALIGNMENT, dtype=np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start:start + size_bytes]


class TensorInfo:
    """Shape and type of an input or output."""

    def __init__(self, tensor):
        self._sizes = tuple(tensor.sizes[i] for i in range(tensor.rank))
        self._code = tensor.dtype
        self._nbytes = lib.wick_tensor_size_bytes(byref(tensor))

    def sizes(self):
        return self._sizes

    def dtype(self):
        """The numpy type; None for bfloat16."""
        return np.dtype(DTYPES[self._code]) if self._code in DTYPES else None

    def nbytes(self):
        return self._nbytes

    def __repr__(self):
        return f"TensorInfo(sizes={self._sizes}, dtype={lib.wick_dtype_name(self._code).decode()}, nbytes={self._nbytes})"


class MethodMeta:
    """What a method takes, gives and needs; known before any memory is spent on it."""

    def __init__(self, name, need, inputs, outputs):
        self._name, self._need, self._inputs, self._outputs = name, need, inputs, outputs

    def name(self):
        return self._name

    def num_inputs(self):
        return self._need.input_count

    def num_outputs(self):
        return self._need.output_count

    def input_tensor_meta(self, index):
        return self._inputs[index]

    def output_tensor_meta(self, index):
        return self._outputs[index]

    def num_memory_planned_buffers(self):
        return self._need.arena_count

    def memory_planned_buffer_size(self, index):
        if not 0 <= index < self._need.arena_count:
            raise IndexError(index)
        return self._need.arena_bytes[index]

    def metadata_bytes(self):
        """RAM for values and prepared operators, on this machine."""
        return self._need.metadata_bytes

    def __repr__(self):
        return f"MethodMeta(name={self._name!r}, inputs={self._inputs}, outputs={self._outputs})"


def _to_numpy(value):
    """A numpy array of anything array-like; torch tensors without a copy where possible."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    return np.asarray(value, order="C")  # ascontiguousarray makes one dimension of none


def _tensor_struct(array, dim_order):
    """(struct, objects it points to) for a C-contiguous array whose logical dims are given in memory order."""
    rank = array.ndim
    if array.dtype not in CODES:
        raise TypeError(f"arrays of {array.dtype} cannot be an input")
    logical = [0] * rank
    for position, dim in enumerate(dim_order):
        logical[dim] = array.shape[position]
    sizes = (ctypes.c_int32 * max(1, rank))(*logical)
    order = (ctypes.c_uint8 * max(1, rank))(*dim_order)
    struct = Tensor(KIND_TENSOR, CODES[array.dtype], rank, 0, order, array.ctypes.data, sizes)
    return struct, (sizes, order, array)


def _array_of(tensor):
    """A numpy copy of an output tensor, in logical order of dimensions."""
    if tensor.dtype not in DTYPES:
        raise TypeError("bfloat16 outputs have no numpy type")
    order = [tensor.dim_order[i] for i in range(tensor.rank)]
    dtype = np.dtype(DTYPES[tensor.dtype])
    stored = [tensor.sizes[d] for d in order]
    size_bytes = lib.wick_tensor_size_bytes(byref(tensor))
    data = ctypes.string_at(tensor.data, size_bytes) if size_bytes else b""
    array = np.frombuffer(data, dtype=dtype).reshape(stored)
    return array.transpose([order.index(d) for d in range(tensor.rank)]).copy()


def _python_value(value):
    if value.kind == KIND_TENSOR:
        return _array_of(value.tensor)
    if value.kind == KIND_INT:
        return value.integer.value
    if value.kind == KIND_BOOL:
        return bool(value.integer.value)
    if value.kind == KIND_STRING:
        return ctypes.string_at(value.list.items, value.list.count).decode("utf-8", "replace")
    return value.real.value if value.kind == KIND_REAL else None


class Method:
    """A method bound to its memory. Not for two threads at once."""

    def __init__(self, program, name, state_of=None):
        self._program = program  # keeps the bytes alive
        self._need = Requirements()
        failure = _new_failure()
        encoded = name.encode()
        status = lib.wick_method_requirements(byref(program._struct), encoded, byref(operators_all), byref(self._need), byref(failure))
        _check(status, failure, f"method '{name}'")
        self._regions = [_aligned(self._need.metadata_bytes)]
        self._regions += [_aligned(self._need.arena_bytes[i]) for i in range(self._need.arena_count)]
        if state_of is not None:
            self._share(state_of)
        self._memory = Memory(metadata=self._regions[0].ctypes.data, metadata_bytes=self._need.metadata_bytes)
        for i in range(self._need.arena_count):
            self._memory.arenas[i] = self._regions[1 + i].ctypes.data
            self._memory.arena_bytes[i] = self._need.arena_bytes[i]
        self._storage = _aligned(lib.wick_python_method_bytes())
        self._method = ctypes.c_void_p(self._storage.ctypes.data)
        self._borrowed = {}
        self._name = name
        status = lib.wick_method_init(self._method, byref(program._struct), encoded, byref(operators_all), byref(self._memory), byref(failure))
        _check(status, failure, f"method '{name}'")

    def _share(self, other):
        sizes, others = ([need.arena_bytes[i] for i in range(need.arena_count)] for need in (self._need, other._need))
        if len(sizes) < 2 or sizes[1:] != others[1:]:
            raise ValueError(f"method '{other._name}' has other memories than this one: {others[1:]}, not {sizes[1:]}")
        self._regions[2:] = other._regions[2:]

    @property
    def metadata(self):
        def infos(count, get):
            values = (get(self._method, i).contents for i in range(count))
            return [TensorInfo(value.tensor) if value.kind == KIND_TENSOR else None for value in values]
        return MethodMeta(self._name, self._need, infos(self._need.input_count, lib.wick_method_input),
                          infos(self._need.output_count, lib.wick_method_output_value))

    def set_input(self, index, value):
        """Sets one input: an array, a torch tensor, or for a scalar input its number."""
        if not 0 <= index < self._need.input_count:
            raise IndexError(f"method '{self._name}' has {self._need.input_count} inputs, not {index + 1}")
        declared = lib.wick_method_input(self._method, index).contents
        failure = _new_failure()
        if declared.kind == KIND_TENSOR:
            status = self._set_tensor(index, declared.tensor, value, failure)
        elif declared.kind == KIND_BOOL:
            status = lib.wick_method_set_input_bool(self._method, index, bool(value), byref(failure))
        elif declared.kind == KIND_INT:
            status = lib.wick_method_set_input_int(self._method, index, int(value), byref(failure))
        elif declared.kind == KIND_REAL:
            status = lib.wick_method_set_input_real(self._method, index, float(value), byref(failure))
        elif value is None:
            return  # the export fixed it
        else:
            raise TypeError(f"input {index} of method '{self._name}' is None in the export")
        _check(status, failure, f"input {index}")

    def _set_tensor(self, index, declared, value, failure):
        array = _to_numpy(value)
        order = [declared.dim_order[i] for i in range(declared.rank)]
        if array.ndim == declared.rank:
            array = np.ascontiguousarray(array.transpose(order)) if array.ndim else array
        else:
            order = list(range(array.ndim))
        struct, kept = _tensor_struct(array, order)
        self._borrowed[index] = kept  # an unplanned input is read where it lies
        return lib.wick_method_set_input_tensor(self._method, index, byref(struct), byref(failure))

    def execute(self, inputs=()):
        """Runs the method on the inputs and returns its outputs, each a numpy array of its own (or a number)."""
        inputs = list(inputs)
        if len(inputs) != self._need.input_count:
            raise ValueError(f"method '{self._name}' has {self._need.input_count} inputs, not {len(inputs)}")
        for index, value in enumerate(inputs):
            self.set_input(index, value)
        failure = _new_failure()
        _check(lib.wick_method_execute(self._method, byref(failure)), failure, f"method '{self._name}'")
        return [_python_value(lib.wick_method_output_value(self._method, i).contents) for i in range(self._need.output_count)]

    __call__ = execute


def _aligned_copy(data):
    copy = _aligned(len(data))
    copy[:] = np.frombuffer(data, dtype=np.uint8)
    return copy


def _open_data(file):
    data, failure = Data(), _new_failure()
    _check(lib.wick_data_open(byref(data), file.ctypes.data, len(file), byref(failure)), failure, "external data")
    return data


def _read(data):
    """The bytes of a path, bytes, or a binary file object."""
    if isinstance(data, (str, os.PathLike)):
        return pathlib.Path(data).read_bytes()
    return data.read() if hasattr(data, "read") else bytes(data)


class Program:
    """An opened and verified program."""

    def __init__(self, data, external=()):
        self._bytes = _aligned_copy(data)
        self._external = [_aligned_copy(file) for file in external]
        self._data = [_open_data(file) for file in self._external]
        for one, following in zip(self._data, self._data[1:]):
            one.next = ctypes.pointer(following)
        self._struct = ProgramStruct()
        failure = _new_failure()
        first = byref(self._data[0]) if self._data else None
        _check(lib.wick_program_open_with_data(byref(self._struct), self._bytes.ctypes.data, len(data), first, byref(failure)), failure,
               "program")

    @property
    def method_names(self):
        count = lib.wick_program_method_count(byref(self._struct))
        return {lib.wick_program_method_name(byref(self._struct), i).decode() for i in range(count)}

    def load_method(self, name, state_of=None):
        """`state_of`: a loaded method whose state this one shares, all memories but the first (`wick merge --share-state`)."""
        return Method(self, name, state_of)

    def metadata(self, name):
        """What a method takes, gives and needs."""
        return self.load_method(name).metadata


class Runtime:
    """Entry point; `Runtime.get()` for the form that users of executorch.runtime know."""

    _instance = None

    @classmethod
    def get(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def load_program(self, data, external=()):
        """Opens a .pte from a path, bytes, or a binary file object; `external`: the .ptd files that hold tensors of it."""
        return Program(_read(data), [_read(file) for file in external])
