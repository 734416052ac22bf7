// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/size.h"

#include "compiler/support/map.h"
#include "compiler/support/text.h"

#include <inttypes.h>
#include <string.h>

enum {
    MAX_TERMS = 64,
    MAX_POWER = 16, // atoms of a term
    MAX_EXPRESSIONS = 1 << 20,
    HANDLE_SHIFT = 40,
    FIRST_CAPACITY = 32,
};

// Bit 62, the index, and a pattern below that no sum of handles and small numbers keeps.
#define HANDLE_BIT  (INT64_C(1) << 62)
#define HANDLE_MARK INT64_C(0x5ca1ab1e57)
#define LARGEST     (INT64_C(1) << HANDLE_SHIFT)

struct wick_sizes {
    wick_arena *arena;
    wick_ir_symbol *symbols;
    wick_size_atom *atoms;
    uint32_t atom_count;
    uint32_t atom_capacity;
    wick_size_sum *sums;
    uint32_t sum_count;
    uint32_t sum_capacity;
    wick_map *known; // key of an atom or sum to the item (an index + 1, as pointer to uint32_t)
};

wick_sizes *wick_sizes_create(wick_arena *arena)
{
    wick_sizes *sizes = wick_arena_alloc(arena, 1, sizeof *sizes);
    sizes->arena = arena;
    sizes->known = wick_map_create(arena);
    return sizes;
}

wick_arena *wick_sizes_arena(const wick_sizes *sizes)
{
    return sizes->arena;
}

wick_ir_symbol *wick_sizes_symbols(const wick_sizes *sizes)
{
    return sizes->symbols;
}

wick_ir_symbol *wick_sizes_symbol(wick_sizes *sizes, const char *name)
{
    wick_ir_symbol **end = &sizes->symbols;
    for (; *end != NULL; end = &(*end)->next) {
        if (strcmp((*end)->name, name) == 0) {
            return *end;
        }
    }
    *end = wick_arena_alloc(sizes->arena, 1, sizeof **end);
    (*end)->name = name;
    (*end)->maximum = WICK_SIZE_UNBOUNDED;
    return *end;
}

static bool is_number(int64_t size)
{
    return size < LARGEST && size > -LARGEST;
}

bool wick_size_is_symbolic(int64_t size)
{
    return size >= HANDLE_BIT && (size & (LARGEST - 1)) == HANDLE_MARK;
}

static uint32_t handle_index(int64_t size)
{
    return (uint32_t)((size - HANDLE_BIT) >> HANDLE_SHIFT);
}

const wick_size_sum *wick_size_sum_of(const wick_sizes *sizes, int64_t size)
{
    return wick_size_is_symbolic(size) && handle_index(size) < sizes->sum_count
               ? &sizes->sums[handle_index(size)]
               : NULL;
}

const wick_size_atom *wick_size_atom_at(const wick_sizes *sizes, uint32_t atom)
{
    return &sizes->atoms[atom];
}

static void *grown(wick_arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t bytes)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity != 0 ? 2 * *capacity : FIRST_CAPACITY;
    void *larger = wick_arena_alloc(arena, *capacity, bytes);
    if (count != 0) {
        memcpy(larger, items, count * bytes);
    }
    return larger;
}

static void remember(wick_sizes *sizes, const char *key, uint32_t index)
{
    uint32_t *held = wick_arena_alloc(sizes->arena, 1, sizeof *held);
    *held = index;
    wick_map_put(sizes->known, key, held);
}

// The number of an atom, made if there is none like it.
static uint32_t intern_atom(wick_sizes *sizes, const wick_size_atom *atom)
{
    const char *key = wick_arena_format(sizes->arena, "a%d,%" PRId64 ",%" PRId64 ",%s",
                                        (int)atom->kind, atom->a, atom->b,
                                        atom->symbol != NULL ? atom->symbol->name
                                        : atom->text != NULL ? atom->text
                                                             : "");
    const uint32_t *known = wick_map_get(sizes->known, key);
    if (known != NULL) {
        return *known;
    }
    sizes->atoms = grown(sizes->arena, sizes->atoms, sizes->atom_count, &sizes->atom_capacity,
                         sizeof *sizes->atoms);
    sizes->atoms[sizes->atom_count] = *atom;
    remember(sizes, key, sizes->atom_count);
    return sizes->atom_count++;
}

static const char *sum_key(wick_arena *arena, const wick_size_term *terms, uint32_t count)
{
    wick_text key = {.arena = arena};
    for (uint32_t i = 0; i < count; i++) {
        wick_text_format(&key, "+%" PRId64, terms[i].factor);
        for (uint32_t k = 0; k < terms[i].atom_count; k++) {
            wick_text_format(&key, "*%" PRIu32, terms[i].atoms[k]);
        }
    }
    return wick_text_string(&key);
}

static int compare_terms(const wick_size_term *a, const wick_size_term *b)
{
    for (uint32_t i = 0; i < a->atom_count && i < b->atom_count; i++) {
        if (a->atoms[i] != b->atoms[i]) {
            return a->atoms[i] < b->atoms[i] ? -1 : 1;
        }
    }
    // The longer product first, so that a number alone stands last.
    return a->atom_count == b->atom_count ? 0 : a->atom_count > b->atom_count ? -1 : 1;
}

// Sorted, equal products merged, zeros dropped. False on overflow.
static bool normalize(wick_size_term *terms, uint32_t *count)
{
    uint32_t kept = 0;
    for (uint32_t i = 1; i < *count; i++) {
        const wick_size_term term = terms[i];
        uint32_t at = i;
        for (; at > 0 && compare_terms(&term, &terms[at - 1]) < 0; at--) {
            terms[at] = terms[at - 1];
        }
        terms[at] = term;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (kept > 0 && compare_terms(&terms[kept - 1], &terms[i]) == 0) {
            terms[kept - 1].factor += terms[i].factor;
        } else {
            terms[kept++] = terms[i];
        }
        if (!is_number(terms[kept - 1].factor)) {
            return false;
        }
        kept -= terms[kept - 1].factor == 0;
    }
    *count = kept;
    return true;
}

// The size that is the sum of these terms, which are normalized in place and kept.
static int64_t intern_sum(wick_sizes *sizes, wick_size_term *terms, uint32_t count)
{
    if (!normalize(terms, &count) || count > MAX_TERMS) {
        return WICK_SIZE_UNBOUNDED;
    }
    if (count == 0 || (count == 1 && terms[0].atom_count == 0)) {
        return count == 0 ? 0 : terms[0].factor;
    }
    const char *key = sum_key(sizes->arena, terms, count);
    const uint32_t *known = wick_map_get(sizes->known, key);
    uint32_t index = known != NULL ? *known : sizes->sum_count;
    if (known == NULL) {
        if (sizes->sum_count == MAX_EXPRESSIONS) {
            return WICK_SIZE_UNBOUNDED;
        }
        sizes->sums = grown(sizes->arena, sizes->sums, sizes->sum_count, &sizes->sum_capacity,
                            sizeof *sizes->sums);
        sizes->sums[sizes->sum_count++] = (wick_size_sum){count, terms};
        remember(sizes, key, index);
    }
    return HANDLE_BIT + ((int64_t)index << HANDLE_SHIFT) + HANDLE_MARK;
}

static int64_t of_atom(wick_sizes *sizes, const wick_size_atom *atom)
{
    uint32_t *held = wick_arena_alloc(sizes->arena, 1, sizeof *held);
    wick_size_term *term = wick_arena_alloc(sizes->arena, 1, sizeof *term);
    *held = intern_atom(sizes, atom);
    *term = (wick_size_term){1, 1, held};
    return intern_sum(sizes, term, 1);
}

int64_t wick_size_of_symbol(wick_sizes *sizes, const char *name)
{
    return of_atom(sizes, &(wick_size_atom){.kind = WICK_SIZE_SYMBOL,
                                            .symbol = wick_sizes_symbol(sizes, name)});
}

int64_t wick_size_opaque(wick_sizes *sizes, const char *text)
{
    return of_atom(sizes, &(wick_size_atom){.kind = WICK_SIZE_OPAQUE, .text = text});
}

wick_ir_symbol *wick_size_symbol(const wick_sizes *sizes, int64_t size)
{
    const wick_size_sum *sum = wick_size_sum_of(sizes, size);
    const bool is_atom = sum != NULL && sum->term_count == 1 && sum->terms->factor == 1 &&
                         sum->terms->atom_count == 1;
    return is_atom ? sizes->atoms[sum->terms->atoms[0]].symbol : NULL;
}

// The terms of a size; *number holds that of a number. NULL if it is neither.
static const wick_size_term *terms_of(const wick_sizes *sizes, int64_t size, wick_size_term *number,
                                      uint32_t *count)
{
    const wick_size_sum *sum = wick_size_sum_of(sizes, size);
    *number = (wick_size_term){size, 0, NULL};
    *count = sum != NULL ? sum->term_count : 1;
    return sum != NULL ? sum->terms : is_number(size) ? number : NULL;
}

int64_t wick_size_add(wick_sizes *sizes, int64_t a, int64_t b)
{
    wick_size_term numbers[2];
    uint32_t counts[2];
    const wick_size_term *left = terms_of(sizes, a, &numbers[0], &counts[0]);
    const wick_size_term *right = terms_of(sizes, b, &numbers[1], &counts[1]);
    if (left == NULL || right == NULL) {
        return WICK_SIZE_UNBOUNDED;
    }
    wick_size_term *terms = wick_arena_alloc(sizes->arena, counts[0] + counts[1], sizeof *terms);
    memcpy(terms, left, counts[0] * sizeof *terms);
    memcpy(terms + counts[0], right, counts[1] * sizeof *terms);
    return intern_sum(sizes, terms, counts[0] + counts[1]);
}

int64_t wick_size_subtract(wick_sizes *sizes, int64_t a, int64_t b)
{
    return wick_size_add(sizes, a, wick_size_multiply(sizes, b, -1));
}

// The product of two terms. False on overflow.
static bool multiply_terms(wick_arena *arena, const wick_size_term *a, const wick_size_term *b,
                           wick_size_term *out)
{
    const uint32_t count = a->atom_count + b->atom_count;
    uint32_t *atoms = wick_arena_alloc(arena, count, sizeof *atoms);
    for (uint32_t i = 0, k = 0; i + k < count;) {
        const bool takes_a =
            k == b->atom_count || (i < a->atom_count && a->atoms[i] <= b->atoms[k]);
        atoms[i + k] = takes_a ? a->atoms[i] : b->atoms[k];
        i += takes_a;
        k += !takes_a;
    }
    *out = (wick_size_term){0, count, atoms};
    return !__builtin_mul_overflow(a->factor, b->factor, &out->factor) && count <= MAX_POWER &&
           is_number(out->factor);
}

int64_t wick_size_multiply(wick_sizes *sizes, int64_t a, int64_t b)
{
    wick_size_term numbers[2];
    uint32_t counts[2];
    const wick_size_term *left = terms_of(sizes, a, &numbers[0], &counts[0]);
    const wick_size_term *right = terms_of(sizes, b, &numbers[1], &counts[1]);
    if (left == NULL || right == NULL) {
        return WICK_SIZE_UNBOUNDED;
    }
    const uint32_t count = counts[0] * counts[1];
    wick_size_term *terms = wick_arena_alloc(sizes->arena, count, sizeof *terms);
    for (uint32_t i = 0; i < count; i++) {
        if (!multiply_terms(sizes->arena, &left[i / counts[1]], &right[i % counts[1]], &terms[i])) {
            return WICK_SIZE_UNBOUNDED;
        }
    }
    return intern_sum(sizes, terms, count);
}

int64_t wick_size_product(wick_sizes *sizes, const int64_t *items, uint32_t count)
{
    int64_t product = 1;
    for (uint32_t i = 0; i < count; i++) {
        product = wick_size_multiply(sizes, product, items[i]);
    }
    return product;
}

static int64_t floor_numbers(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

// The term without the atoms and the factor of another, which must be in it.
static bool divide_term(wick_arena *arena, const wick_size_term *term, const wick_size_term *by,
                        wick_size_term *out)
{
    uint32_t *atoms = wick_arena_alloc(arena, term->atom_count, sizeof *atoms);
    uint32_t at = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < term->atom_count; i++) {
        if (at < by->atom_count && by->atoms[at] == term->atoms[i]) {
            at++;
        } else {
            atoms[kept++] = term->atoms[i];
        }
    }
    *out = (wick_size_term){0, kept, atoms};
    if (at < by->atom_count || term->factor % by->factor != 0) {
        return false;
    }
    out->factor = term->factor / by->factor;
    return true;
}

// Splits a into what the term `by` divides, over it, and a rest. Of a number, only a multiple goes
// (by a number, also the largest below it: 7 by 2 gives 3 and 1).
static void divide_sum(wick_sizes *sizes, int64_t a, const wick_size_term *by, int64_t *quotient,
                       int64_t *rest)
{
    wick_size_term number;
    uint32_t count;
    const wick_size_term *terms = terms_of(sizes, a, &number, &count);
    wick_size_term *whole = wick_arena_alloc(sizes->arena, count + 1u, sizeof *whole);
    wick_size_term *left = wick_arena_alloc(sizes->arena, count, sizeof *left);
    uint32_t whole_count = 0;
    uint32_t left_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (divide_term(sizes->arena, &terms[i], by, &whole[whole_count])) {
            whole_count++;
        } else if (by->atom_count == 0 && terms[i].atom_count == 0) {
            const int64_t part = floor_numbers(terms[i].factor, by->factor);
            whole[whole_count++] = (wick_size_term){part, 0, NULL};
            left[left_count++] = (wick_size_term){terms[i].factor - part * by->factor, 0, NULL};
        } else {
            left[left_count++] = terms[i];
        }
    }
    *quotient = intern_sum(sizes, whole, whole_count);
    *rest = intern_sum(sizes, left, left_count);
}

int64_t wick_size_floor_divide(wick_sizes *sizes, int64_t a, int64_t b)
{
    wick_size_term numbers[2];
    uint32_t counts[2];
    const wick_size_term *left = terms_of(sizes, a, &numbers[0], &counts[0]);
    const wick_size_term *right = terms_of(sizes, b, &numbers[1], &counts[1]);
    int64_t quotient = 0;
    int64_t rest = a;
    if (left == NULL || right == NULL || b == 0) {
        return WICK_SIZE_UNBOUNDED;
    }
    if (a == b) {
        return 1;
    }
    if (counts[1] == 1) {
        divide_sum(sizes, a, right, &quotient, &rest);
    }
    // (q b + r) // b is q + r // b for each b but 0.
    if (is_number(rest) && is_number(b)) {
        return wick_size_add(sizes, quotient, floor_numbers(rest, b));
    }
    const wick_size_atom atom = {WICK_SIZE_FLOOR_DIVIDE, rest, b, NULL, NULL};
    return rest == 0 ? quotient : wick_size_add(sizes, quotient, of_atom(sizes, &atom));
}

int64_t wick_size_modulo(wick_sizes *sizes, int64_t a, int64_t b)
{
    const int64_t whole = wick_size_multiply(sizes, wick_size_floor_divide(sizes, a, b), b);
    return wick_size_subtract(sizes, a, whole);
}

static int64_t choose(wick_sizes *sizes, wick_size_atom_kind kind, int64_t a, int64_t b)
{
    if (a == WICK_SIZE_UNBOUNDED || b == WICK_SIZE_UNBOUNDED) {
        return WICK_SIZE_UNBOUNDED;
    }
    if (a == b || (is_number(a) && is_number(b))) {
        return (kind == WICK_SIZE_LARGER) == (a > b) ? a : b;
    }
    return of_atom(sizes, &(wick_size_atom){kind, a < b ? a : b, a < b ? b : a, NULL, NULL});
}

int64_t wick_size_larger(wick_sizes *sizes, int64_t a, int64_t b)
{
    return choose(sizes, WICK_SIZE_LARGER, a, b);
}

int64_t wick_size_smaller(wick_sizes *sizes, int64_t a, int64_t b)
{
    return choose(sizes, WICK_SIZE_SMALLER, a, b);
}

static void put_atom(wick_text *text, const wick_sizes *sizes, uint32_t index);

// In parentheses where it is a sum or a product and must not fall apart.
static void put_size(wick_text *text, const wick_sizes *sizes, int64_t size, bool is_operand)
{
    const wick_size_sum *sum = wick_size_sum_of(sizes, size);
    if (sum == NULL) {
        wick_text_format(text, is_number(size) ? "%" PRId64 : "unbounded", size);
        return;
    }
    const bool is_atom =
        sum->term_count == 1 && sum->terms->factor == 1 && sum->terms->atom_count == 1;
    const bool has_parentheses =
        is_operand &&
        (!is_atom || sizes->atoms[sum->terms->atoms[0]].kind == WICK_SIZE_FLOOR_DIVIDE);
    wick_text_format(text, "%s", has_parentheses ? "(" : "");
    for (uint32_t i = 0; i < sum->term_count; i++) {
        const wick_size_term *term = &sum->terms[i];
        const int64_t factor = i > 0 && term->factor < 0 ? -term->factor : term->factor;
        wick_text_format(text, "%s", i == 0 ? "" : term->factor < 0 ? " - " : " + ");
        if (factor != 1 || term->atom_count == 0) {
            wick_text_format(text, "%" PRId64 "%s", factor, term->atom_count > 0 ? "*" : "");
        }
        for (uint32_t k = 0; k < term->atom_count; k++) {
            wick_text_format(text, "%s", k > 0 ? "*" : "");
            const bool is_alone = term->atom_count == 1 && factor == 1;
            const bool divides =
                sizes->atoms[term->atoms[k]].kind == WICK_SIZE_FLOOR_DIVIDE && !is_alone;
            wick_text_format(text, "%s", divides ? "(" : "");
            put_atom(text, sizes, term->atoms[k]);
            wick_text_format(text, "%s", divides ? ")" : "");
        }
    }
    wick_text_format(text, "%s", has_parentheses ? ")" : "");
}

// Recursion goes to operands, which were made before: it ends.
static void put_atom(wick_text *text, const wick_sizes *sizes, uint32_t index)
{
    const wick_size_atom *atom = &sizes->atoms[index];
    switch (atom->kind) {
    case WICK_SIZE_SYMBOL:
        wick_text_format(text, "%s", atom->symbol->name);
        break;
    case WICK_SIZE_OPAQUE:
        wick_text_quote(text, atom->text);
        break;
    case WICK_SIZE_FLOOR_DIVIDE:
        put_size(text, sizes, atom->a, true);
        wick_text_format(text, "//");
        put_size(text, sizes, atom->b, true);
        break;
    case WICK_SIZE_LARGER:
    case WICK_SIZE_SMALLER:
        wick_text_format(text, atom->kind == WICK_SIZE_LARGER ? "max(" : "min(");
        put_size(text, sizes, atom->a, false);
        wick_text_format(text, ", ");
        put_size(text, sizes, atom->b, false);
        wick_text_format(text, ")");
        break;
    }
}

const char *wick_size_text(wick_arena *arena, const wick_sizes *sizes, int64_t size)
{
    wick_text text = {.arena = arena};
    put_size(&text, sizes, size, false);
    return wick_text_string(&text);
}
