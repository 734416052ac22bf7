// SPDX-License-Identifier: BSD-3-Clause
// The whole runtime API; the compiler's is wick/compiler.h.
#ifndef WICK_WICK_H
#define WICK_WICK_H

#include "wick/data.h"
#include "wick/method.h"
#include "wick/operator.h"
#include "wick/program.h"
#include "wick/random.h"
#include "wick/status.h"
#include "wick/tensor.h"

#endif
