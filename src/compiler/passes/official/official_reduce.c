// SPDX-License-Identifier: BSD-3-Clause
// Pools, means and softmax. The official average pool gives its result the scale of its input; a
// mean with a scale of its own is a layer whose weights are ones, which has the bits of ours.
#include "compiler/passes/official/official_layers.h"
#include "compiler/quant_blocks/scale.h"
#include "ops/quant/quant_reduce.h"

#include <math.h>
#include <string.h>

static const void *block_of(const wick_ir_node *node)
{
    return wick_argument_tensor(node, "block")->data;
}

static wick_ir_type pooled_type(const wick_pool2d_nhwc_params *p)
{
    return wick_official_image_type(p->batch, p->channels, p->height.out, p->width.out);
}

// The image, with `value` around it where the official padding cannot say it: alike at both ends
// and at most half a window.
static wick_ir_value *pool_image(const wick_official *official, wick_pool2d_nhwc_params *p,
                                 int64_t value)
{
    const wick_builder *builder = &official->builder;
    wick_ir_value *image = wick_official_image(builder, wick_argument_tensor_at(builder->node, 0));
    wick_official_padding padding;
    if (!wick_official_padding_plan(&p->height, &p->width, &padding)) {
        return NULL;
    }
    padding.is_explicit = padding.is_explicit || 2 * p->height.padding > p->height.kernel ||
                          2 * p->width.padding > p->width.kernel;
    return padding.is_explicit
               ? wick_official_pad_image(builder, image, &padding, &p->height, &p->width, value)
               : image;
}

wick_status wick_official_max_pool2d(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    wick_pool2d_nhwc_params p = *(const wick_pool2d_s8_block *)block_of(builder->node);
    if (p.height.dilation != 1 || p.width.dilation != 1) {
        return wick_official_refuse(official, "a maximum pool has a dilation above 1");
    }
    wick_ir_value *image = pool_image(official, &p, INT8_MIN);
    if (image == NULL) {
        return wick_official_refuse(official, "it leaves out windows at the end of its input");
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(image),
                                wick_official_pair(builder, p.height.kernel, p.width.kernel),
                                wick_official_pair(builder, p.height.stride, p.width.stride),
                                wick_official_pair(builder, p.height.padding, p.width.padding),
                                wick_official_pair(builder, 1, 1),
                                wick_ir_arg_bool(false), // ceil mode
                                wick_ir_arg_int(0),      // zero points, which must be one
                                wick_ir_arg_int(0),
                                wick_ir_arg_int(p.range.minimum),
                                wick_ir_arg_int(p.range.maximum)};
    const wick_ir_type type = pooled_type(&p);
    wick_ir_value *out = wick_build(builder, "cortex_m::quantized_max_pool2d", &type, args,
                                    sizeof args / sizeof args[0]);
    wick_replace(builder, 0,
                 wick_official_from_image(builder, out, &builder->node->outputs[0]->type));
    return WICK_OK;
}

static bool is_plain_mean(const wick_pool2d_nhwc_params *p, const wick_quant_scale *scale)
{
    wick_quant_scale plain;
    const double count = (double)p->height.kernel * p->width.kernel;
    return wick_quant_scale_from_real(1 / count, &plain) && plain.multiplier == scale->multiplier &&
           plain.shift == scale->shift && p->zero_point == p->range.offset &&
           p->range.minimum == INT8_MIN && p->range.maximum == INT8_MAX;
}

// Average pool whose result has the scale of its input. Their kernel leaves padding out of the
// count: what counts lies around the image.
static wick_status build_avg_pool(const wick_official *official, wick_pool2d_nhwc_params *p)
{
    const wick_builder *builder = &official->builder;
    enum { ONE = 1 << 30, ONE_SHIFT = 1 }; // 1.0, a scale for which the reference is exact
    wick_ir_value *scratch;
    WICK_TRY(wick_official_scratch(
        official, wick_cmsis_nn_avg_pool_scratch(official->set, p->channels), &scratch));
    wick_ir_value *image = wick_official_image(builder, wick_argument_tensor_at(builder->node, 0));
    wick_official_padding padding;
    if (!wick_official_padding_plan(&p->height, &p->width, &padding)) {
        return wick_official_refuse(official, "it leaves out windows at the end of its input");
    }
    if (padding.is_explicit || p->height.padding != 0 || p->width.padding != 0) {
        image =
            wick_official_pad_image(builder, image, &padding, &p->height, &p->width, p->zero_point);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(image),
                                wick_official_pair(builder, p->height.kernel, p->width.kernel),
                                wick_official_pair(builder, p->height.stride, p->width.stride),
                                wick_official_pair(builder, 0, 0),
                                wick_ir_arg_int(p->zero_point),
                                wick_ir_arg_int(ONE),
                                wick_ir_arg_int(ONE_SHIFT),
                                wick_ir_arg_value(scratch)};
    const wick_ir_type type = pooled_type(p);
    wick_ir_value *out = wick_build(builder, "cortex_m::quantized_avg_pool2d", &type, args,
                                    sizeof args / sizeof args[0]);
    wick_replace(builder, 0,
                 wick_official_from_image(builder, out, &builder->node->outputs[0]->type));
    return WICK_OK;
}

// [a, b, c] to [a, c, b].
static wick_ir_value *swap_last(const wick_builder *builder, wick_ir_value *value,
                                const int64_t sizes[3])
{
    static const int64_t swap[3] = {0, 2, 1};
    const wick_ir_type type =
        wick_ir_type_tensor(WICK_INT8, 3, (int64_t[]){sizes[0], sizes[2], sizes[1]});
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_view(builder, value, 3, sizes)),
                                wick_ir_arg_ints(builder->graph, swap, 3)};
    return wick_build(builder, "cortex_m::transpose", &type, args, 2);
}

static wick_ir_value *ones(const wick_builder *builder, uint32_t rank, const int64_t *sizes)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, rank, sizes);
    void *data = wick_arena_alloc(builder->graph->arena, 1, wick_ir_type_size_bytes(&type));
    memset(data, 1, wick_ir_type_size_bytes(&type));
    return wick_ir_constant_create(builder->graph, "ones", &type, data);
}

// A sum of terms apart from the zero point, rescaled.
typedef struct mean {
    int32_t zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} mean;

// Elements [outer, count, inner] to their means [outer, inner]: a layer of one weight column, on
// the elements with the terms of a mean side by side. `terms` [count] is 1 for what counts, else 0.
static wick_ir_value *build_mean(const wick_official *official, const int64_t sizes[3],
                                 wick_ir_value *terms, const mean *m)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_type *wanted = &builder->node->outputs[0]->type;
    const int64_t count = sizes[1];
    const int64_t rows = sizes[0] * sizes[2];
    const int32_t no_bias = 0;
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    if (sizes[2] > 1) {
        value = swap_last(builder, value, sizes);
    }
    const wick_linear_s8_block block = {.rows = (int32_t)rows,
                                        .depth = (int32_t)count,
                                        .cols = 1,
                                        .input_offset = -m->zero_point,
                                        .range = m->range};
    const wick_official_layer layer = {
        .input = wick_build_view(builder, value, 2, (int64_t[]){rows, count}),
        .weight = terms,
        .bias = &no_bias,
        .multipliers = &m->scale.multiplier,
        .shifts = &m->scale.shift};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 2, (int64_t[]){rows, 1});
    value = wick_official_build_linear(official, &block, &layer, &type);
    return wick_build_view(builder, value, wanted->rank, wanted->sizes);
}

// Whether the position lies in the only window of an axis.
static bool counts(const wick_quant_axis *axis, int32_t position)
{
    const int32_t tap = position + axis->padding;
    return tap % axis->dilation == 0 && tap / axis->dilation < axis->kernel;
}

static wick_ir_value *window_terms(const wick_builder *builder, const wick_pool2d_nhwc_params *p)
{
    const int64_t count = (int64_t)p->height.in * p->width.in;
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 1, &count);
    int8_t *data = wick_arena_alloc(builder->graph->arena, (size_t)count, 1);
    for (int32_t y = 0; y < p->height.in; y++) {
        for (int32_t x = 0; x < p->width.in; x++) {
            data[(size_t)y * (size_t)p->width.in + (size_t)x] =
                counts(&p->height, y) && counts(&p->width, x);
        }
    }
    return wick_ir_constant_create(builder->graph, "terms", &type, data);
}

// A depthwise layer whose weights are ones.
static wick_status build_window_mean(const wick_official *official,
                                     const wick_pool2d_nhwc_params *p, const mean *m)
{
    const wick_builder *builder = &official->builder;
    const int64_t sizes[4] = {1, p->height.kernel, p->width.kernel, p->channels};
    const size_t channels = (size_t)p->channels;
    int32_t *arrays = wick_arena_alloc(builder->graph->arena, 3 * channels, sizeof *arrays);
    for (size_t c = 0; c < channels; c++) { // no bias: zero-filled
        arrays[channels + c] = m->scale.multiplier;
        arrays[2 * channels + c] = m->scale.shift;
    }
    const wick_quant_conv_params params = {.batch = p->batch,
                                           .groups = p->channels,
                                           .in_channels = p->channels,
                                           .out_channels = p->channels,
                                           .height = p->height,
                                           .width = p->width,
                                           .input_offset = -m->zero_point,
                                           .range = m->range};
    const wick_official_layer layer = {.input = wick_argument_tensor_at(builder->node, 0),
                                       .weight = ones(builder, 4, sizes),
                                       .bias = arrays,
                                       .multipliers = arrays + channels,
                                       .shifts = arrays + 2 * channels,
                                       .is_depthwise = true};
    wick_ir_value *out;
    WICK_TRY(wick_official_build_conv(official, &params, &layer, &out));
    wick_replace(builder, 0, out);
    return WICK_OK;
}

wick_status wick_official_avg_pool2d(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_pool2d_s8_block *block = block_of(builder->node);
    wick_pool2d_nhwc_params p = *block;
    const wick_quant_scale *scale = (const void *)(block + 1);
    if (p.scale_count != 1) {
        return wick_official_refuse(official,
                                    "the windows of an average pool differ in what counts");
    }
    if (is_plain_mean(&p, scale)) {
        return build_avg_pool(official, &p);
    }
    const mean m = {p.zero_point, *scale, p.range};
    if (p.height.out == 1 && p.width.out == 1) {
        const int64_t sizes[3] = {p.batch, (int64_t)p.height.in * p.width.in, p.channels};
        wick_replace(builder, 0, build_mean(official, sizes, window_terms(builder, &p), &m));
        return WICK_OK;
    }
    return build_window_mean(official, &p, &m);
}

// Loops that run through memory one behind the other, as one.
static uint32_t join_loops(const wick_quant_loop *loops, int32_t count, wick_quant_loop *joined)
{
    uint32_t kept = 0;
    for (int32_t i = 0; i < count; i++) {
        if (loops[i].count == 1) {
            continue;
        }
        if (kept > 0 && joined[kept - 1].a_step == loops[i].count * loops[i].a_step) {
            joined[kept - 1].count *= loops[i].count;
            joined[kept - 1].a_step = loops[i].a_step;
        } else {
            joined[kept++] = loops[i];
        }
    }
    return kept;
}

// Sizes [outer, count, inner] of a mean over neighbouring dimensions; false if it is over others.
static bool mean_sizes(const wick_mean_s8_block *block, size_t elements, int64_t sizes[3])
{
    const wick_quant_loop *loops = (const void *)(block + 1);
    wick_quant_loop kept[WICK_QUANT_LOOPS_MAX];
    wick_quant_loop reduced[WICK_QUANT_LOOPS_MAX];
    const uint32_t kept_count = join_loops(loops, block->kept_count, kept);
    const uint32_t reduced_count =
        join_loops(loops + block->kept_count, block->reduced_count, reduced);
    if (reduced_count != 1 || kept_count > 2) {
        return false;
    }
    sizes[1] = reduced[0].count;
    sizes[2] = reduced[0].a_step;
    sizes[0] = sizes[1] * sizes[2] == 0 ? 0 : (int64_t)elements / (sizes[1] * sizes[2]);
    const wick_quant_loop whole[2] = {{(int32_t)sizes[0], (int32_t)(sizes[1] * sizes[2]), 0},
                                      {(int32_t)sizes[2], 1, 0}};
    wick_quant_loop wanted[2];
    const uint32_t wanted_count = join_loops(whole, 2, wanted);
    return sizes[0] * sizes[1] * sizes[2] == (int64_t)elements && kept_count == wanted_count &&
           memcmp(kept, wanted, wanted_count * sizeof wanted[0]) == 0;
}

wick_status wick_official_mean(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_mean_s8_block *block = block_of(builder->node);
    const mean m = {block->params.zero_point, block->params.scale, block->params.range};
    int64_t sizes[3];
    const wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    if (!mean_sizes(block, wick_ir_type_count(&input->type), sizes)) {
        return wick_official_refuse(official, "a mean is over dimensions that are not neighbours");
    }
    wick_replace(builder, 0, build_mean(official, sizes, ones(builder, 1, &sizes[1]), &m));
    return WICK_OK;
}

// The scale of the input, from the exponentials of its steps: where they have fallen to 1/e a step
// is known best, to 2 parts in 10 million.
static double scale_of(const int32_t *table, int32_t count)
{
    int32_t at = 1;
    while (at + 1 < count && table[at + 1] > table[0] / 3) {
        at++;
    }
    return count > 1 ? log((double)table[0] / table[at]) / at : 16; // all but the maximum vanish
}

typedef struct softmax_scale {
    wick_quant_scale scale;
    int64_t least_distance;
} softmax_scale;

// As the exporter has it: 5 bits before the point, 26 behind; farther from the maximum all is 0.
static bool softmax_scale_of(double scale, softmax_scale *out)
{
    enum { FRACTION_BITS = 26, INTEGER_BITS = 5 };
    const double factor = fmin(scale * (1 << FRACTION_BITS), INT32_MAX);
    if (!wick_quant_scale_from_real(factor, &out->scale) || out->scale.shift < 0) {
        return false;
    }
    const double units = ((1 << INTEGER_BITS) - 1) * (double)(1 << FRACTION_BITS);
    out->least_distance = -(int64_t)floor(ldexp(units, -out->scale.shift));
    return true;
}

wick_status wick_official_softmax(const wick_official *official)
{
    enum { OUT_ZERO_POINT = -128 };
    const wick_builder *builder = &official->builder;
    const wick_softmax_s8_block *block = block_of(builder->node);
    const wick_ir_type *wanted = &builder->node->outputs[0]->type;
    const int64_t sizes[3] = {block->outer, block->size, block->inner};
    const int64_t swapped[3] = {block->outer, block->inner, block->size};
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    softmax_scale scale;
    if (!softmax_scale_of(scale_of((const int32_t *)(block + 1), block->table_count), &scale)) {
        return wick_official_refuse(official, "the scale of a softmax is too small");
    }
    if (block->inner != 1) {
        value = swap_last(builder, value, sizes);
    }
    value = wick_build_view(builder, value, 2, (int64_t[]){sizes[0] * sizes[2], sizes[1]}); // rows
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_int(1),
                                wick_ir_arg_int(0), // distances from the maximum have no zero point
                                wick_ir_arg_int(OUT_ZERO_POINT),
                                wick_ir_arg_int(scale.scale.multiplier),
                                wick_ir_arg_int(scale.scale.shift),
                                wick_ir_arg_int(scale.least_distance)};
    value =
        wick_build(builder, "cortex_m::softmax", &value->type, args, sizeof args / sizeof args[0]);
    if (block->inner != 1) {
        value = swap_last(builder, value, swapped);
    }
    wick_replace(builder, 0, wick_build_view(builder, value, wanted->rank, wanted->sizes));
    return WICK_OK;
}
