// SPDX-License-Identifier: BSD-3-Clause
#include "base/failure.h"

wick_status wick_failure_set(wick_failure *failure, wick_status status, uint32_t detail,
                             const char *text)
{
    if (failure != 0 && failure->status == WICK_OK) {
        failure->status = status;
        failure->detail = detail;
        failure->text = text;
    }
    return status;
}

void wick_failure_name(wick_failure *failure, const char *operator_name)
{
    if (failure != 0 && failure->status == WICK_OK) {
        failure->operator_name = operator_name;
    }
}
