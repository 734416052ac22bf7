// SPDX-License-Identifier: BSD-3-Clause
// A model as emitted C, part of the image.
#include "emitted.h"

#include "cases.h"

typedef struct wick_qemu_emitted {
    void *arenas[WICK_QEMU_MAX_ARENAS];
    const void *inputs[WICK_QEMU_MAX_ENDS];
    void *outputs[WICK_QEMU_MAX_ENDS];
} wick_qemu_emitted;

static wick_qemu_emitted wick_qemu_emitted_model;

wick_status wick_qemu_subject_open(wick_qemu_cases *cases)
{
    wick_qemu_emitted *model = &wick_qemu_emitted_model;
    cases->input_count = wick_qemu_emitted_input_count;
    if (cases->input_count > WICK_QEMU_MAX_ENDS ||
        wick_qemu_emitted_output_count > WICK_QEMU_MAX_ENDS) {
        return wick_qemu_fail(cases, WICK_NOT_SUPPORTED, "too many inputs or outputs");
    }
    for (uint32_t i = 0; i < wick_qemu_emitted_arena_count; i++) {
        WICK_TRY(wick_qemu_take_arena(cases, wick_qemu_emitted_arena_bytes[i], &model->arenas[i]));
    }
    for (uint32_t i = 0; i < cases->input_count; i++) {
        cases->input_bytes[i] = wick_qemu_emitted_input_bytes[i];
        wick_qemu_print_number("input_bytes", cases->input_bytes[i]);
    }
    for (uint32_t i = 0; i < wick_qemu_emitted_output_count; i++) {
        WICK_TRY(wick_qemu_take(cases, wick_qemu_emitted_output_bytes[i], &model->outputs[i]));
        wick_qemu_print_number("output_bytes", wick_qemu_emitted_output_bytes[i]);
    }
    wick_qemu_emitted_reset(model->arenas);
    return WICK_OK;
}

wick_status wick_qemu_subject_set_input(wick_qemu_cases *cases, uint32_t index, const void *data)
{
    (void)cases;
    wick_qemu_emitted_model.inputs[index] = data;
    return WICK_OK;
}

wick_status wick_qemu_subject_execute(wick_qemu_cases *cases)
{
    const wick_qemu_emitted *model = &wick_qemu_emitted_model;
    int status = wick_qemu_emitted_run(model->arenas, model->inputs, model->outputs);
    return status == 0 ? WICK_OK : wick_qemu_fail(cases, (wick_status)status, "the model failed");
}

wick_status wick_qemu_subject_write_outputs(wick_qemu_cases *cases)
{
    for (uint32_t i = 0; i < wick_qemu_emitted_output_count; i++) {
        WICK_TRY(wick_qemu_write_output(cases, wick_qemu_emitted_model.outputs[i],
                                        wick_qemu_emitted_output_bytes[i]));
    }
    return WICK_OK;
}
