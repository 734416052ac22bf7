// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/distance/distance.h"

#include "kernels/element/in_f32.h"

#include "kernels/distance/distance_body.h"
