// SPDX-License-Identifier: BSD-3-Clause
// A reader of the Python that torch's printer of guards writes: comparisons and arithmetic of
// sizes, joined by and, or, not. Sizes stay expressions over symbols as long as they are integers
// (ir/size.h); what is more becomes nodes. One function for each precedence, loosest last.
#include "compiler/import/guards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_PATH = 200 };

typedef struct reader {
    const wick_import *import;
    const char *at;
    uint32_t depth;
} reader;

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool take(reader *r, const char *token)
{
    r->at += strspn(r->at, " \n");
    const size_t length = strlen(token);
    if (strncmp(r->at, token, length) != 0 ||
        (is_word(token[length - 1]) && is_word(r->at[length]))) {
        return false;
    }
    r->at += length;
    return true;
}

static wick_ir_arg build(const reader *r, const char *name, wick_value_kind kind,
                         const wick_ir_arg *args, uint32_t count)
{
    wick_ir_graph *graph = r->import->graph;
    wick_ir_type type = {.kind = kind,
                         .dtype = kind == WICK_VALUE_BOOL ? WICK_BOOL : WICK_FLOAT64,
                         .symbols = graph->sizes};
    type.sizes[0] = wick_size_opaque(
        graph->sizes, wick_arena_format(graph->arena, "guard%u", graph->next_number++));
    wick_ir_node *node = wick_ir_node_create(graph, NULL, wick_ir_op_find(name), &type, NULL);
    for (uint32_t i = 0; i < count; i++) {
        node->args[i] = args[i];
    }
    return wick_ir_arg_value(node->outputs[0]);
}

static bool is_number(const wick_ir_arg *arg)
{
    return arg->kind == WICK_IR_INT || arg->kind == WICK_IR_REAL ||
           (arg->kind == WICK_IR_VALUE && arg->value->type.kind == WICK_VALUE_REAL);
}

static bool is_truth(const wick_ir_arg *arg)
{
    return arg->kind == WICK_IR_BOOL ||
           (arg->kind == WICK_IR_VALUE && arg->value->type.kind == WICK_VALUE_BOOL);
}

typedef int64_t size_operation(wick_sizes *sizes, int64_t a, int64_t b);

// `on_sizes` is NULL where integers give a real.
static bool combine(const reader *r, const char *name, size_operation *on_sizes, wick_ir_arg *left,
                    const wick_ir_arg *right)
{
    if (!is_number(left) || !is_number(right)) {
        return false;
    }
    if (left->kind == WICK_IR_INT && right->kind == WICK_IR_INT && on_sizes != NULL) {
        left->integer = on_sizes(r->import->graph->sizes, left->integer, right->integer);
        return left->integer != WICK_SIZE_UNBOUNDED;
    }
    const wick_ir_arg args[] = {*left, *right};
    *left = build(r, name, WICK_VALUE_REAL, args, 2);
    return true;
}

static bool read_truth(reader *r, wick_ir_arg *out);

static bool read_sum(reader *r, wick_ir_arg *out);

static bool read_choice(reader *r, bool is_larger, wick_ir_arg *out)
{
    wick_ir_arg other;
    return read_sum(r, out) && take(r, ",") && read_sum(r, &other) && take(r, ")") &&
           combine(
               r, is_larger ? "executorch_prim::sym_max.Scalar" : "executorch_prim::sym_min.Scalar",
               is_larger ? wick_size_larger : wick_size_smaller, out, &other);
}

// float(..): an integer in a guard meets reals as one anyway.
static bool read_float(reader *r, wick_ir_arg *out)
{
    if (!read_sum(r, out) || !take(r, ")") || !is_number(out)) {
        return false;
    }
    if (out->kind == WICK_IR_INT) {
        *out = build(r, "executorch_prim::sym_float.Scalar", WICK_VALUE_REAL, out, 1);
    }
    return true;
}

static bool read_literal(reader *r, wick_ir_arg *out)
{
    char *end = NULL;
    errno = 0;
    r->at += strspn(r->at, " \n");
    if (*r->at < '0' || *r->at > '9') {
        return false;
    }
    const int64_t whole = strtoll(r->at, &end, 10);
    *out = wick_ir_arg_int(whole);
    if (*end == '.' || *end == 'e') {
        *out = wick_ir_arg_real(strtod(r->at, &end));
    }
    r->at = end;
    return errno == 0 && (out->kind == WICK_IR_REAL || whole <= INT32_MAX);
}

// The keys of ['d']['k'][0], joined as the exporter names inputs: "d_k_0". Gives the index behind
// flat_args, else -1; false if the text goes on otherwise.
static bool read_path(reader *r, char *name, int64_t *flat)
{
    size_t length = 0;
    *flat = -1;
    while (take(r, "[")) {
        const bool is_text = *r->at == '\'';
        const char *key = r->at + is_text;
        const size_t key_length = strcspn(key, is_text ? "'" : "]");
        r->at = key + key_length + (is_text && key[key_length] != 0);
        if (!take(r, "]") || length + key_length + 2 > MAX_PATH) {
            return false;
        }
        *flat = length == 9 && memcmp(name, "flat_args", 9) == 0 ? strtoll(key, NULL, 10) : *flat;
        name[length] = '_';
        length += length > 0;
        for (size_t i = 0; i < key_length; i++, length++) {
            const char c = key[i];
            name[length] = !is_word(c) ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
    }
    name[length] = 0;
    return length > 0;
}

static bool has_name(const char *name, const char *wanted)
{
    for (; *name != 0 && *wanted != 0; name++, wanted++) {
        const char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if (c != *wanted) {
            return false;
        }
    }
    return *name == *wanted;
}

// What follows a keyword dictionary's name, "kwargs_x", may name the input alone.
static wick_ir_value *find_input(const reader *r, const char *name, int64_t flat)
{
    const wick_ir_graph *graph = r->import->graph;
    if (flat >= 0) {
        return flat < graph->input_count ? graph->inputs[flat] : NULL;
    }
    for (const char *at = name; at != NULL; at = strchr(at, '_')) {
        at += at != name;
        for (uint32_t i = 0; i < graph->input_count; i++) {
            if (has_name(graph->inputs[i]->name, at)) {
                return graph->inputs[i];
            }
        }
    }
    return NULL;
}

// Of a dense tensor: the product of the sizes that lie behind the dimension in memory.
static int64_t stride_of(const reader *r, const wick_ir_type *type, uint32_t dim)
{
    int64_t stride = 1;
    for (uint32_t i = type->rank; i-- > 0 && type->dim_order[i] != dim;) {
        stride =
            wick_size_multiply(r->import->graph->sizes, stride, type->sizes[type->dim_order[i]]);
    }
    return stride;
}

static bool read_dimension(reader *r, const wick_ir_type *type, bool is_stride, wick_ir_arg *out)
{
    wick_ir_arg dim;
    if (type->kind != WICK_VALUE_TENSOR || !take(r, "[") || !read_literal(r, &dim) ||
        dim.kind != WICK_IR_INT || dim.integer >= type->rank || !take(r, "]")) {
        return false;
    }
    *out = wick_ir_arg_int(is_stride ? stride_of(r, type, (uint32_t)dim.integer)
                                     : type->sizes[dim.integer]);
    return out->integer != WICK_SIZE_UNBOUNDED;
}

// The number that the export fixed an input to, or that the caller gives.
static bool read_number(const wick_ir_value *input, wick_ir_arg *out)
{
    const wick_ir_type *type = &input->type;
    double real = 0;
    int64_t integer = type->sizes[0];
    if (input->data != NULL) {
        memcpy(&integer, input->data, sizeof integer);
        memcpy(&real, input->data, sizeof real);
    }
    *out = type->kind == WICK_VALUE_REAL   ? wick_ir_arg_real(real)
           : type->kind == WICK_VALUE_BOOL ? wick_ir_arg_bool(integer != 0)
                                           : wick_ir_arg_int(integer);
    return type->kind == WICK_VALUE_INT || (input->data != NULL && type->kind != WICK_VALUE_TENSOR);
}

static bool read_source(reader *r, wick_ir_arg *out)
{
    char name[MAX_PATH + 1];
    int64_t flat;
    const wick_ir_value *input = read_path(r, name, &flat) ? find_input(r, name, flat) : NULL;
    if (input == NULL) {
        return false;
    }
    if (take(r, ".size()")) {
        return read_dimension(r, &input->type, false, out);
    }
    if (take(r, ".stride()")) {
        return read_dimension(r, &input->type, true, out);
    }
    if (take(r, ".storage_offset()")) {
        *out = wick_ir_arg_int(0);
        return true;
    }
    return read_number(input, out);
}

static bool read_atom(reader *r, wick_ir_arg *out)
{
    if (take(r, "L")) {
        return read_source(r, out);
    }
    if (take(r, "True")) {
        *out = wick_ir_arg_bool(true);
        return true;
    }
    if (take(r, "False")) {
        *out = wick_ir_arg_bool(false);
        return true;
    }
    if (take(r, "max(") || take(r, "Max(")) {
        return read_choice(r, true, out);
    }
    if (take(r, "min(") || take(r, "Min(")) {
        return read_choice(r, false, out);
    }
    if (take(r, "float(") || take(r, "ToFloat(")) {
        return read_float(r, out);
    }
    return take(r, "(") ? read_truth(r, out) && take(r, ")") : read_literal(r, out);
}

static bool read_unary(reader *r, wick_ir_arg *out)
{
    const wick_ir_arg minus = wick_ir_arg_int(-1);
    if (++r->depth > MAX_DEPTH) {
        return false;
    }
    const bool is_negative = take(r, "-");
    const bool is_read = is_negative ? read_unary(r, out) : read_atom(r, out);
    r->depth--;
    return is_read && (!is_negative ||
                       combine(r, "executorch_prim::mul.Scalar", wick_size_multiply, out, &minus));
}

typedef struct operation {
    const char *token;
    const char *name;
    size_operation *on_sizes;
} operation;

static bool read_chain(reader *r, const operation *operations, uint32_t count,
                       bool (*read_operand)(reader *r, wick_ir_arg *out), wick_ir_arg *out)
{
    bool is_read = read_operand(r, out);
    for (uint32_t i = 0; is_read && i < count; i++) {
        wick_ir_arg right;
        if (strncmp(r->at + strspn(r->at, " "), "**", 2) == 0) {
            return false; // a power: not read
        }
        if (take(r, operations[i].token)) {
            is_read = read_operand(r, &right) &&
                      combine(r, operations[i].name, operations[i].on_sizes, out, &right);
            i = UINT32_MAX; // the next one of the chain
        }
    }
    return is_read;
}

static bool read_product(reader *r, wick_ir_arg *out)
{
    static const operation operations[] = {
        {"*", "executorch_prim::mul.Scalar", wick_size_multiply},
        {"//", "executorch_prim::floordiv.Scalar", wick_size_floor_divide},
        {"/", "executorch_prim::truediv.Scalar", NULL},
        {"%", "executorch_prim::mod.Scalar", wick_size_modulo}};
    return read_chain(r, operations, 4, read_unary, out);
}

static bool read_sum(reader *r, wick_ir_arg *out)
{
    static const operation operations[] = {
        {"+", "executorch_prim::add.Scalar", wick_size_add},
        {"-", "executorch_prim::sub.Scalar", wick_size_subtract}};
    return read_chain(r, operations, 2, read_product, out);
}

static void negate(const reader *r, wick_ir_arg *truth)
{
    *truth = truth->kind == WICK_IR_BOOL
                 ? wick_ir_arg_bool(!truth->boolean)
                 : build(r, "executorch_prim::sym_not.Scalar", WICK_VALUE_BOOL, truth, 1);
}

// a and b, or a or b, by choice.
static void join(const reader *r, bool is_and, wick_ir_arg *left, const wick_ir_arg *right)
{
    const wick_ir_arg args[] = {*left, is_and ? *right : wick_ir_arg_bool(true),
                                is_and ? wick_ir_arg_bool(false) : *right};
    if (left->kind == WICK_IR_BOOL) {
        *left = left->boolean == is_and ? *right : *left;
    } else {
        *left = build(r, "executorch_prim::sym_ite.Scalar", WICK_VALUE_BOOL, args, 3);
    }
}

static bool read_comparison(reader *r, wick_ir_arg *out)
{
    static const struct {
        const char *token;
        const char *name;
    } comparisons[] = {{"==", "executorch_prim::eq.Scalar"}, {"!=", "executorch_prim::eq.Scalar"},
                       {"<=", "executorch_prim::le.Scalar"}, {">=", "executorch_prim::ge.Scalar"},
                       {"<", "executorch_prim::lt.Scalar"},  {">", "executorch_prim::gt.Scalar"}};
    wick_ir_arg left;
    if (!read_sum(r, &left)) {
        return false;
    }
    bool is_chain = false;
    *out = left;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        if (!take(r, comparisons[i].token)) {
            continue;
        }
        wick_ir_arg pair[] = {left, wick_ir_arg_none()};
        if (!read_sum(r, &pair[1]) || !is_number(&pair[0]) || !is_number(&pair[1])) {
            return false;
        }
        wick_ir_arg truth = build(r, comparisons[i].name, WICK_VALUE_BOOL, pair, 2);
        if (comparisons[i].token[0] == '!') {
            negate(r, &truth);
        }
        if (is_chain) {
            join(r, true, out, &truth); // a < b < c
        } else {
            *out = truth;
        }
        is_chain = true;
        left = pair[1];
        i = SIZE_MAX; // the next one of the chain
    }
    return true;
}

static bool read_not(reader *r, wick_ir_arg *out)
{
    bool is_negative = false;
    while (take(r, "not")) {
        is_negative = !is_negative;
    }
    if (!read_comparison(r, out)) {
        return false;
    }
    if (is_negative) {
        if (!is_truth(out)) {
            return false;
        }
        negate(r, out);
    }
    return true;
}

static bool read_joined(reader *r, bool is_and, wick_ir_arg *out)
{
    bool is_read = is_and ? read_not(r, out) : read_joined(r, true, out);
    while (is_read && take(r, is_and ? "and" : "or")) {
        wick_ir_arg right;
        is_read = is_truth(out) && (is_and ? read_not(r, &right) : read_joined(r, true, &right)) &&
                  is_truth(&right);
        if (is_read) {
            join(r, is_and, out, &right);
        }
    }
    return is_read;
}

static bool read_truth(reader *r, wick_ir_arg *out)
{
    r->depth++;
    const bool is_read = r->depth <= MAX_DEPTH && read_joined(r, false, out);
    r->depth--;
    return is_read;
}

// "L['x'].size()[0]" reads "x.size()[0]" in a message.
static const char *readable(const wick_import *import, const char *code)
{
    char *text = wick_arena_alloc(import->arena, strlen(code) + 1, 1);
    char *out = text;
    while (*code != 0) {
        const char *end = strncmp(code, "L['", 3) == 0 ? strstr(code, "']") : NULL;
        if (end != NULL) {
            memcpy(out, code + 3, (size_t)(end - code) - 3);
            out += end - code - 3;
            code = end + 2;
        } else {
            *out++ = *code++;
        }
    }
    return text;
}

static void import_guard(const wick_import *import, const char *code)
{
    reader r = {.import = import, .at = code};
    wick_ir_arg truth;
    const char *text = readable(import, code);
    if (!read_truth(&r, &truth) || r.at[strspn(r.at, " \n")] != 0 || !is_truth(&truth)) {
        wick_diag_note(import->diag, WICK_WARNING, import->archive->path,
                       "the export holds for inputs with '%s', which Wick cannot read: the program "
                       "does not check it",
                       text);
        return;
    }
    wick_ir_node *node = wick_ir_node_create(import->graph, NULL,
                                             wick_ir_op_find("aten::_assert_scalar"), NULL, NULL);
    node->name = "guard";
    node->args[0] = truth;
    node->args[1] = wick_ir_arg_string(wick_arena_format(
        import->arena, "the inputs are outside of what the export holds for: %s", text));
}

wick_status wick_import_guards(const wick_import *import, const wick_json *program)
{
    const wick_json *guards = wick_json_find(program, "guards_code");
    for (uint32_t k = 0; guards != NULL && guards->kind == WICK_JSON_ARRAY && k < guards->count;
         k++) {
        WICK_TRY(wick_json_expect(&guards->items[k], WICK_JSON_STRING, import->diag));
        import_guard(import, guards->items[k].string);
    }
    return WICK_OK;
}
