// SPDX-License-Identifier: BSD-3-Clause
// Expressions from text: our own ("2*s0 + 1"), and sympy's srepr, in which an archive holds them.
#include "compiler/ir/size.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

enum { MAX_DEPTH = 200, MAX_ARGUMENTS = 64 };

typedef struct reader {
    wick_sizes *sizes;
    const char *at;
    uint32_t depth;
    bool is_unknown; // met a function that it does not know
} reader;

static bool take(reader *r, const char *token)
{
    r->at += strspn(r->at, " ");
    const size_t length = strlen(token);
    if (strncmp(r->at, token, length) != 0) {
        return false;
    }
    r->at += length;
    return true;
}

static bool read_number(reader *r, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    r->at += strspn(r->at, " ");
    *out = strtoll(r->at, &end, 10);
    const bool is_read = end != r->at && errno == 0;
    r->at = end;
    return is_read;
}

static const char *copy_name(const reader *r, size_t length)
{
    return wick_arena_copy_string(wick_sizes_arena(r->sizes), r->at, length);
}

static bool read_sum(reader *r, int64_t *out);

static bool read_choice(reader *r, bool is_larger, int64_t *out)
{
    int64_t a = 0;
    int64_t b = 0;
    if (!read_sum(r, &a) || !take(r, ",") || !read_sum(r, &b) || !take(r, ")")) {
        return false;
    }
    *out = is_larger ? wick_size_larger(r->sizes, a, b) : wick_size_smaller(r->sizes, a, b);
    return true;
}

static bool read_opaque(reader *r, int64_t *out)
{
    const size_t length = strcspn(r->at, "\"\\\n");
    if (r->at[length] != '"') {
        return false;
    }
    *out = wick_size_opaque(r->sizes, copy_name(r, length));
    r->at += length + 1;
    return true;
}

static bool read_operand(reader *r, int64_t *out)
{
    if (take(r, "(")) {
        return read_sum(r, out) && take(r, ")");
    }
    if (take(r, "max(")) {
        return read_choice(r, true, out);
    }
    if (take(r, "min(")) {
        return read_choice(r, false, out);
    }
    if (take(r, "\"")) {
        return read_opaque(r, out);
    }
    if (strspn(r->at, "-0123456789") > 0) {
        return read_number(r, out);
    }
    const size_t length = strspn(r->at, NAME);
    if (length == 0) {
        return false;
    }
    *out = wick_size_of_symbol(r->sizes, copy_name(r, length));
    r->at += length;
    return true;
}

static bool read_product(reader *r, int64_t *out)
{
    int64_t next = 0;
    if (!read_operand(r, out)) {
        return false;
    }
    for (;;) {
        if (take(r, "//")) {
            if (!read_operand(r, &next)) {
                return false;
            }
            *out = wick_size_floor_divide(r->sizes, *out, next);
        } else if (take(r, "*")) {
            if (!read_operand(r, &next)) {
                return false;
            }
            *out = wick_size_multiply(r->sizes, *out, next);
        } else {
            return true;
        }
    }
}

// Recursion is bounded by `depth`.
static bool read_sum(reader *r, int64_t *out)
{
    int64_t next = 0;
    if (++r->depth > MAX_DEPTH || !read_product(r, out)) {
        return false;
    }
    for (;;) {
        const bool adds = take(r, "+");
        if (!adds && !take(r, "-")) {
            r->depth--;
            return true;
        }
        if (!read_product(r, &next)) {
            return false;
        }
        *out =
            adds ? wick_size_add(r->sizes, *out, next) : wick_size_subtract(r->sizes, *out, next);
    }
}

bool wick_size_parse(wick_sizes *sizes, const char *text, const char **end, int64_t *out)
{
    reader r = {.sizes = sizes, .at = text};
    const bool is_read = read_sum(&r, out);
    *end = r.at;
    return is_read;
}

// A number of sympy as fraction: sizes are whole, their factors may be none.
typedef struct fraction {
    int64_t over; // size
    int64_t under;
} fraction;

static bool read_sympy(reader *r, fraction *out);

static int64_t whole(const reader *r, const fraction *f)
{
    return f->under == 1 ? f->over : wick_size_floor_divide(r->sizes, f->over, f->under);
}

static fraction multiply(const reader *r, fraction a, fraction b)
{
    return (fraction){wick_size_multiply(r->sizes, a.over, b.over),
                      wick_size_multiply(r->sizes, a.under, b.under)};
}

static fraction add(const reader *r, fraction a, fraction b)
{
    if (a.under == b.under) {
        return (fraction){wick_size_add(r->sizes, a.over, b.over), a.under};
    }
    const int64_t left = wick_size_multiply(r->sizes, a.over, b.under);
    const int64_t right = wick_size_multiply(r->sizes, b.over, a.under);
    return (fraction){wick_size_add(r->sizes, left, right),
                      wick_size_multiply(r->sizes, a.under, b.under)};
}

static fraction power(reader *r, fraction base, int64_t exponent)
{
    fraction out = {1, 1};
    const int64_t count = exponent < 0 ? -exponent : exponent;
    if (exponent < 0) {
        base = (fraction){base.under, base.over};
    }
    r->is_unknown = r->is_unknown || count > MAX_ARGUMENTS;
    for (int64_t i = 0; i < count && !r->is_unknown; i++) {
        out = multiply(r, out, base);
    }
    return out;
}

// Skips "positive=True" and the like behind the arguments.
static bool skip_keyword(reader *r)
{
    const size_t length = strspn(r->at, NAME);
    if (r->at[length] != '=') {
        return false;
    }
    r->at += length + 1;
    r->at += strspn(r->at, NAME);
    return true;
}

static bool read_arguments(reader *r, fraction *arguments, uint32_t *count)
{
    *count = 0;
    while (!take(r, ")")) {
        r->at += strspn(r->at, " ");
        if (!skip_keyword(r)) {
            if (*count == MAX_ARGUMENTS || !read_sympy(r, &arguments[*count])) {
                return false;
            }
            (*count)++;
        }
        if (!take(r, ",") && *r->at != ')') {
            return false;
        }
    }
    return true;
}

typedef fraction fold(const reader *r, fraction a, fraction b);

static fraction larger(const reader *r, fraction a, fraction b)
{
    return (fraction){wick_size_larger(r->sizes, whole(r, &a), whole(r, &b)), 1};
}

static fraction smaller(const reader *r, fraction a, fraction b)
{
    return (fraction){wick_size_smaller(r->sizes, whole(r, &a), whole(r, &b)), 1};
}

static fraction floor_divide(const reader *r, fraction a, fraction b)
{
    return (fraction){wick_size_floor_divide(r->sizes, whole(r, &a), whole(r, &b)), 1};
}

static fraction divide(const reader *r, fraction a, fraction b)
{
    return multiply(r, a, (fraction){b.under, b.over});
}

static fraction modulo(const reader *r, fraction a, fraction b)
{
    return (fraction){wick_size_modulo(r->sizes, whole(r, &a), whole(r, &b)), 1};
}

static fraction ceiling(const reader *r, fraction f)
{
    const int64_t negative = wick_size_multiply(r->sizes, f.over, -1);
    const int64_t below = wick_size_floor_divide(r->sizes, negative, f.under);
    return (fraction){wick_size_multiply(r->sizes, below, -1), 1};
}

static fraction ceiling_divide(const reader *r, fraction a, fraction b)
{
    return ceiling(r, divide(r, a, b));
}

static const struct {
    const char *name;
    fold *apply;
    uint32_t argument_count; // 0: any
} functions[] = {
    {"Add", add, 0},
    {"Mul", multiply, 0},
    {"Max", larger, 0},
    {"Min", smaller, 0},
    {"torch.utils._sympy.functions.Max", larger, 0},
    {"torch.utils._sympy.functions.Min", smaller, 0},
    {"FloorDiv", floor_divide, 2},
    {"CleanDiv", floor_divide, 2},
    {"CeilDiv", ceiling_divide, 2},
    {"Identity", floor_divide, 1},
    {"ToFloat", floor_divide, 1},
    {"IntTrueDiv", divide, 2},
    {"FloatTrueDiv", divide, 2},
    {"Mod", modulo, 2},
    {"PythonMod", modulo, 2},
};

// Those that are no chain of one operation on two.
static bool apply_rest(reader *r, const char *name, size_t length, const fraction *arguments,
                       uint32_t count, fraction *out)
{
#define IS(text) (length == strlen(text) && memcmp(name, text, length) == 0)
    if (IS("Rational") && count == 2) {
        *out = divide(r, arguments[0], arguments[1]);
    } else if (IS("Pow") && count == 2 && arguments[1].under == 1 &&
               !wick_size_is_symbolic(arguments[1].over)) {
        *out = power(r, arguments[0], arguments[1].over);
    } else if (IS("PowByNatural") && count == 2 && !wick_size_is_symbolic(arguments[1].over)) {
        *out = power(r, arguments[0], arguments[1].over);
    } else if (IS("ModularIndexing") && count == 3) {
        *out = modulo(r, floor_divide(r, arguments[0], arguments[1]), arguments[2]);
    } else if ((IS("CeilToInt") || IS("ceiling")) && count == 1) {
        *out = ceiling(r, arguments[0]);
    } else if ((IS("FloorToInt") || IS("floor") || IS("TruncToInt")) && count == 1) {
        *out = (fraction){whole(r, &arguments[0]), 1};
    } else {
        return false;
    }
    return true;
#undef IS
}

static void apply(reader *r, const char *name, size_t length, const fraction *arguments,
                  uint32_t count, fraction *out)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strlen(functions[i].name) != length || memcmp(functions[i].name, name, length) != 0) {
            continue;
        }
        const uint32_t wanted = functions[i].argument_count;
        r->is_unknown = r->is_unknown || count == 0 || (wanted != 0 && count != wanted);
        *out = arguments[0];
        for (uint32_t k = 1; k < count && !r->is_unknown; k++) {
            *out = functions[i].apply(r, *out, arguments[k]);
        }
        return;
    }
    if (!apply_rest(r, name, length, arguments, count, out)) {
        r->is_unknown = true;
        *out = (fraction){0, 1};
    }
}

static bool read_symbol(reader *r, fraction *out)
{
    const size_t length = strspn(r->at, NAME);
    *out = (fraction){wick_size_of_symbol(r->sizes, copy_name(r, length)), 1};
    r->at += length;
    if (length == 0 || !take(r, "'")) {
        return false;
    }
    while (take(r, ",")) {
        r->at += strspn(r->at, " ");
        if (!skip_keyword(r)) {
            return false;
        }
    }
    return take(r, ")");
}

static bool read_call(reader *r, fraction *out)
{
    const char *name = r->at;
    const size_t length = strspn(name, NAME);
    fraction *arguments =
        wick_arena_alloc(wick_sizes_arena(r->sizes), MAX_ARGUMENTS, sizeof *arguments);
    uint32_t count = 0;
    r->at += length;
    if (length == 0 || !take(r, "(") || !read_arguments(r, arguments, &count)) {
        return false;
    }
    apply(r, name, length, arguments, count, out);
    return true;
}

// The digits of a Float up to its quote. Eager rounds products of what is no sum of powers of two:
// such a number stays unknown, so that no size is off by one.
static bool read_decimal(reader *r, fraction *out)
{
    enum { MOST_DIGITS = 9 };
    const size_t whole_digits = strspn(r->at, "0123456789");
    const char *rest = r->at + whole_digits + (r->at[whole_digits] == '.');
    size_t digits = strspn(rest, "0123456789");
    const bool is_plain = whole_digits > 0 && whole_digits <= MOST_DIGITS && rest[digits] == '\'';
    r->is_unknown = r->is_unknown || !is_plain;
    while (digits > 0 && rest[digits - 1] == '0') {
        digits--;
    }
    *out = (fraction){0, 1};
    for (size_t i = 0; i < whole_digits && is_plain; i++) {
        out->over = out->over * 10 + (r->at[i] - '0');
    }
    for (size_t i = 0; i < digits && is_plain && digits <= MOST_DIGITS; i++) {
        out->over = out->over * 10 + (rest[i] - '0');
        out->under *= 10;
    }
    while (out->under % 5 == 0 && out->over % 5 == 0) { // 10 to the n becomes 2 to the n
        out->over /= 5;
        out->under /= 5;
    }
    r->is_unknown = r->is_unknown || digits > MOST_DIGITS || out->under % 5 == 0;
    r->at += strcspn(r->at, "'");
    return take(r, "'");
}

static bool read_float(reader *r, fraction *out)
{
    if (!read_decimal(r, out) || !take(r, ",")) {
        return false;
    }
    r->at += strspn(r->at, " ");
    return skip_keyword(r) && take(r, ")");
}

// Recursion is bounded by `depth`.
static bool read_sympy(reader *r, fraction *out)
{
    bool is_read = false;
    if (++r->depth > MAX_DEPTH) {
        return false;
    }
    out->under = 1;
    if (take(r, "Integer(")) {
        is_read = read_number(r, &out->over) && take(r, ")");
    } else if (take(r, "Symbol('")) {
        is_read = read_symbol(r, out);
    } else if (take(r, "Float('")) {
        is_read = read_float(r, out);
    } else if (strspn(r->at, "-0123456789") > 0) { // of Rational(1, 2)
        is_read = read_number(r, &out->over);
    } else {
        is_read = read_call(r, out);
    }
    r->depth--;
    return is_read;
}

bool wick_size_parse_sympy(wick_sizes *sizes, const char *text, int64_t *out)
{
    reader r = {.sizes = sizes, .at = text};
    fraction read = {0, 1};
    if (!read_sympy(&r, &read) || *r.at != 0) {
        return false;
    }
    *out = r.is_unknown ? wick_size_opaque(sizes, text) : whole(&r, &read);
    return true;
}
