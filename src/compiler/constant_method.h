// SPDX-License-Identifier: BSD-3-Clause
// Methods that return a constant, as the user writes them: `--constant-method NAME=VALUE`.
#ifndef WICK_COMPILER_CONSTANT_METHOD_H
#define WICK_COMPILER_CONSTANT_METHOD_H

#include "compiler/emit/emit.h"
#include "wick/compiler.h"

// A value without a file: true and false; an integer that fits 64 bits; a real number, "inf" and
// "nan"; all else is a string.
// Errors  INVALID_ARGUMENT: a name that is empty, taken (`method` is the model's), or no C string;
//         those of wick_npy_parse
wick_status wick_constant_methods_read(wick_arena *arena, const wick_compile_options *options,
                                       const char *method, wick_diag *diag,
                                       wick_emit_constant_method **out);

#endif
