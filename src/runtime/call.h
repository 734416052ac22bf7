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

// The operator of a kernel call, and its arguments in *arguments. `failure` is not NULL.
static inline __attribute__((always_inline)) const wick_operator *
wick_method_read_call(const wick_method *method, const uint8_t *call, wick_failure *failure,
                      wick_call *arguments)
{
    const wick_fb_layout layout = wick_fb_layout_of(call);
    const uint8_t *index = wick_fb_find(layout, WICK_PTE_KERNEL_CALL_OPERATOR);
    const wick_fb_vector args = wick_fb_vector_at(wick_fb_find(layout, WICK_PTE_KERNEL_CALL_ARGS));
    *arguments = (wick_call){method->values, args.items, wick_fb_count(args), failure, 0};
    return method->operators[index != 0 ? wick_fb_word(index) : 0];
}

// Prepares kernel call `position`, which has been read, into its block, after checking that the
// tensors it names are bound.
wick_status wick_method_prepare_call(const wick_method *method, uint32_t position,
                                     const wick_operator *row, const wick_call *arguments);

#endif
