// SPDX-License-Identifier: BSD-3-Clause
// wick edit: renames and drops methods of a .pte, and strips what only debuggers read.
#include "command.h"

#include "compiler/fbs/edit.h"
#include "compiler/fbs/fbs.h"

#include <string.h>

enum { OPTION_RENAME = 256, OPTION_DROP, OPTION_STRIP, MAX_EDITS = 64 };

typedef struct edit {
    int option;
    const char *value;
} edit;

typedef struct edit_arguments {
    const char *input;
    const char *output;
    edit edits[MAX_EDITS];
    uint32_t count;
} edit_arguments;

static wick_status apply(wick_job *job, json_t *program, const edit *e, const char *source)
{
    switch (e->option) {
    case OPTION_DROP:
        return wick_fbs_drop_method(job->arena, program, e->value, source, &job->diag);
    case OPTION_RENAME: {
        const char *equals = strchr(e->value, '=');
        if (equals == NULL || equals == e->value || equals[1] == 0) {
            return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, NULL,
                                   "--rename: is '%s', expected OLD=NEW", e->value);
        }
        const char *from =
            wick_arena_copy_string(job->arena, e->value, (size_t)(equals - e->value));
        return wick_fbs_rename_method(program, from, equals + 1, source, &job->diag);
    }
    default:
        wick_fbs_strip_debug(program);
        return WICK_OK;
    }
}

static wick_status write_program(wick_job *job, const edit_arguments *arguments, json_t *program)
{
    uint8_t *bytes;
    size_t size_bytes;
    for (uint32_t i = 0; i < arguments->count; i++) {
        WICK_TRY(apply(job, program, &arguments->edits[i], arguments->input));
    }
    WICK_TRY(
        wick_fbs_write(job->arena, program, arguments->input, &job->diag, &bytes, &size_bytes));
    WICK_TRY(wick_job_check_program(job, arguments->output, bytes, size_bytes));
    return wick_job_write(job, arguments->output, bytes, size_bytes);
}

static wick_status edit_program(wick_job *job, const edit_arguments *arguments)
{
    wick_program program;
    json_t *root;
    WICK_TRY(wick_job_read_program(job, arguments->input, &program));
    WICK_TRY(wick_fbs_read(job->arena, program.bytes, program.size_bytes, arguments->input,
                           &job->diag, &root));
    const wick_status status = write_program(job, arguments, root);
    json_decref(root);
    return status;
}

wick_exit wick_command_edit(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"rename", required_argument, NULL, OPTION_RENAME},
        {"drop", required_argument, NULL, OPTION_DROP},
        {"strip-debug", no_argument, NULL, OPTION_STRIP},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    edit_arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1;) {
        if (option == 'h') {
            return wick_command_help("edit");
        }
        if (option == '?') {
            return wick_usage_error("edit", "that option is not known or lacks its value");
        }
        if (option == 'o') {
            arguments.output = optarg;
        } else if (arguments.count == MAX_EDITS) {
            return wick_usage_error("edit", "more than %d edits at once", MAX_EDITS);
        } else {
            arguments.edits[arguments.count++] = (edit){option, optarg};
        }
    }
    if (argc - optind != 1 || arguments.output == NULL || arguments.count == 0) {
        return wick_usage_error("edit", "give one .pte file, --output and at least one edit");
    }
    arguments.input = argv[optind];
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, edit_program(&job, &arguments));
}
