// SPDX-License-Identifier: BSD-3-Clause
// Names for people: in a file of their own, so that a firmware that prints none links none.
#include "wick/status.h"
#include "wick/tensor.h"

const char *wick_dtype_name(uint32_t dtype)
{
    switch (dtype) {
#define WICK_DTYPE(name, code, bytes, text, serde) \
    case code:                                     \
        return text;
#include "wick/dtype.def"
#undef WICK_DTYPE
    }
    return "?";
}

const char *wick_status_name(wick_status status)
{
    switch (status) {
#define WICK_STATUS_CASE(name) \
    case WICK_##name:          \
        return #name;
        WICK_STATUS_CASE(OK)
        WICK_STATUS_CASE(INTERNAL)
        WICK_STATUS_CASE(INVALID_STATE)
        WICK_STATUS_CASE(END_OF_METHOD)
        WICK_STATUS_CASE(NOT_SUPPORTED)
        WICK_STATUS_CASE(NOT_IMPLEMENTED)
        WICK_STATUS_CASE(INVALID_ARGUMENT)
        WICK_STATUS_CASE(INVALID_TYPE)
        WICK_STATUS_CASE(OPERATOR_MISSING)
        WICK_STATUS_CASE(NOT_FOUND)
        WICK_STATUS_CASE(OUT_OF_MEMORY)
        WICK_STATUS_CASE(ACCESS_FAILED)
        WICK_STATUS_CASE(INVALID_PROGRAM)
        WICK_STATUS_CASE(INVALID_EXTERNAL_DATA)
        WICK_STATUS_CASE(OUT_OF_RESOURCES)
#undef WICK_STATUS_CASE
    }
    return "UNKNOWN";
}
