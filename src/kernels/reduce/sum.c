// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/reduce.h"

#include "kernels/element/in_f32.h"

#include "kernels/reduce/sum_body.h"
