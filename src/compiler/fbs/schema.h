// SPDX-License-Identifier: BSD-3-Clause
// The flatbuffer schemas of ExecuTorch's files as data: programs (.pte), bundled programs (.bpte)
// and external data (.ptd).
#ifndef WICK_COMPILER_FBS_SCHEMA_H
#define WICK_COMPILER_FBS_SCHEMA_H

#include <stdint.h>

typedef enum wick_fbs_kind {
    WICK_FBS_END,    // row of a table: ends the one before
    WICK_FBS_SCALAR, // of `arg` bytes
    WICK_FBS_STRING,
    WICK_FBS_VECTOR, // of scalars of `arg` bytes each
    WICK_FBS_TABLE,  // the table in row `arg`
    WICK_FBS_TABLES, // vector of such tables
    WICK_FBS_UNION,  // the union in row `arg`; the slot before holds its type code
} wick_fbs_kind;

typedef enum wick_fbs_number {
    WICK_FBS_N, // no number
    WICK_FBS_U, // unsigned integer
    WICK_FBS_I, // signed integer
    WICK_FBS_F, // float64
    WICK_FBS_B, // bytes, base64 in JSON
} wick_fbs_number;

typedef struct wick_fbs_row {
    const char *name;
    uint8_t kind; // wick_fbs_kind
    uint8_t arg;
    uint8_t number; // wick_fbs_number
} wick_fbs_row;

// How a file is framed beside its flatbuffer.
typedef enum wick_fbs_frame {
    WICK_FBS_PLAIN,    // flatbuffer only
    WICK_FBS_EXTENDED, // "eh00" header, segments: docs/pte.md
    WICK_FBS_FLAT,     // "FH01" header, segments: docs/packaging.md
} wick_fbs_frame;

typedef struct wick_fbs_schema {
    const char *magic; // bytes 4..7 of a file
    wick_fbs_frame frame;
    uint32_t alignment;       // of vectors of bytes, and so of the whole file
    const wick_fbs_row *rows; // the root table first; each table's fields follow it in slot order;
                              // ends in a row of kind END
    const uint8_t *unions;    // of a union: its count; then the rows of its members' tables
} wick_fbs_schema;

// The schema of a file that starts with these bytes; NULL if it is none of them.
const wick_fbs_schema *wick_fbs_schema_of(const uint8_t *bytes, uint64_t size_bytes);
// The schema whose root table has this name; NULL if there is none.
const wick_fbs_schema *wick_fbs_schema_named(const char *root);

#endif
