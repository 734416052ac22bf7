// SPDX-License-Identifier: BSD-3-Clause
// Operators that move no value or only rearrange: view_copy, permute_copy, expand_copy, slice_copy,
// select_copy.
#include "compiler/passes/decompose/decompose.h"

// The same operator under another name: the first argument stays the first, others go by name, the
// rest keep their defaults.
wick_status wick_rewrite_rename(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made =
        wick_build_node(builder, builder->detail, &node->outputs[0]->type, NULL, 0);
    made->args[0] = node->args[0];
    for (uint32_t i = 1; i < made->op->parameter_count; i++) {
        const wick_ir_arg *same = wick_argument(node, made->op->parameters[i].name);
        made->args[i] = same != NULL ? *same : made->args[i];
    }
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

wick_status wick_rewrite_view(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    wick_replace(builder, 0, wick_build_view(builder, input, type->rank, type->sizes));
    return WICK_OK;
}

wick_status wick_rewrite_expand(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    wick_replace(builder, 0, wick_build_expand(builder, input, type->rank, type->sizes));
    return WICK_OK;
}

static void swap_dims(uint32_t rank, uint32_t a, uint32_t b, int64_t *dims)
{
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = i == a ? b : i == b ? a : i;
    }
}

static void move_dim(uint32_t rank, uint32_t source, uint32_t destination, int64_t *dims)
{
    uint32_t from = 0;
    for (uint32_t i = 0; i < rank; i++) {
        from += i != destination && from == source; // the others keep their order
        dims[i] = i == destination ? source : from++;
    }
}

// The same for lists of them. False if they do not name as many dimensions once.
static bool move_dims(const wick_ir_node *node, uint32_t rank, int64_t *dims)
{
    const wick_ir_arg *from = &node->args[1];
    const wick_ir_arg *to = &node->args[2];
    uint32_t taken = 0;
    uint32_t filled = 0;
    if (from->kind != WICK_IR_INTS || to->kind != WICK_IR_INTS || from->count != to->count) {
        return false;
    }
    for (uint32_t k = 0; k < from->count; k++) {
        const uint32_t source = wick_wrap_dim(from->list.ints[k], rank);
        const uint32_t destination = wick_wrap_dim(to->list.ints[k], rank);
        dims[destination] = source;
        taken |= 1u << source;
        filled |= 1u << destination;
    }
    for (uint32_t i = 0, next = 0; i < rank; i++) {
        if ((filled >> i & 1u) == 0) {
            while (next < rank && (taken >> next & 1u) != 0) {
                next++;
            }
            dims[i] = next++;
        }
    }
    return true;
}

static void reverse_dims(uint32_t rank, int64_t *dims)
{
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = rank - 1 - i;
    }
}

// A dimension argument, whatever it is called.
static uint32_t dim_at(const wick_ir_node *node, uint32_t index, uint32_t rank)
{
    return wick_wrap_dim(node->args[index].kind == WICK_IR_INT ? node->args[index].integer : 0,
                         rank);
}

bool wick_permutation_of(const wick_ir_node *node, int64_t *dims)
{
    const uint32_t rank = wick_argument_tensor_at(node, 0)->type.rank;
    if (wick_argument(node, "dims") != NULL) {
        return wick_argument_dims(node, rank, dims);
    }
    if (node->op->parameter_count == 3 && node->args[1].kind == WICK_IR_INTS) {
        return move_dims(node, rank, dims);
    }
    if (wick_node_is(node, "aten::numpy_T")) {
        reverse_dims(rank, dims);
    } else if (node->op->parameter_count == 1) { // t, mT
        swap_dims(rank, rank - 1, rank < 2 ? rank - 1 : rank - 2, dims);
    } else {
        const bool moves = wick_argument(node, "source") != NULL;
        (moves ? move_dim : swap_dims)(rank, dim_at(node, 1, rank), dim_at(node, 2, rank), dims);
    }
    return true;
}

wick_status wick_rewrite_permute(const wick_builder *builder)
{
    int64_t dims[WICK_MAX_RANK];
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    if (!wick_permutation_of(builder->node, dims)) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "dims has not one entry for each of %u dimensions",
                                  input->type.rank);
    }
    wick_replace(builder, 0, wick_build_permute(builder, input, dims));
    return WICK_OK;
}

static wick_status refuse_range(const wick_builder *builder)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                              "the part does not lie inside the tensor");
}

// Whether a part may lie inside, as far as that is known before the program runs.
static bool lies_inside(wick_sizes *sizes, int64_t start, int64_t length, int64_t size)
{
    const int64_t rest = wick_size_subtract(sizes, size, wick_size_add(sizes, start, length));
    return wick_size_maximum(sizes, start) >= 0 && wick_size_maximum(sizes, length) >= 0 &&
           wick_size_maximum(sizes, rest) >= 0 && rest != WICK_SIZE_UNBOUNDED;
}

wick_status wick_rewrite_narrow(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_sizes *sizes = builder->graph->sizes;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), input->type.rank);
    const int64_t size = input->type.sizes[dim];
    const int64_t length = wick_argument_int(node, "length", 0);
    int64_t start = wick_argument_int(node, "start", 0);
    start = start < 0 ? wick_size_add(sizes, start, size) : start;
    if (input->type.rank == 0 || !lies_inside(sizes, start, length, size)) {
        return refuse_range(builder);
    }
    wick_replace(builder, 0,
                 wick_build_slice(builder, input, dim, start, wick_size_add(sizes, start, length)));
    return WICK_OK;
}

// chunk, split: the types of the results say where to cut.
wick_status wick_rewrite_split(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_sizes *sizes = builder->graph->sizes;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), input->type.rank);
    int64_t start = 0;
    for (uint32_t i = 0; i < node->output_count; i++) {
        const wick_ir_type *part = &node->outputs[i]->type;
        if (part->rank != input->type.rank || part->rank == 0 ||
            !lies_inside(sizes, start, part->sizes[dim], input->type.sizes[dim])) {
            return refuse_range(builder);
        }
        const int64_t end = wick_size_add(sizes, start, part->sizes[dim]);
        wick_replace(builder, i, wick_build_slice(builder, input, dim, start, end));
        start = end;
    }
    return WICK_OK;
}

wick_status wick_rewrite_unbind(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    for (uint32_t i = 0; i < node->output_count; i++) {
        const wick_ir_arg args[] = {
            node->args[0], wick_ir_arg_int(wick_argument_int(node, "dim", 0)), wick_ir_arg_int(i)};
        wick_replace(
            builder, i,
            wick_build(builder, "aten::select_copy.int", &node->outputs[i]->type, args, 3));
    }
    return WICK_OK;
}

// where of a condition alone: where it is true, as a tensor for each dimension (one if it has
// none).
wick_status wick_rewrite_where_true(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const uint32_t rank = input->type.rank > 0 ? input->type.rank : 1;
    if (node->output_count != rank || node->outputs[0]->type.rank != 1) {
        return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_PROGRAM,
                                  "%u results for an input of rank %u", node->output_count,
                                  input->type.rank);
    }
    if (input->type.rank == 0) {
        const int64_t one = 1;
        input = wick_build_view(builder, input, 1, &one);
    }
    const int64_t sizes[] = {node->outputs[0]->type.sizes[0], rank};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT64, 2, sizes);
    const wick_ir_arg self = wick_ir_arg_value(input);
    wick_ir_value *places = wick_build(builder, "aten::nonzero", &type, &self, 1);
    for (uint32_t i = 0; i < rank; i++) {
        const wick_ir_arg args[] = {wick_ir_arg_value(places), wick_ir_arg_int(1),
                                    wick_ir_arg_int(i)};
        wick_replace(
            builder, i,
            wick_build(builder, "aten::select_copy.int", &node->outputs[i]->type, args, 3));
    }
    return WICK_OK;
}
