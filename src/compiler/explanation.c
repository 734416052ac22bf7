// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/explanation.h"

#include "compiler/emit/rows.h"

#include <jansson.h>

static const char *const kind_names[] = {
#define WICK_EXPLAIN(id, name) name,
#include "compiler/passes/explain.def"
#undef WICK_EXPLAIN
};

static void add_operators(wick_text *text, const wick_explain_operators *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        wick_text_format(text, "%s", i > 0 ? ", " : "");
        if (list->counts[i] > 1) {
            wick_text_format(text, "%u x ", list->counts[i]);
        }
        wick_text_format(text, "%s", list->names[i]);
    }
}

static void add_what(wick_text *text, const wick_explain_event *event)
{
    switch (event->kind) {
    case WICK_EXPLAIN_BECAME:
        add_operators(text, &event->from);
        wick_text_format(text, " -> ");
        add_operators(text, &event->to);
        return;
    case WICK_EXPLAIN_GONE:
        add_operators(text, &event->from);
        wick_text_format(text, " is gone");
        return;
    case WICK_EXPLAIN_ADDED:
        wick_text_format(text, "new: ");
        add_operators(text, &event->to);
        return;
    case WICK_EXPLAIN_DONE:
        wick_text_format(text, "%s", event->text);
        return;
    case WICK_EXPLAIN_LEFT:
        wick_text_format(text, "left: %s", event->text);
        return;
    case WICK_EXPLAIN_KIND_COUNT:
        return;
    }
}

static void add_passes(wick_text *text, const wick_explain *explain)
{
    const wick_explain_event *before = NULL;
    for (const wick_explain_event *event = explain->first; event != NULL; event = event->next) {
        if (before == NULL || before->pass != event->pass) {
            const wick_pass *pass = &wick_passes[event->pass];
            wick_text_format(text, "%s: %s\n", pass->name, pass->description);
        }
        wick_text_format(text, "  %-24s ", event->node);
        add_what(text, event);
        wick_text_format(text, "%s%s\n", event->where[0] != 0 ? "   at " : "", event->where);
        before = event;
    }
}

// Why a node has no instruction, or "".
static const char *elision(const wick_memory_plan *plan, const wick_ir_node *node)
{
    return wick_plan_is_elided(plan, node) ? "no instruction: a view in its input's memory" : "";
}

static void add_nodes(wick_text *text, const wick_ir_graph *graph, const wick_memory_plan *plan)
{
    wick_text_format(text, "operators: what runs in the end\n");
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (node->op->row < 0) {
            continue; // jumps, labels, rooms
        }
        const char *why = elision(plan, node);
        wick_text_format(text, "  %-24s %s%s%s\n", node->name, wick_emit_rows[node->op->row].name,
                         why[0] != 0 ? ": " : "", why);
    }
}

const char *wick_explanation_text(wick_arena *arena, const wick_explain *explain,
                                  const wick_ir_graph *graph, const wick_memory_plan *plan)
{
    wick_text text = {.arena = arena};
    if (explain != NULL) {
        add_passes(&text, explain);
    }
    if (explain != NULL && graph != NULL) {
        add_nodes(&text, graph, plan);
    }
    return wick_text_string(&text);
}

static json_t *operators_json(const wick_explain_operators *list)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < list->count; i++) {
        json_object_set_new(object, list->names[i], json_integer(list->counts[i]));
    }
    return object;
}

static json_t *event_json(const wick_explain_event *event)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "pass", wick_passes[event->pass].name, "kind",
                  kind_names[event->kind], "graph", event->graph, "node", event->node, "where",
                  event->where);
    if (event->from.count > 0) {
        json_object_set_new(object, "from", operators_json(&event->from));
    }
    if (event->to.count > 0) {
        json_object_set_new(object, "to", operators_json(&event->to));
    }
    if (event->text[0] != 0) {
        json_object_set_new(object, "text", json_string(event->text));
    }
    return object;
}

json_t *wick_explanation_json(const wick_explain *explain, const wick_ir_graph *graph,
                              const wick_memory_plan *plan)
{
    json_t *events = json_array();
    for (const wick_explain_event *event = explain->first; event != NULL; event = event->next) {
        json_array_append_new(events, event_json(event));
    }
    json_t *nodes = json_array();
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (node->op->row >= 0) {
            json_array_append_new(nodes,
                                  json_pack("{s:s, s:s, s:b}", "node", node->name, "operator",
                                            wick_emit_rows[node->op->row].name, "has_instruction",
                                            !wick_plan_is_elided(plan, node)));
        }
    }
    return json_pack("{s:o, s:o}", "events", events, "operators", nodes);
}
