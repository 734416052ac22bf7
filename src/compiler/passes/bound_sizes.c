// SPDX-License-Identifier: BSD-3-Clause
// Pass bound_sizes: memory is planned for the largest sizes, so each symbolic size of an input must
// have an upper bound: that of the export, or one that --max-size gives.
//
// Before  symbol s0 in [2, 9223372036854775807]    with --max-size s0=64
// After   symbol s0 in [2, 64]
#include "compiler/passes/bounds.h"

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

wick_status wick_pass_bound_sizes(const wick_pass_context *context, wick_ir_graph *graph)
{
    for (const char *at = context->max_sizes != NULL ? context->max_sizes : ""; *at != 0;) {
        WICK_TRY(read_bound(context, graph, &at));
    }
    for (uint32_t i = 0; i < graph->input_count && !graph->is_body; i++) {
        const wick_ir_value *input = graph->inputs[i];
        if (input->type.kind != WICK_VALUE_TENSOR && !wick_ir_type_is_static(&input->type)) {
            return wick_diag_error(
                context->diag, WICK_NOT_SUPPORTED, input->name,
                "is a number that changes from call to call, and a program takes "
                "the exported one alone; pass it as a tensor of one element, "
                "and use .item()");
        }
        WICK_TRY(wick_check_bounded(context, graph, graph->inputs[i]));
    }
    return WICK_OK;
}
