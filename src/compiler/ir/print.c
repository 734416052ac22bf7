// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/element.h"
#include "compiler/ir/text.h"
#include "compiler/ir/where.h"
#include "compiler/support/text.h"

#include <inttypes.h>
#include <string.h>

static bool is_word(const char *name)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    return *name && name[strspn(name, word)] == 0;
}

static void put(wick_text *text, const char *string)
{
    wick_text_add(text, string, strlen(string));
}

static void put_word(wick_text *text, const char *name)
{
    if (is_word(name)) {
        put(text, name);
    } else {
        wick_text_quote(text, name);
    }
}

static void put_value(wick_text *text, const wick_ir_value *value)
{
    if (!value) {
        put(text, "None");
        return;
    }
    put(text, "%");
    put_word(text, value->name);
}

static void put_size(wick_text *text, const wick_sizes *sizes, int64_t size)
{
    if (wick_size_is_symbolic(size)) {
        wick_text_format(text, "<%s>", wick_size_text(text->arena, sizes, size));
    } else {
        wick_text_format(text, "%" PRId64, size);
    }
}

static void put_dim_order(wick_text *text, const wick_ir_type *type)
{
    bool contiguous = true;
    for (uint32_t i = 0; i < type->rank; i++) {
        contiguous = contiguous && type->dim_order[i] == i;
    }
    for (uint32_t i = 0; i < type->rank && !contiguous; i++) {
        wick_text_format(text, "%s%u", i > 0 ? ", " : "{", (unsigned)type->dim_order[i]);
    }
    put(text, contiguous ? "" : "}");
}

static void put_tensor_type(wick_text *text, const wick_ir_type *type)
{
    wick_text_format(text, "%s[", wick_dtype_name(type->dtype));
    for (uint32_t i = 0; i < type->rank; i++) {
        put(text, i > 0 ? ", " : "");
        put_size(text, type->symbols, type->sizes[i]);
    }
    put(text, "]");
    put_dim_order(text, type);
}

// The other kinds are those of lists and strings, which no value of a graph has.
static void put_type(wick_text *text, const wick_ir_type *type)
{
    if (type->kind == WICK_VALUE_TENSOR) {
        put_tensor_type(text, type);
        return;
    }
    put(text, type->kind == WICK_VALUE_INT    ? "int"
              : type->kind == WICK_VALUE_REAL ? "real"
              : type->kind == WICK_VALUE_BOOL ? "bool"
                                              : "none");
    if (wick_size_is_symbolic(type->sizes[0])) {
        put_size(text, type->symbols, type->sizes[0]);
    }
}

static void put_item(wick_text *text, const wick_sizes *sizes, const wick_ir_arg *list, uint32_t i)
{
    if (list->kind == WICK_IR_REALS) {
        wick_ir_real_print(text, list->reals[i]);
    } else if (list->kind == WICK_IR_BOOLS) {
        put(text, list->booleans[i] ? "True" : "False");
    } else if (list->kind == WICK_IR_VALUES || (list->list.values && list->list.values[i])) {
        put_value(text, list->list.values[i]);
    } else {
        put_size(text, sizes, list->list.ints[i]);
    }
}

static void put_list(wick_text *text, const wick_sizes *sizes, const wick_ir_arg *list)
{
    put(text, "[");
    for (uint32_t i = 0; i < list->count; i++) {
        put(text, i > 0 ? ", " : "");
        put_item(text, sizes, list, i);
    }
    put(text, "]");
}

// A body of control flow, its lines moved to the right.
static void put_body(wick_text *text, const wick_ir_graph *body, uint32_t data_limit)
{
    const char *at = wick_ir_print(text->arena, body, data_limit);
    for (size_t length = strcspn(at, "\n"); at[length] != 0; length = strcspn(at, "\n")) {
        wick_text_add(text, at, length);
        at += length + 1;
        put(text, *at != 0 ? "\n  " : "");
    }
}

static void put_arg(wick_text *text, const wick_sizes *sizes, const wick_ir_arg *arg,
                    uint32_t data_limit)
{
    switch (arg->kind) {
    case WICK_IR_NONE:
        put(text, "None");
        break;
    case WICK_IR_VALUE:
        put_value(text, arg->value);
        break;
    case WICK_IR_INT:
        put_size(text, sizes, arg->integer);
        break;
    case WICK_IR_REAL:
        wick_ir_real_print(text, arg->real);
        break;
    case WICK_IR_BOOL:
        put(text, arg->boolean ? "True" : "False");
        break;
    case WICK_IR_STRING:
        wick_text_quote(text, arg->string);
        break;
    case WICK_IR_GRAPH:
        put_body(text, arg->graph, data_limit);
        break;
    case WICK_IR_DTYPE:
        put(text, wick_dtype_name((uint32_t)arg->integer));
        break;
    case WICK_IR_IGNORED:
        wick_text_format(text, "code(%" PRId64 ")", arg->integer);
        break;
    case WICK_IR_VALUES:
    case WICK_IR_INTS:
    case WICK_IR_REALS:
    case WICK_IR_BOOLS:
        put_list(text, sizes, arg);
        break;
    }
}

static void put_args(wick_text *text, const wick_sizes *sizes, const wick_ir_node *node,
                     uint32_t data_limit)
{
    bool named = false;
    bool first = true;
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_parameter *parameter = &node->op->parameters[i];
        if (parameter->has_default && wick_ir_arg_equal(&node->args[i], &parameter->default_arg)) {
            named = true;
            continue;
        }
        put(text, first ? "" : ", ");
        first = false;
        if (named || parameter->keyword_only) {
            wick_text_format(text, "%s=", parameter->name);
        }
        put_arg(text, sizes, &node->args[i], data_limit);
    }
}

// "aten::add_.Tensor" for an in-place node.
static void put_op(wick_text *text, const wick_ir_node *node)
{
    const char *name = node->op->name;
    const char *space = strstr(name, "::");
    const size_t base = (size_t)((space ? space + 2 : name) - name);
    const size_t end = base + strcspn(name + base, ".");
    wick_text_add(text, name, end);
    put(text, node->in_place ? "_" : "");
    put(text, name + end);
}

static void put_node(wick_text *text, const wick_sizes *sizes, const wick_ir_node *node,
                     uint32_t data_limit)
{
    put(text, "  ");
    for (uint32_t i = 0; i < node->output_count; i++) {
        put(text, i > 0 ? ", " : "");
        put_value(text, node->outputs[i]);
    }
    put(text, node->output_count > 0 ? " = " : "");
    put_op(text, node);
    put(text, "(");
    put_args(text, sizes, node, data_limit);
    put(text, ")");
    for (uint32_t i = 0; i < node->output_count; i++) {
        put(text, i > 0 ? ", " : " : ");
        put_type(text, &node->outputs[i]->type);
    }
    if (node->output_count == 0 || strcmp(node->name, node->outputs[0]->name) != 0) {
        put(text, " named ");
        wick_text_quote(text, node->name);
    }
    if (node->fused_activation) {
        put(text, " activation ");
        wick_text_quote(text, node->fused_activation);
    }
    wick_ir_frame frame;
    if (wick_ir_user_frame(node->stack_trace, &frame)) {
        put(text, " at ");
        wick_text_quote(text, wick_arena_copy_string(text->arena, frame.path, frame.path_length));
        wick_text_format(text, ":%lu", frame.line);
    }
    put(text, "\n");
}

static void put_data(wick_text *text, const wick_ir_value *value, uint32_t data_limit)
{
    const size_t count = wick_ir_type_count(&value->type);
    const uint32_t size = wick_dtype_size_bytes(value->type.dtype);
    put(text, " = {");
    put(text, count > data_limit ? "..." : "");
    for (size_t i = 0; i < count && count <= data_limit; i++) {
        put(text, i > 0 ? ", " : "");
        wick_ir_element_print(text, value->type.dtype, value->data + i * size);
    }
    put(text, "}");
}

static const char *kind_word(const wick_ir_value *value)
{
    switch (value->kind) {
    case WICK_IR_INPUT:
        return "input";
    case WICK_IR_PARAMETER:
        return "parameter";
    case WICK_IR_BUFFER:
        return value->persistent ? (value->is_state ? "buffer written" : "buffer")
               : value->is_state ? "buffer transient written"
                                 : "buffer transient";
    case WICK_IR_SCRATCH:
        return "scratch";
    case WICK_IR_CONSTANT:
    case WICK_IR_RESULT:
        return "constant";
    }
    return "constant";
}

// A value that no node makes.
static void put_definition(wick_text *text, const wick_ir_value *value, uint32_t data_limit)
{
    put(text, "  ");
    put_value(text, value);
    wick_text_format(text, " = %s", kind_word(value));
    if (value->qualified_name) {
        put(text, " ");
        wick_text_quote(text, value->qualified_name);
    }
    put(text, " : ");
    put_type(text, &value->type);
    if (value->data) {
        put_data(text, value, data_limit);
    }
    put(text, "\n");
}

// Constants, in order of creation: graph->values has the newest first.
static void put_constants(wick_text *text, const wick_ir_graph *graph, uint32_t data_limit)
{
    size_t count = 0;
    for (const wick_ir_value *value = graph->values; value; value = value->next) {
        count++;
    }
    const wick_ir_value **ordered = wick_arena_alloc(text->arena, count, sizeof *ordered);
    size_t at = count;
    for (const wick_ir_value *value = graph->values; value; value = value->next) {
        ordered[--at] = value;
    }
    for (size_t i = 0; i < count; i++) {
        if (ordered[i]->kind != WICK_IR_INPUT && ordered[i]->kind != WICK_IR_RESULT) {
            put_definition(text, ordered[i], data_limit);
        }
    }
}

static void put_spec(wick_text *text, const char *word, const char *spec)
{
    if (spec && *spec) {
        wick_text_format(text, "  %s ", word);
        wick_text_quote(text, spec);
        put(text, "\n");
    }
}

static void put_symbol(wick_text *text, const wick_ir_symbol *symbol)
{
    put(text, "  symbol ");
    put_word(text, symbol->name);
    wick_text_format(text, " in [%" PRId64 ", %" PRId64 "]", symbol->minimum, symbol->maximum);
    if (symbol->hint > symbol->minimum) {
        wick_text_format(text, " hint %" PRId64, symbol->hint);
    }
    put(text, "\n");
}

static void put_head(wick_text *text, const wick_ir_graph *graph)
{
    put(text, "graph ");
    wick_text_quote(text, graph->name);
    put(text, " {\n");
    put_spec(text, "input_spec", graph->input_spec);
    put_spec(text, "output_spec", graph->output_spec);
    for (const wick_ir_symbol *symbol = wick_sizes_symbols(graph->sizes); symbol && !graph->is_body;
         symbol = symbol->next) {
        put_symbol(text, symbol);
    }
}

const char *wick_ir_print(wick_arena *arena, const wick_ir_graph *graph, uint32_t data_limit)
{
    wick_text text = {.arena = arena};
    put_head(&text, graph);
    for (uint32_t i = 0; i < graph->input_count; i++) {
        put_definition(&text, graph->inputs[i], data_limit);
    }
    put_constants(&text, graph, data_limit);
    for (const wick_ir_node *node = graph->first; node; node = node->next) {
        put_node(&text, graph->sizes, node, data_limit);
    }
    put(&text, "  return");
    const uint32_t returned = wick_ir_returned_count(graph);
    for (uint32_t i = 0; i < returned; i++) {
        put(&text, i > 0 ? ", " : " ");
        put_value(&text, graph->outputs[i]);
    }
    put(&text, "\n");
    for (uint32_t i = 0; i < graph->written_count; i++) {
        put(&text, "  write ");
        put_value(&text, graph->outputs[returned + i]);
        put(&text, " to ");
        put_value(&text, graph->written[i]);
        put(&text, "\n");
    }
    put(&text, "}\n");
    return wick_text_string(&text);
}
