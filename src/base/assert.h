// SPDX-License-Identifier: BSD-3-Clause
// WICK_ASSERT(condition): holds past the doors where input is verified; a release build (NDEBUG)
// removes it.
#ifndef WICK_BASE_ASSERT_H
#define WICK_BASE_ASSERT_H

#ifdef NDEBUG
#    define WICK_ASSERT(condition) ((void)0)
#else
#    define WICK_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#endif

#endif
