// SPDX-License-Identifier: BSD-3-Clause
// wick merge: methods of several programs in one file, equal constants stored once.
#include "command.h"

#include "compiler/fbs/edit.h"
#include "compiler/fbs/fbs.h"
#include "compiler/fbs/merge.h"
#include "compiler/fbs/share_state.h"

#include <string.h>

// Reads NAME=FILE or FILE; a name is given to the file's only method.
static wick_status read_program(wick_job *job, const char *argument, const char **path,
                                json_t **root)
{
    wick_program program;
    const char *equals = strchr(argument, '=');
    *path = equals != NULL ? equals + 1 : argument;
    WICK_TRY(wick_job_read_program(job, *path, &program));
    WICK_TRY(wick_fbs_read(job->arena, program.bytes, program.size_bytes, *path, &job->diag, root));
    if (equals == NULL) {
        return WICK_OK;
    }
    const char *name = wick_arena_copy_string(job->arena, argument, (size_t)(equals - argument));
    const char *own = wick_program_method_name(&program, 0);
    if (wick_program_method_count(&program) != 1) {
        return wick_diag_error(
            &job->diag, WICK_INVALID_ARGUMENT, *path,
            "has %u methods; a name can be given to a single one (wick edit --rename)",
            wick_program_method_count(&program));
    }
    return strcmp(own, name) == 0 ? WICK_OK
                                  : wick_fbs_rename_method(*root, own, name, *path, &job->diag);
}

static wick_status merge_into(wick_job *job, json_t *program, char **files, int count)
{
    for (int i = 0; i < count; i++) {
        const char *path;
        json_t *other = NULL;
        wick_status status = read_program(job, files[i], &path, &other);
        if (status == WICK_OK) {
            status = wick_fbs_merge(job->arena, program, other, path, &job->diag);
        }
        json_decref(other);
        WICK_TRY(status);
    }
    return WICK_OK;
}

static wick_status share_state(wick_job *job, json_t *program, const char *output)
{
    wick_fbs_state state;
    WICK_TRY(wick_fbs_share_state(job->arena, program, output, &job->diag, &state));
    if (state.count == 0) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, output,
                               "--share-state: no method has state with a name");
    }
    printf("%s: %u states in memory %u of all methods, %llu bytes\n", output, state.count,
           state.memory_id, (unsigned long long)state.size_bytes);
    return WICK_OK;
}

static wick_status merge(wick_job *job, char **files, int count,
                         const wick_simple_options *options)
{
    const char *output = options->output;
    const char *path;
    json_t *program = NULL;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    wick_status status = read_program(job, files[0], &path, &program);
    if (status == WICK_OK) {
        status = merge_into(job, program, files + 1, count - 1);
    }
    if (status == WICK_OK && options->has_flag) {
        status = share_state(job, program, output);
    }
    if (status == WICK_OK) {
        status = wick_fbs_write(job->arena, program, output, &job->diag, &bytes, &size_bytes);
    }
    json_decref(program);
    WICK_TRY(status);
    WICK_TRY(wick_job_check_program(job, output, bytes, size_bytes));
    return wick_job_write(job, output, bytes, size_bytes);
}

wick_exit wick_command_merge(int argc, char **argv)
{
    wick_simple_options options;
    wick_exit code;
    if (!wick_simple_parse("merge", "share-state", argc, argv, &options, &code)) {
        return code;
    }
    if (argc - optind < 2 || options.output == NULL) {
        return wick_usage_error("merge", "give at least two .pte files and --output");
    }
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, merge(&job, argv + optind, argc - optind, &options));
}
