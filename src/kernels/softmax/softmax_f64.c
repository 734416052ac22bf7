// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/double.h"
#include "kernels/softmax/softmax.h"

#define NUMBER                        double
#define FN(f)                         wick_##f##_f64
#define LOAD(data, at, dtype)         (((const double *)(data))[at])
#define STORE(data, at, dtype, value) ((void)(((double *)(data))[at] = (value)))
#define KEEPS(dtype)                  true
#define SOFTMAX                       wick_softmax_f64
#define LOG_SOFTMAX                   wick_log_softmax_f64
#include "kernels/softmax/softmax_body.h"
