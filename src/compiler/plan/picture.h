// SPDX-License-Identifier: BSD-3-Clause
// The memory plan as a picture: time to the right, addresses upwards, one rectangle for each
// storage.
#ifndef WICK_COMPILER_PLAN_PICTURE_H
#define WICK_COMPILER_PLAN_PICTURE_H

#include "compiler/plan/plan.h"

// An SVG document with one drawing for each memory. Hovering over a rectangle tells its tensor,
// bytes, offset and lifetime.
const char *wick_plan_svg(wick_arena *arena, const wick_memory_plan *plan);

#endif
