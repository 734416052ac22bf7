// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/resample.h"

#include "kernels/element/in_f32.h"

#include "kernels/resample/antialias_body.h"
