// SPDX-License-Identifier: BSD-3-Clause
// Parameters, buffers and tensor constants of the archive: raw storages and the tensors that view
// them.
#ifndef WICK_COMPILER_IMPORT_WEIGHTS_H
#define WICK_COMPILER_IMPORT_WEIGHTS_H

#include "compiler/import/types.h"

typedef struct wick_weights {
    const wick_import *import;
    const wick_json *config[2]; // qualified name -> payload, of data/weights and data/constants
    wick_map *storages;         // member name -> storage
    wick_map *copies;           // layout of a storage -> dense data: tied weights share it
    size_t budget_bytes; // that dense copies may still take: strides of 0 make them larger than the
                         // archive
} wick_weights;

typedef enum wick_weights_source { WICK_STATE_DICT, WICK_CONSTANTS } wick_weights_source;

// Errors  INVALID_PROGRAM; NOT_SUPPORTED (all weights pickled, as an older torch did).
wick_status wick_weights_open(const wick_import *import, wick_weights *out);

// A tensor by its qualified name, dense and 16-aligned; `what` names it in messages ("parameter
// 'conv.weight'"). Errors  INVALID_PROGRAM (absent, out of its storage), NOT_SUPPORTED (pickled,
// dtype), OUT_OF_RESOURCES (budget).
wick_status wick_weights_find(wick_weights *weights, wick_weights_source source, const char *name,
                              const char *what, wick_tensor_meta *meta, const uint8_t **data);

#endif
