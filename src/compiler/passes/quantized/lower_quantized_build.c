// SPDX-License-Identifier: BSD-3-Clause
// Pieces that rewrites of lower_quantized put together: constants, tables, images with channels
// last.
#include "compiler/passes/quantized/lower_quantized.h"

#include <string.h>

enum { TABLE_SIZE = 256, WIDE_TABLE_SIZE = 513 };

wick_ir_value *wick_lower_refuse(wick_lowering *lowering, const char *reason)
{
    lowering->reason = reason;
    return NULL;
}

wick_ir_value *wick_lower_constant(const wick_builder *builder, const char *hint, wick_dtype dtype,
                                   size_t count, const void *data)
{
    const int64_t size = (int64_t)count;
    const wick_ir_type type = wick_ir_type_tensor(dtype, 1, &size);
    return wick_ir_constant_create(builder->graph, hint, &type, data);
}

static bool is_identity(const int8_t *table)
{
    for (int32_t i = 0; i < TABLE_SIZE; i++) {
        if (table[i] != i + INT8_MIN) {
            return false;
        }
    }
    return true;
}

wick_ir_value *wick_build_table(const wick_builder *builder, wick_ir_value *value,
                                const void *table)
{
    const bool is_wide = value->type.dtype == WICK_INT16;
    if (!is_wide && is_identity(table)) {
        return value;
    }
    wick_ir_value *entries = wick_lower_constant(builder, "table", (wick_dtype)value->type.dtype,
                                                 is_wide ? WIDE_TABLE_SIZE : TABLE_SIZE, table);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_value(entries)};
    return wick_build(builder, is_wide ? "wick::table_s16" : "wick::table_s8", &value->type, args,
                      2);
}

wick_ir_value *wick_channels_to_last(const wick_builder *builder, wick_ir_value *value)
{
    static const int64_t dims[] = {0, 2, 3, 1};
    const int64_t *sizes = value->type.sizes;
    const int64_t image[] = {sizes[0], sizes[1], 1, sizes[2]};
    wick_ir_value *four = value->type.rank == 3 ? wick_build_view(builder, value, 4, image) : value;
    return wick_build_permute(builder, four, dims);
}

wick_ir_value *wick_channels_from_last(const wick_builder *builder, wick_ir_value *value,
                                       const wick_ir_type *like)
{
    static const int64_t dims[] = {0, 3, 1, 2};
    wick_ir_value *image = wick_build_permute(builder, value, dims);
    return wick_build_view(builder, image, like->rank, like->sizes);
}
