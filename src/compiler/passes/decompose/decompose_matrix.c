// SPDX-License-Identifier: BSD-3-Clause
// Operators on matrices that follow from a factorization: norms, ranks, conditions, the factors
// themselves, tensors taken for matrices.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

#include <math.h>
#include <string.h>

static bool is_matrix(const wick_ir_value *value)
{
    return value != NULL && value->type.rank >= 2 && value->type.dtype == WICK_FLOAT32 &&
           wick_ir_type_is_static(&value->type);
}

static int64_t from_end(const wick_ir_value *value, uint32_t back)
{
    return value->type.sizes[value->type.rank - back];
}

// `type` with other sizes of its matrices.
static wick_ir_type matrices(const wick_ir_type *type, int64_t rows, int64_t cols)
{
    wick_ir_type made = *type;
    made.sizes[type->rank - 2] = rows;
    made.sizes[type->rank - 1] = cols;
    return made;
}

static wick_ir_value *as_result(const wick_builder *builder, uint32_t index, wick_ir_value *value)
{
    const wick_ir_type *type = &builder->node->outputs[index]->type;
    return wick_build_view(builder, wick_build_cast(builder, value, type->dtype), type->rank,
                           type->sizes);
}

// [.., smaller size], descending.
static wick_ir_value *singular_values(const wick_builder *builder, wick_ir_value *a)
{
    const int64_t rows = from_end(a, 2);
    const int64_t cols = from_end(a, 1);
    wick_ir_type type = a->type;
    type.rank--;
    type.sizes[type.rank - 1] = rows < cols ? rows : cols;
    const wick_ir_arg args[] = {wick_ir_arg_value(a)};
    return wick_build(builder, "aten::linalg_svdvals", &type, args, 1);
}

// Magnitudes of the eigenvalues of a symmetric matrix: its singular values in another order.
static wick_ir_value *eigen_magnitudes(const wick_builder *builder, wick_ir_value *a)
{
    wick_ir_type type = a->type;
    type.rank--;
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_string("L")};
    return wick_build_unary(builder, "aten::abs",
                            wick_build(builder, "aten::linalg_eigvalsh", &type, args, 2));
}

static wick_ir_value *over_last(const wick_builder *builder, const char *op_name,
                                wick_ir_value *value)
{
    return wick_build_reduction(builder, op_name, value, value->type.rank - 1u, false);
}

typedef enum norm_kind { BY_COLUMNS, BY_ROWS, BY_VALUES, NUCLEAR, FROBENIUS, NO_NORM } norm_kind;

// Which norm an `ord` or `p` names; `is_least` for the negative ones.
static norm_kind norm_of_order(const wick_ir_arg *order, bool *is_least)
{
    double number = 2;
    *is_least = false;
    if (order == NULL || order->kind == WICK_IR_NONE) {
        return NO_NORM;
    }
    if (order->kind == WICK_IR_STRING) {
        return strcmp(order->string, "nuc") == 0   ? NUCLEAR
               : strcmp(order->string, "fro") == 0 ? FROBENIUS
                                                   : NO_NORM;
    }
    wick_argument_number(order, &number);
    *is_least = number < 0;
    number = fabs(number);
    return number == 1 ? BY_COLUMNS : number == 2 ? BY_VALUES : isinf(number) ? BY_ROWS : NO_NORM;
}

// The norm of the last two dimensions, which are left out.
static wick_ir_value *build_norm(const wick_builder *builder, wick_ir_value *a, norm_kind kind,
                                 bool is_least)
{
    const char *extreme = is_least ? "aten::amin" : "aten::amax";
    switch (kind) {
    case BY_COLUMNS:
    case BY_ROWS: {
        a = wick_build_unary(builder, "aten::abs",
                             kind == BY_ROWS ? a : wick_build_turned(builder, a));
        return over_last(builder, extreme, over_last(builder, "aten::sum.dim_IntList", a));
    }
    case BY_VALUES:
        return over_last(builder, extreme, singular_values(builder, a));
    case NUCLEAR:
        return over_last(builder, "aten::sum.dim_IntList", singular_values(builder, a));
    case FROBENIUS:
    case NO_NORM:
        break;
    }
    a = over_last(builder, "aten::sum.dim_IntList",
                  wick_build_binary(builder, "aten::mul.Tensor", a, a));
    return wick_build_unary(builder, "aten::sqrt", over_last(builder, "aten::sum.dim_IntList", a));
}

// `value` with the dimensions of its matrices last.
static wick_ir_value *matrices_last(const wick_builder *builder, wick_ir_value *value,
                                    const wick_ir_arg *dim)
{
    const uint32_t rank = value->type.rank;
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    const bool is_given = dim != NULL && dim->kind == WICK_IR_INTS && dim->count == 2;
    const uint32_t row = is_given ? wick_wrap_dim(dim->list.ints[0], rank) : rank - 2;
    const uint32_t col = is_given ? wick_wrap_dim(dim->list.ints[1], rank) : rank - 1;
    for (uint32_t i = 0; i < rank; i++) {
        if (i != row && i != col) {
            dims[count++] = i;
        }
    }
    dims[count] = row;
    dims[count + 1] = col;
    return row == col ? NULL : wick_build_permute(builder, value, dims);
}

// linalg_matrix_norm, nuclear_norm (detail "nuc"), linalg_norm of matrices.
wick_status wick_rewrite_matrix_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const bool is_nuclear = builder->detail != NULL && strcmp(builder->detail, "nuc") == 0;
    bool is_least = false;
    const norm_kind kind =
        is_nuclear ? NUCLEAR : norm_of_order(wick_argument(node, "ord"), &is_least);
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    if (a->type.rank < 2 || kind == NO_NORM) {
        return wick_build_refuse(builder, "its order is no norm of matrices");
    }
    a = wick_build_cast(builder, a, node->outputs[0]->type.dtype);
    a = matrices_last(builder, a, wick_argument(node, "dim"));
    if (!is_matrix(a) || wick_ir_type_count(&a->type) == 0) {
        return wick_build_refuse(builder, "its operand is no f32 matrix of a fixed size");
    }
    wick_replace(builder, 0, as_result(builder, 0, build_norm(builder, a, kind, is_least)));
    return WICK_OK;
}

// The inverse, infinite where there is none.
static wick_ir_value *inverse_of(const wick_builder *builder, wick_ir_value *a)
{
    wick_ir_type info_type = a->type;
    info_type.rank = (uint8_t)(info_type.rank - 2);
    info_type.dtype = WICK_INT32;
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_bool(false)};
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_inv_ex", &a->type, args, 2);
    wick_ir_value *info = wick_ir_node_add_output(builder->graph, made, "info", &info_type);
    wick_ir_value *fails = wick_build_compared(builder, "aten::ne.Scalar", info, 0);
    fails = wick_build_unsqueeze(builder, fails, fails->type.rank);
    return wick_build_masked(builder, made->outputs[0],
                             wick_build_unsqueeze(builder, fails, fails->type.rank), INFINITY);
}

// The greatest singular value over the least, or norm(A) norm(inverse).
wick_status wick_rewrite_cond(const wick_builder *builder)
{
    const wick_ir_arg *order = wick_argument(builder->node, "p");
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    bool is_least = false;
    norm_kind kind = norm_of_order(order, &is_least);
    if (!is_matrix(a) || wick_ir_type_count(&a->type) == 0) {
        return wick_build_refuse(builder, "its operand is no f32 matrix of a fixed size");
    }
    kind = order == NULL || order->kind == WICK_IR_NONE ? BY_VALUES : kind;
    if (kind == NO_NORM || (kind != BY_VALUES && from_end(a, 1) != from_end(a, 2))) {
        return wick_build_refuse(builder, "its order is no norm of matrices");
    }
    wick_ir_value *found = NULL;
    if (kind == BY_VALUES) {
        wick_ir_value *s = singular_values(builder, a);
        wick_ir_value *most = over_last(builder, "aten::amax", s);
        wick_ir_value *least = over_last(builder, "aten::amin", s);
        found = wick_build_binary(builder, "aten::div.Tensor", is_least ? least : most,
                                  is_least ? most : least);
    } else {
        found =
            wick_build_binary(builder, "aten::mul.Tensor", build_norm(builder, a, kind, is_least),
                              build_norm(builder, inverse_of(builder, a), kind, is_least));
    }
    wick_replace(builder, 0, as_result(builder, 0, found));
    return WICK_OK;
}

// A tolerance as a tensor [.., 1]; NULL where it is None or absent.
static wick_ir_value *tolerance(const wick_builder *builder, const char *name)
{
    const wick_ir_arg *arg = wick_argument(builder->node, name);
    double number = 0;
    if (arg == NULL || arg->kind == WICK_IR_NONE) {
        return NULL;
    }
    if (arg->kind == WICK_IR_VALUE) {
        wick_ir_value *tensor = wick_build_cast(builder, arg->value, WICK_FLOAT32);
        return wick_build_unsqueeze(builder, tensor, tensor->type.rank);
    }
    const int64_t one = 1;
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 1, &one);
    wick_argument_number(arg, &number);
    return wick_build_full(builder, &type, number);
}

// How many singular values exceed max(atol, rtol * the greatest).
wick_status wick_rewrite_matrix_rank(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    if (!is_matrix(a) || wick_ir_type_count(&a->type) == 0) {
        return wick_build_refuse(builder, "its operand is no f32 matrix of a fixed size");
    }
    const int64_t rows = from_end(a, 2);
    const int64_t cols = from_end(a, 1);
    wick_ir_value *s = wick_argument_bool(node, "hermitian", false) ? eigen_magnitudes(builder, a)
                                                                    : singular_values(builder, a);
    wick_ir_value *cut = tolerance(builder, "tol");
    if (cut == NULL) {
        const int64_t one = 1;
        const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 1, &one);
        wick_ir_value *atol = tolerance(builder, "atol");
        wick_ir_value *rtol = tolerance(builder, "rtol");
        if (rtol == NULL) {
            rtol = wick_build_full(builder, &type, 0x1p-23 * (double)(rows > cols ? rows : cols));
            if (atol != NULL) { // relative only where there is no absolute one
                wick_ir_value *none = wick_build_full(builder, &type, 0);
                rtol = wick_build_where(
                    builder, wick_build_compared(builder, "aten::gt.Scalar", atol, 0), none, rtol);
            }
        }
        cut = wick_build_broadcast(
            builder, "aten::mul.Tensor",
            wick_build_reduction(builder, "aten::amax", s, s->type.rank - 1u, true), rtol);
        cut = atol != NULL ? wick_build_broadcast(builder, "aten::maximum", cut, atol) : cut;
    }
    wick_ir_value *counted = wick_build_cast(
        builder, wick_build_comparison(builder, "aten::gt.Tensor", s, cut), WICK_INT64);
    wick_replace(builder, 0,
                 as_result(builder, 0, over_last(builder, "aten::sum.dim_IntList", counted)));
    return WICK_OK;
}

// The identity for each of the matrices of `type`.
static wick_ir_value *identities(const wick_builder *builder, const wick_ir_type *type)
{
    const int64_t n = type->sizes[type->rank - 1];
    const int64_t sizes[] = {n, n};
    const wick_ir_type one = wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_int(n), wick_ir_arg_int(n)};
    return wick_build_expand(builder, wick_build(builder, "aten::eye.m", &one, args, 2), type->rank,
                             type->sizes);
}

// Pivots for all rows: those behind the given ones stay where they are.
static wick_ir_value *all_pivots(const wick_builder *builder, wick_ir_value *pivots, int64_t rows)
{
    const uint32_t last = pivots->type.rank - 1u;
    const int64_t count = pivots->type.sizes[last];
    if (count == rows) {
        return pivots;
    }
    wick_ir_type rest = wick_type_with_size(builder, &pivots->type, last, rows - count);
    const wick_ir_type line = wick_ir_type_tensor(WICK_INT32, 1, &rest.sizes[last]);
    const wick_ir_arg range[] = {wick_ir_arg_int(count + 1), wick_ir_arg_int(rows + 1)};
    wick_ir_value *own = wick_build(builder, "aten::arange.start_step", &line, range, 2);
    wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, 2, sizeof *parts);
    parts[0] = pivots;
    parts[1] = wick_build_expand(builder, own, rest.rank, rest.sizes);
    const wick_ir_arg args[] = {{.kind = WICK_IR_VALUES, .count = 2, .list = {.values = parts}},
                                wick_ir_arg_int(last)};
    rest.sizes[last] = rows;
    return wick_build(builder, "aten::cat", &rest, args, 2);
}

// P, of A = P L U: what solving with the pivots alone gives, transposed.
static wick_ir_value *permutation(const wick_builder *builder, wick_ir_value *lu,
                                  wick_ir_value *pivots)
{
    const int64_t rows = from_end(lu, 2);
    const wick_ir_type type = matrices(&lu->type, rows, rows);
    wick_ir_value *one = identities(builder, &type);
    const wick_ir_arg args[] = {wick_ir_arg_value(one),
                                wick_ir_arg_value(all_pivots(builder, pivots, rows)),
                                wick_ir_arg_value(one)};
    return wick_build_turned(builder, wick_build(builder, "aten::linalg_lu_solve", &type, args, 3));
}

static wick_ir_value *triangle(const wick_builder *builder, const char *op_name, wick_ir_value *a,
                               int64_t diagonal)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_int(diagonal)};
    return wick_build(builder, op_name, &a->type, args, 2);
}

// Results P, L, U; those that the node leaves out are empty.
static void give_factors(const wick_builder *builder, wick_ir_value *lu, wick_ir_value *pivots,
                         bool has_data, bool has_pivots)
{
    const wick_ir_node *node = builder->node;
    const uint32_t rank = lu->type.rank;
    const int64_t rows = from_end(lu, 2), cols = from_end(lu, 1);
    const int64_t least = rows < cols ? rows : cols;
    for (uint32_t i = 0; i < 3; i++) {
        if (i == 0 ? !has_pivots : !has_data) {
            wick_replace(builder, i, wick_build_full(builder, &node->outputs[i]->type, 0));
        }
    }
    if (has_pivots) {
        wick_replace(builder, 0, permutation(builder, lu, pivots));
    }
    if (has_data) {
        wick_ir_value *below = wick_build_slice(builder, lu, rank - 1, 0, least);
        below = triangle(builder, "aten::tril", below, -1);
        const int64_t sizes[] = {rows, least};
        const wick_ir_type one = wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
        const wick_ir_arg args[] = {wick_ir_arg_int(rows), wick_ir_arg_int(least)};
        wick_replace(builder, 1,
                     wick_build_broadcast(builder, "aten::add.Tensor", below,
                                          wick_build(builder, "aten::eye.m", &one, args, 2)));
        wick_replace(
            builder, 2,
            triangle(builder, "aten::triu", wick_build_slice(builder, lu, rank - 2, 0, least), 0));
    }
}

wick_status wick_rewrite_lu_unpack(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *lu = wick_argument_tensor_at(node, 0);
    wick_ir_value *pivots = wick_argument_tensor_at(node, 1);
    if (!is_matrix(lu) || pivots->type.rank + 1u != lu->type.rank ||
        pivots->type.dtype != WICK_INT32) {
        return wick_build_refuse(builder, "its operand is no f32 matrix of a fixed size");
    }
    give_factors(builder, lu, pivots, wick_argument_bool(node, "unpack_data", true),
                 wick_argument_bool(node, "unpack_pivots", true));
    return WICK_OK;
}

// LU, pivots and (outputs[2]) info of the node's matrix.
static wick_ir_node *factored(const wick_builder *builder, wick_ir_value *a, bool checks)
{
    const int64_t rows = from_end(a, 2), cols = from_end(a, 1);
    wick_ir_type pivots = a->type;
    pivots.dtype = WICK_INT32;
    pivots.rank--;
    pivots.sizes[pivots.rank - 1] = rows < cols ? rows : cols;
    wick_ir_type info = pivots;
    info.rank--;
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_bool(true),
                                wick_ir_arg_bool(checks)};
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_lu_factor_ex", &a->type, args, 3);
    wick_ir_node_add_output(builder->graph, made, "pivots", &pivots);
    wick_ir_node_add_output(builder->graph, made, "info", &info);
    return made;
}

// linalg_lu: P, L, U; _lu_with_info (detail "packed"): LU, pivots, info.
wick_status wick_rewrite_lu(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    if (!is_matrix(a) || !wick_argument_bool(node, "pivot", true)) {
        return wick_build_refuse(builder, "only f32 matrices of a fixed size, with pivoting");
    }
    const bool is_packed = builder->detail != NULL;
    const wick_ir_node *made =
        factored(builder, a, is_packed && wick_argument_bool(node, "check_errors", true));
    if (!is_packed) {
        give_factors(builder, made->outputs[0], made->outputs[1], true, true);
        return WICK_OK;
    }
    for (uint32_t i = 0; i < 3; i++) {
        wick_replace(builder, i, made->outputs[i]);
    }
    return WICK_OK;
}

wick_status wick_rewrite_lu_solve(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {node->args[1], node->args[2], node->args[0]};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::linalg_lu_solve", &node->outputs[0]->type, args, 3));
    return WICK_OK;
}

// Q other, other Q, or with Q transposed: Q the square product of the reflections.
wick_status wick_rewrite_ormqr(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *other = wick_argument_tensor_at(node, 2);
    if (!is_matrix(a) || !is_matrix(other) || from_end(a, 1) > from_end(a, 2)) {
        return wick_build_refuse(builder, "its operand is no f32 matrix of a fixed size");
    }
    const int64_t border[] = {0, from_end(a, 2) - from_end(a, 1)};
    const wick_ir_type square = matrices(&a->type, from_end(a, 2), from_end(a, 2));
    const wick_ir_arg pad[] = {wick_ir_arg_value(a), wick_ir_arg_ints(builder->graph, border, 2),
                               wick_ir_arg_real(0)};
    wick_ir_value *wide = wick_build(builder, "aten::constant_pad_nd", &square, pad, 3);
    wick_ir_value *q = wick_build_product(builder, "aten::linalg_householder_product", &square,
                                          wide, wick_argument_tensor_at(node, 1));
    q = wick_argument_bool(node, "transpose", false) ? wick_build_turned(builder, q) : q;
    const bool is_left = wick_argument_bool(node, "left", true);
    wick_replace(builder, 0,
                 wick_build_product(builder, "aten::matmul", &node->outputs[0]->type,
                                    is_left ? q : other, is_left ? other : q));
    return WICK_OK;
}

static wick_ir_value *as_square(const wick_builder *builder, wick_ir_value *a, int64_t n)
{
    const int64_t sizes[] = {n, n};
    return wick_build_view(builder, a, 2, sizes);
}

// The inverse of the matrix whose rows are the first `ind` dimensions.
wick_status wick_rewrite_tensorinv(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    const int64_t ind = wick_argument_int(node, "ind", 2);
    if (!is_matrix(a) || ind < 1 || ind >= a->type.rank) {
        return wick_build_refuse(builder, "its operand is no f32 tensor of a fixed size");
    }
    int64_t n = 1;
    for (int64_t i = 0; i < ind; i++) {
        n *= a->type.sizes[i];
    }
    if (n * n != wick_ir_type_count(&a->type)) {
        return wick_build_refuse(builder, "its dimensions make no square matrix");
    }
    a = as_square(builder, a, n);
    const wick_ir_arg args[] = {wick_ir_arg_value(a)};
    wick_replace(builder, 0,
                 as_result(builder, 0, wick_build(builder, "aten::linalg_inv", &a->type, args, 1)));
    return WICK_OK;
}

// a with the dimensions `dims` moved to the end solves for a tensor of their sizes.
wick_status wick_rewrite_tensorsolve(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *b = wick_build_flat(builder, wick_argument_tensor_at(node, 1));
    const wick_ir_arg *dim = wick_argument(node, "dims");
    const int64_t n = b->type.sizes[0];
    int64_t dims[WICK_MAX_RANK];
    bool is_moved[WICK_MAX_RANK] = {false};
    uint32_t count = 0;
    if (!is_matrix(a) || n * n != wick_ir_type_count(&a->type)) {
        return wick_build_refuse(builder, "its dimensions make no square f32 matrix");
    }
    const uint32_t moved = dim != NULL && dim->kind == WICK_IR_INTS ? dim->count : 0;
    for (uint32_t i = 0; i < moved; i++) {
        is_moved[wick_wrap_dim(dim->list.ints[i], a->type.rank)] = true;
    }
    for (uint32_t d = 0; d < a->type.rank; d++) {
        if (!is_moved[d]) {
            dims[count++] = d;
        }
    }
    if (count + moved != a->type.rank) {
        return wick_build_refuse(builder, "a dimension is moved twice");
    }
    for (uint32_t i = 0; i < moved; i++) {
        dims[count++] = wick_wrap_dim(dim->list.ints[i], a->type.rank);
    }
    a = as_square(builder, wick_build_permute(builder, a, dims), n);
    wick_ir_value *column = wick_build_unsqueeze(builder, b, 1);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_value(column)};
    wick_replace(
        builder, 0,
        as_result(builder, 0, wick_build(builder, "aten::linalg_solve", &column->type, args, 2)));
    return WICK_OK;
}

// log of the determinant: NaN where that is below 0.
wick_status wick_rewrite_logdet(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_slogdet", type, node->args, 1);
    wick_ir_value *value = wick_ir_node_add_output(builder->graph, made, "logabsdet", type);
    wick_ir_value *is_below = wick_build_compared(builder, "aten::lt.Scalar", made->outputs[0], 0);
    wick_replace(builder, 0, wick_build_masked(builder, value, is_below, NAN));
    return WICK_OK;
}
