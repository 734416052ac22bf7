// SPDX-License-Identifier: BSD-3-Clause
// Pass compute_sizes: numbers that are known only while the program runs become values that the
// program computes, from the sizes of its inputs and from what its operators find.
//
// Before  %y = aten::view_copy(%x, [<2*s0>, <s1>]) : ..       with %x : f32[<s0>, 2, <s1>]
// After   %n = aten::sym_size.int(%x, 0) : int<s0>
//         %m = executorch_prim::mul.Scalar(%n, 2) : int<2*s0>
//         %k = aten::sym_size.int(%x, 2) : int<s1>
//         %y = aten::view_copy(%x, [%m, %k]) : ..
//
// Each expression is computed once. Where an operator finds a size itself (one dimension of a view,
// the end of a slice that goes to the end), it is left to it. With Wick's runtime the program also
// checks at its start that the sizes of its inputs lie in the ranges of the export and fit each
// other; the official runtime has no such operator, and checks the upper bounds alone.
#include "compiler/ir/control.h"
#include "compiler/passes/build.h"
#include "compiler/passes/dead.h"
#include "compiler/support/text.h"

#include <inttypes.h>
#include <string.h>

typedef struct computer {
    const wick_pass_context *context;
    wick_ir_graph *graph;
    wick_ir_node *front; // where what depends on inputs alone goes: before the first node
    wick_ir_node *node;  // whose arguments are computed now; NULL for the graph's outputs
    wick_map *known;     // size, as text, to what is found of it
} computer;

// What gives a size.
typedef struct found {
    wick_ir_value *value; // NULL: a number
    int64_t size;
    bool needs_node; // hangs on what a node computes, not on inputs alone
} found;

static const char *key_of(const computer *c, int64_t size)
{
    return wick_arena_format(c->graph->arena, "%" PRId64, size);
}

static bool find_known(const computer *c, int64_t size, found *out)
{
    const found *known = wick_map_get(c->known, key_of(c, size));
    if (known != NULL) {
        *out = *known;
    }
    return known != NULL;
}

static found remember(const computer *c, const found *f)
{
    found *kept = wick_arena_alloc(c->graph->arena, 1, sizeof *kept);
    *kept = *f;
    wick_map_put(c->known, key_of(c, f->size), kept);
    return *kept;
}

static found number(int64_t size)
{
    return (found){NULL, size, false};
}

static wick_ir_arg argument_of(const found *f)
{
    return f->value != NULL ? wick_ir_arg_value(f->value) : wick_ir_arg_int(f->size);
}

static found build_only(const computer *c, const char *name, int64_t size, bool needs_node,
                        const wick_ir_arg *args)
{
    const wick_builder builder = {c->context, c->graph, NULL, needs_node ? c->node : c->front,
                                  NULL};
    wick_ir_type type = {.kind = WICK_VALUE_INT, .dtype = WICK_INT64, .symbols = c->graph->sizes};
    type.sizes[0] = size;
    return (found){wick_build(&builder, name, &type, args, 2), size, needs_node};
}

static found build(const computer *c, const char *name, int64_t size, bool needs_node,
                   const wick_ir_arg *args)
{
    const found made = build_only(c, name, size, needs_node, args);
    return remember(c, &made);
}

static found size_of_dimension(const computer *c, wick_ir_value *tensor, uint32_t dim,
                               bool needs_node)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(tensor), wick_ir_arg_int(dim)};
    return build(c, "aten::sym_size.int", tensor->type.sizes[dim], needs_node, args);
}

static found combine(const computer *c, const char *name, int64_t size, const found *a,
                     const found *b)
{
    found known;
    const wick_ir_arg args[] = {argument_of(a), argument_of(b)};
    if (!wick_size_is_symbolic(size)) {
        return number(size);
    }
    return find_known(c, size, &known) ? known
                                       : build(c, name, size, a->needs_node || b->needs_node, args);
}

static found add(const computer *c, const found *a, const found *b)
{
    return combine(c, "executorch_prim::add.Scalar",
                   wick_size_add(c->graph->sizes, a->size, b->size), a, b);
}

static found multiply(const computer *c, const found *a, const found *b)
{
    return combine(c, "executorch_prim::mul.Scalar",
                   wick_size_multiply(c->graph->sizes, a->size, b->size), a, b);
}

// A value that is the size, or a tensor with a dimension of it.
static bool take_from(const computer *c, wick_ir_value *value, int64_t size, bool needs_node,
                      found *out)
{
    if (value->type.kind == WICK_VALUE_INT && value->type.sizes[0] == size) {
        const found made = {value, size, needs_node};
        *out = remember(c, &made);
        return true;
    }
    for (uint32_t i = 0; value->type.kind == WICK_VALUE_TENSOR && i < value->type.rank; i++) {
        if (value->type.sizes[i] == size) {
            *out = size_of_dimension(c, value, i, needs_node);
            return true;
        }
    }
    return false;
}

static bool find_in_inputs(const computer *c, int64_t size, found *out)
{
    for (uint32_t i = 0; i < c->graph->input_count; i++) {
        if (take_from(c, c->graph->inputs[i], size, false, out)) {
            return true;
        }
    }
    return false;
}

// In the results of the nodes before the one at hand.
static bool find_in_results(const computer *c, int64_t size, found *out)
{
    for (wick_ir_node *node = c->graph->first; node != c->node; node = node->next) {
        for (uint32_t i = 0; i < node->output_count; i++) {
            if (take_from(c, node->outputs[i], size, true, out)) {
                return true;
            }
        }
    }
    return false;
}

// The terms of a dimension "a*s + b"; false if it is another.
static bool is_linear(const wick_sizes *sizes, int64_t size, const wick_ir_symbol *symbol,
                      int64_t *factor, int64_t *shift)
{
    const wick_size_sum *sum = wick_size_sum_of(sizes, size);
    if (sum == NULL || sum->term_count > 2 || sum->terms[0].atom_count != 1 ||
        wick_size_atom_at(sizes, sum->terms[0].atoms[0])->symbol != symbol ||
        (sum->term_count == 2 && sum->terms[1].atom_count != 0)) {
        return false;
    }
    *factor = sum->terms[0].factor;
    *shift = sum->term_count == 2 ? sum->terms[1].factor : 0;
    return true;
}

// A symbol from an input dimension "a*s + b": (size - b) // a.
static bool solve(const computer *c, int64_t size, const wick_ir_symbol *symbol,
                  wick_ir_value *input, found *out)
{
    int64_t factor = 0;
    int64_t shift = 0;
    for (uint32_t i = 0; input->type.kind == WICK_VALUE_TENSOR && i < input->type.rank; i++) {
        if (is_linear(c->graph->sizes, input->type.sizes[i], symbol, &factor, &shift)) {
            const wick_ir_arg args[] = {wick_ir_arg_value(input), wick_ir_arg_int(i)};
            // Not remembered: whoever checks the dimension multiplies the symbol again.
            const found given =
                build_only(c, "aten::sym_size.int", input->type.sizes[i], false, args);
            const found less = number(-shift);
            const found by = number(factor);
            const found scaled = shift != 0 ? add(c, &given, &less) : given;
            *out = factor == 1 ? scaled
                               : combine(c, "executorch_prim::floordiv.Scalar", size, &scaled, &by);
            return true;
        }
    }
    return false;
}

static bool find_size(const computer *c, int64_t size, found *out);

static bool find_operation(const computer *c, const char *name, int64_t size,
                           const wick_size_atom *atom, found *out)
{
    found a;
    found b;
    if (!find_size(c, atom->a, &a) || !find_size(c, atom->b, &b)) {
        return false;
    }
    *out = combine(c, name, size, &a, &b);
    return true;
}

static bool find_symbol(const computer *c, const wick_ir_symbol *symbol, found *out)
{
    const int64_t size = wick_size_of_symbol(c->graph->sizes, symbol->name);
    if (find_known(c, size, out) || find_in_inputs(c, size, out)) {
        return true;
    }
    for (uint32_t i = 0; i < c->graph->input_count; i++) {
        if (solve(c, size, symbol, c->graph->inputs[i], out)) {
            return true;
        }
    }
    return find_in_results(c, size, out);
}

static bool find_atom(const computer *c, uint32_t index, found *out)
{
    wick_sizes *sizes = c->graph->sizes;
    const wick_size_atom atom = *wick_size_atom_at(sizes, index); // the table may move
    switch (atom.kind) {
    case WICK_SIZE_SYMBOL:
        return find_symbol(c, atom.symbol, out);
    case WICK_SIZE_FLOOR_DIVIDE:
        return find_operation(c, "executorch_prim::floordiv.Scalar",
                              wick_size_floor_divide(sizes, atom.a, atom.b), &atom, out);
    case WICK_SIZE_LARGER:
        return find_operation(c, "executorch_prim::sym_max.Scalar",
                              wick_size_larger(sizes, atom.a, atom.b), &atom, out);
    case WICK_SIZE_SMALLER:
        return find_operation(c, "executorch_prim::sym_min.Scalar",
                              wick_size_smaller(sizes, atom.a, atom.b), &atom, out);
    case WICK_SIZE_OPAQUE:
        return find_in_results(c, wick_size_opaque(sizes, atom.text), out);
    }
    return false;
}

static bool find_product(const computer *c, const wick_size_term *term, found *out)
{
    *out = number(term->factor);
    for (uint32_t i = 0; i < term->atom_count; i++) {
        found atom;
        if (!find_atom(c, term->atoms[i], &atom)) {
            return false;
        }
        *out = out->value == NULL && out->size == 1 ? atom : multiply(c, &atom, out);
    }
    return true;
}

static bool find_sum(const computer *c, int64_t size, found *out)
{
    const wick_size_sum sum = *wick_size_sum_of(c->graph->sizes, size); // the table may move
    for (uint32_t i = 0; i < sum.term_count; i++) {
        found product;
        if (!find_product(c, &sum.terms[i], &product)) {
            return false;
        }
        *out = i == 0 ? product : add(c, out, &product);
    }
    return true;
}

// Recursion goes to operands, which were made before: it ends.
static bool find_size(const computer *c, int64_t size, found *out)
{
    if (!wick_size_is_symbolic(size)) {
        *out = number(size);
        return true;
    }
    if (find_known(c, size, out) || find_in_inputs(c, size, out)) {
        return true;
    }
    return find_sum(c, size, out) || find_in_results(c, size, out);
}

static wick_status find_or_refuse(const computer *c, int64_t size, found *out)
{
    if (find_size(c, size, out)) {
        return WICK_OK;
    }
    const char *text = wick_size_text(c->graph->arena, c->graph->sizes, size);
    return c->node != NULL
               ? wick_ir_node_error(c->context->diag, c->node, WICK_NOT_SUPPORTED,
                                    "nothing in the program gives the size %s", text)
               : wick_diag_error(c->context->diag, WICK_NOT_SUPPORTED, NULL,
                                 "nothing in the program gives the size %s, which it returns",
                                 text);
}

static uint32_t count_symbolic(const wick_ir_arg *list, bool *rest_is_positive)
{
    uint32_t count = 0;
    *rest_is_positive = true;
    for (uint32_t i = 0; i < list->count; i++) {
        const bool is_symbolic = wick_size_is_symbolic(list->list.ints[i]);
        count += is_symbolic;
        *rest_is_positive = *rest_is_positive && (is_symbolic || list->list.ints[i] > 0);
    }
    return count;
}

// Whether the operator finds item i of a list of sizes itself, where it reads -1.
static bool is_found_by_operator(const wick_ir_node *node, const wick_ir_arg *list, uint32_t i)
{
    bool rest_is_positive = false;
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    if (wick_node_is(node, "aten::view_copy")) {
        return count_symbolic(list, &rest_is_positive) == 1 && rest_is_positive;
    }
    if (!wick_node_is(node, "aten::expand_copy") || self == NULL ||
        i + self->type.rank < list->count) {
        return false;
    }
    return self->type.sizes[i + self->type.rank - list->count] == list->list.ints[i];
}

static wick_ir_arg list_of(const computer *c, const found *items, uint32_t count)
{
    int64_t *ints = wick_arena_alloc(c->graph->arena, count, sizeof *ints);
    wick_ir_value **values = wick_arena_alloc(c->graph->arena, count, sizeof *values);
    bool has_values = false;
    for (uint32_t i = 0; i < count; i++) {
        values[i] = items[i].value;
        ints[i] = items[i].value != NULL ? 0 : items[i].size;
        has_values = has_values || items[i].value != NULL;
    }
    return (wick_ir_arg){
        .kind = WICK_IR_INTS, .count = count, .list = {ints, has_values ? values : NULL}};
}

static wick_status compute_list(const computer *c, wick_ir_arg *list)
{
    found *items = wick_arena_alloc(c->graph->arena, list->count, sizeof *items);
    for (uint32_t i = 0; i < list->count; i++) {
        items[i] = number(list->list.ints[i]);
        if (wick_size_is_symbolic(items[i].size) && is_found_by_operator(c->node, list, i)) {
            items[i] = number(-1);
        }
        WICK_TRY(find_or_refuse(c, items[i].size, &items[i]));
    }
    *list = list_of(c, items, list->count);
    return WICK_OK;
}

static bool has_symbolic_item(const wick_ir_arg *arg)
{
    bool ignored;
    return arg->kind == WICK_IR_INTS && arg->list.ints != NULL && count_symbolic(arg, &ignored) > 0;
}

// A slice that goes to the end needs not know where that is.
static bool is_to_the_end(const wick_ir_node *node, const wick_ir_arg *arg)
{
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    if (!wick_node_is(node, "aten::slice_copy.Tensor") || arg != wick_argument(node, "end") ||
        self == NULL || self->type.rank == 0) {
        return false;
    }
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), self->type.rank);
    return self->type.sizes[dim] == arg->integer;
}

// Numbers among tensors: what control flow hands to its bodies.
static wick_status compute_operands(const computer *c, wick_ir_arg *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const wick_ir_value *value = list->list.values[i];
        found item;
        if (value == NULL || value->type.kind != WICK_VALUE_INT || value->kind != WICK_IR_RESULT ||
            value->producer != NULL) {
            continue;
        }
        WICK_TRY(find_or_refuse(c, value->type.sizes[0], &item));
        if (item.value == NULL) {
            return wick_ir_node_error(c->context->diag, c->node, WICK_NOT_SUPPORTED,
                                      "hands a fixed number to a body");
        }
        list->list.values[i] = item.value;
    }
    return WICK_OK;
}

// Memory of the shape of a result that a loop stacks.
static wick_status build_stack(const computer *c, const wick_ir_type *type, wick_ir_value **out)
{
    const wick_builder builder = {c->context, c->graph, c->node, c->node, NULL};
    wick_ir_arg args[] = {wick_ir_arg_ints(c->graph, type->sizes, type->rank),
                          wick_number(type->dtype, 0)};
    found *items = wick_arena_alloc(c->graph->arena, type->rank, sizeof *items);
    for (uint32_t i = 0; i < type->rank; i++) {
        WICK_TRY(find_or_refuse(c, type->sizes[i], &items[i]));
    }
    args[0] = list_of(c, items, type->rank);
    *out = wick_build(&builder, "aten::full", type, args, 2);
    return WICK_OK;
}

static wick_status compute_stacks(const computer *c, const wick_control *control)
{
    wick_ir_node *node = c->node;
    const uint32_t carried =
        control->carried_list >= 0 ? node->args[control->carried_list].count : 0;
    wick_ir_value **stacks = wick_arena_alloc(c->graph->arena, node->output_count, sizeof *stacks);
    for (uint32_t i = carried; i < node->output_count; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        if (!wick_ir_type_is_static(type)) {
            WICK_TRY(build_stack(c, type, &stacks[i]));
        }
    }
    node->args[control->stacks] = (wick_ir_arg){
        .kind = WICK_IR_VALUES, .count = node->output_count, .list = {.values = stacks}};
    return WICK_OK;
}

static wick_status compute_node(computer *c, wick_ir_node *node)
{
    const wick_control *control = wick_control_of(node->op);
    c->node = node;
    if (control != NULL && control->stacks >= 0) {
        WICK_TRY(compute_stacks(c, control));
    }
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        wick_ir_arg *arg = &node->args[i];
        if (has_symbolic_item(arg)) {
            WICK_TRY(compute_list(c, arg));
        }
        if (arg->kind == WICK_IR_VALUES) {
            WICK_TRY(compute_operands(c, arg));
        }
        if (arg->kind != WICK_IR_INT || !wick_size_is_symbolic(arg->integer)) {
            continue;
        }
        found item = number(INT64_MAX);
        if (!is_to_the_end(node, arg)) {
            WICK_TRY(find_or_refuse(c, arg->integer, &item));
        }
        *arg = argument_of(&item);
    }
    return WICK_OK;
}

// Numbers that the graph gives and no node of it computes.
static wick_status compute_outputs(computer *c)
{
    c->node = NULL;
    for (uint32_t i = 0; i < c->graph->output_count; i++) {
        const wick_ir_value *output = c->graph->outputs[i];
        found item;
        if (output->type.kind == WICK_VALUE_INT && output->kind == WICK_IR_RESULT &&
            output->producer == NULL) {
            WICK_TRY(find_or_refuse(c, output->type.sizes[0], &item));
            if (item.value != NULL) {
                c->graph->outputs[i] = item.value;
            }
        }
    }
    return WICK_OK;
}

// Bounds of the sizes of one input.
typedef struct range {
    found low[WICK_MAX_RANK];
    found high[WICK_MAX_RANK];
} range;

// The first dimension that is a symbol gives its value, and is held against its range; the others
// of the same symbol are held against it.
static wick_status bound_symbol(const computer *c, wick_ir_value *input, uint32_t dim, range *out)
{
    const wick_ir_symbol *symbol = wick_size_symbol(c->graph->sizes, input->type.sizes[dim]);
    found own;
    WICK_TRY(find_or_refuse(c, input->type.sizes[dim], &own));
    const wick_ir_node *source = own.value->producer;
    const bool is_source = source != NULL && wick_argument_tensor_at(source, 0) == input &&
                           source->args[1].integer == dim;
    out->low[dim] = is_source ? number(symbol->minimum) : own;
    out->high[dim] = is_source ? number(symbol->maximum) : own;
    return WICK_OK;
}

// An expression is held against its value, or where its symbols are unknown against its bounds.
static void bound_expression(const computer *c, wick_ir_value *input, uint32_t dim, range *out)
{
    const int64_t size = input->type.sizes[dim];
    if (find_sum(c, size, &out->low[dim]) && out->low[dim].value != NULL) {
        out->high[dim] = out->low[dim];
        return;
    }
    out->low[dim] = number(wick_size_minimum(c->graph->sizes, size));
    out->high[dim] = number(wick_size_maximum(c->graph->sizes, size));
}

// Symbols of all inputs first, so that expressions find their values.
static wick_status bound_symbols(const computer *c, range *ranges)
{
    for (uint32_t i = 0; i < c->graph->input_count; i++) {
        wick_ir_value *input = c->graph->inputs[i];
        for (uint32_t k = 0; input->type.kind == WICK_VALUE_TENSOR && k < input->type.rank; k++) {
            ranges[i].low[k] = ranges[i].high[k] = number(input->type.sizes[k]);
            if (wick_size_symbol(c->graph->sizes, input->type.sizes[k]) != NULL) {
                WICK_TRY(bound_symbol(c, input, k, &ranges[i]));
            }
        }
    }
    return WICK_OK;
}

static wick_status check_inputs(computer *c)
{
    range *ranges = wick_arena_alloc(c->graph->arena, c->graph->input_count, sizeof *ranges);
    const wick_builder builder = {c->context, c->graph, NULL, c->front, NULL};
    c->node = NULL;
    WICK_TRY(bound_symbols(c, ranges));
    for (uint32_t i = 0; i < c->graph->input_count; i++) {
        wick_ir_value *input = c->graph->inputs[i];
        if (input->type.kind != WICK_VALUE_TENSOR || wick_ir_type_is_static(&input->type)) {
            continue;
        }
        for (uint32_t k = 0; k < input->type.rank; k++) {
            const int64_t size = input->type.sizes[k];
            if (wick_size_is_symbolic(size) && wick_size_symbol(c->graph->sizes, size) == NULL) {
                bound_expression(c, input, k, &ranges[i]);
            }
        }
        const wick_ir_arg args[] = {wick_ir_arg_value(input),
                                    list_of(c, ranges[i].low, input->type.rank),
                                    list_of(c, ranges[i].high, input->type.rank)};
        wick_build_node(&builder, "wick::check_sizes", NULL, args, 3);
    }
    return WICK_OK;
}

wick_status wick_pass_compute_sizes(const wick_pass_context *context, wick_ir_graph *graph)
{
    computer c = {context, graph, graph->first, NULL, wick_map_create(graph->arena)};
    if (wick_sizes_symbols(graph->sizes) == NULL) {
        return WICK_OK;
    }
    if (!context->target->portable_operators && !context->official_operators && !graph->is_body) {
        WICK_TRY(check_inputs(&c));
    }
    for (wick_ir_node *node = c.front; node != NULL; node = node->next) {
        WICK_TRY(compute_node(&c, node));
    }
    WICK_TRY(compute_outputs(&c));
    wick_remove_dead(graph);
    return WICK_OK;
}
