// SPDX-License-Identifier: BSD-3-Clause
#include "command.h"

#include "compiler/emit_c/emit_c.h"
#include "wick/compiler.h"

#include <stdbool.h>
#include <string.h>

enum { OPTION_NAME = 256, OPTION_HEADER, OPTION_REPORT };

typedef struct emit_c_arguments {
    wick_compile_options options;
    const char *input;
    const char *output;
    const char *header;
    const char *name;
    const char *method;
    bool report;
} emit_c_arguments;

static bool is_letter(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_identifier(const char *name)
{
    bool ok = is_letter(*name);
    for (; *name != '\0'; name++) {
        ok = ok && (is_letter(*name) || (*name >= '0' && *name <= '9'));
    }
    return ok;
}

static const char *file_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

// The stem of a path: "out/kws.c" to "kws".
static const char *stem_of(wick_arena *arena, const char *path)
{
    const char *file = file_part(path);
    const char *dot = strrchr(file, '.');
    return wick_arena_copy_string(arena, file, dot != NULL ? (size_t)(dot - file) : strlen(file));
}

static const char *beside(wick_arena *arena, const char *path, const char *stem)
{
    return wick_arena_format(arena, "%.*s%s.h", (int)(file_part(path) - path), path, stem);
}

// An archive of torch.export starts as every ZIP does.
static bool is_archive(const uint8_t *bytes, size_t size_bytes)
{
    return size_bytes >= 4 && memcmp(bytes, "PK\3\4", 4) == 0;
}

// The bytes of the program: those of the file, or what its archive compiles to.
static wick_status read_program(wick_job *job, const emit_c_arguments *arguments,
                                const uint8_t **bytes, size_t *size_bytes)
{
    uint8_t *file;
    wick_compilation *compilation;
    WICK_TRY(wick_job_read(job, arguments->input, &file, size_bytes));
    *bytes = file;
    if (!is_archive(file, *size_bytes)) {
        return WICK_OK;
    }
    const wick_status status = wick_compile(file, *size_bytes, &arguments->options, &compilation);
    if (compilation == NULL) {
        return wick_diag_error(&job->diag, status, arguments->input, "not enough memory");
    }
    fputs(wick_compilation_messages(compilation), stderr);
    if (status == WICK_OK) {
        const uint8_t *program = wick_compilation_program(compilation, size_bytes);
        uint8_t *copy = wick_arena_alloc(job->arena, 1, *size_bytes);
        memcpy(copy, program, *size_bytes);
        *bytes = copy;
    }
    wick_compilation_destroy(compilation);
    return status;
}

static wick_status write_files(wick_job *job, const emit_c_arguments *arguments, const char *header,
                               const wick_emit_c_result *result)
{
    WICK_TRY(wick_job_write(job, header, result->header, strlen(result->header)));
    WICK_TRY(wick_job_write(job, arguments->output, result->source, strlen(result->source)));
    if (arguments->report) {
        printf("%s: arena %zu B (RAM), weights %zu B, tables %zu B on a 32-bit core (flash)\n",
               arguments->output, result->arena_bytes, result->constant_bytes, result->table_bytes);
    }
    return WICK_OK;
}

static wick_status emit_file(wick_job *job, const emit_c_arguments *arguments)
{
    const uint8_t *bytes;
    size_t size_bytes;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    wick_emit_c_result result;
    const char *stem = stem_of(job->arena, arguments->output);
    const char *name = arguments->name != NULL ? arguments->name : stem;
    const char *header =
        arguments->header != NULL ? arguments->header : beside(job->arena, arguments->output, stem);
    if (!is_identifier(name)) {
        return wick_diag_error(&job->diag, WICK_INVALID_ARGUMENT, arguments->output,
                               "'%s' is no C identifier; give the prefix of its functions with "
                               "--name",
                               name);
    }
    WICK_TRY(read_program(job, arguments, &bytes, &size_bytes));
    if (wick_program_open(&program, bytes, size_bytes, &failure) != WICK_OK) {
        return wick_job_failure(job, arguments->input, &failure);
    }
    const wick_emit_c_request request = {&program, arguments->input, arguments->method, name,
                                         file_part(header)};
    WICK_TRY(wick_emit_c(job->arena, &request, &job->diag, &result));
    return write_files(job, arguments, header, &result);
}

static bool parse_option(int option, const char *value, emit_c_arguments *arguments)
{
    switch (option) {
    case 'o':
        arguments->output = value;
        return true;
    case 't':
        arguments->options.target = value;
        return true;
    case 'm':
        arguments->method = value;
        return true;
    case OPTION_NAME:
        arguments->name = value;
        return true;
    case OPTION_HEADER:
        arguments->header = value;
        return true;
    case OPTION_REPORT:
        arguments->report = true;
        return true;
    default:
        return false;
    }
}

wick_exit wick_command_emit_c(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"target", required_argument, NULL, 't'},
        {"method", required_argument, NULL, 'm'},
        {"name", required_argument, NULL, OPTION_NAME},
        {"header", required_argument, NULL, OPTION_HEADER},
        {"report", no_argument, NULL, OPTION_REPORT},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    emit_c_arguments arguments = {.method = "forward"};
    for (int option; (option = getopt_long(argc, argv, "o:t:m:h", long_options, NULL)) != -1;) {
        if (option == 'h') {
            return wick_command_help("emit-c");
        }
        if (!parse_option(option, optarg, &arguments)) {
            return wick_usage_error("emit-c", "that option is not known or lacks its value");
        }
    }
    if (argc - optind != 1) {
        return wick_usage_error("emit-c", "give one .pte or .pt2 file, found %d", argc - optind);
    }
    if (arguments.output == NULL) {
        return wick_usage_error("emit-c", "where to? Give -o NAME.c");
    }
    arguments.input = arguments.options.source_name = argv[optind];
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, emit_file(&job, &arguments));
}
