// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/resample.h"
#include "kernels/resample/taps.h"

#include "kernels/element/in_f64.h"

#include "kernels/resample/resample_body.h"
