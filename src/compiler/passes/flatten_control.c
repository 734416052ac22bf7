// SPDX-License-Identifier: BSD-3-Clause
// Control flow as jumps: the bodies of cond, while_loop, map and scan go into the list of nodes.
//
//   cond                  while_loop             map, scan
//   %r = room()           %s = room()            %s, %y, %i = room()
//   jump_false %p, 1      copy_ %s, init         copy_ %s, init; copy_ %i, 0
//   then; copy_ %r, ..    label 1                label 1
//   jump 2                condition              %x = index xs, %i
//   label 1               jump_false %c, 2       body
//   else; copy_ %r, ..    body; copy_ %s, ..     index_put_ %y, %i; copy_ %s, ..; copy_ %i, %i + 1
//   label 2               jump 1, label 2        jump_false %i >= steps, 1
//
// A result has memory of its own, which each branch writes: nothing is renamed, so that two
// branches cannot disagree on where a result lies. The planner lets a branch compute its result
// there where it can. What a loop reads is kept up to the jump back.
#include "compiler/passes/flatten.h"

#include "compiler/ir/control.h"

#include <string.h>

static wick_ir_node *put(const wick_flattener *f, const char *op, const wick_ir_type *type,
                         const wick_ir_arg *args, uint32_t count)
{
    const wick_builder builder = {f->context, f->graph, f->node, f->node, NULL};
    wick_ir_node *made = wick_build_node(&builder, op, type, args, count);
    made->region = f->region;
    return made;
}

static wick_ir_value *put_room(const wick_flattener *f, const wick_ir_type *type)
{
    return put(f, "wick::room", type, NULL, 0)->outputs[0];
}

static void put_copy(const wick_flattener *f, wick_ir_value *to, wick_ir_value *from)
{
    const wick_builder builder = {f->context, f->graph, f->node, f->node, NULL};
    wick_flatten_copy(&builder, to, from)->producer->region = f->region;
}

static void put_label(const wick_flattener *f, int64_t label)
{
    const wick_ir_arg args[] = {wick_ir_arg_int(label)};
    put(f, "wick::label", NULL, args, 1);
}

// A list of values that grows up to the capacity it was made for.
typedef struct value_list {
    wick_ir_value **values;
    uint32_t count;
} value_list;

static value_list make_list(const wick_flattener *f, uint32_t capacity)
{
    return (value_list){wick_arena_alloc(f->graph->arena, capacity, sizeof(wick_ir_value *)), 0};
}

static wick_ir_arg list_arg(const value_list *list)
{
    return (wick_ir_arg){
        .kind = WICK_IR_VALUES, .count = list->count, .list = {.values = list->values}};
}

static void put_jump(const wick_flattener *f, int64_t label, const value_list *kept)
{
    const wick_ir_arg args[] = {wick_ir_arg_int(label), list_arg(kept)};
    put(f, "wick::jump", NULL, args, 2);
}

static void put_jump_false(const wick_flattener *f, wick_ir_arg condition, int64_t label,
                           const value_list *kept)
{
    const wick_ir_arg args[] = {condition, wick_ir_arg_int(label), list_arg(kept)};
    put(f, "wick::jump_false", NULL, args, 3);
}

// A body on its way into the graph.
typedef struct inlining {
    const wick_flattener *f;
    wick_ir_value **now; // by value->index in the body
} inlining;

static void replace_slot(void *context, wick_ir_value **slot)
{
    const inlining *in = context;
    *slot = in->now[(*slot)->index];
}

static wick_ir_value *copy_constant(const wick_flattener *f, const wick_ir_value *value)
{
    wick_ir_value *copy = wick_ir_value_create(f->graph, value->name, value->kind, &value->type);
    copy->qualified_name = value->qualified_name;
    copy->data = value->data;
    copy->persistent = value->persistent;
    return copy;
}

static void copy_node(inlining *in, const wick_ir_node *node)
{
    const wick_flattener *f = in->f;
    wick_ir_node *made = wick_ir_node_create(f->graph, f->node, node->op, NULL, node);
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        wick_ir_arg *arg = &made->args[i];
        *arg = node->args[i];
        const bool is_list = arg->kind == WICK_IR_VALUES || arg->kind == WICK_IR_INTS;
        if (is_list && arg->list.values != NULL) {
            arg->list.values = wick_arena_alloc(f->graph->arena, arg->count, sizeof *in->now);
            memcpy(arg->list.values, node->args[i].list.values, arg->count * sizeof *in->now);
        }
    }
    wick_ir_node_each_value(made, replace_slot, in);
    made->fused_activation = node->fused_activation;
    made->region = f->region;
    for (uint32_t i = 0; i < node->output_count; i++) {
        in->now[node->outputs[i]->index] = wick_ir_node_add_output(
            f->graph, made, node->outputs[i]->name, &node->outputs[i]->type);
    }
}

// Puts the body's nodes here, reading `inputs`; gives what its outputs are now.
static wick_ir_value **inline_body(const wick_flattener *f, const wick_ir_graph *body,
                                   wick_ir_value *const *inputs)
{
    uint32_t count = 0;
    for (wick_ir_value *value = body->values; value != NULL; value = value->next) {
        value->index = count++;
    }
    inlining in = {f, wick_arena_alloc(f->graph->arena, count, sizeof *in.now)};
    for (const wick_ir_value *value = body->values; value != NULL; value = value->next) {
        if (value->kind != WICK_IR_INPUT && value->kind != WICK_IR_RESULT) {
            in.now[value->index] = copy_constant(f, value);
        }
    }
    for (uint32_t i = 0; i < body->input_count; i++) {
        in.now[body->inputs[i]->index] = inputs[i];
    }
    for (const wick_ir_node *node = body->first; node != NULL; node = node->next) {
        copy_node(&in, node);
    }
    wick_ir_value **outputs =
        wick_arena_alloc(f->graph->arena, body->output_count, sizeof *outputs);
    for (uint32_t i = 0; i < body->output_count; i++) {
        outputs[i] = in.now[body->outputs[i]->index];
    }
    return outputs;
}

static value_list operands_of(const wick_flattener *f)
{
    const uint32_t count = wick_control_operand_count(f->node);
    value_list list = make_list(f, count);
    for (; list.count < count; list.count++) {
        list.values[list.count] = wick_control_operand(f->node, list.count);
    }
    return list;
}

static void use_instead(const wick_flattener *f, wick_ir_value *const *results)
{
    for (uint32_t i = 0; i < f->node->output_count; i++) {
        wick_ir_replace_uses(f->graph, f->node->outputs[i], results[i]);
    }
}

// One body of a cond, in a region of its own.
static void put_branch(wick_flattener *f, uint32_t body, const value_list *operands,
                       const value_list *results)
{
    const uint32_t outer = f->region;
    f->region = f->next_region++;
    wick_ir_value **outputs = inline_body(f, f->node->args[body].graph, operands->values);
    for (uint32_t i = 0; i < results->count; i++) {
        put_copy(f, results->values[i], outputs[i]);
    }
    f->region = outer;
}

static wick_status flatten_cond(wick_flattener *f)
{
    enum { CONDITION, THEN, ELSE };
    const wick_ir_arg *condition = &f->node->args[CONDITION];
    const value_list operands = operands_of(f);
    const value_list nothing = {NULL, 0};
    if (condition->kind == WICK_IR_BOOL) {
        const uint32_t taken = condition->boolean ? THEN : ELSE;
        use_instead(f, inline_body(f, f->node->args[taken].graph, operands.values));
        return WICK_OK;
    }
    value_list results = make_list(f, f->node->output_count);
    for (; results.count < f->node->output_count; results.count++) {
        results.values[results.count] = put_room(f, &f->node->outputs[results.count]->type);
    }
    const int64_t other = f->next_label++;
    const int64_t end = f->next_label++;
    put_jump_false(f, *condition, other, &nothing);
    put_branch(f, THEN, &operands, &results);
    put_jump(f, end, &nothing);
    put_label(f, other);
    put_branch(f, ELSE, &operands, &results);
    put_label(f, end);
    use_instead(f, results.values);
    return WICK_OK;
}

// Memory for what is carried from step to step, with what it holds at first.
static value_list put_carried(const wick_flattener *f, const wick_ir_arg *start)
{
    value_list carried = make_list(f, start->count);
    for (; carried.count < start->count; carried.count++) {
        wick_ir_value *value = start->list.values[carried.count];
        carried.values[carried.count] = put_room(f, &value->type);
        put_copy(f, carried.values[carried.count], value);
    }
    return carried;
}

static bool is_among(const value_list *list, const wick_ir_value *value)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->values[i] == value) {
            return true;
        }
    }
    return false;
}

// Writes what the next step finds. What lies in the memory of another carried value is copied
// before that is written.
static void put_next(const wick_flattener *f, const value_list *carried, wick_ir_value *const *next)
{
    value_list safe = make_list(f, carried->count);
    for (uint32_t i = 0; i < carried->count; i++) {
        safe.values[i] = next[i];
        if (next[i] != carried->values[i] && is_among(carried, wick_flatten_source(next[i]))) {
            safe.values[i] = put_room(f, &next[i]->type);
            put_copy(f, safe.values[i], next[i]);
        }
    }
    for (uint32_t i = 0; i < carried->count; i++) {
        if (next[i] != carried->values[i]) {
            put_copy(f, carried->values[i], safe.values[i]);
        }
    }
}

static wick_status flatten_while(wick_flattener *f)
{
    enum { CONDITION, BODY, CARRIED };
    const value_list nothing = {NULL, 0};
    const value_list carried = put_carried(f, &f->node->args[CARRIED]);
    value_list inside = operands_of(f); // what both bodies take, and read at each step
    for (uint32_t i = 0; i < carried.count; i++) {
        inside.values[i] = carried.values[i];
    }
    const uint32_t outer = f->region;
    const int64_t start = f->next_label++;
    const int64_t end = f->next_label++;
    f->region = f->next_region++;
    put_label(f, start);
    wick_ir_value **condition = inline_body(f, f->node->args[CONDITION].graph, inside.values);
    put_jump_false(f, wick_ir_arg_value(condition[0]), end, &nothing);
    put_next(f, &carried, inline_body(f, f->node->args[BODY].graph, inside.values));
    put_jump(f, start, &inside);
    f->region = outer;
    put_label(f, end);
    use_instead(f, carried.values);
    return WICK_OK;
}

// The type of one part along the first dimension, which is 1 then.
static wick_ir_type part_type(const wick_ir_type *whole)
{
    wick_ir_type type = wick_ir_type_tensor(whole->dtype, whole->rank, whole->sizes);
    type.sizes[0] = 1;
    type.symbols = whole->symbols;
    return type;
}

// xs[i] for the step that %i counts.
static wick_ir_value *put_part(const wick_flattener *f, wick_ir_value *whole, wick_ir_value *step)
{
    const wick_ir_type type = part_type(&whole->type);
    wick_ir_type inner = wick_ir_type_tensor(type.dtype, type.rank - 1u, type.sizes + 1);
    inner.symbols = type.symbols;
    value_list index = make_list(f, 1);
    index.values[index.count++] = step;
    const wick_ir_arg args[] = {wick_ir_arg_value(whole), list_arg(&index)};
    wick_ir_value *part = put(f, "aten::index.Tensor", &type, args, 2)->outputs[0];
    const wick_ir_arg first[] = {wick_ir_arg_value(part), wick_ir_arg_int(0)};
    return put(f, "aten::squeeze_copy.dim", &inner, first, 2)->outputs[0];
}

// ys[i] = part
static void put_into(const wick_flattener *f, wick_ir_value *whole, wick_ir_value *step,
                     wick_ir_value *part)
{
    const wick_ir_type type = part_type(&whole->type);
    value_list index = make_list(f, 1);
    index.values[index.count++] = step;
    const wick_ir_arg first[] = {wick_ir_arg_value(part), wick_ir_arg_int(0)};
    wick_ir_value *row = put(f, "aten::unsqueeze_copy", &type, first, 2)->outputs[0];
    const wick_ir_arg args[] = {wick_ir_arg_value(whole), list_arg(&index), wick_ir_arg_value(row)};
    put(f, "wick::index_put_", &whole->type, args, 3);
}

static wick_ir_value *zero_of(const wick_flattener *f)
{
    const int64_t one = 1;
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT64, 1, &one);
    return wick_ir_constant_create(f->graph, "first", &type,
                                   wick_arena_alloc(f->graph->arena, 1, sizeof(int64_t)));
}

// The counter beside the number of steps.
static wick_ir_value *put_comparison(const wick_flattener *f, const char *op, wick_ir_value *step,
                                     wick_ir_arg steps)
{
    wick_ir_type truth = step->type;
    truth.dtype = WICK_BOOL;
    const wick_ir_arg args[] = {wick_ir_arg_value(step), steps};
    return put(f, op, &truth, args, 2)->outputs[0];
}

// Counts the step and goes to the next one, if there is one.
static void put_step(const wick_flattener *f, wick_ir_value *step, wick_ir_arg steps, int64_t label,
                     const value_list *kept)
{
    const wick_ir_arg one[] = {wick_ir_arg_value(step), wick_ir_arg_int(1)};
    put_copy(f, step, put(f, "aten::add.Scalar", &step->type, one, 2)->outputs[0]);
    wick_ir_value *done = put_comparison(f, "aten::ge.Scalar", step, steps);
    put_jump_false(f, wick_ir_arg_value(done), label, kept);
}

// A loop over the steps of map and scan.
typedef struct step_loop {
    value_list carried;
    value_list stacks; // results to which each step adds a part
    wick_ir_value *step;
    uint32_t first_step_operand; // among the operands
    uint32_t step_operand_count;
    wick_ir_arg steps;
} step_loop;

static void put_steps(wick_flattener *f, const step_loop *loop)
{
    const wick_ir_graph *body = f->node->args[0].graph;
    value_list inside = operands_of(f);
    value_list kept = make_list(f, inside.count + loop->stacks.count + 1);
    const int64_t start = f->next_label++;
    f->region = f->next_region++;
    put_label(f, start);
    for (uint32_t i = 0; i < inside.count; i++) {
        const bool is_step = i - loop->first_step_operand < loop->step_operand_count;
        inside.values[i] = i < loop->carried.count ? loop->carried.values[i] : inside.values[i];
        kept.values[kept.count++] = inside.values[i];
        if (is_step) {
            inside.values[i] = put_part(f, inside.values[i], loop->step);
        }
    }
    wick_ir_value **outputs = inline_body(f, body, inside.values);
    for (uint32_t i = 0; i < loop->stacks.count; i++) {
        put_into(f, loop->stacks.values[i], loop->step, outputs[loop->carried.count + i]);
        kept.values[kept.count++] = loop->stacks.values[i];
    }
    put_next(f, &loop->carried, outputs);
    kept.values[kept.count++] = loop->step;
    put_step(f, loop->step, loop->steps, start, &kept);
}

// How many steps: the first size of what they run over.
static wick_ir_arg put_step_count(const wick_flattener *f, wick_ir_value *first)
{
    const int64_t size = first->type.sizes[0];
    wick_ir_type type = {.kind = WICK_VALUE_INT, .dtype = WICK_INT64, .symbols = f->graph->sizes};
    type.sizes[0] = size;
    const wick_ir_arg args[] = {wick_ir_arg_value(first), wick_ir_arg_int(0)};
    return wick_size_is_symbolic(size)
               ? wick_ir_arg_value(put(f, "aten::sym_size.int", &type, args, 2)->outputs[0])
               : wick_ir_arg_int(size);
}

// The loop, around which control goes where there may be no step.
static void put_loop(wick_flattener *f, step_loop *loop, wick_ir_value *first)
{
    const uint32_t outer = f->region;
    const value_list nothing = {NULL, 0};
    const bool may_be_none = wick_size_minimum(f->graph->sizes, first->type.sizes[0]) <= 0;
    const int64_t end = may_be_none ? f->next_label++ : 0;
    wick_ir_value *zero = zero_of(f);
    loop->steps = put_step_count(f, first);
    loop->step = put_room(f, &zero->type);
    put_copy(f, loop->step, zero);
    if (may_be_none) {
        wick_ir_value *runs = put_comparison(f, "aten::lt.Scalar", loop->step, loop->steps);
        put_jump_false(f, wick_ir_arg_value(runs), end, &nothing);
    }
    put_steps(f, loop);
    f->region = outer;
    if (may_be_none) {
        put_label(f, end);
    }
}

// Memory for a result to which each step adds a part; of a dynamic shape, `shape` has that.
static wick_ir_value *put_stack(const wick_flattener *f, uint32_t index, const wick_ir_arg *shapes)
{
    wick_ir_value *stack = put_room(f, &f->node->outputs[index]->type);
    if (shapes->count > index && shapes->list.values[index] != NULL) {
        put_copy(f, stack, shapes->list.values[index]);
    }
    return stack;
}

static wick_status flatten_steps(wick_flattener *f)
{
    const wick_control *control = wick_control_of(f->node->op);
    const wick_ir_arg *xs = &f->node->args[control->steps_list];
    wick_ir_value *first = xs->list.values[0];
    const wick_ir_arg none = {.kind = WICK_IR_VALUES};
    step_loop loop = {
        .carried = put_carried(f, control->carried_list >= 0 ? &f->node->args[control->carried_list]
                                                             : &none),
        .step_operand_count = xs->count,
    };
    loop.first_step_operand = loop.carried.count;
    loop.stacks = make_list(f, f->node->output_count);
    value_list results = make_list(f, f->node->output_count);
    for (uint32_t i = 0; i < f->node->output_count; i++) {
        const bool is_carried = i < loop.carried.count;
        results.values[i] =
            is_carried ? loop.carried.values[i] : put_stack(f, i, &f->node->args[control->stacks]);
        if (!is_carried) {
            loop.stacks.values[loop.stacks.count++] = results.values[i];
        }
    }
    if (first->type.sizes[0] != 0) {
        put_loop(f, &loop, first);
    }
    use_instead(f, results.values);
    return WICK_OK;
}

static wick_status flatten_node(wick_flattener *f)
{
    const wick_control *control = wick_control_of(f->node->op);
    f->region = f->node->region;
    if (control->steps_list >= 0) {
        return flatten_steps(f);
    }
    return control->has_condition ? flatten_while(f) : flatten_cond(f);
}

// Bodies may hold control flow: what was put in is looked at next.
wick_status wick_flatten_control(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_flattener f = {.context = context, .graph = graph, .next_label = 1, .next_region = 1};
    wick_ir_node *node = graph->first;
    while (node != NULL) {
        if (wick_control_of(node->op) == NULL) {
            node = node->next;
            continue;
        }
        const wick_ir_node *before = node->previous;
        f.node = node;
        WICK_TRY(flatten_node(&f));
        wick_ir_node_remove(graph, node);
        node = before != NULL ? before->next : graph->first;
    }
    return WICK_OK;
}
