// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_reduce.h"

#include "base/failure.h"

enum { INPUT, BLOCK, OUT };

// Terms of a sum in int32.
static int32_t most_terms(uint32_t dtype)
{
    return dtype == WICK_INT16 ? 1 << 14 : 1 << 22;
}

static uint64_t block_words(const wick_call *call)
{
    return (uint64_t)wick_call_tensor(call, BLOCK)->sizes[0];
}

static wick_status check_tensors(const wick_call *call, uint32_t dtype)
{
    WICK_TRY(wick_quant_dense(call, INPUT, dtype));
    return wick_quant_dense(call, OUT, dtype);
}

static bool pool_is_valid(const wick_pool2d_s8_block *p, uint32_t dtype)
{
    return p->batch >= 0 && p->channels >= 1 && wick_quant_axis_is_valid(&p->height, false) &&
           wick_quant_axis_is_valid(&p->width, false) && wick_quant_range_fits(&p->range, dtype);
}

static wick_status check_pool(const wick_call *call, const wick_pool2d_s8_block *p, uint32_t dtype)
{
    const int32_t in[4] = {p->batch, p->height.in, p->width.in, p->channels};
    const int32_t out[4] = {p->batch, p->height.out, p->width.out, p->channels};
    WICK_TRY(wick_call_resize(call, OUT, 4, out));
    WICK_TRY(wick_quant_sized(call, INPUT, 4, in));
    return check_tensors(call, dtype);
}

static wick_status prepare_max_pool(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_pool2d_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_pool2d_s8_block *const p = held;
    *(wick_quant_nothing *)block = 0;
    if (p == 0) {
        return call->failure->status;
    }
    return pool_is_valid(p, dtype) ? check_pool(call, p, dtype)
                                   : wick_quant_wrong_block(call, BLOCK);
}

static wick_status prepare_avg_pool(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_pool2d_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_pool2d_s8_block *const p = held;
    *(wick_quant_nothing *)block = 0;
    if (p == 0) {
        return call->failure->status;
    }
    const int64_t most = (int64_t)p->height.kernel * p->width.kernel;
    if (!pool_is_valid(p, dtype) || !wick_quant_offset_fits(p->zero_point, dtype) ||
        most > most_terms(dtype) || (p->scale_count != 1 && p->scale_count < most) ||
        block_words(call) !=
            words + WICK_QUANT_WORDS(wick_quant_scale) * (uint64_t)(uint32_t)p->scale_count) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return check_pool(call, p, dtype);
}

wick_status wick_max_pool2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_max_pool(call, block, WICK_INT8);
}

wick_status wick_max_pool2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_max_pool(call, block, WICK_INT16);
}

wick_status wick_avg_pool2d_s8_prepare(const wick_call *call, void *block)
{
    return prepare_avg_pool(call, block, WICK_INT8);
}

wick_status wick_avg_pool2d_s16_prepare(const wick_call *call, void *block)
{
    return prepare_avg_pool(call, block, WICK_INT16);
}

wick_status wick_max_pool2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_pool2d_max_nhwc_s8(wick_call_tensor(call, BLOCK)->data,
                            wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_max_pool2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    wick_pool2d_max_nhwc_s16(wick_call_tensor(call, BLOCK)->data,
                             wick_call_tensor(call, INPUT)->data,
                             wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

// The scales behind the struct; NULL after a failure.
static const wick_quant_scale *checked_scales(const wick_call *call, const wick_pool2d_s8_block *p)
{
    const void *const after = p + 1;
    const wick_quant_scale *const scales = after;
    for (int32_t i = 0; i < p->scale_count; i++) {
        if (!wick_quant_scale_is_valid(scales[i].multiplier, scales[i].shift)) {
            (void)wick_quant_wrong_block(call, BLOCK);
            return 0;
        }
    }
    return scales;
}

wick_status wick_avg_pool2d_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_pool2d_s8_block *const p = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_scale *const scales = checked_scales(call, p);
    if (scales == 0) {
        return WICK_INVALID_PROGRAM;
    }
    wick_pool2d_mean_nhwc_s8(p, scales, wick_call_tensor(call, INPUT)->data,
                             wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_avg_pool2d_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_pool2d_s8_block *const p = wick_call_tensor(call, BLOCK)->data;
    const wick_quant_scale *const scales = checked_scales(call, p);
    if (scales == 0) {
        return WICK_INVALID_PROGRAM;
    }
    wick_pool2d_mean_nhwc_s16(p, scales, wick_call_tensor(call, INPUT)->data,
                              wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

static wick_mean_s8_loops loops_of(const wick_mean_s8_block *b)
{
    const void *const after = b + 1;
    const wick_quant_loop *const loops = after;
    return (wick_mean_s8_loops){{loops, (uint32_t)b->kept_count},
                                {loops + b->kept_count, (uint32_t)b->reduced_count}};
}

static bool mean_loops_are_valid(const wick_call *call, const wick_mean_s8_block *b, uint64_t most)
{
    const wick_mean_s8_loops loops = loops_of(b);
    const wick_quant_loops all = {loops.kept.loop, loops.kept.count + loops.reduced.count};
    uint64_t results;
    uint64_t terms;
    return wick_quant_loops_product(&loops.kept, &results) &&
           wick_quant_loops_product(&loops.reduced, &terms) &&
           results == wick_tensor_count(wick_call_tensor(call, OUT)) && terms <= most &&
           (results == 0 || terms == 0 ||
            wick_quant_loops_stay_below(&all, false,
                                        wick_tensor_count(wick_call_tensor(call, INPUT))));
}

static wick_status prepare_mean(const wick_call *call, void *block, uint32_t dtype)
{
    const size_t words = WICK_QUANT_WORDS(wick_mean_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_mean_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    const wick_mean_s8_params *const p = &b->params;
    const int32_t most = WICK_QUANT_LOOPS_MAX;
    WICK_TRY(check_tensors(call, dtype));
    if (b->kept_count < 0 || b->reduced_count < 0 || b->kept_count > most ||
        b->reduced_count > most - b->kept_count ||
        block_words(call) != words + (uint64_t)(b->kept_count + b->reduced_count) *
                                         WICK_QUANT_WORDS(wick_quant_loop) ||
        !wick_quant_offset_fits(p->zero_point, dtype) || !wick_quant_range_fits(&p->range, dtype) ||
        !wick_quant_scale_is_valid(p->scale.multiplier, p->scale.shift) ||
        !mean_loops_are_valid(call, b, (uint64_t)most_terms(dtype))) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return WICK_OK;
}

wick_status wick_mean_s8_prepare(const wick_call *call, void *block)
{
    return prepare_mean(call, block, WICK_INT8);
}

wick_status wick_mean_s16_prepare(const wick_call *call, void *block)
{
    return prepare_mean(call, block, WICK_INT16);
}

wick_status wick_mean_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mean_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_mean_s8_loops loops = loops_of(b);
    wick_mean_s8(&b->params, &loops, wick_call_tensor(call, INPUT)->data,
                 wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_mean_s16_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_mean_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const wick_mean_s8_loops loops = loops_of(b);
    wick_mean_s16(&b->params, &loops, wick_call_tensor(call, INPUT)->data,
                  wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

static wick_status prepare_softmax(const wick_call *call, const wick_softmax_shape *s, size_t words)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    WICK_TRY(wick_call_resize(call, OUT, input->rank, input->sizes));
    WICK_TRY(check_tensors(call, WICK_INT8));
    if (s->outer < 0 || s->size < 0 || s->inner < 0 || s->table_count < 1 || s->table_count > 256 ||
        s->one < 1 || s->one > 256 || block_words(call) != words + (uint32_t)s->table_count) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    const uint64_t rows = (uint64_t)s->outer * (uint32_t)s->inner;
    if (rows > INT32_MAX || rows * (uint32_t)s->size != wick_tensor_count(input)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return WICK_OK;
}

wick_status wick_softmax_s8_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_softmax_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    *(wick_quant_nothing *)block = 0;
    return held == 0 ? call->failure->status : prepare_softmax(call, held, words);
}

wick_status wick_log_softmax_s8_prepare(const wick_call *call, void *block)
{
    const size_t words = WICK_QUANT_WORDS(wick_log_softmax_s8_block);
    const void *const held = wick_quant_block(call, BLOCK, words);
    const wick_log_softmax_s8_block *const b = held;
    *(wick_quant_nothing *)block = 0;
    if (b == 0) {
        return call->failure->status;
    }
    if (b->scale.one_bits < 0 || b->scale.one_bits > 31 || b->scale.step < 0 ||
        b->scale.log_step < 0 || !wick_quant_range_fits(&b->scale.range, WICK_INT8)) {
        return wick_quant_wrong_block(call, BLOCK);
    }
    return prepare_softmax(call, &b->shape, words);
}

wick_status wick_softmax_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_softmax_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const table = b + 1;
    wick_softmax_table_s8(b, table, wick_call_tensor(call, INPUT)->data,
                          wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_log_softmax_s8_run(const wick_call *call, const void *block)
{
    (void)block;
    const wick_log_softmax_s8_block *const b = wick_call_tensor(call, BLOCK)->data;
    const void *const table = b + 1;
    wick_log_softmax_table_s8(&b->shape, &b->scale, table, wick_call_tensor(call, INPUT)->data,
                              wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
