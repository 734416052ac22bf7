// SPDX-License-Identifier: BSD-3-Clause
// The device sources that the build preprocesses (cmake/device_source.cmake) and puts here.
#ifndef WICK_COMPILER_EMIT_C_EMBEDDED_SOURCE_H
#define WICK_COMPILER_EMIT_C_EMBEDDED_SOURCE_H

#include <stddef.h>

extern const unsigned char wick_embedded_source[]; // ends with a zero
extern const size_t wick_embedded_source_bytes;    // without the zero

#endif
