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
    uint32_t item;   // position of the next reference
    uint32_t left;   // references not followed yet
    uint32_t table;  // the open table
    uint32_t vtable; // and its vtable
    uint8_t id;      // row of the type
    uint8_t row;     // row of the next field to check
} frame;

static wick_status fail(const walker *w, uint32_t position, const char *text)
{
    return wick_failure_set(w->failure, WICK_INVALID_PROGRAM, position, text);
}

static bool fits(const walker *w, uint32_t position, uint32_t size_bytes)
{
    return position <= w->end && size_bytes <= w->end - position;
}

static wick_status follow(const walker *w, uint32_t position, uint32_t *target)
{
    const uint32_t distance = wick_fb_word(w->bytes + position);
    *target = position + distance;
    if (distance > w->end || !fits(w, *target, 4) || *target % 4 != 0) {
        return fail(w, position, WICK_TEXT("reference out of bounds"));
    }
    return WICK_OK;
}

static wick_status open_next_table(walker *w, frame *f)
{
    WICK_TRY(follow(w, f->item, &f->table));
    if (w->budget-- == 0) {
        return fail(w, f->item, WICK_TEXT("tables are shared too often"));
    }
    f->item += 4;
    f->left--;
    f->row = (uint8_t)(f->id + 1);
    f->vtable = f->table - wick_fb_word(w->bytes + f->table);
    if (f->vtable % 2 != 0 || !fits(w, f->vtable, 4)) {
        return fail(w, f->table, WICK_TEXT("vtable out of bounds"));
    }
    const uint32_t vtable_bytes = wick_fb_half(w->bytes + f->vtable);
    // The size of the table, which comes next, is not used: official files share vtables between
    // tables that differ in it alone.
    if (vtable_bytes < 4 || vtable_bytes % 2 != 0 || !fits(w, f->vtable, vtable_bytes)) {
        return fail(w, f->table, WICK_TEXT("vtable out of bounds"));
    }
    return WICK_OK;
}

static wick_status check_vector(const walker *w, uint32_t position, uint32_t kind,
                                uint32_t item_bytes, frame *child)
{
    uint32_t vector;
    WICK_TRY(follow(w, position, &vector));
    const uint32_t count = wick_fb_word(w->bytes + vector);
    const uint32_t room = w->end - vector - 4;
    const bool is_string = kind == WICK_PTE_KIND_STRING;
    if (count > room / item_bytes || (is_string && count == room) ||
        (vector + 4) % item_bytes != 0) {
        return fail(w, vector, WICK_TEXT("vector out of bounds or misaligned"));
    }
    if (is_string && w->bytes[vector + 4 + count] != 0) {
        return fail(w, vector, WICK_TEXT("string without a zero at its end"));
    }
    child->item = vector + 4;
    child->left = kind == WICK_PTE_KIND_TABLES ? count : 0;
    return WICK_OK;
}

static wick_status check_union(const walker *w, const frame *f, uint32_t slot, uint32_t arg,
                               frame *child)
{
    const uint32_t type = wick_fb_u8(w->bytes + f->table, slot - 1);
    if (type == 0 || type > wick_pte_union_rows[arg]) {
        return fail(w, f->table, WICK_TEXT("unknown type of value or instruction"));
    }
    child->id = wick_pte_union_rows[arg + type];
    child->left = 1;
    return WICK_OK;
}

// Checks the next field of the open table. Tables that it refers to are left in *child.
static wick_status check_next_field(const walker *w, frame *f, frame *child)
{
    const wick_pte_row row = wick_pte_rows[f->row];
    const uint32_t slot = f->row - f->id - 1u;
    f->row++;
    const uint8_t *field = wick_fb_field(w->bytes + f->table, slot);
    if (field == 0) {
        return (row.kind & WICK_PTE_REQUIRED) == 0
                   ? WICK_OK
                   : fail(w, f->table, WICK_TEXT("a required field is missing"));
    }
    const uint32_t position = (uint32_t)(field - w->bytes);
    const uint32_t kind = row.kind & ~(uint32_t)WICK_PTE_REQUIRED;
    const uint32_t width = kind == WICK_PTE_KIND_SCALAR ? row.arg : 4;
    if (!fits(w, position, width) || position % width != 0) {
        return fail(w, f->table, WICK_TEXT("field out of bounds or misaligned"));
    }
    child->item = position;
    child->id = row.arg;
    switch (kind) {
    case WICK_PTE_KIND_STRING:
        return check_vector(w, position, kind, 1, child);
    case WICK_PTE_KIND_VECTOR:
        return check_vector(w, position, kind, row.arg, child);
    case WICK_PTE_KIND_TABLES:
        return check_vector(w, position, kind, 4, child);
    case WICK_PTE_KIND_TABLE:
        child->left = 1;
        return WICK_OK;
    case WICK_PTE_KIND_UNION:
        return check_union(w, f, slot, row.arg, child);
    }
    return WICK_OK;
}

wick_status wick_pte_check_structure(const uint8_t *bytes, uint32_t end, wick_failure *failure)
{
    walker w = {bytes, end, end, failure};
    // The word at 0 refers to the root table. A frame starts at the row of its type, where no table
    // is open.
    frame stack[MAX_DEPTH] = {{.left = 1, .id = WICK_PTE_PROGRAM, .row = WICK_PTE_PROGRAM}};
    uint32_t depth = 1;
    while (depth > 0) {
        frame *f = &stack[depth - 1];
        frame child = {0};
        if (wick_pte_rows[f->row].kind != WICK_PTE_KIND_END) {
            WICK_TRY(check_next_field(&w, f, &child));
        } else if (f->left > 0) {
            WICK_TRY(open_next_table(&w, f));
        } else {
            depth--;
        }
        if (child.left > 0) {
            WICK_ASSERT(depth < MAX_DEPTH);
            child.row = child.id;
            stack[depth++] = child;
        }
    }
    return WICK_OK;
}
