// SPDX-License-Identifier: BSD-3-Clause
#include "ops/norm.h"

#include "base/failure.h"
#include "kernels/norm/normalize.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/layout.h"
#include "ops/lines.h"

#include <string.h>

enum { INPUT };
enum {
    LAYER_SHAPE = 1,
    LAYER_WEIGHT,
    LAYER_BIAS,
    LAYER_EPSILON,
    LAYER_OUT,
    LAYER_MEAN,
    LAYER_RSTD
};
enum { RMS_SHAPE = 1, RMS_WEIGHT, RMS_EPSILON, RMS_OUT, RMS_RSTD };
enum { GROUP_WEIGHT = 1, GROUP_BIAS, GROUP_N, GROUP_C, GROUP_AREA, GROUP_GROUPS, GROUP_EPSILON };
enum { GROUP_OUT = GROUP_EPSILON + 1, GROUP_MEAN, GROUP_RSTD };
enum { BATCH_WEIGHT = 1, BATCH_BIAS, BATCH_TRAINING, BATCH_MOMENTUM, BATCH_EPSILON };
enum { BATCH_OUT = BATCH_EPSILON + 1, BATCH_MEAN, BATCH_RSTD };

// A parameter is f32 or of the input's type, and one of a shape.
static wick_status check_parameter(const wick_call *call, uint32_t arg, uint32_t rank,
                                   const int32_t *sizes)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    if (!tensor) {
        return WICK_OK;
    }
    if (tensor->rank != rank || memcmp(tensor->sizes, sizes, rank * sizeof sizes[0]) != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("shape does not go with that of the input"));
    }
    if (tensor->dtype != WICK_FLOAT32 && tensor->dtype != wick_call_tensor(call, INPUT)->dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("dtype does not go with that of the input"));
    }
    if (!wick_tensor_is_row_major(tensor)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("parameter with permuted memory"));
    }
    return WICK_OK;
}

// Type of the parameters; that of the input if there is none.
static uint32_t parameter_dtype(const wick_call *call, uint32_t weight, uint32_t bias)
{
    const wick_tensor *const w = wick_call_optional_tensor(call, weight);
    const wick_tensor *const b = bias ? wick_call_optional_tensor(call, bias) : 0;
    return w ? w->dtype : b ? b->dtype : wick_call_tensor(call, INPUT)->dtype;
}

static wick_status check_types(const wick_call *call, uint32_t weight, uint32_t bias, uint32_t out)
{
    const uint32_t dtype = parameter_dtype(call, weight, bias);
    const wick_tensor *const other = wick_call_optional_tensor(call, bias);
    WICK_TRY(wick_call_real_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, out, INPUT));
    if (other && other->dtype != dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, bias,
                              WICK_TEXT("dtype differs from that of the weight"));
    }
    WICK_TRY(wick_call_out_dtype(call, out + 1, dtype));
    return wick_call_out_dtype(call, out + 2, dtype);
}

// The normalized shape: the last dimensions of the input.
static wick_status read_shape(const wick_call *call, uint32_t arg, wick_norm_block *b)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const uint32_t count = wick_call_list_count(call, arg);
    bool fits = count >= 1 && count <= input->rank;
    for (uint32_t k = 0; fits && k < count; k++) {
        fits = wick_call_int_at(call, arg, k) == input->sizes[input->rank - count + k];
    }
    b->inner = count;
    return fits ? WICK_OK
                : wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                 WICK_TEXT("not the last sizes of the input"));
}

// Statistics have size 1 where the input is normalized.
static wick_status resize_statistics(const wick_call *call, const wick_norm_block *b, uint32_t arg)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    int32_t sizes[WICK_MAX_RANK];
    for (uint32_t d = 0; d < input->rank; d++) {
        sizes[d] = d + b->inner < input->rank ? input->sizes[d] : 1;
    }
    return wick_call_resize(call, arg, input->rank, sizes);
}

wick_status wick_layer_norm_prepare(const wick_call *call, void *block)
{
    wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    *b = (wick_norm_block){.epsilon = (float)wick_call_real(call, LAYER_EPSILON)};
    WICK_TRY(check_types(call, LAYER_WEIGHT, LAYER_BIAS, LAYER_OUT));
    WICK_TRY(read_shape(call, LAYER_SHAPE, b));
    const int32_t *const sizes = input->sizes + input->rank - b->inner;
    WICK_TRY(check_parameter(call, LAYER_WEIGHT, b->inner, sizes));
    WICK_TRY(check_parameter(call, LAYER_BIAS, b->inner, sizes));
    WICK_TRY(wick_call_resize(call, LAYER_OUT, input->rank, input->sizes));
    WICK_TRY(resize_statistics(call, b, LAYER_MEAN));
    return resize_statistics(call, b, LAYER_RSTD);
}

// The smallest step above 1 of a type.
static float epsilon_of(uint32_t dtype)
{
    return dtype == WICK_FLOAT32 ? 0x1p-23f : dtype == WICK_FLOAT16 ? 0x1p-10f : 0x1p-7f;
}

wick_status wick_rms_norm_prepare(const wick_call *call, void *block)
{
    wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    *b = (wick_norm_block){0};
    WICK_TRY(wick_call_real_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, RMS_OUT, INPUT));
    WICK_TRY(wick_call_out_dtype(call, RMS_RSTD, WICK_FLOAT32));
    WICK_TRY(read_shape(call, RMS_SHAPE, b));
    b->epsilon = wick_call_is_none(call, RMS_EPSILON) ? epsilon_of(input->dtype)
                                                      : (float)wick_call_real(call, RMS_EPSILON);
    WICK_TRY(check_parameter(call, RMS_WEIGHT, b->inner, input->sizes + input->rank - b->inner));
    WICK_TRY(wick_call_resize(call, RMS_OUT, input->rank, input->sizes));
    return resize_statistics(call, b, RMS_RSTD);
}

static void *data_or_null(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = arg ? wick_call_optional_tensor(call, arg) : 0;
    return tensor ? tensor->data : 0;
}

// One dimension at least stands for the elements of a group.
static void add_inner(wick_normalize_params *p, const wick_tensor *input, const wick_tensor *out,
                      uint32_t mask)
{
    p->inner += wick_tensor_nest(input, out, mask, p->dims + p->kept + p->inner);
    if (p->inner == 0) {
        p->dims[p->kept] = (wick_nest_dim){1, 0, 0};
        p->inner = 1;
    }
}

// The epsilon of the block, as float64.
static double epsilon_f64(const wick_call *call, uint32_t arg)
{
    if (!wick_call_is_float64(call, INPUT)) {
        return 0;
    }
    return wick_call_is_none(call, arg) ? 0x1p-52 : wick_call_real(call, arg);
}

static void normalize(const wick_normalize_params *p, const wick_normalize_data *data)
{
    void (*const kernel)(const wick_normalize_params *, const wick_normalize_data *) =
        WICK_KERNEL_FOR(p->dtype, wick_normalize);
    kernel(p, data);
}

static wick_normalize_params start_params(const wick_call *call, const wick_norm_block *b,
                                          uint32_t weight, uint32_t bias, uint32_t statistic,
                                          uint32_t epsilon)
{
    return (wick_normalize_params){
        .period = 1,
        .repeat = 1,
        .dtype = wick_call_tensor(call, INPUT)->dtype,
        .param_dtype = (uint8_t)parameter_dtype(call, weight, bias),
        .statistic_dtype = wick_call_tensor(call, statistic)->dtype,
        .epsilon = b->epsilon,
        .epsilon_f64 = epsilon_f64(call, epsilon),
    };
}

// Layer norms: the groups are counted by the first dimensions.
static void set_layer_dims(const wick_call *call, const wick_norm_block *b, uint32_t out,
                           wick_normalize_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const result = wick_call_tensor(call, out);
    const uint32_t outer = (1u << (input->rank - b->inner)) - 1;
    p->kept = wick_tensor_nest(input, result, outer, p->dims);
    add_inner(p, input, result, ~outer);
}

wick_status wick_layer_norm_run(const wick_call *call, const void *block)
{
    wick_normalize_params p =
        start_params(call, block, LAYER_WEIGHT, LAYER_BIAS, LAYER_MEAN, LAYER_EPSILON);
    set_layer_dims(call, block, LAYER_OUT, &p);
    const wick_normalize_data data = {
        wick_call_tensor(call, INPUT)->data,      data_or_null(call, LAYER_WEIGHT),
        data_or_null(call, LAYER_BIAS),           wick_call_tensor(call, LAYER_OUT)->data,
        wick_call_tensor(call, LAYER_MEAN)->data, wick_call_tensor(call, LAYER_RSTD)->data};
    normalize(&p, &data);
    return WICK_OK;
}

wick_status wick_rms_norm_run(const wick_call *call, const void *block)
{
    wick_normalize_params p = start_params(call, block, RMS_WEIGHT, 0, RMS_RSTD, RMS_EPSILON);
    p.is_rms = true;
    set_layer_dims(call, block, RMS_OUT, &p);
    const wick_normalize_data data = {wick_call_tensor(call, INPUT)->data,
                                      data_or_null(call, RMS_WEIGHT),
                                      0,
                                      wick_call_tensor(call, RMS_OUT)->data,
                                      0,
                                      wick_call_tensor(call, RMS_RSTD)->data};
    normalize(&p, &data);
    return WICK_OK;
}

// N, C and HxW say again what the input's shape says.
static wick_status check_group_sizes(const wick_call *call)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const int64_t groups = wick_call_int(call, GROUP_GROUPS);
    int64_t area = 1;
    for (uint32_t d = 2; d < input->rank; d++) {
        area *= input->sizes[d];
    }
    if (input->rank < 2 || wick_call_int(call, GROUP_N) != input->sizes[0] ||
        wick_call_int(call, GROUP_C) != input->sizes[1] ||
        wick_call_int(call, GROUP_AREA) != area) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("shape is not N, C, HxW"));
    }
    if (groups < 1 || groups > INT32_MAX || input->sizes[1] % groups != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, GROUP_GROUPS,
                              WICK_TEXT("channels cannot be divided into these groups"));
    }
    return WICK_OK;
}

wick_status wick_group_norm_prepare(const wick_call *call, void *block)
{
    wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    WICK_TRY(check_types(call, GROUP_WEIGHT, GROUP_BIAS, GROUP_OUT));
    WICK_TRY(check_group_sizes(call));
    *b = (wick_norm_block){.groups = (int32_t)wick_call_int(call, GROUP_GROUPS),
                           .epsilon = (float)wick_call_real(call, GROUP_EPSILON)};
    WICK_TRY(check_parameter(call, GROUP_WEIGHT, 1, &input->sizes[1]));
    WICK_TRY(check_parameter(call, GROUP_BIAS, 1, &input->sizes[1]));
    const int32_t sizes[2] = {input->sizes[0], b->groups};
    WICK_TRY(wick_call_resize(call, GROUP_OUT, input->rank, input->sizes));
    WICK_TRY(wick_call_resize(call, GROUP_MEAN, 2, sizes));
    return wick_call_resize(call, GROUP_RSTD, 2, sizes);
}

wick_status wick_group_norm_run(const wick_call *call, const void *block)
{
    const wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, GROUP_OUT);
    const int32_t channels = input->sizes[1] / b->groups;
    int32_t in_strides[WICK_MAX_RANK];
    int32_t out_strides[WICK_MAX_RANK];
    wick_tensor_strides(input, in_strides);
    wick_tensor_strides(out, out_strides);
    wick_normalize_params p =
        start_params(call, b, GROUP_WEIGHT, GROUP_BIAS, GROUP_MEAN, GROUP_EPSILON);
    p.kept = 2;
    p.dims[0] = (wick_nest_dim){input->sizes[0], in_strides[0], out_strides[0]};
    p.dims[1] = (wick_nest_dim){b->groups, channels * in_strides[1], channels * out_strides[1]};
    p.dims[2] = (wick_nest_dim){channels, in_strides[1], out_strides[1]};
    p.inner = 1;
    add_inner(&p, input, out, ~3u);
    p.period = b->groups;
    p.step = channels;
    p.repeat = (int32_t)wick_call_int(call, GROUP_AREA);
    p.repeat = p.repeat > 0 ? p.repeat : 1;
    const wick_normalize_data data = {input->data,
                                      data_or_null(call, GROUP_WEIGHT),
                                      data_or_null(call, GROUP_BIAS),
                                      out->data,
                                      wick_call_tensor(call, GROUP_MEAN)->data,
                                      wick_call_tensor(call, GROUP_RSTD)->data};
    normalize(&p, &data);
    return WICK_OK;
}

wick_status wick_batch_norm_no_stats_prepare(const wick_call *call, void *block)
{
    wick_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    *b = (wick_norm_block){.epsilon = (float)wick_call_real(call, BATCH_EPSILON)};
    WICK_TRY(check_types(call, BATCH_WEIGHT, BATCH_BIAS, BATCH_OUT));
    if (input->rank < 2 || !wick_call_bool(call, BATCH_TRAINING)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, input->rank < 2 ? INPUT : BATCH_TRAINING,
                              WICK_TEXT("no channels, or no statistics"));
    }
    WICK_TRY(check_parameter(call, BATCH_WEIGHT, 1, &input->sizes[1]));
    WICK_TRY(check_parameter(call, BATCH_BIAS, 1, &input->sizes[1]));
    WICK_TRY(wick_call_resize(call, BATCH_OUT, input->rank, input->sizes));
    WICK_TRY(wick_call_resize(call, BATCH_MEAN, 1, &input->sizes[1]));
    return wick_call_resize(call, BATCH_RSTD, 1, &input->sizes[1]);
}

wick_status wick_batch_norm_no_stats_run(const wick_call *call, const void *block)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, BATCH_OUT);
    wick_normalize_params p =
        start_params(call, block, BATCH_WEIGHT, BATCH_BIAS, BATCH_MEAN, BATCH_EPSILON);
    p.kept = wick_tensor_nest(input, out, 2u, p.dims);
    add_inner(&p, input, out, ~2u);
    p.period = input->sizes[1] > 0 ? input->sizes[1] : 1;
    p.step = 1;
    p.repeat = INT32_MAX;
    const wick_normalize_data data = {input->data,
                                      data_or_null(call, BATCH_WEIGHT),
                                      data_or_null(call, BATCH_BIAS),
                                      out->data,
                                      wick_call_tensor(call, BATCH_MEAN)->data,
                                      wick_call_tensor(call, BATCH_RSTD)->data};
    normalize(&p, &data);
    return WICK_OK;
}
