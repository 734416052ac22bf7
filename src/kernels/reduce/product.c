// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/fold.h"

#include "kernels/element/in_f32.h"

#include "kernels/reduce/product_body.h"
