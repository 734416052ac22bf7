// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/fold.h"

#include "kernels/element/in_f64.h"

#include "kernels/reduce/moments_body.h"
