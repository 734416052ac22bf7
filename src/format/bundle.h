// SPDX-License-Identifier: BSD-3-Clause
// Rows of the tables and fields of a bundled program (bundle.def).
#ifndef WICK_FORMAT_BUNDLE_H
#define WICK_FORMAT_BUNDLE_H

#define WICK_FBS_UNION(id, count)
#define WICK_FBS_MEMBER(union, table)
#define WICK_FBS_TABLE(id, name)                    WICK_BUNDLE_##id,
#define WICK_FBS_FIELD(id, name, kind, arg, number) WICK_BUNDLE_ROW_##id,
enum wick_bundle_row {
#include "format/bundle.def"
};
#undef WICK_FBS_UNION
#undef WICK_FBS_MEMBER
#undef WICK_FBS_TABLE
#undef WICK_FBS_FIELD

enum { WICK_BUNDLE_UNION_VALUE }; // the only union: its rows start at 0

#endif
