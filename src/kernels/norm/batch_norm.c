// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/norm/batch_norm.h"

#include "kernels/element/in_f32.h"

#include "kernels/norm/batch_norm_body.h"
