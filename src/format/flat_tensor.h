// SPDX-License-Identifier: BSD-3-Clause
// Rows of the tables and fields of external data (flat_tensor.def).
#ifndef WICK_FORMAT_FLAT_TENSOR_H
#define WICK_FORMAT_FLAT_TENSOR_H

#define WICK_FBS_TABLE(id, name)                    WICK_FLAT_##id,
#define WICK_FBS_FIELD(id, name, kind, arg, number) WICK_FLAT_ROW_##id,
enum wick_flat_row {
#include "format/flat_tensor.def"
};
#undef WICK_FBS_TABLE
#undef WICK_FBS_FIELD

#endif
