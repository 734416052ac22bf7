// SPDX-License-Identifier: BSD-3-Clause
// A node becomes one kernel call of its out variant: the arguments of the out schema by name,
// defaults written out, then the outs, then what the operator returns (the out again; a list of all
// outs if there are several). Source: exir/emit/_emitter.py of ExecuTorch.
#include "compiler/emit/emit.h"

#include "base/bytes.h"
#include "compiler/emit/order.h"
#include "compiler/emit/rows.h"
#include "compiler/emit/values.h"
#include "compiler/ir/schema.h"
#include "ops/op.h"

#include <string.h>

#define EMIT_NO_VALUE (-1)

// A pytree of one leaf.
static const char *const leaf_spec =
    "[1, {\"type\": null, \"context\": null, \"children_spec\": []}]";

typedef struct emitter {
    wick_arena *arena;
    const wick_ir_graph *graph;
    const wick_memory_plan *plan;
    wick_diag *diag;
    wick_emit_values values;
    wick_emit_constants constants;
    bool has_initial_state;
    bool has_wick_operators;     // that the official runtime lacks
    int32_t *value_of;           // [value->index] EMIT_NO_VALUE until it has one
    const wick_schema **schemas; // [row] of the out variant, parsed at first use
    int32_t *operator_of;        // [row] index in `operators`, -1 if unused so far
    const char **operators;
    uint32_t operator_count;
    wick_pte_call *calls;
    uint32_t call_count;
    int64_t *labels; // of the jumps among the calls: where they go
} emitter;

// Arguments of one call, as they come.
typedef struct emit_args {
    const wick_ir_node *node;
    int32_t *items;
    uint32_t count;
} emit_args;

static wick_status emit_check_size(emitter *e, const wick_ir_value *value, uint32_t i,
                                   const char *where)
{
    const int64_t bound = wick_ir_type_bound(&value->type, i);
    if (bound == WICK_SIZE_UNBOUNDED && wick_size_is_symbolic(value->type.sizes[i])) {
        return wick_diag_error(
            e->diag, WICK_NOT_SUPPORTED, where,
            "dimension %u of '%s' is %s, which nothing bounds; memory is planned for the largest: "
            "export with Dim(.., max=..), or compile with --max-size SYMBOL=NUMBER",
            i, value->name, wick_size_text(e->arena, e->graph->sizes, value->type.sizes[i]));
    }
    if (bound < 0 || bound > INT32_MAX) {
        return wick_diag_error(e->diag, WICK_NOT_SUPPORTED, where,
                               "dimension %u of '%s' is %lld, a program holds up to %d", i,
                               value->name, (long long)bound, INT32_MAX);
    }
    return WICK_OK;
}

static wick_status emit_check_type(emitter *e, const wick_ir_value *value, const wick_ir_node *node)
{
    const char *where = node ? wick_ir_node_where(e->arena, node) : NULL;
    for (uint32_t i = 0; i < value->type.rank; i++) {
        WICK_TRY(emit_check_size(e, value, i, where));
    }
    return WICK_OK;
}

// A number that an operator writes: until then, what it is where each symbol is largest.
static wick_status emit_number(emitter *e, const wick_ir_value *value, int32_t *out)
{
    wick_pte_value number = {.type = WICK_PTE_TYPE_INT};
    if (value->type.kind == WICK_VALUE_REAL) {
        number.type = WICK_PTE_TYPE_DOUBLE;
        number.real = 0;
    } else if (value->type.kind == WICK_VALUE_BOOL) {
        number.type = WICK_PTE_TYPE_BOOL;
    } else {
        const int64_t most = wick_size_at(e->graph->sizes, value->type.sizes[0], WICK_AT_MAXIMUM);
        number.integer = most == WICK_SIZE_UNBOUNDED ? 0 : most;
    }
    *out = wick_emit_value_add(&e->values, &number);
    return WICK_OK;
}

// Upper bounds of the sizes.
static const int64_t *emit_bounds(emitter *e, const wick_ir_type *type)
{
    int64_t *bounds = wick_arena_alloc(e->arena, WICK_MAX_RANK, sizeof *bounds);
    for (uint32_t i = 0; i < type->rank; i++) {
        bounds[i] = wick_ir_type_bound(type, i);
    }
    return bounds;
}

// A tensor: a constant with its bytes, or a place in planned memory. Static tensors of one type
// that take turns at one place are one value; inputs keep their own.
static wick_status emit_new_tensor(emitter *e, const wick_ir_value *value, const wick_ir_node *node,
                                   int32_t *out)
{
    if (value->type.kind != WICK_VALUE_TENSOR) {
        return emit_number(e, value, out);
    }
    WICK_TRY(emit_check_type(e, value, node));
    const wick_ir_type *type = &value->type;
    const uint32_t storage = e->plan->storage_of[value->index];
    wick_pte_value tensor = {.type = WICK_PTE_TYPE_TENSOR};
    tensor.tensor =
        (wick_pte_tensor){type->dtype,
                          type->rank,
                          emit_bounds(e, type),
                          type->dim_order,
                          0,
                          0,
                          0,
                          !wick_ir_type_is_static(type),
                          value->is_state ? value->qualified_name : NULL};
    if (value->data != NULL) {
        tensor.tensor.constant =
            wick_emit_constant_share(&e->constants, value->data, wick_ir_type_size_bytes(type));
    }
    if (storage != UINT32_MAX) {
        e->has_initial_state = e->has_initial_state || tensor.tensor.constant != 0;
        tensor.tensor.memory_id = e->plan->storages[storage].memory_id;
        tensor.tensor.offset_bytes =
            e->plan->storages[storage].buffer.offset_bytes + e->plan->offset_of[value->index];
    } else if (tensor.tensor.constant == 0) {
        return wick_diag_error(e->diag, WICK_INTERNAL, NULL,
                               "'%s' has neither data nor planned memory", value->name);
    }
    const bool is_own = value->kind == WICK_IR_INPUT || value->is_state;
    *out = is_own ? wick_emit_value_add(&e->values, &tensor)
                  : wick_emit_value_share(&e->values, &tensor);
    return WICK_OK;
}

// The value in whose memory a node wrote, where the result is that.
static const wick_ir_value *emit_memory_of(const wick_ir_value *value)
{
    while (value->kind == WICK_IR_RESULT && wick_ir_op_writes(value->producer->op)) {
        value = value->producer->args[0].value;
    }
    return value;
}

static wick_status emit_tensor(emitter *e, const wick_ir_value *value, const wick_ir_node *node,
                               int32_t *out)
{
    value = emit_memory_of(value);
    int32_t *known = &e->value_of[value->index];
    if (*known == EMIT_NO_VALUE) {
        WICK_TRY(emit_new_tensor(e, value, node, known));
    }
    *out = *known;
    return WICK_OK;
}

static wick_status emit_tensors(emitter *e, const emit_args *args, wick_ir_value *const *items,
                                uint32_t count, wick_pte_value *list)
{
    int64_t *indices = wick_arena_alloc(e->arena, count, sizeof *indices);
    for (uint32_t i = 0; i < count; i++) {
        int32_t index = EMIT_NO_VALUE; // which also stands for None in a list of optional tensors
        if (items[i] != NULL) {
            WICK_TRY(emit_tensor(e, items[i], args->node, &index));
        }
        indices[i] = index;
    }
    list->list = (wick_pte_list){.count = count, .integers = indices};
    return WICK_OK;
}

// One number where the schema has a list ("int[2] stride=1") stands for `length` of them.
static int32_t emit_int_list(emitter *e, const int64_t *ints, uint32_t count, uint32_t length)
{
    uint32_t items = length > count && count == 1 ? length : count;
    int64_t *indices = wick_arena_alloc(e->arena, items, sizeof *indices);
    for (uint32_t i = 0; i < items; i++) {
        indices[i] = wick_emit_value_int(&e->values, ints[i < count ? i : 0]);
    }
    const wick_pte_value list = {.type = WICK_PTE_TYPE_INT_LIST,
                                 .list = {.count = items, .integers = indices}};
    return wick_emit_value_share(&e->values, &list);
}

static int32_t emit_real_list(emitter *e, const wick_ir_arg *arg)
{
    double *reals = wick_arena_alloc(e->arena, arg->count, sizeof *reals);
    for (uint32_t i = 0; i < arg->count; i++) {
        reals[i] = arg->kind == WICK_IR_INTS ? (double)arg->list.ints[i] : arg->reals[i];
    }
    const wick_pte_value list = {.type = WICK_PTE_TYPE_DOUBLE_LIST,
                                 .list = {.count = arg->count, .reals = reals}};
    return wick_emit_value_share(&e->values, &list);
}

static int32_t emit_integer(emitter *e, const wick_schema_type *type, const wick_ir_arg *arg)
{
    if (type->is_list) {
        return emit_int_list(e, &arg->integer, 1, type->length);
    }
    switch (type->base) {
    case WICK_SCHEMA_FLOAT:
        return wick_emit_value_real(&e->values, (double)arg->integer);
    case WICK_SCHEMA_BOOL:
        return wick_emit_value_bool(&e->values, arg->integer != 0);
    case WICK_SCHEMA_TENSOR:
    case WICK_SCHEMA_SCALAR:
    case WICK_SCHEMA_INT:
    case WICK_SCHEMA_STRING:
    case WICK_SCHEMA_DTYPE:
    case WICK_SCHEMA_IGNORED:
    case WICK_SCHEMA_GRAPH:
        break;
    }
    return wick_emit_value_int(&e->values, arg->integer);
}

// An int[] some of whose items are numbers that operators write.
static wick_status emit_computed_list(emitter *e, const wick_ir_node *node, const wick_ir_arg *arg,
                                      int32_t *out)
{
    int64_t *indices = wick_arena_alloc(e->arena, arg->count, sizeof *indices);
    for (uint32_t i = 0; i < arg->count; i++) {
        int32_t index = 0;
        if (arg->list.values[i] != NULL) {
            WICK_TRY(emit_tensor(e, arg->list.values[i], node, &index));
        } else {
            index = wick_emit_value_int(&e->values, arg->list.ints[i]);
        }
        indices[i] = index;
    }
    const wick_pte_value list = {.type = WICK_PTE_TYPE_INT_LIST,
                                 .list = {.count = arg->count, .integers = indices}};
    *out = wick_emit_value_share(&e->values, &list);
    return WICK_OK;
}

static wick_status emit_arg(emitter *e, const emit_args *args, const wick_schema_type *type,
                            const wick_ir_arg *arg, int32_t *out)
{
    wick_pte_value value = {.type = WICK_PTE_TYPE_NONE};
    switch (arg->kind) {
    case WICK_IR_VALUE:
        return emit_tensor(e, arg->value, args->node, out);
    case WICK_IR_VALUES:
        value.type =
            type->item_optional ? WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST : WICK_PTE_TYPE_TENSOR_LIST;
        WICK_TRY(emit_tensors(e, args, arg->list.values, arg->count, &value));
        break;
    case WICK_IR_INT:
    case WICK_IR_DTYPE:
        *out = emit_integer(e, type, arg);
        return WICK_OK;
    case WICK_IR_INTS:
        if (arg->list.values != NULL) {
            return emit_computed_list(e, args->node, arg, out);
        }
        *out = type->base == WICK_SCHEMA_FLOAT
                   ? emit_real_list(e, arg)
                   : emit_int_list(e, arg->list.ints, arg->count, type->length);
        return WICK_OK;
    case WICK_IR_REAL:
        *out = wick_emit_value_real(&e->values, arg->real);
        return WICK_OK;
    case WICK_IR_REALS:
        *out = emit_real_list(e, arg);
        return WICK_OK;
    case WICK_IR_BOOL:
        *out = wick_emit_value_bool(&e->values, arg->boolean);
        return WICK_OK;
    case WICK_IR_BOOLS:
        value.type = WICK_PTE_TYPE_BOOL_LIST;
        value.list = (wick_pte_list){.count = arg->count, .booleans = arg->booleans};
        break;
    case WICK_IR_STRING:
        value.type = WICK_PTE_TYPE_STRING;
        value.string = arg->string;
        break;
    case WICK_IR_NONE:
    case WICK_IR_GRAPH:
    case WICK_IR_IGNORED: // layout, device, memory format: the tensors themselves say it
        break;
    }
    *out = wick_emit_value_share(&e->values, &value);
    return WICK_OK;
}

static const wick_schema *emit_schema(emitter *e, int32_t row)
{
    if (e->schemas[row] == NULL) {
        e->schemas[row] = wick_schema_parse(e->arena, wick_emit_rows[row].schema);
    }
    return e->schemas[row];
}

static const wick_ir_arg *emit_argument(const wick_ir_node *node,
                                        const wick_ir_parameter *parameter)
{
    const int32_t position = wick_ir_op_parameter(node->op, parameter->name);
    return position >= 0 ? &node->args[position] : &parameter->default_arg;
}

// Letters of the schema's form, which is the last.
static const char *emit_letters(const wick_ir_node *node)
{
    const char *signature = wick_emit_rows[node->op->row].signature;
    const char *last = strrchr(signature, '|');
    return last != NULL ? last + 1 : signature;
}

// Whether the first form of a row has the letters of the schema's without the optional tensors.
static bool emit_has_short_form(const char *form, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        if (*letters == 't') {
            continue;
        }
        if (*letters != *form) {
            return false;
        }
        form++;
    }
    return *form == '|';
}

// Whether a call leaves its optional tensors out: all are None, and the row allows it.
static bool emit_is_short(const emit_args *args, const wick_schema *schema)
{
    const char *letters = emit_letters(args->node);
    bool is_short = emit_has_short_form(wick_emit_rows[args->node->op->row].signature, letters);
    for (uint32_t i = 0; is_short && i < schema->parameter_count - schema->out_count; i++) {
        is_short = letters[i] != 't' ||
                   emit_argument(args->node, &schema->parameters[i])->kind == WICK_IR_NONE;
    }
    return is_short;
}

// Arguments of the out variant from those of the functional form, by name: `dtype` of aten::full,
// for one, is not among them, as the out tensor says it.
static wick_status emit_inputs(emitter *e, emit_args *args, const wick_schema *schema)
{
    const char *letters = emit_letters(args->node);
    const bool is_short = emit_is_short(args, schema);
    for (uint32_t i = 0; i < schema->parameter_count - schema->out_count; i++) {
        const wick_ir_parameter *parameter = &schema->parameters[i];
        wick_schema_type type;
        if (is_short && letters[i] == 't') {
            continue;
        }
        if (!wick_schema_type_parse(parameter->type, &type)) {
            return wick_ir_node_error(e->diag, args->node, WICK_INTERNAL,
                                      "argument '%s' has the unknown type %s", parameter->name,
                                      parameter->type);
        }
        WICK_TRY(emit_arg(e, args, &type, emit_argument(args->node, parameter),
                          &args->items[args->count]));
        args->count++;
    }
    return WICK_OK;
}

// The result of an operator that writes its first argument is that tensor.
static void emit_written(emitter *e, emit_args *args, const wick_schema *schema)
{
    for (uint32_t i = 0; i < args->node->output_count; i++) {
        e->value_of[args->node->outputs[i]->index] = args->items[0];
    }
    if (schema->return_count != 0) {
        args->items[args->count++] = args->items[0];
    }
}

// The outs, then the value returned.
static wick_status emit_outs(emitter *e, emit_args *args, const wick_schema *schema)
{
    const wick_ir_node *node = args->node;
    wick_pte_value list = {.type = WICK_PTE_TYPE_TENSOR_LIST};
    WICK_TRY(emit_tensors(e, args, node->outputs, node->output_count, &list));
    int32_t all = 0;
    if (node->output_count > 1) {
        all = wick_emit_value_share(&e->values, &list);
    }
    if (schema->out_count == 0 && node->output_count == 0) {
        return WICK_OK;
    }
    if (schema->out_count == 0 && node->output_count == 1) { // a number, or a view
        args->items[args->count++] = (int32_t)list.list.integers[0];
        return WICK_OK;
    }
    bool is_list = schema->out_count == 1 && schema->return_count == 0; // "Tensor(a!)[] out"
    if (is_list) {
        all = wick_emit_value_share(&e->values, &list);
        args->items[args->count++] = all;
    } else if (schema->out_count != node->output_count) {
        return wick_ir_node_error(e->diag, node, WICK_INTERNAL,
                                  "the node has %u results, its out variant writes %u",
                                  node->output_count, schema->out_count);
    }
    for (uint32_t i = 0; !is_list && i < node->output_count; i++) {
        args->items[args->count++] = (int32_t)list.list.integers[i];
    }
    args->items[args->count] =
        node->output_count > 1 || is_list ? all : args->items[args->count - 1];
    args->count++;
    return WICK_OK;
}

static uint32_t emit_operator(emitter *e, int32_t row)
{
    if (e->operator_of[row] < 0) {
        e->operator_of[row] = (int32_t)e->operator_count;
        e->operators[e->operator_count++] = wick_emit_rows[row].name;
    }
    return (uint32_t)e->operator_of[row];
}

static wick_status emit_node(emitter *e, const wick_ir_node *node)
{
    if (node->op->row < 0) {
        return wick_ir_node_error(e->diag, node, WICK_OPERATOR_MISSING,
                                  "%s was not rewritten to operators of a program", node->op->name);
    }
    const wick_schema *schema = emit_schema(e, node->op->row);
    e->has_wick_operators |= (wick_emit_rows[node->op->row].traits & WICK_OP_WICK_ONLY) != 0;
    emit_args args = {.node = node};
    args.items =
        wick_arena_alloc(e->arena, (size_t)schema->parameter_count + 1, sizeof *args.items);
    WICK_TRY(emit_inputs(e, &args, schema));
    if (schema->out_count == 0 && schema->parameters[0].is_written) {
        emit_written(e, &args, schema);
    } else {
        WICK_TRY(emit_outs(e, &args, schema));
    }
    e->calls[e->call_count++] = (wick_pte_call){.operator_index = emit_operator(e, node->op->row),
                                                .arg_count = args.count,
                                                .args = args.items};
    return WICK_OK;
}

// wick::set_: aten::clone.out(src, None, out) into the room.
static wick_status emit_set(emitter *e, const wick_ir_node *node)
{
    enum { ROOM, SOURCE, ARGS = 4 };
    const wick_pte_value none = {.type = WICK_PTE_TYPE_NONE};
    int32_t *items = wick_arena_alloc(e->arena, ARGS, sizeof *items);
    WICK_TRY(emit_tensor(e, node->args[SOURCE].value, node, &items[0]));
    items[1] = wick_emit_value_share(&e->values, &none);
    WICK_TRY(emit_tensor(e, node->args[ROOM].value, node, &items[2]));
    items[3] = items[2];
    e->value_of[node->outputs[0]->index] = items[2];
    e->calls[e->call_count++] =
        (wick_pte_call){.operator_index = emit_operator(e, wick_ir_op_find("aten::clone")->row),
                        .arg_count = ARGS,
                        .args = items};
    return WICK_OK;
}

// A jump whose destination is settled when its label is met. The runtimes have the conditional one
// only.
static wick_status emit_jump(emitter *e, const wick_ir_node *node)
{
    const bool is_conditional = strcmp(node->op->name, "wick::jump_false") == 0;
    int32_t *condition = wick_arena_alloc(e->arena, 1, sizeof *condition);
    if (is_conditional) {
        const wick_schema_type type = {.base = WICK_SCHEMA_TENSOR};
        const emit_args args = {.node = node};
        WICK_TRY(emit_arg(e, &args, &type, &node->args[0], condition));
    } else {
        *condition = wick_emit_value_bool(&e->values, false);
    }
    e->labels[e->call_count] = node->args[is_conditional].integer;
    e->calls[e->call_count++] = (wick_pte_call){
        .arg_count = 1, .args = condition, .is_jump = true, .destination = UINT32_MAX};
    return WICK_OK;
}

// The instruction behind a label: that many instructions are there before it.
static bool emit_find_label(const emitter *e, int64_t label, uint32_t *position)
{
    *position = 0;
    for (const wick_ir_node *node = e->graph->first; node != NULL; node = node->next) {
        if (strcmp(node->op->name, "wick::label") == 0) {
            if (node->args[0].integer == label) {
                return true;
            }
        } else if (!wick_plan_is_elided(e->plan, node)) {
            ++*position;
        }
    }
    return false;
}

static wick_status emit_destinations(emitter *e)
{
    for (uint32_t i = 0; i < e->call_count; i++) {
        if (e->calls[i].is_jump && !emit_find_label(e, e->labels[i], &e->calls[i].destination)) {
            return wick_diag_error(e->diag, WICK_INTERNAL, NULL, "a jump goes to no label");
        }
    }
    return WICK_OK;
}

// An input or output that the export fixed: a number or None.
static int32_t emit_fixed(emitter *e, const wick_ir_value *value)
{
    if (value->type.kind == WICK_VALUE_INT) {
        return wick_emit_value_int(&e->values, wick_load_i64(value->data));
    }
    if (value->type.kind == WICK_VALUE_REAL) {
        return wick_emit_value_real(&e->values, wick_load_f64(value->data));
    }
    return value->type.kind == WICK_VALUE_BOOL ? wick_emit_value_bool(&e->values, *value->data != 0)
                                               : wick_emit_value_none(&e->values);
}

static bool is_fixed(const wick_ir_value *value)
{
    return value->type.kind == WICK_VALUE_NONE ||
           (value->type.kind != WICK_VALUE_TENSOR && value->data != NULL);
}

// Inputs or outputs of the graph as value indices.
static wick_status emit_ends(emitter *e, wick_ir_value *const *ends, uint32_t count,
                             const int32_t **out)
{
    int32_t *indices = wick_arena_alloc(e->arena, count, sizeof *indices);
    for (uint32_t i = 0; i < count; i++) {
        if (is_fixed(ends[i])) {
            indices[i] = emit_fixed(e, ends[i]);
        } else {
            WICK_TRY(emit_tensor(e, ends[i], NULL, &indices[i]));
        }
    }
    *out = indices;
    return WICK_OK;
}

// Memories up to the last one in use; memory 1 is always there.
static void emit_memories(emitter *e, wick_pte_method *method)
{
    uint64_t *bytes = wick_arena_alloc(e->arena, WICK_MAX_ARENAS, sizeof *bytes);
    method->memory_count = 1;
    for (uint32_t i = 0; i < e->plan->memory_count; i++) {
        bytes[i] = e->plan->memories[i].arena_bytes;
        method->memory_count = bytes[i] ? i + 1 : method->memory_count;
    }
    method->memory_bytes = bytes;
}

static emitter emit_begin(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_memory_plan *plan, wick_diag *diag)
{
    emitter e = {.arena = arena, .graph = graph, .plan = plan, .diag = diag};
    e.values = wick_emit_values_create(arena);
    e.constants = wick_emit_constants_create(arena);
    e.value_of = wick_arena_alloc(arena, plan->value_count, sizeof *e.value_of);
    e.schemas = wick_arena_alloc(arena, wick_emit_row_count, sizeof *e.schemas);
    e.operator_of = wick_arena_alloc(arena, wick_emit_row_count, sizeof *e.operator_of);
    e.operators = wick_arena_alloc(arena, wick_emit_row_count, sizeof *e.operators);
    e.calls = wick_arena_alloc(arena, plan->instruction_count, sizeof *e.calls);
    e.labels = wick_arena_alloc(arena, plan->instruction_count, sizeof *e.labels);
    memset(e.value_of, 0xff, plan->value_count * sizeof *e.value_of); // EMIT_NO_VALUE
    memset(e.operator_of, 0xff, wick_emit_row_count * sizeof *e.operator_of);
    return e;
}

static void emit_constant_method(emitter *e, const wick_emit_constant_method *from,
                                 wick_pte_method *method)
{
    static const uint64_t no_bytes = 0;
    wick_pte_value *value = wick_arena_alloc(e->arena, 1, sizeof *value);
    *value = from->value;
    if (value->type == WICK_PTE_TYPE_TENSOR) {
        value->tensor.constant =
            wick_emit_constant_share(&e->constants, from->data, from->size_bytes);
    }
    *method = (wick_pte_method){.name = from->name,
                                .input_spec = "",
                                .output_spec = leaf_spec,
                                .values = value,
                                .inputs = wick_arena_alloc(e->arena, 1, sizeof(int32_t)),
                                .outputs = wick_arena_alloc(e->arena, 1, sizeof(int32_t)),
                                .memory_bytes = &no_bytes,
                                .value_count = 1,
                                .output_count = 1};
}

// methods[0] is the graph's.
static wick_emit_result emit_write(emitter *e, wick_pte_method *method, uint32_t count)
{
    method->name = e->graph->name;
    if (!e->has_wick_operators) { // else the official runtime, which reads them, cannot run it
        method->input_spec = e->graph->input_spec ? e->graph->input_spec : "";
        method->output_spec = e->graph->output_spec ? e->graph->output_spec : "";
    }
    method->input_count = e->graph->input_count;
    method->output_count = e->graph->output_count;
    method->values = e->values.items;
    method->value_count = e->values.count;
    method->operators = e->operators;
    method->operator_count = e->operator_count;
    method->calls = e->calls;
    method->call_count = e->call_count;
    emit_memories(e, method);
    wick_emit_order_values(e->arena, method);
    const wick_pte_program program = {method, count, e->constants.items, e->constants.count,
                                      e->has_initial_state};
    const wick_pte_file file = wick_pte_write(e->arena, &program);
    return (wick_emit_result){
        .bytes = file.bytes,
        .size_bytes = file.size_bytes,
        .flatbuffer_bytes = file.flatbuffer_bytes,
        .constant_bytes = file.constant_bytes,
        .value_count = e->values.count,
        .instruction_count = e->call_count,
        .operator_count = e->operator_count,
    };
}

wick_status wick_emit_program(wick_arena *arena, const wick_ir_graph *graph,
                              const wick_memory_plan *plan,
                              const wick_emit_constant_method *constant_methods, uint32_t count,
                              wick_diag *diag, wick_emit_result *out)
{
    emitter e = emit_begin(arena, graph, plan, diag);
    wick_pte_method *methods = wick_arena_alloc(arena, count + 1u, sizeof *methods);
    WICK_TRY(emit_ends(&e, graph->inputs, graph->input_count, &methods[0].inputs));
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_plan_is_jump(node)) {
            WICK_TRY(strcmp(node->op->name, "wick::label") == 0 ? WICK_OK : emit_jump(&e, node));
        } else if (strcmp(node->op->name, "wick::set_") == 0) {
            WICK_TRY(emit_set(&e, node));
        } else if (!wick_plan_is_elided(plan, node)) {
            WICK_TRY(emit_node(&e, node));
        }
    }
    WICK_TRY(emit_destinations(&e));
    WICK_TRY(emit_ends(&e, graph->outputs, graph->output_count, &methods[0].outputs));
    for (uint32_t i = 0; i < count; i++) {
        emit_constant_method(&e, &constant_methods[i], &methods[i + 1]);
    }
    *out = emit_write(&e, methods, count + 1);
    return WICK_OK;
}

wick_status wick_emit_pte(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_memory_plan *plan, wick_diag *diag, wick_emit_result *out)
{
    return wick_emit_program(arena, graph, plan, NULL, 0, diag, out);
}
