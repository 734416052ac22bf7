// SPDX-License-Identifier: BSD-3-Clause
// What one output reads along one axis, and the weighted sum over three axes: in float, and in
// float64 in the forms of that name.
#ifndef WICK_KERNELS_RESAMPLE_TAPS_H
#define WICK_KERNELS_RESAMPLE_TAPS_H

#include "kernels/spatial/space.h"

enum { WICK_TAPS_MAX = 4 };

#define NUMBER      float
#define NAMED(name) name
#include "kernels/resample/taps_type_body.h"

#define NUMBER      double
#define NAMED(name) name##_f64
#include "kernels/resample/taps_type_body.h"

#endif
