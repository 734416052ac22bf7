// SPDX-License-Identifier: BSD-3-Clause
// What the official operators for Cortex-M cannot do on int8, asked of float operators before they
// become integer ones: they stay float.
#ifndef WICK_COMPILER_PASSES_OFFICIAL_LACKS_H
#define WICK_COMPILER_PASSES_OFFICIAL_LACKS_H

#include "compiler/ir/ir.h"

// The reason; NULL if the node can be done, or is none of those that cannot.
const char *wick_official_lacks(const wick_ir_node *node);

#endif
