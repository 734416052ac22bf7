// SPDX-License-Identifier: BSD-3-Clause
#include "program_text.h"

#include "program_plan.h"

#include "compiler/support/text.h"
#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/tensor.h"

#include <inttypes.h>
#include <string.h>

// One method while it is printed.
typedef struct method_view {
    wick_text *text;
    const uint8_t *plan;
    wick_fb_vector values;
    wick_fb_vector operators;
    wick_fb_vector instructions;
} method_view;

static void add_tensor(wick_text *text, const uint8_t *tensor)
{
    const wick_fb_vector sizes = wick_fb_items(tensor, WICK_PTE_TENSOR_SIZES);
    const wick_fb_vector order = wick_fb_items(tensor, WICK_PTE_TENSOR_DIM_ORDER);
    bool contiguous = true;
    wick_text_format(text, "%s[", wick_dtype_name(wick_fb_u8(tensor, WICK_PTE_TENSOR_SCALAR_TYPE)));
    for (uint32_t i = 0; i < wick_fb_count(sizes); i++) {
        wick_text_format(text, "%s%" PRId32, i ? ", " : "", wick_load_i32(sizes.items + 4 * i));
        contiguous = contiguous && (i >= wick_fb_count(order) || order.items[i] == i);
    }
    wick_text_format(text, "]%s",
                     wick_fb_u8(tensor, WICK_PTE_TENSOR_SHAPE_DYNAMISM) ? " at most" : "");
    for (uint32_t i = 0; !contiguous && i < wick_fb_count(order); i++) {
        wick_text_format(text, "%s%u%s", i ? "," : "{", order.items[i],
                         i + 1 == wick_fb_count(order) ? "}" : "");
    }
}

// Where a tensor's bytes are: "constant 3", "external "conv.weight"", "arena 1 +1024", "constant 3 -> arena 2 +0" or
// "caller".
static void add_place(wick_text *text, const uint8_t *tensor)
{
    const uint32_t buffer = wick_fb_u32(tensor, WICK_PTE_TENSOR_DATA_BUFFER_INDEX);
    const uint8_t *allocation = wick_fb_table(tensor, WICK_PTE_TENSOR_ALLOCATION);
    const uint8_t *extra = wick_fb_table(tensor, WICK_PTE_TENSOR_EXTRA);
    const bool is_external = extra != NULL && wick_fb_u8(extra, WICK_PTE_EXTRA_LOCATION) != 0;
    if (is_external) {
        wick_text_format(text, " external ");
        wick_text_quote(text, wick_fb_string(extra, WICK_PTE_EXTRA_FULLY_QUALIFIED_NAME));
        wick_text_format(text, "%s", allocation != NULL ? " ->" : "");
    } else if (buffer != 0) {
        wick_text_format(text, " constant %u%s", buffer, allocation ? " ->" : "");
    }
    if (allocation != NULL) {
        wick_text_format(text, " arena %u +%u",
                         wick_fb_u32(allocation, WICK_PTE_ALLOCATION_MEMORY_ID),
                         wick_fb_u32(allocation, WICK_PTE_ALLOCATION_OFFSET_LOW));
    } else if (buffer == 0 && !is_external) {
        wick_text_format(text, " caller");
    }
}

static void add_scalar(wick_text *text, const uint8_t *value, uint32_t type)
{
    const uint8_t *body = wick_fb_table(value, WICK_PTE_VALUE_VALUE);
    switch (type) {
    case WICK_PTE_TYPE_INT:
        wick_text_format(text, "%" PRId64, (int64_t)wick_fb_u64(body, WICK_PTE_INT_VALUE));
        break;
    case WICK_PTE_TYPE_BOOL:
        wick_text_format(text, "%s", wick_fb_u8(body, WICK_PTE_BOOL_VALUE) ? "true" : "false");
        break;
    case WICK_PTE_TYPE_DOUBLE: {
        const uint8_t *bits = wick_fb_field(body, WICK_PTE_DOUBLE_VALUE);
        wick_text_format(text, "%g", bits ? wick_load_f64(bits) : 0.0);
        break;
    }
    case WICK_PTE_TYPE_STRING:
        wick_text_quote(text, wick_fb_string(body, WICK_PTE_STRING_VALUE));
        break;
    default:
        wick_text_format(text, "none");
        break;
    }
}

static const uint8_t *value_at(const method_view *view, int64_t index)
{
    return wick_fb_table_at(view->values, (uint32_t)index);
}

static uint32_t type_of(const uint8_t *value)
{
    return wick_fb_u8(value, WICK_PTE_VALUE_TYPE);
}

static void add_list_item(const method_view *view, uint32_t type, const uint8_t *items, uint32_t i)
{
    switch (type) {
    case WICK_PTE_TYPE_INT_LIST: {
        const uint8_t *item = value_at(view, wick_load_i64(items + 8 * (size_t)i));
        add_scalar(view->text, item, type_of(item));
        break;
    }
    case WICK_PTE_TYPE_DOUBLE_LIST:
        wick_text_format(view->text, "%g", wick_load_f64(items + 8 * (size_t)i));
        break;
    case WICK_PTE_TYPE_BOOL_LIST:
        wick_text_format(view->text, "%s", items[i] ? "true" : "false");
        break;
    default:
        if (wick_load_i32(items + 4 * (size_t)i) < 0) {
            wick_text_format(view->text, "none");
        } else {
            wick_text_format(view->text, "%%%" PRId32, wick_load_i32(items + 4 * (size_t)i));
        }
        break;
    }
}

static void add_argument(const method_view *view, uint32_t index)
{
    const uint8_t *value = value_at(view, index);
    const uint32_t type = type_of(value);
    if (type == WICK_PTE_TYPE_TENSOR) {
        wick_text_format(view->text, "%%%u", index);
        return;
    }
    if (type < WICK_PTE_TYPE_INT_LIST) {
        add_scalar(view->text, value, type);
        return;
    }
    // Every list table holds its items in slot 0.
    const wick_fb_vector items =
        wick_fb_items(wick_fb_table(value, WICK_PTE_VALUE_VALUE), WICK_PTE_INT_LIST_ITEMS);
    wick_text_format(view->text, "[");
    for (uint32_t i = 0; i < wick_fb_count(items); i++) {
        wick_text_format(view->text, "%s", i ? ", " : "");
        add_list_item(view, type, items.items, i);
    }
    wick_text_format(view->text, "]");
}

static void add_kernel_call(const method_view *view, const uint8_t *call)
{
    const uint8_t *row =
        wick_fb_table_at(view->operators, wick_fb_u32(call, WICK_PTE_KERNEL_CALL_OPERATOR));
    const wick_fb_vector args = wick_fb_items(call, WICK_PTE_KERNEL_CALL_ARGS);
    const char *overload = wick_fb_string(row, WICK_PTE_OPERATOR_OVERLOAD);
    wick_text_format(view->text, "%s%s%s(", wick_fb_string(row, WICK_PTE_OPERATOR_NAME),
                     *overload ? "." : "", overload);
    for (uint32_t i = 0; i < wick_fb_count(args); i++) {
        wick_text_format(view->text, "%s", i ? ", " : "");
        add_argument(view, wick_load_u32(args.items + 4 * (size_t)i));
    }
    wick_text_format(view->text, ")");
}

static void add_instruction(const method_view *view, uint32_t index)
{
    const uint8_t *instruction = wick_fb_table_at(view->instructions, index);
    const uint8_t *body = wick_fb_table(instruction, WICK_PTE_INSTRUCTION_VALUE);
    wick_text_format(view->text, "    %4u  ", index);
    switch (wick_fb_u8(instruction, WICK_PTE_INSTRUCTION_TYPE)) {
    case WICK_PTE_TYPE_KERNEL_CALL:
        add_kernel_call(view, body);
        break;
    case WICK_PTE_TYPE_DELEGATE_CALL:
        wick_text_format(view->text, "delegate %u",
                         wick_fb_u32(body, WICK_PTE_DELEGATE_CALL_DELEGATE));
        break;
    case WICK_PTE_TYPE_MOVE_CALL:
        wick_text_format(view->text, "move %%%u -> %%%u",
                         wick_fb_u32(body, WICK_PTE_MOVE_CALL_FROM),
                         wick_fb_u32(body, WICK_PTE_MOVE_CALL_TO));
        break;
    case WICK_PTE_TYPE_JUMP_FALSE_CALL:
        wick_text_format(view->text, "if not %%%u jump to %u",
                         wick_fb_u32(body, WICK_PTE_JUMP_FALSE_CALL_CONDITION),
                         wick_fb_u32(body, WICK_PTE_JUMP_FALSE_CALL_DESTINATION));
        break;
    default:
        wick_text_format(view->text, "free %%%u", wick_fb_u32(body, WICK_PTE_FREE_CALL_VALUE));
        break;
    }
    wick_text_format(view->text, "\n");
}

static void add_door(const method_view *view, const char *name, wick_fb_vector indices)
{
    for (uint32_t i = 0; i < wick_fb_count(indices); i++) {
        const uint32_t index = wick_load_u32(indices.items + 4 * (size_t)i);
        const uint8_t *value = value_at(view, index);
        wick_text_format(view->text, "    %s %u: %%%u ", name, i, index);
        if (type_of(value) == WICK_PTE_TYPE_TENSOR) {
            const uint8_t *tensor = wick_fb_table(value, WICK_PTE_VALUE_VALUE);
            add_tensor(view->text, tensor);
            add_place(view->text, tensor);
        } else {
            add_argument(view, index);
        }
        wick_text_format(view->text, "\n");
    }
}

static void add_tensors(const method_view *view)
{
    for (uint32_t i = 0; i < wick_fb_count(view->values); i++) {
        const uint8_t *value = value_at(view, i);
        if (type_of(value) == WICK_PTE_TYPE_TENSOR) {
            const uint8_t *tensor = wick_fb_table(value, WICK_PTE_VALUE_VALUE);
            wick_text_format(view->text, "    %%%-4u ", i);
            add_tensor(view->text, tensor);
            add_place(view->text, tensor);
            wick_text_format(view->text, "\n");
        }
    }
}

static method_view view_method(wick_text *text, const uint8_t *plan)
{
    const wick_fb_vector chains = wick_fb_items(plan, WICK_PTE_PLAN_CHAINS);
    return (method_view){
        .text = text,
        .plan = plan,
        .values = wick_fb_items(plan, WICK_PTE_PLAN_VALUES),
        .operators = wick_fb_items(plan, WICK_PTE_PLAN_OPERATORS),
        .instructions = wick_fb_items(wick_fb_table_at(chains, 0), WICK_PTE_CHAIN_INSTRUCTIONS),
    };
}

static void add_method(wick_text *text, const uint8_t *plan)
{
    const method_view view = view_method(text, plan);
    wick_text_format(text, "\nmethod %s: %u values, %u instructions, %u operators\n",
                     wick_fb_string(plan, WICK_PTE_PLAN_NAME), wick_fb_count(view.values),
                     wick_fb_count(view.instructions), wick_fb_count(view.operators));
    add_door(&view, "input", wick_fb_items(plan, WICK_PTE_PLAN_INPUTS));
    add_door(&view, "output", wick_fb_items(plan, WICK_PTE_PLAN_OUTPUTS));
    wick_text_format(text, "  tensors\n");
    add_tensors(&view);
    wick_text_format(text, "  instructions\n");
    for (uint32_t i = 0; i < wick_fb_count(view.instructions); i++) {
        add_instruction(&view, i);
    }
    wick_text_format(text, "  memory plan\n%s", wick_program_plan_text(text->arena, plan));
}

static const uint8_t *root_of(const wick_program *program)
{
    return program->bytes + program->root_offset;
}

static void add_segments(wick_text *text, const wick_program *program)
{
    const wick_fb_vector segments = wick_fb_items(root_of(program), WICK_PTE_PROGRAM_SEGMENTS);
    for (uint32_t i = 0; i < wick_fb_count(segments); i++) {
        const uint8_t *segment = wick_fb_table_at(segments, i);
        wick_text_format(text, "  segment %u at +%" PRIu64 ": %" PRIu64 " bytes\n", i,
                         wick_fb_u64(segment, WICK_PTE_SEGMENT_OFFSET),
                         wick_fb_u64(segment, WICK_PTE_SEGMENT_SIZE));
    }
}

const char *wick_program_text(wick_arena *arena, const char *path, const wick_program *program,
                              const char *method)
{
    wick_text text = {.arena = arena};
    const uint8_t *root = root_of(program);
    const wick_fb_vector plans = wick_fb_items(root, WICK_PTE_PROGRAM_EXECUTION_PLAN);
    const wick_fb_vector inline_constants = wick_fb_items(root, WICK_PTE_PROGRAM_CONSTANT_BUFFER);
    wick_text_format(&text, "%s: %zu bytes: graph %zu, segments %zu at %zu%s\n", path,
                     program->size_bytes, program->flatbuffer_bytes, program->segment_data_bytes,
                     program->segment_base_offset,
                     wick_fb_count(inline_constants) > 1 ? "; constants inline (old form)" : "");
    add_segments(&text, program);
    for (uint32_t i = 0; i < wick_fb_count(plans); i++) {
        const uint8_t *plan = wick_fb_table_at(plans, i);
        if (method == NULL || strcmp(method, wick_fb_string(plan, WICK_PTE_PLAN_NAME)) == 0) {
            add_method(&text, plan);
        }
    }
    return wick_text_string(&text);
}

static json_t *method_json(const uint8_t *plan)
{
    const method_view view = view_method(NULL, plan);
    const wick_fb_vector sizes = wick_fb_items(plan, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    json_t *arenas = json_array();
    json_t *operators = json_array();
    for (uint32_t i = 1; i < wick_fb_count(sizes); i++) {
        json_array_append_new(arenas, json_integer(wick_load_i64(sizes.items + 8 * (size_t)i)));
    }
    for (uint32_t i = 0; i < wick_fb_count(view.operators); i++) {
        const uint8_t *row = wick_fb_table_at(view.operators, i);
        const char *overload = wick_fb_string(row, WICK_PTE_OPERATOR_OVERLOAD);
        json_array_append_new(operators,
                              json_sprintf("%s%s%s", wick_fb_string(row, WICK_PTE_OPERATOR_NAME),
                                           *overload ? "." : "", overload));
    }
    return json_pack("{s:s, s:i, s:i, s:o, s:o}", "name", wick_fb_string(plan, WICK_PTE_PLAN_NAME),
                     "values", (int)wick_fb_count(view.values), "instructions",
                     (int)wick_fb_count(view.instructions), "arena_bytes", arenas, "operators",
                     operators);
}

json_t *wick_program_json(const char *path, const wick_program *program)
{
    const wick_fb_vector plans = wick_fb_items(root_of(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
    json_t *methods = json_array();
    for (uint32_t i = 0; i < wick_fb_count(plans); i++) {
        json_array_append_new(methods, method_json(wick_fb_table_at(plans, i)));
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:o}", "file", path, "bytes",
                     (json_int_t)program->size_bytes, "flatbuffer_bytes",
                     (json_int_t)program->flatbuffer_bytes, "segment_bytes",
                     (json_int_t)program->segment_data_bytes, "methods", methods);
}
