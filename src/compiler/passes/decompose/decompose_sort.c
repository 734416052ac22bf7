// SPDX-License-Identifier: BSD-3-Clause
// Operators that a sort prepares: the sorted copy is a tensor of the plan, so that no operator
// needs memory of its own.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"
#include "ops/op.h"

#include <string.h>

// values and indices of a stable sort
static wick_ir_node *build_sort(const wick_builder *builder, wick_ir_value *input, int64_t dim)
{
    wick_ir_type order = input->type;
    order.dtype = WICK_INT64;
    const wick_ir_arg args[] = {wick_ir_arg_value(input), wick_ir_arg_bool(true),
                                wick_ir_arg_int(dim), wick_ir_arg_bool(false)};
    wick_ir_node *made = wick_build_node(builder, "aten::sort.stable", &input->type, args, 4);
    wick_ir_node_add_output(builder->graph, made, "order", &order);
    return made;
}

static wick_ir_value *flatten(const wick_builder *builder, wick_ir_value *value)
{
    const int64_t count =
        wick_size_product(builder->graph->sizes, value->type.sizes, value->type.rank);
    return wick_build_view(builder, value, 1, &count);
}

wick_status wick_rewrite_argsort(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {node->args[0], wick_ir_arg_bool(true), *wick_argument(node, "dim"),
                                *wick_argument(node, "descending")};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::argsort.stable", &node->outputs[0]->type, args, 4));
    return WICK_OK;
}

wick_status wick_rewrite_msort(const wick_builder *builder)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    wick_replace(builder, 0, build_sort(builder, input, 0)->outputs[0]);
    return WICK_OK;
}

wick_status wick_rewrite_mode(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const int64_t dim = wick_argument_int(node, "dim", -1);
    const wick_ir_node *sorted = build_sort(builder, wick_argument_tensor_at(node, 0), dim);
    const wick_ir_arg args[] = {wick_ir_arg_value(sorted->outputs[0]),
                                wick_ir_arg_value(sorted->outputs[1]), wick_ir_arg_int(dim),
                                *wick_argument(node, "keepdim")};
    wick_ir_type indices = node->outputs[0]->type;
    indices.dtype = WICK_INT64;
    wick_ir_node *made =
        wick_build_node(builder, "wick::mode_of_sorted", &node->outputs[0]->type, args, 4);
    wick_ir_node_add_output(builder->graph, made, "indices", &indices);
    wick_replace(builder, 0, made->outputs[0]);
    wick_replace(builder, 1, made->outputs[1]);
    return WICK_OK;
}

// An element or a list of them as a tensor: a number becomes a vector of one.
static wick_ir_value *tensor_of(const wick_builder *builder, const char *name, uint8_t dtype)
{
    const wick_ir_arg *arg = wick_argument(builder->node, name);
    if (arg->kind == WICK_IR_VALUE) {
        return wick_build_cast(builder, arg->value, dtype);
    }
    const int64_t one = 1;
    const wick_ir_type type = wick_ir_type_tensor(dtype, 1, &one);
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, &one, 1), *arg};
    return wick_build(builder, "aten::full", &type, args, 2);
}

// Rank of a type among those that elements and test elements are compared in.
static uint32_t breadth(uint8_t dtype)
{
    return (uint32_t)wick_dtype_is_float(dtype) << 8 | wick_dtype_size_bytes(dtype);
}

// The type in which both tensors are compared; `fallback` stands for a number.
static uint8_t common_dtype(const wick_ir_node *node, const char *a, const char *b)
{
    const wick_ir_value *first = wick_argument_tensor(node, a);
    const wick_ir_value *second = wick_argument_tensor(node, b);
    if (first == NULL || second == NULL) {
        const wick_ir_value *tensor = first != NULL ? first : second;
        const wick_ir_arg *number = wick_argument(node, first != NULL ? b : a);
        const bool widens =
            number->kind == WICK_IR_REAL && !wick_dtype_is_float(tensor->type.dtype);
        return widens ? WICK_FLOAT32 : tensor->type.dtype;
    }
    return breadth(first->type.dtype) > breadth(second->type.dtype) ? first->type.dtype
                                                                    : second->type.dtype;
}

wick_status wick_rewrite_isin(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const char *elements = node->op->parameters[0].name;
    const char *tests = node->op->parameters[1].name;
    const uint8_t dtype = common_dtype(node, elements, tests);
    wick_ir_value *wanted = tensor_of(builder, tests, dtype);
    wick_ir_value *given = tensor_of(builder, elements, dtype);
    if (node->args[0].kind != WICK_IR_VALUE) {
        given = wick_build_view(builder, given, 0, NULL);
    }
    const wick_ir_node *sorted = build_sort(builder, flatten(builder, wanted), 0);
    const wick_ir_arg args[] = {wick_ir_arg_value(given), wick_ir_arg_value(sorted->outputs[0]),
                                *wick_argument(node, "invert")};
    wick_replace(builder, 0,
                 wick_build(builder, "wick::isin_sorted", &node->outputs[0]->type, args, 3));
    return WICK_OK;
}

// `detail`: "nan" for nanquantile.
wick_status wick_rewrite_quantile(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *q = wick_argument(node, "q");
    const wick_ir_arg *dim = wick_argument(node, "dim");
    const bool is_whole = dim->kind != WICK_IR_INT;
    const bool keeps = wick_argument_bool(node, "keepdim", false);
    const wick_ir_type point = wick_ir_type_tensor(input->type.dtype, 0, NULL);
    const wick_ir_arg fill[] = {wick_ir_arg_ints(builder->graph, NULL, 0), *q};
    wick_ir_value *ranks =
        q->kind == WICK_IR_VALUE ? q->value : wick_build(builder, "aten::full", &point, fill, 2);
    const int64_t along = is_whole ? 0 : dim->integer;
    const wick_ir_node *sorted =
        build_sort(builder, is_whole ? flatten(builder, input) : input, along);
    const wick_ir_type *wanted = &node->outputs[0]->type;
    const wick_ir_type flat =
        wick_ir_type_tensor(wanted->dtype, ranks->type.rank, ranks->type.sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(sorted->outputs[0]),
                                wick_ir_arg_value(ranks),
                                wick_ir_arg_int(along),
                                wick_ir_arg_bool(keeps && !is_whole),
                                *wick_argument(node, "interpolation"),
                                wick_ir_arg_bool(builder->detail != NULL)};
    wick_ir_value *found =
        wick_build(builder, "wick::quantile_of_sorted", is_whole ? &flat : wanted, args, 6);
    wick_replace(builder, 0, wick_build_view(builder, found, wanted->rank, wanted->sizes));
    return WICK_OK;
}

// aten::_unique2 and _unique: values, the place of each element among them, how many there are.
wick_status wick_rewrite_unique(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const bool has_inverse = wick_argument_bool(node, "return_inverse", false);
    const bool has_counts = wick_argument_bool(node, "return_counts", false);
    const wick_ir_node *sorted = build_sort(builder, flatten(builder, input), 0);
    const int64_t none = 0;
    wick_ir_type places = wick_ir_type_tensor(WICK_INT64, 1, &none);
    const wick_ir_type no_counts = places;
    places.sizes[0] =
        has_inverse ? wick_size_product(builder->graph->sizes, input->type.sizes, input->type.rank)
                    : 0;
    const wick_ir_arg args[] = {wick_ir_arg_value(sorted->outputs[0]),
                                wick_ir_arg_value(sorted->outputs[1]),
                                wick_ir_arg_bool(has_inverse), wick_ir_arg_bool(has_counts)};
    wick_ir_node *made =
        wick_build_node(builder, "wick::unique_of_sorted", &node->outputs[0]->type, args, 4);
    wick_ir_node_add_output(builder->graph, made, "inverse", &places);
    wick_ir_node_add_output(builder->graph, made, "counts",
                            has_counts && node->output_count > 2 ? &node->outputs[2]->type
                                                                 : &no_counts);
    wick_ir_value *inverse = made->outputs[1];
    if (has_inverse) {
        inverse = wick_build_view(builder, inverse, input->type.rank, input->type.sizes);
    }
    wick_replace(builder, 0, made->outputs[0]);
    wick_replace(builder, 1, inverse);
    wick_replace(builder, 2, made->outputs[2]);
    return WICK_OK;
}

// The slices of a dimension in ascending order, then those that differ from the one before; as
// they stand where there is a `detail`.
wick_status wick_rewrite_unique_dim(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), input->type.rank);
    const wick_ir_type line = wick_ir_type_tensor(WICK_INT64, 1, &input->type.sizes[dim]);
    const wick_ir_arg at = wick_ir_arg_int(dim);
    wick_ir_value *order = NULL;
    if (input->type.rank == 0 || node->output_count != 3) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "its operand has no dimension");
    }
    if (builder->detail == NULL) {
        const wick_ir_arg args[] = {wick_ir_arg_value(input), at};
        order = wick_build(builder, "wick::slice_order", &line, args, 2);
        const wick_ir_arg select[] = {wick_ir_arg_value(input), at, wick_ir_arg_value(order)};
        input = wick_build(builder, "aten::index_select", &input->type, select, 3);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(input), wick_ir_arg_bool(true),
                                wick_ir_arg_bool(true), at};
    wick_ir_node *made =
        wick_build_node(builder, "aten::unique_consecutive", &node->outputs[0]->type, args, 4);
    wick_ir_value *inverse = wick_ir_node_add_output(builder->graph, made, "inverse", &line);
    wick_ir_type counts = line;
    counts.sizes[0] = node->outputs[0]->type.sizes[dim];
    wick_ir_node_add_output(builder->graph, made, "counts", &counts);
    if (order != NULL) {
        const wick_ir_arg put[] = {wick_ir_arg_value(order), wick_ir_arg_int(0),
                                   wick_ir_arg_value(order), wick_ir_arg_value(inverse)};
        inverse = wick_build(builder, "aten::scatter.src", &line, put, 4);
    }
    wick_replace(builder, 0, made->outputs[0]);
    wick_replace(builder, 1, inverse);
    wick_replace(builder, 2, made->outputs[2]);
    return WICK_OK;
}
