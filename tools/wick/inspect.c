// SPDX-License-Identifier: BSD-3-Clause
#include "command.h"

#include "program_text.h"

#include "compiler/emit/operators_c.h"
#include "compiler/import/import.h"
#include "compiler/ir/text.h"

#include <string.h>

enum { OPTION_JSON = 256, OPTION_DATA, OPTION_SAMPLES, OPTION_OPERATORS, SHOWN_ELEMENTS = 8 };

typedef struct inspect_arguments {
    const char *path;
    const char *method;
    const char *samples; // prefix of the files to write
    const char *operators_c;
    bool json;
    bool data;
} inspect_arguments;

static wick_status write_samples(wick_job *job, const inspect_arguments *arguments,
                                 const uint8_t *bytes, size_t size_bytes)
{
    wick_ir_value **values;
    uint32_t count;
    WICK_TRY(wick_import_sample_inputs(job->arena, bytes, size_bytes, arguments->path, NULL,
                                       &job->diag, &values, &count));
    for (uint32_t i = 0; i < count; i++) {
        const wick_ir_type *type = &values[i]->type;
        wick_npy array = {.dtype = type->dtype, .rank = type->rank, .data = values[i]->data};
        array.size_bytes = wick_ir_type_size_bytes(type);
        memcpy(array.sizes, type->sizes, sizeof array.sizes);
        const char *path = wick_arena_format(job->arena, "%s%u.npy", arguments->samples, i);
        WICK_TRY(wick_job_write_npy(job, path, &array));
        printf("wrote %s\n", path);
    }
    return WICK_OK;
}

static wick_status inspect_archive(wick_job *job, const inspect_arguments *arguments,
                                   const uint8_t *bytes, size_t size_bytes)
{
    wick_ir_graph *graph;
    if (arguments->samples != NULL) {
        return write_samples(job, arguments, bytes, size_bytes);
    }
    WICK_TRY(
        wick_import_pt2(job->arena, bytes, size_bytes, arguments->path, NULL, &job->diag, &graph));
    fputs(
        wick_ir_print(job->arena, graph, arguments->data ? WICK_IR_TEXT_ALL_DATA : SHOWN_ELEMENTS),
        stdout);
    return WICK_OK;
}

static wick_status inspect_program(wick_job *job, const inspect_arguments *arguments)
{
    wick_program program;
    WICK_TRY(wick_job_read_program(job, arguments->path, &program));
    if (arguments->operators_c != NULL) {
        const char *text;
        WICK_TRY(wick_emit_operators_c(job->arena, arguments->path, &program, &job->diag, &text));
        return wick_job_write(job, arguments->operators_c, text, strlen(text));
    }
    if (arguments->json) {
        json_t *json = wick_program_json(arguments->path, &program);
        json_dumpf(json, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(json);
    } else {
        fputs(wick_program_text(job->arena, arguments->path, &program, arguments->method), stdout);
    }
    return WICK_OK;
}

static wick_status inspect_file(wick_job *job, const inspect_arguments *arguments)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, arguments->path, &bytes, &size_bytes));
    const bool is_program = size_bytes >= 8 && memcmp(bytes + 4, "ET12", 4) == 0;
    if (is_program || arguments->operators_c != NULL) {
        return inspect_program(job, arguments);
    }
    return inspect_archive(job, arguments, bytes, size_bytes);
}

wick_exit wick_command_inspect(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"data", no_argument, NULL, OPTION_DATA},
        {"sample-inputs", required_argument, NULL, OPTION_SAMPLES},
        {"operators-c", required_argument, NULL, OPTION_OPERATORS},
        {"method", required_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    inspect_arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "m:h", long_options, NULL)) != -1;) {
        switch (option) {
        case OPTION_JSON:
            arguments.json = true;
            break;
        case OPTION_DATA:
            arguments.data = true;
            break;
        case OPTION_SAMPLES:
            arguments.samples = optarg;
            break;
        case OPTION_OPERATORS:
            arguments.operators_c = optarg;
            break;
        case 'm':
            arguments.method = optarg;
            break;
        case 'h':
            return wick_command_help("inspect");
        default:
            return wick_usage_error("inspect", "that option is not known or lacks its value");
        }
    }
    if (argc - optind != 1) {
        return wick_usage_error("inspect", "give one .pt2 or .pte file, found %d", argc - optind);
    }
    arguments.path = argv[optind];
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, inspect_file(&job, &arguments));
}
