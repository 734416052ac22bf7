// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/values.h"

#include "compiler/support/text.h"

#include <inttypes.h>
#include <string.h>

enum { VALUES_FIRST_CAPACITY = 64 };

// Maps hold pointers that are not NULL: an index and, for constants, the next one with the same
// hash.
typedef struct emit_entry {
    uint32_t index;
    struct emit_entry *next;
} emit_entry;

wick_emit_values wick_emit_values_create(wick_arena *arena)
{
    return (wick_emit_values){.arena = arena, .known = wick_map_create(arena)};
}

wick_emit_constants wick_emit_constants_create(wick_arena *arena)
{
    return (wick_emit_constants){.arena = arena, .known = wick_map_create(arena)};
}

// Room for one more item of `item_bytes`: the array, moved if it was full.
static void *emit_grow(wick_arena *arena, void *items, uint32_t count, uint32_t *capacity,
                       size_t item_bytes)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity ? 2 * *capacity : VALUES_FIRST_CAPACITY;
    void *grown = wick_arena_alloc(arena, *capacity, item_bytes);
    if (count != 0) {
        memcpy(grown, items, count * item_bytes);
    }
    return grown;
}

static void emit_key_integers(wick_text *key, const int64_t *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        wick_text_format(key, ",%" PRId64, items[i]);
    }
}

static void emit_key_real(wick_text *key, double value)
{
    uint64_t bits; // by bits: NaN equals itself, 0 and -0 differ
    memcpy(&bits, &value, sizeof bits);
    wick_text_format(key, ",%" PRIx64, bits);
}

static void emit_key_list(wick_text *key, const wick_pte_list *list)
{
    if (list->integers != NULL) {
        emit_key_integers(key, list->integers, list->count);
    }
    for (uint32_t i = 0; list->reals != NULL && i < list->count; i++) {
        emit_key_real(key, list->reals[i]);
    }
    for (uint32_t i = 0; list->booleans != NULL && i < list->count; i++) {
        wick_text_format(key, ",%d", list->booleans[i]);
    }
}

static void emit_key_tensor(wick_text *key, const wick_pte_tensor *tensor)
{
    wick_text_format(key, "%u,%u,%u,%u,%" PRIu64, tensor->is_dynamic, tensor->dtype,
                     tensor->constant, tensor->memory_id, tensor->offset_bytes);
    emit_key_integers(key, tensor->sizes, tensor->rank);
    for (uint32_t i = 0; i < tensor->rank; i++) {
        wick_text_format(key, ";%u", tensor->dim_order[i]);
    }
}

// Two values are equal if and only if their keys are.
static const char *emit_key(wick_arena *arena, const wick_pte_value *value)
{
    wick_text key = {.arena = arena};
    wick_text_format(&key, "%d:", (int)value->type);
    switch (value->type) {
    case WICK_PTE_TYPE_INT:
    case WICK_PTE_TYPE_BOOL:
        emit_key_integers(&key, &value->integer, 1);
        break;
    case WICK_PTE_TYPE_DOUBLE:
        emit_key_real(&key, value->real);
        break;
    case WICK_PTE_TYPE_STRING:
        wick_text_format(&key, "%s", value->string);
        break;
    case WICK_PTE_TYPE_TENSOR:
        emit_key_tensor(&key, &value->tensor);
        break;
    case WICK_PTE_TYPE_INT_LIST:
    case WICK_PTE_TYPE_DOUBLE_LIST:
    case WICK_PTE_TYPE_BOOL_LIST:
    case WICK_PTE_TYPE_TENSOR_LIST:
    case WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST:
        emit_key_list(&key, &value->list);
        break;
    default: // NONE; the enum also numbers the members of other unions
        break;
    }
    return wick_text_string(&key);
}

int32_t wick_emit_value_add(wick_emit_values *values, const wick_pte_value *value)
{
    values->items = emit_grow(values->arena, values->items, values->count, &values->capacity,
                              sizeof *values->items);
    values->items[values->count] = *value;
    return (int32_t)values->count++;
}

int32_t wick_emit_value_share(wick_emit_values *values, const wick_pte_value *value)
{
    const char *key = emit_key(values->arena, value);
    const emit_entry *known = wick_map_get(values->known, key);
    if (known != NULL) {
        return (int32_t)known->index;
    }
    emit_entry *entry = wick_arena_alloc(values->arena, 1, sizeof *entry);
    entry->index = (uint32_t)wick_emit_value_add(values, value);
    wick_map_put(values->known, key, entry);
    return (int32_t)entry->index;
}

int32_t wick_emit_value_none(wick_emit_values *values)
{
    return wick_emit_value_share(values, &(wick_pte_value){.type = WICK_PTE_TYPE_NONE});
}

int32_t wick_emit_value_int(wick_emit_values *values, int64_t value)
{
    return wick_emit_value_share(values,
                                 &(wick_pte_value){.type = WICK_PTE_TYPE_INT, .integer = value});
}

int32_t wick_emit_value_bool(wick_emit_values *values, bool value)
{
    return wick_emit_value_share(values,
                                 &(wick_pte_value){.type = WICK_PTE_TYPE_BOOL, .integer = value});
}

int32_t wick_emit_value_real(wick_emit_values *values, double value)
{
    return wick_emit_value_share(values,
                                 &(wick_pte_value){.type = WICK_PTE_TYPE_DOUBLE, .real = value});
}

// FNV-1a with 64 bits, as text. Source: draft-eastlake-fnv.
static const char *emit_hash(wick_arena *arena, const uint8_t *bytes, size_t size_bytes)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size_bytes; i++) {
        hash = (hash ^ bytes[i]) * 1099511628211u;
    }
    return wick_arena_format(arena, "%zu:%" PRIx64, size_bytes, hash);
}

uint32_t wick_emit_constant_share(wick_emit_constants *constants, const void *bytes,
                                  size_t size_bytes)
{
    const char *key = emit_hash(constants->arena, bytes, size_bytes);
    emit_entry *first = wick_map_get(constants->known, key);
    for (const emit_entry *entry = first; entry != NULL; entry = entry->next) {
        const wick_pte_constant *other = &constants->items[entry->index];
        if (other->size_bytes == size_bytes &&
            (size_bytes == 0 || memcmp(other->bytes, bytes, size_bytes) == 0)) {
            return entry->index + 1;
        }
    }
    constants->items = emit_grow(constants->arena, constants->items, constants->count,
                                 &constants->capacity, sizeof *constants->items);
    constants->items[constants->count] = (wick_pte_constant){bytes, size_bytes};
    emit_entry *entry = wick_arena_alloc(constants->arena, 1, sizeof *entry);
    *entry = (emit_entry){constants->count, first};
    wick_map_put(constants->known, key, entry);
    return ++constants->count;
}
