// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/grid.h"
#include "kernels/resample/taps.h"

#include "kernels/element/in_f32.h"

#include "kernels/resample/grid_body.h"
