// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/build.h"

#include "base/assert.h"

#include <string.h>

const wick_ir_arg *wick_argument(const wick_ir_node *node, const char *name)
{
    const int32_t index = wick_ir_op_parameter(node->op, name);
    return index < 0 ? NULL : &node->args[index];
}

static wick_ir_value *tensor_of(const wick_ir_arg *arg)
{
    return arg != NULL && arg->kind == WICK_IR_VALUE ? arg->value : NULL;
}

wick_ir_value *wick_argument_tensor(const wick_ir_node *node, const char *name)
{
    return tensor_of(wick_argument(node, name));
}

wick_ir_value *wick_argument_tensor_at(const wick_ir_node *node, uint32_t index)
{
    return index < node->op->parameter_count ? tensor_of(&node->args[index]) : NULL;
}

int64_t wick_argument_int(const wick_ir_node *node, const char *name, int64_t fallback)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL && arg->kind == WICK_IR_INT ? arg->integer : fallback;
}

bool wick_argument_bool(const wick_ir_node *node, const char *name, bool fallback)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL && arg->kind == WICK_IR_BOOL ? arg->boolean : fallback;
}

bool wick_argument_number(const wick_ir_arg *arg, double *out)
{
    if (arg == NULL ||
        (arg->kind != WICK_IR_INT && arg->kind != WICK_IR_REAL && arg->kind != WICK_IR_BOOL)) {
        return false;
    }
    *out = arg->kind == WICK_IR_REAL  ? arg->real
           : arg->kind == WICK_IR_INT ? (double)arg->integer
                                      : (double)arg->boolean;
    return true;
}

bool wick_argument_ints(const wick_ir_node *node, const char *name, uint32_t count, int64_t *out)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    if (arg == NULL || (arg->kind != WICK_IR_INT && arg->kind != WICK_IR_INTS)) {
        return false;
    }
    const bool is_list = arg->kind == WICK_IR_INTS;
    if (is_list && arg->count != 1 && arg->count != count) {
        return false;
    }
    bool fits = true;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = !is_list ? arg->integer : arg->list.ints[arg->count == 1 ? 0 : i];
        fits = fits && out[i] >= INT32_MIN && out[i] <= INT32_MAX;
    }
    return fits;
}

uint32_t wick_wrap_dim(int64_t dim, uint32_t rank)
{
    const int64_t wrapped = dim < 0 ? dim + rank : dim;
    return wrapped >= 0 && wrapped < rank ? (uint32_t)wrapped : 0;
}

bool wick_argument_dims(const wick_ir_node *node, uint32_t rank, int64_t *dims)
{
    const wick_ir_arg *arg = wick_argument(node, "dims");
    uint32_t seen = 0;
    if (arg == NULL || arg->kind != WICK_IR_INTS || arg->count != rank) {
        return false;
    }
    for (uint32_t i = 0; i < rank; i++) {
        const int64_t dim = arg->list.ints[i];
        if (dim < -(int64_t)rank || dim >= rank) {
            return false;
        }
        dims[i] = wick_wrap_dim(dim, rank);
        seen |= 1u << dims[i];
    }
    return seen == (1u << rank) - 1;
}

bool wick_node_is(const wick_ir_node *node, const char *op_name)
{
    return strcmp(node->op->name, op_name) == 0;
}

wick_ir_node *wick_producer_if(const wick_ir_value *value, const char *op_name)
{
    if (value == NULL || value->kind != WICK_IR_RESULT || !wick_node_is(value->producer, op_name)) {
        return NULL;
    }
    return value->producer;
}

bool wick_same_sizes(const wick_ir_type *a, const wick_ir_type *b)
{
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0;
}

wick_ir_node *wick_build_node(const wick_builder *builder, const char *op_name,
                              const wick_ir_type *type, const wick_ir_arg *args, uint32_t count)
{
    const wick_ir_op *op = wick_ir_op_find(op_name);
    WICK_ASSERT(op != NULL && count <= op->parameter_count);
    wick_ir_node *node =
        wick_ir_node_create(builder->graph, builder->before, op, type, builder->node);
    for (uint32_t i = 0; i < count; i++) {
        node->args[i] = args[i];
    }
    return node;
}

wick_ir_value *wick_build(const wick_builder *builder, const char *op_name,
                          const wick_ir_type *type, const wick_ir_arg *args, uint32_t count)
{
    return wick_build_node(builder, op_name, type, args, count)->outputs[0];
}

// (value, sizes) of a view or an expand; the value itself where it has the sizes already.
static wick_ir_value *build_sized(const wick_builder *builder, const char *op_name,
                                  wick_ir_value *value, uint32_t rank, const int64_t *sizes)
{
    const wick_ir_type type = wick_ir_type_tensor(value->type.dtype, rank, sizes);
    if (wick_same_sizes(&type, &value->type)) {
        return value;
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, sizes, rank)};
    return wick_build(builder, op_name, &type, args, 2);
}

wick_ir_value *wick_build_view(const wick_builder *builder, wick_ir_value *value, uint32_t rank,
                               const int64_t *sizes)
{
    return build_sized(builder, "aten::view_copy", value, rank, sizes);
}

wick_ir_value *wick_build_unsqueeze(const wick_builder *builder, wick_ir_value *value, uint32_t dim)
{
    int64_t sizes[WICK_MAX_RANK];
    const uint32_t rank = value->type.rank;
    WICK_ASSERT(rank < WICK_MAX_RANK && dim <= rank);
    for (uint32_t i = 0; i <= rank; i++) {
        sizes[i] = i == dim ? 1 : value->type.sizes[i < dim ? i : i - 1];
    }
    return wick_build_view(builder, value, rank + 1, sizes);
}

wick_ir_value *wick_build_permute(const wick_builder *builder, wick_ir_value *value,
                                  const int64_t *dims)
{
    int64_t sizes[WICK_MAX_RANK];
    bool is_identity = true;
    const uint32_t rank = value->type.rank;
    for (uint32_t i = 0; i < rank; i++) {
        sizes[i] = value->type.sizes[dims[i]];
        is_identity = is_identity && dims[i] == i;
    }
    if (is_identity) {
        return value;
    }
    const wick_ir_type type = wick_ir_type_tensor(value->type.dtype, rank, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, dims, rank)};
    return wick_build(builder, "aten::permute_copy", &type, args, 2);
}

wick_ir_value *wick_build_expand(const wick_builder *builder, wick_ir_value *value, uint32_t rank,
                                 const int64_t *sizes)
{
    return build_sized(builder, "aten::expand_copy", value, rank, sizes);
}

wick_ir_value *wick_build_slice(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                                int64_t start, int64_t end)
{
    wick_ir_type type = value->type;
    if (start == 0 && end == type.sizes[dim]) {
        return value;
    }
    type.sizes[dim] = wick_size_subtract(builder->graph->sizes, end, start);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(dim),
                                wick_ir_arg_int(start), wick_ir_arg_int(end)};
    return wick_build(builder, "aten::slice_copy.Tensor", &type, args, 4);
}

wick_ir_value *wick_build_cast(const wick_builder *builder, wick_ir_value *value, uint8_t dtype)
{
    wick_ir_type type = value->type;
    if (type.dtype == dtype) {
        return value;
    }
    type.dtype = dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, "aten::_to_copy", &type, args, 1);
}

wick_ir_arg wick_number(uint8_t dtype, double number)
{
    switch (dtype) {
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
    case WICK_FLOAT32:
    case WICK_FLOAT64:
    case WICK_COMPLEX64:
        return wick_ir_arg_real(number);
    case WICK_BOOL:
        return wick_ir_arg_bool(number != 0);
    }
    return wick_ir_arg_int((int64_t)number);
}

static bool depends_on_data(const wick_sizes *sizes, int64_t size)
{
    const wick_ir_symbol *symbol = wick_size_symbol(sizes, size);
    return symbol != NULL && symbol->name[0] == 'u';
}

// Whether two sizes agree at the largest, the exported and the smallest sizes.
static bool sizes_agree(const wick_sizes *sizes, int64_t a, int64_t b)
{
    static const wick_size_point points[] = {WICK_AT_MAXIMUM, WICK_AT_HINT, WICK_AT_MINIMUM};
    bool agree = true;
    for (size_t i = 0; a != b && i < sizeof points / sizeof *points; i++) {
        agree = agree && wick_size_at(sizes, a, points[i]) == wick_size_at(sizes, b, points[i]);
    }
    return agree || depends_on_data(sizes, a) || depends_on_data(sizes, b);
}

// A rewrite that gives another shape than the export says is wrong: better no program than that.
static void check_shape(const wick_builder *builder, const wick_ir_type *wanted,
                        const wick_ir_type *given)
{
    bool agree = wanted->kind != WICK_VALUE_TENSOR || given->kind != WICK_VALUE_TENSOR ||
                 wanted->rank == given->rank;
    for (uint32_t i = 0; agree && wanted->kind == WICK_VALUE_TENSOR &&
                         given->kind == WICK_VALUE_TENSOR && i < wanted->rank;
         i++) {
        agree = sizes_agree(builder->graph->sizes, wanted->sizes[i], given->sizes[i]);
    }
    if (!agree) {
        (void)wick_ir_node_error(builder->context->diag, builder->node, WICK_INTERNAL,
                                 "its rewrite has another shape than the export says");
    }
}

void wick_replace(const wick_builder *builder, uint32_t index, wick_ir_value *value)
{
    if (index < builder->node->output_count) {
        check_shape(builder, &builder->node->outputs[index]->type, &value->type);
    }
    if (index < builder->node->output_count) {
        wick_ir_replace_uses(builder->graph, builder->node->outputs[index], value);
    }
}
