// SPDX-License-Identifier: BSD-3-Clause
// Pass remove_identities: drops operators whose result has the bits of an input, and joins pairs of
// views, permutations and casts into one.
//
// Before  %a = aten::view_copy(%x, [2, 6])    %b = aten::view_copy(%a, [12])    %c =
// aten::clone(%b)    return %c After   %b = aten::view_copy(%x, [12])    return %b Keeps   NaN,
// infinities and the sign of zeros: x * 1 and x - 0 go, x + 0 stays (-0.0 + 0 is 0.0), and so does
// an
//         average over one element (its sum starts at 0).
#include "compiler/passes/build.h"
#include "compiler/passes/constant.h"

#include <string.h>

// A value that can stand for the node's only result; NULL if the node does something.
typedef wick_ir_value *simplification(const wick_builder *builder);

static wick_ir_value *self_of(const wick_builder *builder)
{
    return wick_argument_tensor_at(builder->node, 0);
}

static const wick_ir_type *result_of(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

// A copy with the type, shape and dim order of its input.
static wick_ir_value *same_type(const wick_builder *builder)
{
    wick_ir_value *input = self_of(builder);
    return wick_ir_type_equal(&input->type, result_of(builder)) ? input : NULL;
}

static bool is_view(const wick_ir_node *node)
{
    static const char *const names[] = {"aten::view_copy", "aten::squeeze_copy.dim",
                                        "aten::squeeze_copy.dims", "aten::unsqueeze_copy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wick_node_is(node, names[i])) {
            return true;
        }
    }
    return false;
}

static wick_ir_value *join_views(const wick_builder *builder)
{
    wick_ir_value *input = self_of(builder);
    const wick_ir_type *type = result_of(builder);
    if (wick_ir_type_equal(&input->type, type)) {
        return input;
    }
    if (input->kind != WICK_IR_RESULT || !is_view(input->producer)) {
        return NULL;
    }
    wick_ir_value *base = wick_argument_tensor_at(input->producer, 0);
    return wick_build_view(builder, base, type->rank, type->sizes);
}

// Whether dimensions above size 1 keep their order, so that no element moves.
static bool moves_nothing(const wick_ir_type *type, const int64_t *dims)
{
    int64_t last = -1;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->sizes[dims[i]] == 1) {
            continue;
        }
        if (dims[i] < last) {
            return false;
        }
        last = dims[i];
    }
    return true;
}

static wick_ir_value *join_permutes(const wick_builder *builder)
{
    wick_ir_value *input = self_of(builder);
    const wick_ir_type *type = result_of(builder);
    int64_t outer[WICK_MAX_RANK];
    int64_t inner[WICK_MAX_RANK];
    if (input->type.rank != type->rank || !wick_argument_dims(builder->node, type->rank, outer)) {
        return NULL;
    }
    if (moves_nothing(&input->type, outer)) {
        return wick_build_view(builder, input, type->rank, type->sizes);
    }
    const wick_ir_node *before = wick_producer_if(input, "aten::permute_copy");
    wick_ir_value *source = before != NULL ? wick_argument_tensor_at(before, 0) : NULL;
    if (source == NULL || source->type.rank != type->rank ||
        !wick_argument_dims(before, type->rank, inner)) {
        return NULL;
    }
    for (uint32_t i = 0; i < type->rank; i++) {
        outer[i] = inner[outer[i]];
    }
    return wick_build_permute(builder, source, outer);
}

// transpose_copy and t_copy as permute_copy, so that they join with others.
static wick_ir_value *transpose_as_permute(const wick_builder *builder)
{
    wick_ir_value *input = self_of(builder);
    const uint32_t rank = input->type.rank;
    const uint32_t a = wick_wrap_dim(wick_argument_int(builder->node, "dim0", 0), rank);
    const uint32_t b = wick_wrap_dim(wick_argument_int(builder->node, "dim1", -1), rank);
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = i == a ? b : i == b ? a : i;
    }
    return wick_build_permute(builder, input, dims);
}

// Casts that keep every value, as bit sets of what they lead to. Same-type casts are no casts.
static bool is_lossless(uint8_t from, uint8_t to)
{
    static const struct {
        uint8_t from;
        uint8_t to[7];
        uint8_t count;
    } rows[] = {
        {WICK_BOOL,
         {WICK_UINT8, WICK_INT8, WICK_INT16, WICK_INT32, WICK_INT64, WICK_FLOAT32, WICK_FLOAT64},
         7},
        {WICK_UINT8, {WICK_INT16, WICK_INT32, WICK_INT64, WICK_FLOAT32, WICK_FLOAT64}, 5},
        {WICK_INT8, {WICK_INT16, WICK_INT32, WICK_INT64, WICK_FLOAT32, WICK_FLOAT64}, 5},
        {WICK_INT16, {WICK_INT32, WICK_INT64, WICK_FLOAT32, WICK_FLOAT64}, 4},
        {WICK_INT32, {WICK_INT64, WICK_FLOAT64}, 2},
        {WICK_FLOAT16, {WICK_FLOAT32, WICK_FLOAT64}, 2},
        {WICK_BFLOAT16, {WICK_FLOAT32, WICK_FLOAT64}, 2},
        {WICK_FLOAT32, {WICK_FLOAT64}, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == from && memchr(rows[i].to, to, rows[i].count) != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_float(uint8_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

static wick_ir_value *join_casts(const wick_builder *builder)
{
    wick_ir_value *input = self_of(builder);
    const wick_ir_node *before = wick_producer_if(input, "aten::_to_copy");
    if (wick_ir_type_equal(&input->type, result_of(builder)) || before == NULL) {
        return same_type(builder);
    }
    wick_ir_value *source = wick_argument_tensor_at(before, 0);
    const uint8_t from = source->type.dtype;
    const uint8_t to = result_of(builder)->dtype;
    // An integer that goes through a float comes back the same only within its own kind; a float
    // cast to an integer out of range is undefined, so that path stays as it is.
    if (!is_lossless(from, input->type.dtype) ||
        (!is_float(from) && is_float(input->type.dtype) && from != to)) {
        return NULL;
    }
    return wick_build_cast(builder, source, to);
}

static wick_ir_value *no_pad(const wick_builder *builder)
{
    const wick_ir_arg *pad = wick_argument(builder->node, "pad");
    for (uint32_t i = 0; i < pad->count; i++) {
        if (pad->kind != WICK_IR_INTS || pad->list.ints[i] != 0) {
            return NULL;
        }
    }
    return same_type(builder);
}

static wick_ir_value *slice_all(const wick_builder *builder)
{
    return wick_argument_int(builder->node, "step", 1) == 1 ? same_type(builder) : NULL;
}

static wick_ir_value *single_part(const wick_builder *builder)
{
    const wick_ir_arg *parts = wick_argument(builder->node, "tensors");
    if (parts->kind != WICK_IR_VALUES || parts->count != 1 || parts->list.values[0] == NULL ||
        !wick_ir_type_equal(&parts->list.values[0]->type, result_of(builder))) {
        return NULL;
    }
    return parts->list.values[0];
}

static bool other_is(const wick_ir_node *node, double number)
{
    const wick_ir_arg *other = wick_argument(node, "other");
    double value;
    if (wick_argument_number(other, &value)) {
        return value == number;
    }
    const bool is_constant =
        other->kind == WICK_IR_VALUE && wick_ir_value_is_constant(other->value);
    return is_constant && wick_ir_type_count(&other->value->type) > 0 &&
           wick_constant_is_all(other->value, number);
}

static wick_ir_value *times_one(const wick_builder *builder)
{
    return other_is(builder->node, 1) ? same_type(builder) : NULL;
}

// x - alpha * 0, where the product is 0.0: alpha is not negative.
static wick_ir_value *minus_zero(const wick_builder *builder)
{
    double alpha = 1;
    wick_argument_number(wick_argument(builder->node, "alpha"), &alpha);
    return alpha >= 0 && other_is(builder->node, 0) ? same_type(builder) : NULL;
}

static wick_ir_value *plus_zero(const wick_builder *builder)
{
    return !is_float(result_of(builder)->dtype) && other_is(builder->node, 0) ? same_type(builder)
                                                                              : NULL;
}

static bool ints_are(const wick_ir_node *node, const char *name, int64_t wanted)
{
    int64_t values[2];
    return wick_argument_ints(node, name, 2, values) && values[0] == wanted && values[1] == wanted;
}

// A maximum over one element with steps of one.
static wick_ir_value *pool_of_one(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *stride = wick_argument(node, "stride");
    const bool steps_by_one =
        (stride->kind == WICK_IR_INTS && stride->count == 0) || ints_are(node, "stride", 1);
    return ints_are(node, "kernel_size", 1) && steps_by_one && ints_are(node, "padding", 0) &&
                   node->outputs[1]->use_count == 0
               ? same_type(builder)
               : NULL;
}

typedef struct simplification_row {
    const char *op_name;
    simplification *simplify;
} simplification_row;

static const simplification_row simplifications[] = {
    {"aten::clone", same_type},
    {"aten::alias_copy", same_type},
    {"aten::detach_copy", same_type},
    {"aten::lift_fresh_copy", same_type},
    {"aten::expand_copy", same_type},
    {"dim_order_ops::_to_dim_order_copy", same_type},
    {"dim_order_ops::_clone_dim_order", same_type},
    {"aten::view_copy", join_views},
    {"aten::squeeze_copy.dim", join_views},
    {"aten::squeeze_copy.dims", join_views},
    {"aten::unsqueeze_copy", join_views},
    {"aten::permute_copy", join_permutes},
    {"aten::transpose_copy.int", transpose_as_permute},
    {"aten::t_copy", transpose_as_permute},
    {"aten::_to_copy", join_casts},
    {"aten::slice_copy.Tensor", slice_all},
    {"aten::cat", single_part},
    {"aten::constant_pad_nd", no_pad},
    {"aten::mul.Scalar", times_one},
    {"aten::mul.Tensor", times_one},
    {"aten::div.Scalar", times_one},
    {"aten::div.Tensor", times_one},
    {"aten::sub.Scalar", minus_zero},
    {"aten::sub.Tensor", minus_zero},
    {"aten::add.Scalar", plus_zero},
    {"aten::add.Tensor", plus_zero},
    {"aten::max_pool2d_with_indices", pool_of_one},
};

// A number may stand for a tensor until decompose has run; lists of tensors hold no None.
static bool has_tensor(const wick_ir_node *node)
{
    return node->args[0].kind == WICK_IR_VALUES || wick_argument_tensor_at(node, 0) != NULL;
}

static wick_ir_value *simplify(const wick_builder *builder)
{
    for (size_t i = 0; i < sizeof simplifications / sizeof simplifications[0]; i++) {
        if (wick_node_is(builder->node, simplifications[i].op_name) && has_tensor(builder->node)) {
            return simplifications[i].simplify(builder);
        }
    }
    return NULL;
}

// Replaces one node by what stands for it; what that made is looked at next.
wick_status wick_pass_remove_identities(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_ir_count_uses(graph);
    wick_ir_node *node = graph->first;
    while (node != NULL) {
        const wick_builder builder = {context, graph, node, node, NULL};
        wick_ir_node *before = node->previous;
        wick_ir_value *same = simplify(&builder);
        if (same == NULL) {
            node = node->next;
            continue;
        }
        wick_replace(&builder, 0, same);
        wick_ir_node_remove(graph, node);
        node = before != NULL ? before->next : graph->first;
    }
    return WICK_OK;
}
