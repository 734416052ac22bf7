// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/schema.h"

#include "compiler/support/text.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_DEFAULT_LIST = 16 };

typedef struct word_value {
    const char *word;
    int64_t value;
} word_value;

static const word_value base_words[] = {
    {"Tensor", WICK_SCHEMA_TENSOR},
    {"Scalar", WICK_SCHEMA_SCALAR},
    {"SymInt", WICK_SCHEMA_INT},
    {"int", WICK_SCHEMA_INT},
    {"float", WICK_SCHEMA_FLOAT},
    {"SymFloat", WICK_SCHEMA_FLOAT},
    {"bool", WICK_SCHEMA_BOOL},
    {"SymBool", WICK_SCHEMA_BOOL},
    {"str", WICK_SCHEMA_STRING},
    {"ScalarType", WICK_SCHEMA_DTYPE},
    {"Layout", WICK_SCHEMA_IGNORED},
    {"Device", WICK_SCHEMA_IGNORED},
    {"MemoryFormat", WICK_SCHEMA_IGNORED},
    {"Generator", WICK_SCHEMA_IGNORED},
    {"Graph", WICK_SCHEMA_GRAPH},
    {NULL, 0},
};

// Words that stand for a value of a ScalarType parameter.
static const word_value dtype_words[] = {
    {"float", WICK_FLOAT32},
    {"double", WICK_FLOAT64},
    {"half", WICK_FLOAT16},
    {"bfloat16", WICK_BFLOAT16},
    {"long", WICK_INT64},
    {"int", WICK_INT32},
    {"short", WICK_INT16},
    {"char", WICK_INT8},
    {"byte", WICK_UINT8},
    {"bool", WICK_BOOL},
    {NULL, 0},
};

// Words that stand for a value of an int parameter (at::Reduction), or for one that is ignored.
static const word_value int_words[] = {{"Mean", 1}, {"Sum", 2}, {NULL, 0}};
static const word_value ignored_words[] = {{"contiguous_format", 1},
                                           {"preserve_format", 4},
                                           {"strided", 7},
                                           {"torch.strided", 7},
                                           {NULL, 0}};

static const word_value *find_word(const word_value *words, const char *text, size_t length)
{
    for (; words->word; words++) {
        if (strlen(words->word) == length && memcmp(words->word, text, length) == 0) {
            return words;
        }
    }
    return NULL;
}

static bool take(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    ++*at;
    return true;
}

static void skip_spaces(const char **at)
{
    *at += strspn(*at, " ");
}

static size_t word_length(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
}

bool wick_schema_type_parse(const char *text, wick_schema_type *out)
{
    const size_t length = word_length(text);
    const word_value *base = find_word(base_words, text, length);
    if (!base) {
        return false;
    }
    *out = (wick_schema_type){.base = (wick_schema_base)base->value};
    const char *at = text + length;
    const bool question = take(&at, '?');
    if (take(&at, '[')) {
        out->is_list = true;
        out->item_optional = question;
        char *end = NULL;
        out->length = (uint32_t)strtoul(at, &end, 10);
        at = end;
        if (!take(&at, ']')) {
            return false;
        }
        out->optional = take(&at, '?');
    } else {
        out->optional = question;
    }
    return *at == 0;
}

// "(a!)", "(a -> *)": aliasing. Returns whether the value is written.
static bool skip_annotation(const char **at)
{
    if (!take(at, '(')) {
        return false;
    }
    const size_t length = strcspn(*at, ")");
    const bool is_written = memchr(*at, '!', length) != NULL;
    *at += length;
    take(at, ')');
    return is_written;
}

// A type without its aliasing, as text.
static bool parse_type(wick_arena *arena, const char **at, const char **out, bool *is_written)
{
    wick_text type = {.arena = arena};
    const size_t length = word_length(*at);
    wick_text_add(&type, *at, length);
    *at += length;
    *is_written = skip_annotation(at);
    const size_t suffix = strspn(*at, "?[]0123456789");
    wick_text_add(&type, *at, suffix);
    *at += suffix;
    *out = wick_text_string(&type);
    wick_schema_type parsed;
    return wick_schema_type_parse(*out, &parsed);
}

static bool parse_string(wick_arena *arena, const char **at, wick_ir_arg *out)
{
    const char quote = **at;
    const char *start = ++*at;
    const char *end = strchr(start, quote);
    if (!end) {
        return false;
    }
    *at = end + 1;
    *out = wick_ir_arg_string(wick_arena_copy_string(arena, start, (size_t)(end - start)));
    return true;
}

static bool parse_number(const char **at, wick_ir_arg *out)
{
    char *int_end = NULL;
    const char *real_end = NULL;
    const int64_t integer = strtoll(*at, &int_end, 10);
    const double real = wick_text_to_real(*at, &real_end);
    if (real_end == *at) {
        return false;
    }
    *out = real_end > int_end ? wick_ir_arg_real(real) : wick_ir_arg_int(integer);
    *at = real_end;
    return true;
}

static bool parse_word(const wick_schema_type *type, const char **at, wick_ir_arg *out)
{
    const size_t length = word_length(*at);
    const char *word = *at;
    *at += length;
    if (length == 4 && memcmp(word, "None", length) == 0) {
        *out = wick_ir_arg_none();
        return true;
    }
    if ((length == 4 && memcmp(word, "True", length) == 0) ||
        (length == 5 && memcmp(word, "False", length) == 0)) {
        *out = wick_ir_arg_bool(length == 4);
        return true;
    }
    const word_value *words = type->base == WICK_SCHEMA_DTYPE     ? dtype_words
                              : type->base == WICK_SCHEMA_IGNORED ? ignored_words
                                                                  : int_words;
    const word_value *found = find_word(words, word, length);
    if (!found) {
        return false;
    }
    *out = wick_ir_arg_int(found->value);
    return true;
}

static bool parse_atom(wick_arena *arena, const wick_schema_type *type, const char **at,
                       wick_ir_arg *out)
{
    if (**at == '\'' || **at == '"') {
        return parse_string(arena, at, out);
    }
    if (strspn(*at, "+-.0123456789") > 0) {
        return parse_number(at, out);
    }
    return parse_word(type, at, out);
}

static wick_ir_arg_kind list_kind(const wick_schema_type *type)
{
    switch (type->base) {
    case WICK_SCHEMA_FLOAT:
        return WICK_IR_REALS;
    case WICK_SCHEMA_BOOL:
        return WICK_IR_BOOLS;
    case WICK_SCHEMA_TENSOR:
        return WICK_IR_VALUES;
    case WICK_SCHEMA_SCALAR:
    case WICK_SCHEMA_INT:
    case WICK_SCHEMA_STRING:
    case WICK_SCHEMA_DTYPE:
    case WICK_SCHEMA_IGNORED:
    case WICK_SCHEMA_GRAPH:
        return WICK_IR_INTS;
    }
    return WICK_IR_INTS;
}

// The items of a list, one array for each kind that it may be of.
typedef struct list_items {
    int64_t *ints;
    wick_ir_value **values;
    double *reals;
    bool *booleans;
    bool has_values;
} list_items;

static bool put_item(const list_items *to, wick_ir_arg_kind list_kind, const wick_ir_arg *atom,
                     uint32_t i)
{
    if (list_kind == WICK_IR_INTS && atom->kind == WICK_IR_INT) {
        to->ints[i] = atom->integer;
    } else if ((list_kind == WICK_IR_INTS || list_kind == WICK_IR_VALUES) &&
               atom->kind == WICK_IR_VALUE) {
        to->values[i] = atom->value;
    } else if (list_kind == WICK_IR_BOOLS && atom->kind == WICK_IR_BOOL) {
        to->booleans[i] = atom->boolean;
    } else if (list_kind == WICK_IR_REALS && atom->kind == WICK_IR_REAL) {
        to->reals[i] = atom->real;
    } else if (list_kind == WICK_IR_REALS && atom->kind == WICK_IR_INT) {
        to->reals[i] = (double)atom->integer;
    } else {
        return list_kind == WICK_IR_VALUES && atom->kind == WICK_IR_NONE;
    }
    return true;
}

bool wick_schema_make_list(wick_arena *arena, const wick_schema_type *type,
                           const wick_ir_arg *atoms, uint32_t count, wick_ir_arg *out)
{
    const wick_ir_arg_kind kind = list_kind(type);
    list_items items = {
        .ints = wick_arena_alloc(arena, count, sizeof(int64_t)),
        .values = wick_arena_alloc(arena, count, sizeof(wick_ir_value *)),
        .reals = wick_arena_alloc(arena, count, sizeof(double)),
        .booleans = wick_arena_alloc(arena, count, sizeof(bool)),
        .has_values = kind == WICK_IR_VALUES,
    };
    for (uint32_t i = 0; i < count; i++) {
        if (!put_item(&items, kind, &atoms[i], i)) {
            return false;
        }
        items.has_values = items.has_values || atoms[i].kind == WICK_IR_VALUE;
    }
    *out = (wick_ir_arg){.kind = kind, .count = count};
    if (kind == WICK_IR_REALS) {
        out->reals = items.reals;
    } else if (kind == WICK_IR_BOOLS) {
        out->booleans = items.booleans;
    } else {
        out->list.ints = items.ints;
        out->list.values = items.has_values ? items.values : NULL;
    }
    return true;
}

static bool parse_list(wick_arena *arena, const wick_schema_type *type, const char **at,
                       wick_ir_arg *out)
{
    wick_ir_arg atoms[LONGEST_DEFAULT_LIST];
    uint32_t count = 0;
    const char close = **at == '{' ? '}' : ']'; // "Tensor? bias={}" is an old way to write None
    ++*at;
    if (close == '}') {
        *out = wick_ir_arg_none();
        return take(at, close);
    }
    while (!take(at, close)) {
        if (count == LONGEST_DEFAULT_LIST || !parse_atom(arena, type, at, &atoms[count])) {
            return false;
        }
        count++;
        take(at, ',');
        skip_spaces(at);
    }
    return wick_schema_make_list(arena, type, atoms, count, out);
}

static bool parse_default(wick_arena *arena, const wick_schema_type *type, const char **at,
                          wick_ir_arg *out)
{
    if (**at == '[' || **at == '{') {
        return parse_list(arena, type, at, out);
    }
    wick_ir_arg atom;
    if (!parse_atom(arena, type, at, &atom)) {
        return false;
    }
    if (atom.kind == WICK_IR_INT && type->base == WICK_SCHEMA_DTYPE) {
        atom.kind = WICK_IR_DTYPE;
    } else if (atom.kind == WICK_IR_INT && type->base == WICK_SCHEMA_IGNORED) {
        atom.kind = WICK_IR_IGNORED;
    } else if (atom.kind == WICK_IR_INT && type->base == WICK_SCHEMA_FLOAT && !type->is_list) {
        atom = wick_ir_arg_real((double)atom.integer);
    }
    if (!type->is_list || atom.kind == WICK_IR_NONE) {
        *out = atom;
        return true;
    }
    // "int[2] stride=1" stands for [1, 1].
    wick_ir_arg atoms[LONGEST_DEFAULT_LIST];
    const uint32_t count = type->length == 0 ? 1 : type->length;
    if (count > LONGEST_DEFAULT_LIST) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        atoms[i] = atom;
    }
    return wick_schema_make_list(arena, type, atoms, count, out);
}

static bool parse_parameter(wick_arena *arena, const char **at, wick_ir_parameter *out,
                            bool *is_written)
{
    wick_schema_type type;
    if (!parse_type(arena, at, &out->type, is_written) ||
        !wick_schema_type_parse(out->type, &type)) {
        return false;
    }
    skip_spaces(at);
    const size_t length = word_length(*at);
    out->name = wick_arena_copy_string(arena, *at, length);
    *at += length;
    if (!take(at, '=')) {
        return length > 0;
    }
    out->has_default = true;
    return parse_default(arena, &type, at, &out->default_arg);
}

static bool parse_parameters(wick_arena *arena, const char **at, wick_schema *schema)
{
    bool keyword_only = false;
    if (!take(at, '(')) {
        return false;
    }
    while (!take(at, ')')) {
        if (take(at, '*')) {
            keyword_only = true;
        } else {
            wick_ir_parameter *parameter = &schema->parameters[schema->parameter_count++];
            bool is_written = false;
            if (!parse_parameter(arena, at, parameter, &is_written)) {
                return false;
            }
            parameter->keyword_only = keyword_only;
            parameter->is_written = is_written;
            schema->out_count += keyword_only && is_written;
        }
        take(at, ',');
        skip_spaces(at);
    }
    return true;
}

static bool parse_return(wick_arena *arena, const char **at, bool *is_list)
{
    const char *text = NULL;
    bool is_written = false;
    wick_schema_type type;
    if (!parse_type(arena, at, &text, &is_written) || !wick_schema_type_parse(text, &type)) {
        return false;
    }
    *is_list = type.is_list;
    skip_spaces(at);
    *at += word_length(*at); // the name of a result
    return true;
}

static bool parse_returns(wick_arena *arena, const char **at, wick_schema *schema)
{
    skip_spaces(at);
    if (strncmp(*at, "-> ", 3) != 0) {
        return false;
    }
    *at += 3;
    const bool several = take(at, '(');
    bool has_list = false;
    while (several ? !take(at, ')') : schema->return_count == 0 && **at != 0) {
        bool is_list = false;
        if (!parse_return(arena, at, &is_list)) {
            return false;
        }
        has_list = has_list || is_list;
        schema->return_count++;
        take(at, ',');
        skip_spaces(at);
    }
    if (has_list) {
        schema->return_count = 0;
    }
    return **at == 0;
}

const wick_schema *wick_schema_parse(wick_arena *arena, const char *text)
{
    uint32_t most = 1;
    for (const char *at = text; *at; at++) {
        most += *at == ',';
    }
    wick_schema *schema = wick_arena_alloc(arena, 1, sizeof *schema);
    schema->parameters = wick_arena_alloc(arena, most, sizeof *schema->parameters);
    const char *at = text;
    if (!parse_parameters(arena, &at, schema) || !parse_returns(arena, &at, schema)) {
        return NULL;
    }
    return schema;
}
