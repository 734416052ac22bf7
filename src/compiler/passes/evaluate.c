// SPDX-License-Identifier: BSD-3-Clause
// The bridge from nodes to operator calls. Values stand in one array as in a method: one for each
// argument of the out variant and one for each item of a list.
#include "compiler/passes/evaluate.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "compiler/ir/schema.h"
#include "ops/op.h"
#include "ops/table.h"

#include <string.h>

typedef struct op_row {
    const wick_operator *operator_row;
    const char *schema; // of the out variant
} op_row;

static const op_row rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {&wick_op_##id, schema},
#include "ops/ops.def"
#undef WICK_OP
};

static const struct {
    const wick_operator *row;
    uint32_t rank; // up to here the row of ops.def does
} wide_rows[] = {
#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) {&wick_op_##id, rank},
#include "ops/wide.def"
#undef WICK_WIDE
};

// The wide form of a row; the row itself if it has none.
static const wick_operator *wide_row(const wick_operator *row)
{
    for (size_t i = 0; i < sizeof wide_rows / sizeof wide_rows[0]; i++) {
        if (strcmp(wide_rows[i].row->name, row->name) == 0) {
            return wide_rows[i].row;
        }
    }
    return row;
}

static bool has_rank_above(const wick_ir_node *node, uint32_t rank)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_arg *arg = &node->args[i];
        if (arg->kind == WICK_IR_VALUE && arg->value->type.rank > rank) {
            return true;
        }
    }
    return false;
}

bool wick_evaluate_needs_wide_row(const wick_ir_node *node)
{
    const wick_operator *row = rows[node->op->row].operator_row;
    for (size_t i = 0; i < sizeof wide_rows / sizeof wide_rows[0]; i++) {
        if (strcmp(wide_rows[i].row->name, row->name) == 0) {
            return has_rank_above(node, wide_rows[i].rank);
        }
    }
    return false;
}

typedef struct wick_evaluation {
    wick_arena *arena;
    const wick_ir_node *node;
    const wick_operator *row;
    const wick_schema *schema; // of the out variant
    wick_value *values;
    const wick_ir_value **sources; // of the tensors among the values, else NULL
    uint32_t value_count;
    uint8_t *args;
    uint32_t arg_count;
    const wick_sizes *sizes; // of the graph
    wick_size_point point;   // where symbolic sizes are taken
    bool is_exact;           // false once a size did not fit the runtime's 32 bits
    wick_call call;
    wick_failure failure;
    wick_random random; // a run draws the numbers of seed 0
    void *block;
} bridge;

static uint32_t new_value(bridge *b)
{
    return b->value_count++;
}

static int64_t resolve(bridge *b, int64_t number)
{
    if (!wick_size_is_symbolic(number)) {
        return number;
    }
    const int64_t value = wick_size_at(b->sizes, number, b->point);
    b->is_exact = b->is_exact && value != WICK_SIZE_UNBOUNDED;
    return value;
}

// A number that nothing bounds is no size of a tensor: that would be refused itself.
static int64_t resolve_number(bridge *b, int64_t number)
{
    const bool is_unbounded = wick_size_is_symbolic(number) &&
                              wick_size_at(b->sizes, number, b->point) == WICK_SIZE_UNBOUNDED;
    const int64_t hint = is_unbounded ? wick_size_at(b->sizes, number, WICK_AT_HINT) : 0;
    return !is_unbounded ? resolve(b, number) : hint != WICK_SIZE_UNBOUNDED ? hint : 1;
}

static void set_int(bridge *b, uint32_t at, wick_value_kind kind, int64_t number)
{
    b->values[at].integer.kind = (uint8_t)kind;
    b->values[at].integer.value = resolve_number(b, number);
}

// A dynamic out finds its sizes itself, within those that its type says.
static void set_tensor(bridge *b, uint32_t at, const wick_ir_value *value, bool is_out)
{
    const wick_ir_type *type = &value->type;
    b->sources[at] = value;
    int32_t *sizes = wick_arena_alloc(b->arena, type->rank + 1u, sizeof *sizes);
    int64_t count = 1; // a size of 0 does not excuse the others: strides are products of them
    for (uint32_t i = 0; i < type->rank; i++) {
        const int64_t exact = resolve(b, type->sizes[i]);
        const int64_t size = exact > 0 ? exact : 1;
        b->is_exact = b->is_exact && size <= INT32_MAX / count;
        count *= b->is_exact ? size : 1;
        sizes[i] = b->is_exact ? (int32_t)exact : 0;
    }
    sizes[type->rank] = (int32_t)count;
    b->values[at].tensor = (wick_tensor){
        .kind = WICK_VALUE_TENSOR,
        .dtype = type->dtype,
        .rank = type->rank,
        .dim_order = type->dim_order,
        .data = wick_ir_value_is_constant(value) ? (void *)(uintptr_t)value->data : NULL,
        .sizes = sizes};
    if (is_out && !wick_ir_type_is_static(type)) {
        b->values[at].tensor.flags = WICK_TENSOR_DYNAMIC;
    }
}

static void set_value(bridge *b, uint32_t at, const wick_ir_value *value, bool is_out)
{
    if (value->type.kind == WICK_VALUE_REAL) {
        b->values[at].real.kind = WICK_VALUE_REAL;
        b->values[at].real.value = 1; // known only while running
    } else if (value->type.kind != WICK_VALUE_TENSOR) {
        const bool is_int = value->type.kind == WICK_VALUE_INT;
        set_int(b, at, value->type.kind, is_int ? value->type.sizes[0] : 0);
    } else {
        set_tensor(b, at, value, is_out);
        b->values[at].tensor.flags |=
            !is_out && wick_ir_value_is_constant(value) ? WICK_TENSOR_CONSTANT : 0;
    }
}

static void set_tensor_argument(bridge *b, uint32_t at, const wick_ir_value *value)
{
    set_value(b, at, value, false);
}

static void set_list(bridge *b, uint32_t at, wick_value_kind kind, const wick_ir_arg *arg,
                     uint32_t item_bytes)
{
    uint8_t *items = wick_arena_alloc(b->arena, arg->count, item_bytes);
    b->values[at].list.kind = (uint8_t)kind;
    b->values[at].list.count = arg->count;
    b->values[at].list.items = items;
    for (uint32_t i = 0; i < arg->count; i++) {
        if (kind == WICK_VALUE_INT_LIST) {
            const uint32_t item = new_value(b);
            const wick_ir_value *value = arg->list.values != NULL ? arg->list.values[i] : NULL;
            set_int(b, item, WICK_VALUE_INT,
                    value != NULL ? value->type.sizes[0] : arg->list.ints[i]);
            wick_store_u64(items + 8 * (size_t)i, item);
        } else if (kind == WICK_VALUE_TENSOR_LIST) {
            const wick_ir_value *value = arg->list.values[i];
            const uint32_t item = value != NULL ? new_value(b) : UINT32_MAX;
            if (value != NULL) {
                set_tensor_argument(b, item, value);
            }
            wick_store_u32(items + 4 * (size_t)i, item);
        } else if (kind == WICK_VALUE_BOOL_LIST) {
            items[i] = arg->booleans[i];
        } else {
            memcpy(items + 8 * (size_t)i, &arg->reals[i], sizeof arg->reals[i]);
        }
    }
}

static void set_string(bridge *b, uint32_t at, const char *text)
{
    b->values[at].list.kind = WICK_VALUE_STRING;
    b->values[at].list.count = (uint32_t)strlen(text);
    b->values[at].list.items = (const uint8_t *)text;
}

// A single int where the schema wants a list ("int[2] padding=0") is a list of one.
static bool set_int_as_list(bridge *b, uint32_t at, const wick_ir_arg *arg, char letter)
{
    if (arg->kind != WICK_IR_INT || (letter != 'A' && letter != 'a')) {
        return false;
    }
    const wick_ir_arg list = {.kind = WICK_IR_INTS, .count = 1, .list = {.ints = &arg->integer}};
    set_list(b, at, WICK_VALUE_INT_LIST, &list, 8);
    return true;
}

static void set_argument(bridge *b, uint32_t at, const wick_ir_arg *arg, char letter)
{
    if (set_int_as_list(b, at, arg, letter)) {
        return;
    }
    switch (arg->kind) {
    case WICK_IR_NONE:
    case WICK_IR_IGNORED:
    case WICK_IR_GRAPH:
        b->values[at].kind = WICK_VALUE_NONE;
        return;
    case WICK_IR_VALUE:
        set_tensor_argument(b, at, arg->value);
        return;
    case WICK_IR_VALUES:
        set_list(b, at, WICK_VALUE_TENSOR_LIST, arg, 4);
        return;
    case WICK_IR_INT:
    case WICK_IR_DTYPE:
        set_int(b, at, WICK_VALUE_INT, arg->integer);
        return;
    case WICK_IR_INTS:
        set_list(b, at, WICK_VALUE_INT_LIST, arg, 8);
        return;
    case WICK_IR_REAL:
        b->values[at].real.kind = WICK_VALUE_REAL;
        b->values[at].real.value = arg->real;
        return;
    case WICK_IR_REALS:
        set_list(b, at, WICK_VALUE_REAL_LIST, arg, 8);
        return;
    case WICK_IR_BOOL:
        set_int(b, at, WICK_VALUE_BOOL, arg->boolean);
        return;
    case WICK_IR_BOOLS:
        set_list(b, at, WICK_VALUE_BOOL_LIST, arg, 1);
        return;
    case WICK_IR_STRING:
        set_string(b, at, arg->string);
        return;
    }
}

static size_t count_values(const wick_ir_node *node)
{
    size_t count = node->output_count;
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        count += 1 + (size_t)node->args[i].count + 1; // a single int may become a list
    }
    return count;
}

// A list of all results, where one argument takes the outs.
static void set_outs(bridge *b, uint32_t at)
{
    const wick_ir_arg list = {.kind = WICK_IR_VALUES,
                              .count = b->node->output_count,
                              .list = {.values = b->node->outputs}};
    set_list(b, at, WICK_VALUE_TENSOR_LIST, &list, 4);
}

// The node's argument of that name; NULL if the functional form has none.
static const wick_ir_arg *argument_named(const wick_ir_node *node, const char *name)
{
    const int32_t index = wick_ir_op_parameter(node->op, name);
    return index < 0 ? NULL : &node->args[index];
}

static void push_argument(bridge *b, uint32_t value)
{
    wick_store_u32(b->args + 4 * (size_t)b->arg_count++, value);
}

// The table of the graph that the node is in: that of any of its values.
static void find_sizes(void *context, wick_ir_value **slot)
{
    const wick_sizes **sizes = context;
    *sizes = (*slot)->type.symbols;
}

static const wick_sizes *sizes_of(const wick_ir_node *node)
{
    const wick_sizes *sizes = node->output_count > 0 ? node->outputs[0]->type.symbols : NULL;
    if (sizes == NULL) {
        wick_ir_node_each_value((wick_ir_node *)(uintptr_t)node, find_sizes, &sizes);
    }
    return sizes;
}

static bool is_out_letter(char letter)
{
    return letter == 'O' || letter == 'N' || letter == 'V';
}

static bridge *make_bridge(wick_arena *arena, const wick_ir_node *node, wick_size_point point)
{
    const op_row *row = &rows[node->op->row];
    const char *signature = wick_operator_form(row->operator_row, 0);
    const uint32_t letters = (uint32_t)strlen(signature);
    const size_t room = count_values(node) + letters + 1;
    bridge *b = wick_arena_alloc(arena, 1, sizeof *b);
    *b = (bridge){.arena = arena,
                  .node = node,
                  .row = wide_row(row->operator_row),
                  .sizes = sizes_of(node),
                  .point = point,
                  .is_exact = true};
    b->schema = wick_schema_parse(arena, row->schema);
    WICK_ASSERT(b->schema != NULL && b->schema->parameter_count <= letters);
    b->values = wick_arena_alloc(arena, room, sizeof *b->values);
    b->sources = wick_arena_alloc(arena, room, sizeof *b->sources);
    b->args = wick_arena_alloc(arena, letters + node->output_count + 1, 4);
    uint32_t out = 0;
    for (uint32_t i = 0; i < letters; i++) {
        const uint32_t at = new_value(b);
        push_argument(b, at);
        if (is_out_letter(signature[i])) {
            if (out < node->output_count) {
                set_value(b, at, node->outputs[out++], true);
            }
            continue;
        }
        if (signature[i] == 'P') {
            set_outs(b, at);
            continue;
        }
        const wick_ir_arg *arg = argument_named(node, b->schema->parameters[i].name);
        if (arg != NULL) {
            set_argument(b, at, arg, signature[i]);
        }
    }
    return b;
}

static wick_status prepare(bridge *b)
{
    b->failure = WICK_FAILURE_NONE;
    b->call = (wick_call){b->values, b->args, b->arg_count, &b->failure, &b->random};
    b->block = wick_arena_alloc(b->arena, 1, b->row->block_bytes);
    if (!b->is_exact) {
        b->failure.text = "a tensor has more than 2^31 - 1 elements";
        return b->failure.status = WICK_NOT_SUPPORTED;
    }
    return wick_operator_prepare(b->row, &b->call, b->block);
}

// A size that depends on data is unknown before the operator has run.
static bool depends_on_data(const bridge *b, int64_t size)
{
    const wick_ir_symbol *symbol = wick_size_symbol(b->sizes, size);
    return symbol != NULL && symbol->name[0] == 'u';
}

// Holds the sizes that the operator gave its dynamic outs against those that their types say.
static wick_status check_outs(bridge *b)
{
    for (uint32_t i = 0; i < b->value_count; i++) {
        const wick_tensor *tensor = &b->values[i].tensor;
        if (b->sources[i] == NULL || (tensor->flags & WICK_TENSOR_DYNAMIC) == 0) {
            continue;
        }
        const wick_ir_type *type = &b->sources[i]->type;
        for (uint32_t k = 0; k < type->rank; k++) {
            if (tensor->sizes[k] != resolve(b, type->sizes[k]) &&
                !depends_on_data(b, type->sizes[k])) {
                b->failure.text = wick_arena_format(
                    b->arena, "dimension %u of the result is %d where the export says %s", k,
                    (int)tensor->sizes[k], wick_size_text(b->arena, b->sizes, type->sizes[k]));
                return b->failure.status = WICK_INVALID_ARGUMENT;
            }
        }
    }
    return WICK_OK;
}

static const char *failure_text(const bridge *b, wick_status status)
{
    const char *text = b->failure.text != NULL ? b->failure.text : wick_status_name(status);
    if (b->failure.detail < b->schema->parameter_count) {
        return wick_arena_format(b->arena, "argument '%s': %s",
                                 b->schema->parameters[b->failure.detail].name, text);
    }
    return text;
}

static wick_status prepare_at(wick_arena *arena, const wick_ir_node *node, wick_size_point point,
                              wick_evaluation **out, const char **reason)
{
    *out = make_bridge(arena, node, point);
    wick_status status = prepare(*out);
    status = status == WICK_OK ? check_outs(*out) : status;
    if (status != WICK_OK) {
        *reason = failure_text(*out, status);
    }
    return status;
}

wick_status wick_evaluate_prepare(wick_arena *arena, const wick_ir_node *node,
                                  wick_evaluation **out, const char **reason)
{
    return prepare_at(arena, node, WICK_AT_MAXIMUM, out, reason);
}

const wick_call *wick_evaluation_call(const wick_evaluation *evaluation)
{
    return &evaluation->call;
}

const void *wick_evaluation_block(const wick_evaluation *evaluation)
{
    return evaluation->block;
}

wick_status wick_evaluate_run(wick_evaluation *evaluation, wick_evaluate_data *data, void *context)
{
    for (uint32_t i = 0; i < evaluation->value_count; i++) {
        if (evaluation->sources[i] != NULL) {
            evaluation->values[i].tensor.data = data(context, evaluation->sources[i]);
        }
    }
    return evaluation->row->run(&evaluation->call, evaluation->block);
}

static void find_symbolic(void *context, wick_ir_value **slot)
{
    bool *const is_static = context;
    *is_static = *is_static && wick_ir_type_is_static(&(*slot)->type);
}

static bool has_symbolic_number(const wick_ir_arg *arg)
{
    bool has = arg->kind == WICK_IR_INT && wick_size_is_symbolic(arg->integer);
    for (uint32_t i = 0; arg->kind == WICK_IR_INTS && i < arg->count; i++) {
        has = has || wick_size_is_symbolic(arg->list.ints[i]);
    }
    return has;
}

bool wick_evaluate_is_static(const wick_ir_node *node)
{
    bool is_static = true;
    wick_ir_node_each_value((wick_ir_node *)(uintptr_t)node, find_symbolic, &is_static);
    for (uint32_t i = 0; i < node->output_count; i++) {
        is_static = is_static && node->outputs[i]->type.kind == WICK_VALUE_TENSOR &&
                    wick_ir_type_is_static(&node->outputs[i]->type);
    }
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        is_static = is_static && !has_symbolic_number(&node->args[i]);
    }
    return is_static;
}

wick_status wick_evaluate_check(wick_arena *arena, const wick_ir_node *node, const char **reason)
{
    static const struct {
        wick_size_point point;
        const char *text;
    } points[] = {{WICK_AT_MAXIMUM, "with the largest sizes"},
                  {WICK_AT_HINT, "with the sizes of the export"},
                  {WICK_AT_MINIMUM, "with the smallest sizes"}};
    wick_evaluation *evaluation;
    if (wick_evaluate_is_static(node)) {
        return wick_evaluate_prepare(arena, node, &evaluation, reason);
    }
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const wick_status status = prepare_at(arena, node, points[i].point, &evaluation, reason);
        if (status != WICK_OK) {
            *reason = wick_arena_format(arena, "%s, %s", *reason, points[i].text);
            return status;
        }
    }
    return WICK_OK;
}

typedef struct node_outputs {
    const wick_ir_node *node;
    const uint8_t **bytes;
} node_outputs;

static void *constant_or_output(void *context, const wick_ir_value *value)
{
    const node_outputs *outputs = context;
    for (uint32_t i = 0; i < outputs->node->output_count; i++) {
        if (outputs->node->outputs[i] == value) {
            return (void *)(uintptr_t)outputs->bytes[i];
        }
    }
    return (void *)(uintptr_t)value->data;
}

wick_status wick_evaluate_node(wick_arena *arena, const wick_ir_node *node, const uint8_t **outputs)
{
    wick_evaluation *evaluation;
    const char *reason;
    if (!wick_evaluate_is_static(node)) {
        return WICK_NOT_SUPPORTED;
    }
    for (uint32_t i = 0; i < node->output_count; i++) {
        outputs[i] = wick_arena_alloc(arena, 1, wick_ir_type_size_bytes(&node->outputs[i]->type));
    }
    WICK_TRY(wick_evaluate_prepare(arena, node, &evaluation, &reason));
    node_outputs context = {node, outputs};
    return wick_evaluate_run(evaluation, constant_or_output, &context);
}
