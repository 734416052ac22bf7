// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/pool/walk.h"

#include "kernels/element/in_f32.h"

#include "kernels/pool/max_pool2d_body.h"
