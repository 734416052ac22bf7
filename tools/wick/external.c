// SPDX-License-Identifier: BSD-3-Clause
// wick link: external data (.ptd) into the program that refers to it; wick split: constants out of
// a program.
#include "command.h"

#include "compiler/fbs/fbs.h"
#include "compiler/fbs/merge.h"

#include <stdlib.h>

enum { OPTION_DATA = 256, OPTION_SMALLEST };

typedef struct external_arguments {
    const char *program;
    const char *data;
    const char *output;
    size_t smallest_bytes;
} external_arguments;

static wick_status read_json(wick_job *job, const char *path, json_t **root)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    return wick_fbs_read(job->arena, bytes, size_bytes, path, &job->diag, root);
}

static wick_status write_json(wick_job *job, const json_t *root, const char *path)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_fbs_write(job->arena, root, path, &job->diag, &bytes, &size_bytes));
    WICK_TRY(wick_job_check_program(job, path, bytes, size_bytes));
    return wick_job_write(job, path, bytes, size_bytes);
}

static wick_status link_data(wick_job *job, const external_arguments *arguments, json_t **program,
                             json_t **data)
{
    WICK_TRY(read_json(job, arguments->program, program));
    WICK_TRY(read_json(job, arguments->data, data));
    WICK_TRY(wick_fbs_link(job->arena, *program, *data, arguments->data, &job->diag));
    return write_json(job, *program, arguments->output);
}

static wick_status split_data(wick_job *job, const external_arguments *arguments, json_t **program,
                              json_t **data)
{
    WICK_TRY(read_json(job, arguments->program, program));
    WICK_TRY(wick_fbs_split(job->arena, *program, arguments->smallest_bytes, arguments->program,
                            &job->diag, data));
    WICK_TRY(write_json(job, *data, arguments->data));
    return write_json(job, *program, arguments->output);
}

static wick_exit finish(const external_arguments *arguments,
                        wick_status (*work)(wick_job *, const external_arguments *, json_t **,
                                            json_t **))
{
    json_t *program = NULL;
    json_t *data = NULL;
    wick_job job;
    wick_job_open(&job);
    const wick_status status = work(&job, arguments, &program, &data);
    json_decref(program);
    json_decref(data);
    return wick_job_close(&job, status);
}

wick_exit wick_command_link(int argc, char **argv)
{
    wick_simple_options options;
    wick_exit code;
    if (!wick_simple_parse("link", NULL, argc, argv, &options, &code)) {
        return code;
    }
    if (argc - optind != 2 || options.output == NULL) {
        return wick_usage_error("link", "give a .pte file, a .ptd file and --output");
    }
    const external_arguments arguments = {
        .program = argv[optind], .data = argv[optind + 1], .output = options.output};
    return finish(&arguments, link_data);
}

wick_exit wick_command_split(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"data", required_argument, NULL, OPTION_DATA},
        {"smallest", required_argument, NULL, OPTION_SMALLEST},
        {"help", no_argument, NULL, 'h'},
        {0}};
    external_arguments arguments = {.smallest_bytes = 64};
    for (int option; (option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1;) {
        switch (option) {
        case 'o':
            arguments.output = optarg;
            break;
        case OPTION_DATA:
            arguments.data = optarg;
            break;
        case OPTION_SMALLEST:
            arguments.smallest_bytes = strtoull(optarg, NULL, 10);
            break;
        case 'h':
            return wick_command_help("split");
        default:
            return wick_usage_error("split", "that option is not known or lacks its value");
        }
    }
    if (argc - optind != 1 || arguments.output == NULL || arguments.data == NULL) {
        return wick_usage_error("split", "give a .pte file, --output and --data");
    }
    arguments.program = argv[optind];
    return finish(&arguments, split_data);
}
