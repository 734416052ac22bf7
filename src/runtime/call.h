// SPDX-License-Identifier: BSD-3-Clause
// What init, execute and the input functions share.
#ifndef WICK_RUNTIME_CALL_H
#define WICK_RUNTIME_CALL_H

#include "runtime/metadata.h"
#include "wick/method.h"

static inline wick_plan wick_method_plan(const wick_method *method)
{
    return wick_plan_view(method->program->bytes + method->plan_offset);
}

// Value of input `index`.
wick_value *wick_method_input_value(const wick_method *method, uint32_t index);

// Prepares kernel call `position` into its block, after checking that the tensors it names are
// bound.
wick_status wick_method_prepare_call(const wick_method *method, uint32_t position,
                                     const uint8_t *call, wick_failure *failure);

#endif
