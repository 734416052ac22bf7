// SPDX-License-Identifier: BSD-3-Clause
#include "command.h"

#include "compiler/support/file.h"
#include "format/pte_verify.h"

#include <stdlib.h>
#include <string.h>

void wick_job_open(wick_job *job)
{
    *job = (wick_job){.arena = wick_arena_create()};
    if (job->arena == NULL) {
        fputs("wick: not enough memory\n", stderr);
        exit(WICK_EXIT_FAILED);
    }
    job->diag.arena = job->arena;
}

wick_exit wick_job_close(wick_job *job, wick_status status)
{
    fputs(wick_diag_text(&job->diag), stderr);
    wick_arena_destroy(job->arena);
    return status == WICK_OK ? WICK_EXIT_OK : WICK_EXIT_FAILED;
}

bool wick_simple_parse(const char *name, const char *flag, int argc, char **argv,
                       wick_simple_options *out, wick_exit *code)
{
    enum { OPTION_FLAG = 256 };
    const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {flag, no_argument, NULL, OPTION_FLAG}, // or the end
                                          {0}};
    *out = (wick_simple_options){NULL, false};
    for (int option; (option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1;) {
        switch (option) {
        case 'o':
            out->output = optarg;
            break;
        case OPTION_FLAG:
            out->has_flag = true;
            break;
        case 'h':
            *code = wick_command_help(name);
            return false;
        default:
            *code = wick_usage_error(name, "that option is not known or lacks its value");
            return false;
        }
    }
    return true;
}

wick_status wick_job_failure(wick_job *job, const char *path, const wick_failure *failure)
{
    const char *where = path;
    if (failure->instruction != WICK_NOWHERE) {
        where = wick_arena_format(job->arena, "%s: instruction %u", path, failure->instruction);
    }
    if (failure->operator_name != NULL) {
        where = wick_arena_format(job->arena, "%s (%s)", where, failure->operator_name);
    }
    const char *detail = "";
    if (failure->detail != WICK_NOWHERE) {
        detail = wick_arena_format(job->arena, " (at %u)", failure->detail);
    }
    return wick_diag_error(&job->diag, failure->status, where, "%s%s [%s]",
                           failure->text ? failure->text : "failed", detail,
                           wick_status_name(failure->status));
}

wick_status wick_job_read(wick_job *job, const char *path, uint8_t **bytes, size_t *size_bytes)
{
    return wick_file_read(job->arena, path, WICK_FILE_LIMIT, &job->diag, bytes, size_bytes);
}

wick_status wick_job_read_npy(wick_job *job, const char *path, wick_npy *array)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    return wick_npy_parse(job->arena, bytes, size_bytes, path, &job->diag, array);
}

wick_status wick_job_write_npy(wick_job *job, const char *path, const wick_npy *array)
{
    size_t size_bytes;
    const uint8_t *bytes = wick_npy_write(job->arena, array, &size_bytes);
    return wick_file_write(path, bytes, size_bytes, &job->diag);
}

bool wick_paths_add(wick_paths *list, const char *path)
{
    if (list->count == WICK_MOST_PATHS) {
        return false;
    }
    list->paths[list->count++] = path;
    return true;
}

// The files as one chain, NULL if there are none.
static wick_status open_data(wick_job *job, const wick_paths *files, const wick_data **out)
{
    *out = NULL;
    for (uint32_t i = files->count; i-- > 0;) {
        uint8_t *bytes;
        size_t size_bytes;
        wick_failure failure = WICK_FAILURE_NONE;
        wick_data *data = wick_arena_alloc(job->arena, 1, sizeof *data);
        WICK_TRY(wick_job_read(job, files->paths[i], &bytes, &size_bytes));
        if (wick_data_open(data, bytes, size_bytes, &failure) != WICK_OK) {
            return wick_job_failure(job, files->paths[i], &failure);
        }
        data->next = *out;
        *out = data;
    }
    return WICK_OK;
}

wick_status wick_job_open_bytes(wick_job *job, const char *path, const uint8_t *bytes,
                                size_t size_bytes, const wick_paths *data, wick_program *program)
{
    const wick_data *first;
    wick_failure failure = WICK_FAILURE_NONE;
    WICK_TRY(open_data(job, data, &first));
    if (wick_program_open_with_data(program, bytes, size_bytes, first, &failure) != WICK_OK) {
        return wick_job_failure(job, path, &failure);
    }
    return WICK_OK;
}

wick_status wick_job_open_program(wick_job *job, const char *path, const wick_paths *data,
                                  wick_program *program)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    return wick_job_open_bytes(job, path, bytes, size_bytes, data, program);
}

static wick_status bind_nothing(struct wick_binder *binder)
{
    (void)binder;
    return WICK_INVALID_STATE;
}

// What the verifier says of a program whose tensors may be anywhere.
static wick_status verify_bytes(wick_job *job, const char *path, const uint8_t *bytes,
                                size_t size_bytes, wick_program *program)
{
    wick_failure failure = WICK_FAILURE_NONE;
    program->bind = bind_nothing;
    program->data = NULL;
    return wick_pte_verify(bytes, size_bytes, program, &failure) == WICK_OK
               ? WICK_OK
               : wick_job_failure(job, path, &failure);
}

wick_status wick_job_read_program(wick_job *job, const char *path, wick_program *program)
{
    uint8_t *bytes;
    size_t size_bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &size_bytes));
    return verify_bytes(job, path, bytes, size_bytes, program);
}

wick_status wick_job_check_program(wick_job *job, const char *path, const uint8_t *bytes,
                                   size_t size_bytes)
{
    wick_program program;
    const bool is_program = size_bytes >= 8 && memcmp(bytes + 4, "ET12", 4) == 0;
    return is_program ? verify_bytes(job, path, bytes, size_bytes, &program) : WICK_OK;
}

wick_status wick_job_write(wick_job *job, const char *path, const void *bytes, size_t size_bytes)
{
    if (strcmp(path, "-") != 0) {
        return wick_file_write(path, bytes, size_bytes, &job->diag);
    }
    if (fwrite(bytes, 1, size_bytes, stdout) != size_bytes) {
        return wick_diag_error(&job->diag, WICK_ACCESS_FAILED, "standard output", "cannot write");
    }
    return WICK_OK;
}
