// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_structure.h"

#include "base/assert.h"
#include "base/failure.h"
#include "format/flatbuffer.h"
#include "format/pte_schema.h"

#include <stdbool.h>

enum {
    MAX_DEPTH = 8,
};

typedef struct walker {
    const uint8_t *bytes;
    uint32_t end;
    uint32_t budget; // tables that may still be visited
    wick_failure *failure;
} walker;

// One or more references to tables of one type, of which one may be open.
typedef struct frame {
    const wick_pte_row *type; // row of the type
    const wick_pte_row *row;  // the next field to check; a row of a type where no table is open
    uint32_t item;            // position of the next reference
    uint32_t left;            // references not followed yet
    uint32_t table;           // position of the open table
    const uint8_t *entry;     // of its vtable, for the next field
    const uint8_t *vtable_end;
} frame;

static wick_status fail(const walker *w, uint32_t position, const char *text)
{
    return wick_failure_set(w->failure, WICK_INVALID_PROGRAM, position, text);
}

// Whether a word at `position` lies in the bytes, aligned. They hold at least a header, so that end
// > 4.
static inline bool is_word(const walker *w, uint32_t position)
{
    return position <= w->end - 4 && position % 4 == 0;
}

// Position that the reference at `position` leads to; 0, which holds the root reference, if it
// leads out of bounds.
static inline uint32_t follow(const walker *w, uint32_t position)
{
    const uint32_t distance = wick_fb_word(w->bytes + position);
    const uint32_t target = position + distance;
    return distance < w->end && is_word(w, target) ? target : 0;
}

static wick_status open_next_table(walker *w, frame *f)
{
    const uint32_t table = follow(w, f->item);
    if (table == 0) {
        return fail(w, f->item, WICK_TEXT("reference out of bounds"));
    }
    if (w->budget-- == 0) {
        return fail(w, f->item, WICK_TEXT("tables are shared too often"));
    }
    // The size of the table, which stands second in the vtable, is not used: official files share
    // vtables between tables that differ in it alone.
    const uint32_t vtable = table - wick_fb_word(w->bytes + table);
    if (vtable % 2 != 0 || vtable > w->end - 4) {
        return fail(w, table, WICK_TEXT("vtable out of bounds"));
    }
    const uint32_t vtable_bytes = wick_fb_half(w->bytes + vtable);
    if (vtable_bytes < 4 || vtable_bytes % 2 != 0 || vtable_bytes > w->end - vtable) {
        return fail(w, table, WICK_TEXT("vtable out of bounds"));
    }
    f->item += 4;
    f->left--;
    f->row = f->type + 1;
    f->table = table;
    f->entry = w->bytes + vtable + 4;
    f->vtable_end = w->bytes + vtable + vtable_bytes;
    return WICK_OK;
}

// Checks the vector that the reference at `position` leads to. Tables in it are left in *child.
static wick_status check_vector(const walker *w, uint32_t kind, uint32_t item_bytes,
                                uint32_t position, frame *child)
{
    const uint32_t vector = follow(w, position);
    if (vector == 0) {
        return fail(w, position, WICK_TEXT("reference out of bounds"));
    }
    const uint32_t count = wick_fb_word(w->bytes + vector);
    // A string has one byte more, its zero. Products are wide, since a count may be anything.
    const uint32_t room = w->end - vector - 4;
    const bool is_string = kind == WICK_PTE_KIND_STRING;
    if ((uint64_t)count * item_bytes + is_string > room || ((vector + 4) & (item_bytes - 1)) != 0) {
        return fail(w, vector, WICK_TEXT("vector out of bounds or misaligned"));
    }
    if (is_string && w->bytes[vector + 4 + count] != 0) {
        return fail(w, vector, WICK_TEXT("string without a zero at its end"));
    }
    child->item = vector + 4;
    child->left = kind == WICK_PTE_KIND_TABLES ? count : 0;
    return WICK_OK;
}

// Checks what the field at `position`, one entry of the vtable before next_entry, refers to. Tables
// are left in *child.
static wick_status check_reference(const walker *w, uint32_t table, const uint8_t *next_entry,
                                   uint32_t position, wick_pte_row row, frame *child)
{
    const uint32_t kind = row.kind & ~(uint32_t)WICK_PTE_REQUIRED;
    uint32_t type_index = row.arg;
    if (kind == WICK_PTE_KIND_VECTOR || kind == WICK_PTE_KIND_STRING) {
        return check_vector(w, kind, row.arg, position, child);
    }
    child->item = position;
    child->left = 1;
    if (kind == WICK_PTE_KIND_UNION) {
        const uint32_t type = w->bytes[table + wick_fb_half(next_entry - 4)]; // in the slot before
        if (type == 0 || type > wick_pte_union_rows[row.arg]) {
            return fail(w, table, WICK_TEXT("unknown type of value or instruction"));
        }
        type_index = wick_pte_union_rows[row.arg + type];
    }
    child->type = &wick_pte_rows[type_index];
    child->row = child->type;
    return kind == WICK_PTE_KIND_TABLES ? check_vector(w, kind, 4, position, child) : WICK_OK;
}

// Checks the fields of the open table up to the next that refers to tables: these are left in
// *child.
static wick_status check_fields(const walker *w, frame *f, frame *child)
{
    const uint32_t table = f->table;
    const uint32_t end = w->end;
    const uint8_t *const vtable_end = f->vtable_end;
    const wick_pte_row *row = f->row;
    const uint8_t *entry = f->entry;
    child->left = 0;
    for (uint32_t kind = row->kind; kind != WICK_PTE_KIND_END; kind = row->kind) {
        const uint32_t offset = entry < vtable_end ? wick_fb_half(entry) : 0;
        const uint32_t position = table + offset;
        const uint32_t width = (kind & WICK_PTE_KIND_SCALAR) != 0 ? row->arg : 4;
        row++;
        entry += 2;
        if (offset == 0) {
            if ((kind & WICK_PTE_REQUIRED) != 0) {
                return fail(w, table, WICK_TEXT("a required field is missing"));
            }
        } else if ((int32_t)(end - position) < (int32_t)width || (position & (width - 1)) != 0) {
            return fail(w, table, WICK_TEXT("field out of bounds or misaligned"));
        } else if ((kind & WICK_PTE_KIND_SCALAR) == 0) {
            WICK_TRY(check_reference(w, table, entry, position, row[-1], child));
            if (child->left != 0) {
                break;
            }
        }
    }
    f->row = row;
    f->entry = entry;
    return WICK_OK;
}

wick_status wick_pte_check_structure(const uint8_t *bytes, uint32_t end, wick_failure *failure)
{
    walker w = {bytes, end, end, failure};
    frame stack[MAX_DEPTH];
    frame *top = stack;
    // The word at 0 refers to the root table.
    *top = (frame){.type = &wick_pte_rows[WICK_PTE_PROGRAM], .left = 1};
    top->row = top->type;
    for (;;) {
        if (top->row->kind == WICK_PTE_KIND_END) {
            if (top->left == 0 && top == stack) {
                return WICK_OK;
            }
            if (top->left == 0) {
                top--;
                continue;
            }
            WICK_TRY(open_next_table(&w, top));
        }
        WICK_ASSERT(top + 1 < stack + MAX_DEPTH);
        WICK_TRY(check_fields(&w, top, &top[1]));
        top += top[1].left > 0;
    }
}
