// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/scan/scan.h"

#include "kernels/element/in_f64.h"

#include "kernels/scan/sum_body.h"
