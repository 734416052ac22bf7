// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/softmax/softmax.h"

#include "kernels/element/element.h"
#include "kernels/math/math.h"

#define NUMBER       float
#define FN(f)        wick_##f##_f32
#define LOAD         wick_element_load
#define STORE        wick_element_store
#define KEEPS(dtype) ((dtype) == WICK_FLOAT32)
#define SOFTMAX      wick_softmax
#define LOG_SOFTMAX  wick_log_softmax
#include "kernels/softmax/softmax_body.h"
