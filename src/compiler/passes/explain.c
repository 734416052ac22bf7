// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/explain.h"

#include "compiler/ir/where.h"

#include <stdarg.h>
#include <string.h>

typedef struct seen {
    const wick_ir_node *node;
    const wick_ir_op *op; // passes give some nodes another one
} seen;

struct wick_explain_picture {
    seen *nodes; // in order of execution
    uint32_t count;
    seen *table; // the same by address, free entries NULL
    size_t mask;
};

static const char *where_of(wick_arena *arena, const wick_ir_node *node)
{
    wick_ir_frame frame;
    if (!wick_ir_user_frame(node->stack_trace, &frame)) {
        return "";
    }
    return wick_arena_format(arena, "%.*s:%lu%s%.*s", (int)frame.path_length, frame.path,
                             frame.line, frame.text_length > 0 ? ": " : "", (int)frame.text_length,
                             frame.text);
}

static wick_explain_event *add_event(wick_explain *explain, wick_explain_kind kind,
                                     const wick_ir_graph *graph, const wick_ir_node *node)
{
    wick_explain_event *event = wick_arena_alloc(explain->arena, 1, sizeof *event);
    *event = (wick_explain_event){.kind = kind,
                                  .pass = explain->pass,
                                  .graph = graph->name,
                                  .node = node->name,
                                  .where = where_of(explain->arena, node),
                                  .text = ""};
    if (explain->last != NULL) {
        explain->last->next = event;
    } else {
        explain->first = event;
    }
    explain->last = event;
    event->before = wick_map_get(explain->by_node, node->name);
    wick_map_put(explain->by_node, node->name, event);
    return event;
}

// Whether the running pass has said this of the node, or where `text` is NULL, has said anything.
static bool is_said(const wick_explain *explain, const wick_ir_graph *graph,
                    const wick_ir_node *node, const char *text)
{
    const wick_explain_event *event = wick_map_get(explain->by_node, node->name);
    for (; event != NULL; event = event->before) {
        if (event->graph == graph->name &&
            (text == NULL ? event->kind == WICK_EXPLAIN_DONE : strcmp(event->text, text) == 0)) {
            return true;
        }
    }
    return false;
}

static void say(const wick_pass_context *context, wick_explain_kind kind,
                const wick_ir_graph *graph, const wick_ir_node *node, const char *format,
                va_list list)
{
    wick_explain *explain = context->explain;
    if (explain == NULL) {
        return;
    }
    const char *text = wick_arena_format_list(explain->arena, format, list);
    if (!is_said(explain, graph, node, text)) {
        add_event(explain, kind, graph, node)->text = text;
    }
}

void wick_explain_done(const wick_pass_context *context, const wick_ir_graph *graph,
                       const wick_ir_node *node, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say(context, WICK_EXPLAIN_DONE, graph, node, format, list);
    va_end(list);
}

void wick_explain_left(const wick_pass_context *context, const wick_ir_graph *graph,
                       const wick_ir_node *node, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say(context, WICK_EXPLAIN_LEFT, graph, node, format, list);
    va_end(list);
}

// The entry of a node, or the free one where it would stand.
static seen *find(const wick_explain_picture *picture, const wick_ir_node *node)
{
    size_t at = ((uintptr_t)node >> 4) * 0x9e3779b1u & picture->mask;
    while (picture->table[at].node != NULL && picture->table[at].node != node) {
        at = (at + 1) & picture->mask;
    }
    return &picture->table[at];
}

static wick_explain_picture *take_picture(wick_arena *arena, const wick_ir_graph *graph)
{
    wick_explain_picture *picture = wick_arena_alloc(arena, 1, sizeof *picture);
    size_t size = 16;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        picture->count++;
    }
    while (size < 2 * (size_t)picture->count) {
        size *= 2;
    }
    picture->mask = size - 1;
    picture->table = wick_arena_alloc(arena, size, sizeof *picture->table);
    picture->nodes = wick_arena_alloc(arena, picture->count, sizeof *picture->nodes);
    uint32_t i = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        picture->nodes[i++] = *find(picture, node) = (seen){node, node->op};
    }
    return picture;
}

void wick_explain_start(wick_explain *explain, uint32_t pass)
{
    if (explain != NULL) {
        explain->pass = pass;
        explain->by_node = wick_map_create(explain->arena);
    }
}

wick_explain_picture *wick_explain_before(wick_explain *explain, const wick_ir_graph *graph)
{
    return explain != NULL ? take_picture(explain->arena, graph) : NULL;
}

// What went and came under one name of the archive.
typedef struct group {
    const wick_ir_node *node; // the first
    wick_explain_operators from, to;
} group;

typedef struct groups {
    wick_arena *arena;
    wick_map *by_name;
    group **all; // in order of appearance
    uint32_t count;
} groups;

static group *group_of(groups *known, const wick_ir_node *node)
{
    group *found = wick_map_get(known->by_name, node->name);
    if (found == NULL) {
        found = wick_arena_alloc(known->arena, 1, sizeof *found);
        found->node = node;
        wick_map_put(known->by_name, node->name, found);
        known->all[known->count++] = found;
    }
    return found;
}

static void count_operator(wick_arena *arena, wick_explain_operators *list, const wick_ir_op *op)
{
    uint32_t i = 0;
    while (i < list->count && strcmp(list->names[i], op->name) != 0) {
        i++;
    }
    if (i == list->count) {
        const char **names = wick_arena_alloc(arena, i + 1u, sizeof *names);
        uint32_t *counts = wick_arena_alloc(arena, i + 1u, sizeof *counts);
        for (uint32_t k = 0; k < i; k++) {
            names[k] = list->names[k];
            counts[k] = list->counts[k];
        }
        names[i] = op->name;
        *list = (wick_explain_operators){names, counts, i + 1};
    }
    list->counts[i]++;
}

static void collect(groups *known, const wick_explain_picture *before,
                    const wick_explain_picture *after)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const seen *was = &before->nodes[i];
        const seen *is = find(after, was->node);
        if (is->node == NULL || is->op != was->op) {
            count_operator(known->arena, &group_of(known, was->node)->from, was->op);
        }
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const seen *is = &after->nodes[i];
        const seen *was = find(before, is->node);
        if (was->node == NULL || is->op != was->op) {
            count_operator(known->arena, &group_of(known, is->node)->to, is->op);
        }
    }
}

void wick_explain_after(wick_explain *explain, const wick_explain_picture *before,
                        const wick_ir_graph *graph)
{
    if (explain == NULL) {
        return;
    }
    const wick_explain_picture *after = take_picture(explain->arena, graph);
    groups known = {explain->arena, wick_map_create(explain->arena), NULL, 0};
    known.all = wick_arena_alloc(explain->arena, (size_t)before->count + after->count,
                                 sizeof *known.all);
    collect(&known, before, after);
    for (uint32_t i = 0; i < known.count; i++) {
        const group *g = known.all[i];
        const wick_explain_kind kind = g->from.count == 0 ? WICK_EXPLAIN_ADDED
                                       : g->to.count == 0 ? WICK_EXPLAIN_GONE
                                                          : WICK_EXPLAIN_BECAME;
        if (kind == WICK_EXPLAIN_GONE && is_said(explain, graph, g->node, NULL)) {
            continue;
        }
        wick_explain_event *event = add_event(explain, kind, graph, g->node);
        event->from = g->from;
        event->to = g->to;
    }
}
