// SPDX-License-Identifier: BSD-3-Clause
// IEEE binary16 and bfloat16 in plain integer arithmetic: round to nearest even, NaN kept quiet.
// Source: IEEE 754-2019.
#ifndef WICK_BASE_HALF_H
#define WICK_BASE_HALF_H

#include <stdint.h>

float wick_f32_from_f16(uint16_t bits);
uint16_t wick_f16_from_f32(float value);
uint16_t wick_f16_from_f64(double value);
float wick_f32_from_bf16(uint16_t bits);
uint16_t wick_bf16_from_f32(float value);

#endif
