// SPDX-License-Identifier: BSD-3-Clause
// One pass over the text; a value must be defined before the line that uses it.
#include "compiler/ir/element.h"
#include "compiler/ir/schema.h"
#include "compiler/ir/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

typedef struct parser {
    wick_arena *arena;
    const char *text;
    const char *at;
    const char *end;
    wick_diag *diag;
    wick_ir_graph *graph;
    uint32_t depth; // of the graph in graphs
} parser;

enum { MOST_BODIES = 32 };

typedef struct name_list {
    const char **names;
    uint32_t count;
} name_list;

// Room for one more item: the capacity is always the next power of two.
static void *grown(wick_arena *arena, void *items, uint32_t count, size_t size_bytes)
{
    if ((count & (count - 1)) != 0) {
        return items;
    }
    void *larger = wick_arena_alloc(arena, count == 0 ? 1 : 2 * (size_t)count, size_bytes);
    if (count > 0) {
        memcpy(larger, items, count * size_bytes);
    }
    return larger;
}

static wick_status fail(parser *from, const char *what)
{
    uint32_t line = 1;
    const char *start = from->text;
    for (const char *at = from->text; at < from->at; at++) {
        if (*at == '\n') {
            line++;
            start = at + 1;
        }
    }
    wick_diag_error(from->diag, WICK_INVALID_ARGUMENT, NULL,
                    "line %u, column %td: %s, found '%.*s'", line, from->at - start + 1, what,
                    (int)strcspn(from->at, "\n"), from->at);
    return WICK_INVALID_ARGUMENT;
}

static void skip_blank(parser *from)
{
    for (;;) {
        from->at += strspn(from->at, " \t\r\n");
        if (*from->at != '#') {
            return;
        }
        from->at += strcspn(from->at, "\n");
    }
}

static bool take(parser *from, const char *token)
{
    skip_blank(from);
    const size_t length = strlen(token);
    if (strncmp(from->at, token, length) != 0) {
        return false;
    }
    from->at += length;
    return true;
}

static wick_status expect(parser *from, const char *token)
{
    if (!take(from, token)) {
        return fail(from, wick_arena_format(from->diag->arena, "expected '%s'", token));
    }
    return WICK_OK;
}

// A whole word: "input" is not taken from "input_spec".
static bool take_word(parser *from, const char *word)
{
    skip_blank(from);
    const size_t length = strlen(word);
    if (strspn(from->at, LETTERS) != length || memcmp(from->at, word, length) != 0) {
        return false;
    }
    from->at += length;
    return true;
}

static int hex_digit(char c)
{
    const char *found = c ? strchr("0123456789abcdef", c) : NULL;
    return found ? (int)(found - "0123456789abcdef") : -1;
}

// The character behind a backslash; 0 if there is no such escape.
static char parse_escape(parser *from)
{
    const char c = *from->at++;
    if (c == 'n') {
        return '\n';
    }
    if (c == '"' || c == '\\') {
        return c;
    }
    if (c == 'x' && hex_digit(from->at[0]) >= 0 && hex_digit(from->at[1]) >= 0) {
        const int code = hex_digit(from->at[0]) * 16 + hex_digit(from->at[1]);
        from->at += 2;
        return (char)code;
    }
    from->at--;
    return 0;
}

static wick_status parse_string(parser *from, const char **out)
{
    WICK_TRY(expect(from, "\""));
    wick_text text = {.arena = from->arena};
    for (;;) {
        const size_t plain = strcspn(from->at, "\"\\\n");
        wick_text_add(&text, from->at, plain);
        from->at += plain;
        if (*from->at == '"') {
            from->at++;
            *out = wick_text_string(&text);
            return WICK_OK;
        }
        if (*from->at != '\\') {
            return fail(from, "expected the end of the string");
        }
        from->at++;
        const char c = parse_escape(from);
        if (c == 0) {
            return fail(from, "expected an escape: \\n, \\\", \\\\ or \\x and two hex digits");
        }
        wick_text_add(&text, &c, 1);
    }
}

static bool parse_letters(parser *from, const char *letters, const char **out)
{
    skip_blank(from);
    const size_t length = strspn(from->at, letters);
    *out = wick_arena_copy_string(from->arena, from->at, length);
    from->at += length;
    return length > 0;
}

// A word, or any text in quotes.
static wick_status parse_name(parser *from, const char *letters, const char **out)
{
    skip_blank(from);
    if (*from->at == '"') {
        return parse_string(from, out);
    }
    return parse_letters(from, letters, out) ? WICK_OK : fail(from, "expected a name");
}

static wick_status parse_integer(parser *from, int64_t *out)
{
    skip_blank(from);
    char *end = NULL;
    errno = 0;
    *out = strtoll(from->at, &end, 10);
    if (end == from->at || errno != 0) {
        return fail(from, "expected an integer of 64 bits");
    }
    from->at = end;
    return WICK_OK;
}

// "%x": a name that a line before has defined.
static wick_status parse_value(parser *from, wick_ir_value **out)
{
    const char *name = NULL;
    skip_blank(from);
    const char *start = from->at;
    WICK_TRY(expect(from, "%"));
    WICK_TRY(parse_name(from, LETTERS ".", &name));
    *out = wick_map_get(from->graph->names, name);
    if (!*out) {
        from->at = start;
        return fail(from, "expected a value that is defined before");
    }
    return WICK_OK;
}

static wick_status parse_new_name(parser *from, const char **out)
{
    skip_blank(from);
    const char *start = from->at;
    WICK_TRY(expect(from, "%"));
    WICK_TRY(parse_name(from, LETTERS ".", out));
    if (wick_map_get(from->graph->names, *out)) {
        from->at = start;
        return fail(from, "expected a new name");
    }
    return WICK_OK;
}

static bool parse_dtype(parser *from, uint8_t *out)
{
#define WICK_DTYPE(name, code, bytes, text, serde) \
    if (take_word(from, text)) {                   \
        *out = code;                               \
        return true;                               \
    }
#include "wick/dtype.def"
#undef WICK_DTYPE
    return false;
}

// A number, or an expression in "<" and ">".
static wick_status parse_size(parser *from, int64_t *out)
{
    const char *end = NULL;
    if (!take(from, "<")) {
        return parse_integer(from, out);
    }
    if (!wick_size_parse(from->graph->sizes, from->at, &end, out)) {
        return fail(from, "expected a size such as 2*s0");
    }
    from->at = end;
    return expect(from, ">");
}

static wick_status parse_dimensions(parser *from, wick_ir_type *type)
{
    while (!take(from, "]")) {
        int64_t size = 0;
        WICK_TRY(parse_size(from, &size));
        if (size < 0 || type->rank == WICK_MAX_RANK) {
            return fail(from, "expected at most 16 sizes of at least 0");
        }
        type->sizes[type->rank] = size;
        type->dim_order[type->rank] = type->rank;
        type->rank++;
        if (!take(from, ",") && *from->at != ']') {
            return fail(from, "expected ',' or ']'");
        }
    }
    return WICK_OK;
}

static wick_status parse_dim_order(parser *from, wick_ir_type *type)
{
    if (!take(from, "{")) {
        return WICK_OK;
    }
    for (uint32_t i = 0; i < type->rank; i++) {
        int64_t dim = 0;
        WICK_TRY(parse_integer(from, &dim));
        if (dim < 0 || dim >= type->rank) {
            return fail(from, "expected a dimension before");
        }
        type->dim_order[i] = (uint8_t)dim;
        if (i + 1 < type->rank) {
            WICK_TRY(expect(from, ","));
        }
    }
    return expect(from, "}");
}

static wick_status parse_tensor_type(parser *from, wick_ir_type *type)
{
    WICK_TRY(parse_dimensions(from, type));
    WICK_TRY(parse_dim_order(from, type));
    type->symbols = from->graph->sizes;
    return wick_ir_type_fits(type) || !wick_ir_type_is_static(type)
               ? WICK_OK
               : fail(from, "expected smaller sizes before");
}

static wick_status parse_type(parser *from, wick_ir_type *type)
{
    *type = (wick_ir_type){.kind = WICK_VALUE_TENSOR};
    const bool has_dtype = parse_dtype(from, &type->dtype);
    if (has_dtype && take(from, "[")) {
        return parse_tensor_type(from, type);
    }
    if (has_dtype && type->dtype == WICK_BOOL) {
        type->kind = WICK_VALUE_BOOL;
    } else if (has_dtype) {
        return fail(from, "expected '['");
    } else if (take_word(from, "int")) {
        *type = (wick_ir_type){.kind = WICK_VALUE_INT, .dtype = WICK_INT64};
    } else if (take_word(from, "real")) {
        *type = (wick_ir_type){.kind = WICK_VALUE_REAL, .dtype = WICK_FLOAT64};
    } else if (take_word(from, "none")) {
        type->kind = WICK_VALUE_NONE;
    } else {
        return fail(from, "expected a type such as f32[1, 8], int, real, bool or none");
    }
    type->symbols = from->graph->sizes;
    skip_blank(from);
    return *from->at == '<' ? parse_size(from, &type->sizes[0]) : WICK_OK;
}

// The elements of a constant behind "= {".
static wick_status parse_data(parser *from, wick_ir_value *value)
{
    const size_t count = wick_ir_type_count(&value->type);
    const uint32_t size = wick_dtype_size_bytes(value->type.dtype);
    if (value->type.kind == WICK_VALUE_NONE || count > (size_t)(from->end - from->at)) {
        return fail(from, "expected as many elements as the type has");
    }
    uint8_t *data = wick_arena_alloc(from->arena, count + 1, size);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            WICK_TRY(expect(from, ","));
        }
        skip_blank(from);
        if (!wick_ir_element_parse(value->type.dtype, &from->at, data + i * size)) {
            return fail(from, "expected an element of the constant");
        }
    }
    value->data = data;
    return expect(from, "}");
}

static void add_input(parser *from, wick_ir_value *value)
{
    wick_ir_graph *graph = from->graph;
    graph->inputs = grown(from->arena, graph->inputs, graph->input_count, sizeof *graph->inputs);
    graph->inputs[graph->input_count++] = value;
}

static wick_status parse_definition(parser *from, const char *name, wick_ir_value_kind kind)
{
    const char *qualified_name = NULL;
    wick_ir_type type;
    const bool transient = kind == WICK_IR_BUFFER && take_word(from, "transient");
    const bool is_state = kind == WICK_IR_BUFFER && take_word(from, "written");
    skip_blank(from);
    if (*from->at == '"') {
        WICK_TRY(parse_string(from, &qualified_name));
    }
    WICK_TRY(expect(from, ":"));
    WICK_TRY(parse_type(from, &type));
    wick_ir_value *value = wick_ir_value_create(from->graph, name, kind, &type);
    value->qualified_name = qualified_name;
    value->persistent = kind == WICK_IR_BUFFER && !transient;
    value->is_state = is_state;
    if (kind == WICK_IR_INPUT) {
        add_input(from, value);
    }
    if (!take(from, "=")) {
        return WICK_OK;
    }
    WICK_TRY(expect(from, "{"));
    return parse_data(from, value);
}

static wick_status parse_number(parser *from, wick_ir_arg *out)
{
    const char *end = NULL;
    const double real = wick_text_to_real(from->at, &end);
    if (end == from->at) {
        return fail(from, "expected an argument");
    }
    if ((size_t)(end - from->at) == strspn(from->at, "+-0123456789")) {
        out->kind = WICK_IR_INT;
        return parse_integer(from, &out->integer);
    }
    *out = wick_ir_arg_real(real);
    from->at = end;
    return WICK_OK;
}

static wick_status parse_body(parser *from, wick_ir_graph **out);

// An argument that is no list.
static wick_status parse_atom(parser *from, const wick_schema_type *type, wick_ir_arg *out)
{
    uint8_t dtype = 0;
    *out = wick_ir_arg_none();
    skip_blank(from);
    if (*from->at == '%') {
        out->kind = WICK_IR_VALUE;
        return parse_value(from, &out->value);
    }
    if (*from->at == '"') {
        out->kind = WICK_IR_STRING;
        return parse_string(from, &out->string);
    }
    if (type->base == WICK_SCHEMA_GRAPH) {
        out->kind = WICK_IR_GRAPH;
        return parse_body(from, &out->graph);
    }
    if (*from->at == '<') {
        out->kind = WICK_IR_INT;
        return parse_size(from, &out->integer);
    }
    if (take_word(from, "None")) {
        return WICK_OK;
    }
    const bool is_true = take_word(from, "True");
    if (is_true || take_word(from, "False")) {
        *out = wick_ir_arg_bool(is_true);
        return WICK_OK;
    }
    if (take(from, "code(")) {
        out->kind = WICK_IR_IGNORED;
        WICK_TRY(parse_integer(from, &out->integer));
        return expect(from, ")");
    }
    if (type->base == WICK_SCHEMA_DTYPE && parse_dtype(from, &dtype)) {
        out->kind = WICK_IR_DTYPE;
        out->integer = dtype;
        return WICK_OK;
    }
    return parse_number(from, out);
}

static wick_status parse_list(parser *from, const wick_schema_type *type, wick_ir_arg *out)
{
    wick_ir_arg *atoms = NULL;
    uint32_t count = 0;
    while (!take(from, "]")) {
        atoms = grown(from->arena, atoms, count, sizeof *atoms);
        WICK_TRY(parse_atom(from, type, &atoms[count++]));
        if (!take(from, ",") && *from->at != ']') {
            return fail(from, "expected ',' or ']'");
        }
    }
    if (!wick_schema_make_list(from->arena, type, atoms, count, out)) {
        return fail(from, "expected items of the type that the schema says before");
    }
    return WICK_OK;
}

static wick_status parse_arg(parser *from, const wick_ir_parameter *parameter, wick_ir_arg *out)
{
    wick_schema_type type;
    if (!wick_schema_type_parse(parameter->type, &type)) {
        return fail(from, "this parameter has a type without text form");
    }
    return take(from, "[") ? parse_list(from, &type, out) : parse_atom(from, &type, out);
}

// "name=" before an argument; -1 if there is none.
static wick_status parse_keyword(parser *from, const wick_ir_op *op, int32_t *index)
{
    *index = -1;
    skip_blank(from);
    const char *start = from->at;
    const size_t length = strspn(start, LETTERS);
    if (length == 0 || start[length] != '=') {
        return WICK_OK;
    }
    const char *name = wick_arena_copy_string(from->arena, start, length);
    *index = wick_ir_op_parameter(op, name);
    if (*index < 0) {
        return fail(from, "expected a parameter of the operator");
    }
    from->at += length + 1;
    return WICK_OK;
}

static wick_status check_given(parser *from, const wick_ir_op *op, const bool *given)
{
    for (uint32_t i = 0; i < op->parameter_count; i++) {
        if (!given[i] && !op->parameters[i].has_default) {
            return fail(from, wick_arena_format(from->diag->arena, "argument '%s' is missing",
                                                op->parameters[i].name));
        }
    }
    return WICK_OK;
}

static wick_status parse_args(parser *from, wick_ir_node *node)
{
    const wick_ir_op *op = node->op;
    bool *given = wick_arena_alloc(from->arena, op->parameter_count, sizeof *given);
    uint32_t position = 0;
    WICK_TRY(expect(from, "("));
    while (!take(from, ")")) {
        int32_t index = -1;
        WICK_TRY(parse_keyword(from, op, &index));
        const uint32_t i = index >= 0 ? (uint32_t)index : position++;
        if (i >= op->parameter_count || given[i] || (index < 0 && op->parameters[i].keyword_only)) {
            return fail(from, "the operator takes no such argument here");
        }
        given[i] = true;
        WICK_TRY(parse_arg(from, &op->parameters[i], &node->args[i]));
        if (!take(from, ",") && *from->at != ')') {
            return fail(from, "expected ',' or ')'");
        }
    }
    return check_given(from, op, given);
}

// at "model.py":34
static wick_status parse_place(parser *from, wick_ir_node *node)
{
    const char *file = NULL;
    int64_t line = 0;
    WICK_TRY(parse_string(from, &file));
    WICK_TRY(expect(from, ":"));
    WICK_TRY(parse_integer(from, &line));
    node->stack_trace =
        wick_arena_format(from->arena, "File \"%s\", line %lld, in graph", file, (long long)line);
    return WICK_OK;
}

static wick_status parse_results(parser *from, wick_ir_node *node, const name_list *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        wick_ir_type type;
        WICK_TRY(expect(from, i > 0 ? "," : ":"));
        WICK_TRY(parse_type(from, &type));
        if (wick_map_get(from->graph->names, names->names[i])) {
            return fail(from, "expected different names of the results before");
        }
        wick_ir_node_add_output(from->graph, node, names->names[i], &type);
    }
    if (names->count > 0) {
        node->name = names->names[0];
    }
    return WICK_OK;
}

static wick_status parse_node(parser *from, const char *op_name, const name_list *names)
{
    const wick_ir_op *op = wick_ir_op_find(op_name);
    if (!op) {
        return fail(from,
                    wick_arena_format(from->diag->arena, "no operator is named '%s'", op_name));
    }
    wick_ir_node *node = wick_ir_node_create(from->graph, NULL, op, NULL, NULL);
    node->in_place = wick_ir_op_is_in_place(op_name);
    WICK_TRY(parse_args(from, node));
    WICK_TRY(parse_results(from, node, names));
    if (take_word(from, "named")) {
        WICK_TRY(parse_string(from, &node->name));
    }
    if (take_word(from, "activation")) {
        WICK_TRY(parse_string(from, &node->fused_activation));
    }
    return take_word(from, "at") ? parse_place(from, node) : WICK_OK;
}

// What follows "%a, %b =".
static wick_status parse_right_side(parser *from, const name_list *names)
{
    static const struct {
        const char *word;
        wick_ir_value_kind kind;
    } kinds[] = {{"input", WICK_IR_INPUT},
                 {"parameter", WICK_IR_PARAMETER},
                 {"buffer", WICK_IR_BUFFER},
                 {"constant", WICK_IR_CONSTANT},
                 {"scratch", WICK_IR_SCRATCH}};
    const char *word = NULL;
    if (!parse_letters(from, LETTERS ".:", &word)) {
        return fail(from, "expected input, parameter, buffer, constant, scratch or an operator");
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            return names->count == 1 ? parse_definition(from, names->names[0], kinds[i].kind)
                                     : fail(from, "expected one name before");
        }
    }
    return parse_node(from, word, names);
}

static wick_status parse_assignment(parser *from)
{
    name_list names = {0};
    do {
        names.names = grown(from->arena, names.names, names.count, sizeof *names.names);
        WICK_TRY(parse_new_name(from, &names.names[names.count++]));
    } while (take(from, ","));
    WICK_TRY(expect(from, "="));
    return parse_right_side(from, &names);
}

static wick_status parse_symbol(parser *from)
{
    const char *name = NULL;
    WICK_TRY(parse_name(from, LETTERS ".", &name));
    wick_ir_symbol *symbol = wick_sizes_symbol(from->graph->sizes, name);
    WICK_TRY(expect(from, "in"));
    WICK_TRY(expect(from, "["));
    WICK_TRY(parse_integer(from, &symbol->minimum));
    WICK_TRY(expect(from, ","));
    WICK_TRY(parse_integer(from, &symbol->maximum));
    symbol->hint = symbol->minimum;
    WICK_TRY(expect(from, "]"));
    return take_word(from, "hint") ? parse_integer(from, &symbol->hint) : WICK_OK;
}

static wick_status parse_return(parser *from)
{
    wick_ir_graph *graph = from->graph;
    skip_blank(from);
    for (bool more = *from->at == '%'; more; more = take(from, ",")) {
        graph->outputs =
            grown(from->arena, graph->outputs, graph->output_count, sizeof *graph->outputs);
        WICK_TRY(parse_value(from, &graph->outputs[graph->output_count++]));
    }
    while (take_word(from, "write")) {
        wick_ir_value *content = NULL;
        wick_ir_value *target = NULL;
        WICK_TRY(parse_value(from, &content));
        WICK_TRY(expect(from, "to"));
        WICK_TRY(parse_value(from, &target));
        wick_ir_add_write(graph, target, content);
    }
    return WICK_OK;
}

static wick_status parse_statement(parser *from)
{
    const name_list no_names = {0};
    const char *word = NULL;
    skip_blank(from);
    if (*from->at == '%') {
        return parse_assignment(from);
    }
    if (take_word(from, "symbol")) {
        return parse_symbol(from);
    }
    if (take_word(from, "input_spec")) {
        return parse_string(from, &from->graph->input_spec);
    }
    if (take_word(from, "output_spec")) {
        return parse_string(from, &from->graph->output_spec);
    }
    if (parse_letters(from, LETTERS ".:", &word)) {
        return parse_node(from, word, &no_names);
    }
    return fail(from, "expected a line of a graph");
}

static wick_status parse_graph(parser *from)
{
    const char *name = NULL;
    WICK_TRY(expect(from, "graph"));
    WICK_TRY(parse_string(from, &name));
    WICK_TRY(expect(from, "{"));
    const wick_ir_graph *around = from->graph;
    from->graph = wick_ir_graph_create(from->arena, name);
    from->graph->sizes = around != NULL ? around->sizes : from->graph->sizes;
    while (!take_word(from, "return")) {
        WICK_TRY(parse_statement(from));
    }
    WICK_TRY(parse_return(from));
    return expect(from, "}");
}

// A graph as an argument of a node of another one, which goes on behind it.
static wick_status parse_body(parser *from, wick_ir_graph **out)
{
    wick_ir_graph *around = from->graph;
    if (from->depth == MOST_BODIES) {
        return fail(from, "expected fewer graphs in graphs");
    }
    from->depth++;
    WICK_TRY(parse_graph(from));
    from->depth--;
    *out = from->graph;
    from->graph->is_body = true;
    from->graph = around;
    return WICK_OK;
}

wick_status wick_ir_parse(wick_arena *arena, const char *text, wick_diag *diag, wick_ir_graph **out)
{
    parser from = {
        .arena = arena, .text = text, .at = text, .end = text + strlen(text), .diag = diag};
    WICK_TRY(parse_graph(&from));
    skip_blank(&from);
    if (*from.at != 0) {
        return fail(&from, "expected the end of the text");
    }
    *out = from.graph;
    return WICK_OK;
}
