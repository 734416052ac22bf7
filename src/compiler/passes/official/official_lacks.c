// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/official/official_lacks.h"

#include "compiler/passes/build.h"

enum { MOST_SPATIAL = 3 };

static const char *always(const wick_ir_node *node)
{
    (void)node;
    return "the official operators have none for it";
}

static bool are_all(const wick_ir_node *node, const char *name, uint32_t count, int64_t value)
{
    int64_t items[MOST_SPATIAL];
    if (count > MOST_SPATIAL || !wick_argument_ints(node, name, count, items)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (items[i] != value) {
            return false;
        }
    }
    return true;
}

static const char *of_convolution(const wick_ir_node *node)
{
    const uint32_t rank = node->outputs[0]->type.rank;
    const wick_ir_value *weight = wick_argument_tensor(node, "weight");
    int64_t padding[MOST_SPATIAL];
    int64_t stride[MOST_SPATIAL];
    if (!wick_argument_bool(node, "transposed", false) || rank < 3 || weight == NULL) {
        return NULL;
    }
    if (wick_argument_int(node, "groups", 1) != 1 || !are_all(node, "dilation", rank - 2, 1) ||
        !are_all(node, "output_padding", rank - 2, 0)) {
        return "official transposed convolutions have neither groups, dilation nor output padding";
    }
    if (!wick_argument_ints(node, "padding", rank - 2, padding) ||
        !wick_argument_ints(node, "stride", rank - 2, stride)) {
        return NULL;
    }
    for (uint32_t i = 0; i + 2 < rank; i++) {
        if (padding[i] >= weight->type.sizes[i + 2] || stride[i] > weight->type.sizes[i + 2]) {
            return "official transposed convolutions pad by less than their kernel's size, and "
                   "stride over no more";
        }
    }
    return NULL;
}

static const char *of_max_pool(const wick_ir_node *node)
{
    return are_all(node, "dilation", 2, 1) ? NULL : "official maximum pools have no dilation";
}

static const char *of_avg_pool(const wick_ir_node *node)
{
    const bool is_even =
        !wick_argument_bool(node, "ceil_mode", false) &&
        (wick_argument_bool(node, "count_include_pad", true) || are_all(node, "padding", 2, 0));
    return is_even ? NULL : "the windows of an official average pool count the same";
}

static const char *of_adaptive_avg_pool(const wick_ir_node *node)
{
    const wick_ir_type *in = &node->args[0].value->type;
    const wick_ir_type *out = &node->outputs[0]->type;
    for (uint32_t i = 1; i <= 2 && i < out->rank; i++) {
        const int64_t size = out->sizes[out->rank - i];
        if (size == 0 || in->sizes[in->rank - i] % size != 0) {
            return "the windows of an official average pool count the same";
        }
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *(*lacks)(const wick_ir_node *node);
} rows[] = {
    {"aten::div.Tensor", always},
    {"aten::_log_softmax", always},
    {"aten::native_layer_norm", always},
    {"aten::upsample_nearest2d.vec", always},
    {"aten::upsample_bilinear2d.vec", always},
    {"aten::convolution", of_convolution},
    {"aten::max_pool2d_with_indices", of_max_pool},
    {"aten::avg_pool2d", of_avg_pool},
    {"aten::_adaptive_avg_pool2d", of_adaptive_avg_pool},
};

const char *wick_official_lacks(const wick_ir_node *node)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (wick_node_is(node, rows[i].name)) {
            return rows[i].lacks(node);
        }
    }
    return NULL;
}
