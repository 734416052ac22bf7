// SPDX-License-Identifier: BSD-3-Clause
// Guards of an export: what it found of its inputs' sizes and numbers and keeps as Python alone
// (`guards_code`), such as "(L['x'].size()[0] % 2) == 0". Each becomes an assertion at the start of
// the graph.
#ifndef WICK_COMPILER_IMPORT_GUARDS_H
#define WICK_COMPILER_IMPORT_GUARDS_H

#include "compiler/import/context.h"

// After the inputs, before the nodes. A guard that Wick cannot read is a warning: nothing asks it.
wick_status wick_import_guards(const wick_import *import, const wick_json *program);

#endif
