// SPDX-License-Identifier: BSD-3-Clause
// What the Python package needs beside the public headers: the size of an opaque struct, to give it
// memory.
#include "wick/wick.h"

size_t wick_python_method_bytes(void);

size_t wick_python_method_bytes(void)
{
    return sizeof(wick_method);
}
