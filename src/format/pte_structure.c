// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_structure.h"

#include "base/failure.h"

#include <stdbool.h>

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

wick_status wick_pte_check_vector(const wick_pte_walk *w, const uint8_t *reference,
                                  uint32_t item_shift)
{
    const uint8_t *vector = follow(w, reference);
    if (vector == 0) {
        return fail(w, reference, WICK_TEXT("reference out of bounds"));
    }
    const uint8_t *items = vector + 4;
    const uint32_t room = w->end - (uint32_t)(items - w->bytes);
    const uint32_t alignment = (uint32_t)(uintptr_t)items & ((1u << item_shift) - 1);
    return wick_fb_word(vector) <= room >> item_shift && alignment == 0
               ? WICK_OK
               : fail(w, vector, WICK_TEXT("out of bounds or misaligned"));
}

// Checks what follows a string whose bytes have been checked.
static wick_status check_end(const wick_pte_walk *w, const uint8_t *reference)
{
    const wick_fb_vector string = wick_fb_vector_at(reference);
    const uint8_t *end = string.items + wick_fb_count(string);
    return end < w->bytes + w->end && *end == 0
               ? WICK_OK
               : fail(w, string.items - 4, WICK_TEXT("string without an end"));
}

// Whether the vectors of a table are.
static bool is_left_to_caller(uint32_t table_type)
{
    _Static_assert(WICK_PTE_DELEGATE_CALL == WICK_PTE_KERNEL_CALL + 3, "nothing between them");
    return table_type == WICK_PTE_TENSOR ||
           (table_type >= WICK_PTE_KERNEL_CALL && table_type <= WICK_PTE_DELEGATE_CALL);
}

// Checks the open table by the offsets that stand in [entry, entries_end) of its vtable, but for
// its vectors. Stores what holds for other tables with this vtable too; known->first_row is set.
static wick_status check_fields(const wick_pte_walk *w, const uint8_t *entry,
                                const uint8_t *entries_end, wick_pte_known_vtable *known)
{
    const wick_pte_row *row = &wick_pte_rows[known->first_row];
    const uint32_t table = (uint32_t)(uintptr_t)w->table;
    const uint32_t room = w->end - (uint32_t)(w->table - w->bytes);
    uint16_t *known_offset = known->offsets;
    uint32_t last_byte = 0;
    uint32_t widths = 0;
    uint32_t vectors = 0;
    uint32_t check;
    for (uint32_t bit = 1; (check = row->check) != WICK_PTE_KIND_END; row++, bit <<= 1) {
        uint32_t offset = 0;
        if (entry < entries_end) {
            offset = wick_fb_half(entry);
            entry += 2;
        }
        *known_offset++ = (uint16_t)offset;
        if (offset != 0) {
            const uint32_t width = check >> 3 & 7u; // less 1
            const uint32_t last = offset + width;
            if (last >= room || ((table + offset) & width) != 0) {
                return fail(w, w->table, WICK_TEXT("out of bounds or misaligned"));
            }
            last_byte = last > last_byte ? last : last_byte;
            widths |= width;
            vectors |= (check & WICK_PTE_KIND_VECTORS) != 0 ? bit : 0;
        } else if ((check & WICK_PTE_REQUIRED) != 0) {
            return fail(w, w->table, WICK_TEXT("required field is missing"));
        }
    }
    known->bytes = last_byte + 1;
    known->vectors = (uint16_t)(is_left_to_caller(known->first_row - 1u) ? 0 : vectors);
    if (widths == 7) { // aligned or not by where its table lies: checked anew each time
        known->first_row = 0;
    }
    return WICK_OK;
}

// Checks the vtable at `position`, and the open table by it.
static __attribute__((noinline)) wick_status check_vtable(const wick_pte_walk *w, uint32_t position,
                                                          uint32_t table_type,
                                                          wick_pte_known_vtable *known)
{
    // The size of the table, which stands second in the vtable, is not used: official files share
    // vtables between tables that differ in it alone.
    const uint8_t *entries = w->bytes + position;
    known->position = position;
    known->first_row = (uint16_t)(table_type + 1);
    if (position % 2 == 0 && position <= w->end - 4) {
        const uint32_t vtable_bytes = wick_fb_half(entries);
        if (vtable_bytes >= 4 && vtable_bytes % 2 == 0 && vtable_bytes <= w->end - position) {
            return check_fields(w, entries + 4, entries + vtable_bytes, known);
        }
    }
    return fail(w, w->table, WICK_TEXT("reference out of bounds"));
}

wick_status wick_pte_charge(wick_pte_walk *w, wick_fb_vector items)
{
    if (wick_fb_count(items) > w->budget) {
        return fail(w, items.items, WICK_TEXT("shared too often"));
    }
    w->budget -= wick_fb_count(items);
    return WICK_OK;
}

// Checks the vectors of the open table, and charges for the tables there. Not inlined: most tables
// have none.
static __attribute__((noinline)) wick_status check_vectors(wick_pte_walk *w, uint32_t table_type)
{
    const wick_pte_row *row = &wick_pte_rows[table_type + 1];
    const uint16_t *offset = w->known->offsets;
    for (uint32_t left = w->known->vectors; left != 0; left >>= 1, row++, offset++) {
        if ((left & 1) == 0) {
            continue;
        }
        const uint32_t kind = wick_pte_row_kind(*row);
        const uint8_t *reference = w->table + *offset;
        WICK_TRY(wick_pte_check_vector(w, reference, kind == WICK_PTE_KIND_TABLES ? 2 : row->arg));
        if (kind == WICK_PTE_KIND_STRING) {
            WICK_TRY(check_end(w, reference));
        } else if (kind == WICK_PTE_KIND_TABLES) {
            WICK_TRY(wick_pte_charge(w, wick_fb_vector_at(reference)));
        }
    }
    return WICK_OK;
}

wick_status wick_pte_open_table(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type)
{
    const uint8_t *table = follow(w, reference);
    if (table == 0) {
        return fail(w, reference, WICK_TEXT("reference out of bounds"));
    }
    const uint32_t at = (uint32_t)(table - w->bytes);
    const uint32_t vtable = at - wick_fb_word(table);
    wick_pte_known_vtable *known = &w->vtables[table_type % WICK_PTE_KNOWN_VTABLES];
    w->table = table;
    w->known = known;
    if (known->position != vtable || known->first_row != table_type + 1 ||
        known->bytes > w->end - at) {
        WICK_TRY(check_vtable(w, vtable, table_type, known));
    }
    return known->vectors == 0 ? WICK_OK : check_vectors(w, table_type);
}

wick_status wick_pte_open_union(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type, uint32_t *code)
{
    WICK_TRY(wick_pte_open_table(w, reference, table_type));
    const uint32_t found = w->table[w->known->offsets[0]];
    if (found == 0 || found > wick_pte_union_rows[union_type]) {
        return fail(w, w->table, WICK_TEXT("unknown value or instruction"));
    }
    *code = found;
    return wick_pte_open_table(w, w->table + w->known->offsets[1],
                               wick_pte_union_rows[union_type + found]);
}

wick_status wick_pte_open_leaves(wick_pte_walk *w, const uint8_t *table, uint32_t table_type,
                                 uint32_t slots)
{
    for (uint32_t slot = 0; slots >> slot != 0; slot++) {
        const uint8_t *field = (slots >> slot & 1) != 0 ? wick_fb_field(table, slot) : 0;
        if (field == 0) {
            continue;
        }
        const wick_pte_row row = wick_pte_rows[table_type + 1 + slot];
        const bool is_one = wick_pte_row_kind(row) == WICK_PTE_KIND_TABLE;
        const wick_fb_vector tables = {is_one ? field : wick_fb_vector_at(field).items};
        const uint32_t count = is_one ? 1 : wick_fb_count(tables);
        for (uint32_t i = 0; i < count; i++) {
            WICK_TRY(wick_pte_open_table(w, tables.items + 4 * (size_t)i, row.arg));
        }
    }
    return WICK_OK;
}
