// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/fold.h"

#include "kernels/element/in_f64.h"

#include "kernels/reduce/norm_body.h"
