// SPDX-License-Identifier: BSD-3-Clause
// wick text: a .pte, .bpte or .ptd as JSON, and back.
#include "command.h"

#include "compiler/fbs/fbs.h"
#include "compiler/fbs/schema.h"

#include <string.h>

static wick_status to_json(wick_job *job, const char *path, const uint8_t *bytes, size_t size_bytes,
                           const char *output)
{
    json_t *root;
    WICK_TRY(wick_fbs_read(job->arena, bytes, size_bytes, path, &job->diag, &root));
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(root);
    if (text == NULL) {
        return wick_diag_error(&job->diag, WICK_OUT_OF_MEMORY, path,
                               "not enough memory for its text");
    }
    const char *line = wick_arena_format(job->arena, "%s\n", text);
    free(text);
    return wick_job_write(job, output != NULL ? output : "-", line, strlen(line));
}

static wick_status from_json(wick_job *job, const char *path, const uint8_t *bytes,
                             size_t size_bytes, const char *output)
{
    json_error_t error;
    uint8_t *file;
    size_t file_bytes;
    if (output == NULL) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, path,
                               "--output is needed: the file is binary");
    }
    json_t *root = json_loadb((const char *)bytes, size_bytes, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        return wick_diag_error(&job->diag, WICK_INVALID_PROGRAM, path, "line %d, column %d: %s",
                               error.line, error.column, error.text);
    }
    wick_status status = wick_fbs_write(job->arena, root, path, &job->diag, &file, &file_bytes);
    json_decref(root);
    if (status == WICK_OK) {
        status = wick_job_check_program(job, path, file, file_bytes);
    }
    return status == WICK_OK ? wick_job_write(job, output, file, file_bytes) : status;
}

static wick_status convert(wick_job *job, const char *path, const char *output)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    return wick_fbs_schema_of(bytes, size_bytes) != NULL
               ? to_json(job, path, bytes, size_bytes, output)
               : from_json(job, path, bytes, size_bytes, output);
}

wick_exit wick_command_text(int argc, char **argv)
{
    wick_simple_options options;
    wick_exit code;
    if (!wick_simple_parse("text", NULL, argc, argv, &options, &code)) {
        return code;
    }
    if (argc - optind != 1) {
        return wick_usage_error("text", "give one file, found %d", argc - optind);
    }
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, convert(&job, argv[optind], options.output));
}
