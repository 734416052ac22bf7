// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/calibration.h"

#include "compiler/support/npy.h"
#include "compiler/support/text.h"

#include <float.h>
#include <string.h>

// "f32[32, 1, 49, 10]"; a first axis that may have any size shows as N.
static const char *shape_text(wick_arena *arena, uint8_t dtype, uint32_t rank, const int64_t *sizes,
                              bool any_count)
{
    wick_text text = {.arena = arena};
    wick_text_format(&text, "%s[", wick_dtype_name(dtype));
    for (uint32_t i = 0; i < rank; i++) {
        if (i == 0 && any_count) {
            wick_text_format(&text, "N");
        } else {
            wick_text_format(&text, "%s%lld", i ? ", " : "", (long long)sizes[i]);
        }
    }
    wick_text_format(&text, "]");
    return wick_text_string(&text);
}

// How many samples an array holds for an input: its first axis is that of the input, or one more.
// 0 if it does not fit.
static uint64_t count_samples(const wick_npy *array, const wick_ir_type *type)
{
    const bool stacked = array->rank == type->rank + 1u;
    if (array->rank == 0 || (!stacked && array->rank != type->rank) || array->sizes[0] <= 0 ||
        wick_ir_type_count(type) == 0) {
        return 0;
    }
    for (uint32_t i = 1; i < array->rank; i++) {
        if (array->sizes[i] != type->sizes[i - stacked]) {
            return 0;
        }
    }
    const int64_t batch = stacked ? 1 : type->sizes[0];
    return array->sizes[0] % batch == 0 ? (uint64_t)(array->sizes[0] / batch) : 0;
}

static wick_status check_shape(const wick_ir_value *input, const wick_npy *array, const char *name,
                               wick_diag *diag, uint64_t *samples)
{
    const wick_ir_type *type = &input->type;
    if (!wick_ir_type_is_static(type)) {
        return wick_diag_error(diag, WICK_NOT_SUPPORTED, input->name,
                               "has a dynamic shape; quantization takes fixed ones");
    }
    *samples = count_samples(array, type);
    if (array->dtype == type->dtype && *samples > 0 && *samples <= UINT32_MAX) {
        return WICK_OK;
    }
    int64_t stacked[WICK_MAX_RANK + 1] = {0};
    memcpy(stacked + 1, type->sizes, type->rank * sizeof *stacked);
    const bool joins = type->rank > 0 && type->sizes[0] == 1;
    const int64_t *expected = joins ? type->sizes : stacked;
    return wick_diag_error(
        diag, WICK_INVALID_ARGUMENT, name, "calibration of input '%s': found %s, expected %s",
        input->name, shape_text(diag->arena, array->dtype, array->rank, array->sizes, false),
        shape_text(diag->arena, type->dtype, type->rank + !joins, expected, true));
}

static wick_status check_finite(const wick_npy *array, const char *name, uint64_t samples,
                                wick_diag *diag)
{
    if (array->dtype != WICK_FLOAT32) {
        return WICK_OK;
    }
    const size_t count = array->size_bytes / sizeof(float);
    const float *values = (const float *)(const void *)array->data;
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= -FLT_MAX && values[i] <= FLT_MAX)) {
            return wick_diag_error(diag, WICK_INVALID_ARGUMENT, name,
                                   "sample %zu holds %s; calibration takes finite values only",
                                   i / (count / (size_t)samples),
                                   values[i] != values[i] ? "NaN" : "an infinity");
        }
    }
    return WICK_OK;
}

// Offset in bytes, in memory of the type's dim order, of the element at `index` in row-major order.
static size_t memory_offset(const wick_ir_type *type, size_t index)
{
    size_t places[WICK_MAX_RANK];
    size_t offset = 0;
    for (uint32_t i = type->rank; i-- > 0;) {
        places[i] = index % (size_t)type->sizes[i];
        index /= (size_t)type->sizes[i];
    }
    for (uint32_t i = 0; i < type->rank; i++) {
        const uint32_t dim = type->dim_order[i];
        offset = offset * (size_t)type->sizes[dim] + places[dim];
    }
    return offset;
}

static bool is_row_major(const wick_ir_type *type)
{
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->dim_order[i] != i) {
            return false;
        }
    }
    return true;
}

static const uint8_t *in_dim_order(wick_arena *arena, const wick_ir_type *type,
                                   const wick_npy *array, uint32_t samples)
{
    if (is_row_major(type)) {
        return array->data;
    }
    const size_t count = wick_ir_type_count(type);
    const size_t element = wick_dtype_size_bytes(type->dtype);
    uint8_t *moved = wick_arena_alloc(arena, array->size_bytes, 1);
    for (size_t i = 0; i < count; i++) {
        const size_t to = memory_offset(type, i) * element;
        for (uint32_t s = 0; s < samples; s++) {
            memcpy(moved + s * count * element + to, array->data + (s * count + i) * element,
                   element);
        }
    }
    return moved;
}

static wick_status read_input(const wick_ir_graph *graph, const wick_ir_value *input,
                              const wick_array_file *file, wick_diag *diag, wick_calibration *out,
                              const uint8_t **data)
{
    wick_npy array;
    uint64_t samples = 0;
    WICK_TRY(wick_npy_parse(graph->arena, file->bytes, file->size_bytes, file->name, diag, &array));
    WICK_TRY(check_shape(input, &array, file->name, diag, &samples));
    if (out->samples != 0 && out->samples != samples) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, file->name,
                               "calibration of input '%s': found %u samples, expected %u as for "
                               "the inputs before",
                               input->name, (uint32_t)samples, out->samples);
    }
    WICK_TRY(check_finite(&array, file->name, samples, diag));
    out->samples = (uint32_t)samples;
    *data = in_dim_order(graph->arena, &input->type, &array, out->samples);
    return WICK_OK;
}

static wick_status read_labels(wick_arena *arena, const wick_array_file *file, wick_diag *diag,
                               wick_calibration *out)
{
    wick_npy array;
    WICK_TRY(wick_npy_parse(arena, file->bytes, file->size_bytes, file->name, diag, &array));
    const bool is_wide = array.dtype == WICK_INT64;
    if ((!is_wide && array.dtype != WICK_INT32) || array.rank != 1 ||
        array.sizes[0] != (int64_t)out->samples) {
        const int64_t sizes = out->samples;
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, file->name,
                               "labels: found %s, expected %s or i32",
                               shape_text(arena, array.dtype, array.rank, array.sizes, false),
                               shape_text(arena, WICK_INT64, 1, &sizes, false));
    }
    int64_t *labels = wick_arena_alloc(arena, out->samples, sizeof *labels);
    for (uint32_t i = 0; i < out->samples; i++) {
        labels[i] = is_wide ? ((const int64_t *)(const void *)array.data)[i]
                            : ((const int32_t *)(const void *)array.data)[i];
    }
    out->labels = labels;
    return WICK_OK;
}

static uint32_t count_tensors(const wick_ir_graph *graph)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->input_count; i++) {
        count += graph->inputs[i]->type.kind == WICK_VALUE_TENSOR;
    }
    return count;
}

wick_status wick_calibration_read(const wick_ir_graph *graph, const wick_compile_options *options,
                                  wick_diag *diag, wick_calibration *out)
{
    const uint32_t expected = count_tensors(graph);
    *out = (wick_calibration){
        .inputs = wick_arena_alloc(graph->arena, graph->input_count, sizeof *out->inputs)};
    if (expected == 0 || options->calibration_count != expected) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, "calibration",
                               "found %u arrays, expected one for each of the %u inputs; give "
                               "--calibration X.npy[,Y.npy..]",
                               options->calibration_count, expected);
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < graph->input_count; i++) {
        if (graph->inputs[i]->type.kind == WICK_VALUE_TENSOR) {
            WICK_TRY(read_input(graph, graph->inputs[i], &options->calibration[next++], diag, out,
                                &out->inputs[i]));
        }
    }
    return options->labels.bytes != NULL ? read_labels(graph->arena, &options->labels, diag, out)
                                         : WICK_OK;
}
