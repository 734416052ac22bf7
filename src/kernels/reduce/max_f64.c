// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/reduce/reduce.h"

#include <string.h>

#include "kernels/element/in_f64.h"

#include "kernels/reduce/max_body.h"
