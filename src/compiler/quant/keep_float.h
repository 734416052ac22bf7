// SPDX-License-Identifier: BSD-3-Clause
// Which nodes stay float: those that the user names, and those that a bound on the error takes.
#ifndef WICK_COMPILER_QUANT_KEEP_FLOAT_H
#define WICK_COMPILER_QUANT_KEEP_FLOAT_H

#include "compiler/quant/trial.h"

// Marks the nodes named. Errors  NOT_FOUND with the names that are near.
wick_status wick_quant_keep_named(wick_quant_model *model, const char *const *names,
                                  uint32_t count);
// Until no more than `max_drop` percentage points are lost, makes layers float, first those whose
// quantization costs the outputs most, and runs `trial` again. The last run is the result.
wick_status wick_quant_keep_within(wick_quant_model *model, const wick_quant_trial *trial,
                                   double max_drop);

#endif
