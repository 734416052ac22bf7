// SPDX-License-Identifier: BSD-3-Clause
// A restricted unpickler: tuples, lists, dicts, numbers, strings and tensors, as torch.save writes
// them (protocols 2 to 4 without classes). It calls nothing: the few names it knows are rows of a
// table, every other one is refused. Source: CPython Lib/pickletools.py; torch/_utils.py
// (_rebuild_tensor_v2); torch/serialization.py (persistent ids).
#ifndef WICK_COMPILER_IMPORT_PICKLE_H
#define WICK_COMPILER_IMPORT_PICKLE_H

#include "compiler/import/strided.h"
#include "compiler/support/diag.h"

typedef enum wick_pickle_kind {
    WICK_PICKLE_NONE,
    WICK_PICKLE_BOOL,
    WICK_PICKLE_INT,
    WICK_PICKLE_REAL,
    WICK_PICKLE_STRING,
    WICK_PICKLE_TUPLE,
    WICK_PICKLE_LIST,
    WICK_PICKLE_DICT,    // items: key, value, key, value, ..
    WICK_PICKLE_GLOBAL,  // a name of the table
    WICK_PICKLE_STORAGE, // `text` is the member that holds it
    WICK_PICKLE_TENSOR,
} wick_pickle_kind;

typedef struct wick_pickle_value {
    wick_pickle_kind kind;
    uint32_t count;    // of items
    uint32_t capacity; // of items
    uint32_t dtype;    // GLOBAL that is a storage class, STORAGE
    int64_t integer;   // BOOL, INT; GLOBAL: its role
    double real;
    const char *text; // STRING, STORAGE; zero-terminated
    struct wick_pickle_value **items;
    wick_strided *view; // TENSOR, of the storage `text`
} wick_pickle_value;

// The one object that `bytes` describe. Containers may share parts and even contain themselves:
// walk them with a limit. Errors  INVALID_PROGRAM (broken), NOT_SUPPORTED (names an operation or a
// class that it does not know).
wick_status wick_pickle_read(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                             const char *where, wick_diag *diag, const wick_pickle_value **out);

#endif
