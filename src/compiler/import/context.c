// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/context.h"

wick_status wick_import_union(const wick_import *import, const wick_json *json,
                              const wick_json **payload)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_OBJECT, import->diag));
    if (json->count != 1) {
        return wick_json_error(json, import->diag, WICK_INVALID_PROGRAM,
                               "expected a union of one member, found %u members", json->count);
    }
    *payload = json->items;
    return WICK_OK;
}
