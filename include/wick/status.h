// SPDX-License-Identifier: BSD-3-Clause
// Status codes and failure context. The numbers are those of ExecuTorch's runtime/core/error.h, so
// that logs compare.
#ifndef WICK_STATUS_H
#define WICK_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum wick_status {
    WICK_OK = 0x00,
    WICK_INTERNAL = 0x01,
    WICK_INVALID_STATE = 0x02,
    WICK_END_OF_METHOD = 0x03,
    WICK_NOT_SUPPORTED = 0x10,
    WICK_NOT_IMPLEMENTED = 0x11,
    WICK_INVALID_ARGUMENT = 0x12,
    WICK_INVALID_TYPE = 0x13,
    WICK_OPERATOR_MISSING = 0x14,
    WICK_NOT_FOUND = 0x20,
    WICK_OUT_OF_MEMORY = 0x21,
    WICK_ACCESS_FAILED = 0x22,
    WICK_INVALID_PROGRAM = 0x23,
    WICK_INVALID_EXTERNAL_DATA = 0x24,
    WICK_OUT_OF_RESOURCES = 0x25,
} wick_status;

#define WICK_NOWHERE UINT32_MAX

// Where and why something failed. The first failure is kept: functions write here only while status
// is WICK_OK.
typedef struct wick_failure {
    wick_status status;
    uint32_t instruction; // index in the method, WICK_NOWHERE if none
    uint32_t detail; // argument, value or byte position that `text` speaks of, WICK_NOWHERE if none
    const char *operator_name; // operator or delegate; NULL if none; points into the program or the
                               // operator table
    const char *text; // static, or of an assertion, in the program; "" in a build without messages
} wick_failure;

#define WICK_FAILURE_NONE ((wick_failure){WICK_OK, WICK_NOWHERE, WICK_NOWHERE, 0, 0})

// Name of a status, such as "INVALID_PROGRAM"; "UNKNOWN" for any other number.
const char *wick_status_name(wick_status status);

// Returns from the calling function when `call` fails: the only macro of this project that changes
// control flow.
#define WICK_TRY(call)                        \
    do {                                      \
        wick_status wick_try_status = (call); \
        if (wick_try_status != WICK_OK) {     \
            return wick_try_status;           \
        }                                     \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
