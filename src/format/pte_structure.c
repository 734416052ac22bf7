// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_structure.h"

#include "base/failure.h"

static wick_status fail(const wick_pte_walk *w, const uint8_t *at, const char *text)
{
    return wick_failure_set(w->failure, WICK_INVALID_PROGRAM, (uint32_t)(at - w->bytes), text);
}

// What the reference at `at` leads to, a whole aligned word; NULL if it leads out of bounds.
static inline __attribute__((always_inline)) const uint8_t *follow(const wick_pte_walk *w,
                                                                   const uint8_t *at)
{
    const uint32_t distance = wick_fb_word(at);
    const uint32_t target = (uint32_t)(at - w->bytes) + distance;
    return distance < w->end && target <= w->end - 4 && target % 4 == 0 ? w->bytes + target : 0;
}

static wick_status check_vector(const wick_pte_walk *w, const uint8_t *reference, wick_pte_row row)
{
    const uint8_t *vector = follow(w, reference);
    if (vector == 0) {
        return fail(w, reference, WICK_TEXT("reference out of bounds"));
    }
    const uint32_t kind = wick_pte_row_kind(row);
    const uint32_t item_shift = kind == WICK_PTE_KIND_TABLES ? 2 : row.arg;
    const uint32_t count = wick_fb_word(vector);
    const uint8_t *items = vector + 4;
    const uint32_t room = w->end - (uint32_t)(items - w->bytes);
    if (count > room >> item_shift || (uintptr_t)items % (1u << item_shift) != 0) {
        return fail(w, vector, WICK_TEXT("vector out of bounds or misaligned"));
    }
    if (kind == WICK_PTE_KIND_STRING && (count == room || items[count] != 0)) {
        return fail(w, vector, WICK_TEXT("string without a zero at its end"));
    }
    return WICK_OK;
}

// Checks the fields of a table, whose offsets stand in [entry, entries_end) of its vtable.
static wick_status check_fields(const wick_pte_walk *w, const wick_pte_row *row,
                                const uint8_t *entry, const uint8_t *entries_end,
                                const uint8_t **fields)
{
    const uint8_t *const table = w->table;
    const uint32_t room = w->end - (uint32_t)(table - w->bytes);
    uint32_t check;
    for (; (check = row->check) != WICK_PTE_KIND_END; row++, entry += 2) {
        const uint32_t offset = entry < entries_end ? wick_fb_half(entry) : 0;
        const uint32_t last = check >> 3 & 7u; // byte of the field
        *fields++ = offset != 0 ? table + offset : 0;
        if (offset == 0) {
            if ((check & WICK_PTE_REQUIRED) != 0) {
                return fail(w, table, WICK_TEXT("a required field is missing"));
            }
        } else if (offset + last >= room || (((uintptr_t)table + offset) & last) != 0) {
            return fail(w, table, WICK_TEXT("field out of bounds or misaligned"));
        } else if ((check & WICK_PTE_KIND_VECTORS) != 0) {
            WICK_TRY(check_vector(w, table + offset, *row));
        }
    }
    return WICK_OK;
}

// Finds the table that the word at `reference` leads to: walk->table, and where its vtable lies in
// *vtable, not checked yet.
static inline wick_status find_table(wick_pte_walk *w, const uint8_t *reference, uint32_t *vtable)
{
    const uint8_t *table = follow(w, reference);
    if (table == 0) {
        return fail(w, reference, WICK_TEXT("reference out of bounds"));
    }
    if (w->budget-- == 0) {
        return fail(w, reference, WICK_TEXT("tables are shared too often"));
    }
    w->table = table;
    *vtable = (uint32_t)(table - w->bytes) - wick_fb_word(table);
    return WICK_OK;
}

// Checks the vtable at `vtable`, and the open table by it.
static wick_status check_table(const wick_pte_walk *w, uint32_t vtable, uint32_t table_type,
                               const uint8_t **fields)
{
    // The size of the table, which stands second in the vtable, is not used: official files share
    // vtables between tables that differ in it alone.
    const uint8_t *entries = w->bytes + vtable;
    if (vtable % 2 == 0 && vtable <= w->end - 4) {
        const uint32_t vtable_bytes = wick_fb_half(entries);
        if (vtable_bytes >= 4 && vtable_bytes % 2 == 0 && vtable_bytes <= w->end - vtable) {
            return check_fields(w, &wick_pte_rows[table_type + 1], entries + 4,
                                entries + vtable_bytes, fields);
        }
    }
    return fail(w, w->table, WICK_TEXT("vtable out of bounds"));
}

wick_status wick_pte_open_table(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type,
                                const uint8_t *fields[WICK_PTE_MAX_FIELDS])
{
    uint32_t vtable = 0;
    WICK_TRY(find_table(w, reference, &vtable));
    return check_table(w, vtable, table_type, fields);
}

// Checks a table of two required fields, a byte and a reference. All of a file share one vtable as
// a rule: what was found of the last one then holds, but for the end of the bytes.
static wick_status open_holder(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type,
                               const uint8_t **fields)
{
    uint32_t vtable = 0;
    WICK_TRY(find_table(w, reference, &vtable));
    const uint8_t *table = w->table;
    if (vtable == w->holder.vtable && w->holder.bytes < w->end - (uint32_t)(table - w->bytes)) {
        fields[0] = table + w->holder.type_offset;
        fields[1] = table + w->holder.value_offset;
        return WICK_OK;
    }
    WICK_TRY(check_table(w, vtable, table_type, fields));
    const uint32_t type_offset = (uint32_t)(fields[0] - table);
    const uint32_t value_offset = (uint32_t)(fields[1] - table);
    w->holder = (wick_pte_holder){
        .vtable = vtable,
        .bytes = (type_offset > value_offset ? type_offset : value_offset) + 4,
        .type_offset = type_offset,
        .value_offset = value_offset,
    };
    return WICK_OK;
}

wick_status wick_pte_open_union(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type, uint32_t *code,
                                const uint8_t *fields[WICK_PTE_MAX_FIELDS])
{
    WICK_TRY(open_holder(w, reference, table_type, fields));
    const uint32_t found = *fields[0];
    if (found == 0 || found > wick_pte_union_rows[union_type]) {
        return fail(w, w->table, WICK_TEXT("unknown type of value or instruction"));
    }
    *code = found;
    return wick_pte_open_table(w, fields[1], wick_pte_union_rows[union_type + found], fields);
}

wick_status wick_pte_open_leaf(wick_pte_walk *w, const uint8_t *field, uint32_t table_type)
{
    const uint8_t *fields[WICK_PTE_MAX_FIELDS];
    return field != 0 ? wick_pte_open_table(w, field, table_type, fields) : WICK_OK;
}

wick_status wick_pte_open_leaves(wick_pte_walk *w, const uint8_t *field, uint32_t table_type)
{
    const wick_fb_vector tables = wick_fb_vector_at(field);
    for (uint32_t i = 0; i < tables.count; i++) {
        WICK_TRY(wick_pte_open_leaf(w, tables.items + 4 * (size_t)i, table_type));
    }
    return WICK_OK;
}
