// SPDX-License-Identifier: BSD-3-Clause
// The order of a method's values. It is free, and whoever opens the file is quicker if values of
// one type, with the same fields and shape, follow each other: the verifier then finds that it has
// checked a vtable or a shape already.
#ifndef WICK_COMPILER_EMIT_ORDER_H
#define WICK_COMPILER_EMIT_ORDER_H

#include "compiler/emit/pte_write.h"

// Sorts the values of the method and renumbers all that refer to them. The order depends on nothing
// but the values.
void wick_emit_order_values(wick_arena *arena, wick_pte_method *method);

#endif
