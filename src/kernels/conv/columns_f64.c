// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/columns.h"

#include "kernels/element/in_f64.h"

#include "kernels/conv/columns_body.h"
