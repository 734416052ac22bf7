// SPDX-License-Identifier: BSD-3-Clause
// The order of execution against all orders of small graphs.
#include "compiler/plan/order.h"

#include "compiler/graph_build.h"
#include "compiler/plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

enum { ROUNDS = 400, SMALL = 8, MANY = 60 };

static uint32_t random_state = 5;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

// A result of any size from one value or two, by operators that promise no overlap.
static wick_ir_value *result_of(graph_build *b, wick_ir_value *self, wick_ir_value *other,
                                int64_t cols)
{
    wick_ir_node *node = graph_node(b, other != NULL ? "aten::mm" : "aten::slice_copy.Tensor", self,
                                    graph_f32(2, cols));
    node->args[1] = other != NULL ? wick_ir_arg_value(other) : wick_ir_arg_int(1);
    return node->outputs[0];
}

static graph_build random_graph(uint32_t nodes)
{
    graph_build b = graph_begin();
    wick_ir_value *values[MANY + 1] = {graph_input(&b, "x", graph_f32(2, 1 + random_below(20)))};
    for (uint32_t i = 0; i < nodes; i++) {
        wick_ir_value *other = random_below(3) == 0 ? values[random_below(i + 1)] : NULL;
        values[i + 1] = result_of(&b, values[random_below(i + 1)], other, 1 + random_below(20));
    }
    graph_output(&b, values[nodes]);
    return b;
}

static void number(wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        value->index = count++;
    }
    wick_ir_count_uses(graph);
}

// Which nodes ran, as bits; the graph's values are few.
typedef struct run {
    const wick_plan_order *order;
    const wick_ir_graph *graph;
} run;

static bool reads(const wick_ir_node *node, const wick_ir_value *value)
{
    const bool has_other = node->args[1].kind == WICK_IR_VALUE;
    return node->args[0].value == value || (has_other && node->args[1].value == value);
}

static bool exists(const run *r, uint64_t ran, const wick_ir_value *value)
{
    for (uint32_t i = 0; i < r->order->count; i++) {
        if (r->order->nodes[i] == value->producer) {
            return (ran >> i & 1) != 0;
        }
    }
    return true; // an input
}

static bool is_needed(const run *r, uint64_t ran, const wick_ir_value *value)
{
    for (uint32_t i = 0; i < r->order->count; i++) {
        if ((ran >> i & 1) == 0 && reads(r->order->nodes[i], value)) {
            return true;
        }
    }
    return value == r->graph->outputs[0];
}

// Bytes alive while node `next` runs after those in `ran`.
static size_t need_of(const run *r, uint64_t ran, uint32_t next)
{
    size_t bytes = wick_ir_type_size_bytes(&r->order->nodes[next]->outputs[0]->type);
    for (const wick_ir_value *v = r->graph->values; v != NULL; v = v->next) {
        bytes += exists(r, ran, v) && is_needed(r, ran, v) ? wick_ir_type_size_bytes(&v->type) : 0;
    }
    return bytes;
}

static bool can_run(const run *r, uint64_t ran, uint32_t next)
{
    const wick_ir_node *node = r->order->nodes[next];
    return (ran >> next & 1) == 0 && exists(r, ran, node->args[0].value) &&
           (node->args[1].kind != WICK_IR_VALUE || exists(r, ran, node->args[1].value));
}

// The lowest peak of all orders from here on: at most SMALL deep.
static size_t best_peak(const run *r, uint64_t ran)
{
    size_t best = SIZE_MAX;
    for (uint32_t i = 0; i < r->order->count; i++) {
        if (can_run(r, ran, i)) {
            const size_t need = need_of(r, ran, i);
            const size_t rest = best_peak(r, ran | UINT64_C(1) << i);
            const size_t peak = need > rest ? need : rest;
            best = peak < best ? peak : best;
        }
    }
    return best == SIZE_MAX ? 0 : best;
}

// The peak of an order, which must be one in which the graph can run.
static size_t peak_of(const wick_ir_graph *graph, const wick_plan_order *order)
{
    const run r = {order, graph};
    uint64_t ran = 0;
    size_t peak = 0;
    for (uint32_t i = 0; i < order->count; i++) {
        assert_true(can_run(&r, ran, i));
        const size_t need = need_of(&r, ran, i);
        peak = need > peak ? need : peak;
        ran |= UINT64_C(1) << i;
    }
    return peak;
}

static bool find(const graph_build *b, wick_plan_order *order)
{
    const wick_contract none[MANY] = {{0}};
    number(b->graph);
    return wick_plan_order_find(b->arena, b->graph, none, order);
}

static void test_order_of_small_graphs_is_the_best(void **state)
{
    (void)state;
    uint32_t improved = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        graph_build b = random_graph(2 + random_below(SMALL - 1));
        const wick_plan_order given = wick_plan_order_of(b.arena, b.graph);
        const run all = {&given, b.graph};
        wick_plan_order found = given;
        const bool is_better = find(&b, &found);
        assert_int_equal(found.count, given.count);
        assert_int_equal(peak_of(b.graph, &found), best_peak(&all, 0));
        assert_true(!is_better || peak_of(b.graph, &found) < peak_of(b.graph, &given));
        improved += is_better;
        wick_arena_destroy(b.arena);
    }
    print_message("%u of %d graphs take less in another order\n", improved, ROUNDS);
    assert_true(improved > ROUNDS / 8);
}

// The search may end without a proof here; what it gives is still an order, and a better one.
static void test_order_of_large_graphs_is_valid_and_better(void **state)
{
    (void)state;
    uint32_t improved = 0;
    for (uint32_t round = 0; round < 10; round++) {
        graph_build b = random_graph(MANY);
        const wick_plan_order given = wick_plan_order_of(b.arena, b.graph);
        wick_plan_order found = given;
        if (find(&b, &found)) {
            improved++;
            assert_true(peak_of(b.graph, &found) < peak_of(b.graph, &given));
        }
        wick_arena_destroy(b.arena);
    }
    assert_true(improved > 0);
}

static void test_order_of_a_chain_stays(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(4, 4));
    graph_output(&b, graph_softmax(&b, graph_view(&b, graph_softmax(&b, x), 2, 8)));
    wick_plan_order order;
    assert_false(find(&b, &order));
    wick_arena_destroy(b.arena);
}

// Two branches with a large middle each: one after the other, views where they belong.
static void test_order_runs_branches_one_after_the_other(void **state)
{
    (void)state;
    graph_build b = graph_begin();
    wick_ir_value *x = graph_input(&b, "x", graph_f32(2, 8));
    wick_ir_value *left = result_of(&b, x, NULL, 100);
    wick_ir_value *right = result_of(&b, x, NULL, 100);
    wick_ir_value *left_end = result_of(&b, graph_view(&b, left, 4, 50), NULL, 8);
    wick_ir_value *right_end = result_of(&b, graph_view(&b, right, 4, 50), NULL, 8);
    graph_output(&b, result_of(&b, left_end, right_end, 8));
    wick_memory_plan *plan;
    assert_int_equal(wick_plan_memory(b.arena, b.graph, &b.target, &b.diag, &plan), WICK_OK);
    assert_int_equal(plan->memories[0].arena_bytes, 800 + 64 + 64);
    assert_int_equal(wick_ir_verify(b.graph, &b.diag), WICK_OK);
    wick_arena_destroy(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_small_graphs_is_the_best),
        cmocka_unit_test(test_order_of_large_graphs_is_valid_and_better),
        cmocka_unit_test(test_order_of_a_chain_stays),
        cmocka_unit_test(test_order_runs_branches_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
