// SPDX-License-Identifier: BSD-3-Clause
// Linear algebra: inverses, determinants and systems from an LU factorization; pseudo-inverses,
// norms and ranks from singular values. Results that eager PyTorch leaves to choice (signs of
// eigenvectors and singular vectors) may differ.
//
// Before  %y = aten::linalg_inv(%a)
// After   %lu, %p, %i = aten::linalg_lu_factor_ex(%a, True, True)
//         %y = aten::linalg_lu_solve(%lu, %p, identity)
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

#include <string.h>

static wick_status refuse(const wick_builder *builder, const char *what)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              what);
}

static bool is_matrix(const wick_ir_value *value)
{
    return value != NULL && value->type.kind == WICK_VALUE_TENSOR && value->type.rank >= 2 &&
           wick_ir_type_fits(&value->type);
}

// The type with its last `dropped` dimensions gone.
static wick_ir_type without_last(const wick_ir_type *type, uint32_t dropped, uint8_t dtype)
{
    wick_ir_type made = *type;
    made.rank = (uint8_t)(type->rank - dropped);
    made.dtype = dtype;
    return made;
}

static wick_ir_value *transposed(const wick_builder *builder, wick_ir_value *value)
{
    const uint32_t rank = value->type.rank;
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = i + 2 < rank ? i : i + 2 == rank ? rank - 1 : rank - 2;
    }
    return wick_build_permute(builder, value, dims);
}

typedef struct factors {
    wick_ir_value *lu, *pivots, *info;
} factors;

static factors build_factors(const wick_builder *builder, wick_ir_value *a, bool checks)
{
    const wick_ir_type *type = &a->type;
    const int64_t rows = type->sizes[type->rank - 2];
    const int64_t cols = type->sizes[type->rank - 1];
    wick_ir_type pivots = without_last(type, 1, WICK_INT32);
    pivots.sizes[type->rank - 2] = wick_size_smaller(builder->graph->sizes, rows, cols);
    const wick_ir_type info = without_last(type, 2, WICK_INT32);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_bool(true),
                                wick_ir_arg_bool(checks)};
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_lu_factor_ex", type, args, 3);
    return (factors){made->outputs[0],
                     wick_ir_node_add_output(builder->graph, made, "pivots", &pivots),
                     wick_ir_node_add_output(builder->graph, made, "info", &info)};
}

static wick_ir_value *identity_of(const wick_builder *builder, int64_t size)
{
    const int64_t sizes[] = {size, size};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
    if (wick_size_is_symbolic(size)) {
        const wick_ir_arg args[] = {wick_ir_arg_int(size), wick_ir_arg_int(size)};
        return wick_build(builder, "aten::eye.m", &type, args, 2);
    }
    float *data = wick_arena_alloc(builder->graph->arena, 1, wick_ir_type_size_bytes(&type));
    for (int64_t i = 0; i < size * size; i++) {
        data[i] = i / size == i % size ? 1.0f : 0.0f;
    }
    return wick_ir_constant_create(builder->graph, "identity", &type, data);
}

static wick_ir_value *build_lu_solve(const wick_builder *builder, const factors *f,
                                     wick_ir_value *b, bool left, const wick_ir_type *type)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(f->lu), wick_ir_arg_value(f->pivots),
                                wick_ir_arg_value(b), wick_ir_arg_bool(left),
                                wick_ir_arg_bool(false)};
    return wick_build(builder, "aten::linalg_lu_solve", type, args, 5);
}

// inv, inv_ex, inverse: detail "ex" where info is a result.
wick_status wick_rewrite_inverse(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    const bool is_ex = builder->detail != NULL;
    const bool checks = !is_ex || wick_argument_bool(builder->node, "check_errors", false);
    const factors f = build_factors(builder, a, checks);
    wick_ir_value *identity = identity_of(builder, a->type.sizes[a->type.rank - 1]);
    wick_replace(builder, 0, build_lu_solve(builder, &f, identity, true, &a->type));
    if (is_ex) {
        wick_replace(builder, 1, f.info);
    }
    return WICK_OK;
}

// Determinant, sign and logarithm from the factors.
static wick_ir_node *build_det(const wick_builder *builder, wick_ir_value *a, factors *f)
{
    *f = build_factors(builder, a, false);
    const wick_ir_type point = without_last(&a->type, 2, a->type.dtype);
    const wick_ir_arg args[] = {wick_ir_arg_value(f->lu), wick_ir_arg_value(f->pivots)};
    wick_ir_node *made = wick_build_node(builder, "wick::lu_det", &point, args, 2);
    wick_ir_node_add_output(builder->graph, made, "sign", &point);
    wick_ir_node_add_output(builder->graph, made, "logarithm", &point);
    return made;
}

// detail: "det" (result, LU, pivots) or "slogdet" (sign, logarithm, LU, pivots).
wick_status wick_rewrite_det(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    factors f;
    const wick_ir_node *made = build_det(builder, a, &f);
    uint32_t at = 0;
    if (strcmp(builder->detail, "det") == 0) {
        wick_replace(builder, at++, made->outputs[0]);
    } else {
        wick_replace(builder, at++, made->outputs[1]);
        wick_replace(builder, at++, made->outputs[2]);
    }
    wick_replace(builder, at, f.lu);
    wick_replace(builder, at + 1, f.pivots);
    return WICK_OK;
}

// The right side of a solve as matrices: vectors become columns.
static wick_ir_value *right_side(const wick_builder *builder, const wick_ir_value *a,
                                 wick_ir_value *b)
{
    bool is_vector = b->type.rank == 1;
    if (b->type.rank + 1 == a->type.rank) {
        is_vector = is_vector || memcmp(b->type.sizes, a->type.sizes,
                                        b->type.rank * sizeof b->type.sizes[0]) == 0;
    }
    return is_vector ? wick_build_unsqueeze(builder, b, b->type.rank) : b;
}

// linalg_solve, solve_ex: result, then what the form has of LU, pivots, info.
wick_status wick_rewrite_solve(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *b = wick_argument_tensor_at(node, 1);
    if (!is_matrix(a) || b->type.rank == 0) {
        return refuse(builder, "its operand is no matrix");
    }
    wick_ir_value *side = right_side(builder, a, b);
    const bool is_vector = side->type.rank != b->type.rank;
    const bool is_ex = builder->detail != NULL;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_type result = side->type;
    if (!is_vector) {
        result = *type;
    } else if (type->rank + 1 <= WICK_MAX_RANK) {
        result = *type;
        result.sizes[result.rank++] = 1;
    }
    for (uint8_t i = 0; i < result.rank; i++) {
        result.dim_order[i] = i;
    }
    const factors f =
        build_factors(builder, a, !is_ex || wick_argument_bool(node, "check_errors", false));
    wick_ir_value *x =
        build_lu_solve(builder, &f, side, wick_argument_bool(node, "left", true), &result);
    wick_replace(builder, 0, is_vector ? wick_build_view(builder, x, type->rank, type->sizes) : x);
    if (node->output_count == 2) {
        wick_replace(builder, 1, f.info);
    } else if (node->output_count == 4) {
        wick_replace(builder, 1, f.lu);
        wick_replace(builder, 2, f.pivots);
        wick_replace(builder, 3, f.info);
    }
    return WICK_OK;
}

wick_status wick_rewrite_lu_factor(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    const factors f = build_factors(builder, a, true);
    wick_replace(builder, 0, f.lu);
    wick_replace(builder, 1, f.pivots);
    return WICK_OK;
}

static wick_ir_value *build_cholesky(const wick_builder *builder, wick_ir_value *a, bool is_upper)
{
    const wick_ir_type info = without_last(&a->type, 2, WICK_INT32);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_bool(is_upper),
                                wick_ir_arg_bool(true)};
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_cholesky_ex", &a->type, args, 3);
    wick_ir_node_add_output(builder->graph, made, "info", &info);
    return made->outputs[0];
}

wick_status wick_rewrite_cholesky(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    wick_replace(builder, 0,
                 build_cholesky(builder, a, wick_argument_bool(builder->node, "upper", false)));
    return WICK_OK;
}

static wick_ir_value *build_triangular(const wick_builder *builder, wick_ir_value *a,
                                       wick_ir_value *b, bool is_upper, bool is_unit,
                                       const wick_ir_type *type)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_value(b),
                                wick_ir_arg_bool(is_upper), wick_ir_arg_bool(true),
                                wick_ir_arg_bool(is_unit)};
    return wick_build(builder, "aten::linalg_solve_triangular", type, args, 5);
}

// cholesky_solve(b, l), and cholesky_inverse(l) with the identity for b: two triangles.
wick_status wick_rewrite_cholesky_solve(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const bool is_solve = wick_argument(node, "input2") != NULL;
    wick_ir_value *l = wick_argument_tensor_at(node, is_solve ? 1 : 0);
    if (!is_matrix(l)) {
        return refuse(builder, "its operand is no matrix");
    }
    wick_ir_value *b = is_solve ? wick_argument_tensor_at(node, 0)
                                : identity_of(builder, l->type.sizes[l->type.rank - 1]);
    const bool is_upper = wick_argument_bool(node, "upper", false);
    wick_ir_value *lower = is_upper ? transposed(builder, l) : l;
    wick_ir_value *upper = is_upper ? l : transposed(builder, l);
    wick_ir_value *half = build_triangular(builder, lower, b, false, false, type);
    wick_replace(builder, 0, build_triangular(builder, upper, half, true, false, type));
    return WICK_OK;
}

// triangular_solve(b, a): its second result is a copy of a.
wick_status wick_rewrite_triangular_solve(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 1);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    const bool turns = wick_argument_bool(node, "transpose", false);
    const bool is_upper = wick_argument_bool(node, "upper", true) != turns;
    wick_replace(builder, 0,
                 build_triangular(builder, turns ? transposed(builder, a) : a,
                                  wick_argument_tensor_at(node, 0), is_upper,
                                  wick_argument_bool(node, "unitriangular", false),
                                  &node->outputs[0]->type));
    wick_replace(builder, 1, a);
    return WICK_OK;
}

// linalg_eigh, _linalg_eigh, eigvalsh: values, then vectors where the form has them.
wick_status wick_rewrite_eigh(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *uplo = wick_argument(node, "UPLO");
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    const bool is_upper = uplo != NULL && uplo->kind == WICK_IR_STRING &&
                          (uplo->string[0] == 'U' || uplo->string[0] == 'u');
    const wick_ir_type values = without_last(&a->type, 1, a->type.dtype);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_bool(is_upper)};
    wick_ir_node *made = wick_build_node(builder, "wick::eigh", &values, args, 2);
    wick_ir_node_add_output(builder->graph, made, "vectors", &a->type);
    wick_ir_node_add_output(builder->graph, made, "work", &a->type);
    wick_replace(builder, 0, made->outputs[0]);
    wick_replace(builder, 1, made->outputs[1]);
    return WICK_OK;
}

typedef struct singular {
    wick_ir_value *u, *s, *vh;
} singular;

// Of a matrix with more columns than rows through its transposed.
static singular build_svd(const wick_builder *builder, wick_ir_value *a)
{
    const uint32_t rank = a->type.rank;
    const int64_t rows = a->type.sizes[rank - 2];
    const int64_t columns = a->type.sizes[rank - 1];
    const wick_sizes *sizes = builder->graph->sizes;
    const bool is_wide =
        rows != columns && wick_size_maximum(sizes, rows) <= wick_size_minimum(sizes, columns);
    wick_ir_value *tall = is_wide ? transposed(builder, a) : a;
    const int64_t cols = tall->type.sizes[rank - 1];
    wick_ir_type values = without_last(&tall->type, 1, tall->type.dtype);
    values.sizes[rank - 2] = cols;
    wick_ir_type v = tall->type;
    v.sizes[rank - 2] = cols;
    const wick_ir_arg args[] = {wick_ir_arg_value(tall)};
    wick_ir_node *made = wick_build_node(builder, "wick::svd", &tall->type, args, 1);
    wick_ir_value *s = wick_ir_node_add_output(builder->graph, made, "s", &values);
    wick_ir_value *vh = wick_ir_node_add_output(builder->graph, made, "vh", &v);
    if (!is_wide) {
        return (singular){made->outputs[0], s, vh};
    }
    return (singular){transposed(builder, vh), s, transposed(builder, made->outputs[0])};
}

// u [.., n, k], orthonormal columns, with n - k more: those of Q in a QR factorization, whose
// first columns are those of u but for signs.
static wick_ir_value *completed(const wick_builder *builder, wick_ir_value *u)
{
    const uint32_t last = u->type.rank - 1u;
    const int64_t rows = u->type.sizes[last - 1], cols = u->type.sizes[last];
    if (rows == cols) {
        return u;
    }
    const wick_ir_type square = wick_type_with_size(builder, &u->type, last, rows);
    wick_ir_type r = u->type;
    const wick_ir_arg args[] = {wick_ir_arg_value(u), wick_ir_arg_string("complete")};
    wick_ir_node *made = wick_build_node(builder, "aten::linalg_qr", &square, args, 2);
    wick_ir_node_add_output(builder->graph, made, "r", &r);
    wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, 2, sizeof *parts);
    parts[0] = u;
    parts[1] = wick_build_slice(builder, made->outputs[0], last, cols, rows);
    const wick_ir_arg joined[] = {{.kind = WICK_IR_VALUES, .count = 2, .list = {.values = parts}},
                                  wick_ir_arg_int(last)};
    return wick_build(builder, "aten::cat", &square, joined, 2);
}

// Whether U and V are square, and the matrix has a size that says how many columns are to come.
static bool wants_square(const wick_ir_node *node, const wick_ir_value *a)
{
    return node->output_count == 3 && wick_ir_type_is_static(&a->type) &&
           (wick_argument(node, "some") != NULL
                ? !wick_argument_bool(node, "some", true)
                : wick_argument_bool(node, "full_matrices",
                                     wick_node_is(node, "aten::linalg_svd")));
}

// linalg_svd, _linalg_svd (u, s, vh), svd (u, s, v), svdvals (s); detail says which.
wick_status wick_rewrite_svd(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    if (strcmp(builder->detail, "values") == 0) {
        wick_replace(builder, 0, build_svd(builder, a).s);
        return WICK_OK;
    }
    wick_ir_count_uses(builder->graph);
    const bool reads_u = node->output_count == 3 && node->outputs[0]->use_count > 0;
    const bool reads_v = node->output_count == 3 && node->outputs[2]->use_count > 0;
    singular found = build_svd(builder, a);
    if (wants_square(node, a)) {
        found.u = reads_u ? completed(builder, found.u) : found.u;
        found.vh = reads_v ? transposed(builder, completed(builder, transposed(builder, found.vh)))
                           : found.vh;
    }
    const bool is_v = strcmp(builder->detail, "v") == 0;
    wick_ir_value *v = is_v && reads_v ? transposed(builder, found.vh) : found.vh;
    if ((reads_u && !wick_same_sizes(&found.u->type, &node->outputs[0]->type)) ||
        (reads_v && !wick_same_sizes(&v->type, &node->outputs[2]->type))) {
        return refuse(builder, "full_matrices of a matrix without a fixed size: pass full_matrices=False");
    }
    wick_replace(builder, 1, found.s);
    if (reads_u) {
        wick_replace(builder, 0, found.u);
    }
    if (reads_v) {
        wick_replace(builder, 2, v);
    }
    return WICK_OK;
}

// linalg_qr says so by its mode, qr by `some`.
static bool wants_complete(const wick_builder *builder)
{
    const wick_ir_arg *mode = wick_argument(builder->node, "mode");
    return mode != NULL ? mode->kind == WICK_IR_STRING && strcmp(mode->string, "complete") == 0
                        : !wick_argument_bool(builder->node, "some", true);
}

// `cols` more columns of 0.
static wick_ir_value *widened(const wick_builder *builder, wick_ir_value *a, int64_t cols)
{
    const int64_t border[] = {0, cols};
    const wick_ir_type type = wick_type_with_size(builder, &a->type, a->type.rank - 1u,
                                                  a->type.sizes[a->type.rank - 1] + cols);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_ints(builder->graph, border, 2),
                                wick_number(a->type.dtype, 0)};
    return wick_build(builder, "aten::constant_pad_nd", &type, args, 3);
}

// linalg_qr, qr: R is the upper triangle of geqrf, Q the product of the reflections below it.
wick_status wick_rewrite_qr(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *mode = wick_argument(node, "mode");
    if (!is_matrix(a) || !wick_ir_type_is_static(&a->type)) {
        return refuse(builder, "its operand is no matrix of a fixed size");
    }
    const uint32_t rank = a->type.rank;
    const int64_t rows = a->type.sizes[rank - 2], cols = a->type.sizes[rank - 1];
    const int64_t least = rows < cols ? rows : cols;
    const bool is_complete = wants_complete(builder) && rows > cols;
    wick_ir_type tau_type = without_last(&a->type, 1, a->type.dtype);
    tau_type.sizes[rank - 2] = least;
    const wick_ir_arg whole = wick_ir_arg_value(a);
    wick_ir_node *made = wick_build_node(builder, "aten::geqrf", &a->type, &whole, 1);
    wick_ir_value *tau = wick_ir_node_add_output(builder->graph, made, "tau", &tau_type);
    wick_ir_value *packed = made->outputs[0];
    wick_ir_value *top =
        is_complete ? packed : wick_build_slice(builder, packed, rank - 2, 0, least);
    const wick_ir_arg triangle[] = {wick_ir_arg_value(top), wick_ir_arg_int(0)};
    wick_replace(builder, 1, wick_build(builder, "aten::triu", &top->type, triangle, 2));
    if (mode != NULL && mode->kind == WICK_IR_STRING && strcmp(mode->string, "r") == 0) {
        const int64_t none = 0;
        const wick_ir_type empty = wick_ir_type_tensor(WICK_FLOAT32, 1, &none);
        wick_replace(builder, 0,
                     wick_ir_constant_create(builder->graph, "q", &empty,
                                             wick_arena_alloc(builder->graph->arena, 1, 1)));
        return WICK_OK;
    }
    wick_ir_value *reflectors = is_complete ? widened(builder, packed, rows - cols)
                                            : wick_build_slice(builder, packed, rank - 1, 0, least);
    wick_replace(builder, 0,
                 wick_build_product(builder, "aten::linalg_householder_product",
                                    &reflectors->type, reflectors, tau));
    return WICK_OK;
}

wick_status wick_rewrite_matrix_exp(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    if (!is_matrix(a)) {
        return refuse(builder, "its operand is no matrix");
    }
    const wick_ir_arg whole = wick_ir_arg_value(a);
    wick_ir_node *made = wick_build_node(builder, "wick::matrix_exp", &a->type, &whole, 1);
    wick_ir_node_add_output(builder->graph, made, "scaled", &a->type);
    wick_ir_node_add_output(builder->graph, made, "kept", &a->type);
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

// A tolerance as a number, `fallback` for None, or (true) as a tensor of float32.
static bool is_tolerance_tensor(const wick_builder *builder, const char *name, double fallback,
                                double *number, wick_ir_value **tensor)
{
    const wick_ir_arg *arg = wick_argument(builder->node, name);
    *number = fallback;
    *tensor = arg != NULL ? wick_argument_tensor(builder->node, name) : NULL;
    if (*tensor == NULL && arg != NULL && arg->kind != WICK_IR_NONE) {
        wick_argument_number(arg, number);
    }
    if (*tensor != NULL) {
        *tensor = wick_build_cast(builder, *tensor, WICK_FLOAT32);
    }
    return *tensor != NULL;
}

// The greatest of `atol` and `rtol` times the greatest singular value: [.., 1].
static wick_ir_value *smallest_kept(const wick_builder *builder, wick_ir_value *s, int64_t longest)
{
    const uint32_t last = s->type.rank - 1u;
    const int64_t dims[] = {last};
    const wick_ir_type type = wick_type_with_size(builder, &s->type, last, 1);
    const wick_ir_arg args[] = {wick_ir_arg_value(s), wick_ir_arg_ints(builder->graph, dims, 1),
                                wick_ir_arg_bool(true)};
    wick_ir_value *cut = wick_build(builder, "aten::amax", &type, args, 3);
    const bool is_new = wick_argument(builder->node, "rtol") != NULL;
    double number = 0;
    wick_ir_value *atol = NULL;
    wick_ir_value *rtol = NULL;
    const bool has_atol = is_tolerance_tensor(builder, "atol", 0, &number, &atol) || number > 0;
    const double absolute = number;
    const double usual = has_atol ? 0 : 0x1p-23 * (double)longest;
    cut = is_tolerance_tensor(builder, is_new ? "rtol" : "rcond", usual, &number, &rtol)
              ? wick_build_binary(builder, "aten::mul.Tensor", cut, rtol)
              : wick_build_scalar(builder, "aten::mul.Scalar", cut, number);
    if (atol != NULL) {
        return wick_build_binary(builder, "aten::maximum", cut, atol);
    }
    return absolute > 0 ? wick_build_scalar(builder, "aten::clamp", cut, absolute) : cut;
}

// V (1 / s) U^T, where s exceeds the tolerance. A symmetric matrix has the same.
wick_status wick_rewrite_pinv(const wick_builder *builder)
{
    wick_ir_value *a = wick_argument_tensor_at(builder->node, 0);
    static const char *const tolerances[] = {"atol", "rtol", "rcond"};
    if (!is_matrix(a) || !wick_ir_type_is_static(&a->type) || wick_ir_type_count(&a->type) == 0) {
        return refuse(builder, "its operand is no matrix of a fixed size");
    }
    for (uint32_t i = 0; i < 3; i++) {
        const wick_ir_value *tensor = wick_argument(builder->node, tolerances[i]) != NULL
                                          ? wick_argument_tensor(builder->node, tolerances[i])
                                          : NULL;
        if (tensor != NULL && tensor->type.rank != 0) {
            return refuse(builder, "a tolerance for each matrix is not supported: pass a number");
        }
    }
    const uint32_t rank = a->type.rank;
    const int64_t rows = a->type.sizes[rank - 2], cols = a->type.sizes[rank - 1];
    const singular found = build_svd(builder, a);
    wick_ir_value *cut = smallest_kept(builder, found.s, rows > cols ? rows : cols);
    wick_ir_type mask_type = found.s->type;
    mask_type.dtype = WICK_BOOL;
    const wick_ir_arg fill[] = {
        wick_ir_arg_value(wick_build_unary(builder, "aten::reciprocal", found.s)),
        wick_ir_arg_value(
            wick_build_product(builder, "aten::le.Tensor", &mask_type, found.s, cut)),
        wick_ir_arg_real(0)};
    wick_ir_value *inverse =
        wick_build(builder, "aten::masked_fill.Scalar", &found.s->type, fill, 3);
    wick_ir_value *scaled =
        wick_build_binary(builder, "aten::mul.Tensor", transposed(builder, found.vh),
                          wick_build_unsqueeze(builder, inverse, rank - 2));
    wick_replace(builder, 0,
                 wick_build_product(builder, "aten::matmul", &builder->node->outputs[0]->type,
                                    scaled, transposed(builder, found.u)));
    return WICK_OK;
}

// trace: the sum of the elements that the identity leaves.
wick_status wick_rewrite_trace(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    if (!is_matrix(a) || a->type.rank != 2) {
        return refuse(builder, "its operand is no matrix");
    }
    const int64_t rows = a->type.sizes[0], cols = a->type.sizes[1];
    const int64_t n = rows < cols ? rows : cols;
    // The diagonal lies cols + 1 elements apart: the first column of a view as rows of that length.
    wick_ir_value *square = wick_build_slice(builder, a, 0, 0, n);
    const int64_t flat[] = {n * cols};
    wick_ir_value *line = wick_build_view(builder, square, 1, flat);
    wick_ir_type type = line->type;
    type.sizes[0] = n;
    const wick_ir_arg slice[] = {wick_ir_arg_value(line), wick_ir_arg_int(0), wick_ir_arg_int(0),
                                 wick_ir_arg_int(n * cols), wick_ir_arg_int(cols + 1)};
    wick_ir_value *diagonal =
        n == 0 ? line : wick_build(builder, "aten::slice_copy.Tensor", &type, slice, 5);
    const int64_t dims[] = {0};
    const wick_ir_arg args[] = {wick_ir_arg_value(diagonal),
                                wick_ir_arg_ints(builder->graph, dims, 1), wick_ir_arg_bool(false)};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::sum.dim_IntList", &node->outputs[0]->type, args, 3));
    return WICK_OK;
}

// The sum of x * y along a dimension.
wick_status wick_rewrite_vecdot(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *x = wick_build_cast(builder, wick_argument_tensor_at(node, 0), type->dtype);
    wick_ir_value *y = wick_build_cast(builder, wick_argument_tensor_at(node, 1), type->dtype);
    if (type->dtype == WICK_COMPLEX64) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "products of complex vectors: write (x.conj() * y).sum(dim)");
    }
    const wick_ir_type whole = wick_broadcast_type(builder, x, y);
    const int64_t dim = wick_argument_int(node, "dim", -1);
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build_product(builder, "aten::mul.Tensor", &whole, x, y)),
        wick_ir_arg_ints(builder->graph, &dim, 1), wick_ir_arg_bool(false)};
    wick_replace(builder, 0, wick_build(builder, "aten::sum.dim_IntList", type, args, 3));
    return WICK_OK;
}
