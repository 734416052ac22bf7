// SPDX-License-Identifier: BSD-3-Clause
// Values and bounds of symbolic sizes. Both walk an expression by recursion, which goes to operands
// that were made before and ends at a depth that no exporter reaches: past it, and after too many
// steps, a size is taken for unbounded.
#include "compiler/ir/size.h"

enum {
    MAX_STEPS = 4096,
    MAX_DEPTH = 100,
    MAX_POINTS = 4096, // of the range of one symbol, to find its bounds by trying all
};

#define INFINITE WICK_SIZE_UNBOUNDED

typedef struct walk {
    const wick_sizes *sizes;
    wick_size_point point;
    const wick_ir_symbol *moved; // takes `value` instead of that of the point
    int64_t value;
    uint32_t steps;
    uint32_t depth;
    const wick_ir_symbol *only; // the symbol met so far
    bool has_several;
} walk;

static int64_t symbol_at(const wick_ir_symbol *symbol, wick_size_point point)
{
    switch (point) {
    case WICK_AT_MAXIMUM:
        return symbol->maximum;
    case WICK_AT_MINIMUM:
        return symbol->minimum;
    case WICK_AT_HINT:
        break;
    }
    return symbol->hint < symbol->minimum ? symbol->minimum : symbol->hint;
}

static int64_t value_of(walk *w, int64_t size);

static int64_t atom_value(walk *w, const wick_size_atom *atom)
{
    if (atom->kind == WICK_SIZE_SYMBOL) {
        w->has_several = w->has_several || (w->only != NULL && w->only != atom->symbol);
        w->only = atom->symbol;
        return atom->symbol == w->moved ? w->value : symbol_at(atom->symbol, w->point);
    }
    const int64_t a = atom->kind == WICK_SIZE_OPAQUE ? INFINITE : value_of(w, atom->a);
    const int64_t b = a == INFINITE ? INFINITE : value_of(w, atom->b);
    if (a == INFINITE || b == INFINITE) {
        return INFINITE;
    }
    if (atom->kind == WICK_SIZE_FLOOR_DIVIDE) {
        return b == 0 ? INFINITE : a / b - (a % b != 0 && (a < 0) != (b < 0));
    }
    return (atom->kind == WICK_SIZE_LARGER) == (a > b) ? a : b;
}

static int64_t value_of(walk *w, int64_t size)
{
    const wick_size_sum *sum = wick_size_sum_of(w->sizes, size);
    int64_t total = 0;
    if (sum == NULL) {
        return size;
    }
    w->depth++;
    for (uint32_t i = 0; i < sum->term_count; i++) {
        const wick_size_term *term = &sum->terms[i];
        int64_t product = term->factor;
        for (uint32_t k = 0; k < term->atom_count; k++) {
            if (++w->steps > MAX_STEPS || w->depth > MAX_DEPTH) {
                return INFINITE;
            }
            const int64_t value = atom_value(w, wick_size_atom_at(w->sizes, term->atoms[k]));
            if (value == INFINITE || __builtin_mul_overflow(product, value, &product)) {
                return INFINITE;
            }
        }
        if (__builtin_add_overflow(total, product, &total)) {
            return INFINITE;
        }
    }
    w->depth--;
    return total;
}

int64_t wick_size_at(const wick_sizes *sizes, int64_t size, wick_size_point point)
{
    walk w = {.sizes = sizes, .point = point};
    return value_of(&w, size);
}

typedef struct interval {
    int64_t low; // -INFINITE: none
    int64_t high;
} interval;

static const interval anything = {-INFINITE, INFINITE};

static int64_t add_bounds(int64_t a, int64_t b)
{
    int64_t sum;
    if (a == INFINITE || a == -INFINITE || b == INFINITE || b == -INFINITE) {
        return a == INFINITE || b == INFINITE ? INFINITE : -INFINITE;
    }
    return __builtin_add_overflow(a, b, &sum) ? (a > 0 ? INFINITE : -INFINITE) : sum;
}

static int64_t multiply_bounds(int64_t a, int64_t b)
{
    int64_t product;
    const bool is_infinite = a == INFINITE || a == -INFINITE || b == INFINITE || b == -INFINITE;
    if (a == 0 || b == 0) {
        return 0;
    }
    if (is_infinite || __builtin_mul_overflow(a, b, &product)) {
        return (a < 0) == (b < 0) ? INFINITE : -INFINITE;
    }
    return product;
}

static int64_t floor_bounds(int64_t a, int64_t b)
{
    if (a == INFINITE || a == -INFINITE) {
        return a;
    }
    if (b == INFINITE) {
        return a < 0 ? -1 : 0;
    }
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static interval corners(interval a, interval b, int64_t (*combine)(int64_t, int64_t))
{
    const int64_t all[] = {combine(a.low, b.low), combine(a.low, b.high), combine(a.high, b.low),
                           combine(a.high, b.high)};
    interval out = {all[0], all[0]};
    for (uint32_t i = 1; i < 4; i++) {
        out.low = all[i] < out.low ? all[i] : out.low;
        out.high = all[i] > out.high ? all[i] : out.high;
    }
    return out;
}

static interval bounds_of(walk *w, int64_t size);

static interval atom_bounds(walk *w, const wick_size_atom *atom)
{
    if (atom->kind == WICK_SIZE_SYMBOL) {
        return (interval){atom->symbol->minimum, atom->symbol->maximum};
    }
    if (atom->kind == WICK_SIZE_OPAQUE) {
        return anything;
    }
    const interval a = bounds_of(w, atom->a);
    const interval b = bounds_of(w, atom->b);
    if (atom->kind == WICK_SIZE_FLOOR_DIVIDE) {
        return b.low > 0 ? corners(a, b, floor_bounds) : anything;
    }
    if (atom->kind == WICK_SIZE_LARGER) {
        return (interval){a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
    }
    return (interval){a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}

static interval bounds_of(walk *w, int64_t size)
{
    const wick_size_sum *sum = wick_size_sum_of(w->sizes, size);
    interval total = {0, 0};
    if (sum == NULL) {
        return (interval){size, size};
    }
    w->depth++;
    for (uint32_t i = 0; i < sum->term_count; i++) {
        const wick_size_term *term = &sum->terms[i];
        interval product = {term->factor, term->factor};
        for (uint32_t k = 0; k < term->atom_count; k++) {
            if (++w->steps > MAX_STEPS || w->depth > MAX_DEPTH) {
                return anything;
            }
            const interval atom = atom_bounds(w, wick_size_atom_at(w->sizes, term->atoms[k]));
            product = corners(product, atom, multiply_bounds);
        }
        total.low = add_bounds(total.low, product.low);
        total.high = add_bounds(total.high, product.high);
    }
    w->depth--;
    return total;
}

// Tries all values of the one symbol that the expression depends on; false where that is not
// possible.
static bool try_all(const wick_sizes *sizes, int64_t size, interval *out)
{
    walk w = {.sizes = sizes, .point = WICK_AT_MINIMUM};
    if (value_of(&w, size) == INFINITE || w.only == NULL || w.has_several) {
        return false;
    }
    const wick_ir_symbol *symbol = w.only;
    if (symbol->maximum == INFINITE || symbol->maximum - symbol->minimum >= MAX_POINTS ||
        symbol->maximum < symbol->minimum) {
        return false;
    }
    *out = (interval){INFINITE, -INFINITE};
    for (int64_t value = symbol->minimum; value <= symbol->maximum; value++) {
        walk at = {.sizes = sizes, .moved = symbol, .value = value};
        const int64_t found = value_of(&at, size);
        if (found == INFINITE) {
            return false;
        }
        out->low = found < out->low ? found : out->low;
        out->high = found > out->high ? found : out->high;
    }
    return true;
}

static interval size_bounds(const wick_sizes *sizes, int64_t size)
{
    interval found;
    const wick_ir_symbol *symbol = wick_size_symbol(sizes, size);
    walk w = {.sizes = sizes};
    if (symbol != NULL) {
        return (interval){symbol->minimum, symbol->maximum};
    }
    return try_all(sizes, size, &found) ? found : bounds_of(&w, size);
}

int64_t wick_size_maximum(const wick_sizes *sizes, int64_t size)
{
    return wick_size_is_symbolic(size) ? size_bounds(sizes, size).high : size;
}

int64_t wick_size_minimum(const wick_sizes *sizes, int64_t size)
{
    return wick_size_is_symbolic(size) ? size_bounds(sizes, size).low : size;
}
