// SPDX-License-Identifier: BSD-3-Clause
// Placement of buffers of which some may overlap: by executing on painted bytes, and for the shapes
// of known networks.
#include "compiler/contract/distance.h"
#include "compiler/plan/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

enum { MAX_LAYERS = 40, ROUNDS = 300, MAX_ARENA = 1 << 16 };

static uint32_t random_state = 3;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

// Buffers and what may overlap, one instruction for each result.
typedef struct network {
    wick_arena *arena;
    wick_plan_buffer buffers[MAX_LAYERS + 1];
    wick_plan_overlap overlaps[4 * MAX_LAYERS];
    uint32_t count, overlap_count;
    uint32_t instruction;
} network;

static network network_begin(size_t input_bytes)
{
    network n = {.arena = wick_arena_create(), .count = 1};
    n.buffers[0] = (wick_plan_buffer){.name = "input", .size_bytes = input_bytes};
    return n;
}

// A result of the next instruction. Returns its number.
static uint32_t network_add(network *n, size_t size_bytes)
{
    n->buffers[n->count] =
        (wick_plan_buffer){"result", size_bytes, n->instruction, n->instruction, 0};
    return n->count++;
}

static void network_read(network *n, uint32_t buffer)
{
    n->buffers[buffer].last = n->instruction;
}

static void network_allow(network *n, uint32_t upper, uint32_t lower, int64_t distance)
{
    if (distance != WICK_DISTANCE_NONE) {
        n->overlaps[n->overlap_count++] =
            (wick_plan_overlap){upper, lower, distance > 0 ? (size_t)distance : 0};
    }
}

static wick_plan_result network_place(network *n)
{
    const wick_plan_problem problem = {n->buffers, n->count, n->overlaps, n->overlap_count, 16, 0};
    return wick_plan_place(n->arena, &problem);
}

// The last result and its shape while a chain of layers is built.
typedef struct chain {
    network net;
    uint32_t last;
    int32_t height, width, channels;
} chain;

static chain chain_begin(int32_t height, int32_t width, int32_t channels)
{
    return (chain){network_begin((size_t)(height * width * channels)), 0, height, width, channels};
}

// The result of one layer takes the place of its input.
static void chain_step(chain *c, size_t out_bytes, wick_distance distance)
{
    network_read(&c->net, c->last);
    const uint32_t out = network_add(&c->net, out_bytes);
    network_allow(&c->net, c->last, out, distance.forward_bytes);
    network_allow(&c->net, out, c->last, distance.backward_bytes);
    c->net.instruction++;
    c->last = out;
}

typedef struct window {
    int32_t kernel, stride, before, after;
} window;

static wick_quant_axis axis_of(int32_t in, window w)
{
    wick_quant_axis axis = {.in = in,
                            .out = (in + w.before + w.after - w.kernel) / w.stride + 1,
                            .kernel = w.kernel,
                            .stride = w.stride,
                            .padding = w.before,
                            .dilation = 1};
    wick_quant_axis_set_steps(&axis, false);
    return axis;
}

static void chain_window(chain *c, wick_window_kind kind, window y, window x, int32_t channels)
{
    const wick_quant_conv_params p = {.batch = 1,
                                      .groups = 1,
                                      .in_channels = c->channels,
                                      .out_channels = channels,
                                      .height = axis_of(c->height, y),
                                      .width = axis_of(c->width, x)};
    c->height = p.height.out;
    c->width = p.width.out;
    c->channels = channels;
    chain_step(c, (size_t)(c->height * c->width * channels), wick_distance_windows(&p, kind));
}

static void chain_depthwise(chain *c, window y, window x)
{
    chain_window(c, WICK_WINDOW_DEPTHWISE, y, x, c->channels);
}

static void chain_pointwise(chain *c, int32_t channels)
{
    const int32_t pixels = c->height * c->width;
    const wick_distance distance = wick_distance_rows(pixels, c->channels, channels);
    c->channels = channels;
    chain_step(c, (size_t)(pixels * channels), distance);
}

// All pixels to one row, then a row of `channels`.
static void chain_classify(chain *c, int32_t channels)
{
    const window all = {c->height, 1, 0, 0};
    const window across = {c->width, 1, 0, 0};
    chain_depthwise(c, all, across);
    chain_pointwise(c, channels);
}

static size_t chain_place(chain *c, const char *name)
{
    const wick_plan_result result = network_place(&c->net);
    print_message("%s: %zu bytes, bound %zu%s\n", name, result.arena_bytes,
                  result.lower_bound_bytes, result.proven_optimal ? ", proven" : "");
    wick_arena_destroy(c->net.arena);
    return result.arena_bytes;
}

static const window same3 = {3, 1, 1, 1};
static const window halved3 = {3, 2, 0, 1};
static const window halved3_odd = {3, 2, 1, 1};

static void test_overlap_keyword_spotter_fits(void **state)
{
    (void)state;
    chain c = chain_begin(49, 10, 1);
    chain_window(&c, WICK_WINDOW_DENSE, (window){10, 2, 4, 5}, (window){4, 2, 1, 1}, 64);
    for (uint32_t i = 0; i < 4; i++) {
        chain_depthwise(&c, same3, same3);
        chain_pointwise(&c, 64);
    }
    chain_classify(&c, 12);
    assert_true(chain_place(&c, "ds_cnn") <= 8500);
}

static void test_overlap_visual_wake_words_fits(void **state)
{
    (void)state;
    static const struct {
        int32_t channels;
        bool halves;
    } blocks[] = {{16, false},  {32, true},   {32, false},  {64, true},   {64, false},
                  {128, true},  {128, false}, {128, false}, {128, false}, {128, false},
                  {128, false}, {256, true},  {256, false}};
    chain c = chain_begin(96, 96, 3);
    chain_window(&c, WICK_WINDOW_DENSE, halved3, halved3, 8);
    for (uint32_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        const window w = !blocks[i].halves ? same3 : c.height % 2 == 0 ? halved3 : halved3_odd;
        chain_depthwise(&c, w, w);
        chain_pointwise(&c, blocks[i].channels);
    }
    chain_classify(&c, 2);
    assert_true(chain_place(&c, "vww") <= 36900);
}

static void test_overlap_streaming_wake_word_fits(void **state)
{
    (void)state;
    const window one = {1, 1, 0, 0};
    static const int32_t kernels[] = {3, 5, 10, 15};
    chain c = chain_begin(30, 1, 40);
    for (uint32_t i = 0; i < 4; i++) {
        chain_depthwise(&c, (window){kernels[i], 1, 0, 0}, one);
        chain_pointwise(&c, i == 3 ? 32 : 128);
    }
    chain_pointwise(&c, 3);
    assert_true(chain_place(&c, "sww") <= 3712);
}

static void test_overlap_anomaly_detector_fits(void **state)
{
    (void)state;
    static const int32_t sizes[] = {128, 128, 128, 128, 8, 128, 128, 128, 128, 640};
    chain c = chain_begin(1, 1, 640);
    for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        chain_pointwise(&c, sizes[i]);
    }
    assert_true(chain_place(&c, "ad") <= 768);
}

// x stays alive until the second convolution writes its sum exactly over it.
static void residual_block(chain *c, int32_t channels, bool halves)
{
    const window w = halves ? (window){3, 2, 0, 1} : same3;
    const chain before = *c;
    uint32_t shortcut = c->last;
    chain_window(c, WICK_WINDOW_DENSE, w, w, channels);
    if (halves) { // the shortcut is a convolution of its own
        c->net.overlap_count = before.net.overlap_count;
        const chain first = *c;
        c->last = shortcut;
        c->height = before.height;
        c->width = before.width;
        c->channels = before.channels;
        chain_window(c, WICK_WINDOW_DENSE, (window){1, 2, 0, 0}, (window){1, 2, 0, 0}, channels);
        shortcut = c->last;
        c->last = first.last;
    } else {
        c->net.overlap_count = before.net.overlap_count; // x is read later
    }
    chain_window(c, WICK_WINDOW_DENSE, same3, same3, channels);
    network_read(&c->net, shortcut);
    c->net.buffers[shortcut].last = c->net.instruction - 1;
    network_allow(&c->net, shortcut, c->last, 0);
    network_allow(&c->net, c->last, shortcut, 0);
}

static void test_overlap_residual_network_fits(void **state)
{
    (void)state;
    chain c = chain_begin(32, 32, 3);
    chain_window(&c, WICK_WINDOW_DENSE, same3, same3, 16);
    residual_block(&c, 16, false);
    residual_block(&c, 32, true);
    residual_block(&c, 64, true);
    chain_classify(&c, 10);
    assert_true(chain_place(&c, "resnet8") <= 32768);
}

// Random networks. An instruction reads up to two buffers and writes one; an input that is dead
// afterwards may be overlapped at the distance of an operator on `units` rows.
typedef struct operation {
    uint32_t reads[2];
    uint32_t read_count;
    uint32_t rows[2]; // bytes of a row of the dead input and of the result
    uint32_t dead;    // buffer that may be overlapped, UINT32_MAX if none
    wick_distance distance;
} operation;

typedef struct random_network {
    network net;
    operation operations[MAX_LAYERS];
    uint32_t units; // rows of every buffer
} random_network;

static random_network random_network_create(uint32_t instructions)
{
    random_network r = {.units = 1 + random_below(12)};
    uint32_t row_bytes[MAX_LAYERS + 1] = {1 + random_below(40)};
    r.net = network_begin((size_t)r.units * row_bytes[0]);
    for (uint32_t i = 0; i < instructions; i++) {
        operation *o = &r.operations[i];
        o->read_count = 1 + random_below(2);
        for (uint32_t k = 0; k < o->read_count; k++) { // mostly what was written last
            o->reads[k] = r.net.count - 1 - random_below(random_below(3) ? 1 : r.net.count);
            network_read(&r.net, o->reads[k]);
        }
        row_bytes[r.net.count] = 1 + random_below(40);
        network_add(&r.net, (size_t)r.units * row_bytes[r.net.count]);
        r.net.instruction++;
    }
    r.net.buffers[r.net.count - 1].last = instructions - 1;
    for (uint32_t i = 0; i < instructions; i++) {
        operation *o = &r.operations[i];
        o->dead = r.net.buffers[o->reads[0]].last == i ? o->reads[0] : UINT32_MAX;
        if (o->dead != UINT32_MAX) {
            o->rows[0] = row_bytes[o->dead];
            o->rows[1] = row_bytes[i + 1];
            o->distance = wick_distance_rows(r.units, o->rows[0], o->rows[1]);
            network_allow(&r.net, o->dead, i + 1, o->distance.forward_bytes);
            network_allow(&r.net, i + 1, o->dead, o->distance.backward_bytes);
        }
    }
    return r;
}

static uint8_t paint[MAX_ARENA]; // buffer number + 1 that owns a byte

static void paint_range(uint32_t buffer, size_t offset, size_t count)
{
    memset(paint + offset, (int)(buffer + 1), count);
}

static void check_paint(uint32_t buffer, size_t offset, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(paint[offset + i], buffer + 1);
    }
}

// Row after row: what is read must still be there.
static void execute(const random_network *r, uint32_t instruction)
{
    const operation *o = &r->operations[instruction];
    const wick_plan_buffer *out = &r->net.buffers[instruction + 1];
    for (uint32_t k = 0; k < o->read_count; k++) {
        const wick_plan_buffer *read = &r->net.buffers[o->reads[k]];
        check_paint(o->reads[k], read->offset_bytes, read->size_bytes);
    }
    if (o->dead == UINT32_MAX) {
        paint_range(instruction + 1, out->offset_bytes, out->size_bytes);
        return;
    }
    const wick_plan_buffer *input = &r->net.buffers[o->dead];
    const bool is_forward =
        (int64_t)input->offset_bytes >= (int64_t)out->offset_bytes + o->distance.forward_bytes;
    for (uint32_t i = 0; i < r->units; i++) {
        const uint32_t row = is_forward ? i : r->units - 1 - i;
        for (uint32_t byte = 0; byte < o->rows[1]; byte++) { // each needs the whole row
            check_paint(o->dead, input->offset_bytes + (size_t)row * o->rows[0], o->rows[0]);
            paint_range(instruction + 1, out->offset_bytes + (size_t)row * o->rows[1] + byte, 1);
        }
    }
}

static void test_overlap_no_live_byte_is_overwritten(void **state)
{
    (void)state;
    uint32_t overlapping = 0;
    uint32_t proven = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t instructions = 1 + random_below(14);
        random_network r = random_network_create(instructions);
        const wick_plan_result with = network_place(&r.net);
        assert_true(with.arena_bytes <= MAX_ARENA);
        assert_true(with.arena_bytes >= with.lower_bound_bytes);
        proven += with.proven_optimal;
        memset(paint, 0, sizeof paint);
        paint_range(0, r.net.buffers[0].offset_bytes, r.net.buffers[0].size_bytes);
        for (uint32_t i = 0; i < instructions; i++) {
            execute(&r, i);
        }
        r.net.overlap_count = 0;
        const wick_plan_result without = network_place(&r.net);
        assert_true(with.arena_bytes <= without.arena_bytes);
        assert_true(with.lower_bound_bytes <= without.lower_bound_bytes);
        overlapping += with.arena_bytes < without.arena_bytes;
        wick_arena_destroy(r.net.arena);
    }
    print_message("of %d: %u smaller with overlap, %u proven optimal\n", ROUNDS, overlapping,
                  proven);
    assert_true(overlapping > ROUNDS / 4);
}

enum { SMALL = 5, UNIT = 16 };

static bool is_allowed(const network *n, uint32_t a, uint32_t b)
{
    const wick_plan_buffer *x = &n->buffers[a];
    const wick_plan_buffer *y = &n->buffers[b];
    const size_t x_end = x->offset_bytes + (x->size_bytes + UNIT - 1) / UNIT * UNIT;
    const size_t y_end = y->offset_bytes + (y->size_bytes + UNIT - 1) / UNIT * UNIT;
    if (x->first > y->last || y->first > x->last || x_end <= y->offset_bytes ||
        y_end <= x->offset_bytes) {
        return true;
    }
    for (uint32_t k = 0; k < n->overlap_count; k++) {
        const wick_plan_overlap *o = &n->overlaps[k];
        const bool is_pair = (o->upper == a && o->lower == b) || (o->upper == b && o->lower == a);
        if (is_pair && n->buffers[o->upper].offset_bytes >=
                           n->buffers[o->lower].offset_bytes + o->distance_bytes) {
            return true;
        }
    }
    return false;
}

// Whether buffers from `item` on can be placed below `limit`: tries every offset of each.
static bool fits_below(network *n, uint32_t item, size_t limit)
{
    if (item == n->count) {
        return true;
    }
    wick_plan_buffer *buffer = &n->buffers[item];
    for (size_t offset = 0; offset + buffer->size_bytes <= limit; offset += UNIT) {
        buffer->offset_bytes = offset;
        bool is_free = true;
        for (uint32_t i = 0; i < item && is_free; i++) {
            is_free = is_allowed(n, i, item);
        }
        if (is_free && fits_below(n, item + 1, limit)) {
            return true;
        }
    }
    return false;
}

static void test_overlap_small_networks_are_optimal(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        random_network r = random_network_create(1 + random_below(SMALL));
        const wick_plan_result result = network_place(&r.net);
        assert_true(result.proven_optimal);
        assert_false(fits_below(&r.net, 0, result.arena_bytes - UNIT));
        assert_false(fits_below(&r.net, 0, result.lower_bound_bytes - UNIT));
        wick_arena_destroy(r.net.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlap_keyword_spotter_fits),
        cmocka_unit_test(test_overlap_visual_wake_words_fits),
        cmocka_unit_test(test_overlap_streaming_wake_word_fits),
        cmocka_unit_test(test_overlap_anomaly_detector_fits),
        cmocka_unit_test(test_overlap_residual_network_fits),
        cmocka_unit_test(test_overlap_no_live_byte_is_overwritten),
        cmocka_unit_test(test_overlap_small_networks_are_optimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
