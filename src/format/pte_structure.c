// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_structure.h"

#include "base/failure.h"

static wick_status fail(const wick_pte_walk *w, const uint8_t *at, const char *text)
{
    return wick_failure_set(w->failure, WICK_INVALID_PROGRAM, (uint32_t)(at - w->bytes), text);
}

void wick_pte_walk_start(wick_pte_walk *w, const uint8_t *bytes, uint32_t end,
                         wick_failure *failure)
{
    w->bytes = bytes;
    w->span = end - 4;
    w->last_word = (uintptr_t)bytes + w->span;
    w->budget = end;
    w->table = bytes;
    w->failure = failure;
    for (uint32_t i = 0; i < WICK_PTE_KNOWN_VTABLES; i++) {
        w->vtables[i].last_table = 0; // not cleared as a whole: they are large
    }
}

wick_status wick_pte_fail_reference(const wick_pte_walk *w, const uint8_t *at)
{
    return fail(w, at, WICK_TEXT("reference out of bounds"));
}

wick_status wick_pte_fail_bounds(const wick_pte_walk *w, const uint8_t *at)
{
    return fail(w, at, WICK_TEXT("out of bounds or misaligned"));
}

// Checks what follows a string whose bytes have been checked.
static wick_status check_end(const wick_pte_walk *w, const uint8_t *reference)
{
    const wick_fb_vector string = wick_fb_vector_of(reference);
    const uint8_t *end = string.items + wick_fb_count(string);
    return (uintptr_t)end < w->last_word + 4 && *end == 0
               ? WICK_OK
               : fail(w, string.items - 4, WICK_TEXT("string without an end"));
}

// Whether the vectors of a table are.
static bool is_left_to_caller(uint32_t table_type)
{
    _Static_assert(WICK_PTE_ROW_COUNT <= UINT8_MAX, "a table type fits in a byte");
    _Static_assert(WICK_PTE_DELEGATE_CALL == WICK_PTE_KERNEL_CALL + 3, "nothing between them");
    return table_type == WICK_PTE_TENSOR ||
           (table_type >= WICK_PTE_KERNEL_CALL && table_type <= WICK_PTE_DELEGATE_CALL);
}

// Checks the open table by the first `count` entries of a vtable, which lie inside, but for its
// vectors. Stores what holds for other tables with this vtable too.
static wick_status check_fields(const wick_pte_walk *w, const uint8_t *entries, uint32_t count,
                                wick_pte_known_vtable *known)
{
    enum { MISALIGNED = 8 }; // bit of `found` from which misaligned bits stand, above those of rows
    const wick_pte_row *rows = &wick_pte_rows[known->table_type + 1];
    const uint32_t table = (uint32_t)(uintptr_t)w->table;
    uint16_t *offsets = known->offsets;
    uint32_t last_byte = 3; // behind the word that leads to the vtable
    uint32_t found = 0;
    uint32_t check;
    for (uint32_t slot = 0; (check = rows[slot].check) != WICK_PTE_KIND_END; slot++) {
        const uint32_t offset = slot < count ? wick_fb_half(entries + 2 * slot) : 0;
        offsets[slot] = (uint16_t)offset;
        if (offset != 0) {
            const uint32_t width = check >> 3 & 7u; // less 1
            found |= check | ((table + offset) & width) << MISALIGNED;
            last_byte = offset + width > last_byte ? offset + width : last_byte;
        } else if ((check & WICK_PTE_REQUIRED) != 0) {
            return fail(w, w->table, WICK_TEXT("required field is missing"));
        }
    }
    const uintptr_t last_table = w->last_word + 3 - last_byte;
    if ((uintptr_t)w->table > last_table || found >> MISALIGNED != 0) {
        return wick_pte_fail_bounds(w, w->table);
    }
    // Eight bytes are aligned or not by where their table lies: they are checked anew each time.
    known->has_rare = (uint8_t)(found & WICK_PTE_RARE);
    known->last_table = (found & WICK_PTE_KIND_WIDE) != 0 ? 0 : last_table;
    if ((found & WICK_PTE_KIND_VECTORS) == 0 || is_left_to_caller(known->table_type)) {
        known->plain_type = known->table_type;
    }
    return WICK_OK;
}

wick_status wick_pte_refuse_charge(const wick_pte_walk *w, wick_fb_vector items)
{
    return fail(w, items.items, WICK_TEXT("shared too often"));
}

// Checks the vectors of the open table, and charges for the tables there.
static wick_status check_vectors(wick_pte_walk *w)
{
    const wick_pte_row *row = &wick_pte_rows[w->known->table_type + 1];
    const uint16_t *offset = w->known->offsets;
    for (; row->check != WICK_PTE_KIND_END; row++, offset++) {
        if ((row->check & WICK_PTE_KIND_VECTORS) == 0 || *offset == 0) {
            continue;
        }
        const uint32_t kind = wick_pte_row_kind(*row);
        const uint8_t *reference = w->table + *offset;
        WICK_TRY(wick_pte_check_vector(w, reference, kind == WICK_PTE_KIND_TABLES ? 2 : row->arg));
        if (kind == WICK_PTE_KIND_STRING) {
            WICK_TRY(check_end(w, reference));
        } else if (kind == WICK_PTE_KIND_TABLES) {
            WICK_TRY(wick_pte_charge(w, wick_fb_vector_of(reference)));
        }
    }
    return WICK_OK;
}

// Checks the vtable of the open table, and by it the table, unless it is the one that is known.
static wick_status check_vtable(wick_pte_walk *w, uint32_t table_type, wick_pte_known_vtable *known)
{
    // Beyond the end if it lies before the start. The size of the table, which stands second in the
    // vtable, is not used: official files share vtables between tables that differ in it alone.
    const uint32_t position = (uint32_t)(w->table - w->bytes) - wick_fb_word(w->table);
    const uint8_t *vtable = w->bytes + position;
    if (position % 2 != 0 || position > w->span) {
        return wick_pte_fail_reference(w, w->table);
    }
    if (known->vtable == (uintptr_t)vtable && known->table_type == table_type &&
        (uintptr_t)w->table <= known->last_table) {
        return WICK_OK;
    }
    const uint32_t vtable_bytes = wick_fb_half(vtable);
    if (vtable_bytes % 2 != 0 || vtable_bytes - 4 > w->span - position) { // nor below 4
        return wick_pte_fail_reference(w, w->table);
    }
    known->vtable = (uintptr_t)vtable;
    known->plain_type = WICK_PTE_NOT_PLAIN;
    known->table_type = (uint8_t)table_type;
    return check_fields(w, vtable + 4, vtable_bytes / 2 - 2, known);
}

// Opens a table whose vtable is not known, or that has vectors.
static __attribute__((noinline)) wick_status
open_new_table(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type)
{
    if (!wick_pte_is_word(w, wick_pte_target(reference))) {
        return wick_pte_fail_reference(w, reference);
    }
    wick_pte_known_vtable *known = &w->vtables[table_type % WICK_PTE_KNOWN_VTABLES];
    w->table = wick_fb_follow(reference);
    w->known = known;
    WICK_TRY(check_vtable(w, table_type, known));
    return known->plain_type != WICK_PTE_NOT_PLAIN ? WICK_OK : check_vectors(w);
}

static inline __attribute__((always_inline)) wick_status
open_table(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type)
{
    const wick_pte_known_vtable *known = &w->vtables[table_type % WICK_PTE_KNOWN_VTABLES];
    const uintptr_t target = wick_pte_target(reference);
    if (target > known->last_table || target % 4 != 0 || table_type != known->plain_type) {
        return open_new_table(w, reference, table_type);
    }
    const uint8_t *table = wick_fb_follow(reference);
    if (target - (uintptr_t)(intptr_t)(int32_t)wick_fb_word(table) != known->vtable) {
        return open_new_table(w, reference, table_type);
    }
    w->table = table;
    w->known = known;
    return WICK_OK;
}

wick_status wick_pte_open_table(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type)
{
    return open_table(w, reference, table_type);
}

wick_status wick_pte_open_union(wick_pte_walk *w, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type)
{
    WICK_TRY(open_table(w, reference, table_type));
    const uint8_t *table = w->table;
    const uint16_t *offsets = w->known->offsets;
    const uint8_t *rows = &wick_pte_union_rows[union_type]; // [0] is their count
    const uint32_t code = table[offsets[0]];
    if (code == 0 || code > rows[0]) {
        return fail(w, table, WICK_TEXT("unknown value or instruction"));
    }
    w->code = code;
    return open_table(w, table + offsets[1], rows[code]);
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
