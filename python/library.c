// SPDX-License-Identifier: BSD-3-Clause
// What the Python package needs beside the public headers: the size of an opaque struct, to give it
// memory, and those of the structs that it declares itself, for its test.
#include "wick/compiler.h"
#include "wick/wick.h"

#include <string.h>

size_t wick_python_method_bytes(void);

size_t wick_python_method_bytes(void)
{
    return sizeof(wick_method);
}

size_t wick_python_struct_bytes(const char *name);

// 0 for another name.
size_t wick_python_struct_bytes(const char *name)
{
    static const struct {
        const char *name;
        size_t bytes;
    } structs[] = {
        {"wick_program", sizeof(wick_program)},
        {"wick_requirements", sizeof(wick_requirements)},
        {"wick_memory", sizeof(wick_memory)},
        {"wick_tensor", sizeof(wick_tensor)},
        {"wick_data", sizeof(wick_data)},
        {"wick_failure", sizeof(wick_failure)},
        {"wick_compile_options", sizeof(wick_compile_options)},
    };
    for (size_t i = 0; i < sizeof structs / sizeof structs[0]; i++) {
        if (strcmp(structs[i].name, name) == 0) {
            return structs[i].bytes;
        }
    }
    return 0;
}
