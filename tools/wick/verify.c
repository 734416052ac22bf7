// SPDX-License-Identifier: BSD-3-Clause
#include "host_method.h"

#include <jansson.h>
#include <stdlib.h>

enum { OPTION_JSON = 256, OPTION_DATA };

static json_t *method_json(const char *name, const wick_requirements *need)
{
    json_t *arenas = json_array();
    for (uint32_t i = 0; i < need->arena_count; i++) {
        json_array_append_new(arenas, json_integer((json_int_t)need->arena_bytes[i]));
    }
    return json_pack("{s:s, s:I, s:o, s:i, s:i}", "name", name, "metadata_bytes",
                     (json_int_t)need->metadata_bytes, "arena_bytes", arenas, "inputs",
                     (int)need->input_count, "outputs", (int)need->output_count);
}

static void print_method(const char *name, const wick_requirements *need)
{
    printf("  method %s: %u inputs, %u outputs, metadata %zu B on this machine\n", name,
           need->input_count, need->output_count, need->metadata_bytes);
    for (uint32_t i = 0; i < need->arena_count; i++) {
        printf("    arena %u: %zu B\n", i + 1, need->arena_bytes[i]);
    }
}

static wick_status verify_file(wick_job *job, const char *path, const wick_paths *data,
                               bool as_json)
{
    wick_program program;
    WICK_TRY(wick_job_open_program(job, path, data, &program));
    json_t *methods = json_array();
    wick_status status = WICK_OK;
    if (!as_json) {
        printf("%s: verified, %zu bytes\n", path, program.size_bytes);
    }
    for (uint32_t i = 0; i < wick_program_method_count(&program) && status == WICK_OK; i++) {
        const char *name = wick_program_method_name(&program, i);
        wick_requirements need;
        wick_method method;
        status = wick_host_method_init(job, path, &program, name, &need, &method);
        if (status == WICK_OK && as_json) {
            json_array_append_new(methods, method_json(name, &need));
        } else if (status == WICK_OK) {
            print_method(name, &need);
        }
    }
    json_t *root =
        json_pack("{s:s, s:I, s:b, s:o}", "file", path, "bytes", (json_int_t)program.size_bytes,
                  "verified", status == WICK_OK, "methods", methods);
    if (as_json) {
        json_dumpf(root, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(root);
    return status;
}

wick_exit wick_command_verify(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"data", required_argument, NULL, OPTION_DATA},
        {"json", no_argument, NULL, OPTION_JSON},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    wick_paths data = {.count = 0};
    bool as_json = false;
    for (int option; (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        switch (option) {
        case OPTION_JSON:
            as_json = true;
            break;
        case OPTION_DATA:
            if (!wick_paths_add(&data, optarg)) {
                return wick_usage_error("verify", "--data: too many files");
            }
            break;
        case 'h':
            return wick_command_help("verify");
        default:
            return wick_usage_error("verify", "that option is not known or lacks its value");
        }
    }
    if (argc - optind != 1) {
        return wick_usage_error("verify", "give one .pte file, found %d", argc - optind);
    }
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, verify_file(&job, argv[optind], &data, as_json));
}
