// SPDX-License-Identifier: BSD-3-Clause
// Pass bound_sizes: memory is planned for the largest sizes, so each symbolic size of an input must
// have an upper bound: that of the export, or one that --max-size gives.
//
// Before  symbol s0 in [2, 9223372036854775807]    with --max-size s0=64
//         %n = input : int<s1>
// After   symbol s0 in [2, 64]
//         %n_1 = input : i64[]
//         %n_2 = aten::_local_scalar_dense(%n_1) : int<s1>
#include "compiler/passes/bounds.h"
#include "compiler/passes/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static wick_ir_symbol *find_symbol(const wick_ir_graph *graph, const char *name, size_t length)
{
    wick_ir_symbol *symbol = wick_sizes_symbols(graph->sizes);
    while (symbol != NULL &&
           (strlen(symbol->name) != length || memcmp(symbol->name, name, length) != 0)) {
        symbol = symbol->next;
    }
    return symbol;
}

// The symbols that the inputs have, for a message.
static const char *list_symbols(const wick_ir_graph *graph)
{
    const char *list = "";
    for (const wick_ir_symbol *symbol = wick_sizes_symbols(graph->sizes); symbol != NULL;
         symbol = symbol->next) {
        list = wick_arena_format(graph->arena, "%s%s%s", list, *list ? ", " : "", symbol->name);
    }
    return *list ? list : "none";
}

// "s0=512", up to a comma.
static wick_status read_bound(const wick_pass_context *context, wick_ir_graph *graph,
                              const char **at)
{
    const size_t length = strcspn(*at, "=,");
    const char *digits = *at + length + ((*at)[length] == '=');
    char *end = NULL;
    errno = 0;
    const long long bound = strtoll(digits, &end, 10);
    wick_ir_symbol *symbol = find_symbol(graph, *at, length);
    if ((*at)[length] != '=' || end == digits || errno != 0 || (*end != 0 && *end != ',')) {
        return wick_diag_error(context->diag, WICK_INVALID_ARGUMENT, NULL,
                               "--max-size: '%s' is no list of bounds such as s0=512,s1=8", *at);
    }
    if (symbol == NULL) {
        return wick_diag_error(context->diag, WICK_NOT_FOUND, NULL,
                               "--max-size: the model has no size '%.*s'; it has: %s", (int)length,
                               *at, list_symbols(graph));
    }
    if (bound < symbol->minimum || bound > INT32_MAX) {
        return wick_diag_error(context->diag, WICK_INVALID_ARGUMENT, NULL,
                               "--max-size: %s is at least %lld and at most %d", symbol->name,
                               (long long)symbol->minimum, INT32_MAX);
    }
    symbol->maximum = bound < symbol->maximum ? bound : symbol->maximum;
    symbol->hint = symbol->hint < symbol->maximum ? symbol->hint : symbol->maximum;
    *at = *end == ',' ? end + 1 : end;
    return WICK_OK;
}

wick_status wick_check_bounded(const wick_pass_context *context, const wick_ir_graph *graph,
                               const wick_ir_value *value)
{
    for (uint32_t i = 0; value->type.kind == WICK_VALUE_TENSOR && i < value->type.rank; i++) {
        if (wick_size_is_symbolic(value->type.sizes[i]) &&
            wick_ir_type_bound(&value->type, i) == WICK_SIZE_UNBOUNDED) {
            const char *text = wick_size_text(graph->arena, graph->sizes, value->type.sizes[i]);
            return wick_diag_error(
                context->diag, WICK_NOT_SUPPORTED, value->name,
                "dimension %u is %s, which nothing bounds; memory is planned for "
                "the largest: export with Dim(.., max=..), or compile with "
                "--max-size %s=NUMBER",
                i, text,
                wick_size_symbol(graph->sizes, value->type.sizes[i]) != NULL ? text : "SYMBOL");
        }
    }
    return WICK_OK;
}

// Elements of two tensors broadcast, at most.
static size_t broadcast_count(const wick_ir_type *a, const wick_ir_type *b)
{
    wick_ir_type whole = a->rank >= b->rank ? *a : *b;
    const wick_ir_type *other = a->rank >= b->rank ? b : a;
    for (uint32_t i = 0; i < other->rank; i++) {
        const uint32_t d = whole.rank - other->rank + i;
        const int64_t bound = wick_ir_type_bound(other, i);
        whole.sizes[d] = wick_ir_type_bound(&whole, d) > bound ? whole.sizes[d] : other->sizes[i];
    }
    return wick_ir_type_fits(&whole) ? wick_ir_type_count(&whole) : SIZE_MAX;
}

// How many elements an operator finds at most; SIZE_MAX where it is none of those that find.
static size_t most_found(const wick_ir_node *node)
{
    static const char *const names[] = {
        "aten::nonzero", "aten::nonzero_numpy",      "aten::where",      "aten::_unique2",
        "aten::_unique", "aten::unique_consecutive", "aten::unique_dim", "aten::masked_select"};
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    const wick_ir_value *mask = wick_argument_tensor(node, "mask");
    for (size_t i = 0; self != NULL && i < sizeof names / sizeof *names; i++) {
        if (wick_node_is(node, names[i])) {
            return broadcast_count(&self->type, mask != NULL ? &mask->type : &self->type);
        }
    }
    const wick_ir_arg *list = wick_argument(node, "indices");
    for (uint32_t i = 0; wick_node_is(node, "aten::index.Tensor") && i < list->count; i++) {
        const wick_ir_value *index = list->list.values[i];
        if (index != NULL && index->type.dtype == WICK_BOOL) {
            return broadcast_count(&index->type, &index->type);
        }
    }
    return SIZE_MAX;
}

// Sizes that depend on data have the bound that the sizes of the operands give, where the export
// says none.
static void bound_found(const wick_ir_graph *graph, const wick_ir_node *node)
{
    const size_t most = most_found(node);
    for (uint32_t i = 0; i < node->output_count && most <= INT32_MAX; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        for (uint32_t k = 0; k < type->rank; k++) {
            wick_ir_symbol *symbol = wick_size_symbol(graph->sizes, type->sizes[k]);
            if (symbol != NULL && symbol->name[0] == 'u' && symbol->maximum > INT32_MAX) {
                symbol->maximum = (int64_t)most;
            }
        }
    }
}

static void assert_number(const wick_builder *builder, const char *name,
                          const wick_ir_value *number, const wick_ir_arg *pair, const char *text)
{
    wick_ir_graph *graph = builder->graph;
    wick_ir_type type = {.kind = WICK_VALUE_BOOL, .dtype = WICK_BOOL, .symbols = graph->sizes};
    type.sizes[0] = wick_size_opaque(
        graph->sizes, wick_arena_format(graph->arena, "number%u", graph->next_number++));
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build(builder, name, &type, pair, 2)),
        wick_ir_arg_string(wick_arena_format(graph->arena, "input '%s' %s", number->name, text))};
    wick_build_node(builder, "aten::_assert_scalar", NULL, args, 2);
}

// Whether an expression depends on the symbol; what is too deep to see may.
static bool depends_on(const wick_sizes *sizes, int64_t size, const wick_ir_symbol *symbol,
                       uint32_t depth)
{
    const wick_size_sum *sum = wick_size_sum_of(sizes, size);
    if (depth == 0) {
        return true;
    }
    for (uint32_t i = 0; sum != NULL && i < sum->term_count; i++) {
        for (uint32_t k = 0; k < sum->terms[i].atom_count; k++) {
            const wick_size_atom *atom = wick_size_atom_at(sizes, sum->terms[i].atoms[k]);
            const bool has_operands =
                atom->kind != WICK_SIZE_SYMBOL && atom->kind != WICK_SIZE_OPAQUE;
            if ((atom->kind == WICK_SIZE_SYMBOL && atom->symbol == symbol) ||
                (has_operands && (depends_on(sizes, atom->a, symbol, depth - 1) ||
                                  depends_on(sizes, atom->b, symbol, depth - 1)))) {
                return true;
            }
        }
    }
    return false;
}

// Whether the sizes of tensors tell the symbol, so that the number has to be what they say.
static bool is_told_by_tensors(const wick_ir_graph *graph, const wick_ir_symbol *symbol)
{
    enum { DEPTH = 8 };
    for (uint32_t i = 0; i < graph->input_count && symbol != NULL; i++) {
        const wick_ir_type *type = &graph->inputs[i]->type;
        for (uint32_t k = 0; type->kind == WICK_VALUE_TENSOR && k < type->rank; k++) {
            if (wick_size_is_symbolic(type->sizes[k]) &&
                depends_on(graph->sizes, type->sizes[k], symbol, DEPTH)) {
                return true;
            }
        }
    }
    return false;
}

// The range of the export, as torch asks it: a least value up to 2 says only that the export may
// have taken 0 and 1 for special. A number
// that sizes of tensors tell as well has to be that.
static void assert_range(const wick_builder *builder, wick_ir_value *value,
                         const wick_ir_value *number)
{
    enum { LEAST_SIZE = 2 };
    wick_ir_graph *graph = builder->graph;
    const int64_t size = number->type.sizes[0];
    const int64_t low = wick_size_minimum(graph->sizes, size);
    const int64_t high = wick_size_maximum(graph->sizes, size);
    const wick_ir_arg least[] = {wick_ir_arg_value(value), wick_ir_arg_int(low)};
    const wick_ir_arg most[] = {wick_ir_arg_value(value), wick_ir_arg_int(high)};
    const wick_ir_arg same[] = {wick_ir_arg_value(value), wick_ir_arg_int(size)};
    if (low > LEAST_SIZE) {
        assert_number(builder, "executorch_prim::ge.Scalar", number, least,
                      wick_arena_format(graph->arena, "is below %lld, the least of the export",
                                        (long long)low));
    }
    if (high < WICK_SIZE_UNBOUNDED) {
        assert_number(builder, "executorch_prim::le.Scalar", number, most,
                      wick_arena_format(graph->arena, "is above %lld, the most of the export",
                                        (long long)high));
    }
    if (is_told_by_tensors(graph, wick_size_symbol(graph->sizes, size))) {
        assert_number(builder, "executorch_prim::eq.Scalar", number, same,
                      "does not fit the sizes of the other inputs");
    }
}

// A runtime takes the exported number alone: one that changes from call to call comes as a tensor.
static void take_as_tensor(const wick_pass_context *context, wick_ir_graph *graph, uint32_t index)
{
    wick_ir_value *number = graph->inputs[index];
    const wick_builder builder = {context, graph, NULL, graph->first, NULL};
    const wick_ir_type point = wick_ir_type_tensor(WICK_INT64, 0, NULL);
    wick_ir_value *tensor = wick_ir_value_create(graph, number->name, WICK_IR_INPUT, &point);
    const wick_ir_arg args[] = {wick_ir_arg_value(tensor)};
    graph->inputs[index] = tensor;
    wick_ir_value *value =
        wick_build(&builder, "aten::_local_scalar_dense", &number->type, args, 1);
    wick_ir_replace_uses(graph, number, value);
    assert_range(&builder, value, number);
    wick_diag_note(context->diag, WICK_NOTE, number->name,
                   "is a number that changes from call to call: the program takes it as a tensor "
                   "of int64 without dimensions");
}

wick_status wick_pass_bound_sizes(const wick_pass_context *context, wick_ir_graph *graph)
{
    for (const char *at = context->max_sizes != NULL ? context->max_sizes : ""; *at != 0;) {
        WICK_TRY(read_bound(context, graph, &at));
    }
    for (uint32_t i = 0; i < graph->input_count && !graph->is_body; i++) {
        const wick_ir_type *type = &graph->inputs[i]->type;
        if (type->kind == WICK_VALUE_INT && !wick_ir_type_is_static(type)) {
            take_as_tensor(context, graph, i);
        }
        WICK_TRY(wick_check_bounded(context, graph, graph->inputs[i]));
    }
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        bound_found(graph, node);
    }
    return WICK_OK;
}
