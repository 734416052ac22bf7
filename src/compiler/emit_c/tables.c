// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit_c/tables.h"

#include "base/bytes.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_ITEMS = 12 };

static size_t find_run(const wick_pool *pool, const int64_t *items, size_t count)
{
    for (size_t i = 0; i + count <= pool->count; i++) {
        if (memcmp(pool->items + i, items, count * sizeof *items) == 0) {
            return i;
        }
    }
    return pool->count;
}

size_t wick_pool_add(wick_pool *pool, const int64_t *items, size_t count)
{
    if (count == 0) {
        return 0;
    }
    const size_t at = find_run(pool, items, count);
    if (at < pool->count) {
        return at;
    }
    if (pool->count + count > pool->capacity) {
        pool->capacity = 2 * (pool->count + count);
        int64_t *grown = wick_arena_alloc(pool->arena, pool->capacity, sizeof *grown);
        if (pool->count > 0) {
            memcpy(grown, pool->items, pool->count * sizeof *grown);
        }
        pool->items = grown;
    }
    memcpy(pool->items + at, items, count * sizeof *items);
    pool->count += count;
    return at;
}

static const char *separator(size_t index)
{
    return index % LINE_ITEMS == 0 ? "\n    " : " ";
}

void wick_pool_print(const wick_pool *pool, const char *type, const char *name, wick_text *out)
{
    wick_text_format(out, "static const %s %s[] = {", type, name);
    for (size_t i = 0; i < pool->count; i++) {
        wick_text_format(out, "%s%" PRId64 ",", separator(i), pool->items[i]);
    }
    wick_text_format(out, "%s\n};\n\n", pool->count == 0 ? "\n    0," : "");
}

const char *wick_c_type(uint32_t dtype)
{
    switch ((wick_dtype)dtype) {
    case WICK_UINT8:
    case WICK_BOOL:
        return "uint8_t";
    case WICK_INT8:
        return "int8_t";
    case WICK_INT16:
        return "int16_t";
    case WICK_UINT16:
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        return "uint16_t";
    case WICK_INT32:
        return "int32_t";
    case WICK_INT64:
        return "int64_t";
    case WICK_FLOAT32:
        return "float";
    case WICK_FLOAT64:
        return "double";
    case WICK_COMPLEX64: // pairs: only their bytes count here
        return "uint64_t";
    }
    return "uint8_t";
}

static void print_element(const uint8_t *p, uint32_t width, wick_text *out)
{
    switch (width) {
    case 1:
        wick_text_format(out, "%u", *p);
        break;
    case 2:
        wick_text_format(out, "%u", wick_load_u16(p));
        break;
    case 4:
        wick_text_format(out, "0x%" PRIx32, wick_load_u32(p));
        break;
    default:
        wick_text_format(out, "0x%" PRIx64 "u", wick_load_u64(p));
        break;
    }
}

// As integers of the element's width, so that every bit stands in the text; the union gives them
// the type they are read with.
static void print_constant(uint32_t number, const wick_tensor *tensor, wick_text *out)
{
    const uint8_t *data = tensor->data;
    const uint32_t width = wick_dtype_size_bytes(tensor->dtype);
    const size_t count = wick_tensor_count(tensor);
    wick_text_format(out,
                     "static const union {\n    uint%u_t bits[%zu];\n    %s values[%zu];\n"
                     "    uint32_t alignment;\n} constant_%u = {{",
                     8 * width, count, wick_c_type(tensor->dtype), count, number);
    for (size_t i = 0; i < count; i++) {
        wick_text_format(out, "%s", separator(i));
        print_element(data + i * width, width, out);
        wick_text_add(out, ",", 1);
    }
    wick_text_format(out, "\n}};\n\n");
}

static void grow(wick_constants *constants, wick_arena *arena)
{
    const uint32_t capacity = constants->capacity == 0 ? 16 : 2 * constants->capacity;
    const uint8_t **data = wick_arena_alloc(arena, capacity, sizeof *data);
    size_t *size_bytes = wick_arena_alloc(arena, capacity, sizeof *size_bytes);
    if (constants->count > 0) {
        memcpy(data, constants->data, constants->count * sizeof *data);
        memcpy(size_bytes, constants->size_bytes, constants->count * sizeof *size_bytes);
    }
    constants->data = data;
    constants->size_bytes = size_bytes;
    constants->capacity = capacity;
}

uint32_t wick_constants_add(wick_constants *constants, wick_arena *arena, const wick_tensor *tensor,
                            wick_text *out)
{
    const size_t size_bytes = wick_tensor_size_bytes(tensor);
    for (uint32_t i = 0; i < constants->count; i++) {
        if (constants->data[i] == tensor->data && constants->size_bytes[i] == size_bytes) {
            return i;
        }
    }
    if (constants->count == constants->capacity) {
        grow(constants, arena);
    }
    const uint32_t number = constants->count++;
    constants->data[number] = tensor->data;
    constants->size_bytes[number] = size_bytes;
    constants->total_bytes += size_bytes;
    print_constant(number, tensor, out);
    return number;
}
