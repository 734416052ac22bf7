// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/conv3d.h"

#include "kernels/element/in_f64.h"

#include "kernels/conv/conv3d_body.h"
