// SPDX-License-Identifier: BSD-3-Clause
// The pass simplify_channels on many random networks: the same bits for inputs of all kinds, and
// fewer multiplications.
#include "compiler/fixture.h"
#include "compiler/passes/pass.h"
#include "passes/quant_graph.h"

#include "compiler/ir/text.h"
#include "compiler/passes/channels/channels.h"

enum { NETWORKS = 3000, INPUTS = 8 };

// With another value of its shape, with one pixel for all, or with itself.
static void add_pair(quant_graph *g, wick_ir_value *x)
{
    wick_ir_value *other = quant_like(g, &x->type);
    wick_ir_type pixel = x->type;
    pixel.sizes[0] = pixel.sizes[1] = pixel.sizes[2] = 1;
    wick_ir_value *one = quant_like(g, &pixel);
    quant_pair(g, x, one != NULL && quant_one_in(g, 2) ? one : other);
}

static void add_operator(quant_graph *g)
{
    wick_ir_value *x = quant_any(g, 4);
    switch (quant_random(g) % 18) {
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
        quant_pad(g, x);
        return;
    case 10:
        quant_transposed(g, x);
        return;
    case 11:
        quant_table(g, x);
        return;
    case 12:
    case 13:
        quant_pool(g, x);
        return;
    case 14:
        quant_mean(g, x);
        return;
    case 15:
        quant_resize(g, x);
        return;
    case 16:
    case 17:
        add_pair(g, x);
        return;
    }
}

static quant_graph make_network(wick_arena *arena, uint64_t seed)
{
    quant_graph g = quant_begin(arena, seed);
    const int64_t sizes[] = {quant_between(&g, 1, 2), quant_between(&g, 1, 5),
                             quant_between(&g, 1, 5), quant_between(&g, 1, 5)};
    quant_input(&g, sizes);
    const int32_t count = quant_between(&g, 2, 9);
    for (int32_t i = 0; i < count; i++) {
        add_operator(&g);
    }
    if (quant_one_in(&g, 2)) {
        quant_linear(&g, quant_flatten(&g, quant_any(&g, 4)));
    }
    quant_output(&g, g.live[g.live_count - 1]);
    if (quant_one_in(&g, 3)) {
        quant_output(&g, g.live[g.live_count / 2 + 1]);
    }
    return g;
}

// Random steps, the two ends, and both in turn.
static void fill(quant_graph *g, int kind, int8_t *data, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int32_t random = quant_between(g, -128, 127);
        const int32_t values[] = {-128, 127, i % 2 ? -128 : 127, i % 3 ? -128 : 127};
        data[i] = (int8_t)(kind < 4 ? values[kind] : random);
    }
}

static uint64_t count_macs(wick_arena *arena, const wick_ir_graph *graph)
{
    uint64_t macs = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        wick_quant_layer layer;
        if (wick_quant_layer_read(arena, node, &layer)) {
            macs += wick_quant_layer_macs(&layer);
        }
    }
    return macs;
}

typedef struct results {
    int8_t *inputs[INPUTS];
    const uint8_t *outputs[INPUTS][MOST_VALUES];
} results;

// Every element lies in the interval of its channel.
static void check_ranges(void *context, const wick_ir_value *result)
{
    const wick_channels *channels = context;
    const uint32_t count = wick_channels_count(channels, result);
    const size_t elements = wick_ir_type_count(&result->type);
    for (size_t i = 0; i < elements; i++) {
        const wick_interval held = wick_channels_of(channels, result)[i % count].values;
        const int8_t element = (int8_t)result->data[i];
        if (element < held.low || element > held.high) {
            fail_msg("%s: element %zu is %d, not in [%d, %d]", result->name, i, element,
                     (int)held.low, (int)held.high);
        }
    }
}

static void run_all(quant_graph *g, const char *when, uint64_t seed, results *out)
{
    wick_channels channels;
    wick_channels_create(g->arena, g->graph, &channels);
    wick_channels_set_ranges(&channels);
    for (int i = 0; i < INPUTS; i++) {
        if (!quant_run_visited(g->arena, g->graph, &out->inputs[i], out->outputs[i], check_ranges,
                               &channels)) {
            fail_msg("network %llu does not run %s\n%s", (unsigned long long)seed, when,
                     wick_ir_print(g->arena, g->graph, 64));
        }
    }
}

static void check_network(fixture *f, uint64_t seed, uint64_t *macs_before, uint64_t *macs_after)
{
    wick_arena *arena = wick_arena_create();
    quant_graph g = make_network(arena, seed);
    const size_t count = wick_ir_type_count(&g.graph->inputs[0]->type);
    results before = {0};
    for (int i = 0; i < INPUTS; i++) {
        before.inputs[i] = wick_arena_alloc(arena, count, 1);
        fill(&g, i, before.inputs[i], count);
    }
    results after = before;
    run_all(&g, "before", seed, &before);
    *macs_before += count_macs(arena, g.graph);
    const wick_target target = {.name = "test"};
    const wick_pass_context context = {.target = &target, .diag = &f->diag};
    const char *text = wick_ir_print(arena, g.graph, 1000);
    assert_int_equal(wick_pass_simplify_channels(&context, g.graph), WICK_OK);
    assert_int_equal(wick_ir_verify(g.graph, &f->diag), WICK_OK);
    run_all(&g, "after", seed, &after);
    *macs_after += count_macs(arena, g.graph);
    for (uint32_t i = 0; i < g.graph->output_count; i++) {
        const size_t bytes = wick_ir_type_size_bytes(&g.graph->outputs[i]->type);
        for (int k = 0; k < INPUTS; k++) {
            if (memcmp(before.outputs[k][i], after.outputs[k][i], bytes) != 0) {
                fail_msg("network %llu, input %d, output %u differs\n%s\n%s",
                         (unsigned long long)seed, k, i, text, wick_ir_print(arena, g.graph, 1000));
            }
        }
    }
    wick_arena_destroy(arena);
}

static void test_simplify_channels_random_networks_keep_every_bit(void **state)
{
    uint64_t before = 0;
    uint64_t after = 0;
    for (uint64_t seed = 0; seed < NETWORKS; seed++) {
        check_network(*state, seed, &before, &after);
    }
    print_message("%llu -> %llu MACs\n", (unsigned long long)before, (unsigned long long)after);
    assert_true(after < before * 3 / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_simplify_channels_random_networks_keep_every_bit,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
