// SPDX-License-Identifier: BSD-3-Clause
// Composites that index: take, put, one_hot, scatters with a reduction, diagonals, complex parts.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

static const wick_ir_type *result_type(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

static wick_status give(const wick_builder *builder, wick_ir_value *value)
{
    wick_replace(builder, 0, value);
    return WICK_OK;
}

static wick_ir_value *flat(const wick_builder *builder, wick_ir_value *value)
{
    const int64_t count =
        wick_size_product(builder->graph->sizes, value->type.sizes, value->type.rank);
    return wick_build_view(builder, value, 1, &count);
}

static wick_ir_arg one_index(const wick_builder *builder, wick_ir_value *index)
{
    wick_ir_value **values = wick_arena_alloc(builder->graph->arena, 1, sizeof *values);
    values[0] = index;
    return (wick_ir_arg){.kind = WICK_IR_VALUES, .count = 1, .list = {.values = values}};
}

static wick_ir_value *full(const wick_builder *builder, const wick_ir_type *type, double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank),
                                wick_number(type->dtype, number)};
    return wick_build(builder, "aten::full", type, args, 2);
}

// All overloads become the one that has a row: padding_idx None is -1, a negative one counts from the
// end.
wick_status wick_rewrite_embedding_bag(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const int64_t rows = wick_argument_tensor_at(node, 0)->type.sizes[0];
    const int64_t padding = wick_argument_int(node, "padding_idx", -1);
    const wick_ir_arg *given = wick_argument(node, "padding_idx");
    const bool counts_from_end = padding < 0 && given != NULL && given->kind == WICK_IR_INT &&
                                 wick_node_is(node, "aten::embedding_bag.padding_idx");
    wick_ir_node *made =
        wick_build_node(builder, "aten::_embedding_bag", result_type(builder), NULL, 0);
    for (uint32_t i = 0; i < made->op->parameter_count; i++) {
        const wick_ir_arg *same = wick_argument(node, made->op->parameters[i].name);
        made->args[i] = same != NULL ? *same : made->args[i];
    }
    made->args[wick_ir_op_parameter(made->op, "padding_idx")] =
        wick_ir_arg_int(counts_from_end ? padding + rows : padding);
    wick_replace(builder, 0, made->outputs[0]);
    for (uint32_t i = 1; i < node->output_count; i++) {
        wick_replace(builder, i,
                     wick_ir_node_add_output(builder->graph, made, node->outputs[i]->name,
                                             &node->outputs[i]->type));
    }
    return WICK_OK;
}

wick_status wick_rewrite_take(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {wick_ir_arg_value(flat(builder, wick_argument_tensor_at(node, 0))),
                                one_index(builder, wick_argument_tensor_at(node, 1))};
    return give(builder, wick_build(builder, "aten::index.Tensor", result_type(builder), args, 2));
}

wick_status wick_rewrite_put(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = flat(builder, wick_argument_tensor_at(node, 0));
    const wick_ir_type *type = result_type(builder);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(self),
        one_index(builder, flat(builder, wick_argument_tensor(node, "index"))),
        wick_ir_arg_value(flat(builder, wick_argument_tensor(node, "source"))),
        *wick_argument(node, "accumulate")};
    wick_ir_value *value = wick_build(builder, "aten::index_put", &self->type, args, 4);
    return give(builder, wick_build_view(builder, value, type->rank, type->sizes));
}

// gather of self and indices broadcast to one shape but for dim.
wick_status wick_rewrite_take_along_dim(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = result_type(builder);
    const wick_ir_arg *dim_arg = wick_argument(node, "dim");
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_value *indices = wick_argument_tensor(node, "indices");
    int64_t sizes[WICK_MAX_RANK];
    int64_t dim = 0;
    if (dim_arg->kind == WICK_IR_INT) {
        dim = wick_wrap_dim(dim_arg->integer, self->type.rank);
        if (self->type.rank != type->rank || indices->type.rank != type->rank) {
            return refuse(builder, "self and indices differ in rank");
        }
        memcpy(sizes, type->sizes, type->rank * sizeof *sizes);
        sizes[dim] = self->type.sizes[dim];
        self = wick_build_expand(builder, self, type->rank, sizes);
        indices = wick_build_expand(builder, indices, type->rank, type->sizes);
    } else {
        self = flat(builder, self);
        indices = flat(builder, indices);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(self), wick_ir_arg_int(dim),
                                wick_ir_arg_value(indices)};
    return give(builder, wick_build(builder, "aten::gather", type, args, 3));
}

wick_status wick_rewrite_one_hot(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    wick_ir_value *index = wick_argument_tensor_at(builder->node, 0);
    const int64_t dim = type->rank - 1;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(full(builder, type, 0)), wick_ir_arg_int(dim),
        wick_ir_arg_value(wick_build_unsqueeze(builder, index, (uint32_t)dim)), wick_ir_arg_int(1)};
    return give(builder, wick_build(builder, "aten::scatter.value", type, args, 4));
}

// scatter(.., reduce='add' or 'multiply'), of a tensor or a number.
wick_status wick_rewrite_scatter_reduction(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *reduce = wick_argument(node, "reduce");
    const wick_ir_arg *value = wick_argument(node, "value");
    wick_ir_value *index = wick_argument_tensor(node, "index");
    wick_ir_arg source;
    if (value != NULL) {
        const wick_ir_type like =
            wick_ir_type_tensor(result_type(builder)->dtype, index->type.rank, index->type.sizes);
        double number = 0;
        wick_argument_number(value, &number);
        source = wick_ir_arg_value(full(builder, &like, number));
    } else {
        source = *wick_argument(node, "src");
    }
    const bool adds = reduce->kind == WICK_IR_STRING && strcmp(reduce->string, "add") == 0;
    const wick_ir_arg args[] = {node->args[0],
                                node->args[1],
                                wick_ir_arg_value(index),
                                source,
                                wick_ir_arg_string("prod"),
                                wick_ir_arg_bool(true)};
    return give(
        builder,
        adds ? wick_build(builder, "aten::scatter_add", result_type(builder), args, 4)
             : wick_build(builder, "aten::scatter_reduce.two", result_type(builder), args, 6));
}

bool wick_applies_to_mean(const wick_ir_node *node)
{
    const wick_ir_arg *reduce = wick_argument(node, "reduce");
    return reduce->kind == WICK_IR_STRING && strcmp(reduce->string, "mean") == 0;
}

// A reduction by `how` of `source` into `self` at the indices of the node.
static wick_ir_value *reduce_again(const wick_builder *builder, wick_ir_value *self,
                                   wick_ir_value *source, const char *how, bool includes)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {wick_ir_arg_value(self), node->args[1],
                                node->args[2],           wick_ir_arg_value(source),
                                wick_ir_arg_string(how), wick_ir_arg_bool(includes)};
    const bool is_scatter = wick_node_is(node, "aten::scatter_reduce.two");
    if (!is_scatter && strcmp(how, "sum") == 0) { // index_reduce has no sum
        const wick_ir_arg added[] = {wick_ir_arg_value(self), node->args[1], node->args[2],
                                     wick_ir_arg_value(source)};
        return wick_build(builder, "aten::index_add", &self->type, added, 4);
    }
    return wick_build(builder, node->op->name, &self->type, args, 6);
}

// mean: the sum over how many there are.
wick_status wick_rewrite_reduce_mean(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = result_type(builder);
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    wick_ir_value *source = wick_argument_tensor_at(node, 3);
    const bool includes = wick_argument_bool(node, "include_self", true);
    if (!includes) { // zeros where something is written: a product with zeros
        wick_ir_value *zeros = full(builder, &source->type, 0);
        wick_ir_value *cleared = wick_node_is(node, "aten::scatter_reduce.two")
                                     ? reduce_again(builder, self, zeros, "sum", false)
                                     : reduce_again(builder, self, zeros, "amax", false);
        self = cleared;
    }
    wick_ir_value *sum = reduce_again(builder, self, source, "sum", true);
    wick_ir_value *ones = full(builder, &source->type, 1);
    wick_ir_value *count = full(builder, type, includes ? 1 : 0);
    count = reduce_again(builder, count, ones, "sum", true);
    const wick_ir_arg least[] = {wick_ir_arg_value(count), wick_number(type->dtype, 1),
                                 wick_ir_arg_none()};
    count = wick_build(builder, "aten::clamp", type, least, 3);
    const bool is_real = type->dtype == WICK_FLOAT32 || type->dtype == WICK_FLOAT16 ||
                         type->dtype == WICK_BFLOAT16 || type->dtype == WICK_FLOAT64;
    const wick_ir_arg args[] = {wick_ir_arg_value(sum), wick_ir_arg_value(count),
                                wick_ir_arg_string("floor")};
    return give(builder, wick_build(builder, is_real ? "aten::div.Tensor" : "aten::div.Tensor_mode",
                                    type, args, is_real ? 2 : 3));
}

// diag: a vector on the diagonal of a matrix, or the diagonal of a matrix. diagflat: any tensor.
wick_status wick_rewrite_diag(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *offset = wick_argument(node, builder->detail);
    const bool is_flat = wick_node_is(node, "aten::diagflat");
    if (is_flat) {
        self = flat(builder, self);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(self), *offset};
    return give(builder,
                wick_build(builder,
                           self->type.rank == 1 ? "aten::diag_embed" : "aten::diagonal_copy",
                           result_type(builder), args, 2));
}

wick_status wick_rewrite_eye(const wick_builder *builder)
{
    const wick_ir_arg *n = wick_argument(builder->node, "n");
    const wick_ir_arg args[] = {*n, *n};
    return give(builder, wick_build(builder, "aten::eye.m", result_type(builder), args, 2));
}

// real, imag: the detail is the index in the pair.
wick_status wick_rewrite_complex_part(const wick_builder *builder)
{
    const wick_ir_type *type = result_type(builder);
    wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    int64_t sizes[WICK_MAX_RANK];
    if (self->type.dtype != WICK_COMPLEX64) {
        return give(builder, self);
    }
    if (type->rank == WICK_MAX_RANK) {
        return refuse(builder, "more than 15 dimensions");
    }
    memcpy(sizes, type->sizes, type->rank * sizeof *sizes);
    sizes[type->rank] = 2;
    const wick_ir_type pairs = wick_ir_type_tensor(WICK_FLOAT32, type->rank + 1u, sizes);
    const wick_ir_arg of[] = {wick_ir_arg_value(self)};
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build(builder, "aten::view_as_real_copy", &pairs, of, 1)),
        wick_ir_arg_int(type->rank), wick_ir_arg_int(builder->detail[0] - '0')};
    return give(builder, wick_build(builder, "aten::select_copy.int", type, args, 3));
}

// as_strided counts in the memory that eager PyTorch gave self, which is known where it is no view.
wick_status wick_rewrite_as_strided(const wick_builder *builder)
{
    const wick_ir_value *self = wick_argument_tensor_at(builder->node, 0);
    const bool is_view =
        self->kind == WICK_IR_RESULT && (strstr(self->producer->op->name, "permute") != NULL ||
                                         strstr(self->producer->op->name, "transpose") != NULL ||
                                         strstr(self->producer->op->name, "expand") != NULL ||
                                         strstr(self->producer->op->name, "slice") != NULL ||
                                         strstr(self->producer->op->name, "select") != NULL ||
                                         strstr(self->producer->op->name, "diagonal") != NULL ||
                                         strstr(self->producer->op->name, "t_copy") != NULL ||
                                         strstr(self->producer->op->name, "as_strided") != NULL ||
                                         strstr(self->producer->op->name, "unfold") != NULL);
    if (is_view) {
        return refuse(builder,
                      "reads the memory of a view by strides; take a .contiguous() copy of "
                      "the view before as_strided");
    }
    return wick_rewrite_rename(builder);
}
