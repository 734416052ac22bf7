// SPDX-License-Identifier: BSD-3-Clause
// Looks names up in data outside of a program: wick/data.h.
#ifndef WICK_FORMAT_DATA_FILE_H
#define WICK_FORMAT_DATA_FILE_H

#include "wick/data.h"

// What lies under a name.
typedef struct wick_datum {
    const uint8_t *bytes;
    size_t size_bytes;
    bool has_layout;          // the three below
    uint8_t dtype;            // code of the file
    uint32_t rank;            // of sizes
    uint32_t order_count;     // of dim_order
    const uint8_t *sizes;     // i32 each, at any alignment
    const uint8_t *dim_order; // one byte each
} wick_datum;

// In `data` and those that follow it; false if none has the name. `name` is not terminated.
bool wick_data_find(const wick_data *data, const uint8_t *name, uint32_t length, wick_datum *out);

#endif
