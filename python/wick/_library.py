# SPDX-License-Identifier: BSD-3-Clause
"""The C library through ctypes. The structs mirror include/wick/*.h; a test holds their sizes against the library's."""
import ctypes
import os
import pathlib
import sys
from ctypes import POINTER, Structure, Union, byref, c_bool, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_void_p

MAX_ARENAS = 8
NOWHERE = 0xFFFFFFFF
OK = 0
KIND_INT, KIND_BOOL, KIND_REAL, KIND_STRING, KIND_TENSOR = 1, 2, 3, 4, 5


class Failure(Structure):
    _fields_ = [("status", c_int), ("instruction", c_uint32), ("detail", c_uint32), ("operator_name", c_char_p), ("text", c_char_p)]


class ArrayFile(Structure):
    _fields_ = [("name", c_char_p), ("bytes", c_char_p), ("size_bytes", c_size_t)]


class ConstantMethod(Structure):
    _fields_ = [("name", c_char_p), ("value", c_char_p), ("is_text", c_bool), ("tensor", ArrayFile)]


class CompileOptions(Structure):
    _fields_ = [("target", c_char_p), ("ops", c_char_p), ("layout", c_char_p), ("max_sizes", c_char_p),
                ("state", POINTER(c_char_p)), ("state_count", c_uint32),
                ("constant_methods", POINTER(ConstantMethod)), ("constant_method_count", c_uint32), ("source_name", c_char_p), ("dump_after", c_char_p), ("stop_after", c_char_p),
                ("skip_pass", c_char_p), ("explain", c_bool),
                ("quantize", c_char_p), ("calibration", POINTER(ArrayFile)), ("calibration_count", c_uint32), ("labels", ArrayFile),
                ("observer", c_char_p), ("io", c_char_p), ("keep_float", POINTER(c_char_p)), ("keep_float_count", c_uint32),
                ("keep_int16", POINTER(c_char_p)), ("keep_int16_count", c_uint32),
                ("is_bounded", c_bool), ("max_drop", c_double)]


class Tensor(Structure):
    _fields_ = [("kind", c_uint8), ("dtype", c_uint8), ("rank", c_uint8), ("flags", c_uint8), ("dim_order", POINTER(c_uint8)),
                ("data", c_void_p), ("sizes", POINTER(c_int32))]


class _Integer(Structure):
    _fields_ = [("kind", c_uint8), ("value", c_int64)]


class _Real(Structure):
    _fields_ = [("kind", c_uint8), ("value", c_double)]


class _List(Structure):
    _fields_ = [("kind", c_uint8), ("count", c_uint32), ("items", c_void_p)]


class Value(Union):
    _fields_ = [("kind", c_uint8), ("tensor", Tensor), ("integer", _Integer), ("real", _Real), ("list", _List)]


class ProgramStruct(Structure):
    _fields_ = [("bytes", c_void_p), ("size_bytes", c_size_t), ("flatbuffer_bytes", c_size_t), ("segment_base_offset", c_size_t),
                ("segment_data_bytes", c_size_t), ("root_offset", c_uint32),
                ("bind", c_void_p), ("data", c_void_p)]


class Data(Structure):
    pass


Data._fields_ = [("regions", c_void_p), ("region_count", c_uint32), ("next", POINTER(Data)), ("bytes", c_void_p),
                 ("flatbuffer_bytes", c_size_t), ("segment_base_offset", c_size_t), ("segment_data_bytes", c_size_t)]


class Requirements(Structure):
    _fields_ = [("metadata_bytes", c_size_t), ("arena_count", c_uint32), ("arena_bytes", c_size_t * MAX_ARENAS),
                ("input_count", c_uint32), ("output_count", c_uint32)]


class Memory(Structure):
    _fields_ = [("metadata", c_void_p), ("metadata_bytes", c_size_t), ("arenas", c_void_p * MAX_ARENAS),
                ("arena_bytes", c_size_t * MAX_ARENAS)]


class Operators(Structure):
    _fields_ = [("rows", c_void_p), ("count", c_uint32)]


_PROTOTYPES = {
    "wick_status_name": (c_char_p, [c_int]),
    "wick_dtype_name": (c_char_p, [c_uint32]),
    "wick_tensor_size_bytes": (c_size_t, [POINTER(Tensor)]),
    "wick_compile": (c_int, [c_char_p, c_size_t, POINTER(CompileOptions), POINTER(c_void_p)]),
    "wick_compilation_destroy": (None, [c_void_p]),
    "wick_compilation_program": (c_void_p, [c_void_p, POINTER(c_size_t)]),
    "wick_compilation_messages": (c_char_p, [c_void_p]),
    "wick_compilation_report": (c_char_p, [c_void_p]),
    "wick_compilation_report_json": (c_char_p, [c_void_p]),
    "wick_compilation_dump": (c_char_p, [c_void_p]),
    "wick_compilation_operators_c": (c_char_p, [c_void_p]),
    "wick_compilation_quantize_html": (c_char_p, [c_void_p]),
    "wick_compiler_targets": (POINTER(c_char_p), []),
    "wick_data_open": (c_int, [POINTER(Data), c_void_p, c_size_t, POINTER(Failure)]),
    "wick_program_open_with_data": (c_int, [POINTER(ProgramStruct), c_void_p, c_size_t, POINTER(Data), POINTER(Failure)]),
    "wick_program_method_count": (c_uint32, [POINTER(ProgramStruct)]),
    "wick_program_method_name": (c_char_p, [POINTER(ProgramStruct), c_uint32]),
    "wick_method_requirements": (c_int, [POINTER(ProgramStruct), c_char_p, POINTER(Operators), POINTER(Requirements), POINTER(Failure)]),
    "wick_method_init": (c_int, [c_void_p, POINTER(ProgramStruct), c_char_p, POINTER(Operators), POINTER(Memory), POINTER(Failure)]),
    "wick_method_input": (POINTER(Value), [c_void_p, c_uint32]),
    "wick_method_output_value": (POINTER(Value), [c_void_p, c_uint32]),
    "wick_method_set_input_tensor": (c_int, [c_void_p, c_uint32, POINTER(Tensor), POINTER(Failure)]),
    "wick_method_set_input_int": (c_int, [c_void_p, c_uint32, c_int64, POINTER(Failure)]),
    "wick_method_set_input_real": (c_int, [c_void_p, c_uint32, c_double, POINTER(Failure)]),
    "wick_method_set_input_bool": (c_int, [c_void_p, c_uint32, c_bool, POINTER(Failure)]),
    "wick_method_execute": (c_int, [c_void_p, POINTER(Failure)]),
    "wick_python_method_bytes": (c_size_t, []),
    "wick_python_struct_bytes": (c_size_t, [c_char_p]),
}


def _candidates():
    name = {"darwin": "libwick.dylib", "win32": "wick.dll"}.get(sys.platform, "libwick.so")
    if chosen := os.environ.get("WICK_LIBRARY"):
        yield pathlib.Path(chosen)
    here = pathlib.Path(__file__).resolve().parent
    yield here / name
    yield here.parents[1] / "build" / "python" / name  # a build folder of the source tree


def _load():
    tried = list(_candidates())
    for path in tried:
        if path.exists():
            library = ctypes.CDLL(str(path))
            for function, (result, arguments) in _PROTOTYPES.items():
                getattr(library, function).restype = result
                getattr(library, function).argtypes = arguments
            return library
    raise ImportError("the wick library was not found; looked at " + ", ".join(map(str, tried)) + " (set WICK_LIBRARY to name it)")


lib = _load()
operators_all = Operators.in_dll(lib, "wick_operators_all")


def status_name(status):
    return lib.wick_status_name(status).decode()
