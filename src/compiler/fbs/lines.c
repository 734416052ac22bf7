// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/fbs/lines.h"

#include "compiler/fbs/base64.h"
#include "compiler/support/text.h"
#include "wick/tensor.h"

#include <string.h>

typedef struct view {
    wick_arena *arena;
    const json_t *values;
    const json_t *operators;
    const json_t *offsets; // of constants
    const uint8_t *constants;
    size_t constant_bytes;
} view;

static json_int_t integer_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const char *string_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

// FNV-1a. Source: draft-eastlake-fnv.
static uint32_t hash(const uint8_t *bytes, size_t count)
{
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < count; i++) {
        value = (value ^ bytes[i]) * 16777619u;
    }
    return value;
}

static void add_tensor(const view *v, wick_text *text, const json_t *tensor)
{
    const uint32_t dtype = (uint32_t)integer_at(tensor, "scalar_type");
    const json_int_t constant = integer_at(tensor, "data_buffer_idx");
    size_t index;
    const json_t *size;
    size_t size_bytes = wick_dtype_size_bytes(dtype);
    wick_text_format(text, "%s[", wick_dtype_name(dtype));
    json_array_foreach(json_object_get(tensor, "sizes"), index, size)
    {
        const json_int_t n = json_integer_value(size);
        wick_text_format(text, "%s%lld", index ? ", " : "", (long long)n);
        size_bytes *= n > 0 ? (size_t)n : 0;
    }
    wick_text_format(text, "]%s", integer_at(tensor, "shape_dynamism") ? " at most" : "");
    const size_t offset = (size_t)json_integer_value(json_array_get(v->offsets, (size_t)constant));
    if (constant > 0 && offset <= v->constant_bytes && size_bytes <= v->constant_bytes - offset) {
        wick_text_format(text, "#%08x", hash(v->constants + offset, size_bytes));
    }
}

static void add_value(const view *v, wick_text *text, json_int_t index);

static void add_items(const view *v, wick_text *text, const json_t *items, bool are_values)
{
    size_t i;
    const json_t *item;
    wick_text_format(text, "[");
    json_array_foreach(items, i, item)
    {
        wick_text_format(text, "%s", i ? ", " : "");
        if (are_values) {
            add_value(v, text, json_integer_value(item));
        } else {
            wick_text_format(text, "%g", json_number_value(item));
        }
    }
    wick_text_format(text, "]");
}

static void add_value(const view *v, wick_text *text, json_int_t index)
{
    const json_t *value = index >= 0 ? json_array_get(v->values, (size_t)index) : NULL;
    const json_t *held = json_object_get(value, "val");
    const char *type = string_at(value, "val_type");
    if (strcmp(type, "Tensor") == 0) {
        add_tensor(v, text, held);
    } else if (strcmp(type, "Int") == 0) {
        wick_text_format(text, "%lld", (long long)integer_at(held, "int_val"));
    } else if (strcmp(type, "Bool") == 0) {
        wick_text_format(text, "%s", integer_at(held, "bool_val") ? "True" : "False");
    } else if (strcmp(type, "Double") == 0) {
        wick_text_format(text, "%.9g", json_number_value(json_object_get(held, "double_val")));
    } else if (strcmp(type, "String") == 0) {
        wick_text_quote(text, string_at(held, "string_val"));
    } else if (strstr(type, "List") != NULL) {
        add_items(v, text, json_object_get(held, "items"), *type != 'D' && *type != 'B');
    } else {
        wick_text_format(text, "None");
    }
}

static const char *instruction_line(const view *v, const json_t *instruction)
{
    const char *type = string_at(instruction, "instr_args_type");
    const json_t *call = json_object_get(instruction, "instr_args");
    wick_text text = {.arena = v->arena};
    if (strcmp(type, "KernelCall") != 0) {
        wick_text_format(&text, "%s", type); // its numbers move with the lines around it
        return wick_text_string(&text);
    }
    const json_t *row = json_array_get(v->operators, (size_t)integer_at(call, "op_index"));
    const char *overload = string_at(row, "overload");
    wick_text_format(&text, "%s%s%s(", string_at(row, "name"), *overload ? "." : "", overload);
    size_t index;
    const json_t *arg;
    json_array_foreach(json_object_get(call, "args"), index, arg)
    {
        wick_text_format(&text, "%s", index ? ", " : "");
        add_value(v, &text, json_integer_value(arg));
    }
    wick_text_format(&text, ")");
    return wick_text_string(&text);
}

static void add_doors(const view *v, wick_fbs_lines *out, const char *name, const json_t *indices)
{
    size_t index;
    const json_t *value;
    json_array_foreach(indices, index, value)
    {
        wick_text text = {.arena = v->arena};
        wick_text_format(&text, "%s ", name);
        add_value(v, &text, json_integer_value(value));
        out->lines[out->count++] = wick_text_string(&text);
    }
}

wick_fbs_lines wick_fbs_method_lines(wick_arena *arena, const json_t *program, const json_t *method)
{
    const json_t *chain = json_array_get(json_object_get(method, "chains"), 0);
    const json_t *instructions = json_object_get(chain, "instructions");
    const json_t *inputs = json_object_get(method, "inputs");
    const json_t *outputs = json_object_get(method, "outputs");
    const char *data =
        json_string_value(json_array_get(json_object_get(program, "segment_data"), 0));
    view v = {arena,
              json_object_get(method, "values"),
              json_object_get(method, "operators"),
              json_object_get(json_object_get(program, "constant_segment"), "offsets"),
              NULL,
              0};
    v.constants = data != NULL ? wick_base64_decode(arena, data, &v.constant_bytes) : NULL;
    wick_fbs_lines out = {0};
    out.lines = wick_arena_alloc(arena,
                                 json_array_size(inputs) + json_array_size(outputs) +
                                     json_array_size(instructions) + 1,
                                 sizeof *out.lines);
    add_doors(&v, &out, "input", inputs);
    size_t index;
    const json_t *instruction;
    json_array_foreach(instructions, index, instruction)
    {
        out.lines[out.count++] = instruction_line(&v, instruction);
    }
    add_doors(&v, &out, "output", outputs);
    return out;
}
