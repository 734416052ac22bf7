// SPDX-License-Identifier: BSD-3-Clause
// Attention: one operator of Wick, which keeps no matrix of scores; or, for official operators and
// in training (dropout), the matrices.
//
// Before  %y = aten::scaled_dot_product_attention(%q, %k, %v, %m)
// After   %y = wick::sdpa(%q, %k, %v, %m)
//
// With official operators, scores of -infinity in a whole row (a fully masked one) give 0, not NaN:
//   s = scale * q k^T + m    l = amax(s)    w = softmax(max(s, -largest)) * (1 - min(max(l,
//   -largest) - l, 1))
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

// A call of any of the forms.
typedef struct attention {
    wick_ir_value *query, *key, *value, *mask; // mask NULL: none
    bool is_causal, enable_gqa;
    double dropout, scale;
    bool has_scale;
} attention;

static wick_status refuse(const wick_builder *builder, const char *what)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              what);
}

static wick_status read_call(const wick_builder *builder, attention *a)
{
    const wick_ir_node *node = builder->node;
    *a = (attention){
        .query = wick_argument_tensor(node, "query"),
        .key = wick_argument_tensor(node, "key"),
        .value = wick_argument_tensor(node, "value"),
        .mask = wick_argument_tensor(node, "attn_mask"),
        .is_causal = wick_argument_bool(node, "is_causal", false),
        .enable_gqa = wick_argument_bool(node, "enable_gqa", false),
    };
    wick_argument_number(wick_argument(node, "dropout_p"), &a->dropout);
    a->has_scale = wick_argument_number(wick_argument(node, "scale"), &a->scale);
    const uint32_t rank = node->outputs[0]->type.rank;
    if (a->query->type.rank < 2 || a->key->type.rank < 2 || a->value->type.rank < 2 ||
        rank < a->query->type.rank || rank < a->key->type.rank || rank < a->value->type.rank) {
        return refuse(builder, "query, key and value have fewer than two dimensions");
    }
    return WICK_OK;
}

static double largest_of(uint8_t dtype)
{
    return dtype == WICK_FLOAT16 ? 65504.0 : dtype == WICK_BFLOAT16 ? 0x1.fep127 : 0x1.fffffep127;
}

// softmax along `dim` in which rows of -infinity are 0.
static wick_ir_value *build_safe_softmax(const wick_builder *builder, wick_ir_value *scores,
                                         uint32_t dim)
{
    const int64_t dims[] = {dim};
    const double lowest = -largest_of(scores->type.dtype);
    const wick_ir_type row = wick_type_with_size(builder, &scores->type, dim, 1);
    const wick_ir_arg amax[] = {wick_ir_arg_value(scores),
                                wick_ir_arg_ints(builder->graph, dims, 1), wick_ir_arg_bool(true)};
    wick_ir_value *largest = wick_build(builder, "aten::amax", &row, amax, 3);
    wick_ir_value *finite = wick_build_scalar(builder, "aten::clamp", largest, lowest);
    wick_ir_value *gap = wick_build_binary(builder, "aten::sub.Tensor", finite, largest);
    const wick_ir_arg to_one[] = {wick_ir_arg_value(gap), wick_ir_arg_none(), wick_ir_arg_real(1)};
    wick_ir_value *is_masked = wick_build(builder, "aten::clamp", &row, to_one, 3);
    wick_ir_value *is_kept =
        wick_build_scalar(builder, "aten::add.Scalar",
                          wick_build_scalar(builder, "aten::mul.Scalar", is_masked, -1), 1);
    const wick_ir_arg softmax[] = {
        wick_ir_arg_value(wick_build_scalar(builder, "aten::clamp", scores, lowest)),
        wick_ir_arg_int(dim), wick_ir_arg_bool(false)};
    wick_ir_value *weights = wick_build(builder, "aten::_softmax", &scores->type, softmax, 3);
    return wick_build_binary(builder, "aten::mul.Tensor", weights, is_kept);
}

static wick_ir_value *build_softmax(const wick_builder *builder, wick_ir_value *scores)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(scores), wick_ir_arg_int(scores->type.rank - 1),
                                wick_ir_arg_bool(false)};
    return wick_build(builder, "aten::_softmax", &scores->type, args, 3);
}

// A mask to add: of bool, 0 where it is true and -infinity elsewhere.
static wick_ir_value *additive_mask(const wick_builder *builder, wick_ir_value *mask, uint8_t dtype)
{
    const bool is_bool = mask->type.dtype == WICK_BOOL;
    wick_ir_value *cast = wick_build_cast(builder, mask, dtype);
    if (!is_bool) {
        return cast;
    }
    wick_ir_value *negative = wick_build_scalar(builder, "aten::sub.Scalar", cast, 1);
    wick_ir_value *large =
        wick_build_scalar(builder, "aten::mul.Scalar", negative, largest_of(dtype));
    return wick_build_scalar(builder, "aten::mul.Scalar", large, 2);
}

// 0, 1, 2, .. in a shape of two dimensions.
static wick_ir_value *numbers_of(const wick_builder *builder, int64_t count, int64_t rows,
                                 int64_t columns)
{
    const int64_t shape[] = {rows, columns};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT64, 1, &count);
    const wick_ir_arg args[] = {wick_ir_arg_int(count)};
    return wick_build_view(builder, wick_build(builder, "aten::arange", &type, args, 1), 2, shape);
}

// The same of sizes known only while running, to be computed there.
static wick_ir_value *dynamic_causal_mask(const wick_builder *builder, int64_t rows, int64_t keys,
                                          uint8_t dtype)
{
    const int64_t sizes[] = {rows, keys};
    const wick_ir_type type = wick_ir_type_tensor(WICK_BOOL, 2, sizes);
    return additive_mask(builder,
                         wick_build_product(builder, "aten::ge.Tensor", &type,
                                            numbers_of(builder, rows, rows, 1),
                                            numbers_of(builder, keys, 1, keys)),
                         dtype);
}

// Constant [rows, keys]: -infinity above the diagonal.
static wick_ir_value *causal_mask(const wick_builder *builder, int64_t rows, int64_t keys,
                                  uint8_t dtype)
{
    if (wick_size_is_symbolic(rows) || wick_size_is_symbolic(keys)) {
        return dynamic_causal_mask(builder, rows, keys, dtype);
    }
    const int64_t sizes[] = {rows, keys};
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
    float *data = wick_arena_alloc(builder->graph->arena, 1, wick_ir_type_size_bytes(&type));
    for (int64_t i = 0; i < rows * keys; i++) {
        data[i] = i % keys > i / keys ? -__builtin_inff() : 0.0f;
    }
    return wick_build_cast(
        builder, wick_ir_constant_create(builder->graph, "causal_mask", &type, data), dtype);
}

// Heads of key or value, each as often as there are heads of query for it.
static wick_ir_value *repeat_heads(const wick_builder *builder, wick_ir_value *value, int64_t heads)
{
    const wick_ir_type *type = &value->type;
    int64_t sizes[WICK_MAX_RANK];
    if (type->rank < 3 || type->rank >= WICK_MAX_RANK || type->sizes[type->rank - 3] == heads ||
        type->sizes[type->rank - 3] == 0) {
        return value;
    }
    const uint32_t rank = type->rank;
    wick_ir_value *split = wick_build_unsqueeze(builder, value, rank - 2);
    memcpy(sizes, split->type.sizes, (rank + 1) * sizeof sizes[0]);
    sizes[rank - 2] = heads / type->sizes[rank - 3];
    wick_ir_value *expanded = wick_build_expand(builder, split, rank + 1, sizes);
    memcpy(sizes, type->sizes, rank * sizeof sizes[0]);
    sizes[rank - 3] = heads;
    return wick_build_view(builder, expanded, rank, sizes);
}

static wick_ir_value *transposed(const wick_builder *builder, wick_ir_value *value)
{
    const uint32_t rank = value->type.rank;
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2;
    }
    return wick_build_permute(builder, value, dims);
}

static wick_ir_value *build_scores(const wick_builder *builder, const attention *a)
{
    const wick_ir_type *out = &builder->node->outputs[0]->type;
    const wick_ir_type *key = &a->key->type;
    wick_ir_type type = wick_type_with_dim(builder, out, out->rank - 1u, key, key->rank - 2u);
    for (uint8_t i = 0; i < type.rank; i++) {
        type.dim_order[i] = i;
    }
    wick_ir_value *product =
        wick_build_product(builder, "aten::matmul", &type, a->query, transposed(builder, a->key));
    const double depth = (double)key->sizes[key->rank - 1];
    const double scale = a->has_scale ? a->scale : 1 / __builtin_sqrt(depth);
    return wick_build_scalar(builder, "aten::mul.Scalar", product, scale);
}

static wick_status build_weights(const wick_builder *builder, const attention *a,
                                 wick_ir_value **weights)
{
    const wick_ir_type *key = &a->key->type;
    if (wick_size_is_symbolic(key->sizes[key->rank - 1])) {
        return refuse(builder,
                      "the size of a head is known only while running; export it as fixed");
    }
    wick_ir_value *scores = build_scores(builder, a);
    const wick_ir_type *type = &scores->type;
    if (a->is_causal) {
        const int64_t rows = type->sizes[type->rank - 2];
        const int64_t keys = type->sizes[type->rank - 1];
        if (!wick_ir_type_fits(type)) {
            return refuse(builder, "its scores are larger than any memory");
        }
        scores = wick_build_binary(builder, "aten::add.Tensor", scores,
                                   causal_mask(builder, rows, keys, type->dtype));
    }
    if (a->mask == NULL) {
        *weights = build_softmax(builder, scores);
        return WICK_OK;
    }
    scores = wick_build_binary(builder, "aten::add.Tensor", scores,
                               additive_mask(builder, a->mask, type->dtype));
    *weights = build_safe_softmax(builder, scores, scores->type.rank - 1u);
    return WICK_OK;
}

static wick_ir_value *build_dropout(const wick_builder *builder, wick_ir_value *weights, double p)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(weights), wick_ir_arg_real(p),
                                wick_ir_arg_bool(true)};
    return p == 0 ? weights : wick_build(builder, "aten::dropout", &weights->type, args, 3);
}

static wick_status rewrite_to_matrices(const wick_builder *builder, attention *a)
{
    const wick_ir_type *out = &builder->node->outputs[0]->type;
    if (a->enable_gqa && out->rank >= 3) {
        a->key = repeat_heads(builder, a->key, out->sizes[out->rank - 3]);
        a->value = repeat_heads(builder, a->value, out->sizes[out->rank - 3]);
    }
    wick_ir_value *weights = NULL;
    WICK_TRY(build_weights(builder, a, &weights));
    weights = build_dropout(builder, weights, a->dropout);
    wick_replace(builder, 0, wick_build_product(builder, "aten::matmul", out, weights, a->value));
    if (builder->detail != NULL) {
        wick_replace(builder, 1, weights);
    }
    return WICK_OK;
}

wick_status wick_rewrite_attention_matrices(const wick_builder *builder)
{
    attention a;
    WICK_TRY(read_call(builder, &a));
    return rewrite_to_matrices(builder, &a);
}

static bool is_second_result_used(const wick_builder *builder)
{
    wick_ir_count_uses(builder->graph);
    return builder->node->output_count > 1 && builder->node->outputs[1]->use_count > 0;
}

wick_status wick_rewrite_attention(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    attention a;
    WICK_TRY(read_call(builder, &a));
    const bool is_second_used = is_second_result_used(builder);
    if (wick_argument_tensor(node, "dropout_mask") != NULL) {
        return refuse(builder, "a mask for dropout is not supported");
    }
    if (builder->detail != NULL && a.mask != NULL) { // this form adds a mask of bool as 0 and 1
        a.mask = wick_build_cast(builder, a.mask, a.query->type.dtype);
    }
    if (a.dropout > 0 || (is_second_used && builder->detail != NULL)) {
        return rewrite_to_matrices(builder, &a);
    }
    if (is_second_used) {
        return refuse(builder, "its second result, logsumexp, is not computed: it serves training");
    }
    const wick_ir_arg args[] = {
        wick_ir_arg_value(a.query),
        wick_ir_arg_value(a.key),
        wick_ir_arg_value(a.value),
        a.mask != NULL ? wick_ir_arg_value(a.mask) : wick_ir_arg_none(),
        wick_ir_arg_bool(a.is_causal),
        a.has_scale ? wick_ir_arg_real(a.scale) : wick_ir_arg_none(),
        wick_ir_arg_bool(a.enable_gqa),
    };
    wick_ir_type type = node->outputs[0]->type; // the archive's may be a view of other strides
    for (uint8_t i = 0; i < type.rank; i++) {
        type.dim_order[i] = i;
    }
    wick_replace(builder, 0, wick_build(builder, "wick::sdpa", &type, args, 7));
    return WICK_OK;
}

wick_status wick_rewrite_safe_softmax(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *input =
        wick_build_cast(builder, wick_argument_tensor(node, "self"), type->dtype);
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", -1), type->rank);
    if (type->rank == 0) {
        return refuse(builder, "softmax of a tensor without dimensions");
    }
    wick_replace(builder, 0, build_safe_softmax(builder, input, dim));
    return WICK_OK;
}
