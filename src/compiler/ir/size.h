// SPDX-License-Identifier: BSD-3-Clause
// Sizes that are known only while a program runs, as numbers among numbers.
//
// A size is an int64_t: itself below 2^40, or the handle of an expression over symbols ("2*s0"). A
// graph keeps its expressions in one table and each once, in a canonical form: a sum of products of
// atoms (a symbol, a floor division, a maximum, a minimum). So sizes are equal where their numbers
// are, whichever they are, and code that copies and compares sizes needs to know nothing of this.
// What adds or multiplies them does it by the functions below. Arithmetic on handles by accident
// gives no handle but a number that no size can have, which every check of a size refuses.
#ifndef WICK_COMPILER_IR_SIZE_H
#define WICK_COMPILER_IR_SIZE_H

#include "compiler/support/arena.h"

#include <stdbool.h>

#define WICK_SIZE_UNBOUNDED INT64_MAX // also what is too large, or no expression: no size has it

typedef struct wick_ir_symbol {
    const char *name;
    int64_t minimum;
    int64_t maximum; // WICK_SIZE_UNBOUNDED where the export gave none
    int64_t hint;    // what the example of the export had; the minimum where there was none
    struct wick_ir_symbol *next;
} wick_ir_symbol;

typedef struct wick_sizes wick_sizes;

wick_sizes *wick_sizes_create(wick_arena *arena);
wick_arena *wick_sizes_arena(const wick_sizes *sizes);
// The symbols in the order of their creation.
wick_ir_symbol *wick_sizes_symbols(const wick_sizes *sizes);
// Made with the range [0, unbounded] if there is none of this name.
wick_ir_symbol *wick_sizes_symbol(wick_sizes *sizes, const char *name);

// Whether the number is the handle of an expression.
bool wick_size_is_symbolic(int64_t size);
int64_t wick_size_of_symbol(wick_sizes *sizes, const char *name);
// The symbol that an expression is; NULL if it is more than that.
wick_ir_symbol *wick_size_symbol(const wick_sizes *sizes, int64_t size);

// WICK_SIZE_UNBOUNDED where a number overflows or an expression grows too long.
int64_t wick_size_add(wick_sizes *sizes, int64_t a, int64_t b);
int64_t wick_size_subtract(wick_sizes *sizes, int64_t a, int64_t b);
int64_t wick_size_multiply(wick_sizes *sizes, int64_t a, int64_t b);
int64_t wick_size_product(wick_sizes *sizes, const int64_t *items, uint32_t count);
int64_t wick_size_floor_divide(wick_sizes *sizes, int64_t a, int64_t b); // as Python's //
int64_t wick_size_modulo(wick_sizes *sizes, int64_t a, int64_t b);       // as Python's %
int64_t wick_size_larger(wick_sizes *sizes, int64_t a, int64_t b);
int64_t wick_size_smaller(wick_sizes *sizes, int64_t a, int64_t b);

// Bounds over the ranges of all symbols: exact for one symbol of a moderate range, else never too
// narrow. A number is its own bound.
int64_t wick_size_maximum(const wick_sizes *sizes, int64_t size);
int64_t wick_size_minimum(const wick_sizes *sizes, int64_t size);

typedef enum wick_size_point {
    WICK_AT_MAXIMUM, // of each symbol, not of the expression
    WICK_AT_HINT,
    WICK_AT_MINIMUM,
} wick_size_point;
// The value at a point; WICK_SIZE_UNBOUNDED where it has none.
int64_t wick_size_at(const wick_sizes *sizes, int64_t size, wick_size_point point);

// What an expression is made of, for those who compute it: a sum of terms.
typedef struct wick_size_term {
    int64_t factor;
    uint32_t atom_count;
    const uint32_t *atoms; // rising; one as often as its power
} wick_size_term;

typedef struct wick_size_sum {
    uint32_t term_count;
    const wick_size_term *terms;
} wick_size_sum;

typedef enum wick_size_atom_kind {
    WICK_SIZE_SYMBOL,
    WICK_SIZE_FLOOR_DIVIDE,
    WICK_SIZE_LARGER,
    WICK_SIZE_SMALLER,
    WICK_SIZE_OPAQUE, // of a function that this table does not know: equal to itself, no more
} wick_size_atom_kind;

typedef struct wick_size_atom {
    wick_size_atom_kind kind;
    int64_t a; // operands
    int64_t b;
    wick_ir_symbol *symbol;
    const char *text; // opaque
} wick_size_atom;

// Of a symbolic size.
const wick_size_sum *wick_size_sum_of(const wick_sizes *sizes, int64_t size);
const wick_size_atom *wick_size_atom_at(const wick_sizes *sizes, uint32_t atom);
int64_t wick_size_opaque(wick_sizes *sizes, const char *text);

// "2*s0 + 1", "s0//2", "max(1, s0)".
const char *wick_size_text(wick_arena *arena, const wick_sizes *sizes, int64_t size);
// Reads such a text, up to `*end`. False if it is none.
bool wick_size_parse(wick_sizes *sizes, const char *text, const char **end, int64_t *out);
// Reads what sympy's srepr writes, such as "Mul(Integer(2), Symbol('s0', integer=True))"; an
// expression with a function that this does not know becomes opaque. False if the text is broken.
bool wick_size_parse_sympy(wick_sizes *sizes, const char *text, int64_t *out);

#endif
