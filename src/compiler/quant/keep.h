// SPDX-License-Identifier: BSD-3-Clause
// Which nodes have more than int8: those that the user names, and those that a bound on the error
// takes. int16 keeps a layer on integers; float is what is left.
#ifndef WICK_COMPILER_QUANT_KEEP_H
#define WICK_COMPILER_QUANT_KEEP_H

#include "compiler/quant/trial.h"

typedef enum wick_quant_precision {
    WICK_QUANT_KEEP_INT16,
    WICK_QUANT_KEEP_FLOAT
} wick_quant_precision;

// Marks the nodes named. Errors  NOT_FOUND with the names that are near.
wick_status wick_quant_keep_named(wick_quant_model *model, wick_quant_precision precision,
                                  const char *const *names, uint32_t count);
// Says of nodes marked for int16 why they are not: after wick_quant_select.
void wick_quant_tell_not_wide(const wick_quant_model *model);
// Until no more than `max_drop` percentage points are lost, gives layers int16, or float where that
// serves far better, first those that gain the outputs most, and runs `trial` again. The last run
// is the result.
wick_status wick_quant_keep_within(wick_quant_model *model, const wick_quant_trial *trial,
                                   double max_drop);

#endif
