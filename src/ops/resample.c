// SPDX-License-Identifier: BSD-3-Clause
#include "ops/resample.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/space.h"

enum { SELF, SIZE, ALIGN };

typedef struct form {
    uint32_t spatial;
    wick_filter filter;
    bool has_align_corners;
    bool is_vec;
} form;

// What the arguments ask of three axes: a scale of 0 is none given.
typedef struct request {
    int32_t size[3];
    double scale[3];
} request;

static uint32_t out_arg(const wick_call *call, const form *f)
{
    (void)call;
    const uint32_t scales = f->has_align_corners ? ALIGN + 1 : ALIGN;
    return scales + (f->is_vec ? 1 : f->spatial);
}

// float? scales, one argument for each axis.
static void read_scales(const wick_call *call, const form *f, request *r)
{
    const uint32_t first = out_arg(call, f) - f->spatial;
    for (uint32_t i = 0; i < f->spatial; i++) {
        if (!wick_call_is_none(call, first + i)) {
            r->scale[3 - f->spatial + i] = wick_call_real(call, first + i);
        }
    }
}

// Size = floor(input * factor) for each axis, from float[] scale_factors.
static wick_status read_factors(const wick_call *call, const form *f, const wick_space *in,
                                request *r)
{
    const uint32_t arg = out_arg(call, f) - 1;
    if (wick_call_is_none(call, arg) || wick_call_list_count(call, arg) != f->spatial) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("neither a size nor a scale for each dimension"));
    }
    for (uint32_t i = 0; i < f->spatial; i++) {
        const uint32_t axis = 3 - f->spatial + i;
        const double factor = wick_call_real_at(call, arg, i);
        const double size = (double)in->sizes[2 + axis] * factor;
        if (!(size >= 0 && size <= INT32_MAX)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                  WICK_TEXT("scale out of range"));
        }
        r->size[axis] = (int32_t)size;
        r->scale[axis] = factor;
    }
    return WICK_OK;
}

static wick_status read_request(const wick_call *call, const form *f, const wick_space *in,
                                request *r)
{
    *r = (request){{1, 1, 1}, {0}};
    if (f->is_vec && wick_call_is_none(call, SIZE)) {
        return read_factors(call, f, in, r);
    }
    if (!f->is_vec) {
        read_scales(call, f, r);
    }
    return wick_call_spatial(call, SIZE, f->spatial, 1, 1, r->size);
}

// Input positions for each output position (area_pixel_compute_scale).
static float scale_of(const wick_resample_params *p, const request *r, uint32_t axis)
{
    const int32_t in = p->in.sizes[2 + axis];
    const int32_t out = r->size[axis];
    if (p->align_corners) {
        return out > 1 ? (float)(in - 1) / (float)(out - 1) : 0;
    }
    if (r->scale[axis] > 0) {
        return (float)(1 / r->scale[axis]);
    }
    return (float)in / (float)out;
}

static wick_status prepare(const wick_call *call, const form *f, wick_resample_params *p)
{
    request r;
    const uint32_t out = out_arg(call, f);
    const bool is_nearest =
        f->filter == WICK_FILTER_NEAREST || f->filter == WICK_FILTER_NEAREST_EXACT;
    *p = (wick_resample_params){.filter = (uint8_t)f->filter,
                                .dtype = wick_call_tensor(call, SELF)->dtype};
    p->align_corners = f->has_align_corners && wick_call_bool(call, ALIGN);
    WICK_TRY(wick_call_same_dtype(call, out, SELF));
    if (!is_nearest) {
        WICK_TRY(wick_call_real_or_f64(call, SELF));
    }
    if (wick_call_tensor(call, SELF)->rank != f->spatial + 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("input has not batch, channels and the dimensions to "
                                        "resize"));
    }
    WICK_TRY(wick_call_space(call, SELF, f->spatial, &p->in));
    WICK_TRY(read_request(call, f, &p->in, &r));
    for (uint32_t i = 0; i < 3; i++) {
        p->scale[i] = scale_of(p, &r, i);
    }
    const int32_t sizes[5] = {p->in.sizes[0], p->in.sizes[1], r.size[0], r.size[1], r.size[2]};
    return wick_call_resize_space(call, out, f->spatial, true, sizes, &p->out);
}

#define WICK_RESAMPLE(name, spatial, filter, has_align_corners)               \
    wick_status wick_##name##_prepare(const wick_call *call, void *block)     \
    {                                                                         \
        static const form f = {spatial, filter, has_align_corners, false};    \
        return prepare(call, &f, block);                                      \
    }                                                                         \
    wick_status wick_##name##_vec_prepare(const wick_call *call, void *block) \
    {                                                                         \
        static const form f = {spatial, filter, has_align_corners, true};     \
        return prepare(call, &f, block);                                      \
    }
#include "ops/resample.def"
#undef WICK_RESAMPLE

// The result stands behind the arguments: a call ends with it, twice.
static void *out_data(const wick_call *call)
{
    return wick_call_tensor(call, call->arg_count - 1)->data;
}

wick_status wick_resample_nearest_run(const wick_call *call, const void *block)
{
    wick_resample_nearest(block, wick_call_tensor(call, SELF)->data, out_data(call));
    return WICK_OK;
}

// The scale that a call gives for dimension i of its spatial ones, or 0: a list, or one argument
// for each.
static double given_scale(const wick_call *call, uint32_t i)
{
    if (wick_call_value(call, ALIGN + 1)->kind == WICK_VALUE_REAL_LIST) {
        return wick_call_real_at(call, ALIGN + 1, i);
    }
    const bool is_given = wick_call_value(call, ALIGN + 1 + i)->kind == WICK_VALUE_REAL;
    return is_given ? wick_call_real(call, ALIGN + 1 + i) : 0;
}

static double scale_f64(const wick_call *call, const wick_resample_params *p, uint32_t axis)
{
    const uint32_t lacking = 5u - wick_call_tensor(call, SELF)->rank;
    const double in = p->in.sizes[2 + axis];
    const double out = p->out.sizes[2 + axis];
    if (p->align_corners) {
        return out > 1 ? (in - 1) / (out - 1) : 0;
    }
    const double scale = axis < lacking ? 0 : given_scale(call, axis - lacking);
    return scale > 0 ? 1 / scale : in / out;
}

typedef void kernel_f64(const wick_resample_params_f64 *params, const void *input, void *out);

// The scales of float64 come from the call: the block has them in float.
static void run_f64(const wick_call *call, const wick_resample_params *p, kernel_f64 *kernel)
{
    wick_resample_params_f64 wide = {.in = p->in,
                                     .out = p->out,
                                     .filter = p->filter,
                                     .dtype = p->dtype,
                                     .align_corners = p->align_corners};
    for (uint32_t axis = 0; axis < 3; axis++) {
        wide.scale[axis] = scale_f64(call, p, axis);
    }
    kernel(&wide, wick_call_tensor(call, SELF)->data, out_data(call));
}

wick_status wick_resample_smooth_run(const wick_call *call, const void *block)
{
    const wick_resample_params *const p = block;
    if (wick_call_is_float64(call, SELF)) {
        run_f64(call, p, WICK_IN_FLOAT64(wick_resample_smooth_f64));
    } else {
        wick_resample_smooth(p, wick_call_tensor(call, SELF)->data, out_data(call));
    }
    return WICK_OK;
}

wick_status wick_resample_antialiased_run(const wick_call *call, const void *block)
{
    const wick_resample_params *const p = block;
    if (wick_call_is_float64(call, SELF)) {
        run_f64(call, p, WICK_IN_FLOAT64(wick_resample_antialiased_f64));
    } else {
        wick_resample_antialiased(p, wick_call_tensor(call, SELF)->data, out_data(call));
    }
    return WICK_OK;
}
