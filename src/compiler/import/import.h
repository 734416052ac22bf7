// SPDX-License-Identifier: BSD-3-Clause
// .pt2 archive (torch.export.save) to graph. Source: torch/_export/serde/schema.py,
// torch/export/pt2_archive.
#ifndef WICK_COMPILER_IMPORT_IMPORT_H
#define WICK_COMPILER_IMPORT_IMPORT_H

#include "compiler/ir/ir.h"

// `bytes` are the archive and must outlive the graph only during the call (weights are copied into
// the arena). `path` is for messages. `model` NULL: the only one, or "model". Errors
// INVALID_PROGRAM (not an archive, broken), NOT_SUPPORTED (operator, dtype, pickled weights),
// NOT_FOUND.
wick_status wick_import_pt2(wick_arena *arena, const void *bytes, size_t size_bytes,
                            const char *path, const char *model, wick_diag *diag,
                            wick_ir_graph **out);

// sample_inputs of the archive as constants, in order of the user inputs; *count 0 if the archive
// has none.
wick_status wick_import_sample_inputs(wick_arena *arena, const void *bytes, size_t size_bytes,
                                      const char *path, const char *model, wick_diag *diag,
                                      wick_ir_value ***out, uint32_t *count);

#endif
