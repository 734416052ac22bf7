// SPDX-License-Identifier: BSD-3-Clause
// Windows over images, and means and sums over dimensions.
#include "compiler/passes/quantized/lower_quantized.h"
#include "ops/quant/quant_reduce.h"

#include <string.h>

static const char *const not_quantized = "its input is not quantized per tensor";
static const char *const no_scale = "its scales differ by more than 32 bits can express";
static const char *const no_window = "its windows are none that an integer operator has";

enum { HEIGHT, WIDTH, AXES };
enum { MAX_KERNEL = 1 << 12, MAX_TERMS = 1 << 22, WIDE_MAX_TERMS = 1 << 14 };

// A pool of any kind as numbers; counted positions lie in [low, high) of each axis.
typedef struct pool {
    wick_quantized input;
    wick_ir_value *image; // [batch, channels, height, width]
    wick_pool2d_s8_block head;
    int64_t divisor; // 0: the number of counted positions
} pool;

static wick_quant_axis *axis_of(pool *p, uint32_t i)
{
    return i == HEIGHT ? &p->head.height : &p->head.width;
}

// [C, H, W] gets a batch of 1.
static bool read_image(wick_lowering *lowering, pool *p)
{
    const wick_ir_node *node = lowering->builder.node;
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &p->input)) {
        lowering->reason = not_quantized;
        return false;
    }
    const uint32_t rank = p->input.value->type.rank;
    lowering->reason = no_window;
    if ((rank != 3 && rank != 4) || node->outputs[0]->type.rank != rank) {
        return false;
    }
    p->image = p->input.value;
    if (rank == 3) {
        p->image = wick_build_unsqueeze(&lowering->builder, p->image, 0);
    }
    const wick_ir_type *out = &node->outputs[0]->type;
    p->head.batch = (int32_t)p->image->type.sizes[0];
    p->head.channels = (int32_t)p->image->type.sizes[1];
    p->head.zero_point = p->input.steps.zero_point;
    p->head.height.in = (int32_t)p->image->type.sizes[2];
    p->head.width.in = (int32_t)p->image->type.sizes[3];
    p->head.height.out = (int32_t)out->sizes[out->rank - 2];
    p->head.width.out = (int32_t)out->sizes[out->rank - 1];
    return wick_ir_type_count(&p->image->type) > 0 &&
           wick_ir_type_count(&p->image->type) <= INT32_MAX && wick_ir_type_count(out) <= INT32_MAX;
}

static void set_counted(pool *p, uint32_t i, int32_t margin)
{
    p->head.counted_low[i] = -margin;
    p->head.counted_high[i] = axis_of(p, i)->in + margin;
}

static bool read_window(wick_lowering *lowering, pool *p)
{
    const wick_ir_node *node = lowering->builder.node;
    const wick_ir_arg *stride_arg = wick_argument(node, "stride");
    const bool counts_padding = wick_argument_bool(node, "count_include_pad", false);
    int64_t kernel[AXES];
    int64_t stride[AXES];
    int64_t padding[AXES];
    int64_t dilation[AXES] = {1, 1};
    if (!read_image(lowering, p) || !wick_argument_ints(node, "kernel_size", AXES, kernel) ||
        !wick_argument_ints(node, "padding", AXES, padding)) {
        return false;
    }
    memcpy(stride, kernel, sizeof stride); // where none is given
    wick_argument_ints(node, "dilation", AXES, dilation);
    if (!(stride_arg->kind == WICK_IR_INTS && stride_arg->count == 0) &&
        !wick_argument_ints(node, "stride", AXES, stride)) {
        return false;
    }
    for (uint32_t i = 0; i < AXES; i++) {
        wick_quant_axis *axis = axis_of(p, i);
        axis->kernel = (int32_t)kernel[i];
        axis->stride = (int32_t)stride[i];
        axis->padding = (int32_t)padding[i];
        axis->dilation = (int32_t)dilation[i];
        wick_quant_axis_set_steps(axis, false);
        set_counted(p, i, counts_padding ? axis->padding : 0);
        if (stride[i] > INT16_MAX || padding[i] > INT16_MAX || dilation[i] > INT16_MAX ||
            kernel[i] < 1 || kernel[i] > MAX_KERNEL || stride[i] < 1 || dilation[i] < 1 ||
            padding[i] < 0) {
            return false;
        }
    }
    return kernel[HEIGHT] * kernel[WIDTH] <= MAX_TERMS;
}

// Windows that divide the image evenly.
static bool read_adaptive(wick_lowering *lowering, pool *p)
{
    if (!read_image(lowering, p)) {
        return false;
    }
    for (uint32_t i = 0; i < AXES; i++) {
        wick_quant_axis *axis = axis_of(p, i);
        if (axis->out < 1 || axis->in % axis->out != 0 || axis->in / axis->out > MAX_KERNEL) {
            lowering->reason = "its windows differ in size";
            return false;
        }
        axis->kernel = axis->stride = axis->in / axis->out;
        axis->dilation = 1;
        wick_quant_axis_set_steps(axis, false);
        set_counted(p, i, 0);
    }
    return p->head.height.kernel * p->head.width.kernel <= MAX_TERMS;
}

// Counted positions of one window along one axis.
static int32_t counted(const pool *p, uint32_t i, int32_t out)
{
    const wick_quant_axis *axis = i == HEIGHT ? &p->head.height : &p->head.width;
    const int32_t start = out * axis->stride - axis->padding;
    const int32_t low = start > p->head.counted_low[i] ? start : p->head.counted_low[i];
    const int32_t end = start + axis->kernel;
    const int32_t high = end < p->head.counted_high[i] ? end : p->head.counted_high[i];
    return high > low ? high - low : 0;
}

// The number of positions that every window along an axis counts; 0 if they differ.
static int32_t equal_count(const pool *p, uint32_t i)
{
    const int32_t windows = i == HEIGHT ? p->head.height.out : p->head.width.out;
    const int32_t first = counted(p, i, 0);
    for (int32_t out = 1; out < windows; out++) {
        if (counted(p, i, out) != first) {
            return 0;
        }
    }
    return first;
}

static wick_ir_value *build_pool(const wick_lowering *lowering, const char *op_name, const pool *p,
                                 const wick_quant_scale *scales)
{
    const size_t tail_bytes = (size_t)p->head.scale_count * sizeof *scales;
    uint8_t *block =
        wick_arena_alloc(lowering->builder.graph->arena, 1, sizeof p->head + tail_bytes);
    const int64_t sizes[] = {p->head.batch, p->head.height.out, p->head.width.out,
                             p->head.channels};
    const wick_ir_type type = wick_ir_type_tensor((wick_dtype)lowering->dtype, 4, sizes);
    memcpy(block, &p->head, sizeof p->head);
    if (tail_bytes > 0) {
        memcpy(block + sizeof p->head, scales, tail_bytes);
    }
    wick_ir_value *numbers =
        wick_lower_constant(&lowering->builder, "block", WICK_INT32,
                            (sizeof p->head + tail_bytes) / sizeof(int32_t), block);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_channels_to_last(&lowering->builder, p->image)),
        wick_ir_arg_value(numbers)};
    wick_ir_value *image = wick_build(&lowering->builder, op_name, &type, args, 2);
    return wick_channels_from_last(&lowering->builder, image,
                                   &lowering->builder.node->outputs[0]->type);
}

// Whether input and result have one width, in which `terms` can be summed.
static bool can_sum(wick_lowering *lowering, const wick_quantized *input, double terms)
{
    const bool is_wide = lowering->dtype == WICK_INT16;
    lowering->reason = input->value->type.dtype != lowering->dtype
                           ? "its input and its result differ in width"
                           : "it has too many terms";
    return input->value->type.dtype == lowering->dtype &&
           terms <= (is_wide ? WIDE_MAX_TERMS : MAX_TERMS);
}

static wick_ir_value *lower_mean(wick_lowering *lowering, pool *p)
{
    const int32_t most = p->head.height.kernel * p->head.width.kernel;
    if (!can_sum(lowering, &p->input, most)) {
        return NULL;
    }
    const int64_t equal =
        p->divisor != 0 ? p->divisor : (int64_t)equal_count(p, HEIGHT) * equal_count(p, WIDTH);
    p->head.scale_count = equal != 0 ? 1 : most;
    p->head.range = lowering->range;
    wick_quant_scale *scales = wick_arena_alloc(lowering->builder.graph->arena,
                                                (size_t)p->head.scale_count, sizeof *scales);
    for (int32_t i = 0; i < p->head.scale_count; i++) {
        const double terms = equal != 0 ? (double)equal : i + 1;
        if (!wick_scale_rounded_once(p->input.steps.scale / (lowering->out.scale * terms),
                                     &scales[i])) {
            return wick_lower_refuse(lowering, no_scale);
        }
    }
    return build_pool(
        lowering, lowering->dtype == WICK_INT16 ? "wick::avg_pool2d_s16" : "wick::avg_pool2d_s8", p,
        scales);
}

wick_ir_value *wick_lower_avg_pool(wick_lowering *lowering)
{
    pool p = {.divisor = wick_argument_int(lowering->builder.node, "divisor_override", 0)};
    return read_window(lowering, &p) ? lower_mean(lowering, &p) : NULL;
}

wick_ir_value *wick_lower_adaptive_avg_pool(wick_lowering *lowering)
{
    pool p = {.divisor = 0};
    return read_adaptive(lowering, &p) ? lower_mean(lowering, &p) : NULL;
}

wick_ir_value *wick_lower_max_pool(wick_lowering *lowering)
{
    pool p = {.divisor = 0};
    const wick_ir_node *node = lowering->builder.node;
    if (node->output_count > 1 && node->outputs[1]->index != 0) {
        return wick_lower_refuse(lowering, "its indices are read");
    }
    if (!read_window(lowering, &p)) {
        return NULL;
    }
    lowering->out = p.input.steps;
    lowering->dtype = p.input.value->type.dtype;
    const bool is_wide = lowering->dtype == WICK_INT16;
    p.head.range =
        (wick_quant_range){0, is_wide ? INT16_MIN : INT8_MIN, is_wide ? INT16_MAX : INT8_MAX};
    p.head.zero_point = 0;
    memset(p.head.counted_low, 0, sizeof p.head.counted_low);
    memset(p.head.counted_high, 0, sizeof p.head.counted_high);
    return build_pool(lowering, is_wide ? "wick::max_pool2d_s16" : "wick::max_pool2d_s8", &p, NULL);
}

// Dimensions that a mean or sum goes over, as bits; all where none is named.
static uint32_t reduced_dims(const wick_ir_node *node, uint32_t rank)
{
    const wick_ir_arg *dims = wick_argument(node, "dim");
    uint32_t bits = 0;
    if (dims == NULL || dims->kind != WICK_IR_INTS || dims->count == 0) {
        return (1u << rank) - 1;
    }
    for (uint32_t i = 0; i < dims->count; i++) {
        bits |= 1u << wick_wrap_dim(dims->list.ints[i], rank);
    }
    return bits;
}

// The window that covers [.., height, width] or [.., length]: pools are channels last, which the
// graph around them is.
static wick_ir_value *lower_image_mean(wick_lowering *lowering, const wick_quantized *input)
{
    const wick_ir_type *in = &input->value->type;
    const int64_t sizes[] = {in->sizes[0], in->sizes[1], in->rank == 3 ? 1 : in->sizes[2],
                             in->sizes[in->rank - 1]};
    pool p = {.input = *input,
              .image = wick_build_view(&lowering->builder, input->value, 4, sizes)};
    p.head.batch = (int32_t)sizes[0];
    p.head.channels = (int32_t)sizes[1];
    p.head.zero_point = input->steps.zero_point;
    for (uint32_t i = 0; i < AXES; i++) {
        wick_quant_axis *axis = axis_of(&p, i);
        *axis = (wick_quant_axis){.in = (int32_t)sizes[2 + i], .out = 1, .dilation = 1};
        axis->kernel = axis->stride = axis->in;
        wick_quant_axis_set_steps(axis, false);
        set_counted(&p, i, 0);
    }
    return lower_mean(lowering, &p);
}

// Loops over the dimensions of `bits`, steps in elements of the contiguous input.
static int32_t list_loops(const wick_ir_type *in, uint32_t bits, wick_quant_loop *loops)
{
    int32_t count = 0;
    int64_t step = (int64_t)wick_ir_type_count(in);
    for (uint32_t i = 0; i < in->rank; i++) {
        step /= in->sizes[i];
        if ((bits >> i & 1) == 0 || in->sizes[i] == 1) {
            continue;
        }
        const wick_quant_loop loop = {(int32_t)in->sizes[i], (int32_t)step, 0};
        if (count > 0 && loops[count - 1].a_step == loop.count * loop.a_step) {
            loops[count - 1] =
                (wick_quant_loop){loops[count - 1].count * loop.count, loop.a_step, 0};
        } else {
            loops[count++] = loop;
        }
    }
    return count;
}

// Mean, or sum, over any dimensions.
static wick_ir_value *lower_reduction(wick_lowering *lowering, const wick_quantized *input,
                                      uint32_t bits, double factor)
{
    struct {
        wick_mean_s8_block head;
        wick_quant_loop loops[2 * WICK_MAX_RANK];
    } block = {0};
    wick_mean_s8_block *head = &block.head;
    head->params.zero_point = input->steps.zero_point;
    head->params.range = lowering->range;
    if (!wick_scale_rounded_once(input->steps.scale * factor / lowering->out.scale,
                                 &head->params.scale)) {
        return wick_lower_refuse(lowering, no_scale);
    }
    head->kept_count = list_loops(&input->value->type, ~bits, block.loops);
    head->reduced_count = list_loops(&input->value->type, bits, block.loops + head->kept_count);
    const size_t size_bytes =
        sizeof *head + (size_t)(head->kept_count + head->reduced_count) * sizeof(wick_quant_loop);
    void *data = wick_arena_alloc(lowering->builder.graph->arena, 1, size_bytes);
    memcpy(data, &block, size_bytes);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(input->value),
        wick_ir_arg_value(wick_lower_constant(&lowering->builder, "block", WICK_INT32,
                                              size_bytes / sizeof(int32_t), data))};
    wick_ir_type type = lowering->builder.node->outputs[0]->type;
    type.dtype = lowering->dtype;
    return wick_build(&lowering->builder,
                      lowering->dtype == WICK_INT16 ? "wick::mean_s16" : "wick::mean_s8", &type,
                      args, 2);
}

static wick_ir_value *lower_dims(wick_lowering *lowering, bool is_mean)
{
    wick_quantized input;
    const wick_ir_node *node = lowering->builder.node;
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &input)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    const wick_ir_type *in = &input.value->type;
    const uint32_t bits = reduced_dims(node, in->rank);
    const bool is_image = (in->rank == 4 && bits == 0xC) || (in->rank == 3 && bits == 4);
    double terms = 1;
    for (uint32_t i = 0; i < in->rank; i++) {
        terms *= (bits >> i & 1) != 0 ? (double)in->sizes[i] : 1;
    }
    if (wick_ir_type_count(in) == 0 || wick_ir_type_count(in) > INT32_MAX || terms > MAX_TERMS) {
        return wick_lower_refuse(lowering, "it has too many terms, or none");
    }
    if (!can_sum(lowering, &input, terms)) {
        return NULL;
    }
    return is_mean && is_image ? lower_image_mean(lowering, &input)
                               : lower_reduction(lowering, &input, bits, is_mean ? 1 / terms : 1);
}

wick_ir_value *wick_lower_mean(wick_lowering *lowering)
{
    return lower_dims(lowering, true);
}

wick_ir_value *wick_lower_sum(wick_lowering *lowering)
{
    return lower_dims(lowering, false);
}
