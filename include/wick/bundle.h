// SPDX-License-Identifier: BSD-3-Clause
// Bundled programs (.bpte): a program with test cases for its methods, to check on the device
// itself that it computes there what eager PyTorch computed.
//
//   wick_bundle bundle;
//   WICK_TRY(wick_bundle_open(&bundle, bytes, size_bytes, &failure));
//   WICK_TRY(wick_program_open(&program, bundle.program, bundle.program_bytes, &failure));
//   ... requirements, init ...
//   for (uint32_t i = 0; i < wick_bundle_case_count(&bundle, "forward"); i++) {
//       WICK_TRY(wick_bundle_check(&bundle, "forward", i, &method, 1e-5, 1e-8, &result, &failure));
//       passed += result.differing == 0;
//   }
#ifndef WICK_BUNDLE_H
#define WICK_BUNDLE_H

#include "wick/method.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_BUNDLE_ALIGNMENT 32

typedef struct wick_bundle {
    const uint8_t *bytes; // whole file; must outlive the bundle and what is made of it
    size_t size_bytes;
    const uint8_t *program; // the .pte inside, aligned as wick_program_open wants it
    size_t program_bytes;
} wick_bundle;

typedef struct wick_bundle_result {
    uint32_t outputs;          // that were compared
    uint32_t differing;        // elements that lie outside of the tolerances
    double largest_difference; // of elements that are numbers on both sides
} wick_bundle_result;

// Checks the frame of `bytes` (aligned to WICK_BUNDLE_ALIGNMENT), every test case in it, and where
// the program lies; the program itself is for wick_program_open to verify. Linear time, copies
// nothing. Errors  INVALID_PROGRAM (failure->detail: byte position), INVALID_ARGUMENT (alignment).
wick_status wick_bundle_open(wick_bundle *bundle, const void *bytes, size_t size_bytes,
                             wick_failure *failure);

// Test cases of a method; 0 if the bundle has none.
uint32_t wick_bundle_case_count(const wick_bundle *bundle, const char *method);

// Feeds case `index` to `method`, executes it and compares what it gives with what the case
// expects: |got - expected| <= atol + rtol * |expected|, NaN equal to NaN, integers and bool
// exactly. Errors  NOT_FOUND: no such case; those of setting inputs and of execution;
// INVALID_ARGUMENT: the
//         case has other inputs or outputs than the method.
wick_status wick_bundle_check(const wick_bundle *bundle, const char *name, uint32_t index,
                              wick_method *method, double rtol, double atol,
                              wick_bundle_result *result, wick_failure *failure);

#ifdef __cplusplus
}
#endif
#endif
