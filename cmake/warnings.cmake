# SPDX-License-Identifier: BSD-3-Clause
set(WICK_WARNINGS
    -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wdouble-promotion -Wshadow -Wundef -Wvla
    -Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
    -Wformat=2 -Wnull-dereference -Wredundant-decls)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND WICK_WARNINGS -Wcast-align=strict -Wlogical-op -Wduplicated-cond)
endif()
if(WICK_WERROR)
  list(APPEND WICK_WARNINGS -Werror)
endif()
# Runtime, operators and kernels: no hosted library, nothing large on the stack.
set(WICK_DEVICE_WARNINGS -ffreestanding)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_C_FLAGS MATCHES "-fsanitize" AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # 512 bytes on a microcontroller; pointers and saved registers are twice as wide on a 64-bit host.
  if(CMAKE_SIZEOF_VOID_P EQUAL 4)
    list(APPEND WICK_DEVICE_WARNINGS -Wstack-usage=512)
  else()
    list(APPEND WICK_DEVICE_WARNINGS -Wstack-usage=768)
  endif()
endif()
