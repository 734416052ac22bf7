// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/plan/alias.h"

#include "ops/op.h"

#include <string.h>

// The dimensions from the outermost in memory to the innermost, those of size 1 left out, which may
// stand anywhere: how many, and which.
static uint32_t memory_order(const wick_ir_type *type, uint32_t dims[WICK_MAX_RANK])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->sizes[type->dim_order[i]] != 1) {
            dims[count++] = type->dim_order[i];
        }
    }
    return count;
}

static bool is_row_major(const wick_ir_type *type)
{
    uint32_t dims[WICK_MAX_RANK];
    const uint32_t count = memory_order(type, dims);
    for (uint32_t i = 1; i < count; i++) {
        if (dims[i] < dims[i - 1]) {
            return false;
        }
    }
    return true;
}

// Whether the elements of two tensors of the same sizes lie in the same places.
static bool same_order(const wick_ir_type *a, const wick_ir_type *b)
{
    uint32_t dims_a[WICK_MAX_RANK];
    uint32_t dims_b[WICK_MAX_RANK];
    const uint32_t count = memory_order(a, dims_a);
    return count == memory_order(b, dims_b) &&
           memcmp(dims_a, dims_b, count * sizeof dims_a[0]) == 0;
}

static bool is_plain(const wick_ir_type *type)
{
    return type->kind == WICK_VALUE_TENSOR && wick_ir_type_is_static(type) && is_row_major(type);
}

bool wick_plan_same_bytes(const wick_ir_type *a, const wick_ir_type *b)
{
    if (a->dtype != b->dtype || wick_ir_type_count(a) != wick_ir_type_count(b) ||
        !wick_ir_type_is_static(a) || !wick_ir_type_is_static(b)) {
        return false;
    }
    if (is_row_major(a) && is_row_major(b)) {
        return true;
    }
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0 &&
           same_order(a, b);
}

static bool is_permutation(const wick_ir_node *node)
{
    return strcmp(node->op->name, "aten::permute_copy") == 0 &&
           node->args[1].kind == WICK_IR_INTS && node->args[1].count == node->outputs[0]->type.rank;
}

// Whether a permutation gives the dimensions other names and numbers, and moves no element: its
// result lies in the dim order that its input had, as [n, h, w, c] and [n, c, h, w]{0, 2, 3, 1} do.
static bool only_renames(const wick_ir_node *node)
{
    const wick_ir_type *self = &node->args[0].value->type;
    wick_ir_type renamed = node->outputs[0]->type;
    if (renamed.dtype != self->dtype || renamed.rank != self->rank ||
        !wick_ir_type_is_static(self) || !wick_ir_type_is_static(&renamed)) {
        return false;
    }
    for (uint32_t i = 0; i < renamed.rank; i++) {
        const int64_t dim = node->args[1].list.ints[node->outputs[0]->type.dim_order[i]];
        renamed.dim_order[i] = (uint8_t)(dim < 0 ? dim + renamed.rank : dim);
        renamed.sizes[i] = self->sizes[i];
    }
    return same_order(&renamed, self);
}

bool wick_plan_is_view(const wick_ir_node *node)
{
    if (node->output_count != 1 || node->args[0].kind != WICK_IR_VALUE) {
        return false;
    }
    if (is_permutation(node)) {
        return only_renames(node);
    }
    return (node->op->traits & WICK_OP_VIEW) != 0 &&
           wick_plan_same_bytes(&node->args[0].value->type, &node->outputs[0]->type);
}

// Bytes from one index of a dimension to the next.
static size_t step_bytes(const wick_ir_type *type, uint32_t dim)
{
    const size_t count = wick_ir_type_count(type);
    size_t bytes = count == 0 ? 0 : wick_ir_type_size_bytes(type) / count;
    for (uint32_t i = dim + 1; i < type->rank; i++) {
        bytes *= (size_t)type->sizes[i];
    }
    return bytes;
}

// A dimension with nothing but sizes of 1 outside: its indices lie one behind the other.
static bool find_outermost(const wick_ir_type *type, const wick_ir_arg *arg, uint32_t *dim)
{
    if (arg->kind != WICK_IR_INT || type->rank == 0) {
        return false;
    }
    const int64_t wrapped = arg->integer < 0 ? arg->integer + type->rank : arg->integer;
    if (wrapped < 0 || wrapped >= type->rank) {
        return false;
    }
    for (int64_t i = 0; i < wrapped; i++) {
        if (type->sizes[i] != 1) {
            return false;
        }
    }
    *dim = (uint32_t)wrapped;
    return true;
}

// An index as Python has it: from the end if negative, no further than the ends.
static int64_t clamped(int64_t index, int64_t size)
{
    const int64_t wrapped = index < 0 ? index + size : index;
    return wrapped < 0 ? 0 : wrapped > size ? size : wrapped;
}

// First index of the dimension that the node takes.
static bool find_start(const wick_ir_node *node, int64_t size, int64_t *start)
{
    enum { START = 2, STEP = 4, INDEX = 2 };
    if (strcmp(node->op->name, "aten::select_copy.int") == 0) {
        const wick_ir_arg *index = &node->args[INDEX];
        *start = index->kind == WICK_IR_INT ? clamped(index->integer, size) : 0;
        return index->kind == WICK_IR_INT;
    }
    if (strcmp(node->op->name, "aten::slice_copy.Tensor") != 0) {
        return false;
    }
    const wick_ir_arg *from = &node->args[START];
    const wick_ir_arg *step = &node->args[STEP];
    *start = from->kind == WICK_IR_INT ? clamped(from->integer, size) : 0;
    return (from->kind == WICK_IR_INT || from->kind == WICK_IR_NONE) && step->kind == WICK_IR_INT &&
           step->integer == 1;
}

bool wick_plan_is_part(const wick_ir_node *node, size_t *offset_bytes)
{
    enum { SELF, DIM };
    uint32_t dim = 0;
    int64_t start = 0;
    if (node->output_count != 1 || node->op->parameter_count <= DIM ||
        node->args[SELF].kind != WICK_IR_VALUE) {
        return false;
    }
    const wick_ir_type *self = &node->args[SELF].value->type;
    const wick_ir_type *result = &node->outputs[0]->type;
    if (!is_plain(self) || !is_plain(result) || self->dtype != result->dtype ||
        !find_outermost(self, &node->args[DIM], &dim) ||
        !find_start(node, self->sizes[dim], &start)) {
        return false;
    }
    *offset_bytes = (size_t)start * step_bytes(self, dim);
    return *offset_bytes + wick_ir_type_size_bytes(result) <= wick_ir_type_size_bytes(self);
}

bool wick_plan_is_join(const wick_ir_node *node)
{
    enum { ITEMS, DIM };
    uint32_t dim = 0;
    if (strcmp(node->op->name, "aten::cat") != 0 || node->args[ITEMS].kind != WICK_IR_VALUES) {
        return false;
    }
    const wick_ir_type *result = &node->outputs[0]->type;
    bool is_join = is_plain(result) && find_outermost(result, &node->args[DIM], &dim);
    for (uint32_t i = 0; is_join && i < node->args[ITEMS].count; i++) {
        const wick_ir_value *item = node->args[ITEMS].list.values[i];
        is_join = item != NULL && is_plain(&item->type) && item->type.dtype == result->dtype;
    }
    return is_join;
}
