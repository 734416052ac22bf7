// SPDX-License-Identifier: BSD-3-Clause
// `wick bundle`: a program and test cases in one file; `wick check`: runs the cases of such a file.
#include "arrays.h"
#include "host_method.h"

#include "compiler/fbs/base64.h"
#include "compiler/fbs/fbs.h"
#include "wick/bundle.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ARRAYS = WICK_MOST_PATHS, OPTION_RTOL = 256, OPTION_ATOL, OPTION_JSON, OPTION_DATA };

typedef struct array_list {
    wick_paths files;
    wick_npy arrays[MAX_ARRAYS];
} array_list;

typedef struct bundle_arguments {
    const char *program;
    const char *output;
    const char *method;
    wick_paths data;
    array_list inputs;
    array_list expected;
} bundle_arguments;

// Case `index` of an array, laid out as the tensor, as a value of a test case.
static json_t *value_json(wick_arena *arena, const wick_tensor *tensor, const wick_npy *array,
                          size_t index)
{
    const size_t size_bytes = wick_tensor_size_bytes(tensor);
    uint8_t *memory = wick_arena_alloc(arena, size_bytes + 1, 1);
    json_t *sizes = json_array();
    json_t *order = json_array();
    wick_array_to_memory(tensor, array->data + index * size_bytes, memory);
    for (uint32_t i = 0; i < tensor->rank; i++) {
        json_array_append_new(sizes, json_integer(tensor->sizes[i]));
        json_array_append_new(order, json_integer(tensor->dim_order[i]));
    }
    return json_pack("{s:s, s:{s:i, s:o, s:s, s:o}}", "val_type", "Tensor", "val", "scalar_type",
                     (int)tensor->dtype, "sizes", sizes, "data",
                     wick_base64_encode(arena, memory, size_bytes), "dim_order", order);
}

// Reads the arrays of inputs or outputs and counts the cases in them.
static wick_status read_arrays(wick_job *job, array_list *list, const char *what,
                               const wick_tensor *const *tensors, size_t *cases)
{
    for (uint32_t i = 0; i < list->files.count; i++) {
        wick_npy *array = &list->arrays[i];
        WICK_TRY(wick_job_read_npy(job, list->files.paths[i], array));
        const size_t size_bytes = wick_tensor_size_bytes(tensors[i]);
        const size_t found = size_bytes != 0 ? array->size_bytes / size_bytes : 1;
        const bool is_first = *cases == 0;
        *cases = is_first ? found : *cases;
        if (array->dtype != tensors[i]->dtype || found == 0 ||
            found * size_bytes != array->size_bytes || found != *cases) {
            int64_t sizes[WICK_MAX_RANK];
            for (uint32_t k = 0; k < tensors[i]->rank; k++) {
                sizes[k] = tensors[i]->sizes[k];
            }
            return wick_diag_error(
                &job->diag, WICK_INVALID_ARGUMENT, list->files.paths[i],
                "%s %u is %s, the file holds %s: expected %s", what, i,
                wick_array_shape(job->arena, tensors[i]->dtype, tensors[i]->rank, sizes),
                wick_array_shape(job->arena, array->dtype, array->rank, array->sizes),
                is_first ? "one case, or several along a first axis" : "as many cases as before");
        }
    }
    return WICK_OK;
}

static wick_status tensors_of(wick_job *job, const bundle_arguments *arguments,
                              const wick_method *method, const wick_tensor **inputs,
                              const wick_tensor **outputs)
{
    if (arguments->inputs.files.count != method->input_count ||
        (arguments->expected.files.count != method->output_count && arguments->expected.files.count != 0)) {
        return wick_diag_error(
            &job->diag, WICK_INVALID_ARGUMENT, arguments->program,
            "method '%s' has %u inputs and %u outputs, found --input %u times and "
            "--expect %u times",
            arguments->method, method->input_count, method->output_count, arguments->inputs.files.count,
            arguments->expected.files.count);
    }
    for (uint32_t i = 0; i < method->input_count; i++) {
        inputs[i] = &wick_method_input(method, i)->tensor;
    }
    for (uint32_t i = 0; i < method->output_count; i++) {
        outputs[i] = wick_method_output(method, i);
        if (outputs[i] == NULL) {
            return wick_diag_error(&job->diag, WICK_NOT_SUPPORTED, arguments->program,
                                   "output %u is no tensor", i);
        }
    }
    return WICK_OK;
}

static json_t *suite_json(wick_job *job, const bundle_arguments *arguments,
                          const wick_tensor *const *inputs, const wick_tensor *const *outputs,
                          size_t cases)
{
    json_t *list = json_array();
    for (size_t index = 0; index < cases; index++) {
        json_t *given = json_array();
        json_t *expected = json_array();
        for (uint32_t i = 0; i < arguments->inputs.files.count; i++) {
            json_array_append_new(
                given, value_json(job->arena, inputs[i], &arguments->inputs.arrays[i], index));
        }
        for (uint32_t i = 0; i < arguments->expected.files.count; i++) {
            json_array_append_new(expected, value_json(job->arena, outputs[i],
                                                       &arguments->expected.arrays[i], index));
        }
        json_array_append_new(
            list, json_pack("{s:o, s:o}", "inputs", given, "expected_outputs", expected));
    }
    return json_pack("{s:s, s:o}", "method_name", arguments->method, "test_cases", list);
}

static wick_status write_bundle(wick_job *job, const bundle_arguments *arguments,
                                const wick_program *program, json_t *suite)
{
    uint8_t *bytes;
    size_t size_bytes;
    json_t *root = json_pack("{s:s, s:i, s:[O], s:s}", "root_type", "BundledProgram", "version", 0,
                             "method_test_suites", suite, "program",
                             wick_base64_encode(job->arena, program->bytes, program->size_bytes));
    const wick_status status =
        wick_fbs_write(job->arena, root, arguments->program, &job->diag, &bytes, &size_bytes);
    json_decref(root);
    return status == WICK_OK ? wick_job_write(job, arguments->output, bytes, size_bytes) : status;
}

static wick_status bundle_program(wick_job *job, bundle_arguments *arguments)
{
    wick_program program;
    wick_requirements need;
    wick_method method;
    const wick_tensor *inputs[MAX_ARRAYS];
    const wick_tensor *outputs[MAX_ARRAYS];
    size_t cases = 0;
    WICK_TRY(wick_job_open_program(job, arguments->program, &arguments->data, &program));
    WICK_TRY(wick_host_method_init(job, arguments->program, &program, arguments->method, &need,
                                   &method));
    if (method.input_count > MAX_ARRAYS || method.output_count > MAX_ARRAYS) {
        return wick_diag_error(&job->diag, WICK_OUT_OF_RESOURCES, arguments->program,
                               "more than %d inputs or outputs", MAX_ARRAYS);
    }
    WICK_TRY(tensors_of(job, arguments, &method, inputs, outputs));
    WICK_TRY(read_arrays(job, &arguments->inputs, "input", inputs, &cases));
    WICK_TRY(read_arrays(job, &arguments->expected, "output", outputs, &cases));
    json_t *suite = suite_json(job, arguments, inputs, outputs, cases);
    const wick_status status = write_bundle(job, arguments, &program, suite);
    json_decref(suite);
    if (status == WICK_OK) {
        printf("%s: %zu cases for '%s'\n", arguments->output, cases, arguments->method);
    }
    return status;
}

// One option; false if it is not known or there are too many of it.
static bool bundle_option(int option, const char *value, bundle_arguments *arguments)
{
    switch (option) {
    case 'o':
        arguments->output = value;
        return true;
    case 'm':
        arguments->method = value;
        return true;
    case 'i':
        return wick_paths_add(&arguments->inputs.files, value);
    case 'e':
        return wick_paths_add(&arguments->expected.files, value);
    case OPTION_DATA:
        return wick_paths_add(&arguments->data, value);
    default:
        return false;
    }
}

wick_exit wick_command_bundle(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'}, {"input", required_argument, NULL, 'i'},
        {"expect", required_argument, NULL, 'e'}, {"method", required_argument, NULL, 'm'},
        {"data", required_argument, NULL, OPTION_DATA}, {"help", no_argument, NULL, 'h'}, {0},
    };
    bundle_arguments arguments = {.method = "forward"};
    for (int option; (option = getopt_long(argc, argv, "o:i:e:m:h", long_options, NULL)) != -1;) {
        if (option == 'h') {
            return wick_command_help("bundle");
        }
        if (!bundle_option(option, optarg, &arguments)) {
            return wick_usage_error(
                "bundle", "that option is not known, lacks its value, or is one too many");
        }
    }
    if (argc - optind != 1 || arguments.output == NULL) {
        return wick_usage_error("bundle", "give one .pte file and --output");
    }
    arguments.program = argv[optind];
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, bundle_program(&job, &arguments));
}

typedef struct check_arguments {
    const char *path;
    wick_paths data;
    double rtol;
    double atol;
    bool json;
} check_arguments;

// Runs the cases of one method; *failed counts those that differ.
static wick_status check_method(wick_job *job, const check_arguments *arguments,
                                const wick_bundle *bundle, const wick_program *program,
                                const char *name, uint32_t *failed, json_t *methods)
{
    wick_requirements need;
    wick_method method;
    double largest = 0;
    uint32_t differing = 0;
    const uint32_t count = wick_bundle_case_count(bundle, name);
    WICK_TRY(wick_host_method_init(job, arguments->path, program, name, &need, &method));
    for (uint32_t i = 0; i < count; i++) {
        wick_bundle_result result;
        wick_failure failure = WICK_FAILURE_NONE;
        if (wick_bundle_check(bundle, name, i, &method, arguments->rtol, arguments->atol, &result,
                              &failure) != WICK_OK) {
            return wick_job_failure(
                job, wick_arena_format(job->arena, "%s: case %u of '%s'", arguments->path, i, name),
                &failure);
        }
        differing += result.differing != 0;
        largest = result.largest_difference > largest ? result.largest_difference : largest;
    }
    *failed += differing;
    json_array_append_new(methods,
                          json_pack("{s:s, s:i, s:i, s:f}", "name", name, "cases", (int)count,
                                    "differing", (int)differing, "largest_difference", largest));
    if (!arguments->json && count != 0) {
        printf("%s: %u of %u cases as expected, largest difference %g\n", name, count - differing,
               count, largest);
    }
    return WICK_OK;
}

static wick_status open_bundle(wick_job *job, const check_arguments *arguments,
                               wick_bundle *bundle, wick_program *program)
{
    const char *path = arguments->path;
    uint8_t *bytes;
    size_t size_bytes;
    wick_failure failure = WICK_FAILURE_NONE;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    uint8_t *room = wick_arena_alloc(job->arena, size_bytes + WICK_BUNDLE_ALIGNMENT, 1);
    uint8_t *aligned = room + (WICK_BUNDLE_ALIGNMENT - (uintptr_t)room % WICK_BUNDLE_ALIGNMENT) %
                                  WICK_BUNDLE_ALIGNMENT;
    memcpy(aligned, bytes, size_bytes);
    if (wick_bundle_open(bundle, aligned, size_bytes, &failure) != WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    return wick_job_open_bytes(job, path, bundle->program, bundle->program_bytes, &arguments->data,
                               program);
}

static wick_status check_bundle(wick_job *job, const check_arguments *arguments, uint32_t *failed)
{
    wick_bundle bundle;
    wick_program program;
    WICK_TRY(open_bundle(job, arguments, &bundle, &program));
    json_t *methods = json_array();
    wick_status status = WICK_OK;
    for (uint32_t i = 0; i < wick_program_method_count(&program) && status == WICK_OK; i++) {
        status = check_method(job, arguments, &bundle, &program,
                              wick_program_method_name(&program, i), failed, methods);
    }
    json_t *root = json_pack("{s:s, s:O}", "file", arguments->path, "methods", methods);
    if (arguments->json && status == WICK_OK) {
        json_dumpf(root, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(root);
    json_decref(methods);
    return status;
}

wick_exit wick_command_check(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"data", required_argument, NULL, OPTION_DATA},
        {"rtol", required_argument, NULL, OPTION_RTOL},
        {"atol", required_argument, NULL, OPTION_ATOL},
        {"json", no_argument, NULL, OPTION_JSON},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    check_arguments arguments = {.rtol = 1e-4, .atol = 1e-5};
    for (int option; (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        switch (option) {
        case OPTION_RTOL:
            arguments.rtol = strtod(optarg, NULL);
            break;
        case OPTION_ATOL:
            arguments.atol = strtod(optarg, NULL);
            break;
        case OPTION_DATA:
            if (!wick_paths_add(&arguments.data, optarg)) {
                return wick_usage_error("check", "--data: too many files");
            }
            break;
        case OPTION_JSON:
            arguments.json = true;
            break;
        case 'h':
            return wick_command_help("check");
        default:
            return wick_usage_error("check", "that option is not known or lacks its value");
        }
    }
    if (argc - optind != 1) {
        return wick_usage_error("check", "give one .bpte file, found %d", argc - optind);
    }
    arguments.path = argv[optind];
    uint32_t failed = 0;
    wick_job job;
    wick_job_open(&job);
    const wick_exit code = wick_job_close(&job, check_bundle(&job, &arguments, &failed));
    return code == WICK_EXIT_OK && failed != 0 ? WICK_EXIT_MISMATCH : code;
}
