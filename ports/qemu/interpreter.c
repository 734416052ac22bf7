// SPDX-License-Identifier: BSD-3-Clause
// A program that is part of the image, run by the interpreter.
#include "program.h"

// Made for each model by ports/qemu/run.
extern const wick_qemu_image wick_qemu_model;

static wick_status wick_qemu_size_inputs(wick_qemu_cases *cases)
{
    const wick_qemu_run *run = &wick_qemu_interpreter;
    cases->input_count = run->need.input_count;
    for (uint32_t i = 0; i < cases->input_count; i++) {
        const wick_value *value = wick_method_input(&run->method, i);
        if (i == WICK_QEMU_MAX_ENDS || value->kind != WICK_VALUE_TENSOR) {
            return wick_qemu_fail(cases, WICK_NOT_SUPPORTED, "an input is not a tensor");
        }
        cases->input_bytes[i] = (uint32_t)wick_tensor_size_bytes(&value->tensor);
        wick_qemu_print_number("input_bytes", cases->input_bytes[i]);
    }
    return WICK_OK;
}

static wick_status wick_qemu_size_outputs(wick_qemu_cases *cases)
{
    const wick_qemu_run *run = &wick_qemu_interpreter;
    for (uint32_t i = 0; i < run->need.output_count; i++) {
        const wick_tensor *tensor = wick_method_output(&run->method, i);
        if (tensor == NULL) {
            return wick_qemu_fail(cases, WICK_NOT_SUPPORTED, "an output is not a tensor");
        }
        wick_qemu_print_number("output_dtype", tensor->dtype);
        wick_qemu_print_number("output_bytes", wick_tensor_size_bytes(tensor));
    }
    return WICK_OK;
}

wick_status wick_qemu_subject_open(wick_qemu_cases *cases)
{
    wick_qemu_interpreter.bytes = wick_qemu_model.bytes;
    wick_qemu_interpreter.size_bytes = wick_qemu_model.size_bytes;
    WICK_TRY(wick_qemu_program_open(cases));
    WICK_TRY(wick_qemu_program_bind(cases, NULL));
    wick_qemu_print_number("model_bytes", wick_qemu_model.size_bytes);
    WICK_TRY(wick_qemu_size_inputs(cases));
    return wick_qemu_size_outputs(cases);
}

wick_status wick_qemu_subject_set_input(wick_qemu_cases *cases, uint32_t index, const void *data)
{
    return wick_method_set_input(&wick_qemu_interpreter.method, index, data,
                                 cases->input_bytes[index], &cases->failure);
}

static wick_status wick_qemu_step(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    return wick_method_step(&run->method, &run->position, &cases->failure);
}

// Runs all instructions and prints what each one took.
static wick_status wick_qemu_execute_in_steps(wick_qemu_cases *cases)
{
    wick_qemu_run *run = &wick_qemu_interpreter;
    run->position = 0;
    WICK_TRY(wick_method_begin(&run->method, &cases->failure));
    while (run->position < run->method.instruction_count) {
        WICK_TRY(wick_qemu_measure(cases, wick_qemu_step, "step_ticks", "step_stack_bytes"));
    }
    return WICK_OK;
}

wick_status wick_qemu_subject_execute(wick_qemu_cases *cases)
{
    if (cases->steps) {
        return wick_qemu_execute_in_steps(cases);
    }
    return wick_method_execute(&wick_qemu_interpreter.method, &cases->failure);
}

wick_status wick_qemu_subject_write_outputs(wick_qemu_cases *cases)
{
    const wick_qemu_run *run = &wick_qemu_interpreter;
    for (uint32_t i = 0; i < run->need.output_count; i++) {
        const wick_tensor *tensor = wick_method_output(&run->method, i);
        WICK_TRY(
            wick_qemu_write_output(cases, tensor->data, (uint32_t)wick_tensor_size_bytes(tensor)));
    }
    return WICK_OK;
}
