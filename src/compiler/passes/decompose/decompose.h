// SPDX-License-Identifier: BSD-3-Clause
// Rewrites of composite operators: the functions that the rows of composite.def, portable.def
// and row_forms.def name.
//
// Before  builder->node, a composite with arguments as its schema says and results with types from
// the archive. After   new nodes before it (rows of ops.def, or composites nearer to them), all
// uses of its results replaced.
//         The caller removes the node.
// Keeps   values bit for bit, NaN and -0.0 included, unless the function says otherwise.
#ifndef WICK_COMPILER_PASSES_DECOMPOSE_H
#define WICK_COMPILER_PASSES_DECOMPOSE_H

#include "compiler/passes/build.h"

typedef wick_status wick_rewrite(const wick_builder *builder);

typedef struct wick_composite {
    const char *name;
    wick_rewrite *rewrite;
    const char *detail;
} wick_composite;

// The row of a composite operator; NULL for any other.
const wick_composite *wick_composite_find(const wick_ir_op *op);

// dims of permute_copy for a composite that wick_rewrite_permute rewrites; false if its argument
// does not fit the rank.
bool wick_permutation_of(const wick_ir_node *node, int64_t *dims);

// Whether a node of aten::dropout and the like draws: it is in training, and p is not 0.
bool wick_dropout_draws(const wick_ir_node *node);

// Conditions of portable.def.
bool wick_applies_always(const wick_ir_node *node);
bool wick_applies_to_vector(const wick_ir_node *node);
bool wick_applies_to_whole_result(const wick_ir_node *node);
bool wick_applies_to_other_type(const wick_ir_node *node);
bool wick_applies_to_negative_pad(const wick_ir_node *node);
bool wick_applies_to_common_order(const wick_ir_node *node);

// Conditions of row_forms.def.
bool wick_applies_to_small_power(const wick_ir_node *node);
bool wick_applies_to_idle_dropout(const wick_ir_node *node);
bool wick_applies_to_flat_roll(const wick_ir_node *node);
bool wick_applies_to_mean(const wick_ir_node *node);
bool wick_applies_to_whole_part(const wick_ir_node *node);
bool wick_applies_to_constant_scale(const wick_ir_node *node);
bool wick_applies_to_scale_types(const wick_ir_node *node);

// decompose_attention.c
wick_status wick_rewrite_attention(const wick_builder *builder);
wick_status wick_rewrite_attention_matrices(const wick_builder *builder);
wick_status wick_rewrite_safe_softmax(const wick_builder *builder);

// decompose_conv.c
wick_status wick_rewrite_conv(const wick_builder *builder);
wick_status wick_rewrite_conv_same(const wick_builder *builder);
wick_status wick_rewrite_conv_transpose(const wick_builder *builder);
wick_status wick_rewrite_convolution_flags(const wick_builder *builder);

// decompose_complex.c
// The rewrite of an operator on complex numbers; NULL if it has none or sees none.
const wick_composite *wick_complex_form(const wick_ir_node *node);
wick_status wick_rewrite_adjoint(const wick_builder *builder);

// decompose_fft.c, decompose_stft.c
wick_status wick_rewrite_fft(const wick_builder *builder);
wick_status wick_rewrite_rfft(const wick_builder *builder);
wick_status wick_rewrite_irfft(const wick_builder *builder);
wick_status wick_rewrite_c2r(const wick_builder *builder);
wick_status wick_rewrite_fftshift(const wick_builder *builder);
wick_status wick_rewrite_stft(const wick_builder *builder);
wick_status wick_rewrite_istft(const wick_builder *builder);
bool wick_applies_to_several_dims(const wick_ir_node *node);

// decompose_elementwise.c
wick_status wick_rewrite_relu6(const wick_builder *builder);
wick_status wick_rewrite_power(const wick_builder *builder);
wick_status wick_rewrite_square(const wick_builder *builder);
wick_status wick_rewrite_rsub(const wick_builder *builder);
wick_status wick_rewrite_hardsigmoid(const wick_builder *builder);
wick_status wick_rewrite_hardswish(const wick_builder *builder);
wick_status wick_rewrite_silu(const wick_builder *builder);

// decompose_fill.c
wick_status wick_rewrite_zeros(const wick_builder *builder);
wick_status wick_rewrite_ones(const wick_builder *builder);
wick_status wick_rewrite_fill_value(const wick_builder *builder);
wick_status wick_rewrite_fill(const wick_builder *builder);

// decompose_identity.c
wick_status wick_rewrite_identity(const wick_builder *builder);
wick_status wick_rewrite_cast(const wick_builder *builder);
wick_status wick_rewrite_copy(const wick_builder *builder);
wick_status wick_rewrite_drop(const wick_builder *builder);

// decompose_number.c
wick_status wick_rewrite_assert_async(const wick_builder *builder);
wick_status wick_rewrite_constrain(const wick_builder *builder);
wick_status wick_rewrite_choose(const wick_builder *builder);
wick_status wick_rewrite_ne(const wick_builder *builder);

// decompose_index.c
wick_status wick_rewrite_as_strided(const wick_builder *builder);
wick_status wick_rewrite_complex_part(const wick_builder *builder);
wick_status wick_rewrite_diag(const wick_builder *builder);
wick_status wick_rewrite_eye(const wick_builder *builder);
wick_status wick_rewrite_one_hot(const wick_builder *builder);
wick_status wick_rewrite_put(const wick_builder *builder);
wick_status wick_rewrite_reduce_mean(const wick_builder *builder);
wick_status wick_rewrite_scatter_reduction(const wick_builder *builder);
wick_status wick_rewrite_window(const wick_builder *builder);
wick_status wick_rewrite_embedding_bag(const wick_builder *builder);
wick_status wick_rewrite_take(const wick_builder *builder);
wick_status wick_rewrite_take_along_dim(const wick_builder *builder);

// decompose_movement.c
wick_status wick_rewrite_block_diag(const wick_builder *builder);
wick_status wick_rewrite_cartesian_prod(const wick_builder *builder);
wick_status wick_rewrite_channel_shuffle(const wick_builder *builder);
wick_status wick_rewrite_circular_pad(const wick_builder *builder);
wick_status wick_rewrite_flat_roll(const wick_builder *builder);
wick_status wick_rewrite_flip(const wick_builder *builder);
wick_status wick_rewrite_meshgrid(const wick_builder *builder);
wick_status wick_rewrite_repeat_by(const wick_builder *builder);
wick_status wick_rewrite_repeat_each(const wick_builder *builder);
wick_status wick_rewrite_rot90(const wick_builder *builder);
wick_status wick_rewrite_split_at(const wick_builder *builder);
wick_status wick_rewrite_stacked(const wick_builder *builder);
wick_status wick_rewrite_tile(const wick_builder *builder);
wick_status wick_rewrite_border_pad(const wick_builder *builder, const char *mode);

// decompose_join.c
wick_status wick_rewrite_stack(const wick_builder *builder);
wick_status wick_rewrite_negative_pad(const wick_builder *builder);
wick_status wick_rewrite_scatter(const wick_builder *builder);
wick_status wick_rewrite_pad(const wick_builder *builder);

// decompose_math.c
wick_status wick_rewrite_same_places(const wick_builder *builder);
wick_status wick_rewrite_degrees(const wick_builder *builder);
wick_status wick_rewrite_celu(const wick_builder *builder);
wick_status wick_rewrite_selu(const wick_builder *builder);
wick_status wick_rewrite_prelu(const wick_builder *builder);
wick_status wick_rewrite_log_sigmoid(const wick_builder *builder);
wick_status wick_rewrite_isfinite(const wick_builder *builder);
wick_status wick_rewrite_isreal(const wick_builder *builder);
wick_status wick_rewrite_isclose(const wick_builder *builder);
wick_status wick_rewrite_ldexp(const wick_builder *builder);
wick_status wick_rewrite_float_power(const wick_builder *builder);
wick_status wick_rewrite_polygamma(const wick_builder *builder);
wick_status wick_rewrite_ndtr(const wick_builder *builder);
wick_status wick_rewrite_angle(const wick_builder *builder);
wick_status wick_rewrite_masked_fill(const wick_builder *builder);
wick_status wick_rewrite_glu(const wick_builder *builder);
wick_status wick_rewrite_exp2(const wick_builder *builder);
wick_status wick_rewrite_frac(const wick_builder *builder);
wick_status wick_rewrite_erfc(const wick_builder *builder);
wick_status wick_rewrite_softplus(const wick_builder *builder);
wick_status wick_rewrite_mish(const wick_builder *builder);
wick_status wick_rewrite_threshold(const wick_builder *builder);
wick_status wick_rewrite_hardshrink(const wick_builder *builder);
wick_status wick_rewrite_softshrink(const wick_builder *builder);
wick_status wick_rewrite_remainder(const wick_builder *builder);
wick_status wick_rewrite_cast_first(const wick_builder *builder);
wick_status wick_rewrite_hypot(const wick_builder *builder);
wick_status wick_rewrite_addc(const wick_builder *builder);
wick_status wick_rewrite_lerp(const wick_builder *builder);
wick_status wick_rewrite_xlogy(const wick_builder *builder);
wick_status wick_rewrite_special_entr(const wick_builder *builder);
wick_status wick_rewrite_isposinf(const wick_builder *builder);
wick_status wick_rewrite_isneginf(const wick_builder *builder);

// decompose_matmul.c
wick_status wick_rewrite_linear_vector(const wick_builder *builder);
wick_status wick_rewrite_matmul(const wick_builder *builder);

// decompose_norm.c
wick_status wick_rewrite_batch_norm(const wick_builder *builder);
wick_status wick_rewrite_batch_norm_functional(const wick_builder *builder);
wick_status wick_rewrite_running_norm(const wick_builder *builder);
// Whether the node is a batch norm that changes its running statistics, and the functional form in
// the place of its results: outputs 3 and 4 are the changed statistics.
bool wick_norm_changes_statistics(const wick_ir_node *node);
wick_ir_node *wick_build_functional_norm(const wick_builder *builder);

// decompose_normalize.c
wick_status wick_rewrite_layer_norm(const wick_builder *builder);
wick_status wick_rewrite_group_norm(const wick_builder *builder);
wick_status wick_rewrite_instance_norm(const wick_builder *builder);
wick_status wick_rewrite_rms_norm(const wick_builder *builder);

// decompose_norm_backward.c
wick_status wick_rewrite_layer_norm_backward(const wick_builder *builder);
wick_status wick_rewrite_group_norm_backward(const wick_builder *builder);
wick_status wick_rewrite_embedding_backward(const wick_builder *builder);

// decompose_sort.c
wick_status wick_rewrite_argsort(const wick_builder *builder);
wick_status wick_rewrite_msort(const wick_builder *builder);
wick_status wick_rewrite_mode(const wick_builder *builder);
wick_status wick_rewrite_isin(const wick_builder *builder);
wick_status wick_rewrite_quantile(const wick_builder *builder);
wick_status wick_rewrite_unique(const wick_builder *builder);
wick_status wick_rewrite_unique_dim(const wick_builder *builder);

// decompose_vector_norm.c
wick_status wick_rewrite_vector_norm(const wick_builder *builder);
wick_status wick_rewrite_linalg_norm(const wick_builder *builder);
wick_status wick_rewrite_unbiased(const wick_builder *builder);
wick_status wick_rewrite_dist(const wick_builder *builder);
wick_status wick_rewrite_pairwise_distance(const wick_builder *builder);
wick_status wick_rewrite_cosine_similarity(const wick_builder *builder);
wick_status wick_rewrite_renorm(const wick_builder *builder);
// |a - b + eps|_p over the last dimension, p and eps of the builder's node.
wick_ir_value *wick_build_pair_distance(const wick_builder *builder, wick_ir_value *a,
                                        wick_ir_value *b, bool keepdim, const wick_ir_type *type);

// decompose_loss.c, decompose_difference.c
wick_status wick_rewrite_cross_entropy(const wick_builder *builder);
wick_status wick_rewrite_linear_cross_entropy(const wick_builder *builder);
wick_status wick_rewrite_cosine_embedding_loss(const wick_builder *builder);
wick_status wick_rewrite_triplet_margin_loss(const wick_builder *builder);
wick_status wick_rewrite_broadcast_tensors(const wick_builder *builder);
wick_status wick_rewrite_diff(const wick_builder *builder);
wick_status wick_rewrite_gradient(const wick_builder *builder);
wick_status wick_rewrite_trapezoid(const wick_builder *builder);
wick_status wick_rewrite_cross(const wick_builder *builder);

// decompose_margin.c
wick_status wick_rewrite_multi_margin_loss(const wick_builder *builder);
wick_status wick_rewrite_multilabel_margin_loss(const wick_builder *builder);
wick_status wick_rewrite_embedding_renorm(const wick_builder *builder);

// decompose_special.c, decompose_histogram.c
wick_status wick_rewrite_frexp(const wick_builder *builder);
wick_status wick_rewrite_mvlgamma(const wick_builder *builder);
wick_status wick_rewrite_vander(const wick_builder *builder);
wick_status wick_rewrite_gradient_of_points(const wick_builder *builder);
wick_status wick_rewrite_histogram(const wick_builder *builder);

// decompose_portable_reduce.c
wick_status wick_rewrite_all(const wick_builder *builder);
wick_status wick_rewrite_all_dim(const wick_builder *builder);
wick_status wick_rewrite_all_dims(const wick_builder *builder);
wick_status wick_rewrite_std(const wick_builder *builder);
wick_status wick_rewrite_std_correction(const wick_builder *builder);
wick_status wick_rewrite_std_mean(const wick_builder *builder);
wick_status wick_rewrite_aminmax(const wick_builder *builder);
wick_status wick_rewrite_norm_of_sums(const wick_builder *builder);
wick_status wick_rewrite_rms_norm_of_means(const wick_builder *builder);

// decompose_pool.c
wick_status wick_rewrite_max_pool2d(const wick_builder *builder);
wick_status wick_rewrite_max_pool1d(const wick_builder *builder);
wick_status wick_rewrite_avg_pool1d(const wick_builder *builder);
wick_status wick_rewrite_adaptive_avg_pool2d(const wick_builder *builder);
wick_status wick_rewrite_adaptive_avg_pool1d(const wick_builder *builder);
wick_status wick_rewrite_grid_sampler(const wick_builder *builder);
wick_status wick_rewrite_adaptive_max_pool1d(const wick_builder *builder);
wick_status wick_rewrite_max_pool3d(const wick_builder *builder);

// decompose_quant.c
wick_status wick_rewrite_affine(const wick_builder *builder);
wick_status wick_rewrite_choose_affine(const wick_builder *builder);
wick_status wick_rewrite_channel_group(const wick_builder *builder);
wick_status wick_rewrite_tensor_bounds(const wick_builder *builder);
wick_status wick_rewrite_fake_quantize(const wick_builder *builder);
wick_status wick_rewrite_int_mm(const wick_builder *builder);
wick_status wick_rewrite_scale_types(const wick_builder *builder);
wick_status wick_rewrite_constant_scale(const wick_builder *builder);

// decompose_product.c, decompose_einsum.c
wick_status wick_rewrite_addbmm(const wick_builder *builder);
wick_status wick_rewrite_addmv(const wick_builder *builder);
wick_status wick_rewrite_addr(const wick_builder *builder);
wick_status wick_rewrite_baddbmm(const wick_builder *builder);
wick_status wick_rewrite_outer(const wick_builder *builder);
wick_status wick_rewrite_inner(const wick_builder *builder);
wick_status wick_rewrite_kron(const wick_builder *builder);
wick_status wick_rewrite_tensordot(const wick_builder *builder);
wick_status wick_rewrite_chain(const wick_builder *builder);
wick_status wick_rewrite_bilinear(const wick_builder *builder);
wick_status wick_rewrite_trilinear(const wick_builder *builder);
wick_status wick_rewrite_matrix_power(const wick_builder *builder);
wick_status wick_rewrite_weight_norm(const wick_builder *builder);
wick_status wick_rewrite_einsum(const wick_builder *builder);

// decompose_linalg.c
wick_status wick_rewrite_inverse(const wick_builder *builder);
wick_status wick_rewrite_det(const wick_builder *builder);
wick_status wick_rewrite_vecdot(const wick_builder *builder);
wick_status wick_rewrite_solve(const wick_builder *builder);
wick_status wick_rewrite_lu_factor(const wick_builder *builder);
wick_status wick_rewrite_cholesky(const wick_builder *builder);
wick_status wick_rewrite_cholesky_solve(const wick_builder *builder);
wick_status wick_rewrite_triangular_solve(const wick_builder *builder);
wick_status wick_rewrite_eigh(const wick_builder *builder);
wick_status wick_rewrite_svd(const wick_builder *builder);
wick_status wick_rewrite_qr(const wick_builder *builder);
wick_status wick_rewrite_matrix_exp(const wick_builder *builder);
wick_status wick_rewrite_pinv(const wick_builder *builder);
wick_status wick_rewrite_trace(const wick_builder *builder);

// decompose_matrix.c
wick_status wick_rewrite_matrix_norm(const wick_builder *builder);
wick_status wick_rewrite_cond(const wick_builder *builder);
wick_status wick_rewrite_matrix_rank(const wick_builder *builder);
wick_status wick_rewrite_lu(const wick_builder *builder);
wick_status wick_rewrite_lu_unpack(const wick_builder *builder);
wick_status wick_rewrite_lu_solve(const wick_builder *builder);
wick_status wick_rewrite_ormqr(const wick_builder *builder);
wick_status wick_rewrite_tensorinv(const wick_builder *builder);
wick_status wick_rewrite_tensorsolve(const wick_builder *builder);
wick_status wick_rewrite_logdet(const wick_builder *builder);

// decompose_random.c
wick_status wick_rewrite_randint(const wick_builder *builder);
wick_status wick_rewrite_random(const wick_builder *builder);
wick_status wick_rewrite_uniform(const wick_builder *builder);
wick_status wick_rewrite_normal(const wick_builder *builder);
wick_status wick_rewrite_bernoulli(const wick_builder *builder);
wick_status wick_rewrite_rrelu(const wick_builder *builder);
wick_status wick_rewrite_dropout(const wick_builder *builder);
wick_status wick_rewrite_random_like(const wick_builder *builder);

// decompose_recurrent.c
wick_status wick_rewrite_recurrent(const wick_builder *builder);
wick_status wick_rewrite_recurrent_cell(const wick_builder *builder);
wick_status wick_rewrite_packed_sequence(const wick_builder *builder);

// unroll_recurrent.c
wick_status wick_rewrite_unrolled(const wick_builder *builder);

// decompose_reduce.c
wick_status wick_rewrite_softmax(const wick_builder *builder);
wick_status wick_rewrite_sum(const wick_builder *builder);
wick_status wick_rewrite_sum_to_size(const wick_builder *builder);

// decompose_shape.c
wick_status wick_rewrite_rename(const wick_builder *builder);
wick_status wick_rewrite_view(const wick_builder *builder);
wick_status wick_rewrite_expand(const wick_builder *builder);
wick_status wick_rewrite_permute(const wick_builder *builder);
wick_status wick_rewrite_narrow(const wick_builder *builder);
wick_status wick_rewrite_split(const wick_builder *builder);
wick_status wick_rewrite_unbind(const wick_builder *builder);
wick_status wick_rewrite_where_true(const wick_builder *builder);

#endif
