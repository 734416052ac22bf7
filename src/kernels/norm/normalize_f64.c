// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/norm/normalize.h"

#include "kernels/element/in_f64.h"

#include "kernels/norm/normalize_body.h"
