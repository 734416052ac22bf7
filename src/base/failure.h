// SPDX-License-Identifier: BSD-3-Clause
// Records why something failed. WICK_TEXT("...") keeps a message, or removes it in a build with
// WICK_NO_MESSAGES.
#ifndef WICK_BASE_FAILURE_H
#define WICK_BASE_FAILURE_H

#include "wick/status.h"

#ifdef WICK_NO_MESSAGES
#    define WICK_TEXT(text) ""
#else
#    define WICK_TEXT(text) text
#endif

// Names the operator or delegate of the failure that is set next.
void wick_failure_name(wick_failure *failure, const char *operator_name);

// Returns `status`, after noting it in `failure` (which may be NULL) unless an earlier failure
// stands there.
wick_status wick_failure_set(wick_failure *failure, wick_status status, uint32_t detail,
                             const char *text);

#endif
