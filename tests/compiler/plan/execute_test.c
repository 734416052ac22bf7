// SPDX-License-Identifier: BSD-3-Clause
// Random integer networks, planned, emitted and executed in exactly the memory that the plan asks
// for: each output has the bits that the nodes give one by one in memory of their own.
#include "compiler/emit/emit.h"
#include "compiler/fixture.h"
#include "compiler/plan/plan.h"
#include "passes/quant_graph.h"
#include "wick/wick.h"

#include <stdlib.h>

enum { NETWORKS = 600, ALIGNMENT = 16 };

static void add_operator(quant_graph *g)
{
    wick_ir_value *x = quant_any(g, 4);
    switch (quant_random(g) % 12) {
    case 0:
    case 1:
    case 2:
        quant_conv(g, x, false);
        return;
    case 3:
    case 4:
        quant_conv(g, x, true);
        return;
    case 5:
    case 6:
        quant_linear(g, x);
        return;
    case 7:
        quant_cat(g, x, quant_same_image(g, x));
        return;
    case 8:
        quant_slice(g, x);
        return;
    case 9:
        quant_transposed(g, x);
        return;
    case 10:
        quant_table(g, x);
        return;
    case 11:
        quant_pair(g, x, quant_like(g, &x->type));
        return;
    }
}

static quant_graph make_network(wick_arena *arena, uint64_t seed)
{
    quant_graph g = quant_begin(arena, seed);
    const int64_t sizes[] = {quant_between(&g, 1, 2), quant_between(&g, 1, 9),
                             quant_between(&g, 1, 9), quant_between(&g, 1, 20)};
    quant_input(&g, sizes);
    const int32_t count = quant_between(&g, 1, 12);
    for (int32_t i = 0; i < count; i++) {
        add_operator(&g);
    }
    if (quant_one_in(&g, 2)) {
        quant_linear(&g, quant_flatten(&g, quant_any(&g, 4)));
    }
    quant_output(&g, g.live[g.live_count - 1]);
    if (quant_one_in(&g, 3)) {
        quant_output(&g, g.live[g.live_count / 2]);
    }
    return g;
}

// The memory that the method asks for, each region of its very size.
static wick_memory memory_of(wick_arena *arena, const wick_requirements *need)
{
    wick_memory memory = {.metadata = wick_arena_alloc(arena, need->metadata_bytes, 1),
                          .metadata_bytes = need->metadata_bytes};
    for (uint32_t i = 0; i < need->arena_count; i++) {
        memory.arenas[i] = aligned_alloc(ALIGNMENT, need->arena_bytes[i] + ALIGNMENT -
                                                        need->arena_bytes[i] % ALIGNMENT);
        memory.arena_bytes[i] = need->arena_bytes[i];
    }
    return memory;
}

static void release(const wick_memory *memory)
{
    for (uint32_t i = 0; i < WICK_MAX_ARENAS; i++) {
        free(memory->arenas[i]);
    }
}

// Runs the file on one input and compares all outputs.
static void check_file(wick_arena *arena, const wick_emit_result *file, const quant_graph *g,
                       const int8_t *input, const uint8_t *const *expected)
{
    wick_program program;
    wick_method method;
    wick_requirements need;
    wick_failure failure = WICK_FAILURE_NONE;
    const size_t input_bytes = wick_ir_type_size_bytes(&g->graph->inputs[0]->type);
    assert_int_equal(wick_program_open(&program, file->bytes, file->size_bytes, &failure), WICK_OK);
    assert_int_equal(
        wick_method_requirements(&program, "forward", &wick_operators_all, &need, &failure),
        WICK_OK);
    const wick_memory memory = memory_of(arena, &need);
    assert_int_equal(
        wick_method_init(&method, &program, "forward", &wick_operators_all, &memory, &failure),
        WICK_OK);
    for (uint32_t round = 0; round < 2; round++) {
        assert_int_equal(wick_method_set_input(&method, 0, input, input_bytes, &failure), WICK_OK);
        assert_int_equal(wick_method_execute(&method, &failure), WICK_OK);
        for (uint32_t i = 0; i < g->graph->output_count; i++) {
            const size_t bytes = wick_ir_type_size_bytes(&g->graph->outputs[i]->type);
            assert_memory_equal(wick_method_output(&method, i)->data, expected[i], bytes);
        }
    }
    release(&memory);
}

typedef struct tally {
    uint32_t overlapping, backward, at_bound;
    size_t copied_bytes; // constants
    uint32_t refused;    // too large for the target
} tally;

static void count_plan(const wick_memory_plan *plan, tally *seen)
{
    bool is_at_bound = true;
    for (uint32_t i = 0; i < plan->reuse_count; i++) {
        seen->overlapping += plan->reuses[i].overlaps;
        seen->backward += plan->reuses[i].is_backward;
    }
    for (uint32_t i = 0; i < plan->memory_count; i++) {
        const wick_plan_result *memory = &plan->memories[i];
        assert_true(memory->lower_bound_bytes <= memory->arena_bytes);
        is_at_bound = is_at_bound && memory->lower_bound_bytes == memory->arena_bytes;
    }
    seen->at_bound += is_at_bound;
    seen->copied_bytes += plan->copied_constant_bytes;
}

static void check_network(fixture *f, uint64_t seed, const wick_target *target, tally *seen)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    quant_graph g = make_network(arena, seed);
    const size_t count = wick_ir_type_count(&g.graph->inputs[0]->type);
    int8_t *input = wick_arena_alloc(arena, count, 1);
    const uint8_t *expected[MOST_VALUES];
    wick_memory_plan *plan;
    wick_emit_result file;
    (void)f;
    for (size_t i = 0; i < count; i++) {
        input[i] = (int8_t)quant_between(&g, -128, 127);
    }
    assert_true(quant_run(arena, g.graph, &input, expected));
    if (wick_plan_memory(arena, g.graph, target, &diag, &plan) != WICK_OK) {
        assert_non_null(strstr(wick_diag_text(&diag), "alive at this peak"));
        seen->refused++;
        wick_arena_destroy(arena);
        return;
    }
    assert_int_equal(wick_emit_pte(arena, g.graph, plan, &diag, &file), WICK_OK);
    count_plan(plan, seen);
    check_file(arena, &file, &g, input, expected);
    wick_arena_destroy(arena);
}

static void test_execute_one_memory_keeps_every_bit(void **state)
{
    const wick_target target = {.name = "test",
                                .alignment_bytes = ALIGNMENT,
                                .memory_count = 1,
                                .memories = {{.name = "sram", .access_cost = 1}}};
    tally seen = {0, 0, 0, 0, 0};
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        check_network(*state, seed, &target, &seen);
    }
    print_message("%u results over their inputs, %u backward; %u of %d networks at the bound\n",
                  seen.overlapping, seen.backward, seen.at_bound, NETWORKS);
    assert_int_equal(seen.refused, 0);
    assert_true(seen.overlapping > NETWORKS && seen.backward > NETWORKS / 8);
}

static void test_execute_two_memories_keep_every_bit(void **state)
{
    const wick_target target = {.name = "test",
                                .alignment_bytes = ALIGNMENT,
                                .memory_count = 2,
                                .memories = {{.name = "fast", .size_bytes = 512, .access_cost = 1},
                                             {.name = "slow", .access_cost = 5}}};
    tally seen = {0, 0, 0, 0, 0};
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        check_network(*state, seed, &target, &seen);
    }
    assert_true(seen.overlapping > NETWORKS / 2);
}

// Weights move to memory where reading them costs less; blocks stay in the program.
static void test_execute_copied_constants_keep_every_bit(void **state)
{
    const wick_target target = {.name = "test",
                                .alignment_bytes = ALIGNMENT,
                                .constant_access_cost = 8,
                                .memory_count = 2,
                                .memories = {{.name = "fast", .size_bytes = 1024, .access_cost = 1},
                                             {.name = "slow", .access_cost = 5}}};
    tally seen = {0, 0, 0, 0, 0};
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        check_network(*state, seed, &target, &seen);
    }
    assert_true(seen.copied_bytes > 0);
}

// Any sizes, costs and alignment: what fits runs, the rest is refused.
static void test_execute_random_targets_keep_every_bit(void **state)
{
    tally seen = {0, 0, 0, 0, 0};
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        quant_graph g = {.state = seed};
        wick_target target = {.name = "test", .memory_count = 1 + quant_random(&g) % 3};
        target.alignment_bytes = 1u << quant_random(&g) % 7;
        target.constant_access_cost = quant_random(&g) % 2 * (quant_random(&g) % 9);
        for (uint32_t i = 0; i < target.memory_count; i++) {
            target.memories[i] =
                (wick_target_memory){"memory", quant_random(&g) % 4 * (1 + quant_random(&g) % 1000),
                                     quant_random(&g) % 9};
        }
        check_network(*state, seed, &target, &seen);
    }
    print_message("%u of %d networks do not fit their targets\n", seen.refused, NETWORKS);
    assert_true(seen.refused > 0 && seen.refused < NETWORKS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_execute_one_memory_keeps_every_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_execute_two_memories_keep_every_bit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_execute_random_targets_keep_every_bit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_execute_copied_constants_keep_every_bit, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
