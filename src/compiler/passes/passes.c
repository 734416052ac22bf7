// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/pass.h"

const wick_pass wick_passes[] = {
#define WICK_PASS(name, description) {#name, description, wick_pass_##name},
#include "compiler/passes/passes.def"
#undef WICK_PASS
};

const uint32_t wick_pass_count = sizeof wick_passes / sizeof wick_passes[0];
