# SPDX-License-Identifier: BSD-3-Clause
# Bare-metal Arm: cmake --toolchain cmake/toolchains/arm-none-eabi.cmake -DWICK_CPU=cortex-m55 -DWICK_HOSTED=OFF
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WICK_CPU)

set(WICK_CPU cortex-m4 CACHE STRING "Core: cortex-m0, -m3, -m4, -m7, -m33 or -m55")
# gcc 12 believes on Armv6-M that registers survive calls that change them.
set(wick_fpu_cortex-m0 "-mfloat-abi=soft -fno-ipa-ra")
set(wick_fpu_cortex-m3 -mfloat-abi=soft)
set(wick_fpu_cortex-m4 "-mfpu=fpv4-sp-d16 -mfloat-abi=hard")
set(wick_fpu_cortex-m7 "-mfpu=fpv5-d16 -mfloat-abi=hard")
set(wick_fpu_cortex-m33 "-mfpu=fpv5-sp-d16 -mfloat-abi=hard")
set(wick_fpu_cortex-m55 "-mfpu=auto -mfloat-abi=hard")
if(NOT DEFINED wick_fpu_${WICK_CPU})
  message(FATAL_ERROR "WICK_CPU is ${WICK_CPU}; known: cortex-m0, -m3, -m4, -m7, -m33, -m55")
endif()
set(CMAKE_C_FLAGS_INIT "-mcpu=${WICK_CPU} -mthumb ${wick_fpu_${WICK_CPU}} -fno-common -fno-unwind-tables -fno-asynchronous-unwind-tables")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "Optimization of a release")
