// SPDX-License-Identifier: BSD-3-Clause
// `wick run`: a program on cases from .npy files, and its outputs printed, written or compared.
//
// A case is one execution. When a file has the shape of the input there is one case; when it has as
// many elements as N inputs and its first axis is N (or a multiple of the input's own first axis),
// there are N. For a dynamic input a file of any shape within the bounds is one case.
#include "arrays.h"
#include "host_method.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_JSON = 256,
    OPTION_RTOL,
    OPTION_ATOL,
    OPTION_LABELS,
    OPTION_SEED,
    OPTION_DATA,
    OPTION_THEN,
    MAX_STAGES = 16,
};

// Of one method: --then begins the next.
typedef struct run_arguments {
    const char *program;
    const char *method;
    const char *labels;
    wick_paths data;
    wick_paths inputs;
    wick_paths outputs;
    wick_paths expected;
    double rtol;
    double atol;
    uint64_t seed;
    bool json;
} run_arguments;

// What all cases of one output look like when laid behind each other.
typedef struct output_record {
    wick_npy all;
    uint8_t *bytes; // all.data, written case by case
    size_t case_bytes;
    const char *text; // of a string, "None"; else NULL
    bool is_none;
} output_record;

static const char *tensor_text(wick_arena *arena, const wick_tensor *tensor)
{
    int64_t sizes[WICK_MAX_RANK];
    for (uint32_t i = 0; i < tensor->rank; i++) {
        sizes[i] = tensor->sizes[i];
    }
    return wick_array_shape(arena, tensor->dtype, tensor->rank, sizes);
}

static bool has_shape(const wick_npy *array, const wick_tensor *tensor)
{
    bool equal = array->rank == tensor->rank;
    for (uint32_t i = 0; equal && i < tensor->rank; i++) {
        equal = array->sizes[i] == tensor->sizes[i];
    }
    return equal;
}

// Whether an array is one case of a dynamic input, whose sizes are the largest before it is set.
static bool is_within_bounds(const wick_npy *array, const wick_tensor *tensor)
{
    bool fits = (tensor->flags & WICK_TENSOR_DYNAMIC) != 0 && array->rank == tensor->rank;
    for (uint32_t i = 0; fits && i < tensor->rank; i++) {
        fits = array->sizes[i] <= tensor->sizes[i];
    }
    return fits;
}

// Number of cases that an input file holds; 0 if it does not fit the input.
static size_t count_cases(const wick_npy *array, const wick_tensor *input)
{
    const size_t case_bytes = wick_tensor_size_bytes(input);
    if (has_shape(array, input) || is_within_bounds(array, input)) {
        return 1;
    }
    if (array->rank == 0 || case_bytes == 0 || array->size_bytes % case_bytes != 0) {
        return 0;
    }
    const size_t cases = array->size_bytes / case_bytes;
    const int64_t batch = input->rank > 0 ? input->sizes[0] : 1;
    const bool stacked = (size_t)array->sizes[0] == cases;
    const bool concatenated =
        array->rank == input->rank && array->sizes[0] == (int64_t)cases * batch;
    return stacked || concatenated ? cases : 0;
}

static wick_status read_input(wick_job *job, const char *path, uint32_t index,
                              const wick_tensor *input, wick_npy *array, size_t *cases)
{
    WICK_TRY(wick_job_read_npy(job, path, array));
    if (array->dtype != input->dtype) {
        return wick_diag_error(
            &job->diag, WICK_INVALID_TYPE, path, "input %u is %s, but the file holds %s", index,
            tensor_text(job->arena, input),
            wick_array_shape(job->arena, array->dtype, array->rank, array->sizes));
    }
    const size_t found = count_cases(array, input);
    if (found == 0) {
        return wick_diag_error(
            &job->diag, WICK_INVALID_ARGUMENT, path,
            "input %u is %s, but the file holds %s: neither one case nor "
            "several along a first axis",
            index, tensor_text(job->arena, input),
            wick_array_shape(job->arena, array->dtype, array->rank, array->sizes));
    }
    if (index > 0 && found != *cases) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, path,
                               "%zu cases, but the inputs before hold %zu", found, *cases);
    }
    *cases = found;
    return WICK_OK;
}

// Numbers and None that the export fixed have their value already, and take no other.
static wick_status read_inputs(wick_job *job, const run_arguments *arguments,
                               const wick_method *method, wick_npy *arrays, size_t *cases)
{
    uint32_t count = 0;
    const char *list = "";
    *cases = 1;
    for (uint32_t i = 0; i < method->input_count; i++) {
        const wick_value *value = wick_method_input(method, i);
        if (value->kind == WICK_VALUE_TENSOR) {
            list = wick_arena_format(job->arena, "%s %s", list,
                                     tensor_text(job->arena, &value->tensor));
            count++;
        }
    }
    if (arguments->inputs.count != count) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, arguments->program,
                               "method '%s' takes %u inputs (%s ), but --input was given %u times",
                               arguments->method, count, list, arguments->inputs.count);
    }
    for (uint32_t i = 0, at = 0; i < method->input_count; i++) {
        const wick_value *value = wick_method_input(method, i);
        if (value->kind == WICK_VALUE_TENSOR) {
            WICK_TRY(read_input(job, arguments->inputs.paths[at], at, &value->tensor, &arrays[i],
                                cases));
            at++;
        }
    }
    return WICK_OK;
}

// Sizes the record of one output after the first case: cases are laid behind each other along the
// first axis.
static void open_record(wick_arena *arena, const wick_tensor *output, size_t cases,
                        output_record *record)
{
    const bool joins = cases == 1 || (output->rank > 0 && output->sizes[0] == 1);
    record->case_bytes = wick_tensor_size_bytes(output);
    record->all.dtype = output->dtype;
    record->all.rank = (uint8_t)(output->rank + !joins);
    for (uint32_t i = 0; i < output->rank; i++) {
        record->all.sizes[i + !joins] = output->sizes[i];
    }
    if (cases != 1) {
        record->all.sizes[0] = (int64_t)cases;
    }
    record->all.size_bytes = cases * record->case_bytes;
    record->bytes = wick_arena_alloc(arena, cases, record->case_bytes);
    record->all.data = record->bytes;
}

// Gives the method its input from one case of an array, in the shape of the array if that is
// dynamic.
static wick_status set_input(wick_arena *arena, wick_method *method, uint32_t input,
                             const wick_npy *array, size_t index, wick_failure *failure)
{
    int32_t sizes[WICK_MAX_RANK];
    wick_tensor tensor = wick_method_input(method, input)->tensor;
    if (is_within_bounds(array, &tensor)) {
        for (uint32_t i = 0; i < tensor.rank; i++) {
            sizes[i] = (int32_t)array->sizes[i];
        }
        tensor.sizes = sizes;
    }
    const size_t case_bytes = wick_tensor_size_bytes(&tensor);
    uint8_t *memory = wick_arena_alloc(arena, 1, case_bytes);
    wick_array_to_memory(&tensor, array->data + index * case_bytes, memory);
    tensor.data = memory;
    return wick_method_set_input_tensor(method, input, &tensor, failure);
}

static wick_status run_case(wick_job *job, const run_arguments *arguments, wick_method *method,
                            const wick_npy *arrays, size_t index)
{
    wick_failure failure = WICK_FAILURE_NONE;
    wick_status status = WICK_OK;
    for (uint32_t i = 0; i < method->input_count && status == WICK_OK; i++) {
        if (wick_method_input(method, i)->kind == WICK_VALUE_TENSOR) {
            status = set_input(job->arena, method, i, &arrays[i], index, &failure);
        }
    }
    if (status == WICK_OK) {
        status = wick_method_execute(method, &failure);
    }
    return status == WICK_OK ? WICK_OK : wick_job_failure(job, arguments->program, &failure);
}

// An output as an array: a number is one of rank 0. False for a string or a list.
static bool output_tensor(const wick_value *value, wick_tensor *out)
{
    static const struct {
        wick_value_kind kind;
        wick_dtype dtype;
    } numbers[] = {{WICK_VALUE_INT, WICK_INT64},
                   {WICK_VALUE_REAL, WICK_FLOAT64},
                   {WICK_VALUE_BOOL, WICK_BOOL}};
    if (value->kind == WICK_VALUE_TENSOR) {
        *out = value->tensor;
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (value->kind == numbers[i].kind) { // little-endian: a bool is the lowest byte
            *out = (wick_tensor){.kind = WICK_VALUE_TENSOR,
                                 .dtype = (uint8_t)numbers[i].dtype,
                                 .data = (void *)(uintptr_t)&value->integer.value};
            return true;
        }
    }
    return false;
}

static wick_status run_cases(wick_job *job, const run_arguments *arguments, wick_method *method,
                             const wick_npy *arrays, size_t cases, output_record *records)
{
    for (size_t index = 0; index < cases; index++) {
        WICK_TRY(run_case(job, arguments, method, arrays, index));
        for (uint32_t i = 0; i < method->output_count; i++) {
            wick_tensor output;
            const wick_value *value = wick_method_output_value(method, i);
            if (value->kind == WICK_VALUE_STRING) {
                records[i].text = wick_arena_copy_string(
                    job->arena, (const char *)value->list.items, value->list.count);
                continue;
            }
            if (value->kind == WICK_VALUE_NONE) {
                records[i].text = "None";
                records[i].is_none = true;
                continue;
            }
            if (!output_tensor(value, &output)) {
                return wick_diag_error(&job->diag, WICK_NOT_SUPPORTED, arguments->program,
                                       "output %u is a list", i);
            }
            if (index == 0) {
                open_record(job->arena, &output, cases, &records[i]);
            }
            wick_array_from_memory(&output, output.data,
                                   records[i].bytes + index * records[i].case_bytes);
        }
    }
    return WICK_OK;
}

static wick_exit compare_output(wick_job *job, const run_arguments *arguments, uint32_t index,
                                const output_record *record, json_t *json)
{
    const char *path = arguments->expected.paths[index];
    wick_npy expected;
    if (wick_job_read_npy(job, path, &expected) != WICK_OK) {
        return WICK_EXIT_FAILED;
    }
    if (expected.dtype != record->all.dtype ||
        wick_array_count(&expected) != wick_array_count(&record->all)) {
        wick_diag_error(
            &job->diag, WICK_INVALID_ARGUMENT, path, "output %u is %s, but the file holds %s",
            index,
            wick_array_shape(job->arena, record->all.dtype, record->all.rank, record->all.sizes),
            wick_array_shape(job->arena, expected.dtype, expected.rank, expected.sizes));
        return WICK_EXIT_FAILED;
    }
    const wick_comparison result =
        wick_array_compare(&record->all, &expected, arguments->rtol, arguments->atol);
    json_array_append_new(
        json, json_pack("{s:i, s:f, s:I, s:I}", "output", (int)index, "largest_difference",
                        isnan(result.largest_difference) ? -1.0 : result.largest_difference,
                        "mismatches", (json_int_t)result.mismatches, "elements",
                        (json_int_t)wick_array_count(&expected)));
    if (result.mismatches == 0) {
        fprintf(arguments->json ? stderr : stdout, "output %u equals %s: largest difference %.3g\n",
                index, path, result.largest_difference);
        return WICK_EXIT_OK;
    }
    fprintf(stderr,
            "output %u differs from %s: %" PRIu64 " of %zu elements, largest difference %.3g; "
            "first at element %" PRIu64 ": %.9g, expected %.9g (rtol %g, atol %g)\n",
            index, path, result.mismatches, wick_array_count(&expected), result.largest_difference,
            result.first_index, result.found, result.expected, arguments->rtol, arguments->atol);
    return WICK_EXIT_MISMATCH;
}

static void print_output(uint32_t index, wick_arena *arena, const output_record *record)
{
    enum { SHOWN = 64 };
    const size_t count = wick_array_count(&record->all);
    if (record->text != NULL) {
        printf(record->is_none ? "output %u: %s\n" : "output %u: string\n  %s\n", index,
               record->text);
        return;
    }
    printf("output %u: %s\n ", index,
           wick_array_shape(arena, record->all.dtype, record->all.rank, record->all.sizes));
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        printf(" %.6g", wick_array_element(&record->all, i));
    }
    puts(count > SHOWN ? " .." : "");
}

static wick_status print_accuracy(wick_job *job, const run_arguments *arguments,
                                  const output_record *record, size_t cases, json_t *json)
{
    wick_npy labels;
    WICK_TRY(wick_job_read_npy(job, arguments->labels, &labels));
    if (wick_array_count(&labels) != cases) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, arguments->labels,
                               "%zu labels for %zu cases", wick_array_count(&labels), cases);
    }
    const size_t classes = wick_array_count(&record->all) / cases;
    size_t right = 0;
    for (size_t i = 0; i < cases; i++) {
        right += (double)wick_array_largest(&record->all, i * classes, classes) ==
                 wick_array_element(&labels, i);
    }
    json_object_set_new(json, "right", json_integer((json_int_t)right));
    if (!arguments->json) {
        printf("accuracy: %zu of %zu (%.2f %%)\n", right, cases,
               100.0 * (double)right / (double)cases);
    }
    return WICK_OK;
}

static wick_exit finish_outputs(wick_job *job, const run_arguments *arguments,
                                const output_record *records, uint32_t count, json_t *json)
{
    wick_exit result = WICK_EXIT_OK;
    json_t *comparisons = json_array();
    json_object_set_new(json, "comparisons", comparisons);
    for (uint32_t i = 0; i < count; i++) {
        const bool is_asked = i < arguments->outputs.count || i < arguments->expected.count;
        if (records[i].text != NULL && is_asked) {
            wick_diag_error(&job->diag, WICK_NOT_SUPPORTED, arguments->program,
                            "output %u is %s, which no .npy holds here", i,
                            records[i].is_none ? "None" : "a string");
            return WICK_EXIT_FAILED;
        }
        if (i < arguments->outputs.count &&
            wick_job_write_npy(job, arguments->outputs.paths[i], &records[i].all) != WICK_OK) {
            return WICK_EXIT_FAILED;
        }
        if (i < arguments->expected.count) {
            const wick_exit compared = compare_output(job, arguments, i, &records[i], comparisons);
            result = result == WICK_EXIT_OK ? compared : result;
        } else if (i >= arguments->outputs.count && !arguments->json && arguments->labels == NULL) {
            print_output(i, job->arena, &records[i]);
        }
    }
    return result;
}

typedef struct run_stages {
    run_arguments all[MAX_STAGES];
    wick_method methods[MAX_STAGES];
    wick_memory memories[MAX_STAGES];
    uint32_t count;
} run_stages;

static wick_exit run_stage(wick_job *job, const run_arguments *arguments, wick_method *method,
                           json_t *json)
{
    wick_npy *arrays = wick_arena_alloc(job->arena, method->input_count, sizeof *arrays);
    size_t cases;
    if (read_inputs(job, arguments, method, arrays, &cases) != WICK_OK) {
        return WICK_EXIT_FAILED;
    }
    wick_method_seed(method, arguments->seed);
    output_record *records =
        wick_arena_alloc(job->arena, method->output_count + 1u, sizeof *records);
    if (run_cases(job, arguments, method, arrays, cases, records) != WICK_OK) {
        return WICK_EXIT_FAILED;
    }
    json_object_set_new(json, "cases", json_integer((json_int_t)cases));
    if (arguments->labels != NULL && method->output_count > 0 && records[0].text == NULL &&
        print_accuracy(job, arguments, &records[0], cases, json) != WICK_OK) {
        return WICK_EXIT_FAILED;
    }
    return finish_outputs(job, arguments, records, method->output_count, json);
}

// Each method in memory of its own, but for the state that it shares with one before it.
static wick_status init_stages(wick_job *job, const wick_program *program, run_stages *stages)
{
    for (uint32_t i = 0; i < stages->count; i++) {
        const run_arguments *stage = &stages->all[i];
        wick_memory *memory = &stages->memories[i];
        wick_requirements need;
        uint32_t shared = 0;
        for (uint32_t before = 0; before < i; before++) {
            const uint32_t more =
                wick_host_shared_memories(program, stage->method, stages->all[before].method);
            for (uint32_t k = 0; k < WICK_MAX_ARENAS; k++) {
                if ((more & ~shared) >> k & 1) {
                    memory->arenas[k] = stages->memories[before].arenas[k];
                    memory->arena_bytes[k] = stages->memories[before].arena_bytes[k];
                }
            }
            shared |= more;
        }
        WICK_TRY(wick_host_method_init_sharing(job, stage->program, program, stage->method, shared,
                                               memory, &need, &stages->methods[i]));
    }
    return WICK_OK;
}

// The result of one method is that of the command; of several, a list.
static wick_exit run_program(wick_job *job, run_stages *stages, json_t *json)
{
    wick_program program;
    wick_exit result = WICK_EXIT_OK;
    const run_arguments *first = &stages->all[0];
    if (wick_job_open_program(job, first->program, &first->data, &program) != WICK_OK ||
        init_stages(job, &program, stages) != WICK_OK) {
        return WICK_EXIT_FAILED;
    }
    if (stages->count == 1) {
        return run_stage(job, first, &stages->methods[0], json);
    }
    json_t *list = json_array();
    json_object_set_new(json, "methods", list);
    for (uint32_t i = 0; i < stages->count && result == WICK_EXIT_OK; i++) {
        json_t *stage = json_pack("{s:s}", "method", stages->all[i].method);
        json_array_append_new(list, stage);
        result = run_stage(job, &stages->all[i], &stages->methods[i], stage);
    }
    return result;
}

static bool parse_tolerance(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= 0;
}

static bool parse_seed(const char *text, uint64_t *out)
{
    char *end;
    *out = strtoull(text, &end, 0);
    return end != text && *end == '\0';
}

// The next method starts with what holds for all.
static bool add_stage(run_stages *stages, const char *method)
{
    if (stages->count == MAX_STAGES) {
        return false;
    }
    stages->all[stages->count++] = (run_arguments){.method = method};
    return true;
}

// An option that holds for all methods, or for the last one; false if its value is wrong.
static bool parse_option(int option, const char *value, run_stages *stages)
{
    run_arguments *common = &stages->all[0];
    run_arguments *last = &stages->all[stages->count - 1];
    switch (option) {
    case 'i':
        return wick_paths_add(&last->inputs, value);
    case 'o':
        return wick_paths_add(&last->outputs, value);
    case 'e':
        return wick_paths_add(&last->expected, value);
    case 'm':
        last->method = value;
        return true;
    case OPTION_THEN:
        return add_stage(stages, value);
    case OPTION_DATA:
        return wick_paths_add(&common->data, value);
    case OPTION_LABELS:
        last->labels = value;
        return true;
    case OPTION_JSON:
        return common->json = true;
    case OPTION_RTOL:
        return parse_tolerance(value, &common->rtol);
    case OPTION_ATOL:
        return parse_tolerance(value, &common->atol);
    case OPTION_SEED:
        return parse_seed(value, &common->seed);
    default:
        return false;
    }
}

static void spread_common(run_stages *stages, const char *program)
{
    stages->all[0].program = program;
    const run_arguments *common = &stages->all[0];
    for (uint32_t i = 1; i < stages->count; i++) {
        run_arguments *stage = &stages->all[i];
        stage->program = common->program;
        stage->rtol = common->rtol;
        stage->atol = common->atol;
        stage->seed = common->seed;
        stage->json = common->json;
    }
}

wick_exit wick_command_run(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"input", required_argument, NULL, 'i'},
        {"output", required_argument, NULL, 'o'},
        {"expect", required_argument, NULL, 'e'},
        {"method", required_argument, NULL, 'm'},
        {"data", required_argument, NULL, OPTION_DATA},
        {"then", required_argument, NULL, OPTION_THEN},
        {"labels", required_argument, NULL, OPTION_LABELS},
        {"rtol", required_argument, NULL, OPTION_RTOL},
        {"atol", required_argument, NULL, OPTION_ATOL},
        {"seed", required_argument, NULL, OPTION_SEED},
        {"json", no_argument, NULL, OPTION_JSON},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    static run_stages stages;
    stages.all[0] = (run_arguments){.method = "forward", .rtol = 1e-4, .atol = 1e-5};
    stages.count = 1;
    for (int option; (option = getopt_long(argc, argv, "i:o:e:m:h", long_options, NULL)) != -1;) {
        if (option == 'h') {
            return wick_command_help("run");
        }
        if (!parse_option(option, optarg, &stages)) {
            return wick_usage_error("run", "that option is not known or its value is wrong%s%s",
                                    optarg ? ": " : "", optarg ? optarg : "");
        }
    }
    if (argc - optind != 1) {
        return wick_usage_error("run", "give one .pte file, found %d", argc - optind);
    }
    spread_common(&stages, argv[optind]);
    wick_job job;
    wick_job_open(&job);
    json_t *json = json_object();
    const wick_exit result = run_program(&job, &stages, json);
    if (stages.all[0].json && result != WICK_EXIT_FAILED) {
        json_dumpf(json, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
        putchar('\n');
    }
    json_decref(json);
    const wick_exit closed = wick_job_close(&job, WICK_OK);
    return result != WICK_EXIT_OK ? result : closed;
}
